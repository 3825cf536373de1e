/* Members of families: which line defines one, and which there are.
 *
 * A line such as `let A[l] = ... for l = 1..L` defines A[3] when l + shift = 3 has a solution in
 * the range; the target's index may be a number (A[0]) or a letter plus or minus a number.
 */
#include <limits.h>
#include <string.h>

#include "model/world.h"

/* ---- which line defines a member ---------------------------------------- */

static const struct bp_range *range_of(const struct bp_statement *statement, const char *name) {
  for (size_t i = 0; i < statement->range_count; i++)
    if (!strcmp(statement->ranges[i].name, name))
      return &statement->ranges[i];
  return NULL;
}

/* The letter in an index expression, NULL when it has none: a name that is a range's or that
 * nothing declares. */
static const char *letter_in(struct bp_world *world, const struct bp_statement *statement,
                             const struct bp_expression *index) {
  if (index->kind == BP_EXPR_NAME && index->count == 0 &&
      (range_of(statement, index->name) || !bp_model_find(world->model, index->name)))
    return index->name;
  for (size_t i = 0; i < index->count; i++) {
    const char *letter = letter_in(world, statement, index->child[i]);
    if (letter)
      return letter;
  }
  return NULL;
}

static bool push(struct bp_world *world, const struct bp_scope **scope, const char *name,
                 long value) {
  struct bp_scope *entry = bp_arena_alloc(world->keep, 1, sizeof *entry);
  if (!entry)
    return bp_fault_set(world, BP_FAULT_MEMORY, (struct bp_span){0, 0}, NULL, "out of memory");
  *entry = (struct bp_scope){name, value, NULL, *scope};
  *scope = entry;
  return true;
}

/* Solves index expression = value for its letter; *fits says whether that is possible. False with a
 * fault. */
static bool match_index(struct bp_world *world, const struct bp_statement *statement,
                        const struct bp_expression *index, long value,
                        const struct bp_scope **scope, bool *fits) {
  const char *letter = letter_in(world, statement, index);
  const struct bp_scope *known = letter ? bp_scope_find(*scope, letter) : NULL;
  struct bp_scope zero = {letter, 0, NULL, *scope};
  long shift, low, high;
  if (!bp_world_index(world, index, letter && !known ? &zero : *scope, &shift))
    return false;
  if (!letter || known) {
    *fits = *fits && shift == value;
    return true;
  }
  const struct bp_range *range = range_of(statement, letter);
  long found;
  if (__builtin_sub_overflow(value, shift, &found)) {
    *fits = false;
    return true;
  }
  if (range) {
    if (!bp_world_index(world, range->from, *scope, &low) ||
        !bp_world_index(world, range->to, *scope, &high))
      return false;
    *fits = *fits && found >= low && found <= high;
  }
  return push(world, scope, letter, found);
}

static bool match_piece(struct bp_world *world, const struct bp_piece *piece, const long *index,
                        const struct bp_scope **scope, bool *fits) {
  const struct bp_expression *target = piece->target;
  struct bp_context user = bp_world_enter(world, &piece->line);
  *scope = NULL;
  *fits = true;
  bool fine = true;
  for (size_t i = 0; fine && i < target->count; i++)
    fine = match_index(world, piece->line.statement, target->child[i], index[i], scope, fits);
  bp_world_leave(world, user);
  return fine;
}

/* ---- the extent of a family --------------------------------------------- */

static void widen(bool *any, long *low, long *high, long from, long to) {
  if (from > to)
    return;
  *low = *any && *low < from ? *low : from;
  *high = *any && *high > to ? *high : to;
  *any = true;
}

/* Held at the ends of what a long can be. */
static long shifted(long index, long shift) {
  long sum;
  if (__builtin_add_overflow(index, shift, &sum))
    return shift < 0 ? LONG_MIN : LONG_MAX;
  return sum;
}

/* The indices that one line gives members in that dimension, in that line.  False when it has none
 * or they are not limited. */
