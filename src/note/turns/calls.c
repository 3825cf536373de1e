/* Functions of a program that is followed: one that is called, and those that belong together.
 *
 * A backward pass is handed what a forward pass returned, under the same names, and nobody shows
 * the line in which that happens.  So a parameter is what another body returns under its name, the
 * one first whose own name is the same but for its end: cache of batchnorm_backward comes from
 * batchnorm_forward.  A field of an object is what the method leaves there that assigns it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"
#include "note/turns/adjoint.h"
#include "note/turns/parts.h"
#include "note/turns/programs.h"

enum { DEEPEST_CALLS = 12, MOST_PARAMETERS = 24 };

/* ---- functions ----------------------------------------------------------- */

size_t bp_turns_function(const struct bp_turns *turns, const char *name, size_t owner) {
  const struct bp_code *code = turns->steps->code;
  for (size_t unit = 1; unit < code->unit_count; unit++) {
    struct bp_span of = code->units[unit].name;
    if (code->units[unit].owner == owner && of.end - of.begin == strlen(name) &&
        !memcmp(code->source->text + of.begin, name, strlen(name)))
      return unit;
  }
  return 0;
}

struct bp_turns_held *bp_turns_follow(struct bp_turns *turns, struct bp_turns_frame *frame) {
  const struct bp_code *code = turns->steps->code;
  struct bp_turns_frame *before = turns->frame;
  const struct bp_code_statement *statement = turns->statement;
  size_t begin = 0, end = code->statement_count;
  for (size_t i = 0; i < code->statement_count && frame->unit > 0; i++) {
    size_t opens = code->statements[i].opens;
    if (opens > 0 && code->blocks[opens - 1].kind == BP_CODE_FUNCTION &&
        code->blocks[opens - 1].unit == frame->unit) {
      begin = i + 1;
      end = bp_turns_block_end(code, i);
      break;
    }
  }
  frame->caller = before;
  frame->call = turns->calls++;
  turns->entered[frame->unit] = true;
  turns->frame = frame;
  turns->depth++;
  bool fine = bp_turns_statements(turns, begin, end);
  turns->depth--;
  turns->frame = before;
  turns->statement = statement;
  if (!fine)
    return NULL;
  return frame->returned ? frame->returned : bp_held_new(turns, BP_HELD_NONE);
}

/* The parameters of a function, one by one: names, and defaults where they have some. */
struct parameter {
  const char *name;
  struct bp_span value; /* empty: none */
};

static size_t parameters_of(struct bp_turns *turns, size_t unit, struct parameter *list) {
  struct bp_span span = turns->steps->code->units[unit].parameters;
  const char *text = turns->steps->code->source->text;
  size_t count = 0, depth = 0;
  for (size_t at = span.begin, begin = at; at <= span.end && count < MOST_PARAMETERS; at++) {
    char sign = at < span.end ? text[at] : ',';
    depth += strchr("([{", sign) && sign;
    depth -= depth > 0 && strchr(")]}", sign) && sign;
    if (sign != ',' || (depth > 0 && at < span.end))
      continue;
    while (begin < at && strchr(" \t\r\n*", text[begin]))
      begin++;
    size_t over = begin;
    while (over < at && !strchr(" :=\n\t", text[over]))
      over++;
    const char *equal = memchr(text + over, '=', at - over);
    const char *name = bp_arena_strndup(turns->arena, text + begin, over - begin);
    size_t value = equal ? (size_t)(equal - text) + 1 : at;
    bool self = name && (!strcmp(name, "self") || !strcmp(name, "cls") ||
                         (!strcmp(name, "ctx") && turns->steps->code->units[unit].owner > 0));
    if (over > begin && name && !self)
      list[count++] = (struct parameter){name, {value, at}};
    begin = at + 1;
  }
  return count;
}

static struct bp_turns_held *default_of(struct bp_turns *turns, const struct parameter *parameter) {
  struct bp_syntax *value =
      parameter->value.begin < parameter->value.end
          ? bp_turns_syntax(turns, parameter->value.begin, parameter->value.end)
          : NULL;
  struct bp_turns_held *held = value ? bp_turns_value(turns, value) : NULL;
  bool given = !held || held->kind == BP_HELD_NONE || held->kind == BP_HELD_UNKNOWN ||
               held->kind == BP_HELD_ARRAY;
  return given ? bp_turns_unknown_name(turns, parameter->name) : held;
}

