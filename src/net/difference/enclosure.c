/* Power series of bounds, pushed through a network.
 *
 * For each unit of the current layer a `struct bounds` says how far the unit moves at most
 * (radius), how wrong its computed value may be (error), how much of its first derivative hangs on
 * kinks (ambiguity), and bounds on the Taylor coefficients 1..5 of its motion at any point of the
 * interval. Composition is that of majorant series (see e.g. G. Polya and G. Szego, Problems and
 * Theorems in Analysis I, part 1, chapter 5): replacing every coefficient by a bound of its
 * magnitude bounds the coefficients of the composition.
 */
#include "net/difference/enclosure.h"

#include <math.h>
#include <string.h>

struct bounds {
  double radius, error, ambiguity;
  double series[BP_ORDER]; /* [k-1]: bound of the k-th Taylor coefficient */
};

#define FIELDS (sizeof(struct bounds) / sizeof(double))
#define LARGEST_RADIUS 0.125 /* of a unit whose activation is curved */

/* One attempt with one reach. */
struct attempt {
  const struct bp_network *network;
  const struct bp_forward *forward;
  const struct bp_step_plan *plan;
  size_t sample;
  double largest_radius; /* among curved units */
  double nearest_kink;   /* smallest |z| / radius among units that cross a kink but sit beside it */
  bool on_kink;          /* a unit sits exactly on a kink in its slope */
  int order;
};

size_t bp_enclosure_space(const struct bp_network *network) {
  size_t widest = 0;
  for (size_t l = 1; l <= network->depth; l++)
    if (network->size[l] > widest)
      widest = network->size[l];
  return 2 * widest * FIELDS;
}

/* ---- series -------------------------------------------------------------- */

static void multiply(int order, const double a[BP_ORDER], const double b[BP_ORDER],
                     double product[BP_ORDER]) {
  double result[BP_ORDER] = {0};
  for (int i = 1; i < order; i++)
    for (int j = 1; i + j <= order; j++)
      result[i + j - 1] += a[i - 1] * b[j - 1];
  memcpy(product, result, sizeof result);
}

/* outer[k] bounds the k-th coefficient of the outer function; outer[0] is not used.  An infinite
 * one (beyond a kink) counts as absent: the attempt's order already says so. */
static void compose(int order, const double outer[BP_ORDER + 1], const double inner[BP_ORDER],
                    double result[BP_ORDER]) {
  double power[BP_ORDER], sum[BP_ORDER] = {0};
  memcpy(power, inner, sizeof power);
  for (int k = 1; k <= order; k++) {
    if (isfinite(outer[k]))
      for (int n = k; n <= order; n++)
        sum[n - 1] += outer[k] * power[n - 1];
    if (k < order)
      multiply(order, power, inner, power);
  }
  memcpy(result, sum, sizeof sum);
}

static void add_scaled(double scale, const double series[BP_ORDER], double sum[BP_ORDER]) {
  for (int k = 0; k < BP_ORDER; k++)
    sum[k] += scale * series[k];
}

/* ---- layers -------------------------------------------------------------- */

/* Bounds of both pieces of a function with a kink that the interval contains. */
static void piecewise_bounds(const struct bp_function *function, double radius,
                             double bound[BP_ORDER + 1]) {
  double above[BP_ORDER + 1], below[BP_ORDER + 1];
  double centre = radius * (1 + 1e-9) + 1e-300;
  function->derivative_bounds(centre, radius, above);
  function->derivative_bounds(-centre, radius, below);
  for (int k = 1; k <= BP_ORDER; k++)
    bound[k] = fmax(above[k], below[k]);
}

static void note_kink(struct attempt *attempt, const struct bp_function *function, double z,
                      const struct bounds *unit) {
  double distance = fabs(z) / unit->radius;
  if (z != 0 && distance < attempt->nearest_kink)
    attempt->nearest_kink = distance;
  if (z == 0 && function->kink == BP_KINK_IN_SLOPE)
    attempt->on_kink = true;
  if (z == 0 && attempt->plan->one_sided)
    return;
  int order = function->kink == BP_KINK_IN_SLOPE ? 1 : 2;
  if (order < attempt->order)
    attempt->order = order;
}

