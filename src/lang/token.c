/* The lexer: a table of signs, grouped by first byte with the longest first, and a function each
 * for names, numbers and strings.  Letters are what Unicode calls letters.  An underscore is a
 * sign, except inside the few function names that have one.
 */
#include "lang/token.h"

#include <limits.h>
#include <string.h>
#include <utf8proc.h>

#include "lang/dress.h"

static const struct {
  const char *text;
  enum bp_token_kind kind;
} signs[] = {
    {"!=", BP_TOKEN_NOT_EQUAL},   {"$", BP_TOKEN_DOLLAR},       {"'", BP_TOKEN_PRIME},
    {"(", BP_TOKEN_LEFT},         {")", BP_TOKEN_RIGHT},        {"**", BP_TOKEN_DOUBLE_STAR},
    {"*", BP_TOKEN_STAR},         {"+=", BP_TOKEN_PLUS_EQUAL},  {"+", BP_TOKEN_PLUS},
    {",", BP_TOKEN_COMMA},        {"-=", BP_TOKEN_MINUS_EQUAL}, {"-", BP_TOKEN_MINUS},
    {"...", BP_TOKEN_RANGE},      {"..", BP_TOKEN_RANGE},       {".*", BP_TOKEN_HADAMARD},
    {"./", BP_TOKEN_POINT_SLASH}, {".^", BP_TOKEN_POINT_CARET}, {".", BP_TOKEN_DOT},
    {"/", BP_TOKEN_SLASH},        {":=", BP_TOKEN_DEFINE},      {":", BP_TOKEN_COLON},
    {";", BP_TOKEN_SEMICOLON},    {"<=", BP_TOKEN_AT_MOST},     {"<>", BP_TOKEN_NOT_EQUAL},
    {"<", BP_TOKEN_LESS},         {"==>", BP_TOKEN_HENCE},      {"==", BP_TOKEN_DOUBLE_EQUAL},
    {"=>", BP_TOKEN_HENCE},       {"=", BP_TOKEN_EQUAL},        {">=", BP_TOKEN_AT_LEAST},
    {">", BP_TOKEN_GREATER},      {"?", BP_TOKEN_QUESTION},     {"@", BP_TOKEN_AT_SIGN},
    {"[", BP_TOKEN_LEFT_SQUARE},  {"\\", BP_TOKEN_BACKSLASH},   {"]", BP_TOKEN_RIGHT_SQUARE},
    {"^{⊤}", BP_TOKEN_TRANSPOSE}, {"^⊤", BP_TOKEN_TRANSPOSE},   {"^", BP_TOKEN_CARET},
    {"_", BP_TOKEN_UNDERSCORE},   {"{", BP_TOKEN_LEFT_BRACE},   {"|", BP_TOKEN_BAR},
    {"}", BP_TOKEN_RIGHT_BRACE},  {"~=", BP_TOKEN_APPROXIMATE}, {"·", BP_TOKEN_STAR},  /* C2 */
    {"²", BP_TOKEN_SQUARED},      {"³", BP_TOKEN_CUBED},        {"×", BP_TOKEN_TIMES}, /* C3 */
    {"ᵀ", BP_TOKEN_TRANSPOSE},                                                         /* E1 */
    {"∂", BP_TOKEN_PARTIAL},      {"←", BP_TOKEN_DEFINE},                              /* E2 */
    {"⊙", BP_TOKEN_HADAMARD},     {"∘", BP_TOKEN_HADAMARD},     {"◦", BP_TOKEN_HADAMARD},
    {"⊗", BP_TOKEN_KRONECKER},    {"−", BP_TOKEN_MINUS},        {"–", BP_TOKEN_MINUS},
    {"⋅", BP_TOKEN_STAR},         {"∗", BP_TOKEN_STAR},         {"′", BP_TOKEN_PRIME},
    {"’", BP_TOKEN_PRIME},        {"⊤", BP_TOKEN_TRANSPOSE},    {"≈", BP_TOKEN_APPROXIMATE},
    {"≤", BP_TOKEN_AT_MOST},      {"⩽", BP_TOKEN_AT_MOST},      {"≥", BP_TOKEN_AT_LEAST},
    {"⩾", BP_TOKEN_AT_LEAST},     {"≠", BP_TOKEN_NOT_EQUAL},    {"√", BP_TOKEN_ROOT},
    {"∇", BP_TOKEN_NABLA},        {"∑", BP_TOKEN_SIGMA},        {"∏", BP_TOKEN_PRODUCT},
    {"⇒", BP_TOKEN_HENCE},        {"→", BP_TOKEN_HENCE},        {"⟹", BP_TOKEN_HENCE},
    {"⇔", BP_TOKEN_HENCE},        {"∴", BP_TOKEN_HENCE},        {"…", BP_TOKEN_RANGE},
    {"‖", BP_TOKEN_BAR},          {"∥", BP_TOKEN_BAR},          {"⟨", BP_TOKEN_LEFT_ANGLE},
    {"⟩", BP_TOKEN_RIGHT_ANGLE},                                /* E2 */
    {"〈", BP_TOKEN_LEFT_ANGLE},  {"〉", BP_TOKEN_RIGHT_ANGLE}, /* E3 */
    {"（", BP_TOKEN_LEFT},                                      /* EF */
    {"）", BP_TOKEN_RIGHT},       {"［", BP_TOKEN_LEFT_SQUARE}, {"］", BP_TOKEN_RIGHT_SQUARE},
    {"｛", BP_TOKEN_LEFT_BRACE},  {"｝", BP_TOKEN_RIGHT_BRACE}, {"，", BP_TOKEN_COMMA},
    {"；", BP_TOKEN_SEMICOLON},   {"：", BP_TOKEN_COLON},       {"＝", BP_TOKEN_EQUAL},
    {"＜", BP_TOKEN_LESS},        {"＞", BP_TOKEN_GREATER},     {"＋", BP_TOKEN_PLUS},
    {"－", BP_TOKEN_MINUS},       {"＊", BP_TOKEN_STAR},        {"／", BP_TOKEN_SLASH},
    {"＾", BP_TOKEN_CARET},       {"＿", BP_TOKEN_UNDERSCORE},  {"＇", BP_TOKEN_PRIME},
    {"𝟙", BP_TOKEN_INDICATOR}, /* F0 */
    {"%*%", BP_TOKEN_AT_SIGN}, /* of R */
};

