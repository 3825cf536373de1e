/* The tree of ways.
 *
 * At a point the decisions of a claim come out in some order; of those with the same outcomes so
 * far the next one is the same.  So the ways that points have gone are a tree.  A node of which
 * one outcome was seen and the other was not is an open end: from a point that came there another
 * is looked for that comes there, too, and goes on the other way (reach.c).  For conditions within
 * conditions that is a step down; decisions that have nothing to do with each other are met in
 * all combinations like this.  Where there are many ways, open ends are taken at random after the
 * first few.  Work and points have limits, and what was not met is told.
 */
#include "judge/paths.h"

#include <math.h>
#include <string.h>

#include "base/list.h"
#include "base/random.h"
#include "judge/reach.h"
#include "judge/ways.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_SEED = 1 << 23 };
enum { MOST_WAYS = 128, IN_ORDER = 24, ROUNDS = 3, MOST_CASES = 16, MOST_SEEDS = 64 };
enum {
  CHEAP_WAYS = 150000,
  CHEAP_PAIRS = 40000,
  CHEAP_ALIKE = 120000,
  CHEAP_EQUAL = 40000
}; /* work that is allowed for this */

struct walking {
  struct bp_probing probing;
  struct bp_ways ways;
  uint64_t random;
  struct bp_requirement wanted[BP_MOST_DECISIONS + 1];
};

/* ---- what is aimed at --------------------------------------------------- */

/* All outcomes that lead to the end, and its other one. */
static size_t requirements_of(const struct bp_ways_node *node, enum bp_way way,
                              struct bp_requirement *wanted) {
  size_t count = 0;
  for (const struct bp_ways_node *above = node; above->parent; above = above->parent)
    count++;
  wanted[count] = (struct bp_requirement){node->place, node->key, way};
  size_t depth = count;
  for (const struct bp_ways_node *below = node; below->parent; below = below->parent)
    wanted[--depth] = (struct bp_requirement){below->parent->place, below->parent->key, below->way};
  return count + 1;
}

/* Whether the end is worth a try: what others looked for in vain waits for the last round. */
static bool is_worth(const struct bp_ways *ways, struct bp_ways_node *node, enum bp_way way,
                     unsigned round) {
  if (!node->place || node->child[way] || node->tries[way] != round)
    return false;
  static const unsigned most_in_vain[ROUNDS] = {1, 3, 16};
  bool worth = !bp_ways_hopeless(ways, node, way, most_in_vain[round]);
  node->tries[way] += !worth;
  return worth;
}

/* An open end that is to be tried next: in their order at first, and then any; every one once, and
 * then once more with more probes. */
static struct bp_ways_node *pick_end(struct walking *walking, enum bp_way *way) {
  const struct bp_ways *ways = &walking->ways;
  size_t start = ways->leaves > IN_ORDER ? bp_random_bits(&walking->random) % ways->count : 0;
  for (unsigned round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < ways->count; i++) {
      struct bp_ways_node *node = ways->nodes[(start + i) % ways->count];
      for (*way = BP_WAY_FIRST; *way <= BP_WAY_SECOND; ++*way)
        if (is_worth(ways, node, *way, round))
          return node;
    }
  return NULL;
}

/* Whether the spot goes a way that was not gone before; then the claim is judged there. */
static bool go(struct walking *walking, struct bp_spot *spot, bool *fine) {
  struct bp_decisions decisions;
  bool fresh = false;
  *fine = true;
  if (!bp_probe_at(&walking->probing, spot, &decisions))
    return false;
  *fine = bp_ways_add(&walking->ways, &decisions, spot, &fresh) &&
          (!fresh || bp_probing_judge(&walking->probing, spot));
  return fresh;
}

/* ---- the walk ----------------------------------------------------------- */

