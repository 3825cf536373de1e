/* Feeds arbitrary bytes to the reader of .npy arrays.
 *
 * What it accepts must be whole: as many numbers as the shape says, of a width that the bytes
 * account for; and integers must be whole numbers.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {.name = "X.npy", .text = (const char *)data, .length = size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  if (!arena)
    return 0;
  struct bp_diagnostics diagnostics;
  struct bp_array array;
  bp_diagnostics_init(&diagnostics, arena);
  int status = bp_npy_read(&source, arena, &diagnostics, &array);
  require((status == 0) == (diagnostics.errors == 0));
  if (status == 0) {
    require(array.dimensions <= BP_MOST_DIMENSIONS);
    require(array.count == array.shape[0] * array.shape[1]);
    require(array.count * array.width < size);
    for (size_t k = 0; k < array.count; k++)
      require(array.kind == 'f' || array.data[k] == floor(array.data[k]));
    require(strlen(bp_array_type(&array)) > 0);
    require(bp_array_shape(&array, arena) && bp_array_place(&array, 0, arena));
  }
  bp_arena_free(arena);
  return 0;
}