enum { SIGNS = sizeof signs / sizeof *signs };

_Static_assert(SIGNS < 255, "rows are counted in bytes");

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }

static bool is_ascii_letter(int byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The byte so far ahead, or -1 at the end. */
static int byte_at(const struct bp_lexer *lexer, size_t at) {
  return at < lexer->source->length ? (unsigned char)lexer->source->text[at] : -1;
}

static bool text_at(const struct bp_lexer *lexer, size_t at, const char *text) {
  size_t length = strlen(text);
  return lexer->source->length - at >= length && !memcmp(lexer->source->text + at, text, length);
}

/* Decodes the character at `at`: its bytes, or 0 where it is not UTF-8. */
static size_t character_at(const struct bp_lexer *lexer, size_t at, utf8proc_int32_t *code) {
  size_t room = lexer->source->length - at;
  utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)lexer->source->text + at,
                                           room < 4 ? (utf8proc_ssize_t)room : 4, code);
  return used > 0 ? (size_t)used : 0;
}

/* A line begins there. */
static void begin_line(struct bp_lexer *lexer, size_t at) {
  const char *text = lexer->source->text + at, *end = NULL;
  if (at < lexer->source->length)
    end = memchr(text, '\n', lexer->source->length - at);
  bp_names_scanned(lexer->names, end ? (size_t)(end - text) : lexer->source->length - at);
  size_t remark = bp_remark_of(lexer->source, lexer->names, at);
  lexer->at = lexer->line = at;
  lexer->remark = remark == SIZE_MAX ? 0 : remark + 1;
}

void bp_lexer_return(struct bp_lexer *lexer, size_t at) {
  size_t line = at;
  while (line > 0 && lexer->source->text[line - 1] != '\n')
    line--;
  if (line != lexer->line)
    begin_line(lexer, line);
  lexer->at = at;
}

struct bp_lexer bp_lexer_new(const struct bp_source *source, struct bp_names *names) {
  struct bp_lexer lexer = {.source = source, .names = names};
  for (size_t k = SIGNS; k-- > 0;)
    names->first_sign[(unsigned char)signs[k].text[0]] = (unsigned char)(k + 1);
  begin_line(&lexer, text_at(&lexer, 0, byte_order_mark) ? strlen(byte_order_mark) : 0);
  return lexer;
}

