/* Gathering the evidence once, and settling what a comparison needs.
 *
 * The ladder: everything has eight evaluations in float64 that it shares with its row, or two of
 * its own where there is a kink.  Entries that these do not settle get the same in 113 bits.  An
 * entry is settled when value and difference agree within their bounds and the bounds are small
 * against the loss J and against their block.  Small networks go further, until each entry is known
 * to 1e-6 of itself, while that costs little.
 *
 * What all of that leaves undecided, and blocks of which nothing but their smallness was seen, are
 * proved in ball arithmetic (proof/proof.h), and judged again.
 *
 * A gradient that is wrong everywhere would send every entry to the top of the ladder; there a few
 * of the worst are confirmed, and only if one of them turns out right are all of them looked at.
 */
#include "net/compare.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/parallel.h"
#include "net/difference/pairs.h"

#define VISIBLE 2.5e-10 /* of the loss: bounds up to this settle an entry */
#define NO_LOSS 0.01    /* stands for J where it is exactly 0 and gives no scale */
#define DEEP_COST 2e7   /* multiplications in 113 bits for going beyond that */
#define NEEDED_COST 1e9 /* and for what is not settled without */
#define SHOWN 0.01      /* of the largest of a block: bounds up to this show its sign and size */
#define VANISHED 4e-21  /* of the tolerance: nothing shows in a block below that */
#define DIM 0x1p-10     /* of the largest entry: what was seen no better may be seen sharper */
enum { CONFIRMED = 8 }; /* failing entries of a matrix that 113 bits confirm */

/* ---- evidence ------------------------------------------------------------ */

bool bp_stage_progress(double share, void *user) {
  const struct bp_stage *stage = user;
  if (!stage->options->progress)
    return true;
  return stage->options->progress(stage->from + share * (stage->to - stage->from),
                                  stage->options->user);
}

enum bp_status bp_evidence_begin(const struct bp_network *network,
                                 const struct bp_check_options *options, struct bp_arena *arena,
                                 struct bp_evidence **evidence) {
  struct bp_evidence *e = bp_arena_alloc(arena, 1, sizeof *e);
  if (!e)
    return BP_NO_MEMORY;
  *e = (struct bp_evidence){.network = network, .route = options->route, .arena = arena};
  e->forward = bp_forward_new(network, arena);
  e->gradient = bp_gradient_new(network, arena);
  e->kronecker = bp_kronecker_new(network, arena);
  if (!e->forward || !e->gradient || !e->kronecker)
    return BP_NO_MEMORY;

  e->threads = options->threads > 0 ? options->threads : bp_processors();
  e->kronecker->threads = e->gradient->threads = e->forward->threads = e->threads;
  bp_forward_run(network, e->forward);
  e->forward_right = bp_forward_is_right(network, e->forward, e->threads);
  double scale = e->forward->loss != 0 ? e->forward->loss : NO_LOSS;
  e->tolerance = isfinite(scale) ? VISIBLE * scale : 0; /* no bound is small against infinity */
  bp_backprop(network, e->forward, e->route, NULL, e->gradient);
  bp_estimate_parts(network, e->ends);
  struct bp_stage stage = {options, 0, e->ends[BP_PART_PASSES]};
  if (!bp_stage_progress(0.5, &stage))
    return BP_STOPPED;
  if (bp_backprop_error(network, e->forward, e->route, e->gradient, arena, &e->error) != 0)
    return BP_NO_MEMORY;
  if (!bp_stage_progress(1, &stage))
    return BP_STOPPED;
  stage = (struct bp_stage){options, e->ends[BP_PART_PASSES], e->ends[BP_PART_JACOBIANS]};
  *evidence = e;
  return bp_kronecker_run(network, e->forward, e->kronecker, bp_stage_progress, &stage);
}

