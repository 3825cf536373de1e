/* Lines that say in another place what they say: the value of something given, "given T = 4"; a
 * definition behind the formula that needs it, "A = B*R, where R = diag(y)"; and the case in front
 * of the formula that is meant there, "for i ≠ j: ∂p_i/∂z_j = …".
 *
 * And lines that are equations, which hold only at the place that they speak of.
 *
 * What stands behind a formula is read before it, and what stands in front of it behind it: the
 * parser goes to that place of the line and comes back.
 */
#include <string.h>

#include "lang/dress.h"
#include "lang/parser.h"

/* ---- values -------------------------------------------------------------- */

/* Whether the file uses the name as a size: behind a colon or beside an x, in R^{n x d}, as the end
 * of a range. */
static bool is_used_as_size(const struct bp_parser *parser, const struct bp_name *name) {
  enum { FARTHEST = 4096 };
  struct bp_lexer ahead = parser->stream.lexer;
  bool shape = false;
  if (name->sized)
    return true;
  for (int count = 0; count < FARTHEST; count++) {
    struct bp_token token = bp_lexer_next(&ahead);
    bool space = bp_is_named(&token, "R") || bp_is_named(&token, "ℝ");
    if (token.kind == BP_TOKEN_END)
      return false;
    shape = (shape || token.kind == BP_TOKEN_COLON || token.kind == BP_TOKEN_RANGE || space) &&
            token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_EQUAL &&
            token.kind != BP_TOKEN_COMMA;
    if (shape && token.kind == BP_TOKEN_NAME && token.name == name)
      return true;
  }
  return false;
}

/* What "given T = 4", "n = 5" is, where its names stand at the lexer: a size where the file uses it
 * as one and it is a whole number, else a definition.  KIND_COUNT where it is neither. */
static enum bp_statement_kind kind_of_value(const struct bp_parser *parser, struct bp_stream ahead,
                                            struct bp_token name) {
  struct bp_token equal = bp_stream_next(&ahead), number = bp_stream_next(&ahead);
  struct bp_token after = bp_stream_next(&ahead);
  if (name.kind != BP_TOKEN_NAME || equal.kind != BP_TOKEN_EQUAL)
    return BP_STATEMENT_KIND_COUNT;
  bool whole = number.kind == BP_TOKEN_NUMBER &&
               bp_token_is_of(parser->source, number.span, "0123456789") &&
               (after.kind == BP_TOKEN_COMMA || after.kind == BP_TOKEN_SEMICOLON ||
                after.kind == BP_TOKEN_NEWLINE || after.kind == BP_TOKEN_END);
  return whole && !name.name->declared && is_used_as_size(parser, name.name) ? BP_STATEMENT_SIZE
                                                                             : BP_STATEMENT_LET;
}

bool bp_at_next_size(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  return (parser->token.kind == BP_TOKEN_COMMA || parser->token.kind == BP_TOKEN_SEMICOLON) &&
         kind_of_value(parser, ahead, bp_stream_next(&ahead)) == BP_STATEMENT_SIZE;
}

enum bp_statement_kind bp_kind_by_value(struct bp_parser *parser, enum bp_statement_kind kind,
                                        bool bare) {
  struct bp_stream ahead = parser->stream;
  ahead.defines = ahead.defines && bare;
  struct bp_token name = bare ? parser->token : bp_stream_next(&ahead);
  enum bp_statement_kind found = BP_STATEMENT_KIND_COUNT;
  if (kind == BP_STATEMENT_GIVEN || (kind == BP_STATEMENT_LET && bare))
    found = kind_of_value(parser, ahead, name);
  if (found == BP_STATEMENT_KIND_COUNT || found == kind)
    return kind;
  if (found == BP_STATEMENT_SIZE || !bare) {
    const char *text = bp_quote(parser, name.span);
    bp_note_spelling(parser, BP_SPELLING_VALUE, name.span,
                     bp_arena_printf(parser->pool.arena, "%s %s = …",
                                     found == BP_STATEMENT_SIZE ? "size" : "let", text));
  }
  return found;
}

/* ---- where c = d --------------------------------------------------------- */

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

/* Whether "R = …" stands there, up to the end of the line: a name that nothing declares gets a
 * meaning; where k = 1..K is a range. */
static bool defines_name(struct bp_parser *parser, size_t begin, size_t end) {
  const char *text = parser->source->text;
  struct bp_lexer ahead = bp_lexer_new(parser->source, &parser->names);
  ahead.at = begin;
  struct bp_token name = bp_lexer_next(&ahead), sign = bp_lexer_next(&ahead);
  if (sign.kind == BP_TOKEN_UNDERSCORE) { /* where e_1 = unit(n, 1) */
    bp_lexer_next(&ahead);
    sign = bp_lexer_next(&ahead);
  }
  if (name.kind != BP_TOKEN_NAME || name.name->declared || name.name->callable ||
      name.name->word != BP_NO_WORD || sign.kind != BP_TOKEN_EQUAL)
    return false;
  for (size_t at = sign.span.end; at + 1 < end; at++)
    if ((text[at] == '.' && text[at + 1] == '.') ||
        (end - at >= strlen("…") && !memcmp(text + at, "…", strlen("…"))))
      return false;
  return true;
}

