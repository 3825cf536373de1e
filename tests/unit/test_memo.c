/* Values of functions that are kept: each is the one that would be computed, to the last bit,
 * whatever was kept in its row before: of another function, of another argument, to other bits. */
#include "balls.h"

#include <math.h>

#include "suite.h"
#include "value/function/memo.h"

enum { ARGUMENTS = 2000, DRAWN = 4000 };

static bp_ball_unary *const functions[] = {bp_ball_exp, bp_ball_sin, bp_ball_cos, bp_ball_sigmoid,
                                           bp_ball_tanh};

enum { FUNCTIONS = sizeof functions / sizeof *functions };

static struct bp_world world;

static void open_world(void) {
  open_arena();
  world = (struct bp_world){.keep = arena, .room = room_of(128)};
}

static void hold(bp_ball_unary *f, struct bp_ball x) {
  struct bp_ball kept = bp_memo_apply(&world, f, x), computed = bp_ball_apply(&world.room, f, x);
  ck_assert(acb_equal(&kept.z, &computed.z));
}

/* Twice, so that the second time may find it. */
START_TEST(kept_values_are_those_computed) {
  for (int k = 0; k < ARGUMENTS; k++)
    for (int f = 0; f < 2 * FUNCTIONS; f++)
      hold(functions[f % FUNCTIONS], bp_ball_exact(ldexp(k % 2 ? k : -k, -8)));
  ck_assert_ptr_nonnull(world.memo);
}
END_TEST

/* More functions than there are rows, at one number: some ask in the row of another. */
START_TEST(functions_do_not_take_the_value_of_another) {
  static struct bp_ball_drawn drawn[DRAWN];
  for (int f = 0; f < DRAWN; f++)
    drawn[f] = bp_ball_draw_function(uniform, NULL);
  struct bp_ball x = bp_ball_exact(0.75);
  for (int f = 0; f < DRAWN; f++) {
    struct bp_ball kept = bp_memo_drawn(&world, &drawn[f], x);
    struct bp_ball computed = bp_ball_drawn_value(&world.room, &drawn[f], x);
    ck_assert(acb_equal(&kept.z, &computed.z));
  }
}
END_TEST

START_TEST(bits_make_a_difference) {
  for (int k = 0; k < ARGUMENTS; k++)
    for (int bits = 64; bits <= 128; bits += 64) {
      world.room.bits = bits;
      hold(bp_ball_exp, bp_ball_exact(ldexp(k % 200, -8)));
    }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("memo");
  TCase *cases = tcase_create("memo");
  tcase_add_checked_fixture(cases, open_world, close_arena);
  tcase_add_test(cases, kept_values_are_those_computed);
  tcase_add_test(cases, functions_do_not_take_the_value_of_another);
  tcase_add_test(cases, bits_make_a_difference);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
