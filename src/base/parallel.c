/* A parallel loop: an atomic counter deals out the rounds, so a thread that got short ones takes
 * more of them and nobody waits for a plan.  The calling thread is one of the workers; it starts
 * the others, works, and joins them, which is also what makes their results visible to it.  Threads
 * live for one loop only: starting one costs some 20 microseconds, little against the loops that
 * are worth sharing, and the library keeps no hidden state between calls.  Their stacks are as
 * large as we say, and not as the limits of the process have it.
 *
 * A check is a hundred loops and more, most of them short, and for each of them the caller would
 * wait until a thread has come to life that finds nothing left to do.  So who runs many loops keeps
 * a crew, bp_parallel_enter: its helpers are started by the first loop that wants them and sleep
 * between loops, after a moment in which the next one may begin.  A loop is open while its caller
 * finds rounds; a helper that wakes up later than that does not hold anybody up.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/parallel.h"

#include "base/stack.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
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

/* Starts a thread with a stack of our size. */
static bool start_thread(pthread_t *thread, void *(*run)(void *), void *argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return false;
  bool started = pthread_attr_setstacksize(&attributes, BP_STACK_BYTES) == 0 &&
                 pthread_create(thread, &attributes, run, argument) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}

/* ---- a crew -------------------------------------------------------------- */

enum { LOOKS = 1000 }; /* some 30 microseconds, in which who waits does not yet sleep */

struct helper {
  struct crew *crew;
  pthread_t thread;
  int number;
  unsigned seen; /* loops before it was there, and those it knows of */
};

struct crew {
  pthread_mutex_t lock;
  pthread_cond_t called, left; /* there is a loop, or the end; nobody is in a loop any more */
  struct loop *loop;           /* that is open; NULL: none */
  int wanted;                  /* workers of that loop, its caller included */
  atomic_uint calls;           /* loops so far, and the end */
  atomic_int inside;           /* helpers that are in a loop */
  bool over;
  bool busy;   /* the caller is in a loop; only it looks at this */
  int started; /* workers, the caller included */
  struct helper helper[BP_MOST_THREADS];
};

static _Thread_local struct crew *crew_here;
static _Thread_local int entered;

/* Lets some moments pass, but not the turn of another thread. */
static void look_away(void) {
#if defined __x86_64__ || defined __i386__
  __builtin_ia32_pause();
#endif
}

/* Waits for the next loop; NULL: there is none for this helper, or the crew is dismissed, *over. */
static struct loop *next_loop(struct helper *helper, bool *over) {
  struct crew *crew = helper->crew;
  for (int k = 0; k < LOOKS && atomic_load(&crew->calls) == helper->seen; k++)
    look_away();
  pthread_mutex_lock(&crew->lock);
  while (atomic_load(&crew->calls) == helper->seen)
    pthread_cond_wait(&crew->called, &crew->lock);
  helper->seen = atomic_load(&crew->calls);
  struct loop *loop = helper->number < crew->wanted ? crew->loop : NULL;
  if (loop)
    atomic_fetch_add(&crew->inside, 1);
  *over = crew->over;
  pthread_mutex_unlock(&crew->lock);
  return loop;
}

static void *help(void *argument) {
  struct helper *helper = argument;
  struct crew *crew = helper->crew;
  bool over = false;
  while (!over) {
    struct loop *loop = next_loop(helper, &over);
    if (!loop)
      continue;
    while (run_round(loop, helper->number))
      continue;
    pthread_mutex_lock(&crew->lock);
    if (atomic_fetch_sub(&crew->inside, 1) == 1)
      pthread_cond_signal(&crew->left);
    pthread_mutex_unlock(&crew->lock);
  }
  return NULL;
}

static void call_crew(struct crew *crew, struct loop *loop, int wanted, bool over) {
  pthread_mutex_lock(&crew->lock);
  crew->loop = loop;
  crew->wanted = wanted;
  crew->over = over;
  atomic_fetch_add(&crew->calls, 1);
  pthread_cond_broadcast(&crew->called);
  pthread_mutex_unlock(&crew->lock);
}

/* Nobody enters the loop from now on; waits for those who are inside. */
static void close_loop(struct crew *crew) {
  pthread_mutex_lock(&crew->lock);
  crew->loop = NULL;
  pthread_mutex_unlock(&crew->lock);
  for (int k = 0; k < LOOKS && atomic_load(&crew->inside) > 0; k++)
    look_away();
  pthread_mutex_lock(&crew->lock);
  while (atomic_load(&crew->inside) > 0)
    pthread_cond_wait(&crew->left, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
}

/* So many workers, or as many as there can be. */
static void enlarge_crew(struct crew *crew, int workers) {
  while (crew->started < workers) {
    struct helper *helper = &crew->helper[crew->started];
    *helper =
        (struct helper){.crew = crew, .number = crew->started, .seen = atomic_load(&crew->calls)};
    if (!start_thread(&helper->thread, help, helper))
      return;
    crew->started++;
  }
}

void bp_parallel_enter(void) {
  if (entered++ > 0)
    return;
  crew_here = calloc(1, sizeof *crew_here); /* without one, loops start threads of their own */
  if (!crew_here)
    return;
  crew_here->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  crew_here->called = crew_here->left = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  crew_here->started = 1;
}

void bp_parallel_leave(void) {
  struct crew *crew = crew_here;
  if (--entered > 0 || !crew)
    return;
  crew_here = NULL;
  call_crew(crew, NULL, 0, true);
  for (int k = 1; k < crew->started; k++)
    pthread_join(crew->helper[k].thread, NULL);
  pthread_cond_destroy(&crew->called);
  pthread_cond_destroy(&crew->left);
  pthread_mutex_destroy(&crew->lock);
  free(crew);
}

/* ---- the loop ------------------------------------------------------------ */

/* With threads that live for this loop. */
static void run_alone(struct loop *loop, int threads, bp_parallel_progress *progress,
                      void *progress_user) {
  struct worker workers[BP_MOST_THREADS];
  int started = 1; /* worker 0 is already here */
  while (started < threads) {
    struct worker *worker = &workers[started];
    *worker = (struct worker){.loop = loop, .number = started};
    if (!start_thread(&worker->thread, run_worker, worker))
      break;
    started++;
  }
  run_caller(loop, progress, progress_user);
  for (int k = 1; k < started; k++)
    pthread_join(workers[k].thread, NULL);
}

static void run_with_crew(struct crew *crew, struct loop *loop, int threads,
                          bp_parallel_progress *progress, void *progress_user) {
  crew->busy = true;
  enlarge_crew(crew, threads);
  call_crew(crew, loop, threads, false);
  run_caller(loop, progress, progress_user);
  close_loop(crew);
  crew->busy = false;
}

bool bp_parallel_for_progress(size_t count, int threads, bp_parallel_body *body, void *user,
                              bp_parallel_progress *progress, void *progress_user) {
  struct loop loop = {.count = count, .body = body, .user = user};
  if (threads > BP_MOST_THREADS)
    threads = BP_MOST_THREADS;
  if (threads > 1 && (size_t)threads > count)
    threads = (int)count;
  if (threads < 2)
    run_caller(&loop, progress, progress_user);
  else if (crew_here && !crew_here->busy)
    run_with_crew(crew_here, &loop, threads, progress, progress_user);
  else
    run_alone(&loop, threads, progress, progress_user);
  return !atomic_load_explicit(&loop.stop, memory_order_relaxed);
}

void bp_parallel_for(size_t count, int threads, bp_parallel_body *body, void *user) {
  bp_parallel_for_progress(count, threads, body, user, NULL, NULL);
}
