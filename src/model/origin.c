/* From which number elements count.
 *
 * It is 1 unless a line says 0: given x : 0..n, or let x_j = … for j = 0..n.  A derivative by such
 * a matrix counts as it does, as far as it has its shape.  A column x that counts from 1 may have
 * an element 0 of its own all the same, where a line declares the name x_0: the bias unit.
 */
#include <string.h>

#include "model/world.h"

static bool is_zero(const struct bp_expression *number) {
  return number->kind == BP_EXPR_NUMBER && !strcmp(number->text, "0");
}

static struct bp_origin of_entries(const struct bp_expression *side) {
  struct bp_origin origin = {1, 1};
  if (side->kind != BP_EXPR_SUM || side->order != BP_JOIN_BELOW)
    return origin;
  const struct bp_expression *row = side->child[2];
  bool both = row->kind == BP_EXPR_SUM && row->order == BP_JOIN_BESIDE;
  origin.row = is_zero(side->child[0]) ? 0 : 1;
  origin.column = both && is_zero(row->child[0]) ? 0 : 1;
  return origin;
}

static struct bp_origin of_name(struct bp_world *world, const char *name) {
  const struct bp_declaration *declaration = bp_world_visible(world, name);
  if (!declaration || declaration->count == 0)
    return (struct bp_origin){1, 1};
  const struct bp_statement *statement = declaration->pieces[0].line.statement;
  if (declaration->kind == BP_DECLARED_GIVEN)
    return (struct bp_origin){statement->rows_from_0 ? 0 : 1, statement->columns_from_0 ? 0 : 1};
  if (declaration->kind == BP_DECLARED_LET)
    return of_entries(statement->sides[0]);
  return declaration->kind == BP_DECLARED_WRITE ? bp_world_origin(world, statement->sides[0])
                                                : (struct bp_origin){1, 1};
}

struct bp_origin bp_world_origin(struct bp_world *world, const struct bp_expression *whole) {
  struct bp_origin origin = {1, 1};
  switch (whole->kind) {
  case BP_EXPR_NAME:
    return of_name(world, whole->name);
  case BP_EXPR_DIFFERENTIAL:
  case BP_EXPR_NEGATE:
    return bp_world_origin(world, whole->child[0]);
  case BP_EXPR_TRANSPOSE:
    origin = bp_world_origin(world, whole->child[0]);
    return (struct bp_origin){origin.column, origin.row};
  case BP_EXPR_PARTIAL:
    origin = bp_world_origin(world, whole->child[1]);
    return whole->order == 0 && world->context.line->layout == BP_LAYOUT_NUMERATOR
               ? (struct bp_origin){origin.column, origin.row}
               : origin;
  default:
    return origin;
  }
}

/* "x_0" */
static bool zero_name(const struct bp_expression *whole, char *text, size_t room) {
  size_t length = whole->kind == BP_EXPR_NAME && whole->count == 0 ? strlen(whole->name) : room;
  if (length + sizeof "_0" > room)
    return false;
  memcpy(text, whole->name, length);
  memcpy(text + length, "_0", sizeof "_0");
  return true;
}

bool bp_world_has_zero(struct bp_world *world, const struct bp_expression *whole) {
  char name[128];
  const struct bp_declaration *zero =
      zero_name(whole, name, sizeof name) ? bp_world_visible(world, name) : NULL;
  return zero && zero->count > 0 && zero->pieces[0].target->count == 0 &&
         (zero->kind == BP_DECLARED_GIVEN || zero->kind == BP_DECLARED_LET) &&
         of_name(world, whole->name).row == 1;
}

struct bp_node *bp_world_zero(struct bp_world *world, const struct bp_expression *element,
                              const struct bp_scope *scope) {
  char name[128];
  struct bp_fault before = world->fault;
  long index = 1;
  if (element->count != 2 || !bp_world_has_zero(world, element->child[0]))
    return NULL;
  if (element->child[1]->kind == BP_EXPR_ALL ||
      !bp_world_index(world, element->child[1], scope, &index) || index != 0) {
    world->fault = before;
    return NULL;
  }
  zero_name(element->child[0], name, sizeof name);
  struct bp_declaration *zero = bp_world_visible(world, name);
  return bp_world_node(world, zero, zero->pieces[0].target, NULL);
}
