/* The mistakes that people make in back-propagation, planted on purpose.
 *
 * A check that cannot fail proves nothing; so each typical mistake can be put into the BP1-BP4 way,
 * and the check must then fail and name the place.  A mistake is part of the formulas: it is
 * carried out in float64 and in the higher precision alike.
 *
 * Texts and lists live in the arena that is given, and go when that is freed; sentences and words
 * are static.  NULL means that memory is short.
 */
#ifndef BP_NET_MISTAKES_H
#define BP_NET_MISTAKES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/network.h"

/* kind, word in the spec, where it goes (W, b, either, layer), what is wrong, in a sentence */
#define BP_MISTAKES(X)                                                                             \
  X(NO_MEAN, "no-mean", BP_AT_PARAMETER, "the 1/m of the mean is missing")                         \
  X(TWICE, "twice", BP_AT_PARAMETER, "twice the right gradient")                                   \
  X(SIGN, "sign", BP_AT_PARAMETER, "the sign is wrong")                                            \
  X(TRANSPOSED, "transposed", BP_AT_WEIGHT,                                                        \
    "transposed (only a square layer lets that pass by shape)")                                    \
  X(SLOPE_AT_A, "slope-at-a", BP_AT_DELTA, "g'(A[l]) where BP2 needs g'(Z[l])")                    \
  X(NO_SLOPE, "no-slope", BP_AT_DELTA, "the factor g'(Z[l]) is missing")                           \
  X(WRONG_AXIS, "wrong-axis", BP_AT_BIAS, "dZ[l] summed over the units instead of the samples")    \
  X(WRONG_DELTA, "wrong-delta", BP_AT_PARAMETER, "the delta of another layer of the same width")   \
  X(ENTRY, "entry", BP_AT_ENTRY, "one entry is off by a relative amount")

enum bp_mistake_kind {
  BP_NO_MISTAKE,
#define BP_ROW(kind, word, place, sentence) BP_MISTAKE_##kind,
  BP_MISTAKES(BP_ROW)
#undef BP_ROW
      BP_MISTAKE_COUNT
};

enum bp_mistake_place { BP_AT_PARAMETER, BP_AT_WEIGHT, BP_AT_BIAS, BP_AT_DELTA, BP_AT_ENTRY };

struct bp_mistake {
  enum bp_mistake_kind kind;
  size_t layer;       /* l */
  bool bias;          /* b[l] rather than W[l] */
  size_t row, column; /* ENTRY: from 0 */
  double amount;      /* ENTRY: relative size, 1e-4 */
};

const char *bp_mistake_sentence(enum bp_mistake_kind kind);
enum bp_mistake_place bp_mistake_place_of(enum bp_mistake_kind kind);

/* Reads "sign W[1]", "no-slope dZ[1]", "entry W[2](1,3) 1e-6" (rows and columns from 1).  Returns
 * 0, or -1 with an error recorded, also where the network has no such place. */
int bp_mistake_parse(const struct bp_source *source, const struct bp_spec *spec,
                     enum bp_route route, struct bp_diagnostics *diagnostics,
                     struct bp_mistake *mistake);

/* "sign W[1]": the text that bp_mistake_parse reads. */
const char *bp_mistake_text(const struct bp_mistake *mistake, struct bp_arena *arena);

/* NULL when the mistake can be planted in a network of that shape and route; otherwise why not, in
 * a sentence
 * ("W[1] is 4 x 3: a transposed gradient would not even fit"). */
const char *bp_mistake_obstacle(const struct bp_mistake *mistake, const struct bp_spec *spec,
                                enum bp_route route, struct bp_arena *arena);

/* All mistakes of every kind and place for that shape, planted or not, in a stable order; returns
 * their number, 0 when memory is short. */
size_t bp_mistake_all(const struct bp_spec *spec, struct bp_arena *arena, struct bp_mistake **list);

#endif
