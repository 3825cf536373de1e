/* Cases are made from the results in the order in which these stand, with the words of the text
 * report: what a student reads on the terminal and what a build server shows must not differ.
 *
 * An id has to survive edits elsewhere in the file, or a server that compares two runs sees one
 * test vanish and another appear.  So it is the name of the claim and not its number, or, where it
 * has no name, its left side; only where that occurs twice does the order count: "dW[1]#2".
 */
#include "report/suite/cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory_stream.h"
#include "report/claims.h"
#include "report/plain.h"
#include "report/text/text.h"

static const size_t MOST_ID_BYTES = 200;

const char *bp_case_outcome_name(enum bp_case_outcome outcome) {
  static const char *const names[BP_CASE_OUTCOMES] = {"passed", "skipped", "fails", "undecided",
                                                      "not-read"};
  return (unsigned)outcome < BP_CASE_OUTCOMES ? names[outcome] : "unknown";
}

const char *bp_case_verb(enum bp_case_outcome outcome) {
  static const char *const verbs[BP_CASE_OUTCOMES] = {"holds", "was not looked at", "fails",
                                                      "is undecided", "is not read"};
  return (unsigned)outcome < BP_CASE_OUTCOMES ? verbs[outcome] : "is unknown";
}

static enum bp_case_outcome outcome_of(enum bp_verdict verdict) {
  return verdict == BP_HOLDS   ? BP_CASE_PASSED
         : verdict == BP_FAILS ? BP_CASE_FAILED
                               : BP_CASE_UNDECIDED;
}

static bool is_listed_anyway(enum bp_case_outcome outcome) {
  return outcome != BP_CASE_PASSED && outcome != BP_CASE_SKIPPED;
}

/* ---- ids ----------------------------------------------------------------- */

/* The formula up to its first sign of relation (of a shape: its colon) outside brackets. */
static const char *left_side(const struct bp_claim *claim, struct bp_arena *arena) {
  const char *text = claim->text ? claim->text : "";
  size_t depth = 0, end = 0;
  for (; text[end]; end++) {
    char byte = text[end];
    depth += byte == '(' || byte == '[' || byte == '{';
    depth -= depth > 0 && (byte == ')' || byte == ']' || byte == '}');
    bool relation = byte == '=' || byte == '<' || byte == '>' ||
                    strncmp(text + end, "\xE2\x89\x88", 3) == 0 || /* ≈ */
                    strncmp(text + end, "\xE2\x89\xA4", 3) == 0;   /* ≤ */
    if (depth == 0 && (claim->kind == BP_ASSERTION ? byte == ':' : relation))
      break;
  }
  while (end > 0 && text[end - 1] == ' ')
    end--;
  return bp_arena_strndup(arena, text, end);
}

/* At most MOST_ID_BYTES, of whole characters. */
static const char *shortened(const char *text, struct bp_arena *arena) {
  size_t end = text ? strlen(text) : 0;
  if (end <= MOST_ID_BYTES)
    return text;
  for (end = MOST_ID_BYTES; end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80;)
    end--;
  return bp_arena_printf(arena, "%.*s…", (int)end, text);
}

static const char *claim_name(const struct bp_claim *claim, struct bp_arena *arena) {
  const char *name = claim->name && *claim->name ? claim->name : left_side(claim, arena);
  name = shortened(bp_plain_line(name, arena), arena);
  return name && !*name ? claim->keyword : name;
}

/* ---- one case ------------------------------------------------------------ */

static const char *hinted(const char *message, const struct bp_hint *hint, struct bp_arena *arena) {
  if (!message || !hint->mended)
    return message;
  return bp_arena_printf(arena, "%s; holds with %s%s%s%s", message, hint->mended,
                         hint->sentence ? " (" : "", hint->sentence ? hint->sentence : "",
                         hint->sentence ? ")" : "");
}

static const char *claim_message(const struct bp_claim *claim, struct bp_arena *arena) {
  if (claim->verdict == BP_HOLDS)
    return "";
  const char *message =
      claim->where.message ? claim->where.message : bp_reason_sentence_of_claim(claim->reason);
  if (bp_claim_is_broken(claim) && claim->needs > 0)
    message = bp_claim_needs(claim, arena);
  if (claim->consequence > 0)
    message = bp_arena_printf(arena, "it follows from the mistake in line %zu", claim->consequence);
  if (claim->hint_count > 0)
    message = hinted(message, &claim->hints[0], arena);
  return bp_plain_line(message, arena);
}