enum bp_status bp_evidence_gather(const struct bp_network *network,
                                  const struct bp_check_options *options, struct bp_arena *arena,
                                  struct bp_evidence **evidence) {
  struct bp_evidence *e;
  enum bp_status status = bp_evidence_begin(network, options, arena, &e);
  if (status != BP_OK)
    return status;
  e->differences = bp_differences_new(network, e->forward, e->threads, arena);
  e->responses = e->differences ? bp_responses_new(e->differences) : NULL;
  if (!e->responses)
    return BP_NO_MEMORY;
  struct bp_stage stage = {options, e->ends[BP_PART_JACOBIANS], e->ends[BP_PART_DIFFERENCES]};
  if (!bp_responses_screen(e->responses, bp_stage_progress, &stage))
    return BP_STOPPED;
  *evidence = e;
  return BP_OK;
}

/* ---- the ladder ---------------------------------------------------------- */

/* Of a sample only parameters are compared. */
static int target_count(const struct bp_network *network) {
  return network->looked_at ? BP_TARGET_PARAMETER + 1 : BP_TARGET_COUNT;
}

/* Where an entry stands. */
enum standing {
  SETTLED,
  SHALLOW /* settled against J, not against itself */,
  HIDDEN /* so, but for a bound that is no better than what its block shows */,
  UNSETTLED,
  DISAGREES
};

/* `largest` is the largest number of the view; a bound that comes near it shows nothing. */
static enum standing stand(const struct bp_view *view, double tolerance, double largest, size_t i,
                           size_t j) {
  const struct bp_difference *d = &view->difference[bp_view_index(view, i, j)];
  double g = gsl_matrix_get(view->value, i, j), bound = bp_view_bound(view, i, j);
  if (!isfinite(g) || d->overflow)
    return SETTLED; /* as undecided: nothing can help */
  if (d->kink || !isfinite(bound))
    return UNSETTLED;
  if (!(fabs(g - d->value) <= bound))
    return DISAGREES;
  if (view->outside) { /* whose rounding no better difference makes smaller */
    bound = bp_difference_bound(d);
    if (bound <= 0.1 * (bp_view_bound(view, i, j) - bound))
      return SETTLED;
  }
  if (!(bound <= tolerance))
    return UNSETTLED;
  if (largest > VANISHED * tolerance && !(bound <= SHOWN * largest))
    return HIDDEN;
  return bound <= 1e-6 * fabs(d->value) ? SETTLED : SHALLOW;
}

struct ladder {
  struct bp_evidence *evidence;
  const struct bp_check_options *options;
  const struct bp_gradient *gradient;
  uint8_t *wanted, *chosen; /* marks on one matrix of differences */
  double spent;             /* multiplications in 113 bits so far */
  bool stopped;
};

/* Which entries of a matrix of differences to mark. */
struct choice {
  enum standing least, most;
  bool settled_in_quad; /* also those that have been in 113 bits already */
  bool alone;           /* only those that share no evaluations */
  const uint8_t *among; /* only where this is marked; NULL: anywhere */
};

struct marking {
  const struct ladder *ladder;
  const struct bp_view *view;
  const struct choice *choice;
  double largest; /* of the view */
  atomic_size_t marked;
};

static bool is_chosen(const struct marking *marking, size_t at, size_t i, size_t j) {
  const struct choice *choice = marking->choice;
  enum bp_method method = (enum bp_method)marking->view->difference[at].method;
  if (method >= BP_METHOD_QUAD && !choice->settled_in_quad)
    return false;
  if (method == BP_METHOD_RESPONSE && choice->alone)
    return false;
  if (choice->among && !choice->among[at])
    return false;
  double tolerance = marking->ladder->evidence->tolerance;
  enum standing standing = stand(marking->view, tolerance, marking->largest, i, j);
  return standing >= choice->least && standing <= choice->most;
}

