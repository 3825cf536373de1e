/* Signs that take what follows: derivatives, and sums over an index.
 *
 * Derivatives are as on a blackboard: ∂J/∂W, and dJ/dW and dZ where those are no names of the
 * file's own.  A pair is one operand, so 1/m * ∂J/∂W is (1/m) times a matrix.
 *
 * ∇_W J is ∂J/∂W in the shape of W, whatever the layout.  What a ' or ^ behind ∂J/∂W belongs to,
 * people read differently, so it is refused with both ways of writing it.
 */
#include "lang/parser.h"

#include <string.h>

/* ---- what may stand on either side --------------------------------------- */

static bool is_postfix(const struct bp_parser *parser) {
  switch (parser->token.kind) {
  case BP_TOKEN_PRIME:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_SQUARED:
  case BP_TOKEN_CUBED:
  case BP_TOKEN_CARET:
  case BP_TOKEN_POINT_CARET:
    return true;
  default:
    return false;
  }
}

static bool is_operator(const struct bp_parser *parser) {
  return parser->token.kind >= BP_TOKEN_PLUS && parser->token.kind <= BP_TOKEN_POINT_CARET;
}

/* The derivative that begins at `begin` is read; a postfix sign behind it is refused. */
bool bp_check_derivative_end(struct bp_parser *parser, size_t begin) {
  if (!is_postfix(parser))
    return true;
  struct bp_span sign = parser->token.span, whole = {begin, parser->previous.span.end};
  bool transposes =
      parser->token.kind == BP_TOKEN_PRIME || parser->token.kind == BP_TOKEN_TRANSPOSE;
  return bp_complain(
      parser, sign,
      bp_suggest(parser, "(%s)%s", bp_quote(parser, whole),
                 transposes ? "' for the transpose of the derivative" : bp_quote(parser, sign)),
      "it is not clear what this %s belongs to", bp_quote(parser, sign));
}

/* Beside a network nobody means the derivative of its number of layers: L, as other names for a
 * loss that the file does not declare, is the mean loss there. */
static void read_as_loss(struct bp_parser *parser, struct bp_expression *above) {
  static const char *const losses[] = {"C", "E", "ℒ", "cost", "Loss"};
  struct bp_name *mean = bp_names_find(&parser->names, "J", 1);
  struct bp_name *name = above->kind == BP_EXPR_NAME && above->count == 0
                             ? bp_names_find(&parser->names, above->name, strlen(above->name))
                             : NULL;
  bool loss = name && name->layers;
  for (size_t i = 0; name && !name->declared && i < sizeof losses / sizeof *losses; i++)
    loss = loss || !strcmp(name->text, losses[i]);
  if (!loss || !mean || !mean->mean_loss)
    return;
  bp_note_spelling(parser, BP_SPELLING_LOSS, above->span, mean->text);
  above->name = mean->text;
}

/* function = ∂-pair | "(" expression ")" | root | bars | name with indices, subscripts | call */
struct bp_expression *bp_parse_differentiated(struct bp_parser *parser) {
  if (parser->token.kind == BP_TOKEN_PARTIAL) {
    struct bp_expression *inner = bp_enter(parser) ? bp_parse_partial(parser) : NULL;
    if (inner)
      bp_leave(parser);
    return inner;
  }
  if (parser->token.kind == BP_TOKEN_LEFT || parser->token.kind == BP_TOKEN_ROOT ||
      parser->token.kind == BP_TOKEN_BAR || parser->token.kind == BP_TOKEN_LEFT_ANGLE) {
    struct bp_expression *inner = bp_parse_primary(parser);
    if (inner)
      read_as_loss(parser, inner);
    return inner ? bp_called_by_name(parser, inner) : NULL;
  }
  if (parser->token.kind != BP_TOKEN_NAME) {
    bool alone = parser->token.kind == BP_TOKEN_SLASH;
    bp_unexpected(parser, alone ? "what is differentiated" : "a name or a parenthesis",
                  "∂J/∂W, ∂(W*x)/∂x");
    return NULL;
  }
  struct bp_token after = bp_peek(parser);
  bool applied = parser->token.name->callable && !parser->token.name->declared &&
                 (after.kind == BP_TOKEN_BAR ||
                  (after.kind == BP_TOKEN_NAME && (after.name->callable || after.name->declared)));
  if (applied) /* ∂ log det(X)/∂X, ∂ log p_i/∂z_j */
    return bp_parse_primary(parser);
  struct bp_expression *name = bp_parse_indexed_name(parser), *call = NULL;
  if (!name || !bp_parse_call_here(parser, name, &call))
    return NULL;
  if (call)
    return bp_parse_subscripts(parser, call);
  read_as_loss(parser, name);
  return bp_parse_subscripts(parser, bp_called_by_name(parser, name));
}

