/* x⁺, P^+, x*, w^\star: a name with a mark behind it, for the next step or for an optimum.
 *
 * The mark is part of the name where the file declares it so, or does so here: V⁺ = …, let x* = ….
 * A * that is typed on the line could be a product, so it is a mark only where no factor follows
 * it.  A raised one never could.
 */
#include "lang/foreign/rewrite.h"

#include <string.h>

static bool starts(const struct bp_lexer *lexer, const char *text) {
  size_t length = strlen(text);
  return lexer->source->length - lexer->at >= length &&
         !memcmp(lexer->source->text + lexer->at, text, length);
}

/* A mark that is raised and stands at the lexer, which is then behind it: its letter in the name.
 * NULL where none does. */
static const char *take_raised_mark(struct bp_lexer *lexer) {
  static const char *const marks[][2] = {{"⁺", "⁺"},       {"^+", "⁺"},        {"^{+}", "⁺"},
                                         {"⋆", "⋆"},       {"^*", "⋆"},        {"^{*}", "⋆"},
                                         {"^\\star", "⋆"}, {"^{\\star}", "⋆"}, {"^⋆", "⋆"},
                                         {"^\\ast", "⋆"},  {"^{\\ast}", "⋆"}};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (starts(lexer, marks[k][0])) {
      lexer->at += strlen(marks[k][0]);
      return marks[k][1];
    }
  return NULL;
}

/* Whether what stands at the lexer says what the name before it is: = or :, and a comma where
 * several are declared. */
static bool is_said(const struct bp_stream *stream, struct bp_lexer lexer) {
  enum bp_token_kind kind = bp_lexer_next(&lexer).kind;
  return kind == BP_TOKEN_EQUAL || kind == BP_TOKEN_COLON || kind == BP_TOKEN_DEFINE ||
         (kind == BP_TOKEN_COMMA && stream->declares);
}

/* Whether no factor begins at the lexer, which is behind a * that sticks to its name: a blank
 * stands there, or what goes on with the formula; a minus with blanks around it is that of a
 * difference. */
static bool ends_product(struct bp_lexer lexer) {
  size_t star = lexer.at;
  struct bp_token token = bp_lexer_next(&lexer);
  const char *text = lexer.source->text;
  if (token.kind != BP_TOKEN_MINUS && token.span.begin > star) /* x* y, where a sign is x * y */
    return true;
  switch (token.kind) {
  case BP_TOKEN_MINUS:
    return token.span.begin > star && token.span.end < lexer.source->length &&
           text[token.span.end] == ' ';
  case BP_TOKEN_PLUS:
  case BP_TOKEN_SLASH:
  case BP_TOKEN_HADAMARD:
  case BP_TOKEN_PRIME:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_SQUARED:
  case BP_TOKEN_RIGHT:
  case BP_TOKEN_RIGHT_SQUARE:
  case BP_TOKEN_RIGHT_BRACE:
  case BP_TOKEN_COMMA:
  case BP_TOKEN_NEWLINE:
  case BP_TOKEN_END:
    return true;
  default:
    return token.kind >= BP_TOKEN_EQUAL && token.kind <= BP_TOKEN_AT_LEAST;
  }
}

bool bp_read_marked(struct bp_stream *stream, struct bp_token token) {
  enum { LONGEST = 48, LONGEST_MARK = 4 };
  char text[LONGEST + LONGEST_MARK];
  struct bp_lexer ahead = stream->lexer;
  const char *mark = take_raised_mark(&ahead);
  bool typed = !mark && starts(&ahead, "*");
  if (typed) {
    mark = "⋆";
    ahead.at++;
  }
  if (!mark || token.name->length > LONGEST)
    return false;
  memcpy(text, token.name->text, token.name->length);
  memcpy(text + token.name->length, mark, strlen(mark));
  struct bp_name *marked = bp_names_find(ahead.names, text, token.name->length + strlen(mark));
  bool target = (stream->line || stream->declares) && stream->depth == 0 && is_said(stream, ahead);
  if (!marked || !(target || (marked->declared && (!typed || ends_product(ahead)))))
    return false;
  token.name = marked;
  token.span.end = ahead.at;
  stream->lexer = ahead;
  bp_push(stream, token);
  return true;
}

bool bp_is_name_above(const struct bp_lexer *lexer) {
  static const char *const moving[] = {"d",        "\\partial", "∂",   "\\mathrm{d",
                                       "\\text{d", "{d",        "\\rm"};
  struct bp_lexer below = *lexer;
  size_t depth = 1;
  if (!starts(lexer, "d"))
    return false;
  for (; below.at < below.source->length && depth > 0; below.at++) {
    depth += starts(&below, "{");
    depth -= starts(&below, "}");
  }
  while (starts(&below, " "))
    below.at++;
  if (depth > 0 || !starts(&below, "{"))
    return false;
  for (below.at++; starts(&below, " ");)
    below.at++;
  bool moves = false;
  for (size_t k = 0; k < sizeof moving / sizeof *moving; k++)
    moves = moves || starts(&below, moving[k]);
  moves = moves && !starts(&below, "d_") && !starts(&below, "d}"); /* a size d_k */
  return !moves;
}

static struct bp_name *named(const struct bp_stream *stream, const char *text, size_t length) {
  return bp_names_find(stream->lexer.names, text, length);
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

/* Whether ' = goes on here, and something that the file has with a prime stands behind it: q' =
 * w·φ' defines what belongs to φ', and claims nothing of the transpose of q. */
static bool defines_primed(const struct bp_stream *stream, struct bp_lexer lexer) {
  enum { LONGEST = 60 };
  char text[LONGEST + 2];
  if (!take_prime(&lexer) || bp_lexer_next(&lexer).kind != BP_TOKEN_EQUAL)
    return false;
  for (struct bp_token token = bp_lexer_next(&lexer), last = token;
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END;
       last = token, token = bp_lexer_next(&lexer)) {
    if (token.kind != BP_TOKEN_PRIME || last.kind != BP_TOKEN_NAME || last.name->length > LONGEST)
      continue;
    memcpy(text, last.name->text, last.name->length);
    text[last.name->length] = '\'';
    const struct bp_name *primed = named(stream, text, last.name->length + 1);
    if (primed && primed->declared)
      return true;
  }
  return false;
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
  bool target = (stream->declares && stream->depth == 0) ||
                (stream->line && stream->depth == 0 && defines_primed(stream, *lexer));
  for (size_t primes = 1; primes <= MOST && take_prime(&ahead); primes++) {
    size_t length = name->length + primes;
    text[length - 1] = '\'';
    struct bp_name *primed = named(stream, text, length);
    struct bp_name *moved = text[0] == 'd' ? named(stream, text + 1, length - 1) : NULL;
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

bool bp_read_primed_name(struct bp_stream *stream, struct bp_token token) {
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
