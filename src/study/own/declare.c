/* The declarations of a scope, as the text of a derivation, once for each way in which its letters
 * can be meant.
 */
#include "study/own/declare.h"

#include <stdarg.h>
#include <string.h>

#include "lang/build.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "note/context/ranges.h"
#include "study/own/alone.h"
#include "study/own/called.h"
#include "study/own/declarer.h"
#include "study/own/losses.h"
#include "study/own/rewrite.h"

void bp_own_line(struct bp_own_declarer *declarer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  bp_growing_add_list(&declarer->out, format, arguments);
  va_end(arguments);
  bp_growing_add(&declarer->out, "\n");
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
void bp_own_give(struct bp_own_declarer *declarer, const char *written, const char *name,
                 const char *domain, bool timed) {
  struct bp_own_shape shape = bp_own_shape_find(&declarer->shapes, name)->shape;
  const char *index = timed ? "[t]" : "", *range = timed ? " for t = 1..T" : "";
  if (bp_own_is_number(&declarer->shapes, shape))
    bp_own_line(declarer, "given %s%s : number%s%s", written, index, domain, range);
  else
    bp_own_line(declarer, "given %s%s : %s x %s%s%s", written, index,
                dimension_text(declarer, shape.rows), dimension_text(declarer, shape.columns),
                domain, range);
}

/* What is given and multiplied with the logarithm of a softmax has a single 1 for each sample. */
static bool is_target(const struct bp_own_declarer *declarer, const char *name, size_t *loss) {
  bool softmax = false;
  for (size_t i = 0; i < declarer->scope->definition_count; i++) {
    const struct bp_statement *let = declarer->lets[i];
    if (!let || declarer->scope->definitions[i].form == BP_OWN_COUNTED)
      continue;
    softmax = softmax || bp_own_has_softmax(let->sides[0]);
    if (bp_expression_mentions(let->sides[0], "log") &&
        bp_expression_mentions(let->sides[0], name) &&
        !is_inside(let->sides[0], "log", name, false))
      *loss = i;
  }
  return softmax && *loss < declarer->scope->definition_count;
}

/* What the note says of a number, "let x > 2", as a domain; NULL: nothing that is sure.  Where it
 * may be meant for some lines only, the name is noted: no line with it fails. */
static const char *stated_domain(struct bp_own_declarer *declarer, const struct bp_own_name *name,
                                 struct bp_own_shape shape) {
  struct bp_note_range range;
  if (!bp_own_is_number(&declarer->shapes, shape) || name->timed ||
      !bp_note_range_of(declarer->scope->note, name->text, strlen(name->text), declarer->arena,
                        &range))
    return NULL;
  if (range.binding && range.domain)
    return range.domain;
  declarer->ranged = bp_arena_printf(declarer->arena, "%s%s ", declarer->ranged, name->text);
  return NULL;
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
    bp_own_line(declarer, "given onehots_%zu%s : %s x %s in onehot%s", i, index,
                dimension_text(declarer, rows ? shape.columns : shape.rows),
                dimension_text(declarer, rows ? shape.rows : shape.columns), range);
    bp_own_line(declarer, "let %s%s = onehots_%zu%s%s%s", name->text, index, i, index,
                rows ? "'" : "", range);
    return;
  }
  const char *domain = stated_domain(declarer, name, shape);
  bp_own_give(declarer, name->text, spelled,
              domain                                                             ? domain
              : inside_log || wanted || loss < declarer->scope->definition_count ? " in (0, 1)"
              : anywhere_inside(declarer, "sqrt", spelled)                       ? " in positive"
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
  if (text)
    bp_own_line(declarer, "let %s%s = %s%s", one->name, one->timed ? "[t]" : "", text,
                one->timed ? " for t = 1..T" : "");
  else
    declarer->out.text = NULL;
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
      bp_own_give(declarer, start, name, "", false);
    bp_own_line(declarer, "let %s[0] = %s", one->name, start ? start : "");
  }
}

static bool is_used(const struct bp_own_declarer *declarer, const size_t *order, size_t count,
                    const char *spelled) {
  for (size_t k = 0; k < count; k++)
    if (bp_expression_mentions(declarer->lets[order[k]]->sides[0], spelled))
      return true;
  return false;
}

