/* A tree as a picture: fractions stand, indices are low or high, ∂ is a fraction, and brackets are
 * drawn where a reader needs them, which is where the printer writes them, but for those that a
 * fraction, a root or an index makes superfluous.
 *
 * Factors have shapes: what is not a sum, a product or a sign taken apart, as in the trace.
 */
#include "show/picture.h"

#include <string.h>

#include "lang/print.h"
#include "lang/tree.h"

enum { NOTHING = 0, SUM = 1, PRODUCT = 2, MINUS = 3, POSTFIX = 5, MOST_PARTS = 4 };

typedef const struct bp_picture *picture;

static picture draw(const struct bp_drawer *drawer, const struct bp_expression *expression,
                    int limit);

/* ---- making them --------------------------------------------------------- */

static struct bp_picture *blank(const struct bp_drawer *drawer, enum bp_picture_kind kind,
                                size_t count) {
  struct bp_picture *made = bp_arena_alloc(drawer->arena, 1, sizeof *made);
  if (!made)
    return NULL;
  *made = (struct bp_picture){.kind = kind, .count = count};
  made->part = bp_arena_alloc(drawer->arena, count, sizeof *made->part);
  return made->part ? made : NULL;
}

static picture leaf(const struct bp_drawer *drawer, enum bp_picture_kind kind, const char *text) {
  struct bp_picture *made = text ? blank(drawer, kind, 0) : NULL;
  if (made)
    made->text = text;
  return made;
}

static picture sign(const struct bp_drawer *drawer, const char *text) {
  return leaf(drawer, BP_PICTURE_SIGN, text);
}

/* Up to MOST_PARTS parts, of which scripts may have none. */
static picture made_of(const struct bp_drawer *drawer, enum bp_picture_kind kind, size_t count,
                       picture a, picture b, picture c) {
  struct bp_picture *made = blank(drawer, kind, count);
  const picture parts[] = {a, b, c};
  for (size_t i = 0; made && i < count; i++)
    made->part[i] = parts[i];
  return made;
}

static picture row_of(const struct bp_drawer *drawer, picture a, picture b, picture c) {
  return a && b && c ? made_of(drawer, BP_PICTURE_ROW, 3, a, b, c) : NULL;
}

static picture pair_of(const struct bp_drawer *drawer, picture a, picture b) {
  return a && b ? made_of(drawer, BP_PICTURE_ROW, 2, a, b, NULL) : NULL;
}

static picture over(const struct bp_drawer *drawer, picture above, picture below) {
  return above && below ? made_of(drawer, BP_PICTURE_FRACTION, 2, above, below, NULL) : NULL;
}

static picture scripts(const struct bp_drawer *drawer, picture base, picture low, picture high) {
  return base ? made_of(drawer, BP_PICTURE_SCRIPTS, 3, base, low, high) : NULL;
}

static picture bracketed(const struct bp_drawer *drawer, const char *open, picture inside,
                         const char *close) {
  return row_of(drawer, sign(drawer, open), inside, sign(drawer, close));
}

/* Expressions [first, last) with commas between them. */
static picture listed(const struct bp_drawer *drawer, const struct bp_expression *const *list,
                      size_t first, size_t last) {
  size_t count = last > first ? 2 * (last - first) - 1 : 0;
  if (count == 1)
    return draw(drawer, list[first], NOTHING);
  struct bp_picture *made = blank(drawer, BP_PICTURE_ROW, count);
  for (size_t i = 0; made && i < count; i++) {
    made->part[i] = i % 2 ? sign(drawer, ",") : draw(drawer, list[first + i / 2], NOTHING);
    if (!made->part[i])
      return NULL;
  }
  return made;
}

/* ---- names --------------------------------------------------------------- */

/* What stands behind the last underscore of a name is low: b_out. */
static picture name_alone(const struct bp_drawer *drawer, const char *name) {
  const char *low = strrchr(name, '_');
  if (!low || low == name || low[1] == '\0')
    return leaf(drawer, BP_PICTURE_NAME, name);
  return scripts(
      drawer,
      leaf(drawer, BP_PICTURE_NAME, bp_arena_strndup(drawer->arena, name, (size_t)(low - name))),
      leaf(drawer, BP_PICTURE_NAME, low + 1), NULL);
}

