/* Keeping ways, and telling which were never gone.
 *
 * What never happened is said with as few outcomes as it takes: of two outcomes that no way has
 * together nothing else need be said, whatever stood before them.
 */
#include "judge/ways.h"

#include <math.h>
#include <string.h>

#include "base/list.h"
#include "judge/aim.h"
#include "value/builtin.h"

/* ---- adding ------------------------------------------------------------- */

/* The outcome of the node; BP_MOST_OUTCOMES: it is no such thing. */
static size_t outcome_of(const struct bp_ways *ways, const struct bp_ways_node *node,
                         enum bp_way way) {
  for (size_t i = 0; way <= BP_WAY_SECOND && i < ways->decision_count; i++)
    if (ways->decisions[i]->key == node->key)
      return 2 * i + way;
  return BP_MOST_OUTCOMES;
}

static void number_decision(struct bp_ways *ways, const struct bp_ways_node *node) {
  if (ways->decision_count == BP_MOST_OUTCOMES / 2)
    ways->more = true;
  else if (outcome_of(ways, node, BP_WAY_FIRST) == BP_MOST_OUTCOMES)
    ways->decisions[ways->decision_count++] = node;
}

static struct bp_ways_node *new_node(struct bp_ways *ways, struct bp_ways_node *parent,
                                     enum bp_way way, const struct bp_decided *decided) {
  if (!bp_list_room(ways->arena, ways->nodes, ways->count, ways->capacity))
    return NULL;
  struct bp_ways_node *node = bp_arena_alloc(ways->arena, 1, sizeof *node);
  if (!node)
    return NULL;
  *node = (struct bp_ways_node){.parent = parent, .way = way};
  if (decided) {
    node->place = decided->place;
    node->element = decided->element;
    node->key = decided->key;
  }
  if (parent)
    parent->child[way] = node;
  ways->nodes[ways->count++] = node;
  if (decided)
    number_decision(ways, node);
  return node;
}

/* The outcomes that lead to the node, the latest first, without those that have no number; how
 * many. */
static size_t outcomes_before(const struct bp_ways *ways, const struct bp_ways_node *node,
                              size_t *before) {
  size_t count = 0;
  for (; node->parent; node = node->parent) {
    before[count] = outcome_of(ways, node->parent, node->way);
    count += before[count] < BP_MOST_OUTCOMES;
  }
  return count;
}

static void see_way(struct bp_ways *ways, const struct bp_ways_node *end) {
  size_t list[BP_MOST_DECISIONS + 1], count = outcomes_before(ways, end, list);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < count; k++)
      ways->seen[list[i]][list[k]] = true;
}

/* The node of the decision, or the end of the way, behind another. */
static struct bp_ways_node *step(struct bp_ways *ways, struct bp_ways_node *parent, enum bp_way way,
                                 const struct bp_decided *decided) {
  struct bp_ways_node *node = parent ? parent->child[way] : ways->count ? ways->nodes[0] : NULL;
  return node ? node : new_node(ways, parent, way, decided);
}

static void come_by(struct bp_ways_node *node, const struct bp_spot *spot) {
  if (!node->spots[0])
    node->spots[0] = spot;
  node->spots[BP_WAYS_SPOTS - 1] = spot;
}

static bool asks_equal(const struct bp_expression *place) {
  return place->kind == BP_EXPR_COMPARE && bp_relation_is_equal(place->relation);
}

/* The ratio that two decisions have at the spot; NaN: it has none to tell. */
static double ratio_at(const struct bp_decisions *met, uint64_t key, uint64_t of) {
  const struct bp_decided *one = bp_decided_find(met, key), *other = bp_decided_find(met, of);
  return one && other && other->apart != 0 && isfinite(other->apart) ? one->apart / other->apart
                                                                     : NAN;
}

/* Whether two ratios are one, but for rounding. */
static bool is_same(double a, double b) { return fabs(a - b) <= 1e-12 * fabs(b) && b != 0; }

static double common_ratio(const struct bp_decisions *met, size_t spots, uint64_t key,
                           uint64_t of) {
  enum { LEAST = 4 };
  double common = NAN;
  size_t count = 0;
  for (size_t i = 0; i < spots; i++) {
    double ratio = ratio_at(&met[i], key, of);
    if (isnan(ratio))
      continue;
    if (count++ == 0)
      common = ratio;
    if (!is_same(ratio, common))
      return NAN;
  }
  return count >= LEAST ? common : NAN;
}

