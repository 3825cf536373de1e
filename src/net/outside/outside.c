/* The error analysis of other people's code.
 *
 * Say that code computes with unit roundoff v: 2^-53 for float64, 2^-24 for float32.  Its forward
 * pass is not ours, so a running error (Higham, Accuracy and Stability of Numerical Algorithms, 2nd
 * ed., section 3.3) is carried through both passes, to first order in v but with slopes and
 * curvatures bounded over the whole interval that the error reaches:
 *
 *     X, W, b     v |x|                  stored wider than they were used, or rounded on the way
 *     Z[l]        |W| (EA + (n + 4) v |A|) + 3 v |b|                    n + 2 roundings, and of W
 *     A[l]        sup|g'| EZ + v rounding(z, a) + elsewhere softmax: a (EZ + a'EZ), and its sum
 *     dZ[L]       EA + 8 v (|a| + |y|) where it is A - Y, directly or through dA: there the same
 *                 rounded a stands in both factors, which therefore cancel to the same accuracy
 *     g'(Z)       sup|g''| EZ + 16 v magnitude + elsewhere;  across a kink the jump of the slope
 *     dA[l]       |W|' (EdZ + (n + 4) v |dZ|)
 *     dW[l]       1/m ((|A| + EA) EdZ + EA |dZ| + (m + 4) v |A| |dZ|)   summed over the samples
 *     db[l]       1/m (EdZ + (m + 4) v |dZ|)
 *
 * with n + 4 roundings in a sum of n products, or m + 4; where 6 sqrt(n) is less it takes the place
 * of n: rounding errors of either sign add up no further but once in 3e7 sums (N. Higham, T. Mary,
 * A new approach to probabilistic rounding error analysis, SIAM J. Sci. Comput. 41, 2019).
 *
 * `elsewhere` is what a function may be off in the forms that people use, however small its value
 * (num/function.h); for softmax e^(z - log sum e^z), v |z| of a.  Where units are saturated that
 * may be all there is to see.  So the bounds are had without it, too: what agrees within these is
 * right in any form (entry.c).
 *
 * To this comes for each product what underflow may swallow of it, which is much in float32:
 * softmax gives 1e-55 in float64 where float32 has nothing left.  All of it is taken times
 * BP_OUTSIDE_MARGIN.  Real code stays far within that, and how small a mistake can still be seen is
 * stated in the report, block by block.
 */
#include "net/outside/outside.h"

#include <math.h>
#include <string.h>

#define AT(matrix, i, j) ((matrix)->data[(i) * (matrix)->tda + (j)])

struct analysis {
  const struct bp_network *network;
  const struct bp_forward *forward;
  const struct bp_gradient *gradient; /* the right one */
  struct bp_gradient *error;          /* of the given one */
  gsl_matrix **Z, **A;                /* errors of the forward pass */
  double unit, tiny;                  /* roundoff; the smallest number that is not yet swallowed */
  bool tight;                         /* functions are accurate relative to their values */
};

/* Rounding of a sum of so many products, relative to their magnitudes. */
static double sum_rounding(const struct analysis *a, size_t terms) {
  double n = (double)terms;
  return (fmin(n, 6 * sqrt(n)) + 4) * a->unit;
}

/* ---- forward ------------------------------------------------------------- */

static void pre_activation_error(struct analysis *a, size_t l) {
  const gsl_matrix *W = a->network->W[l], *A = a->forward->A[l - 1];
  double roundings = sum_rounding(a, W->size2);
  for (size_t i = 0; i < W->size1; i++) {
    double bias = 3 * a->unit * fabs(AT(a->network->b[l], i, 0)) + (double)W->size2 * a->tiny;
    for (size_t s = 0; s < A->size2; s++)
      AT(a->Z[l], i, s) = bias;
    for (size_t j = 0; j < W->size2; j++)
      for (size_t s = 0; s < A->size2; s++)
        AT(a->Z[l], i, s) +=
            fabs(AT(W, i, j)) * (AT(a->A[l - 1], j, s) + roundings * fabs(AT(A, j, s)));
  }
}

