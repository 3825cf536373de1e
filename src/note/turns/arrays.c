/* Arrays as formulas: what NumPy's functions, methods and subscripts make of them.
 *
 * NumPy has arrays of one axis, and here everything has two.  Such an array lies as a row or as a
 * column; which of the two follows from where it comes from (a row of X, a product with a matrix),
 * and where nothing tells it is left open until shapes are found.  A product turns it as it must.
 *
 * Classes of samples, y in p[range(N), y], are a matrix here with a single 1 in each row, so that a
 * choice of entries is a sum of products: p[y] is sum(p ⊙ row), and d[range(N), y] -= 1 is d - Y.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

struct bp_code_node *bp_turns_node(struct bp_turns *turns, enum bp_code_node_kind kind,
                                   struct bp_span span, struct bp_code_node *one,
                                   struct bp_code_node *other) {
  struct bp_code_node *made = bp_arena_alloc(turns->arena, 1, sizeof *made);
  if (!made)
    return NULL;
  *made = (struct bp_code_node){.kind = kind, .span = span, .name = span, .axis = BP_CODE_NO_AXIS};
  if (one)
    made->child[made->count++] = one;
  if (other)
    made->child[made->count++] = other;
  return made;
}

struct bp_code_node *bp_turns_operation(struct bp_turns *turns, struct bp_span span, char sign,
                                        struct bp_span word, struct bp_code_node *one,
                                        struct bp_code_node *other) {
  struct bp_code_node *made =
      one && other ? bp_turns_node(turns, BP_CODE_BINARY, span, one, other) : NULL;
  if (made) {
    made->sign = sign;
    made->sign_span = word;
  }
  return made;
}

struct bp_code_node *bp_turns_function_node(struct bp_turns *turns, struct bp_span span,
                                            const char *name, struct bp_code_node *one,
                                            struct bp_code_node *other) {
  struct bp_code_node *made = one ? bp_turns_node(turns, BP_CODE_CALL, span, one, other) : NULL;
  if (made)
    made->text = name;
  return made;
}

struct bp_code_node *bp_turns_transposed(struct bp_turns *turns, struct bp_span span,
                                         struct bp_code_node *of) {
  return of ? bp_turns_node(turns, BP_CODE_TRANSPOSE, span, of, NULL) : NULL;
}

struct bp_code_node *bp_turns_number(struct bp_turns *turns, struct bp_span span, long value) {
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_NUMBER, span, NULL, NULL);
  if (made)
    made->text = bp_arena_printf(turns->arena, "%ld", value);
  return made && made->text ? made : NULL;
}

struct bp_turns_held *bp_turns_array(struct bp_turns *turns, struct bp_turns_held *held) {
  if (!held || held->kind == BP_HELD_ARRAY)
    return held;
  if (held->kind == BP_HELD_COUNT) {
    struct bp_code_node *node =
        held->node ? held->node : bp_turns_number(turns, (struct bp_span){0, 0}, held->count);
    if (node && !held->node && held->count < 0) {
      node = bp_turns_number(turns, (struct bp_span){0, 0}, -held->count);
      node = node ? bp_turns_node(turns, BP_CODE_OPPOSITE, node->span, node, NULL) : NULL;
    }
    return bp_held_array(turns, node, 0, BP_WAY_OPEN);
  }
  return NULL;
}

static enum bp_held_way joined_way(const struct bp_turns_held *one,
                                   const struct bp_turns_held *other) {
  return one->way != BP_WAY_OPEN ? one->way : other->way;
}

struct bp_turns_held *bp_turns_elementwise(struct bp_turns *turns, struct bp_span span, char sign,
                                           struct bp_span word, struct bp_turns_held *one,
                                           struct bp_turns_held *other) {
  if (!one || !other || one->kind != BP_HELD_ARRAY || other->kind != BP_HELD_ARRAY)
    return NULL;
  int rank = one->rank == 0             ? other->rank
             : other->rank == 0         ? one->rank
             : one->rank == other->rank ? one->rank
                                        : BP_RANK_OPEN;
  if (one->rank == 2 || other->rank == 2)
    rank = 2;
  return bp_held_array(turns, bp_turns_operation(turns, span, sign, word, one->node, other->node),
                       rank, rank == 1 ? joined_way(one, other) : BP_WAY_OPEN);
}

/* ---- products ------------------------------------------------------------ */

