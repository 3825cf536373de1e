/* What stands below the sign of a sum: letters with their bounds, chains such as 1 ≤ i < j ≤ n, one
 * index left out, sets, and conditions.
 *
 * A letter is a name that the file does not declare.  What bounds a letter becomes a bound; any
 * other condition chooses 0, or 1 in a product, for the terms that are left out.  In sum_{i<j} both
 * letters may be meant to run, or one of them may come from outside; who writes it knows, and what
 * is read behind the sum tells: a letter runs unless it is a letter of the line elsewhere.  So such
 * sums are settled when the statement has been read.
 */
#include "lang/grammar/below.h"

#include <string.h>

#include "lang/tree.h"

static const char below_like[] = "sum_{i=1..m} x_i, sum_{i} x_i, sum_{j≠i} x_j, sum_{j<i} x_j";

/* ---- letters -------------------------------------------------------------- */

static struct bp_name *name_of(struct bp_parser *parser, const struct bp_expression *item) {
  return item->kind == BP_EXPR_NAME && item->count == 0
             ? bp_names_find(&parser->names, item->name, strlen(item->name))
             : NULL;
}

/* A size of something given may be a letter below a sum all the same, as k often is. */
static bool is_letter(struct bp_parser *parser, const struct bp_expression *item) {
  const struct bp_name *name = name_of(parser, item);
  return name && !name->declared;
}

static bool is_size_too(struct bp_parser *parser, const struct bp_expression *item) {
  return name_of(parser, item)->sized;
}

/* Whether it can be an index: made of letters, sizes and whole numbers. */
static bool is_index(struct bp_parser *parser, const struct bp_expression *item) {
  const struct bp_name *name = item->kind == BP_EXPR_NAME
                                   ? bp_names_find(&parser->names, item->name, strlen(item->name))
                                   : NULL;
  if (item->kind == BP_EXPR_NAME)
    return name && (!name->declared || name->sized);
  bool fine = item->kind == BP_EXPR_NUMBER || item->kind == BP_EXPR_NEGATE ||
              item->kind == BP_EXPR_ADD || item->kind == BP_EXPR_SUBTRACT ||
              item->kind == BP_EXPR_MULTIPLY;
  for (size_t i = 0; fine && i < item->count; i++)
    fine = is_index(parser, item->child[i]);
  return fine;
}

static struct bp_summed *find_letter(struct bp_parser *parser, const struct bp_list *list,
                                     const struct bp_expression *item) {
  struct bp_summed *letters = list->items;
  for (size_t k = 0; k < list->count && is_letter(parser, item); k++)
    if (!strcmp(letters[k].name, item->name))
      return &letters[k];
  return NULL;
}

static struct bp_summed *add_letter(struct bp_parser *parser, struct bp_list *list,
                                    const char *name) {
  struct bp_summed *letter = bp_list_add(parser, list, sizeof *letter);
  struct bp_name *known = bp_names_find(&parser->names, name, strlen(name));
  if (letter)
    letter->name = name;
  if (known)
    known->letter_in = parser->statement;
  return letter;
}

/* The letter of the list, or a new one. */
static struct bp_summed *letter_for(struct bp_parser *parser, struct bp_list *list,
                                    const struct bp_expression *item) {
  struct bp_summed *known = find_letter(parser, list, item);
  return known ? known : add_letter(parser, list, item->name);
}

static struct bp_expression *number(struct bp_parser *parser, struct bp_span span,
                                    const char *text) {
  struct bp_expression *node = bp_node(parser, BP_EXPR_NUMBER, span.begin, span, 0);
  if (node) {
    node->text = text;
    node->span = span;
  }
  return node;
}

/* The bound next to an item: the item, or one more or less. */
static struct bp_expression *beside(struct bp_parser *parser, struct bp_expression *item,
                                    enum bp_expression_kind sign, bool strict) {
  if (!strict)
    return item;
  struct bp_expression *bound =
      bp_node_of(parser, sign, item->span, item, number(parser, item->span, "1"));
  if (bound)
    bound->span = item->span;
  return bound;
}

