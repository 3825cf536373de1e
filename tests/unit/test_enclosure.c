/* Bounds of a difference quotient's errors, held against what they bound.
 *
 * The loss as a function f(t) of one moved number is sampled in 113-bit arithmetic inside the
 * interval that an enclosure speaks of.  Quotients over nine of those samples give the derivatives;
 * the largest of them must stay below the enclosure's.  The same samples say how far the float64
 * evaluation at both ends of a step is off, which must stay below twice the stated rounding.
 *
 * Samples lie reach / 64 apart.  On that scale a derivative changes by a share of 1e-6 at most,
 * since a curved unit moves by no more than 1/8 over the whole reach; that share is the tolerance.
 *
 * What step.h makes of such bounds is tried on powers of t, whose quotients' errors are known.
 */
#include <check.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net/difference/enclosure.h"
#include "net/difference/perturb.h"
#include "net/difference/step.h"
#include "networks.h"

#define UNIT 0x1p-53

enum { REACH = 4, NETWORKS = 40, PLACES = 5 };

static struct bp_arena *arena;
static gsl_rng *generator;

static void set_up(void) {
  arena = bp_arena_new(0);
  generator = gsl_rng_alloc(gsl_rng_taus2);
}

static void tear_down(void) {
  gsl_rng_free(generator);
  bp_arena_free(arena);
}

static const struct bp_step_plan plans[] = {
    {UNIT, 0x1p-12, 0x1p-20, 3, false}, /* screening */
    {UNIT, 0x1p-6, 0x1p-14, 5, false},  /* the careful quotient */
    {UNIT, 0x1p-2, 0x1p-20, 5, false},  /* as far as the enclosure will go */
};

enum { PLANS = sizeof plans / sizeof *plans };

/* A network with one number of it to move, and both ways to move it. */
struct setting {
  const struct bp_network *network;
  struct bp_forward *forward;
  struct bp_perturber *perturber;
  struct bp_quad_perturber *quad;
  double *space;
  const char *text;
  enum bp_site site;
  size_t l, i, s;
};

static void prepare(struct setting *setting, struct bp_network *network) {
  bp_quad **A;
  setting->network = network;
  if (!setting->forward)
    setting->forward = forward_of(network, arena);
  A = bp_quad_activations(network, setting->forward, arena);
  setting->perturber = bp_perturber_new(network, setting->forward, arena);
  setting->quad = bp_quad_perturber_new(network, setting->forward, A, arena);
  setting->space = bp_arena_alloc(arena, bp_enclosure_space(network), sizeof(double));
  ck_assert(!bp_arena_failed(arena));
}

static struct bp_enclosure enclose(const struct setting *setting, const struct bp_step_plan *plan) {
  struct bp_enclosure enclosure;
  bp_enclose(setting->network, setting->forward, setting->site, setting->l, setting->i, setting->s,
             plan, setting->space, &enclosure);
  return enclosure;
}

static const char *place(const struct setting *setting) {
  return bp_arena_printf(arena, "%s, %s[%zu] row %zu sample %zu", setting->text,
                         setting->site == BP_SITE_Z ? "Z" : "A", setting->l, setting->i,
                         setting->s);
}

static bp_quad moved(const struct setting *setting, bp_quad t) {
  return bp_perturb_quad(setting->quad, setting->site, setting->l, setting->i, setting->s, t);
}

/* ---- what is held against what --------------------------------------------------------------- */

/* Weights of x + jh for j = 1..4 and, with sign (-1)^k, of x - jh; all over `common`. */
static const struct {
  int weight[REACH], common;
} stencils[BP_ORDER] = {
    {{672, -168, 32, -3}, 840},  {{8064, -1008, 128, -9}, 5040}, {{-488, 338, -72, 7}, 240},
    {{-1952, 676, -96, 7}, 240}, {{29, -26, 9, -1}, 6},
};

/* The derivatives 1..order at x, divided by k!.  With order 1 there may be a kink near by, where
 * only the plain quotient of two values is sure to stay below a bound of the slope. */
