/* What a host finds when it comes back from the library: its settings, its allocators, its locale,
 * also where several of its threads are inside at the same time. */
#include <backproof.h>
#include <check.h>
#include <fenv.h>
#include <gmp.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
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

int main(void) {
  Suite *suite = suite_create("host");
  TCase *tests = tcase_create("host");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, allocators_are_borrowed_and_given_back);
  tcase_add_test(tests, own_allocators_stay);
  tcase_add_test(tests, settings_come_back_with_the_last);
  tcase_add_test(tests, process_is_as_before);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
