/* Layers in parentheses, W^{(l)}, are written as layers in brackets.
 *
 * A number in parentheses may as well be a sample or a step of time: x^{(i)}, h^{(t)}.  Weights
 * have neither, so where three statements have a weight with l, L or a number in parentheses, these
 * are layers, and so are the same indices of everything else but the input and the target.  The
 * text keeps its length, and every byte its place.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

enum { ENOUGH = 3 };

/* Where the parenthesis closes around a layer, "(l)", "(l+1)", "(L-1)", "(2)", that opens at `at`;
 * 0: it is none. */
static size_t layer_end(const struct bp_written *text, size_t at) {
  const char *sign = text->text + at;
  size_t left = text->length - at, over = 1;
  if (left < 3 || sign[0] != '(')
    return 0;
  bool number = sign[1] >= '0' && sign[1] <= '9';
  if (!number && sign[1] != 'l' && sign[1] != 'L')
    return 0;
  over = 2;
  while (over < left && sign[over] == ' ')
    over++;
  if (!number && over < left && (sign[over] == '+' || sign[over] == '-'))
    for (over++; over < left && (sign[over] == ' ' || (sign[over] >= '0' && sign[over] <= '9'));)
      over++;
  return over < left && sign[over] == ')' ? at + over : 0;
}

/* The letter that a raised index at `at`, which is "^{(", belongs to; '\0': none.  A command is its
 * first letter. */
static char base_of(const struct bp_written *text, size_t at) {
  while (at > 0 && text->text[at - 1] == ' ')
    at--;
  if (at > 0 && text->text[at - 1] == '}') { /* an index below it */
    while (at > 0 && text->text[at - 1] != '{')
      at--;
    if (at < 2 || text->text[at - 2] != '_')
      return '\0';
    at -= 2;
    while (at > 0 && text->text[at - 1] == ' ')
      at--;
  }
  size_t begin = at;
  while (begin > 0 && bp_is_letter(text->text[begin - 1]))
    begin--;
  if (begin == at)
    return '\0';
  return begin > 0 && text->text[begin - 1] == '\\' ? text->text[begin] : text->text[at - 1];
}

/* Goes through all layers in parentheses of a statement; changes them where `change` is set.
 * Returns whether a weight has one. */
static bool walk(struct bp_written *text, bool change) {
  bool weight = false;
  for (size_t at = 0; at + 4 < text->length; at++) {
    if (memcmp(text->text + at, "^{(", 3) != 0)
      continue;
    size_t close = layer_end(text, at + 2);
    char base = base_of(text, at);
    if (close == 0 || base == '\0' || base == 'x' || base == 'y')
      continue;
    weight = weight || base == 'W' || base == 'w' || base == 'T' || base == 't';
    if (change) {
      text->text[at + 2] = '[';
      text->text[close] = ']';
    }
  }
  return weight;
}

void bp_note_find_layers(struct bp_note *note) {
  size_t weights = 0, brackets = 0;
  for (size_t i = 0; i < note->count; i++) {
    struct bp_written *text = &note->list[i].cut.text;
    weights += walk(text, false);
    brackets += bp_text_find(text->text, 0, text->length, "^{[") < text->length;
  }
  note->parentheses = weights >= ENOUGH && brackets == 0;
  for (size_t i = 0; i < note->count && note->parentheses; i++)
    walk(&note->list[i].cut.text, true);
}
