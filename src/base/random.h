/* Numbers that look random and are the same everywhere: on every machine, in every library. */
#ifndef BP_BASE_RANDOM_H
#define BP_BASE_RANDOM_H

#include <stdint.h>

/* 64 bits that look random; the state is any number and is moved on. */
uint64_t bp_random_bits(uint64_t *state);

/* What the call after `index` others would come to. */
uint64_t bp_random_bits_at(uint64_t state, uint64_t index);

/* Uniform in (0, 1), neither end included; the state is moved on. */
double bp_uniform(uint64_t *state);

#endif
