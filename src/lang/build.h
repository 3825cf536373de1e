/* Trees made by hand: by readers of other notations, and by the search for hints, which puts parts
 * of formulas together.
 *
 * The parser and this builder are the only places that make nodes, so what ast.h promises of every
 * node holds wherever a tree came from: its height is right and at most BP_TALLEST, a number knows
 * the weight of its last digit, a node of a document has an id of its own.
 *
 * Nodes are made from the leaves up.  Whatever gets NULL for a part returns NULL, so a formula may
 * be made in one go and be asked for at its end; the builder remembers why there is none.  Parts
 * are shared and never changed: a formula in which one node is another one costs only the nodes
 * above that.
 *
 *     struct bp_builder builder = {.arena = arena, .span = at, .next_id = &next_id};
 *     bp_build_binary(&builder, BP_EXPR_DIVIDE, bp_build_whole(&builder, 1), size);
 *
 * What is made lives in the builder's arena and keeps the parts and texts that it was given, which
 * must live as long.
 */
#ifndef BP_LANG_BUILD_H
#define BP_LANG_BUILD_H

#include "base/arena.h"
#include "lang/ast.h"

struct bp_builder {
  struct bp_arena *arena;
  struct bp_span span; /* of what is made from now on; where it is empty, a node spans its parts */
  struct bp_span sign; /* likewise of its operator */
  size_t *next_id;     /* of the document that is read; NULL: it is for none, and ids are 0 */
  bool failed;         /* memory was short */
  bool too_tall;       /* something would have been taller than BP_TALLEST */
};

/* ---- nodes of every kind ---- */

/* A node with these children.  What its kind has besides (a name, the columns of a matrix, a
 * relation) is set by the caller. */
struct bp_expression *bp_build_node(struct bp_builder *builder, enum bp_expression_kind kind,
                                    size_t count, const struct bp_expression *const *children);

/* A number as it is written: "12", "0.98", "1e-3". */
struct bp_expression *bp_build_number(struct bp_builder *builder, const char *text);

/* A whole number; one below 0 is a negated number. */
struct bp_expression *bp_build_whole(struct bp_builder *builder, long value);

struct bp_expression *bp_build_name(struct bp_builder *builder, const char *name);

/* name[index], or name[index, second] where `second` is not NULL. */
struct bp_expression *bp_build_member(struct bp_builder *builder, const char *name,
                                      const struct bp_expression *index,
                                      const struct bp_expression *second);

/* NEGATE, TRANSPOSE, DIFFERENTIAL. */
struct bp_expression *bp_build_unary(struct bp_builder *builder, enum bp_expression_kind kind,
                                     const struct bp_expression *part);

/* A binary operator, or PARTIAL. */
struct bp_expression *bp_build_binary(struct bp_builder *builder, enum bp_expression_kind kind,
                                      const struct bp_expression *left,
                                      const struct bp_expression *right);

/* function(argument), with so many primes. */
struct bp_expression *bp_build_call(struct bp_builder *builder,
                                    const struct bp_expression *function, int primes,
                                    const struct bp_expression *argument);

/* The same of the function with this name, without primes. */
struct bp_expression *bp_build_named_call(struct bp_builder *builder, const char *name,
                                          const struct bp_expression *argument);

/* vector_row, or matrix_{row,column} where `column` is not NULL. */
struct bp_expression *bp_build_element(struct bp_builder *builder,
                                       const struct bp_expression *matrix,
                                       const struct bp_expression *row,
                                       const struct bp_expression *column);

/* ---- from what there is ---- */

/* The node with children of its own, which the caller may set to others that are no taller. */
struct bp_expression *bp_build_copy(struct bp_builder *builder, const struct bp_expression *node);

/* The node with another child. */
struct bp_expression *bp_build_with_child(struct bp_builder *builder,
                                          const struct bp_expression *node, size_t child,
                                          const struct bp_expression *other);

/* The expression with `index` wherever the plain name `letter` stands. */
const struct bp_expression *bp_build_with_letter(struct bp_builder *builder,
                                                 const struct bp_expression *node,
                                                 const char *letter,
                                                 const struct bp_expression *index);

/* The index plus a number: l - 1 by 1 is l, and 3 by -1 is 2.  NULL below 0. */
const struct bp_expression *bp_build_shifted(struct bp_builder *builder,
                                             const struct bp_expression *index, long by);

#endif
