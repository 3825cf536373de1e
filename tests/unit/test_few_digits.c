/* Names of mistakes where few digits are known: told as likely, and as certain where there are
 * many.
 */
#include <string.h>

#include "net/backprop.h"
#include "net/check.h"
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

int main(void) {
  Suite *suite = suite_create("few_digits");
  TCase *cases = tcase_create("few_digits");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, few_digits_make_it_likely, 0, (int)(sizeof rows / sizeof *rows));
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
