/* Spaces: W ∈ R^{m×n}, R_+^n, S^n_{++}; and along what onehot lies, and what a declaration says in
 * parentheses.
 *
 * S is the space of symmetric matrices where something is raised behind it, S_{++} that of the
 * positive definite ones.  S_+ has the singular ones, too, of which none would be drawn.
 */
#include "lang/grammar/space.h"

#include <string.h>

#include "lang/dress.h"

bool bp_at_space(const struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  bool letter = bp_is_named(token, "R") || bp_is_named(token, "ℝ");
  enum bp_token_kind next = bp_is_named(token, "S") ? bp_peek(parser).kind : BP_TOKEN_END;
  return (letter || next == BP_TOKEN_CARET || next == BP_TOKEN_UNDERSCORE) &&
         !token->name->declared;
}

/* raised = [ "^" ( size | "{" shape "}" ) ] */
bool bp_parse_raised_shape(struct bp_parser *parser, struct bp_statement *statement) {
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

/* part = "_" ( "+" | "++" | ">0" | "≥0" ), also in braces: R_+ has 0, and R_{++} has not. */
static bool part_of_space(struct bp_parser *parser, struct bp_domain *domain) {
  struct bp_span sign = parser->token.span;
  bool braces, above = false, none = false;
  size_t pluses = 0;
  struct bp_expression **ends = bp_new_ends(parser);
  bp_advance(parser);
  braces = bp_take(parser, BP_TOKEN_LEFT_BRACE);
  for (;; bp_advance(parser)) {
    pluses += parser->token.kind == BP_TOKEN_PLUS;
    above = above || parser->token.kind == BP_TOKEN_GREATER;
    none = none || parser->token.kind == BP_TOKEN_AT_LEAST;
    if (parser->token.kind != BP_TOKEN_PLUS && parser->token.kind != BP_TOKEN_GREATER &&
        parser->token.kind != BP_TOKEN_AT_LEAST && parser->token.kind != BP_TOKEN_NUMBER)
      break;
  }
  if ((braces && !bp_take(parser, BP_TOKEN_RIGHT_BRACE)) || pluses + above + none == 0)
    return bp_unexpected(parser, "+, ++, > 0 or ≥ 0", "R_+^n, R_{>0}");
  domain->span = (struct bp_span){sign.begin, parser->previous.span.end};
  domain->kind = BP_DOMAIN_POSITIVE;
  if (above || pluses > 1)
    return true;
  if (!ends || !(ends[0] = bp_node(parser, BP_EXPR_NUMBER, sign.begin, sign, 0)))
    return false;
  ends[0]->text = "0";
  domain->kind = BP_DOMAIN_INTERVAL;
  domain->values = ends;
  domain->count = 2;
  domain->closed[0] = true;
  return true;
}

/* size, a name or a number alone, where a part of the space follows it: R^n_+ */
static bool size_before_part(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_stream ahead = parser->stream;
  struct bp_token size = bp_stream_next(&ahead);
  if (parser->token.kind != BP_TOKEN_CARET || size.kind != BP_TOKEN_NAME ||
      bp_stream_next(&ahead).kind != BP_TOKEN_UNDERSCORE)
    return bp_parse_raised_shape(parser, statement);
  bp_advance(parser);
  bp_advance(parser);
  return (statement->rows = bp_name_node(parser, size.span, size.name->text)) != NULL;
}

/* What S says of a square matrix; a semidefinite one is refused. */
static bool symmetric(struct bp_parser *parser, bool part, struct bp_statement *statement) {
  struct bp_domain *domain = &statement->domain;
  if (part && domain->kind == BP_DOMAIN_INTERVAL)
    return bp_complain(parser, domain->span, "given B : n x n, and let S = B'*B; S_{++}^n",
                       "semidefinite matrices are not drawn");
  if (!part)
    domain->span = parser->previous.span;
  domain->kind = part ? BP_DOMAIN_SPD : BP_DOMAIN_SYMMETRIC;
  statement->columns = statement->columns ? statement->columns : statement->rows;
  return true;
}

bool bp_parse_space(struct bp_parser *parser, struct bp_statement *statement) {
  bool square = bp_is_named(&parser->token, "S");
  bp_advance(parser);
  bool part = parser->token.kind == BP_TOKEN_UNDERSCORE;
  if ((part && !part_of_space(parser, &statement->domain)) || !size_before_part(parser, statement))
    return false;
  if (!part && parser->token.kind == BP_TOKEN_UNDERSCORE) {
    part = true;
    if (!part_of_space(parser, &statement->domain))
      return false;
  }
  return !square || symmetric(parser, part, statement);
}

/* ---- onehot rows ------------------------------------------------------------ */

bool bp_says_rows(const struct bp_token *token) {
  static const char *const words[] = {"rows", "row", "per", "each", "every", "by", "wise"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k]))
      return !token->name->declared;
  return false;
}

void bp_parse_along_rows(struct bp_parser *parser, struct bp_domain *domain) {
  while (domain->kind == BP_DOMAIN_ONEHOT && bp_says_rows(&parser->token)) {
    domain->along_rows = domain->along_rows || parser->token.name->text[0] == 'r';
    bp_advance(parser);
  }
}

/* ---- (columns are words) ---------------------------------------------------- */

size_t bp_remark_end(const struct bp_parser *parser) {
  const struct bp_source *source = parser->source;
  size_t begin = parser->token.span.begin, end = begin;
  while (end < source->length && source->text[end] != ')' && source->text[end] != '\n')
    end++;
  bool bracket = parser->token.kind == BP_TOKEN_LEFT && begin > 0 &&
                 source->text[begin - 1] == ' ' && end < source->length && source->text[end] == ')';
  return bracket && bp_is_rule(source, parser->stream.lexer.names, begin + 1, end) ? end + 1 : 0;
}

void bp_skip_remark(struct bp_parser *parser) {
  size_t end = bp_remark_end(parser);
  if (end == 0)
    return;
  bp_stream_return(&parser->stream, end);
  parser->stream.depth -= parser->stream.depth > 0;
  bp_advance(parser);
}
