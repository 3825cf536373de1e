/* Recipes, entry by entry, each with a bound.
 *
 * Three errors meet in it: that of the right ingredients (of the difference, or of the Jacobians
 * where these confirm each other), that of BP1-BP4 in the ingredient, which the code under test is
 * free to make, and the rounding of the last product or sum, at most n + 3 roundings of the
 * magnitudes that are added.  A slope as taught is off by at most 16 u of its own magnitudes, see
 * num/function.h.
 */
#include "net/cause/recipe.h"

#include <math.h>
#include <stdint.h>

#define UNDERFLOW 0x1p-1018 /* what underflow may swallow of a slope */

/* ---- blocks -------------------------------------------------------------- */

size_t bp_block_of(const struct bp_network *network, enum bp_part part, size_t l) {
  size_t first = part < BP_PART_DA ? 0 : 2 * network->depth;
  return first + 2 * (l - 1) + (part == BP_PART_B || part == BP_PART_DZ);
}

enum bp_part bp_part_of(const struct bp_view *view) {
  if (view->target == BP_TARGET_PARAMETER)
    return view->bias ? BP_PART_B : BP_PART_W;
  return view->target == BP_TARGET_Z ? BP_PART_DZ : BP_PART_DA;
}

size_t bp_block_input(const struct bp_scene *scene, size_t block) {
  const struct bp_evidence *e = scene->evidence;
  const struct bp_network *network = e->network;
  size_t l = scene->views[block].l;
  switch (bp_part_of(&scene->views[block])) {
  case BP_PART_DA:
    return l < network->depth ? bp_block_of(network, BP_PART_DZ, l + 1) : SIZE_MAX;
  case BP_PART_DZ: /* A - Y needs no dA */
    if (l == network->depth && e->route == BP_ROUTE_DIRECT && bp_network_rules(network)->direct)
      return SIZE_MAX;
    return bp_block_of(network, BP_PART_DA, l);
  default:
    return bp_block_of(network, BP_PART_DZ, l);
  }
}

bool bp_input_is_wrong(const struct bp_scene *scene, size_t block) {
  size_t input = bp_block_input(scene, block);
  return input != SIZE_MAX && scene->blocks[input].verdict != BP_HOLDS;
}

struct bp_recipe bp_right_recipe(const struct bp_scene *scene, size_t block) {
  const struct bp_evidence *e = scene->evidence;
  const struct bp_view *view = &scene->views[block];
  struct bp_recipe recipe = {
      .block = block, .factor = 1, .layer = view->l, .count = e->network->samples};
  switch (bp_part_of(view)) {
  case BP_PART_W:
    recipe.other = e->forward->A[view->l - 1];
    break;
  case BP_PART_DA:
    recipe.plain = view->l == e->network->depth;
    if (!recipe.plain)
      recipe.other = e->network->W[++recipe.layer];
    break;
  default:
    break;
  }
  return recipe;
}

/* ---- ingredients --------------------------------------------------------- */

/* Twice what the Jacobians may lose to rounding, in units of u of the magnitudes summed. */
static double roundings(const struct bp_network *network) {
  double total = (double)network->samples + 64;
  for (size_t l = 0; l <= network->depth; l++)
    total += (double)network->size[l] + 32;
  return 4 * total;
}

double bp_likely_error(const struct bp_view *view, size_t i, size_t j) {
  double error = gsl_matrix_get(view->own_error ? view->own_error : view->error, i, j);
  return view->landing ? fmin(error, gsl_matrix_get(view->landing, i, j)) : error;
}

static struct bp_guess truth(const struct bp_scene *scene, size_t block, size_t i, size_t j) {
  const struct bp_view *view = &scene->views[block];
  const struct bp_difference *d = &view->difference[bp_view_index(view, i, j)];
  double own = bp_likely_error(view, i, j);
  double chain = gsl_matrix_get(view->kronecker, i, j);
  double rounding =
      roundings(scene->evidence->network) * BP_UNIT * gsl_matrix_get(view->kronecker_sum, i, j);
  double apart = bp_difference_bound(d) + d->spread + 2 * d->slack + rounding;
  bool agree = isfinite(apart) && fabs(chain - d->value) <= apart;
  if (agree && (d->kink || rounding < bp_difference_bound(d)))
    return (struct bp_guess){chain, rounding + own};
  return (struct bp_guess){d->value, bp_difference_bound(d) + d->spread + own};
}

