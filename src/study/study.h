/* Notes, judged: which reading of a note is meant, by what holds under it, and the verdicts.
 *
 * A note does not say everything.  All readings of a context are tried on all of its lines at a few
 * points, and the one under which the most hold is meant.  That can only ever choose what the note
 * leaves open for all lines together (the loss, how samples lie, what dZ belongs to); no line
 * chooses for itself.  A line fails only where it fails under every reading, and where the forward
 * pass is the note's own: a forward equation of it that agrees with the declarations.  Otherwise it
 * is undecided, and says what it needs.
 */
#ifndef BP_STUDY_STUDY_H
#define BP_STUDY_STUDY_H

#include "base/arena.h"
#include "hint/hint.h"
#include "judge/judge.h"
#include "lang/parse.h"
#include "results/results.h"

struct bp_study_request {
  const struct bp_source *source;
  const struct bp_vocabulary *vocabulary;
  const struct bp_judge_options *judge;
  const struct bp_hint_options *hints; /* NULL: none are looked for */
  bool drawn;                          /* with pictures of the formulas, as they are read */
};

/* Reads and judges a note.  The report lives in the arena; its claims come in the order of the
 * note, what is no claim is among its remarks.  0, or -1 where memory is short. */
int bp_study(const struct bp_study_request *request, struct bp_arena *arena,
             struct bp_derivation_report *report);

/* The reading of the part of a note that has the most lines, as the text of a derivation: its
 * declarations and claims, with the lines of the note as comments.  `part` counts the parts that
 * speak of different things, from 1; 0: the one with the most lines.  Sets how many parts there
 * are. NULL where memory is short, or there is no such part: then *parts is less than `part`, or 0.
 */
const char *bp_study_reading(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                             const struct bp_judge_options *options, size_t part,
                             struct bp_arena *arena, size_t *parts);

#endif
