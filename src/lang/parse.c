/* The frame of the parser: tokens, lines, and recovery.
 *
 * A line end ends the statement unless a bracket is open, an operator or a comma stands before it,
 * or the next line begins with a relation or with `for`.  A line that begins like a statement
 * always begins one, so a forgotten bracket costs one statement and not the rest of the file. After
 * an error the rest of the statement is skipped by the same rule.
 */
#include "lang/parse.h"

#include <string.h>

#include "lang/parser.h"

/* ---- tokens -------------------------------------------------------------- */

bool bp_is_named(const struct bp_token *token, const char *text) {
  return token->kind == BP_TOKEN_NAME && !strcmp(token->name->text, text);
}

bool bp_is_word(const struct bp_parser *parser, enum bp_word word) {
  return parser->token.kind == BP_TOKEN_NAME && parser->token.name->word == word &&
         !parser->token.name->declared;
}

struct bp_token bp_peek(const struct bp_parser *parser) {
  struct bp_lexer ahead = parser->lexer;
  return bp_lexer_next(&ahead);
}

bool bp_comma_inside(const struct bp_parser *parser) {
  enum { FARTHEST = 64 };
  struct bp_lexer ahead = parser->lexer;
  int depth = 1;
  for (int count = 0; count < FARTHEST && depth > 0; count++) {
    switch (bp_lexer_next(&ahead).kind) {
    case BP_TOKEN_LEFT:
    case BP_TOKEN_LEFT_SQUARE:
    case BP_TOKEN_LEFT_BRACE:
      depth++;
      break;
    case BP_TOKEN_RIGHT:
    case BP_TOKEN_RIGHT_SQUARE:
    case BP_TOKEN_RIGHT_BRACE:
      depth--;
      break;
    case BP_TOKEN_COMMA:
      if (depth == 1)
        return true;
      break;
    case BP_TOKEN_END:
    case BP_TOKEN_NEWLINE:
      return false;
    default:
      break;
    }
  }
  return false;
}

bool bp_relation_of(enum bp_token_kind kind, enum bp_relation *relation) {
  if (kind >= BP_TOKEN_EQUAL && kind <= BP_TOKEN_AT_LEAST) {
    static const enum bp_relation relations[] = {BP_EQUAL,   BP_APPROXIMATE, BP_LESS,
                                                 BP_AT_MOST, BP_GREATER,     BP_AT_LEAST};
    *relation = relations[kind - BP_TOKEN_EQUAL];
    return true;
  }
  *relation = BP_EQUAL;
  return kind == BP_TOKEN_DOUBLE_EQUAL;
}

/* Whether the line after a line end begins a statement: a keyword, and after it what could not go
 * on if the keyword were a name; or, for a misspelt keyword, two names in a row, which no formula
 * has. */
static bool statement_follows(struct bp_lexer ahead) {
  struct bp_token first = bp_lexer_next(&ahead);
  if (first.kind != BP_TOKEN_NAME || first.name->word != BP_NO_WORD || first.name->declared)
    return false;
  struct bp_token second = bp_lexer_next(&ahead);
  if (first.name->keyword < 0)
    return second.kind == BP_TOKEN_STRING ||
           (second.kind == BP_TOKEN_NAME && second.name->word == BP_NO_WORD);
  switch (second.kind) {
  case BP_TOKEN_NAME:
  case BP_TOKEN_NUMBER:
  case BP_TOKEN_STRING:
  case BP_TOKEN_FAULT:
  case BP_TOKEN_PARTIAL:
  case BP_TOKEN_ROOT:
  case BP_TOKEN_SIGMA:
  case BP_TOKEN_LEFT:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_MINUS:
    return true;
  default:
    return false;
  }
}

/* A token after which a formula cannot end. */
static bool leaves_open(const struct bp_token *token) {
  if (token->kind == BP_TOKEN_NAME)
    return token->name->word != BP_NO_WORD && !token->name->declared;
  switch (token->kind) {
  case BP_TOKEN_PRIME:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_SQUARED:
  case BP_TOKEN_CUBED:
    return false;
  default:
    return (token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_SIGMA) ||
           (token->kind >= BP_TOKEN_COMMA && token->kind <= BP_TOKEN_DOUBLE_EQUAL);
  }
}

/* An operator that begins an indented line: no statement does, and a list of prose is rarely
 * indented. */
static bool is_leading_operator(const struct bp_parser *parser, const struct bp_token *token) {
  const char *text = parser->lexer.source->text;
  bool indented = token->span.begin > 0 &&
                  (text[token->span.begin - 1] == ' ' || text[token->span.begin - 1] == '\t');
  return indented && token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_POINT_SLASH &&
         token->kind != BP_TOKEN_SLASH;
}

/* Whether the statement goes on behind the line end that was just read. */
static bool goes_on(const struct bp_parser *parser) {
  struct bp_lexer ahead = parser->lexer;
  struct bp_token next = bp_lexer_next(&ahead);
  enum bp_relation relation;
  if (next.kind == BP_TOKEN_END || statement_follows(parser->lexer))
    return false;
  if (parser->brackets > 0 || leaves_open(&parser->previous))
    return true;
  return bp_relation_of(next.kind, &relation) || is_leading_operator(parser, &next) ||
         (next.kind == BP_TOKEN_NAME && !next.name->declared && next.name->word == BP_WORD_FOR);
}

