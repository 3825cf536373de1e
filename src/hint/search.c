/* Every edit of the formula, nearer ones first, judged by shapes and numbers in fresh worlds; then
 * pairs of edits, as far as the time allowed reaches.
 *
 * Time is counted in work and not on a clock, so the same file always gets the same hints.
 *
 * What is not offered: a formula that merely repeats the other side, or one that holds for fewer
 * than half of the index letters' combinations.  Where some of the formulas found fit only because
 * the file fixes sizes, and others fit always, the former are left out.
 */
#include "hint/search.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "hint/backprop_rule.h"
#include "hint/digest.h"
#include "hint/gap/fill.h"
#include "hint/odd.h"
#include "hint/partly.h"
#include "hint/proof.h"
#include "hint/replacement.h"
#include "judge/point.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "value/builtin.h"

/* About what a millisecond is in candidates. */
enum {
  TRIES_IN_A_MILLISECOND = 200,
  MOST_OFFERED = 4,
  MOST_FOR_ONE = 60000,
  HEAVY = 1000,
  LARGE_EDIT = 2
};
/* So much of the work for pairs is for one mistake made twice. */
enum { PART_FOR_TWICE = 6 };

/* ---- which side is edited ----------------------------------------------- */

static bool within(struct bp_span inner, struct bp_span outer) {
  return inner.begin >= outer.begin && inner.end <= outer.end && outer.end > outer.begin;
}

/* g'(Z) is what is asked for in g'(Z) = 1 - A^2, and g(z) in g(z) = 1/(1 + exp(-z)). */
static bool is_asked_for(const struct bp_search *search, const struct bp_expression *side) {
  bool call = side->kind == BP_EXPR_CALL && side->count == 2 &&
              bp_search_is_meaning(search, side->child[1]) &&
              (side->order > 0 || !bp_builtin_find(side->child[0]->name));
  return call || bp_search_is_meaning(search, side);
}

/* Whether the third side of a chain, the first link of which fails, agrees with this one: then the
 * other of the two is wrong. */
static bool third_agrees(const struct bp_search *search, size_t side) {
  const struct bp_statement *statement = search->claim->line.statement;
  if (statement->side_count < 3 || statement->relations[1] != BP_EQUAL)
    return false;
  struct bp_candidate candidate = {search->claim, statement->sides[side], statement->sides[2]};
  return bp_bench_try(search->bench, &candidate).holds;
}

/* The formula is the side that is no mere name or derivative; where both are formulas, the one with
 * the fault, else the right one.  The left of a later link is known to be right. */
static bool edit_left(const struct bp_search *search, const struct bp_claim *claim,
                      const struct bp_expression *left, const struct bp_expression *right) {
  bool fault_left = claim->reason == BP_REASON_SHAPE && claim->where.source == claim->source &&
                    within(claim->where.span, left->span);
  if (search->claim->line.statement->update)
    return true;
  if (bp_search_is_meaning(search, left) || claim->broken_link > 1 || third_agrees(search, 0))
    return false;
  return fault_left || third_agrees(search, 1) ||
         (is_asked_for(search, right) && !is_asked_for(search, left));
}

/* ---- trying ------------------------------------------------------------- */

static struct bp_tried try_formula(struct bp_search *search, const struct bp_expression *formula) {
  struct bp_candidate candidate = {search->claim, search->other, formula};
  if (search->formula_left)
    candidate = (struct bp_candidate){search->claim, formula, search->other};
  return bp_bench_try(search->bench, &candidate);
}

/* What mends the whole chain comes first, then what fits always before what fits by fixed sizes,
 * then what changes least. */
static bool before(const struct bp_found *a, const struct bp_found *b) {
  if (!a->hint.link != !b->hint.link)
    return !a->hint.link;
  if (a->noted != b->noted)
    return b->noted;
  return a->change != b->change ? a->change < b->change : a->bytes < b->bytes;
}

/* The same mistake mended in two places is one hint, the one that changes less. */
static void add_found(struct bp_search *search, const struct bp_found *found) {
  for (size_t i = 0; i < search->count; i++) {
    struct bp_found *other = &search->found[i];
    if (other->digest == found->digest && !before(found, other))
      return;
    if (strcmp(other->hint.sentence, found->hint.sentence) != 0 && other->digest != found->digest)
      continue;
    if (before(found, other))
      *other = *found;
    return;
  }
  if (search->count < BP_MOST_FOUND)
    search->found[search->count++] = *found;
  else if (before(found, &search->found[BP_MOST_FOUND - 1]))
    search->found[BP_MOST_FOUND - 1] = *found;
}