static void mark_share(size_t index, int worker, void *user) {
  (void)worker;
  struct marking *marking = user;
  struct bp_share share = bp_view_share(marking->view, index);
  size_t columns = marking->view->value->size2, marked = 0;
  for (size_t k = share.from; k < share.to; k++) {
    size_t at = bp_view_index(marking->view, k / columns, k % columns);
    if (!is_chosen(marking, at, k / columns, k % columns))
      continue;
    marking->ladder->wanted[at] = 1;
    marked++;
  }
  atomic_fetch_add_explicit(&marking->marked, marked, memory_order_relaxed);
}

static size_t mark_view(const struct ladder *ladder, const struct bp_view *view,
                        const struct choice *choice) {
  struct marking marking = {ladder, view, choice, bp_view_largest(view), 0};
  bp_parallel_for(bp_view_shares(view), view->threads, mark_share, &marking);
  return marking.marked;
}

/* Marks the chosen entries and returns their number, of all ranks.  The matrix of parameters
 * belongs to two views, W[l] and b[l]. */
static size_t mark(const struct ladder *ladder, enum bp_difference_target target, size_t l,
                   struct choice choice) {
  const struct bp_network *network = ladder->evidence->network;
  size_t first = bp_view_first(network, target, l), marked = 0;
  memset(ladder->wanted, 0,
         bp_difference_rows(network, target, l) * bp_difference_columns(network, target, l));
  for (size_t b = first; b <= first + (target == BP_TARGET_PARAMETER); b++) {
    struct bp_view view = bp_view_of(ladder->evidence, ladder->gradient, NULL, b, NULL);
    marked += mark_view(ladder, &view, &choice);
  }
  return (size_t)bp_network_sum(network, (double)marked);
}

static void refine(struct ladder *ladder, enum bp_difference_target target, size_t l,
                   enum bp_method method) {
  struct bp_stage stage = {ladder->options, ladder->evidence->ends[BP_PART_DIFFERENCES], 1};
  if (!ladder->stopped && !bp_differences_refine(ladder->evidence->differences, target, l, method,
                                                 ladder->wanted, bp_stage_progress, &stage))
    ladder->stopped = true;
}

/* Looks at the first few of the marked entries, which disagree, in 113 bits: do all of those still
 * disagree? */
static bool confirmed(struct ladder *ladder, enum bp_difference_target target, size_t l,
                      size_t entries, size_t marked) {
  size_t kept = marked < CONFIRMED ? marked : CONFIRMED, count = 0;
  for (size_t k = 0; k < entries; k++)
    count += ladder->wanted[k];
  if (ladder->evidence->network->dealt)
    count = (size_t)bp_ranks_before((double)count);
  else
    count = 0;
  for (size_t k = 0; k < entries; k++)
    if (ladder->wanted[k] && count++ >= CONFIRMED)
      ladder->wanted[k] = 0;
  memcpy(ladder->chosen, ladder->wanted, entries);
  refine(ladder, target, l, BP_METHOD_QUAD);
  size_t disagree =
      mark(ladder, target, l, (struct choice){DISAGREES, DISAGREES, true, false, ladder->chosen});
  return disagree == kept;
}

/* Whether a unit may stand on a kink or beside one, where there is no response and perhaps no
 * proof. What has no response without that stands below so many layers that no bound in float64
 * holds them; differences of its own, entry by entry, would be bounded in the same way, at a price
 * that grows with the square of the depth, and balls decide at last. */
static bool has_kinks(const struct bp_network *network) {
  bool kinks = false;
  for (size_t l = 1; l <= network->depth; l++)
    kinks = kinks || network->activation[l]->kink != BP_SMOOTH;
  return kinks;
}

/* Whether balls are cheaper than 113 bits: they take two evaluations where these take eight, of as
 * many microseconds.  Where there is little above, or the sums are done in pairs of doubles, the
 * disc and the way to a proof weigh more. */
static bool prefers_proof(const struct bp_evidence *e, size_t l) {
  enum { MANY_LAYERS = 8 };
  return e->forward_right && l + MANY_LAYERS <= e->network->depth && !has_kinks(e->network) &&
         !bp_pairs_serve(e->network);
}

