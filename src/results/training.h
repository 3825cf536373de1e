/* What a run of gradient descent left behind, as plain data: the cost curve, the gradient checks
 * made on the way, how many samples are classified right, and the parameters at the end.
 *
 * Everything that a run points to lives as long as the arena in which it was made.
 */
#ifndef BP_RESULTS_TRAINING_H
#define BP_RESULTS_TRAINING_H

#include <stdbool.h>
#include <stddef.h>

#include "results/results.h"

/* One gradient check, made with the parameters as they were after `step` updates. */
struct bp_training_check {
  size_t step;
  double loss; /* J */
  enum bp_verdict verdict;
  size_t entries, holds, fails, undecided, lost_digits;
  double visible; /* a mistake in any entry larger than this (absolute) would have been seen */
  double largest_relative;        /* over the parameter blocks; NaN where no block has one */
  double largest_gradient;        /* largest |dW|, |db| entry: how far from a minimum */
  const char *worst_block;        /* "W[2]": the block that decides the verdict */
  size_t worst_row, worst_column; /* from 0 */
  struct bp_entry worst;          /* that entry's values */
};

/* How many samples are classified right. */
struct bp_accuracy {
  size_t correct;
  size_t samples; /* 0: no such data, or the targets are not classes */
  double loss;    /* J on that data; NaN where there is none */
};

/* How an output is read as a class. */
enum bp_decision {
  BP_DECISION_NONE,     /* the targets are numbers, not classes: no accuracy */
  BP_DECISION_LARGEST,  /* the class with the largest output */
  BP_DECISION_THRESHOLD /* every output is rounded at 0.5 */
};

/* W[l] or b[l] at the end, row by row. */
struct bp_training_parameter {
  const char *name;
  size_t rows, columns;
  double *values;
};

struct bp_training {
  const char *title;           /* the network spec in normal form; the caller's to fill */
  struct bp_setting *settings; /* the caller's to fill */
  size_t setting_count;
  size_t steps_asked, steps; /* wanted, and made before the run ended */
  size_t check_every;        /* 0: only at the start and at the end */
  double rate;               /* α */
  const char *start;         /* "drawn", "ones", "zeros" */
  double *losses;            /* J after k updates, k = 0..steps */
  struct bp_training_check *checks;
  size_t check_count;
  size_t rises;      /* steps after which J was larger than before by more than rounding explains */
  size_t first_rise; /* the first of them, from 1; 0: none */
  bool diverged;     /* J became infinite or not a number after update `steps`, and the run ended */
  enum bp_decision decision;
  struct bp_accuracy training, held_out;
  struct bp_training_parameter *parameters; /* W[1], b[1], ..., W[L], b[L] */
  size_t parameter_count;
  const char **notes; /* sentences for the reader, most important first */
  size_t note_count;
  double seconds;          /* wall time; the caller's to fill; 0 when not to be shown */
  enum bp_verdict verdict; /* of the checks together; undecided at best when the run diverged */
};

#endif
