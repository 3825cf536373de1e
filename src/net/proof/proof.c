/* Which responses are evaluated with how many bits, and what becomes of the entries.
 *
 * A matrix is settled in rounds, each with twice the bits of the one before.  A round evaluates the
 * responses that still blur an entry: at first those of all units that are wanted, later those
 * whose radius is a good part of that of an entry which is not yet known well.  One disc serves all
 * units of a layer for a sample; where that does not do, because one of its units is near a kink or
 * much steeper than another, a unit gets a disc of its own from the second round on.  Responses are
 * kept, so that dZ[l], W[l] and b[l], and every gradient that is held against them, share them.
 * Bits and discs begin where those of the layer above ended.
 *
 * An entry is known well when its radius is below 2^-32 of itself or 2^-56 of the largest of its
 * block.  What may be 0 is not followed further than to 1,024 bits.
 */
#include "net/proof/proof.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/proof/formula.h"
#include "net/proof/response.h"
#include "num/ball_function.h"
#include "num/flint_memory.h"

static const double budgets[BP_PROOF_NEEDS] = {6e9, 3e8}; /* products: a minute, and a second */

enum {
  ENTRY_BITS = 128,  /* of the sum over the samples: no ball is wider, so none needs memory */
  FINE = 56,         /* bits below the largest of the block */
  ENOUGH = 3,        /* the level at which what may be 0 counts as 0 */
  NO_DISC_BEYOND = 5 /* the level at which no disc is a kink; losses have none */
};

struct response {
  struct bp_ball slope;
  struct bp_proof_disc own;
  int8_t level; /* that it has; -1: none yet */
};

struct bp_proof {
  struct bp_differences *differences;
  struct bp_proof_point point;
  bool possible;
  struct response **responses[2];  /* [site][l][i * m + s] */
  struct bp_proof_disc **discs[2]; /* [site][l][s], of all units */
  size_t learnt_at;                /* the layer that taught where those below begin; 0: none */
  int learnt_level;
  double spent[BP_PROOF_NEEDS];
};

double bp_proof_memory(const struct bp_spec *spec, size_t samples) {
  double bytes = bp_proof_point_memory(spec->size, spec->depth, samples);
  for (size_t l = 1; l <= spec->depth; l++)
    bytes += 2 * (double)spec->size[l] * (double)samples * (sizeof(struct response) + 16) +
             2 * (double)samples * sizeof(struct bp_proof_disc);
  return bytes;
}

struct bp_proof *bp_proof_new(struct bp_differences *differences) {
  const struct bp_network *network = differences->network;
  struct bp_proof *proof = bp_arena_alloc(differences->arena, 1, sizeof *proof);
  if (!proof)
    return NULL;
  *proof = (struct bp_proof){.differences = differences};
  proof->point = (struct bp_proof_point){
      .network = network, .forward = differences->forward, .arena = differences->arena};
  proof->possible = bp_proof_point_finite(network, differences->forward);
  for (int site = 0; site < 2; site++) {
    size_t layers = network->depth + 1;
    proof->responses[site] = bp_arena_alloc(differences->arena, layers, sizeof **proof->responses);
    proof->discs[site] = bp_arena_alloc(differences->arena, layers, sizeof **proof->discs);
    if (!proof->responses[site] || !proof->discs[site])
      return NULL;
  }
  return proof;
}

/* ---- entries ------------------------------------------------------------- */

/* One matrix of differences that is to be settled. */
struct matrix {
  struct bp_proof *proof;
  enum bp_proof_need need;
  enum bp_difference_target target;
  enum bp_site site;
  size_t l, rows, columns; /* columns: n[l-1] + 1 or m */
  struct bp_share own;     /* of the rows, those that this rank settles */
  struct bp_difference *entries;
  const uint8_t *wanted;      /* NULL: nothing */
  struct response *responses; /* of its units */
};

static size_t samples(const struct matrix *matrix) {
  return matrix->proof->differences->network->samples;
}

