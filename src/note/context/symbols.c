/* Tables of what is no letter, and a walk from left to right. */
#include "note/context/symbols.h"

#include <string.h>

#include "note/latex/written.h"

static bool is_any(const char *word, size_t length, const char *const *list) {
  for (; *list; list++)
    if (strlen(*list) == length && memcmp(*list, word, length) == 0)
      return true;
  return false;
}

/* What the language knows by these names, and what is no letter. */
static const char *const functions[] = {
    "exp",   "log",      "ln",      "tanh", "sqrt", "max",  "min",  "maximum", "minimum",
    "abs",   "sin",      "cos",     "relu", "ReLU", "RELU", "Relu", "silu",    "sigmoid",
    "swish", "softplus", "Sigmoid", "gelu", "sinh", "cosh", "sign", NULL};
static const char *const layout[] = {"frac",    "dfrac", "tfrac", "left", "right", "cdot",
                                     "times",   "big",   "Big",   "bigl", "bigr",  "pi",
                                     "partial", "prime", "Bigl",  "Bigr", "begin", NULL};
static const char *const faces[] = {"text", "mathrm", "operatorname", "mathit", NULL};
static const char *const greek[] = {"sigma", "phi",      "varphi", "Phi",    "psi",
                                    "alpha", "beta",     "gamma",  "lambda", "theta",
                                    "omega", "varsigma", "eta",    "rho",    NULL};
static const char *const words[] = {"otherwise", "if", "e", NULL};

static struct bp_symbol *letter_of(struct bp_symbols *letters, const char *text, size_t length) {
  for (size_t i = 0; i < letters->count; i++)
    if (letters->list[i].length == length && memcmp(letters->list[i].text, text, length) == 0)
      return &letters->list[i];
  if (letters->count == BP_MOST_SYMBOLS)
    return NULL;
  letters->list[letters->count] = (struct bp_symbol){.text = text, .length = length};
  return &letters->list[letters->count++];
}

/* Behind primes: ', ^{'}, ^{\prime}. */
size_t bp_symbols_behind_primes(const char *text, size_t at, size_t end) {
  static const char *const raised[] = {"'", "^{'}", "^{''}", "^{\\prime}", "^{\\prime }", "^{ ' }"};
  for (size_t before = end + 1; at != before;) {
    before = at;
    for (size_t k = 0; k < sizeof raised / sizeof *raised; k++) {
      size_t length = strlen(raised[k]);
      if (end - at >= length && memcmp(text + at, raised[k], length) == 0)
        at += length;
    }
  }
  return at;
}

size_t bp_symbols_behind_power(const char *text, size_t at, size_t end) {
  size_t power = bp_symbols_behind_primes(text, at, end), over = power + 3;
  bool digit = over < end && text[power] == '^' && text[power + 1] == '{' &&
               text[power + 2] >= '0' && text[power + 2] <= '9' && text[power + 3] == '}';
  size_t open = digit ? bp_behind_blanks(text, over + 1, end) : power;
  return digit && open < end && text[open] == '(' ? over + 1 : power;
}

/* Whether the letter stands in [begin, end) by itself: then a(1 - a) is a product. */
static bool has_inside(const char *text, size_t begin, size_t end, const char *letter,
                       size_t length) {
  for (size_t at = begin; at + length <= end; at++)
    if (memcmp(text + at, letter, length) == 0 && !bp_is_letter(text[at - 1]) &&
        (at + length >= end || !bp_is_letter(text[at + length])))
      return true;
  return false;
}

/* Where the argument of the letter that ends at `at` opens: f(x), f'(x); 0 where it has none. */
size_t bp_symbols_opens(const char *text, size_t begin, size_t at, size_t end) {
  size_t open = bp_behind_blanks(text, bp_symbols_behind_power(text, at, end), end);
  if (open >= end || text[open] != '(')
    return 0;
  return has_inside(text, open + 1, bp_closing_parenthesis(text, open, end), text + begin,
                    at - begin)
             ? 0
             : open;
}

