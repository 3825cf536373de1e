/* Where the values of a formula certainly lie, as it is written. */
#ifndef BP_JUDGE_ENDS_RANGE_H
#define BP_JUDGE_ENDS_RANGE_H

#include "model/model.h"

/* Whether no element of the expression is ever below 0.  False where that is not plain to see. */
bool bp_is_never_negative(const struct bp_model *model, const struct bp_expression *expression);

#endif
