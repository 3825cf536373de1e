/* The public calls: a network check from a spec to a report, without a command line around it.
 */
#include "api/backproof.h"

#include <stdint.h>
#include <string.h>

#include "api/format.h"
#include "base/neutral.h"
#include "base/quad.h"
#include "net/check.h"
#include "num/flint_memory.h"
#include "num/surroundings.h"
#include "report/report.h"

#define DEFAULT_MEMORY_LIMIT ((size_t)4 << 30)

enum { DEFAULT_SAMPLES = 5, MOST_SETTINGS = 4 };

/* One call on its way from the words of the request to a report. */
struct call {
  const struct bp_network_request *request;
  struct bp_arena *arena;
  struct bp_diagnostics diagnostics;
  struct bp_source spec_source, loss_source, mistake_source;
  struct bp_spec spec;
  const struct bp_writer *writer;
  size_t samples;
  struct bp_network *network;
  struct bp_check_options check;
};

const char *bp_version(void) { return BP_VERSION; }

static struct bp_source named(const char *name, const char *text) {
  return (struct bp_source){name, text, text ? strlen(text) : 0};
}

/* An error that has no place in any text. */
static int refuse(struct call *call, const char *message) {
  bp_error(&call->diagnostics, NULL, (struct bp_span){0, 0}, NULL, "%s", message);
  return -1;
}

static bool serves(const struct bp_writer *writer) { return writer->report; }

static int read_request(struct call *call, const char *text) {
  const struct bp_network_request *request = call->request;
  if (!bp_quad_is_exact())
    return refuse(call, BP_QUAD_COMPLAINT);
  call->spec_source = named("network", text);
  call->loss_source = named("loss", request->loss);
  call->mistake_source = named("mistake", request->mistake);
  call->writer = bp_format_find(request->format, serves, &call->diagnostics);
  if (!call->writer)
    return -1;
  if (bp_spec_parse(&call->spec_source, call->arena, &call->diagnostics, &call->spec) != 0)
    return -1;
  struct bp_span loss = {0, call->loss_source.length};
  if (request->loss &&
      bp_spec_set_loss(&call->spec, &call->loss_source, loss, &call->diagnostics) != 0)
    return -1;
  if (bp_spec_check(&call->spec, &call->spec_source, &call->diagnostics) != 0)
    return -1;
  call->samples = request->samples     ? request->samples
                  : call->spec.samples ? call->spec.samples
                                       : DEFAULT_SAMPLES;
  if (!request->mistake)
    return 0;
  return bp_mistake_parse(&call->mistake_source, &call->spec, BP_ROUTE_DIRECT, &call->diagnostics,
                          &call->check.mistake);
}

static int build(struct call *call) {
  const struct bp_network_request *request = call->request;
  size_t limit = request->memory_limit ? request->memory_limit : DEFAULT_MEMORY_LIMIT;
  size_t needed = bp_check_memory(&call->spec, call->samples, 0);
  if (needed > limit) {
    bp_error(&call->diagnostics, NULL, (struct bp_span){0, 0}, "fewer samples or smaller layers",
             "this check would need up to %zu MiB of memory; the limit is %zu MiB", needed >> 20,
             limit >> 20);
    return -1;
  }
  struct bp_draw draw = {request->seed ? request->seed : 1,
                         request->weight_scale != 0 ? request->weight_scale : 1,
                         request->input_scale != 0 ? request->input_scale : 1, 1};
  call->network = bp_network_new(&call->spec, call->samples, call->arena);
  if (!call->network || bp_network_draw(call->network, &draw) != 0)
    return refuse(call, "out of memory");
  return 0;
}

static int describe(struct call *call, struct bp_report *report) {
  struct bp_setting *settings = bp_arena_alloc(call->arena, MOST_SETTINGS, sizeof *settings);
  report->head.title = bp_spec_text(&call->spec, call->arena);
  if (!settings || !report->head.title)
    return refuse(call, "out of memory");
  settings[0] = (struct bp_setting){"loss", call->spec.loss->name};
  settings[1] = (struct bp_setting){"samples", bp_arena_printf(call->arena, "%zu", call->samples)};
  settings[2] = (struct bp_setting){
      "seed", bp_arena_printf(call->arena, "%lu", call->request->seed ? call->request->seed : 1)};
  settings[3] = (struct bp_setting){"mistake planted", call->request->mistake};
  report->head.settings = settings;
  report->head.setting_count = call->request->mistake ? 4 : 3;
  return bp_arena_failed(call->arena) ? refuse(call, "out of memory") : 0;
}

/* FLINT's allocators are asked about only from inside: others may be putting them back. */
static bool check(struct call *call, struct bp_report **report) {
  bp_surroundings_enter();
  bp_flint_memory_resume();
  bool fine = bp_check(call->network, &call->check, call->arena, report) == BP_OK;
  bp_surroundings_leave();
  return fine;
}

static enum bp_outcome run(struct call *call, const char *text, FILE *out) {
  struct bp_report *report;
  if (read_request(call, text) != 0 || build(call) != 0)
    return BP_OUTCOME_BAD_INPUT;
  if (!check(call, &report)) {
    refuse(call, "out of memory");
    return BP_OUTCOME_BAD_INPUT;
  }
  if (describe(call, report) != 0)
    return BP_OUTCOME_BAD_INPUT;
  struct bp_report_style style = {.parameters = BP_LIST_NONE};
  if (out && (call->writer->report(report, &style, out) != 0 || fflush(out) != 0)) {
    refuse(call, ferror(out) ? "the report could not be written" : "out of memory");
    return BP_OUTCOME_BAD_INPUT;
  }
  return (enum bp_outcome)bp_exit_status(report->head.verdict);
}

enum bp_outcome bp_network_check(const char *spec, const struct bp_network_request *request,
                                 FILE *report, FILE *messages) {
  static const struct bp_network_request defaults;
  struct call call = {.request = request ? request : &defaults,
                      .check = {.route = BP_ROUTE_DIRECT}};
  call.arena = bp_arena_new(0);
  if (!call.arena) {
    if (messages)
      fputs("error: out of memory\n", messages);
    return BP_OUTCOME_BAD_INPUT;
  }
  struct bp_neutral neutral = bp_neutral_begin();
  bp_diagnostics_init(&call.diagnostics, call.arena);
  enum bp_outcome outcome = run(&call, spec ? spec : "", report);
  if (messages && call.diagnostics.errors > 0 && call.diagnostics.count == 0)
    fputs("error: out of memory\n", messages);
  else if (messages)
    bp_diagnostics_write(&call.diagnostics, false, messages);
  bp_neutral_end(&neutral);
  bp_arena_free(call.arena);
  return outcome;
}
