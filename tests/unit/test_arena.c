/* Tests of memory in src/base: the arena's promises, the budget whose account arenas share, what is
 * left of a stack, lists that grow; and the random numbers that are drawn into them. */
#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "base/arena.h"
#include "base/budget.h"
#include "base/list.h"
#include "base/random.h"
#include "base/stack.h"
#include "suite.h"

/* ---- arena ---- */

START_TEST(arena_gives_zeroed_aligned_memory) {
  struct bp_arena *arena = bp_arena_new(0);
  for (size_t size = 0; size < 5000; size += 37) {
    unsigned char *bytes = bp_arena_alloc(arena, size, 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
    for (size_t k = 0; k < size; k++)
      ck_assert_uint_eq(bytes[k], 0);
    memset(bytes, 0xFF, size);
  }
  ck_assert(!bp_arena_failed(arena));
  bp_arena_free(arena);
}
END_TEST

START_TEST(arena_keeps_its_limit) {
  struct bp_arena *arena = bp_arena_new(100000);
  size_t given = 0;
  while (bp_arena_alloc(arena, 64, 1))
    given += 64;
  ck_assert(bp_arena_failed(arena));
  ck_assert_uint_le(given, 100000);
  ck_assert_uint_ge(given, 90000);
  ck_assert_uint_eq(bp_arena_used(arena), given);
  bp_arena_free(arena);
}
END_TEST

START_TEST(arena_refuses_one_large_request_and_goes_on) {
  struct bp_arena *arena = bp_arena_new(1 << 20);
  ck_assert_ptr_null(bp_arena_alloc(arena, 2 << 20, 1));
  ck_assert(bp_arena_failed(arena));
  ck_assert_ptr_nonnull(bp_arena_alloc(arena, 1000, 8));
  bp_arena_free(arena);
}
END_TEST

/* Whether the mapping that an address lies in asks the system for large pages ("hg" of its flags);
 * -1: the system tells nothing of them. */
static int asks_for_large_pages(const void *address) {
  FILE *maps = fopen("/proc/self/smaps", "r");
  char line[512];
  bool inside = false;
  int asks = -1;
  while (maps && asks < 0 && fgets(line, sizeof line, maps)) {
    unsigned long from, to;
    if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
      inside = (uintptr_t)address >= from && (uintptr_t)address < to;
    else if (inside && strncmp(line, "VmFlags:", 8) == 0)
      asks = strstr(line, " hg") != NULL;
  }
  if (maps)
    fclose(maps);
  return access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0 ? asks : -1;
}

/* What is large and will be filled; but not what a rank touches a part of. */
START_TEST(large_requests_ask_for_large_pages) {
  enum { LARGE = 8 << 20 };
  struct bp_arena *arena = bp_arena_new(0);
  char *whole = bp_arena_alloc(arena, LARGE, 1);
  char *part = bp_arena_alloc_part(arena, 64 * (size_t)LARGE, 1, LARGE);
  ck_assert(whole && part);
  ck_assert_int_ne(asks_for_large_pages(whole + LARGE / 2), 0);
  ck_assert_int_ne(asks_for_large_pages(part + 32 * (size_t)LARGE), 1);
  bp_arena_free(arena);
}
END_TEST

/* ---- budgets ---- */

START_TEST(arenas_share_the_account_of_a_budget) {
  struct bp_budget budget = {.memory = 200000};
  struct bp_budget *before = bp_budget_enter(&budget);
  struct bp_arena *one = bp_arena_new(0), *other = bp_arena_new(0);
  ck_assert_ptr_nonnull(bp_arena_alloc(one, 100000, 1));
  ck_assert_ptr_nonnull(bp_arena_alloc(other, 80000, 1));
  ck_assert(bp_budget_end(&budget) == BP_BUDGET_LASTS && !bp_budget_over());
  ck_assert_ptr_null(bp_arena_alloc(one, 100000, 1));
  ck_assert(bp_budget_end(&budget) == BP_BUDGET_NO_MEMORY && bp_budget_over());
  bp_budget_leave(before);
  ck_assert(!bp_budget_over());
  bp_arena_free(one);
  bp_arena_free(other);
  ck_assert_uint_eq(atomic_load(&budget.used), 0);
}
END_TEST

START_TEST(a_debt_is_told_and_paid_back) {
  struct bp_budget budget = {.memory = 1000};
  ck_assert_uint_eq(bp_budget_take_anyway(&budget, 600), 0);
  ck_assert_uint_eq(bp_budget_take_anyway(&budget, 600), 200);
  ck_assert(!bp_budget_take(&budget, 1));
  bp_budget_give(&budget, 700);
  ck_assert(bp_budget_take(&budget, 500) && !bp_budget_take(&budget, 1));
  bp_budget_give(&budget, SIZE_MAX); /* what is older than the budget */
  ck_assert_uint_eq(atomic_load(&budget.used), 0);
}
END_TEST

static bool somebody_wants_an_end(void) { return true; }

START_TEST(the_first_end_but_one_counts) {
  struct bp_budget budget = {.seconds = 1e-12};
  struct bp_budget *before = bp_budget_enter(&budget);
  ck_assert(bp_budget_over_by_now() && bp_budget_end_here() == BP_BUDGET_TIME);
  budget.stopped = somebody_wants_an_end;
  ck_assert(bp_budget_over_by_now() && bp_budget_end_here() == BP_BUDGET_TIME);
  bp_budget_refuse(&budget);
  ck_assert(bp_budget_end_here() == BP_BUDGET_NO_MEMORY);
  bp_budget_leave(before);
  struct bp_budget stopped = {.stopped = somebody_wants_an_end};
  before = bp_budget_enter(&stopped);
  ck_assert(bp_budget_over_by_now() && bp_budget_end_here() == BP_BUDGET_STOPPED);
  bp_budget_leave(before);
}
END_TEST

static void *look_at_stack(void *found) {
  *(bool *)found = bp_stack_has(64 << 10) && !bp_stack_has(2 << 20);
  return NULL;
}

START_TEST(a_thread_knows_its_own_stack) {
  pthread_attr_t attributes;
  pthread_t thread;
  bool found = false;
  ck_assert(bp_stack_has(64 << 10) && !bp_stack_has(SIZE_MAX / 2));
  ck_assert_int_eq(pthread_attr_init(&attributes), 0);
  ck_assert_int_eq(pthread_attr_setstacksize(&attributes, 1 << 20), 0);
  ck_assert_int_eq(pthread_create(&thread, &attributes, look_at_stack, &found), 0);
  ck_assert(pthread_join(thread, NULL) == 0 && found);
  pthread_attr_destroy(&attributes);
}
END_TEST

START_TEST(arena_sees_overflow) {
  struct bp_arena *arena = bp_arena_new(0);
  ck_assert_ptr_null(bp_arena_alloc(arena, SIZE_MAX / 2, 3));
  ck_assert_ptr_null(bp_arena_alloc(arena, SIZE_MAX, 1));
  ck_assert_ptr_null(bp_arena_alloc(arena, SIZE_MAX - 63, 1));
  ck_assert(bp_arena_failed(arena));
  bp_arena_free(arena);
  bp_arena_free(NULL);
}
END_TEST

START_TEST(arena_makes_strings) {
  struct bp_arena *arena = bp_arena_new(0);
  ck_assert_str_eq(bp_arena_strndup(arena, "abcdef", 3), "abc");
  ck_assert_str_eq(bp_arena_strdup(arena, ""), "");
  ck_assert_str_eq(bp_arena_printf(arena, "%s[%d]", "W", 12), "W[12]");
  bp_arena_free(arena);
}
END_TEST

START_TEST(arena_gives_back_what_came_after_a_mark) {
  struct bp_arena *arena = bp_arena_new(0);
  for (int from_nothing = 1; from_nothing >= 0; from_nothing--) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    size_t used = bp_arena_used(arena);
    unsigned char *first = NULL;
    for (int round = 0; round < 5; round++) {
      for (size_t size = 1; size < 300000; size = size * 3 + round) {
        unsigned char *bytes = bp_arena_alloc(arena, size, 1);
        ck_assert_ptr_nonnull(bytes);
        size_t stale = 0;
        for (size_t k = 0; k < size; k++)
          stale += bytes[k] != 0;
        ck_assert_uint_eq(stale, 0);
        memset(bytes, 0xFF, size);
        if (size == 1) /* the same requests find the same memory */
          ck_assert(round == 0 || bytes == first);
        first = size == 1 ? bytes : first;
      }
      ck_assert_uint_gt(bp_arena_used(arena), used + 100000);
      bp_arena_release(arena, mark);
      ck_assert_uint_eq(bp_arena_used(arena), used);
    }
    ck_assert_str_eq(bp_arena_strdup(arena, "kept"), "kept");
  }
  ck_assert(!bp_arena_failed(arena));
  bp_arena_free(arena);
}
END_TEST

