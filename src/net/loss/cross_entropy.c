/* Cross-entropy: the negative logarithm of the probability that the outputs give to the targets.
 *
 * Behind sigmoid it is -y log a - (1 - y) log(1 - a), output by output; behind softmax -sum y log
 * a. Both are computed from z, never from a, where the textbook form would cancel or divide by 0:
 * as log1p(e^-|z|) plus a term that is not negative, and as the logarithm of the sum of the e^(z_j
 * - z_k).  Only the taught slope is what the textbook says, since it is under test.  It has poles
 * where a rounds to 0 or 1; ∂C/∂z has none, it is a - y.
 */
#include <math.h>
#include <string.h>

#include "net/loss/loss.h"
#include "net/loss/series.h"
#include "num/vector.h"

/* ---- behind sigmoid: the loss itself --------------------------------------- */

/* log(1 + e^-|z|) + (1-y) z above 0, - y z below: no term is negative. */
static double of_z(double z, double y) {
  return log1p(exp(-fabs(z))) + (z >= 0 ? (1 - y) * z : -y * z);
}

static double binary_sample(size_t outputs, const double *z, const double *a, const double *y,
                            size_t stride) {
  double loss = 0;
  (void)a;
  for (size_t k = 0; k < outputs; k++)
    loss += of_z(z[k * stride], y[k * stride]);
  return loss;
}

static void binary_add(size_t n, const double *z, const double *y, double sign, double *work,
                       double *change) {
  for (size_t c = 0; c < n; c++)
    work[c] = -fabs(z[c]);
  bp_vector_softplus(n, work, work);
  for (size_t c = 0; c < n; c++)
    change[c] += sign * (work[c] + (z[c] >= 0 ? (1 - y[c]) * z[c] : -y[c] * z[c]));
}

static bp_quad of_quad_z(bp_quad z, bp_quad y) {
  bp_quad tail = bp_quad_log1p(bp_quad_exp(z > 0 ? -z : z));
  return tail + (z >= 0 ? (1 - y) * z : -y * z);
}

static bp_quad binary_change(bp_quad before, bp_quad after, bp_quad y) {
  return of_quad_z(after, y) - of_quad_z(before, y);
}

/* y log(1 + e^-z) + (1-y) log(1 + e^z): no term is negative, so nothing cancels. */
static void binary_ball(const struct bp_ball_room *room, acb_srcptr z, acb_srcptr y, acb_ptr out) {
  acb_t part, factor;
  acb_init(part);
  acb_init(factor);
  acb_zero(out);
  if (!acb_is_zero(y)) {
    acb_neg(factor, z);
    bp_ball_softplus(room, factor, part);
    acb_mul(out, part, y, room->bits);
  }
  acb_sub_ui(factor, y, 1, room->bits);
  if (!acb_is_zero(factor)) {
    bp_ball_softplus(room, z, part);
    acb_submul(out, part, factor, room->bits);
  }
  acb_clear(part);
  acb_clear(factor);
}

/* The slope in z is a - y, then come sigmoid's derivatives. */
static double binary_bounds(double z, double error, double r, double y,
                            double bound[BP_ORDER + 1]) {
  double sigmoid[BP_ORDER + 1];
  double a = 1 / (1 + exp(-z)), complement = 1 / (1 + exp(z)), growth = exp(r);
  (void)error; /* z is what it is */
  bp_function_find("sigmoid", 7)->derivative_bounds(z, r, sigmoid);
  bound[1] = fmin(1, ((1 - y) * a + y * complement) * growth);
  for (int k = 2; k <= BP_ORDER; k++)
    bound[k] = sigmoid[k - 1] / k;
  return 8 * (of_z(z, y) + bound[1] * r);
}

/* |C'| = |σ - y| <= (1-y) |σ(z)| + y |σ(-z)|, and C'' = σ' */
static void binary_disc(double z, double r, double y, double *slope, double *bend) {
  const struct bp_function *softplus = bp_function_find("softplus", 8);
  double above, below, ignored;
  softplus->disc(z, r, &above, bend);
  softplus->disc(-z, r, &below, &ignored);
  *slope = (1 - y) * above + y * below;
}

/* ---- behind softmax: the loss itself --------------------------------------- */

static double softmax_sample(size_t outputs, const double *z, const double *a, const double *y,
                             size_t stride) {
  double largest = z[0], sum = 0, loss = 0;
  (void)a;
  for (size_t k = 1; k < outputs; k++)
    largest = fmax(largest, z[k * stride]);
  for (size_t k = 0; k < outputs; k++)
    sum += exp(z[k * stride] - largest);
  for (size_t k = 0; k < outputs; k++)
    if (y[k * stride] != 0)
      loss += y[k * stride] * (largest - z[k * stride] + log(sum));
  return loss;
}

