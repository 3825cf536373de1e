/* A parallel loop: an atomic counter deals out the rounds, so a thread that got short ones takes
 * more of them and nobody waits for a plan.  The calling thread is one of the workers; it starts
 * the others, works, and joins them, which is also what makes their results visible to it.  Threads
 * live for one loop only: starting one costs some 20 microseconds, little against the loops that
 * are worth sharing, and the library keeps no hidden state between calls.  Their stacks are as
 * large as we say, and not as the limits of the process have it.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/parallel.h"

#include "base/stack.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

struct loop {
  atomic_size_t next; /* first round not yet dealt out; passes `count` by at most one per thread */
  atomic_size_t done;
  atomic_bool stop;
  size_t count;
  bp_parallel_body *body;
  void *user;
};

struct worker {
  pthread_t thread;
  struct loop *loop;
  int number;
};

static long sharing = 1; /* processes */

void bp_processors_share(int processes) { sharing = processes > 0 ? processes : 1; }

int bp_processors(void) {
  long count = 0, online = sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t set;
  CPU_ZERO(&set);
  /* fails on machines with more processors than the set has room for */
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    count = CPU_COUNT(&set);
  if (count < 1)
    count = online;
  if (sharing > 1 && count > online / sharing)
    count = online / sharing;
  if (count < 1)
    return 1;
  return count < BP_MOST_THREADS ? (int)count : BP_MOST_THREADS;
}

/* Runs one more round; false when there is none or the loop is to stop. */
static bool run_round(struct loop *loop, int worker) {
  if (atomic_load_explicit(&loop->stop, memory_order_relaxed))
    return false;
  size_t index = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
  if (index >= loop->count)
    return false;
  loop->body(index, worker, loop->user);
  atomic_fetch_add_explicit(&loop->done, 1, memory_order_relaxed);
  return true;
}

static void *run_worker(void *argument) {
  struct worker *worker = argument;
  while (run_round(worker->loop, worker->number))
    continue;
  return NULL;
}

/* The calling thread's share of the rounds. */
static void run_caller(struct loop *loop, bp_parallel_progress *progress, void *progress_user) {
  while (run_round(loop, 0)) {
    if (!progress)
      continue;
    size_t done = atomic_load_explicit(&loop->done, memory_order_relaxed);
    if (!progress((double)done / (double)loop->count, progress_user))
      atomic_store_explicit(&loop->stop, true, memory_order_relaxed);
  }
}

bool bp_parallel_for_progress(size_t count, int threads, bp_parallel_body *body, void *user,
                              bp_parallel_progress *progress, void *progress_user) {
  struct loop loop = {.count = count, .body = body, .user = user};
  struct worker workers[BP_MOST_THREADS];
  if (threads > BP_MOST_THREADS)
    threads = BP_MOST_THREADS;
  pthread_attr_t attributes;
  bool own_stack = pthread_attr_init(&attributes) == 0 &&
                   pthread_attr_setstacksize(&attributes, BP_STACK_BYTES) == 0;
  int started = 1; /* worker 0 is already here */
  while (started < threads && (size_t)started < count) {
    struct worker *worker = &workers[started];
    *worker = (struct worker){.loop = &loop, .number = started};
    if (!own_stack || pthread_create(&worker->thread, &attributes, run_worker, worker) != 0)
      break;
    started++;
  }
  pthread_attr_destroy(&attributes);
  run_caller(&loop, progress, progress_user);
  for (int k = 1; k < started; k++)
    pthread_join(workers[k].thread, NULL);
  return !atomic_load_explicit(&loop.stop, memory_order_relaxed);
}

void bp_parallel_for(size_t count, int threads, bp_parallel_body *body, void *user) {
  bp_parallel_for_progress(count, threads, body, user, NULL, NULL);
}
