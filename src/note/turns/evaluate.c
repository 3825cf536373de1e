/* Expressions of a program that is followed: counts, texts and lists are worked out, arrays become
 * formulas.
 *
 * A name that nobody assigns is given.  What is not understood is not understood from there on:
 * whatever is made of it says the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

/* Expressions of one program, and items of one range. */
enum { MOST_WORK = 40000, MOST_COPIES = 40000, MOST_ITEMS = 8, MOST_AXES = 4 };

const char bp_not_understood[] = "something in it is not understood";

struct bp_turns_held *bp_held_text(struct bp_turns *turns, const char *text) {
  struct bp_turns_held *held = text ? bp_held_new(turns, BP_HELD_TEXT) : NULL;
  if (held)
    held->text = text;
  return held;
}

bool bp_turns_is_module(const struct bp_syntax *node) {
  static const char *const names[] = {"np", "numpy", "torch", "jnp", "math",  "cp",
                                      "F",  "nn",    "scipy", "tf",  "random"};
  if (node->kind == BP_SYNTAX_FIELD)
    return bp_turns_is_module(node->child[0]) &&
           (!strcmp(node->text, "linalg") || !strcmp(node->text, "random") ||
            !strcmp(node->text, "functional") || !strcmp(node->text, "special") ||
            !strcmp(node->text, "nn"));
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (bp_syntax_is(node, names[k]))
      return true;
  return false;
}

size_t bp_turns_owner(const struct bp_turns *turns) {
  return turns->frame ? turns->steps->code->units[turns->frame->unit].owner : 0;
}

/* ---- names --------------------------------------------------------------- */

/* What is set outside of all functions and read in one, where it is a number: both mean the same.
 */
static struct bp_turns_held *outer_number(const struct bp_turns *turns, const char *name) {
  const struct bp_turns_frame *outer = turns->frames[0];
  struct bp_turns_held *held = turns->frame->unit > 0 && outer && outer != turns->frame
                                   ? bp_held_member(&outer->names, name)
                                   : NULL;
  bool number = held && held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_NUMBER;
  return number || (held && held->kind == BP_HELD_COUNT) ? held : NULL;
}

/* How many layers there are where the program leaves it open: one less than it has sizes, where
 * these were asked for. */
static long choose_layers(struct bp_turns *turns) {
  static const char *const words[] = {"sizes", "dims", "layer", "units", "hidden", "shape"};
  bool sized = false;
  for (size_t k = 0; k < turns->givens.count_of_slots; k++)
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      sized = sized || (turns->givens.slots[k].held->kind == BP_HELD_LIST &&
                        turns->givens.slots[k].held->open &&
                        strstr(turns->givens.slots[k].key, words[i]) != NULL);
  if (turns->layers == 0)
    turns->layers = sized ? BP_TURNS - 1 : BP_TURNS;
  return turns->layers;
}

struct bp_turns_held *bp_turns_unknown_name(struct bp_turns *turns, const char *name) {
  const char *key = bp_turns_key(turns, name);
  if (key && !bp_held_member(&turns->givens, key) && bp_is_layer_count(turns, key))
    return bp_held_count(turns, choose_layers(turns));
  return bp_held_given(turns, name);
}

static struct bp_turns_held *name_value(struct bp_turns *turns, const char *name) {
  if (!strcmp(name, "True") || !strcmp(name, "False"))
    return bp_held_count(turns, name[0] == 'T');
  if (!strcmp(name, "None"))
    return bp_held_new(turns, BP_HELD_NONE);
  if (turns->frame->self && (!strcmp(name, "self") || !strcmp(name, "ctx")))
    return turns->frame->self;
  struct bp_turns_held *held = bp_held_member(&turns->frame->names, name);
  if (!held)
    held = bp_held_member(&turns->globals, name);
  if (!held)
    held = outer_number(turns, name);
  return held ? held : bp_turns_unknown_name(turns, name);
}

