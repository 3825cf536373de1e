/* Feeds arbitrary bytes to the reader of programs.
 *
 * Spans of statements, and of every byte that was written for them, lie in the text; all readings
 * can be declared.
 */
#include <stdint.h>
#include <stdlib.h>

#include "note/turns/programs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static void look_at(const struct bp_program_line *line, size_t length, struct bp_arena *arena) {
  require(line->span.begin <= line->span.end && line->span.end <= length);
  require(line->why || line->text.length == 0 || line->sign < line->text.length);
  for (size_t k = 0; k < line->text.length; k++)
    require(line->text.from[k].begin <= line->text.from[k].end && line->text.from[k].end <= length);
  for (size_t k = 0; line->program && k < bp_program_readings(line->program); k++) {
    struct bp_program_reading reading = bp_program_reading(line->program, k);
    bp_program_prelude(line->program, &reading, arena);
    bp_program_words(line->program, &reading, arena);
    bp_program_spelled(line->program, "size1", 5, line->span, arena);
    bp_program_can_spell(line->program, "size1*W1", line->span);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {"a.py", (const char *)data, size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  struct bp_code code;
  struct bp_program_lines lines;
  if (arena && bp_code_begin(&source, arena, &code) && bp_code_add(&code, 0, size, 0, arena) &&
      bp_programs_find(&code, arena, &lines) == 0)
    for (size_t i = 0; i < lines.count; i++)
      look_at(&lines.list[i], size, arena);
  bp_arena_free(arena);
  return 0;
}
