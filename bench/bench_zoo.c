/* Thousands of networks of a family (zoo_families.h): how often does the check cry wolf, and what
 * does it miss?
 *
 * The correct gradient must not fail.  Planted mistakes must not pass that change an entry by more
 * than 1e-9 of the loss, nor any that change one by more than what the report says it would have
 * seen.
 *
 * What a mistake changes is measured against a reference of its own (zoo_reference.h).
 * Entries whose one-sided quotients differ hang on a kink and do not count as a reference.  Deep
 * networks have no such reference, since nothing of theirs would be left of it.
 *
 * Then the same networks as other people's code: in the four styles and two precisions of
 * tests/unit/styles.h, every one of which is right and must not fail.  Those with a number on the
 * way that is not finite do not count.
 *
 * What is known of a network is gathered once for all gradients that are held against it.
 *
 * Usage: bench_zoo [FAMILY] [NETWORKS [FIRST_SEED]]; a network has a seed of its own, so that a run
 * of many is the sum of runs of fewer whose first seeds lie as far apart as each has networks.
 */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "claim.h"
#include "net/check.h"
#include "net/compare.h"
#include "num/blas.h"
#include "styles.h"
#include "zoo_families.h"
#include "zoo_names.h"
#include "zoo_peers.h"
#include "zoo_reference.h"

#define VISIBLE 1e-9
#define PLAIN 1e-6 /* of the largest entry of a block: a mistake that a verdict should be about */
#define PLAIN_ELSEWHERE 1e-3 /* the same of other code, in either precision */
enum { SOME_MISTAKES = 20 }; /* of a deep network, which has hundreds of places for them */

/* ---- one network --------------------------------------------------------- */

struct tally {
  enum family family;
  _Atomic size_t networks, overflowing, entries, undecided, lost_digits, at_kink;
  _Atomic size_t reasons[BP_REASON_COUNT];
  _Atomic size_t false_alarms, undecided_networks, planted, visible, missed, blurred,
      invisible_pass;
  _Atomic size_t beyond_1e13;
  _Atomic long worst_kronecker; /* of |BP - Kronecker| relative to the magnitudes, in 1e-20 */
  _Atomic size_t proved, claimed, beyond_claim, style_entries[2], style_undecided[2];
  struct names names;
  _Atomic size_t judged, informative, peer_informative[PEER_COUNT], peer_alarms[PEER_COUNT],
      peer_missed[PEER_COUNT];
  _Atomic size_t elsewhere[2], elsewhere_verdicts[2][BP_FAILS + 1], elsewhere_beyond[2];
  _Atomic size_t plain_elsewhere[2], plain_failing[2], style_precision[2];
  _Atomic size_t style_reasons[2][BP_REASON_COUNT];
  _Atomic size_t styled[STYLE_COUNT][2], style_verdicts[STYLE_COUNT][2][BP_FAILS + 1];
  unsigned long first_seed;
};

static void count_reasons(const struct bp_block *block, _Atomic size_t *reasons) {
  for (size_t k = 0; k < block->rows * block->columns; k++)
    if (block->entries[k].verdict == BP_UNDECIDED)
      reasons[block->entries[k].reason]++;
}

static void print_reasons(const _Atomic size_t *reasons) {
  for (int k = 0; k < BP_REASON_COUNT; k++)
    if (reasons[k])
      printf("  %-14s %zu\n", bp_reason_name((enum bp_reason)k), reasons[k]);
}

static void tell_undecided(const struct bp_network *network, unsigned long seed,
                           const struct bp_report *report, const char *text) {
  if (!getenv("ZOO_UNDECIDED"))
    return;
  zoo_tell(network, seed, text);
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    const struct bp_entry *worst = &block->entries[block->worst];
    if (block->undecided && block->parameter)
      printf("  J %.3g %s %zu of %zu, entry %zu: %.17g difference %.17g bound %.2g, %s by %s\n",
             report->network->loss, block->name, block->undecided, block->rows * block->columns,
             block->worst, worst->backprop, worst->difference, worst->bound,
             bp_reason_name((enum bp_reason)worst->reason),
             bp_method_name((enum bp_method)worst->method));
  }
}

