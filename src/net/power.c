/* What a check of these data could find at all.
 *
 * Every mistake of the table is planted in turn and compared with the same evidence, which is
 * gathered once: differences and Jacobians know nothing of the mistake.  Where the check holds all
 * the same, that is no fault of it; `blindness` says what about the data hides the mistake.
 */
#include "net/power.h"

#include <float.h>
#include <math.h>

#include "net/compare.h"
#include "num/surroundings.h"

/* Whether every g'(Z[l]) is 0. */
static bool all_flat(const struct bp_evidence *e, size_t l) {
  const struct bp_function *function = e->network->activation[l];
  const gsl_matrix *Z = e->forward->Z[l];
  for (size_t k = 0; !function->columnwise && k < Z->size1 * Z->size2; k++)
    if (function->slope(Z->data[k]) != 0)
      return false;
  return !function->columnwise;
}

static bool all_zero(const gsl_matrix *matrix) {
  for (size_t k = 0; k < matrix->size1 * matrix->size2; k++)
    if (matrix->data[k] != 0)
      return false;
  return true;
}

/* Whether the slope is the same everywhere: nothing bends the function. */
static bool is_straight(const struct bp_function *function) {
  double bound[BP_ORDER + 1];
  if (function->columnwise)
    return false;
  function->derivative_bounds(0, DBL_MAX, bound);
  return bound[2] == 0;
}

/* Why the data cannot tell this mistake from the right gradient. */
static const char *blindness(const struct bp_evidence *e, const struct bp_mistake *mistake,
                             double change, struct bp_arena *arena) {
  const struct bp_network *network = e->network;
  size_t l = mistake->layer;
  const struct bp_function *function = network->activation[l];
  const gsl_matrix *block = mistake->bias ? e->gradient->db[l] : e->gradient->dW[l];
  bool slope = bp_mistake_place_of(mistake->kind) == BP_AT_DELTA;
  if (mistake->kind == BP_MISTAKE_NO_MEAN && network->samples == 1)
    return "a batch of one: 1/m is 1; take more samples";
  if (mistake->kind == BP_MISTAKE_TRANSPOSED && network->size[l] == 1)
    return "a 1 x 1 matrix is its own transpose";
  if (mistake->kind == BP_MISTAKE_WRONG_AXIS && network->size[l] == 1 && network->samples == 1)
    return "one unit and one sample: both sums have a single term";
  if (slope && is_straight(function))
    return bp_arena_printf(arena, "g' of %s is %g everywhere", function->name, function->slope(0));
  if (mistake->kind == BP_MISTAKE_SLOPE_AT_A && function->kink == BP_KINK_IN_SLOPE)
    return bp_arena_printf(arena, "%s(z) has the sign of z, so g'(A) and g'(Z) are the same",
                           function->name);
  for (size_t k = network->depth; k >= l; k--)
    if (all_flat(e, k))
      return bp_arena_printf(arena,
                             "every unit of layer %zu is dead or saturated (g'(Z[%zu]) = 0), so "
                             "nothing arrives here",
                             k, k);
  if (!slope && all_zero(block))
    return "every entry of this gradient is 0 here";
  if (change == 0)
    return "at this point the mistaken formula gives the same numbers";
  return bp_arena_printf(arena,
                         "the change is at most %.1e of the loss, which truncation and rounding of "
                         "the comparison hide here: units are nearly saturated or dead",
                         change);
}

/* The failing block with the most to say: the mistake's own if it fails. */
static const struct bp_block *caught_in(const struct bp_report *report,
                                        const struct bp_mistake *mistake) {
  const struct bp_block *own = &report->blocks[2 * (mistake->layer - 1) + mistake->bias];
  if (own->verdict == BP_FAILS)
    return own;
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].verdict == BP_FAILS && report->blocks[b].parameter)
      return &report->blocks[b];
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].verdict == BP_FAILS && !report->blocks[b].informative)
      return &report->blocks[b];
  return NULL;
}

