/* Parts of arrays: X[i], W[:, j], p[range(N), y], and what is written into them.
 *
 * What is written into part of an array makes another array: the old one and what was added, at its
 * place, which is a product with a column that is all 0 but for one entry.  So dW[:, j] += v adds
 * v times such a row, and loops that fill an array entry by entry come to a sum of such products.
 */
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

/* What stands on an axis between the brackets. */
enum axis_kind { NUMBERED, WHOLE, NEW, CLASS, CHOSEN, STRANGE };

static bool is_text(const struct bp_turns_held *held, const char *text) {
  return held && held->kind == BP_HELD_TEXT && held->text && strcmp(held->text, text) == 0;
}

static bool is_mask(const struct bp_turns_held *held) {
  return held->kind == BP_HELD_ARRAY && held->node->kind == BP_CODE_BINARY &&
         strchr("<>lg", held->node->sign) != NULL;
}

static enum axis_kind axis_kind(const struct bp_turns_held *at) {
  if (!at)
    return STRANGE;
  if (at->kind == BP_HELD_COUNT)
    return NUMBERED;
  if (is_text(at, "every"))
    return WHOLE;
  if (is_text(at, "new"))
    return NEW;
  if (is_mask(at))
    return CHOSEN;
  const struct bp_code_node *node = at->kind == BP_HELD_ARRAY ? at->node : NULL;
  bool named = node && (node->kind == BP_CODE_NAME ||
                        (node->kind == BP_CODE_PART && node->child[0]->kind == BP_CODE_NAME));
  return named ? CLASS : STRANGE;
}

static bool is_data(const char *name) {
  static const char *const words[] = {"X", "x", "data", "input", "image", "feature", "train"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strncmp(name, words[k], strlen(words[k])) == 0)
      return true;
  return false;
}

/* What an output is compared with. */
static bool is_target(const char *name) {
  return strchr("YyTt", name[0]) || !strncmp(name, "label", 5);
}

static struct bp_code_node *part(struct bp_turns *turns, struct bp_span span,
                                 struct bp_code_node *of, long row, long column) {
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_PART, span, of, NULL);
  if (made) {
    made->index[0] = (int)row;
    made->index[1] = (int)column;
  }
  return made;
}

/* The matrix of classes whose name stands between the brackets, or the row of one sample. */
static struct bp_code_node *class_node(struct bp_turns *turns, const struct bp_turns_held *at,
                                       bool *whole) {
  const struct bp_code_node *of = at->node->kind == BP_CODE_PART ? at->node->child[0] : at->node;
  *whole = at->node->kind == BP_CODE_NAME;
  if (of->kind != BP_CODE_NAME)
    return NULL;
  bool known = false;
  for (size_t k = 0; k < turns->label_count && !known; k++)
    known = strcmp(turns->labels[k], of->text) == 0;
  if (!known) {
    if (!bp_list_room(turns->arena, turns->labels, turns->label_count, turns->label_capacity))
      return NULL;
    turns->labels[turns->label_count++] = of->text;
  }
  struct bp_code_node *matrix = at->node->kind == BP_CODE_PART ? at->node->child[0] : at->node;
  return *whole ? matrix
                : part(turns, at->node->span, matrix, at->node->index[0], BP_CODE_WHOLE_AXIS);
}

struct bp_turns_held *bp_turns_one_hot(struct bp_turns *turns, const struct bp_syntax *made,
                                       const struct bp_turns_held *at) {
  const struct bp_syntax *name = made->kind == BP_SYNTAX_CALL ? made->child[0] : NULL;
  bool eye = name && name->kind == BP_SYNTAX_FIELD && bp_turns_is_module(name->child[0]) &&
             (!strcmp(name->text, "eye") || !strcmp(name->text, "identity"));
  bool whole = false;
  struct bp_code_node *class = eye && axis_kind(at) == CLASS ? class_node(turns, at, &whole) : NULL;
  return class && whole ? bp_held_array(turns, class, 2, BP_WAY_OPEN) : NULL;
}

static struct bp_code_node *column_of(struct bp_turns *turns, struct bp_code_node *of) {
  struct bp_code_node *made = of ? bp_turns_node(turns, BP_CODE_CALL, of->span, of, NULL) : NULL;
  if (made)
    made->text = "vec";
  return made;
}