static const char *sentence_of(struct bp_search *search, const struct bp_edit *edit) {
  const char *subject =
      edit->subject ? bp_expression_text(edit->subject, NULL, NULL, search->arena) : "";
  char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(text, sizeof text, bp_edit_sentence(edit->kind), subject ? subject : "");
#pragma GCC diagnostic pop
  return bp_arena_printf(search->arena, "%s%s", text,
                         bp_backprop_rule(&search->bench->model, search->other, edit));
}

/* The link of a chain that was mended, where another one fails all the same; else 0. */
static size_t broken_behind(struct bp_search *search, const struct bp_expression *formula) {
  const struct bp_statement *statement = search->claim->line.statement;
  size_t place = 0, mended = 0;
  while (place < statement->side_count && statement->sides[place] != search->formula)
    place++;
  if (place == statement->side_count)
    return 0; /* of a definition */
  for (size_t link = 1; link < statement->side_count; link++) {
    const struct bp_expression *left = statement->sides[link - 1], *right = statement->sides[link];
    if (left == search->other || right == search->other)
      mended = left == search->formula || right == search->formula ? link : mended;
  }
  for (size_t link = 1; link < statement->side_count; link++) {
    const struct bp_expression *left = statement->sides[link - 1], *right = statement->sides[link];
    struct bp_candidate candidate = {search->claim, left == search->formula ? formula : left,
                                     right == search->formula ? formula : right};
    if (link != mended && statement->relations[link - 1] == BP_EQUAL &&
        !bp_bench_try(search->bench, &candidate).holds)
      return mended;
  }
  return 0;
}

static struct bp_look look_at(void *context, const struct bp_expression *expression) {
  struct bp_symbolic shape;
  struct bp_look none = {false, false};
  if (!bp_point_shape(context, expression, NULL, &shape))
    return none;
  return (struct bp_look){bp_size_one(shape.rows), bp_size_one(shape.columns)};
}

/* The world in which shapes are looked at; NULL when memory is short. */
static struct bp_world *looking(struct bp_search *search) {
  struct bp_world *world = bp_bench_world(search->bench, 0);
  if (world)
    bp_world_begin(world, &search->claim->line, search->claim);
  return world;
}

static uint64_t digest_of(struct bp_search *search, const struct bp_expression *formula) {
  struct bp_world *world = looking(search);
  return bp_digest(formula, world ? look_at : NULL, world);
}

static size_t oddities_of(struct bp_search *search, const struct bp_expression *formula) {
  struct bp_world *world = looking(search);
  return bp_oddities(formula, world ? look_at : NULL, world);
}

/* ∂log(a*x)/∂a: a derivative of a formula, which nobody puts in where it was not. */
static bool derives_formula(const struct bp_expression *formula,
                            const struct bp_expression *written) {
  if (bp_is(formula, BP_EXPR_PARTIAL) && !bp_is(formula->child[0], BP_EXPR_NAME) &&
      !bp_expression_contains(written, formula))
    return true;
  for (size_t k = 0; k < formula->count; k++)
    if (derives_formula(formula->child[k], written))
      return true;
  return false;
}

/* Whether the other side is not one that somebody wrote: inside a chain, and of an update the step
 * that is meant. */
static bool stands_for_another(const struct bp_search *search) {
  const struct bp_statement *statement = search->claim->line.statement;
  return statement->side_count > 2 || statement->update;
}

/* Whether the formula is right and yet no advice: odder than what was written, or the other side in
 * another order, unless what was written is so, too, or multiplies a square out. */
static bool is_idle(struct bp_search *search, const struct bp_edit *edit) {
  const struct bp_expression *formula = edit->whole;
  size_t odd = oddities_of(search, formula);
  if (derives_formula(formula, search->formula))
    return true;
  if ((odd > 0 && (search->first || odd > oddities_of(search, search->formula))) ||
      bp_search_has_constant(search, formula))
    return true;
  uint64_t other = digest_of(search, search->other);
  return !stands_for_another(search) && edit->kind != BP_EDIT_binomial &&
         digest_of(search, formula) == other && digest_of(search, search->formula) != other;
}

/* Whether the line reads as it is meant and, for a claim, is proved; a definition has been, by the
 * lines that need it.  What the parser made is judged, not what the search made. */
