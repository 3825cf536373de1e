/* Loops, branches and statements of a program that is followed.
 *
 * A loop whose body mentions what it counts is followed turn by turn; one that only repeats what it
 * does, as over epochs, once.  A branch is followed where its condition is known.
 */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>
#include <string.h>

#include "note/code/parts.h"
#include "note/turns/turns.h"

static const char by_condition[] = "what it is depends on a condition";

static bool is_within(const struct bp_code *code, size_t block, size_t around) {
  while (block > 0 && block != around)
    block = code->blocks[block - 1].parent;
  return block == around;
}

size_t bp_turns_block_end(const struct bp_code *code, size_t header) {
  size_t at = header + 1, opens = code->statements[header].opens;
  while (at < code->statement_count && is_within(code, code->statements[at].block, opens))
    at++;
  return at;
}

struct bp_syntax *bp_turns_syntax(struct bp_turns *turns, size_t begin, size_t end) {
  return bp_syntax_read(turns->steps->code->source, (struct bp_span){begin, end}, turns->arena);
}

/* What would be assigned there is not known. */
static bool poison(struct bp_turns *turns, size_t begin, size_t end) {
  const struct bp_code *code = turns->steps->code;
  for (size_t i = begin; i < end; i++) {
    const struct bp_code_statement *one = &code->statements[i];
    struct bp_syntax *target = one->kind == BP_CODE_ASSIGNMENT
                                   ? bp_turns_syntax(turns, one->target.begin, one->target.end)
                                   : NULL;
    struct bp_turns_held *unknown = bp_held_unknown(turns, by_condition);
    turns->statement = one;
    while (target && (target->kind == BP_SYNTAX_PART || target->kind == BP_SYNTAX_FIELD))
      target = bp_syntax_is(target->child[0], "self") ? NULL : target->child[0];
    if (target && target->kind == BP_SYNTAX_NAME && !bp_turns_assign(turns, target, unknown))
      return false;
  }
  return true;
}

static bool begins_with(const struct bp_turns *turns, struct bp_span span, const char *word) {
  size_t length = strlen(word);
  const char *text = turns->steps->code->source->text + span.begin;
  return span.end - span.begin >= length && memcmp(text, word, length) == 0 &&
         (span.end - span.begin == length ||
          !(text[length] == '_' || (text[length] >= 'a' && text[length] <= 'z')));
}

enum choice { NOT_YET, TAKEN, NOT_KNOWN };

static bool follow_branch(struct bp_turns *turns, size_t header, size_t end, enum choice *choice) {
  struct bp_span span = turns->steps->code->statements[header].span;
  bool first = begins_with(turns, span, "if"), other = begins_with(turns, span, "else");
  if (begins_with(turns, span, "try") || begins_with(turns, span, "finally"))
    return bp_turns_statements(turns, header + 1, end);
  if (!first && !other && !begins_with(turns, span, "elif"))
    return begins_with(turns, span, "except") || poison(turns, header + 1, end);
  if (first)
    *choice = NOT_YET;
  if (*choice == NOT_KNOWN)
    return poison(turns, header + 1, end);
  if (*choice == TAKEN)
    return true;
  long truth = 1;
  if (!other) {
    struct bp_syntax *condition = bp_turns_syntax(turns, span.begin + (first ? 2 : 4), span.end);
    struct bp_turns_held *held = condition ? bp_turns_value(turns, condition) : NULL;
    if (!held)
      return !bp_arena_failed(turns->arena);
    bool flag = held->kind == BP_HELD_COUNT;
    truth = flag ? held->count : held->kind == BP_HELD_NONE ? 0 : -1;
  }
  *choice = truth > 0 ? TAKEN : truth == 0 ? NOT_YET : NOT_KNOWN;
  return truth > 0 ? bp_turns_statements(turns, header + 1, end)
                   : truth == 0 || poison(turns, header + 1, end);
}