/* With c the likeliest output of the sample, C = (sum y) log(1 + T) + sum y_k (z_c - z_k) where T
 * sums e^(z_k - z_c) over the others: where the sample is all but certain T is tiny, and C and its
 * changes keep their digits.  sums[end] holds the sum of the others' e^(z_k - rest z_c), work_end
 * is how z_c moved, linear the change of sum y_k (z_k - z_c). */
static void take_likeliest(const struct bp_softmax_ends *ends, int end) {
  size_t n = ends->columns;
  for (size_t c = 0; c < n; c++)
    ends->work[c] = -ends->work[c];
  bp_vector_exp(n, ends->work, ends->work);
  for (size_t c = 0; c < n; c++)
    ends->sums[end][c] *= ends->work[c];
  bp_vector_log1p(n, ends->sums[end], ends->sums[end]);
}

static void finish(const struct bp_softmax_ends *ends, double *change) {
  for (size_t s = 0; s < ends->samples; s++) {
    double total = 0;
    for (size_t k = 0; k < ends->outputs; k++)
      total += ends->y[k * ends->stride + s];
    for (size_t c = s; c < ends->columns; c += ends->samples)
      change[c] = total * (ends->sums[0][c] - ends->sums[1][c]) - ends->linear[c];
  }
}

static void softmax_add(const struct bp_softmax_ends *ends, double *const shift[2],
                        double *change) {
  size_t n = ends->columns;
  memset(ends->linear, 0, n * sizeof *ends->linear);
  for (int end = 0; end < 2; end++) {
    double sign = end == 0 ? 1 : -1;
    for (size_t s = 0; s < ends->samples; s++)
      for (size_t c = s; c < n; c += ends->samples)
        ends->work[c] = shift[end][ends->likeliest[s] * n + c];
    memset(ends->sums[end], 0, n * sizeof *ends->sums[end]);
    for (size_t k = 0; k < ends->outputs; k++) {
      const double *moved = shift[end] + k * n, *y = ends->y + k * ends->stride;
      for (size_t from = 0; from < n; from += ends->samples)
        for (size_t s = 0; s < ends->samples; s++)
          ends->linear[from + s] += sign * y[s] * (moved[from + s] - ends->work[from + s]);
      bp_vector_exp_sum(n, ends->rest + k * n, 1, moved, ends->sums[end]);
    }
    take_likeliest(ends, end);
  }
  finish(ends, change);
}

/* The commonest case, so nothing is stored on the way. */
static void softmax_add_unit(const struct bp_softmax_ends *ends, const double *weight,
                             size_t stride, double *const delta[2], double *change) {
  size_t n = ends->columns;
  for (int end = 0; end < 2; end++) {
    memset(ends->sums[end], 0, n * sizeof *ends->sums[end]);
    for (size_t k = 0; k < ends->outputs; k++)
      bp_vector_exp_sum(n, ends->rest + k * n, weight[k * stride], delta[end], ends->sums[end]);
    for (size_t s = 0; s < ends->samples; s++)
      for (size_t c = s; c < n; c += ends->samples)
        ends->work[c] = weight[ends->likeliest[s] * stride] * delta[end][c];
    take_likeliest(ends, end);
  }
  for (size_t s = 0; s < ends->samples; s++) {
    double target = 0, top = weight[ends->likeliest[s] * stride];
    for (size_t k = 0; k < ends->outputs; k++)
      target += ends->y[k * ends->stride + s] * (weight[k * stride] - top);
    for (size_t c = s; c < n; c += ends->samples)
      ends->linear[c] = target * (delta[0][c] - delta[1][c]);
  }
  finish(ends, change);
}

/* With c and T as above: (sum y) log((1 + T(t)) / (1 + T(0))) - sum y (Δz - Δz_c) */
static bp_quad softmax_change(size_t outputs, const double *z, const double *y, size_t stride,
                              const bp_quad *moved) {
  size_t top = 0;
  bp_quad at_rest = 1, excess = 0, linear = 0, total = 0;
  for (size_t k = 1; k < outputs; k++)
    if (z[k * stride] > z[top * stride])
      top = k;
  for (size_t k = 0; k < outputs; k++) {
    bp_quad e = k == top ? 0 : bp_quad_exp((bp_quad)z[k * stride] - z[top * stride]);
    at_rest += e;
    excess += e * bp_quad_expm1(moved[k] - moved[top]);
    linear += y[k * stride] * (moved[k] - moved[top]);
    total += y[k * stride];
  }
  return total * bp_quad_log1p(excess / at_rest) - linear;
}

