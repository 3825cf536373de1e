/* Whole numbers that somebody wrote, with the messages about those that are none. */
#ifndef BP_BASE_WHOLE_NUMBER_H
#define BP_BASE_WHOLE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Reads all of `text` as a number from `least` to `most`.  False with an error recorded, in which
 * `what` is what the number is of, such as "--seed". */
bool bp_whole_number_read(const char *what, const char *text, size_t least, size_t most,
                          struct bp_diagnostics *diagnostics, size_t *value);

#endif
