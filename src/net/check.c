/* The whole check from a network to a report: the three ways are run, their gradients compared,
 * what fails explained, and what a reader should know about this point put into sentences.
 *
 * A gradient from outside is compared in the place of BP1-BP4, but only after these have been
 * checked at the same point: where the three ways disagree, nothing can be said of a fourth.
 */
#include "net/check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/parallel.h"
#include "base/ranks/ranks.h"
#include "net/cause/diagnosis.h"
#include "net/cause/outside_deltas.h"
#include "net/compare.h"
#include "net/dealt/reunion.h"
#include "net/direction/direction.h"
#include "net/outside/landing.h"
#include "net/outside/outside.h"
#include "net/outside/precision.h"
#include "net/sample.h"
#include "num/surroundings.h"

#define MUCH 4 /* times what is allowed is no less than the largest entry of the block */

/* What a sample takes instead of what the whole would: the weights once more, renumbered, and of
 * differences, as of everything else that belongs to an entry, only its own. */
static double sample_memory(const struct bp_spec *spec, size_t samples, size_t sample,
                            double *parameters) {
  double all = *parameters, nodes = 0;
  *parameters = 0;
  for (size_t l = 1; l <= spec->depth; l++) {
    double rows = (double)(sample < spec->size[l] ? sample : spec->size[l]);
    *parameters += rows * ((double)spec->size[l - 1] + 1);
    nodes += (double)spec->size[l];
  }
  return 2 * 8 * all - (all - *parameters) * sizeof(struct bp_difference) +
         nodes * (4 * 8 * (double)samples + sizeof(size_t));
}

/* What rows of other ranks do not take: gradient, error, magnitude, two for Kronecker, differences,
 * and but for rank 0 the entries. */
static double memory_elsewhere(const struct bp_spec *spec, size_t sample, int rank, int ranks) {
  double parameters = 0;
  for (size_t l = 1; l <= spec->depth; l++) {
    size_t rows = sample && sample < spec->size[l] ? sample : spec->size[l];
    size_t own = (rows + (size_t)ranks - 1) / (size_t)ranks;
    parameters += (double)(rows - own) * ((double)spec->size[l - 1] + 1);
  }
  double entry = rank > 0 ? sizeof(struct bp_entry) : 0;
  return parameters * (5 * 8 + sizeof(struct bp_difference) + entry);
}

size_t bp_check_memory(const struct bp_spec *spec, size_t samples, size_t sample) {
  return bp_check_memory_of_rank(spec, samples, sample, 0, 1);
}

size_t bp_check_memory_of_rank(const struct bp_spec *spec, size_t samples, size_t sample, int rank,
                               int ranks) {
  double parameters = 0, nodes = (double)spec->size[0], m = (double)samples, widest = 0;
  for (size_t l = 1; l <= spec->depth; l++) {
    parameters += (double)spec->size[l] * ((double)spec->size[l - 1] + 1);
    nodes += (double)spec->size[l];
    widest = fmax(widest, (double)spec->size[l] * (double)spec->size[l - 1]);
  }
  double bytes = sample ? sample_memory(spec, samples, sample, &parameters) : 0;
  /* network, gradient, error, magnitude, two for Kronecker, report entry; the same for dZ and dA;
   * the gradient in 113 bits where it is affordable */
  double entry = sizeof(struct bp_entry), quad = 0;
  if (bp_quad_gradient_cost(spec->size, spec->depth, samples) <= BP_QUAD_GRADIENT_COST)
    quad = (parameters + 3 * nodes * m) * sizeof(bp_quad);
  bytes += parameters * (6 * 8 + entry + 10) + nodes * m * (16 * 8 + 2 * entry + 20) + quad +
           bp_differences_memory(spec, samples, bp_processors()) +
           bp_responses_memory(spec, samples, bp_processors()) + bp_proof_memory(spec, samples) +
           fmax(0x1p21, widest) * 24 - memory_elsewhere(spec, sample, rank, ranks);
  return bytes < 0.5 * (double)SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}

size_t bp_check_memory_along(const struct bp_spec *spec, size_t samples, size_t directions) {
  double bytes = bp_direction_memory(spec, samples, directions, bp_processors());
  return bytes < 0.5 * (double)SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}

