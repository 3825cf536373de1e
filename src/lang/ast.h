/* What a derivation file says, as data: statements, and the expressions in them.
 *
 * The reader makes this and knows no meaning: whether a name is a matrix, a size or an index letter
 * is decided by the judge.  Every node keeps the bytes that it was read from, so that whatever is
 * wrong with it can be shown at its place.  Names are normalised (subscript digits become plain
 * ones, accents are composed), so two spellings that look the same are the same.
 *
 * Everything lives in the arena of the document, points into its source, and is not changed once it
 * was read.
 */
#ifndef BP_LANG_AST_H
#define BP_LANG_AST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* kind, how it is printed, binding strength (binary operators only; larger binds closer) */
#define BP_BINARY_OPERATORS(X)                                                                     \
  X(BP_EXPR_ADD, "+", 1)                                                                           \
  X(BP_EXPR_SUBTRACT, "-", 1)                                                                      \
  X(BP_EXPR_MULTIPLY, "*", 2)                                                                      \
  X(BP_EXPR_HADAMARD, "⊙", 2)                                                                      \
  X(BP_EXPR_KRONECKER, "⊗", 2)                                                                     \
  X(BP_EXPR_DIVIDE, "/", 2)                                                                        \
  X(BP_EXPR_POINT_DIVIDE, "./", 2)                                                                 \
  X(BP_EXPR_POWER, "^", 4)                                                                         \
  X(BP_EXPR_POINT_POWER, ".^", 4)

#define BP_ROW(kind, sign, strength) kind,
enum bp_expression_kind {
  BP_BINARY_OPERATORS(BP_ROW) /* child[0] op child[1] */
  BP_EXPR_NUMBER,             /* text: its digits; last_place */
  BP_EXPR_NAME,               /* name; children: the indices in brackets, W[l+1] has one */
  BP_EXPR_NEGATE,             /* - child[0] */
  BP_EXPR_TRANSPOSE,          /* child[0]' */
  BP_EXPR_CALL,               /* child[0] is the function (a NAME, which may have indices), then the
                                 arguments; order counts primes: g(Z) 0, g'(Z) 1 */
  BP_EXPR_ELEMENT,            /* child[0] the matrix, then one index (vectors) or two; BP_EXPR_ALL
                                 for a colon */
  BP_EXPR_ALL,                /* the colon in X_{:,i}, a bound that nobody wrote */
  BP_EXPR_SUM,                /* sum_{name=child[0]..child[1]} child[2]; ALL for a bound where what
                                 the letter picks has its end; without child[3] where it is there;
                                 order says how terms are joined, an enum bp_join */
  BP_EXPR_MATRIX,             /* [a, b; c, d]: rows x columns children, row by row */
  BP_EXPR_PARTIAL, /* ∂child[0]/∂child[1]; with order 1 ∇_{child[1]} child[0], of a number
                      and in the shape of what moves in any layout */
  BP_EXPR_DIFFERENTIAL, /* d(child[0]) */
  BP_EXPR_AT,           /* child[0] at child[1] = child[2], child[3] = child[4], ... */
  BP_EXPR_COMPARE,      /* child[0] relation child[1], as a condition inside where(...) */
  BP_EXPR_HOLE,         /* ?, in lines that are to be filled in and that nobody evaluates */
  BP_EXPR_KIND_COUNT
};
#undef BP_ROW

enum { BP_TALLEST = 1000 };

/* How the terms of a BP_EXPR_SUM become one thing. */
enum bp_join {
  BP_JOIN_SUM,
  BP_JOIN_PRODUCT, /* prod_{i=1..n}: from left to right as the letter goes up */
  BP_JOIN_BELOW,   /* [E for i = 1..n]: numbers, or rows of BESIDE, one below the other */
  BP_JOIN_BESIDE   /* what the second letter of [E for i = 1..n, j = 1..m] does */
};

enum bp_relation {
  BP_EQUAL,       /* =, and == in a condition */
  BP_APPROXIMATE, /* ≈ or ~= */
  BP_LESS,        /* < */
  BP_AT_MOST,     /* <= or ≤ */
  BP_GREATER,     /* > */
  BP_AT_LEAST     /* >= or ≥ */
};