struct bp_turns_held *bp_turns_call(struct bp_turns *turns, size_t unit, struct bp_turns_held *self,
                                    const struct bp_syntax *call) {
  struct parameter parameters[MOST_PARAMETERS];
  struct bp_turns_frame *frame = bp_arena_alloc(turns->arena, 1, sizeof *frame);
  if (!frame)
    return NULL;
  if (turns->depth >= DEEPEST_CALLS)
    return bp_held_unknown(turns, "its functions call one another too deeply");
  size_t count = parameters_of(turns, unit, parameters), next = 0;
  *frame = (struct bp_turns_frame){.unit = unit, .names = {.kind = BP_HELD_TABLE}, .self = self};
  for (size_t k = 1; k < call->count; k++) {
    const struct bp_syntax *one = call->child[k];
    bool keyword = one->kind == BP_SYNTAX_KEYWORD && one->count > 0;
    if (!keyword && next >= count)
      continue;
    const char *name = keyword ? one->text : parameters[next++].name;
    struct bp_turns_held *held = bp_turns_value(turns, keyword ? one->child[0] : one);
    if (!bp_held_put(turns, &frame->names, name,
                     held ? held : bp_held_unknown(turns, "an argument in it is not understood")))
      return NULL;
  }
  for (size_t k = 0; k < count; k++)
    if (!bp_held_member(&frame->names, parameters[k].name) &&
        !bp_held_put(turns, &frame->names, parameters[k].name, default_of(turns, &parameters[k])))
      return NULL;
  return bp_turns_follow(turns, frame);
}

/* ---- what belongs together ----------------------------------------------- */

/* Whether the body returns something so called, and as which of its values. */
static bool returns(struct bp_turns *turns, size_t unit, const char *name, size_t *which) {
  const struct bp_code_steps *steps = turns->steps;
  for (size_t i = steps->first[unit]; i < steps->count; i = steps->next[i]) {
    const struct bp_code_line *line = steps->list[i].line;
    if (line->kind != BP_CODE_RETURN)
      continue;
    struct bp_syntax *value = bp_turns_syntax(turns, line->value.begin, line->value.end);
    if (bp_syntax_is(value, name)) {
      *which = (size_t)-1;
      return true;
    }
    bool several = value && value->kind == BP_SYNTAX_TUPLE && value->count > 0;
    if (several && value->child[value->count - 1]->kind == BP_SYNTAX_TUPLE &&
        (!strcmp(name, "cache") || !strcmp(name, "ctx") || !strcmp(name, "saved"))) {
      *which = value->count - 1; /* return h, (x, z), which backward is handed as cache */
      return true;
    }
    for (size_t k = 0; several && k < value->count; k++)
      if (bp_syntax_is(value->child[k], name)) {
        *which = k;
        return true;
      }
  }
  return false;
}

static bool is_twin(const struct bp_code *code, size_t one, size_t other) {
  struct bp_span a = code->units[one].name, b = code->units[other].name;
  const char *text = code->source->text;
  size_t same = 0;
  while (a.begin + same < a.end && b.begin + same < b.end &&
         text[a.begin + same] == text[b.begin + same])
    same++;
  return same > 2 && text[a.begin + same - 1] == '_';
}

/* The body whose value a parameter so called is: the one that bears the same name but for its end,
 * or the last one before it. */
static size_t provider(struct bp_turns *turns, size_t unit, const char *name, size_t *which) {
  const struct bp_code *code = turns->steps->code;
  size_t found = 0, at;
  bool twin = false;
  for (size_t other = 1; other < code->unit_count; other++) {
    bool strange = code->units[other].owner != code->units[unit].owner;
    if (other == unit || strange || !returns(turns, other, name, &at) ||
        bp_body_calls(turns->steps, other, unit))
      continue;
    bool closer = is_twin(code, unit, other);
    if (!found || (closer && !twin) || (!twin && other < unit)) {
      found = other;
      *which = at;
      twin = closer;
    }
  }
  return found;
}

/* Follows a body for its own sake, once; its parameters are what others return under their names,
 * or given. */
