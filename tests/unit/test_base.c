/* Tests of src/base but for its memory: parallel loops, whole numbers in text, numbers of 113 bits,
 * text that grows. */
#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/growing.h"
#include "base/parallel.h"
#include "base/quad.h"
#include "base/ranks/ranks.h"
#include "base/whole_number.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* ---- parallel loops ---- */

enum { ROUNDS = 10000 };

struct tally {
  atomic_int runs[ROUNDS];
  atomic_int busy[BP_MOST_THREADS];
  atomic_int mistakes;
  int threads;
};

static void count_round(size_t index, int worker, void *user) {
  struct tally *tally = user;
  atomic_fetch_add(&tally->runs[index], 1);
  if (worker < 0 || (worker > 0 && worker >= tally->threads)) {
    atomic_fetch_add(&tally->mistakes, 1);
    return;
  }
  if (atomic_fetch_add(&tally->busy[worker], 1) != 0)
    atomic_fetch_add(&tally->mistakes, 1);
  atomic_fetch_sub(&tally->busy[worker], 1);
}

static const int thread_counts[] = {-1, 0, 1, 2, 3, 8, 100, 100000};

static void every_round_once(int threads) {
  static const size_t counts[] = {0, 1, 2, 7, ROUNDS};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    struct tally *tally = calloc(1, sizeof *tally);
    tally->threads = threads;
    bp_parallel_for(counts[c], threads, count_round, tally);
    ck_assert_int_eq(atomic_load(&tally->mistakes), 0);
    for (size_t k = 0; k < ROUNDS; k++)
      ck_assert_int_eq(atomic_load(&tally->runs[k]), k < counts[c] ? 1 : 0);
    free(tally);
  }
}

START_TEST(every_round_runs_once) {
  every_round_once(thread_counts[_i]);
  bp_parallel_enter();
  every_round_once(thread_counts[_i]);
  every_round_once(3); /* by more than there are now, or some of them */
  bp_parallel_leave();
  every_round_once(thread_counts[_i]);
}
END_TEST

static void loop_within(size_t index, int worker, void *user) {
  (void)worker;
  struct tally *tally = user;
  atomic_fetch_add(&tally->runs[index], 1);
  bp_parallel_for(3, 2, count_round, tally + 1 + index);
}

/* Tells a thread whether it is one that was there before. */
static _Thread_local int loops_seen;

static void see_loop(size_t index, int worker, void *user) {
  struct tally *tally = user;
  (void)index;
  if (worker > 0 && loops_seen++ > 0)
    atomic_fetch_add(&tally->busy[worker], 1);
  /* until the other worker is here, too, so that no thread does all of the rounds */
  atomic_fetch_add(&tally->runs[0], 1);
  while (atomic_load(&tally->runs[0]) % 2 != 0)
    continue;
}

START_TEST(a_crew_stays_from_loop_to_loop) {
  enum { LOOPS = 20 };
  for (int kept = 0; kept < 2; kept++) {
    struct tally *tally = calloc(1, sizeof *tally);
    if (kept)
      bp_parallel_enter();
    for (int k = 0; k < LOOPS; k++)
      bp_parallel_for(2, 2, see_loop, tally);
    if (kept)
      bp_parallel_leave();
    ck_assert_int_eq(atomic_load(&tally->busy[1]), kept ? LOOPS - 1 : 0);
    free(tally);
  }
}
END_TEST

START_TEST(loops_within_rounds_of_a_crew) {
  enum { OUTER = 8 };
  struct tally *tally = calloc(1 + OUTER, sizeof *tally);
  for (size_t k = 0; k <= OUTER; k++)
    tally[k].threads = 2;
  bp_parallel_enter();
  bp_parallel_for(OUTER, 2, loop_within, tally);
  bp_parallel_leave();
  for (size_t k = 0; k < OUTER; k++) {
    ck_assert_int_eq(atomic_load(&tally->runs[k]), 1);
    ck_assert_int_eq(atomic_load(&tally[1 + k].mistakes), 0);
    for (size_t r = 0; r < 3; r++)
      ck_assert_int_eq(atomic_load(&tally[1 + k].runs[r]), 1);
  }
  free(tally);
}
END_TEST