/* δ for ∂J/∂z, and dW for ∂J/∂W. */
static void write_derivatives(struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  const char *loss = bp_own_has_nameless_loss(declarer) ? "Loss" : NULL;
  for (size_t i = 0; i < scope->names.count && !loss; i++)
    if (bp_own_is_loss(&scope->names.list[i]) && !scope->names.list[i].timed)
      loss = scope->names.list[i].text;
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_WRITTEN)
      bp_own_line(declarer, "write %s%s for %s", scope->definitions[i].name,
                  scope->definitions[i].timed ? "[t]" : "", scope->definitions[i].text);
  for (size_t i = 0; i < scope->names.count && loss; i++)
    if (scope->names.list[i].differential && declarer->spelled[i]) {
      const char *step = scope->names.list[i].timed ? "[t]" : "", *name = scope->names.list[i].text;
      const char *change = bp_own_change_of(name, declarer->arena);
      bp_own_line(declarer, "write %s%s for ∂%s/∂%s%s", change ? change : name, step, loss, name,
                  step);
    }
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
          !bp_own_is_defined(declarer, i) && order[k] == bp_own_sink(declarer, order, count))
        return side->child[0]->name;
  }
  return NULL;
}

static bool is_sign(const char *name) { return !strcmp(name, "sgn") || !strcmp(name, "sign"); }

static void write_functions(struct bp_own_declarer *declarer) {
  const struct bp_own_scope *scope = declarer->scope;
  for (size_t i = 0; i < scope->names.count; i++) {
    const char *name = scope->names.list[i].text;
    if (!declarer->spelled[i] || !bp_own_is_function(declarer, &scope->names.list[i]) ||
        bp_own_is_defined(declarer, i))
      continue;
    const char *called =
        declarer->choice.named ? bp_own_called_function(scope->note->source, name) : NULL;
    if (called)
      bp_own_line(declarer, "let %s = %s", name, called);
    else if (is_sign(name))
      bp_own_line(declarer, "let %s(x) = where(x > 0, 1, x < 0, -1, 0)", name);
    else if (strcmp(name, "\\sigma") != 0)
      bp_own_line(declarer, "given %s : function", name);
  }
  for (size_t i = 0; i < scope->definition_count; i++)
    if (declarer->lets[i] && scope->definitions[i].form == BP_OWN_FUNCTION)
      bp_own_line(declarer, "let %s(%s) = %s", scope->definitions[i].name,
                  scope->definitions[i].argument, scope->definitions[i].text);
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

/* Notes the definitions that do not fit, and define what no other one uses: whatever is wrong with
 * them, lines about other things do not hang on it. */
static bool note_misfits(const struct bp_own_declarer *declarer, const size_t *order, size_t count,
                         struct bp_note_own *own) {
  const struct bp_own_scope *scope = declarer->scope;
  bool *aside = bp_arena_alloc(declarer->arena, scope->note->count + 1, sizeof *aside);
  own->unfit = " ";
  own->apart = 0;
  own->aside = aside;
  for (size_t i = 0; aside && i < scope->definition_count && own->unfit; i++) {
    const char *spelled = NULL;
    for (size_t k = 0; k < scope->names.count && declarer->misfit[i]; k++)
      if (strcmp(scope->names.list[k].text, scope->definitions[i].name) == 0)
        spelled = declarer->spelled[k];
    if (!spelled || is_used(declarer, order, count, spelled))
      continue;
    own->apart++;
    aside[scope->definitions[i].member] = true;
    own->unfit = bp_arena_printf(declarer->arena, "%s%s ", own->unfit, scope->definitions[i].name);
  }
  return aside && own->unfit;
}

/* Adds the names of which nothing is said but that something is their derivative: a line that
 * fails may be about another thing than a loss. */
static bool note_unnamed_losses(const struct bp_own_declarer *declarer, struct bp_note_own *own) {
  const struct bp_own_scope *scope = declarer->scope;
  for (size_t i = 0; i < scope->names.count && own->loose; i++)
    if (bp_own_is_loss(&scope->names.list[i]) && !bp_own_is_defined(declarer, i) &&
        !bp_own_has_name_of_loss(&scope->names.list[i]) &&
        !bp_own_called_loss(scope->note->source, scope->names.list[i].text))
      own->loose = bp_arena_printf(declarer->arena, "%s%s ", own->loose, scope->names.list[i].text);
  return own->loose != NULL;
}

/* Whether the note speaks of matrices that are not any: then one with a stated shape may be such.
 */
static bool speaks_of_special_matrices(const struct bp_note *note) {
  static const char *const words[] = {
      "ymmetric",     "rthogonal",      "iagonal matri", "nvertible", "ositive definite",
      "ositive semi", "dempotent",      "nitary",        "ingular",   "ovariance",
      "ernel",        "Gram",           "essian",        "aplacian",  "recision matri",
      "djacency",     "otation",        "ermit",         "djoint",    "PSD",
      "SPD",          "quadratic form", "对称",          "正交",      "对角阵",
      "对角矩阵",     "可逆",           "正定",          "幂等",      "协方差",
      "核矩阵",       "二次型"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(note->source->text, 0, note->source->length, words[k]) < note->source->length)
      return true;
  return false;
}

bool bp_own_is_special_letter(const char *base) {
  static const char *const letters[] = {"\\Sigma", "\\Lambda", "\\Omega", "D", "G", "H", "I",
                                        "K",       "L",        "P",       "Q", "S", "U", "V"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    if (strcmp(base, letters[k]) == 0)
      return true;
  return false;
}

/* Whether a statement says that something is its own transpose, A = A^T. */
static bool states_symmetry(const struct bp_note *note) {
  static const char *const marks[] = {"^{T}", "^{\\top}", "^\\top"};
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    char sides[2][48] = {"", ""};
    for (size_t k = 0; k < 2 && noted->side_count == 2; k++)
      for (size_t at = noted->sides[k].begin, kept = 0; at < noted->sides[k].end && kept < 46; at++)
        if (noted->cut.text.text[at] != ' ')
          sides[k][kept++] = noted->cut.text.text[at];
    for (size_t k = 0; k < 2; k++)
      for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        size_t length = strlen(sides[k]);
        if (length > 0 && strncmp(sides[1 - k], sides[k], length) == 0 &&
            strcmp(sides[1 - k] + length, marks[m]) == 0)
          return true;
      }
  }
  return false;
}