static bool mentions_any(const struct bp_syntax *line, const struct bp_syntax *names) {
  bool found = names->kind == BP_SYNTAX_NAME && line && bp_syntax_mentions(line, names->text);
  for (size_t k = 0; k < names->count && !found; k++)
    found = names->child[k] && mentions_any(line, names->child[k]);
  return found;
}

/* Whether a line of the loop mentions what it counts; conditions and what is printed do not tell.
 */
static bool is_counted(struct bp_turns *turns, size_t begin, size_t end,
                       const struct bp_syntax *names) {
  const struct bp_code *code = turns->steps->code;
  for (size_t i = begin; i < end; i++) {
    const struct bp_code_statement *one = &code->statements[i];
    bool loop = one->opens > 0 && code->blocks[one->opens - 1].kind == BP_CODE_LOOP;
    bool assigns = one->kind == BP_CODE_ASSIGNMENT;
    if ((one->opens > 0 && !loop) || begins_with(turns, one->span, "print"))
      continue;
    struct bp_span span = assigns ? one->value : one->span;
    const char *text = code->source->text;
    const char *in = loop ? memmem(text + span.begin, span.end - span.begin, " in ", 4) : NULL;
    size_t from = in ? (size_t)(in - text) + 4 : span.begin;
    struct bp_syntax *line = bp_turns_syntax(turns, from, span.end);
    struct bp_syntax *target =
        assigns ? bp_turns_syntax(turns, one->target.begin, one->target.end) : NULL;
    if (mentions_any(line, names) || mentions_any(target, names))
      return true;
  }
  return false;
}

/* Names of what a loop runs over that is not known: they are given. */
static bool give(struct bp_turns *turns, const struct bp_syntax *names) {
  if (names->kind == BP_SYNTAX_NAME)
    return bp_held_put(turns, &turns->frame->names, names->text, bp_held_given(turns, names->text));
  for (size_t k = 0; k < names->count; k++)
    if (names->child[k] && !give(turns, names->child[k]))
      return false;
  return true;
}

/* Binds the names of a loop to what it is at: nothing is computed by that. */
static bool bind(struct bp_turns *turns, const struct bp_syntax *names,
                 struct bp_turns_held *held) {
  bool list = names->kind == BP_SYNTAX_TUPLE && held->kind == BP_HELD_LIST;
  bool datum = held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_NUMBER; /* (0.0, 0.1) */
  bool pair = names->kind == BP_SYNTAX_TUPLE && held->kind == BP_HELD_ARRAY;
  if (datum || pair) /* data, of which only the names matter */
    return give(turns, names);
  if (names->kind == BP_SYNTAX_NAME)
    return bp_held_put(turns, &turns->frame->names, names->text, held);
  for (size_t k = 0; k < names->count; k++) {
    struct bp_turns_held *one = list ? bp_held_item(held, (long)k) : NULL;
    if (!one)
      one = bp_held_unknown(turns, "what its loop runs over is not understood");
    if (!one || !names->child[k] || !bind(turns, names->child[k], one))
      return false;
  }
  return true;
}

/* Whether a turn, whose steps are those from `begin` on, took a step of training: what the next one
 * computes has other weights then.  Of a loop over layers each turn has its own. */
static bool trains(struct bp_turns *turns, size_t begin, const struct bp_syntax *names) {
  const struct bp_code_steps *flat = turns->flat;
  bool found = false;
  for (size_t k = begin; k < flat->count && !found; k++) {
    struct bp_span target = flat->list[k].line->target;
    struct bp_syntax *place = flat->list[k].kind == BP_STEP_UPDATE
                                  ? bp_turns_syntax(turns, target.begin, target.end)
                                  : NULL;
    found = place && !mentions_any(place, names);
  }
  return found;
}