static enum bp_status expose(struct bp_evidence *e, const struct bp_mistake *mistake,
                             const struct bp_check_options *options, struct bp_arena *arena,
                             enum bp_verdict correct, struct bp_power_row *row) {
  struct bp_arena *spare = bp_arena_new(0);
  if (!spare)
    return BP_NO_MEMORY;
  struct bp_gradient *mistaken = bp_gradient_new(e->network, spare);
  struct bp_report report = {0};
  enum bp_status status = mistaken ? BP_OK : BP_NO_MEMORY;
  if (mistaken) {
    bp_backprop(e->network, e->forward, e->route, mistake, mistaken);
    status = bp_compare(e, mistaken, mistake, options, spare, &report);
  }
  if (status == BP_OK) {
    const struct bp_block *block = caught_in(&report, mistake);
    row->change = bp_largest_change(e, mistaken);
    row->exposure = block                            ? BP_CAUGHT
                    : report.head.verdict == correct ? BP_NOT_EXPOSED
                                                     : BP_BLURRED;
    if (block) {
      row->block = bp_arena_strdup(arena, block->name);
      row->row = block->worst / block->columns;
      row->column = block->worst % block->columns;
    } else {
      row->reason = blindness(e, mistake, row->change, arena);
    }
  }
  bp_arena_free(spare);
  return status;
}

static struct bp_spec spec_of(const struct bp_network *network) {
  return (struct bp_spec){network->depth, network->size, network->activation, network->loss,
                          network->samples};
}

/* An entry mistake goes to the entry that is largest, where a relative change has something to
 * change. */
static void aim_entry(const struct bp_evidence *e, struct bp_mistake *mistake) {
  const gsl_matrix *block =
      mistake->bias ? e->gradient->db[mistake->layer] : e->gradient->dW[mistake->layer];
  double largest = -1;
  for (size_t k = 0; k < block->size1 * block->size2; k++) {
    if (!(fabs(block->data[k]) > largest))
      continue;
    largest = fabs(block->data[k]);
    mistake->row = k / block->size2;
    mistake->column = k % block->size2;
  }
}

static enum bp_status power(const struct bp_network *network,
                            const struct bp_check_options *options, struct bp_arena *arena,
                            struct bp_power *result) {
  struct bp_spec spec = spec_of(network);
  struct bp_mistake *mistakes;
  struct bp_evidence *evidence;
  struct bp_report report = {0};
  size_t count = bp_mistake_all(&spec, arena, &mistakes);
  enum bp_status status = bp_evidence_gather(network, options, arena, &evidence);
  if (status == BP_OK)
    status = bp_compare(evidence, evidence->gradient, NULL, options, arena, &report);
  if (status != BP_OK)
    return status;
  result->correct = report.head.verdict;
  result->rows = bp_arena_alloc(arena, count, sizeof *result->rows);
  if (!result->rows || count == 0)
    return BP_NO_MEMORY;
  size_t counts[BP_EXPOSURE_COUNT] = {0};
  for (size_t k = 0; k < count && status == BP_OK; k++) {
    struct bp_power_row *row = &result->rows[result->count++];
    if (mistakes[k].kind == BP_MISTAKE_ENTRY)
      aim_entry(evidence, &mistakes[k]);
    row->text = bp_mistake_text(&mistakes[k], arena);
    row->sentence = bp_mistake_sentence(mistakes[k].kind);
    row->reason = bp_mistake_obstacle(&mistakes[k], &spec, options->route, arena);
    if (row->reason)
      row->exposure = BP_NOT_PLANTABLE;
    else
      status = expose(evidence, &mistakes[k], options, arena, result->correct, row);
    counts[row->exposure]++;
  }
  result->caught = counts[BP_CAUGHT];
  result->not_exposed = counts[BP_NOT_EXPOSED];
  result->not_plantable = counts[BP_NOT_PLANTABLE];
  result->blurred = counts[BP_BLURRED];
  return status == BP_OK && bp_arena_failed(arena) ? BP_NO_MEMORY : status;
}

enum bp_status bp_check_power(const struct bp_network *network,
                              const struct bp_check_options *options, struct bp_arena *arena,
                              struct bp_power **result) {
  *result = bp_arena_alloc(arena, 1, sizeof **result);
  if (!*result)
    return BP_NO_MEMORY;
  bp_surroundings_enter();
  enum bp_status status = power(network, options, arena, *result);
  bp_surroundings_leave();
  return status;
}