/* A copy that stands at the place where it is used. */
static struct bp_code_node *moved(struct bp_turns *turns, const struct bp_code_node *of,
                                  struct bp_span span, struct bp_span word) {
  if (++turns->copies > MOST_COPIES) /* what is returned without a name is copied at each use */
    return NULL;
  struct bp_code_node *copy = bp_arena_alloc(turns->arena, 1, sizeof *copy);
  if (!copy)
    return NULL;
  *copy = *of;
  copy->span = copy->sign_span = span;
  copy->name = word.begin < word.end ? word : span;
  for (size_t k = 0; k < copy->count; k++) {
    copy->child[k] = moved(turns, of->child[k], span, word);
    if (!copy->child[k])
      return NULL;
  }
  return copy;
}

/* What its nodes are of: a name at the place where it is used. */
struct bp_turns_held *bp_turns_placed(struct bp_turns *turns, const struct bp_syntax *node,
                                      struct bp_turns_held *held) {
  bool named = node->kind == BP_SYNTAX_NAME || node->kind == BP_SYNTAX_FIELD ||
               (node->kind == BP_SYNTAX_PART && held && held->kind == BP_HELD_ARRAY &&
                held->node->kind == BP_CODE_NAME);
  if (!named || !held || held->kind != BP_HELD_ARRAY ||
      (held->node->span.begin >= node->span.begin && held->node->span.end <= node->span.end))
    return held;
  struct bp_turns_held *copy = bp_held_new(turns, BP_HELD_ARRAY);
  struct bp_code_node *used = moved(turns, held->node, node->span, node->word);
  if (!copy || !used)
    return NULL;
  *copy = *held;
  copy->node = used;
  if (held->step > 0)
    turns->flat->list[held->step - 1].used++;
  return copy;
}

/* The value of an bp_turns_operand, as an array; NULL: it is none. */
struct bp_turns_held *bp_turns_operand(struct bp_turns *turns, const struct bp_syntax *node,
                                       struct bp_turns_held **value) {
  *value = bp_turns_value(turns, node);
  struct bp_turns_held *array = bp_turns_array(turns, bp_turns_placed(turns, node, *value));
  if (array && array->node->span.end == 0) { /* a number that was worked out */
    array->node->span = node->span;
    for (size_t k = 0; k < array->node->count; k++)
      array->node->child[k]->span = node->span;
  }
  return array;
}

/* ---- attributes and members ---------------------------------------------- */

struct bp_turns_held *bp_turns_size(struct bp_turns *turns, const struct bp_syntax *node,
                                    struct bp_code_node *of, int axis) {
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_SIZE, node->span, of, NULL);
  if (made)
    made->axis = axis;
  return bp_held_array(turns, made, 0, BP_WAY_OPEN);
}

static struct bp_turns_held *attribute(struct bp_turns *turns, const struct bp_syntax *node) {
  if (bp_turns_is_module(node->child[0]))
    return !strcmp(node->text, "newaxis") ? bp_held_text(turns, "new")
                                          : bp_held_unknown(turns, bp_not_understood);
  struct bp_turns_held *of = bp_turns_value(turns, node->child[0]);
  const char *name = node->text;
  if (!of || of->kind == BP_HELD_UNKNOWN)
    return of;
  if (of->kind == BP_HELD_ZEROS && !of->open && !strcmp(name, "T"))
    return of;
  if (of == turns->frame->self)
    return bp_turns_field(turns, of, bp_turns_owner(turns), name);
  if (of->kind == BP_HELD_ARRAY) {
    struct bp_turns_held *here = bp_turns_placed(turns, node->child[0], of);
    struct bp_turns_held *sizes;
    if (!here)
      return NULL;
    if (!strcmp(name, "T"))
      return of->rank == 1
                 ? here
                 : bp_held_array(
                       turns, bp_turns_node(turns, BP_CODE_TRANSPOSE, node->span, here->node, NULL),
                       of->rank, BP_WAY_OPEN);
    if (!strcmp(name, "shape")) {
      sizes = bp_held_new(turns, BP_HELD_SIZES);
      if (sizes) {
        sizes->node = here->node;
        sizes->rank = of->rank;
      }
      return sizes;
    }
    if (!strcmp(name, "size"))
      return bp_turns_size(turns, node, here->node, BP_CODE_NO_AXIS);
    if (!strcmp(name, "values") || !strcmp(name, "data"))
      return here;
    if (!of->given)
      return bp_held_unknown(turns, "an attribute in it is not understood");
    bp_held_open_table(of);
  }
  struct bp_turns_held *member =
      of->kind == BP_HELD_TABLE ? bp_held_open_member(turns, of, name) : NULL;
  return member ? member : bp_held_unknown(turns, bp_not_understood);
}

