/* What people say of a name's range in other ways than behind given: x, y > 0 and 0 < p < 1 without
 * a word, assume y < 5 below the line that gives y, and one range for all that a line gives.
 *
 * An assumption changes what is drawn in the whole file, so it is taken only before anything is
 * judged; further down it would make a line above it hold.
 */
#include <string.h>

#include "lang/parser.h"

bool bp_is_bounded(struct bp_stream ahead) {
  bp_stream_next(&ahead);
  struct bp_token token = bp_stream_next(&ahead);
  if (token.kind == BP_TOKEN_MINUS)
    token = bp_stream_next(&ahead);
  struct bp_token end = bp_stream_next(&ahead);
  return token.kind == BP_TOKEN_NUMBER &&
         (end.kind == BP_TOKEN_NEWLINE || end.kind == BP_TOKEN_END);
}

bool bp_bounds_from_below(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = bp_stream_next(&ahead);
  if (parser->token.kind != BP_TOKEN_NUMBER ||
      (token.kind != BP_TOKEN_LESS && token.kind != BP_TOKEN_AT_MOST))
    return false;
  do {
    token = bp_stream_next(&ahead);
    if (token.kind != BP_TOKEN_NAME || token.name->declared || token.name->callable ||
        token.name->word != BP_NO_WORD)
      return false;
    token = bp_stream_next(&ahead);
  } while (token.kind == BP_TOKEN_COMMA);
  if (token.kind == BP_TOKEN_LESS || token.kind == BP_TOKEN_AT_MOST)
    return bp_stream_next(&ahead).kind == BP_TOKEN_NUMBER;
  return token.kind == BP_TOKEN_NEWLINE || token.kind == BP_TOKEN_END;
}

void bp_share_ranges(struct bp_parser *parser, struct bp_list *statements, size_t first) {
  struct bp_statement *list = statements->items;
  const struct bp_statement *last = statements->count > first ? &list[statements->count - 1] : NULL;
  if (!last || last->broken || last->range_count != 1)
    return;
  for (size_t k = first; k + 1 < statements->count; k++) {
    const struct bp_expression *target = list[k].target_count == 1 ? list[k].targets[0] : NULL;
    if (!target || list[k].range_count > 0 || target->count != 1 ||
        target->child[0]->kind != BP_EXPR_NAME ||
        strcmp(target->child[0]->name, last->ranges[0].name) != 0)
      continue;
    list[k].ranges = last->ranges;
    list[k].range_count = last->range_count;
    struct bp_name *family = bp_names_find(&parser->names, target->name, strlen(target->name));
    if (family)
      family->range = last->ranges;
  }
}

/* ---- assume y < 5 ---------------------------------------------------------- */

/* The given statement of the name, alone: where it gives others, too, it is parted.  NULL where
 * nothing gives it without a range, or memory is short. */
static struct bp_statement *given_alone(struct bp_parser *parser, struct bp_list *statements,
                                        const struct bp_name *name) {
  for (size_t k = 0; k < statements->count; k++) {
    struct bp_statement *given = (struct bp_statement *)statements->items + k;
    if (given->kind != BP_STATEMENT_GIVEN || given->is_function ||
        given->domain.kind != BP_DOMAIN_REAL)
      continue;
    for (size_t t = 0; t < given->target_count; t++) {
      if (given->targets[t]->count > 0 || strcmp(given->targets[t]->name, name->text) != 0)
        continue;
      if (given->target_count == 1)
        return given;
      struct bp_expression **alone = bp_lang_pool_take(&parser->pool, 1, sizeof *alone);
      if (!alone || !bp_list_add(parser, statements, sizeof *given))
        return NULL;
      struct bp_statement *list = statements->items;
      memmove(list + k + 1, list + k, (statements->count - 1 - k) * sizeof *list);
      *alone = list[k].targets[t];
      list[k].target_count--;
      memmove(list[k].targets + t, list[k].targets + t + 1,
              (list[k].target_count - t) * sizeof(struct bp_expression *));
      list[k + 1].targets = alone;
      list[k + 1].target_count = 1;
      return list + k + 1;
    }
  }
  return NULL;
}

static bool is_judged(const struct bp_list *statements) {
  const struct bp_statement *list = statements->items;
  for (size_t k = 0; k < statements->count; k++)
    if (list[k].kind == BP_STATEMENT_CLAIM || list[k].kind == BP_STATEMENT_REFUTE)
      return true;
  return false;
}

/* Whether < 5 or ≥ 0 is all that follows behind the name that is the current token. */
static bool is_only_bound(const struct bp_parser *parser) {
  struct bp_token sign = bp_peek(parser);
  return sign.kind >= BP_TOKEN_LESS && sign.kind <= BP_TOKEN_AT_LEAST &&
         bp_is_bounded(parser->stream);
}

bool bp_take_assumption(struct bp_parser *parser, struct bp_list *statements, bool *taken) {
  static const char *const words[] = {"assume",   "Assume",   "suppose",    "Suppose",
                                      "assuming", "Assuming", "angenommen", "假设"};
  const struct bp_token *token = &parser->token;
  struct bp_span word = token->span;
  bool found = false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    found = found || (bp_is_named(token, words[k]) && !token->name->declared);
  struct bp_parser ahead = *parser;
  ahead.token = bp_stream_next(&ahead.stream);
  if (!found || ahead.token.kind != BP_TOKEN_NAME || !is_only_bound(&ahead))
    return true;
  struct bp_name *name = ahead.token.name;
  bp_advance(parser);
  *taken = name->declared;
  if (!name->declared) /* read as a bare line: y < 5 */
    return true;
  struct bp_statement *given = is_judged(statements) ? NULL : given_alone(parser, statements, name);
  if (parser->memory_short)
    return false;
  if (!given) {
    bp_complain(parser, (struct bp_span){word.begin, parser->token.span.end},
                bp_suggest(parser, "%s in the line that gives it: given %s : number > 0",
                           name->text, name->text),
                "a range is told where something is given, before what is judged");
  } else {
    bp_advance(parser);
    if (!bp_parse_bounds(parser, given))
      given->broken = true;
  }
  while (parser->token.kind != BP_TOKEN_NEWLINE && parser->token.kind != BP_TOKEN_END)
    bp_advance(parser);
  return !parser->memory_short;
}
