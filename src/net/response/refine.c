/* Rows in 113 bits: the same quotients, taken again over shorter steps for whatever float64 left
 * open.
 */
#include <math.h>
#include <string.h>

#include "net/difference/pairs.h"
#include "net/response/quotient.h"
#include "net/response/response_inside.h"

static struct bp_precise_response take_quad(const struct bp_response_row *row, enum bp_site site,
                                            size_t s) {
  const struct bp_differences *d = row->responses->differences;
  const struct bp_response *r = bp_response_of(row, site, s);
  double delta = bp_quotient_step(r, BP_RESPONSE_QUAD_STEP), unit = bp_pairs_unit(d->network);
  struct bp_precise_response precise = {.asked = true};
  if (!(delta > 0))
    return precise;
  for (size_t k = 0; k < BP_RESPONSE_PAIRS; k++) {
    bp_quad step = bp_response_place[k] * delta;
    struct bp_quad_perturber *perturber = bp_differences_quad_perturber(d, row->number);
    bp_quad change = bp_perturb_pairs(perturber, site, row->l, row->i, s, step) -
                     bp_perturb_pairs(perturber, site, row->l, row->i, s, -step);
    precise.value += row->responses->quad_weight[k] * change / (2 * step);
  }
  precise.truncation = bp_quotient_truncation(r, delta);
  precise.rounding = bp_quotient_rounding(r, (double)precise.value, delta, unit);
  precise.known = isfinite((double)precise.value + precise.truncation + precise.rounding);
  return precise;
}

/* The quotient of one sample; not known: there is none. */
static const struct bp_precise_response *precise_of(const struct bp_response_row *row,
                                                    enum bp_site site, size_t s) {
  struct bp_response *r = bp_response_of(row, site, s);
  if (!r->precise.asked)
    r->precise = take_quad(row, site, s);
  return &r->precise;
}

static void offer(const struct bp_difference *better, struct bp_difference *entry) {
  if (isfinite(better->value) &&
      (entry->overflow || bp_difference_bound(better) < bp_difference_bound(entry)))
    *entry = *better;
}

static void refine_nodes(const struct bp_response_row *row, enum bp_difference_target target,
                         const uint8_t *wanted, struct bp_difference *entries) {
  enum bp_site site = target == BP_TARGET_A ? BP_SITE_A : BP_SITE_Z;
  for (size_t s = 0; s < row->responses->differences->network->samples; s++) {
    if (!wanted[s] || !precise_of(row, site, s)->known)
      continue;
    const struct bp_precise_response *precise = precise_of(row, site, s);
    struct bp_difference better = {.value = (double)precise->value,
                                   .truncation = precise->truncation,
                                   .rounding = precise->rounding,
                                   .sum = entries[s].sum,
                                   .method = BP_METHOD_QUAD};
    better.rounding += BP_UNIT * fabs(better.value);
    offer(&better, &entries[s]);
  }
}

static void refine_parameters(const struct bp_response_row *row, const uint8_t *wanted,
                              struct bp_difference *entries) {
  const struct bp_differences *d = row->responses->differences;
  size_t m = d->network->samples;
  for (size_t j = 0; j <= d->network->size[row->l - 1]; j++) {
    const double *a = bp_response_leverages(d, row->l, j);
    double truncation = 0, rounding = 0, size = 0;
    bp_quad value = 0;
    for (size_t s = 0; wanted[j] && s < m; s++) {
      const struct bp_precise_response *precise = precise_of(row, BP_SITE_Z, s);
      double lever = a ? a[s] : 1, much = fabs(lever);
      if (lever == 0)
        continue;
      value += precise->known ? lever * precise->value : 0;
      truncation += precise->known ? much * precise->truncation : INFINITY;
      rounding += precise->known ? much * precise->rounding : 0;
      size += precise->known ? fabs(lever * (double)precise->value) : 0;
    }
    struct bp_difference better = {.value = (double)(value / (bp_quad)m),
                                   .truncation = truncation / (double)m,
                                   .rounding = rounding / (double)m,
                                   .sum = entries[j].sum,
                                   .method = BP_METHOD_QUAD};
    better.rounding += BP_UNIT * fabs(better.value) + ((double)m + 8) * BP_QUAD_UNIT * size;
    if (wanted[j])
      offer(&better, &entries[j]);
  }
}

struct refinement {
  struct bp_responses *responses;
  size_t l, first_row;
  const uint8_t *wanted;
  enum bp_difference_target target;
};

static void refine_task(size_t index, int worker, void *user) {
  const struct refinement *refinement = user;
  const struct bp_differences *d = refinement->responses->differences;
  size_t i = refinement->first_row + index;
  struct bp_response_row row = {refinement->responses, &refinement->responses->worker[worker],
                                worker, refinement->l, i};
  size_t columns = bp_difference_columns(d->network, refinement->target, refinement->l);
  const uint8_t *wanted = refinement->wanted + i * columns;
  struct bp_difference *entries = d->of[refinement->target][refinement->l] + i * columns;
  if (!memchr(wanted, 1, columns))
    return;
  if (refinement->target == BP_TARGET_PARAMETER)
    refine_parameters(&row, wanted, entries);
  else
    refine_nodes(&row, refinement->target, wanted, entries);
}

bool bp_responses_refine(struct bp_responses *r, enum bp_difference_target target, size_t l,
                         const uint8_t *wanted, bp_parallel_progress *progress, void *user) {
  const struct bp_network *network = r->differences->network;
  struct bp_share own = bp_network_share(network, bp_difference_rows(network, target, l));
  struct refinement refinement = {
      .responses = r, .l = l, .first_row = own.from, .wanted = wanted, .target = target};
  if ((target == BP_TARGET_A && l == network->depth) ||
      !bp_differences_ready_for_quad(r->differences))
    return true;
  return bp_parallel_for_progress(own.to - own.from, r->differences->threads, refine_task,
                                  &refinement, progress, user);
}

double bp_responses_cost(const struct bp_responses *r, enum bp_difference_target target, size_t l,
                         const uint8_t *wanted) {
  const struct bp_network *network = r->differences->network;
  size_t columns = bp_difference_columns(network, target, l), rows = 0, entries = 0;
  struct bp_share own = bp_network_share(network, bp_difference_rows(network, target, l));
  for (size_t i = own.from; i < own.to; i++) {
    size_t before = entries;
    for (size_t j = 0; j < columns; j++)
      entries += wanted[i * columns + j];
    rows += entries > before;
  }
  rows = (size_t)bp_network_sum(network, (double)rows);
  entries = (size_t)bp_network_sum(network, (double)entries);
  double m = (double)network->samples,
         row = BP_RESPONSE_PAIRS * bp_difference_quad_cost(network, l, true);
  return target == BP_TARGET_PARAMETER ? (double)rows * row + (double)entries * m
                                       : (double)entries * row / m;
}
