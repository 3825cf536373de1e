/* What the suites of ball arithmetic share: rooms, random numbers, and whether a ball holds a
 * number. */
#ifndef TESTS_BALLS_H
#define TESTS_BALLS_H

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "num/ball_function.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

static struct bp_arena *arena;
static struct bp_ball_trail trail;

static inline void open_arena(void) { arena = bp_arena_new(0); }
static inline void close_arena(void) { bp_arena_free(arena); }

/* With an empty trail. */
static inline struct bp_ball_room room_of(slong bits) {
  trail = (struct bp_ball_trail){0};
  return (struct bp_ball_room){arena, bits, &trail};
}

static uint64_t random_state = 88172645463325252U;

/* Uniform in (0, 1): xorshift64*. */
static inline double uniform(void *unused) {
  (void)unused;
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return ((double)(random_state * 0x2545F4914F6CDD1DU >> 11) + 0.5) * 0x1p-53;
}

static inline double between(double low, double high) { return low + (high - low) * uniform(NULL); }

/* A real ball. */
static inline struct bp_ball ball(double mid, double rad) {
  struct bp_ball a = bp_ball_exact(mid);
  return rad == 0 ? a : bp_ball_widen(a, log2(rad));
}

/* Without a radius. */
static inline struct bp_ball complex_point(double real, double imaginary) {
  struct bp_ball a;
  acb_init(&a.z);
  acb_set_d_d(&a.z, real, imaginary);
  return a;
}

static inline bool contains(struct bp_ball a, double real) {
  struct bp_ball point = bp_ball_exact(real);
  return bp_ball_finite(a) && acb_contains(&a.z, &point.z);
}

/* Of two numbers that are finite. */
static inline bool meet(struct bp_ball a, struct bp_ball b) {
  return bp_ball_finite(a) && bp_ball_finite(b) && acb_overlaps(&a.z, &b.z);
}

static inline bool is_exactly(struct bp_ball a, double truth) {
  return bp_ball_is_real(a) && bp_ball_is_exact(a) && bp_ball_double(a) == truth;
}

static inline bool is_unknown(struct bp_ball a) {
  return !bp_ball_finite(a) && !bp_ball_is_missing(a);
}

/* Bits of the number that its radius leaves. */
static inline double good_bits(struct bp_ball a) {
  return bp_ball_above_log2(a) - bp_ball_radius_log2(a);
}

#endif
