/* Families that are computed one member after the other: given h[0], then h[t] = … h[t-1] ….
 *
 * What is given first, as h[0], h_0 or h0, becomes the first member of what is computed, so that
 * the family has one definition for all its members.
 */
#include <string.h>

#include "lang/parser.h"

bool bp_picks_by_letter(struct bp_stream ahead) {
  bp_stream_next(&ahead);
  struct bp_token index = bp_stream_next(&ahead);
  return index.kind == BP_TOKEN_NAME && !index.name->declared &&
         bp_stream_next(&ahead).kind == BP_TOKEN_RIGHT_SQUARE &&
         bp_stream_next(&ahead).kind == BP_TOKEN_EQUAL;
}

/* Where the first member of a family that is computed comes from: h[0] that is given, which gets a
 * name of its own, or a given h_0 or h0.  NULL where nothing is. */
static struct bp_expression *first_given(struct bp_parser *parser, struct bp_list *statements,
                                         const struct bp_name *family,
                                         struct bp_expression **member, size_t *behind) {
  static const char *const endings[] = {"_0", "0"};
  for (size_t k = 0; k < statements->count; k++) {
    struct bp_statement *given = (struct bp_statement *)statements->items + k;
    *behind = k + 1;
    for (size_t t = 0; given->kind == BP_STATEMENT_GIVEN && t < given->target_count; t++) {
      struct bp_expression *target = given->targets[t];
      if (!strcmp(target->name, family->text) && target->count == 1) {
        *member = target;
        return given->targets[t] =
                   bp_name_node(parser, target->span, bp_quote(parser, target->span));
      }
      for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
        if (target->count == 0 && !strncmp(target->name, family->text, family->length) &&
            !strcmp(target->name + family->length, endings[e])) {
          struct bp_expression *zero =
              bp_node(parser, BP_EXPR_NUMBER, target->span.begin, target->span, 0);
          *member =
              zero ? bp_node(parser, BP_EXPR_NAME, target->span.begin, target->span, 1) : NULL;
          if (!*member)
            return NULL;
          zero->text = "0";
          (*member)->name = family->text;
          (*member)->child[0] = zero;
          (*member)->span = target->span;
          return bp_name_node(parser, target->span, target->name);
        }
    }
  }
  return NULL;
}

bool bp_begin_recursion(struct bp_parser *parser, struct bp_name *name,
                        struct bp_list *statements) {
  struct bp_expression *member = NULL;
  size_t behind = 0;
  struct bp_expression *alone = first_given(parser, statements, name, &member, &behind);
  if (!alone || !member)
    return !parser->memory_short;
  struct bp_statement *first = bp_list_add(parser, statements, sizeof *first);
  struct bp_expression **target = bp_lang_pool_take(&parser->pool, 1, sizeof(void *));
  const struct bp_expression **side = bp_lang_pool_take(&parser->pool, 1, sizeof(void *));
  if (!first || !target || !side)
    return bp_out_of_memory(parser);
  *target = member;
  *side = alone;
  struct bp_statement *list = statements->items; /* others may use h[t-1] before h[t] is computed */
  memmove(list + behind + 1, list + behind, (statements->count - 1 - behind) * sizeof *list);
  first = list + behind;
  *first = (struct bp_statement){.kind = BP_STATEMENT_LET,
                                 .span = member->span,
                                 .targets = target,
                                 .target_count = 1,
                                 .sides = side,
                                 .side_count = 1};
  name->begun = false;
  return true;
}

struct bp_name *bp_begins_recursion(const struct bp_parser *parser, enum bp_statement_kind kind,
                                    bool bare) {
  struct bp_stream ahead = parser->stream;
  struct bp_token token = bare ? parser->token : bp_stream_next(&ahead);
  bool fits = kind == BP_STATEMENT_LET && token.kind == BP_TOKEN_NAME &&
              (token.name->begun || !token.name->declared) && bp_picks_by_letter(ahead);
  return fits ? token.name : NULL;
}
