/* NumPy, and libraries that spell the same: functions behind np., methods behind a dot.
 *
 * A call becomes what it is here by the brackets around its arguments, see words.c.  Of keyword
 * arguments only axis says something that is not said here otherwise; arrays here are matrices, so
 * keepdims is always true.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

#include "lang/foreign/words.h"

enum { NO_AXIS = -9, FARTHEST = 1024 /* tokens that are looked through for an axis */ };

static bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
}

/* The bytes of linalg.inv from `at` on; a dot at their end is none of them. */
static size_t path_length(const struct bp_source *source, size_t at) {
  size_t end = at;
  while (end < source->length && is_word_byte(source->text[end]))
    end++;
  while (end > at && source->text[end - 1] == '.')
    end--;
  return end - at;
}

static bool takes_parenthesis(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  if (bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT)
    return false;
  *lexer = ahead;
  return true;
}

/* ---- arguments ----------------------------------------------------------- */

static int whole_number(const struct bp_lexer *lexer, const struct bp_token *token, bool minus) {
  if (token->kind != BP_TOKEN_NUMBER || token->span.end != token->span.begin + 1)
    return NO_AXIS;
  int value = lexer->source->text[token->span.begin] - '0';
  return minus ? -value : value;
}

/* The axis among the arguments from here up to the closing parenthesis: that of axis=1, or the
 * number in the place `alone`.  *end is behind the parenthesis. */
static int find_axis(struct bp_lexer ahead, size_t alone, struct bp_lexer *end) {
  int axis = NO_AXIS, depth = 0;
  bool named = false, minus = false;
  size_t argument = 0, tokens = 0;
  for (int count = 0;; count++) {
    struct bp_token token = bp_lexer_next(&ahead);
    bool opens = token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_SQUARE;
    bool closes = token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE;
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_FAULT || count > FARTHEST)
      return NO_AXIS;
    if (closes && depth-- == 0)
      break;
    depth += opens;
    if (depth == 0 && token.kind == BP_TOKEN_COMMA) {
      argument++;
      tokens = 0;
      named = minus = false;
      continue;
    }
    if (token.kind == BP_TOKEN_NAME && tokens == 0)
      named = !strcmp(token.name->text, "axis") || !strcmp(token.name->text, "dim");
    minus = minus || token.kind == BP_TOKEN_MINUS;
    int number = whole_number(&ahead, &token, minus);
    if (number != NO_AXIS && depth == 0 && (named || (argument == alone && tokens == minus)))
      axis = number;
    tokens++;
  }
  *end = ahead;
  return axis;
}

/* axis=-1 is the last of two. */
static const char *opening_of(const struct bp_function_form *form, int axis) {
  if (axis == NO_AXIS || !form->rows)
    return axis == NO_AXIS ? form->open : NULL;
  return axis == 1 || axis == -1 ? form->rows : axis == 0 || axis == -2 ? form->columns : NULL;
}

static void after_tuple(struct bp_stream *stream, struct bp_token closing) {
  struct bp_lexer ahead = stream->lexer;
  (void)closing;
  if (bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT)
    return;
  stream->queue[stream->count - 1].span.end = ahead.at;
  stream->lexer = ahead;
}

static bool read_call(struct bp_stream *stream, const struct bp_function_form *form,
                      struct bp_lexer ahead, size_t begin) {
  static const struct bp_bracket_form tuple = {.between = ",", .close = ")", .after = after_tuple};
  struct bp_lexer end;
  if (!takes_parenthesis(&ahead))
    return false;
  const char *opening = opening_of(form, form->rows ? find_axis(ahead, 1, &end) : NO_AXIS);
  if (!opening)
    return false;
  bool in_tuple = form->tuple && takes_parenthesis(&ahead);
  stream->lexer = ahead;
  bp_push_piece(stream, opening, (struct bp_span){begin, ahead.at}, BP_PIECE_OPENS);
  bp_mark(stream, 0, BP_SPELLING_NUMPY,
          opening == form->rows      ? "rowsum"
          : opening == form->columns ? "colsum"
                                     : form->ours);
  bp_push_bracket(stream, in_tuple ? &tuple : &form->form);
  return true;
}

/* ---- np. ----------------------------------------------------------------- */

/* The last word of a path: relu of nn.functional.relu. */
static const char *last_word(const char *path, size_t *length) {
  const char *word = path;
  for (const char *at = path; at < path + *length; at++)
    if (*at == '.')
      word = at + 1;
  *length -= (size_t)(word - path);
  return word;
}

