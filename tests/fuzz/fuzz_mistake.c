/* Feeds arbitrary bytes to the reader of planted mistakes.
 *
 * What it accepts must be one of the known kinds, at a layer that the network has, and its text
 * must read back as the same mistake.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/mistakes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;
static const char network[] = "3 - 4 tanh - 4 relu - 2 sigmoid";

static int parse(const char *text, size_t length, const struct bp_spec *spec,
                 struct bp_arena *arena, struct bp_mistake *mistake) {
  struct bp_source source = {.name = "--inject", .text = text, .length = length};
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  int status = bp_mistake_parse(&source, spec, BP_ROUTE_DIRECT, &diagnostics, mistake);
  if ((status == 0) != (diagnostics.errors == 0))
    abort();
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_arena *arena = bp_arena_new(memory_limit);
  if (!arena)
    return 0;
  struct bp_source source = {.name = "network", .text = network, .length = sizeof network - 1};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  struct bp_mistake mistake, again;
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_spec_parse(&source, arena, &diagnostics, &spec) != 0)
    abort();
  if (parse((const char *)data, size, &spec, arena, &mistake) == 0) {
    if (mistake.kind == BP_NO_MISTAKE || mistake.kind >= BP_MISTAKE_COUNT || mistake.layer == 0 ||
        mistake.layer > spec.depth)
      abort();
    const char *text = bp_mistake_text(&mistake, arena);
    if (text && (parse(text, strlen(text), &spec, arena, &again) != 0 ||
                 again.kind != mistake.kind || again.layer != mistake.layer))
      abort();
  }
  bp_arena_free(arena);
  return 0;
}