/* What stands between brackets on one axis. */
struct bp_turns_held *bp_turns_index(struct bp_turns *turns, const struct bp_syntax *node) {
  if (!node)
    return bp_held_unknown(turns, bp_not_understood);
  if (node->kind == BP_SYNTAX_SLICE) {
    bool every = true;
    for (size_t k = 0; k < node->count; k++)
      every = every && node->child[k] == NULL;
    return every ? bp_held_text(turns, "every") : bp_held_unknown(turns, bp_not_understood);
  }
  const struct bp_syntax *called = node->kind == BP_SYNTAX_CALL ? node->child[0] : NULL;
  if (called && (bp_syntax_is(called, "range") ||
                 (called->kind == BP_SYNTAX_FIELD && !strcmp(called->text, "arange"))))
    return bp_held_text(turns, "every");
  if (bp_syntax_is(node, "None"))
    return bp_held_text(turns, "new");
  struct bp_turns_held *held = bp_turns_value(turns, node);
  return bp_turns_placed(turns, node, held);
}

static struct bp_turns_held *slice_of(struct bp_turns *turns, const struct bp_syntax *node,
                                      const struct bp_turns_held *list) {
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_LIST);
  long count = (long)list->count_of_slots, ends[3] = {0, count, 1};
  for (size_t k = 0; k < node->count && k < 3; k++) {
    struct bp_turns_held *end = node->child[k] ? bp_turns_value(turns, node->child[k]) : NULL;
    if (node->child[k] && (!end || end->kind != BP_HELD_COUNT))
      return bp_held_unknown(turns, bp_not_understood);
    if (end)
      ends[k] = k < 2 && end->count < 0 ? end->count + count : end->count;
  }
  bool whole = node->count == 3 && ends[2] == -1 && !node->child[0] && !node->child[1];
  if (whole)
    for (long k = count; made && k > 0; k--)
      bp_held_append(turns, made, list->slots[k - 1].held);
  for (long k = ends[0]; made && ends[2] == 1 && k < ends[1] && k < count; k++)
    if (k >= 0)
      bp_held_append(turns, made, list->slots[k].held);
  return made;
}

const char *bp_held_key(struct bp_turns *turns, const struct bp_turns_held *at) {
  return at && at->kind == BP_HELD_TEXT    ? at->text
         : at && at->kind == BP_HELD_COUNT ? bp_arena_printf(turns->arena, "%ld", at->count)
                                           : NULL;
}

