/* What suites of readers share: an arena, and the diagnostics that live in it. */
#ifndef BP_TESTS_DIAGNOSED_H
#define BP_TESTS_DIAGNOSED_H

#include "base/arena.h"
#include "base/diag.h"

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;

static inline void set_up(void) {
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
}

static inline void tear_down(void) { bp_arena_free(arena); }

static inline const char *last_message(void) {
  return diagnostics.count ? diagnostics.list[diagnostics.count - 1].message : "";
}

#endif