static const struct bp_twin *twin(const struct bp_ways *ways, uint64_t key) {
  for (size_t i = 0; i < ways->twin_count; i++)
    if (ways->twins[i].key == key)
      return &ways->twins[i];
  return NULL;
}

void bp_ways_find_twins(struct bp_ways *ways, const struct bp_decisions *met, size_t spots) {
  for (size_t i = 0; spots > 0 && i < met[0].count; i++)
    for (size_t k = 0; k < i; k++) {
      const struct bp_decided *one = &met[0].list[i], *other = &met[0].list[k];
      if (asks_equal(one->place) || asks_equal(other->place) || twin(ways, other->key))
        continue;
      double ratio = common_ratio(met, spots, one->key, other->key);
      if (isnan(ratio))
        continue;
      ways->twins[ways->twin_count++] = (struct bp_twin){one->key, other->key, ratio};
      break;
    }
}

/* Whether the decision says at this spot what another on the same way has said; `differs` where it
 * should and does not. */
static bool is_said(const struct bp_ways *ways, const struct bp_decisions *decisions,
                    const struct bp_decided *decided, bool *differs) {
  const struct bp_twin *known = twin(ways, decided->key);
  const struct bp_decided *other = known ? bp_decided_find(decisions, known->of) : NULL;
  if (!other || other->idle)
    return false;
  double ratio = ratio_at(decisions, decided->key, known->of);
  *differs = *differs || (!isnan(ratio) && (ratio < 0) != (known->ratio < 0));
  return true;
}

bool bp_ways_add(struct bp_ways *ways, const struct bp_decisions *decisions,
                 const struct bp_spot *spot, bool *fresh) {
  struct bp_spot *copy = bp_arena_alloc(ways->arena, 1, sizeof *copy);
  if (!copy)
    return false;
  *copy = *spot;
  *fresh = false;
  ways->more = ways->more || decisions->more;
  struct bp_ways_node *node = NULL;
  enum bp_way way = BP_WAY_FIRST;
  bool level = false, differs = false;
  for (size_t i = 0; i < decisions->count; i++) {
    const struct bp_decided *decided = &decisions->list[i];
    if (decided->idle || is_said(ways, decisions, decided, &differs))
      continue;
    node = step(ways, node, way, decided);
    if (!node)
      return false;
    if (node->key != decided->key)
      return true; /* a decision is missing here, for want of digits */
    come_by(node, copy);
    way = decided->way;
    level = level || way == BP_WAY_LEVEL;
  }
  *fresh = differs;
  if (!node || node->child[way])
    return true;
  *fresh = true;
  ways->leaves += !level;
  struct bp_ways_node *end = new_node(ways, node, way, NULL);
  if (end) {
    come_by(end, copy);
    see_way(ways, end);
  }
  return end != NULL;
}

/* ---- what was looked for in vain ---------------------------------------- */

bool bp_ways_hopeless(const struct bp_ways *ways, const struct bp_ways_node *node, enum bp_way way,
                      unsigned times) {
  size_t list[BP_MOST_DECISIONS + 2], count = outcomes_before(ways, node, list);
  size_t other = outcome_of(ways, node, way);
  if (other == BP_MOST_OUTCOMES)
    return false;
  list[count++] = other;
  for (size_t i = 0; i < count; i++)
    if (!ways->seen[list[i]][other] && ways->failed[list[i]][other] >= times)
      return true;
  return false;
}

void bp_ways_fail(struct bp_ways *ways, const struct bp_ways_node *node, enum bp_way way) {
  size_t list[BP_MOST_DECISIONS + 2], count = outcomes_before(ways, node, list);
  size_t other = outcome_of(ways, node, way);
  if (other == BP_MOST_OUTCOMES)
    return;
  list[count++] = other;
  for (size_t i = 0; i < count; i++) {
    ways->failed[list[i]][other] += ways->failed[list[i]][other] < 255;
    ways->failed[other][list[i]] = ways->failed[list[i]][other];
  }
}

/* ---- telling ------------------------------------------------------------ */

enum { MOST_SENTENCES = 6, MOST_TOGETHER = 4 };

struct telling {
  const struct bp_ways *ways;
  const struct bp_model *model;
  struct bp_claim_state *state;
  struct bp_arena *arena;
  const char **never, *behind;
  size_t count, open;
};

static bool has_elements(const struct telling *telling, const struct bp_expression *place) {
  for (size_t i = 0; i < telling->ways->decision_count; i++)
    if (telling->ways->decisions[i]->place == place && telling->ways->decisions[i]->element > 0)
      return true;
  return false;
}

