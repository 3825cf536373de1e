/* A table by the address of the expression and the values of its index letters.
 *
 * A value that came about on a kink, without a slope, or with a gap is not kept: these are recorded
 * as they happen, and what is found here records nothing.  Where the table is full no more is kept.
 */
#include "value/formula_cache.h"

#include <string.h>

enum { FORMULAS = 512, VALUES = 1024, MOST_LETTERS = 4, MOST_NUMBERS = 4096 };

struct key {
  const struct bp_expression *expression;
  const char *names[MOST_LETTERS];
  long index[MOST_LETTERS];
};

struct entry {
  struct key key;
  struct bp_balls value;
};

struct bp_formula_cache {
  struct bp_arena *arena;
  const struct bp_expression *formulas[FORMULAS]; /* open addressing; half of it stays empty */
  size_t formula_count;
  struct entry values[VALUES];
  size_t value_count;
};

struct bp_formula_cache *bp_formula_cache_new(struct bp_arena *arena) {
  struct bp_formula_cache *cache = bp_arena_alloc(arena, 1, sizeof *cache);
  if (cache) {
    memset(cache, 0, sizeof *cache);
    cache->arena = arena;
  }
  return cache;
}

static size_t mixed(size_t hash, uint64_t word) {
  hash = (hash ^ word) * (size_t)0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static size_t slot_of(const struct bp_formula_cache *cache,
                      const struct bp_expression *expression) {
  size_t slot = mixed(1, (uintptr_t)expression) % FORMULAS;
  while (cache->formulas[slot] && cache->formulas[slot] != expression)
    slot = (slot + 1) % FORMULAS;
  return slot;
}

void bp_formula_cache_add(struct bp_formula_cache *cache, const struct bp_expression *formula) {
  size_t slot = slot_of(cache, formula);
  if (formula->count == 0 || cache->formulas[slot] || 2 * cache->formula_count >= FORMULAS)
    return;
  cache->formulas[slot] = formula;
  cache->formula_count++;
  for (size_t i = 0; i < formula->count; i++)
    bp_formula_cache_add(cache, formula->child[i]);
}

/* False where there are too many letters, or parameters of functions. */
static bool make_key(const struct bp_expression *expression, const struct bp_scope *scope,
                     struct key *key, size_t *hash) {
  memset(key, 0, sizeof *key);
  key->expression = expression;
  *hash = mixed(2, (uintptr_t)expression);
  for (size_t i = 0; scope; i++, scope = scope->outer) {
    if (i == MOST_LETTERS || scope->ball)
      return false;
    key->names[i] = scope->name;
    key->index[i] = scope->index;
    *hash = mixed(*hash, (uint64_t)scope->index + 1);
  }
  return true;
}

static bool same_key(const struct key *a, const struct key *b) {
  bool same = a->expression == b->expression;
  for (size_t i = 0; i < MOST_LETTERS && same && (a->names[i] || b->names[i]); i++)
    same = a->names[i] && b->names[i] && a->index[i] == b->index[i] &&
           !strcmp(a->names[i], b->names[i]);
  return same;
}

/* The entry of the key, or the empty one where it belongs. */
static struct entry *entry_of(struct bp_formula_cache *cache, const struct key *key, size_t hash) {
  size_t slot = hash % VALUES;
  while (cache->values[slot].key.expression && !same_key(&cache->values[slot].key, key))
    slot = (slot + 1) % VALUES;
  return &cache->values[slot];
}

static bool is_asked_for(const struct bp_formula_cache *cache,
                         const struct bp_expression *expression) {
  return expression->count > 0 && cache->formulas[slot_of(cache, expression)] == expression;
}

bool bp_formula_cache_find(const struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, struct bp_balls *value) {
  struct key key;
  size_t hash;
  if (!is_asked_for(world->formulas, expression) || !make_key(expression, scope, &key, &hash))
    return false;
  const struct entry *entry = entry_of(world->formulas, &key, hash);
  if (entry->key.expression)
    *value = entry->value;
  return entry->key.expression != NULL;
}

void bp_formula_cache_keep(struct bp_world *world, const struct bp_expression *expression,
                           const struct bp_scope *scope, struct bp_balls value) {
  struct bp_formula_cache *cache = world->formulas;
  struct key key;
  size_t hash, numbers = value.rows * value.columns;
  bool recorded = world->kink || world->no_slope || world->gap.set || world->trail.unsure ||
                  world->trail.branches != 0;
  if (recorded || numbers > MOST_NUMBERS || 2 * cache->value_count >= VALUES ||
      !is_asked_for(cache, expression) || !make_key(expression, scope, &key, &hash))
    return;
  struct entry *entry = entry_of(cache, &key, hash);
  struct bp_ball_room room = {cache->arena, world->room.bits, NULL};
  struct bp_balls copy = entry->key.expression ? (struct bp_balls){0} : bp_balls_copy(&room, value);
  if (!copy.at)
    return;
  *entry = (struct entry){key, copy};
  cache->value_count++;
}
