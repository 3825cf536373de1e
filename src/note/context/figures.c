/* Whoever shows what a sign means does so with numbers, and they need no declarations.
 *
 * A letter is a matrix or a number that a statement before it, below the same heading, gives in
 * figures; the last such one counts.  A decimal fraction may be rounded, and a star, a dot or a
 * cross between two matrices has several meanings, so where such a thing stands nothing is told to
 * fail.
 */
#include "note/context/figures.h"

#include <string.h>

#include "note/context/symbols.h"
#include "note/latex/written.h"

enum { MOST_LETTERS = 6 };

struct reader {
  const struct bp_note *note;
  size_t member;
  struct bp_arena *arena;
  struct bp_figures *figures;
  struct bp_symbol letters[MOST_LETTERS];
  size_t count, matrices;
};

/* Whether a bracket stands right before `at`. */
static bool is_bracketed(const char *text, size_t at) {
  while (at > 0 && text[at - 1] == ' ')
    at--;
  return at > 0 && strchr("([", text[at - 1]) != NULL;
}

/* Behind the command at `at`, with the group of an environment; `at` itself where it is none that
 * stands between figures. */
static size_t behind_command(struct reader *reader, const char *text, size_t at, size_t end) {
  static const char *const known[] = {"frac", "dfrac", "tfrac", "left", "right", "cdot", "times",
                                      "odot", "circ",  "top",   "\\",   ",",     " ",    "quad"};
  static const char *const unsure[] = {"cdot", "times", "circ"};
  size_t over = bp_command_end(text, at, end);
  bool begins = bp_command_is(text, at, over, "begin");
  static const char bare[] =
      "{matrix}"; /* what stands side by side, and no more, without a bracket */
  if (begins && bp_text_is_at(text, over, end, bare) && !is_bracketed(text, at))
    reader->figures->plain = false;
  if (begins || bp_command_is(text, at, over, "end")) {
    reader->matrices += begins;
    return bp_group_end(text, bp_behind_blanks(text, over, end), end);
  }
  for (size_t k = 0; k < sizeof unsure / sizeof *unsure; k++)
    if (bp_command_is(text, at, over, unsure[k]))
      reader->figures->plain = false;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    if (bp_command_is(text, at, over, known[k]))
      return over;
  return at;
}

/* Whether the letter at `at` is the T of a transpose. */
static bool is_transpose(const char *text, size_t at, size_t over) {
  return over == at + 1 && text[at] == 'T' && at >= 2 && memcmp(text + at - 2, "^{", 2) == 0;
}

static bool add_letter(struct reader *reader, const char *text, size_t length) {
  for (size_t i = 0; i < reader->count; i++)
    if (bp_symbol_is(&reader->letters[i], text, length))
      return true;
  if (reader->count == MOST_LETTERS)
    return false;
  reader->letters[reader->count++] = (struct bp_symbol){.text = text, .length = length};
  return true;
}

/* Whether a side is of figures, and of letters where `lettered`. */
static bool read_side(struct reader *reader, const struct bp_noted *noted, size_t side,
                      bool lettered) {
  const char *text = noted->cut.text.text;
  size_t begin = noted->sides[side].begin, end = noted->sides[side].end;
  size_t depth = 0; /* of matrices */
  for (size_t at = begin; at < end;) {
    if (text[at] == '\\') {
      size_t before = reader->matrices, over = behind_command(reader, text, at, end);
      if (over == at)
        return false;
      depth += reader->matrices > before;
      depth -= depth > 0 && bp_text_is_at(text, at, over, "\\end");
      at = over;
    } else if (bp_is_letter(text[at])) {
      size_t over = bp_symbol_end(text, at, end);
      if (!is_transpose(text, at, over) && (!lettered || !add_letter(reader, text + at, over - at)))
        return false;
      at = over;
    } else if (!strchr(" 0123456789+-*/()[]{}&^.,;|", text[at]))
      return false;
    else {
      bool transposes = bp_text_is_at(text, at, end, "^{T}");
      if (strchr(".|", text[at]) || (depth == 0 && strchr("*/^", text[at]) && !transposes))
        reader->figures->plain = false;
      at++;
    }
  }
  return true;
}

/* The statement that gives the letter its figures, or NULL. */
static const struct bp_noted *giver_of(struct reader *reader, const struct bp_symbol *letter) {
  const struct bp_noted *list = reader->note->list, *found = NULL;
  for (size_t i = 0; i < reader->member; i++) {
    const struct bp_noted *noted = &list[i];
    if (noted->section != list[reader->member].section || noted->side_count != 2 ||
        noted->cut.continues || noted->program || noted->why)
      continue;
    const char *text = noted->cut.text.text;
    size_t begin = bp_behind_blanks(text, noted->sides[0].begin, noted->sides[0].end),
           end = noted->sides[0].end;
    while (end > begin && text[end - 1] == ' ')
      end--;
    if (bp_symbol_is(letter, text + begin, end - begin))
      found = read_side(reader, noted, 1, false) ? noted : NULL;
  }
  return found;
}

bool bp_figures_find(const struct bp_note *note, size_t member, struct bp_arena *arena,
                     struct bp_figures *figures) {
  struct reader reader = {.note = note, .member = member, .arena = arena, .figures = figures};
  const struct bp_noted *noted = &note->list[member];
  *figures = (struct bp_figures){NULL, true};
  if (noted->kind != BP_NOTED_CLAIM || noted->why || noted->program || noted->code ||
      noted->cut.continues || noted->side_count < 2)
    return true;
  for (size_t k = 0; k < noted->side_count; k++)
    if (!read_side(&reader, noted, k, true))
      return true;
  if (reader.matrices == 0) /* most claims: no letter of theirs is looked for */
    return true;
  const char *text = "";
  for (size_t i = 0; i < reader.count && text; i++) {
    const struct bp_symbol *letter = &reader.letters[i];
    const struct bp_noted *giver = giver_of(&reader, letter);
    if (!giver)
      return true;
    text = bp_arena_printf(arena, "%slet %.*s = %.*s\n", text, (int)letter->length, letter->text,
                           (int)(giver->sides[1].end - giver->sides[1].begin),
                           giver->cut.text.text + giver->sides[1].begin);
  }
  figures->text = text;
  return text != NULL;
}
