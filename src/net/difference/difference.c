/* The quotients themselves: which step goes where, in float64 and in 113 bits.
 *
 * One row of dW[l] (with db[l]), of dZ[l] or of dA[l] is one task, so tasks of different threads
 * write to different places, and the result does not depend on the number of threads.  A task
 * encloses every sample (enclosure.h), chooses a step for every wanted entry of its row (step.h),
 * evaluates the loss at the ends for many entries at once (perturb.h), and sums over the samples.
 */
#include "net/difference/difference.h"

#include <math.h>
#include <string.h>

#include "net/difference/enclosure.h"
#include "net/difference/pairs.h"
#include "net/difference/perturb.h"
#include "net/difference/step.h"

struct worker {
  struct bp_perturber *perturber;
  struct bp_quad_perturber *quad; /* made when first needed */
  double *enclosure_space;
  struct bp_enclosure enclosure;
  double *field[BP_STEP_FIELDS]; /* what the enclosures of one row say, sample by sample */
  double *ones;                  /* the leverage of a bias */
  struct {
    enum bp_site site;
    enum bp_method method; /* NONE: of nothing */
    size_t l, i;
  } enclosed;                      /* which row `field` is of, all samples */
  double *step, *change, *change2; /* one block */
  double *h;                       /* steps of the wanted columns of a row */
  size_t *columns;                 /* and which columns these are */
  struct bp_difference *previous;  /* what stood there before */
};

struct bp_workers {
  int count;
  struct worker *worker;
  bp_quad **A;
};

size_t bp_difference_columns(const struct bp_network *network, enum bp_difference_target target,
                             size_t l) {
  return target == BP_TARGET_PARAMETER ? network->size[l - 1] + 1 : network->samples;
}

size_t bp_difference_rows(const struct bp_network *network, enum bp_difference_target target,
                          size_t l) {
  return target == BP_TARGET_PARAMETER ? bp_network_rows(network, l) : network->size[l];
}

static size_t widest(const size_t *size, size_t depth) {
  size_t most = 1;
  for (size_t l = 0; l <= depth; l++)
    if (size[l] > most)
      most = size[l];
  return most;
}

static int worker_init(struct bp_differences *d, struct worker *worker) {
  const struct bp_network *network = d->network;
  size_t columns = widest(network->size, network->depth) + 1;
  if (network->samples > columns)
    columns = network->samples;
  worker->perturber = bp_perturber_new(network, d->forward, d->arena);
  if (!worker->perturber)
    return -1;
  size_t block = bp_perturber_samples(worker->perturber) * bp_perturber_tiles(worker->perturber);
  worker->enclosure_space = bp_arena_alloc(d->arena, bp_enclosure_space(network), sizeof(double));
  for (int k = 0; k < BP_STEP_FIELDS; k++)
    worker->field[k] = bp_arena_alloc(d->arena, network->samples, sizeof **worker->field);
  worker->ones = bp_arena_alloc(d->arena, network->samples, sizeof *worker->ones);
  worker->step = bp_arena_alloc(d->arena, block, sizeof *worker->step);
  worker->change = bp_arena_alloc(d->arena, block, sizeof *worker->change);
  worker->change2 = bp_arena_alloc(d->arena, block, sizeof *worker->change2);
  worker->h = bp_arena_alloc(d->arena, columns, sizeof *worker->h);
  worker->columns = bp_arena_alloc(d->arena, columns, sizeof *worker->columns);
  worker->previous = bp_arena_alloc(d->arena, columns, sizeof *worker->previous);
  if (bp_arena_failed(d->arena))
    return -1;
  for (size_t s = 0; s < network->samples; s++)
    worker->ones[s] = 1;
  return 0;
}

