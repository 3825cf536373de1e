/* Conditions in a formula: masks (Z > 0), indicators 1{k = i}, Kronecker's δ_{ij}, and cases.
 *
 * All of them are a where(…).  A condition that two things differ has no sign of its own there, so
 * its case is the other branch of the one that they are equal.
 */
#include <string.h>

#include "lang/parser.h"
#include "lang/tree.h"

static const char cases_like[] = "(a if i = j; b otherwise), where(i = j, a, b)";

/* ---- one condition ------------------------------------------------------- */

static struct bp_expression *number(struct bp_parser *parser, struct bp_span span,
                                    const char *text) {
  struct bp_expression *node = bp_node(parser, BP_EXPR_NUMBER, span.begin, span, 0);
  if (node)
    node->text = text;
  return node;
}

static struct bp_expression *compare(struct bp_parser *parser, struct bp_span sign,
                                     struct bp_expression *left, struct bp_expression *right,
                                     enum bp_relation relation) {
  struct bp_expression *node =
      left && right ? bp_node_of(parser, BP_EXPR_COMPARE, sign, left, right) : NULL;
  if (node)
    node->relation = relation;
  return node;
}

/* where(condition, yes, no); without `no` there is no value elsewhere. */
static struct bp_expression *choice(struct bp_parser *parser, struct bp_span span,
                                    const struct bp_expression *condition,
                                    const struct bp_expression *yes,
                                    const struct bp_expression *no) {
  struct bp_expression *name = bp_name_node(parser, span, "where");
  struct bp_expression *call =
      name && condition && yes ? bp_node(parser, BP_EXPR_CALL, span.begin, span, no ? 4 : 3) : NULL;
  if (!call)
    return NULL;
  call->child[0] = name;
  call->child[1] = condition;
  call->child[2] = yes;
  if (no)
    call->child[3] = no;
  return bp_node_done(parser, call);
}

/* condition = expression relation expression; *differ where the relation is ≠ */
static struct bp_expression *condition(struct bp_parser *parser, bool *differ) {
  struct bp_expression *left = bp_parse_expression(parser);
  struct bp_span sign = parser->token.span;
  enum bp_relation relation = BP_EQUAL;
  *differ = parser->token.kind == BP_TOKEN_NOT_EQUAL;
  if (!left)
    return NULL;
  if (!*differ && (!bp_relation_of(parser->token.kind, &relation) || relation == BP_APPROXIMATE)) {
    bp_unexpected(parser, "a condition", "i = j, i ≠ j, x > 0");
    return NULL;
  }
  bp_advance(parser);
  return compare(parser, sign, left, bp_parse_expression(parser), relation);
}

/* mask = "(" expression relation expression ")": 1 where it is true, and 0 elsewhere */
struct bp_expression *bp_parse_mask(struct bp_parser *parser, struct bp_expression *left,
                                    enum bp_relation relation) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  struct bp_expression *condition =
      compare(parser, sign, left, bp_parse_expression(parser), relation);
  struct bp_expression *call = condition
                                   ? choice(parser, condition->span, condition,
                                            number(parser, sign, "1"), number(parser, sign, "0"))
                                   : NULL;
  if (call)
    bp_note_spelling(parser, BP_SPELLING_MASK, call->span, NULL);
  return call;
}

/* Whether a condition stands here and ends with the parenthesis: a relation other than =. */
bool bp_at_mask(const struct bp_parser *parser, enum bp_relation *relation) {
  if (!bp_relation_of(parser->token.kind, relation) || parser->token.kind == BP_TOKEN_EQUAL ||
      *relation == BP_APPROXIMATE)
    return false;
  struct bp_stream ahead = parser->stream;
  enum { FARTHEST = 1024 };
  enum bp_relation other;
  size_t count = 0;
  for (size_t depth = 1; depth > 0; count++) {
    enum bp_token_kind kind = bp_stream_next(&ahead).kind;
    if (kind == BP_TOKEN_END || count > FARTHEST || kind == BP_TOKEN_NEWLINE ||
        (depth == 1 && bp_relation_of(kind, &other)))
      return false;
    depth += kind == BP_TOKEN_LEFT;
    depth -= kind == BP_TOKEN_RIGHT;
  }
  return true;
}

/* ---- indicators ---------------------------------------------------------- */

