/* The code of styles.c for one precision: REAL is its type, F(exp) its exp, N(name) names a
 * function for it.  No include guard: it is included once for each. */

typedef REAL N(value_of)(REAL z);
typedef REAL N(slope_of)(REAL z, REAL a);

/* ---- values -------------------------------------------------------------- */

static REAL N(logistic)(REAL z) { return 1 / (1 + F(exp)(-z)); }
static REAL N(logistic_stable)(REAL z) {
  REAL e = F(exp)(-F(fabs)(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}
static REAL N(logistic_by_tanh)(REAL z) { return (REAL)0.5 * (1 + F(tanh)(z / 2)); }

static REAL N(tanh_plain)(REAL z) { return F(tanh)(z); }
static REAL N(tanh_by_exp)(REAL z) { return 1 - 2 / (F(exp)(2 * z) + 1); }

static REAL N(relu)(REAL z) { return z > 0 ? z : 0; }
static REAL N(relu_naive)(REAL z) { return (z + F(fabs)(z)) / 2; }
static REAL N(leaky)(REAL z) { return z > 0 ? z : (REAL)0.01 * z; }
static REAL N(leaky_naive)(REAL z) { return F(fmax)(z, (REAL)0.01 * z); }
static REAL N(same)(REAL z) { return z; }

static REAL N(softplus_usual)(REAL z) { return z > 30 ? z : F(log1p)(F(exp)(z)); }
static REAL N(softplus_stable)(REAL z) { return F(fmax)(z, 0) + F(log1p)(F(exp)(-F(fabs)(z))); }
static REAL N(softplus_naive)(REAL z) { return F(log)(1 + F(exp)(z)); }
static REAL N(softplus_torch)(REAL z) { return z > 20 ? z : F(log1p)(F(exp)(z)); }

static REAL N(elu)(REAL z) { return z > 0 ? z : F(expm1)(z); }
static REAL N(elu_naive)(REAL z) { return z > 0 ? z : F(exp)(z) - 1; }

static REAL N(silu)(REAL z) { return z * N(logistic)(z); }
static REAL N(silu_stable)(REAL z) { return z * N(logistic_stable)(z); }
static REAL N(silu_naive)(REAL z) { return z * N(logistic_by_tanh)(z); }
static REAL N(silu_torch)(REAL z) { return z / (1 + F(exp)(-z)); }

static REAL N(normal)(REAL z) { return (REAL)0.5 * (1 + F(erf)(z * (REAL)M_SQRT1_2)); }
static REAL N(normal_stable)(REAL z) { return (REAL)0.5 * F(erfc)(-z * (REAL)M_SQRT1_2); }
static REAL N(density)(REAL z) { return (REAL)0.39894228040143267794 * F(exp)((REAL)-0.5 * z * z); }
static REAL N(gelu)(REAL z) { return z * N(normal)(z); }
static REAL N(gelu_stable)(REAL z) { return z * N(normal_stable)(z); }

/* ---- slopes -------------------------------------------------------------- */

static REAL N(logistic_slope)(REAL z, REAL a) { return (void)z, a * (1 - a); }
static REAL N(logistic_slope_stable)(REAL z, REAL a) {
  REAL e = F(exp)(-F(fabs)(z));
  return (void)a, e / ((1 + e) * (1 + e));
}

static REAL N(tanh_slope)(REAL z, REAL a) { return (void)z, 1 - a * a; }
static REAL N(tanh_slope_stable)(REAL z, REAL a) {
  REAL c = F(cosh)(z);
  return (void)a, 1 / (c * c);
}

static REAL N(relu_slope)(REAL z, REAL a) { return (void)a, z > 0 ? 1 : 0; }
static REAL N(leaky_slope)(REAL z, REAL a) { return (void)a, z > 0 ? 1 : (REAL)0.01; }
static REAL N(one)(REAL z, REAL a) { return (void)z, (void)a, 1; }

static REAL N(softplus_slope)(REAL z, REAL a) { return (void)a, N(logistic)(z); }
static REAL N(softplus_slope_stable)(REAL z, REAL a) { return (void)a, N(logistic_stable)(z); }
static REAL N(softplus_slope_naive)(REAL z, REAL a) { return (void)z, 1 - F(exp)(-a); }
static REAL N(softplus_slope_torch)(REAL z, REAL a) {
  REAL e = F(exp)(z);
  return (void)a, z > 20 ? 1 : e / (e + 1);
}

static REAL N(elu_slope)(REAL z, REAL a) { return z > 0 ? 1 : a + 1; }
static REAL N(elu_slope_stable)(REAL z, REAL a) { return (void)a, z > 0 ? 1 : F(exp)(z); }

static REAL N(silu_slope)(REAL z, REAL a) { return a + N(logistic)(z) * (1 - a); }
static REAL N(silu_slope_stable)(REAL z, REAL a) {
  return (void)a, N(logistic_stable)(z) * (1 + z * N(logistic_stable)(-z));
}
static REAL N(silu_slope_naive)(REAL z, REAL a) {
  REAL s = N(logistic_by_tanh)(z);
  return (void)a, s + z * s * (1 - s);
}
static REAL N(silu_slope_torch)(REAL z, REAL a) {
  REAL s = N(logistic)(z);
  return (void)a, s * (1 + z * (1 - s));
}

static REAL N(gelu_slope)(REAL z, REAL a) { return (void)a, N(normal)(z) + z * N(density)(z); }
static REAL N(gelu_slope_stable)(REAL z, REAL a) {
  return (void)a, N(normal_stable)(z) + z * N(density)(z);
}

/* ---- the table: usual, stable, naive, torch ------------------------------ */

static const struct N(forms) {
  const char *function;
  N(value_of) * value[STYLE_COUNT];
  N(slope_of) * slope[STYLE_COUNT];
} N(all_forms)[] = {
    {"sigmoid",
     {N(logistic), N(logistic_stable), N(logistic_by_tanh), N(logistic)},
     {N(logistic_slope), N(logistic_slope_stable), N(logistic_slope), N(logistic_slope)}},
    {"tanh",
     {N(tanh_plain), N(tanh_plain), N(tanh_by_exp), N(tanh_plain)},
     {N(tanh_slope), N(tanh_slope_stable), N(tanh_slope), N(tanh_slope)}},
    {"relu",
     {N(relu), N(relu), N(relu_naive), N(relu)},
     {N(relu_slope), N(relu_slope), N(relu_slope), N(relu_slope)}},
    {"leaky_relu",
     {N(leaky), N(leaky), N(leaky_naive), N(leaky)},
     {N(leaky_slope), N(leaky_slope), N(leaky_slope), N(leaky_slope)}},
    {"identity", {N(same), N(same), N(same), N(same)}, {N(one), N(one), N(one), N(one)}},
    {"softplus",
     {N(softplus_usual), N(softplus_stable), N(softplus_naive), N(softplus_torch)},
     {N(softplus_slope), N(softplus_slope_stable), N(softplus_slope_naive),
      N(softplus_slope_torch)}},
    {"elu",
     {N(elu), N(elu), N(elu_naive), N(elu)},
     {N(elu_slope), N(elu_slope_stable), N(elu_slope), N(elu_slope)}},
    {"silu",
     {N(silu), N(silu_stable), N(silu_naive), N(silu_torch)},
     {N(silu_slope), N(silu_slope_stable), N(silu_slope_naive), N(silu_slope_torch)}},
    {"gelu",
     {N(gelu_stable), N(gelu_stable), N(gelu), N(gelu)},
     {N(gelu_slope_stable), N(gelu_slope_stable), N(gelu_slope), N(gelu_slope)}},
};

/* ---- both passes --------------------------------------------------------- */

static REAL N(at)(const gsl_matrix *matrix, size_t i, size_t j) {
  return (REAL)gsl_matrix_get(matrix, i, j);
}

static const struct N(forms) * N(forms_of)(const struct bp_function *function) {
  for (size_t k = 0; k < sizeof N(all_forms) / sizeof *N(all_forms); k++)
    if (strcmp(N(all_forms)[k].function, function->name) == 0)
      return &N(all_forms)[k];
  return NULL;
}

/* naive: without the largest z; torch: e to the logarithm of softmax */
static void N(softmax)(enum style style, const gsl_matrix *Z, size_t s, gsl_matrix *A) {
  REAL largest = style == STYLE_NAIVE ? 0 : N(at)(Z, 0, s), sum = 0;
  for (size_t k = 0; k < Z->size1 && style != STYLE_NAIVE; k++)
    largest = F(fmax)(largest, N(at)(Z, k, s));
  for (size_t k = 0; k < Z->size1; k++)
    sum += F(exp)(N(at)(Z, k, s) - largest);
  REAL normal = largest + F(log)(sum);
  for (size_t k = 0; k < Z->size1; k++) {
    REAL z = N(at)(Z, k, s);
    REAL a = style == STYLE_TORCH ? F(exp)(z - normal) : F(exp)(z - largest) / sum;
    gsl_matrix_set(A, k, s, (double)a);
  }
}

static void N(forward)(const struct bp_network *network, enum style style, size_t l,
                       struct bp_forward *f) {
  const gsl_matrix *below = l > 1 ? f->A[l - 1] : network->X;
  const struct N(forms) *forms = N(forms_of)(network->activation[l]);
  for (size_t s = 0; s < network->samples; s++) {
    for (size_t i = 0; i < network->size[l]; i++) {
      REAL z = N(at)(network->b[l], i, 0);
      for (size_t j = 0; j < network->size[l - 1]; j++)
        z += N(at)(network->W[l], i, j) * N(at)(below, j, s);
      gsl_matrix_set(f->Z[l], i, s, (double)z);
      if (forms)
        gsl_matrix_set(f->A[l], i, s, (double)forms->value[style](z));
    }
    if (!forms)
      N(softmax)(style, f->Z[l], s, f->A[l]);
  }
}

static void N(parameters)(const struct bp_network *network, size_t l, const gsl_matrix *below,
                          struct bp_gradient *g) {
  for (size_t i = 0; i < network->size[l]; i++) {
    for (size_t j = 0; j <= network->size[l - 1]; j++) {
      bool bias = j == network->size[l - 1];
      REAL sum = 0;
      for (size_t s = 0; s < network->samples; s++)
        sum += N(at)(g->dZ[l], i, s) * (bias ? 1 : N(at)(below, j, s));
      gsl_matrix_set(bias ? g->db[l] : g->dW[l], i, bias ? 0 : j,
                     (double)(sum / (REAL)network->samples));
    }
  }
}

/* dZ[L]: A - Y where that is all, else by dA[L], which for softmax takes its Jacobian. */
static void N(output)(const struct bp_network *network, enum style style, size_t s,
                      const struct bp_forward *f, struct bp_gradient *g) {
  size_t L = network->depth;
  const struct N(forms) *forms = N(forms_of)(network->activation[L]);
  REAL twice = network->loss == &bp_squared ? 2 : 1, mean = 0;
  for (size_t k = 0; k < network->size[L]; k++)
    mean += N(at)(f->A[L], k, s) * (twice * (N(at)(f->A[L], k, s) - N(at)(network->Y, k, s)));
  for (size_t k = 0; k < network->size[L]; k++) {
    REAL a = N(at)(f->A[L], k, s), d = twice * (a - N(at)(network->Y, k, s));
    if (network->loss != &bp_cross_entropy)
      d = forms ? d * forms->slope[style](N(at)(f->Z[L], k, s), a) : a * (d - mean);
    gsl_matrix_set(g->dZ[L], k, s, (double)d);
  }
}

static void N(gradient)(const struct bp_network *network, enum style style, struct bp_forward *f,
                        struct bp_gradient *g) {
  for (size_t l = 1; l <= network->depth; l++)
    N(forward)(network, style, l, f);
  for (size_t s = 0; s < network->samples; s++)
    N(output)(network, style, s, f, g);
  for (size_t l = network->depth; l >= 1; l--) {
    const struct N(forms) *forms = N(forms_of)(network->activation[l]);
    for (size_t i = 0; l < network->depth && i < network->size[l]; i++) {
      for (size_t s = 0; s < network->samples; s++) {
        REAL d = 0;
        for (size_t k = 0; k < network->size[l + 1]; k++)
          d += N(at)(network->W[l + 1], k, i) * N(at)(g->dZ[l + 1], k, s);
        d *= forms->slope[style](N(at)(f->Z[l], i, s), N(at)(f->A[l], i, s));
        gsl_matrix_set(g->dZ[l], i, s, (double)d);
      }
    }
    N(parameters)(network, l, l > 1 ? f->A[l - 1] : network->X, g);
  }
}
