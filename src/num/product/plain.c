/* Products with what every machine has: two lanes of the compiler's own. */
typedef double bp_pair __attribute__((vector_size(16)));

#define VECTOR bp_pair
#define LANES 2
#define ROWS 4
#define VECTORS 2
#define NAME bp_product_plain

#include <string.h>

static inline bp_pair load(const double *from) {
  bp_pair pair;
  memcpy(&pair, from, sizeof pair);
  return pair;
}

static inline void store(double *to, bp_pair pair) { memcpy(to, &pair, sizeof pair); }

#define LOAD load
#define STORE store
#define SPREAD(x) ((bp_pair){(x), (x)})
#define MULTIPLY_ADD(a, b, sum) ((a) * (b) + (sum))

#include "num/product/body.h"
