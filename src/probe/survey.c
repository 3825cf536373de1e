/* What can be found out about a function at one point before any difference is taken: its value,
 * whether it gives the same value twice, and how noisy it is.
 *
 * Noise is measured along a random direction, in three rows of eight points.  The points are 2^-28,
 * 2^-25 and 2^-22 of the parameters' scales apart (float: 2^-20 to 2^-16): near enough for any
 * reasonable function to be a polynomial of low degree there, and multiples of the parameters' last
 * bits, so that the points are exactly where they should be.  Several rows, because an oscillation
 * may look smooth where its period is about the distance of two points.  A function that computes
 * in lower precision than it returns does not change at all over so short a way; then a fourth row
 * with steps of 2^-18 (float: 2^-13) decides.  If it still does not change, two more rows with
 * steps of 2^-9 and 2^-3 look for nothing but decimals: a loss that was printed with two of them is
 * a staircase, and that it stands still says nothing about its slope.
 */
#include <math.h>
#include <string.h>

#include "base/ranks/ranks.h"
#include "probe/run.h"

#define LEAST_NOISE 0x1p-1060
#define LEAST_FLOAT 0x1p-149 /* the distance of floats where they underflow */
#define FEATURE 0x1p10
enum { ROWS_OF_POINTS = 4, USUAL_ROWS = 3, MOST_ROWS = 6 };

/* Every rank evaluates its part of the points, and gets the values of all. */
static bool evaluate_dealt(const struct bp_probed *probed, const struct bp_probe_point *points,
                           size_t count, double *values) {
  struct bp_share part = bp_share_here(count);
  size_t outputs = probed->outputs, own = part.to - part.from;
  bool stopped =
      probed->evaluate(probed->user, points + part.from, own, values + part.from * outputs) != 0;
  if (bp_ranks_any(stopped))
    return false;
  bp_ranks_share(values, count, outputs * sizeof *values);
  return true;
}

bool bp_run_evaluate_at(struct bp_run *run, const struct bp_probe_point *points, size_t count,
                        double *values) {
  if (run->stopped)
    return false;
  run->evaluations += count;
  if (run->options->dealt)
    run->stopped = !evaluate_dealt(run->probed, points, count, values);
  else
    run->stopped = run->probed->evaluate(run->probed->user, points, count, values) != 0;
  return !run->stopped;
}

bool bp_run_evaluate(struct bp_run *run, size_t count) {
  return bp_run_evaluate_at(run, run->points, count, run->values);
}

int bp_run_typical_scale(const struct bp_probed *probed, size_t begin, size_t count) {
  const double *typical = probed->scales ? probed->scales : probed->theta;
  double sum = 0, numbers = 0;
  for (size_t j = begin; j < begin + count; j++)
    if (typical[j] != 0 && isfinite(typical[j])) {
      sum += ilogb(typical[j]);
      numbers++;
    }
  return numbers > 0 ? (int)floor(sum / numbers + 0.5) : 0;
}

int bp_run_scale(const struct bp_run *run, const struct bp_stretch *stretch, size_t parameter) {
  const struct bp_probed *probed = run->probed;
  if (probed->scales && probed->scales[parameter] != 0 && isfinite(probed->scales[parameter]))
    return ilogb(probed->scales[parameter]);
  double value = probed->theta[parameter];
  int own = value != 0 && isfinite(value) ? ilogb(value) : stretch->scale;
  return own > stretch->scale ? own : stretch->scale;
}

double bp_run_gradient_error(const struct bp_run *run, double largest) {
  double relative = run->options->gradient_error;
  double error = (relative > 0 ? relative : 512 * run->probed->unit) * largest;
  return run->single ? fmax(error, LEAST_FLOAT) : error;
}

