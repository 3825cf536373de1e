/* What does the public library need for a million parameters in one call?
 *
 * The loss is a sum of one term for each parameter.  It keeps the terms of the base point and finds
 * the one parameter that differs by looking where it looked last, so that an evaluation costs next
 * to nothing and what is timed is the library.  For each size: time, evaluations, memory and the
 * number of allocations, whole and with directions in place of entries.
 *
 * Allocations are counted by functions of this program that stand before those of the C library
 * (glibc's own are reached as __libc_malloc and so on); memory is what malloc_usable_size says of
 * all that is alive, at its highest, less what was alive before the call.  Two conditions decide
 * the exit status: the number of allocations grows with the logarithm of the number of parameters
 * at most, and memory for each parameter does not grow.
 *
 * Usage: bench_library [PARAMETERS]     (1000000)
 */
#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "backproof.h"

/* ---- counting -------------------------------------------------------------------------- */

static size_t allocations, alive, most_alive;

#if defined __GLIBC__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define COUNTS 1

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

static void *count(void *block) {
  allocations++;
  alive += malloc_usable_size(block);
  if (alive > most_alive)
    most_alive = alive;
  return block;
}

void *malloc(size_t size) { return count(__libc_malloc(size)); }
void *calloc(size_t number, size_t size) { return count(__libc_calloc(number, size)); }

void *realloc(void *old, size_t size) {
  size_t before = malloc_usable_size(old);
  void *block = __libc_realloc(old, size);
  if (block || size == 0)
    alive -= before;
  return block ? count(block) : NULL;
}

void free(void *old) {
  alive -= malloc_usable_size(old);
  __libc_free(old);
}
#else
#define COUNTS 0
#endif

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- a cheap loss ---------------------------------------------------------------------- */

struct terms {
  const double *base;
  double total;  /* at the base point */
  size_t cursor; /* the parameter that differed last */
  bool ready;
};

static double term(double x) { return x * x * (1 + x / 3); }
static double slope(double x) { return x * (2 + x); }

static double all_terms(const double *theta, size_t n) {
  double total = 0;
  for (size_t i = 0; i < n; i++)
    total += term(theta[i]);
  return total;
}

static double loss(const double *theta, size_t n, void *user) {
  struct terms *terms = user;
  if (!terms->ready || (theta[0] != terms->base[0] && theta[n - 1] != terms->base[n - 1]))
    return all_terms(theta, n);
  for (size_t looked = 0; looked < n; looked++) {
    size_t i = (terms->cursor + looked) % n;
    if (theta[i] == terms->base[i])
      continue;
    terms->cursor = i;
    return terms->total + (term(theta[i]) - term(terms->base[i]));
  }
  return terms->total;
}

static void gradient(const double *theta, size_t n, void *user, double *entries) {
  (void)user;
  for (size_t i = 0; i < n; i++)
    entries[i] = slope(theta[i]);
}

/* ---- one call -------------------------------------------------------------------------- */

struct cost {
  double seconds;
  size_t allocations, bytes, evaluations;
  enum bp_outcome outcome;
};

static struct cost weigh(const double *theta, size_t n, size_t directions) {
  struct bp_derivative_options options = {.directions = directions};
  struct terms terms = {.base = theta, .total = all_terms(theta, n), .ready = true};
  size_t allocations_before = allocations, alive_before = alive;
  double begin = now();
  most_alive = alive;
  struct bp_result result = bp_check_gradient(loss, gradient, theta, n, &terms, &options);
  struct cost cost = {now() - begin, allocations - allocations_before, most_alive - alive_before,
                      result.evaluations, result.outcome};
  bp_result_free(&result);
  if (alive != alive_before && COUNTS)
    printf("  %zu bytes are still alive\n", alive - alive_before);
  return cost;
}

static void tell(size_t n, const char *what, const struct cost *cost) {
  printf("  %9zu  %-10s  %8.3f s  %8.0f ns  %9.2f  %11zu  %8.1f bytes  %s\n", n, what,
         cost->seconds, 1e9 * cost->seconds / (double)n, (double)cost->evaluations / (double)n,
         cost->allocations, (double)cost->bytes / (double)n,
         cost->outcome == BP_OUTCOME_HOLDS ? "holds" : "does not hold");
}

int main(int count_of_words, char **words) {
  size_t largest = count_of_words > 1 ? strtoull(words[1], NULL, 10) : 1000000;
  double *theta = malloc((largest ? largest : 1) * sizeof *theta);
  if (!theta || largest < 1000)
    return fprintf(stderr, "bench_library: at least 1000 parameters, and memory for them\n"), 3;
  for (size_t i = 0; i < largest; i++)
    theta[i] = sin(0.37 * (double)i) + 1.5;
  printf("  parameters  mode             time  each         evaluations  allocations  memory\n"
         "                                                  each                      each\n");
  struct cost first = {0}, last = {0};
  bool holds = true;
  for (size_t n = 1000; n <= largest; n = n < largest && n * 10 > largest ? largest : n * 10) {
    struct cost directions = weigh(theta, n, 4);
    last = weigh(theta, n, 0);
    first = n == 1000 ? last : first;
    holds = holds && last.outcome == BP_OUTCOME_HOLDS && directions.outcome == BP_OUTCOME_HOLDS;
    tell(n, "entries", &last);
    tell(n, "directions", &directions);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("resident at most: %.1f MiB, of which the point itself is %.1f\n",
         (double)usage.ru_maxrss / 1024, (double)largest * sizeof *theta / 1048576);
  double doublings = log2((double)largest / 1000);
  bool few = (double)last.allocations <= (double)first.allocations + 4 * doublings;
  bool linear = (double)last.bytes / (double)largest <= 1.1 * (double)first.bytes / 1000;
  if (COUNTS)
    printf("allocations from %zu to %zu: %s; memory %s\n", first.allocations, last.allocations,
           few ? "not one for each parameter" : "TOO MANY", linear ? "is linear" : "GROWS FASTER");
  free(theta);
  return holds && few && linear ? EXIT_SUCCESS : EXIT_FAILURE;
}
