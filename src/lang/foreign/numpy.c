/* NumPy, and libraries that spell the same: functions behind np., methods behind a dot.
 *
 * A call becomes what it is here by the brackets around its arguments, see words.c.  Of keyword
 * arguments only axis says something that is not said here otherwise; arrays here are matrices, so
 * keepdims is always true.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

#include "lang/foreign/words.h"

enum { NO_AXIS = -9, NO_ARGUMENT = 99, FARTHEST = 1024 /* tokens that are looked through */ };

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

/* What the arguments behind the first say. */
struct axis_arguments {
  int axis;    /* NO_AXIS: none */
  bool named;  /* axis=1, keepdims=True: a keyword, which our own functions have not */
  bool others; /* something else that changes the result, as ddof=1 */
};

static bool is_one_of(const char *text, const char *const *words, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (!strcmp(text, words[k]))
      return true;
  return false;
}

/* keyword "=", if that begins the argument at the lexer, which is then behind it. */
static const char *take_keyword(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  struct bp_token word = bp_lexer_next(&ahead);
  if (word.kind != BP_TOKEN_NAME || bp_lexer_next(&ahead).kind != BP_TOKEN_EQUAL)
    return NULL;
  *lexer = ahead;
  return word.name->text;
}

/* (0, 1), which are all axes. */
static bool names_both_axes(struct bp_lexer lexer) {
  static const enum bp_token_kind kinds[] = {BP_TOKEN_LEFT, BP_TOKEN_NUMBER, BP_TOKEN_COMMA,
                                             BP_TOKEN_NUMBER, BP_TOKEN_RIGHT};
  int seen = 0;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    struct bp_token token = bp_lexer_next(&lexer);
    if (token.kind != kinds[k])
      return false;
    int number = whole_number(&lexer, &token, false);
    seen |= number == 0 ? 1 : number == 1 ? 2 : 0;
  }
  return seen == 3;
}

/* One argument behind the first, up to its comma or the closing parenthesis. */
static void look_at_argument(struct bp_lexer *lexer, bool alone, struct axis_arguments *found) {
  static const char *const axes[] = {"axis", "dim"};
  static const char *const silent[] = {"keepdims", "keepdim", "dtype"};
  const char *keyword = take_keyword(lexer);
  bool from_1 = keyword && !strcmp(keyword, "dims"); /* Julia counts its axes so */
  struct bp_lexer value = *lexer;
  struct bp_token token = bp_lexer_next(&value);
  found->named = found->named || keyword;
  if (keyword && is_one_of(keyword, axes, 2) && names_both_axes(*lexer))
    return; /* as without an axis */
  bool minus = token.kind == BP_TOKEN_MINUS,
       axis = keyword ? from_1 || is_one_of(keyword, axes, 2) : alone;
  token = minus ? bp_lexer_next(&value) : token;
  int number = whole_number(&value, &token, minus);
  if (axis && number != NO_AXIS)
    found->axis = number - from_1;
  else if (axis ? token.kind != BP_TOKEN_NAME || strcmp(token.name->text, "None") != 0
                : !keyword || !is_one_of(keyword, silent, 3))
    found->others = true;
}

/* The arguments from here up to the closing parenthesis, of which the one in the place `alone` may
 * be an axis without its keyword.  False where the parenthesis is missing; *end is behind it. */
static bool find_arguments(struct bp_lexer ahead, size_t first, size_t alone, struct bp_lexer *end,
                           struct axis_arguments *found) {
  *found = (struct axis_arguments){.axis = NO_AXIS};
  struct bp_lexer start = ahead;
  if (first == 0 && bp_lexer_next(&start).kind != BP_TOKEN_RIGHT)
    look_at_argument(&ahead, alone == 0, found);
  size_t argument = 0;
  for (int depth = 0, count = 0;; count++) {
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_FAULT || count > FARTHEST)
      return false;
    if ((token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_SQUARE) && depth-- == 0)
      break;
    depth += token.kind == BP_TOKEN_LEFT || token.kind == BP_TOKEN_LEFT_SQUARE;
    if (depth == 0 && token.kind == BP_TOKEN_COMMA)
      look_at_argument(&ahead, ++argument == alone, found);
  }
  *end = ahead;
  return true;
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

/* The function that a piece opens a call of: rowsum of "rowsum(" or "(rowsum(". */
static struct bp_name *called_by(struct bp_names *names, const char *opening) {
  opening += *opening == '(';
  return bp_names_find(names, opening, strcspn(opening, "("));
}