static struct bp_code_node *as_column(struct bp_turns *turns, const struct bp_turns_held *held) {
  return held->rank == 1 && (held->way == BP_WAY_ROW)
             ? bp_turns_function_node(turns, held->node->span, "vec", held->node, NULL)
             : held->node;
}

static struct bp_code_node *as_row(struct bp_turns *turns, const struct bp_turns_held *held) {
  return held->rank == 1 && held->way == BP_WAY_COLUMN
             ? bp_turns_transposed(turns, held->node->span, held->node)
             : held->node;
}

/* w of np.dot(w, X[i]): weights that are called by a small letter have one axis there. */
static void flatten(struct bp_turns *turns, struct bp_turns_held *one,
                    const struct bp_turns_held *other) {
  static const char *const names[] = {"w", "theta", "beta", "coef"};
  if (one->rank != BP_RANK_OPEN || other->rank != 1 || one->node->kind != BP_CODE_NAME)
    return;
  struct bp_turns_held *given = bp_held_member(&turns->givens, one->node->text);
  for (size_t k = 0; given && k < sizeof names / sizeof *names; k++)
    if (strncmp(one->node->text, names[k], strlen(names[k])) == 0)
      one->rank = given->rank = 1;
}

static struct bp_turns_held *product(struct bp_turns *turns, struct bp_span span,
                                     struct bp_span word, struct bp_turns_held *one,
                                     struct bp_turns_held *other) {
  struct bp_code_node *made;
  flatten(turns, one, other);
  flatten(turns, other, one);
  if (one->rank == 1 && other->rank == 1) {
    made = bp_turns_operation(turns, span, '*', word, one->node, other->node);
    made = made ? bp_turns_node(turns, BP_CODE_SUM, span, made, NULL) : NULL;
    return bp_held_array(turns, made, 0, BP_WAY_OPEN);
  }
  made = bp_turns_operation(turns, span, '@', word, as_row(turns, one), as_column(turns, other));
  if (one->rank == 1)
    return bp_held_array(turns, made, 1, BP_WAY_ROW);
  if (other->rank == 1)
    return bp_held_array(turns, made, 1, BP_WAY_COLUMN);
  int rank = one->rank == 0 ? other->rank : other->rank == 0 ? one->rank : BP_RANK_OPEN;
  return bp_held_array(turns, made, one->rank == 2 && other->rank == 2 ? 2 : rank, BP_WAY_OPEN);
}

static struct bp_turns_held *outer(struct bp_turns *turns, struct bp_span span, struct bp_span word,
                                   struct bp_turns_held *one, struct bp_turns_held *other) {
  bp_turns_flat(turns, one);
  bp_turns_flat(turns, other);
  struct bp_code_node *column =
      bp_turns_function_node(turns, one->node->span, "vec", one->node, NULL);
  struct bp_code_node *row =
      bp_turns_function_node(turns, other->node->span, "vec", other->node, NULL);
  row = bp_turns_transposed(turns, other->node->span, row);
  return bp_held_array(turns, bp_turns_operation(turns, span, '@', word, column, row), 2,
                       BP_WAY_OPEN);
}

