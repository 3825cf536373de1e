/* The sides of a claim: a chain of relations, or an update and what its right side equals.
 *
 * A chain says more than one thing, and what cannot be read in the middle of one takes nothing from
 * the rest: a = b and b = c are claimed, so a = c is.
 */
#include <string.h>

#include "lang/dress.h"
#include "lang/parser.h"

/* side = expression; "at" is refused here, because its = would look like the next link */
bool bp_parse_side(struct bp_parser *parser, struct bp_statement *statement) {
  size_t begin = parser->token.span.begin;
  struct bp_expression *expression = bp_parse_expression(parser);
  if (expression && bp_at_open_cases(parser))
    expression = bp_parse_cases(parser, (struct bp_span){begin, begin}, expression);
  if (!expression)
    return false;
  if (statement->side_count == 0)
    parser->left = expression;
  if (bp_is_word(parser, BP_WORD_AT))
    return bp_complain(parser, parser->token.span, "(J at W = 2*W) < J",
                       "put parentheses around the whole of it, so that it is clear where it ends");
  struct bp_list list = bp_list_of(statement->sides, statement->side_count);
  const struct bp_expression **place = bp_list_add(parser, &list, sizeof *place);
  if (!place)
    return false;
  *place = expression;
  statement->sides = list.items;
  statement->side_count = list.count;
  return true;
}

struct bp_parser_place bp_place_of(const struct bp_parser *parser) {
  return (struct bp_parser_place){.stream = parser->stream,
                                  .token = parser->token,
                                  .previous = parser->previous,
                                  .brackets = parser->brackets,
                                  .nesting = parser->nesting,
                                  .bars = parser->bars,
                                  .pair_count = parser->pair_count,
                                  .inside = parser->inside,
                                  .hole = parser->hole ? *parser->hole : (struct bp_span){0, 0}};
}

void bp_go_to(struct bp_parser *parser, const struct bp_parser_place *place) {
  parser->stream = place->stream;
  parser->token = place->token;
  parser->previous = place->previous;
  parser->brackets = place->brackets;
  parser->nesting = place->nesting;
  parser->bars = place->bars;
  parser->pair_count = place->pair_count;
  parser->inside = place->inside;
  if (parser->hole)
    *parser->hole = place->hole;
}

/* Whether the formula ends here, and what follows says something else: a comma, an arrow, where. */
static bool ends_formula(const struct bp_parser *parser) {
  static const char *const words[] = {"where", "with", "when", "if", "and", "at"};
  const struct bp_token *token = &parser->token;
  struct bp_token after = bp_peek(parser);
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k]))
      return !token->name->declared && after.kind != BP_TOKEN_LEFT;
  return token->kind == BP_TOKEN_COMMA || token->kind == BP_TOKEN_SEMICOLON ||
         token->kind == BP_TOKEN_HENCE;
}

/* From where a member begins to the next relation, or to the end of the formula. */
static void go_over(struct bp_parser *parser) {
  enum bp_relation relation;
  for (int depth = 0; parser->token.kind != BP_TOKEN_END &&
                      parser->token.kind != BP_TOKEN_NEWLINE &&
                      (depth > 0 || !ends_formula(parser)) &&
                      (depth > 0 || !bp_relation_of(parser->token.kind, &relation));) {
    enum bp_token_kind kind = parser->token.kind;
    depth += kind == BP_TOKEN_LEFT || kind == BP_TOKEN_LEFT_SQUARE || kind == BP_TOKEN_LEFT_BRACE;
    depth -=
        kind == BP_TOKEN_RIGHT || kind == BP_TOKEN_RIGHT_SQUARE || kind == BP_TOKEN_RIGHT_BRACE;
    parser->token.spelling = BP_SPELLING_OURS; /* nothing is told of what is left out */
    bp_advance(parser);
  }
}

/* A member of a chain that cannot be read is left out, from where it began up to the next =, and
 * its error becomes a note; false where none follows, and then it is as if nobody had looked. */
static bool skip_member(struct bp_parser *parser, const struct bp_parser_place *start,
                        size_t errors) {
  struct bp_parser_place stopped = bp_place_of(parser);
  struct bp_diagnostics *found = parser->diagnostics;
  enum bp_relation relation;
  if (parser->memory_short || found->errors != errors + 1 || found->dropped > 0)
    return false;
  bp_go_to(parser, start);
  go_over(parser);
  if (!bp_relation_of(parser->token.kind, &relation) || relation != BP_EQUAL) {
    bp_go_to(parser, &stopped);
    return false;
  }
  struct bp_diagnostic *last = &found->list[found->count - 1];
  const char *message = bp_arena_printf(
      found->arena, "%s; this member is left out, and the others are compared", last->message);
  if (!message)
    return bp_out_of_memory(parser);
  last->message = message;
  last->note = true;
  found->errors--;
  return true;
}

