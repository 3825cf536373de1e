/* The stream: one place that knows which brackets are open and what becomes of their parts.
 *
 * A foreign bracket is opened by a rule, which puts its beginning into the queue and a form onto
 * the stack.  Commas and closing brackets come here, where the form says what stands for them.
 * Brackets of our own have forms, too, so that the stack is always that of the text.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

#include "lang/ast.h"

static const struct bp_bracket_form round_form = {.native = true};
static const struct bp_bracket_form index_form = {.native = true, .index = true};
const struct bp_bracket_form bp_form_brace = {.close = ")"};

/* ---- the queue ----------------------------------------------------------- */

void bp_push(struct bp_stream *stream, struct bp_token token) {
  if (stream->count < BP_STREAM_LONGEST)
    stream->queue[stream->count++] = token;
}

void bp_mark(struct bp_stream *stream, size_t index, enum bp_spelling spelling, const char *ours) {
  if (index >= stream->count)
    return;
  stream->queue[index].spelling = spelling;
  stream->queue[index].ours = ours;
}

static bool opens(enum bp_token_kind kind) {
  return kind == BP_TOKEN_LEFT || kind == BP_TOKEN_LEFT_SQUARE || kind == BP_TOKEN_LEFT_BRACE;
}

static bool closes(enum bp_token_kind kind) {
  return kind == BP_TOKEN_RIGHT || kind == BP_TOKEN_RIGHT_SQUARE || kind == BP_TOKEN_RIGHT_BRACE;
}

void bp_push_piece(struct bp_stream *stream, const char *piece, struct bp_span whole,
                   enum bp_piece_end kind) {
  struct bp_source source = {stream->lexer.source->name, piece, strlen(piece)};
  struct bp_lexer lexer = {.source = &source, .names = stream->lexer.names};
  size_t before = stream->count;
  for (struct bp_token token; (token = bp_lexer_next(&lexer)).kind != BP_TOKEN_END;) {
    if (token.kind == BP_TOKEN_NUMBER)
      token.text = piece[token.span.begin] == '1' ? "1" : "2";
    bool behind = kind == BP_PIECE_OPENS || (kind == BP_PIECE_BETWEEN && opens(token.kind));
    size_t at = behind ? whole.end : whole.begin;
    token.span = (struct bp_span){at, at};
    bp_push(stream, token);
  }
  if (kind == BP_PIECE_OPENS && stream->count > before)
    stream->queue[before].span = whole;
  if (kind == BP_PIECE_CLOSES && stream->count > before)
    stream->queue[stream->count - 1].span = whole;
}

void bp_push_inverse_transpose(struct bp_stream *stream, struct bp_span whole) {
  struct bp_span end = {whole.end, whole.end};
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_TRANSPOSE, .span = whole});
  bp_push_piece(stream, "^(-1)", end, BP_PIECE_OPENS);
}

struct bp_token bp_ahead(const struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  return bp_lexer_next(&ahead);
}

bool bp_operand_before(const struct bp_stream *stream, size_t at) {
  if (stream->last.span.end != at)
    return false;
  switch (stream->last.kind) {
  case BP_TOKEN_NAME:
  case BP_TOKEN_NUMBER:
  case BP_TOKEN_RIGHT:
  case BP_TOKEN_RIGHT_SQUARE:
  case BP_TOKEN_RIGHT_BRACE:
  case BP_TOKEN_PRIME:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_METHOD:
    return true;
  default:
    return false;
  }
}

/* ---- brackets ------------------------------------------------------------ */

void bp_push_bracket(struct bp_stream *stream, const struct bp_bracket_form *form) {
  if (stream->depth < BP_STREAM_DEEPEST)
    stream->open[stream->depth] = (struct bp_stream_bracket){form, 0};
  stream->depth++;
}

static struct bp_stream_bracket *innermost(struct bp_stream *stream) {
  bool known = stream->depth > 0 && stream->depth <= BP_STREAM_DEEPEST;
  return known ? &stream->open[stream->depth - 1] : NULL;
}

static const struct bp_bracket_form *innermost_form(struct bp_stream *stream) {
  const struct bp_stream_bracket *bracket = innermost(stream);
  return bracket ? bracket->form : &round_form;
}

