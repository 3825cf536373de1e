/* What index letters run over.
 *
 * A letter that nobody declares runs over everything that exists: over the members that each family
 * has where it is an index in brackets, and over the rows and columns of what it picks elements of.
 * In an index such as l-1 it may be shifted.  The same is true of the letter of a sum without
 * bounds, within that sum.
 */
#include "value/extent.h"

#include <limits.h>
#include <string.h>

#include "lang/build.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "value/shape.h"

struct limits {
  struct bp_world *world;
  const char *letter;
  long low, high;
  bool any;
  int depth;
  bool sized; /* it picks elements somewhere, without a shift: of a matrix of this size there */
  struct bp_size size;
  bool uneven;            /* it picks elements of lengths that differ by a number */
  const char *shifted_in; /* the letter of a sum by which it is shifted, so that it ends sooner */
  bool ends;              /* `high` is where a matrix ends, which is this as a symbol */
  struct bp_size end;     /* in world->symbols */
  bool steps;             /* of a sum, which is over steps and not over where they begin */
  const char *begins;     /* the family whose member 0 is left out for that, or NULL */
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

/* The last member as a symbol, where the range of its line says one: K of w[k] for k = 1..K. */
static void end_by_range(struct limits *limits, struct bp_declaration *declaration, size_t index,
                         long high) {
  struct bp_world *world = limits->world;
  struct bp_fault before = world->fault;
  for (size_t k = 0; k < declaration->count; k++) {
    struct bp_piece *piece = &declaration->pieces[k];
    const struct bp_statement *statement = piece->line.statement;
    const struct bp_expression *letter =
        index < piece->target->count ? piece->target->child[index] : NULL;
    for (size_t r = 0; letter && letter->kind == BP_EXPR_NAME && r < statement->range_count; r++) {
      struct bp_size end;
      if (strcmp(statement->ranges[r].name, letter->name) != 0)
        continue;
      struct bp_context user = bp_world_enter(world, &piece->line);
      bool known = bp_world_size(world, statement->ranges[r].to, NULL, &end);
      bp_world_leave(world, user);
      if (known && end.value == high && limits->high == high) {
        limits->ends = true;
        limits->end = end;
      }
    }
  }
  world->fault = before;
}

/* Whether member 0 is given apart from the others, which are computed: h[0] of h[t] = … h[t-1] ….
 * Nobody who writes a sum over t means it, too. */
static bool begins_apart(const struct bp_declaration *declaration, size_t index) {
  bool begins = false, goes_on = false;
  for (size_t k = 0; k < declaration->count; k++) {
    const struct bp_piece *piece = &declaration->pieces[k];
    const struct bp_expression *picked =
        index < piece->target->count ? piece->target->child[index] : NULL;
    begins = begins || (picked && bp_is_number(picked, "0"));
    goes_on = goes_on || (picked && picked->kind == BP_EXPR_NAME);
  }
  return begins && goes_on && declaration->kind == BP_DECLARED_LET;
}

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
      if (limits->steps && shift == 0 && low == 0 && begins_apart(declaration, i)) {
        limits->begins = name->name;
        low = 1;
      }
      limit(limits, less(low, shift), less(high, shift));
      if (shift == 0)
        end_by_range(limits, declaration, i, high);
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

/* n and n - 1: symbols that differ by a number, as lengths do where neighbours are paired. */
static bool differ_by_number(struct bp_world *world, struct bp_size a, struct bp_size b) {
  struct bp_size difference = bp_size_add(world->symbols, a, b, -1);
  bool symbols = false;
  for (size_t i = 0; i < a.count; i++)
    symbols = symbols || a.terms[i].degree > 0;
  for (size_t i = 0; i < difference.count; i++)
    symbols = symbols && difference.terms[i].degree == 0;
  return symbols;
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
  if (differ_by_number(world, first, size)) {
    limits->uneven = true;
    return true;
  }
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
    if (!bp_expression_shape(world, element->child[0], scope, &shape) ||
        (bp_symbolic_number(shape) && bp_is_unit_vector(world, element)))
      return false;
    bool vector = element->count == 2;
    long row, picked;
    if (vector && shape.rows.value != 1 && shape.columns.value != 1 &&
        !bp_element_pick(world, element, scope, shape.rows.value, shape.columns.value, &row,
                         &picked))
      return false; /* P_u of a matrix, whose rows nobody can tell from its columns */
    bool column = i == 2 || (vector && shape.columns.value != 1);
    struct bp_size size = column ? shape.columns : shape.rows;
    struct bp_origin origin = bp_world_origin(world, element->child[0]);
    long first = column ? origin.column : origin.row;
    if (first == 0) /* the last index, and not how many there are */
      size = bp_size_add(world->symbols, size, bp_size_constant(world->symbols, 1), -1);
    if (vector && bp_world_has_zero(world, element->child[0]))
      first = 0;
    bool alone =
        element->child[i]->kind == BP_EXPR_NAME; /* x_{i+u-1} at u = 1 is shifted elsewhere */
    if (alone && !one_size(limits, element->child[i], size, column ? "columns" : "rows"))
      return false;
    long high = less(size.value, shift);
    bool lower = !limits->any || high < limits->high;
    limits->uneven = limits->uneven || (limits->any && limits->low != less(first, shift));
    limit(limits, less(first, shift), high);
    if (lower) {
      limits->ends = true;
      limits->end = bp_size_add(world->symbols, size, bp_size_constant(world->symbols, labs(shift)),
                                shift > 0 ? -1 : 1);
    }
  }
  return true;
}