static enum bp_token_kind closing_of(enum bp_token_kind opening) {
  return opening == BP_TOKEN_LEFT          ? BP_TOKEN_RIGHT
         : opening == BP_TOKEN_LEFT_SQUARE ? BP_TOKEN_RIGHT_SQUARE
         : opening == BP_TOKEN_LEFT_BRACE  ? BP_TOKEN_RIGHT_BRACE
                                           : BP_TOKEN_END;
}

bool bp_at_indicator(const struct bp_parser *parser, bool apart) {
  enum { FARTHEST = 256 };
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  bool condition = false, close = apart || token.span.begin == parser->previous.span.end;
  if (closing_of(token.kind) == BP_TOKEN_END || !close)
    return false;
  for (int depth = 1, count = 0; depth > 0; count++) {
    enum bp_relation relation;
    token = bp_stream_next(&ahead);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE || count > FARTHEST)
      return false;
    depth += closing_of(token.kind) != BP_TOKEN_END;
    depth -= token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE ||
             token.kind == BP_TOKEN_RIGHT_BRACE;
    condition =
        condition ||
        (depth == 1 && (token.kind == BP_TOKEN_NOT_EQUAL || bp_relation_of(token.kind, &relation)));
  }
  return condition;
}

/* indicator = "1" "{" condition "}", in any brackets */
struct bp_expression *bp_parse_indicator(struct bp_parser *parser, struct bp_span one) {
  struct bp_span opening = parser->token.span;
  enum bp_token_kind closing = closing_of(parser->token.kind);
  struct bp_inside outer = bp_open(parser);
  bool differ;
  struct bp_expression *test = condition(parser, &differ);
  if (!test || !bp_close(parser, closing, opening, outer))
    return NULL;
  struct bp_span span = {one.begin, parser->previous.span.end};
  struct bp_expression *call = choice(parser, span, test, number(parser, one, differ ? "0" : "1"),
                                      number(parser, one, differ ? "1" : "0"));
  if (call)
    call->span = span;
  return call;
}

struct bp_expression *bp_kronecker_delta(struct bp_parser *parser,
                                         const struct bp_expression *delta,
                                         struct bp_expression *const item[2]) {
  struct bp_span span = {delta->span.begin, parser->previous.span.end};
  struct bp_expression *test = compare(parser, span, item[0], item[1], BP_EQUAL);
  struct bp_expression *call =
      choice(parser, span, test, number(parser, span, "1"), number(parser, span, "0"));
  if (call)
    call->span = span;
  return call;
}

/* ---- cases --------------------------------------------------------------- */

/* One case: a value and when it is meant; without a condition otherwise. */
struct one_case {
  const struct bp_expression *value, *condition;
  bool differ;
};

bool bp_at_cases(const struct bp_parser *parser) {
  enum { FARTHEST = 1024 };
  if (bp_is_word(parser, BP_WORD_IF) || bp_is_word(parser, BP_WORD_OTHERWISE))
    return true;
  struct bp_stream ahead = parser->stream;
  bool more = parser->token.kind == BP_TOKEN_COMMA;
  for (int depth = 1, count = 0; more && count < FARTHEST; count++) {
    enum bp_token_kind kind = bp_stream_next(&ahead).kind;
    if (depth == 1 && kind == BP_TOKEN_SEMICOLON)
      return true;
    depth += closing_of(kind) != BP_TOKEN_END;
    depth -=
        kind == BP_TOKEN_RIGHT || kind == BP_TOKEN_RIGHT_SQUARE || kind == BP_TOKEN_RIGHT_BRACE;
    more = depth > 0 && kind != BP_TOKEN_END && kind != BP_TOKEN_NEWLINE;
  }
  return false;
}

/* case = value [ "," ] ( [ "if" | "for" ] condition | "otherwise" ), behind its value */
static bool when(struct bp_parser *parser, struct one_case *row) {
  bool comma = bp_take(parser, BP_TOKEN_COMMA);
  if (bp_is_word(parser, BP_WORD_OTHERWISE)) {
    bp_advance(parser);
    return true;
  }
  if (bp_is_word(parser, BP_WORD_IF) || bp_is_word(parser, BP_WORD_FOR))
    bp_advance(parser);
  else if (!comma)
    return bp_unexpected(parser, "if, or otherwise", cases_like);
  row->condition = condition(parser, &row->differ);
  return row->condition != NULL;
}

