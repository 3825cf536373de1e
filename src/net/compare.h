/* One gradient held against the differences and the Jacobians: settle what two evaluations do not,
 * judge every entry, and sum up.
 *
 * Evidence and entries live in the arenas that are given, and go when these are freed; a view owns
 * nothing and points into the evidence.
 */
#ifndef BP_NET_COMPARE_H
#define BP_NET_COMPARE_H

#include "net/difference/difference.h"
#include "net/estimate.h"
#include "net/kronecker.h"
#include "net/options.h"
#include "net/proof/proof.h"
#include "net/response/response.h"

/* What is known about a network at one point; made once, whatever gradients are compared with it.
 */
struct bp_evidence {
  const struct bp_network *network;
  struct bp_forward *forward;
  struct bp_gradient *gradient;   /* BP1-BP4 without a mistake */
  struct bp_gradient_error error; /* of that */
  struct bp_kronecker *kronecker;
  struct bp_differences *differences;
  struct bp_responses *responses; /* which fill them */
  struct bp_proof *proof;         /* made when first needed */
  enum bp_route route;
  int threads;
  double tolerance;   /* what a bound must not exceed for an entry to be settled, in units of J */
  bool forward_right; /* Z is what W, b and A give */
  /* Where other code's gradient is under test, `error` bounds its rounding, and there is no formula
   * to hold against the difference in higher precision. NULL: BP1-BP4. */
  const struct bp_outside *outside;
  const struct bp_gradient *tight;   /* with `outside`: see bp_outside_error */
  const struct bp_gradient *landing; /* where that is much: see bp_outside_landing */
  double ends[BP_CHECK_PARTS];       /* of the progress */
  size_t skipped; /* entries left open because settling them would have taken too long */
  struct bp_arena *arena;
};

/* A part of a check, whose progress goes from `from` to `to` of the whole. */
struct bp_stage {
  const struct bp_check_options *options;
  double from, to;
};

/* Tells how much of a stage, `user`, is done; false: stop. */
bool bp_stage_progress(double share, void *user);

/* Runs all of the evidence but differences; the progress is up to the end of that part. */
enum bp_status bp_evidence_begin(const struct bp_network *network,
                                 const struct bp_check_options *options, struct bp_arena *arena,
                                 struct bp_evidence **evidence);

/* Runs everything that does not depend on the gradient under test.  The progress is up to the end
 * of its parts.  BP_STOPPED when the progress asked for it. */
enum bp_status bp_evidence_gather(const struct bp_network *network,
                                  const struct bp_check_options *options, struct bp_arena *arena,
                                  struct bp_evidence **evidence);

/* Compares `gradient` (BP1-BP4 with `mistake`, or NULL for none) and fills report->blocks,
 * report->network and everything that follows from them. */
enum bp_status bp_compare(struct bp_evidence *evidence, const struct bp_gradient *gradient,
                          const struct bp_mistake *mistake, const struct bp_check_options *options,
                          struct bp_arena *arena, struct bp_report *report);

/* Multiplications in 113 bits that BP1-BP4 take there, roughly, and how many are affordable. */
double bp_quad_gradient_cost(const size_t *size, size_t depth, size_t samples);
#define BP_QUAD_GRADIENT_COST 2e8

/* One block under comparison. */
struct bp_view {
  const char *name;
  enum bp_difference_target target;
  size_t l;
  bool bias;
  bool outside; /* of other code */
  double unit;  /* roundoff of the arithmetic of that; 0: there is none */
  const gsl_matrix *value, *error, *magnitude, *kronecker, *kronecker_sum;
  const gsl_matrix *landing;   /* of other code: how far off it lands, else NULL */
  const gsl_matrix *tight;     /* of other code: less than its error, see entry.c; else NULL */
  const gsl_matrix *own_error; /* dA[L]: its error at the stored A[L], where its difference is
                                * taken;       else NULL, for error */
  const struct bp_quad_matrix *quad; /* NULL where it was not computed */
  const struct bp_difference *difference;
  const uint8_t *agreement; /* enum bp_agreement, like difference; NULL: nothing was compared */
  const uint16_t *bits;     /* in which */
  size_t stride;            /* of difference */
  struct bp_share own;      /* of the rows, those of which this rank knows all of this */
  bool dealt;               /* the others are known to other ranks */
  int threads;              /* that share what is done to all entries */
};