/* W[l] has its index in brackets above, as in the lectures that count layers so. */
static picture draw_name(const struct bp_drawer *drawer, const struct bp_expression *name) {
  picture alone = name_alone(drawer, name->name);
  if (name->count == 0 || !alone)
    return alone;
  picture index = bracketed(drawer, "[", listed(drawer, name->child, 0, name->count), "]");
  if (!index)
    return NULL;
  if (alone->kind == BP_PICTURE_SCRIPTS)
    return scripts(drawer, alone->part[0], alone->part[1], index);
  return scripts(drawer, alone, NULL, index);
}

/* Something high behind an expression, beside what stands there already: W[2]' is W^{[2]⊤}. */
static picture raised(const struct bp_drawer *drawer, picture base, picture high) {
  if (!base || !high)
    return NULL;
  if (base->kind != BP_PICTURE_SCRIPTS || base->shape || base->marked)
    return scripts(drawer, base, NULL, high);
  picture before = base->part[2];
  return scripts(drawer, base->part[0], base->part[1],
                 before ? pair_of(drawer, before, high) : high);
}

static picture lowered(const struct bp_drawer *drawer, picture base, picture low) {
  if (!base || !low)
    return NULL;
  if (base->kind != BP_PICTURE_SCRIPTS || base->part[1])
    return scripts(drawer, base, low, NULL);
  return scripts(drawer, base->part[0], low, base->part[2]);
}

/* ---- the kinds ----------------------------------------------------------- */

static picture draw_call(const struct bp_drawer *drawer, const struct bp_expression *call) {
  const struct bp_expression *function = call->child[0];
  const char *name = function->count == 0 ? function->name : "";
  bool one = call->count == 2 && call->order == 0;
  if (one && !strcmp(name, "sqrt"))
    return made_of(drawer, BP_PICTURE_ROOT, 1, draw(drawer, call->child[1], NOTHING), NULL, NULL);
  if (one && (!strcmp(name, "abs") || !strcmp(name, "norm")))
    return bracketed(drawer, *name == 'a' ? "|" : "‖", draw(drawer, call->child[1], NOTHING),
                     *name == 'a' ? "|" : "‖");
  picture named = draw(drawer, function, POSTFIX);
  static const char primes[] = "′′′′";
  if (call->order > 0 && call->order <= 4)
    named = raised(
        drawer, named,
        sign(drawer, bp_arena_strndup(drawer->arena, primes, (size_t)call->order * strlen("′"))));
  picture arguments = bracketed(drawer, "(", listed(drawer, call->child, 1, call->count), ")");
  return pair_of(drawer, named, arguments);
}

/* "i=1", or "i" alone, and what it is not. */
static picture draw_letter(const struct bp_drawer *drawer, const struct bp_expression *sum) {
  picture letter = leaf(drawer, BP_PICTURE_NAME, sum->name);
  if (sum->child[0]->kind != BP_EXPR_ALL)
    letter = row_of(drawer, letter, sign(drawer, "="), draw(drawer, sum->child[0], NOTHING));
  if (sum->count <= 3)
    return letter;
  return row_of(drawer, letter, sign(drawer, "≠"), draw(drawer, sum->child[3], NOTHING));
}

/* The terms have the shapes of the first. */
static picture draw_terms(const struct bp_drawer *drawer, const struct bp_expression *sum) {
  struct bp_drawer inside = *drawer;
  struct bp_scope first = {sum->name, 1, NULL, drawer->scope};
  if (drawer->world && sum->child[0]->kind != BP_EXPR_ALL) {
    struct bp_fault before = drawer->world->fault;
    drawer->world->fault = (struct bp_fault){0};
    bp_world_index(drawer->world, sum->child[0], drawer->scope, &first.index);
    drawer->world->fault = before;
  }
  inside.scope = &first;
  return draw(&inside, sum->child[2], SUM);
}

