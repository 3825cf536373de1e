/* Which activation a layer has, by the note's own words: A^{[1]} = \\tanh(Z^{[1]}).
 *
 * Courses after Ng say so once, for each layer or for all hidden ones, and then write its slope as
 * 1 - (A^{[1]})^2.  A layer of which two things are said has none.
 */
#include <string.h>

#include "note/context/context.h"

/* What is written, and what the language calls it. */
static const char *const functions[][2] = {
    {"tanh(", "tanh"},
    {"\\tanh(", "tanh"},
    {"\\text{tanh}(", "tanh"},
    {"\\mathrm{tanh}(", "tanh"},
    {"np.tanh(", "tanh"},
    {"relu(", "relu"},
    {"ReLU(", "relu"},
    {"\\text{ReLU}(", "relu"},
    {"\\mathrm{ReLU}(", "relu"},
    {"\\text{relu}(", "relu"},
    {"\\operatorname{ReLU}(", "relu"},
    {"\\max(0,", "relu"},
    {"max(0,", "relu"},
    {"np.maximum(0,", "relu"},
    {"\\sigma(", "σ"},
    {"sigmoid(", "σ"},
    {"\\text{sigmoid}(", "σ"},
};

/* The bytes [begin, end) without blanks and sizes of brackets, as far as there is room. */
static void squeeze(const char *text, size_t begin, size_t end, char *out, size_t room) {
  size_t length = 0;
  for (size_t at = begin; at < end && length + 1 < room; at++) {
    static const char *const dropped[] = {"\\left", "\\right", "\\big"};
    for (size_t k = 0; k < sizeof dropped / sizeof *dropped; k++) {
      size_t size = strlen(dropped[k]);
      if (at + size <= end && !memcmp(text + at, dropped[k], size))
        at += size;
    }
    if (at < end && text[at] != ' ')
      out[length++] = text[at];
  }
  out[length] = '\0';
}

/* What the statement says of the layer that is called so, or NULL. */
static const char *stated(const struct bp_noted *noted, const char *layer) {
  char left[40], right[80], expected[16];
  if (noted->side_count < 2 || noted->kind != BP_NOTED_DEFINITION || noted->cut.continues)
    return NULL;
  size_t first = bp_behind_blanks(noted->cut.text.text, noted->sides[0].begin, noted->sides[0].end);
  if (first == noted->sides[0].end || !strchr("Aa\\", noted->cut.text.text[first]))
    return NULL;
  squeeze(noted->cut.text.text, noted->sides[0].begin, noted->sides[0].end, left, sizeof left);
  if ((left[0] != 'A' && left[0] != 'a') || strncmp(left + 1, "^{[", 3) != 0 ||
      strncmp(left + 4, layer, strlen(layer)) != 0 || left[4 + strlen(layer)] != ']')
    return NULL;
  squeeze(noted->cut.text.text, noted->sides[1].begin, noted->sides[1].end, right, sizeof right);
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    size_t length = strlen(functions[k][0]);
    expected[0] = left[0] == 'A' ? 'Z' : 'z';
    strcpy(expected + 1, "^{[");
    if (strncmp(right, functions[k][0], length) == 0 &&
        strncmp(right + length, expected, strlen(expected)) == 0)
      return functions[k][1];
  }
  return NULL;
}

/* What all statements of the note say of it; NULL where that is nothing, or more than one thing. */
static const char *agreed(const struct bp_note *note, const char *layer) {
  const char *found = NULL;
  for (size_t i = 0; i < note->count; i++) {
    const char *one = stated(&note->list[i], layer);
    if (one && found && strcmp(one, found) != 0)
      return NULL;
    found = one ? one : found;
  }
  return found;
}

const char *bp_context_activation(const struct bp_note_context *context, int layer) {
  char number[2] = {(char)('0' + layer), '\0'};
  if (context->family != BP_FAMILY_BRACKETS || layer < 1 || layer > 9)
    return NULL;
  const char *own = agreed(context->note, number);
  const char *every = own ? NULL : agreed(context->note, "l");
  return own || (every && strcmp(every, "σ") != 0) ? (own ? own : every) : NULL;
}