struct bp_expression {
  enum bp_expression_kind kind;
  unsigned height; /* 1 without children; at most BP_TALLEST, so that recursion over it is safe */
  struct bp_span span; /* all of it, with its parentheses */
  struct bp_span sign; /* the operator's own sign: *, ', ∂, (, _; empty for names and numbers */
  bool parenthesised;  /* it was written in parentheses */
  bool written;   /* by an author, whose * may go element by element; not made by us, and no @ */
  bool star;      /* MULTIPLY: its sign is a * */
  bool repeats;   /* MULTIPLY: a row or column is repeated, as by * of NumPy beside its @ */
  bool immediate; /* PARTIAL: ∂⁺U/∂V, with what U is computed from held still */
  size_t meant;   /* CALL of where, made for a condition behind a claim: the child that the author
                     wrote, and that is printed for it; else 0 */
  bool put_in;    /* part of the body of a function that stands here as its call */
  bool primed;    /* NAME: the file has a name that is this one and a prime */
  enum bp_relation relation; /* COMPARE */
  const char *name;          /* NAME, SUM: normalised */
  const char *text;          /* NUMBER: digits as written, "1e-3"; never begins with a dot */
  int last_place;       /* NUMBER: its last digit counts 10^last_place; 0.98 has -2, 12 has 0 */
  int order;            /* CALL: primes; PARTIAL: 1 for a ∇; SUM: enum bp_join */
  size_t rows, columns; /* MATRIX */
  const struct bp_expression **child;
  size_t count;
  size_t id; /* different for every expression of a document, from 0, used documents included */
};

/* for name = from..to */
struct bp_range {
  const char *name;
  struct bp_span span;
  struct bp_expression *from, *to;
};

/* Domains that have a word: the word, its kind, and a line with it.  What is drawn for each is in
 * model/draw.c.  Where nothing is said, numbers are real. */
#define BP_NARROW_DOMAINS(X)                                                                       \
  X(positive, POSITIVE, "given x : n in positive")                                                 \
  X(nonzero, NONZERO, "given x : n in nonzero")                                                    \
  X(onehot, ONEHOT, "given Y : k x m in onehot") /* every column has one 1 */                      \
  X(symmetric, SYMMETRIC, "given A : n x n in symmetric")                                          \
  X(spd, SPD, "given A : n x n in spd") /* symmetric positive definite */
#define BP_DOMAINS(X) X(real, REAL, "given x : n in real") BP_NARROW_DOMAINS(X)

#define BP_DOMAIN_ROW(word, kind, example) BP_DOMAIN_##kind,
enum bp_domain_kind {
  BP_DOMAINS(BP_DOMAIN_ROW) BP_DOMAIN_INTERVAL, /* (a, b): values[0], values[1] */
  BP_DOMAIN_SET                                 /* {a, b, c}: values */
};
#undef BP_DOMAIN_ROW

struct bp_domain {
  enum bp_domain_kind kind;
  struct bp_span span;
  struct bp_expression **values; /* numbers, possibly negated; NULL: an interval has no such end */
  size_t count;
  bool closed[2];  /* the ends that belong to an interval */
  bool along_rows; /* onehot: a single 1 in each row, whatever the file says of samples */
};

/* How derivatives are laid out, by the word that says so.  ∂s/∂V of a number s, and ∂u/∂v of
 * anything else: the Jacobian of vec(u) by vec(v), a row for each element of u. */
#define BP_LAYOUTS(X)                                                                              \
  X(gradient, GRADIENT)       /* ∂s/∂V in the shape of V */                                    \
  X(numerator, NUMERATOR)     /* ∂s/∂V in the shape of V' */                                   \
  X(denominator, DENOMINATOR) /* ∂s/∂V in the shape of V, ∂u/∂v the transposed Jacobian */ \
  X(mixed, MIXED)             /* ∂s/∂v of a column v is a row, ∂s/∂W has the shape of W */

#define BP_LAYOUT_ROW(word, kind) BP_LAYOUT_##kind,
enum bp_layout { BP_LAYOUTS(BP_LAYOUT_ROW) BP_LAYOUT_COUNT };
#undef BP_LAYOUT_ROW

/* What a statement adds to the names of its document. */
enum bp_declares {
  BP_DECLARES_NOTHING,
  BP_DECLARES_TARGETS,
  BP_DECLARES_NETWORK, /* the names of every network, whatever it says */
  BP_DECLARES_USED     /* what the used document does */
};

/* A row a statement: keyword; kind; the rule that reads it (RULE_statement in grammar/statement.c);
 * what it declares.  Told ones say what there is: take_KEYWORD in model/model.c is what each means.
 */
#define BP_TOLD_STATEMENTS(X)                                                                      \
  X(title, TITLE, text, NOTHING)     /* text */                                                    \
  X(source, SOURCE, text, NOTHING)   /* text */                                                    \
  X(note, NOTE, text, NOTHING)       /* text */                                                    \
  X(layout, LAYOUT, layout, NOTHING) /* layout, rows_are_samples, or both */                       \
  X(size, SIZE, size, TARGETS)       /* targets; low, high (the same where fixed), or neither */   \
  X(given, GIVEN, given, TARGETS)    /* targets; is_function, or rows and columns; domain */       \
  X(let, LET, let, TARGETS)          /* targets[0], parameters, sides[0]; is_function */           \
  X(network, NETWORK, network, NETWORK) /* text, text_span: the description as written */          \
  X(write, WRITE, write, TARGETS)       /* targets[0] (its indices are names), sides[0] */         \
  X(vary, VARY, vary, NOTHING)          /* targets; none: everything that is given */              \
  X(require, REQUIRE, require, NOTHING) /* text; low: a number, or NULL */                         \
  X(use, USE, use, USED)                /* text, text_span, used */