static struct bp_case claim_case(const struct bp_claim *claim, const struct bp_suite *suite,
                                 struct bp_arena *arena) {
  const char *name = claim_name(claim, arena);
  return (struct bp_case){
      .outcome = bp_claim_is_broken(claim) ? BP_CASE_UNREAD : outcome_of(claim->verdict),
      .id = name ? bp_arena_printf(arena, "%s:%s", suite->name, name) : NULL,
      .rule = claim->verdict == BP_HOLDS ? "none" : bp_reason_name(claim->reason),
      .message = claim_message(claim, arena),
      .replay = claim->verdict == BP_HOLDS ? NULL : claim->replay,
      .claim = claim};
}

static const char *block_message(const struct bp_block *block, struct bp_arena *arena) {
  size_t entries = block->rows * block->columns;
  if (block->verdict == BP_HOLDS || entries == 0)
    return "";
  bool fails = block->verdict == BP_FAILS;
  size_t count = fails ? block->fails : block->undecided;
  const char *why = block->explanation
                        ? block->explanation
                        : bp_reason_sentence((enum bp_reason)block->entries[block->worst].reason);
  const char *worst = bp_entry_name(block, block->worst, arena);
  const char *message = worst ? bp_arena_printf(arena, "%zu of %zu %s %s, the worst is %s: %s",
                                                count, entries, bp_entry_word(block),
                                                !fails       ? "cannot be decided"
                                                : count == 1 ? "fails"
                                                             : "fail",
                                                worst, why)
                              : NULL;
  return bp_plain_line(message, arena);
}

static enum bp_case_outcome block_outcome(const struct bp_block *block) {
  if (block->skipped > 0 && block->skipped == block->rows * block->columns)
    return BP_CASE_SKIPPED;
  return outcome_of(block->verdict);
}

static struct bp_case block_case(const struct bp_block *block, struct bp_arena *arena) {
  enum bp_case_outcome outcome = block_outcome(block);
  return (struct bp_case){
      .outcome = outcome,
      .id = shortened(bp_plain_line(block->name, arena), arena),
      .rule = outcome == BP_CASE_PASSED ? "none" : bp_reason_name(block->reason),
      .message = outcome == BP_CASE_SKIPPED ? "none of its entries was looked at"
                                            : block_message(block, arena),
      .replay = is_listed_anyway(outcome) ? block->replay : NULL,
      .block = block};
}

static struct bp_case diagnostic_case(const struct bp_diagnostic *diagnostic,
                                      const struct bp_suite *suite, struct bp_arena *arena) {
  size_t line = 0, column;
  if (diagnostic->source)
    bp_locate(diagnostic->source, diagnostic->span.begin, &line, &column);
  const char *place = line > 0
                          ? bp_arena_printf(arena, "%s:line %zu",
                                            bp_plain_line(diagnostic->source->name, arena), line)
                          : suite->name;
  const char *message = diagnostic->message;
  if (diagnostic->suggestion)
    message = bp_arena_printf(arena, "%s; try: %s", message, diagnostic->suggestion);
  return (struct bp_case){.outcome = BP_CASE_UNREAD,
                          .id = place,
                          .rule = "broken",
                          .message = bp_plain_line(message, arena),
                          .diagnostic = diagnostic};
}

static struct bp_case mistake_case(const struct bp_power_row *row, struct bp_arena *arena) {
  static const enum bp_case_outcome outcomes[BP_EXPOSURE_COUNT] = {
      [BP_CAUGHT] = BP_CASE_PASSED,
      [BP_NOT_EXPOSED] = BP_CASE_SKIPPED,
      [BP_NOT_PLANTABLE] = BP_CASE_SKIPPED,
      [BP_BLURRED] = BP_CASE_UNDECIDED,
  };
  const char *reason = row->reason ? row->reason : "";
  if (row->exposure == BP_NOT_EXPOSED)
    reason = bp_arena_printf(arena, "this data cannot expose it: %s", reason);
  else if (row->exposure == BP_NOT_PLANTABLE)
    reason = bp_arena_printf(arena, "it does not fit this network: %s", reason);
  else if (row->exposure == BP_BLURRED)
    reason = "the check neither holds nor fails with it";
  return (struct bp_case){.outcome = outcomes[row->exposure],
                          .id = bp_plain_line(row->text, arena),
                          .rule = bp_exposure_name(row->exposure),
                          .message = row->exposure == BP_CAUGHT ? "" : bp_plain_line(reason, arena),
                          .mistake = row};
}

