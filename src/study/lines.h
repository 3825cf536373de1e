/* Single lines of a note, and its parts, as documents for the eye: to be worked out or traced. */
#ifndef BP_STUDY_LINES_H
#define BP_STUDY_LINES_H

#include "base/arena.h"
#include "judge/judge.h"
#include "lang/parse.h"

struct bp_study_line {
  const char *place; /* "line 16", or "cell 3, line 2" */
  const char *text;  /* the formula as written; of a part, NULL */
  const char *words; /* how the note is read there */
  const char *why;   /* why there is no document; else NULL */
  const struct bp_document *document;
};

struct bp_study_lines {
  struct bp_study_line *list;
  size_t count, capacity;
};

/* The lines that `which` names: the number of a line of the file (with a colon before it, too), or
 * "cell 3, line 2".  NULL: all that state something, without documents.  0, or -1 where memory is
 * short. */
int bp_study_lines(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                   const struct bp_judge_options *options, const char *which,
                   struct bp_arena *arena, struct bp_study_lines *lines);

/* The parts of a note that speak of different things, each as a document with its lines that can be
 * read.  0, or -1 where memory is short. */
int bp_study_parts(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                   const struct bp_judge_options *options, struct bp_arena *arena,
                   struct bp_study_lines *parts);

#endif
