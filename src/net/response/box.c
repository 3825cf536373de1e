/* The bounds of box.h, one layer and sample at a time.
 *
 * Errors are counted in units of the arithmetic's roundoff until somebody multiplies by it, so the
 * same box serves float64 and 113 bits.  Only where they widen the box itself (ERROR) they are
 * those of float64.  Which reach is best is found by trying: the larger it is, the more room there
 * is for a long step, and the more the slopes vary.
 */
#include "net/response/box.h"

#include <math.h>
#include <string.h>

#include "net/response/box_inside.h"
#include "num/product/product.h"

#define SECANT 0x1p-10 /* half the distance of the values that give a slope */

static size_t widest_of(const struct bp_network *network) {
  size_t widest = 1;
  for (size_t l = 1; l <= network->depth; l++)
    if (network->size[l] > widest)
      widest = network->size[l];
  return widest;
}

struct bp_box_space *bp_box_space_new(const struct bp_network *network, size_t directions,
                                      struct bp_arena *arena) {
  enum { MOST_DOUBLES = 1 << 19 };
  struct bp_box_space *space = bp_arena_alloc(arena, 1, sizeof *space);
  size_t widest = widest_of(network), moving = directions > widest ? directions : widest;
  if (!space)
    return NULL;
  space->offset = bp_arena_alloc(arena, network->depth + 2, sizeof *space->offset);
  if (!space->offset)
    return NULL;
  space->offset[1] = 0;
  for (size_t l = 1; l <= network->depth; l++)
    space->offset[l + 1] = space->offset[l] + network->size[l];
  space->nodes = space->offset[network->depth + 1];
  space->fields = bp_arena_alloc(arena, FIELDS * space->nodes, sizeof *space->fields);
  space->chunk = MOST_DOUBLES / widest < 16 ? 16 : MOST_DOUBLES / widest;
  if (space->chunk > widest)
    space->chunk = widest;
  for (int k = 0; k < 2; k++)
    space->chain[k] = bp_arena_alloc(arena, space->chunk * widest, sizeof *space->chain[k]);
  for (int k = 0; k < 3; k++)
    space->work[k] = bp_arena_alloc(arena, widest, sizeof *space->work[k]);
  space->above = bp_arena_alloc(arena, moving, sizeof *space->above);
  space->crossing = bp_arena_alloc(arena, moving, sizeof *space->crossing);
  return bp_arena_failed(arena) ? NULL : space;
}

/* ---- at rest ------------------------------------------------------------- */

/* g'(z) as a quotient of values on the piece of z, which is off by h² sup |g'''| / 6 and by what
 * the values and the middle of the points round. */
static void measure_slope(const struct bp_function *function, double z, double *slope,
                          double *error) {
  double h = SECANT, bound[BP_ORDER + 1];
  if (function->kink != BP_SMOOTH && fabs(z) < 2 * h)
    h = fabs(z) / 2;
  double above = z + h, below = z - h, apart = above - below;
  *slope = 0;
  *error = INFINITY;
  if (!(apart > h))
    return;
  function->derivative_bounds(z, h, bound);
  double high = function->value(above), low = function->value(below);
  double rounded = function->rounding(above, high) + function->rounding(below, low);
  *slope = (high - low) / apart;
  *error = 2 * (bound[3] * h * h + bound[2] * BP_UNIT * (fabs(z) + h)) +
           BP_UNIT * (rounded / apart + 4 * fabs(*slope));
}

static double **layers_of(const struct bp_network *network, struct bp_arena *arena) {
  double **layers = bp_arena_alloc(arena, network->depth + 1, sizeof *layers);
  for (size_t l = 1; layers && l <= network->depth; l++)
    layers[l] = bp_arena_alloc(arena, network->size[l] * network->samples, sizeof **layers);
  return layers;
}

struct bp_rest *bp_rest_new(const struct bp_network *network, const struct bp_forward *forward,
                            struct bp_arena *arena) {
  struct bp_rest *rest = bp_arena_alloc(arena, 1, sizeof *rest);
  if (!rest)
    return NULL;
  *rest = (struct bp_rest){.network = network,
                           .forward = forward,
                           .slope = layers_of(network, arena),
                           .slope_error = layers_of(network, arena),
                           .of_Z = layers_of(network, arena),
                           .of_A = layers_of(network, arena)};
  if (bp_arena_failed(arena))
    return NULL;
  for (size_t l = 1; l < network->depth; l++)
    for (size_t k = 0; k < network->size[l] * network->samples; k++)
      measure_slope(network->activation[l], forward->Z[l]->data[k], &rest->slope[l][k],
                    &rest->slope_error[l][k]);
  return rest;
}

