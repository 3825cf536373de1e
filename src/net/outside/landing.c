/* Where right code of a precision lands, by drawing its roundings.
 *
 * Each rounding on the way of both passes is drawn, uniformly between its bounds, and carried on to
 * first order with the signs of weights and slopes, so that what cancels does (Monte Carlo
 * arithmetic: D. S. Parker, UCLA CSD-970002, 1997; why drawn roundings tell what real ones do: N.
 * Higham, T. Mary, A new approach to probabilistic rounding error analysis, SIAM J. Sci. Comput.
 * 41, 2019).  Errors are numbers of their own beside the values, so it serves every unit roundoff.
 * From so many runs comes the root mean square of each entry, and LIKELY of these is as far as
 * right code lands: one rounding alone is at most 1.7 of its own, and many together are normal.
 *
 *     X, W, b     u |x|, where x is no number of that precision
 *     a sum       u |x_k y_k| and u |partial sum| for each k, taken together as one number
 *     A[l]        g' EZ, and what the function is off, in the forms that people use
 *     dZ[L]       EA + u (|a| + |y|) where it is A - Y; else from the error of dA[L]
 *     dZ[l]       EdA g' + dA (g'' EZ + what the slope is off)
 *
 * g'' is a quotient of slopes; it need not be right to many digits.
 */
#include "net/outside/landing.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "net/outside/outside.h"

#define LIKELY 6
#define NEAR 0x1p-17       /* step of the quotient of slopes, beside 1 or z */
#define SLOPE_ROUNDINGS 4  /* of the magnitudes that the taught slope adds up */
#define OUTPUT_ROUNDINGS 4 /* of softmax' Jacobian times a vector */
#define AT(matrix, i, j) ((matrix)->data[(i) * (matrix)->tda + (j)])
enum { RUNS = 12 };

struct landing {
  const struct bp_network *network;
  const struct bp_forward *forward;
  const struct bp_gradient *right;
  double unit, tiny; /* roundoff; what underflow may swallow */
  uint64_t random;
  gsl_matrix **Z, **A;           /* errors of one run */
  struct bp_gradient *error;     /* of the same */
  gsl_matrix **sums, **backward; /* roundings of the sums in Z[l] and dA[l] */
  gsl_matrix **products;         /* and in dW[l] */
};

static double draw(struct landing *run) { return 2 * bp_uniform(&run->random) - 1; }

/* What rounding a stored number does: nothing if it has no more bits than the precision. */
static double stored(const struct landing *run, double x) {
  int exponent;
  double bits = ldexp(frexp(x, &exponent), -ilogb(run->unit));
  return bits == nearbyint(bits) ? 0 : run->unit * fabs(x);
}

/* ---- roundings of sums, the same in every run --------------------------------- */

/* Adds one product to the squares of what its rounding and that of the sum so far do. */
static void add_product(double product, double *partial, double *squares) {
  *partial += product;
  *squares += product * product + *partial * *partial;
}

static void sum_roundings(struct landing *run, size_t l) {
  const struct bp_network *network = run->network;
  const gsl_matrix *W = network->W[l], *A = run->forward->A[l - 1], *dZ = run->right->dZ[l];
  for (size_t i = 0; i < W->size1; i++) {
    for (size_t s = 0; s < A->size2; s++) {
      double partial = 0, squares = 0;
      for (size_t j = 0; j < W->size2; j++)
        add_product(AT(W, i, j) * AT(A, j, s), &partial, &squares);
      add_product(AT(network->b[l], i, 0), &partial, &squares);
      AT(run->sums[l], i, s) = run->unit * sqrt(squares);
    }
    for (size_t j = 0; i < run->products[l]->size1 && j <= W->size2; j++) {
      double partial = 0, squares = 0;
      for (size_t s = 0; s < A->size2; s++)
        add_product(AT(dZ, i, s) * (j < W->size2 ? AT(A, j, s) : 1), &partial, &squares);
      squares += 2 * partial * partial; /* the mean */
      AT(run->products[l], i, j) = run->unit * sqrt(squares) / (double)network->samples + run->tiny;
    }
  }
  for (size_t j = 0; l > 1 && j < W->size2; j++) {
    for (size_t s = 0; s < A->size2; s++) {
      double partial = 0, squares = 0;
      for (size_t i = 0; i < W->size1; i++)
        add_product(AT(W, i, j) * AT(dZ, i, s), &partial, &squares);
      AT(run->backward[l - 1], j, s) = run->unit * sqrt(squares);
    }
  }
}

