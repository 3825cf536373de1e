/* Shapes and domains: what stands behind the colon of a given, or behind the ∈ of W ∈ ℝ^{m×n}.
 *
 * Between two sizes x and × separate and do not multiply, so a shape is read in a state of its own.
 */
#include <string.h>

#include "lang/grammar/space.h"
#include "lang/tree.h"

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

/* Whether one of these words stands here, and is no size of the file. */
static bool is_kind_word(const struct bp_token *token, const char *const *words, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (bp_is_named(token, words[k]))
      return !token->name->declared && !token->name->sized;
  return false;
}

/* The word of a domain that the token is, as it stands without in: A : n x n spd, or symmetric
 * positive definite, of which the last word counts.  BP_DOMAIN_REAL for none. */
static enum bp_domain_kind bare_domain(const struct bp_token *token) {
#define WORD(word, kind, example) {#word, BP_DOMAIN_##kind},
  static const struct {
    const char *word;
    enum bp_domain_kind kind;
  } words[] = {BP_NARROW_DOMAINS(WORD){"SPD", BP_DOMAIN_SPD},
               {"definite", BP_DOMAIN_SPD},
               {"symm", BP_DOMAIN_SYMMETRIC},
               {"sym", BP_DOMAIN_SYMMETRIC},
               {"one", BP_DOMAIN_ONEHOT},
               {"正定", BP_DOMAIN_SPD},
               {"对称", BP_DOMAIN_SYMMETRIC},
               {"正数", BP_DOMAIN_POSITIVE}};
#undef WORD
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k].word) && !token->name->declared && !token->name->sized)
      return words[k].kind;
  return BP_DOMAIN_REAL;
}

/* A word between what is given and a bound of it. */
static bool joins_bound(const struct bp_token *token) {
  static const char *const words[] = {"with", "where", "such", "that", "and"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k]))
      return !token->name->declared;
  return false;
}

bool bp_at_kind_end(const struct bp_parser *parser) {
  return bp_at_separator(parser) || joins_bound(&parser->token) ||
         (parser->inside.size && bp_remark_end(parser) > 0) ||
         (parser->inside.size && bare_domain(&parser->token) != BP_DOMAIN_REAL);
}

static bool is_bound(enum bp_token_kind kind) {
  enum bp_relation relation;
  return kind == BP_TOKEN_NOT_EQUAL || (bp_relation_of(kind, &relation) && relation >= BP_LESS);
}

/* Whether ", r > 2" or "with r > 2" stands here, of an r that the statement declares. */
static bool at_bound_of_target(const struct bp_parser *parser,
                               const struct bp_statement *statement) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  bool comma = token.kind == BP_TOKEN_COMMA;
  if (comma)
    token = bp_stream_next(&ahead);
  if (joins_bound(&token))
    token = bp_stream_next(&ahead);
  else if (!comma)
    return false;
  bool target = false;
  for (size_t k = 0; k < statement->target_count && token.kind == BP_TOKEN_NAME; k++)
    target = target || (statement->targets[k]->count == 0 &&
                        !strcmp(statement->targets[k]->name, token.name->text));
  return target && is_bound(bp_stream_next(&ahead).kind);
}

/* Whether ", i = 1..m" stands here: the members that are given. */
static bool at_range_of_members(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token letter = bp_stream_next(&ahead);
  return parser->token.kind == BP_TOKEN_COMMA && letter.kind == BP_TOKEN_NAME &&
         letter.name->length == 1 && !letter.name->declared &&
         bp_stream_next(&ahead).kind == BP_TOKEN_EQUAL;
}

/* What follows the first size of (N, D) and (H,), as arrays have them: a column of H numbers. */
static bool shape_in_tuple(struct bp_parser *parser, struct bp_span opening, struct bp_inside outer,
                           struct bp_statement *statement) {
  bp_take(parser, BP_TOKEN_COMMA);
  if (parser->token.kind != BP_TOKEN_RIGHT &&
      !(statement->columns = size(parser, &statement->columns_from_0)))
    return false;
  if (parser->token.kind == BP_TOKEN_COMMA)
    return bp_complain(parser, parser->token.span, NULL, "a matrix has two sizes, not three");
  return bp_close(parser, BP_TOKEN_RIGHT, opening, outer);
}

