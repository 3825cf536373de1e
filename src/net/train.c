/* Gradient descent, a step at a time: forward, look at J, perhaps check, backward, update.
 *
 * J after k updates is losses[k], so the forward pass of step k serves the curve, the accuracy at
 * the end and the backward pass alike.  A check sees the parameters between two updates and changes
 * nothing.  It works in an arena of its own that goes when it is done; only its summary stays.
 *
 * J that is not finite ends the run: from there on every number would be NaN.  That is no verdict
 * on the gradient, so such a run is undecided unless a check had failed before.
 */
#include "net/train.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "net/backprop.h"
#include "net/check.h"

/* J may rise by this much, relative, from rounding alone: near a minimum it does. */
static const double ROUNDING_OF_J = 1e-12;

/* A rate with which most small networks go down. */
static const double USUAL_RATE = 0.05;

struct run {
  struct bp_network *network;
  const struct bp_train_options *options;
  struct bp_arena *arena;
  struct bp_forward *forward;
  struct bp_gradient *gradient;
  struct bp_training *training;
  const char *left_out; /* of a sample, what the first check did not look at; NULL: all was */
};

/* What a check's progress function needs to speak for the whole run. */
struct relay {
  const struct bp_train_options *options;
  double share;
};

const char *bp_start_name(enum bp_start start) {
  static const char *const names[BP_START_COUNT] = {
      [BP_START_DRAWN] = "drawn", [BP_START_ONES] = "ones", [BP_START_ZEROS] = "zeros"};
  return names[start];
}

/* Sets every W[l] and b[l] to what `start` says; nothing for BP_START_DRAWN. */
static void set_start(struct bp_network *network, enum bp_start start) {
  if (start == BP_START_DRAWN)
    return;
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix_set_all(network->W[l], start == BP_START_ONES);
    gsl_matrix_set_all(network->b[l], start == BP_START_ONES);
  }
}

/* ---- what the targets mean ----------------------------------------------- */

static bool all_zero_or_one(const gsl_matrix *Y) {
  for (size_t i = 0; i < Y->size1; i++)
    for (size_t s = 0; s < Y->size2; s++) {
      double y = gsl_matrix_get(Y, i, s);
      if (y != 0 && y != 1)
        return false;
    }
  return true;
}

/* Every column sums to 1; for zeros and ones: holds exactly one 1. */
static bool one_in_each_column(const gsl_matrix *Y) {
  for (size_t s = 0; s < Y->size2; s++) {
    double sum = 0;
    for (size_t i = 0; i < Y->size1; i++)
      sum += gsl_matrix_get(Y, i, s);
    if (sum != 1)
      return false;
  }
  return true;
}

static enum bp_decision decision_for(const struct bp_network *network) {
  if (!all_zero_or_one(network->Y))
    return BP_DECISION_NONE;
  if (network->size[network->depth] > 1 && one_in_each_column(network->Y))
    return BP_DECISION_LARGEST;
  const struct bp_function *output = network->activation[network->depth];
  bool each_alone = output->probabilities && !output->columnwise;
  return each_alone ? BP_DECISION_THRESHOLD : BP_DECISION_NONE;
}

static size_t largest_of_column(const gsl_matrix *matrix, size_t column) {
  size_t largest = 0;
  for (size_t i = 1; i < matrix->size1; i++)
    if (gsl_matrix_get(matrix, i, column) > gsl_matrix_get(matrix, largest, column))
      largest = i;
  return largest;
}

static bool column_is_right(const gsl_matrix *A, const gsl_matrix *Y, size_t column,
                            enum bp_decision decision) {
  bool right = true;
  for (size_t i = 0; i < A->size1; i++) {
    double a = gsl_matrix_get(A, i, column);
    right = right && !isnan(a);
    if (decision == BP_DECISION_THRESHOLD)
      right = right && (a > 0.5) == (gsl_matrix_get(Y, i, column) > 0.5);
  }
  if (decision == BP_DECISION_LARGEST)
    right = right && largest_of_column(A, column) == largest_of_column(Y, column);
  return right;
}

static struct bp_accuracy accuracy_of(const struct bp_network *network,
                                      const struct bp_forward *forward, enum bp_decision decision) {
  struct bp_accuracy accuracy = {.loss = forward->loss};
  if (decision == BP_DECISION_NONE)
    return accuracy;
  accuracy.samples = network->samples;
  for (size_t s = 0; s < network->samples; s++)
    accuracy.correct += column_is_right(forward->A[network->depth], network->Y, s, decision);
  return accuracy;
}

