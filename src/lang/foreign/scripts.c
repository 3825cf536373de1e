/* What programs in Julia and R have besides: a .+ b, f.(x), sum(abs2, x); A %*% B, t(A); and
 * softmax along what the words behind its formula say.
 *
 * A dot in front of an operator or of parentheses says what all functions and sums here do anyway,
 * element by element.  t is the transpose only on lines that have a %*%, since elsewhere it is a
 * time.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

static bool is_function(const struct bp_name *name) {
  return name->declared ? name->function : name->callable != BP_NOT_CALLABLE;
}

bool bp_read_broadcast(struct bp_stream *stream, struct bp_token token) {
  const struct bp_source *source = stream->lexer.source;
  char next = token.span.end < source->length ? source->text[token.span.end] : '\0';
  const struct bp_token *last = &stream->last;
  if (next == '(')
    return last->kind == BP_TOKEN_NAME && last->span.end == token.span.begin &&
           is_function(last->name); /* the dot says nothing */
  if (next == '<' || next == '>' || next == '=')
    return true; /* a comparison is that of each element */
  if (next != '+' && next != '-')
    return false;
  token.kind = next == '+' ? BP_TOKEN_PLUS : BP_TOKEN_MINUS;
  stream->lexer.at = ++token.span.end;
  bp_push(stream, token);
  return true;
}

/* A call that stands for a formula of its argument, which begins at the lexer. */
static bool open_call(struct bp_stream *stream, struct bp_lexer ahead, size_t begin,
                      const char *opening, const char *ours, const struct bp_bracket_form *form) {
  size_t first = stream->count;
  stream->lexer = ahead;
  bp_push_piece(stream, opening, (struct bp_span){begin, ahead.at}, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_SCRIPT, ours);
  bp_push_bracket(stream, form);
  return true;
}

/* abs2(x), abs2.(x), and sum(abs2, x) where another function comes first. */
static bool read_squares(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form squared = {.close = ").^2)"};
  static const char square[] = "abs2";
  struct bp_lexer ahead = stream->lexer;
  struct bp_token next = bp_lexer_next(&ahead);
  bool alone = !strcmp(token.name->text, square);
  if (alone && next.kind == BP_TOKEN_DOT)
    next = bp_lexer_next(&ahead);
  if (next.kind != BP_TOKEN_LEFT)
    return false;
  if (alone)
    return open_call(stream, ahead, token.span.begin, "((", "x.^2", &squared);
  bool sum = !strcmp(token.name->text, "sum");
  struct bp_token inner = bp_lexer_next(&ahead);
  if ((!sum && strcmp(token.name->text, "mean") != 0) || inner.kind != BP_TOKEN_NAME ||
      inner.name->declared || strcmp(inner.name->text, square) != 0 ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_COMMA)
    return false;
  return open_call(stream, ahead, token.span.begin, sum ? "sum((" : "mean((",
                   sum ? "sum(x.^2)" : "mean(x.^2)", &squared);
}

/* clip(x, a, b): between its limits.  Their keywords, min=a, say nothing. */
bool bp_read_limit(struct bp_stream *stream, struct bp_token comma) {
  static const char *const signs[] = {",", "),"};
  struct bp_stream_bracket *bracket = &stream->open[stream->depth - 1];
  struct bp_lexer ahead = stream->lexer;
  struct bp_token word = bp_lexer_next(&ahead);
  if (stream->depth > BP_STREAM_DEEPEST || bracket->arguments > 1)
    return false;
  if (word.kind == BP_TOKEN_NAME && bp_lexer_next(&ahead).kind == BP_TOKEN_EQUAL &&
      !strcmp(word.name->text, bracket->arguments ? "max" : "min"))
    stream->lexer = ahead;
  bp_push_piece(stream, signs[bracket->arguments++], comma.span, BP_PIECE_BETWEEN);
  return true;
}

static bool read_clip(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form clipped = {.comma = bp_read_limit, .close = ")"};
  struct bp_lexer ahead = stream->lexer;
  bool clip = !strcmp(token.name->text, "clip") || !strcmp(token.name->text, "clamp");
  return clip && bp_lexer_next(&ahead).kind == BP_TOKEN_LEFT &&
         open_call(stream, ahead, token.span.begin, "min(max(", "min(max(x, a), b)", &clipped);
}

