/* Indices that are raised or lowered, as on a blackboard and in LaTeX.
 *
 * W^{[l]} is W[l] whatever W is.  W^{(l)}, W^l and W_l are members where the file declares W as a
 * family, since a family without an index means nothing; h_{t-1} is h[t-1].  Of anything else
 * x^{(i)} is the column of the sample i, and x^{2} a power.  What stands behind the index in the
 * same braces, T or ', follows it.  A prime or a subscript before the index belongs behind it:
 * g'^{[l]}(Z) is g[l]'(Z), and b_j^l is b[l]_j.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

#include "lang/foreign/words.h"

static void read_tail(struct bp_stream *stream, struct bp_token closing);
static void end_index(struct bp_stream *stream, struct bp_token closing);

static const struct bp_bracket_form bare_index = {
    .native = true, .index = true, .after = end_index};
static const struct bp_bracket_form braced_index = {
    .native = true, .index = true, .after = read_tail};
static const struct bp_bracket_form round_index = {.close = "]", .index = true, .after = end_index};
static const struct bp_bracket_form braced_round_index = {
    .close = "]", .index = true, .after = read_tail};
static const struct bp_bracket_form sample = {.close = "}", .index = true, .after = end_index};
static const struct bp_bracket_form braced_sample = {
    .close = "}", .index = true, .after = read_tail};

/* Behind an index in the same braces, h^{(t)T}, a T raises nothing, and is no size either. */
static bool is_transpose_name(const struct bp_stream *stream, const struct bp_name *name,
                              bool behind_index) {
  return name && name == stream->T && (behind_index || !name->declared || bp_name_is_matrix(name));
}

static void push_sign(struct bp_stream *stream, enum bp_token_kind kind, struct bp_span span) {
  bp_push(stream, (struct bp_token){.kind = kind, .span = span});
}

/* ---- what follows an index ----------------------------------------------- */

/* The index is read: primes that were held back, and a subscript. */
static void end_index(struct bp_stream *stream, struct bp_token closing) {
  (void)closing;
  struct bp_span here = {stream->lexer.at, stream->lexer.at};
  for (; stream->held > 0; stream->held--)
    push_sign(stream, BP_TOKEN_PRIME, here);
  if (stream->before.end == 0)
    return;
  stream->back_at = stream->before.end;
  stream->back_to = stream->lexer.at;
  stream->lexer.at = stream->before.begin;
  stream->before = (struct bp_span){0, 0};
}

/* The sign of a transpose or of a derivative that stands at the lexer, which is then behind it: T,
 * \top, \mathrm{T}, ', \prime.  Otherwise END. */
static enum bp_token_kind take_mark(struct bp_stream *stream, struct bp_lexer *lexer,
                                    bool behind_index) {
  struct bp_lexer ahead = *lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  enum bp_token_kind kind = BP_TOKEN_END;
  if (token.kind == BP_TOKEN_TRANSPOSE || token.kind == BP_TOKEN_PRIME)
    kind = token.kind;
  if (token.kind == BP_TOKEN_NAME && is_transpose_name(stream, token.name, behind_index))
    kind = BP_TOKEN_TRANSPOSE;
  if (token.kind == BP_TOKEN_BACKSLASH) {
    const char *word = ahead.source->text + ahead.at;
    struct bp_token letters = bp_lexer_next(&ahead);
    const struct bp_latex_command *command =
        letters.kind == BP_TOKEN_NAME ? bp_command_find(word, letters.span.end - letters.span.begin)
                                      : NULL;
    if (command && command->kind == BP_COMMAND_TEXT && !strcmp(command->ours, "'"))
      kind = BP_TOKEN_PRIME;
    if (command && command->kind == BP_COMMAND_TEXT && !strcmp(command->ours, "ᵀ"))
      kind = BP_TOKEN_TRANSPOSE;
    if (command && command->kind == BP_COMMAND_FACE &&
        is_transpose_name(stream, bp_read_face(stream, &ahead, 0), behind_index))
      kind = BP_TOKEN_TRANSPOSE;
  }
  if (kind != BP_TOKEN_END)
    *lexer = ahead;
  return kind;
}

