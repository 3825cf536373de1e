/* In front of a formula people number it, mark it as an item of a list, give it a name, and say how
 * it follows from the one above.
 *
 * A rule takes one such thing from the front and says where the rest begins; they are applied until
 * none of them finds anything.  What could be meant is decided by what follows: a label ends with a
 * colon and has a relation behind it, before any `for`, since W[l] : n for l = 1..L declares; an
 * item stands at the very beginning of its line, where no formula goes on; a word of a sentence is
 * none that the file declares.
 */
#include "lang/dress.h"

#include <string.h>

#include "base/diag.h"
#include "lang/ast.h"
#include "lang/token.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- text ---------------------------------------------------------------- */

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool begins_with(const struct bp_source *source, size_t at, size_t end, const char *text) {
  size_t length = strlen(text);
  return end >= at + length && !memcmp(source->text + at, text, length);
}

static size_t skip_blanks(const struct bp_source *source, size_t at, size_t end) {
  while (at < end && is_blank(source->text[at]))
    at++;
  return at;
}

struct bp_span bp_line_text(const struct bp_source *source, size_t begin) {
  size_t end = begin;
  bool quoted = false;
  for (; end < source->length && source->text[end] != '\n'; end++) {
    quoted ^= source->text[end] == '"';
    if (!quoted && bp_comment_at(source, end))
      break;
  }
  while (end > begin && is_blank(source->text[end - 1]))
    end--;
  return (struct bp_span){skip_blanks(source, begin, end), end};
}

size_t bp_wide_letter(const struct bp_source *source, size_t at, size_t end) {
  static const char *const signs[] = {"∂",  "∇", "Σ", "∑", "∏", "√",  "⊙",  "∘", "⊗",  "·",  "×",
                                      "−",  "≈", "≤", "≥", "≠", "∈",  "⇒",  "→", "∴",  "：", "，",
                                      "。", "²", "³", "ᵀ", "‖", "（", "）", "⟹", "；", "、"};
  for (size_t k = 0; k < COUNT(signs); k++)
    if (begins_with(source, at, end, signs[k]))
      return 0;
  size_t length = 1;
  while (at + length < end && ((unsigned char)source->text[at + length] & 0xC0) == 0x80)
    length++;
  return length;
}

/* A word of letters, and of digits behind them. */
static struct bp_span word_at(const struct bp_source *source, size_t at, size_t end) {
  struct bp_span word = {at, at};
  for (size_t length; (length = bp_word_letter(source, word.end, end)) > 0;)
    word.end += length;
  while (word.end > at && word.end < end && is_digit(source->text[word.end]))
    word.end++;
  return word;
}

bool bp_word_is_taken(const struct bp_source *source, struct bp_names *names, struct bp_span word) {
  const struct bp_name *name =
      bp_names_find(names, source->text + word.begin, word.end - word.begin);
  return !name || name->declared || name->callable != BP_NOT_CALLABLE;
}

bool bp_word_among(const struct bp_source *source, struct bp_span word, const char *const *words,
                   size_t count) {
  const char *text = source->text + word.begin;
  size_t length = word.end - word.begin;
  for (size_t k = 0; k < count && length > 0; k++) {
    bool first = *text == words[k][0] || *text + ('a' - 'A') == words[k][0];
    if (first && length == strlen(words[k]) && !memcmp(text + 1, words[k] + 1, length - 1))
      return true;
  }
  return false;
}

size_t bp_first_relation(const struct bp_source *source, size_t at, size_t end) {
  static const char *const wide[] = {"≈", "≤", "≥", "＝", "≠"};
  for (int depth = 0; at < end; at++) {
    char byte = source->text[at];
    depth +=
        (byte == '(' || byte == '[' || byte == '{') - (byte == ')' || byte == ']' || byte == '}');
    if (depth > 0 || byte == '!')
      continue;
    if (byte == '=' || byte == '<' || byte == '>')
      return at;
    for (size_t k = 0; k < COUNT(wide) && (byte & 0x80); k++)
      if (begins_with(source, at, end, wide[k]))
        return at;
  }
  return end;
}