/* eye(n, n): its second size is the first, and says no more. */
bool bp_read_same_size(struct bp_stream *stream, struct bp_token comma) {
  const struct bp_source *source = stream->lexer.source;
  struct bp_lexer ahead = stream->lexer;
  struct bp_span first = stream->last.span, second = bp_lexer_next(&ahead).span;
  size_t length = second.end - second.begin;
  if (first.end - first.begin != length || first.end > comma.span.begin ||
      memcmp(source->text + first.begin, source->text + second.begin, length) != 0)
    return false;
  struct bp_lexer behind = ahead;
  if (bp_lexer_next(&behind).kind != BP_TOKEN_RIGHT)
    return false;
  stream->lexer = ahead;
  return true;
}

static bool read_eye(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form square = {.comma = bp_read_same_size, .close = ")"};
  struct bp_lexer ahead = stream->lexer;
  return !strcmp(token.name->text, "eye") && bp_lexer_next(&ahead).kind == BP_TOKEN_LEFT &&
         open_call(stream, ahead, token.span.begin, "I(", "I(n)", &square);
}

/* ---- [1 2; 3 4] ------------------------------------------------------------ */

const struct bp_bracket_form bp_form_blanks = {.native = true, .blanks = true};

/* Whether an operand can end with it. */
static bool ends_entry(const struct bp_token *token) {
  return token->kind == BP_TOKEN_NUMBER || token->kind == BP_TOKEN_RIGHT ||
         token->kind == BP_TOKEN_PRIME || token->kind == BP_TOKEN_RIGHT_BRACE ||
         (token->kind == BP_TOKEN_NAME && token->name->word == BP_NO_WORD &&
          (token->name->declared || !token->name->callable));
}

/* Whether blanks separate the entries of the matrix whose bracket was opened, as in MATLAB and
 * Julia: it has no commas, and a number stands by itself behind something that it multiplies in no
 * formula.  A sum with blanks around its sign could be an entry or two, and is left alone. */
bool bp_blanks_separate(const struct bp_stream *stream) {
  enum { FARTHEST = 256 };
  struct bp_lexer ahead = stream->lexer;
  struct bp_token last = {.kind = BP_TOKEN_LEFT_SQUARE, .span = stream->last.span}, token;
  bool found = false;
  for (int depth = 1, count = 0; count < FARTHEST; count++, last = token) {
    token = bp_lexer_next(&ahead);
    bool apart = token.span.begin > last.span.end;
    bool sign = token.kind == BP_TOKEN_PLUS || token.kind == BP_TOKEN_MINUS;
    depth += token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_SQUARE;
    depth -= token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE;
    if (depth == 0)
      return found;
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE ||
        token.kind == BP_TOKEN_FAULT || token.kind == BP_TOKEN_COMMA ||
        (token.kind == BP_TOKEN_NAME && token.name->word != BP_NO_WORD) ||
        (depth == 1 && sign && apart && ahead.source->text[token.span.end] == ' '))
      return false;
    found = found || (depth == 1 && apart && token.kind == BP_TOKEN_NUMBER && ends_entry(&last));
  }
  return false;
}

/* The comma that a blank stands for, in front of the token. */
void bp_read_blank(struct bp_stream *stream, struct bp_token token) {
  bool sign = (token.kind == BP_TOKEN_PLUS || token.kind == BP_TOKEN_MINUS) &&
              stream->lexer.source->text[token.span.end] != ' ';
  bool begins = sign || token.kind == BP_TOKEN_NUMBER || token.kind == BP_TOKEN_NAME ||
                token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_BACKSLASH;
  if (!begins || token.span.begin == stream->last.span.end || !ends_entry(&stream->last))
    return;
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_COMMA,
                                    .span = {stream->last.span.begin, token.span.end},
                                    .spelling = BP_SPELLING_SCRIPT,
                                    .ours = "two entries"});
}

/* Whether a %*% stands on the line. */
static bool is_line_of_r(const struct bp_source *source, size_t at) {
  static const char sign[] = "%*%";
  size_t begin = at, length = strlen(sign);
  while (begin > 0 && source->text[begin - 1] != '\n')
    begin--;
  for (at = begin; at + length <= source->length && source->text[at] != '\n'; at++)
    if (!memcmp(source->text + at, sign, length))
      return true;
  return false;
}