static struct bp_code_node *row_of(struct bp_turns *turns, struct bp_code_node *of) {
  struct bp_code_node *column = column_of(turns, of);
  return column ? bp_turns_node(turns, BP_CODE_TRANSPOSE, of->span, column, NULL) : NULL;
}

/* The class of a sample as it lies beside `of`. */
static struct bp_code_node *class_beside(struct bp_turns *turns, const struct bp_turns_held *of,
                                         const struct bp_turns_held *at, bool *whole) {
  struct bp_code_node *class = class_node(turns, at, whole);
  bool row = *whole || (of->rank == 1 && of->way != BP_WAY_COLUMN) || of->way == BP_WAY_ROW;
  return class && !row ? column_of(turns, class) : class;
}

static bool is_in_turns(long index) { return index >= 0 && index < BP_TURNS_ACROSS; }

/* X[a:b], X[order], data[:, :-1]: some of the samples, or of what is known of them.  They are given
 * as well, by a name of their own, and the same ones are the same wherever they are taken.  NULL:
 * it is something else. */
static struct bp_turns_held *some_of(struct bp_turns *turns, const struct bp_syntax *node,
                                     const struct bp_turns_held *of, struct bp_turns_held **at) {
  const char *text = turns->steps->code->source->text;
  size_t axes = node->count - 1;
  bool data = of->given && (is_data(of->text) || is_target(of->text)), rows = true, all = true;
  for (size_t k = 0; k < axes && node->kind == BP_SYNTAX_PART; k++) {
    bool slice = node->child[k + 1] && node->child[k + 1]->kind == BP_SYNTAX_SLICE;
    all = all && axis_kind(at[k]) == WHOLE;
    rows =
        rows &&
        (slice || (k == 0 && axes == 1 && axis_kind(at[k]) != NUMBERED && axis_kind(at[k]) != NEW));
  }
  bool last = axes == 2 && axis_kind(at[0]) == WHOLE && axis_kind(at[1]) == NUMBERED &&
              at[1]->count < 0; /* data[:, -1] */
  if (!data || axes > 2 || all || (!rows && !last) || node->kind != BP_SYNTAX_PART ||
      axis_kind(at[0]) == CHOSEN)
    return NULL;
  char key[64] = "";
  size_t length = 0;
  for (size_t k = node->child[0]->span.end; k < node->span.end && length + 2 < sizeof key; k++)
    if (((text[k] | 0x20) >= 'a' && (text[k] | 0x20) <= 'z') || (text[k] >= '0' && text[k] <= '9'))
      key[length++] = text[k];
    else if (strchr(":,-", text[k]))
      key[length++] = text[k] == ':' ? 'I' : text[k] == ',' ? 'J' : 'K';
  const char *name = bp_arena_printf(turns->arena, "%sof%s", of->text, key);
  struct bp_turns_held *made = name ? bp_held_given(turns, name) : NULL;
  if (made && made->kind == BP_HELD_ARRAY && made->rank == BP_RANK_OPEN)
    made->rank = last ? 1 : of->rank;
  return made;
}

static struct bp_turns_held *numbered(struct bp_turns *turns, const struct bp_syntax *node,
                                      struct bp_turns_held *of, const struct bp_turns_held *at) {
  long index = at->count;
  if (of->node->kind == BP_CODE_PART && of->rank == 1 && of->node->index[0] >= 0 &&
      of->node->index[1] == BP_CODE_WHOLE_AXIS) { /* X[i][j] */
    struct bp_code_node *entry =
        part(turns, node->span, of->node->child[0], of->node->index[0], index);
    if (!is_in_turns(index) || !bp_turns_fix(turns, of->node->child[0], 1, at->turns))
      return bp_held_unknown(turns, "an entry in it is not among those that are followed");
    return bp_held_array(turns, entry, 0, BP_WAY_OPEN);
  }
  bool rows = of->given && is_data(of->text) && !(turns->numbers && of->text[0] != 'X');
  bool flat =
      of->rank == 1 || (of->rank == BP_RANK_OPEN && of->given && !rows) || of->way == BP_WAY_COLUMN;
  if (!is_in_turns(index) && of->given)
    return bp_held_unknown(turns, "an entry in it is not among those that are followed");
  struct bp_turns_held *given = of->given ? bp_held_member(&turns->givens, of->text) : NULL;
  if (given && given->rank == BP_RANK_OPEN)
    given->rank = of->rank = flat ? 1 : 2;
  if (!bp_turns_fix(turns, of->node, flat ? BP_CODE_NO_AXIS : 0, at->turns))
    return NULL;
  struct bp_code_node *made =
      part(turns, node->span, of->node, index, flat ? BP_CODE_ONE_AXIS : BP_CODE_WHOLE_AXIS);
  return bp_held_array(turns, made, flat ? 0 : 1, flat ? BP_WAY_OPEN : BP_WAY_ROW);
}

