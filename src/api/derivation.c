/* The public call that judges a derivation: from bytes to a report, without files or a command line
 * around it.
 *
 * Everything lives in one arena with the limit that was asked for.  The caller's code, which finds
 * other texts, runs in the caller's locale and with the caller's error handler of GSL: reading ends
 * before the first number is drawn.
 */

#include "api/backproof.h"
#include "api/format.h"
#include "base/budget.h"
#include "base/neutral.h"
#include "hint/hint.h"
#include "judge/judge.h"
#include "num/flint_memory.h"
#include "num/surroundings.h"
#include "read/document.h"
#include "read/note.h"
#include "report/claims.h"
#include "report/report.h"
#include "show/show.h"
#include "study/gradients.h"
#include "study/study.h"
#include "study/update/updates.h"
#include "value/vocabulary.h"

#define DEFAULT_MEMORY_LIMIT ((size_t)4 << 30)
#define MOST_FOR_A_TRIAL ((size_t)1 << 30)

enum { DEFAULT_HINT_MILLISECONDS = 300 };

/* One call on its way from bytes to a report. */
struct call {
  const struct bp_derivation_request *request;
  size_t limit; /* of memory */
  struct bp_arena *arena;
  struct bp_diagnostics diagnostics;
  struct bp_neutral neutral;
  struct bp_source source;
  const struct bp_writer *writer;
  const struct bp_document *document;
  struct bp_gradients gradients;
  struct bp_updates updates;
  struct bp_derivation_report report;
};

/* An error that has no place in the text. */
static void refuse(struct call *call, const char *message) {
  bp_error(&call->diagnostics, NULL, (struct bp_span){0, 0}, NULL, "%s", message);
}

/* ---- other texts --------------------------------------------------------- */

static int ask(struct call *call, const char *from, const char *path,
               struct bp_derivation_text *text) {
  const struct bp_derivation_request *request = call->request;
  bp_neutral_pause(&call->neutral);
  int status = request->use(request->user, from, path, text);
  bp_neutral_resume(&call->neutral);
  return status;
}

static const struct bp_source *load(void *context, const struct bp_source *from, const char *path,
                                    const char **problem) {
  struct call *call = context;
  struct bp_derivation_text text = {0};
  struct bp_source *source = bp_arena_alloc(call->arena, 1, sizeof *source);
  *problem = source ? "there is no such text" : "there is not enough memory";
  if (!source || ask(call, from->name, path, &text) != 0 || !text.name ||
      (!text.bytes && text.length > 0))
    return NULL;
  *source = (struct bp_source){text.name, text.bytes ? text.bytes : "", text.length};
  return source;
}

/* ---- the steps ----------------------------------------------------------- */

/* Names such as dZ that nobody declares, as what they are meant to be. */
static bool read_gradients(struct call *call, const struct bp_judge_options *how) {
  struct bp_gradients_request request = {.document = call->document,
                                         .options = how,
                                         .arena = call->arena,
                                         .diagnostics = &call->diagnostics};
  bool fine = bp_gradients_read(&request, &call->gradients) == 0;
  request.document = call->gradients.document;
  fine = fine && bp_updates_read(&request, &call->updates) == 0;
  call->document = call->updates.document;
  return fine;
}

static bool judge(struct call *call) {
  const struct bp_derivation_request *request = call->request;
  unsigned milliseconds = request->hint_milliseconds;
  struct bp_judge_options how = {.seed = request->seed ? request->seed : 1,
                                 .trials = request->points,
                                 .memory = call->limit < MOST_FOR_A_TRIAL ? call->limit
                                                                          : MOST_FOR_A_TRIAL};
  struct bp_hint_options hints = {.seed = how.seed,
                                  .milliseconds =
                                      milliseconds ? milliseconds : DEFAULT_HINT_MILLISECONDS,
                                  .memory = how.memory};
  struct bp_judgement judgement;
  bool draws = bp_writer_draws(call->writer);
  if (bp_document_is_note(&call->source))
    return bp_study(&(struct bp_study_request){.source = &call->source,
                                               .vocabulary = &bp_vocabulary,
                                               .judge = &how,
                                               .hints = request->no_hints ? NULL : &hints,
                                               .drawn = draws},
                    call->arena, &call->report) == 0;
  if (!read_gradients(call, &how))
    return false;
  bool judged = bp_judge(call->document, &how, call->arena, &call->diagnostics, &call->report,
                         &judgement) == 0 &&
                bp_updates_tell(&call->updates, call->arena, &call->report) == 0;
  call->report.reading = call->gradients.reading;
  call->report.reading_count = call->gradients.reading_count;
  return judged &&
         (request->no_hints ||
          bp_hints_find(&judgement, &hints, &call->report, call->arena) == 0) &&
         (!draws ||
          bp_draw_report(call->document, &judgement, &how, call->arena, &call->report) == 0);
}

