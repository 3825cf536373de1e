/* Drawing the networks of the zoo.
 */
#include "zoo_families.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "net/backprop.h"

const char *const family_names[FAMILY_COUNT] = {"odd", "deep", "confident", "trained"};

double log_uniform(gsl_rng *generator, double low, double high) {
  return low * pow(high / low, gsl_rng_uniform(generator));
}

static void draw_loss(gsl_rng *generator, struct bp_spec *spec) {
  do
    spec->loss = bp_losses[gsl_rng_uniform_int(generator, bp_loss_count)];
  while (!bp_loss_fits(spec->loss, spec->activation[spec->depth]));
}

/* Any activation; softmax only where it may be the last. */
static const struct bp_function *any_function(gsl_rng *generator, bool output) {
  return &bp_functions[gsl_rng_uniform_int(generator, bp_function_count - !output)];
}

static void draw_spec(gsl_rng *generator, size_t most_layers, struct bp_spec *spec, size_t *size,
                      const struct bp_function **activation) {
  *spec = (struct bp_spec){.size = size, .activation = activation};
  spec->depth = 1 + gsl_rng_uniform_int(generator, most_layers);
  size[0] = 1 + gsl_rng_uniform_int(generator, WIDEST);
  for (size_t l = 1; l <= spec->depth; l++) {
    size[l] = 1 + gsl_rng_uniform_int(generator, WIDEST);
    activation[l] = any_function(generator, l == spec->depth);
  }
  draw_loss(generator, spec);
}

static void draw_deep_spec(gsl_rng *generator, struct bp_spec *spec, size_t *size,
                           const struct bp_function **activation) {
  const struct bp_function *hidden = any_function(generator, false);
  size_t width = 2 + gsl_rng_uniform_int(generator, 5);
  *spec = (struct bp_spec){.size = size, .activation = activation};
  spec->depth = 8 + gsl_rng_uniform_int(generator, DEEPEST - 7);
  for (size_t l = 0; l <= spec->depth; l++) {
    size[l] = width;
    activation[l] = hidden;
  }
  activation[spec->depth] = any_function(generator, true);
  draw_loss(generator, spec);
}

/* Softmax or sigmoid at the end, and mostly the loss that belongs to them. */
static void draw_confident_spec(gsl_rng *generator, struct bp_spec *spec, size_t *size,
                                const struct bp_function **activation) {
  draw_spec(generator, 4, spec, size, activation);
  do
    activation[spec->depth] = any_function(generator, true);
  while (!activation[spec->depth]->probabilities);
  size[spec->depth] = 2 + gsl_rng_uniform_int(generator, WIDEST - 1);
  spec->loss = &bp_cross_entropy;
  if (gsl_rng_uniform(generator) < 0.25)
    draw_loss(generator, spec);
}

/* Moves one unit: onto a kink, beside it, dead, or saturated. */
static void plant_oddity(gsl_rng *generator, struct bp_network *network,
                         struct bp_forward *forward) {
  size_t l = 1 + gsl_rng_uniform_int(generator, network->depth);
  size_t i = gsl_rng_uniform_int(generator, network->size[l]);
  size_t s = gsl_rng_uniform_int(generator, network->samples);
  double *b = gsl_matrix_ptr(network->b[l], i, 0);
  bp_forward_run(network, forward);
  double z = gsl_matrix_get(forward->Z[l], i, s);
  switch (gsl_rng_uniform_int(generator, 5)) {
  case 0:
    *b -= z;
    break;
  case 1:
    *b -= z + 1e-9 * (2 * gsl_rng_uniform(generator) - 1);
    break;
  case 2:
    *b -= z + log_uniform(generator, 1e-15, 1e-9);
    break;
  case 3:
    *b = -1e3;
    break;
  default:
    *b = gsl_rng_uniform(generator) < 0.5 ? -50 : 50;
  }
  if (gsl_rng_uniform(generator) < 0.2) { /* nothing but zeros arrives: z is exactly b, here 0 */
    for (size_t j = 0; j < network->size[l - 1]; j++)
      gsl_matrix_set(network->W[l], i, j, 0);
    *b = 0;
  }
}

