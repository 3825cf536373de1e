/* A note as statements: every formula, cut, and what kind of statement each piece is.
 *
 * Kinds are told from how a statement is written, before anything is known of what its names mean.
 * Whatever is in doubt is a claim: a claim that cannot be read or judged is said to be one, while a
 * claim that is taken for something else would never be looked at.
 */
#ifndef BP_NOTE_STATEMENT_H
#define BP_NOTE_STATEMENT_H

#include "note/code/program.h"
#include "note/latex/cut.h"
#include "note/passage.h"

/* kind, how a report calls it, how it counts several */
#define BP_NOTED_KINDS(X)                                                                          \
  X(CLAIM, "claim", "claims")                                                                      \
  X(DEFINITION, "definition", "definitions")                                                       \
  X(UPDATE, "update", "updates")                                                                   \
  X(APPROXIMATION, "approximation", "approximations")                                              \
  X(SYMBOLIC, "symbolic", "chains of derivatives without a value of their own")                    \
  X(SHAPE, "shape", "shapes")                                                                      \
  X(NOTHING, "nothing", "formulas that state nothing")                                             \
  X(MALFORMED, "malformed", "malformed")                                                           \
  X(UNREAD, "unread", "not read")

#define BP_ROW(kind, word, several) BP_NOTED_##kind,
enum bp_noted_kind { BP_NOTED_KINDS(BP_ROW) BP_NOTED_KIND_COUNT };
#undef BP_ROW

const char *bp_noted_word(enum bp_noted_kind kind);
const char *bp_noted_words(enum bp_noted_kind kind, size_t count);

/* A side of a statement: bytes of its text. */
struct bp_noted_side {
  size_t begin, end;
  bool symbolic; /* a product of derivatives that need a tensor or a layout: nothing to compare */
  bool measured; /* figures of one example: neither */
};

/* How the prose before a statement says that derivatives are laid out, or its own signs: ∂y/∂x^T
 * has a row for each entry of y, and ∂L/∂x^T is a row where no ∂L/∂x stands beside it; ∂y^T/∂x has
 * a column for each. */
enum bp_noted_layout {
  BP_STATED_NOTHING,
  BP_STATED_NUMERATOR,
  BP_STATED_DENOMINATOR,
  BP_STATED_ROWS,
  BP_STATED_JACOBIANS,
  BP_STATED_COLUMNS
};

/* What words beside a statement say of two of its indices: i ≠ j, or i = j. */
struct bp_index_condition {
  char left, right; /* '\0': nothing */
  bool same;
};

struct bp_noted {
  struct bp_cut cut;
  enum bp_noted_kind kind;
  struct bp_noted_side *sides; /* between the relations */
  size_t side_count;
  size_t left;    /* where `cut.continues`: the statement whose left side it is about */
  size_t section; /* headings so far */
  unsigned cell;  /* column of a table, from 1 */
  struct bp_index_condition condition;
  bool compares_indices; /* its section has conditions such as i = j, or speaks of "otherwise" */
  const char *why;       /* MALFORMED and UNREAD: a sentence */
  enum bp_noted_layout stated;
  bool layout;                      /* a derivative of a vector by a vector stands in it */
  bool compares_layout;             /* one stands in a side that is not symbolic */
  bool deltas;                      /* a d in it is written as δ */
  bool code;                        /* it is written as in a program */
  bool bare;                        /* it stands in running text, without delimiters */
  bool elected;                     /* a line of a program of which only its use tells what it is */
  bool again;                       /* a line of a program at another turn of its loop */
  const struct bp_program *program; /* whose line it is; NULL: none that stands for itself */
};

struct bp_note {
  const struct bp_source *source;
  struct bp_noted *list; /* in the order of the note */
  size_t count, capacity;
  size_t formulas;    /* found */
  size_t plain;       /* pieces of them without a relation */
  bool parentheses;   /* layers were written in them: W^{(l)} */
  bool lags;          /* W[1] may lead to layer 2 */
  const char *square; /* what stands for σ² where that is one name, or NULL */
  size_t images;
  size_t code;              /* blocks of it in which nothing was read, but for derivations */
  size_t turns;             /* loops and branches of programs, which were not read */
  size_t origin;            /* where the source of its documents begins in this one: a cell does */
  bool cut_off;             /* a program is longer than what is read of one */
  struct bp_span *declared; /* what the note states in <!-- backproof: … --> */
  size_t declared_count, declared_capacity;
};

