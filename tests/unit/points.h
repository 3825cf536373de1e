/* Points at which functions of one number are tried, and what float64 may be off there. */
#ifndef BP_TESTS_POINTS_H
#define BP_TESTS_POINTS_H

#include <check.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "num/function.h"

#define UNIT 0x1p-53
#define FLOOR 0x1p-1060 /* rounding of a subnormal factor, times another */

static gsl_rng *generator;

static inline void set_up(void) {
  generator = gsl_rng_alloc(gsl_rng_taus2);
  gsl_rng_set(generator, 20240607);
}

static inline void tear_down(void) { gsl_rng_free(generator); }

static inline const struct bp_function *named(const char *name) {
  const struct bp_function *function = bp_function_find(name, strlen(name));
  ck_assert_msg(function != NULL, "%s: not found", name);
  return function;
}

/* A number of either sign with its magnitude anywhere between 2^low and 2^high. */
static inline double spread_number(double low, double high) {
  double magnitude = exp2(low + (high - low) * gsl_rng_uniform(generator));
  return gsl_rng_uniform(generator) < 0.5 ? magnitude : -magnitude;
}

/* Mostly where functions bend, sometimes tiny, sometimes large. */
static inline double point(void) {
  double kind = gsl_rng_uniform(generator);
  if (kind < 0.6)
    return spread_number(-6, 6);
  if (kind < 0.8)
    return spread_number(-60, 0);
  return kind < 0.9 ? spread_number(-1000, -60) : spread_number(5, 10);
}

#endif
