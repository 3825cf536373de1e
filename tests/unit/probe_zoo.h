/* Functions that are hard on a gradient check, with their true gradients: each of a family, with
 * parameters drawn from its number.
 */
#ifndef PROBE_ZOO_H
#define PROBE_ZOO_H

#include <stdbool.h>
#include <stddef.h>

enum { PROBE_ZOO_SIZE = 320, PROBE_ZOO_MOST = 24 };

struct zoo_case {
  const char *name; /* of the family */
  size_t number, n;
  double theta[PROBE_ZOO_MOST];
  double a[PROBE_ZOO_MOST], c[PROBE_ZOO_MOST]; /* whatever the family makes of them */
  double gradient[PROBE_ZOO_MOST];             /* as formulas give it, in double */
  bool smooth; /* false: kinks or jumps at the point, where a wrong value may be right */
  double (*value)(const struct zoo_case *c, const double *theta);
};

/* Case `number`, of any size; with `floats` its point is one of floats. */
void zoo_make(size_t number, bool floats, struct zoo_case *c);

#endif