static struct bp_turns_held *member(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *of = bp_turns_value(turns, node->child[0]), *found = NULL;
  if (of && of->kind == BP_HELD_UNKNOWN && node->count == 2)
    found = bp_turns_one_hot(turns, node->child[0], bp_turns_index(turns, node->child[1]));
  if (found)
    return found;
  if (!of || of->kind == BP_HELD_UNKNOWN || node->count < 2 || node->count > MOST_AXES)
    return of && of->kind == BP_HELD_UNKNOWN ? of : bp_held_unknown(turns, bp_not_understood);
  if (of->kind == BP_HELD_LIST && node->child[1] && node->child[1]->kind == BP_SYNTAX_SLICE)
    return slice_of(turns, node->child[1], of);
  struct bp_turns_held *at[MOST_AXES] = {NULL};
  for (size_t k = 1; k < node->count; k++)
    at[k - 1] = bp_turns_index(turns, node->child[k]);
  bool single = node->count == 2 && at[0];
  bool slice = node->count == 2 && node->child[1] && node->child[1]->kind == BP_SYNTAX_SLICE;
  if (of->kind == BP_HELD_ARRAY && of->given && slice && bp_is_list(turns, of->text) &&
      of->rank == BP_RANK_OPEN)
    return bp_held_open_list(turns, of) ? slice_of(turns, node->child[1], of) : NULL;
  if (of->kind == BP_HELD_ARRAY && of->given && single && at[0]->kind == BP_HELD_TEXT &&
      node->child[1]->kind != BP_SYNTAX_SLICE && strcmp(at[0]->text, "every") != 0)
    bp_held_open_table(of);
  if (of->kind == BP_HELD_ARRAY && of->given && single && at[0]->kind == BP_HELD_COUNT &&
      bp_is_list(turns, of->text) && of->rank == BP_RANK_OPEN && !bp_held_open_list(turns, of))
    return NULL;
  if (of->kind == BP_HELD_TABLE)
    found = single && bp_held_key(turns, at[0])
                ? bp_held_open_member(turns, of, bp_held_key(turns, at[0]))
                : NULL;
  else if (of->kind == BP_HELD_LIST)
    found = single && at[0]->kind == BP_HELD_COUNT ? bp_held_item(of, at[0]->count) : NULL;
  else if (of->kind == BP_HELD_SIZES && single && at[0]->kind == BP_HELD_COUNT)
    return bp_turns_size(turns, node, of->node, at[0]->count == 0 ? 0 : 1);
  else if (of->kind == BP_HELD_ARRAY)
    return bp_turns_entry(turns, node, bp_turns_placed(turns, node->child[0], of), at);
  return found ? found : bp_held_unknown(turns, "it uses a member that nothing was put into");
}

/* ---- operators ----------------------------------------------------------- */

static struct bp_turns_held *of_counts(struct bp_turns *turns, char sign, long a, long b) {
  bool whole = (sign == 'i' || sign == '%') && b > 0 && a >= 0;
  switch (sign) {
  case '+':
    return bp_held_count(turns, a + b);
  case '-':
    return bp_held_count(turns, a - b);
  case '*':
    return labs(a) < 100000 && labs(b) < 100000 ? bp_held_count(turns, a * b) : NULL;
  case 'i':
  case '%':
    return whole ? bp_held_count(turns, sign == 'i' ? a / b : a % b) : NULL;
  default:
    return NULL;
  }
}

static struct bp_turns_held *of_texts(struct bp_turns *turns, const struct bp_syntax *node,
                                      const struct bp_turns_held *one,
                                      const struct bp_turns_held *other) {
  if (node->sign == '+' && other->kind == BP_HELD_TEXT)
    return bp_held_text(turns, bp_arena_printf(turns->arena, "%s%s", one->text, other->text));
  const char *mark = strstr(one->text, "%d"), *key = bp_held_key(turns, other);
  if (node->sign == '%' && mark && key) /* "W%d" % l */
    return bp_held_text(turns, bp_arena_printf(turns->arena, "%.*s%s%s", (int)(mark - one->text),
                                               one->text, key, mark + 2));
  return bp_held_unknown(turns, bp_not_understood);
}

static struct bp_turns_held *repeated(struct bp_turns *turns, const struct bp_turns_held *list,
                                      long times) {
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_LIST);
  for (long k = 0; made && k < times && k < MOST_ITEMS; k++)
    for (size_t i = 0; i < list->count_of_slots; i++)
      if (!bp_held_append(turns, made, list->slots[i].held))
        return NULL;
  return made;
}

static struct bp_turns_held *grouped(struct bp_turns_held *held, const struct bp_syntax *node) {
  if (held && held->kind == BP_HELD_ARRAY && node->grouped && held->node->kind == BP_CODE_BINARY)
    held->node->grouped = true;
  return held;
}

