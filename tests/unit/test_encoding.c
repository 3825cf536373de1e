/* Tests of src/data/encoding.h: where a text stops being UTF-8, and what it is mended to. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "data/encoding.h"
#include "suite.h"

/* In turn: sound text, a byte that only continues, overlong forms, a surrogate, beyond U+10FFFF,
 * cut off at the end and within. */
static const struct {
  const char *text;
  size_t fault;
} encoded[] = {{"", 0},
               {"a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10},
               {"a\x80", 1},
               {"\xC0\x80", 0},
               {"\xE0\x9F\xBF", 0},
               {"\xF0\x8F\xBF\xBF", 0},
               {"\xED\xA0\x80", 0},
               {"\xF4\x90\x80\x80", 0},
               {"ab\xE2\x82", 2},
               {"ab\xE2\x82z", 2}};

START_TEST(utf8_faults_are_found) {
  const char *text = encoded[_i].text;
  char *exact = malloc(strlen(text) ? strlen(text)
                                    : 1); /* the sanitizer sees a byte read beyond the length */
  memcpy(exact, text, strlen(text));
  ck_assert_uint_eq(bp_utf8_fault(exact, strlen(text)), encoded[_i].fault);
  free(exact);
}
END_TEST

START_TEST(every_bad_byte_becomes_a_sign) {
  struct bp_arena *arena = bp_arena_new(0);
  const char *sound = "\xE9\x95\xBF x";
  ck_assert_ptr_eq(bp_utf8_mend(sound, arena), sound);
  ck_assert_str_eq(bp_utf8_mend("a\xB3\xA4z\xFF", arena), "a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD");
  bp_arena_free(arena);
  arena = bp_arena_new(1);
  ck_assert_ptr_null(bp_utf8_mend("\xFF", arena));
  bp_arena_free(arena);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("encoding");
  TCase *cases = tcase_create("utf8");
  tcase_add_loop_test(cases, utf8_faults_are_found, 0, (int)(sizeof encoded / sizeof *encoded));
  tcase_add_test(cases, every_bad_byte_becomes_a_sign);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
