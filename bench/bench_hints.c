/* How good are the hints?  Mutations of every true claim of the stored derivations are planted one
 * at a time, and what the judge offers for the wrong line is looked at.
 *
 * The wrong line stands in its file without the other claims, as text, so that the bytes that a
 * hint replaces are those that an editor would replace.  Each hint is carried out and the file is
 * judged once more under another seed, whose numbers and sizes the search has never seen:
 *
 *     first    the first hint's line holds there, whatever the sizes are
 *     any      one of the hints does
 *     same     the first hint's line is what the author wrote, parentheses aside
 *     none     nothing was offered
 *     wrong    a hint's line does not hold there: must not happen
 *
 * A mutation that holds is mathematically equal and is counted apart, as is one that cannot be
 * compared anywhere.  Then the same with two mutations in one line.  The time is processor time of
 * judging with hints, less that of judging without.
 *
 * Usage: bench_hints [-v] [SAMPLE [PAIRS [FILE]]]
 * SAMPLE mutations of all that there are (0: all of them), PAIRS pairs; with FILE only of the file
 * of that name; -v prints each line that is not mended, or by another formula.
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "documents.h"
#include "hint/hint.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "mutate.h"
#include "num/flint_memory.h"

enum { SAMPLE = 2000, PAIRS = 300, MOST_SIDES = 64, SEED = 1, HIDDEN_SEED = 1001 };
enum { HINT_MILLISECONDS = 300 }; /* as the command line has it */

static struct bp_test_document documents[BP_MOST_DOCUMENTS];
static size_t document_count;
static bool verbose;

enum fate { EQUAL, NO_VALUE, DETECTED, FIRST, ANY, SAME, NONE, WRONG, FATE_COUNT };

/* A line to be mended. */
struct job {
  const struct bp_test_document *document;
  size_t index; /* of the statement */
  size_t side;
  size_t mutant; /* its number among those of the side */
  size_t second; /* likewise of the mutant, for a pair */
  bool pair;
  enum bp_mutation_kind kind;
  bool fate[FATE_COUNT];
  double seconds;
  char *text; /* what is to be printed */
};

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int threads(void) { return bp_processors() < 2 ? 1 : 2; }

static uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/* ---- the file with one wrong line ------------------------------------------------------------ */

static const struct bp_statement *claim_of(const struct job *job) {
  return &job->document->document->statements[job->index];
}

static bool is_claim(const struct bp_statement *statement) {
  return statement->kind == BP_STATEMENT_CLAIM || statement->kind == BP_STATEMENT_REFUTE ||
         statement->kind == BP_STATEMENT_SHAPE;
}

/* `text` with those bytes replaced. */
static const char *replaced(const char *text, struct bp_span span, const char *by,
                            struct bp_arena *arena) {
  return by ? bp_arena_printf(arena, "%.*s%s%s", (int)span.begin, text, by, text + span.end) : NULL;
}

/* The file with blanks in the place of all other claims. */
static const char *planted(const struct job *job, const struct bp_expression *wrong,
                           struct bp_arena *arena) {
  const struct bp_document *document = job->document->document;
  const struct bp_source *source = job->document->source;
  char *text = bp_arena_strndup(arena, source->text, source->length);
  for (size_t i = 0; text && i < document->count; i++)
    if (i != job->index && is_claim(&document->statements[i]))
      for (size_t at = document->statements[i].span.begin; at < document->statements[i].span.end;
           at++)
        text[at] = text[at] == '\n' ? '\n' : ' ';
  if (!text)
    return NULL;
  return replaced(text, claim_of(job)->sides[job->side]->span,
                  bp_expression_text(wrong, NULL, NULL, arena), arena);
}

