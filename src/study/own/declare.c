/* The declarations of a scope, as the text of a derivation, once for each way in which its letters
 * can be meant.
 */
#include "study/own/declare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/build.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "study/own/declarer.h"
#include "study/own/rewrite.h"

__attribute__((format(printf, 2, 3))) static void line(struct bp_own_declarer *declarer,
                                                       const char *format, ...) {
  char piece[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (declarer->text)
    declarer->text = bp_arena_printf(declarer->arena, "%s%s\n", declarer->text, piece);
}

static const char *dimension_text(struct bp_own_declarer *declarer, size_t dimension) {
  size_t root = bp_own_dimension_of(&declarer->shapes, dimension);
  struct bp_own_dimension *one = &declarer->shapes.dimensions[root];
  if (!one->size)
    one->size = bp_arena_printf(declarer->arena, "size_%zu", root);
  return one->size ? one->size : "1";
}

/* Whether the name is right inside of a function whose argument must be positive. */
static bool is_inside(const struct bp_expression *expression, const char *function,
                      const char *name, bool inside) {
  bool call = bp_is(expression, BP_EXPR_CALL) && expression->child[0]->name &&
              strcmp(expression->child[0]->name, function) == 0;
  if (inside && bp_is(expression, BP_EXPR_NAME) && expression->count == 0)
    return strcmp(expression->name, name) == 0;
  for (size_t i = 0; i < expression->count; i++)
    if (is_inside(expression->child[i], function, name, inside || call))
      return true;
  return false;
}

static bool anywhere_inside(const struct bp_own_declarer *declarer, const char *function,
                            const char *name) {
  for (size_t i = 0; i < declarer->scope->definition_count; i++) {
    const struct bp_own_definition *one = &declarer->scope->definitions[i];
    bool bound = one->form == BP_OWN_FUNCTION && strcmp(one->argument, name) == 0;
    if (declarer->lets[i] && one->form != BP_OWN_COUNTED && !bound &&
        is_inside(declarer->lets[i]->sides[0], function, name, false))
      return true;
  }
  return false;
}

/* Gives something in the shape of a name; `index` and `range` where there is one for each step. */
static void give(struct bp_own_declarer *declarer, const char *written, const char *name,
                 const char *domain, bool timed) {
  struct bp_own_shape shape = bp_own_shape_find(&declarer->shapes, name)->shape;
  const char *index = timed ? "[t]" : "", *range = timed ? " for t = 1..T" : "";
  if (bp_own_is_number(&declarer->shapes, shape))
    line(declarer, "given %s%s : number%s%s", written, index, domain, range);
  else
    line(declarer, "given %s%s : %s x %s%s%s", written, index, dimension_text(declarer, shape.rows),
         dimension_text(declarer, shape.columns), domain, range);
}

static bool is_exponential(const struct bp_expression *node) {
  bool power = bp_is_power(node) && bp_is(node->child[0], BP_EXPR_NAME) &&
               strcmp(node->child[0]->name, "e") == 0;
  return power || (bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
                   strcmp(node->child[0]->name, "exp") == 0);
}

/* Whether a softmax stands in it, by name or as exponentials over their sum. */
static bool has_softmax(const struct bp_expression *node) {
  if (bp_is_quotient(node) && is_exponential(node->child[0]) &&
      (bp_is(node->child[1], BP_EXPR_SUM) || bp_is(node->child[1], BP_EXPR_CALL)))
    return true;
  if (bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
      strcmp(node->child[0]->name, "softmax") == 0)
    return true;
  for (size_t i = 0; i < node->count; i++)
    if (has_softmax(node->child[i]))
      return true;
  return false;
}

/* What is given and multiplied with the logarithm of a softmax has a single 1 for each sample. */
static bool is_target(const struct bp_own_declarer *declarer, const char *name, size_t *loss) {
  bool softmax = false;
  for (size_t i = 0; i < declarer->scope->definition_count; i++) {
    const struct bp_statement *let = declarer->lets[i];
    if (!let || declarer->scope->definitions[i].form == BP_OWN_COUNTED)
      continue;
    softmax = softmax || has_softmax(let->sides[0]);
    if (bp_expression_mentions(let->sides[0], "log") &&
        bp_expression_mentions(let->sides[0], name) &&
        !is_inside(let->sides[0], "log", name, false))
      *loss = i;
  }
  return softmax && *loss < declarer->scope->definition_count;
}

static void give_leaf(struct bp_own_declarer *declarer, size_t i) {
  const struct bp_own_name *name = &declarer->scope->names.list[i];
  const char *spelled = declarer->spelled[i];
  size_t loss = declarer->scope->definition_count;
  bool inside_log = anywhere_inside(declarer, "log", spelled);
  bool wanted = declarer->target && strcmp(declarer->target, spelled) == 0;
  bool target = is_target(declarer, spelled, &loss) || (wanted && declarer->onehot);
  struct bp_own_shape shape = bp_own_shape_find(&declarer->shapes, spelled)->shape;
  if (target && !inside_log && !bp_own_is_number(&declarer->shapes, shape)) {
    bool rows = declarer->shapes.rows;
    const char *index = name->timed ? "[t]" : "", *range = name->timed ? " for t = 1..T" : "";
    line(declarer, "given onehots_%zu%s : %s x %s in onehot%s", i, index,
         dimension_text(declarer, rows ? shape.columns : shape.rows),
         dimension_text(declarer, rows ? shape.rows : shape.columns), range);
    line(declarer, "let %s%s = onehots_%zu%s%s%s", name->text, index, i, index, rows ? "'" : "",
         range);
  } else
    give(declarer, name->text, spelled,
         inside_log || wanted || loss < declarer->scope->definition_count ? " in (0, 1)"
         : anywhere_inside(declarer, "sqrt", spelled)                     ? " in positive"
                                                                          : "",
         name->timed);
}

/* softmax takes a column for a sample; rows are turned.  `name` is what is read as softmax. */
static const struct bp_expression *turn_softmax(struct bp_builder *builder,
                                                const struct bp_expression *node, const char *name,
                                                bool rows) {
  struct bp_expression *copy = node->count > 0 ? bp_build_copy(builder, node) : NULL;
  for (size_t i = 0; copy && i < node->count; i++)
    copy->child[i] = turn_softmax(builder, node->child[i], name, rows);
  if (!copy)
    return node;
  bool softmax = bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
                 strcmp(node->child[0]->name, name) == 0 && node->count == 2;
  if (!softmax)
    return copy;
  copy->child[0] = bp_build_name(builder, "softmax");
  if (!rows)
    return copy;
  copy->child[1] = bp_build_unary(builder, BP_EXPR_TRANSPOSE, copy->child[1]);
  return bp_build_unary(builder, BP_EXPR_TRANSPOSE, copy);
}

static void write_let(struct bp_own_declarer *declarer, size_t i) {
  const struct bp_own_definition *one = &declarer->scope->definitions[i];
  struct bp_builder builder = {.arena = declarer->arena};
  const struct bp_expression *side = declarer->lets[i]->sides[0];
  bool rows = declarer->shapes.rows;
  if (rows && bp_expression_mentions(side, "softmax"))
    side = turn_softmax(&builder, side, "softmax", rows);
  if (side && declarer->softmax && bp_expression_mentions(side, declarer->softmax))
    side = turn_softmax(&builder, side, declarer->softmax, rows);
  const char *text = side ? bp_expression_text(side, NULL, NULL, declarer->arena) : NULL;
  if (text && strlen(text) < 900)
    line(declarer, "let %s%s = %s%s", one->name, one->timed ? "[t]" : "", text,
         one->timed ? " for t = 1..T" : "");
}

/* What the steps begin with: the values at step 0, which are given. */
static void write_beginnings(struct bp_own_declarer *declarer, const size_t *order, size_t count) {
  for (size_t k = 0; k < count; k++) {
    const struct bp_own_definition *one = &declarer->scope->definitions[order[k]];
    const char *name = declarer->lets[order[k]]->targets[0]->name;
    if (!bp_own_begins(declarer, order[k]))
      continue;
    const char *start = bp_arena_printf(declarer->arena, "start_%zu", order[k]);
    if (start)
      give(declarer, start, name, "", false);
    line(declarer, "let %s[0] = %s", one->name, start ? start : "");
  }
}

/* The last thing that is computed and used for nothing: what a loss would be of. */
static size_t sink_of(const struct bp_own_declarer *declarer, const size_t *order, size_t count) {
  for (size_t k = count; k-- > 0;) {
    const char *name = declarer->lets[order[k]]->targets[0]->name;
    bool used = false;
    for (size_t i = 0; i < count; i++)
      used = used || bp_expression_mentions(declarer->lets[order[i]]->sides[0], name);
    if (!used)
      return order[k];
  }
  return declarer->scope->definition_count;
}

/* What a note calls the wanted output: a leaf that no definition uses; the number of names: none.
 */
static size_t target_of(const struct bp_own_declarer *declarer) {
  static const char *const letters[] = {"y", "t", "Y", "T", "d"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    for (size_t i = 0; i < declarer->scope->names.count; i++)
      if (strcmp(declarer->scope->names.list[i].text, letters[k]) == 0 &&
          bp_own_is_leaf(declarer, i))
        return i;
  return declarer->scope->names.count;
}

static bool is_used(const struct bp_own_declarer *declarer, const size_t *order, size_t count,
                    const char *spelled) {
  for (size_t k = 0; k < count; k++)
    if (bp_expression_mentions(declarer->lets[order[k]]->sides[0], spelled))
      return true;
  return false;
}

/* What a loss is assumed for, and of what; false where the choice has no meaning: there is no such
 * loss, nothing to compare with, or it has another shape. */
static bool assume(struct bp_own_declarer *declarer, const size_t *order, size_t count,
                   size_t *sink) {
  const struct bp_own_scope *scope = declarer->scope;
  size_t target = target_of(declarer), losses = 0;
  *sink = sink_of(declarer, order, count);
  for (size_t i = 0; i < scope->names.count; i++)
    losses += bp_own_is_loss(&scope->names.list[i]) && !bp_own_is_defined(declarer, i) &&
              !scope->names.list[i].timed;
  bool fits = *sink < scope->definition_count && !scope->definitions[*sink].timed;
  if (declarer->choice.loss == BP_OWN_LOSS_ANY)
    return true;
  if (losses == 0 || !fits || target == scope->names.count)
    return false;
  const struct bp_own_shaped *shape =
      bp_own_shape_find(&declarer->shapes, declarer->spelled[target]);
  const struct bp_own_shaped *output =
      bp_own_shape_find(&declarer->shapes, declarer->lets[*sink]->targets[0]->name);
  declarer->target = declarer->spelled[target];
  declarer->onehot =
      declarer->choice.loss == BP_OWN_LOSS_CROSS_ENTROPY &&
      (declarer->softmax || bp_expression_mentions(declarer->lets[*sink]->sides[0], "softmax"));
  return shape && output && bp_own_shape_same(&declarer->shapes, shape->shape, output->shape);
}

/* Whether a statement of the note differentiates by both: then a loss depends on both. */
static bool differentiates_by_both(const struct bp_own_scope *scope, const char *one,
                                   const char *other) {
  for (size_t i = 0; i < scope->note->count; i++) {
    const struct bp_written *text = &scope->note->list[i].cut.text;
    size_t by_one = bp_text_find(text->text, 0, text->length, one),
           by_other = bp_text_find(text->text, 0, text->length, other);
    if (by_one < text->length && by_other < text->length &&
        bp_text_find(text->text, 0, text->length, "\\partial") < text->length)
      return true;
  }
  return false;
}

/* Whether the definition is an output beside the last one: o_{11} beside o_{22}, and used for
 * nothing, like that. */
static bool is_beside(const struct bp_own_declarer *declarer, size_t one, size_t sink) {
  const struct bp_own_scope *scope = declarer->scope;
  const struct bp_own_name *own = bp_own_name_find(&scope->names, scope->definitions[one].name),
                           *last = bp_own_name_find(&scope->names, scope->definitions[sink].name);
  if (one == sink || !declarer->lets[one] || scope->definitions[one].form != BP_OWN_VALUE || !own ||
      !last || !own->has_part || !last->has_part || strcmp(own->base, last->base) != 0 ||
      !differentiates_by_both(scope, own->text, last->text))
    return false;
  const char *name = declarer->lets[one]->targets[0]->name;
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_VALUE &&
        bp_expression_mentions(declarer->lets[i]->sides[0], name))
      return false;
  return true;
}

/* Any loss of all outputs that are called alike. */
static const char *any_loss(struct bp_own_declarer *declarer, size_t sink, bool first) {
  const struct bp_own_scope *scope = declarer->scope;
  const char *text =
      bp_arena_printf(declarer->arena, "sum(anything ⊙ smooth(%s))", scope->definitions[sink].name);
  for (size_t i = 0; i < scope->definition_count && text; i++) {
    if (!is_beside(declarer, i, sink))
      continue;
    const char *own = bp_arena_printf(declarer->arena, "anything_{%zu}", i);
    if (own && first)
      give(declarer, own, declarer->lets[i]->targets[0]->name, "", false);
    text = bp_arena_printf(declarer->arena, "%s + sum(%s ⊙ smooth(%s))", text, own ? own : "",
                           scope->definitions[i].name);
  }
  return text && strlen(text) < 900 ? text : "";
}

/* A loss of which only its name is known, of the last thing that is computed. */
static void write_losses(struct bp_own_declarer *declarer, size_t sink) {
  const struct bp_own_scope *scope = declarer->scope;
  bool first = true;
  for (size_t i = 0; i < scope->names.count; i++) {
    const struct bp_own_name *name = &scope->names.list[i];
    if (!bp_own_is_loss(name) || bp_own_is_defined(declarer, i) ||
        sink >= scope->definition_count || scope->definitions[sink].timed || name->timed)
      continue;
    const char *output = scope->definitions[sink].name, *target = "";
    for (size_t k = 0; k < scope->names.count && declarer->target; k++)
      if (declarer->spelled[k] && strcmp(declarer->spelled[k], declarer->target) == 0)
        target = scope->names.list[k].text;
    bool any = declarer->choice.loss == BP_OWN_LOSS_ANY;
    if (first && any) {
      give(declarer, "anything", declarer->lets[sink]->targets[0]->name, "", false);
      line(declarer, "given smooth : function");
    }
    if (any)
      line(declarer, "let %s = %s", name->text, any_loss(declarer, sink, first));
    else if (declarer->choice.loss == BP_OWN_LOSS_HALF_SQUARED)
      line(declarer, "let %s = 1/2*norm(%s - %s)^2", name->text, output, target);
    else if (declarer->onehot)
      line(declarer, "let %s = -sum(%s ⊙ log(%s))", name->text, target, output);
    else
      line(declarer, "let %s = -sum(%s ⊙ log(%s) + (1 - %s) ⊙ log(1 - %s))", name->text, target,
           output, target, output);
    first = false;
  }
}

/* δ for ∂J/∂z, and dW for ∂J/∂W. */
static void write_derivatives(struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  const char *loss = NULL;
  for (size_t i = 0; i < scope->names.count && !loss; i++)
    if (bp_own_is_loss(&scope->names.list[i]) && !scope->names.list[i].timed)
      loss = scope->names.list[i].text;
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_WRITTEN)
      line(declarer, "write %s%s for %s", scope->definitions[i].name,
           scope->definitions[i].timed ? "[t]" : "", scope->definitions[i].text);
  for (size_t i = 0; i < scope->names.count && loss; i++)
    if (scope->names.list[i].differential && declarer->spelled[i])
      line(declarer, "write d%s for ∂%s/∂%s", scope->names.list[i].text, loss,
           scope->names.list[i].text);
}

