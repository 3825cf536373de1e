/* Which line of a derivation is meant: by number, by name, by the first word of a name. */
#include <check.h>
#include <stdint.h>

#include "lang/lines.h"
#include "read/document.h"
#include "suite.h"
#include "value/vocabulary.h"

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;
static struct bp_document_lines lines;

static const char text[] = "given X : n x m\n"
                           "claim \"000.6 sum\" X = X\n"
                           "\n"
                           "claim \"12\" X = X\n"
                           "claim \"twice\" X =\n"
                           "  X\n"
                           "claim X' = X'\n"
                           "refute \"twice over\" X = 2 * X\n"
                           "claim \"again\" X = X\n"
                           "claim \"again\" X = X\n"
                           "claim \"7\" X = X\n"
                           "shape X : n x m\n";

static void set_up(void) {
  static const struct bp_source source = {"a.deriv", text, sizeof text - 1};
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
  const struct bp_document *document =
      bp_document_read(&source, &bp_vocabulary, NULL, NULL, arena, &diagnostics);
  ck_assert_ptr_nonnull(document);
  ck_assert_uint_eq(diagnostics.count, 0);
  ck_assert_int_eq(bp_lines_of(document, arena, &lines), 0);
}

static void tear_down(void) { bp_arena_free(arena); }

/* What is judged, and the lines where it begins. */
START_TEST(what_is_listed) {
  static const size_t numbers[] = {2, 4, 5, 7, 8, 9, 10, 11, 12};
  ck_assert_uint_eq(lines.count, sizeof numbers / sizeof *numbers);
  for (size_t i = 0; i < lines.count; i++)
    ck_assert_uint_eq(bp_lines_number(&lines, i), numbers[i]);
}
END_TEST

static const struct {
  const char *which;
  size_t line; /* 0: refused */
  const char *message, *suggestion;
} rows[] = {
    {"2", 2, NULL, NULL},
    {"6", 5, NULL, NULL}, /* the second line of a claim */
    {"000.6 sum", 2, NULL, NULL},
    {"000.6", 2, NULL, NULL},
    {"12", 4, NULL, NULL}, /* a name before a number */
    {":12", 12, NULL, NULL},
    {"7", 11, NULL, NULL},
    {":7", 7, NULL, NULL},
    {"twice", 5, NULL, NULL}, /* a whole name before a first word */
    {"twice over", 8, NULL, NULL},
    {"again", 0, "2 claims of a.deriv are called \"again\"", "one of the lines 9, 10"},
    {"twise", 0, "no claim of a.deriv is called \"twise\"", "twice"},
    {"momentum", 0, "no claim of a.deriv is called \"momentum\"",
     "the file alone, which lists its lines"},
    {"", 0, "no claim of a.deriv is called \"\"", "the file alone, which lists its lines"},
    {"1", 0, "there is no claim on line 1 of a.deriv", "line 2"},
    {"3", 0, "there is no claim on line 3 of a.deriv", "line 4"},
    {"400", 0, "there is no claim on line 400 of a.deriv", "line 12"},
    {"0", 0, "LINE 0: that number is too small", "a whole number from 1 to 1000000000"},
    {":twice", 0, "LINE \"twice\": that is not a whole number",
     "a whole number from 1 to 1000000000"},
};

START_TEST(which_line_is_meant) {
  size_t index = SIZE_MAX;
  ck_assert_int_eq(bp_lines_find(&lines, rows[_i].which, &diagnostics, &index), rows[_i].line > 0);
  if (rows[_i].line > 0) {
    ck_assert_uint_eq(bp_lines_number(&lines, index), rows[_i].line);
    ck_assert_uint_eq(diagnostics.count, 0);
    return;
  }
  ck_assert_uint_eq(diagnostics.count, 1);
  ck_assert_str_eq(diagnostics.list[0].message, rows[_i].message);
  ck_assert_str_eq(diagnostics.list[0].suggestion, rows[_i].suggestion);
}
END_TEST

START_TEST(no_memory) {
  struct bp_document document = {.source = lines.source, .count = 1};
  struct bp_arena *small = bp_arena_new(1);
  ck_assert_ptr_nonnull(small);
  ck_assert_int_eq(bp_lines_of(&document, small, &lines), -1);
  bp_arena_free(small);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("lines");
  TCase *tests = tcase_create("lines");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, what_is_listed);
  tcase_add_loop_test(tests, which_line_is_meant, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_test(tests, no_memory);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
