/* The state of the walk over a formula, and the two halves of it: cut.c knows what separates
 * statements, spelling.c how names are spelled.
 */
#ifndef BP_NOTE_LATEX_CUTTER_H
#define BP_NOTE_LATEX_CUTTER_H

#include <string.h>

#include "note/latex/cut.h"

enum { MOST_DROPPED = 16 };

struct bp_cutter {
  const struct bp_written *in;
  size_t at;
  struct bp_arena *arena;
  struct bp_cuts *cuts;
  struct bp_cut now;
  size_t depth;            /* open brackets of all kinds */
  size_t matrices;         /* open environments in which & and \\ are meant */
  size_t row_environments; /* open ones whose rows are statements */
  size_t rows_end;         /* where the last one ended whose rows are statements, or 0 */
  size_t cases;            /* the number of open ones in which cases stand, or 0 */
  size_t depth_of_cases;   /* open brackets around them */
  bool conditioned;        /* the row of the cases has its condition */
  size_t soft; /* 1 + where a soft separator stands in now.text since the last relation */
  size_t soft_over;
  size_t dropped[MOST_DROPPED]; /* 1 + where closing braces stand whose openings were left out */
  size_t dropped_count;
  size_t norm;       /* 1 + the depth at which a norm is open, or 0 */
  size_t leibniz[2]; /* 1 + where a d stands that means ∂: in \frac{dJ}{dW} */
  bool broken;       /* a bracket was closed that was not open */
  bool fine;
};

static inline const char *text_of(const struct bp_cutter *cutter) { return cutter->in->text; }

static inline bool looking_at(const struct bp_cutter *cutter, const char *what) {
  size_t length = strlen(what);
  return cutter->in->length - cutter->at >= length &&
         memcmp(text_of(cutter) + cutter->at, what, length) == 0;
}

static inline bool is_letter(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

/* Whether the group that opens at `at` has a relation of its own: it is a statement in braces, as
 * in \boxed{a = b}, and not an index such as i=1. */
bool bp_cut_has_equation(const struct bp_cutter *cutter, size_t at);

/* Whether the _ here begins the words below a brace, which are statements, and no index. */
bool bp_cut_is_label(const struct bp_cutter *cutter);

/* Behind the \left\{ or \right. here, with which the command ends at `over`, where it is a frame
 * around statements or nothing at all; where it is a bracket, its own place. */
size_t bp_cut_behind_frame(const struct bp_cutter *cutter, size_t over);

/* Whether the rows of the matrix whose \begin{…} ends at `at` are equations, as people align them
 * beside a brace, and not entries. */
bool bp_cut_rows_are_statements(const struct bp_cutter *cutter, size_t at);

/* Whether the arrow here, which ends at `over`, stands between a name and the same name plus or
 * minus something: w \rightarrow w - \eta g is a step, and no consequence. */
bool bp_cut_arrow_updates(const struct bp_cutter *cutter, size_t over);

/* Behind blanks and sizes of brackets: \left, \big, \!. */
size_t bp_cut_behind_layout(const struct bp_cutter *cutter, size_t at);

/* Writes what the next `length` bytes stand for, and goes on behind them. */
void bp_cutter_put(struct bp_cutter *cutter, const char *ours, size_t length);

/* Copies the next bytes. */
void bp_cutter_copy(struct bp_cutter *cutter, size_t length);

/* What stands here, with what it is spelled with: letters side by side, an index behind ^ or _. */
void bp_cut_letters(struct bp_cutter *cutter);
void bp_cut_script(struct bp_cutter *cutter);

/* Whether an equation begins here without anything between it and the one before, as in … = δ a^T
 * \frac{∂J}{∂b} = \frac{∂J}{∂z} …: the derivative is of what the left side is of, by something that
 * was not spoken of, and the next side begins with one of the same. */
bool bp_cut_runs_together(const struct bp_cutter *cutter);

/* The bars of a norm, \|x\|_2: the first opens, the next at the same depth closes. */
void bp_cut_norm(struct bp_cutter *cutter, size_t length);

/* Leaves out the brace here and the one that closes it. */
bool bp_cut_drop_braces(struct bp_cutter *cutter);

/* A step of the walk that has to do with cases; false where it has not. */
bool bp_cut_cases(struct bp_cutter *cutter);

/* An upright d before a name; false where none stands here. */
bool bp_cut_upright_d(struct bp_cutter *cutter);

/* Whether nothing but names with commas between them was written, all of which a shape is of:
 * Q, K, V \in R^{n \times d}. */
bool bp_cut_is_list(const struct bp_written *text);

/* The length of a remark in parentheses at the place, (线性函数), or of one that is set apart from
 * the formula before it, \quad (n \times m); 0: here is none. */
size_t bp_cut_remark(const struct bp_cutter *cutter);

/* Writes a formula as it is cut: without escapes of Markdown and entities of HTML, \\ for \newline,
 * a derivative for (\log x)', \hat{y}_i for \hat{y_i}.  False where memory is short. */
bool bp_cut_prepare(struct bp_written *text);

#endif
