/* Lists that grow.
 *
 * A list is a pointer to its items, their count and the capacity, wherever its owner keeps the
 * three; none of them needs a type or a name of its own.  Whoever adds an item asks for room first:
 *
 *     if (!bp_list_room(arena, steps, count, capacity))
 *       return false;
 *     steps[count++] = step;
 *
 * Items live in the arena that is named with each call; those that a list has outgrown stay there
 * until the arena is freed or released.
 */
#ifndef BP_BASE_LIST_H
#define BP_BASE_LIST_H

#include "base/arena.h"

/* Whether there is room for one more: makes some where `count` has reached `capacity`, which then
 * moves the items.  False when memory is short; the list is as it was.  All but the arena are
 * lvalues. */
#define bp_list_room(arena, items, count, capacity)                                                \
  ((count) < (capacity) ||                                                                         \
   bp_list_grow((arena), (void *)&(items), (count), &(capacity), sizeof *(items)))

/* For bp_list_room: `items` is the address of a pointer to objects of `size` bytes. */
bool bp_list_grow(struct bp_arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* The items with room for one more, for a list that keeps no capacity and is rarely added to. NULL
 * when memory is short. */
void *bp_list_longer(struct bp_arena *arena, const void *items, size_t count, size_t size);

#endif