/* link = relation expression; one between two = that cannot be read is left out */
bool bp_parse_links(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_list relations = {NULL, 0, 0}, spans = {NULL, 0, 0};
  enum bp_relation relation;
  while (bp_relation_of(parser->token.kind, &relation) &&
         parser->token.kind != BP_TOKEN_DOUBLE_EQUAL) {
    enum bp_relation *place = bp_list_add(parser, &relations, sizeof *place);
    struct bp_span *span = place ? bp_list_add(parser, &spans, sizeof *span) : NULL;
    if (!span)
      return false;
    *place = relation;
    *span = parser->token.span;
    bp_advance(parser);
    struct bp_parser_place start = bp_place_of(parser);
    size_t errors = parser->diagnostics->errors;
    if (bp_parse_side(parser, statement))
      continue;
    bool empty = start.token.span.begin == parser->token.span.begin &&
                 bp_relation_of(start.token.kind, &relation);
    if (empty || relation != BP_EQUAL || !skip_member(parser, &start, errors))
      return false;
    relations.count--;
    spans.count--;
  }
  statement->relations = relations.items;
  statement->relation_spans = spans.items;
  return true;
}

/* Whether + or - follows behind the bytes of `moved` at the sign at hand: w = w - …. */
static bool repeats_moved(const struct bp_parser *parser, const struct bp_expression *moved) {
  const struct bp_source *source = parser->source;
  struct bp_span span = moved->span, line = bp_line_text(source, span.begin);
  size_t length = span.end - span.begin, at = parser->token.span.end;
  while (at < line.end && source->text[at] == ' ')
    at++;
  if (at + length >= line.end || memcmp(source->text + at, source->text + span.begin, length) != 0)
    return false;
  for (at += length; at < line.end && source->text[at] == ' ';)
    at++;
  return at < line.end && strchr("+-", source->text[at]);
}

/* Whether the = at hand says what is done, as in programs: w = w - α*∂J/∂w, of a w that is given.
 */
static bool assigns(struct bp_parser *parser, const struct bp_statement *statement) {
  const struct bp_expression *moved = statement->sides[0];
  const struct bp_name *name = moved->kind == BP_EXPR_NAME
                                   ? bp_names_find(&parser->names, moved->name, strlen(moved->name))
                                   : NULL;
  if (!statement->bare || parser->token.kind != BP_TOKEN_EQUAL || !name || !name->declared ||
      name->definition || !repeats_moved(parser, moved))
    return false;
  bp_note_spelling(parser, BP_SPELLING_ASSIGNED, moved->span, NULL);
  return true;
}

bool bp_at_update(struct bp_parser *parser, const struct bp_statement *statement) {
  enum bp_token_kind kind = parser->token.kind;
  return kind == BP_TOKEN_DEFINE || kind == BP_TOKEN_PLUS_EQUAL || kind == BP_TOKEN_MINUS_EQUAL ||
         assigns(parser, statement);
}

/* The step of a name, as the file declares it: Δw of w, ΔW[l] of W[l]; NULL where it does not. */
static struct bp_expression *declared_step(struct bp_parser *parser,
                                           const struct bp_expression *moved) {
  static const char delta[] = "Δ";
  char text[128];
  size_t length = moved->kind == BP_EXPR_NAME ? strlen(moved->name) : sizeof text;
  if (length + sizeof delta > sizeof text)
    return NULL;
  memcpy(text, delta, sizeof delta - 1);
  memcpy(text + sizeof delta - 1, moved->name, length);
  const struct bp_name *name = bp_names_find(&parser->names, text, length + sizeof delta - 1);
  struct bp_expression *step =
      name && name->declared
          ? bp_node(parser, BP_EXPR_NAME, moved->span.begin, moved->sign, moved->count)
          : NULL;
  if (!step)
    return NULL;
  step->name = name->text;
  step->span = moved->span;
  if (moved->count > 0)
    memcpy(step->child, moved->child, moved->count * sizeof *step->child);
  return bp_node_done(parser, step);
}

