/* Formulas to be looked at, as plain data: what stands beside, above and below what, with the shape
 * of each factor.  A picture knows no meaning and no format: writers make MathML of it.
 *
 * Everything that a picture points to lives as long as the arena in which it was made.
 */
#ifndef BP_RESULTS_PICTURE_H
#define BP_RESULTS_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

enum bp_picture_kind {
  BP_PICTURE_NAME,     /* text: "W", "tanh", "∂" */
  BP_PICTURE_NUMBER,   /* text */
  BP_PICTURE_SIGN,     /* text: an operator, a relation, a bracket, a comma */
  BP_PICTURE_WORDS,    /* text: "at" */
  BP_PICTURE_ROW,      /* parts, one behind the other */
  BP_PICTURE_FRACTION, /* part[0] over part[1] */
  BP_PICTURE_SCRIPTS,  /* part[0], with part[1] low and part[2] high behind it; NULL: nothing */
  BP_PICTURE_LIMITS,   /* part[0], with part[1] below and part[2] above it; NULL: nothing */
  BP_PICTURE_ROOT,     /* of part[0] */
  BP_PICTURE_TABLE     /* rows x columns of parts, row by row */
};

struct bp_picture {
  enum bp_picture_kind kind;
  const char *text;
  const struct bp_picture **part;
  size_t count;
  size_t rows, columns;
  const char *shape; /* "(n[1],m)"; NULL: it is part of a factor, or a plain number */
  bool marked;       /* what was changed, or does not hold */
};

#endif