/* shape = "number" | size [ ( "x" | "×" ) size ] | "(" size "," [ size ] ")" */
bool bp_parse_shape(struct bp_parser *parser, struct bp_statement *statement) {
  static const char like[] = "n1 x n0 for a matrix, n for a column, number for a number";
  static const char *const numbers[] = {"number", "scalar", "real", "float",  "数",
                                        "实数",   "标量",   "数字", "nombre", "Zahl"};
  static const char *const sizeless[] = {"vector", "matrix", "column", "row",
                                         "array",  "tensor", "向量",   "矩阵"};
  if (is_kind_word(&parser->token, numbers, sizeof numbers / sizeof *numbers)) {
    bp_advance(parser);
    return true;
  }
  if (is_kind_word(&parser->token, sizeless, sizeof sizeless / sizeof *sizeless))
    return bp_complain(parser, parser->token.span, like, "%s does not say how large it is",
                       bp_quote(parser, parser->token.span));
  if (parser->token.kind == BP_TOKEN_EQUAL && parser->previous.kind == BP_TOKEN_COLON)
    return bp_complain(parser, parser->token.span, ":= for an update or a definition",
                       "between : and = of := stands no blank");
  if (!bp_begins_operand(parser))
    return bp_unexpected(parser, "a shape", like);
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = parser->inside;
  bool tuple = parser->token.kind == BP_TOKEN_LEFT && bp_comma_inside(parser);
  if (tuple)
    outer = bp_open(parser);
  if (!(statement->rows = size(parser, &statement->rows_from_0)))
    return false;
  if (tuple && !shape_in_tuple(parser, opening, outer, statement))
    return false;
  if (!tuple && bp_at_size_separator(parser)) {
    separator(parser);
    if (!(statement->columns = size(parser, &statement->columns_from_0)))
      return false;
    if (bp_at_size_separator(parser))
      return bp_complain(parser, parser->token.span, NULL, "a matrix has two sizes, not three");
  }
  bp_skip_remark(parser);
  struct bp_token after = bp_peek(parser);
  bool domain = after.kind == BP_TOKEN_NAME &&
                (after.name->word == BP_WORD_IN || bare_domain(&after) != BP_DOMAIN_REAL);
  if (parser->token.kind == BP_TOKEN_COMMA && !domain && after.kind == BP_TOKEN_NAME) {
    struct bp_stream ahead = parser->stream;
    bp_stream_next(&ahead);
    struct bp_token word = bp_stream_next(&ahead);
    if (bare_domain(&word) != BP_DOMAIN_REAL)
      return bp_complain(parser, after.span,
                         bp_suggest(parser, "%s : n x k %s; %s : n %s", after.name->text,
                                    word.name->text, after.name->text, word.name->text),
                         "it is said what %s is like, and not how large", after.name->text);
  }
  if (parser->token.kind == BP_TOKEN_COMMA && !domain && !bp_at_next_given(parser) &&
      !at_bound_of_target(parser, statement) && !at_range_of_members(parser))
    return bp_complain(parser, parser->token.span, like, "an x stands between two sizes");
  parser->inside.size = false;
  return true;
}

struct bp_expression **bp_new_ends(struct bp_parser *parser) {
  struct bp_list list = {NULL, 0, 0};
  struct bp_expression **end = NULL;
  for (int i = 0; i < 2; i++) {
    if (!(end = bp_list_add(parser, &list, sizeof *end)))
      return NULL;
    *end = NULL;
  }
  return list.items;
}

/* value = [ "-" ] number */
static struct bp_expression *domain_value(struct bp_parser *parser) {
  struct bp_span begin = parser->token.span;
  struct bp_expression *value = bp_parse_expression(parser);
  if (!value)
    return NULL;
  const struct bp_expression *number = value->kind == BP_EXPR_NEGATE ? value->child[0] : value;
  if (number->kind == BP_EXPR_NUMBER)
    return value;
  (void)bp_complain(parser, (struct bp_span){begin.begin, value->span.end},
                    "x > 2, (0, 1), {-1, 1}", "a domain is made of plain numbers");
  return NULL;
}

/* An end of an interval that has none there, -inf as its first and inf as its second: how many
 * tokens it takes, 0 where no infinity is written. */
static int infinity(const struct bp_parser *parser, bool *negative) {
  static const char *const words[] = {"inf", "infinity", "infty", "oo"};
  static const char symbol[] = "∞";
  struct bp_stream ahead = parser->stream;
  bool sign = parser->token.kind == BP_TOKEN_MINUS || parser->token.kind == BP_TOKEN_PLUS;
  struct bp_token token = sign ? bp_stream_next(&ahead) : parser->token;
  size_t length = token.span.end - token.span.begin;
  bool found = length == sizeof symbol - 1 &&
               !memcmp(parser->source->text + token.span.begin, symbol, length);
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    found = found || (bp_is_named(&token, words[k]) && !token.name->declared);
  *negative = parser->token.kind == BP_TOKEN_MINUS;
  return found ? 1 + sign : 0;
}

