/* Whether this machine computes as the bounds assume.
 *
 * Bounds of 113-bit arithmetic allow for a few units in the last place of each library function.  A
 * C library may have the type and yet compute its functions in 53 bits (musl does, where long
 * double has 113 of them): then right formulas would fail and nothing would tell why.  So a value
 * of each function is held against its digits, which come from arithmetic of 400 bits, before
 * anything is judged.  The arguments are volatile, or a compiler would work the functions out by
 * itself and find all well.
 */
#include "base/quad.h"

#include <stddef.h>

static const struct sample {
  bp_quad (*function)(bp_quad x);
  double x; /* exact */
  bp_quad value;
} samples[] = {
    {bp_quad_exp, 2.25, BP_QUAD_C(9.48773583635852572055036904451173842377022497)},
    {bp_quad_exp, -31.625, BP_QUAD_C(1.84262521472356252170046020735251564496838895e-14)},
    {bp_quad_expm1, 0x1p-10, BP_QUAD_C(9.77039492416535242845292611606506465851629182e-4)},
    {bp_quad_log, 10.5, BP_QUAD_C(2.35137525716347768708336585890752886620907515)},
    {bp_quad_log1p, -0.03125, BP_QUAD_C(-0.0317486983145803011569962827485256299275617413)},
    {bp_quad_tanh, 0.375, BP_QUAD_C(0.358357398350785946319360231553158042468442496)},
    {bp_quad_erfc, 1.75, BP_QUAD_C(0.0133283287808175562277888998713120233926976864)},
    {bp_quad_sqrt, 3, BP_QUAD_C(1.73205080756887729352744634150587236694280525)},
    {bp_quad_sin, 100.25, BP_QUAD_C(-0.27728285645485130335367205701943588684425599)},
    {bp_quad_cos, 2.5, BP_QUAD_C(-0.801143615546933714833502790467351664428567849)},
};

bool bp_quad_is_near(bp_quad computed, bp_quad value) {
  enum { UNITS = 16 };
  return bp_quad_fabs(computed - value) <= UNITS * (bp_quad)BP_QUAD_UNIT * bp_quad_fabs(value);
}

bool bp_quad_is_exact(void) {
  for (size_t k = 0; k < sizeof samples / sizeof *samples; k++) {
    volatile double x = samples[k].x;
    if (!bp_quad_is_near(samples[k].function(x), samples[k].value))
      return false;
  }
  return true;
}