/* log of the sum of e^(z_j - z_k), which is 1 + what is summed here: so it is accurate relative to
 * itself where output k is next to 1. */
static void logarithm_of(const struct bp_ball_room *room, size_t outputs, acb_srcptr z, size_t k,
                         acb_ptr out) {
  acb_t apart, power;
  acb_init(apart);
  acb_init(power);
  acb_zero(out);
  for (size_t j = 0; j < outputs; j++) {
    if (j == k)
      continue;
    acb_sub(apart, z + j, z + k, room->bits);
    bp_ball_exp(room, apart, power);
    acb_add(out, out, power, room->bits);
  }
  acb_add_ui(power, out, 1, room->bits);
  if (acb_is_real(out))
    acb_log1p(out, out, room->bits);
  else
    bp_ball_log(room, power, out);
  acb_clear(apart);
  acb_clear(power);
}

/* sum of y_k log(1 / a_k) */
static void softmax_ball(const struct bp_ball_room *room, size_t outputs, acb_srcptr z,
                         acb_srcptr y, acb_ptr out) {
  acb_t part;
  acb_init(part);
  acb_zero(out);
  for (size_t k = 0; k < outputs; k++) {
    if (acb_is_zero(y + k))
      continue;
    logarithm_of(room, outputs, z, k, part);
    acb_addmul(out, part, y + k, room->bits);
  }
  acb_clear(part);
}

/* A bound of |a_k total - y_k|, the slope in z_k, on the whole interval. */
static double slope_bound(const struct bp_softmax_motion *m, size_t k, double total) {
  double a = m->a[k * m->stride], y = m->y[k * m->stride], others = 0;
  for (size_t j = 0; j < m->count && y == total; j++)
    if (j != k)
      others += m->a[j * m->stride];
  if (y == total)
    return total * fmin(1, others * m->growth);
  if (y == 0)
    return total * fmin(1, a * m->growth);
  return fabs(a * total - y) + total * a * (m->growth - 1 + BP_UNIT * (double)(m->count + 12));
}

/* sum y · (log sum e^z) - y'z: a part that is linear in z, and what is beyond. */
static void softmax_enclose(const struct bp_softmax_motion *m, struct bp_enclosure *sum) {
  static const double beyond[BP_ORDER + 1] = {0, 0, 1. / 2, 1. / 3, 1. / 4, 1. / 5};
  double total = 0, series[BP_ORDER]; /* `beyond` is -log(1 - x) - x */
  for (size_t k = 0; k < m->count; k++)
    total += m->y[k * m->stride];
  for (size_t k = 0; k < m->count; k++) {
    double slope = slope_bound(m, k, total), linear[BP_ORDER] = {0};
    bp_series_add(slope, m->outputs[k].series, linear);
    bp_enclosure_add(slope, linear, &m->outputs[k],
                     m->unit * 4 * m->y[k * m->stride] * m->outputs[k].radius, sum);
  }
  bp_series_compose(m->order, beyond, m->excess, series);
  bp_series_add(1, m->remainder, series);
  for (int k = 1; k <= BP_ORDER; k++)
    sum->derivative[k] += total * series[k - 1];
  sum->rounding += total * m->unit * (double)(2 * m->count + 10);
}

/* Σ y · a_k - y_k, where the sum of the others is what 1 - a_k would cancel.  `add` is wrong by a
 * few u of log(1 + T), and by what the terms of T and their exponents round to, a_k (n + 8 + |z_k -
 * z_c|) u each; in what is linear a y_k that is not the likeliest's counts with its motion. */
static void softmax_disc(const struct bp_softmax_disc *d, double *slope, double *variation,
                         double rounding[2]) {
  double total = 0, all = 0, others = 0, away = 0, targets = 0, n = (double)d->outputs;
  double top = d->z[d->likeliest * d->stride];
  for (size_t k = 0; k < d->outputs; k++) {
    double a = d->a[k * d->stride];
    total += d->y[k * d->stride];
    all += a;
    if (k == d->likeliest)
      continue;
    others += a;
    away += a * (n + 8 + fabs(d->z[k * d->stride] - top));
    targets += d->y[k * d->stride];
  }
  for (size_t k = 0; k < d->outputs; k++) {
    double a = d->a[k * d->stride], y = d->y[k * d->stride];
    double rest = k == d->likeliest ? others : all - a;
    double spoilt = BP_UNIT * a * (3 * n + 16 + fabs(d->z[k * d->stride] - top));
    slope[k] = (y == total ? total * rest : fabs(total * a - y)) * (1 + 1e-9) + total * spoilt;
    variation[k] = total * d->change[k];
  }
  double likeliest = d->a[d->likeliest * d->stride];
  rounding[0] = total * (2 * log1p(d->growth * others / likeliest) + d->growth * away);
  rounding[1] = 2 * (n + 4) * (targets + total * fmin(1, d->growth * others));
}

