/* Which way round arrays lie: the layouts that shapes tell, what is refused and in which words, and
 * the numbers that end up in the network and its gradient. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "data/arrange.h"
#include "diagnosed.h"
#include "networks.h"
#include "suite.h"

/* An array "NAME r,c" or "NAME r" of 0, 1, 2, ... */
static struct bp_array array_of(const char *name, size_t rows, size_t columns) {
  struct bp_array array = {.name = name,
                           .kind = 'f',
                           .width = 8,
                           .dimensions = columns > 0 ? 2 : 1,
                           .shape = {rows, columns > 0 ? columns : 1}};
  array.count = array.shape[0] * array.shape[1];
  array.data = bp_arena_alloc(arena, array.count, sizeof *array.data);
  ck_assert_ptr_nonnull(array.data);
  for (size_t k = 0; k < array.count; k++)
    array.data[k] = (double)k;
  return array;
}

/* The shapes of a test, as stored; columns 0: one dimension; rows 0: there is none. */
struct size {
  size_t rows, columns;
};

struct sizes {
  struct size X, Y, W[2], b[2], dW, db;
};

static struct bp_array_layout layout_of(const struct bp_spec *spec, const struct sizes *sizes,
                                        const struct bp_array_layout_options *options) {
  static const char *const names[] = {"W1", "W2", "b1", "b2", "dW1", "db1"};
  const struct size list[] = {sizes->W[0], sizes->W[1], sizes->b[0],
                              sizes->b[1], sizes->dW,   sizes->db};
  static const enum bp_role_kind kinds[] = {BP_ROLE_W, BP_ROLE_W,  BP_ROLE_B,
                                            BP_ROLE_B, BP_ROLE_DW, BP_ROLE_DB};
  static const size_t layers[] = {1, 2, 1, 2, 1, 1};
  struct bp_array *arrays[BP_ROLE_COUNT];
  struct bp_array_layout layout = {
      .options = options, .spec = spec, .arena = arena, .diagnostics = &diagnostics};
  for (int kind = BP_ROLE_X; kind < BP_ROLE_COUNT; kind++) {
    arrays[kind] = bp_arena_alloc(arena, spec->depth + 1, sizeof **arrays);
    layout.arrays[kind] = arrays[kind];
  }
  arrays[BP_ROLE_X][0] = array_of("X", sizes->X.rows, sizes->X.columns);
  arrays[BP_ROLE_Y][0] = array_of("Y", sizes->Y.rows, sizes->Y.columns);
  for (size_t k = 0; k < 6; k++)
    if (list[k].rows > 0 && layers[k] <= spec->depth)
      arrays[kinds[k]][layers[k]] = array_of(names[k], list[k].rows, list[k].columns);
  return layout;
}

/* ---- what shapes tell ---------------------------------------------------- */

#define NET "2 - 3 tanh - 1 sigmoid"
#define COLUMNS .X = {2, 5}, .Y = {1, 5}
#define ROWS_OF .X = {5, 2}, .Y = {5, 1}
#define OUT_IN .W = {{3, 2}, {1, 3}}, .b = {{3, 1}, {1, 1}}
#define IN_OUT .W = {{2, 3}, {3, 1}}, .b = {{3, 0}, {1, 0}}

static const struct {
  const char *spec;
  struct sizes sizes;
  struct bp_array_layout_options options;
  size_t samples;
  enum bp_samples_as samples_as;
  enum bp_weights_as weights_as;
  const char *note; /* in the last one; NULL: there is none */
} told[] = {
    {NET, {COLUMNS, OUT_IN}, {0}, 5, BP_SAMPLES_COLUMNS, BP_WEIGHTS_OUT_IN, NULL},
    {NET, {ROWS_OF, OUT_IN}, {0}, 5, BP_SAMPLES_ROWS, BP_WEIGHTS_OUT_IN, "a row for each sample"},
    {NET, {COLUMNS, IN_OUT}, {0}, 5, BP_SAMPLES_COLUMNS, BP_WEIGHTS_IN_OUT, "inputs first"},
    {NET,
     {ROWS_OF, IN_OUT},
     {.samples = BP_SAMPLES_ROWS, .weights = BP_WEIGHTS_IN_OUT},
     5,
     BP_SAMPLES_ROWS,
     BP_WEIGHTS_IN_OUT,
     NULL},
    {NET, {.X = {2, 0}, .Y = {1, 0}, OUT_IN}, {0}, 1, BP_SAMPLES_COLUMNS, BP_WEIGHTS_OUT_IN, NULL},
    {"2 - 2 tanh",
     {.X = {2, 3}, .Y = {2, 3}, .W = {{2, 2}}, .b = {{2, 0}}},
     {0},
     3,
     BP_SAMPLES_COLUMNS,
     BP_WEIGHTS_OUT_IN,
     "all weights are square"},
    {"2 - 3 softmax",
     {.X = {2, 5}, .Y = {5, 0}, .W = {{3, 2}}, .b = {{1, 3}}},
     {0},
     5,
     BP_SAMPLES_COLUMNS,
     BP_WEIGHTS_OUT_IN,
     NULL},
};

