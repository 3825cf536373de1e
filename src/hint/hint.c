/* What is said about the failing lines of a file, most important first: a convention that explains
 * all of them; a definition that is to blame for some; and for each the smallest edits that make it
 * hold, since whoever keeps the convention needs those.
 */
#include "hint/hint.h"

#include "base/budget.h"
#include "base/list.h"
#include "hint/blame.h"
#include "num/flint_memory.h"

enum { TALLEST_MENDED = 120, LARGEST_MENDED = 1500 };
/* For a whole file: ten seconds and more. */
enum { MOST_TRIES = 6000000 };

static size_t node_count(const struct bp_expression *expression) {
  size_t count = 1;
  for (size_t i = 0; i < expression->count && count <= LARGEST_MENDED; i++)
    count += node_count(expression->child[i]);
  return count;
}

/* Whether all edits of the formula can be tried: a claim of thousands of terms is nobody's
 * handwriting.
 */
static bool is_handwritten(const struct bp_expression *side) {
  return side->height <= TALLEST_MENDED && node_count(side) <= LARGEST_MENDED;
}

static bool can_be_mended(const struct bp_claim *claim, const struct bp_statement *statement) {
  return claim->verdict == BP_FAILS && claim->kind == BP_CLAIM && claim->broken_link > 0 &&
         statement->relations[claim->broken_link - 1] == BP_EQUAL &&
         is_handwritten(statement->sides[claim->broken_link - 1]) &&
         is_handwritten(statement->sides[claim->broken_link]);
}

/* Sorts a claim for the conventions, which have to agree with all of them. */
static void add_for_convention(const struct bp_model_claim *source, const struct bp_claim *claim,
                               struct bp_convention_lines *lines) {
  const struct bp_statement *statement = source->line.statement;
  bool equations = claim->kind == BP_CLAIM;
  if (claim->verdict == BP_UNDECIDED)
    return;
  if (claim->verdict == BP_HOLDS && claim->kind == BP_REFUTE) {
    lines->refuted[lines->refuted_count++] = source;
    return;
  }
  for (size_t k = 1; equations && k < statement->side_count; k++)
    equations = statement->relations[k - 1] == BP_EQUAL;
  if (claim->verdict == BP_HOLDS && !equations)
    lines->others[lines->other_count++] = source;
  lines->unexplained = lines->unexplained || (claim->verdict == BP_FAILS &&
                                              (!equations || !can_be_mended(claim, statement)));
  for (size_t k = 1; equations && k < statement->side_count; k++)
    if (k != claim->broken_link)
      lines->kept[lines->kept_count++] =
          (struct bp_failing){source, statement->sides[k - 1], statement->sides[k], 0};
}

/* The links that hold in a claim. */
static void add_holding(const struct bp_model_claim *source, struct bp_blame_lines *lines) {
  const struct bp_statement *statement = source->line.statement;
  for (size_t k = 1; k < statement->side_count; k++)
    if (statement->relations[k - 1] == BP_EQUAL)
      lines->holding[lines->holding_count++] =
          (struct bp_failing){source, statement->sides[k - 1], statement->sides[k], 0};
}

/* Sorts the claims of the file.  False when memory is short. */
static bool collect(const struct bp_claim_state *states, struct bp_derivation_report *report,
                    struct bp_arena *arena, struct bp_blame_lines *lines,
                    struct bp_convention_lines *convention) {
  size_t links = 1;
  for (size_t i = 0; i < report->claim_count; i++)
    links += states[i].claim->line.statement->side_count;
  *lines = (struct bp_blame_lines){
      .failing = bp_arena_alloc(arena, report->claim_count + 1, sizeof *lines->failing),
      .claims = bp_arena_alloc(arena, report->claim_count + 1, sizeof *lines->claims),
      .holding = bp_arena_alloc(arena, links, sizeof *lines->holding)};
  *convention = (struct bp_convention_lines){
      .kept = bp_arena_alloc(arena, links, sizeof *convention->kept),
      .refuted = bp_arena_alloc(arena, report->claim_count + 1, sizeof *convention->refuted),
      .others = bp_arena_alloc(arena, report->claim_count + 1, sizeof *convention->others)};
  if (!lines->failing || !lines->claims || !lines->holding || !convention->kept ||
      !convention->refuted || !convention->others)
    return false;
  for (size_t i = 0; i < report->claim_count; i++) {
    struct bp_claim *claim = &report->claims[i];
    const struct bp_model_claim *source = states[i].claim;
    add_for_convention(source, claim, convention);
    if (claim->verdict == BP_HOLDS && claim->kind == BP_CLAIM)
      add_holding(source, lines);
    if (!can_be_mended(claim, source->line.statement))
      continue;
    const struct bp_expression *const *sides = source->line.statement->sides;
    lines->failing[lines->count] = (struct bp_failing){source, sides[claim->broken_link - 1],
                                                       sides[claim->broken_link], claim->line};
    lines->claims[lines->count++] = claim;
  }
  convention->failing = lines->failing;
  convention->count = lines->count;
  return true;
}

