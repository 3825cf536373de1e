/* Commands of LaTeX.
 *
 * What is only another spelling of a sign or a letter stands in the table.  The rules here are for
 * what has braces: a fraction is a division in parentheses, and one of ∂ over ∂, or of d over d, is
 * a derivative; a type face is dropped; an accent becomes part of the letter, as in Unicode.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

#include "lang/foreign/words.h"

static const char *text_at(const struct bp_lexer *lexer) { return lexer->source->text + lexer->at; }

static size_t left_of(const struct bp_lexer *lexer) { return lexer->source->length - lexer->at; }

/* The letters of the command behind the backslash that was just read, taken. */
static size_t take_word(struct bp_lexer *lexer) {
  size_t length = 0;
  for (; length < left_of(lexer); length++) {
    char byte = text_at(lexer)[length];
    if (!((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')))
      break;
  }
  lexer->at += length;
  return length;
}

/* The command whose backslash was just read, taken; NULL where there is none that is known. */
static const struct bp_latex_command *take_command(struct bp_lexer *lexer) {
  const char *word = text_at(lexer);
  return bp_command_find(word, take_word(lexer));
}

/* Takes a token of this kind, if it is the next one. */
static bool take(struct bp_lexer *lexer, enum bp_token_kind kind) {
  struct bp_lexer ahead = *lexer;
  if (bp_lexer_next(&ahead).kind != kind)
    return false;
  *lexer = ahead;
  return true;
}

/* ---- names in faces ------------------------------------------------------ */

static struct bp_name *with_mark(struct bp_lexer *lexer, const struct bp_name *name,
                                 const char *mark) {
  char text[128];
  size_t length = name->length + strlen(mark);
  if (length > sizeof text)
    return NULL;
  memcpy(text, name->text, name->length);
  memcpy(text + name->length, mark, strlen(mark));
  return bp_names_find_written(lexer->names, text, length);
}

static struct bp_name *read_name(struct bp_stream *stream, struct bp_lexer *lexer, int depth) {
  struct bp_token token = bp_lexer_next(lexer);
  if (token.kind == BP_TOKEN_NAME)
    return token.name;
  if (token.kind == BP_TOKEN_LEFT_BRACE) {
    struct bp_name *name = bp_read_face(stream, lexer, depth + 1);
    return name && take(lexer, BP_TOKEN_RIGHT_BRACE) ? name : NULL;
  }
  const struct bp_latex_command *command =
      token.kind == BP_TOKEN_BACKSLASH ? take_command(lexer) : NULL;
  if (!command)
    return NULL;
  if (command->kind == BP_COMMAND_FACE)
    return bp_read_face(stream, lexer, depth + 1);
  if (command->kind == BP_COMMAND_ACCENT) {
    struct bp_name *name = bp_read_face(stream, lexer, depth + 1);
    return name ? with_mark(lexer, name, command->ours) : NULL;
  }
  if (command->kind != BP_COMMAND_TEXT)
    return NULL;
  struct bp_source source = {NULL, command->ours, strlen(command->ours)};
  struct bp_lexer piece = {.source = &source, .names = lexer->names};
  token = bp_lexer_next(&piece);
  return token.kind == BP_TOKEN_NAME ? token.name : NULL;
}

struct bp_name *bp_read_face(struct bp_stream *stream, struct bp_lexer *lexer, int depth) {
  enum { DEEPEST = 6 };
  struct bp_lexer ahead = *lexer;
  struct bp_name *name = depth < DEEPEST ? read_name(stream, &ahead, depth) : NULL;
  if (name)
    *lexer = ahead;
  return name;
}

static void push_name(struct bp_stream *stream, struct bp_name *name, size_t begin) {
  struct bp_name *declared = bp_declared_name(stream, name->text, name->length);
  name = declared && !name->callable ? declared : name;
  name = bp_read_joined(stream, name, &stream->lexer);
  struct bp_token token = {.kind = BP_TOKEN_NAME, .span = {begin, stream->lexer.at}, .name = name};
  token.spelling = BP_SPELLING_LATEX;
  token.ours = name->text;
  if (!bp_read_squared(stream, token)) /* \sigma^2 */
    bp_push(stream, token);
}

/* \mathrm{d}W is the name dW. */
static bool joined_to_d(struct bp_stream *stream, struct bp_name **name) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_name *rest = strcmp((*name)->text, "d") != 0 ? NULL : bp_read_face(stream, &ahead, 0);
  char text[64];
  if (!rest || rest->length + 1 > sizeof text)
    return false;
  text[0] = 'd';
  memcpy(text + 1, rest->text, rest->length);
  *name = bp_names_find(stream->lexer.names, text, rest->length + 1);
  if (*name)
    stream->lexer = ahead;
  return *name != NULL;
}

/* Whether a bracket comes next: (, [, {, \{, or one of these behind \left. */
static bool bracket_follows(struct bp_lexer lexer) {
  struct bp_token next = bp_lexer_next(&lexer);
  struct bp_lexer behind = lexer;
  if (next.kind == BP_TOKEN_BACKSLASH && take(&behind, BP_TOKEN_LEFT_BRACE))
    return true;
  const struct bp_latex_command *command =
      next.kind == BP_TOKEN_BACKSLASH ? take_command(&lexer) : NULL;
  if (command && command->kind == BP_COMMAND_BRACKET) {
    next = bp_lexer_next(&lexer);
    if (next.kind == BP_TOKEN_BACKSLASH)
      return take(&lexer, BP_TOKEN_LEFT_BRACE);
  }
  return next.kind == BP_TOKEN_LEFT || next.kind == BP_TOKEN_LEFT_SQUARE ||
         next.kind == BP_TOKEN_LEFT_BRACE;
}

/* \mathbb{1}[i = k] and \mathbf 1(y = k): an indicator, where a bracket follows. */
static bool read_indicator(struct bp_stream *stream, size_t begin) {
  struct bp_lexer ahead = stream->lexer;
  bool braces = take(&ahead, BP_TOKEN_LEFT_BRACE);
  struct bp_token one = bp_lexer_next(&ahead);
  if (one.kind != BP_TOKEN_NUMBER || one.span.end != one.span.begin + 1 ||
      ahead.source->text[one.span.begin] != '1' || (braces && !take(&ahead, BP_TOKEN_RIGHT_BRACE)))
    return false;
  if (!bracket_follows(ahead))
    return false;
  stream->lexer = ahead;
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_INDICATOR, .span = {begin, ahead.at}});
  return true;
}