/* Braces of our own follow a _, a number (the indicator 1{k = i}) or the word in. */
static bool is_our_brace(const struct bp_stream *stream) {
  const struct bp_token *last = &stream->last;
  return last->kind == BP_TOKEN_UNDERSCORE || last->kind == BP_TOKEN_NUMBER ||
         last->kind == BP_TOKEN_INDICATOR ||
         (last->kind == BP_TOKEN_NAME && last->name->word == BP_WORD_IN && !last->name->declared);
}

/* Whether a sum stands in the braces that were opened and a ^ behind them, as in {1 + e}^{-z}: on
 * paper the braces are not seen, and the last term is raised. */
static bool raises_last_term(struct bp_lexer inside) {
  enum { FARTHEST = 256 };
  bool sum = false;
  for (int depth = 1, count = 0; depth > 0; count++) {
    enum bp_token_kind kind = bp_lexer_next(&inside).kind;
    if (kind == BP_TOKEN_END || kind == BP_TOKEN_NEWLINE || count > FARTHEST)
      return false;
    depth += opens(kind) - closes(kind);
    sum = sum || (depth == 1 && (kind == BP_TOKEN_PLUS || kind == BP_TOKEN_MINUS));
  }
  return sum && bp_lexer_next(&inside).kind == BP_TOKEN_CARET;
}

static void open_bracket(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form unseen = {.close = ""};
  bool brace = token.kind == BP_TOKEN_LEFT_BRACE;
  if (brace && !is_our_brace(stream) && stream->last.kind != BP_TOKEN_CARET &&
      raises_last_term(stream->lexer)) {
    bp_push_bracket(stream, &unseen);
    return;
  }
  if (brace && !is_our_brace(stream)) {
    size_t first = stream->count;
    bp_push_piece(stream, "(", token.span, BP_PIECE_OPENS);
    bp_mark(stream, first, BP_SPELLING_LATEX, "(");
    bp_push_bracket(stream, &bp_form_brace);
    return;
  }
  bool square = token.kind == BP_TOKEN_LEFT_SQUARE;
  bool blanks =
      square && !bp_operand_before(stream, token.span.begin) && bp_blanks_separate(stream);
  bp_push(stream, token);
  bp_push_bracket(stream, blanks                        ? &bp_form_blanks
                          : token.kind == BP_TOKEN_LEFT ? &round_form
                                                        : &index_form);
}

static void close_bracket(struct bp_stream *stream, struct bp_token token) {
  const struct bp_bracket_form *form = innermost_form(stream);
  stream->depth -= stream->depth > 0;
  if (form->close)
    bp_push_piece(stream, form->close, token.span, BP_PIECE_CLOSES);
  else if (form->native)
    bp_push(stream, token);
  if (form->after)
    form->after(stream, token);
}

/* Leaves out what stands up to the closing bracket, which comes next. */
static void skip_arguments(struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  for (int depth = 0;;) {
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_FAULT ||
        (closes(token.kind) && depth == 0))
      return;
    depth += opens(token.kind) - closes(token.kind);
    stream->lexer = ahead;
  }
}

static void read_comma(struct bp_stream *stream, struct bp_token token) {
  const struct bp_bracket_form *form = innermost_form(stream);
  if (form->comma && form->comma(stream, token))
    return;
  if (form->one)
    skip_arguments(stream);
  else if (form->between)
    bp_push_piece(stream, form->between, token.span, BP_PIECE_BETWEEN);
  else
    bp_push(stream, token);
}

/* ---- single signs -------------------------------------------------------- */

/* aₖ, ∇ₓ: the letter that stands below, as behind a _. */
static bool read_lowered_letter(struct bp_stream *stream, struct bp_token token) {
  static const char *const letters[][2] = {
      {"ₐ", "a"}, {"ₑ", "e"}, {"ₒ", "o"}, {"ₓ", "x"}, {"ₕ", "h"}, {"ₖ", "k"},
      {"ₗ", "l"}, {"ₘ", "m"}, {"ₙ", "n"}, {"ₚ", "p"}, {"ₛ", "s"}, {"ₜ", "t"},
      {"ᵢ", "i"}, {"ⱼ", "j"}, {"ᵣ", "r"}, {"ᵤ", "u"}, {"ᵥ", "v"}, {"ᵦ", "β"}};
  const char *text = stream->lexer.source->text + token.span.begin;
  size_t length = token.span.end - token.span.begin;
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
    if (length != strlen(letters[k][0]) || memcmp(text, letters[k][0], length) != 0)
      continue;
    struct bp_token letter = {.kind = BP_TOKEN_NAME, .span = token.span};
    letter.name = bp_names_find(stream->lexer.names, letters[k][1], strlen(letters[k][1]));
    bool family = stream->last.kind == BP_TOKEN_NAME && stream->last.name->declared &&
                  stream->last.name->family;
    if (!letter.name ||
        !(stream->last.kind == BP_TOKEN_NABLA || bp_operand_before(stream, token.span.begin)))
      return false;
    struct bp_span before = {token.span.begin, token.span.begin};
    struct bp_span behind = {token.span.end, token.span.end};
    bp_push(stream, (struct bp_token){.kind = family ? BP_TOKEN_LEFT_SQUARE : BP_TOKEN_UNDERSCORE,
                                      .span = before});
    bp_push(stream, letter);
    if (family)
      bp_push(stream, (struct bp_token){.kind = BP_TOKEN_RIGHT_SQUARE, .span = behind});
    return true;
  }
  return false;
}