START_TEST(what_shapes_tell) {
  struct bp_spec spec = spec_of(told[_i].spec, arena);
  struct bp_array_layout layout = layout_of(&spec, &told[_i].sizes, &told[_i].options);
  ck_assert_msg(bp_arrange(&layout) == BP_ARRANGE_DONE, "row %d: %s", _i,
                diagnostics.count ? diagnostics.list[0].message : "");
  ck_assert_uint_eq(layout.samples, told[_i].samples);
  ck_assert_int_eq(layout.samples_as, told[_i].samples_as);
  ck_assert_int_eq(layout.weights_as, told[_i].weights_as);
  ck_assert_uint_eq(diagnostics.count, 0);
  ck_assert_int_eq(layout.note_count > 0, told[_i].note != NULL);
  if (told[_i].note)
    ck_assert_msg(strstr(layout.notes[layout.note_count - 1], told[_i].note), "row %d: %s", _i,
                  layout.notes[layout.note_count - 1]);
}
END_TEST

/* ---- what is refused ----------------------------------------------------- */

static const struct {
  struct sizes sizes;
  struct bp_array_layout_options options;
  const char *message, *suggestion; /* parts of them */
} refused[] = {
    {{.X = {2, 5}, .Y = {1, 4}, OUT_IN},
     {0},
     "X is (2,5) and Y is (1,4) in the file; " NET
     " takes X (2,m) and Y (1,m), or, with samples as rows, X (m,2) and Y (m,1)",
     "X.T"},
    {{.X = {5, 2}, .Y = {5, 5}, OUT_IN}, {0}, "Y is (5,5)", "broadcast"},
    {{ROWS_OF, OUT_IN}, {.samples = BP_SAMPLES_COLUMNS}, "with --samples-as columns takes", "X.T"},
    {{COLUMNS, .W = {{3, 3}, {1, 3}}, .b = {{3, 1}, {1, 1}}},
     {0},
     "W1 is (3,3) in the file; 2 - 3 tanh makes W[1] (3,2), or (2,3) as X @ W has it",
     "arrays of this network"},
    {{COLUMNS, IN_OUT},
     {.weights = BP_WEIGHTS_OUT_IN},
     "2 - 3 tanh with --weights-as out-in makes W[1] (3,2)",
     "arrays of this network"},
    {{COLUMNS, .W = {{3, 2}, {3, 1}}, .b = {{3, 1}, {1, 1}}},
     {0},
     "W1 is (3,2), outputs first, and W2 is (3,1), inputs first",
     "W.T of one"},
    {{COLUMNS, OUT_IN, .dW = {2, 3}}, {0}, "dW1 is (2,3)", "its transpose"},
    {{COLUMNS, OUT_IN, .db = {3, 3}}, {0}, "db1 is (3,3)", "keepdims=True"},
    {{COLUMNS, OUT_IN, .db = {5, 0}}, {0}, "db1 is (5,)", "the other axis of np.sum"},
    {{COLUMNS, OUT_IN, .db = {3, 5}}, {0}, "db1 is (3,5)", "dZ itself"},
};

START_TEST(what_is_refused) {
  struct bp_spec spec = spec_of(NET, arena);
  struct bp_array_layout layout = layout_of(&spec, &refused[_i].sizes, &refused[_i].options);
  ck_assert_int_eq(bp_arrange(&layout), BP_ARRANGE_REFUSED);
  ck_assert_uint_eq(diagnostics.errors, 1);
  const struct bp_diagnostic *said = &diagnostics.list[0];
  ck_assert_msg(strstr(said->message, refused[_i].message), "row %d: %s", _i, said->message);
  ck_assert_msg(strstr(said->suggestion, refused[_i].suggestion), "row %d: %s", _i,
                said->suggestion);
}
END_TEST

/* Memory that is short is neither a layout nor a mistake in the input. */
START_TEST(no_memory) {
  struct bp_spec spec = spec_of(NET, arena);
  const struct bp_array_layout_options options = {0};
  struct bp_array_layout layout = layout_of(&spec, &refused[0].sizes, &options);
  layout.arena = bp_arena_new(1);
  ck_assert_ptr_nonnull(layout.arena);
  ck_assert_int_eq(bp_arrange(&layout), BP_ARRANGE_NO_MEMORY);
  ck_assert_uint_eq(diagnostics.errors, 0);
  bp_arena_free(layout.arena);
}
END_TEST

