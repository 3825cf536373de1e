/* What a quotient over the points of nodes.h is off, where a box says how its function answers: how
 * long the steps may be, and what truncation and rounding then come to.
 */
#ifndef BP_NET_RESPONSE_QUOTIENT_H
#define BP_NET_RESPONSE_QUOTIENT_H

#include <math.h>

#include "net/response/box.h"
#include "net/response/nodes.h"
#include "num/function.h"

#define BP_BESIDE_KINK 0.99    /* of the way to it */
#define BP_UNDERFLOW 0x1p-1000 /* parts of a loss below that have lost digits */

/* With 24 bits, so that the points of nodes.h are exact. */
static inline double bp_quotient_bits(double x) {
  int exponent;
  double mantissa = frexp(x, &exponent);
  return ldexp(floor(ldexp(mantissa, 24)), exponent - 24);
}

/* The longest, of that part of the reach; 0: there is none. */
static inline double bp_quotient_step(const struct bp_response *response, double part) {
  if (!response->known)
    return 0;
  double step = part * response->reach;
  if (response->crossing > 0)
    step = fmin(step, BP_BESIDE_KINK / response->crossing);
  return step >= 0x1p-900 ? bp_quotient_bits(step) : 0;
}

/* That over which truncation and rounding in float64 are least. */
static inline double bp_quotient_best_step(const struct bp_response *r) {
  double rounding = BP_UNIT * BP_RESPONSE_AMPLIFICATION * r->fixed / r->reach;
  return bp_quotient_step(r, bp_response_part(r->curved ? r->variation : 0, rounding));
}

static inline double bp_quotient_truncation(const struct bp_response *r, double delta) {
  return r->curved ? bp_response_truncation(r->variation, delta / r->reach) : 0;
}

/* Of a quotient over steps up to delta, in arithmetic of that unit roundoff; its own sum rounds,
 * too, and no term of it exceeds 16 times the largest slope. */
static inline double bp_quotient_rounding(const struct bp_response *r, double value, double delta,
                                          double unit) {
  return unit * (BP_RESPONSE_AMPLIFICATION * (r->fixed / delta + r->rising) +
                 32 * (fabs(value) + r->variation));
}

/* What float64 may swallow beside that. */
static inline double bp_quotient_underflow(const struct bp_response *r, double delta) {
  return r->fixed > 0 ? BP_UNDERFLOW / fmin(1, delta) : 0;
}

#endif
