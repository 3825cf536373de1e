/* A variance is called σ², and the square is a part of its name: σ_B^2 is defined by a sum,
 * something is differentiated by it, and σ itself stands nowhere.
 *
 * In such a note σ² becomes one letter that the note does not have.  The text keeps its length, and
 * every byte its place.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

static const char sigma[] = "\\sigma", square[] = "^{2}";

/* Letters no longer than σ that may stand for its square: in LaTeX, and as the language prints
 * them. */
static const char *const letters[][2] = {{"\\zeta", "ζ"}, {"\\chi", "χ"}, {"\\tau", "τ"}};

/* Where the name σ that begins at `at` ends, with what stands below and above it; `at`: none does.
 * *power is where its ^{2} opens; 0: it has none. */
static size_t name_end(const struct bp_written *text, size_t at, size_t *power) {
  size_t over = at + sizeof sigma - 1, end = text->length;
  *power = 0;
  if (end - at < sizeof sigma || memcmp(text->text + at, sigma, sizeof sigma - 1) != 0 ||
      bp_is_letter(text->text[over]))
    return at;
  for (int part = 0; part < 2; part++) {
    size_t next = bp_behind_blanks(text->text, over, end);
    if (next + 1 < end && text->text[next] == '_' && text->text[next + 1] == '{')
      over = bp_group_end(text->text, next + 1, end);
    else if (*power == 0 && bp_text_is_at(text->text, next, end, square)) {
      *power = next;
      over = next + sizeof square - 1;
    }
  }
  return over;
}

/* Whether a ∂ or the beginning of the statement stands before `at`, and for the latter an equals
 * sign behind `over`: it is defined, or differentiated by. */
static bool is_introduced(const struct bp_noted *noted, size_t at, size_t over) {
  const struct bp_written *text = &noted->cut.text;
  size_t before = at;
  while (before > 0 && strchr(" {", text->text[before - 1]))
    before--;
  bool partial = before >= 8 && memcmp(text->text + before - 8, "\\partial", 8) == 0;
  return partial || (before == 0 && noted->side_count > 1 && !noted->cut.continues &&
                     bp_behind_blanks(text->text, over, text->length) >= noted->sides[0].end);
}

/* Whether σ² is introduced somewhere, and σ never stands without its square but as a function. */
static bool names_square(const struct bp_note *note) {
  bool introduced = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    for (size_t at = 0; at < text->length; at++) {
      size_t power, over = name_end(text, at, &power);
      if (over == at)
        continue;
      if (power == 0)
        return false;
      introduced = introduced || is_introduced(&note->list[i], at, over);
    }
  }
  return introduced;
}

static bool is_free(const struct bp_note *note, const char *letter) {
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    if (bp_text_find(text->text, 0, text->length, letter) < text->length)
      return false;
  }
  return true;
}

static void rename_square(struct bp_written *text, const char *letter) {
  for (size_t at = 0; at < text->length; at++) {
    size_t power, over = name_end(text, at, &power), length = strlen(letter);
    if (over == at || power == 0)
      continue;
    memcpy(text->text + at, letter, length);
    memset(text->text + at + length, ' ', sizeof sigma - 1 - length);
    memset(text->text + power, ' ', sizeof square - 1);
    at = over - 1;
  }
}

void bp_note_name_squares(struct bp_note *note) {
  if (!names_square(note))
    return;
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
    if (!is_free(note, letters[k][0]))
      continue;
    for (size_t i = 0; i < note->count; i++)
      if (!note->list[i].program)
        rename_square(&note->list[i].cut.text, letters[k][0]);
    note->square = letters[k][1];
    return;
  }
}
