/* What is known of a page, and finding out the rest.
 *
 * A verdict belongs to the text of a statement and to the declarations around it, so an edit in one
 * line leaves those of all others as they are, and one in a declaration makes all of them old.  Old
 * ones are shown until new ones are there: an editor must not flicker while somebody types, nor
 * lose what it knew while a line cannot be read.
 *
 * Lines are judged a few at a time, next to the last edit first, and between any two steps of it
 * the editor is listened to: as soon as it says something, what was begun is given up.  They have
 * the time that a file has elsewhere; what is not judged by then is undecided for that reason.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/lsp/page.h"
#include "cli/lsp/rpc.h"
#include "num/flint_memory.h"
#include "results/reasons.h"

enum { AT_ONCE = 4, MOST_VERDICTS = 20000 };

static const size_t JUDGE_MEMORY = (size_t)1 << 30;
static const double JUDGE_SECONDS = 20;

/* ---- what is known ------------------------------------------------------- */

const struct bp_page_verdict *bp_page_known(const struct bp_page *page, const char *statement,
                                            size_t length, bool *fresh) {
  const struct bp_page_verdict *old = NULL;
  *fresh = false;
  for (size_t i = page->verdict_count; i-- > 0;) {
    const struct bp_page_verdict *verdict = &page->verdicts[i];
    if (strlen(verdict->statement) != length || memcmp(verdict->statement, statement, length) != 0)
      continue;
    if (verdict->declarations == page->declarations) {
      *fresh = true;
      return verdict;
    }
    old = old ? old : verdict;
  }
  return old;
}

/* Of a note its claims stand where they were judged, or where their text is now. */
static void each_of_note(const struct bp_page *page, bp_page_visitor *visit, void *context) {
  for (size_t i = 0; i < page->verdict_count; i++) {
    const struct bp_page_verdict *verdict = &page->verdicts[i];
    size_t length = strlen(verdict->statement);
    const char *found = verdict->declarations == page->declarations
                            ? page->text + verdict->at
                            : strstr(page->text, verdict->statement);
    if (length == 0 || !found)
      continue;
    size_t begin = (size_t)(found - page->text);
    visit(page, verdict, (struct bp_span){begin, begin + length}, context);
  }
}

void bp_page_each(const struct bp_page *page, bp_page_visitor *visit, void *context) {
  const struct bp_document *document = page->parsed.document;
  if (page->is_note) {
    each_of_note(page, visit, context);
    return;
  }
  for (size_t i = 0; document && i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    struct bp_span span = statement->span;
    bool fresh;
    if (!bp_statement_is_judged(statement) || span.end > page->length)
      continue;
    const struct bp_page_verdict *known =
        bp_page_known(page, page->text + span.begin, span.end - span.begin, &fresh);
    if (known)
      visit(page, known, span, context);
  }
}

static struct bp_page_verdict *add_verdict(struct bp_page *page) {
  if (page->verdict_count == page->verdict_capacity) {
    size_t capacity = page->verdict_capacity ? 2 * page->verdict_capacity : 64;
    struct bp_page_verdict *larger = realloc(page->verdicts, capacity * sizeof *larger);
    if (!larger)
      bp_die_no_memory();
    page->verdicts = larger;
    page->verdict_capacity = capacity;
  }
  struct bp_page_verdict *verdict = &page->verdicts[page->verdict_count++];
  memset(verdict, 0, sizeof *verdict);
  return verdict;
}

/* ---- keeping what a report says ------------------------------------------ */

/* The statement of the page that an edit is in; the whole text where it is a note. */
static struct bp_span around(const struct bp_page *page, struct bp_span span) {
  const struct bp_statement *statement = bp_page_statement(page, span.begin);
  return statement ? statement->span : (struct bp_span){0, page->length};
}

