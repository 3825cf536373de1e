/* What a product is for the sets of instructions that compute it. */
#ifndef BP_NUM_PRODUCT_KERNELS_H
#define BP_NUM_PRODUCT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* A matrix, transposed or not: element (i, k) is data[i * row + k * column]. */
struct bp_factor {
  const double *data;
  size_t row, column;
};

struct bp_factors {
  struct bp_factor a, b;
  size_t rows, terms, columns; /* A is rows x terms, B is terms x columns */
};

/* C = A B, or C + A B for `more`; C has its columns side by side, and is neither A nor B.  Each
 * entry is summed from its first term to its last. */
typedef void bp_product_kernel(const struct bp_factors *factors, bool more, double *c,
                               size_t c_row);

bp_product_kernel bp_product_plain, bp_product_avx2, bp_product_avx512;

#endif