bool bp_case_place(const struct bp_case *one, const struct bp_source **source,
                   struct bp_span *span) {
  const struct bp_diagnostic *exact = one->diagnostic;
  if (one->claim && one->claim->where.message)
    exact = &one->claim->where;
  *source = exact ? exact->source : NULL;
  *span = exact ? exact->span : (struct bp_span){0, 0};
  if (!*source && one->claim) {
    *source = one->claim->source;
    *span = one->claim->span;
  }
  return *source != NULL;
}

/* ---- a suite ------------------------------------------------------------- */

static struct bp_case whole(const struct bp_suite *suite, enum bp_case_outcome outcome,
                            const char *rule, const char *message) {
  return (struct bp_case){.outcome = outcome, .id = suite->name, .rule = rule, .message = message};
}

bool bp_suite_opened(const struct bp_suite *suite) {
  return !suite->refusal && (!suite->file || suite->file->report);
}

typedef int case_taker(const struct bp_case *one, void *user);

static int error_cases(const struct bp_suite *suite, const struct bp_diagnostics *diagnostics,
                       struct bp_arena *arena, case_taker *take, void *user) {
  bool read = bp_suite_opened(suite);
  size_t written = 0;
  int status = 0;
  for (size_t i = 0; diagnostics && i < diagnostics->count && status == 0; i++) {
    if (diagnostics->list[i].warning)
      continue;
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_case one = diagnostic_case(&diagnostics->list[i], suite, arena);
    status = take(&one, user);
    bp_arena_release(arena, mark);
    written++;
  }
  bool more = diagnostics && diagnostics->errors > written;
  if (status != 0 || (!more && (read || written > 0)))
    return status;
  struct bp_case rest = whole(suite, BP_CASE_UNREAD, "broken",
                              written > 0 ? "there are more mistakes in it than are listed"
                                          : "there is not enough memory for it");
  return take(&rest, user);
}

static int network_cases(const struct bp_suite *suite, struct bp_arena *arena, case_taker *take,
                         void *user) {
  const struct bp_report *report = suite->gradient;
  enum bp_verdict seen = BP_HOLDS;
  int status = 0;
  for (size_t i = 0; i < report->block_count && status == 0; i++) {
    const struct bp_block *block = &report->blocks[i];
    if (block->informative)
      continue;
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_case one = block_case(block, arena);
    if (is_listed_anyway(one.outcome))
      seen = bp_verdict_join(seen, block->verdict);
    status = take(&one, user);
    bp_arena_release(arena, mark);
  }
  /* The verdict may know more than its parts: a planted mistake that does not show. */
  enum bp_verdict verdict = bp_report_verdict(&report->head);
  if (status != 0 || verdict <= seen)
    return status;
  struct bp_case rest =
      whole(suite, outcome_of(verdict), "nothing",
            report->head.entries == 0     ? "nothing was checked, and nothing checked is "
                                            "never a pass"
            : report->head.note_count > 0 ? bp_plain_line(report->head.notes[0], arena)
                                          : "the check as a whole does not hold");
  return take(&rest, user);
}

/* Whether its own error is a case already. */
static bool is_told(const struct bp_claim *claim) {
  return bp_claim_is_broken(claim) && claim->needs == claim->line && !claim->needs_file;
}

