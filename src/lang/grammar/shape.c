/* Shapes and domains: what stands behind the colon of a given, or behind the ∈ of W ∈ ℝ^{m×n}.
 *
 * Between two sizes x and × separate and do not multiply, so a shape is read in a state of its own.
 */
#include <string.h>

#include "lang/parser.h"

/* size = [ "0" ".." ] expression in which x and × do not multiply; 0..n is n + 1 from 0 on */
static struct bp_expression *size(struct bp_parser *parser, bool *from_0) {
  parser->inside.size = true;
  struct bp_expression *expression = bp_parse_expression(parser);
  struct bp_span range = parser->token.span;
  if (!expression || !bp_take(parser, BP_TOKEN_RANGE))
    return expression;
  *from_0 = expression->kind == BP_EXPR_NUMBER && !strcmp(expression->text, "0");
  if (!*from_0 && (expression->kind != BP_EXPR_NUMBER || strcmp(expression->text, "1") != 0)) {
    bp_complain(parser, expression->span, "given x : 0..n, given x : n",
                "elements count from 0 or from 1");
    return NULL;
  }
  struct bp_expression *end = bp_parse_expression(parser);
  struct bp_expression *one = end ? bp_node(parser, BP_EXPR_NUMBER, range.begin, range, 0) : NULL;
  if (one)
    one->text = "1";
  return *from_0 && one ? bp_node_of(parser, BP_EXPR_ADD, range, end, one) : end;
}

/* Takes the x between two sizes; of 4x3 only the x, and reads on behind it. */
static void separator(struct bp_parser *parser) {
  if (parser->token.kind == BP_TOKEN_NAME && parser->token.name->length > 1) {
    parser->token.span.end = parser->token.span.begin + 1;
    bp_stream_return(&parser->stream, parser->token.span.end);
  }
  bp_advance(parser);
}

/* shape = "number" | size [ ( "x" | "×" ) size ] */
bool bp_parse_shape(struct bp_parser *parser, struct bp_statement *statement) {
  static const char like[] = "n1 x n0 for a matrix, n for a column, number for a number";
  if (bp_is_named(&parser->token, "number") && !parser->token.name->declared) {
    bp_advance(parser);
    return true;
  }
  if (!bp_begins_operand(parser))
    return bp_unexpected(parser, "a shape", like);
  if (parser->token.kind == BP_TOKEN_LEFT && bp_comma_inside(parser))
    return bp_complain(parser, parser->token.span, like,
                       "a shape is written without parentheses, with an x between its sizes");
  if (!(statement->rows = size(parser, &statement->rows_from_0)))
    return false;
  if (bp_at_size_separator(parser)) {
    separator(parser);
    if (!(statement->columns = size(parser, &statement->columns_from_0)))
      return false;
    if (bp_at_size_separator(parser))
      return bp_complain(parser, parser->token.span, NULL, "a matrix has two sizes, not three");
  }
  if (parser->token.kind == BP_TOKEN_COMMA && !bp_at_next_given(parser))
    return bp_complain(parser, parser->token.span, like, "an x stands between two sizes");
  parser->inside.size = false;
  return true;
}

static bool at_space(const struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  bool letter = bp_is_named(token, "R") || bp_is_named(token, "ℝ");
  return letter && !token->name->declared;
}

/* space = "R" [ "^" ( size | "{" shape "}" ) ] */
static bool space(struct bp_parser *parser, struct bp_statement *statement) {
  bp_advance(parser);
  if (!bp_take(parser, BP_TOKEN_CARET))
    return true;
  struct bp_span opening = parser->token.span;
  bool braces = parser->token.kind == BP_TOKEN_LEFT_BRACE || parser->token.kind == BP_TOKEN_LEFT;
  enum bp_token_kind closing =
      parser->token.kind == BP_TOKEN_LEFT_BRACE ? BP_TOKEN_RIGHT_BRACE : BP_TOKEN_RIGHT;
  if (!braces)
    return bp_parse_shape(parser, statement);
  struct bp_inside outer = bp_open(parser);
  return bp_parse_shape(parser, statement) && bp_close(parser, closing, opening, outer);
}

