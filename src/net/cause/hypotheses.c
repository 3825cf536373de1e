/* The table of mistakes, and how each changes the right recipe.
 *
 * Those that need another matrix look whether its shape would fit: what does not fit nobody can
 * have computed.
 */
#include "net/cause/hypotheses.h"

enum {
  ON_W = 1 << BP_PART_W,
  ON_B = 1 << BP_PART_B,
  ON_DA = 1 << BP_PART_DA,
  ON_DZ = 1 << BP_PART_DZ,
  ON_PARAMETER = ON_W | ON_B,
  ON_DELTA = ON_DA | ON_DZ,
  ON_SLOPE = ON_PARAMETER | ON_DZ,
  ON_ALL = ON_PARAMETER | ON_DELTA
};

struct bp_question bp_question_of(const struct bp_scene *scene, size_t block) {
  struct bp_question q = {.scene = scene,
                          .network = scene->evidence->network,
                          .forward = scene->evidence->forward,
                          .block = block,
                          .view = &scene->views[block],
                          .recipe = bp_right_recipe(scene, block)};
  q.l = q.view->l;
  q.part = bp_part_of(q.view);
  return q;
}

/* ---- recipes ------------------------------------------------------------- */

static double size_of(const struct bp_question *q, enum bp_scale size) {
  switch (size) {
  case BP_SAMPLES:
    return (double)q->network->samples;
  case BP_WIDTH:
    return (double)q->network->size[q->l];
  case BP_WIDTH_BELOW:
    return (double)q->network->size[q->l - 1];
  case BP_OUTPUTS:
    return (double)q->network->size[q->network->depth];
  default:
    return 1;
  }
}

static bool scaled(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                   struct bp_recipe *recipe) {
  double size = size_of(q, row->size);
  recipe->plain = true;
  recipe->factor = row->constant * (row->power < 0 ? 1 / size : size);
  return variant == 0 && (row->size == BP_NO_SCALE || size > 1);
}

/* Divided by m - 1, as a sample variance is. */
static bool less_one(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                     struct bp_recipe *recipe) {
  (void)row;
  double m = (double)q->network->samples;
  recipe->plain = true;
  recipe->factor = m / (m - 1);
  return variant == 0 && m > 2;
}

static bool transposed(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                       struct bp_recipe *recipe) {
  (void)row;
  const gsl_matrix *shape = q->view->value;
  recipe->plain = true;
  recipe->arrangement = BP_TRANSPOSED;
  return variant == 0 && shape->size1 == shape->size2;
}

static bool reshaped(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                     struct bp_recipe *recipe) {
  (void)row;
  const gsl_matrix *shape = q->view->value;
  recipe->plain = true;
  recipe->arrangement = BP_RESHAPED;
  return variant == 0 && shape->size1 != shape->size2;
}

static bool wrong_delta(const struct bp_question *q, const struct bp_hypothesis *row,
                        size_t variant, struct bp_recipe *recipe) {
  (void)row;
  const size_t *size = q->network->size;
  size_t right = recipe->layer;
  recipe->layer = variant;
  return variant >= 1 && variant <= q->network->depth && variant != right &&
         size[variant] == size[right] && !(q->part == BP_PART_DA && q->l == q->network->depth);
}

/* dA for dZ, or another factor for g'(Z); for softmax the slope is a matrix. */
static bool has_slope(const struct bp_question *q) {
  return q->part != BP_PART_DA && !q->network->activation[q->l]->columnwise;
}

static bool no_slope(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                     struct bp_recipe *recipe) {
  (void)q, (void)row;
  recipe->slope = BP_SLOPE_NONE;
  return variant == 0;
}

static bool slope_at_a(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                       struct bp_recipe *recipe) {
  (void)row;
  recipe->slope = BP_SLOPE_AT_A;
  return variant == 0 && has_slope(q);
}

static bool slope_twice(const struct bp_question *q, const struct bp_hypothesis *row,
                        size_t variant, struct bp_recipe *recipe) {
  (void)row;
  recipe->slope = BP_SLOPE_TWICE;
  return variant == 0 && has_slope(q);
}

static bool elementwise(const struct bp_question *q, const struct bp_hypothesis *row,
                        size_t variant, struct bp_recipe *recipe) {
  (void)row;
  recipe->slope = BP_SLOPE_ELEMENTWISE;
  return variant == 0 && q->part != BP_PART_DA && q->network->activation[q->l]->columnwise;
}

/* A[L] - Y has the derivative of softmax in it already. */
static bool softmax_twice(const struct bp_question *q, const struct bp_hypothesis *row,
                          size_t variant, struct bp_recipe *recipe) {
  (void)row;
  recipe->slope = BP_SLOPE_JACOBIAN_TWICE;
  return variant == 0 && q->part != BP_PART_DA && q->network->activation[q->l]->columnwise;
}