/* Block b of 0 .. bp_view_count - 1: W[1], b[1], ..., then dA[1], dZ[1], ...; its name is
 * NULL without an arena. */
size_t bp_view_count(const struct bp_network *network);
struct bp_view bp_view_of(const struct bp_evidence *evidence, const struct bp_gradient *gradient,
                          const struct bp_quad_gradient *quad, size_t b, struct bp_arena *arena);

/* The view of dZ[l], dA[l] or W[l], which that of b[l] follows. */
size_t bp_view_first(const struct bp_network *network, enum bp_difference_target target, size_t l);

/* How much the mistaken gradient differs from the right one in any parameter, relative to J. */
double bp_largest_change(const struct bp_evidence *evidence, const struct bp_gradient *mistaken);

/* Where the entry's difference stands in view->difference. */
static inline size_t bp_view_index(const struct bp_view *view, size_t i, size_t j) {
  return i * view->stride + (view->bias ? view->stride - 1 : j);
}

static inline const struct bp_difference *bp_view_difference(const struct bp_view *view, size_t i,
                                                             size_t j) {
  return &view->difference[bp_view_index(view, i, j)];
}

/* What ball arithmetic says of formula and difference. */
static inline enum bp_agreement bp_view_agreement(const struct bp_view *view, size_t i, size_t j) {
  if (!view->agreement || bp_view_difference(view, i, j)->method != BP_METHOD_PROOF)
    return BP_AGREEMENT_OPEN;
  return (enum bp_agreement)view->agreement[bp_view_index(view, i, j)];
}

/* How far the Jacobians may be off by rounding. */
double bp_view_chain_rounding(const struct bp_view *view, double roundings, size_t i, size_t j);

/* Bound of |value - difference| for an entry, kinks apart; of other code the tight one. */
double bp_view_bound(const struct bp_view *view, size_t i, size_t j);

/* Whether judging the entry takes view->quad: its difference is known far better than float64 can
 * say whether the formula is right. */
bool bp_view_needs_formula(const struct bp_view *view, double tolerance, size_t i, size_t j);

/* The same of any entry of the gradient, on any rank. */
bool bp_views_need_formula(const struct bp_evidence *evidence, const struct bp_gradient *gradient);

/* The rounding that decided about an entry: where the formula itself was held against the
 * difference in more bits, that of its float64 value has no part in it. */
double bp_deciding_rounding(const struct bp_view *view, double roundings,
                            const struct bp_entry *entry, size_t i, size_t j);

/* A view's entries of this rank, row by row, in shares for threads: how many there are, and the
 * entries of one. */
size_t bp_view_shares(const struct bp_view *view);
struct bp_share bp_view_share(const struct bp_view *view, size_t index);

/* The largest number of the block, as far as it is one. */
double bp_view_largest(const struct bp_view *view);

/* The verdict on one entry from everything known; `largest` is that of its view. */
void bp_judge_entry(const struct bp_view *view, double tolerance, double roundings, double largest,
                    size_t i, size_t j, struct bp_entry *entry);

/* The same of all entries of this rank; `entries` are those of the whole block. */
void bp_view_judge(const struct bp_view *view, double tolerance, double roundings,
                   struct bp_entry *entries);

/* Counts, extremes and the verdict of a block whose entries are judged; of a dealt network, on
 * every rank, and then rank 0 has all entries, and the median alone.  `scratch` holds as many
 * doubles as the block has entries.  False: memory is short. */
bool bp_block_sum_up(const struct bp_view *view, double tolerance, double roundings,
                     struct bp_block *block, double *scratch);

#endif
