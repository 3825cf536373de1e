/* Every edit of the formula, nearer ones first, judged by shapes and numbers in fresh worlds; then
 * pairs of edits, as far as the time allowed reaches.
 *
 * Time is counted in work and not on a clock, so the same file always gets the same hints.
 *
 * What is not offered: a formula that merely repeats the other side, or one that holds for fewer
 * than half of the index letters' combinations.  Where some of the formulas found fit only because
 * the file fixes sizes, and others fit always, the former are left out.
 */
#include "judge/search.h"

#include <stdio.h>
#include <string.h>

#include "judge/mend.h"
#include "lang/print.h"
#include "lang/tree.h"

/* About what a millisecond is in candidates. */
enum { TRIES_IN_A_MILLISECOND = 80, MOST_OFFERED = 4 };

/* ---- which side is edited ----------------------------------------------- */

static bool is_meaning(const struct bp_expression *side) {
  while (side->kind == BP_EXPR_ELEMENT || side->kind == BP_EXPR_NEGATE ||
         side->kind == BP_EXPR_TRANSPOSE)
    side = side->child[0];
  return side->kind == BP_EXPR_NAME || side->kind == BP_EXPR_NUMBER ||
         side->kind == BP_EXPR_PARTIAL || side->kind == BP_EXPR_DIFFERENTIAL;
}

static bool within(struct bp_span inner, struct bp_span outer) {
  return inner.begin >= outer.begin && inner.end <= outer.end && outer.end > outer.begin;
}

/* The formula is the side that is no mere name or derivative; where both are formulas, the one with
 * the fault, else the right one. */
static bool edit_left(const struct bp_claim *claim, const struct bp_expression *left,
                      const struct bp_expression *right) {
  bool fault_left = claim->reason == BP_REASON_SHAPE && claim->where.source == claim->source &&
                    within(claim->where.span, left->span);
  if (fault_left && !is_meaning(left))
    return true;
  return is_meaning(right) && !is_meaning(left);
}

/* ---- trying ------------------------------------------------------------- */

static struct bp_tried try_formula(struct bp_search *search, const struct bp_expression *formula) {
  struct bp_candidate candidate = {search->claim, search->other, formula};
  if (search->formula_left)
    candidate = (struct bp_candidate){search->claim, formula, search->other};
  return bp_bench_try(search->bench, &candidate);
}

/* A formula that says no more than what it is compared with. */
bool bp_search_trivial(const struct bp_search *search, const struct bp_expression *formula) {
  if (is_meaning(formula) && !is_meaning(search->formula))
    return true;
  return bp_expression_contains(formula, search->other) &&
         !bp_expression_contains(search->formula, search->other);
}

/* Bytes that the edits of a hint replace and put in. */
static size_t extent(const struct bp_hint *hint) {
  size_t total = 0;
  for (size_t i = 0; i < hint->edit_count; i++)
    total += hint->edits[i].span.end - hint->edits[i].span.begin + strlen(hint->edits[i].text);
  return total;
}

/* The same mistake mended in two places is one hint, the one that changes less. */
static void add_found(struct bp_search *search, const struct bp_found *found) {
  for (size_t i = 0; i < search->count; i++) {
    struct bp_found *other = &search->found[i];
    if (!strcmp(other->hint.mended, found->hint.mended))
      return;
    if (strcmp(other->hint.sentence, found->hint.sentence))
      continue;
    if (other->noted == found->noted && extent(&found->hint) < extent(&other->hint))
      *other = *found;
    return;
  }
  search->found[search->count++] = *found;
}

static const char *sentence_of(struct bp_search *search, const struct bp_edit *edit) {
  const char *subject =
      edit->subject ? bp_expression_text(edit->subject, NULL, NULL, search->arena) : "";
  char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(text, sizeof text, bp_edit_sentence(edit->kind), subject ? subject : "");
#pragma GCC diagnostic pop
  return bp_arena_strdup(search->arena, text);
}

