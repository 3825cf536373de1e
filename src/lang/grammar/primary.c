/* What expressions are made of: numbers, names, calls, parentheses, matrices.
 *
 * A name and a parenthesis are a call unless the file declares the name as something else, so a
 * forgotten * shows where it is forgotten.
 */
#include "lang/parser.h"
#include "lang/tree.h"

#include <string.h>

/* ---- names and calls ----------------------------------------------------- */

/* "[" expression { "," expression } "]" */
static bool indices(struct bp_parser *parser, struct bp_list *list) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  do {
    if (parser->token.kind == BP_TOKEN_COLON)
      break;
    struct bp_expression *index = bp_parse_expression(parser);
    struct bp_expression **place =
        index ? bp_list_add(parser, list, sizeof(struct bp_expression *)) : NULL;
    if (!place)
      return false;
    *place = index;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  if (parser->token.kind == BP_TOKEN_COLON)
    return bp_complain(parser, parser->token.span, "X_{:,i} for a column, X_{i,:} for a row",
                       "brackets after a name pick a member of a family, such as W[2]");
  return bp_close(parser, BP_TOKEN_RIGHT_SQUARE, opening, outer);
}

struct bp_expression *bp_parse_indexed_name(struct bp_parser *parser) {
  struct bp_token token = parser->token;
  struct bp_list list = {NULL, 0, 0};
  bp_advance(parser);
  struct bp_expression *name = bp_leaf(parser, &token);
  if (name && parser->inside.size && token.name->size_name &&
      parser->token.kind != BP_TOKEN_LEFT_SQUARE) {
    name->name = token.name->size_name;
    bp_note_spelling(parser, BP_SPELLING_SIZED, token.span, name->name);
    return name;
  }
  if (!name || parser->token.kind != BP_TOKEN_LEFT_SQUARE)
    return name;
  /* In a matrix, [a [1]] could be two parts; close to the name it is an index. */
  if (parser->inside.matrix && parser->token.span.begin > token.span.end)
    return name;
  name->sign = parser->token.span;
  if (!indices(parser, &list))
    return NULL;
  name->child = list.items;
  name->count = list.count;
  name->span.end = parser->previous.span.end;
  return bp_first_element(parser, token.name, bp_node_done(parser, name));
}

static bool is_keyword(const char *name) {
  static const char *const words[] = {"axis", "dim", "keepdims", "keepdim"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (!strcmp(name, words[k]))
      return true;
  return false;
}

static bool is_unknown(struct bp_parser *parser, const struct bp_expression *node) {
  const struct bp_name *name = node->kind == BP_EXPR_NAME && node->count == 0
                                   ? bp_names_find(&parser->names, node->name, strlen(node->name))
                                   : NULL;
  return name && !name->declared && !name->sized;
}

/* axis=1 and its like where they are not read: in front of what they are about, or with a number
 * that no matrix has. */
static void refuse_keyword(struct bp_parser *parser, const struct bp_name *function,
                           const struct bp_expression *keyword, bool first) {
  const char *name = function->text, *along = bp_suggest(parser, "row%s", name);
  const struct bp_name *rows = along ? bp_names_find(&parser->names, along, strlen(along)) : NULL;
  if (rows && !rows->callable)
    bp_complain(parser, keyword->span, bp_suggest(parser, "%s(A)", name),
                "%s(…) has no axis: it is not taken along anything", name);
  else if (first)
    bp_complain(parser, keyword->span, bp_suggest(parser, "%s(A, axis=1)", name),
                "it is not said of what: the matrix stands first in %s(…)", name);
  else
    bp_complain(parser, keyword->span,
                bp_suggest(parser, "row%s(A) along the rows, col%s(A) down the columns, %s(A)",
                           name, name, name),
                "%s=… is not read here: a matrix has the axes 0 and 1", keyword->name);
}

/* argument = expression, or of a function that chooses: expression relation expression */
static struct bp_expression *argument(struct bp_parser *parser, const struct bp_name *function,
                                      bool first) {
  struct bp_expression *left = bp_parse_expression(parser);
  enum bp_relation relation = BP_EQUAL;
  if (!left || !bp_relation_of(parser->token.kind, &relation))
    return left;
  struct bp_span sign = parser->token.span;
  if (function->callable != BP_CALLABLE_CHOICE) {
    if (left->kind == BP_EXPR_NAME && is_keyword(left->name))
      refuse_keyword(parser, function, left, first);
    else if (relation == BP_EQUAL && !first && is_unknown(parser, left))
      bp_complain(parser, left->span, bp_suggest(parser, "leave %s=… out", left->name),
                  "%s(…) has no argument that is called %s", function->text, left->name);
    else
      bp_complain(parser, sign,
                  function->form != BP_FORM_SUM ? "where(x > 0, a, b) for a choice"
                                                : "sum_{i=1..m} x_i",
                  "a comparison cannot stand inside %s(…)", function->text);
    return NULL;
  }
  if (relation == BP_APPROXIMATE) {
    bp_complain(parser, sign, "x > 0, x = 1", "a condition cannot be approximate");
    return NULL;
  }
  bp_advance(parser);
  struct bp_expression *right = bp_parse_expression(parser);
  if (right && bp_relation_of(parser->token.kind, &(enum bp_relation){0})) {
    bp_complain(parser, parser->token.span, "one comparison for each condition",
                "a condition compares two things only");
    return NULL;
  }
  left = right ? bp_node_of(parser, BP_EXPR_COMPARE, sign, left, right) : NULL;
  if (left)
    left->relation = relation;
  return left;
}

/* arguments = "(" argument { "," argument } ")" */
static bool arguments(struct bp_parser *parser, const struct bp_name *function,
                      struct bp_list *list) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  parser->inside.averages = !function->declared && bp_is_average(function->text);
  do {
    struct bp_expression *item = argument(parser, function, list->count == 0);
    struct bp_expression **place =
        item ? bp_list_add(parser, list, sizeof(struct bp_expression *)) : NULL;
    if (!place)
      return false;
    *place = item;
  } while (bp_take(parser, BP_TOKEN_COMMA) || /* f(x; θ) */
           (function->parameter_count > 1 && bp_take(parser, BP_TOKEN_SEMICOLON)));
  return bp_close(parser, BP_TOKEN_RIGHT, opening, outer);
}