START_TEST(arena_marks_nest) {
  struct bp_arena *arena = bp_arena_new(0);
  char *outer = bp_arena_strdup(arena, "outer");
  struct bp_arena_mark one = bp_arena_mark(arena);
  char *inner = bp_arena_strdup(arena, "inner");
  struct bp_arena_mark two = bp_arena_mark(arena);
  ck_assert_ptr_nonnull(bp_arena_alloc(arena, 100000, 1));
  bp_arena_release(arena, two);
  ck_assert_str_eq(inner, "inner");
  bp_arena_release(arena, one);
  ck_assert_str_eq(outer, "outer");
  ck_assert_ptr_eq(bp_arena_strdup(arena, "again"), inner);
  bp_arena_free(arena);
}
END_TEST

START_TEST(a_list_grows_and_keeps_its_items) {
  struct bp_arena *arena = bp_arena_new(0);
  size_t *items = NULL, count = 0, capacity = 0, moves = 0;
  for (size_t k = 0; k < 1000; k++) {
    const size_t *before = items;
    ck_assert(bp_list_room(arena, items, count, capacity));
    moves += items != before;
    items[count++] = k * k;
  }
  for (size_t k = 0; k < count; k++)
    ck_assert_uint_eq(items[k], k * k);
  ck_assert_uint_eq(moves, 8); /* 8, 16, ... 1024 */
  size_t *longer = bp_list_longer(arena, items, 3, sizeof *items);
  ck_assert(longer != items);
  ck_assert_uint_eq(longer[2], 4);
  ck_assert_uint_eq(longer[3], 0);
  ck_assert_ptr_nonnull(bp_list_longer(arena, NULL, 0, sizeof *items));
  bp_arena_free(arena);
}
END_TEST

