/* Recording what is decided.
 *
 * A decision is known again at another point, and where it is taken twice, by its key: what is
 * compared as it is written, the element, what the index letters stand for, and the calls through
 * which it was reached.  Nothing of that hangs on the numbers, so the decisions of two points can
 * be compared one by one; relu(x), abs(x) and x > 0 are the same one.
 */
#include "model/decision.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "model/world.h"

bool bp_world_watch_sides(struct bp_world *world) {
  world->sides = bp_arena_alloc(world->keep, world->model->expressions + 1, sizeof *world->sides);
  return world->sides != NULL;
}

void bp_world_meet_side(struct bp_world *world, const struct bp_expression *place, bool first,
                        double apart) {
  if (!world->sides || place->id >= world->model->expressions || isnan(apart))
    return;
  struct bp_sides *sides = &world->sides[place->id];
  sides->first = sides->first || first;
  sides->second = sides->second || !first;
  sides->nearest = sides->any ? fmin(sides->nearest, fabs(apart)) : fabs(apart);
  sides->any = true;
}

/* ---- products and sides -------------------------------------------------- */

bool bp_is_any_product(const struct bp_expression *expression) {
  return expression->kind == BP_EXPR_MULTIPLY || expression->kind == BP_EXPR_HADAMARD ||
         (expression->kind == BP_EXPR_SUM && expression->order == BP_JOIN_PRODUCT);
}

void bp_world_meet_value(struct bp_world *world, const struct bp_expression *side,
                         struct bp_balls numbers) {
  if (!world->sides || world->nesting > 0 || side->id >= world->model->expressions)
    return;
  struct bp_sides *sides = &world->sides[side->id];
  for (size_t k = 0; k < numbers.rows * numbers.columns && !sides->moves; k++) {
    double number = bp_ball_double(numbers.at[k]);
    bool certain = bp_ball_finite(numbers.at[k]) && bp_ball_radius(numbers.at[k]) == 0;
    sides->moves = !certain || (sides->valued && number != sides->value);
    sides->valued = true;
    sides->value = number;
  }
}

void bp_world_meet_product(struct bp_world *world, const struct bp_expression *expression,
                           struct bp_balls numbers) {
  if (bp_is_any_product(expression))
    bp_world_meet_value(world, expression, numbers);
}

/* ---- one by one --------------------------------------------------------- */

bool bp_world_watch_decisions(struct bp_world *world, bool derivatives) {
  world->decisions = bp_arena_alloc(world->keep, 1, sizeof *world->decisions);
  if (world->decisions)
    world->decisions->derivatives = derivatives;
  return world->decisions != NULL;
}

bool bp_world_decides(const struct bp_world *world) {
  return world->decisions && world->nesting == 0;
}

static uint64_t mixed(uint64_t a, uint64_t b) {
  uint64_t state = a ^ (b + 0x9e3779b97f4a7c15u);
  return bp_random_bits(&state);
}

static uint64_t mixed_text(uint64_t hash, const char *text) {
  for (; text && *text; text++)
    hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
  return hash;
}

/* Equal for expressions that are written alike. */
static uint64_t hash_of(const struct bp_expression *expression) {
  uint64_t hash = mixed(expression->kind, (uint64_t)expression->order);
  if (expression->kind == BP_EXPR_COMPARE)
    hash = mixed(hash, expression->relation);
  hash = mixed_text(mixed_text(hash, expression->name), expression->text);
  for (size_t i = 0; i < expression->count; i++)
    hash = mixed(hash, expression->child[i] ? hash_of(expression->child[i]) : i);
  return hash;
}

static bool is_zero(const struct bp_expression *expression) {
  return expression->kind == BP_EXPR_NUMBER && !strcmp(expression->text, "0");
}

/* Whether what is compared is only asked to be equal. */
static bool asks_equal(const struct bp_expression *place) {
  return place->kind == BP_EXPR_COMPARE &&
         (place->relation == BP_EQUAL || place->relation == BP_APPROXIMATE);
}

