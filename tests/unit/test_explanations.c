/* What a wrong gradient is said to suffer from, against the mistake that was planted in it.
 *
 * Networks are drawn: depths, widths, activations, losses, samples.  Every mistake that fits is
 * planted in each; where the check fails, the block must be explained by that very mistake, by one
 * that gives the same numbers there, or not at all.  Then mistakes that no --inject knows, put into
 * the numbers by hand, and gradients that are wrong in no simple way.
 */
#include <gsl/gsl_blas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/cause/diagnosis.h"
#include "net/check.h"
#include "net/compare.h"
#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- surroundings -------------------------------------------------------- */

struct trial {
  struct bp_network *network;
  struct bp_evidence *evidence;
  struct bp_gradient *wrong;
  struct bp_report report;
};

static struct trial trial_of(struct bp_network *network, const struct bp_check_options *options) {
  struct trial t = {.network = network, .wrong = bp_gradient_new(network, arena)};
  ck_assert_int_eq(bp_evidence_gather(network, options, arena, &t.evidence), BP_OK);
  bp_backprop(network, t.evidence->forward, options->route, NULL, t.wrong);
  return t;
}

/* Judges t->wrong and explains it. */
static void explain(struct trial *t, const struct bp_mistake *mistake,
                    const struct bp_check_options *options, struct bp_arena *place) {
  t->report = (struct bp_report){0};
  ck_assert_int_eq(bp_compare(t->evidence, t->wrong, mistake, options, place, &t->report), BP_OK);
  ck_assert_int_eq(bp_explain(t->evidence, t->wrong, place, &t->report), BP_OK);
}

static const struct bp_block *block_named(const struct trial *t, const char *name) {
  for (size_t b = 0; b < t->report.block_count; b++)
    if (!strcmp(t->report.blocks[b].name, name))
      return &t->report.blocks[b];
  ck_abort_msg("no block %s", name);
  return NULL;
}

/* "a" or "b" in "a|b". */
static bool names_kind(const char *kinds, const char *kind) {
  size_t length = strlen(kind);
  for (const char *at = kinds; at && (at = strstr(at, kind)); at++)
    if ((at == kinds || at[-1] == '|') && (at[length] == '\0' || at[length] == '|'))
      return true;
  return false;
}

/* ---- every mistake in many networks -------------------------------------- */

enum { GROUPS = 8, NETWORKS_IN_GROUP = 40 };

static unsigned draw(unsigned *state, unsigned below) {
  *state = *state * 1664525u + 1013904223u;
  return (*state >> 8) % below;
}

static const char *drawn_spec(unsigned *state) {
  static const char *const hidden[] = {"tanh", "sigmoid",  "relu", "leaky_relu", "identity",
                                       "elu",  "softplus", "gelu", "silu"};
  static const char *const ends[] = {"sigmoid", "softmax", "tanh, squared", "identity, squared",
                                     "sigmoid, half-squared"};
  unsigned depth = 1 + draw(state, 4), last = draw(state, 5);
  char *text = bp_arena_printf(arena, "%u", 1 + draw(state, 4));
  for (unsigned l = 1; l < depth; l++)
    text = bp_arena_printf(arena, "%s - %u %s", text, 1 + draw(state, 4), hidden[draw(state, 9)]);
  return bp_arena_printf(arena, "%s - %u %s", text, (last == 1) + 1 + draw(state, 3), ends[last]);
}

static const struct bp_block *planted_block(const struct trial *t,
                                            const struct bp_mistake *mistake) {
  const char *part = bp_mistake_place_of(mistake->kind) == BP_AT_DELTA ? "dZ"
                     : mistake->bias                                   ? "b"
                                                                       : "W";
  return block_named(t, bp_arena_printf(arena, "%s[%zu]", part, mistake->layer));
}

struct tally {
  size_t failing, right, open;
};

