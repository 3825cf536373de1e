/* Making nodes and lists, and the two guards that make recursion over expressions safe: how deep
 * the parser may go while it reads, and how tall a finished expression may be (a long sum leans to
 * the left and is tall without any nesting).
 */
#include <string.h>

#include "lang/parser.h"

enum { DEEPEST = 200 };

bool bp_enter(struct bp_parser *parser) {
  if (parser->nesting >= DEEPEST)
    return bp_complain(parser, parser->token.span, "give a part of it a name with let",
                       "the formula is nested more than %d levels deep here", DEEPEST);
  parser->nesting++;
  return true;
}

void bp_leave(struct bp_parser *parser) { parser->nesting--; }

struct bp_expression *bp_node(struct bp_parser *parser, enum bp_expression_kind kind, size_t begin,
                              struct bp_span sign, size_t count) {
  struct bp_expression *node = bp_lang_pool_take(&parser->pool, 1, sizeof *node);
  const struct bp_expression **child =
      count ? bp_lang_pool_take(&parser->pool, count, sizeof *child) : NULL;
  if (!node || (count && !child)) {
    bp_out_of_memory(parser);
    return NULL;
  }
  node->kind = kind;
  node->written = true;
  node->span = (struct bp_span){begin, parser->previous.span.end};
  node->sign = sign;
  node->child = child;
  node->count = count;
  node->height = 1;
  node->id = (*parser->next_id)++;
  return node;
}

struct bp_expression *bp_node_done(struct bp_parser *parser, struct bp_expression *node) {
  for (size_t k = 0; node && k < node->count; k++)
    if (node->child[k]->height >= node->height)
      node->height = node->child[k]->height + 1;
  if (!node || node->height <= BP_TALLEST)
    return node;
  bp_complain(parser, node->sign, "give a part of it a name with let",
              "the formula has more than %d steps one after another", BP_TALLEST);
  return NULL;
}

struct bp_expression *bp_node_of(struct bp_parser *parser, enum bp_expression_kind kind,
                                 struct bp_span sign, struct bp_expression *first,
                                 struct bp_expression *second) {
  if (!first)
    return NULL;
  size_t begin = first->span.begin < sign.begin ? first->span.begin : sign.begin;
  struct bp_expression *node = bp_node(parser, kind, begin, sign, second ? 2 : 1);
  if (!node)
    return NULL;
  node->child[0] = first;
  if (second)
    node->child[1] = second;
  return bp_node_done(parser, node);
}

struct bp_expression *bp_leaf(struct bp_parser *parser, const struct bp_token *token) {
  bool number = token->kind == BP_TOKEN_NUMBER;
  struct bp_expression *node = bp_node(parser, number ? BP_EXPR_NUMBER : BP_EXPR_NAME,
                                       token->span.begin, (struct bp_span){0, 0}, 0);
  if (!node)
    return NULL;
  node->span = token->span;
  node->sign = (struct bp_span){token->span.begin, token->span.begin};
  if (!number) {
    node->name = token->name->text;
    node->primed = token->name->primed;
    return node;
  }
  if (token->text) {
    node->text = token->text;
    return node;
  }
  node->text = bp_number_text(parser->source, token->span, &parser->pool, &node->last_place);
  if (!node->text)
    bp_out_of_memory(parser);
  return node->text ? node : NULL;
}

struct bp_expression *bp_name_node(struct bp_parser *parser, struct bp_span span,
                                   const char *text) {
  struct bp_expression *node =
      bp_node(parser, BP_EXPR_NAME, span.begin, (struct bp_span){span.begin, span.begin}, 0);
  if (node) {
    node->span = span;
    node->name = text;
  }
  return node;
}

/* ---- lists --------------------------------------------------------------- */

struct bp_list bp_list_of(void *items, size_t count) {
  size_t capacity = count > 0;
  while (capacity < count)
    capacity *= 2;
  return (struct bp_list){items, count, capacity};
}

void *bp_list_add(struct bp_parser *parser, struct bp_list *list, size_t size) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 1;
    void *items = bp_lang_pool_take(&parser->pool, capacity, size);
    if (!items) {
      bp_out_of_memory(parser);
      return NULL;
    }
    if (list->count > 0)
      memcpy(items, list->items, list->count * size);
    list->items = items;
    list->capacity = capacity;
  }
  return (char *)list->items + list->count++ * size;
}
