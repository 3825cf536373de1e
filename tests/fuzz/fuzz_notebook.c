/* Feeds arbitrary bytes to the reader of notebooks: places lie in the notebook, and in its order.
 */
#include <stdint.h>
#include <stdlib.h>

#include "note/notebook/notebook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {"a.ipynb", (const char *)data, size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  struct bp_diagnostics diagnostics;
  struct bp_notebook notebook;
  if (!arena)
    return 0;
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_notebook_decode(&source, arena, &diagnostics, &notebook) == 0) {
    bool whole;
    for (size_t k = 0; k < notebook.note.length; k++) {
      struct bp_span one = bp_notebook_from(&notebook, (struct bp_span){k, k + 1}, &whole);
      require(one.begin <= one.end && one.end <= size);
      require(k % 97 != 0 || bp_notebook_place(&notebook, k, arena));
    }
    bp_notebook_from(&notebook, (struct bp_span){0, notebook.note.length}, &whole);
    for (size_t k = 0; k < diagnostics.count; k++)
      require(diagnostics.list[k].span.end <= size);
  }
  bp_arena_free(arena);
  return 0;
}
