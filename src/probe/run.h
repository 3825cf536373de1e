/* One check while it runs: what the files of this folder share.
 *
 * Blocks and sentences of the report live in run->arena; everything else of a run lives in
 * run->spare and goes at the end of the check.
 */
#ifndef BP_PROBE_RUN_H
#define BP_PROBE_RUN_H

#include <stdint.h>

#include "probe/ladder.h"
#include "probe/noise.h"
#include "probe/probe.h"

struct bp_run {
  const struct bp_probed *probed;
  const struct bp_probe_options *options;
  struct bp_arena *arena;   /* of the report */
  struct bp_arena *spare;   /* until the end of the check, or of one part */
  struct bp_arena *lasting; /* until the end of the check */
  const struct bp_probe_part *parts;
  size_t part_count;
  bool single;      /* the function computes in float */
  double tolerance; /* relative: what the screening does not look at */

  /* Room for one batch. */
  struct bp_probe_point *points;
  double *values;
  size_t room;       /* points */
  size_t whole_room; /* points that are whole */
  double *whole;     /* their numbers */

  /* What is known about the function at the point; a number for each output. */
  double *middle;
  double *shaken;       /* values of two moved points */
  double *wobble;       /* of quotients of one parameter, see bp_run_shake */
  double *moves;        /* for each entry of the gradient: what the last bits of the point do to it;
                           NULL: not known */
  double *afar;         /* the gradient at another place, see afar.h; NULL: not asked for */
  int afar_at;          /* which place; 0: nothing is there yet */
  size_t excused;       /* entries that are left open for what is seen there */
  double *noise;        /* standard deviation, at least the rounding of the value */
  double *quantum;      /* power of ten of which all values seen are multiples; 0: none */
  bool *still;          /* it did not change enough for its noise to be seen */
  double lost;          /* largest share of the largest entry of its row by which the last bits of
                           the point move an entry or its difference */
  double *typical;      /* root mean square of those of |entry| · scale that are not 0 */
  double *influence;    /* largest |entry| · scale of its row, over all parameters */
  double *limit;        /* for each part and output: what its largest entry can be, seen from the
                           differences; NULL before there are any */
  int step;             /* exponent of the screening step, relative to the scale */
  bool function_random; /* the same input gave different values */
  bool function_remembers; /* at the end it gives other values than at the beginning */
  bool gradient_random;
  size_t unfilled; /* entries of the gradient that its code did not write, or added to */
  size_t first_unfilled;
  size_t evaluations;
  bool stopped;
};

/* One part in the work. */
struct bp_stretch {
  const struct bp_probe_part *part;
  size_t begin, count;   /* of its parameters */
  int scale;             /* exponent: parameters are typically as large as 2^scale */
  const double *largest; /* of the entries of each row under test */
  const uint8_t *vanish; /* whether a row is nothing beside the rest of its output's gradient */
  struct bp_block *block;
  const uint8_t *wanted; /* for each of its parameters */
};

/* A number that the function can be called with, next to x. */
static inline double bp_run_representable(const struct bp_run *run, double x) {
  return run->single ? (double)(float)x : x;
}

/* Evaluates run->points[0 .. count - 1]; false when everything is to stop. */
bool bp_run_evaluate(struct bp_run *run, size_t count);

/* The same at points and into values of the caller's. */
bool bp_run_evaluate_at(struct bp_run *run, const struct bp_probe_point *points, size_t count,
                        double *values);

/* Fills run->moves, unless that is done or there is nothing to do it with. */
bool bp_run_move_gradient(struct bp_run *run);

/* Fills moves for each output: what the last bits of the point do to the gradient under test along
 * a direction. */
bool bp_run_move_along(struct bp_run *run, const double *direction, double *moves);

/* A step from the point to both sides: along a direction or, where that is NULL, of one parameter.
 */
struct bp_course {
  const double *direction;
  size_t index;
  double above, below;
};