/* Whether the case is what is left of the one before: i = j, then i ≠ j. */
static bool is_rest(const struct one_case *before, const struct one_case *row) {
  const struct bp_expression *a = before->condition, *b = row->condition;
  return row->differ && !before->differ && a->relation == BP_EQUAL &&
         bp_expression_same(a->child[0], b->child[0]) &&
         bp_expression_same(a->child[1], b->child[1]);
}

/* The cases from the last to the first, each inside the one before. */
static struct bp_expression *nest_cases(struct bp_parser *parser, struct bp_span opening,
                                        const struct one_case *rows, size_t count) {
  const struct bp_expression *rest = NULL;
  struct bp_expression *whole = NULL;
  for (size_t k = count; k-- > 0; rest = whole ? whole : rest) {
    const struct one_case *row = &rows[k];
    bool last = k + 1 == count;
    if (!row->condition && (!last || k == 0)) {
      bp_complain(parser, row->value->span, cases_like,
                  "otherwise stands last, behind other cases");
      return NULL;
    }
    if (last && row->differ && !(k > 0 && is_rest(row - 1, row))) {
      bp_complain(parser, row->condition->span, cases_like,
                  "what this is where they are equal is not said: end with otherwise");
      return NULL;
    }
    if (last && (!row->condition || row->differ)) {
      rest = row->value;
      continue;
    }
    whole = row->differ ? choice(parser, opening, row->condition, rest, row->value)
                        : choice(parser, opening, row->condition, row->value, rest);
    if (!whole)
      return NULL;
  }
  return whole;
}

/* A condition alone says where the whole claim is meant. */
bool bp_at_open_cases(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  size_t conditions = 0;
  bool comma = token.kind == BP_TOKEN_COMMA;
  if (comma)
    token = bp_stream_next(&ahead);
  if (!parser->formula || parser->brackets > 0 || token.kind != BP_TOKEN_NAME ||
      token.name->declared || token.name->word != BP_WORD_IF)
    return false;
  for (; token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END;
       token = bp_stream_next(&ahead)) {
    bool word = token.kind == BP_TOKEN_NAME && !token.name->declared;
    conditions += word && token.name->word == BP_WORD_IF;
    if (conditions > 1 || (word && token.name->word == BP_WORD_OTHERWISE))
      return true;
  }
  return false;
}

/* cases = "(" case { ";" case } ")", behind the first value, up to the parenthesis */
struct bp_expression *bp_parse_cases(struct bp_parser *parser, struct bp_span opening,
                                     const struct bp_expression *value) {
  struct bp_list list = {NULL, 0, 0};
  for (;;) {
    struct one_case *row = bp_list_add(parser, &list, sizeof *row);
    if (!row)
      return NULL;
    *row = (struct one_case){.value = value};
    if (!when(parser, row))
      return NULL;
    if (!bp_take(parser, BP_TOKEN_SEMICOLON) && !bp_take(parser, BP_TOKEN_COMMA) &&
        !bp_is_word(parser, BP_WORD_OTHERWISE))
      break;
    if (parser->token.kind == BP_TOKEN_RIGHT)
      break;
    if (bp_is_word(parser, BP_WORD_OTHERWISE)) {
      bp_advance(parser);
      if (!(row = bp_list_add(parser, &list, sizeof *row)) ||
          !(row->value = bp_parse_expression(parser)))
        return NULL;
      break;
    }
    if (!(value = bp_parse_expression(parser)))
      return NULL;
  }
  return nest_cases(parser, opening, list.items, list.count);
}

/* ---- claims that are meant where something holds ------------------------- */

/* What stands between here and the end of the line: a relation or ≠ outside of brackets, and no
 * range. */
static bool has_relation_ahead(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  bool found = false;
  for (int depth = 0;;) {
    struct bp_token token = bp_stream_next(&ahead);
    enum bp_relation relation;
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      return found;
    if (depth == 0 && token.kind == BP_TOKEN_RANGE)
      return false;
    found = found || (depth == 0 &&
                      (token.kind == BP_TOKEN_NOT_EQUAL || bp_relation_of(token.kind, &relation)));
    depth += closing_of(token.kind) != BP_TOKEN_END;
    depth -= token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE ||
             token.kind == BP_TOKEN_RIGHT_BRACE;
  }
}

