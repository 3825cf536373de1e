/* The public check of a gradient, made by several processes that a launcher of MPI has started.
 *
 * The loss is a valley with 40 parameters whose gradient has one wrong sign.  Prints, on rank 0,
 * the report as JSON and then how many calls of the loss the report speaks of and how many this
 * process made: the reader, tests/ranks.py, sees whether reports are the same and whether calls
 * were dealt.
 *
 * Usage: trial_ranks [alone], without MPI
 */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "backproof.h"

enum { PARAMETERS = 40 };

static double loss(const double *theta, size_t n, void *user) {
  size_t *calls = user;
  double sum = 0;
  ++*calls;
  for (size_t i = 0; i + 1 < n; i++)
    sum += 100 * pow(theta[i + 1] - theta[i] * theta[i], 2) + pow(1 - theta[i], 2);
  return sum;
}

static void gradient(const double *theta, size_t n, void *user, double *values) {
  (void)user;
  for (size_t i = 0; i < n; i++)
    values[i] = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    double apart = theta[i + 1] - theta[i] * theta[i];
    values[i] += -400 * theta[i] * apart - 2 * (1 - theta[i]);
    values[i + 1] += 200 * apart;
  }
  values[17] = -values[17];
}

int main(int argc, char **argv) {
  size_t calls = 0;
  double theta[PARAMETERS];
  int rank = 0, alone = argc > 1 && !strcmp(argv[1], "alone");
  struct bp_derivative_options options = {.ranks = !alone};
  for (size_t i = 0; i < PARAMETERS; i++)
    theta[i] = 0.5 + 0.01 * (double)i;
  if (!alone) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  }
  struct bp_result result = bp_check_gradient(loss, gradient, theta, PARAMETERS, &calls, &options);
  if (rank == 0) {
    bp_result_write(&result, "json", stdout);
    printf("\n%zu evaluations, %zu of them here\n", result.evaluations, calls);
  }
  int status = result.outcome;
  bp_result_free(&result);
  if (!alone)
    MPI_Finalize();
  return rank == 0 ? status : 0;
}