/* Whether a ∂ stands right before `at`. */
static bool behind_a_partial(const char *text, size_t at) {
  while (at > 0 && strchr(" {", text[at - 1]))
    at--;
  return (at >= 3 && memcmp(text + at - 3, "∂", 3) == 0) ||
         (at >= 8 && memcmp(text + at - 8, "\\partial", 8) == 0);
}

/* Takes a letter at [at, over). */
static bool take_letter(struct bp_symbols *letters, const char *text, size_t at, size_t over,
                        size_t end) {
  bool differential = text[at] == 'd' && !behind_a_partial(text, at);
  struct bp_symbol *letter = differential ? NULL : letter_of(letters, text + at, over - at);
  if (!letter)
    return false; /* dz is the name of a derivative, and d/dz one that was not understood */
  bool behind_partial = behind_a_partial(text, at);
  bool called = bp_symbols_opens(text, at, over, end) > 0;
  letters->derivative = letters->derivative || bp_symbols_behind_primes(text, over, end) > over;
  letter->called = letter->called || called;
  letter->differentiated = letter->differentiated || (behind_partial && !called);
  letter->bare = letter->bare || (!called && !behind_partial);
  return true;
}

size_t bp_symbol_end(const char *text, size_t at, size_t end) {
  static const char *const accents[] = {"hat", "bar", "tilde", NULL};
  size_t over = at;
  if (over >= end || text[over] != '\\') {
    while (over < end && bp_is_letter(text[over]))
      over++;
    return over;
  }
  over = bp_command_end(text, at, end);
  size_t group = bp_behind_blanks(text, over, end);
  bool accent = is_any(text + at + 1, over - at - 1, accents) && group < end && text[group] == '{';
  return accent ? bp_group_end(text, group, end) : over;
}

/* Whether the function, whose word ends at `over`, wants a positive argument: a logarithm, and a
 * root, unless a square below it may be there for negative numbers. */
static bool wants_positive(const char *text, const char *word, size_t length, size_t over,
                           size_t end) {
  if (is_any(word, length, (const char *const[]){"log", "ln", NULL}))
    return true;
  size_t open = bp_behind_blanks(text, over, end), close = open;
  if (!is_any(word, length, (const char *const[]){"sqrt", NULL}))
    return false;
  if (open < end && text[open] == '{')
    close = bp_group_end(text, open, end);
  else if (open < end && text[open] == '(')
    close = bp_closing_parenthesis(text, open, end);
  return bp_text_find(text, open, close, "^{2}") == close;
}

/* A command of LaTeX at `at`; the place behind it, or 0 where no fact has it. */
static size_t take_command(struct bp_symbols *letters, const char *text, size_t at, size_t end) {
  size_t over = bp_command_end(text, at, end), length = over - at - 1;
  const char *word = text + at + 1;
  if (is_any(word, length, functions)) {
    letters->known = true;
    letters->logarithm = letters->logarithm || wants_positive(text, word, length, over, end);
    return over;
  }
  if (is_any(word, length, faces)) {
    size_t open = bp_behind_blanks(text, over, end);
    size_t close = open < end && text[open] == '{' ? bp_group_end(text, open, end) : open;
    letters->known = true;
    return close > open + 2 && is_any(text + open + 1, close - open - 2, functions) ? close : 0;
  }
  letters->derivative =
      letters->derivative || is_any(word, length, (const char *const[]){"partial", "prime", NULL});
  if (length == 1 ||
      (is_any(word, length, layout) && !is_any(word, length, (const char *const[]){"begin", NULL})))
    return over;
  size_t behind = bp_symbol_end(text, at, end);
  return (behind > over || is_any(word, length, greek)) &&
                 take_letter(letters, text, at, behind, end)
             ? behind
             : 0;
}

