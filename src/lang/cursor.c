/* The cursor: which token comes next, and where a statement ends.
 *
 * A line end ends the statement unless a bracket is open, an operator or a comma stands before it,
 * or the next line begins with a relation or with `for`.  A line that begins like a statement
 * always begins one, so a forgotten bracket costs one statement and not the rest of the file.
 * Looking ahead copies the stream, which is small and keeps no memory of its own.
 */
#include <string.h>

#include "lang/dress.h"
#include "lang/parser.h"

bool bp_is_named(const struct bp_token *token, const char *text) {
  return token->kind == BP_TOKEN_NAME && !strcmp(token->name->text, text);
}

bool bp_is_word(const struct bp_parser *parser, enum bp_word word) {
  return parser->token.kind == BP_TOKEN_NAME && parser->token.name->word == word &&
         !parser->token.name->declared;
}

struct bp_token bp_peek(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  return bp_stream_next(&ahead);
}

bool bp_comma_inside(const struct bp_parser *parser) {
  enum { FARTHEST = 64 };
  struct bp_stream ahead = parser->stream;
  int depth = 1;
  for (int count = 0; count < FARTHEST && depth > 0; count++) {
    switch (bp_stream_next(&ahead).kind) {
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
static bool statement_follows(struct bp_stream ahead) {
  struct bp_token first = bp_stream_next(&ahead);
  if (first.kind != BP_TOKEN_NAME || first.name->word != BP_NO_WORD || first.name->declared)
    return false;
  struct bp_token second = bp_stream_next(&ahead);
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
    return token->name->word != BP_NO_WORD && token->name->word != BP_WORD_OTHERWISE &&
           !token->name->declared;
  switch (token->kind) {
  case BP_TOKEN_PRIME:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_SQUARED:
  case BP_TOKEN_CUBED:
  case BP_TOKEN_SEMICOLON: /* outside of brackets it ends a line, as in MATLAB */
    return false;
  default:
    return (token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_SIGMA) ||
           (token->kind >= BP_TOKEN_COMMA && token->kind <= BP_TOKEN_DOUBLE_EQUAL);
  }
}

/* An operator that begins an indented line: no statement does, and a list of prose is rarely
 * indented. */
static bool is_leading_operator(const struct bp_parser *parser, const struct bp_token *token) {
  const char *text = parser->source->text;
  bool indented = token->span.begin > 0 &&
                  (text[token->span.begin - 1] == ' ' || text[token->span.begin - 1] == '\t');
  return indented && token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_POINT_SLASH &&
         token->kind != BP_TOKEN_SLASH;
}

/* Whether a line that was passed over, a heading or a sentence, stands between the line end that
 * was just read and the next token. */
static bool words_between(const struct bp_parser *parser, const struct bp_token *next) {
  const struct bp_source *source = parser->source;
  size_t at = parser->token.span.begin;
  while (at < next->span.begin && source->text[at] != '\n')
    at++;
  for (at++; at < next->span.begin; at++) {
    struct bp_span line = bp_line_text(source, at);
    if (line.end > line.begin && line.end <= next->span.begin)
      return true;
    while (at < next->span.begin && source->text[at] != '\n')
      at++;
  }
  return false;
}

/* Whether the line is for l = 1..2: …, with a formula of its own behind a colon. */
static bool is_front(const struct bp_parser *parser, const struct bp_token *word) {
  static const char wide[] = "：";
  size_t behind = bp_behind_front(parser, word);
  const char *text = parser->source->text;
  return behind > 0 &&
         (text[behind - 1] == ':' || !memcmp(text + behind - strlen(wide), wide, strlen(wide)));
}

/* Whether the statement goes on behind the line end that was just read. */
static bool goes_on(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token next = bp_stream_next(&ahead);
  enum bp_relation relation;
  if (next.kind == BP_TOKEN_END || statement_follows(parser->stream))
    return false;
  if (parser->brackets > 0 || leaves_open(&parser->previous))
    return true;
  struct bp_names *names = parser->stream.lexer.names;
  if (bp_dress_before(parser->source, names, next.span.begin).begin > next.span.begin)
    return false;
  return bp_relation_of(next.kind, &relation) ||
         (is_leading_operator(parser, &next) && !words_between(parser, &next)) ||
         (next.kind == BP_TOKEN_NAME && !next.name->declared && next.name->word == BP_WORD_FOR &&
          !is_front(parser, &next));
}

void bp_advance(struct bp_parser *parser) {
  if (parser->token.spelling != BP_SPELLING_OURS)
    bp_note_spelling(parser, parser->token.spelling, parser->token.span, parser->token.ours);
  parser->product_signs = parser->product_signs || parser->token.spelling == BP_SPELLING_NUMPY;
  parser->previous = parser->token;
  parser->token = bp_stream_next(&parser->stream);
  if (parser->token.kind == BP_TOKEN_NEWLINE && parser->previous.kind != BP_TOKEN_NEWLINE &&
      goes_on(parser))
    parser->token = bp_stream_next(&parser->stream);
}

void bp_end_line(struct bp_parser *parser) {
  parser->previous = parser->token;
  parser->token = bp_stream_next(&parser->stream);
}

bool bp_more_follows(struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  bool joins = token->kind == BP_TOKEN_COMMA || token->kind == BP_TOKEN_SEMICOLON ||
               token->kind == BP_TOKEN_HENCE ||
               (bp_is_named(token, "and") && !token->name->declared);
  if (!joins || parser->brackets > 0)
    return false;
  struct bp_token after = bp_peek(parser);
  bool keyword = after.kind == BP_TOKEN_NAME && after.name->keyword >= 0;
  if (!parser->formula)
    return token->kind == BP_TOKEN_SEMICOLON && keyword;
  if (keyword)
    return true;
  size_t end = bp_line_text(parser->source, token->span.end).end;
  size_t at = bp_dress_before(parser->source, &parser->names, token->span.end).begin;
  return bp_first_relation(parser->source, at, end) < end;
}

bool bp_take(struct bp_parser *parser, enum bp_token_kind kind) {
  if (parser->token.kind != kind)
    return false;
  bp_advance(parser);
  return true;
}

struct bp_inside bp_open(struct bp_parser *parser) {
  struct bp_inside outer = parser->inside;
  parser->inside = (struct bp_inside){.size = false};
  parser->brackets++;
  bp_advance(parser);
  return outer;
}
