/* Evaluating the response: the same path as difference/perturb_quad.c, in balls.
 *
 * Changes are carried, g(Z + t) - g(Z), so what does not move stays an exact 0; saturated units
 * lose as many bits in that as their slopes are small, and more bits bring them back.  The base is
 * the float64 forward pass taken as exact.
 */
#include "net/proof/response.h"

#include <math.h>

#include "num/ball_function.h"
#include "num/flint_memory.h"

enum {
  FUNCTION_COST = 64, /* an activation, in products */
  COMPLEX_COST = 4,   /* the same of complex numbers; a product with a real weight is two */
  FIRST_LESS = 2,     /* the next disc tried is 2^-2 as large, then 2^-4, 2^-8, ... */
  LEAST_STEP = 2,     /* h is at most 2^-2 of the radius */
  NARROW = 32,        /* bits of a number that is known well */
  STORED = 128        /* bits of a slope */
};

/* One evaluation for one sample. */
struct pass {
  const struct bp_proof_point *point;
  int level;
  struct bp_ball_room room;
  size_t s;
  bool disc;
  acb_ptr change, above; /* of one layer's A, and of the next one's Z */
  double work;
};

/* By which a doubling of the bits makes everything dearer. */
static double level_cost(int level) {
  double cost = 1;
  for (int k = 0; k < level; k++)
    cost *= 2.5;
  return cost;
}

double bp_proof_cost(const struct bp_network *network, int level, size_t l) {
  double cost = FUNCTION_COST * (2 + (double)network->size[network->depth]);
  for (size_t k = l; k < network->depth; k++) {
    double above = (double)network->size[k + 1];
    cost += above * ((k == l ? 1 : (double)network->size[k]) + FUNCTION_COST);
  }
  return cost * level_cost(level);
}

static void count_functions(struct pass *pass, size_t count) {
  pass->work += (double)count * FUNCTION_COST * (pass->disc ? COMPLEX_COST : 1);
}

/* ---- the layers ---------------------------------------------------------- */

/* z + t */
static void moved_z(const struct pass *pass, size_t l, size_t k, acb_srcptr t, acb_ptr out) {
  acb_set_d(out, gsl_matrix_get(pass->point->forward->Z[l], k, pass->s));
  acb_add(out, out, t, pass->room.bits);
}

/* The change of A[l]_ks where Z[l]_ks moved by t, which is replaced. */
static void activation_change(struct pass *pass, size_t l, size_t k, acb_ptr t) {
  if (acb_is_zero(t))
    return;
  const struct bp_proof_point *point = pass->point;
  acb_srcptr before = &point->A[pass->level][l][k * point->network->samples + pass->s].z;
  acb_t z;
  acb_init(z);
  moved_z(pass, l, k, t, z);
  point->network->activation[l]->ball(&pass->room, z, t);
  acb_sub(t, t, before, pass->room.bits);
  acb_clear(z);
  count_functions(pass, 1);
}

/* The sum of W[l]_kj times the change of A[l-1]_j over the units that moved. */
static void weighted_sum(struct pass *pass, size_t l, size_t k, size_t first, size_t last,
                         acb_ptr out) {
  size_t columns = pass->point->network->size[l - 1];
  arb_srcptr row = pass->point->W[l] + k * columns + first;
  acb_srcptr moved = pass->change + first;
  slong count = (slong)(last - first);
  arb_zero(acb_imagref(out));
  arb_dot(acb_realref(out), NULL, 0, row, 1, acb_realref(moved), 2, count, pass->room.bits);
  if (pass->disc)
    arb_dot(acb_imagref(out), NULL, 0, row, 1, acb_imagref(moved), 2, count, pass->room.bits);
  pass->work += (double)count * (pass->disc ? 2 : 1);
}

static bool all_finite(acb_srcptr numbers, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (!acb_is_finite(numbers + k))
      return false;
  return true;
}

/* ---- the loss ------------------------------------------------------------ */

static void loss_of_column(struct pass *pass, acb_srcptr z, acb_ptr out) {
  const struct bp_network *network = pass->point->network;
  size_t outputs = network->size[network->depth];
  acb_srcptr y = pass->point->Y + pass->s * outputs;
  bp_network_rules(network)->by_column->ball(&pass->room, outputs, z, y, out);
  count_functions(pass, outputs);
}