static int file_cases(const struct bp_suite *suite, struct bp_arena *arena, case_taker *take,
                      void *user) {
  int status = error_cases(suite, suite->file->diagnostics, arena, take, user);
  const struct bp_derivation_report *report = suite->file->report;
  for (size_t i = 0; report && i < report->claim_count && status == 0; i++) {
    if (is_told(&report->claims[i]))
      continue;
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_case one = claim_case(&report->claims[i], suite, arena);
    status = take(&one, user);
    bp_arena_release(arena, mark);
  }
  if (status != 0 || !report || report->claim_count > 0)
    return status;
  struct bp_case empty = whole(suite, BP_CASE_UNDECIDED, "nothing",
                               "nothing was checked, and nothing checked is never a pass");
  return take(&empty, user);
}

static int mistake_cases(const struct bp_suite *suite, struct bp_arena *arena, case_taker *take,
                         void *user) {
  const struct bp_power *power = suite->power;
  struct bp_case correct = whole(suite, outcome_of(power->correct), "none",
                                 power->correct == BP_HOLDS ? ""
                                                            : "the gradient without a mistake does "
                                                              "not hold; check it alone");
  correct.id = "the gradient without a mistake";
  int status = take(&correct, user);
  for (size_t i = 0; i < power->count && status == 0; i++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_case one = mistake_case(&power->rows[i], arena);
    status = take(&one, user);
    bp_arena_release(arena, mark);
  }
  if (status != 0 || power->caught > 0 || power->correct != BP_HOLDS)
    return status;
  struct bp_case none = whole(suite, BP_CASE_UNDECIDED, "nothing",
                              "no mistake is caught, so that this data can hardly tell right from "
                              "wrong");
  return take(&none, user);
}

static int all_cases(const struct bp_suite *suite, struct bp_arena *arena, case_taker *take,
                     void *user) {
  if (suite->file)
    return file_cases(suite, arena, take, user);
  if (suite->refusal)
    return error_cases(suite, suite->refusal->diagnostics, arena, take, user);
  return suite->power ? mistake_cases(suite, arena, take, user)
                      : network_cases(suite, arena, take, user);
}

/* ---- suites -------------------------------------------------------------- */

static int count_case(const struct bp_case *one, void *user) {
  struct bp_suite *suite = user;
  suite->count[one->outcome]++;
  suite->total++;
  return 0;
}

static void add_suite(struct bp_suite *all, const struct bp_suite *suite) {
  for (int i = 0; i < BP_CASE_OUTCOMES; i++)
    all->count[i] += suite->count[i];
  all->total += suite->total;
  all->seconds += suite->seconds;
}

static enum bp_verdict verdict_of(const struct bp_suite *all) {
  if (all->count[BP_CASE_FAILED] > 0)
    return BP_FAILS;
  bool doubt = all->count[BP_CASE_UNDECIDED] + all->count[BP_CASE_UNREAD] > 0;
  return doubt || all->count[BP_CASE_PASSED] == 0 ? BP_UNDECIDED : BP_HOLDS;
}

/* Counts the cases of each, and hands them on. */
static int write_suites(struct bp_suite *list, size_t count, double seconds,
                        const struct bp_report_style *style, bp_suites_writer *write,
                        struct bp_arena *arena, FILE *out) {
  struct bp_suites suites = {.list = list, .count = count};
  for (size_t i = 0; i < count; i++) {
    list[i].name = bp_plain_line(list[i].name ? list[i].name : "", arena);
    if (!list[i].name || all_cases(&list[i], arena, count_case, &list[i]) != 0)
      return -1;
    add_suite(&suites.all, &list[i]);
  }
  if (seconds > 0)
    suites.all.seconds = seconds;
  suites.verdict = verdict_of(&suites.all);
  if (bp_arena_failed(arena) || write(&suites, style, out) != 0)
    return -1;
  return ferror(out) ? -1 : 0;
}

static int begin_suites(struct bp_suite *list, size_t count, double seconds,
                        const struct bp_report_style *style, bp_suites_writer *write, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  int status = arena ? write_suites(list, count, seconds, style, write, arena, out) : -1;
  bp_arena_free(arena);
  return status;
}

int bp_suites_of_report(const struct bp_report *report, const struct bp_report_style *style,
                        bp_suites_writer *write, FILE *out) {
  const struct bp_report_head *head = &report->head;
  struct bp_suite suite = {.name = head->title,
                           .head = head,
                           .gradient = report,
                           .place = head->place,
                           .seconds = head->seconds};
  return begin_suites(&suite, 1, 0, style, write, out);
}