static void derivatives(const struct setting *setting, bp_quad x, bp_quad h, int order,
                        double found[BP_ORDER + 1]) {
  bp_quad value[2 * REACH + 1], step = 1;
  for (int j = -REACH; j <= REACH; j++)
    value[j + REACH] = moved(setting, x + j * h);
  for (int k = 1; k <= order; k++) {
    bp_quad sum = 0;
    for (int j = 1; j <= REACH; j++) {
      bp_quad above = value[REACH + j] - value[REACH], below = value[REACH - j] - value[REACH];
      sum += stencils[k - 1].weight[j - 1] * (k % 2 == 0 ? above + below : above - below);
    }
    step *= h * k;
    found[k] = (double)(sum / step) / stencils[k - 1].common;
  }
  if (order < 3)
    found[1] = (double)((value[REACH + 1] - value[REACH - 1]) / (2 * h));
  if (order == 2)
    found[2] = 0;
}

static void hold_derivatives(const struct setting *setting, const struct bp_enclosure *enclosure) {
  bp_quad h = (bp_quad)enclosure->reach / 64;
  double noise = 0x1p-52 * enclosure->rounding, step = 1, found[BP_ORDER + 1];
  for (int n = 0; n < 5; n++) {
    bp_quad x = n == 0   ? 0
                : n == 1 ? 60 * h
                : n == 2 ? -60 * h
                         : 60 * h * gsl_rng_uniform(generator);
    derivatives(setting, x, h, enclosure->order, found);
    step = 1;
    for (int k = 1; k <= enclosure->order; k++) {
      step *= (double)h;
      ck_assert_msg(fabs(found[k]) <= enclosure->derivative[k] * (1 + 1e-6) + noise / step,
                    "%s: derivative %d at %g is %g times k!, bound %g within %g", place(setting), k,
                    (double)x, found[k], enclosure->derivative[k], enclosure->reach);
    }
  }
}

static void hold_rounding(const struct setting *setting, const struct bp_enclosure *enclosure) {
  for (int n = 0; n < 5; n++) {
    double t = enclosure->reach * (n == 0   ? 1
                                   : n == 1 ? 0x1p-10
                                            : gsl_rng_uniform(generator)),
           change;
    bp_perturb(setting->perturber, setting->site, setting->l, setting->i, setting->s, 1, 1, &t,
               &change);
    bp_quad truth = moved(setting, t) - moved(setting, -(bp_quad)t);
    double error = (double)bp_quad_fabs(truth - change);
    ck_assert_msg(error <= 2 * enclosure->rounding,
                  "%s: at %a the change %g is off by %g, bound %g", place(setting), t, change,
                  error, 2 * enclosure->rounding);
  }
}

/* ---- networks drawn at random ---------------------------------------------------------------- */

static const char *const hidden[] = {"sigmoid",  "tanh", "relu", "leaky_relu", "identity",
                                     "softplus", "elu",  "silu", "gelu"};

static const struct {
  const char *activation, *loss;
} outputs[] = {
    {"sigmoid", "cross-entropy"}, {"softmax", "cross-entropy"}, {"softmax", "squared"},
    {"softmax", "half-squared"},  {"sigmoid", "squared"},       {"tanh", "half-squared"},
    {"relu", "squared"},          {"leaky_relu", "squared"},    {"identity", "squared"},
    {"softplus", "half-squared"}, {"elu", "squared"},           {"silu", "squared"},
    {"gelu", "half-squared"},     {"identity", "half-squared"},
};

enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static size_t any(size_t count) { return gsl_rng_uniform_int(generator, count); }

static const char *random_spec(int output) {
  size_t depth = 1 + any(4);
  const char *text = bp_arena_printf(arena, "%zu", 1 + any(4));
  for (size_t l = 1; l < depth; l++)
    text = bp_arena_printf(arena, "%s - %zu %s", text, 1 + any(5),
                           hidden[any(sizeof hidden / sizeof *hidden)]);
  return bp_arena_printf(arena, "%s - %zu %s, %s", text, 1 + any(4), outputs[output].activation,
                         outputs[output].loss);
}

static void choose_place(struct setting *setting) {
  const struct bp_network *network = setting->network;
  setting->l = 1 + any(network->depth);
  setting->i = any(network->size[setting->l]);
  setting->s = any(network->samples);
  setting->site = setting->l < network->depth && any(2) ? BP_SITE_A : BP_SITE_Z;
}