/* Every block that fails is explained by the mistake, as its consequence, or not at all. */
static void tally_up(const struct trial *t, const struct bp_mistake *mistake, const char *spec,
                     struct tally *tally) {
  const char *text = bp_mistake_text(mistake, arena);
  const char *kind = bp_arena_strndup(arena, text, strcspn(text, " "));
  const struct bp_block *own = planted_block(t, mistake);
  for (size_t b = 0; b < t->report.block_count; b++) {
    const struct bp_block *block = &t->report.blocks[b];
    if (block->verdict != BP_FAILS || block->informative)
      continue;
    ck_assert_msg(block->explanation != NULL, "%s, %s: nothing about %s", spec, text, block->name);
    bool open = strstr(block->explanation, "no simple explanation found") != NULL;
    bool consequence = block != own && names_kind(block->explanation_kind, "follows") &&
                       strstr(block->explanation, own->name);
    bool right = names_kind(block->explanation_kind, kind) || consequence;
    ck_assert_msg(open || right, "%s, m = %zu, %s: %s (%s)", spec, t->network->samples, text,
                  block->explanation, block->explanation_kind);
    tally->failing++;
    tally->right += right && !open;
    tally->open += open;
  }
}

static void plant_all(const char *text, size_t samples, unsigned long seed, enum bp_route route,
                      struct tally *tally) {
  struct bp_spec spec = spec_of(text, arena);
  struct bp_check_options options = {.route = route, .threads = 1};
  static const double scales[] = {1, 1, 0.1, 3, 10, 30};
  double weights = scales[seed % 6], inputs = scales[seed / 6 % 6];
  struct trial t = trial_of(scaled_network(text, samples, seed, weights, inputs, arena), &options);
  struct bp_mistake *list;
  size_t count = bp_mistake_all(&spec, arena, &list);
  for (size_t k = 0; k < count; k++) {
    if (bp_mistake_obstacle(&list[k], &spec, route, arena))
      continue;
    struct bp_arena *spare = bp_arena_new(0);
    bp_backprop(t.network, t.evidence->forward, route, &list[k], t.wrong);
    explain(&t, &list[k], &options, spare);
    tally_up(&t, &list[k], text, tally);
    bp_arena_free(spare);
  }
}

/* Those that stay open: a single number from a single sample, digits lost in saturated units. */
START_TEST(planted_mistakes_are_named) {
  struct tally tally = {0, 0, 0};
  for (unsigned n = 0; n < NETWORKS_IN_GROUP; n++) {
    unsigned state = (unsigned)_i * NETWORKS_IN_GROUP + n + 1;
    unsigned long seed = state;
    draw(&state, 2);
    struct bp_arena_mark mark = bp_arena_mark(arena);
    const char *text = drawn_spec(&state);
    plant_all(text, 1 + draw(&state, 6), seed, draw(&state, 2) ? BP_ROUTE_DA : BP_ROUTE_DIRECT,
              &tally);
    bp_arena_release(arena, mark);
  }
  ck_assert_uint_gt(tally.failing, 1000);
  ck_assert_uint_eq(tally.failing, tally.right + tally.open);
  ck_assert_msg(tally.right * 100 >= tally.failing * 80, "%zu of %zu explained", tally.right,
                tally.failing);
}
END_TEST

/* ---- mistakes made by hand ----------------------------------------------- */

static void scale(gsl_matrix *block, double factor) { gsl_matrix_scale(block, factor); }

/* dW[l], db[l] and what lies before them, from the dZ[l] that is there. */
static void go_on_from(struct trial *t, size_t l) {
  const struct bp_network *network = t->network;
  const struct bp_forward *forward = t->evidence->forward;
  double mean = 1 / (double)network->samples;
  for (;; l--) {
    gsl_matrix *dZ = t->wrong->dZ[l];
    gsl_blas_dgemm(CblasNoTrans, CblasTrans, mean, dZ, forward->A[l - 1], 0, t->wrong->dW[l]);
    gsl_matrix_set_zero(t->wrong->db[l]);
    for (size_t i = 0; i < dZ->size1; i++)
      for (size_t s = 0; s < dZ->size2; s++)
        *gsl_matrix_ptr(t->wrong->db[l], i, 0) += mean * gsl_matrix_get(dZ, i, s);
    if (l == 1)
      return;
    gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, network->W[l], dZ, 0, t->wrong->dA[l - 1]);
    for (size_t k = 0; k < network->size[l - 1] * network->samples; k++)
      t->wrong->dZ[l - 1]->data[k] = t->wrong->dA[l - 1]->data[k] *
                                     network->activation[l - 1]->taught(forward->Z[l - 1]->data[k],
                                                                        forward->A[l - 1]->data[k]);
  }
}

