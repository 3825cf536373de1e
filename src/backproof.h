/* backproof: check the gradients of back-propagation from a C program.
 *
 * Link with `pkg-config --cflags --libs backproof`.  Nothing here prints, exits or reads the
 * environment: reports and messages go to the streams that are passed in.
 */
#ifndef BACKPROOF_H
#define BACKPROOF_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a check returns; the same numbers as the program's exit status. */
enum bp_outcome {
  BP_OUTCOME_HOLDS = 0,
  BP_OUTCOME_FAILS = 1,
  BP_OUTCOME_UNDECIDED = 2,
  BP_OUTCOME_BAD_INPUT = 3 /* also: out of memory, or the report could not be written */
};

/* How to check a network.  All zeros means the defaults. */
struct bp_network_request {
  const char *loss;    /* "cross-entropy", "squared", "half-squared"; NULL: what suits the output */
  size_t samples;      /* 0: what the spec says, else 5 */
  unsigned long seed;  /* 0: 1 */
  double weight_scale; /* 0: 1; W[l] is normal with deviation weight_scale / sqrt(n[l-1]) */
  double input_scale;  /* 0: 1; X is normal with this deviation */
  const char *mistake; /* a mistake to plant, such as "sign W[1]"; the check must then fail */
  const char *format;  /* "text", "json" or "csv"; NULL: text */
  size_t memory_limit; /* bytes; 0: 4 GiB.  A network that would need more is refused */
};

/* Checks BP1-BP4 against central differences and Kronecker/vec Jacobians for every parameter of the
 * network `spec`, such as "3 - 4 tanh - 1 sigmoid", on drawn values.  `request` may be NULL. Writes
 * the report to `report` (NULL: none) and what is wrong with the input to `messages` (NULL:
 * nowhere). The caller owns every argument; nothing is kept. */
enum bp_outcome bp_network_check(const char *spec, const struct bp_network_request *request,
                                 FILE *report, FILE *messages);

/* "0.1.0" */
const char *bp_version(void);

#ifdef __cplusplus
}
#endif

#endif
