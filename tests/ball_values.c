/* Prints enclosures for tests/ball_mpmath.py: functions of one number and of two, at several
 * numbers of bits, of points, of balls on the real axis and of discs.
 *
 * Points lie near 0, far out, where functions saturate, and on kinks and poles; some have more
 * digits than a float64 number.  A line is
 *
 *     NAME BITS ARGUMENTS RESULT [NUMBER...]
 *
 * where RESULT is value, missing or unknown, ARGUMENTS says how many numbers stand before that of a
 * value, and each number is four pairs, the midpoint and the radius of its real and of its
 * imaginary part: whole numbers, and the power of two that they are multiplied by.
 *
 * Usage: ball_values COUNT [SEED], COUNT being the number of lines for each function.
 */
#include "ball_print.h"
#include "unit/balls.h"

static void print_line(const char *name, slong bits, const struct bp_ball *arguments, int count,
                       struct bp_ball result) {
  printf("%s %ld %d %s", name, (long)bits, count, kind_of(result));
  for (int k = 0; k < count; k++)
    print_number(arguments[k]);
  if (bp_ball_finite(result))
    print_number(result);
  putchar('\n');
}

/* ---- arguments ---- */

static const double places[] = {
    0,     1e-8, -1e-8, 1e-30, -1e-30, 0.5,   -0.5,  1,      -1,        -1.278, -0.751,  30, -30,
    709.5, -745, 95,    -95,   800,    -800,  2,     40,     -37.5,     1e-300, -1e-300, 3,  -200,
    1e4,   -1e4, 1e6,   -1e6,  1e15,   -1e15, 1e300, -1e300, 0x1p-1074, 2.5,    -2,      0.1};

/* Exact, and with some hundred bits. */
static struct bp_ball with_more_digits(double x) {
  struct bp_ball_room wide = room_of(4096);
  struct bp_ball rest = bp_ball_scale(bp_ball_exact(between(-1, 1)), -140);
  struct bp_ball factor = bp_ball_combine(&wide, bp_ball_whole(1), rest, bp_ball_add);
  return bp_ball_combine(&wide, bp_ball_exact(x), factor, bp_ball_mul);
}

static double magnitude(double low, double high) {
  return (uniform(NULL) < 0.5 ? -1 : 1) * pow(10, between(low, high));
}

static struct bp_ball point(int k) {
  switch (k % 5) {
  case 0:
    return bp_ball_exact(places[k / 5 % COUNT(places)]);
  case 1:
    return bp_ball_exact(between(-40, 40));
  case 2:
    return with_more_digits(magnitude(-25, 2.9));
  case 3:
    return with_more_digits(between(-3, 3));
  default: /* beyond the range of float64 */
    return bp_ball_scale(bp_ball_exact(between(-2, 2)), -(slong)between(0, 5000));
  }
}

/* A point, a ball or a disc, whose radius is of the size of the point or smaller. */
static struct bp_ball argument(int k) {
  struct bp_ball x = point(k / 3);
  double size = fmax(bp_ball_above_log2(x), uniform(NULL) < 0.5 ? -1 : -INFINITY);
  double radius = size + log2(10) * between(k % 2 ? -3 : -40, 0.2);
  switch (k % 3) {
  case 0:
    return x;
  case 1:
    return bp_ball_widen(x, radius);
  default:
    return bp_ball_disc(x, fmin(radius, 8));
  }
}

/* ---- functions ---- */

/* Where half of the numbers have no value, most are turned round. */
static bool needs_positive(bp_ball_unary *f) { return f == bp_ball_log || f == bp_ball_sqrt; }

static void functions_of_one(const char *name, bp_ball_unary *f, int count) {
  static const slong bits[] = {64, 128, 160, 192, 256, 384, 512, 768, 1024};
  for (int k = 0; k < count; k++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_ball x = argument(k);
    if (needs_positive(f) && bp_ball_double(x) < 0 && uniform(NULL) < 0.8)
      x = bp_ball_neg(x);
    struct bp_ball_room room = room_of(bits[k % COUNT(bits)]);
    print_line(name, room.bits, &x, 1, bp_ball_apply(&room, f, x));
    bp_arena_release(arena, mark);
  }
}

/* The second number of a pair: another, the first once more, a small whole number or half of one.
 */
static struct bp_ball partner(struct bp_ball x, int k) {
  double small = floor(between(-6, 7));
  switch (k % 4) {
  case 0:
    return argument((int)between(0, 1e6));
  case 1:
    return bp_ball_exact(small);
  case 2:
    return bp_ball_exact(small / 2);
  default:
    return k % 8 == 3 ? x : argument(3 * (int)between(0, 1e6));
  }
}

static void functions_of_two(const char *name, bp_ball_binary *f, int count) {
  static const slong bits[] = {64, 128, 160, 192, 256, 384, 512, 768, 1024};
  for (int k = 0; k < count; k++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_ball pair[2] = {argument((int)between(0, 1e6))};
    pair[1] = partner(pair[0], k);
    struct bp_ball_room room = room_of(bits[k % COUNT(bits)]);
    print_line(name, room.bits, pair, 2, bp_ball_combine(&room, pair[0], pair[1], f));
    bp_arena_release(arena, mark);
  }
}

/* The coefficients are further arguments. */
static void drawn_functions(int count) {
  for (int k = 0; k < count; k++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct bp_ball_drawn drawn = bp_ball_draw_function(uniform, NULL);
    struct bp_ball arguments[1 + COUNT(drawn.coefficient)] = {argument(k)};
    for (int c = 0; c < COUNT(drawn.coefficient); c++)
      arguments[1 + c] = bp_ball_exact(drawn.coefficient[c]);
    struct bp_ball_room room = room_of(64 << k % 5);
    print_line("drawn", room.bits, arguments, COUNT(arguments),
               bp_ball_drawn_value(&room, &drawn, arguments[0]));
    bp_arena_release(arena, mark);
  }
}

int main(int count, char **arguments) {
  static const struct {
    const char *name;
    bp_ball_binary *f;
  } pairs[] = {{"add", bp_ball_add}, {"sub", bp_ball_sub}, {"mul", bp_ball_mul},
               {"div", bp_ball_div}, {"pow", bp_ball_pow}, {"max", bp_ball_max},
               {"min", bp_ball_min}};
  int lines = count > 1 ? atoi(arguments[1]) : 100;
  if (count > 2)
    random_state ^= strtoull(arguments[2], NULL, 10) * 0x9E3779B97F4A7C15U;
  open_arena();
  const struct bp_function *function;
  for (size_t f = 0; (function = bp_ball_function_at(f)); f++)
    if (strcmp(function->name, "ln") != 0)
      functions_of_one(function->name, function->ball, lines);
  for (int f = 0; f < COUNT(pairs); f++)
    functions_of_two(pairs[f].name, pairs[f].f, lines);
  drawn_functions(lines);
  close_arena();
  flint_cleanup();
  return 0;
}
