/* What may be put into a formula: collected from the claim and from what is declared before it.
 *
 * Members of families are offered with the indices that the claim uses, and their neighbours. Names
 * of the claim come first, then the others, the most recent first; each list has an end, since a
 * file may declare thousands of names.
 */
#include <string.h>

#include "judge/edit.h"
#include "lang/tree.h"

enum { MOST_NAMES = 40, MOST_SLOPES = 16, MOST_TERMS = 40, MOST_SIZES = 8, MOST_WORDS = 12 };
enum { MOST_FAMILY_INDICES = 8 };

typedef const struct bp_expression *expr;

struct collector {
  const struct bp_model *model;
  const struct bp_statement *statement;
  size_t order;
  struct bp_arena *arena;
  struct bp_pool *pool;
  expr indices[MOST_FAMILY_INDICES]; /* of families, in the claim */
  size_t index_count;
  expr above[4]; /* what the claim differentiates */
  size_t above_count;
  bool failed;
};

static void add(struct collector *collector, expr **list, size_t *count, size_t most, expr item) {
  if (!item || *count == most)
    return;
  for (size_t i = 0; i < *count; i++)
    if (bp_expression_same((*list)[i], item))
      return;
  if (!*list)
    *list = bp_arena_alloc(collector->arena, most, sizeof **list);
  if (*list)
    (*list)[(*count)++] = item;
  else
    collector->failed = true;
}

static void add_word(struct collector *collector, const char ***list, size_t *count,
                     const char *word) {
  if (*count == MOST_WORDS)
    return;
  for (size_t i = 0; i < *count; i++)
    if (!strcmp((*list)[i], word))
      return;
  if (!*list)
    *list = bp_arena_alloc(collector->arena, MOST_WORDS, sizeof **list);
  if (*list)
    (*list)[(*count)++] = word;
  else
    collector->failed = true;
}

/* ---- making nodes ------------------------------------------------------- */

static struct bp_expression *node_of(struct collector *collector, enum bp_expression_kind kind,
                                     const char *name, size_t count) {
  struct bp_expression *node = bp_arena_alloc(collector->arena, 1, sizeof *node);
  struct bp_expression **child =
      bp_arena_alloc(collector->arena, count + 1, sizeof(struct bp_expression *));
  if (!node || !child) {
    collector->failed = true;
    return NULL;
  }
  *node = (struct bp_expression){
      .kind = kind, .height = 4, .name = name, .child = child, .count = count};
  return node;
}

/* W, or W[index] for every index at hand and its neighbours. */
static expr member(struct collector *collector, const char *name, expr index) {
  struct bp_expression *node = node_of(collector, BP_EXPR_NAME, name, index != NULL);
  if (node && index)
    node->child[0] = (struct bp_expression *)index;
  return node;
}

static expr next_index(struct collector *collector, expr index, long by) {
  struct bp_expression *node = node_of(collector, by < 0 ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, NULL, 2);
  struct bp_expression *one = node_of(collector, BP_EXPR_NUMBER, NULL, 0);
  if (!node || !one)
    return NULL;
  if (index->kind == BP_EXPR_NUMBER && strlen(index->text) == 1) {
    long value = index->text[0] - '0' + by;
    one->text = value >= 0 ? bp_arena_printf(collector->arena, "%ld", value) : NULL;
    return one->text ? one : NULL;
  }
  if ((index->kind == BP_EXPR_ADD || index->kind == BP_EXPR_SUBTRACT) && index->count == 2 &&
      index->child[1]->kind == BP_EXPR_NUMBER && !strcmp(index->child[1]->text, "1") &&
      (index->kind == BP_EXPR_ADD) == (by < 0))
    return index->child[0];
  one->text = "1";
  node->child[0] = (struct bp_expression *)index;
  node->child[1] = one;
  return node;
}