static struct bp_token fault(struct bp_lexer *lexer, size_t begin, size_t end,
                             enum bp_token_fault kind) {
  lexer->at = end;
  return (struct bp_token){.kind = BP_TOKEN_FAULT, .span = {begin, end}, .fault = kind};
}

/* ---- blanks -------------------------------------------------------------- */

/* Bytes of a blank within a line: also no-break and ideographic spaces, which look the same. */
static size_t blank_here(const struct bp_lexer *lexer) {
  int byte = byte_at(lexer, lexer->at);
  if (byte == ' ' || byte == '\t' || byte == '\f' || byte == '\v' || byte == '`')
    return 1;
  if (byte < 0x80)
    return 0;
  utf8proc_int32_t code = 0;
  size_t length = character_at(lexer, lexer->at, &code);
  bool blank = length > 0 && (utf8proc_category(code) == UTF8PROC_CATEGORY_ZS || code == 0xFEFF ||
                              code == 0x200B);
  return blank ? length : 0;
}

bool bp_comment_at(const struct bp_source *source, size_t at) {
  if (at >= source->length)
    return false;
  const char *text = source->text + at;
  if (*text != '#' && *text != '%' && *text != '/' && *text != '-')
    return false;
  bool first = at == 0 || text[-1] == '\n'; /* a sum may go on with - -x, but no line begins so */
  bool two = at + 1 < source->length && text[1] == *text;
  bool blank = at + 2 >= source->length || strchr(" \t\r\n-", text[2]);
  bool product = at + 2 < source->length && text[1] == '*' && text[2] == '%'; /* of R: %*% */
  if (*text == '%' && (product || (at >= 2 && text[-1] == '*' && text[-2] == '%')))
    return false;
  return *text == '#' || *text == '%' || (*text == '/' && two) ||
         (*text == '-' && two && first && blank);
}

static void skip_comment(struct bp_lexer *lexer) {
  const char *rest = lexer->source->text + lexer->at;
  const char *newline = memchr(rest, '\n', lexer->source->length - lexer->at);
  lexer->at = newline ? (size_t)(newline - lexer->source->text) : lexer->source->length;
}

/* Skips blanks, comments and line ends; whether a line ended. */
static bool skip_blanks(struct bp_lexer *lexer) {
  bool ended = false;
  for (;;) {
    int byte = byte_at(lexer, lexer->at);
    size_t blank = blank_here(lexer);
    if (lexer->remark == lexer->at + 1) {
      lexer->left_out = bp_line_text(lexer->source, lexer->at);
      lexer->at = lexer->left_out.end;
      lexer->remark = 0;
    } else if (blank > 0) {
      lexer->at += blank;
    } else if (bp_comment_at(lexer->source, lexer->at)) {
      skip_comment(lexer);
    } else if (byte == '\n') {
      ended = true;
      begin_line(lexer, lexer->at + 1);
    } else if (byte == '\r') {
      ended = true;
      lexer->at++;
    } else {
      return ended;
    }
  }
}

/* ---- names --------------------------------------------------------------- */

/* Letters that Unicode has in raised and lowered form; ᵀ is a sign of its own. */
static bool is_raised(utf8proc_int32_t code) {
  return (code >= 0x1D2C && code <= 0x1D6A) || (code >= 0x2090 && code <= 0x209C) ||
         code == 0x2071 || code == 0x207F || (code >= 0x2B0 && code <= 0x2B8) ||
         (code >= 0x2E1 && code <= 0x2E3) || code == 0x2C7C || (code >= 0x2070 && code <= 0x207E);
}

static bool is_letter(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
    return !is_raised(code);
  default:
    return code == 0x2206; /* ∆, which is typed for the letter Δ */
  }
}

static bool goes_on_in_name(utf8proc_int32_t code) {
  bool subscript_digit = code >= 0x2080 && code <= 0x2089;
  switch (utf8proc_category(code)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ND:
    return true;
  default:
    return subscript_digit || is_letter(code);
  }
}

/* Bytes of the part of a name at `at`, 0 where it ends. */
static size_t name_part(const struct bp_lexer *lexer, size_t at) {
  int byte = byte_at(lexer, at);
  if (byte < 0x80)
    return is_ascii_letter(byte) || is_digit(byte);
  utf8proc_int32_t code = 0;
  size_t length = character_at(lexer, at, &code);
  return length > 0 && goes_on_in_name(code) ? length : 0;
}