/* ---- BP1-BP4: equation 7 of source document 003 ---------------------------- */

static double binary_taught(double a, double y) { return -y / a + (1 - y) / (1 - a); }
static bp_quad binary_taught_quad(bp_quad a, bp_quad y) { return -y / a + (1 - y) / (1 - a); }
static double softmax_taught(double a, double y) { return y == 0 ? 0 : -y / a; }
static bp_quad softmax_taught_quad(bp_quad a, bp_quad y) { return y == 0 ? 0 : -y / a; }

static void binary_taught_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                               acb_ptr out) {
  acb_t rest, above;
  acb_init(rest);
  acb_init(above);
  acb_div(out, y, a, room->bits);
  acb_sub_ui(rest, a, 1, room->bits);
  acb_sub_ui(above, y, 1, room->bits);
  acb_div(above, above, rest, room->bits);
  acb_sub(out, above, out, room->bits);
  acb_clear(rest);
  acb_clear(above);
}

static void softmax_taught_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                                acb_ptr out) {
  acb_zero(out);
  if (acb_is_zero(y))
    return;
  acb_div(out, y, a, room->bits);
  acb_neg(out, out);
}

/* Of p = y/a and q = (1-y)/(1-a). */
static void taught_error(double a, double a_error, double p, double q, double *error,
                         double *magnitude) {
  *magnitude = p + q;
  *error = p * (a_error / a) + q * (a_error / (1 - a)) + 4 * BP_UNIT * (p + q);
  if (p == 0)
    *error = q * (a_error / (1 - a)) + 4 * BP_UNIT * q;
  if (q == 0)
    *error = p == 0 ? 0 : p * (a_error / a) + 4 * BP_UNIT * p;
}

static void binary_taught_error(double a, double y, double a_error, double *error,
                                double *magnitude) {
  taught_error(a, a_error, y == 0 ? 0 : y / a, y == 1 ? 0 : (1 - y) / (1 - a), error, magnitude);
}

static void softmax_taught_error(double a, double y, double a_error, double *error,
                                 double *magnitude) {
  taught_error(a, a_error, y == 0 ? 0 : y / a, 0, error, magnitude);
}

/* A relative error of r makes r / (1 - r) of 1/a. */
static double outside_error(double a, double a_error, double p, double q, double unit) {
  double below = a_error / a, above = a_error / (1 - a);
  double from_p = p == 0 ? 0 : below < 1 ? p * below / (1 - below) : INFINITY;
  double from_q = q == 0 ? 0 : above < 1 ? q * above / (1 - above) : INFINITY;
  return from_p + from_q + 4 * unit * (p + q);
}

static double binary_outside_error(double a, double y, double a_error, double unit) {
  return outside_error(a, a_error, y == 0 ? 0 : y / a, y == 1 ? 0 : (1 - y) / (1 - a), unit);
}

static double softmax_outside_error(double a, double y, double a_error, double unit) {
  return outside_error(a, a_error, y == 0 ? 0 : y / a, 0, unit);
}

/* ---- Kronecker ----------------------------------------------------------- */

/* 1 - a without cancellation, for a sigmoid output. */
static double complement(double z) {
  double e = exp(-fabs(z));
  return (z >= 0 ? e : 1) / (1 + e);
}

static double softmax_slope(double z, double a, double y) {
  (void)z;
  return y == 0 ? 0 : -y / a;
}

static double binary_slope(double z, double a, double y) {
  double slope = y == 0 ? 0 : -y / a;
  return y == 1 ? slope : slope + (1 - y) / complement(z);
}

/* a - y, without cancellation for y = 0 and 1 */
static double binary_fused(size_t outputs, size_t k, const double *z, const double *a,
                           const double *y, size_t stride) {
  (void)outputs;
  return (1 - y[k * stride]) * a[k * stride] - y[k * stride] * complement(z[k * stride]);
}

static double softmax_fused(size_t outputs, size_t k, const double *z, const double *a,
                            const double *y, size_t stride) {
  double others = 0;
  (void)z;
  if (y[k * stride] != 1)
    return a[k * stride] - y[k * stride];
  for (size_t j = 0; j < outputs; j++)
    if (j != k)
      others += a[j * stride];
  return -others;
}

/* ---- the difference in a itself -------------------------------------------- */

