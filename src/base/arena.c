/* The arena: a list of chunks, the newest first; each request is cut from the newest chunk, and a
 * request too large for it gets a chunk of its own.  Chunks double in size up to 1 MiB so that a
 * small run stays small.  calloc gives zeroed pages for large chunks without touching them.
 *
 * What is released goes back chunk by chunk to a list of spare chunks, which serves before the
 * system does.  A chunk remembers how far it has ever been used: memory below that line is zeroed
 * when it is handed out again, so releasing costs nothing, and memory above it still is as calloc
 * left it.  Spare chunks count as reserved; they are freed when a request would otherwise exceed
 * the limit.
 *
 * All capacities are taken from the budget under which the arena was made, and a refusal is told to
 * it, whoever forgets to look at what a request came to.
 *
 * AddressSanitizer knows the chunks, not what is cut from them, so it is told: what was not handed
 * out, and what was given back, may not be touched, and requests lie twice as far apart, with as
 * much behind each as it is large.
 */
#define _GNU_SOURCE /* madvise */
#include "base/arena.h"

#include "base/budget.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__ /* the page in a browser has no mmap */
#include <sys/mman.h>
#endif

#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined __SANITIZE_ADDRESS__
#define __SANITIZE_ADDRESS__ 1 /* clang's name for it is another */
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { SPREAD = 2 };
static void open_zone(char *from, size_t size) { __asan_unpoison_memory_region(from, size); }
static void close_zone(char *from, size_t size) { __asan_poison_memory_region(from, size); }
#else
enum { SPREAD = 1 };
static void open_zone(char *from, size_t size) { (void)from, (void)size; }
static void close_zone(char *from, size_t size) { (void)from, (void)size; }
#endif

enum { ALIGNMENT = 64, FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 1024 * 1024 };

struct chunk {
  struct chunk *next;
  size_t capacity; /* usable bytes after alignment */
  size_t counted;  /* of these, against limits and budgets; fewer where only a part is touched */
  size_t used;
  size_t touched; /* bytes that have been handed out at some time; the rest is zero */
  char *bytes;    /* aligned start of the usable bytes */
};

struct bp_arena {
  struct bp_arena *owner;   /* whose limit this one's memory counts against; NULL: nobody's */
  struct bp_budget *budget; /* or NULL */
  struct chunk *chunks;
  struct chunk *spare; /* empty chunks */
  size_t limit;
  size_t reserved; /* sum of the capacities, spare chunks and arenas within included */
  size_t used;
  size_t next_chunk;
  bool failed;
};

struct bp_arena *bp_arena_new(size_t limit) {
  struct bp_budget *budget = bp_budget_here();
  struct bp_arena *arena = calloc(1, sizeof *arena);
  if (!arena) {
    bp_budget_refuse(budget);
    return NULL;
  }
  arena->budget = budget;
  arena->limit = limit ? limit : SIZE_MAX;
  arena->next_chunk = FIRST_CHUNK;
  return arena;
}

struct bp_arena *bp_arena_within(struct bp_arena *owner, size_t limit) {
  struct bp_arena *arena = bp_arena_new(limit);
  if (arena)
    arena->owner = owner;
  return arena;
}

/* How much more the arena, and every one that it is within, may hold. */
static size_t room_of(const struct bp_arena *arena) {
  size_t room = SIZE_MAX;
  for (; arena; arena = arena->owner)
    if (arena->limit - arena->reserved < room)
      room = arena->limit - arena->reserved;
  return room;
}

static void reserve(struct bp_arena *arena, size_t capacity) {
  for (; arena; arena = arena->owner)
    arena->reserved += capacity;
}

static void give_back(struct bp_arena *arena, const struct chunk *chunk) {
  for (; chunk; chunk = chunk->next) {
    for (struct bp_arena *each = arena; each; each = each->owner)
      each->reserved -= chunk->counted;
    bp_budget_give(arena->budget, chunk->counted);
  }
}

