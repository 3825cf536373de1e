/* Tests of src/base: the arena's promises, diagnostics to the letter, nearest names, parallel
 * loops. */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/diag.h"
#include "base/list.h"
#include "base/parallel.h"
#include "base/quad.h"
#include "base/random.h"
#include "base/stack.h"
#include "base/whole_number.h"
#include "results/results.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

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

/* What was given back serves again, in pieces of another size too, and the limit holds throughout.
 */
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

/* ---- diagnostics ---- */

/* What bp_diagnostics_write writes; the caller frees it. */
/* Not inlined: GCC 12 then takes the stream's buffer for a pointer to the local variable. */
__attribute__((noinline)) static char *written(const struct bp_diagnostics *diagnostics,
                                               bool colour) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  bp_diagnostics_write(diagnostics, colour, out);
  fclose(out);
  return text;
}

static const struct {
  const char *name;
  const char *text;
  size_t length; /* 0: strlen(text) */
  struct bp_span span;
  bool colour;
  const char *expected;
} quotes[] = {
    {"middle of a line",
     "a,b\n5.1,3.5,abc,0.2\nx\n",
     0,
     {12, 15},
     false,
     "f:2:9: error: m\n  5.1,3.5,abc,0.2\n          ^~~\n  try: s\n"},
    {"wide signs before",
     "误差 = abc",
     0,
     {9, 12},
     false,
     "f:1:6: error: m\n  误差 = abc\n         ^~~\n  try: s\n"},
    {"wide sign marked",
     "a误差b",
     0,
     {1, 7},
     false,
     "f:1:2: error: m\n  a误差b\n   ^~~~\n  try: s\n"},
    {"inside a wide sign", "误差", 0, {4, 5}, false, "f:1:2: error: m\n  误差\n    ^~\n  try: s\n"},
    {"combining sign",
     "e\xCC\x81z",
     0,
     {3, 4},
     false,
     "f:1:2: error: m\n  e\xCC\x81z\n   ^\n  try: s\n"},
    {"end of file without newline",
     "3 - 4",
     0,
     {5, 5},
     false,
     "f:1:6: error: m\n  3 - 4\n       ^\n  try: s\n"},
    {"end of file behind newline", "3 - 4\n", 0, {6, 6}, false, "f:2:1: error: m\n  try: s\n"},
    {"beyond the end",
     "3 - 4",
     0,
     {70, 90},
     false,
     "f:1:6: error: m\n  3 - 4\n       ^\n  try: s\n"},
    {"windows line end",
     "ab\r\ncd\r\n",
     0,
     {4, 6},
     false,
     "f:2:1: error: m\n  cd\n  ^~\n  try: s\n"},
    {"at the line end", "ab\r\ncd", 0, {3, 4}, false, "f:1:4: error: m\n  ab\n    ^\n  try: s\n"},
    {"more lines than one",
     "abc\ndef",
     0,
     {1, 6},
     false,
     "f:1:2: error: m\n  abc\n   ^~\n  try: s\n"},
    {"tab", "\tx", 0, {1, 2}, false, "f:1:2: error: m\n   x\n   ^\n  try: s\n"},
    {"not UTF-8",
     "a\xFFz",
     0,
     {2, 3},
     false,
     "f:1:3: error: m\n  a\xEF\xBF\xBDz\n    ^\n  try: s\n"},
    {"cut UTF-8",
     "a\xE8\xAF",
     0,
     {1, 3},
     false,
     "f:1:2: error: m\n  a\xEF\xBF\xBD\xEF\xBF\xBD\n   ^~\n  try: s\n"},
    {"zero byte", "a\0z", 3, {2, 3}, false, "f:1:3: error: m\n  a\xEF\xBF\xBDz\n    ^\n  try: s\n"},
    {"terminal escape",
     "\x1B[2J!",
     0,
     {4, 5},
     false,
     "f:1:5: error: m\n  \xEF\xBF\xBD[2J!\n      ^\n  try: s\n"},
    {"reversed writing",
     "\xE2\x80\xAEx",
     0,
     {3, 4},
     false,
     "f:1:2: error: m\n  \xEF\xBF\xBDx\n   ^\n  try: s\n"},
    {"colour",
     "ab",
     0,
     {1, 2},
     true,
     "\033[1mf:1:2:\033[0m \033[1;31merror:\033[0m m\n  ab\n   \033[1;31m^\033[0m\n  try: s\n"},
    {"empty text", "", 0, {0, 0}, false, "f:1:1: error: m\n  try: s\n"},
};

