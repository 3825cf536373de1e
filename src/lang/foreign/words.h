/* What other languages call things, as data: commands of LaTeX, functions of NumPy.
 *
 * A row says what a word is and what stands here in its place, as text of our language.  Whoever
 * adds a word adds a row; the rules, of which there are few, are in latex.c and numpy.c.
 */
#ifndef BP_LANG_FOREIGN_WORDS_H
#define BP_LANG_FOREIGN_WORDS_H

#include <stddef.h>

#include "lang/foreign/rewrite.h"

enum bp_command_kind {
  BP_COMMAND_TEXT,     /* a sign or a name: `ours` stands for it */
  BP_COMMAND_BLANK,    /* layout: nothing */
  BP_COMMAND_BRACKET,  /* \left, \right: nothing, and a dot behind it stands for no bracket */
  BP_COMMAND_FACE,     /* \mathbf{W}: what stands in the braces */
  BP_COMMAND_ACCENT,   /* \hat{y}: the name with the mark `ours` */
  BP_COMMAND_FRACTION, /* \frac{a}{b} */
  BP_COMMAND_ROOT,     /* \sqrt{a} */
  BP_COMMAND_LABEL,    /* \tag{1}: nothing, with what stands in the braces */
  BP_COMMAND_BRACE,    /* \underbrace{a}_{b}: a */
  BP_COMMAND_BEGIN,    /* \begin{bmatrix} */
  BP_COMMAND_END
};

struct bp_latex_command {
  const char *word; /* without the backslash */
  enum bp_command_kind kind;
  const char *ours;
};

/* The row of a command, or NULL. */
const struct bp_latex_command *bp_command_find(const char *word, size_t length);

/* The command that is likely to be meant by a word that is none, or NULL. */
const char *bp_command_nearest(const char *word, size_t length);

/* How a call of a function of NumPy is written here. */
struct bp_function_form {
  const char *word; /* without np. */
  const char *ours; /* what it is called here */
  const char *open; /* what stands before its first argument */
  struct bp_bracket_form form;
  const char *rows, *columns; /* what opens it with axis=1, with axis=0; NULL: it has no axis */
  bool tuple;                 /* its arguments may stand in parentheses of their own */
  bool ordered;               /* a second argument without a keyword is no axis */
  bool of_sample;             /* torch divides by n - 1 in it */
};

/* The row of a function, or NULL. */
const struct bp_function_form *bp_function_form_find(const char *word, size_t length);

/* Whether functions are called by it: np, torch. */
bool bp_is_module(const char *word, size_t length);

#endif
