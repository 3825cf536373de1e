/* Which planted mistakes the data exposes, and the reason given for those that it does not.
 *
 * The expected reasons are known from the network: what a batch of one, a 1 x 1 matrix, a straight
 * activation, dead and saturated units cannot tell.  On an ordinary network with square layers and
 * several samples nothing may stay hidden.
 */
#include <math.h>
#include <stdio.h>

#include "net/check.h"
#include "net/power.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static struct bp_power *power_of(const struct bp_network *network) {
  struct bp_check_options options = {.threads = 2};
  struct bp_power *power = NULL;
  ck_assert_int_eq(bp_check_power(network, &options, arena, &power), BP_OK);
  ck_assert_ptr_nonnull(power);
  ck_assert_uint_eq(power->count,
                    power->caught + power->not_exposed + power->not_plantable + power->blurred);
  for (size_t k = 0; k < power->count; k++) {
    const struct bp_power_row *row = &power->rows[k];
    ck_assert(row->text && row->sentence);
    ck_assert_msg(row->exposure == BP_CAUGHT ? row->block != NULL : row->reason != NULL,
                  "%s: neither a place nor a reason", row->text);
  }
  return power;
}

static const struct bp_power_row *row_of(const struct bp_power *power, const char *start) {
  for (size_t k = 0; k < power->count; k++)
    if (strncmp(power->rows[k].text, start, strlen(start)) == 0)
      return &power->rows[k];
  ck_abort_msg("no row %s", start);
  return NULL;
}

/* ---- ordinary networks ---- */

static const struct {
  const char *network;
  size_t samples;
} ordinary[] = {
    {"3 - 3 tanh - 3 sigmoid", 5},
    {"3 - 3 sigmoid - 3 softmax", 5},
    {"3 - 3 softplus - 3 sigmoid, squared", 4},
    {"2 - 2 gelu - 2 silu - 2 tanh", 3},
};
enum { ORDINARY = sizeof ordinary / sizeof *ordinary };

START_TEST(everything_that_fits_is_caught) {
  const char *text = ordinary[_i].network;
  struct bp_power *power = power_of(drawn_network(text, ordinary[_i].samples, 1, arena));
  ck_assert_int_eq(power->correct, BP_HOLDS);
  for (size_t k = 0; k < power->count; k++) {
    const struct bp_power_row *row = &power->rows[k];
    ck_assert_msg(row->exposure == BP_CAUGHT || row->exposure == BP_NOT_PLANTABLE, "%s, %s: %s",
                  text, row->text, row->reason);
    if (row->exposure == BP_CAUGHT)
      ck_assert_msg(row->change > 1e-9, "%s, %s: changes only %g", text, row->text, row->change);
  }
  ck_assert_uint_gt(power->caught, 15);
}
END_TEST

/* A mistake in a parameter is found in that very block, one in an entry in that very entry. */
START_TEST(caught_where_it_was_planted) {
  struct bp_power *power = power_of(drawn_network("3 - 3 tanh - 3 sigmoid, squared", 5, 1, arena));
  for (size_t k = 0; k < power->count; k++) {
    const struct bp_power_row *row = &power->rows[k];
    const char *place = strchr(row->text, ' ') + 1;
    if (row->exposure != BP_CAUGHT || *place == 'd')
      continue;
    ck_assert_msg(strncmp(row->block, place, 4) == 0, "%s: found in %s", row->text, row->block);
    if (strncmp(row->text, "entry", 5) != 0)
      continue;
    size_t i, j = 1;
    int read = sscanf(place + 4, place[0] == 'W' ? "(%zu,%zu)" : "(%zu)", &i, &j);
    ck_assert_int_eq(read, place[0] == 'W' ? 2 : 1);
    ck_assert_msg(row->row + 1 == i && row->column + 1 == j, "%s: found in (%zu,%zu)", row->text,
                  row->row + 1, row->column + 1);
  }
}
END_TEST

/* ---- what data cannot tell ---- */

