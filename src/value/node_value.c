/* The values of nodes, outside of frames and inside.
 *
 * While a node's value is computed outside of frames, every node that is asked for is recorded as
 * one that it uses.  That is the graph by which frames know what to compute again.
 */
#include "value/node_value.h"

#include <string.h>

#include "base/budget.h"
#include "base/list.h"
#include "base/stack.h"
#include "value/derive.h"
#include "value/shape.h"
#include "value/steps/steps.h"
#include "value/value.h"

/* ---- outside of frames -------------------------------------------------- */

static void record_use(struct bp_world *world, struct bp_node *used) {
  struct bp_node *user = world->computing;
  if (!user || user == used)
    return;
  for (size_t i = 0; i < user->use_count; i++)
    if (user->uses[i] == used)
      return;
  if (bp_list_room(world->keep, user->uses, user->use_count, user->use_capacity))
    user->uses[user->use_count++] = used;
  else
    bp_fault_record(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
}

/* The definition of the node, computed in a frame. */
static bool defined_value(struct bp_world *world, struct bp_node *node,
                          const struct bp_frame *frame, struct bp_balls *value) {
  struct bp_context user = bp_world_enter(world, &node->piece->line);
  uint64_t use = world->use;
  world->use = 0;
  bool fine =
      bp_expression_value(world, node->piece->line.statement->sides[0], node->scope, frame, value);
  world->use = use;
  bp_world_leave(world, user);
  return fine;
}

static bool keep_value(struct bp_world *world, struct bp_node *node, struct bp_balls value) {
  struct bp_ball_room room = bp_world_keeping(world);
  node->value = bp_balls_copy(&room, value);
  return node->value.at || bp_fault_exhausted(world, node->piece->target->span);
}

static size_t elements_of(struct bp_symbolic shape) {
  size_t elements;
  return __builtin_mul_overflow((size_t)shape.rows.value, (size_t)shape.columns.value, &elements)
             ? SIZE_MAX
             : elements;
}

/* Computes the node outside of frames, in its line. */
static bool compute(struct bp_world *world, struct bp_node *node) {
  if (node->declaration->kind == BP_DECLARED_GIVEN)
    return bp_world_work(world, elements_of(node->shape), node->piece->target->span) &&
           bp_world_draw(world, node);
  struct bp_node *user = world->computing;
  struct bp_balls value;
  world->computing = node;
  bool fine = bp_expression_value(world, node->piece->line.statement->sides[0], node->scope, NULL,
                                  &value) &&
              keep_value(world, node, value);
  world->computing = user;
  return fine;
}

/* What was met on the way to a kept value is met again by everybody who uses it. */
static void meet(struct bp_world *world, const struct bp_node *node) {
  world->kink = world->kink || node->kink;
  world->branched = world->branched || node->branched;
  world->trail.unsure = world->trail.unsure || node->unsure;
  bp_world_meet_gap(world, node->gap);
}

static bool base_value(struct bp_world *world, struct bp_node *node, struct bp_span used) {
  record_use(world, node);
  if (node->value_state == BP_NODE_DONE) {
    meet(world, node);
    return true;
  }
  if (node->value_state == BP_NODE_BROKEN && bp_budget_over())
    return bp_fault_exhausted(world, used);
  if (node->value_state == BP_NODE_BROKEN)
    return bp_fault_set(world, BP_FAULT_LIMIT, used, "choose smaller sizes: size m in 2..4",
                        "%s could not be computed", node->name);
  if (!bp_node_shape(world, node, used)) /* also finds cycles */
    return false;
  bool kink = world->kink;
  struct bp_gap gap = world->gap;
  struct bp_ball_trail trail = world->trail;
  world->trail = (struct bp_ball_trail){0};
  world->kink = false;
  world->gap = (struct bp_gap){0};
  struct bp_context user = bp_world_enter(world, &node->piece->line);
  struct bp_decisions_place place = bp_decisions_begin(world);
  struct bp_script *script = world->script;
  world->script = NULL; /* its value is that of the point itself */
  bool fine = compute(world, node);
  world->script = script;
  bp_decisions_end(world, place);
  bp_world_leave(world, user);
  node->value_state = fine ? BP_NODE_DONE : BP_NODE_BROKEN;
  node->kink = world->kink;
  node->unsure = world->trail.unsure;
  node->branched = world->trail.branches != 0 || world->branched;
  node->gap = world->gap;
  world->kink = kink;
  world->trail = trail;
  world->gap = gap;
  meet(world, node);
  return fine;
}

void bp_nodes_forget(struct bp_world *world, const bool *changed) {
  struct bp_partial_cache **link = &world->partials;
  while (*link) {
    if (changed[(*link)->above->declaration->number] ||
        changed[(*link)->below->declaration->number])
      *link = (*link)->next;
    else
      link = &(*link)->next;
  }
  for (size_t bucket = 0; bucket < world->bucket_count; bucket++)
    for (struct bp_node *node = world->nodes[bucket]; node; node = node->next)
      if (changed[node->declaration->number]) {
        node->shape_state = node->value_state = BP_NODE_NEW;
        node->use_count = 0;
      }
}

/* ---- in frames ---------------------------------------------------------- */

static const struct bp_balls *overridden(const struct bp_node *node, const struct bp_frame *frame) {
  for (size_t i = 0; i < frame->count; i++)
    if (frame->overrides[i].node == node)
      return &frame->overrides[i].value;
  return NULL;
}

/* A node with another value in a frame around this one has that, whatever it is defined by.  Where
 * the way is too long to be followed it depends: it is then computed again, to the same value. */
enum { FRAMES = 64 << 10 };

static bool depends(const struct bp_node *node, const struct bp_frame *frame, size_t limit) {
  if (overridden(node, frame))
    return true;
  for (const struct bp_frame *outer = frame->outer; outer; outer = outer->outer)
    if (overridden(node, outer))
      return false;
  unsigned char *known =
      node->number < frame->dependents.capacity ? &frame->dependents.known[node->number] : NULL;
  if (known && *known)
    return *known == 2;
  bool found = limit == 0 || !bp_stack_has(FRAMES);
  for (size_t i = 0; i < node->use_count && !found; i++)
    found = depends(node->uses[i], frame, limit - 1);
  if (known)
    *known = found ? 2 : 1;
  return found;
}

bool bp_node_depends(const struct bp_node *node, const struct bp_frame *frame) {
  enum { LONGEST_PATH = 4000 };
  return depends(node, frame, LONGEST_PATH);
}

bool bp_dependents_init(struct bp_world *world, struct bp_dependents *dependents) {
  *dependents = (struct bp_dependents){bp_arena_alloc(world->scratch, world->node_count + 1, 1),
                                       world->node_count};
  return dependents->known ||
         bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
}

bool bp_node_is_computed_from(struct bp_world *world, const struct bp_node *node,
                              struct bp_node *from, bool *computed) {
  struct bp_override override = {.node = from};
  struct bp_frame frame = {.overrides = &override, .count = 1};
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  if (!bp_dependents_init(world, &frame.dependents))
    return false;
  *computed = node != from && bp_node_depends(node, &frame);
  bp_arena_release(world->scratch, mark);
  return true;
}

bool bp_frame_init(struct bp_world *world, const struct bp_frame *outer,
                   const struct bp_override *overrides, size_t count,
                   struct bp_dependents dependents, struct bp_frame *frame) {
  *frame = (struct bp_frame){
      .outer = outer, .overrides = overrides, .count = count, .dependents = dependents};
  frame->values = bp_arena_alloc(world->scratch, dependents.capacity + 1, sizeof *frame->values);
  return frame->values ||
         bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
}

bool bp_frame_hold(struct bp_world *world, const struct bp_node *user, const struct bp_node *below,
                   bool all, const struct bp_frame *outer, struct bp_span used,
                   struct bp_frame *frame) {
  struct bp_dependents dependents;
  size_t count;
  struct bp_override *overrides = bp_steps_held(world, user, below, all, &count);
  for (size_t i = 0; overrides && i < count; i++)
    if (!bp_node_value(world, overrides[i].node, outer, used, &overrides[i].value))
      return false;
  return overrides && bp_dependents_init(world, &dependents) &&
         bp_frame_init(world, outer, overrides, count, dependents, frame);
}

/* Invariant: besides its overrides, a frame changes only nodes that depend on them and that no
 * frame around it overrides, so any other node has the value of the frame around it. */
bool bp_node_value(struct bp_world *world, struct bp_node *node, const struct bp_frame *frame,
                   struct bp_span used, struct bp_balls *value) {
  if (!base_value(world, node, used))
    return false;
  for (const struct bp_frame *inner = frame; inner; inner = inner->outer) {
    const struct bp_balls *other = overridden(node, inner);
    if (other) {
      *value = *other;
      return true;
    }
  }
  while (frame && !bp_node_depends(node, frame))
    frame = frame->outer;
  *value = node->value;
  if (!frame)
    return true;
  bool known = node->number < frame->dependents.capacity;
  if (known && frame->values[node->number].at) {
    *value = frame->values[node->number];
    return true;
  }
  struct bp_node *user = world->computing;
  world->computing = NULL;
  bool fine = defined_value(world, node, frame, value);
  world->computing = user;
  if (fine && known)
    frame->values[node->number] = *value;
  return fine;
}
