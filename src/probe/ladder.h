/* What values of a function beside a point say about its slope there, if nothing else is known.
 *
 * Pure arithmetic on numbers that somebody else obtained: no function is called here.
 */
#ifndef BP_PROBE_LADDER_H
#define BP_PROBE_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "results/results.h"

enum { BP_MOST_RUNGS = 32 };

/* Values at `count` pairs of points, from the largest step to the smallest. */
struct bp_ladder {
  size_t count;
  double above[BP_MOST_RUNGS], below[BP_MOST_RUNGS]; /* the steps as they were really made; >= 0 */
  double plus[BP_MOST_RUNGS], minus[BP_MOST_RUNGS];  /* NaN where there is no value */
  double middle;                                     /* the value at the point itself */
  double noise;  /* of a value: what it typically is off; for values that are finite */
  double unit;   /* unit roundoff of the values */
  double wobble; /* what the last bits of the point do to a quotient over any step, beyond what
                    noise explains */
};

/* |value - slope| <= truncation + rounding, as far as can be seen; INFINITY where nothing is known.
 */
struct bp_slope {
  double value;
  double truncation; /* by which other steps differ from it, beyond what noise does to them */
  double rounding;   /* what noise in the values does to it */
  double step;       /* the smallest that has a part in it */
};

static inline double bp_slope_bound(const struct bp_slope *slope) {
  return slope->truncation + slope->rounding;
}

/* Everything that a ladder says. */
struct bp_probe_slopes {
  struct bp_slope central, above, below; /* `above`: to the right of the point */
  bool jump;                             /* a corner whose slopes grow without end */
  bool corner;  /* the slopes to both sides differ, and go on differing as the step shrinks */
  double noise; /* of a value, at least as large as the ladder's: what it says itself */
};

void bp_ladder_slopes(const struct bp_ladder *ladder, struct bp_probe_slopes *slopes);

/* The second derivative. */
struct bp_slope bp_ladder_curvature(const struct bp_ladder *ladder);

/* Whether several steps speak against that number, and not only the best of them. */
bool bp_ladder_bends_otherwise(const struct bp_ladder *ladder, const struct bp_slope *curvature,
                               double value);

/* Stairs of so many unit roundoffs of the values are not made by their rounding. */
#define BP_GRANULAR 0x1p8

/* Stairs above that part of the values leave a gradient of 0 open.  In float those of floor(k x)
 * and those that cancellation leaves are of the same height from k = 10^4 on, and either may be
 * meant. */
double bp_ladder_granular(const struct bp_ladder *ladder);

/* Of what last bits of the point do, times the largest of so few draws. */
#define BP_SHAKEN 4

/* What judging a number takes besides the ladder. */
struct bp_ladder_question {
  double value;   /* the number under test */
  double error;   /* its own rounding, at most */
  double largest; /* largest number of its block: what a bound is wide or narrow against */
  double moved;   /* what of the error was seen at points beside this one */
};

/* Sets value, difference, bound with its parts, relative, verdict, reason and method. */
void bp_ladder_judge(const struct bp_ladder *ladder, const struct bp_ladder_question *question,
                     struct bp_entry *entry);

/* Once that is final: a right number is refuted from some bounds on only, so the bound of an entry
 * that holds or fails becomes that many, which is how far the right number may be. */
void bp_ladder_reach(const struct bp_ladder *ladder, struct bp_entry *entry);

/* Value and difference apart, relative to the larger; 0 where both are 0, NaN where one is not
 * finite. */
double bp_probe_relative(double value, double difference);

/* A bound of the error of a difference of two values whose noise is that, not yet divided by the
 * step. */
double bp_probe_rounding(double noise);

#endif
