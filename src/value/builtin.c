/* The functions of whole matrices: one row each, with its shape and its value. */
#include "value/builtin.h"

#include <string.h>

#include "value/function/along.h"
#include "value/function/window.h"
#include "value/shape.h"

typedef const struct bp_symbolic *shapes;

static struct bp_size one(struct bp_world *world) { return bp_size_constant(world->symbols, 1); }

/* ---- shapes ------------------------------------------------------------- */

static bool number(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                   struct bp_symbolic *shape) {
  (void)call;
  (void)arguments;
  *shape = (struct bp_symbolic){one(world), one(world)};
  return true;
}

static bool same(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                 struct bp_symbolic *shape) {
  (void)world;
  (void)call;
  *shape = arguments[0];
  return true;
}

/* Of a row, where samples are columns, every number would be 1, whatever stands in it; and of a
 * column where they are rows. */
static bool of_samples(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                       struct bp_symbolic *shape) {
  *shape = arguments[0];
  bool rows = world->context.line->rows_are_samples;
  struct bp_size along = rows ? shape->columns : shape->rows;
  struct bp_size across = rows ? shape->rows : shape->columns;
  return !bp_size_one(along) || bp_size_one(across) ||
         bp_fault_set(world, BP_FAULT_MISUSE, call->span,
                      rows ? "colsoftmax(s) down the column, or layout samples as columns on a "
                             "line above; softmax(s) of a row"
                           : "rowsoftmax(s) along the row, or layout samples as rows on a line "
                             "above; softmax(s) of a column",
                      rows ? "softmax goes along the rows, and this is a column, %s: all of it "
                             "would be 1"
                           : "softmax goes down the columns, and this is a row, %s: all of it "
                             "would be 1",
                      bp_symbolic_text(world->symbols, arguments[0]));
}

static bool square(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                   struct bp_symbolic *shape) {
  *shape = arguments[0];
  if (bp_size_fits(world, arguments[0].rows, arguments[0].columns))
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, call->child[1]->span, NULL,
                      "%s needs a square matrix, and this is %s", call->child[0]->name,
                      bp_symbolic_text(world->symbols, arguments[0]));
}

static bool square_number(struct bp_world *world, const struct bp_expression *call,
                          shapes arguments, struct bp_symbolic *shape) {
  return square(world, call, arguments, shape) && number(world, call, arguments, shape);
}

static bool square_column(struct bp_world *world, const struct bp_expression *call,
                          shapes arguments, struct bp_symbolic *shape) {
  if (!square(world, call, arguments, shape))
    return false;
  shape->columns = one(world);
  return true;
}

static bool column(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                   struct bp_symbolic *shape) {
  (void)call;
  *shape = (struct bp_symbolic){arguments[0].rows, one(world)};
  return true;
}

static bool row(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                struct bp_symbolic *shape) {
  (void)call;
  *shape = (struct bp_symbolic){one(world), arguments[0].columns};
  return true;
}

static struct bp_size elements(struct bp_world *world, struct bp_symbolic shape) {
  return bp_size_multiply(world->symbols, shape.rows, shape.columns);
}

static bool stacked(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                    struct bp_symbolic *shape) {
  (void)call;
  *shape = (struct bp_symbolic){elements(world, arguments[0]), one(world)};
  return true;
}

static bool diagonal_matrix(struct bp_world *world, const struct bp_expression *call,
                            shapes arguments, struct bp_symbolic *shape) {
  (void)call;
  *shape = (struct bp_symbolic){elements(world, arguments[0]), elements(world, arguments[0])};
  return true;
}

static bool constant(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                     struct bp_symbolic *shape) {
  *shape =
      (struct bp_symbolic){arguments[0].rows, call->count > 2 ? arguments[1].rows : one(world)};
  return true;
}

static bool constant_square(struct bp_world *world, const struct bp_expression *call,
                            shapes arguments, struct bp_symbolic *shape) {
  (void)world;
  (void)call;
  *shape = (struct bp_symbolic){arguments[0].rows, arguments[0].rows};
  return true;
}

/* A column of so many numbers, one of which is picked. */
static bool picking_column(struct bp_world *world, const struct bp_expression *call,
                           shapes arguments, struct bp_symbolic *shape) {
  *shape = (struct bp_symbolic){arguments[0].rows, one(world)};
  if (arguments[1].rows.value <= arguments[0].rows.value)
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, call->child[2]->span, "unit(n, i): the size first",
                      "a unit vector of %ld numbers has no number %ld", arguments[0].rows.value,
                      arguments[1].rows.value);
}

