/* A formula of running text as people write it between dollars.
 *
 * Most of it is LaTeX already, since e^{-x}, h_t and ∂L/∂w are what both have.  Figures behind a
 * name are its layer, as in all plain text; words are commands; an index of more than one letter
 * gets its braces.
 */
#include "note/bare/bare.h"

#include <string.h>

#include "note/plain/plain.h"

struct spelling {
  const char *text;
  size_t at, end;
  struct bp_written *out;
  bool fine;
};

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static bool looking_at(const struct spelling *spelling, size_t at, const char *what) {
  size_t length = strlen(what);
  return at <= spelling->end && spelling->end - at >= length &&
         memcmp(spelling->text + at, what, length) == 0;
}

static void put(struct spelling *spelling, const char *what, size_t length) {
  spelling->fine =
      spelling->fine && bp_written_add(spelling->out, what, strlen(what),
                                       (struct bp_span){spelling->at, spelling->at + length});
  spelling->at += length;
}

static void copy(struct spelling *spelling, size_t length) {
  spelling->fine = spelling->fine && bp_written_raw(spelling->out, spelling->text, spelling->at,
                                                    spelling->at + length);
  spelling->at += length;
}

/* The mark of a transpose at `at`; 0: none stands there. */
static size_t turned_at(const struct spelling *spelling, size_t at) {
  static const char *const marks[] = {"^{T}", "^T", ".T", "ᵀ", "^\\top"};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
    size_t over = at + strlen(marks[k]);
    if (looking_at(spelling, at, marks[k]) &&
        (over >= spelling->end || !bp_is_letter(spelling->text[over])))
      return strlen(marks[k]);
  }
  return 0;
}

/* The letters here and the figures behind them: W2 is that of a layer. */
static void name(struct spelling *spelling) {
  size_t letters = spelling->at, figures;
  while (letters < spelling->end && bp_is_letter(spelling->text[letters]))
    letters++;
  size_t length = letters - spelling->at;
  const char *word = bp_plain_word(spelling->text + spelling->at, length);
  bool sum = (length == 3 && (looking_at(spelling, spelling->at, "sum") ||
                              looking_at(spelling, spelling->at, "Sum")));
  if (word || sum)
    put(spelling, word ? word : "\\sum ", length);
  else
    copy(spelling, length);
  for (figures = letters; figures < spelling->end && is_digit(spelling->text[figures]);)
    figures++;
  if (figures == letters)
    return;
  size_t turned = turned_at(spelling, figures);
  put(spelling, "^{[", 0);
  copy(spelling, figures - letters);
  put(spelling, turned > 0 ? "]T} " : "]} ", turned);
}

/* _xh has two letters, or figures: braces say so. */
static void index_below(struct spelling *spelling) {
  size_t begin = spelling->at + 1, over = begin;
  while (over < spelling->end &&
         (bp_is_letter(spelling->text[over]) || is_digit(spelling->text[over])))
    over++;
  copy(spelling, 1);
  if (over < begin + 2)
    return;
  put(spelling, "{", 0);
  copy(spelling, over - begin);
  put(spelling, "} ", 0);
}

struct pair {
  const char *plain, *latex;
};

/* Signs and words that LaTeX has other names for. */
static const struct pair pairs[] = {
    {"yhat", "\\hat{y} "}, {"y_hat", "\\hat{y} "}, {"ŷ", "\\hat{y} "},
    {"**", "^"},           {"!=", "\\neq "},       {"≠", "\\neq "},
    {"<=", "\\leq "},      {">=", "\\geq "},       {"∇", "\\nabla "},
    {"grad ", "\\nabla "}, {"grad_", "\\nabla _"}, {"∑", "\\sum "},
    {"∏", "\\prod "},      {"√(", "sqrt("},        {"′", "'"},
    {"...", "\\dots "},    {"…", "\\dots "},       {"ᵀ", "^{T} "},
    {".T", "^{T} "},       {"³", "^3 "},           {"→", "\\to "},
    {"‖", "\\|"}};

static void step(struct spelling *spelling) {
  const char *text = spelling->text;
  bool inside = spelling->at > 0 && bp_is_letter(text[spelling->at - 1]);
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
    if (looking_at(spelling, spelling->at, pairs[k].plain) &&
        !(inside && bp_is_letter(pairs[k].plain[0]))) {
      put(spelling, pairs[k].latex, strlen(pairs[k].plain));
      return;
    }
  if (text[spelling->at] == '*' && inside &&
      bp_text_find(text, spelling->at, spelling->end, "=") ==
          bp_behind_blanks(text, spelling->at + 1, spelling->end))
    put(spelling, "^{*} ", 1); /* w* = … */
  else if (text[spelling->at] == '\\')
    copy(spelling, bp_command_end(text, spelling->at, spelling->end) - spelling->at);
  else if (bp_is_letter(text[spelling->at]))
    name(spelling);
  else if (text[spelling->at] == '_')
    index_below(spelling);
  else
    copy(spelling, 1);
}

bool bp_bare_spell(const struct bp_source *source, struct bp_span span, struct bp_written *latex) {
  struct spelling spelling = {source->text, span.begin, span.end, latex, true};
  while (spelling.at < spelling.end && spelling.fine)
    step(&spelling);
  return spelling.fine;
}
