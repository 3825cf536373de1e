/* Feeds arbitrary bytes to the reader of LaTeX, as one formula, and to what is told of formulas of
 * numbers.
 *
 * Every byte of a statement must come from the formula, its relations must lie in it one behind the
 * other, and declarations are made of what was read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "note/context/facts.h"
#include "note/latex/cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static void look_at_cut(const struct bp_cut *cut, size_t length) {
  size_t end = 0;
  require(cut->span.begin <= cut->span.end && cut->span.end <= length);
  for (size_t i = 0; i < cut->text.length; i++)
    require(cut->text.from[i].begin <= cut->text.from[i].end && cut->text.from[i].end <= length);
  for (size_t k = 0; k < cut->sign_count; k++) {
    require(end <= cut->signs[k].begin && cut->signs[k].begin <= cut->signs[k].end);
    end = cut->signs[k].begin;
  }
}

/* The same as a note that is one display. */
static void look_at_facts(const struct bp_source *formula, struct bp_arena *arena) {
  const char *text = bp_arena_printf(arena, "$$%.*s$$\n", (int)formula->length, formula->text);
  struct bp_source source = {"note.md", text, text ? strlen(text) : 0};
  struct bp_note note;
  struct bp_facts facts;
  if (!text || bp_note_find(&source, BP_NOTE_MARKDOWN, arena, &note) != 0 ||
      bp_facts_find(&note, arena, &facts) != 0)
    return;
  for (size_t i = 0; i < facts.count; i++) {
    const struct bp_note_context *context = &facts.list[i].context;
    require(context->count == 1 && context->members[0] < note.count);
    require(context->own[0].prelude && context->own[0].sides[context->members[0]]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {"note.md", (const char *)data, size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  struct bp_macros *macros = arena ? bp_arena_alloc(arena, 1, sizeof *macros) : NULL;
  struct bp_passage passage = {
      .kind = BP_PASSAGE_FORMULA, .span = {0, size}, .whole = {0, size}, .display = true};
  struct bp_cuts cuts = {NULL, 0, 0};
  if (macros) {
    bp_macros_collect(&source, macros);
    if (bp_formula_cut(&source, &passage, macros, arena, &cuts))
      for (size_t i = 0; i < cuts.count; i++)
        look_at_cut(&cuts.list[i], size);
    look_at_facts(&source, arena);
  }
  bp_arena_free(arena);
  return 0;
}