/* The expression with an index letter replaced. */
static expr with_letter(struct collector *collector, expr node, const char *letter, expr index) {
  if (node->kind == BP_EXPR_NAME && node->count == 0)
    return strcmp(node->name, letter) ? node : index;
  struct bp_expression *copy = node_of(collector, node->kind, node->name, node->count);
  if (!copy)
    return NULL;
  struct bp_expression **child = copy->child;
  *copy = *node;
  copy->child = child;
  for (size_t i = 0; i < node->count; i++) {
    expr part = with_letter(collector, node->child[i], letter, index);
    if (!part)
      return NULL;
    child[i] = (struct bp_expression *)part;
  }
  return copy;
}

/* ---- what the claim says ------------------------------------------------ */

static bool is_matrix(const struct bp_declaration *declaration) {
  if (declaration->kind == BP_DECLARED_LET)
    return !declaration->pieces[0].line.statement->is_function;
  return declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_WRITE;
}

static bool visible(const struct collector *collector, const struct bp_declaration *declaration) {
  return declaration->count && declaration->pieces[0].line.order < collector->order;
}

static void look_at_letters(struct collector *collector, expr index) {
  if (index->kind == BP_EXPR_NAME && index->count == 0 &&
      !bp_model_find(collector->model, index->name))
    add_word(collector, &collector->pool->letters, &collector->pool->letter_count, index->name);
  for (size_t i = 0; i < index->count; i++)
    look_at_letters(collector, index->child[i]);
}

static void look_at(struct collector *collector, expr node) {
  struct bp_pool *pool = collector->pool;
  const struct bp_declaration *declaration =
      node->kind == BP_EXPR_NAME ? bp_model_find(collector->model, node->name) : NULL;
  if (declaration && declaration->kind == BP_DECLARED_SIZE)
    add(collector, &pool->sizes, &pool->size_count, MOST_SIZES, node);
  else if (declaration && is_matrix(declaration))
    add(collector, &pool->names, &pool->name_count, MOST_NAMES, node);
  if (node->kind == BP_EXPR_CALL)
    add_word(collector, &pool->functions, &pool->function_count, node->child[0]->name);
  if (node->kind == BP_EXPR_PARTIAL && collector->above_count < 4)
    collector->above[collector->above_count++] = node->child[0];
  for (size_t i = 0; i < node->count; i++) {
    bool family = node->kind == BP_EXPR_NAME;
    bool index = family || (node->kind == BP_EXPR_ELEMENT && i > 0);
    if (index)
      look_at_letters(collector, node->child[i]);
    if (family && node->count == 1 && collector->index_count < MOST_FAMILY_INDICES) {
      bool known = false;
      for (size_t k = 0; k < collector->index_count; k++)
        known = known || bp_expression_same(collector->indices[k], node->child[i]);
      if (!known)
        collector->indices[collector->index_count++] = node->child[i];
    }
    if (!index)
      look_at(collector, node->child[i]);
  }
}

static void add_neighbouring_indices(struct collector *collector) {
  size_t count = collector->index_count;
  for (size_t k = 0; k < count; k++)
    for (long by = -1; by <= 1; by += 2) {
      expr next = next_index(collector, collector->indices[k], by);
      bool known = !next;
      for (size_t i = 0; i < collector->index_count; i++)
        known = known || bp_expression_same(collector->indices[i], next);
      if (!known && collector->index_count < MOST_FAMILY_INDICES)
        collector->indices[collector->index_count++] = next;
    }
}

/* ---- what the file says ------------------------------------------------- */

