/* Two walks over a line: one that looks whether all of it is what formulas are made of, and one
 * that writes it.
 *
 * Words are what tells prose from a formula.  A name has at most three letters (and a d before it),
 * with figures behind it; longer words are names of functions or Greek letters, words that are put
 * together as in programs (LearningRate, learning_rate), or the line is prose.  W1A0 is two names,
 * and a figure behind a letter is its layer.
 */
#include "note/plain/plain.h"
#include "note/latex/written.h"

#include <string.h>

enum { LONGEST_LINE = 400, LONGEST_NAME = 3 };

struct word {
  const char *word, *latex;
};

/* Longer words that formulas have, and what stands for them. */
static const struct word words[] = {
    {"sigmoid", "\\sigma "},
    {"Sigmoid", "\\sigma "},
    {"tanh", "tanh"},
    {"relu", "relu"},
    {"ReLU", "relu"},
    {"softmax", "softmax"},
    {"RELU", "relu"},
    {"log", "log"},
    {"ln", "log"},
    {"exp", "exp"},
    {"sqrt", "sqrt"},
    {"max", "max"},
    {"min", "min"},
    {"alpha", "\\alpha "},
    {"beta", "\\beta "},
    {"gamma", "\\gamma "},
    {"delta", "\\delta "},
    {"sigma", "\\sigma "},
    {"theta", "\\theta "},
    {"lambda", "\\lambda "},
    {"yhat", "\\hat{y}"},
    {"y_hat", "\\hat{y}"},
    {"epsilon", "\\epsilon "},
};

struct walk {
  const struct bp_source *source;
  const char *text;
  size_t at, end;
  struct bp_written *out;
  bool fine;
};

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static bool looking_at(const struct walk *walk, const char *what) {
  size_t length = strlen(what);
  return walk->end - walk->at >= length && memcmp(walk->text + walk->at, what, length) == 0;
}

static char sign_at(const struct walk *walk, size_t at) {
  return at < walk->end ? walk->text[at] : '\0';
}

static void put(struct walk *walk, const char *what, size_t length) {
  walk->fine = walk->fine && bp_written_add(walk->out, what, strlen(what),
                                            (struct bp_span){walk->at, walk->at + length});
  walk->at += length;
}

static void copy(struct walk *walk, size_t length) {
  walk->fine = walk->fine && bp_written_raw(walk->out, walk->text, walk->at, walk->at + length);
  walk->at += length;
}

const char *bp_plain_word(const char *letters, size_t length) {
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strlen(words[k].word) == length && memcmp(letters, words[k].word, length) == 0)
      return words[k].latex;
  return NULL;
}

static const char *word_at(const struct walk *walk, size_t length) {
  return bp_plain_word(walk->text + walk->at, length);
}

static size_t letters_at(const struct walk *walk, size_t at) {
  size_t length = 0;
  while (bp_is_letter(sign_at(walk, at + length)))
    length++;
  return length;
}

/* ---- is it a formula? ---------------------------------------------------- */

/* Words of a sentence that are signs of a formula: "dz^[2] 乘以 a^[1] 的转置". */
static const char *const products[] = {"乘上", "乘以", "乘"};
static const char turned_words[] = "的转置";

static size_t product_at(const struct walk *walk) {
  for (size_t k = 0; k < sizeof products / sizeof *products; k++)
    if (looking_at(walk, products[k]))
      return strlen(products[k]);
  return 0;
}

/* np.sum(, .T, .dot(, axis=1, keepdims=True: NumPy, which the language reads. */
static size_t numpy_at(const struct walk *walk) {
  static const char *const pieces[] = {
      "np.dot(",   "np.multiply(",  "np.sum(",         "np.exp(", "np.log(",  "np.tanh(",
      "np.power(", "np.maximum(",   "np.outer(",       "axis=0",  "axis = 0", "axis=1",
      "axis = 1",  "keepdims=True", "keepdims = True", ".T",      ".dot("};
  for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++)
    if (looking_at(walk, pieces[k]))
      return strlen(pieces[k]);
  return 0;
}