/* The wrong side, or NULL where it cannot be made. */
static const struct bp_expression *wrong_side(struct job *job, struct bp_arena *arena) {
  struct bp_mutation_names names;
  struct bp_mutant *mutants;
  const struct bp_expression *side = claim_of(job)->sides[job->side];
  if (!bp_mutation_names(job->document->document, arena, &names) ||
      bp_mutate(side, &names, arena, &mutants) <= job->mutant)
    return NULL;
  job->kind = mutants[job->mutant].kind;
  side = mutants[job->mutant].expression;
  if (!job->pair)
    return side;
  size_t count = bp_mutate(side, &names, arena, &mutants);
  return count ? mutants[job->second % count].expression : NULL;
}

/* ---- judging --------------------------------------------------------------------------------- */

/* Judges a text in the place of the file; false when it cannot be read. */
static bool judge(const struct job *job, const char *text, uint64_t seed, bool hints,
                  struct bp_arena *arena, struct bp_derivation_report *report,
                  const struct bp_document **document) {
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  struct bp_judge_options options = {.seed = seed};
  struct bp_hint_options wanted = {.seed = seed, .milliseconds = HINT_MILLISECONDS};
  struct bp_judgement judgement;
  *document = bp_test_reread(job->document->path, text, arena, &diagnostics);
  return *document && !diagnostics.errors &&
         bp_judge(*document, &options, arena, &diagnostics, report, &judgement) == 0 &&
         (!hints || bp_hints_find(&judgement, &wanted, report, arena) == 0) &&
         report->claim_count == 1;
}

static bool fits_only_by_sizes(const struct bp_claim *claim) {
  for (size_t i = 0; i < claim->note_count; i++)
    if (strstr(claim->notes[i], "fits only"))
      return true;
  return false;
}

/* Whether the claim of the document is what the author wrote. */
static bool is_original(const struct job *job, const struct bp_document *document) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_CLAIM && statement->side_count > job->side)
      return bp_expression_same(statement->sides[job->side], claim_of(job)->sides[job->side]);
  }
  return false;
}

/* Whether what the author wrote does so, too. */
static bool original_fits_only_by_sizes(const struct job *job, struct bp_arena *arena) {
  struct bp_derivation_report report;
  const struct bp_document *document;
  const char *text = planted(job, claim_of(job)->sides[job->side], arena);
  return text && judge(job, text, HIDDEN_SEED, false, arena, &report, &document) &&
         fits_only_by_sizes(&report.claims[0]);
}

static const char *mended(const char *text, const struct bp_hint *hint, struct bp_arena *arena) {
  for (size_t i = hint->edit_count; text && i-- > 0;)
    text = replaced(text, hint->edits[i].span, hint->edits[i].text, arena);
  return text;
}

/* What a hint is worth: judged where the search has never been. */
static void weigh(struct job *job, const char *text, const struct bp_claim *claim, size_t number,
                  struct bp_arena *arena) {
  struct bp_derivation_report report;
  const struct bp_document *document;
  const char *by = mended(text, &claim->hints[number], arena);
  bool judged = by && judge(job, by, HIDDEN_SEED, false, arena, &report, &document);
  if (!judged || report.claims[0].verdict != BP_HOLDS) {
    job->fate[WRONG] = true;
    return;
  }
  bool general = !fits_only_by_sizes(&report.claims[0]) || original_fits_only_by_sizes(job, arena);
  if (number == 0) {
    job->fate[FIRST] = general;
    job->fate[SAME] = is_original(job, document);
  }
  job->fate[ANY] = job->fate[ANY] || general;
}

static void describe(struct job *job, const struct bp_claim *claim) {
  const char *label = job->fate[WRONG]    ? "WRONG"
                      : job->fate[NONE]   ? "none"
                      : !job->fate[FIRST] ? "sizes"
                      : !job->fate[SAME]  ? "other"
                                          : "same";
  size_t length;
  FILE *out = open_memstream(&job->text, &length);
  if (!out)
    return;
  fprintf(out, "%-5s %3.0f ms | %s:%zu | %s | %s", label, 1e3 * job->seconds, job->document->name,
          claim->line, job->pair ? "pair" : bp_mutation_text(job->kind), claim->text);
  for (size_t i = 0; i < claim->hint_count; i++)
    fprintf(out, "\n        %s   [%s]", claim->hints[i].mended, claim->hints[i].sentence);
  fprintf(out, "\n");
  fclose(out);
}

