/* What is written anew before a formula is cut, each in one walk: the escapes that Markdown and
 * HTML want, slopes of what stands in parentheses, indices under an accent.
 */
#include <string.h>

#include "note/latex/cutter.h"

/* The sign that an entity of HTML at `at` stands for, &amp; or &#43;, and behind it; '\0': none. */
static char entity_at(const struct bp_written *text, size_t at, size_t *behind) {
  static const struct {
    const char *word;
    char sign;
  } named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&nbsp;", ' '}};
  for (size_t k = 0; k < sizeof named / sizeof *named; k++)
    if (bp_text_is_at(text->text, at, text->length, named[k].word)) {
      *behind = at + strlen(named[k].word);
      return named[k].sign;
    }
  unsigned number = 0;
  size_t over = at + 2;
  if (!bp_text_is_at(text->text, at, text->length, "&#"))
    return '\0';
  for (; over < text->length && over < at + 5 && text->text[over] >= '0' && text->text[over] <= '9';
       over++)
    number = 10 * number + (unsigned)(text->text[over] - '0');
  *behind = over + 1;
  bool plain = number >= ' ' && number < 127;
  return over < text->length && text->text[over] == ';' && plain ? (char)number : '\0';
}

/* What else a command is called, no longer than it is; NULL: nothing. */
static const char *same_command(const char *text, size_t at, size_t over) {
  static const char *const same[][2] = {{"newline", "\\\\"},
                                        {"cr", "\\\\"},
                                        {"bigtriangledown", "\\nabla"},
                                        {"triangledown", "\\nabla"},
                                        {"bigtriangleup", "\\Delta"},
                                        {"vartriangle", "\\Delta"},
                                        {"triangle", "\\Delta"}};
  for (size_t k = 0; k < sizeof same / sizeof *same; k++)
    if (bp_command_is(text, at, over, same[k][0]))
      return same[k][1];
  return NULL;
}

/* Leaves out the backslashes that keep Markdown from reading a sign, w^l\_{jk} and w\', which are
 * no signs of a formula; one at the end of a line is a blank. */
static void drop_escapes(struct bp_written *text) {
  size_t kept = 0;
  for (size_t at = 0; at < text->length;) {
    size_t behind, begin = at + (bp_text_is_at(text->text, at, text->length, "\\&#"));
    char sign = text->text[begin] == '&' ? entity_at(text, begin, &behind) : '\0';
    if (sign != '\0') {
      text->from[kept] = bp_written_from(text, at, behind);
      text->text[kept++] = sign;
      at = behind;
      continue;
    }
    size_t over = text->text[at] == '\\' ? bp_command_end(text->text, at, text->length) : at;
    const char *same = over > at ? same_command(text->text, at, over) : NULL;
    if (same) {
      for (size_t k = 0; same[k]; k++) { /* no longer than what it stands for */
        text->from[kept] = bp_written_from(text, at, over);
        text->text[kept++] = same[k];
      }
      at = over;
      continue;
    }
    bool pair = text->text[at] == '\\' && at + 1 < text->length;
    bool escape = pair && memchr("_'*\n", text->text[at + 1], 4);
    at += escape;
    for (size_t end = at + (pair && !escape ? 2 : 1); at < end; at++) { /* \\ stays together */
      text->text[kept] = text->text[at];
      text->from[kept++] = text->from[at];
    }
  }
  text->length = kept;
  if (text->text)
    text->text[kept] = '\0';
}

/* Takes what was written in the place of the text, with the rest of that from `from` on; 0: nothing
 * was. */
static bool take(struct bp_written *text, struct bp_written *written, size_t from) {
  if (from > 0 && !bp_written_copy(written, text, from, text->length))
    return false;
  if (from > 0)
    *text = *written;
  return true;
}

/* ---- slopes of what stands in parentheses ------------------------------------- */

/* The only letter of a formula of numbers between parentheses, \log x or x^2; '\0': it has several,
 * or is none of whose slope anybody would speak. */
static char letter_of_function(const char *text, size_t begin, size_t end) {
  static const char *const functions[] = {"log",  "ln",   "exp",  "sin",   "cos",  "tan",
                                          "tanh", "sinh", "cosh", "sigma", "sqrt", "arctan"};
  static const char *const layout[] = {"frac", "left", "right", "cdot", ",", " "};
  char letter = '\0';
  bool function = false;
  for (size_t at = begin; at < end; at++) {
    if (text[at] == '\\') {
      size_t over = bp_command_end(text, at, end);
      bool known = false, plain = false;
      for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        known = known || bp_command_is(text, at, over, functions[k]);
      for (size_t k = 0; k < sizeof layout / sizeof *layout; k++)
        plain = plain || bp_command_is(text, at, over, layout[k]);
      if (!known && !plain)
        return '\0';
      function = function || known;
      at = over - 1;
    } else if (bp_is_letter(text[at])) {
      bool constant = text[at] == 'e' && at + 1 < end && text[at + 1] == '^';
      if (!constant && letter != '\0' && letter != text[at])
        return '\0';
      letter = constant ? letter : text[at];
    } else if (text[at] == '^')
      function = true;
    else if (!strchr(" 0123456789.+-*/(){}", text[at]))
      return '\0';
  }
  return function && letter >= 'a' && letter <= 'z' ? letter : '\0';
}