/* { T }, with the braces. */
static enum bp_token_kind take_braced_mark(struct bp_stream *stream, struct bp_lexer *lexer,
                                           bool behind_index) {
  struct bp_lexer ahead = *lexer;
  if (bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT_BRACE)
    return take_mark(stream, lexer, behind_index);
  enum bp_token_kind kind = take_mark(stream, &ahead, behind_index);
  if (kind == BP_TOKEN_END || bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE)
    return BP_TOKEN_END;
  *lexer = ahead;
  return kind;
}

static void open_sample(struct bp_stream *stream, struct bp_span opening, bool braced) {
  size_t first = stream->count;
  bool column = stream->last.kind == BP_TOKEN_NAME && stream->last.name->declared &&
                stream->last.name->given == BP_GIVEN_COLUMN; /* a number for each sample */
  bp_push_piece(stream, column ? "_{" : "_{:,", opening, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_SAMPLE, NULL);
  bp_push_bracket(stream, braced ? &braced_sample : &sample);
}

/* What stands in the braces behind the index, and the brace. */
static void read_tail(struct bp_stream *stream, struct bp_token closing) {
  for (;;) {
    struct bp_lexer ahead = stream->lexer;
    struct bp_token token = bp_lexer_next(&ahead);
    if (token.kind == BP_TOKEN_RIGHT_BRACE) {
      stream->queue[stream->count - 1].span.end = token.span.end;
      stream->lexer = ahead;
      end_index(stream, closing);
      return;
    }
    if (token.kind == BP_TOKEN_LEFT) {
      stream->lexer = ahead;
      open_sample(stream, token.span, true);
      return;
    }
    bool skipped = token.kind == BP_TOKEN_CARET || token.kind == BP_TOKEN_COMMA;
    ahead = skipped ? ahead : stream->lexer;
    size_t begin = ahead.at;
    enum bp_token_kind mark = take_braced_mark(stream, &ahead, true);
    if (mark == BP_TOKEN_END && !skipped)
      return; /* the parser stumbles over what stands there */
    stream->lexer = ahead;
    if (mark == BP_TOKEN_PRIME)
      stream->held++;
    else if (mark == BP_TOKEN_TRANSPOSE)
      push_sign(stream, mark, (struct bp_span){begin, ahead.at});
  }
}

/* ---- raised -------------------------------------------------------------- */

/* The family without an index that went before, or NULL. */
static const struct bp_name *family_before(const struct bp_stream *stream) {
  const struct bp_name *name = stream->last.kind == BP_TOKEN_NAME ? stream->last.name : NULL;
  if (name && !name->declared &&
      !strcmp(name->text, "δ")) { /* of a network, the gradient by Z[l] */
    const struct bp_name *moved = bp_names_find(stream->lexer.names, "Z", 1);
    return moved && moved->declared && moved->network ? moved : NULL;
  }
  return name && name->declared && name->family ? name : NULL;
}

/* Whether write δ^l or let z^l declares a family here, by the letter that is raised. */
static bool declares_family(const struct bp_stream *stream, struct bp_token letter) {
  return stream->declares && stream->depth == 0 && stream->last.kind == BP_TOKEN_NAME &&
         !stream->last.name->declared && letter.kind == BP_TOKEN_NAME && letter.name->length == 1 &&
         !letter.name->declared && strchr("lktij", letter.name->text[0]) &&
         (stream->defines || bp_ranges_over(stream->lexer, letter.name->text, letter.name->length));
}

static void open_index(struct bp_stream *stream, struct bp_lexer ahead, size_t begin,
                       const struct bp_bracket_form *form) {
  size_t first = stream->count;
  stream->lexer = ahead;
  bp_push_piece(stream, "[", (struct bp_span){begin, ahead.at}, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_LAYER, NULL);
  bp_push_bracket(stream, form);
}