/* ---- numbers ------------------------------------------------------------- */

/* X and W come out transposed, and the gradient, of the sum over the samples, divided by m. */
START_TEST(numbers_are_turned) {
  static const struct sizes sizes = {ROWS_OF, IN_OUT, .dW = {2, 3}, .db = {3, 0}};
  static const struct bp_array_layout_options options = {.reduction = BP_REDUCTION_SUM};
  struct bp_spec spec = spec_of("2 - 3 tanh - 1 tanh", arena);
  struct bp_array_layout layout = layout_of(&spec, &sizes, &options);
  const struct bp_outside *outside;
  ck_assert_int_eq(bp_arrange(&layout), BP_ARRANGE_DONE);
  struct bp_network *network = bp_network_new(&spec, layout.samples, arena);
  ck_assert_int_eq(bp_arrange_network(&layout, network), BP_ARRANGE_DONE);
  ck_assert_int_eq(bp_arrange_gradient(&layout, network, &outside), BP_ARRANGE_DONE);
  ck_assert_double_eq(gsl_matrix_get(network->X, 1, 2), 5);
  ck_assert_double_eq(gsl_matrix_get(network->W[1], 2, 1), 5);
  ck_assert_double_eq(gsl_matrix_get(outside->gradient->dW[1], 2, 1), 1);
  ck_assert_double_eq(gsl_matrix_get(outside->gradient->db[1], 2, 0), 2.0 / 5);
  ck_assert(outside->given[0] && outside->given[1] && !outside->given[2] && !outside->given[3]);
  ck_assert_double_eq(outside->unit, 0x1p-53);
}
END_TEST

START_TEST(classes_become_columns) {
  static const struct sizes sizes = {.X = {2, 3}, .Y = {3, 0}, .W = {{3, 2}}, .b = {{3, 1}}};
  static const struct bp_array_layout_options options = {0};
  struct bp_spec spec = spec_of("2 - 3 softmax", arena);
  struct bp_array_layout layout = layout_of(&spec, &sizes, &options);
  ck_assert_int_eq(bp_arrange(&layout), BP_ARRANGE_DONE);
  struct bp_network *network = bp_network_new(&spec, layout.samples, arena);
  ck_assert_int_eq(bp_arrange_network(&layout, network), BP_ARRANGE_DONE);
  for (size_t k = 0; k < 3; k++)
    for (size_t s = 0; s < 3; s++)
      ck_assert_double_eq(gsl_matrix_get(network->Y, k, s), k == s);
  layout.arrays[BP_ROLE_Y][0].data[1] = 3;
  ck_assert_int_eq(bp_arrange_network(&layout, network), BP_ARRANGE_REFUSED);
  ck_assert_ptr_nonnull(strstr(diagnostics.list[0].message, "Y[1] is 3 in the file; the classes"));
}
END_TEST

/* Cross-entropy has a loss for targets from 0 to 1 only; 0, 1, 2, ... are none. */
START_TEST(targets_that_the_loss_refuses) {
  static const struct sizes sizes = {COLUMNS, OUT_IN};
  static const struct bp_array_layout_options options = {0};
  struct bp_spec spec = spec_of(NET, arena);
  struct bp_array_layout layout = layout_of(&spec, &sizes, &options);
  ck_assert_int_eq(bp_arrange(&layout), BP_ARRANGE_DONE);
  struct bp_network *network = bp_network_new(&spec, layout.samples, arena);
  ck_assert_int_eq(bp_arrange_network(&layout, network), BP_ARRANGE_REFUSED);
  ck_assert_ptr_nonnull(
      strstr(diagnostics.list[0].message, "the target of output 0 for sample 2 (counted from 0)"));
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

int main(void) {
  Suite *suite = suite_create("arrange");
  TCase *shapes = tcase_create("shapes");
  tcase_add_checked_fixture(shapes, set_up, tear_down);
  tcase_add_loop_test(shapes, what_shapes_tell, 0, ROWS(told));
  tcase_add_loop_test(shapes, what_is_refused, 0, ROWS(refused));
  tcase_add_test(shapes, no_memory);
  suite_add_tcase(suite, shapes);

  TCase *values = tcase_create("values");
  tcase_add_checked_fixture(values, set_up, tear_down);
  tcase_add_test(values, numbers_are_turned);
  tcase_add_test(values, classes_become_columns);
  tcase_add_test(values, targets_that_the_loss_refuses);
  suite_add_tcase(suite, values);

  return run_suite(suite);
}
