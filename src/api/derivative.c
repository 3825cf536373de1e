/* The public calls that check other people's gradients and Jacobians: the frame that all of them
 * share, the plain callbacks, and what can be done with a result.
 *
 * The functions get a working copy of the point in which one number is changed and put back, so
 * that a call costs nothing that grows with the number of parameters, but for what the function
 * itself does.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "base/memory_stream.h"
#include "base/quad.h"
#include "base/ranks/ranks.h"
#include "num/surroundings.h"
#include "report/report.h"

static const char no_memory[] = "out of memory";

bool bp_call_failed(const struct bp_call *call) { return !call->arena || call->complaint; }

void bp_call_refuse(struct bp_call *call, const char *complaint) {
  if (!call->complaint)
    call->complaint = complaint ? complaint : no_memory;
}

void bp_call_soil(double *numbers, size_t count, bool again) {
  for (size_t i = 0; i < count; i++)
    numbers[i] = again ? BP_PROBE_GARBAGE : NAN;
}

/* ---- from arguments to a check --------------------------------------------------- */

static void choose_rule(struct bp_call *call) {
  const struct bp_derivative_options *wishes = call->wishes;
  struct bp_probe_options *options = &call->options;
  int rules = (wishes->every > 0) + (wishes->random > 0) + (wishes->indices != NULL) +
              (wishes->directions > 0);
  *options = (struct bp_probe_options){.seed = wishes->seed,
                                       .noise = wishes->noise,
                                       .gradient_error = wishes->gradient_error,
                                       .indices = wishes->indices,
                                       .index_count = wishes->index_count};
  if (rules > 1)
    bp_call_refuse(call, "every, random, indices and directions exclude each other: take one");
  if (!(wishes->noise >= 0 && wishes->gradient_error >= 0))
    bp_call_refuse(call, "noise and gradient_error are relative errors: 0 or more");
  options->rule = wishes->every        ? BP_PROBE_EVERY
                  : wishes->random     ? BP_PROBE_RANDOM
                  : wishes->indices    ? BP_PROBE_GIVEN
                  : wishes->directions ? BP_PROBE_DIRECTIONS
                                       : BP_PROBE_ALL;
  options->number = wishes->every + wishes->random + wishes->directions; /* two of them are 0 */
}

/* Names are free text: what would disturb a terminal or a table is replaced. */
static const char *shown_name(struct bp_call *call, const char *name) {
  const char *function = call->form->function;
  const char *shown = bp_text_shown(name, SIZE_MAX, call->arena);
  if (!shown)
    bp_call_refuse(call, no_memory);
  return shown && function ? bp_arena_printf(call->arena, "∂%s/∂%s", function, shown) : shown;
}

/* The blocks of the parameters, with the names that the report shows. */
static void name_parts(struct bp_call *call) {
  const struct bp_derivative_options *wishes = call->wishes;
  size_t count = wishes->blocks ? wishes->block_count : 1;
  if (count > call->probed.parameters) {
    bp_call_refuse(call, bp_arena_printf(call->arena,
                                         "there are %zu blocks but only %zu parameters: is "
                                         "block_count right?",
                                         count, call->probed.parameters));
    return;
  }
  struct bp_probe_part *parts = bp_arena_alloc(call->arena, count + 1, sizeof *parts);
  for (size_t p = 0; parts && p < count; p++) {
    struct bp_parameter_block block = {call->form->variable, call->probed.parameters, 1};
    if (wishes->blocks)
      block = wishes->blocks[p];
    if (!block.name)
      bp_call_refuse(call, "a block has no name");
    else
      block.name = shown_name(call, block.name);
    parts[p] = (struct bp_probe_part){block.name, block.rows, block.columns};
  }
  call->probed.parts = parts;
  call->probed.part_count = count;
}

static void make_room(struct bp_call *call, const double *theta, size_t stride, size_t n,
                      size_t k) {
  size_t entries;
  if (__builtin_mul_overflow(n, k, &entries)) {
    bp_call_refuse(call, "the Jacobian would have more entries than there are addresses");
    return;
  }
  call->theta = bp_arena_alloc(call->arena, n, sizeof *call->theta);
  call->gradient = bp_arena_alloc(call->arena, entries, sizeof *call->gradient);
  call->again = bp_arena_alloc(call->arena, entries, sizeof *call->again);
  double *base = bp_arena_alloc(call->arena, n, sizeof *base);
  call->probed.theta = base;
  if (bp_arena_failed(call->arena)) {
    bp_call_refuse(call, no_memory);
    return;
  }
  for (size_t j = 0; j < n; j++)
    base[j] = call->theta[j] = theta[j * stride];
  bp_call_soil(call->gradient, entries, false);
  bp_call_soil(call->again, entries, true);
}

