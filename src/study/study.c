/* Contexts one by one: the reading that is meant, its lines judged at all points, and what a
 * verdict needs before it is told.
 *
 * A line that fails is asked four questions first.  Does it hold under another reading?  Is the
 * forward pass the note's own, and do three lines speak for it?  Does it depend on a layout?  Does
 * it hold for some layers, which words may name?  Any yes (or no) makes it undecided.
 */
#include "study/study.h"

#include <stdlib.h>
#include <string.h>

#include "base/budget.h"
#include "base/list.h"
#include "judge/verdict.h"
#include "lang/print.h"
#include "note/context/sampled.h"
#include "show/show.h"
#include "study/contexts.h"
#include "study/doubt.h"
#include "study/facts.h"
#include "study/layout.h"
#include "study/mend.h"
#include "study/opened.h"
#include "study/own/condition.h"
#include "study/own/own.h"
#include "study/program/turns.h"
#include "study/retry.h"
#include "study/slips.h"
#include "study/trial.h"
#include "study/update/noted.h"

/* Lines of a context that are judged. */
enum { MOST_LINES = 200 };

struct study {
  const struct bp_source *source;
  enum bp_note_style style;
  const struct bp_vocabulary *vocabulary;
  const struct bp_judge_options *options;
  const struct bp_hint_options *hints; /* NULL: none */
  bool drawn;
  struct bp_arena *arena;
  struct bp_note note;
  struct bp_derivation_report *report;
  size_t told[BP_NOTED_KIND_COUNT]; /* statements of other kinds that are told as claims */
  bool told_chains, told_rules;
  size_t claim_capacity, remark_capacity, reading_capacity;
  struct bp_laid_rules rules;
};

/* ---- what is added to the report ----------------------------------------- */

static bool add_claim(struct study *study, struct bp_claim claim) {
  struct bp_derivation_report *report = study->report;
  if (!bp_list_room(study->arena, report->claims, report->claim_count, study->claim_capacity))
    return false;
  report->claims[report->claim_count++] = claim;
  return true;
}

static const char *text_of(const struct study *study, struct bp_span span) {
  return bp_source_line(study->source, span, study->arena);
}

static bool add_remark(struct study *study, const struct bp_noted *noted) {
  struct bp_derivation_report *report = study->report;
  if (!bp_list_room(study->arena, report->remarks, report->remark_count, study->remark_capacity))
    return false;
  report->remarks[report->remark_count++] =
      (struct bp_remark){.kind = bp_noted_word(noted->kind),
                         .text = text_of(study, noted->cut.span),
                         .source = study->source,
                         .span = noted->cut.span};
  return true;
}

static bool add_sentence(struct study *study, const char *sentence) {
  struct bp_derivation_report *report = study->report;
  if (!sentence ||
      !bp_list_room(study->arena, report->reading, report->reading_count, study->reading_capacity))
    return false;
  report->reading[report->reading_count++] = sentence;
  return true;
}

/* A claim that was not judged. */
static bool add_claim_open_at(struct study *study, const struct bp_noted *noted,
                              enum bp_reason reason, struct bp_diagnostic where) {
  bool malformed = noted->kind == BP_NOTED_MALFORMED;
  struct bp_claim claim = {.kind = BP_CLAIM,
                           .keyword = malformed ? "malformed" : "claim",
                           .text = text_of(study, noted->cut.span),
                           .source = study->source,
                           .span = noted->cut.span,
                           .verdict = BP_UNDECIDED,
                           .reason = reason,
                           .where = where,
                           .links = noted->side_count > 1 ? noted->side_count - 1 : 1};
  if (malformed && study->hints && !bp_study_mend_slip(noted, study->source, study->arena, &claim))
    return false;
  return add_claim(study, claim);
}

static bool add_open_claim(struct study *study, const struct bp_noted *noted, enum bp_reason reason,
                           const char *why) {
  struct bp_diagnostic where = {.source = study->source, .span = noted->cut.span, .message = why};
  return add_claim_open_at(study, noted, reason, where);
}

/* A claim that the parser did not understand, from the first sign that it stumbled over. */
static bool add_unread_claim(struct study *study, const struct bp_noted *noted,
                             struct bp_diagnostic why) {
  why.source = study->source;
  if (why.span.end <= why.span.begin || why.span.begin < noted->cut.span.begin ||
      why.span.end > noted->cut.span.end)
    why.span = noted->cut.span;
  return add_claim_open_at(study, noted, BP_REASON_BROKEN, why);
}