/* Equal shapes, or a number on either side. */
static bool both(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                 struct bp_symbolic *shape) {
  bool first = bp_symbolic_number(arguments[0]);
  *shape = arguments[first];
  if (first || bp_symbolic_number(arguments[1]) ||
      (bp_size_fits(world, arguments[0].rows, arguments[1].rows) &&
       bp_size_fits(world, arguments[0].columns, arguments[1].columns)))
    return true;
  return bp_fault_set(world, BP_FAULT_SHAPE, call->span, NULL,
                      "%s compares element by element: its arguments are %s and %s",
                      call->child[0]->name, bp_symbolic_text(world->symbols, arguments[0]),
                      bp_symbolic_text(world->symbols, arguments[1]));
}

/* The larger of two, or the largest of all. */
static bool larger(struct bp_world *world, const struct bp_expression *call, shapes arguments,
                   struct bp_symbolic *shape) {
  return call->count > 2 ? both(world, call, arguments, shape)
                         : number(world, call, arguments, shape);
}

/* Which element of a vector; of a matrix there are two answers. */
static bool number_of_vector(struct bp_world *world, const struct bp_expression *call,
                             shapes arguments, struct bp_symbolic *shape) {
  bool vector = arguments[0].rows.value == 1 || arguments[0].columns.value == 1;
  if (vector)
    return number(world, call, arguments, shape);
  const char *name = call->child[0]->name;
  return bp_fault_set(world, BP_FAULT_SHAPE, call->child[1]->span,
                      bp_arena_printf(world->model->arena,
                                      "row%s(A) for each row, col%s(A) for each column", name,
                                      name),
                      "%s tells which element of a column or a row, and %s", name,
                      bp_shape_sentence(world, call->child[1], "this", arguments[0]));
}

/* ---- values ------------------------------------------------------------- */

/* A function of one matrix in the arena. */
#define UNARY(name, function)                                                                      \
  static struct bp_balls name(struct bp_world *world, const struct bp_balls *arguments,            \
                              size_t count) {                                                      \
    (void)count;                                                                                   \
    return function(&world->room, arguments[0]);                                                   \
  }
UNARY(value_sum, bp_balls_sum)
UNARY(value_row_sums, bp_balls_row_sums)
UNARY(value_column_sums, bp_balls_column_sums)
UNARY(value_trace, bp_balls_trace)
UNARY(value_determinant, bp_balls_determinant)
UNARY(value_inverse, bp_balls_inverse)
UNARY(value_norm, bp_balls_norm)
UNARY(value_vec, bp_balls_vec)
UNARY(value_diag, bp_balls_diag)
UNARY(value_diagonal, bp_balls_diagonal)

/* Sizes reach the constants as 1 x 1 matrices. */
static size_t size_of(struct bp_balls argument) { return (size_t)bp_ball_double(argument.at[0]); }

static struct bp_balls value_identity(struct bp_world *world, const struct bp_balls *arguments,
                                      size_t count) {
  (void)count;
  return bp_balls_identity(&world->room, size_of(arguments[0]));
}

static struct bp_balls value_ones(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  return bp_balls_fill(&world->room, size_of(arguments[0]), count > 1 ? size_of(arguments[1]) : 1,
                       1);
}

static struct bp_balls value_zeros(struct bp_world *world, const struct bp_balls *arguments,
                                   size_t count) {
  return bp_balls_fill(&world->room, size_of(arguments[0]), count > 1 ? size_of(arguments[1]) : 1,
                       0);
}

static struct bp_balls value_unit(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  (void)count;
  struct bp_balls unit = bp_balls_fill(&world->room, size_of(arguments[0]), 1, 0);
  if (unit.at)
    unit.at[size_of(arguments[1]) - 1] = bp_ball_exact(1);
  return unit;
}

static struct bp_balls value_row_softmax(struct bp_world *world, const struct bp_balls *arguments,
                                         size_t count) {
  (void)count;
  struct bp_balls columns = bp_balls_transpose(&world->room, arguments[0]);
  struct bp_balls shares = columns.at ? bp_balls_softmax(&world->room, columns) : columns;
  return shares.at ? bp_balls_transpose(&world->room, shares) : shares;
}

UNARY(value_column_softmax, bp_balls_softmax)
#undef UNARY

/* Of every sample: a column, or a row where the line that calls it says so. */
static struct bp_balls value_softmax(struct bp_world *world, const struct bp_balls *arguments,
                                     size_t count) {
  return world->context.line->rows_are_samples ? value_row_softmax(world, arguments, count)
                                               : value_column_softmax(world, arguments, count);
}

/* ---- sizes of an argument ------------------------------------------------ */

static struct bp_balls size_value(struct bp_world *world, size_t size) {
  return bp_balls_number(&world->room, bp_ball_exact((double)size));
}

static struct bp_balls value_rows(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  (void)count;
  return size_value(world, arguments[0].rows);
}

