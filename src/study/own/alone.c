/* Dimensions that a single thing has.
 *
 * In ℓ = -t log a - (1 - t) log(1 - a) of a number a, nothing says how many entries t has: the
 * definition fits any.  But ℓ is what everything is differentiated of, so it is a number, and then
 * t is one.  Where something that is computed has as many entries, ℓ may well be a vector, the loss
 * of each sample, and is left alone.  What still has a dimension to itself was given a size that
 * no formula of the note speaks for.
 */
#include "study/own/alone.h"

#include <string.h>

#include "lang/tree.h"

/* The leaf that is spelled so; the number of names: it is none. */
static size_t leaf_of(const struct bp_own_declarer *declarer, const char *spelled) {
  size_t i = 0, count = declarer->scope->names.count;
  while (i < count && !(declarer->spelled[i] && !strcmp(declarer->spelled[i], spelled) &&
                        bp_own_is_leaf(declarer, i)))
    i++;
  return i;
}

/* Whether a definition other than this one uses the name; a function has arguments of its own. */
static bool is_used_elsewhere(const struct bp_own_declarer *declarer, size_t definition,
                              const char *spelled) {
  for (size_t k = 0; k < declarer->scope->definition_count; k++)
    if (k != definition && declarer->lets[k] &&
        declarer->scope->definitions[k].form != BP_OWN_FUNCTION &&
        bp_expression_mentions(declarer->lets[k]->sides[0], spelled))
      return true;
  return false;
}

/* Whether a definition says what the name is, and what it is made of has the loss, ℓ + λ/2 w'w. */
static bool is_made_of(const struct bp_own_declarer *declarer, const char *spelled,
                       const char *loss) {
  for (size_t k = 0; k < declarer->scope->definition_count; k++)
    if (declarer->lets[k] && declarer->taken[k] &&
        strcmp(declarer->lets[k]->targets[0]->name, spelled) == 0)
      return bp_expression_mentions(declarer->lets[k]->sides[0], loss);
  return false;
}

/* Whether nothing has the dimension but what the definition defines, what is made of that, and
 * leaves of it alone. */
static bool belongs_to(const struct bp_own_declarer *declarer, size_t definition,
                       size_t dimension) {
  const struct bp_own_shapes *shapes = &declarer->shapes;
  const char *own = declarer->lets[definition]->targets[0]->name;
  for (size_t i = 0; i < shapes->name_count; i++) {
    const struct bp_own_shaped *one = &shapes->names[i];
    bool has = bp_own_dimension_of(shapes, one->shape.rows) == dimension ||
               bp_own_dimension_of(shapes, one->shape.columns) == dimension;
    if (!has || strcmp(one->name, own) == 0 || is_made_of(declarer, one->name, own))
      continue;
    if (leaf_of(declarer, one->name) == declarer->scope->names.count ||
        is_used_elsewhere(declarer, definition, one->name))
      return false;
  }
  return true;
}

static bool is_unknown(const struct bp_own_shapes *shapes, size_t dimension) {
  return dimension != BP_OWN_ONE && !shapes->dimensions[dimension].size;
}

void bp_own_settle_losses(struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  struct bp_own_shapes *shapes = &declarer->shapes;
  for (size_t i = 0; i < scope->definition_count; i++) {
    const struct bp_own_name *name = bp_own_name_find(&scope->names, scope->definitions[i].name);
    if (!declarer->lets[i] || !declarer->taken[i] || !name || !bp_own_has_name_of_loss(name))
      continue;
    const struct bp_own_shaped *loss =
        bp_own_shape_find(shapes, declarer->lets[i]->targets[0]->name);
    if (!loss)
      continue;
    size_t sides[2] = {bp_own_dimension_of(shapes, loss->shape.rows),
                       bp_own_dimension_of(shapes, loss->shape.columns)};
    bool settled = true;
    for (size_t k = 0; k < 2; k++)
      settled = settled && (sides[k] == BP_OWN_ONE ||
                            (is_unknown(shapes, sides[k]) && belongs_to(declarer, i, sides[k])));
    for (size_t k = 0; k < 2 && settled; k++)
      shapes->dimensions[sides[k]].parent = BP_OWN_ONE;
  }
}

bool bp_own_has_free_size(const struct bp_own_declarer *declarer, size_t leaf) {
  const struct bp_own_shapes *shapes = &declarer->shapes;
  const struct bp_own_shaped *own = bp_own_shape_find(shapes, declarer->spelled[leaf]);
  size_t sides[2];
  if (!own)
    return false;
  sides[0] = bp_own_dimension_of(shapes, own->shape.rows);
  sides[1] = bp_own_dimension_of(shapes, own->shape.columns);
  for (size_t k = 0; k < 2; k++) {
    bool alone = is_unknown(shapes, sides[k]);
    for (size_t i = 0; i < shapes->name_count && alone; i++) {
      const struct bp_own_shaped *one = &shapes->names[i];
      alone = one == own || (bp_own_dimension_of(shapes, one->shape.rows) != sides[k] &&
                             bp_own_dimension_of(shapes, one->shape.columns) != sides[k]);
    }
    if (alone)
      return true;
  }
  return false;
}
