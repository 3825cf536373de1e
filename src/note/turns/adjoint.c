/* A name without its d is looked for in the body that is followed, in its object, among the members
 * of its dictionaries: W, w, weights, Ws.  A list has its member at the same number, or at the turn
 * of the loop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"
#include "note/turns/adjoint.h"

static const char *const prefixes[] = {
    "dLossd", "dlossd",   "dcostd",    "dLd",   "dJd",  "djd",   "dCd", "dEd",
    "dLdo",   "gradient", "gradients", "grads", "grad", "nabla", "g",   "d"};

static bool is_same(const char *name, const char *key) {
  for (; *name; name++) {
    if (*name == '_')
      continue;
    if (*key != *name)
      return false;
    key++;
  }
  return *key == '\0';
}

/* The key of an array that has one, and is no derivative. */
static const char *key_of(const struct bp_turns *turns, const struct bp_turns_held *held) {
  bool named = held && held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_NAME;
  bool gradient =
      named && held->step > 0 && turns->flat->list[held->step - 1].kind == BP_STEP_GRADIENT;
  return named && !gradient ? held->node->text : NULL;
}

static const char *in_table(const struct bp_turns *turns, const struct bp_turns_held *table,
                            const char *key, const char *index) {
  for (size_t k = 0; k < table->count_of_slots; k++) {
    const struct bp_slot *slot = &table->slots[k];
    if (!slot->key || !slot->held || !is_same(slot->key, key))
      continue;
    const struct bp_turns_held *held = slot->held;
    char number[32];
    if (held->kind == BP_HELD_LIST || held->kind == BP_HELD_TABLE) {
      bool turn = !index && turns->frame && turns->frame->turn;
      if (turn)
        snprintf(number, sizeof number, "%ld", *turns->frame->turn);
      const char *at = index ? index : turn ? number : NULL;
      held = !at                                       ? NULL
             : held->kind == BP_HELD_TABLE             ? bp_held_member(held, at)
             : strspn(at, "0123456789-") == strlen(at) ? bp_held_item(held, strtol(at, NULL, 10))
                                                       : NULL;
    } else if (index)
      continue;
    const char *found = key_of(turns, held);
    if (found)
      return found;
  }
  return NULL;
}

/* What people call a list of such. */
static const char *const plural[][2] = {{"W", "weights"}, {"w", "weights"},   {"b", "biases"},
                                        {"W", "Ws"},      {"w", "ws"},        {"b", "bs"},
                                        {"W", "W"},       {"theta", "thetas"}};

static const char *look_up(struct bp_turns *turns, const char *key, const char *index) {
  const struct bp_turns_frame *frame = turns->frame;
  const struct bp_turns_held *tables[] = {frame ? &frame->names : NULL, frame ? frame->self : NULL,
                                          &turns->globals, frame ? frame->lent : NULL,
                                          index ? NULL : &turns->givens};
  char other[64];
  const char *found = NULL;
  for (size_t k = 0; k < sizeof tables / sizeof *tables && !found; k++) {
    if (!tables[k])
      continue;
    found = in_table(turns, tables[k], key, index);
    snprintf(other, sizeof other, "%ss", key);
    if (!found)
      found = in_table(turns, tables[k], other, index);
    for (size_t i = 0; index && i < sizeof plural / sizeof *plural && !found; i++)
      if (!strcmp(plural[i][0], key))
        found = in_table(turns, tables[k], plural[i][1], index);
    snprintf(other, sizeof other, "%s", key);
    other[0] ^= 0x20;
    bool letter = (key[0] >= 'a' && key[0] <= 'z') || (key[0] >= 'A' && key[0] <= 'Z');
    if (!found && letter)
      found = in_table(turns, tables[k], other, index);
  }
  return found;
}

/* dw and db of what is called weights and bias. */
static const char *const whole[][2] = {{"w", "weights"}, {"W", "weights"}, {"w", "weight"},
                                       {"W", "weight"},  {"b", "bias"},    {"b", "biases"}};

static const char *look_up_whole(struct bp_turns *turns, const char *key) {
  const char *found = look_up(turns, key, NULL);
  for (size_t k = 0; k < sizeof whole / sizeof *whole && !found; k++)
    if (!strcmp(whole[k][0], key))
      found = look_up(turns, whole[k][1], NULL);
  return found;
}