static void delta_is(struct trial *t, size_t l, double (*slope)(double z, double a)) {
  const struct bp_forward *forward = t->evidence->forward;
  for (size_t k = 0; k < t->network->size[l] * t->network->samples; k++)
    t->wrong->dZ[l]->data[k] =
        t->wrong->dA[l]->data[k] * slope(forward->Z[l]->data[k], forward->A[l]->data[k]);
  go_on_from(t, l);
}

static double no_slope(double z, double a) { return (void)z, (void)a, 1; }
static double slope_of_tanh(double z, double a) { return (void)a, 1 - tanh(z) * tanh(z); }
static double one_minus_square(double z, double a) { return (void)z, 1 - a * a; }
static double a_one_minus_a(double z, double a) { return (void)z, a * (1 - a); }
static double slope_squared(double z, double a) { return (void)z, a * (1 - a) * a * (1 - a); }

static void weights_from(struct trial *t, size_t l, const gsl_matrix *dZ, const gsl_matrix *A) {
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1 / (double)t->network->samples, dZ, A, 0,
                 t->wrong->dW[l]);
}

static void half(struct trial *t) { scale(t->wrong->dW[2], 0.5); }
static void zero(struct trial *t) { scale(t->wrong->db[1], 0); }
static void mean_twice(struct trial *t) { scale(t->wrong->dW[1], 0.2); }
static void less_one(struct trial *t) { scale(t->wrong->dW[1], 1.25); }
static void sign_and_mean(struct trial *t) { scale(t->wrong->db[2], -5); }
static void over_outputs(struct trial *t) { scale(t->wrong->db[2], 1 / 2.0); }
static void times_inputs(struct trial *t) { scale(t->wrong->dW[1], 3); }
static void strange(struct trial *t) { scale(t->wrong->dW[2], 1.7); }

/* As the gradient of a loss with 0.15 |W|^2 for a penalty. */
static void decayed(struct trial *t) {
  for (size_t k = 0; k < 9; k++)
    t->wrong->dW[2]->data[k] += 0.3 * t->network->W[2]->data[k];
}

/* 1/3 is 1/n[0] in this network, and explains all layers where that explains one. */
static void third(struct trial *t) {
  for (size_t l = 1; l <= 2; l++) {
    scale(t->wrong->dW[l], 1. / 3);
    scale(t->wrong->db[l], 1. / 3);
  }
}
static void delta_of_the_mean(struct trial *t) { scale(t->wrong->dZ[1], 0.2); }
static void other_slope(struct trial *t) { delta_is(t, 1, slope_of_tanh); }
static void other_formula(struct trial *t) { delta_is(t, 1, one_minus_square); }
static void slope_twice(struct trial *t) { delta_is(t, 1, slope_squared); }
static void diagonal_only(struct trial *t) { delta_is(t, 3, a_one_minus_a); }
static void no_slope_in_2(struct trial *t) { delta_is(t, 2, no_slope); }

static void no_slope_and_sign(struct trial *t) {
  delta_is(t, 2, no_slope);
  scale(t->wrong->dW[1], -1);
}

static void z_for_a(struct trial *t) {
  weights_from(t, 2, t->wrong->dZ[2], t->evidence->forward->Z[1]);
}

static void other_layer(struct trial *t) {
  weights_from(t, 3, t->wrong->dZ[3], t->evidence->forward->A[1]);
}

static void weights_without_slope(struct trial *t) {
  weights_from(t, 2, t->wrong->dA[2], t->evidence->forward->A[1]);
}

static void untransposed(struct trial *t) {
  gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, t->network->W[3], t->wrong->dZ[3], 0,
                 t->wrong->dA[2]);
  delta_is(t, 2, a_one_minus_a);
}

static void wrong_weights(struct trial *t) {
  gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, t->network->W[2], t->wrong->dZ[3], 0,
                 t->wrong->dA[2]);
  delta_is(t, 2, a_one_minus_a);
}

