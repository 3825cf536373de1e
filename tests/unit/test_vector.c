/* The functions over arrays, in each set of instructions that this machine has: every value within
 * the bound that the row of the function states, or within 1 ulp where there is none, at every
 * length, with nothing beside the array touched. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/quad.h"
#include "num/function.h"
#include "num/vector.h"
#include "points.h"
#include "suite.h"

enum { LONGEST = 40 };

/* Where the processor or the build has no such vectors, the name stays without an object. */
extern const struct bp_vector_kernels bp_vector_avx2 __attribute__((weak));
extern const struct bp_vector_kernels bp_vector_avx512 __attribute__((weak));

enum { KERNELS = 3, ARRAY = 2048 };

/* NULL where this machine cannot run them. */
static const struct bp_vector_kernels *kernels_of(int which) {
  if (which == 0)
    return &bp_vector_scalar;
#ifdef __x86_64__
  __builtin_cpu_init();
  if (which == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &bp_vector_avx2;
  if (which == 2 && __builtin_cpu_supports("avx512f"))
    return &bp_vector_avx512;
#endif
  return NULL;
}

static bp_quad exp_quad(bp_quad z) { return bp_quad_exp(z); }
static bp_quad log1p_quad(bp_quad z) { return bp_quad_log1p(z); }

typedef void array_function(size_t n, const double *x, double *y);

/* One member of the kernels; without a row in the function table: its truth, within 1 ulp. */
struct member {
  const char *name;
  array_function *array;
  bp_quad (*truth)(bp_quad z);
};

enum { MEMBERS = 8 };

static void members_of(const struct bp_vector_kernels *k, struct member members[MEMBERS]) {
  const struct member all[MEMBERS] = {
      {"exp", k->exp, exp_quad},       {"log1p", k->log1p, log1p_quad},
      {"sigmoid", k->sigmoid, NULL},   {"tanh", k->tanh, NULL},
      {"elu", k->elu, NULL},           {"silu", k->silu, NULL},
      {"softplus", k->softplus, NULL}, {"gelu", k->gelu, NULL},
  };
  memcpy(members, all, sizeof all);
}

static void hold_member(const struct bp_vector_kernels *kernels, const struct member *member,
                        double z, double a) {
  const struct bp_function *function = member->truth ? NULL : named(member->name);
  bp_quad truth = member->truth ? member->truth(z) : function->value_quad(z);
  double size = member->truth ? 2 * (double)bp_quad_fabs(truth) : function->rounding(z, a);
  bp_quad error = bp_quad_fabs(truth - a);
  ck_assert_msg(error <= UNIT * size * (1 + 1e-9) + FLOOR, "%s %s(%a) = %a is off by %g, bound %g",
                kernels->kind, member->name, z, a, (double)error, UNIT * size);
}

START_TEST(arrays_are_within_their_bounds) {
  const struct bp_vector_kernels *kernels = kernels_of(_i);
  struct member members[MEMBERS];
  static double z[ARRAY], a[ARRAY];
  if (!kernels)
    return;
  members_of(kernels, members);
  for (int k = 0; k < MEMBERS; k++) {
    bool positive = members[k].truth == log1p_quad, limited = members[k].truth == exp_quad;
    for (int n = 0; n < ARRAY; n++) {
      z[n] = positive ? fabs(point()) : point();
      if (limited)
        z[n] = fmin(z[n], 709);
    }
    members[k].array(ARRAY, z, a);
    for (int n = 0; n < ARRAY; n++)
      hold_member(kernels, &members[k], z[n], a[n]);
  }
}
END_TEST

/* Nothing beside the array is touched, the rest is as good as the whole vectors, and the array may
 * be its own result. */
START_TEST(arrays_of_every_length) {
  const struct bp_vector_kernels *kernels = kernels_of(_i);
  struct member members[MEMBERS];
  if (!kernels)
    return;
  members_of(kernels, members);
  for (int k = 0; k < MEMBERS; k++) {
    for (size_t n = 0; n <= LONGEST; n++) {
      double z[LONGEST + 2], a[LONGEST + 2], same[LONGEST + 2];
      for (size_t c = 0; c < n + 2; c++)
        z[c] = same[c] = fabs(spread_number(-3, 3)), a[c] = -7;
      members[k].array(n, z + 1, a + 1);
      members[k].array(n, same + 1, same + 1);
      ck_assert_msg(a[0] == -7 && a[n + 1] == -7, "%s %s of %zu: beyond the array", kernels->kind,
                    members[k].name, n);
      ck_assert_msg(memcmp(a + 1, same + 1, n * sizeof *a) == 0, "%s %s of %zu: in place differs",
                    kernels->kind, members[k].name, n);
      for (size_t c = 1; c <= n; c++)
        hold_member(kernels, &members[k], z[c], a[c]);
    }
  }
}
END_TEST

START_TEST(shifts_and_sums_of_every_length) {
  const struct bp_vector_kernels *kernels = kernels_of(_i);
  if (!kernels)
    return;
  for (size_t n = 0; n <= LONGEST; n++) {
    double base[LONGEST], delta[LONGEST], moved[LONGEST + 1], sum[LONGEST + 1];
    double weight = spread_number(-3, 3);
    for (size_t c = 0; c < n; c++)
      base[c] = spread_number(-3, 3), delta[c] = spread_number(-20, 0), sum[c] = (double)c;
    moved[n] = sum[n] = -7;
    kernels->shift(n, base, weight, delta, moved);
    kernels->exp_sum(n, base, weight, delta, sum);
    ck_assert_msg(moved[n] == -7 && sum[n] == -7, "%s of %zu: beyond the array", kernels->kind, n);
    for (size_t c = 0; c < n; c++) {
      bp_quad x = base[c] + (bp_quad)weight * delta[c], e = bp_quad_exp(x);
      double size = fabs(base[c]) + 2 * fabs(weight * delta[c]);
      ck_assert_msg(bp_quad_fabs(moved[c] - x) <= UNIT * size, "%s shift of %zu: entry %zu",
                    kernels->kind, n, c);
      double allowed = UNIT * ((double)e * (2 + size) + (double)c + (double)e);
      ck_assert_msg(bp_quad_fabs(sum[c] - (double)c - e) <= allowed * 1.01,
                    "%s sum of %zu: entry %zu", kernels->kind, n, c);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("vector");
  TCase *arrays = tcase_create("arrays");
  tcase_add_checked_fixture(arrays, set_up, tear_down);
  tcase_add_loop_test(arrays, arrays_are_within_their_bounds, 0, KERNELS);
  tcase_add_loop_test(arrays, arrays_of_every_length, 0, KERNELS);
  tcase_add_loop_test(arrays, shifts_and_sums_of_every_length, 0, KERNELS);
  suite_add_tcase(suite, arrays);
  return run_suite(suite);
}