/* ---- verdicts ------------------------------------------------------------ */

static bool mentions(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

static void doubt_claim(struct bp_claim *claim, const char *why) {
  claim->verdict = BP_UNDECIDED;
  claim->reason = BP_REASON_NEEDS;
  claim->where.message = why;
  claim->where.source = claim->source;
  claim->where.span = claim->span;
  claim->where.suggestion = NULL;
  claim->rows = claim->columns = 0;
}

/* Whether a member states something that can fail. */
static bool claims(const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  size_t number = context->members[member];
  if (trials->readings == 0 || context->family != BP_FAMILY_OWN)
    return context->note->list[number].kind == BP_NOTED_CLAIM;
  struct bp_note_reading reading = bp_context_reading(context, trials->best);
  const bool *again = context->own[reading.own].again;
  return context->note->list[number].kind == BP_NOTED_CLAIM || (again && again[number]);
}

/* Whether a definition of a note with definitions of its own is none of those that are declared:
 * what it defines is computed otherwise, z = W x before z_i = sum_k W_ik x_k, so it says something.
 */
static bool defines_what_is_computed(const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  size_t number = context->members[member];
  struct bp_note_reading reading = bp_context_reading(context, trials->best);
  return context->family == BP_FAMILY_OWN && !context->own[reading.own].defining[number] &&
         !bp_study_is_repeated(context->note, number);
}

/* Whether a definition states more than a name: it is a chain, or says anew what was defined.  Such
 * a one is told as a claim where it holds, and a chain where a later link of it fails. */
static bool defines_again(const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  const struct bp_noted *noted = &context->note->list[context->members[member]];
  enum bp_trial_outcome outcome = bp_study_outcome(trials, trials->best, member);
  if (outcome == BP_TRIED_FAILS)
    return noted->kind == BP_NOTED_DEFINITION && noted->side_count > 2;
  if (outcome != BP_TRIED_HOLDS)
    return false; /* asked first: only so many were tried, and the rest takes all before it */
  bool layered = context->family == BP_FAMILY_BRACKETS || context->family == BP_FAMILY_RAISED;
  return (noted->kind == BP_NOTED_DEFINITION &&
          (noted->side_count > 2 || defines_what_is_computed(trials, member) ||
           (layered && bp_study_defined_before(context, member)))) ||
         noted->kind == BP_NOTED_SYMBOLIC;
}

/* Which members are judged: claims, and no more than so many. */
static bool *claims_of(const struct study *study, const struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  bool *leave_out = bp_arena_alloc(study->arena, context->count + 1, sizeof *leave_out);
  size_t count = 0;
  for (size_t i = 0; leave_out && i < context->count; i++)
    leave_out[i] = (!claims(trials, i) && !defines_again(trials, i)) || count++ >= MOST_LINES;
  return leave_out;
}

/* Puts the statement in the place of its line, and doubts the verdict. */
static void settle(struct study *study, const struct bp_study_trials *trials,
                   struct bp_claim *claim, size_t member, const unsigned char *layers) {
  const struct bp_noted *noted = &study->note.list[trials->context->members[member]];
  const char *why = NULL;
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  claim->span = noted->cut.span;
  claim->text = text_of(study, claim->span);
  bool chain = noted->kind == BP_NOTED_DEFINITION && !claims(trials, member);
  if (chain && claim->verdict == BP_FAILS &&
      !bp_own_link_says(&study->note, noted, claim->links, claim->broken_link))
    why = "it defines a name";
  else if (noted->kind != BP_NOTED_SYMBOLIC && claim->verdict == BP_FAILS)
    why = bp_study_doubt(trials, noted, claim, member, (enum bp_trial_outcome)layers[member]);
  else if (claim->verdict == BP_HOLDS && !bp_context_numbers(trials->context, &reading) &&
           bp_study_passes_over_factors(noted))
    why = "the rest of the chain holds; a product with a derivative of a vector by a vector needs "
          "a layout, which decides its order";
  else if (claim->verdict == BP_HOLDS && bp_study_leaves_out(trials, noted) &&
           (mentions(noted, "\\partial") || mentions(noted, "\\delta") || mentions(noted, "∂")))
    why = "it holds as far as its definitions were understood, but one of them does not fit: it "
          "needs declarations, <!-- backproof: given W : n x k -->";
  else if (claim->verdict == BP_HOLDS && bp_study_one_way(claim))
    why = BP_STUDY_ONE_WAY;
  if (claim->verdict == BP_HOLDS && !why && trials->one_layout && trials->one_layout[member])
    why = "it holds in one layout, and as many lines around it in another: it needs words that say "
          "which is meant, such as \"denominator layout\"";
  if (claim->verdict == BP_HOLDS && !why && bp_study_one_output(trials, member))
    why = "needs to say how many outputs the network has: it holds for one, and not for more "
          "(y.reshape(-1, 1) or np.zeros((n, 1)) would tell)";
  if (claim->verdict == BP_HOLDS && !why && bp_study_undivided(trials, member))
    why = "needs to say where it is divided by the number of samples: it is the derivative of the "
          "sum of their losses, and the loss of the program is their mean";
  if (claim->verdict == BP_HOLDS && !why)
    why = bp_study_doubt_function(trials, noted);
  if (why)
    doubt_claim(claim, why);
  if (claim->verdict == BP_FAILS && bp_budget_end_here() != BP_BUDGET_LASTS) {
    doubt_claim(claim, "the time limit was reached before it was asked whether it holds in another "
                       "reading");
    claim->reason = BP_REASON_TIME;
  }
}

static bool add_judged(struct study *study, const struct bp_study_trials *trials,
                       struct bp_claim claim, size_t member) {
  const struct bp_noted *noted = &study->note.list[trials->context->members[member]];
  bool update = noted->kind == BP_NOTED_UPDATE; /* what may be a step of another kind is none */
  bool chain = noted->kind == BP_NOTED_DEFINITION && claim.verdict == BP_FAILS;
  if (!claims(trials, member) && claim.verdict != BP_HOLDS && !chain &&
      !(update && (claim.verdict == BP_FAILS || claim.note_count == 0)))
    return add_remark(study, noted);
  study->told[noted->kind]++;
  return bp_study_mend(trials->context, claim.span, study->arena, &claim) &&
         add_claim(study, claim);
}

static bool add_unjudged(struct study *study, const struct bp_study_trials *trials,
                         const struct bp_note_document *parsed) {
  const struct bp_note_context *context = trials->context;
  size_t judged = 0;
  bool fine = true;
  for (size_t i = 0; i < context->count && fine; i++) {
    const struct bp_noted *noted = &study->note.list[context->members[i]];
    if (!claims(trials, i) && !defines_again(trials, i))
      continue;
    bool definition = !claims(trials, i);
    if (judged++ >= MOST_LINES && definition)
      fine = add_remark(study, noted);
    else if (judged > MOST_LINES)
      fine = add_open_claim(study, noted, BP_REASON_LIMIT,
                            "needs a shorter note: so many claims are not judged");
    else if (parsed->unread[i].message && definition)
      fine = add_remark(study, noted);
    else if (parsed->unread[i].message)
      fine = add_unread_claim(study, noted, bp_context_told(parsed->unread[i]));
  }
  return fine;
}

/* What is said of a network that the note declares, as that it is judged with smaller sizes. */
static bool tell_network(struct study *study, const struct bp_document *document,
                         const struct bp_diagnostics *said) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->used && !tell_network(study, statement->used, said))
      return false;
    for (size_t k = 0; k < said->count && statement->kind == BP_STATEMENT_NETWORK; k++)
      if (said->list[k].note && said->list[k].source == document->source &&
          said->list[k].span.begin == statement->text_span.begin &&
          !add_sentence(study, said->list[k].message))
        return false;
  }
  return true;
}