/* The digits in ⁻¹ and ⁴, which a power is made of; others that follow belong to it. */
static bool read_raised_number(struct bp_stream *stream, struct bp_token token) {
  static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  enum { MOST = 6 };
  static const char minus[] = "⁻";
  const struct bp_source *source = stream->lexer.source;
  size_t at = token.span.begin, count = 0, left;
  char digits[MOST + 1];
  bool negative =
      source->length - at >= strlen(minus) && !memcmp(source->text + at, minus, strlen(minus));
  at += negative ? strlen(minus) : 0;
  for (size_t before = 0; before != count + 1 && count < MOST;) {
    before = count + 1;
    left = source->length - at;
    for (size_t k = 0; k < 10 && before == count + 1; k++)
      if (left >= strlen(raised[k]) && !memcmp(source->text + at, raised[k], strlen(raised[k]))) {
        digits[count++] = (char)('0' + k);
        at += strlen(raised[k]);
      }
  }
  static const char turned[] = "ᵀ"; /* A⁻ᵀ */
  left = source->length - at;
  if (negative && count == 0 && left >= strlen(turned) &&
      !memcmp(source->text + at, turned, strlen(turned)) &&
      bp_operand_before(stream, token.span.begin)) {
    stream->lexer.at = at + strlen(turned);
    bp_push_inverse_transpose(stream, (struct bp_span){token.span.begin, stream->lexer.at});
    return true;
  }
  char *text = count ? bp_lang_pool_take(stream->lexer.names->pool, count + 1, 1) : NULL;
  if (!text || !bp_operand_before(stream, token.span.begin))
    return false;
  memcpy(text, digits, count);
  struct bp_span whole = {token.span.begin, at}, end = {at, at};
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_CARET, .span = whole});
  if (negative)
    bp_push(stream, (struct bp_token){.kind = BP_TOKEN_MINUS, .span = end});
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_NUMBER, .span = end, .text = text});
  stream->lexer.at = at;
  return true;
}

static void read_fault(struct bp_stream *stream, struct bp_token token) {
  if (token.fault == BP_TOKEN_FAULT_RAISED &&
      (read_lowered_letter(stream, token) || read_raised_number(stream, token)))
    return;
  static const char member[] = "∈";
  size_t left = stream->lexer.source->length - token.span.begin;
  struct bp_name *in = bp_names_find(stream->lexer.names, "in", strlen("in"));
  if (in && left >= strlen(member) &&
      !memcmp(stream->lexer.source->text + token.span.begin, member, strlen(member))) {
    token.kind = BP_TOKEN_NAME;
    token.name = in;
    bp_push(stream, token);
    return;
  }
  static const char *const fractions[][2] = {{"½", "(1/2)"}, {"⅓", "(1/3)"}, {"¼", "(1/4)"}};
  for (size_t k = 0; k < sizeof fractions / sizeof *fractions; k++)
    if (left >= strlen(fractions[k][0]) && !memcmp(stream->lexer.source->text + token.span.begin,
                                                   fractions[k][0], strlen(fractions[k][0]))) {
      bp_push_piece(stream, fractions[k][1], token.span, BP_PIECE_OPENS);
      return;
    }
  static const char plus[] = "⁺";
  if (stream->last.kind == BP_TOKEN_PARTIAL && left >= strlen(plus) &&
      !memcmp(stream->lexer.source->text + token.span.begin, plus, strlen(plus))) {
    bp_push_piece(stream, "^+", token.span, BP_PIECE_OPENS);
    return;
  }
  bool ampersand =
      token.fault == BP_TOKEN_FAULT_SIGN && stream->lexer.source->text[token.span.begin] == '&';
  struct bp_token after = bp_ahead(stream);
  bool relation = (after.kind >= BP_TOKEN_EQUAL && after.kind <= BP_TOKEN_AT_LEAST) ||
                  (stream->last.kind >= BP_TOKEN_EQUAL && stream->last.kind <= BP_TOKEN_AT_LEAST);
  if (ampersand && innermost_form(stream)->matrix) {
    token.kind = BP_TOKEN_COMMA;
    bp_push(stream, token);
  } else if (!ampersand || !relation) { /* &= is =, and so is & = & */
    bp_push(stream, token);
  }
}

