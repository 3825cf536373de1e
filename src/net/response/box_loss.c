/* The end of every box: how the loss takes what the outputs move; and the box of the output layer
 * itself, where only this end is left.
 */
#include <gsl/gsl_matrix.h>
#include <math.h>
#include <string.h>

#include "net/response/box_inside.h"

double bp_box_limit(const struct bp_box *box, size_t l, size_t k) {
  const struct bp_network *network = box->rest->network;
  const struct bp_function *function = network->activation[l];
  double z = z_of(box, l, k), slope, bend;
  if (l == network->depth && (function->columnwise || bp_network_rules(network)->by_entry->of_z))
    return BP_LARGEST_DISC;
  function->disc(z, BP_LARGEST_DISC, &slope, &bend);
  return bend == 0 ? BP_BOX_LARGEST_LINE * fmax(1, fabs(z)) : BP_LARGEST_DISC;
}

/* ---- the loss ------------------------------------------------------------ */

/* How far the unit's radius goes at the points where the loss is evaluated. */
static double step_radius(const struct bp_box *box, size_t k) {
  size_t L = box->rest->network->depth;
  return BP_RESPONSE_STEP * field_of(box, RADIUS, L)[k] + field_of(box, ERROR, L)[k];
}

/* Outputs that have a loss each. */
static void elementwise_loss(struct bp_box *box, double *size) {
  const struct bp_network *network = box->rest->network;
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  size_t L = network->depth;
  const struct bp_function *function = network->activation[L];
  double *variation = field_of(box, VARIATION, L), *lost = field_of(box, LOSS, L);
  for (size_t k = 0; k < network->size[L]; k++) {
    double z = z_of(box, L, k), a = a_of(box, L, k), y = gsl_matrix_get(network->Y, k, box->s);
    double radius = field_of(box, RADIUS, L)[k], step = step_radius(box, k);
    double slope, bend, rest, ignored, first, second, bound[BP_ORDER + 1];
    if (loss->of_z) {
      loss->disc(z, radius, y, &slope, &bend);
      loss->disc(z, 0, y, &size[k], &ignored);
      variation[k] = 2 * bend * radius;
      lost[k] = 2 * loss->bounds(z, 0, step, y, bound);
      box->curved |= bound[3] != 0;
      continue;
    }
    double spoilt = BP_UNIT * function->rounding(z, a);
    function->disc(z, radius, &first, &second);
    function->disc(z, 0, &rest, &ignored);
    loss->disc(a, first * radius + spoilt, y, &slope, &bend);
    variation[k] = 2 * (bend * first * first + slope * second) * radius;
    lost[k] = 2 * loss->bounds(a, spoilt, first * step + spoilt, y, bound) +
              slope * value_rounding(function, z, a, first, step);
    box->curved |= second > 0 || bound[3] != 0;
    loss->disc(a, spoilt, y, &slope, &ignored);
    size[k] = slope * rest;
  }
}

/* How much each a_k of softmax changes: a_k (e^(w_k) / sum a_j e^(w_j) - 1), where the sum is at
 * least e^-R cos R and e^(w_k) - e^(w_j) at most e^R (r_k + r_j); nor can one change by more than
 * all others together. */
static double softmax_changes(const struct bp_box *box, size_t *likeliest, double *change) {
  const struct bp_network *network = box->rest->network;
  size_t L = network->depth, n = network->size[L];
  const double *radius = field_of(box, RADIUS, L);
  double largest = 0, mean = 0, total = 0;
  *likeliest = 0;
  for (size_t k = 0; k < n; k++) {
    largest = fmax(largest, radius[k]);
    mean += a_of(box, L, k) * radius[k];
    if (z_of(box, L, k) > z_of(box, L, *likeliest))
      *likeliest = k;
  }
  double growth = exp(2 * largest);
  for (size_t k = 0; k < n; k++) {
    change[k] = a_of(box, L, k) * growth / cos(largest) * (radius[k] + mean) * (1 + 1e-9);
    total += k == *likeliest ? 0 : change[k];
  }
  change[*likeliest] = fmin(change[*likeliest], total);
  return growth;
}

/* Losses of softmax outputs one by one: ∂C/∂z_k = a_k (p_k - sum p_j a_j), p = C'(a). */
static void softmax_by_entry(const struct bp_box *box, const double *change, double growth,
                             double *size) {
  const struct bp_network *network = box->rest->network;
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  size_t L = network->depth, n = network->size[L];
  double *variation = field_of(box, VARIATION, L), *lost = field_of(box, LOSS, L);
  double mean = 0, varies = 0;
  for (size_t k = 0; k < n; k++) {
    double a = a_of(box, L, k), y = gsl_matrix_get(network->Y, k, box->s);
    double spoilt = BP_UNIT * bp_softmax_rounding(n, a), slope, bend, bound[BP_ORDER + 1];
    loss->disc(a, change[k] + spoilt, y, &slope, &bend);
    mean += slope * a;
    varies += slope * change[k] + 2 * bend * change[k] * a;
    lost[k] = 2 * loss->bounds(a, spoilt, change[k] + spoilt, y, bound) +
              2 * slope * bp_softmax_rounding(n, fmin(1, growth * a));
    size[k] = slope;
    variation[k] = slope * change[k] + 2 * bend * change[k] * a + change[k] * slope;
  }
  for (size_t k = 0; k < n; k++) {
    double a = a_of(box, L, k);
    size[k] = a * (size[k] + mean) * (1 + 1e-9);
    variation[k] += change[k] * mean + (a + change[k]) * varies;
  }
}

