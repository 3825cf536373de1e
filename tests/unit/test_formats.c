/* What the formats for programs have in common: texts made fit for them, columns in UTF-16, names
 * that are given once, and cases whose outcomes say what the verdict says.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/plain.h"
#include "report/report.h"
#include "report/suite/cases.h"
#include "suite.h"
#define SIGN "\xEF\xBF\xBD" /* U+FFFD */

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- texts --------------------------------------------------------------- */

static const struct {
  const char *name, *text, *fit;
} texts[] = {
    {"plain", "W[2] = 1", "W[2] = 1"},
    {"empty", "", ""},
    {"line feed stays", "a\nb", "a\nb"},
    {"tab", "a\tb", "a b"},
    {"carriage return", "a\rb", "a" SIGN "b"},
    {"escape", "\033[31m", SIGN "[31m"},
    {"delete", "\177", SIGN},
    {"C1 control", "\xC2\x85", SIGN},
    {"no control any more", "\xC2\xA0", "\xC2\xA0"},
    {"Greek", "∂δ", "∂δ"},
    {"beyond the plane", "𝔸", "𝔸"},
    {"stray continuation", "\x80z", SIGN "z"},
    {"overlong slash", "\xC0\xAF", SIGN SIGN},
    {"overlong three", "\xE0\x80\xAF", SIGN SIGN SIGN},
    {"overlong four", "\xF0\x80\x80\xAF", SIGN SIGN SIGN SIGN},
    {"surrogate", "\xED\xA0\x80", SIGN SIGN SIGN},
    {"last before the surrogates", "\xED\x9F\xBF", "\xED\x9F\xBF"},
    {"too large", "\xF4\x90\x80\x80", SIGN SIGN SIGN SIGN},
    {"largest is no character", "\xF4\x8F\xBF\xBF", SIGN},
    {"cut off", "\xE2\x88", SIGN SIGN},
    {"five bytes", "\xF8\x88\x80\x80\x80", SIGN SIGN SIGN SIGN SIGN},
    {"U+FFFE", "\xEF\xBF\xBE", SIGN},
    {"U+FFFF", "\xEF\xBF\xBF", SIGN},
    {"U+FDD0", "\xEF\xB7\x90", SIGN},
    {"U+1FFFE", "\xF0\x9F\xBF\xBE", SIGN},
    {"line separator", "\xE2\x80\xA8", SIGN},
    {"right to left", "\xE2\x80\xAE", SIGN},
    {"itself", SIGN, SIGN},
};

START_TEST(texts_are_made_fit) {
  const char *fit = bp_plain_text(texts[_i].text, arena);
  ck_assert_msg(fit && strcmp(fit, texts[_i].fit) == 0, "%s: \"%s\"", texts[_i].name, fit);
}
END_TEST

START_TEST(one_line_has_no_line_feed) {
  ck_assert_str_eq(bp_plain_line("a\nb\n", arena), "a b ");
  ck_assert_ptr_null(bp_plain_line(NULL, arena));
}
END_TEST

/* Every sequence of three bytes begins with a character or costs one byte, and what is accepted is
 * the shortest form of its number. */
