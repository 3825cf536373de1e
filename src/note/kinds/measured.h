/* Sides of a statement that are nothing but figures: measured numbers, and shapes. */
#ifndef BP_NOTE_KINDS_MEASURED_H
#define BP_NOTE_KINDS_MEASURED_H

#include "note/statement.h"

/* Whether a side is a measured number, an array of such or a product: -0.0547, [-0.027 & -0.029],
 * 0.14 \times 0.59.  One figure behind a point at least: ∂z/∂b = 1 is true of all numbers.  At the
 * end of a chain a list (1, -1) is one, too. */
bool bp_noted_is_measured(const struct bp_noted *noted, struct bp_span side);

/* Measured numbers of a derivative are those of one example; nothing in general is stated by
 * them.  So they are passed over. */
void bp_noted_pass_over_measured(struct bp_noted *noted);

/* Whether all sides but the first are shapes, W x = (4 \times 3)(3 \times 1) = (4 \times 1). */
bool bp_noted_compares_shapes(const struct bp_noted *noted);

#endif
