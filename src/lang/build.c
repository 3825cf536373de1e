/* Every node passes through new_node, and its height is set once its children are known.  Children
 * may belong to somebody else, and nothing is ever changed through a parent.
 */
#include "lang/build.h"

#include <stdlib.h>
#include <string.h>

typedef const struct bp_expression *expr;

/* The bytes of both; what is empty has no place. */
static struct bp_span joined(struct bp_span a, struct bp_span b) {
  if (a.end <= a.begin || b.end <= b.begin)
    return a.end > a.begin ? a : b;
  return (struct bp_span){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

static struct bp_expression *new_node(struct bp_builder *builder, enum bp_expression_kind kind,
                                      size_t count) {
  struct bp_expression *node = bp_arena_alloc(builder->arena, 1, sizeof *node);
  expr *child = count ? bp_arena_alloc(builder->arena, count, sizeof *child) : NULL;
  if (!node || (count && !child)) {
    builder->failed = true;
    return NULL;
  }
  *node = (struct bp_expression){.kind = kind,
                                 .height = 1,
                                 .span = builder->span,
                                 .sign = builder->sign,
                                 .child = child,
                                 .count = count,
                                 .id = builder->next_id ? (*builder->next_id)++ : 0};
  return node;
}

/* The node, now that its children are there; NULL where they make it too tall. */
static struct bp_expression *finished(struct bp_builder *builder, struct bp_expression *node) {
  node->height = 1;
  for (size_t i = 0; i < node->count; i++)
    if (node->child[i]->height >= node->height)
      node->height = node->child[i]->height + 1;
  if (node->height <= BP_TALLEST)
    return node;
  builder->too_tall = true;
  return NULL;
}

struct bp_expression *bp_build_node(struct bp_builder *builder, enum bp_expression_kind kind,
                                    size_t count, expr const *children) {
  for (size_t i = 0; i < count; i++)
    if (!children[i])
      return NULL;
  struct bp_expression *node = new_node(builder, kind, count);
  if (!node)
    return NULL;
  bool placed = builder->span.end > builder->span.begin;
  for (size_t i = 0; i < count; i++) {
    node->child[i] = children[i];
    if (!placed)
      node->span = joined(node->span, children[i]->span);
  }
  return finished(builder, node);
}

/* ---- leaves ------------------------------------------------------------- */

/* 10 to this power is what the last digit counts: -2 for 0.98, -3 for 1e-3. */
static int last_place(const char *text) {
  const char *mark = strpbrk(text, "eE"), *point = strchr(text, '.');
  size_t digits = mark ? (size_t)(mark - text) : strlen(text);
  int behind = point ? (int)(digits - (size_t)(point - text) - 1) : 0;
  return (mark ? (int)strtol(mark + 1, NULL, 10) : 0) - behind;
}

struct bp_expression *bp_build_number(struct bp_builder *builder, const char *text) {
  struct bp_expression *node = text ? new_node(builder, BP_EXPR_NUMBER, 0) : NULL;
  if (!node)
    return NULL;
  node->text = text;
  node->last_place = last_place(text);
  return node;
}

struct bp_expression *bp_build_whole(struct bp_builder *builder, long value) {
  unsigned long size = value < 0 ? 0ul - (unsigned long)value : (unsigned long)value;
  const char *text = bp_arena_printf(builder->arena, "%lu", size);
  builder->failed = builder->failed || !text;
  struct bp_expression *number = bp_build_number(builder, text);
  return value < 0 ? bp_build_unary(builder, BP_EXPR_NEGATE, number) : number;
}

struct bp_expression *bp_build_name(struct bp_builder *builder, const char *name) {
  struct bp_expression *node = new_node(builder, BP_EXPR_NAME, 0);
  if (node)
    node->name = name;
  return node;
}

struct bp_expression *bp_build_member(struct bp_builder *builder, const char *name, expr index,
                                      expr second) {
  expr indices[] = {index, second};
  struct bp_expression *node = bp_build_node(builder, BP_EXPR_NAME, second ? 2 : 1, indices);
  if (node)
    node->name = name;
  return node;
}

/* ---- operators and calls ------------------------------------------------ */

struct bp_expression *bp_build_unary(struct bp_builder *builder, enum bp_expression_kind kind,
                                     expr part) {
  return bp_build_node(builder, kind, 1, &part);
}

struct bp_expression *bp_build_binary(struct bp_builder *builder, enum bp_expression_kind kind,
                                      expr left, expr right) {
  bool less = kind == BP_EXPR_ADD && right && right->kind == BP_EXPR_NEGATE; /* a + -b is a - b */
  expr parts[] = {left, less ? right->child[0] : right};
  return bp_build_node(builder, less ? BP_EXPR_SUBTRACT : kind, 2, parts);
}

struct bp_expression *bp_build_call(struct bp_builder *builder, expr function, int primes,
                                    expr argument) {
  struct bp_expression *node = bp_build_binary(builder, BP_EXPR_CALL, function, argument);
  if (node)
    node->order = primes;
  return node;
}

struct bp_expression *bp_build_named_call(struct bp_builder *builder, const char *name,
                                          expr argument) {
  return bp_build_call(builder, bp_build_name(builder, name), 0, argument);
}

struct bp_expression *bp_build_element(struct bp_builder *builder, expr matrix, expr row,
                                       expr column) {
  expr parts[] = {matrix, row, column};
  return bp_build_node(builder, BP_EXPR_ELEMENT, column ? 3 : 2, parts);
}

/* ---- from what there is ------------------------------------------------- */

struct bp_expression *bp_build_copy(struct bp_builder *builder, expr node) {
  struct bp_expression *copy = new_node(builder, node->kind, node->count);
  if (!copy)
    return NULL;
  expr *child = copy->child;
  size_t id = copy->id;
  if (node->count)
    memcpy(child, node->child, node->count * sizeof *child);
  *copy = *node;
  copy->child = child;
  copy->id = id;
  return copy;
}

struct bp_expression *bp_build_with_child(struct bp_builder *builder, expr node, size_t child,
                                          expr other) {
  struct bp_expression *copy = other ? bp_build_copy(builder, node) : NULL;
  if (!copy)
    return NULL;
  copy->child[child] = other;
  return finished(builder, copy);
}

expr bp_build_with_letter(struct bp_builder *builder, expr node, const char *letter, expr index) {
  if (node->kind == BP_EXPR_NAME && node->count == 0)
    return strcmp(node->name, letter) ? node : index;
  struct bp_expression *copy = bp_build_copy(builder, node);
  for (size_t i = 0; copy && i < node->count; i++) {
    expr part = bp_build_with_letter(builder, node->child[i], letter, index);
    if (!part)
      return NULL;
    copy->child[i] = part;
  }
  return copy ? finished(builder, copy) : NULL;
}

/* ---- indices ------------------------------------------------------------ */

/* A whole number of few digits, as indices are; false where it is none. */
static bool is_count(expr node, long *value) {
  enum { MOST_DIGITS = 5 };
  if (node->kind != BP_EXPR_NUMBER || strlen(node->text) > MOST_DIGITS ||
      strspn(node->text, "0123456789") != strlen(node->text))
    return false;
  *value = strtol(node->text, NULL, 10);
  return true;
}

expr bp_build_shifted(struct bp_builder *builder, expr index, long by) {
  long value;
  if (is_count(index, &value))
    return value + by >= 0 ? bp_build_whole(builder, value + by) : NULL;
  bool plus = index->kind == BP_EXPR_ADD, minus = index->kind == BP_EXPR_SUBTRACT;
  if ((plus || minus) && is_count(index->child[1], &value)) {
    by += plus ? value : -value;
    index = index->child[0];
  }
  if (by == 0)
    return index;
  return bp_build_binary(builder, by < 0 ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, index,
                         bp_build_whole(builder, labs(by)));
}