/* Z to A for one unit, in place. */
static void through_activation(struct attempt *attempt, const struct bp_function *function,
                               double z, double a, struct bounds *unit) {
  if (unit->radius == 0 && unit->error == 0)
    return;
  double bound[BP_ORDER + 1];
  bool crosses = function->kink != BP_SMOOTH && fabs(z) <= unit->radius;
  function->derivative_bounds(z, unit->radius, bound);
  if (crosses && unit->radius > 0) {
    note_kink(attempt, function, z, unit);
    if (attempt->plan->one_sided && z == 0)
      piecewise_bounds(function, unit->radius, bound);
  }
  bool line = bound[2] == 0 || function->kink == BP_KINK_IN_SLOPE;
  if (!line && unit->radius > attempt->largest_radius)
    attempt->largest_radius = unit->radius;
  double jump = crosses ? fabs(function->slope_above - function->slope_below) : 0;
  unit->ambiguity = bound[1] * unit->ambiguity + jump * unit->series[0];
  unit->radius *= bound[1];
  unit->error = bound[1] * unit->error +
                attempt->plan->unit * (2 * function->rounding(z, a) + 8 * unit->radius);
  compose(attempt->plan->order, bound, unit->series, unit->series);
}

/* A[l] to Z[l+1]: `from` has size[l] units of which only [first, last) move. */
static void through_weights(const struct attempt *attempt, size_t l, const struct bounds *from,
                            size_t first, size_t last, struct bounds *to) {
  const gsl_matrix *W = attempt->network->W[l + 1], *Z = attempt->forward->Z[l + 1];
  double roundings = (double)(last - first + 2);
  for (size_t k = 0; k < W->size1; k++) {
    double sum[FIELDS] = {0};
    for (size_t j = first; j < last; j++) {
      double weight = fabs(W->data[k * W->tda + j]);
      const double *unit = (const double *)&from[j];
      for (size_t field = 0; field < FIELDS; field++)
        sum[field] += weight * unit[field];
    }
    memcpy(&to[k], sum, sizeof sum);
    if (to[k].radius > 0 || to[k].error > 0)
      to[k].error +=
          attempt->plan->unit *
          (roundings * to[k].radius + fabs(gsl_matrix_get(Z, k, attempt->sample)) + to[k].radius);
  }
}

/* ---- the loss ------------------------------------------------------------ */

static void add_loss(double slope, const double series[BP_ORDER], const struct bounds *unit,
                     double rounding, struct bp_enclosure *sum) {
  for (int k = 1; k <= BP_ORDER; k++)
    sum->derivative[k] += series[k - 1];
  sum->ambiguity += slope * unit->ambiguity;
  sum->rounding += slope * unit->error + rounding;
}

/* Binary cross-entropy of one sigmoid output: its slope in z is a - y, then sigmoid's derivatives.
 */
static void binary_loss(const struct attempt *attempt, double z, double y,
                        const struct bounds *unit, struct bp_enclosure *sum) {
  double sigmoid[BP_ORDER + 1], outer[BP_ORDER + 1], series[BP_ORDER];
  double a = 1 / (1 + exp(-z)), complement = 1 / (1 + exp(z)), growth = exp(unit->radius);
  double value = log1p(exp(-fabs(z))) + (z >= 0 ? (1 - y) * z : -y * z);
  bp_function_find("sigmoid", 7)->derivative_bounds(z, unit->radius, sigmoid);
  outer[1] = fmin(1, ((1 - y) * a + y * complement) * growth);
  for (int k = 2; k <= BP_ORDER; k++)
    outer[k] = sigmoid[k - 1] / k;
  compose(attempt->plan->order, outer, unit->series, series);
  add_loss(outer[1], series, unit, attempt->plan->unit * 8 * (value + outer[1] * unit->radius),
           sum);
}

/* weight · (a - y)^2 for one output, given the motion of a.  The stored a is a float64, off by up
 * to BP_UNIT * roundings, which matters where a - y all but vanishes. */
