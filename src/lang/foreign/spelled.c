/* Names that nobody declares, and what they are made of: W1 is W[1] where there is a family W,
 * W1A0 is a product, and in a network a small letter is the large one for a single sample.
 *
 * A name is taken apart only where all its parts are declared, so a typing slip stays one.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

/* Letters that name a matrix of the network when they are small; the others are indices, and b is
 * declared. */
static bool is_small(const struct bp_name *large, char letter) {
  return large->network && strchr("xyzaw", letter) != NULL;
}

static struct bp_name *find(const struct bp_stream *stream, const char *text, size_t length) {
  return bp_names_find(stream->lexer.names, text, length);
}

struct bp_name *bp_declared_name(struct bp_stream *stream, const char *text, size_t length) {
  struct bp_name *name = length > 0 ? find(stream, text, length) : NULL;
  if (!name || name->declared)
    return name;
  bool d = length == 2 && text[0] == 'd';
  char small = text[length - 1], large[2] = {text[0], 0};
  if ((length != 1 && !d) || small < 'a' || small > 'z')
    return NULL;
  large[length - 1] = (char)(small - 'a' + 'A');
  struct bp_name *capital = find(stream, large, length), *bare = find(stream, large + d, 1);
  return capital && bare && capital->declared && is_small(bare, small) ? capital : NULL;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* The longest declared name that the text begins with, if what follows it can be taken apart, too;
 * *digits are those of its index. */
static size_t first_part(struct bp_stream *stream, const char *text, size_t length,
                         struct bp_name **name, size_t *digits) {
  enum { LONGEST = 24 }; /* what is longer is no formula, and could be cut up in too many ways */
  for (size_t part = length <= LONGEST ? length : 0; part > 0; part--) {
    *name = bp_declared_name(stream, text, part);
    *digits = 0;
    if (!*name && part > 1 && part < length) { /* tanhx */
      struct bp_name *function = find(stream, text, part);
      *name = function && function->callable && !function->declared ? function : NULL;
    }
    if (!*name)
      continue;
    while ((*name)->family && part + *digits < length && is_digit(text[part + *digits]))
      ++*digits;
    size_t used = part + *digits, inner;
    struct bp_name *next;
    const struct bp_name *function = find(stream, text + used, length - used);
    bool called = length - used > 1 && function && function->callable && !function->declared;
    bool turned = *digits > 0 && length - used == 1 && text[used] == 'T' && !stream->T->declared;
    bool identity = length - used == 1 && text[used] == 'I' && function && function->callable;
    if (used == length || turned || called || identity ||
        (!is_digit(text[used]) &&
         first_part(stream, text + used, length - used, &next, &inner) > 0))
      return part;
  }
  return 0;
}

static void push_index(struct bp_stream *stream, size_t begin, size_t end) {
  struct bp_token digits = {.kind = BP_TOKEN_NUMBER, .span = {begin, end}};
  bp_push_piece(stream, "[", (struct bp_span){begin, begin}, BP_PIECE_OPENS);
  bp_push(stream, digits);
  bp_push_piece(stream, "]", (struct bp_span){end, end}, BP_PIECE_CLOSES);
}

/* "W[1]", for the note. */
static const char *member_text(struct bp_stream *stream, const struct bp_name *name,
                               const char *digits, size_t count) {
  char *text = bp_lang_pool_take(stream->lexer.names->pool, name->length + count + 3, 1);
  if (!text)
    return NULL;
  memcpy(text, name->text, name->length);
  text[name->length] = '[';
  memcpy(text + name->length + 1, digits, count);
  text[name->length + 1 + count] = ']';
  return text;
}

static bool in_index(const struct bp_stream *stream) {
  bool known = stream->depth > 0 && stream->depth <= BP_STREAM_DEEPEST;
  return stream->last.kind == BP_TOKEN_UNDERSCORE ||
         (known && stream->open[stream->depth - 1].form->index);
}

/* A[1]T */
static bool read_stuck_transpose(struct bp_stream *stream, struct bp_token token) {
  bool stuck = stream->last.kind == BP_TOKEN_RIGHT_SQUARE &&
               stream->last.span.end == token.span.begin && token.name == stream->T;
  if (!stuck)
    return false;
  token.kind = BP_TOKEN_TRANSPOSE;
  token.spelling = BP_SPELLING_STUCK;
  token.ours = "'";
  bp_push(stream, token);
  return true;
}

/* The text in _h, _1 or _{hh}, taken; false where something else stands there. */
static bool take_subscript(struct bp_lexer *lexer, struct bp_span *text) {
  struct bp_lexer ahead = *lexer;
  struct bp_token sign = bp_lexer_next(&ahead), token = bp_lexer_next(&ahead);
  bool braces = token.kind == BP_TOKEN_LEFT_BRACE;
  if (sign.kind != BP_TOKEN_UNDERSCORE || sign.span.begin != lexer->at)
    return false;
  if (braces)
    token = bp_lexer_next(&ahead);
  *text = token.span;
  if ((token.kind != BP_TOKEN_NAME && token.kind != BP_TOKEN_NUMBER) ||
      (braces && bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE))
    return false;
  *lexer = ahead;
  return true;
}

/* Whether a subscript that is declared can be part of a name: i and its like are indices, in a let
 * at least, which means each element; of two letters, W_{in} is the weight of what comes in. */
static bool names(const struct bp_stream *stream, const char *text, size_t length) {
  static const char indices[] = "ijklmnpqrst";
  bool pair = length == 2 && text[0] != text[1] && strncmp(text, "in", 2) != 0 &&
              strchr(indices, text[0]) && strchr(indices, text[1]);
  return !stream->defines || (length == 1 ? !strchr(indices, text[0]) : !pair);
}

/* Whether a line goes on by saying what its first name is: y_hat = …, y_hat : n. */
static bool says_what_it_is(struct bp_lexer lexer) {
  enum bp_token_kind kind = bp_lexer_next(&lexer).kind;
  return kind == BP_TOKEN_EQUAL || kind == BP_TOKEN_COLON || kind == BP_TOKEN_DEFINE;
}

struct bp_name *bp_read_joined(struct bp_stream *stream, struct bp_name *name,
                               struct bp_lexer *lexer) {
  enum { LONGEST = 64, SHORTEST_WORD = 3 };
  char text[LONGEST];
  struct bp_lexer ahead = *lexer;
  struct bp_span inner;
  if (!take_subscript(&ahead, &inner))
    return name;
  size_t length = inner.end - inner.begin;
  if (name->length + 1 + length > LONGEST)
    return name;
  memcpy(text, name->text, name->length);
  text[name->length] = '_';
  memcpy(text + name->length + 1, lexer->source->text + inner.begin, length);
  size_t whole = name->length + 1 + length;
  struct bp_name *joined = bp_names_find_written(lexer->names, text, whole);
  struct bp_name *moved =
      text[0] == 'd' ? bp_names_find_written(lexer->names, text + 1, whole - 1) : NULL;
  bool target =
      (stream->declares && stream->depth == 0 && names(stream, text + name->length + 1, length)) ||
      (stream->line && length >= SHORTEST_WORD && says_what_it_is(ahead) &&
       !(text[0] == 'd' && text[name->length + 1] == 'd')); /* dL_dW1 is no new name */
  if (!joined || !(joined->declared || (moved && moved->declared) || target))
    return name;
  *lexer = ahead;
  return joined;
}

static bool read_joined(struct bp_stream *stream, struct bp_token token) {
  struct bp_name *joined = bp_read_joined(stream, token.name, &stream->lexer);
  if (joined == token.name)
    return false;
  token.name = joined;
  token.span.end = stream->lexer.at;
  bp_push(stream, token);
  return true;
}

/* ---- x' as a name ---------------------------------------------------------- */

/* A prime behind a name, as a sign or raised as in LaTeX, taken. */
static bool take_prime(struct bp_lexer *lexer) {
  struct bp_lexer ahead = *lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  bool raised = token.kind == BP_TOKEN_CARET, braces = false;
  if (token.span.begin != lexer->at)
    return false;
  if (raised) {
    token = bp_lexer_next(&ahead);
    braces = token.kind == BP_TOKEN_LEFT_BRACE;
    token = braces ? bp_lexer_next(&ahead) : token;
    if (token.kind == BP_TOKEN_BACKSLASH) {
      token = bp_lexer_next(&ahead);
      token.kind = token.kind == BP_TOKEN_NAME && !strcmp(token.name->text, "prime")
                       ? BP_TOKEN_PRIME
                       : BP_TOKEN_END;
    }
  }
  if (token.kind != BP_TOKEN_PRIME ||
      (braces && bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE))
    return false;
  *lexer = ahead;
  return true;
}

struct bp_name *bp_read_primed(struct bp_stream *stream, struct bp_name *name,
                               struct bp_lexer *lexer) {
  enum { MOST = 3, LONGEST = 64 };
  char text[LONGEST + MOST];
  struct bp_lexer ahead = *lexer, end = ahead;
  struct bp_name *found = name;
  if (name->length > LONGEST || (name->declared ? name->function : name->callable) ||
      name->word != BP_NO_WORD || name->form != BP_FORM_CALL)
    return name;
  memcpy(text, name->text, name->length);
  bool target = stream->declares && stream->depth == 0;
  for (size_t primes = 1; primes <= MOST && take_prime(&ahead); primes++) {
    size_t length = name->length + primes;
    text[length - 1] = '\'';
    struct bp_name *primed = find(stream, text, length);
    struct bp_name *moved = text[0] == 'd' ? find(stream, text + 1, length - 1) : NULL;
    if (!primed || !(primed->declared || (moved && moved->declared) || target))
      continue;
    name->primed = name->primed || target;
    found = primed;
    end = ahead;
  }
  if (found != name)
    *lexer = end;
  return found;
}

static bool read_primed(struct bp_stream *stream, struct bp_token token) {
  struct bp_name *primed = bp_read_primed(stream, token.name, &stream->lexer);
  if (primed == token.name)
    return false;
  bool transpose = token.name->declared && !stream->declares;
  token.spelling = transpose ? BP_SPELLING_PRIMED : BP_SPELLING_OURS;
  token.name = primed;
  token.span.end = stream->lexer.at;
  bp_push(stream, token);
  return true;
}

/* Whether one index stands below, as in w^{[i]}_j: a row of the weights, which some write as a
 * column, so that it is not read. */
static bool is_row_of_weights(const struct bp_stream *stream) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  if (token.kind == BP_TOKEN_CARET) {
    token = bp_lexer_next(&ahead);
    for (int depth = token.kind == BP_TOKEN_LEFT_BRACE; depth > 0;) {
      token = bp_lexer_next(&ahead);
      depth += token.kind == BP_TOKEN_LEFT_BRACE;
      depth -= token.kind == BP_TOKEN_RIGHT_BRACE;
      if (token.kind == BP_TOKEN_END)
        return false;
    }
    token = bp_lexer_next(&ahead);
  }
  struct bp_token first = bp_lexer_next(&ahead);
  if (first.kind == BP_TOKEN_LEFT_BRACE) {
    first = bp_lexer_next(&ahead);
    if (bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE)
      return false;
  }
  return token.kind == BP_TOKEN_UNDERSCORE &&
         (first.kind == BP_TOKEN_NUMBER ||
          (first.kind == BP_TOKEN_NAME && first.name->length == 1));
}

