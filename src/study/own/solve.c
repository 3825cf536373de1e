/* The shapes of the names of a scope, from what its definitions say.
 *
 * The definitions are parsed with all names declared, so that products without signs are read; what
 * they come to gives the shapes of the names that nobody defines.  A definition that cannot be
 * parsed, or whose shapes do not fit, is none, and its name is given.
 */
#include <string.h>

#include "lang/build.h"
#include "lang/tree.h"
#include "study/own/alone.h"
#include "study/own/declarer.h"
#include "study/own/rewrite.h"

static bool is_capital(const char *base) {
  return (base[0] >= 'A' && base[0] <= 'Z') || strncmp(base, "\\Theta", 6) == 0 ||
         (base[0] == '\\' && strchr(base, '{') && strchr(base, '{')[1] >= 'A' &&
          strchr(base, '{')[1] <= 'Z');
}

bool bp_own_is_function(const struct bp_own_declarer *declarer, const struct bp_own_name *name) {
  const struct bp_own_definition *definition = bp_own_definition_of(declarer->scope, name->text);
  return definition ? definition->form == BP_OWN_FUNCTION
                    : name->called && !name->bare && name->indices == 0;
}

/* ---- parsing --------------------------------------------------------------- */

static const char *dummy_text(const struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  struct bp_growing out = bp_growing_new(declarer->arena);
  for (size_t i = 0; i < scope->names.count; i++) {
    const struct bp_own_name *name = &scope->names.list[i];
    bp_growing_add(&out, "given %s%s : %s%s\n", name->text, name->timed ? "[t]" : "",
                   bp_own_is_function(declarer, name) ? "function"
                   : is_capital(name->base)           ? "rows_of x columns_of"
                                                      : "number",
                   name->timed ? " for t = 1..3" : "");
  }
  for (size_t i = 0; i < scope->definition_count; i++) {
    const struct bp_own_definition *one = &scope->definitions[i];
    if (one->form == BP_OWN_FUNCTION)
      bp_growing_add(&out, "let %s(%s) = %s\n", one->name, one->argument, one->text);
    else
      bp_growing_add(&out, "%s %s%s%s%s%s %s %s%s\n", one->form == BP_OWN_WRITTEN ? "write" : "let",
                     one->name, one->timed ? "[t]" : "", one->element ? "_{" : "",
                     one->element ? one->element : "", one->element ? "}" : "",
                     one->form == BP_OWN_WRITTEN ? "for" : "=", one->text,
                     one->timed && one->form != BP_OWN_WRITTEN ? " for t = 1..3" : "");
  }
  return out.text;
}

/* Which line of the text a statement is, from 0. */
static size_t line_of(const struct bp_source *source, const struct bp_statement *statement) {
  size_t count = 0;
  for (size_t at = 0; at < statement->span.begin; at++)
    count += source->text[at] == '\n';
  return count;
}

static bool parse(struct bp_own_declarer *declarer, const struct bp_vocabulary *vocabulary) {
  const struct bp_own_scope *scope = declarer->scope;
  struct bp_arena *arena = declarer->arena;
  const char *text = dummy_text(declarer);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_diagnostics diagnostics; /* a line that is not read is left out */
  size_t ids = 0;
  declarer->spelled = bp_arena_alloc(arena, scope->names.count + 1, sizeof *declarer->spelled);
  declarer->lets = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *declarer->lets);
  declarer->taken = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *declarer->taken);
  declarer->looped = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *declarer->looped);
  declarer->misfit = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *declarer->misfit);
  if (!text || !source || !declarer->spelled || !declarer->lets || !declarer->taken ||
      !declarer->looped)
    return false;
  *source = (struct bp_source){"the definitions of the note", text, strlen(text)};
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_parse(source, vocabulary, NULL, NULL, &ids, arena, &diagnostics, &declarer->parsed) != 0)
    return false;
  for (size_t i = 0; i < declarer->parsed.count; i++) {
    const struct bp_statement *statement = &declarer->parsed.statements[i];
    size_t number = line_of(source, statement);
    if (statement->broken || statement->target_count != 1)
      continue;
    if (number < scope->names.count)
      declarer->spelled[number] = statement->targets[0]->name;
    else if (number - scope->names.count < scope->definition_count && statement->side_count == 1)
      declarer->lets[number - scope->names.count] = statement;
  }
  return true;
}