static struct bp_turns_held *follow_unit(struct bp_turns *turns, size_t unit, size_t depth) {
  struct parameter parameters[MOST_PARAMETERS];
  if (turns->results[unit] || turns->followed[unit] || depth > DEEPEST_CALLS)
    return turns->results[unit];
  turns->followed[unit] = true;
  struct bp_turns_frame *frame = bp_arena_alloc(turns->arena, 1, sizeof *frame);
  if (!frame)
    return NULL;
  size_t owner = turns->steps->code->units[unit].owner;
  *frame = (struct bp_turns_frame){.unit = unit,
                                   .names = {.kind = BP_HELD_TABLE},
                                   .self = owner > 0 ? turns->selves[owner] : NULL};
  size_t forward = bp_layer_forward(turns->steps, unit);
  if (forward)
    follow_unit(turns, forward, depth + 1);
  size_t count = frame->parameters = unit > 0 ? parameters_of(turns, unit, parameters) : 0;
  for (size_t k = 0; k < count; k++) {
    size_t which = 0, other = provider(turns, unit, parameters[k].name, &which);
    struct bp_turns_held *result = other ? follow_unit(turns, other, depth + 1) : NULL;
    struct bp_turns_held *held =
        result && which != (size_t)-1
            ? (result->kind == BP_HELD_LIST ? bp_held_item(result, (long)which) : NULL)
            : result;
    struct bp_turns_frame *before = turns->frame;
    turns->frame = frame;
    if (!held || held->kind == BP_HELD_UNKNOWN || held->kind == BP_HELD_NONE)
      held = default_of(turns, &parameters[k]);
    else if (turns->frames[other])
      frame->lent = &turns->frames[other]->names;
    turns->frame = before;
    if (!bp_held_put(turns, &frame->names, parameters[k].name, held))
      return NULL;
  }
  if (!bp_adjoint_hand(turns, frame) || (forward && !bp_layer_hand(turns, frame, forward)))
    return NULL;
  turns->frames[unit] = frame;
  turns->results[unit] = bp_turns_follow(turns, frame);
  if (forward && !bp_layer_returned(turns, frame, forward))
    return NULL;
  return turns->results[unit];
}

struct bp_turns_held *bp_turns_field(struct bp_turns *turns, struct bp_turns_held *self,
                                     size_t owner, const char *name) {
  const struct bp_code *code = turns->steps->code;
  struct bp_turns_held *held = bp_held_member(self, name);
  for (size_t unit = 1; unit < code->unit_count && !held; unit++) {
    if (code->units[unit].owner != owner || owner == 0 || turns->followed[unit])
      continue;
    const struct bp_code_steps *steps = turns->steps;
    bool assigns = false;
    const char *field = bp_arena_printf(turns->arena, "self.%s", name);
    for (size_t i = steps->first[unit]; field && i < steps->count && !assigns; i = steps->next[i]) {
      struct bp_span target = steps->list[i].line->target;
      assigns = target.end - target.begin >= strlen(field) &&
                !memcmp(code->source->text + target.begin, field, strlen(field));
    }
    if (assigns) {
      follow_unit(turns, unit, 0);
      held = bp_held_member(self, name);
    }
  }
  if (!held) {
    held = bp_held_given(turns, name);
    if (held && !bp_held_put(turns, self, name, held))
      return NULL;
  }
  return held;
}

/* ---- the whole ----------------------------------------------------------- */

static bool make_room(struct bp_turns *turns, const struct bp_code *code) {
  struct bp_arena *arena = turns->arena;
  turns->flat = bp_arena_alloc(arena, 1, sizeof *turns->flat);
  turns->selves = bp_arena_alloc(arena, code->classes + 1, sizeof(struct bp_turns_held *));
  turns->followed = bp_arena_alloc(arena, code->unit_count, sizeof *turns->followed);
  turns->entered = bp_arena_alloc(arena, code->unit_count, sizeof *turns->entered);
  turns->results = bp_arena_alloc(arena, code->unit_count, sizeof(struct bp_turns_held *));
  turns->frames = bp_arena_alloc(arena, code->unit_count, sizeof(struct bp_turns_frame *));
  if (!turns->flat || !turns->selves || !turns->entered || !turns->followed || !turns->results ||
      !turns->frames)
    return false;
  for (size_t k = 1; k <= code->classes; k++) {
    turns->selves[k] = bp_held_new(turns, BP_HELD_TABLE);
    if (!turns->selves[k])
      return false;
  }
  return true;
}

/* Whether the function computes a loss, by its name, and may be asked for by the body `unit`. */
static bool is_loss(const struct bp_turns *turns, size_t unit, size_t other) {
  static const char *const words[] = {"loss", "cost", "Loss", "Cost"};
  static const char *const not [] = {"deriv", "grad", "prime"};
  const struct bp_code *code = turns->steps->code;
  struct bp_span name = code->units[other].name;
  size_t owner = code->units[other].owner;
  const char *word =
      bp_arena_strndup(turns->arena, code->source->text + name.begin, name.end - name.begin);
  bool called = false, slope = owner > 0 && owner != code->units[unit].owner;
  for (size_t k = 0; word && k < sizeof words / sizeof *words; k++)
    called = called || strstr(word, words[k]);
  for (size_t k = 0; word && k < sizeof not / sizeof *not ; k++)
    slope = slope || strstr(word, not [k]);
  return called && !slope;
}