/* kron(A, B) is A ⊗ B */
static struct bp_expression *kronecker(struct bp_parser *parser,
                                       const struct bp_expression *function,
                                       const struct bp_list *list) {
  struct bp_expression **item = list->items;
  if (list->count != 2) {
    bp_complain(parser, function->span, "kron(A, B)", "kron takes two matrices, and here %s",
                list->count == 1 ? "is one" : "are more");
    return NULL;
  }
  struct bp_expression *node =
      bp_node_of(parser, BP_EXPR_KRONECKER, function->span, item[0], item[1]);
  if (node)
    node->span = (struct bp_span){function->span.begin, parser->previous.span.end};
  return node;
}

/* How many primes stand between here and a "(", or -1 where there is none. */
static int primes_before_parenthesis(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  int primes = 0;
  for (; token.kind == BP_TOKEN_PRIME; token = bp_stream_next(&ahead))
    primes++;
  return token.kind == BP_TOKEN_LEFT ? primes : -1;
}

/* g'(Z[1]) beside a family of functions g[l]: the g of the layer that its argument is of. */
static struct bp_expression *member_of_argument(struct bp_parser *parser,
                                                const struct bp_name *name,
                                                struct bp_expression *function,
                                                const struct bp_list *list) {
  struct bp_expression *const *item = list->items;
  bool one = list->count == 1 && item[0]->kind == BP_EXPR_NAME && item[0]->count == 1;
  if (!name->declared || !name->family || function->count > 0 || !one)
    return function;
  struct bp_expression *member =
      bp_node(parser, BP_EXPR_NAME, function->span.begin, function->sign, 1);
  if (!member)
    return NULL;
  member->span = function->span;
  member->name = function->name;
  member->child[0] = item[0]->child[0];
  bp_note_spelling(
      parser, BP_SPELLING_NUMBERED, function->span,
      bp_suggest(parser, "%s[%s]", name->text, bp_quote(parser, item[0]->child[0]->span)));
  return bp_node_done(parser, member);
}

