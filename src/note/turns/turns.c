/* Statements of a program that is followed: what a name holds from there on.
 *
 * Each assignment of a formula becomes a step, under a name that no other step has; so a name that
 * is assigned at every turn of a loop has as many names as there were turns.  What is changed in
 * place, dW += …, dZ[Z < 0] = 0, is the old formula and what was done to it: the step before is
 * taken back, unless something was computed from it in between.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"
#include "note/turns/adjoint.h"
#include "note/turns/parts.h"

enum { MOST_STEPS = 800 };

/* ---- steps --------------------------------------------------------------- */

/* Which of a key's names this is: 1 the key, k the key with "vk" behind it, 0 none. */
static size_t number_of(const char *name, const char *key) {
  size_t length = strlen(key), number = 0;
  if (strncmp(name, key, length) != 0)
    return 0;
  const char *at = name + length;
  if (!*at)
    return 1;
  if (*at++ != 'v' || *at == '0')
    return 0;
  for (; *at >= '0' && *at <= '9' && number <= MOST_STEPS; at++)
    number = 10 * number + (size_t)(*at - '0');
  return *at || number < 2 ? 0 : number;
}

/* A name that no step has: the key, or with letters behind it that no program writes.  Steps are
 * looked at once and not once for each name: a loop may have assigned one key in all of them. */
const char *bp_turns_fresh(struct bp_turns *turns, const char *key) {
  bool taken[MOST_STEPS + 2] = {false}; /* one of them is free */
  for (size_t i = 0; i < turns->flat->count; i++) {
    const struct bp_code_node *target = turns->flat->list[i].target;
    size_t number = target ? number_of(target->text, key) : 0;
    if (number <= MOST_STEPS + 1)
      taken[number] = true;
  }
  for (size_t k = 1; k <= MOST_STEPS + 1; k++) {
    const char *name = taken[k] || k == 1 ? key : bp_arena_printf(turns->arena, "%sv%zu", key, k);
    if (!name || (!taken[k] && !bp_held_member(&turns->givens, name)))
      return name;
  }
  return NULL;
}

struct bp_code_step *bp_turns_step(struct bp_turns *turns, enum bp_step_kind kind, const char *key,
                                   struct bp_span place, struct bp_code_node *value) {
  struct bp_code_steps *flat = turns->flat;
  const struct bp_code_statement *of = turns->statement;
  struct bp_code_line *line = bp_arena_alloc(turns->arena, 1, sizeof *line);
  struct bp_code_node *target = bp_turns_node(turns, BP_CODE_NAME, place, NULL, NULL);
  if (flat->count >= MOST_STEPS || !line || !target || !value || !key ||
      !bp_list_room(turns->arena, flat->list, flat->count, turns->step_capacity))
    return NULL;
  *line = (struct bp_code_line){.kind = BP_CODE_ASSIGNMENT,
                                .span = of->span,
                                .target = of->target,
                                .value = of->value,
                                .sign = '='};
  target->text = key;
  flat->list[flat->count] =
      (struct bp_code_step){.kind = kind,
                            .line = line,
                            .target = target,
                            .value = value,
                            .call = turns->frame ? turns->frame->call : 0,
                            .turn = turns->frame && turns->frame->turn ? *turns->frame->turn : -1};
  return &flat->list[flat->count++];
}

/* The step that an array was assigned by, as long as nothing was computed from it: it is taken
 * back, and its formula is what the array is. */
struct bp_turns_held *bp_turns_taken_back(struct bp_turns *turns, struct bp_turns_held *held) {
  struct bp_code_step *step =
      held->kind == BP_HELD_ARRAY && held->step > 0 ? &turns->flat->list[held->step - 1] : NULL;
  if (!step || held->node->kind != BP_CODE_NAME)
    return held;
  bool gradient = step->kind == BP_STEP_GRADIENT;
  if (gradient && step->used > 0)
    step->kind = BP_STEP_DEFINITION; /* a part of what it will be */
  if (!gradient || step->used > 0)
    return held;
  struct bp_turns_held *copy = bp_held_new(turns, BP_HELD_ARRAY);
  if (!copy)
    return NULL;
  *copy = *held;
  copy->node = step->value;
  copy->step = 0;
  step->kind = BP_STEP_NOTHING;
  step->target = NULL;
  step->base = NULL;
  return copy;
}