/* Judged ones get a verdict: judge_KEYWORD in judge/judged.c is what each claims. */
#define BP_JUDGED_STATEMENTS(X)                                                                    \
  X(claim, CLAIM, claim, NOTHING)   /* text (label or NULL), sides, relations */                   \
  X(refute, REFUTE, claim, NOTHING) /* the same */                                                 \
  X(shape, SHAPE, shape, NOTHING)   /* text (label or NULL), sides[0], rows, columns */

#define BP_STATEMENTS(X) BP_TOLD_STATEMENTS(X) BP_JUDGED_STATEMENTS(X)

#define BP_ROW(keyword, kind, rule, declares) BP_STATEMENT_##kind,
enum bp_statement_kind { BP_STATEMENTS(BP_ROW) BP_STATEMENT_KIND_COUNT };
#undef BP_ROW

struct bp_document;
struct bp_vocabulary;

struct bp_statement {
  enum bp_statement_kind kind;
  struct bp_span span; /* from the keyword to its last token */
  bool bare;           /* the line has no keyword: its kind is what it must be */
  bool update;         /* sides[0] is the right side of an update, sides[1] what that has to be */
  bool assumed;        /* no line says it: what a file uses that declares nothing */
  bool broken; /* it could not be read; an error says why, and only kind, text and span count, and
                  the targets as far as they were read */
  struct bp_span
      hole; /* of a claim or refute that is to be filled in, its first ?; else empty.  Such
               a line is broken without an error; its sides are there, for their shapes */
  const char *text;
  struct bp_span text_span; /* between the quotes */
  enum bp_layout layout;
  bool rows_are_samples;     /* not columns */
  bool has_layout, has_rows; /* what of these the line says */
  struct bp_expression **targets;
  size_t target_count;
  const char **parameters; /* let f(x, y) = ...: "x", "y" */
  size_t parameter_count;
  struct bp_expression *low, *high;
  bool is_function;
  bool put_in; /* a function of whole vectors or matrices, whose body was put in where it is called
                */
  struct bp_expression *rows, *columns; /* both NULL: a number */
  bool rows_from_0, columns_from_0;     /* given x : 0..n, whose elements count from 0 */
  struct bp_domain domain;
  const struct bp_expression **sides;
  enum bp_relation *relations; /* relations[i] stands between sides[i] and sides[i+1] */
  struct bp_span *relation_spans;
  size_t side_count;
  struct bp_range *ranges; /* for l = 1..L, j = 1..m */
  size_t range_count;
  const struct bp_document *used; /* NULL, too, where a statement before it leads there */
};

/* = and ≈, not < and the like. */
static inline bool bp_relation_is_equal(enum bp_relation relation) {
  return relation == BP_EQUAL || relation == BP_APPROXIMATE;
}

/* "claim" */
static inline const char *bp_statement_keyword(enum bp_statement_kind kind) {
#define BP_ROW(keyword, kind, rule, declares) #keyword,
  static const char *const keywords[] = {BP_STATEMENTS(BP_ROW)};
#undef BP_ROW
  return keywords[kind];
}

/* Whether it is complete but for what a ? stands for. */
static inline bool bp_statement_is_unfilled(const struct bp_statement *statement) {
  return statement->hole.end > statement->hole.begin;
}

static inline enum bp_declares bp_statement_declares(const struct bp_statement *statement) {
#define BP_ROW(keyword, kind, rule, declares) BP_DECLARES_##declares,
  static const enum bp_declares rows[] = {BP_STATEMENTS(BP_ROW)};
#undef BP_ROW
  return rows[statement->kind];
}

/* Whether it gets a verdict: a claim, a refutation, a shape. */
static inline bool bp_statement_is_judged(const struct bp_statement *statement) {
#define BP_ROW(keyword, kind, rule, declares) case BP_STATEMENT_##kind:
  switch (statement->kind) {
    BP_JUDGED_STATEMENTS(BP_ROW)
    return true;
  default:
    return false;
  }
#undef BP_ROW
}

enum bp_update_kind { BP_UPDATE_SETS, BP_UPDATE_ADDS, BP_UPDATE_SUBTRACTS }; /* :=, +=, -= */
struct bp_update {
  enum bp_update_kind kind;
  struct bp_statement statement; /* sides[0]: the right side; the left one is what moves */
  const struct bp_expression *moved;
  struct bp_span sign;
};

struct bp_document {
  const struct bp_source *source;
  const struct bp_vocabulary *vocabulary; /* what it was read with */
  struct bp_statement *statements;
  size_t count;
  size_t expressions;        /* ids are below this */
  struct bp_update *updates; /* that stand alone, and are none of the statements */
  size_t update_count;
  bool stars_go_by_elements; /* as its products say: see unsaid/arrays.c */
};

#endif