static bool is_proved(struct bp_search *search, const struct bp_hint *hint,
                      const struct bp_expression *formula) {
  struct bp_arena *arena = bp_arena_new(0);
  size_t ids = search->bench->model.expressions, place = 0;
  const struct bp_statement *written = search->claim->line.statement, *read = NULL;
  if (arena)
    read = bp_proof_reread(&search->bench->model, search->claim, hint, search->formula, formula,
                           &ids, arena);
  bool fine = read != NULL;
  if (fine && written->kind != BP_STATEMENT_LET) {
    while (place < written->side_count && written->sides[place] != search->formula)
      place++;
    struct bp_candidate candidate = {search->claim, search->other, read->sides[place]};
    if (search->formula_left)
      candidate = (struct bp_candidate){search->claim, read->sides[place], search->other};
    fine = bp_proof_holds(search->bench, &candidate, ids);
  }
  bp_arena_free(arena);
  return fine;
}

/* Keeps a formula that holds, unless it is no advice or cannot be proved. */
void bp_search_keep(struct bp_search *search, const struct bp_edit *edit, bool noted) {
  if (is_idle(search, edit))
    return;
  struct bp_found found = {.noted = noted, .digest = digest_of(search, edit->whole)};
  const struct bp_edit *edits[2] = {search->first ? search->first : edit, edit};
  const char *kinds[2] = {bp_edit_name(edits[0]->kind), bp_edit_name(edit->kind)};
  bool pair = search->first != NULL;
  if (!bp_replacements_find(search->claim, search->formula, edit->whole, kinds, pair ? 2 : 1,
                            search->arena, &found.hint) ||
      !is_proved(search, &found.hint, edit->whole))
    return;
  const char *first = sentence_of(search, edits[0]), *second = sentence_of(search, edit);
  bool twice = pair && first && second && !strcmp(first, second);
  found.hint.sentence = twice  ? bp_arena_printf(search->arena, "%s, in two places", first)
                        : pair ? bp_arena_printf(search->arena, "%s; and %s", first, second)
                               : first;
  bp_search_weigh(search, edit, &found);
  found.hint.link = broken_behind(search, edit->whole);
  if (found.hint.sentence)
    add_found(search, &found);
}

bool bp_search_goes_on(const struct bp_search *search, unsigned distance) {
  return (search->count == 0 || distance <= search->distance) &&
         search->bench->spent <= search->limit && !bp_bench_exhausted(search->bench);
}

/* Whether the formula says nothing new.  A small slip that makes it the other side once more is an
 * answer inside a longer chain, where that side stands for another; alone it is none, but then
 * nothing else is, either. */
static bool is_no_answer(struct bp_search *search, const struct bp_edit *edit) {
  if (search->first || !bp_expression_same(edit->whole, search->other))
    return bp_search_trivial(search, edit->whole);
  bool chain = stands_for_another(search);
  search->repeated = search->repeated || (!chain && bp_edit_distance(edit->kind) == 1);
  return !chain;
}

/* ∂J/∂W[1] = …, where the formula is that of ∂J/∂W[2]. */
static bool is_of_indices(enum bp_edit_kind kind) {
  return kind == BP_EDIT_layer || kind == BP_EDIT_indices_exchanged ||
         kind == BP_EDIT_index_shifted || kind == BP_EDIT_index_other;
}

/* Judging what holds in all worlds costs as much as thousands of candidates that fail in the first
 * one, and is no part of the work for looking: else the first of several mends would be the last.
 */
static bool try_edit(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  unsigned own = bp_edit_distance(edit->kind);
  unsigned distance = own + (search->first ? bp_edit_distance(search->first->kind) : 0);
  if (!bp_search_goes_on(search, distance) || own > search->farthest)
    return search->unordered && bp_search_goes_on(search, 0);
  if (own < search->nearest || (search->indices && !is_of_indices(edit->kind)) ||
      (search->first && search->ordered && edit->kind < search->first->kind))
    return true;
  if (bp_expression_same(edit->whole, search->formula) || is_no_answer(search, edit))
    return true;
  if (bp_search_loosens(search, edit->whole)) {
    search->bench->spent++;
    return true;
  }
  size_t spent = search->bench->spent;
  struct bp_tried tried = try_formula(search, edit->whole);
  if (!tried.holds || 2 * tried.members < search->members)
    return true;
  if (distance > LARGE_EDIT && bp_search_strays(search, edit->whole))
    return true;
  search->distance = distance;
  bp_search_keep(search, edit, tried.noted);
  search->limit += search->bench->spent - spent;
  return true;
}