/* "ni,ij->nj" of two arrays: each has an axis of the result, and one is summed over. */
static struct bp_turns_held *einsum_of_two(struct bp_turns *turns, struct bp_span span,
                                           const char *rule, struct bp_turns_held *one,
                                           struct bp_turns_held *other) {
  const char *left = rule, *right = strchr(rule, ','), *arrow = strstr(rule, "->");
  if (!right || !arrow || right - left != 2 || arrow - right != 3 || strlen(arrow) != 4)
    return NULL;
  right++;
  const char *out = arrow + 2;
  bool swapped = left[0] != out[0] && left[1] != out[0];
  const char *first = swapped ? right : left, *second = swapped ? left : right;
  struct bp_turns_held *a = swapped ? other : one, *b = swapped ? one : other;
  bool a_turned = first[1] == out[0], b_turned = second[0] == out[1];
  char summed = a_turned ? first[0] : first[1];
  if ((a_turned ? first[1] : first[0]) != out[0] || (b_turned ? second[0] : second[1]) != out[1] ||
      (b_turned ? second[1] : second[0]) != summed || summed == out[0] || summed == out[1] ||
      out[0] == out[1])
    return NULL;
  struct bp_code_node *x = a_turned ? bp_turns_transposed(turns, a->node->span, a->node) : a->node;
  struct bp_code_node *y = b_turned ? bp_turns_transposed(turns, b->node->span, b->node) : b->node;
  return bp_held_array(turns, bp_turns_operation(turns, span, '@', span, x, y), 2, BP_WAY_OPEN);
}

/* ---- calls --------------------------------------------------------------- */

enum numpy_kind {
  PRODUCT,
  ELEMENTS,
  REDUCE,
  SAME,
  TURN,
  OUTER,
  FUNCTION,
  FRESH,
  ZEROS,
  ONES,
  RESHAPE,
  LENGTH,
  STACK,
  EINSUM,
  SQUARE,
  OPPOSITE,
  CLIP
};

static const struct {
  const char *name;
  enum numpy_kind is;
  char sign;
  const char *text;
} known[] = {
    {"dot", PRODUCT, '@', NULL},
    {"matmul", PRODUCT, '@', NULL},
    {"mm", PRODUCT, '@', NULL},
    {"multiply", ELEMENTS, '*', NULL},
    {"mul", ELEMENTS, '*', NULL},
    {"divide", ELEMENTS, '/', NULL},
    {"add", ELEMENTS, '+', NULL},
    {"subtract", ELEMENTS, '-', NULL},
    {"power", ELEMENTS, '^', NULL},
    {"pow", ELEMENTS, '^', NULL},
    {"square", SQUARE, '^', NULL},
    {"negative", OPPOSITE, '-', NULL},
    {"sum", REDUCE, '+', NULL},
    {"mean", REDUCE, '+', "mean"},
    {"average", REDUCE, '+', "mean"},
    {"max", REDUCE, '+', "max"},
    {"amax", REDUCE, '+', "max"},
    {"var", REDUCE, '+', "var"},
    {"std", REDUCE, '+', "std"},
    {"copy", SAME, ' ', NULL},
    {"array", SAME, ' ', NULL},
    {"asarray", SAME, ' ', NULL},
    {"float", SAME, ' ', NULL},
    {"squeeze", SAME, ' ', NULL},
    {"astype", SAME, ' ', NULL},
    {"clone", SAME, ' ', NULL},
    {"detach", SAME, ' ', NULL},
    {"item", SAME, ' ', NULL},
    {"numpy", SAME, ' ', NULL},
    {"deepcopy", SAME, ' ', NULL},
    {"contiguous", SAME, ' ', NULL},
    {"float32", SAME, ' ', NULL},
    {"float64", SAME, ' ', NULL},
    {"atleast_2d", SAME, ' ', NULL},
    {"transpose", TURN, ' ', NULL},
    {"t", TURN, ' ', NULL},
    {"outer", OUTER, '@', NULL},
    {"exp", FUNCTION, ' ', "exp"},
    {"log", FUNCTION, ' ', "log"},
    {"log1p", FUNCTION, ' ', "log1p"},
    {"sqrt", FUNCTION, ' ', "sqrt"},
    {"abs", FUNCTION, ' ', "abs"},
    {"tanh", FUNCTION, ' ', "tanh"},
    {"sin", FUNCTION, ' ', "sin"},
    {"cos", FUNCTION, ' ', "cos"},
    {"maximum", FUNCTION, ' ', "maximum"},
    {"minimum", FUNCTION, ' ', "minimum"},
    {"where", FUNCTION, ' ', "where"},
    {"sigmoid", FUNCTION, ' ', "sigmoid"},
    {"relu", FUNCTION, ' ', "relu"},
    {"softmax", FUNCTION, ' ', "softmax"},
    {"log_softmax", FUNCTION, ' ', "log_softmax"},
    {"norm", FUNCTION, ' ', "norm"},
    {"expit", FUNCTION, ' ', "sigmoid"},
    {"clip", CLIP, ' ', NULL},
    {"clamp", CLIP, ' ', NULL},
    {"randn", FRESH, ' ', NULL},
    {"rand", FRESH, ' ', NULL},
    {"random", FRESH, ' ', NULL},
    {"normal", FRESH, ' ', NULL},
    {"uniform", FRESH, ' ', NULL},
    {"binomial", FRESH, ' ', NULL},
    {"standard_normal", FRESH, ' ', NULL},
    {"zeros", ZEROS, ' ', NULL},
    {"zeros_like", ZEROS, ' ', NULL},
    {"empty", ZEROS, ' ', NULL},
    {"empty_like", ZEROS, ' ', NULL},
    {"ones", ONES, ' ', NULL},
    {"ones_like", ONES, ' ', NULL},
    {"reshape", RESHAPE, ' ', NULL},
    {"view", RESHAPE, ' ', NULL},
    {"flatten", RESHAPE, ' ', NULL},
    {"ravel", RESHAPE, ' ', NULL},
    {"hstack", STACK, ' ', NULL},
    {"vstack", STACK, ' ', NULL},
    {"row_stack", STACK, ' ', NULL},
    {"concatenate", STACK, ' ', NULL},
    {"column_stack", STACK, ' ', NULL},
    {"einsum", EINSUM, ' ', NULL},
};

