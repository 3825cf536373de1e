/* What the parser says when a line cannot be read.
 *
 * Most mistakes are not random: they are signs of MATLAB, of a program or of a blackboard.  Such a
 * sign arrives here as a token that fits nowhere, and one table knows what to write instead.  What
 * is read although it is spelled otherwise, as LaTeX is, gets a note from here, once in a file.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/foreign/words.h"
#include "lang/parser.h"

enum { LONGEST_QUOTE = 40 };

bool bp_out_of_memory(struct bp_parser *parser) {
  parser->memory_short = true;
  return false;
}

/* Cut between characters. */
const char *bp_quote(struct bp_parser *parser, struct bp_span span) {
  const char *text = parser->source->text + span.begin;
  size_t length = span.end - span.begin, end = length < LONGEST_QUOTE ? length : LONGEST_QUOTE;
  while (end > 0 && end < length && ((unsigned char)text[end] & 0xC0) == 0x80)
    end--;
  const char *quote = bp_suggest(parser, "%.*s%s", (int)end, text, end < length ? "…" : "");
  return quote ? quote : "this";
}

const char *bp_suggest(struct bp_parser *parser, const char *format, ...) {
  char text[512];
  if (parser->diagnostics->count >= BP_MOST_DIAGNOSTICS)
    return NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return length < 0 ? NULL : bp_arena_strdup(parser->diagnostics->arena, text);
}

bool bp_complain(struct bp_parser *parser, struct bp_span span, const char *suggestion,
                 const char *format, ...) {
  char text[512];
  if (parser->memory_short)
    return false;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  bp_error(parser->diagnostics, parser->source, span, suggestion, "%s", text);
  return false;
}

/* ---- other spellings ----------------------------------------------------- */

static bool goes_on(char byte) {
  return (byte & 0x80) || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z') || byte == '^' || byte == '_' || byte == '\\';
}

/* All of a raised index, with the name before it. */
static struct bp_span around_index(const struct bp_source *source, struct bp_span span) {
  const char *text = source->text;
  int depth = 0;
  while (span.begin > 0) {
    char byte = text[span.begin - 1];
    bool raised = span.begin > 1 && (text[span.begin - 2] == '^' || text[span.begin - 2] == '_');
    bool opens = byte == '{' || byte == '[';
    depth += byte == '}' || byte == ']';
    if (depth == 0 && !goes_on(byte) && !(opens && raised))
      break;
    depth -= opens && depth > 0;
    span.begin--;
  }
  size_t end = span.begin;
  for (depth = 0; end < source->length && text[end] != '\n'; end++) {
    depth += text[end] == '{' || text[end] == '[' || text[end] == '(';
    bool closes = text[end] == '}' || text[end] == ']' || text[end] == ')';
    depth -= closes;
    if (depth < 0 || (depth == 0 && !closes && !goes_on(text[end])))
      break;
  }
  return (struct bp_span){span.begin, end};
}

/* What a reader recognises. */
static struct bp_span shown(const struct bp_parser *parser, enum bp_spelling spelling,
                            struct bp_span span) {
  const char *text = parser->source->text;
  if (spelling == BP_SPELLING_LAYER || spelling == BP_SPELLING_SAMPLE)
    return around_index(parser->source, span);
  while (spelling == BP_SPELLING_NUMBERED && span.end < parser->source->length &&
         text[span.end] >= '0' && text[span.end] <= '9')
    span.end++;
  while (span.end > span.begin + 1 && (text[span.end - 1] == '{' || text[span.end - 1] == '('))
    span.end--;
  return span;
}

