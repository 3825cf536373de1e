/* A fact is judged like any other line of a note, alone and under its own declarations. */
#include "study/facts.h"

#include <string.h>

#include "lang/print.h"
#include "read/note.h"

#include "study/doubt.h"
#include "study/mend.h"
#include "study/own/condition.h"
#include "study/update/climbs.h"

enum { MOST_CLIMBS = 200 };

static const struct bp_noted *noted_of(const struct bp_fact *fact) {
  return &fact->context.note->list[fact->context.members[0]];
}

/* Whether a side has no letter in it: such as 1/4, which may be meant at one point. */
static bool has_constant_side(const struct bp_noted *noted) {
  for (size_t k = 0; k < noted->side_count; k++) {
    bool letter = false;
    for (size_t at = noted->sides[k].begin; at < noted->sides[k].end; at++) {
      char sign = noted->cut.text.text[at];
      if (sign == '\\') { /* \frac{1}{4} */
        at = bp_command_end(noted->cut.text.text, at, noted->sides[k].end) - 1;
        continue;
      }
      letter = letter || (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
    }
    if (!letter)
      return true;
  }
  return false;
}

/* Whether something behind the statement on its line says when it is meant. */
static bool is_restricted(const struct bp_fact *fact) {
  static const char *const words[] = {"<",    ">",    "\\le ", "\\ge ",  "\\leq", "\\geq", "if ",
                                      "when", "for ", "where", "\\text", "at ",   "near",  "assum",
                                      "当",   "若",   "时",    "如果",   NULL};
  const struct bp_source *source = fact->context.note->source;
  size_t begin = noted_of(fact)->cut.span.end, end = begin;
  while (end < source->length && source->text[end] != '\n')
    end++;
  for (const char *const *word = words; *word; word++)
    if (bp_text_find(source->text, begin, end, *word) < end)
      return true;
  return false;
}

static bool may_fail(const struct bp_fact *fact) {
  const struct bp_noted *noted = noted_of(fact);
  bool worked = noted->kind == BP_NOTED_NOTHING; /* f(a) = 6 where a is 2 */
  return fact->certain && (worked || noted->kind == BP_NOTED_CLAIM) && !noted->cut.continues &&
         (worked || fact->figures || !has_constant_side(noted)) && !is_restricted(fact);
}

/* Whether a statement that holds says more than what a name is. */
static bool says_something(const struct bp_noted *noted) {
  return noted->kind != BP_NOTED_DEFINITION || noted->side_count > 2;
}

/* Judges the fact under one of its readings; *verdict is BP_UNDECIDED where it cannot be read. */
static int judge_reading(const struct bp_fact_request *request, const struct bp_fact *fact,
                         size_t own, bool hinted, enum bp_verdict *verdict,
                         struct bp_claim *claim) {
  const struct bp_noted *noted = noted_of(fact);
  struct bp_note_reading reading = {.own = own};
  struct bp_note_choice choice = {0};
  struct bp_note_document parsed;
  struct bp_diagnostics diagnostics;
  struct bp_derivation_report report;
  struct bp_judgement judgement;
  *verdict = BP_UNDECIDED;
  bp_diagnostics_init(&diagnostics, request->arena);
  if (bp_note_parse(&fact->context, &reading, &choice, request->vocabulary, request->arena,
                    &parsed) != 0 ||
      bp_judge(&parsed.document, request->judge, request->arena, &diagnostics, &report,
               &judgement) != 0)
    return -1;
  if (report.claim_count != 1 || parsed.unread[0].message)
    return 0;
  *verdict = report.claims[0].verdict;
  report.claims[0].text =
      bp_source_line(fact->context.note->source, noted->cut.span, request->arena);
  if (!report.claims[0].text ||
      (*verdict == BP_FAILS && hinted && request->hints &&
       bp_hints_find(&judgement, request->hints, &report, request->arena) != 0))
    return -1;
  *claim = report.claims[0];
  return 0;
}

/* Whether a failing fact may be no claim after all: it is a condition, or the derivative of what
 * depends on nothing as far as the note was understood. */
static bool is_doubtful(const struct bp_fact *fact, const struct bp_claim *claim) {
  const struct bp_noted *noted = noted_of(fact);
  static const char partial[] = "\\partial";
  size_t end = noted->cut.text.length;
  bool slope = bp_text_find(noted->cut.text.text, 0, end, partial) < end;
  size_t at = bp_behind_blanks(noted->cut.text.text, noted->sides[0].begin, end);
  size_t open = bp_behind_blanks(noted->cut.text.text, at + 1, end);
  bool value = open < end && noted->cut.text.text[open] == '('; /* f(a) = 26, where a is 2 */
  return (slope && claim->left_value == 0) ||
         (!value && bp_own_condition(fact->context.note, noted, false, false) != NULL);
}

/* Sets *claim where the fact holds or fails, and *decided.  Where the note says something of its
 * numbers, x > 2, what holds for all numbers holds, and what fails must fail for those. */
static int judge_fact(const struct bp_fact_request *request, const struct bp_fact *fact,
                      bool *decided, struct bp_claim *claim) {
  const struct bp_noted *noted = noted_of(fact);
  enum bp_verdict verdict, whole = BP_FAILS;
  *decided = false;
  if (!says_something(noted))
    return 0;
  if (fact->ranged && judge_reading(request, fact, 1, false, &whole, claim) != 0)
    return -1;
  bool everywhere = fact->ranged && whole == BP_HOLDS;
  if (everywhere)
    verdict = whole;
  else if (judge_reading(request, fact, 0, may_fail(fact), &verdict, claim) != 0)
    return -1;
  if (verdict == BP_HOLDS && bp_study_one_way(claim) && !(fact->ranged && !everywhere))
    return 0; /* nothing was seen of the other side */
  if (fact->ranged && !everywhere && verdict == BP_HOLDS && !fact->binding)
    return 0;
  if (verdict == BP_FAILS && is_doubtful(fact, claim))
    return 0;
  if (verdict != BP_HOLDS && (verdict != BP_FAILS || whole != BP_FAILS || !may_fail(fact)))
    return 0;
  *decided = true;
  claim->span = noted->cut.span;
  return bp_study_mend(&fact->context, claim->span, request->arena, claim) ? 0 : -1;
}

/* ---- in the report ---------------------------------------------------------- */

/* The claim about the statement, or NULL. */
static struct bp_claim *claim_of(struct bp_derivation_report *report,
                                 const struct bp_noted *noted) {
  for (size_t i = 0; i < report->claim_count; i++)
    if (report->claims[i].span.begin == noted->cut.span.begin &&
        report->claims[i].span.end == noted->cut.span.end)
      return &report->claims[i];
  return NULL;
}

/* Takes the statement out of what is no claim; false where it is not there. */
static bool take_remark(struct bp_derivation_report *report, const struct bp_noted *noted) {
  for (size_t i = 0; i < report->remark_count; i++)
    if (report->remarks[i].span.begin == noted->cut.span.begin &&
        report->remarks[i].span.end == noted->cut.span.end) {
      memmove(report->remarks + i, report->remarks + i + 1,
              (report->remark_count - i - 1) * sizeof *report->remarks);
      report->remark_count--;
      return true;
    }
  return false;
}

/* Adds the steps that lead up what is to be small; a note fails by a few of them. */
static void tell_climbs(const struct bp_fact_request *request, const struct bp_note *note,
                        struct bp_derivation_report *report, size_t told[BP_NOTED_KIND_COUNT]) {
  size_t count = 0;
  bool down = bp_note_is_down(note);
  for (size_t i = 0; i < note->count && down && count < MOST_CLIMBS; i++) {
    const struct bp_noted *noted = &note->list[i];
    struct bp_claim claim;
    if (bp_step_climbs(note, noted, request->hints, request->arena, &claim) &&
        !claim_of(report, noted) && take_remark(report, noted)) {
      report->claims[report->claim_count++] = claim;
      told[noted->kind]++;
      count++;
    }
  }
}

int bp_study_facts(const struct bp_fact_request *request, const struct bp_note *note,
                   struct bp_derivation_report *report, size_t told[BP_NOTED_KIND_COUNT],
                   size_t *decided) {
  struct bp_facts facts;
  *decided = 0;
  if (bp_facts_find(note, request->arena, &facts) != 0)
    return -1;
  struct bp_claim *claims = bp_arena_alloc(
      request->arena, report->claim_count + facts.count + report->remark_count + 1, sizeof *claims);
  if (!claims)
    return -1;
  if (report->claim_count > 0)
    memcpy(claims, report->claims, report->claim_count * sizeof *claims);
  report->claims = claims;
  for (size_t i = 0; i < facts.count; i++) {
    const struct bp_noted *noted = noted_of(&facts.list[i]);
    struct bp_claim *open = claim_of(report, noted), claim;
    bool is_decided;
    if ((open && open->verdict != BP_UNDECIDED) ||
        (request->judge->stopped && request->judge->stopped()))
      continue;
    if (judge_fact(request, &facts.list[i], &is_decided, &claim) != 0)
      return -1;
    if (is_decided && open)
      *open = claim;
    else if (is_decided && take_remark(report, noted)) {
      claims[report->claim_count++] = claim;
      told[noted->kind]++;
    } else
      continue;
    ++*decided;
  }
  tell_climbs(request, note, report, told);
  return bp_arena_failed(request->arena) ? -1 : 0;
}