/* ---- notes --------------------------------------------------------------- */

struct notes {
  struct bp_arena *arena;
  struct bp_report *report;
};

static void add_note(const struct notes *notes, const char *sentence) {
  if (sentence)
    notes->report->head.notes[notes->report->head.note_count++] = sentence;
}

/* A planted mistake that the check does not find is no pass. */
static void note_mistake(const struct notes *notes, const struct bp_evidence *e,
                         const struct bp_gradient *mistaken) {
  struct bp_report *report = notes->report;
  if (report->head.verdict != BP_HOLDS)
    return;
  report->head.verdict = BP_UNDECIDED;
  add_note(notes, bp_arena_printf(notes->arena,
                                  "the planted mistake does not show: it changes the gradient by "
                                  "at most %.1e of the loss here; --power says why",
                                  bp_largest_change(e, mistaken)));
}

/* dZ[L] through dA as taught, by the last layer alone; NULL: memory is short. */
static const gsl_matrix *through_dA(const struct bp_evidence *e, struct bp_arena *arena) {
  size_t below = e->network->depth - 1;
  struct bp_network last = *e->network;
  struct bp_forward forward = {
      .Z = e->forward->Z + below, .A = e->forward->A + below, .loss = e->forward->loss};
  last.depth = 1;
  last.size += below;
  last.activation += below;
  last.W += below;
  last.b += below;
  last.X = e->forward->A[below];
  last.looked_at = NULL;
  last.dealt = false;
  struct bp_gradient *gradient = bp_gradient_new(&last, arena);
  if (!gradient)
    return NULL;
  bp_backprop(&last, &forward, BP_ROUTE_DA, NULL, gradient);
  return gradient->dZ[1];
}

/* What the two routes at the output have in common, in digits: through dA as taught, against the
 * difference of the loss. */
static void note_routes(const struct notes *notes, const struct bp_evidence *e) {
  const struct bp_network *network = e->network;
  size_t L = network->depth, lost = 0, broken = 0;
  double largest = 0;
  if (!bp_network_rules(network)->direct)
    return;
  const gsl_matrix *through = through_dA(e, notes->arena);
  if (!through)
    return;
  size_t entries = network->size[L] * network->samples;
  for (size_t k = 0; k < entries; k++) {
    double value = through->data[k], right = e->kronecker->dZ[L]->data[k];
    double apart = fabs(value - right) / fabs(right);
    if (!isfinite(value))
      broken++;
    else if (right != 0 && apart > 1e-10)
      lost++;
    if (isfinite(value) && right != 0 && apart > largest)
      largest = apart;
  }
  if (broken)
    add_note(notes,
             bp_arena_printf(notes->arena,
                             "through dA (equation 7), %zu of %zu entries of dZ[%zu] are not even "
                             "numbers: %s; A - Y does not",
                             broken, entries, L, network->loss->breaks));
  if (lost)
    add_note(notes, bp_arena_printf(
                        notes->arena,
                        "through dA (equation 7), %zu of %zu entries of dZ[%zu] keep fewer than 10 "
                        "digits (worst relative error %.1e): %s",
                        lost, entries, L, largest, network->loss->cancels));
}

/* "W[1], b[1]": the parameters whose gradient vanishes; at most a few are named. */
static void note_vanishing(const struct notes *notes) {
  enum { MOST_NAMES = 6 };
  const struct bp_report *report = notes->report;
  const char *names = "";
  size_t count = 0, parameters = 0;
  for (size_t b = 0; names && b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    parameters += block->parameter;
    if (!block->parameter || !block->vanishes)
      continue;
    if (count++ < MOST_NAMES)
      names = bp_arena_printf(notes->arena, "%s%s%s", names, count > 1 ? ", " : "", block->name);
  }
  if (count == 0)
    return;
  if (count > MOST_NAMES)
    names = bp_arena_printf(notes->arena, "%s and %zu more", names, count - MOST_NAMES);
  add_note(notes,
           bp_arena_printf(notes->arena,
                           "the gradient of %s is 0 here, or below 1e-30 of the loss: that "
                           "much was checked, but a wrong sign or factor there would not show",
                           count == parameters ? "every parameter" : names));
}