void bp_note_spelling(struct bp_parser *parser, enum bp_spelling spelling, struct bp_span span,
                      const char *ours) {
#define ROW(kind, message, here) [BP_SPELLING_##kind] = {message, here},
  static const struct { const char *message, *here; } rows[BP_SPELLING_COUNT] = {BP_SPELLINGS(ROW)};
#undef ROW
  unsigned bit = 1u << spelling;
  if (parser->noted & bit)
    return;
  parser->noted |= bit;
  span = shown(parser, spelling, span);
  const char *message = rows[spelling].message, *mark = strstr(message, "%s");
  const char *second = mark ? strstr(mark + 2, "%s") : NULL;
  const char *quote = bp_quote(parser, span);
  const char *rest = second ? second + 2 : mark + 2;
  bp_note(parser->diagnostics, parser->source, span, rows[spelling].here, "%.*s%s%.*s%s%s",
          (int)(mark - message), message, quote, second ? (int)(second - mark - 2) : 0, mark + 2,
          second && ours ? ours : "", rest);
}

/* ---- faults -------------------------------------------------------------- */

/* Signs that are written elsewhere for what has another sign here. */
static const struct {
  const char *sign, *instead;
} signs[] = {
    {"&", "one column after another: [a, b]"},
    {"「", "double quotes around a name: claim \"output layer\" dZ = A - Y"},
    {"『", "double quotes around a name: claim \"output layer\" dZ = A - Y"},
    {"≡", "="},
    {"‘", "double quotes around a name: claim \"output layer\" dZ = A - Y"},
    {"∈", "in"},
    {"∀", "for l = 1..L"},
    {"÷", "/"},
    {"∕", "/"},
    {"•", "*"},
    {"⋆", "*"},
    {"⊛", "⊙ or .*"},
    {"⨀", "⊙ or .*"},
    {"☉", "⊙ or .*"},
    {"⨂", "⊗"},
    {"、", ","},
    {"。", "a line ends without a full stop"},
};

static bool complain_of_sign(struct bp_parser *parser) {
  struct bp_span span = parser->token.span;
  const char *instead = NULL;
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (strlen(signs[k].sign) == span.end - span.begin &&
        !memcmp(signs[k].sign, parser->source->text + span.begin, span.end - span.begin))
      instead = signs[k].instead;
  return bp_complain(parser, span, instead, "the sign %s has no meaning here",
                     bp_quote(parser, span));
}

static bool complain_of_fault(struct bp_parser *parser) {
  const struct bp_token *token = &parser->token;
  unsigned byte = (unsigned char)parser->source->text[token->span.begin];
  switch (token->fault) {
  case BP_TOKEN_FAULT_MEMORY:
    return bp_out_of_memory(parser);
  case BP_TOKEN_FAULT_UTF8:
    if (token->span.begin == 0 && byte >= 0xFE) {
      parser->stream.lexer.at =
          parser->source->length; /* what follows says the same at each line */
      return bp_complain(parser, token->span, "save the file as UTF-8", "this is UTF-16 text");
    }
    return bp_complain(parser, token->span, "save the file as UTF-8",
                       "the byte 0x%02X is not UTF-8 text", byte);
  case BP_TOKEN_FAULT_CONTROL:
    return bp_complain(parser, token->span, "delete it: a derivation is plain text",
                       "there is an invisible byte here (0x%02X)", byte);
  case BP_TOKEN_FAULT_STRING:
    return bp_complain(parser, (struct bp_span){token->span.begin, token->span.begin + 1},
                       "put a \" at the end of the text, on the same line",
                       "this quote is never closed");
  case BP_TOKEN_FAULT_RAISED:
    return bp_complain(parser, token->span,
                       "a_k for an element, W[l] for a layer, x^2 for a power, inv(A), A' for the "
                       "transpose",
                       "raised and lowered letters like %s are not read",
                       bp_quote(parser, token->span));
  default:
    return complain_of_sign(parser);
  }
}

/* ---- LaTeX --------------------------------------------------------------- */

/* The command's letters, after the backslash. */
static struct bp_span command_span(struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  struct bp_span span = parser->token.span;
  if (after.kind == BP_TOKEN_NAME && after.span.begin == span.end)
    span.end = after.span.end;
  return span;
}