static void count_blocks(struct tally *tally, const struct bp_network *network, unsigned long seed,
                         const struct bp_report *report) {
  tally->entries += report->head.entries;
  tally->undecided += report->head.undecided;
  tally->lost_digits += report->network->lost_digits;
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    if (!block->parameter)
      continue;
    tally->at_kink += block->at_kink;
    tally->proved += block->proved;
    count_reasons(block, tally->reasons);
    if (block->kronecker_relative > 1e-13) {
      tally->beyond_1e13++;
      zoo_tell(network, seed, "BP1-BP4 and Kronecker part by more than 1e-13");
    }
    long scaled = (long)(block->kronecker_relative * 1e20);
    if (scaled > tally->worst_kronecker)
      tally->worst_kronecker = scaled;
  }
  if (report->head.undecided)
    tell_undecided(network, seed, report, "undecided");
  if (report->head.verdict != BP_FAILS)
    return;
  tally->false_alarms++;
  zoo_tell(network, seed, "FALSE ALARM");
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *block = &report->blocks[b];
    const struct bp_entry *worst = &block->entries[block->worst];
    if (block->verdict == BP_FAILS && !block->informative)
      printf("  %s entry %zu: BP %.17g difference %.17g Kronecker %.17g bound %.2g, %s by %s\n",
             block->name, block->worst, worst->backprop, worst->difference, worst->kronecker,
             worst->bound, bp_reason_name((enum bp_reason)worst->reason),
             bp_method_name((enum bp_method)worst->method));
  }
}

/* ---- peers ---------------------------------------------------------------- */

static void count_verdict(struct tally *tally, const struct peers *peers,
                          const struct bp_gradient *gradient, bool right, enum bp_verdict ours) {
  enum peer_verdict said[PEER_COUNT];
  peers_say(peers, gradient, said);
  tally->judged++;
  tally->informative += ours == (right ? BP_HOLDS : BP_FAILS);
  for (int p = 0; p < PEER_COUNT; p++) {
    tally->peer_informative[p] += said[p] == (right ? PEER_RIGHT : PEER_WRONG);
    tally->peer_alarms[p] += right && said[p] == PEER_WRONG;
    tally->peer_missed[p] += !right && said[p] == PEER_RIGHT;
  }
}

/* Whether an entry that is on no kink is off by that part of its block's largest. */
static bool is_plain(const struct bp_evidence *evidence, const struct bp_gradient *mistaken,
                     const struct bp_report *report, double part) {
  for (size_t b = 0; b < 2 * evidence->network->depth; b++) {
    const struct bp_block *block = &report->blocks[b];
    struct bp_view right = bp_view_of(evidence, evidence->gradient, NULL, b, NULL);
    struct bp_view wrong = bp_view_of(evidence, mistaken, NULL, b, NULL);
    for (size_t k = 0; k < block->rows * block->columns; k++)
      if (!block->vanishes && block->entries[k].reason != BP_REASON_KINK &&
          fabs(right.value->data[k] - wrong.value->data[k]) > part * block->largest_magnitude)
        return true;
  }
  return false;
}

static void print_names_and_peers(const struct tally *tally) {
  names_print(&tally->names);
  printf("informative of %zu verdicts:  %.2f %%", tally->judged,
         100.0 * (double)tally->informative / (double)tally->judged);
  for (int p = 0; p < PEER_COUNT; p++)
    printf("; %s %.1f %% (%zu alarms, %zu missed)", peer_names[p],
           100.0 * (double)tally->peer_informative[p] / (double)tally->judged,
           tally->peer_alarms[p], tally->peer_missed[p]);
  printf("\n");
}

/* A network under trial. */
struct subject {
  struct tally *tally;
  unsigned long seed;
  const struct bp_spec *spec;
  const struct bp_check_options *options;
  struct bp_evidence *evidence, *direct; /* by its route; by A - Y, which other code counts as */
  const struct peers *peers;
  const struct reference *reference; /* NULL: there is none */
  double off;                        /* how far the right gradient is from it */
  enum bp_verdict correct;           /* what was said of that */
  bool single;                       /* in which precision the next mistake is planted elsewhere */
};