static bool is_bias(const struct matrix *matrix, size_t j) {
  return matrix->target == BP_TARGET_PARAMETER && j + 1 == matrix->columns;
}

static bool is_output(const struct matrix *matrix) {
  return matrix->target == BP_TARGET_A && matrix->l == matrix->proof->point.network->depth;
}

/* How far Z[l]_is moves where the entry moves by 1; a double. */
static double leverage(const struct matrix *matrix, size_t j, size_t s) {
  if (matrix->target != BP_TARGET_PARAMETER)
    return s == j;
  return is_bias(matrix, j)
             ? 1
             : gsl_matrix_get(matrix->proof->differences->forward->A[matrix->l - 1], j, s);
}

static struct response *response_at(const struct matrix *matrix, size_t i, size_t s) {
  return &matrix->responses[i * samples(matrix) + s];
}

/* The difference of one entry; *level gets the largest of those that went into it. */
static struct bp_ball entry_ball(const struct matrix *matrix, size_t i, size_t j, int *level) {
  size_t m = samples(matrix);
  struct bp_ball sum;
  arb_t weight;
  *level = 0;
  if (matrix->target != BP_TARGET_PARAMETER) {
    *level = response_at(matrix, i, j)->level;
    return response_at(matrix, i, j)->slope;
  }
  acb_init(&sum.z);
  arb_init(weight);
  for (size_t s = 0; s < m; s++) {
    const struct response *response = response_at(matrix, i, s);
    double a = leverage(matrix, j, s);
    if (a == 0)
      continue;
    arb_set_d(weight, a);
    arb_addmul(acb_realref(&sum.z), weight, acb_realref(&response->slope.z), ENTRY_BITS);
    *level = response->level > *level ? response->level : *level;
  }
  arb_div_ui(acb_realref(&sum.z), acb_realref(&sum.z), m, ENTRY_BITS);
  return sum;
}

/* The largest number of a block, as a logarithm and from below. */
static double block_size(const struct matrix *matrix, bool bias) {
  double largest = -INFINITY;
  for (size_t i = matrix->own.from; i < matrix->own.to; i++) {
    for (size_t j = 0; j < matrix->columns; j++) {
      const struct bp_difference *d = &matrix->entries[i * matrix->columns + j];
      int level;
      if (is_bias(matrix, j) != bias)
        continue;
      double known = log2(fmax(0, fabs(d->value) - bp_difference_bound(d)));
      bool wanted = matrix->wanted && matrix->wanted[i * matrix->columns + j];
      if (d->method == BP_METHOD_PROOF || wanted)
        known = bp_ball_nearest_log2(entry_ball(matrix, i, j, &level), bp_ball_whole(0));
      largest = known > largest ? known : largest;
    }
  }
  return bp_network_largest(matrix->proof->differences->network, largest);
}

static bool known_well(struct bp_ball number, double block) {
  return bp_ball_finite(number) &&
         (bp_proof_narrow(number) || bp_ball_radius_log2(number) <= block - FINE);
}

/* Of the disc in which all units of a layer are moved: that of Z above, if known. */
static slong first_radius(const struct bp_proof *proof, size_t l, size_t s) {
  const struct bp_proof_disc *above = NULL;
  if (l < proof->point.network->depth)
    above = proof->discs[BP_SITE_Z][l + 1];
  return above && above[s].known ? above[s].radius : BP_PROOF_FIRST_RADIUS;
}