void bp_turns_flat(struct bp_turns *turns, struct bp_turns_held *of) {
  struct bp_turns_held *given = of->given ? bp_held_member(&turns->givens, of->text) : NULL;
  if (given && given->rank == BP_RANK_OPEN)
    given->rank = of->rank = 1;
}

/* p[y], p[range(N), y]: the sum of the products with the classes. */
static struct bp_turns_held *chosen(struct bp_turns *turns, const struct bp_syntax *node,
                                    struct bp_turns_held *of, const struct bp_turns_held *at) {
  bool whole;
  struct bp_code_node *class = class_beside(turns, of, at, &whole);
  struct bp_code_node *made =
      class ? bp_turns_operation(turns, node->span, '*', node->span, of->node, class) : NULL;
  made = made ? bp_turns_node(turns, BP_CODE_SUM, node->span, made, NULL) : NULL;
  if (made && whole)
    made->axis = 1;
  return bp_held_array(turns, made, whole ? 1 : 0, whole ? BP_WAY_COLUMN : BP_WAY_OPEN);
}

struct bp_turns_held *bp_turns_entry(struct bp_turns *turns, const struct bp_syntax *node,
                                     struct bp_turns_held *of, struct bp_turns_held **at) {
  size_t axes = node->count - 1;
  enum axis_kind first = axis_kind(at[0]), second = axes > 1 ? axis_kind(at[1]) : WHOLE;
  struct bp_turns_held *some = axes == 1 && first == WHOLE ? NULL : some_of(turns, node, of, at);
  if (some)
    return some;
  bool outside = (first == NUMBERED && second == WHOLE && !is_in_turns(at[0]->count)) ||
                 (first == WHOLE && second == NUMBERED && !is_in_turns(at[1]->count));
  if (axes == 2 && outside)
    return bp_held_unknown(turns, "an entry in it is not among those that are followed");
  if (axes == 1 && first == NUMBERED)
    return numbered(turns, node, of, at[0]);
  if (axes == 1 && first == WHOLE)
    return of;
  if (axes == 1 && first == CLASS)
    return chosen(turns, node, of, at[0]);
  if (axes == 2 && first == NUMBERED && second == WHOLE) {
    struct bp_code_node *row = part(turns, node->span, of->node, at[0]->count, BP_CODE_WHOLE_AXIS);
    return bp_turns_fix(turns, of->node, 0, at[0]->turns) ? bp_held_array(turns, row, 1, BP_WAY_ROW)
                                                          : NULL;
  }
  if (axes == 2 && first == WHOLE && second == NUMBERED) {
    struct bp_code_node *column =
        part(turns, node->span, of->node, BP_CODE_WHOLE_AXIS, at[1]->count);
    return bp_turns_fix(turns, of->node, 1, at[1]->turns)
               ? bp_held_array(turns, column, 1, BP_WAY_COLUMN)
               : NULL;
  }
  if (axes == 2 && first == NUMBERED && second == NUMBERED && is_in_turns(at[0]->count) &&
      is_in_turns(at[1]->count))
    return bp_turns_fix(turns, of->node, 0, at[0]->turns) &&
                   bp_turns_fix(turns, of->node, 1, at[1]->turns)
               ? bp_held_array(turns, part(turns, node->span, of->node, at[0]->count, at[1]->count),
                               0, BP_WAY_OPEN)
               : NULL;
  if (axes == 2 && (first == WHOLE || (first == CLASS && second == NUMBERED)) &&
      (second == CLASS || second == NUMBERED))
    return chosen(turns, node, of, first == CLASS ? at[0] : at[1]);
  if (axes == 2 && (first == NEW || second == NEW))
    bp_turns_flat(turns, of); /* of a matrix that would make three axes */
  if (axes == 2 && first == WHOLE && second == NEW)
    return bp_held_array(turns, column_of(turns, of->node), 2, BP_WAY_COLUMN);
  if (axes == 2 && first == NEW && second == WHOLE)
    return bp_held_array(turns, row_of(turns, of->node), 2, BP_WAY_ROW);
  return bp_held_unknown(turns, "a part of an array in it is not read");
}

