/* What an index letter runs through: sums, products, and matrices that are given entry by entry.
 *
 * All of them are one kind of node, which says how its terms are joined; a bound that nobody wrote
 * is where the letter ends in what it picks.
 */
#include <string.h>

#include "lang/parser.h"
#include "lang/tree.h"

/* A letter of a sum as it is read: a bound that nobody wrote is NULL. */
struct summed {
  const char *name;
  struct bp_expression *from, *to, *excluded;
};

/* A sum of sums, the first letter outermost; of entries the second letter runs along a row. */
static struct bp_expression *nest_sums(struct bp_parser *parser, struct bp_span sign,
                                       enum bp_join join, const struct bp_list *list,
                                       const struct bp_expression *body) {
  const struct summed *letters = list->items;
  struct bp_expression *whole = NULL;
  for (size_t k = list->count; body && k-- > 0;) {
    size_t count = letters[k].excluded ? 4 : 3;
    struct bp_expression *sum = bp_node(parser, BP_EXPR_SUM, sign.begin, sign, count);
    struct bp_expression *from = letters[k].from, *to = letters[k].to;
    from = from ? from : bp_node(parser, BP_EXPR_ALL, sign.begin, sign, 0);
    to = to ? to : bp_node(parser, BP_EXPR_ALL, sign.begin, sign, 0);
    if (!sum || !from || !to)
      return NULL;
    sum->name = letters[k].name;
    sum->order = join == BP_JOIN_BELOW && k > 0 ? BP_JOIN_BESIDE : join;
    sum->child[0] = from;
    sum->child[1] = to;
    sum->child[2] = body;
    if (count == 4)
      sum->child[3] = letters[k].excluded;
    whole = bp_node_done(parser, sum);
    body = whole;
  }
  return whole;
}

static const char sum_like[] = "sum_{i=1..m} x_i, sum_{i} x_i, sum_{j≠i} x_j";

/* letter [ "=" [ expression ] [ ".." expression ] | "≠" expression ] */
static bool summed_letter(struct bp_parser *parser, struct bp_list *list) {
  struct bp_token token = parser->token;
  if (token.kind != BP_TOKEN_NAME)
    return bp_unexpected(parser, "an index letter", sum_like);
  struct summed *last = list->count ? (struct summed *)list->items + list->count - 1 : NULL;
  bool again = last && !strcmp(last->name, token.name->text);
  struct summed *letter = again ? last : bp_list_add(parser, list, sizeof *letter);
  if (!letter)
    return false;
  letter->name = token.name->text;
  bp_advance(parser);
  if (bp_take(parser, BP_TOKEN_NOT_EQUAL)) {
    if (letter->excluded)
      return bp_complain(parser, parser->token.span, "where(j = k, 0, x_j) leaves out more",
                         "a sum leaves out one index only");
    letter->excluded = bp_parse_expression(parser);
    return letter->excluded != NULL;
  }
  if (!bp_take(parser, BP_TOKEN_EQUAL))
    return true;
  if (parser->token.kind != BP_TOKEN_RANGE && !(letter->from = bp_parse_expression(parser)))
    return false;
  return !bp_take(parser, BP_TOKEN_RANGE) || (letter->to = bp_parse_expression(parser)) != NULL;
}