static struct bp_turns_held *operation(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *left, *right;
  struct bp_turns_held *one = bp_turns_operand(turns, node->child[0], &left);
  struct bp_turns_held *other = bp_turns_operand(turns, node->child[1], &right), *made = NULL;
  if (!left || !right)
    return NULL;
  if (left->kind == BP_HELD_UNKNOWN || right->kind == BP_HELD_UNKNOWN)
    return left->kind == BP_HELD_UNKNOWN ? left : right;
  if (left->kind == BP_HELD_COUNT && right->kind == BP_HELD_COUNT) {
    made = of_counts(turns, node->sign, left->count, right->count);
    if (made)
      return made;
  }
  if (left->kind == BP_HELD_TEXT)
    return of_texts(turns, node, left, right);
  if (left->kind == BP_HELD_LIST && right->kind == BP_HELD_COUNT && node->sign == '*')
    return repeated(turns, left, right->count);
  if (left->kind == BP_HELD_ZEROS || right->kind == BP_HELD_ZEROS) { /* 0.01 * randn(…) */
    struct bp_turns_held *zeros = left->kind == BP_HELD_ZEROS ? left : right;
    bool sum = node->sign == '+' || node->sign == '-';
    if (zeros->open || !sum)
      return zeros;
    return zeros == right || node->sign == '+' ? (zeros == right ? one : other)
                                               : bp_held_unknown(turns, bp_not_understood);
  }
  if (!one || !other || !strchr("+-*/@^", node->sign))
    return bp_held_unknown(turns, bp_not_understood);
  if (node->sign == '@') {
    struct bp_syntax call = *node;
    struct bp_syntax *children[3] = {node->child[0], node->child[0], node->child[1]};
    call.child = children;
    call.count = 3;
    made = bp_turns_numpy(turns, &call, "matmul", NULL);
    if (made && made->node->kind == BP_CODE_BINARY) {
      made->node->called = false;
      made->node->sign_span = node->word;
    }
  } else
    made = bp_turns_elementwise(turns, node->span, node->sign, node->word, one, other);
  return made ? grouped(made, node) : bp_held_unknown(turns, bp_not_understood);
}

static struct bp_turns_held *compared(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *left, *right;
  struct bp_turns_held *one = bp_turns_operand(turns, node->child[0], &left);
  struct bp_turns_held *other = bp_turns_operand(turns, node->child[1], &right);
  if (!left || !right)
    return NULL;
  bool none = left->kind == BP_HELD_NONE || right->kind == BP_HELD_NONE;
  if (none)
    return bp_held_count(turns, left->kind == right->kind);
  if (left->kind == BP_HELD_TEXT && right->kind == BP_HELD_TEXT && strchr("=n", node->sign))
    return bp_held_count(turns, !strcmp(left->text, right->text) == (node->sign == '='));
  if (left->kind == BP_HELD_COUNT && right->kind == BP_HELD_COUNT) {
    long a = left->count, b = right->count;
    bool is[] = {a<b, a> b, a <= b, a >= b, a == b, a != b};
    const char *signs = "<>lg=n", *at = strchr(signs, node->sign);
    return at ? bp_held_count(turns, is[at - signs]) : bp_held_unknown(turns, bp_not_understood);
  }
  if (left->kind == BP_HELD_ZEROS && left->open) /* rand(…) < p */
    return left;
  const struct bp_turns_held *class = left->kind == BP_HELD_COUNT ? right : left;
  const struct bp_turns_held *index = left->kind == BP_HELD_COUNT ? left : right;
  if (node->sign == '=' && class->kind == BP_HELD_ARRAY && index->kind == BP_HELD_COUNT &&
      class->node->kind == BP_CODE_PART && class->rank == 0) {
    struct bp_turns_held *at[2] = {bp_held_count(turns, class->node->index[0]),
                                   NULL}; /* y[i] == j */
    struct bp_turns_held *of = bp_held_array(turns, class->node->child[0], 2, BP_WAY_OPEN);
    struct bp_turns_held *row = bp_held_array(turns, class->node, 0, BP_WAY_OPEN);
    struct bp_syntax part = *node;
    at[1] = bp_held_count(turns, index->count);
    part.count = 3;
    bool fine =
        at[0] && at[1] && of && row &&
        bp_list_room(turns->arena, turns->labels, turns->label_count, turns->label_capacity);
    if (!fine)
      return NULL;
    at[1]->turns = index->turns;
    turns->labels[turns->label_count++] = class->node->child[0]->text;
    return bp_turns_entry(turns, &part, of, at);
  }
  struct bp_turns_held *made =
      one && other && strchr("<>lg", node->sign)
          ? bp_turns_elementwise(turns, node->span, node->sign, node->word, one, other)
          : NULL;
  return made ? grouped(made, node) : bp_held_unknown(turns, bp_not_understood);
}