/* w_grad, b_gradient: the name of a derivative behind. */
static const char *by_suffix(struct bp_turns *turns, const char *key) {
  static const char *const suffixes[] = {"gradient", "gradients",  "grad",
                                         "grads",    "derivative", "deriv"};
  size_t whole = strlen(key);
  for (size_t k = 0; k < sizeof suffixes / sizeof *suffixes; k++) {
    size_t length = strlen(suffixes[k]);
    if (whole <= length || strcmp(key + whole - length, suffixes[k]) != 0)
      continue;
    const char *base = bp_arena_strndup(turns->arena, key, whole - length);
    const char *found = base ? look_up_whole(turns, base) : NULL;
    if (found)
      return found;
  }
  return NULL;
}

static const char *by_prefix(struct bp_turns *turns, const char *key, const char *index) {
  for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
    size_t length = strlen(prefixes[k]);
    if (strncmp(key, prefixes[k], length) != 0 || key[length] == '\0')
      continue;
    const char *found =
        index ? look_up(turns, key + length, index) : look_up_whole(turns, key + length);
    if (found)
      return found;
  }
  return NULL;
}

/* grad, grads, nabla, dtheta: names that say that they are derivatives. */
static bool is_called_derivative(const char *key) {
  return !strncmp(key, "grad", 4) || !strncmp(key, "nabla", 5) || key[0] == 'd' ||
         !strcmp(key, "g");
}

static const char *by_beginning(const struct bp_turns *turns, const char *key,
                                const struct bp_turns_held *before) {
  const struct bp_turns_held *like = before ? before->like : NULL;
  bool named = like && (like->kind == BP_HELD_ARRAY || like->kind == BP_HELD_SIZES) &&
               like->node->kind == BP_CODE_NAME;
  bool given = named && bp_held_member(&turns->givens, like->node->text);
  return given && is_called_derivative(key) ? like->node->text : NULL;
}

const char *bp_adjoint_of(struct bp_turns *turns, const char *key,
                          const struct bp_turns_held *before) {
  const char *base = key ? by_prefix(turns, key, NULL) : NULL;
  if (key && !base)
    base = by_suffix(turns, key);
  return !key ? NULL : base ? base : by_beginning(turns, key, before);
}

const char *bp_adjoint_of_member(struct bp_turns *turns, const char *list, const char *key,
                                 const struct bp_turns_held *before) {
  const char *word = bp_turns_key(turns, list), *base = NULL;
  bool number = strspn(key, "0123456789-") == strlen(key);
  if (!word)
    return NULL;
  if (number)
    base = by_prefix(turns, word, key);
  else if (is_called_derivative(word)) {
    const char *member = bp_turns_key(turns, key);
    base = member ? by_prefix(turns, member, NULL) : NULL;
    if (!base && member)
      base = look_up(turns, member, NULL);
  }
  return base ? base : by_beginning(turns, word, before);
}

/* ---- what a body is handed ----------------------------------------------- */

static const char *in_frames(struct bp_turns *turns, const char *key) {
  const struct bp_code *code = turns->steps->code;
  for (size_t unit = code->unit_count; unit > 0; unit--) {
    const struct bp_turns_frame *of = turns->frames[unit - 1];
    const char *found = of ? in_table(turns, &of->names, key, NULL) : NULL;
    const struct bp_code_steps *flat = turns->flat;
    for (size_t k = 0; found && k < flat->count; k++)
      if (flat->list[k].target && !strcmp(flat->list[k].target->text, found))
        return found;
  }
  return NULL;
}

/* What dc_next is by, which the next step of time hands back: c. */
static const char *of_next_step(struct bp_turns *turns, const char *key) {
  static const char next[] = "next";
  size_t length = strlen(key), tail = strlen(next);
  if (key[0] != 'd' || length < tail + 2)
    return NULL;
  bool last = strcmp(key + length - tail, next) == 0, first = strncmp(key + 1, next, tail) == 0;
  const char *base = last    ? bp_arena_strndup(turns->arena, key + 1, length - tail - 1)
                     : first ? key + 1 + tail
                             : NULL;
  return base && *base ? in_frames(turns, base) : NULL;
}