/* ---- rules --------------------------------------------------------------- */

/* What the rules look at: the rest of a line. */
struct rest {
  const struct bp_source *source;
  struct bp_names *names;
  size_t begin, end;
  bool first; /* nothing was taken from it yet */
};

/* "=>", "∴": how a line follows from the one above. */
static size_t after_arrow(const struct rest *rest) {
  static const char *const arrows[] = {"==>",
                                       "=>",
                                       "-->",
                                       "->",
                                       "⇒",
                                       "⟹",
                                       "→",
                                       "∴",
                                       "⇔",
                                       ">>>",
                                       "➔",
                                       "➜",
                                       "\\Rightarrow",
                                       "\\implies",
                                       "\\therefore",
                                       "↔",
                                       "\\iff",
                                       "\\item",
                                       "\\noindent",
                                       "d'où",
                                       "D'où",
                                       "d’où",
                                       "D’où"};
  for (size_t k = 0; k < COUNT(arrows); k++)
    if (begins_with(rest->source, rest->begin, rest->end, arrows[k]))
      return rest->begin + strlen(arrows[k]);
  return rest->begin;
}

/* A keyword, or what only a formula of Markdown or a name in bold begins. */
static bool begins_item(const struct rest *rest, size_t at) {
  const char *text = rest->source->text;
  struct bp_span word = word_at(rest->source, at, rest->end);
  const struct bp_name *name =
      word.end > word.begin ? bp_names_find(rest->names, text + at, word.end - word.begin) : NULL;
  return (name && name->keyword >= 0) || begins_with(rest->source, at, rest->end, "**") ||
         (at < rest->end && text[at] == '$');
}

/* Whether a line that begins there, behind its blanks, begins so, with a blank behind it where one
 * is asked for, and with a sign that compares where the line is indented: there it could go on with
 * the formula above. */
static bool is_item(const struct bp_source *source, size_t at, const char *bullet, bool blank) {
  struct bp_span line = bp_line_text(source, at);
  size_t behind = line.begin + strlen(bullet);
  bool indented = line.begin > 0 && is_blank(source->text[line.begin - 1]);
  return begins_with(source, line.begin, line.end, bullet) && behind < source->length &&
         (!blank || is_blank(source->text[behind])) &&
         (!indented || bp_first_relation(source, behind, line.end) < line.end);
}

/* Whether the line above or below that has any text is an item of the same list: a list has more
 * than one, and - alone in front of a formula is its sign. */
static bool is_in_list(const struct rest *rest, const char *bullet, bool blank) {
  const struct bp_source *source = rest->source;
  const char *text = source->text;
  size_t above = rest->begin, below = rest->end;
  while (above > 0 && (is_blank(text[above - 1]) || text[above - 1] == '\n'))
    above--;
  while (above > 0 && text[above - 1] != '\n')
    above--;
  while (below < source->length && text[below] != '\n')
    below++;
  while (below < source->length && (is_blank(text[below]) || text[below] == '\n'))
    below++;
  bool first = above < rest->begin && is_item(source, above, bullet, blank);
  return first || (below < source->length && is_item(source, below, bullet, blank));
}

/* "- ", "* ", "• ": an item of a list.  An indented line may go on with a formula; there only what
 * cannot be one is an item. */
