/* Text made of a note: it may be looked at behind its end, and words are looked for within bounds.
 */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "note/latex/written.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(SIZE_MAX); }

static void tear_down(void) { bp_arena_free(arena); }

/* At every length, also where the list has just grown or is about to. */
START_TEST(a_zero_behind) {
  struct bp_written written = bp_written_new(arena);
  for (size_t length = 1; length <= 100; length++) {
    ck_assert(bp_written_add(&written, "x", 1, (struct bp_span){length, length + 1}));
    ck_assert_uint_eq(written.length, length);
    ck_assert_uint_lt(written.length, written.capacity);
    ck_assert_int_eq(written.text[length], '\0');
    ck_assert_uint_eq(strlen(written.text), length);
    ck_assert_uint_eq(written.from[length - 1].begin, length);
  }
}
END_TEST

START_TEST(copies_have_one) {
  struct bp_written written = bp_written_new(arena), part = bp_written_new(arena);
  ck_assert(bp_written_raw(&written, "a + b_i", 0, strlen("a + b_i")));
  ck_assert(bp_written_copy(&part, &written, 4, 7));
  ck_assert_str_eq(part.text, "b_i");
  ck_assert_uint_eq(part.from[0].begin, 4);
}
END_TEST

static const struct {
  const char *text;
  size_t at, end;
  const char *what;
  bool is;
} words[] = {
    {"\\frac{a}{b}", 0, 11, "\\frac", true},
    {"\\frac{a}{b}", 1, 11, "\\frac", false},
    {"\\frac{a}{b}", 0, 5, "\\frac", true},
    {"\\frac{a}{b}", 0, 4, "\\frac", false},
    {"a'(z)", 1, 5, "'(", true},
    {"a'(z)", 1, 2, "'(", false},
    {"a", 1, 1, "a", false},
    {"a", 2, 1, "a", false},
    {"a", 1, 1, "\\frac", false},
    {"", 0, 0, "x", false},
};

START_TEST(a_word_at_a_place) {
  ck_assert(bp_text_is_at(words[_i].text, words[_i].at, words[_i].end, words[_i].what) ==
            words[_i].is);
}
END_TEST

/* What is not found is at the end, which is no place where it stands. */
START_TEST(a_word_that_is_missing) {
  ck_assert_uint_eq(bp_text_find("abc", 0, 3, "d"), 3);
  ck_assert_uint_eq(bp_text_find("abc", 3, 3, "d"), 3);
  ck_assert(!bp_text_is_at("abc", 3, 3, "d"));
  ck_assert_uint_eq(bp_text_find("abc", 0, 3, "bc"), 1);
  ck_assert_uint_eq(bp_text_find("abc", 0, 2, "bc"), 2);
}
END_TEST

START_TEST(no_memory) {
  struct bp_arena *small = bp_arena_new(1);
  struct bp_written written = bp_written_new(small);
  ck_assert(!bp_written_add(&written, "x", 1, (struct bp_span){0, 1}));
  ck_assert_uint_eq(written.length, 0);
  ck_assert(bp_arena_failed(small));
  bp_arena_free(small);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("written");
  TCase *tests = tcase_create("written");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_zero_behind);
  tcase_add_test(tests, copies_have_one);
  tcase_add_loop_test(tests, a_word_at_a_place, 0, (int)(sizeof words / sizeof *words));
  tcase_add_test(tests, a_word_that_is_missing);
  tcase_add_test(tests, no_memory);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