/* [E for i = 1..n, j = 1..m] has its entry in brackets and its letters below, as in (a_ij). */
static picture draw_entries(const struct bp_drawer *drawer, const struct bp_expression *sum) {
  picture letters = NULL;
  const struct bp_expression *entry = sum;
  for (; entry->kind == BP_EXPR_SUM && entry->order >= BP_JOIN_BELOW; entry = entry->child[2]) {
    picture letter = draw_letter(drawer, entry);
    if (letter && entry->child[1]->kind != BP_EXPR_ALL)
      letter = row_of(drawer, letter, sign(drawer, "…"), draw(drawer, entry->child[1], NOTHING));
    letters = letters ? row_of(drawer, letters, sign(drawer, ","), letter) : letter;
    if (!letters)
      return NULL;
  }
  struct bp_drawer inside = *drawer;
  inside.world = NULL; /* shapes belong to the whole */
  return lowered(drawer, bracketed(drawer, "[", draw(&inside, entry, NOTHING), "]"), letters);
}

static picture draw_sum(const struct bp_drawer *drawer, const struct bp_expression *sum) {
  if (sum->order >= BP_JOIN_BELOW)
    return draw_entries(drawer, sum);
  picture above = sum->child[1]->kind == BP_EXPR_ALL ? NULL : draw(drawer, sum->child[1], NOTHING);
  picture low = draw_letter(drawer, sum),
          large = sign(drawer, sum->order == BP_JOIN_PRODUCT ? "∏" : "∑");
  if (!low || !large)
    return NULL;
  return pair_of(drawer, made_of(drawer, BP_PICTURE_LIMITS, 3, large, low, above),
                 draw_terms(drawer, sum));
}

static picture draw_matrix(const struct bp_drawer *drawer, const struct bp_expression *matrix) {
  struct bp_picture *table = blank(drawer, BP_PICTURE_TABLE, matrix->count);
  for (size_t i = 0; table && i < matrix->count; i++)
    if (!(table->part[i] = draw(drawer, matrix->child[i], NOTHING)))
      return NULL;
  if (!table)
    return NULL;
  table->rows = matrix->rows;
  table->columns = matrix->columns;
  return bracketed(drawer, "[", table, "]");
}

/* ∂U over ∂V, or ∇ with V below. */
static picture draw_partial(const struct bp_drawer *drawer, const struct bp_expression *partial) {
  if (partial->order > 0)
    return pair_of(drawer,
                   lowered(drawer, sign(drawer, "∇"), draw(drawer, partial->child[1], NOTHING)),
                   draw(drawer, partial->child[0], MINUS));
  return over(
      drawer,
      pair_of(drawer, leaf(drawer, BP_PICTURE_NAME, partial->immediate ? "∂⁺" : "∂"),
              draw(drawer, partial->child[0], MINUS)),
      pair_of(drawer, leaf(drawer, BP_PICTURE_NAME, "∂"), draw(drawer, partial->child[1], MINUS)));
}

static picture draw_at(const struct bp_drawer *drawer, const struct bp_expression *at) {
  picture places = NULL;
  for (size_t k = 1; k + 1 < at->count; k += 2) {
    picture one = row_of(drawer, draw(drawer, at->child[k], NOTHING), sign(drawer, "="),
                         draw(drawer, at->child[k + 1], NOTHING));
    places = places ? row_of(drawer, places, sign(drawer, ","), one) : one;
    if (!places)
      return NULL;
  }
  picture inside = bracketed(drawer, "(", draw(drawer, at->child[0], NOTHING), ")");
  return places ? lowered(drawer, inside, places) : inside;
}

/* As in the trace of a network, a product is a dot. */
static const char *operator_sign(enum bp_expression_kind kind) {
  switch (kind) {
  case BP_EXPR_MULTIPLY:
    return "·";
  case BP_EXPR_POINT_DIVIDE:
    return "⊘";
  case BP_EXPR_SUBTRACT:
    return "−";
  default:
    return bp_operator_sign(kind);
  }
}

