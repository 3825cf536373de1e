/* NumPy's .npy format: one array, read from bytes in memory into float64.
 *
 * Source: "A Simple File Format for NumPy Arrays", NumPy Enhancement Proposal 1, and the format
 * module's documentation for versions 2.0 and 3.0.
 *
 * What is handed out lives in the arena that is passed, and is NULL where that is short of memory.
 */
#ifndef BP_DATA_NPY_H
#define BP_DATA_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

enum { BP_MOST_DIMENSIONS = 2 };

struct bp_array {
  const char *name;  /* as the file calls it, "W1" */
  char kind;         /* 'f' real, 'i' and 'u' integers, 'b' bool: how the numbers were stored */
  size_t width;      /* bytes of a stored number */
  size_t dimensions; /* 0..BP_MOST_DIMENSIONS */
  size_t shape[BP_MOST_DIMENSIONS]; /* 1 beyond `dimensions` */
  size_t count;                     /* of numbers */
  double *data;                     /* the last index runs fastest, whatever the file's order */
  bool borrowed;                    /* these are bytes of the file, and must not be written to */
};

enum { BP_MOST_NPY_HEADER = 1 << 20 };

/* Whether a file of `length` bytes that begins so can be read: `beginning` is the whole file, or as
 * much of it as a header may take.  Sets what the header says, and no numbers.  0, or -1 with one
 * error recorded. */
int bp_npy_check(const struct bp_source *beginning, size_t length, struct bp_arena *arena,
                 struct bp_diagnostics *diagnostics, struct bp_array *array);

/* Reads the array that `source` holds.  Every number comes out exactly: float16, float32, float64,
 * bool, and integers of 1 to 8 bytes; an integer that float64 cannot hold is an error, infinities
 * and NaN are not.  array->name is source->name.  The whole source must
 * be the array, neither more nor less.  Returns 0, or -1 with one error recorded. */
int bp_npy_read(const struct bp_source *source, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_array *array);

/* The same for a source that stays as long as the array: where its bytes are the numbers as this
 * machine has them, in their order and at an address for them, they are not copied. */
int bp_npy_borrow(const struct bp_source *source, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_array *array);

/* "(4,3)", "(4,)", "()": the shape as Python writes it. */
const char *bp_array_shape(const struct bp_array *array, struct bp_arena *arena);

/* "W1[0,2]": one number as Python would call it, counted from 0. */
const char *bp_array_place(const struct bp_array *array, size_t index, struct bp_arena *arena);

/* "float32": how NumPy calls the type.  Static. */
const char *bp_array_type(const struct bp_array *array);

/* What bytes that should be something else look like: "a pickle", "a zip archive", "text"; never
 * NULL. */
const char *bp_looks_like(const char *bytes, size_t length);

#endif