/* Whether [letter relation letter] comes next and then `end` or the end of the line: two indices
 * that the file does not declare. */
static bool compares_letters(struct bp_stream ahead, enum bp_token_kind end) {
  struct bp_token left = bp_stream_next(&ahead), sign = bp_stream_next(&ahead),
                  right = bp_stream_next(&ahead), behind = bp_stream_next(&ahead);
  if (end == BP_TOKEN_RIGHT && behind.kind == end)
    behind = bp_stream_next(&ahead);
  return left.kind == BP_TOKEN_NAME && !left.name->declared && left.name->length == 1 &&
         right.kind == BP_TOKEN_NAME && !right.name->declared && right.name->length == 1 &&
         (sign.kind == BP_TOKEN_NOT_EQUAL || sign.kind == BP_TOKEN_EQUAL) &&
         (behind.kind == BP_TOKEN_END || behind.kind == BP_TOKEN_NEWLINE);
}

/* Whether the line ends with ", x > 0": nobody claims that in the same breath. */
static bool at_bound(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token left = bp_stream_next(&ahead), sign = bp_stream_next(&ahead),
                  right = bp_stream_next(&ahead);
  enum bp_relation relation = BP_EQUAL;
  if (right.kind == BP_TOKEN_MINUS)
    right = bp_stream_next(&ahead);
  struct bp_token end = bp_stream_next(&ahead);
  bool bounds =
      sign.kind == BP_TOKEN_NOT_EQUAL ||
      (bp_relation_of(sign.kind, &relation) && relation != BP_EQUAL && relation != BP_APPROXIMATE);
  return left.kind == BP_TOKEN_NAME && bounds &&
         (right.kind == BP_TOKEN_NUMBER || right.kind == BP_TOKEN_NAME) &&
         (end.kind == BP_TOKEN_END || end.kind == BP_TOKEN_NEWLINE);
}

/* if, for, when and their like, which the file does not declare. */
static bool leads_to_condition(const struct bp_token *token) {
  static const char *const words[] = {"when", "whenever", "provided"};
  if (token->kind != BP_TOKEN_NAME || token->name->declared)
    return false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k]))
      return true;
  return token->name->word == BP_WORD_IF || token->name->word == BP_WORD_FOR;
}

/* How many tokens "i, j with" has in front of a condition; 0 where nothing of that kind stands
 * here. */
static size_t letters_before_condition(const struct bp_parser *parser) {
  static const char *const words[] = {"with", "where", "such", "that", "satisfying"};
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  size_t count = 0;
  for (bool word = false;; token = bp_stream_next(&ahead), count++) {
    bool letter = token.kind == BP_TOKEN_NAME && token.name->length == 1;
    bool joins = false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
      joins = joins || (bp_is_named(&token, words[k]) && !token.name->declared);
    if (joins)
      word = true;
    else if (word)
      return count;
    else if (!letter && token.kind != BP_TOKEN_COMMA)
      return 0;
  }
}

/* Takes [ "," ] "for" [ "all" ] [ letters "with" ], up to the condition. */
static void advance_to_condition(struct bp_parser *parser) {
  static const char *const every[] = {"all", "any", "every", "each", "that", "only"};
  if (parser->token.kind == BP_TOKEN_COMMA || parser->token.kind == BP_TOKEN_LEFT)
    bp_advance(parser);
  if (leads_to_condition(&parser->token) || bp_is_named(&parser->token, "where"))
    bp_advance(parser);
  for (size_t k = 0; k < sizeof every / sizeof *every; k++)
    if (bp_is_named(&parser->token, every[k]) && !parser->token.name->declared)
      bp_advance(parser);
  for (size_t letters = letters_before_condition(parser); letters > 0; letters--)
    bp_advance(parser);
}

/* Words that say of a number what lies above or below 0. */
static const struct {
  const char *word;
  enum bp_relation relation;
  bool differs;
} signs_of_numbers[] = {{"positive", BP_GREATER, false},
                        {"negative", BP_LESS, false},
                        {"nonnegative", BP_AT_LEAST, false},
                        {"nonpositive", BP_AT_MOST, false},
                        {"nonzero", BP_EQUAL, true}};