START_TEST(diagnostic_is_written_to_the_letter) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t length = quotes[_i].length ? quotes[_i].length : strlen(quotes[_i].text);
  char *text = malloc(length + 1); /* exactly as long as the text: reading on is seen */
  memcpy(text, quotes[_i].text, length);
  text = realloc(text, length ? length : 1);
  struct bp_source source = {"f", text, length};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, quotes[_i].span, "s", "m");
  ck_assert_uint_eq(diagnostics.errors, 1);
  char *output = written(&diagnostics, quotes[_i].colour);
  ck_assert_msg(strcmp(output, quotes[_i].expected) == 0, "%s: wrote\n%s\nexpected\n%s",
                quotes[_i].name, output, quotes[_i].expected);
  free(output);
  free(text);
  bp_arena_free(arena);
}
END_TEST

/* The quoted line and the underline of a mark on a long line. */
static void check_long_line(const char *fill, size_t copies, size_t at, size_t marked) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t unit = strlen(fill), length = copies * unit;
  char *text = malloc(length);
  for (size_t k = 0; k < copies; k++)
    memcpy(text + k * unit, fill, unit);
  memset(text + at * unit, '#', marked);
  struct bp_source source = {"f", text, length};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, (struct bp_span){at * unit, at * unit + marked}, NULL, "m");
  char *output = written(&diagnostics, false);
  char *quote = strchr(output, '\n') + 1, *under = strchr(quote, '\n') + 1;
  size_t columns = bp_text_columns(quote, (size_t)(under - 1 - quote));
  ck_assert_msg(columns <= 78, "%zu columns:\n%s", columns, output);
  size_t caret = strcspn(under, "^");
  char *mark = strchr(quote, '#');
  ck_assert_ptr_nonnull(mark);
  ck_assert_msg(bp_text_columns(quote, (size_t)(mark - quote)) == caret, "%s", output);
  ck_assert_uint_ge(strlen(under), 2);
  free(output);
  free(text);
  bp_arena_free(arena);
}

START_TEST(long_lines_are_cut_around_the_place) {
  static const size_t places[] = {0, 1, 37, 38, 39, 74, 75, 76, 77, 100, 500, 997, 998, 999};
  for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
    check_long_line("x", 1000, places[k], 1);
    check_long_line("误", 1000, places[k], 3);
    check_long_line("x", 1000, places[k], 1000 - places[k]);
    check_long_line("x", 1001 > places[k] + 78 ? 78 + places[k] : 1001, places[k], 1);
  }
  check_long_line("y", 1 << 20, (1 << 20) - 1, 1);
}
END_TEST

START_TEST(heaps_of_combining_signs_are_bounded) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t signs = 100000;
  char *text = malloc(1 + 2 * signs);
  text[0] = 'e';
  for (size_t k = 0; k < signs; k++)
    memcpy(text + 1 + 2 * k, "\xCC\x81", 2);
  struct bp_source source = {"f", text, 1 + 2 * signs};
  bp_diagnostics_init(&diagnostics, arena);
  bp_error(&diagnostics, &source, (struct bp_span){2 * signs, 2 * signs + 1}, NULL, "m");
  char *output = written(&diagnostics, false);
  ck_assert_uint_lt(strlen(output), 2000);
  free(output);
  free(text);
  bp_arena_free(arena);
}
END_TEST

START_TEST(many_diagnostics_are_counted) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  for (int k = 0; k < 300; k++)
    bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "%d", k);
  bp_warning(&diagnostics, NULL, (struct bp_span){0, 0}, NULL, "w");
  ck_assert_uint_eq(diagnostics.errors, 300);
  ck_assert_uint_eq(diagnostics.count, BP_MOST_DIAGNOSTICS);
  ck_assert_uint_eq(diagnostics.dropped, 101);
  ck_assert_str_eq(diagnostics.list[150].message, "150");
  char *output = written(&diagnostics, false);
  ck_assert_ptr_nonnull(strstr(output, "error: 199\n101 more like these are not shown\n"));
  free(output);
  bp_arena_free(arena);
}
END_TEST