/* An index of one token: W^l, W_1. */
static void push_index(struct bp_stream *stream, struct bp_lexer ahead, size_t begin,
                       struct bp_token index) {
  size_t first = stream->count;
  stream->lexer = ahead;
  bp_push_piece(stream, "[", (struct bp_span){begin, index.span.begin}, BP_PIECE_OPENS);
  bp_mark(stream, first, BP_SPELLING_LAYER, NULL);
  bp_push(stream, index);
  bp_push_piece(stream, "]", (struct bp_span){index.span.end, index.span.end}, BP_PIECE_CLOSES);
  end_index(stream, index);
}

/* Whether a letter that nobody declares stands alone in the parentheses that were opened. */
static const struct bp_name *letter_alone(struct bp_lexer ahead) {
  struct bp_token token = bp_lexer_next(&ahead);
  bool letter = token.kind == BP_TOKEN_NAME && !token.name->declared && !token.name->callable &&
                token.name->length == 1 && token.name->text[0] != 'e';
  return letter && bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT ? token.name : NULL;
}

static bool number_alone(struct bp_lexer ahead) {
  return bp_lexer_next(&ahead).kind == BP_TOKEN_NUMBER &&
         bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT;
}

bool bp_sample_follows(struct bp_lexer ahead) {
  struct bp_token token = bp_lexer_next(&ahead);
  if (token.kind == BP_TOKEN_UNDERSCORE) {
    token = bp_lexer_next(&ahead);
    bool braces = token.kind == BP_TOKEN_LEFT_BRACE;
    if (braces)
      token = bp_lexer_next(&ahead);
    if ((token.kind != BP_TOKEN_NAME && token.kind != BP_TOKEN_NUMBER) ||
        (braces && bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE))
      return false;
    token = bp_lexer_next(&ahead);
  }
  if (token.kind != BP_TOKEN_CARET)
    return false;
  token = bp_lexer_next(&ahead);
  bool braces = token.kind == BP_TOKEN_LEFT_BRACE;
  if (braces)
    token = bp_lexer_next(&ahead);
  return token.kind == BP_TOKEN_LEFT && (letter_alone(ahead) || (braces && number_alone(ahead)));
}

static bool size_alone(struct bp_lexer ahead) {
  struct bp_token token = bp_lexer_next(&ahead);
  return token.kind == BP_TOKEN_NAME && token.name->sized &&
         bp_lexer_next(&ahead).kind == BP_TOKEN_RIGHT;
}

/* Of a word behind a ^ LaTeX raises the first letter: W^la and w^Tx are two things. */
static struct bp_token first_letter(struct bp_stream *stream, struct bp_token word,
                                    struct bp_lexer *behind) {
  const char *text = stream->lexer.source->text + word.span.begin;
  if (word.kind != BP_TOKEN_NAME || word.name->length == 1 || word.name->declared || (*text & 0x80))
    return word;
  struct bp_name *letter = bp_names_find(stream->lexer.names, text, 1);
  if (!letter)
    return word;
  word.name = letter;
  word.span.end = word.span.begin + 1;
  behind->at = word.span.end;
  return word;
}

/* Whether the letter in parentheses, the lexer being before it, is raised above a family on the
 * right of an =, too: a^{(t)} = W h^{(t-1)} computes a member for each step. */
