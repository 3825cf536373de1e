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
    if ((*name)->family && *digits == 0 && part < length && (*name)->declared)
      continue; /* AL beside a family A: it has no member without a number */
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
  return (stream->last.kind == BP_TOKEN_UNDERSCORE && !stream->nabla) ||
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

/* The same; *until is the last place from which one sees as much. */
static bool goes_on_over(struct bp_lexer lexer, const char *letter, size_t length, size_t *until) {
  struct bp_token token = bp_lexer_next(&lexer);
  bool ranges = false, comma = false, first = true;
  for (; token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END;
       token = bp_lexer_next(&lexer)) {
    bool name = token.kind == BP_TOKEN_NAME;
    if (ranges && name && token.name->length == length && !memcmp(token.name->text, letter, length))
      return bp_lexer_next(&lexer).kind == BP_TOKEN_EQUAL;
    ranges = token.kind == BP_TOKEN_COMMA || (ranges && !comma) ||
             (name && token.name->word == BP_WORD_FOR);
    comma = token.kind == BP_TOKEN_COMMA;
    if (ranges && first)
      *until = token.span.begin;
    first = first && !ranges;
  }
  if (first)
    *until = token.span.begin;
  return false;
}

bool bp_ranges_over(struct bp_lexer lexer, const char *letter, size_t length) {
  struct bp_seen_range *seen = &lexer.names->seen[(unsigned char)letter[0] % BP_SEEN_RANGES];
  bool known = length > 0 && seen->length == length && !memcmp(seen->letter, letter, length) &&
               lexer.at >= seen->from && lexer.at <= seen->until;
  if (known)
    return seen->ranges;
  size_t until = lexer.at;
  bool ranges = goes_on_over(lexer, letter, length, &until);
  if (length <= sizeof seen->letter) {
    *seen = (struct bp_seen_range){
        .length = length, .from = lexer.at, .until = until, .ranges = ranges};
    memcpy(seen->letter, letter, length);
  }
  return ranges;
}

/* Whether u_1, u_2 : d goes on here, behind the first name: names alone, two at least, up to a
 * colon behind which no formula follows. */
static bool lists_names(struct bp_lexer lexer) {
  size_t commas = 0;
  for (;;) {
    struct bp_span inner;
    (void)take_subscript(&lexer, &inner);
    struct bp_token token = bp_lexer_next(&lexer);
    if (token.kind == BP_TOKEN_COLON)
      break;
    if (token.kind != BP_TOKEN_COMMA || bp_lexer_next(&lexer).kind != BP_TOKEN_NAME)
      return false;
    commas++;
  }
  for (struct bp_token token = bp_lexer_next(&lexer);
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END; token = bp_lexer_next(&lexer))
    if (token.kind == BP_TOKEN_EQUAL || token.kind == BP_TOKEN_FAULT)
      return false;
  return commas > 0;
}

/* Whether the letter is part of a declared name wherever it stands below something on the rest of
 * the line, as the r of D_r = σ(a_r): then it is no index on the left either. */
static bool is_part_below(const struct bp_stream *stream, struct bp_lexer lexer, char letter) {
  enum { LONGEST = 60 };
  char text[LONGEST + 2];
  bool found = false;
  for (struct bp_token token = bp_lexer_next(&lexer), last = token;
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END && token.kind != BP_TOKEN_FAULT;
       last = token, token = bp_lexer_next(&lexer)) {
    if (token.kind != BP_TOKEN_UNDERSCORE || last.kind != BP_TOKEN_NAME ||
        last.name->length > LONGEST)
      continue;
    token = bp_lexer_next(&lexer);
    if (token.kind != BP_TOKEN_NAME || token.name->length != 1 || token.name->text[0] != letter)
      continue;
    memcpy(text, last.name->text, last.name->length);
    text[last.name->length] = '_';
    text[last.name->length + 1] = letter;
    const struct bp_name *joined = find(stream, text, last.name->length + 2);
    if (!joined || !joined->declared)
      return false;
    found = true;
  }
  return found;
}

/* The name h_{t-1} of a step before, where the file gives it by that name, or does so here; NULL
 * where it does not, as of a family. */