/* \text{if z < 0}: a condition, whose braces are none. */
static bool read_condition(struct bp_stream *stream) {
  static const struct bp_bracket_form unseen = {.close = ""};
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE))
    return false;
  struct bp_lexer inside = ahead;
  struct bp_token word = bp_lexer_next(&inside);
  if (word.kind != BP_TOKEN_NAME || word.name->declared || word.name->word != BP_WORD_IF ||
      take(&inside, BP_TOKEN_RIGHT_BRACE))
    return false;
  stream->lexer = ahead;
  bp_push_bracket(stream, &unseen);
  return true;
}

/* \mathcal{L} is L, but where that is a size: then it is the loss ℒ that the file declares, or that
 * of the network. */
static struct bp_name *script_loss(struct bp_stream *stream, const struct bp_latex_command *command,
                                   struct bp_name *name) {
  bool script = !strcmp(command->word, "mathcal") || !strcmp(command->word, "cal");
  struct bp_name *own = bp_names_find(stream->lexer.names, "ℒ", strlen("ℒ"));
  struct bp_name *mean = bp_names_find(stream->lexer.names, "J", 1);
  if (!script || strcmp(name->text, "L") != 0 || !own || !mean)
    return name;
  bool declares = stream->declares && stream->depth == 0 && (name->declared || name->sized);
  return own->declared || declares ? own : name->layers && mean->mean_loss ? mean : name;
}

/* \mathbf{W}: the name, or the braces as they are. */
static bool read_face(struct bp_stream *stream, size_t begin,
                      const struct bp_latex_command *command) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_name *name = bp_read_face(stream, &ahead, 0);
  if (command->kind == BP_COMMAND_FACE &&
      (read_indicator(stream, begin) || (!name && read_condition(stream))))
    return true;
  if (!name)
    return command->kind == BP_COMMAND_FACE; /* a face of something longer changes nothing */
  stream->lexer = ahead;
  if (command->kind == BP_COMMAND_ACCENT)
    name = with_mark(&stream->lexer, name, command->ours);
  else if (!joined_to_d(stream, &name))
    name = script_loss(stream, command, name);
  if (!name)
    return false;
  push_name(stream, name, begin);
  return true;
}

/* ---- fractions ----------------------------------------------------------- */