/* Points of all kinds, as long as they go new ways; but first, which decisions are one. */
static bool go_first_ways(struct walking *walking) {
  static const enum bp_draw_region regions[] = {
      BP_REGION_NEAR,     BP_REGION_FAR,  BP_REGION_NEAR,     BP_REGION_MIXED,
      BP_REGION_POSITIVE, BP_REGION_NEAR, BP_REGION_NEGATIVE, BP_REGION_CORNER};
  enum { REGIONS = sizeof regions / sizeof *regions };
  struct bp_decisions *met = bp_arena_alloc(walking->ways.arena, REGIONS, sizeof *met);
  bool fine = met != NULL;
  size_t spots = 0;
  for (; fine && spots < REGIONS && bp_aimed_is_open(walking->probing.claim); spots++) {
    struct bp_spot spot = {.trial = FIRST_SEED + spots, .region = regions[spots]};
    if (!bp_probe_at(&walking->probing, &spot, &met[spots]))
      break;
  }
  if (fine)
    bp_ways_find_twins(&walking->ways, met, spots);
  for (size_t i = 0, since = 0; i < MOST_SEEDS && since < REGIONS && fine; i++) {
    struct bp_spot spot = {.trial = FIRST_SEED + i, .region = regions[i % REGIONS]};
    if (!bp_aimed_is_open(walking->probing.claim))
      break;
    since = go(walking, &spot, &fine) ? 0 : since + 1;
  }
  return fine;
}

/* ---- two at a time ------------------------------------------------------ */

/* A point at which the outcome was met; NULL: none is kept. */
static const struct bp_spot *spot_of(const struct bp_ways *ways, size_t outcome) {
  const struct bp_ways_node *decision = ways->decisions[outcome / 2];
  for (size_t i = 0; i < ways->count; i++) {
    const struct bp_ways_node *node = ways->nodes[i];
    if (node->parent && node->parent->key == decision->key && node->way == outcome % 2)
      return node->spots[0];
  }
  return NULL;
}

static struct bp_requirement requirement_of(const struct bp_ways *ways, size_t outcome) {
  const struct bp_ways_node *decision = ways->decisions[outcome / 2];
  return (struct bp_requirement){decision->place, decision->key, (enum bp_way)(outcome % 2)};
}

static bool go_to_pair(struct walking *walking, size_t first, size_t second, size_t probes) {
  struct bp_ways *ways = &walking->ways;
  const struct bp_spot *from = spot_of(ways, first);
  struct bp_requirement wanted[] = {requirement_of(ways, first), requirement_of(ways, second)};
  struct bp_goal goal = {wanted, 2, probes};
  bool nearer = false, fine = true;
  if (!from)
    return true;
  struct bp_spot spot = *from;
  if (bp_spot_reach(&walking->probing, &goal, &spot, &nearer))
    go(walking, &spot, &fine);
  else
    ways->failed[first][second] = ++ways->failed[second][first];
  return fine;
}

/* Whether the decisions are about the same entry and have always come out alike, or never. */
static bool is_entry_alike(const struct bp_ways *ways, size_t first, size_t second) {
  const struct bp_ways_node *one = ways->decisions[first / 2], *other = ways->decisions[second / 2];
  return one->place != other->place && one->element == other->element &&
         !ways->seen[first ^ 1][second ^ 1];
}

/* Any two outcomes together, whatever else is decided: where there are many decisions, the ways
 * between most ends are impossible, and two that a product hangs on are soon found like this.
 * relu(Z) and Z > 0.001 differ at each entry in a narrow strip, for which it takes more probes; of
 * `alike` these alone are looked for. */