/* ---- checks on the way --------------------------------------------------- */

static bool relay_progress(double share, void *user) {
  const struct relay *relay = user;
  (void)share; /* a check has no share of its own in the bar: it counts with its step */
  return relay->options->progress(relay->share, relay->options->user);
}

/* How far the worst entry of a block is outside its bound: above 1 where it is. */
static double overshoot(const struct bp_block *block) {
  const struct bp_entry *worst = &block->entries[block->worst];
  double error = fabs(worst->backprop - worst->difference);
  double ratio = error == 0 ? 0 : error / worst->bound;
  return isnan(ratio) ? INFINITY : ratio;
}

/* Among blocks of the same verdict a parameter is named rather than an intermediate. */
static bool worse(const struct bp_block *block, const struct bp_block *than) {
  if (than == NULL || block->verdict != than->verdict)
    return than == NULL || block->verdict > than->verdict;
  if (block->parameter != than->parameter)
    return block->parameter;
  return overshoot(block) > overshoot(than);
}

/* Keeps what matters of a report. Returns false when memory is short. */
static bool summarise(const struct bp_report *report, struct bp_arena *arena,
                      struct bp_training_check *check) {
  const struct bp_block *worst = NULL;
  check->loss = report->network->loss;
  check->verdict = report->head.verdict;
  check->entries = report->head.entries;
  check->holds = report->head.holds;
  check->fails = report->head.fails;
  check->undecided = report->head.undecided;
  check->lost_digits = report->network->lost_digits;
  check->visible = report->visible;
  check->largest_relative = NAN;
  for (size_t k = 0; k < report->block_count; k++) {
    const struct bp_block *block = &report->blocks[k];
    if (block->parameter) {
      check->largest_relative = fmax(check->largest_relative, block->largest_relative);
      check->largest_gradient = fmax(check->largest_gradient, block->largest_magnitude);
    }
    if (!block->informative && block->rows * block->columns > 0 && worse(block, worst))
      worst = block;
  }
  if (worst == NULL)
    return true;
  check->worst_block = bp_arena_strdup(arena, worst->name);
  check->worst_row = bp_block_row(worst, worst->worst) - 1;
  check->worst_column = bp_block_column(worst, worst->worst) - 1;
  check->worst = worst->entries[worst->worst];
  return check->worst_block != NULL;
}

static enum bp_status run_check(struct run *run, size_t step) {
  const struct bp_train_options *options = run->options;
  struct bp_arena *scratch = bp_arena_new(options->check_memory);
  if (scratch == NULL)
    return BP_NO_MEMORY;
  struct relay relay = {options, options->steps > 0 ? (double)step / (double)options->steps : 0};
  struct bp_check_options check_options = options->check;
  check_options.progress = options->progress != NULL ? relay_progress : NULL;
  check_options.user = &relay;
  check_options.sample_seed += run->training->check_count; /* other units each time */

  struct bp_report *report = NULL;
  enum bp_status status = bp_check(run->network, &check_options, scratch, &report);
  if (status == BP_OK) {
    struct bp_training *training = run->training;
    struct bp_training_check *check = &training->checks[training->check_count++];
    check->step = step;
    status = summarise(report, run->arena, check) ? BP_OK : BP_NO_MEMORY;
    if (check_options.sample && !run->left_out)
      run->left_out = bp_arena_strdup(run->arena, report->head.notes[0]);
    training->verdict = bp_verdict_join(training->verdict, check->verdict);
  }
  bp_arena_free(scratch);
  return status;
}

/* ---- the descent --------------------------------------------------------- */

/* M := M - α · dM */
static void update(gsl_matrix *matrix, const gsl_matrix *gradient, double rate) {
  for (size_t i = 0; i < matrix->size1; i++) {
    double *row = gsl_matrix_ptr(matrix, i, 0);
    const double *slope = gsl_matrix_const_ptr(gradient, i, 0);
    for (size_t j = 0; j < matrix->size2; j++)
      row[j] = row[j] - rate * slope[j];
  }
}

static void update_parameters(struct run *run) {
  const struct bp_train_options *options = run->options;
  const struct bp_mistake *mistake =
      options->check.mistake.kind != BP_NO_MISTAKE ? &options->check.mistake : NULL;
  bp_backprop(run->network, run->forward, options->check.route, mistake, run->gradient);
  for (size_t l = 1; l <= run->network->depth; l++) {
    update(run->network->W[l], run->gradient->dW[l], options->rate);
    update(run->network->b[l], run->gradient->db[l], options->rate);
  }
}