bool bp_symbols_quotient(const char *text, size_t at, size_t end, size_t *close, size_t *over) {
  if (end - at < 2 || text[at] != 'd' || text[at + 1] != '(')
    return false;
  *close = bp_closing_parenthesis(text, at + 1, end);
  size_t slash = bp_behind_blanks(text, *close + 1, end),
         d = bp_behind_blanks(text, slash + 1, end);
  if (*close >= end || d + 1 >= end || text[slash] != '/' || text[d] != 'd' ||
      !bp_is_letter(text[d + 1]))
    return false;
  *over = d + 2;
  return *over >= end || !bp_is_letter(text[*over]);
}

/* Letters side by side at `at`; the place behind them, or 0. */
static size_t take_word(struct bp_symbols *letters, const char *text, size_t at, size_t end) {
  size_t over = at;
  while (over < end && bp_is_letter(text[over]))
    over++;
  if (over - at == 2 && over < end && memcmp(text + at, "np.", 3) == 0)
    return over + 1;
  if (is_any(text + at, over - at, functions)) {
    letters->known = true;
    letters->logarithm =
        letters->logarithm || wants_positive(text, text + at, over - at, over, end);
    return over;
  }
  if (is_any(text + at, over - at, words)) {
    letters->known = letters->known || text[at] == 'e';
    return over;
  }
  return take_letter(letters, text, at, over, end) ? over : 0;
}

/* Whether what is raised at `at` is an exponent, and no layer, time or transpose. */
static bool is_exponent(const char *text, size_t at, size_t end) {
  static const char *const others[] = {"l", "L", "T", "t", "i", "j", "k", "m", "n", "\\top", NULL};
  size_t open = bp_behind_blanks(text, at + 1, end);
  if (open >= end || text[open] != '{')
    return true;
  size_t over = bp_group_end(text, open, end) - 1, begin = bp_behind_blanks(text, open + 1, over);
  while (over > begin && text[over - 1] == ' ')
    over--;
  return over > begin && !strchr("[(*", text[begin]) && !is_any(text + begin, over - begin, others);
}

/* Takes the letters of a text; false where a fact has no such thing. */
bool bp_symbols_scan(struct bp_symbols *letters, const char *text, size_t begin, size_t end) {
  for (size_t at = begin; at < end;) {
    size_t close, over;
    if (bp_symbols_quotient(text, at, end, &close, &over)) {
      letters->derivative = true;
      if (!bp_symbols_scan(letters, text, at + 2, close) ||
          !bp_symbols_scan(letters, text, over - 1, over))
        return false;
      at = over;
      continue;
    }
    if (text[at] == '\\')
      at = take_command(letters, text, at, end);
    else if (bp_is_letter(text[at]))
      at = take_word(letters, text, at, end);
    else if (end - at >= 3 && memcmp(text + at, "∂", 3) == 0) {
      letters->derivative = true;
      at += 3;
    } else if (end - at >= 3 && memcmp(text + at, "≠", 3) == 0)
      at += 3;
    else if (text[at] == '_' || (text[at] & 0x80) || strchr("#%&\"@~$", text[at]) ||
             (text[at] == '^' && !is_exponent(text, at, end)))
      return false;
    else
      at++;
    if (at == 0)
      return false;
    letters->one_minus =
        letters->one_minus || (text[at - 1] == '1' && bp_behind_blanks(text, at, end) < end &&
                               text[bp_behind_blanks(text, at, end)] == '-');
  }
  return true;
}

bool bp_symbol_is(const struct bp_symbol *symbol, const char *name, size_t length) {
  return symbol->length == length && memcmp(symbol->text, name, length) == 0;
}

bool bp_symbol_is_known(const char *word, size_t length) { return is_any(word, length, functions); }

bool bp_symbols_apply(const char *text, size_t begin, size_t end) {
  struct bp_symbols symbols = {0};
  bool applied = bp_symbols_scan(&symbols, text, begin, end) && symbols.known;
  for (size_t i = 0; i < symbols.count; i++)
    applied = applied || symbols.list[i].called;
  return applied;
}