void bp_call_begin(struct bp_call *call, const struct bp_call_form *form, const void *system,
                   const struct bp_derivative_options *options, const double *theta, size_t stride,
                   size_t n, size_t k) {
  static const struct bp_derivative_options defaults;
  *call = (struct bp_call){.form = form,
                           .system = system,
                           .wishes = options ? options : &defaults,
                           .arena = bp_arena_new(0)};
  bp_surroundings_enter();
  if (!call->arena)
    return;
  call->probed = (struct bp_probed){.parameters = n,
                                    .outputs = k,
                                    .jacobian = form->function != NULL,
                                    .unit = BP_PROBE_DOUBLE,
                                    .scales = call->wishes->scales};
  if (!bp_quad_is_exact()) {
    bp_call_refuse(call, BP_QUAD_COMPLAINT);
    return;
  }
  if (!theta) {
    bp_call_refuse(call, "the point is NULL: pass the numbers at which to check");
    return;
  }
  if (n == 0 || k == 0) {
    bp_call_refuse(call, "there is nothing to check: a function needs a point with at least one "
                         "number, and at least one value");
    return;
  }
  choose_rule(call);
  name_parts(call);
  make_room(call, theta, stride, n, k);
  if (call->complaint)
    return;
  call->probed.gradient = call->gradient;
  call->probed.again = call->again;
  const char *complaint = bp_probe_complaint(&call->probed, &call->options, call->arena);
  if (complaint)
    bp_call_refuse(call, complaint);
}

/* ---- evaluation --------------------------------------------------------------------- */

static void put(struct bp_call *call, size_t index, double value) {
  call->theta[index] = value;
  if (call->single)
    call->single[index] = (float)value;
}

static void put_all(struct bp_call *call, const double *theta) {
  for (size_t j = 0; j < call->probed.parameters; j++)
    put(call, j, theta[j]);
}

static int evaluate(void *user, const struct bp_probe_point *points, size_t count, double *values) {
  struct bp_call *call = user;
  size_t k = call->probed.outputs;
  bp_neutral_pause(&call->neutral);
  for (size_t i = 0; i < count; i++, values += k) {
    if (points[i].theta)
      put_all(call, points[i].theta);
    else
      put(call, points[i].index, points[i].value);
    bp_call_soil(values, k, false);
    if (!call->form->value(call, values))
      for (size_t o = 0; o < k; o++)
        values[o] = NAN;
    if (points[i].theta)
      put_all(call, call->probed.theta);
    else
      put(call, points[i].index, call->probed.theta[points[i].index]);
  }
  bp_neutral_resume(&call->neutral);
  return 0;
}

static int differentiate(void *user, const double *theta, double *gradient) {
  struct bp_call *call = user;
  size_t count = call->probed.outputs * call->probed.parameters;
  bp_neutral_pause(&call->neutral);
  put_all(call, theta);
  bp_call_soil(gradient, count, false);
  if (!call->form->derivative(call, gradient))
    bp_call_soil(gradient, count, false);
  put_all(call, call->probed.theta);
  bp_neutral_resume(&call->neutral);
  return 0;
}

bool bp_call_differentiate(struct bp_call *call) {
  return call->form->derivative(call, call->gradient) && call->form->derivative(call, call->again);
}

/* With the gradients of rank 0, as code may round otherwise on another machine.  False: one rank at
 * least cannot go on, and then none does. */
static bool join_ranks(struct bp_call *call) {
  if (!bp_ranks_borrow()) {
    bp_call_refuse(call, bp_ranks_built()
                             ? "ranks: MPI_Init has not been called, or MPI_Finalize has been"
                             : "ranks: this library is built without MPI (meson: -Dmpi=enabled)");
    return false;
  }
  bool failed = bp_ranks_any(bp_call_failed(call));
  if (failed) {
    bp_call_refuse(call, "ranks: another process of this call has been refused");
    bp_ranks_end();
    return false;
  }
  size_t bytes = call->probed.outputs * call->probed.parameters * sizeof *call->gradient;
  bp_ranks_tell(call->gradient, bytes);
  bp_ranks_tell(call->again, bytes);
  call->options.dealt = bp_ranks() > 1;
  return true;
}