START_TEST(random_networks) {
  gsl_rng_set(generator, (unsigned long)_i + 1);
  for (int n = 0; n < NETWORKS; n++) {
    struct setting setting = {.text = random_spec(_i)};
    double weights = exp2(6 * gsl_rng_uniform(generator) - 3);
    double inputs = exp2(12 * gsl_rng_uniform(generator) - 6);
    prepare(&setting,
            scaled_network(setting.text, 2, (unsigned long)(n + 1), weights, inputs, arena));
    for (int k = 0; k < PLACES * PLANS; k++) {
      choose_place(&setting);
      struct bp_enclosure enclosure = enclose(&setting, &plans[k % PLANS]);
      ck_assert_msg(!enclosure.overflow && !enclosure.on_kink, "%s", place(&setting));
      ck_assert_msg(enclosure.reach > 0, "%s: no reach", place(&setting));
      hold_derivatives(&setting, &enclosure);
      hold_rounding(&setting, &enclosure);
    }
    bp_arena_free(arena);
    arena = bp_arena_new(0);
  }
}
END_TEST

/* Bounds that hold are of no use when they are far too wide: for an ordinary network the third
 * derivative and the rounding may be overestimated, but not by thousands. */
START_TEST(bounds_are_useful) {
  struct setting setting = {.text = "3 - 4 tanh - 2 sigmoid", .site = BP_SITE_Z, .l = 1};
  prepare(&setting, drawn_network(setting.text, 3, 5, arena));
  for (setting.i = 0; setting.i < 4; setting.i++) {
    struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
    ck_assert_double_eq(enclosure.reach, plans[0].reach);
    ck_assert_int_eq(enclosure.order, 3);
    ck_assert_double_lt(enclosure.derivative[3], 50);
    ck_assert_double_lt(enclosure.rounding, 1e3 * UNIT);
  }
}
END_TEST

/* A bound of the slope by hand: f(t) = (w t + d)^2, d = a - y, on |t| <= r. */
START_TEST(square_of_a_line) {
  struct setting setting = {.text = "1 - 1 identity - 1 identity, squared", .l = 1};
  struct bp_network *network = blank_network(setting.text, 1, arena);
  gsl_matrix_set(network->W[1], 0, 0, 1);
  gsl_matrix_set(network->W[2], 0, 0, -3);
  gsl_matrix_set(network->X, 0, 0, 0.5);
  prepare(&setting, network);
  struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
  double r = enclosure.reach;
  ck_assert_double_eq(r, plans[0].reach);
  ck_assert_double_eq_tol(enclosure.derivative[1], 2 * 3 * (1.5 + 3 * r), 1e-12);
  ck_assert_double_eq_tol(enclosure.derivative[2], 9, 1e-12);
  ck_assert_double_eq(enclosure.derivative[3], 0);
}
END_TEST

/* Far down its left tail an activation is ill-conditioned, and large weights behind it make what it
 * loses the greatest loss of all. */
START_TEST(rounding_of_one_activation) {
  static const char *const tails[] = {"gelu", "silu", "sigmoid", "softplus", "elu"};
  gsl_rng_set(generator, 17);
  for (int n = 0; n < 300; n++) {
    struct setting setting = {.l = 1};
    setting.text = bp_arena_printf(arena, "1 - 1 %s - 1 identity, squared", tails[_i]);
    struct bp_network *network = blank_network(setting.text, 1, arena);
    double z = -1 - 7 * gsl_rng_uniform(generator);
    gsl_matrix_set(network->b[1], 0, 0, z);
    gsl_matrix_set(network->W[2], 0, 0, 1 / network->activation[1]->value(z));
    prepare(&setting, network);
    struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
    hold_rounding(&setting, &enclosure);
  }
}
END_TEST

/* ---- kinks ----------------------------------------------------------------------------------- */

/* "1 - 1 F - 2 F - 1 identity" where every weight is 1 and all units are at z = 3, but for one of
 * layer `l` that sits at z. */
static void plant(struct setting *setting, const char *function, size_t l, double z) {
  const char *text =
      bp_arena_printf(arena, "1 - 1 %s - 2 %s - 1 identity, squared", function, function);
  struct bp_network *network = blank_network(text, 1, arena);
  gsl_matrix_set(network->X, 0, 0, 1);
  for (size_t layer = 1; layer <= 3; layer++) {
    gsl_matrix_set_all(network->W[layer], 1);
    gsl_matrix_set_all(network->b[layer], layer == 1 ? 2 : 0);
  }
  *setting = (struct setting){.text = text, .l = 1, .forward = forward_of(network, arena)};
  gsl_matrix_set(setting->forward->Z[l], 0, 0, z);
  gsl_matrix_set(setting->forward->A[l], 0, 0, network->activation[l]->value(z));
  prepare(setting, network);
}

static const struct kink {
  const char *function;
  int order;   /* where the kink is inside */
  double jump; /* of the slope */
} kinks[] = {{"relu", 1, 1}, {"leaky_relu", 1, 0.99}, {"elu", 2, 0}};

