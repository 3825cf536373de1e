/* The four styles; styles_in.h is their code, once for each precision. */
#include "styles.h"

#include <math.h>
#include <string.h>

#include "net/network.h"

const char *const style_names[STYLE_COUNT] = {"usual", "stable", "naive", "PyTorch"};

#define REAL double
#define F(name) name
#define N(name) name##_double
#include "styles_in.h"
#undef REAL
#undef F
#undef N

#define REAL float
#define F(name) name##f
#define N(name) name##_single
#include "styles_in.h"

static void round_matrix(gsl_matrix *matrix) {
  for (size_t k = 0; k < matrix->size1 * matrix->size2; k++)
    matrix->data[k] = (double)(float)matrix->data[k];
}

void style_round_point(struct bp_network *network) {
  round_matrix(network->X);
  round_matrix(network->Y);
  for (size_t l = 1; l <= network->depth; l++) {
    round_matrix(network->W[l]);
    round_matrix(network->b[l]);
  }
}

static bool is_finite(const gsl_matrix *matrix) {
  for (size_t k = 0; k < matrix->size1 * matrix->size2; k++)
    if (!isfinite(matrix->data[k]))
      return false;
  return true;
}

bool style_gradient(const struct bp_network *network, enum style style, bool single,
                    struct bp_arena *arena, struct bp_gradient *gradient) {
  struct bp_forward *forward = bp_forward_new(network, arena);
  if (!forward)
    return false;
  if (single)
    gradient_single(network, style, forward, gradient);
  else
    gradient_double(network, style, forward, gradient);
  bool finite = true;
  for (size_t l = 1; l <= network->depth; l++)
    finite = finite && is_finite(forward->Z[l]) && is_finite(forward->A[l]) &&
             is_finite(gradient->dW[l]) && is_finite(gradient->db[l]);
  return finite;
}