static void after_denominator(struct bp_stream *stream, struct bp_token closing);
static void after_numerator(struct bp_stream *stream, struct bp_token closing);
static void after_function(struct bp_stream *stream, struct bp_token closing);
static void after_higher(struct bp_stream *stream, struct bp_token closing);

static const struct bp_bracket_form numerator = {.after = after_numerator};
static const struct bp_bracket_form denominator = {.after = after_denominator};
static const struct bp_bracket_form function = {.after = after_function};
static const struct bp_bracket_form higher = {.after = after_higher};
static const struct bp_bracket_form moved_higher = {.close = ")"};
static const struct bp_bracket_form moved = {.close = "))"};
static const struct bp_bracket_form operator_end = {.close = ")"};
static const struct bp_bracket_form higher_end = {.close = ""};

/* Takes ∂, \partial, or the d of dJ, if that stands next. */
static bool take_partial(struct bp_stream *stream, struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  const struct bp_latex_command *command =
      token.kind == BP_TOKEN_BACKSLASH ? take_command(&ahead) : NULL;
  bool sign =
      token.kind == BP_TOKEN_PARTIAL || (command && command->ours && !strcmp(command->ours, "∂"));
  if (command && command->kind == BP_COMMAND_FACE) { /* \mathrm{d}J */
    struct bp_name *name = bp_read_face(stream, &ahead, 0);
    sign = name && !strcmp(name->text, "d") && !name->declared;
  }
  if (token.kind == BP_TOKEN_LEFT_BRACE) { /* {d}z */
    ahead = *lexer;
    struct bp_name *name = bp_read_face(stream, &ahead, 0);
    sign = name && !strcmp(name->text, "d") && !name->declared;
  }
  bool letter = token.kind == BP_TOKEN_NAME && token.name->text[0] == 'd';
  if (letter && token.name->length == 1)
    sign = !token.name->declared;
  if (letter && token.name->length > 1 && !token.name->callable &&
      bp_declared_name(stream, token.name->text + 1, token.name->length - 1)) {
    ahead.at = token.span.begin + 1;
    sign = true;
  }
  if (sign)
    *lexer = ahead;
  return sign;
}

/* Takes the ^+ of an immediate derivative. */
static bool take_plus(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  if (!take(&ahead, BP_TOKEN_CARET))
    return false;
  bool braces = take(&ahead, BP_TOKEN_LEFT_BRACE);
  if (!take(&ahead, BP_TOKEN_PLUS) || (braces && !take(&ahead, BP_TOKEN_RIGHT_BRACE)))
    return false;
  *lexer = ahead;
  return true;
}

/* Takes the power of a derivative of higher order, ^2 or ^{3}: the order, 1 where there is none. */
static int take_order(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  bool squared = token.kind == BP_TOKEN_SQUARED, raised = token.kind == BP_TOKEN_CARET;
  if (raised) {
    bool braces = take(&ahead, BP_TOKEN_LEFT_BRACE);
    token = bp_lexer_next(&ahead);
    squared = token.kind == BP_TOKEN_NUMBER && token.span.end == token.span.begin + 1 &&
              ahead.source->text[token.span.begin] == '2';
    raised = squared || (token.kind == BP_TOKEN_NUMBER && token.span.end == token.span.begin + 1 &&
                         ahead.source->text[token.span.begin] == '3');
    if (!raised || (braces && !take(&ahead, BP_TOKEN_RIGHT_BRACE)))
      return 1;
  } else if (!squared && token.kind != BP_TOKEN_CUBED) {
    return 1;
  }
  *lexer = ahead;
  return squared ? 2 : 3;
}

/* The bytes from where the lexer is to where it is in `ahead`, which it takes. */
static struct bp_span skip_to(struct bp_stream *stream, const struct bp_lexer *ahead,
                              size_t begin) {
  stream->lexer = *ahead;
  return (struct bp_span){begin, ahead->at};
}