struct watch {
  double last;
  int calls, stop_after;
  bool backwards;
};

static bool watch_progress(double share, void *user) {
  struct watch *watch = user;
  watch->backwards |= !(share > 0 && share <= 1 && share >= watch->last);
  watch->last = share;
  return ++watch->calls != watch->stop_after;
}

START_TEST(progress_is_told_and_can_stop) {
  struct tally *tally = calloc(1, sizeof *tally);
  struct watch watch = {0};
  tally->threads = 4;
  ck_assert(bp_parallel_for_progress(ROUNDS, 4, count_round, tally, watch_progress, &watch));
  ck_assert(!watch.backwards);
  memset(tally->runs, 0, sizeof tally->runs);
  watch = (struct watch){.stop_after = 1};
  ck_assert(!bp_parallel_for_progress(ROUNDS, 1, count_round, tally, watch_progress, &watch));
  ck_assert_int_eq(watch.calls, 1);
  ck_assert_int_eq(atomic_load(&tally->runs[0]), 1);
  ck_assert_int_eq(atomic_load(&tally->runs[1]), 0);
  free(tally);
}
END_TEST

START_TEST(there_is_a_processor) {
  ck_assert_int_ge(bp_processors(), 1);
  ck_assert_int_le(bp_processors(), BP_MOST_THREADS);
}
END_TEST

/* ---- counts ---- */

static const struct {
  const char *text;
  bool fine;
  size_t value;
  const char *message;
} counts[] = {
    {"2", true, 2, NULL},
    {"1000", true, 1000, NULL},
    {"007", true, 7, NULL},
    {"1", false, 0, "--n 1: that number is too small"},
    {"-5", false, 0, "--n -5: that number is too small"},
    {"1001", false, 0, "--n 1001: that number is too large"},
    {"99999999999999999999999", false, 0, "--n 99999999999999999999999: that number is too large"},
    {"", false, 0, "--n \"\": that is not a whole number"},
    {"-", false, 0, "--n \"-\": that is not a whole number"},
    {" 5", false, 0, "--n \" 5\": that is not a whole number"},
    {"+5", false, 0, "--n \"+5\": that is not a whole number"},
    {"0x10", false, 0, "--n \"0x10\": that is not a whole number"},
    {"5 ", false, 0, "--n \"5 \": that is not a whole number"},
};

START_TEST(counts_are_digits) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t value = 0;
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_int_eq(bp_whole_number_read("--n", counts[_i].text, 2, 1000, &diagnostics, &value),
                   counts[_i].fine);
  if (counts[_i].fine) {
    ck_assert_uint_eq(value, counts[_i].value);
    ck_assert_uint_eq(diagnostics.count, 0);
  } else {
    ck_assert_uint_eq(diagnostics.count, 1);
    ck_assert_str_eq(diagnostics.list[0].message, counts[_i].message);
    ck_assert_str_eq(diagnostics.list[0].suggestion, "a whole number from 2 to 1000");
  }
  bp_arena_free(arena);
}
END_TEST

/* ---- memory of which a part is touched ---- */

START_TEST(a_part_counts_as_a_part) {
  enum { MEBIBYTE = 1 << 20, WHOLE = 64, PART = 4 };
  struct bp_arena *arena = bp_arena_new((size_t)(PART + 2) * MEBIBYTE);
  struct bp_arena_mark mark = bp_arena_mark(arena);
  for (int round = 0; round < 3; round++) { /* what is released can be had again */
    char *bytes = bp_arena_alloc_part(arena, WHOLE, MEBIBYTE, PART);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(bp_arena_used(arena), (size_t)PART * MEBIBYTE);
    for (size_t k = 0; k < (size_t)WHOLE * MEBIBYTE; k += MEBIBYTE / 4)
      ck_assert_int_eq(bytes[k], 0);
    bytes[(size_t)WHOLE * MEBIBYTE - 1] = 1;
    ck_assert(bp_arena_has_room(arena, MEBIBYTE));
    ck_assert(!bp_arena_has_room(arena, (size_t)3 * MEBIBYTE));
    ck_assert_ptr_nonnull(bp_arena_alloc(arena, 1, MEBIBYTE));
    bp_arena_release(arena, mark);
    ck_assert_uint_eq(bp_arena_used(arena), 0);
  }
  ck_assert(bp_arena_has_room(arena, (size_t)(PART + 2) * MEBIBYTE));
  ck_assert(!bp_arena_failed(arena));
  ck_assert_ptr_null(bp_arena_alloc_part(arena, WHOLE, MEBIBYTE, PART + 3));
  ck_assert(bp_arena_failed(arena));
  ck_assert_ptr_null(bp_arena_alloc_part(arena, SIZE_MAX / 2, 4, 1));
  bp_arena_free(arena);
}
END_TEST

