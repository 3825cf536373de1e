/* The black-box check: a gradient or Jacobian that other people's code computed, held against
 * differences of values that the same code computes.
 *
 * Nothing is known about the function but its values, so everything that decides is measured: how
 * noisy the values are, over which steps differences agree with each other, whether the slopes to
 * both sides are the same.  Values are asked for in batches, so that whoever evaluates can spread
 * them over several processes; and a point is mostly the base point with one parameter changed, so
 * that only the change need be sent.  docs/numerics.md ("Other people's code") explains the
 * numerics.
 *
 * Memory: an entry of the report for each of outputs · parameters numbers, and a bounded number of
 * values on top; nothing is allocated for a single parameter.
 *
 * Reports and sentences live in the arena that is given, and go when that is freed; what is checked
 * and the options are the caller's, and nothing of them is kept.
 */
#ifndef BP_PROBE_PROBE_H
#define BP_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "results/results.h"

/* A stretch of the parameters with a name and a shape: W1 as 4 x 3, row by row. */
struct bp_probe_part {
  const char *name;
  size_t rows, columns;
};

/* Where the function is wanted.  `theta` NULL: the base point with parameter `index` set to `value`
 * (which may be the base value itself: the base point).  Else the whole point, valid during the
 * call. With a unit roundoff of 2^-24 every number of a point is a float. */
struct bp_probe_point {
  size_t index;
  double value;
  const double *theta;
};

/* Fills values[i * outputs + o] with output o at points[i], which may be none.  What cannot be
 * evaluated at a point is NaN.  Returns 0, or anything else to stop the whole check (a child
 * process died). */
typedef int bp_probe_evaluate(void *user, const struct bp_probe_point *points, size_t count,
                              double *values);

/* Fills gradient[o * parameters + j], outputs rows, at a whole point: the code under test once
 * more. What it cannot compute is NaN.  Returns 0, or anything else to stop the whole check. */
typedef int bp_probe_differentiate(void *user, const double *theta, double *gradient);

/* What is checked.  The caller keeps everything alive during the check; nothing is kept after it.
 */
struct bp_probed {
  size_t parameters, outputs; /* at least 1 each */
  bool jacobian; /* blocks are outputs x parameters of the part; else (outputs is 1) they have the
                    shape of the part */
  double unit;   /* unit roundoff of the numbers that the function computes with: BP_PROBE_DOUBLE or
                    BP_PROBE_FLOAT */
  const double *theta; /* the base point */
  const struct bp_probe_part
      *parts; /* one after the other they make up theta; NULL: one, "theta" */
  size_t part_count;
  const double *gradient; /* outputs rows of `parameters` numbers */
  const double *again;    /* the same, computed once more, to see that it is deterministic; or NULL.
                             An entry that is NaN in `gradient` and BP_PROBE_GARBAGE here was not
                             written, where the buffers had these in them before */
  const double *scales;   /* typical magnitudes of the parameters; NULL: seen from theta */
  bp_probe_evaluate *evaluate;
  bp_probe_differentiate *differentiate; /* NULL: how far the gradient loses digits is not seen */
  void *user;                            /* of evaluate and differentiate */
};

#define BP_PROBE_GARBAGE 1e300 /* what is added to it leaves no trace */
#define BP_PROBE_DOUBLE 0x1p-53
#define BP_PROBE_FLOAT 0x1p-24

/* Which parameters are looked at. */
enum bp_probe_rule {
  BP_PROBE_ALL,
  BP_PROBE_EVERY,     /* number: every number-th of each part, from its first on */
  BP_PROBE_RANDOM,    /* number: so many of each part, drawn with the seed */
  BP_PROBE_GIVEN,     /* indices, counted from 0 over all parameters; in any order */
  BP_PROBE_DIRECTIONS /* number: so many random directions, at least 2, and no single parameter */
};

/* How it is checked; all zeros: the defaults. */
struct bp_probe_options {
  enum bp_probe_rule rule;
  size_t number;         /* of the rule; 0: 1, of directions 2 */
  const size_t *indices; /* of BP_PROBE_GIVEN, each below `parameters` */
  size_t index_count;
  unsigned long seed; /* 0: 1 */
  double noise;       /* of the function, relative to its value, where known better than it can be
                         measured; 0: measured */
  double gradient_error; /* of the gradient itself, relative to the largest entry of its block (of
                            its row in a Jacobian); 0: 512 units roundoff */
  /* Every rank (base/ranks/ranks.h) makes this call with the same point and the same gradient:
   * points are dealt to them, and all get the same report.  `differentiate` is asked on rank 0. */
  bool dealt;
  /* Called now and then with the share done, 0..1; returning false stops the check. May be NULL. */
  bool (*progress)(double share, void *user);
  void *user;
};

enum bp_probe_status {
  BP_PROBE_OK = 0,
  BP_PROBE_NO_MEMORY = -1,
  BP_PROBE_STOPPED = -2, /* by evaluate or by progress */
};

/* Runs the check: 2 evaluations for each parameter that is clear, some 50 more where it is not, and
 * about 20 for the whole (40 where the function stands still over short distances); all of it
 * twice where the gradient has an entry larger than twice what the differences say.  Title,
 * settings and seconds of the report are the caller's to fill.  Blocks come in
 * the order of the parts; with BP_PROBE_DIRECTIONS there is one, "directions".  What fails is
 * explained (probe/patterns.h).  A bad option (an index too large, parts that do not add up) is the
 * caller's to refuse: see bp_probe_complaint. */
enum bp_probe_status bp_probe_check(const struct bp_probed *probed,
                                    const struct bp_probe_options *options, struct bp_arena *arena,
                                    struct bp_report **report);

/* What is wrong with the request, as a sentence for the programmer; NULL: nothing. */
const char *bp_probe_complaint(const struct bp_probed *probed,
                               const struct bp_probe_options *options, struct bp_arena *arena);

/* ---- beside the gradient: blocks that are added to a report of bp_probe_check ---- */

/* Two ways of computing the same numbers, such as f alone and f together with its gradient: a block
 * that holds where they agree to 512 units roundoff of the largest.  Undecided where the reference
 * is NaN or both are not finite, and altogether where the report so far found nothing that it could
 * judge, as something is not deterministic or the function has no value. */
enum bp_probe_status bp_probe_compare(const char *name, size_t rows, size_t columns,
                                      const double *value, const double *reference, double unit,
                                      struct bp_arena *arena, struct bp_report *report);

/* The second derivative of every output along `direction`, d²/dt² f(theta + t · direction) at 0,
 * held against second differences: a block of outputs x 1. */
enum bp_probe_status bp_probe_second(const struct bp_probed *probed,
                                     const struct bp_probe_options *options, const char *name,
                                     const double *direction, const double *second,
                                     struct bp_arena *arena, struct bp_report *report);

#endif