static bool diagonal_twice(const struct bp_question *q, const struct bp_hypothesis *row,
                           size_t variant, struct bp_recipe *recipe) {
  (void)row;
  recipe->slope = BP_SLOPE_TWICE;
  return variant == 0 && q->part != BP_PART_DA && q->network->activation[q->l]->columnwise;
}

/* f' of another function, at Z or by its formula from the wrong A. */
static bool other_slope(const struct bp_question *q, const struct bp_hypothesis *row,
                        size_t variant, struct bp_recipe *recipe) {
  (void)row;
  if (variant >= 2 * bp_function_count || !has_slope(q))
    return false;
  recipe->function = &bp_functions[variant / 2];
  recipe->slope = variant % 2 ? BP_SLOPE_OTHER_OF_A : BP_SLOPE_OTHER;
  return !recipe->function->columnwise && recipe->function != q->network->activation[q->l];
}

/* The first sample or the last, as a mean or as they are. */
static bool one_sample(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                       struct bp_recipe *recipe) {
  (void)row;
  size_t m = q->network->samples;
  recipe->first = variant % 2 ? m - 1 : 0;
  recipe->count = 1;
  recipe->factor = variant < 2 ? 1 : (double)m;
  return variant < 4 && m > 1;
}

static bool over_units(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                       struct bp_recipe *recipe) {
  (void)q, (void)row;
  recipe->arrangement = BP_OVER_UNITS;
  return variant == 0;
}

static bool over_all(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                     struct bp_recipe *recipe) {
  (void)row;
  double n = size_of(q, BP_WIDTH), m = size_of(q, BP_SAMPLES);
  recipe->arrangement = BP_OVER_ALL; /* summed anew for every entry */
  return variant == 0 && n > 1 && m > 1 && n * n * m <= 1e8;
}

static bool z_for_a(const struct bp_question *q, const struct bp_hypothesis *row, size_t variant,
                    struct bp_recipe *recipe) {
  (void)row;
  recipe->other = q->forward->Z[q->l - 1];
  return variant == 0 && q->l > 1;
}

static bool other_activation(const struct bp_question *q, const struct bp_hypothesis *row,
                             size_t variant, struct bp_recipe *recipe) {
  (void)row;
  const size_t *size = q->network->size;
  if (variant > q->network->depth || variant == q->l - 1 || size[variant] != size[q->l - 1])
    return false;
  recipe->other = q->forward->A[variant];
  return true;
}

static bool untransposed(const struct bp_question *q, const struct bp_hypothesis *row,
                         size_t variant, struct bp_recipe *recipe) {
  (void)row;
  recipe->untransposed = true;
  return variant == 0 && q->l < q->network->depth && recipe->other->size1 == recipe->other->size2;
}

static bool other_weights(const struct bp_question *q, const struct bp_hypothesis *row,
                          size_t variant, struct bp_recipe *recipe) {
  (void)row;
  if (variant < 1 || variant > q->network->depth || q->l == q->network->depth ||
      variant == q->l + 1)
    return false;
  const gsl_matrix *W = q->network->W[variant], *right = recipe->other;
  recipe->other = W;
  return W->size1 == right->size1 && W->size2 == right->size2;
}

/* ---- the table ----------------------------------------------------------- */

#define SCALED(kind, rank, constant, size, power, equals, means)                                   \
  { kind, rank, ON_ALL, scaled, constant, size, power, equals, means }
#define MADE(kind, rank, where, make, equals, means)                                               \
  { kind, rank, where, make, 0, BP_NO_SCALE, 0, equals, means }