/* A column of softmax, of a loss that takes its outputs one by one.  What the exponents are shifted
 * by changes no value, and is a float64 number. */
static void softmax(struct pass *pass, acb_ptr z) {
  const struct bp_network *network = pass->point->network;
  size_t outputs = network->size[network->depth];
  const gsl_matrix *Z = pass->point->forward->Z[network->depth];
  double largest = gsl_matrix_get(Z, 0, pass->s);
  acb_t sum, power;
  acb_init(sum);
  acb_init(power);
  for (size_t k = 1; k < outputs; k++)
    largest = fmax(largest, gsl_matrix_get(Z, k, pass->s));
  for (size_t k = 0; k < outputs; k++) {
    acb_set_d(power, largest);
    acb_sub(z + k, z + k, power, pass->room.bits);
    bp_ball_exp(&pass->room, z + k, power);
    acb_swap(z + k, power);
    acb_add(sum, sum, z + k, pass->room.bits);
  }
  for (size_t k = 0; k < outputs; k++)
    acb_div(z + k, z + k, sum, pass->room.bits);
  acb_clear(sum);
  acb_clear(power);
  count_functions(pass, outputs);
}

/* The sum of C(x_k, y_k) over outputs that moved. */
static void loss_by_entry(struct pass *pass, acb_ptr z, acb_srcptr moved, acb_ptr out) {
  const struct bp_network *network = pass->point->network;
  size_t L = network->depth, outputs = network->size[L];
  const struct bp_loss_by_entry *loss = bp_network_rules(network)->by_entry;
  const struct bp_function *function = network->activation[L];
  acb_srcptr y = pass->point->Y + pass->s * outputs;
  acb_t part;
  acb_init(part);
  acb_zero(out);
  if (function->columnwise)
    softmax(pass, z);
  for (size_t k = 0; k < outputs; k++) {
    if (acb_is_zero(moved + k) && !function->columnwise)
      continue;
    if (!loss->of_z && !function->columnwise) {
      function->ball(&pass->room, z + k, part);
      acb_swap(z + k, part);
    }
    loss->ball(&pass->room, z + k, y + k, part);
    acb_add(out, out, part, pass->room.bits);
    count_functions(pass, 2);
  }
  acb_clear(part);
}

/* C behind outputs whose z moved, or (with `rest`) where the same outputs are at rest. */
static void loss_at(struct pass *pass, acb_srcptr moved, bool rest, acb_ptr out) {
  const struct bp_network *network = pass->point->network;
  size_t L = network->depth, outputs = network->size[L];
  acb_ptr z = _acb_vec_init((slong)outputs);
  for (size_t k = 0; k < outputs; k++) {
    if (rest)
      acb_set_d(z + k, gsl_matrix_get(pass->point->forward->Z[L], k, pass->s));
    else
      moved_z(pass, L, k, moved + k, z + k);
  }
  if (bp_network_rules(network)->by_column)
    loss_of_column(pass, z, out);
  else
    loss_by_entry(pass, z, moved, out);
  _acb_vec_clear(z, (slong)outputs);
}

/* f(t) - f(0) from the change of Z[L]. */
static void loss_change(struct pass *pass, acb_srcptr moved, acb_ptr out) {
  acb_t before;
  bool disc = pass->disc;
  acb_init(before);
  loss_at(pass, moved, false, out);
  pass->disc = false;
  loss_at(pass, moved, true, before);
  pass->disc = disc;
  acb_sub(out, out, before, pass->room.bits);
  acb_clear(before);
}

/* f(t) - f(0) where outputs [first, last) are moved by t themselves. */
static void output_change(struct pass *pass, size_t first, size_t last, acb_srcptr t, acb_ptr out) {
  const struct bp_network *network = pass->point->network;
  const gsl_matrix *A = pass->point->forward->A[network->depth];
  bp_ball_binary *loss = bp_network_rules(network)->of_output;
  acb_srcptr y = pass->point->Y + pass->s * A->size1;
  acb_t a, part;
  acb_init(a);
  acb_init(part);
  acb_zero(out);
  for (size_t k = first; k < last; k++) {
    acb_set_d(a, gsl_matrix_get(A, k, pass->s));
    if (bp_proof_point_on_pole(network, gsl_matrix_get(A, k, pass->s)))
      acb_set(a, &pass->point->A[pass->level][network->depth][k * A->size2 + pass->s].z);
    loss(&pass->room, a, y + k, part);
    acb_sub(out, out, part, pass->room.bits);
    acb_add(a, a, t, pass->room.bits);
    loss(&pass->room, a, y + k, part);
    acb_add(out, out, part, pass->room.bits);
  }
  acb_clear(a);
  acb_clear(part);
  count_functions(pass, last - first);
}