/* value = [ "-" ] number */
static bool domain_value(struct bp_parser *parser, struct bp_list *list) {
  struct bp_span begin = parser->token.span;
  struct bp_expression *value = bp_parse_expression(parser);
  if (!value)
    return false;
  const struct bp_expression *number = value->kind == BP_EXPR_NEGATE ? value->child[0] : value;
  if (number->kind != BP_EXPR_NUMBER)
    return bp_complain(parser, (struct bp_span){begin.begin, value->span.end}, "(0, 1), {-1, 1}",
                       "a domain is made of plain numbers");
  struct bp_expression **place = bp_list_add(parser, list, sizeof(struct bp_expression *));
  if (place)
    *place = value;
  return place != NULL;
}

/* "(" value "," value ")" | "{" value { "," value } "}" */
static bool domain_values(struct bp_parser *parser, struct bp_domain *domain) {
  bool interval = parser->token.kind == BP_TOKEN_LEFT;
  struct bp_span opening = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  struct bp_inside outer = bp_open(parser);
  do {
    if (!domain_value(parser, &list))
      return false;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  if (!bp_close(parser, interval ? BP_TOKEN_RIGHT : BP_TOKEN_RIGHT_BRACE, opening, outer))
    return false;
  domain->kind = interval ? BP_DOMAIN_INTERVAL : BP_DOMAIN_SET;
  domain->values = list.items;
  domain->count = list.count;
  domain->span = (struct bp_span){opening.begin, parser->previous.span.end};
  if (interval && list.count != 2)
    return bp_complain(parser, domain->span, "(0, 1) for an interval, {0, 1} for a set",
                       "an interval has two ends");
  return true;
}

static bool domain_word(struct bp_parser *parser, struct bp_domain *domain) {
#define WORD(word, kind, example) #word,
#define WORD_AND_COMMA(word, kind, example) #word ", "
  static const char *const words[] = {BP_DOMAINS(WORD)}; /* by enum bp_domain_kind */
  static const char all[] = BP_NARROW_DOMAINS(WORD_AND_COMMA) "(0, 1) or {0, 1}";
#undef WORD_AND_COMMA
#undef WORD
  enum { WORDS = sizeof words / sizeof *words };
  const struct bp_token token = parser->token;
  for (size_t k = 0; k < WORDS; k++)
    if (bp_is_named(&token, words[k])) {
      domain->kind = (enum bp_domain_kind)k;
      domain->span = token.span;
      bp_advance(parser);
      return true;
    }
  const char *nearest = bp_nearest_name(token.name->text, token.name->length, words, WORDS);
  return bp_complain(parser, token.span,
                     nearest ? bp_suggest(parser, "did you mean %s?", nearest) : all,
                     "%s is no domain", bp_quote(parser, token.span));
}

static bool is_zero(const struct bp_expression *value) {
  return value->kind == BP_EXPR_NUMBER && strspn(value->text, "0.") == strlen(value->text);
}

/* bounds = [ low "<" ] names [ "<" high ] | names ">" low, with what stands before the names in
 * `low`: what is read of ε > 0 and 0 < p < 1. */
static bool bounds(struct bp_parser *parser, struct bp_expression *low,
                   struct bp_statement *statement) {
  struct bp_list list = {NULL, 0, 0};
  struct bp_domain *domain = &statement->domain;
  struct bp_span sign = parser->token.span;
  enum bp_token_kind kind = parser->token.kind;
  struct bp_expression **first = low ? bp_list_add(parser, &list, sizeof *first) : NULL;
  if (low && !first)
    return false;
  if (first)
    *first = low;
  bp_advance(parser);
  if (!domain_value(parser, &list))
    return false;
  domain->span = (struct bp_span){sign.begin, parser->previous.span.end};
  domain->values = list.items;
  domain->count = list.count;
  if (low && kind == BP_TOKEN_LESS) {
    domain->kind = BP_DOMAIN_INTERVAL;
    return true;
  }
  bool zero = !low && is_zero(domain->values[0]);
  domain->kind = kind == BP_TOKEN_GREATER ? BP_DOMAIN_POSITIVE : BP_DOMAIN_NONZERO;
  domain->values = NULL;
  domain->count = 0;
  return (zero && (kind == BP_TOKEN_GREATER || kind == BP_TOKEN_NOT_EQUAL)) ||
         bp_complain(parser, domain->span, "given x in (3, 10), given x > 0, given x ≠ 0",
                     "a range lies between two numbers, or is all above 0, or all but 0");
}

/* domain = [ "in" ( interval | set | word ) ] */
static bool parse_domain(struct bp_parser *parser, struct bp_statement *statement) {
  if (!bp_is_word(parser, BP_WORD_IN))
    return true;
  bp_advance(parser);
  switch (parser->token.kind) {
  case BP_TOKEN_NAME:
    return domain_word(parser, &statement->domain);
  case BP_TOKEN_LEFT:
  case BP_TOKEN_LEFT_BRACE:
    return domain_values(parser, &statement->domain);
  case BP_TOKEN_LEFT_SQUARE:
    return bp_complain(parser, parser->token.span, "(0, 1): strictly between 0 and 1",
                       "an interval is written in parentheses");
  default:
    return bp_unexpected(parser, "a domain", "in positive, in (0, 1), in {0, 1}");
  }
}

/* ---- what is given ---- */

static bool is_bound(enum bp_token_kind kind) {
  enum bp_relation relation;
  return kind == BP_TOKEN_NOT_EQUAL || (bp_relation_of(kind, &relation) && relation >= BP_LESS);
}

bool bp_at_next_given(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  while (token.kind == BP_TOKEN_COMMA) {
    token = bp_stream_next(&ahead);
    if (token.kind != BP_TOKEN_NAME || token.name->word != BP_NO_WORD)
      return false;
    token = bp_stream_next(&ahead);
    for (int open = token.kind == BP_TOKEN_LEFT_SQUARE; open > 0;) {
      token = bp_stream_next(&ahead);
      open += (token.kind == BP_TOKEN_LEFT_SQUARE) - (token.kind == BP_TOKEN_RIGHT_SQUARE);
      if (token.kind == BP_TOKEN_NEWLINE || token.kind == BP_TOKEN_END)
        return false;
      token = open > 0 ? token : bp_stream_next(&ahead);
    }
  }
  return token.kind == BP_TOKEN_COLON || is_bound(token.kind) ||
         (token.kind == BP_TOKEN_NAME && token.name->word == BP_WORD_IN);
}

/* "function" | shape, behind the colon */
static bool given_shape(struct bp_parser *parser, struct bp_statement *statement) {
  if (!bp_is_named(&parser->token, "function") || parser->token.name->declared)
    return bp_parse_shape(parser, statement);
  bp_advance(parser);
  return statement->is_function = true;
}

/* kind = ":" ( "function" | shape ) [ domain ] | "in" ( space [ domain ] | domain ) | bounds */
bool bp_parse_kind(struct bp_parser *parser, struct bp_expression *low,
                   struct bp_statement *statement) {
  if (!low && bp_take(parser, BP_TOKEN_COLON))
    return given_shape(parser, statement) &&
           (is_bound(parser->token.kind) ? bounds(parser, NULL, statement)
                                         : parse_domain(parser, statement));
  if (is_bound(parser->token.kind))
    return bounds(parser, low, statement);
  if (low || !bp_is_word(parser, BP_WORD_IN))
    return bp_unexpected(parser, "a : and the shape", "given W : n1 x n0, given t : number");
  struct bp_parser ahead = *parser;
  ahead.token = bp_stream_next(&ahead.stream);
  if (!at_space(&ahead))
    return parse_domain(parser, statement);
  bp_advance(parser);
  return space(parser, statement) && parse_domain(parser, statement);
}

/* Sizes are no letters below a sum; numbers, columns and matrices are told apart where ∇f does not
 * say what moves.
 */
bool bp_know_given(struct bp_parser *parser, const struct bp_statement *statement) {
  enum bp_given given = !statement->rows      ? BP_GIVEN_NUMBER
                        : !statement->columns ? BP_GIVEN_COLUMN
                                              : BP_GIVEN_MATRIX;
  bp_know_sizes(parser, statement->rows);
  bp_know_sizes(parser, statement->columns);
  for (size_t k = 0; k < statement->target_count && !statement->is_function; k++) {
    const char *text = statement->targets[k]->name;
    struct bp_name *name = bp_names_find(&parser->names, text, strlen(text));
    if (!name)
      return bp_out_of_memory(parser);
    name->given = given;
  }
  return true;
}
