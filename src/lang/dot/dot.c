/* The dot between two columns, u · v.
 *
 * It is their inner product, u'*v, unless the line wants a column in its place, or one of them is
 * what people multiply element by element with whatever sign, as g'(z).  What is a column is read
 * off the text: what is given, what is defined by such, and what goes element by element.
 */
#include <string.h>

#include "lang/parser.h"

/* What is known of a formula's shape from how it is written. */
enum shape { UNKNOWN, NUMBER, COLUMN, ROW, MATRIX };

static enum shape shape_of(struct bp_parser *parser, const struct bp_expression *node, int *work);

/* Of what goes element by element. */
static enum shape common_shape(enum shape left, enum shape right) {
  if (left == NUMBER || right == NUMBER)
    return left == NUMBER ? right : left;
  return left == right ? left : left == UNKNOWN || right == UNKNOWN ? UNKNOWN : MATRIX;
}

static enum shape shape_of_product(enum shape left, enum shape right) {
  if (left == NUMBER || right == NUMBER)
    return left == NUMBER ? right : left;
  if (left == UNKNOWN || right == UNKNOWN)
    return UNKNOWN;
  if (left == COLUMN)
    return right == ROW ? MATRIX : COLUMN;
  return left == ROW ? (right == COLUMN ? NUMBER : ROW) : right == COLUMN ? COLUMN : MATRIX;
}

static enum shape shape_of_name(struct bp_parser *parser, const struct bp_expression *node,
                                int *work) {
  const struct bp_name *name = bp_names_find(&parser->names, node->name, strlen(node->name));
  if (!name || name->function)
    return UNKNOWN;
  if (name->definition)
    return shape_of(parser, name->definition, work);
  return name->given == BP_GIVEN_COLUMN                  ? COLUMN
         : name->given == BP_GIVEN_MATRIX                ? MATRIX
         : name->given == BP_GIVEN_NUMBER || name->sized ? NUMBER
                                                         : UNKNOWN;
}

/* Of a function of each element, and of those that make a number of all. */
static enum shape shape_of_call(struct bp_parser *parser, const struct bp_expression *node,
                                int *work) {
  static const char *const numbers[] = {"sum", "mean", "tr", "det", "norm"};
  const struct bp_expression *function = node->child[0];
  if (function->kind != BP_EXPR_NAME || node->count != 2)
    return UNKNOWN;
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    if (!strcmp(function->name, numbers[k]))
      return NUMBER;
  const struct bp_name *name =
      bp_names_find(&parser->names, function->name, strlen(function->name));
  bool elementwise =
      name && (name->declared ? name->function && !name->body
                              : name->callable == BP_CALLABLE || !strcmp(name->text, "softmax"));
  return elementwise ? shape_of(parser, node->child[1], work) : UNKNOWN;
}

static enum shape shape_of(struct bp_parser *parser, const struct bp_expression *node, int *work) {
  if (--*work < 0)
    return UNKNOWN;
  enum shape first = UNKNOWN;
  if (node->count > 0 && node->kind != BP_EXPR_NAME && node->kind != BP_EXPR_CALL && node->child[0])
    first = shape_of(parser, node->child[0], work);
  switch (node->kind) {
  case BP_EXPR_NUMBER:
    return NUMBER;
  case BP_EXPR_NAME:
    return shape_of_name(parser, node, work);
  case BP_EXPR_CALL:
    return shape_of_call(parser, node, work);
  case BP_EXPR_NEGATE:
  case BP_EXPR_POWER:
    return first;
  case BP_EXPR_TRANSPOSE:
    return first == COLUMN ? ROW : first == ROW ? COLUMN : first;
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
  case BP_EXPR_POINT_POWER:
    return common_shape(first, shape_of(parser, node->child[1], work));
  case BP_EXPR_MULTIPLY:
    return shape_of_product(first, shape_of(parser, node->child[1], work));
  case BP_EXPR_ELEMENT:
    return node->count == 2 && first == COLUMN && node->child[1]->kind != BP_EXPR_ALL ? NUMBER
                                                                                      : UNKNOWN;
  case BP_EXPR_PARTIAL:
    return first == NUMBER || first == UNKNOWN ? shape_of(parser, node->child[1], work) : UNKNOWN;
  case BP_EXPR_SUM:
    return shape_of(parser, node->child[2], work);
  default:
    return UNKNOWN;
  }
}

/* The same for a formula of this line: definitions are followed only so far, since each may use the
 * one before it twice. */
static enum shape shape_here(struct bp_parser *parser, const struct bp_expression *node) {
  int work = 400;
  return shape_of(parser, node, &work);
}

