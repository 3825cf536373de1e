/* What an index letter runs through: sums, products, and matrices that are given entry by entry.
 *
 * All of them are one kind of node, which says how its terms are joined; a bound that nobody wrote
 * is where the letter ends in what it picks.
 */
#include <string.h>

#include "lang/grammar/below.h"
#include "lang/tree.h"

/* The sum waits for the end of the statement, which says which of its two letters run. */
static bool settle_later(struct bp_parser *parser, struct bp_expression *sum,
                         enum bp_relation relation) {
  if (parser->pair_count == BP_MOST_PAIRS)
    return bp_complain(parser, sum->sign, "sum_{i=1..n} sum_{j=i+1..n}, with its bounds",
                       "more than %d sums over pairs in one statement", BP_MOST_PAIRS);
  sum->relation = relation;
  parser->pairs[parser->pair_count++] = sum;
  return true;
}

/* A sum of sums, the first letter outermost; of entries the second letter runs along a row. */
static struct bp_expression *nest_sums(struct bp_parser *parser, struct bp_span sign,
                                       enum bp_join join, const struct bp_list *list,
                                       const struct bp_expression *body) {
  const struct bp_summed *letters = list->items;
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
    if (letters[k].pair && !settle_later(parser, sum, letters[k].relation))
      return NULL;
    whole = bp_node_done(parser, sum);
    body = whole;
  }
  return whole;
}

static const char sum_like[] = "sum_{i=1..m} x_i, sum_{i} x_i, sum_{j≠i} x_j";

/* below = letter | "{" part { ( "," | ":" | "|" ) part } "}"; each letter of ij is one */
static bool below_sum(struct bp_parser *parser, struct bp_below *below) {
  struct bp_token token = parser->token, after = bp_peek(parser);
  if (token.kind == BP_TOKEN_NAME) {
    struct bp_summed *letter = bp_list_add(parser, &below->list, sizeof *letter);
    if (letter)
      letter->name = token.name->text;
    token.name->letter_in = parser->statement;
    bp_advance(parser);
    return letter != NULL;
  }
  if (token.kind != BP_TOKEN_LEFT_BRACE || after.kind == BP_TOKEN_RIGHT_BRACE)
    return bp_unexpected(parser, "the range of the sum", sum_like);
  struct bp_inside outer = bp_open(parser);
  parser->bars++; /* one that stands here separates */
  bool fine;
  do {
    fine = bp_parse_below_part(parser, below);
  } while (fine && (bp_take(parser, BP_TOKEN_COMMA) || bp_take(parser, BP_TOKEN_COLON) ||
                    bp_take(parser, BP_TOKEN_BAR)));
  parser->bars--;
  return fine && bp_close(parser, BP_TOKEN_RIGHT_BRACE, token.span, outer);
}

/* above = "^" ( operand in brackets | name | number ): the upper bound, which begins at 1 where
 * nothing else is said */