/* ---- stretches of ranks ---- */

START_TEST(shares_are_all_in_order) {
  for (int ranks = 1; ranks <= 7; ranks++) {
    for (size_t count = 0; count < 30; count++) {
      size_t next = 0;
      for (int rank = 0; rank < ranks; rank++) {
        struct bp_share share = bp_share_of(count, rank, ranks);
        size_t length = share.to - share.from;
        ck_assert_uint_eq(share.from, next);
        ck_assert(length == count / (size_t)ranks || length == count / (size_t)ranks + 1);
        next = share.to;
      }
      ck_assert_uint_eq(next, count);
    }
  }
}
END_TEST

/* ---- 113 bits ---- */

/* Here they are; and what a C library with functions of 53 bits gives is seen. */
START_TEST(quads_are_exact) {
  ck_assert(bp_quad_is_exact());
  bp_quad third = (bp_quad)1 / 3;
  ck_assert(bp_quad_is_near(third, third));
  ck_assert(bp_quad_is_near(third * (1 + 8 * (bp_quad)BP_QUAD_UNIT), third));
  ck_assert(!bp_quad_is_near(third * (1 + 100 * (bp_quad)BP_QUAD_UNIT), third));
  ck_assert(!bp_quad_is_near((double)third, third));
  ck_assert(!bp_quad_is_near(NAN, third));
}
END_TEST

/* Pieces of any length; what n of them take of the arena is a few times what they are long. */
START_TEST(text_grows_in_proportion) {
  enum { PIECES = 4000, LONG = 20000 };
  struct bp_arena *arena = bp_arena_new(4 << 20);
  struct bp_growing growing = bp_growing_new(arena);
  ck_assert_str_eq(growing.text, "");
  for (int i = 0; i < PIECES; i++)
    ck_assert(bp_growing_add(&growing, "line %d\n", 1000 + i));
  ck_assert(bp_growing_add(&growing, "%0*d", LONG, 7));
  ck_assert_uint_eq(growing.length, (size_t)10 * PIECES + LONG);
  ck_assert_uint_eq(strlen(growing.text), growing.length);
  ck_assert(memcmp(growing.text + (size_t)10 * (PIECES - 1), "line 4999\n0", 11) == 0);
  ck_assert_uint_le(bp_arena_used(arena), 8 * growing.length);
  ck_assert(!bp_growing_add(&growing, "%0*d", 5 << 20, 7));
  ck_assert_ptr_null(growing.text);
  ck_assert(!bp_growing_add(&growing, "more"));
  ck_assert_ptr_null(growing.text);
  bp_arena_free(arena);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("base");
  TCase *parallel = tcase_create("parallel");
  tcase_add_loop_test(parallel, every_round_runs_once, 0, COUNT(thread_counts));
  tcase_add_test(parallel, a_crew_stays_from_loop_to_loop);
  tcase_add_test(parallel, loops_within_rounds_of_a_crew);
  tcase_add_test(parallel, progress_is_told_and_can_stop);
  tcase_add_test(parallel, there_is_a_processor);
  suite_add_tcase(suite, parallel);
  TCase *numbers = tcase_create("numbers");
  tcase_add_loop_test(numbers, counts_are_digits, 0, COUNT(counts));
  tcase_add_test(numbers, quads_are_exact);
  tcase_add_test(numbers, a_part_counts_as_a_part);
  tcase_add_test(numbers, shares_are_all_in_order);
  tcase_add_test(numbers, text_grows_in_proportion);
  suite_add_tcase(suite, numbers);
  return run_suite(suite);
}
