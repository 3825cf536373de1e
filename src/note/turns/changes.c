/* Changes in place: dW += …, dZ[Z < 0] = 0, W -= rate * dW.
 *
 * A derivative that is changed is the old formula and what was done to it, judged as a whole; a
 * parameter that is changed is a step of training, behind which it is given as it was before.
 */
#include <string.h>

#include "note/code/parts.h"
#include "note/turns/adjoint.h"
#include "note/turns/parts.h"

/* Binds what a name holds to something that has its step. */
static bool put_back(struct bp_turns *turns, const struct bp_syntax *target,
                     struct bp_turns_held *held) {
  struct bp_turns_held *table = target->kind == BP_SYNTAX_NAME ? &turns->frame->names : NULL;
  return !table || bp_held_put(turns, table, target->text, held);
}

/* Whether something can be assigned there: a name, a field, a part. */
static bool is_place(const struct bp_syntax *node) {
  return node->kind == BP_SYNTAX_NAME || node->kind == BP_SYNTAX_FIELD ||
         node->kind == BP_SYNTAX_PART;
}

/* Puts back what an array that is changed in place has become: into its name or its list, without
 * the rule for names of derivatives taking it for another one. */
static bool replace(struct bp_turns *turns, const struct bp_syntax *target,
                    struct bp_turns_held *old, struct bp_turns_held *held) {
  if (target->kind == BP_SYNTAX_FIELD || target->kind == BP_SYNTAX_NAME) {
    struct bp_turns_held *table = target->kind == BP_SYNTAX_FIELD
                                      ? bp_turns_value(turns, target->child[0])
                                      : &turns->frame->names;
    const char *key = bp_turns_key(turns, target->text);
    if (!key || !table || table->kind != BP_HELD_TABLE)
      return !bp_arena_failed(turns->arena);
    held = bp_turns_defined(turns, key, bp_adjoint_of(turns, key, old), target->span, held);
    if (held && old && !held->like)
      held->like = old->like;
    return held && bp_held_put(turns, table, target->text, held);
  }
  return bp_turns_assign_member(turns, target, held);
}

static struct bp_turns_held *changed(struct bp_turns *turns, const struct bp_syntax *target,
                                     char sign, struct bp_turns_held *old,
                                     struct bp_turns_held *value) {
  bool sum = sign == '+' || sign == '-';
  struct bp_turns_held *what = bp_turns_array(turns, value);
  bool nothing =
      old->kind == BP_HELD_ZEROS || (old->kind == BP_HELD_COUNT && old->count == 0) ||
      (old->kind == BP_HELD_ARRAY && old->node->kind == BP_CODE_NUMBER && old->rank == 0);
  if (value->kind == BP_HELD_LIST && old->kind == BP_HELD_LIST && sign == '+') {
    for (size_t k = 0; k < value->count_of_slots; k++)
      bp_held_append(turns, old, value->slots[k].held);
    return old;
  }
  if (sum && value->kind == BP_HELD_ZEROS && !value->open)
    return old;
  if (old->kind == BP_HELD_UNKNOWN || !what)
    return old->kind == BP_HELD_UNKNOWN
               ? old
               : bp_held_unknown(turns,
                                 value->why ? value->why : "what is added to it is not understood");
  if (nothing && sum) {
    struct bp_turns_held *made = bp_held_new(turns, BP_HELD_ARRAY);
    if (!made)
      return NULL;
    *made = *what;
    made->like = old->like;
    if (sign == '-')
      made->node = bp_turns_node(turns, BP_CODE_OPPOSITE, what->node->span, what->node, NULL);
    return made->node ? made : NULL;
  }
  struct bp_turns_held *now = bp_turns_taken_back(turns, old);
  struct bp_turns_held *made =
      now && strchr("+-*/", sign)
          ? bp_turns_elementwise(turns, turns->statement->span, sign, target->span, now, what)
          : NULL;
  if (made)
    made->like = old->like;
  return made ? made : bp_held_unknown(turns, "how it is changed is not understood");
}

/* The array without the factors that are numbers: of 0.1 * x.T.dot(d) the product. */
static struct bp_code_node *without_rate(struct bp_code_node *node) {
  while (node->kind == BP_CODE_BINARY && node->sign == '*') {
    bool left = node->child[0]->kind == BP_CODE_NUMBER || node->child[0]->kind == BP_CODE_NAME;
    bool right = node->child[1]->kind == BP_CODE_NUMBER || node->child[1]->kind == BP_CODE_NAME;
    if (left == right)
      return node;
    node = node->child[left];
  }
  return node;
}