static bool matrix_init(struct bp_proof *proof, enum bp_difference_target target, size_t l,
                        const uint8_t *wanted, struct matrix *matrix) {
  const struct bp_network *network = proof->differences->network;
  enum bp_site site = target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  size_t units = network->size[l] * network->samples;
  *matrix =
      (struct matrix){.proof = proof,
                      .target = target,
                      .site = site,
                      .l = l,
                      .rows = bp_difference_rows(network, target, l),
                      .columns = bp_difference_columns(network, target, l),
                      .own = bp_network_share(network, bp_difference_rows(network, target, l)),
                      .entries = proof->differences->of[target][l],
                      .wanted = wanted};
  if (!proof->responses[site][l]) {
    struct bp_arena *arena = proof->differences->arena;
    struct response *responses = bp_arena_alloc(arena, units, sizeof *responses);
    struct bp_proof_disc *discs = bp_arena_alloc(arena, network->samples, sizeof *discs);
    for (size_t k = 0; responses && k < units; k++)
      responses[k] = (struct response){.slope = bp_ball_unknown(), .level = -1};
    for (size_t s = 0; discs && s < network->samples; s++)
      discs[s].radius = first_radius(proof, l, s);
    proof->responses[site][l] = responses;
    proof->discs[site][l] = discs;
  }
  matrix->responses = proof->responses[site][l];
  return matrix->responses && proof->discs[site][l];
}

/* ---- one round ----------------------------------------------------------- */

struct round {
  const struct matrix *matrix;
  int level, first_level;
  size_t *queue, count; /* of responses, i * m + s */
  size_t all;           /* the same of all ranks */
  bool *queued;         /* of all responses */
  double *work;         /* of each in the queue, or of each sample */
};

/* Asks for those responses of an entry that make a good part of its radius. */
static void queue_entry(struct round *round, size_t i, size_t j, struct bp_ball ball) {
  const struct matrix *matrix = round->matrix;
  size_t m = samples(matrix);
  double mean = matrix->target == BP_TARGET_PARAMETER ? (double)m : 1;
  double share = bp_ball_radius_log2(ball) + log2(mean) - log2(4 * (double)m);
  for (size_t s = 0; s < m; s++) {
    struct response *response = response_at(matrix, i, s);
    double a = fabs(leverage(matrix, j, s));
    size_t index = i * m + s;
    if (a == 0 || response->level >= round->level || round->queued[index])
      continue;
    if (bp_ball_finite(ball) && bp_ball_radius_log2(response->slope) + log2(a) < share)
      continue;
    round->queued[index] = true;
    round->queue[round->count++] = index;
  }
}

static void enter_thread(int worker) {
  if (worker != 0) /* a thread of ours, which ends with the work */
    bp_flint_thread();
}

/* Marks the samples of which some rank has a response in its queue: all ranks find the discs of
 * these, so that they know the same, and the work is counted once. */
static void mark_samples(const struct round *round) {
  const struct matrix *matrix = round->matrix;
  for (size_t s = 0; s < samples(matrix); s++) {
    bool used = false;
    for (size_t i = matrix->own.from; i < matrix->own.to && !used; i++)
      used = round->queued[i * samples(matrix) + s];
    round->work[s] = bp_network_any(matrix->proof->differences->network, used);
  }
}

static void find_disc(size_t s, int worker, void *user) {
  struct round *round = user;
  const struct matrix *matrix = round->matrix;
  struct bp_proof *proof = matrix->proof;
  struct bp_proof_site site = {matrix->site, matrix->l, BP_PROOF_ALL_UNITS, s};
  bool used = round->work[s] > 0;
  enter_thread(worker);
  round->work[s] = 0;
  if (used)
    bp_proof_disc_find(&proof->point, round->level, &site,
                       &proof->discs[matrix->site][matrix->l][s], &round->work[s]);
}

static struct bp_ball sharper(struct bp_ball a, struct bp_ball b) {
  return bp_ball_radius_log2(b) < bp_ball_radius_log2(a) ? b : a;
}

static void respond(size_t index, int worker, void *user) {
  struct round *round = user;
  const struct matrix *matrix = round->matrix;
  const struct bp_proof_point *point = &matrix->proof->point;
  size_t m = samples(matrix), i = round->queue[index] / m, s = round->queue[index] % m;
  const struct bp_proof_disc *shared = &matrix->proof->discs[matrix->site][matrix->l][s];
  struct response *response = response_at(matrix, i, s);
  struct bp_proof_site site = {matrix->site, matrix->l, i, s};
  double *work = &round->work[index];
  enter_thread(worker);
  *work = 0;
  struct bp_ball slope = bp_proof_slope(point, round->level, &site, shared, work);
  if (!bp_proof_narrow(slope) && (round->level > round->first_level || !shared->known)) {
    if (!response->own.known)
      response->own.radius = shared->radius;
    bp_proof_disc_find(point, round->level, &site, &response->own, work);
    slope = sharper(slope, bp_proof_slope(point, round->level, &site, &response->own, work));
  }
  response->slope = sharper(slope, response->slope);
  response->level = (int8_t)round->level;
}