/* The first error within the claim, or, `elsewhere`, in the declarations; NULL: there is none. */
static const struct bp_diagnostic *error_of(const struct bp_diagnostics *said,
                                            const struct bp_source *source,
                                            const struct bp_claim *claim, bool elsewhere) {
  for (size_t i = 0; i < said->count; i++) {
    const struct bp_diagnostic *one = &said->list[i];
    bool inside = one->source == source && one->span.begin >= claim->span.begin &&
                  one->span.end <= claim->span.end;
    if (!one->warning && (elsewhere ? one->source != source : inside))
      return one;
  }
  return NULL;
}

/* Gives a claim that cannot be judged what was said of its own bytes, or of its declarations. */
static bool explain_broken(struct study *study, const struct bp_diagnostics *said,
                           struct bp_claim *claim) {
  if (claim->reason != BP_REASON_BROKEN || claim->where.message)
    return true;
  const struct bp_diagnostic *own = error_of(said, study->source, claim, false);
  const struct bp_diagnostic *other = own ? NULL : error_of(said, study->source, claim, true);
  if (own)
    claim->where = *own;
  else if (other)
    claim->where = (struct bp_diagnostic){
        .source = study->source,
        .span = claim->span,
        .message = bp_arena_printf(study->arena, "what the note says of its names does not fit: %s",
                                   other->message)};
  if (own || other)
    claim->needs = 0;
  return !other || claim->where.message;
}