/* The same mistake in other code, of float64 and of float32 in turn. */
static void try_elsewhere(const struct subject *subject, const struct bp_mistake *mistake,
                          const struct bp_gradient *mistaken, struct bp_arena *arena) {
  struct tally *tally = subject->tally;
  struct bp_evidence *evidence = subject->direct;
  const struct bp_network *network = evidence->network;
  bool single = subject->single, *given;
  struct bp_gradient *rounded = bp_gradient_new(network, arena);
  struct bp_outside outside = {rounded, NULL, single ? 0x1p-24 : BP_UNIT};
  struct bp_check_options options = {.outside = &outside, .threads = 1};
  struct bp_report *report;
  outside.given = given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  for (size_t b = 0; b < 2 * network->depth; b++) {
    struct bp_view from = bp_view_of(evidence, mistaken, NULL, b, NULL);
    struct bp_view to = bp_view_of(evidence, rounded, NULL, b, NULL);
    given[b] = true;
    for (size_t k = 0; k < from.value->size1 * from.value->size2; k++)
      to.value->data[k] = single ? (double)(float)from.value->data[k] : from.value->data[k];
  }
  if (bp_check_another(evidence, &options, arena, &report) != BP_OK)
    exit(2);
  bool broken = report->head.verdict == BP_HOLDS && breaks_claim(evidence, mistaken, report);
  tally->elsewhere[single]++;
  if (is_plain(evidence, mistaken, report, PLAIN_ELSEWHERE)) {
    tally->plain_elsewhere[single]++;
    tally->plain_failing[single] += report->head.verdict == BP_FAILS;
  }
  tally->elsewhere_verdicts[single][report->head.verdict]++;
  tally->elsewhere_beyond[single] += broken;
  if (broken)
    zoo_tell(network, subject->seed,
             bp_arena_printf(arena, "MISSED in float%d beyond its claim: %s", single ? 32 : 64,
                             bp_mistake_text(mistake, arena)));
}

static void try_mistake(const struct subject *subject, const struct bp_mistake *mistake) {
  struct tally *tally = subject->tally;
  struct bp_evidence *evidence = subject->evidence;
  const struct bp_network *network = evidence->network;
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_gradient *mistaken = bp_gradient_new(network, arena);
  struct bp_report report = {0};
  bp_backprop(network, evidence->forward, evidence->route, mistake, mistaken);
  if (bp_compare(evidence, mistaken, mistake, subject->options, arena, &report) != BP_OK)
    exit(2);
  names_count(&tally->names, evidence, subject->seed, mistake, mistaken, arena, &report);
  names_count_outside(&tally->names, subject->direct, subject->seed, mistake, mistaken, arena);
  try_elsewhere(subject, mistake, mistaken, arena);
  if (is_plain(evidence, mistaken, &report, PLAIN))
    count_verdict(tally, subject->peers, mistaken, false, report.head.verdict);
  /* at a nearly perfect fit float64's own forward pass moves the gradient by more than the loss */
  double changed = subject->reference ? distance_to(network, mistaken, subject->reference) : 0;
  bool visible = changed - subject->off > fmax(VISIBLE, subject->off / 100);
  tally->planted++;
  tally->visible += visible;
  if (visible && report.head.verdict == BP_HOLDS) {
    tally->missed++;
    zoo_tell(network, subject->seed,
             bp_arena_printf(arena, "MISSED %s, which changes the gradient by %.2g of the loss",
                             bp_mistake_text(mistake, arena), changed));
  }
  tally->claimed += report.head.verdict == BP_HOLDS;
  if (report.head.verdict == BP_HOLDS && breaks_claim(evidence, mistaken, &report)) {
    tally->beyond_claim++;
    zoo_tell(
        network, subject->seed,
        bp_arena_printf(arena, "MISSED beyond its claim: %s", bp_mistake_text(mistake, arena)));
  }
  tally->blurred += visible && report.head.verdict == BP_UNDECIDED && subject->correct == BP_HOLDS;
  tally->invisible_pass += !visible && report.head.verdict == BP_HOLDS;
  bp_arena_free(arena);
}

static void plant_mistakes(gsl_rng *generator, struct subject *subject, struct bp_arena *arena) {
  const struct bp_network *network = subject->evidence->network;
  bool deep = subject->tally->family == DEEP;
  struct bp_mistake *mistakes;
  if (!deep) {
    struct reference *reference = bp_arena_alloc(arena, 1, sizeof *reference);
    compute_reference(network, reference);
    if (!isfinite(reference->loss) || reference->loss == 0)
      return;
    subject->reference = reference;
    subject->off = distance_to(network, subject->evidence->gradient, reference);
  }
  size_t count = bp_mistake_all(subject->spec, arena, &mistakes);
  for (size_t k = 0; k < count; k++) {
    if (deep && gsl_rng_uniform(generator) * (double)count > SOME_MISTAKES)
      continue;
    if (bp_mistake_obstacle(&mistakes[k], subject->spec, subject->options->route, arena))
      continue;
    if (mistakes[k].kind == BP_MISTAKE_ENTRY) {
      size_t l = mistakes[k].layer;
      mistakes[k].row = gsl_rng_uniform_int(generator, network->size[l]);
      if (!mistakes[k].bias)
        mistakes[k].column = gsl_rng_uniform_int(generator, network->size[l - 1]);
      mistakes[k].amount = log_uniform(generator, 1e-9, 1);
    }
    try_mistake(subject, &mistakes[k]);
    subject->single = !subject->single;
  }
}