/* In whole products, so that the sum is the same however they are dealt. */
static void add_work(const struct round *round, double work) {
  struct bp_proof *proof = round->matrix->proof;
  proof->spent[round->matrix->need] += bp_network_sum(proof->differences->network, work);
}

static double work_of(const struct round *round, size_t count) {
  double work = 0;
  for (size_t k = 0; k < count; k++)
    work += ceil(round->work[k]);
  return work;
}

/* Leaves in the queue what is affordable, the first rows first; and returns how many that are, of
 * all ranks. */
static size_t shorten(struct round *round, double affordable) {
  const struct bp_network *network = round->matrix->proof->differences->network;
  double count = (double)round->count, before = network->dealt ? bp_ranks_before(count) : 0;
  double all = bp_network_sum(network, count), rest = fmax(0, floor(affordable) - before);
  if (count > rest)
    round->count = (size_t)rest;
  return (size_t)fmin(all, floor(affordable));
}

/* False when stopped. */
static bool run_round(struct round *round, bp_parallel_progress *progress, void *user) {
  const struct matrix *matrix = round->matrix;
  struct bp_proof *proof = matrix->proof;
  const struct bp_differences *d = proof->differences;
  /* both ends, sometimes once more, and the disc */
  double each = 3 * bp_proof_cost(d->network, round->level, matrix->l);
  double affordable = fmax(0, (budgets[matrix->need] - proof->spent[matrix->need]) / each);
  round->all = shorten(round, affordable);
  if (bp_network_any(d->network, !bp_proof_point_prepare(&proof->point, round->level)))
    round->count = round->all = 0;
  if (round->all == 0)
    return true;
  mark_samples(round);
  if (!bp_parallel_for_progress(samples(matrix), d->threads, find_disc, round, progress, user))
    return false;
  double work = work_of(round, samples(matrix));
  add_work(round, d->network->dealt && bp_rank() > 0 ? 0 : work);
  if (!bp_parallel_for_progress(round->count, d->threads, respond, round, progress, user))
    return false;
  add_work(round, work_of(round, round->count));
  return true;
}

/* ---- one matrix ---------------------------------------------------------- */

/* Fills the queue and returns how many entries are open; open[] says which may still be had. */
static size_t look_round(struct round *round, uint8_t *open) {
  const struct matrix *matrix = round->matrix;
  double sizes[2] = {block_size(matrix, false), block_size(matrix, true)};
  size_t count = 0, m = samples(matrix);
  round->count = 0;
  memset(round->queued, 0, matrix->rows * m * sizeof *round->queued);
  for (size_t k = matrix->own.from * matrix->columns; k < matrix->own.to * matrix->columns; k++) {
    size_t i = k / matrix->columns, j = k % matrix->columns;
    int level;
    if (!open[k])
      continue;
    struct bp_ball ball = entry_ball(matrix, i, j, &level);
    bool zero = bp_ball_finite(ball) && bp_ball_contains_zero(ball) && round->level > ENOUGH;
    bool kink = !is_output(matrix) && !bp_ball_finite(ball) && round->level > NO_DISC_BEYOND;
    open[k] = !known_well(ball, sizes[is_bias(matrix, j)]) && !zero && !kink;
    count += open[k];
    if (open[k])
      queue_entry(round, i, j, ball);
  }
  const struct bp_network *network = matrix->proof->differences->network;
  round->all = (size_t)bp_network_sum(network, (double)round->count);
  return (size_t)bp_network_sum(network, (double)count);
}

