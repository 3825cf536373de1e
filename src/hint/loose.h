/* Readings that are allowed to whoever writes a line, and that no advice should lean on. */
#ifndef BP_HINT_LOOSE_H
#define BP_HINT_LOOSE_H

#include <stdbool.h>
#include <stddef.h>

struct bp_expression;
struct bp_search;

enum bp_reading {
  BP_REPEATED_TERM,   /* A + B * x */
  BP_REPEATED_FACTOR, /* A ⊙ x, A ./ x */
  BP_POINTWISE_STAR,  /* x * y of two columns */
  BP_REPEATED_NAME,   /* A + b */
  BP_READINGS
};

/* How often each occurs. */
struct bp_readings {
  size_t count[BP_READINGS];
};

/* Whether the formula repeats a column or a row, or reads a * element by element, where the line
 * and the definitions do nothing of the kind: X ⊙ g'(z), diag(a) ⊙ (1 - a). */
bool bp_search_loosens(struct bp_search *search, const struct bp_expression *formula);

#endif