/* Proves the chosen entries, as far as that is possible and affordable. */
static void prove_chosen(struct ladder *ladder, enum bp_difference_target target, size_t l) {
  struct bp_evidence *e = ladder->evidence;
  struct bp_stage stage = {ladder->options, e->ends[BP_PART_DIFFERENCES], 1};
  size_t left_open;
  if (!e->proof)
    e->proof = bp_proof_new(e->differences);
  if (e->proof && !bp_proof_refine(e->proof, BP_PROOF_NEEDED, target, l, ladder->wanted,
                                   bp_stage_progress, &stage, &left_open))
    ladder->stopped = true;
}

/* Takes the chosen entries to 113 bits with all that their rows share, if that is affordable; what
 * has no responses, or is no better for them, stays what it was. */
static void share(struct ladder *ladder, enum bp_difference_target target, size_t l,
                  const struct choice *choice) {
  struct bp_stage stage = {ladder->options, ladder->evidence->ends[BP_PART_DIFFERENCES], 1};
  struct bp_responses *responses = ladder->evidence->responses;
  if (!ladder->stopped && prefers_proof(ladder->evidence, l) && mark(ladder, target, l, *choice))
    prove_chosen(ladder, target, l);
  if (ladder->stopped || mark(ladder, target, l, *choice) == 0)
    return;
  double cost = bp_responses_cost(responses, target, l, ladder->wanted);
  if (ladder->spent + cost > NEEDED_COST)
    return;
  ladder->spent += cost;
  if (!bp_responses_refine(responses, target, l, ladder->wanted, bp_stage_progress, &stage))
    ladder->stopped = true;
}

/* Takes one matrix of differences up the ladder as far as it needs. */
static void climb(struct ladder *ladder, enum bp_difference_target target, size_t l) {
  const struct bp_network *network = ladder->evidence->network;
  const struct choice failing = {DISAGREES, DISAGREES, false, false, NULL};
  const struct choice alone = {HIDDEN, DISAGREES, false, true, NULL};
  struct choice open = {HIDDEN, DISAGREES, false, false, NULL};
  size_t entries =
      bp_difference_rows(network, target, l) * bp_difference_columns(network, target, l);
  double cost = bp_difference_quad_cost(network, l, false);
  if (target != BP_TARGET_PARAMETER)
    cost /= (double)network->samples;
  if (mark(ladder, target, l, open) == 0) /* as nearly always */
    return;

  if (mark(ladder, target, l, alone))
    refine(ladder, target, l, BP_METHOD_FOUR_POINT);
  size_t marked = mark(ladder, target, l, failing);
  bool too_many = (double)marked * cost > DEEP_COST;
  if (too_many && confirmed(ladder, target, l, entries, marked))
    open.most = UNSETTLED;
  share(ladder, target, l, &open);
  open.least = has_kinks(network) || l == network->depth ? UNSETTLED : DISAGREES;
  size_t count = mark(ladder, target, l, open);
  if (ladder->spent + (double)count * cost > NEEDED_COST) {
    ladder->evidence->skipped += count;
    return;
  }
  ladder->spent += (double)count * cost;
  if (count)
    refine(ladder, target, l, BP_METHOD_QUAD);
}

/* Takes what is settled against J on to being settled against itself, where that is cheap. */
static void deepen(struct ladder *ladder) {
  const struct bp_network *network = ladder->evidence->network;
  const struct choice shallow = {SHALLOW, HIDDEN, false, false, NULL};
  const struct choice alone = {SHALLOW, HIDDEN, false, true, NULL};
  double cost = 0;
  for (size_t l = 1; l <= network->depth; l++)
    cost += bp_difference_quad_cost(network, l, false) *
            (double)(bp_network_rows(network, l) * (network->size[l - 1] + 3));
  if (cost > DEEP_COST)
    return;
  for (size_t l = network->depth; l >= 1; l--) {
    for (int t = 0; t < target_count(network); t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      if (mark(ladder, target, l, alone))
        refine(ladder, target, l, BP_METHOD_FOUR_POINT);
      share(ladder, target, l, &shallow);
      if (mark(ladder, target, l, shallow))
        refine(ladder, target, l, BP_METHOD_QUAD);
    }
  }
}