/* Whether the program has a derivative by what is called so. */
static bool has_derivative(struct bp_turns *turns, const char *key) {
  static const char *const names[] = {"d%s", "grad%s", "%sgrad", "%sgradient"};
  bool found = false;
  for (size_t k = 0; k < sizeof names / sizeof *names && !found; k++) {
    const char *mark = strstr(names[k], "%s");
    const char *name =
        bp_arena_printf(turns->arena, "%.*s%s%s", (int)(mark - names[k]), names[k], key, mark + 2);
    found = name && bp_steps_have(turns->steps, name);
  }
  return found;
}

/* A parameter that begins with numbers: it is given, whatever they are. */
static bool begins_training(struct bp_turns *turns, const struct bp_turns_held *held,
                            const char *key) {
  static const char *const names[] = {"W",   "w", "b", "theta", "Theta",
                                      "syn", "U", "V", "beta",  "gamma"};
  const struct bp_code_node *node = held->kind == BP_HELD_ARRAY ? held->node : NULL;
  if (node && node->kind == BP_CODE_OPPOSITE) /* w = -0.2 */
    node = node->child[0];
  bool constant = held->kind == BP_HELD_ZEROS || held->kind == BP_HELD_COUNT ||
                  (node && node->kind == BP_CODE_NUMBER);
  bool called = held->kind == BP_HELD_ZEROS && (held->open || has_derivative(turns, key));
  for (size_t k = 0; k < sizeof names / sizeof *names && !called; k++)
    called = strncmp(key, names[k], strlen(names[k])) == 0 && strncmp(key, "batch", 5) != 0;
  return constant && called;
}

/* Whether an object is made: what it is given there it is trained from. */
static bool is_set_up(const struct bp_turns *turns) {
  struct bp_span name = turns->steps->code->units[turns->frame->unit].name;
  static const char maker[] = "__init__";
  return name.end - name.begin == strlen(maker) &&
         !memcmp(turns->steps->code->source->text + name.begin, maker, strlen(maker));
}

/* A parameter where training begins: given, and another one at each turn of a loop that counts
 * layers. */
static struct bp_turns_held *begun(struct bp_turns *turns, const char *key,
                                   const struct bp_turns_held *held) {
  const long *turn = turns->frame ? turns->frame->turn : NULL;
  if (turn && turns->frame->unit > 0 && is_set_up(turns))
    key = bp_arena_printf(turns->arena, "%s%ld", key, *turn + 1);
  struct bp_turns_held *given = key ? bp_held_given(turns, key) : NULL;
  if (!given || given->kind != BP_HELD_ARRAY)
    return given;
  if (given->rank == BP_RANK_OPEN)
    given->rank = held->kind == BP_HELD_ZEROS ? held->rank : BP_RANK_OPEN;
  unsigned ones = bp_ones_of(turns->steps, turns->statement->value);
  struct bp_code_step *step =
      ones ? bp_turns_step(turns, BP_STEP_NOTHING, key, turns->statement->target, given->node)
           : NULL;
  if (step)
    step->ones = ones;
  return given;
}

/* What a name holds to which `held` is assigned: a formula gets a step. */
/* m = X.shape[1]: how samples lie. */
static void tell_samples(struct bp_turns *turns, const char *key, struct bp_span place,
                         const struct bp_turns_held *held) {
  bool size = held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_SIZE &&
              held->node->axis != BP_CODE_NO_AXIS;
  if (size && bp_counts_samples(key))
    bp_turns_step(turns, BP_STEP_SIZE, key, place, held->node);
}

static bool is_same_formula(const struct bp_code_node *one, const struct bp_code_node *other) {
  bool named = one->text && other->text;
  bool same = one->kind == other->kind && one->sign == other->sign && one->axis == other->axis &&
              one->mean == other->mean && one->count == other->count &&
              one->index[0] == other->index[0] && one->index[1] == other->index[1] &&
              !one->text == !other->text && (!named || !strcmp(one->text, other->text));
  for (size_t k = 0; same && k < one->count; k++)
    same = is_same_formula(one->child[k], other->child[k]);
  return same;
}