/* The number that a syntax is, such as an axis; `none` where it is none. */
static long count_of(struct bp_turns *turns, const struct bp_syntax *node, long none) {
  struct bp_turns_held *held = bp_turns_value(turns, node);
  return held && held->kind == BP_HELD_COUNT ? held->count : none;
}

static void take_keyword(struct bp_turns *turns, struct bp_turns_arguments *call,
                         const struct bp_syntax *word) {
  const struct bp_syntax *value = word->count > 0 ? word->child[0] : NULL;
  if (!value)
    call->fails = true;
  else if (!strcmp(word->text, "axis") || !strcmp(word->text, "dim")) {
    long axis = count_of(turns, value, BP_CODE_NO_AXIS);
    bool none = bp_syntax_is(value, "None");
    call->axis = axis == 0 || axis == 1 ? (int)axis : axis == -1 ? 1 : BP_CODE_NO_AXIS;
    call->fails |= call->axis == BP_CODE_NO_AXIS && !none;
  } else if (!strcmp(word->text, "keepdims") || !strcmp(word->text, "keepdim"))
    call->keeps = !bp_syntax_is(value, "False");
  else if (!strcmp(word->text, "size") || !strcmp(word->text, "shape"))
    call->size = bp_turns_value(turns, value);
  else if (strcmp(word->text, "copy") != 0 && strcmp(word->text, "dtype") != 0)
    call->fails = true;
}

/* The arguments of a call: `self` first, where it is a method. */
static struct bp_turns_arguments arguments_of(struct bp_turns *turns, const struct bp_syntax *node,
                                              struct bp_turns_held *self) {
  struct bp_turns_arguments call = {.span = node->span, .axis = BP_CODE_NO_AXIS};
  if (self)
    call.list[call.count++] = self;
  for (size_t k = 1; k < node->count; k++) {
    const struct bp_syntax *one = node->child[k];
    if (one->kind == BP_SYNTAX_KEYWORD)
      take_keyword(turns, &call, one);
    else if (call.count == BP_CODE_MOST_ARGUMENTS)
      call.fails = true;
    else
      call.list[call.count++] = bp_turns_placed(turns, one, bp_turns_value(turns, one));
  }
  return call;
}