static void squared_loss(const struct attempt *attempt, double weight, double a, double y,
                         double roundings, const struct bounds *unit, struct bp_enclosure *sum) {
  double distance = fabs(a - y) + unit->radius + BP_UNIT * roundings, series[BP_ORDER] = {0},
         square[BP_ORDER];
  multiply(attempt->plan->order, unit->series, unit->series, square);
  add_scaled(2 * weight * distance, unit->series, series);
  add_scaled(weight, square, series);
  add_loss(2 * weight * distance, series, unit,
           attempt->plan->unit * 4 * weight * distance * (distance + fabs(a)), sum);
}

/* Softmax: everything is seen relative to the likeliest class c, so that what saturates stays
 * small. excess = bound of the series of sum_k a_k (e^(w_k) - 1), w_k = z_k - z_c, without the
 * constant. */
struct softmax_bounds {
  size_t likeliest;
  double growth; /* a_k grows at most by this factor on the interval */
  double rest;   /* sum of the a_k but the likeliest, at most */
  double excess[BP_ORDER];
  double remainder[BP_ORDER]; /* excess without its part linear in w */
};

static const double exponential[BP_ORDER + 1] = {1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120};
static const double logarithm[BP_ORDER + 1] = {0, 1, 1. / 2, 1. / 3, 1. / 4, 1. / 5};
static const double geometric[BP_ORDER + 1] = {1, 1, 1, 1, 1, 1};

static double output_probability(const struct attempt *attempt, size_t k) {
  return gsl_matrix_get(attempt->forward->A[attempt->network->depth], k, attempt->sample);
}

static void relative_motion(const struct bounds *outputs, size_t k, size_t likeliest,
                            double motion[BP_ORDER]) {
  for (int n = 0; n < BP_ORDER; n++)
    motion[n] = outputs[k].series[n] + outputs[likeliest].series[n];
}

static void bound_softmax(struct attempt *attempt, const struct bounds *outputs,
                          struct softmax_bounds *softmax) {
  size_t count = attempt->network->size[attempt->network->depth];
  double radius = 0;
  *softmax = (struct softmax_bounds){0};
  for (size_t k = 0; k < count; k++) {
    if (outputs[k].radius > radius)
      radius = outputs[k].radius;
    if (output_probability(attempt, k) > output_probability(attempt, softmax->likeliest))
      softmax->likeliest = k;
  }
  if (radius > attempt->largest_radius)
    attempt->largest_radius = radius;
  softmax->growth = exp(2 * radius);
  for (size_t k = 0; k < count; k++) {
    if (k == softmax->likeliest)
      continue;
    double a = fmin(1, softmax->growth * output_probability(attempt, k)), motion[BP_ORDER];
    double series[BP_ORDER];
    relative_motion(outputs, k, softmax->likeliest, motion);
    compose(attempt->plan->order, exponential, motion, series);
    softmax->rest += a;
    add_scaled(a, series, softmax->excess);
    add_scaled(a, series, softmax->remainder);
    add_scaled(-a, motion, softmax->remainder);
  }
  for (int n = 0; n < BP_ORDER; n++)
    softmax->remainder[n] = fmax(0, softmax->remainder[n]) + 1e-15 * softmax->excess[n];
}

/* sum y · (log sum e^z) - y'z */
static void softmax_cross_entropy(struct attempt *attempt, const struct bounds *outputs,
                                  struct bp_enclosure *sum) {
  size_t count = attempt->network->size[attempt->network->depth];
  struct softmax_bounds softmax;
  double total = 0, series[BP_ORDER];
  bound_softmax(attempt, outputs, &softmax);
  for (size_t k = 0; k < count; k++)
    total += gsl_matrix_get(attempt->network->Y, k, attempt->sample);

  for (size_t k = 0; k < count; k++) { /* the part linear in z: |a_k total - y_k| */
    double a = output_probability(attempt, k), slope, others = 0;
    double y = gsl_matrix_get(attempt->network->Y, k, attempt->sample);
    for (size_t j = 0; j < count && y == total; j++)
      if (j != k)
        others += output_probability(attempt, j);
    if (y == total)
      slope = total * fmin(1, others * softmax.growth);
    else if (y == 0)
      slope = total * fmin(1, a * softmax.growth);
    else
      slope =
          fabs(a * total - y) + total * a * (softmax.growth - 1 + BP_UNIT * (double)(count + 12));
    double linear[BP_ORDER] = {0};
    add_scaled(slope, outputs[k].series, linear);
    add_loss(slope, linear, &outputs[k], attempt->plan->unit * 4 * y * outputs[k].radius, sum);
  }
  double beyond[BP_ORDER + 1]; /* -log(1 - x) - x */
  memcpy(beyond, logarithm, sizeof beyond);
  beyond[1] = 0;
  compose(attempt->plan->order, beyond, softmax.excess, series);
  add_scaled(1, softmax.remainder, series);
  for (int k = 1; k <= BP_ORDER; k++)
    sum->derivative[k] += total * series[k - 1];
  sum->rounding += total * attempt->plan->unit * (double)(2 * count + 10);
}