/* ---- lists --------------------------------------------------------------- */

static struct bp_turns_held *items(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *list = bp_held_new(turns, BP_HELD_LIST);
  for (size_t k = 0; list && k < node->count; k++)
    if (!bp_held_append(
            turns, list,
            bp_turns_placed(turns, node->child[k], bp_turns_value(turns, node->child[k]))))
      return NULL;
  return list;
}

static struct bp_turns_held *dictionary(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *table = bp_held_new(turns, BP_HELD_TABLE);
  for (size_t k = 0; table && k + 1 < node->count; k += 2) {
    const char *key = bp_held_key(turns, bp_turns_value(turns, node->child[k]));
    struct bp_turns_held *value =
        bp_turns_placed(turns, node->child[k + 1], bp_turns_value(turns, node->child[k + 1]));
    if (key && !bp_held_put(turns, table, key, value))
      return NULL;
  }
  return table;
}

/* {k: np.zeros_like(v) for k, v in params.items()}: a dictionary of zeros, one for each member that
 * is asked for. */
static struct bp_turns_held *blank_table(struct bp_turns *turns, const struct bp_syntax *node) {
  const struct bp_syntax *over = node->child[2], *value = node->child[0];
  const struct bp_syntax *field =
      over->kind == BP_SYNTAX_CALL && over->count == 1 ? over->child[0] : NULL;
  const struct bp_syntax *zeros = value->kind == BP_SYNTAX_CALL ? value->child[0] : NULL;
  bool items = field && field->kind == BP_SYNTAX_FIELD && !strcmp(field->text, "items") &&
               node->child[1]->count == 2;
  bool made = zeros && zeros->kind == BP_SYNTAX_FIELD && bp_turns_is_module(zeros->child[0]) &&
              (!strcmp(zeros->text, "zeros_like") || !strcmp(zeros->text, "zeros"));
  struct bp_turns_held *table =
      items && made ? bp_held_new(turns, BP_HELD_TABLE) : bp_held_unknown(turns, bp_not_understood);
  if (table)
    table->open = table->blank = items && made;
  return table;
}

static struct bp_turns_held *each(struct bp_turns *turns, const struct bp_syntax *node) {
  if (node->curly)
    return blank_table(turns, node);
  const struct bp_syntax *over = node->child[2];
  struct bp_turns_held *list = bp_turns_members_of(turns, over, bp_turns_value(turns, over));
  struct bp_turns_held *made = bp_held_new(turns, BP_HELD_LIST);
  if (!list || list->kind != BP_HELD_LIST)
    return bp_held_unknown(turns, bp_not_understood);
  for (size_t k = 0; made && k < list->count_of_slots; k++) {
    struct bp_turns_held *item = list->slots[k].held;
    for (size_t i = 0; i < node->child[1]->count; i++) {
      struct bp_turns_held *one = node->child[1]->count == 1   ? item
                                  : item->kind == BP_HELD_LIST ? bp_held_item(item, (long)i)
                                                               : NULL;
      if (!bp_held_put(turns, &turns->frame->names, node->child[1]->child[i]->text,
                       one ? one : bp_held_unknown(turns, bp_not_understood)))
        return NULL;
    }
    if (!bp_held_append(
            turns, made,
            bp_turns_placed(turns, node->child[0], bp_turns_value(turns, node->child[0]))))
      return NULL;
  }
  return made;
}

