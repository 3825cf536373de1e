/* Floating point: the unit of float64, and a type with a 113-bit significand, whatever the platform
 * calls it.
 *
 * GCC on x86-64 and POWER has __float128 with libquadmath; where long double already is that format
 * (AArch64, RISC-V, s390x) the C library serves.  Everything else here writes bp_quad and the
 * functions below and does not care.
 */
#ifndef BP_BASE_QUAD_H
#define BP_BASE_QUAD_H

#include <float.h>
#include <stdbool.h>
#include <string.h>

#if LDBL_MANT_DIG == 113
#include <math.h>
typedef long double bp_quad;
#define bp_quad_exp expl
#define bp_quad_expm1 expm1l
#define bp_quad_log logl
#define bp_quad_log1p log1pl
#define bp_quad_tanh tanhl
#define bp_quad_erfc erfcl
#define bp_quad_sqrt sqrtl
#define bp_quad_sin sinl
#define bp_quad_cos cosl
#define bp_quad_floor floorl
#define bp_quad_fabs fabsl
#define bp_quad_isfinite(x) isfinite(x)
#define BP_QUAD_C(number) number##L
#else
#include <quadmath.h>
__extension__ typedef __float128 bp_quad;
#define bp_quad_exp expq
#define bp_quad_expm1 expm1q
#define bp_quad_log logq
#define bp_quad_log1p log1pq
#define bp_quad_tanh tanhq
#define bp_quad_erfc erfcq
#define bp_quad_sqrt sqrtq
#define bp_quad_sin sinq
#define bp_quad_cos cosq
#define bp_quad_floor floorq
#define bp_quad_fabs fabsq
#define bp_quad_isfinite(x) finiteq(x)
#define BP_QUAD_C(number) __extension__ number##Q
#endif

/* Unit roundoff of float64, 2^-53, and of bp_quad, 2^-113. */
#define BP_UNIT 1.1102230246251565e-16
#define BP_QUAD_UNIT 9.62964972193617926527988971292463659e-35

/* Whether the functions above are as exact as their type: false means that no bound can be trusted.
 */
bool bp_quad_is_exact(void);

/* Whether a value is known to a few units in its last place. */
bool bp_quad_is_near(bp_quad computed, bp_quad value);

/* What to say then. */
#define BP_QUAD_COMPLAINT                                                                          \
  "the functions of this C library do not have the 113 bits that their type has, so no bound "     \
  "would be true"

#endif