static void look_at(struct job *job, const char *text, struct bp_arena *arena) {
  struct bp_derivation_report report, plain;
  const struct bp_document *document;
  double start = now(CLOCK_THREAD_CPUTIME_ID);
  if (!judge(job, text, SEED, false, arena, &plain, &document))
    return;
  double middle = now(CLOCK_THREAD_CPUTIME_ID);
  if (!judge(job, text, SEED, true, arena, &report, &document))
    return;
  job->seconds = now(CLOCK_THREAD_CPUTIME_ID) - middle - (middle - start);
  const struct bp_claim *claim = &report.claims[0];
  job->fate[EQUAL] = claim->verdict == BP_HOLDS;
  job->fate[NO_VALUE] = claim->verdict == BP_UNDECIDED;
  job->fate[DETECTED] = claim->verdict == BP_FAILS;
  if (!job->fate[DETECTED])
    return;
  job->fate[NONE] = claim->hint_count == 0;
  for (size_t i = 0; i < claim->hint_count; i++)
    weigh(job, text, claim, i, arena);
  if (job->fate[WRONG] || verbose)
    describe(job, claim);
}

static void run_job(size_t index, int worker, void *user) {
  if (worker != 0)
    bp_flint_thread();
  struct job *job = (struct job *)user + index;
  struct bp_arena *arena = bp_arena_new(0);
  const struct bp_expression *wrong = arena ? wrong_side(job, arena) : NULL;
  const char *text = wrong ? planted(job, wrong, arena) : NULL;
  if (text)
    look_at(job, text, arena);
  bp_arena_free(arena);
}

/* ---- the population -------------------------------------------------------------------------- */

/* Every mutation of every side but the first; returns how many, and fills the list if there is one.
 */
static size_t population(struct job *jobs, struct bp_arena *arena) {
  size_t count = 0;
  for (size_t i = 0; i < document_count; i++)
    for (size_t k = 0; k < documents[i].document->count; k++) {
      const struct bp_statement *claim = &documents[i].document->statements[k];
      struct bp_mutation_names names;
      if (!bp_test_is_equation(claim) || !bp_mutation_names(documents[i].document, arena, &names))
        continue;
      for (size_t side = 1; side < claim->side_count && side < MOST_SIDES; side++) {
        struct bp_arena_mark mark = bp_arena_mark(arena);
        struct bp_mutant *mutants;
        size_t mutations = bp_mutate(claim->sides[side], &names, arena, &mutants);
        bp_arena_release(arena, mark);
        for (size_t m = 0; m < mutations; m++, count++)
          if (jobs)
            jobs[count] =
                (struct job){.document = &documents[i], .index = k, .side = side, .mutant = m};
      }
    }
  return count;
}

