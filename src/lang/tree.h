/* Expressions as trees: what a node is, and comparing them, which makes nothing. */
#ifndef BP_LANG_TREE_H
#define BP_LANG_TREE_H

#include "lang/ast.h"

/* What a node is. */
bool bp_is(const struct bp_expression *node, enum bp_expression_kind kind);
bool bp_is_binary(const struct bp_expression *node);   /* one of BP_BINARY_OPERATORS */
bool bp_is_sum(const struct bp_expression *node);      /* + or - */
bool bp_is_product(const struct bp_expression *node);  /* *, ⊙ or ⊗ */
bool bp_is_quotient(const struct bp_expression *node); /* / or ./ */
bool bp_is_power(const struct bp_expression *node);    /* ^ or .^ */

/* How closely a binary operator binds, and how it is written; 0 and NULL for other kinds. */
int bp_operator_strength(enum bp_expression_kind kind);
const char *bp_operator_sign(enum bp_expression_kind kind);

/* Whether it is the number that is written so. */
bool bp_is_number(const struct bp_expression *node, const char *text);

/* Whether both nodes are the same, their children aside. */
bool bp_expression_alike(const struct bp_expression *a, const struct bp_expression *b);

/* Whether both say the same, wherever they stand and however they are put into parentheses. */
bool bp_expression_same(const struct bp_expression *a, const struct bp_expression *b);

/* Whether `part` is somewhere in the expression. */
bool bp_expression_contains(const struct bp_expression *whole, const struct bp_expression *part);

/* Whether an expression of the kind is somewhere in it. */
bool bp_expression_has(const struct bp_expression *expression, enum bp_expression_kind kind);

/* Whether the name is somewhere in the expression. */
bool bp_expression_mentions(const struct bp_expression *expression, const char *name);

#endif
