/* Sizes as symbols: n[1], m, n[1]·m, n - k + 1.
 *
 * A size is a polynomial in named sizes with whole coefficients, together with its number in the
 * trial at hand.  Two sizes that are equal as polynomials are equal whatever is drawn; two that are
 * only equal as numbers fit by luck, or because the file fixes the sizes.
 *
 * What is made here lives in the arena that is passed; the atoms that a size is made of are shared.
 */
#ifndef BP_MODEL_SIZE_H
#define BP_MODEL_SIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { BP_SIZE_INDICES = 3 };

/* A named size in one trial: "n[1]". */
struct bp_size_atom {
  const char *name;
  size_t order; /* atoms are written in this order */
  long value;
  bool fixed;              /* the file says so: the same in every trial */
  const void *declaration; /* what it is a member of */
  long index[BP_SIZE_INDICES];
};

enum { BP_SIZE_DEGREE = 6 };

/* coefficient times the product of the atoms, which are sorted by their order. */
struct bp_size_term {
  long coefficient;
  size_t degree;
  const struct bp_size_atom *atoms[BP_SIZE_DEGREE];
};

/* The sum of the terms; no two have the same atoms, none has the coefficient 0. */
struct bp_size {
  long value; /* LONG_MAX where it does not fit */
  size_t count;
  const struct bp_size_term *terms;
  bool beyond; /* a number in it does not fit, or on the way to it: it is equal to nothing */
};

struct bp_size bp_size_constant(struct bp_arena *arena, long value);
struct bp_size bp_size_named(struct bp_arena *arena, const struct bp_size_atom *atom);

/* Sum (with the second one times `factor`) and product.  Where they become too long to read they
 * turn into plain numbers. */
struct bp_size bp_size_add(struct bp_arena *arena, struct bp_size a, struct bp_size b, long factor);
struct bp_size bp_size_multiply(struct bp_arena *arena, struct bp_size a, struct bp_size b);

/* Whether both are the same polynomial. */
bool bp_size_same(struct bp_size a, struct bp_size b);

/* The same with the sizes that the file fixes written as numbers. */
struct bp_size bp_size_reduced(struct bp_arena *arena, struct bp_size a);

/* Whether it is 1 in every trial. */
bool bp_size_one(struct bp_size a);

/* "n[1]·m"; a memory shortage gives "?". */
const char *bp_size_text(struct bp_arena *arena, struct bp_size a);

/* rows x columns of an expression. */
struct bp_symbolic {
  struct bp_size rows, columns;
};

static inline bool bp_symbolic_number(struct bp_symbolic shape) {
  return bp_size_one(shape.rows) && bp_size_one(shape.columns);
}

/* "(n[1],m)" */
const char *bp_symbolic_text(struct bp_arena *arena, struct bp_symbolic shape);

#endif