/* The step of another body, or of an earlier call, that says the same under that name, as a loss
 * computes the forward pass once more; 1 + its number, or 0. */
static size_t said_before(const struct bp_turns *turns, const char *key,
                          const struct bp_code_node *value) {
  const struct bp_code_steps *flat = turns->flat;
  for (size_t k = 0; k < flat->count; k++) {
    const struct bp_code_step *step = &flat->list[k];
    if (step->kind == BP_STEP_DEFINITION && step->call != turns->frame->call &&
        !strcmp(step->target->text, key) && is_same_formula(step->value, value))
      return k + 1;
  }
  return 0;
}

static bool is_measure(const struct bp_code_node *node) {
  bool measure = (node->kind == BP_CODE_BINARY && node->sign == '^') ||
                 (node->kind == BP_CODE_CALL &&
                  (!strcmp(node->text, "log") || !strcmp(node->text, "maximum")));
  for (size_t k = 0; k < node->count && !measure; k++)
    measure = is_measure(node->child[k]);
  return measure;
}

/* Of what may be the loss the last one that is called so most plainly; without such a name a number
 * that is called an error, and is added up. */
static void tell_loss(struct bp_turns *turns, const char *key, const char *name,
                      const struct bp_turns_held *held) {
  static const char *const names[] = {"total", "totalerror", "error", "err", "sse",
                                      "rss",   "nll",        "ce",    "obj", "sum"};
  int rank = bp_is_exponential(held->node) ? 0 : 2 * bp_loss_rank(key); /* E = exp(S) */
  bool added = turns->statement->sign == '+' && held->rank == 0;
  for (size_t k = 0; added && k < sizeof names / sizeof *names; k++)
    if (!rank && !strcmp(names[k], key) && is_measure(held->node))
      rank = 1;
  if (rank == 0 || rank < turns->loss_rank)
    return;
  turns->loss = name;
  turns->loss_rank = rank;
}

void bp_turns_call_loss(struct bp_turns *turns, const struct bp_turns_held *value) {
  const struct bp_code_statement *before = turns->statement;
  struct bp_code_statement place = {.span = value->node->span};
  turns->statement = &place;
  struct bp_code_step *step = bp_turns_step(
      turns, BP_STEP_DEFINITION, bp_turns_fresh(turns, "loss"), value->node->span, value->node);
  turns->statement = before;
  turns->loss = step ? step->target->text : NULL;
  turns->loss_rank = step ? 2 * bp_loss_rank("loss") : 0;
}

struct bp_turns_held *bp_turns_defined(struct bp_turns *turns, const char *key, const char *base,
                                       struct bp_span place, struct bp_turns_held *held) {
  if (!key || !held)
    return NULL;
  tell_samples(turns, key, place, held);
  bool gradient = base != NULL;
  if (!gradient && begins_training(turns, held, key))
    return begun(turns, key, held);
  for (size_t k = 0; held->kind == BP_HELD_LIST && !held->open && k < held->count_of_slots; k++) {
    const struct bp_turns_held *one = held->slots[k].held;
    const char *member = bp_arena_printf(turns->arena, "%s%zu", key, k);
    if (member && one->kind == BP_HELD_ZEROS && one->open)
      held->slots[k].held = begun(turns, member, one);
    if (!member || !held->slots[k].held)
      return NULL;
  }
  if (held->kind == BP_HELD_UNKNOWN && gradient) {
    struct bp_code_node *value = bp_turns_node(turns, BP_CODE_UNREAD, place, NULL, NULL);
    struct bp_code_step *step =
        bp_turns_step(turns, BP_STEP_GRADIENT, bp_turns_fresh(turns, key), place, value);
    if (step) {
      step->base = base;
      step->why = held->why;
    }
    return held;
  }
  if (held->kind != BP_HELD_ARRAY)
    return held;
  enum bp_code_node_kind kind = held->node->kind;
  if (!gradient && kind == BP_CODE_BINARY && strchr("<>lg", held->node->sign)) {
    held->node->grouped = true; /* a condition stands wherever it is used, as a factor */
    return held;
  }
  bool same = gradient && kind == BP_CODE_NAME && held->step > 0 &&
              turns->flat->list[held->step - 1].kind == BP_STEP_GRADIENT &&
              !strcmp(turns->flat->list[held->step - 1].base, base);
  if (same || (!gradient && (kind == BP_CODE_NAME || kind == BP_CODE_PART || kind == BP_CODE_SIZE ||
                             kind == BP_CODE_NUMBER)))
    return held;
  const char *name = bp_turns_fresh(turns, key);
  struct bp_code_step *step =
      name ? bp_turns_step(turns, gradient ? BP_STEP_GRADIENT : BP_STEP_DEFINITION, name, place,
                           held->node)
           : NULL;
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_ARRAY);
  if (!step || !made)
    return bp_held_unknown(turns, "the program is too long to be followed turn by turn");
  step->base = base;
  *made = *held;
  made->given = made->label = false;
  size_t before = gradient ? 0 : said_before(turns, key, held->node);
  made->step = before ? before : turns->flat->count;
  step->again = before > 0;
  if (before)
    name = turns->flat->list[before - 1].target->text;
  made->node = bp_turns_node(turns, BP_CODE_NAME, place, NULL, NULL);
  if (!made->node)
    return NULL;
  made->node->text = name;
  tell_loss(turns, key, name, held);
  return made;
}

