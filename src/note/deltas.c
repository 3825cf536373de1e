/* \delta h_t for the derivative of the loss by h_t.
 *
 * A δ that always stands in front of a name, and never by itself or with an index of its own, is no
 * vector: \delta o_t = \delta h_t ⊙ tanh(c_t) says of a derivative what it is.  Others write dh_t,
 * and so do we from here on, where at least two lines begin so.  A rate of learning beside one
 * makes a step of it, δw = -η ∂E/∂w.
 */
#include "note/statement.h"

#include <string.h>

#include "note/latex/written.h"

static const char delta[] = "\\delta";

/* Where the name begins behind the δ at `at`; `at` where it is no sign of a derivative. */
static size_t name_behind(const struct bp_written *text, size_t at) {
  static const char *const accents[] = {"\\tilde", "\\hat", "\\bar", "\\widetilde", "\\widehat"};
  size_t end = text->length, name = bp_behind_blanks(text->text, at + sizeof delta - 1, end);
  bool letter = name < end && name >= at + sizeof delta && bp_is_letter(text->text[name]) &&
                (name + 1 >= end || !bp_is_letter(text->text[name + 1]));
  for (size_t k = 0; k < sizeof accents / sizeof *accents; k++)
    letter = letter || bp_text_is_at(text->text, name, end, accents[k]);
  return letter ? name : at;
}

static bool has_rate(const struct bp_written *text) {
  static const char *const rates[] = {"\\eta", "\\alpha", "\\epsilon", "\\varepsilon", "\\mu"};
  for (size_t k = 0; k < sizeof rates / sizeof *rates; k++)
    if (bp_text_find(text->text, 0, text->length, rates[k]) < text->length)
      return true;
  return false;
}

void bp_note_tell_deltas(struct bp_note *note) {
  size_t begins = 0;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    for (size_t at = bp_text_find(text->text, 0, text->length, delta); at < text->length;
         at = bp_text_find(text->text, at + 1, text->length, delta)) {
      if (name_behind(text, at) == at || has_rate(text))
        return;
      begins += note->list[i].side_count > 1 &&
                bp_behind_blanks(text->text, note->list[i].sides[0].begin, text->length) == at;
    }
  }
  for (size_t i = 0; i < note->count && begins > 1; i++) {
    struct bp_written *text = &note->list[i].cut.text;
    for (size_t at = bp_text_find(text->text, 0, text->length, delta); at < text->length;
         at = bp_text_find(text->text, at + 1, text->length, delta)) {
      size_t name = name_behind(text, at);
      memset(text->text + at, ' ', name - at);
      text->text[name - 1] = 'd';
      note->list[i].deltas = true;
    }
  }
}