/* vec "(" target ")" */
static struct bp_expression *vec_target(struct bp_parser *parser);

/* target = name with indices, subscripts | "vec" "(" target ")" | "(" target ")" */
struct bp_expression *bp_parse_target(struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  if (parser->token.kind == BP_TOKEN_LEFT) {
    struct bp_span opening = parser->token.span;
    struct bp_inside outer = bp_open(parser);
    struct bp_expression *inner = bp_enter(parser) ? bp_parse_target(parser) : NULL;
    if (inner && is_operator(parser)) {
      bp_complain(parser, parser->token.span,
                  "give it a name with let, and take the derivative by that name",
                  "a derivative is taken with respect to a name, not to a formula");
      return NULL;
    }
    if (!inner || !bp_close(parser, BP_TOKEN_RIGHT, opening, outer))
      return NULL;
    bp_leave(parser);
    inner->parenthesised = true;
    inner->span = (struct bp_span){opening.begin, parser->previous.span.end};
    return inner;
  }
  if (parser->token.kind != BP_TOKEN_NAME) {
    bp_unexpected(parser, "the name of what moves", "∂J/∂W, ∂C/∂W[l]_{j,k}");
    return NULL;
  }
  if (bp_is_named(&parser->token, "vec") && after.kind == BP_TOKEN_LEFT)
    return vec_target(parser);
  return bp_parse_subscripts(parser, bp_parse_indexed_name(parser));
}

/* The target is all that stands below: a parenthesis behind it would be that of a call. */
static struct bp_expression *last_target(struct bp_parser *parser) {
  struct bp_expression *below = bp_parse_target(parser);
  if (!below || parser->token.kind != BP_TOKEN_LEFT)
    return below;
  bp_complain(parser, below->span, "give it a name with let, and take the derivative by that name",
              "a derivative is taken with respect to a name, not to a function's value");
  return NULL;
}

static struct bp_expression *vec_target(struct bp_parser *parser) {
  struct bp_expression *vec = bp_parse_indexed_name(parser);
  struct bp_span sign = parser->token.span;
  struct bp_expression *inner = vec ? bp_parse_target(parser) : NULL;
  if (!inner)
    return NULL;
  inner->parenthesised = false;
  return bp_node_of(parser, BP_EXPR_CALL, sign, vec, inner);
}

/* ---- ∂E/∂V --------------------------------------------------------------- */

/* What may stand between ∂E and /: nothing, and a ' is the likely mistake. */
static bool check_slash(struct bp_parser *parser, const struct bp_expression *above) {
  if (parser->token.kind == BP_TOKEN_SLASH)
    return true;
  if (is_postfix(parser) || is_operator(parser)) {
    const char *name = bp_quote(parser, above->span), *sign = bp_quote(parser, parser->token.span);
    return bp_complain(
        parser, parser->token.span,
        bp_suggest(parser, "∂(%s%s%s)/∂…", name, sign, is_postfix(parser) ? "" : "…"),
        "what is differentiated stands in parentheses unless it is a name");
  }
  return bp_unexpected(parser, "the / of a derivative", "∂J/∂W");
}

