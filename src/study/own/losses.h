/* Losses of which a note gives only the name. */
#ifndef BP_STUDY_OWN_LOSSES_H
#define BP_STUDY_OWN_LOSSES_H

#include "study/own/declarer.h"

/* Whether a softmax stands in it, by name or as exponentials over their sum. */
bool bp_own_has_softmax(const struct bp_expression *node);

/* What is computed and used for nothing: what a loss would be of.  Of several it is the one to
 * which the most names lead that something is differentiated by, and the last of these; the number
 * of definitions: none. */
size_t bp_own_sink(const struct bp_own_declarer *declarer, const size_t *order, size_t count);

/* Whether that is used by the next step: nothing stands behind a recurrent cell. */
bool bp_own_is_cell(const struct bp_own_declarer *declarer, const size_t *order, size_t count);

/* What a loss is assumed for, and of what; false where the choice has no meaning: there is no such
 * loss, nothing to compare with, or it has another shape. */
bool bp_own_assume_loss(struct bp_own_declarer *declarer, const size_t *order, size_t count,
                        size_t *sink);

/* Whether the note has dx, dW and db, and never says of what they are the derivatives. */
bool bp_own_has_nameless_loss(const struct bp_own_declarer *declarer);

/* Writes the losses that the note does not define, of that. */
void bp_own_write_losses(struct bp_own_declarer *declarer, size_t sink);

/* Whether a definition uses one of them, and so stands behind them. */
bool bp_own_uses_loss(const struct bp_own_declarer *declarer, size_t definition);

#endif
