/* Faces of letters: \mathbf{W}^{[l]} is W^{[l]}.
 *
 * Whoever writes matrices in bold writes all of them so, and what stands in bold is the letter that
 * it would be without.  Where a note has the same letter with a layer in both faces they may be two
 * things, and stay apart; but an entry W^{[l]}_{jk} is one of \mathbf{W}^{[l]}, unless that has
 * entries in bold as well, which are rows then.  A Greek letter in bold, \boldsymbol{\delta}^{[l]},
 * is the letter itself, whatever the weights look like.  The text keeps its length, and every byte
 * its place.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

/* Whether a raised index opens at `at`, or a lower one with that behind it. */
static bool has_index(const struct bp_written *text, size_t at) {
  while (at < text->length && text->text[at] == ' ')
    at++;
  if (at + 1 < text->length && text->text[at] == '_' && text->text[at + 1] == '{')
    at = bp_group_end(text->text, at + 1, text->length);
  return at + 2 < text->length && text->text[at] == '^' && text->text[at + 1] == '{' &&
         text->text[at + 2] != 'T' && text->text[at + 2] != '\\';
}

/* Whether the letter that ends at `at` has a lower index that is a letter: it is an entry. */
static bool is_entry(const struct bp_written *text, size_t at) {
  for (int part = 0; part < 2; part++) {
    at = bp_behind_blanks(text->text, at, text->length);
    if (at + 2 >= text->length || !strchr("_^", text->text[at]) || text->text[at + 1] != '{')
      return false;
    if (text->text[at] == '_' && bp_is_letter(text->text[at + 2]))
      return true;
    at = bp_group_end(text->text, at + 1, text->length);
  }
  return false;
}

/* The number of a letter, or of a command by its first letter. */
static size_t number_of(const struct bp_written *text, size_t letter) {
  unsigned char sign = (unsigned char)text->text[letter];
  return sign == '\\' ? 128U + ((unsigned char)text->text[letter + 1] & 127U) : sign & 127U;
}

/* Whether the command at `at` is a letter that derivatives and parameters have. */
static bool is_greek(const char *text, size_t at, size_t over) {
  static const char *const letters[] = {"delta", "Delta", "theta", "Theta", NULL};
  for (const char *const *letter = letters; *letter; letter++)
    if (bp_command_is(text, at, over, *letter))
      return true;
  return false;
}

/* How letters with an index stand in a note. */
struct found {
  bool bold, entries_bold;   /* in a face */
  bool plain, entries_plain; /* without one; what has no lower index, and what has one */
};

/* Where the face ends whose command begins at `at`, behind its group; `at`: it is none, or of more
 * than a letter.  Sets *letter to the place of the letter. */
static size_t face_end(const struct bp_written *text, size_t at, size_t *letter) {
  static const char *const faces[] = {"boldsymbol", "mathbf", "bm", "bold", "mathbb"};
  size_t over = text->text[at] == '\\' ? bp_command_end(text->text, at, text->length) : at;
  bool face = false;
  for (size_t k = 0; k < sizeof faces / sizeof *faces && over > at; k++)
    face = face || bp_command_is(text->text, at, over, faces[k]);
  while (face && over < text->length && text->text[over] == ' ')
    over++;
  if (!face || over + 2 >= text->length)
    return at;
  *letter = over;
  if (bp_is_letter(text->text[over]))
    return over + 1;
  if (text->text[over] != '{')
    return at;
  size_t end = bp_group_end(text->text, over, text->length), count = 0;
  for (size_t i = over + 1; i + 1 < end; i++) {
    size_t greek = text->text[i] == '\\' ? bp_command_end(text->text, i, end) : i;
    if (bp_is_letter(text->text[i]) || (greek > i && is_greek(text->text, i, greek))) {
      *letter = i;
      count++;
      i = greek > i ? greek - 1 : i;
    } else if (text->text[i] != ' ')
      return at;
  }
  return count == 1 ? end : at;
}

/* Counts the letters with an index that stand in a face, or without one. */
static void count_letters(const struct bp_written *text, struct found found[256]) {
  for (size_t at = 0; at < text->length; at++) {
    size_t letter = at, end = face_end(text, at, &letter);
    bool alone = bp_is_letter(text->text[at]) &&
                 (at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\')) &&
                 (at + 1 >= text->length || !bp_is_letter(text->text[at + 1]));
    if (end > at) {
      struct found *one = &found[number_of(text, letter)];
      one->bold = one->bold || has_index(text, end);
      one->entries_bold = one->entries_bold || is_entry(text, end);
      at = end - 1;
    } else if (text->text[at] == '\\') {
      size_t over = bp_command_end(text->text, at, text->length);
      struct found *one = &found[number_of(text, at)];
      one->plain = one->plain || (is_greek(text->text, at, over) && has_index(text, over));
      at = over - 1;
    } else if (alone && has_index(text, at + 1)) {
      struct found *one = &found[(unsigned char)text->text[at]];
      bool entry = is_entry(text, at + 1);
      one->entries_plain = one->entries_plain || entry;
      one->plain = one->plain || !entry;
    }
  }
}

static void drop(struct bp_written *text, const bool dropped[256]) {
  for (size_t at = 0; at < text->length; at++) {
    size_t letter = at, end = face_end(text, at, &letter);
    if (end == at || !dropped[number_of(text, letter)])
      continue;
    size_t over = text->text[letter] == '\\' ? bp_command_end(text->text, letter, end) : letter + 1;
    size_t begin = end - (over - letter);
    struct bp_span from = bp_written_from(text, at, end);
    memmove(text->text + begin, text->text + letter, over - letter);
    for (size_t i = begin; i < end; i++)
      text->from[i] = from;
    memset(text->text + at, ' ', begin - at);
    at = end - 1;
  }
}

void bp_note_drop_faces(struct bp_note *note) {
  struct found found[256] = {{false, false, false, false}};
  bool dropped[256] = {false}, any = false;
  for (size_t i = 0; i < note->count; i++)
    count_letters(&note->list[i].cut.text, found);
  for (size_t k = 0; k < sizeof dropped; k++) {
    const struct found *one = &found[k];
    dropped[k] = one->bold && !one->plain && !(one->entries_bold && one->entries_plain);
    any = any || (dropped[k] && (k == 'W' || k == 'w'));
  }
  for (size_t k = 0; k < 128; k++)
    dropped[k] = dropped[k] && any;
  for (size_t i = 0; i < note->count; i++)
    drop(&note->list[i].cut.text, dropped);
}
