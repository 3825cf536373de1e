/* Mechanical mutations of the derivations: a fixed sample of 200 wrong variants, none of which may
 * hold unless it is in the list of equal ones, and the mutations themselves.
 *
 * Every variant of the sample is printed into the text of its file, read again and judged alone, so
 * that the whole way from bytes to verdict is walked.  The thousands that are not in the sample are
 * the benchmark's.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "documents.h"
#include "lang/print.h"
#include "mutate.h"
#include "num/flint_memory.h"
#include "suite.h"

/* Some of each kind turn out to be equal, so there are more than 200 altogether. */
enum { WANTED = 200, OF_EACH_KIND = 9, MOST_VARIANTS = 100000 };

static struct bp_arena *arena;
static struct bp_test_document documents[BP_MOST_DOCUMENTS];
static size_t document_count;

static void set_up(void) {
  arena = bp_arena_new(0);
  document_count = bp_test_documents(SOURCE_FOLDER "/derivations", arena, documents);
  ck_assert_uint_gt(document_count, 0);
}

static void tear_down(void) { bp_arena_free(arena); }

/* ---- the sample ----------------------------------------------------------------------------- */

/* A variant of one side of one claim. */
struct variant {
  const struct bp_test_document *document;
  size_t statement, side;
  struct bp_mutant mutant;
};

static struct variant *all_variants(size_t *count) {
  struct variant *variants = bp_arena_alloc(arena, MOST_VARIANTS, sizeof *variants);
  *count = 0;
  for (size_t i = 0; i < document_count; i++) {
    struct bp_mutation_names names;
    const struct bp_document *document = documents[i].document;
    ck_assert(bp_mutation_names(document, arena, &names));
    for (size_t k = 0; k < document->count; k++) {
      const struct bp_statement *claim = &document->statements[k];
      for (size_t side = 1; bp_test_is_equation(claim) && side < claim->side_count; side++) {
        struct bp_mutant *mutants;
        size_t found = bp_mutate(claim->sides[side], &names, arena, &mutants);
        for (size_t m = 0; m < found && *count < MOST_VARIANTS; m++)
          variants[(*count)++] = (struct variant){&documents[i], k, side, mutants[m]};
      }
    }
  }
  return variants;
}

/* The text of the file with the side replaced. */
static const char *mutated_text(const struct variant *variant, const char *side) {
  const struct bp_statement *claim = &variant->document->document->statements[variant->statement];
  struct bp_span span = claim->sides[variant->side]->span;
  const struct bp_source *source = variant->document->source;
  return bp_arena_printf(arena, "%.*s%s%s", (int)span.begin, source->text, side,
                         source->text + span.end);
}

static enum bp_verdict verdict_of(const struct variant *variant, const char *side) {
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  const struct bp_document *document =
      bp_test_reread(variant->document->path, mutated_text(variant, side), arena, &diagnostics);
  ck_assert_msg(document && diagnostics.count == 0, "%s: not read again: %s",
                variant->document->name, side);
  const struct bp_statement *claim = &document->statements[variant->statement];
  const char *again = bp_expression_text(claim->sides[variant->side], NULL, NULL, arena);
  ck_assert_str_eq(again, side);
  const struct bp_document *alone =
      bp_test_with_claims(document, variant->statement, claim, 1, arena);
  struct bp_judge_options options = {.seed = 1};
  struct bp_derivation_report report;
  ck_assert_int_eq(bp_judge(alone, &options, arena, &diagnostics, &report, NULL), 0);
  ck_assert_uint_eq(report.claim_count, 1);
  return report.claims[0].verdict;
}

/* Whether it is known to be equal. */
static bool listed(const struct variant *variant, const struct bp_equal_mutations *equal,
                   const char *side) {
  const struct bp_statement *claim = &variant->document->document->statements[variant->statement];
  const char *first = bp_expression_text(claim->sides[0], NULL, NULL, arena);
  return bp_equal_mutation_listed(equal, variant->document->name,
                                  bp_mutation_text(variant->mutant.kind),
                                  bp_arena_printf(arena, "%s = %s", first, side));
}

/* Judges `wanted` variants of a kind, spread evenly over all files. Returns how many did not hold.
 */