START_TEST(a_list_without_memory_stays_as_it_was) {
  struct bp_arena *arena = bp_arena_new(256);
  size_t *items = NULL, count = 0, capacity = 0;
  for (; bp_list_room(arena, items, count, capacity); count++)
    items[count] = count;
  ck_assert(bp_arena_failed(arena));
  ck_assert_uint_ge(count, 8);
  ck_assert_uint_eq(count, capacity);
  for (size_t k = 0; k < count; k++)
    ck_assert_uint_eq(items[k], k);
  bp_arena_free(arena);
}
END_TEST

/* The first numbers of the generator's authors from the state 0. */
START_TEST(random_numbers_are_those_of_splitmix64) {
  uint64_t state = 0;
  ck_assert_uint_eq(bp_random_bits(&state), UINT64_C(0xe220a8397b1dcdaf));
  ck_assert_uint_eq(bp_random_bits(&state), UINT64_C(0x6e789e6aa1b965f4));
  ck_assert_uint_eq(bp_random_bits(&state), UINT64_C(0x06c45d188009454f));
  for (int k = 0; k < 1000; k++) {
    double number = bp_uniform(&state);
    ck_assert(number > 0 && number < 1);
  }
}
END_TEST

/* What was given back serves again, in pieces of another size too, and the limit holds throughout.
 */
