/* Fractions: sums, products and quotients of them are exact, or there is none.
 *
 * All answer false where a fraction does not fit into 64 bits above and below, or there is none.
 */
#ifndef BP_VALUE_EXACT_FRACTION_H
#define BP_VALUE_EXACT_FRACTION_H

#include "model/region.h"
#include "num/ball.h"

/* above/below in lowest terms, with a positive number below. */
bool bp_fraction_lowest(long above, long below, struct bp_fraction *result);

bool bp_fraction_times(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result);
bool bp_fraction_plus(struct bp_fraction a, struct bp_fraction b, struct bp_fraction *result);

/* 1/a. */
bool bp_fraction_turned(struct bp_fraction a, struct bp_fraction *result);

/* A number as it is written: "0.30", "12", "1e-7". */
bool bp_fraction_of_decimal(const char *text, struct bp_fraction *result);

/* A ball of one number that float64 can hold. */
bool bp_fraction_of_ball(struct bp_ball ball, struct bp_fraction *result);

#endif
