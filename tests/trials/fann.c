/* FANN's back-propagation, tried through the public calls of both libraries.
 *
 * FANN gives no gradient away, but one step of plain batch training (FANN_TRAIN_BATCH) changes each
 * weight by
 *
 *     learning rate · slope / number of samples,
 *
 * and the slopes are what back-propagation computed.  With a learning rate of 2^40 the old weight
 * is nothing beside the step, so that the difference of the weights is the step to all digits, and
 * minus the step divided by the rate is the gradient of the mean over the samples of
 *
 *     FANN_ERRORFUNC_LINEAR   sum of d² / 2
 *     FANN_ERRORFUNC_TANH     sum of (1 + d) log(1 + d) + (1 - d) log(1 - d)
 *
 * where d is what is desired minus what came out.  For the output functions that FANN calls
 * symmetric it halves d first; the loss that belongs to that is twice the one above of d/2.  These
 * losses are computed here from what fann_run returns.
 *
 * A row of the table is a network and what was found.  Compiled for FANN's float and for its double
 * library.  Prints TAP; a row that comes out differently, with another version of FANN perhaps, is
 * "not ok".
 */
#ifdef TRIAL_DOUBLE
#include <doublefann.h>
#define CHECK bp_check_gradient
#define LIBRARY "double"
#else
#include <floatfann.h>
#define CHECK bp_check_gradient_float
#define LIBRARY "float"
#endif
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "backproof.h"

enum {
  INPUTS = 3,
  HIDDEN = 6,
  OUTPUTS = 3,
  SAMPLES = 5,
  MOST_WEIGHTS = 64,
  RATE_EXPONENT = 40,
  DRAWS = 5
};

/* Which loss the gradient is held against. */
enum loss {
  OWN,     /* the one that belongs to the error function, see above */
  REPORTED /* what fann_get_MSE says */
};

/* How the result is expected to look. */
enum finding {
  HOLDS,    /* all entries agree; in float some may be undecided */
  FACTOR,   /* all entries are `factor` times the true slope */
  DIFFERENT /* they differ, by no common factor */
};

struct trial {
  const char *text;
  enum fann_activationfunc_enum hidden, output;
  double steepness;
  enum fann_errorfunc_enum error_function;
  double range; /* weights are drawn from -range to range */
  bool single;  /* no hidden layer */
  enum loss loss;
  enum finding finding;
  double factor;
};

#define LINEAR_LOSS FANN_ERRORFUNC_LINEAR
#define TANH_LOSS FANN_ERRORFUNC_TANH

