/* What the place of a name in a formula says of it. */
#ifndef BP_STUDY_OWN_USES_H
#define BP_STUDY_OWN_USES_H

#include "note/latex/written.h"

/* Whether "∂" or "\partial " ends right before `at`, and stands above a bar; or below one. */
bool bp_own_stands_above(const struct bp_written *text, size_t at);
bool bp_own_stands_below(const struct bp_written *text, size_t at);

/* Whether a name at [at, over) says how many there are: \sum_{i=1}^{N}, \mathbb{R}^{N \times D},
 * and 1/N in front of a sum. */
bool bp_own_counts(const struct bp_written *text, size_t at, size_t over);

/* Whether it stands alone below a number: \frac{2}{N}. */
bool bp_own_divides_number(const struct bp_written *text, size_t at, size_t over);

/* Whether a ⊙ stands beside it. */
bool bp_own_stands_elementwise(const struct bp_written *text, size_t at, size_t over);

#endif