static enum bp_outcome write_report(struct call *call, FILE *out) {
  struct bp_derivation_result file = {call->source.name, &call->report, &call->diagnostics};
  struct bp_derivation_results results = {.files = &file, .count = 1};
  struct bp_report_style style = {.claims = BP_LIST_ALL};
  struct bp_claim_counts counts = bp_claims_count(&file);
  if (out && (call->writer->derivations(&results, &style, out) != 0 || fflush(out) != 0)) {
    refuse(call, ferror(out) ? "the report could not be written" : "out of memory");
    return BP_OUTCOME_BAD_INPUT;
  }
  if (counts.errors > 0)
    return BP_OUTCOME_BAD_INPUT;
  return (enum bp_outcome)bp_exit_status(bp_claims_verdict(&counts));
}

static bool serves(const struct bp_writer *writer) { return writer->derivations; }

static enum bp_outcome run(struct call *call, FILE *out) {
  call->writer = bp_format_find(call->request->format, serves, &call->diagnostics);
  if (!call->writer)
    return BP_OUTCOME_BAD_INPUT;
  call->document = bp_document_read(&call->source, &bp_vocabulary, call->request->use ? load : NULL,
                                    call, call->arena, &call->diagnostics);
  if (!call->document)
    return BP_OUTCOME_BAD_INPUT;
  bp_surroundings_enter();
  bp_flint_memory_resume();
  bool judged = judge(call);
  bp_surroundings_leave();
  bool lacks = bp_budget_end_here() == BP_BUDGET_NO_MEMORY; /* then a verdict may hang on that */
  if (judged && !lacks)
    return write_report(call, out);
  if (judged || call->diagnostics.errors == 0)
    refuse(call, "out of memory");
  return BP_OUTCOME_BAD_INPUT;
}

/* Where there was no memory to keep a message there is still one. */
static void tell(const struct bp_diagnostics *diagnostics, FILE *messages) {
  if (diagnostics->errors > 0 && diagnostics->count == 0)
    fputs("error: out of memory\n", messages);
  else
    bp_diagnostics_write(diagnostics, false, messages);
}

enum bp_outcome bp_derivation_check(const char *text, size_t length,
                                    const struct bp_derivation_request *request, FILE *report,
                                    FILE *messages) {
  static const struct bp_derivation_request defaults;
  struct call call = {.request = request ? request : &defaults};
  call.source = (struct bp_source){call.request->name ? call.request->name : "derivation",
                                   text ? text : "", text ? length : 0};
  call.limit = call.request->memory_limit ? call.request->memory_limit : DEFAULT_MEMORY_LIMIT;
  call.neutral = bp_neutral_begin();
  struct bp_budget budget = {.memory = call.limit}, *before = bp_budget_enter(&budget);
  call.arena = bp_arena_new(call.limit);
  if (!call.arena) {
    bp_budget_leave(before);
    bp_neutral_end(&call.neutral);
    if (messages)
      fputs("error: out of memory\n", messages);
    return BP_OUTCOME_BAD_INPUT;
  }
  bp_diagnostics_init(&call.diagnostics, call.arena);
  enum bp_outcome outcome = run(&call, report);
  if (messages)
    tell(&call.diagnostics, messages);
  bp_arena_free(call.arena);
  bp_budget_leave(before);
  bp_neutral_end(&call.neutral);
  return outcome;
}
