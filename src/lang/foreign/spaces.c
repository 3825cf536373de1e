/* ℝⁿ and ℝᵏˣⁿ: the sizes of a space in raised letters, as R^{n}, R^{k×n}.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

/* What a raised letter or digit stands for. */
static const struct {
  const char *raised, *plain;
} letters[] = {{"ⁿ", "n"}, {"ᵐ", "m"}, {"ᵏ", "k"}, {"ᵈ", "d"}, {"ᵖ", "p"}, {"ʰ", "h"},
               {"ˡ", "l"}, {"ʳ", "r"}, {"ˢ", "s"}, {"ᵗ", "t"}, {"ᵃ", "a"}, {"ᵇ", "b"},
               {"ᶜ", "c"}, {"ᵘ", "u"}, {"ᵛ", "v"}, {"ʷ", "w"}, {"ᴺ", "N"}, {"ᴰ", "D"},
               {"ᴹ", "M"}, {"ᴷ", "K"}, {"ᴴ", "H"}, {"ᴸ", "L"}, {"ᴾ", "P"}, {"ᵀ", "T"},
               {"ᴮ", "B"}, {"ˣ", "×"}, {"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"},
               {"⁴", "4"}, {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"}, {"⁹", "9"}};

enum { LETTERS = sizeof letters / sizeof *letters };

static size_t letter_at(const struct bp_source *source, size_t at) {
  size_t k = 0;
  for (; k < LETTERS; k++) {
    size_t length = strlen(letters[k].raised);
    if (source->length - at >= length && !memcmp(source->text + at, letters[k].raised, length))
      break;
  }
  return k;
}

/* The sizes at the lexer in plain letters, "k×n"; the lexer is then behind them. */
static bool take_sizes(struct bp_lexer *lexer, char *text, size_t room) {
  size_t length = 0;
  for (size_t k; (k = letter_at(lexer->source, lexer->at)) < LETTERS;) {
    size_t part = strlen(letters[k].plain);
    if (length + part >= room)
      return false;
    memcpy(text + length, letters[k].plain, part);
    length += part;
    lexer->at += strlen(letters[k].raised);
  }
  text[length] = '\0';
  return length > 0;
}

bool bp_read_space(struct bp_stream *stream, struct bp_token token) {
  enum { LONGEST = 16 };
  char text[LONGEST];
  struct bp_lexer ahead = stream->lexer;
  bool space = !strcmp(token.name->text, "R") || !strcmp(token.name->text, "ℝ");
  if (!space || token.name->declared || !take_sizes(&ahead, text, sizeof text))
    return false;
  struct bp_span end = {ahead.at, ahead.at};
  struct bp_source source = {ahead.source->name, text, strlen(text)};
  struct bp_lexer sizes = {.source = &source, .names = ahead.names};
  bp_push(stream, token);
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_CARET, .span = {token.span.end, ahead.at}});
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_LEFT_BRACE, .span = end});
  for (struct bp_token part; (part = bp_lexer_next(&sizes)).kind != BP_TOKEN_END;) {
    if (part.kind == BP_TOKEN_NUMBER) {
      size_t length = part.span.end - part.span.begin;
      char *digits = bp_lang_pool_take(ahead.names->pool, length + 1, 1);
      if (!digits)
        return false;
      memcpy(digits, text + part.span.begin, length);
      part.text = digits;
    }
    part.span = end;
    bp_push(stream, part);
  }
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_RIGHT_BRACE, .span = end});
  stream->lexer = ahead;
  return true;
}

/* ∈, \in, in or a colon. */
static bool says_of_what(struct bp_lexer *lexer) {
  static const char member[] = "∈", command[] = "\\in ";
  struct bp_token token = bp_lexer_next(lexer);
  const char *text = lexer->source->text + token.span.begin;
  size_t left = lexer->source->length - token.span.begin;
  return token.kind == BP_TOKEN_COLON ||
         (token.kind == BP_TOKEN_NAME && token.name->word == BP_WORD_IN) ||
         (left > strlen(member) && !memcmp(text, member, strlen(member))) ||
         (left > strlen(command) && !memcmp(text, command, strlen(command)));
}

bool bp_gives_members(struct bp_lexer lexer) {
  if (bp_lexer_next(&lexer).kind != BP_TOKEN_CARET)
    return false;
  struct bp_token token = bp_lexer_next(&lexer);
  bool braces = token.kind == BP_TOKEN_LEFT_BRACE;
  if (braces)
    token = bp_lexer_next(&lexer);
  return token.kind == BP_TOKEN_LEFT && bp_lexer_next(&lexer).kind == BP_TOKEN_NAME &&
         bp_lexer_next(&lexer).kind == BP_TOKEN_RIGHT &&
         (!braces || bp_lexer_next(&lexer).kind == BP_TOKEN_RIGHT_BRACE) && says_of_what(&lexer);
}

/* ---- steps ------------------------------------------------------------------ */

/* Whether given x_t : n for t = 1..T declares a family, the lexer being behind the _. */
bool bp_declares_steps(const struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token letter = bp_lexer_next(&ahead);
  return stream->declares && !stream->defines && stream->depth == 0 &&
         letter.kind == BP_TOKEN_NAME && letter.name->length == 1 && !letter.name->declared &&
         bp_ranges_over(ahead, letter.name->text, 1);
}

/* Whether ŷ_t = … h_t … computes a member for each step, of a family that the right side has: steps
 * and layers are members, and no entries of one column. */
bool bp_defines_steps(const struct bp_stream *stream) {
  bool target = stream->last.kind == BP_TOKEN_NAME && !stream->last.name->declared &&
                (stream->first_name || (stream->defines && stream->declares));
  struct bp_lexer ahead = stream->lexer;
  struct bp_token letter = bp_lexer_next(&ahead), last = letter;
  if (!target || letter.kind != BP_TOKEN_NAME || letter.name->declared ||
      (strcmp(letter.name->text, "t") != 0 && strcmp(letter.name->text, "τ") != 0 &&
       strcmp(letter.name->text, "l") != 0) ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_EQUAL)
    return false;
  for (;;) {
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_NEWLINE || token.kind == BP_TOKEN_END ||
        token.kind == BP_TOKEN_FAULT)
      return false;
    bool opens = token.kind == BP_TOKEN_UNDERSCORE || token.kind == BP_TOKEN_LEFT_SQUARE ||
                 token.kind == BP_TOKEN_CARET;
    bool family = last.kind == BP_TOKEN_NAME && last.name->declared && last.name->family;
    last = token;
    if (!opens || !family)
      continue;
    token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_LEFT_BRACE)
      token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_NAME && token.name == letter.name)
      return true;
  }
}

/* ---- | W | weights | n x k | ----------------------------------------------- */

bool bp_read_row(struct bp_stream *stream, struct bp_token token) {
  struct bp_span name, shape;
  size_t end;
  const struct bp_source *source = stream->lexer.source;
  if (stream->row > 0) { /* behind the shape */
    stream->lexer.at = stream->row;
    stream->row = 0;
    return true;
  }
  if (!stream->line ||
      !bp_row_declares(source, stream->lexer.names, token.span.begin, &name, &shape, &end))
    return false;
  struct bp_token first = {.kind = BP_TOKEN_NAME, .span = name};
  first.name = bp_names_find(stream->lexer.names, source->text + name.begin, name.end - name.begin);
  if (!first.name)
    return false;
  bp_push(stream, first);
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_COLON, .span = {shape.begin, shape.begin}});
  stream->lexer.at = shape.begin;
  stream->row = end;
  return true;
}
