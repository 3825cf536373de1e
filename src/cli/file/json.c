/* One flag for the whole program: a refusal ends it, so it does not matter whose it was. */
#include "cli/file/json.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cli/cli.h"

static atomic_bool refused;

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (!memory)
    atomic_store(&refused, true);
  return memory;
}

void bp_json_watch(void) { json_set_alloc_funcs(allocate, free); }

void bp_json_require(void) {
  if (atomic_load(&refused))
    bp_die_no_memory();
}

json_t *bp_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error) {
  json_t *root = json_loadb(bytes, length, flags, error);
  bp_json_require();
  return root;
}
