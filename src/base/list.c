/* A list doubles, so adding n items one by one copies fewer than 2 n.
 *
 * The pointer to the items is read and written as bytes: it points to objects of any type, and a
 * `void **` may not look at a `struct step *`.
 */
#include "base/list.h"

#include <string.h>

enum { FIRST = 8 };

static void *moved(struct bp_arena *arena, const void *items, size_t count, size_t capacity,
                   size_t size) {
  void *copy = bp_arena_alloc(arena, capacity, size);
  if (copy && count)
    memcpy(copy, items, count * size);
  return copy;
}

bool bp_list_grow(struct bp_arena *arena, void *items, size_t count, size_t *capacity,
                  size_t size) {
  size_t larger = *capacity ? 2 * *capacity : FIRST;
  void *old;
  memcpy(&old, items, sizeof old);
  void *copy = moved(arena, old, count, larger, size);
  if (!copy)
    return false;
  memcpy(items, &copy, sizeof copy);
  *capacity = larger;
  return true;
}

void *bp_list_longer(struct bp_arena *arena, const void *items, size_t count, size_t size) {
  return moved(arena, items, count, count + 1, size);
}
