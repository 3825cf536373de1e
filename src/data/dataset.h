/* Features and targets from a CSV file.
 *
 * The last columns are the targets.  They are numbers, or one column of classes, which are given as
 * names or whole numbers and become the 0s and 1s that the output layer is compared with.
 *
 * Data sets live in the arena that is passed; the source is needed afterwards by diagnostics alone.
 */
#ifndef BP_DATA_DATASET_H
#define BP_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

/* What the loss needs of the targets. */
enum bp_target_kind {
  BP_TARGET_NUMBERS, /* any finite numbers */
  BP_TARGET_BINARY,  /* sigmoid with cross-entropy: within [0, 1], or two classes for one output */
  BP_TARGET_CLASSES  /* softmax with cross-entropy: shares that add up to 1, or a class column */
};

struct bp_dataset_want {
  size_t inputs;  /* n[0] */
  size_t outputs; /* n[L] */
  size_t targets; /* how many of the last columns are targets; 0: outputs or 1, whichever fits */
  enum bp_target_kind kind;
};

struct bp_dataset {
  size_t samples, inputs, outputs;
  double *x;                  /* inputs x samples, row by row: x[feature * samples + sample] */
  double *y;                  /* outputs x samples, likewise */
  const char **feature_names; /* inputs of them; NULL without a header */
  const char **target_names;  /* target_columns of them; NULL without a header */
  size_t target_columns;      /* in the file: outputs, or 1 for a class column */
  const char **class_names;   /* class_count of them; NULL when the targets are no classes */
  size_t class_count;         /* outputs, or 2 for one output */
  bool has_header;
};

/* Reads `source` into *out. The separator (comma, semicolon or tab) and whether there is a header
 * are found out. Class names are numbered in order of appearance, class numbers in their own order;
 * a class column for several outputs becomes one-hot.  Returns 0, or -1 with at least one error
 * recorded; the rows are read up to the 20th mistake, and 5 of those that say the same stay in the
 * list. Linear in the size of the file. */
int bp_dataset_read(const struct bp_source *source, const struct bp_dataset_want *want,
                    struct bp_arena *arena, struct bp_diagnostics *diagnostics,
                    struct bp_dataset *out);

/* The class of a sample: the largest target for several outputs, else whether y is at least 1/2. */
size_t bp_dataset_class(const struct bp_dataset *dataset, size_t sample);

/* Puts a share of the samples, 0..0.9, aside for testing; which ones depends on the seed alone.
 * Where there are classes each gives its share.  Samples stay in order; *train never ends up empty;
 * names are shared with `dataset`.  Returns 0, or -1 when memory is short or the share is out of
 * range. */
int bp_dataset_split(const struct bp_dataset *dataset, double held_out_share, unsigned long seed,
                     struct bp_arena *arena, struct bp_dataset *train, struct bp_dataset *test);

#endif
