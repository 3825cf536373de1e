/* Counts are taken from the claims themselves and not from the sums in the report, so that the
 * table, the closing sentence and the JSON of one file cannot disagree. */
#include "report/claims.h"
#include "report/unmet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool bp_claim_is_broken(const struct bp_claim *claim) {
  return claim->verdict == BP_UNDECIDED && claim->reason == BP_REASON_BROKEN;
}

const char *bp_claim_needs(const struct bp_claim *claim, struct bp_arena *arena) {
  if (claim->needs_file)
    return bp_arena_printf(arena, "needs line %zu of %s", claim->needs, claim->needs_file);
  return claim->needs == claim->line ? "has an error"
                                     : bp_arena_printf(arena, "needs line %zu", claim->needs);
}

bool bp_claim_is_measured(const struct bp_claim *claim) {
  return claim->verdict == BP_HOLDS && claim->kind == BP_CLAIM && claim->numbers > 0 &&
         claim->reason != BP_REASON_KINK && !isnan(claim->largest_relative);
}

const char *bp_claim_explained(const struct bp_claim *claim, char text[BP_EXPLAINED]) {
  if (claim->bound == 0)
    return "both sides are exact, so no rounding explains it";
  snprintf(text, BP_EXPLAINED, "truncation and rounding explain at most %.0e", claim->bound);
  return text;
}

void bp_claim_digits(const struct bp_claim *claim, size_t wanted, int *sides, int *difference) {
  enum { FEW = 4, ALL = 17 };
  char texts[2][40];
  *sides = *difference = wanted ? (int)wanted : FEW;
  for (; *sides < ALL && claim->left_value != claim->right_value; ++*sides) {
    snprintf(texts[0], sizeof texts[0], "%.*g", *sides, claim->left_value);
    snprintf(texts[1], sizeof texts[1], "%.*g", *sides, claim->right_value);
    if (strcmp(texts[0], texts[1]) != 0)
      break;
  }
  if (wanted)
    *difference = *sides;
}

/* The larger of two, where what is not a number counts as infinite: nothing would have been seen.
 */
static double worse(double a, double b) {
  if (isnan(a) || isnan(b))
    return INFINITY;
  return a > b ? a : b;
}

/* The smaller of two, where 0 stands for none. */
static size_t least(size_t a, size_t b) {
  if (a == 0 || b == 0)
    return a + b;
  return a < b ? a : b;
}

static struct bp_claim_counts count_one(const struct bp_claim *claim) {
  struct bp_claim_counts one = {.lines = 1};
  if (bp_claim_is_broken(claim))
    one.broken = 1;
  else if (claim->verdict == BP_UNDECIDED)
    one.undecided = 1, one.unfilled = claim->reason == BP_REASON_UNFILLED;
  else if (claim->verdict != BP_HOLDS) {
    one.fails = 1;
    one.first_line = claim->line;
  } else if (claim->kind == BP_REFUTE)
    one.refuted = 1;
  else
    one.holds = 1;
  if (bp_claim_is_measured(claim)) {
    one.least_points = one.most_points = claim->points;
    one.least_aimed = one.most_aimed = claim->aimed.points;
    one.cases = claim->aimed.least_sizes ? 0 : claim->aimed.cases;
    one.polynomials = claim->degree > 0 && claim->chance > 0;
    one.chance = one.polynomials ? claim->chance : 0;
    one.finest = one.polynomials ? claim->finest : 0;
    one.one_way =
        !claim->aimed.exhausted && (claim->aimed.unmet_count > 0 || claim->aimed.ways.behind);
    one.crowded = bp_unmet_crowded(claim);
    one.largest_relative = claim->largest_relative;
    one.visible = claim->visible;
  }
  return one;
}

struct bp_claim_counts bp_claims_add(struct bp_claim_counts a, struct bp_claim_counts b) {
  const struct bp_claim_counts *failing = a.first_line > 0 ? &a : &b;
  return (struct bp_claim_counts){
      .lines = a.lines + b.lines,
      .holds = a.holds + b.holds,
      .refuted = a.refuted + b.refuted,
      .fails = a.fails + b.fails,
      .undecided = a.undecided + b.undecided,
      .empty = a.empty + b.empty,
      .unfilled = a.unfilled + b.unfilled,
      .broken = a.broken + b.broken,
      .errors = a.errors + b.errors,
      .least_points = least(a.least_points, b.least_points),
      .most_points = a.most_points > b.most_points ? a.most_points : b.most_points,
      .least_aimed = least(a.least_aimed, b.least_aimed),
      .most_aimed = a.most_aimed > b.most_aimed ? a.most_aimed : b.most_aimed,
      .cases = a.cases > b.cases ? a.cases : b.cases,
      .polynomials = a.polynomials + b.polynomials,
      .chance = a.chance > b.chance ? a.chance : b.chance,
      .finest = a.finest > b.finest ? a.finest : b.finest,
      .one_way = a.one_way + b.one_way,
      .crowded = a.crowded + b.crowded,
      .first_file = failing->first_file,
      .first_line = failing->first_line,
      .largest_relative = worse(a.largest_relative, b.largest_relative),
      .visible = worse(a.visible, b.visible),
  };
}

struct bp_claim_counts bp_claims_count(const struct bp_derivation_result *result) {
  struct bp_claim_counts counts = {.errors = result->diagnostics ? result->diagnostics->errors : 0};
  const struct bp_derivation_report *report = result->report;
  for (size_t i = 0; report && i < report->claim_count; i++)
    counts = bp_claims_add(counts, count_one(&report->claims[i]));
  counts.first_file = result->file;
  counts.empty = report && report->claim_count == 0;
  return counts;
}

enum bp_verdict bp_claims_verdict(const struct bp_claim_counts *counts) {
  if (counts->fails > 0)
    return BP_FAILS;
  bool passed = counts->holds + counts->refuted > 0 && counts->undecided + counts->broken == 0 &&
                counts->errors + counts->empty == 0;
  return passed ? BP_HOLDS : BP_UNDECIDED;
}