/* ---- sums with |W| ------------------------------------------------------- */

/* y = |W| x */
static void weigh(const gsl_matrix *W, const double *x, double *y) {
  enum { LANES = 8 };
  for (size_t k = 0; k < W->size1; k++) {
    const double *w = W->data + k * W->tda;
    double sum[LANES] = {0};
    size_t j = 0;
    for (; j + LANES <= W->size2; j += LANES)
      for (size_t lane = 0; lane < LANES; lane++)
        sum[lane] += fabs(w[j + lane]) * x[j + lane];
    for (; j < W->size2; j++)
      sum[0] += fabs(w[j]) * x[j];
    y[k] = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
  }
}

/* x = |W|' y */
static void weigh_back(const gsl_matrix *W, const double *y, double *x) {
  memset(x, 0, W->size2 * sizeof *x);
  for (size_t k = 0; k < W->size1; k++) {
    const double *w = W->data + k * W->tda;
    if (y[k] != 0)
      for (size_t j = 0; j < W->size2; j++)
        x[j] += fabs(w[j]) * y[k];
  }
}

/* ---- before a reach is chosen -------------------------------------------- */

/* LIMIT, and ERROR: what rounding can add up to in each unit as long as every unit keeps its limit;
 * far too large, but still tiny. */
static void find_errors(const struct bp_box *box) {
  const struct bp_network *network = box->rest->network;
  double *spoilt = box->space->work[0], *moved = box->space->work[1], *sum = box->space->work[2];
  for (size_t l = box->l + 1; l <= network->depth; l++) {
    double *limit = field_of(box, LIMIT, l), *error = field_of(box, ERROR, l);
    double terms = (double)network->size[l - 1] + 4;
    bool first = l == box->l + 1;
    if (!first) {
      weigh(network->W[l], spoilt, error);
      weigh(network->W[l], moved, sum);
    }
    for (size_t k = 0; k < network->size[l]; k++) {
      limit[k] = bp_box_limit(box, l, k);
      error[k] = (first ? 0 : error[k]) +
                 4 * BP_UNIT * (fabs(z_of(box, l, k)) + limit[k] + (first ? 0 : terms * sum[k]));
      if (l == network->depth)
        continue;
      double slope, bend, a = fabs(a_of(box, l, k));
      network->activation[l]->disc(z_of(box, l, k), fmin(limit[k], BP_LARGEST_DISC), &slope, &bend);
      double rounded = network->activation[l]->rounding(z_of(box, l, k), a) + 8 * limit[k] * slope;
      moved[k] = slope * limit[k];
      spoilt[k] = slope * error[k] + 4 * BP_UNIT * rounded;
    }
  }
}

/* Rows of ∂Z[l]/∂A of units first.. that move: the largest of each, and how soon that unit's kink
 * is met. */
static void note_motion(const struct bp_box *box, size_t l, const double *chain, size_t width,
                        double *crossing) {
  const struct bp_function *function = box->rest->network->activation[l];
  double *linear = field_of(box, LINEAR, l), *error = field_of(box, ERROR, l);
  for (size_t k = 0; k < box->rest->network->size[l]; k++) {
    const double *row = chain + k * width;
    double largest = linear[k], margin = fabs(z_of(box, l, k)) - error[k];
    for (size_t i = 0; i < width; i++)
      largest = fabs(row[i]) > largest ? fabs(row[i]) : largest;
    linear[k] = largest;
    if (function->columnwise || function->kink == BP_SMOOTH)
      continue;
    double inverse = margin > 0 ? 1 / margin : INFINITY;
    for (size_t i = 0; i < width; i++)
      if (row[i] != 0 && fabs(row[i]) * inverse > crossing[i])
        crossing[i] = fabs(row[i]) * inverse;
  }
}