static bool read_call(struct bp_parser *parser, const struct bp_name *name,
                      struct bp_expression *function, int primes, struct bp_expression **call) {
  enum { MOST_PRIMES = 9 };
  if (primes > MOST_PRIMES)
    return bp_complain(parser, parser->token.span, "let f(x) = g'(x), and go on with f'",
                       "a function cannot have more than %d primes", MOST_PRIMES);
  for (int k = 0; k < primes; k++)
    bp_advance(parser);
  struct bp_span sign = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  if (!arguments(parser, name, &list))
    return false;
  if (name->form == BP_FORM_KRONECKER && primes == 0) {
    *call = kronecker(parser, function, &list);
    return *call != NULL;
  }
  *call = bp_node(parser, BP_EXPR_CALL, function->span.begin, sign, list.count + 1);
  if (!*call)
    return false;
  (*call)->order = primes;
  if (!((*call)->child[0] = member_of_argument(parser, name, function, &list)))
    return false;
  memcpy((*call)->child + 1, list.items, list.count * sizeof(struct bp_expression *));
  return bp_node_done(parser, *call) != NULL;
}

bool bp_parse_call_here(struct bp_parser *parser, struct bp_expression *function,
                        struct bp_expression **call) {
  *call = NULL;
  if ((parser->token.kind != BP_TOKEN_PRIME && parser->token.kind != BP_TOKEN_LEFT) ||
      (parser->inside.size && bp_at_kind_end(parser))) /* d x V (columns are words) */
    return true;
  struct bp_name *name = bp_names_find(&parser->names, function->name, strlen(function->name));
  if (!name)
    return bp_out_of_memory(parser);
  if (name->sized && !name->callable && !name->declared) /* 1/m (A - Y) */
    return true;
  if (name->declared && !name->function)
    return bp_parse_value_at(parser, function, call);
  int primes = primes_before_parenthesis(parser);
  if (primes < 0)
    return true;
  return read_call(parser, name, function, primes, call) &&
         (*call = bp_put_in_body(parser, *call)) != NULL;
}

/* ---- ranges -------------------------------------------------------------- */

bool bp_parse_range(struct bp_parser *parser, const char *like, struct bp_range *range) {
  struct bp_token token = parser->token;
  if (token.kind != BP_TOKEN_NAME)
    return bp_unexpected(parser, "an index letter", like);
  bp_advance(parser);
  range->name = token.name->text;
  if (!bp_take(parser, BP_TOKEN_EQUAL))
    return bp_unexpected(parser, "the = of a range", like);
  if (!(range->from = bp_parse_expression(parser)))
    return false;
  if (!bp_take(parser, BP_TOKEN_RANGE))
    return bp_unexpected(parser, "the .. of a range", like);
  range->to = bp_parse_expression(parser);
  range->span = (struct bp_span){token.span.begin, parser->previous.span.end};
  return range->to != NULL;
}

/* ---- brackets ------------------------------------------------------------ */

/* replacements = "at" name "=" expression { "," name "=" expression } */
static struct bp_expression *replacements(struct bp_parser *parser, struct bp_expression *whole) {
  struct bp_span sign = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  struct bp_expression **place = bp_list_add(parser, &list, sizeof(struct bp_expression *));
  if (!place)
    return NULL;
  *place = whole;
  do {
    bp_advance(parser); /* "at" or the comma */
    for (int side = 0; side < 2; side++) {
      if (side == 0 && parser->token.kind != BP_TOKEN_NAME) {
        bp_unexpected(parser, "a name to be replaced", "(J at W = 2*W)");
        return NULL;
      }
      struct bp_expression *item =
          side == 0 ? bp_parse_indexed_name(parser) : bp_parse_expression(parser);
      place = item ? bp_list_add(parser, &list, sizeof(struct bp_expression *)) : NULL;
      if (!place)
        return NULL;
      *place = item;
      if (side == 0 && !bp_take(parser, BP_TOKEN_EQUAL)) {
        bp_unexpected(parser, "=", "(J at W = 2*W)");
        return NULL;
      }
    }
  } while (parser->token.kind == BP_TOKEN_COMMA);
  struct bp_expression *node = bp_node(parser, BP_EXPR_AT, whole->span.begin, sign, 0);
  if (!node)
    return NULL;
  node->child = list.items;
  node->count = list.count;
  return bp_node_done(parser, node);
}

/* group = "(" expression [ replacements | cases | relation expression ] ")" */
static struct bp_expression *group(struct bp_parser *parser) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  enum bp_relation relation;
  struct bp_expression *inner = bp_parse_expression(parser);
  if (inner && bp_is_word(parser, BP_WORD_AT))
    inner = replacements(parser, inner);
  else if (inner && bp_at_cases(parser))
    inner = bp_parse_cases(parser, opening, inner);
  else if (inner && bp_at_mask(parser, &relation))
    inner = bp_parse_mask(parser, inner, relation);
  if (!inner || !bp_close(parser, BP_TOKEN_RIGHT, opening, outer))
    return NULL;
  inner->parenthesised = true;
  inner->span = (struct bp_span){opening.begin, parser->previous.span.end};
  return inner;
}