/* An end of a sum inside, where the letters around it have values; 1 where they have none yet. */
static bool inner_end(struct limits *limits, const struct bp_expression *bound,
                      const struct bp_scope *scope, long *end) {
  struct bp_fault before = limits->world->fault;
  *end = 1;
  if (bound->kind == BP_EXPR_ALL || bp_world_index(limits->world, bound, scope, end))
    return true;
  if (limits->world->fault.kind == BP_FAULT_MISUSE)
    limits->world->fault = before;
  *end = 1;
  return limits->world->fault.kind == BP_FAULT_NONE;
}

/* What stands in a sum over another letter, at both ends of that: in x_{i+u-1} i goes as far as it
 * can for every u.  Where the two do not meet one end says it all; sums in sums in sums whose
 * letters all meet take 2 to the depth, which counts as work. */
static bool limit_by_terms(struct limits *limits, const struct bp_expression *sum,
                           const struct bp_scope *scope) {
  long from, to;
  if (!bp_expression_mentions(sum->child[2], limits->letter))
    return true;
  if (!bp_world_work(limits->world, 1, sum->span) ||
      !inner_end(limits, sum->child[0], scope, &from) ||
      !inner_end(limits, sum->child[1], scope, &to))
    return false;
  struct bp_scope inner = {sum->name, from, NULL, scope};
  if (!limit_by(limits, sum->child[2], &inner))
    return false;
  struct limits before = *limits;
  inner.index = to;
  if (to <= from || sum->child[1]->kind == BP_EXPR_ALL ||
      !bp_expression_mentions(sum->child[2], sum->name))
    return true;
  if (!limit_by(limits, sum->child[2], &inner))
    return false;
  if (before.any && (limits->low > before.low || limits->high < before.high))
    limits->shifted_in = sum->name;
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
  for (size_t i = from; i < to; i++) {
    bool own = expression->kind == BP_EXPR_SUM && i == 2;
    if (own && !strcmp(expression->name, limits->letter))
      continue;
    if (own ? !limit_by_terms(limits, expression, scope)
            : !limit_by(limits, expression->child[i], scope))
      return false;
  }
  return true;
}

static bool limit_by_all(struct limits *limits, const struct bp_expression *const *expressions,
                         size_t count, const struct bp_scope *scope) {
  for (size_t i = 0; i < count; i++)
    if (!limit_by(limits, expressions[i], scope))
      return false;
  return true;
}

bool bp_letter_extent(struct bp_world *world, const char *letter,
                      const struct bp_expression *const *expressions, size_t count,
                      const struct bp_scope *scope, bool *any, long *low, long *high) {
  struct limits limits = {.world = world, .letter = letter};
  if (!limit_by_all(&limits, expressions, count, scope))
    return false;
  if (limits.uneven && !limits.shifted_in && !world->quiet)
    bp_world_note(world, bp_arena_printf(world->model->arena,
                                         "%s runs over what exists everywhere in this line, and no "
                                         "further",
                                         letter));
  if (limits.shifted_in && !world->quiet)
    bp_world_note(
        world, bp_arena_printf(world->model->arena,
                               "%s runs over what exists for every %s of the sum, and no further",
                               letter, limits.shifted_in));
  *any = limits.any;
  *low = limits.low;
  *high = limits.high;
  return true;
}