/* log((a+h)/(a-h)) and the like with h = 2^-36 of the distance to the nearest singularity: the
 * series of the logarithm goes on with h²/3 < 2^-72 of it, and the rest is rounding. */
static double at_output(double a, double y, bool binary, double *truncation, double *rounding) {
  double rest = binary && y != 1 ? 1 - a : 1;
  double distance = y == 0 ? rest : fmin(a, rest);
  bp_quad h = (bp_quad)ldexp(distance, -36), change = 0;
  if (y != 0)
    change -= y * bp_quad_log1p(2 * h / (a - h));
  if (binary && y != 1)
    change += (1 - (bp_quad)y) * bp_quad_log1p(2 * h / (1 - (bp_quad)a - h));
  double terms = (y != 0 ? fabs(y / a) : 0) + (binary && y != 1 ? (1 - y) / rest : 0);
  *truncation = 0x1p-72 * terms;
  *rounding = (0x1p-50 - 0x1p-72) * terms;
  return distance > 0 ? (double)(change / (2 * h)) : NAN;
}

static double binary_at_output(double a, double y, double *truncation, double *rounding) {
  return at_output(a, y, true, truncation, rounding);
}

static double softmax_at_output(double a, double y, double *truncation, double *rounding) {
  return at_output(a, y, false, truncation, rounding);
}

/* out -= y log a; nothing where y is exactly 0, whatever a is. */
static void subtract_logarithm(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                               acb_ptr out) {
  acb_t part;
  if (acb_is_zero(y))
    return;
  acb_init(part);
  bp_ball_log(room, a, part);
  acb_submul(out, part, y, room->bits);
  acb_clear(part);
}

static void softmax_of_output(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                              acb_ptr out) {
  acb_zero(out);
  subtract_logarithm(room, a, y, out);
}

static void binary_of_output(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                             acb_ptr out) {
  acb_t rest, other;
  acb_init(rest);
  acb_init(other);
  acb_sub_ui(rest, a, 1, room->bits);
  acb_neg(rest, rest);
  acb_sub_ui(other, y, 1, room->bits);
  acb_neg(other, other);
  softmax_of_output(room, a, y, out);
  subtract_logarithm(room, rest, other, out);
  acb_clear(rest);
  acb_clear(other);
}

/* ---- the row ------------------------------------------------------------- */

#define SLOPE_NOTE "derivative of the loss by each output; ⊘ divides entry by entry"

static const struct bp_loss_term binary_terms[] = {
    {"=", "-Y", ""}, {"⊙", "log(A)", ""}, {"-", "(1-Y)", ""}, {"⊙", "log(1-A)", ""}, {0}};
static const struct bp_loss_term binary_slope_terms[] = {
    {"=", "-Y", ""}, {"⊘", "A", ""}, {"+", "(1-Y)", ""}, {"⊘", "(1-A)", ""}, {0}};
static const struct bp_loss_by_entry binary_by_entry = BP_LOSS_BY_ENTRY(binary, true);
static const struct bp_loss_rules binary_rules = BP_LOSS_RULES(
    binary, &binary_by_entry, NULL, binary_of_output, binary_fused, true, NULL, SLOPE_NOTE,
    "1/m · (-y/a + (1-y)/(1-a))", "-colsum(Y ⊙ log(A) + (1 - Y) ⊙ log(1 - A))");

static const struct bp_loss_term softmax_terms[] = {{"=", "-Y", ""}, {"⊙", "log(A)", ""}, {0}};
static const struct bp_loss_term softmax_slope_terms[] = {{"=", "-Y", ""}, {"⊘", "A", ""}, {0}};
static const struct bp_loss_by_column softmax_by_column = BP_LOSS_BY_COLUMN(softmax);
static const struct bp_loss_rules softmax_rules =
    BP_LOSS_RULES(softmax, NULL, &softmax_by_column, softmax_of_output, softmax_fused, true, NULL,
                  SLOPE_NOTE, "1/m · (-y/a)", "-colsum(Y ⊙ log(A))");

static const char *const spellings[] = {
    "cross_entropy", "crossentropy", "cross entropy", "ce", "log-loss", NULL};
static const char *const abbreviations[] = {"bce", "nll", "xent", "categorical-crossentropy", NULL};

const struct bp_loss bp_cross_entropy =
    BP_LOSS("cross-entropy", spellings, abbreviations, BP_OUTPUT_PROBABILITY, BP_OUTPUT_PROBABILITY,
            true, "an output rounds to 0 or 1 and -y/a + (1-y)/(1-a) divides by 0",
            "1 - a and a (1 - a) cancel where outputs saturate", &binary_rules, &softmax_rules);
