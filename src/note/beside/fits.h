/* Which statements a condition on two indices may be about. */
#ifndef BP_NOTE_BESIDE_FITS_H
#define BP_NOTE_BESIDE_FITS_H

#include "note/statement.h"

/* Whether both letters are indices of something in the statement. */
bool bp_condition_fits(const struct bp_noted *noted, struct bp_index_condition condition);

#endif