/* What is raised before the slash of a derivative: A^-1 in ∂A^-1/∂t and dA^{-1}/dt, A' in ∂A'/∂t.
 */
static struct bp_expression *raised_above(struct bp_parser *parser, struct bp_expression *above) {
  while (above && is_postfix(parser)) {
    struct bp_token sign = parser->token;
    bool turns = sign.kind == BP_TOKEN_PRIME || sign.kind == BP_TOKEN_TRANSPOSE;
    bool sign_alone = sign.kind == BP_TOKEN_SQUARED || sign.kind == BP_TOKEN_CUBED;
    bp_advance(parser);
    struct bp_expression *power = NULL;
    if (sign_alone) {
      power = bp_node(parser, BP_EXPR_NUMBER, sign.span.begin, sign.span, 0);
      if (power)
        power->text = sign.kind == BP_TOKEN_SQUARED ? "2" : "3";
    } else if (!turns) {
      bool minus = parser->token.kind == BP_TOKEN_MINUS;
      struct bp_span begin = parser->token.span;
      if (minus)
        bp_advance(parser);
      power = bp_parse_primary(parser);
      power = minus ? bp_node_of(parser, BP_EXPR_NEGATE, begin, power, NULL) : power;
    }
    if (!turns && !power)
      return NULL;
    enum bp_expression_kind kind = turns                               ? BP_EXPR_TRANSPOSE
                                   : sign.kind == BP_TOKEN_POINT_CARET ? BP_EXPR_POINT_POWER
                                                                       : BP_EXPR_POWER;
    above = bp_node_of(parser, kind, sign.span, above, power);
  }
  return above;
}

/* Whether what is raised here ends with the slash of a derivative. */
static bool slash_behind_power(struct bp_parser *parser) {
  enum { FARTHEST = 64 };
  struct bp_parser ahead = *parser;
  struct bp_token token = parser->token;
  int depth = 0;
  for (int count = 0; count < FARTHEST; count++) {
    if (depth == 0 && token.kind == BP_TOKEN_SLASH) {
      token = bp_stream_next(&ahead.stream);
      return token.kind == BP_TOKEN_PARTIAL || bp_half_of_pair(parser, &token);
    }
    bool opens = token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_BRACE;
    bool closes = token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_BRACE;
    bool part = token.kind == BP_TOKEN_CARET || token.kind == BP_TOKEN_POINT_CARET ||
                token.kind == BP_TOKEN_PRIME || token.kind == BP_TOKEN_TRANSPOSE ||
                token.kind == BP_TOKEN_SQUARED || token.kind == BP_TOKEN_CUBED ||
                token.kind == BP_TOKEN_MINUS || token.kind == BP_TOKEN_NUMBER ||
                token.kind == BP_TOKEN_NAME;
    depth += opens - closes;
    if (depth < 0 || (depth == 0 && !part && !closes) || token.kind == BP_TOKEN_NEWLINE ||
        token.kind == BP_TOKEN_END)
      return false;
    token = bp_stream_next(&ahead.stream);
  }
  return false;
}

/* "^" "+" behind a ∂, in parentheses as braces of LaTeX leave them or without: an immediate
 * derivative. */
static bool take_plus(struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  if (token.kind != BP_TOKEN_CARET)
    return false;
  token = bp_stream_next(&ahead);
  bool braces = token.kind == BP_TOKEN_LEFT;
  token = braces ? bp_stream_next(&ahead) : token;
  if (token.kind != BP_TOKEN_PLUS || (braces && bp_stream_next(&ahead).kind != BP_TOKEN_RIGHT))
    return false;
  for (int count = braces ? 4 : 2; count > 0; count--)
    bp_advance(parser);
  return true;
}

