/* All stored derivations under thousands of mutations and seeds: what does the judge miss, and how
 * often does it cry wolf?
 *
 * Mutations: every claim that is an equation is replaced by all its mechanical variants
 * (tests/unit/mutate.h), side by side in one document without the other claims.  A variant that
 * holds must be mathematically equal; those that are known to be are in a list with a reason each,
 * and any other is printed and makes the exit status 1, as does a variant that is left undecided.
 *
 * Seeds: every file is judged once for each seed.  A line that does not hold is printed with its
 * seed; at the end stand the lines of each file that compare least sharply.
 *
 * Lines: what each of them takes of the processor, alone in its file, beyond what the file takes
 * without any; the least of a few times.
 *
 * Usage: bench_derivations [SEEDS [FIRST_SEED [FILE]]]
 *        bench_derivations lines [FIRST_SEED [FILE]]
 * With FILE only the file of that name takes part; SEEDS 0 leaves the seeds out, and `lines`
 * everything but the lines.
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "documents.h"
#include "lang/print.h"
#include "mutate.h"
#include "num/flint_memory.h"

#define BLUNT 1e-9

static struct bp_test_document documents[BP_MOST_DOCUMENTS];
static size_t document_count;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* What this thread has taken of the processor. */
static double taken(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int threads(void) { return bp_processors() < 2 ? 1 : 2; }

/* ---- mutations ------------------------------------------------------------------------------ */

/* A variant without values, such as log(-a), can be compared nowhere: NO_VALUE. */
enum fate { BY_SHAPE, BY_VALUE, BY_MISUSE, NO_VALUE, UNDECIDED, EQUAL, MISSED, FATE_COUNT };

/* One claim and what became of its variants. */
struct job {
  const struct bp_test_document *document;
  size_t index; /* of the statement */
  size_t count[BP_MUTATION_KIND_COUNT][FATE_COUNT];
  char *text; /* what is to be printed */
  size_t length;
};

static struct bp_equal_mutations equal;

static enum fate fate_of(const struct bp_claim *claim, bool listed) {
  if (claim->verdict == BP_HOLDS)
    return listed ? EQUAL : MISSED;
  if (claim->verdict == BP_FAILS)
    return claim->reason == BP_REASON_SHAPE ? BY_SHAPE : BY_VALUE;
  return claim->reason == BP_REASON_BROKEN                                          ? BY_MISUSE
         : claim->reason == BP_REASON_DOMAIN || claim->reason == BP_REASON_NO_VALUE ? NO_VALUE
                                                                                    : UNDECIDED;
}

/* The variants of all sides but the first, as claims. */
static size_t variants(const struct job *job, struct bp_arena *arena, struct bp_mutant **mutants,
                       struct bp_statement **claims) {
  const struct bp_statement *claim = &job->document->document->statements[job->index];
  struct bp_mutation_names names;
  size_t total = 0;
  struct bp_mutant *of_side[64];
  size_t counts[64] = {0};
  if (!bp_mutation_names(job->document->document, arena, &names))
    return 0;
  for (size_t side = 1; side < claim->side_count && side < 64; side++)
    total += counts[side] = bp_mutate(claim->sides[side], &names, arena, &of_side[side]);
  *mutants = bp_arena_alloc(arena, total, sizeof **mutants);
  *claims = bp_arena_alloc(arena, total, sizeof **claims);
  if (!*mutants || !*claims)
    return 0;
  size_t k = 0;
  for (size_t side = 1; side < claim->side_count && side < 64; side++)
    for (size_t i = 0; i < counts[side]; i++, k++) {
      (*mutants)[k] = of_side[side][i];
      (*claims)[k] = bp_test_with_side(claim, side, of_side[side][i].expression, arena);
    }
  return total;
}

static void record(struct job *job, FILE *out, const struct bp_mutant *mutant,
                   const struct bp_claim *result, struct bp_arena *arena) {
  const struct bp_statement *claim = &job->document->document->statements[job->index];
  const char *text =
      bp_arena_printf(arena, "%s = %s", bp_expression_text(claim->sides[0], NULL, NULL, arena),
                      bp_expression_text(mutant->expression, NULL, NULL, arena));
  const char *kind = bp_mutation_text(mutant->kind);
  bool listed = bp_equal_mutation_listed(&equal, job->document->name, kind, text);
  enum fate fate = fate_of(result, listed);
  job->count[mutant->kind][fate]++;
  if (fate == MISSED || fate == UNDECIDED)
    fprintf(out, "%s | %s | %s | %s line %zu %s\n", job->document->name, kind, text,
            bp_verdict_name(result->verdict), result->line, bp_reason_name(result->reason));
}

static void run_job(size_t index, int worker, void *user) {
  if (worker != 0)
    bp_flint_thread();
  struct job *job = (struct job *)user + index;
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  struct bp_mutant *mutants = NULL;
  struct bp_statement *claims = NULL;
  struct bp_derivation_report report;
  bp_diagnostics_init(&diagnostics, arena);
  size_t count = variants(job, arena, &mutants, &claims);
  const struct bp_document *document =
      bp_test_with_claims(job->document->document, job->index, claims, count, arena);
  FILE *out = open_memstream(&job->text, &job->length);
  struct bp_judge_options options = {.seed = 1};
  if (bp_judge(document, &options, arena, &diagnostics, &report, NULL) == 0)
    for (size_t k = 0; k < report.claim_count; k++)
      record(job, out, &mutants[k], &report.claims[k], arena);
  else
    fprintf(out, "%s: could not be judged\n", job->document->name);
  fclose(out);
  bp_arena_free(arena);
}

static void print_fates(size_t count[BP_MUTATION_KIND_COUNT][FATE_COUNT]) {
  printf("%-22s %7s %7s %7s %7s %8s %9s %6s %7s\n", "mutation", "planted", "shape", "value",
         "misuse", "no value", "undecided", "equal", "missed");
  size_t all[FATE_COUNT] = {0};
  for (size_t kind = 0; kind <= BP_MUTATION_KIND_COUNT; kind++) {
    bool total = kind == BP_MUTATION_KIND_COUNT;
    const size_t *row = total ? all : count[kind];
    size_t sum = 0;
    for (size_t fate = 0; fate < FATE_COUNT; fate++) {
      sum += row[fate];
      all[fate] += total ? 0 : row[fate];
    }
    const char *text = total ? "all" : bp_mutation_text((enum bp_mutation_kind)kind);
    printf("%s%*s %7zu %7zu %7zu %7zu %8zu %9zu %6zu %7zu\n", text,
           22 - (int)bp_text_columns(text, strlen(text)), "", sum, row[BY_SHAPE], row[BY_VALUE],
           row[BY_MISUSE], row[NO_VALUE], row[UNDECIDED], row[EQUAL], row[MISSED]);
  }
}

static bool run_mutations(struct bp_arena *arena) {
  size_t jobs = 0, most = 0;
  for (size_t i = 0; i < document_count; i++)
    most += documents[i].document->count;
  struct job *job = bp_arena_alloc(arena, most + 1, sizeof *job);
  for (size_t i = 0; job && i < document_count; i++)
    for (size_t k = 0; k < documents[i].document->count; k++)
      if (bp_test_is_equation(&documents[i].document->statements[k]))
        job[jobs++] = (struct job){.document = &documents[i], .index = k};
  double start = now();
  bp_parallel_for(jobs, threads(), run_job, job);
  static size_t count[BP_MUTATION_KIND_COUNT][FATE_COUNT];
  size_t bad = 0;
  for (size_t i = 0; i < jobs; i++) {
    fputs(job[i].text, stdout);
    for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++)
      for (size_t fate = 0; fate < FATE_COUNT; fate++)
        count[kind][fate] += job[i].count[kind][fate];
    for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++)
      bad += job[i].count[kind][MISSED] + job[i].count[kind][UNDECIDED];
    free(job[i].text);
  }
  print_fates(count);
  printf("%zu claims, %.1f s\n", jobs, now() - start);
  return bad == 0;
}

