/* Operators: the table of binary ones with their strengths, and one function that reads everything
 * between two weaker ones, as in Lua's parser; then what stands behind an operand.
 *
 * A minus sign takes the product that follows where a product may begin, so -Y*A is -(Y*A), and
 * otherwise the next power, so a * -b * c is (a * (-b)) * c.  Powers lean to the right.
 */
#include "lang/parser.h"

#include <string.h>

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
  case BP_TOKEN_INDICATOR:
  case BP_TOKEN_SIGMA:
  case BP_TOKEN_PRODUCT:
  case BP_TOKEN_NABLA:
  case BP_TOKEN_QUESTION:
  case BP_TOKEN_LEFT_ANGLE:
    return true;
  case BP_TOKEN_BAR:
    return parser->bars == 0;
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

/* Whether a blank stands before the current token. */
static bool is_apart(const struct bp_parser *parser) {
  return parser->token.span.begin > parser->previous.span.end;
}

/* What may stand behind something else without a sign: names that mean something, functions that
 * are called, brackets.  A word of prose does not. */
static bool begins_factor(struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  bool apart = parser->inside.matrix && !parser->stream.latex; /* there & stands between parts */
  if (apart || parser->inside.size || !bp_begins_operand(parser))
    return false;
  if (token->kind == BP_TOKEN_LEFT_SQUARE) /* [A, B] [x; y] */
    return parser->stream.latex ||
           (parser->previous.kind == BP_TOKEN_RIGHT_SQUARE && is_apart(parser));
  if (token->kind == BP_TOKEN_NUMBER)
    return false;
  if (token->kind == BP_TOKEN_LEFT)
    return !bp_comma_inside(parser);
  if (token->kind != BP_TOKEN_NAME)
    return true;
  const struct bp_name *name = token->name;
  if (name->declared || name->sized || name->form == BP_FORM_SIGMA || bp_is_gradient(parser, token))
    return true;
  struct bp_token after = bp_peek(parser);
  bool called = after.kind == BP_TOKEN_LEFT || after.kind == BP_TOKEN_PRIME ||
                after.kind == BP_TOKEN_UNDERSCORE || after.kind == BP_TOKEN_CARET;
  bool applied =
      name->callable && name->callable != BP_CALLABLE_CHOICE &&
      (after.kind == BP_TOKEN_NAME || after.kind == BP_TOKEN_NUMBER || after.kind == BP_TOKEN_BAR);
  bool constant = !strcmp(name->text, "e") || !strcmp(name->text, "pi") ||
                  !strcmp(name->text, "π") || bp_is_identity(name);
  bool delta = !strcmp(name->text, "δ") && after.kind == BP_TOKEN_UNDERSCORE; /* p_i δ_{ij} */
  return constant || delta || applied || (called && (name->callable || name->form != BP_FORM_CALL));
}

/* 1/2x is read both ways by people; 1/2 x and \frac{1}{2}x are not. */
static bool check_quotient(struct bp_parser *parser, const struct bp_expression *left) {
  if (left->kind != BP_EXPR_DIVIDE || left->parenthesised ||
      left->span.end != parser->token.span.begin)
    return true;
  const char *quotient = bp_quote(parser, left->span), *next = bp_quote(parser, parser->token.span);
  return bp_complain(parser, parser->token.span,
                     bp_suggest(parser, "(%s)*%s, or %s*%s in parentheses below the /", quotient,
                                next, bp_quote(parser, left->child[1]->span), next),
                     "it is not clear whether %s is divided by, or multiplied with", next);
}

/* product without a sign = left sub */
static struct bp_expression *implied_product(struct bp_parser *parser, struct bp_expression *left) {
  struct bp_span sign = {parser->previous.span.end, parser->previous.span.end};
  if (!check_quotient(parser, left))
    return NULL;
  bp_note_spelling(parser, BP_SPELLING_PRODUCT, parser->token.span, NULL);
  struct bp_expression *right = bp_parse_sub(parser, PRODUCT_STRENGTH);
  return right ? bp_node_of(parser, BP_EXPR_MULTIPLY, sign, left, right) : NULL;
}