static bool piece_extent(struct bp_world *world, const struct bp_piece *piece, size_t dimension,
                         long *low, long *high) {
  if (dimension >= piece->target->count)
    return false;
  const struct bp_expression *index = piece->target->child[dimension];
  const char *letter = letter_in(world, piece->line.statement, index);
  struct bp_scope zero = {letter, 0, NULL, NULL};
  const struct bp_range *range = letter ? range_of(piece->line.statement, letter) : NULL;
  long shift, from = 0, to = 0;
  if (letter && !range)
    return false;
  if (!bp_world_index(world, index, letter ? &zero : NULL, &shift))
    return false;
  if (range && (!bp_world_index(world, range->from, NULL, &from) ||
                !bp_world_index(world, range->to, NULL, &to)))
    return false;
  *low = shifted(from, shift);
  *high = shifted(to, shift);
  return true;
}

bool bp_world_extent(struct bp_world *world, const struct bp_declaration *declaration,
                     size_t dimension, long *low, long *high) {
  bool any = false;
  for (size_t i = 0; i < declaration->count; i++) {
    long from, to;
    struct bp_context user = bp_world_enter(world, &declaration->pieces[i].line);
    bool limited = piece_extent(world, &declaration->pieces[i], dimension, &from, &to);
    bp_world_leave(world, user);
    if (!limited)
      return false;
    widen(&any, low, high, from, to);
  }
  return any;
}

/* ---- nodes -------------------------------------------------------------- */

static uint64_t bucket_of(const struct bp_world *world, const struct bp_declaration *declaration,
                          const long *index, size_t count) {
  uint64_t hash = declaration->number * 0x9e3779b97f4a7c15u;
  for (size_t i = 0; i < count; i++)
    hash = (hash ^ (uint64_t)index[i]) * 0xbf58476d1ce4e5b9u;
  return (hash >> 32) % world->bucket_count;
}

/* "W has members 1 to 3" */
static bool out_of_range(struct bp_world *world, const struct bp_declaration *declaration,
                         struct bp_span span, const char *name) {
  long low, high;
  const char *suggestion = NULL;
  if (declaration->count && declaration->pieces[0].target->count &&
      bp_world_extent(world, declaration, 0, &low, &high))
    suggestion = bp_arena_printf(world->model->arena, "its members are %s[%ld] to %s[%ld]",
                                 declaration->name, low, declaration->name, high);
  return bp_fault_set(world, BP_FAULT_MISUSE, span, suggestion, "there is no %s", name);
}

static bool wrong_index_count(struct bp_world *world, const struct bp_declaration *declaration,
                              const struct bp_expression *expression) {
  size_t wanted = declaration->count ? declaration->pieces[0].target->count : 0;
  if (expression->count == wanted && wanted <= BP_MOST_INDICES)
    return false;
  bp_fault_record(world, BP_FAULT_MISUSE, expression->span,
                  wanted
                      ? bp_arena_printf(world->model->arena, "say which member: %s[%s]",
                                        declaration->name, wanted == 1 ? "1" : "1,1")
                      : "an element of a matrix is written with _, and counts from 1: a_k, W_{j,k}",
                  wanted ? "%s is a family, and this needs one of its members"
                         : "%s is a single thing, and has no members to choose from",
                  declaration->name);
  return true;
}

static struct bp_node *find_node(const struct bp_world *world,
                                 const struct bp_declaration *declaration, const long *index,
                                 size_t count) {
  struct bp_node *node = world->nodes[bucket_of(world, declaration, index, count)];
  while (node && (node->declaration != declaration ||
                  (count && memcmp(node->index, index, count * sizeof *index) != 0)))
    node = node->next;
  return node;
}

/* Deals the nodes to four times as many buckets; where memory is short they stay. */
static void spread(struct bp_world *world) {
  struct bp_node **few = world->nodes;
  size_t count = world->bucket_count;
  struct bp_node **many = bp_arena_alloc(world->keep, 4 * count, sizeof(struct bp_node *));
  if (!many)
    return;
  world->nodes = many;
  world->bucket_count = 4 * count;
  for (size_t i = 0; i < count; i++)
    for (struct bp_node *node = few[i], *next; node; node = next) {
      next = node->next;
      struct bp_node **bucket =
          &many[bucket_of(world, node->declaration, node->index, node->index_count)];
      node->next = *bucket;
      *bucket = node;
    }
}