/* Whether a proof takes the place of what is known: it knows better, or well (one of 113 bits was
 * left open for want of a formula), or is below float64's numbers, where 0 says nothing. */
static bool takes_over(const struct bp_difference *proved, bool well,
                       const struct bp_difference *entry) {
  double bound = bp_difference_bound(proved);
  return entry->overflow || well || bound < DBL_MIN || !(bp_difference_bound(entry) <= bound);
}

/* 1/a of an output next to 0 may be infinite here: what is known of it are the balls. */
static void store(const struct matrix *matrix, double block, size_t i, size_t j) {
  struct bp_difference *entry = &matrix->entries[i * matrix->columns + j];
  int level;
  struct bp_ball ball = entry_ball(matrix, i, j, &level);
  double number = bp_ball_double(ball), size = bp_ball_above(ball);
  double value = size < DBL_MAX ? number : copysign(INFINITY, number);
  if (!bp_ball_finite(ball) || (!(size < DBL_MAX) && !is_output(matrix)))
    return;
  struct bp_difference proved = {.value = value, .method = BP_METHOD_PROOF};
  proved.bits = (uint16_t)bp_proof_bits(level);
  proved.rounding = size == 0 ? 0 : bp_ball_radius(ball) + BP_UNIT * fabs(value);
  double mean = matrix->target == BP_TARGET_PARAMETER ? 1 / (double)samples(matrix) : 1;
  for (size_t s = 0; s < samples(matrix); s++)
    if (leverage(matrix, j, s) != 0)
      proved.sum +=
          mean * fabs(leverage(matrix, j, s)) * bp_ball_above(response_at(matrix, i, s)->slope);
  if (takes_over(&proved, known_well(ball, block), entry))
    *entry = proved;
}

static bool round_init(struct round *round, const struct matrix *matrix, struct bp_arena *arena) {
  size_t units = matrix->rows * samples(matrix);
  *round = (struct round){.matrix = matrix};
  round->queue = bp_arena_alloc(arena, units, sizeof *round->queue);
  round->queued = bp_arena_alloc(arena, units, sizeof *round->queued);
  round->work = bp_arena_alloc(arena, units, sizeof *round->work);
  return !bp_arena_failed(arena);
}

/* Layers come from the output downward, and each takes as many bits as the one above it or more. */
static int start_level(const struct matrix *matrix) {
  const struct bp_proof *proof = matrix->proof;
  return proof->learnt_at >= matrix->l ? proof->learnt_level : 0;
}

/* Nothing is learnt of what may be nothing but 0, nor of poles of a loss. */
static void learn_start(const struct matrix *matrix, int level) {
  struct bp_proof *proof = matrix->proof;
  if (level > ENOUGH || is_output(matrix))
    return;
  proof->learnt_at = matrix->l;
  proof->learnt_level = level;
}

static bool settle(const struct matrix *matrix, struct bp_arena *arena,
                   bp_parallel_progress *progress, void *user, size_t *left_open) {
  size_t entries = matrix->rows * matrix->columns;
  uint8_t *open = bp_arena_alloc(arena, entries, sizeof *open);
  struct round round;
  bool goes_on = true;
  const struct bp_network *network = matrix->proof->differences->network;
  if (bp_network_any(network, !open || !round_init(&round, matrix, arena)))
    return true;
  memcpy(open, matrix->wanted, entries);
  round.level = round.first_level = start_level(matrix);
  *left_open = look_round(&round, open);
  size_t half = *left_open / 2;
  int level = round.level; /* the first that leaves less than half */
  while (goes_on && *left_open && round.level < BP_PROOF_LEVELS &&
         !bp_network_any(network, bp_flint_memory_stopped())) {
    bool asked = round.all > 0;
    goes_on = run_round(&round, progress, user);
    if (asked && round.all == 0) /* not affordable */
      break;
    round.level++;
    *left_open = look_round(&round, open);
    level = *left_open > half ? round.level : level;
  }
  if (*left_open <= half)
    learn_start(matrix, level);
  double sizes[2] = {block_size(matrix, false), block_size(matrix, true)};
  for (size_t k = 0; k < entries; k++)
    if (matrix->wanted[k])
      store(matrix, sizes[is_bias(matrix, k % matrix->columns)], k / matrix->columns,
            k % matrix->columns);
  return goes_on;
}

