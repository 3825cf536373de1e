/* The ends of domains, as decisions in disguise.
 *
 * Beyond 10 there is no sqrt(10 - x), and a line that says 0*sqrt(10 - x) = 0 is as wrong there as
 * one with a condition.  No point of order 1 lies so far out, and few of those that are drawn at
 * other scales do; but what stands in the root is a simple function of what is drawn, so the search
 * that goes to the other side of a condition (reach.c) finds its other side as well.  It goes to
 * both sides of each end, at every element, and exactly to where a divisor is 0.
 *
 * An end counts where its value counts: behind a condition that is false it is idle.  So each is
 * looked for from where it is not, with all decisions as they are there.  What no formula like it
 * ever crosses (range.c) is not looked for, and what one line of a file has looked for, found or
 * not, is known to the others: definitions lead many lines to the same ends.
 */
#include "base/list.h"
#include "base/random.h"
#include "judge/ends/range.h"
#include "judge/paths.h"
#include "judge/reach.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_SPOT = 3 << 22 };
enum { CHEAP_ENDS = 60000, PROBES = 36 };

/* An end of a domain, and on which sides of it the claim was judged. */
struct end {
  const struct bp_expression *place;
  uint64_t key;
  bool met[BP_WAYS];
};

struct ends {
  struct bp_probing *probing;
  struct end list[2 * BP_MOST_ENDS];
  size_t count;
  struct bp_requirement wanted[BP_MOST_DECISIONS + 1];
};

static bool divides(const struct bp_expression *place) {
  return place->kind == BP_EXPR_DIVIDE || place->kind == BP_EXPR_POINT_DIVIDE;
}

bool bp_end_may_be_crossed(const struct bp_model *model, const struct bp_expression *place) {
  bool power = place->kind == BP_EXPR_POWER || place->kind == BP_EXPR_POINT_POWER;
  return !bp_is_clear_of_zero(model, place->child[power ? 0 : 1]);
}

/* The end that was met; NULL: it is of no interest. */
static struct end *find(struct ends *ends, const struct bp_decided *decided) {
  for (size_t i = 0; i < ends->count; i++)
    if (ends->list[i].key == decided->key)
      return &ends->list[i];
  if (ends->count == sizeof ends->list / sizeof *ends->list ||
      !bp_end_may_be_crossed(ends->probing->aiming->model, decided->place))
    return NULL;
  ends->list[ends->count] = (struct end){.place = decided->place, .key = decided->key};
  return &ends->list[ends->count++];
}

/* Takes over on which sides of ends the spot lies; whether one of them is new. */
static bool meet(struct ends *ends, const struct bp_decisions *decisions) {
  bool fresh = false;
  for (size_t i = 0; i < decisions->end_count; i++) {
    struct end *end = decisions->ends[i].idle ? NULL : find(ends, &decisions->ends[i]);
    if (!end || end->met[decisions->ends[i].way])
      continue;
    end->met[decisions->ends[i].way] = true;
    fresh = true;
  }
  return fresh;
}

/* What is decided at the spot stays as it is, and the end is on the other side. */
static struct bp_goal goal_of(struct ends *ends, const struct bp_decisions *decisions,
                              const struct end *end, enum bp_way way) {
  size_t count = 0;
  for (size_t i = 0; i < decisions->count; i++) {
    const struct bp_decided *decided = &decisions->list[i];
    if (!decided->idle && decided->way != BP_WAY_LEVEL)
      ends->wanted[count++] = (struct bp_requirement){decided->place, decided->key, decided->way};
  }
  ends->wanted[count++] = (struct bp_requirement){end->place, end->key, way};
  return (struct bp_goal){ends->wanted, count, PROBES};
}

static uint64_t mark_of(const struct bp_goal *goal) {
  uint64_t mark = goal->count;
  for (size_t i = 0; i < goal->count; i++) {
    mark ^= goal->list[i].key + (uint64_t)goal->list[i].way;
    mark = bp_random_bits(&mark);
  }
  return mark;
}

static struct bp_known_end *known(const struct bp_aiming *aiming, uint64_t mark) {
  for (size_t i = 0; i < aiming->end_count; i++)
    if (aiming->ends[i].goal == mark)
      return &aiming->ends[i];
  return NULL;
}