/* ---- assignment ---------------------------------------------------------- */

static bool unpack(struct bp_turns *turns, const struct bp_syntax *target,
                   struct bp_turns_held *held) {
  for (size_t k = 0; k < target->count; k++) {
    struct bp_turns_held *one = NULL;
    if (held->kind == BP_HELD_LIST)
      one = bp_held_item(held, (long)k);
    else if (held->kind == BP_HELD_SIZES) {
      struct bp_code_node *size =
          bp_turns_node(turns, BP_CODE_SIZE, turns->statement->value, held->node, NULL);
      if (size)
        size->axis = (int)k;
      one = k < 2 ? bp_held_array(turns, size, 0, BP_WAY_OPEN) : NULL;
    } else if (target->child[k]->kind == BP_SYNTAX_NAME)
      one = bp_held_given(turns, target->child[k]->text); /* whatever it came from */
    if (!bp_turns_assign(turns, target->child[k],
                         one ? one : bp_held_unknown(turns, "its value is not known")))
      return false;
  }
  return true;
}

/* The list or the table of which the target is a member; NULL: it is none. */
struct bp_turns_held *bp_turns_container(struct bp_turns *turns, const struct bp_syntax *target,
                                         const char **key, long *index) {
  struct bp_turns_held *of = bp_turns_value(turns, target->child[0]);
  struct bp_turns_held *at =
      target->count == 2 && target->child[1] && target->child[1]->kind != BP_SYNTAX_SLICE
          ? bp_turns_value(turns, target->child[1])
          : NULL;
  *key = NULL;
  if (!of || !at || (of->kind != BP_HELD_LIST && of->kind != BP_HELD_TABLE))
    return NULL;
  *index = at->kind == BP_HELD_COUNT ? at->count : 0;
  if (of->kind == BP_HELD_LIST && at->kind == BP_HELD_COUNT)
    *index += *index < 0 ? (long)of->count_of_slots : 0;
  *key = at->kind == BP_HELD_TEXT    ? at->text
         : at->kind == BP_HELD_COUNT ? bp_arena_printf(turns->arena, "%ld", *index)
                                     : NULL;
  return *key ? of : NULL;
}

const char *bp_turns_name_of(const struct bp_syntax *node) {
  return node->kind == BP_SYNTAX_NAME || node->kind == BP_SYNTAX_FIELD ? node->text
         : node->count > 0 ? bp_turns_name_of(node->child[0])
                           : "it";
}

static bool put(struct bp_turns *turns, struct bp_turns_held *of, const char *key, long index,
                struct bp_turns_held *held) {
  if (of->kind == BP_HELD_TABLE)
    return bp_held_put(turns, of, key, held);
  if (index == (long)of->count_of_slots)
    return bp_held_append(turns, of, held);
  if (index >= 0 && index < (long)of->count_of_slots)
    of->slots[index].held = held;
  return true;
}

