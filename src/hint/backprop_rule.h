/* What a course would add to the sentence of an edit.
 *
 * Rules are constant text that nobody frees.
 */
#ifndef BP_HINT_BACKPROP_RULE_H
#define BP_HINT_BACKPROP_RULE_H

#include "hint/edit/edit.h"

/* Where the edit mends one of the known mistakes of back-propagation, the rule that it breaks, as
 * " (BP4: ...)"; else "".  `other` is the side of the line that was not edited. */
const char *bp_backprop_rule(struct bp_model *model, const struct bp_expression *other,
                             const struct bp_edit *edit);

#endif