static struct bp_name *read_step_before(const struct bp_stream *stream, const struct bp_name *name,
                                        struct bp_lexer *lexer) {
  enum { LONGEST = 48 };
  char text[LONGEST + 8];
  struct bp_lexer ahead = *lexer;
  struct bp_token sign = bp_lexer_next(&ahead), brace = bp_lexer_next(&ahead);
  struct bp_token letter = bp_lexer_next(&ahead), minus = bp_lexer_next(&ahead);
  struct bp_token one = bp_lexer_next(&ahead);
  if (sign.kind != BP_TOKEN_UNDERSCORE || brace.kind != BP_TOKEN_LEFT_BRACE ||
      letter.kind != BP_TOKEN_NAME || letter.name->length != 1 || minus.kind != BP_TOKEN_MINUS ||
      one.kind != BP_TOKEN_NUMBER || one.span.end != one.span.begin + 1 ||
      bp_lexer_next(&ahead).kind != BP_TOKEN_RIGHT_BRACE || name->length > LONGEST)
    return NULL;
  memcpy(text, name->text, name->length);
  memcpy(text + name->length, "_{t-1}", 6);
  text[name->length + 2] = letter.name->text[0];
  text[name->length + 4] = lexer->source->text[one.span.begin];
  struct bp_name *joined = find(stream, text, name->length + 6);
  bool given = stream->declares && !stream->defines && stream->depth == 0 && !name->declared;
  if (!joined || !(joined->declared || given))
    return NULL;
  *lexer = ahead;
  return joined;
}

/* Whether the letter stands nowhere on the rest of the line, alone or beside another one, as the n
 * of E_n = 1/2 Σ_k (y_k - t_k)²: then nothing runs, and it is part of the name.  In the name
 * h_{t-1} it is no letter. */
static bool is_nowhere(const struct bp_stream *stream, struct bp_lexer lexer, char letter) {
  struct bp_token token = bp_lexer_next(&lexer), last = token;
  if (token.kind != BP_TOKEN_EQUAL && token.kind != BP_TOKEN_DEFINE)
    return false;
  while (token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END) {
    if (token.kind == BP_TOKEN_FAULT || (token.kind == BP_TOKEN_NAME && token.name->length <= 2 &&
                                         memchr(token.name->text, letter, token.name->length)))
      return false;
    last = token;
    if (last.kind == BP_TOKEN_NAME)
      read_step_before(stream, last.name, &lexer);
    token = bp_lexer_next(&lexer);
  }
  return true;
}

/* Whether (x) = or (x, y) = stands there, behind the name of a function, as of h_θ(x) = σ(θ^T x).
 */
static bool defines_function(struct bp_lexer lexer) {
  if (bp_lexer_next(&lexer).kind != BP_TOKEN_LEFT)
    return false;
  struct bp_token token;
  do {
    if (bp_lexer_next(&lexer).kind != BP_TOKEN_NAME)
      return false;
    token = bp_lexer_next(&lexer);
  } while (token.kind == BP_TOKEN_COMMA || token.kind == BP_TOKEN_SEMICOLON);
  return token.kind == BP_TOKEN_RIGHT && says_what_it_is(lexer);
}

/* ---- σ² as a name ---------------------------------------------------------- */

/* ² or ⁴, ^2, ^{2}: an even power that stands at the lexer, which is then behind it; 0 where none
 * does. */
static int take_even_power(struct bp_lexer *lexer) {
  static const struct {
    const char *text;
    int power;
  } powers[] = {{"²", 2}, {"⁴", 4}, {"^2", 2}, {"^4", 4}, {"^{2}", 2}, {"^{4}", 4}};
  const struct bp_source *source = lexer->source;
  for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) {
    size_t length = strlen(powers[k].text);
    if (source->length - lexer->at >= length &&
        !memcmp(source->text + lexer->at, powers[k].text, length)) {
      lexer->at += length;
      return powers[k].power;
    }
  }
  return 0;
}

/* Whether what a line defines stands here: it begins a line, or follows a let. */
static bool is_target(const struct bp_stream *stream) {
  return stream->line || (stream->defines && stream->declares);
}

/* The name with a square in it, σ², where it is not too long; NULL where it is. */
static struct bp_name *with_square(const struct bp_stream *stream, const struct bp_name *name) {
  enum { LONGEST = 32 };
  static const char square[] = "²";
  char text[LONGEST + sizeof square];
  if (name->length > LONGEST)
    return NULL;
  memcpy(text, name->text, name->length);
  memcpy(text + name->length, square, sizeof square);
  return find(stream, text, name->length + strlen(square));
}