static bool is_inside(struct bp_span inner, struct bp_span outer) {
  return inner.begin >= outer.begin && inner.end <= outer.end && inner.end > inner.begin;
}

static bool is_marked(const struct bp_drawer *drawer, struct bp_span span) {
  for (size_t i = 0; i < drawer->marked_count; i++)
    if (is_inside(span, drawer->marked[i]))
      return true;
  return false;
}

/* The sign, marked where it is all that was changed. */
static picture own_sign(const struct bp_drawer *drawer, const struct bp_expression *expression,
                        const char *text) {
  picture made = sign(drawer, text);
  if (!made || !is_marked(drawer, expression->sign) || is_marked(drawer, expression->span))
    return made;
  struct bp_picture *marked = blank(drawer, BP_PICTURE_SIGN, 0);
  if (marked)
    *marked = (struct bp_picture){
        .kind = BP_PICTURE_SIGN, .text = text, .part = marked->part, .marked = true};
  return marked;
}

static picture draw_binary(const struct bp_drawer *drawer, const struct bp_expression *expression) {
  enum bp_expression_kind kind = expression->kind;
  int strength = bp_operator_strength(kind);
  const struct bp_expression *left = expression->child[0], *right = expression->child[1];
  if (kind == BP_EXPR_DIVIDE)
    return over(drawer, draw(drawer, left, NOTHING), draw(drawer, right, NOTHING));
  if (kind == BP_EXPR_POWER)
    return raised(drawer, draw(drawer, left, POSTFIX), draw(drawer, right, NOTHING));
  if (kind == BP_EXPR_POINT_POWER)
    return raised(drawer, draw(drawer, left, POSTFIX),
                  pair_of(drawer, sign(drawer, "∘"), draw(drawer, right, SUM)));
  return row_of(drawer, draw(drawer, left, strength - 1),
                own_sign(drawer, expression, operator_sign(kind)), draw(drawer, right, strength));
}

static picture draw_bare(const struct bp_drawer *drawer, const struct bp_expression *expression,
                         int limit) {
  const struct bp_expression *const *child = expression->child;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return leaf(drawer, BP_PICTURE_NUMBER, expression->text);
  case BP_EXPR_NAME:
    return draw_name(drawer, expression);
  case BP_EXPR_NEGATE:
    return pair_of(drawer, own_sign(drawer, expression, "−"),
                   draw(drawer, child[0], limit < PRODUCT ? SUM : MINUS));
  case BP_EXPR_TRANSPOSE:
    return raised(drawer, draw(drawer, child[0], POSTFIX), own_sign(drawer, expression, "⊤"));
  case BP_EXPR_CALL:
    return draw_call(drawer, expression);
  case BP_EXPR_ELEMENT:
    return lowered(drawer, draw(drawer, child[0], POSTFIX),
                   listed(drawer, child, 1, expression->count));
  case BP_EXPR_ALL:
    return sign(drawer, ":");
  case BP_EXPR_SUM:
    return draw_sum(drawer, expression);
  case BP_EXPR_MATRIX:
    return draw_matrix(drawer, expression);
  case BP_EXPR_PARTIAL:
    return draw_partial(drawer, expression);
  case BP_EXPR_DIFFERENTIAL:
    return pair_of(drawer, leaf(drawer, BP_PICTURE_NAME, "d"), draw(drawer, child[0], MINUS));
  case BP_EXPR_AT:
    return draw_at(drawer, expression);
  case BP_EXPR_COMPARE:
    return row_of(drawer, draw(drawer, child[0], NOTHING),
                  sign(drawer, bp_relation_sign(expression->relation)),
                  draw(drawer, child[1], NOTHING));
  default:
    if (bp_is_binary(expression))
      return draw_binary(drawer, expression);
    return leaf(drawer, BP_PICTURE_WORDS,
                bp_expression_text(expression, NULL, NULL, drawer->arena));
  }
}

/* ---- brackets, shapes and marks ------------------------------------------ */

/* `limit`: operators up to this strength are ambiguous here.  A fraction is not, but as the base of
 * something high. */