/* Looks for a spot on that side of the end, unless that is known; then the claim is judged there.
 * False when memory is short. */
static bool look_for(struct ends *ends, const struct bp_spot *from,
                     const struct bp_decisions *decisions, struct end *end, enum bp_way way) {
  struct bp_probing *probing = ends->probing;
  struct bp_aiming *aiming = probing->aiming;
  struct bp_goal goal = goal_of(ends, decisions, end, way);
  uint64_t mark = mark_of(&goal);
  struct bp_known_end *at = known(aiming, mark);
  if (at && at->found)
    end->met[way] = true;
  if (at)
    return !at->found || bp_probing_judge_drawn(probing, at->trial, &at->drawing);
  struct bp_spot spot = *from;
  struct bp_decisions there;
  bool nearer;
  if (!bp_list_room(aiming->arena, aiming->ends, aiming->end_count, aiming->end_capacity))
    return false;
  at = &aiming->ends[aiming->end_count++];
  *at = (struct bp_known_end){.goal = mark};
  if (!bp_spot_reach(probing, &goal, &spot, &nearer) || !bp_probe_at(probing, &spot, &there))
    return true;
  *at = (struct bp_known_end){mark, true, spot.trial, bp_probing_drawing(probing, &spot)};
  meet(ends, &there);
  return bp_probing_judge_drawn(probing, at->trial, &at->drawing);
}

/* To the sides that are not met yet of all ends that count at the spot. */
static bool go_beyond(struct ends *ends, const struct bp_spot *from,
                      const struct bp_decisions *decisions) {
  bool fine = true;
  for (size_t i = 0; i < decisions->end_count; i++) {
    struct end *end = decisions->ends[i].idle ? NULL : find(ends, &decisions->ends[i]);
    for (enum bp_way way = BP_WAY_FIRST; end && way < BP_WAYS; way++) {
      bool level = way == BP_WAY_LEVEL;
      bool wanted =
          !end->met[way] && (!level || (divides(end->place) && end->met[0] && end->met[1]));
      if (wanted && fine && bp_aimed_is_open(ends->probing->claim))
        fine = look_for(ends, from, decisions, end, way);
    }
  }
  return fine;
}

bool bp_ends_reach(struct bp_probing *probing, const struct bp_spot *const *spots, size_t count) {
  struct bp_aiming *aiming = probing->aiming;
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct ends *ends = bp_arena_alloc(aiming->scratch, 1, sizeof *ends);
  struct bp_decisions *decisions = bp_arena_alloc(aiming->scratch, count + 1, sizeof *decisions);
  struct bp_spot *from = bp_arena_alloc(aiming->scratch, count + 1, sizeof *from);
  bool fine = ends && decisions && from;
  size_t probed = 0;
  if (fine)
    ends->probing = probing;
  for (size_t i = 0; i < count && fine && bp_aimed_is_open(probing->claim); i++) {
    from[probed] = *spots[i];
    if (!bp_probe_at(probing, &from[probed], &decisions[probed]))
      break;
    if (meet(ends, &decisions[probed]))
      fine = bp_probing_judge(probing, &from[probed]);
    probed++;
  }
  for (size_t i = 0; i < probed && fine; i++)
    fine = go_beyond(ends, &from[i], &decisions[i]);
  bp_arena_release(aiming->scratch, mark);
  return fine;
}

bool bp_aimed_ends(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  static const enum bp_draw_region regions[] = {BP_REGION_NEAR, BP_REGION_POSITIVE,
                                                BP_REGION_NEGATIVE};
  enum { SPOTS = sizeof regions / sizeof *regions };
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct bp_probing *probing = bp_arena_alloc(aiming->scratch, 1, sizeof *probing);
  struct bp_spot spots[SPOTS];
  const struct bp_spot *each[SPOTS];
  bool fine = probing != NULL;
  claim->allowed = claim->spent + CHEAP_ENDS;
  if (fine && !claim->state->decided) {
    for (size_t i = 0; i < SPOTS; i++) {
      spots[i] = (struct bp_spot){.trial = FIRST_SPOT + i, .region = regions[i]};
      each[i] = &spots[i];
    }
    fine = bp_probing_init(probing, aiming, claim) && bp_ends_reach(probing, each, SPOTS);
  }
  bp_arena_release(aiming->scratch, mark);
  return fine;
}
