/* The bench has a few worlds with fresh numbers and sizes, the first of which rejects almost
 * everything. They keep what nodes and derivatives they have computed, so a candidate costs only
 * its own operations. */
#include "hint/bench.h"

#include <math.h>
#include <string.h>

#include "base/budget.h"
#include "judge/aim.h"
#include "value/formula_cache.h"
#include "value/node_value.h"

enum { STEPS_OF_ONE = 60, HEAVY_WORLDS = 4 };

int bp_bench_init(struct bp_bench *bench, const struct bp_model *model, uint64_t seed,
                  size_t memory) {
  *bench = (struct bp_bench){.seed = seed, .memory = memory};
  bench->messages = bp_arena_new(memory);
  bench->scratch = bp_arena_new(memory);
  bench->known = bp_arena_new(memory);
  if (!bench->messages || !bench->scratch || !bench->known)
    return -1;
  bench->unknown = bp_arena_mark(bench->known);
  bench->follows =
      bp_arena_alloc(bench->messages, model->declaration_count + 1, sizeof *bench->follows);
  return bench->follows ? bp_model_copy(model, bench->messages, &bench->silent, &bench->model) : -1;
}

void bp_bench_free(struct bp_bench *bench) {
  for (size_t k = 0; k < BP_BENCH_ALL; k++)
    bp_arena_free(bench->keep[k]);
  bp_arena_free(bench->known);
  bp_arena_free(bench->messages);
  bp_arena_free(bench->scratch);
}

/* ---- values that are kept ----------------------------------------------- */

static void remember_in(struct bp_bench *bench, struct bp_world *world) {
  bool wanted = bench->remembered[0] != NULL;
  world->formulas = wanted ? bp_formula_cache_new(bench->known) : NULL;
  for (size_t i = 0; world->formulas && i < 2; i++)
    bp_formula_cache_add(world->formulas, bench->remembered[i]);
}

void bp_bench_remember(struct bp_bench *bench, const struct bp_expression *formula,
                       const struct bp_expression *other) {
  bench->remembered[0] = formula;
  bench->remembered[1] = other;
  bp_arena_release(bench->known, bench->unknown);
  for (size_t k = 0; k < BP_BENCH_ALL; k++)
    if (bench->worlds[k])
      remember_in(bench, bench->worlds[k]);
}

/* ---- worlds ------------------------------------------------------------- */

struct bp_world *bp_bench_world(struct bp_bench *bench, size_t k) {
  if (bench->worlds[k])
    return bench->worlds[k];
  bench->keep[k] = bp_arena_new(bench->memory);
  struct bp_world *world = bench->keep[k] ? bp_arena_alloc(bench->keep[k], 1, sizeof *world) : NULL;
  if (!world || bp_world_init(world, &bench->model, bench->seed, k, BP_LEAST_BITS, bench->keep[k],
                              bench->scratch)) {
    bench->failed = true;
    return NULL;
  }
  static const enum bp_draw_region aimed[] = {
      BP_REGION_CORNER,   BP_REGION_ZERO,     BP_REGION_SPECIAL, BP_REGION_EQUAL,
      BP_REGION_POSITIVE, BP_REGION_NEGATIVE, BP_REGION_SPECIAL, BP_REGION_MIXED};
  if (k >= BP_BENCH_ALL - BP_BENCH_BRANCHES / 2)
    world->drawing.region = aimed[k % (sizeof aimed / sizeof *aimed)];
  world->quiet = true;
  world->larger_sizes = k == BP_BENCH_WORLDS - 2;
  if (k == BP_BENCH_WORLDS - 1)
    bp_world_redraw_sizes(world);
  remember_in(bench, world);
  bench->worlds[k] = world;
  return world;
}

/* ---- definitions with another meaning ----------------------------------- */

/* Finds the names whose definitions lead to this one. */
static void find_followers(struct bp_bench *bench, const struct bp_declaration *declaration) {
  if (bench->followed == declaration)
    return;
  bench->followed = declaration;
  for (size_t d = 0; d < bench->model.declaration_count; d++) {
    const struct bp_declaration *other = bench->model.declarations[d];
    bool *follows = &bench->follows[other->number];
    *follows = other == declaration;
    bool defined = other->kind == BP_DECLARED_LET || other->kind == BP_DECLARED_WRITE;
    for (size_t i = 0; defined && i < other->count && !*follows; i++)
      *follows =
          bp_model_leads_to(&bench->model, other->pieces[i].line.statement->sides[0], declaration);
  }
}

void bp_bench_redefine(struct bp_bench *bench, const struct bp_declaration *declaration,
                       size_t piece, const struct bp_expression *side) {
  struct bp_declaration *defined = bench->model.declarations[declaration->number];
  struct bp_piece *own = &defined->pieces[piece];
  bp_bench_remember(bench, NULL, NULL);
  if (side && !bench->written)
    bench->written = own->line.statement;
  if (!bench->written)
    return;
  bench->other = *bench->written;
  bench->other_side = side;
  bench->other.sides = &bench->other_side;
  own->line.statement = side ? &bench->other : bench->written;
  if (!side)
    bench->written = NULL;
  find_followers(bench, defined);
  for (size_t k = 0; k < BP_BENCH_ALL; k++)
    if (bench->worlds[k])
      bp_nodes_forget(bench->worlds[k], bench->follows);
}