static bool keep_edit(const struct bp_page *page, const struct bp_replacement *edit,
                      struct bp_page_edit *kept) {
  if (edit->source != page->parsed.document->source || edit->span.end > page->length)
    return false;
  struct bp_span whole = around(page, edit->span);
  kept->statement = bp_page_copy(page->text + whole.begin, whole.end - whole.begin);
  kept->begin = edit->span.begin - whole.begin;
  kept->end = edit->span.end - whole.begin;
  kept->text = bp_page_copy(edit->text, strlen(edit->text));
  return true;
}

static void keep_hints(const struct bp_page *page, const struct bp_claim *claim,
                       struct bp_page_verdict *verdict) {
  verdict->hints = calloc(claim->hint_count + 1, sizeof *verdict->hints);
  if (!verdict->hints)
    bp_die_no_memory();
  for (size_t i = 0; i < claim->hint_count; i++) {
    const struct bp_hint *hint = &claim->hints[i];
    struct bp_page_hint *kept = &verdict->hints[verdict->hint_count];
    bool fine = hint->edit_count <= 2;
    for (size_t k = 0; fine && k < hint->edit_count; k++)
      fine = keep_edit(page, &hint->edits[k], &kept->edits[kept->edit_count]) &&
             ++kept->edit_count > 0;
    const char *title = hint->sentence ? hint->sentence : hint->mended;
    kept->title = bp_page_copy(title, strlen(title));
    verdict->hint_count++;
    if (!fine)
      kept->edit_count = 0; /* in another file: it can be read, not clicked */
  }
}

static const char *message_of(const struct bp_claim *claim, struct bp_arena *arena) {
  const char *what =
      claim->where.message ? claim->where.message : bp_reason_sentence_of_claim(claim->reason);
  if (claim->verdict == BP_HOLDS)
    return "";
  if (claim->consequence > 0)
    return bp_arena_printf(arena, "follows from the mistake in line %zu", claim->consequence);
  if (claim->hint_count > 0 && claim->hints[0].sentence)
    return bp_arena_printf(arena, "%s\n%s: %s", what, claim->hints[0].sentence,
                           claim->hints[0].mended);
  return claim->where.suggestion && claim->verdict != BP_HOLDS
             ? bp_arena_printf(arena, "%s\ntry: %s", what, claim->where.suggestion)
             : what;
}

static void keep(struct bp_page *page, const struct bp_claim *claim, struct bp_arena *arena) {
  if (claim->source != page->parsed.document->source || claim->span.end > page->length)
    return;
  const char *message = message_of(claim, arena);
  struct bp_page_verdict *verdict = add_verdict(page);
  verdict->declarations = page->declarations;
  verdict->statement =
      bp_page_copy(page->text + claim->span.begin, claim->span.end - claim->span.begin);
  verdict->verdict = claim->verdict;
  verdict->reason = bp_reason_name(claim->reason);
  verdict->message = bp_page_copy(message ? message : "", message ? strlen(message) : 0);
  verdict->at = claim->span.begin;
  verdict->end = claim->span.end - claim->span.begin;
  struct bp_span place = claim->where.span;
  if (claim->where.source == claim->source && place.begin >= claim->span.begin &&
      place.end <= claim->span.end && place.end > place.begin) {
    verdict->begin = place.begin - claim->span.begin;
    verdict->end = place.end - claim->span.begin;
  }
  keep_hints(page, claim, verdict);
}

/* ---- finding out --------------------------------------------------------- */

static bool stopped(void) { return bp_rpc_waiting() || bp_interrupt_signal() != 0; }

static size_t distance(const struct bp_page *page, const struct bp_statement *statement) {
  size_t at = statement->span.begin;
  return at > page->edited ? at - page->edited : page->edited - at;
}