/* row = part { "," part }, part = expression | dots, which are NULL in the list */
static bool matrix_row(struct bp_parser *parser, struct bp_list *list, size_t *columns,
                       bool *dots) {
  size_t before = list->count;
  struct bp_span start = parser->token.span;
  do {
    bool gap = bp_take(parser, BP_TOKEN_RANGE);
    struct bp_expression *item = gap ? NULL : bp_parse_expression(parser);
    struct bp_expression **place =
        item || gap ? bp_list_add(parser, list, sizeof(struct bp_expression *)) : NULL;
    *dots = *dots || gap;
    if (!place)
      return false;
    *place = item;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  size_t count = list->count - before;
  if (before > 0 && count != *columns)
    return bp_complain(parser, (struct bp_span){start.begin, parser->previous.span.end}, NULL,
                       "this row has %zu part%s, and the first row has %zu", count,
                       count == 1 ? "" : "s", *columns);
  *columns = count;
  return true;
}

/* Whether the bracket that opens here groups, as that of -[y ln a + (1 - y) ln(1 - a)]: behind an
 * operator or a factor, with a sum in it that has blanks around its sign, and nothing that parts
 * are separated by. */
static bool groups(const struct bp_parser *parser) {
  enum { FARTHEST = 256 };
  struct bp_stream ahead = parser->stream;
  enum bp_token_kind before = parser->previous.kind;
  bool factor = before == BP_TOKEN_RIGHT || before == BP_TOKEN_RIGHT_BRACE ||
                before == BP_TOKEN_NUMBER || before == BP_TOKEN_NAME || before == BP_TOKEN_STAR ||
                before == BP_TOKEN_MINUS;
  bool sum = false;
  struct bp_token last = parser->token, token = bp_stream_next(&ahead);
  for (int depth = 1, count = 0; factor && count < FARTHEST; count++) {
    depth += token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_SQUARE ||
             token.kind == BP_TOKEN_LEFT_BRACE;
    depth -= token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE ||
             token.kind == BP_TOKEN_RIGHT_BRACE;
    if (depth == 0)
      return sum;
    struct bp_stream behind = ahead;
    struct bp_token next = bp_stream_next(&behind);
    bool apart = last.span.end < token.span.begin && token.span.end < next.span.begin;
    sum = sum ||
          (depth == 1 && apart && (token.kind == BP_TOKEN_PLUS || token.kind == BP_TOKEN_MINUS));
    bool word = token.kind == BP_TOKEN_NAME && token.name->word == BP_WORD_FOR;
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE || word ||
        (depth == 1 && (token.kind == BP_TOKEN_COMMA || token.kind == BP_TOKEN_SEMICOLON ||
                        token.kind == BP_TOKEN_RANGE)))
      return false;
    last = token;
    token = bp_stream_next(&ahead);
  }
  return false;
}

/* matrix = "[" ( row { ";" row } | entries ) "]" */
static struct bp_expression *matrix(struct bp_parser *parser) {
  bool grouped = groups(parser);
  struct bp_span opening = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  struct bp_inside outer = bp_open(parser);
  size_t columns = 0;
  bool dots = false;
  parser->inside.matrix = !grouped;
  do {
    if (!matrix_row(parser, &list, &columns, &dots))
      return NULL;
  } while (bp_take(parser, BP_TOKEN_SEMICOLON));
  struct bp_expression *entries = NULL, **first = list.items;
  if (list.count == 1 && bp_is_word(parser, BP_WORD_FOR) &&
      !(entries = bp_parse_entries(parser, opening, first[0])))
    return NULL;
  if (!bp_close(parser, BP_TOKEN_RIGHT_SQUARE, opening, outer))
    return NULL;
  if (dots)
    entries = bp_close_dots(parser, opening, list.items, list.count / columns, columns);
  if (entries)
    entries->span = (struct bp_span){opening.begin, parser->previous.span.end};
  if (entries || dots)
    return entries;
  struct bp_expression *node = bp_node(parser, BP_EXPR_MATRIX, opening.begin, opening, 0);
  if (!node)
    return NULL;
  node->child = list.items;
  node->count = list.count;
  node->columns = columns;
  node->rows = list.count / columns;
  return bp_node_done(parser, node);
}