static bool search_line(const struct bp_search *template, const struct bp_failing *failing,
                        struct bp_claim *claim, size_t milliseconds) {
  struct bp_search search = *template;
  struct bp_arena_mark mark = bp_arena_mark(search.trees);
  search.claim = failing->claim;
  bool fine = bp_supply_collect(&search.bench->model, failing->claim->line.statement,
                                failing->claim->line.order, search.trees, &search.supply);
  if (fine)
    bp_search_claim(&search, failing->left, failing->right, claim, milliseconds);
  bp_arena_release(search.trees, mark);
  return fine;
}

static bool add_note(struct bp_derivation_report *report, struct bp_arena *arena,
                     const char *note) {
  const char **notes =
      bp_list_longer(arena, report->head.notes, report->head.note_count, sizeof *notes);
  if (!notes || !note)
    return false;
  notes[report->head.note_count++] = note;
  report->head.notes = notes;
  return true;
}

/* Says where the search ended. */
static bool tell_end(struct bp_derivation_report *report, struct bp_arena *arena, size_t looked_at,
                     size_t count) {
  return add_note(report, arena,
                  bp_arena_printf(arena,
                                  "hints were looked for in the first %zu of %zu lines that fail; "
                                  "mend some, and the others get theirs",
                                  looked_at, count));
}

/* A definition that several lines use is suspected before the lines, one that a single line uses
 * after it. */
static int search_all(struct bp_bench *bench, const struct bp_hint_options *options,
                      const struct bp_claim_state *states, struct bp_derivation_report *report,
                      struct bp_arena *arena, struct bp_arena *trees) {
  struct bp_blame_lines lines;
  struct bp_convention_lines convention;
  if (!collect(states, report, arena, &lines, &convention))
    return -1;
  report->convention = bp_convention_find(bench, &convention, arena);
  struct bp_search template = {.bench = bench, .arena = arena, .trees = trees};
  bench->limit = MOST_TRIES;
  bench->stopped = options->stopped;
  bp_blame_definitions(&template, &lines, 2);
  size_t looked_at = 0;
  for (size_t i = 0; i < lines.count && !bp_bench_exhausted(bench); i++, looked_at++)
    if (!lines.claims[i]->searched &&
        !search_line(&template, &lines.failing[i], lines.claims[i], options->milliseconds))
      return -1;
  bp_blame_definitions(&template, &lines, 1);
  return looked_at == lines.count || tell_end(report, arena, looked_at, lines.count) ? 0 : -1;
}

static int search(const struct bp_judgement *judgement, const struct bp_hint_options *options,
                  struct bp_derivation_report *report, struct bp_arena *arena) {
  struct bp_bench bench;
  size_t memory = options->memory ? options->memory : (size_t)1 << 30;
  struct bp_arena *trees = bp_arena_new(memory);
  int status = bp_bench_init(&bench, judgement->model, options->seed, memory);
  if (status == 0)
    status = trees ? search_all(&bench, options, judgement->states, report, arena, trees) : -1;
  bp_bench_free(&bench);
  bp_arena_free(trees);
  return status;
}

/* Verdicts are there already, and a search can take any amount of memory, so it has a part of what
 * there is.  Where that is not enough, the report is what it was: nothing that was found by then
 * can be trusted. */
int bp_hints_find(const struct bp_judgement *judgement, const struct bp_hint_options *options,
                  struct bp_derivation_report *report, struct bp_arena *arena) {
  const struct bp_model *model = judgement->model;
  struct bp_derivation_report before = *report;
  struct bp_claim *claims = bp_arena_alloc(arena, report->claim_count + 1, sizeof *claims);
  for (size_t i = 0; claims && i < report->claim_count; i++)
    claims[i] = report->claims[i];
  struct bp_budget part;
  bp_budget_part(&part);
  struct bp_budget *whole = bp_budget_enter(&part);
  int status = claims ? search(judgement, options, report, arena) : -1;
  bool refused = bp_budget_end(&part) == BP_BUDGET_NO_MEMORY;
  if (bp_budget_leave_part(&part, whole)) {
    bp_flint_memory_resume();
    *report = before;
    for (size_t i = 0; i < report->claim_count; i++)
      report->claims[i] = claims[i];
    status = add_note(report, arena,
                      "hints were not looked for: the search for them takes more memory than there "
                      "is; --memory-limit gives more")
                 ? 0
                 : -1;
    refused = false;
  }
  if (refused || bp_budget_end_here() == BP_BUDGET_NO_MEMORY)
    status = -1;
  if (status != 0)
    bp_error(model->diagnostics, NULL, (struct bp_span){0, 0}, NULL, "out of memory");
  return status;
}
