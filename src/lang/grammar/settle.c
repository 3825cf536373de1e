/* Which letters of sum_{i<j} and sum_{j≠i} run, when the whole statement is known.
 *
 * A letter that is one elsewhere in the line, or that something around the sum binds, comes from
 * there; any other runs in the sum, if its terms have it.  Where neither would run the first does,
 * as it was written.
 */
#include <string.h>

#include "lang/grammar/below.h"
#include "lang/tree.h"

/* What is known of a letter outside of a sum. */
enum found { NOT_FOUND, FREE, AROUND };

struct search {
  const struct bp_parser *parser;
  const struct bp_expression *sum; /* what is inside it does not count */
  const char *letter;
};

static bool is_pending(const struct bp_parser *parser, const struct bp_expression *node) {
  for (size_t i = 0; i < parser->pair_count; i++)
    if (parser->pairs[i] == node)
      return true;
  return false;
}

/* `bound`: something around the node binds the letter. */
static enum found look(const struct search *search, const struct bp_expression *node, bool bound) {
  if (node == search->sum)
    return bound ? AROUND : NOT_FOUND;
  if (node->kind == BP_EXPR_NAME && node->count == 0)
    return !bound && !strcmp(node->name, search->letter) ? FREE : NOT_FOUND;
  enum found found = NOT_FOUND;
  bool binds = node->kind == BP_EXPR_SUM && !strcmp(node->name, search->letter);
  bool pending = node->kind == BP_EXPR_SUM && is_pending(search->parser, node) &&
                 (binds || !strcmp(node->child[3]->name, search->letter));
  for (size_t i = 0; i < node->count && found != AROUND; i++) {
    bool inside = bound || pending || (binds && i == 2);
    enum found part = node->child[i] ? look(search, node->child[i], inside) : NOT_FOUND;
    found = part > found ? part : found;
  }
  return found;
}

static bool is_letter_of_statement(const struct bp_statement *statement, const char *letter) {
  for (size_t i = 0; i < statement->range_count; i++)
    if (!strcmp(statement->ranges[i].name, letter))
      return true;
  for (size_t i = 0; i < statement->target_count; i++)
    if (bp_expression_mentions(statement->targets[i], letter))
      return true;
  for (size_t i = 0; i < statement->parameter_count; i++)
    if (!strcmp(statement->parameters[i], letter))
      return true;
  return false;
}

/* Whether the letter runs in the sum. */
static bool runs(const struct bp_parser *parser, const struct bp_statement *statement,
                 const struct bp_expression *sum, const char *letter) {
  struct search search = {parser, sum, letter};
  bool outside =
      is_letter_of_statement(statement, letter) || !bp_expression_mentions(sum->child[2], letter);
  for (size_t i = 0; i < statement->side_count && !outside; i++)
    outside = look(&search, statement->sides[i], false) != NOT_FOUND;
  return !outside;
}

static enum bp_relation mirrored(enum bp_relation relation) {
  static const enum bp_relation other[] = {
      [BP_EQUAL] = BP_EQUAL,  [BP_APPROXIMATE] = BP_APPROXIMATE,
      [BP_LESS] = BP_GREATER, [BP_AT_MOST] = BP_AT_LEAST,
      [BP_GREATER] = BP_LESS, [BP_AT_LEAST] = BP_AT_MOST};
  return other[relation];
}

/* The sum over one letter, with the other one as it stands to it. */
static bool sum_over(struct bp_parser *parser, struct bp_expression *sum, const char *name,
                     const struct bp_expression *other, enum bp_relation relation) {
  struct bp_expression *item = bp_name_node(parser, other->span, other->name);
  struct bp_expression *bound[2] = {NULL, NULL};
  if (!item)
    return false;
  sum->name = name;
  sum->relation = BP_EQUAL;
  if (relation == BP_EQUAL) {
    sum->child[3] = item;
    return true;
  }
  if (!bp_letter_bound(parser, item, relation, &bound[0], &bound[1]))
    return false;
  sum->count = 3;
  for (size_t i = 0; i < 2; i++)
    sum->child[i] = bound[i] ? bound[i] : sum->child[i];
  return bp_node_done(parser, sum) != NULL;
}

static bool settle(struct bp_parser *parser, const struct bp_statement *statement,
                   struct bp_expression *sum) {
  const struct bp_expression *second = sum->child[3];
  const char *first = sum->name;
  enum bp_relation relation = sum->relation;
  bool first_runs = runs(parser, statement, sum, first);
  bool second_runs = runs(parser, statement, sum, second->name);
  struct bp_expression *name = bp_name_node(parser, second->span, first);
  if (!name)
    return false;
  if (!second_runs)
    return sum_over(parser, sum, first, second, relation);
  if (!first_runs)
    return sum_over(parser, sum, second->name, name, mirrored(relation));
  struct bp_expression *inner =
      bp_node(parser, BP_EXPR_SUM, sum->span.begin, sum->sign, sum->count);
  if (!inner)
    return false;
  inner->order = sum->order;
  memcpy(inner->child, sum->child, sum->count * sizeof *sum->child);
  inner->span = sum->span;
  if (!sum_over(parser, inner, second->name, name, mirrored(relation)) ||
      (relation == BP_EQUAL && !bp_node_done(parser, inner)))
    return false;
  sum->count = 3;
  sum->relation = BP_EQUAL;
  sum->child[2] = inner;
  return bp_node_done(parser, sum) != NULL;
}

bool bp_settle_sums(struct bp_parser *parser, const struct bp_statement *statement) {
  while (parser->pair_count > 0) {
    struct bp_expression *sum = parser->pairs[parser->pair_count - 1];
    bool fine = settle(parser, statement, sum);
    parser->pair_count--;
    if (!fine)
      return false;
  }
  return true;
}

/* ---- members without a range --------------------------------------------- */

/* The range of a family that the expression picks a member of by this very letter; NULL where there
 * is none. */
static const struct bp_range *
range_used(struct bp_parser *parser, const struct bp_expression *expression, const char *letter) {
  if (expression->kind == BP_EXPR_NAME && expression->count == 1 &&
      expression->child[0]->kind == BP_EXPR_NAME && expression->child[0]->count == 0 &&
      !strcmp(expression->child[0]->name, letter)) {
    const struct bp_name *name =
        bp_names_find(&parser->names, expression->name, strlen(expression->name));
    return name ? name->range : NULL;
  }
  const struct bp_range *found = NULL;
  for (size_t k = 0; k < expression->count && !found; k++)
    if (expression->child[k])
      found = range_used(parser, expression->child[k], letter);
  return found;
}

bool bp_settle_members(struct bp_parser *parser, struct bp_statement *statement) {
  const struct bp_expression *target = statement->targets[0];
  const struct bp_expression *index = target->count == 1 ? target->child[0] : NULL;
  if (!index || index->kind != BP_EXPR_NAME || index->count > 0 || statement->range_count > 0)
    return true;
  const struct bp_name *letter = bp_names_find(&parser->names, index->name, strlen(index->name));
  const struct bp_range *range =
      letter && !letter->declared ? range_used(parser, statement->sides[0], index->name) : NULL;
  if (!range)
    return letter != NULL;
  struct bp_range *own = bp_lang_pool_take(&parser->pool, 1, sizeof *own);
  struct bp_name *family = bp_names_find(&parser->names, target->name, strlen(target->name));
  if (!own || !family)
    return bp_out_of_memory(parser);
  *own = *range;
  own->name = index->name;
  statement->ranges = own;
  statement->range_count = 1;
  family->range = own;
  return true;
}
