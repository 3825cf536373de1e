/* The four equations, written once for every number type.
 *
 * backprop.c includes this for float64 on BLAS, backprop_quad.c for 113 bits with plain loops.  The
 * includer defines REAL and MATRIX, AT(matrix, i, j), RUN (the name of the function), GRADIENT (the
 * struct), TAUGHT (the member of a function's row, and of a loss's rules, that holds the derivative
 * as taught), ACTIVATION (the value in REAL) and OUTPUT(l) (A[l] in REAL), and the products that
 * appear in the equations:
 *
 *     transposed_times(C, W, D)        C = W' D
 *     times_transposed(C, s, D, A)     C = s D A'
 *     row_sums(c, s, D)                c = s · sum over the columns of D
 */

/* dZ = softmax's Jacobian times dA, for one column: dz_k = a_k (da_k - sum_j a_j da_j). */
static void softmax_column(const MATRIX *A, const MATRIX *dA, size_t s, MATRIX *dZ) {
  REAL mean = 0;
  for (size_t j = 0; j < A->size1; j++)
    mean += AT(A, j, s) * AT(dA, j, s);
  for (size_t k = 0; k < A->size1; k++)
    AT(dZ, k, s) = AT(A, k, s) * (AT(dA, k, s) - mean);
}

/* dZ[l] = dA[l] ⊙ g'(Z[l]): the second half of BP1 and BP2. */
static void times_slope(const struct bp_network *network, const struct bp_forward *forward,
                        size_t l, const struct bp_mistake *mistake, GRADIENT *g) {
  const struct bp_function *function = network->activation[l];
  bool here = mistake && mistake->layer == l;
  bool no_slope = here && mistake->kind == BP_MISTAKE_NO_SLOPE;
  bool slope_at_a = here && mistake->kind == BP_MISTAKE_SLOPE_AT_A;
  for (size_t i = 0; i < g->dZ[l]->size1; i++) {
    for (size_t s = 0; s < g->dZ[l]->size2; s++) {
      REAL z = gsl_matrix_get(forward->Z[l], i, s), a = AT(OUTPUT(l), i, s);
      if (slope_at_a) {
        z = a;
        a = function->ACTIVATION(z);
      }
      AT(g->dZ[l], i, s) = AT(g->dA[l], i, s) * (no_slope ? 1 : function->TAUGHT(z, a));
    }
  }
}

/* dA[L] and dZ[L]. */
static void output_delta(const struct bp_network *network, const struct bp_forward *forward,
                         enum bp_route route, const struct bp_mistake *mistake, GRADIENT *g) {
  size_t L = network->depth;
  const MATRIX *A = OUTPUT(L);
  const struct bp_loss_rules *rules = bp_network_rules(network);
  for (size_t k = 0; k < A->size1; k++)
    for (size_t s = 0; s < A->size2; s++)
      AT(g->dA[L], k, s) = rules->TAUGHT(AT(A, k, s), gsl_matrix_get(network->Y, k, s));

  if (route == BP_ROUTE_DIRECT && rules->direct) {
    for (size_t k = 0; k < A->size1; k++) /* dZ[L] = A[L] - Y */
      for (size_t s = 0; s < A->size2; s++)
        AT(g->dZ[L], k, s) = AT(A, k, s) - gsl_matrix_get(network->Y, k, s);
  } else if (network->activation[L]->columnwise) {
    for (size_t s = 0; s < A->size2; s++)
      softmax_column(A, g->dA[L], s, g->dZ[L]);
  } else {
    times_slope(network, forward, L, mistake, g); /* BP1 */
  }
}

/* The layer whose delta a mistaken line would take: the nearest of the same width. */
static size_t delta_for(const struct bp_network *network, const struct bp_mistake *mistake,
                        size_t l, bool bias) {
  if (!mistake || mistake->kind != BP_MISTAKE_WRONG_DELTA || mistake->layer != l ||
      mistake->bias != bias)
    return l;
  for (size_t distance = 1; distance <= network->depth; distance++) {
    if (l + distance <= network->depth && network->size[l + distance] == network->size[l])
      return l + distance;
    if (l > distance && network->size[l - distance] == network->size[l])
      return l - distance;
  }
  return l;
}

/* Mistakes that change a finished dW[l] or db[l]. */
static void spoil(const struct bp_network *network, const struct bp_mistake *mistake, GRADIENT *g) {
  size_t l = mistake->layer;
  MATRIX *block = mistake->bias ? g->db[l] : g->dW[l];
  REAL factor = 1;
  switch (mistake->kind) {
  case BP_MISTAKE_NO_MEAN:
    factor = (REAL)network->samples;
    break;
  case BP_MISTAKE_TWICE:
    factor = 2;
    break;
  case BP_MISTAKE_SIGN:
    factor = -1;
    break;
  case BP_MISTAKE_ENTRY:
    AT(block, mistake->row, mistake->column) *= 1 + (REAL)mistake->amount;
    return;
  case BP_MISTAKE_TRANSPOSED:
    for (size_t i = 0; i < block->size1; i++) {
      for (size_t j = 0; j < i; j++) {
        REAL swap = AT(block, i, j);
        AT(block, i, j) = AT(block, j, i);
        AT(block, j, i) = swap;
      }
    }
    return;
  case BP_MISTAKE_WRONG_AXIS: /* the m sums over the units, in the n[l] places that b[l] has */
    for (size_t i = 0, s = 0; i < block->size1; i++, s++) {
      REAL sum = 0;
      if (s == network->samples)
        s = 0;
      for (size_t k = 0; k < block->size1; k++)
        sum += AT(g->dZ[l], k, s);
      AT(block, i, 0) = sum / (REAL)network->samples;
    }
    return;
  default:
    return;
  }
  for (size_t i = 0; i < block->size1; i++)
    for (size_t j = 0; j < block->size2; j++)
      AT(block, i, j) *= factor;
}

void RUN(const struct bp_network *network, const struct bp_forward *forward, enum bp_route route,
         const struct bp_mistake *mistake, GRADIENT *g) {
  size_t L = network->depth;
  REAL mean = 1 / (REAL)network->samples;

  output_delta(network, forward, route, mistake, g); /* BP1 */
  for (size_t l = L - 1; l >= 1; l--) {
    transposed_times(g->dA[l], network->W[l + 1], g->dZ[l + 1]);
    times_slope(network, forward, l, mistake, g); /* BP2 */
  }
  for (size_t l = 1; l <= L; l++) {
    row_sums(g->db[l], mean, g->dZ[delta_for(network, mistake, l, true)]); /* BP3 */
    times_transposed(g->dW[l], mean, g->dZ[delta_for(network, mistake, l, false)],
                     forward->A[l - 1]); /* BP4 */
  }
  if (mistake && mistake->kind != BP_NO_MISTAKE)
    spoil(network, mistake, g);
}