/* A @ B, A %*% B, and np.dot(A, B) where the comma is the sign: never read element by element. */
static bool is_matrix_product(const struct bp_parser *parser, struct bp_span sign) {
  return strchr("@,%", parser->source->text[sign.begin]) != NULL;
}

/* The operators after `left` that bind closer than `limit`, with what they apply to. */
static struct bp_expression *operations(struct bp_parser *parser, struct bp_expression *left,
                                        int limit) {
  for (;;) {
    enum bp_expression_kind kind = operator_here(parser);
    bool derived = parser->inside.partial && kind == BP_EXPR_DIVIDE &&
                   bp_peek(parser).kind == BP_TOKEN_PARTIAL;
    bool ended = parser->inside.size && bp_at_kind_end(parser);
    if (left && (derived || ended || bp_at_proviso(parser)))
      break;
    if (left && limit < PRODUCT_STRENGTH && kind == BP_EXPR_KIND_COUNT && begins_factor(parser)) {
      left = implied_product(parser, left);
      continue;
    }
    if (!left || kind == BP_EXPR_KIND_COUNT || bp_operator_strength(kind) <= limit)
      break;
    struct bp_span sign = parser->token.span;
    bool matrices = kind == BP_EXPR_MULTIPLY && is_matrix_product(parser, sign);
    bp_advance(parser);
    bool leans_right = kind == BP_EXPR_POWER || kind == BP_EXPR_POINT_POWER;
    struct bp_expression *right =
        bp_parse_sub(parser, bp_operator_strength(kind) - (leans_right ? 1 : 0));
    left = right ? bp_node_of(parser, kind, sign, left, right) : NULL;
    parser->product_signs = parser->product_signs || matrices;
    if (left && matrices)
      left->written = false;
    else if (left && kind == BP_EXPR_MULTIPLY)
      left->repeats = parser->product_signs;
    if (left && kind == BP_EXPR_MULTIPLY)
      left->star = parser->source->text[sign.begin] == '*';
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
  bool ends = parser->formula ? bp_is_named(&parser->token, "and") && bp_more_follows(parser)
                              : bp_at_kind_end(parser); /* x : n and y : n; a = b and c = d */
  if (left && !ends && bp_begins_operand(parser) && !begins_factor(parser) &&
      !bp_at_proviso(parser)) {
    bp_missing_operator(parser, left->span);
    left = NULL;
  }
  bp_leave(parser);
  return left;
}

/* expression = [ "+" ] sub: a plus in front changes nothing */
struct bp_expression *bp_parse_expression(struct bp_parser *parser) {
  bp_take(parser, BP_TOKEN_PLUS);
  return bp_parse_sub(parser, 0);
}

/* ---- what stands behind an operand --------------------------------------- */

/* Where the statement goes on with the letter by itself: with its range behind "for", or beside
 * another index, as in X_{i1,j1}; 0: nowhere. */
static size_t alone_ahead(const struct bp_parser *parser, const struct bp_name *letter) {
  struct bp_stream ahead = parser->stream;
  for (struct bp_token before = parser->token, token;
       before.kind != BP_TOKEN_NEWLINE && before.kind != BP_TOKEN_END; before = token) {
    token = bp_stream_next(&ahead);
    struct bp_stream behind = ahead;
    bool here = token.kind == BP_TOKEN_NAME && token.name == letter;
    bool first = before.kind == BP_TOKEN_LEFT_BRACE || before.kind == BP_TOKEN_LEFT_SQUARE;
    if (here && (before.kind == BP_TOKEN_COMMA ||
                 (before.kind == BP_TOKEN_NAME && before.name->word == BP_WORD_FOR) ||
                 (first && bp_stream_next(&behind).kind == BP_TOKEN_COMMA)))
      return token.span.begin;
  }
  return 0;
}

/* What was seen once need not be looked for again: nowhere from there on, or up to where it is. */
static bool stands_alone_ahead(const struct bp_parser *parser, struct bp_name *letter) {
  size_t at = parser->token.span.begin;
  bool seen = letter->looked_in == parser->statement && at >= letter->looked_from &&
              (letter->stands_at == 0 || at < letter->stands_at);
  if (!seen) {
    letter->looked_in = parser->statement;
    letter->looked_from = at;
    letter->stands_at = alone_ahead(parser, letter);
  }
  return letter->stands_at > 0;
}

/* Two letters that nobody declared, W_{jk} and W_jk, or a letter and a digit, W_{m1}; not i0 where
 * a sum or a range runs over that. */
static bool is_letter_pair(const struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  if (token->kind != BP_TOKEN_NAME || token->name->declared ||
      token->name->letter_in == parser->statement)
    return false;
  const char *text = token->name->text;
  size_t letters = 0;
  for (size_t k = 0; k < token->name->length; k++)
    letters += ((unsigned char)text[k] & 0xC0) != 0x80;
  return letters == 2 && !stands_alone_ahead(parser, token->name);
}

/* subscript item = ":" | expression */
static struct bp_expression *subscript_item(struct bp_parser *parser) {
  if (parser->token.kind != BP_TOKEN_COLON)
    return bp_parse_expression(parser);
  bp_advance(parser);
  struct bp_span span = parser->previous.span;
  return bp_node(parser, BP_EXPR_ALL, span.begin, span, 0);
}

/* jk in W_{jk}: a row and a column. */
static bool letter_pair(struct bp_parser *parser, struct bp_expression *item[2]) {
  struct bp_token token = parser->token;
  size_t first = 1;
  while (((unsigned char)token.name->text[first] & 0xC0) == 0x80)
    first++;
  for (int k = 0; k < 2; k++) {
    const char *text = token.name->text + (k ? first : 0);
    struct bp_name *name =
        bp_names_find(&parser->names, text, k ? token.name->length - first : first);
    struct bp_span span = {token.span.begin + (k ? first : 0),
                           k ? token.span.end : token.span.begin + first};
    bool digit = k == 1 && text[0] >= '0' && text[0] <= '9';
    item[k] = !name   ? NULL
              : digit ? bp_node(parser, BP_EXPR_NUMBER, span.begin, span, 0)
                      : bp_name_node(parser, span, name->text);
    if (digit && item[k])
      item[k]->text = name->text;
    if (!item[k])
      return !name ? bp_out_of_memory(parser) : false;
  }
  bp_advance(parser);
  return true;
}

/* 1n in W_{1n}: a digit and a letter, close together, and nothing else up to the brace. */
static bool digit_and_letter(const struct bp_parser *parser, const struct bp_token *after) {
  const struct bp_token *first = &parser->token;
  struct bp_stream ahead = parser->stream;
  if (first->kind != BP_TOKEN_NUMBER || first->span.end != first->span.begin + 1 ||
      after->kind != BP_TOKEN_NAME || after->span.begin != first->span.end ||
      after->name->length != 1)
    return false;
  bp_stream_next(&ahead);
  return bp_stream_next(&ahead).kind == BP_TOKEN_RIGHT_BRACE;
}

/* Two letters with a blank between them, and nothing else up to the brace. */
static bool two_letters(const struct bp_parser *parser, const struct bp_token *after) {
  const struct bp_token *first = &parser->token;
  struct bp_stream ahead = parser->stream;
  bool letters = first->kind == BP_TOKEN_NAME && after->kind == BP_TOKEN_NAME &&
                 first->name->length == 1 && after->name->length == 1 && !first->name->declared &&
                 !after->name->declared;
  if (!letters)
    return false;
  bp_stream_next(&ahead);
  return bp_stream_next(&ahead).kind == BP_TOKEN_RIGHT_BRACE;
}

/* An index beside another one is a letter by itself, whatever its name. */
static void know_letter(struct bp_parser *parser, const struct bp_expression *index) {
  struct bp_name *name = index->kind == BP_EXPR_NAME
                             ? bp_names_find(&parser->names, index->name, strlen(index->name))
                             : NULL;
  if (name)
    name->letter_in = parser->statement;
}

/* subscript = "{" item [ "," item ] "}" */
static bool braced_subscript(struct bp_parser *parser, struct bp_expression *item[2]) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  struct bp_token after = bp_peek(parser);
  bool pair = after.kind == BP_TOKEN_RIGHT_BRACE && is_letter_pair(parser);
  if (two_letters(parser, &after) || digit_and_letter(parser, &after)) { /* w_{j k}, w_{1n} */
    struct bp_token first = parser->token;
    bp_advance(parser);
    bp_advance(parser);
    item[0] = bp_leaf(parser, &first);
    item[1] = item[0] ? bp_leaf(parser, &after) : NULL;
    return item[1] && bp_close(parser, BP_TOKEN_RIGHT_BRACE, opening, outer);
  }
  if (!(pair ? letter_pair(parser, item) : (item[0] = subscript_item(parser)) != NULL))
    return false;
  if (!pair && bp_take(parser, BP_TOKEN_COMMA)) {
    if (!(item[1] = subscript_item(parser)))
      return false;
    know_letter(parser, item[0]);
    know_letter(parser, item[1]);
  }
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
  if (is_letter_pair(parser))
    return letter_pair(parser, item);
  if (token.kind != BP_TOKEN_NAME && token.kind != BP_TOKEN_NUMBER)
    return bp_unexpected(parser, "an index", "a_k, a_{k+1}, W_{j,k}, or X_{:,i} for a column");
  bp_advance(parser);
  item[0] = bp_leaf(parser, &token);
  return item[0] != NULL;
}