/* Where a side stands in the text of its statement, without the blanks around it. */
struct bp_span bp_noted_trimmed(const struct bp_noted *noted, size_t side);

/* Finds and cuts everything.  0, or -1 where memory is short. */
int bp_note_find(const struct bp_source *source, enum bp_note_style style, struct bp_arena *arena,
                 struct bp_note *note);

/* "; 2 images cannot be read": what of the note was not looked at, for the end of a sentence; empty
 * where that is nothing.  NULL where memory is short. */
const char *bp_note_unseen(const struct bp_note *note, struct bp_arena *arena);

/* What is said of a note in which nothing was found. */
const char *bp_note_nothing(enum bp_note_style style);

/* Tells whether indices in parentheses are layers, and if so writes them in brackets; layers.c. */
void bp_note_find_layers(struct bp_note *note);

/* Where weights alone have layers, W^{(1)} and W^{(2)} beside z and h, these are parts of their
 * names; layers.c.  False when memory is short. */
bool bp_note_name_weights(struct bp_note *note);

/* Whether the letter at `at` is an a or a z by itself, without any index. */
bool bp_written_is_bare(const struct bp_written *text, size_t at);

/* The one layer in brackets that a text has, dA^{[L]} = ..., as its bytes; empty: it has none, or
 * several. */
struct bp_span bp_written_only_layer(const struct bp_written *text);

/* Writes letters with layers without their faces, \mathbf{W}^{[l]}, where the note has them in no
 * other way; faces.c. */
void bp_note_drop_faces(struct bp_note *note);

/* Puts parentheses around what a sum is of where its letter stands behind the first term, and
 * around the product that a ∇ is of, and calls the last step T; sums.c.  False when memory is
 * short. */
bool bp_note_tidy_sums(struct bp_note *note);

/* Writes brackets that only group as parentheses; brackets.c. */
void bp_note_group_brackets(struct bp_note *note);

/* Gives σ² a letter of its own where it is a name; squares.c. */
void bp_note_name_squares(struct bp_note *note);

/* Folds matrices of equal columns, and writes the loss for an f that stands in its place;
 * columns.c. */
void bp_note_tidy_layers(struct bp_note *note);

/* Finds how the prose lays out derivatives; beside/prose.c. */
void bp_note_find_layout(struct bp_note *note);

/* Leaves out a raised T that says how a derivative is laid out, ∂y/∂x^T, and notes that. */
void bp_note_take_turned(struct bp_note *note);

/* Makes dh_t of \delta h_t, where that is how the note writes all its derivatives of a loss. */
void bp_note_tell_deltas(struct bp_note *note);

/* Gives conditions that are formulas of their own, i ≠ j, to the formula beside them;
 * beside/provisos.c.
 */
void bp_note_take_conditions(struct bp_note *note);

/* Finds the conditions that the text around statements states; beside/conditions.c. */
void bp_note_find_conditions(struct bp_note *note);

/* Whether a side is 1 / 1 + exp(-z): nobody divides by 1, and the sigmoid has parentheses there.
 * Sets the bytes of its text that belong into them. */
bool bp_noted_flat_sigmoid(const struct bp_noted *noted, struct bp_span *below);

/* Marks statements in which a sample is missing, or is one too many; samples.c. */
void bp_note_find_slips(struct bp_note *note);

/* Whether a derivative is said to be a product of derivatives that do not lead from one to the
 * next; chain.c. */
bool bp_noted_breaks_chain(const struct bp_noted *noted);

/* What a product of derivatives that link is the derivative of, and by what, as bytes of the text
 * of the statement; it may have a minus in front.  False: the side is none. */
struct bp_chain_ends {
  struct bp_span of, by;
  bool negative;
};
bool bp_noted_chain_ends(const struct bp_noted *noted, size_t side, struct bp_chain_ends *ends);

/* Whether a side is a product of derivatives and nothing else. */
bool bp_noted_is_chain(const struct bp_noted *noted, size_t side);

/* What is wrong with how it is written; see kind.c. Sets kind, symbolic sides and `why`. */
void bp_noted_classify(struct bp_noted *noted);

#endif