bool bp_adjoint_hand(struct bp_turns *turns, const struct bp_turns_frame *frame) {
  for (size_t k = 0; k < frame->names.count_of_slots; k++) {
    struct bp_slot *slot = &frame->names.slots[k];
    if (!slot->held || slot->held->kind != BP_HELD_ARRAY || !slot->held->given)
      continue;
    const char *key = slot->held->text, *of = NULL;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && !of; i++) {
      size_t length = strlen(prefixes[i]);
      if (!strncmp(key, prefixes[i], length) && key[length])
        of = in_frames(turns, key + length);
    }
    if (!of)
      of = of_next_step(turns, key);
    if (!of)
      continue;
    if (!bp_list_room(turns->arena, turns->handed, turns->handed_count, turns->handed_capacity))
      return false;
    turns->handed[turns->handed_count++] = (struct bp_code_handed){key, of};
  }
  return true;
}

/* ---- what a derivative is by, from its use ------------------------------- */

/* The step that a name was computed by; a step of training computes nothing that is used. */
static struct bp_code_step *step_of(struct bp_turns *turns, const char *key) {
  for (size_t k = 0; key && k < turns->flat->count; k++) {
    struct bp_code_step *step = &turns->flat->list[k];
    bool computes = step->kind == BP_STEP_DEFINITION || step->kind == BP_STEP_GRADIENT;
    if (computes && step->target && !strcmp(step->target->text, key))
      return step;
  }
  return NULL;
}

/* A name for a part of the value of a step, which then stands there. */
static const char *named(struct bp_turns *turns, size_t step, struct bp_code_node *part) {
  struct bp_code_node *inside = bp_arena_alloc(turns->arena, 1, sizeof *inside);
  const char *of = turns->flat->list[step].target->text;
  const char *key = bp_arena_printf(turns->arena, "%sin", of);
  key = key ? bp_turns_fresh(turns, key) : NULL;
  if (!inside || !key)
    return NULL;
  *inside = *part;
  const struct bp_code_line *line = turns->flat->list[step].line;
  struct bp_code_statement place = {
      .span = line->span, .target = line->target, .value = line->value};
  const struct bp_code_statement *before = turns->statement;
  turns->statement = &place;
  struct bp_code_step *made = bp_turns_step(turns, BP_STEP_DEFINITION, key, line->target, inside);
  turns->statement = before;
  if (!made)
    return NULL;
  made->inner = true;
  made->turn = turns->flat->list[step].turn;
  *part = (struct bp_code_node){.kind = BP_CODE_NAME,
                                .span = inside->span,
                                .name = inside->span,
                                .text = key,
                                .axis = BP_CODE_NO_AXIS};
  return key;
}

const char *bp_adjoint_behind_mask(struct bp_turns *turns, const struct bp_turns_held *gradient,
                                   const struct bp_turns_held *mask) {
  const struct bp_code_step *of = gradient->kind == BP_HELD_ARRAY && gradient->step > 0
                                      ? &turns->flat->list[gradient->step - 1]
                                      : NULL;
  bool compared = mask && mask->kind == BP_HELD_ARRAY && mask->node->kind == BP_CODE_BINARY;
  if (!of || of->kind != BP_STEP_GRADIENT || !compared || !bp_code_mentions(mask->node, of->base))
    return NULL;
  struct bp_code_step *output = step_of(turns, of->base);
  struct bp_code_node *value = output ? output->value : NULL;
  if (!value || value->kind != BP_CODE_CALL || value->count == 0)
    return NULL;
  size_t which = value->count == 2 && value->child[0]->kind == BP_CODE_NUMBER;
  bool relu = (value->count == 2 && !strcmp(value->text, "maximum")) ||
              (value->count == 1 && (strstr(value->text, "relu") || strstr(value->text, "ReLU")));
  struct bp_code_node *input = relu ? value->child[which] : NULL;
  if (!input)
    return NULL;
  return input->kind == BP_CODE_NAME ? input->text
                                     : named(turns, (size_t)(output - turns->flat->list), input);
}

/* A place in the forward pass: the step, and the sum in it to which a parameter belongs. */
struct place {
  size_t step;
  struct bp_code_node *sum; /* NULL: none was found */
  bool several;
};

static bool is_parameter_here(const struct bp_code_node *node, const char *key, bool bias) {
  if (node->kind == BP_CODE_NAME && bias)
    return !strcmp(node->text, key);
  if (bias || node->kind != BP_CODE_BINARY || node->sign != '@')
    return false;
  for (size_t k = 0; k < 2; k++) {
    const struct bp_code_node *one = node->child[k];
    while ((one->kind == BP_CODE_TRANSPOSE || one->kind == BP_CODE_CALL) && one->count == 1)
      one = one->child[0];
    if (one->kind == BP_CODE_NAME && !strcmp(one->text, key))
      return true;
  }
  return false;
}