/* Keeps about `wanted` of them, always the same ones. */
static size_t sample(struct job *jobs, size_t count, size_t wanted, bool pairs) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t draw = mixed(2 * i + pairs + 1);
    if (wanted && draw % count >= wanted)
      continue;
    jobs[kept] = jobs[i];
    jobs[kept].pair = pairs;
    jobs[kept++].second = (size_t)(mixed(draw) >> 1);
  }
  return kept;
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void print_row(const char *text, const size_t *row, size_t planted) {
  printf("%s%*s %7zu %7zu %7zu %8zu %7zu %7zu %7zu %6zu %6zu\n", text,
         22 - (int)bp_text_columns(text, strlen(text)), "", planted, row[EQUAL], row[NO_VALUE],
         row[DETECTED], row[FIRST], row[ANY], row[SAME], row[NONE], row[WRONG]);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_times(const struct job *jobs, size_t count, struct bp_arena *arena) {
  double *seconds = bp_arena_alloc(arena, count + 1, sizeof *seconds);
  size_t total = 0;
  for (size_t i = 0; seconds && i < count; i++)
    if (jobs[i].fate[DETECTED])
      seconds[total++] = jobs[i].seconds;
  if (!total)
    return;
  qsort(seconds, total, sizeof *seconds, by_size);
  printf("time for the hints of a claim: median %.1f ms, nine of ten below %.1f ms, largest %.1f "
         "ms\n",
         1e3 * seconds[total / 2], 1e3 * seconds[total * 9 / 10], 1e3 * seconds[total - 1]);
}

static bool print_table(const struct job *jobs, size_t count, struct bp_arena *arena) {
  static size_t rows[BP_MUTATION_KIND_COUNT + 1][FATE_COUNT], planted[BP_MUTATION_KIND_COUNT + 1];
  memset(rows, 0, sizeof rows);
  memset(planted, 0, sizeof planted);
  size_t *all = rows[BP_MUTATION_KIND_COUNT];
  for (size_t i = 0; i < count; i++) {
    fputs(jobs[i].text ? jobs[i].text : "", stdout);
    free(jobs[i].text);
    planted[jobs[i].kind]++;
    for (size_t fate = 0; fate < FATE_COUNT; fate++) {
      rows[jobs[i].kind][fate] += jobs[i].fate[fate];
      all[fate] += jobs[i].fate[fate];
    }
  }
  printf("%-22s %7s %7s %7s %8s %7s %7s %7s %6s %6s\n", "mutation", "planted", "equal", "no val.",
         "detected", "first", "any", "same", "none", "wrong");
  for (size_t kind = 0; kind < BP_MUTATION_KIND_COUNT; kind++)
    if (planted[kind])
      print_row(bp_mutation_text((enum bp_mutation_kind)kind), rows[kind], planted[kind]);
  print_row("all", all, count);
  double whole = all[DETECTED] ? 0.01 * (double)all[DETECTED] : 1;
  printf("offered first %.1f %%, at all %.1f %%, first as the author wrote it %.1f %%\n",
         (double)all[FIRST] / whole, (double)all[ANY] / whole, (double)all[SAME] / whole);
  print_times(jobs, count, arena);
  return all[WRONG] == 0;
}

static bool run(size_t wanted, bool pairs, struct bp_arena *arena) {
  struct bp_arena_mark mark = bp_arena_mark(arena);
  size_t count = population(NULL, arena);
  struct job *jobs = bp_arena_alloc(arena, count + 1, sizeof *jobs);
  if (!jobs)
    return false;
  count = sample(jobs, population(jobs, arena), wanted, pairs);
  double start = now(CLOCK_MONOTONIC);
  bp_parallel_for(count, threads(), run_job, jobs);
  bool fine = print_table(jobs, count, arena);
  printf("%zu %s, %.1f s\n\n", count, pairs ? "pairs of mutations" : "mutations",
         now(CLOCK_MONOTONIC) - start);
  fflush(stdout);
  bp_arena_release(arena, mark);
  return fine;
}

int main(int count, char **arguments) {
  verbose = count > 1 && !strcmp(arguments[1], "-v");
  count -= verbose;
  arguments += verbose;
  size_t singles = count > 1 ? strtoul(arguments[1], NULL, 10) : SAMPLE;
  size_t pairs = count > 2 ? strtoul(arguments[2], NULL, 10) : PAIRS;
  struct bp_arena *arena = bp_arena_new(0);
  gsl_set_error_handler_off();
  document_count = bp_test_documents(SOURCE_FOLDER "/derivations", arena, documents);
  for (size_t i = 0; count > 3 && i < document_count; i++)
    if (!strcmp(documents[i].name, arguments[3])) {
      documents[0] = documents[i];
      document_count = 1;
    }
  if (document_count == 0) {
    fprintf(stderr, "bench_hints: the derivations cannot be read\n");
    return EXIT_FAILURE;
  }
  bool fine = run(singles, false, arena);
  if (pairs > 0)
    fine = run(pairs, true, arena) && fine;
  bp_arena_free(arena);
  return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