void bp_call_check(struct bp_call *call) {
  call->probed.evaluate = evaluate;
  call->probed.differentiate = differentiate;
  call->probed.user = call;
  if (call->wishes->ranks && !join_ranks(call))
    return;
  if (bp_call_failed(call))
    return;
  call->neutral = bp_neutral_begin();
  if (bp_probe_check(&call->probed, &call->options, call->arena, &call->report) != BP_PROBE_OK)
    bp_call_refuse(call, no_memory);
  bp_neutral_end(&call->neutral);
  if (call->wishes->ranks)
    bp_ranks_end();
}

/* ---- results ------------------------------------------------------------------------ */

static void describe(struct bp_call *call) {
  enum { MOST_SETTINGS = 2 };
  struct bp_report *report = call->report;
  struct bp_setting *settings = bp_arena_alloc(call->arena, MOST_SETTINGS, sizeof *settings);
  const char *title = call->wishes->title ? call->wishes->title : call->form->title;
  report->head.title = bp_text_shown(title ? title : "your function", SIZE_MAX, call->arena);
  if (!settings || !report->head.title)
    return;
  report->head.settings = settings;
  settings[report->head.setting_count++] =
      (struct bp_setting){"numbers", call->single ? "float" : "double"};
  if (call->wishes->random || call->wishes->directions)
    settings[report->head.setting_count++] = (struct bp_setting){
        "seed", bp_arena_printf(call->arena, "%lu", call->wishes->seed ? call->wishes->seed : 1)};
}

/* The closing sentence of the text report, without its end of line. */
static const char *closing_sentence(struct bp_call *call) {
  static const struct bp_report_style brief = {.brief = true, .width = 100000};
  char *text = NULL;
  size_t length = 0;
  const char *sentence = NULL;
  FILE *out = open_memstream(&text, &length);
  bool fine = out && bp_writer_find("text")->report(call->report, &brief, out) == 0;
  if (bp_memory_stream_close(out, &text) && fine)
    sentence = bp_arena_strndup(call->arena, text, length > 0 ? length - 1 : 0);
  free(text);
  return sentence;
}

/* A complaint may live in the arena, so the result owns that here too. */
static struct bp_result refusal(struct bp_call *call) {
  struct bp_result result = {.outcome = BP_OUTCOME_BAD_INPUT, .message = no_memory};
  if (!call->arena)
    return result;
  result.detail = bp_arena_alloc(call->arena, 1, sizeof *result.detail);
  if (!result.detail) {
    bp_arena_free(call->arena);
    return result;
  }
  result.message = call->complaint;
  *result.detail = (struct bp_result_detail){.arena = call->arena};
  return result;
}

static struct bp_result accepted(struct bp_call *call) {
  const struct bp_report *report = call->report;
  struct bp_result result = {.outcome = (enum bp_outcome)bp_exit_status(report->head.verdict),
                             .parameters = call->probed.parameters,
                             .outputs = call->probed.outputs,
                             .checked = report->head.entries,
                             .holds = report->head.holds,
                             .fails = report->head.fails,
                             .undecided = report->head.undecided,
                             .skipped = report->skipped,
                             .evaluations = report->code->evaluations,
                             .visible = report->visible};
  result.message = closing_sentence(call);
  result.detail = bp_arena_alloc(call->arena, 1, sizeof *result.detail);
  if (result.detail)
    *result.detail = (struct bp_result_detail){call->arena, call->report, call->probed.jacobian};
  return result;
}

struct bp_result bp_call_finish(struct bp_call *call) {
  bp_surroundings_leave();
  if (bp_call_failed(call) || !call->report)
    return refusal(call);
  struct bp_neutral neutral = bp_neutral_begin();
  describe(call);
  struct bp_result result = accepted(call);
  bp_neutral_end(&neutral);
  if (result.detail && result.message && !bp_arena_failed(call->arena))
    return result;
  bp_call_refuse(call, no_memory);
  return refusal(call);
}