/* Whether any step that a derivative was assigned by is in it. */
static bool has_gradient(const struct bp_turns *turns, const struct bp_code_node *node) {
  const struct bp_code_steps *flat = turns->flat;
  bool found = false;
  for (size_t k = 0; node->kind == BP_CODE_NAME && k < flat->count && !found; k++)
    found =
        flat->list[k].kind == BP_STEP_GRADIENT && !strcmp(flat->list[k].target->text, node->text);
  for (size_t k = 0; k < node->count && !found; k++)
    found = has_gradient(turns, node->child[k]);
  return found;
}

bool bp_turns_is_update(const struct bp_turns *turns, const char *key,
                        const struct bp_turns_held *before, const struct bp_turns_held *held) {
  const struct bp_turns_held *given = key ? bp_held_member(&turns->givens, key) : NULL;
  const struct bp_code_node *node = held->kind == BP_HELD_ARRAY ? held->node : NULL;
  if (!given || given->kind != BP_HELD_ARRAY || (before && before != given) || !node ||
      node->kind != BP_CODE_BINARY || !strchr("+-", node->sign))
    return false;
  return node->child[0]->kind == BP_CODE_NAME && !strcmp(node->child[0]->text, key) &&
         has_gradient(turns, node->child[1]);
}

/* A step of training.  Where what is added to the weights is the product itself, W += x.T.dot(d),
 * that stands for their derivative. */
bool bp_turns_update(struct bp_turns *turns, const struct bp_turns_held *old, char sign,
                     const struct bp_turns_held *value) {
  if (value->kind != BP_HELD_ARRAY || !strchr("+-", sign))
    return true;
  struct bp_code_step *step =
      bp_turns_step(turns, BP_STEP_UPDATE, old->text, turns->statement->target, value->node);
  if (!step)
    return false;
  step->sign = sign;
  struct bp_code_node *product = without_rate(value->node);
  const char *key = bp_arena_printf(turns->arena, "d%s", old->text);
  if (product->kind != BP_CODE_BINARY || product->sign != '@' || !key)
    return true;
  step = bp_turns_step(turns, BP_STEP_GRADIENT, bp_turns_fresh(turns, key),
                       turns->statement->target, product);
  if (step)
    step->base = old->text;
  return step != NULL;
}

bool bp_turns_change(struct bp_turns *turns, const struct bp_syntax *target, char sign,
                     struct bp_turns_held *value) {
  const char *key = NULL;
  long index = 0;
  if (!value)
    return !bp_arena_failed(turns->arena);
  if (!is_place(target) || (target->kind == BP_SYNTAX_PART && !is_place(target->child[0])))
    return true;
  bool part = target->kind == BP_SYNTAX_PART && !bp_turns_container(turns, target, &key, &index);
  const struct bp_syntax *whole = part ? target->child[0] : target;
  struct bp_turns_held *old = bp_turns_value(turns, whole), *made = NULL;
  if (!old)
    return !bp_arena_failed(turns->arena);
  const char *own = old->given ? bp_turns_key(turns, bp_turns_name_of(whole)) : NULL;
  bool copy = own && whole->kind != BP_SYNTAX_PART && strcmp(own, old->text) != 0; /* z = b */
  if (old->given && old->kind == BP_HELD_ARRAY && !copy)
    return part || bp_turns_update(turns, old, sign, value);
  if (!part) {
    made = changed(turns, target, sign, old, value);
    return made && replace(turns, target, old, made);
  }
  struct bp_turns_held *at[2] = {NULL, NULL}, *what = bp_turns_array(turns, value);
  if (target->count > 3 || (old->kind != BP_HELD_ARRAY && old->kind != BP_HELD_ZEROS))
    made = bp_held_unknown(turns, "a part of it is assigned, and that is not read");
  for (size_t k = 1; k < target->count && !made; k++) {
    at[k - 1] = bp_turns_index(turns, target->child[k]);
  }
  const char *within = made ? NULL : bp_adjoint_behind_mask(turns, old, at[0]);
  struct bp_turns_held *now = made ? NULL : within ? old : bp_turns_taken_back(turns, old);
  if (now && !now->like && whole->kind == BP_SYNTAX_NAME) {
    const char *base = bp_adjoint_of(turns, bp_turns_key(turns, whole->text), old);
    now->like = base ? bp_held_member(&turns->givens, base) : NULL;
  }
  if (within && what) {
    made = bp_turns_written(turns, target, old, at, sign, what);
    made = made ? bp_turns_defined(turns, bp_turns_key(turns, bp_turns_name_of(whole)), within,
                                   whole->span, made)
                : NULL;
    return !made || put_back(turns, whole, made);
  }
  if (!made && now && what)
    made = bp_turns_written(turns, target, now, at, sign, what);
  if (!made)
    made = bp_held_unknown(turns, "a part of it is assigned, and that is not read");
  return made && replace(turns, whole, old, made);
}