/* An argument without braces is a digit, a letter or a command: \frac12, \frac1m. */
static void push_bare_argument(struct bp_stream *stream) {
  struct bp_token token = bp_lexer_next(&stream->lexer);
  struct bp_lexer ahead = stream->lexer;
  const struct bp_latex_command *command =
      token.kind == BP_TOKEN_BACKSLASH ? take_command(&ahead) : NULL;
  if (command && command->kind == BP_COMMAND_TEXT && bp_read_command(stream, token))
    return;
  bool long_one = token.span.end > token.span.begin + 1;
  char first = long_one ? stream->lexer.source->text[token.span.begin] : '\0'; /* or the end */
  if (token.kind == BP_TOKEN_NUMBER && long_one) {
    token.span.end = stream->lexer.at = token.span.begin + 1;
  } else if (token.kind == BP_TOKEN_NAME && long_one && (first & 0x80) == 0) {
    token.span.end = stream->lexer.at = token.span.begin + 1;
    token.name = bp_names_find(stream->lexer.names, &first, 1);
    token.kind = token.name ? BP_TOKEN_NAME : BP_TOKEN_FAULT;
  }
  bp_push(stream, token);
}

static void after_numerator(struct bp_stream *stream, struct bp_token closing) {
  struct bp_lexer ahead = stream->lexer;
  if (take(&ahead, BP_TOKEN_LEFT_BRACE)) {
    bp_push_piece(stream, ")/(", skip_to(stream, &ahead, closing.span.begin), BP_PIECE_BETWEEN);
    bp_push_bracket(stream, &denominator);
    return;
  }
  bp_push_piece(stream, ")/", closing.span, BP_PIECE_BETWEEN);
  push_bare_argument(stream);
  struct bp_span end = {stream->lexer.at, stream->lexer.at};
  bp_push_piece(stream, ")", end, BP_PIECE_CLOSES);
}

static void after_denominator(struct bp_stream *stream, struct bp_token closing) {
  bp_push_piece(stream, "))", closing.span, BP_PIECE_CLOSES);
}

/* Behind the function of a derivative: what moves; of a higher order several times. */
static void below_function(struct bp_stream *stream, struct bp_token closing, bool higher) {
  struct bp_lexer ahead = stream->lexer;
  bool read = take(&ahead, BP_TOKEN_LEFT_BRACE) && take_partial(stream, &ahead);
  if (!read)
    take(&stream->lexer, BP_TOKEN_LEFT_BRACE);
  struct bp_span span = read ? skip_to(stream, &ahead, closing.span.begin)
                             : (struct bp_span){closing.span.begin, stream->lexer.at};
  bp_push_piece(stream, read && higher ? ")/∂" : read ? ")/∂(" : ")/", span, BP_PIECE_BETWEEN);
  bp_push_bracket(stream, higher ? &moved_higher : &moved);
}

static void after_function(struct bp_stream *stream, struct bp_token closing) {
  below_function(stream, closing, false);
}

static void after_higher(struct bp_stream *stream, struct bp_token closing) {
  below_function(stream, closing, true);
}

/* \frac{∂}{∂W}, \frac{∂^2}{∂x^2}: of what follows. */
static bool read_operator(struct bp_stream *stream, struct bp_lexer ahead, size_t begin,
                          int order) {
  static const char *const opening[] = {"∂/∂(", "∂^2/∂", "∂^3/∂"};
  if (!take(&ahead, BP_TOKEN_RIGHT_BRACE) || !take(&ahead, BP_TOKEN_LEFT_BRACE) ||
      !take_partial(stream, &ahead))
    return false;
  bp_push_piece(stream, opening[order - 1], skip_to(stream, &ahead, begin), BP_PIECE_OPENS);
  bp_push_bracket(stream, order > 1 ? &higher_end : &operator_end);
  return true;
}

static bool read_fraction(struct bp_stream *stream, size_t begin) {
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE)) {
    bp_push_piece(stream, "(", (struct bp_span){begin, stream->lexer.at}, BP_PIECE_OPENS);
    push_bare_argument(stream);
    struct bp_token end = {.span = {stream->lexer.at, stream->lexer.at}};
    struct bp_lexer next = stream->lexer;
    if (take(&next, BP_TOKEN_LEFT_BRACE)) {
      bp_push_piece(stream, "/(", skip_to(stream, &next, end.span.begin), BP_PIECE_BETWEEN);
      bp_push_bracket(stream, &denominator);
      return true;
    }
    bp_push_piece(stream, "/", end.span, BP_PIECE_BETWEEN);
    push_bare_argument(stream);
    end.span.begin = end.span.end = stream->lexer.at;
    bp_push_piece(stream, ")", end.span, BP_PIECE_CLOSES);
    return true;
  }
  struct bp_lexer inside = ahead;
  bool derivative = !bp_is_name_above(&ahead) && take_partial(stream, &inside);
  bool immediate = derivative && take_plus(&inside);
  int order = derivative ? take_order(&inside) : 1;
  if (derivative && read_operator(stream, inside, begin, order))
    return true;
  static const char *const opening[] = {"(∂(", "(∂^2(", "(∂^3("};
  struct bp_span span = skip_to(stream, derivative ? &inside : &ahead, begin);
  bp_push_piece(stream,
                immediate    ? "(∂^+("
                : derivative ? opening[order - 1]
                             : "((",
                span, BP_PIECE_OPENS);
  bp_push_bracket(stream, order > 1 ? &higher : derivative ? &function : &numerator);
  return true;
}