/* ---- seeds ---------------------------------------------------------------------------------- */

enum { MOST_LINES = 1000 };

struct trial {
  const struct bp_test_document *document;
  uint64_t seed;
  double *visible; /* of each claim */
  size_t claims, bad;
  char *text;
  size_t length;
};

static void run_seed(size_t index, int worker, void *user) {
  if (worker != 0)
    bp_flint_thread();
  struct trial *trial = (struct trial *)user + index;
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  struct bp_derivation_report report;
  bp_diagnostics_init(&diagnostics, arena);
  FILE *out = open_memstream(&trial->text, &trial->length);
  struct bp_judge_options options = {.seed = trial->seed};
  if (bp_judge(trial->document->document, &options, arena, &diagnostics, &report, NULL))
    report.claim_count = 0;
  trial->claims = report.claim_count < MOST_LINES ? report.claim_count : MOST_LINES;
  for (size_t k = 0; k < trial->claims; k++) {
    const struct bp_claim *claim = &report.claims[k];
    trial->visible[k] = claim->reason == BP_REASON_KINK ? 0 : claim->visible;
    if (claim->verdict == BP_HOLDS)
      continue;
    trial->bad++;
    fprintf(out,
            "seed %llu %s:%zu %s (%s): %s | %s (%zu,%zu) %.17g and %.17g, bound %.3g, points "
            "%zu, visible %.2g\n",
            (unsigned long long)trial->seed, trial->document->name, claim->line,
            bp_verdict_name(claim->verdict), bp_reason_name(claim->reason), claim->text,
            claim->at ? claim->at : "", claim->row + 1, claim->column + 1, claim->left_value,
            claim->right_value, claim->bound, claim->points, claim->visible);
  }
  trial->bad += diagnostics.count;
  fclose(out);
  bp_arena_free(arena);
}