static bool computes_steps(struct bp_lexer inside, const struct bp_name *letter) {
  struct bp_token last = bp_lexer_next(&inside), token = bp_lexer_next(&inside);
  while (token.kind == BP_TOKEN_RIGHT || token.kind == BP_TOKEN_RIGHT_BRACE)
    token = bp_lexer_next(&inside);
  if (token.kind != BP_TOKEN_EQUAL && token.kind != BP_TOKEN_DEFINE)
    return false;
  for (;
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END && token.kind != BP_TOKEN_FAULT;
       last = token, token = bp_lexer_next(&inside)) {
    bool family = last.kind == BP_TOKEN_NAME && last.name->declared && last.name->family;
    if (token.kind != BP_TOKEN_CARET || !family)
      continue;
    struct bp_lexer raised = inside;
    struct bp_token first = bp_lexer_next(&raised);
    while (first.kind == BP_TOKEN_LEFT || first.kind == BP_TOKEN_LEFT_BRACE)
      first = bp_lexer_next(&raised);
    if (first.kind == BP_TOKEN_NAME && first.name == letter)
      return true;
  }
  return false;
}

/* Whether 1) = stands there, or 1)} =: the member of that number is defined. */
static bool defines_member(struct bp_lexer inside) {
  if (!number_alone(inside))
    return false;
  bp_lexer_next(&inside);
  bp_lexer_next(&inside);
  struct bp_token token = bp_lexer_next(&inside);
  if (token.kind == BP_TOKEN_RIGHT_BRACE)
    token = bp_lexer_next(&inside);
  return token.kind == BP_TOKEN_EQUAL || token.kind == BP_TOKEN_DEFINE;
}

/* Whether a family is declared here by what stands in the parentheses: given x^{(t)} : n for t =
 * 1..T, given h^{(0)} : n, a^{(t)} = W h^{(t-1)}, a^{(1)} = W x. */
static bool declares_raised(const struct bp_stream *stream, struct bp_lexer inside,
                            const struct bp_name *letter) {
  if (stream->last.kind != BP_TOKEN_NAME || stream->last.name->declared || stream->depth > 0)
    return false;
  if (stream->declares && !stream->defines)
    return letter ? bp_ranges_over(inside, letter->text, letter->length) : number_alone(inside);
  bool computed = stream->first_name || (stream->defines && stream->declares);
  return computed && (letter ? computes_steps(inside, letter) : defines_member(inside));
}

/* ^( and ^{( : a member of a family, a sample, or neither. */
static bool read_round(struct bp_stream *stream, struct bp_lexer inside, size_t begin,
                       bool braced) {
  const struct bp_name *family = family_before(stream), *letter = letter_alone(inside);
  /* In a network, where layers have square brackets, (i) is a sample, here of no layer. */
  bool declared_here = declares_raised(stream, inside, letter);
  bool of_no_layer = family && family->network && letter && strchr("int", letter->text[0]);
  /* ∂J/∂W^{(t)} is by the copy of W that step t uses. */
  bool step = !family && stream->moved &&
              ((letter && strchr("tsk", letter->text[0])) || size_alone(inside));
  if (of_no_layer ||
      (!family && !letter && !step && !declared_here && !(braced && number_alone(inside))))
    return false;
  if (family || step || declared_here) {
    open_index(stream, inside, begin, braced ? &braced_round_index : &round_index);
    return true;
  }
  stream->lexer = inside;
  open_sample(stream, (struct bp_span){begin, inside.at}, braced);
  return true;
}

/* {-T} and -T: the inverse, transposed.  The transpose comes first, since what stands behind a
 * power belongs to its exponent. */
static bool read_inverse_transpose(struct bp_stream *stream, size_t begin) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token token = bp_lexer_next(&ahead);
  bool braces = token.kind == BP_TOKEN_LEFT_BRACE || token.kind == BP_TOKEN_LEFT;
  enum bp_token_kind closing = token.kind == BP_TOKEN_LEFT ? BP_TOKEN_RIGHT : BP_TOKEN_RIGHT_BRACE;
  if (braces)
    token = bp_lexer_next(&ahead);
  if (closing == BP_TOKEN_RIGHT || !braces) { /* our own powers: only the sign is no name */
    struct bp_lexer sign = ahead;
    if (bp_lexer_next(&sign).kind != BP_TOKEN_TRANSPOSE)
      return false;
  }
  if (token.kind != BP_TOKEN_MINUS || take_mark(stream, &ahead, false) != BP_TOKEN_TRANSPOSE ||
      (braces && bp_lexer_next(&ahead).kind != closing))
    return false;
  size_t first = stream->count;
  bp_push_inverse_transpose(stream, (struct bp_span){begin, ahead.at});
  bp_mark(stream, first, BP_SPELLING_LATEX, "inv(A)'");
  stream->lexer = ahead;
  return true;
}