static size_t function_at(const struct walk *walk) {
  static const char *const sums[] = {"Sum(", "sum(", "(transpose)", ".sum()"};
  for (size_t k = 0; k < sizeof sums / sizeof *sums; k++)
    if (looking_at(walk, sums[k]))
      return strlen(sums[k]) - (k < 2);
  return 0;
}

/* A word that is put together as in programs, LearningRate or learning_rate; 0: none is. */
static size_t joined_at(const struct walk *walk) {
  size_t length = 0;
  bool hump = false, joint = false;
  for (char sign; bp_is_letter(sign = sign_at(walk, walk->at + length)) || sign == '_'; length++) {
    char before = length > 0 ? walk->text[walk->at + length - 1] : 'A';
    hump = hump || (sign >= 'A' && sign <= 'Z' && before >= 'a');
    joint = joint || (sign == '_' && length > LONGEST_NAME);
  }
  bool whole = length > LONGEST_NAME + 1 && walk->text[walk->at + length - 1] != '_';
  return whole && (hump || joint) ? length : 0;
}

static size_t cases_at(const struct walk *walk);

/* One word, sign or figure that a formula may have; 0: it may not. */
static size_t piece_at(const struct walk *walk) {
  static const char *const wide[] = {"⊙", "∘", "·", "×", "ᵀ", "∂", "²", "−", "σ", "δ"};
  size_t numpy = numpy_at(walk), function = function_at(walk), product = product_at(walk);
  char sign = sign_at(walk, walk->at);
  if (product > 0 || looking_at(walk, turned_words))
    return product > 0 ? product : strlen(turned_words);
  if (numpy + function > 0)
    return numpy > 0 ? numpy : function;
  for (size_t k = 0; k < sizeof wide / sizeof *wide; k++)
    if (looking_at(walk, wide[k]))
      return strlen(wide[k]);
  if (bp_is_letter(sign)) {
    size_t length = letters_at(walk, walk->at);
    bool hat = looking_at(walk, "y_hat");
    bool layered =
        is_digit(sign_at(walk, walk->at + length)) || sign_at(walk, walk->at + length) == '[';
    if (hat)
      return strlen("y_hat");
    size_t most = layered && sign == 'd' ? LONGEST_NAME + 1 : LONGEST_NAME;
    return length <= most || word_at(walk, length) ? length : joined_at(walk);
  }
  if (sign == '{')
    return cases_at(walk);
  if (is_digit(sign) || (sign != '\0' && strchr(" \t+-*/^().,[]'@_", sign)))
    return 1;
  return 0;
}

/* Two names side by side with a blank between, as prose has them: "is a". */
static bool reads_as_prose(const char *text, size_t begin, size_t end) {
  static const char *const said[] = {"is",  "of",  "to", "we", "in", "as", "it", "so", "or", "and",
                                     "the", "for", "if", "by", "be", "at", "on", "an", "are"};
  for (size_t at = begin; at < end;) {
    size_t over = at;
    if (text[at] == '{') /* cases have an "if" */
      at = over = bp_group_end(text, at, end);
    while (over < end && bp_is_letter(text[over]))
      over++;
    for (size_t k = 0; k < sizeof said / sizeof *said; k++)
      if (strlen(said[k]) == over - at && memcmp(text + at, said[k], over - at) == 0)
        return true;
    at = over > at ? over : at + 1;
  }
  return false;
}

/* Whether [begin, end) can stand left of the sign: a name, a derivative, a call. */
static bool is_left_side(const char *text, size_t begin, size_t end) {
  size_t depth = 0;
  if (begin >= end || !(bp_is_letter(text[begin]) || (text[begin] & 0x80)))
    return false;
  for (size_t at = begin; at < end; at++) {
    char sign = text[at];
    depth += sign == '(' || sign == '[';
    if (depth == 0 && strchr("+-*,@)]", sign)) /* "a) f(x)" has the number of its line */
      return false;
    depth -= sign == ')' || sign == ']';
    if (depth == 0 && sign == ' ' && at > begin && bp_is_letter(text[at - 1]) &&
        bp_is_letter(text[at + 1]))
      return false;
  }
  return depth == 0;
}