static const struct trial trials[] = {
    /* What is right. */
    {"sigmoid", FANN_SIGMOID, FANN_SIGMOID, 0.5, LINEAR_LOSS, 1, .finding = HOLDS},
    {"sigmoid, steepness 1", FANN_SIGMOID, FANN_SIGMOID, 1, LINEAR_LOSS, 0.5, .finding = HOLDS},
    {"sigmoid, tanh error", FANN_SIGMOID, FANN_SIGMOID, 0.5, TANH_LOSS, 1, .finding = HOLDS},
    {"symmetric sigmoid", FANN_SIGMOID_SYMMETRIC, FANN_SIGMOID_SYMMETRIC, 0.5, LINEAR_LOSS, 1,
     .finding = HOLDS},
    {"symmetric sigmoid, tanh error", FANN_SIGMOID_SYMMETRIC, FANN_SIGMOID_SYMMETRIC, 0.5,
     TANH_LOSS, 1, .finding = HOLDS},
    {"symmetric sigmoid, linear output", FANN_SIGMOID_SYMMETRIC, FANN_LINEAR, 0.5, LINEAR_LOSS, 1,
     .finding = HOLDS},
    {"linear", FANN_LINEAR, FANN_LINEAR, 0.5, LINEAR_LOSS, 1, .finding = HOLDS},
    {"Elliot", FANN_ELLIOT, FANN_ELLIOT, 0.5, LINEAR_LOSS, 1, .finding = HOLDS},
    {"symmetric Elliot", FANN_ELLIOT_SYMMETRIC, FANN_ELLIOT_SYMMETRIC, 0.5, LINEAR_LOSS, 1,
     .finding = HOLDS},
    {"linear, tanh error, far off", FANN_LINEAR, FANN_LINEAR, 1, TANH_LOSS, 3, .finding = HOLDS},
    {"piecewise linear, inside", FANN_LINEAR, FANN_LINEAR_PIECE_SYMMETRIC, 0.5, LINEAR_LOSS, 0.3,
     .single = true, .finding = HOLDS},
    {"Gaussian, steepness 1", FANN_GAUSSIAN, FANN_GAUSSIAN, 1, LINEAR_LOSS, 1, .finding = HOLDS},
    {"symmetric Gaussian, steepness 1", FANN_GAUSSIAN_SYMMETRIC, FANN_GAUSSIAN_SYMMETRIC, 1,
     LINEAR_LOSS, 1, .finding = HOLDS},
    {"sine, steepness 1", FANN_SIN, FANN_SIN, 1, LINEAR_LOSS, 1, .finding = HOLDS},
    {"cosine, steepness 1", FANN_COS, FANN_COS, 1, LINEAR_LOSS, 1, .finding = HOLDS},
    {"symmetric sine, steepness 1", FANN_SIN_SYMMETRIC, FANN_SIN_SYMMETRIC, 1, LINEAR_LOSS, 1,
     .finding = HOLDS},
    {"symmetric cosine, steepness 1", FANN_COS_SYMMETRIC, FANN_COS_SYMMETRIC, 1, LINEAR_LOSS, 1,
     .finding = HOLDS},
    /* The steepness enters once too often. */
    {"Gaussian, no hidden layer", FANN_LINEAR, FANN_GAUSSIAN, 0.5, LINEAR_LOSS, 1, .single = true,
     .finding = FACTOR, .factor = 0.5},
    {"Gaussian, no hidden layer, steepness 2", FANN_LINEAR, FANN_GAUSSIAN, 2, LINEAR_LOSS, 1,
     .single = true, .finding = FACTOR, .factor = 2},
    {"symmetric Gaussian, no hidden layer", FANN_LINEAR, FANN_GAUSSIAN_SYMMETRIC, 0.5, LINEAR_LOSS,
     1, .single = true, .finding = FACTOR, .factor = 0.5},
    {"Gaussian", FANN_GAUSSIAN, FANN_GAUSSIAN, 0.5, LINEAR_LOSS, 1, .finding = DIFFERENT},
    {"sine, no hidden layer", FANN_LINEAR, FANN_SIN, 0.5, LINEAR_LOSS, 1, .single = true,
     .finding = DIFFERENT},
    {"sine", FANN_SIN, FANN_SIN, 0.5, LINEAR_LOSS, 1, .finding = DIFFERENT},
    {"cosine", FANN_COS, FANN_COS, 0.5, LINEAR_LOSS, 1, .finding = DIFFERENT},
    {"symmetric sine", FANN_SIN_SYMMETRIC, FANN_SIN_SYMMETRIC, 0.5, LINEAR_LOSS, 1,
     .finding = DIFFERENT},
    {"symmetric cosine", FANN_COS_SYMMETRIC, FANN_COS_SYMMETRIC, 0.5, LINEAR_LOSS, 1,
     .finding = DIFFERENT},
    /* Changed on purpose. */
    {"sigmoid, large weights", FANN_SIGMOID, FANN_SIGMOID, 0.5, LINEAR_LOSS, 12,
     .finding = DIFFERENT},
    {"symmetric sigmoid, large weights", FANN_SIGMOID_SYMMETRIC, FANN_SIGMOID_SYMMETRIC, 0.5,
     LINEAR_LOSS, 12, .finding = DIFFERENT},
    {"Elliot, large weights", FANN_ELLIOT, FANN_ELLIOT, 0.5, LINEAR_LOSS, 12, .finding = HOLDS},
    {"stepwise sigmoid", FANN_SIGMOID_STEPWISE, FANN_SIGMOID_STEPWISE, 0.5, LINEAR_LOSS, 1,
     .finding = DIFFERENT},
    {"stepwise symmetric sigmoid", FANN_SIGMOID_SYMMETRIC_STEPWISE, FANN_SIGMOID_SYMMETRIC_STEPWISE,
     0.5, LINEAR_LOSS, 1, .finding = DIFFERENT},
    {"piecewise linear, outside", FANN_LINEAR, FANN_LINEAR_PIECE_SYMMETRIC, 1, LINEAR_LOSS, 3,
     .finding = DIFFERENT},
    /* Against the error that FANN reports. */
    {"sigmoid, against fann_get_MSE", FANN_SIGMOID, FANN_SIGMOID, 0.5, LINEAR_LOSS, 1,
     .loss = REPORTED, .finding = FACTOR, .factor = OUTPUTS / 2.0},
    {"symmetric sigmoid, against fann_get_MSE", FANN_SIGMOID_SYMMETRIC, FANN_SIGMOID_SYMMETRIC, 0.5,
     LINEAR_LOSS, 1, .loss = REPORTED, .finding = FACTOR, .factor = OUTPUTS},
};