/* a_k e^t_k / sum a_j e^t_j with |t| <= EZ; beyond first order a factor e^(2 max EZ). */
/* What underflow swallows of e^z beside their sum, where nobody has taken the largest z off before.
 */
static double swallowed(const struct analysis *a, size_t l, size_t s) {
  const gsl_matrix *Z = a->forward->Z[l];
  double top = AT(Z, 0, s);
  for (size_t k = 1; k < Z->size1; k++)
    top = fmax(top, AT(Z, k, s));
  return a->tight ? 0 : fmin(1, a->tiny * exp(-top));
}

static void softmax_error(struct analysis *a, size_t l, size_t s) {
  const gsl_matrix *A = a->forward->A[l];
  double mean = 0, largest = 0, exponent = 0, lost = swallowed(a, l, s), n = (double)A->size1;
  for (size_t k = 0; k < A->size1; k++) {
    exponent = a->tight ? 0 : fmax(exponent, fabs(AT(a->forward->Z[l], k, s)));
    mean += AT(A, k, s) * AT(a->Z[l], k, s);
    largest = fmax(largest, AT(a->Z[l], k, s));
  }
  for (size_t k = 0; k < A->size1; k++)
    AT(a->A[l], k, s) = AT(A, k, s) * (AT(a->Z[l], k, s) + mean) * exp(2 * largest) +
                        a->unit * bp_softmax_rounding(A->size1, AT(A, k, s)) +
                        2 * a->unit * exponent * AT(A, k, s) + lost * (1 + n * AT(A, k, s)) +
                        2 * a->tiny;
}

/* What another form of the function may be off, of the value and of the slope. */
static void elsewhere(const struct analysis *a, size_t l, double z, double *value, double *slope) {
  *value = *slope = 0;
  if (!a->tight)
    a->network->activation[l]->elsewhere(z, a->unit, value, slope);
}

static void activation_error(struct analysis *a, size_t l) {
  const struct bp_function *function = a->network->activation[l];
  double bound[BP_ORDER + 1];
  for (size_t s = 0; s < a->network->samples; s++) {
    if (function->columnwise)
      softmax_error(a, l, s);
    for (size_t i = 0; !function->columnwise && i < a->Z[l]->size1; i++) {
      double z = AT(a->forward->Z[l], i, s), error = AT(a->Z[l], i, s), value, slope;
      function->derivative_bounds(z, error, bound);
      elsewhere(a, l, z, &value, &slope);
      AT(a->A[l], i, s) = bound[1] * error + value + a->tiny +
                          a->unit * function->rounding(z, AT(a->forward->A[l], i, s));
    }
  }
}

/* ---- backward ------------------------------------------------------------ */

/* How much g'(z) can change within the error of z.  Where a kink is in reach the other code may be
 * on its other side, and no more than that, whatever the margin.  A unit exactly on it counts as
 * such in the differences already, whose one-sided slopes both are right. */
static double slope_change(const struct bp_function *function, double z, double reach,
                           double *slope) {
  double bound[BP_ORDER + 1];
  function->derivative_bounds(z, reach, bound);
  if (isfinite(bound[2]))
    return 2 * bound[2] * reach;
  *slope = fmax(fabs(function->slope_below), fabs(function->slope_above));
  return z == 0 ? 0 : fabs(function->slope_above - function->slope_below) / BP_OUTSIDE_MARGIN;
}

/* Error of dA g'(Z) for one number whose dA is known to `error`. */
static double times_slope_error(const struct analysis *a, size_t l, size_t i, size_t s,
                                double error) {
  const struct bp_function *function = a->network->activation[l];
  double z = AT(a->forward->Z[l], i, s), activation = AT(a->forward->A[l], i, s);
  double slope = fabs(function->taught(z, activation)), da = fabs(AT(a->gradient->dA[l], i, s));
  double value, form;
  elsewhere(a, l, z, &value, &form);
  double slope_error = slope_change(function, z, AT(a->Z[l], i, s), &slope) + form +
                       16 * a->unit * function->taught_magnitude(z, activation);
  return error * (slope + slope_error) + da * (slope_error + 2 * a->unit * slope + a->tiny) +
         a->tiny;
}