/* ---- other people's code ------------------------------------------------- */

static void try_style(struct tally *tally, struct bp_evidence *evidence, unsigned long seed,
                      enum style style, bool single) {
  const struct bp_network *network = evidence->network;
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given);
  struct bp_outside outside = {gradient, given, single ? 0x1p-24 : BP_UNIT};
  struct bp_check_options options = {.outside = &outside, .threads = 1};
  struct bp_report *report;
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  if (style_gradient(network, style, single, arena, gradient)) {
    if (bp_check_another(evidence, &options, arena, &report) != BP_OK)
      exit(2);
    tally->style_entries[single] += report->head.entries;
    tally->style_undecided[single] += report->head.undecided;
    if (report->head.undecided)
      tell_undecided(
          network, seed, report,
          bp_arena_printf(arena, "undecided in %s float%d", style_names[style], single ? 32 : 64));
    for (size_t b = 0; b < report->block_count; b++) {
      const struct bp_block *block = &report->blocks[b];
      count_reasons(block, tally->style_reasons[single]);
      for (size_t k = 0; k < block->rows * block->columns; k++)
        tally->style_precision[single] += block->entries[k].reason == BP_REASON_PRECISION;
    }
    tally->styled[style][single]++;
    tally->style_verdicts[style][single][report->head.verdict]++;
    if (report->head.verdict == BP_FAILS) {
      char text[60];
      snprintf(text, sizeof text, "FALSE ALARM in %s float%d", style_names[style],
               single ? 32 : 64);
      zoo_tell(network, seed, text);
    }
  }
  bp_arena_free(arena);
}

/* Evidence for other code. */
static struct bp_evidence *gather_direct(const struct bp_network *network, struct bp_arena *arena) {
  struct bp_check_options options = {.route = BP_ROUTE_DIRECT, .threads = 1};
  struct bp_evidence *evidence;
  if (bp_evidence_gather(network, &options, arena, &evidence) != BP_OK)
    exit(2);
  return evidence;
}

/* Rounds the point for float32, and so comes last. */
static void try_styles(const struct subject *subject, struct bp_network *network,
                       struct bp_arena *arena) {
  for (int style = 0; style < STYLE_COUNT; style++)
    try_style(subject->tally, subject->direct, subject->seed, (enum style)style, false);
  style_round_point(network);
  struct bp_evidence *rounded = gather_direct(network, arena);
  for (int style = 0; style < STYLE_COUNT; style++)
    try_style(subject->tally, rounded, subject->seed, (enum style)style, true);
}

/* Returns whether no right gradient failed, and no mistake held beyond the claim. */
static bool print_styles(struct tally *tally) {
  bool none_failed = true;
  for (int single = 0; single < 2; single++) {
    printf("undecided in float%d:           %zu of %zu entries (%.3f %%)\n", single ? 32 : 64,
           tally->style_undecided[single], tally->style_entries[single],
           100.0 * (double)tally->style_undecided[single] / (double)tally->style_entries[single]);
    print_reasons(tally->style_reasons[single]);
    printf("  without digits in that precision: %zu entries, which hold\n",
           tally->style_precision[single]);
    const _Atomic size_t *elsewhere = tally->elsewhere_verdicts[single];
    printf(
        "  mistakes: %zu, fail: %zu, undecided: %zu, hold: %zu, of which beyond the claim: %zu\n",
        tally->elsewhere[single], elsewhere[BP_FAILS], elsewhere[BP_UNDECIDED], elsewhere[BP_HOLDS],
        tally->elsewhere_beyond[single]);
    none_failed = none_failed && tally->elsewhere_beyond[single] == 0;
    size_t right = 0, held = 0, wrong = tally->plain_elsewhere[single];
    for (int style = 0; style < STYLE_COUNT; style++) {
      right += tally->styled[style][single];
      held += tally->style_verdicts[style][single][BP_HOLDS];
    }
    printf("  informative: %zu of %zu right hold, %zu of %zu mistakes above a thousandth fail; "
           "%.2f %%\n",
           held, right, tally->plain_failing[single], wrong,
           100.0 * (double)(held + tally->plain_failing[single]) / (double)(right + wrong));
    for (int style = 0; style < STYLE_COUNT; style++) {
      _Atomic size_t *verdicts = tally->style_verdicts[style][single];
      printf("%-8s float%d:               %zu of %zu networks failed, %zu undecided\n",
             style_names[style], single ? 32 : 64, verdicts[BP_FAILS], tally->styled[style][single],
             verdicts[BP_UNDECIDED]);
      none_failed = none_failed && verdicts[BP_FAILS] == 0;
    }
  }
  return none_failed;
}