static size_t after_bullet(const struct rest *rest) {
  static const char *const bullets[] = {"-", "*", "+", "–", "•", "‣", "▪", "●", "◦", "·"};
  size_t at = rest->begin;
  const char *text = rest->source->text;
  bool indented = at > 0 && is_blank(text[at - 1]);
  for (size_t k = 0; k < COUNT(bullets) && rest->first; k++) {
    size_t behind = at + strlen(bullets[k]);
    bool blank = begins_with(rest->source, at, rest->end, bullets[k]) && behind < rest->end &&
                 is_blank(text[behind]);
    size_t next = blank ? skip_blanks(rest->source, behind, rest->end) : behind;
    bool dot = k >= 4 && k <= 7;
    bool sign = k == 0 || k == 3; /* of the formula, where it stands alone */
    if (blank && (dot || begins_item(rest, next) ||
                  ((sign ? is_in_list(rest, bullets[k], true) : !indented) &&
                   bp_first_relation(rest->source, next, rest->end) < rest->end) ||
                  (!indented && memchr(text + next, ':', rest->end - next))))
      return next;
  }
  return at;
}

/* Whether an operand can begin there, so that a number in front of it counts the line. */
static bool operand_follows(const struct rest *rest, size_t at) {
  static const char *const others[] = {"=", "+", "*", "/", "^", ")", ",", "<", ">", "'", "_", "⊙"};
  for (size_t k = 0; k < COUNT(others); k++)
    if (begins_with(rest->source, at, rest->end, others[k]))
      return begins_with(rest->source, at, rest->end, "**") ||
             begins_with(rest->source, at, rest->end, "=>");
  return at < rest->end;
}

/* "1. ", "2) ", "(3) ", "(3.1) ", "a) ", "(b) ", "[4] ": which line it is. */
static size_t after_number(const struct rest *rest, bool *number) {
  const char *text = rest->source->text;
  size_t at = rest->begin, end = rest->end;
  static const char wide[] = "（", closes[] = "）";
  bool fat = begins_with(rest->source, at, end, wide);
  bool round = fat || (at < end && (text[at] == '(' || text[at] == '['));
  size_t digits = at + (fat ? strlen(wide) : round), after = digits;
  while (after < end && (is_digit(text[after]) || (text[after] == '.' && after > digits &&
                                                   after + 1 < end && is_digit(text[after + 1]))))
    after++;
  bool counted = after > digits;
  struct bp_span letter = {digits, digits + bp_word_letter(rest->source, digits, end)};
  if (!counted && letter.end > letter.begin && !bp_word_is_taken(rest->source, rest->names, letter))
    after = letter.end + (round && letter.end < end && text[letter.end] == '\''); /* (c') */
  else if (counted && round && after < end && text[after] >= 'a' && text[after] <= 'z')
    after++;
  if (after == digits || after >= end)
    return at;
  bool fat_end = fat && begins_with(rest->source, after, end, closes);
  bool closed = fat_end || (round ? text[after] == (text[at] == '(' ? ')' : ']')
                                  : text[after] == ')' || (counted && text[after] == '.'));
  size_t behind = after + (fat_end ? strlen(closes) : 1);
  size_t next = skip_blanks(rest->source, behind, end);
  if (!closed || (next == behind && !(fat_end && is_in_list(rest, wide, false))) ||
      !operand_follows(rest, next))
    return at;
  *number = *number || (round && counted);
  return next;
}

/* "(BP1) ", "(chain rule) ": in brackets, what the formula behind them is called. */
static size_t after_rule(const struct rest *rest) {
  const char *text = rest->source->text;
  size_t at = rest->begin, end = rest->end;
  char closing = at < end && text[at] == '(' ? ')' : ']';
  const char *close = at < end && (text[at] == '(' || text[at] == '[')
                          ? memchr(text + at, closing, end - at)
                          : NULL;
  if (!close)
    return at;
  size_t after = (size_t)(close - text) + 1, next = skip_blanks(rest->source, after, end);
  bool called = bp_is_rule(rest->source, rest->names, at + 1, after - 1);
  return called && next > after && operand_follows(rest, next) &&
                 bp_first_relation(rest->source, next, end) < end
             ? next
             : at;
}

/* Whether a word that may join sentences does so here: "note that" begins no note, and
 * where(x > 0, a, b) is a function. */