enum { KINKS = sizeof kinks / sizeof *kinks };

START_TEST(reach_stays_beside_a_kink) {
  const struct kink *kink = &kinks[_i / 2];
  size_t l = 1 + (size_t)_i % 2;
  struct setting setting;
  for (int sign = -1; sign <= 1; sign += 2) {
    double z = sign * 0x1p-14;
    plant(&setting, kink->function, l, z);
    struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
    ck_assert_msg(enclosure.reach < fabs(z) && enclosure.reach >= plans[0].kink_floor,
                  "%s: reach %g beside a kink %g away", setting.text, enclosure.reach, z);
    ck_assert_msg(enclosure.order == 3 && enclosure.ambiguity == 0 && !enclosure.on_kink,
                  "%s: order %d", setting.text, enclosure.order);
    hold_derivatives(&setting, &enclosure);
    hold_rounding(&setting, &enclosure);
  }
}
END_TEST

/* Nearer than the floor the kink is crossed, and the enclosure says what that may do. */
START_TEST(kink_below_the_floor_is_crossed) {
  const struct kink *kink = &kinks[_i / 2];
  size_t l = 1 + (size_t)_i % 2;
  struct setting setting;
  plant(&setting, kink->function, l, -0x1p-30);
  struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
  ck_assert_msg(enclosure.order == kink->order, "%s: order %d", setting.text, enclosure.order);
  ck_assert_msg(!enclosure.on_kink, "%s: beside the kink, not on it", setting.text);
  bp_quad h = enclosure.reach / 4;
  double above = (double)((moved(&setting, 2 * h) - moved(&setting, h)) / h);
  double below = (double)((moved(&setting, -h) - moved(&setting, -2 * h)) / h);
  double curvature = kink->jump == 0 ? INFINITY : 1e-3;
  ck_assert_msg(fabs(above - below) <= enclosure.ambiguity + curvature,
                "%s: slopes %g and %g, ambiguity %g", setting.text, below, above,
                enclosure.ambiguity);
  ck_assert_msg((enclosure.ambiguity > 0) == (kink->jump > 0), "%s: ambiguity %g", setting.text,
                enclosure.ambiguity);
  hold_derivatives(&setting, &enclosure);
  hold_rounding(&setting, &enclosure);
}
END_TEST

START_TEST(unit_on_its_kink_is_seen) {
  const struct kink *kink = &kinks[_i / 2];
  size_t l = 1 + (size_t)_i % 2;
  struct setting setting;
  plant(&setting, kink->function, l, 0);
  struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
  ck_assert_msg(enclosure.on_kink == (kink->jump > 0), "%s: on its kink", setting.text);
  ck_assert_int_eq(enclosure.order, kink->order);
  hold_derivatives(&setting, &enclosure);
  setting.site = BP_SITE_A; /* moving A[1] does not move Z[1] */
  enclosure = enclose(&setting, &plans[0]);
  ck_assert_msg(enclosure.on_kink == (kink->jump > 0 && l == 2), "%s: A[1] moved", setting.text);
}
END_TEST

/* A unit on its kink that the moved number does not reach is nobody's concern. */
START_TEST(unit_that_does_not_move_has_no_kink) {
  struct setting setting;
  plant(&setting, "relu", 2, 0);
  gsl_matrix_set(setting.network->W[2], 0, 0, 0);
  struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
  ck_assert(!enclosure.on_kink);
  ck_assert_int_eq(enclosure.order, 3);
  ck_assert_double_eq(enclosure.ambiguity, 0);
}
END_TEST

/* A whole layer of units that rest, each tried alone on its kink: seen exactly when it moves. */
START_TEST(kinks_of_random_networks) {
  for (unsigned long seed = 1; seed <= 40; seed++) {
    struct setting setting = {.text = "3 - 5 relu - 4 leaky_relu - 3 relu - 2 sigmoid", .l = 1};
    struct bp_network *network = drawn_network(setting.text, 1, seed, arena);
    gsl_rng_set(generator, seed);
    setting.forward = forward_of(network, arena);
    size_t layer = 1 + any(3), unit = any(network->size[layer]);
    gsl_matrix_set(setting.forward->Z[layer], unit, 0, 0);
    gsl_matrix_set(setting.forward->A[layer], unit, 0, 0);
    prepare(&setting, network);
    for (setting.l = 1; setting.l <= 4; setting.l++) {
      for (setting.i = 0; setting.i < network->size[setting.l]; setting.i++) {
        double h = 0x1p-60; /* too small to cross any other kink */
        bp_quad above = moved(&setting, h), below = moved(&setting, -(bp_quad)h);
        bool kinked = bp_quad_fabs(above + below) > 0x1p-20 * h * bp_quad_fabs(above / h);
        struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
        ck_assert_msg(!kinked || enclosure.on_kink, "%s: kink not seen", place(&setting));
        ck_assert_msg(!enclosure.on_kink || setting.l <= layer, "%s: kink seen", place(&setting));
        ck_assert_msg(setting.l != layer || enclosure.on_kink == (setting.i == unit), "%s",
                      place(&setting));
      }
    }
  }
}
END_TEST