static bool complain_of_latex(struct bp_parser *parser) {
  struct bp_span span = command_span(parser);
  if (span.end - span.begin == 1)
    return bp_complain(parser, span, "inv(A) * b for the solution of A * x = b",
                       "a backslash has no meaning here");
  size_t length = span.end - span.begin - 1;
  const char *word = parser->source->text + span.begin + 1;
  const char *meant = bp_command_find(word, length) ? NULL : bp_command_nearest(word, length);
  if (meant)
    return bp_complain(parser, span, bp_suggest(parser, "did you mean \\%s?", meant),
                       "the command %s of LaTeX is not known", bp_quote(parser, span));
  return bp_complain(parser, span, "formulas can also be written plainly: dW = dZ * A'",
                     "the command %s of LaTeX is not known, or not in this place",
                     bp_quote(parser, span));
}

/* ---- NumPy --------------------------------------------------------------- */

static const struct {
  const char *function, *instead;
} numpy[] = {{"reshape", "vec(A), which stacks the columns"},
             {"ravel", "vec(A), which stacks the columns"},
             {"concatenate", "[A, B] side by side, [A; B] one below the other"},
             {"hstack", "[A, B]"},
             {"vstack", "[A; B]"},
             {"max", "max(a, b) of two things"},
             {"mean", "mean(A) of everything, 1/m * rowsum(A), 1/n * colsum(A)"},
             {"einsum", "the product with its signs: A * B'"}};

/* The dot in A.T and np.sum. */
static bool complain_of_dot(struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  struct bp_span span = parser->previous.span;
  if (after.kind != BP_TOKEN_NAME || parser->previous.kind == BP_TOKEN_END)
    return bp_complain(parser, parser->token.span,
                       "* for a product, .* for an elementwise one, 0.5 for a number",
                       "this dot belongs to nothing");
  struct bp_span both = {parser->token.span.begin, after.span.end};
  bool module = bp_is_named(&parser->previous, "np") || bp_is_named(&parser->previous, "numpy") ||
                bp_is_named(&parser->previous, "torch") || bp_is_named(&parser->previous, "tf");
  if (!module && after.name->callable)
    return bp_complain(parser, both, bp_suggest(parser, "%s(A)", after.name->text),
                       "a function is written before what it is applied to");
  const char *instead =
      !strcmp(after.name->text, "grad") ? "∂L/∂W, with the name of the loss" : NULL;
  for (size_t k = 0; k < sizeof numpy / sizeof *numpy && !instead; k++)
    if (bp_is_named(&after, numpy[k].function))
      instead = numpy[k].instead;
  if (!module)
    return bp_complain(
        parser, both, instead ? instead : "a name with a letter more, or # for a comment",
        "names have no dots in them, and %s begins with one", bp_quote(parser, both));
  both.begin = span.begin;
  for (size_t k = 0; k < sizeof numpy / sizeof *numpy; k++)
    if (bp_is_named(&after, numpy[k].function))
      return bp_complain(parser, both, numpy[k].instead, "%s is NumPy that is not read here",
                         bp_quote(parser, both));
  return bp_complain(parser, both,
                     after.name->callable ? bp_suggest(parser, "call it %s", after.name->text)
                                          : NULL,
                     "functions have no module in front of them");
}

/* ---- a token that does not fit ------------------------------------------- */

static const struct {
  enum bp_token_kind kind;
  const char *message, *suggestion;
} foreign[] = {
    {BP_TOKEN_DEFINE, ":= is not used here",
     "let Z = W*X to define Z, claim Z = W*X to have it judged"},
    {BP_TOKEN_PLUS_EQUAL, "+= is not used here", "let Z = X + Y, with another name for the sum"},
    {BP_TOKEN_MINUS_EQUAL, "-= is not used here", "let V = W - dW, with another name for it"},
    {BP_TOKEN_DOUBLE_EQUAL, "== is for programs", "write = for it"},
    {BP_TOKEN_NOT_EQUAL, "there is no sign for \"not equal\"",
     "refute a = b, for what must not hold"},
    {BP_TOKEN_HENCE, "an arrow stands between two formulas, and one is missing here",
     "= for what is equal, >= for at least, ⇒ between two claims"},
    {BP_TOKEN_BAR, "bars are not read", "abs(x) for absolute values, norm(x) for a length"},
};