/* Where its = stand that are outside of brackets; how many there are, or 0 where one is no sign of
 * a formula, they are too many, or a comma makes several formulas of it, or a remark. */
static size_t signs_of(const char *text, size_t begin, size_t end,
                       size_t signs[BP_PLAIN_MOST_SIGNS]) {
  size_t depth = 0, count = 0;
  bool comma = false;
  for (size_t at = begin; at < end; at++) {
    depth += strchr("([{", text[at]) != NULL;
    depth -= strchr(")]}", text[at]) != NULL && depth > 0;
    comma = comma || (depth == 0 && text[at] == ',');
    if (depth > 0 || text[at] != '=')
      continue;
    if (count == BP_PLAIN_MOST_SIGNS || (at > begin && strchr("=!<>:+-*/", text[at - 1])) ||
        (at + 1 < end && strchr("=>", text[at + 1])))
      return 0;
    signs[count++] = at;
  }
  return comma ? 0 : count;
}

/* Whether the bytes are pieces of a formula, and nothing else. */
static bool is_of_pieces(const struct walk *line, size_t begin, size_t end, const char *besides) {
  struct walk walk = *line;
  walk.at = begin;
  walk.end = end;
  while (walk.at < end) {
    size_t length = strchr(besides, walk.text[walk.at]) ? 1 : piece_at(&walk);
    if (length == 0)
      return false;
    walk.at += length;
  }
  return end > begin;
}

/* ---- cases ---------------------------------------------------------------- */

/* The cases in braces at the place, { 0 if z < 0; 1 if z >= 0 }; 0: none are there. */
static size_t cases_at(const struct walk *walk) {
  size_t close = bp_text_find(walk->text, walk->at, walk->end, "}"), rows = 0;
  for (size_t at = walk->at + 1; close < walk->end;) {
    struct bp_plain_row row;
    at = bp_plain_trim(walk->text, at, close).begin;
    if (at >= close)
      return rows > 1 ? close + 1 - walk->at : 0;
    at = bp_plain_take_row(walk->text, at, close, &row);
    bool rest = row.condition.begin == row.condition.end;
    if (at == 0 || !is_of_pieces(walk, row.value.begin, row.value.end, "") ||
        (!rest && !is_of_pieces(walk, row.condition.begin, row.condition.end, "<>=")))
      return 0;
    rows++;
  }
  return 0;
}

/* ---- the whole line ---------------------------------------------------------- */

static bool is_formula(const struct walk *line, const size_t *signs) {
  const char *text = line->text;
  size_t begin = line->at, end = line->end;
  if (!is_left_side(text, begin, signs[0]) || reads_as_prose(text, begin, end))
    return false;
  return is_of_pieces(line, begin, end, "=");
}

/* ---- writing ------------------------------------------------------------- */

/* The layer behind a name: 2, [l-1], ^[l-1]; its bytes in *length, those of the index itself from
 * *index.
 */
static bool layer_at(const struct walk *walk, size_t at, size_t *index, size_t *inside,
                     size_t *length) {
  *index = at;
  *inside = 0;
  while (is_digit(sign_at(walk, at + *inside)))
    ++*inside;
  *length = *inside;
  size_t open = at + (sign_at(walk, at) == '^'), close = open + 1;
  if (*inside > 0 || sign_at(walk, open) != '[')
    return *inside > 0;
  while (close < walk->end && walk->text[close] != ']' && close - open < 12)
    close++;
  if (sign_at(walk, close) != ']')
    return false;
  *index = open + 1;
  *inside = close - open - 1;
  *length = close - at + 1;
  return true;
}

/* Whether a raised layer and an argument follow at `at`: g'^[l](z^[l]). */
static bool applies_raised(const struct walk *walk, size_t at) {
  size_t index, inside, length;
  return sign_at(walk, at) == '^' && layer_at(walk, at, &index, &inside, &length) &&
         sign_at(walk, at + length) == '(';
}