const struct bp_code_node *bp_turns_compared(const struct bp_turns *turns,
                                             const struct bp_code_node *node, const char *target) {
  const struct bp_code_steps *flat = turns->flat;
  bool named = node->kind == BP_CODE_BINARY && node->sign == '-' &&
               node->child[0]->kind == BP_CODE_NAME && node->child[1]->kind == BP_CODE_NAME;
  for (size_t k = 0; named && k < 2; k++)
    for (size_t i = 0; i < flat->count && !strcmp(node->child[1 - k]->text, target); i++)
      if (flat->list[i].kind == BP_STEP_DEFINITION &&
          !strcmp(flat->list[i].target->text, node->child[k]->text))
        return node->child[k];
  const struct bp_code_node *found = NULL;
  for (size_t k = 0; k < node->count && !found; k++)
    found = bp_turns_compared(turns, node->child[k], target);
  return found;
}

/* Whether the body of a function asks for the output itself, p = self.forward(X): what it is handed
 * is the input then. */
static bool computes_output(const struct bp_turns *turns, size_t unit) {
  static const char *const words[] = {
      "forward(",      "predict(",     "propagate(",    "hypothesis(",
      "feed_forward(", "feedforward(", "forward_pass(", "forward_propagation(",
      "output(",       "scores(",      "model(",        NULL};
  const struct bp_code *code = turns->steps->code;
  const struct bp_code_unit *body = &code->units[unit];
  size_t end = code->source->length;
  for (size_t other = 1; other < code->unit_count; other++)
    if (code->units[other].name.begin > body->name.end && code->units[other].name.begin < end)
      end = code->units[other].name.begin;
  return bp_text_has_any(code->source->text, body->name.end, end, words);
}

/* Follows loss(a, y), which nobody calls, for the output of what was followed: what its y is taken
 * from there.  NULL: it is no such function, or nothing is. */
static struct bp_turns_held *follow_for_output(struct bp_turns *turns, size_t other) {
  struct parameter parameters[MOST_PARAMETERS];
  struct bp_turns_frame *frame = bp_arena_alloc(turns->arena, 1, sizeof *frame);
  const struct bp_code_node *output = NULL;
  size_t which = 0;
  if (!frame || parameters_of(turns, other, parameters) != 2 || computes_output(turns, other))
    return NULL;
  size_t last = bp_is_called_target(parameters[1].name) ? 1 : 0;
  const char *target = bp_turns_key(turns, parameters[last].name);
  if (!target || !bp_is_called_target(target) || bp_is_called_target(parameters[1 - last].name) ||
      provider(turns, other, parameters[1 - last].name, &which))
    return NULL;
  for (size_t i = 0; i < turns->flat->count && !output; i++)
    output = bp_turns_compared(turns, turns->flat->list[i].value, target);
  size_t owner = turns->steps->code->units[other].owner;
  *frame = (struct bp_turns_frame){.unit = other,
                                   .names = {.kind = BP_HELD_TABLE},
                                   .self = owner > 0 ? turns->selves[owner] : NULL};
  struct bp_code_node *name =
      output ? bp_turns_node(turns, BP_CODE_NAME, output->span, NULL, NULL) : NULL;
  if (!name)
    return NULL;
  name->text = output->text;
  struct bp_turns_held *held = bp_held_array(turns, name, BP_RANK_OPEN, BP_WAY_OPEN);
  if (!held || !bp_held_put(turns, &frame->names, parameters[1 - last].name, held) ||
      !bp_held_put(turns, &frame->names, parameters[last].name,
                   bp_held_given(turns, parameters[last].name)))
    return NULL;
  turns->followed[other] = true;
  return bp_turns_follow(turns, frame);
}

/* Whether a value is a number: all its parts are, but for names of which nothing tells whether they
 * are, such as lam in data + lam / m * reg, and at least one is. */