static void note_blocks(const struct notes *notes, const struct bp_evidence *e) {
  const struct bp_report *report = notes->report;
  size_t kinks = 0, lost = report->network->lost_digits;
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].parameter)
      kinks += report->blocks[b].at_kink;
  if (!e->forward_right)
    add_note(notes, "the forward pass does not give Z = W A + b: nothing behind it can be trusted");
  note_vanishing(notes);
  if (lost)
    add_note(notes,
             bp_arena_printf(notes->arena,
                             "%zu entr%s right as formulas but lost digits in float64: units "
                             "saturate there, and a (1 - a), 1 - a² or a - y cancel",
                             lost, lost == 1 ? "y is" : "ies are"));
  if (kinks)
    add_note(notes,
             bp_arena_printf(notes->arena,
                             "%zu entr%s a unit exactly on its kink (z = 0), where every value "
                             "between the one-sided slopes is right",
                             kinks, kinks == 1 ? "y depends on" : "ies depend on"));
  if (e->kronecker->fused)
    add_note(notes, "an output underflows to 0 and ∂J/∂vec A[L] is infinite there: the chain of "
                    "Jacobians starts at ∂J/∂vec Z[L] for those samples");
  size_t proved = 0, bits = 0;
  for (size_t b = 0; b < report->block_count; b++) {
    proved += report->blocks[b].parameter ? report->blocks[b].proved : 0;
    bits = report->blocks[b].bits > bits ? report->blocks[b].bits : bits;
  }
  if (proved)
    add_note(notes,
             bp_arena_printf(notes->arena,
                             "%zu entr%s decided by proof, in ball arithmetic of up to %zu bits: "
                             "float64 has too few digits for them",
                             proved, proved == 1 ? "y was" : "ies were", bits));
  if (e->skipped)
    add_note(notes, bp_arena_printf(notes->arena,
                                    "%zu entries were left open, because settling them in higher "
                                    "precision would take too long; take fewer samples",
                                    e->skipped));
}

/* ---- what is wrong ------------------------------------------------------- */

/* What explains a gradient that fails: the evidence itself or, of a dealt network, what all ranks
 * have, on rank 0.  *whole gets NULL where there is nothing to be done here. */
static enum bp_status whole_evidence(struct bp_evidence *evidence, const struct notes *notes,
                                     struct bp_evidence **whole) {
  *whole = evidence;
  if (!evidence->network->dealt)
    return BP_OK;
  *whole = NULL;
  double needed = bp_reunion_memory(evidence->network);
  if (bp_ranks_any(bp_rank() == 0 && !bp_arena_has_room(evidence->arena, (size_t)needed))) {
    add_note(notes,
             bp_arena_printf(notes->arena,
                             "which mistake this is was not looked for: that takes the whole "
                             "gradient in one place, %.1f GiB more than rank 0 has; a larger "
                             "--memory-limit, or --sample 100 on one rank",
                             needed / 0x1p30));
    return BP_OK;
  }
  return bp_evidence_reunite(evidence, whole);
}

/* BP1-BP4 with a mistake; without one, rank 0 has the whole gradient in what was reunited. */
static enum bp_status explain(struct bp_evidence *evidence, const struct bp_gradient *gradient,
                              bool mistaken, const struct notes *notes) {
  struct bp_evidence *whole;
  enum bp_status status = whole_evidence(evidence, notes, &whole);
  if (status != BP_OK || !whole)
    return status;
  return bp_explain(whole, mistaken ? gradient : whole->gradient, notes->arena, notes->report);
}

/* ---- the check ----------------------------------------------------------- */

/* Compares BP1-BP4 itself, or BP1-BP4 with the mistake that was asked for, and explains. */
static enum bp_status check_backprop(struct bp_evidence *evidence,
                                     const struct bp_check_options *options,
                                     const struct bp_sample *sample, struct bp_arena *arena,
                                     struct bp_report *report) {
  struct bp_gradient *gradient = evidence->gradient;
  const struct bp_mistake *mistake =
      options->mistake.kind == BP_NO_MISTAKE ? NULL : &options->mistake;
  if (mistake) {
    gradient = bp_gradient_whole(evidence->network, arena); /* a mistake may move rows */
    if (!gradient)
      return BP_NO_MEMORY;
    bp_backprop(evidence->network, evidence->forward, options->route, mistake, gradient);
  }
  struct notes notes = {arena, report};
  enum bp_status status = bp_compare(evidence, gradient, mistake, options, arena, report);
  if (status == BP_OK && sample)
    bp_sample_place(sample, report);
  else if (status == BP_OK && report->head.verdict == BP_FAILS)
    status = explain(evidence, gradient, mistake != NULL, &notes);
  if (status == BP_OK && mistake)
    note_mistake(&notes, evidence, gradient);
  return status;
}