/* ---- forward ----------------------------------------------------------------- */

static void draw_pre_activations(struct landing *run, size_t l) {
  const gsl_matrix *W = run->network->W[l], *A = run->forward->A[l - 1];
  for (size_t i = 0; i < W->size1; i++) {
    double bias = draw(run) * stored(run, AT(run->network->b[l], i, 0));
    for (size_t s = 0; s < A->size2; s++)
      AT(run->Z[l], i, s) = bias + draw(run) * AT(run->sums[l], i, s);
    for (size_t j = 0; j < W->size2; j++) {
      double w = AT(W, i, j), off = stored(run, w);
      off = off > 0 ? draw(run) * off : 0;
      for (size_t s = 0; s < A->size2; s++)
        AT(run->Z[l], i, s) += w * AT(run->A[l - 1], j, s) + off * AT(A, j, s);
    }
  }
}

/* Σ_j a_j (x_k - x_j): where a_k is all but 1, x_k itself has no digit in x_k - Σ_j a_j x_j. */
static double centred(const gsl_matrix *A, const gsl_matrix *x, size_t k, size_t s) {
  double sum = 0;
  for (size_t j = 0; j < A->size1; j++)
    sum += AT(A, j, s) * (AT(x, k, s) - AT(x, j, s));
  return sum;
}

static void draw_softmax(struct landing *run, size_t l) {
  const gsl_matrix *A = run->forward->A[l], *Z = run->forward->Z[l];
  for (size_t s = 0; s < A->size2; s++) {
    double largest = 0;
    for (size_t k = 0; k < A->size1; k++)
      largest = fmax(largest, fabs(AT(Z, k, s)));
    for (size_t k = 0; k < A->size1; k++) {
      double a = AT(A, k, s), form = bp_softmax_rounding(A->size1, a) + 2 * largest * a;
      AT(run->A[l], k, s) =
          a * centred(A, run->Z[l], k, s) + draw(run) * (run->unit * form + run->tiny);
    }
  }
}

static void draw_activations(struct landing *run, size_t l) {
  const struct bp_function *function = run->network->activation[l];
  const gsl_matrix *Z = run->forward->Z[l], *A = run->forward->A[l];
  if (function->columnwise) {
    draw_softmax(run, l);
    return;
  }
  for (size_t k = 0; k < Z->size1 * Z->size2; k++) {
    double z = Z->data[k], a = A->data[k], value, slope;
    function->elsewhere(z, run->unit, &value, &slope);
    value += run->unit * function->rounding(z, a) + run->tiny;
    run->A[l]->data[k] =
        function->taught(z, a) * run->Z[l]->data[k] + (value > 0 ? draw(run) * value : 0);
  }
}

/* ---- backward ---------------------------------------------------------------- */

/* g'' from slopes to both sides, which stay beside a kink. */
static double bend(const struct bp_function *function, double z) {
  double h = NEAR * fmax(1, fabs(z));
  if (function->slope_below != function->slope_above)
    h = fmin(h, fabs(z) / 2);
  return h > 0 ? (function->slope(z + h) - function->slope(z - h)) / (2 * h) : 0;
}