/* "x > 2", "not x > 2", "relu(Z) below 0", "entry 3 of relu(Z) below 0" */
static const char *outcome_text(const struct telling *telling, size_t outcome) {
  const struct bp_ways_node *node = telling->ways->decisions[outcome / 2];
  enum bp_way way = (enum bp_way)(outcome % 2);
  bool first = way == BP_WAY_FIRST;
  const char *text = bp_place_text(telling->state, node->place, telling->arena);
  const char *entry = has_elements(telling, node->place)
                          ? bp_arena_printf(telling->arena, "entry %zu of ", node->element + 1)
                          : "";
  if (node->place->kind == BP_EXPR_COMPARE)
    return bp_arena_printf(telling->arena, "%s%s%s", bp_way_is_true(node->place, way) ? "" : "not ",
                           entry, text);
  if (bp_picks_of_many(node->place)) /* rowmax(A): one number after the other */
    return bp_arena_printf(telling->arena, "%sthe argument of %s %s than those before", entry, text,
                           first ? "larger" : "smaller");
  if (node->place->count > 2)
    return bp_arena_printf(telling->arena, "%s%s with the %s larger", entry, text,
                           first ? "first" : "second");
  return bp_arena_printf(telling->arena, "%s%s %s 0", entry, text, first ? "above" : "below");
}

static void add_sentence(struct telling *telling, const char *sentence) {
  for (size_t i = 0; sentence && i < telling->count; i++)
    if (!strcmp(telling->never[i], sentence))
      return;
  if (sentence && telling->count < MOST_SENTENCES)
    telling->never[telling->count++] = sentence;
}

/* All of them together; NULL where two are told alike, as one place below a sum is for each index.
 */
static const char *together(const struct telling *telling, const size_t *list, size_t count) {
  const char *text = outcome_text(telling, list[0]);
  for (size_t i = 1; i < count && text; i++) {
    const char *next = outcome_text(telling, list[i]);
    if (next && strstr(text, next))
      return NULL;
    text = next ? bp_arena_printf(telling->arena, "%s%s%s", text, i + 1 == count ? " and " : ", ",
                                  next)
                : NULL;
  }
  return text ? bp_arena_printf(telling->arena, "%s together", text) : NULL;
}

/* Whether it is made of numbers, sizes and index letters: what it comes out as, no draw decides. */
static bool is_of_indices(const struct telling *telling, const struct bp_expression *formula) {
  if (formula->kind == BP_EXPR_NAME) {
    const struct bp_declaration *declaration = bp_model_find(telling->model, formula->name);
    return !declaration || declaration->kind == BP_DECLARED_SIZE;
  }
  for (size_t i = 0; i < formula->count; i++)
    if (!is_of_indices(telling, formula->child[i]))
      return false;
  return formula->kind != BP_EXPR_CALL;
}

/* A comparison that no point has met like that behind those before it. */
static void tell_behind(struct telling *telling, const struct bp_ways_node *node, size_t outcome) {
  const struct bp_expression *place = node->place;
  size_t list[BP_MOST_DECISIONS + 2];
  size_t count = outcomes_before(telling->ways, node, list);
  if (telling->behind || count == 0 || count > MOST_TOGETHER || place->kind != BP_EXPR_COMPARE ||
      is_of_indices(telling, place))
    return;
  const char *text = outcome_text(telling, outcome);
  for (size_t i = count; i-- > 0 && text;) {
    const char *next = outcome_text(telling, list[i]);
    const char *joined = i + 1 == count ? " behind " : " and ";
    text = next ? bp_arena_printf(telling->arena, "%s%s%s", text, joined, next) : NULL;
  }
  telling->behind = text;
}

/* An equality that the search has never met, with more decided behind it: the few points that
 * had it were met by luck. */
static void tell_rare(struct telling *telling, const struct bp_ways_node *node, size_t outcome) {
  struct bp_claim_state *state = telling->state;
  size_t conditions = 0, points = 0;
  for (size_t i = 0; i < state->place_count; i++) {
    const struct bp_fork *place = &state->places[i];
    conditions += place->expression->kind == BP_EXPR_COMPARE;
    if (place->expression == node->place)
      points = outcome % 2 ? place->second_points : place->first_points;
  }
  if (state->aimed.rare || !asks_equal(node->place) || conditions < 2 || points == 0 ||
      is_of_indices(telling, node->place))
    return;
  const char *text = outcome_text(telling, outcome);
  if (text)
    state->aimed.rare = bp_arena_printf(
        telling->arena,
        "%s was met at %zu point%s only, too few to try all that is decided behind it", text,
        points, points == 1 ? "" : "s");
}