/* What the three ways say about each other at this point: without that nothing else counts. */
static enum bp_status check_ourselves(struct bp_evidence *evidence,
                                      const struct bp_check_options *options,
                                      const struct notes *notes) {
  struct bp_arena *spare = bp_arena_new(0);
  if (!spare)
    return BP_NO_MEMORY;
  struct bp_report own = {0};
  const char *part = evidence->network->looked_at ? " that was looked at" : "";
  enum bp_status status = bp_compare(evidence, evidence->gradient, NULL, options, spare, &own);
  if (status == BP_OK && own.head.verdict == BP_HOLDS)
    add_note(notes, bp_arena_printf(notes->arena,
                                    "at this point the three ways of backproof agree with each "
                                    "other in every parameter%s",
                                    part));
  else if (status == BP_OK)
    add_note(notes, bp_arena_printf(notes->arena,
                                    "at this point the three ways of backproof do not agree with "
                                    "each other in every parameter%s: backproof net says why, on "
                                    "such a network",
                                    part));
  bp_arena_free(spare);
  return status;
}

/* Whether worst cases of rounding allow for a good part of some block, or for all of it: only then
 * it is asked where right code lands. */
static bool allows_for_much(const struct bp_evidence *e) {
  bool much = false;
  for (size_t b = 0; b < bp_view_count(e->network); b++) {
    struct bp_view view = bp_view_of(e, e->gradient, NULL, b, NULL);
    double largest = bp_view_largest(&view);
    size_t columns = view.error->size2;
    for (size_t k = view.own.from * columns; k < view.own.to * columns && !much; k++)
      much = !(MUCH * view.error->data[k] < largest);
  }
  return bp_network_any(e->network, much);
}

/* From here on `error` is that of other code, and lives in the arena. */
static enum bp_status take_outside(struct bp_evidence *evidence, const struct bp_outside *outside,
                                   struct bp_arena *arena) {
  const struct bp_network *network = evidence->network;
  struct bp_gradient *error = bp_gradient_new(network, arena);
  struct bp_gradient *tight = bp_gradient_new(network, arena);
  gsl_matrix *at_output = bp_matrix(arena, network->size[network->depth], network->samples);
  if (!error || !tight || !at_output || bp_outside_error(evidence, outside, false, error) != 0 ||
      bp_outside_error(evidence, outside, true, tight) != 0)
    return BP_NO_MEMORY;
  /* the other code's own A[L] is meant here, too: there is no stored one */
  gsl_matrix_memcpy(at_output, error->dA[network->depth]);
  evidence->error.error = *error;
  evidence->error.at_output = at_output;
  evidence->tight = tight;
  evidence->outside = outside;
  if (!allows_for_much(evidence))
    return BP_OK;
  struct bp_gradient *landing = bp_gradient_whole(network, arena);
  if (!landing || bp_outside_landing(evidence, outside->unit, landing) != 0)
    return BP_NO_MEMORY;
  evidence->landing = landing;
  return BP_OK;
}

/* The largest allowance, relative to the largest entry of its block. */
static double widest_allowance(const struct bp_evidence *e, const struct bp_report *report) {
  double widest = 0;
  for (size_t b = 0; b < report->block_count; b++) {
    struct bp_view view = bp_view_of(e, e->outside->gradient, NULL, b, NULL);
    double largest = report->blocks[b].largest_magnitude;
    if (!e->outside->given[b] || !report->blocks[b].parameter || !(largest > 0))
      continue;
    size_t columns = view.error->size2;
    for (size_t k = view.own.from * columns; k < view.own.to * columns; k++) {
      double error = view.error->data[k], rest = view.tight->data[k];
      if (view.landing)
        rest = fmin(rest, view.landing->data[k]);
      widest = fmax(widest, (2 * error < largest ? error : rest) / largest);
    }
  }
  return bp_network_largest(e->network, widest);
}