static bool is_check_step(const struct bp_train_options *options, size_t step) {
  return step == 0 || step == options->steps ||
         (options->check_every > 0 && step % options->check_every == 0);
}

/* J after `step` updates: on the curve, and compared with the one before. */
static void record_loss(struct bp_training *training, size_t step, double loss) {
  training->losses[step] = loss;
  training->steps = step;
  training->diverged = !isfinite(loss);
  if (step == 0 || training->diverged)
    return;
  double before = training->losses[step - 1];
  if (loss - before > ROUNDING_OF_J * fabs(before)) {
    training->rises++;
    if (training->first_rise == 0)
      training->first_rise = step;
  }
}

static enum bp_status descend(struct run *run) {
  const struct bp_train_options *options = run->options;
  for (size_t step = 0;; step++) {
    bp_forward_run(run->network, run->forward);
    record_loss(run->training, step, run->forward->loss);
    if (run->training->diverged)
      return BP_OK;
    if (is_check_step(options, step)) {
      enum bp_status status = run_check(run, step);
      if (status != BP_OK)
        return status;
    }
    if (step == options->steps)
      return BP_OK;
    update_parameters(run);
    double share = (double)(step + 1) / (double)options->steps;
    if (options->progress != NULL && !options->progress(share, options->user))
      return BP_STOPPED;
  }
}

/* ---- the result ---------------------------------------------------------- */

/* Space for everything whose size is known before.  NULL when memory is short. */
static struct bp_training *new_training(const struct bp_network *network,
                                        const struct bp_train_options *options,
                                        struct bp_arena *arena) {
  size_t between = options->check_every > 0 ? options->steps / options->check_every : 0;
  if (options->steps > SIZE_MAX - 2 || between > SIZE_MAX - 2)
    return NULL;
  struct bp_training *training = bp_arena_alloc(arena, 1, sizeof *training);
  if (training == NULL)
    return NULL;
  *training = (struct bp_training){
      .steps_asked = options->steps,
      .check_every = options->check_every,
      .rate = options->rate,
      .start = bp_start_name(options->start),
      .losses = bp_arena_alloc(arena, options->steps + 1, sizeof *training->losses),
      .checks = bp_arena_alloc(arena, between + 2, sizeof *training->checks),
      .parameters = bp_arena_alloc(arena, 2 * network->depth, sizeof *training->parameters),
      .decision = decision_for(network),
      .verdict = BP_HOLDS,
  };
  bool complete =
      training->losses != NULL && training->checks != NULL && training->parameters != NULL;
  return complete ? training : NULL;
}

/* A copy, so that the result stays what it is when the network goes on changing. */
static bool add_parameter(struct bp_training *training, const char *letter, size_t layer,
                          const gsl_matrix *matrix, struct bp_arena *arena) {
  struct bp_training_parameter *parameter = &training->parameters[training->parameter_count++];
  *parameter = (struct bp_training_parameter){
      .name = bp_arena_printf(arena, "%s[%zu]", letter, layer),
      .rows = matrix->size1,
      .columns = matrix->size2,
      .values = bp_arena_alloc(arena, matrix->size1 * matrix->size2, sizeof(double)),
  };
  if (parameter->name == NULL || parameter->values == NULL)
    return false;
  for (size_t i = 0; i < matrix->size1; i++)
    memcpy(parameter->values + i * matrix->size2, gsl_matrix_const_ptr(matrix, i, 0),
           matrix->size2 * sizeof(double));
  return true;
}

static bool keep_parameters(const struct run *run) {
  for (size_t l = 1; l <= run->network->depth; l++)
    if (!add_parameter(run->training, "W", l, run->network->W[l], run->arena) ||
        !add_parameter(run->training, "b", l, run->network->b[l], run->arena))
      return false;
  return true;
}

/* Counts what is classified right, on the data of the descent and on what was held out. */
static bool measure(const struct run *run, const struct bp_network *held_out) {
  struct bp_training *training = run->training;
  training->training = accuracy_of(run->network, run->forward, training->decision);
  training->held_out.loss = NAN;
  if (held_out == NULL)
    return true;
  struct bp_network other = *held_out;
  other.W = run->network->W;
  other.b = run->network->b;
  struct bp_forward *forward = bp_forward_new(&other, run->arena);
  if (forward == NULL)
    return false;
  bp_forward_run(&other, forward);
  training->held_out = accuracy_of(&other, forward, training->decision);
  return true;
}

