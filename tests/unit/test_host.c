/* What a host finds when it comes back from the library: its settings, its allocators, its locale,
 * also where several of its threads are inside at the same time. */
#define _GNU_SOURCE /* feenableexcept */
#include <backproof.h>
#include <check.h>
#include <fenv.h>
#include <gmp.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

static const char text[] = "given X : 3 x 3\n"
                           "claim ∂tr(X' * X) / ∂X = 2 * X\n"
                           "claim X * X = X\n";

static void own_handler(const char *reason, const char *file, int line, int error) {
  (void)reason, (void)file, (void)line, (void)error;
}

/* ---- allocators ---------------------------------------------------------- */

struct allocators {
  void *(*allocate)(size_t);
  void *(*resize)(void *, size_t, size_t);
  void (*release)(void *, size_t);
};

static struct allocators allocators(void) {
  struct allocators now;
  mp_get_memory_functions(&now.allocate, &now.resize, &now.release);
  return now;
}

static bool same(struct allocators a, struct allocators b) {
  return a.allocate == b.allocate && a.resize == b.resize && a.release == b.release;
}

/* Those that a function met, which the library calls while it is inside. */
static struct allocators met;

static double loss(const double *x, size_t n, void *user) {
  (void)n, (void)user;
  met = allocators();
  return x[0] * x[0];
}

static void gradient(const double *x, size_t n, void *user, double *out) {
  (void)n, (void)user;
  out[0] = 2 * x[0];
}

static void check_once(void) {
  static const double x[] = {0.5};
  struct bp_result result = bp_check_gradient(loss, gradient, x, 1, NULL, NULL);
  ck_assert_int_eq(result.outcome, BP_OUTCOME_HOLDS);
  bp_result_free(&result);
}

START_TEST(allocators_are_borrowed_and_given_back) {
  struct allocators before = allocators();
  check_once();
  ck_assert(!same(met, before));
  ck_assert(same(allocators(), before));
  ck_assert_int_eq(bp_derivation_check(text, strlen(text), NULL, NULL, NULL), BP_OUTCOME_FAILS);
  ck_assert(same(allocators(), before));
}
END_TEST

/* Blocks of a host may have something in front of them: the C library's realloc must never see one.
 */
enum { IN_FRONT = 16 };

static void *own_allocate(size_t size) {
  char *block = malloc(size + IN_FRONT);
  ck_assert(block != NULL);
  return block + IN_FRONT;
}

static void *own_resize(void *old, size_t before, size_t size) {
  (void)before;
  char *block = realloc((char *)old - IN_FRONT, size + IN_FRONT);
  ck_assert(block != NULL);
  return block + IN_FRONT;
}

static void own_release(void *block, size_t size) {
  (void)size;
  free((char *)block - IN_FRONT);
}

START_TEST(own_allocators_stay) {
  struct allocators before = allocators();
  mp_set_memory_functions(own_allocate, own_resize, own_release);
  mpz_t number;
  mpz_init_set_ui(number, 7);
  struct allocators own = allocators();
  check_once();
  ck_assert(same(met, own) && same(allocators(), own));
  ck_assert_int_eq(bp_derivation_check(text, strlen(text), NULL, NULL, NULL), BP_OUTCOME_FAILS);
  mpz_mul_2exp(number, number, 1000);
  mpz_clear(number);
  mp_set_memory_functions(before.allocate, before.resize, before.release);
}
END_TEST

/* ---- two threads --------------------------------------------------------- */

static pthread_barrier_t inside, left;
static atomic_bool first_call;
static gsl_error_handler_t *handler_inside;

/* The first time it waits until the other thread has come and gone. */
static double waiting_loss(const double *x, size_t n, void *user) {
  (void)n, (void)user;
  if (!atomic_exchange(&first_call, true)) {
    pthread_barrier_wait(&inside);
    pthread_barrier_wait(&left);
    handler_inside = gsl_set_error_handler(NULL);
    gsl_set_error_handler(handler_inside);
  }
  return x[0] * x[0];
}

static void *check_slowly(void *unused) {
  static const double x[] = {0.5};
  struct bp_result result = bp_check_gradient(waiting_loss, gradient, x, 1, NULL, NULL);
  (void)unused;
  bp_result_free(&result);
  return NULL;
}

START_TEST(settings_come_back_with_the_last) {
  pthread_t thread;
  gsl_error_handler_t *before = gsl_set_error_handler(own_handler);
  struct allocators theirs = allocators();
  ck_assert_int_eq(pthread_barrier_init(&inside, NULL, 2), 0);
  ck_assert_int_eq(pthread_barrier_init(&left, NULL, 2), 0);
  ck_assert_int_eq(pthread_create(&thread, NULL, check_slowly, NULL), 0);
  pthread_barrier_wait(&inside);
  check_once();
  ck_assert(!same(allocators(), theirs)); /* one is still inside */
  pthread_barrier_wait(&left);
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  ck_assert(handler_inside != own_handler);
  ck_assert(same(allocators(), theirs));
  ck_assert(gsl_set_error_handler(before) == own_handler);
}
END_TEST

/* ---- the rest of a process ------------------------------------------------ */

