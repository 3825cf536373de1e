/* Which letters of sum_{i<j} and sum_{j≠i} run, when the whole statement is known.
 *
 * A letter that is one elsewhere in the line, or that something around the sum binds, comes from
 * there; any other runs in the sum, if its terms have it.  Where neither would run the first does,
 * as it was written.
 *
 * And which arrays of one axis are rows: NumPy repeats b in X @ W + b and gamma in gamma * xhat for
 * every row, so a given b with as many numbers as W has columns, and not as many as X has rows, is
 * 1 x k.  That is decided
 * by the sizes as they are written, where b is used for the first time.
 */
#include <string.h>

#include "lang/grammar/below.h"
#include "lang/tree.h"

/* What is known of a letter outside of a sum. */
enum found { NOT_FOUND, FREE, AROUND };

struct search {
  const struct bp_parser *parser;
  const struct bp_expression *sum; /* what is inside it does not count */
  const char *letter;
};

static bool is_pending(const struct bp_parser *parser, const struct bp_expression *node) {
  for (size_t i = 0; i < parser->pair_count; i++)
    if (parser->pairs[i] == node)
      return true;
  return false;
}

/* `bound`: something around the node binds the letter. */
static enum found look(const struct search *search, const struct bp_expression *node, bool bound) {
  if (node == search->sum)
    return bound ? AROUND : NOT_FOUND;
  if (node->kind == BP_EXPR_NAME && node->count == 0)
    return !bound && !strcmp(node->name, search->letter) ? FREE : NOT_FOUND;
  enum found found = NOT_FOUND;
  bool binds = node->kind == BP_EXPR_SUM && !strcmp(node->name, search->letter);
  bool pending = node->kind == BP_EXPR_SUM && is_pending(search->parser, node) &&
                 (binds || !strcmp(node->child[3]->name, search->letter));
  for (size_t i = 0; i < node->count && found != AROUND; i++) {
    bool inside = bound || pending || (binds && i == 2);
    enum found part = node->child[i] ? look(search, node->child[i], inside) : NOT_FOUND;
    found = part > found ? part : found;
  }
  return found;
}

static bool is_letter_of_statement(const struct bp_statement *statement, const char *letter) {
  for (size_t i = 0; i < statement->range_count; i++)
    if (!strcmp(statement->ranges[i].name, letter))
      return true;
  for (size_t i = 0; i < statement->target_count; i++)
    if (bp_expression_mentions(statement->targets[i], letter))
      return true;
  for (size_t i = 0; i < statement->parameter_count; i++)
    if (!strcmp(statement->parameters[i], letter))
      return true;
  return false;
}

/* Whether the letter runs in the sum. */
static bool runs(const struct bp_parser *parser, const struct bp_statement *statement,
                 const struct bp_expression *sum, const char *letter) {
  struct search search = {parser, sum, letter};
  bool outside =
      is_letter_of_statement(statement, letter) || !bp_expression_mentions(sum->child[2], letter);
  for (size_t i = 0; i < statement->side_count && !outside; i++)
    outside = look(&search, statement->sides[i], false) != NOT_FOUND;
  return !outside;
}

static enum bp_relation mirrored(enum bp_relation relation) {
  static const enum bp_relation other[] = {
      [BP_EQUAL] = BP_EQUAL,  [BP_APPROXIMATE] = BP_APPROXIMATE,
      [BP_LESS] = BP_GREATER, [BP_AT_MOST] = BP_AT_LEAST,
      [BP_GREATER] = BP_LESS, [BP_AT_LEAST] = BP_AT_MOST};
  return other[relation];
}

/* The sum over one letter, with the other one as it stands to it. */
static bool sum_over(struct bp_parser *parser, struct bp_expression *sum, const char *name,
                     const struct bp_expression *other, enum bp_relation relation) {
  struct bp_expression *item = bp_name_node(parser, other->span, other->name);
  struct bp_expression *bound[2] = {NULL, NULL};
  if (!item)
    return false;
  sum->name = name;
  sum->relation = BP_EQUAL;
  if (relation == BP_EQUAL) {
    sum->child[3] = item;
    return true;
  }
  if (!bp_letter_bound(parser, item, relation, &bound[0], &bound[1]))
    return false;
  sum->count = 3;
  for (size_t i = 0; i < 2; i++)
    sum->child[i] = bound[i] ? bound[i] : sum->child[i];
  return bp_node_done(parser, sum) != NULL;
}

