/* The problems on which GSL tries its own minimizers, root finders and least-squares solvers, as
 * functions with hand-written derivatives, the way that users write them.
 *
 * Every problem is n residuals f of p parameters x with their Jacobian, and mostly the second
 * derivative along a direction v.  Written from the literature:
 *
 *   MGH   Moré, Garbow & Hillstrom, "Testing Unconstrained Optimization Software", ACM TOMS 7
 *         (1981) 17-41; the number of the problem follows
 *   NIST  Statistical Reference Datasets, nonlinear regression,
 * https://www.itl.nist.gov/div898/strd MNT   Madsen, Nielsen & Tingleff, "Methods for Non-Linear
 * Least Squares Problems", 2004 GSL   the GNU Scientific Library, whose own example it is
 */
#ifndef BP_TESTS_GSL_PROBLEMS_H
#define BP_TESTS_GSL_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>

struct gsl_fit;

struct gsl_problem {
  const char *name, *source;
  size_t n, p;
  const double *start; /* the standard starting point, p numbers */
  void (*residuals)(const struct gsl_problem *problem, const double *x, double *f);
  void (*jacobian)(const struct gsl_problem *problem, const double *x, double *rows);
  void (*curvature)(const struct gsl_problem *problem, const double *x, const double *v,
                    double *fvv); /* NULL: none */
  const struct gsl_fit *fit;      /* of gsl_fits only */
  bool minimum;                   /* a function to be minimised as it stands: n is 1 */
};

enum { GSL_MOST_RESIDUALS = 168, GSL_MOST_PARAMETERS = 10 };

/* Systems and functions in closed form. */
extern const struct gsl_problem gsl_systems[];
extern const size_t gsl_system_count;

/* Those of any size or with longer formulas, and one that is a minimum. */
extern const struct gsl_problem gsl_series[];
extern const size_t gsl_series_count;

/* A model fitted to data. */
extern const struct gsl_problem gsl_fits[];
extern const size_t gsl_fit_count;

#endif