/* a_k (da_k - sum_j a_j da_j) where the activations are off, too. */
static void softmax_delta_error(struct analysis *a, size_t s) {
  size_t L = a->network->depth, outputs = a->network->size[L];
  const gsl_matrix *A = a->forward->A[L], *dA = a->gradient->dA[L];
  double sum = 0, sum_error = 0;
  for (size_t k = 0; k < outputs; k++) {
    sum += AT(A, k, s) * fabs(AT(dA, k, s));
    sum_error += AT(A, k, s) * AT(a->error->dA[L], k, s) + AT(a->A[L], k, s) * fabs(AT(dA, k, s));
  }
  for (size_t k = 0; k < outputs; k++) {
    double da = fabs(AT(dA, k, s)) + sum;
    AT(a->error->dZ[L], k, s) =
        AT(A, k, s) * (AT(a->error->dA[L], k, s) + sum_error + 2 * sum_rounding(a, outputs) * da) +
        AT(a->A[L], k, s) * da + 2 * a->tiny;
  }
}

static void output_errors(struct analysis *a) {
  const struct bp_network *network = a->network;
  size_t L = network->depth;
  const struct bp_loss_rules *rules = bp_network_rules(network);
  bool softmax = network->activation[L]->columnwise;
  for (size_t s = 0; s < network->samples; s++) {
    for (size_t k = 0; k < network->size[L]; k++) {
      double activation = AT(a->forward->A[L], k, s), y = AT(network->Y, k, s);
      double error = AT(a->A[L], k, s);
      AT(a->error->dA[L], k, s) = rules->outside_error(activation, y, error, a->unit);
      if (rules->direct)
        AT(a->error->dZ[L], k, s) = error + 8 * a->unit * (fabs(activation) + fabs(y));
      else if (!softmax)
        AT(a->error->dZ[L], k, s) = times_slope_error(a, L, k, s, AT(a->error->dA[L], k, s));
    }
    if (softmax && !rules->direct)
      softmax_delta_error(a, s);
  }
}

static void hidden_errors(struct analysis *a, size_t l) {
  const gsl_matrix *W = a->network->W[l + 1], *dZ = a->gradient->dZ[l + 1];
  double roundings = sum_rounding(a, W->size1);
  gsl_matrix_set_all(a->error->dA[l], (double)W->size1 * a->tiny);
  for (size_t k = 0; k < W->size1; k++)
    for (size_t i = 0; i < W->size2; i++)
      for (size_t s = 0; s < dZ->size2; s++)
        AT(a->error->dA[l], i, s) +=
            fabs(AT(W, k, i)) * (AT(a->error->dZ[l + 1], k, s) + roundings * fabs(AT(dZ, k, s)));
  for (size_t i = 0; i < W->size2; i++)
    for (size_t s = 0; s < dZ->size2; s++)
      AT(a->error->dZ[l], i, s) = times_slope_error(a, l, i, s, AT(a->error->dA[l], i, s));
}

static void parameter_errors(struct analysis *a, size_t l) {
  const gsl_matrix *A = a->forward->A[l - 1], *EA = a->A[l - 1];
  const gsl_matrix *dZ = a->gradient->dZ[l], *EdZ = a->error->dZ[l];
  double mean = 1 / (double)a->network->samples;
  double roundings = sum_rounding(a, a->network->samples);
  struct bp_share own = bp_network_share(a->network, a->error->dW[l]->size1);
  for (size_t i = own.from; i < own.to; i++) {
    double sum = 0;
    for (size_t s = 0; s < dZ->size2; s++)
      sum += AT(EdZ, i, s) + roundings * fabs(AT(dZ, i, s));
    AT(a->error->db[l], i, 0) = BP_OUTSIDE_MARGIN * (mean * sum + a->tiny);
    for (size_t j = 0; j < A->size1; j++) {
      sum = 0;
      for (size_t s = 0; s < dZ->size2; s++) {
        double d = fabs(AT(dZ, i, s)), x = fabs(AT(A, j, s));
        sum += (x + AT(EA, j, s)) * AT(EdZ, i, s) + AT(EA, j, s) * d + roundings * x * d;
      }
      sum = mean * sum + 2 * a->tiny; /* each product, and the mean */
      AT(a->error->dW[l], i, j) = BP_OUTSIDE_MARGIN * sum;
    }
  }
}

