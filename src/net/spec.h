/* The one-line description of a fully connected network, as a person writes it:
 *
 *     3 - 4 tanh - 1 sigmoid, cross-entropy, 5 samples
 *
 * sizes from input to output, the activation after each size but the first, then optionally the
 * loss and the number of samples.
 *
 * What is read lives in the arena that is given, and goes when that is freed; losses and functions
 * are rows of static tables.
 */
#ifndef BP_NET_SPEC_H
#define BP_NET_SPEC_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/loss/loss.h"
#include "num/function.h"

struct bp_spec {
  size_t depth;                          /* L: number of layers that compute */
  const size_t *size;                    /* n[0..L] */
  const struct bp_function **activation; /* g[1..L]; [0] is NULL */
  const struct bp_loss *loss;
  size_t samples; /* m, or 0 where the text does not say */
};

/* Reads `source` into *spec.  Returns 0, or -1 with at least one error recorded. */
int bp_spec_parse(const struct bp_source *source, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_spec *spec);

/* Sets the loss from its name or another spelling of it.  Returns 0, or -1 with an error recorded
 * for an unknown name. */
int bp_spec_set_loss(struct bp_spec *spec, const struct bp_source *source, struct bp_span span,
                     struct bp_diagnostics *diagnostics);

/* Checks that the loss fits the output layer (cross-entropy needs sigmoid or softmax), whichever
 * way it was chosen.  Returns 0, or -1 with an error recorded. */
int bp_spec_check(const struct bp_spec *spec, const struct bp_source *source,
                  struct bp_diagnostics *diagnostics);

/* The normal form, "3 - 4 tanh - 1 sigmoid"; NULL when memory is short. */
const char *bp_spec_text(const struct bp_spec *spec, struct bp_arena *arena);

/* Number of parameters (weights and biases); SIZE_MAX where it would overflow. */
size_t bp_spec_parameters(const struct bp_spec *spec);

#endif
