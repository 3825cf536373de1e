/* Index letters of a claim, and all their combinations.
 *
 * Letters of families come first, since the shapes that limit the others may depend on them.
 */
#include "judge/letters.h"

#include <limits.h>
#include <string.h>

#include "value/extent.h"

/* ---- finding letters ---------------------------------------------------- */

struct finder {
  struct bp_world *world;
  const struct bp_statement *statement;
  struct bp_letters *letters;
  bool elements; /* looking for letters of elements, not of families */
  bool fine;
};

static bool known_letter(const struct bp_letters *letters, const char *name) {
  for (size_t i = 0; i < letters->count; i++)
    if (!strcmp(letters->list[i].name, name))
      return true;
  return false;
}

static void add_letter(struct finder *finder, const struct bp_expression *name,
                       const struct bp_range *range) {
  const char *text = range ? range->name : name->name;
  struct bp_letters *letters = finder->letters;
  if (known_letter(letters, text))
    return;
  struct bp_letter *list = bp_arena_alloc(finder->world->symbols, letters->count + 1, sizeof *list);
  finder->fine = finder->fine && list;
  if (!list)
    return;
  if (letters->count)
    memcpy(list, letters->list, letters->count * sizeof *list);
  list[letters->count++] = (struct bp_letter){text, range, name};
  letters->list = list;
}

/* Letters in an index expression. */
static void find_in_index(struct finder *finder, const struct bp_expression *index,
                          const struct bp_scope *bound) {
  if (index->kind == BP_EXPR_NAME && index->count == 0 && !bp_scope_find(bound, index->name) &&
      !bp_model_find(finder->world->model, index->name))
    add_letter(finder, index, NULL);
  for (size_t i = 0; i < index->count; i++)
    find_in_index(finder, index->child[i], bound);
}

static void find(struct finder *finder, const struct bp_expression *expression,
                 const struct bp_scope *bound) {
  bool name = expression->kind == BP_EXPR_NAME, element = expression->kind == BP_EXPR_ELEMENT;
  struct bp_scope inner = {expression->name, 0, NULL, bound};
  for (size_t i = 0; i < expression->count; i++) {
    bool index = name || (element && i > 0);
    bool own = expression->kind == BP_EXPR_SUM && i == 2;
    if (index && element == finder->elements)
      find_in_index(finder, expression->child[i], bound);
    if (!index)
      find(finder, expression->child[i], own ? &inner : bound);
  }
}

bool bp_letters_find(struct bp_world *world, const struct bp_statement *statement,
                     struct bp_letters *letters) {
  struct finder finder = {world, statement, letters, false, true};
  *letters = (struct bp_letters){0};
  for (size_t i = 0; i < statement->range_count; i++)
    add_letter(&finder, NULL, &statement->ranges[i]);
  for (int pass = 0; pass < 2; pass++) {
    finder.elements = pass == 1;
    for (size_t i = 0; i < statement->side_count; i++)
      find(&finder, statement->sides[i], NULL);
  }
  return finder.fine ||
         bp_fault_set(world, BP_FAULT_MEMORY, statement->span, NULL, "out of memory");
}

/* ---- what a letter runs over -------------------------------------------- */

static bool range_of(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_letter *letter, const struct bp_scope *scope, long *low,
                     long *high) {
  if (letter->range)
    return bp_world_index(world, letter->range->from, scope, low) &&
           bp_world_index(world, letter->range->to, scope, high);
  bool any;
  if (!bp_letter_extent(world, letter->name, statement->sides, statement->side_count, scope, &any,
                        low, high))
    return false;
  if (!any && world->model->unread_count > 0)
    return bp_fault_set(world, BP_FAULT_CONSEQUENCE, letter->occurrence->span, NULL,
                        "what %s runs over is not known, because there is a mistake in %s",
                        letter->name,
                        bp_model_line_text(&world->model->unread[0].line,
                                           world->context.line->source, world->model->arena));
  return any || bp_fault_unknown(world, letter->occurrence);
}

/* ---- all combinations --------------------------------------------------- */

struct walk {
  struct bp_world *world;
  const struct bp_statement *statement;
  const struct bp_letters *letters;
  bool (*each)(void *context, const struct bp_scope *scope);
  void *context;
  size_t *members;
};

/* What a member of a claim costs apart from its values, in numbers computed. */
enum { MEMBER_WORK = 50 };

static bool walk_from(struct walk *walk, size_t k, const struct bp_scope *scope) {
  if (k == walk->letters->count) {
    ++*walk->members;
    return bp_world_work(walk->world, MEMBER_WORK, walk->statement->span) &&
           walk->each(walk->context, scope);
  }
  const struct bp_letter *letter = &walk->letters->list[k];
  long low, high;
  if (!range_of(walk->world, walk->statement, letter, scope, &low, &high))
    return false;
  for (long i = low; i <= high; i++) {
    struct bp_scope inner = {letter->name, i, NULL, scope};
    if (!walk_from(walk, k + 1, &inner))
      return false;
    if (i == LONG_MAX)
      break;
  }
  return true;
}

bool bp_letters_each(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_letters *letters,
                     bool (*each)(void *context, const struct bp_scope *scope), void *context,
                     size_t *members) {
  struct walk walk = {world, statement, letters, each, context, members};
  *members = 0;
  return walk_from(&walk, 0, NULL);
}
