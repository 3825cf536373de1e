/* An equation may say what is always so, or what is asked for: w^T x + b = 0 is a boundary,
 * A^T A x = A^T b is to be solved, ∂L/∂w = 0 is an optimum.  Words tell which, and people leave
 * them out; but nobody derives a number from letters, nor one letter from others without ever
 * saying what it is.  So a line that fails is taken for a condition where one side is a number, or
 * where a letter of which the note says nothing stands on one side alone.  A derivative that is a
 * number is a claim, ∂z/∂b = 0 is wrong, unless it is that of a loss, and 0.
 */
#include "study/own/condition.h"

#include <string.h>

enum { MOST_LETTERS = 32, LONGEST_LETTER = 16 };

/* Letters of a side, each once: a, \lambda. */
struct letters {
  char list[MOST_LETTERS][LONGEST_LETTER];
  size_t count;
  bool any;   /* also where there are too many */
  bool calls; /* f(x) */
};

static bool is_among(const char *word, size_t length, const char *const *list, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (strlen(list[k]) == length && memcmp(list[k], word, length) == 0)
      return true;
  return false;
}

#define AMONG(word, length, list) is_among(word, length, list, sizeof(list) / sizeof *(list))

static const char *const greek[] = {
    "alpha", "beta",   "gamma",  "delta", "epsilon", "varepsilon", "zeta",  "eta",
    "theta", "kappa",  "lambda", "mu",    "nu",      "xi",         "rho",   "sigma",
    "tau",   "phi",    "varphi", "chi",   "psi",     "omega",      "Gamma", "Delta",
    "Theta", "Lambda", "Sigma",  "Phi",   "Psi",     "Omega",      "ell",   "partial"};
static const char *const functions[] = {
    "tr",  "det",  "exp",     "log",     "ln",   "max", "min", "diag",  "norm", "sin",
    "cos", "tanh", "softmax", "sigmoid", "relu", "vec", "Tr",  "trace", "rank", "operatorname"};

static void add(struct letters *all, const char *word, size_t length) {
  all->any = true;
  if (length >= LONGEST_LETTER || all->count >= MOST_LETTERS)
    return;
  for (size_t k = 0; k < all->count; k++)
    if (strlen(all->list[k]) == length && memcmp(all->list[k], word, length) == 0)
      return;
  memcpy(all->list[all->count], word, length);
  all->list[all->count++][length] = '\0';
}

/* Where an index that begins with _ or ^ ends. */
static size_t index_end(const char *text, size_t at, size_t end) {
  at = bp_behind_blanks(text, at + 1, end);
  if (at < end && text[at] == '{')
    return bp_group_end(text, at, end);
  return at < end && text[at] == '\\' ? bp_command_end(text, at, end) : at + 1;
}

/* Whether ^T, ^{T} or ^\top stands at `at`: no letter. */
static bool is_transpose(const char *text, size_t at, size_t end) {
  size_t over = bp_behind_blanks(text, at + 1, end);
  over += over < end && text[over] == '{';
  over = bp_behind_blanks(text, over, end);
  return over < end && (text[over] == 'T' || text[over] == '\\');
}

static size_t take_word(const char *text, size_t at, size_t end, struct letters *all) {
  size_t over = at;
  while (over < end && bp_is_letter(text[over]))
    over++;
  bool call = over - at == 1 && text[over < end ? over : at] == '(';
  bool known = AMONG(text + at, over - at, functions);
  bool unit =
      over - at == 1 && (text[at] == 'I' || (text[at] == 'e' && over < end && text[over] == '^'));
  all->calls = all->calls || call;
  for (size_t k = at; k < over && !known && !unit && !call; k++)
    add(all, text + k, 1);
  return over;
}