/* Targets beside the outputs, where losses and gradients all but vanish. */
static void nearly_fit(gsl_rng *generator, struct bp_network *network, struct bp_forward *forward) {
  const gsl_matrix *A = forward->A[network->depth];
  double off = log_uniform(generator, 1e-12, 1e-2);
  bp_forward_run(network, forward);
  for (size_t k = 0; k < A->size1 * A->size2; k++)
    network->Y->data[k] = A->data[k] * (1 + off * gsl_ran_ugaussian(generator));
}

/* ---- the families -------------------------------------------------------- */

static void make_odd(gsl_rng *generator, struct bp_network *network, struct bp_arena *arena) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  while (gsl_rng_uniform(generator) < 0.5)
    plant_oddity(generator, network, forward);
  if (network->loss != &bp_cross_entropy && gsl_rng_uniform(generator) < 0.25)
    nearly_fit(generator, network, forward);
}

/* The last layer so that its largest pre-activation is what was drawn. */
static void make_confident(gsl_rng *generator, struct bp_network *network, struct bp_arena *arena) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  const gsl_matrix *Z = forward->Z[network->depth];
  double wanted = log_uniform(generator, 10, 1000), largest = 0;
  bp_forward_run(network, forward);
  for (size_t k = 0; k < Z->size1 * Z->size2; k++)
    largest = fmax(largest, fabs(Z->data[k]));
  if (!(largest > 0) || !isfinite(largest))
    return;
  gsl_matrix_scale(network->W[network->depth], wanted / largest);
  gsl_matrix_scale(network->b[network->depth], wanted / largest);
}

static void step(struct bp_network *network, const struct bp_gradient *gradient, double rate) {
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t k = 0; k < network->size[l] * network->size[l - 1]; k++)
      network->W[l]->data[k] -= rate * gradient->dW[l]->data[k];
    for (size_t k = 0; k < network->size[l]; k++)
      network->b[l]->data[k] -= rate * gradient->db[l]->data[k];
  }
}

/* Gradient descent with a rate that halves where J would rise, and grows where it falls. */
static void make_trained(gsl_rng *generator, struct bp_network *network, struct bp_arena *arena) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  size_t steps = (size_t)log_uniform(generator, 100, 3000);
  double rate = 0.1;
  for (size_t k = 0; k < steps; k++) {
    bp_forward_run(network, forward);
    double before = forward->loss;
    bp_backprop(network, forward, BP_ROUTE_DIRECT, NULL, gradient);
    step(network, gradient, rate);
    bp_forward_run(network, forward);
    if (forward->loss <= before) {
      rate *= 1.1;
    } else {
      step(network, gradient, -rate);
      rate /= 2;
    }
  }
}

struct bp_network *draw_network(enum family family, gsl_rng *generator, unsigned long seed,
                                struct bp_spec *spec, size_t *size,
                                const struct bp_function **activation, struct bp_arena *arena) {
  if (family == DEEP)
    draw_deep_spec(generator, spec, size, activation);
  else if (family == CONFIDENT)
    draw_confident_spec(generator, spec, size, activation);
  else
    draw_spec(generator, family == TRAINED ? 3 : 4, spec, size, activation);
  size_t samples = 1 + gsl_rng_uniform_int(generator, MOST_SAMPLES);
  struct bp_network *network = bp_network_new(spec, samples, arena);
  struct bp_draw draw = {seed, 1, 1, 1};
  if (family == ODD)
    draw = (struct bp_draw){seed, log_uniform(generator, 0.01, 10) * sqrt((double)size[0]),
                            log_uniform(generator, 1e-3, 1e3), 1};
  else if (family == DEEP)
    draw.weight_scale = log_uniform(generator, 0.5, 4);
  bp_network_draw_parameters(network, &draw);
  bp_network_draw_data(network, &draw);
  if (family == ODD)
    make_odd(generator, network, arena);
  else if (family == CONFIDENT)
    make_confident(generator, network, arena);
  else if (family == TRAINED)
    make_trained(generator, network, arena);
  return network;
}

void zoo_tell(const struct bp_network *network, unsigned long seed, const char *what) {
  printf("seed %lu: %zu", seed, network->size[0]);
  for (size_t l = 1; l <= network->depth; l++)
    printf(" - %zu %s", network->size[l], network->activation[l]->name);
  printf(", %s, %zu samples: %s\n", network->loss->name, network->samples, what);
}
