/* Faces of letters: \mathbf{W}^{[l]} is W^{[l]}.
 *
 * Whoever writes matrices in bold writes all of them so, and what stands in bold is the letter that
 * it would be without.  Where a note has the same letter with a layer in both faces they may be two
 * things, and stay apart.  The text keeps its length, and every byte its place.
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
    if (bp_is_letter(text->text[i])) {
      *letter = i;
      count++;
    } else if (text->text[i] != ' ')
      return at;
  }
  return count == 1 ? end : at;
}

/* Counts the letters with an index that stand in a face, or without one. */
static void count_letters(const struct bp_written *text, bool bold[256], bool plain[256]) {
  for (size_t at = 0; at < text->length; at++) {
    size_t letter = at, end = face_end(text, at, &letter);
    bool alone = bp_is_letter(text->text[at]) &&
                 (at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\')) &&
                 (at + 1 >= text->length || !bp_is_letter(text->text[at + 1]));
    if (end > at) {
      bold[(unsigned char)text->text[letter]] |= has_index(text, end);
      at = end - 1;
    } else if (alone && has_index(text, at + 1))
      plain[(unsigned char)text->text[at]] = true;
  }
}

static void drop(struct bp_written *text, const bool dropped[256]) {
  for (size_t at = 0; at < text->length; at++) {
    size_t letter = at, end = face_end(text, at, &letter);
    if (end == at || !dropped[(unsigned char)text->text[letter]])
      continue;
    struct bp_span from = bp_written_from(text, at, end);
    text->text[end - 1] = text->text[letter];
    text->from[end - 1] = from;
    memset(text->text + at, ' ', end - 1 - at);
    at = end - 1;
  }
}

void bp_note_drop_faces(struct bp_note *note) {
  bool bold[256] = {false}, plain[256] = {false}, any = false;
  for (size_t i = 0; i < note->count; i++)
    count_letters(&note->list[i].cut.text, bold, plain);
  for (size_t k = 0; k < sizeof bold; k++) {
    bold[k] = bold[k] && !plain[k];
    any = any || (bold[k] && (k == 'W' || k == 'w'));
  }
  for (size_t i = 0; i < note->count && any; i++)
    drop(&note->list[i].cut.text, bold);
}