static bool read_braced(struct bp_stream *stream, struct bp_lexer ahead, size_t begin) {
  struct bp_lexer inside = ahead;
  struct bp_token first = bp_lexer_next(&inside);
  switch (first.kind) {
  case BP_TOKEN_LEFT_SQUARE:
    open_index(stream, inside, begin, &braced_index);
    return true;
  case BP_TOKEN_LEFT:
    return read_round(stream, inside, begin, true);
  default:
    if (!family_before(stream) && !declares_family(stream, first))
      return false;
    open_index(stream, ahead, begin, &round_index);
    return true;
  }
}

bool bp_read_raised(struct bp_stream *stream, struct bp_token token) {
  if (stream->sum == stream->depth + 1)
    return false; /* the upper bound of a sum */
  if (read_inverse_transpose(stream, token.span.begin))
    return true;
  struct bp_lexer ahead = stream->lexer;
  enum bp_token_kind mark = take_braced_mark(stream, &ahead, false);
  if (mark != BP_TOKEN_END) {
    stream->lexer = ahead;
    push_sign(stream, mark, (struct bp_span){token.span.begin, ahead.at});
    if (mark == BP_TOKEN_PRIME)
      bp_mark(stream, stream->count - 1, BP_SPELLING_LATEX, "'");
    return true;
  }
  struct bp_token next = bp_lexer_next(&ahead);
  next = first_letter(stream, next, &ahead);
  if (next.kind == BP_TOKEN_NAME && is_transpose_name(stream, next.name, false)) {
    stream->lexer = ahead;
    push_sign(stream, BP_TOKEN_TRANSPOSE, (struct bp_span){token.span.begin, ahead.at});
    return true;
  }
  switch (next.kind) {
  case BP_TOKEN_LEFT_SQUARE:
    open_index(stream, ahead, token.span.begin, &bare_index);
    return true;
  case BP_TOKEN_LEFT:
    return read_round(stream, ahead, token.span.begin, false);
  case BP_TOKEN_LEFT_BRACE:
    return read_braced(stream, ahead, token.span.begin);
  case BP_TOKEN_NAME:
  case BP_TOKEN_NUMBER:
    if (!family_before(stream) && !declares_family(stream, next))
      return false;
    push_index(stream, ahead, token.span.begin, next);
    return true;
  default:
    return false;
  }
}

/* ---- primes and subscripts before the index ------------------------------ */

bool bp_hold_prime(struct bp_stream *stream, struct bp_token token) {
  struct bp_token next = bp_ahead(stream);
  bool family = family_before(stream) != NULL;
  if (next.kind == BP_TOKEN_NUMBER && next.span.begin == token.span.end && family) { /* g'1(Z1) */
    stream->held++;
    stream->lexer.at = next.span.end;
    push_index(stream, stream->lexer, next.span.begin, next);
    return true;
  }
  if (next.kind == BP_TOKEN_LEFT_SQUARE && next.span.begin == token.span.end && family) {
    struct bp_lexer ahead = stream->lexer; /* g'[l](Z[l]) */
    stream->held++;
    bp_lexer_next(&ahead);
    open_index(stream, ahead, next.span.begin, &bare_index);
    return true;
  }
  if (next.kind != BP_TOKEN_CARET || stream->last.kind != BP_TOKEN_NAME)
    return false;
  struct bp_stream trial = *stream;
  trial.first = trial.count = 0;
  trial.lexer.at = next.span.end;
  if (!bp_read_raised(&trial, next) || trial.queue[0].kind != BP_TOKEN_LEFT_SQUARE)
    return false;
  stream->held++;
  return true;
}