void bp_advance(struct bp_parser *parser) {
  parser->previous = parser->token;
  parser->token = bp_lexer_next(&parser->lexer);
  if (parser->token.kind == BP_TOKEN_NEWLINE && parser->previous.kind != BP_TOKEN_NEWLINE &&
      goes_on(parser))
    parser->token = bp_lexer_next(&parser->lexer);
}

bool bp_take(struct bp_parser *parser, enum bp_token_kind kind) {
  if (parser->token.kind != kind)
    return false;
  bp_advance(parser);
  return true;
}

struct bp_inside bp_open(struct bp_parser *parser) {
  struct bp_inside outer = parser->inside;
  parser->inside = (struct bp_inside){false, false};
  parser->brackets++;
  bp_advance(parser);
  return outer;
}

/* The error for a bracket that is not closed where it should be. */
static bool complain_of_open(struct bp_parser *parser, enum bp_token_kind kind,
                             struct bp_span opening) {
  const char *closing = kind == BP_TOKEN_RIGHT ? ")" : kind == BP_TOKEN_RIGHT_SQUARE ? "]" : "}";
  const char *opened = bp_quote(parser, opening);
  enum bp_relation relation;
  if (parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END)
    return bp_complain(parser, opening, bp_suggest(parser, "put the %s where it ends", closing),
                       "this %s is never closed", opened);
  if (bp_relation_of(parser->token.kind, &relation)) {
    parser->brackets = 0;
    return bp_complain(parser, parser->token.span,
                       bp_suggest(parser, "put the %s before it", closing),
                       "a comparison is here, and a %s is still open", opened);
  }
  return bp_unexpected(parser, bp_suggest(parser, "a %s", closing), NULL);
}

bool bp_close(struct bp_parser *parser, enum bp_token_kind kind, struct bp_span opening,
              struct bp_inside outer) {
  if (parser->token.kind != kind)
    return complain_of_open(parser, kind, opening);
  parser->brackets--;
  parser->inside = outer;
  bp_advance(parser);
  return true;
}

struct bp_list bp_list_of(void *items, size_t count) {
  size_t capacity = count > 0;
  while (capacity < count)
    capacity *= 2;
  return (struct bp_list){items, count, capacity};
}

void *bp_list_add(struct bp_parser *parser, struct bp_list *list, size_t size) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 1;
    void *items = bp_lang_pool_take(&parser->pool, capacity, size);
    if (!items) {
      bp_out_of_memory(parser);
      return NULL;
    }
    if (list->count > 0)
      memcpy(items, list->items, list->count * size);
    list->items = items;
    list->capacity = capacity;
  }
  return (char *)list->items + list->count++ * size;
}

/* ---- lines --------------------------------------------------------------- */

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
#define ROW(word, kind) word,
  static const char *const keywords[] = {BP_STATEMENTS(ROW)};
#undef ROW
  const struct bp_token *token = &parser->token;
  struct bp_token after = bp_peek(parser);
  bool operand = token->kind == BP_TOKEN_NAME || token->kind == BP_TOKEN_NUMBER ||
                 token->kind == BP_TOKEN_STRING || bp_begins_operand(parser) ||
                 token->kind == BP_TOKEN_MINUS;
  const char *nearest = NULL;
  bool shown = parser->diagnostics->count < BP_MOST_DIAGNOSTICS;
  if (shown && token->kind == BP_TOKEN_NAME && !token->name->declared)
    nearest = bp_nearest_name(token->name->text, token->name->length, keywords,
                              sizeof keywords / sizeof *keywords);
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

/* Reads a line that begins here; false when memory is short. */
static bool read_line(struct bp_parser *parser, struct bp_list *statements) {
  parser->brackets = parser->nesting = 0;
  parser->inside = (struct bp_inside){false, false};
  if (parser->token.kind != BP_TOKEN_NAME || parser->token.name->keyword < 0) {
    complain_of_line(parser);
    recover(parser);
    return !parser->memory_short;
  }
  struct bp_statement *statement = bp_list_add(parser, statements, sizeof *statement);
  if (!statement)
    return false;
  *statement = (struct bp_statement){.kind = (enum bp_statement_kind)parser->token.name->keyword,
                                     .span = parser->token.span};
  statement->broken = !bp_parse_statement(parser, statement);
  if (statement->broken)
    recover(parser);
  if (parser->previous.span.end > statement->span.end)
    statement->span.end = parser->previous.span.end;
  return !parser->memory_short;
}

int bp_parse(const struct bp_source *source, bp_parse_use *use, void *context, size_t *next_id,
             struct bp_arena *arena, struct bp_diagnostics *diagnostics,
             struct bp_document *document) {
  struct bp_parser parser = {.source = source,
                             .pool = {.arena = arena},
                             .diagnostics = diagnostics,
                             .use = use,
                             .context = context};
  struct bp_list statements = {NULL, 0, 0};
  parser.next_id = next_id;
  parser.memory_short = bp_names_init(&parser.names, &parser.pool) != 0;
  parser.lexer = bp_lexer_new(source, &parser.names);
  parser.token.kind = BP_TOKEN_NEWLINE;
  while (!parser.memory_short && parser.token.kind != BP_TOKEN_END)
    if (parser.token.kind == BP_TOKEN_NEWLINE)
      bp_advance(&parser);
    else
      read_line(&parser, &statements);
  *document = (struct bp_document){source, statements.items, statements.count, *next_id};
  if (!parser.memory_short)
    return 0;
  bp_error(diagnostics, source, parser.token.span, "raise --memory-limit, or shorten the file",
           "memory ran out while this file was read");
  return -1;
}