/* LINEAR of all layers above, and what the linear part alone says of kinks. */
static void find_motions(const struct bp_box *box) {
  const struct bp_network *network = box->rest->network;
  size_t moving = box->moving;
  for (size_t l = box->l + 1; l <= network->depth; l++)
    memset(field_of(box, LINEAR, l), 0, network->size[l] * sizeof(double));
  for (size_t from = 0; from < moving; from += box->space->chunk) {
    size_t width = moving - from < box->space->chunk ? moving - from : box->space->chunk;
    double *chain = box->space->chain[0], *next = box->space->chain[1];
    const gsl_matrix *first = box->entering;
    for (size_t k = 0; k < first->size1; k++)
      memcpy(chain + k * width, first->data + k * first->tda + from, width * sizeof *chain);
    for (size_t l = box->l + 1;; l++) {
      note_motion(box, l, chain, width, box->space->crossing + from);
      if (l == network->depth)
        break;
      for (size_t k = 0; k < network->size[l]; k++)
        for (size_t i = 0; i < width; i++)
          chain[k * width + i] *= box->rest->slope[l][at(box, k)];
      gsl_matrix below = {network->size[l], width, width, chain, NULL, 0};
      gsl_matrix above = {network->size[l + 1], width, width, next, NULL, 0};
      bp_product(network->W[l + 1], &below, &above);
      double *swap = chain;
      chain = next;
      next = swap;
    }
  }
}

/* ---- forward ------------------------------------------------------------- */

/* MOTION, RADIUS, SUMMED, SLOPE and BEND for box->reach; false: that is too far. */
static bool go_forward(struct bp_box *box) {
  const struct bp_network *network = box->rest->network;
  double *bent = box->space->work[0], *moved = box->space->work[1];
  box->curved = false;
  for (size_t l = box->l + 1; l <= network->depth; l++) {
    const double *linear = field_of(box, LINEAR, l), *limit = field_of(box, LIMIT, l);
    const double *error = field_of(box, ERROR, l);
    double *motion = field_of(box, MOTION, l), *radius = field_of(box, RADIUS, l);
    double *slope = field_of(box, SLOPE, l), *bend = field_of(box, BEND, l);
    double *summed = field_of(box, SUMMED, l),
           rounded = 4 * BP_UNIT * (double)(network->size[l] + 4);
    bool first = l == box->l + 1;
    if (!first) {
      weigh(network->W[l], bent, motion);
      weigh(network->W[l], moved, summed);
    }
    for (size_t k = 0; k < network->size[l]; k++) {
      double beyond = first ? 0 : motion[k];
      motion[k] = linear[k] + beyond;
      if (first)
        summed[k] = 2 * motion[k];
      radius[k] = box->reach * motion[k] + error[k];
      if (!(radius[k] <= limit[k]))
        return false;
      if (l == network->depth)
        continue;
      double rest = fabs(box->rest->slope[l][at(box, k)]);
      network->activation[l]->disc(z_of(box, l, k), radius[k], &slope[k], &bend[k]);
      box->curved |= bend[k] > 0;
      moved[k] = slope[k] * motion[k];
      bent[k] = rest * (beyond + rounded * linear[k]) +
                box->rest->slope_error[l][at(box, k)] * motion[k] +
                bend[k] * box->reach * motion[k] * motion[k];
    }
  }
  return true;
}

/* ---- backward ------------------------------------------------------------ */

/* What rounding at the units of layer l costs, where ∂C/∂A varies by `above`. */
static void count_roundings(struct bp_box *box, size_t l, const double *above) {
  const struct bp_network *network = box->rest->network;
  const struct bp_function *function = network->activation[l];
  size_t L = network->depth;
  const double *variation = field_of(box, VARIATION, l), *summed = field_of(box, SUMMED, l);
  const double *motion = field_of(box, MOTION, l), *radius = field_of(box, RADIUS, l);
  double terms = (box->direct && l == box->l + 1 ? 1 : (double)network->size[l - 1]) + 4;
  for (size_t k = 0; k < network->size[l]; k++) {
    double z = z_of(box, l, k), most = box->rest->of_Z[l][at(box, k)] + variation[k];
    if (!function->columnwise) /* softmax adds to what it knows of z - max z */
      box->fixed += most * fabs(z);
    box->rising += most * (terms * summed[k] + 2 * motion[k]);
    if (l == L) {
      box->fixed += field_of(box, LOSS, L)[k];
      box->rising += most * motion[k] * ((double)network->size[L] + 4);
    } else {
      double slope = field_of(box, SLOPE, l)[k];
      double step = BP_RESPONSE_STEP * radius[k] + field_of(box, ERROR, l)[k];
      double outer = box->rest->of_A[l][at(box, k)] + above[k];
      box->fixed += outer * value_rounding(function, z, a_of(box, l, k), slope, step);
      box->rising += outer * 2 * slope * motion[k]; /* of the change itself */
    }
  }
}