uint64_t bp_run_random(unsigned long seed, uint64_t stream, uint64_t counter) {
  /* splitmix64; Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 */
  uint64_t z = ((uint64_t)(seed ? seed : 1) * 0xd1342543de82ef95u + stream) * 0x9e3779b97f4a7c15u +
               counter * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* ---- the value, twice -------------------------------------------------------- */

static bool same(double a, double b) { return (isnan(a) && isnan(b)) || a == b; }

static void set_base_points(struct bp_run *run, size_t count) {
  for (size_t i = 0; i < count; i++)
    run->points[i] = (struct bp_probe_point){0, run->probed->theta[0], NULL};
}

static bool look_twice(struct bp_run *run) {
  size_t outputs = run->probed->outputs;
  set_base_points(run, 2);
  if (!bp_run_evaluate(run, 2))
    return false;
  memcpy(run->middle, run->values, outputs * sizeof *run->middle);
  for (size_t o = 0; o < outputs; o++)
    if (!same(run->values[o], run->values[outputs + o]))
      run->function_random = true;
  const double *gradient = run->probed->gradient, *again = run->probed->again;
  for (size_t i = 0; again && i < outputs * run->probed->parameters; i++) {
    bool untouched = isnan(gradient[i]) && again[i] == BP_PROBE_GARBAGE;
    if (untouched && run->unfilled++ == 0)
      run->first_unfilled = i;
    else if (!untouched && !same(gradient[i], again[i]))
      run->gradient_random = true;
  }
  return true;
}

bool bp_run_survey_again(struct bp_run *run) {
  set_base_points(run, 1);
  if (!bp_run_evaluate(run, 1))
    return false;
  for (size_t o = 0; o < run->probed->outputs; o++)
    if (!same(run->values[o], run->middle[o]))
      run->function_remembers = true;
  return true;
}

bool bp_run_is_sound(const struct bp_run *run, size_t output, enum bp_reason *reason) {
  *reason = run->function_random || run->gradient_random ? BP_REASON_RANDOM : BP_REASON_OVERFLOW;
  return !run->function_random && !run->gradient_random && isfinite(run->middle[output]);
}

/* ---- noise ------------------------------------------------------------------- */

/* A step for each parameter, 1 to 2 times its size, of a random sign and random bits, so that no
 * two parameters cancel by chance; to be multiplied by 2^exponent.  As many bits as leave the
 * points exact: steps of few bits would change the upper bits of the parameters only, the same
 * lower bits would be rounded the same way at every point, and the noise of a sum would not be
 * seen.  A step that would carry the parameter over a power of two, where the last bit becomes
 * coarser, goes the other way. */
static void choose_steps(const struct bp_run *run, int exponent, double *steps) {
  const struct bp_probed *probed = run->probed;
  double far = ldexp(BP_NOISE_VALUES, exponent);
  int bits = run->single ? 3 : 24;
  size_t begin = 0;
  for (size_t p = 0; p < run->part_count; p++) {
    size_t count = run->parts[p].rows * run->parts[p].columns;
    struct bp_stretch stretch = {.scale = bp_run_typical_scale(probed, begin, count)};
    for (size_t j = begin; j < begin + count; j++) {
      uint64_t draw = bp_run_random(run->options->seed, 1, j);
      double value = probed->theta[j];
      int scale = value != 0 ? ilogb(value) : bp_run_scale(run, &stretch, j);
      double step = ldexp((double)((1u << bits) + draw % (1u << bits)), scale - bits);
      if (draw >> 63)
        step = -step;
      if (value != 0 && ilogb(value + far * step) > scale)
        step = -step;
      steps[j] = step;
    }
    begin += count;
  }
}

/* Values at the point and seven steps on, row by row in `table`; the first row is there already. */
static bool walk(struct bp_run *run, const double *steps, int exponent, double *table) {
  const double unit = ldexp(1, exponent);
  const struct bp_probed *probed = run->probed;
  size_t n = probed->parameters, k = probed->outputs;
  for (size_t i = 1; i < BP_NOISE_VALUES; i += run->whole_room) {
    size_t count = BP_NOISE_VALUES - i < run->whole_room ? BP_NOISE_VALUES - i : run->whole_room;
    for (size_t w = 0; w < count; w++) {
      double *theta = run->whole + w * n;
      for (size_t j = 0; j < n; j++)
        theta[j] = bp_run_representable(run, probed->theta[j] + (double)(i + w) * unit * steps[j]);
      run->points[w] = (struct bp_probe_point){0, theta[0], theta};
    }
    if (!bp_run_evaluate(run, count))
      return false;
    memcpy(table + i * k, run->values, count * k * sizeof *table);
  }
  return true;
}

/* What the rows of points say about one output. */
struct opinion {
  double seen, highest, largest; /* largest: |value| */
};

static void read_table(struct bp_run *run, const double *table, struct opinion *opinions) {
  size_t k = run->probed->outputs;
  for (size_t o = 0; o < k; o++) {
    double values[BP_NOISE_VALUES];
    struct opinion *opinion = &opinions[o];
    for (size_t i = 0; i < BP_NOISE_VALUES; i++) {
      values[i] = table[i * k + o];
      opinion->largest = fmax(opinion->largest, fabs(values[i]));
    }
    struct bp_noise noise = bp_noise_of(values);
    if (noise.still || isnan(noise.highest))
      continue; /* too near, or a place without a value: nothing is learnt */
    run->still[o] = false;
    opinion->seen = fmax(opinion->seen, noise.seen);
    opinion->highest = fmin(opinion->highest, noise.highest);
  }
}

/* Whether the values of all rows are multiples of a power of ten. */
static void look_for_decimals(struct bp_run *run, const double *table, size_t rows) {
  double values[MOST_ROWS * BP_NOISE_VALUES];
  size_t k = run->probed->outputs, count = rows * BP_NOISE_VALUES;
  for (size_t o = 0; o < k; o++) {
    for (size_t i = 0; i < count; i++)
      values[i] = table[i * k + o];
    run->quantum[o] = bp_noise_decimal(values, count, run->probed->unit);
  }
}

/* Noise is the same for all distances of points.  What is seen in one row and far above what
 * another row allows is a feature of the function, of about that size. */
static void settle_noise(struct bp_run *run, const struct opinion *opinions) {
  for (size_t o = 0; o < run->probed->outputs; o++) {
    const struct opinion *opinion = &opinions[o];
    double noise =
        opinion->seen > 0 ? fmin(opinion->seen, FEATURE * opinion->highest) : opinion->highest;
    double rounding = fmax(run->probed->unit, run->options->noise) * opinion->largest;
    double least = run->single ? LEAST_FLOAT : LEAST_NOISE;
    run->noise[o] = fmax(isfinite(noise) ? noise : 0, fmax(rounding, least));
    run->noise[o] = fmax(run->noise[o], run->quantum[o] / 2);
  }
}

static bool any_is_still(const struct bp_run *run) {
  for (size_t o = 0; o < run->probed->outputs; o++)
    if (run->still[o] && isfinite(run->middle[o]))
      return true;
  return false;
}

/* The step at which truncation (h²) and rounding (noise / h) are in balance, as an exponent; the
 * mean over the outputs.  What counts is the noise relative to what one parameter does to the
 * value: in a sum over a million terms it is a million times larger than that relative to the
 * value.  The gradient under test says what a parameter does, within reason; it may be wrong. */
static int balanced_step(const struct bp_run *run) {
  double sum = 0, numbers = 0, unit = run->probed->unit;
  for (size_t o = 0; o < run->probed->outputs; o++) {
    double size = fabs(run->middle[o]);
    double range = run->typical[o] > 0 ? fmax(run->typical[o], size * 0x1p-26) : size;
    double relative = run->noise[o] / range;
    if (relative > LEAST_NOISE && relative < INFINITY) {
      sum += log2(fmin(fmax(relative, unit), 0x1p-6));
      numbers++;
    }
  }
  return (int)floor((numbers > 0 ? sum / numbers : log2(unit)) / 3);
}

static bool measure_noise(struct bp_run *run) {
  const struct bp_probed *probed = run->probed;
  static const int exponents[2][MOST_ROWS] = {{-28, -25, -22, -18, -9, -3},
                                              {-20, -18, -16, -13, -9, -3}};
  size_t n = probed->parameters, k = probed->outputs;
  double *steps = bp_arena_alloc(run->spare, n, sizeof *steps);
  double *table = bp_arena_alloc(run->spare, MOST_ROWS * BP_NOISE_VALUES * k, sizeof *table);
  struct opinion *opinions = bp_arena_alloc(run->spare, k, sizeof *opinions);
  if (!steps || !table || !opinions)
    return false;
  for (size_t o = 0; o < k; o++) {
    double size = fabs(run->middle[o]);
    opinions[o] = (struct opinion){0, INFINITY, size};
    run->still[o] = true;
  }
  choose_steps(run, exponents[run->single][ROWS_OF_POINTS - 1], steps);
  size_t rows = 0;
  for (; rows < MOST_ROWS && (rows < USUAL_ROWS || any_is_still(run)); rows++) {
    double *row = table + rows * BP_NOISE_VALUES * k;
    memcpy(row, run->middle, k * sizeof *row);
    if (!walk(run, steps, exponents[run->single][rows], row))
      return false;
    if (rows < ROWS_OF_POINTS)
      read_table(run, row, opinions);
  }
  look_for_decimals(run, table, rows);
  settle_noise(run, opinions);
  run->step = balanced_step(run);
  return true;
}

bool bp_run_survey(struct bp_run *run) {
  if (!look_twice(run))
    return false;
  struct bp_arena_mark mark = bp_arena_mark(run->spare);
  bool fine = run->function_random || run->gradient_random || measure_noise(run);
  bp_arena_release(run->spare, mark);
  return fine;
}