static bool follow_loop(struct bp_turns *turns, size_t header, size_t end) {
  const struct bp_code *code = turns->steps->code;
  struct bp_span span = code->statements[header].span;
  const char *text = code->source->text;
  struct bp_turns_frame *frame = turns->frame;
  const long *before = frame->turn;
  size_t in = span.begin + 3;
  while (in + 4 < span.end && memcmp(text + in, " in ", 4) != 0)
    in++;
  if (!begins_with(turns, span, "for") || in + 4 >= span.end)
    return bp_turns_statements(turns, header + 1, end);
  struct bp_syntax *names = bp_turns_syntax(turns, span.begin + 3, in);
  struct bp_syntax *over = bp_turns_syntax(turns, in + 4, span.end);
  struct bp_turns_held *list = names && over ? bp_turns_members(turns, over) : NULL;
  if (!names || !over || bp_arena_failed(turns->arena))
    return false;
  bool known = list && list->kind == BP_HELD_LIST;
  bool counted = is_counted(turns, header + 1, end, names);
  size_t turn_count = !known || (list->open && !counted) ? 1 : list->count_of_slots;
  if (!known && !give(turns, names))
    return false;
  for (size_t k = 0; k < turn_count && !frame->over && !frame->broken; k++) {
    struct bp_turns_held *item = known ? list->slots[k].held : NULL;
    turns->statement = &code->statements[header];
    if (item && !bind(turns, names, item))
      return false;
    const struct bp_turns_held *number =
        item && item->kind == BP_HELD_LIST && item->count_of_slots > 0 ? item->slots[0].held : item;
    long turn = number && number->kind == BP_HELD_COUNT ? number->count : (long)k;
    frame->turn = known && counted ? &turn : before;
    size_t steps = turns->flat->count;
    if (!bp_turns_statements(turns, header + 1, end))
      return false;
    frame->next_turn = false;
    frame->turn = before;
    frame->broken = frame->broken || (known && trains(turns, steps, names));
  }
  frame->broken = false;
  return true;
}

/* Whether it adds something to what is called a loss. */
static bool adds_to_loss(const struct bp_syntax *node) {
  bool sum = node->kind == BP_SYNTAX_OPERATOR && node->count == 2 && strchr("+-", node->sign);
  for (size_t k = 0; sum && k < 2; k++)
    if ((node->child[k]->kind == BP_SYNTAX_NAME && bp_loss_rank(node->child[k]->text) > 0) ||
        adds_to_loss(node->child[k]))
      return true;
  return false;
}

/* Where more is returned than what is called a loss, data_loss + reg_loss, alone or as the first of
 * several, that is the loss; where nothing is known of the rest, the loss is not whole. */
static void take_returned_loss(struct bp_turns *turns, const struct bp_syntax *node,
                               const struct bp_turns_held *value) {
  if (value && value->kind == BP_HELD_LIST && value->count_of_slots > 0)
    value = value->slots[0].held;
  if (node && node->kind == BP_SYNTAX_TUPLE && node->count > 0)
    node = node->child[0];
  if (node && turns->loss && adds_to_loss(node) && (!value || value->kind != BP_HELD_ARRAY))
    turns->loss_cut = true;
  if (value && turns->loss && value->kind == BP_HELD_ARRAY && value->node->kind == BP_CODE_BINARY &&
      value->node->sign == '+' && bp_code_mentions(value->node, turns->loss))
    bp_turns_call_loss(turns, value);
}

/* dw[j] = dw[j] + v, s = s + v: what is added, as by dw[j] += v; NULL: it is no such line.  A name
 * must be one in which something is added up. */