static void last_sample(struct trial *t) {
  gsl_matrix_view column =
      gsl_matrix_submatrix(t->wrong->dZ[2], 0, t->network->samples - 1, t->network->size[2], 1);
  gsl_matrix_memcpy(t->wrong->db[2], &column.matrix);
}

static void reshaped(struct trial *t) {
  gsl_matrix *dW = t->wrong->dW[1], *right = bp_matrix(arena, dW->size1, dW->size2);
  gsl_matrix_memcpy(right, dW);
  for (size_t k = 0; k < dW->size1 * dW->size2; k++)
    dW->data[k] = gsl_matrix_get(right, k % dW->size1, k / dW->size1);
}

static void second_row(struct trial *t) {
  for (size_t j = 0; j < 3; j++)
    *gsl_matrix_ptr(t->wrong->dW[1], 1, j) *= 1.1 + (double)j;
}

static void third_column(struct trial *t) {
  for (size_t i = 0; i < 4; i++)
    *gsl_matrix_ptr(t->wrong->dW[1], i, 2) *= 1.1 + (double)i;
}

static void nearly_right(struct trial *t) { *gsl_matrix_ptr(t->wrong->dW[1], 2, 1) *= 1 + 1e-7; }
static void forgotten(struct trial *t) { gsl_matrix_set(t->wrong->dW[1], 2, 1, -0.0); }

static void scrambled(struct trial *t) {
  for (size_t k = 0; k < 12; k++)
    t->wrong->dW[1]->data[k] *= 1.3 + sin((double)k);
}

/* Twelve numbers that are nearly twice the right ones. */
static void nearly_twice(struct trial *t) {
  for (size_t k = 0; k < 12; k++)
    t->wrong->dW[1]->data[k] *= 2 + 1e-5 * sin((double)k);
}

#define DEEP "3 - 3 sigmoid - 3 sigmoid - 3 softmax"
#define WIDE "3 - 4 sigmoid - 2 sigmoid"

