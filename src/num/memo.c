/* A direct-mapped table: each argument has one slot, and a newer one takes it over. */
#include "num/memo.h"

#include <string.h>

static size_t slot_of(const struct bp_function *function, struct bp_ball x) {
  uint64_t words[2];
  memcpy(words, &x.mid, sizeof words);
  uint64_t hash = (words[0] ^ (words[1] << 7) ^ (uintptr_t)function) * 0x9e3779b97f4a7c15u;
  hash = (hash ^ (hash >> 29) ^ words[1]) * 0xbf58476d1ce4e5b9u;
  return (hash >> 40) % BP_MEMO_SLOTS;
}

static bool same(struct bp_ball a, struct bp_ball b) {
  return bp_quad_bits_of(a.mid) == bp_quad_bits_of(b.mid) && a.rad == b.rad;
}

struct bp_ball bp_memo_apply(struct bp_memo *memo, const struct bp_function *function,
                             struct bp_ball x, struct bp_ball_trail *trail) {
  if (function->decides)
    return bp_ball_apply(function, x, trail);
  struct bp_memo_slot *slot = &memo->slots[slot_of(function, x)];
  if (slot->function != function || !same(slot->argument, x))
    *slot = (struct bp_memo_slot){function, x, bp_ball_apply(function, x, trail)};
  return slot->value;
}