/* The document with all that it tells, and of what is judged the nearest few that are not known. */
static size_t choose(const struct bp_page *page, struct bp_arena *arena,
                     struct bp_document *chosen) {
  const struct bp_document *document = page->parsed.document;
  const struct bp_statement *wanted[AT_ONCE] = {NULL};
  size_t count = 0;
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    bool fresh = false;
    if (!bp_statement_is_judged(statement) || (statement->broken && statement->side_count == 0))
      continue;
    bp_page_known(page, page->text + statement->span.begin,
                  statement->span.end - statement->span.begin, &fresh);
    if (fresh)
      continue;
    size_t place = count < AT_ONCE ? count++ : AT_ONCE;
    while (place > 0 && distance(page, wanted[place - 1]) > distance(page, statement)) {
      if (place < AT_ONCE)
        wanted[place] = wanted[place - 1];
      place--;
    }
    if (place < AT_ONCE)
      wanted[place] = statement;
  }
  *chosen = *document;
  chosen->statements = bp_arena_alloc(arena, document->count + 1, sizeof *chosen->statements);
  if (!chosen->statements)
    bp_die_no_memory();
  chosen->count = 0;
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    bool is_wanted = !bp_statement_is_judged(statement);
    for (size_t k = 0; k < count && !is_wanted; k++)
      is_wanted = wanted[k] == statement;
    if (is_wanted)
      chosen->statements[chosen->count++] = *statement;
  }
  return count;
}

/* What takes more memory than there is has no verdict, is told at its first line and not tried
 * again. */
static void note_lack(struct bp_page *page, const struct bp_document *chosen) {
  page->lacking = true;
  page->lack = (struct bp_span){0, 0};
  for (size_t i = 0; !page->is_note && i < chosen->count; i++)
    if (bp_statement_is_judged(&chosen->statements[i])) {
      page->lack = chosen->statements[i].span;
      return;
    }
}

/* Judges a few lines, or the note.  False: given up, or nothing is left. */
static bool judge_some(struct bp_page *page) {
  struct bp_derivation work = {.path = page->path,
                               .budget = {.seconds = JUDGE_SECONDS, .stopped = stopped}};
  struct bp_document chosen = {0};
  bp_budget_enter(&work.budget);
  bp_flint_memory_resume();
  work.arena = bp_arena_new(JUDGE_MEMORY);
  if (!work.arena)
    bp_die_no_memory();
  bp_diagnostics_init(&work.diagnostics, work.arena);
  bool fresh = page->is_note;
  if (page->is_note)
    bp_page_known(page, "", 0, &fresh);
  size_t count = page->is_note ? !fresh : choose(page, work.arena, &chosen);
  struct bp_derivations_options how = {
      .judge = {.seed = 1, .memory = JUDGE_MEMORY, .stopped = stopped}, .hint_milliseconds = 50};
  work.document = page->is_note ? page->parsed.document : &chosen;
  work.gradients = page->parsed.gradients;
  if (count > 0)
    bp_derivation_judge(&work, &how);
  bool done = count > 0 && work.judged && !stopped();
  for (size_t i = 0; done && i < work.report.claim_count; i++)
    keep(page, &work.report.claims[i], work.arena);
  if (done && page->is_note) { /* an empty statement says that the note as a whole is known */
    struct bp_page_verdict *whole = add_verdict(page);
    whole->declarations = page->declarations;
    whole->statement = bp_page_copy("", 0);
    whole->message = bp_page_copy("", 0);
  }
  page->judged = count == 0 || (!work.judged && !stopped());
  if (page->judged && count > 0)
    note_lack(page, &chosen);
  bp_arena_free(work.arena);
  bp_derivation_leave();
  return done;
}

void bp_page_judge(struct bp_page *page) {
  if (!page->parsed.document || page->verdict_count > MOST_VERDICTS) {
    page->judged = true;
    return;
  }
  if (!page->gradients && !bp_derivation_read_gradients(&page->parsed, JUDGE_MEMORY, stopped))
    return;
  page->gradients = true;
  while (!page->judged && judge_some(page)) {
    bp_page_publish(page);
    if (stopped())
      return;
  }
  if (page->lacking)
    bp_page_publish(page);
}