START_TEST(characters_are_shortest_forms) {
  size_t wrong = 0;
  for (unsigned sequence = 0; sequence < 1u << 24; sequence++) {
    unsigned first = sequence >> 16;
    char bytes[3] = {(char)first, (char)(sequence >> 8), (char)sequence};
    uint32_t code = 0;
    size_t used = bp_character(bytes, sizeof bytes, &code);
    size_t least = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    bool refused = used == 1 && first >= 0x80;
    wrong += refused ? code != 0xFFFD : used != least;
    wrong += code >= 0xD800 && code <= 0xDFFF;
  }
  ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* ---- places -------------------------------------------------------------- */

static const char text[] = "\xEF\xBB\xBF"
                           "ab\n𝔸∂c\n\n\xFFz";

static const struct {
  size_t begin, end;
  struct bp_region region;
} places[] = {
    {3, 4, {1, 1, 1, 2}},                           /* the byte order mark has no column */
    {6, 10, {2, 1, 2, 3}},                          /* 𝔸 has two */
    {10, 13, {2, 3, 2, 4}},                         /* ∂ has one, though three bytes */
    {13, 13, {2, 4, 2, 4}},                         /* nothing at all: a place to insert */
    {5, 6, {1, 3, 2, 1}},                           /* the line feed */
    {14, 15, {2, 5, 3, 1}}, {16, 17, {4, 1, 4, 2}}, /* a byte that is no character counts as one */
    {4, 17, {1, 2, 4, 2}},  {18, 99, {4, 3, 4, 3}}, /* beyond the end */
};

START_TEST(columns_are_utf16) {
  struct bp_source source = {"x", text, sizeof text - 1};
  struct bp_place place = {0};
  struct bp_region found = {0};
  for (int round = 0; round < 2; round++) /* also from a place further on */
    found = bp_place_region(&place, &source, (struct bp_span){places[_i].begin, places[_i].end});
  struct bp_region wanted = places[_i].region;
  ck_assert_uint_eq(found.line, wanted.line);
  ck_assert_uint_eq(found.column, wanted.column);
  ck_assert_uint_eq(found.end_line, wanted.end_line);
  ck_assert_uint_eq(found.end_column, wanted.end_column);
}
END_TEST

START_TEST(places_in_any_order) {
  struct bp_source source = {"x", text, sizeof text - 1};
  struct bp_place place = {0};
  static const size_t order[] = {6, 3, 4, 1, 8, 0};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    struct bp_region wanted = places[order[i]].region;
    struct bp_region found = bp_place_region(
        &place, &source, (struct bp_span){places[order[i]].begin, places[order[i]].end});
    ck_assert_msg(memcmp(&found, &wanted, sizeof found) == 0, "place %zu", order[i]);
  }
}
END_TEST

/* ---- ids ----------------------------------------------------------------- */

START_TEST(ids_are_given_once) {
  struct bp_ids ids = {.arena = arena};
  ck_assert_str_eq(bp_ids_give(&ids, "a"), "a");
  ck_assert_str_eq(bp_ids_give(&ids, "a#2"), "a#2");
  ck_assert_str_eq(bp_ids_give(&ids, "a"), "a#3");
  ck_assert_str_eq(bp_ids_give(&ids, "a"), "a#4");
  ck_assert_str_eq(bp_ids_give(&ids, "a#2"), "a#2#2");
  ck_assert_str_eq(bp_ids_give(&ids, ""), "");
  ck_assert_ptr_null(bp_ids_give(&ids, NULL));
  ck_assert(bp_ids_has(&ids, "a#4"));
  ck_assert(!bp_ids_has(&ids, "a#5"));
  bp_ids_free(&ids);
}
END_TEST

START_TEST(ids_of_many) {
  struct bp_ids ids = {.arena = arena};
  for (size_t i = 1; i <= 200000; i++) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, i == 1 ? "same" : "same#%zu", i);
    ck_assert_str_eq(bp_ids_give(&ids, "same"), wanted);
  }
  bp_ids_free(&ids);
}
END_TEST

/* ---- cases --------------------------------------------------------------- */

static struct bp_entry entry;
static struct bp_block block;
static struct bp_report report;
static const char *notes[] = {"planted, but it does not show"};

static void make_report(enum bp_verdict verdict) {
  entry = (struct bp_entry){.backprop = 1, .difference = 2, .verdict = (uint8_t)verdict};
  block = (struct bp_block){.name = "W[1]",
                            .rows = 1,
                            .columns = 1,
                            .entries = &entry,
                            .parameter = true,
                            .holds = verdict == BP_HOLDS,
                            .fails = verdict == BP_FAILS,
                            .undecided = verdict == BP_UNDECIDED,
                            .verdict = verdict};
  report = (struct bp_report){.head.title = "1 - 1 identity",
                              .blocks = &block,
                              .block_count = 1,
                              .head.entries = 1,
                              .head.verdict = verdict};
}

static enum bp_verdict seen;
static size_t listed;

