/* Operators: the table of binary ones with their strengths, and one function that reads everything
 * between two weaker ones, as in Lua's parser; then what stands behind an operand.
 *
 * A minus sign takes the product that follows where a product may begin, so -Y*A is -(Y*A), and
 * otherwise the next power, so a * -b * c is (a * (-b)) * c.  Powers lean to the right.
 */
#include "lang/parser.h"

#include "lang/tree.h"

enum { SUM_STRENGTH = 1, PRODUCT_STRENGTH = 2, MINUS_STRENGTH = 3 };

/* The operator that the current token is, or BP_EXPR_KIND_COUNT. */
static enum bp_expression_kind operator_here(const struct bp_parser *parser) {
  switch (parser->token.kind) {
  case BP_TOKEN_PLUS:
    return BP_EXPR_ADD;
  case BP_TOKEN_MINUS:
    return BP_EXPR_SUBTRACT;
  case BP_TOKEN_STAR:
    return BP_EXPR_MULTIPLY;
  case BP_TOKEN_TIMES:
    return parser->inside.size ? BP_EXPR_KIND_COUNT : BP_EXPR_MULTIPLY;
  case BP_TOKEN_HADAMARD:
    return BP_EXPR_HADAMARD;
  case BP_TOKEN_KRONECKER:
    return BP_EXPR_KRONECKER;
  case BP_TOKEN_SLASH:
    return BP_EXPR_DIVIDE;
  case BP_TOKEN_POINT_SLASH:
    return BP_EXPR_POINT_DIVIDE;
  case BP_TOKEN_CARET:
    return BP_EXPR_POWER;
  case BP_TOKEN_POINT_CARET:
    return BP_EXPR_POINT_POWER;
  default:
    return bp_is_word(parser, BP_WORD_ODOT) ? BP_EXPR_HADAMARD : BP_EXPR_KIND_COUNT;
  }
}

bool bp_at_size_separator(const struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  if (!parser->inside.size)
    return false;
  if (token->kind == BP_TOKEN_TIMES || bp_is_named(token, "x"))
    return true;
  bool stuck = parser->previous.kind == BP_TOKEN_NUMBER && token->kind == BP_TOKEN_NAME &&
               parser->previous.span.end == token->span.begin;
  return stuck && token->name->text[0] == 'x';
}

bool bp_begins_operand(const struct bp_parser *parser) {
  switch (parser->token.kind) {
  case BP_TOKEN_NAME:
    return (parser->token.name->word == BP_NO_WORD || parser->token.name->declared) &&
           !bp_at_size_separator(parser);
  case BP_TOKEN_NUMBER:
  case BP_TOKEN_LEFT:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_PARTIAL:
  case BP_TOKEN_ROOT:
  case BP_TOKEN_SIGMA:
    return true;
  default:
    return false;
  }
}

/* negation = "-" sub */
static struct bp_expression *negation(struct bp_parser *parser, int limit) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  struct bp_expression *child =
      bp_parse_sub(parser, limit < PRODUCT_STRENGTH ? SUM_STRENGTH : MINUS_STRENGTH);
  return bp_node_of(parser, BP_EXPR_NEGATE, sign, child, NULL);
}

/* The operators after `left` that bind closer than `limit`, with what they apply to. */
static struct bp_expression *operations(struct bp_parser *parser, struct bp_expression *left,
                                        int limit) {
  for (;;) {
    enum bp_expression_kind kind = operator_here(parser);
    if (!left || kind == BP_EXPR_KIND_COUNT || bp_operator_strength(kind) <= limit)
      break;
    struct bp_span sign = parser->token.span;
    bp_advance(parser);
    bool leans_right = kind == BP_EXPR_POWER || kind == BP_EXPR_POINT_POWER;
    struct bp_expression *right =
        bp_parse_sub(parser, bp_operator_strength(kind) - (leans_right ? 1 : 0));
    left = right ? bp_node_of(parser, kind, sign, left, right) : NULL;
  }
  return left;
}

/* sub = ( operand | negation ) { operator sub } */
struct bp_expression *bp_parse_sub(struct bp_parser *parser, int limit) {
  if (!bp_enter(parser))
    return NULL;
  struct bp_expression *left =
      parser->token.kind == BP_TOKEN_MINUS ? negation(parser, limit) : bp_parse_operand(parser);
  left = operations(parser, left, limit);
  if (left && bp_begins_operand(parser)) {
    bp_missing_operator(parser, left->span);
    left = NULL;
  }
  bp_leave(parser);
  return left;
}

struct bp_expression *bp_parse_expression(struct bp_parser *parser) {
  return bp_parse_sub(parser, 0);
}

/* ---- what stands behind an operand --------------------------------------- */

