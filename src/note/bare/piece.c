/* What a line consists of.
 *
 * Names are short: a letter, two or three, with figures and an index; what is longer is a function,
 * a Greek letter, a word that is put together as in programs (learning_rate), or prose.  The short
 * words that prose has are known.  Of what is not ASCII, Greek letters and the blocks of
 * mathematical signs belong to formulas, all else to prose.
 */
#include "note/bare/bare.h"

#include <string.h>

#include "note/latex/written.h"
#include "note/plain/plain.h"

enum { LONGEST_NAME = 3 };

static const char *const prose[] = {
    "is",  "of",  "to",  "we",  "in",  "as",  "it",  "so",  "or",  "and", "the", "for",
    "if",  "by",  "be",  "at",  "on",  "an",  "are", "was", "has", "can", "may", "not",
    "but", "you", "our", "its", "all", "any", "one", "two", "get", "let", "use", "see",
    "via", "per", "now", "how", "why", "who", "say", "new", "set", "due", "up",  "off",
    "too", "yet", "nor", "his", "her", "him", "she", "he",  "me",  "my",  "us",  "do",
    "did", "go",  "no",  "yes", "ok",  "nil", "nan", "end", "lua", "vim", "str", "int",
    "def", "del", "var", "cmd", "run", "pip", "foo", "bar", "etc", "vs",  "had", "few",
    "own", "way", "hot", "six", "ten", "eg",  "ie",  "i.e", NULL};

static const char *const functions[] = {
    "sin",      "cos",     "tan",     "arctan", "arcsin", "arccos", "sinh",  "cosh",
    "softplus", "Softmax", "elu",     "ELU",    "gelu",   "silu",   "swish", "diag",
    "argmax",   "logit",   "Sigmoid", "Tanh",   "phi",    "theta",  "omega", "Delta",
    "Sigma",    "Theta",   "kappa",   "expit",  "xhat",   "yhat",   NULL};

/* Words of prose that are functions where a parenthesis opens behind them. */
static const char *const calls[] = {"sum",  "Sum",  "mean", "norm",  "trace", "sign",
                                    "grad", "step", "prod", "count", NULL};

/* Names of a loss, which prose puts before one, too: "the loss L". */
static const char *const losses[] = {"loss", "cost", NULL};

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

bool bp_bare_is_word(const char *text, size_t begin, size_t end, const char *const *words) {
  size_t length = end - begin;
  for (; *words; words++)
    if (strlen(*words) == length && (text[begin] | 0x20) == ((*words)[0] | 0x20) &&
        memcmp(text + begin + 1, *words + 1, length - 1) == 0)
      return true;
  return false;
}

/* ---- words ------------------------------------------------------------------ */

/* Behind letters, figures and the joints between them: W_xh, dZ2, learning_rate. */
static size_t behind_word(const char *text, size_t at, size_t end) {
  while (at < end && (bp_is_letter(text[at]) || is_digit(text[at]) ||
                      (text[at] == '_' && at + 1 < end &&
                       (bp_is_letter(text[at + 1]) || is_digit(text[at + 1])))))
    at++;
  return at;
}

static bool is_name(const char *text, size_t at, size_t over, size_t end) {
  size_t stem = at;
  bool hump = false;
  while (stem < over && bp_is_letter(text[stem])) {
    hump = hump || (stem > at && text[stem] <= 'Z' && text[stem - 1] >= 'a');
    stem++;
  }
  bool call = over < end && text[over] == '(', joined = stem < over && text[stem] == '_';
  if (bp_bare_is_word(text, at, stem, prose) && !joined)
    return false;
  bool nabla = over + 2 < end && text[over] == ' ' && bp_is_letter(text[over + 1]) &&
               !bp_is_letter(text[over + 2]) && bp_text_is_at(text, at, end, "grad ");
  if (stem == over && bp_bare_is_word(text, at, stem, calls))
    return call || nabla; /* grad L */
  size_t next = bp_behind_blanks(text, over, end);
  if (stem == over && bp_bare_is_word(text, at, stem, losses))
    return (next < end && strchr("=(/", text[next])) || (at > 0 && text[at - 1] & 0x80);
  if (stem - at <= LONGEST_NAME || bp_plain_word(text + at, stem - at) ||
      bp_bare_is_word(text, at, stem, functions) ||
      (joined && bp_text_is_at(text, at, end, "sum_")))
    return true;
  return joined || hump || (stem < over && text[at] == 'd' && stem - at == LONGEST_NAME + 1);
}

