/* The graph of what uses what, cut at one step.
 *
 * ∂⁺h[t]/∂W is what moving W does to h[t] by itself while h[t-1] stays: so members with another
 * index are overridden by the values that they have, and what lies between (an a[t] of the same
 * step) follows W.  ∂J/∂W[t] of a W that is no family is by the copy of W that step t uses.  By the
 * rule of products over all uses it is the sum over the nodes of that step whose lines name W: what
 * W does in that line alone, times what the node does to J.
 */
#include "value/steps/steps.h"

struct holding {
  struct bp_world *world;
  const struct bp_node *user, *below;
  unsigned char *met; /* by node number */
  struct bp_override *overrides;
  size_t count;
  bool all;
};

static bool is_let(const struct bp_node *node) {
  return node->declaration->kind == BP_DECLARED_LET;
}

static bool of_other_step(const struct holding *holding, const struct bp_node *node) {
  return node->index_count > 0 && node->index[0] != holding->user->index[0];
}

/* Nodes are looked at once, so the walk ends however often they are used. */
static void walk(struct holding *holding, const struct bp_node *node, size_t depth) {
  enum { DEEPEST = 400 };
  bool family = holding->user->index_count > 0 && !holding->all;
  for (size_t i = 0; i < node->use_count && depth < DEEPEST; i++) {
    struct bp_node *used = node->uses[i];
    if (used == holding->below || !is_let(used) || holding->met[used->number])
      continue;
    holding->met[used->number] = 1;
    if (!family || of_other_step(holding, used))
      holding->overrides[holding->count++].node = used;
    else
      walk(holding, used, depth + 1);
  }
}

struct bp_override *bp_steps_held(struct bp_world *world, const struct bp_node *user,
                                  const struct bp_node *below, bool all, size_t *count) {
  size_t nodes = world->node_count + 1;
  struct holding holding = {.world = world, .user = user, .below = below, .all = all};
  holding.met = bp_arena_alloc(world->scratch, nodes, 1);
  holding.overrides = bp_arena_alloc(world->scratch, nodes, sizeof *holding.overrides);
  if (holding.met && holding.overrides)
    walk(&holding, user, 0);
  else
    bp_fault_record(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  *count = holding.count;
  return holding.met ? holding.overrides : NULL;
}

static bool names(const struct bp_node *node, const struct bp_node *below) {
  for (size_t i = 0; i < node->use_count; i++)
    if (node->uses[i] == below)
      return true;
  return false;
}

struct bp_node **bp_steps_users(struct bp_world *world, const struct bp_node *below, long step,
                                size_t *count) {
  struct bp_node **list =
      bp_arena_alloc(world->scratch, world->node_count + 1, sizeof(struct bp_node *));
  *count = 0;
  for (size_t bucket = 0; list && bucket < world->bucket_count; bucket++)
    for (struct bp_node *node = world->nodes[bucket]; node; node = node->next)
      if (is_let(node) && node->index_count > 0 && node->index[0] == step && names(node, below))
        list[(*count)++] = node;
  if (!list)
    bp_fault_record(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  return list;
}
