/* Products with eight lanes; compiled with -mavx512f, called only where it exists. */
#include <immintrin.h>

#define VECTOR __m512d
#define LANES 8
#define LOAD _mm512_loadu_pd
#define STORE _mm512_storeu_pd
#define SPREAD _mm512_set1_pd
#define MULTIPLY_ADD _mm512_fmadd_pd
#define ROWS 8
#define VECTORS 2
#define NAME bp_product_avx512

#include "num/product/body.h"