static struct letters letters_of(const struct bp_noted *noted, size_t side) {
  struct letters all = {.count = 0};
  const char *text = noted->cut.text.text;
  size_t at = noted->sides[side].begin, end = noted->sides[side].end;
  while (at < end) {
    if (text[at] == '_' || (text[at] == '^' && is_transpose(text, at, end)))
      at = index_end(text, at, end);
    else if (text[at] == '\\') {
      size_t over = bp_command_end(text, at, end);
      size_t open = bp_behind_blanks(text, over, end);
      if (AMONG(text + at + 1, over - at - 1, greek) && !(open < end && text[open] == '('))
        add(&all, text + at, over - at);
      at = over > at ? over : at + 1;
    } else if (bp_is_letter(text[at]))
      at = take_word(text, at, end, &all);
    else
      at++;
  }
  return all;
}

static bool has(const struct letters *all, const char *letter) {
  bool found = false;
  for (size_t k = 0; k < all->count; k++)
    found = found || strcmp(all->list[k], letter) == 0;
  return found;
}

/* The formula of the note that says what the letter is, the last one before the place `before`, or
 * else the first; NULL: none. */
static const struct bp_noted *definition_of(const struct bp_note *note, const char *letter,
                                            size_t before) {
  size_t length = strlen(letter);
  const struct bp_noted *found = NULL;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *one = &note->list[i];
    const char *text = one->cut.text.text;
    if (one->kind != BP_NOTED_DEFINITION || one->side_count < 2 ||
        (found && one->cut.span.begin >= before))
      continue;
    size_t at = bp_behind_blanks(text, one->sides[0].begin, one->sides[0].end);
    if (one->sides[0].end - at >= length && memcmp(text + at, letter, length) == 0 &&
        !bp_is_letter(text[at + length]))
      found = one;
  }
  return found;
}

static bool is_defined(const struct bp_note *note, const char *letter) {
  return definition_of(note, letter, 0) != NULL;
}

static bool mentions(const struct bp_noted *noted, size_t side, const char *what) {
  const struct bp_noted_side *in = &noted->sides[side];
  return bp_text_find(noted->cut.text.text, in->begin, in->end, what) < in->end;
}

static bool differentiates(const struct bp_noted *noted, size_t side) {
  static const char *const signs[] = {"\\partial",         "∂", "\\nabla", "\\frac{d",
                                      "\\frac{\\mathrm{d", "'", "\\prime"};
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (mentions(noted, side, signs[k]))
      return true;
  return false;
}

/* Whether a derivative may be set to zero: a gradient, the slope of a function, or ∂L. */
static bool may_vanish(const struct bp_noted *noted, size_t side) {
  static const char *const losses[] = {"\\partial J",
                                       "\\partial L",
                                       "\\partial C",
                                       "\\partial E",
                                       "\\partial {",
                                       "\\partial \\mathcal",
                                       "\\partial\\mathcal",
                                       "\\partial \\ell",
                                       "\\nabla",
                                       "'",
                                       "\\prime"};
  for (size_t k = 0; k < sizeof losses / sizeof *losses; k++)
    if (mentions(noted, side, losses[k]))
      return true;
  return false;
}

/* Whether the side is 0, bold or not. */
static bool is_zero(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text;
  bool zero = false;
  for (size_t at = noted->sides[side].begin; at < noted->sides[side].end; at++) {
    if (text[at] >= '1' && text[at] <= '9')
      return false;
    zero = zero || text[at] == '0';
  }
  return zero;
}

/* Whether a side is one name, with whatever indices: then the line says what that is. */
static bool is_name(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end, at = bp_behind_blanks(text, noted->sides[side].begin, end);
  if (at >= end)
    return true;
  at = text[at] == '\\' ? bp_command_end(text, at, end) : at + 1;
  for (at = bp_behind_blanks(text, at, end); at < end && strchr("_^", text[at]);)
    at = bp_behind_blanks(text, index_end(text, at, end), end);
  return at >= end;
}

/* A letter of one side that the other has not. */
static const char *lonely(const struct letters *one, const struct letters *other) {
  for (size_t k = 0; k < one->count; k++)
    if (!has(other, one->list[k]))
      return one->list[k];
  return NULL;
}

