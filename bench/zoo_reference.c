/* The loss as a plain function in 113 bits, differenced one parameter at a time, plain loops and no
 * step that depends on anything.
 */
#include "zoo_reference.h"

#include <math.h>

#include "base/quad.h"

/* The network's parameters in 113 bits, so that w + h is exact for any h. */
struct parameters {
  bp_quad W[DEEPEST + 1][WIDEST][WIDEST], b[DEEPEST + 1][WIDEST];
};

static bp_quad softmax_loss(const struct bp_network *network, size_t s, const bp_quad *z) {
  size_t outputs = network->size[network->depth];
  bp_quad largest = z[0], sum = 0, loss = 0;
  for (size_t k = 1; k < outputs; k++)
    largest = z[k] > largest ? z[k] : largest;
  for (size_t k = 0; k < outputs; k++)
    sum += bp_quad_exp(z[k] - largest);
  for (size_t k = 0; k < outputs; k++) {
    bp_quad y = gsl_matrix_get(network->Y, k, s), e = bp_quad_exp(z[k] - largest) / sum - y;
    if (network->loss == &bp_cross_entropy)
      loss += y * (bp_quad_log(sum) - (z[k] - largest));
    else
      loss += e * e / (network->loss == &bp_squared ? 1 : 2);
  }
  return loss;
}

/* -y log a - (1-y) log(1-a) with a = 1/(1+e^-z), written so that it cannot overflow or cancel */
static bp_quad binary_loss(bp_quad z, bp_quad y) {
  bp_quad tail = bp_quad_log1p(bp_quad_exp(z > 0 ? -z : z));
  return z > 0 ? tail + (1 - y) * z : tail - y * z;
}

static bp_quad output_loss(const struct bp_network *network, size_t s, const bp_quad *z) {
  const struct bp_function *last = network->activation[network->depth];
  if (last->columnwise)
    return softmax_loss(network, s, z);
  bp_quad loss = 0;
  for (size_t k = 0; k < network->size[network->depth]; k++) {
    bp_quad y = gsl_matrix_get(network->Y, k, s);
    if (network->loss == &bp_cross_entropy) {
      loss += binary_loss(z[k], y);
    } else {
      bp_quad e = last->value_quad(z[k]) - y;
      loss += e * e / (network->loss == &bp_squared ? 1 : 2);
    }
  }
  return loss;
}

static bp_quad loss_of(const struct bp_network *network, const struct parameters *p) {
  bp_quad sum = 0;
  for (size_t s = 0; s < network->samples; s++) {
    bp_quad a[WIDEST], z[WIDEST];
    for (size_t i = 0; i < network->size[0]; i++)
      a[i] = gsl_matrix_get(network->X, i, s);
    for (size_t l = 1; l <= network->depth; l++) {
      for (size_t i = 0; i < network->size[l]; i++) {
        z[i] = p->b[l][i];
        for (size_t j = 0; j < network->size[l - 1]; j++)
          z[i] += p->W[l][i][j] * a[j];
      }
      for (size_t i = 0; l < network->depth && i < network->size[l]; i++)
        a[i] = network->activation[l]->value_quad(z[i]);
    }
    sum += output_loss(network, s, z);
  }
  return sum / (bp_quad)network->samples;
}

/* The derivative by one parameter; NaN where it hangs on a kink: there the one-sided quotients do
 * not approach each other as the step shrinks. */
static double derivative(const struct bp_network *network, struct parameters *p, bp_quad *parameter,
                         bp_quad at_rest) {
  const bp_quad w = *parameter, steps[2] = {0x1p-54, 0x1p-60};
  bp_quad apart[2], value = 0;
  for (int k = 0; k < 2; k++) {
    *parameter = w + steps[k];
    bp_quad above = loss_of(network, p);
    *parameter = w - steps[k];
    bp_quad below = loss_of(network, p);
    apart[k] = bp_quad_fabs((above - at_rest) / steps[k] - (at_rest - below) / steps[k]);
    if (k == 0)
      value = (above - below) / (2 * steps[k]);
  }
  *parameter = w;
  if (!bp_quad_isfinite(value))
    return NAN;
  bp_quad noise = 1e-13 * bp_quad_fabs(at_rest);
  return apart[1] > noise && apart[1] > apart[0] / 4 ? NAN : (double)value;
}

void compute_reference(const struct bp_network *network, struct reference *reference) {
  static _Thread_local struct parameters p;
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t i = 0; i < network->size[l]; i++) {
      p.b[l][i] = gsl_matrix_get(network->b[l], i, 0);
      for (size_t j = 0; j < network->size[l - 1]; j++)
        p.W[l][i][j] = gsl_matrix_get(network->W[l], i, j);
    }
  }
  bp_quad at_rest = loss_of(network, &p);
  reference->loss = (double)at_rest;
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t i = 0; i < network->size[l]; i++) {
      reference->b[l][i] = derivative(network, &p, &p.b[l][i], at_rest);
      for (size_t j = 0; j < network->size[l - 1]; j++)
        reference->W[l][i][j] = derivative(network, &p, &p.W[l][i][j], at_rest);
    }
  }
}

double distance_to(const struct bp_network *network, const struct bp_gradient *gradient,
                   const struct reference *reference) {
  double largest = 0;
  for (size_t l = 1; l <= network->depth; l++) {
    for (size_t i = 0; i < network->size[l]; i++) {
      double off = fabs(gsl_matrix_get(gradient->db[l], i, 0) - reference->b[l][i]);
      if (off > largest)
        largest = off;
      for (size_t j = 0; j < network->size[l - 1]; j++) {
        off = fabs(gsl_matrix_get(gradient->dW[l], i, j) - reference->W[l][i][j]);
        if (off > largest)
          largest = off;
      }
    }
  }
  return largest / reference->loss;
}