static bool go_to_pairs(struct walking *walking, bool alike) {
  enum { PROBES = 24, PROBES_IF_ALIKE = 60 };
  const struct bp_ways *ways = &walking->ways;
  size_t allowed = walking->probing.claim->allowed;
  bool fine = true;
  walking->probing.claim->allowed =
      walking->probing.claim->spent + (alike ? CHEAP_ALIKE : CHEAP_PAIRS);
  for (size_t i = 0; fine && i < 2 * ways->decision_count; i++)
    for (size_t k = i + 1; fine && k < 2 * ways->decision_count; k++)
      if (i / 2 != k / 2 && ways->seen[i][i] && ways->seen[k][k] && !ways->seen[i][k] &&
          (!alike || is_entry_alike(ways, i, k)) && bp_aimed_is_open(walking->probing.claim))
        fine = go_to_pair(walking, i, k, alike ? PROBES_IF_ALIKE : PROBES);
  walking->probing.claim->allowed = allowed;
  return fine;
}

/* ---- all at once -------------------------------------------------------- */

static bool is_like(const struct bp_ways_node *decision, const struct bp_expression *place) {
  return !place || decision->place == place;
}

/* All decisions of the place, or of all places, come out true, or the first larger; or the other
 * way round, all or all but one. */
static size_t alike(struct walking *walking, const struct bp_expression *place, bool first,
                    size_t except) {
  const struct bp_ways *ways = &walking->ways;
  size_t count = 0;
  for (size_t i = 0; i < ways->decision_count && count < BP_MOST_DECISIONS; i++) {
    const struct bp_ways_node *decision = ways->decisions[i];
    if (!is_like(decision, place))
      continue;
    bool compares = decision->place->kind == BP_EXPR_COMPARE;
    bool turned = compares && !bp_way_is_true(decision->place, BP_WAY_FIRST);
    bool wanted = (first != turned) != (i == except);
    walking->wanted[count++] = (struct bp_requirement){decision->place, decision->key,
                                                       wanted ? BP_WAY_FIRST : BP_WAY_SECOND};
  }
  return count;
}

/* From the beginning of all ways, or from where the last search of the kind has led. */
static bool go_alike(struct walking *walking, const struct bp_expression *place, bool first,
                     size_t except, struct bp_spot *from, bool *found) {
  enum { PROBES = 120 };
  struct bp_goal goal = {walking->wanted, alike(walking, place, first, except), PROBES};
  struct bp_spot spot = *from;
  bool nearer = false, fine = true;
  *found = goal.count > 1 && bp_aimed_is_open(walking->probing.claim) &&
           bp_spot_reach(&walking->probing, &goal, &spot, &nearer);
  if (*found)
    go(walking, &spot, &fine);
  if (*found && except == SIZE_MAX)
    *from = spot;
  return fine;
}

static bool go_to_place_alike(struct walking *walking, const struct bp_expression *place) {
  enum { MOST_EXCEPT = 12 };
  bool fine = true;
  for (int first = 0; first < 2 && fine; first++) {
    struct bp_spot spot = *walking->ways.nodes[0]->spots[0];
    bool found, other;
    fine = go_alike(walking, place, first, SIZE_MAX, &spot, &found);
    size_t count = found && place ? walking->ways.decision_count : 0;
    for (size_t i = 0; i < count && i < MOST_EXCEPT && fine; i++)
      if (walking->ways.decisions[i]->place == place)
        fine = go_alike(walking, place, first, i, &spot, &other);
  }
  return fine;
}

/* A product of conditions is 1 where all of them are true, and a count of them is what it may be at
 * most: of n that hang together as in x_1 < x_2 < ... one order in n! has that, which no walk from
 * one way to the next need ever meet. */
static bool go_to_all_alike(struct walking *walking) {
  const struct bp_ways *ways = &walking->ways;
  size_t allowed = walking->probing.claim->allowed, count = ways->decision_count;
  walking->probing.claim->allowed = walking->probing.claim->spent + CHEAP_ALIKE;
  bool fine = count == 0 || go_to_place_alike(walking, NULL);
  for (size_t i = 0; i < count && fine; i++) {
    bool before = false;
    for (size_t k = 0; k < i; k++)
      before = before || ways->decisions[k]->place == ways->decisions[i]->place;
    if (!before)
      fine = go_to_place_alike(walking, ways->decisions[i]->place);
  }
  walking->probing.claim->allowed = allowed;
  return fine;
}