static bool read_call(struct bp_stream *stream, const struct bp_function_form *form,
                      struct bp_lexer ahead, size_t begin, bool named) {
  static const struct bp_bracket_form tuple = {.between = ",", .close = ")", .after = after_tuple};
  struct axis_arguments arguments = {.axis = NO_AXIS};
  struct bp_lexer end;
  if (!takes_parenthesis(&ahead))
    return false;
  size_t alone = form->ordered ? NO_ARGUMENT : 1;
  if (form->rows && (!find_arguments(ahead, 1, alone, &end, &arguments) || arguments.others))
    return false;
  const char *opening = opening_of(form, arguments.axis);
  if (!opening || (named && !arguments.named))
    return false;
  bool in_tuple = form->tuple && takes_parenthesis(&ahead);
  stream->lexer = ahead;
  bp_push_piece(stream, opening, (struct bp_span){begin, ahead.at}, BP_PIECE_OPENS);
  struct bp_name *called = opening == form->open ? NULL : called_by(ahead.names, opening);
  bp_mark(stream, 0, BP_SPELLING_NUMPY, called ? called->text : form->ours);
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
  bool torch = at - begin == strlen("torch") && !memcmp(source->text + begin, "torch", at - begin);
  if (form && form->of_sample && torch)
    return false;
  if (form && read_call(stream, form, ahead, begin, false))
    return true;
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

/* sum(A, axis=0): as NumPy says it, without its name. */
bool bp_read_keywords(struct bp_stream *stream, struct bp_token token) {
  const struct bp_function_form *form =
      token.name->declared || !token.name->callable
          ? NULL
          : bp_function_form_find(token.name->text, token.name->length);
  return form && form->rows && read_call(stream, form, stream->lexer, token.span.begin, true);
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

/* A.sum(axis=0), A.exp(): the function, NULL for none. */
static struct bp_name *method_function(const char *word, size_t length, struct bp_names *names,
                                       struct bp_lexer arguments, struct bp_lexer *end) {
  const struct bp_function_form *form = bp_function_form_find(word, length);
  struct axis_arguments found;
  if (form && form->rows) {
    bool read = find_arguments(arguments, 0, form->ordered ? NO_ARGUMENT : 0, end, &found);
    const char *opening = read && !found.others ? opening_of(form, found.axis) : NULL;
    return opening ? called_by(names, opening) : NULL;
  }
  struct bp_name *name = bp_names_find(names, word, length);
  struct bp_lexer inside = arguments;
  bool empty = bp_lexer_next(&inside).kind == BP_TOKEN_RIGHT;
  *end = inside;
  return empty && name && name->callable ? name : NULL;
}

/* A.shape[0], A.size: a size of what stands before the dot; *end is behind it. */
static struct bp_name *size_method(const char *word, size_t length, struct bp_lexer *ahead) {
  static const struct {
    const char *index, *function;
  } axes[] = {{"[0]", "rows"}, {"[1]", "columns"}, {"[-1]", "columns"}};
  struct bp_lexer behind = *ahead;
  if (length == strlen("size") && !memcmp(word, "size", length) &&
      bp_lexer_next(&behind).kind != BP_TOKEN_LEFT)
    return bp_names_find(ahead->names, "numel", strlen("numel"));
  size_t left = ahead->source->length - ahead->at;
  for (size_t k = 0; k < 3 && length == strlen("shape") && !memcmp(word, "shape", length); k++) {
    size_t count = strlen(axes[k].index);
    if (left < count || memcmp(ahead->source->text + ahead->at, axes[k].index, count) != 0)
      continue;
    ahead->at += count;
    return bp_names_find(ahead->names, axes[k].function, strlen(axes[k].function));
  }
  return NULL;
}

/* The sign for a method that has another operand in its parentheses, NULL where it is none. */
static const char *sign_of_method(const char *word, size_t length) {
  static const char *const methods[][2] = {
      {"dot", "*"},      {"matmul", "*"}, {"mm", "*"},   {"mv", "*"},  {"mul", "⊙"},
      {"multiply", "⊙"}, {"div", "./"},   {"pow", ".^"}, {"add", "+"}, {"sub", "-"}};
  for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
    if (length == strlen(methods[k][0]) && !memcmp(word, methods[k][0], length))
      return methods[k][1];
  return NULL;
}

/* Whether .clamp(min=0) stands there, or .clip(0), with nothing above: what relu does; *end is
 * behind it. */
static bool is_clamp(const char *word, size_t length, struct bp_lexer ahead, struct bp_lexer *end) {
  static const char *const words[] = {"clamp", "clamp_min", "clip", "clamp_"};
  char text[16] = "";
  if (length >= sizeof text)
    return false;
  memcpy(text, word, length);
  if (!is_one_of(text, words, sizeof words / sizeof *words) || !takes_parenthesis(&ahead))
    return false;
  const char *keyword = take_keyword(&ahead);
  struct bp_token low = bp_lexer_next(&ahead);
  if ((keyword && strcmp(keyword, "min") != 0) || low.kind != BP_TOKEN_NUMBER ||
      ahead.source->text[low.span.begin] != '0' || !bp_token_is_of(ahead.source, low.span, "0.") ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT)
    return false;
  *end = ahead;
  return true;
}

/* Goes behind the parentheses that open at the lexer; false where they are not closed. */
static bool behind_parenthesis(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  int depth = 0;
  do {
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      return false;
    depth += (token.kind == BP_TOKEN_LEFT) - (token.kind == BP_TOKEN_RIGHT);
  } while (depth > 0);
  *lexer = ahead;
  return true;
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
  struct bp_name *size = size_method(word, length, &ahead);
  if (size) {
    push_method(stream, (struct bp_span){begin, ahead.at}, size, BP_TOKEN_METHOD, size->text);
    return true;
  }
  struct bp_lexer arguments = ahead;
  if (length == 0 || !takes_parenthesis(&arguments))
    return false;
  static const char *const silent[] = {"astype", "float",  "double", "int", "long",
                                       "copy",   "detach", "clone",  "item"};
  for (size_t k = 0; k < sizeof silent / sizeof *silent; k++)
    if (length == strlen(silent[k]) && !memcmp(word, silent[k], length) &&
        behind_parenthesis(&ahead)) { /* (Z > 0).astype(float): what it is of */
      stream->lexer = ahead;
      return true;
    }
  const char *sign = sign_of_method(word, length);
  if (sign) {
    push_method(stream, (struct bp_span){begin, ahead.at}, NULL, BP_TOKEN_METHOD, sign);
    return true;
  }
  if (is_clamp(word, length, ahead, &end)) {
    struct bp_name *relu = bp_names_find(stream->lexer.names, "relu", strlen("relu"));
    push_method(stream, (struct bp_span){begin, end.at}, relu, BP_TOKEN_METHOD, "relu");
    return relu != NULL;
  }
  bool turns = (length == 9 && !memcmp(word, "transpose", 9)) || (length == 1 && *word == 't');
  if (turns && bp_lexer_next(&arguments).kind == BP_TOKEN_RIGHT) {
    push_method(stream, (struct bp_span){begin, arguments.at}, NULL, BP_TOKEN_TRANSPOSE, "'");
    return true;
  }
  struct bp_name *name = method_function(word, length, stream->lexer.names, arguments, &end);
  if (!name)
    return false;
  push_method(stream, (struct bp_span){begin, end.at}, name, BP_TOKEN_METHOD, name->text);
  return true;
}

/* ---- np.pad(X, ((1, 1), (2, 2)), mode='constant') ------------------------- */

/* A width, which is a number or the name of one. */
static bool take_width(struct bp_lexer *lexer, struct bp_token *width) {
  *width = bp_lexer_next(lexer);
  return width->kind == BP_TOKEN_NUMBER || width->kind == BP_TOKEN_NAME;
}

static bool same_width(const struct bp_lexer *lexer, const struct bp_token *a,
                       const struct bp_token *b) {
  size_t length = a->span.end - a->span.begin;
  const char *text = lexer->source->text;
  return length == b->span.end - b->span.begin &&
         !memcmp(text + a->span.begin, text + b->span.begin, length);
}

/* (1, 1), of which our pad has one: as much before as behind. */
static bool take_width_pair(struct bp_lexer *lexer, struct bp_token *width) {
  struct bp_token other;
  return takes_parenthesis(lexer) && take_width(lexer, width) &&
         bp_lexer_next(lexer).kind == BP_TOKEN_COMMA && take_width(lexer, &other) &&
         bp_lexer_next(lexer).kind == BP_TOKEN_RIGHT && same_width(lexer, width, &other);
}

/* 1, (1, 1), or ((1, 1), (2, 2)): how many there are, or 0. */
static size_t take_widths(struct bp_lexer *lexer, struct bp_token widths[2]) {
  struct bp_lexer ahead = *lexer;
  size_t count = 0;
  if (take_width_pair(&ahead, &widths[0]))
    count = 1;
  else if ((ahead = *lexer, takes_parenthesis(&ahead)) && take_width_pair(&ahead, &widths[0]) &&
           bp_lexer_next(&ahead).kind == BP_TOKEN_COMMA && take_width_pair(&ahead, &widths[1]) &&
           bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT)
    count = 2;
  else if ((ahead = *lexer, take_width(&ahead, &widths[0])))
    count = 1;
  *lexer = count > 0 ? ahead : *lexer;
  return count;
}

/* Behind the widths: nothing, or that zeros are put there. */
static bool take_mode(struct bp_lexer *lexer) {
  static const char *const silent[] = {"mode", "constant", "values", "0"};
  for (;;) {
    struct bp_lexer ahead = *lexer;
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_RIGHT)
      return true;
    struct bp_span word = token.kind == BP_TOKEN_STRING ? token.inner : token.span;
    bool sign = token.kind == BP_TOKEN_COMMA || token.kind == BP_TOKEN_EQUAL ||
                token.kind == BP_TOKEN_PRIME || token.kind == BP_TOKEN_UNDERSCORE;
    bool known = sign;
    for (size_t k = 0; k < 4 && !known; k++)
      known = strlen(silent[k]) == word.end - word.begin &&
              !memcmp(lexer->source->text + word.begin, silent[k], word.end - word.begin);
    if (!known)
      return false;
    *lexer = ahead;
  }
}

bool bp_read_widths(struct bp_stream *stream, struct bp_token comma) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token widths[2];
  size_t count = take_widths(&ahead, widths);
  if (count == 0 || !take_mode(&ahead))
    return false;
  stream->lexer = ahead;
  for (size_t k = 0; k < count; k++) {
    bp_push_piece(stream, ",", comma.span, BP_PIECE_BETWEEN);
    bp_push(stream, widths[k]);
  }
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