/* An ingredient: right, or as the code under test had it.  What a file does not hold was made here
 * from what it does (outside_deltas.c), and the code's own was off by its roundings, which grow as
 * the number does: a delta without its small slope has lost as much as dA. */
static struct bp_guess ingredient(const struct bp_scene *scene, size_t block, size_t i, size_t j) {
  const struct bp_outside *outside = scene->evidence->outside;
  const struct bp_view *view = &scene->views[block];
  double value = gsl_matrix_get(view->value, i, j), error = 0;
  if (scene->blocks[block].verdict == BP_HOLDS)
    return truth(scene, block, i, j);
  if (outside && !outside->given[block]) {
    double right = fabs(view->difference[bp_view_index(view, i, j)].value);
    error =
        bp_likely_error(view, i, j) * (fabs(value) > right && right > 0 ? fabs(value) / right : 1);
  }
  return (struct bp_guess){value, error};
}

static struct bp_guess times(struct bp_guess x, struct bp_guess y) {
  double product = x.value * y.value;
  return (struct bp_guess){product, fabs(x.value) * y.error + x.error * (fabs(y.value) + y.error) +
                                        2 * BP_UNIT * fabs(product)};
}

/* One of `terms` terms of a sum. */
static void add(struct bp_guess *sum, struct bp_guess term, double factor, double terms) {
  double product = term.value * factor;
  sum->value += product;
  sum->error += term.error * fabs(factor) + (terms + 3) * BP_UNIT * fabs(product);
}

static struct bp_guess slope_of(const struct bp_function *function, double z, double a) {
  double error = 16 * BP_UNIT * function->taught_magnitude(z, a) + UNDERFLOW;
  return (struct bp_guess){function->taught(z, a), error};
}

static struct bp_guess slope(const struct bp_scene *scene, const struct bp_recipe *recipe, size_t i,
                             size_t s) {
  const struct bp_evidence *e = scene->evidence;
  const struct bp_function *g = e->network->activation[recipe->layer], *f = recipe->function;
  double z = gsl_matrix_get(e->forward->Z[recipe->layer], i, s);
  double a = gsl_matrix_get(e->forward->A[recipe->layer], i, s);
  switch (recipe->slope) {
  case BP_SLOPE_NONE:
    return (struct bp_guess){1, 0};
  case BP_SLOPE_AT_A:
    return slope_of(g, a, g->value(a));
  case BP_SLOPE_OTHER:
    return slope_of(f, z, f->value(z));
  case BP_SLOPE_OTHER_OF_A:
    return (struct bp_guess){f->taught(z, a), 16 * BP_UNIT * fabs(f->taught_magnitude(z, a))};
  case BP_SLOPE_ELEMENTWISE:
    return (struct bp_guess){a * (1 - a), 4 * BP_UNIT * fabs(a)};
  default:
    return g->columnwise ? (struct bp_guess){a * (1 - a), 4 * BP_UNIT * fabs(a)}
                         : slope_of(g, z, a);
  }
}

/* Softmax's Jacobian times a block, of dA or once more of dZ, for one unit: a_k (d_k - sum_j a_j
 * d_j). */
static struct bp_guess times_softmax(const struct bp_scene *scene, size_t block, bool own, size_t k,
                                     size_t s) {
  const gsl_matrix *A = scene->evidence->forward->A[scene->views[block].l];
  struct bp_guess (*entry)(const struct bp_scene *, size_t, size_t, size_t) =
      own ? bp_right_entry : ingredient;
  struct bp_guess sum = entry(scene, block, k, s);
  for (size_t j = 0; j < A->size1; j++)
    add(&sum, entry(scene, block, j, s), -gsl_matrix_get(A, j, s), (double)A->size1);
  return times(sum, (struct bp_guess){gsl_matrix_get(A, k, s), 0});
}