static bool any_defined(const struct bp_note *note, const struct letters *all) {
  for (size_t k = 0; k < all->count; k++)
    if (is_defined(note, all->list[k]))
      return true;
  return false;
}

/* How often a sign stands in a side. */
static size_t count(const struct bp_noted *noted, size_t side, char sign) {
  size_t found = 0;
  for (size_t at = noted->sides[side].begin; at < noted->sides[side].end; at++)
    found += noted->cut.text.text[at] == sign;
  return found;
}

/* Whether both sides are made of the same signs in another order, A B = B A, and of products alone.
 */
static bool is_turned_round(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  for (size_t side = 0; side < 2; side++)
    for (size_t at = noted->sides[side].begin; at < noted->sides[side].end; at++)
      if (strchr("(+-/[", text[at]) ||
          (text[at] != ' ' && count(noted, 0, text[at]) != count(noted, 1, text[at])))
        return false;
  return true;
}

static const char *condition_of(const struct bp_note *note, const struct bp_noted *noted,
                                bool names, bool slopes) {
  if (noted->side_count < 2 || noted->program || noted->code)
    return NULL;
  size_t last = noted->side_count - 1;
  struct letters left = letters_of(noted, last - 1), right = letters_of(noted, last);
  bool slope = differentiates(noted, last - 1);
  if (!right.any && left.any && !differentiates(noted, last) &&
      (slope ? is_zero(noted, last) && may_vanish(noted, last - 1) : !is_name(noted, last - 1)))
    return "it holds for special values only, as a condition or an equation that is to be solved "
           "does: its right side is a number";
  if (!names || (slope && !slopes) || left.calls || right.calls || noted->side_count > 2 ||
      is_name(noted, 0) || any_defined(note, &left) || any_defined(note, &right))
    return NULL;
  if (!slope && is_turned_round(noted))
    return "it holds for special matrices only, and needs to say that they commute";
  const char *letter = lonely(&right, &left);
  if (!letter && !slope)
    letter = lonely(&left, &right);
  return letter ? "it holds for special values only, as a condition or an equation that is to be "
                  "solved does: a letter stands on one side alone, and the note does not say what "
                  "it is"
                : NULL;
}

/* Whether [begin, end) of the source goes on with a sentence. */
static bool goes_on(const char *text, size_t begin, size_t end) {
  for (size_t at = begin; at + 1 < end; at++)
    if ((strchr(".!?", text[at]) && strchr(" \n", text[at + 1])) ||
        (text[at] == '\n' && strchr("\n#-*", text[at + 1])))
      return false;
  return true;
}

/* Whether the sentence says before the statement under which condition it is meant, "If $W W^T =
 * I$, then": an equation that is one itself. */
static bool has_condition(const struct bp_note *note, const struct bp_noted *noted) {
  enum { FARTHEST = 400 };
  const char *text = note->source->text;
  for (const struct bp_noted *one = noted; one > note->list;) {
    one--;
    if (one->cut.span.end > noted->cut.span.begin ||
        noted->cut.span.begin - one->cut.span.end > FARTHEST ||
        !goes_on(text, one->cut.span.end, noted->cut.span.begin))
      return false;
    if (one->kind == BP_NOTED_CLAIM && one->side_count == 2 &&
        condition_of(note, one, false, false))
      return true;
  }
  return false;
}

const char *bp_own_condition(const struct bp_note *note, const struct bp_noted *noted, bool names,
                             bool slopes) {
  const char *why = condition_of(note, noted, names, slopes);
  if (why || noted->program || noted->code || !has_condition(note, noted))
    return why;
  return "it follows from a condition that its sentence states before it, and is none for all "
         "values";
}

/* ---- definitions with more than two sides ---------------------------------- */

/* Whether a function is applied in a side, or what one is written out as. */
static bool applies(const struct bp_noted *noted, size_t side) {
  static const char *const signs[] = {"\\sigma", "tanh", "elu",   "eLU",   "softmax", "igmoid",
                                      "\\phi",   "exp",  "e^",    "max",   "log",     "ln",
                                      "\\psi",   "sqrt", "cases", "varphi"};
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (mentions(noted, side, signs[k]))
      return true;
  return letters_of(noted, side).calls;
}