/* ---- a network ------------------------------------------------------------------------- */

struct net {
  const struct trial *trial;
  struct fann *ann;
  struct fann_train_data *data;
  struct fann_connection connections[MOST_WEIGHTS];
  size_t weights;
};

static bool is_symmetric(enum fann_activationfunc_enum function) {
  switch (function) {
  case FANN_LINEAR_PIECE_SYMMETRIC:
  case FANN_SIGMOID_SYMMETRIC:
  case FANN_SIGMOID_SYMMETRIC_STEPWISE:
  case FANN_GAUSSIAN_SYMMETRIC:
  case FANN_ELLIOT_SYMMETRIC:
  case FANN_SIN_SYMMETRIC:
  case FANN_COS_SYMMETRIC:
    return true;
  default:
    return false;
  }
}

/* Numbers between -1 and 1 that look random; the same for every machine. */
static double draw(unsigned *state) {
  *state = *state * 1664525U + 1013904223U;
  return (double)(*state >> 8) * 0x1p-23 - 1;
}

static void draw_data(struct net *net, unsigned *state) {
  double low = is_symmetric(net->trial->output) ? -0.7 : 0.15;
  for (size_t i = 0; i < SAMPLES; i++) {
    for (size_t j = 0; j < INPUTS; j++)
      net->data->input[i][j] = (fann_type)draw(state);
    for (size_t j = 0; j < OUTPUTS; j++)
      net->data->output[i][j] = (fann_type)(low + (0.7 - low) * (draw(state) + 1) / 2);
  }
}

static bool net_new(const struct trial *trial, unsigned number, struct net *net, fann_type *theta) {
  unsigned state = 20240229 + number;
  *net = (struct net){.trial = trial,
                      .ann = trial->single ? fann_create_standard(2, INPUTS, OUTPUTS)
                                           : fann_create_standard(3, INPUTS, HIDDEN, OUTPUTS),
                      .data = fann_create_train(SAMPLES, INPUTS, OUTPUTS)};
  if (!net->ann || !net->data || fann_get_total_connections(net->ann) > MOST_WEIGHTS)
    return false;
  if (!trial->single)
    fann_set_activation_function_hidden(net->ann, trial->hidden);
  fann_set_activation_function_output(net->ann, trial->output);
  if (!trial->single)
    fann_set_activation_steepness_hidden(net->ann, (fann_type)trial->steepness);
  fann_set_activation_steepness_output(net->ann, (fann_type)trial->steepness);
  fann_set_train_error_function(net->ann, trial->error_function);
  fann_set_training_algorithm(net->ann, FANN_TRAIN_BATCH);
  fann_set_learning_rate(net->ann, (float)ldexp(1, RATE_EXPONENT));
  net->weights = fann_get_total_connections(net->ann);
  fann_get_connection_array(net->ann, net->connections);
  draw_data(net, &state);
  for (size_t i = 0; i < net->weights; i++)
    theta[i] = (fann_type)(trial->range * draw(&state));
  return true;
}

static void net_free(struct net *net) {
  if (net->ann)
    fann_destroy(net->ann);
  if (net->data)
    fann_destroy_train(net->data);
}

static void set_weights(struct net *net, const fann_type *theta) {
  for (size_t i = 0; i < net->weights; i++)
    net->connections[i].weight = theta[i];
  fann_set_weight_array(net->ann, net->connections, (unsigned)net->weights);
}

/* ---- its loss and its gradient --------------------------------------------------------- */

static double loss_of(const struct trial *trial, double difference) {
  double halved = is_symmetric(trial->output) ? 2 : 1, d = difference / halved;
  if (trial->error_function == FANN_ERRORFUNC_LINEAR)
    return halved * d * d / 2;
  /* FANN takes the logarithm of nothing beyond 0.9999999 but 17 there */
  double inside = fmin(fabs(d), 0.9999999), beyond = fabs(d) - inside;
  return halved * ((1 + inside) * log1p(inside) + (1 - inside) * log1p(-inside) + 17 * beyond);
}

static fann_type loss(const fann_type *theta, size_t n, void *user) {
  struct net *net = user;
  double total = 0;
  (void)n;
  set_weights(net, theta);
  if (net->trial->loss == REPORTED)
    return (fann_type)fann_test_data(net->ann, net->data);
  for (size_t i = 0; i < SAMPLES; i++) {
    const fann_type *output = fann_run(net->ann, net->data->input[i]);
    for (size_t j = 0; j < OUTPUTS; j++)
      total += loss_of(net->trial, (double)net->data->output[i][j] - (double)output[j]);
  }
  return (fann_type)(total / SAMPLES);
}