static size_t judge_kind(enum bp_mutation_kind kind, size_t wanted, const struct variant *variants,
                         size_t count, const struct bp_equal_mutations *equal) {
  size_t of_kind = 0, judged = 0, seen = 0, caught = 0;
  for (size_t i = 0; i < count; i++)
    of_kind += variants[i].mutant.kind == kind;
  for (size_t i = 0; i < count && judged < wanted; i++) {
    if (variants[i].mutant.kind != kind || seen++ * wanted < judged * of_kind)
      continue;
    struct bp_arena_mark mark = bp_arena_mark(arena);
    const char *side = bp_expression_text(variants[i].mutant.expression, NULL, NULL, arena);
    enum bp_verdict verdict = verdict_of(&variants[i], side);
    ck_assert_msg(verdict != BP_HOLDS || listed(&variants[i], equal, side), "%s, %s: %s holds",
                  variants[i].document->name, bp_mutation_text(kind), side);
    caught += verdict != BP_HOLDS;
    judged++;
    bp_arena_release(arena, mark);
  }
  ck_assert_msg(judged == wanted || judged == of_kind, "%s", bp_mutation_text(kind));
  return caught;
}

START_TEST(no_wrong_variant_holds) {
  struct bp_equal_mutations equal;
  size_t count, caught = 0;
  ck_assert(
      bp_equal_mutations_read(SOURCE_FOLDER "/tests/unit/equal-mutations.txt", arena, &equal));
  struct variant *variants = all_variants(&count);
  for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++)
    caught += judge_kind((enum bp_mutation_kind)kind, OF_EACH_KIND, variants, count, &equal);
  ck_assert_msg(caught >= WANTED, "only %zu wrong variants", caught);
}
END_TEST

/* ---- seeds ---------------------------------------------------------------------------------- */

/* Every file is judged with every sixth seed, in a short run with every twelfth. */
enum { SEEDS = 25, FIRST_SEED = 1000, SHARE = 6 };

static char wrong[256]; /* the last line that did not hold */

static void judge_seed(size_t index, int worker, void *user) {
  (void)user;
  if (worker != 0)
    bp_flint_thread();
  const struct bp_test_document *document = &documents[index / SEEDS];
  uint64_t seed = FIRST_SEED + index % SEEDS;
  if ((seed + index / SEEDS) % (takes_part() ? 2 * SHARE : SHARE) != 0)
    return;
  struct bp_arena *own = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  struct bp_derivation_report report;
  struct bp_judge_options options = {.seed = seed, .trials = 2};
  bp_diagnostics_init(&diagnostics, own);
  if (bp_judge(document->document, &options, own, &diagnostics, &report, NULL))
    report.claim_count = 0;
  for (size_t k = 0; k < report.claim_count; k++)
    if (report.claims[k].verdict != BP_HOLDS)
      snprintf(wrong, sizeof wrong, "%s:%zu: %s with seed %llu", document->name,
               report.claims[k].line, bp_verdict_name(report.claims[k].verdict),
               (unsigned long long)seed);
  if (report.claim_count == 0)
    snprintf(wrong, sizeof wrong, "%s: no claims", document->name);
  bp_arena_free(own);
}

START_TEST(true_claims_hold_for_every_seed) {
  bp_parallel_for(document_count * SEEDS, 2, judge_seed, NULL);
  ck_assert_str_eq(wrong, "");
}
END_TEST

/* ---- the mutations themselves --------------------------------------------------------------- */