/* ---- the whole ----------------------------------------------------------- */

static void one_network(size_t index, int worker, void *user) {
  (void)worker;
  struct tally *tally = user;
  unsigned long seed = tally->first_seed + index;
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_ranlxd2);
  struct bp_arena *arena = bp_arena_new(0);
  gsl_rng_set(generator, seed);
  size_t size[DEEPEST + 1];
  const struct bp_function *activation[DEEPEST + 1] = {NULL};
  struct bp_spec spec;
  struct bp_network *network =
      draw_network(tally->family, generator, seed, &spec, size, activation, arena);
  enum bp_route route = gsl_rng_uniform(generator) < 0.25 ? BP_ROUTE_DA : BP_ROUTE_DIRECT;
  struct bp_check_options options = {.route = route, .threads = 1};
  struct bp_evidence *evidence;
  struct bp_report report = {0};
  if (bp_evidence_gather(network, &options, arena, &evidence) != BP_OK ||
      bp_compare(evidence, evidence->gradient, NULL, &options, arena, &report) != BP_OK)
    exit(2);
  tally->networks++;
  tally->overflowing += !isfinite(evidence->forward->loss);
  tally->undecided_networks += report.head.verdict == BP_UNDECIDED;
  count_blocks(tally, network, seed, &report);
  struct peers *peers = peers_new(network, arena);
  count_verdict(tally, peers, evidence->gradient, true, report.head.verdict);
  struct subject subject = {.tally = tally,
                            .seed = seed,
                            .spec = &spec,
                            .options = &options,
                            .evidence = evidence,
                            .peers = peers,
                            .correct = report.head.verdict,
                            .single = seed % 2};
  subject.direct = route == BP_ROUTE_DIRECT ? evidence : gather_direct(network, arena);
  plant_mistakes(generator, &subject, arena);
  try_styles(&subject, network, arena);
  bp_arena_free(arena);
  gsl_rng_free(generator);
}

int main(int argc, char **argv) {
  static struct tally tally;
  for (int k = 0; argc > 1 && k < FAMILY_COUNT; k++) {
    if (strcmp(argv[1], family_names[k]) != 0)
      continue;
    tally.family = (enum family)k;
    argc--;
    argv++;
    break;
  }
  size_t networks = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
  tally.first_seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
  gsl_set_error_handler_off();
  bp_blas_threads(1);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  bp_parallel_for(networks, bp_processors(), one_network, &tally);
  clock_gettime(CLOCK_MONOTONIC, &end);

  printf("%zu %s networks, %zu parameters, in %.0f s\n", tally.networks, family_names[tally.family],
         tally.entries,
         (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
  printf("correct gradients failed:       %zu of %zu networks\n", tally.false_alarms,
         tally.networks);
  printf("undecided entries:              %zu of %zu (%.3f %%), in %zu networks\n", tally.undecided,
         tally.entries, 100.0 * (double)tally.undecided / (double)tally.entries,
         tally.undecided_networks);
  print_reasons(tally.reasons);
  printf("held with lost digits:          %zu entries; on a kink: %zu\n", tally.lost_digits,
         tally.at_kink);
  printf("decided by proof:               %zu entries\n", tally.proved);
  printf("mistakes planted:               %zu\n", tally.planted);
  printf("  visible (> 1e-9 of the loss): %zu, of which missed: %zu, undecided: %zu\n",
         tally.visible, tally.missed, tally.blurred);
  printf("  not visible, and held:        %zu\n", tally.invisible_pass);
  printf("  held:                         %zu, of which beyond the report's claim: %zu\n",
         tally.claimed, tally.beyond_claim);
  printf("BP1-BP4 against Kronecker:      largest %.1e of the magnitudes summed; above 1e-13: %zu "
         "blocks\n",
         (double)tally.worst_kronecker * 1e-20, tally.beyond_1e13);
  print_names_and_peers(&tally);
  bool styles_hold = print_styles(&tally);
  return !styles_hold || tally.false_alarms || tally.missed || tally.beyond_claim ||
         tally.beyond_1e13 || tally.networks != networks;
}
