/* Prints enclosures for tests/ball_mpmath.py: functions of points and of balls, at several numbers
 * of bits.  A line is the name, the bits, and four pairs: midpoint and radius of the argument,
 * midpoint and radius of the result, each a whole number and the power of two that it is multiplied
 * by.
 *
 * Usage: ball_values COUNT, which is the number of lines for each function.
 */
#include <stdio.h>

#include "unit/balls.h"

static void print_midpoint(struct bp_ball a) {
  fmpz_t whole, exponent;
  fmpz_init(whole);
  fmpz_init(exponent);
  arf_get_fmpz_2exp(whole, exponent, arb_midref(acb_realref(&a.z)));
  putchar(' ');
  fmpz_print(whole);
  putchar(' ');
  fmpz_print(exponent);
  fmpz_clear(whole);
  fmpz_clear(exponent);
}

static void print_radius(struct bp_ball a) {
  mag_srcptr rad = arb_radref(acb_realref(&a.z));
  bool zero = mag_is_zero(rad);
  printf(" %lu %ld", zero ? 0UL : (unsigned long)MAG_MAN(rad),
         zero ? 0L : (long)MAG_EXP(rad) - MAG_BITS);
}

static bool needs_positive(const char *name) {
  return strcmp(name, "log") == 0 || strcmp(name, "sqrt") == 0;
}

static struct bp_ball argument(const char *name, int k) {
  static const double places[] = {0,     1e-8,   -1e-8,  1e-30, -1e-30, 0.5,   -0.5,
                                  1,     -1.278, -0.751, 30,    -30,    709.5, -745,
                                  -1000, 2,      40,     -37.5, 1e-300, 3.0,   -200};
  double x = between(-40, 40);
  if (k % 4 == 1)
    x = places[k / 4 % COUNT(places)];
  else if (k % 4 == 3)
    x = (uniform(NULL) < 0.5 ? -1 : 1) * pow(10, between(-25, 2.9));
  x = needs_positive(name) ? fabs(x) + 1e-200 : x;
  if (k % 2)
    return bp_ball_exact(x);
  double size = needs_positive(name) ? x / 2 : fmax(1, fabs(x)) / 2;
  return ball(x, size * pow(10, between(-40, 0)));
}

int main(int count, char **arguments) {
  static const slong bits[] = {53, 64, 113, 128, 192, 256, 384};
  int lines = count > 1 ? atoi(arguments[1]) : 100;
  open_arena();
  const struct bp_function *function;
  for (size_t f = 0; (function = bp_ball_function_at(f)); f++) {
    const char *name = function->name;
    for (int k = 0; k < lines && strcmp(name, "ln") != 0; k++) {
      struct bp_arena_mark mark = bp_arena_mark(arena);
      struct bp_ball_room room = room_of(bits[k % COUNT(bits)]);
      struct bp_ball x = argument(name, k);
      struct bp_ball y = bp_ball_apply(&room, function->ball, x);
      printf("%s %ld", name, (long)room.bits);
      print_midpoint(x);
      print_radius(x);
      if (bp_ball_finite(y) && bp_ball_is_real(y)) {
        print_midpoint(y);
        print_radius(y);
      }
      putchar('\n');
      bp_arena_release(arena, mark);
    }
  }
  close_arena();
  flint_cleanup();
  return 0;
}