static const struct {
  const char *formula;
  enum bp_mutation_kind kind;
  const char *variants; /* one after the other, separated by " | " */
} examples[] = {
    {"W' * x", BP_MUTATION_TRANSPOSE_DROPPED, "W * x"},
    {"W * x", BP_MUTATION_TRANSPOSE_ADDED, "W' * x | W * x'"},
    {"W * x + x - x", BP_MUTATION_SIGN_OF_TERM, "W * x + x + x | W * x - x - x"},
    {"W * x", BP_MUTATION_SIGN_OF_ALL, "-W * x"},
    {"-W * x", BP_MUTATION_MINUS_DROPPED, "W * x"},
    {"x - W * x", BP_MUTATION_FACTOR_TWO, "2 * x - W * x | x - 2 * (W * x)"},
    {"x", BP_MUTATION_FACTOR_HALF, "1/2 * x"},
    {"1/m * x + x/m", BP_MUTATION_SIZE_DROPPED, "x + x/m | 1/m * x + x"},
    {"x", BP_MUTATION_SIZE_ADDED, "m * x | 1/m * x"},
    {"2 * W * x", BP_MUTATION_HADAMARD_FOR_PRODUCT, "2 * W ⊙ x"},
    {"W ⊙ x", BP_MUTATION_PRODUCT_FOR_HADAMARD, "W * x"},
    {"W ⊗ x", BP_MUTATION_PRODUCT_FOR_KRONECKER, "W * x"},
    {"W * x ./ y", BP_MUTATION_FACTORS_SWAPPED, "y ./ (W * x) | x * W ./ y"},
    {"W * x", BP_MUTATION_FACTOR_DROPPED, "W | x"},
    {"x - y", BP_MUTATION_TERM_DROPPED, "x | -y"},
    {"x_i * W_{i,2}", BP_MUTATION_ELEMENT_SHIFTED,
     "x_{i+1} * W_{i,2} | x_{i-1} * W_{i,2} | x_i * W_{i+1,2} | x_i * W_{i-1,2} | x_i * W_{i,3} | "
     "x_i * W_{i,1}"},
    {"W_{i,:}", BP_MUTATION_ROW_FOR_COLUMN, "W_{:,i}"},
    {"Z[l]", BP_MUTATION_LAYER_SHIFTED, "Z[l+1] | Z[l-1]"},
    {"sum_{i=1..n} x_i", BP_MUTATION_BOUND_SHIFTED,
     "sum_{i=2..n} x_i | sum_{i=0..n} x_i | sum_{i=1..n+1} x_i | sum_{i=1..n-1} x_i"},
    {"tanh'(Z[1])", BP_MUTATION_OTHER_NAME, "tanh'(A[1])"},
    {"tanh'(x)", BP_MUTATION_SLOPE_DROPPED, "tanh(x)"},
    {"tanh(x) + exp(x)", BP_MUTATION_SLOPE_ADDED, "tanh'(x) + exp(x)"},
    {"rowsum(W)", BP_MUTATION_OTHER_SUM, "colsum(W)"},
    {"W^2 + x.^3", BP_MUTATION_SQUARE_DROPPED, "W + x.^3 | W^2 + x"},
    {"tanh(x)", BP_MUTATION_SQUARE_ADDED, "tanh(x).^2 | tanh(x.^2)"},
    {"1 - x.^2", BP_MUTATION_NUMBER_CHANGED, "2 - x.^2 | 0 - x.^2 | 1 - x.^3 | 1 - x.^1"},
    {"∂x/∂Z[1]", BP_MUTATION_OTHER_NAME, "∂y/∂Z[1] | ∂x/∂A[1]"},
    {"∂x/∂y", BP_MUTATION_TRANSPOSE_ADDED, "(∂x/∂y)'"},
};

static const char declarations[] = "given W : n x m\ngiven x, y : n\ngiven Z[l] : n for l = 1..2\n"
                                   "given A[l] : n for l = 1..2\n";

START_TEST(each_kind_makes_its_variants) {
  struct bp_diagnostics diagnostics;
  struct bp_mutation_names names;
  struct bp_mutant *mutants;
  bp_diagnostics_init(&diagnostics, arena);
  const char *text = bp_arena_printf(arena, "%sclaim x = %s\n", declarations, examples[_i].formula);
  const struct bp_document *document = bp_test_reread("example", text, arena, &diagnostics);
  ck_assert_msg(document && diagnostics.count == 0, "%s", examples[_i].formula);
  const struct bp_expression *side = document->statements[document->count - 1].sides[1];
  ck_assert(bp_mutation_names(document, arena, &names));
  size_t count = bp_mutate(side, &names, arena, &mutants);
  const char *found = "";
  for (size_t k = 0; k < count; k++)
    if (mutants[k].kind == examples[_i].kind)
      found = bp_arena_printf(arena, "%s%s%s", found, *found ? " | " : "",
                              bp_expression_text(mutants[k].expression, NULL, NULL, arena));
  ck_assert_str_eq(found, examples[_i].variants);
  ck_assert_str_eq(bp_expression_text(side, NULL, NULL, arena), examples[_i].formula);
}
END_TEST

START_TEST(every_kind_has_an_example) {
  for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++) {
    bool any = false;
    for (size_t k = 0; k < sizeof examples / sizeof *examples; k++)
      any = any || examples[k].kind == kind;
    ck_assert_msg(any, "%s", bp_mutation_text((enum bp_mutation_kind)kind));
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("mutations");
  TCase *cases = tcase_create("sample");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, no_wrong_variant_holds);
  tcase_add_test(cases, true_claims_hold_for_every_seed);
  suite_add_tcase(suite, cases);
  TCase *kinds = tcase_create("kinds");
  tcase_add_checked_fixture(kinds, set_up, tear_down);
  tcase_add_loop_test(kinds, each_kind_makes_its_variants, 0, sizeof examples / sizeof *examples);
  tcase_add_test(kinds, every_kind_has_an_example);
  suite_add_tcase(suite, kinds);
  return run_suite(suite);
}