static struct bp_turns_held *reduce(struct bp_turns *turns, struct bp_turns_arguments *call,
                                    size_t row) {
  if (call->count == 2 && call->list[1] && call->list[1]->kind == BP_HELD_COUNT &&
      call->axis == BP_CODE_NO_AXIS) {
    call->axis = call->list[1]->count == 0 ? 0 : 1;
    call->count = 1;
  }
  struct bp_turns_held *of = bp_turns_array(turns, call->list[0]);
  if (!of || call->count != 1)
    return NULL;
  if (of->rank == 0)
    return of;
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_SUM, call->span, of->node, NULL);
  if (!made)
    return NULL;
  bool one_axis = of->rank == 1 || call->axis == BP_CODE_NO_AXIS;
  made->axis = one_axis ? BP_CODE_NO_AXIS : call->axis;
  made->mean = known[row].text && !strcmp(known[row].text, "mean");
  made->text = made->mean ? NULL : known[row].text;
  if (one_axis)
    return bp_held_array(turns, made, 0, BP_WAY_OPEN);
  return bp_held_array(turns, made, call->keeps ? 2 : 1,
                       call->axis == 0 ? BP_WAY_ROW : BP_WAY_COLUMN);
}

/* d_k of sqrt(d_k): a size, by its name. */
static void tell_size(struct bp_turns *turns, const struct bp_turns_held *held) {
  static const char *const words[] = {"d", "dk", "dim", "dmodel", "dhead", "headdim", "dimk"};
  bool given = held && held->kind == BP_HELD_ARRAY && held->given;
  for (size_t k = 0; given && k < sizeof words / sizeof *words; k++)
    if (strcmp(held->text, words[k]) == 0)
      bp_turns_counts(turns, held);
}

static struct bp_turns_held *function(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                      size_t row) {
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_CALL, call->span, NULL, NULL);
  int rank = 0;
  enum bp_held_way way = BP_WAY_OPEN;
  if (!made)
    return NULL;
  bool logarithm = !strcmp(known[row].text, "log_softmax");
  made->text = logarithm ? "softmax" : known[row].text;
  made->module = true;
  made->axis = call->axis;
  const struct bp_turns_held *last = call->count == 2 ? call->list[1] : NULL;
  bool along = !strcmp(made->text, "softmax") && last && last->kind == BP_HELD_COUNT;
  size_t count = call->count - along; /* softmax(z, 1) */
  if (along)
    made->axis = last->count == 0 ? 0 : 1;
  if (!strcmp(made->text, "sqrt") && call->count == 1)
    tell_size(turns, call->list[0]);
  for (size_t k = 0; k < count; k++) {
    struct bp_turns_held *one = bp_turns_array(turns, call->list[k]);
    if (!one)
      return NULL;
    made->child[made->count++] = one->node;
    rank = one->rank != 0 && rank != 2 ? one->rank : rank;
    way = one->way != BP_WAY_OPEN ? one->way : way;
  }
  bool several = !strcmp(made->text, "maximum") || !strcmp(made->text, "minimum");
  size_t wanted = several ? 2 : !strcmp(made->text, "where") ? 3 : 1;
  if (made->count != wanted)
    return NULL;
  if (logarithm) {
    made = bp_turns_function_node(turns, call->span, "log", made, NULL);
    if (made)
      made->module = true;
  }
  return made ? bp_held_array(turns, made, strcmp(made->text, "norm") ? rank : 0, way) : NULL;
}

static struct bp_turns_held *einsum(struct bp_turns *turns, const struct bp_turns_arguments *call) {
  const struct bp_turns_held *rule = call->list[0];
  struct bp_turns_held *one = call->count > 1 ? bp_turns_array(turns, call->list[1]) : NULL;
  struct bp_turns_held *other = call->count > 2 ? bp_turns_array(turns, call->list[2]) : NULL;
  if (!rule || rule->kind != BP_HELD_TEXT || !one || !other || call->count != 3)
    return NULL;
  char plain[16] = "";
  size_t length = 0;
  for (const char *at = rule->text; *at; at++)
    if (*at != ' ' && length + 1 < sizeof plain)
      plain[length++] = *at;
  plain[length] = '\0';
  return einsum_of_two(turns, call->span, plain, one, other);
}