static struct bp_node *new_node(struct bp_world *world, struct bp_declaration *declaration,
                                const long *index, size_t count, const char *name) {
  struct bp_node *node = bp_arena_alloc(world->keep, 1, sizeof *node);
  if (!node)
    return NULL;
  node->declaration = declaration;
  node->index_count = count;
  if (count)
    memcpy(node->index, index, count * sizeof *index);
  node->name = name;
  node->number = world->node_count++;
  node->seed = bp_world_seed(world, name);
  if (world->node_count > 2 * world->bucket_count)
    spread(world);
  struct bp_node **bucket = &world->nodes[bucket_of(world, declaration, index, count)];
  node->next = *bucket;
  *bucket = node;
  return node;
}

/* What looking whether a member exists costs, in numbers computed: a family of 10^9 is a limit soon
 * reached. */
enum { MEMBER_WORK = 20 };

/* The node of known indices; a fault shows `span`. */
static struct bp_node *member(struct bp_world *world, struct bp_declaration *declaration,
                              const long *index, size_t count, struct bp_span span) {
  struct bp_node *node = find_node(world, declaration, index, count);
  if (node)
    return node;
  const char *name = bp_indexed_name(world->keep, declaration->name, index, count);
  const struct bp_scope *letters = NULL;
  struct bp_piece *piece = NULL;
  for (size_t i = 0; name && i < declaration->count && !piece; i++) {
    bool fits;
    if (!match_piece(world, &declaration->pieces[i], index, &letters, &fits))
      return NULL;
    piece = fits ? &declaration->pieces[i] : NULL;
  }
  if (name && !piece) {
    out_of_range(world, declaration, span, name);
    return NULL;
  }
  if (name && !bp_world_work(world, BP_NODE_WORK, span))
    return NULL;
  node = name ? new_node(world, declaration, index, count, name) : NULL;
  if (!node) {
    bp_fault_record(world, BP_FAULT_MEMORY, span, NULL, "out of memory");
    return NULL;
  }
  node->piece = piece;
  node->scope = letters;
  return node;
}

struct bp_node *bp_world_node(struct bp_world *world, struct bp_declaration *declaration,
                              const struct bp_expression *expression,
                              const struct bp_scope *scope) {
  long index[BP_MOST_INDICES];
  if (wrong_index_count(world, declaration, expression))
    return NULL;
  for (size_t i = 0; i < expression->count; i++)
    if (!bp_world_index(world, expression->child[i], scope, &index[i]))
      return NULL;
  return member(world, declaration, index, expression->count, expression->span);
}

/* Whether some line of the family defines this member; a family may have holes. */
static bool exists(struct bp_world *world, const struct bp_declaration *declaration,
                   const long *index, bool *found) {
  *found = false;
  for (size_t i = 0; i < declaration->count && !*found; i++) {
    const struct bp_scope *letters;
    if (!match_piece(world, &declaration->pieces[i], index, &letters, found))
      return false;
  }
  return true;
}

bool bp_world_members(struct bp_world *world, struct bp_declaration *declaration,
                      struct bp_span span, bool (*each)(void *context, struct bp_node *node),
                      void *context) {
  size_t count = declaration->count ? declaration->pieces[0].target->count : 0;
  long low[BP_MOST_INDICES] = {0}, high[BP_MOST_INDICES] = {0}, index[BP_MOST_INDICES] = {0};
  if (count > BP_MOST_INDICES)
    return true; /* reported where it is used */
  for (size_t i = 0; i < count; i++) {
    if (!bp_world_extent(world, declaration, i, &low[i], &high[i]))
      return world->fault.kind == BP_FAULT_NONE;
    index[i] = low[i];
  }
  for (;;) {
    bool found;
    if (!bp_world_work(world, MEMBER_WORK, span) || !exists(world, declaration, index, &found))
      return false;
    struct bp_node *node = found ? member(world, declaration, index, count, span) : NULL;
    if (found && (!node || !each(context, node)))
      return false;
    size_t place = 0;
    while (place < count && index[place] == high[place]) {
      index[place] = low[place];
      place++;
    }
    if (place == count)
      return true;
    index[place]++;
  }
}
