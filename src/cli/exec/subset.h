/* Which parameters of a program are looked at, as the options say it and as commands repeat it.
 *
 * Lists and texts live in the arena that is passed.
 */
#ifndef BP_CLI_EXEC_SUBSET_H
#define BP_CLI_EXEC_SUBSET_H

#include "cli/exec/talk.h"
#include "probe/probe.h"
#include "results/results.h"

/* Fills indices of BP_PROBE_GIVEN from the value of --indices: numbers from 0, ranges, blocks:
 * "0,7,12-15,b1".  Ends the program with a message where there is no such parameter. */
void bp_subset_read(const char *list, const struct bp_description *description,
                    struct bp_arena *arena, struct bp_probe_options *options);

/* A value for --indices that has what does not hold in a block whose parameters begin at `begin`,
 * or the whole block where that would be long.  NULL without memory. */
const char *bp_subset_text(const struct bp_block *block, size_t begin, bool jacobian,
                           struct bp_arena *arena);

#endif