static bool name_begins(const struct bp_lexer *lexer, size_t at) {
  int byte = byte_at(lexer, at);
  if (byte < 0x80)
    return is_ascii_letter(byte);
  utf8proc_int32_t code = 0;
  return character_at(lexer, at, &code) > 0 && is_letter(code);
}

static bool is_subscript_digit(const struct bp_lexer *lexer, size_t at) {
  utf8proc_int32_t code = 0;
  return byte_at(lexer, at) >= 0x80 && character_at(lexer, at, &code) > 0 && code >= 0x2080 &&
         code <= 0x2089;
}

/* W₁x₀ are two names: a subscript ends one. */
static size_t name_end(const struct bp_lexer *lexer, size_t at) {
  bool lowered = false;
  for (size_t part; (part = name_part(lexer, at)) > 0; at += part) {
    bool digit = is_subscript_digit(lexer, at);
    if (lowered && !digit)
      break;
    lowered = digit;
  }
  return at;
}

/* h~, as typed for h with a tilde above. */
static struct bp_name *name_with_tilde(struct bp_lexer *lexer, size_t begin, size_t end) {
  enum { LONGEST = 60 };
  static const char tilde[] = "\u0303";
  char text[LONGEST + sizeof tilde];
  if (end - begin > LONGEST)
    return NULL;
  memcpy(text, lexer->source->text + begin, end - begin);
  memcpy(text + (end - begin), tilde, sizeof tilde);
  return bp_names_find_written(lexer->names, text, end - begin + strlen(tilde));
}

/* name = letter { letter | digit | mark } */
static struct bp_token read_name(struct bp_lexer *lexer) {
  static const char *const with_underscore[] = {"leaky_relu"};
  size_t begin = lexer->at, end = name_end(lexer, begin);
  for (size_t k = 0; k < sizeof with_underscore / sizeof *with_underscore; k++) {
    size_t length = strlen(with_underscore[k]);
    if (text_at(lexer, begin, with_underscore[k]) && !name_part(lexer, begin + length))
      end = begin + length;
  }
  int after = byte_at(lexer, end + 1);
  bool tilde = byte_at(lexer, end) == '~' && after != '=';
  struct bp_name *name =
      tilde ? name_with_tilde(lexer, begin, end)
            : bp_names_find_written(lexer->names, lexer->source->text + begin, end - begin);
  end += tilde;
  if (!name)
    return fault(lexer, begin, end, BP_TOKEN_FAULT_MEMORY);
  lexer->at = end;
  return (struct bp_token){.kind = BP_TOKEN_NAME, .span = {begin, end}, .name = name};
}

/* ---- numbers ------------------------------------------------------------- */

static size_t digits_end(const struct bp_lexer *lexer, size_t at) {
  while (is_digit(byte_at(lexer, at)))
    at++;
  return at;
}

/* ２３: the same with the digits of a Chinese keyboard, in plain ones. */
static struct bp_token read_wide_number(struct bp_lexer *lexer) {
  enum { LONGEST = 24 };
  size_t begin = lexer->at, count = 0;
  char text[LONGEST + 1];
  for (utf8proc_int32_t code = 0; count < LONGEST; count++) {
    size_t length = byte_at(lexer, lexer->at) == 0xEF ? character_at(lexer, lexer->at, &code) : 0;
    if (length == 0 || code < 0xFF10 || code > 0xFF19)
      break;
    text[count] = (char)('0' + (code - 0xFF10));
    lexer->at += length;
  }
  char *kept = count ? bp_lang_pool_take(lexer->names->pool, count + 1, 1) : NULL;
  if (kept)
    memcpy(kept, text, count);
  return (struct bp_token){.kind = kept ? BP_TOKEN_NUMBER : BP_TOKEN_FAULT,
                           .span = {begin, lexer->at},
                           .text = kept,
                           .fault = BP_TOKEN_FAULT_MEMORY};
}

static bool wide_digit_here(const struct bp_lexer *lexer) {
  utf8proc_int32_t code = 0;
  return byte_at(lexer, lexer->at) == 0xEF && character_at(lexer, lexer->at, &code) > 0 &&
         code >= 0xFF10 && code <= 0xFF19;
}

/* number = digits [ "." [ digits ] ] [ "e" [ sign ] digits ]; a dot without a digit after it
 * belongs to what follows, so 2..6 is a range and 2.*x a product, unless a blank or a bracket
 * follows: 1. / n */
