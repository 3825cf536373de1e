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
    if (!bp_take(parser, BP_TOKEN_SEMICOLON) && !bp_take(parser, BP_TOKEN_COMMA))
      break;
    if (parser->token.kind == BP_TOKEN_RIGHT)
      break;
    if (!(value = bp_parse_expression(parser)))
      return NULL;
  }
  return nest_cases(parser, opening, list.items, list.count);
}