/* Whether the words before the statement or behind it on its line may say that it is meant of
 * something special: without the bias, for a linear activation, at the first step. */
static bool is_of_something_special(const struct bp_note *note, const struct bp_noted *noted) {
  enum { FARTHEST = 300 };
  static const char *const words[] = {
      " if ",  "If ",     "hen ",  "ince",     "ssum",  "gnor",    "mplif",  "ithout",
      "mit",   "rop ",    "uppos", "zero",     "inear", "dentit",  "pecial", "nitial",
      "bsorb", "onstant", "pprox", "mall",     "limit", "ymmetr",  "rthog",  "ormal",
      "hot",   "ecause",  "或",    "当",       "若",    "假设",    "忽略",   "如果",
      "省略",  "时",      "irst",  "istribut", "ne of", "robabil", "abel"};
  const char *text = note->source->text;
  size_t begin = noted->cut.span.begin, end = noted->cut.span.end;
  begin -= begin < FARTHEST ? begin : FARTHEST;
  while (end < note->source->length && text[end] != '\n')
    end++;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(text, begin, noted->cut.span.begin, words[k]) < noted->cut.span.begin ||
        bp_text_find(text, noted->cut.span.end, end, words[k]) < end)
      return true;
  return false;
}

/* Small letters that stand in lower indices of a side, as bits, without those that a sum runs over:
 * \sum_j A_{ij} x_j is the i-th of what it is. */
static unsigned indices_of(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end;
  unsigned found = 0, bound = 0;
  for (size_t at = noted->sides[side].begin; at < end; at++) {
    if (text[at] != '_')
      continue;
    size_t over = index_end(text, at, end), before = at;
    while (before > noted->sides[side].begin && text[before - 1] == ' ')
      before--;
    bool runs = before >= noted->sides[side].begin + 3 &&
                (!memcmp(text + before - 3, "sum", 3) || !memcmp(text + before - 3, "rod", 3) ||
                 !memcmp(text + before - 3, "max", 3));
    for (size_t k = at; k < over && k < end; k++)
      if (text[k] >= 'a' && text[k] <= 'z')
        *(runs ? &bound : &found) |= 1U << (text[k] - 'a');
  }
  return found & ~bound;
}

/* Whether the letter, which is gone in a side, was expanded there: with a function where its
 * definition has one, and with all letters of that, as far as they are not expanded in turn. */
static bool is_expanded(const struct bp_note *note, const struct bp_noted *noted, size_t side,
                        const char *letter) {
  const struct bp_noted *definition = definition_of(note, letter, noted->cut.span.begin);
  if (!definition || definition == noted || (applies(definition, 1) && !applies(noted, side)))
    return false;
  struct letters its = letters_of(definition, 1), here = letters_of(noted, side);
  for (size_t k = 0; k < its.count; k++)
    if (!has(&here, its.list[k]) && !is_defined(note, its.list[k]))
      return false;
  return true;
}

bool bp_own_link_says(const struct bp_note *note, const struct bp_noted *noted, size_t links,
                      size_t link) {
  if (noted->side_count != links + 1 || link < 2 || link > links || noted->cut.continues ||
      noted->code || noted->program || noted->bare)
    return false;
  for (size_t side = 1; side < noted->side_count; side++)
    if (is_name(noted, side) || !letters_of(noted, side).any || noted->sides[side].symbolic)
      return false;
  struct letters left = letters_of(noted, link - 1), right = letters_of(noted, link);
  for (size_t k = 0; k < left.count; k++)
    if (!has(&right, left.list[k]) && !is_expanded(note, noted, link, left.list[k]))
      return false;
  return (applies(noted, link) || !applies(noted, link - 1)) &&
         indices_of(noted, link) == indices_of(noted, link - 1) &&
         !is_of_something_special(note, noted);
}