static struct bp_token read_number(struct bp_lexer *lexer) {
  size_t begin = lexer->at, end = digits_end(lexer, begin);
  if (byte_at(lexer, end) == '.' && is_digit(byte_at(lexer, end + 1)))
    end = digits_end(lexer, end + 1);
  else if (byte_at(lexer, end) == '.' && byte_at(lexer, end + 1) > 0 &&
           strchr(" \t),]", byte_at(lexer, end + 1)))
    end++;
  int letter = byte_at(lexer, end);
  if (letter == 'e' || letter == 'E') {
    int sign = byte_at(lexer, end + 1);
    size_t digits = end + 1 + (sign == '+' || sign == '-');
    if (is_digit(byte_at(lexer, digits)))
      end = digits_end(lexer, digits);
  }
  lexer->at = end;
  return (struct bp_token){.kind = BP_TOKEN_NUMBER, .span = {begin, end}};
}

/* The exponent's value, kept within what an int can hold after any shift by a fraction. */
static long clamped_exponent(const char *digits) {
  enum { MOST = INT_MAX / 4 };
  bool negative = *digits == '-';
  long value = 0;
  for (digits += *digits == '-' || *digits == '+'; *digits; digits++)
    if ((value = value * 10 + (*digits - '0')) > MOST)
      value = MOST;
  return negative ? -value : value;
}

const char *bp_number_text(const struct bp_source *source, struct bp_span span,
                           struct bp_lang_pool *pool, int *last_place) {
  const char *written = source->text + span.begin;
  size_t bare = *written == '.', length = span.end - span.begin + bare;
  char *text = bp_lang_pool_take(pool, length + 1, 1);
  if (!text)
    return NULL;
  text[0] = '0';
  memcpy(text + bare, written, length - bare);
  const char *exponent = strpbrk(text, "eE"), *dot = strchr(text, '.');
  size_t mantissa = exponent ? (size_t)(exponent - text) : length;
  size_t fraction = dot ? mantissa - (size_t)(dot - text) - 1 : 0;
  long place = exponent ? clamped_exponent(exponent + 1) : 0;
  place -= (long)(fraction < INT_MAX / 4 ? fraction : INT_MAX / 4);
  *last_place = (int)place;
  return text;
}

/* ---- strings ------------------------------------------------------------- */

/* Bytes of a quote at `at`; *closes tells whether it may end a string begun by a curly quote. */
static size_t quote_at(const struct bp_lexer *lexer, size_t at, bool curly_too) {
  static const char *const quotes[] = {"“", "”", "„", "＂"};
  if (byte_at(lexer, at) == '"')
    return 1;
  for (size_t k = 0; curly_too && k < sizeof quotes / sizeof *quotes; k++)
    if (text_at(lexer, at, quotes[k]))
      return strlen(quotes[k]);
  return 0;
}

/* string = quote { character } quote, on one line; a straight quote is closed by a straight one */
static struct bp_token read_string(struct bp_lexer *lexer) {
  size_t begin = lexer->at, opening = quote_at(lexer, begin, true);
  bool curly = opening > 1;
  for (size_t at = begin + opening;;) {
    int byte = byte_at(lexer, at);
    if (byte < 0 || byte == '\n' || byte == '\r')
      return fault(lexer, begin, at, BP_TOKEN_FAULT_STRING);
    if (byte == 0)
      return fault(lexer, at, at + 1, BP_TOKEN_FAULT_CONTROL);
    size_t closing = quote_at(lexer, at, curly);
    if (closing > 0) {
      lexer->at = at + closing;
      return (struct bp_token){
          .kind = BP_TOKEN_STRING, .span = {begin, lexer->at}, .inner = {begin + opening, at}};
    }
    utf8proc_int32_t code = 0;
    size_t length = character_at(lexer, at, &code);
    if (length == 0)
      return fault(lexer, at, at + 1, BP_TOKEN_FAULT_UTF8);
    at += length;
  }
}

/* ---- all ----------------------------------------------------------------- */

/* Whether eta <- stands there, the arrow of R behind the name that its line begins with, with
 * blanks around it: x < -1 has them elsewhere. */