static double times_slope(struct landing *run, size_t l, size_t k, double error) {
  const struct bp_function *function = run->network->activation[l];
  double z = run->forward->Z[l]->data[k], a = run->forward->A[l]->data[k];
  double da = run->right->dA[l]->data[k], slope = function->taught(z, a), value, form;
  function->elsewhere(z, run->unit, &value, &form);
  form += SLOPE_ROUNDINGS * run->unit * function->taught_magnitude(z, a);
  if (z != 0 && fabs(z) <= LIKELY * fabs(run->Z[l]->data[k])) /* it may be beyond the kink */
    form += fabs(function->slope_above - function->slope_below);
  return error * slope + da * (bend(function, z) * run->Z[l]->data[k] + draw(run) * form) +
         draw(run) * (2 * run->unit * fabs(da * slope) + run->tiny);
}

/* a_k Σ_j a_j (da_k - da_j) */
static void draw_softmax_deltas(struct landing *run, size_t s) {
  size_t L = run->network->depth, outputs = run->network->size[L];
  const gsl_matrix *A = run->forward->A[L], *dA = run->right->dA[L], *EdA = run->error->dA[L];
  double error = 0, magnitude = 0;
  for (size_t k = 0; k < outputs; k++) {
    error += AT(run->A[L], k, s) * AT(dA, k, s);
    magnitude += AT(A, k, s) * fabs(AT(dA, k, s));
  }
  for (size_t k = 0; k < outputs; k++) {
    double a = AT(A, k, s), roundings = OUTPUT_ROUNDINGS * run->unit;
    AT(run->error->dZ[L], k, s) =
        a * (centred(A, EdA, k, s) - error) + AT(run->A[L], k, s) * centred(A, dA, k, s) +
        draw(run) * (roundings * a * (fabs(AT(dA, k, s)) + magnitude) + run->tiny);
  }
}

static void draw_outputs(struct landing *run) {
  const struct bp_network *network = run->network;
  size_t L = network->depth;
  const struct bp_loss_rules *rules = bp_network_rules(network);
  const gsl_matrix *A = run->forward->A[L];
  for (size_t k = 0; k < A->size1 * A->size2; k++) {
    double a = A->data[k], y = network->Y->data[k], error = run->A[L]->data[k];
    double alone = rules->outside_error(a, y, 0, run->unit);
    double carried = rules->outside_error(a, y, fabs(error), run->unit) - alone;
    run->error->dA[L]->data[k] = copysign(carried, error) + draw(run) * alone;
    if (rules->direct)
      run->error->dZ[L]->data[k] = error + draw(run) * run->unit * (fabs(a) + fabs(y));
    else if (!network->activation[L]->columnwise)
      run->error->dZ[L]->data[k] = times_slope(run, L, k, run->error->dA[L]->data[k]);
  }
  for (size_t s = 0; !rules->direct && network->activation[L]->columnwise && s < A->size2; s++)
    draw_softmax_deltas(run, s);
}

static void draw_hidden(struct landing *run, size_t l) {
  const gsl_matrix *W = run->network->W[l + 1], *EdZ = run->error->dZ[l + 1];
  gsl_matrix *EdA = run->error->dA[l];
  for (size_t i = 0; i < W->size2; i++) {
    for (size_t s = 0; s < EdZ->size2; s++)
      AT(EdA, i, s) = draw(run) * AT(run->backward[l], i, s);
    for (size_t k = 0; k < W->size1; k++)
      for (size_t s = 0; s < EdZ->size2; s++)
        AT(EdA, i, s) += AT(W, k, i) * AT(EdZ, k, s);
  }
  for (size_t k = 0; k < EdA->size1 * EdA->size2; k++)
    run->error->dZ[l]->data[k] = times_slope(run, l, k, EdA->data[k]);
}