/* let A[l] = g(Z[l]): g'(Z[l]), for every index at hand. */
static void add_slopes(struct collector *collector, const struct bp_piece *piece) {
  struct bp_pool *pool = collector->pool;
  expr side = piece->line.statement->sides[0];
  if (side->kind != BP_EXPR_CALL || side->count != 2 || side->order > 0 ||
      side->child[1]->kind != BP_EXPR_NAME)
    return;
  struct bp_expression *slope = node_of(collector, BP_EXPR_CALL, NULL, 2);
  if (!slope)
    return;
  slope->child[0] = side->child[0];
  slope->child[1] = side->child[1];
  slope->order = 1;
  expr target = piece->target;
  if (target->count == 0 || target->child[0]->kind != BP_EXPR_NAME) {
    add(collector, &pool->slopes, &pool->slope_count, MOST_SLOPES, slope);
    return;
  }
  for (size_t k = 0; k < collector->index_count; k++)
    add(collector, &pool->slopes, &pool->slope_count, MOST_SLOPES,
        with_letter(collector, slope, target->child[0]->name, collector->indices[k]));
}

static void add_declaration(struct collector *collector, const struct bp_declaration *declaration) {
  struct bp_pool *pool = collector->pool;
  bool size = declaration->kind == BP_DECLARED_SIZE;
  expr **list = size ? &pool->sizes : &pool->names;
  size_t *count = size ? &pool->size_count : &pool->name_count;
  size_t most = size ? MOST_SIZES : MOST_NAMES;
  if (declaration->kind == BP_DECLARED_UNKNOWN || declaration->kind == BP_DECLARED_FUNCTION)
    add_word(collector, &pool->functions, &pool->function_count, declaration->name);
  if (!size && !is_matrix(declaration))
    return;
  size_t wanted = declaration->count ? declaration->pieces[0].target->count : 0;
  if (wanted == 0)
    add(collector, list, count, most, member(collector, declaration->name, NULL));
  for (size_t k = 0; wanted == 1 && k < collector->index_count; k++)
    add(collector, list, count, most, member(collector, declaration->name, collector->indices[k]));
  for (size_t i = 0; declaration->kind == BP_DECLARED_LET && i < declaration->count; i++)
    add_slopes(collector, &declaration->pieces[i]);
}

/* Factors of a missing term: names, and derivatives of what the claim differentiates. */
static void add_terms(struct collector *collector) {
  struct bp_pool *pool = collector->pool;
  size_t names = pool->name_count < MOST_TERMS / 2 ? pool->name_count : MOST_TERMS / 2;
  for (size_t k = 0; k < names; k++)
    add(collector, &pool->terms, &pool->term_count, MOST_TERMS, pool->names[k]);
  for (size_t k = 0; k < names; k++)
    for (size_t u = 0; u < collector->above_count; u++) {
      struct bp_expression *partial = node_of(collector, BP_EXPR_PARTIAL, NULL, 2);
      if (!partial)
        return;
      partial->child[0] = (struct bp_expression *)collector->above[u];
      partial->child[1] = (struct bp_expression *)pool->names[k];
      add(collector, &pool->terms, &pool->term_count, MOST_TERMS, partial);
    }
}

bool bp_pool_collect(const struct bp_model *model, const struct bp_statement *statement,
                     size_t order, struct bp_arena *arena, struct bp_pool *pool) {
  static const char *const common[] = {"sigmoid", "tanh", "relu", "exp", "log", "sqrt"};
  struct collector collector = {
      .model = model, .statement = statement, .order = order, .arena = arena, .pool = pool};
  *pool = (struct bp_pool){0};
  for (size_t i = 0; i < statement->side_count; i++)
    look_at(&collector, statement->sides[i]);
  for (size_t i = 0; i < statement->range_count; i++)
    add_word(&collector, &pool->letters, &pool->letter_count, statement->ranges[i].name);
  add_neighbouring_indices(&collector);
  for (size_t i = model->declaration_count; i-- > 0;)
    if (model->declarations[i]->automatic || visible(&collector, model->declarations[i]))
      add_declaration(&collector, model->declarations[i]);
  for (size_t i = 0; i < sizeof common / sizeof *common; i++)
    add_word(&collector, &pool->functions, &pool->function_count, common[i]);
  add_terms(&collector);
  return !collector.failed;
}
