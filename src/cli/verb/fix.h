/* Mended copies of derivation files. */
#ifndef BP_CLI_VERB_FIX_H
#define BP_CLI_VERB_FIX_H

#include <stdbool.h>

#include "cli/derivation.h"

/* Writes a copy of a judged file in which the lines that fail are replaced by the first formula
 * that would hold: notes.mended.deriv beside notes.deriv.  Judges the copy as `options` say, and
 * says on stderr what it wrote and how many lines hold there.  Writes nothing where no line can be
 * mended, and never over a file that exists.  Returns false, after a message, where the copy could
 * not be written. */
bool bp_fix_write(const struct bp_derivation *derivation,
                  const struct bp_derivations_options *options);

#endif
