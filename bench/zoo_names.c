/* Names of planted mistakes, counted.
 */
#include "zoo_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/cause/diagnosis.h"
#include "net/check.h"
#include "zoo_families.h"

#define DIGITS 16 /* the largest entry is that many times its own rounding, or has none */

/* Whether a list of kinds, "twice|no-mean", has that one. */
static bool has_kind(const char *kinds, const char *kind) {
  size_t length = strlen(kind);
  for (const char *at = kinds; at && (at = strstr(at, kind)); at++)
    if ((at == kinds || at[-1] == '|') && (at[length] == '\0' || at[length] == '|'))
      return true;
  return false;
}

/* Where the mistake was made: its block in the order of bp_view_of. */
static size_t place_of(const struct bp_network *network, const struct bp_mistake *mistake) {
  bool delta = bp_mistake_place_of(mistake->kind) == BP_AT_DELTA;
  bool second = delta || mistake->bias || bp_mistake_place_of(mistake->kind) == BP_AT_BIAS;
  return (delta ? 2 * network->depth : 0) + 2 * (mistake->layer - 1) + second;
}

static const char *word_of(const struct bp_mistake *mistake, struct bp_arena *arena) {
  const char *text = bp_mistake_text(mistake, arena);
  return bp_arena_printf(arena, "%.*s", (int)strcspn(text, " "), text);
}

static bool has_digits(const struct bp_evidence *evidence, size_t b) {
  struct bp_view view = bp_view_of(evidence, evidence->gradient, NULL, b, NULL);
  double largest = 0, error = 0;
  for (size_t i = 0; i < view.value->size1; i++)
    for (size_t j = 0; j < view.value->size2; j++)
      if (fabs(gsl_matrix_get(view.value, i, j)) > largest) {
        largest = fabs(gsl_matrix_get(view.value, i, j));
        error = gsl_matrix_get(view.error, i, j);
      }
  return largest > DIGITS * error;
}

void names_count(struct names *names, const struct bp_evidence *evidence, unsigned long seed,
                 const struct bp_mistake *mistake, const struct bp_gradient *mistaken,
                 struct bp_arena *arena, struct bp_report *report) {
  const struct bp_network *network = evidence->network;
  size_t place = place_of(network, mistake);
  const struct bp_block *block = &report->blocks[place];
  const char *word = word_of(mistake, arena);
  if (block->verdict != BP_FAILS || block->informative)
    return;
  if (!has_digits(evidence, place)) {
    names->digitless++;
    return;
  }
  if (bp_explain(evidence, mistaken, arena, report) != BP_OK)
    exit(2);
  bool right = has_kind(block->explanation_kind, word);
  names->failing++;
  names->named += right;
  names->alone += right && strcmp(block->explanation_kind, word) == 0;
  names->misnamed += !right && block->explanation_kind;
  if (!right && getenv("ZOO_NAMES")) {
    zoo_tell(network, seed, bp_mistake_text(mistake, arena));
    printf("  %s: %s\n", block->name, block->explanation);
  }
}

/* Whether a block is said to follow from a mistake of that kind in a delta. */
static bool follows_from(const struct bp_block *block, enum bp_mistake_kind kind) {
  const char *says = kind == BP_MISTAKE_SLOPE_AT_A ? "was taken at A["
                     : kind == BP_MISTAKE_NO_SLOPE ? "is missing"
                                                   : NULL;
  return says && has_kind(block->explanation_kind, "follows") && strstr(block->explanation, says);
}

void names_count_outside(struct names *names, struct bp_evidence *evidence, unsigned long seed,
                         const struct bp_mistake *mistake, struct bp_gradient *mistaken,
                         struct bp_arena *arena) {
  const struct bp_network *network = evidence->network;
  bool *given = bp_arena_alloc(arena, bp_view_count(network), sizeof *given), named = false;
  struct bp_outside outside = {mistaken, given, BP_UNIT};
  struct bp_check_options options = {.outside = &outside, .threads = 1};
  struct bp_report *report;
  for (size_t b = 0; b < 2 * network->depth; b++)
    given[b] = true;
  if (!has_digits(evidence, place_of(network, mistake)))
    return;
  if (bp_check_another(evidence, &options, arena, &report) != BP_OK)
    exit(2);
  if (report->head.verdict != BP_FAILS)
    return;
  for (size_t b = 0; b < report->block_count; b++)
    named = named || has_kind(report->blocks[b].explanation_kind, word_of(mistake, arena)) ||
            follows_from(&report->blocks[b], mistake->kind);
  names->outside++;
  names->outside_named += named;
  if (named || !getenv("ZOO_NAMES"))
    return;
  zoo_tell(network, seed, bp_arena_printf(arena, "outside, %s", bp_mistake_text(mistake, arena)));
  for (size_t b = 0; b < report->block_count; b++)
    if (report->blocks[b].explanation)
      printf("  %s: %s\n", report->blocks[b].name, report->blocks[b].explanation);
}

static double share(size_t part, size_t whole) { return 100.0 * (double)part / (double)whole; }

void names_print(const struct names *names) {
  printf("mistakes named right:           %.2f %% of %zu that fail where they were made (alone "
         "%.1f %%, another name %.2f %%); without digits: %zu\n",
         share(names->named, names->failing), names->failing, share(names->alone, names->failing),
         share(names->misnamed, names->failing), names->digitless);
  printf("  from dW and db alone:         %.2f %% of %zu\n",
         share(names->outside_named, names->outside), names->outside);
}