/* ---- all of them --------------------------------------------------------- */

/* root = "√" operand */
static struct bp_expression *root(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  if (!bp_enter(parser))
    return NULL;
  struct bp_expression *operand = bp_parse_operand(parser);
  bp_leave(parser);
  struct bp_expression *name = bp_name_node(parser, sign, "sqrt");
  return operand && name ? bp_node_of(parser, BP_EXPR_CALL, sign, name, operand) : NULL;
}

/* power = [ "^" number | "²" | "³" ] between a function and what it is applied to */
static struct bp_expression *power_of_call(struct bp_parser *parser) {
  struct bp_token token = parser->token, after = bp_peek(parser);
  bool raised = token.kind == BP_TOKEN_SQUARED || token.kind == BP_TOKEN_CUBED;
  struct bp_expression *power = NULL;
  if (raised) {
    bp_advance(parser);
    power = bp_node(parser, BP_EXPR_NUMBER, token.span.begin, token.span, 0);
    if (power)
      power->text = token.kind == BP_TOKEN_SQUARED ? "2" : "3";
  } else if (after.kind == BP_TOKEN_NUMBER) {
    bp_advance(parser);
    bp_advance(parser);
    power = bp_leaf(parser, &after);
  } else { /* ^{2} of LaTeX */
    bp_advance(parser);
    power = bp_parse_primary(parser);
  }
  return power;
}

/* The token behind a power that stands here, as in tanh^2(z), if one does; END where it is none. */
static struct bp_token behind_power(const struct bp_parser *parser, bool *power) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token, none = {.kind = BP_TOKEN_END};
  bool caret = token.kind == BP_TOKEN_CARET;
  *power = caret || token.kind == BP_TOKEN_SQUARED || token.kind == BP_TOKEN_CUBED;
  if (*power)
    token = bp_stream_next(&ahead);
  if (!caret)
    return token;
  bool group = token.kind == BP_TOKEN_LEFT;
  if (group)
    token = bp_stream_next(&ahead);
  if (token.kind != BP_TOKEN_NUMBER || (group && bp_stream_next(&ahead).kind != BP_TOKEN_RIGHT))
    return none;
  return bp_stream_next(&ahead);
}

/* Whether a function that stands here is applied to what follows although no parenthesis says so:
 * log x; tanh^2(z), where a power stands between. */
static bool is_applied(const struct bp_parser *parser, const struct bp_name *name, bool *power) {
  struct bp_token token = behind_power(parser, power);
  if (!name->callable || name->declared || name->callable == BP_CALLABLE_CHOICE ||
      bp_is_identity(name))
    return false;
  if (token.kind == BP_TOKEN_NAME)
    return token.name->declared || (token.name->callable && !*power);
  if (token.kind == BP_TOKEN_BAR) /* ln|x| */
    return parser->bars == 0;
  return token.kind == BP_TOKEN_NUMBER || (*power && token.kind == BP_TOKEN_LEFT);
}

/* applied = function [ power ] operand [ power ]; people write log x^2 for the logarithm of x^2. */
static struct bp_expression *applied(struct bp_parser *parser, struct bp_expression *function,
                                     bool power) {
  struct bp_span sign = function->span, raised = parser->token.span;
  struct bp_expression *exponent = power ? power_of_call(parser) : NULL;
  if (power && !exponent)
    return NULL;
  bool group = parser->token.kind == BP_TOKEN_LEFT;
  int limit = bp_operator_strength(BP_EXPR_POWER) - 1;
  struct bp_expression *operand = !bp_enter(parser) ? NULL
                                  : group           ? bp_parse_operand(parser)
                                                    : bp_parse_sub(parser, limit);
  if (!operand)
    return NULL;
  bp_leave(parser);
  if (!group)
    bp_note_spelling(parser, BP_SPELLING_APPLIED, sign, NULL);
  struct bp_expression *call = bp_node_of(parser, BP_EXPR_CALL, operand->span, function, operand);
  return power && call ? bp_node_of(parser, BP_EXPR_POINT_POWER, raised, call, exponent) : call;
}

static struct bp_expression *name_or_call(struct bp_parser *parser) {
  const struct bp_name *token = parser->token.name;
  struct bp_expression *name = bp_parse_indexed_name(parser), *call = NULL;
  bool power;
  if (name && parser->hole && bp_multiplies_itself(parser, token))
    return bp_called_by_name(parser, name);
  if (!name || !bp_parse_call_here(parser, name, &call))
    return NULL;
  if (!call && is_applied(parser, token, &power))
    return applied(parser, name, power);
  return call ? call : parser->hole ? bp_called_by_name(parser, name) : name;
}