struct bp_differences *bp_differences_new(const struct bp_network *network,
                                          const struct bp_forward *forward, int threads,
                                          struct bp_arena *arena) {
  struct bp_differences *d = bp_arena_alloc(arena, 1, sizeof *d);
  if (!d)
    return NULL;
  *d = (struct bp_differences){
      .network = network, .forward = forward, .threads = threads, .arena = arena};
  for (int target = 0; target < BP_TARGET_COUNT; target++) {
    d->of[target] = bp_arena_alloc(arena, network->depth + 1, sizeof **d->of);
    if (!d->of[target])
      return NULL;
    for (size_t l = 1; l <= network->depth; l++) {
      size_t columns = bp_difference_columns(network, (enum bp_difference_target)target, l);
      size_t rows = bp_difference_rows(network, (enum bp_difference_target)target, l);
      struct bp_share own = bp_network_share(network, rows);
      d->of[target][l] = bp_arena_alloc_part(arena, rows * columns, sizeof *d->of[target][l],
                                             (own.to - own.from) * columns);
    }
  }
  d->workers = bp_arena_alloc(arena, 1, sizeof *d->workers);
  if (!d->workers)
    return NULL;
  d->workers->count = threads;
  d->workers->worker = bp_arena_alloc(arena, (size_t)threads, sizeof *d->workers->worker);
  if (!d->workers->worker)
    return NULL;
  for (int k = 0; k < threads; k++)
    if (worker_init(d, &d->workers->worker[k]) != 0)
      return NULL;
  return bp_arena_failed(arena) ? NULL : d;
}

double bp_differences_memory(const struct bp_spec *spec, size_t samples, int threads) {
  double entries = 0, most = (double)widest(spec->size, spec->depth), m = (double)samples;
  for (size_t l = 1; l <= spec->depth; l++)
    entries += (double)spec->size[l] * ((double)spec->size[l - 1] + 1 + 2 * m);
  double columns = fmax(8, fmin(1024, 0x1p19 / most));
  double one_worker = columns * (5 * most + 11) * 8 + m * 8 * (BP_STEP_FIELDS + 1) +
                      fmax(most + 1, m) * (16 + sizeof(struct bp_difference)) + most * 200;
  return entries * sizeof(struct bp_difference) + threads * one_worker;
}

/* ---- one row ------------------------------------------------------------- */

struct row {
  struct bp_differences *differences;
  struct worker *worker;
  enum bp_difference_target target;
  size_t l, i;
  enum bp_method method;
};

/* What moving the wanted number by h does to each sample: h times this. */
static const double *leverages(const struct row *row, size_t column) {
  const struct bp_differences *d = row->differences;
  if (row->target != BP_TARGET_PARAMETER || column == d->network->size[row->l - 1])
    return row->worker->ones;
  return gsl_matrix_const_ptr(d->forward->A[row->l - 1], column, 0);
}

static void enclose_sample(const struct row *row, size_t s, const struct bp_step_plan *plan) {
  enum bp_site site = row->target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  struct bp_enclosure *e = &row->worker->enclosure;
  bp_enclose(row->differences->network, row->differences->forward, site, row->l, row->i, s, plan,
             row->worker->enclosure_space, e);
  bp_step_store(e, s, row->worker->field);
}

/* Encloses every sample, unless that is what worker->field holds already. */
static void enclose_row(const struct row *row) {
  struct worker *worker = row->worker;
  enum bp_site site = row->target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  if (worker->enclosed.site == site && worker->enclosed.method == row->method &&
      worker->enclosed.l == row->l && worker->enclosed.i == row->i)
    return;
  for (size_t s = 0; s < row->differences->network->samples; s++)
    enclose_sample(row, s, &bp_step_plans[row->method]);
  worker->enclosed.site = site;
  worker->enclosed.method = row->method;
  worker->enclosed.l = row->l;
  worker->enclosed.i = row->i;
}

/* ---- float64 ------------------------------------------------------------- */

/* Adds the changes of `count` samples from `first` to the quotients of wanted columns [from, to).
 */
static void add_quotients(const struct row *row, size_t first, size_t count, size_t from,
                          size_t to) {
  struct worker *worker = row->worker;
  struct bp_difference *entries = row->differences->of[row->target][row->l] +
                                  row->i * (row->differences->network->size[row->l - 1] + 1);
  double mean = 1 / (double)row->differences->network->samples;
  size_t tiles = to - from, columns = tiles * count;
  bool four = row->method == BP_METHOD_FOUR_POINT;
  for (size_t tile = 0; tile < tiles; tile++) {
    const double *a = leverages(row, worker->columns[from + tile]) + first;
    for (size_t k = 0; k < count; k++)
      worker->step[tile * count + k] = worker->h[from + tile] * a[k];
  }
  bp_perturb(worker->perturber, BP_SITE_Z, row->l, row->i, first, count, tiles, worker->step,
             worker->change);
  if (four) {
    for (size_t c = 0; c < columns; c++)
      worker->step[c] *= 2;
    bp_perturb(worker->perturber, BP_SITE_Z, row->l, row->i, first, count, tiles, worker->step,
               worker->change2);
    for (size_t c = 0; c < columns; c++)
      worker->change[c] = (8 * worker->change[c] - worker->change2[c]) / 6;
  }
  for (size_t tile = 0; tile < tiles; tile++) {
    if (worker->h[from + tile] == 0)
      continue;
    double sum = 0;
    for (size_t k = 0; k < count; k++)
      sum += worker->change[tile * count + k];
    entries[worker->columns[from + tile]].value += mean * sum / (2 * worker->h[from + tile]);
  }
}

