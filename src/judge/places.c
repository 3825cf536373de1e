/* Where something is decided on the way to a claim.
 *
 * Any call and any condition may be such a place; which ones are, the values show.  They are looked
 * for in the claim and in the definitions that it leads to, and what a world has met there is taken
 * over from it, whichever claim made the world compute it.
 */
#include <math.h>

#include "base/stack.h"
#include "judge/aim.h"
#include "lang/print.h"
#include "value/builtin.h"

struct walk {
  struct bp_model *model;
  bool *seen; /* by declaration number */
  struct bp_fork *places;
  size_t count;
  struct bp_held *held;
  size_t held_count;
  size_t depth; /* definitions that are being walked through, one within another */
};

/* Formulas of more definitions within definitions are not computed either. */
enum { MOST_PLACES = 96, MOST_HELD = 64, DEEPEST = 10000, FRAMES = 64 << 10 };

static void walk_through(struct walk *walk, const struct bp_source *source,
                         const struct bp_expression *expression);

static void walk_definition(struct walk *walk, const char *name) {
  const struct bp_declaration *declaration = bp_model_find(walk->model, name);
  bool defined = declaration &&
                 (declaration->kind == BP_DECLARED_LET || declaration->kind == BP_DECLARED_WRITE ||
                  declaration->kind == BP_DECLARED_FUNCTION);
  if (!defined || walk->seen[declaration->number] || walk->depth == DEEPEST ||
      !bp_stack_has(FRAMES))
    return;
  walk->seen[declaration->number] = true;
  walk->depth++;
  for (size_t i = 0; i < declaration->count; i++) {
    const struct bp_model_line *line = &declaration->pieces[i].line;
    if (line->statement->side_count)
      walk_through(walk, line->source, line->statement->sides[0]);
  }
  walk->depth--;
}

/* Whether the expression is made of numbers, sizes and constants alone: 1/m. */
static bool is_plain(const struct bp_model *model, const struct bp_expression *expression) {
  if (expression->kind == BP_EXPR_NAME) {
    const struct bp_declaration *declaration = bp_model_find(model, expression->name);
    return !declaration || declaration->kind == BP_DECLARED_SIZE;
  }
  for (size_t i = 0; i < expression->count; i++)
    if (expression->kind == BP_EXPR_CALL || !is_plain(model, expression->child[i]))
      return false;
  return true;
}

static bool is_place(const struct bp_model *model, const struct bp_expression *expression) {
  switch (expression->kind) {
  case BP_EXPR_CALL:
  case BP_EXPR_COMPARE:
    return true;
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return !is_plain(model, expression->child[1]);
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    return !is_plain(model, expression->child[0]);
  default:
    return false;
  }
}

static void walk_into(struct walk *walk, const struct bp_source *source,
                      const struct bp_expression *expression) {
  if (is_place(walk->model, expression) && walk->count < MOST_PLACES)
    walk->places[walk->count++] = (struct bp_fork){.source = source, .expression = expression};
  if (expression->kind == BP_EXPR_NAME)
    walk_definition(walk, expression->name);
  for (size_t i = 0; i < expression->count; i++)
    if (expression->child[i])
      walk_through(walk, source, expression->child[i]);
}

/* The same for what may stand still at one number though something is decided on the way to it. */
static void walk_holding(struct walk *walk, const struct bp_source *source,
                         const struct bp_expression *expression) {
  bool room = walk->held_count < MOST_HELD;
  struct bp_held *held = room ? &walk->held[walk->held_count++] : NULL;
  if (held)
    *held =
        (struct bp_held){.source = source, .expression = expression, .first_place = walk->count};
  walk_into(walk, source, expression);
  if (held)
    held->end_place = walk->count, held->end = walk->held_count;
}

static void walk_through(struct walk *walk, const struct bp_source *source,
                         const struct bp_expression *expression) {
  if (bp_is_any_product(expression))
    walk_holding(walk, source, expression);
  else
    walk_into(walk, source, expression);
}

static void find_places(struct bp_model *model, struct bp_claim_state *state,
                        struct bp_arena *arena) {
  const struct bp_model_line *line = &state->claim->line;
  struct walk walk = {.model = model,
                      .seen = bp_arena_alloc(arena, model->declaration_count + 1, sizeof(bool)),
                      .places = bp_arena_alloc(arena, MOST_PLACES, sizeof *walk.places),
                      .held = bp_arena_alloc(arena, MOST_HELD, sizeof *walk.held)};
  if (!walk.seen || !walk.places || !walk.held)
    return;
  for (size_t i = 0; i < line->statement->side_count; i++)
    walk_holding(&walk, line->source, line->statement->sides[i]);
  state->places = walk.places;
  state->place_count = walk.count;
  state->held = walk.held;
  state->held_count = walk.held_count;
}