/* Whether every name in it is one of the scope, or a letter that a sum around it runs over. */
static bool is_closed(const struct bp_own_declarer *declarer, const struct bp_expression *node,
                      const char *const *bound, size_t depth) {
  enum { DEEPEST = 8 };
  const char *inner[DEEPEST + 1];
  if (bp_is(node, BP_EXPR_NAME) && node->name) {
    bool known = !strcmp(node->name, "e") || !strcmp(node->name, "t") || !strcmp(node->name, "T") ||
                 !strcmp(node->name, "π") ||
                 declarer->parsed.vocabulary->find(node->name) != BP_NOT_CALLABLE;
    for (size_t i = 0; i < depth; i++)
      known = known || strcmp(bound[i], node->name) == 0;
    for (size_t i = 0; i < declarer->scope->names.count; i++)
      known = known || (declarer->spelled[i] && !strcmp(declarer->spelled[i], node->name));
    if (!known)
      return false;
  }
  bool sum = bp_is(node, BP_EXPR_SUM);
  if (sum && depth == DEEPEST)
    return false;
  for (size_t i = 0; i < depth; i++)
    inner[i] = bound[i];
  if (sum)
    inner[depth] = node->name;
  for (size_t i = 0; i < node->count; i++)
    if (!is_closed(declarer, node->child[i], inner, depth + (sum && i >= 2)))
      return false;
  return true;
}

/* ---- what is computed on the way ------------------------------------------- */

/* The expression with the name of a definition wherever the right side of that stands: in
 * h = f(Wx + b) beside z = Wx + b, z is on the way. */
static const struct bp_expression *with_names(const struct bp_own_declarer *declarer,
                                              struct bp_builder *builder,
                                              const struct bp_expression *node, size_t own) {
  for (size_t i = 0; i < declarer->scope->definition_count; i++) {
    const struct bp_own_definition *one = &declarer->scope->definitions[i];
    if (i != own && declarer->lets[i] && one->form == BP_OWN_VALUE && !one->timed &&
        bp_is_binary(node) && bp_expression_same(node, declarer->lets[i]->sides[0]))
      return bp_build_name(builder, declarer->lets[i]->targets[0]->name);
  }
  if (node->count == 0)
    return node;
  struct bp_expression *copy = bp_build_copy(builder, node);
  for (size_t k = 0; copy && k < node->count; k++)
    copy->child[k] = with_names(declarer, builder, node->child[k], own);
  return copy ? copy : node;
}

/* Gives a definition another right side. */
static bool replace_side(struct bp_own_declarer *declarer, size_t definition,
                         const struct bp_expression *side) {
  struct bp_statement *let = bp_arena_alloc(declarer->arena, 1, sizeof *let);
  const struct bp_expression **only = bp_arena_alloc(declarer->arena, 1, sizeof *only);
  if (!let || !only)
    return false;
  *let = *declarer->lets[definition];
  only[0] = side;
  let->sides = only;
  declarer->lets[definition] = let;
  return true;
}

/* Puts the names of definitions into each other. */
static bool connect(struct bp_own_declarer *declarer) {
  struct bp_builder builder = {.arena = declarer->arena};
  size_t count = declarer->scope->definition_count;
  const struct bp_expression **sides = bp_arena_alloc(declarer->arena, count + 1, sizeof *sides);
  if (!sides)
    return false;
  for (size_t i = 0; i < count; i++) {
    enum bp_own_form form = declarer->scope->definitions[i].form;
    const struct bp_expression *side = declarer->lets[i] ? declarer->lets[i]->sides[0] : NULL;
    if (!side || form != BP_OWN_VALUE)
      continue;
    bool same = false; /* as another one: which of them is on the way is not known */
    for (size_t k = 0; k < count; k++)
      same = same ||
             (k != i && declarer->lets[k] && bp_expression_same(side, declarer->lets[k]->sides[0]));
    if (!same)
      sides[i] = with_names(declarer, &builder, side, i);
  }
  for (size_t i = 0; i < count; i++)
    if (sides[i] && !replace_side(declarer, i, sides[i]))
      return false;
  return true;
}