/* One row of parameters; the wanted columns are in worker->columns. */
static void parameter_row(const struct row *row, size_t wanted) {
  const struct bp_network *network = row->differences->network;
  struct worker *worker = row->worker;
  size_t m = network->samples, per_row = network->size[row->l - 1] + 1;
  struct bp_difference *entries = row->differences->of[row->target][row->l] + row->i * per_row;
  enclose_row(row);
  for (size_t k = 0; k < wanted; k++) {
    struct bp_step_sums sums = bp_step_sum(worker->field, leverages(row, worker->columns[k]), 0, m);
    worker->h[k] =
        bp_step_choose(&sums, 1 / (double)m, m, row->method, &entries[worker->columns[k]]);
  }
  size_t samples = bp_perturber_samples(worker->perturber);
  for (size_t first = 0; first < m; first += samples) {
    size_t count = m - first < samples ? m - first : samples;
    size_t tiles = samples / count * bp_perturber_tiles(worker->perturber);
    for (size_t from = 0; from < wanted; from += tiles)
      add_quotients(row, first, count, from, from + tiles < wanted ? from + tiles : wanted);
  }
  for (size_t k = 0; k < wanted; k++) {
    struct bp_difference *entry = &entries[worker->columns[k]];
    if (!isfinite(entry->value))
      entry->overflow = true;
  }
}

/* One row of dZ[l], or of dA[l] below the output: a quotient for each sample. */
static void node_row(const struct row *row, const uint8_t *wanted) {
  struct worker *worker = row->worker;
  size_t m = row->differences->network->samples;
  struct bp_difference *entries = row->differences->of[row->target][row->l] + row->i * m;
  enum bp_site site = row->target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  bool four = row->method == BP_METHOD_FOUR_POINT;
  enclose_row(row);
  for (size_t s = 0; s < m; s++) {
    worker->h[s] = 0;
    if (wanted && !wanted[s])
      continue;
    struct bp_step_sums sums = bp_step_sum(worker->field, worker->ones, s, s + 1);
    worker->h[s] = bp_step_choose(&sums, 1, 1, row->method, &entries[s]);
  }
  size_t samples = bp_perturber_samples(worker->perturber);
  for (size_t first = 0; first < m; first += samples) {
    size_t count = m - first < samples ? m - first : samples;
    memcpy(worker->step, worker->h + first, count * sizeof *worker->step);
    bp_perturb(worker->perturber, site, row->l, row->i, first, count, 1, worker->step,
               worker->change);
    if (four) {
      for (size_t k = 0; k < count; k++)
        worker->step[k] *= 2;
      bp_perturb(worker->perturber, site, row->l, row->i, first, count, 1, worker->step,
                 worker->change2);
    }
    for (size_t k = 0; k < count; k++) {
      double h = worker->h[first + k], change = worker->change[k];
      if (h == 0)
        continue;
      if (four)
        change = (8 * change - worker->change2[k]) / 6;
      entries[first + k].value = change / (2 * h);
      if (!isfinite(entries[first + k].value))
        entries[first + k].overflow = true;
    }
  }
}

/* ---- 113 bits ------------------------------------------------------------ */

/* f(h a) - f(0) of one sample, where the wanted number moves by h. */
static bp_quad sample_change(const struct row *row, size_t column, size_t s, bp_quad h) {
  enum bp_site site = row->target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  double a = leverages(row, column)[s];
  return a == 0 ? 0 : bp_perturb_quad(row->worker->quad, site, row->l, row->i, s, h * a);
}