/* Two letters that nobody declared: W_{jk} and W_jk. */
static bool is_letter_pair(const struct bp_token *token) {
  if (token->kind != BP_TOKEN_NAME || token->name->declared)
    return false;
  const char *text = token->name->text;
  size_t letters = 0;
  for (size_t k = 0; k < token->name->length; k++) {
    if (text[k] >= '0' && text[k] <= '9')
      return false;
    letters += ((unsigned char)text[k] & 0xC0) != 0x80;
  }
  return letters == 2;
}

static bool complain_of_letter_pair(struct bp_parser *parser) {
  const char *text = parser->token.name->text;
  int first = 1;
  while (((unsigned char)text[first] & 0xC0) == 0x80)
    first++;
  return bp_complain(parser, parser->token.span,
                     bp_suggest(parser, "_{%.*s,%s}", first, text, text + first),
                     "%s would be one index with a long name; a row and a column are separated by "
                     "a comma",
                     text);
}

/* subscript item = ":" | expression */
static struct bp_expression *subscript_item(struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  bool alone = after.kind == BP_TOKEN_RIGHT_BRACE;
  if (alone && is_letter_pair(&parser->token)) {
    complain_of_letter_pair(parser);
    return NULL;
  }
  if (parser->token.kind != BP_TOKEN_COLON)
    return bp_parse_expression(parser);
  bp_advance(parser);
  struct bp_span span = parser->previous.span;
  return bp_node(parser, BP_EXPR_ALL, span.begin, span, 0);
}

/* subscript = "{" item [ "," item ] "}" */
static bool braced_subscript(struct bp_parser *parser, struct bp_expression *item[2]) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  if (!(item[0] = subscript_item(parser)))
    return false;
  if (bp_take(parser, BP_TOKEN_COMMA) && !(item[1] = subscript_item(parser)))
    return false;
  if (parser->token.kind == BP_TOKEN_COMMA)
    return bp_complain(parser, parser->token.span, "a_k, or W_{j,k} for row j and column k",
                       "a matrix has no third index");
  if (parser->token.kind == BP_TOKEN_COLON)
    return bp_complain(parser, parser->token.span, "X_{:,i} for a whole column",
                       "a part of a row or column cannot be taken");
  return bp_close(parser, BP_TOKEN_RIGHT_BRACE, opening, outer);
}

/* subscript = name | number | "{" ... "}" */
static bool subscript(struct bp_parser *parser, struct bp_expression *item[2]) {
  struct bp_token token = parser->token;
  if (token.kind == BP_TOKEN_LEFT_BRACE)
    return braced_subscript(parser, item);
  if (is_letter_pair(&token))
    return complain_of_letter_pair(parser);
  if (token.kind != BP_TOKEN_NAME && token.kind != BP_TOKEN_NUMBER)
    return bp_unexpected(parser, "an index", "a_k, a_{k+1}, W_{j,k}, or X_{:,i} for a column");
  bp_advance(parser);
  item[0] = bp_leaf(parser, &token);
  return item[0] != NULL;
}

struct bp_expression *bp_parse_subscripts(struct bp_parser *parser, struct bp_expression *base) {
  while (base && parser->token.kind == BP_TOKEN_UNDERSCORE) {
    struct bp_span sign = parser->token.span;
    struct bp_expression *item[2] = {NULL, NULL};
    bp_advance(parser);
    if (!subscript(parser, item))
      return NULL;
    struct bp_expression *element =
        bp_node(parser, BP_EXPR_ELEMENT, base->span.begin, sign, item[1] ? 3 : 2);
    if (!element)
      return NULL;
    element->child[0] = base;
    element->child[1] = item[0];
    if (item[1])
      element->child[2] = item[1];
    base = bp_node_done(parser, element);
  }
  return base;
}

/* x² is x^2 */
static struct bp_expression *raised(struct bp_parser *parser, struct bp_expression *base) {
  struct bp_span sign = parser->token.span;
  bool squared = parser->token.kind == BP_TOKEN_SQUARED;
  bp_advance(parser);
  struct bp_expression *power = bp_node(parser, BP_EXPR_NUMBER, sign.begin, sign, 0);
  if (!power)
    return NULL;
  power->text = squared ? "2" : "3";
  return bp_node_of(parser, BP_EXPR_POWER, sign, base, power);
}

/* How many tokens after the ^ make it a transpose: T, { T }; 0 for none. */
static int transposing(const struct bp_parser *parser) {
  struct bp_lexer ahead = parser->lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  int count = 1;
  if (token.kind == BP_TOKEN_LEFT_BRACE) {
    token = bp_lexer_next(&ahead);
    count = bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT_BRACE ? 3 : 0;
  }
  return bp_is_named(&token, "T") && !token.name->declared ? count : 0;
}

static struct bp_expression *transpose(struct bp_parser *parser, struct bp_expression *base,
                                       int more) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  for (; more > 0; more--)
    bp_advance(parser);
  sign.end = parser->previous.span.end;
  return bp_node_of(parser, BP_EXPR_TRANSPOSE, sign, base, NULL);
}