/* Whether σ_B² is a name of the file, or becomes one here, where that stands at the lexer. */
static bool is_squared(const struct bp_stream *stream, const struct bp_name *name,
                       struct bp_lexer lexer) {
  const struct bp_name *square = with_square(stream, name);
  int power = take_even_power(&lexer);
  bool said = is_target(stream) && stream->depth == 0 && says_what_it_is(lexer);
  return square && power > 0 && (square->declared || (said && power == 2));
}

/* given σ² > 0 declares a variance, and σ² = … defines one, whose name is σ²: σ⁴ is its square, and
 * σ its root. */
bool bp_read_squared(struct bp_stream *stream, struct bp_token token) {
  if (token.name->declared)
    return false;
  struct bp_lexer ahead = stream->lexer;
  int power = take_even_power(&ahead);
  bool said = is_target(stream) && says_what_it_is(ahead);
  bool target =
      power == 2 && stream->depth == 0 && (said || (stream->declares && !stream->defines));
  struct bp_name *name = with_square(stream, token.name);
  bool called = power == 0 && bp_ahead(stream).kind == BP_TOKEN_LEFT &&
                bp_ahead(stream).span.begin == token.span.end;
  if (!name || called || !(name->declared || target))
    return false;
  struct bp_span whole = {token.span.begin, ahead.at};
  if (power == 0)
    bp_push_piece(stream, "sqrt(", whole, BP_PIECE_OPENS);
  stream->lexer = ahead;
  token.name = name;
  token.span = power == 0 ? (struct bp_span){ahead.at, ahead.at} : whole;
  bp_push(stream, token);
  if (power == 0)
    bp_push_piece(stream, ")", (struct bp_span){ahead.at, ahead.at}, BP_PIECE_CLOSES);
  if (power == 4)
    bp_push(stream, (struct bp_token){.kind = BP_TOKEN_SQUARED, .span = {ahead.at, ahead.at}});
  return true;
}

/* ---- names with a subscript --------------------------------------------------- */

/* Whether it is db beside a declared b. */
static bool is_gradient(const struct bp_stream *stream, const struct bp_name *name) {
  const struct bp_name *moved = name->length > 1 && name->text[0] == 'd'
                                    ? find(stream, name->text + 1, name->length - 1)
                                    : NULL;
  return moved && moved->declared;
}

/* Whether the rest of the line has what stands below as a part of names, or not at all. */
static bool is_part_of_name(const struct bp_stream *stream, const struct bp_name *name,
                            const char *below, size_t length, struct bp_lexer ahead) {
  if (length == 1)
    return is_part_below(stream, ahead, below[0]) ||
           (!name->declared && *below > 'a' && !strchr("ijk", *below) &&
            is_nowhere(stream, ahead, below[0]));
  return length == 2 && !name->declared && is_nowhere(stream, ahead, below[0]) &&
         is_nowhere(stream, ahead, below[1]);
}

struct bp_name *bp_read_joined(struct bp_stream *stream, struct bp_name *name,
                               struct bp_lexer *lexer) {
  enum { LONGEST = 64, SHORTEST_WORD = 3 };
  char text[LONGEST];
  struct bp_lexer ahead = *lexer;
  struct bp_span inner;
  struct bp_name *before = read_step_before(stream, name, lexer);
  if (before)
    return before;
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
  const char *below = text + name->length + 1;
  bool asked = stream->line || (stream->declares && stream->depth == 0);
  bool used = asked && is_part_of_name(stream, name, below, length, ahead);
  bool part = !name->declared && ((*below >= 'A' && *below <= 'Z') ||
                                  (is_digit(*below) && !is_gradient(stream, name)) ||
                                  (length == 1 && *below > 'a' && !strchr("ijklmnpqrst", *below)));
  bool function = (!name->declared || length >= SHORTEST_WORD) &&
                  (length > 1 || !strchr("ijklmnpqrst", *below)) &&
                  (stream->line || stream->declares) && stream->depth == 0 &&
                  defines_function(ahead);
  bool target =
      (stream->declares && stream->depth == 0 && (used || names(stream, below, length)) &&
       !(length == 1 && bp_ranges_over(ahead, below, length))) ||
      (stream->line && (used || part || length >= SHORTEST_WORD) && says_what_it_is(ahead) &&
       !(text[0] == 'd' && *below == 'd')); /* dL_dW1 is no new name */
  struct bp_lexer behind = ahead;
  bool squared = joined && !joined->declared && length <= 2 && is_squared(stream, joined, behind);
  if (!joined || !(joined->declared || joined->sized || (moved && moved->declared) || target ||
                   function || squared))
    return name;
  *lexer = ahead;
  return joined;
}