static bool is_dot(const struct bp_parser *parser, const struct bp_expression *node) {
  static const char *const dots[] = {"·", "⋅", "\\cdot"};
  if (node->kind != BP_EXPR_MULTIPLY)
    return false;
  for (size_t k = 0; k < sizeof dots / sizeof *dots; k++)
    if (node->sign.end - node->sign.begin == strlen(dots[k]) &&
        !memcmp(parser->source->text + node->sign.begin, dots[k], strlen(dots[k])))
      return true;
  return false;
}

/* Factors that people multiply element by element with whatever sign: g'(z), (1 - a), and what is a
 * product of that kind already. */
static bool goes_by_elements(struct bp_parser *parser, const struct bp_expression *factor) {
  return (factor->kind == BP_EXPR_CALL && factor->order > 0) ||
         (factor->kind == BP_EXPR_SUBTRACT && shape_here(parser, factor->child[0]) == NUMBER) ||
         factor->kind == BP_EXPR_HADAMARD || (is_dot(parser, factor) && !factor->parenthesised);
}

/* What the formula around it wants of child `k` of a node of which `wanted` is wanted. */
static enum shape wanted_of_child(struct bp_parser *parser, const struct bp_expression *node,
                                  size_t k, enum shape wanted) {
  enum shape other = node->count == 2 && node->kind != BP_EXPR_CALL && node->child[1 - k]
                         ? shape_here(parser, node->child[1 - k])
                         : UNKNOWN;
  bool stuck = !node->child[k]->parenthesised && other == COLUMN;
  switch (node->kind) {
  case BP_EXPR_NEGATE:
    return wanted;
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return other == COLUMN                                                ? COLUMN
           : other == NUMBER && (wanted != COLUMN || node->parenthesised) ? NUMBER
                                                                          : wanted;
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_HADAMARD:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POINT_DIVIDE:
    return stuck ? COLUMN : other == NUMBER ? wanted : UNKNOWN;
  default:
    return UNKNOWN;
  }
}

/* The same with u'*v for each u · v of two columns that is a number; NULL without memory. */
static const struct bp_expression *settle_dot(struct bp_parser *parser,
                                              const struct bp_expression *node, enum shape wanted) {
  for (size_t k = node->kind == BP_EXPR_CALL; k < node->count && node; k++) {
    if (!node->child[k])
      continue;
    const struct bp_expression *child =
        settle_dot(parser, node->child[k], wanted_of_child(parser, node, k, wanted));
    node = child == node->child[k] ? node : child ? bp_with_child(parser, node, k, child) : NULL;
  }
  if (!node || wanted == COLUMN || !is_dot(parser, node) ||
      shape_here(parser, node->child[0]) != COLUMN ||
      shape_here(parser, node->child[1]) != COLUMN || goes_by_elements(parser, node->child[0]) ||
      goes_by_elements(parser, node->child[1]))
    return node;
  struct bp_expression *turned =
      bp_node(parser, BP_EXPR_TRANSPOSE, node->child[0]->span.begin, node->child[0]->sign, 1);
  if (!turned)
    return NULL;
  turned->child[0] = node->child[0];
  turned->span = node->child[0]->span;
  bp_note_spelling(parser, BP_SPELLING_DOT, node->span,
                   bp_suggest(parser, "%s' * %s", bp_quote(parser, node->child[0]->span),
                              bp_quote(parser, node->child[1]->span)));
  return bp_node_done(parser, turned) ? bp_with_child(parser, node, 0, turned) : NULL;
}

static bool has_dot(const struct bp_parser *parser, const struct bp_expression *node) {
  bool found = is_dot(parser, node);
  for (size_t k = 0; k < node->count && !found; k++)
    found = node->child[k] && has_dot(parser, node->child[k]);
  return found;
}

bool bp_settle_dots(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_expression *target = statement->target_count == 1 ? statement->targets[0] : NULL;
  struct bp_name *name =
      target ? bp_names_find(&parser->names, target->name, strlen(target->name)) : NULL;
  for (size_t k = 0; k < statement->side_count; k++) {
    if (!has_dot(parser, statement->sides[k]))
      continue;
    enum shape wanted = UNKNOWN;
    for (size_t other = 0; other < statement->side_count && wanted != COLUMN; other++)
      if (other != k && shape_here(parser, statement->sides[other]) == COLUMN &&
          !is_dot(parser, statement->sides[other]))
        wanted = COLUMN;
    const struct bp_expression *side = settle_dot(parser, statement->sides[k], wanted);
    if (!side)
      return false;
    if (name && name->definition == statement->sides[k])
      name->definition = side;
    statement->sides[k] = side;
  }
  return true;
}