static bool joins(const struct rest *rest, struct bp_span word, size_t next) {
  const char *text = rest->source->text;
  struct bp_name *name = bp_names_find(rest->names, text + word.begin, word.end - word.begin);
  if (!name || name->declared)
    return false;
  if (name->callable != BP_NOT_CALLABLE)
    return next > word.end && text[next] != '(';
  return name->keyword < 0 || begins_with(rest->source, next, rest->end, "that ");
}

/* "hence", "we get": words that join sentences, and what may follow them. */
static size_t after_words(const struct rest *rest) {
  static const char *const joining[] = {
      "so",       "hence",   "thus",    "therefore",   "then",        "and",      "now",
      "where",    "with",    "finally", "since",       "also",        "next",     "first",
      "second",   "third",   "recall",  "note",        "we",          "get",      "have",
      "that",     "obtain",  "find",    "similarly",   "likewise",    "this",     "gives",
      "yields",   "it",      "follows", "which",       "is",          "i.e",      "consequently",
      "because",  "but",     "compute", "lastly",      "again",       "know",     "here",
      "so that",  "using",   "thereby", "accordingly", "analogously", "所以",     "因此",
      "故",       "则",      "从而",    "于是",        "其中",        "即",       "同理",
      "得",       "有",      "可得",    "并且",        "由此",        "最后",     "首先",
      "因为",     "由于",    "又因为",  "注意到",      "我们得到",    "解得",     "那么",
      "于是有",   "因而",    "可知",    "得到",        "我们有",      "donc",     "ainsi",
      "on",       "pose",    "posons",  "nous",        "obtient",     "avons",    "wir",
      "erhalten", "haben",   "setzen",  "es",          "gilt",        "daraus",   "folgt",
      "tenemos",  "resulta", "alors",   "somit",       "daher",       "folglich", "entonces",
      "luego"};
  size_t at = rest->begin, end = rest->end;
  for (;;) {
    struct bp_span word = word_at(rest->source, at, end);
    bool latin = word.end > word.begin && (rest->source->text[word.begin] & 0x80) == 0;
    size_t next = skip_blanks(rest->source, word.end, end);
    bool comma = next < end &&
                 (rest->source->text[next] == ',' || begins_with(rest->source, next, end, "，"));
    if (word.end == word.begin || !bp_word_among(rest->source, word, joining, COUNT(joining)) ||
        (latin && next == word.end && !comma) || !joins(rest, word, next))
      break;
    if (comma)
      next = skip_blanks(rest->source, next + (rest->source->text[next] == ',' ? 1 : 3), end);
    at = next;
  }
  return at > rest->begin && bp_first_relation(rest->source, at, end) < end &&
                 operand_follows(rest, at)
             ? at
             : rest->begin;
}

/* 注意 ∂J/∂y = …: Chinese words with a blank behind them, in front of a formula. */
static size_t after_wide_words(const struct rest *rest) {
  size_t at = rest->begin, end = rest->end;
  struct bp_span word = word_at(rest->source, at, end);
  size_t next = skip_blanks(rest->source, word.end, end);
  bool wide = word.end >= at + 6 && next > word.end;
  for (size_t k = word.begin; wide && k < word.end; k += 3)
    wide = (unsigned char)rest->source->text[k] >= 0xE3 &&
           (unsigned char)rest->source->text[k] <= 0xE9;
  const struct bp_name *name =
      wide ? bp_names_find(rest->names, rest->source->text + word.begin, word.end - word.begin)
           : NULL;
  static const char *const limits[] = {"如果", "假设", "不是", "并非", "除非", "若", "当", "错误"};
  if (!name || name->declared || name->keyword >= 0 || name->word != BP_NO_WORD ||
      bp_word_among(rest->source, word, limits, COUNT(limits)))
    return at;
  return operand_follows(rest, next) && bp_first_relation(rest->source, next, end) < end ? next
                                                                                         : at;
}

