/* Logistic regression with two features, for `backproof exec`; no library but C's.
 *
 *     cc examples/exec_c.c -lm -o exec_c
 *     backproof exec -- ./exec_c
 *     backproof exec -- ./exec_c slip      a wrong sign in the gradient of w
 *
 * It takes {"op":"loss","change":[i,value]}, which is its own point with one number changed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { M = 4, N = 3 };
static const double X[M][2] = {{0.5, -1.0}, {1.5, 0.3}, {-0.7, 0.8}, {0.1, 1.2}};
static const double Y[M] = {1, 0, 1, 0};

static double loss_and_gradient(const double *theta, double *gradient) {
  double loss = 0;
  memset(gradient, 0, N * sizeof *gradient);
  for (int i = 0; i < M; i++) {
    double z = theta[0] * X[i][0] + theta[1] * X[i][1] + theta[2];
    double error = 1 / (1 + exp(-z)) - Y[i];
    loss += (log1p(exp(z)) - Y[i] * z) / M;
    gradient[0] += error * X[i][0] / M;
    gradient[1] += error * X[i][1] / M;
    gradient[2] += error / M;
  }
  return loss;
}

/* The point of a request: the numbers after "theta":[ or the one of "change":[i,value]. */
static int read_point(const char *line, double *theta) {
  char *at = strchr(line, '[');
  long index = 0, last = N - 1;
  if (at && strstr(line, "\"change\"")) {
    index = last = strtol(at + 1, &at, 10);
    if (index < 0 || index >= N || *at != ',')
      return 0;
  }
  for (; at && index <= last; index++) { /* at: a bracket or a comma */
    char *number = at + 1;
    theta[index] = strtod(number, &at);
    if (at == number || (*at != ',' && *at != ']'))
      return 0;
  }
  return at != NULL;
}

int main(int argc, char **argv) {
  static const double point[N] = {0.3, -0.6, 0.1};
  double sign = argc > 1 && strcmp(argv[1], "slip") == 0 ? -1 : 1, theta[N], gradient[N];
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    memcpy(theta, point, sizeof theta);
    int readable = read_point(line, theta);
    double loss = loss_and_gradient(theta, gradient);
    if (strstr(line, "\"describe\""))
      printf("{\"blocks\":[{\"name\":\"w\",\"shape\":[2]},{\"name\":\"b\",\"shape\":[1]}],"
             "\"theta\":[%.17g,%.17g,%.17g],\"accepts\":[\"change\"]}\n",
             point[0], point[1], point[2]);
    else if (!readable)
      puts("{\"error\":\"cannot read that request\"}");
    else if (strstr(line, "\"loss\""))
      printf("{\"loss\":%.17g}\n", loss);
    else
      printf("{\"grad\":[%.17g,%.17g,%.17g]}\n", sign * gradient[0], sign * gradient[1],
             gradient[2]);
    fflush(stdout);
  }
}