/* One step to one side keeps all derivatives of that side. */
START_TEST(one_sided_plan_keeps_its_order) {
  const struct kink *kink = &kinks[_i / 2];
  struct bp_step_plan plan = plans[0];
  struct setting setting;
  plan.one_sided = true;
  plant(&setting, kink->function, 1 + (size_t)_i % 2, 0);
  struct bp_enclosure enclosure = enclose(&setting, &plan);
  ck_assert_msg(enclosure.order == 3, "%s: order %d", setting.text, enclosure.order);
  for (int sign = -1; sign <= 1; sign += 2) {
    bp_quad h = enclosure.reach / 64;
    double found[BP_ORDER + 1];
    derivatives(&setting, sign * 32 * h, h, 3, found);
    for (int k = 1; k <= 3; k++)
      ck_assert_msg(fabs(found[k]) <= enclosure.derivative[k] * (1 + 1e-6) + 1e-9,
                    "%s: derivative %d beside the kink is %g, bound %g", setting.text, k, found[k],
                    enclosure.derivative[k]);
  }
}
END_TEST

/* ---- steps --------------------------------------------------------------------------------------
 */

/* What a method makes of a function whose derivative at 0 is 0. */
static double quotient(enum bp_method method, double (*f)(double), double h) {
  double central = f(h) - f(-h), wide = f(2 * h) - f(-2 * h);
  if (method == BP_METHOD_FOUR_POINT)
    return (8 * central - wide) / (12 * h);
  if (method == BP_METHOD_ONE_SIDED)
    return (4 * f(h) - f(2 * h)) / (2 * h);
  return central / (2 * h);
}

static double cube(double t) { return t * t * t; }
static double fifth_power(double t) { return t * t * t * t * t; }
static double bent_square(double t) { return t * fabs(t); }
static double sign(double t) { return t > 0 ? 1 : -1; }

/* Functions of which one bound alone is the whole truth, so that the error is known, and how many
 * times too wide the bound may be. */
static const struct {
  enum bp_method method;
  double (*f)(double);
  struct bp_step_sums sums;
  double slack;
} steps[] = {
    {BP_METHOD_TWO_POINT, cube, {.third = 1}, 1.001},
    {BP_METHOD_QUAD, cube, {.third = 1}, 1.001},
    {BP_METHOD_FOUR_POINT, fifth_power, {.fifth = 1}, 2},
    {BP_METHOD_ONE_SIDED, cube, {.third = 1}, 4},
    {BP_METHOD_TWO_POINT, bent_square, {.second = 1, .third = 1e150, .fifth = 1e150}, 1.001},
    {BP_METHOD_TWO_POINT, sign, {.rounding = 1}, 1.001},
};

START_TEST(step_bounds_by_polynomials) {
  for (int power = -1; power <= 1; power++) {
    double leverage = pow(4, power);
    struct bp_step_sums sums = steps[_i].sums;
    struct bp_difference entry;
    sums.scale = leverage;
    sums.inverse_reach = 0x1p7;
    double h = bp_step_choose(&sums, 1, 1, steps[_i].method, &entry), t = h * leverage;
    ck_assert_msg(t > 0 && t <= 0x1p-7, "row %d: step %g", _i, t);
    double error = leverage * fabs(quotient(steps[_i].method, steps[_i].f, t));
    ck_assert_msg(error <= bp_difference_bound(&entry), "row %d: off by %g, bound %g", _i, error,
                  bp_difference_bound(&entry));
    ck_assert_msg(bp_difference_bound(&entry) <= steps[_i].slack * error,
                  "row %d: off by %g, bound %g", _i, error, bp_difference_bound(&entry));
    bool rounds = steps[_i].sums.rounding > 0; /* and what explains the error is called by name */
    ck_assert_msg((rounds ? entry.truncation : entry.rounding) == 0, "row %d: %g and %g", _i,
                  entry.truncation, entry.rounding);
  }
}
END_TEST

