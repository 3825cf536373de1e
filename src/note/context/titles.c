/* Notes go through the activations one by one, and the letter g is another function under each
 * title, often without a formula: "1) **Sigmoid**" and then g'(z) = g(z)(1 - g(z)).  The nearest
 * line above that is a heading, or begins in bold, is the title; if it is about anything else
 * than one activation, nothing is taken from it, and no line further up is asked.
 */
#include "note/context/titles.h"

#include <string.h>

#include "note/latex/written.h"

/* Lines, and bytes, from a title to what it is the title of. */
enum { MOST_LINES = 24, MOST_BYTES = 1500 };

static const char *const functions[][2] = {{"sigmoid", "σ"},
                                           {"logistic", "σ"},
                                           {"tanh", "tanh"},
                                           {"双曲正切", "tanh"},
                                           {"hyperbolic tangent", "tanh"},
                                           {"relu", "relu"},
                                           {"rectified linear", "relu"},
                                           {"线性整流", "relu"},
                                           {"softplus", "softplus"}};

/* Words of a title that is about a relative of these, or about a whole model. */
static const char *const others[] = {"leaky",   "prelu", "selu", "gelu",  "hard",
                                     "softmax", "swish", "silu", "param", "regression",
                                     "loss",    "回归",  "损失", "带泄露"};

static char lower(char sign) { return sign >= 'A' && sign <= 'Z' ? (char)(sign + 32) : sign; }

static bool has_word(const char *text, size_t begin, size_t end, const char *word) {
  size_t length = strlen(word);
  for (size_t at = begin; at + length <= end; at++) {
    size_t k = 0;
    while (k < length && lower(text[at + k]) == word[k])
      k++;
    if (k == length)
      return true;
  }
  return false;
}

/* Whether a line is a title: a heading, or one that begins in bold, behind a number or the mark of
 * a list. */
static bool is_title(const char *text, size_t begin, size_t end) {
  static const char *const marks[] = {
      "**",          "__",       "\\section", "\\subsection", "\\subsubsection",
      "\\paragraph", "\\textbf", "<b>",       "<strong>",     "<h"};
  while (begin < end && strchr(" \t-+>.)0123456789", text[begin]))
    begin++;
  static const char *const signs[] = {"* ", "）", "、", "．"};
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (end - begin > strlen(signs[k]) && !memcmp(text + begin, signs[k], strlen(signs[k])))
      begin += strlen(signs[k]);
  while (begin < end && text[begin] == ' ')
    begin++;
  if (begin < end && text[begin] == '#')
    return true;
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (end - begin > strlen(marks[k]) && !memcmp(text + begin, marks[k], strlen(marks[k])))
      return true;
  return false;
}

static const char *named_in(const char *text, size_t begin, size_t end) {
  const char *found = NULL;
  for (size_t k = 0; k < sizeof others / sizeof *others; k++)
    if (has_word(text, begin, end, others[k]))
      return NULL;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (!has_word(text, begin, end, functions[k][0]))
      continue;
    if (found && strcmp(found, functions[k][1]) != 0)
      return NULL;
    found = functions[k][1];
  }
  return found;
}

const char *bp_titled_function(const struct bp_note *note, const struct bp_noted *noted,
                               size_t *title) {
  const char *text = note->source->text;
  size_t end = noted->cut.span.begin, least = end > MOST_BYTES ? end - MOST_BYTES : 0;
  *title = 0;
  for (int lines = 0; lines < MOST_LINES; lines++) {
    size_t begin = end;
    while (begin > 0 && text[begin - 1] != '\n')
      begin--;
    if (begin < least)
      return NULL;
    if (is_title(text, begin, end)) {
      *title = begin;
      return named_in(text, begin, end);
    }
    if (begin == 0)
      return NULL;
    end = begin - 1;
  }
  return NULL;
}

bool bp_words_say_logistic(const struct bp_note *note, const struct bp_noted *noted) {
  enum { BEFORE = 160 };
  static const char *const words[] = {"sigmoid", "Sigmoid", "logistic", "Logistic"};
  static const char *const others[] = {"tanh",  "elu",  "softmax", "ELU",
                                       "hyper", " or ", "softplus"};
  const char *text = note->source->text;
  size_t end = noted->cut.span.begin, begin = end > BEFORE ? end - BEFORE : 0, heading = begin;
  while ((heading = bp_text_find(text, begin, end, "\n#")) < end)
    begin = heading + 1;
  for (size_t k = 0; k < sizeof others / sizeof *others; k++)
    if (bp_text_find(text, begin, end, others[k]) < end)
      return false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(text, begin, end, words[k]) < end)
      return true;
  return false;
}
