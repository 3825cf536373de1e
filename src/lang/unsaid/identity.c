/* The I of A + λI, of A*inv(A) = I and of tr(A*I), which has no size of its own.
 *
 * It is as large as what it is added to, or compared with: I(rows(A)).  In a product it has the
 * size of the matrix beside it, where that is one for sure: what is given with two sizes, neither
 * of them 1.  A number in front of an I, as x'*y or 2, says nothing of its size.  Where nothing
 * does, as in x' ⊗ I, the name stays as it is, and is refused for being a function.
 */
#include <string.h>

#include "lang/parser.h"

bool bp_is_identity(const struct bp_name *name) {
  return !strcmp(name->text, "I") && !name->declared && name->callable;
}

static bool is_bare(struct bp_parser *parser, const struct bp_expression *node) {
  const struct bp_name *name = node->kind == BP_EXPR_NAME && node->count == 0
                                   ? bp_names_find(&parser->names, node->name, strlen(node->name))
                                   : NULL;
  return name && bp_is_identity(name);
}

/* Whether a bare I stands among the factors, in front of what is divided or below a minus. */
static bool has_bare(struct bp_parser *parser, const struct bp_expression *node) {
  switch (node->kind) {
  case BP_EXPR_MULTIPLY:
    return has_bare(parser, node->child[0]) || has_bare(parser, node->child[1]);
  case BP_EXPR_NEGATE:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_TRANSPOSE:
    return has_bare(parser, node->child[0]);
  default:
    return is_bare(parser, node);
  }
}

const struct bp_expression *bp_with_child(struct bp_parser *parser,
                                          const struct bp_expression *node, size_t index,
                                          const struct bp_expression *child) {
  struct bp_expression *copy =
      bp_node(parser, node->kind, node->span.begin, node->sign, node->count);
  if (!copy || !child)
    return NULL;
  const struct bp_expression **children = copy->child;
  size_t id = copy->id;
  *copy = *node;
  copy->id = id;
  copy->child = children;
  memcpy(children, node->child, node->count * sizeof *children);
  children[index] = child;
  return bp_node_done(parser, copy);
}

/* I(rows(like)), or I(columns(like)), in the place of a bare I. */
static const struct bp_expression *sized(struct bp_parser *parser, const struct bp_expression *bare,
                                         const struct bp_expression *like, const char *side) {
  struct bp_expression *rows = bp_node(parser, BP_EXPR_CALL, bare->span.begin, bare->sign, 2);
  struct bp_expression *call = bp_node(parser, BP_EXPR_CALL, bare->span.begin, bare->sign, 2);
  struct bp_expression *word = bp_name_node(parser, bare->span, side);
  if (!rows || !call || !word)
    return NULL;
  rows->span = call->span = bare->span;
  rows->child[0] = word;
  rows->child[1] = like;
  call->child[0] = bare;
  call->child[1] = rows;
  return bp_node_done(parser, rows) ? bp_node_done(parser, call) : NULL;
}

static const struct bp_expression *settle(struct bp_parser *parser,
                                          const struct bp_expression *node,
                                          const struct bp_expression *like);

/* The first factor of a product (side 0), or its last. */
static const struct bp_expression *end_factor(const struct bp_expression *node, size_t side) {
  while (node->kind == BP_EXPR_MULTIPLY)
    node = node->child[side];
  return node;
}

/* Whether it is given with two sizes, neither of them 1, or the transpose of such. */
static bool is_plane(struct bp_parser *parser, const struct bp_expression *node) {
  while (node->kind == BP_EXPR_TRANSPOSE)
    node = node->child[0];
  const struct bp_name *name = node->kind == BP_EXPR_NAME
                                   ? bp_names_find(&parser->names, node->name, strlen(node->name))
                                   : NULL;
  return name && name->plane;
}

/* The terms of a sum are as large as one another. */
static const struct bp_expression *settle_sum(struct bp_parser *parser,
                                              const struct bp_expression *node,
                                              const struct bp_expression *like) {
  bool bare[2] = {has_bare(parser, node->child[0]), has_bare(parser, node->child[1])};
  for (size_t k = 0; k < 2 && node; k++) {
    const struct bp_expression *other = node->child[1 - k];
    const struct bp_expression *child =
        settle(parser, node->child[k], bare[k] && !bare[1 - k] ? other : like);
    node = child == node->child[k] ? node : bp_with_child(parser, node, k, child);
  }
  return node;
}

/* The same with each bare I in it as large as `like`, where that is known; NULL without memory. */
static const struct bp_expression *settle(struct bp_parser *parser,
                                          const struct bp_expression *node,
                                          const struct bp_expression *like) {
  if (is_bare(parser, node))
    return like ? sized(parser, node, like, "rows") : node;
  if (node->kind == BP_EXPR_MULTIPLY && is_bare(parser, node->child[0]) &&
      is_plane(parser, end_factor(node->child[1], 0)))
    return bp_with_child(parser, node, 0,
                         sized(parser, node->child[0], end_factor(node->child[1], 0), "rows"));
  if (node->kind == BP_EXPR_MULTIPLY && is_bare(parser, node->child[1]) &&
      is_plane(parser, end_factor(node->child[0], 1))) {
    const struct bp_expression *left = settle(parser, node->child[0], like);
    node = left ? bp_with_child(parser, node, 0, left) : NULL;
    return node ? bp_with_child(parser, node, 1,
                                sized(parser, node->child[1], end_factor(left, 1), "columns"))
                : NULL;
  }
  if (node->kind == BP_EXPR_ADD || node->kind == BP_EXPR_SUBTRACT)
    return settle_sum(parser, node, like);
  bool passes = node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_NEGATE ||
                node->kind == BP_EXPR_DIVIDE || node->kind == BP_EXPR_TRANSPOSE;
  size_t first = node->kind == BP_EXPR_CALL; /* I(n) has its size */
  for (size_t k = first; k < node->count && node; k++) {
    if (!node->child[k])
      continue;
    const struct bp_expression *child = settle(parser, node->child[k], passes ? like : NULL);
    node = child == node->child[k] ? node : bp_with_child(parser, node, k, child);
  }
  return node;
}

bool bp_settle_identities(struct bp_parser *parser, struct bp_statement *statement) {
  for (size_t k = 0; k < statement->side_count; k++) {
    const struct bp_expression *like = NULL;
    for (size_t other = 0; other < statement->side_count && !like; other++)
      if (other != k && !has_bare(parser, statement->sides[other]))
        like = statement->sides[other];
    statement->sides[k] = settle(parser, statement->sides[k], like);
    if (!statement->sides[k])
      return false;
  }
  return true;
}