/* softmax on a line that says behind its formula along what: P = softmax(S)   (row-wise). */
static bool read_along(struct bp_stream *stream, struct bp_token token) {
  static const struct {
    const char *said, *ours;
  } ways[] = {
      {"row-wise", "rowsoftmax"},      {"rowwise", "rowsoftmax"},     {"each row", "rowsoftmax"},
      {"every row", "rowsoftmax"},     {"per row", "rowsoftmax"},     {"over rows", "rowsoftmax"},
      {"over the rows", "rowsoftmax"}, {"by row", "rowsoftmax"},      {"column-wise", "colsoftmax"},
      {"columnwise", "colsoftmax"},    {"each column", "colsoftmax"}, {"per column", "colsoftmax"}};
  const struct bp_source *source = stream->lexer.source;
  struct bp_span line = {token.span.end, token.span.end};
  while (line.end < source->length && source->text[line.end] != '\n' &&
         !bp_comment_at(source, line.end))
    line.end++;
  bp_names_scanned(stream->lexer.names, line.end - line.begin);
  for (size_t at = line.begin; at < line.end; at++)
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
      size_t length = strlen(ways[k].said);
      if (source->text[at] == ways[k].said[0] && at + length <= line.end &&
          !memcmp(source->text + at, ways[k].said, length)) {
        token.name = bp_names_find(stream->lexer.names, ways[k].ours, strlen(ways[k].ours));
        token.spelling = BP_SPELLING_SCRIPT;
        token.ours = ways[k].ours;
        bp_push(stream, token);
        return token.name != NULL;
      }
    }
  return false;
}

bool bp_read_script(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form turned = {.close = ")')"};
  struct bp_lexer ahead = stream->lexer;
  if (token.name->declared)
    return false;
  if (!strcmp(token.name->text, "softmax"))
    return read_along(stream, token);
  if (read_clip(stream, token) || read_eye(stream, token))
    return true;
  if (strcmp(token.name->text, "t") != 0)
    return read_squares(stream, token);
  struct bp_token next = bp_lexer_next(&ahead);
  return next.kind == BP_TOKEN_LEFT && next.span.begin == token.span.end &&
         stream->last.kind != BP_TOKEN_UNDERSCORE &&
         is_line_of_r(stream->lexer.source, token.span.begin) &&
         open_call(stream, ahead, token.span.begin, "((", "A'", &turned);
}

/* ---- functions by other names ---------------------------------------------- */

/* Tr(A), sign(x), which is the slope of |x|. */
bool bp_read_function(struct bp_stream *stream, struct bp_token token) {
  static const struct {
    const char *theirs, *ours;
    bool slope;
  } functions[] = {
      {"Tr", "tr", false},     {"trace", "tr", false},        {"Trace", "tr", false},
      {"Det", "det", false},   {"Diag", "diag", false},       {"sign", "abs", true},
      {"sgn", "abs", true},    {"Softmax", "softmax", false}, {"Sigmoid", "sigmoid", false},
      {"Tanh", "tanh", false}, {"Exp", "exp", false},         {"Log", "log", false},
      {"Ln", "log", false},    {"Sqrt", "sqrt", false},       {"Sinh", "sinh", false}};
  enum bp_token_kind after = bp_ahead(stream).kind;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (strcmp(functions[k].theirs, token.name->text) != 0 ||
        (after != BP_TOKEN_LEFT && (after != BP_TOKEN_PRIME || functions[k].slope)))
      continue;
    struct bp_name *name =
        bp_names_find(stream->lexer.names, functions[k].ours, strlen(functions[k].ours));
    if (!name || !name->callable)
      return false;
    token.name = name;
    token.spelling = BP_SPELLING_SMALL;
    token.ours = functions[k].slope ? "abs'" : name->text;
    bp_push(stream, token);
    if (functions[k].slope)
      bp_push(stream,
              (struct bp_token){.kind = BP_TOKEN_PRIME, .span = {token.span.end, token.span.end}});
    return true;
  }
  return false;
}