static struct bp_balls value_columns(struct bp_world *world, const struct bp_balls *arguments,
                                     size_t count) {
  (void)count;
  return size_value(world, arguments[0].columns);
}

static struct bp_balls value_elements(struct bp_world *world, const struct bp_balls *arguments,
                                      size_t count) {
  (void)count;
  return size_value(world, arguments[0].rows * arguments[0].columns);
}

static bool measure_rows(struct bp_world *world, const struct bp_expression *call,
                         struct bp_symbolic argument, struct bp_size *size) {
  (void)world;
  (void)call;
  *size = argument.rows;
  return true;
}

static bool measure_columns(struct bp_world *world, const struct bp_expression *call,
                            struct bp_symbolic argument, struct bp_size *size) {
  (void)world;
  (void)call;
  *size = argument.columns;
  return true;
}

static bool measure_elements(struct bp_world *world, const struct bp_expression *call,
                             struct bp_symbolic argument, struct bp_size *size) {
  (void)call;
  *size = elements(world, argument);
  return true;
}

/* The length of a row is its one row to NumPy, and the number of its elements to people. */
static bool has_length(struct bp_world *world, const struct bp_expression *call,
                       struct bp_symbolic argument) {
  const struct bp_expression *of = call->child[1];
  bool row = argument.rows.value == 1 && argument.columns.value > 1;
  return !row || bp_fault_set(world, BP_FAULT_SHAPE, call->span,
                              "rows(A), columns(A), or numel(A) for all elements",
                              "%s, a row: its length may be meant as 1, or as the number of its "
                              "elements",
                              bp_shape_sentence(world, of, "this", argument));
}

static bool measure_length(struct bp_world *world, const struct bp_expression *call,
                           struct bp_symbolic argument, struct bp_size *size) {
  *size = argument.rows;
  return has_length(world, call, argument);
}

static bool length_number(struct bp_world *world, const struct bp_expression *call,
                          shapes arguments, struct bp_symbolic *shape) {
  return has_length(world, call, arguments[0]) && number(world, call, arguments, shape);
}

/* ---- the table ---------------------------------------------------------- */

enum {
  PLAIN = 0,
  SUM = BP_SUMS | BP_SUMS_ALL | BP_LINEAR,
  MEAN = BP_SUMS | BP_SUMS_ALL | BP_LINEAR | BP_OF_MANY,
  PICK = BP_DECIDES | BP_OF_MANY
};