struct bp_expression *bp_parse_partial(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  bool immediate = take_plus(parser);
  bool applied = parser->token.kind == BP_TOKEN_SLASH && bp_peek(parser).kind == BP_TOKEN_PARTIAL;
  if (applied || bp_at_order(parser))
    return bp_parse_order(parser, sign);
  struct bp_expression *above = bp_at_product_above(parser) ? bp_parse_product_above(parser)
                                                            : bp_parse_differentiated(parser);
  if (above && is_postfix(parser) && slash_behind_power(parser))
    above = raised_above(parser, above);
  if (!above || !check_slash(parser, above))
    return NULL;
  bp_advance(parser);
  if (!bp_take(parser, BP_TOKEN_PARTIAL)) {
    const char *text = bp_quote(parser, parser->token.span);
    bool d = parser->token.kind == BP_TOKEN_NAME && text && text[0] == 'd' && text[1];
    bp_unexpected(parser, "the second ∂ of a derivative",
                  d ? bp_suggest(parser, "∂%s", text + 1) : "∂J/∂W");
    return NULL;
  }
  struct bp_expression *below = last_target(parser);
  if (!below || !bp_check_derivative_end(parser, sign.begin))
    return NULL;
  struct bp_expression *partial = bp_node_of(parser, BP_EXPR_PARTIAL, sign, above, below);
  if (partial)
    partial->immediate = immediate;
  return partial;
}

/* ---- ∇_V E --------------------------------------------------------------- */

/* The one thing that `vary` names. */
static struct bp_expression *varied(struct bp_parser *parser, struct bp_span sign) {
  const struct bp_expression *varied = parser->varied;
  struct bp_expression *copy = bp_node(parser, BP_EXPR_NAME, sign.begin, sign, varied->count);
  if (!copy)
    return NULL;
  copy->name = varied->name;
  if (varied->count > 0)
    memcpy(copy->child, varied->child, varied->count * sizeof *varied->child);
  return bp_node_done(parser, copy);
}

/* subscript = "_" ( target | "{" target "}" ) */
static struct bp_expression *below_nabla(struct bp_parser *parser, unsigned *order) {
  bp_advance(parser);
  if (parser->token.kind != BP_TOKEN_LEFT_BRACE)
    return parser->token.kind == BP_TOKEN_NAME ? bp_parse_indexed_name(parser)
                                               : bp_parse_target(parser);
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  const struct bp_name *name = parser->token.kind == BP_TOKEN_NAME ? parser->token.name : NULL;
  if (name && !name->declared && name->length % 2 == 0 &&
      !memcmp(name->text, name->text + name->length / 2, name->length / 2)) { /* ∇_{xx} */
    struct bp_name *half = bp_names_find(&parser->names, name->text, name->length / 2);
    parser->token.name = half && half->declared ? half : parser->token.name;
    *order = half && half->declared ? 2 : *order;
  }
  struct bp_expression *below = bp_parse_target(parser);
  return below && bp_close(parser, BP_TOKEN_RIGHT_BRACE, opening, outer) ? below : NULL;
}

/* What moves where nothing says it: what the function depends on. */
static struct bp_expression *below_alone(struct bp_parser *parser, struct bp_span sign,
                                         const struct bp_expression *above) {
  if (parser->varied)
    return varied(parser, sign);
  const char *offer = NULL;
  const struct bp_name *name = bp_moved_in(parser, above, &offer);
  if (!name) {
    bp_complain(parser, sign, offer, "it is not said what moves in this gradient");
    return NULL;
  }
  bp_note_spelling(parser, BP_SPELLING_NABLA, (struct bp_span){sign.begin, above->span.end},
                   name->text);
  return bp_name_node(parser, sign, name->text);
}

/* The derivative of `above` as many times as the order says; the first in the shape of what moves.
 */
static struct bp_expression *gradient_of(struct bp_parser *parser, struct bp_span sign,
                                         const struct bp_expression *above,
                                         const struct bp_expression *below, unsigned order) {
  struct bp_expression *gradient = NULL;
  for (unsigned k = 0; k < order; k++) {
    gradient = bp_node(parser, BP_EXPR_PARTIAL, sign.begin, sign, 2);
    if (!gradient)
      return NULL;
    gradient->child[0] = above;
    gradient->child[1] = below;
    gradient->order = k == 0;
    if (!bp_node_done(parser, gradient))
      return NULL;
    above = gradient;
  }
  return gradient;
}