int bp_suites_of_refusal(const struct bp_refusal *refusal, const struct bp_report_style *style,
                         bp_suites_writer *write, FILE *out) {
  struct bp_suite suite = {.name = refusal->head.title,
                           .head = &refusal->head,
                           .refusal = refusal,
                           .place = refusal->head.place};
  return begin_suites(&suite, 1, 0, style, write, out);
}

int bp_suites_of_power(const struct bp_power *power, const struct bp_report_style *style,
                       bp_suites_writer *write, FILE *out) {
  struct bp_suite suite = {.name = power->title, .power = power};
  return begin_suites(&suite, 1, 0, style, write, out);
}

int bp_suites_of_derivations(const struct bp_derivation_results *results,
                             const struct bp_report_style *style, bp_suites_writer *write,
                             FILE *out) {
  struct bp_suite *list = calloc(results->count + 1, sizeof *list);
  if (!list)
    return -1;
  for (size_t i = 0; i < results->count; i++) {
    const struct bp_derivation_result *file = &results->files[i];
    list[i] = (struct bp_suite){.name = file->file,
                                .head = file->report ? &file->report->head : NULL,
                                .file = file,
                                .place = file->file,
                                .seconds = file->report ? file->report->head.seconds : 0};
  }
  int status = begin_suites(list, results->count, results->seconds, style, write, out);
  free(list);
  return status;
}

/* Another convention comes first: it explains what fails. */
const char *bp_suite_note(const struct bp_suite *suite, size_t index) {
  const struct bp_derivation_report *report = suite->file ? suite->file->report : NULL;
  const char *convention = report ? report->convention : NULL;
  if (convention && index == 0)
    return convention;
  index -= convention != NULL;
  return suite->head && index < suite->head->note_count ? suite->head->notes[index] : NULL;
}

/* ---- what is listed ------------------------------------------------------ */

static size_t trouble_count(const struct bp_suites *suites) {
  return suites->all.count[BP_CASE_FAILED] + suites->all.count[BP_CASE_UNDECIDED] +
         suites->all.count[BP_CASE_UNREAD];
}

/* How many that do not pass go beyond the limit of the style. */
static size_t withheld_count(const struct bp_suites *suites, const struct bp_report_style *style) {
  size_t trouble = trouble_count(suites), most = style->most_failures;
  return most > 0 && trouble > most ? trouble - most : 0;
}

size_t bp_suites_listed(const struct bp_suites *suites, const struct bp_report_style *style) {
  size_t trouble = trouble_count(suites) - withheld_count(suites, style);
  return style->only_failed
             ? trouble
             : trouble + suites->all.count[BP_CASE_PASSED] + suites->all.count[BP_CASE_SKIPPED];
}

const char *bp_suites_remark(const struct bp_suites *suites, const struct bp_report_style *style,
                             struct bp_arena *arena) {
  size_t withheld = withheld_count(suites, style);
  size_t passed = style->only_failed
                      ? suites->all.count[BP_CASE_PASSED] + suites->all.count[BP_CASE_SKIPPED]
                      : 0;
  const char *first =
      passed > 0 ? bp_arena_printf(arena, "%zu that %s counted but not listed (--only-failed)",
                                   passed, passed == 1 ? "does not fail is" : "do not fail are")
                 : "";
  if (withheld == 0 || !first)
    return first && *first ? first : NULL;
  return bp_arena_printf(arena, "%s%s%zu more that %s counted but not listed (--max-failures)",
                         first, *first ? "; " : "", withheld,
                         withheld == 1 ? "does not hold is" : "do not hold are");
}

/* ", 2 undecided", or nothing. */
static const char *also(const char *text, size_t count, const char *word, struct bp_arena *arena) {
  return count > 0 && text ? bp_arena_printf(arena, "%s, %zu %s", text, count, word) : text;
}

