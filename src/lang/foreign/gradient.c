/* Gradients as programs call them: W1.grad, grad W1, grad_W1, gradW1, W1_grad, grads['W1'], dL_dW1;
 * jax.hessian(f)(x); and d L/d x with blanks.
 *
 * Each is ∂L/∂W1 where the file declares nothing of that name.  dL_dW1 says of what; the others are
 * of the loss, by the name for it that the file declares.
 */
#include "lang/foreign/rewrite.h"

#include <ctype.h>
#include <string.h>

static struct bp_name *declared(struct bp_stream *stream, const char *text, size_t length) {
  struct bp_name *name = length > 0 ? bp_names_find(stream->lexer.names, text, length) : NULL;
  return name && name->declared && !name->function ? name : NULL;
}

/* The loss, where the file has one name for it. */
static struct bp_name *loss_of(struct bp_stream *stream) {
  static const char *const words[] = {"loss", "L",   "J",   "cost", "C",   "E",
                                      "mse",  "MSE", "nll", "NLL",  "bce", "objective"};
  struct bp_name *found = NULL;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    struct bp_name *name = declared(stream, words[k], strlen(words[k]));
    if (name && name->mean_loss)
      return name;
    if (name && !name->layers && !bp_name_is_matrix(name) && !name->sized && !name->network &&
        !found)
      found = name;
  }
  return found;
}

static void push_name(struct bp_stream *stream, struct bp_name *name, struct bp_span span) {
  bp_push(stream, (struct bp_token){.kind = BP_TOKEN_NAME, .span = span, .name = name});
}

/* (∂loss/∂moved) for the bytes, which the lexer is then behind. */
static bool push_gradient(struct bp_stream *stream, struct bp_name *loss, struct bp_name *moved,
                          struct bp_span whole) {
  struct bp_span end = {whole.end, whole.end};
  size_t first = stream->count;
  bp_push_piece(stream, "(∂", (struct bp_span){whole.begin, whole.begin}, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_GRADIENT, NULL);
  stream->queue[first].span = whole;
  push_name(stream, loss, whole);
  bp_push_piece(stream, "/∂", end, BP_PIECE_BETWEEN);
  push_name(stream, moved, end);
  bp_push_piece(stream, ")", end, BP_PIECE_CLOSES);
  stream->lexer.at = whole.end;
  return true;
}

static bool is_word(const struct bp_token *token) { return token->kind == BP_TOKEN_NAME; }

/* W1.grad */
static bool read_member(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_name *moved = bp_read_joined(stream, token.name, &ahead); /* W_h.grad */
  size_t end = ahead.at;
  struct bp_token dot = bp_lexer_next(&ahead), word = bp_lexer_next(&ahead);
  struct bp_name *loss = loss_of(stream);
  return dot.kind == BP_TOKEN_DOT && dot.span.begin == end && is_word(&word) &&
         !strcmp(word.name->text, "grad") && moved->declared && loss &&
         push_gradient(stream, loss, moved, (struct bp_span){token.span.begin, word.span.end});
}

/* W1_grad, Theta1_grad, w_gradient */
static bool read_suffix(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token sign = bp_lexer_next(&ahead), word = bp_lexer_next(&ahead);
  struct bp_name *loss = loss_of(stream);
  if (sign.kind != BP_TOKEN_UNDERSCORE || sign.span.begin != token.span.end || !is_word(&word) ||
      !(!strcmp(word.name->text, "grad") || !strcmp(word.name->text, "gradient")) ||
      !token.name->declared || token.name->function || !loss)
    return false;
  return push_gradient(stream, loss, token.name, (struct bp_span){token.span.begin, word.span.end});
}

/* gradW1, of which nobody declares a name that begins so */
static bool read_stuck(struct bp_stream *stream, struct bp_token token) {
  static const char grad[] = "grad";
  size_t length = strlen(grad);
  if (token.name->length <= length || memcmp(token.name->text, grad, length) != 0)
    return false;
  struct bp_name *moved = declared(stream, token.name->text + length, token.name->length - length);
  struct bp_name *loss = loss_of(stream);
  return moved && loss && push_gradient(stream, loss, moved, token.span);
}

