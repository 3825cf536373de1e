/* The digest is the value of the formula in the integers modulo the prime 2^61 - 1, at a point
 * where every name has a number of its own and all products are the product of numbers.  It decides
 * nothing about matrices: it only says which pieces of advice would look alike.
 */
#include "hint/digest.h"

#include <stdlib.h>
#include <string.h>

#include "lang/tree.h"
#include "value/builtin.h"

typedef const struct bp_expression *expr;

#define PRIME ((UINT64_C(1) << 61) - 1)

__extension__ typedef unsigned __int128 wide;

/* A 2 x 2 matrix modulo the prime, or a number, which goes into all places of a sum. */
struct image {
  bool number;
  uint64_t at[4]; /* a number: at[0] */
};

struct digester {
  bp_shape_look *look;
  void *context;
};

static uint64_t product(uint64_t a, uint64_t b) { return (uint64_t)((wide)a * b % PRIME); }

static uint64_t sum(uint64_t a, uint64_t b) { return (a + b) % PRIME; }

static uint64_t power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1, base = product(base, base))
    if (exponent & 1)
      result = product(result, base);
  return result;
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9u;
}

static uint64_t entry(struct image image, size_t k) { return image.at[image.number ? 0 : k]; }

static struct image elementwise(struct image a, struct image b,
                                uint64_t (*f)(uint64_t a, uint64_t b)) {
  struct image result = {.number = a.number && b.number};
  for (size_t k = 0; k < 4; k++)
    result.at[k] = f(entry(a, k), entry(b, k));
  return result;
}

static struct image matrix_product(struct image a, struct image b) {
  struct image result = {.number = false};
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++)
      result.at[2 * i + j] =
          sum(product(a.at[2 * i], b.at[j]), product(a.at[2 * i + 1], b.at[2 + j]));
  return result;
}

static struct image raised(struct image base, uint64_t exponent) {
  for (size_t k = 0; k < 4; k++)
    base.at[k] = power(base.at[k], exponent);
  return base;
}

static uint64_t hash_of(struct image image) {
  uint64_t hash = image.number;
  for (size_t k = 0; k < 4; k++)
    hash = mixed(hash, entry(image, k));
  return hash;
}

static struct image image_of(const struct digester *digester, expr node);

static struct bp_look look_at(const struct digester *digester, expr node) {
  struct bp_look none = {false, false};
  return digester->look ? digester->look(digester->context, node) : none;
}

/* What is no arithmetic: a name with its indices, a function of its arguments. */
static struct image opaque(const struct digester *digester, expr node) {
  struct bp_look look = look_at(digester, node);
  struct image image = {.number = look.one_row && look.one_column};
  uint64_t hash = mixed((uint64_t)node->kind + 1, (uint64_t)node->order);
  for (const char *c = node->name ? node->name : node->text ? node->text : ""; *c; c++)
    hash = mixed(hash, (unsigned char)*c);
  for (size_t i = 0; i < node->count; i++)
    hash = mixed(hash, hash_of(image_of(digester, node->child[i])));
  for (uint64_t k = 0; k < 4; k++)
    image.at[k] = mixed(hash, k) % PRIME;
  return image;
}

static struct image of_number(expr node) {
  return (struct image){true, {strtoul(node->text, NULL, 10) % PRIME}};
}

static bool is_whole(expr node) {
  return bp_is(node, BP_EXPR_NUMBER) && strlen(node->text) <= 6 && !strpbrk(node->text, ".eE");
}

/* rowsum(x) of a column is x. */
static bool is_idle_call(const struct digester *digester, expr node) {
  if (!bp_is(node, BP_EXPR_CALL) || node->count != 2)
    return false;
  struct bp_look look = look_at(digester, node->child[1]);
  const char *name = node->child[0]->name;
  return (look.one_column && bp_builtin_is(name, BP_COLUMN_STAYS)) ||
         (look.one_row && bp_builtin_is(name, BP_ROW_STAYS)) ||
         (look.one_row && look.one_column && bp_builtin_is(name, BP_NUMBER_STAYS));
}

static struct image of_quotient(struct image above, struct image below) {
  return elementwise(above, raised(below, PRIME - 2), product);
}

static struct image of_product(struct image a, struct image b, bool matrices) {
  return matrices && !a.number && !b.number ? matrix_product(a, b) : elementwise(a, b, product);
}

static struct image of_unary(const struct digester *digester, expr node) {
  struct image inner = image_of(digester, node->child[0]);
  if (bp_is(node, BP_EXPR_NEGATE))
    return elementwise((struct image){true, {PRIME - 1}}, inner, product);
  return inner.number ? inner : opaque(digester, node);
}

static struct image image_of(const struct digester *digester, expr node) {
  bool power = bp_is_power(node);
  if (bp_is(node, BP_EXPR_NEGATE) || bp_is(node, BP_EXPR_TRANSPOSE))
    return of_unary(digester, node);
  if (is_whole(node))
    return of_number(node);
  if (is_idle_call(digester, node))
    return image_of(digester, node->child[1]);
  if (node->count != 2 || bp_is(node, BP_EXPR_KRONECKER) || node->kind > BP_EXPR_POINT_POWER ||
      (power && !is_whole(node->child[1])))
    return opaque(digester, node);
  struct image a = image_of(digester, node->child[0]), b = image_of(digester, node->child[1]);
  struct image minus = elementwise((struct image){true, {PRIME - 1}}, b, product);
  if (bp_is_sum(node))
    return elementwise(a, bp_is(node, BP_EXPR_ADD) ? b : minus, sum);
  if (bp_is_quotient(node))
    return of_quotient(a, b);
  if (bp_is(node, BP_EXPR_POINT_POWER) || (power && a.number))
    return raised(a, b.at[0]);
  return power ? opaque(digester, node) : of_product(a, b, bp_is(node, BP_EXPR_MULTIPLY));
}

uint64_t bp_digest(expr formula, bp_shape_look *look, void *context) {
  struct digester digester = {look, context};
  return hash_of(image_of(&digester, formula));
}