/* ---- shapes ---------------------------------------------------------------- */

static struct bp_own_shape number(void) { return (struct bp_own_shape){BP_OWN_ONE, BP_OWN_ONE}; }

static bool is_small_greek_number(const char *base) {
  static const char *const numbers[] = {"\\alpha",      "\\lambda", "\\eta",   "\\epsilon",
                                        "\\varepsilon", "\\tau",    "\\kappa", "\\rho"};
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    if (strcmp(base, numbers[k]) == 0)
      return true;
  return false;
}

/* Whether there is a matrix with the same subscript: W_1 beside b_1. */
static bool has_matrix_beside(const struct bp_own_declarer *declarer,
                              const struct bp_own_name *name) {
  const char *part = strchr(name->text + strlen(name->base), '_');
  for (size_t i = 0; part && i < declarer->scope->names.count; i++) {
    const struct bp_own_name *other = &declarer->scope->names.list[i];
    const char *its = strchr(other->text + strlen(other->base), '_');
    if (is_capital(other->base) && its && strcmp(its, part) == 0)
      return true;
  }
  return false;
}

/* A shape that the note states; a single number of entries is that of a vector. */
static struct bp_own_shape stated_shape(struct bp_own_declarer *declarer,
                                        const struct bp_own_stated *stated) {
  size_t size[2] = {BP_OWN_ONE, BP_OWN_ONE};
  for (size_t k = 0; k < stated->count; k++) {
    const char *name = stated->sizes[k];
    if (bp_own_definition_of(declarer->scope, name)) /* \mathbf{h} beside a size h */
      name = bp_arena_printf(declarer->arena, "size_%s", name);
    size[k] = bp_own_dimension_new(&declarer->shapes, name);
  }
  bool row = stated->count == 1 && declarer->choice.way == BP_OWN_ROWS;
  return row ? (struct bp_own_shape){BP_OWN_ONE, size[0]} : (struct bp_own_shape){size[0], size[1]};
}

struct bp_own_shape bp_own_shape_of_leaf(struct bp_own_declarer *declarer,
                                         const struct bp_own_name *name) {
  struct bp_own_shapes *shapes = &declarer->shapes;
  const struct bp_own_stated *stated = bp_own_stated_of(declarer->scope, name->text);
  if (stated)
    return stated_shape(declarer, stated);
  char digit = name->has_part ? name->text[strlen(name->base) + 2] : '\0';
  bool numbered = digit >= '0' && digit <= '9' && !has_matrix_beside(declarer, name);
  bool numbers = declarer->choice.way == BP_OWN_NUMBERS, data = declarer->choice.way == BP_OWN_DATA;
  if (name->indices == 2)
    return (struct bp_own_shape){bp_own_dimension_new(shapes, NULL),
                                 bp_own_dimension_new(shapes, NULL)};
  if (data && is_capital(name->base))
    return (struct bp_own_shape){bp_own_dimension_new(shapes, NULL), BP_OWN_ONE};
  if (name->indices == 0 &&
      (numbers || data || (name->beside && !is_capital(name->base)) || name->divides ||
       (is_small_greek_number(name->base) && !name->elementwise) ||
       (numbered && !is_capital(name->base))))
    return number();
  size_t length = bp_own_dimension_new(shapes, NULL);
  if (is_capital(name->base) && name->indices == 0)
    return (struct bp_own_shape){length, bp_own_dimension_new(shapes, NULL)};
  return declarer->choice.way == BP_OWN_ROWS ? (struct bp_own_shape){BP_OWN_ONE, length}
                                             : (struct bp_own_shape){length, BP_OWN_ONE};
}

