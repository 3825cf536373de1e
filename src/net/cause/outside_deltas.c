/* From wrong gradients back to the delta that they came from.
 *
 * Files hold dW and db, rarely dZ.  Where a delta was wrong, every block in front of it is wrong
 * too, and looked at alone most of them make no sense.  So each mistake of the table that a dZ[l]
 * or dA[l] can have is made here, from the output inwards, and carried on by the right formulas: it
 * is taken for the cause when it gives two or more of the failing blocks, every entry of them, and
 * disagrees with none that holds.  The explanations then find it as if the file had held the
 * deltas.
 *
 * A factor that the whole gradient has, or one layer alone, is no matter of deltas: it is told of
 * the blocks themselves.  So before anything else each factor is tried on all of them: where every
 * z is near 0 a missing sigma' is a factor 4 in all that lies before it, and so is a missing 1/m of
 * four samples, which explains the last layer, too.
 */
#include "net/cause/outside_deltas.h"

#include <math.h>

#include "net/cause/hypotheses.h"
#include "net/outside/outside.h"

#define AFFORDABLE 5e8 /* products */
enum { LEAST_EXPLAINED = 2 };

struct search {
  const struct bp_evidence *evidence;
  const struct bp_outside *outside;
  const struct bp_report *report;
  struct bp_scene scene;
  struct bp_gradient *trial, *best;
  size_t most; /* blocks that the best trial explains */
};

/* ---- what follows from a delta ------------------------------------------- */

static void pass_back(const struct bp_evidence *e, size_t l, struct bp_gradient *g) {
  const gsl_matrix *W = e->network->W[l + 1];
  for (size_t i = 0; i < W->size2; i++) {
    for (size_t s = 0; s < e->network->samples; s++) {
      double sum = 0;
      for (size_t k = 0; k < W->size1; k++)
        sum += gsl_matrix_get(W, k, i) * gsl_matrix_get(g->dZ[l + 1], k, s);
      gsl_matrix_set(g->dA[l], i, s, sum);
    }
  }
}

static void times_slope(const struct bp_evidence *e, size_t l, struct bp_gradient *g) {
  const struct bp_function *function = e->network->activation[l];
  for (size_t i = 0; i < g->dZ[l]->size1; i++)
    for (size_t s = 0; s < g->dZ[l]->size2; s++) {
      double z = gsl_matrix_get(e->forward->Z[l], i, s), a = gsl_matrix_get(e->forward->A[l], i, s);
      gsl_matrix_set(g->dZ[l], i, s, gsl_matrix_get(g->dA[l], i, s) * function->taught(z, a));
    }
}

static double parameter_entry(const struct search *s, size_t l, bool bias, size_t i, size_t j) {
  const struct bp_network *network = s->evidence->network;
  double sum = 0;
  for (size_t k = 0; k < network->samples; k++)
    sum += gsl_matrix_get(s->trial->dZ[l], i, k) *
           (bias ? 1 : gsl_matrix_get(s->evidence->forward->A[l - 1], j, k));
  return sum / (double)network->samples;
}

/* Whether a given block is what follows from the trial's delta. */
static bool follows(const struct search *s, size_t b) {
  const struct bp_view *view = &s->scene.views[b];
  double unit = s->outside->unit;
  double noise = bp_outside_noise(s->outside) * s->report->blocks[b].largest_magnitude;
  for (size_t i = 0; i < view->value->size1; i++) {
    for (size_t j = 0; j < view->value->size2; j++) {
      double value = gsl_matrix_get(view->value, i, j);
      double allowed = bp_likely_error(view, i, j) + noise + 4 * unit * fabs(value);
      double apart = fabs(value - parameter_entry(s, view->l, view->bias, i, j));
      if (!isfinite(allowed) || !(apart <= allowed))
        return false;
    }
  }
  return true;
}

/* Counts the failing blocks of layer l that follow; false where one that holds does not. */
static bool explains_layer(const struct search *s, size_t l, size_t *explained) {
  for (size_t b = 2 * (l - 1); b < 2 * l; b++) {
    enum bp_verdict verdict = s->report->blocks[b].verdict;
    if (!s->outside->given[b] || verdict == BP_UNDECIDED)
      continue;
    bool fits = follows(s, b);
    if (verdict == BP_HOLDS && !fits)
      return false;
    *explained += verdict == BP_FAILS && fits;
  }
  return true;
}

/* ---- trials -------------------------------------------------------------- */

static void copy_deltas(const struct bp_gradient *from, size_t layers, struct bp_gradient *to) {
  for (size_t l = 1; l <= layers; l++) {
    gsl_matrix_memcpy(to->dA[l], from->dA[l]);
    gsl_matrix_memcpy(to->dZ[l], from->dZ[l]);
  }
}

/* Makes the mistake in the trial and keeps it if it explains more than any before. */
static void try_recipe(struct search *s, enum bp_part part, size_t l,
                       const struct bp_recipe *recipe) {
  gsl_matrix *wrong = part == BP_PART_DA ? s->trial->dA[l] : s->trial->dZ[l];
  size_t own = 0;
  for (size_t i = 0; i < wrong->size1; i++)
    for (size_t k = 0; k < wrong->size2; k++)
      gsl_matrix_set(wrong, i, k, bp_recipe_entry(&s->scene, recipe, i, k).value);
  if (part == BP_PART_DA)
    times_slope(s->evidence, l, s->trial);
  if (!explains_layer(s, l, &own))
    return;
  size_t explained = own;
  for (size_t k = l - 1; k >= 1; k--) {
    pass_back(s->evidence, k, s->trial);
    times_slope(s->evidence, k, s->trial);
    if (!explains_layer(s, k, &explained))
      return;
  }
  bool scaled = recipe->plain && recipe->arrangement == BP_AS_IS;
  if (scaled && (l == s->evidence->network->depth || explained == own))
    return;
  if (explained < LEAST_EXPLAINED || explained <= s->most)
    return;
  s->most = explained;
  copy_deltas(s->trial, l, s->best);
}