/* grads['W1'], grads["W1"] */
static bool read_keyed(struct bp_stream *stream, struct bp_token token) {
  const char *text = stream->lexer.source->text;
  size_t at = token.span.end, length = stream->lexer.source->length;
  if ((strcmp(token.name->text, "grads") != 0 && strcmp(token.name->text, "grad") != 0) ||
      at + 2 >= length || text[at] != '[' || (text[at + 1] != '\'' && text[at + 1] != '"'))
    return false;
  size_t begin = at + 2, end = begin;
  while (end < length && (isalnum((unsigned char)text[end]) || text[end] == '_'))
    end++;
  if (end + 1 >= length || text[end] != text[at + 1] || text[end + 1] != ']')
    return false;
  struct bp_name *moved = declared(stream, text + begin, end - begin);
  struct bp_name *loss = loss_of(stream);
  return moved && loss &&
         push_gradient(stream, loss, moved, (struct bp_span){token.span.begin, end + 2});
}

/* grad W1, grad_W1 */
static bool read_word(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token moved = bp_lexer_next(&ahead);
  struct bp_name *loss = loss_of(stream);
  if (strcmp(token.name->text, "grad") != 0)
    return false;
  bool function = moved.kind == BP_TOKEN_NAME && moved.name->declared &&
                  (moved.name == loss ||
                   (!loss && (moved.name->definition || moved.name->parameter_count > 0)));
  if (function) { /* grad f */
    token.kind = BP_TOKEN_NABLA;
    bp_push(stream, token);
    return true;
  }
  bool below = moved.kind == BP_TOKEN_UNDERSCORE;
  if (below)
    moved = bp_lexer_next(&ahead);
  if (!is_word(&moved))
    return false;
  struct bp_name *name = bp_read_joined(stream, moved.name, &ahead); /* grad_y_pred */
  struct bp_lexer behind = ahead;
  struct bp_token of = bp_lexer_next(&behind);
  if (below && name->declared && is_word(&of) && of.name->declared &&
      bp_lexer_next(&behind).kind == BP_TOKEN_EQUAL) { /* grad_θ L = … */
    token.kind = BP_TOKEN_NABLA;
    bp_push(stream, token);
    return true;
  }
  if (!loss)
    return false;
  return name->declared &&
         push_gradient(stream, loss, name, (struct bp_span){token.span.begin, ahead.at});
}

/* The L of dL, and where nobody declares that the loss by the name that the file has for it. */
static struct bp_name *loss_above(struct bp_stream *stream, const char *text, size_t length) {
  struct bp_name *written = bp_names_find(stream->lexer.names, text, length);
  if (!written || written->declared)
    return declared(stream, text, length);
  bool usual = (length == 1 && strchr("LJCE", *text)) || (length == 4 && !memcmp(text, "loss", 4));
  return usual ? loss_of(stream) : NULL;
}

/* dL_dW1 */
static bool read_pair(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token sign = bp_lexer_next(&ahead), below = bp_lexer_next(&ahead);
  if (sign.kind != BP_TOKEN_UNDERSCORE || !is_word(&below) || token.name->text[0] != 'd' ||
      below.name->text[0] != 'd' || below.name->declared)
    return false;
  below.name = bp_read_joined(stream, below.name, &ahead); /* dL_dW_h */
  below.span.end = ahead.at;
  struct bp_name *loss = loss_above(stream, token.name->text + 1, token.name->length - 1);
  struct bp_name *moved =
      below.name->length > 1
          ? bp_names_find(stream->lexer.names, below.name->text + 1, below.name->length - 1)
          : NULL; /* where nothing declares it, that is said */
  return loss && moved &&
         push_gradient(stream, loss, moved, (struct bp_span){token.span.begin, below.span.end});
}

/* (∂(∂f/∂x)/∂x) for the bytes, which the lexer is then behind. */
static bool push_hessian(struct bp_stream *stream, struct bp_name *function, struct bp_name *moved,
                         struct bp_span whole) {
  struct bp_span end = {whole.end, whole.end};
  size_t first = stream->count;
  bp_push_piece(stream, "(∂(∂", (struct bp_span){whole.begin, whole.begin}, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_GRADIENT, NULL);
  stream->queue[first].span = whole;
  push_name(stream, function, whole);
  bp_push_piece(stream, "/∂", end, BP_PIECE_BETWEEN);
  push_name(stream, moved, end);
  bp_push_piece(stream, ")/∂", end, BP_PIECE_BETWEEN);
  push_name(stream, moved, end);
  bp_push_piece(stream, ")", end, BP_PIECE_CLOSES);
  stream->lexer.at = whole.end;
  return true;
}

