/* What the differences of every parameter and node should be, found in another way, and the
 * networks on which the suites hold them against it.
 *
 * The truth is the loss of one sample written out here, from scratch and whole: from layer l on,
 * every unit is evaluated anew in 113 bits at six points, and a sixth-order quotient is taken.  The
 * base is what the forward pass left (Z, A in float64), since that is where the differences are
 * defined.  With h = 2^-18 its truncation is below 2^-80 of the terms and its rounding below 2^-108
 * of the loss over h.  For the smallest networks the gradient is written down as a formula.
 */
#ifndef BP_TESTS_DIFFERENCE_TRUTH_H
#define BP_TESTS_DIFFERENCE_TRUTH_H

#include <check.h>
#include <math.h>
#include <string.h>

#include "net/difference/difference.h"
#include "networks.h"
#include "num/function.h"

#define UNIT 0x1p-53

enum { WIDEST = 36 };

static struct bp_arena *arena;

static inline void set_up(void) { arena = bp_arena_new(0); }
static inline void tear_down(void) { bp_arena_free(arena); }

/* ---- the truth ------------------------------------------------------------------------------- */

struct problem {
  const char *text;
  struct bp_network *network;
  struct bp_forward *forward;
  struct bp_differences *differences;
  double h; /* of the quotients; 0: 2^-18 */
};

/* The loss of sample s where the outputs' pre-activations are z. */
static inline bp_quad loss_at(const struct problem *p, size_t s, const bp_quad *z) {
  const struct bp_network *network = p->network;
  const struct bp_function *output = network->activation[network->depth];
  size_t outputs = network->size[network->depth];
  bp_quad others = 0, loss = 0, e[WIDEST], shift;
  size_t top = 0;
  for (size_t k = 1; k < outputs; k++)
    top = z[k] > z[top] ? k : top;
  shift = z[top];
  for (size_t k = 0; k < outputs; k++) {
    e[k] = bp_quad_exp(z[k] - shift);
    others += k == top ? 0 : e[k];
  }
  for (size_t k = 0; k < outputs; k++) {
    bp_quad y = gsl_matrix_get(network->Y, k, s);
    bp_quad a = output->columnwise ? e[k] / (1 + others) : output->value_quad(z[k]);
    if (network->loss != &bp_cross_entropy)
      loss += (a - y) * (a - y) / (network->loss == &bp_squared ? 1 : 2);
    else if (output->columnwise)
      loss += y * (shift - z[k] + bp_quad_log1p(others));
    else
      loss +=
          (z[k] > 0 ? (1 - y) * z[k] : -y * z[k]) + bp_quad_log1p(bp_quad_exp(-bp_quad_fabs(z[k])));
  }
  return loss;
}

/* The loss of sample s after Z[l]_i, or for `after` A[l]_i, moved by t. */
static inline bp_quad moved_loss(const struct problem *p, bool after, size_t l, size_t i, size_t s,
                                 bp_quad t) {
  const struct bp_network *network = p->network;
  bp_quad z[WIDEST], change[WIDEST];
  for (size_t k = 0; k < network->size[l]; k++)
    z[k] = gsl_matrix_get(p->forward->Z[l], k, s) + (!after && k == i ? t : 0);
  for (; l < network->depth; l++, after = false) {
    for (size_t k = 0; k < network->size[l]; k++) {
      bp_quad rest = gsl_matrix_get(p->forward->Z[l], k, s);
      change[k] =
          network->activation[l]->value_quad(z[k]) - network->activation[l]->value_quad(rest);
      if (after && k == i)
        change[k] = t;
    }
    for (size_t k = 0; k < network->size[l + 1]; k++) {
      z[k] = gsl_matrix_get(p->forward->Z[l + 1], k, s);
      for (size_t j = 0; j < network->size[l]; j++)
        z[k] += gsl_matrix_get(network->W[l + 1], k, j) * change[j];
    }
  }
  return loss_at(p, s, z);
}

/* dZ[l]_is or dA[l]_is of a hidden layer, and how wrong that may be. */
static inline bp_quad node_truth(const struct problem *p, bool after, size_t l, size_t i, size_t s,
                                 double *noise) {
  static const int weight[] = {45, -9, 1};
  bp_quad h = p->h > 0 ? p->h : 0x1p-18, sum = 0, size = 0;
  for (int j = 1; j <= 3; j++) {
    bp_quad above = moved_loss(p, after, l, i, s, j * h);
    bp_quad below = moved_loss(p, after, l, i, s, -j * h);
    sum += weight[j - 1] * (above - below);
    size += bp_quad_fabs(above);
  }
  *noise = 0x1p-106 / (double)h * (double)(size + bp_quad_fabs(sum / h));
  return sum / (60 * h);
}

/* dA[L]_is: the derivative of the loss as a formula of a and y. */
static inline bp_quad output_truth(const struct problem *p, size_t i, size_t s) {
  const struct bp_network *network = p->network;
  bp_quad a = gsl_matrix_get(p->forward->A[network->depth], i, s);
  bp_quad y = gsl_matrix_get(network->Y, i, s);
  if (network->loss == &bp_squared)
    return 2 * (a - y);
  if (network->loss == &bp_half_squared)
    return a - y;
  return network->activation[network->depth]->columnwise ? -y / a : (1 - y) / (1 - a) - y / a;
}

static inline void hold(const struct problem *p, const char *what, size_t l, size_t row,
                        size_t column, const struct bp_difference *entry, bp_quad truth,
                        double noise) {
  double error = (double)bp_quad_fabs(truth - entry->value);
  ck_assert_msg(error <= bp_difference_bound(entry) + noise && !entry->overflow,
                "%s: %s[%zu](%zu,%zu) by %s = %.17g, truth %.17g, off by %g, bound %g", p->text,
                what, l, row + 1, column + 1, bp_method_name(entry->method), entry->value,
                (double)truth, error, bp_difference_bound(entry));
}