void bp_result_free(struct bp_result *result) {
  if (!result)
    return;
  if (result->detail)
    bp_arena_free(result->detail->arena);
  result->detail = NULL;
  result->message = "this result was freed";
}

int bp_result_write(const struct bp_result *result, const char *format, FILE *out) {
  static const struct bp_report_style style = {.parameters = BP_LIST_NONE};
  const struct bp_writer *writer = bp_writer_find(format ? format : "text");
  if (!writer || !writer->report || !out || !result || !result->detail || !result->detail->report)
    return -1;
  struct bp_neutral neutral = bp_neutral_begin();
  bool fine = writer->report(result->detail->report, &style, out) == 0 && fflush(out) == 0;
  bp_neutral_end(&neutral);
  return fine ? 0 : -1;
}

/* The entry itself; NULL where there is none. */
static const struct bp_entry *find_entry(const struct bp_result *result, size_t output,
                                         size_t parameter) {
  const struct bp_report *report = result && result->detail ? result->detail->report : NULL;
  bool rows_are_outputs = report && result->detail->jacobian;
  if (!report || output >= result->outputs)
    return NULL;
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    size_t count = rows_are_outputs ? block->columns : block->rows * block->columns;
    if (!block->parameter)
      continue;
    if (parameter < count)
      return &block->entries[rows_are_outputs ? output * block->columns + parameter : parameter];
    parameter -= count;
  }
  return NULL;
}

struct bp_result_entry bp_result_entry(const struct bp_result *result, size_t output,
                                       size_t parameter) {
  const struct bp_entry *entry = find_entry(result, output, parameter);
  if (!entry)
    return (struct bp_result_entry){NAN, NAN, INFINITY, BP_ENTRY_SKIPPED,
                                    bp_reason_name(BP_REASON_SKIPPED)};
  bool skipped = entry->reason == BP_REASON_SKIPPED;
  return (struct bp_result_entry){entry->backprop, entry->difference, entry->bound,
                                  skipped ? BP_ENTRY_SKIPPED
                                          : bp_exit_status((enum bp_verdict)entry->verdict),
                                  bp_reason_name((enum bp_reason)entry->reason)};
}

/* Says which of the two functions is missing, before anything that is said about sizes. */
static void refuse_null(struct bp_call *call, bool value, bool derivative, const char *value_name,
                        const char *derivative_name) {
  if (!call->arena || (value && derivative))
    return;
  const char *missing = value ? derivative_name : value_name;
  call->complaint =
      value || derivative
          ? bp_arena_printf(call->arena, "the %s is NULL: pass the function that computes it",
                            missing)
          : bp_arena_printf(call->arena,
                            "the %s and the %s are both NULL: pass the functions that "
                            "compute them",
                            value_name, derivative_name);
  if (!call->complaint)
    call->complaint = no_memory;
}

/* ---- plain callbacks ------------------------------------------------------------------ */

struct plain_gradient {
  double (*loss)(const double *theta, size_t n, void *user);
  void (*gradient)(const double *theta, size_t n, void *user, double *gradient);
  void *user;
};

static bool plain_loss(struct bp_call *call, double *values) {
  const struct plain_gradient *plain = call->system;
  *values = plain->loss(call->theta, call->probed.parameters, plain->user);
  return true;
}

static bool plain_derivative(struct bp_call *call, double *derivative) {
  const struct plain_gradient *plain = call->system;
  plain->gradient(call->theta, call->probed.parameters, plain->user, derivative);
  return true;
}

static const struct bp_call_form gradient_form = {"gradient of a loss", NULL, "theta", plain_loss,
                                                  plain_derivative};

struct bp_result bp_check_gradient(double (*loss)(const double *theta, size_t n, void *user),
                                   void (*gradient)(const double *theta, size_t n, void *user,
                                                    double *gradient),
                                   const double *theta, size_t n, void *user,
                                   const struct bp_derivative_options *options) {
  struct bp_call call;
  struct plain_gradient plain = {loss, gradient, user};
  bp_call_begin(&call, &gradient_form, &plain, options, theta, 1, n, 1);
  refuse_null(&call, loss != NULL, gradient != NULL, "loss", "gradient");
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  bp_call_differentiate(&call);
  bp_call_check(&call);
  return bp_call_finish(&call);
}