/* The claims that have once compared less sharply than 1e-9, and the least sharp of all. */
static void print_sight(const struct bp_test_document *document, const double *widest,
                        size_t claims) {
  double worst = 0;
  size_t blunt = 0;
  for (size_t k = 0; k < claims; k++) {
    worst = widest[k] > worst ? widest[k] : worst;
    blunt += widest[k] > BLUNT;
  }
  printf("%-28s visible %.2g", document->name, worst);
  size_t k = 0;
  for (size_t i = 0; blunt && i < document->document->count; i++) {
    enum bp_statement_kind kind = document->document->statements[i].kind;
    if (kind != BP_STATEMENT_CLAIM && kind != BP_STATEMENT_REFUTE && kind != BP_STATEMENT_SHAPE)
      continue;
    size_t line, column;
    bp_locate(document->source, document->document->statements[i].span.begin, &line, &column);
    if (k < claims && widest[k] > BLUNT)
      printf("; line %zu %.2g", line, widest[k]);
    k++;
  }
  printf("\n");
}

static bool run_seeds(size_t seeds, uint64_t first, struct bp_arena *arena) {
  size_t bad = 0;
  double start = now();
  for (size_t i = 0; i < document_count; i++) {
    struct bp_arena_mark mark = bp_arena_mark(arena);
    struct trial *trials = bp_arena_alloc(arena, seeds, sizeof *trials);
    double *widest = bp_arena_alloc(arena, MOST_LINES, sizeof *widest);
    double *visible = bp_arena_alloc(arena, seeds * MOST_LINES, sizeof *visible);
    if (!trials || !widest || !visible)
      return false;
    for (size_t k = 0; k < seeds; k++)
      trials[k] = (struct trial){
          .document = &documents[i], .seed = first + k, .visible = visible + k * MOST_LINES};
    bp_parallel_for(seeds, threads(), run_seed, trials);
    size_t claims = trials[0].claims;
    for (size_t k = 0; k < seeds; k++) {
      fputs(trials[k].text, stdout);
      free(trials[k].text);
      bad += trials[k].bad;
      for (size_t c = 0; c < claims; c++)
        widest[c] =
            visible[k * MOST_LINES + c] > widest[c] ? visible[k * MOST_LINES + c] : widest[c];
    }
    print_sight(&documents[i], widest, claims);
    fflush(stdout);
    bp_arena_release(arena, mark);
  }
  printf("%zu seeds, %zu lines did not hold, %.1f s\n", seeds, bad, now() - start);
  return bad == 0;
}