/* Smaller than a rate that was too large, and never more than the usual one. */
static double calmer_rate(double rate) { return fmin(rate / 3, USUAL_RATE); }

static const char *divergence_note(const struct run *run) {
  const struct bp_training *training = run->training;
  const char *what = isnan(training->losses[training->steps]) ? "not a number" : "infinite";
  if (training->steps == 0)
    return bp_arena_printf(run->arena,
                           "J is %s before the first step: the start or the data is too large. "
                           "Scale the inputs down, or start with smaller weights.",
                           what);
  return bp_arena_printf(run->arena,
                         "J became %s after step %zu, so the run ended there: the steps are too "
                         "long. Try a smaller rate, such as %.2g.",
                         what, training->steps, calmer_rate(training->rate));
}

static const char *rise_note(const struct run *run) {
  const struct bp_training *training = run->training;
  if (training->verdict == BP_FAILS)
    return bp_arena_printf(run->arena,
                           "J rose after %zu of %zu steps, first after step %zu: a wrong gradient "
                           "need not point uphill, so a step against it need not go down.",
                           training->rises, training->steps, training->first_rise);
  return bp_arena_printf(run->arena,
                         "J rose after %zu of %zu steps, first after step %zu: the steps are "
                         "too long. Try a smaller rate, such as %.2g.",
                         training->rises, training->steps, training->first_rise,
                         calmer_rate(training->rate));
}

/* Whether a check that held has a relative error that looks like a failure. */
static bool has_alarming_error(const struct bp_training *training) {
  for (size_t k = 0; k < training->check_count; k++)
    if (training->checks[k].verdict == BP_HOLDS && training->checks[k].largest_relative > 1e-3)
      return true;
  return false;
}

/* Sentences for the reader.  Returns false when memory is short. */
static bool write_notes(const struct run *run) {
  enum { MOST_NOTES = 7 };
  struct bp_training *training = run->training;
  const struct bp_train_options *options = run->options;
  training->notes = bp_arena_alloc(run->arena, MOST_NOTES, sizeof *training->notes);
  if (training->notes == NULL)
    return false;
  const char **next = training->notes;
  if (training->diverged)
    *next++ = divergence_note(run);
  if (options->check.mistake.kind != BP_NO_MISTAKE)
    *next++ = bp_arena_printf(run->arena, "The descent used a gradient with a planted mistake: %s.",
                              bp_mistake_sentence(options->check.mistake.kind));
  if (training->rises > 0 && !training->diverged)
    *next++ = rise_note(run);
  if (has_alarming_error(training))
    *next++ =
        "A large relative error in a check that holds belongs to an entry so close to zero that "
        "truncation and rounding explain all of it, as near a minimum.";
  if (options->start != BP_START_DRAWN && run->network->depth > 1)
    *next++ = "All weights start equal, so all units of a hidden layer get the same gradient and "
              "stay equal: such a layer learns no more than one unit could. Start from drawn "
              "weights.";
  if (training->decision == BP_DECISION_NONE)
    *next++ = "The targets are numbers and not classes, so there is no accuracy, only J.";
  if (run->left_out)
    *next++ = bp_arena_printf(run->arena,
                              "Each check looked at %zu units of each layer at most, drawn anew. "
                              "Of each of them: %s.",
                              options->check.sample, run->left_out);
  training->note_count = (size_t)(next - training->notes);
  for (size_t k = 0; k < training->note_count; k++)
    if (training->notes[k] == NULL)
      return false;
  return true;
}

enum bp_status bp_train(struct bp_network *network, const struct bp_network *held_out,
                        const struct bp_train_options *options, struct bp_arena *arena,
                        struct bp_training **result) {
  struct run run = {
      .network = network,
      .options = options,
      .arena = arena,
      .forward = bp_forward_new(network, arena),
      .gradient = bp_gradient_new(network, arena),
      .training = new_training(network, options, arena),
  };
  if (run.forward == NULL || run.gradient == NULL || run.training == NULL)
    return BP_NO_MEMORY;
  set_start(network, options->start);
  enum bp_status status = descend(&run);
  if (status != BP_OK)
    return status;
  if (run.training->diverged)
    run.training->verdict = bp_verdict_join(run.training->verdict, BP_UNDECIDED);
  if (!measure(&run, held_out) || !keep_parameters(&run) || !write_notes(&run))
    return BP_NO_MEMORY;
  *result = run.training;
  return BP_OK;
}