/* weight · sum (softmax_k - y_k)^2 */
static void softmax_squared(struct attempt *attempt, double weight, const struct bounds *outputs,
                            struct bp_enclosure *sum) {
  size_t count = attempt->network->size[attempt->network->depth];
  struct softmax_bounds softmax;
  bound_softmax(attempt, outputs, &softmax);
  double reciprocal[BP_ORDER], error = 0, ambiguity = 0, radius = 0;
  compose(attempt->plan->order, geometric, softmax.excess, reciprocal); /* 1/(1 - x) - 1 */
  for (size_t k = 0; k < count; k++) {
    double a = fmin(1, softmax.growth * output_probability(attempt, k));
    error += a * outputs[k].error;
    ambiguity += a * outputs[k].ambiguity;
    radius += a * outputs[k].radius;
  }
  struct bounds likeliest = {0};
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t k = 0; k < count; k++) {
      if ((k == softmax.likeliest) != (pass == 1))
        continue;
      double a = fmin(1, softmax.growth * output_probability(attempt, k));
      struct bounds motion = likeliest; /* a_c = 1 - the others */
      if (pass == 0) {
        double exponent[BP_ORDER], series[BP_ORDER], product[BP_ORDER];
        relative_motion(outputs, k, softmax.likeliest, exponent);
        compose(attempt->plan->order, exponential, exponent, series);
        multiply(attempt->plan->order, series, reciprocal, product);
        motion = (struct bounds){0};
        add_scaled(a, series, motion.series);
        add_scaled(a, reciprocal, motion.series);
        add_scaled(a, product, motion.series);
        motion.radius = a * (outputs[k].radius + radius);
        motion.ambiguity = a * (outputs[k].ambiguity + ambiguity);
        for (size_t n = 0; n < BP_ORDER; n++)
          likeliest.series[n] += motion.series[n];
        likeliest.radius += motion.radius;
        likeliest.ambiguity += motion.ambiguity;
      }
      motion.error =
          a * (outputs[k].error + error) + attempt->plan->unit * bp_softmax_rounding(count, a);
      double stored = output_probability(attempt, k);
      squared_loss(attempt, weight, stored, gsl_matrix_get(attempt->network->Y, k, attempt->sample),
                   bp_softmax_rounding(count, stored), &motion, sum);
    }
  }
}

/* Units [first, last) of the output layer moved, as `outputs` says. */
static void through_loss(struct attempt *attempt, struct bounds *outputs, size_t first, size_t last,
                         struct bp_enclosure *sum) {
  const struct bp_network *network = attempt->network;
  size_t L = network->depth;
  double weight = bp_loss_weight(network->loss);
  if (network->activation[L]->columnwise) {
    if (network->loss == BP_CROSS_ENTROPY)
      softmax_cross_entropy(attempt, outputs, sum);
    else
      softmax_squared(attempt, weight, outputs, sum);
    return;
  }
  for (size_t k = first; k < last; k++) {
    double z = gsl_matrix_get(attempt->forward->Z[L], k, attempt->sample);
    double a = gsl_matrix_get(attempt->forward->A[L], k, attempt->sample);
    double y = gsl_matrix_get(network->Y, k, attempt->sample);
    if (network->loss == BP_CROSS_ENTROPY) {
      if (outputs[k].radius > attempt->largest_radius)
        attempt->largest_radius = outputs[k].radius;
      binary_loss(attempt, z, y, &outputs[k], sum);
    } else {
      through_activation(attempt, network->activation[L], z, a, &outputs[k]);
      squared_loss(attempt, weight, a, y, network->activation[L]->rounding(z, a), &outputs[k], sum);
    }
  }
}

