/* The functions of whole matrices: one row each, with its shape and its value. */
#include "value/builtin.h"

#include <string.h>

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
#undef UNARY

static struct bp_balls value_mean(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  (void)count;
  struct bp_balls sum = bp_balls_sum(&world->room, arguments[0]);
  size_t total = arguments[0].rows * arguments[0].columns;
  if (sum.at)
    sum.at[0] = bp_ball_combine(&world->room, sum.at[0], bp_ball_whole((slong)total), bp_ball_div);
  return sum;
}

/* Of every sample: a column, or a row where the line that calls it says so. */
static struct bp_balls value_softmax(struct bp_world *world, const struct bp_balls *arguments,
                                     size_t count) {
  (void)count;
  if (!world->context.line->rows_are_samples)
    return bp_balls_softmax(&world->room, arguments[0]);
  struct bp_balls columns = bp_balls_transpose(&world->room, arguments[0]);
  struct bp_balls shares = columns.at ? bp_balls_softmax(&world->room, columns) : columns;
  return shares.at ? bp_balls_transpose(&world->room, shares) : shares;
}

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

static struct bp_balls value_max(struct bp_world *world, const struct bp_balls *arguments,
                                 size_t count) {
  (void)count;
  return bp_balls_zip(&world->room, arguments[0], arguments[1], bp_ball_max);
}

static struct bp_balls value_min(struct bp_world *world, const struct bp_balls *arguments,
                                 size_t count) {
  (void)count;
  return bp_balls_zip(&world->room, arguments[0], arguments[1], bp_ball_min);
}

static struct bp_balls value_rows(struct bp_world *world, const struct bp_balls *arguments,
                                  size_t count) {
  (void)count;
  return bp_balls_number(&world->room, bp_ball_exact((double)arguments[0].rows));
}

static struct bp_balls value_columns(struct bp_world *world, const struct bp_balls *arguments,
                                     size_t count) {
  (void)count;
  return bp_balls_number(&world->room, bp_ball_exact((double)arguments[0].columns));
}

/* ---- the table ---------------------------------------------------------- */

enum { PLAIN = 0, SUM = BP_SUMS | BP_SUMS_ALL | BP_LINEAR };

const struct bp_builtin bp_builtins[] = {
    {"rowsum", 1, 1, BP_COLUMN_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, column, value_row_sums},
    {"colsum", 1, 1, BP_ROW_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, row, value_column_sums},
    {"sum", 1, 1, BP_NUMBER_STAYS | SUM | BP_FORGOTTEN | BP_OF_MANY, number, value_sum},
    {"mean", 1, 1, SUM | BP_OF_MANY, number, value_mean},
    {"tr", 1, 1, BP_NUMBER_STAYS | BP_SUMS | BP_LINEAR | BP_OF_MANY, square_number, value_trace},
    {"det", 1, 1, BP_OF_REGULAR | BP_OF_MANY, square_number, value_determinant},
    {"inv", 1, 1, BP_OF_REGULAR | BP_INVERTS | BP_OFFERED | BP_FORGOTTEN | BP_OF_MANY, square,
     value_inverse},
    {"norm", 1, 1, BP_OF_MANY, number, value_norm},
    {"vec", 1, 1, BP_STACKS | BP_LINEAR | BP_OF_MANY, stacked, value_vec},
    {"diag", 1, 1, BP_IS_DIAGONAL | BP_LINEAR | BP_OFFERED | BP_OF_MANY, diagonal_matrix,
     value_diag},
    {"diagonal", 1, 1, BP_LINEAR | BP_OF_MANY, square_column, value_diagonal},
    {"I", 1, 1, BP_OF_SIZES | BP_IS_IDENTITY, constant_square, value_identity},
    {"ones", 1, 2, BP_OF_SIZES, constant, value_ones},
    {"zeros", 1, 2, BP_OF_SIZES, constant, value_zeros},
    {"unit", 2, 2, BP_OF_SIZES, picking_column, value_unit},
    {"max", 2, 2, BP_DECIDES, both, value_max},
    {"min", 2, 2, BP_DECIDES, both, value_min},
    {"softmax", 1, 1, PLAIN, same, value_softmax},
    {"rows", 1, 1, PLAIN, number, value_rows},
    {"columns", 1, 1, PLAIN, number, value_columns},
    {"where", 2, SIZE_MAX, BP_CHOOSES, NULL, NULL},
};
const size_t bp_builtin_count = sizeof bp_builtins / sizeof *bp_builtins;

const struct bp_builtin *bp_builtin_find(const char *name) {
  for (size_t i = 0; i < bp_builtin_count; i++)
    if (!strcmp(bp_builtins[i].name, name))
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