static struct bp_turns_held *of_two(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                    size_t row) {
  struct bp_turns_held *one = bp_turns_array(turns, call->list[0]);
  struct bp_turns_held *other = bp_turns_array(turns, call->list[1]), *made;
  if (!one || !other || call->count != 2)
    return NULL;
  struct bp_span word = {one->node->span.end, other->node->span.begin};
  if (word.end < word.begin || word.begin < call->span.begin)
    word = call->span;
  made = known[row].is == PRODUCT ? product(turns, call->span, word, one, other)
         : known[row].is == OUTER
             ? outer(turns, call->span, word, one, other)
             : bp_turns_elementwise(turns, call->span, known[row].sign, word, one, other);
  if (made && made->node->kind == BP_CODE_BINARY)
    made->node->called = true;
  return made;
}

static struct bp_turns_held *of_one(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                    size_t row) {
  struct bp_turns_held *of = call->count > 0 ? bp_turns_array(turns, call->list[0]) : NULL;
  if (!of || call->count != (known[row].is == CLIP ? 3u : 1u)) {
    bool many = known[row].is == SAME && call->count > 1; /* astype(float) */
    if (!many || !of)
      return NULL;
  }
  struct bp_code_node *made = of->node;
  switch (known[row].is) {
  case TURN:
    return of->rank == 1 ? of
                         : bp_held_array(turns, bp_turns_transposed(turns, call->span, made),
                                         of->rank, BP_WAY_OPEN);
  case SQUARE:
    made = bp_turns_operation(turns, call->span, '^', call->span, made,
                              bp_turns_number(turns, call->span, 2));
    if (made)
      made->called = true;
    break;
  case OPPOSITE:
    made = bp_turns_node(turns, BP_CODE_OPPOSITE, call->span, made, NULL);
    break;
  case CLIP: {
    const struct bp_turns_held *least = bp_turns_array(turns, call->list[1]);
    return least && bp_is_tiny(turns->steps->code->source, least->node) ? of : NULL;
  }
  default:
    return of;
  }
  return bp_held_array(turns, made, of->rank, of->way);
}

struct bp_turns_held *bp_turns_numpy(struct bp_turns *turns, const struct bp_syntax *node,
                                     const char *name, struct bp_turns_held *self) {
  size_t row = 0;
  while (row < sizeof known / sizeof *known && strcmp(known[row].name, name) != 0)
    row++;
  if (row == sizeof known / sizeof *known)
    return NULL;
  struct bp_turns_arguments call =
      arguments_of(turns, node, known[row].is == FRESH ? NULL : self); /* rng.normal(…) */
  for (size_t k = 0; k < call.count; k++)
    if (call.list[k] && call.list[k]->kind == BP_HELD_UNKNOWN && known[row].is != FRESH &&
        known[row].is != ZEROS)
      return call.list[k];
  if (call.fails && known[row].is != FRESH && known[row].is != ZEROS && known[row].is != SAME)
    return NULL;
  bool drawn = known[row].is != FRESH && known[row].is != ZEROS && call.count > 0 && call.list[0] &&
               call.list[0]->kind == BP_HELD_ZEROS;
  if (drawn && (call.list[0]->open || known[row].is == SAME))
    return call.list[0];
  switch (known[row].is) {
  case PRODUCT:
  case ELEMENTS:
  case OUTER:
    return call.count == 2 ? of_two(turns, &call, row) : NULL;
  case REDUCE:
    return call.count > 0 ? reduce(turns, &call, row) : NULL;
  case FUNCTION:
    return function(turns, &call, row);
  case FRESH:
    return bp_made_zeros(turns, &call, name, true);
  case ZEROS:
    return bp_made_zeros(turns, &call, name, false);
  case ONES:
    return bp_made_ones(turns, &call, name);
  case RESHAPE:
    return call.count > 0 ? bp_made_reshaped(turns, &call) : NULL;
  case STACK:
    return bp_made_stacked(turns, &call);
  case EINSUM:
    return call.count > 0 ? einsum(turns, &call) : NULL;
  default:
    if (known[row].is == SAME && call.count > 0 && call.list[0] &&
        call.list[0]->kind != BP_HELD_ARRAY && call.list[0]->kind != BP_HELD_COUNT)
      return call.list[0]->kind == BP_HELD_LIST ? bp_made_zeros(turns, &call, name, true)
                                                : call.list[0];
    return of_one(turns, &call, row);
  }
}
