/* Taking an expression apart into factors.
 *
 * Sums and products are walked from left to right; everything else (a name, a call, a derivative,
 * an element, a power) is one factor.  Brackets and operators are collected until the next factor
 * is known, and a closing bracket goes behind the last.  Brackets stand where they were written,
 * and where the strengths of the operators want them.
 *
 * The terms of a sum over a letter are shown for its first value: the letter stays a letter in the
 * text and is a number only where a shape depends on it.
 */
#include "show/factors.h"

#include <string.h>

#include "base/list.h"
#include "lang/tree.h"

enum { NOTHING = 0, SUM = 1, PRODUCT = 2 };

/* As in the trace of a network, a product is a dot. */
static const char *sign_of(enum bp_expression_kind kind) {
  return kind == BP_EXPR_MULTIPLY ? "·" : bp_operator_sign(kind);
}

/* ---- what stands between factors ---------------------------------------- */

static const char *or_unknown(const char *text) { return text ? text : "?"; }

static bool ends_in_bracket(const char *text) {
  size_t length = strlen(text);
  return length > 0 && text[length - 1] == '(';
}

static void open_with(struct bp_row *row, const char *text) {
  const char *blank = *row->before == '\0' || ends_in_bracket(row->before) ? "" : " ";
  row->before = or_unknown(
      bp_arena_printf(row->arena, "%s%s%s%s", row->before, blank, row->minus ? "-" : "", text));
  row->minus = false;
}

static void close_with(struct bp_row *row, const char *text) {
  if (row->count == 0)
    return;
  struct bp_trace_factor *last = &row->factors[row->count - 1];
  last->after = or_unknown(bp_arena_printf(row->arena, "%s%s", last->after, text));
}

static struct bp_trace_factor *add_factor(struct bp_row *row, const char *text) {
  if (!bp_list_room(row->arena, row->factors, row->count, row->capacity))
    return NULL;
  if (row->minus)
    text = or_unknown(bp_arena_printf(row->arena, "-%s", text));
  struct bp_trace_factor *factor = &row->factors[row->count++];
  *factor = (struct bp_trace_factor){.before = row->before, .text = text, .after = ""};
  row->before = "";
  row->minus = false;
  return factor;
}

/* ---- factors ------------------------------------------------------------ */

/* One factor; numbers and sizes such as 1/m have no shape worth showing. */
static void put_factor(struct bp_row *row, const struct bp_expression *expression,
                       const struct bp_scope *scope, int limit) {
  struct bp_symbolic shape;
  int strength = bp_operator_strength(expression->kind);
  bool brackets = (strength > NOTHING && strength <= limit) ||
                  (expression->kind == BP_EXPR_NEGATE && limit > NOTHING);
  const char *text = bp_point_expression(expression, row->letters, row->arena);
  if (brackets)
    text = or_unknown(bp_arena_printf(row->arena, "(%s)", text));
  struct bp_trace_factor *factor = add_factor(row, text);
  if (!factor || bp_point_plain(row->world, expression, scope))
    return;
  factor->shaped = bp_point_shape(row->world, expression, scope, &shape);
  if (factor->shaped)
    factor->shape = bp_point_shape_text(shape, row->arena);
}

/* What is said of a part that is repeated to the shape of the whole; NULL: it is not. */
static const char *repeated_words(struct bp_row *row, const char *part, struct bp_symbolic shape,
                                  struct bp_symbolic whole, bool sum) {
  bool rows = bp_size_same(shape.rows, whole.rows);
  bool columns = bp_size_same(shape.columns, whole.columns);
  if (rows && !columns && bp_size_one(shape.columns))
    return bp_arena_printf(row->arena, "%s is repeated over %s columns", part,
                           bp_size_text(row->arena, whole.columns));
  if (columns && !rows && bp_size_one(shape.rows))
    return bp_arena_printf(row->arena, "%s is repeated over %s rows", part,
                           bp_size_text(row->arena, whole.rows));
  bool number = bp_size_one(shape.rows) && bp_size_one(shape.columns);
  return sum && number && !bp_size_one(whole.columns)
             ? bp_arena_printf(row->arena, "%s is added to every number", part)
             : NULL;
}

