/* Tests of src/num/flint_memory.h: counting, the limit, the reserve, threads, and the end of the
 * process where nothing is left.  Each test runs in a process of its own. */
#include "balls.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "num/ball_matrix.h"
#include "num/flint_memory.h"
#include "suite.h"

enum { GONE = 3, MIB = 1 << 20 };

static void __attribute__((noreturn)) gone(void) { _exit(GONE); }

static struct bp_ball_room room;

static void open_room(void) {
  open_arena();
  room = room_of(20000);
}

static struct bp_ball third(void) {
  return bp_ball_combine(&room, bp_ball_whole(1), bp_ball_whole(3), bp_ball_div);
}

START_TEST(what_is_in_use_is_counted) {
  ck_assert(!bp_flint_memory_stopped() && bp_flint_memory_used() == 0);
  arb_t before, x;
  arb_init(before);
  arb_const_pi(before, 5000); /* allocated before, freed after */
  const struct bp_flint_memory memory = {64 * MIB, MIB, gone};
  ck_assert(bp_flint_memory_install(&memory));
  arb_clear(before);
  arb_init(x);
  size_t base = bp_flint_memory_used();
  arb_set_ui(x, 1);
  arb_div_ui(x, x, 3, 8 * 100000);
  ck_assert_uint_ge(bp_flint_memory_used(), base + 100000);
  arb_clear(x);
  ck_assert_uint_lt(bp_flint_memory_used(), base + 1000);
  ck_assert(!bp_flint_memory_stopped());
  struct bp_balls a = bp_balls_fill(&room, 5, 5, 2);
  for (int k = 0; k < 100; k++)
    bp_balls_softmax(&room, a);
  base = bp_flint_memory_used();
  for (int k = 0; k < 100; k++)
    bp_balls_softmax(&room, a);
  ck_assert_uint_le(bp_flint_memory_used(), base + 1000);
}
END_TEST

START_TEST(work_stops_at_the_limit_and_resumes) {
  const struct bp_flint_memory memory = {MIB, 64 * MIB, gone};
  ck_assert(bp_flint_memory_install(&memory));
  ck_assert(bp_ball_finite(third()));
  arb_t large;
  arb_init(large);
  arb_set_ui(large, 1);
  arb_div_ui(large, large, 3, 8 * 2 * MIB); /* within the reserve, so it ends well */
  ck_assert(arb_is_finite(large) && bp_flint_memory_stopped());
  ck_assert(is_unknown(third()) && bp_balls_new(&room, 2, 2).at == NULL);
  arb_clear(large);
  ck_assert(is_unknown(third()));
  bp_flint_memory_resume();
  ck_assert(bp_ball_finite(third()) && bp_balls_new(&room, 2, 2).at != NULL);
}
END_TEST

/* Whether the process ends as `gone` does while x is divided to so many bits. */
static bool ends(const struct bp_flint_memory *memory, slong bits) {
  pid_t child = fork();
  if (child == 0) {
    arb_t x;
    arb_init(x);
    arb_set_ui(x, 1);
    if (bp_flint_memory_install(memory))
      arb_div_ui(x, x, 3, bits);
    _exit(0);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status));
  return WEXITSTATUS(status) == GONE;
}

START_TEST(beyond_the_reserve_the_process_ends) {
  const struct bp_flint_memory memory = {MIB, MIB, gone}, none = {0, 0, gone};
  ck_assert(!ends(&memory, 8 * 1000) && ends(&memory, 8 * 8 * MIB) && !ends(&none, 8 * 8 * MIB));
}
END_TEST

static void *work(void *result) {
  bp_flint_thread();
  struct bp_ball_room own = {bp_arena_new(0), 3000, NULL};
  struct bp_balls a = bp_balls_fill(&own, 4, 4, 0.5);
  for (int k = 0; k < 20; k++)
    a = bp_balls_map(&own, bp_balls_softmax(&own, a), bp_ball_tanh);
  *(bool *)result = a.at && bp_balls_finite(a) && bp_ball_finite(bp_ball_pi(&own));
  bp_arena_free(own.arena);
  return NULL;
}

/* Whatever a thread keeps is given back when it ends; the first threads fill what all of them
 * share. */
START_TEST(threads_leave_nothing) {
  const struct bp_flint_memory memory = {512 * MIB, MIB, gone};
  ck_assert(bp_flint_memory_install(&memory));
  size_t base = 0;
  for (int k = 0; k < 12; k++) {
    pthread_t threads[4];
    bool fine[4] = {false};
    for (int i = 0; i < 4; i++)
      ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &fine[i]), 0);
    for (int i = 0; i < 4; i++)
      ck_assert(pthread_join(threads[i], NULL) == 0 && fine[i]);
    if (k == 3)
      base = bp_flint_memory_used();
  }
  ck_assert_uint_le(bp_flint_memory_used(), base + 1000);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("flint memory");
  TCase *cases = tcase_create("memory");
  tcase_add_checked_fixture(cases, open_room, close_arena);
  tcase_add_test(cases, what_is_in_use_is_counted);
  tcase_add_test(cases, work_stops_at_the_limit_and_resumes);
  tcase_add_test(cases, beyond_the_reserve_the_process_ends);
  tcase_add_test(cases, threads_leave_nothing);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