/* below = letter | "{" letters "}"; each letter of ij is one */
static bool below_sum(struct bp_parser *parser, struct bp_list *list) {
  struct bp_token token = parser->token, after = bp_peek(parser);
  if (token.kind == BP_TOKEN_NAME) {
    struct summed *letter = bp_list_add(parser, list, sizeof *letter);
    if (letter)
      letter->name = token.name->text;
    bp_advance(parser);
    return letter != NULL;
  }
  if (token.kind != BP_TOKEN_LEFT_BRACE || after.kind == BP_TOKEN_RIGHT_BRACE)
    return bp_unexpected(parser, "the range of the sum", sum_like);
  struct bp_inside outer = bp_open(parser);
  do {
    if (!summed_letter(parser, list))
      return false;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  return bp_close(parser, BP_TOKEN_RIGHT_BRACE, token.span, outer);
}

/* above = "^" ( operand in brackets | name | number ): the upper bound, which begins at 1 where
 * nothing else is said */
static bool above_sum(struct bp_parser *parser, const struct bp_list *list) {
  struct summed *letter = (struct summed *)list->items + list->count - 1;
  if (!bp_take(parser, BP_TOKEN_CARET))
    return true;
  struct bp_token token = parser->token;
  if (letter->to)
    return bp_complain(parser, token.span, sum_like, "this sum has two upper bounds");
  if (!letter->from) {
    letter->from = bp_node(parser, BP_EXPR_NUMBER, token.span.begin, token.span, 0);
    if (!letter->from)
      return false;
    letter->from->text = "1";
  }
  if (token.kind == BP_TOKEN_NAME || token.kind == BP_TOKEN_NUMBER) {
    bp_advance(parser);
    letter->to = bp_leaf(parser, &token);
  } else {
    letter->to = bp_parse_primary(parser);
  }
  return letter->to != NULL;
}

/* The letter that picks elements in the formula and is declared nowhere; *several where there is
 * another one. */
static const char *picking_letter(struct bp_parser *parser, const struct bp_expression *expression,
                                  const char *known, bool *several) {
  for (size_t k = 0; k < expression->count; k++) {
    const struct bp_expression *part = expression->child[k];
    bool letter = expression->kind == BP_EXPR_ELEMENT && k > 0 && part->kind == BP_EXPR_NAME;
    const struct bp_name *name =
        letter ? bp_names_find(&parser->names, part->name, strlen(part->name)) : NULL;
    if (name && !name->declared) {
      *several = *several || (known && strcmp(known, part->name) != 0);
      known = part->name;
    }
    known = picking_letter(parser, part, known, several);
  }
  return known;
}

/* Σ(A) is sum(A); where one letter picks elements in it, it is the sum over that letter. */
static struct bp_expression *sum_of_all(struct bp_parser *parser, struct bp_span sign) {
  struct bp_expression *name = bp_name_node(parser, sign, "sum"), *call = NULL;
  bool several = false;
  if (!name || !bp_parse_call_here(parser, name, &call) || !call)
    return NULL;
  struct summed letter = {picking_letter(parser, call, NULL, &several), NULL, NULL, NULL};
  struct bp_list list = {&letter, 1, 1};
  if (several || call->count != 2) {
    bp_complain(parser, sign, sum_like, "it is not clear what this sum runs over");
    return NULL;
  }
  return letter.name ? nest_sums(parser, sign, BP_JOIN_SUM, &list, call->child[1]) : call;
}

/* sum = ( "sum" | "Σ" | "prod" | "∏" ) ( "_" below [ above ] product | "(" expression ")" ) */
struct bp_expression *bp_parse_sum(struct bp_parser *parser, enum bp_join join) {
  enum { PRODUCT_AND_CLOSER = 1 };
  struct bp_span sign = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  bp_advance(parser);
  if (parser->token.kind == BP_TOKEN_LEFT && join == BP_JOIN_SUM)
    return sum_of_all(parser, sign);
  if (!bp_take(parser, BP_TOKEN_UNDERSCORE)) {
    bp_unexpected(parser, join == BP_JOIN_SUM ? "the range of the sum" : "the range of the product",
                  join == BP_JOIN_SUM ? sum_like : "prod_{i=1..n} x_i");
    return NULL;
  }
  if (!below_sum(parser, &list) || !above_sum(parser, &list))
    return NULL;
  return nest_sums(parser, sign, join, &list, bp_parse_sub(parser, PRODUCT_AND_CLOSER));
}

/* ---- entries ------------------------------------------------------------- */

static const char entries_like[] = "[x_i^2 for i = 1..n], [x_i*y_j for i, j]";

/* entries = expression "for" letter [ "," letter ], inside brackets that are open: a column, or a
 * matrix whose second letter runs along the rows */
struct bp_expression *bp_parse_entries(struct bp_parser *parser, struct bp_span opening,
                                       const struct bp_expression *entry) {
  struct bp_list list = {NULL, 0, 0};
  do {
    bp_advance(parser); /* "for" or the comma */
    struct bp_token token = parser->token;
    if (!summed_letter(parser, &list))
      return NULL;
    const struct summed *last = (struct summed *)list.items + list.count - 1;
    if (list.count > 2 || last->excluded) {
      bp_complain(parser, token.span, entries_like,
                  last->excluded ? "a matrix has no gaps: an index cannot be left out of it"
                                 : "a matrix has two indices, not three");
      return NULL;
    }
  } while (parser->token.kind == BP_TOKEN_COMMA);
  return nest_sums(parser, opening, BP_JOIN_BELOW, &list, entry);
}

/* The range of the letter that stands behind the definition, taken out of the statement. */
static void take_range(struct bp_statement *statement, struct summed *letter) {
  for (size_t k = 0; k < statement->range_count; k++)
    if (!strcmp(statement->ranges[k].name, letter->name)) {
      letter->from = statement->ranges[k].from;
      letter->to = statement->ranges[k].to;
      statement->range_count--;
      memmove(&statement->ranges[k], &statement->ranges[k + 1],
              (statement->range_count - k) * sizeof *statement->ranges);
      return;
    }
}

bool bp_wrap_entries(struct bp_parser *parser, const struct bp_expression *element,
                     struct bp_statement *statement) {
  struct bp_list list = {NULL, 0, 0};
  const char *name = element->child[0]->name;
  if (bp_expression_mentions(statement->sides[0], name))
    return bp_complain(parser, element->span,
                       bp_suggest(parser,
                                  "let %s[t] = … %s[t-1] … for t = 1..T, behind a let "
                                  "%s[0] = …",
                                  name, name, name),
                       "a matrix cannot be computed from itself; a recursion is a family");
  for (size_t k = 1; k < element->count; k++) {
    struct summed *letter = bp_list_add(parser, &list, sizeof *letter);
    if (!letter)
      return false;
    letter->name = element->child[k]->name;
    take_range(statement, letter);
  }
  struct bp_expression *whole =
      nest_sums(parser, element->sign, BP_JOIN_BELOW, &list, statement->sides[0]);
  if (whole)
    whole->span = statement->sides[0]->span;
  statement->sides[0] = whole;
  return whole != NULL;
}
