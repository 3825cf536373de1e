/* FLINT's and GMP's allocators, counted, on the budget of whoever works with them.
 *
 * Sizes are those that the C library tells of a block, so memory that was allocated before the
 * installation can be freed after it, and nothing is stored beside a block.  There is one count for
 * all threads, and the account of the budget in force, on which the thread has its arenas, too:
 * work stops where all of them together meet the budget's limit.  That a thread has met the limit
 * is its own affair, because each of them stops and resumes with its own document.
 *
 * The reserve is a block that is allocated ahead.  When the system has no memory it is freed and
 * the request made again; bp_flint_memory_resume takes it anew.
 */
#define _GNU_SOURCE /* dladdr */
#include "num/flint_memory.h"
#include "base/budget.h"
#include "num/flint.h"

#ifdef __GLIBC__
#include <dlfcn.h>
#endif
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static struct {
  size_t limit, last; /* where work stops, and where the process ends */
  size_t reserve;
  size_t debt; /* of a budget, at which the process ends */
  bool installed;
  void (*gone)(void) __attribute__((noreturn));
  atomic_size_t used;
  _Atomic(void *) block; /* the reserve, NULL while it is spent */
} shared;

static _Thread_local bool stopped;

/* ---- counting ---- */

static void stop(void) {
  stopped = true;
  bp_budget_refuse(bp_budget_here());
}

static void taken(size_t bytes) {
  size_t used = atomic_fetch_add_explicit(&shared.used, bytes, memory_order_relaxed) + bytes;
  size_t debt = bp_budget_take_anyway(bp_budget_here(), bytes);
  if (used > shared.limit || debt > 0)
    stop();
  if (used > shared.last || debt > shared.debt)
    shared.gone();
}

/* Never below 0: some blocks are older than the count. */
static void given_back(size_t bytes) {
  bp_budget_give(bp_budget_here(), bytes);
  size_t used = atomic_load_explicit(&shared.used, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(&shared.used, &used,
                                                used > bytes ? used - bytes : 0,
                                                memory_order_relaxed, memory_order_relaxed))
    continue;
}

/* Whether there was a reserve to give up. */
static bool spend_reserve(void) {
  void *block = atomic_exchange(&shared.block, NULL);
  stop();
  free(block);
  return block != NULL;
}

/* ---- what FLINT and GMP call ---- */

static void *allocate(size_t bytes) {
  void *block = malloc(bytes ? bytes : 1);
  while (!block && spend_reserve())
    block = malloc(bytes ? bytes : 1);
  if (!block)
    shared.gone();
  taken(malloc_usable_size(block));
  return block;
}

static void *allocate_zeroed(size_t count, size_t size) {
  void *block = calloc(count ? count : 1, size ? size : 1);
  while (!block && spend_reserve())
    block = calloc(count ? count : 1, size ? size : 1);
  if (!block)
    shared.gone();
  taken(malloc_usable_size(block));
  return block;
}

static void *resize(void *old, size_t bytes) {
  size_t before = old ? malloc_usable_size(old) : 0;
  void *block;
  bool again;
  do {
    block = realloc(old, bytes ? bytes : 1);
    again = !block && spend_reserve();
  } while (again);
  if (!block)
    shared.gone();
  given_back(before);
  taken(malloc_usable_size(block));
  return block;
}

static void release(void *block) {
  if (block)
    given_back(malloc_usable_size(block));
  free(block);
}

static void *resize_sized(void *old, size_t before, size_t bytes) {
  (void)before;
  return resize(old, bytes);
}

static void release_sized(void *block, size_t bytes) {
  (void)bytes;
  release(block);
}

/* ---- the limit ---- */

