/* The four equations of backprop_formulas.h for balls, with Arb's dot products in the place of
 * BLAS.  Numbers are values here, frozen in the arena of the gradient.
 */
#include "net/proof/formula.h"

#include "num/ball_function.h"
#include "num/ball_matrix.h"

#define REAL struct bp_ball
#define MATRIX struct bp_ball_matrix
#define GRADIENT struct bp_ball_gradient
#define AT(matrix, i, j) ((matrix)->data[(i) * (matrix)->size2 + (j)])
#define RUN run_balls
#define NUMBER(x) bp_ball_exact(x)
#define PLUS(a, b) bp_ball_combine(&g->room, a, b, bp_ball_add)
#define MINUS(a, b) bp_ball_combine(&g->room, a, b, bp_ball_sub)
#define TIMES(a, b) bp_ball_combine(&g->room, a, b, bp_ball_mul)
#define OVER(a, b) bp_ball_combine(&g->room, a, b, bp_ball_div)
#define VALUE(function, z) bp_ball_apply(&g->room, (function)->ball, z)
#define SLOPE(function, z, a) bp_ball_combine(&g->room, z, a, (function)->taught_ball)
#define LOSS_SLOPE(rules, a, y) bp_ball_combine(&g->room, a, y, (rules)->taught_ball)
#define OUTPUT(l) (g->A[l])

/* The sum of so many products of real numbers, the steps in structs of arb. */
static struct bp_ball dot(const struct bp_ball_room *room, arb_srcptr x, size_t x_step,
                          arb_srcptr y, size_t y_step, size_t count) {
  struct bp_ball sum;
  acb_init(&sum.z);
  arb_dot(acb_realref(&sum.z), NULL, 0, x, (slong)x_step, y, (slong)y_step, (slong)count,
          room->bits);
  struct bp_ball frozen = bp_ball_apply(room, bp_ball_identity, sum);
  acb_clear(&sum.z);
  return frozen;
}

/* Where the real parts of a matrix of balls begin; two structs to a number. */
static arb_srcptr reals(const MATRIX *matrix, size_t i, size_t j) {
  return acb_realref(&AT(matrix, i, j).z);
}

static size_t layer_of(const GRADIENT *g, const gsl_matrix *W) {
  size_t l = 1;
  while (g->point->network->W[l] != W)
    l++;
  return l;
}

static void transposed_times(const GRADIENT *g, MATRIX *C, const gsl_matrix *W, const MATRIX *D) {
  arb_srcptr balls = g->point->W[layer_of(g, W)];
  for (size_t j = 0; j < C->size1; j++)
    for (size_t s = 0; s < C->size2; s++)
      AT(C, j, s) = dot(&g->room, balls + j, C->size1, reals(D, 0, s), 2 * D->size2, D->size1);
}

static void times_transposed(const GRADIENT *g, MATRIX *C, REAL scale, const MATRIX *D,
                             const gsl_matrix *A) {
  arb_ptr row = _arb_vec_init((slong)A->size2);
  for (size_t j = 0; j < C->size2; j++) {
    for (size_t s = 0; s < A->size2; s++)
      arb_set_d(row + s, gsl_matrix_get(A, j, s));
    for (size_t i = 0; i < C->size1; i++)
      AT(C, i, j) = TIMES(scale, dot(&g->room, row, 1, reals(D, i, 0), 2, D->size2));
  }
  _arb_vec_clear(row, (slong)A->size2);
}

static void row_sums(const GRADIENT *g, MATRIX *c, REAL scale, const MATRIX *D) {
  for (size_t i = 0; i < c->size1; i++) {
    REAL sum = NUMBER(0);
    for (size_t s = 0; s < D->size2; s++)
      sum = PLUS(sum, AT(D, i, s));
    AT(c, i, 0) = TIMES(scale, sum);
  }
}

static void run_balls(const struct bp_network *network, const struct bp_forward *forward,
                      enum bp_route route, const struct bp_mistake *mistake, GRADIENT *g);

#include "net/backprop_formulas.h"

static MATRIX *matrix_of(const struct bp_ball_room *room, size_t rows, size_t columns) {
  MATRIX *matrix = bp_arena_alloc(room->arena, 1, sizeof *matrix);
  struct bp_balls numbers = bp_balls_new(room, rows, columns);
  if (matrix)
    *matrix = (MATRIX){rows, columns, numbers.at};
  return matrix;
}

/* The activations as they were prepared. */
static void activations(const GRADIENT *g, int level, size_t l) {
  MATRIX *A = g->A[l];
  for (size_t k = 0; k < A->size1 * A->size2; k++)
    A->data[k] = g->point->A[level][l][k];
}

static GRADIENT *gradient_new(const struct bp_proof_point *point, int level,
                              struct bp_arena *arena) {
  const struct bp_network *network = point->network;
  GRADIENT *g = bp_arena_alloc(arena, 1, sizeof *g);
  if (!g)
    return NULL;
  g->point = point;
  g->room = (struct bp_ball_room){.arena = arena, .bits = bp_proof_bits(level)};
  MATRIX ***parts[] = {&g->dA, &g->dZ, &g->dW, &g->db, &g->A};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    *parts[k] = bp_arena_alloc(arena, network->depth + 1, sizeof **parts[k]);
    if (!*parts[k])
      return NULL;
  }
  for (size_t l = 1; l <= network->depth; l++) {
    g->dA[l] = matrix_of(&g->room, network->size[l], network->samples);
    g->dZ[l] = matrix_of(&g->room, network->size[l], network->samples);
    g->A[l] = matrix_of(&g->room, network->size[l], network->samples);
    g->dW[l] = matrix_of(&g->room, bp_network_rows(network, l), network->size[l - 1]);
    g->db[l] = matrix_of(&g->room, bp_network_rows(network, l), 1);
  }
  return bp_arena_failed(arena) ? NULL : g;
}

struct bp_ball_gradient *bp_backprop_ball(const struct bp_proof_point *point, int level,
                                          enum bp_route route, const struct bp_mistake *mistake,
                                          struct bp_arena *arena) {
  GRADIENT *g = gradient_new(point, level, arena);
  if (!g)
    return NULL;
  for (size_t l = 1; l <= point->network->depth; l++)
    activations(g, level, l);
  run_balls(point->network, point->forward, route, mistake, g);
  return bp_arena_failed(arena) ? NULL : g;
}

double bp_backprop_ball_cost(const struct bp_network *network, int level) {
  enum { FUNCTION = 64, FROZEN = 8 }; /* a slope; a number that is stored */
  double cost = 0, m = (double)network->samples;
  for (size_t l = 1; l <= network->depth; l++) {
    double rows = (double)network->size[l], columns = (double)network->size[l - 1];
    cost += rows * columns * (2 * m + FROZEN) + rows * m * (FUNCTION + 3 * FROZEN);
  }
  for (int k = 0; k < level; k++)
    cost *= 2.5;
  return cost;
}