/* One bound of a sum: as written, or where the letter ends. */
static bool bound_of(struct bp_world *world, const struct bp_expression *bound,
                     const struct bp_scope *scope, long extent, long *value) {
  *value = extent;
  return bound->kind == BP_EXPR_ALL || bp_world_index(world, bound, scope, value);
}

/* The i of x_i; NULL where nothing in it is picked by a letter. */
static const struct bp_expression *picking_letter(const struct bp_expression *node) {
  for (size_t i = 1; node->kind == BP_EXPR_ELEMENT && i < node->count; i++)
    if (node->child[i]->kind == BP_EXPR_NAME && node->child[i]->count == 0)
      return node->child[i];
  const struct bp_expression *found = NULL;
  for (size_t i = 0; i < node->count && !found; i++)
    found = picking_letter(node->child[i]);
  return found;
}

/* sum_j x_j for sum_j x_i, of which the letter is another one; NULL where that is not so. */
static const char *with_own_letter(struct bp_world *world, const struct bp_expression *sum) {
  struct bp_builder build = {.arena = world->model->arena};
  const struct bp_expression *letter = picking_letter(sum->child[2]);
  const struct bp_expression *own = letter ? bp_build_name(&build, sum->name) : NULL;
  const struct bp_expression *meant =
      own ? bp_build_with_letter(&build, sum, letter->name, own) : NULL;
  const char *text = meant ? bp_expression_text(meant, NULL, NULL, build.arena) : NULL;
  return text ? bp_arena_printf(build.arena, "did you mean %s?", text) : NULL;
}

/* Nothing says how far a letter runs. */
static bool runs_nowhere(struct bp_world *world, const struct bp_expression *sum) {
  bool entries = sum->order == BP_JOIN_BELOW || sum->order == BP_JOIN_BESIDE;
  const char *like = entries ? "for %s = 1..n behind the formula, where 1..n are its bounds"
                     : sum->order == BP_JOIN_PRODUCT ? "prod_{%s=1..m} with its bounds"
                                                     : "sum_{%s=1..m} with its bounds";
  const char *meant = world->quiet || entries ? NULL : with_own_letter(world, sum);
  if (!meant && !world->quiet)
    meant = bp_arena_printf(world->model->arena, like, sum->name);
  return bp_fault_set(world, BP_FAULT_MISUSE, sum->span, meant,
                      "what %s runs over is not known: it picks nothing in %s", sum->name,
                      entries ? "these entries" : "this sum");
}

/* The upper bound as a symbol, where it is one. */
static struct bp_size symbolic_end(struct bp_world *world, const struct bp_expression *sum,
                                   const struct bp_scope *scope, const struct limits *limits,
                                   long to) {
  struct bp_fault before = world->fault;
  struct bp_size end = bp_size_constant(world->symbols, to);
  if (sum->child[1]->kind == BP_EXPR_ALL)
    return limits->ends && limits->high == limits->end.value ? limits->end : end;
  if (!bp_world_size(world, sum->child[1], scope, &end))
    world->fault = before;
  return end;
}

bool bp_sum_bounds(struct bp_world *world, const struct bp_expression *sum,
                   const struct bp_scope *scope, struct bp_sum_bounds *bounds) {
  struct limits limits = {.world = world, .letter = sum->name};
  limits.steps = sum->child[0]->kind == BP_EXPR_ALL && sum->order == BP_JOIN_SUM;
  bool open = sum->child[0]->kind == BP_EXPR_ALL || sum->child[1]->kind == BP_EXPR_ALL;
  if (open && !limit_by(&limits, sum->child[2], scope))
    return false;
  if (open && !limits.any)
    return runs_nowhere(world, sum);
  if (limits.begins && limits.low == 1 && !world->quiet)
    bp_world_note(world, bp_arena_printf(world->model->arena,
                                         "%s begins with 1: %s[0] is where the steps begin; with "
                                         "it sum_{%s=0..…}",
                                         sum->name, limits.begins, sum->name));
  bounds->excludes = sum->count > 3;
  bounds->excluded = 0;
  if (!bound_of(world, sum->child[0], scope, limits.low, &bounds->from) ||
      !bound_of(world, sum->child[1], scope, limits.high, &bounds->to) ||
      (bounds->excludes && !bp_world_index(world, sum->child[3], scope, &bounds->excluded)))
    return false;
  bounds->end = symbolic_end(world, sum, scope, &limits, bounds->to);
  return true;
}
