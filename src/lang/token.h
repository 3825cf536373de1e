/* Tokens of the derivation language.
 *
 * The lexer knows every spelling of a sign and nothing about lines or brackets: a run of line ends,
 * blanks and comments is one NEWLINE, and the parser decides whether it ends the statement.  A
 * lexer is a small value; copying it is how the parser looks ahead.  What is no token at all
 * becomes a FAULT, which the parser reports when it comes to it.
 *
 * Tokens are values that point into the source and to names of the table.
 */
#ifndef BP_LANG_TOKEN_H
#define BP_LANG_TOKEN_H

#include "base/diag.h"
#include "lang/names.h"

enum bp_token_kind {
  BP_TOKEN_END,
  BP_TOKEN_NEWLINE,
  BP_TOKEN_NAME,
  BP_TOKEN_NUMBER,
  BP_TOKEN_STRING,
  BP_TOKEN_FAULT,
  /* operators */
  BP_TOKEN_PLUS,
  BP_TOKEN_MINUS,
  BP_TOKEN_STAR,
  BP_TOKEN_TIMES, /* ×, which also stands between two sizes */
  BP_TOKEN_HADAMARD,
  BP_TOKEN_KRONECKER,
  BP_TOKEN_SLASH,
  BP_TOKEN_POINT_SLASH,
  BP_TOKEN_CARET,
  BP_TOKEN_POINT_CARET,
  BP_TOKEN_PRIME,
  BP_TOKEN_TRANSPOSE,
  BP_TOKEN_SQUARED,
  BP_TOKEN_CUBED,
  BP_TOKEN_UNDERSCORE,
  BP_TOKEN_PARTIAL,
  BP_TOKEN_ROOT,
  BP_TOKEN_INDICATOR, /* 𝟙 */
  BP_TOKEN_SIGMA,
  BP_TOKEN_PRODUCT, /* ∏ */
  BP_TOKEN_NABLA,
  BP_TOKEN_QUESTION, /* ?, in the place of what is still to be written */
  BP_TOKEN_METHOD,   /* .sum(axis=0) behind an operand: name is the function; NULL in .dot( */
  /* brackets and separators */
  BP_TOKEN_LEFT,
  BP_TOKEN_RIGHT,
  BP_TOKEN_LEFT_SQUARE,
  BP_TOKEN_RIGHT_SQUARE,
  BP_TOKEN_LEFT_BRACE,
  BP_TOKEN_RIGHT_BRACE,
  BP_TOKEN_COMMA,
  BP_TOKEN_SEMICOLON,
  BP_TOKEN_COLON,
  BP_TOKEN_RANGE,
  /* relations */
  BP_TOKEN_EQUAL,
  BP_TOKEN_APPROXIMATE,
  BP_TOKEN_LESS,
  BP_TOKEN_AT_MOST,
  BP_TOKEN_GREATER,
  BP_TOKEN_AT_LEAST,
  /* signs of other languages, kept for the message */
  BP_TOKEN_DOUBLE_EQUAL,
  BP_TOKEN_NOT_EQUAL,
  BP_TOKEN_DEFINE,
  BP_TOKEN_PLUS_EQUAL,
  BP_TOKEN_MINUS_EQUAL,
  BP_TOKEN_DOUBLE_STAR,
  BP_TOKEN_AT_SIGN,
  BP_TOKEN_HENCE, /* ⇒, which ends one statement and begins the next */
  BP_TOKEN_BAR,
  BP_TOKEN_LEFT_ANGLE,  /* ⟨ of an inner product */
  BP_TOKEN_RIGHT_ANGLE, /* ⟩ */
  BP_TOKEN_DOT,
  BP_TOKEN_BACKSLASH,
  BP_TOKEN_DOLLAR
};

enum bp_token_fault {
  BP_TOKEN_FAULT_UTF8,
  BP_TOKEN_FAULT_CONTROL, /* NUL and its like */
  BP_TOKEN_FAULT_SIGN,    /* a character that means nothing here */
  BP_TOKEN_FAULT_RAISED,  /* a raised letter, as in aᵏ */
  BP_TOKEN_FAULT_STRING,  /* no closing quote on its line */
  BP_TOKEN_FAULT_MEMORY
};

/* Spellings of other languages.  A row is a kind that is told of once in a file: what is said of
 * the first piece of text (%s) that is written so, and how it is written here. */