/* Behind a prime at `at`, in one of its spellings; `at`: none stands there. */
static size_t behind_prime(const struct bp_written *text, size_t at) {
  static const char *const primes[] = {"'", "^{'}", "^{\\prime}", "^\\prime"};
  for (size_t k = 0; k < sizeof primes / sizeof *primes; k++)
    if (bp_text_is_at(text->text, at, text->length, primes[k]))
      return at + strlen(primes[k]);
  return at;
}

/* Where the parenthesis opens that closes at `close`, no further away than anybody writes; `close`:
 * nowhere. */
static size_t opening_parenthesis(const char *text, size_t close) {
  enum { FARTHEST = 100 };
  size_t depth = 0;
  for (size_t at = close + 1; at-- > 0 && close - at < FARTHEST;) {
    depth += text[at] == ')';
    depth -= text[at] == '(';
    if (depth == 0)
      return at;
  }
  return close;
}

/* The length of a \left that stands right before `at`. */
static size_t before_left(const char *text, size_t at) {
  static const char left[] = "\\left";
  size_t length = sizeof left - 1;
  return at >= length && memcmp(text + at - length, left, length) == 0 ? length : 0;
}

/* Writes \frac{d}{dx} before a formula of one number in parentheses that has a prime behind it,
 * (\log x)': nobody turns a number. */
static bool write_slopes(struct bp_written *text) {
  struct bp_written out = bp_written_new(text->arena);
  size_t from = 0;
  for (size_t at = 0; at + 1 < text->length; at++) {
    size_t over = text->text[at] == ')' ? behind_prime(text, at + 1) : at + 1;
    size_t open = over > at + 1 ? opening_parenthesis(text->text, at) : at;
    size_t begin = open - before_left(text->text, open);
    bool called = begin == open && open > 0 && bp_is_letter(text->text[open - 1]); /* f(x)' */
    if (open == at || open < from || called)
      continue;
    char letter = letter_of_function(text->text, open + 1, at);
    bool defines = memchr(text->text, '\'', open); /* g'(x) = (1/(1 + e^{-x}))' says what g is */
    if (letter == '\0' || defines)
      continue;
    char slope[] = "\\frac{d}{dx}";
    slope[sizeof slope - 3] = letter;
    if (!bp_written_copy(&out, text, from, begin) ||
        !bp_written_add(&out, slope, sizeof slope - 1, bp_written_from(text, at, over)) ||
        !bp_written_copy(&out, text, begin, at + 1))
      return false;
    from = over;
    at = over - 1;
  }
  return take(text, &out, from);
}

/* ---- indices under an accent ----------------------------------------------------- */

/* Where the letter ends that a group at `at` begins with, when an index follows it and nothing
 * more; 0: it is no such group. */
static size_t letter_before_index(const char *text, size_t at, size_t end) {
  size_t letter = bp_behind_blanks(text, at + 1, end - 1);
  size_t over =
      letter < end && text[letter] == '\\' ? bp_command_end(text, letter, end) : letter + 1;
  if (letter >= end || (text[letter] != '\\' && !bp_is_letter(text[letter])))
    return 0;
  size_t index = bp_behind_blanks(text, over, end - 1);
  if (index + 1 >= end || !strchr("_^", text[index]))
    return 0;
  size_t close = text[index + 1] == '{' ? bp_group_end(text, index + 1, end) : index + 2;
  return bp_behind_blanks(text, close, end - 1) == end - 1 ? over : 0;
}

/* Writes \hat{y}_i for \hat{y_i}: an accent is the letter's. */
static bool move_indices(struct bp_written *text) {
  static const char *const accents[] = {"hat", "tilde", "bar", "widehat", "widetilde", "overline"};
  struct bp_written out = bp_written_new(text->arena);
  size_t from = 0;
  for (size_t at = 0; at + 1 < text->length; at++) {
    if (text->text[at] != '\\')
      continue;
    size_t over = bp_command_end(text->text, at, text->length);
    bool accent = false;
    for (size_t k = 0; k < sizeof accents / sizeof *accents; k++)
      accent = accent || bp_command_is(text->text, at, over, accents[k]);
    size_t open = bp_behind_blanks(text->text, over, text->length);
    at = over - 1;
    if (!accent || open >= text->length || text->text[open] != '{')
      continue;
    size_t close = bp_group_end(text->text, open, text->length);
    size_t letter = text->text[close - 1] == '}' ? letter_before_index(text->text, open, close) : 0;
    if (letter == 0)
      continue;
    if (!bp_written_copy(&out, text, from, letter) ||
        !bp_written_copy(&out, text, close - 1, close) ||
        !bp_written_copy(&out, text, letter, close - 1))
      return false;
    from = close;
    at = close - 1;
  }
  return take(text, &out, from);
}

bool bp_cut_prepare(struct bp_written *text) {
  drop_escapes(text);
  return write_slopes(text) && move_indices(text);
}
