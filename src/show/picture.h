/* Expressions as pictures. */
#ifndef BP_SHOW_PICTURE_H
#define BP_SHOW_PICTURE_H

#include "judge/point.h"
#include "results/picture.h"

struct bp_drawer {
  struct bp_arena *arena;       /* of the pictures */
  struct bp_world *world;       /* for shapes; NULL: without them */
  const struct bp_scope *scope; /* what index letters stand for in shapes */
  const struct bp_span *marked; /* parts inside of these are marked */
  size_t marked_count;
};

/* The picture of a statement's sides with the relations between them; with `broken` > 0 that
 * relation (from 1) is marked, and what stands beside it.  NULL where memory is short. */
const struct bp_picture *bp_draw_statement(const struct bp_drawer *drawer,
                                           const struct bp_statement *statement, size_t broken);

#endif