struct bp_expression *bp_parse_gradient(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  unsigned order = bp_take_order(parser);
  if (order == 1 && bp_take(parser, BP_TOKEN_NABLA)) /* ∇∇f */
    order = 2;
  bool said = parser->token.kind == BP_TOKEN_UNDERSCORE;
  struct bp_expression *below = said ? below_nabla(parser, &order) : NULL;
  if (said && !below)
    return NULL;
  order = order > 1 ? order : bp_take_order(parser);
  if (order > 2) {
    bp_complain(parser, sign, "∇²f for the matrix of second derivatives, ∂³f/∂x³",
                "a gradient is taken once or twice");
    return NULL;
  }
  bool norm = parser->token.kind == BP_TOKEN_BAR || /* ∇‖r‖^2 is of the square */
              (parser->token.kind == BP_TOKEN_NAME && !strcmp(parser->token.name->text, "norm"));
  struct bp_expression *above = bp_parse_differentiated(parser);
  if (above && norm && is_postfix(parser))
    above = raised_above(parser, above);
  below = above && !below ? below_alone(parser, sign, above) : below;
  if (!above || !below)
    return NULL;
  /* ∇L(v) is (∂L/∂w at w = v) */
  bool moved = above->kind == BP_EXPR_AT && !said;
  struct bp_expression *gradient =
      gradient_of(parser, sign, moved ? above->child[0] : above, below, order);
  if (!moved || !gradient)
    return gradient;
  above->child[0] = gradient;
  above->span.begin = sign.begin;
  return bp_node_done(parser, above);
}

/* ---- dE/dV and dV -------------------------------------------------------- */

/* The name V in dV, whatever dV is. */
static struct bp_name *moved_by_d(struct bp_parser *parser, const struct bp_token *token) {
  if (token->kind != BP_TOKEN_NAME || token->name->callable || token->name->length < 2 ||
      token->name->text[0] != 'd')
    return NULL;
  struct bp_name *rest =
      bp_names_find(&parser->names, token->name->text + 1, token->name->length - 1);
  return rest && rest->declared && !rest->function ? rest : NULL;
}

struct bp_name *bp_after_d(struct bp_parser *parser, const struct bp_token *token) {
  return token->kind == BP_TOKEN_NAME && token->name->declared ? NULL : moved_by_d(parser, token);
}

bool bp_is_gradient(struct bp_parser *parser, const struct bp_token *token) {
  if (token->kind != BP_TOKEN_NAME || bp_after_d(parser, token))
    return token->kind == BP_TOKEN_NAME;
  const struct bp_name *name = token->name;
  size_t length = name->length;
  if (!strcmp(name->text, "δ") && bp_peek(parser).kind == BP_TOKEN_LEFT_SQUARE) {
    const struct bp_name *of = bp_names_find(&parser->names, "Z", 1);
    return of && of->declared && of->network;
  }
  if (length < 2 || name->text[0] != 'd')
    return false;
  while (length > 2 && strchr("0123456789_", name->text[length - 1]))
    length--;
  const struct bp_name *rest = bp_names_find(&parser->names, name->text + 1, length - 1);
  if (rest && rest->declared)
    return !rest->function;
  char large = name->text[1];
  if (length != 2 || large < 'a' || large > 'z')
    return false;
  large = (char)(large - 'a' + 'A');
  rest = bp_names_find(&parser->names, &large, 1);
  return rest && rest->declared && rest->network;
}

/* The same where a dV that only the vocabulary declares may be half of a dE/dV. */
struct bp_name *bp_half_of_pair(struct bp_parser *parser, const struct bp_token *token) {
  bool own = token->kind == BP_TOKEN_NAME && token->name->declared && !token->name->implied;
  return own ? NULL : moved_by_d(parser, token);
}