/* Words that no article stands before. */
static const char *const joining[] = {"for", "if",    "when", "where", "with",  "and", "or",
                                      "so",  "then",  "by",   "since", "is",    "are", "in",
                                      "as",  "hence", "thus", "but",   "gives", NULL};

/* Whether the letter at `at` is an article: no operator stands before it, and behind it a blank and
 * a word that is none. */
static bool is_article(const char *text, size_t at, size_t over, size_t end) {
  size_t before = at;
  while (before > 0 && text[before - 1] == ' ')
    before--;
  if (before > 0 && strchr("+-*/^(", text[before - 1]))
    return false;
  bool letter = over == at + 1 && strchr("aAI", text[at]);
  if (!letter || over + 1 >= end || text[over] != ' ' || !bp_is_letter(text[over + 1]))
    return false;
  size_t next = behind_word(text, over + 1, end);
  return text[at] == 'I' ||
         (!is_name(text, over + 1, next, end) && !bp_bare_is_word(text, over + 1, next, joining));
}

static struct bp_bare_piece word(const char *text, size_t at, size_t end) {
  size_t over = behind_word(text, at, end);
  bool name = !is_article(text, at, over, end) && is_name(text, at, over, end);
  return (struct bp_bare_piece){name ? BP_BARE_NAME : BP_BARE_PROSE, at, over};
}

/* Whether what stands behind a figure makes a word of it: 0x33, 50MB. */
static bool is_unit(const char *text, size_t at, size_t end) {
  size_t letters = 0;
  bool capitals = true;
  for (; at + letters < end && (bp_is_letter(text[at + letters]) || is_digit(text[at + letters]));
       letters++)
    capitals = capitals && text[at + letters] >= 'A' && text[at + letters] <= 'Z';
  return letters > 1 && (capitals || (strchr("xz", text[at]) && is_digit(text[at + 1])));
}

/* 0.5, 1e-3. */
static struct bp_bare_piece number(const char *text, size_t at, size_t end) {
  size_t over = at;
  while (over < end && (is_digit(text[over]) ||
                        (text[over] == '.' && over + 1 < end && is_digit(text[over + 1]))))
    over++;
  size_t exponent = over + 1;
  if (over < end && (text[over] | 0x20) == 'e') {
    exponent += exponent < end && strchr("+-", text[exponent]);
    if (exponent < end && is_digit(text[exponent]))
      for (over = exponent; over < end && is_digit(text[over]);)
        over++;
  }
  return (struct bp_bare_piece){is_unit(text, over, end) ? BP_BARE_PROSE : BP_BARE_NUMBER, at,
                                over};
}

/* ---- signs ------------------------------------------------------------------ */

struct sign {
  const char *bytes;
  enum bp_bare_kind kind;
};

static const struct sign signs[] = {
    {"<=>", BP_BARE_STOP},     {"==>", BP_BARE_STOP},    {"-->", BP_BARE_STOP},
    {"...", BP_BARE_SIGN},     {"=>", BP_BARE_STOP},     {"->", BP_BARE_STOP},
    {"--", BP_BARE_PROSE},     {"++", BP_BARE_PROSE},    {".=", BP_BARE_PROSE},
    {"~=", BP_BARE_PROSE},     {"==", BP_BARE_PROSE},    {"!=", BP_BARE_RELATION},
    {":=", BP_BARE_RELATION},  {"<=", BP_BARE_RELATION}, {">=", BP_BARE_RELATION},
    {"+=", BP_BARE_RELATION},  {"-=", BP_BARE_RELATION}, {"<-", BP_BARE_RELATION},
    {"≠", BP_BARE_RELATION},   {"≤", BP_BARE_RELATION},  {"≥", BP_BARE_RELATION},
    {"≈", BP_BARE_RELATION},   {"≡", BP_BARE_RELATION},  {"∈", BP_BARE_RELATION},
    {"∝", BP_BARE_RELATION},   {"⇒", BP_BARE_STOP},      {"→", BP_BARE_STOP},
    {"⟹", BP_BARE_STOP},       {"⇔", BP_BARE_STOP},      {"∴", BP_BARE_STOP},
    {"…", BP_BARE_SIGN},       {"²", BP_BARE_SIGN},      {"³", BP_BARE_SIGN},
    {"¹", BP_BARE_SIGN},       {"·", BP_BARE_SIGN},      {"×", BP_BARE_SIGN},
    {"‖", BP_BARE_SIGN},       {"′", BP_BARE_SIGN},      {"ᵀ", BP_BARE_SIGN},
    {"ŷ", BP_BARE_NAME},       {"⟨", BP_BARE_OPEN},      {"⟩", BP_BARE_CLOSE},
    {"，", BP_BARE_COMMA},     {"；", BP_BARE_STOP},     {"。", BP_BARE_STOP},
    {"：", BP_BARE_STOP},      {"（", BP_BARE_STOP},     {"）", BP_BARE_STOP},
    {"\u00A0", BP_BARE_BLANK},
};