/* ---- conditions ----------------------------------------------------------- */

/* One comparison of a chain. */
struct comparison {
  struct bp_expression *left, *right;
  enum bp_relation relation;
  bool differ; /* ≠ */
  struct bp_span sign;
};

static bool add_condition(struct bp_parser *parser, const struct comparison *comparison,
                          struct bp_below *below) {
  if (below->list.count == 0)
    return bp_complain(parser, comparison->left->span, "sum_{i : x_i > 0} x_i",
                       "what the sum runs over comes first: this has no letter of its own");
  struct bp_expression *node =
      bp_node_of(parser, BP_EXPR_COMPARE, comparison->sign, comparison->left, comparison->right);
  struct bp_condition *place = node ? bp_list_add(parser, &below->conditions, sizeof *place) : NULL;
  if (!place)
    return false;
  node->relation = comparison->relation;
  *place = (struct bp_condition){node, comparison->differ};
  return true;
}

static enum bp_relation mirrored(enum bp_relation relation) {
  return relation == BP_LESS       ? BP_GREATER
         : relation == BP_GREATER  ? BP_LESS
         : relation == BP_AT_MOST  ? BP_AT_LEAST
         : relation == BP_AT_LEAST ? BP_AT_MOST
                                   : relation;
}

bool bp_letter_bound(struct bp_parser *parser, struct bp_expression *item,
                     enum bp_relation relation, struct bp_expression **from,
                     struct bp_expression **to) {
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  bool upper = relation == BP_LESS || relation == BP_AT_MOST;
  struct bp_expression **bound = upper ? to : from;
  *bound = beside(parser, item, upper ? BP_EXPR_SUBTRACT : BP_EXPR_ADD, strict);
  return *bound != NULL;
}

/* The letter, against an item that is no letter of its own. */
static bool limit(struct bp_parser *parser, const struct comparison *comparison,
                  struct bp_summed *letter, struct bp_below *below) {
  struct bp_expression *item = comparison->right;
  bool upper = comparison->relation == BP_LESS || comparison->relation == BP_AT_MOST;
  bool taken = comparison->differ ? letter->excluded != NULL
               : upper            ? letter->to != NULL
                                  : letter->from != NULL;
  if (!is_index(parser, item) || taken || (!comparison->differ && comparison->relation < BP_LESS))
    return add_condition(parser, comparison, below);
  if (!comparison->differ)
    return bp_letter_bound(parser, item, comparison->relation, &letter->from, &letter->to);
  letter->excluded = item;
  return true;
}

/* One comparison: of a letter with something, of two letters, or a condition. */
static bool one_comparison(struct bp_parser *parser, struct comparison comparison,
                           struct bp_below *below) {
  struct comparison turned = {comparison.right, comparison.left, mirrored(comparison.relation),
                              comparison.differ, comparison.sign};
  bool left = is_letter(parser, comparison.left), right = is_letter(parser, comparison.right);
  struct bp_summed *first = find_letter(parser, &below->list, comparison.left);
  struct bp_summed *second = find_letter(parser, &below->list, comparison.right);
  if (first && second) /* sum_{i, j : i < j}: the later one, in terms of the earlier */
    return first < second ? limit(parser, &turned, second, below)
                          : limit(parser, &comparison, first, below);
  if (first || second)
    return first ? limit(parser, &comparison, first, below) : limit(parser, &turned, second, below);
  bool down = comparison.relation == BP_GREATER || comparison.relation == BP_AT_LEAST;
  if (left && right &&
      is_size_too(parser, comparison.left) != is_size_too(parser, comparison.right)) {
    bool end = is_size_too(parser, comparison.left) && down; /* n > i: the size is a bound */
    left = !end;
    right = end;
  }
  if (left || right) {
    struct bp_summed *letter =
        letter_for(parser, &below->list, left ? comparison.left : comparison.right);
    if (!letter || (left && right && comparison.relation < BP_LESS && !comparison.differ))
      return letter && bp_unexpected(parser, "bounds, as in i = 1..n", below_like);
    letter->pair = left && right;
    letter->relation = comparison.relation;
    if (!letter->pair || comparison.differ)
      return limit(parser, left ? &comparison : &turned, letter, below);
    letter->excluded = comparison.right;
    return true;
  }
  return add_condition(parser, &comparison, below);
}

