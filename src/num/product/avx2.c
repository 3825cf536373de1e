/* Products with four lanes; compiled with -mavx2 -mfma, called only where those exist. */
#include <immintrin.h>

#define VECTOR __m256d
#define LANES 4
#define LOAD _mm256_loadu_pd
#define STORE _mm256_storeu_pd
#define SPREAD _mm256_set1_pd
#define MULTIPLY_ADD _mm256_fmadd_pd
#define ROWS 6
#define VECTORS 2
#define NAME bp_product_avx2

#include "num/product/body.h"