/* ---- what is written ----------------------------------------------------- */

static struct bp_code_node *unit(struct bp_turns *turns, struct bp_span span,
                                 struct bp_code_node *like, int axis,
                                 const struct bp_turns_held *at) {
  struct bp_code_node *made = bp_turns_node(turns, BP_CODE_UNIT, span, like, NULL);
  if (made) {
    made->axis = axis;
    made->index[0] = (int)at->count;
  }
  return made && bp_turns_fix(turns, like, axis, at->turns) ? made : NULL;
}

/* What is added, at its place in an array as large as `like`. */
static struct bp_code_node *placed(struct bp_turns *turns, const struct bp_syntax *node,
                                   struct bp_code_node *like, struct bp_turns_held **at,
                                   const struct bp_turns_held *what, int *rank) {
  size_t axes = node->count - 1;
  enum axis_kind first = axis_kind(at[0]), second = axes > 1 ? axis_kind(at[1]) : WHOLE;
  struct bp_span span = node->span;
  bool number = what->rank == 0;
  *rank = 2;
  if (first == NUMBERED && second == WHOLE && number && axes == 1) {
    *rank = 1;
    return bp_turns_operation(turns, span, '*', span, what->node,
                              unit(turns, span, like, BP_CODE_NO_AXIS, at[0]));
  }
  if (first == NUMBERED && second == WHOLE)
    return bp_turns_operation(turns, span, '@', span, unit(turns, span, like, 0, at[0]),
                              row_of(turns, what->node));
  if (first == WHOLE && second == NUMBERED)
    return bp_turns_operation(turns, span, '@', span, column_of(turns, what->node),
                              unit(turns, span, like, 1, at[1]));
  if (first == NUMBERED && second == NUMBERED) {
    struct bp_code_node *place =
        bp_turns_operation(turns, span, '@', span, unit(turns, span, like, 0, at[0]),
                           unit(turns, span, like, 1, at[1]));
    return number ? bp_turns_operation(turns, span, '*', span, what->node, place) : NULL;
  }
  return NULL;
}

/* The same for classes: one entry of each sample, or a column for the class of one. */
static struct bp_code_node *placed_by_class(struct bp_turns *turns, const struct bp_syntax *node,
                                            const struct bp_turns_held *of,
                                            struct bp_turns_held **at,
                                            const struct bp_turns_held *what) {
  size_t axes = node->count - 1;
  enum axis_kind first = axis_kind(at[0]), second = axes > 1 ? axis_kind(at[1]) : WHOLE;
  const struct bp_turns_held *class = first == CLASS ? at[0] : second == CLASS ? at[1] : NULL;
  bool whole;
  if (!class)
    return NULL;
  if (first == WHOLE && second == CLASS && class->node->kind == BP_CODE_PART)
    return bp_turns_operation(turns, node->span, '@', node->span, column_of(turns, what->node),
                              class_node(turns, class, &whole));
  struct bp_code_node *beside = class_beside(turns, of, class, &whole);
  bool one =
      what->node->kind == BP_CODE_NUMBER && what->node->text && !strcmp(what->node->text, "1");
  return !beside || one
             ? beside
             : bp_turns_operation(turns, node->span, '*', node->span, what->node, beside);
}

