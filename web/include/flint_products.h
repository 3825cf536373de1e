/* The same for FLINT and Arb, whose own header defines them without asking. */
#include <stddef.h>
#include <stdio.h>

#include <gmp.h>

#include "longlong.h"

#undef umul_ppmm
#undef count_leading_zeros
#undef count_trailing_zeros
#define umul_ppmm(high, low, u, v)                                                                 \
  do {                                                                                             \
    unsigned long long product_ = (unsigned long long)(mp_limb_t)(u) * (mp_limb_t)(v);             \
    (high) = (mp_limb_t)(product_ >> 32);                                                          \
    (low) = (mp_limb_t)product_;                                                                   \
  } while (0)
#define count_leading_zeros(count, x) ((count) = __builtin_clzl(x))
#define count_trailing_zeros(count, x) ((count) = __builtin_ctzl(x))
