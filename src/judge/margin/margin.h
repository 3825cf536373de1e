/* Inequalities, followed to where they are nearest to failing. */
#ifndef BP_JUDGE_MARGIN_MARGIN_H
#define BP_JUDGE_MARGIN_MARGIN_H

#include "judge/aim.h"

/* Goes as far out as numbers go, and down to where the sides touch.  False when memory is short. */
bool bp_aimed_margin(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

#endif