/* dZ[Z <= 0] = 0, A[Z < 0] = …: elsewhere it is what it was. */
static struct bp_turns_held *masked(struct bp_turns *turns, const struct bp_syntax *node,
                                    struct bp_turns_held *of, const struct bp_turns_held *mask,
                                    char sign, const struct bp_turns_held *what) {
  struct bp_code_node *where = bp_turns_node(turns, BP_CODE_BINARY, mask->node->span, NULL, NULL);
  if (!where || sign == '+' || sign == '-')
    return NULL;
  *where = *mask->node;
  where->grouped = true;
  const struct bp_code_node *value = what->node;
  bool zero = value->kind == BP_CODE_NUMBER && value->text && !strcmp(value->text, "0");
  bool one = value->kind == BP_CODE_NUMBER && value->text && !strcmp(value->text, "1");
  if (!of)
    return one ? bp_held_array(turns, where, mask->rank, mask->way) : NULL;
  struct bp_code_node *made;
  if (zero && sign == '=') {
    where->sign = (char)(where->sign == '<'   ? 'g'
                         : where->sign == 'l' ? '>'
                         : where->sign == '>' ? 'l'
                                              : '<');
    made = bp_turns_operation(turns, node->span, '*', where->span, of->node, where);
  } else {
    made = bp_turns_node(turns, BP_CODE_CALL, node->span, where, what->node);
    if (made) {
      made->text = "where";
      made->child[made->count++] = of->node;
    }
    if (sign != '=' && made)
      made->child[1] =
          bp_turns_operation(turns, node->span, sign, node->span, of->node, what->node);
  }
  return bp_held_array(turns, made, of->rank, of->way);
}

/* M[range(N), y] = v: elsewhere it is what it was, M ⊙ (1 - Y) + v ⊙ Y. */
static struct bp_turns_held *replaced(struct bp_turns *turns, const struct bp_syntax *node,
                                      struct bp_turns_held *of, struct bp_turns_held **at,
                                      const struct bp_turns_held *what) {
  struct bp_code_node *one = bp_turns_node(turns, BP_CODE_NUMBER, node->span, NULL, NULL);
  bool whole = false, nothing = what->node->kind == BP_CODE_NUMBER && what->node->text &&
                                !strcmp(what->node->text, "0");
  enum axis_kind last = axis_kind(at[node->count - 2]);
  if (last != CLASS || !one)
    return NULL;
  one->text = "1";
  struct bp_code_node *class = class_beside(turns, of, at[node->count - 2], &whole);
  if (!class || (node->count == 3 && !whole))
    return NULL;
  struct bp_code_node *rest = bp_turns_operation(turns, node->span, '-', node->span, one, class);
  struct bp_code_node *made =
      bp_turns_operation(turns, node->span, '*', node->span, of->node, rest);
  struct bp_code_node *there =
      nothing ? NULL : bp_turns_operation(turns, node->span, '*', node->span, what->node, class);
  if (there)
    made = bp_turns_operation(turns, node->span, '+', node->span, made, there);
  return bp_held_array(turns, made, of->rank, of->way);
}

struct bp_turns_held *bp_turns_written(struct bp_turns *turns, const struct bp_syntax *node,
                                       struct bp_turns_held *of, struct bp_turns_held **at,
                                       char sign, struct bp_turns_held *what) {
  bool zeros = of->kind == BP_HELD_ZEROS;
  struct bp_turns_held *old = zeros ? NULL : of;
  if (!what || what->kind != BP_HELD_ARRAY || node->count > 3)
    return NULL;
  if (node->count == 2 && axis_kind(at[0]) == CHOSEN)
    return masked(turns, node, old, at[0], sign, what);
  if (!zeros && sign == '=')
    return replaced(turns, node, of, at, what);
  const struct bp_turns_held *like = of->like ? of->like : of;
  struct bp_code_node *like_node =
      like->kind == BP_HELD_ARRAY || like->kind == BP_HELD_SIZES ? like->node : NULL;
  int rank = of->rank;
  struct bp_code_node *added = placed_by_class(turns, node, of, at, what);
  if (!added && like_node && like_node->kind == BP_CODE_NAME)
    added = placed(turns, node, like_node, at, what, &rank);
  if (!added || !strchr("=+-", sign))
    return NULL;
  struct bp_turns_held *made =
      bp_held_array(turns,
                    old ? bp_turns_operation(turns, node->span, sign, node->span, old->node, added)
                    : sign == '-' ? bp_turns_node(turns, BP_CODE_OPPOSITE, node->span, added, NULL)
                                  : added,
                    rank, of->way);
  if (made)
    made->like = like;
  return made;
}
