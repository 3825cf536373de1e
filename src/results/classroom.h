/* What became of the files of a class, as plain data: a student a file, a column a line.
 *
 * Everything that it points to lives as long as the arena in which it was made.
 */
#ifndef BP_RESULTS_CLASSROOM_H
#define BP_RESULTS_CLASSROOM_H

#include <stdbool.h>
#include <stddef.h>

enum bp_mark {
  BP_MARK_HOLDS,
  BP_MARK_FAILS,
  BP_MARK_UNDECIDED,
  BP_MARK_UNREAD,  /* it could not be read */
  BP_MARK_EMPTY,   /* it claims nothing: both sides are the same formula */
  BP_MARK_MISSING, /* no line of the file is this one */
  BP_MARK_COUNT
};

/* A column: a line that the template requires, or one that students have. */
struct bp_class_line {
  const char *name; /* "output layer"; its left side where it has none */
  double points;    /* for a student whose line holds; 0: shown only */
};

struct bp_class_cell {
  enum bp_mark mark;
  size_t line;         /* in the student's file, from 1; 0: MISSING */
  const char *text;    /* the formula; NULL: MISSING */
  const char *why;     /* a sentence; NULL: it holds */
  const char *mistake; /* "the transpose is missing"; NULL: not known */
  const char *mended;  /* the formula that would hold; NULL: not known, or not to be told */
  bool given;          /* the template has the very same line */
  double points;
};

struct bp_class_student {
  const char *name; /* of the file, without its ending */
  const char *file;
  const char *trouble;         /* why it was not judged at all; NULL: it was */
  struct bp_class_cell *cells; /* one for each column */
  size_t count[BP_MARK_COUNT];
  double points;
};

/* A mistake that several may have made, however they wrote it. */
struct bp_class_mistake {
  const char *sentence; /* "the transpose is missing" */
  const char *line;     /* the column */
  const char **students;
  size_t count;
};

struct bp_classroom {
  const char *title;
  bool required; /* columns and points are those of a template */
  bool mends;    /* mended formulas may be told */
  struct bp_class_line *lines;
  size_t line_count;
  double points; /* that one can have */
  struct bp_class_student *students;
  size_t student_count;
  struct bp_class_mistake *mistakes; /* the commonest first */
  size_t mistake_count;
};

/* "holds", "missing": stable, for programs; and the sign of a cell. */
const char *bp_mark_name(enum bp_mark mark);
const char *bp_mark_sign(enum bp_mark mark);

#endif