static inline struct bp_difference *
entries_of(const struct problem *p, enum bp_difference_target target, size_t l, size_t row) {
  return p->differences->of[target][l] + row * bp_difference_columns(p->network, target, l);
}

/* Row i of dW[l], db[l] from the true dZ[l]. */
static inline void hold_parameters(const struct problem *p, size_t l, size_t i,
                                   const bp_quad *delta, const double *noise) {
  size_t m = p->network->samples, inputs = p->network->size[l - 1];
  const struct bp_difference *entries = entries_of(p, BP_TARGET_PARAMETER, l, i);
  for (size_t j = 0; j <= inputs; j++) {
    bp_quad sum = 0;
    double uncertain = 0;
    for (size_t s = 0; s < m; s++) {
      double a = j == inputs ? 1 : gsl_matrix_get(p->forward->A[l - 1], j, s);
      sum += delta[s] * a;
      uncertain += noise[s] * fabs(a);
    }
    hold(p, "dW|db", l, i, j, &entries[j], sum / (bp_quad)m, uncertain / (double)m);
  }
}

/* The truth of every entry of a layer, found once and held against several methods. */
static inline void hold_layer(const struct problem *p, size_t l) {
  const struct bp_network *network = p->network;
  size_t m = network->samples;
  bp_quad *delta = bp_arena_alloc(arena, m, sizeof *delta);
  double *noise = bp_arena_alloc(arena, m, sizeof *noise);
  for (size_t i = 0; i < network->size[l]; i++) {
    for (size_t s = 0; s < m; s++) {
      delta[s] = node_truth(p, false, l, i, s, &noise[s]);
      hold(p, "dZ", l, i, s, &entries_of(p, BP_TARGET_Z, l, i)[s], delta[s], noise[s]);
      double little = 0;
      bp_quad slope =
          l == network->depth ? output_truth(p, i, s) : node_truth(p, true, l, i, s, &little);
      hold(p, "dA", l, i, s, &entries_of(p, BP_TARGET_A, l, i)[s], slope, little);
    }
    hold_parameters(p, l, i, delta, noise);
  }
}

static inline void hold_all(const struct problem *p) {
  for (size_t l = 1; l <= p->network->depth; l++)
    hold_layer(p, l);
}

/* ---- problems -------------------------------------------------------------------------------- */

static inline void begin(struct problem *p, struct bp_network *network, int threads) {
  p->network = network;
  p->forward = forward_of(network, arena);
  p->differences = bp_differences_new(network, p->forward, threads, arena);
  ck_assert_ptr_nonnull(p->differences);
}

static const char *const specs[] = {
    "1 - 1 sigmoid",
    "1 - 1 tanh - 1 tanh - 1 identity, squared",
    "3 - 4 tanh - 1 sigmoid",
    "2 - 3 sigmoid - 2 sigmoid, squared",
    "3 - 5 relu - 3 softmax",
    "2 - 3 leaky_relu - 3 softmax, squared",
    "3 - 2 softplus - 4 elu - 2 tanh, half-squared",
    "2 - 3 silu - 2 gelu - 3 relu - 2 softmax, half-squared",
    "4 - 3 gelu - 2 sigmoid - 3 tanh - 2 sigmoid",
    "3 - 2 identity - 2 softplus, squared",
    "2 - 2 silu, half-squared",
    "5 - 4 elu - 4 tanh - 3 softmax",
};

enum { SPECS = sizeof specs / sizeof *specs };

static const struct scale {
  double weights, inputs;
  size_t samples;
} scales[] = {{1, 1, 1}, {1, 1, 4}, {0.1, 10, 3}, {4, 0.25, 2}, {3, 3, 2}};

enum { SCALES = sizeof scales / sizeof *scales };

/* Of an ordinary network, the bounds are small against the largest entry of their matrix. */
static inline void hold_width(const struct problem *p, double relative) {
  for (int target = 0; target < BP_TARGET_COUNT; target++) {
    for (size_t l = 1; l <= p->network->depth; l++) {
      const struct bp_difference *entries = p->differences->of[target][l];
      size_t count = p->network->size[l] *
                     bp_difference_columns(p->network, (enum bp_difference_target)target, l);
      double largest = 0, widest = 0;
      for (size_t k = 0; k < count; k++) {
        largest = fmax(largest, fabs(entries[k].value));
        widest = fmax(widest, bp_difference_bound(&entries[k]));
      }
      ck_assert_msg(widest <= relative * largest, "%s: target %d layer %zu: bound %g of %g",
                    p->text, target, l, widest, largest);
    }
  }
}

static inline bool same_entry(const struct bp_difference *a, const struct bp_difference *b) {
  return a->value == b->value && a->truncation == b->truncation && a->rounding == b->rounding &&
         a->spread == b->spread && a->slack == b->slack && a->sum == b->sum &&
         a->method == b->method && a->kink == b->kink && a->overflow == b->overflow;
}

static inline void assert_same(const struct problem *a, const struct problem *b) {
  for (int target = 0; target < BP_TARGET_COUNT; target++)
    for (size_t l = 1; l <= a->network->depth; l++)
      for (size_t k = 0;
           k < a->network->size[l] *
                   bp_difference_columns(a->network, (enum bp_difference_target)target, l);
           k++)
        ck_assert_msg(
            same_entry(&a->differences->of[target][l][k], &b->differences->of[target][l][k]),
            "%s: target %d layer %zu entry %zu differs", a->text, target, l, k);
}

#endif
