/* Derivatives of higher order, those of what follows, and those of functions without their
 * arguments: ∂²f/∂x², ∂²f/∂x∂y', d²f/dx²; ∂/∂x E, d/dx E; df/dx beside f(x).
 *
 * All of them are nested derivatives of the first order.  What stands first below is moved first:
 * ∂²f/∂x∂y' is ∂(∂f/∂x)/∂y, of a number f the matrix with x along its rows and y along its columns,
 * as Hessians are written.  For numbers x and y the order makes no difference.  A ' below, which
 * says no more than that, is read over.
 */
#include "lang/parser.h"

enum { MOST_ORDER = 4, PRODUCT_AND_CLOSER = 1 };

/* power = "²" | "³" | ( "^" | "**" ) ( number | "(" number ")" ), of which no token is taken: how
 * many tokens it has, 0 where there is none, and the order. */
static int power_ahead(const struct bp_parser *parser, unsigned *order) {
  struct bp_stream ahead = parser->stream;
  *order = parser->token.kind == BP_TOKEN_SQUARED ? 2 : 3;
  if (parser->token.kind == BP_TOKEN_SQUARED || parser->token.kind == BP_TOKEN_CUBED)
    return 1;
  if (parser->token.kind != BP_TOKEN_CARET)
    return 0;
  struct bp_token token = bp_stream_next(&ahead);
  bool group = token.kind == BP_TOKEN_LEFT;
  token = group ? bp_stream_next(&ahead) : token;
  const char *digit = token.text ? token.text : parser->source->text + token.span.begin;
  bool one =
      token.kind == BP_TOKEN_NUMBER && (token.text || token.span.end == token.span.begin + 1);
  if (!one || *digit < '1' || *digit > '0' + MOST_ORDER)
    return 0;
  *order = (unsigned)(*digit - '0');
  if (!group)
    return 2;
  return bp_stream_next(&ahead).kind == BP_TOKEN_RIGHT ? 4 : 0;
}

bool bp_at_order(const struct bp_parser *parser) {
  unsigned order;
  return power_ahead(parser, &order) > 0;
}

unsigned bp_take_order(struct bp_parser *parser) {
  unsigned order;
  int tokens = power_ahead(parser, &order);
  for (int k = 0; k < tokens; k++)
    bp_advance(parser);
  return tokens > 0 ? order : 1;
}

/* moved = ( "∂" | "d" ) target [ "'" ] [ power ]: what moves, and how many times. */
struct bp_expression *bp_parse_moved(struct bp_parser *parser, unsigned *times) {
  struct bp_expression *below = parser->token.kind != BP_TOKEN_PARTIAL
                                    ? bp_parse_subscripts(parser, bp_parse_without_d(parser))
                                    : (bp_advance(parser), bp_parse_target(parser));
  if (!below)
    return NULL;
  *times = bp_take_order(parser);
  while (parser->token.kind == BP_TOKEN_PRIME || parser->token.kind == BP_TOKEN_TRANSPOSE)
    bp_advance(parser);
  return below;
}

static bool at_moved(struct bp_parser *parser) {
  return parser->token.kind == BP_TOKEN_PARTIAL || bp_half_of_pair(parser, &parser->token);
}

/* below = moved { moved }, as many times as the order says */
static unsigned below_slash(struct bp_parser *parser, struct bp_span sign, unsigned order,
                            struct bp_expression *below[MOST_ORDER]) {
  unsigned count = 0, times;
  while (count < order && at_moved(parser)) {
    struct bp_expression *target = bp_parse_moved(parser, &times);
    if (!target)
      return 0;
    for (; times > 0 && count < MOST_ORDER; times--)
      below[count++] = target;
    if (times > 0)
      break;
  }
  if (count == 0 && order == 1) {
    bp_unexpected(parser, "what moves below the slash", "∂/∂x, d/dx");
    return 0;
  }
  if (count == order)
    return count;
  bp_complain(parser, (struct bp_span){sign.begin, parser->previous.span.end}, "∂²f/∂x², ∂²f/∂x∂y",
              "the order above the slash is %u, and %u below", order, count);
  return 0;
}