/* The text between the brackets that open after the ^, without inner ones: l in W^{[l]}. */
static struct bp_span raised_text(const struct bp_parser *parser, struct bp_span *all) {
  struct bp_lexer ahead = parser->lexer;
  struct bp_span inner = {0, 0};
  for (int depth = 0, count = 0; count < 16; count++) {
    struct bp_token token = bp_lexer_next(&ahead);
    bool opens = token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_SQUARE ||
                 token.kind == BP_TOKEN_LEFT_BRACE;
    bool closes = token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE ||
                  token.kind == BP_TOKEN_RIGHT_BRACE;
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      break;
    depth += opens - closes;
    all->end = token.span.end;
    if (!opens && !closes) {
      inner.begin = inner.end == 0 ? token.span.begin : inner.begin;
      inner.end = token.span.end;
    }
    if (depth <= 0)
      break;
  }
  return inner;
}

/* ^(i) with a letter that nobody declared: an index, not a power. */
static bool is_raised_index(const struct bp_parser *parser) {
  struct bp_lexer ahead = parser->lexer;
  if (bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT)
    return false;
  struct bp_token token = bp_lexer_next(&ahead);
  return token.kind == BP_TOKEN_NAME && !token.name->declared && !token.name->callable &&
         token.name->length == 1 && token.name->text[0] != 'e' &&
         bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT;
}

/* Raised brackets of LaTeX and of the blackboard; true where the ^ is an ordinary power. */
static bool check_caret(struct bp_parser *parser, const struct bp_expression *base) {
  struct bp_lexer ahead = parser->lexer;
  enum bp_token_kind first = bp_lexer_next(&ahead).kind;
  bool braces = first == BP_TOKEN_LEFT_BRACE;
  if (first != BP_TOKEN_LEFT_SQUARE && !braces && !is_raised_index(parser))
    return true;
  struct bp_span all = parser->token.span;
  struct bp_span inner = raised_text(parser, &all);
  struct bp_token second = bp_lexer_next(&ahead);
  const char *name = bp_quote(parser, base->span), *index = bp_quote(parser, inner);
  bool letter = second.kind == BP_TOKEN_NAME && !second.name->declared && second.name->length == 1;
  if (first == BP_TOKEN_LEFT_SQUARE || (braces && second.kind == BP_TOKEN_LEFT_SQUARE))
    return bp_complain(parser, all, bp_suggest(parser, "%s[%s]", name, index),
                       "a layer is written in brackets, without a ^");
  if (second.kind == BP_TOKEN_LEFT || !braces)
    return bp_complain(
        parser, all,
        bp_suggest(parser, "%s_{:,%s} for a column, %s[%s] for a layer", name, index, name, index),
        "a raised index is not read");
  if (letter && all.end - inner.end == 1)
    return bp_complain(
        parser, all,
        bp_suggest(parser, "%s[%s] for a layer, %s^%s for a power", name, index, name, index),
        "braces after a ^ are LaTeX");
  return bp_complain(parser, all, bp_suggest(parser, "%s^(%s)", name, index),
                     "braces after a ^ are LaTeX");
}

/* [ after something that is no name */
static struct bp_expression *refuse_index(struct bp_parser *parser,
                                          const struct bp_expression *base) {
  const struct bp_expression *whole = base->kind == BP_EXPR_ELEMENT ? base->child[0] : NULL;
  struct bp_span rest = {whole ? whole->span.end : 0, base->span.end};
  if (whole && whole->kind == BP_EXPR_NAME)
    bp_complain(
        parser, parser->token.span,
        bp_suggest(parser, "%s[l]%s", bp_quote(parser, whole->span), bp_quote(parser, rest)),
        "the layer stands before the element");
  else
    bp_complain(parser, parser->token.span,
                "W[l] for a layer, (A*B)_{j,k} for an element of a formula",
                "only a name can have brackets behind it");
  return NULL;
}

/* postfix = "'" | "_" subscript | "²" | "³" | "^T" */
struct bp_expression *bp_parse_operand(struct bp_parser *parser) {
  struct bp_expression *operand = bp_parse_primary(parser);
  while (operand) {
    int more = 0;
    switch (parser->token.kind) {
    case BP_TOKEN_PRIME:
    case BP_TOKEN_TRANSPOSE:
      operand = transpose(parser, operand, 0);
      break;
    case BP_TOKEN_UNDERSCORE:
      operand = bp_parse_subscripts(parser, operand);
      break;
    case BP_TOKEN_SQUARED:
    case BP_TOKEN_CUBED:
      operand = raised(parser, operand);
      break;
    case BP_TOKEN_LEFT_SQUARE:
      return parser->inside.matrix ? operand : refuse_index(parser, operand);
    case BP_TOKEN_CARET:
      more = transposing(parser);
      if (more == 0)
        return check_caret(parser, operand) ? operand : NULL;
      operand = transpose(parser, operand, more);
      break;
    default:
      return operand;
    }
  }
  return NULL;
}