/* ---- the whole way ------------------------------------------------------- */

/* Bounds for one reach. */
static void try_reach(struct attempt *attempt, enum bp_site site, size_t l, size_t i, double reach,
                      double *space, struct bp_enclosure *sum) {
  const struct bp_network *network = attempt->network;
  const struct bp_forward *forward = attempt->forward;
  size_t L = network->depth, half = bp_enclosure_space(network) / 2, s = attempt->sample;
  struct bounds *units = (struct bounds *)space, *next = (struct bounds *)(space + half);
  double z = gsl_matrix_get(forward->Z[l], i, s), a = gsl_matrix_get(forward->A[l], i, s);

  attempt->largest_radius = 0;
  attempt->nearest_kink = INFINITY;
  attempt->on_kink = false;
  attempt->order = BP_ORDER;
  *sum = (struct bp_enclosure){.reach = reach};
  memset(units, 0, network->size[l] * sizeof *units);
  units[i].radius = reach;
  units[i].series[0] = 1;
  size_t first = i, last = i + 1;
  if (site == BP_SITE_Z) {
    units[i].error = attempt->plan->unit * (fabs(z) + 2 * reach);
    if (l < L)
      through_activation(attempt, network->activation[l], z, a, &units[i]);
  }
  for (size_t layer = l; layer < L; layer++) {
    through_weights(attempt, layer, units, first, last, next);
    struct bounds *swap = units;
    units = next;
    next = swap;
    first = 0;
    last = network->size[layer + 1];
    for (size_t k = 0; k < last && layer + 1 < L; k++)
      through_activation(attempt, network->activation[layer + 1],
                         gsl_matrix_get(forward->Z[layer + 1], k, s),
                         gsl_matrix_get(forward->A[layer + 1], k, s), &units[k]);
  }
  through_loss(attempt, units, first, last, sum);
  sum->order = attempt->order < attempt->plan->order ? attempt->order : attempt->plan->order;
  sum->rounding +=
      attempt->plan->unit * (double)(network->size[L] + 4) * sum->derivative[1] * reach;
}

static bool all_finite(const struct bp_enclosure *enclosure) {
  double total = enclosure->rounding + enclosure->ambiguity;
  for (int k = 1; k <= BP_ORDER; k++)
    total += enclosure->derivative[k];
  return isfinite(total);
}

void bp_enclose(const struct bp_network *network, const struct bp_forward *forward,
                enum bp_site site, size_t l, size_t i, size_t s, const struct bp_step_plan *plan,
                double *space, struct bp_enclosure *enclosure) {
  struct attempt attempt = {.network = network, .forward = forward, .plan = plan, .sample = s};
  const struct bp_function *function = network->activation[l];
  double z = gsl_matrix_get(forward->Z[l], i, s), reach = plan->reach;
  bool line = site == BP_SITE_A || function->kink == BP_KINK_IN_SLOPE;
  if (!function->columnwise && !line) {
    double bound[BP_ORDER + 1];
    function->derivative_bounds(z, 1, bound);
    line = bound[2] == 0;
  }
  if (line)
    reach *= fmax(1, fabs(site == BP_SITE_A ? gsl_matrix_get(forward->A[l], i, s) : z));

  for (int round = 0; round < 100; round++) {
    try_reach(&attempt, site, l, i, reach, space, enclosure);
    bool finite = all_finite(enclosure);
    if (!finite || attempt.largest_radius > LARGEST_RADIUS) {
      double factor = finite ? LARGEST_RADIUS / attempt.largest_radius / 2 : 0;
      reach *= fmax(factor, 0x1p-20);
      if (reach < 0x1p-900)
        break;
      continue;
    }
    double beside_kink = reach * attempt.nearest_kink / 2;
    if (attempt.nearest_kink <= 1 && beside_kink >= plan->kink_floor) {
      reach = beside_kink;
      continue;
    }
    break;
  }
  enclosure->on_kink = attempt.on_kink;
  enclosure->overflow = !all_finite(enclosure);
}
