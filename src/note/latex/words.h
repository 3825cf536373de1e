/* What the commands of LaTeX and the signs of Unicode do when a formula is cut, as data. */
#ifndef BP_NOTE_LATEX_WORDS_H
#define BP_NOTE_LATEX_WORDS_H

#include "note/latex/cut.h"

#define BP_SUM_OF_SAMPLES BP_SUM_OF_SAMPLES_MARK " "

enum bp_cut_kind {
  BP_CUT_KEEP,  /* the parser knows it */
  BP_CUT_BLANK, /* layout */
  BP_CUT_LABEL, /* layout, with its argument */
  BP_CUT_SOFT,  /* may separate */
  BP_CUT_HARD,  /* separates */
  BP_CUT_WORDS, /* words in its argument */
  BP_CUT_RELATION,
  BP_CUT_BEGIN,
  BP_CUT_END,
  BP_CUT_SUM
};

struct bp_cut_word {
  const char *word;
  enum bp_cut_kind kind;
  enum bp_written_relation relation;
  const char *ours;
};

/* The row of a command that the cutter treats in a way of its own, or NULL. */
const struct bp_cut_word *bp_cut_word_find(const char *word, size_t length);

struct bp_cut_sign {
  const char *sign;
  enum bp_cut_kind kind; /* KEEP: `ours` in its place */
  enum bp_written_relation relation;
  const char *ours;
};

/* The row of the sign at `text`, or NULL; sets its length.  Letters of a script without spaces are
 * words. */
const struct bp_cut_sign *bp_cut_sign_find(const char *text, size_t left, size_t *length);

enum bp_environment {
  BP_ENVIRONMENT_LAYOUT,
  BP_ENVIRONMENT_MATRIX,
  BP_ENVIRONMENT_COLUMNS /* a matrix with a description of its columns */
};

/* "{bmatrix}" */
enum bp_environment bp_environment_of(const char *group, size_t length);

/* How many of the letters are a function that another letter is stuck to: 4 in tanhx; otherwise 0.
 */
size_t bp_function_before(const char *letters, size_t length);

/* Whether two letters are a word: ln, tr. */
bool bp_is_short_word(const char *letters);

#endif