const struct bp_hypothesis bp_hypotheses[] = {
    SCALED("sign", 0, -1, BP_NO_SCALE, 0, "minus {R}", "the sign is wrong"),
    SCALED("twice", 0, 2, BP_NO_SCALE, 0, "twice {R}", "there is a factor 2 too many"),
    SCALED("half", 0, 0.5, BP_NO_SCALE, 0, "half of {R}", "a factor 2 is missing"),
    SCALED("zero", 0, 0, BP_NO_SCALE, 0, "0", "nothing was ever written there"),
    {"no-mean", 0, ON_PARAMETER, scaled, 1, BP_SAMPLES, 1, "{R} times m",
     "the 1/m of the mean is missing"},
    {"times-m", 0, ON_DELTA, scaled, 1, BP_SAMPLES, 1, "{R} times m",
     "there is a factor m too many"},
    {"mean-twice", 0, ON_PARAMETER, scaled, 1, BP_SAMPLES, -1, "{R} divided by m",
     "the 1/m of the mean was applied twice"},
    {"over-m", 0, ON_DELTA, scaled, 1, BP_SAMPLES, -1, "{R} divided by m",
     "this is of the mean J; here {N} is of the loss of each sample"},
    SCALED("sign-times-m", 0, -1, BP_SAMPLES, 1, "{R} times -m",
           "the sign and a factor 1/m are wrong"),
    MADE("transposed", 0, ON_ALL, transposed, "{R} transposed", "rows and columns are exchanged"),
    MADE("transposed", 0, ON_W, reshaped, "{R} transposed, but read into the shape of W[{l}]",
         "rows and columns are exchanged"),
    MADE("no-slope", 0, ON_DZ, no_slope, "dA[{l}]", "the factor {g}'(Z[{l}]) is missing"),
    MADE("no-slope", 0, ON_PARAMETER, no_slope, "what comes from dA[{l}] in place of dZ[{l}]",
         "the factor {g}'(Z[{l}]) is missing"),
    MADE("slope-at-a", 0, ON_SLOPE, slope_at_a, "what comes out with {g}'(A[{l}]) for {g}'(Z[{l}])",
         "{g}' was taken at A[{l}], and should be at Z[{l}]"),
    MADE("slope-twice", 0, ON_SLOPE, slope_twice, "what comes out with {g}'(Z[{l}]) once more",
         "there is a factor {g}'(Z[{l}]) too many"),
    MADE("slope-twice", 0, ON_SLOPE, softmax_twice,
         "what comes out with the derivative of softmax once more",
         "the derivative of softmax is applied once too often"),
    MADE("slope-twice", 0, ON_SLOPE, diagonal_twice,
         "what comes out with A[{l}] ⊙ (1 - A[{l}]) once more",
         "there is a factor A[{l}] ⊙ (1 - A[{l}]) too many"),
    MADE("softmax-elementwise", 0, ON_SLOPE, elementwise,
         "what comes out with A[{l}] ⊙ (1 - A[{l}]) for the derivative of softmax",
         "the derivative of softmax is a matrix, and this is only its diagonal"),
    MADE("wrong-axis", 0, ON_B, over_units, "the sums of dZ[{l}] over the units",
         "dZ[{l}] was summed over the units instead of the samples"),
    MADE("sum-of-all", 0, ON_B, over_all, "the sum of all of dZ[{l}]",
         "dZ[{l}] was summed over the units too, and not only over the samples"),
    MADE("one-sample", 0, ON_PARAMETER, one_sample, "what sample {s} alone contributes",
         "the sum over the samples is missing"),
    MADE("wrong-delta", 0, ON_PARAMETER, wrong_delta, "what comes from dZ[{k}]",
         "the delta is that of layer {k}, and should be that of layer {l}"),
    MADE("wrong-delta", 0, ON_DA, wrong_delta, "what comes from dZ[{k}]",
         "the delta is that of layer {k}, and should be that of layer {n}"),
    MADE("z-for-a", 0, ON_W, z_for_a, "what comes from Z[{p}]",
         "Z[{p}] stands where BP4 needs A[{p}]"),
    MADE("wrong-activation", 0, ON_W, other_activation, "what comes from {M}",
         "BP4 needs the activation of the layer before, A[{p}], not {M}"),
    MADE("untransposed", 0, ON_DA, untransposed, "what comes from W[{n}] not transposed",
         "the transpose of W[{n}] is missing"),
    MADE("wrong-weights", 0, ON_DA, other_weights, "what comes from {M}'",
         "{M} stands where BP2 needs W[{n}]"),
    MADE("other-slope", 1, ON_SLOPE, other_slope,
         "what comes out with the derivative of {f} for that of {g}",
         "layer {l} is {g}, and the derivative that of {f}"),
    MADE("mean-less-one", 1, ON_PARAMETER, less_one, "{R} times m/(m - 1)",
         "the mean is 1/m, not 1/(m - 1)"),
    SCALED("times-outputs", 1, 1, BP_OUTPUTS, 1, "{R} times n[L]",
           "a mean over the outputs is missing"),
    SCALED("over-outputs", 1, 1, BP_OUTPUTS, -1, "{R} divided by n[L]",
           "this is the mean over the outputs; the loss is their sum"),
    SCALED("times-width", 1, 1, BP_WIDTH, 1, "{R} times n[{l}]",
           "there is a factor n[{l}] too many"),
    SCALED("over-width", 1, 1, BP_WIDTH, -1, "{R} divided by n[{l}]",
           "there is a factor 1/n[{l}] too many"),
    SCALED("times-inputs", 1, 1, BP_WIDTH_BELOW, 1, "{R} times n[{p}]",
           "there is a factor n[{p}] too many"),
    SCALED("over-inputs", 1, 1, BP_WIDTH_BELOW, -1, "{R} divided by n[{p}]",
           "there is a factor 1/n[{p}] too many"),
};
const size_t bp_hypothesis_count = sizeof bp_hypotheses / sizeof *bp_hypotheses;

/* No row has more than two for each function, or one for each layer. */
size_t bp_hypothesis_variants(const struct bp_network *network) {
  size_t count = 2 * bp_function_count;
  return network->depth + 1 > count ? network->depth + 1 : count;
}