/* "the end of the line", "W", "a text in quotes" */
static const char *describe(struct bp_parser *parser) {
  switch (parser->token.kind) {
  case BP_TOKEN_END:
  case BP_TOKEN_NEWLINE:
    return "the line ends here";
  case BP_TOKEN_STRING:
    return "here is a text in quotes";
  case BP_TOKEN_COMMA:
    return "here is a comma";
  case BP_TOKEN_SEMICOLON:
    return "here is a semicolon";
  default:
    return bp_suggest(parser, "here is %s", bp_quote(parser, parser->token.span));
  }
}

/* A closing bracket where none is open. */
static bool closes_nothing(const struct bp_parser *parser) {
  switch (parser->token.kind) {
  case BP_TOKEN_RIGHT:
  case BP_TOKEN_RIGHT_SQUARE:
  case BP_TOKEN_RIGHT_BRACE:
    return parser->brackets == 0;
  default:
    return false;
  }
}

/* What to try where a rule has nothing of its own to say. */
static const char *usual_suggestion(const struct bp_parser *parser, const char *expected) {
  enum bp_relation relation;
  if (!strcmp(expected, "a formula"))
    return bp_relation_of(parser->token.kind, &relation)
               ? "write what stands left of it: claim dW = dZ * A'"
               : "write what belongs there, or delete the sign before it";
  if (strcmp(expected, "the end of the line") != 0)
    return NULL;
  return parser->token.kind == BP_TOKEN_COLON || parser->token.kind == BP_TOKEN_COMMA
             ? "for i = 1..n for a range; what comes next on a line of its own"
             : "one formula a line; # begins a comment";
}

/* 2,5 where a decimal number is meant: its bytes, or none. */
static struct bp_span decimal_comma(const struct bp_parser *parser) {
  struct bp_span before = parser->previous.span, comma = parser->token.span;
  const char *text = parser->source->text;
  size_t end = comma.end;
  while (end < parser->source->length && text[end] >= '0' && text[end] <= '9')
    end++;
  bool decimal = parser->token.kind == BP_TOKEN_COMMA && parser->previous.kind == BP_TOKEN_NUMBER &&
                 before.end == comma.begin && end > comma.end &&
                 !memchr(text + before.begin, '.', before.end - before.begin);
  return decimal ? (struct bp_span){before.begin, end} : (struct bp_span){0, 0};
}

bool bp_unexpected(struct bp_parser *parser, const char *expected, const char *suggestion) {
  const struct bp_token *token = &parser->token;
  struct bp_span decimal = decimal_comma(parser);
  if (decimal.end > 0)
    return bp_complain(parser, decimal,
                       bp_suggest(parser, "%s.%s", bp_quote(parser, parser->previous.span),
                                  bp_quote(parser, (struct bp_span){token->span.end, decimal.end})),
                       "decimal numbers have a point here, and a comma separates two things");
  if (closes_nothing(parser))
    return bp_complain(parser, token->span, "delete it, or open it where the part begins",
                       "this %s was never opened", bp_quote(parser, token->span));
  if (token->kind == BP_TOKEN_FAULT)
    return complain_of_fault(parser);
  if (token->kind == BP_TOKEN_BACKSLASH)
    return complain_of_latex(parser);
  if (token->kind == BP_TOKEN_DOT)
    return complain_of_dot(parser);
  for (size_t k = 0; k < sizeof foreign / sizeof *foreign; k++)
    if (foreign[k].kind == token->kind)
      return bp_complain(parser, token->span, foreign[k].suggestion, "%s", foreign[k].message);
  const char *found = describe(parser);
  suggestion = suggestion ? suggestion : usual_suggestion(parser, expected);
  return bp_complain(parser, token->span, suggestion, "%s, where %s was expected",
                     found ? found : "something else is here", expected);
}

/* ---- a missing operator -------------------------------------------------- */

/* Words that belong to something else: where(...) for if and else, `in` before a domain, x between
 * two sizes. NULL: none of these. */