/* An outcome of the node that did not come after those before it. */
static void tell_end(struct telling *telling, const struct bp_ways_node *node, enum bp_way way,
                     bool single) {
  const struct bp_ways *ways = telling->ways;
  size_t list[BP_MOST_DECISIONS + 2], other = outcome_of(ways, node, way);
  size_t count = outcomes_before(ways, node, list);
  if (other == BP_MOST_OUTCOMES || single == ways->seen[other][other])
    return;
  if (single) {
    add_sentence(telling, outcome_text(telling, other));
    tell_behind(telling, node, other);
    tell_rare(telling, node, other);
  }
  for (size_t i = 0; i < count && !single; i++)
    if (!ways->seen[list[i]][other]) {
      add_sentence(telling, together(telling, (size_t[]){list[i], other}, 2));
      return;
    }
  if (single || count >= MOST_TOGETHER)
    return;
  for (size_t i = 0; i < count / 2; i++) {
    size_t swapped = list[i];
    list[i] = list[count - 1 - i];
    list[count - 1 - i] = swapped;
  }
  list[count] = other;
  add_sentence(telling, together(telling, list, count + 1));
}

/* Whether a way to the node lies exactly on a border. */
static bool is_level(const struct bp_ways_node *node) {
  for (; node->parent; node = node->parent)
    if (node->way == BP_WAY_LEVEL)
      return true;
  return false;
}

static size_t depth_of(const struct bp_ways_node *node) {
  size_t depth = 0;
  for (; node->parent; node = node->parent)
    depth++;
  return depth;
}

static bool is_open_end(const struct bp_ways_node *node, enum bp_way way) {
  return node->place && !node->child[way] && !is_level(node);
}

/* Decisions that came out either way. */
static size_t count_free(const struct bp_ways *ways) {
  size_t count = 0;
  for (size_t i = 0; i < ways->decision_count; i++)
    count += ways->seen[2 * i][2 * i] && ways->seen[2 * i + 1][2 * i + 1];
  return count;
}

/* Fills how many combinations there are of the decisions that came out either way: all, where every
 * way has every decision, else those that were met and the open ends. */
static void count_ways(const struct telling *telling, struct bp_ways_met *met) {
  enum { MOST_COUNTED = 60 };
  const struct bp_ways *ways = telling->ways;
  bool all = true;
  for (size_t i = 0; i < ways->count; i++)
    all = all && (ways->nodes[i]->place || depth_of(ways->nodes[i]) == ways->decision_count);
  met->decisions = count_free(ways);
  met->met = ways->leaves;
  met->of = met->met + telling->open;
  if (all)
    met->of = met->decisions <= MOST_COUNTED ? (size_t)1 << met->decisions : 0;
  if (ways->more)
    met->of = 0;
}

/* Sentences on the open ends: on decisions that never came out like that at all, or on the others.
 */
static void tell_ends(struct telling *telling, bool single) {
  const struct bp_ways *ways = telling->ways;
  for (size_t i = 0; i < ways->count; i++)
    for (enum bp_way way = BP_WAY_FIRST; way <= BP_WAY_SECOND; way++) {
      size_t other = outcome_of(ways, ways->nodes[i], way);
      if (!is_open_end(ways->nodes[i], way) || other == BP_MOST_OUTCOMES)
        continue;
      telling->open += !single && ways->seen[other][other];
      if (telling->count < MOST_SENTENCES)
        tell_end(telling, ways->nodes[i], way, single);
    }
}

bool bp_ways_tell(const struct bp_ways *ways, const struct bp_model *model,
                  struct bp_claim_state *state) {
  struct telling *telling = bp_arena_alloc(ways->arena, 1, sizeof *telling);
  if (!telling)
    return false;
  *telling = (struct telling){.ways = ways, .model = model, .state = state, .arena = ways->arena};
  telling->never = bp_arena_alloc(ways->arena, MOST_SENTENCES, sizeof *telling->never);
  if (!telling->never)
    return false;
  tell_ends(telling, false);
  tell_ends(telling, true);
  struct bp_ways_met *met = &state->aimed.ways;
  count_ways(telling, met);
  met->never = telling->never;
  met->never_count = telling->count;
  met->behind = telling->behind;
  return !bp_arena_failed(ways->arena);
}
