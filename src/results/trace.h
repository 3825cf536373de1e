/* The dimension trace of a network, as plain data: every formula of the forward and the backward
 * pass with the shape of each of its factors.
 *
 * A dimension is a symbol and, where known, its number, so that one trace can be read as (n[1],m)
 * and as (4,5).  A formula is a row of factors; what is not a factor (=, ·, ⊙, "1/m ·", brackets)
 * is the text before or after one.
 *
 * Everything that a trace points to lives as long as the arena in which it was made.
 */
#ifndef BP_RESULTS_TRACE_H
#define BP_RESULTS_TRACE_H

#include <stdbool.h>
#include <stddef.h>

struct bp_dimension {
  const char *symbol; /* "n[1]", "m", "1" */
  size_t number;      /* 0: not known, show the symbol */
};

struct bp_trace_shape {
  struct bp_dimension rows, columns;
};

struct bp_trace_factor {
  const char *before; /* operator and opening brackets: "= 1/m ·", "⊙", "+ ("; "" for the result */
  const char *text;   /* "dW[1]", "X'", "tanh'(Z[1])" */
  const char *after; /* closing brackets, right behind the shape; "" for most */
  bool shaped;       /* false: a number such as α, shown without a shape */
  struct bp_trace_shape shape;
  bool broadcast;               /* repeated to fit, shown as (4,1)→(4,5) */
  struct bp_trace_shape spread; /* the shape after repeating, where broadcast */
};

struct bp_trace_step {
  const char *label;               /* which equation this is: "BP4", "equation 7"; "" for most */
  struct bp_trace_factor *factors; /* [0] is the result, [1].before starts with "=" or ":=" */
  size_t factor_count;
  const char
      *note; /* what to know about the shapes, in a sentence without full stop; NULL: nothing */
};

struct bp_trace_part {
  const char *title;    /* "Backward, m samples" */
  const char *sentence; /* what the letters mean here; NULL: nothing to say */
  bool symbols;         /* show symbols even where numbers are known: the general rule */
  bool below; /* shapes stand below their factors, in symbols and in numbers, instead of behind */
  struct bp_trace_step *steps;
  size_t step_count;
};

/* One row of the table of shapes: a matrix, what it is, and its gradient of the same shape. */
struct bp_trace_matrix {
  const char *name;     /* "W[1]" */
  const char *gradient; /* "dW[1]"; NULL for data */
  const char *meaning;  /* "weights of layer 1" */
  struct bp_trace_shape shape;
};

struct bp_trace {
  const char *title;          /* the network spec in normal form, with its loss */
  struct bp_dimension *sizes; /* n[0], ..., n[L], m */
  size_t size_count;
  struct bp_trace_matrix *matrices;
  size_t matrix_count;
  struct bp_trace_part *parts;
  size_t part_count;
  const char **notes; /* the conventions in force, sentences */
  size_t note_count;
};

#endif
