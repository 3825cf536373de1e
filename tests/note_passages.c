/* Prints the passages of a note, for tests/notes/found.py: kind, place, length and marks of each.
 *
 *     note_passages [--tex] < note
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "note/passage.h"

static char *read_all(FILE *in, size_t *length) {
  size_t capacity = 1 << 16;
  char *text = malloc(capacity);
  for (*length = 0; text;) {
    *length += fread(text + *length, 1, capacity - *length, in);
    if (*length < capacity)
      return text;
    text = realloc(text, capacity *= 2);
  }
  return NULL;
}

int main(int argc, char **argv) {
  static const char *const kinds[] = {"prose",     "heading",   "formula", "code",
                                      "code-span", "directive", "image"};
  bool tex = argc > 1 && !strcmp(argv[1], "--tex");
  struct bp_source source = {.name = "note"};
  char *text = read_all(stdin, &source.length);
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_passages passages;
  source.text = text;
  if (!text || !arena ||
      bp_passages_find(&source, tex ? BP_NOTE_TEX : BP_NOTE_MARKDOWN, arena, &passages) != 0)
    return 3;
  for (size_t k = 0; k < passages.count; k++) {
    const struct bp_passage *passage = &passages.list[k];
    printf("%s %zu %zu%s%s cell %u section %zu\n", kinds[passage->kind], passage->span.begin,
           passage->span.end, passage->display ? " display" : "",
           passage->unclosed ? " unclosed" : "", passage->cell, passage->section);
  }
  bp_arena_free(arena);
  free(text);
  return 0;
}
