/* Where few digits are known: names of mistakes are told as likely, and as certain where there are
 * many; and which numbers show their size.
 */
#include <math.h>
#include <string.h>

#include "net/backprop.h"
#include "net/check.h"
#include "net/outside/precision.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* How far from a fit, and whether the gradient counts as one of float32; then twice db[2], of one
 * unit. */
static const struct {
  double off;
  bool single;
  const char *kind;
  bool likely;
} rows[] = {
    {1e-3, false, "twice", false}, {1, true, "twice|entry", true}, {1e-3, true, NULL, false}};

START_TEST(few_digits_make_it_likely) {
  struct bp_network *network = drawn_network("3 - 4 tanh - 1 identity, half-squared", 5, 3, arena);
  struct bp_forward *forward = forward_of(network, arena);
  for (size_t n = 0; n < 5; n++)
    network->Y->data[n] = forward->A[2]->data[n] * (1 + rows[_i].off * (double)(n + 1));
  struct bp_gradient *wrong = bp_gradient_new(network, arena);
  bp_backprop(network, forward_of(network, arena), BP_ROUTE_DIRECT, NULL, wrong);
  gsl_matrix_scale(wrong->db[2], 2);
  bool given[8] = {true, true, true, true, false, false, false, false};
  struct bp_outside outside = {wrong, given, rows[_i].single ? 0x1p-24 : BP_UNIT};
  struct bp_check_options options = {.threads = 1, .outside = &outside};
  struct bp_report *report;
  ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
  const struct bp_block *block = &report->blocks[3];
  ck_assert_str_eq(block->name, "b[2]");
  const char *kind = block->explanation_kind, *wanted = rows[_i].kind;
  bool same = kind && wanted ? strcmp(kind, wanted) == 0 : kind == wanted;
  bool likely = strstr(block->explanation, "likely and no more") != NULL;
  ck_assert_msg(block->verdict == BP_FAILS && same && likely == rows[_i].likely, "%g: %s",
                rows[_i].off, block->explanation);
}
END_TEST

/* The number under test, worst case, where right code lands, of a difference of 1; and whether that
 * is evidence of its size. */
static const struct shown {
  double number, worst, landing;
  bool shows;
} shown[] = {
    {1.2, 0.3, INFINITY, true}, /* within a third of it, wherever it is there */
    {1, 0.4, INFINITY, false},  /* 2 and 1/2 would be as near as that to two such bounds */
    {1.01, 0.45, 0.02, true},   /* right code lands nearer, and so does this */
    {1.3, 0.45, 0.02, false},   /* allowed by the worst case, and not where right code lands */
    {0.6, 0.45, 0.02, false},   {1, 0.45, 0.4, false},
};

START_TEST(a_number_shows_its_size) {
  const struct shown *row = &shown[_i];
  struct bp_difference difference = {.value = _i % 2 ? -1 : 1, .truncation = 0x1p-50};
  double number = copysign(row->number, difference.value);
  ck_assert_int_eq(bp_shows_size(number, &difference, row->worst, row->landing), row->shows);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("few_digits");
  TCase *cases = tcase_create("few_digits");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, few_digits_make_it_likely, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_loop_test(cases, a_number_shows_its_size, 0, (int)(sizeof shown / sizeof *shown));
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