static size_t transpose_at(const struct walk *walk, size_t at) {
  struct walk here = *walk;
  here.at = at;
  static const char *const marks[] = {".T", "ᵀ", "(transpose)", "^T", "T"};
  bool raised = at > 0 && walk->text[at - 1] == ']'; /* W^[2]T */
  while (sign_at(walk, here.at) == ' ')
    here.at++;
  if (looking_at(&here, turned_words))
    return here.at + strlen(turned_words) - at;
  here.at = at;
  for (size_t k = 0; k + !raised < sizeof marks / sizeof *marks; k++)
    if (looking_at(&here, marks[k]) &&
        (k == 2 || !bp_is_letter(sign_at(&here, at + strlen(marks[k])))))
      return strlen(marks[k]);
  bool prime = looking_at(&here, "'") && !strchr("([0123456789", sign_at(&here, at + 1)) &&
               !applies_raised(walk, at + 1);
  return prime || (looking_at(&here, "'") && at + 1 >= walk->end) ? 1 : 0;
}

/* A name with what hangs on it: dZ2, W[l].T, g'1, A0. */
static void name(struct walk *walk, size_t length) {
  size_t at = walk->at + length, index, inside, layer = 0;
  bool derivative = sign_at(walk, at) == '\'' && sign_at(walk, at + 1) != '\0' &&
                    (strchr("([0123456789", sign_at(walk, at + 1)) || applies_raised(walk, at + 1));
  at += derivative;
  bool layered = layer_at(walk, at, &index, &inside, &layer);
  size_t turned = derivative ? 0 : transpose_at(walk, at + (layered ? layer : 0));
  struct walk behind = *walk;
  behind.at = at + (layered ? layer : 0);
  size_t method = looking_at(&behind, ".sum()") ? strlen(".sum()") : 0; /* dz.sum() */
  bool prediction = length == 1 && sign_at(walk, walk->at) == 'y' && turned == 1 && !layered;
  if (prediction) {
    put(walk, "\\hat{y}", 2);
    return;
  }
  if (method > 0 && !derivative && turned == 0)
    walk->fine = walk->fine && bp_written_add(walk->out, "sumofsamples ", 13,
                                              (struct bp_span){walk->at, walk->at});
  copy(walk, length);
  size_t whole = method + derivative + (layered ? layer : 0) + turned;
  const char *mark = derivative ? "'" : turned > 0 ? "T" : "";
  const char *raised = layered      ? bp_arena_printf(walk->out->arena, "^{[%.*s]%s} ", (int)inside,
                                                      walk->text + index, mark)
                       : derivative ? "'"
                       : turned > 0 ? "^{T} "
                                    : "";
  if (raised)
    put(walk, raised, whole);
  else
    walk->fine = false;
}

/* The ∂ or d of a derivative at `at`, with the parenthesis behind it; 0: none. */
static size_t differential_at(const struct walk *walk, size_t at) {
  struct walk here = *walk;
  here.at = at;
  size_t sign = looking_at(&here, "∂") ? strlen("∂") : looking_at(&here, "d") ? 1 : 0;
  return sign > 0 ? sign + (sign_at(walk, at + sign) == '(') : 0;
}

/* Behind the letter, its figures or its index, and its parenthesis; `at` where something else
 * stands there. */
static size_t behind_letter(const struct walk *walk, size_t at, bool parenthesis) {
  size_t over = at + (letters_at(walk, at) == 1);
  while (over > at && is_digit(sign_at(walk, over)))
    over++;
  if (over > at && sign_at(walk, over) == '_')
    for (over++; bp_is_letter(sign_at(walk, over)) || is_digit(sign_at(walk, over));)
      over++;
  if (over == at || !parenthesis)
    return over;
  return sign_at(walk, over) == ')' ? over + 1 : at;
}

/* Writes what a ∂ stands before: a letter with its figures, or with its index as it is. */
static void letter_of_derivative(struct walk *walk) {
  name(walk, 1);
  size_t length = 1;
  if (sign_at(walk, walk->at) != '_')
    return;
  while (bp_is_letter(sign_at(walk, walk->at + length)) ||
         is_digit(sign_at(walk, walk->at + length)))
    length++;
  put(walk, "_{", 1);
  copy(walk, length - 1);
  put(walk, "} ", 0);
}