bool bp_own_has_special_matrices(const struct bp_note *note) {
  return speaks_of_special_matrices(note) || states_symmetry(note);
}

const char *bp_own_prelude(const struct bp_own_scope *scope, struct bp_own_choice choice,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                           struct bp_note_own *own) {
  struct bp_own_declarer declarer = {.scope = scope,
                                     .choice = choice,
                                     .arena = arena,
                                     .out = bp_growing_new(arena),
                                     .ranged = " "};
  size_t *order = bp_arena_alloc(arena, scope->definition_count + 1, sizeof *order), count = 0;
  own->loose = own->single = own->unsized = " ";
  own->misfits = 0;
  if (!order || !bp_own_solve(&declarer, vocabulary, order, &count))
    return NULL;
  own->misfits = declarer.misfits;
  own->taken = count;
  own->cell = bp_own_is_cell(&declarer, order, count);
  if (!note_left_out(&declarer, own) || !note_misfits(&declarer, order, count, own))
    return NULL;
  if (choice.loss == BP_OWN_LOSS_CROSS_ENTROPY)
    declarer.softmax = unknown_output_function(&declarer, order, count);
  bool special = bp_own_has_special_matrices(scope->note);
  size_t sink;
  if (!bp_own_assume_loss(&declarer, order, count, &sink) && !declarer.softmax)
    return "";
  if (scope->names.steps)
    bp_own_line(&declarer, "size T = 3");
  for (size_t i = 0; i < scope->names.count && own->loose; i++) {
    if (!bp_own_is_leaf(&declarer, i))
      continue;
    give_leaf(&declarer, i);
    bool assumed = declarer.target && strcmp(declarer.target, declarer.spelled[i]) == 0;
    if (bp_own_has_free_size(&declarer, i))
      own->unsized = bp_arena_printf(arena, "%s%s ", own->unsized, scope->names.list[i].text);
    if (!own->unsized)
      return NULL;
    bool any = bp_own_stated_of(scope, scope->names.list[i].text) && !special &&
               !bp_own_is_special_letter(scope->names.list[i].base);
    if (!assumed && !any && !is_used(&declarer, order, count, declarer.spelled[i]))
      own->loose = bp_arena_printf(arena, "%s%s ", own->loose, scope->names.list[i].text);
  }
  for (size_t i = 0; i < scope->names.count; i++)
    if (scope->names.list[i].size && declarer.spelled[i] && !bp_own_is_defined(&declarer, i))
      bp_own_line(&declarer, "size %s", scope->names.list[i].text);
  write_functions(&declarer);
  write_beginnings(&declarer, order, count);
  for (size_t k = 0; k < count; k++)
    if (!bp_own_uses_loss(&declarer, order[k]))
      write_let(&declarer, order[k]);
  bp_own_write_losses(&declarer, sink);
  for (size_t k = 0; k < count; k++)
    if (bp_own_uses_loss(&declarer, order[k]))
      write_let(&declarer, order[k]);
  write_derivatives(&declarer);
  own->ranged = declarer.ranged;
  return own->ranged && note_unnamed_losses(&declarer, own) ? declarer.out.text : NULL;
}