static bool arrow_here(const struct bp_lexer *lexer) {
  size_t begin = lexer->at;
  if (!text_at(lexer, begin, "<- ") || begin == 0 || lexer->source->text[begin - 1] != ' ')
    return false;
  bool blanks = true, name = false;
  for (size_t at = begin; at > 0 && lexer->source->text[at - 1] != '\n'; at--) {
    int byte = byte_at(lexer, at - 1);
    bool part =
        is_ascii_letter(byte) || is_digit(byte) || byte == '_' || byte == '.' || byte >= 0x80;
    if (!part && byte != ' ')
      return false;
    if (part && name && blanks) /* a second word */
      return false;
    name = name || part;
    blanks = !part;
  }
  return name;
}

static struct bp_token read_sign(struct bp_lexer *lexer) {
  if (arrow_here(lexer)) {
    lexer->at += strlen("<-");
    return (struct bp_token){.kind = BP_TOKEN_DEFINE, .span = {lexer->at - 2, lexer->at}};
  }
  char first = lexer->source->text[lexer->at];
  size_t row = lexer->names->first_sign[(unsigned char)first];
  for (size_t k = row - 1; row > 0 && k < SIGNS && signs[k].text[0] == first; k++) {
    if (!text_at(lexer, lexer->at, signs[k].text))
      continue;
    struct bp_token token = {.kind = signs[k].kind,
                             .span = {lexer->at, lexer->at + strlen(signs[k].text)}};
    lexer->at = token.span.end;
    return token;
  }
  utf8proc_int32_t code = 0;
  size_t length = character_at(lexer, lexer->at, &code);
  enum bp_token_fault kind = length == 0                   ? BP_TOKEN_FAULT_UTF8
                             : code < 0x20 || code == 0x7F ? BP_TOKEN_FAULT_CONTROL
                             : is_raised(code)             ? BP_TOKEN_FAULT_RAISED
                                                           : BP_TOKEN_FAULT_SIGN;
  return fault(lexer, lexer->at, lexer->at + (length ? length : 1), kind);
}

bool bp_token_is_of(const struct bp_source *source, struct bp_span span, const char *signs) {
  for (size_t at = span.begin; at < span.end; at++)
    if (!memchr(signs, source->text[at], strlen(signs)))
      return false;
  return true;
}

struct bp_token bp_lexer_next(struct bp_lexer *lexer) {
  size_t begin = lexer->at;
  if (lexer->names->tokens++ > lexer->names->most_tokens) {
    if (lexer->names->spent_at == 0)
      lexer->names->spent_at = begin + 1;
    return (struct bp_token){.kind = BP_TOKEN_END, .span = {begin, begin}};
  }
  if (skip_blanks(lexer))
    return (struct bp_token){.kind = BP_TOKEN_NEWLINE, .span = {begin, begin}};
  int byte = byte_at(lexer, lexer->at);
  if (byte < 0)
    return (struct bp_token){.kind = BP_TOKEN_END, .span = {begin, begin}};
  if (is_digit(byte) || (byte == '.' && is_digit(byte_at(lexer, lexer->at + 1))))
    return read_number(lexer);
  if (byte < 0x80 && byte != '"')
    return is_ascii_letter(byte) ? read_name(lexer) : read_sign(lexer);
  if (quote_at(lexer, lexer->at, true))
    return read_string(lexer);
  if (wide_digit_here(lexer))
    return read_wide_number(lexer);
  if (name_begins(lexer, lexer->at))
    return read_name(lexer);
  return read_sign(lexer);
}

struct bp_token bp_lexer_rest_of_line(struct bp_lexer *lexer) {
  while (blank_here(lexer) > 0)
    lexer->at += blank_here(lexer);
  size_t begin = lexer->at, end = begin;
  while (lexer->at < lexer->source->length) {
    int byte = byte_at(lexer, lexer->at);
    utf8proc_int32_t code = 0;
    size_t length = character_at(lexer, lexer->at, &code), blank = blank_here(lexer);
    if (byte == '\n' || byte == '\r' || byte == '#')
      break;
    if (length == 0 || byte == 0)
      return fault(lexer, lexer->at, lexer->at + 1,
                   length ? BP_TOKEN_FAULT_CONTROL : BP_TOKEN_FAULT_UTF8);
    lexer->at += length;
    if (blank == 0)
      end = lexer->at;
  }
  return (struct bp_token){.kind = BP_TOKEN_STRING, .span = {begin, end}, .inner = {begin, end}};
}