/* ---- equalities --------------------------------------------------------- */

static bool asks_equal(const struct bp_expression *place) {
  return bp_relation_is_equal(place->relation);
}

/* To where both sides of each condition are equal: x = 0.3 is true there alone, and x < 0.3 differs
 * from x <= 0.3.  The latter wait until both outcomes were met, or a border would pass for all that
 * lies beyond it.  Conditions that are found on the way are gone to from where they were met. */
static bool go_to_equalities(struct walking *walking, bool equations) {
  struct bp_ways *ways = &walking->ways;
  struct bp_aimed_claim *claim = walking->probing.claim;
  size_t allowed = claim->allowed;
  bool fine = true;
  claim->allowed = claim->spent + CHEAP_EQUAL;
  for (size_t i = 0; i < ways->decision_count && fine && bp_aimed_is_open(claim); i++) {
    struct bp_requirement wanted = requirement_of(ways, 2 * i);
    const struct bp_spot *met = ways->decisions[i]->spots[BP_WAYS_SPOTS - 1];
    bool both = ways->seen[2 * i][2 * i] && ways->seen[2 * i + 1][2 * i + 1];
    struct bp_spot spot;
    if (wanted.place->kind == BP_EXPR_COMPARE && asks_equal(wanted.place) == equations &&
        (equations || both) && bp_spot_equal(&walking->probing, &wanted, met, &spot) &&
        !go(walking, &spot, &fine) && fine)
      fine = bp_probing_judge(&walking->probing, &spot);
  }
  claim->allowed = allowed;
  return fine;
}

/* ---- all ends ----------------------------------------------------------- */

static bool go_to_ends(struct walking *walking) {
  static const size_t probes_of_round[ROUNDS] = {14, 40, 90};
  struct bp_aimed_claim *claim = walking->probing.claim;
  bool fine = true;
  while (fine && bp_aimed_is_open(claim) && walking->ways.leaves < MOST_WAYS) {
    enum bp_way way;
    struct bp_ways_node *node = pick_end(walking, &way);
    if (!node)
      break;
    size_t round = node->tries[way]++;
    struct bp_spot spot = *node->spots[round % BP_WAYS_SPOTS];
    struct bp_goal goal = {walking->wanted, requirements_of(node, way, walking->wanted),
                           probes_of_round[round]};
    bool nearer = false;
    if (bp_spot_reach(&walking->probing, &goal, &spot, &nearer))
      go(walking, &spot, &fine);
    else
      bp_ways_fail(&walking->ways, node, way);
    if (round > 0 && !nearer)
      node->tries[way] = ROUNDS;
  }
  return fine;
}

/* The next of all cases of the spot's choices, or any where these are too many. */
static void choose(struct walking *walking, size_t turn, bool all, struct bp_spot *spot) {
  const struct bp_probing *probing = &walking->probing;
  for (size_t i = 0; i < probing->count; i++) {
    size_t choices = probing->coordinates[i].choices;
    if (choices == 0)
      continue;
    spot->at[i] = (double)((all ? turn : bp_random_bits(&walking->random)) % choices);
    spot->changed[i] = true;
    turn /= choices;
  }
}

/* What is drawn from sets decides nothing by itself, but may be a factor: every way in all cases,
 * where there are few. */
static bool go_through_cases(struct walking *walking) {
  const struct bp_probing *probing = &walking->probing;
  size_t cases = 1;
  bool fine = true;
  for (size_t i = 0; i < probing->count && cases <= MOST_CASES; i++)
    cases *= probing->coordinates[i].choices ? probing->coordinates[i].choices : 1;
  for (size_t i = 0; i < walking->ways.count && cases > 1; i++) {
    const struct bp_ways_node *end = walking->ways.nodes[i];
    for (size_t turn = 0; !end->place && fine && turn < cases && turn < MOST_CASES; turn++) {
      struct bp_spot spot = *end->spots[0];
      choose(walking, turn, cases <= MOST_CASES, &spot);
      fine = !bp_aimed_is_open(probing->claim) || bp_probing_judge(&walking->probing, &spot);
    }
  }
  return fine;
}