bool bp_own_is_defined(const struct bp_own_declarer *declarer, size_t name) {
  for (size_t i = 0; i < declarer->scope->definition_count; i++)
    if (declarer->lets[i] &&
        strcmp(declarer->scope->definitions[i].name, declarer->scope->names.list[name].text) == 0)
      return true;
  return false;
}

bool bp_own_has_name_of_loss(const struct bp_own_name *name) {
  static const char *const letters[] = {"J", "L", "C", "E", "l", "\\ell", "\\xi", "loss", "Loss"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    if (strcmp(name->base, letters[k]) == 0 &&
        (name->has_part || name->timed || !strcmp(name->text, letters[k])))
      return name->numerator;
  return false;
}

bool bp_own_is_loss(const struct bp_own_name *name) {
  return bp_own_has_name_of_loss(name) ||
         (name->numerator && !name->elsewhere && name->bare && name->indices == 0 && !name->timed);
}

bool bp_own_is_leaf(const struct bp_own_declarer *declarer, size_t i) {
  const struct bp_own_name *name = &declarer->scope->names.list[i];
  return declarer->spelled[i] && !bp_own_is_function(declarer, name) &&
         !bp_own_is_defined(declarer, i) && !name->size && !bp_own_is_loss(name) &&
         !bp_own_capital_of(declarer->scope, name, declarer->arena);
}

/* Whether a name of steps is used at another step than this one: h[t-1]. */
bool bp_own_is_other_step(const struct bp_expression *name) {
  return name->count == 1 && !bp_is(name->child[0], BP_EXPR_NAME);
}

/* Whether everything that the expression uses has been taken before it.  The value of another step
 * need not be: the first of them are given. */
static bool is_ready(const struct bp_own_declarer *declarer,
                     const struct bp_expression *expression) {
  for (size_t i = 0; bp_is(expression, BP_EXPR_NAME) && !bp_own_is_other_step(expression) &&
                     i < declarer->scope->definition_count;
       i++)
    if (declarer->lets[i] && !declarer->taken[i] &&
        declarer->scope->definitions[i].form == BP_OWN_VALUE &&
        strcmp(declarer->lets[i]->targets[0]->name, expression->name) == 0)
      return false;
  for (size_t i = bp_is(expression, BP_EXPR_CALL) ? 1 : 0; i < expression->count; i++)
    if (!is_ready(declarer, expression->child[i]))
      return false;
  return true;
}

static bool uses_other_step(const struct bp_expression *node, const char *name) {
  if (bp_is(node, BP_EXPR_NAME) && bp_own_is_other_step(node) && strcmp(node->name, name) == 0)
    return true;
  for (size_t i = 0; i < node->count; i++)
    if (uses_other_step(node->child[i], name))
      return true;
  return false;
}

bool bp_own_begins(const struct bp_own_declarer *declarer, size_t definition) {
  const char *name = declarer->lets[definition]->targets[0]->name;
  for (size_t i = 0; i < declarer->scope->definition_count; i++)
    if (declarer->lets[i] && declarer->scope->definitions[i].form == BP_OWN_VALUE &&
        uses_other_step(declarer->lets[i]->sides[0], name))
      return declarer->scope->definitions[definition].timed;
  return false;
}

/* What is used at another step has the shape of a letter until its definition says more. */
static bool begin_recursion(struct bp_own_declarer *declarer) {
  for (size_t i = 0; i < declarer->scope->definition_count; i++) {
    const struct bp_own_definition *one = &declarer->scope->definitions[i];
    const struct bp_own_name *name = bp_own_name_find(&declarer->scope->names, one->name);
    if (declarer->lets[i] && one->form == BP_OWN_VALUE && name && bp_own_begins(declarer, i) &&
        !bp_own_shape_give(&declarer->shapes, declarer->lets[i]->targets[0]->name,
                           bp_own_shape_of_leaf(declarer, name)))
      return false;
  }
  return true;
}

/* Infers the shape of a definition; false where it does not fit what is known. */
static bool take_definition(struct bp_own_declarer *declarer, size_t i) {
  const char *name = declarer->lets[i]->targets[0]->name;
  const struct bp_own_shaped *before = bp_own_shape_find(&declarer->shapes, name);
  struct bp_own_shape shape;
  if (!bp_own_shape_infer(&declarer->shapes, declarer->lets[i]->sides[0], &shape) ||
      (before && !bp_own_shape_same(&declarer->shapes, before->shape, shape)))
    return false;
  return bp_own_shape_give(&declarer->shapes, name, shape);
}

/* Whether the expression uses what a definition says that was not taken; *which is the first. */
static bool waits_for(const struct bp_own_declarer *declarer, const struct bp_expression *node,
                      size_t *which) {
  for (size_t i = 0; bp_is(node, BP_EXPR_NAME) && !bp_own_is_other_step(node) &&
                     i < declarer->scope->definition_count;
       i++)
    if (declarer->lets[i] && !declarer->taken[i] &&
        declarer->scope->definitions[i].form == BP_OWN_VALUE &&
        strcmp(declarer->lets[i]->targets[0]->name, node->name) == 0) {
      *which = i;
      return true;
    }
  for (size_t i = bp_is(node, BP_EXPR_CALL) ? 1 : 0; i < node->count; i++)
    if (waits_for(declarer, node->child[i], which))
      return true;
  return false;
}

/* Of definitions that hang on each other, ρ = log σ² and σ = e^{ρ/2}, the one that stands first is
 * given up: it says what is computed later, and so what it defines is given.  False where none
 * hangs on itself. */
static bool give_up_first(struct bp_own_declarer *declarer) {
  size_t count = declarer->scope->definition_count, at = 0, first;
  while (at < count && (!declarer->lets[at] || declarer->taken[at] ||
                        declarer->scope->definitions[at].form != BP_OWN_VALUE))
    at++;
  if (at == count)
    return false;
  for (size_t steps = 0; steps < count; steps++) /* then it is on a circle */
    if (!waits_for(declarer, declarer->lets[at]->sides[0], &at))
      return false;
  first = at;
  for (size_t steps = 0; steps < count; steps++) {
    waits_for(declarer, declarer->lets[at]->sides[0], &at);
    if (declarer->scope->definitions[at].member < declarer->scope->definitions[first].member)
      first = at;
  }
  declarer->lets[first] = NULL;
  declarer->looped[first] = true;
  return true;
}

/* Takes the definitions in an order in which each uses what is there.  What is left over hangs on
 * itself, or on what does not fit: it is given up, and false returned. */
static bool take_definitions(struct bp_own_declarer *declarer, size_t *order, size_t *count) {
  const struct bp_own_scope *scope = declarer->scope;
  *count = 0;
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < scope->definition_count; i++) {
      if (declarer->taken[i] || !declarer->lets[i] || scope->definitions[i].form != BP_OWN_VALUE ||
          !is_ready(declarer, declarer->lets[i]->sides[0]))
        continue;
      declarer->taken[i] = more = true;
      if (!take_definition(declarer, i)) {
        declarer->misfits++;
        declarer->misfit[i] = true;
        declarer->lets[i] = NULL;
        return false;
      }
      order[(*count)++] = i;
    }
  }
  for (size_t i = 0; i < scope->definition_count; i++) {
    const struct bp_expression *side = declarer->lets[i] ? declarer->lets[i]->sides[0] : NULL;
    if (side && bp_is(side, BP_EXPR_NEGATE))
      side = side->child[0];
    bool named = side && scope->definitions[i].form == BP_OWN_WRITTEN &&
                 bp_is(side, BP_EXPR_PARTIAL) && bp_is(side->child[1], BP_EXPR_NAME);
    const struct bp_own_shaped *by =
        named ? bp_own_shape_find(&declarer->shapes, side->child[1]->name) : NULL;
    if (by && !bp_own_shape_give(&declarer->shapes, declarer->lets[i]->targets[0]->name, by->shape))
      return false;
  }
  bp_own_settle_losses(declarer);
  declarer->shapes.counting = true;
  for (size_t i = 0; i < scope->definition_count; i++) {
    struct bp_own_shape shape;
    if (scope->definitions[i].form == BP_OWN_COUNTED && declarer->lets[i])
      bp_own_shape_infer(&declarer->shapes, declarer->lets[i]->sides[0], &shape);
  }
  declarer->shapes.counting = false;
  if (give_up_first(declarer))
    return false;
  bool all = true;
  for (size_t i = 0; i < scope->definition_count; i++)
    if (!declarer->taken[i] && declarer->lets[i] && scope->definitions[i].form == BP_OWN_VALUE) {
      declarer->lets[i] = NULL;
      declarer->misfits++;
      declarer->misfit[i] = true;
      all = false;
    }
  return all;
}