/* dZ of the recipe's layer.  In the dZ block itself the right slope is that of its own formula. */
static struct bp_guess delta(const struct bp_scene *scene, const struct bp_recipe *recipe, size_t i,
                             size_t s) {
  const struct bp_network *network = scene->evidence->network;
  size_t dZ = bp_block_of(network, BP_PART_DZ, recipe->layer);
  size_t dA = bp_block_of(network, BP_PART_DA, recipe->layer);
  bool own = dZ == recipe->block; /* what it should be, and not what it was */
  if (recipe->slope == BP_SLOPE_JACOBIAN_TWICE)
    return times_softmax(scene, dZ, own, i, s);
  if (recipe->slope == BP_SLOPE_TWICE) {
    struct bp_guess once = own ? bp_right_entry(scene, dZ, i, s) : ingredient(scene, dZ, i, s);
    return times(once, slope(scene, recipe, i, s));
  }
  if (recipe->slope == BP_SLOPE_RIGHT && dZ != recipe->block)
    return ingredient(scene, dZ, i, s);
  if (recipe->slope == BP_SLOPE_RIGHT && network->activation[recipe->layer]->columnwise)
    return times_softmax(scene, dA, false, i, s);
  return times(ingredient(scene, dA, i, s), slope(scene, recipe, i, s));
}

/* ---- sums ---------------------------------------------------------------- */

static struct bp_guess over_samples(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                    size_t i, size_t j) {
  struct bp_guess sum = {0, 0};
  for (size_t s = recipe->first; s < recipe->first + recipe->count; s++)
    add(&sum, delta(scene, recipe, i, s), recipe->other ? gsl_matrix_get(recipe->other, j, s) : 1,
        (double)recipe->count);
  return sum;
}

static struct bp_guess over_units(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                  size_t s) {
  struct bp_guess sum = {0, 0};
  size_t units = scene->evidence->network->size[recipe->layer];
  for (size_t k = 0; k < units; k++)
    add(&sum, delta(scene, recipe, k, s), 1, (double)units);
  return sum;
}

static struct bp_guess parameter(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                 size_t i, size_t j) {
  size_t samples = scene->evidence->network->samples;
  struct bp_guess mean = {1 / (double)samples, BP_UNIT / (double)samples}, sum = {0, 0};
  if (recipe->arrangement == BP_OVER_UNITS)
    return times(over_units(scene, recipe, i % samples), mean);
  if (recipe->arrangement != BP_OVER_ALL)
    return times(over_samples(scene, recipe, i, j), mean);
  for (size_t s = 0; s < samples; s++)
    add(&sum, over_units(scene, recipe, s), 1, (double)samples);
  return times(sum, mean);
}

/* W' dZ of the layer behind, or with W not transposed. */
static struct bp_guess passed_back(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                   size_t i, size_t s) {
  const gsl_matrix *W = recipe->other;
  struct bp_guess sum = {0, 0};
  for (size_t k = 0; k < W->size1; k++)
    add(&sum, delta(scene, recipe, k, s),
        recipe->untransposed ? gsl_matrix_get(W, i, k) : gsl_matrix_get(W, k, i), (double)W->size1);
  return sum;
}

/* ---- entries ------------------------------------------------------------- */

static struct bp_guess unscaled(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                size_t i, size_t j) {
  switch (bp_part_of(&scene->views[recipe->block])) {
  case BP_PART_DA:
    return passed_back(scene, recipe, i, j);
  case BP_PART_DZ:
    return delta(scene, recipe, i, j);
  default:
    return parameter(scene, recipe, i, j);
  }
}

struct bp_guess bp_right_entry(const struct bp_scene *scene, size_t block, size_t i, size_t j) {
  if (!bp_input_is_wrong(scene, block))
    return truth(scene, block, i, j);
  struct bp_recipe recipe = bp_right_recipe(scene, block);
  return unscaled(scene, &recipe, i, j);
}

struct bp_guess bp_recipe_entry(const struct bp_scene *scene, const struct bp_recipe *recipe,
                                size_t i, size_t j) {
  const gsl_matrix *shape = scene->views[recipe->block].value;
  size_t place = recipe->arrangement == BP_TRANSPOSED ? j * shape->size2 + i : i * shape->size2 + j;
  if (recipe->arrangement == BP_RESHAPED)
    place = place % shape->size1 * shape->size2 + place / shape->size1;
  i = place / shape->size2;
  j = place % shape->size2;
  struct bp_guess entry =
      recipe->plain ? bp_right_entry(scene, recipe->block, i, j) : unscaled(scene, recipe, i, j);
  return times(entry, (struct bp_guess){recipe->factor, 2 * BP_UNIT * fabs(recipe->factor)});
}