struct single_gradient {
  float (*loss)(const float *theta, size_t n, void *user);
  void (*gradient)(const float *theta, size_t n, void *user, float *gradient);
  void *user;
  float *buffer; /* of a gradient */
};

static bool single_loss(struct bp_call *call, double *values) {
  const struct single_gradient *single = call->system;
  *values = (double)single->loss(call->single, call->probed.parameters, single->user);
  return true;
}

#define FLOAT_GARBAGE 0x1.d3b7a6p100F /* BP_PROBE_GARBAGE among floats: nobody's gradient */

/* Through a buffer of floats, which is as soiled as `derivative` (bp_call_soil); garbage that is
 * still there stays recognisable. */
static bool single_derivative(struct bp_call *call, double *derivative) {
  const struct single_gradient *single = call->system;
  size_t n = call->probed.parameters;
  for (size_t j = 0; j < n; j++)
    single->buffer[j] = isnan(derivative[j]) ? NAN : FLOAT_GARBAGE;
  single->gradient(call->single, n, single->user, single->buffer);
  for (size_t j = 0; j < n; j++) {
    bool untouched = !isnan(derivative[j]) && single->buffer[j] == FLOAT_GARBAGE;
    derivative[j] = untouched ? BP_PROBE_GARBAGE : (double)single->buffer[j];
  }
  return true;
}

static const struct bp_call_form single_form = {"gradient of a loss", NULL, "theta", single_loss,
                                                single_derivative};

struct bp_result bp_check_gradient_float(float (*loss)(const float *theta, size_t n, void *user),
                                         void (*gradient)(const float *theta, size_t n, void *user,
                                                          float *gradient),
                                         const float *theta, size_t n, void *user,
                                         const struct bp_derivative_options *options) {
  struct bp_call call;
  struct single_gradient single = {loss, gradient, user, NULL};
  double *wide = theta && n > 0 && n < SIZE_MAX / 64 ? malloc(n * sizeof *wide) : NULL;
  for (size_t j = 0; wide && j < n; j++)
    wide[j] = (double)theta[j];
  bp_call_begin(&call, &single_form, &single, options, wide, 1, n, 1);
  if (theta && n > 0 && n < SIZE_MAX / 64 && !wide)
    call.complaint = no_memory; /* and not that there is no point */
  free(wide);
  call.probed.unit = BP_PROBE_FLOAT;
  refuse_null(&call, loss != NULL, gradient != NULL, "loss", "gradient");
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  call.single = bp_arena_alloc(call.arena, n, sizeof *call.single);
  single.buffer = bp_arena_alloc(call.arena, n, sizeof *single.buffer);
  if (!call.single || !single.buffer) {
    bp_call_refuse(&call, no_memory);
    return bp_call_finish(&call);
  }
  memcpy(call.single, theta, n * sizeof *theta);
  bp_call_differentiate(&call);
  bp_call_check(&call);
  return bp_call_finish(&call);
}

typedef int plain_map(const double *x, size_t n, size_t k, void *user, double *out);

struct plain_jacobian {
  plain_map *value, *jacobian;
  void *user;
};

static bool plain_value(struct bp_call *call, double *values) {
  const struct plain_jacobian *plain = call->system;
  return plain->value(call->theta, call->probed.parameters, call->probed.outputs, plain->user,
                      values) == 0;
}

static bool plain_derivatives(struct bp_call *call, double *derivative) {
  const struct plain_jacobian *plain = call->system;
  return plain->jacobian(call->theta, call->probed.parameters, call->probed.outputs, plain->user,
                         derivative) == 0;
}

static const struct bp_call_form jacobian_form = {"Jacobian of a function", "f", "x", plain_value,
                                                  plain_derivatives};

struct bp_result bp_check_jacobian(plain_map *value, plain_map *jacobian, const double *x, size_t n,
                                   size_t k, void *user,
                                   const struct bp_derivative_options *options) {
  struct bp_call call;
  struct plain_jacobian plain = {value, jacobian, user};
  bp_call_begin(&call, &jacobian_form, &plain, options, x, 1, n, k);
  refuse_null(&call, value != NULL, jacobian != NULL, "function", "Jacobian");
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  if (!bp_call_differentiate(&call))
    bp_call_refuse(&call, "the Jacobian could not be evaluated at this point: its function "
                          "returned a status that is not 0");
  bp_call_check(&call);
  return bp_call_finish(&call);
}