/* A δ that the file does not declare is Kronecker's. */
static bool is_undeclared_delta(struct bp_parser *parser, const struct bp_expression *base) {
  bool delta = base->kind == BP_EXPR_NAME && base->count == 0 && !strcmp(base->name, "δ");
  const struct bp_name *name =
      delta ? bp_names_find(&parser->names, base->name, strlen(base->name)) : NULL;
  return name && !name->declared;
}

struct bp_expression *bp_parse_subscripts(struct bp_parser *parser, struct bp_expression *base) {
  while (base && parser->token.kind == BP_TOKEN_UNDERSCORE) {
    struct bp_span sign = parser->token.span;
    struct bp_expression *item[2] = {NULL, NULL};
    bp_advance(parser);
    if (!subscript(parser, item))
      return NULL;
    if (item[1] && is_undeclared_delta(parser, base)) {
      base = bp_kronecker_delta(parser, base, item);
      continue;
    }
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

/* [g(Z)]^{'}, where the raised prime is that of LaTeX: the call of g'. */
struct bp_expression *bp_first_element(struct bp_parser *parser, const struct bp_name *name,
                                       struct bp_expression *member) {
  bool single = name->declared && !name->family && !name->function && parser->product_signs;
  if (!member || !single || member->count != 1 || !bp_is_number(member->child[0], "0"))
    return member;
  struct bp_expression *element =
      bp_node(parser, BP_EXPR_ELEMENT, member->span.begin, member->sign, 2);
  struct bp_expression *whole = bp_name_node(parser, member->span, name->text);
  struct bp_expression *one =
      bp_node(parser, BP_EXPR_NUMBER, member->span.begin, member->child[0]->span, 0);
  if (!element || !whole || !one)
    return NULL;
  one->text = "1";
  element->child[0] = whole;
  element->child[1] = one;
  bp_note_spelling(parser, BP_SPELLING_NUMBERED, member->span,
                   bp_arena_printf(parser->pool.arena, "%s_1", name->text));
  return bp_node_done(parser, element);
}

static struct bp_expression *raised_prime(struct bp_parser *parser,
                                          const struct bp_expression *base) {
  const struct bp_expression *inner =
      base->kind == BP_EXPR_MATRIX && base->count == 1 ? base->child[0] : base;
  if (inner->kind != BP_EXPR_CALL || (inner == base && !base->parenthesised)) {
    bp_complain(parser, parser->token.span, "f'(z) for a derivative, A' or A^T for a transpose",
                "a raised prime is a derivative, and no function stands before it");
    return NULL;
  }
  bp_advance(parser);
  struct bp_expression *call =
      bp_node(parser, BP_EXPR_CALL, base->span.begin, inner->sign, inner->count);
  if (!call)
    return NULL;
  call->order = inner->order + 1;
  memcpy(call->child, inner->child, inner->count * sizeof *inner->child);
  return bp_node_done(parser, call);
}

static struct bp_expression *transpose(struct bp_parser *parser, struct bp_expression *base) {
  struct bp_span sign = parser->token.span;
  if (parser->token.kind == BP_TOKEN_PRIME && parser->token.spelling == BP_SPELLING_LATEX)
    return raised_prime(parser, base);
  bp_advance(parser);
  return bp_node_of(parser, BP_EXPR_TRANSPOSE, sign, base, NULL);
}

/* Methods are NumPy's, whose elements count from 0. */
static bool counts_from_0(const struct bp_name *method) {
  return strstr(method->text, "argmax") || strstr(method->text, "argmin");
}

static struct bp_expression *one_less(struct bp_parser *parser, struct bp_expression *call) {
  struct bp_expression *one = bp_node(parser, BP_EXPR_NUMBER, call->span.begin, call->sign, 0);
  if (!one)
    return NULL;
  one->text = "1";
  struct bp_expression *less = bp_node_of(parser, BP_EXPR_SUBTRACT, call->sign, call, one);
  if (less) {
    less->parenthesised = true;
    less->span = call->span;
  }
  return less;
}

/* What a method with another operand in its parentheses computes, by the sign that stands for it.
 */
static enum bp_expression_kind kind_of_method(const struct bp_token *token) {
  static const struct {
    const char *sign;
    enum bp_expression_kind kind;
  } methods[] = {{"⊙", BP_EXPR_HADAMARD},
                 {"./", BP_EXPR_POINT_DIVIDE},
                 {".^", BP_EXPR_POINT_POWER},
                 {"+", BP_EXPR_ADD},
                 {"-", BP_EXPR_SUBTRACT}};
  for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
    if (!strcmp(methods[k].sign, token->ours))
      return methods[k].kind;
  return BP_EXPR_MULTIPLY;
}

/* A.dot(B), A.pow(2) and A.sum(axis=0): the function of what stands before. */
static struct bp_expression *method(struct bp_parser *parser, struct bp_expression *object) {
  struct bp_token token = parser->token;
  bp_advance(parser);
  if (token.name) {
    struct bp_expression *name = bp_name_node(parser, token.span, token.name->text);
    struct bp_expression *call =
        name ? bp_node_of(parser, BP_EXPR_CALL, token.span, name, object) : NULL;
    if (call)
      call->span.begin = object->span.begin;
    return call && counts_from_0(token.name) ? one_less(parser, call) : call;
  }
  struct bp_span opening = parser->token.span, sign = {token.span.begin, token.span.begin};
  struct bp_inside outer = bp_open(parser);
  struct bp_expression *other = bp_parse_expression(parser);
  if (!other || !bp_close(parser, BP_TOKEN_RIGHT, opening, outer))
    return NULL;
  enum bp_expression_kind kind = kind_of_method(&token);
  struct bp_expression *result = bp_node_of(parser, kind, sign, object, other);
  parser->product_signs = parser->product_signs || kind == BP_EXPR_MULTIPLY;
  if (result) {
    result->parenthesised = true;
    result->written = kind != BP_EXPR_MULTIPLY; /* A.dot(B) */
  }
  return result;
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

/* postfix = "'" | "_" subscript | "²" | "³" | method */
struct bp_expression *bp_parse_operand(struct bp_parser *parser) {
  struct bp_expression *operand = bp_parse_primary(parser);
  while (operand) {
    switch (parser->token.kind) {
    case BP_TOKEN_PRIME:
    case BP_TOKEN_TRANSPOSE:
      operand = transpose(parser, operand);
      break;
    case BP_TOKEN_UNDERSCORE:
      operand = bp_parse_subscripts(parser, operand);
      break;
    case BP_TOKEN_SQUARED:
    case BP_TOKEN_CUBED:
      operand = raised(parser, operand);
      break;
    case BP_TOKEN_LEFT_SQUARE:
      if (parser->inside.matrix || parser->stream.latex || /* g(z)[1 - g(z)] */
          (operand->kind == BP_EXPR_MATRIX && is_apart(parser)))
        return operand;
      return refuse_index(parser, operand);
    case BP_TOKEN_METHOD:
      operand = method(parser, operand);
      break;
    default:
      return operand;
    }
  }
  return NULL;
}
