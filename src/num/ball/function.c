/* Functions by name, and drawn functions.
 *
 * What may be an activation stands in the table of function.c, with its other spellings ("σ").
 */
#include "num/ball/inside.h"
#include "num/ball_function.h"

#include <math.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- functions that only formulas call ---- */

/* log and ln are rows of their own, as atan and arctan are, because a typing slip is mended to the
 * nearer of the two. */
#define ROW(called, value, words)                                                                  \
  { .name = called, .symbol = called, .ball = value, .traits = words }
enum {
  OFFERED = BP_FUNCTION_OFFERED,
  FORGOTTEN = BP_FUNCTION_FORGOTTEN,
  DECIDES = BP_FUNCTION_DECIDES,
  HALF_LINE = BP_FUNCTION_HALF_LINE
};
static const struct bp_function own[] = {
    ROW("exp", bp_ball_exp, OFFERED | FORGOTTEN),
    ROW("log", bp_ball_log, OFFERED | FORGOTTEN | HALF_LINE),
    ROW("ln", bp_ball_log, HALF_LINE),
    ROW("sqrt", bp_ball_sqrt, OFFERED | HALF_LINE),
    ROW("abs", bp_ball_abs, DECIDES),
    ROW("sin", bp_ball_sin, 0),
    ROW("cos", bp_ball_cos, 0),
    ROW("tan", bp_ball_tan, 0),
    ROW("sinh", bp_ball_sinh, 0),
    ROW("cosh", bp_ball_cosh, 0),
    ROW("atan", bp_ball_atan, 0),
    ROW("arctan", bp_ball_atan, 0),
    ROW("erf", bp_ball_erf, 0),
};
#undef ROW

const struct bp_function *bp_ball_function_find(const char *name, size_t length) {
  for (size_t k = 0; k < COUNT(own); k++)
    if (strlen(own[k].name) == length && memcmp(own[k].name, name, length) == 0)
      return &own[k];
  const struct bp_function *row = bp_function_find(name, length);
  return row && row->ball ? row : NULL;
}

const struct bp_function *bp_ball_function_at(size_t place) {
  if (place < COUNT(own))
    return &own[place];
  place -= COUNT(own);
  for (size_t k = 0; k < bp_function_count; k++)
    if (bp_functions[k].ball && place-- == 0)
      return &bp_functions[k];
  return NULL;
}

struct bp_ball bp_ball_apply(const struct bp_ball_room *room, bp_ball_unary *f, struct bp_ball x) {
  acb_t number;
  acb_init(number);
  f(room, &x.z, number);
  return bp_frozen(room, number);
}

/* ---- drawn functions ---- */

/* A multiple of 2^-16. */
static double between(double low, double high, double uniform) {
  return ldexp(nearbyint(ldexp(low + (high - low) * uniform, 16)), -16);
}

struct bp_ball_drawn bp_ball_draw_function(double (*uniform)(void *), void *state) {
  static const struct {
    double low, high;
    bool either_sign;
  } range[COUNT(((struct bp_ball_drawn *)0)->coefficient)] = {
      {-1, 1, false}, {0.2, 0.8, true}, {0.5, 1.0, true},  {0.6, 1.4, true},
      {-2, 2, false}, {0.2, 0.6, true}, {1.6, 2.4, false}, {-2, 2, false},
  };
  struct bp_ball_drawn drawn;
  for (size_t k = 0; k < COUNT(range); k++) {
    double sign = range[k].either_sign && uniform(state) < 0.5 ? -1 : 1;
    drawn.coefficient[k] = sign * between(range[k].low, range[k].high, uniform(state));
  }
  return drawn;
}

/* Adds c[0] sin(c[1] x + c[2]). */
static void add_wave(const double *c, acb_srcptr x, slong bits, acb_ptr sum) {
  acb_t factor, wave;
  acb_init(factor);
  acb_init(wave);
  acb_set_d(factor, c[1]);
  acb_set_d(wave, c[2]);
  acb_addmul(wave, factor, x, bits);
  acb_sin(wave, wave, bits);
  acb_set_d(factor, c[0]);
  acb_addmul(sum, factor, wave, bits);
  acb_clear(factor);
  acb_clear(wave);
}

struct bp_ball bp_ball_drawn_value(const struct bp_ball_room *room,
                                   const struct bp_ball_drawn *drawn, struct bp_ball x) {
  acb_t sum, slope;
  acb_init(sum);
  acb_init(slope);
  if (!bp_spread(&x.z, sum)) {
    acb_set_d(sum, drawn->coefficient[0]);
    acb_set_d(slope, drawn->coefficient[1]);
    acb_addmul(sum, slope, &x.z, room->bits);
    add_wave(drawn->coefficient + 2, &x.z, room->bits, sum);
    add_wave(drawn->coefficient + 5, &x.z, room->bits, sum);
    bp_settle(sum);
  }
  acb_clear(slope);
  return bp_frozen(room, sum);
}
