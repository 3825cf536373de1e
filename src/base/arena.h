/* Memory that is given back all at once.
 *
 * Almost everything here lives as long as one run: a parsed file, a network, a report.  An arena
 * hands out such memory from a few large chunks and frees it in one call, so no error path has to
 * remember what it allocated.  An arena carries a limit: what would exceed it is refused exactly
 * like memory that the system does not have, and the caller says so instead of letting the machine
 * swap.
 */
#ifndef BP_BASE_ARENA_H
#define BP_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct bp_arena;

/* A new arena that will never hold more than `limit` bytes (0: no limit), on the budget that is in
 * force here (base/budget.h).  NULL when there is no memory for even that.  The caller frees it
 * with bp_arena_free. */
struct bp_arena *bp_arena_new(size_t limit);

/* The same, and what it holds counts against the limit of `owner`, too, which must outlive it. */
struct bp_arena *bp_arena_within(struct bp_arena *owner, size_t limit);

/* Frees the arena and everything that came from it.  NULL is allowed. */
void bp_arena_free(struct bp_arena *arena);

/* `count` objects of `size` bytes, zeroed and aligned for vector loads (64 bytes).  NULL when the
 * product overflows, the limit would be exceeded, or the system has no memory; the arena then
 * remembers it (bp_arena_failed).  A request for nothing gives a valid pointer. */
void *bp_arena_alloc(struct bp_arena *arena, size_t count, size_t size);

/* The same, of which the caller will touch no more than about `touched` objects: only these count.
 * The rest is address space, which costs no memory until something is written there.  bp_arena_used
 * and the limit see what counts. */
void *bp_arena_alloc_part(struct bp_arena *arena, size_t count, size_t size, size_t touched);

/* A copy of the string, or of its first `length` bytes with a terminator. NULL when memory is
 * short. */
char *bp_arena_strdup(struct bp_arena *arena, const char *text);
char *bp_arena_strndup(struct bp_arena *arena, const char *text, size_t length);

/* A formatted string.  NULL when memory is short. */
char *bp_arena_printf(struct bp_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether any request has been refused so far; lets a caller check once after many requests. */
bool bp_arena_failed(const struct bp_arena *arena);

/* Whether a request of so many bytes would be met, as far as limits and budgets go. */
bool bp_arena_has_room(struct bp_arena *arena, size_t bytes);

/* Bytes handed out so far and not given back; what tests and benchmarks weigh. */
size_t bp_arena_used(const struct bp_arena *arena);

/* A place in the arena's life, for memory that is needed for a while only.  Marks nest: what is
 * released first was marked last. */
struct bp_arena_mark {
  void *chunk;  /* the newest chunk at that time */
  size_t used;  /* bytes handed out from it */
  size_t total; /* bytes handed out altogether */
};

struct bp_arena_mark bp_arena_mark(const struct bp_arena *arena);

/* Gives back everything that was allocated since the mark.  The arena keeps the memory for later
 * requests, which find it zeroed again. */
void bp_arena_release(struct bp_arena *arena, struct bp_arena_mark mark);

#endif