START_TEST(arena_keeps_its_limit_after_a_release) {
  struct bp_arena *arena = bp_arena_new(1 << 20);
  struct bp_arena_mark mark = bp_arena_mark(arena);
  for (int round = 0; round < 100; round++) {
    size_t size = round % 3 == 0 ? 1000 : round % 3 == 1 ? 950 * 1024 : 200 * 1024;
    ck_assert_ptr_nonnull(bp_arena_alloc(arena, size, 1));
    ck_assert_ptr_nonnull(bp_arena_alloc(arena, 64 * 1024, 1));
    bp_arena_release(arena, mark);
  }
  ck_assert(!bp_arena_failed(arena));
  ck_assert_ptr_null(bp_arena_alloc(arena, 2 << 20, 1));
  ck_assert(bp_arena_failed(arena));
  bp_arena_release(arena, mark);
  ck_assert(bp_arena_failed(arena));
  bp_arena_free(arena);
}
END_TEST

/* Only a build with AddressSanitizer looks. */
START_TEST(arena_has_red_zones) {
#ifdef __SANITIZE_ADDRESS__
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_arena_mark mark = bp_arena_mark(arena);
  for (int round = 0; round < 2; round++) {
    char *last = NULL;
    for (size_t size = 0; size < 40000; size = size * 2 + 1) {
      char *bytes = last = bp_arena_alloc(arena, size, 1), *exact = bp_arena_alloc(arena, 64, size);
      ck_assert_ptr_null(__asan_region_is_poisoned(bytes, size));
      ck_assert_ptr_null(__asan_region_is_poisoned(exact, 64 * size));
      ck_assert(__asan_address_is_poisoned(bytes + size));
      ck_assert(__asan_address_is_poisoned(exact + 64 * size));
      ck_assert(__asan_address_is_poisoned(exact + 64 * size + 63));
    }
    bp_arena_release(arena, mark);
    ck_assert(__asan_address_is_poisoned(last));
  }
  bp_arena_free(arena);
#endif
}
END_TEST

int main(void) {
  Suite *suite = suite_create("arena");
  TCase *arenas = tcase_create("arenas");
  tcase_add_test(arenas, arena_gives_zeroed_aligned_memory);
  tcase_add_test(arenas, arena_keeps_its_limit);
  tcase_add_test(arenas, arena_refuses_one_large_request_and_goes_on);
  tcase_add_test(arenas, large_requests_ask_for_large_pages);
  tcase_add_test(arenas, arena_sees_overflow);
  tcase_add_test(arenas, arena_makes_strings);
  tcase_add_test(arenas, arena_gives_back_what_came_after_a_mark);
  tcase_add_test(arenas, arena_marks_nest);
  tcase_add_test(arenas, arena_keeps_its_limit_after_a_release);
  tcase_add_test(arenas, arena_has_red_zones);
  suite_add_tcase(suite, arenas);
  TCase *budgets = tcase_create("budgets");
  tcase_add_test(budgets, arenas_share_the_account_of_a_budget);
  tcase_add_test(budgets, a_debt_is_told_and_paid_back);
  tcase_add_test(budgets, the_first_end_but_one_counts);
  tcase_add_test(budgets, a_thread_knows_its_own_stack);
  suite_add_tcase(suite, budgets);
  TCase *lists = tcase_create("lists");
  tcase_add_test(lists, a_list_grows_and_keeps_its_items);
  tcase_add_test(lists, a_list_without_memory_stays_as_it_was);
  tcase_add_test(lists, random_numbers_are_those_of_splitmix64);
  suite_add_tcase(suite, lists);
  return run_suite(suite);
}
