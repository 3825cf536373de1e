/* What NumPy says by signs that mean something else here: arrays of one axis, and its *.
 *
 * NumPy repeats b in X @ W + b and gamma in gamma * xhat for every row, so a given b with as many
 * numbers as W has columns, and not as many as X has rows, is 1 x k.  That is decided by the sizes
 * as they are written, where b is used for the first time.
 *
 * Where products of matrices are written @ or without a sign, and none with a *, the * of two
 * square matrices goes element by element, as every other does in such a file.
 */
#include <string.h>

#include "lang/parser.h"
#include "lang/tree.h"

static bool gives(const struct bp_statement *statement, const char *name) {
  for (size_t t = 0; statement->kind == BP_STATEMENT_GIVEN && t < statement->target_count; t++)
    if (statement->targets[t]->count == 0 && !strcmp(statement->targets[t]->name, name))
      return true;
  return false;
}

/* The last statement that gives the matrix or column of this name; NULL where none does.  A name
 * remembers how many statements it was looked for in, so that a file takes as many steps as it has
 * lines and not their square. */
static struct bp_statement *given_by(struct bp_parser *parser, struct bp_list *statements,
                                     const struct bp_expression *node) {
  struct bp_statement *list = statements->items;
  if (node->kind != BP_EXPR_NAME || node->count > 0)
    return NULL;
  struct bp_name none = {.given_place = 0},
                 *name = bp_names_find(&parser->names, node->name, strlen(node->name));
  name = name ? name : &none;
  bool stale = name->given_seen > statements->count || name->given_place > statements->count ||
               (name->given_place > 0 && !gives(&list[name->given_place - 1], node->name));
  if (stale)
    name->given_seen = name->given_place = 0;
  for (size_t k = name->given_seen; k < statements->count; k++)
    if (gives(&list[k], node->name))
      name->given_place = k + 1;
  name->given_seen = statements->count > 0 ? statements->count - 1 : 0; /* the last may change */
  struct bp_statement *found = name->given_place > 0 ? &list[name->given_place - 1] : NULL;
  return found && found->rows && !found->broken ? found : NULL;
}

static bool is_one(const struct bp_expression *size) {
  return size->kind == BP_EXPR_NUMBER && !strcmp(size->text, "1");
}

enum { MOST_WORK = 100 }; /* of definitions each may use the one before it twice */

/* The size down or across of what is given, or of a let that is a product of such: as many rows as
 * its first factor, as many columns as its last.  What goes element by element has that of the
 * first part of which it is known.  NULL where it is not known here. */
static const struct bp_expression *size_of(struct bp_parser *parser, struct bp_list *statements,
                                           const struct bp_expression *node, bool columns,
                                           int *work) {
  if (--*work < 0)
    return NULL;
  const struct bp_statement *given = given_by(parser, statements, node);
  if (given)
    return columns ? given->columns : given->rows;
  const struct bp_name *name = node->kind == BP_EXPR_NAME && node->count == 0
                                   ? bp_names_find(&parser->names, node->name, strlen(node->name))
                                   : NULL;
  if (name && name->definition)
    return size_of(parser, statements, name->definition, columns, work);
  if (node->kind == BP_EXPR_TRANSPOSE)
    return size_of(parser, statements, node->child[0], !columns, work);
  const struct bp_name *function =
      node->kind == BP_EXPR_CALL && node->child[0]->kind == BP_EXPR_NAME
          ? bp_names_find(&parser->names, node->child[0]->name, strlen(node->child[0]->name))
          : NULL;
  if (function && function->callable == BP_CALLABLE_WHOLE && !strstr(function->text, "softmax"))
    return NULL;
  for (size_t k = 1; node->kind == BP_EXPR_CALL && k < node->count; k++) { /* maximum(0, Z) */
    const struct bp_expression *found = size_of(parser, statements, node->child[k], columns, work);
    if (found || k + 1 == node->count)
      return found;
  }
  if (node->kind == BP_EXPR_MULTIPLY && !node->written)
    return size_of(parser, statements, node->child[columns ? node->count - 1 : 0], columns, work);
  bool signless = node->kind == BP_EXPR_MULTIPLY && node->sign.end == node->sign.begin;
  const struct bp_expression *end =
      signless ? size_of(parser, statements, node->child[columns], columns, work) : NULL;
  if (end) /* of λ W nothing is known of λ */
    return end;
  bool elementwise = bp_is_sum(node) || node->kind == BP_EXPR_DIVIDE ||
                     node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_HADAMARD;
  const struct bp_expression *size[2] = {NULL, NULL};
  for (size_t k = 0; k < 2 && elementwise; k++)
    size[k] = size_of(parser, statements, node->child[k], columns, work);
  return size[0] && !is_one(size[0]) ? size[0] : size[1] ? size[1] : size[0];
}

/* Whether a line above uses the name for something. */
static bool is_used(const struct bp_list *statements, const char *name) {
  const struct bp_statement *list = statements->items;
  for (size_t k = 0; k + 1 < statements->count; k++)
    for (size_t side = 0; side < list[k].side_count; side++)
      if (bp_expression_mentions(list[k].sides[side], name))
        return true;
  return false;
}