static void push_as(struct bp_stream *stream, struct bp_token token, enum bp_token_kind kind,
                    const char *ours) {
  token.kind = kind;
  token.spelling = BP_SPELLING_NUMPY;
  token.ours = ours;
  bp_push(stream, token);
}

/* \[ and \], \( and \): what LaTeX puts around a formula, as $. */
static bool is_display(struct bp_stream *stream, struct bp_token token) {
  size_t at = token.span.end;
  const struct bp_source *source = stream->lexer.source;
  if (stream->lexer.at != at || at >= source->length || !strchr("[]()", source->text[at]))
    return false;
  stream->lexer.at = at + 1;
  return true;
}

static void read_sign(struct bp_stream *stream, struct bp_token token) {
  bool read = false;
  switch (token.kind) {
  case BP_TOKEN_DOLLAR:
    read = true;
    break;
  case BP_TOKEN_BAR:
    read = bp_read_row(stream, token);
    break;
  case BP_TOKEN_AT_SIGN:
    push_as(stream, token, BP_TOKEN_STAR, "*");
    if (stream->lexer.source->text[token.span.begin] == '%')
      bp_mark(stream, stream->count - 1, BP_SPELLING_SCRIPT, "*");
    return;
  case BP_TOKEN_DOUBLE_STAR:
    push_as(stream, token, BP_TOKEN_POINT_CARET, ".^");
    return;
  case BP_TOKEN_BACKSLASH:
    read = is_display(stream, token) || bp_read_command(stream, token);
    break;
  case BP_TOKEN_DOT:
    read = bp_read_broadcast(stream, token) || bp_read_dot(stream, token);
    break;
  case BP_TOKEN_NAME:
    read = bp_read_module(stream, token) || bp_read_space(stream, token) ||
           bp_read_script(stream, token) || bp_read_keywords(stream, token) ||
           bp_read_gradient_name(stream, token) || bp_read_spelled(stream, token);
    break;
  case BP_TOKEN_CARET:
    read = bp_read_raised(stream, token);
    break;
  case BP_TOKEN_UNDERSCORE:
    read = bp_read_lowered(stream, token);
    break;
  case BP_TOKEN_PRIME:
    read = bp_hold_prime(stream, token);
    break;
  default:
    break;
  }
  if (!read)
    bp_push(stream, token);
}

static void read_on(struct bp_stream *stream) {
  struct bp_token token = bp_lexer_next(&stream->lexer);
  if (innermost_form(stream)->blanks)
    bp_read_blank(stream, token);
  if (token.kind == BP_TOKEN_COMMA)
    read_comma(stream, token);
  else if (token.kind == BP_TOKEN_LEFT_SQUARE && bp_read_new_axis(stream, token))
    return;
  else if (opens(token.kind))
    open_bracket(stream, token);
  else if (closes(token.kind))
    close_bracket(stream, token);
  else if (token.kind == BP_TOKEN_FAULT)
    read_fault(stream, token);
  else
    read_sign(stream, token);
}

/* ---- what came before ---------------------------------------------------- */

/* A keyword at the beginning of a line declares the names behind it, up to what is said of them; in
 * a shape, which stands behind a colon, x is no name. */
static void note_declaration(struct bp_stream *stream, const struct bp_token *token) {
  const struct bp_name *name = token->kind == BP_TOKEN_NAME ? token->name : NULL;
  if (stream->line && name && name->keyword >= 0) {
    struct bp_statement statement = {.kind = (enum bp_statement_kind)name->keyword};
    stream->declares = bp_statement_declares(&statement) == BP_DECLARES_TARGETS;
    stream->defines = statement.kind == BP_STATEMENT_LET || statement.kind == BP_STATEMENT_WRITE;
  }
  bool word = name && !name->declared && name->word == BP_WORD_FOR;
  if (token->kind == BP_TOKEN_NEWLINE || token->kind == BP_TOKEN_EQUAL || word)
    stream->declares = false;
  if (token->kind == BP_TOKEN_COLON && stream->depth == 0)
    stream->declares = true;
  stream->first_name = stream->line && token->kind == BP_TOKEN_NAME;
  stream->line = token->kind == BP_TOKEN_NEWLINE;
}