/* A name for a member: of "dW1" itself, of number 2 the name of its list with it. */
static const char *member_key(struct bp_turns *turns, const char *list, const char *key) {
  bool number = strspn(key, "0123456789-") == strlen(key);
  const char *word = bp_turns_key(turns, number ? list : key);
  return !word || !number ? word
         : key[0] == '-'  ? bp_arena_printf(turns->arena, "%sbefore", word)
                          : bp_arena_printf(turns->arena, "%s%s", word, key);
}

bool bp_turns_assign_member(struct bp_turns *turns, const struct bp_syntax *target,
                            struct bp_turns_held *held) {
  const char *key;
  long index = 0;
  struct bp_turns_held *of = bp_turns_container(turns, target, &key, &index);
  if (of) {
    const char *list = bp_turns_name_of(target->child[0]), *name = member_key(turns, list, key);
    const char *base = bp_adjoint_of_member(turns, list, key, bp_held_item(of, index));
    held = name ? bp_turns_defined(turns, name, base, target->span, held) : NULL;
    return held && put(turns, of, key, index, held);
  }
  return bp_turns_change(turns, target, '=', held);
}

static const char *without_target(struct bp_turns *turns, const char *base,
                                  const struct bp_turns_held *held) {
  bool given = base && held->kind == BP_HELD_ARRAY && bp_is_called_target(base) &&
               bp_held_member(&turns->givens, base);
  return given && bp_turns_compared(turns, held->node, base) ? NULL : base;
}

enum { DEEPEST_STEPS = 8 };

/* Whether a value is made of the name, by itself or by the steps that it uses. */
static bool is_made_of(const struct bp_turns *turns, const struct bp_code_node *node,
                       const char *name, size_t depth) {
  const struct bp_code_steps *flat = turns->flat;
  if (node->kind == BP_CODE_NAME && !strcmp(node->text, name))
    return true;
  for (size_t k = flat->count; node->kind == BP_CODE_NAME && depth < DEEPEST_STEPS && k > 0; k--)
    if (flat->list[k - 1].target && !strcmp(flat->list[k - 1].target->text, node->text))
      return is_made_of(turns, flat->list[k - 1].value, name, depth + 1);
  for (size_t k = 0; k < node->count; k++)
    if (is_made_of(turns, node->child[k], name, depth))
      return true;
  return false;
}

/* Whether it is a derivative that the program is handed. */
static bool is_handed(const struct bp_turns *turns, const struct bp_turns_held *held) {
  for (size_t k = 0; k < turns->handed_count && held->given; k++)
    if (!strcmp(turns->handed[k].gradient, held->node->text))
      return true;
  return false;
}

/* dh = h*(1 - h)*dh, or dh = Wh.T @ da after da = (1 - h**2)*dh: made of what it was, it is the
 * derivative by something else from there on. */
static bool turns_again(const struct bp_turns *turns, const struct bp_turns_held *before,
                        const struct bp_turns_held *held) {
  if (!before || before->kind != BP_HELD_ARRAY || held->kind != BP_HELD_ARRAY ||
      before->node->kind != BP_CODE_NAME)
    return false;
  return (before->step > 0 || is_handed(turns, before)) &&
         is_made_of(turns, held->node, before->node->text, 0);
}

static bool is_scalar(const struct bp_code_node *node) {
  bool scalar = node->kind == BP_CODE_NUMBER || node->kind == BP_CODE_SIZE ||
                (node->kind == BP_CODE_NAME && bp_counts_samples(node->text)) ||
                node->kind == BP_CODE_BINARY || node->kind == BP_CODE_OPPOSITE;
  for (size_t k = 0; k < node->count && scalar && node->kind != BP_CODE_SIZE; k++)
    scalar = is_scalar(node->child[k]);
  return scalar;
}

/* dW = dW / m, dW = dW + reg*W: changed as by an operator of its own.  Puts the formula of what it
 * was in its place. */