/* A point to start from on the way to the other side, or to mix with others. */
static void bear_witness(const struct bp_claim_state *state, const struct bp_world *world,
                         struct bp_witness witnesses[BP_WITNESSES]) {
  const struct bp_drawing *drawing = &world->drawing;
  bool sized = drawing->sizes != BP_SIZES_DRAWN && state->open_sizes;
  if (drawing->step_count > 1 || drawing->change_count || drawing->numbers_cases || sized ||
      drawing->told[0].name)
    return;
  struct bp_witness here = {true, world->trial, drawing->region, {0}};
  if (drawing->step_count == 1)
    here.step = drawing->steps[0];
  witnesses[drawing->step_count ? BP_NEAREST_WITNESS : BP_LAST_WITNESS] = here;
  if (!drawing->step_count && !witnesses[BP_FIRST_WITNESS].known)
    witnesses[BP_FIRST_WITNESS] = here;
}

/* One more point at which the place was met. */
static void count_sides(struct bp_fork *place, struct bp_sides met) {
  struct bp_sides *sides = &place->sides;
  sides->first = sides->first || met.first;
  sides->second = sides->second || met.second;
  sides->nearest = sides->any ? fmin(sides->nearest, met.nearest) : met.nearest;
  sides->any = true;
  sides->edge = met.edge;
  place->first_points += met.first;
  place->second_points += met.second;
}

/* That a side was met where nothing fine was compared; what says most of it counts. */
static void count_unsaid(struct bp_fork *place, struct bp_sides met, enum bp_meeting meeting) {
  if (met.first && meeting > place->first_unsaid)
    place->first_unsaid = meeting;
  if (met.second && meeting > place->second_unsaid)
    place->second_unsaid = meeting;
}

/* What products and sides came to at a point at which the claim was compared. */
static void meet_values(struct bp_claim_state *state, const struct bp_world *world) {
  for (size_t i = 0; i < state->held_count; i++) {
    struct bp_held *held = &state->held[i];
    size_t id = held->expression->id;
    if (!world->sides || id >= world->model->expressions || !world->sides[id].valued)
      continue;
    const struct bp_sides *met = &world->sides[id];
    held->moves = held->moves || met->moves || (held->known && held->value != met->value);
    held->known = true;
    held->value = met->value;
  }
}

void bp_claim_meet(struct bp_model *model, struct bp_claim_state *state,
                   const struct bp_world *world, enum bp_meeting meeting, struct bp_arena *arena) {
  if (!state->places) {
    find_places(model, state, arena);
    bp_claim_find_sizes(model, state, arena);
  }
  if (meeting == BP_MEETING_COMPARED) {
    bp_claim_see(model, state, world, arena);
    meet_values(state, world);
  }
  for (size_t i = 0; i < state->place_count; i++) {
    struct bp_fork *place = &state->places[i];
    size_t id = place->expression->id;
    if (!world->sides || id >= world->model->expressions || !world->sides[id].any)
      continue;
    struct bp_sides met = world->sides[id];
    if (meeting == BP_MEETING_COMPARED)
      count_sides(place, met);
    else
      count_unsaid(place, met, meeting);
    if (met.first != met.second)
      bear_witness(state, world, met.first ? place->first : place->second);
  }
}

static const struct bp_fork *known_place(const struct bp_claim_state *state,
                                         const struct bp_expression *place) {
  for (size_t i = 0; i < state->place_count; i++)
    if (state->places[i].expression == place)
      return &state->places[i];
  return NULL;
}

const char *bp_place_text(const struct bp_claim_state *state, const struct bp_expression *place,
                          struct bp_arena *arena) {
  const struct bp_fork *known = known_place(state, place);
  const char *text = known ? bp_source_line(known->source, place->span, arena)
                           : bp_expression_text(place, NULL, NULL, arena);
  return text ? text : "?";
}

/* What became of the points at which a condition came out the way that no compared point has. */
static const char *unsaid_text(enum bp_meeting meeting) {
  switch (meeting) {
  case BP_MEETING_KINK:
    return " but on a kink, where every value between the one-sided slopes is accepted";
  case BP_MEETING_NO_SLOPE:
    return " but where a side has no derivative, so nothing was compared there";
  case BP_MEETING_GAP:
    return " but where a side has no value, so nothing was compared there";
  default:
    return "";
  }
}

/* What a condition was tried with that never came out one way, by what it hangs on.  An equality
 * of numbers is looked for where it would be true (ends/equal.c). */
static const char *tried_text(const struct bp_model *model, const struct bp_claim_state *state,
                              const struct bp_fork *place, struct bp_arena *arena) {
  const struct bp_expression *condition = place->expression;
  struct bp_hangs hangs = bp_hangs_of(model, &condition, 1, arena);
  const struct bp_aimed_points *aimed = &state->aimed;
  if (hangs.numbers)
    return bp_relation_is_equal(condition->relation) && !place->sides.first
               ? ": it was solved for one number at a time, in fractions"
               : "";
  if (hangs.sets && aimed->cases > 0)
    return bp_arena_printf(arena, " in any of the %zu cases of what is drawn from sets%s",
                           aimed->cases, aimed->least_sizes ? ", at the least sizes" : "");
  if (hangs.sets)
    return " in the cases that were tried of what is drawn from sets";
  return hangs.sizes ? " at the sizes that were tried" : "";
}