/* The samples that an entry sums over: all for a parameter, its own for dZ and dA. */
static size_t first_sample(const struct row *row, size_t column) {
  return row->target == BP_TARGET_PARAMETER ? 0 : column;
}

static size_t last_sample(const struct row *row, size_t column) {
  return row->target == BP_TARGET_PARAMETER ? row->differences->network->samples : column + 1;
}

/* Tries steps within several reaches and takes the one with the smallest bound: where units
 * saturate, higher derivatives vanish with the first, and long steps see what short ones lose in
 * rounding. */
static double quad_prepare(const struct row *row, size_t column, enum bp_method method,
                           struct bp_difference *entry) {
  static const double stretches[] = {1, 0x1p12, 0x1p24, 0x1p31};
  size_t first = first_sample(row, column), last = last_sample(row, column);
  double h = 0;
  row->worker->enclosed.method = BP_METHOD_NONE;
  for (size_t k = 0; k < sizeof stretches / sizeof *stretches; k++) {
    struct bp_step_plan plan = bp_step_plans[method];
    struct bp_difference attempt;
    plan.reach *= stretches[k];
    for (size_t s = first; s < last; s++)
      enclose_sample(row, s, &plan);
    struct bp_step_sums sums = bp_step_sum(row->worker->field, leverages(row, column), first, last);
    double step = bp_step_choose(&sums, 1 / (double)(last - first), last - first, method, &attempt);
    if (k > 0 && !(bp_difference_bound(&attempt) < bp_difference_bound(entry)))
      continue;
    *entry = attempt;
    h = step;
  }
  return h;
}

/* Both one-sided quotients, (4 D(h) - D(2h)) / 2h with D(h) = f(h) - f(0), of every sample: the
 * gradient of a sum may take another side of the kink in each. */
static void one_sided_entry(const struct row *row, size_t column, struct bp_difference *entry) {
  double h = quad_prepare(row, column, BP_METHOD_ONE_SIDED, entry);
  if (h == 0)
    return;
  bp_quad sum = 0, spread = 0;
  size_t first = first_sample(row, column), last = last_sample(row, column);
  for (size_t s = first; s < last; s++) {
    bp_quad side[2];
    for (int k = 0; k < 2; k++) {
      bp_quad step = k == 0 ? h : -h;
      side[k] =
          (4 * sample_change(row, column, s, step) - sample_change(row, column, s, 2 * step)) /
          (2 * step);
    }
    sum += (side[0] + side[1]) / 2;
    spread += bp_quad_fabs(side[0] - side[1]) / 2;
  }
  entry->kink = true;
  entry->value = (double)(sum / (bp_quad)(last - first));
  entry->spread = (double)(spread / (bp_quad)(last - first));
  entry->rounding += BP_UNIT * (fabs(entry->value) + entry->spread);
  if (!isfinite(entry->value))
    entry->overflow = true;
}

static void quad_entry(const struct row *row, size_t column, struct bp_difference *entry) {
  double h = quad_prepare(row, column, BP_METHOD_QUAD, entry);
  if (h == 0)
    return;
  if (entry->kink) {
    one_sided_entry(row, column, entry);
    return;
  }
  bp_quad change = 0;
  size_t first = first_sample(row, column), last = last_sample(row, column);
  for (size_t s = first; s < last; s++)
    change += sample_change(row, column, s, h) - sample_change(row, column, s, -(bp_quad)h);
  entry->value = (double)(change / (2 * (bp_quad)h * (bp_quad)(last - first)));
  entry->rounding += BP_UNIT * fabs(entry->value); /* of the conversion to float64 */
  if (!isfinite(entry->value))
    entry->overflow = true;
}

/* dA[L]: the loss as a function of one output a. */
static void output_entry(const struct row *row, size_t s, struct bp_difference *entry) {
  const struct bp_network *network = row->differences->network;
  double a = gsl_matrix_get(row->differences->forward->A[row->l], row->i, s);
  double y = gsl_matrix_get(network->Y, row->i, s);
  *entry = (struct bp_difference){.method = BP_METHOD_QUAD};
  entry->value = bp_network_rules(network)->at_output(a, y, &entry->truncation, &entry->rounding);
  entry->sum = fabs(entry->value);
  entry->overflow = !isfinite(entry->value);
}