/* ---- one evaluation ------------------------------------------------------ */

/* Moves A[l], whose changes are there, on to Z[L].  False where something is not finite. */
static bool upper_layers(struct pass *pass, size_t l, size_t first, size_t last) {
  const struct bp_network *network = pass->point->network;
  for (; l < network->depth; l++) {
    size_t rows = network->size[l + 1];
    if (!all_finite(pass->change + first, last - first))
      return false;
    for (size_t k = 0; k < rows; k++) {
      weighted_sum(pass, l + 1, k, first, last, pass->above + k);
      if (l + 1 < network->depth)
        activation_change(pass, l + 1, k, pass->above + k);
    }
    acb_ptr swap = pass->change;
    pass->change = pass->above;
    pass->above = swap;
    first = 0;
    last = rows;
  }
  return all_finite(pass->change, network->size[network->depth]);
}

static size_t widest(const struct bp_network *network) {
  size_t most = 1;
  for (size_t l = 1; l <= network->depth; l++)
    most = network->size[l] > most ? network->size[l] : most;
  return most;
}

/* f(t) - f(0); not finite where that is not known.  t is real, or with `disc` complex. */
static void evaluate(const struct bp_proof_point *point, int level,
                     const struct bp_proof_site *site, acb_srcptr t, bool disc, acb_ptr out,
                     double *work) {
  const struct bp_network *network = point->network;
  struct pass pass = {.point = point, .level = level, .s = site->s, .disc = disc};
  bool all = site->i == BP_PROOF_ALL_UNITS;
  size_t first = all ? 0 : site->i, last = all ? network->size[site->l] : site->i + 1;
  slong space = (slong)widest(network);
  acb_ptr spaces[2] = {_acb_vec_init(space), _acb_vec_init(space)};
  pass.room.bits = bp_proof_bits(level);
  pass.change = spaces[0];
  pass.above = spaces[1];
  for (size_t k = first; k < last; k++) {
    acb_set(pass.change + k, t);
    if (site->site == BP_SITE_Z && site->l < network->depth)
      activation_change(&pass, site->l, k, pass.change + k);
  }
  if (bp_flint_memory_stopped())
    acb_indeterminate(out);
  else if (site->site == BP_SITE_A && site->l == network->depth)
    output_change(&pass, first, last, t, out);
  else if (upper_layers(&pass, site->l, first, last))
    loss_change(&pass, pass.change, out);
  else
    acb_indeterminate(out);
  *work += pass.work * level_cost(level);
  _acb_vec_clear(spaces[0], space);
  _acb_vec_clear(spaces[1], space);
}

/* ---- discs --------------------------------------------------------------- */

static double log2_above(acb_srcptr number) {
  return bp_ball_above_log2((struct bp_ball){*number});
}

/* M of the disc of that radius. */
static bool look(const struct bp_proof_point *point, int level, const struct bp_proof_site *site,
                 slong radius, double *bound, double *work) {
  struct bp_ball disc = bp_ball_disc(bp_ball_whole(0), (double)radius);
  acb_t change;
  acb_init(change);
  evaluate(point, level, site, &disc.z, true, change, work);
  bool finite = acb_is_finite(change) != 0;
  if (finite)
    *bound = log2_above(change);
  acb_clear(change);
  return finite;
}

/* M over r. */
static double steepness(const struct bp_proof_disc *disc) {
  return disc->known ? disc->bound - (double)disc->radius : INFINITY;
}

/* The logarithm of M/r^3, which is what the cube of a slope's error is in proportion to where steps
 * are balanced, see below.  The largest disc in which f is next to a straight line has the least.
 */