static bool same_size(const struct bp_expression *a, const struct bp_expression *b) {
  return a && b && bp_expression_same(a, b);
}

/* Whether the name, a column of the file so far, is an array of one axis that NumPy repeats for
 * every row of what has so many rows and columns: it fits these only so. */
static bool is_row_of(const struct bp_list *statements, const struct bp_expression *name,
                      const struct bp_statement *given, const struct bp_expression *rows,
                      const struct bp_expression *columns) {
  return given && rows && columns && !given->columns && given->target_count == 1 &&
         !given->rows_from_0 && same_size(columns, given->rows) && !same_size(rows, given->rows) &&
         !is_used(statements, name->name);
}

static bool make_row(struct bp_parser *parser, const struct bp_expression *bias,
                     struct bp_statement *given) {
  struct bp_expression *one =
      bp_node(parser, BP_EXPR_NUMBER, given->rows->span.begin, given->rows->sign, 0);
  struct bp_name *name = bp_names_find(&parser->names, bias->name, strlen(bias->name));
  if (!one || !name)
    return !one ? false : bp_out_of_memory(parser);
  one->text = "1";
  const char *size = bp_quote(parser, given->rows->span);
  bp_note(parser->diagnostics, parser->source, bias->span,
          bp_suggest(parser, "given %s : 1 x %s", bias->name, size),
          "%s has one axis, and NumPy repeats it for every row: it is read as 1 x %s", bias->name,
          size);
  given->columns = given->rows;
  given->rows = one;
  name->given = BP_GIVEN_MATRIX;
  return true;
}

/* Makes a row of what stands beside a matrix, where only that fits: X @ W + b, gamma * xhat. */
static bool settle_row(struct bp_parser *parser, struct bp_list *statements,
                       const struct bp_expression *node) {
  for (size_t k = 0; k < 2; k++) {
    const struct bp_expression *bias = node->child[k], *matrix = node->child[1 - k];
    const struct bp_name *name = bias->kind == BP_EXPR_NAME && bias->count == 0
                                     ? bp_names_find(&parser->names, bias->name, strlen(bias->name))
                                     : NULL;
    struct bp_statement *given =
        name && name->given == BP_GIVEN_COLUMN ? given_by(parser, statements, bias) : NULL;
    int work[2] = {MOST_WORK, MOST_WORK};
    if (given &&
        is_row_of(statements, bias, given, size_of(parser, statements, matrix, false, &work[0]),
                  size_of(parser, statements, matrix, true, &work[1])))
      return make_row(parser, bias, given);
  }
  return true;
}

static bool settle_rows(struct bp_parser *parser, struct bp_list *statements,
                        const struct bp_expression *node) {
  bool repeats = bp_is_sum(node) || node->kind == BP_EXPR_HADAMARD ||
                 node->kind == BP_EXPR_DIVIDE || (node->kind == BP_EXPR_MULTIPLY && node->written);
  for (size_t k = 0; k < node->count; k++)
    if (node->child[k] && !settle_rows(parser, statements, node->child[k]))
      return false;
  return !repeats || settle_row(parser, statements, node); /* gamma before beta */
}

/* What the products say: whether a * is one of matrices somewhere, whether one goes element by
 * element for sure, and whether one of matrices is written otherwise, by @ or without a sign. */
static void look_at_products(struct bp_parser *parser, struct bp_list *statements,
                             const struct bp_expression *node) {
  for (size_t k = 0; k < node->count; k++)
    if (node->child[k])
      look_at_products(parser, statements, node->child[k]);
  if (node->kind != BP_EXPR_MULTIPLY)
    return;
  const struct bp_expression *size[4];
  for (int k = 0; k < 4; k++) {
    int work = MOST_WORK;
    size[k] = size_of(parser, statements, node->child[k / 2], k % 2 == 1, &work);
  }
  bool star = node->written && node->sign.end > node->sign.begin;
  bool fits = same_size(size[1], size[2]) && !is_one(size[1]);
  bool square = same_size(size[0], size[2]) && same_size(size[1], size[3]);
  bool turned = false;
  for (int k = 0; k < 2; k++)
    turned = turned || node->child[k]->kind == BP_EXPR_TRANSPOSE ||
             node->child[k]->kind == BP_EXPR_POWER || bp_expression_mentions(node->child[k], "inv");
  parser->star_products = parser->star_products || (star && (turned || (fits && !square)));
  parser->star_elements = parser->star_elements || (star && square && !fits && size[2]);
  parser->other_products = parser->other_products || (!star && (fits || turned));
}

bool bp_settle_rows(struct bp_parser *parser, struct bp_list *statements) {
  const struct bp_statement *last =
      (struct bp_statement *)statements->items + statements->count - 1;
  for (size_t k = 0; k < last->side_count && !last->broken; k++)
    look_at_products(parser, statements, last->sides[k]);
  bool computes = parser->product_signs && !last->broken && last->kind == BP_STATEMENT_LET;
  return !computes || last->side_count == 0 || settle_rows(parser, statements, last->sides[0]);
}