/* VARIATION of all layers, and box->fixed and rising; space->above gets the variation of ∂C/∂A[l].
 */
static void go_backward(struct bp_box *box) {
  const struct bp_network *network = box->rest->network;
  size_t L = network->depth;
  double *above = box->space->above, motion = 0;
  box->fixed = box->rising = 0;
  for (size_t k = 0; k < network->size[L]; k++)
    motion = fmax(motion, field_of(box, MOTION, L)[k]);
  bp_box_reach_loss(box, motion, box->space->work[0]);
  count_roundings(box, L, NULL);
  for (size_t l = L; l > box->l; l--) {
    bool last = l - 1 == box->l;
    weigh_back(last ? box->entering : network->W[l], field_of(box, VARIATION, l), above);
    if (last)
      return;
    const double *slope = field_of(box, SLOPE, l - 1), *bend = field_of(box, BEND, l - 1);
    double *variation = field_of(box, VARIATION, l - 1);
    const double *radius = field_of(box, RADIUS, l - 1);
    for (size_t k = 0; k < network->size[l - 1]; k++)
      variation[k] =
          2 * bend[k] * radius[k] * box->rest->of_A[l - 1][at(box, k)] + slope[k] * above[k];
    count_roundings(box, l - 1, above);
  }
}

/* ---- the choice of a reach ----------------------------------------------- */

/* What moves of MOTION beyond the linear part add to 1 / (way to a kink), for any unit. */
static double bent_crossing(const struct bp_box *box) {
  const struct bp_network *network = box->rest->network;
  double most = 0;
  for (size_t l = box->l + 2; l <= network->depth; l++) {
    const struct bp_function *function = network->activation[l];
    if (function->columnwise || function->kink == BP_SMOOTH)
      continue;
    for (size_t k = 0; k < network->size[l]; k++) {
      double beyond = field_of(box, MOTION, l)[k] - field_of(box, LINEAR, l)[k];
      double margin = fabs(z_of(box, l, k)) - field_of(box, ERROR, l)[k];
      if (beyond > 0)
        most = fmax(most, margin > 0 ? beyond / margin : INFINITY);
    }
  }
  return most;
}

static void keep(const struct bp_box *box, struct bp_response *response) {
  double bent = bent_crossing(box);
  for (size_t i = 0; i < box->moving; i++) {
    struct bp_response *r = &response[at(box, i)];
    *r = (struct bp_response){.reach = box->reach,
                              .variation = box->space->above[i],
                              .crossing = box->space->crossing[i] + bent,
                              .fixed = box->fixed,
                              .rising = box->rising,
                              .curved = box->curved};
    r->known = isfinite(r->variation + r->fixed + r->rising);
  }
}

/* Of all reaches that with the most merit. */
static void choose_reach(struct bp_box *box, struct bp_response *response) {
  double best = INFINITY;
  memset(box->space->crossing, 0, box->moving * sizeof *box->space->crossing);
  for (size_t i = 0; i < box->moving; i++)
    response[at(box, i)] = (struct bp_response){.known = false};
  find_errors(box);
  find_motions(box);
  for (box->reach = BP_BOX_LARGEST_LINE; box->reach >= BP_BOX_LEAST_REACH; box->reach /= 4) {
    if (!go_forward(box))
      continue;
    go_backward(box);
    double merit = merit_of(box, largest_of(box->space->above, box->moving));
    if (merit < best)
      keep(box, response);
    else if (isfinite(best))
      break;
    best = fmin(best, merit);
  }
}