/* Where not one entry shows sign and size, nothing was checked. */
static void note_precision(const struct notes *notes, const struct bp_evidence *e) {
  struct bp_report *report = notes->report;
  bool nothing;
  const char *sentence = bp_outside_precision(e, report, notes->arena, &nothing);
  if (!nothing)
    add_note(notes, sentence);
  if (!nothing || !sentence || report->head.verdict != BP_HOLDS)
    return;
  report->head.verdict = BP_UNDECIDED;
  memmove(report->head.notes + 1, report->head.notes,
          report->head.note_count++ * sizeof *report->head.notes);
  report->head.notes[0] = sentence;
}

static void note_allowance(const struct notes *notes, const struct bp_evidence *e) {
  add_note(notes,
           bp_arena_printf(notes->arena,
                           "the gradient under test counts as computed in %s, where "
                           "rounding in both passes can move an entry by up to %.1e of the "
                           "largest of its block; that much is allowed",
                           bp_outside_type(e->outside->unit), widest_allowance(e, notes->report)));
}

/* Evidence about the outside gradient in one place, as whole_evidence; `complete` fills in what is
 * not given. */
static enum bp_status whole_outside(struct bp_evidence *evidence, const struct bp_outside *outside,
                                    bool complete, const struct notes *notes,
                                    struct bp_evidence **whole) {
  enum bp_status status = whole_evidence(evidence, notes, whole);
  if (status != BP_OK || !*whole || *whole == evidence)
    return status;
  if (complete)
    bp_outside_complete(*whole, outside);
  return take_outside(*whole, outside, notes->arena);
}

/* *traced tells whether deltas were found from which what is given follows; all ranks then have
 * them. */
static enum bp_status trace_back(const struct bp_evidence *evidence,
                                 const struct bp_outside *outside, const struct bp_evidence *whole,
                                 const struct bp_report *report, bool *traced) {
  const struct bp_network *network = evidence->network;
  enum bp_status status = BP_OK;
  *traced = whole && bp_outside_trace_back(whole, outside, report, &status);
  *traced = bp_network_any(network, *traced);
  for (size_t l = 1; *traced && network->dealt && l <= network->depth; l++) {
    size_t bytes = network->size[l] * network->samples * sizeof(double);
    bp_ranks_tell(outside->gradient->dZ[l]->data, bytes);
    bp_ranks_tell(outside->gradient->dA[l]->data, bytes);
  }
  return status;
}

static enum bp_status check_outside(struct bp_evidence *evidence,
                                    const struct bp_check_options *options,
                                    const struct bp_outside *outside,
                                    const struct bp_sample *sample, struct bp_arena *arena,
                                    struct bp_report *report) {
  struct notes notes = {arena, report};
  enum bp_status status = check_ourselves(evidence, options, &notes);
  if (status == BP_OK)
    status = take_outside(evidence, outside, arena);
  if (status != BP_OK)
    return status;
  bp_outside_complete(evidence, outside);
  const struct bp_report blank = *report;
  struct bp_evidence *whole = NULL;
  bool traced = false;
  status = bp_compare(evidence, outside->gradient, NULL, options, arena, report);
  bool wrong = status == BP_OK && report->head.verdict == BP_FAILS && !sample;
  if (wrong)
    status = whole_outside(evidence, outside, true, &notes, &whole);
  if (wrong && status == BP_OK)
    status = trace_back(evidence, outside, whole, report, &traced);
  if (traced && status == BP_OK) {
    *report = blank;
    status = bp_compare(evidence, outside->gradient, NULL, options, arena, report);
    if (status == BP_OK)
      status = whole_outside(evidence, outside, false, &notes, &whole);
  }
  if (status == BP_OK && sample)
    bp_sample_place(sample, report);
  else if (status == BP_OK && whole && report->head.verdict == BP_FAILS)
    status = bp_explain(whole, outside->gradient, arena, report);
  if (status != BP_OK)
    return status;
  note_allowance(&notes, evidence);
  note_precision(&notes, evidence);
  bp_outside_trim(outside, report);
  return BP_OK;
}