/* Looks for the parameter in a value; `sum` is the outermost sum around, whose term it is. */
static void look_for(struct bp_code_node *node, struct bp_code_node *sum, const char *key,
                     bool bias, size_t step, struct place *place) {
  bool adds = node->kind == BP_CODE_BINARY && strchr("+-", node->sign);
  if (is_parameter_here(node, key, bias) && (sum || !bias)) {
    place->several = place->several || place->sum;
    place->sum = sum ? sum : node;
    place->step = step;
  }
  for (size_t k = 0; k < node->count; k++)
    look_for(node->child[k], adds ? (sum ? sum : node) : NULL, key, bias, step, place);
}

static size_t mentions(const struct bp_code_node *node, const char *key) {
  size_t count = node->kind == BP_CODE_NAME && !strcmp(node->text, key);
  for (size_t k = 0; k < node->count; k++)
    count += mentions(node->child[k], key);
  return count;
}

/* What stands for the sum: the name of its step, where that is all that it says. */
static const char *name_of_place(struct bp_turns *turns, const struct place *place) {
  struct bp_code_step *step = &turns->flat->list[place->step];
  if (step->value == place->sum)
    return step->target->text;
  return place->sum->kind == BP_CODE_NAME ? place->sum->text
                                          : named(turns, place->step, place->sum);
}

/* The same for the derivative `key`: dS is by S, whatever else S does to the sum, as to divide it.
 */
static const char *base_of_place(struct bp_turns *turns, const struct place *place,
                                 const char *key) {
  const char *target = turns->flat->list[place->step].target->text;
  return key[0] == 'd' && !strcmp(key + 1, target) ? target : name_of_place(turns, place);
}

/* Which step of which a derivative of a parameter is made votes for which place. */
struct vote {
  size_t by;
  struct place place;
};

/* Whether a derivative stands in the value, or what is made of one: W2.T @ delta. */
static bool is_of_gradients(struct bp_turns *turns, const struct bp_code_node *node) {
  struct bp_code_step *step = node->kind == BP_CODE_NAME ? step_of(turns, node->text) : NULL;
  bool found = step && step->kind == BP_STEP_GRADIENT;
  bool turned = node->kind == BP_CODE_TRANSPOSE;
  for (size_t k = 0; k < node->count && !found; k++)
    found = is_of_gradients(turns, node->child[k]);
  return found || turned;
}

struct votes {
  struct bp_turns *turns;
  const char *base;
  bool *forward; /* of each step: a parameter acts on it, or the loss comes of it */
  bool *acted;   /* of each step: a parameter acts on it, or on what comes of it */
  bool *looked;  /* of each step: it was asked whether it is compared, and is not */
  bool *passed;  /* and whether it goes back, and does not */
  struct vote *list;
  size_t count, capacity;
  bool failed;
};

/* The step of a name that may be a derivative: none that is one by its name. */
static size_t voter(struct votes *votes, const struct bp_code_node *node) {
  while (node->count == 1 && (node->kind == BP_CODE_CALL || node->kind == BP_CODE_TRANSPOSE) &&
         (node->kind == BP_CODE_TRANSPOSE || !strcmp(node->text, "vec")))
    node = node->child[0];
  struct bp_code_step *step = node->kind == BP_CODE_NAME ? step_of(votes->turns, node->text) : NULL;
  size_t count = votes->turns->flat->count;
  size_t at = step ? (size_t)(step - votes->turns->flat->list) : count;
  return step && step->kind == BP_STEP_DEFINITION && !step->inner && !votes->forward[at] ? at
                                                                                         : count;
}

/* Marks what a value is computed from. */
static void mark_forward(struct votes *votes, const struct bp_code_node *node) {
  struct bp_code_step *step = node->kind == BP_CODE_NAME ? step_of(votes->turns, node->text) : NULL;
  size_t at = step ? (size_t)(step - votes->turns->flat->list) : 0;
  if (step && !votes->forward[at]) {
    votes->forward[at] = true;
    mark_forward(votes, step->value);
  }
  for (size_t k = 0; k < node->count; k++)
    mark_forward(votes, node->child[k]);
}

