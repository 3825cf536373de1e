/* What a node is, and comparing trees node by node; heights are limited (BP_TALLEST), so recursion
 * is safe. */
#include "lang/tree.h"

#include <string.h>

bool bp_is(const struct bp_expression *node, enum bp_expression_kind kind) {
  return node->kind == kind;
}

bool bp_is_binary(const struct bp_expression *node) { return node->kind < BP_EXPR_NUMBER; }

bool bp_is_sum(const struct bp_expression *node) {
  return bp_is(node, BP_EXPR_ADD) || bp_is(node, BP_EXPR_SUBTRACT);
}

bool bp_is_product(const struct bp_expression *node) {
  return bp_is(node, BP_EXPR_MULTIPLY) || bp_is(node, BP_EXPR_HADAMARD) ||
         bp_is(node, BP_EXPR_KRONECKER);
}

bool bp_is_quotient(const struct bp_expression *node) {
  return bp_is(node, BP_EXPR_DIVIDE) || bp_is(node, BP_EXPR_POINT_DIVIDE);
}

bool bp_is_power(const struct bp_expression *node) {
  return bp_is(node, BP_EXPR_POWER) || bp_is(node, BP_EXPR_POINT_POWER);
}

int bp_operator_strength(enum bp_expression_kind kind) {
#define BP_ROW(kind, sign, strength) [kind] = strength,
  static const int strengths[BP_EXPR_KIND_COUNT] = {BP_BINARY_OPERATORS(BP_ROW)};
#undef BP_ROW
  return strengths[kind];
}

const char *bp_operator_sign(enum bp_expression_kind kind) {
#define BP_ROW(kind, sign, strength) [kind] = sign,
  static const char *const signs[BP_EXPR_KIND_COUNT] = {BP_BINARY_OPERATORS(BP_ROW)};
#undef BP_ROW
  return signs[kind];
}

bool bp_is_number(const struct bp_expression *node, const char *text) {
  return bp_is(node, BP_EXPR_NUMBER) && !strcmp(node->text, text);
}

static bool same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

bool bp_expression_alike(const struct bp_expression *a, const struct bp_expression *b) {
  return a->kind == b->kind && a->count == b->count && a->order == b->order &&
         a->immediate == b->immediate && a->relation == b->relation && a->rows == b->rows &&
         a->columns == b->columns && same_text(a->name, b->name) && same_text(a->text, b->text);
}

bool bp_expression_same(const struct bp_expression *a, const struct bp_expression *b) {
  if (a == b)
    return true;
  if (!bp_expression_alike(a, b))
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (!bp_expression_same(a->child[i], b->child[i]))
      return false;
  return true;
}

bool bp_expression_contains(const struct bp_expression *whole, const struct bp_expression *part) {
  if (bp_expression_same(whole, part))
    return true;
  for (size_t i = 0; i < whole->count; i++)
    if (bp_expression_contains(whole->child[i], part))
      return true;
  return false;
}

bool bp_expression_has(const struct bp_expression *expression, enum bp_expression_kind kind) {
  bool found = expression->kind == kind;
  for (size_t i = 0; i < expression->count && !found; i++)
    found = expression->child[i] && bp_expression_has(expression->child[i], kind);
  return found;
}

bool bp_expression_mentions(const struct bp_expression *expression, const char *name) {
  if (bp_is(expression, BP_EXPR_NAME) && !strcmp(expression->name, name))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (bp_expression_mentions(expression->child[i], name))
      return true;
  return false;
}