bool bp_read_spelled(struct bp_stream *stream, struct bp_token token) {
  const struct bp_name *written = token.name;
  if (written->word == BP_NO_WORD && written->form == BP_FORM_CALL && read_joined(stream, token))
    return true;
  if (read_primed(stream, token))
    return true;
  if (written->declared || stream->declares || written->word != BP_NO_WORD || written->callable ||
      written->form != BP_FORM_CALL || (stream->line && written->keyword >= 0))
    return false;
  if (read_stuck_transpose(stream, token))
    return true;
  const char *text = stream->lexer.source->text + token.span.begin;
  size_t length = token.span.end - token.span.begin, digits;
  struct bp_name *name;
  if (in_index(stream) || !stream->T || (written->text[0] == 'w' && is_row_of_weights(stream)))
    return false;
  size_t part = first_part(stream, text, length, &name, &digits);
  if (part == 0)
    return false;
  token.name = name;
  token.span.end = token.span.begin + part;
  token.spelling = digits > 0       ? BP_SPELLING_NUMBERED
                   : part == length ? BP_SPELLING_SMALL
                                    : BP_SPELLING_OURS;
  token.ours = digits > 0 ? member_text(stream, name, text + part, digits) : name->text;
  bp_push(stream, token);
  if (digits > 0)
    push_index(stream, token.span.end, token.span.end + digits);
  stream->lexer.at = token.span.end + digits;
  return true;
}