/* ---- tasks --------------------------------------------------------------- */

struct task {
  struct bp_differences *differences;
  enum bp_difference_target target;
  size_t l;
  enum bp_method method;
  const uint8_t *wanted; /* NULL: all */
  size_t first;          /* of the rows that are this rank's */
};

/* A refinement that came out worse than what stood there before is dropped. */
static void keep_better(const struct bp_difference *previous, struct bp_difference *entry) {
  if (previous->method == BP_METHOD_NONE || entry->method == BP_METHOD_ONE_SIDED)
    return;
  if (previous->overflow || bp_difference_bound(entry) <= bp_difference_bound(previous))
    return;
  *entry = *previous;
}

static void row_task(const struct task *task, size_t i, struct worker *worker) {
  const struct bp_network *network = task->differences->network;
  struct row row = {task->differences, worker, task->target, task->l, i, task->method};
  size_t columns = bp_difference_columns(network, task->target, task->l), wanted = 0;
  const uint8_t *marks = task->wanted ? task->wanted + i * columns : NULL;
  struct bp_difference *entries = task->differences->of[task->target][task->l] + i * columns;
  bool output = task->target == BP_TARGET_A && task->l == network->depth;
  for (size_t c = 0; c < columns; c++)
    if (!marks || marks[c])
      worker->columns[wanted++] = c;
  if (wanted == 0)
    return;
  for (size_t k = 0; k < wanted; k++)
    worker->previous[k] = entries[worker->columns[k]];
  if (output || task->method == BP_METHOD_QUAD) {
    for (size_t k = 0; k < wanted; k++) {
      size_t c = worker->columns[k];
      if (output)
        output_entry(&row, c, &entries[c]);
      else
        quad_entry(&row, c, &entries[c]);
    }
  } else if (task->target == BP_TARGET_PARAMETER) {
    parameter_row(&row, wanted);
  } else {
    node_row(&row, marks);
  }
  for (size_t k = 0; k < wanted; k++)
    keep_better(&worker->previous[k], &entries[worker->columns[k]]);
}

static void refine_body(size_t index, int worker, void *user) {
  const struct task *task = user;
  row_task(task, task->first + index, &task->differences->workers->worker[worker]);
}

struct bp_perturber *bp_differences_perturber(const struct bp_differences *d, int worker) {
  return d->workers->worker[worker].perturber;
}

struct bp_quad_perturber *bp_differences_quad_perturber(const struct bp_differences *d,
                                                        int worker) {
  return d->workers->worker[worker].quad;
}

bool bp_differences_ready_for_quad(struct bp_differences *d) {
  struct bp_workers *workers = d->workers;
  if (!workers->A)
    workers->A = bp_quad_activations(d->network, d->forward, d->arena);
  if (!workers->A)
    return false;
  for (int k = 0; k < workers->count; k++) {
    struct worker *worker = &workers->worker[k];
    if (!worker->quad)
      worker->quad = bp_quad_perturber_new(d->network, d->forward, workers->A, d->arena);
    if (!worker->quad)
      return false;
  }
  return true;
}

bool bp_differences_refine(struct bp_differences *d, enum bp_difference_target target, size_t l,
                           enum bp_method method, const uint8_t *wanted,
                           bp_parallel_progress *progress, void *user) {
  if (method == BP_METHOD_QUAD && !bp_differences_ready_for_quad(d))
    return true;
  struct bp_share own = bp_network_share(d->network, bp_difference_rows(d->network, target, l));
  struct task task = {d, target, l, method, wanted, own.from};
  return bp_parallel_for_progress(own.to - own.from, d->threads, refine_body, &task, progress,
                                  user);
}

double bp_difference_quad_cost(const struct bp_network *network, size_t l, bool pairs) {
  enum { FUNCTION = 40, PAIRS_FOR_ONE = 64 }; /* multiplications that a function takes; pairs */
  double cost = FUNCTION;
  for (size_t k = l; k < network->depth; k++) {
    double above = (double)network->size[k + 1], terms = k == l ? 1 : (double)network->size[k];
    if (pairs && terms >= BP_PAIRS_WIDTH)
      terms /= PAIRS_FOR_ONE;
    cost += above * (terms + FUNCTION);
  }
  return 2 * cost * (double)network->samples;
}
