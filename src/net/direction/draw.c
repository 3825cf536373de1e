/* Three components of 21 bits from each 64 that look random. */
#include "net/direction/draw.h"

#include <math.h>
#include <stdint.h>

#include "base/random.h"

enum { BITS = 20, IN_A_NUMBER = 3 };

static uint64_t state_of(const struct bp_direction *direction, size_t row) {
  const uint64_t parts[] = {direction->number, 2 * direction->l + direction->bias, row};
  uint64_t state = direction->seed;
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    state = bp_random_bits(&state);
    state += parts[k];
  }
  return bp_random_bits(&state);
}

void bp_direction_row(const struct bp_direction *direction, size_t row, size_t count,
                      double *components) {
  const uint64_t all = ((uint64_t)1 << BITS) - 1;
  uint64_t state = state_of(direction, row), bits = 0;
  for (size_t j = 0; j < count; j++) {
    bits = j % IN_A_NUMBER ? bits >> (BITS + 1) : bp_random_bits(&state);
    double size = 1 + (double)(bits & all) * 0x1p-20;
    components[j] = bits >> BITS & 1 ? size : -size;
  }
}

double bp_direction_chance(double times, size_t directions) {
  return pow(fmin(0.5, 1 / times + BP_DIRECTION_GRAIN), (double)directions);
}