static bool needs_brackets(const struct bp_expression *expression, int limit) {
  switch (expression->kind) {
  case BP_EXPR_NEGATE:
    return limit >= SUM;
  case BP_EXPR_SUM: /* entries have their own; as the left side of something it was written in them
                     */
    return expression->order < BP_JOIN_BELOW &&
           (limit >= MINUS || (limit == SUM && expression->parenthesised));
  case BP_EXPR_COMPARE:
    return limit >= SUM;
  case BP_EXPR_PARTIAL:
  case BP_EXPR_DIVIDE:
    return limit >= POSTFIX;
  default:
    return bp_is_binary(expression) && bp_operator_strength(expression->kind) <= limit;
  }
}

/* Whether it is one factor, whose shape a reader wants to see. */
static bool is_factor(const struct bp_expression *expression) {
  return !bp_is_sum(expression) && !bp_is_product(expression) && !bp_is_quotient(expression) &&
         !bp_is(expression, BP_EXPR_NEGATE) && !bp_is(expression, BP_EXPR_SUM) &&
         !bp_is(expression, BP_EXPR_COMPARE) && !bp_is(expression, BP_EXPR_ALL);
}

/* "(n[1],m)", or NULL. */
static const char *shape_of(const struct bp_drawer *drawer,
                            const struct bp_expression *expression) {
  struct bp_symbolic shape;
  if (!drawer->world || !is_factor(expression) ||
      bp_point_plain(drawer->world, expression, drawer->scope) ||
      !bp_point_shape(drawer->world, expression, drawer->scope, &shape))
    return NULL;
  struct bp_trace_shape text = bp_point_shape_text(shape, drawer->arena);
  if (!strcmp(text.rows.symbol, "1") && !strcmp(text.columns.symbol, "1"))
    return NULL; /* a number */
  return bp_arena_printf(drawer->arena, "(%s,%s)", text.rows.symbol, text.columns.symbol);
}

/* Inside of a factor nothing has a shape of its own. */
static picture draw(const struct bp_drawer *drawer, const struct bp_expression *expression,
                    int limit) {
  const char *shape = shape_of(drawer, expression);
  struct bp_drawer inside = *drawer;
  if (shape)
    inside.world = NULL;
  bool marked = is_marked(drawer, expression->span);
  if (marked)
    inside.marked_count = 0;
  picture made = draw_bare(&inside, expression, limit);
  if (made && (shape || marked)) {
    struct bp_picture *copy = bp_arena_alloc(drawer->arena, 1, sizeof *copy);
    if (!copy)
      return NULL;
    *copy = *made;
    copy->shape = shape;
    copy->marked = marked;
    made = copy;
  }
  return needs_brackets(expression, limit) ? bracketed(drawer, "(", made, ")") : made;
}

static picture marked_copy(const struct bp_drawer *drawer, picture made) {
  struct bp_picture *copy = made ? blank(drawer, BP_PICTURE_ROW, 1) : NULL;
  if (copy) {
    copy->part[0] = made;
    copy->marked = true;
  }
  return copy;
}

const struct bp_picture *bp_draw_statement(const struct bp_drawer *drawer,
                                           const struct bp_statement *statement, size_t broken) {
  size_t sides = statement->side_count;
  struct bp_picture *made = sides > 0 ? blank(drawer, BP_PICTURE_ROW, 2 * sides - 1) : NULL;
  for (size_t k = 0; made && k < sides; k++) {
    picture side = draw(drawer, statement->sides[k], NOTHING);
    if (k > 0) {
      const char *relation = bp_relation_sign(statement->relations[k - 1]);
      picture between = sign(drawer, !strcmp(relation, "<=")   ? "≤"
                                     : !strcmp(relation, ">=") ? "≥"
                                                               : relation);
      made->part[2 * k - 1] = broken == k ? marked_copy(drawer, between) : between;
    }
    made->part[2 * k] = side;
    if (!side || (k > 0 && !made->part[2 * k - 1]))
      return NULL;
  }
  return made;
}