void bp_box_reach_loss(struct bp_box *box, double motion, double *size) {
  const struct bp_network *network = box->rest->network;
  size_t L = network->depth, n = network->size[L], likeliest;
  const struct bp_loss_rules *rules = bp_network_rules(network);
  double *change = box->space->work[2], rounding[2];
  if (!network->activation[L]->columnwise) {
    elementwise_loss(box, size);
    return;
  }
  box->curved = true;
  double growth = softmax_changes(box, &likeliest, change);
  if (rules->by_entry) {
    softmax_by_entry(box, change, growth, size);
    return;
  }
  const struct bp_softmax_disc disc = {.outputs = n,
                                       .likeliest = likeliest,
                                       .z = box->rest->forward->Z[L]->data + box->s,
                                       .a = box->rest->forward->A[L]->data + box->s,
                                       .y = network->Y->data + box->s,
                                       .stride = network->Y->tda,
                                       .change = change,
                                       .growth = growth};
  rules->by_column->disc(&disc, size, field_of(box, VARIATION, L), rounding);
  memset(field_of(box, LOSS, L), 0, n * sizeof(double));
  double error = 0;
  for (size_t k = 0; k < n; k++)
    error = fmax(error, field_of(box, ERROR, L)[k]);
  box->fixed += rounding[0] + rounding[1] * error;
  box->rising += rounding[1] * motion;
}

/* ---- the outputs themselves ---------------------------------------------- */

/* Every output moves by box->reach, alone or all at once; false: that is too far. */
static bool move_outputs(const struct bp_box *box) {
  size_t L = box->l;
  for (size_t k = 0; k < box->rest->network->size[L]; k++) {
    double error = 4 * BP_UNIT * (fabs(z_of(box, L, k)) + box->reach);
    field_of(box, ERROR, L)[k] = error;
    field_of(box, RADIUS, L)[k] = box->reach + error;
    if (!(box->reach + error <= bp_box_limit(box, L, k)))
      return false;
  }
  return true;
}

static void keep_outputs(const struct bp_box *box, const double *size,
                         struct bp_response *response) {
  const struct bp_network *network = box->rest->network;
  const struct bp_function *function = network->activation[box->l];
  double n = (double)network->size[box->l];
  for (size_t i = 0; i < network->size[box->l]; i++) {
    double variation = field_of(box, VARIATION, box->l)[i], z = fabs(z_of(box, box->l, i));
    struct bp_response *r = &response[at(box, i)];
    double lost = function->columnwise ? 0 : z * (size[i] + variation);
    for (size_t k = 0; k < network->size[box->l]; k++)
      if (k == i || function->columnwise)
        lost += field_of(box, LOSS, box->l)[k];
    bool kinked = !function->columnwise && function->kink != BP_SMOOTH;
    *r = (struct bp_response){.reach = box->reach,
                              .variation = variation,
                              .crossing = kinked ? (1 + 1e-9) / z : 0,
                              .fixed = box->fixed + lost,
                              .curved = box->curved,
                              .rising = box->rising + (n + 6) * (size[i] + variation)};
    r->known = isfinite(r->variation + r->fixed + r->rising);
    box->rest->of_Z[box->l][at(box, i)] = size[i];
  }
}

void bp_box_output(const struct bp_rest *rest, size_t s, struct bp_box_space *space,
                   struct bp_response *response) {
  size_t L = rest->network->depth, n = rest->network->size[L];
  struct bp_box box = {.rest = rest, .space = space, .l = L, .s = s};
  double best = INFINITY;
  for (size_t i = 0; i < n; i++) {
    response[at(&box, i)] = (struct bp_response){.known = false};
    rest->of_Z[L][at(&box, i)] = INFINITY;
  }
  for (box.reach = BP_BOX_LARGEST_LINE; box.reach >= BP_BOX_LEAST_REACH; box.reach /= 4) {
    if (!move_outputs(&box))
      continue;
    box.fixed = box.rising = 0;
    box.curved = false;
    bp_box_reach_loss(&box, 1, space->work[0]);
    struct bp_box with = box; /* and what each of them loses on its own */
    for (size_t k = 0; k < n; k++)
      with.fixed = fmax(with.fixed, box.fixed + field_of(&box, LOSS, L)[k]);
    double merit = merit_of(&with, largest_of(field_of(&box, VARIATION, L), n));
    if (merit < best)
      keep_outputs(&box, space->work[0], response);
    else if (isfinite(best))
      break;
    best = fmin(best, merit);
  }
}