struct bp_expression *bp_parse_order(struct bp_parser *parser, struct bp_span sign) {
  struct bp_expression *below[MOST_ORDER], *result = NULL;
  unsigned order = bp_take_order(parser);
  bool applied = parser->token.kind == BP_TOKEN_SLASH;
  if (!applied && !(result = bp_parse_differentiated(parser)))
    return NULL;
  if (!bp_take(parser, BP_TOKEN_SLASH)) {
    bp_unexpected(parser, "the / of a derivative", "∂²f/∂x², ∂²(x^2*y)/∂x∂y");
    return NULL;
  }
  unsigned count = below_slash(parser, sign, order, below);
  if (count == 0)
    return NULL;
  if (applied && !bp_begins_operand(parser) && parser->token.kind != BP_TOKEN_MINUS)
    bp_unexpected(parser, "what is differentiated", "d/dx x^2, ∂/∂x (x*y), ∂J/∂x");
  else if (applied)
    result = bp_parse_sub(parser, PRODUCT_AND_CLOSER);
  else if (!bp_check_derivative_end(parser, sign.begin))
    return NULL;
  for (unsigned k = 0; k < count && result; k++) {
    result = bp_node_of(parser, BP_EXPR_PARTIAL, sign, result, below[k]);
    if (result)
      result->span = (struct bp_span){sign.begin, parser->previous.span.end};
  }
  return result;
}

bool bp_at_d_order(struct bp_parser *parser) {
  struct bp_parser ahead = *parser;
  ahead.token = bp_stream_next(&ahead.stream);
  unsigned order;
  int tokens = power_ahead(&ahead, &order);
  for (int k = 0; k < tokens; k++)
    ahead.token = bp_stream_next(&ahead.stream);
  if (tokens > 0 && ahead.token.kind != BP_TOKEN_SLASH)
    return ahead.token.kind == BP_TOKEN_NAME || ahead.token.kind == BP_TOKEN_LEFT;
  struct bp_token token = bp_stream_next(&ahead.stream);
  return ahead.token.kind == BP_TOKEN_SLASH && bp_half_of_pair(parser, &token);
}

struct bp_expression *bp_parse_d_order(struct bp_parser *parser) {
  struct bp_span sign = parser->token.span;
  bp_advance(parser);
  return bp_parse_order(parser, sign);
}

/* Of two factors at least, all of them declared. */
bool bp_at_product_above(const struct bp_parser *parser) {
  enum { FARTHEST = 64 };
  struct bp_stream ahead = parser->stream;
  struct bp_token token = parser->token;
  size_t factors = 0;
  int depth = 0;
  for (int count = 0; count < FARTHEST; count++, token = bp_stream_next(&ahead)) {
    bool operand = token.kind == BP_TOKEN_NAME || token.kind == BP_TOKEN_NUMBER;
    bool opens = token.kind == BP_TOKEN_LEFT;
    bool postfix = token.kind == BP_TOKEN_PRIME || token.kind == BP_TOKEN_TRANSPOSE ||
                   token.kind == BP_TOKEN_SQUARED;
    if (depth == 0 && token.kind == BP_TOKEN_SLASH)
      return factors > 1 && bp_stream_next(&ahead).kind == BP_TOKEN_PARTIAL;
    if ((operand && token.kind == BP_TOKEN_NAME && !token.name->declared) ||
        (opens && depth == 0) ||
        (!operand && !opens && !postfix && token.kind != BP_TOKEN_RIGHT && depth == 0))
      return false;
    factors += operand && depth == 0;
    depth += opens - (token.kind == BP_TOKEN_RIGHT);
  }
  return false;
}

struct bp_expression *bp_parse_product_above(struct bp_parser *parser) {
  struct bp_inside outer = parser->inside;
  parser->inside.partial = true;
  struct bp_expression *product = bp_parse_sub(parser, 1);
  parser->inside = outer;
  return product;
}