/* ---- pairs -------------------------------------------------------------- */

/* A second edit like the first: about the same thing, where it is about one. */
static bool try_second(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  const struct bp_expression *first = search->first->subject, *second = edit->subject;
  bool alike = first && second ? bp_expression_same(first, second) : first == second;
  return !alike || try_edit(context, edit);
}

/* Every second edit after a first one.  A first edit that leaves shapes that do not fit is of use
 * only where a second one mends these, so the others are tried before. */
static bool try_pairs(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  if (bp_edit_distance(edit->kind) > 1)
    return false;
  if (bp_search_trivial(search, edit->whole))
    return true;
  if (try_formula(search, edit->whole).fits != search->fitting)
    return true;
  search->first = edit;
  bp_edits_each(edit->whole, &search->supply, search->trees, try_edit, search);
  search->first = NULL;
  return search->bench->spent <= search->limit && !bp_bench_exhausted(search->bench);
}

static bool is_scale(const struct bp_supply *supply, const struct bp_expression *factor) {
  bool scale = factor->kind == BP_EXPR_NUMBER || factor->kind == BP_EXPR_DIVIDE;
  for (size_t k = 0; k < supply->scale_count && !scale; k++)
    scale = bp_expression_same(supply->scales[k], factor);
  return scale;
}

/* Whether the edit takes away something that a gap could then be filled with, or puts something
 * around: then both together would put anything in the place of anything. */
static bool makes_room(const struct bp_search *search, const struct bp_edit *edit) {
  bool number = edit->kind == BP_EDIT_factor_two || edit->kind == BP_EDIT_factor_half ||
                edit->kind == BP_EDIT_factor_size || edit->kind == BP_EDIT_factor_size_inverse;
  if (!number && bp_search_size(edit->whole) > bp_search_size(search->formula) + 1)
    return true;
  return edit->kind == BP_EDIT_term_extra ||
         (edit->kind == BP_EDIT_factor_extra && !is_scale(&search->supply, edit->subject));
}

/* Whatever fills a gap after a first edit. */
static bool try_filled(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  if (bp_edit_distance(edit->kind) > 1)
    return false;
  if (makes_room(search, edit) || bp_search_trivial(search, edit->whole))
    return true;
  search->bench->spent++;
  search->first = edit;
  search->unordered = true;
  bp_fill_each(search->filler, edit->whole, false, try_edit, search);
  search->unordered = false;
  search->first = NULL;
  return search->bench->spent <= search->limit && !bp_bench_exhausted(search->bench);
}

/* The same mistake once more: a function, a name, a sign that is wrong in two places. */
static bool try_again(void *context, const struct bp_edit *edit) {
  struct bp_search *search = context;
  if (bp_edit_distance(edit->kind) > 2)
    return false;
  if (bp_search_trivial(search, edit->whole))
    return true;
  search->first = edit;
  bp_edits_of_kind(edit->kind, edit->whole, &search->supply, search->trees, try_second, search);
  search->first = NULL;
  return search->bench->spent <= search->limit && !bp_bench_exhausted(search->bench);
}

/* Near pairs before far ones.  Where the shapes fit as they are, the order of two edits does not
 * matter. */
static void search_pairs(struct bp_search *search, bool fits) {
  static const struct {
    bool fitting;
    unsigned nearest, farthest;
  } rounds[] = {{true, 0, 1}, {true, 2, 2}, {false, 0, 1}, {true, 3, 3}};
  search->nearest = 0;
  search->farthest = UINT_MAX;
  search->ordered = false;
  size_t limit = search->limit,
         left = limit > search->bench->spent ? limit - search->bench->spent : 0;
  search->limit = search->bench->spent + left / PART_FOR_TWICE;
  bp_edits_each(search->formula, &search->supply, search->trees, try_again, search);
  search->limit = limit;
  for (size_t i = 0; i < sizeof rounds / sizeof *rounds && search->count == 0; i++) {
    if (i == 1 && search->filler) {
      search->nearest = 0;
      search->farthest = UINT_MAX;
      search->ordered = false;
      bp_edits_each(search->formula, &search->supply, search->trees, try_filled, search);
      if (search->count > 0)
        return;
    }
    search->fitting = rounds[i].fitting;
    search->nearest = rounds[i].nearest;
    search->farthest = rounds[i].farthest;
    search->ordered = rounds[i].farthest == 1 && fits == rounds[i].fitting;
    bp_edits_each(search->formula, &search->supply, search->trees, try_pairs, search);
  }
}