static bool read_root(struct bp_stream *stream, size_t begin) {
  static const struct bp_bracket_form root = {.close = ")"};
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE))
    return false;
  bp_push_piece(stream, "sqrt(", skip_to(stream, &ahead, begin), BP_PIECE_OPENS);
  bp_push_bracket(stream, &root);
  return true;
}

/* ---- matrices ------------------------------------------------------------ */

/* The word in {bmatrix}, taken with its braces. */
static struct bp_name *take_environment(struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE))
    return NULL;
  struct bp_token name = bp_lexer_next(&ahead);
  take(&ahead, BP_TOKEN_STAR);
  if (name.kind != BP_TOKEN_NAME || !take(&ahead, BP_TOKEN_RIGHT_BRACE))
    return NULL;
  stream->lexer = ahead;
  return name.name;
}

static bool is_one_of(const struct bp_name *name, const char *const *words) {
  while (*words && strcmp(name->text, *words) != 0)
    words++;
  return *words != NULL;
}

static bool read_environment(struct bp_stream *stream, size_t begin, bool opens) {
  static const char *const matrices[] = {"matrix", "bmatrix", "pmatrix", "smallmatrix", NULL};
  static const char *const layouts[] = {"aligned",  "align",    "split",    "equation", "gather",
                                        "gathered", "eqnarray", "multline", "flalign",  NULL};
  static const struct bp_bracket_form matrix = {.matrix = true, .index = true};
  struct bp_lexer before = stream->lexer;
  static const char *const cases[] = {"cases", "dcases", NULL};
  static const struct bp_bracket_form choices = {.matrix = true};
  const struct bp_name *name = take_environment(stream);
  struct bp_span span = {begin, stream->lexer.at};
  if (name && is_one_of(name, layouts))
    return true;
  bool choice = name && is_one_of(name, cases);
  if (!name || (!choice && !is_one_of(name, matrices))) {
    stream->lexer = before;
    return false;
  }
  const char *sign = opens ? choice ? "(" : "[" : choice ? ")" : "]";
  bp_push_piece(stream, sign, span, opens ? BP_PIECE_OPENS : BP_PIECE_CLOSES);
  if (opens)
    bp_push_bracket(stream, choice ? &choices : &matrix);
  else
    stream->depth -= stream->depth > 0;
  return true;
}

static bool in_matrix(const struct bp_stream *stream) {
  return stream->depth > 0 && stream->depth <= BP_STREAM_DEEPEST &&
         stream->open[stream->depth - 1].form->matrix;
}

/* \\ between rows, unless it stands behind the last. */
static void read_row_end(struct bp_stream *stream, size_t begin) {
  struct bp_lexer ahead = stream->lexer;
  bool command = bp_lexer_next(&ahead).kind == BP_TOKEN_BACKSLASH;
  const struct bp_latex_command *next = command ? take_command(&ahead) : NULL;
  if (in_matrix(stream) && !(next && next->kind == BP_COMMAND_END))
    bp_push_piece(stream, ";", (struct bp_span){begin, stream->lexer.at}, BP_PIECE_CLOSES);
}

/* ---- what is left out ---------------------------------------------------- */

/* Leaves out the braces that come next, with what stands in them. */
static bool skip_braces(struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE))
    return false;
  for (int depth = 1; depth > 0;) {
    if (ahead.at >= ahead.source->length || *text_at(&ahead) == '\n')
      return false;
    depth += *text_at(&ahead) == '{';
    depth -= *text_at(&ahead) == '}';
    ahead.at++;
  }
  stream->lexer = ahead;
  return true;
}