static const char *instead_of_word(const struct bp_token *token) {
  static const struct {
    const char *word, *instead;
  } words[] = {{"if", "where(x > 0, a, b): a where x > 0, b elsewhere"},
               {"else", "where(x > 0, a, b): a where x > 0, b elsewhere"},
               {"and", "one condition after the other: where(x > 0, where(x < 1, a, b), b)"},
               {"or", "one condition after the other: where(x > 1, a, x < 0, a, b)"},
               {"when", "if in its place: (a if i = j; b otherwise)"},
               {"by", "n1 x n0"},
#define EXAMPLE(word, kind, example) {#word, example},
               BP_NARROW_DOMAINS(EXAMPLE)
#undef EXAMPLE
  };
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k].word) && !token->name->declared)
      return words[k].instead;
  return NULL;
}

static bool is_prose(const struct bp_token *token) {
  static const char *const words[] = {"and", "or", "with", "if", "where", "then", "so", "since"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_is_named(token, words[k]))
      return !token->name->declared;
  return false;
}

/* The word of a domain that a name behind a size is meant to be: Y : k x m onehott. */
static const char *meant_domain(const struct bp_parser *parser) {
#define WORD(word, kind, example) #word,
  static const char *const words[] = {BP_NARROW_DOMAINS(WORD)};
#undef WORD
  const struct bp_token *token = &parser->token;
  bool word = parser->inside.size && token->kind == BP_TOKEN_NAME && !token->name->declared &&
              token->name->length > 2;
  return word ? bp_nearest_name(token->name->text, token->name->length, words,
                                sizeof words / sizeof *words)
              : NULL;
}

/* The line below that gives the name; 0 where none does. */
static size_t given_below(const struct bp_parser *parser, const struct bp_name *name) {
  struct bp_lexer ahead = parser->stream.lexer;
  bool begins = false, given = false;
  for (struct bp_token token = bp_lexer_next(&ahead); token.kind != BP_TOKEN_END;
       token = bp_lexer_next(&ahead)) {
    if (begins)
      given = token.kind == BP_TOKEN_NAME && token.name->keyword == BP_STATEMENT_GIVEN;
    else if (given && token.kind == BP_TOKEN_NAME && token.name == name) {
      size_t line, column;
      bp_locate(parser->source, token.span.begin, &line, &column);
      return line;
    } else if (token.kind != BP_TOKEN_COMMA && token.kind != BP_TOKEN_NAME)
      given = false;
    begins = token.kind == BP_TOKEN_NEWLINE;
  }
  return 0;
}