/* ---- one claim ---------------------------------------------------------- */

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
        !search->found[i].hint.link == !search->found[0].hint.link &&
        search->found[i].change <= search->found[0].change + 1) {
      hints[count] = search->found[i].hint;
      hints[count++].line = line;
    }
  claim->hints = hints;
  claim->hint_count = count;
  claim->searched = true;
}

/* Combinations of letters that there are: indices of the formula that is wrong may leave out some.
 */
static size_t members_of(const struct bp_search *search) {
  struct bp_candidate candidate = {search->claim, search->other, search->other};
  return bp_bench_members(search->bench, &candidate);
}

/* Sets the sides.  False where the link holds as it is: what is wrong is no matter of it; or where
 * judging it a single time takes as long as a search should. */
static bool begin(struct bp_search *search, const struct bp_expression *formula,
                  const struct bp_expression *other, bool left, bool *fits) {
  search->formula = formula;
  search->other = other;
  search->formula_left = left;
  search->farthest = UINT_MAX;
  bp_bench_remember(search->bench, formula, other);
  size_t spent = search->bench->spent;
  size_t members = members_of(search);
  spent = search->bench->spent - spent;
  search->bench->heavy = spent > HEAVY;
  if (spent > MOST_FOR_ONE)
    return false;
  struct bp_tried written = try_formula(search, formula);
  search->members = members > written.members ? members : written.members;
  *fits = written.fits;
  return !written.holds;
}

static void search_singles(struct bp_search *search, size_t tries) {
  search->limit = search->bench->spent + tries;
  bp_edits_each(search->formula, &search->supply, search->trees, try_edit, search);
}

/* Single edits of the less likely side, which may be the wrong one where nothing speaks for it. */
static void search_other_side(struct bp_search *search, const struct bp_claim *claim) {
  const struct bp_expression *formula = search->formula, *other = search->other;
  bool left = search->formula_left, fits;
  if (claim->broken_link != 1 || third_agrees(search, left) ||
      search->claim->line.statement->update)
    return;
  search->indices = is_asked_for(search, other);
  if (begin(search, other, formula, !left, &fits))
    search_singles(search, BP_SINGLE_TRIES / 4);
  search->indices = false;
  if (search->count == 0)
    begin(search, formula, other, left, &fits);
}

struct bp_gap_question bp_search_gap(struct bp_search *search) {
  return (struct bp_gap_question){.claim = search->claim,
                                  .formula = search->formula,
                                  .other = search->other,
                                  .supply = &search->supply,
                                  .arena = search->trees,
                                  .spent = &search->bench->spent};
}

/* Formulas in which a part is missing: what could be put in is found by its value. */
static void search_gaps(struct bp_search *search, struct bp_filler *filler, size_t tries) {
  search->nearest = 0;
  search->farthest = UINT_MAX;
  struct bp_gap_question gap = bp_search_gap(search);
  if (!bp_filler_init(filler, &gap, bp_bench_world(search->bench, 0)))
    return;
  search->limit = search->bench->spent + tries;
  search->filler = filler;
  search->unordered = true;
  bp_fill_each(filler, search->formula, true, try_edit, search);
  search->unordered = false;
}

/* The likelier side, then the other one, then pairs on the likelier one. */
void bp_search_claim(struct bp_search *search, const struct bp_expression *left,
                     const struct bp_expression *right, struct bp_claim *claim,
                     size_t milliseconds) {
  bool turned = edit_left(search, claim, left, right), fits;
  if (begin(search, turned ? left : right, turned ? right : left, turned, &fits) &&
      (claim->reason == BP_REASON_SHAPE || !bp_partly_zero(search, claim))) {
    search_singles(search, BP_SINGLE_TRIES);
    if (search->count == 0 && !search->repeated)
      search_other_side(search, claim);
    struct bp_filler filler;
    if (search->count == 0 && !search->repeated)
      search_gaps(search, &filler, BP_SINGLE_TRIES / 2);
    if (search->count == 0 && milliseconds > 0 && !search->repeated) {
      search->limit = search->bench->spent + milliseconds * TRIES_IN_A_MILLISECOND;
      search_pairs(search, fits);
    }
    if (search->count == 0 && claim->reason != BP_REASON_SHAPE)
      bp_partly_tell(search, claim);
  }
  bp_bench_remember(search->bench, NULL, NULL);
  bp_search_offer(search, claim->line, claim);
}