bool bp_at_d_pair(const struct bp_parser *parser) {
  struct bp_parser ahead = *parser;
  struct bp_token token = bp_stream_next(&ahead.stream);
  if (!bp_half_of_pair(&ahead, &parser->token))
    return false;
  if (!bp_stream_behind_brackets(&ahead.stream, &token))
    return false;
  if (token.kind != BP_TOKEN_SLASH)
    return false;
  token = bp_stream_next(&ahead.stream);
  return bp_half_of_pair(&ahead, &token) != NULL;
}

/* V[l] of dV[l]: the current token without its d. */
struct bp_expression *bp_parse_without_d(struct bp_parser *parser) {
  struct bp_name *rest = bp_half_of_pair(parser, &parser->token);
  if (!rest)
    return NULL;
  struct bp_span span = parser->token.span;
  struct bp_expression *name = bp_parse_indexed_name(parser);
  if (name) {
    name->name = rest->text;
    name->span.begin = span.begin + 1;
  }
  return name;
}

/* Puts d(...) around the name inside its subscripts: dX_{:,i} is a column of d(X). */
static struct bp_expression *differential_of(struct bp_parser *parser, struct bp_span sign,
                                             const struct bp_expression *whole) {
  bool element = whole->kind == BP_EXPR_ELEMENT;
  const struct bp_expression *first =
      element ? differential_of(parser, sign, whole->child[0]) : whole;
  if (!first)
    return NULL;
  struct bp_expression *node =
      element ? bp_node(parser, BP_EXPR_ELEMENT, sign.begin, whole->sign, whole->count)
              : bp_node(parser, BP_EXPR_DIFFERENTIAL, sign.begin, sign, 1);
  if (!node)
    return NULL;
  node->span.end = whole->span.end;
  node->child[0] = first;
  for (size_t i = 1; i < node->count; i++)
    node->child[i] = whole->child[i];
  return bp_node_done(parser, node);
}

/* dJ/dW where dW has a meaning of its own in this file: neither reading is safe. */
static bool check_below(struct bp_parser *parser, const struct bp_expression *above) {
  struct bp_token after = bp_peek(parser);
  if (parser->token.kind != BP_TOKEN_SLASH || after.kind != BP_TOKEN_NAME ||
      !after.name->declared || after.name->implied || after.name->length < 2 ||
      after.name->text[0] != 'd')
    return true;
  const struct bp_name *rest =
      bp_names_find(&parser->names, after.name->text + 1, after.name->length - 1);
  if (!rest || !rest->declared)
    return true;
  return bp_complain(parser, after.span,
                     bp_suggest(parser, "∂%s/∂%s", bp_quote(parser, above->span), rest->text),
                     "%s is a name of this file, so this is no derivative", after.name->text);
}

/* pair = "d" function "/" "d" target */
struct bp_expression *bp_parse_d_name(struct bp_parser *parser) {
  struct bp_span sign = {parser->token.span.begin, parser->token.span.begin + 1};
  struct bp_expression *above = bp_parse_subscripts(parser, bp_parse_without_d(parser));
  if (above && is_postfix(parser) && slash_behind_power(parser))
    above = raised_above(parser, above);
  if (!above || !check_below(parser, above))
    return NULL;
  struct bp_token after = bp_peek(parser);
  if (parser->token.kind != BP_TOKEN_SLASH || !bp_half_of_pair(parser, &after))
    return differential_of(parser, sign, above);
  bp_advance(parser);
  read_as_loss(parser, above);
  struct bp_expression *below = bp_parse_subscripts(parser, bp_parse_without_d(parser));
  if (!below || !bp_check_derivative_end(parser, sign.begin))
    return NULL;
  return bp_node_of(parser, BP_EXPR_PARTIAL, sign, above, below);
}