static void *check_often(void *unused) {
  (void)unused;
  for (int i = 0; i < 5; i++) {
    bp_derivation_check(text, strlen(text), &(struct bp_derivation_request){.no_hints = 1}, NULL,
                        NULL);
    bp_network_check("2 - 2 tanh - 1 sigmoid", NULL, NULL, NULL);
  }
  return NULL;
}

START_TEST(process_is_as_before) {
  pthread_t threads[3];
  char *locale = strdup(setlocale(LC_ALL, NULL));
  struct sigaction signals[32], after;
  for (int i = 1; i < 32; i++)
    sigaction(i, NULL, &signals[i]);
  fesetround(FE_UPWARD);
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(pthread_create(&threads[i], NULL, check_often, NULL), 0);
  check_often(NULL);
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
  ck_assert_int_eq(fegetround(), FE_UPWARD);
  fesetround(FE_TONEAREST);
  ck_assert_str_eq(setlocale(LC_ALL, NULL), locale);
  for (int i = 1; i < 32; i++)
    ck_assert(sigaction(i, NULL, &after) != 0 || after.sa_handler == signals[i].sa_handler);
  free(locale);
}
END_TEST

/* ---- the floating-point environment --------------------------------------- */

static const char without_values[] = "given x : 1 x 1\n"
                                     "claim sqrt(x)^2 = x\n"
                                     "claim exp(1000 * x) = exp(1000 * x)\n"
                                     "claim ∂log(x)/∂x = 1/x\n"
                                     "claim 1/(x - x) = 1\n";

static const int ways[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
enum { WAYS = sizeof ways / sizeof *ways };
static atomic_int ways_met;

/* It raises nothing itself; computing with what it gives does. */
static double infinite_loss(const double *x, size_t n, void *user) {
  (void)n, (void)user;
  for (int i = 0; i < WAYS; i++) /* their code, in their environment */
    if (fegetround() == ways[i])
      atomic_fetch_or(&ways_met, 1 << i);
  return x[0] > 0.5 ? (double)INFINITY : x[0] * x[0];
}

/* What is rounded in another direction, or raises what traps, neither shows in a verdict nor ends
 * the process; flags are afterwards what they were. */
START_TEST(floating_environment_is_as_before) {
  static const double x[] = {0.5};
  fesetround(ways[_i]);
  feclearexcept(FE_ALL_EXCEPT);
  feraiseexcept(FE_UNDERFLOW);
  feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
  atomic_store(&ways_met, 0);
  int before = fetestexcept(FE_ALL_EXCEPT);
  enum bp_outcome judged = bp_derivation_check(text, strlen(text), NULL, NULL, NULL);
  enum bp_outcome odd =
      bp_derivation_check(without_values, strlen(without_values), NULL, NULL, NULL);
  enum bp_outcome network = bp_network_check("3 - 4 tanh - 1 sigmoid", NULL, NULL, NULL);
  int after = fetestexcept(FE_ALL_EXCEPT);
  struct bp_result result = bp_check_gradient(infinite_loss, gradient, x, 1, NULL, NULL);
  int trapping = fegetexcept();
  fedisableexcept(FE_ALL_EXCEPT);
  ck_assert_int_eq(fegetround(), ways[_i]);
  ck_assert_int_eq(after, before);
  ck_assert_int_eq(fetestexcept(FE_ALL_EXCEPT) & ~FE_INEXACT, before); /* a square raises that */
  ck_assert_int_eq(trapping, FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
  fesetround(FE_TONEAREST);
  ck_assert_int_eq(judged, BP_OUTCOME_FAILS);
  ck_assert_int_eq(odd, BP_OUTCOME_FAILS);
  ck_assert_int_eq(network, BP_OUTCOME_HOLDS);
  ck_assert_int_ne(result.outcome, BP_OUTCOME_BAD_INPUT);
  ck_assert_int_eq(atomic_load(&ways_met), 1 << _i);
  bp_result_free(&result);
}
END_TEST

/* ---- a loop --------------------------------------------------------------- */

static size_t allocated(void) {
  struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

/* What libraries keep for the next time they have after some calls; from there on nothing grows. */
START_TEST(loop_does_not_grow) {
  size_t after[3];
  for (int part = 0; part < 3; part++) {
    for (int i = 0; i < 12; i++) {
      check_once();
      bp_derivation_check(text, strlen(text), NULL, NULL, NULL);
      bp_derivation_check("claim x = (", 11, NULL, NULL, NULL);
      bp_network_check("2 - 2 tanh - 1 sigmoid", NULL, NULL, NULL);
    }
    after[part] = allocated();
  }
  ck_assert_msg(after[2] <= after[1], "%zu bytes became %zu", after[1], after[2]);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("host");
  TCase *tests = tcase_create("host");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, allocators_are_borrowed_and_given_back);
  tcase_add_test(tests, own_allocators_stay);
  tcase_add_test(tests, settings_come_back_with_the_last);
  tcase_add_test(tests, process_is_as_before);
  tcase_add_loop_test(tests, floating_environment_is_as_before, 0, WAYS);
  tcase_add_test(tests, loop_does_not_grow);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