/* From ends of ways to beyond the ends of domains that count there. */
static bool go_beyond_domains(struct walking *walking) {
  enum { MOST_STARTS = 12 };
  const struct bp_spot *starts[MOST_STARTS];
  size_t count = 0;
  for (size_t i = 0; i < walking->ways.count && count < MOST_STARTS; i++)
    if (!walking->ways.nodes[i]->place)
      starts[count++] = walking->ways.nodes[i]->spots[0];
  walking->probing.claim->allowed = walking->probing.claim->spent + CHEAP_WAYS;
  return bp_ends_reach(&walking->probing, starts, count);
}

bool bp_aimed_paths(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct walking *walking = bp_arena_alloc(aiming->scratch, 1, sizeof *walking);
  claim->allowed = claim->spent + CHEAP_WAYS;
  if (!walking)
    return false;
  walking->random = aiming->seed;
  walking->ways.arena = aiming->arena;
  bool fine = bp_probing_init(&walking->probing, aiming, claim) && go_first_ways(walking) &&
              go_to_pairs(walking, true) && go_to_pairs(walking, false) &&
              go_to_equalities(walking, true) && go_to_all_alike(walking) && go_to_ends(walking) &&
              go_to_pairs(walking, false) && go_to_equalities(walking, false) &&
              go_through_cases(walking) && (!claim->edged || go_beyond_domains(walking)) &&
              bp_ways_tell(&walking->ways, aiming->model, claim->state);
  bp_arena_release(aiming->scratch, mark);
  return fine;
}

/* ---- inequalities of choices -------------------------------------------- */

/* Changes one choice after the other as long as the inequality comes nearer to failing; what does
 * not move it is changed, too, as it may be on the way. */
static bool descend(struct bp_probing *probing, struct bp_spot *spot, uint64_t *random) {
  enum { MOST_IDLE = 2 };
  if (!bp_probing_judge(probing, spot))
    return false;
  double least = probing->claim->margin;
  for (size_t idle = 0; idle < MOST_IDLE * probing->count && bp_aimed_is_open(probing->claim);) {
    size_t which = bp_random_bits(random) % probing->count;
    size_t choices = probing->coordinates[which].choices;
    struct bp_spot next = *spot;
    idle++;
    if (choices < 2)
      continue;
    size_t other = 1 + bp_random_bits(random) % (choices - 1);
    next.at[which] = (double)(((size_t)next.at[which] + other) % choices);
    next.changed[which] = true;
    if (!bp_probing_judge(probing, &next))
      return false;
    double margin = probing->claim->margin;
    if (margin < least)
      idle = 0;
    if (margin <= least) {
      least = margin;
      *spot = next;
    }
  }
  return true;
}

bool bp_aimed_choices(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  enum { STARTS = 64, CHEAP_CHOICES = 400000 };
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct bp_probing *probing = bp_arena_alloc(aiming->scratch, 1, sizeof *probing);
  uint64_t random = aiming->seed;
  claim->allowed = claim->spent + CHEAP_CHOICES;
  bool fine = probing && bp_probing_init(probing, aiming, claim);
  for (size_t i = 0; i < STARTS && fine && bp_aimed_is_open(claim); i++) {
    struct bp_spot spot = {.trial = FIRST_SEED + i, .region = BP_REGION_NEAR};
    struct bp_decisions decisions; /* which fills in the numbers of the spot */
    if (!bp_probe_at(probing, &spot, &decisions))
      break;
    fine = descend(probing, &spot, &random);
  }
  bp_arena_release(aiming->scratch, mark);
  return fine;
}