/* The lines of the reading that is meant, judged at all points. */
static int judge_context(struct study *study, struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  struct bp_note_reading reading = bp_context_reading(context, trials->best);
  struct bp_note_document parsed;
  struct bp_diagnostics diagnostics; /* what a line lacks is said at the line */
  struct bp_derivation_report report;
  struct bp_judgement judgement;
  bool fails = false;
  unsigned char *layers = bp_arena_alloc(study->arena, context->count + 1, sizeof *layers);
  struct bp_updates updates;
  struct bp_gradients_request asked = {&parsed.document, study->options, study->arena,
                                       &diagnostics};
  struct bp_note_choice claims = {
      .leave_out = claims_of(study, trials), .chains = trials->chains, .updates = true};
  bp_diagnostics_init(&diagnostics, study->arena);
  if (!layers || !claims.leave_out ||
      bp_note_parse(context, &reading, &claims, study->vocabulary, study->arena, &parsed) != 0 ||
      bp_updates_note(&asked, &parsed, &updates) != 0 ||
      bp_judge(updates.document, study->options, study->arena, &diagnostics, &report, &judgement) !=
          0 ||
      bp_updates_tell_noted(&updates, &parsed, context->count, study->arena, &report,
                            &trials->turned) != 0 ||
      bp_study_retry(trials, &report, &parsed, layers) != 0 ||
      !tell_network(study, &parsed.document, &diagnostics))
    return -1;
  for (size_t i = 0; i < report.claim_count; i++) {
    settle(study, trials, &report.claims[i], parsed.members[i], layers);
    fails = fails || report.claims[i].verdict == BP_FAILS;
    if (!explain_broken(study, &diagnostics, &report.claims[i]))
      return -1;
  }
  if ((fails && study->hints &&
       bp_hints_find(&judgement, study->hints, &report, study->arena) != 0) ||
      (study->drawn &&
       bp_draw_report(updates.document, &judgement, study->options, study->arena, &report) != 0))
    return -1;
  if (!study->report->convention)
    study->report->convention = report.convention;
  for (size_t i = 0; i < report.claim_count; i++)
    if (!add_judged(study, trials, report.claims[i], parsed.members[i]))
      return -1;
  return add_unjudged(study, trials, &parsed) ? 0 : -1;
}

/* ---- contexts ------------------------------------------------------------ */

/* What is said of all chains of derivatives of the note, once. */
static bool tell_chains(struct study *study) {
  bool told = study->told_chains;
  study->told_chains = true;
  return told || add_sentence(study, "read chains of derivatives so that each name depends on what "
                                     "it is differentiated by, and on nothing else");
}

/* What is said of all rules of the note, once. */
static bool tell_rules(struct study *study) {
  bool told = study->told_rules;
  study->told_rules = true;
  return told || add_sentence(study, "read rules about letters that no formula defines for any "
                                     "matrices and columns whose shapes fit");
}

static bool tell_reading(struct study *study, const struct bp_study_trials *trials) {
  if (trials->lines == 0)
    return true;
  if (trials->context->own_count > 0 && trials->context->own->chains)
    return tell_chains(study);
  if (trials->context->own_count > 0 && trials->context->own->rule)
    return tell_rules(study);
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  const char *words = bp_context_words(trials->context, &reading, study->arena);
  if (!words)
    return false;
  bool stated = trials->context->family == BP_FAMILY_STATED;
  bool weak = trials->holding < BP_STUDY_ENOUGH || trials->holding == trials->runner_up;
  const char *weight = weak && !stated ? ", which is assumed" : "";
  const char *where =
      trials->context->cell > 0
          ? bp_arena_printf(study->arena, " in column %u of the table", trials->context->cell)
          : "";
  const char *layout = bp_study_layout_words(trials, study->arena);
  return where && layout &&
         add_sentence(study,
                      bp_arena_printf(study->arena, "read%s %s%s%s; %zu of %zu lines hold so%s",
                                      where, stated ? "" : "as ", words, layout, trials->holding,
                                      trials->lines, weight));
}