static void after_double(struct bp_stream *stream, struct bp_token closing) {
  struct bp_lexer ahead = stream->lexer;
  (void)closing;
  struct bp_token brace = bp_lexer_next(&ahead);
  if (brace.kind != BP_TOKEN_RIGHT_BRACE)
    return;
  stream->queue[stream->count - 1].span.end = brace.span.end;
  stream->lexer = ahead;
}

/* The bytes of a subscript behind its sign: a name, a number, or braces. */
static bool subscript_end(struct bp_lexer *lexer) {
  struct bp_token token = bp_lexer_next(lexer);
  if (token.kind == BP_TOKEN_NAME || token.kind == BP_TOKEN_NUMBER)
    return true;
  if (token.kind != BP_TOKEN_LEFT_BRACE)
    return false;
  for (int count = 0; count < 16; count++) {
    token = bp_lexer_next(lexer);
    if (token.kind == BP_TOKEN_RIGHT_BRACE)
      return true;
    if (token.kind == BP_TOKEN_NEWLINE || token.kind == BP_TOKEN_END)
      return false;
  }
  return false;
}

/* Whether a step stands below and something else than an index is raised, the lexer being there:
 * h_t^T is a transpose also beside a size T, and h_{t+1}^2 a square. */
static bool is_step_raised(const struct bp_stream *stream, struct bp_lexer raised) {
  struct bp_lexer below = stream->lexer;
  struct bp_token step = bp_lexer_next(&below), power = bp_lexer_next(&raised);
  if (step.kind == BP_TOKEN_LEFT_BRACE)
    step = bp_lexer_next(&below);
  if (power.kind == BP_TOKEN_LEFT_BRACE)
    power = bp_lexer_next(&raised);
  bool turned = power.kind == BP_TOKEN_NAME && power.name == stream->T;
  bool number = power.kind == BP_TOKEN_NUMBER;
  return family_before(stream) && step.kind == BP_TOKEN_NAME &&
         (!strcmp(step.name->text, "t") || !strcmp(step.name->text, "τ") ||
          !strcmp(step.name->text, "s")) &&
         (turned || number);
}

/* b_j^l: the raised index first. */
static bool hold_subscript(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  if (stream->back_to > 0 || !subscript_end(&ahead))
    return false;
  size_t end = ahead.at;
  struct bp_token caret = bp_lexer_next(&ahead);
  if (caret.kind != BP_TOKEN_CARET || is_step_raised(stream, ahead))
    return false;
  struct bp_stream trial = *stream;
  trial.first = trial.count = 0;
  trial.lexer = ahead;
  if (!bp_read_raised(&trial, caret) || (trial.queue[0].kind != BP_TOKEN_LEFT_SQUARE &&
                                         trial.queue[0].spelling != BP_SPELLING_SAMPLE))
    return false;
  stream->before = (struct bp_span){token.span.begin, end};
  stream->lexer = ahead;
  return bp_read_raised(stream, caret);
}

/* x_{ni} and x_{n,i} of a family of columns: the element x[n]_i. */
static bool element_of_member(struct bp_stream *stream, struct bp_token sign,
                              struct bp_lexer ahead) {
  struct bp_token part = bp_lexer_next(&ahead), index = part;
  if (part.kind != BP_TOKEN_NAME || part.name->declared)
    return false;
  struct bp_token next = bp_lexer_next(&ahead);
  if (next.kind == BP_TOKEN_COMMA) {
    index = bp_lexer_next(&ahead);
    next = bp_lexer_next(&ahead);
  } else if (part.name->length == 2) {
    index.name = bp_names_find(ahead.names, part.name->text + 1, 1);
    part.name = bp_names_find(ahead.names, part.name->text, 1);
    part.span.end = index.span.begin = part.span.begin + 1;
  } else
    return false;
  if (next.kind != BP_TOKEN_RIGHT_BRACE || index.kind != BP_TOKEN_NAME || !index.name ||
      !part.name || part.name->length != 1 || part.name->declared || index.name->declared)
    return false;
  push_index(stream, ahead, sign.span.begin, part);
  push_sign(stream, BP_TOKEN_UNDERSCORE, (struct bp_span){index.span.begin, index.span.begin});
  bp_push(stream, index);
  return true;
}