static void gradient(const fann_type *theta, size_t n, void *user, fann_type *slopes) {
  struct net *net = user;
  struct fann_connection after[MOST_WEIGHTS];
  set_weights(net, theta);
  fann_train_epoch(net->ann, net->data);
  fann_get_connection_array(net->ann, after);
  for (size_t i = 0; i < n; i++)
    slopes[i] = (fann_type)ldexp(-((double)after[i].weight - (double)theta[i]), -RATE_EXPONENT);
}

/* ---- what comes of it ------------------------------------------------------------------ */

/* What was seen in all draws of a trial. */
struct sight {
  size_t draws, failing; /* of the whole check */
  size_t right, wrong, entries;
  double least, most; /* FANN's number by the true slope, over entries that are not small */
  char message[400];  /* of a draw that fails, or the last */
};

static void look(const struct bp_result *result, struct sight *sight) {
  double largest = 0;
  for (size_t i = 0; i < result->parameters; i++)
    largest = fmax(largest, fabs(bp_result_entry(result, 0, i).difference));
  for (size_t i = 0; i < result->parameters; i++) {
    struct bp_result_entry entry = bp_result_entry(result, 0, i);
    if (!(fabs(entry.difference) > 0.05 * largest))
      continue;
    sight->least = fmin(sight->least, entry.value / entry.difference);
    sight->most = fmax(sight->most, entry.value / entry.difference);
  }
  if (sight->failing == 0)
    snprintf(sight->message, sizeof sight->message, "%s", result->message);
  sight->draws++;
  sight->failing += result->outcome == BP_OUTCOME_FAILS;
  sight->right += result->holds;
  sight->wrong += result->fails;
  sight->entries += result->checked;
}

static bool is_expected(const struct trial *trial, const struct sight *sight) {
  double tolerance = 2e-3 * fabs(trial->factor);
  bool common = fabs(sight->most - trial->factor) <= tolerance &&
                fabs(sight->least - trial->factor) <= tolerance;
  bool right = sight->failing == 0 && sight->right >= sight->entries - sight->entries / 64;
  return sight->draws == DRAWS && (trial->finding == HOLDS    ? right
                                   : trial->finding == FACTOR ? sight->failing == DRAWS && common
                                                              : sight->failing > 0);
}

static bool try_draw(const struct trial *trial, unsigned number, struct sight *sight) {
  struct net net;
  fann_type theta[MOST_WEIGHTS];
  bool fine = net_new(trial, number, &net, theta);
  if (fine) {
    struct bp_parameter_block blocks[] = {{"W1", HIDDEN, INPUTS + 1}, {"W2", OUTPUTS, HIDDEN + 1}};
    struct bp_parameter_block only[] = {{"W1", OUTPUTS, INPUTS + 1}};
    struct bp_derivative_options options = {.title = trial->text,
                                            .blocks = trial->single ? only : blocks,
                                            .block_count = trial->single ? 1 : 2};
    struct bp_result result = CHECK(loss, gradient, theta, net.weights, &net, &options);
    look(&result, sight);
    if (getenv("VERBOSE"))
      bp_result_write(&result, "text", stderr);
    bp_result_free(&result);
  }
  net_free(&net);
  return fine;
}

static bool try_all(const struct trial *trial, size_t number) {
  struct sight sight = {.least = INFINITY, .most = -INFINITY};
  for (unsigned draw = 0; draw < DRAWS; draw++)
    if (!try_draw(trial, draw, &sight)) {
      printf("not ok %zu - %s: FANN has no memory\n", number, trial->text);
      return false;
    }
  bool expected = is_expected(trial, &sight);
  printf("%s %zu - %s: of %zu entries %zu hold, %zu fail; FANN / true from %.6g to %.6g\n",
         expected ? "ok" : "not ok", number, trial->text, sight.entries, sight.right, sight.wrong,
         sight.least, sight.most);
  printf("#   %s\n", sight.message);
  return expected;
}

int main(void) {
  size_t count = sizeof trials / sizeof *trials, good = 0;
  printf("1..%zu\n# FANN in " LIBRARY "\n", count);
  for (size_t i = 0; i < count; i++)
    good += try_all(&trials[i], i + 1);
  return good == count ? EXIT_SUCCESS : EXIT_FAILURE;
}