/* Fills run->wobble: what moving the point by its last bits does to the quotient over the step, for
 * each output, beyond its noise.  `plus` and `minus` are the values at the ends of the step. */
bool bp_run_shake(struct bp_run *run, const struct bp_course *course, const double *plus,
                  const double *minus);

/* Where an entry fails, looks for jumps between the rungs on the way of the course (whose ends do
 * not count); with one it may be undecided, or hold.  False when everything is to stop. */
bool bp_run_excuse(struct bp_run *run, const struct bp_course *course,
                   const struct bp_ladder *ladder, size_t output,
                   const struct bp_ladder_question *question, struct bp_entry *entry);

/* Leaves open what fails by no more than a few roundings of what the gradient is nearer to 0, if
 * it agrees there, see afar.c.  False when everything is to stop. */
bool bp_run_excuse_fit(struct bp_run *run, const struct bp_stretch *stretch);

/* The same of a slope along a direction. */
bool bp_run_excuse_fit_along(struct bp_run *run, const double *direction, size_t output,
                             struct bp_entry *entry);

/* Leaves open what fails where kinks cross, if it agrees beside the point, see beside.c.  False
 * when everything is to stop. */
bool bp_run_excuse_beside(struct bp_run *run, const struct bp_stretch *stretch);

/* The same of a slope along a direction. */
bool bp_run_excuse_beside_along(struct bp_run *run, const double *direction, size_t output,
                                struct bp_entry *entry);

/* Exponent of the scale of a parameter of the stretch. */
int bp_run_scale(const struct bp_run *run, const struct bp_stretch *stretch, size_t parameter);

/* Exponent of the typical scale of `count` parameters from `begin` on. */
int bp_run_typical_scale(const struct bp_probed *probed, size_t begin, size_t count);

/* Error that an entry of the gradient may have of itself. */
double bp_run_gradient_error(const struct bp_run *run, double largest);

/* Looks at the function at the point: its values, whether they repeat, how noisy they are.  False
 * when everything is to stop. */
bool bp_run_survey(struct bp_run *run);

/* Once more, when all is done. */
bool bp_run_survey_again(struct bp_run *run);

/* Whether output o can be judged at all; else the reason. */
bool bp_run_is_sound(const struct bp_run *run, size_t output, enum bp_reason *reason);

/* Judges every wanted entry of a part.  False when everything is to stop. */
bool bp_run_stretch(struct bp_run *run, const struct bp_stretch *stretch);

/* Fills a ladder's steps: which rungs, from the largest step to the smallest. */
struct bp_rungs {
  int top;   /* exponent of the largest step */
  int ratio; /* exponent of the ratio of neighbours */
  size_t count;
};

struct bp_rungs bp_run_wide(const struct bp_run *run, int scale, double value);
double bp_run_step(const struct bp_rungs *rungs, size_t r);

/* Directions in place of single parameters, as a block.  False when everything is to stop. */
bool bp_run_directions(struct bp_run *run, struct bp_block *block);

/* Values along a direction from the point: fills plus, minus, above and below of a ladder for each
 * output, with `steps` of it.  `ladders` has an element for each output. */
bool bp_run_ladders_along(struct bp_run *run, const double *direction, const struct bp_rungs *rungs,
                          struct bp_ladder *ladders);

/* Counts, extremes and the verdict of a block; `scratch` holds a double for each entry. */
void bp_run_sum_up(struct bp_block *block, double *scratch);

/* Adds a block's counts to the report's. */
void bp_run_add_up(const struct bp_block *block, struct bp_report *report);

/* Sentences for the reader. */
enum bp_probe_status bp_run_notes(const struct bp_run *run, struct bp_report *report);

/* Which parameters are looked at, a byte for each. */
void bp_run_choose(const struct bp_run *run, uint8_t *wanted);

/* A number that looks random, from the seed and two counters. */
uint64_t bp_run_random(unsigned long seed, uint64_t stream, uint64_t counter);

#endif