/* ---- lines ---------------------------------------------------------------------------------- */

struct cost {
  const struct bp_test_document *document;
  const struct bp_statement *statement;
  double seconds;
};

/* What the document takes with so many claims in the place of one of its own. */
static double cost_of(const struct bp_test_document *document, size_t index, size_t claims,
                      uint64_t seed) {
  enum { TIMES = 3 };
  double least = 0;
  for (int i = 0; i < TIMES; i++) {
    struct bp_arena *arena = bp_arena_new(0);
    struct bp_diagnostics diagnostics;
    struct bp_derivation_report report;
    struct bp_judge_options options = {.seed = seed};
    bp_diagnostics_init(&diagnostics, arena);
    const struct bp_document *alone = bp_test_with_claims(
        document->document, index, &document->document->statements[index], claims, arena);
    double start = taken();
    bp_judge(alone, &options, arena, &diagnostics, &report, NULL);
    double seconds = taken() - start;
    least = i == 0 || seconds < least ? seconds : least;
    bp_arena_free(arena);
  }
  return least;
}

static int by_cost(const void *a, const void *b) {
  double x = ((const struct cost *)a)->seconds, y = ((const struct cost *)b)->seconds;
  return (x > y) - (x < y);
}

static bool is_judged(const struct bp_statement *statement) {
  return statement->kind == BP_STATEMENT_CLAIM || statement->kind == BP_STATEMENT_REFUTE ||
         statement->kind == BP_STATEMENT_SHAPE;
}

static bool run_lines(uint64_t seed, struct bp_arena *arena) {
  enum { SLOWEST = 5 };
  size_t count = 0;
  struct cost *costs = bp_arena_alloc(arena, BP_MOST_DOCUMENTS * MOST_LINES, sizeof *costs);
  for (size_t i = 0; costs && i < document_count; i++) {
    const struct bp_document *document = documents[i].document;
    double without = -1;
    for (size_t k = 0; k < document->count; k++) {
      if (!is_judged(&document->statements[k]))
        continue;
      without = without < 0 ? cost_of(&documents[i], k, 0, seed) : without;
      costs[count++] = (struct cost){&documents[i], &document->statements[k],
                                     cost_of(&documents[i], k, 1, seed) - without};
    }
  }
  if (count == 0)
    return false;
  qsort(costs, count, sizeof *costs, by_cost);
  printf("%zu lines, processor time of each: median %.1f ms, nine of ten below %.1f ms\n", count,
         1e3 * costs[count / 2].seconds, 1e3 * costs[count * 9 / 10].seconds);
  for (size_t i = 0; i < SLOWEST && i < count; i++) {
    const struct cost *cost = &costs[count - 1 - i];
    size_t line, column;
    bp_locate(cost->document->source, cost->statement->span.begin, &line, &column);
    printf("  %.1f ms  %s:%zu\n", 1e3 * cost->seconds, cost->document->name, line);
  }
  return true;
}

int main(int count, char **arguments) {
  bool lines = count > 1 && !strcmp(arguments[1], "lines");
  size_t seeds = count > 1 ? strtoul(arguments[1], NULL, 10) : 1000;
  uint64_t first = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
  struct bp_arena *arena = bp_arena_new(0);
  gsl_set_error_handler_off();
  document_count = bp_test_documents(SOURCE_FOLDER "/derivations", arena, documents);
  for (size_t i = 0; count > 3 && i < document_count; i++)
    if (!strcmp(documents[i].name, arguments[3])) {
      documents[0] = documents[i];
      document_count = 1;
    }
  if (document_count == 0 ||
      !bp_equal_mutations_read(SOURCE_FOLDER "/tests/unit/equal-mutations.txt", arena, &equal)) {
    fprintf(stderr, "bench_derivations: the derivations cannot be read\n");
    return EXIT_FAILURE;
  }
  bool fine = run_lines(first, arena) && (lines || run_mutations(arena));
  if (seeds > 0 && !lines)
    fine = run_seeds(seeds, first, arena) && fine;
  bp_arena_free(arena);
  return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