/* What a definition of an unknown function of several things says, L = l(o, y), as a number: the
 * sum of any function of the first, the output.  NULL: it is none, or memory is short. */
static const struct bp_expression *any_loss_of(const struct bp_own_declarer *declarer,
                                               size_t definition) {
  const struct bp_expression *side = declarer->lets[definition]->sides[0];
  struct bp_builder builder = {.arena = declarer->arena};
  bool known = true;
  if (declarer->scope->definitions[definition].form != BP_OWN_VALUE || side->count < 3 ||
      !bp_is(side, BP_EXPR_CALL) || !side->child[0]->name)
    return NULL;
  for (size_t i = 0; i < declarer->scope->names.count; i++)
    if (declarer->spelled[i] && strcmp(declarer->spelled[i], side->child[0]->name) == 0)
      known = !bp_own_is_function(declarer, &declarer->scope->names.list[i]) ||
              bp_own_is_defined(declarer, i);
  if (known)
    return NULL;
  const struct bp_expression *inner = bp_build_call(&builder, side->child[0], 0, side->child[1]);
  return inner ? bp_build_named_call(&builder, "sum", inner) : NULL;
}

bool bp_own_solve(struct bp_own_declarer *declarer, const struct bp_vocabulary *vocabulary,
                  size_t *order, size_t *count) {
  const struct bp_own_scope *scope = declarer->scope;
  if (!parse(declarer, vocabulary))
    return false;
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_VALUE &&
        !is_closed(declarer, declarer->lets[i]->sides[0], NULL, 0))
      declarer->lets[i] = NULL;
  for (size_t i = 0; i < scope->definition_count; i++) {
    const struct bp_expression *loss = declarer->lets[i] ? any_loss_of(declarer, i) : NULL;
    if (loss && !replace_side(declarer, i, loss))
      return false;
  }
  if (!connect(declarer))
    return false;
  for (size_t attempt = 0; attempt <= scope->definition_count; attempt++) {
    if (!bp_own_shapes_init(&declarer->shapes, declarer->arena))
      return false;
    declarer->shapes.rows = declarer->choice.way == BP_OWN_ROWS;
    declarer->shapes.data = declarer->choice.way == BP_OWN_DATA;
    memset(declarer->taken, 0, scope->definition_count * sizeof *declarer->taken);
    for (size_t i = 0; i < scope->names.count; i++) {
      bool loss = declarer->spelled[i] && bp_own_is_loss(&scope->names.list[i]) &&
                  !bp_own_is_defined(declarer, i);
      if ((loss || bp_own_is_leaf(declarer, i)) &&
          !bp_own_shape_give(&declarer->shapes, declarer->spelled[i],
                             loss ? number()
                                  : bp_own_shape_of_leaf(declarer, &scope->names.list[i])))
        return false;
    }
    if (!begin_recursion(declarer))
      return false;
    if (take_definitions(declarer, order, count))
      return true;
    if (bp_arena_failed(declarer->arena))
      return false;
  }
  return true;
}