/* A subscript of a family that has no index yet is one, unless a row and a column stand there. */
static bool lowered_index(struct bp_stream *stream, struct bp_token token) {
  struct bp_lexer ahead = stream->lexer;
  struct bp_token next = bp_lexer_next(&ahead);
  struct bp_lexer behind = ahead;
  bool indexed = bp_lexer_next(&behind).kind == BP_TOKEN_LEFT_SQUARE; /* a_k[l], which is refused */
  if (!indexed &&
      (next.kind == BP_TOKEN_NUMBER || (next.kind == BP_TOKEN_NAME && next.name->length == 1))) {
    push_index(stream, ahead, token.span.begin, next);
    return true;
  }
  if (next.kind != BP_TOKEN_LEFT_BRACE)
    return false;
  struct bp_lexer inside = ahead;
  if (family_before(stream) && stream->last.name->given == BP_GIVEN_COLUMN &&
      element_of_member(stream, token, ahead))
    return true;
  for (;;) {
    struct bp_token part = bp_lexer_next(&inside);
    if (part.kind == BP_TOKEN_RIGHT_BRACE)
      break;
    bool pair = part.kind == BP_TOKEN_NAME && part.name->length > 1 && !part.name->declared;
    if (pair || part.kind == BP_TOKEN_COMMA || part.kind == BP_TOKEN_COLON ||
        part.kind == BP_TOKEN_NEWLINE || part.kind == BP_TOKEN_END)
      return false;
  }
  open_index(stream, ahead, token.span.begin, &round_index);
  return true;
}

/* Whether a row and a column stand in the parenthesis that was opened, and the brace ends with it.
 */
static bool closes_with_brace(struct bp_lexer inside) {
  size_t commas = 0;
  for (;;) {
    struct bp_token token = bp_lexer_next(&inside);
    bool part = token.kind == BP_TOKEN_NUMBER || token.kind == BP_TOKEN_PLUS ||
                token.kind == BP_TOKEN_MINUS || token.kind == BP_TOKEN_COLON ||
                (token.kind == BP_TOKEN_NAME && token.name->word == BP_NO_WORD);
    if (token.kind == BP_TOKEN_RIGHT)
      return commas == 1 && bp_lexer_next(&inside).kind == BP_TOKEN_RIGHT_BRACE;
    if (!part && token.kind != BP_TOKEN_COMMA)
      return false;
    commas += token.kind == BP_TOKEN_COMMA;
  }
}

/* Z_{(j,l)}: the parentheses say no more than the braces. */
static bool read_double(struct bp_stream *stream, struct bp_token token) {
  static const struct bp_bracket_form both = {.close = "}", .index = true, .after = after_double};
  struct bp_lexer ahead = stream->lexer;
  if (bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT_BRACE ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_LEFT || !closes_with_brace(ahead))
    return false;
  stream->lexer = ahead;
  bp_push_piece(stream, "_{", (struct bp_span){token.span.begin, ahead.at}, BP_PIECE_OPENS);
  bp_push_bracket(stream, &both);
  return true;
}

bool bp_read_lowered(struct bp_stream *stream, struct bp_token token) {
  if (read_double(stream, token))
    return true;
  if (stream->last.kind != BP_TOKEN_NAME || stream->back_to > 0)
    return false;
  return hold_subscript(stream, token) ||
         (bp_declares_steps(stream) && lowered_index(stream, token)) ||
         (bp_defines_steps(stream) && lowered_index(stream, token)) ||
         (family_before(stream) && !stream->declares && lowered_index(stream, token));
}
