/* Feeds arbitrary bytes to the reader of network specs.
 *
 * Whatever the text, the reader must answer with a network or with at least one error, never with
 * neither; every diagnostic must be printable; and the normal form of what it accepts must be
 * accepted again and stay as it is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void print_nowhere(const struct bp_diagnostics *diagnostics) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out)
    return;
  bp_diagnostics_write(diagnostics, true, out);
  fclose(out);
  free(text);
}

static int parse(const char *text, size_t length, struct bp_arena *arena, struct bp_spec *spec) {
  struct bp_source source = {.name = "network spec", .text = text, .length = length};
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  int status = bp_spec_parse(&source, arena, &diagnostics, spec);
  if ((status == 0) != (diagnostics.errors == 0))
    abort();
  print_nowhere(&diagnostics);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_arena *arena = bp_arena_new(memory_limit);
  if (!arena)
    return 0;
  struct bp_spec spec, again;
  if (parse((const char *)data, size, arena, &spec) == 0) {
    const char *normal = bp_spec_text(&spec, arena);
    if (normal) {
      if (parse(normal, strlen(normal), arena, &again) != 0)
        abort();
      const char *twice = bp_spec_text(&again, arena);
      if (twice && strcmp(normal, twice) != 0)
        abort();
    }
    bp_spec_parameters(&spec);
  }
  bp_arena_free(arena);
  return 0;
}