/* d(l)/d(a) and dJ/dW are derivatives, and d(z) is dz; false where none of them stands here. */
static bool derivative(struct walk *walk) {
  size_t above = differential_at(walk, walk->at), letter = walk->at + above;
  bool parenthesis = above > 0 && sign_at(walk, letter - 1) == '(';
  size_t over = above > 0 ? behind_letter(walk, letter, parenthesis) : letter;
  size_t below = sign_at(walk, over) == '/' ? differential_at(walk, over + 1) : 0;
  size_t under = over + 1 + below;
  bool closed = below > 0 && sign_at(walk, under - 1) == '(';
  if (over == letter || (below > 0 && behind_letter(walk, under, closed) == under) ||
      (below == 0 && !parenthesis))
    return false;
  if (below == 0) {
    put(walk, "d", above);
    name(walk, 1);
    walk->at = over;
    return true;
  }
  put(walk, "\\frac{\\partial ", above);
  if (sign_at(walk, letter) == 'l')
    put(walk, "L", 1);
  else
    letter_of_derivative(walk);
  walk->at = over;
  put(walk, "}{", 1);
  put(walk, "\\partial ", below);
  letter_of_derivative(walk);
  put(walk, "}", closed);
  return true;
}

static void write_piece(struct walk *walk);

static void write_span(struct walk *walk, struct bp_span span) {
  size_t end = walk->end;
  walk->at = span.begin;
  for (walk->end = span.end; walk->at < span.end && walk->fine;)
    write_piece(walk);
  walk->end = end;
}

/* Cases, as the language has them: (0, z < 0; 1, otherwise). */
static void write_cases(struct walk *walk, size_t length) {
  size_t close = walk->at + length - 1;
  put(walk, "(", 1);
  for (size_t at = walk->at, rows = 0; walk->fine; rows++) {
    struct bp_plain_row row;
    at = bp_plain_trim(walk->text, at, close).begin;
    if (at >= close)
      break;
    at = bp_plain_take_row(walk->text, at, close, &row);
    if (rows > 0)
      put(walk, "; ", 0);
    write_span(walk, row.value);
    put(walk, ", ", 0);
    if (row.condition.begin < row.condition.end)
      write_span(walk, row.condition);
    else
      put(walk, "otherwise", 0);
  }
  walk->at = close;
  put(walk, ")", 1);
}

static void write_piece(struct walk *walk) {
  size_t numpy = numpy_at(walk), turned = transpose_at(walk, walk->at);
  if (turned > 0) {
    put(walk, "^{T} ", turned);
    return;
  }
  if (numpy > 0) {
    copy(walk, numpy);
    return;
  }
  if (looking_at(walk, "Sum(") || looking_at(walk, "sum(")) {
    put(walk, "sumofsamples ", 3);
    return;
  }
  if (product_at(walk) > 0) {
    put(walk, " * ", product_at(walk));
    return;
  }
  size_t cases = sign_at(walk, walk->at) == '{' ? cases_at(walk) : 0;
  if (cases > 0) {
    write_cases(walk, cases);
    return;
  }
  if (derivative(walk))
    return;
  if (!bp_is_letter(sign_at(walk, walk->at))) {
    if (looking_at(walk, "**"))
      put(walk, "^", 2);
    else
      copy(walk, 1);
    return;
  }
  size_t length = looking_at(walk, "y_hat") ? strlen("y_hat") : letters_at(walk, walk->at);
  const char *word = word_at(walk, length);
  size_t joined = word || length <= LONGEST_NAME ? 0 : joined_at(walk);
  if (word)
    put(walk, word, length);
  else if (joined > 0) {
    put(walk, "\\text{", 0);
    copy(walk, joined);
    put(walk, "}", 0);
  } else
    name(walk, length);
}

/* How many bytes of a sign of Chinese text stand at `at`: what is no part of a formula; 0: none. */
static size_t script_at(const struct walk *walk) {
  unsigned char first = (unsigned char)sign_at(walk, walk->at);
  bool wide = (first >= 0xE3 && first <= 0xED) || looking_at(walk, "\xEF\xBC") ||
              looking_at(walk, "\xEF\xBD") || looking_at(walk, "\xE2\x80");
  bool sign = product_at(walk) > 0 || looking_at(walk, turned_words);
  return wide && !sign ? 3 : 0;
}

