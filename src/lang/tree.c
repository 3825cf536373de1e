/* Comparing trees node by node; heights are limited (BP_TALLEST), so recursion is safe. */
#include "lang/tree.h"

#include <string.h>

static bool same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

bool bp_expression_alike(const struct bp_expression *a, const struct bp_expression *b) {
  return a->kind == b->kind && a->count == b->count && a->order == b->order &&
         a->relation == b->relation && a->rows == b->rows && a->columns == b->columns &&
         same_text(a->name, b->name) && same_text(a->text, b->text);
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