bool bp_proof_refine(struct bp_proof *proof, enum bp_proof_need need,
                     enum bp_difference_target target, size_t l, const uint8_t *wanted,
                     bp_parallel_progress *progress, void *user, size_t *left_open) {
  struct matrix matrix;
  size_t count = 0;
  bool goes_on = true;
  *left_open = 0;
  struct bp_arena *spare = bp_arena_new(0);
  bool room = spare && matrix_init(proof, target, l, wanted, &matrix);
  if (proof->possible && !bp_network_any(proof->differences->network, !room)) {
    matrix.need = need;
    goes_on = settle(&matrix, spare, progress, user, left_open);
  } else {
    for (size_t k = 0; k < bp_difference_rows(proof->differences->network, target, l) *
                               bp_difference_columns(proof->differences->network, target, l);
         k++)
      count += wanted[k] != 0;
    *left_open = (size_t)bp_network_sum(proof->differences->network, (double)count);
  }
  bp_arena_free(spare);
  return goes_on;
}

/* ---- the formula --------------------------------------------------------- */

/* The slope of the loss in a stored output, which is not g(Z[L]) to the last bit; but see point.h.
 */
static struct bp_ball output_slope(const struct bp_ball_gradient *g, size_t i, size_t s) {
  const struct bp_network *network = g->point->network;
  double stored = gsl_matrix_get(g->point->forward->A[network->depth], i, s);
  if (bp_proof_point_on_pole(network, stored))
    return g->dA[network->depth]->data[i * network->samples + s];
  struct bp_ball a = bp_ball_exact(stored);
  struct bp_ball y = bp_ball_exact(gsl_matrix_get(network->Y, i, s));
  return bp_ball_combine(&g->room, a, y, bp_network_rules(network)->taught_ball);
}

static struct bp_ball formula_ball(const struct bp_ball_gradient *g, const struct matrix *matrix,
                                   size_t i, size_t j) {
  size_t l = matrix->l;
  if (matrix->target == BP_TARGET_A && l == g->point->network->depth)
    return output_slope(g, i, j);
  const struct bp_ball_matrix *of = matrix->target == BP_TARGET_A   ? g->dA[l]
                                    : matrix->target == BP_TARGET_Z ? g->dZ[l]
                                    : is_bias(matrix, j)            ? g->db[l]
                                                                    : g->dW[l];
  return of->data[i * of->size2 + (is_bias(matrix, j) ? 0 : j)];
}

/* Of a difference and a formula with the bits of that level. */
static enum bp_agreement agree(struct bp_ball difference, struct bp_ball formula, double block,
                               int level) {
  if (!bp_ball_finite(formula) || !bp_ball_finite(difference))
    return BP_AGREEMENT_OPEN;
  if (!bp_ball_overlap(difference, formula))
    return BP_AGREEMENT_NO;
  bool zero = bp_ball_contains_zero(difference) && bp_ball_contains_zero(formula);
  bool exact = bp_ball_is_zero(difference) && bp_ball_is_zero(formula);
  if (exact || (zero && level >= ENOUGH))
    return BP_AGREEMENT_ZERO;
  return known_well(difference, block) && known_well(formula, block) ? BP_AGREEMENT_YES
                                                                     : BP_AGREEMENT_OPEN;
}