static double merit(const struct bp_proof_disc *disc) {
  return disc->known ? disc->bound - 3 * (double)disc->radius : INFINITY;
}

/* A value's radius hardly depends on where it is taken. */
static void measure_noise(const struct bp_proof_point *point, int level,
                          const struct bp_proof_site *site, struct bp_proof_disc *disc,
                          double *work) {
  struct bp_ball step = bp_ball_power_of_two(disc->radius - bp_proof_bits(level) / 3);
  acb_t change;
  acb_init(change);
  evaluate(point, level, site, &step.z, false, change, work);
  if (acb_is_finite(change))
    disc->noise = bp_ball_radius_log2((struct bp_ball){*change});
  acb_clear(change);
}

void bp_proof_disc_find(const struct bp_proof_point *point, int level,
                        const struct bp_proof_site *site, struct bp_proof_disc *disc,
                        double *work) {
  slong radius = disc->radius;
  disc->known = false;
  disc->noise = INFINITY;
  for (slong less = FIRST_LESS; radius >= -bp_proof_bits(level); radius -= less, less *= 2) {
    struct bp_proof_disc here = {.radius = radius, .noise = INFINITY};
    here.known = look(point, level, site, radius, &here.bound, work);
    bool gains = merit(&here) < merit(disc) - 1;
    if (disc->known && !gains)
      break;
    if (here.known)
      *disc = here;
    if (disc->known && disc->bound == -INFINITY)
      return;
  }
  if (disc->known)
    measure_noise(point, level, site, disc, work);
}

/* ---- the slope ----------------------------------------------------------- */

bool bp_proof_narrow(struct bp_ball number) {
  return bp_ball_finite(number) &&
         bp_ball_radius_log2(number) <= bp_ball_above_log2(number) - NARROW;
}

/* D with h = 2^(radius - step); *noise gets the logarithm of the radius of f(h) - f(-h). */
static struct bp_ball quotient(const struct bp_proof_point *point, int level,
                               const struct bp_proof_site *site, const struct bp_proof_disc *disc,
                               slong step, double *noise, double *work) {
  struct bp_ball h = bp_ball_power_of_two(disc->radius - step), minus_h = bp_ball_neg(h);
  struct bp_ball slope = bp_ball_unknown();
  acb_t above, below;
  acb_init(above);
  acb_init(below);
  evaluate(point, level, site, &h.z, false, above, work);
  evaluate(point, level, site, &minus_h.z, false, below, work);
  acb_sub(above, above, below, bp_proof_bits(level));
  *noise = bp_ball_radius_log2((struct bp_ball){*above});
  acb_mul_2exp_si(above, above, step - disc->radius - 1);
  acb_set_round(&slope.z, above, STORED);
  acb_clear(above);
  acb_clear(below);
  /* 1 / (1 - q^2) <= 16/15, and the logarithms are rounded */
  return bp_ball_widen(slope, steepness(disc) - 2 * (double)step + 0.1);
}

/* Where rounding, noise / h, and remainder, (M/r) q^2, are alike; as if values were known to all
 * bits where one of them is not known, or where a value happened to be exact: at h it need not be.
 */
static slong balanced(const struct bp_proof_disc *disc, int level, double noise) {
  double step = (disc->bound - noise) / 3, bits = (double)bp_proof_bits(level);
  if (!(step < bits))
    step = bits / 3;
  return step > LEAST_STEP ? (slong)step : LEAST_STEP;
}

struct bp_ball bp_proof_slope(const struct bp_proof_point *point, int level,
                              const struct bp_proof_site *site, const struct bp_proof_disc *disc,
                              double *work) {
  enum { CLOSE = 4 };
  double noise;
  if (!disc->known)
    return bp_ball_unknown();
  if (disc->bound == -INFINITY)
    return bp_ball_whole(0);
  slong step = balanced(disc, level, disc->noise + 1), better;
  struct bp_ball slope = quotient(point, level, site, disc, step, &noise, work);
  if (bp_proof_narrow(slope))
    return slope;
  better = balanced(disc, level, noise);
  if (labs(better - step) < CLOSE)
    return slope;
  struct bp_ball second = quotient(point, level, site, disc, better, &noise, work);
  return bp_ball_radius_log2(second) < bp_ball_radius_log2(slope) ? second : slope;
}