static bool blanks_between(const struct bp_source *source, size_t at, size_t end) {
  while (at < end && is_blank(source->text[at]))
    at++;
  return at == end;
}

/* Where g(z) = … stands behind a comma, of a g that the formula before it calls and that nobody
 * declares; 0 where none does. */
static size_t function_behind(struct bp_parser *parser, size_t *cut) {
  const struct bp_source *source = parser->source;
  struct bp_span line = bp_line_text(source, parser->token.span.begin);
  struct bp_lexer ahead = bp_lexer_new(source, &parser->names);
  ahead.at = parser->token.span.begin;
  const struct bp_name *called[8] = {NULL};
  size_t count = 0, comma = 0;
  int depth = 0;
  for (struct bp_token token = bp_lexer_next(&ahead), last = {.kind = BP_TOKEN_END};
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END &&
       token.kind != BP_TOKEN_FAULT && token.span.begin < line.end;
       last = token, token = bp_lexer_next(&ahead)) {
    depth += (token.kind == BP_TOKEN_LEFT) - (token.kind == BP_TOKEN_RIGHT);
    if (token.kind == BP_TOKEN_COMMA && depth == 0)
      comma = token.span.begin + 1;
    bool call = token.kind == BP_TOKEN_LEFT && last.kind == BP_TOKEN_NAME && !last.name->declared &&
                !last.name->callable && last.name->keyword < 0 && last.name->word == BP_NO_WORD;
    if (!call)
      continue;
    struct bp_lexer behind = ahead;
    bool parameter = bp_lexer_next(&behind).kind == BP_TOKEN_NAME &&
                     bp_lexer_next(&behind).kind == BP_TOKEN_RIGHT &&
                     bp_lexer_next(&behind).kind == BP_TOKEN_EQUAL;
    for (size_t k = 0; k < count; k++)
      if (called[k] == last.name && parameter && comma > 0 &&
          blanks_between(source, comma, last.span.begin)) {
        *cut = comma - 1;
        return comma;
      }
    if (count < sizeof called / sizeof *called && comma == 0)
      called[count++] = last.name;
  }
  return 0;
}

size_t bp_definition_behind(struct bp_parser *parser, size_t *cut) {
  static const char *const words[] = {"where", "with", "其中"};
  size_t function = function_behind(parser, cut);
  if (function > 0)
    return function;
  const struct bp_source *source = parser->source;
  struct bp_span line = bp_line_text(source, parser->token.span.begin);
  size_t relation = bp_first_relation(source, line.begin, line.end);
  for (size_t at = relation; at < line.end; at++) {
    if (!is_blank(source->text[at]) && source->text[at] != ',')
      continue;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
      size_t length = strlen(words[k]), behind = at + 1 + length;
      if (behind >= line.end || memcmp(source->text + at + 1, words[k], length) != 0 ||
          !(is_blank(source->text[behind]) || (words[k][0] & 0x80)) ||
          !defines_name(parser, behind, line.end))
        continue;
      while (at > relation && (is_blank(source->text[at - 1]) || source->text[at - 1] == ','))
        at--;
      *cut = at;
      return behind;
    }
  }
  return 0;
}

/* ---- for i ≠ j: ---------------------------------------------------------- */

size_t bp_behind_front(const struct bp_parser *parser, const struct bp_token *word) {
  static const char wide[] = "：";
  const struct bp_source *source = parser->source;
  bool leads = word->kind == BP_TOKEN_NAME && !word->name->declared &&
               (word->name->word == BP_WORD_FOR || word->name->word == BP_WORD_IF ||
                bp_is_named(word, "when") || bp_is_named(word, "For") || bp_is_named(word, "If") ||
                bp_is_named(word, "When"));
  if (!leads)
    return 0;
  struct bp_span line = bp_line_text(source, word->span.begin);
  size_t relation = bp_first_relation(source, word->span.end, line.end);
  for (size_t at = relation; at < line.end; at++) {
    size_t length = source->text[at] == ':' || source->text[at] == ',' ? 1
                    : line.end - at > strlen(wide) && !memcmp(source->text + at, wide, strlen(wide))
                        ? strlen(wide)
                        : 0;
    bool closes = source->text[at] == ':' || length > 1;
    if (length > 0 && bp_first_relation(source, at + length, line.end) < line.end &&
        (closes || is_blank(source->text[at + 1])))
      return at + length;
  }
  return 0;
}

/* ---- at the optimum ------------------------------------------------------ */

static bool has_word(const struct bp_source *source, size_t begin, size_t end,
                     const char *const *words, size_t count) {
  for (size_t at = begin; at < end; at++) {
    struct bp_span word = {at, at};
    while (word.end < end && bp_word_letter(source, word.end, end) == 1)
      word.end++;
    if (word.end > at && bp_word_among(source, word, words, count))
      return true;
    at = word.end > at ? word.end : at;
  }
  return false;
}