/* Keeps a formula that holds. */
void bp_search_keep(struct bp_search *search, const struct bp_edit *edit, bool noted) {
  if (search->count == BP_MOST_FOUND)
    return;
  struct bp_found found = {.noted = noted};
  const struct bp_edit *edits[2] = {search->first ? search->first : edit, edit};
  const char *kinds[2] = {bp_edit_name(edits[0]->kind), bp_edit_name(edit->kind)};
  bool pair = search->first != NULL;
  if (!bp_mend(search->claim, search->formula, edit->whole, kinds, pair ? 2 : 1, search->arena,
               &found.hint))
    return;
  const char *first = sentence_of(search, edits[0]), *second = sentence_of(search, edit);
  found.hint.sentence = pair ? bp_arena_printf(search->arena, "%s; and %s", first, second) : first;
  if (found.hint.sentence)
    add_found(search, &found);
}

bool bp_search_goes_on(const struct bp_search *search, unsigned distance) {
  return (search->count == 0 || distance <= search->distance) &&
         search->bench->spent <= search->limit && !search->bench->failed;
}

static bool try_edit(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  unsigned distance =
      bp_edit_distance(edit->kind) + (search->first ? bp_edit_distance(search->first->kind) : 0);
  if (!bp_search_goes_on(search, distance))
    return false;
  if (bp_search_trivial(search, edit->whole) || bp_expression_same(edit->whole, search->formula))
    return true;
  struct bp_tried tried = try_formula(search, edit->whole);
  if (!tried.holds || 2 * tried.members < search->members)
    return true;
  search->distance = distance;
  bp_search_keep(search, edit, tried.noted);
  return true;
}

/* Every second edit after a first one. */
static bool try_pairs(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  if (bp_edit_distance(edit->kind) > 1)
    return false;
  search->first = edit;
  bp_edits_each(edit->whole, &search->pool, search->trees, try_edit, search);
  search->first = NULL;
  return search->bench->spent <= search->limit && !search->bench->failed;
}

/* ---- one claim ---------------------------------------------------------- */

/* Fits by fixed sizes are offered only where there is nothing better. */
/* What fits always before what fits by fixed sizes, then what changes least; order of the table for
 * equals. */
static bool before(const struct bp_found *a, const struct bp_found *b) {
  if (a->noted != b->noted)
    return b->noted;
  return extent(&a->hint) < extent(&b->hint);
}

static void sort_found(struct bp_search *search) {
  for (size_t i = 1; i < search->count; i++)
    for (size_t k = i; k > 0 && before(&search->found[k], &search->found[k - 1]); k--) {
      struct bp_found moved = search->found[k];
      search->found[k] = search->found[k - 1];
      search->found[k - 1] = moved;
    }
}

void bp_search_offer(struct bp_search *search, size_t line, struct bp_claim *claim) {
  struct bp_hint *hints = bp_arena_alloc(search->arena, MOST_OFFERED, sizeof *hints);
  size_t count = 0;
  sort_found(search);
  for (size_t i = 0; hints && i < search->count && count < MOST_OFFERED; i++)
    if (search->found[i].noted == search->found[0].noted &&
        extent(&search->found[i].hint) <= 2 * extent(&search->found[0].hint) + 8) {
      hints[count] = search->found[i].hint;
      hints[count++].line = line;
    }
  claim->hints = hints;
  claim->hint_count = count;
  claim->searched = true;
}

void bp_search_claim(struct bp_search *search, const struct bp_expression *left,
                     const struct bp_expression *right, struct bp_claim *claim,
                     size_t milliseconds) {
  bool turned = edit_left(claim, left, right);
  search->other = turned ? right : left;
  search->formula = turned ? left : right;
  search->formula_left = turned;
  search->members = try_formula(search, search->formula).members;
  search->limit = search->bench->spent + BP_SINGLE_TRIES;
  bp_edits_each(search->formula, &search->pool, search->trees, try_edit, search);
  if (search->count == 0 && milliseconds > 0) {
    search->limit = search->bench->spent + milliseconds * TRIES_IN_A_MILLISECOND;
    bp_edits_each(search->formula, &search->pool, search->trees, try_pairs, search);
  }
  bp_search_offer(search, claim->line, claim);
}