static void free_chunks(struct chunk *chunk) {
  while (chunk) {
    struct chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
}

void bp_arena_free(struct bp_arena *arena) {
  if (!arena)
    return;
  give_back(arena, arena->chunks);
  give_back(arena, arena->spare);
  free_chunks(arena->chunks);
  free_chunks(arena->spare);
  free(arena);
}

static void push(struct chunk **list, struct chunk *chunk) {
  chunk->next = *list;
  *list = chunk;
}

/* Puts the first spare chunk that is large enough in front of the list. */
static bool reuse_chunk(struct bp_arena *arena, size_t size) {
  for (struct chunk **link = &arena->spare; *link; link = &(*link)->next)
    if ((*link)->capacity >= size) {
      struct chunk *chunk = *link;
      *link = chunk->next;
      push(&arena->chunks, chunk);
      return true;
    }
  return false;
}

static void free_spare_chunks(struct bp_arena *arena) {
  give_back(arena, arena->spare);
  free_chunks(arena->spare);
  arena->spare = NULL;
}

/* Takes so many bytes from whoever counts them. */
static bool may_have(struct bp_arena *arena, size_t capacity) {
  return capacity <= room_of(arena) && bp_budget_take(arena->budget, capacity);
}

/* Asks for large pages, since a check fills most of its chunks to the end: a fault for each 2 MiB
 * instead of each 4 KiB, while other threads wait for theirs, and as much less to give back, which
 * one thread does.  Chunks may lie side by side, and then a page is part of two of them.  Where the
 * system refuses, nothing is lost. */
static void enlarge_pages(struct chunk *chunk, size_t bytes) {
#ifdef MADV_HUGEPAGE
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)chunk / page * page;
  if (bytes >= LARGEST_CHUNK)
    madvise((void *)start, (uintptr_t)chunk + bytes - start, MADV_HUGEPAGE);
#else
  (void)chunk, (void)bytes;
#endif
}

/* Puts a chunk of so many usable bytes in front of the list, of which the arena may have `counted`
 * already.  A place in it is `spread` times as far from its start as the bytes before it. */
static bool new_chunk(struct bp_arena *arena, size_t capacity, size_t counted, size_t spread) {
  size_t bytes = sizeof(struct chunk) + ALIGNMENT + spread * capacity;
  struct chunk *chunk = calloc(1, bytes);
  if (!chunk) {
    bp_budget_give(arena->budget, counted);
    return false;
  }
  if (counted == capacity)
    enlarge_pages(chunk, bytes);
  uintptr_t start = (uintptr_t)(chunk + 1);
  size_t padding = (ALIGNMENT - start % ALIGNMENT) % ALIGNMENT;
  chunk->bytes = (char *)(chunk + 1) + padding;
  chunk->capacity = capacity;
  chunk->counted = counted;
  push(&arena->chunks, chunk);
  reserve(arena, counted);
  return true;
}

static bool is_absurd(size_t size) {
  return size > SIZE_MAX / SPREAD - sizeof(struct chunk) - ALIGNMENT - LARGEST_CHUNK;
}

/* Puts a new chunk of at least `size` usable bytes in front of the list. */
static bool add_chunk(struct bp_arena *arena, size_t size) {
  size_t capacity = size > arena->next_chunk ? size : arena->next_chunk;
  if (is_absurd(size))
    return false;
  if (!may_have(arena, capacity)) {
    free_spare_chunks(arena);
    capacity = size;
    if (!may_have(arena, capacity))
      return false;
  }
  if (!new_chunk(arena, capacity, capacity, SPREAD))
    return false;
  close_zone(arena->chunks->bytes, SPREAD * capacity);
  if (arena->next_chunk < LARGEST_CHUNK)
    arena->next_chunk *= 2;
  return true;
}

/* NULL, for a request that cannot be met. */
static void *refuse(struct bp_arena *arena) {
  arena->failed = true;
  bp_budget_refuse(arena->budget);
  return NULL;
}

