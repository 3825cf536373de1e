/* What index letters run over.
 *
 * A letter that nobody declares runs over everything that exists: over the members that each family
 * has where it is an index in brackets, and over the rows and columns of what it picks elements of.
 * In an index such as l-1 it may be shifted.  Letters of families come first, since the shapes that
 * limit the others may depend on them.
 */
#include "judge/letters.h"

#include <limits.h>
#include <string.h>

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

struct limits {
  struct bp_world *world;
  const char *letter;
  long low, high;
  bool any;
  int depth;
  bool sized; /* it picks elements somewhere, without a shift: of a matrix of this size there */
  struct bp_size size;
};

static long less(long a, long b) {
  long difference;
  if (__builtin_sub_overflow(a, b, &difference))
    return b < 0 ? LONG_MAX : LONG_MIN;
  return difference;
}

static void limit(struct limits *limits, long low, long high) {
  limits->low = limits->any && limits->low > low ? limits->low : low;
  limits->high = limits->any && limits->high < high ? limits->high : high;
  limits->any = true;
}

/* Whether the index is the letter plus a number; its value for 0 is the shift. */
static bool shifted(struct limits *limits, const struct bp_expression *index,
                    const struct bp_scope *scope, long *shift, bool *letter) {
  struct bp_scope zero = {limits->letter, 0, NULL, scope};
  struct bp_scope one = {limits->letter, 1, NULL, scope};
  long next;
  *letter = false;
  if (index->kind == BP_EXPR_ALL)
    return true;
  struct bp_fault before = limits->world->fault;
  bool fine = bp_world_index(limits->world, index, &zero, shift) &&
              bp_world_index(limits->world, index, &one, &next);
  if (!fine && limits->world->fault.kind == BP_FAULT_MISUSE)
    limits->world->fault = before; /* another letter, not bound yet: no limit from here */
  *letter = fine && less(next, *shift) == 1;
  return limits->world->fault.kind == BP_FAULT_NONE;
}

static bool limit_by(struct limits *limits, const struct bp_expression *expression,
                     const struct bp_scope *scope);

/* A member W[l-1]: by the members that exist; of a write, by what it stands for.  There a name that
 * is given further down limits all the same: the write itself is complained of. */
static bool limit_by_family(struct limits *limits, const struct bp_expression *name,
                            const struct bp_scope *scope) {
  struct bp_world *world = limits->world;
  struct bp_declaration *declaration =
      limits->depth ? bp_model_find(world->model, name->name) : bp_world_visible(world, name->name);
  if (!declaration || declaration->count == 0 || declaration->kind == BP_DECLARED_SIZE)
    return true;
  for (size_t i = 0; i < name->count; i++) {
    long shift, low, high;
    bool letter;
    if (!shifted(limits, name->child[i], scope, &shift, &letter))
      return false;
    if (!letter)
      continue;
    if (bp_world_extent(world, declaration, i, &low, &high)) {
      limit(limits, less(low, shift), less(high, shift));
      continue;
    }
    if (world->fault.kind != BP_FAULT_NONE)
      return false;
    const struct bp_piece *piece = &declaration->pieces[0];
    const struct bp_expression *written = i < piece->target->count ? piece->target->child[i] : NULL;
    if (declaration->kind != BP_DECLARED_WRITE || !written || written->kind != BP_EXPR_NAME ||
        limits->depth > 20)
      continue;
    struct limits inside = {.world = world, .letter = written->name, .depth = limits->depth + 1};
    struct bp_context user = bp_world_enter(world, &piece->line);
    bool fine = limit_by(&inside, piece->line.statement->sides[0], NULL);
    bp_world_leave(world, user);
    if (!fine)
      return false;
    if (inside.any)
      limit(limits, less(inside.low, shift), less(inside.high, shift));
  }
  return true;
}

/* The same letter cannot run over two different sizes: p_{1,i} and y_{i,1} for rows p and y. */
static bool one_size(struct limits *limits, const struct bp_expression *index, struct bp_size size,
                     const char *what) {
  struct bp_world *world = limits->world;
  struct bp_size first = limits->sized ? limits->size : size;
  limits->sized = true;
  limits->size = first;
  if (bp_size_fits(world, first, size))
    return true;
  return bp_fault_set(
      world, BP_FAULT_SHAPE, index->span, "is a row meant for a column, or another letter?",
      "%s runs up to %s elsewhere in this line, and here over %s %s", limits->letter,
      bp_size_text(world->symbols, first), bp_size_text(world->symbols, size), what);
}

/* An element X_{:,i}: by the rows and columns, where these are known already. */
static bool limit_by_element(struct limits *limits, const struct bp_expression *element,
                             const struct bp_scope *scope) {
  struct bp_world *world = limits->world;
  for (size_t i = 1; i < element->count; i++) {
    long shift;
    bool letter;
    if (!shifted(limits, element->child[i], scope, &shift, &letter))
      return false;
    if (!letter)
      continue;
    struct bp_symbolic shape;
    if (!bp_expression_shape(world, element->child[0], scope, &shape))
      return false;
    bool vector = element->count == 2;
    bool column = i == 2 || (vector && shape.columns.value != 1);
    struct bp_size size = column ? shape.columns : shape.rows;
    if (shift == 0 && !one_size(limits, element->child[i], size, column ? "columns" : "rows"))
      return false;
    limit(limits, less(1, shift), less(size.value, shift));
  }
  return true;
}

static bool limit_by(struct limits *limits, const struct bp_expression *expression,
                     const struct bp_scope *scope) {
  if (expression->kind == BP_EXPR_NAME)
    return limit_by_family(limits, expression, scope);
  if (expression->kind == BP_EXPR_ELEMENT && !limit_by_element(limits, expression, scope))
    return false;
  size_t from = 0, to = expression->count;
  if (expression->kind == BP_EXPR_ELEMENT)
    to = 1;
  struct bp_scope inner = {expression->name, 1, NULL, scope};
  for (size_t i = from; i < to; i++) {
    bool own = expression->kind == BP_EXPR_SUM && i == 2;
    if (own && !strcmp(expression->name, limits->letter))
      continue;
    if (!limit_by(limits, expression->child[i], own ? &inner : scope))
      return false;
  }
  return true;
}

static bool range_of(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_letter *letter, const struct bp_scope *scope, long *low,
                     long *high) {
  if (letter->range)
    return bp_world_index(world, letter->range->from, scope, low) &&
           bp_world_index(world, letter->range->to, scope, high);
  struct limits limits = {.world = world, .letter = letter->name};
  for (size_t i = 0; i < statement->side_count; i++)
    if (!limit_by(&limits, statement->sides[i], scope))
      return false;
  *low = limits.low;
  *high = limits.high;
  if (!limits.any && world->model->unread_count > 0)
    return bp_fault_set(world, BP_FAULT_CONSEQUENCE, letter->occurrence->span, NULL,
                        "what %s runs over is not known, because there is a mistake in %s",
                        letter->name,
                        bp_model_line_text(&world->model->unread[0].line,
                                           world->context.line->source, world->model->arena));
  return limits.any || bp_fault_unknown(world, letter->occurrence);
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