/* s_{2,i} where the file declares s_2 and no s: an element of that. */
static bool read_element_of_joined(struct bp_stream *stream, struct bp_token token) {
  enum { LONGEST = 48 };
  static const struct bp_bracket_form element = {.native = true, .index = true};
  char text[2 * LONGEST];
  struct bp_lexer ahead = stream->lexer;
  struct bp_token sign = bp_lexer_next(&ahead), brace = bp_lexer_next(&ahead);
  struct bp_token part = bp_lexer_next(&ahead), comma = bp_lexer_next(&ahead);
  size_t length = part.span.end - part.span.begin;
  if (token.name->declared || sign.kind != BP_TOKEN_UNDERSCORE ||
      brace.kind != BP_TOKEN_LEFT_BRACE ||
      (part.kind != BP_TOKEN_NUMBER && part.kind != BP_TOKEN_NAME) ||
      comma.kind != BP_TOKEN_COMMA || token.name->length + 1 + length > sizeof text)
    return false;
  memcpy(text, token.name->text, token.name->length);
  text[token.name->length] = '_';
  memcpy(text + token.name->length + 1, ahead.source->text + part.span.begin, length);
  struct bp_name *joined =
      bp_names_find_written(ahead.names, text, token.name->length + 1 + length);
  if (!joined || !joined->declared || joined->given == BP_GIVEN_NUMBER)
    return false;
  token.name = joined;
  token.span.end = part.span.end;
  bp_push(stream, token);
  bp_push_piece(stream, "_{", (struct bp_span){comma.span.begin, comma.span.end}, BP_PIECE_OPENS);
  bp_push_bracket(stream, &element);
  stream->lexer = ahead;
  return true;
}

static bool read_joined(struct bp_stream *stream, struct bp_token token) {
  struct bp_name *joined = bp_read_joined(stream, token.name, &stream->lexer);
  if (joined == token.name)
    return read_element_of_joined(stream, token);
  token.name = joined;
  token.span.end = stream->lexer.at;
  if (!bp_read_squared(stream, token)) /* σ_B² */
    bp_push(stream, token);
  return true;
}

/* ---- a small letter for one sample --------------------------------------------- */

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

/* x^{(i)} beside a given X of all samples: X. */
static bool read_sample_of(struct bp_stream *stream, struct bp_token token) {
  const char *text = token.name->text;
  if (token.name->length != 1 || *text < 'a' || *text > 'z' || !bp_sample_follows(stream->lexer))
    return false;
  const char large = (char)(*text - 'a' + 'A');
  struct bp_name *all = find(stream, &large, 1);
  if (!all || !all->declared || all->family || all->given != BP_GIVEN_MATRIX)
    return false;
  token.name = all;
  token.spelling = BP_SPELLING_SMALL;
  token.ours = all->text;
  bp_push(stream, token);
  return true;
}

bool bp_read_spelled(struct bp_stream *stream, struct bp_token token) {
  const struct bp_name *written = token.name;
  if (stream->line && !written->declared && written->keyword < 0 &&
      (lists_names(stream->lexer) || bp_gives_members(stream->lexer)))
    stream->declares = true; /* as behind given */
  if (written->word == BP_NO_WORD && written->form == BP_FORM_CALL && !in_index(stream) &&
      bp_read_marked(stream, token))
    return true;
  if (!in_index(stream) && bp_read_d_apart(stream, token))
    return true;
  if (written->word == BP_NO_WORD &&
      (written->form == BP_FORM_CALL || written->form == BP_FORM_DIFFERENTIAL) &&
      read_joined(stream, token))
    return true;
  if (bp_read_squared(stream, token))
    return true;
  if (bp_read_primed_name(stream, token))
    return true;
  if (written->declared || stream->declares || written->word != BP_NO_WORD || written->callable ||
      written->form != BP_FORM_CALL || (stream->line && written->keyword >= 0))
    return false;
  if (read_stuck_transpose(stream, token))
    return true;
  if (bp_read_function(stream, token) || read_sample_of(stream, token))
    return true;
  const char *text = stream->lexer.source->text + token.span.begin;
  size_t length = token.span.end - token.span.begin, digits;
  struct bp_name *name;
  if (in_index(stream) || !stream->T || bp_name_is_no_number(written->text) ||
      (written->text[0] == 'w' && is_row_of_weights(stream)))
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