/* "At the maximum ": where what follows holds. */
static size_t after_place(const struct rest *rest) {
  static const char *const at_the[] = {"at", "the", "an"};
  static const char *const places[] = {"maximum",  "minimum",    "optimum", "solution",
                                       "extremum", "stationary", "point",   "critical"};
  size_t at = rest->begin;
  for (size_t count = 0;; count++) {
    struct bp_span word = word_at(rest->source, at, rest->end);
    bool place = word.end > word.begin && bp_word_among(rest->source, word, places, COUNT(places));
    bool leads = word.end > word.begin && bp_word_among(rest->source, word, at_the, COUNT(at_the));
    if (count < 2 ? !leads : !place)
      return count > 2 && bp_first_relation(rest->source, at, rest->end) < rest->end &&
                     operand_follows(rest, at) && !bp_is_sentence(rest->source, rest->names, at)
                 ? at
                 : rest->begin;
    at = word.end;
    while (at < rest->end && (is_blank(rest->source->text[at]) || rest->source->text[at] == ','))
      at++;
  }
}

/* "Setting the score to zero gives λ = …": a sentence whose verb ends where a formula begins.  It
 * is none that denies or limits what follows. */
static size_t after_sentence(const struct rest *rest) {
  static const char *const verbs[] = {"gives", "yields",    "get",   "obtain",  "have",
                                      "find",  "is",        "that",  "becomes", "follows",
                                      "see",   "therefore", "equals"};
  static const char *const others[] = {"not",    "no",     "if",    "suppose", "assume", "unless",
                                       "wrong",  "false",  "never", "without", "except", "when",
                                       "cannot", "refute", "for",   "isn",     "doesn",  "nor"};
  static const char *const before_name[] = {"of", "to", "by", "in", "and", "the", "with", "wrt"};
  size_t at = rest->begin, end = rest->end, found = after_place(rest);
  bool may_be_name = false;
  if (found > at)
    return found;
  for (size_t count = 1;; count++) {
    struct bp_span word = word_at(rest->source, at, end);
    size_t next = skip_blanks(rest->source, word.end, end);
    const struct bp_name *name =
        word.end > word.begin
            ? bp_names_find(rest->names, rest->source->text + word.begin, word.end - word.begin)
            : NULL;
    if (!name || next == word.end || (name->declared && !may_be_name) ||
        (count == 1 && name->keyword >= 0) ||
        bp_word_among(rest->source, word, others, COUNT(others)))
      return found;
    if (count > 1 && bp_word_among(rest->source, word, verbs, COUNT(verbs)) &&
        operand_follows(rest, next) && bp_first_relation(rest->source, next, end) < end)
      found = next;
    may_be_name = bp_word_among(rest->source, word, before_name, COUNT(before_name));
    at = next;
  }
}

/* The next word; log-likelihood is one. */
static struct bp_span noun_at(const struct rest *rest, size_t at) {
  enum { SHORTEST_PART = 4 };
  struct bp_span word = word_at(rest->source, at, rest->end);
  struct bp_span part = word.end < rest->end && word.end > at && rest->source->text[word.end] == '-'
                            ? word_at(rest->source, word.end + 1, rest->end)
                            : (struct bp_span){0, 0};
  if (part.end >= part.begin + SHORTEST_PART && !bp_word_is_taken(rest->source, rest->names, part))
    word.end = part.end;
  return word;
}

/* "entropy H = …", "the total loss L = …": up to three words that name what is defined or claimed
 * behind them.  A word that could be a slip in a keyword is none, and none that denies or limits.
 */