/* ~(Z > 0): where it is not so. */
static struct bp_turns_held *inverted(struct bp_turns *turns, const struct bp_turns_held *mask) {
  static const char signs[] = "<g>l", inverse[] = "g<l>";
  const char *at =
      mask && mask->node->kind == BP_CODE_BINARY ? strchr(signs, mask->node->sign) : NULL;
  struct bp_code_node *made = bp_arena_alloc(turns->arena, 1, sizeof *made);
  if (!made || !at || !*at)
    return made ? bp_held_unknown(turns, bp_not_understood) : NULL;
  *made = *mask->node;
  made->sign = inverse[at - signs];
  made->grouped = true;
  return bp_held_array(turns, made, mask->rank, mask->way);
}

static struct bp_turns_held *signed_value(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *value, *one = bp_turns_operand(turns, node->child[0], &value);
  if (node->sign == '~')
    return inverted(turns, one);
  if (value && value->kind == BP_HELD_COUNT)
    return bp_held_count(turns, -value->count);
  if (!one)
    return value;
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_OPPOSITE, node->span, one->node, NULL);
  if (made)
    made->grouped = node->grouped;
  return bp_held_array(turns, made, one->rank, one->way);
}

static struct bp_turns_held *number_value(struct bp_turns *turns, const struct bp_syntax *node) {
  const char *text = turns->steps->code->source->text + node->span.begin;
  size_t length = node->span.end - node->span.begin;
  struct bp_code_node *number = bp_turns_node(turns, BP_CODE_NUMBER, node->span, NULL, NULL);
  while (length > 0 && (*text == '(' || text[length - 1] == ')')) { /* (1) */
    text += *text == '(';
    length--;
  }
  bool ends = length > 0 && text[length - 1] == '.', begins = length > 0 && *text == '.';
  if (number)
    number->text =
        bp_arena_printf(turns->arena, "%s%.*s", begins ? "0" : "", (int)(length - ends), text);
  bool whole = number && number->text && !begins && !ends && length < 7 &&
               strspn(number->text, "0123456789") == strlen(number->text);
  if (whole) {
    struct bp_turns_held *count = bp_held_count(turns, strtol(number->text, NULL, 10));
    if (count)
      count->node = number;
    return count;
  }
  return number && number->text ? bp_held_array(turns, number, 0, BP_WAY_OPEN) : NULL;
}

struct bp_turns_held *bp_turns_value(struct bp_turns *turns, const struct bp_syntax *node) {
  struct bp_turns_held *value;
  if (++turns->work > MOST_WORK)
    return bp_held_unknown(turns, "the program is too long to be followed turn by turn");
  switch (node->kind) {
  case BP_SYNTAX_NUMBER:
    return number_value(turns, node);
  case BP_SYNTAX_TEXT:
    return bp_held_text(turns, node->text);
  case BP_SYNTAX_NAME:
    return name_value(turns, node->text);
  case BP_SYNTAX_FIELD:
    return attribute(turns, node);
  case BP_SYNTAX_PART:
    return member(turns, node);
  case BP_SYNTAX_CALL:
    return bp_turns_called(turns, node);
  case BP_SYNTAX_SIGN:
    return signed_value(turns, node);
  case BP_SYNTAX_OPERATOR:
    return operation(turns, node);
  case BP_SYNTAX_COMPARED:
    return compared(turns, node);
  case BP_SYNTAX_TUPLE:
  case BP_SYNTAX_LIST:
    return items(turns, node);
  case BP_SYNTAX_DICTIONARY:
    return dictionary(turns, node);
  case BP_SYNTAX_EACH:
    return each(turns, node);
  case BP_SYNTAX_CHOICE:
    value = bp_turns_value(turns, node->child[1]);
    if (value && value->kind == BP_HELD_COUNT)
      return bp_turns_value(turns, node->child[value->count ? 0 : 2]);
    return bp_held_unknown(turns, "what it is depends on a condition");
  default:
    return bp_held_unknown(turns, bp_not_understood);
  }
}