/* Whether d f(E)/dV stands here, with a function behind the d, or d tr(E), a differential. */
bool bp_at_d_of_call(const struct bp_parser *parser) {
  enum { FARTHEST = 256 };
  struct bp_parser ahead = *parser;
  struct bp_token token = bp_stream_next(&ahead.stream);
  bool ours = token.kind == BP_TOKEN_NAME && !token.name->declared && token.name->callable != 0;
  bool function =
      ours || (token.kind == BP_TOKEN_NAME && token.name->declared && token.name->function);
  if (!function || bp_stream_next(&ahead.stream).kind != BP_TOKEN_LEFT)
    return false;
  for (int depth = 1, count = 0; depth > 0; count++) {
    token = bp_stream_next(&ahead.stream);
    depth += token.kind == BP_TOKEN_LEFT;
    depth -= token.kind == BP_TOKEN_RIGHT;
    if (token.kind == BP_TOKEN_NEWLINE || token.kind == BP_TOKEN_END || count > FARTHEST)
      return false;
  }
  if (bp_stream_next(&ahead.stream).kind != BP_TOKEN_SLASH)
    return ours;
  token = bp_stream_next(&ahead.stream);
  return bp_half_of_pair(&ahead, &token) != NULL;
}

/* differential = "d" ( "(" expression ")" | call ) [ "/" "d" target ]: d(E)/dt is the derivative */
struct bp_expression *bp_parse_differential(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  struct bp_expression *inner = parser->token.kind == BP_TOKEN_LEFT
                                    ? bp_parse_primary(parser)
                                    : bp_parse_differentiated(parser);
  struct bp_token after = bp_peek(parser);
  if (!inner || parser->token.kind != BP_TOKEN_SLASH || !bp_half_of_pair(parser, &after))
    return bp_node_of(parser, BP_EXPR_DIFFERENTIAL, sign, inner, NULL);
  bp_advance(parser);
  struct bp_expression *below = bp_parse_subscripts(parser, bp_parse_without_d(parser));
  if (!below || !bp_check_derivative_end(parser, sign.begin))
    return NULL;
  return bp_node_of(parser, BP_EXPR_PARTIAL, sign, inner, below);
}

/* ---- what is said of whole matrices by their parts ---- */

void bp_know_sizes(struct bp_parser *parser, const struct bp_expression *size) {
  if (!size)
    return;
  struct bp_name *name = size->kind == BP_EXPR_NAME
                             ? bp_names_find(&parser->names, size->name, strlen(size->name))
                             : NULL;
  if (name)
    name->sized = true;
  for (size_t i = 0; size->kind < BP_EXPR_NUMBER && i < size->count; i++)
    bp_know_sizes(parser, size->child[i]);
}

/* Whether both elements have the same indices. */
static bool same_indices(struct bp_parser *parser, const struct bp_expression *a,
                         const struct bp_expression *b) {
  bool same = a->count == b->count;
  for (size_t i = 1; same && i < a->count; i++)
    same = !strcmp(bp_quote(parser, a->child[i]->span), bp_quote(parser, b->child[i]->span));
  return same;
}

bool bp_whole_meaning(struct bp_parser *parser, struct bp_statement *statement,
                      const struct bp_expression *element) {
  const struct bp_expression *meaning = statement->sides[0];
  const struct bp_expression *below = meaning->kind == BP_EXPR_PARTIAL ? meaning->child[1] : NULL;
  if (!below || below->kind != BP_EXPR_ELEMENT || !same_indices(parser, element, below))
    return bp_complain(parser, element->span, "write δ[l] for ∂J/∂Z[l], or δ[l]_j for ∂J/∂Z[l]_j",
                       "a meaning is written for a whole matrix, or for the derivative by each "
                       "element of one");
  struct bp_expression *whole =
      bp_node(parser, BP_EXPR_PARTIAL, meaning->span.begin, meaning->sign, 2);
  if (!whole)
    return false;
  whole->span = meaning->span;
  whole->child[0] = meaning->child[0];
  whole->child[1] = below->child[0];
  statement->sides[0] = bp_node_done(parser, whole);
  return statement->sides[0] != NULL;
}