/* grad(loss)(w), jax.grad(loss)(w), jax.hessian(f)(x), jacfwd(f)(x) */
static bool read_applied(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token word = token;
  if (!strcmp(word.name->text, "jax") && bp_lexer_next(&ahead).kind == BP_TOKEN_DOT)
    word = bp_lexer_next(&ahead);
  static const char *const words[] = {"grad",   "gradient", "jacobian",
                                      "jacfwd", "jacrev",   "hessian"};
  size_t which = 0, count = sizeof words / sizeof *words;
  while (is_word(&word) && which < count && strcmp(word.name->text, words[which]) != 0)
    which++;
  if (!is_word(&word) || which == count || bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT)
    return false;
  struct bp_token loss = bp_lexer_next(&ahead);
  if (!is_word(&loss) || bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT)
    return false;
  struct bp_token moved = bp_lexer_next(&ahead);
  if (!is_word(&moved) || bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT || !loss.name->declared ||
      !moved.name->declared)
    return false;
  struct bp_span whole = {token.span.begin, ahead.at};
  return which + 1 == count ? push_hessian(stream, loss.name, moved.name, whole)
                            : push_gradient(stream, loss.name, moved.name, whole);
}

bool bp_read_gradient_name(struct bp_stream *stream, struct bp_token token) {
  if (stream->declares && stream->depth == 0)
    return false;
  if (read_member(stream, token) || read_suffix(stream, token))
    return true;
  return !token.name->declared &&
         (read_applied(stream, token) || read_keyed(stream, token) || read_word(stream, token) ||
          read_stuck(stream, token) || read_pair(stream, token));
}

/* ---- d x apart --------------------------------------------------------------- */

/* Whether a slash stands before the place, blanks aside. */
static bool is_below_slash(const struct bp_source *source, size_t at) {
  while (at > 0 && (source->text[at - 1] == ' ' || source->text[at - 1] == '\t'))
    at--;
  return at > 0 && source->text[at - 1] == '/';
}

/* Whether d is a letter of the line, which runs over something: sum_{d=1..D}. */
static bool is_letter_in(const struct bp_source *source, size_t begin, size_t end,
                         size_t *line_end) {
  while (end < source->length && source->text[end] != '\n')
    end++;
  *line_end = end;
  for (size_t at = begin; at < end; at++) {
    size_t behind = at + 1;
    if (source->text[at] != 'd' || (at > 0 && isalnum((unsigned char)source->text[at - 1])))
      continue;
    while (behind < end && source->text[behind] == ' ')
      behind++;
    if (behind < end && source->text[behind] == '=')
      return true;
  }
  return false;
}

static bool is_letter(const struct bp_lexer *lexer, struct bp_span d) {
  struct bp_names *names = lexer->names;
  size_t begin = d.begin;
  if (names->d_line == 0 || d.begin < names->d_line - 1 || d.begin > names->d_end) {
    while (begin > 0 && lexer->source->text[begin - 1] != '\n')
      begin--;
    bp_names_scanned(names, d.end - begin);
    names->d_is_letter = is_letter_in(lexer->source, begin, d.end, &names->d_end);
    names->d_line = begin + 1;
  }
  return names->d_is_letter;
}

/* Whether "/ d" follows, behind what may stand in brackets. */
static bool is_above_d(struct bp_lexer ahead) {
  struct bp_token token = bp_lexer_next(&ahead);
  for (int depth = token.kind == BP_TOKEN_LEFT_SQUARE; depth > 0;) {
    token = bp_lexer_next(&ahead);
    depth += (token.kind == BP_TOKEN_LEFT_SQUARE) - (token.kind == BP_TOKEN_RIGHT_SQUARE);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      return false;
    token = depth > 0 ? token : bp_lexer_next(&ahead);
  }
  struct bp_token below = bp_lexer_next(&ahead);
  return token.kind == BP_TOKEN_SLASH && below.kind == BP_TOKEN_NAME && below.name->text[0] == 'd';
}

bool bp_read_d_apart(struct bp_stream *stream, struct bp_token token) {
  enum { LONGEST = 64 };
  char text[LONGEST] = "d";
  struct bp_lexer ahead = stream->lexer;
  if (token.name->form != BP_FORM_DIFFERENTIAL || token.name->declared || token.name->sized)
    return false;
  struct bp_token of = bp_lexer_next(&ahead);
  if (of.kind != BP_TOKEN_NAME || !of.name->declared || of.name->function ||
      of.span.begin == token.span.end || of.name->length + 1 > LONGEST ||
      !(is_below_slash(stream->lexer.source, token.span.begin) || is_above_d(ahead)) ||
      is_letter(&stream->lexer, token.span))
    return false;
  memcpy(text + 1, of.name->text, of.name->length);
  struct bp_name *joined = bp_names_find(stream->lexer.names, text, of.name->length + 1);
  if (!joined || joined->declared)
    return false;
  token.name = joined;
  token.span.end = of.span.end;
  bp_push(stream, token);
  stream->lexer.at = of.span.end;
  return true;
}