static const struct bp_syntax *added(struct bp_turns *turns, const struct bp_syntax *target,
                                     const struct bp_syntax *value) {
  bool sum = value && value->kind == BP_SYNTAX_OPERATOR && value->sign && value->count == 2 &&
             strchr("+-", value->sign);
  const struct bp_syntax *left = sum ? value->child[0] : NULL;
  const char *text = turns->steps->code->source->text;
  size_t length = target ? target->span.end - target->span.begin : 0;
  if (!left || !target || left->span.end - left->span.begin != length ||
      memcmp(text + left->span.begin, text + target->span.begin, length) != 0)
    return NULL;
  const struct bp_turns_held *old =
      target->kind == BP_SYNTAX_NAME ? bp_held_member(&turns->frame->names, target->text) : NULL;
  size_t step = old && old->kind == BP_HELD_ARRAY ? old->step : 0;
  bool adds_up = old && turns->frame->turn &&
                 (old->kind == BP_HELD_ZEROS || old->kind == BP_HELD_COUNT ||
                  (old->kind == BP_HELD_ARRAY && old->node->kind == BP_CODE_NUMBER) ||
                  (step > 0 && turns->flat->list[step - 1].kind == BP_STEP_GRADIENT));
  return target->kind == BP_SYNTAX_PART || adds_up ? value->child[1] : NULL;
}

static bool follow_statement(struct bp_turns *turns, const struct bp_code_statement *one) {
  struct bp_turns_frame *frame = turns->frame;
  turns->statement = one;
  if (one->kind == BP_CODE_RETURN) {
    struct bp_syntax *value = bp_turns_syntax(turns, one->value.begin, one->value.end);
    bool empty = one->value.begin == one->value.end;
    frame->returned = empty   ? bp_held_new(turns, BP_HELD_NONE)
                      : value ? bp_turns_value(turns, value)
                              : NULL;
    frame->over = true;
    frame->returns = one;
    take_returned_loss(turns, empty ? NULL : value, frame->returned);
    return !bp_arena_failed(turns->arena);
  }
  if (one->kind == BP_CODE_OTHER) {
    frame->next_turn = frame->next_turn || begins_with(turns, one->span, "continue");
    frame->broken = frame->broken || begins_with(turns, one->span, "break");
    struct bp_syntax *value = bp_turns_syntax(turns, one->span.begin, one->span.end);
    if (value && value->kind == BP_SYNTAX_CALL)
      bp_turns_value(turns, value);
    return !bp_arena_failed(turns->arena);
  }
  struct bp_syntax *target = bp_turns_syntax(turns, one->target.begin, one->target.end);
  struct bp_syntax *value = bp_turns_syntax(turns, one->value.begin, one->value.end);
  const struct bp_syntax *more = one->sign == '=' ? added(turns, target, value) : NULL;
  char sign = more ? value->sign : one->sign;
  struct bp_turns_held *held = more    ? bp_turns_value(turns, more)
                               : value ? bp_turns_value(turns, value)
                                       : NULL;
  turns->statement = one;
  if (!target || bp_arena_failed(turns->arena))
    return false;
  if (!held)
    held = bp_held_unknown(turns, "it is not understood");
  bool fine = sign == '=' ? bp_turns_assign(turns, target, held)
                          : bp_turns_change(turns, target, sign, held);
  return fine || !bp_arena_failed(turns->arena);
}

bool bp_turns_statements(struct bp_turns *turns, size_t begin, size_t end) {
  const struct bp_code *code = turns->steps->code;
  enum choice choice = NOT_YET;
  const struct bp_turns_frame *frame = turns->frame;
  for (size_t i = begin; i < end && !frame->over && !frame->next_turn && !frame->broken;) {
    const struct bp_code_statement *one = &code->statements[i];
    size_t behind = one->opens > 0 ? bp_turns_block_end(code, i) : i + 1;
    bool fine = true;
    if (one->opens == 0)
      fine = follow_statement(turns, one);
    else if (code->blocks[one->opens - 1].kind == BP_CODE_LOOP)
      fine = follow_loop(turns, i, behind);
    else if (code->blocks[one->opens - 1].kind == BP_CODE_BRANCH)
      fine = follow_branch(turns, i, behind, &choice);
    else if (code->blocks[one->opens - 1].kind == BP_CODE_HARMLESS)
      fine = bp_turns_statements(turns, i + 1, behind);
    if (!fine)
      return false;
    i = behind;
  }
  return true;
}
