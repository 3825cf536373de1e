#!/usr/bin/env python3
"""Makes programs of the C block of the README: readme_example.py README gsl|check prints one.

The block shows lines and not a whole program: what comes before the second #include stands within a
function of a user of GSL, with a `function` and an `x`; the rest is a test of Check, with a loss.
What is put around them here is what such a user has already.
"""

import pathlib
import re
import sys

GSL = """\
%s
static double f(const gsl_vector *x, void *p) {
  (void)p;
  return gsl_vector_get(x, 0) * gsl_vector_get(x, 1);
}
static void df(const gsl_vector *x, void *p, gsl_vector *g) { (void)p; gsl_vector_memcpy(g, x); }
static void fdf(const gsl_vector *x, void *p, double *y, gsl_vector *g) { *y = f(x, p); df(x, p, g); }
int main(void) {
  gsl_multimin_function_fdf function = {f, df, fdf, 2, NULL};
  gsl_vector *x = gsl_vector_alloc(2);
  gsl_vector_set(x, 0, 1);
  gsl_vector_set(x, 1, 3);
%s
  gsl_vector_free(x);
  int status = result.outcome;
  bp_result_free(&result);
  return status;
}
"""

CHECK = """\
%s
#include <stdlib.h>
enum { n = 2 };
static const double theta[n] = {1, 3};
static double loss(const double *x, size_t count, void *u) { (void)count; (void)u; return x[0] * x[1]; }
static void gradient(const double *x, size_t count, void *u, double *g) {
  (void)count; (void)u;
  g[0] = x[1]; g[1] = x[0];
}
%s
END_TEST
int main(void) {
  Suite *suite = suite_create("readme");
  TCase *tests = tcase_create("readme");
  tcase_add_test(tests, gradient_is_right);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed;
}
"""


def example(readme, which):
    block = re.search(r"```c\n(.*?)```", pathlib.Path(readme).read_text(encoding="utf-8"), re.DOTALL).group(1)
    first, second = block.split("#include <backproof_check.h>")
    part, frame = {"gsl": (first, GSL), "check": ("#include <backproof_check.h>" + second, CHECK)}[which]
    include, rest = part.strip().split("\n", 1)
    return frame % (include, rest.strip())


if __name__ == "__main__":
    print(example(sys.argv[1], sys.argv[2]))