/* The function around the output of which nothing is known; NULL: there is none. */
static const char *unknown_output_function(const struct bp_own_declarer *declarer,
                                           const size_t *order, size_t count) {
  for (size_t k = 0; k < count; k++) {
    const struct bp_expression *side = declarer->lets[order[k]]->sides[0];
    if (!bp_is(side, BP_EXPR_CALL) || side->count != 2 || !side->child[0]->name)
      continue;
    for (size_t i = 0; i < declarer->scope->names.count; i++)
      if (declarer->spelled[i] && strcmp(declarer->spelled[i], side->child[0]->name) == 0 &&
          bp_own_is_function(declarer, &declarer->scope->names.list[i]) &&
          !bp_own_is_defined(declarer, i) && order[k] == sink_of(declarer, order, count))
        return side->child[0]->name;
  }
  return NULL;
}

static bool is_sign(const char *name) { return !strcmp(name, "sgn") || !strcmp(name, "sign"); }

static void write_functions(struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  for (size_t i = 0; i < scope->names.count; i++)
    if (declarer->spelled[i] && bp_own_is_function(declarer, &scope->names.list[i]) &&
        !bp_own_is_defined(declarer, i) && strcmp(scope->names.list[i].text, "\\sigma") != 0)
      line(declarer, "%s %s%s", is_sign(scope->names.list[i].text) ? "let" : "given",
           scope->names.list[i].text,
           is_sign(scope->names.list[i].text) ? "(x) = where(x > 0, 1, x < 0, -1, 0)"
                                              : " : function");
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_FUNCTION)
      line(declarer, "let %s(%s) = %s", scope->definitions[i].name, scope->definitions[i].argument,
           scope->definitions[i].text);
}