static bool settle(struct bp_parser *parser, const struct bp_statement *statement,
                   struct bp_expression *sum) {
  const struct bp_expression *second = sum->child[3];
  const char *first = sum->name;
  enum bp_relation relation = sum->relation;
  bool first_runs = runs(parser, statement, sum, first);
  bool second_runs = runs(parser, statement, sum, second->name);
  struct bp_expression *name = bp_name_node(parser, second->span, first);
  if (!name)
    return false;
  if (!second_runs)
    return sum_over(parser, sum, first, second, relation);
  if (!first_runs)
    return sum_over(parser, sum, second->name, name, mirrored(relation));
  struct bp_expression *inner =
      bp_node(parser, BP_EXPR_SUM, sum->span.begin, sum->sign, sum->count);
  if (!inner)
    return false;
  inner->order = sum->order;
  memcpy(inner->child, sum->child, sum->count * sizeof *sum->child);
  inner->span = sum->span;
  if (!sum_over(parser, inner, second->name, name, mirrored(relation)) ||
      (relation == BP_EQUAL && !bp_node_done(parser, inner)))
    return false;
  sum->count = 3;
  sum->relation = BP_EQUAL;
  sum->child[2] = inner;
  return bp_node_done(parser, sum) != NULL;
}

bool bp_settle_sums(struct bp_parser *parser, const struct bp_statement *statement) {
  while (parser->pair_count > 0) {
    struct bp_expression *sum = parser->pairs[parser->pair_count - 1];
    bool fine = settle(parser, statement, sum);
    parser->pair_count--;
    if (!fine)
      return false;
  }
  return true;
}

/* ---- members without a range --------------------------------------------- */

/* The range of a family that the expression picks a member of by this very letter; NULL where there
 * is none. */
static const struct bp_range *
range_used(struct bp_parser *parser, const struct bp_expression *expression, const char *letter) {
  if (expression->kind == BP_EXPR_NAME && expression->count == 1 &&
      expression->child[0]->kind == BP_EXPR_NAME && expression->child[0]->count == 0 &&
      !strcmp(expression->child[0]->name, letter)) {
    const struct bp_name *name =
        bp_names_find(&parser->names, expression->name, strlen(expression->name));
    return name ? name->range : NULL;
  }
  const struct bp_range *found = NULL;
  for (size_t k = 0; k < expression->count && !found; k++)
    if (expression->child[k])
      found = range_used(parser, expression->child[k], letter);
  return found;
}

bool bp_settle_members(struct bp_parser *parser, struct bp_statement *statement) {
  const struct bp_expression *target = statement->targets[0];
  const struct bp_expression *index = target->count == 1 ? target->child[0] : NULL;
  if (!index || index->kind != BP_EXPR_NAME || index->count > 0 || statement->range_count > 0)
    return true;
  const struct bp_name *letter = bp_names_find(&parser->names, index->name, strlen(index->name));
  const struct bp_range *range =
      letter && !letter->declared ? range_used(parser, statement->sides[0], index->name) : NULL;
  if (!range)
    return letter != NULL;
  struct bp_range *own = bp_lang_pool_take(&parser->pool, 1, sizeof *own);
  struct bp_name *family = bp_names_find(&parser->names, target->name, strlen(target->name));
  if (!own || !family)
    return bp_out_of_memory(parser);
  *own = *range;
  own->name = index->name;
  statement->ranges = own;
  statement->range_count = 1;
  family->range = own;
  return true;
}

/* ---- arrays of one axis -------------------------------------------------- */

/* The statement that gives the matrix or column of this name; NULL where none does. */
static struct bp_statement *given_by(struct bp_list *statements, const struct bp_expression *node) {
  struct bp_statement *list = statements->items;
  for (size_t k = statements->count; node->kind == BP_EXPR_NAME && node->count == 0 && k-- > 0;)
    for (size_t t = 0; list[k].kind == BP_STATEMENT_GIVEN && t < list[k].target_count; t++)
      if (list[k].targets[t]->count == 0 && !strcmp(list[k].targets[t]->name, node->name))
        return list[k].rows && !list[k].broken ? &list[k] : NULL;
  return NULL;
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
  const struct bp_statement *given = given_by(statements, node);
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
  if (function && function->callable == BP_CALLABLE_WHOLE && strcmp(function->text, "softmax") != 0)
    return NULL;
  if ((node->kind == BP_EXPR_MULTIPLY && !node->written) ||
      (node->kind == BP_EXPR_CALL && node->count > 1))
    return size_of(parser, statements,
                   node->child[columns || node->kind == BP_EXPR_CALL ? node->count - 1 : 0],
                   columns, work);
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
        name && name->given == BP_GIVEN_COLUMN ? given_by(statements, bias) : NULL;
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

bool bp_settle_rows(struct bp_parser *parser, struct bp_list *statements) {
  const struct bp_statement *last =
      (struct bp_statement *)statements->items + statements->count - 1;
  bool computes = parser->product_signs && !last->broken && last->kind == BP_STATEMENT_LET;
  return !computes || last->side_count == 0 || settle_rows(parser, statements, last->sides[0]);
}
