/* How programs print balls for the scripts that hold them against mpmath: a number is four pairs,
 * the midpoint and the radius of its real and of its imaginary part, each a whole number and the
 * power of two that it is multiplied by. */
#ifndef TESTS_BALL_PRINT_H
#define TESTS_BALL_PRINT_H

#include <stdio.h>

#include "num/ball.h"

static inline void print_midpoint(arf_srcptr x) {
  fmpz_t whole, exponent;
  fmpz_init(whole);
  fmpz_init(exponent);
  arf_get_fmpz_2exp(whole, exponent, x);
  putchar(' ');
  fmpz_print(whole);
  putchar(' ');
  fmpz_print(exponent);
  fmpz_clear(exponent);
  fmpz_clear(whole);
}

static inline void print_part(arb_srcptr part) {
  arf_t radius;
  arf_init(radius);
  arf_set_mag(radius, arb_radref(part));
  print_midpoint(arb_midref(part));
  print_midpoint(radius);
  arf_clear(radius);
}

static inline void print_number(struct bp_ball a) {
  print_part(acb_realref(&a.z));
  print_part(acb_imagref(&a.z));
}

/* "value", or which of the two reasons there are for none. */
static inline const char *kind_of(struct bp_ball a) {
  return bp_ball_finite(a) ? "value" : bp_ball_is_missing(a) ? "missing" : "unknown";
}

#endif