static bool comes_of_compared(struct votes *votes, const struct bp_code_node *node) {
  struct bp_turns *turns = votes->turns;
  const struct bp_code_step *step = node->kind == BP_CODE_NAME ? step_of(turns, node->text) : NULL;
  if (step && step->kind == BP_STEP_GRADIENT)
    return true;
  if (step) {
    bool *looked = &votes->looked[step - turns->flat->list];
    bool first = !*looked;
    *looked = true;
    return first && comes_of_compared(votes, step->value);
  }
  bool found = node->kind == BP_CODE_NAME &&
               (strchr("YyTt", node->text[0]) || !strncmp(node->text, "label", 5));
  for (size_t k = 0; node->kind == BP_CODE_NAME && k < turns->label_count && !found; k++)
    found = strcmp(turns->labels[k], node->text) == 0;
  for (size_t k = 0; k < node->count && !found; k++)
    found = comes_of_compared(votes, node->child[k]);
  return found;
}

/* Whether something comes of a derivative, or of what an output is compared with.  Each step is
 * looked at once: where each uses the one before it twice, there are 2^n ways back to the first. */
static bool is_compared(struct votes *votes, const struct bp_code_node *node) {
  memset(votes->looked, 0, votes->turns->flat->count * sizeof *votes->looked);
  return comes_of_compared(votes, node);
}

/* The forward pass: what the loss is computed from, and what parameters act on. */
static void find_forward(struct votes *votes) {
  const struct bp_code_steps *flat = votes->turns->flat;
  for (size_t k = 0; k < flat->count; k++) {
    const struct bp_code_step *step = &flat->list[k];
    if (step->kind != BP_STEP_GRADIENT || !step->base ||
        !bp_held_member(&votes->turns->givens, step->base))
      continue;
    for (int bias = 0; bias < 2; bias++)
      for (size_t i = 0; i < flat->count; i++) {
        struct place place = {0, NULL, false};
        if (flat->list[i].kind == BP_STEP_DEFINITION)
          look_for(flat->list[i].value, NULL, step->base, bias, i, &place);
        if (place.sum && !is_of_gradients(votes->turns, flat->list[i].value) &&
            !is_compared(votes, flat->list[i].value)) {
          votes->acted[i] = true;
          mark_forward(votes, flat->list[i].value);
        }
      }
  }
  for (size_t i = 0; i < flat->count; i++)
    votes->acted[i] = votes->acted[i] || votes->forward[i];
  struct bp_code_step *loss = step_of(votes->turns, votes->turns->loss);
  if (loss)
    mark_forward(votes, loss->value);
}

static bool comes_of_targets(struct votes *votes, const struct bp_code_node *node) {
  struct bp_turns *turns = votes->turns;
  const struct bp_code_step *step = node->kind == BP_CODE_NAME ? step_of(turns, node->text) : NULL;
  if (step) {
    bool *passed = &votes->passed[step - turns->flat->list];
    bool first = !*passed;
    *passed = true;
    return first && comes_of_targets(votes, step->value);
  }
  if (node->kind == BP_CODE_NAME) {
    bool acts = false;
    for (size_t i = 0; i < turns->flat->count && !acts; i++)
      acts = votes->acted[i] && turns->flat->list[i].kind == BP_STEP_DEFINITION &&
             bp_code_mentions(turns->flat->list[i].value, node->text);
    return !acts;
  }
  for (size_t k = 0; k < node->count; k++)
    if (comes_of_targets(votes, node->child[k]))
      return true;
  return false;
}

/* Whether something comes of a derivative, or of what no parameter acts on, as the targets: the
 * output of a network is none of these, and no derivative. */
static bool goes_back(struct votes *votes, const struct bp_code_node *node) {
  memset(votes->passed, 0, votes->turns->flat->count * sizeof *votes->passed);
  return is_compared(votes, node) || comes_of_targets(votes, node);
}

/* Where the parameter acts, before the step `end`; a bias nowhere else.  What is compared with a
 * target there, err = x @ w + b - y, is no place in the forward pass. */