bool bp_read_module(struct bp_stream *stream, struct bp_token token) {
  const struct bp_source *source = stream->lexer.source;
  size_t begin = token.span.begin, at = token.span.end;
  if (token.name->declared || at >= source->length || source->text[at] != '.' ||
      !bp_is_module(source->text + begin, at - begin))
    return false;
  const char *path = source->text + at + 1;
  size_t length = path_length(source, at + 1);
  struct bp_lexer ahead = stream->lexer;
  ahead.at = at + 1 + length;
  const struct bp_function_form *form = bp_function_form_find(path, length);
  if (form)
    return read_call(stream, form, ahead, begin);
  const char *word = last_word(path, &length);
  struct bp_name *name = length > 0 ? bp_names_find(ahead.names, word, length) : NULL;
  bool known = name && (name->callable || !strcmp(name->text, "pi") || !strcmp(name->text, "e"));
  if (!known)
    return false;
  stream->lexer = ahead;
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_NAME,
                                    .span = {begin, ahead.at},
                                    .name = name,
                                    .spelling = BP_SPELLING_NUMPY,
                                    .ours = name->text});
  return true;
}

/* ---- methods ------------------------------------------------------------- */

static void push_method(struct bp_stream *stream, struct bp_span span, struct bp_name *name,
                        enum bp_token_kind kind, const char *ours) {
  stream->lexer.at = span.end;
  bp_push(
      stream,
      (struct bp_token){
          .kind = kind, .span = span, .name = name, .spelling = BP_SPELLING_NUMPY, .ours = ours});
}

/* A.sum(axis=0), A.exp(), A.transpose(): the name of the function, NULL for none. */
static const char *method_function(const char *word, size_t length, struct bp_names *names,
                                   struct bp_lexer arguments, struct bp_lexer *end) {
  const struct bp_function_form *form = bp_function_form_find(word, length);
  int axis = find_axis(arguments, 0, end);
  if (form && form->rows) {
    const char *opening = opening_of(form, axis);
    return !opening                   ? NULL
           : opening == form->rows    ? "rowsum"
           : opening == form->columns ? "colsum"
                                      : "sum";
  }
  struct bp_name *name = bp_names_find(names, word, length);
  struct bp_lexer inside = arguments;
  bool empty = bp_lexer_next(&inside).kind == BP_TOKEN_RIGHT;
  *end = inside;
  return empty && name && name->callable ? name->text : NULL;
}

bool bp_read_dot(struct bp_stream *stream, struct bp_token token) {
  const struct bp_source *source = stream->lexer.source;
  size_t begin = token.span.begin, at = token.span.end;
  if (!bp_operand_before(stream, begin))
    return false;
  const char *word = source->text + at;
  size_t length = path_length(source, at);
  const char *dot_behind = memchr(word, '.', length);
  length = dot_behind ? (size_t)(dot_behind - word) : length;
  struct bp_lexer ahead = stream->lexer, end = ahead;
  ahead.at = at + length;
  if (length == 1 && *word == 'T') {
    push_method(stream, (struct bp_span){begin, ahead.at}, NULL, BP_TOKEN_TRANSPOSE, "'");
    return true;
  }
  struct bp_lexer arguments = ahead;
  if (length == 0 || !takes_parenthesis(&arguments))
    return false;
  bool dot =
      (length == 3 && !memcmp(word, "dot", 3)) || (length == 6 && !memcmp(word, "matmul", 6));
  if (dot) {
    push_method(stream, (struct bp_span){begin, ahead.at}, NULL, BP_TOKEN_METHOD, "*");
    return true;
  }
  bool turns = (length == 9 && !memcmp(word, "transpose", 9)) || (length == 1 && *word == 't');
  if (turns && bp_lexer_next(&arguments).kind == BP_TOKEN_RIGHT) {
    push_method(stream, (struct bp_span){begin, arguments.at}, NULL, BP_TOKEN_TRANSPOSE, "'");
    return true;
  }
  const char *function = method_function(word, length, stream->lexer.names, arguments, &end);
  struct bp_name *name =
      function ? bp_names_find(stream->lexer.names, function, strlen(function)) : NULL;
  if (!name)
    return false;
  push_method(stream, (struct bp_span){begin, end.at}, name, BP_TOKEN_METHOD, name->text);
  return true;
}

/* ---- [:, None] ----------------------------------------------------------- */

/* A new axis makes a column of what is one already; in front, it makes a row of it. */
bool bp_read_new_axis(struct bp_stream *stream, struct bp_token token) {
  const struct bp_source *source = stream->lexer.source;
  if (!bp_operand_before(stream, token.span.begin))
    return false;
  static const char *const columns[] = {"[:, None]", "[:,None]", "[:, np.newaxis]",
                                        "[:,np.newaxis]"};
  static const char *const rows[] = {"[None, :]", "[None,:]", "[np.newaxis, :]", "[np.newaxis,:]"};
  for (size_t k = 0; k < 8; k++) {
    const char *text = k < 4 ? columns[k] : rows[k - 4];
    size_t length = strlen(text);
    if (source->length - token.span.begin < length ||
        memcmp(source->text + token.span.begin, text, length) != 0)
      continue;
    stream->lexer.at = token.span.begin + length;
    if (k >= 4)
      push_method(stream, (struct bp_span){token.span.begin, stream->lexer.at}, NULL,
                  BP_TOKEN_TRANSPOSE, "'");
    return true;
  }
  return false;
}
