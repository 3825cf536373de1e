/* A loss of which only the name is known: of what it is, and which.
 *
 * It is taken to be one of the last thing that is computed, or of all that are called alike.  Where
 * something is computed for each step of time the loss is the sum of those of the steps.
 */
#include "study/own/losses.h"

#include <string.h>

#include "lang/tree.h"

static bool is_exponential(const struct bp_expression *node) {
  bool power = bp_is_power(node) && bp_is(node->child[0], BP_EXPR_NAME) &&
               strcmp(node->child[0]->name, "e") == 0;
  return power || (bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
                   strcmp(node->child[0]->name, "exp") == 0);
}

/* Whether a softmax stands in it, by name or as exponentials over their sum. */
bool bp_own_has_softmax(const struct bp_expression *node) {
  if (bp_is_quotient(node) && is_exponential(node->child[0]) &&
      (bp_is(node->child[1], BP_EXPR_SUM) || bp_is(node->child[1], BP_EXPR_CALL)))
    return true;
  if (bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
      strcmp(node->child[0]->name, "softmax") == 0)
    return true;
  for (size_t i = 0; i < node->count; i++)
    if (bp_own_has_softmax(node->child[i]))
      return true;
  return false;
}

/* How many of the names that something is differentiated by lead to the k-th of what is computed.
 */
static size_t leading_to(const struct bp_own_declarer *declarer, const size_t *order, size_t k) {
  const struct bp_own_names *names = &declarer->scope->names;
  bool *leads = bp_arena_alloc(declarer->arena, k + 1, sizeof *leads);
  size_t leading = 0;
  if (!leads)
    return 0;
  leads[k] = true;
  for (size_t i = k; i-- > 0;)
    for (size_t on = i + 1; on <= k && !leads[i]; on++)
      leads[i] = leads[on] && bp_expression_mentions(declarer->lets[order[on]]->sides[0],
                                                     declarer->lets[order[i]]->targets[0]->name);
  for (size_t n = 0; n < names->count; n++) {
    bool one = false;
    for (size_t i = 0; i <= k && names->list[n].denominator && declarer->spelled[n]; i++)
      one = one || (leads[i] && bp_expression_mentions(declarer->lets[order[i]]->sides[0],
                                                       declarer->spelled[n]));
    leading += one;
  }
  return leading;
}

/* Whether it mentions the name, of the step itself where `now`: h[t], and not h[t-1]. */
static bool uses(const struct bp_expression *node, const char *name, bool now) {
  if (!now)
    return bp_expression_mentions(node, name);
  if (bp_is(node, BP_EXPR_NAME) && node->name && strcmp(node->name, name) == 0 &&
      !bp_own_is_other_step(node))
    return true;
  for (size_t i = 0; i < node->count; i++)
    if (uses(node->child[i], name, now))
      return true;
  return false;
}

/* What is computed and used for nothing, or in the next step only where `now`. */
static size_t sink_of(const struct bp_own_declarer *declarer, const size_t *order, size_t count,
                      bool now) {
  size_t sink = declarer->scope->definition_count, most = 0;
  for (size_t k = count; k-- > 0;) {
    const char *name = declarer->lets[order[k]]->targets[0]->name;
    const struct bp_own_name *own =
        bp_own_name_find(&declarer->scope->names, declarer->scope->definitions[order[k]].name);
    bool used = own && bp_own_is_loss(own);
    for (size_t i = 0; i < count; i++)
      used = used || (i != k && uses(declarer->lets[order[i]]->sides[0], name, now));
    size_t leading = used ? 0 : leading_to(declarer, order, k);
    if (used || (sink < declarer->scope->definition_count && leading <= most))
      continue;
    sink = order[k];
    most = leading;
  }
  return sink;
}

/* What a loss would be of: what is used for nothing.  Of several it is the one to which the most
 * names lead that something is differentiated by, and the last of these.  The output of a recurrent
 * cell without anything behind it is used by the next step. */
size_t bp_own_sink(const struct bp_own_declarer *declarer, const size_t *order, size_t count) {
  size_t sink = sink_of(declarer, order, count, false);
  return sink < declarer->scope->definition_count ? sink : sink_of(declarer, order, count, true);
}

bool bp_own_is_cell(const struct bp_own_declarer *declarer, const size_t *order, size_t count) {
  return sink_of(declarer, order, count, false) == declarer->scope->definition_count &&
         sink_of(declarer, order, count, true) < declarer->scope->definition_count;
}

/* What a note calls the wanted output: a leaf that no definition uses; the number of names: none.
 */
