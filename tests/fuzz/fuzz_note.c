/* Feeds arbitrary bytes to the scanner of notes; the first byte says which kind of note it is.
 *
 * Passages must lie in the text and in its order, and no byte may be read twice but that of a
 * heading.
 */
#include <stdint.h>
#include <stdlib.h>

#include "note/context/context.h"
#include "note/passage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

/* Statements, contexts and the text of every reading: spans stay inside of the note. */
static void look_at_statements(const struct bp_source *source, enum bp_note_style style,
                               struct bp_arena *arena) {
  struct bp_note note;
  struct bp_note_contexts contexts;
  if (bp_note_find(source, style, arena, &note) != 0)
    return;
  for (size_t i = 0; i < note.count; i++) {
    const struct bp_noted *noted = &note.list[i];
    require(noted->cut.span.begin <= noted->cut.span.end);
    require(noted->cut.span.end <= source->length && noted->left <= i);
    for (size_t k = 0; k < noted->side_count; k++)
      require(noted->sides[k].begin <= noted->sides[k].end &&
              noted->sides[k].end <= noted->cut.text.length);
  }
  if (bp_contexts_find(&note, arena, &contexts) != 0)
    return;
  for (size_t i = 0; i < contexts.count; i++)
    for (size_t k = 0; k < bp_context_readings(&contexts.list[i]); k++) {
      struct bp_note_reading reading = bp_context_reading(&contexts.list[i], k);
      bp_context_prelude(&contexts.list[i], &reading, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  struct bp_source source = {"note", (const char *)data + 1, size - 1};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  struct bp_passages passages;
  if (!arena)
    return 0;
  enum bp_note_style style = *data == '%' ? BP_NOTE_TEX : BP_NOTE_MARKDOWN;
  if (bp_passages_find(&source, style, arena, &passages) == 0) {
    size_t end = 0, section = 0;
    for (size_t k = 0; k < passages.count; k++) {
      const struct bp_passage *passage = &passages.list[k];
      require(passage->whole.begin <= passage->span.begin);
      require(passage->span.begin <= passage->span.end);
      require(passage->span.end <= passage->whole.end && passage->whole.end <= source.length);
      require(passage->section >= section);
      section = passage->section;
      if (passage->kind == BP_PASSAGE_HEADING)
        continue;
      require(passage->span.begin >= end);
      end = passage->span.end;
    }
  }
  look_at_statements(&source, style, arena);
  bp_arena_free(arena);
  return 0;
}