/* Powers of leverages relative to the largest; a sample that does not move says nothing. */
START_TEST(sums_of_samples) {
  static const double a[] = {2, -1, 0, 99};
  double numbers[BP_STEP_FIELDS][4], *field[BP_STEP_FIELDS];
  for (int k = 0; k < BP_STEP_FIELDS; k++) {
    field[k] = numbers[k];
    for (int s = 0; s < 4; s++)
      numbers[k][s] = k <= BP_STEP_AMBIGUITY ? s + 1 : s == 2;
  }
  struct bp_step_sums sums = bp_step_sum(field, a, 0, 3);
  ck_assert_double_eq(sums.scale, 2);
  ck_assert_double_eq(sums.inverse_reach, 1);
  ck_assert_double_eq(sums.rounding, 1 + 2);
  ck_assert_double_eq(sums.slope, 1 + 2 / 2.);
  ck_assert_double_eq(sums.ambiguity, 1 + 2 / 2.);
  ck_assert_double_eq(sums.second, 1 + 2 / 4.);
  ck_assert_double_eq(sums.third, 1 + 2 / 8.);
  ck_assert_double_eq(sums.fifth, 1 + 2 / 32.);
  ck_assert(!sums.on_kink && !sums.overflow);
  ck_assert_double_eq(bp_step_sum(field, a, 2, 3).scale, 0);
}
END_TEST

/* ---- what is not finite ---------------------------------------------------------------------- */

static const double strange[] = {INFINITY, -INFINITY, NAN};

START_TEST(overflow_is_flagged) {
  static const char *const specs[] = {
      "2 - 3 tanh - 2 sigmoid", "2 - 3 leaky_relu - 2 softmax", "2 - 3 silu - 2 softmax, squared",
      "2 - 3 identity - 2 identity, squared", "2 - 3 gelu - 2 softplus, half-squared"};
  for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
    struct setting setting = {.text = specs[k], .l = 1};
    struct bp_network *network = drawn_network(specs[k], 1, 3, arena);
    setting.forward = forward_of(network, arena);
    gsl_matrix_set(setting.forward->Z[2], 0, 0, strange[_i]);
    gsl_matrix_set(setting.forward->A[2], 0, 0, strange[_i]);
    prepare(&setting, network);
    struct bp_enclosure enclosure = enclose(&setting, &plans[0]);
    ck_assert_msg(enclosure.overflow, "%s with Z[2] = %g: no overflow seen", specs[k], strange[_i]);
    gsl_matrix_set(setting.forward->Z[2], 0, 0, 0.5);
    gsl_matrix_set(setting.forward->A[2], 0, 0, 0.5);
    enclosure = enclose(&setting, &plans[0]);
    ck_assert_msg(!enclosure.overflow, "%s: overflow seen", specs[k]);
  }
}
END_TEST

static TCase *random_cases(void) {
  TCase *cases = tcase_create("random");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, random_networks, 0, OUTPUTS);
  tcase_add_test(cases, bounds_are_useful);
  tcase_add_test(cases, square_of_a_line);
  tcase_add_loop_test(cases, rounding_of_one_activation, 0, 5);
  return cases;
}

static TCase *special_cases(void) {
  TCase *cases = tcase_create("special");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, reach_stays_beside_a_kink, 0, 2 * KINKS);
  tcase_add_loop_test(cases, kink_below_the_floor_is_crossed, 0, 2 * KINKS);
  tcase_add_loop_test(cases, unit_on_its_kink_is_seen, 0, 2 * KINKS);
  tcase_add_test(cases, unit_that_does_not_move_has_no_kink);
  tcase_add_test(cases, kinks_of_random_networks);
  tcase_add_loop_test(cases, one_sided_plan_keeps_its_order, 0, 2 * KINKS);
  tcase_add_loop_test(cases, overflow_is_flagged, 0, (int)(sizeof strange / sizeof *strange));
  tcase_add_loop_test(cases, step_bounds_by_polynomials, 0, (int)(sizeof steps / sizeof *steps));
  tcase_add_test(cases, sums_of_samples);
  return cases;
}

int main(void) {
  Suite *suite = suite_create("enclosure");
  suite_add_tcase(suite, random_cases());
  suite_add_tcase(suite, special_cases());
  return run_suite(suite);
}