/* Claims of which nothing is known that they could be about. */
static int leave_open(struct study *study, const struct bp_note_context *context) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &study->note.list[context->members[i]];
    if (noted->kind == BP_NOTED_CLAIM &&
        !add_open_claim(study, noted, BP_REASON_NEEDS,
                        "needs declarations: fewer than three formulas have layers, such as "
                        "W^{[1]} or w^l, so nothing tells what its names are; "
                        "<!-- backproof: given W : n x k --> can"))
      return -1;
  }
  return 0;
}

/* Rules are read one by one, and yet a note lays out its derivatives in one way. */
static void doubt_rules(struct study *study) {
  bp_study_weigh_rules(&study->rules);
  for (size_t i = 0; i < study->rules.count; i++)
    for (size_t k = 0; k < study->report->claim_count && study->rules.list[i].doubtful; k++)
      if (study->report->claims[k].span.begin == study->rules.list[i].begin)
        doubt_claim(&study->report->claims[k],
                    study->rules.list[i].against
                        ? "it holds in denominator layout, and the text says numerator layout"
                        : "it holds in one layout of derivatives, and lines around it in another: "
                          "it needs words that say which is meant, such as \"denominator layout\"");
}

static int study_context(struct study *study, struct bp_note_context *context) {
  struct bp_study_trials trials = {.context = context,
                                   .vocabulary = study->vocabulary,
                                   .options = study->options,
                                   .arena = study->arena};
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &study->note.list[context->members[i]];
    bool open = noted->kind == BP_NOTED_MALFORMED || noted->kind == BP_NOTED_UNREAD;
    bool needs = open && strncmp(noted->why, "needs ", 6) == 0;
    if (open &&
        !add_open_claim(study, noted, needs ? BP_REASON_NEEDS : BP_REASON_BROKEN, noted->why))
      return -1;
  }
  if (bp_context_readings(context) > 0 && bp_study_read_context(context, &trials) != 0)
    return -1;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &study->note.list[context->members[i]];
    bool told = noted->kind == BP_NOTED_MALFORMED || noted->kind == BP_NOTED_UNREAD ||
                claims(&trials, i) || (trials.readings > 0 && defines_again(&trials, i));
    if (!told && !add_remark(study, noted))
      return -1;
  }
  if (trials.readings == 0)
    return leave_open(study, context);
  if (!tell_reading(study, &trials))
    return -1;
  return judge_context(study, &trials) == 0 &&
                 bp_study_note_rule(&study->rules, &trials, study->report)
             ? 0
             : -1;
}

/* ---- the whole ----------------------------------------------------------- */

static int by_place(const void *a, const void *b) {
  const struct bp_claim *one = a, *other = b;
  return (one->span.begin > other->span.begin) - (one->span.begin < other->span.begin);
}

static int remarks_by_place(const void *a, const void *b) {
  const struct bp_remark *one = a, *other = b;
  return (one->span.begin > other->span.begin) - (one->span.begin < other->span.begin);
}

static void number_lines(const struct bp_source *source, struct bp_derivation_report *report) {
  size_t line = 1, at = 0;
  for (size_t i = 0; i < report->claim_count; i++) {
    for (; at < report->claims[i].span.begin; at++)
      line += source->text[at] == '\n';
    report->claims[i].line = line;
  }
}

static void count_claims(struct bp_derivation_report *report) {
  struct bp_report_head *head = &report->head;
  head->verdict = report->claim_count ? BP_HOLDS : BP_UNDECIDED;
  head->entries = report->claim_count;
  for (size_t i = 0; i < report->claim_count; i++) {
    enum bp_verdict verdict = report->claims[i].verdict;
    head->holds += verdict == BP_HOLDS;
    head->fails += verdict == BP_FAILS;
    head->undecided += verdict == BP_UNDECIDED;
    head->verdict = bp_verdict_join(head->verdict, verdict);
  }
}

/* "24 formulas in 22 parts: 11 claims, 6 definitions, 5 without a relation; 3 images cannot be
 * read": the parts add up. */