/* The next bytes of the chunk, zeroed, of which only the wanted ones are anybody's. */
static void *cut(struct bp_arena *arena, struct chunk *chunk, size_t bytes, size_t wanted) {
  char *result = chunk->bytes + SPREAD * chunk->used;
  open_zone(result, bytes);
  if (chunk->used < chunk->touched) {
    size_t stale = SPREAD * (chunk->touched - chunk->used);
    memset(result, 0, stale < bytes ? stale : bytes);
  }
  close_zone(result + wanted, bytes - wanted);
  chunk->used += bytes;
  if (chunk->used > chunk->touched)
    chunk->touched = chunk->used;
  arena->used += bytes;
  return result;
}

void *bp_arena_alloc(struct bp_arena *arena, size_t count, size_t size) {
  size_t wanted;
  if (__builtin_mul_overflow(count, size, &wanted) || wanted > SIZE_MAX - ALIGNMENT)
    return refuse(arena);
  size_t bytes = (wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (bytes == 0)
    bytes = ALIGNMENT;
  struct chunk *chunk = arena->chunks;
  if (!chunk || chunk->capacity - chunk->used < bytes) {
    if (!reuse_chunk(arena, bytes) && !add_chunk(arena, bytes))
      return refuse(arena);
    chunk = arena->chunks;
  }
  return cut(arena, chunk, bytes, wanted);
}

/* A chunk of its own, which is full; so nothing else is ever cut from it. */
void *bp_arena_alloc_part(struct bp_arena *arena, size_t count, size_t size, size_t touched) {
  size_t bytes, counted = touched * size; /* no more than the product that is looked at */
  if (touched >= count)
    return bp_arena_alloc(arena, count, size);
  if (__builtin_mul_overflow(count, size, &bytes) || is_absurd(bytes))
    return refuse(arena);
  if (!may_have(arena, counted)) {
    free_spare_chunks(arena);
    if (!may_have(arena, counted))
      return refuse(arena);
  }
  if (!new_chunk(arena, bytes, counted, 1))
    return refuse(arena);
  struct chunk *chunk = arena->chunks;
  chunk->used = chunk->touched = bytes;
  arena->used += counted;
  return chunk->bytes;
}

char *bp_arena_strndup(struct bp_arena *arena, const char *text, size_t length) {
  char *copy = bp_arena_alloc(arena, length + 1, 1);
  if (copy)
    memcpy(copy, text, length);
  return copy;
}

char *bp_arena_strdup(struct bp_arena *arena, const char *text) {
  return bp_arena_strndup(arena, text, strlen(text));
}

char *bp_arena_printf(struct bp_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = length < 0 ? NULL : bp_arena_alloc(arena, (size_t)length + 1, 1);
  if (!text)
    return NULL;
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}

bool bp_arena_failed(const struct bp_arena *arena) { return arena->failed; }

bool bp_arena_has_room(struct bp_arena *arena, size_t bytes) {
  bool room = may_have(arena, bytes);
  if (!room) {
    free_spare_chunks(arena);
    room = may_have(arena, bytes);
  }
  if (room)
    bp_budget_give(arena->budget, bytes);
  return room;
}

size_t bp_arena_used(const struct bp_arena *arena) { return arena->used; }

struct bp_arena_mark bp_arena_mark(const struct bp_arena *arena) {
  struct chunk *chunk = arena->chunks;
  return (struct bp_arena_mark){chunk, chunk ? chunk->used : 0, arena->used};
}

/* What lies behind this many bytes of a chunk is nobody's any more. */
static void take_back(struct chunk *chunk, size_t used) {
  close_zone(chunk->bytes + SPREAD * used, SPREAD * (chunk->used - used));
  chunk->used = used;
}

/* Newest chunks first, so that the spare list begins with the oldest and the same requests again
 * find the same chunks. */
void bp_arena_release(struct bp_arena *arena, struct bp_arena_mark mark) {
  while (arena->chunks && arena->chunks != mark.chunk) {
    struct chunk *chunk = arena->chunks;
    arena->chunks = chunk->next;
    if (chunk->counted == chunk->capacity) {
      take_back(chunk, 0);
      push(&arena->spare, chunk);
      continue;
    }
    chunk->next = NULL;
    give_back(arena, chunk);
    free(chunk);
  }
  if (arena->chunks)
    take_back(arena->chunks, mark.used);
  arena->used = mark.total;
}