/* named = sum | differential | call | name */
static struct bp_expression *named(struct bp_parser *parser) {
  const struct bp_name *name = parser->token.name;
  struct bp_token after = bp_peek(parser);
  bool product = name->form == BP_FORM_PRODUCT;
  bool sigma = name->form == BP_FORM_SIGMA, sums = sigma || name->form == BP_FORM_SUM;
  bool bare = sigma || after.kind == BP_TOKEN_NAME || after.kind == BP_TOKEN_NUMBER;
  if (!name->declared && name->word != BP_NO_WORD) {
    bp_unexpected(parser, "a formula", NULL);
    return NULL;
  }
  if (!name->declared && sums && (bare || after.kind == BP_TOKEN_UNDERSCORE))
    return bp_parse_sum(parser, BP_JOIN_SUM);
  if (!name->declared && product && after.kind == BP_TOKEN_UNDERSCORE)
    return bp_parse_sum(parser, BP_JOIN_PRODUCT);
  if (!name->declared && name->form == BP_FORM_DIFFERENTIAL &&
      (after.kind == BP_TOKEN_LEFT || bp_at_d_of_call(parser)))
    return bp_parse_differential(parser);
  if (!name->declared && name->form == BP_FORM_DIFFERENTIAL && bp_at_d_order(parser))
    return bp_parse_d_order(parser);
  if (bp_at_d_of_function(parser))
    return bp_parse_d_of_function(parser);
  if (bp_at_extreme(parser))
    return bp_parse_extreme(parser);
  if (bp_after_d(parser, &parser->token) || (name->implied && bp_at_d_pair(parser)))
    return bp_parse_d_name(parser);
  return name_or_call(parser);
}

/* hole = "?", where a claim is to be filled in */
static struct bp_expression *hole(struct bp_parser *parser) {
  struct bp_span span = parser->token.span;
  if (!parser->hole) {
    bp_complain(parser, span, "claim dZ[2] = ?",
                "a ? stands for what is still to be written, and only a claim may have one");
    return NULL;
  }
  if (parser->hole->end == parser->hole->begin)
    *parser->hole = span;
  bp_advance(parser);
  return bp_node(parser, BP_EXPR_HOLE, span.begin, span, 0);
}

struct bp_expression *bp_parse_primary(struct bp_parser *parser) {
  struct bp_token token = parser->token;
  switch (token.kind) {
  case BP_TOKEN_NUMBER:
    bp_advance(parser);
    if (token.span.end == token.span.begin + 1 && parser->source->text[token.span.begin] == '1' &&
        bp_at_indicator(parser, false))
      return bp_parse_indicator(parser, token.span);
    return bp_leaf(parser, &token);
  case BP_TOKEN_INDICATOR:
    bp_advance(parser);
    if (bp_at_indicator(parser, true))
      return bp_parse_indicator(parser, token.span);
    bp_unexpected(parser, "a condition in brackets", "1{k = i}");
    return NULL;
  case BP_TOKEN_NAME:
    return named(parser);
  case BP_TOKEN_LEFT:
    return group(parser);
  case BP_TOKEN_LEFT_SQUARE:
    return matrix(parser);
  case BP_TOKEN_PARTIAL:
    return bp_parse_partial(parser);
  case BP_TOKEN_NABLA:
    return bp_parse_gradient(parser);
  case BP_TOKEN_ROOT:
    return root(parser);
  case BP_TOKEN_SIGMA:
    return bp_parse_sum(parser, BP_JOIN_SUM);
  case BP_TOKEN_PRODUCT:
    return bp_parse_sum(parser, BP_JOIN_PRODUCT);
  case BP_TOKEN_QUESTION:
    return hole(parser);
  case BP_TOKEN_LEFT_ANGLE:
    return bp_parse_inner(parser);
  case BP_TOKEN_BAR:
    return bp_parse_bars(parser);
  case BP_TOKEN_LEFT_BRACE:
    bp_unexpected(parser, "a formula", "(a + b) to group, [a, b; c, d] for a matrix");
    return NULL;
  default:
    bp_unexpected(parser, "a formula", NULL);
    return NULL;
  }
}