/* 1 ≤ i ≤ n, i < j ≤ n, 1 ≤ i < j ≤ n: the letters inside, each in terms of the one before. */
static bool chain(struct bp_parser *parser, struct bp_expression *const *item,
                  const struct comparison *links, size_t count, struct bp_below *below) {
  for (size_t k = 0; k < count; k++)
    if (links[k].differ || (links[k].relation != BP_LESS && links[k].relation != BP_AT_MOST))
      return bp_complain(parser, links[k].sign, "sum_{1 ≤ i < j ≤ n} x_i*x_j",
                         "a chain of bounds goes up from left to right");
  for (size_t k = 1; k < count; k++)
    if (!is_letter(parser, item[k]))
      return bp_complain(parser, item[k]->span, "sum_{1 ≤ i ≤ n} x_i",
                         "between two bounds stands the letter that the sum runs over");
  for (size_t k = 1; k < count; k++) {
    struct bp_summed *letter = letter_for(parser, &below->list, item[k]);
    struct bp_expression *end = item[count];
    for (size_t later = count; end && later-- > k;)
      end = beside(parser, end, BP_EXPR_SUBTRACT, links[later].relation == BP_LESS);
    if (!letter || !end)
      return false;
    letter->from = beside(parser, item[k - 1], BP_EXPR_ADD, links[k - 1].relation == BP_LESS);
    letter->to = end;
    if (!letter->from)
      return false;
  }
  return true;
}

/* ---- sets ----------------------------------------------------------------- */

