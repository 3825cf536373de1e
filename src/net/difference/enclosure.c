/* Power series of bounds, pushed through a network.
 *
 * For each unit of the current layer a `struct bp_motion` says how it moves; linear layers multiply
 * that by |W|, activations and the loss compose it with the bounds of their rows (series.h).  One
 * attempt with a given reach bounds everything on the whole of it; where a curved unit moves too
 * far or a kink is crossed that could be avoided, the next attempt's reach is smaller.
 */
#include "net/difference/enclosure.h"

#include <math.h>
#include <string.h>

#include "net/loss/series.h"

#define FIELDS (sizeof(struct bp_motion) / sizeof(double))
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
                      const struct bp_motion *unit) {
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
                               double z, double a, struct bp_motion *unit) {
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
  bp_series_compose(attempt->plan->order, bound, unit->series, unit->series);
}

/* A[l] to Z[l+1]: `from` has size[l] units of which only [first, last) move. */
static void through_weights(const struct attempt *attempt, size_t l, const struct bp_motion *from,
                            size_t first, size_t last, struct bp_motion *to) {
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

static void add_output(const struct attempt *attempt, const struct bp_loss_by_entry *loss, double x,
                       double error, double y, const struct bp_motion *unit,
                       struct bp_enclosure *sum) {
  double bound[BP_ORDER + 1], series[BP_ORDER];
  double rounding = loss->bounds(x, error, unit->radius, y, bound);
  bp_series_compose(attempt->plan->order, bound, unit->series, series);
  bp_enclosure_add(bound[1], series, unit, attempt->plan->unit * rounding, sum);
}

static const double exponential[BP_ORDER + 1] = {1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120};
static const double geometric[BP_ORDER + 1] = {1, 1, 1, 1, 1, 1};

static double output_probability(const struct attempt *attempt, size_t k) {
  return gsl_matrix_get(attempt->forward->A[attempt->network->depth], k, attempt->sample);
}

static void relative_motion(const struct bp_motion *outputs, size_t k, size_t likeliest,
                            double motion[BP_ORDER]) {
  for (int n = 0; n < BP_ORDER; n++)
    motion[n] = outputs[k].series[n] + outputs[likeliest].series[n];
}

static void bound_softmax(struct attempt *attempt, const struct bp_motion *outputs,
                          struct bp_softmax_motion *softmax) {
  const gsl_matrix *A = attempt->forward->A[attempt->network->depth];
  size_t count = A->size1;
  double radius = 0;
  *softmax = (struct bp_softmax_motion){.outputs = outputs,
                                        .count = count,
                                        .a = A->data + attempt->sample,
                                        .y = attempt->network->Y->data + attempt->sample,
                                        .stride = A->tda,
                                        .order = attempt->plan->order,
                                        .unit = attempt->plan->unit};
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
    bp_series_compose(attempt->plan->order, exponential, motion, series);
    bp_series_add(a, series, softmax->excess);
    bp_series_add(a, series, softmax->remainder);
    bp_series_add(-a, motion, softmax->remainder);
  }
  for (int n = 0; n < BP_ORDER; n++)
    softmax->remainder[n] = fmax(0, softmax->remainder[n]) + 1e-15 * softmax->excess[n];
}

/* Softmax outputs one by one, as a loss of a takes them. */
static void softmax_by_entry(struct attempt *attempt, const struct bp_loss_by_entry *loss,
                             const struct bp_motion *outputs,
                             const struct bp_softmax_motion *softmax, struct bp_enclosure *sum) {
  size_t count = attempt->network->size[attempt->network->depth];
  double reciprocal[BP_ORDER], error = 0, ambiguity = 0, radius = 0;
  bp_series_compose(attempt->plan->order, geometric, softmax->excess,
                    reciprocal); /* 1/(1 - x) - 1 */
  for (size_t k = 0; k < count; k++) {
    double a = fmin(1, softmax->growth * output_probability(attempt, k));
    error += a * outputs[k].error;
    ambiguity += a * outputs[k].ambiguity;
    radius += a * outputs[k].radius;
  }
  struct bp_motion likeliest = {0};
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t k = 0; k < count; k++) {
      if ((k == softmax->likeliest) != (pass == 1))
        continue;
      double a = fmin(1, softmax->growth * output_probability(attempt, k));
      struct bp_motion motion = likeliest; /* a_c = 1 - the others */
      if (pass == 0) {
        double exponent[BP_ORDER], series[BP_ORDER], product[BP_ORDER];
        relative_motion(outputs, k, softmax->likeliest, exponent);
        bp_series_compose(attempt->plan->order, exponential, exponent, series);
        bp_series_multiply(attempt->plan->order, series, reciprocal, product);
        motion = (struct bp_motion){0};
        bp_series_add(a, series, motion.series);
        bp_series_add(a, reciprocal, motion.series);
        bp_series_add(a, product, motion.series);
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
      add_output(attempt, loss, stored, BP_UNIT * bp_softmax_rounding(count, stored),
                 gsl_matrix_get(attempt->network->Y, k, attempt->sample), &motion, sum);
    }
  }
}

/* Units [first, last) of the output layer moved, as `outputs` says. */
static void through_loss(struct attempt *attempt, struct bp_motion *outputs, size_t first,
                         size_t last, struct bp_enclosure *sum) {
  const struct bp_network *network = attempt->network;
  size_t L = network->depth;
  const struct bp_loss_rules *rules = bp_network_rules(network);
  if (network->activation[L]->columnwise) {
    struct bp_softmax_motion softmax;
    bound_softmax(attempt, outputs, &softmax);
    if (rules->by_column)
      rules->by_column->enclose(&softmax, sum);
    else
      softmax_by_entry(attempt, rules->by_entry, outputs, &softmax, sum);
    return;
  }
  for (size_t k = first; k < last; k++) {
    double z = gsl_matrix_get(attempt->forward->Z[L], k, attempt->sample);
    double a = gsl_matrix_get(attempt->forward->A[L], k, attempt->sample);
    double y = gsl_matrix_get(network->Y, k, attempt->sample);
    if (rules->by_entry->of_z) {
      if (outputs[k].radius > attempt->largest_radius)
        attempt->largest_radius = outputs[k].radius;
      add_output(attempt, rules->by_entry, z, 0, y, &outputs[k], sum);
    } else {
      through_activation(attempt, network->activation[L], z, a, &outputs[k]);
      add_output(attempt, rules->by_entry, a, BP_UNIT * network->activation[L]->rounding(z, a), y,
                 &outputs[k], sum);
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
  struct bp_motion *units = (struct bp_motion *)space, *next = (struct bp_motion *)(space + half);
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
    struct bp_motion *swap = units;
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
