/* Expressions as trees: comparing them, which makes nothing. */
#ifndef BP_LANG_TREE_H
#define BP_LANG_TREE_H

#include "lang/ast.h"

/* Whether both nodes are the same, their children aside. */
bool bp_expression_alike(const struct bp_expression *a, const struct bp_expression *b);

/* Whether both say the same, wherever they stand and however they are put into parentheses. */
bool bp_expression_same(const struct bp_expression *a, const struct bp_expression *b);

/* Whether `part` is somewhere in the expression. */
bool bp_expression_contains(const struct bp_expression *whole, const struct bp_expression *part);

#endif
