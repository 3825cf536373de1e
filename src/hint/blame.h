/* Definitions that are to blame for failing lines.
 *
 * The lists of lines belong to the caller; hints live in the arena of the search.
 */
#ifndef BP_HINT_BLAME_H
#define BP_HINT_BLAME_H

#include "hint/convention.h"
#include "hint/search.h"

/* The lines of a file: those that can be mended, with their claims, and the links that hold. */
struct bp_blame_lines {
  struct bp_failing *failing;
  struct bp_claim **claims;
  size_t count;
  struct bp_failing *holding;
  size_t holding_count;
};

/* Tries every definition that at least `least` failing lines without hints lead to and that nothing
 * differentiates.  Where an edit of one makes most of these lines hold, and breaks none that holds,
 * the first of them gets the hints and each that it mends becomes a consequence of the definition's
 * line. */
void bp_blame_definitions(const struct bp_search *template, const struct bp_blame_lines *file,
                          size_t least);

#endif