/* ---- the comparison ------------------------------------------------------ */

double bp_quad_gradient_cost(const size_t *size, size_t depth, size_t samples) {
  double cost = 0;
  for (size_t l = 1; l <= depth; l++)
    cost += (double)samples * (double)size[l] * ((double)size[l - 1] + 40) * 3;
  return cost;
}

/* Whether an entry needs BP1-BP4 in 113 bits, and these are affordable. */
static bool needs_quad_gradient(const struct bp_evidence *e, const struct bp_gradient *g) {
  return !e->outside &&
         bp_quad_gradient_cost(e->network->size, e->network->depth, e->network->samples) <=
             BP_QUAD_GRADIENT_COST &&
         bp_views_need_formula(e, g);
}

static double roundings(const struct bp_network *network) {
  double total = (double)network->samples + 64;
  for (size_t l = 0; l <= network->depth; l++)
    total += (double)network->size[l] + 32;
  return 4 * total;
}

static enum bp_status judge_block(struct bp_evidence *e, const struct bp_view *view,
                                  struct bp_arena *arena, double *scratch, struct bp_block *block) {
  struct bp_entry *entries = block->entries; /* of a first look, without a proof */
  *block = (struct bp_block){.name = bp_arena_strdup(arena, view->name),
                             .rows = view->value->size1,
                             .columns = view->value->size2,
                             .parameter = view->target == BP_TARGET_PARAMETER};
  struct bp_share own = {view->own.from * block->columns, view->own.to * block->columns};
  size_t all = block->rows * block->columns; /* which rank 0 will have */
  size_t touched = view->dealt && bp_rank() > 0 ? own.to - own.from : all;
  block->entries =
      entries ? entries : bp_arena_alloc_part(arena, all, sizeof *block->entries, touched);
  if (!block->name || !block->entries)
    return BP_NO_MEMORY;
  double count = roundings(e->network);
  bp_view_judge(view, e->tolerance, count, block->entries);
  for (size_t k = own.from; !e->forward_right && k < own.to; k++) {
    block->entries[k].verdict = BP_FAILS;
    block->entries[k].reason = BP_REASON_FORWARD;
  }
  if (!bp_block_sum_up(view, e->tolerance, count, block, scratch))
    return BP_NO_MEMORY;
  block->informative = view->target == BP_TARGET_A && view->l == e->network->depth &&
                       e->route == BP_ROUTE_DIRECT && bp_network_rules(e->network)->direct;
  return BP_OK;
}

static void add_block(const struct bp_block *block, struct bp_report *report) {
  if (!block->informative)
    report->head.verdict = bp_verdict_join(report->head.verdict, block->verdict);
  if (!block->parameter)
    return;
  report->head.entries += block->rows * block->columns;
  report->head.holds += block->holds;
  report->head.fails += block->fails;
  report->head.undecided += block->undecided;
  report->network->lost_digits += block->lost_digits;
  report->visible = fmax(report->visible, 2 * block->widest_bound);
}

/* ---- the last rung -------------------------------------------------------- */

struct judging {
  struct ladder *ladder;
  const struct bp_quad_gradient *quad;
  const struct bp_mistake *mistake;
  struct bp_arena *spare, *arena;
  double *scratch;
  struct bp_report *report;
};

/* Judges every block from what is known.  Proved differences are held against the formula in ball
 * arithmetic; of other code there is none. */