bool bp_says_where(const struct bp_source *source, size_t begin, size_t end, bool *at_place) {
  static const char *const words[] = {"zero",    "stationarity", "stationary", "optimum", "optimal",
                                      "maximum", "optimality",   "minimum",    "critical"};
  static const char *const places[] = {"solution", "extremum", "point"};
  static const char *const at_the[] = {"at"};
  size_t first = begin;
  while (first < end && bp_word_letter(source, first, end) == 1)
    first++;
  bool says = has_word(source, begin, end, words, sizeof words / sizeof *words);
  bool at = first > begin && bp_word_among(source, (struct bp_span){begin, first}, at_the, 1) &&
            (says || has_word(source, begin, end, places, sizeof places / sizeof *places));
  *at_place = *at_place || at;
  return says || at;
}

static bool is_zero(const struct bp_expression *side) {
  return side->kind == BP_EXPR_NUMBER && strspn(side->text, "0.") == strlen(side->text);
}

void bp_settle_equation(struct bp_parser *parser, struct bp_statement *statement) {
  size_t last = statement->side_count - 1;
  if (statement->side_count < 2 || statement->relations[last - 1] != BP_EQUAL)
    return;
  const struct bp_expression *left = statement->sides[0];
  const struct bp_name *name = left->kind == BP_EXPR_NAME
                                   ? bp_names_find(&parser->names, left->name, strlen(left->name))
                                   : NULL;
  bool zero = is_zero(statement->sides[last]);
  bool given = last == 1 && (parser->at_place || (name && name->given != BP_GIVEN_NOT));
  if (!zero && !given)
    return;
  struct bp_span span = zero ? (struct bp_span){statement->relation_spans[last - 1].begin,
                                                statement->sides[last]->span.end}
                             : left->span;
  bp_note(parser->diagnostics, parser->source, span,
          bp_suggest(parser, "let %s = … for a value that goes on, and claim what holds there",
                     given && name ? bp_quote(parser, left->span) : "w*"),
          zero ? "this is an equation that is to be solved, and is not judged"
               : "this says what holds at one place, and is not judged");
  statement->side_count -= zero && last > 1;
  parser->passed = parser->passed || last == 1;
}

/* ---- title: … ---------------------------------------------------------------- */

void bp_take_rest_as_text(struct bp_parser *parser) {
  if (parser->token.kind != BP_TOKEN_COLON && parser->token.kind != BP_TOKEN_NAME)
    return;
  struct bp_span rest = bp_line_text(parser->source, parser->token.span.begin);
  rest.begin += parser->token.kind == BP_TOKEN_COLON;
  while (rest.begin < rest.end && parser->source->text[rest.begin] == ' ')
    rest.begin++;
  if (rest.begin < rest.end && parser->source->text[rest.begin] != '"') {
    bp_stream_return(&parser->stream, rest.begin);
    parser->token = bp_stream_rest_of_line(&parser->stream);
  } else
    bp_take(parser, BP_TOKEN_COLON);
}

/* ---- what declares and is no sentence ----------------------------------------- */

/* Whether b, c : number stands on the line: names with commas between them, and one word behind the
 * colon. */
static bool lists_names(const struct bp_source *source, struct bp_span line, size_t colon) {
  size_t commas = 0;
  struct bp_span behind = bp_next_word(source, colon, line.end);
  for (size_t at = line.begin; at < colon; at++) {
    bool part = bp_word_letter(source, at, colon) > 0 || (source->text[at] & 0x80) ||
                (source->text[at] >= '0' && source->text[at] <= '9') || source->text[at] == '_' ||
                is_blank(source->text[at]);
    commas += source->text[at] == ',';
    if (!part && source->text[at] != ',')
      return false;
  }
  return commas > 0 && behind.end == line.end;
}

/* Whether one word stands before the colon, and a word for numbers behind it. */
static bool says_number(const struct bp_source *source, struct bp_span line, size_t colon) {
  static const char *const words[] = {"number", "scalar", "real", "float", "function"};
  struct bp_span first = bp_next_word(source, line.begin, line.end);
  struct bp_span last = bp_next_word(source, colon, line.end);
  return first.begin == line.begin &&
         memchr(source->text + first.begin, ' ', colon - line.begin) == source->text + first.end &&
         last.end == line.end && bp_word_among(source, last, words, sizeof words / sizeof *words);
}

bool bp_declares_shape(const struct bp_source *source, struct bp_span line) {
  const char *text = source->text;
  const char *colon = memchr(text + line.begin, ':', line.end - line.begin);
  bool small = colon && (size_t)(colon - text) <= line.begin + 2; /* y : n in positive */
  if (colon && (lists_names(source, line, (size_t)(colon - text)) ||
                says_number(source, line, (size_t)(colon - text))))
    return true;
  for (size_t at = colon ? (size_t)(colon - text) : line.end; at + 3 < line.end; at++) {
    static const char wide[] = " × ";
    if (!memcmp(text + at, " x ", 3) || (small && !memcmp(text + at, " in ", 4)) ||
        (line.end - at > strlen(wide) && !memcmp(text + at, wide, strlen(wide))))
      return true;
  }
  return false;
}