static size_t after_nouns(const struct rest *rest) {
  enum { MOST = 3, SHORTEST = 3 };
  static const char *const others[] = {
      "grad",    "div",      "partial",       "not",         "wrong",   "false",    "never",
      "naive",   "wrongly",  "incorrect",     "incorrectly", "suppose", "assuming", "guess",
      "mistake", "mistaken", "contrary",      "instead",     "unlike",  "neither",  "if",
      "unless",  "except",   "without",       "only",        "about",   "maybe",    "falsch",
      "nicht",   "almost",   "approximately", "roughly",     "falso",   "faux"};
  static const char *const greek[] = {"alpha", "beta",   "gamma", "delta",
                                      "theta", "lambda", "sigma", "omega"};
  const char *keywords[BP_STATEMENT_KIND_COUNT], *text = rest->source->text;
  size_t at = rest->begin, end = rest->end, count = 0;
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    keywords[kind] = bp_statement_keyword((enum bp_statement_kind)kind);
  for (;; count++) {
    struct bp_span word = noun_at(rest, at);
    size_t next = skip_blanks(rest->source, word.end, end), length = word.end - word.begin;
    const struct bp_name *name =
        length > 0 ? bp_names_find(rest->names, text + word.begin, length) : NULL;
    if (!name)
      return rest->begin;
    bool formula =
        next < end && (strchr("=_^[(", text[next]) || begins_with(rest->source, next, end, ":="));
    size_t letters = 0;
    for (size_t k = word.begin; k < word.end; k++)
      letters += ((unsigned char)text[k] & 0xC0) != 0x80;
    if (formula && (letters < SHORTEST || name->declared)) {
      size_t relation = bp_first_relation(rest->source, at, end);
      return count > 0 && relation < end && text[relation] == '=' ? at : rest->begin;
    }
    bool large = count == 0 && length > SHORTEST && text[word.begin] >= 'A' &&
                 text[word.begin] <= 'Z' && text[word.begin + 1] >= 'a' &&
                 !bp_word_among(rest->source, word, greek, COUNT(greek));
    bool small = large || (text[word.begin] >= 'a' && text[word.begin] <= 'z');
    small = small && !is_digit(text[word.end - 1]);
    if (count == MOST || !small || length < SHORTEST || next == word.end || name->declared ||
        name->callable || name->keyword >= 0 || name->word != BP_NO_WORD ||
        bp_word_among(rest->source, word, others, COUNT(others)) ||
        bp_nearest_name(text + word.begin, length, keywords, BP_STATEMENT_KIND_COUNT))
      return rest->begin;
    at = next;
  }
}

/* "Step 2", "Eq. 5" without a colon: a word for a part of a text, and its number. */
static size_t after_part(const struct rest *rest) {
  static const char *const parts[] = {"step",     "eq",   "equation", "part", "problem", "question",
                                      "exercise", "line", "formula",  "task", "item"};
  struct bp_span word = word_at(rest->source, rest->begin, rest->end);
  if (word.end == word.begin || !bp_word_among(rest->source, word, parts, COUNT(parts)) ||
      bp_word_is_taken(rest->source, rest->names, word))
    return rest->begin;
  size_t at = word.end + (word.end < rest->end && rest->source->text[word.end] == '.');
  at = skip_blanks(rest->source, at, rest->end);
  bool round = at < rest->end && rest->source->text[at] == '(';
  size_t digits = at + round, after = digits;
  while (after < rest->end && is_digit(rest->source->text[after]))
    after++;
  if (after == digits)
    return rest->begin;
  while (after < rest->end && strchr(".):,-", rest->source->text[after]))
    after++;
  size_t next = skip_blanks(rest->source, after, rest->end);
  return next > after && operand_follows(rest, next) &&
                 bp_first_relation(rest->source, next, rest->end) < rest->end
             ? next
             : rest->begin;
}

/* Where the colon of a label stands, outside of brackets; `end` where there is none. */
static size_t colon_of(const struct rest *rest, size_t *behind) {
  static const char wide[] = "：";
  int depth = 0;
  for (size_t at = rest->begin; at < rest->end; at++) {
    char byte = rest->source->text[at];
    depth +=
        (byte == '(' || byte == '[' || byte == '{') - (byte == ')' || byte == ']' || byte == '}');
    bool colon = byte == ':' && depth == 0, fat = begins_with(rest->source, at, rest->end, wide);
    *behind = at + (fat ? strlen(wide) : 1);
    if (byte == '"' || byte == '=' || byte == '<' || byte == '>')
      return rest->end;
    if ((colon || fat) && *behind < rest->end && rest->source->text[*behind] != '=')
      return at;
  }
  return rest->end;
}

