/* Passages in their order, formulas cut, sides taken apart.
 *
 * A statement that begins with a relation is about the left side of the statement before it, if
 * that stands close enough: people write "=" at the beginning of a display, or after "So".
 */
#include "note/statement.h"

#include <string.h>

#include "base/list.h"

enum { NEAR = 200 /* bytes between a formula and the one that it goes on from */ };

#define BP_ROW(kind, word, several) word,
static const char *const words[] = {BP_NOTED_KINDS(BP_ROW)};
#undef BP_ROW
#define BP_ROW(kind, word, several) several,
static const char *const several_words[] = {BP_NOTED_KINDS(BP_ROW)};
#undef BP_ROW

const char *bp_noted_word(enum bp_noted_kind kind) { return words[kind]; }

const char *bp_noted_words(enum bp_noted_kind kind, size_t count) {
  return count == 1 ? words[kind] : several_words[kind];
}

/* Takes the text apart at its relations. */
static bool take_sides(struct bp_noted *noted, struct bp_arena *arena) {
  const struct bp_cut *cut = &noted->cut;
  size_t begin = 0;
  noted->sides = bp_arena_alloc(arena, cut->sign_count + 1, sizeof *noted->sides);
  if (!noted->sides)
    return false;
  for (size_t i = 0; i <= cut->sign_count; i++) {
    size_t end = i < cut->sign_count ? cut->signs[i].begin : cut->text.length;
    noted->sides[noted->side_count++] = (struct bp_noted_side){begin, end, false};
    begin = i < cut->sign_count ? cut->signs[i].end : end;
  }
  return true;
}

static bool add_cut(struct bp_note *note, const struct bp_cut *cut,
                    const struct bp_passage *passage, struct bp_arena *arena) {
  bool equals = memchr(cut->text.text ? cut->text.text : "", '=', cut->text.length) != NULL;
  if (cut->sign_count == 0 && cut->state != BP_CUT_ENDLESS && !equals) {
    note->plain++;
    return true;
  }
  if (!bp_list_room(arena, note->list, note->count, note->capacity))
    return false;
  struct bp_noted *noted = &note->list[note->count];
  *noted = (struct bp_noted){.cut = *cut, .section = passage->section, .cell = passage->cell};
  noted->left = note->count;
  if (cut->continues && note->count > 0) {
    const struct bp_noted *before = noted - 1;
    bool near = cut->span.begin - before->cut.span.end < NEAR && before->cell == noted->cell &&
                before->section == noted->section;
    noted->left = near ? before->left : note->count;
  }
  note->count++;
  if (!take_sides(noted, arena))
    return false;
  bp_noted_classify(noted);
  return true;
}

static bool add_formula(struct bp_note *note, const struct bp_passage *passage,
                        struct bp_macros *macros, struct bp_arena *arena) {
  struct bp_cuts cuts = {NULL, 0, 0};
  if (!bp_formula_cut(note->source, passage, macros, arena, &cuts))
    return false;
  note->formulas++;
  note->plain += cuts.count == 0; /* a macro is defined there, or nothing is */
  for (size_t i = 0; i < cuts.count; i++)
    if (!add_cut(note, &cuts.list[i], passage, arena))
      return false;
  return true;
}

int bp_note_find(const struct bp_source *source, enum bp_note_style style, struct bp_arena *arena,
                 struct bp_note *note) {
  struct bp_passages passages = {NULL, 0, 0};
  struct bp_macros *macros = bp_arena_alloc(arena, 1, sizeof *macros);
  *note = (struct bp_note){.source = source};
  if (!macros || bp_passages_find(source, style, arena, &passages) != 0)
    return -1;
  bp_macros_collect(source, macros);
  for (size_t i = 0; i < passages.count; i++) {
    const struct bp_passage *passage = &passages.list[i];
    if (passage->kind == BP_PASSAGE_FORMULA && !add_formula(note, passage, macros, arena))
      return -1;
    note->images += passage->kind == BP_PASSAGE_IMAGE;
    bool states =
        passage->kind == BP_PASSAGE_DIRECTIVE ||
        (passage->kind == BP_PASSAGE_CODE && passage->language.end - passage->language.begin == 5 &&
         memcmp(source->text + passage->language.begin, "deriv", 5) == 0);
    note->code += passage->kind == BP_PASSAGE_CODE && !states;
    if (!states)
      continue;
    if (!bp_list_room(arena, note->declared, note->declared_count, note->declared_capacity))
      return -1;
    note->declared[note->declared_count++] = passage->span;
  }
  bp_note_find_layers(note);
  return 0;
}