static const struct {
  const char *what, *network;
  enum bp_route route;
  void (*spoil)(struct trial *t);
  const char *block, *kind; /* NULL: no explanation */
  const char *says;
} made[] = {
    {"half", DEEP, BP_ROUTE_DIRECT, half, "W[2]", "half", "half of the right gradient"},
    {"zero", DEEP, BP_ROUTE_DIRECT, zero, "b[1]", "zero", "nothing was ever written"},
    {"mean twice", DEEP, BP_ROUTE_DIRECT, mean_twice, "W[1]", "mean-twice", "applied twice"},
    {"m - 1", DEEP, BP_ROUTE_DIRECT, less_one, "W[1]", "mean-less-one", "not 1/(m - 1)"},
    {"-m", DEEP, BP_ROUTE_DIRECT, sign_and_mean, "b[2]", "sign-times-m", "times -m"},
    {"outputs", WIDE, BP_ROUTE_DIRECT, over_outputs, "b[2]", "half", "a factor 2"},
    {"inputs", WIDE, BP_ROUTE_DIRECT, times_inputs, "W[1]", "times-inputs", "n[0]"},
    {"1.7", DEEP, BP_ROUTE_DIRECT, strange, "W[2]", "factor", "is 1.7 times the right gradient in"},
    {"decay", DEEP, BP_ROUTE_DIRECT, decayed, "W[2]", "decay", "plus 0.3 times W[2] in all 9"},
    {"third", WIDE, BP_ROUTE_DIRECT, third, "W[1]", "factor", "is 0.3333333 times the right"},
    {"third of b", WIDE, BP_ROUTE_DIRECT, third, "b[2]", "factor", "in both entries"},
    {"dZ of J", DEEP, BP_ROUTE_DIRECT, delta_of_the_mean, "dZ[1]", "over-m", "of the mean J"},
    {"other slope", WIDE, BP_ROUTE_DIRECT, other_slope, "dZ[1]", "other-slope", "that of tanh"},
    {"formula", WIDE, BP_ROUTE_DIRECT, other_formula, "dZ[1]", "other-slope", "that of tanh"},
    {"slope twice", WIDE, BP_ROUTE_DIRECT, slope_twice, "dZ[1]", "slope-twice", "too many"},
    {"diagonal", DEEP, BP_ROUTE_DA, diagonal_only, "dZ[3]", "softmax-elementwise", "diagonal"},
    {"its W", DEEP, BP_ROUTE_DA, diagonal_only, "W[1]", "follows", "follows from dZ[3]: the deriv"},
    {"z for a", DEEP, BP_ROUTE_DIRECT, z_for_a, "W[2]", "z-for-a", "Z[1] stands"},
    {"layer", DEEP, BP_ROUTE_DIRECT, other_layer, "W[3]", "wrong-activation", "A[2], not A[1]"},
    {"dA", DEEP, BP_ROUTE_DIRECT, weights_without_slope, "W[2]", "no-slope", "dA[2] in place"},
    {"no W'", DEEP, BP_ROUTE_DIRECT, untransposed, "dA[2]", "untransposed", "transpose of W[3]"},
    {"its dZ", DEEP, BP_ROUTE_DIRECT, untransposed, "dZ[1]", "follows", "from dA[2]: the transp"},
    {"W[2]'", DEEP, BP_ROUTE_DIRECT, wrong_weights, "dA[2]", "wrong-weights", "needs W[3]"},
    {"sample", DEEP, BP_ROUTE_DIRECT, last_sample, "b[2]", "one-sample", "sample 5 alone"},
    {"reshaped", WIDE, BP_ROUTE_DIRECT, reshaped, "W[1]", "transposed", "shape of W[1]"},
    {"row", WIDE, BP_ROUTE_DIRECT, second_row, "W[1]", "row", "only row 2 of W[1]"},
    {"column", WIDE, BP_ROUTE_DIRECT, third_column, "W[1]", "column", "only column 3 of W[1]"},
    {"1e-7", WIDE, BP_ROUTE_DIRECT, nearly_right, "W[1]", "entry", "it is 1.0000001 times"},
    {"-0", WIDE, BP_ROUTE_DIRECT, forgotten, "W[1]", "entry", "it is 0, and should be "},
    {"scrambled", WIDE, BP_ROUTE_DIRECT, scrambled, "W[1]", NULL, "no simple explanation"},
    {"nearly", WIDE, BP_ROUTE_DIRECT, nearly_twice, "W[1]", NULL, "no simple explanation"},
    {"both: first", DEEP, BP_ROUTE_DIRECT, no_slope_and_sign, "dZ[2]", "no-slope", "σ'(Z[2])"},
    {"both: later", DEEP, BP_ROUTE_DIRECT, no_slope_and_sign, "W[1]", "sign",
     "minus what follows from this dZ[1]"},
    {"both: between", DEEP, BP_ROUTE_DIRECT, no_slope_and_sign, "b[1]", "follows", "from dZ[2]"},
    {"deep", DEEP, BP_ROUTE_DIRECT, no_slope_in_2, "W[1]", "follows", "from dZ[2]: the factor"},
};
enum { MADE = sizeof made / sizeof *made };

START_TEST(mistake_made_by_hand) {
  struct bp_check_options options = {.route = made[_i].route, .threads = 1};
  struct trial t = trial_of(drawn_network(made[_i].network, 5, 3, arena), &options);
  made[_i].spoil(&t);
  explain(&t, NULL, &options, arena);
  const struct bp_block *block = block_named(&t, made[_i].block);
  ck_assert_int_eq(block->verdict, BP_FAILS);
  ck_assert_msg(made[_i].kind ? names_kind(block->explanation_kind, made[_i].kind)
                              : !block->explanation_kind,
                "%s: %s (%s)", made[_i].what, block->explanation, block->explanation_kind);
  ck_assert_msg(strstr(block->explanation, made[_i].says) != NULL, "%s: %s", made[_i].what,
                block->explanation);
  for (size_t b = 0; b < t.report.block_count; b++)
    if (t.report.blocks[b].verdict != BP_FAILS)
      ck_assert_ptr_null(t.report.blocks[b].explanation);
}
END_TEST

/* ---- limits -------------------------------------------------------------- */

/* One number from one sample: its digits say whether a mistake explains it, and by which factor it
 * is off where none does. */