/* Whether the word `for` stands somewhere in the span. */
static bool has_for(const struct bp_source *source, size_t at, size_t end) {
  while (at < end) {
    struct bp_span word = word_at(source, at, end);
    if (word.end - word.begin == 3 && !memcmp(source->text + word.begin, "for", 3))
      return true;
    at = word.end > at ? word.end : at + 1;
  }
  return false;
}

/* Whether a word that says what a line is stands there, behind a label: "Setup: network 3 - 4
 * tanh". */
static bool begins_statement(const struct rest *rest, size_t at) {
  struct bp_span word = word_at(rest->source, at, rest->end);
  const struct bp_name *name =
      word.end > word.begin
          ? bp_names_find(rest->names, rest->source->text + word.begin, word.end - word.begin)
          : NULL;
  return name && !name->declared && name->keyword >= 0 && name->keyword != BP_STATEMENT_NOTE &&
         word.end < rest->end && is_blank(rest->source->text[word.end]);
}

/* "output layer: ", "**dW:** ": what the line is called. */
static size_t after_label(const struct rest *rest, struct bp_span *label) {
  const char *text = rest->source->text;
  size_t behind, colon = colon_of(rest, &behind);
  if (colon >= rest->end)
    return rest->begin;
  struct bp_span word = word_at(rest->source, rest->begin, rest->end);
  const struct bp_name *name =
      word.end > word.begin ? bp_names_find(rest->names, text + word.begin, word.end - word.begin)
                            : NULL;
  size_t next = behind;
  bool statement = begins_statement(rest, skip_blanks(rest->source, behind, rest->end));
  while (next < rest->end && (is_blank(text[next]) || text[next] == '*'))
    next++;
  static const char *const cases[] = {"for", "if", "when"};
  if ((name && name->keyword >= 0) ||
      (word.end > word.begin && bp_word_among(rest->source, word, cases, COUNT(cases)) &&
       bp_first_relation(rest->source, word.end, colon) < colon)) /* for i ≠ j: */
    return rest->begin;
  size_t relation = bp_first_relation(rest->source, next, rest->end);
  if (!statement &&
      !begins_item(&(struct rest){rest->source, rest->names, next, rest->end, false}, next) &&
      (relation == rest->end || text[relation] == '<' || text[relation] == '>' ||
       has_for(rest->source, next, relation) || !operand_follows(rest, next)))
    return rest->begin;
  *label = (struct bp_span){rest->begin, colon};
  while (label->begin < label->end && strchr("* ", text[label->begin]))
    label->begin++;
  while (label->end > label->begin && strchr("* ", text[label->end - 1]))
    label->end--;
  return next;
}

struct bp_dress bp_dress_before(const struct bp_source *source, struct bp_names *names,
                                size_t begin) {
  struct bp_span line = bp_line_text(source, begin);
  bp_names_scanned(names, line.end - line.begin);
  struct bp_dress dress = {line.begin, {0, 0}, false};
  struct rest rest = {source, names, line.begin, line.end, true};
  for (size_t before = SIZE_MAX; rest.begin != before;) {
    before = rest.begin;
    rest.begin = skip_blanks(source, after_arrow(&rest), line.end);
    rest.begin = after_bullet(&rest);
    rest.begin = after_number(&rest, &dress.number);
    rest.begin = after_rule(&rest);
    rest.begin = after_words(&rest);
    rest.begin = after_wide_words(&rest);
    rest.begin = after_sentence(&rest);
    rest.begin = after_nouns(&rest);
    rest.begin = after_part(&rest);
    rest.begin = after_label(&rest, &dress.label);
    rest.first = rest.first && rest.begin == before;
  }
  dress.begin = rest.begin;
  return dress;
}