static size_t target_of(const struct bp_own_declarer *declarer, bool timed) {
  static const char *const letters[] = {"y", "t", "Y", "T", "d"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    for (size_t i = 0; i < declarer->scope->names.count; i++) {
      const struct bp_own_name *name = &declarer->scope->names.list[i];
      if (strcmp(timed ? name->base : name->text, letters[k]) == 0 && name->timed == timed &&
          bp_own_is_leaf(declarer, i))
        return i;
    }
  return declarer->scope->names.count;
}

/* What a loss is assumed for, and of what; false where the choice has no meaning: there is no such
 * loss, nothing to compare with, or it has another shape. */
bool bp_own_assume_loss(struct bp_own_declarer *declarer, const size_t *order, size_t count,
                        size_t *sink) {
  const struct bp_own_scope *scope = declarer->scope;
  *sink = bp_own_sink(declarer, order, count);
  bool fits = *sink < scope->definition_count;
  bool timed = fits && scope->definitions[*sink].timed;
  size_t target = target_of(declarer, timed), losses = 0;
  for (size_t i = 0; i < scope->names.count; i++)
    losses += bp_own_is_loss(&scope->names.list[i]) && !bp_own_is_defined(declarer, i) &&
              (timed || !scope->names.list[i].timed);
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

/* Any loss of all outputs that are called alike; NULL when memory is short. */
static const char *any_loss(struct bp_own_declarer *declarer, size_t sink, bool first) {
  const struct bp_own_scope *scope = declarer->scope;
  const char *index = scope->definitions[sink].timed ? "[t]" : "";
  const char *text = bp_arena_printf(declarer->arena, "sum(anything%s ⊙ smooth(%s%s))", index,
                                     scope->definitions[sink].name, index);
  if (first) {
    bp_own_give(declarer, "anything", declarer->lets[sink]->targets[0]->name, "",
                scope->definitions[sink].timed);
    bp_own_line(declarer, "given smooth : function");
  }
  for (size_t i = 0; i < scope->definition_count && text; i++) {
    if (!is_beside(declarer, i, sink))
      continue;
    const char *own = bp_arena_printf(declarer->arena, "anything_{%zu}", i);
    if (own && first)
      bp_own_give(declarer, own, declarer->lets[i]->targets[0]->name, "", false);
    text = bp_arena_printf(declarer->arena, "%s + sum(%s ⊙ smooth(%s))", text, own ? own : "",
                           scope->definitions[i].name);
  }
  return text;
}

/* The loss that was chosen, of an output and what is wanted, at a step where there are steps; NULL
 * when memory is short. */
static const char *loss_text(struct bp_own_declarer *declarer, size_t sink, bool first) {
  const struct bp_own_scope *scope = declarer->scope;
  const char *index = scope->definitions[sink].timed ? "[t]" : "", *wanted = "";
  for (size_t k = 0; k < scope->names.count && declarer->target; k++)
    if (declarer->spelled[k] && strcmp(declarer->spelled[k], declarer->target) == 0)
      wanted = scope->names.list[k].text;
  const char *out = bp_arena_printf(declarer->arena, "%s%s", scope->definitions[sink].name, index);
  const char *y = bp_arena_printf(declarer->arena, "%s%s", wanted, index);
  if (!out || !y)
    return NULL;
  if (declarer->choice.loss == BP_OWN_LOSS_ANY)
    return any_loss(declarer, sink, first);
  if (declarer->choice.loss == BP_OWN_LOSS_HALF_SQUARED)
    return bp_arena_printf(declarer->arena, "1/2*norm(%s - %s)^2", out, y);
  if (declarer->onehot)
    return bp_arena_printf(declarer->arena, "-sum(%s ⊙ log(%s))", y, out);
  return bp_arena_printf(declarer->arena, "-sum(%s ⊙ log(%s) + (1 - %s) ⊙ log(1 - %s))", y, out, y,
                         out);
}

/* Whether the statements call differentials what they compute, d(XY), or speak of traces. */
static bool has_differentials(const struct bp_note *note) {
  static const char *const signs[] = {"d(",   "d \\left(", "d\\left(", "{tr}",
                                      "\\tr", "tr(",       "\\int"};
  for (size_t i = 0; i < note->count; i++)
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
      const struct bp_written *text = &note->list[i].cut.text;
      if (bp_text_find(text->text, 0, text->length, signs[k]) < text->length)
        return true;
    }
  return false;
}

/* A note may have dx, dW and db and never say of what they are the derivatives: then it is of what
 * is computed last, whatever the loss. */
bool bp_own_has_nameless_loss(const struct bp_own_declarer *declarer) {
  const struct bp_own_names *names = &declarer->scope->names;
  size_t changes = 0;
  for (size_t i = 0; i < names->count; i++) {
    if (bp_own_is_loss(&names->list[i]) || strcmp(names->list[i].text, "Loss") == 0)
      return false;
    changes += names->list[i].differential && declarer->spelled[i];
  }
  return changes > 2 && declarer->choice.loss == BP_OWN_LOSS_ANY &&
         !has_differentials(declarer->scope->note);
}

/* `timed`: one for each step; `steps`: the sum of those of all. */
static void write_loss(struct bp_own_declarer *declarer, const char *name, bool timed, bool steps,
                       const char *text) {
  if (!text)
    declarer->out.text = NULL;
  else if (timed)
    bp_own_line(declarer, "let %s[t] = %s for t = 1..T", name, text);
  else
    bp_own_line(declarer, steps ? "let %s = sum_{t=1..T} (%s)" : "let %s = %s", name, text);
}

void bp_own_write_losses(struct bp_own_declarer *declarer, size_t sink) {
  const struct bp_own_scope *scope = declarer->scope;
  if (sink >= scope->definition_count)
    return;
  bool steps = scope->definitions[sink].timed, first = true;
  for (int pass = steps ? 0 : 1; pass < 2; pass++) /* those of the steps come first */
    for (size_t i = 0; i < scope->names.count; i++) {
      const struct bp_own_name *name = &scope->names.list[i];
      if (!bp_own_is_loss(name) || bp_own_is_defined(declarer, i) || name->timed != (pass == 0))
        continue;
      write_loss(declarer, name->text, name->timed, steps, loss_text(declarer, sink, first));
      first = false;
    }
  if (first && bp_own_has_nameless_loss(declarer))
    write_loss(declarer, "Loss", false, steps, any_loss(declarer, sink, first));
}

bool bp_own_uses_loss(const struct bp_own_declarer *declarer, size_t definition) {
  const struct bp_own_names *names = &declarer->scope->names;
  for (size_t i = 0; i < names->count; i++)
    if (bp_own_is_loss(&names->list[i]) && !bp_own_is_defined(declarer, i) &&
        declarer->spelled[i] &&
        bp_expression_mentions(declarer->lets[definition]->sides[0], declarer->spelled[i]))
      return true;
  return false;
}