START_TEST(a_single_number_has_digits) {
  static const struct {
    double factor;
    const char *kind, *says;
  } rows[] = {{-1, "sign", "the sign is wrong"},
              {2, "twice", "a factor 2 too many"},
              {2.0001, "entry", "2.0001 times what it should be"},
              {-0.37, "entry", "-0.37 times what it should be; there is no other"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bp_check_options options = {.threads = 1};
    struct trial t = trial_of(drawn_network("1 - 1 sigmoid", 1, 3, arena), &options);
    scale(t.wrong->dW[1], rows[i].factor);
    explain(&t, NULL, &options, arena);
    const struct bp_block *block = block_named(&t, "W[1]");
    ck_assert_int_eq(block->verdict, BP_FAILS);
    ck_assert_msg(names_kind(block->explanation_kind, rows[i].kind) &&
                      strstr(block->explanation, rows[i].says),
                  "%g: %s (%s)", rows[i].factor, block->explanation, block->explanation_kind);
  }
}
END_TEST

/* Of three units two are where elu has the slope 1, so a missing elu' shows in one number.  That
 * number tells it by its digits, and as well it may be the only wrong one: both are said. */
START_TEST(one_number_tells_where_others_cannot) {
  const struct bp_mistake mistake = {BP_MISTAKE_NO_SLOPE, 1, false, 0, 0, 0};
  struct bp_check_options options = {.threads = 1};
  struct bp_network *network = drawn_network("3 - 3 elu - 2 sigmoid", 1, 3, arena);
  for (size_t i = 0; i < 3; i++)
    gsl_matrix_set(network->b[1], i, 0, i == 1 ? -9 : 9);
  struct trial t = trial_of(network, &options);
  bp_backprop(network, t.evidence->forward, options.route, &mistake, t.wrong);
  explain(&t, &mistake, &options, arena);
  const struct bp_block *block = block_named(&t, "dZ[1]");
  ck_assert_uint_eq(block->fails, 1);
  ck_assert_msg(names_kind(block->explanation_kind, "no-slope") &&
                    names_kind(block->explanation_kind, "entry") &&
                    strstr(block->explanation, "; or only entry (2,1) of dZ[1] is wrong"),
                "%s", block->explanation);
}
END_TEST

/* Near a perfect fit dA keeps few digits, and what a file does not hold is known no better than
 * its own roundings: a delta that is made anew must not be held against W to the last bit. */
START_TEST(a_lost_slope_is_traced_back_near_a_fit) {
  const enum bp_mistake_kind kinds[] = {BP_MISTAKE_NO_SLOPE, BP_MISTAKE_SLOPE_AT_A};
  for (size_t k = 0; k < 2; k++) {
    const struct bp_mistake mistake = {kinds[k], 1, false, 0, 0, 0};
    struct bp_network *network = drawn_network("3 - 8 tanh - 6 tanh, half-squared", 5, 3, arena);
    struct bp_forward *forward = forward_of(network, arena);
    for (size_t n = 0; n < 30; n++)
      network->Y->data[n] = forward->A[2]->data[n] * (1 + 1e-9 * sin((double)(n * n)));
    struct bp_gradient *wrong = bp_gradient_new(network, arena);
    bp_backprop(network, forward, BP_ROUTE_DIRECT, &mistake, wrong);
    bool given[8] = {true, true, true, true, false, false, false, false};
    struct bp_outside outside = {wrong, given, BP_UNIT};
    struct bp_check_options options = {.threads = 1, .outside = &outside};
    struct bp_report *report;
    ck_assert_int_eq(bp_check(network, &options, arena, &report), BP_OK);
    for (size_t b = 0; b < 2; b++)
      ck_assert_msg(
          report->blocks[b].explanation &&
              strstr(report->blocks[b].explanation,
                     k == 0 ? "the factor tanh'(Z[1]) is missing" : "tanh' was taken at A[1]"),
          "%s: %s", report->blocks[b].name, report->blocks[b].explanation);
  }
}
END_TEST

/* Of two samples the missing 1/m is a factor 2: what explains all blocks is named first. */
START_TEST(what_explains_most_goes_first) {
  struct bp_check_options options = {.threads = 1};
  struct trial t = trial_of(drawn_network("3 - 4 tanh - 2 sigmoid", 2, 3, arena), &options);
  scale(t.wrong->dW[1], 2);
  scale(t.wrong->db[1], 2);
  scale(t.wrong->dW[2], 2);
  scale(t.wrong->db[2], -2);
  explain(&t, NULL, &options, arena);
  for (const char *const *name = (const char *const[]){"W[1]", "b[1]", "W[2]", NULL}; *name;
       name++) {
    const struct bp_block *block = block_named(&t, *name);
    ck_assert_msg(names_kind(block->explanation_kind, "twice") &&
                      names_kind(block->explanation_kind, "no-mean"),
                  "%s: %s", *name, block->explanation_kind);
  }
  ck_assert_str_eq(block_named(&t, "b[2]")->explanation_kind, "sign-times-m");
}
END_TEST

START_TEST(a_right_gradient_needs_none) {
  struct bp_check_options options = {.threads = 1};
  struct trial t = trial_of(drawn_network(DEEP, 5, 3, arena), &options);
  explain(&t, NULL, &options, arena);
  for (size_t b = 0; b < t.report.block_count; b++)
    ck_assert(!t.report.blocks[b].explanation && !t.report.blocks[b].explanation_kind);
}
END_TEST

/* Where the forward pass is wrong the gradient is not to blame. */
START_TEST(wrong_forward_pass_is_not_explained) {
  struct bp_check_options options = {.threads = 1};
  struct trial t = trial_of(drawn_network(DEEP, 5, 3, arena), &options);
  t.evidence->forward_right = false;
  explain(&t, NULL, &options, arena);
  ck_assert_int_eq(block_named(&t, "W[1]")->verdict, BP_FAILS);
  ck_assert_ptr_null(block_named(&t, "W[1]")->explanation);
}
END_TEST

START_TEST(short_memory) {
  struct bp_check_options options = {.threads = 1};
  struct trial t = trial_of(drawn_network(DEEP, 5, 3, arena), &options);
  scale(t.wrong->dW[1], -1);
  explain(&t, NULL, &options, arena);
  struct bp_arena *small = bp_arena_new(512);
  while (bp_arena_alloc(small, 1, 1))
    ;
  ck_assert_int_eq(bp_explain(t.evidence, t.wrong, small, &t.report), BP_NO_MEMORY);
  bp_arena_free(small);
}
END_TEST

/* The words of --inject are kinds, and every kind is a word that programs can tell apart. */
START_TEST(kinds_are_words) {
  size_t count = 0;
  for (const char *kind; (kind = bp_explanation_kind(count)); count++)
    ck_assert_msg(strspn(kind, "abcdefghijklmnopqrstuvwxyz-") == strlen(kind), "%s", kind);
  ck_assert_uint_gt(count, 30);
  for (int planted = 1; planted < BP_MISTAKE_COUNT; planted++) {
    struct bp_mistake mistake = {(enum bp_mistake_kind)planted, 1, false, 0, 0, 1};
    const char *text = bp_mistake_text(&mistake, arena);
    const char *word = bp_arena_strndup(arena, text, strcspn(text, " "));
    bool known = false;
    for (size_t k = 0; k < count; k++)
      known = known || !strcmp(bp_explanation_kind(k), word);
    ck_assert_msg(known, "%s can be planted and not be told", word);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("explanations");
  TCase *cases = tcase_create("explanations");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  add_long_loop_test(cases, planted_mistakes_are_named, GROUPS, 4);
  tcase_add_loop_test(cases, mistake_made_by_hand, 0, MADE);
  tcase_add_test(cases, a_single_number_has_digits);
  tcase_add_test(cases, one_number_tells_where_others_cannot);
  tcase_add_test(cases, a_lost_slope_is_traced_back_near_a_fit);
  tcase_add_test(cases, what_explains_most_goes_first);
  tcase_add_test(cases, a_right_gradient_needs_none);
  tcase_add_test(cases, wrong_forward_pass_is_not_explained);
  tcase_add_test(cases, short_memory);
  tcase_add_test(cases, kinds_are_words);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
