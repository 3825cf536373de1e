/* What the prose of a note calls the names in it. */
#ifndef BP_STUDY_OWN_CALLED_H
#define BP_STUDY_OWN_CALLED_H

#include "note/statement.h"

/* The activation that a function is said to be, as the language calls it: "$f$ is the sigmoid",
 * "the logistic function $h$"; NULL: nothing is said, or several things. */
const char *bp_own_called_function(const struct bp_source *source, const char *name);

/* Whether a name is called a loss: "the loss $\phi$". */
bool bp_own_called_loss(const struct bp_source *source, const char *name);

#endif