static const struct {
  const char *network;
  size_t samples;
  double bias; /* of the first layer, and its weights are 0; NaN: as drawn */
  const char *mistake;
  enum bp_exposure exposure;
  const char *reason;
} blind[] = {
    {"3 - 4 tanh - 2 sigmoid", 1, NAN, "no-mean W[1]", BP_NOT_EXPOSED, "a batch of one"},
    {"3 - 4 tanh - 2 sigmoid", 1, NAN, "no-mean b[2]", BP_NOT_EXPOSED, "a batch of one"},
    {"3 - 4 tanh - 2 sigmoid", 1, NAN, "twice W[1]", BP_CAUGHT, NULL},
    {"3 - 4 tanh - 2 sigmoid", 2, NAN, "no-mean W[1]", BP_CAUGHT, NULL},
    {"1 - 1 sigmoid", 4, NAN, "transposed W[1]", BP_NOT_EXPOSED, "a 1 x 1 matrix"},
    {"3 - 1 sigmoid", 4, NAN, "transposed W[1]", BP_NOT_PLANTABLE, "W[1] is 1 x 3"},
    {"3 - 1 sigmoid", 1, NAN, "wrong-axis b[1]", BP_NOT_EXPOSED, "one unit and one sample"},
    {"3 - 1 sigmoid", 3, NAN, "wrong-axis b[1]", BP_CAUGHT, NULL},
    {"3 - 4 identity - 1 sigmoid", 4, NAN, "no-slope dZ[1]", BP_NOT_EXPOSED, "g' of identity"},
    {"3 - 4 identity - 1 sigmoid", 4, NAN, "slope-at-a dZ[1]", BP_NOT_EXPOSED, "g' of identity"},
    {"3 - 4 relu - 1 sigmoid", 4, NAN, "slope-at-a dZ[1]", BP_NOT_EXPOSED, "relu(z) has the sign"},
    {"3 - 4 leaky_relu - 1 sigmoid", 4, NAN, "slope-at-a dZ[1]", BP_NOT_EXPOSED,
     "leaky_relu(z) has the sign"},
    {"3 - 4 tanh - 1 sigmoid", 4, NAN, "no-slope dZ[2]", BP_NOT_PLANTABLE, "dZ[2] = A[2] - Y"},
    {"3 - 4 tanh - 1 sigmoid", 4, NAN, "wrong-delta W[1]", BP_NOT_PLANTABLE, "no other layer"},
    {"3 - 4 relu - 1 sigmoid", 4, -1, "sign W[1]", BP_NOT_EXPOSED, "every unit of layer 1 is dead"},
    {"3 - 4 relu - 1 sigmoid", 4, -1, "twice b[1]", BP_NOT_EXPOSED,
     "every unit of layer 1 is dead"},
    {"3 - 4 relu - 1 sigmoid", 4, -1, "no-slope dZ[1]", BP_CAUGHT, NULL},
    {"3 - 4 relu - 1 sigmoid", 4, -1, "sign W[2]", BP_NOT_EXPOSED, "every entry of this gradient"},
    {"3 - 4 relu - 1 sigmoid", 4, -1, "sign b[2]", BP_CAUGHT, NULL},
    {"3 - 4 tanh - 1 sigmoid", 4, 1000, "sign W[1]", BP_NOT_EXPOSED,
     "every unit of layer 1 is dead or saturated"},
    {"3 - 4 tanh - 1 sigmoid", 4, 1000, "twice b[1]", BP_NOT_EXPOSED,
     "every unit of layer 1 is dead or saturated"},
    {"3 - 4 tanh - 1 sigmoid", 4, 1000, "sign W[2]", BP_CAUGHT, NULL},
};
enum { BLIND = sizeof blind / sizeof *blind };

START_TEST(reason_is_right) {
  struct bp_network *network = drawn_network(blind[_i].network, blind[_i].samples, 1, arena);
  if (!isnan(blind[_i].bias)) {
    gsl_matrix_set_zero(network->W[1]);
    gsl_matrix_set_all(network->b[1], blind[_i].bias);
  }
  struct bp_power *power = power_of(network);
  const struct bp_power_row *row = row_of(power, blind[_i].mistake);
  ck_assert_int_eq(power->correct, BP_HOLDS);
  ck_assert_msg(row->exposure == blind[_i].exposure, "%s, m = %zu, %s: exposure %d (%s)",
                blind[_i].network, blind[_i].samples, row->text, (int)row->exposure,
                row->reason ? row->reason : row->block);
  if (blind[_i].reason)
    ck_assert_msg(strncmp(row->reason, blind[_i].reason, strlen(blind[_i].reason)) == 0,
                  "%s, %s: %s", blind[_i].network, row->text, row->reason);
}
END_TEST

/* ---- endings ---- */

static bool stop_after(double share, void *user) {
  ck_assert(share >= 0 && share <= 1);
  return --*(int *)user > 0;
}

START_TEST(interruption_stops_it) {
  struct bp_network *network = drawn_network("3 - 3 tanh - 3 sigmoid", 5, 1, arena);
  for (int calls = 1; calls <= 20; calls++) {
    int left = calls;
    struct bp_check_options options = {.threads = 2, .progress = stop_after, .user = &left};
    struct bp_arena *own = bp_arena_new(0);
    struct bp_power *power;
    enum bp_status status = bp_check_power(network, &options, own, &power);
    ck_assert_msg(status == (left <= 0 ? BP_STOPPED : BP_OK), "after %d calls: status %d", calls,
                  status);
    bp_arena_free(own);
  }
}
END_TEST

/* With too little memory it says so; with enough the answer is the whole answer. */
START_TEST(short_memory_is_reported) {
  static const char *const texts[] = {"4 - 1 tanh - 3 sigmoid", "3 - 3 tanh - 3 sigmoid"};
  for (size_t n = 0; n < sizeof texts / sizeof *texts; n++) {
    struct bp_network *network = drawn_network(texts[n], 2, 1, arena);
    struct bp_power *whole = power_of(network);
    for (size_t limit = 4096, done = 0; done < 8; limit += limit < 300000 ? 20000 : 500) {
      struct bp_arena *own = bp_arena_new(limit);
      struct bp_check_options options = {.threads = 1};
      struct bp_power *power = NULL;
      ck_assert_msg(limit < 4000000, "%s: still not enough", texts[n]);
      if (bp_check_power(network, &options, own, &power) == BP_OK) {
        done++;
        ck_assert_uint_eq(power->count, whole->count);
        for (size_t k = 0; k < power->count; k++)
          ck_assert_msg(power->rows[k].text && power->rows[k].exposure == whole->rows[k].exposure &&
                            !power->rows[k].reason == !whole->rows[k].reason &&
                            !power->rows[k].block == !whole->rows[k].block,
                        "%s with %zu bytes: row %zu (%s) is not whole", texts[n], limit, k,
                        whole->rows[k].text);
      }
      bp_arena_free(own);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("power");
  TCase *cases = tcase_create("power");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, everything_that_fits_is_caught, 0, ORDINARY);
  tcase_add_test(cases, caught_where_it_was_planted);
  tcase_add_loop_test(cases, reason_is_right, 0, BLIND);
  tcase_add_test(cases, interruption_stops_it);
  tcase_add_test(cases, short_memory_is_reported);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
