/* BP1-BP4 in float64, and a bound on what rounding does to them.
 *
 * The equations stand in backprop_formulas.h.  The bound follows them line by line: each operation
 * passes on the error of its operands and adds its own, at most u times the magnitudes it sums (n +
 * 2 roundings in a sum of n products).  Two things are carried: `error`, which uses the values that
 * really occurred, and `magnitude`, which never cancels.
 */
#include "net/backprop.h"

#include <math.h>

#include "base/parallel.h"
#include "num/product/product.h"

/* What underflow may swallow of a slope or an activation: e.g. 1/(1+e^-z) is 0 for z < -710. */
#define UNDERFLOW 0x1p-1018

#define REAL double
#define MATRIX gsl_matrix
#define AT(matrix, i, j) ((matrix)->data[(i) * (matrix)->tda + (j)])
#define RUN bp_backprop
#define GRADIENT struct bp_gradient
#define NUMBER(x) ((REAL)(x))
#define PLUS(a, b) ((a) + (b))
#define MINUS(a, b) ((a) - (b))
#define TIMES(a, b) ((a) * (b))
#define OVER(a, b) ((a) / (b))
#define VALUE(function, z) (function)->value(z)
#define SLOPE(function, z, a) (function)->taught(z, a)
#define LOSS_SLOPE(rules, a, y) (rules)->taught(a, y)
#define OUTPUT(l) (forward->A[l])

enum { ROWS_AT_ONCE = 64, UNITS_AT_ONCE = 128 }; /* by a thread */

static size_t unit_tasks(size_t units) { return (units + UNITS_AT_ONCE - 1) / UNITS_AT_ONCE; }

struct transposed {
  gsl_matrix *C;
  const gsl_matrix *W, *D;
};

/* Units of the layer below, which are columns of W. */
static void transposed_times_some(size_t index, int worker, void *user) {
  (void)worker;
  const struct transposed *t = user;
  size_t j = index * UNITS_AT_ONCE;
  size_t count = t->C->size1 - j < UNITS_AT_ONCE ? t->C->size1 - j : UNITS_AT_ONCE;
  gsl_matrix columns = gsl_matrix_const_submatrix(t->W, 0, j, t->W->size1, count).matrix;
  gsl_matrix result = gsl_matrix_submatrix(t->C, j, 0, count, t->C->size2).matrix;
  bp_transposed_times(&columns, t->D, &result);
}

static void transposed_times(const GRADIENT *g, gsl_matrix *C, const gsl_matrix *W,
                             const gsl_matrix *D) {
  struct transposed transposed = {C, W, D};
  bp_parallel_for(unit_tasks(C->size1), g->threads, transposed_times_some, &transposed);
}

struct row_blocks {
  gsl_matrix *C;
  double scale;
  const gsl_matrix *D, *A;
  size_t first, end; /* rows */
};

static void times_some_rows(size_t index, int worker, void *user) {
  (void)worker;
  const struct row_blocks *blocks = user;
  gsl_matrix *C = blocks->C;
  size_t i = blocks->first + index * ROWS_AT_ONCE;
  size_t count = blocks->end - i < ROWS_AT_ONCE ? blocks->end - i : ROWS_AT_ONCE;
  gsl_matrix rows = gsl_matrix_const_submatrix(blocks->D, i, 0, count, blocks->D->size2).matrix;
  gsl_matrix result = gsl_matrix_submatrix(C, i, 0, count, C->size2).matrix;
  bp_times_transposed(blocks->scale, &rows, blocks->A, &result);
}

