/* Feeds arbitrary bytes to the reader of .npz archives, unpacks every array, and gives them roles.
 *
 * No input may take more memory than the limit says, whatever it claims about itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/npz.h"
#include "data/roles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)16 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static void give_roles(const struct bp_npz *npz, struct bp_arena *arena,
                       struct bp_diagnostics *diagnostics) {
  const char **names = bp_arena_alloc(arena, npz->count, sizeof *names);
  struct bp_cast cast;
  if (!names)
    return;
  for (size_t k = 0; k < npz->count; k++)
    names[k] = npz->members[k].name;
  if (bp_cast_roles("g.npz", names, npz->count, 2, NULL, 0, arena, diagnostics, &cast) != 0)
    return;
  for (int kind = 0; kind < BP_ROLE_COUNT; kind++)
    for (size_t l = 0; l <= 2; l++)
      require(cast.place[kind][l] == SIZE_MAX || cast.place[kind][l] < npz->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {.name = "g.npz", .text = (const char *)data, .length = size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  struct bp_npz npz;
  if (!arena)
    return 0;
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  int status = bp_npz_open(&source, memory_limit / 2, arena, &diagnostics, &npz);
  require((status == 0) == (diagnostics.errors == 0));
  if (status == 0) {
    npz.lasting = size % 2;
    for (size_t k = 0; k < npz.count; k++) {
      struct bp_array array;
      size_t errors = diagnostics.errors;
      int read = bp_npz_read(&npz, k, arena, &diagnostics, &array);
      require((read == 0) == (diagnostics.errors == errors));
    }
    give_roles(&npz, arena, &diagnostics);
    bp_npz_close(&npz);
  }
  bp_arena_free(arena);
  return 0;
}
