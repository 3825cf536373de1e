/* Text that grows by pieces.
 *
 * What is added costs what it is long, and not what stands already: a text that is printed anew
 * with each of its n lines takes n² bytes of an arena, which gives nothing back.  A piece may be of
 * any length.  Whoever keeps `text` and goes on adding sees what is added, or does not: keep it at
 * the end.
 */
#ifndef BP_BASE_GROWING_H
#define BP_BASE_GROWING_H

#include <stdarg.h>

#include "base/arena.h"

struct bp_growing {
  struct bp_arena *arena;
  const char *text; /* all of it, with a 0 behind; NULL once memory was short */
  char *room;       /* the text, where something was added */
  size_t length, capacity;
};

static inline struct bp_growing bp_growing_new(struct bp_arena *arena) {
  return (struct bp_growing){.arena = arena, .text = ""};
}

/* Adds a formatted piece.  False when memory is short, now or before. */
bool bp_growing_add(struct bp_growing *growing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool bp_growing_add_list(struct bp_growing *growing, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
