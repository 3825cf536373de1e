/* Names that are given once.  A second claim of the same name becomes "name#2". */
#ifndef BP_REPORT_SUITE_IDS_H
#define BP_REPORT_SUITE_IDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct bp_id; /* a name that has been given, and the number to try next */

/* Begin with {.arena = ...}, which keeps the names. */
struct bp_ids {
  struct bp_arena *arena;
  struct bp_id *table; /* open addressing; free where there is no text */
  size_t count, capacity;
};

/* A copy of `wanted`, with a number where it has been given before.  NULL when memory is short or
 * `wanted` is NULL. */
const char *bp_ids_give(struct bp_ids *ids, const char *wanted);

/* Whether the name has been given. */
bool bp_ids_has(const struct bp_ids *ids, const char *name);

void bp_ids_free(struct bp_ids *ids);

#endif