static struct bp_report *report_new(struct bp_arena *arena) {
  enum { MOST_NOTES = 12 };
  struct bp_report *report = bp_arena_alloc(arena, 1, sizeof *report);
  if (report)
    report->head.notes = bp_arena_alloc(arena, MOST_NOTES, sizeof *report->head.notes);
  return report && report->head.notes ? report : NULL;
}

/* What there is to say of a network when all of it is judged. */
static enum bp_status finish(const struct notes *notes, const struct bp_evidence *evidence,
                             bool outside) {
  note_blocks(notes, evidence);
  if (!outside)
    note_routes(notes, evidence);
  return bp_arena_failed(notes->arena) ? BP_NO_MEMORY : BP_OK;
}

/* From the evidence to what is said of the gradient under test. */
static enum bp_status report_on(struct bp_evidence *evidence,
                                const struct bp_check_options *options,
                                const struct bp_outside *outside, const struct bp_sample *sample,
                                struct bp_arena *arena, struct bp_report *report) {
  struct notes notes = {arena, report};
  enum bp_status status = outside ? check_outside(evidence, options, outside, sample, arena, report)
                                  : check_backprop(evidence, options, sample, arena, report);
  return status == BP_OK ? finish(&notes, evidence, outside) : status;
}

static enum bp_status check_along(const struct bp_network *network,
                                  const struct bp_check_options *options, struct bp_arena *arena,
                                  struct bp_report **result) {
  struct bp_evidence *evidence;
  struct bp_report *report = report_new(arena);
  if (!report)
    return BP_NO_MEMORY;
  struct notes notes = {arena, report};
  enum bp_status status = bp_direction_check(network, options, arena, report, &evidence);
  *result = report;
  return status == BP_OK ? finish(&notes, evidence, options->outside) : status;
}

static enum bp_status check(const struct bp_network *network,
                            const struct bp_check_options *options, struct bp_arena *arena,
                            struct bp_report **result) {
  struct bp_evidence *evidence;
  struct bp_sample *sample = NULL;
  struct bp_outside part;
  if (options->sample) {
    sample = bp_sample_new(network, options->sample, options->sample_seed, arena);
    if (!sample)
      return BP_NO_MEMORY;
    network = sample->network;
  }
  if (options->dealt && bp_ranks() > 1) {
    struct bp_network *dealt = bp_arena_alloc(arena, 1, sizeof *dealt);
    if (!dealt)
      return BP_NO_MEMORY;
    *dealt = *network;
    dealt->dealt = true;
    network = dealt;
  }
  struct bp_report *report = report_new(arena);
  enum bp_status status = bp_evidence_gather(network, options, arena, &evidence);
  if (status != BP_OK)
    return status;
  if (!report)
    return BP_NO_MEMORY;
  const struct bp_outside *outside = options->outside;
  if (outside && sample) {
    part = *outside;
    part.gradient = bp_sample_gradient(sample, outside->gradient, arena);
    if (!part.gradient)
      return BP_NO_MEMORY;
    outside = &part;
  }
  struct notes notes = {arena, report};
  if (sample)
    add_note(&notes, bp_sample_sentence(sample, arena));
  *result = report;
  return report_on(evidence, options, outside, sample, arena, report);
}

enum bp_status bp_check(const struct bp_network *network, const struct bp_check_options *options,
                        struct bp_arena *arena, struct bp_report **report) {
  bp_surroundings_enter();
  bp_parallel_enter();
  enum bp_status status = options->directions ? check_along(network, options, arena, report)
                                              : check(network, options, arena, report);
  bp_parallel_leave(); /* threads of ours do not outlive the surroundings that they began in */
  bp_surroundings_leave();
  return status;
}

enum bp_status bp_check_another(struct bp_evidence *evidence,
                                const struct bp_check_options *options, struct bp_arena *arena,
                                struct bp_report **report) {
  struct bp_evidence before = *evidence;
  bp_surroundings_enter();
  bp_parallel_enter();
  *report = report_new(arena);
  enum bp_status status =
      *report ? report_on(evidence, options, options->outside, NULL, arena, *report) : BP_NO_MEMORY;
  bp_parallel_leave();
  bp_surroundings_leave();
  before.proof = evidence->proof; /* what was proved stays so */
  *evidence = before;
  return status;
}
