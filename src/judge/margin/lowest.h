/* The lowest point of an inequality: where its sides come nearest. */
#ifndef BP_JUDGE_MARGIN_LOWEST_H
#define BP_JUDGE_MARGIN_LOWEST_H

#include "judge/probe.h"

/* Goes down from the spot, whose numbers are filled in, and judges the claim on the way: it is
 * refuted, or in doubt where it touches at what is no float64, or as it was.  False when memory is
 * short. */
bool bp_aimed_lowest(struct bp_probing *probing, const struct bp_spot *from);

#endif