static uint64_t with_letters(uint64_t key, const struct bp_scope *scope) {
  for (; scope; scope = scope->outer)
    key = scope->ball ? key : mixed(key, (uint64_t)scope->index);
  return key;
}

uint64_t bp_decision_key(const struct bp_world *world, const struct bp_expression *place,
                         const struct bp_scope *scope, size_t element) {
  bool condition = place->kind == BP_EXPR_COMPARE;
  const struct bp_expression *first = place->child[condition ? 0 : 1];
  const struct bp_expression *second = place->child[condition ? 1 : place->count > 2 ? 2 : 0];
  bool with_zero = (!condition && place->count <= 2) || is_zero(second);
  uint64_t key = mixed(hash_of(first), with_zero ? 0 : hash_of(second));
  return with_letters(mixed(mixed(key, asks_equal(place)), mixed(world->use, element)), scope);
}

bool bp_relation_holds(enum bp_relation relation, enum bp_ball_order order) {
  switch (relation) {
  case BP_LESS:
    return order == BP_ORDER_BELOW;
  case BP_AT_MOST:
    return order != BP_ORDER_ABOVE;
  case BP_GREATER:
    return order == BP_ORDER_ABOVE;
  case BP_AT_LEAST:
    return order != BP_ORDER_BELOW;
  default:
    return order == BP_ORDER_LEVEL;
  }
}

/* Where a condition counts what is equal to one of its sides, so does its decision. */
static enum bp_way way_of(const struct bp_expression *place, enum bp_ball_order order) {
  if (asks_equal(place))
    return order == BP_ORDER_LEVEL ? BP_WAY_FIRST : BP_WAY_SECOND;
  if (order != BP_ORDER_LEVEL)
    return order == BP_ORDER_ABOVE ? BP_WAY_FIRST : BP_WAY_SECOND;
  if (place->kind != BP_EXPR_COMPARE)
    return BP_WAY_LEVEL;
  return place->relation == BP_LESS || place->relation == BP_AT_LEAST ? BP_WAY_FIRST
                                                                      : BP_WAY_SECOND;
}

bool bp_way_is_true(const struct bp_expression *condition, enum bp_way way) {
  bool less = condition->relation == BP_LESS || condition->relation == BP_AT_MOST;
  return (way == BP_WAY_FIRST) != less;
}

/* What was idle where it was first met may count where it is met again. */
static bool is_known(struct bp_decided *list, size_t count, uint64_t key, bool idle) {
  for (size_t i = 0; i < count; i++)
    if (list[i].key == key) {
      list[i].idle = list[i].idle && idle;
      return true;
    }
  return false;
}

const struct bp_decided *bp_decided_find(const struct bp_decisions *decisions, uint64_t key) {
  for (size_t i = 0; i < decisions->count; i++)
    if (decisions->list[i].key == key)
      return &decisions->list[i];
  for (size_t i = 0; i < decisions->end_count; i++)
    if (decisions->ends[i].key == key)
      return &decisions->ends[i];
  return NULL;
}

enum bp_way bp_world_decide(struct bp_world *world, const struct bp_expression *place,
                            const struct bp_scope *scope, size_t element, struct bp_ball a,
                            struct bp_ball b) {
  struct bp_decisions *decisions = world->decisions;
  struct bp_ball_room room = {world->room.arena, world->room.bits, NULL};
  bool real = bp_ball_finite(a) && bp_ball_finite(b) && bp_ball_is_real(a) && bp_ball_is_real(b);
  enum bp_ball_order order = real ? bp_ball_compare(&room, a, b) : BP_ORDER_UNKNOWN;
  if (order == BP_ORDER_UNKNOWN)
    return BP_WAYS;
  uint64_t key = bp_decision_key(world, place, scope, element);
  enum bp_way way = way_of(place, order);
  if (is_known(decisions->list, decisions->count, key, decisions->idle > 0))
    return way;
  decisions->more = decisions->more || decisions->count == BP_MOST_DECISIONS;
  if (decisions->count < BP_MOST_DECISIONS)
    decisions->list[decisions->count++] =
        (struct bp_decided){.place = place,
                            .element = element,
                            .key = key,
                            .way = way,
                            .apart = bp_ball_double(bp_ball_combine(&room, a, b, bp_ball_sub)),
                            .idle = decisions->idle > 0};
  return way;
}

