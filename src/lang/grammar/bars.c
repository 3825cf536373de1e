/* Bars, as paper has them: |x| and ‖x‖, with what stands behind them.
 *
 * Two bars are the norm of all elements, with _2, _F or nothing behind it; _1 is the sum of their
 * sizes, and _inf the largest.  One bar is the absolute value, element by element.  Where it is
 * squared it is the norm all the same: the square of a real number needs no bars, so whoever writes
 * |a - y|^2 means a length.  For a number both are the same.  Only the mean of |r|^2 is that of its
 * elements, as for people.
 * One bar around what is a square matrix for sure, as in log|Σ|, is the determinant.
 */
#include "lang/parser.h"
#include "lang/tree.h"

#include <string.h>

static const char bars_like[] = "abs(x) for absolute values, norm(x) for a length";

bool bp_is_average(const char *function) {
  static const char *const words[] = {"mean", "rowmean", "colmean", "rowsum", "colsum"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (!strcmp(function, words[k]))
      return true;
  return false;
}

/* Takes one sign of a bar, two where the other stands next to it; how many were taken, a sign for
 * the norm counting as two. */
static int take_bars(struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  size_t end = token->span.end;
  bool norm = (token->ours ? token->ours : parser->source->text + token->span.begin)[0] != '|';
  bp_advance(parser);
  if (norm)
    return 2;
  if (parser->token.kind != BP_TOKEN_BAR || parser->token.span.begin != end)
    return 1;
  bp_advance(parser);
  return 2;
}

/* Whether the token is the digit. */
static bool is_digit(const struct bp_parser *parser, const struct bp_token *token, char digit) {
  return token->kind == BP_TOKEN_NUMBER && token->span.end == token->span.begin + 1 &&
         parser->source->text[token->span.begin] == digit;
}

/* Which norm stands behind two bars: _2, _F, _{2}, _1, _inf; what is there is taken. */
enum norm { EUCLIDEAN, SUM_OF_SIZES, LARGEST, UNKNOWN };

/* ‖x‖₂, ‖x‖₁, ‖x‖∞: the kind in one lowered sign, which is taken. */
static bool take_lowered(struct bp_parser *parser, enum norm *kind) {
  static const struct {
    const char *text;
    enum norm kind;
  } signs[] = {{"₂", EUCLIDEAN}, {"₁", SUM_OF_SIZES}, {"∞", LARGEST}};
  const struct bp_token *token = &parser->token;
  size_t length = token->span.end - token->span.begin;
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (token->kind == BP_TOKEN_FAULT && length == strlen(signs[k].text) &&
        !memcmp(parser->source->text + token->span.begin, signs[k].text, length)) {
      *kind = signs[k].kind;
      bp_advance(parser);
      return true;
    }
  return false;
}

static enum norm kind_of_norm(struct bp_parser *parser) {
  enum norm lowered;
  if (take_lowered(parser, &lowered))
    return lowered;
  if (parser->token.kind != BP_TOKEN_UNDERSCORE)
    return EUCLIDEAN;
  struct bp_stream ahead = parser->stream;
  struct bp_token which = bp_stream_next(&ahead);
  bool group = which.kind == BP_TOKEN_LEFT_BRACE || which.kind == BP_TOKEN_LEFT;
  if (group)
    which = bp_stream_next(&ahead);
  bool euclidean = bp_is_named(&which, "F") || bp_is_named(&which, "Fro") ||
                   bp_is_named(&which, "fro") || is_digit(parser, &which, '2');
  bool largest = bp_is_named(&which, "inf");
  enum norm kind = euclidean                       ? EUCLIDEAN
                   : is_digit(parser, &which, '1') ? SUM_OF_SIZES
                   : largest                       ? LARGEST
                                                   : UNKNOWN;
  if (kind == UNKNOWN)
    return UNKNOWN;
  for (int tokens = group ? 4 : 2; tokens > 0; tokens--)
    bp_advance(parser);
  return kind;
}

/* Whether a square stands here: ^2, ^{2}, ². */
static bool at_square(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  if (parser->token.kind != BP_TOKEN_CARET)
    return parser->token.kind == BP_TOKEN_SQUARED;
  struct bp_token power = bp_stream_next(&ahead);
  bool group = power.kind == BP_TOKEN_LEFT;
  if (group)
    power = bp_stream_next(&ahead);
  return is_digit(parser, &power, '2') && (!group || bp_stream_next(&ahead).kind == BP_TOKEN_RIGHT);
}

static struct bp_expression *call_of(struct bp_parser *parser, struct bp_span whole,
                                     const char *function, struct bp_expression *inner) {
  struct bp_span sign = {whole.begin, whole.begin};
  struct bp_expression *name = bp_name_node(parser, sign, function);
  struct bp_expression *call =
      name && inner ? bp_node_of(parser, BP_EXPR_CALL, sign, name, inner) : NULL;
  if (call)
    call->span = whole;
  return call;
}

/* What is told of a norm that is more than its bars. */
static struct bp_expression *told(struct bp_parser *parser, struct bp_expression *call,
                                  const char *ours) {
  if (call)
    bp_note_spelling(parser, BP_SPELLING_NORM, call->span, ours);
  return call;
}

static const struct bp_name *name_of(struct bp_parser *parser, const struct bp_expression *node) {
  return node->kind == BP_EXPR_NAME ? bp_names_find(&parser->names, node->name, strlen(node->name))
                                    : NULL;
}

/* Whether it is a number: written, or given as one. */
static bool is_scalar(struct bp_parser *parser, const struct bp_expression *node) {
  const struct bp_name *name = name_of(parser, node);
  return node->kind == BP_EXPR_NUMBER ||
         (node->kind == BP_EXPR_DIVIDE && is_scalar(parser, node->child[0]) &&
          is_scalar(parser, node->child[1])) ||
         (name && (name->given == BP_GIVEN_NUMBER || (name->sized && !name->declared)));
}

/* Whether A*A' or A'*S*A stands here, of something given with two sizes. */
static bool is_turned(struct bp_parser *parser, const struct bp_expression *product) {
  const struct bp_expression *first = product, *last = product->child[1];
  while (first->kind == BP_EXPR_MULTIPLY)
    first = first->child[0];
  const struct bp_expression *a = first->kind == BP_EXPR_TRANSPOSE ? first->child[0] : first;
  const struct bp_expression *b = last->kind == BP_EXPR_TRANSPOSE ? last->child[0] : last;
  const struct bp_name *name = name_of(parser, a);
  return first->kind != last->kind && name && name->plane && bp_expression_same(a, b);
}

/* Whether it is a square matrix, whatever the sizes are: given as one, or made of such. */
static bool is_square(struct bp_parser *parser, const struct bp_expression *node, int depth) {
  enum { DEEPEST = 20 };
  if (depth > DEEPEST)
    return false;
  const struct bp_name *name = name_of(parser, node);
  switch (node->kind) {
  case BP_EXPR_NAME:
    return name && (name->square || (name->declared && name->definition &&
                                     is_square(parser, name->definition, depth + 1)));
  case BP_EXPR_NEGATE:
  case BP_EXPR_TRANSPOSE:
  case BP_EXPR_POWER:
  case BP_EXPR_DIVIDE:
    return is_square(parser, node->child[0], depth + 1);
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
    return is_square(parser, node->child[0], depth + 1) ||
           is_square(parser, node->child[1], depth + 1);
  case BP_EXPR_MULTIPLY: {
    bool left = is_square(parser, node->child[0], depth + 1);
    bool right = is_square(parser, node->child[1], depth + 1);
    return (left && (right || is_scalar(parser, node->child[1]))) ||
           (right && is_scalar(parser, node->child[0])) || is_turned(parser, node);
  }
  case BP_EXPR_CALL:
    name = name_of(parser, node->child[0]);
    return name && !name->declared &&
           (bp_is_identity(name) || !strcmp(name->text, "inv") || !strcmp(name->text, "diag"));
  default:
    return false;
  }
}

/* What both bars and what stands behind them make of the formula between them. */
static struct bp_expression *finish(struct bp_parser *parser, struct bp_span whole, int count,
                                    struct bp_expression *inner, bool averages) {
  if (count == 1 && at_square(parser) && !averages)
    return told(parser, call_of(parser, whole, "norm", inner), "norm(…)");
  if (count == 1 && !averages && is_square(parser, inner, 0))
    return told(parser, call_of(parser, whole, "det", inner), "det(…)");
  if (count == 1)
    return call_of(parser, whole, "abs", inner);
  enum norm kind = kind_of_norm(parser);
  whole.end = parser->previous.span.end;
  switch (kind) {
  case EUCLIDEAN:
    return call_of(parser, whole, "norm", inner);
  case SUM_OF_SIZES:
    return told(parser, call_of(parser, whole, "sum", call_of(parser, inner->span, "abs", inner)),
                "sum(abs(…))");
  case LARGEST:
    return told(parser, call_of(parser, whole, "max", call_of(parser, inner->span, "abs", inner)),
                "max(abs(…))");
  default:
    bp_complain(parser, parser->token.span,
                "norm(x) for the root of the sum of squares, sum(abs(x)) for the sum of sizes",
                "this norm is not known");
    return NULL;
  }
}

/* inner = "⟨" expression "," expression "⟩": vec(u)' * vec(v), so that both have as many elements
 */
struct bp_expression *bp_parse_inner(struct bp_parser *parser) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  struct bp_expression *part[2] = {bp_parse_expression(parser), NULL};
  struct bp_span comma = parser->token.span;
  if (!part[0])
    return NULL;
  if (!bp_take(parser, BP_TOKEN_COMMA)) {
    bp_unexpected(parser, "the comma of an inner product", "⟨u, v⟩ for u' * v; mean(x) for a mean");
    return NULL;
  }
  if (!(part[1] = bp_parse_expression(parser)) ||
      !bp_close(parser, BP_TOKEN_RIGHT_ANGLE, opening, outer))
    return NULL;
  struct bp_expression *left = call_of(parser, part[0]->span, "vec", part[0]);
  struct bp_expression *right = call_of(parser, part[1]->span, "vec", part[1]);
  left = left ? bp_node_of(parser, BP_EXPR_TRANSPOSE, comma, left, NULL) : NULL;
  struct bp_expression *product =
      left && right ? bp_node_of(parser, BP_EXPR_MULTIPLY, comma, left, right) : NULL;
  if (!product)
    return NULL;
  product->span = (struct bp_span){opening.begin, parser->previous.span.end};
  product->parenthesised = true;
  bp_note_spelling(parser, BP_SPELLING_NORM, product->span, "vec(u)' * vec(v)");
  return product;
}

/* bars = "|" expression "|" | "‖" expression "‖" [ "_" kind ] */
struct bp_expression *bp_parse_bars(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bool averages = parser->inside.averages;
  int count = take_bars(parser);
  if (!bp_enter(parser))
    return NULL;
  parser->bars++;
  struct bp_expression *inner = bp_parse_expression(parser);
  parser->bars--;
  bp_leave(parser);
  if (!inner)
    return NULL;
  if (parser->token.kind != BP_TOKEN_BAR) {
    bp_complain(parser, sign, bars_like, "this bar is not closed");
    return NULL;
  }
  struct bp_span closing = parser->token.span;
  if (take_bars(parser) != count) {
    bp_complain(parser, closing, bars_like, "a formula between bars has as many on both sides");
    return NULL;
  }
  struct bp_span whole = {sign.begin, parser->previous.span.end};
  struct bp_expression *call = finish(parser, whole, count, inner, averages);
  if (call && parser->token.kind == BP_TOKEN_UNDERSCORE) {
    bp_complain(parser, parser->token.span, bars_like, "bars have no index behind them");
    return NULL;
  }
  return call;
}
