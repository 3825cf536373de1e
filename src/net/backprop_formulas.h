/* The four equations, written once for every number type.
 *
 * backprop.c includes this for float64 on BLAS, backprop_quad.c for 113 bits with plain loops,
 * proof/formula.c for balls.  The includer defines REAL and MATRIX, AT(matrix, i, j), RUN (the name
 * of the function), GRADIENT (the struct, which the formulas call g), OUTPUT(l) (A[l] in REAL),
 * what is done to numbers
 *
 *     NUMBER(x)                        x, of another type, in REAL
 *     PLUS, MINUS, TIMES, OVER         of two
 *     VALUE(function, z)               g(z)
 *     SLOPE(function, z, a)            g'(z) as taught, of a function's row
 *     LOSS_SLOPE(rules, a, y)          the same of a loss's rules
 *
 * and the products that appear in the equations, which know g too:
 *
 *     transposed_times(g, C, W, D)     C = W' D
 *     times_transposed(g, C, s, D, A)  C = s D A'
 *     row_sums(g, c, s, D)             c = s · sum over the columns of D
 */

/* dZ = softmax's Jacobian times dA, for one column: dz_k = a_k (da_k - sum_j a_j da_j). */
static void softmax_column(GRADIENT *g, const MATRIX *A, size_t l, size_t s) {
  const MATRIX *dA = g->dA[l];
  REAL mean = NUMBER(0);
  for (size_t j = 0; j < A->size1; j++)
    mean = PLUS(mean, TIMES(AT(A, j, s), AT(dA, j, s)));
  for (size_t k = 0; k < A->size1; k++)
    AT(g->dZ[l], k, s) = TIMES(AT(A, k, s), MINUS(AT(dA, k, s), mean));
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
      REAL z = NUMBER(gsl_matrix_get(forward->Z[l], i, s)), a = AT(OUTPUT(l), i, s);
      if (slope_at_a) {
        z = a;
        a = VALUE(function, z);
      }
      AT(g->dZ[l], i, s) = TIMES(AT(g->dA[l], i, s), no_slope ? NUMBER(1) : SLOPE(function, z, a));
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
      AT(g->dA[L], k, s) = LOSS_SLOPE(rules, AT(A, k, s), NUMBER(gsl_matrix_get(network->Y, k, s)));

  if (route == BP_ROUTE_DIRECT && rules->direct) {
    for (size_t k = 0; k < A->size1; k++) /* dZ[L] = A[L] - Y */
      for (size_t s = 0; s < A->size2; s++)
        AT(g->dZ[L], k, s) = MINUS(AT(A, k, s), NUMBER(gsl_matrix_get(network->Y, k, s)));
  } else if (network->activation[L]->columnwise) {
    for (size_t s = 0; s < A->size2; s++)
      softmax_column(g, A, L, s);
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
  REAL factor = NUMBER(1);
  switch (mistake->kind) {
  case BP_MISTAKE_NO_MEAN:
    factor = NUMBER((double)network->samples);
    break;
  case BP_MISTAKE_TWICE:
    factor = NUMBER(2);
    break;
  case BP_MISTAKE_SIGN:
    factor = NUMBER(-1);
    break;
  case BP_MISTAKE_ENTRY:
    factor = PLUS(factor, NUMBER(mistake->amount));
    AT(block, mistake->row, mistake->column) =
        TIMES(AT(block, mistake->row, mistake->column), factor);
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
      REAL sum = NUMBER(0);
      if (s == network->samples)
        s = 0;
      for (size_t k = 0; k < block->size1; k++)
        sum = PLUS(sum, AT(g->dZ[l], k, s));
      AT(block, i, 0) = OVER(sum, NUMBER((double)network->samples));
    }
    return;
  default:
    return;
  }
  for (size_t i = 0; i < block->size1; i++)
    for (size_t j = 0; j < block->size2; j++)
      AT(block, i, j) = TIMES(AT(block, i, j), factor);
}

void RUN(const struct bp_network *network, const struct bp_forward *forward, enum bp_route route,
         const struct bp_mistake *mistake, GRADIENT *g) {
  size_t L = network->depth;
  REAL mean = OVER(NUMBER(1), NUMBER((double)network->samples));

  output_delta(network, forward, route, mistake, g); /* BP1 */
  for (size_t l = L - 1; l >= 1; l--) {
    transposed_times(g, g->dA[l], network->W[l + 1], g->dZ[l + 1]);
    times_slope(network, forward, l, mistake, g); /* BP2 */
  }
  for (size_t l = 1; l <= L; l++) {
    row_sums(g, g->db[l], mean, g->dZ[delta_for(network, mistake, l, true)]); /* BP3 */
    times_transposed(g, g->dW[l], mean, g->dZ[delta_for(network, mistake, l, false)],
                     forward->A[l - 1]); /* BP4 */
  }
  if (mistake && mistake->kind != BP_NO_MISTAKE)
    spoil(network, mistake, g);
}