/* What the right side of an update has to be, where the file declares the step: w + Δw for :=, Δw
 * for +=, -Δw for -=. */
static struct bp_expression *meant_by_update(struct bp_parser *parser, enum bp_token_kind kind,
                                             struct bp_expression *moved) {
  struct bp_expression *step = declared_step(parser, moved);
  if (!step || kind == BP_TOKEN_PLUS_EQUAL)
    return step;
  struct bp_expression *meant = kind == BP_TOKEN_MINUS_EQUAL
                                    ? bp_node_of(parser, BP_EXPR_NEGATE, moved->sign, step, NULL)
                                    : bp_node_of(parser, BP_EXPR_ADD, moved->sign, moved, step);
  if (meant)
    meant->span = moved->span;
  return meant;
}

/* The one side of an update against what it has to be. */
static bool hold_update(struct bp_parser *parser, struct bp_statement *statement,
                        const struct bp_token *sign, const struct bp_expression *meant) {
  struct bp_list sides = bp_list_of(statement->sides, statement->side_count);
  struct bp_list relations = {NULL, 0, 0}, spans = {NULL, 0, 0};
  const struct bp_expression **side = bp_list_add(parser, &sides, sizeof *side);
  enum bp_relation *relation = side ? bp_list_add(parser, &relations, sizeof *relation) : NULL;
  struct bp_span *span = relation ? bp_list_add(parser, &spans, sizeof *span) : NULL;
  if (!span)
    return false;
  *side = meant;
  *relation = BP_EQUAL;
  *span = sign->span;
  statement->update = true;
  statement->sides = sides.items;
  statement->side_count = sides.count;
  statement->relations = relations.items;
  statement->relation_spans = spans.items;
  return true;
}

/* update = name ( ":=" | "+=" | "-=" ) expression { relation expression }: what is done claims
 * nothing, but where the file declares the step; what it is said to equal does */
bool bp_parse_update(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_token sign = parser->token;
  const struct bp_expression *moved = statement->sides[0];
  struct bp_expression *copy = bp_node(parser, moved->kind, moved->span.begin, moved->sign, 0);
  if (!copy)
    return false;
  *copy = *moved;
  bp_advance(parser);
  statement->sides = NULL;
  statement->side_count = 0;
  if (!bp_parse_side(parser, statement) || !bp_parse_links(parser, statement))
    return false;
  if (statement->side_count > 1)
    return true;
  const struct bp_expression *meant = meant_by_update(parser, sign.kind, copy);
  if (meant)
    return hold_update(parser, statement, &sign, meant);
  const char *name = bp_quote(parser, moved->span);
  const char *instead = bp_suggest(parser,
                                   "declare the step, as in write Δ%s for -η*∂J/∂%s, claim what it "
                                   "is, ∂J/∂%s = …, or go on with what the right side equals",
                                   name, name, name);
  parser->passed = true;
  parser->update =
      (struct bp_update){.kind = sign.kind == BP_TOKEN_PLUS_EQUAL    ? BP_UPDATE_ADDS
                                 : sign.kind == BP_TOKEN_MINUS_EQUAL ? BP_UPDATE_SUBTRACTS
                                                                     : BP_UPDATE_SETS,
                         .moved = copy,
                         .sign = sign.span};
  bp_note(parser->diagnostics, parser->source, sign.span, instead,
          "an update says what is done, and nothing that could hold or fail; it is not judged");
  return true;
}

bool bp_keep_update(struct bp_parser *parser, struct bp_list *statements) {
  const struct bp_statement *list = statements->items;
  const struct bp_statement *passed = &list[--statements->count];
  if (!parser->update.moved)
    return true;
  struct bp_update *update = bp_list_add(parser, &parser->updates, sizeof *update);
  if (!update)
    return false;
  *update = parser->update;
  update->statement = *passed;
  parser->update.moved = NULL;
  return true;
}

bool bp_at_own_update(const struct bp_parser *parser, const struct bp_token *after) {
  if (after->kind != BP_TOKEN_DEFINE)
    return after->kind == BP_TOKEN_PLUS_EQUAL || after->kind == BP_TOKEN_MINUS_EQUAL;
  struct bp_stream ahead = parser->stream;
  for (;;) {
    struct bp_token token = bp_stream_next(&ahead);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      return false;
    if (token.kind == BP_TOKEN_NAME && token.name == parser->token.name)
      return true;
  }
}