/* set = "{" number { "," number } "}", as many sums of one term. */
static bool listed_set(struct bp_parser *parser, struct bp_below *below) {
  struct bp_span opening = parser->token.span;
  bool round = parser->token.kind == BP_TOKEN_LEFT;
  struct bp_inside outer = bp_open(parser);
  do {
    struct bp_expression *element = bp_parse_expression(parser);
    struct bp_expression **place =
        element ? bp_list_add(parser, &below->elements, sizeof(struct bp_expression *)) : NULL;
    if (!place)
      return false;
    if (!is_index(parser, element))
      return bp_complain(parser, element->span, "sum_{i in {1, 3}} x_i",
                         "a set below a sum lists indices");
    *place = element;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  return bp_close(parser, round ? BP_TOKEN_RIGHT : BP_TOKEN_RIGHT_BRACE, opening, outer);
}

/* letter "in" ( expression ".." expression | set | name ) */
static bool letter_in(struct bp_parser *parser, struct bp_expression *item,
                      struct bp_below *below) {
  struct bp_span sign = parser->token.span;
  struct bp_summed *letter =
      is_letter(parser, item) ? letter_for(parser, &below->list, item) : NULL;
  if (!letter)
    return bp_complain(parser, item->span, "sum_{i in 1..n} x_i",
                       "what is in a set is a letter that the file does not declare");
  bp_advance(parser);
  if (parser->token.kind == BP_TOKEN_LEFT_BRACE || parser->token.kind == BP_TOKEN_LEFT)
    return listed_set(parser, below);
  struct bp_expression *set = bp_parse_expression(parser);
  if (!set)
    return false;
  if (bp_take(parser, BP_TOKEN_RANGE)) {
    letter->from = set;
    return (letter->to = bp_parse_expression(parser)) != NULL;
  }
  const struct bp_name *name = name_of(parser, set);
  if (!name || !name->declared)
    return bp_complain(parser, set->span,
                       name ? bp_suggest(parser,
                                         "given %s : n in {0, 1}, 1 for each index that is in %s",
                                         name->text, name->text)
                            : "sum_{i in 1..n}, sum_{i in {1, 3}}",
                       "it is not said which indices are in this set");
  struct bp_expression *member = bp_node(parser, BP_EXPR_ELEMENT, set->span.begin, sign, 2);
  if (!member)
    return false;
  member->child[0] = set;
  member->child[1] = item;
  struct comparison is_in = {bp_node_done(parser, member), number(parser, sign, "1"), BP_EQUAL,
                             false, sign};
  return is_in.left && is_in.right && add_condition(parser, &is_in, below);
}

/* ---- the whole ------------------------------------------------------------ */

/* letter "=" [ expression ] [ ".." expression ] */
static bool letter_range(struct bp_parser *parser, const struct bp_expression *item,
                         struct bp_below *below) {
  struct bp_summed *letter = letter_for(parser, &below->list, item);
  bp_advance(parser);
  if (!letter)
    return false;
  if (parser->token.kind != BP_TOKEN_RANGE && !(letter->from = bp_parse_expression(parser)))
    return false;
  return !bp_take(parser, BP_TOKEN_RANGE) || (letter->to = bp_parse_expression(parser)) != NULL;
}

static bool at_comparison(const struct bp_parser *parser, struct comparison *link) {
  link->differ = parser->token.kind == BP_TOKEN_NOT_EQUAL;
  link->relation = BP_EQUAL;
  link->sign = parser->token.span;
  return link->differ ||
         (bp_relation_of(parser->token.kind, &link->relation) && link->relation != BP_APPROXIMATE);
}

bool bp_parse_below_part(struct bp_parser *parser, struct bp_below *below) {
  enum { MOST = 4 };
  struct bp_expression *item[MOST] = {bp_parse_expression(parser)};
  struct comparison links[MOST];
  size_t count = 0;
  if (!item[0])
    return false;
  bool letter = is_letter(parser, item[0]);
  if (letter && parser->token.kind == BP_TOKEN_EQUAL && !find_letter(parser, &below->list, item[0]))
    return letter_range(parser, item[0], below);
  if (bp_is_word(parser, BP_WORD_IN))
    return letter_in(parser, item[0], below);
  while (count + 1 < MOST && at_comparison(parser, &links[count])) {
    bp_advance(parser);
    if (!(item[count + 1] = bp_parse_expression(parser)))
      return false;
    links[count].left = item[count];
    links[count].right = item[count + 1];
    count++;
  }
  if (count > 1)
    return chain(parser, item, links, count, below);
  if (count == 1)
    return one_comparison(parser, links[0], below);
  return letter ? letter_for(parser, &below->list, item[0]) != NULL
                : bp_complain(parser, item[0]->span, below_like,
                              "a sum runs over a letter that the file does not declare");
}

struct bp_expression *bp_below_choose(struct bp_parser *parser, const struct bp_below *below,
                                      enum bp_join join, struct bp_expression *body) {
  const struct bp_condition *conditions = below->conditions.items;
  for (size_t k = below->conditions.count; body && k-- > 0;) {
    struct bp_span span = conditions[k].test->span;
    struct bp_expression *left_out = number(parser, span, join == BP_JOIN_PRODUCT ? "1" : "0");
    struct bp_expression *name = bp_name_node(parser, span, "where");
    struct bp_expression *call = bp_node(parser, BP_EXPR_CALL, body->span.begin, span, 4);
    if (!left_out || !name || !call)
      return NULL;
    call->span = (struct bp_span){span.begin, body->span.end};
    call->child[0] = name;
    call->child[1] = conditions[k].test;
    call->child[2] = conditions[k].differ ? left_out : body;
    call->child[3] = conditions[k].differ ? body : left_out;
    body = bp_node_done(parser, call);
  }
  return body;
}