#define BP_SPELLINGS(X)                                                                            \
  X(LATEX, "%s is LaTeX, and is read as %s", "a/b, ∂J/∂W, W[l], A', sum_{i=1..m} x_i")             \
  X(LAYER, "a raised layer, as in %s, is read as an index", "W[l], g[l]'(Z[l])")                   \
  X(SAMPLE, "a raised sample, as in %s, is read as a column", "X_{:,i}, A[2]_{:,i}")               \
  X(NUMBERED, "%s is read as %s", "brackets for a member of a family: W[1]")                       \
  X(SMALL, "%s is read as %s: the file declares no other", "the name as it is declared")           \
  X(NUMPY, "%s is NumPy, and is read as %s", "A', A*B, A ⊙ B, x.^2, rowsum(A), colsum(A)")         \
  X(DOT, "%s of two columns is read as their inner product, %s", "u' * v, or u ⊙ v")               \
  X(VALUE, "%s has a value here, and the line is read as %s", "size n = 5, let t = 0.5")           \
  X(SCRIPT, "%s is read as %s", "A*B, A', x.^2")                                                   \
  X(SIZED, "%s is a size here and has members elsewhere: as a size it is read as %s",              \
    "another letter for one of them")                                                              \
  X(STUCK, "%s stuck to what stands before it is read as %s", "A[1]'")                             \
  X(PRODUCT, "a product without a sign, as before %s, is read as *", "2*x, W*X")                   \
  X(APPLIED, "%s without parentheses is applied to what follows", "log(x), tanh(z).^2")            \
  X(LOSS, "%s, of which this is a derivative, is read as %s, the mean loss of the network",        \
    "∂J/∂W; let L = … for another loss")                                                           \
  X(NABLA, "%s is the gradient by %s", "∇_W J")                                                    \
  X(GRADIENT, "%s, which the file does not declare, is read as a derivative of the loss",          \
    "∂L/∂W, or a name by write dW for ∂L/∂W")                                                      \
  X(NORM, "%s is read as %s", "norm(x), sum(abs(x)), abs(x)")                                      \
  X(PRIMED, "%s is the name that the file declares, and no transpose", "x^T for the transpose")    \
  X(DRESS, "%s is taken for words around the formulas, and is not judged",                         \
    "# for a comment, claim \"name\" for the name of a line")                                      \
  X(COUNTED, "%s counts the lines and is no factor", "2*x for a factor")                           \
  X(MASK, "the condition %s is read as 1 where it is true, and 0 elsewhere", "where(Z > 0, 1, 0)") \
  X(ASSIGNED, "= with %s on both sides is read as an update", "w := w - …, or claim w = w - …")

#define BP_SPELLING_ROW(kind, message, here) BP_SPELLING_##kind,
enum bp_spelling { BP_SPELLING_OURS, BP_SPELLINGS(BP_SPELLING_ROW) BP_SPELLING_COUNT };
#undef BP_SPELLING_ROW

struct bp_token {
  enum bp_token_kind kind;
  struct bp_span span;       /* NEWLINE, END: empty, right behind the token before */
  struct bp_span inner;      /* STRING: between the quotes */
  struct bp_name *name;      /* NAME, METHOD */
  const char *text;          /* NUMBER: its digits, where they do not stand in the source */
  enum bp_spelling spelling; /* how else it is written, BP_SPELLING_OURS for most */
  const char *ours;          /* what it is read as, where the spelling alone does not say that */
  enum bp_token_fault fault; /* FAULT */
};

struct bp_lexer {
  const struct bp_source *source;
  struct bp_names *names;
  size_t at;
  size_t line;             /* where its line begins */
  size_t remark;           /* 1 + where the remark at the end of it begins; 0 where there is none */
  struct bp_span left_out; /* the last remark that was passed; empty where none was */
};

/* The lexer at the start of the text, after a byte order mark. */
struct bp_lexer bp_lexer_new(const struct bp_source *source, struct bp_names *names);

/* Whether a comment begins at that byte: # or, as other languages have it, // and %. */
bool bp_comment_at(const struct bp_source *source, size_t at);

/* Goes back to that byte, of a token before. */
void bp_lexer_return(struct bp_lexer *lexer, size_t at);

/* Takes the next token. */
struct bp_token bp_lexer_next(struct bp_lexer *lexer);

/* Whether the bytes of a token, behind which the text may end, are among `signs`, ASCII. */
bool bp_token_is_of(const struct bp_source *source, struct bp_span span, const char *signs);

/* Takes the rest of the line as it stands, up to a comment; a FAULT where it is no text. */
struct bp_token bp_lexer_rest_of_line(struct bp_lexer *lexer);

/* The number's text ("0.98", also where .98 is written) and the weight of its last digit (-2). NULL
 * when memory is short. */
const char *bp_number_text(const struct bp_source *source, struct bp_span span,
                           struct bp_lang_pool *pool, int *last_place);

/* unsaid/table.c: whether the line that begins there is a row of a table, | W | weights | n x k |,
 * that declares its first name; the shape that it says, and where the line ends. */
bool bp_row_declares(const struct bp_source *source, struct bp_names *names, size_t begin,
                     struct bp_span *name, struct bp_span *shape, size_t *end);

#endif