bool bp_missing_operator(struct bp_parser *parser, struct bp_span left) {
  const struct bp_token *token = &parser->token;
  const char *domain = meant_domain(parser);
  if (domain)
    return bp_complain(parser, token->span, bp_suggest(parser, "did you mean %s?", domain),
                       "%s is no domain", bp_quote(parser, token->span));
  struct bp_token after = bp_peek(parser);
  bool letter = parser->inside.size && token->kind == BP_TOKEN_NAME && token->name->length == 1;
  if (letter && (after.kind == BP_TOKEN_NAME || after.kind == BP_TOKEN_NUMBER))
    return bp_complain(parser, (struct bp_span){left.begin, after.span.end},
                       bp_suggest(parser, "did you mean %s x %s?", bp_quote(parser, left),
                                  bp_quote(parser, after.span)),
                       "between two sizes stands an x, and here is %s", token->name->text);
  const char *instead = instead_of_word(token);
  if (instead && after.kind != BP_TOKEN_LEFT)
    return bp_complain(parser, token->span, instead, "the word %s cannot stand here",
                       token->name->text);
  if (is_prose(token) && !(token->name->callable && after.kind == BP_TOKEN_LEFT))
    return bp_complain(parser, token->span, "one formula a line; # begins a comment",
                       "the word %s cannot stand in a formula", token->name->text);
  if (parser->inside.matrix)
    return bp_complain(parser, token->span, "[1, 2; 3, 4]: commas within a row, ; between rows",
                       "a comma is missing before %s", bp_quote(parser, token->span));
  bool opens = token->kind == BP_TOKEN_LEFT;
  if (opens && bp_comma_inside(parser))
    return bp_complain(parser, token->span,
                       bp_suggest(parser, "%s_{1,2} for an element", bp_quote(parser, left)),
                       "%s is no function, and has no arguments", bp_quote(parser, left));
  size_t below =
      token->kind == BP_TOKEN_NAME && !token->name->declared ? given_below(parser, token->name) : 0;
  if (below > 0)
    return bp_complain(parser, token->span, "move that line up",
                       "%s is used before it is given in line %zu", token->name->text, below);
  if (token->kind == BP_TOKEN_NAME && !token->name->declared && token->name->length <= 2 &&
      !token->name->callable && after.kind != BP_TOKEN_LEFT)
    return bp_complain(parser, token->span,
                       bp_suggest(parser,
                                  token->name->text[0] >= 'A' && token->name->text[0] <= 'Z'
                                      ? "given %s : n x k, or size %s, on a line above"
                                      : "size %s, or given %s : number, on a line above",
                                  token->name->text, token->name->text),
                       "%s is not declared", token->name->text);
  const char *right = opens ? "(…)" : bp_quote(parser, token->span);
  const char *suggestion = left.end - left.begin > LONGEST_QUOTE
                               ? bp_suggest(parser, "… * %s", right)
                               : bp_suggest(parser, "%s*%s", bp_quote(parser, left), right);
  return bp_complain(parser, token->span, suggestion,
                     "a product is written with a sign: a * is "
                     "missing before %s",
                     opens ? "the parenthesis" : right);
}

/* ---- brackets ------------------------------------------------------------ */

/* The error for a bracket that is not closed where it should be. */
static bool complain_of_open(struct bp_parser *parser, enum bp_token_kind kind,
                             struct bp_span opening) {
  const char *closing = kind == BP_TOKEN_RIGHT          ? ")"
                        : kind == BP_TOKEN_RIGHT_SQUARE ? "]"
                        : kind == BP_TOKEN_RIGHT_ANGLE  ? "⟩"
                                                        : "}";
  struct bp_span shown = opening; /* {1}{2: the second brace of \\frac was put in behind itself */
  if (shown.begin == shown.end && shown.begin > 0) {
    shown.begin--;
    closing = parser->source->text[shown.begin] == '{' ? "}" : closing;
  }
  const char *opened = bp_quote(parser, shown);
  enum bp_relation relation;
  if (parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END)
    return bp_complain(parser, opening, bp_suggest(parser, "put the %s where it ends", closing),
                       "this %s is never closed", opened);
  if (bp_relation_of(parser->token.kind, &relation)) {
    parser->brackets = 0;
    return bp_complain(parser, parser->token.span,
                       bp_suggest(parser, "put the %s before it", closing),
                       "a comparison is here, and a %s is still open", opened);
  }
  return bp_unexpected(parser, bp_suggest(parser, "a %s", closing), NULL);
}

bool bp_close(struct bp_parser *parser, enum bp_token_kind kind, struct bp_span opening,
              struct bp_inside outer) {
  if (parser->token.kind != kind)
    return complain_of_open(parser, kind, opening);
  parser->brackets--;
  parser->inside = outer;
  bp_advance(parser);
  return true;
}

const char *bp_meant_keyword(const struct bp_name *word, bool first) {
  static const char *const denials[] = {"not", "no", "false", "wrong", "never", "incorrect"};
  const char *keywords[BP_STATEMENT_KIND_COUNT];
  for (size_t k = 0; k < sizeof denials / sizeof *denials && first; k++)
    if (!strcmp(word->text, denials[k]))
      return bp_statement_keyword(BP_STATEMENT_REFUTE);
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    keywords[kind] = bp_statement_keyword((enum bp_statement_kind)kind);
  return bp_nearest_name(word->text, word->length, keywords, BP_STATEMENT_KIND_COUNT);
}
