/* What a derivation file says, as data: statements, and the expressions in them.
 *
 * The reader makes this and knows no meaning: whether a name is a matrix, a size or an index letter
 * is decided by the judge.  Every node keeps the bytes that it was read from, so that whatever is
 * wrong with it can be shown at its place.  Names are normalised (subscript digits become plain
 * ones, accents are composed), so two spellings that look the same are the same.  Everything lives
 * in the arena of the document.
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
  BP_EXPR_ALL,                /* the colon in X_{:,i} */
  BP_EXPR_SUM,                /* sum_{name=child[0]..child[1]} child[2] */
  BP_EXPR_MATRIX,             /* [a, b; c, d]: rows x columns children, row by row */
  BP_EXPR_PARTIAL,            /* ∂child[0]/∂child[1] */
  BP_EXPR_DIFFERENTIAL,       /* d(child[0]) */
  BP_EXPR_AT,                 /* child[0] at child[1] = child[2], child[3] = child[4], ... */
  BP_EXPR_COMPARE,            /* child[0] relation child[1], as a condition inside where(...) */
  BP_EXPR_KIND_COUNT
};
#undef BP_ROW

enum { BP_TALLEST = 1000 };

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
  enum bp_relation relation; /* COMPARE */
  const char *name;          /* NAME, SUM: normalised */
  const char *text;          /* NUMBER: digits as written, "1e-3"; never begins with a dot */
  int last_place;       /* NUMBER: its last digit counts 10^last_place; 0.98 has -2, 12 has 0 */
  int order;            /* CALL: primes */
  size_t rows, columns; /* MATRIX */
  struct bp_expression **child;
  size_t count;
  size_t id; /* different for every expression of a document, from 0, used documents included */
};

/* for name = from..to */
struct bp_range {
  const char *name;
  struct bp_span span;
  struct bp_expression *from, *to;
};

enum bp_domain_kind {
  BP_DOMAIN_REAL,
  BP_DOMAIN_POSITIVE,
  BP_DOMAIN_NONZERO,
  BP_DOMAIN_INTERVAL, /* (a, b), open: values[0], values[1] */
  BP_DOMAIN_SET,      /* {a, b, c}: values */
  BP_DOMAIN_ONEHOT,   /* every column has one 1 */
  BP_DOMAIN_SYMMETRIC,
  BP_DOMAIN_SPD /* symmetric positive definite */
};

struct bp_domain {
  enum bp_domain_kind kind;
  struct bp_span span;
  struct bp_expression **values; /* numbers, possibly negated */
  size_t count;
};

/* keyword (NULL where there is none), kind */
#define BP_STATEMENTS(X)                                                                           \
  X("title", BP_STATEMENT_TITLE)     /* text */                                                    \
  X("source", BP_STATEMENT_SOURCE)   /* text */                                                    \
  X("note", BP_STATEMENT_NOTE)       /* text */                                                    \
  X("layout", BP_STATEMENT_LAYOUT)   /* numerator */                                               \
  X("size", BP_STATEMENT_SIZE)       /* targets; low, high (the same where fixed), or neither */   \
  X("given", BP_STATEMENT_GIVEN)     /* targets; is_function, or rows and columns; domain */       \
  X("let", BP_STATEMENT_LET)         /* targets[0], parameters, sides[0]; is_function */           \
  X("network", BP_STATEMENT_NETWORK) /* text, text_span: the description as written */             \
  X("write", BP_STATEMENT_WRITE)     /* targets[0] (its indices are names), sides[0] */            \
  X("vary", BP_STATEMENT_VARY)       /* targets; none: everything that is given */                 \
  X("claim", BP_STATEMENT_CLAIM)     /* text (label or NULL), sides, relations */                  \
  X("refute", BP_STATEMENT_REFUTE)   /* the same */                                                \
  X("shape", BP_STATEMENT_SHAPE)     /* text (label or NULL), sides[0], rows, columns */           \
  X("use", BP_STATEMENT_USE)         /* text, text_span, used */

#define BP_ROW(keyword, kind) kind,
enum bp_statement_kind { BP_STATEMENTS(BP_ROW) BP_STATEMENT_KIND_COUNT };
#undef BP_ROW

struct bp_document;
struct bp_vocabulary;

struct bp_statement {
  enum bp_statement_kind kind;
  struct bp_span span; /* from the keyword to its last token */
  bool broken; /* it could not be read; an error says why, and only kind, text and span count, and
                  the targets as far as they were read */
  const char *text;
  struct bp_span text_span; /* between the quotes */
  bool numerator;
  struct bp_expression **targets;
  size_t target_count;
  const char **parameters; /* let f(x, y) = ...: "x", "y" */
  size_t parameter_count;
  struct bp_expression *low, *high;
  bool is_function;
  struct bp_expression *rows, *columns; /* both NULL: a number */
  struct bp_domain domain;
  struct bp_expression **sides;
  enum bp_relation *relations; /* relations[i] stands between sides[i] and sides[i+1] */
  struct bp_span *relation_spans;
  size_t side_count;
  struct bp_range *ranges; /* for l = 1..L, j = 1..m */
  size_t range_count;
  const struct bp_document *used;
};

struct bp_document {
  const struct bp_source *source;
  const struct bp_vocabulary *vocabulary; /* what it was read with */
  struct bp_statement *statements;
  size_t count;
  size_t expressions; /* ids are below this */
};

#endif