/* Marks the part that is repeated to the shape of the whole: the factors from `begin` on. */
static void mark_repeated(struct bp_row *row, const struct bp_expression *part,
                          const struct bp_scope *scope, struct bp_symbolic whole, bool sum,
                          size_t begin, size_t end) {
  struct bp_symbolic shape;
  if (bp_point_plain(row->world, part, scope) || !bp_point_shape(row->world, part, scope, &shape))
    return;
  const char *words =
      repeated_words(row, bp_point_expression(part, row->letters, row->arena), shape, whole, sum);
  if (!words)
    return;
  if (end == begin + 1) {
    row->factors[begin].broadcast = true;
    row->factors[begin].spread = bp_point_shape_text(whole, row->arena);
  }
  row->note = bp_point_join(row->note, words, row->arena);
}

static void put(struct bp_row *row, const struct bp_expression *expression,
                const struct bp_scope *scope, int limit);

static void put_binary(struct bp_row *row, const struct bp_expression *expression,
                       const struct bp_scope *scope, int limit) {
  int strength = bp_operator_strength(expression->kind);
  struct bp_symbolic shape;
  size_t begin = row->count;
  bool brackets = strength <= limit || expression->parenthesised;
  if (brackets)
    open_with(row, "(");
  put(row, expression->child[0], scope, strength - 1);
  size_t middle = row->count;
  open_with(row, sign_of(expression->kind));
  put(row, expression->child[1], scope, strength);
  size_t end = row->count;
  bool sum = strength == SUM;
  bool pointwise =
      sum || expression->kind == BP_EXPR_HADAMARD || expression->kind == BP_EXPR_POINT_DIVIDE;
  if (pointwise && bp_point_shape(row->world, expression, scope, &shape)) {
    mark_repeated(row, expression->child[0], scope, shape, sum, begin, middle);
    mark_repeated(row, expression->child[1], scope, shape, sum, middle, end);
  }
  if (brackets)
    close_with(row, ")");
}

/* -E: the sign is written at its first factor. */
static void put_negated(struct bp_row *row, const struct bp_expression *expression,
                        const struct bp_scope *scope, int limit) {
  if (limit > NOTHING)
    open_with(row, "(");
  row->minus = !row->minus;
  put(row, expression->child[0], scope, SUM);
  if (limit > NOTHING)
    close_with(row, ")");
}

/* sum_{i=1..m} E */
static void put_sum(struct bp_row *row, const struct bp_expression *sum,
                    const struct bp_scope *scope, int limit) {
  struct bp_fault before = row->world->fault;
  struct bp_scope inner = {sum->name, 1, NULL, scope};
  row->world->fault = (struct bp_fault){0};
  bp_world_index(row->world, sum->child[0], scope, &inner.index);
  row->world->fault = before;
  if (limit > NOTHING)
    open_with(row, "(");
  open_with(row, or_unknown(bp_arena_printf(
                     row->arena, "%s_{%s=%s..%s}", sum->order == BP_JOIN_PRODUCT ? "prod" : "sum",
                     sum->name, bp_point_expression(sum->child[0], row->letters, row->arena),
                     bp_point_expression(sum->child[1], row->letters, row->arena))));
  put(row, sum->child[2], &inner, SUM);
  if (limit > NOTHING)
    close_with(row, ")");
}

/* `limit`: operators up to this strength need brackets here. */
static void put(struct bp_row *row, const struct bp_expression *expression,
                const struct bp_scope *scope, int limit) {
  int strength = bp_operator_strength(expression->kind);
  if (bp_point_plain(row->world, expression, scope))
    put_factor(row, expression, scope, limit);
  else if (strength == SUM || strength == PRODUCT)
    put_binary(row, expression, scope, limit);
  else if (expression->kind == BP_EXPR_NEGATE)
    put_negated(row, expression, scope, limit);
  else if (expression->kind == BP_EXPR_SUM && expression->order < BP_JOIN_BELOW)
    put_sum(row, expression, scope, limit);
  else
    put_factor(row, expression, scope, NOTHING);
}

void bp_row_expression(struct bp_row *row, const char *before,
                       const struct bp_expression *expression) {
  row->before = before;
  row->minus = false;
  put(row, expression, row->letters, NOTHING);
}

void bp_row_text(struct bp_row *row, const char *before, const char *text) {
  row->before = before;
  row->minus = false;
  add_factor(row, text);
}
