/* Layers as objects: forward computes something, backward is handed the derivative by that and
 * returns the derivative by what forward was given.
 *
 * No line says so; it is what these two names mean to everybody, PyTorch included.  So the first
 * argument of backward belongs to what forward returns, or keeps as its output, and what backward
 * returns belongs to the arguments of forward, in their order.  A loss has a backward without such
 * an argument: what it returns is the derivative of what forward returns.
 */
#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

static bool is_name(const struct bp_code *code, size_t unit, const char *word, bool whole) {
  struct bp_span name = code->units[unit].name;
  size_t length = strlen(word);
  return (whole ? name.end - name.begin == length : name.end - name.begin >= length) &&
         !memcmp(code->source->text + name.begin, word, length);
}

size_t bp_layer_forward(const struct bp_code_steps *steps, size_t unit) {
  static const char *const names[] = {"forward", "__call__", "forward_pass", "call"};
  const struct bp_code *code = steps->code;
  size_t owner = code->units[unit].owner;
  if (owner == 0 || !(is_name(code, unit, "backward", false) || is_name(code, unit, "bwd", true)))
    return 0;
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    for (size_t other = 1; other < code->unit_count; other++)
      if (code->units[other].owner == owner && is_name(code, other, names[k], true))
        return other;
  return 0;
}

/* What forward comes to: what it returns, the first of several, or what it keeps as its output. */
static struct bp_turns_held *output_of(const struct bp_turns *turns, size_t forward) {
  static const char *const kept[] = {"output", "out", "outputs", "output_", "Y", "y"};
  const struct bp_turns_frame *frame = turns->frames[forward];
  struct bp_turns_held *held = turns->results[forward];
  if (held && held->kind == BP_HELD_LIST && held->count_of_slots > 0)
    held = held->slots[0].held;
  bool none = !held || held->kind == BP_HELD_NONE;
  for (size_t k = 0; none && frame && frame->self && k < sizeof kept / sizeof *kept; k++) {
    held = bp_held_member(frame->self, kept[k]);
    none = !held || held->kind != BP_HELD_ARRAY;
  }
  return none || held->kind != BP_HELD_ARRAY || held->given ? NULL : held;
}

/* The name of the step that computed it; what is returned without a name gets one. */
static const char *name_of(struct bp_turns *turns, const struct bp_turns_held *held) {
  if (held->node->kind == BP_CODE_NAME)
    return held->node->text;
  const struct bp_code_statement *before = turns->statement;
  struct bp_code_statement place = {.span = held->node->span};
  turns->statement = &place;
  struct bp_code_step *step = bp_turns_step(
      turns, BP_STEP_DEFINITION, bp_turns_fresh(turns, "output"), held->node->span, held->node);
  turns->statement = before;
  if (step)
    step->inner = true;
  return step ? step->target->text : NULL;
}

/* grad_output, dvalues, delta, upstream, output_error */
static bool is_handed(const char *name) {
  static const char *const words[] = {"grad", "delta", "err", "upstream", "deriv"};
  bool found = name[0] == 'd' || !strcmp(name, "g") || !strcmp(name, "G");
  for (size_t k = 0; k < sizeof words / sizeof *words && !found; k++)
    found = strstr(name, words[k]) != NULL;
  return found;
}

bool bp_layer_hand(struct bp_turns *turns, const struct bp_turns_frame *frame, size_t forward) {
  const struct bp_turns_frame *other = turns->frames[forward];
  const struct bp_turns_held *output = output_of(turns, forward), *handed = NULL;
  if (!output || !other)
    return true;
  for (size_t k = 0; k < frame->names.count_of_slots; k++) {
    const struct bp_slot *slot = &frame->names.slots[k];
    if (bp_held_member(&other->names, slot->key))
      return true; /* it is given the data once more: whatever else it is given is not known */
    bool array = slot->held && slot->held->kind == BP_HELD_ARRAY && slot->held->given;
    if (!handed && array && is_handed(slot->key))
      handed = slot->held;
  }
  bool loss = frame->names.count_of_slots == 0 && output->rank == 0;
  const char *of = handed || loss ? name_of(turns, output) : NULL;
  if (!of)
    return !bp_arena_failed(turns->arena);
  if (loss) {
    turns->loss = of;
    turns->loss_rank = 2 * 3; /* no other name says so more plainly */
    return true;
  }
  for (size_t k = 0; k < turns->handed_count; k++)
    if (!strcmp(turns->handed[k].gradient, handed->text)) { /* told by its name, maybe elsewhere */
      turns->handed[k].of = of;
      return true;
    }
  if (!bp_list_room(turns->arena, turns->handed, turns->handed_count, turns->handed_capacity))
    return false;
  turns->handed[turns->handed_count++] = (struct bp_code_handed){handed->text, of};
  return true;
}

/* Tells of a value of backward what it is the derivative by. */
static bool tell(struct bp_turns *turns, const struct bp_turns_frame *frame,
                 const struct bp_turns_held *held, const char *base) {
  if (held->node->kind == BP_CODE_NAME) {
    struct bp_code_step *step = held->step > 0 ? &turns->flat->list[held->step - 1] : NULL;
    if (step && step->kind == BP_STEP_DEFINITION && step->call == frame->call) {
      step->kind = BP_STEP_GRADIENT;
      step->base = base;
    }
    return true;
  }
  const char *key = bp_arena_printf(turns->arena, "d%s", base);
  const struct bp_code_statement *before = turns->statement;
  struct bp_code_statement place = *frame->returns;
  place.target = (struct bp_span){place.span.begin, place.span.begin + strlen("return")};
  turns->statement = &place;
  struct bp_code_step *step =
      key ? bp_turns_step(turns, BP_STEP_GRADIENT, bp_turns_fresh(turns, key), place.target,
                          held->node)
          : NULL;
  turns->statement = before;
  if (step)
    step->base = base;
  return !bp_arena_failed(turns->arena);
}

bool bp_layer_returned(struct bp_turns *turns, const struct bp_turns_frame *frame, size_t forward) {
  const struct bp_turns_frame *other = turns->frames[forward];
  const struct bp_turns_held *all = frame->returned;
  if (!other || !all || !frame->returns)
    return true;
  bool several = all->kind == BP_HELD_LIST;
  size_t count = several ? all->count_of_slots : 1;
  for (size_t k = 0; k < count && k < other->parameters; k++) {
    const struct bp_turns_held *held = several ? all->slots[k].held : all;
    const struct bp_turns_held *of = other->names.slots[k].held;
    bool given = of && of->kind == BP_HELD_ARRAY && of->given && of->node->kind == BP_CODE_NAME;
    if (held && held->kind == BP_HELD_ARRAY && !held->given && given &&
        !tell(turns, frame, held, of->node->text))
      return false;
  }
  return true;
}