static bool tell_totals(struct study *study) {
  const struct bp_note *note = &study->note;
  size_t counts[BP_NOTED_KIND_COUNT] = {0}, parts = note->count + note->plain;
  for (size_t i = 0; i < note->count; i++) {
    counts[note->list[i].kind] += !note->list[i].again;
    parts -= note->list[i].again;
  }
  for (size_t k = 0; k < BP_NOTED_KIND_COUNT; k++)
    if (k != BP_NOTED_CLAIM) {
      counts[BP_NOTED_CLAIM] += study->told[k];
      counts[k] -= study->told[k];
    }
  const char *all = note->formulas == 0
                        ? bp_note_nothing(study->style)
                        : bp_arena_printf(study->arena, "%zu formula%s", note->formulas,
                                          note->formulas == 1 ? "" : "s");
  if (all && parts != note->formulas)
    all = bp_arena_printf(study->arena, "%s in %zu part%s", all, parts, parts == 1 ? "" : "s");
  const char *separator = ": ", *rest = bp_note_unseen(note, study->arena);
  for (size_t k = 0; k < BP_NOTED_KIND_COUNT && all; k++)
    if (counts[k] > 0) {
      all = bp_arena_printf(study->arena, "%s%s%zu %s", all, separator, counts[k],
                            bp_noted_words((enum bp_noted_kind)k, counts[k]));
      separator = ", ";
    }
  if (all && note->plain > 0)
    all = bp_arena_printf(study->arena, "%s%s%zu without a relation", all, separator, note->plain);
  return all && rest && add_sentence(study, bp_arena_printf(study->arena, "%s%s", all, rest));
}

static bool add_setting(struct study *study, const char *name, const char *value) {
  struct bp_report_head *head = &study->report->head;
  struct bp_setting *settings =
      bp_list_longer(study->arena, head->settings, head->setting_count, sizeof *settings);
  if (!settings || !value)
    return false;
  settings[head->setting_count++] = (struct bp_setting){name, value};
  head->settings = settings;
  return true;
}

static bool finish(struct study *study) {
  struct bp_derivation_report *report = study->report;
  struct bp_judge_options used = bp_judge_defaults(study->options);
  if (report->claim_count > 1)
    qsort(report->claims, report->claim_count, sizeof *report->claims, by_place);
  if (report->remark_count > 1)
    qsort(report->remarks, report->remark_count, sizeof *report->remarks, remarks_by_place);
  bool joined = bp_study_join_turns(study->arena, report);
  number_lines(study->source, report);
  count_claims(report);
  return joined && tell_totals(study) && add_setting(study, "file", study->source->name) &&
         add_setting(study, "points", bp_arena_printf(study->arena, "%zu", used.trials)) &&
         add_setting(study, "seed",
                     bp_arena_printf(study->arena, "%llu", (unsigned long long)used.seed));
}

/* What is left open and speaks of functions of numbers. */
static int study_facts(struct study *study) {
  struct bp_fact_request request = {study->vocabulary, study->options, study->hints, study->arena};
  size_t decided;
  if (bp_study_facts(&request, &study->note, study->report, study->told, &decided) != 0)
    return -1;
  return decided == 0 ||
                 add_sentence(study, bp_arena_printf(study->arena,
                                                     "%zu line%s read as about numbers and "
                                                     "functions of numbers, as they are "
                                                     "defined beside %s",
                                                     decided, decided == 1 ? " is" : "s are",
                                                     decided == 1 ? "it" : "them"))
             ? 0
             : -1;
}

int bp_study(const struct bp_study_request *request, struct bp_arena *arena,
             struct bp_derivation_report *report) {
  struct bp_note_contexts contexts;
  struct bp_opened_note opened;
  if (bp_note_open(request->source, arena, &opened) != 0)
    return -1;
  struct study study = {.source = opened.source,
                        .style = opened.style,
                        .vocabulary = request->vocabulary,
                        .options = request->judge,
                        .hints = request->hints,
                        .drawn = request->drawn,
                        .arena = arena,
                        .report = report};
  *report = (struct bp_derivation_report){0};
  if (bp_note_find(opened.source, opened.style, arena, &study.note) != 0 ||
      bp_study_contexts(&study.note, request->vocabulary, request->judge, arena, &contexts) != 0)
    return -1;
  for (size_t i = 0; i < contexts.count; i++)
    if (study_context(&study, &contexts.list[i]) != 0)
      return -1;
  doubt_rules(&study);
  return study_facts(&study) == 0 && finish(&study) && bp_opened_place(&opened, arena, report) ? 0
                                                                                               : -1;
}
