/* The frame of the parser: lines, and recovery.
 *
 * A line that begins with no keyword is what people write on paper: a declaration where a shape
 * follows, a definition where its left side is a name that nothing has, and else a claim.  A dW
 * beside a W is never defined so: it has a meaning, and is claimed.
 *
 * After an error the rest of the statement is skipped; what belongs to it is settled by the same
 * rule as always, in cursor.c.
 */
#include "lang/parse.h"

#include <string.h>

#include "base/budget.h"
#include "lang/parser.h"

static bool at_line_end(const struct bp_parser *parser) {
  return parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END;
}

/* Skips what is left of a statement that could not be read. */
static void recover(struct bp_parser *parser) {
  while (!at_line_end(parser)) {
    switch (parser->token.kind) {
    case BP_TOKEN_LEFT:
    case BP_TOKEN_LEFT_SQUARE:
    case BP_TOKEN_LEFT_BRACE:
      parser->brackets++;
      break;
    case BP_TOKEN_RIGHT:
    case BP_TOKEN_RIGHT_SQUARE:
    case BP_TOKEN_RIGHT_BRACE:
      parser->brackets -= parser->brackets > 0;
      break;
    default:
      break;
    }
    bp_advance(parser);
  }
}

/* The error for a line that begins with no keyword. */
static void complain_of_line(struct bp_parser *parser) {
  const char *keywords[BP_STATEMENT_KIND_COUNT];
  const struct bp_token *token = &parser->token;
  struct bp_token after = bp_peek(parser);
  bool operand = token->kind == BP_TOKEN_NAME || token->kind == BP_TOKEN_NUMBER ||
                 token->kind == BP_TOKEN_STRING || bp_begins_operand(parser) ||
                 token->kind == BP_TOKEN_MINUS;
  const char *nearest = NULL;
  bool shown = parser->diagnostics->count < BP_MOST_DIAGNOSTICS;
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    keywords[kind] = bp_statement_keyword((enum bp_statement_kind)kind);
  if (shown && token->kind == BP_TOKEN_NAME && !token->name->declared)
    nearest =
        bp_nearest_name(token->name->text, token->name->length, keywords, BP_STATEMENT_KIND_COUNT);
  bool prose = token->kind == BP_TOKEN_NAME && !token->name->declared &&
               (after.kind == BP_TOKEN_NAME || after.kind == BP_TOKEN_STRING ||
                after.kind == BP_TOKEN_NUMBER);
  if (nearest && after.kind != BP_TOKEN_EQUAL && after.kind != BP_TOKEN_DEFINE)
    bp_complain(parser, token->span, bp_suggest(parser, "did you mean %s?", nearest),
                "no statement begins with %s", bp_quote(parser, token->span));
  else if (prose)
    bp_complain(parser, token->span,
                "claim for a formula that is to be judged, let for a definition, # for a comment",
                "no statement begins with %s", bp_quote(parser, token->span));
  else if (token->kind == BP_TOKEN_SLASH)
    bp_complain(parser, token->span, "# begins a comment", "this line begins with no statement");
  else if (token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_POINT_SLASH)
    bp_complain(parser, token->span,
                "# for a comment; to go on with the formula above, indent the line",
                "this line begins with no statement");
  else if (operand)
    bp_complain(parser, token->span,
                bp_suggest(parser, "let %s … to define it, claim %s … to have it judged",
                           bp_quote(parser, token->span), bp_quote(parser, token->span)),
                "this line begins with no statement");
  else
    bp_unexpected(parser, "a statement", "claim dW = dZ * A'");
}

/* Whether the name is a d and something that the file has, dW2 beside W or W[2], dz beside the Z of
 * a network: such a name has a meaning, wherever it is declared. */