/* Behind \underbrace{a}: what stands below it. */
static void after_brace(struct bp_stream *stream, struct bp_token closing) {
  struct bp_lexer ahead = stream->lexer;
  enum bp_token_kind kind = bp_lexer_next(&ahead).kind;
  (void)closing;
  if (kind != BP_TOKEN_UNDERSCORE && kind != BP_TOKEN_CARET)
    return;
  struct bp_lexer before = stream->lexer;
  stream->lexer = ahead;
  if (!skip_braces(stream))
    stream->lexer = before;
}

static bool read_brace(struct bp_stream *stream, size_t begin) {
  static const struct bp_bracket_form braced = {.close = ")", .after = after_brace};
  struct bp_lexer ahead = stream->lexer;
  if (!take(&ahead, BP_TOKEN_LEFT_BRACE))
    return false;
  bp_push_piece(stream, "(", skip_to(stream, &ahead, begin), BP_PIECE_OPENS);
  bp_push_bracket(stream, &braced);
  return true;
}

/* ---- all of them --------------------------------------------------------- */

/* A backslash and a sign: blanks, the end of a row, braces that are written. */
static bool read_sign(struct bp_stream *stream, size_t begin) {
  char sign = left_of(&stream->lexer) > 0 ? *text_at(&stream->lexer) : 0;
  switch (sign) {
  case ',':
  case ';':
  case ':':
  case '!':
    stream->lexer.at++;
    return true;
  case '{': /* braces that are written: those of an indicator */
  case '}':
    stream->lexer.at++;
    bp_push(stream,
            (struct bp_token){.kind = sign == '{' ? BP_TOKEN_LEFT_BRACE : BP_TOKEN_RIGHT_BRACE,
                              .span = {begin, stream->lexer.at}});
    return true;
  case '|':
    stream->lexer.at++;
    bp_push_piece(stream, "‖", (struct bp_span){begin, stream->lexer.at}, BP_PIECE_OPENS);
    bp_mark(stream, stream->count - 1, BP_SPELLING_LATEX, "‖");
    return true;
  case ' ': /* in MATLAB it solves equations */
    stream->lexer.at += stream->latex;
    return stream->latex;
  case '\\':
    stream->lexer.at++;
    read_row_end(stream, begin);
    return true;
  default:
    return false;
  }
}

/* \delta_{o} is a name where the file has it. */
static void join_last(struct bp_stream *stream) {
  struct bp_token *token = stream->count ? &stream->queue[stream->count - 1] : NULL;
  if (!token || token->kind != BP_TOKEN_NAME)
    return;
  token->name = bp_read_joined(stream, token->name, &stream->lexer);
  token->span.end = stream->lexer.at;
  struct bp_token name = *token;
  stream->count--;
  if (!bp_read_squared(stream, name))
    bp_push(stream, name);
}

static bool read_word(struct bp_stream *stream, size_t begin,
                      const struct bp_latex_command *command) {
  struct bp_span span = {begin, stream->lexer.at};
  switch (command->kind) {
  case BP_COMMAND_TEXT:
    bp_push_piece(stream, command->ours, span, BP_PIECE_OPENS);
    join_last(stream);
    return true;
  case BP_COMMAND_BRACKET:
    if (left_of(&stream->lexer) > 0 && *text_at(&stream->lexer) == '.')
      stream->lexer.at++;
    return true;
  case BP_COMMAND_FACE:
  case BP_COMMAND_ACCENT:
    return read_face(stream, begin, command);
  case BP_COMMAND_FRACTION:
    return read_fraction(stream, begin);
  case BP_COMMAND_ROOT:
    return read_root(stream, begin);
  case BP_COMMAND_LABEL:
    return skip_braces(stream);
  case BP_COMMAND_BRACE:
    return read_brace(stream, begin);
  case BP_COMMAND_BEGIN:
  case BP_COMMAND_END:
    return read_environment(stream, begin, command->kind == BP_COMMAND_BEGIN);
  default:
    return true;
  }
}

bool bp_read_command(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer before = stream->lexer;
  size_t first = stream->count;
  const char *word = text_at(&stream->lexer);
  size_t length = take_word(&stream->lexer);
  const struct bp_latex_command *command = bp_command_find(word, length);
  bool read = length == 0 ? read_sign(stream, token.span.begin)
              : command   ? read_word(stream, token.span.begin, command)
                          : false;
  if (!read) {
    stream->lexer = before;
    return false;
  }
  if (stream->count > first && stream->queue[first].spelling == BP_SPELLING_OURS)
    bp_mark(stream, first, BP_SPELLING_LATEX,
            command && command->ours ? command->ours : "plain text");
  return true;
}
