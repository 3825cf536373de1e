/* A condition behind a claim is read as a where(…) around each side, which gives 0 for what is left
 * out, and prints as the side that the author wrote.  So whoever picks one combination of letters
 * to show must ask here, or shows 0 = 0 below a formula that was never meant for it.
 */
#include "show/proviso.h"

#include "lang/print.h"

/* The where of the first side; NULL: there is no condition.  It is the same in all sides. */
static const struct bp_expression *proviso_of(const struct bp_statement *statement) {
  const struct bp_expression *side = statement->side_count > 0 ? statement->sides[0] : NULL;
  return side && side->meant > 0 && side->child[1]->kind == BP_EXPR_COMPARE ? side : NULL;
}

static bool compare(enum bp_relation relation, long left, long right) {
  switch (relation) {
  case BP_LESS:
    return left < right;
  case BP_AT_MOST:
    return left <= right;
  case BP_GREATER:
    return left > right;
  case BP_AT_LEAST:
    return left >= right;
  default:
    return left == right;
  }
}

bool bp_proviso_rules_out(struct bp_world *world, const struct bp_statement *statement,
                          const struct bp_scope *scope) {
  const struct bp_expression *proviso = proviso_of(statement);
  struct bp_fault before = world->fault;
  long left, right;
  if (!proviso)
    return false;
  const struct bp_expression *test = proviso->child[1];
  bool indices = bp_world_index(world, test->child[0], scope, &left) &&
                 bp_world_index(world, test->child[1], scope, &right);
  world->fault = before;
  return indices && proviso->meant != (compare(test->relation, left, right) ? 2 : 3);
}

const char *bp_proviso_words(const struct bp_statement *statement, struct bp_arena *arena) {
  const struct bp_expression *proviso = proviso_of(statement);
  if (!proviso)
    return "";
  const struct bp_expression *test = proviso->child[1];
  bool differ = proviso->meant == 3 && test->relation == BP_EQUAL;
  const char *text =
      bp_arena_printf(arena, " where %s %s %s", bp_point_expression(test->child[0], NULL, arena),
                      differ ? "≠" : bp_relation_sign(test->relation),
                      bp_point_expression(test->child[1], NULL, arena));
  return text ? text : "";
}
