/* Gradients as programs call them: W1.grad, grad W1, grad_W1, dL_dW1.
 *
 * Each is ∂L/∂W1 where the file declares nothing of that name.  dL_dW1 says of what; the others are
 * of the loss, by the name for it that the file declares.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

static struct bp_name *declared(struct bp_stream *stream, const char *text, size_t length) {
  struct bp_name *name = length > 0 ? bp_names_find(stream->lexer.names, text, length) : NULL;
  return name && name->declared && !name->function ? name : NULL;
}

/* The loss, where the file has one name for it. */
static struct bp_name *loss_of(struct bp_stream *stream) {
  static const char *const words[] = {"loss", "L", "J", "cost", "C", "E"};
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
  struct bp_token dot = bp_lexer_next(&ahead), word = bp_lexer_next(&ahead);
  struct bp_name *loss = loss_of(stream);
  return dot.kind == BP_TOKEN_DOT && dot.span.begin == token.span.end && is_word(&word) &&
         !strcmp(word.name->text, "grad") && token.name->declared && loss &&
         push_gradient(stream, loss, token.name, (struct bp_span){token.span.begin, word.span.end});
}

/* grad W1, grad_W1 */
static bool read_word(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token moved = bp_lexer_next(&ahead);
  struct bp_name *loss = loss_of(stream);
  if (strcmp(token.name->text, "grad") != 0 || !loss)
    return false;
  if (moved.kind == BP_TOKEN_UNDERSCORE)
    moved = bp_lexer_next(&ahead);
  return is_word(&moved) && moved.name->declared &&
         push_gradient(stream, loss, moved.name,
                       (struct bp_span){token.span.begin, moved.span.end});
}

/* dL_dW1 */
static bool read_pair(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token sign = bp_lexer_next(&ahead), below = bp_lexer_next(&ahead);
  if (sign.kind != BP_TOKEN_UNDERSCORE || !is_word(&below) || token.name->text[0] != 'd' ||
      below.name->text[0] != 'd' || below.name->declared)
    return false;
  struct bp_name *loss = declared(stream, token.name->text + 1, token.name->length - 1);
  struct bp_name *moved =
      below.name->length > 1
          ? bp_names_find(stream->lexer.names, below.name->text + 1, below.name->length - 1)
          : NULL; /* where nothing declares it, that is said */
  return loss && moved &&
         push_gradient(stream, loss, moved, (struct bp_span){token.span.begin, below.span.end});
}

bool bp_read_gradient_name(struct bp_stream *stream, struct bp_token token) {
  if (stream->declares && stream->depth == 0)
    return false;
  if (read_member(stream, token))
    return true;
  return !token.name->declared && (read_word(stream, token) || read_pair(stream, token));
}