/* end = value | "-inf" for the first, "inf" for the second; no value for these. */
static bool interval_end(struct bp_parser *parser, bool first, struct bp_expression **value) {
  bool negative;
  int tokens = infinity(parser, &negative);
  struct bp_span begin = parser->token.span;
  *value = NULL;
  for (int taken = 0; taken < tokens; taken++)
    bp_advance(parser);
  if (tokens && negative != first)
    return bp_complain(parser, (struct bp_span){begin.begin, parser->previous.span.end},
                       first ? "-inf" : "inf", "an interval %s a number or %s",
                       first ? "begins with" : "ends with", first ? "-inf" : "inf");
  return tokens || (*value = domain_value(parser));
}

/* interval = ( "(" | "[" ) end "," end ( ")" | "]" ), end = value | "inf"; set = "{" value { ","
 * value } "}" */
static bool domain_values(struct bp_parser *parser, struct bp_domain *domain) {
  enum bp_token_kind opened = parser->token.kind, closing = BP_TOKEN_RIGHT_BRACE;
  struct bp_span opening = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  struct bp_inside outer = bp_open(parser);
  bool interval = opened != BP_TOKEN_LEFT_BRACE;
  do {
    struct bp_expression *value, **place;
    bool end = interval && list.count < 2;
    if (!(end ? interval_end(parser, list.count == 0, &value)
              : (value = domain_value(parser)) != NULL))
      return false;
    if (!(place = bp_list_add(parser, &list, sizeof *place)))
      return false;
    *place = value;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  if (interval)
    closing = parser->token.kind == BP_TOKEN_RIGHT_SQUARE ? BP_TOKEN_RIGHT_SQUARE
              : parser->token.kind == BP_TOKEN_RIGHT      ? BP_TOKEN_RIGHT
              : opened == BP_TOKEN_LEFT_SQUARE            ? BP_TOKEN_RIGHT_SQUARE
                                                          : BP_TOKEN_RIGHT;
  if (!bp_close(parser, closing, opening, outer))
    return false;
  *domain = (struct bp_domain){
      .kind = interval ? BP_DOMAIN_INTERVAL : BP_DOMAIN_SET,
      .span = {opening.begin, parser->previous.span.end},
      .values = list.items,
      .count = list.count,
      .closed = {opened == BP_TOKEN_LEFT_SQUARE, closing == BP_TOKEN_RIGHT_SQUARE}};
  if (interval && list.count != 2)
    return bp_complain(parser, domain->span, "(0, 1) for an interval, {0, 1} for a set",
                       "an interval has two ends");
  for (size_t end = 0; interval && end < 2; end++)
    domain->closed[end] = domain->closed[end] && domain->values[end];
  if (interval && !domain->values[0] && !domain->values[1])
    domain->kind = BP_DOMAIN_REAL;
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
      bp_parse_along_rows(parser, domain);
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

/* bounds = ( "<" | "≤" | ">" | "≥" | "≠" ) value, with what stands before the names in `low`, of
 * which statement->domain knows whether it belongs to the range: what is read of ε > 0 and 0 < p
 * < 1. */
static bool bounds(struct bp_parser *parser, struct bp_expression *low,
                   struct bp_statement *statement) {
  struct bp_domain *domain = &statement->domain;
  struct bp_span sign = parser->token.span;
  enum bp_relation relation = BP_EQUAL; /* of ≠ */
  (void)bp_relation_of(parser->token.kind, &relation);
  bool above = relation == BP_GREATER || relation == BP_AT_LEAST, zero;
  struct bp_expression **ends = bp_new_ends(parser);
  if (!ends)
    return false;
  bp_advance(parser);
  if (!(ends[!above] = domain_value(parser)))
    return false;
  zero = is_zero(ends[!above]);
  domain->span = (struct bp_span){sign.begin, parser->previous.span.end};
  if (relation == BP_EQUAL || (relation == BP_GREATER && zero && !low)) {
    domain->kind = relation == BP_EQUAL ? BP_DOMAIN_NONZERO : BP_DOMAIN_POSITIVE;
    return (zero && !low) || bp_complain(parser, domain->span, "given x ≠ 0, given x in (3, 10)",
                                         "of all numbers only 0 can be left out");
  }
  if (low && above)
    return bp_complain(parser, domain->span, "given 0 < p < 1", "a range has one end on each side");
  ends[0] = low ? low : ends[0];
  domain->kind = BP_DOMAIN_INTERVAL;
  domain->values = ends;
  domain->count = 2;
  domain->closed[!above] = relation == BP_AT_LEAST || relation == BP_AT_MOST;
  return true;
}

bool bp_parse_bounds(struct bp_parser *parser, struct bp_statement *statement) {
  return bounds(parser, NULL, statement);
}

/* low ( "<" | "≤" ) names, and nothing behind them */
static bool above_low(struct bp_parser *parser, struct bp_expression *low,
                      struct bp_statement *statement) {
  struct bp_domain *domain = &statement->domain;
  struct bp_expression **ends = bp_new_ends(parser);
  if (!ends)
    return false;
  ends[0] = low;
  domain->span = low->span;
  domain->kind = is_zero(low) && !domain->closed[0] ? BP_DOMAIN_POSITIVE : BP_DOMAIN_INTERVAL;
  domain->values = ends;
  domain->count = 2;
  return true;
}

/* bare = [ "," ] word { word }, up to what ends the declaration; read only where all of it is. */
static void parse_bare_domain(struct bp_parser *parser, struct bp_domain *domain) {
  static const char *const joining[] = {"and", "hot", "is", "all", "be", "are"};
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token, behind = token;
  enum bp_domain_kind kind = BP_DOMAIN_REAL, word;
  size_t count = 0, words = 0; /* tokens; up to the last one that is no comma */
  for (;;) {
    bool comma = token.kind == BP_TOKEN_COMMA, joins = comma || token.kind == BP_TOKEN_MINUS;
    for (size_t k = 0; k < sizeof joining / sizeof *joining; k++)
      joins = joins || (bp_is_named(&token, joining[k]) && !token.name->declared);
    if ((word = bare_domain(&token)) != BP_DOMAIN_REAL)
      kind = word;
    else if (!joins)
      break;
    count++;
    token = bp_stream_next(&ahead);
    if (!comma) {
      words = count;
      behind = token;
    }
  }
  bool range = behind.kind == BP_TOKEN_NAME && behind.name->word == BP_WORD_FOR;
  if (kind == BP_DOMAIN_REAL ||
      (behind.kind != BP_TOKEN_NEWLINE && behind.kind != BP_TOKEN_END &&
       behind.kind != BP_TOKEN_SEMICOLON && behind.kind != BP_TOKEN_COMMA && !range &&
       (kind != BP_DOMAIN_ONEHOT || !bp_says_rows(&behind))))
    return;
  domain->kind = kind;
  domain->span = parser->token.span;
  while (words-- > 0)
    bp_advance(parser);
  bp_parse_along_rows(parser, domain);
  domain->span.end = parser->previous.span.end;
}

/* domain = [ "in" ( interval | set | word ) | bare ] */
static bool parse_domain(struct bp_parser *parser, struct bp_statement *statement) {
  bp_skip_remark(parser);
  struct bp_token after = bp_peek(parser);
  if (!bp_is_word(parser, BP_WORD_IN))
    parse_bare_domain(parser, &statement->domain);
  if (parser->token.kind == BP_TOKEN_COMMA && after.kind == BP_TOKEN_NAME &&
      after.name->word == BP_WORD_IN && !after.name->declared)
    bp_advance(parser);
  if (!bp_is_word(parser, BP_WORD_IN))
    return true;
  bp_advance(parser);
  switch (parser->token.kind) {
  case BP_TOKEN_NAME:
    return domain_word(parser, &statement->domain);
  case BP_TOKEN_LEFT:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_LEFT_BRACE:
    if (!domain_values(parser, &statement->domain) || /* {0, 1}^{n x k} */
        (parser->token.kind == BP_TOKEN_CARET && !statement->rows &&
         !bp_parse_raised_shape(parser, statement)))
      return false;
    parse_bare_domain(parser, &statement->domain);
    return true;
  default:
    return bp_unexpected(parser, "a domain", "in positive, in (0, 1), in {0, 1}");
  }
}

/* ---- what is given ---- */

/* The word between the last two things that are given. */
static bool is_and(const struct bp_token *token) {
  return (bp_is_named(token, "and") || bp_is_named(token, "et") || bp_is_named(token, "und")) &&
         !token->name->declared;
}

/* A second word for what is given, between two things that are. */
static bool is_again(const struct bp_token *token) {
  return token->kind == BP_TOKEN_NAME && !token->name->declared &&
         (token->name->keyword == BP_STATEMENT_LET || token->name->keyword == BP_STATEMENT_GIVEN);
}

bool bp_at_separator(const struct bp_parser *parser) {
  return parser->token.kind == BP_TOKEN_COMMA || is_and(&parser->token);
}

bool bp_take_separator(struct bp_parser *parser) {
  bool comma = bp_take(parser, BP_TOKEN_COMMA), word = is_and(&parser->token);
  if (word)
    bp_advance(parser);
  if ((comma || word) && is_again(&parser->token)) /* and let Y ∈ … */
    bp_advance(parser);
  return comma || word;
}

bool bp_at_next_given(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  for (bool first = true; token.kind == BP_TOKEN_COMMA || is_and(&token) ||
                          (first && token.kind == BP_TOKEN_SEMICOLON);
       first = false) {
    bool comma = token.kind != BP_TOKEN_NAME;
    token = bp_stream_next(&ahead);
    if (comma && is_and(&token))
      token = bp_stream_next(&ahead);
    if (is_again(&token))
      token = bp_stream_next(&ahead);
    if (token.kind != BP_TOKEN_NAME || token.name->word != BP_NO_WORD)
      return false;
    token = bp_stream_next(&ahead);
    if (!bp_stream_behind_brackets(&ahead, &token))
      return false;
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

/* given x, w, b in a file that has nothing but numbers; a note says so. */
static bool tell_numbers(struct bp_parser *parser, const struct bp_statement *statement) {
  struct bp_span span = {statement->targets[0]->span.begin, parser->previous.span.end};
  const char *names = bp_quote(parser, span);
  bp_note(parser->diagnostics, parser->source, span,
          bp_suggest(parser, "given %s : number; given W : n x k for a matrix", names),
          "nothing is said of %s, and nothing in this file speaks for more than numbers", names);
  return true;
}

/* alone = ":" ( "function" | shape ) [ domain ] | "in" ( space [ domain ] | domain ) | bounds [ ":"
 * shape ] */
static bool kind_alone(struct bp_parser *parser, struct bp_expression *low,
                       struct bp_statement *statement) {
  if (!low && bp_take(parser, BP_TOKEN_COLON))
    return given_shape(parser, statement) &&
           (is_bound(parser->token.kind) ? bounds(parser, NULL, statement)
                                         : parse_domain(parser, statement));
  if (is_bound(parser->token.kind)) /* W > 0 : n x n says the shape behind it */
    return bounds(parser, low, statement) &&
           (!bp_take(parser, BP_TOKEN_COLON) || given_shape(parser, statement));
  if (low)
    return above_low(parser, low, statement);
  if (bp_is_word(parser, BP_WORD_FOR) && statement->targets[0]->count > 0)
    return true; /* given x_j, y_j for j = 1..n: numbers */
  if (parser->plain &&
      (parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END))
    return tell_numbers(parser, statement);
  if (!bp_is_word(parser, BP_WORD_IN))
    return bp_unexpected(parser, "a : and the shape",
                         parser->token.kind == BP_TOKEN_EQUAL
                             ? "let t = 3 for something that has a value; given t : number"
                             : "given W : n1 x n0, given t : number");
  struct bp_parser ahead = *parser;
  ahead.token = bp_stream_next(&ahead.stream);
  if (!bp_at_space(&ahead))
    return parse_domain(parser, statement);
  bp_advance(parser);
  return bp_parse_space(parser, statement) && parse_domain(parser, statement);
}

/* kind = alone [ ( "," | "with" ) target bounds ] */
bool bp_parse_kind(struct bp_parser *parser, struct bp_expression *low,
                   struct bp_statement *statement) {
  if (!kind_alone(parser, low, statement))
    return false;
  if (at_bound_of_target(parser, statement)) {
    bp_take(parser, BP_TOKEN_COMMA);
    if (joins_bound(&parser->token))
      bp_advance(parser);
    bp_advance(parser);
    if (statement->domain.kind == BP_DOMAIN_REAL)
      return bounds(parser, NULL, statement);
    return bp_complain(parser, parser->token.span, "given 0 < p < 1, given x in [2, 3)",
                       "%s has a range already", bp_quote(parser, parser->previous.span));
  }
  if (parser->token.kind != BP_TOKEN_NAME || !joins_bound(&parser->token) ||
      bp_at_separator(parser))
    return true;
  return bp_complain(parser, parser->token.span,
                     "let q = 1 - p for what follows from the others, in the place of a condition",
                     "what is given is drawn, each by itself, and a condition that ties it "
                     "together is not kept");
}

static bool is_one(const struct bp_expression *size) {
  return size->kind == BP_EXPR_NUMBER && !strcmp(size->text, "1");
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
    name->square =
        given == BP_GIVEN_MATRIX && bp_expression_same(statement->rows, statement->columns);
    name->plane =
        given == BP_GIVEN_MATRIX && !is_one(statement->rows) && !is_one(statement->columns);
  }
  return true;
}