bool bp_bench_exhausted(const struct bp_bench *bench) {
  return bench->failed || bp_budget_over() || (bench->limit && bench->spent > bench->limit) ||
         (bench->stopped && bench->stopped());
}

/* ---- trying ------------------------------------------------------------- */

void bp_candidate_as_claim(const struct bp_candidate *candidate, struct bp_candidate_claim *made) {
  *made = (struct bp_candidate_claim){.claim = *candidate->claim,
                                      .statement = *candidate->claim->line.statement,
                                      .sides = {candidate->left, candidate->right},
                                      .relation = BP_EQUAL};
  made->statement.kind = BP_STATEMENT_CLAIM;
  made->statement.sides = made->sides;
  made->statement.side_count = 2;
  made->statement.relations = &made->relation;
  made->statement.relation_spans = &made->span;
  made->claim.line.statement = &made->statement;
}

static struct bp_claim_state try_claim(struct bp_bench *bench, struct bp_world *world,
                                       const struct bp_model_claim *claim) {
  struct bp_claim_state state = bp_claim_untried(claim);
  struct bp_arena_mark mark = bp_arena_mark(bench->messages);
  bp_diagnostics_init(&bench->silent, bench->messages);
  bp_claim_try(world, &state, bench->messages);
  bp_arena_release(bench->messages, mark);
  bench->spent += 1 + world->steps / STEPS_OF_ONE;
  state.claim = NULL;
  return state;
}

/* One world's answer. */
static struct bp_claim_state try_in(struct bp_bench *bench, struct bp_world *world,
                                    const struct bp_candidate *candidate) {
  struct bp_candidate_claim made;
  bp_candidate_as_claim(candidate, &made);
  return try_claim(bench, world, &made.claim);
}

/* Whether the change differentiates what has no value there, as it did not before: 0*log'(x) in the
 * place of 0*log(x) would hold because nothing is said of it any more. */
static bool evades(struct bp_bench *bench, struct bp_world *world,
                   const struct bp_candidate *candidate, const struct bp_claim_state *state) {
  return state->outside > 0 && try_claim(bench, world, candidate->claim).outside == 0;
}

size_t bp_bench_members(struct bp_bench *bench, const struct bp_candidate *candidate) {
  struct bp_world *world = bp_bench_world(bench, 0);
  return world ? try_in(bench, world, candidate).members : 0;
}

/* Whether its truth may hang on where the points lie. */
static bool is_sharp(struct bp_bench *bench, const struct bp_candidate *candidate) {
  return bp_draws_cases(&bench->model, candidate->left) ||
         bp_draws_cases(&bench->model, candidate->right);
}

/* Whether it holds where other branches may be taken, or a case has no value. */
static bool holds_in_branches(struct bp_bench *bench, const struct bp_candidate *candidate) {
  for (size_t k = BP_BENCH_WORLDS; k < BP_BENCH_ALL; k++) {
    struct bp_world *world = bp_bench_world(bench, k);
    if (!world)
      return false;
    struct bp_claim_state state = try_in(bench, world, candidate);
    bool aimed = world->drawing.region != BP_REGION_NEAR;
    bool refuted = state.worst.verdict == BP_FAILS && state.worst.reason == BP_REASON_VALUE;
    if (aimed && (!refuted || state.kink))
      continue; /* such a point can only refute, and only by two numbers */
    if ((state.worst.verdict != BP_HOLDS && state.worst.reason != BP_REASON_DOMAIN) ||
        evades(bench, world, candidate, &state))
      return false;
  }
  return true;
}

struct bp_tried bp_bench_try(struct bp_bench *bench, const struct bp_candidate *candidate) {
  struct bp_tried tried = {0};
  size_t points = 0;
  bool branched = false, nonzero = false;
  for (size_t k = 0; k < BP_BENCH_WORLDS; k++) {
    if (bench->heavy && k >= HEAVY_WORLDS && k < BP_BENCH_WORLDS - 1)
      continue;
    struct bp_world *world = bp_bench_world(bench, k);
    if (!world)
      return tried;
    struct bp_claim_state state = try_in(bench, world, candidate);
    bool gap = state.worst.reason == BP_REASON_DOMAIN;
    if (k == 0)
      tried.fits = state.worst.reason != BP_REASON_SHAPE && state.worst.reason != BP_REASON_BROKEN;
    if (world->other_sizes) {
      tried.noted = tried.noted || state.worst.verdict != BP_HOLDS;
      break;
    }
    branched = branched || state.branched;
    nonzero = nonzero || state.nonzero;
    bool doubt = state.kink || (state.worst.verdict == BP_UNDECIDED && !gap);
    if (state.worst.verdict == BP_FAILS || doubt || evades(bench, world, candidate, &state))
      return tried;
    points += state.points;
    tried.noted = tried.noted || state.note_count > 0;
    if (k == 0)
      tried.members = state.members;
    if (k == 0 && points == 0)
      return tried;
  }
  branched = points >= 2 && (branched || is_sharp(bench, candidate));
  tried.holds = points >= 2 && nonzero && (!branched || holds_in_branches(bench, candidate));
  return tried;
}
