/* splitmix64: the state counts up by an odd constant, so it takes every value once, and what is
 * given out is a mix of its bits.  Any state is a good one, 0 and small numbers included, which is
 * why seeds need no preparation.
 *
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
 */
#include "base/random.h"

#define STEP 0x9e3779b97f4a7c15u

uint64_t bp_random_bits(uint64_t *state) {
  uint64_t z = *state += STEP;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t bp_random_bits_at(uint64_t state, uint64_t index) {
  state += index * STEP;
  return bp_random_bits(&state);
}

double bp_uniform(uint64_t *state) {
  return ((double)(bp_random_bits(state) >> 11) + 0.5) * 0x1p-53;
}