const struct bp_builtin bp_builtins[] = {
    {"rowsum", 1, 1, BP_COLUMN_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, column, value_row_sums,
     NULL},
    {"colsum", 1, 1, BP_ROW_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, row, value_column_sums, NULL},
    {"sum", 1, 1, BP_NUMBER_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, number, value_sum, NULL},
    {"mean", 1, 1, MEAN, number, bp_value_mean, NULL},
    {"tr", 1, 1, BP_NUMBER_STAYS | BP_SUMS | BP_LINEAR | BP_OF_MANY, square_number, value_trace,
     NULL},
    {"det", 1, 1, BP_OF_REGULAR | BP_OF_MANY, square_number, value_determinant, NULL},
    {"inv", 1, 1, BP_OF_REGULAR | BP_INVERTS | BP_OFFERED | BP_FORGOTTEN | BP_OF_MANY, square,
     value_inverse, NULL},
    {"norm", 1, 1, BP_OF_MANY, number, value_norm, NULL},
    {"vec", 1, 1, BP_STACKS | BP_LINEAR | BP_OF_MANY, stacked, value_vec, NULL},
    {"diag", 1, 1, BP_IS_DIAGONAL | BP_LINEAR | BP_OFFERED | BP_OF_MANY, diagonal_matrix,
     value_diag, NULL},
    {"diagonal", 1, 1, BP_LINEAR | BP_OF_MANY, square_column, value_diagonal, NULL},
    {"I", 1, 1, BP_OF_SIZES | BP_IS_IDENTITY, constant_square, value_identity, NULL},
    {"ones", 1, 2, BP_OF_SIZES, constant, value_ones, NULL},
    {"zeros", 1, 2, BP_OF_SIZES, constant, value_zeros, NULL},
    {"unit", 2, 2, BP_OF_SIZES, picking_column, value_unit, NULL},
    {"max", 1, 2, BP_DECIDES, larger, bp_value_max, NULL},
    {"min", 1, 2, BP_DECIDES, larger, bp_value_min, NULL},
    {"softmax", 1, 1, PLAIN, of_samples, value_softmax, NULL},
    {"rowmean", 1, 1, BP_LINEAR | BP_OF_MANY, column, bp_value_row_means, NULL},
    {"colmean", 1, 1, BP_LINEAR | BP_OF_MANY, row, bp_value_column_means, NULL},
    {"var", 1, 1, BP_OF_MANY, number, bp_value_var, NULL},
    {"rowvar", 1, 1, BP_OF_MANY, column, bp_value_row_vars, NULL},
    {"colvar", 1, 1, BP_OF_MANY, row, bp_value_column_vars, NULL},
    {"std", 1, 1, BP_OF_MANY, number, bp_value_std, NULL},
    {"rowstd", 1, 1, BP_OF_MANY, column, bp_value_row_stds, NULL},
    {"colstd", 1, 1, BP_OF_MANY, row, bp_value_column_stds, NULL},
    {"rownorm", 1, 1, BP_OF_MANY, column, bp_value_row_norms, NULL},
    {"colnorm", 1, 1, BP_OF_MANY, row, bp_value_column_norms, NULL},
    {"rowmax", 1, 1, PICK, column, bp_value_row_max, NULL},
    {"colmax", 1, 1, PICK, row, bp_value_column_max, NULL},
    {"rowmin", 1, 1, PICK, column, bp_value_row_min, NULL},
    {"colmin", 1, 1, PICK, row, bp_value_column_min, NULL},
    {"argmax", 1, 1, PICK, number_of_vector, bp_value_argmax, NULL},
    {"rowargmax", 1, 1, PICK, column, bp_value_row_argmax, NULL},
    {"colargmax", 1, 1, PICK, row, bp_value_column_argmax, NULL},
    {"argmin", 1, 1, PICK, number_of_vector, bp_value_argmin, NULL},
    {"rowargmin", 1, 1, PICK, column, bp_value_row_argmin, NULL},
    {"colargmin", 1, 1, PICK, row, bp_value_column_argmin, NULL},
    {"rowsoftmax", 1, 1, PLAIN, same, value_row_softmax, NULL},
    {"colsoftmax", 1, 1, PLAIN, same, value_column_softmax, NULL},
    {"correlate", 2, 3, BP_STRIDE, bp_shape_correlate, bp_value_correlate, NULL},
    {"convolve", 2, 3, BP_STRIDE, bp_shape_correlate, bp_value_convolve, NULL},
    {"fullcorrelate", 2, 2, PLAIN, bp_shape_full, bp_value_full_correlate, NULL},
    {"fullconvolve", 2, 2, PLAIN, bp_shape_full, bp_value_full_convolve, NULL},
    {"samecorrelate", 2, 2, PLAIN, bp_shape_same, bp_value_same_correlate, NULL},
    {"sameconvolve", 2, 2, PLAIN, bp_shape_same, bp_value_same_convolve, NULL},
    {"rot180", 1, 1, BP_LINEAR | BP_OF_MANY, same, bp_value_turn, NULL},
    {"pad", 2, 3, BP_SIZES_BEHIND, bp_shape_pad, bp_value_pad, NULL},
    {"maxpool", 2, 3, BP_SIZES_BEHIND | BP_DECIDES, bp_shape_pool, bp_value_max_pool, NULL},
    {"meanpool", 2, 3, BP_SIZES_BEHIND, bp_shape_pool, bp_value_mean_pool, NULL},
    {"rows", 1, 1, PLAIN, number, value_rows, measure_rows},
    {"columns", 1, 1, PLAIN, number, value_columns, measure_columns},
    {"cols", 1, 1, PLAIN, number, value_columns, measure_columns},
    {"len", 1, 1, PLAIN, length_number, value_rows, measure_length},
    {"numel", 1, 1, PLAIN, number, value_elements, measure_elements},
    {"where", 2, SIZE_MAX, BP_CHOOSES, NULL, NULL, NULL},
};
const size_t bp_builtin_count = sizeof bp_builtins / sizeof *bp_builtins;

/* Asked for at every call that is computed: the first letter tells most of them apart. */
const struct bp_builtin *bp_builtin_find(const char *name) {
  for (size_t i = 0; i < bp_builtin_count; i++)
    if (bp_builtins[i].name[0] == name[0] && !strcmp(bp_builtins[i].name, name))
      return &bp_builtins[i];
  return NULL;
}

bool bp_builtin_is(const char *name, enum bp_builtin_trait trait) {
  const struct bp_builtin *builtin = bp_builtin_find(name);
  return builtin && (builtin->traits & trait);
}

bool bp_is_builtin_call(const struct bp_expression *node, enum bp_builtin_trait trait) {
  return node->kind == BP_EXPR_CALL && node->order == 0 && node->count == 2 &&
         bp_builtin_is(node->child[0]->name, trait);
}

bool bp_picks_of_many(const struct bp_expression *node) {
  return bp_is_builtin_call(node, BP_DECIDES) ||
         (node->kind == BP_EXPR_CALL && bp_builtin_is(node->child[0]->name, BP_DECIDES) &&
          bp_builtin_is(node->child[0]->name, BP_SIZES_BEHIND));
}