START_TEST(errors_count_without_memory) {
  struct bp_arena *arena = bp_arena_new(1024);
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  for (int k = 0; k < 50; k++)
    bp_error(&diagnostics, NULL, (struct bp_span){0, 0}, "try", "%0100d", k);
  ck_assert_uint_eq(diagnostics.errors, 50);
  ck_assert_uint_eq(diagnostics.count + diagnostics.dropped, 50);
  for (size_t k = 0; k < diagnostics.count; k++)
    ck_assert_ptr_nonnull(diagnostics.list[k].message);
  free(written(&diagnostics, true));
  bp_arena_free(arena);
}
END_TEST

START_TEST(columns_of_text) {
  ck_assert_uint_eq(bp_text_columns("", 0), 0);
  ck_assert_uint_eq(bp_text_columns("abc", 3), 3);
  ck_assert_uint_eq(bp_text_columns("∂J/∂W", 9), 5);
  ck_assert_uint_eq(bp_text_columns("误差", 6), 4);
  ck_assert_uint_eq(bp_text_columns("e\xCC\x81", 3), 1);
  ck_assert_uint_eq(bp_text_columns("\xFF\xFE", 2), 2);
}
END_TEST

/* ---- nearest names ---- */

static const char *const functions[] = {"sigmoid",  "tanh", "relu", "leaky_relu", "identity",
                                        "softplus", "elu",  "silu", "gelu",       "softmax"};

static const struct {
  const char *written;
  const char *expected;
} misspelt[] = {
    {"sigmod", "sigmoid"},
    {"simgoid", "sigmoid"},
    {"Sigmoid", "sigmoid"},
    {"TANH", "tanh"},
    {"tnah", "tanh"},
    {"sofmax", "softmax"},
    {"softmx", "softmax"},
    {"soft_plus", "softplus"},
    {"leakyrelu", "leaky_relu"},
    {"relu6", "relu"},
    {"gleu", "gelu"},
    {"identiy", "identity"},
    {"", NULL},
    {"x", NULL},
    {"convolution", NULL},
    {"误差", NULL},
    {"\xFF\xFF", NULL},
};

START_TEST(nearest_name) {
  const char *text = misspelt[_i].written;
  const char *found = bp_nearest_name(text, strlen(text), functions, COUNT(functions));
  if (misspelt[_i].expected)
    ck_assert_msg(found && strcmp(found, misspelt[_i].expected) == 0, "%s: found %s", text,
                  found ? found : "nothing");
  else
    ck_assert_msg(!found, "%s: found %s", text, found);
}
END_TEST

START_TEST(nearest_name_of_something_huge) {
  size_t length = 1 << 20;
  char *text = malloc(length);
  memset(text, 's', length);
  ck_assert_ptr_null(bp_nearest_name(text, length, functions, COUNT(functions)));
  ck_assert_ptr_null(bp_nearest_name("tanh", 4, functions, 0));
  free(text);
}
END_TEST

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

START_TEST(every_round_runs_once) {
  static const size_t counts[] = {0, 1, 2, 7, ROUNDS};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    struct tally *tally = calloc(1, sizeof *tally);
    tally->threads = thread_counts[_i];
    bp_parallel_for(counts[c], thread_counts[_i], count_round, tally);
    ck_assert_int_eq(atomic_load(&tally->mistakes), 0);
    for (size_t k = 0; k < ROUNDS; k++)
      ck_assert_int_eq(atomic_load(&tally->runs[k]), k < counts[c] ? 1 : 0);
    free(tally);
  }
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

/* ---- names in a sentence ---- */

static const char *const listings[] = {"", "text", "text or json", "text, json or csv"};

START_TEST(names_are_listed) {
  static const char *const names[] = {"text", "json", "csv"};
  struct bp_arena *arena = bp_arena_new(0);
  ck_assert_str_eq(bp_name_list(names, (size_t)_i, " or ", arena), listings[_i]);
  bp_arena_free(arena);
}
END_TEST

