/* The array functions with four lanes; compiled with -mavx2 -mfma, called only where those exist.
 */
#include <sleef.h>

#define LANES 4
#define KIND "AVX2"
#define NAME bp_vector_avx2
#define SLEEF(function, ulp) Sleef_##function##d4_##ulp##avx2

#include "num/vector_kernels.h"