const char *bp_suites_sentence(const struct bp_suites *suites, struct bp_arena *arena) {
  const size_t *count = suites->all.count;
  const char *text = bp_arena_printf(arena, "%s: %zu of %zu %s", bp_verdict_name(suites->verdict),
                                     count[BP_CASE_PASSED], suites->all.total,
                                     count[BP_CASE_PASSED] == 1 ? "holds" : "hold");
  text = also(text, count[BP_CASE_FAILED], count[BP_CASE_FAILED] == 1 ? "fails" : "fail", arena);
  text = also(text, count[BP_CASE_UNDECIDED], "undecided", arena);
  text = also(text, count[BP_CASE_UNREAD], "not read", arena);
  return also(text, count[BP_CASE_SKIPPED], "not looked at", arena);
}

/* ---- walking ------------------------------------------------------------- */

int bp_walk_begin(struct bp_walk *walk, const struct bp_report_style *style) {
  *walk = (struct bp_walk){.style = style, .arena = bp_arena_new(0)};
  walk->ids.arena = walk->arena;
  return walk->arena ? 0 : -1;
}

void bp_walk_end(struct bp_walk *walk) {
  bp_ids_free(&walk->ids);
  bp_arena_free(walk->arena);
}

struct visiting {
  struct bp_walk *walk;
  const struct bp_suite *suite;
  struct bp_arena *scratch;
  bp_case_visitor *visit;
  void *user;
};

static int visit_case(const struct bp_case *one, void *user) {
  struct visiting *visiting = user;
  struct bp_walk *walk = visiting->walk;
  struct bp_case named = *one;
  named.id = bp_ids_give(&walk->ids, one->id);
  if (!named.id || !named.message || bp_arena_failed(visiting->scratch))
    return -1;
  bool trouble = is_listed_anyway(one->outcome);
  size_t most = walk->style->most_failures;
  if ((!trouble && walk->style->only_failed) || (trouble && most > 0 && walk->failures >= most))
    return 0;
  walk->failures += trouble;
  return visiting->visit(&named, visiting->suite, visiting->scratch, visiting->user);
}

int bp_walk_suite(struct bp_walk *walk, const struct bp_suite *suite, bp_case_visitor *visit,
                  void *user) {
  struct visiting visiting = {walk, suite, bp_arena_new(0), visit, user};
  int status = visiting.scratch ? all_cases(suite, visiting.scratch, visit_case, &visiting) : -1;
  bp_arena_free(visiting.scratch);
  return status;
}

/* ---- details ------------------------------------------------------------- */

static int write_claim(const struct bp_claim *claim, const struct bp_report_style *style,
                       struct bp_arena *arena, FILE *out) {
  const char *name = claim->name ? bp_text_shown(claim->name, SIZE_MAX, arena) : NULL;
  const char *text = bp_plain_line(claim->text ? claim->text : "", arena);
  fprintf(out, "%s, line %zu: %s%s%s%s%s\n", bp_claim_word(claim), claim->line, claim->keyword,
          name ? " \"" : "", name ? name : "", name ? "\"  " : "  ", text ? text : "");
  return bp_text_claim(claim, style, arena, out);
}

static int write_details(const struct bp_case *one, const struct bp_suite *suite,
                         struct bp_arena *arena, FILE *out) {
  struct bp_report_style style = {0};
  if (one->claim) {
    struct bp_claim claim = *one->claim;
    if (suite->file->report->convention && claim.hint_count == 0) /* see the text report */
      claim.searched = false;
    return write_claim(&claim, &style, arena, out);
  }
  if (one->diagnostic)
    bp_diagnostic_write(one->diagnostic, false, out);
  else if (one->block && one->block->rows * one->block->columns > 0) {
    struct bp_block block = *one->block;
    struct bp_report single = *suite->gradient;
    single.blocks = &block;
    single.block_count = 1;
    return bp_text_details(&single, &style, arena, out);
  } else if (one->mistake) {
    fprintf(out, "%s: %s\n", one->mistake->text, one->mistake->sentence);
  }
  return 0;
}

const char *bp_case_details(const struct bp_case *one, const struct bp_suite *suite,
                            struct bp_arena *arena) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  int status = out ? write_details(one, suite, arena, out) : -1;
  if (!bp_memory_stream_close(out, &text))
    status = -1;
  while (status == 0 && length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  const char *kept = status == 0 ? bp_plain_text(text, arena) : NULL;
  if (kept && kept == text)
    kept = bp_arena_strdup(arena, text);
  free(text);
  return kept;
}
