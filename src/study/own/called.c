/* Words right before and behind an inline formula that is one name and nothing else.
 *
 * What words say is a reading like others, which the lines decide: they may be about another
 * example, or about what one could take as well.
 */
#include "study/own/called.h"

#include <string.h>

#include "note/latex/written.h"

/* Bytes of prose that belong to the name between them. */
enum { BEFORE = 24, BEHIND = 48 };

static const char *const activations[][2] = {{"sigmoid", "σ"},
                                             {"Sigmoid", "σ"},
                                             {"logistic", "σ"},
                                             {"tanh", "tanh"},
                                             {"Tanh", "tanh"},
                                             {"双曲正切", "tanh"},
                                             {"hyperbolic tangent", "tanh"},
                                             {"ReLU", "relu"},
                                             {"relu", "relu"},
                                             {"rectif", "relu"},
                                             {"softplus", "softplus"},
                                             {"softmax", ""},
                                             {"Softmax", ""}};

/* Whether an inline formula that is the name, or a call of it, begins at `at`; where its last $
 * stands, or 0. */
static size_t formula_end(const struct bp_source *source, size_t at, const char *name) {
  const char *text = source->text;
  size_t end = source->length, length = strlen(name);
  if (at == 0 || text[at - 1] != '$' || end - at <= length || memcmp(text + at, name, length) != 0)
    return 0;
  at = bp_behind_blanks(text, at + length, end);
  if (at < end && text[at] == '(') {
    at = bp_text_find(text, at, at + 12 < end ? at + 12 : end, ")");
    at = bp_behind_blanks(text, at + 1, end);
  }
  return at < end && text[at] == '$' ? at : 0;
}

/* The end of what is said behind a name: that of the sentence, a line break, or the window's. */
static size_t sentence_end(const struct bp_source *source, size_t at) {
  static const char *const ends[] = {". ", "。", "；", ";", "\n\n"};
  size_t end = at + BEHIND < source->length ? at + BEHIND : source->length;
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
    end = bp_text_find(source->text, at, end, ends[k]);
  return end;
}

/* Whether a word of a list stands in [begin, end) of the source. */
static const char *activation_in(const struct bp_source *source, size_t begin, size_t end,
                                 const char *before) {
  for (size_t k = 0; k < sizeof activations / sizeof *activations; k++)
    if (bp_text_find(source->text, begin, end, activations[k][0]) < end)
      before = before && strcmp(before, activations[k][1]) != 0 ? "" : activations[k][1];
  return before;
}

const char *bp_own_called_function(const struct bp_source *source, const char *name) {
  const char *found = NULL;
  for (size_t at = bp_text_find(source->text, 0, source->length, "$"); at + 1 < source->length;
       at = bp_text_find(source->text, at + 1, source->length, "$")) {
    size_t close = formula_end(source, at + 1, name);
    if (close == 0)
      continue;
    found = activation_in(source, at > BEFORE ? at - BEFORE : 0, at, found);
    found = activation_in(source, close, sentence_end(source, close), found);
  }
  return found && found[0] != '\0' ? found : NULL;
}

bool bp_own_called_loss(const struct bp_source *source, const char *name) {
  static const char *const words[] = {"loss", "Loss", "cost", "objective", "error",
                                      "损失", "代价", "误差", "目标"};
  for (size_t at = bp_text_find(source->text, 0, source->length, "$"); at + 1 < source->length;
       at = bp_text_find(source->text, at + 1, source->length, "$")) {
    size_t begin = at > BEFORE ? at - BEFORE : 0;
    for (size_t k = 0; k < sizeof words / sizeof *words && formula_end(source, at + 1, name); k++)
      if (bp_text_find(source->text, begin, at, words[k]) < at)
        return true;
  }
  return false;
}