struct bp_span bp_plain_run(const struct bp_source *source, size_t begin, size_t end) {
  struct walk walk = {.source = source, .text = source->text, .at = begin, .end = end};
  while (walk.at < end && script_at(&walk) > 0)
    walk.at += script_at(&walk);
  struct bp_span run = {walk.at < end ? walk.at : end, 0};
  size_t depth = 0, equals = 0;
  while (walk.at < end && walk.text[walk.at] != '\n' && script_at(&walk) == 0) {
    char sign = walk.text[walk.at];
    depth += sign == '(' || sign == '[';
    depth -= (sign == ')' || sign == ']') && depth > 0;
    equals += sign == '=';
    if (sign == ',' && depth == 0 && equals > 0)
      break;
    size_t word = product_at(&walk) > 0             ? product_at(&walk)
                  : looking_at(&walk, turned_words) ? strlen(turned_words)
                                                    : 1;
    walk.at += word;
  }
  run.end = walk.at < end ? walk.at : end;
  while (run.begin < run.end && strchr(" \t>*,", walk.text[run.begin]))
    run.begin++;
  return run;
}

bool bp_plain_has_layer(const struct bp_source *source, struct bp_span run) {
  for (size_t at = run.begin + 1; at + 2 < run.end; at++) {
    const char *text = source->text + at;
    bool name = bp_is_letter(text[-1]) || text[-1] == '^';
    if (text[0] == '[' && name && (is_digit(text[1]) || text[1] == 'l' || text[1] == 'L'))
      return true;
  }
  return false;
}

/* The bytes without a comment, blanks around, and "-------- ①", the number of an equation. */
static struct bp_span bare_line(const char *bytes, size_t begin, size_t end) {
  for (size_t at = begin; at < end; at++)
    if (bytes[at] == '#' || (end - at > 1 && bytes[at] == '/' && bytes[at + 1] == '/'))
      end = at;
  while (begin < end && strchr(" \t", bytes[begin]))
    begin++;
  for (bool more = true; more;) {
    size_t before = end;
    while (end > begin && strchr(" \t\r;.,-", bytes[end - 1]))
      end--;
    if (end - begin > 3 && !memcmp(bytes + end - 3, "\xE2\x91", 2))
      end -= 3;
    more = end < before;
  }
  return (struct bp_span){begin, end};
}

bool bp_plain_formula(const struct bp_source *source, size_t begin, size_t end,
                      struct bp_arena *arena, struct bp_plain *formula) {
  size_t signs[BP_PLAIN_MOST_SIGNS];
  struct bp_span line = bare_line(source->text, begin, end);
  *formula = (struct bp_plain){.text = bp_written_new(arena), .span = line};
  if (line.end - line.begin > LONGEST_LINE)
    return false;
  size_t count = signs_of(source->text, line.begin, line.end, signs);
  size_t left = count > 0 ? signs[0] : line.begin;
  while (count > 0 && left > line.begin && source->text[left - 1] == ' ')
    left--;
  struct walk walk = {source, source->text, line.begin, line.end, &formula->text, true};
  if (count == 0 || left == line.begin || !is_formula(&walk, signs))
    return false;
  while (walk.at < walk.end && walk.fine) {
    size_t next = formula->sign_count < count ? signs[formula->sign_count] : walk.end;
    if (walk.at == next) {
      formula->signs[formula->sign_count++] = formula->text.length;
      copy(&walk, 1);
    } else
      write_piece(&walk);
  }
  return walk.fine && formula->sign_count == count;
}

bool bp_plain_is_shape(const struct bp_source *source, struct bp_span span) {
  size_t signs[BP_PLAIN_MOST_SIGNS];
  return signs_of(source->text, span.begin, span.end, signs) == 1 &&
         bp_plain_is_pair(source->text, signs[0] + 1, span.end);
}
