/* Feeds arbitrary bytes to the scanner of notes; the first byte says which kind of note it is.
 *
 * Passages must lie in the text and in its order, and no byte may be read twice but that of a
 * heading.
 */
#include <stdint.h>
#include <stdlib.h>

#include "note/passage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
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
  bp_arena_free(arena);
  return 0;
}