static size_t sum_or_most(size_t a, size_t b) {
  size_t sum;
  return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

/* With a reserve that is there already, or a new one where `kept` is NULL. */
static bool install(const struct bp_flint_memory *memory, void *kept) {
  void *block = kept ? kept : malloc(memory->reserve ? memory->reserve : 1);
  if (!block)
    return false;
  void *old = atomic_exchange(&shared.block, block);
  free(old == kept ? NULL : old);
  shared.limit = memory->limit ? memory->limit : SIZE_MAX;
  shared.last = sum_or_most(shared.limit, memory->reserve);
  shared.reserve = shared.debt = memory->reserve;
  shared.installed = true;
  shared.gone = memory->gone;
  stopped = false;
  __flint_set_memory_functions(allocate, allocate_zeroed, resize, release);
  mp_set_memory_functions(allocate, resize_sized, release_sized);
  return true;
}

bool bp_flint_memory_install(const struct bp_flint_memory *memory) { return install(memory, NULL); }

/* ---- in somebody else's process ---- */

#ifdef __GLIBC__
static struct {
  void *(*allocate)(size_t), *(*allocate_zeroed)(size_t, size_t), *(*resize)(void *, size_t);
  void (*release)(void *);
  void *(*gmp_allocate)(size_t), *(*gmp_resize)(void *, size_t, size_t);
  void (*gmp_release)(void *, size_t);
  bool borrowed;
} host;

typedef void function(void);

/* Whether both functions are of one library, and not of ours. */
static bool is_of(function *asked, function *other) {
  Dl_info one, two, ours;
  return dladdr((const void *)(uintptr_t)asked, &one) &&
         dladdr((const void *)(uintptr_t)other, &two) &&
         dladdr((const void *)(uintptr_t)is_of, &ours) && one.dli_fbase == two.dli_fbase &&
         one.dli_fbase != ours.dli_fbase;
}

/* FLINT's and GMP's own allocators are those of the C library, so blocks may cross from one to the
 * other. */
static bool are_their_own(void) {
  function *flint = (function *)flint_cleanup, *gmp = (function *)mp_set_memory_functions;
  __flint_get_memory_functions(&host.allocate, &host.allocate_zeroed, &host.resize, &host.release);
  mp_get_memory_functions(&host.gmp_allocate, &host.gmp_resize, &host.gmp_release);
  return is_of((function *)host.allocate, flint) &&
         is_of((function *)host.allocate_zeroed, flint) && is_of((function *)host.resize, flint) &&
         is_of((function *)host.release, flint) && is_of((function *)host.gmp_allocate, gmp) &&
         is_of((function *)host.gmp_resize, gmp) && is_of((function *)host.gmp_release, gmp);
}

/* What would have happened without us: GMP's own allocator ends the process where it gets nothing.
 */
__attribute__((noreturn)) static void let_gmp_end(void) {
  for (;;)
    host.gmp_allocate(PTRDIFF_MAX);
}

/* The reserve stays from call to call: to ask for it anew each time is half the time of a short
 * one. */
void bp_flint_memory_borrow(void) {
  enum { RESERVE = 4 << 20 };
  const struct bp_flint_memory memory = {.reserve = RESERVE, .gone = let_gmp_end};
  if (shared.installed || !are_their_own() || !install(&memory, atomic_load(&shared.block)))
    return;
  shared.debt = SIZE_MAX;
  host.borrowed = true;
}

void bp_flint_memory_give_back(void) {
  if (!host.borrowed)
    return;
  __flint_set_memory_functions(host.allocate, host.allocate_zeroed, host.resize, host.release);
  mp_set_memory_functions(host.gmp_allocate, host.gmp_resize, host.gmp_release);
  host.borrowed = shared.installed = false;
}
#else /* nothing tells whose functions they are */
void bp_flint_memory_borrow(void) {}
void bp_flint_memory_give_back(void) {}
#endif

size_t bp_flint_memory_used(void) {
  return atomic_load_explicit(&shared.used, memory_order_relaxed);
}

bool bp_flint_memory_stopped(void) { return stopped; }

void bp_flint_memory_resume(void) {
  stopped = false;
  void *none = NULL;
  if (!shared.installed || atomic_load(&shared.block))
    return;
  void *block = malloc(shared.reserve ? shared.reserve : 1);
  if (!atomic_compare_exchange_strong(&shared.block, &none, block))
    free(block);
}

/* ---- threads ---- */

static pthread_key_t thread_end;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;
static bool thread_key;

static void clean_up(void *unused) {
  (void)unused;
  flint_cleanup();
}

static void make_key(void) { thread_key = pthread_key_create(&thread_end, clean_up) == 0; }

void bp_flint_thread(void) {
  pthread_once(&thread_once, make_key);
  if (thread_key)
    pthread_setspecific(thread_end, &thread_key);
}
