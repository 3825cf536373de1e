/* Text that grows by pieces: room is doubled where a piece has none, so all copies together are no
 * longer than the text is.
 */
#include "base/growing.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_ROOM = 256 };

/* Room for `more` bytes and a 0. */
static bool make_room(struct bp_growing *growing, size_t more) {
  if (growing->capacity - growing->length > more)
    return true;
  size_t capacity = 2 * (growing->length + more) + LEAST_ROOM;
  char *room = bp_arena_alloc(growing->arena, capacity, 1);
  if (room && growing->length > 0)
    memcpy(room, growing->room, growing->length);
  growing->room = room;
  growing->text = room;
  growing->capacity = capacity;
  return room != NULL;
}

bool bp_growing_add_list(struct bp_growing *growing, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = growing->text ? vsnprintf(NULL, 0, format, arguments) : -1;
  bool fine = length >= 0 && make_room(growing, (size_t)length);
  if (fine) {
    vsnprintf(growing->room + growing->length, (size_t)length + 1, format, again);
    growing->length += (size_t)length;
  } else
    growing->text = NULL;
  va_end(again);
  return fine;
}

bool bp_growing_add(struct bp_growing *growing, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  bool fine = bp_growing_add_list(growing, format, arguments);
  va_end(arguments);
  return fine;
}