static struct place find_place(const struct votes *votes, const char *key, bool bias, long turn,
                               size_t end) {
  struct bp_code_steps *flat = votes->turns->flat;
  struct place all = {0, NULL, false}, same = {0, NULL, false};
  size_t everywhere = 0, here = 0;
  for (size_t k = 0; k < end; k++) {
    struct bp_code_step *step = &flat->list[k];
    if (step->kind != BP_STEP_DEFINITION || step->again || !votes->acted[k] ||
        bp_is_called_loss(step->target->text))
      continue;
    look_for(step->value, NULL, key, bias, k, &all);
    everywhere += mentions(step->value, key);
    if (turn < 0 || step->turn != turn)
      continue;
    look_for(step->value, NULL, key, bias, k, &same);
    here += mentions(step->value, key);
  }
  all.several = all.several || (bias && everywhere > 1);
  same.several = same.several || (bias && here > 1);
  return all.several ? same : all;
}

static void vote(struct votes *votes, const struct bp_code_node *node, bool bias) {
  struct bp_turns *turns = votes->turns;
  size_t by = voter(votes, node);
  if (by == turns->flat->count || !goes_back(votes, turns->flat->list[by].value))
    return;
  struct place place = find_place(votes, votes->base, bias, turns->flat->list[by].turn, by);
  if (!place.sum || place.several || place.step == by)
    return;
  if (!bp_list_room(turns->arena, votes->list, votes->count, votes->capacity)) {
    votes->failed = true;
    return;
  }
  votes->list[votes->count++] = (struct vote){by, place};
}

/* The terms of a derivative of a parameter, without their factors that are numbers. */
static void ask(struct votes *votes, const struct bp_code_node *node) {
  if (node->kind == BP_CODE_NAME)
    vote(votes, node, true);
  else if (node->kind == BP_CODE_SUM && !node->text)
    vote(votes, node->child[0], true);
  else if (node->kind == BP_CODE_BINARY && node->sign == '@') {
    vote(votes, node->child[0], false);
    vote(votes, node->child[1], false);
  } else if (node->kind == BP_CODE_BINARY && strchr("+-*/", node->sign)) {
    ask(votes, node->child[0]);
    if (node->sign != '/')
      ask(votes, node->child[1]);
  } else if (node->kind == BP_CODE_OPPOSITE ||
             (node->kind == BP_CODE_CALL && !strcmp(node->text, "vec")))
    ask(votes, node->child[0]);
}

/* The place for which most votes of a step are; NULL: there is none, or two have as many. */
static const struct place *elected(const struct votes *votes, size_t by) {
  const struct place *best = NULL;
  size_t most = 0;
  bool tie = false;
  for (size_t i = 0; i < votes->count; i++) {
    size_t count = 0;
    if (votes->list[i].by != by)
      continue;
    for (size_t k = 0; k < votes->count; k++)
      count += votes->list[k].by == by && votes->list[k].place.sum == votes->list[i].place.sum;
    if (best && count == most && best->sum != votes->list[i].place.sum)
      tie = true;
    if (count > most) {
      best = &votes->list[i].place;
      most = count;
      tie = false;
    }
  }
  return tie ? NULL : best;
}

bool bp_adjoint_by_use(struct bp_turns *turns) {
  size_t count = turns->flat->count;
  struct votes votes = {.turns = turns,
                        .forward = bp_arena_alloc(turns->arena, count + 1, sizeof(bool)),
                        .acted = bp_arena_alloc(turns->arena, count + 1, sizeof(bool)),
                        .looked = bp_arena_alloc(turns->arena, count + 1, sizeof(bool)),
                        .passed = bp_arena_alloc(turns->arena, count + 1, sizeof(bool))};
  if (!votes.forward || !votes.acted || !votes.looked || !votes.passed)
    return false;
  find_forward(&votes);
  for (size_t k = 0; k < count; k++) {
    const struct bp_code_step *step = &turns->flat->list[k];
    votes.base = step->base;
    if (step->kind == BP_STEP_GRADIENT && step->base && step->value->kind != BP_CODE_UNREAD)
      ask(&votes, step->value);
  }
  for (size_t k = 0; k < count && !votes.failed; k++) {
    const struct place *place = elected(&votes, k);
    const char *base =
        place ? base_of_place(turns, place, turns->flat->list[k].target->text) : NULL;
    if (place && !base)
      return !bp_arena_failed(turns->arena);
    if (base) {
      turns->flat->list[k].kind = BP_STEP_GRADIENT;
      turns->flat->list[k].elected = true;
      turns->flat->list[k].base = base;
    }
  }
  return !votes.failed;
}