static enum bp_status judge_blocks(const struct judging *judging, size_t blocks) {
  struct bp_evidence *e = judging->ladder->evidence;
  const struct bp_agreements *agreements = NULL;
  enum bp_status status = BP_OK;
  if (e->proof && !e->outside) {
    agreements = bp_proof_compare(e->proof, e->route, judging->mistake, judging->spare);
    if (!agreements)
      return BP_NO_MEMORY;
  }
  for (size_t b = 0; status == BP_OK && b < blocks; b++) {
    struct bp_view view =
        bp_view_of(e, judging->ladder->gradient, judging->quad, b, judging->spare);
    if (agreements) {
      view.agreement = agreements->of[view.target][view.l];
      view.bits = agreements->bits[view.target][view.l];
    }
    status = judge_block(e, &view, judging->arena, judging->scratch, &judging->report->blocks[b]);
  }
  return status;
}

/* Whether little of an entry was seen although it holds: only that it is next to nothing, or within
 * a bound that is a good part of its block. */
static bool seen_dimly(const struct judging *judging, const struct bp_view *view,
                       const struct bp_block *block, size_t k) {
  const struct bp_entry *entry = &block->entries[k];
  double rounding = bp_deciding_rounding(view, roundings(judging->ladder->evidence->network), entry,
                                         k / block->columns, k % block->columns);
  double bound = entry->truncation + rounding;
  if (view->outside || entry->verdict != BP_HOLDS || entry->reason == BP_REASON_KINK)
    return false;
  return block->vanishes || 2 * bound > DIM * block->largest_magnitude;
}

/* Whether a proof is needed for an entry, or welcome.  There is none where a unit is on its kink,
 * and no use in one where the value of other code is no number; our own formulas have one in more
 * bits. */
static bool wants_proof(const struct judging *judging, enum bp_proof_need need,
                        const struct bp_view *view, const struct bp_block *block, size_t k) {
  const struct bp_entry *entry = &block->entries[k];
  const struct bp_difference *d =
      &view->difference[bp_view_index(view, k / block->columns, k % block->columns)];
  if (block->informative || d->kink || d->method >= BP_METHOD_ONE_SIDED ||
      (view->outside && !isfinite(entry->backprop)))
    return false;
  return need == BP_PROOF_NEEDED ? entry->verdict == BP_UNDECIDED
                                 : seen_dimly(judging, view, block, k);
}

/* Whether it is known of all entries together that none of them wants one. */
static bool wants_none(enum bp_proof_need need, const struct bp_block *block) {
  if (need == BP_PROOF_NEEDED)
    return block->undecided == 0;
  return block->proved == 0 && !block->vanishes &&
         2 * block->widest_bound <= DIM * block->largest_magnitude;
}

/* Marks what wants a proof in one matrix of differences. */
static size_t mark_unproved(const struct judging *judging, enum bp_proof_need need,
                            enum bp_difference_target target, size_t l) {
  const struct ladder *ladder = judging->ladder;
  const struct bp_network *network = ladder->evidence->network;
  size_t first = bp_view_first(network, target, l), marked = 0;
  memset(ladder->wanted, 0,
         bp_difference_rows(network, target, l) * bp_difference_columns(network, target, l));
  for (size_t b = first; b <= first + (target == BP_TARGET_PARAMETER); b++) {
    const struct bp_block *block = &judging->report->blocks[b];
    struct bp_view view = bp_view_of(ladder->evidence, ladder->gradient, judging->quad, b, NULL);
    if (wants_none(need, block))
      continue;
    for (size_t k = view.own.from * block->columns; k < view.own.to * block->columns; k++) {
      if (!wants_proof(judging, need, &view, block, k))
        continue;
      ladder->wanted[bp_view_index(&view, k / block->columns, k % block->columns)] = 1;
      marked++;
    }
  }
  return (size_t)bp_network_sum(network, (double)marked);
}

/* Proves what is still open, from the last layer on, where that is cheapest.  *changed tells
 * whether there is anything new. */