/* A sum's sign, then what stands below it; a ^ there is a bound. */
static void note_sum(struct bp_stream *stream, const struct bp_token *token) {
  bool sign = token->kind == BP_TOKEN_SIGMA || token->kind == BP_TOKEN_PRODUCT ||
              (token->kind == BP_TOKEN_NAME && !token->name->declared &&
               (token->name->form == BP_FORM_SIGMA || token->name->form == BP_FORM_SUM ||
                token->name->form == BP_FORM_PRODUCT));
  enum bp_token_kind before = stream->last.kind;
  bool below = token->kind == BP_TOKEN_UNDERSCORE || before == BP_TOKEN_UNDERSCORE;
  if (sign)
    stream->sum = stream->depth + 1;
  else if (stream->sum == stream->depth + 1 && !below && !closes(token->kind) &&
           token->kind != BP_TOKEN_CARET)
    stream->sum = 0;
}

/* Behind a subscript that was read late: on where the raised index ends, which belongs to the bytes
 * of its last token. */
static void go_back(struct bp_stream *stream) {
  if (stream->back_to == 0 || stream->lexer.at < stream->back_at)
    return;
  stream->lexer.at = stream->back_to;
  if (stream->count > 0)
    stream->queue[stream->count - 1].span.end = stream->back_to;
  stream->back_at = stream->back_to = 0;
}

struct bp_token bp_stream_next(struct bp_stream *stream) {
  if (stream->first == stream->count)
    stream->first = stream->count = 0;
  while (stream->count == 0) {
    read_on(stream);
    go_back(stream);
  }
  struct bp_token token = stream->queue[stream->first++];
  note_declaration(stream, &token);
  note_sum(stream, &token);
  stream->nabla = (token.kind == BP_TOKEN_UNDERSCORE && stream->last.kind == BP_TOKEN_NABLA) ||
                  (stream->nabla && token.kind == BP_TOKEN_LEFT_BRACE);
  bool behind =
      stream->last.kind == BP_TOKEN_PARTIAL || (stream->moving && token.kind == BP_TOKEN_NAME);
  stream->moved = behind && token.kind == BP_TOKEN_NAME;
  stream->moving = stream->last.kind == BP_TOKEN_PARTIAL && token.kind == BP_TOKEN_LEFT;
  stream->last = token;
  stream->latex = stream->latex || token.spelling == BP_SPELLING_LATEX ||
                  token.spelling == BP_SPELLING_LAYER || token.spelling == BP_SPELLING_SAMPLE;
  return token;
}

struct bp_token bp_stream_rest_of_line(struct bp_stream *stream) {
  stream->first = stream->count = 0;
  return bp_lexer_rest_of_line(&stream->lexer);
}

void bp_stream_return(struct bp_stream *stream, size_t at) {
  stream->first = stream->count = 0;
  bp_lexer_return(&stream->lexer, at);
}

void bp_stream_restart(struct bp_stream *stream) {
  stream->depth = stream->held = stream->sum = stream->row = 0;
  stream->latex = false;
  stream->line = true;
  stream->before = (struct bp_span){0, 0};
  stream->back_at = stream->back_to = 0;
}

struct bp_stream bp_stream_new(const struct bp_source *source, struct bp_names *names) {
  struct bp_stream stream = {.lexer = bp_lexer_new(source, names), .line = true};
  stream.last.kind = BP_TOKEN_NEWLINE;
  stream.T = bp_names_find(names, "T", 1);
  return stream;
}

bool bp_stream_behind_brackets(struct bp_stream *stream, struct bp_token *token) {
  for (int open = token->kind == BP_TOKEN_LEFT_SQUARE; open > 0;) {
    *token = bp_stream_next(stream);
    open += (token->kind == BP_TOKEN_LEFT_SQUARE) - (token->kind == BP_TOKEN_RIGHT_SQUARE);
    if (token->kind == BP_TOKEN_NEWLINE || token->kind == BP_TOKEN_END)
      return false;
    if (open == 0)
      *token = bp_stream_next(stream);
  }
  return true;
}