static int count_one(const struct bp_case *one, const struct bp_suite *suite,
                     struct bp_arena *scratch, void *user) {
  (void)suite;
  (void)scratch;
  (void)user;
  ck_assert_ptr_nonnull(one->message);
  listed++;
  return 0;
}

static int look(const struct bp_suites *suites, const struct bp_report_style *style, FILE *out) {
  (void)out;
  struct bp_walk walk;
  listed = 0;
  ck_assert_int_eq(bp_walk_begin(&walk, style), 0);
  for (size_t i = 0; i < suites->count; i++)
    ck_assert_int_eq(bp_walk_suite(&walk, &suites->list[i], count_one, NULL), 0);
  bp_walk_end(&walk);
  ck_assert_uint_eq(listed, bp_suites_listed(suites, style));
  seen = suites->verdict;
  return 0;
}

static enum bp_verdict verdict_of(const struct bp_report_style *style) {
  FILE *out = tmpfile();
  ck_assert_int_eq(bp_suites_of_report(&report, style, look, out), 0);
  fclose(out);
  return seen;
}

static const struct bp_report_style plain;

START_TEST(cases_say_what_the_verdict_says) {
  for (int verdict = BP_HOLDS; verdict <= BP_FAILS; verdict++) {
    make_report((enum bp_verdict)verdict);
    ck_assert_int_eq(verdict_of(&plain), verdict);
    ck_assert_uint_eq(listed, 1);
  }
  make_report(BP_HOLDS); /* the whole knows more than its parts */
  report.head.verdict = BP_UNDECIDED;
  report.head.notes = notes;
  report.head.note_count = 1;
  ck_assert_int_eq(verdict_of(&plain), BP_UNDECIDED);
  ck_assert_uint_eq(listed, 2);
}
END_TEST

START_TEST(nothing_is_no_pass) {
  make_report(BP_HOLDS);
  report.block_count = 0;
  report.head.entries = 0;
  ck_assert_int_eq(verdict_of(&plain), BP_UNDECIDED);
  make_report(BP_HOLDS);
  block.skipped = 1;
  block.holds = 0;
  report.head.entries = 0;
  ck_assert_int_eq(verdict_of(&plain), BP_UNDECIDED);
  make_report(BP_HOLDS); /* what has no part in the verdict is no case */
  block.informative = true;
  block.verdict = BP_FAILS;
  ck_assert_int_eq(verdict_of(&plain), BP_UNDECIDED);
  ck_assert_uint_eq(listed, 0);
}
END_TEST

START_TEST(listing_is_limited_and_counts_are_not) {
  struct bp_report_style style = {.only_failed = true, .most_failures = 1};
  static struct bp_block blocks[4];
  make_report(BP_FAILS);
  for (size_t i = 0; i < 4; i++)
    blocks[i] = block;
  blocks[0].verdict = BP_HOLDS;
  report.blocks = blocks;
  report.block_count = 4;
  ck_assert_int_eq(verdict_of(&style), BP_FAILS);
  ck_assert_uint_eq(listed, 1);
  style.most_failures = 0;
  verdict_of(&style);
  ck_assert_uint_eq(listed, 3);
  style.only_failed = false;
  style.most_failures = 2;
  verdict_of(&style);
  ck_assert_uint_eq(listed, 3);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("formats");
  TCase *tests = tcase_create("formats");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, texts_are_made_fit, 0, sizeof texts / sizeof *texts);
  tcase_add_test(tests, one_line_has_no_line_feed);
  tcase_add_test(tests, characters_are_shortest_forms);
  tcase_add_loop_test(tests, columns_are_utf16, 0, sizeof places / sizeof *places);
  tcase_add_test(tests, places_in_any_order);
  tcase_add_test(tests, ids_are_given_once);
  tcase_add_test(tests, ids_of_many);
  tcase_add_test(tests, cases_say_what_the_verdict_says);
  tcase_add_test(tests, nothing_is_no_pass);
  tcase_add_test(tests, listing_is_limited_and_counts_are_not);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
