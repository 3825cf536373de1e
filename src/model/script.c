/* Recording decisions, forcing them, and proving that they come out like that.
 *
 * Let u = a - b be what a decision compares, as a function of t.  All earlier decisions being
 * forced, u is analytic in the disc |t| <= r, with |u| <= M there.  If u(0) = 0 exactly, then v(t)
 * = u(t) / t is analytic, too, with |v| <= M / r (Schwarz), so its coefficients are at most M /
 * r^(n+1), and for 0 < t <= h, with q = h / r,
 *
 *     |v(t) - v(h)|  <=  (M / r) (q + q^2 + ...)  =  (M / r) q / (1 - q).
 *
 * Where |v(h)| exceeds that, v and u have one sign on all of (0, h].  That is |u(h)| > M q^2 / (1 -
 * q), which a u with a slope at 0 fulfils as soon as q is small.  One without, t^2 or t - t, never
 * does.
 */
#include "model/script.h"

#include <math.h>

#include "model/world.h"

static struct bp_scripted *find(struct bp_script *script, uint64_t key) {
  for (size_t i = 0; i < script->count; i++)
    if (script->list[i].key == key)
      return &script->list[i];
  return NULL;
}

static void record(struct bp_script *script, const struct bp_expression *place, uint64_t key,
                   enum bp_ball_order order, double apart) {
  bool equality = place->kind == BP_EXPR_COMPARE &&
                  (place->relation == BP_EQUAL || place->relation == BP_APPROXIMATE);
  struct bp_scripted *known = find(script, key);
  bool full = !known && script->count == BP_MOST_DECISIONS;
  script->open =
      script->open || full || order == BP_ORDER_UNKNOWN || (known && known->order != order);
  if (known)
    known->apart = fmin(known->apart, apart);
  else if (!full)
    script->list[script->count++] = (struct bp_scripted){
        .key = key, .order = order, .apart = apart, .equality = equality, .decided = true};
}

static void measure(struct bp_scripted *known, enum bp_ball_order order, double farthest) {
  known->decided = known->decided && order == known->order;
  known->farthest = fmax(known->farthest, farthest);
}

enum bp_ball_order bp_scripted_order(struct bp_world *world, const struct bp_expression *place,
                                     const struct bp_scope *scope, size_t element, struct bp_ball a,
                                     struct bp_ball b) {
  struct bp_script *script = world->script;
  if (!script || bp_ball_is_missing(a) || bp_ball_is_missing(b))
    return BP_ORDER_UNKNOWN;
  struct bp_ball_room room = {world->room.arena, world->room.bits, NULL};
  enum bp_ball_order order = bp_ball_compare(&room, a, b);
  uint64_t key = bp_decision_key(world, place, scope, element);
  bool deep = world->depth > script->depth;
  struct bp_scripted *known = find(script, key);
  if (script->mode == BP_SCRIPT_RECORDS && !deep && !(known && known->either)) {
    record(script, place, key, order, bp_ball_nearest_log2(a, b));
    return BP_ORDER_UNKNOWN;
  }
  script->open = script->open || (!known && !deep);
  if (!known || known->order == BP_ORDER_LEVEL || known->order == BP_ORDER_UNKNOWN) {
    if (known && script->mode == BP_SCRIPT_IN_DISC && !deep)
      measure(known, order, 0);
    else if (known && script->mode == BP_SCRIPT_ON_KINK && !deep)
      known->level = order == BP_ORDER_LEVEL;
    return BP_ORDER_UNKNOWN;
  }
  if (script->mode == BP_SCRIPT_ON_KINK && deep)
    script->jumps = script->jumps || known->level;
  else if (script->mode == BP_SCRIPT_ON_KINK)
    known->level = known->level || order == BP_ORDER_LEVEL;
  else if (script->mode == BP_SCRIPT_IN_DISC && !deep)
    measure(known, order, bp_ball_farthest_log2(a, b));
  return known->order;
}

bool bp_script_is_on_kink(const struct bp_world *world) {
  const struct bp_script *script = world->script;
  return script && script->mode == BP_SCRIPT_ON_KINK && world->depth == script->depth;
}

/* Only numbers without a bound are the same for certain. */
void bp_script_meet(struct bp_script *script, struct bp_ball forced, struct bp_ball found) {
  struct bp_ball_room room = {NULL, BP_LEAST_BITS, NULL};
  script->jumps = script->jumps || bp_ball_compare(&room, forced, found) != BP_ORDER_LEVEL;
}

void bp_script_begin_disc(struct bp_script *script) {
  for (size_t i = 0; i < script->count; i++) {
    script->list[i].decided = true;
    script->list[i].farthest = -INFINITY;
  }
}

static bool is_proved(const struct bp_scripted *one, slong step, slong exponent) {
  double q = exp2((double)(step - exponent));
  double most = one->farthest + 2 * (double)(step - exponent) - log2(1 - q);
  return one->either || one->decided || (one->level && q < 0.5 && one->apart > most + 0x1p-20);
}

bool bp_script_proves(const struct bp_script *script, slong step, slong exponent) {
  for (size_t i = 0; i < script->count; i++)
    if (!is_proved(&script->list[i], step, exponent))
      return false;
  return !script->open;
}

size_t bp_script_leave_open(struct bp_script *script, slong step, slong exponent) {
  enum { MOST = 3 };
  size_t kept = 0;
  for (size_t i = 0; i < script->count; i++) {
    struct bp_scripted *one = &script->list[i];
    if (is_proved(one, step, exponent))
      continue;
    if (!one->level || one->equality || kept == MOST)
      return 0;
    script->list[kept++] = (struct bp_scripted){.key = one->key, .either = true};
  }
  script->count = kept;
  return kept;
}

size_t bp_script_leave_level(struct bp_script *script) {
  size_t kept = 0;
  for (size_t i = 0; i < script->count; i++) {
    struct bp_scripted *one = &script->list[i];
    if (!one->level || one->equality)
      continue;
    if (kept == BP_MOST_LEVEL)
      return kept + 1;
    script->list[kept++] = (struct bp_scripted){.key = one->key, .either = true};
  }
  script->count = kept;
  return kept;
}

void bp_script_choose(struct bp_script *script, size_t combination) {
  size_t kept = 0;
  while (kept < script->count && script->list[kept].either) {
    script->list[kept].order = combination >> kept & 1 ? BP_ORDER_ABOVE : BP_ORDER_BELOW;
    script->list[kept++].level = false;
  }
  script->count = kept;
  script->open = script->jumps = false;
}