/* ---- ends of domains ---------------------------------------------------- */

/* What has an end there: what is below, the base, or the argument. */
static const struct bp_expression *ended_at(const struct bp_expression *place) {
  bool power = place->kind == BP_EXPR_POWER || place->kind == BP_EXPR_POINT_POWER;
  return place->child[power ? 0 : 1];
}

static void keep_ends(struct bp_world *world, const struct bp_expression *place,
                      const struct bp_scope *scope, struct bp_balls numbers) {
  enum { AN_END = 2 }; /* its key is that of no decision */
  struct bp_decisions *decisions = world->decisions;
  struct bp_ball_room room = {world->room.arena, world->room.bits, NULL};
  size_t count = numbers.rows * numbers.columns;
  uint64_t key = with_letters(mixed(mixed(hash_of(ended_at(place)), AN_END), world->use), scope);
  for (size_t k = 0; k < count && k < BP_MOST_ENDS_OF_ONE; k++) {
    struct bp_ball number = numbers.at[k];
    bool real = bp_ball_finite(number) && bp_ball_is_real(number);
    enum bp_ball_order order =
        real ? bp_ball_compare(&room, number, bp_ball_whole(0)) : BP_ORDER_UNKNOWN;
    if (order == BP_ORDER_UNKNOWN || decisions->end_count == BP_MOST_ENDS ||
        is_known(decisions->ends, decisions->end_count, mixed(key, k), decisions->idle > 0))
      continue;
    decisions->ends[decisions->end_count++] =
        (struct bp_decided){.place = place,
                            .element = k,
                            .key = mixed(key, k),
                            .way = order == BP_ORDER_ABOVE   ? BP_WAY_FIRST
                                   : order == BP_ORDER_BELOW ? BP_WAY_SECOND
                                                             : BP_WAY_LEVEL,
                            .apart = bp_ball_double(number),
                            .idle = decisions->idle > 0};
  }
}

void bp_world_meet_edge(struct bp_world *world, const struct bp_expression *place,
                        const struct bp_scope *scope, struct bp_balls numbers) {
  bool watched = world->sides && place->id < world->model->expressions;
  if (watched)
    world->sides[place->id].edge = true;
  for (size_t k = 0; watched && k < numbers.rows * numbers.columns; k++) {
    double number = bp_ball_double(numbers.at[k]);
    bp_world_meet_side(world, place, number > 0, number);
  }
  if (bp_world_decides(world))
    keep_ends(world, place, scope, numbers);
}

uint64_t bp_decisions_enter(struct bp_world *world, const struct bp_scope *scope, size_t what) {
  uint64_t before = world->use;
  if (world->decisions || world->script)
    world->use = with_letters(mixed(before, what), scope);
  return before;
}

void bp_decisions_leave(struct bp_world *world, uint64_t before) { world->use = before; }

struct bp_decisions_place bp_decisions_begin(struct bp_world *world) {
  struct bp_decisions *decisions = world->decisions;
  struct bp_decisions_place place = {decisions ? decisions->idle : 0, world->use};
  if (decisions)
    decisions->idle = 0;
  world->use = 0;
  return place;
}

void bp_decisions_end(struct bp_world *world, struct bp_decisions_place place) {
  if (world->decisions)
    world->decisions->idle = place.idle;
  world->use = place.use;
}

void bp_decisions_pass_over(struct bp_world *world, bool begin) {
  if (world->decisions)
    world->decisions->idle += begin ? 1 : (size_t)-1;
}