/* Greek letters, and the blocks of scripts above and below, letters like ℝ, and operators. */
static enum bp_bare_kind wide_kind(const char *text, size_t at, size_t end) {
  unsigned char first = (unsigned char)text[at],
                second = at + 1 < end ? (unsigned char)text[at + 1] : 0;
  unsigned char third = at + 2 < end ? (unsigned char)text[at + 2] : 0;
  if ((first == 0xCE && second >= 0x91) || (first == 0xCF && second <= 0x8E))
    return BP_BARE_NAME;
  bool scripts = first == 0xE2 && ((second == 0x81 && third >= 0xB0) || second == 0x82);
  bool letters = first == 0xE2 && (second == 0x84 || second == 0x85);
  bool operators = first == 0xE2 && second >= 0x88 && second <= 0x8B;
  return letters ? BP_BARE_NAME : scripts || operators ? BP_BARE_SIGN : BP_BARE_PROSE;
}

static struct bp_bare_piece wide(const char *text, size_t at, size_t end) {
  unsigned char first = (unsigned char)text[at];
  size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length > end - at)
    length = end - at;
  return (struct bp_bare_piece){wide_kind(text, at, end), at, at + length};
}

static enum bp_bare_kind kind_of_sign(const char *text, size_t at, size_t end) {
  bool last = at + 1 >= end || text[at + 1] == ' ';
  switch (text[at]) {
  case ' ':
  case '\t':
  case '\r':
    return BP_BARE_BLANK;
  case '(':
  case '[':
  case '{':
    return BP_BARE_OPEN;
  case ')':
  case ']':
  case '}':
    return BP_BARE_CLOSE;
  case '=':
    return BP_BARE_EQUAL;
  case '<':
  case '>':
    return BP_BARE_RELATION;
  case ',':
  case ';':
    return BP_BARE_COMMA;
  case '.':
    return last ? BP_BARE_STOP : BP_BARE_SIGN;
  case '\'': /* a prime stands behind something, and a quotation mark before it */
    return at > 0 && !strchr(" \t(=,", text[at - 1]) ? BP_BARE_SIGN : BP_BARE_PROSE;
  case ':':
  case '!':
  case '?':
  case '#':
    return BP_BARE_STOP;
  default:
    return strchr("+-*/^|_@~", text[at]) ? BP_BARE_SIGN : BP_BARE_PROSE;
  }
}

/* Behind an address, or the name of a file: words that a dot or more joins; `at`: neither. */
static size_t behind_address(const char *text, size_t at, size_t end) {
  size_t over = at, dot = at;
  while (over < end && !strchr(" \t\r(", text[over])) {
    bool joins = text[over] == '.' && over + 2 < end && bp_is_letter(text[over + 1]) &&
                 bp_is_letter(text[over + 2]);
    dot = joins && dot == at ? over : dot;
    over++;
  }
  bool method = dot > at &&
                (bp_text_is_at(text, dot, end, ".sum(") || bp_text_is_at(text, dot, end, ".dot("));
  return bp_text_find(text, at, over, "://") < over || (dot > at && !method) ? over : at;
}

struct bp_bare_piece bp_bare_piece(const char *text, size_t at, size_t end) {
  if (bp_is_letter(text[at])) {
    size_t address = behind_address(text, at, end);
    return address > at ? (struct bp_bare_piece){BP_BARE_PROSE, at, address} : word(text, at, end);
  }
  if (is_digit(text[at]))
    return number(text, at, end);
  if (text[at] == '\\' && at + 1 < end) {
    enum bp_bare_kind kind = bp_is_letter(text[at + 1]) ? BP_BARE_NAME : BP_BARE_PROSE;
    return (struct bp_bare_piece){kind, at, bp_command_end(text, at, end)};
  }
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (bp_text_is_at(text, at, end, signs[k].bytes))
      return (struct bp_bare_piece){signs[k].kind, at, at + strlen(signs[k].bytes)};
  if (text[at] & 0x80)
    return wide(text, at, end);
  return (struct bp_bare_piece){kind_of_sign(text, at, end), at, at + 1};
}