/* Compares what is still open in one matrix, and returns how much stays so. */
static size_t compare_matrix(const struct matrix *matrix, const struct bp_ball_gradient *g,
                             int level, uint8_t *agreement, uint16_t *bits) {
  double sizes[2] = {block_size(matrix, false), block_size(matrix, true)};
  size_t open = 0;
  for (size_t k = matrix->own.from * matrix->columns; k < matrix->own.to * matrix->columns; k++) {
    size_t i = k / matrix->columns, j = k % matrix->columns;
    const struct bp_difference *d = &matrix->entries[k];
    int of_difference;
    if (d->method != BP_METHOD_PROOF || agreement[k] != BP_AGREEMENT_OPEN)
      continue;
    struct bp_ball difference = entry_ball(matrix, i, j, &of_difference);
    agreement[k] =
        (uint8_t)agree(difference, formula_ball(g, matrix, i, j), sizes[is_bias(matrix, j)], level);
    slong most = bp_proof_bits(level > of_difference ? level : of_difference);
    bits[k] = (uint16_t)most;
    open += agreement[k] == BP_AGREEMENT_OPEN;
  }
  return (size_t)bp_network_sum(matrix->proof->differences->network, (double)open);
}

static bool any_proved(const struct bp_differences *d, enum bp_difference_target target, size_t l) {
  size_t columns = bp_difference_columns(d->network, target, l);
  struct bp_share own = bp_network_share(d->network, bp_difference_rows(d->network, target, l));
  bool any = false;
  for (size_t k = own.from * columns; k < own.to * columns && !any; k++)
    any = d->of[target][l][k].method == BP_METHOD_PROOF;
  return bp_network_any(d->network, any);
}

static bool agreements_init(const struct bp_differences *d, struct bp_arena *arena,
                            struct bp_agreements *a) {
  size_t layers = d->network->depth + 1;
  for (int t = 0; t < BP_TARGET_COUNT; t++) {
    enum bp_difference_target target = (enum bp_difference_target)t;
    a->of[t] = bp_arena_alloc(arena, layers, sizeof **a->of);
    a->bits[t] = bp_arena_alloc(arena, layers, sizeof **a->bits);
    for (size_t l = 1; a->of[t] && a->bits[t] && l < layers; l++) {
      if (!any_proved(d, target, l))
        continue;
      size_t count =
          bp_difference_rows(d->network, target, l) * bp_difference_columns(d->network, target, l);
      a->of[t][l] = bp_arena_alloc(arena, count, sizeof **a->of[t]);
      a->bits[t][l] = bp_arena_alloc(arena, count, sizeof **a->bits[t]);
    }
  }
  return !bp_arena_failed(arena);
}

/* One level of bits for all matrices. */
static size_t compare_level(struct bp_proof *proof, const struct bp_ball_gradient *g, int level,
                            struct bp_agreements *a) {
  size_t open = 0;
  for (int t = 0; t < BP_TARGET_COUNT; t++) {
    for (size_t l = 1; l <= proof->differences->network->depth; l++) {
      struct matrix matrix;
      if (!a->of[t][l])
        continue;
      if (matrix_init(proof, (enum bp_difference_target)t, l, NULL, &matrix))
        open += compare_matrix(&matrix, g, level, a->of[t][l], a->bits[t][l]);
    }
  }
  return open;
}

struct bp_agreements *bp_proof_compare(struct bp_proof *proof, enum bp_route route,
                                       const struct bp_mistake *mistake, struct bp_arena *arena) {
  struct bp_agreements *a = bp_arena_alloc(arena, 1, sizeof *a);
  size_t open = 1;
  if (!a || !agreements_init(proof->differences, arena, a))
    return NULL;
  for (int level = 0; open && level < BP_PROOF_LEVELS; level++) {
    double cost = bp_backprop_ball_cost(proof->differences->network, level);
    struct bp_arena *spare = bp_arena_new(0);
    struct bp_ball_gradient *g = NULL;
    if (spare && cost < budgets[BP_PROOF_NEEDED] && bp_proof_point_prepare(&proof->point, level))
      g = bp_backprop_ball(&proof->point, level, route, mistake, spare);
    bool none = bp_network_any(proof->differences->network, !g);
    open = none ? 0 : compare_level(proof, g, level, a);
    bp_arena_free(spare);
  }
  return bp_arena_failed(arena) ? NULL : a;
}