static bool goes_on(struct bp_turns *turns, const struct bp_turns_held *before,
                    struct bp_turns_held *held) {
  struct bp_code_node *node = held->node;
  if (before->step == 0 || turns->flat->list[before->step - 1].kind != BP_STEP_GRADIENT)
    return false;
  struct bp_code_step *step = &turns->flat->list[before->step - 1];
  if (node->kind != BP_CODE_BINARY || node->count != 2 || step->used != 1)
    return false;
  bool left =
      node->child[0]->kind == BP_CODE_NAME && !strcmp(node->child[0]->text, before->node->text);
  struct bp_code_node *old = node->child[!left], *other = node->child[left];
  bool sum = strchr("+-", node->sign) && (left || node->sign == '+');
  bool scale = strchr("*/", node->sign) && is_scalar(other) && (left || node->sign == '*');
  if (old->kind != BP_CODE_NAME || strcmp(old->text, before->node->text) != 0 || (!sum && !scale))
    return false;
  node->child[!left] = step->value;
  step->kind = BP_STEP_NOTHING;
  step->target = NULL;
  step->base = NULL;
  return true;
}

/* Whether the statement that is followed reads data: np.loadtxt(…), load_iris(). */
static bool is_loaded(const struct bp_turns *turns) {
  static const char *const words[] = {"load", "read_", "fetch", "genfromtxt", "make_"};
  const char *text = turns->steps->code->source->text;
  struct bp_span value = turns->statement->value;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    for (size_t at = value.begin; at + strlen(words[k]) < value.end; at++)
      if (!memcmp(text + at, words[k], strlen(words[k])) && memchr(text + at, '(', value.end - at))
        return true;
  return false;
}

bool bp_turns_assign(struct bp_turns *turns, const struct bp_syntax *target,
                     struct bp_turns_held *held) {
  if (!held)
    return !bp_arena_failed(turns->arena);
  if (target->kind == BP_SYNTAX_TUPLE || target->kind == BP_SYNTAX_LIST)
    return unpack(turns, target, held);
  if (target->kind == BP_SYNTAX_PART)
    return bp_turns_assign_member(turns, target, held);
  bool field = target->kind == BP_SYNTAX_FIELD;
  if (!field && target->kind != BP_SYNTAX_NAME)
    return true;
  struct bp_turns_held *table =
      field ? bp_turns_value(turns, target->child[0]) : &turns->frame->names;
  if (!table || table->kind != BP_HELD_TABLE)
    return !bp_arena_failed(turns->arena);
  const char *key = bp_turns_key(turns, target->text);
  if (held->kind == BP_HELD_UNKNOWN && !field && is_loaded(turns))
    held = bp_held_given(turns, target->text);
  if (!held)
    return false;
  struct bp_turns_held *before = bp_held_member(table, target->text);
  if (bp_turns_is_update(turns, key, before, held)) {
    struct bp_turns_held *given = bp_held_member(&turns->givens, key);
    struct bp_turns_held *added = bp_held_array(turns, held->node->child[1], held->rank, held->way);
    return added && bp_turns_update(turns, given, held->node->sign, added) &&
           bp_held_put(turns, table, target->text, given);
  }
  const char *base = key ? without_target(turns, bp_adjoint_of(turns, key, before), held) : NULL;
  if (field && held->kind == BP_HELD_ZEROS && !base && is_set_up(turns))
    held = begun(turns, key, held);
  if (base && turns_again(turns, before, held) && !goes_on(turns, before, held))
    base = NULL;
  struct bp_turns_held *of = base ? bp_held_member(&turns->givens, base) : NULL;
  bool zero = held->kind == BP_HELD_COUNT ||
              (held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_NUMBER);
  if (of && of->kind == BP_HELD_ARRAY && of->rank == BP_RANK_OPEN &&
      (zero || held->kind == BP_HELD_ZEROS))
    of->rank = zero ? 0 : held->rank; /* db = 0 says that b is a number */
  if (base && zero)                   /* in which it is added up */
    return bp_held_put(turns, table, target->text, held);
  held = key ? bp_turns_defined(turns, key, base, target->span, held) : NULL;
  return held && bp_held_put(turns, table, target->text, held);
}