/* ---- names of results ---- */

START_TEST(results_have_words) {
  ck_assert_str_eq(bp_verdict_name(BP_HOLDS), "holds");
  ck_assert_str_eq(bp_verdict_name(BP_FAILS), "fails");
  ck_assert_str_eq(bp_reason_name(BP_REASON_LOST_DIGITS), "lost-digits");
  ck_assert_str_eq(bp_method_name(BP_METHOD_FOUR_POINT), "four-point");
  for (int k = 0; k < BP_REASON_COUNT; k++) {
    ck_assert_ptr_nonnull(bp_reason_name((enum bp_reason)k));
    ck_assert_ptr_nonnull(bp_reason_sentence((enum bp_reason)k));
    ck_assert_ptr_nonnull(bp_reason_sentence_of_claim((enum bp_reason)k));
    ck_assert_uint_gt(strlen(bp_reason_advice((enum bp_reason)k)), 0);
  }
  for (int k = 0; k < BP_METHOD_COUNT; k++)
    ck_assert_ptr_nonnull(bp_method_name((enum bp_method)k));
  ck_assert_int_eq(bp_exit_status(BP_HOLDS), 0);
  ck_assert_int_eq(bp_exit_status(BP_FAILS), 1);
  ck_assert_int_eq(bp_exit_status(BP_UNDECIDED), 2);
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

static Suite *base_suite(void) {
  Suite *suite = suite_create("base");
  TCase *arena = tcase_create("arena");
  tcase_add_test(arena, arena_gives_zeroed_aligned_memory);
  tcase_add_test(arena, arena_keeps_its_limit);
  tcase_add_test(arena, arena_refuses_one_large_request_and_goes_on);
  tcase_add_test(arena, arenas_share_the_account_of_a_budget);
  tcase_add_test(arena, a_debt_is_told_and_paid_back);
  tcase_add_test(arena, the_first_end_but_one_counts);
  tcase_add_test(arena, a_thread_knows_its_own_stack);
  tcase_add_test(arena, arena_sees_overflow);
  tcase_add_test(arena, arena_makes_strings);
  tcase_add_test(arena, arena_gives_back_what_came_after_a_mark);
  tcase_add_test(arena, arena_marks_nest);
  tcase_add_test(arena, arena_keeps_its_limit_after_a_release);
  tcase_add_test(arena, a_list_grows_and_keeps_its_items);
  tcase_add_test(arena, a_list_without_memory_stays_as_it_was);
  tcase_add_test(arena, random_numbers_are_those_of_splitmix64);
  suite_add_tcase(suite, arena);
  TCase *diagnostics = tcase_create("diagnostics");
  tcase_add_loop_test(diagnostics, diagnostic_is_written_to_the_letter, 0, COUNT(quotes));
  tcase_add_test(diagnostics, long_lines_are_cut_around_the_place);
  tcase_add_test(diagnostics, heaps_of_combining_signs_are_bounded);
  tcase_add_test(diagnostics, many_diagnostics_are_counted);
  tcase_add_test(diagnostics, errors_count_without_memory);
  tcase_add_test(diagnostics, columns_of_text);
  suite_add_tcase(suite, diagnostics);
  TCase *names = tcase_create("names");
  tcase_add_loop_test(names, nearest_name, 0, COUNT(misspelt));
  tcase_add_test(names, nearest_name_of_something_huge);
  tcase_add_loop_test(names, names_are_listed, 0, COUNT(listings));
  tcase_add_test(names, results_have_words);
  suite_add_tcase(suite, names);
  TCase *numbers = tcase_create("numbers");
  tcase_add_loop_test(numbers, counts_are_digits, 0, COUNT(counts));
  tcase_add_test(numbers, quads_are_exact);
  suite_add_tcase(suite, numbers);

  TCase *parallel = tcase_create("parallel");
  tcase_add_loop_test(parallel, every_round_runs_once, 0, COUNT(thread_counts));
  tcase_add_test(parallel, progress_is_told_and_can_stop);
  tcase_add_test(parallel, there_is_a_processor);
  suite_add_tcase(suite, parallel);
  return suite;
}

int main(void) { return run_suite(base_suite()); }
