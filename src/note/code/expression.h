/* An expression of Python with NumPy, as a tree: names, operators, and the functions that formulas
 * are made of.  Anything else is UNREAD, with a sentence.
 */
#ifndef BP_NOTE_CODE_EXPRESSION_H
#define BP_NOTE_CODE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

enum bp_code_node_kind {
  BP_CODE_UNREAD,
  BP_CODE_NUMBER,
  BP_CODE_NAME,
  BP_CODE_OPPOSITE,  /* -a */
  BP_CODE_BINARY,    /* `sign`: + - * / @ ^ and, as one sign each, < > l (<=) g (>=) = (==) */
  BP_CODE_TRANSPOSE, /* a.T */
  BP_CODE_SUM,       /* `axis`; `mean` */
  BP_CODE_SIZE,      /* a.shape[axis] */
  BP_CODE_CALL,      /* `name` of the argument, or of several */
  BP_CODE_PART,      /* a[i] or a[i, j]: `index`, from 0; a row, a column, or an entry */
  BP_CODE_UNIT /* all 0 but for entry index[0]: as long as the axis `axis` of a, along it; NO_AXIS:
                  as a, which has one axis */
};

enum {
  BP_CODE_NO_AXIS = 9,
  BP_CODE_MOST_ARGUMENTS = 4,
  BP_CODE_WHOLE_AXIS = -1,
  BP_CODE_ONE_AXIS = -2
};

struct bp_code_node {
  enum bp_code_node_kind kind;
  struct bp_span span;
  struct bp_span name; /* NAME: the last word of it; CALL: of the function, without its module */
  const char *text;    /* NAME: as a key, letters and digits: W1 for self.W1 and params["W1"]; SUM:
                          what    else than a sum, "max" */
  const char *why;     /* UNREAD */
  char sign;
  struct bp_span sign_span;
  int axis;     /* SUM and SIZE: 0, 1, -1, or NO_AXIS */
  int index[2]; /* PART: WHOLE_AXIS stands for all of an axis, ONE_AXIS behind the only one */
  bool mean;
  bool module;  /* CALL: of NumPy */
  bool grouped; /* `span` has its parentheses */
  bool called;  /* BINARY: a function in the source, such as np.dot(a, b) */
  struct bp_code_node *child[BP_CODE_MOST_ARGUMENTS];
  size_t count;
};

/* Reads the bytes of `span`.  NULL only where memory is short. */
struct bp_code_node *bp_code_read(const struct bp_source *source, struct bp_span span,
                                  struct bp_arena *arena);

/* The key of a word: without underscores, so that W_1 and W1 are one.  NULL where memory is short.
 */
const char *bp_code_key(const char *word, size_t length, struct bp_arena *arena);

/* The first part that is not read; NULL: all of it is. */
const struct bp_code_node *bp_code_unread(const struct bp_code_node *node);

/* Whether a name with that key stands in it. */
bool bp_code_mentions(const struct bp_code_node *node, const char *key);

/* Whether the function or name is called so. */
bool bp_code_is_called(const struct bp_source *source, const struct bp_code_node *node,
                       const char *name);

#endif