/* Whether a block is that many times what it should be. */
static bool is_multiple(const struct search *s, const struct bp_recipe *recipe) {
  size_t b = recipe->block;
  const struct bp_view *view = &s->scene.views[b];
  double noise = bp_outside_noise(s->outside) * s->report->blocks[b].largest_magnitude;
  for (size_t i = 0; i < view->value->size1; i++) {
    for (size_t j = 0; j < view->value->size2; j++) {
      double value = gsl_matrix_get(view->value, i, j);
      struct bp_guess guess = bp_recipe_entry(&s->scene, recipe, i, j);
      double allowed = guess.error + noise + 4 * s->outside->unit * fabs(value);
      if (!isfinite(allowed) || !(fabs(value - guess.value) <= allowed))
        return false;
    }
  }
  return true;
}

/* Whether the mistake of that row is a factor that all given blocks have, two or more of which
 * fail. */
static bool is_common_factor(const struct search *s, const struct bp_hypothesis *row) {
  size_t explained = 0;
  for (size_t b = 0; b < 2 * s->evidence->network->depth; b++) {
    enum bp_verdict verdict = s->report->blocks[b].verdict;
    if (!s->outside->given[b] || verdict == BP_UNDECIDED)
      continue;
    struct bp_question question = bp_question_of(&s->scene, b);
    struct bp_recipe recipe = question.recipe;
    if (!(row->where & 1U << question.part) || !row->make(&question, row, 0, &recipe) ||
        !recipe.plain || recipe.arrangement != BP_AS_IS || recipe.factor == 0 ||
        !is_multiple(s, &recipe))
      return false;
    explained += verdict == BP_FAILS;
  }
  return explained >= LEAST_EXPLAINED;
}

static bool has_common_factor(const struct search *s) {
  for (size_t r = 0; r < bp_hypothesis_count; r++)
    if (is_common_factor(s, &bp_hypotheses[r]))
      return true;
  return false;
}

static void try_part(struct search *s, enum bp_part part, size_t l) {
  size_t block = bp_block_of(s->evidence->network, part, l);
  size_t variants = bp_hypothesis_variants(s->evidence->network);
  if (s->outside->given[block] || s->report->blocks[block].verdict == BP_FAILS)
    return;
  struct bp_question question = bp_question_of(&s->scene, block);
  for (size_t r = 0; r < bp_hypothesis_count; r++) {
    const struct bp_hypothesis *row = &bp_hypotheses[r];
    if (row->size == BP_SAMPLES || !(row->where & 1U << part))
      continue; /* a mean that is missing or taken twice is told of the blocks themselves */
    for (size_t variant = 0; variant < variants; variant++) {
      struct bp_recipe recipe = question.recipe;
      if (row->make(&question, row, variant, &recipe) && recipe.factor != 0)
        try_recipe(s, part, l, &recipe);
    }
  }
}

/* Products of all trials, roughly: each makes a delta, and most are refuted by the first entries.
 */
static double cost(const struct bp_network *network) {
  double sum = 0;
  for (size_t l = 1; l <= network->depth; l++)
    sum += (double)network->size[l] *
           (double)(l < network->depth ? network->size[l + 1] : network->size[l]);
  return sum * (double)network->samples * (double)(bp_hypothesis_count + bp_function_count);
}

static bool search(struct search *s, struct bp_arena *spare) {
  const struct bp_network *network = s->evidence->network;
  size_t count = bp_view_count(network);
  struct bp_view *views = bp_arena_alloc(spare, count, sizeof *views);
  s->trial = bp_gradient_new(network, spare);
  s->best = bp_gradient_new(network, spare);
  if (!views || !s->trial || !s->best)
    return false;
  for (size_t b = 0; b < count; b++)
    views[b] = bp_view_of(s->evidence, s->outside->gradient, NULL, b, NULL);
  s->scene = (struct bp_scene){s->evidence, s->report->blocks, views};
  if (has_common_factor(s))
    return false;
  for (size_t l = network->depth; l >= 1 && s->most == 0; l--) {
    copy_deltas(s->outside->gradient, network->depth, s->trial);
    try_part(s, BP_PART_DZ, l);
    if (l < network->depth)
      try_part(s, BP_PART_DA, l);
    if (s->most > 0) /* the layers behind it are as they were */
      copy_deltas(s->best, l, s->outside->gradient);
  }
  return s->most > 0;
}

bool bp_outside_trace_back(const struct bp_evidence *evidence, const struct bp_outside *outside,
                           const struct bp_report *report, enum bp_status *status) {
  *status = BP_OK;
  for (size_t b = 2 * evidence->network->depth; b < bp_view_count(evidence->network); b++)
    if (outside->given[b])
      return false; /* what the file says about deltas is better than what could be guessed */
  if (!(cost(evidence->network) <= AFFORDABLE))
    return false;
  struct bp_arena *spare = bp_arena_new(0);
  struct search s = {.evidence = evidence, .outside = outside, .report = report};
  bool found = spare && search(&s, spare);
  if (!spare || bp_arena_failed(spare))
    *status = BP_NO_MEMORY;
  bp_arena_free(spare);
  return found && *status == BP_OK;
}