/* Notes the definitions that were given up since they hang on themselves, and the names of what is
 * one number. */
static bool note_left_out(const struct bp_own_declarer *declarer, struct bp_note_own *own) {
  const struct bp_own_scope *scope = declarer->scope;
  bool *looped = bp_arena_alloc(declarer->arena, scope->note->count + 1, sizeof *looped);
  own->looped = looped;
  for (size_t i = 0; looped && i < scope->definition_count; i++)
    if (declarer->looped[i])
      looped[scope->definitions[i].member] = true;
  for (size_t i = 0; i < scope->names.count && own->single; i++) {
    const struct bp_own_shaped *shaped =
        declarer->spelled[i] ? bp_own_shape_find(&declarer->shapes, declarer->spelled[i]) : NULL;
    bool loss = bp_own_is_loss(&scope->names.list[i]);
    if (loss || (shaped && bp_own_is_number(&declarer->shapes, shaped->shape)))
      own->single =
          bp_arena_printf(declarer->arena, "%s%s ", own->single, scope->names.list[i].text);
  }
  return looped && own->single;
}

const char *bp_own_prelude(const struct bp_own_scope *scope, struct bp_own_choice choice,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                           struct bp_note_own *own) {
  struct bp_own_declarer declarer = {.scope = scope, .choice = choice, .arena = arena, .text = ""};
  size_t *order = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *order), count = 0;
  own->loose = own->single = " ";
  own->misfits = 0;
  if (!order || !bp_own_solve(&declarer, vocabulary, order, &count))
    return NULL;
  own->misfits = declarer.misfits;
  if (!note_left_out(&declarer, own))
    return NULL;
  if (choice.loss == BP_OWN_LOSS_CROSS_ENTROPY)
    declarer.softmax = unknown_output_function(&declarer, order, count);
  size_t sink;
  if (!assume(&declarer, order, count, &sink) && !declarer.softmax)
    return "";
  if (scope->names.steps)
    line(&declarer, "size T = 3");
  for (size_t i = 0; i < scope->names.count && own->loose; i++) {
    if (!bp_own_is_leaf(&declarer, i))
      continue;
    give_leaf(&declarer, i);
    bool assumed = declarer.target && strcmp(declarer.target, declarer.spelled[i]) == 0;
    if (!assumed && !is_used(&declarer, order, count, declarer.spelled[i]))
      own->loose = bp_arena_printf(arena, "%s%s ", own->loose, scope->names.list[i].text);
  }
  for (size_t i = 0; i < scope->names.count; i++)
    if (scope->names.list[i].size && declarer.spelled[i])
      line(&declarer, "size %s", scope->names.list[i].text);
  write_functions(&declarer);
  write_beginnings(&declarer, order, count);
  for (size_t k = 0; k < count; k++)
    write_let(&declarer, order[k]);
  write_losses(&declarer, sink);
  write_derivatives(&declarer);
  return own->loose ? declarer.text : NULL;
}