static bool above_sum(struct bp_parser *parser, const struct bp_below *below) {
  struct bp_summed *letter = (struct bp_summed *)below->list.items + below->list.count - 1;
  if (!bp_take(parser, BP_TOKEN_CARET))
    return true;
  struct bp_token token = parser->token;
  if (letter->to || below->elements.count > 0 || (letter->pair && letter->relation != BP_EQUAL))
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

/* sum(A); where one letter picks elements in it, it is the sum over that letter. */
static struct bp_expression *sum_of_all(struct bp_parser *parser, struct bp_span sign) {
  struct bp_expression *name = bp_name_node(parser, sign, "sum"), *call = NULL;
  bool several = false;
  if (!name || !bp_parse_call_here(parser, name, &call) || !call)
    return NULL;
  struct bp_summed letter = {.name = picking_letter(parser, call, NULL, &several)};
  struct bp_list list = {&letter, 1, 1};
  if (several || call->count != 2) {
    bp_complain(parser, sign, sum_like, "it is not clear what this sum runs over");
    return NULL;
  }
  return letter.name ? nest_sums(parser, sign, BP_JOIN_SUM, &list, call->child[1]) : call;
}

/* Whether the left side is a gradient by a bias: db, ∂J/∂b[l].  What is summed for one runs over
 * the samples, and leaves a column. */
static bool for_bias(struct bp_parser *parser) {
  const struct bp_expression *left = parser->left;
  const char *text = NULL;
  if (left && left->kind == BP_EXPR_NAME && left->name[0] == 'd')
    text = left->name + 1;
  else if (left && left->kind == BP_EXPR_PARTIAL && left->child[1]->kind == BP_EXPR_NAME)
    text = left->child[1]->name;
  size_t length = text ? strlen(text) : 0;
  while (length > 1 && text[length - 1] >= '0' && text[length - 1] <= '9')
    length--;
  const struct bp_name *name = length ? bp_names_find(&parser->names, text, length) : NULL;
  const struct bp_name *whole = length ? bp_names_find(&parser->names, text, strlen(text)) : NULL;
  return (name && name->network && !strcmp(name->text, "b")) ||
         (whole && whole->given == BP_GIVEN_COLUMN);
}

/* \sum dZ, Σ (y - a)²: the product that follows, over the letter that picks elements in it, else
 * over the samples for a bias, else over all. */
static struct bp_expression *bare_sum(struct bp_parser *parser, struct bp_span sign, int limit) {
  bool several = false;
  struct bp_expression *body = bp_parse_sub(parser, limit);
  struct bp_summed letter = {.name = body ? picking_letter(parser, body, NULL, &several) : NULL};
  struct bp_list list = {&letter, 1, 1};
  if (several)
    bp_complain(parser, sign, sum_like, "it is not clear what this sum runs over");
  if (!body || several)
    return NULL;
  if (letter.name)
    return nest_sums(parser, sign, BP_JOIN_SUM, &list, body);
  struct bp_expression *name = bp_name_node(parser, sign, for_bias(parser) ? "rowsum" : "sum");
  struct bp_expression *call = name ? bp_node_of(parser, BP_EXPR_CALL, sign, name, body) : NULL;
  if (call)
    call->span = (struct bp_span){sign.begin, parser->previous.span.end};
  return call;
}

/* As many sums of one term as the set lists. */
static struct bp_expression *sum_over_set(struct bp_parser *parser, struct bp_span sign,
                                          enum bp_join join, const struct bp_below *below,
                                          const struct bp_expression *body) {
  struct bp_expression **elements = below->elements.items, *whole = NULL;
  struct bp_summed *letter = below->list.items;
  if (below->list.count > 1) {
    bp_complain(parser, sign, "sum_{i in {1, 3}} sum_j W_{i,j}",
                "a set that is listed stands alone below a sum");
    return NULL;
  }
  for (size_t k = 0; k < below->elements.count && body; k++) {
    letter->from = letter->to = elements[k];
    struct bp_expression *one = nest_sums(parser, sign, join, &below->list, body);
    if (one && join == BP_JOIN_PRODUCT)
      one->parenthesised = true;
    whole = one && whole
                ? bp_node_of(parser, join == BP_JOIN_PRODUCT ? BP_EXPR_MULTIPLY : BP_EXPR_ADD, sign,
                             whole, one)
                : one;
    if (!whole)
      return NULL;
  }
  if (whole)
    whole->parenthesised = true;
  return body ? whole : NULL;
}

/* sum = ( "sum" | "Σ" | "prod" | "∏" ) ( "_" below [ above ] product | "(" expression ")" ) */
struct bp_expression *bp_parse_sum(struct bp_parser *parser, enum bp_join join) {
  enum { PRODUCT_AND_CLOSER = 1 };
  struct bp_span sign = parser->token.span;
  struct bp_below below = {.list = {NULL, 0, 0}};
  bool word = bp_is_named(&parser->token, "sum");
  bp_advance(parser);
  if (parser->token.kind == BP_TOKEN_LEFT && join == BP_JOIN_SUM && word)
    return sum_of_all(parser, sign);
  if (join == BP_JOIN_SUM && !word && bp_begins_operand(parser))
    return bare_sum(parser, sign, PRODUCT_AND_CLOSER);
  if (!bp_take(parser, BP_TOKEN_UNDERSCORE)) {
    bp_unexpected(parser, join == BP_JOIN_SUM ? "the range of the sum" : "the range of the product",
                  join == BP_JOIN_SUM ? sum_like : "prod_{i=1..n} x_i");
    return NULL;
  }
  if (!below_sum(parser, &below) || !above_sum(parser, &below))
    return NULL;
  struct bp_expression *body =
      bp_below_choose(parser, &below, join, bp_parse_sub(parser, PRODUCT_AND_CLOSER));
  return below.elements.count ? sum_over_set(parser, sign, join, &below, body)
                              : nest_sums(parser, sign, join, &below.list, body);
}

/* ---- the largest over a letter -------------------------------------------- */

static bool is_extreme(const struct bp_name *name) {
  static const char *const words[] = {"max", "min", "argmax", "argmin"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (!strcmp(name->text, words[k]) && !name->declared)
      return true;
  return false;
}

/* arg max is argmax. */
static bool at_arg(const struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  return bp_is_named(&parser->token, "arg") && !parser->token.name->declared &&
         (bp_is_named(&after, "max") || bp_is_named(&after, "min"));
}

bool bp_at_extreme(const struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  return at_arg(parser) || (is_extreme(parser->token.name) && after.kind == BP_TOKEN_UNDERSCORE);
}

/* extreme = ( "max" | "min" | [ "arg" ] … ) "_" below [ above ] product: of the column of all */
struct bp_expression *bp_parse_extreme(struct bp_parser *parser) {
  enum { PRODUCT_AND_CLOSER = 1 };
  struct bp_span sign = parser->token.span;
  struct bp_below below = {.list = {NULL, 0, 0}};
  bool position = at_arg(parser);
  if (position)
    bp_advance(parser);
  bool largest = bp_is_named(&parser->token, "max");
  const char *function = !position ? parser->token.name->text : largest ? "argmax" : "argmin";
  bp_advance(parser);
  if (!bp_take(parser, BP_TOKEN_UNDERSCORE)) {
    bp_unexpected(parser, "the letter", "max_k z_k, argmax_k z_k, max(z)");
    return NULL;
  }
  if (!below_sum(parser, &below) || !above_sum(parser, &below))
    return NULL;
  const struct bp_summed *letter = below.list.items;
  if (below.list.count != 1 || below.conditions.count > 0 || below.elements.count > 0 ||
      letter->excluded || letter->pair) {
    bp_complain(parser, sign, "max_k z_k, max_{k=2..n} z_k, max(A) of all elements",
                "this runs over one letter from a bound to another, and leaves none out");
    return NULL;
  }
  struct bp_expression *body = bp_parse_sub(parser, PRODUCT_AND_CLOSER);
  struct bp_expression *column = nest_sums(parser, sign, BP_JOIN_BELOW, &below.list, body);
  struct bp_expression *name = bp_name_node(parser, sign, function);
  struct bp_expression *call =
      column && name ? bp_node_of(parser, BP_EXPR_CALL, sign, name, column) : NULL;
  if (call)
    call->span = (struct bp_span){sign.begin, parser->previous.span.end};
  return call;
}

/* ---- entries ------------------------------------------------------------- */

static const char entries_like[] = "[x_i^2 for i = 1..n], [x_i*y_j for i, j]";

/* entries = expression "for" letter [ "," letter ], inside brackets that are open: a column, or a
 * matrix whose second letter runs along the rows */
struct bp_expression *bp_parse_entries(struct bp_parser *parser, struct bp_span opening,
                                       const struct bp_expression *entry) {
  struct bp_below below = {.list = {NULL, 0, 0}};
  do {
    bp_advance(parser); /* "for" or the comma */
    struct bp_token token = parser->token;
    if (token.kind != BP_TOKEN_NAME) {
      bp_unexpected(parser, "an index letter", entries_like);
      return NULL;
    }
    if (!bp_parse_below_part(parser, &below))
      return NULL;
    const struct bp_summed *last =
        (struct bp_summed *)below.list.items + (below.list.count ? below.list.count - 1 : 0);
    bool gaps = below.conditions.count > 0 || below.elements.count > 0 || last->excluded;
    if (below.list.count > 2 || gaps) {
      bp_complain(parser, token.span, entries_like,
                  gaps ? "a matrix has no gaps: an index cannot be left out of it"
                       : "a matrix has two indices, not three");
      return NULL;
    }
  } while (parser->token.kind == BP_TOKEN_COMMA);
  return nest_sums(parser, opening, BP_JOIN_BELOW, &below.list, entry);
}

/* The range of the letter that stands behind the definition, taken out of the statement. */
static void take_range(struct bp_statement *statement, struct bp_summed *letter) {
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
    struct bp_summed *letter = bp_list_add(parser, &list, sizeof *letter);
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

/* ---- sums that go on ------------------------------------------------------- */

/* The innermost sum at the end of a term, as in -1/m * Σ_i Σ_k …; NULL where none is. */
static const struct bp_expression *last_sum(const struct bp_expression *node) {
  const struct bp_expression *sum = NULL;
  while (node && !(node->parenthesised && sum == NULL)) {
    if (node->kind == BP_EXPR_SUM && node->order == BP_JOIN_SUM && !node->parenthesised) {
      sum = node;
      node = node->child[2];
    } else if (node->kind == BP_EXPR_NEGATE && !sum)
      node = node->child[0];
    else if (node->kind == BP_EXPR_MULTIPLY && !sum)
      node = node->child[1];
    else
      break;
  }
  return sum;
}

/* A copy of the term with another sum in the place of that one; NULL without memory. */
static const struct bp_expression *with_sum(struct bp_parser *parser,
                                            const struct bp_expression *node,
                                            const struct bp_expression *sum,
                                            const struct bp_expression *wider) {
  if (node == sum)
    return wider;
  size_t index = node->kind == BP_EXPR_SUM ? 2 : node->kind == BP_EXPR_MULTIPLY;
  const struct bp_expression *child = with_sum(parser, node->child[index], sum, wider);
  return child ? bp_with_child(parser, node, index, child) : NULL;
}

/* Whether the letter stands in the term without a sum of its own. */
static bool has_free(const struct bp_expression *term, const char *letter) {
  bool here = term->kind == BP_EXPR_NAME && term->count == 0 && !strcmp(term->name, letter);
  bool bound = term->kind == BP_EXPR_SUM && !strcmp(term->name, letter);
  for (size_t k = 0; k < term->count && !here && !bound; k++)
    here = term->child[k] && has_free(term->child[k], letter);
  return here;
}

/* Whether the letter of a sum on the way to the innermost one stands in the term, and nothing else
 * is called so. */
static bool has_letter_of(struct bp_parser *parser, const struct bp_expression *left,
                          const struct bp_expression *term, const struct bp_expression **sum) {
  const struct bp_expression *node = left;
  bool found = false;
  while (node != *sum || !found) {
    if (node->kind == BP_EXPR_SUM) {
      const struct bp_name *letter = bp_names_find(&parser->names, node->name, strlen(node->name));
      found = found || (letter && !letter->declared && has_free(term, node->name));
      *sum = found ? *sum : node;
    }
    if (node == *sum)
      break;
    node = node->child[node->kind == BP_EXPR_SUM ? 2 : node->kind == BP_EXPR_MULTIPLY];
  }
  return found;
}

bool bp_widen_sum(struct bp_parser *parser, struct bp_statement *statement) {
  const struct bp_expression *side = statement->sides[0];
  if (side->kind != BP_EXPR_ADD && side->kind != BP_EXPR_SUBTRACT)
    return true;
  const struct bp_expression *left = side->child[0], *sum = last_sum(left);
  if (!sum || side->parenthesised || !has_letter_of(parser, left, side->child[1], &sum))
    return true;
  struct bp_expression *body =
      bp_node(parser, side->kind, sum->child[2]->span.begin, side->sign, 2);
  if (!body)
    return bp_out_of_memory(parser);
  body->child[0] = sum->child[2];
  body->child[1] = side->child[1];
  body->parenthesised = true;
  const struct bp_expression *done = bp_node_done(parser, body);
  const struct bp_expression *wider = done ? bp_with_child(parser, sum, 2, done) : NULL;
  const struct bp_expression *whole = wider ? with_sum(parser, left, sum, wider) : NULL;
  if (!whole)
    return false;
  statement->sides[0] = whole;
  bp_note(parser->diagnostics, parser->source, side->child[1]->span,
          bp_suggest(parser, "sum_{%s=1..m} (a_%s + b_%s)", sum->name, sum->name, sum->name),
          "%s stands here, so the sum over it goes on to the end", sum->name);
  return true;
}
