/* Which way round the arrays of a file lie, and from them to a network and the gradient that is to
 * be checked.
 *
 * Everything here belongs to the arena of the layout; spec, options and arrays are the caller's and
 * outlive it.
 */
#ifndef BP_DATA_ARRANGE_H
#define BP_DATA_ARRANGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "data/npy.h"
#include "data/roles.h"
#include "net/check.h"
#include "net/network.h"

enum bp_samples_as { BP_SAMPLES_GUESSED, BP_SAMPLES_COLUMNS, BP_SAMPLES_ROWS };
enum bp_weights_as { BP_WEIGHTS_GUESSED, BP_WEIGHTS_OUT_IN, BP_WEIGHTS_IN_OUT };

/* What the code's gradients are of; J is the mean over the samples of the sum over the outputs. */
enum bp_reduction { BP_REDUCTION_MEAN, BP_REDUCTION_SUM, BP_REDUCTION_ELEMENTS };

/* What is known beforehand; all zeros: nothing. */
struct bp_array_layout_options {
  enum bp_samples_as samples;
  enum bp_weights_as weights;
  enum bp_reduction reduction;
  double unit; /* roundoff of what the code computed in; 0: told from the arrays */
};

enum { BP_MOST_NOTES = 64 };

struct bp_array_layout {
  /* given */
  const struct bp_array_layout_options *options;
  const struct bp_spec *spec;
  /* Of each role an array for every layer, or at 0 where the role belongs to none; data NULL where
   * there is none, as may be the whole list.  X, Y and all W and b are there, and all numbers are
   * finite. */
  const struct bp_array *arrays[BP_ROLE_COUNT];
  struct bp_arena *arena;
  struct bp_diagnostics *diagnostics;

  /* settled */
  enum bp_samples_as samples_as;
  enum bp_weights_as weights_as;
  size_t samples;
  enum bp_route route;
  const char *notes[BP_MOST_NOTES]; /* sentences for the report */
  size_t note_count;
};

enum bp_arrange_status {
  BP_ARRANGE_DONE,
  BP_ARRANGE_REFUSED,  /* an error was recorded */
  BP_ARRANGE_NO_MEMORY /* and nothing recorded */
};

/* Adds a sentence, which lives as long as the layout, to the notes. */
void bp_array_layout_note(struct bp_array_layout *layout, const char *sentence);

/* Settles samples_as, weights_as and samples from the shapes, and refuses shapes that do not fit
 * the network. */
enum bp_arrange_status bp_arrange(struct bp_array_layout *layout);

/* Fills X, Y, W and b of a network of that spec with layout->samples samples, and settles the
 * route. */
enum bp_arrange_status bp_arrange_network(struct bp_array_layout *layout,
                                          struct bp_network *network);

/* The gradient that the arrays hold, as that of J, at the network that they filled. */
enum bp_arrange_status bp_arrange_gradient(struct bp_array_layout *layout,
                                           const struct bp_network *network,
                                           const struct bp_outside **outside);

#endif