static void draw_parameters(struct landing *run, size_t l) {
  const gsl_matrix *A = run->forward->A[l - 1], *EA = run->A[l - 1];
  const gsl_matrix *dZ = run->right->dZ[l], *EdZ = run->error->dZ[l];
  double mean = 1 / (double)run->network->samples;
  for (size_t i = 0; i < run->error->dW[l]->size1; i++) {
    double sum = 0;
    for (size_t s = 0; s < dZ->size2; s++)
      sum += AT(EdZ, i, s);
    AT(run->error->db[l], i, 0) = mean * sum + draw(run) * AT(run->products[l], i, A->size1);
    for (size_t j = 0; j < A->size1; j++) {
      sum = 0;
      for (size_t s = 0; s < dZ->size2; s++)
        sum += AT(A, j, s) * AT(EdZ, i, s) + AT(EA, j, s) * AT(dZ, i, s);
      AT(run->error->dW[l], i, j) = mean * sum + draw(run) * AT(run->products[l], i, j);
    }
  }
}

/* ---- the whole --------------------------------------------------------------- */

static void draw_run(struct landing *run) {
  const struct bp_network *network = run->network;
  for (size_t k = 0; k < network->size[0] * network->samples; k++)
    run->A[0]->data[k] = draw(run) * stored(run, network->X->data[k]);
  for (size_t l = 1; l <= network->depth; l++) {
    draw_pre_activations(run, l);
    draw_activations(run, l);
  }
  draw_outputs(run);
  for (size_t l = network->depth - 1; l >= 1; l--)
    draw_hidden(run, l);
  for (size_t l = 1; l <= network->depth; l++)
    draw_parameters(run, l);
}

static void add_squares(gsl_matrix *sum, const gsl_matrix *error) {
  for (size_t k = 0; k < sum->size1 * sum->size2; k++)
    sum->data[k] += error->data[k] * error->data[k];
}

static void take_roots(gsl_matrix *sum) {
  for (size_t k = 0; k < sum->size1 * sum->size2; k++)
    sum->data[k] = LIKELY * sqrt(sum->data[k] / RUNS);
}

static gsl_matrix **matrices(const struct bp_network *network, struct bp_arena *arena,
                             bool parameters) {
  gsl_matrix **list = bp_arena_alloc(arena, network->depth + 1, sizeof *list);
  for (size_t l = parameters; list && l <= network->depth; l++)
    list[l] = parameters ? bp_matrix(arena, bp_network_rows(network, l), network->size[l - 1] + 1)
                         : bp_matrix(arena, network->size[l], network->samples);
  return bp_arena_failed(arena) ? NULL : list;
}

static bool make_room(struct landing *run, struct bp_arena *spare) {
  run->Z = matrices(run->network, spare, false);
  run->A = matrices(run->network, spare, false);
  run->sums = matrices(run->network, spare, false);
  run->backward = matrices(run->network, spare, false);
  run->products = matrices(run->network, spare, true);
  run->error = bp_gradient_whole(run->network, spare);
  return run->Z && run->A && run->sums && run->backward && run->products && run->error;
}

int bp_outside_landing(const struct bp_evidence *evidence, double unit,
                       struct bp_gradient *landing) {
  const struct bp_network *network = evidence->network;
  struct bp_arena *spare = bp_arena_new(0);
  struct landing run = {.network = network,
                        .forward = evidence->forward,
                        .right = evidence->gradient,
                        .unit = unit,
                        .tiny = bp_outside_smallest(unit),
                        .random = 1};
  if (!spare || !make_room(&run, spare)) {
    bp_arena_free(spare);
    return -1;
  }
  for (size_t l = 1; l <= network->depth; l++)
    sum_roundings(&run, l);
  for (int r = 0; r < RUNS; r++) {
    draw_run(&run);
    for (size_t l = 1; l <= network->depth; l++) {
      add_squares(landing->dA[l], run.error->dA[l]);
      add_squares(landing->dZ[l], run.error->dZ[l]);
      add_squares(landing->dW[l], run.error->dW[l]);
      add_squares(landing->db[l], run.error->db[l]);
    }
  }
  for (size_t l = 1; l <= network->depth; l++) {
    take_roots(landing->dA[l]);
    take_roots(landing->dZ[l]);
    take_roots(landing->dW[l]);
    take_roots(landing->db[l]);
  }
  bp_arena_free(spare);
  return 0;
}
