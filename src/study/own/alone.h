/* Dimensions of which nothing is known but whose they are. */
#ifndef BP_STUDY_OWN_ALONE_H
#define BP_STUDY_OWN_ALONE_H

#include "study/own/declarer.h"

/* Makes numbers of losses whose size nothing but their own target has. */
void bp_own_settle_losses(struct bp_own_declarer *declarer);

/* Whether a dimension of the leaf is no other name's, so that no formula speaks for it. */
bool bp_own_has_free_size(const struct bp_own_declarer *declarer, size_t leaf);

#endif