static bool is_gradient(struct bp_parser *parser, const struct bp_name *name) {
  size_t length = name->length;
  if (bp_after_d(parser, &parser->token))
    return true;
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

/* What a bare line is that begins with a name; false where it is prose, or a misspelt keyword. */
static bool kind_of_name(struct bp_parser *parser, enum bp_statement_kind *kind) {
  const struct bp_name *name = parser->token.name;
  struct bp_token after = bp_peek(parser);
  *kind = BP_STATEMENT_CLAIM;
  if (name->declared) {
    if (after.kind == BP_TOKEN_COLON)
      *kind = BP_STATEMENT_SHAPE;
    return true;
  }
  switch (after.kind) {
  case BP_TOKEN_COLON:
  case BP_TOKEN_COMMA:
  case BP_TOKEN_GREATER:
  case BP_TOKEN_NOT_EQUAL:
    *kind = BP_STATEMENT_GIVEN;
    return true;
  case BP_TOKEN_EQUAL:
  case BP_TOKEN_DEFINE:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_UNDERSCORE:
    *kind =
        is_gradient(parser, name) || bp_is_identity(name) ? BP_STATEMENT_CLAIM : BP_STATEMENT_LET;
    return name->word == BP_NO_WORD;
  case BP_TOKEN_LEFT:
    *kind = name->callable || name->form != BP_FORM_CALL ? BP_STATEMENT_CLAIM : BP_STATEMENT_LET;
    return name->word == BP_NO_WORD;
  case BP_TOKEN_NAME:
    if (after.name->word == BP_WORD_IN) {
      *kind = BP_STATEMENT_GIVEN;
      return true;
    }
    return name->callable != BP_NOT_CALLABLE;
  case BP_TOKEN_NUMBER:
    return name->callable != BP_NOT_CALLABLE;
  case BP_TOKEN_STRING:
  case BP_TOKEN_PARTIAL:
  case BP_TOKEN_NABLA:
  case BP_TOKEN_SIGMA:
  case BP_TOKEN_NEWLINE:
  case BP_TOKEN_END:
    return false;
  default:
    return bp_begins_operand(parser);
  }
}

/* The kind of a line that begins with no keyword; false, with an error recorded, where it has none.
 */
static bool bare_kind(struct bp_parser *parser, enum bp_statement_kind *kind) {
  *kind = BP_STATEMENT_CLAIM;
  if (!(parser->token.kind == BP_TOKEN_NAME ? kind_of_name(parser, kind)
                                            : bp_begins_operand(parser))) {
    complain_of_line(parser);
    return false;
  }
  return true;
}

/* Goes behind the end of a line, where nothing is open that was open before it. */
static void next_line(struct bp_parser *parser) {
  bp_stream_restart(&parser->stream);
  bp_advance(parser);
}

/* Reads the statement of that kind that begins here; false when memory is short. */
static bool read_statement(struct bp_parser *parser, enum bp_statement_kind kind, bool bare,
                           struct bp_list *statements) {
  struct bp_statement *statement = bp_list_add(parser, statements, sizeof *statement);
  if (!statement)
    return false;
  *statement = (struct bp_statement){.kind = kind, .bare = bare, .span = parser->token.span};
  statement->broken = !bp_parse_statement(parser, statement);
  if (statement->broken) {
    statement->hole = (struct bp_span){0, 0};
    recover(parser);
  }
  statement->broken = statement->broken || bp_statement_is_unfilled(statement);
  if (parser->previous.span.end > statement->span.end)
    statement->span.end = parser->previous.span.end;
  return !parser->memory_short;
}

/* Reads a line that begins here, of which several things may be given; false when memory is short.
 */
static bool read_line(struct bp_parser *parser, struct bp_list *statements) {
  enum bp_statement_kind kind = BP_STATEMENT_CLAIM;
  parser->statement++;
  parser->brackets = parser->nesting = parser->bars = 0;
  parser->inside = (struct bp_inside){.size = false};
  bool bare = parser->token.kind != BP_TOKEN_NAME || parser->token.name->keyword < 0;
  if (!bare)
    kind = (enum bp_statement_kind)parser->token.name->keyword;
  else if (!bare_kind(parser, &kind)) {
    recover(parser);
    return !parser->memory_short;
  }
  do {
    if (!read_statement(parser, kind, bare, statements))
      return false;
  } while (kind == BP_STATEMENT_GIVEN && parser->token.kind == BP_TOKEN_COMMA);
  return true;
}

/* Names all that bare lines define or declare, since none of it is judged. */
static void tell_definitions(struct bp_parser *parser, const struct bp_list *statements) {
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

int bp_parse(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
             bp_parse_use *use, void *context, size_t *next_id, struct bp_arena *arena,
             struct bp_diagnostics *diagnostics, struct bp_document *document) {
  struct bp_parser parser = {.source = source,
                             .pool = {.arena = arena},
                             .diagnostics = diagnostics,
                             .use = use,
                             .context = context};
  struct bp_list statements = {NULL, 0, 0};
  parser.next_id = next_id;
  parser.memory_short = bp_names_init(&parser.names, vocabulary, &parser.pool) != 0;
  if (!parser.memory_short)
    parser.stream = bp_stream_new(source, &parser.names);
  if (!parser.memory_short)
    bp_assume_numbers(&parser, &statements);
  parser.token.kind = BP_TOKEN_NEWLINE;
  while (!parser.memory_short && parser.token.kind != BP_TOKEN_END)
    if (parser.token.kind == BP_TOKEN_NEWLINE)
      next_line(&parser);
    else
      read_line(&parser, &statements);
  if (!parser.memory_short)
    tell_definitions(&parser, &statements);
  *document =
      (struct bp_document){source, vocabulary, statements.items, statements.count, *next_id};
  if (!parser.memory_short)
    return 0;
  bp_budget_refuse(bp_budget_here());
  bp_error(diagnostics, source, parser.token.span, "raise --memory-limit, or shorten the file",
           "memory ran out while this file was read");
  return -1;
}