void bp_box_hidden(const struct bp_rest *rest, size_t l, size_t s, struct bp_box_space *space,
                   struct bp_response *response) {
  struct bp_box box = {.rest = rest,
                       .space = space,
                       .l = l,
                       .s = s,
                       .entering = rest->network->W[l + 1],
                       .moving = bp_network_rows(rest->network, l)};
  choose_reach(&box, response);
}

void bp_box_along(const struct bp_rest *rest, size_t l, size_t s, const gsl_matrix *directions,
                  struct bp_box_space *space, struct bp_response *response) {
  struct bp_box box = {.rest = rest,
                       .space = space,
                       .l = l - 1,
                       .s = s,
                       .entering = directions,
                       .moving = directions->size2,
                       .direct = true};
  choose_reach(&box, response);
}

/* ---- from A to Z --------------------------------------------------------- */

/* The unit's activation on the disc that moves of Z[l]_is by `reach` / sup |g'| stay in. */
struct unit {
  double reach;
  double slope, bend; /* sup |g'|, sup |g''| / 2 */
  double rounding;    /* of A[l]_is at both ends of a step */
};

/* sup |g'| over the largest disc makes for a reach that is too short where the unit bends: over the
 * disc of that reach it is smaller, and what that leaves room for is tried once. */
static struct unit unit_of(const struct bp_rest *rest, size_t l, size_t i, size_t s, double reach) {
  const struct bp_function *function = rest->network->activation[l];
  double z = gsl_matrix_get(rest->forward->Z[l], i, s);
  double a = gsl_matrix_get(rest->forward->A[l], i, s);
  struct unit unit, wider;
  function->disc(z, BP_LARGEST_DISC, &unit.slope, &unit.bend);
  unit.reach = fmin(reach / unit.slope, 0x1p100);
  if (unit.bend > 0) {
    unit.reach = fmin(unit.reach, BP_LARGEST_DISC);
    function->disc(z, unit.reach, &unit.slope, &unit.bend);
    wider.reach = fmin(0.9 * reach / unit.slope, BP_LARGEST_DISC);
    function->disc(z, wider.reach, &wider.slope, &wider.bend);
    if (wider.reach > unit.reach && wider.reach * wider.slope <= reach)
      unit = wider;
  }
  double step = BP_RESPONSE_STEP * unit.reach;
  if (function->kink != BP_SMOOTH)
    step = fmin(step, fabs(z));
  unit.rounding = unit.slope * fabs(z) + value_rounding(function, z, a, unit.slope, step);
  return unit;
}

struct bp_response bp_response_of_unit(const struct bp_rest *rest, size_t l, size_t i, size_t s,
                                       const struct bp_response *above) {
  struct unit unit = unit_of(rest, l, i, s, above->reach);
  return (struct bp_response){.reach = unit.reach,
                              .variation = 2 * unit.bend * unit.reach,
                              .fixed = unit.rounding,
                              .rising = 4 * unit.slope,
                              .curved = unit.bend > 0,
                              .known = isfinite(unit.rounding)};
}

struct bp_response bp_response_through(const struct bp_rest *rest, size_t l, size_t i, size_t s,
                                       const struct bp_response *above) {
  const struct bp_function *function = rest->network->activation[l];
  double z = gsl_matrix_get(rest->forward->Z[l], i, s);
  double size = rest->of_A[l][i * rest->network->samples + s], most = size + above->variation;
  bool kinked = function->kink != BP_SMOOTH;
  struct bp_response r = {.known = above->known && isfinite(z) && !(kinked && z == 0)};
  if (!r.known)
    return r;
  struct unit unit = unit_of(rest, l, i, s, above->reach);
  r.reach = unit.reach;
  r.curved = above->curved || unit.bend > 0;
  r.variation = 2 * unit.bend * r.reach * size + unit.slope * above->variation;
  r.crossing = unit.slope > 0 ? unit.slope * above->crossing : 0;
  if (kinked)
    r.crossing = fmax(r.crossing, (1 + 1e-9) / fabs(z));
  r.fixed = above->fixed + most * unit.rounding;
  r.rising = unit.slope * (above->rising + 4 * most);
  if (unit.slope == 0) /* nothing above moves */
    r.variation = r.fixed = r.rising = 0;
  r.known = isfinite(r.variation + r.fixed + r.rising);
  return r;
}
