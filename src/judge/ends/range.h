/* Where the values of a formula certainly lie, as it is written. */
#ifndef BP_JUDGE_ENDS_RANGE_H
#define BP_JUDGE_ENDS_RANGE_H

#include "model/model.h"

/* Whether no element of the expression is ever below 0, nor a square that may be 0 on a border, as
 * (x - 7)^2 is: its root goes on in another way there.  False where that is not plain to see. */
bool bp_is_clear_of_zero(const struct bp_model *model, const struct bp_expression *expression);

#endif
