/* The array functions with eight lanes; compiled with -mavx512f, called only where it exists. */
#include <sleef.h>

#define LANES 8
#define KIND "AVX-512"
#define NAME bp_vector_avx512
#define SLEEF(function, ulp) Sleef_##function##d8_##ulp##avx512f

#include "num/vector_kernels.h"
