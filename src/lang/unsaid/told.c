/* A line without a word in front may define, and then nothing of it is judged: which lines did so
 * is told once, so that nobody takes them for claims.
 */
#include "lang/parser.h"

void bp_tell_definitions(struct bp_parser *parser, const struct bp_list *statements) {
  enum { MOST_NAMED = 12 };
  const struct bp_statement *list = statements->items, *first = NULL;
  const char *names = "";
  size_t count = 0;
  for (size_t i = 0; i < statements->count && names; i++) {
    bool told = list[i].bare && !list[i].broken && list[i].target_count > 0 &&
                (list[i].kind == BP_STATEMENT_LET || list[i].kind == BP_STATEMENT_GIVEN);
    first = first || !told ? first : &list[i];
    for (size_t k = 0; told && k < list[i].target_count && names; k++)
      if (count++ < MOST_NAMED)
        names = bp_arena_printf(parser->pool.arena, "%s%s%s", names, count > 1 ? ", " : "",
                                bp_quote(parser, list[i].targets[k]->span));
  }
  if (first && names && count > MOST_NAMED)
    names = bp_arena_printf(parser->pool.arena, "%s and %zu more", names, count - MOST_NAMED);
  if (first && names)
    bp_note(parser->diagnostics, parser->source, first->targets[0]->span,
            "claim J = …, to have it judged",
            "defined or declared by lines without a word in front, and therefore not judged: %s",
            names);
}
