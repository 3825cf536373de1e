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

#include "net/cause/fits.h"
#include "net/outside/outside.h"

#define AFFORDABLE 5e8 /* products */
#define MORE_TRIALS 16 /* times as many as of single mistakes */
#define EVIDENCE 20    /* bits that tell a trial of several mistakes from what was found before */
enum { LEAST_EXPLAINED = 2 };

/* One mistake in a delta; one, behind which a block has another that is common; two in a delta. */
enum round { ONE, ONE_AND_A_BLOCK, TWO, ROUNDS };

/* What a trial explains. */
struct score {
  size_t exact, partly; /* blocks that fail: that follow, that do with a mistake of their own */
  double evidence;      /* in bits, beside what was found so far */
};

struct search {
  const struct bp_evidence *evidence;
  const struct bp_outside *outside; /* its deltas are what was found so far */
  const struct bp_report *report;
  struct bp_scene scene;   /* of these */
  struct bp_block *blocks; /* of that: the deltas that were found to be wrong are no longer right */
  struct bp_scene trying;  /* of the trial, whose deltas are all wrong */
  struct bp_gradient *trial, *best;
  gsl_matrix *kept; /* a delta of the layer at work */
  enum round round;
  struct score least, most; /* what was found so far explains, and the best trial */
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

static double parameter_entry(const struct search *s, const struct bp_gradient *g, size_t l,
                              bool bias, size_t i, size_t j) {
  const struct bp_network *network = s->evidence->network;
  double sum = 0;
  for (size_t k = 0; k < network->samples; k++)
    sum += gsl_matrix_get(g->dZ[l], i, k) *
           (bias ? 1 : gsl_matrix_get(s->evidence->forward->A[l - 1], j, k));
  return sum / (double)network->samples;
}

/* Whether a given block is what follows from the trial's delta, and how many bits tell that from
 * what was found so far. */
static bool follows(const struct search *s, size_t b, double *evidence) {
  const struct bp_view *view = &s->scene.views[b];
  double unit = s->outside->unit;
  double noise = bp_outside_noise(s->outside) * s->report->blocks[b].largest_magnitude;
  for (size_t i = 0; i < view->value->size1; i++) {
    for (size_t j = 0; j < view->value->size2; j++) {
      double value = gsl_matrix_get(view->value, i, j);
      double allowed = bp_likely_error(view, i, j) + noise + 4 * unit * fabs(value);
      double found = parameter_entry(s, s->trial, view->l, view->bias, i, j);
      double before = parameter_entry(s, s->outside->gradient, view->l, view->bias, i, j);
      if (!isfinite(allowed) || !(fabs(value - found) <= allowed))
        return false;
      if (fabs(found - before) > allowed && allowed > 0)
        *evidence += log2(fabs(found - before) / allowed);
    }
  }
  return true;
}

/* Whether a given block is what follows from the trial's delta with a common mistake of its own: a
 * factor, a transpose, a penalty on weights. */
static bool follows_partly(const struct search *s, size_t b) {
  struct bp_question question = bp_question_of(&s->trying, b);
  struct bp_telling tells;
  for (size_t r = 0; r < bp_hypothesis_count; r++) {
    const struct bp_hypothesis *row = &bp_hypotheses[r];
    struct bp_recipe recipe = question.recipe;
    if (row->rank == 0 && row->where & 1U << question.part &&
        row->make(&question, row, 0, &recipe) && recipe.plain && recipe.factor != 0 &&
        bp_recipe_fit(&question, &recipe, &tells) == BP_FITS)
      return true;
  }
  question.recipe.plain = true;
  return question.part == BP_PART_W && !isnan(bp_number_of(&question, &question.recipe, true));
}

/* Adds the failing blocks of layer l that follow; false where one that holds does not. */
static bool explains_layer(const struct search *s, size_t l, struct score *score) {
  for (size_t b = 2 * (l - 1); b < 2 * l; b++) {
    enum bp_verdict verdict = s->report->blocks[b].verdict;
    double evidence = 0;
    if (!s->outside->given[b] || verdict == BP_UNDECIDED)
      continue;
    bool fits = follows(s, b, &evidence);
    if (verdict == BP_HOLDS && !fits)
      return false;
    score->exact += verdict == BP_FAILS && fits;
    score->evidence += verdict == BP_FAILS && fits ? evidence : 0;
    score->partly += verdict == BP_FAILS && !fits && s->round != ONE && follows_partly(s, b);
  }
  return true;
}

/* The same of all layers up to l, from the delta of that on, which is carried on. */
static bool explains_layers(const struct search *s, size_t l, struct score *score, size_t *own) {
  *score = (struct score){0};
  if (!explains_layer(s, l, score))
    return false;
  *own = score->exact + score->partly;
  for (size_t k = l - 1; k >= 1; k--) {
    pass_back(s->evidence, k, s->trial);
    times_slope(s->evidence, k, s->trial);
    if (!explains_layer(s, k, score))
      return false;
  }
  return true;
}

static bool is_better(const struct score *score, const struct score *than) {
  size_t one = score->exact + score->partly, other = than->exact + than->partly;
  return one != other ? one > other : score->exact > than->exact;
}

/* ---- trials -------------------------------------------------------------- */

static void copy_deltas(const struct bp_gradient *from, size_t layers, struct bp_gradient *to) {
  for (size_t l = 1; l <= layers; l++) {
    gsl_matrix_memcpy(to->dA[l], from->dA[l]);
    gsl_matrix_memcpy(to->dZ[l], from->dZ[l]);
  }
}

/* Keeps the trial, whose delta of layer l is made, if it explains more than any before.  Factors
 * of the last layer's delta are told of the blocks. */
static void weigh(struct search *s, size_t l, bool scaled) {
  struct score score;
  size_t own;
  if (!explains_layers(s, l, &score, &own))
    return;
  size_t explained = score.exact + score.partly;
  if (scaled && s->round != TWO && (l == s->evidence->network->depth || explained == own))
    return;
  if (score.exact < 1 || explained < LEAST_EXPLAINED || !is_better(&score, &s->least) ||
      !is_better(&score, &s->most) || (s->round != ONE && score.evidence < EVIDENCE))
    return;
  s->most = score;
  copy_deltas(s->trial, l, s->best);
}

static void fill_delta(struct search *s, const struct bp_scene *scene, enum bp_part part, size_t l,
                       const struct bp_recipe *recipe) {
  gsl_matrix *wrong = part == BP_PART_DA ? s->trial->dA[l] : s->trial->dZ[l];
  for (size_t i = 0; i < wrong->size1; i++)
    for (size_t k = 0; k < wrong->size2; k++)
      gsl_matrix_set(wrong, i, k, bp_recipe_entry(scene, recipe, i, k).value);
}

/* Another mistake in the delta of the trial: in how dZ comes from the dA that was made, or a factor
 * of the dZ. */
static void try_second(struct search *s, enum bp_part part, size_t l) {
  struct bp_question question =
      bp_question_of(&s->trying, bp_block_of(s->evidence->network, BP_PART_DZ, l));
  gsl_matrix *first = s->trial->dZ[l];
  for (size_t r = 0; r < bp_hypothesis_count; r++) {
    const struct bp_hypothesis *row = &bp_hypotheses[r];
    struct bp_recipe recipe = question.recipe;
    if (row->rank > 0 || !(row->where & 1U << BP_PART_DZ) ||
        !row->make(&question, row, 0, &recipe) || recipe.factor == 0)
      continue;
    bool scaled = recipe.plain && recipe.arrangement == BP_AS_IS;
    if (part == BP_PART_DZ && !scaled)
      continue;
    gsl_matrix_memcpy(s->kept, first);
    if (scaled)
      gsl_matrix_scale(first, recipe.factor);
    else
      fill_delta(s, &s->trying, BP_PART_DZ, l, &recipe);
    weigh(s, l, false);
    gsl_matrix_memcpy(first, s->kept);
  }
}

/* Makes the mistake in the trial. */
static void try_recipe(struct search *s, enum bp_part part, size_t l,
                       const struct bp_recipe *recipe) {
  bool scaled = recipe->plain && recipe->arrangement == BP_AS_IS;
  fill_delta(s, &s->scene, part, l, recipe);
  if (part == BP_PART_DA)
    times_slope(s->evidence, l, s->trial);
  if (s->round != TWO)
    weigh(s, l, scaled);
  else if (!scaled)
    try_second(s, part, l);
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

/* All deltas of the trial count as wrong: what lies before them is judged by them. */
static bool make_scenes(struct search *s, struct bp_arena *spare) {
  size_t count = bp_view_count(s->evidence->network);
  struct bp_block *blocks = bp_arena_alloc(spare, count, sizeof *blocks);
  s->blocks = bp_arena_alloc(spare, count, sizeof *s->blocks);
  s->trial = bp_gradient_new(s->evidence->network, spare);
  s->best = bp_gradient_new(s->evidence->network, spare);
  s->scene = (struct bp_scene){s->evidence, s->blocks,
                               bp_arena_alloc(spare, count, sizeof *s->scene.views)};
  s->trying =
      (struct bp_scene){s->evidence, blocks, bp_arena_alloc(spare, count, sizeof *s->trying.views)};
  if (bp_arena_failed(spare))
    return false;
  for (size_t b = 0; b < count; b++) {
    bool delta = b >= 2 * s->evidence->network->depth;
    const struct bp_gradient *g = s->outside->gradient;
    s->scene.views[b] = bp_view_of(s->evidence, g, NULL, b, NULL);
    s->trying.views[b] = bp_view_of(s->evidence, delta ? s->trial : g, NULL, b, NULL);
    blocks[b] = s->blocks[b] = s->report->blocks[b];
    if (delta)
      blocks[b].verdict = BP_FAILS;
  }
  return true;
}

/* How many given blocks up to layer l fail. */
static size_t failing(const struct search *s, size_t l) {
  size_t count = 0;
  for (size_t b = 0; b < 2 * l; b++)
    count += s->outside->given[b] && s->report->blocks[b].verdict == BP_FAILS;
  return count;
}

/* Looks for a mistake in the delta of layer l, beside what was found behind it. */
static bool search_layer(struct search *s, size_t l, struct bp_arena *spare) {
  const struct bp_network *network = s->evidence->network;
  size_t own;
  copy_deltas(s->outside->gradient, network->depth, s->trial);
  if (!explains_layers(s, l, &s->least, &own))
    s->least = (struct score){0};
  size_t left = failing(s, l) - s->least.exact;
  if (left < LEAST_EXPLAINED)
    return false;
  s->most = (struct score){0};
  s->kept = bp_matrix(spare, network->size[l], network->samples);
  if (!s->kept)
    return false;
  copy_deltas(s->outside->gradient, network->depth, s->trial);
  try_part(s, BP_PART_DZ, l);
  if (l < network->depth)
    try_part(s, BP_PART_DA, l);
  if (s->most.exact == 0)
    return false;
  copy_deltas(s->best, l, s->outside->gradient); /* the layers behind it are as they were */
  for (size_t b = 2 * network->depth; b < 2 * network->depth + 2 * l; b++)
    s->blocks[b].verdict = BP_FAILS;
  return true;
}

static bool search(struct search *s, struct bp_arena *spare) {
  bool found = false;
  if (!make_scenes(s, spare) || has_common_factor(s))
    return false;
  bool more = MORE_TRIALS * cost(s->evidence->network) <= AFFORDABLE;
  for (s->round = ONE; s->round < (more ? ROUNDS : ONE + 1); s->round++)
    for (size_t l = s->evidence->network->depth; l >= 1; l--)
      found = search_layer(s, l, spare) || found;
  return found;
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