static bool is_number(const struct bp_turns *turns, const struct bp_turns_held *value) {
  if (value->rank == 0)
    return true;
  const struct bp_code_node *node = value->node;
  const struct bp_code_node *before = NULL;
  bool sum = value->rank == BP_RANK_OPEN && node->kind == BP_CODE_BINARY && node->sign == '+';
  while (sum && node != before) {
    before = node;
    if (node->kind == BP_CODE_BINARY && strchr("+*/-", node->sign))
      node = node->child[strchr("*/", node->sign) && node->child[0]->kind == BP_CODE_NUMBER];
    else if (node->kind == BP_CODE_OPPOSITE)
      node = node->child[0];
    else if (node->kind == BP_CODE_NAME) /* an earlier step: there are no circles */
      for (size_t i = 0; i < turns->flat->count && node == before; i++)
        if (turns->flat->list[i].kind == BP_STEP_DEFINITION && turns->flat->list[i].target &&
            !strcmp(turns->flat->list[i].target->text, node->text))
          node = turns->flat->list[i].value;
  }
  return sum && node->kind == BP_CODE_SUM && node->axis == BP_CODE_NO_AXIS;
}

/* The functions that compute a loss from what was followed, where it is not there. */
static bool follow_losses(struct bp_turns *turns, size_t unit) {
  const struct bp_code *code = turns->steps->code;
  size_t losses = 0;
  for (size_t other = 1; other < code->unit_count; other++)
    losses += is_loss(turns, unit, other);
  for (size_t other = 1; other < code->unit_count && !turns->loss; other++) {
    if (!is_loss(turns, unit, other))
      continue;
    struct bp_turns_held *value =
        losses == 1 && !turns->followed[other] ? follow_for_output(turns, other) : NULL;
    if (!value)
      value = follow_unit(turns, other, 0);
    if (bp_arena_failed(turns->arena))
      return false;
    if (value && value->kind == BP_HELD_LIST && value->count_of_slots > 0)
      value = value->slots[0].held;
    if (!turns->loss && value && value->kind == BP_HELD_ARRAY && is_number(turns, value) &&
        value->node->kind != BP_CODE_NUMBER)
      bp_turns_call_loss(turns, value);
  }
  return true;
}

int bp_turns_find(const struct bp_code_steps *steps, size_t unit, bool numbers,
                  struct bp_arena *arena, struct bp_turns *turns) {
  const struct bp_code *code = steps->code;
  *turns = (struct bp_turns){.steps = steps,
                             .arena = arena,
                             .numbers = numbers,
                             .givens = {.kind = BP_HELD_TABLE},
                             .globals = {.kind = BP_HELD_TABLE}};
  if (code->statement_count == 0 || !make_room(turns, code))
    return code->statement_count == 0 ? 0 : -1;
  turns->statement = &code->statements[0];
  size_t owner = code->units[unit].owner;
  size_t begins = owner > 0 ? bp_turns_function(turns, "__init__", owner) : 0;
  if (begins && begins != unit)
    follow_unit(turns, begins, 0);
  follow_unit(turns, unit, 0);
  if (!follow_losses(turns, unit) || !bp_adjoint_by_use(turns) || bp_arena_failed(arena))
    return -1;
  struct bp_code_steps *flat = turns->flat;
  flat->code = code;
  flat->arena = arena;
  flat->helpers = steps->helpers;
  flat->helper_count = steps->helper_count;
  flat->helper_capacity = steps->helper_count;
  flat->followed = true;
  flat->loss = turns->loss;
  flat->loss_cut = turns->loss_cut;
  flat->handed = turns->handed;
  flat->handed_count = turns->handed_count;
  flat->fixed = turns->fixed;
  flat->fixed_count = turns->fixed_count;
  flat->labels = turns->labels;
  flat->label_count = turns->label_count;
  flat->scalars = bp_arena_alloc(arena, turns->givens.count_of_slots + 1, sizeof *flat->scalars);
  for (size_t k = 0; flat->scalars && k < turns->givens.count_of_slots; k++)
    if (turns->givens.slots[k].held && turns->givens.slots[k].held->rank == 0)
      flat->scalars[flat->scalar_count++] = turns->givens.slots[k].key;
  flat->counts = bp_arena_alloc(arena, turns->givens.count_of_slots + 1, sizeof *flat->counts);
  for (size_t k = 0; flat->counts && k < turns->givens.count_of_slots; k++)
    if (turns->givens.slots[k].held && turns->givens.slots[k].held->counts)
      flat->counts[flat->counts_count++] = turns->givens.slots[k].key;
  flat->flat = bp_arena_alloc(arena, turns->givens.count_of_slots + 1, sizeof *flat->flat);
  for (size_t k = 0; flat->flat && k < turns->givens.count_of_slots; k++)
    if (turns->givens.slots[k].held && turns->givens.slots[k].held->rank == 1)
      flat->flat[flat->flat_count++] = turns->givens.slots[k].key;
  return 0;
}