static void times_transposed(const GRADIENT *g, gsl_matrix *C, double scale, const gsl_matrix *D,
                             const gsl_matrix *A) {
  struct bp_share own = {0, C->size1};
  if (g->dealt)
    own = bp_share_here(C->size1);
  struct row_blocks blocks = {C, scale, D, A, own.from, own.to};
  if (own.to > own.from)
    bp_parallel_for((own.to - own.from + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE, g->threads,
                    times_some_rows, &blocks);
}

static void row_sums(const GRADIENT *g, gsl_matrix *c, double scale, const gsl_matrix *D) {
  (void)g;
  for (size_t i = 0; i < c->size1; i++) {
    double sum = 0;
    for (size_t s = 0; s < D->size2; s++)
      sum += gsl_matrix_get(D, i, s);
    gsl_matrix_set(c, i, 0, scale * sum);
  }
}

#include "net/backprop_formulas.h"

static int allocate(const struct bp_network *network, struct bp_arena *arena,
                    struct bp_gradient *gradient) {
  gsl_matrix ***parts[] = {&gradient->dA, &gradient->dZ, &gradient->dW, &gradient->db};
  gradient->dealt = network->dealt;
  for (size_t k = 0; k < 4; k++) {
    *parts[k] = bp_arena_alloc(arena, network->depth + 1, sizeof **parts[k]);
    if (!*parts[k])
      return -1;
  }
  for (size_t l = 1; l <= network->depth; l++) {
    gradient->dA[l] = bp_matrix(arena, network->size[l], network->samples);
    gradient->dZ[l] = bp_matrix(arena, network->size[l], network->samples);
    gradient->dW[l] = bp_row_matrix(network, l, network->size[l - 1], arena);
    gradient->db[l] = bp_matrix(arena, bp_network_rows(network, l), 1);
  }
  return bp_arena_failed(arena) ? -1 : 0;
}

struct bp_gradient *bp_gradient_new(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_gradient *gradient = bp_arena_alloc(arena, 1, sizeof *gradient);
  return gradient && allocate(network, arena, gradient) == 0 ? gradient : NULL;
}

struct bp_gradient *bp_gradient_whole(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_network whole = *network;
  whole.dealt = false;
  return bp_gradient_new(&whole, arena);
}

/* ---- the error bound ----------------------------------------------------- */

/* Rounding of the output activation itself, relative to u a: sum of n exponentials for softmax. */
static double output_rounding(const struct bp_network *network, double z, double a) {
  const struct bp_function *function = network->activation[network->depth];
  if (function->columnwise)
    return bp_softmax_rounding(network->size[network->depth], a) + UNDERFLOW / BP_UNIT;
  return function->rounding(z, a) + UNDERFLOW / BP_UNIT;
}

static void output_error(const struct bp_network *network, const struct bp_forward *forward,
                         enum bp_route route, const struct bp_gradient *g,
                         struct bp_gradient_error *bound) {
  size_t L = network->depth, outputs = network->size[L];
  const struct bp_function *function = network->activation[L];
  const struct bp_loss_rules *rules = bp_network_rules(network);
  bool direct = route == BP_ROUTE_DIRECT && rules->direct;
  for (size_t s = 0; s < network->samples; s++) {
    double mean = 0, mean_error = 0, mean_magnitude = 0;
    for (size_t k = 0; k < outputs; k++) {
      double a = AT(forward->A[L], k, s), y = AT(network->Y, k, s);
      double a_error = BP_UNIT * output_rounding(network, AT(forward->Z[L], k, s), a);
      double *error = &AT(bound->error.dA[L], k, s), *sum = &AT(bound->magnitude.dA[L], k, s);
      rules->taught_error(a, y, 0, &AT(bound->at_output, k, s), sum);
      rules->taught_error(a, y, a_error, error, sum);
      mean += fabs(a * AT(g->dA[L], k, s));
      mean_error += a * *error + a_error * fabs(AT(g->dA[L], k, s));
      mean_magnitude += a * *sum;
    }
    for (size_t k = 0; k < outputs; k++) {
      double z = AT(forward->Z[L], k, s), a = AT(forward->A[L], k, s), y = AT(network->Y, k, s);
      double a_error = BP_UNIT * output_rounding(network, z, a);
      double da = AT(g->dA[L], k, s), da_error = AT(bound->error.dA[L], k, s);
      double da_sum = AT(bound->magnitude.dA[L], k, s), error, sum;
      if (direct) {
        error = a_error + BP_UNIT * fabs(a - y);
        sum = fabs(a) + fabs(y);
      } else if (function->columnwise) {
        error = a * (da_error + mean_error + (double)(outputs + 4) * BP_UNIT * (fabs(da) + mean)) +
                a_error * (fabs(da) + mean);
        sum = a * (da_sum + mean_magnitude);
      } else {
        double slope = fabs(function->taught(z, a)), slope_sum = function->taught_magnitude(z, a);
        double slope_error = 16 * BP_UNIT * slope_sum + UNDERFLOW;
        error = da_error * (slope + slope_error) + fabs(da) * (slope_error + BP_UNIT * slope);
        sum = da_sum * fmax(slope, slope_sum);
      }
      AT(bound->error.dZ[L], k, s) = error;
      AT(bound->magnitude.dZ[L], k, s) = sum;
    }
  }
}

struct hidden {
  const struct bp_network *network;
  const struct bp_forward *forward;
  size_t l;
  const struct bp_gradient *g;
  gsl_matrix *absolute; /* room for |W[l+1]| */
  struct bp_gradient_error *bound;
};

/* dA of these units: |W|' times what is known of the layer above. */
static void multiply_errors(const struct hidden *hidden, size_t from, size_t count) {
  const gsl_matrix *W = hidden->network->W[hidden->l + 1];
  struct bp_gradient_error *bound = hidden->bound;
  size_t l = hidden->l, m = hidden->network->samples;
  gsl_matrix absolute = *hidden->absolute;
  absolute.data += from * W->size1;
  absolute.size1 = W->size1;
  absolute.size2 = absolute.tda = count;
  for (size_t k = 0; k < W->size1; k++)
    for (size_t i = 0; i < count; i++)
      AT(&absolute, k, i) = fabs(AT(W, k, from + i));
  gsl_matrix error = gsl_matrix_submatrix(bound->error.dA[l], from, 0, count, m).matrix;
  gsl_matrix sum = gsl_matrix_submatrix(bound->magnitude.dA[l], from, 0, count, m).matrix;
  bp_transposed_times(&absolute, bound->error.dZ[l + 1], &error);
  bp_transposed_times(&absolute, bound->magnitude.dZ[l + 1], &sum);
}

static void some_errors(size_t index, int worker, void *user) {
  (void)worker;
  const struct hidden *hidden = user;
  const struct bp_forward *forward = hidden->forward;
  const struct bp_gradient *g = hidden->g;
  struct bp_gradient_error *bound = hidden->bound;
  size_t l = hidden->l, n = hidden->network->size[l], from = index * UNITS_AT_ONCE;
  size_t to = from + UNITS_AT_ONCE < n ? from + UNITS_AT_ONCE : n;
  const struct bp_function *function = hidden->network->activation[l];
  const gsl_matrix *error = bound->error.dA[l], *sum = bound->magnitude.dA[l];
  multiply_errors(hidden, from, to - from);
  for (size_t i = from; i < to; i++) {
    for (size_t s = 0; s < hidden->network->samples; s++) {
      double z = AT(forward->Z[l], i, s), a = AT(forward->A[l], i, s);
      double da = fabs(AT(g->dA[l], i, s)), slope = fabs(function->taught(z, a));
      double slope_sum = function->taught_magnitude(z, a);
      double slope_error = 16 * BP_UNIT * slope_sum + UNDERFLOW;
      AT(bound->error.dZ[l], i, s) = AT(error, i, s) * (slope + slope_error) +
                                     da * (slope_error + BP_UNIT * slope) + UNDERFLOW;
      AT(bound->magnitude.dZ[l], i, s) = AT(sum, i, s) * fmax(slope, slope_sum);
    }
  }
}

static void hidden_error(const struct bp_network *network, const struct bp_forward *forward,
                         size_t l, const struct bp_gradient *g, gsl_matrix *absolute,
                         struct bp_gradient_error *bound) {
  size_t above = network->size[l + 1];
  /* error of the product: |W|' (error + (n + 2) u |dZ|); the bracket takes dZ's place
   */
  double roundings = (double)(above + 2) * BP_UNIT;
  for (size_t k = 0; k < above; k++)
    for (size_t s = 0; s < network->samples; s++)
      AT(bound->error.dZ[l + 1], k, s) += roundings * fabs(AT(g->dZ[l + 1], k, s));
  struct hidden hidden = {network, forward, l, g, absolute, bound};
  bp_parallel_for(unit_tasks(network->size[l]), g->threads, some_errors, &hidden);
}

/* dW and db of one layer: (1/m) (error + (m + 3) u |dZ|) |A|', one sum of m products.  `bracket`
 * and `absolute` have room for that of all units and for |A|. */
static void parameter_error(const struct bp_network *network, const struct bp_forward *forward,
                            size_t l, const struct bp_gradient *g, gsl_matrix *bracket,
                            gsl_matrix *absolute, struct bp_gradient_error *bound) {
  size_t m = network->samples, rows = bp_network_rows(network, l);
  double mean = 1 / (double)m, roundings = (double)(m + 3) * BP_UNIT;
  const gsl_matrix *magnitude = bound->magnitude.dZ[l], *A = forward->A[l - 1];
  bracket->size1 = rows;
  absolute->size1 = A->size1;
  bracket->size2 = bracket->tda = absolute->size2 = absolute->tda = m;
  for (size_t i = 0; i < rows; i++) {
    double *error = &AT(bound->error.db[l], i, 0), *sum = &AT(bound->magnitude.db[l], i, 0);
    *error = *sum = 0;
    for (size_t s = 0; s < m; s++) {
      AT(bracket, i, s) = AT(bound->error.dZ[l], i, s) + roundings * fabs(AT(g->dZ[l], i, s));
      *error += mean * AT(bracket, i, s);
      *sum += mean * AT(magnitude, i, s);
    }
  }
  for (size_t j = 0; j < A->size1; j++)
    for (size_t s = 0; s < m; s++)
      AT(absolute, j, s) = fabs(AT(A, j, s));
  times_transposed(g, bound->error.dW[l], mean, bracket, absolute);
  times_transposed(g, bound->magnitude.dW[l], mean, magnitude, absolute);
}

int bp_backprop_error(const struct bp_network *network, const struct bp_forward *forward,
                      enum bp_route route, const struct bp_gradient *gradient,
                      struct bp_arena *scratch, struct bp_gradient_error *bound) {
  size_t largest = 1, widest = network->size[0];
  for (size_t l = 1; l <= network->depth; l++) {
    size_t weights = l > 1 ? network->size[l] * network->size[l - 1] : 1;
    largest = weights > largest ? weights : largest;
    widest = network->size[l] > widest ? network->size[l] : widest;
  }
  largest = widest * network->samples > largest ? widest * network->samples : largest;
  gsl_matrix *bracket = bp_matrix(scratch, 1, widest * network->samples);
  gsl_matrix *absolute = bp_matrix(scratch, 1, largest);
  bound->at_output = bp_matrix(scratch, network->size[network->depth], network->samples);
  if (!absolute || !bracket || !bound->at_output ||
      allocate(network, scratch, &bound->error) != 0 ||
      allocate(network, scratch, &bound->magnitude) != 0)
    return -1;
  output_error(network, forward, route, gradient, bound);
  for (size_t l = network->depth - 1; l >= 1; l--)
    hidden_error(network, forward, l, gradient, absolute, bound);
  for (size_t l = 1; l <= network->depth; l++)
    parameter_error(network, forward, l, gradient, bracket, absolute, bound);
  return 0;
}