static enum bp_status prove(const struct judging *judging, enum bp_proof_need need, bool *changed) {
  struct ladder *ladder = judging->ladder;
  struct bp_evidence *e = ladder->evidence;
  struct bp_stage stage = {ladder->options, e->ends[BP_PART_DIFFERENCES], 1};
  for (size_t l = e->network->depth; l >= 1; l--) {
    for (int t = 0; t < target_count(e->network); t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      size_t left_open;
      if (!mark_unproved(judging, need, target, l))
        continue;
      if (!e->proof)
        e->proof = bp_proof_new(e->differences);
      if (!e->proof)
        return BP_NO_MEMORY;
      *changed = true;
      if (!bp_proof_refine(e->proof, need, target, l, ladder->wanted, bp_stage_progress, &stage,
                           &left_open))
        return BP_STOPPED;
      e->skipped += need == BP_PROOF_NEEDED ? left_open : 0;
    }
  }
  return BP_OK;
}

static enum bp_status judge_all(const struct judging *judging, size_t blocks) {
  bool changed = false;
  struct bp_evidence *e = judging->ladder->evidence;
  enum bp_status status = judge_blocks(judging, blocks);
  if (status == BP_OK && e->forward_right) {
    e->skipped = 0;
    status = prove(judging, BP_PROOF_NEEDED, &changed);
    if (status == BP_OK)
      status = prove(judging, BP_PROOF_WELCOME, &changed);
  }
  return status == BP_OK && changed ? judge_blocks(judging, blocks) : status;
}

/* ---- the whole ------------------------------------------------------------ */

enum bp_status bp_compare(struct bp_evidence *e, const struct bp_gradient *gradient,
                          const struct bp_mistake *mistake, const struct bp_check_options *options,
                          struct bp_arena *arena, struct bp_report *report) {
  const struct bp_network *network = e->network;
  size_t most = 1, blocks = bp_view_count(network);
  for (size_t l = 1; l <= network->depth; l++) {
    for (int t = 0; t < target_count(network); t++) {
      enum bp_difference_target target = (enum bp_difference_target)t;
      size_t entries =
          bp_difference_rows(network, target, l) * bp_difference_columns(network, target, l);
      most = entries > most ? entries : most;
    }
  }
  struct bp_arena *spare = bp_arena_new(0);
  if (!spare)
    return BP_NO_MEMORY;
  struct ladder ladder = {.evidence = e, .options = options, .gradient = gradient};
  ladder.wanted = bp_arena_alloc(spare, most, sizeof *ladder.wanted);
  ladder.chosen = bp_arena_alloc(spare, most, sizeof *ladder.chosen);
  size_t scratched = network->dealt && bp_rank() > 0 ? 0 : most;
  double *scratch = bp_arena_alloc_part(spare, most, sizeof *scratch, scratched);
  report->blocks = bp_arena_alloc(arena, blocks, sizeof *report->blocks);
  report->network = bp_arena_alloc(arena, 1, sizeof *report->network);
  bool room = ladder.wanted && ladder.chosen && scratch && report->blocks && report->network;
  enum bp_status status = room ? BP_OK : BP_NO_MEMORY;
  if (room)
    report->network->loss = e->forward->loss;
  for (size_t l = network->depth; status == BP_OK && l >= 1; l--)
    for (int target = 0; target < target_count(network); target++)
      climb(&ladder, (enum bp_difference_target)target, l);
  if (status == BP_OK)
    deepen(&ladder);
  if (ladder.stopped)
    status = BP_STOPPED;

  struct bp_quad_gradient *quad = NULL;
  if (status == BP_OK && needs_quad_gradient(e, gradient)) {
    quad = bp_quad_gradient_new(network, spare);
    if (quad)
      bp_backprop_quad(network, e->forward, e->route, mistake, quad);
    if (!quad)
      status = BP_NO_MEMORY;
  }
  struct judging judging = {&ladder, quad, mistake, spare, arena, scratch, report};
  if (status == BP_OK)
    status = judge_all(&judging, blocks);
  for (size_t b = 0; status == BP_OK && b < blocks; b++)
    if (!e->outside || e->outside->given[b])
      add_block(&report->blocks[b], report);
  report->block_count = blocks;
  bp_arena_free(spare);
  return status;
}