enum { SIGNS_OF_NUMBERS = sizeof signs_of_numbers / sizeof *signs_of_numbers };

/* Which of them the token is; SIGNS_OF_NUMBERS where it is none. */
static size_t sign_of_number(const struct bp_token *token) {
  size_t k = 0;
  while (k < SIGNS_OF_NUMBERS &&
         !(bp_is_named(token, signs_of_numbers[k].word) && !token->name->declared))
    k++;
  return k;
}

static bool ends_line(const struct bp_token *token) {
  return token->kind == BP_TOKEN_END || token->kind == BP_TOKEN_NEWLINE;
}

/* Whether the line ends with [ "," ] "for" [ "all" ] "positive" name. */
static bool at_signed_number(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  if (token.kind == BP_TOKEN_COMMA)
    token = bp_stream_next(&ahead);
  if (!leads_to_condition(&token))
    return false;
  token = bp_stream_next(&ahead);
  if (bp_is_named(&token, "all") || bp_is_named(&token, "any") || bp_is_named(&token, "every") ||
      bp_is_named(&token, "each"))
    token = bp_stream_next(&ahead);
  struct bp_token name = bp_stream_next(&ahead), end = bp_stream_next(&ahead);
  return sign_of_number(&token) < SIGNS_OF_NUMBERS && name.kind == BP_TOKEN_NAME &&
         name.name->declared && ends_line(&end);
}

/* "positive" name: name > 0 */
static struct bp_expression *signed_number(struct bp_parser *parser, bool *differ) {
  size_t k = sign_of_number(&parser->token);
  struct bp_span sign = parser->token.span;
  *differ = signs_of_numbers[k].differs;
  bp_advance(parser);
  struct bp_expression *name = bp_parse_expression(parser);
  return compare(parser, sign, name, number(parser, sign, "0"), signs_of_numbers[k].relation);
}

bool bp_at_proviso(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  if (parser->brackets > 0)
    return false;
  if (token.kind == BP_TOKEN_LEFT)
    return compares_letters(ahead, BP_TOKEN_RIGHT);
  if (at_signed_number(parser))
    return true;
  if (token.kind == BP_TOKEN_COMMA) {
    if (compares_letters(ahead, BP_TOKEN_END) || at_bound(parser))
      return true;
    token = bp_stream_next(&ahead);
  }
  if (bp_is_named(&token, "where")) /* else it says what something is */
    return compares_letters(ahead, BP_TOKEN_END);
  return leads_to_condition(&token) && has_relation_ahead(parser);
}

/* proviso = [ "," ] [ "if" | "for" [ "all" ] | "when" ] condition, or "(" condition ")": where it
 * is not so, all sides are 0, or have no value where they are ordered by < */
bool bp_parse_proviso(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_span begin = parser->token.span;
  bool differ, bracketed = parser->token.kind == BP_TOKEN_LEFT;
  advance_to_condition(parser);
  const struct bp_expression *test = sign_of_number(&parser->token) < SIGNS_OF_NUMBERS
                                         ? signed_number(parser, &differ)
                                         : condition(parser, &differ);
  if (!test)
    return false;
  if (bracketed)
    bp_take(parser, BP_TOKEN_RIGHT);
  bool orders = false;
  for (size_t k = 0; k + 1 < statement->side_count; k++)
    if (differ && (statement->relations[k] == BP_LESS || statement->relations[k] == BP_GREATER))
      return bp_complain(parser, (struct bp_span){begin.begin, parser->previous.span.end},
                         "for x > 1, or given x in nonzero on a line above",
                         "≠ stands behind = and ≈, and here is a < or a >");
  for (size_t k = 0; k + 1 < statement->side_count; k++)
    orders = orders || statement->relations[k] == BP_LESS || statement->relations[k] == BP_GREATER;
  for (size_t k = 0; k < statement->side_count; k++) {
    const struct bp_expression *side = statement->sides[k], *zero = number(parser, begin, "0");
    struct bp_expression *call = orders   ? choice(parser, side->span, test, side, NULL)
                                 : differ ? choice(parser, side->span, test, zero, side)
                                          : choice(parser, side->span, test, side, zero);
    if (!zero || !call)
      return false;
    call->span = side->span;
    call->meant = differ && !orders ? 3 : 2;
    statement->sides[k] = call;
  }
  return true;
}