/* "where x > 2: never true", "relu(x): never of a negative number" */
static const char *unmet_text(const struct bp_model *model, const struct bp_claim_state *state,
                              const struct bp_fork *place, struct bp_arena *arena) {
  const struct bp_expression *expression = place->expression;
  const char *text = bp_source_line(place->source, expression->span, arena);
  bool first = place->sides.first, condition = expression->kind == BP_EXPR_COMPARE;
  enum bp_meeting unsaid = first ? place->second_unsaid : place->first_unsaid;
  text = text ? text : "?";
  if (condition)
    return bp_arena_printf(arena, "the condition %s was never %s%s", text, first ? "false" : "true",
                           unsaid == BP_MEETING_NONE ? tried_text(model, state, place, arena)
                                                     : unsaid_text(unsaid));
  if (bp_picks_of_many(expression)) /* rowmax(A): one number after the other */
    return bp_arena_printf(arena, "in %s a number was never %s than those before it", text,
                           first ? "smaller" : "larger");
  if (expression->count > 2)
    return bp_arena_printf(arena, "in %s the %s was never the larger one", text,
                           first ? "second" : "first");
  return bp_arena_printf(arena, "the argument of %s was never %s", text,
                         first ? "negative" : "positive");
}

/* "relu(x): above at 11 points, below at 9", "x > 2: true at 3 points, false at 17" */
static const char *branch_text(const struct bp_fork *place, struct bp_arena *arena) {
  const struct bp_expression *expression = place->expression;
  const char *text = bp_source_line(place->source, expression->span, arena);
  bool condition = expression->kind == BP_EXPR_COMPARE, two = expression->count > 2;
  bool row = bp_picks_of_many(expression);
  const char *first = condition ? "true"
                      : two     ? "the first larger"
                      : row     ? "later larger"
                                : "above 0";
  const char *second = condition ? "false"
                       : two     ? "the second larger"
                       : row     ? "smaller"
                                 : "below 0";
  return bp_arena_printf(arena, "%s: %s at %zu point%s, %s at %zu", text ? text : "?", first,
                         place->first_points, place->first_points == 1 ? "" : "s", second,
                         place->second_points);
}

/* Whether something on the way to it came out either way, so that it had a chance to be another
 * number. */
static bool hangs_on_decisions(const struct bp_claim_state *state, const struct bp_held *held) {
  for (size_t i = held->first_place; i < held->end_place; i++) {
    const struct bp_sides *sides = &state->places[i].sides;
    if (sides->any && !sides->edge && sides->first && sides->second)
      return true;
  }
  return false;
}

/* Products and sides that were one number at all points, the outermost of each: two sides that are
 * equal may be so because what makes them differ is rarer than all that was tried.  Where every
 * combination of the decisions was met there is no such thing. */
static size_t tell_held(const struct bp_claim_state *state, struct bp_arena *arena,
                        const char **unmet) {
  const struct bp_ways_met *ways = &state->aimed.ways;
  size_t count = 0;
  if (ways->decisions > 0 && ways->of > 0 && ways->met >= ways->of)
    return 0;
  for (size_t i = 0; i < state->held_count;) {
    const struct bp_held *held = &state->held[i];
    bool stuck = held->known && !held->moves && hangs_on_decisions(state, held);
    const char *text = stuck ? bp_source_line(held->source, held->expression->span, arena) : NULL;
    if (stuck)
      unmet[count++] =
          bp_arena_printf(arena, "%s was never anything but %.4g", text ? text : "?", held->value);
    i = stuck ? held->end : i + 1;
  }
  return count;
}

bool bp_claim_tell_unmet(const struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena) {
  if (state->place_count == 0 || state->worst.verdict != BP_HOLDS)
    return true;
  const char **unmet = bp_arena_alloc(arena, state->place_count + state->held_count, sizeof *unmet);
  const char **branches = bp_arena_alloc(arena, state->place_count, sizeof *branches);
  size_t count = 0, branch_count = 0;
  for (size_t i = 0; branches && i < state->place_count; i++)
    if (state->places[i].sides.any && !state->places[i].sides.edge)
      branches[branch_count++] = branch_text(&state->places[i], arena);
  state->aimed.branches = branches;
  state->aimed.branch_count = branch_count;
  for (size_t i = 0; unmet && i < state->place_count; i++) {
    const struct bp_sides *sides = &state->places[i].sides;
    if (sides->any && !sides->edge && sides->first != sides->second)
      unmet[count++] = unmet_text(model, state, &state->places[i], arena);
  }
  count += unmet && count == 0 ? tell_held(state, arena, unmet) : 0;
  state->aimed.unmet = unmet;
  state->aimed.unmet_count = count;
  return unmet && !bp_arena_failed(arena);
}