/* float16 has numbers below its normal ones everywhere; of the others vector units may make 0. */
double bp_outside_smallest(double unit) {
  return unit < 0x1p-30 ? 0x1p-1018 : unit < 0x1p-16 ? 0x1p-126 : 0x1p-24;
}

/* ---- the whole ----------------------------------------------------------- */

static gsl_matrix **matrices(const struct bp_network *network, struct bp_arena *arena) {
  gsl_matrix **list = bp_arena_alloc(arena, network->depth + 1, sizeof *list);
  for (size_t l = 0; list && l <= network->depth; l++)
    list[l] = bp_matrix(arena, network->size[l], network->samples);
  return bp_arena_failed(arena) ? NULL : list;
}

/* To dA and dZ; dW and db have it already. */
static void allow_margin(const struct bp_network *network, struct bp_gradient *error) {
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix_scale(error->dA[l], BP_OUTSIDE_MARGIN);
    gsl_matrix_scale(error->dZ[l], BP_OUTSIDE_MARGIN);
  }
}

int bp_outside_error(const struct bp_evidence *evidence, const struct bp_outside *outside,
                     bool tight, struct bp_gradient *error) {
  const struct bp_network *network = evidence->network;
  struct bp_arena *spare = bp_arena_new(0);
  struct analysis a = {.network = network,
                       .forward = evidence->forward,
                       .gradient = evidence->gradient,
                       .error = error,
                       .unit = outside->unit,
                       .tight = tight,
                       .tiny = bp_outside_smallest(outside->unit)};
  a.Z = spare ? matrices(network, spare) : NULL;
  a.A = spare ? matrices(network, spare) : NULL;
  if (!a.Z || !a.A) {
    bp_arena_free(spare);
    return -1;
  }
  for (size_t j = 0; j < network->size[0]; j++)
    for (size_t s = 0; s < network->samples; s++)
      AT(a.A[0], j, s) = a.unit * fabs(AT(network->X, j, s));
  for (size_t l = 1; l <= network->depth; l++) {
    pre_activation_error(&a, l);
    activation_error(&a, l);
  }
  output_errors(&a);
  for (size_t l = network->depth - 1; l >= 1; l--)
    hidden_errors(&a, l);
  for (size_t l = 1; l <= network->depth; l++)
    parameter_errors(&a, l);
  allow_margin(network, a.error);
  bp_arena_free(spare);
  return 0;
}

static gsl_matrix *matrix_of(const struct bp_gradient *gradient, const struct bp_network *network,
                             size_t block) {
  size_t parameters = 2 * network->depth, l = block % parameters / 2 + 1;
  if (block < parameters)
    return block % 2 ? gradient->db[l] : gradient->dW[l];
  return block % 2 ? gradient->dZ[l] : gradient->dA[l];
}

void bp_outside_complete(const struct bp_evidence *evidence, const struct bp_outside *outside) {
  const struct bp_network *network = evidence->network;
  for (size_t b = 0; b < bp_view_count(network); b++)
    if (!outside->given[b])
      gsl_matrix_memcpy(matrix_of(outside->gradient, network, b),
                        matrix_of(evidence->gradient, network, b));
}

void bp_outside_trim(const struct bp_outside *outside, struct bp_report *report) {
  size_t kept = 0;
  for (size_t b = 0; b < report->block_count; b++)
    if (outside->given[b])
      report->blocks[kept++] = report->blocks[b];
  report->block_count = kept;
}
