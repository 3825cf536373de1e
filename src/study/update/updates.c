/* All ways in which an update may be meant are written down as claims of one document, and judged
 * together at a few points: with each loss, each rate, each number beside it, down and up.  The
 * first that holds is meant; where none does and the step looks like a gradient, the plainest is
 * claimed, and fails.  What the report says of it is told in tell.c.
 */
#include "study/update/updates.h"

#include <string.h>

#include "base/list.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "study/gradient_names.h"
#include "study/update/aim.h"
#include "study/update/step.h"

typedef const struct bp_expression *expr;

/* Points that choose; ways of one update, and of all. */
enum { FEW = 2, MOST_WAYS = 20000, MOST_SIZES = 4 };

struct way {
  size_t update;
  const char *loss, *factor; /* factor NULL: 1 */
  expr decay, meant;
  bool up, whole; /* all of w is kept: what the right side takes off it belongs to the gradient */
  enum bp_verdict verdict;
};

struct trying {
  const struct bp_gradients_request *request;
  const struct bp_document *document;
  struct bp_builder builder;
  struct bp_gradient_names names;
  struct bp_update_step *steps;
  bool *taken;         /* updates that can be read */
  bool *hangs;         /* on the loss: updates x losses */
  const char **faults; /* what an update says that cannot be read, as a layer that is not there */
  const char *sizes[MOST_SIZES];
  size_t size_count, ids;
  struct way *ways;
  size_t way_count, way_capacity;
};

/* ---- ways ---------------------------------------------------------------- */

static expr gradient_of(struct trying *trying, const char *loss, const struct bp_update *update) {
  trying->builder.span = update->moved->span;
  trying->builder.sign = update->sign;
  struct bp_expression *gradient = bp_build_binary(
      &trying->builder, BP_EXPR_PARTIAL, bp_build_name(&trying->builder, loss), update->moved);
  if (gradient && update->moved->kind != BP_EXPR_ELEMENT)
    gradient->order = 1; /* in the shape of what moves, in any layout */
  return gradient;
}

static void add_size(struct trying *trying, const char *name) {
  for (size_t k = 0; k < trying->size_count; k++)
    if (!strcmp(trying->sizes[k], name))
      return;
  if (trying->size_count < MOST_SIZES)
    trying->sizes[trying->size_count++] = name;
}

static void add_sizes_of(struct trying *trying, expr shape) {
  if (shape && shape->kind == BP_EXPR_NAME && shape->count == 0)
    add_size(trying, shape->name);
}

/* Sizes that the losses are divided by, and those of what is given. */
static void find_sizes(struct trying *trying, const struct bp_document *document) {
  for (size_t i = 0; i < trying->names.loss_count; i++)
    for (size_t k = 0; k < trying->names.losses[i].scale_count; k++)
      add_size(trying, trying->names.losses[i].scales[k]);
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->used)
      find_sizes(trying, statement->used);
    if (statement->kind == BP_STATEMENT_GIVEN && !statement->broken) {
      add_sizes_of(trying, statement->rows);
      add_sizes_of(trying, statement->columns);
    }
  }
}

static bool add_way(struct trying *trying, struct way way, expr along, expr rate) {
  const struct bp_update *update = &trying->document->updates[way.update];
  struct bp_update_step step = trying->steps[way.update];
  if (way.whole)
    step.base = update->moved;
  way.meant = bp_step_meant(update, &step, rate, along, way.decay, way.up, &trying->builder);
  if (!way.meant ||
      !bp_list_room(trying->builder.arena, trying->ways, trying->way_count, trying->way_capacity))
    return false;
  trying->ways[trying->way_count++] = way;
  return true;
}

/* With each rate, and with each multiple of w beside the gradient.  What is kept of w may be a part
 * of the gradient of a loss with a penalty: (1 - η*λ)*w - …, which is w - η*∂J/∂w then. */
static bool add_ways_by(struct trying *trying, struct way way, expr along) {
  const struct bp_update_step *step = &trying->steps[way.update];
  const struct bp_update *update = &trying->document->updates[way.update];
  bool fine = true;
  for (size_t d = 0; d <= 2 * step->decay_count && fine; d++)
    for (size_t r = 0; r < step->rate_count && fine; r++) {
      expr rate = step->rates[r], decay = d ? step->decays[(d - 1) / 2] : NULL;
      way.decay = decay;
      if (decay && (decay == step->base || (d % 2 == 0 && !rate)))
        continue;
      if (d > 0 && d % 2 == 0)
        way.decay = bp_build_binary(&trying->builder, BP_EXPR_MULTIPLY, rate, decay);
      fine = add_way(trying, way, along, rate);
    }
  way.decay = NULL;
  way.whole = step->base && !bp_expression_same(step->base, update->moved);
  for (size_t r = 0; r < step->rate_count && fine && way.whole; r++)
    fine = add_way(trying, way, along, step->rates[r]);
  return fine;
}

/* With a factor in front of the gradient, which was written as text. */
static bool add_ways_times(struct trying *trying, struct way way, expr factor, const char *text) {
  expr gradient = gradient_of(trying, way.loss, &trying->document->updates[way.update]);
  way.factor = text;
  return add_ways_by(trying, way,
                     factor ? bp_build_binary(&trying->builder, BP_EXPR_MULTIPLY, factor, gradient)
                            : gradient);
}

static bool add_ways_sized(struct trying *trying, struct way way, const char *size) {
  struct bp_builder *builder = &trying->builder;
  static const char *const numbers[] = {NULL, "2", "1/2"};
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    for (int below = 0; below <= (size != NULL); below++) {
      expr top = k == 1 ? bp_build_whole(builder, 2) : bp_build_whole(builder, 1);
      expr bottom = bp_build_whole(builder, k == 2 ? 2 : 1);
      if (size && below)
        bottom = bp_build_binary(builder, BP_EXPR_MULTIPLY, bottom, bp_build_name(builder, size));
      else if (size)
        top = bp_build_binary(builder, BP_EXPR_MULTIPLY, top, bp_build_name(builder, size));
      const char *text = !size ? numbers[k]
                               : bp_arena_printf(builder->arena,
                                                 below    ? k == 2 ? "1/(2*%s)" : "%s/%s"
                                                 : k == 0 ? "%.0s%s"
                                                          : "%s*%s",
                                                 below && k == 2 ? size
                                                 : k == 1        ? "2"
                                                 : below         ? "1"
                                                                 : "1/2",
                                                 size);
      expr factor = bp_build_binary(builder, BP_EXPR_DIVIDE, top, bottom);
      if ((!size && k == 0) ? !add_ways_times(trying, way, NULL, NULL)
                            : !text || !add_ways_times(trying, way, factor, text))
        return false;
    }
  return true;
}

/* All ways of one update, the plainest first. */
static bool add_ways(struct trying *trying, size_t update) {
  const struct bp_update_step *step = &trying->steps[update];
  if (trying->document->updates[update].kind == BP_UPDATE_SETS && !step->base)
    return true;
  for (int up = 0; up <= 1; up++)
    for (size_t s = 0; s <= trying->size_count; s++)
      for (size_t i = 0; i < trying->names.loss_count; i++) {
        struct way way = {.update = update, .loss = trying->names.losses[i].name, .up = up == 1};
        if (trying->way_count > MOST_WAYS)
          return true;
        if (!add_ways_sized(trying, way, s ? trying->sizes[s - 1] : NULL))
          return false;
      }
  return true;
}

/* ---- a document of claims ------------------------------------------------ */

/* sides[0] = sides[1], in the place of the update. */
static bool make_claim(struct trying *trying, const struct bp_update *update, expr left, expr right,
                       struct bp_statement *claim) {
  struct bp_arena *arena = trying->builder.arena;
  expr *sides = bp_arena_alloc(arena, 2, sizeof *sides);
  enum bp_relation *relation = bp_arena_alloc(arena, 1, sizeof *relation);
  struct bp_span *span = bp_arena_alloc(arena, 1, sizeof *span);
  if (!sides || !relation || !span || !left || !right)
    return false;
  sides[0] = left;
  sides[1] = right;
  *relation = BP_EQUAL;
  *span = update->sign;
  *claim = update->statement;
  claim->sides = sides;
  claim->relations = relation;
  claim->relation_spans = span;
  claim->side_count = 2;
  claim->update = true;
  return true;
}

/* The lines of the language as a document of their own. */
static const struct bp_document *parsed(struct trying *trying, const char *name, const char *text) {
  struct bp_arena *arena = trying->builder.arena;
  struct bp_document *document = bp_arena_alloc(arena, 1, sizeof *document);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_diagnostics silent;
  bp_diagnostics_init(&silent, arena);
  if (!document || !source || !text)
    return NULL;
  *source = (struct bp_source){name, text, strlen(text)};
  return bp_parse(source, trying->document->vocabulary, NULL, NULL, &trying->ids, arena, &silent,
                  document) == 0
             ? document
             : NULL;
}

/* Numbers for the rates that no line declares. */
static const struct bp_document *unsaid(struct trying *trying, const bool *which) {
  const char *text = "";
  for (size_t i = 0; i < trying->document->update_count; i++)
    for (size_t k = 0; which[i] && k < trying->steps[i].unsaid_count && text; k++) {
      const char *line = bp_arena_printf(trying->builder.arena, "given %s : number in positive\n",
                                         trying->steps[i].unsaid[k]);
      text = !line                ? NULL
             : strstr(text, line) ? text
                                  : bp_arena_printf(trying->builder.arena, "%s%s", text, line);
    }
  return parsed(trying, "assumed rates", text);
}

static const struct bp_document *losses_asked(struct trying *trying) {
  const char *text = "";
  for (size_t i = 0; i < trying->names.loss_count && text; i++)
    text = bp_arena_printf(trying->builder.arena, "%sshape %s : 1 x 1\n", text,
                           trying->names.losses[i].name);
  return parsed(trying, "losses", text);
}

static struct bp_statement use(const struct bp_document *document, size_t at) {
  return (struct bp_statement){
      .kind = BP_STATEMENT_USE, .span = {at, at}, .text = document->source->name, .used = document};
}

/* What was found wrong within the text of an update; NULL: nothing. */
static const char *fault_of(const struct bp_document *document, const struct bp_update *update,
                            const struct bp_diagnostics *said) {
  struct bp_span line = {update->moved->span.begin, update->statement.span.end};
  for (size_t i = 0; i < said->count; i++) {
    const struct bp_diagnostic *found = &said->list[i];
    if (!found->note && found->source == document->source && found->span.begin >= line.begin &&
        found->span.end <= line.end)
      return found->message;
  }
  return NULL;
}

static const char *first_error(const struct bp_diagnostics *said) {
  for (size_t i = 0; i < said->count; i++)
    if (!said->list[i].note)
      return said->list[i].message;
  return NULL;
}

/* Judges the ways, and whether the losses are numbers and hang on what moves; false where memory is
 * short. */
static bool judge_ways(struct trying *trying) {
  struct bp_arena *arena = trying->builder.arena;
  size_t updates = trying->document->update_count, losses = trying->names.loss_count;
  size_t asked_count = losses * (1 + updates), count = 2 + asked_count + trying->way_count, at = 0;
  struct bp_statement *list = bp_arena_alloc(arena, count + 1, sizeof *list);
  const struct bp_document *rates = unsaid(trying, trying->taken), *asked = losses_asked(trying);
  trying->hangs = bp_arena_alloc(arena, updates * losses + 1, sizeof *trying->hangs);
  if (!list || !rates || !asked || !trying->hangs || asked->count != losses)
    return false;
  list[at++] = use(trying->document, 0);
  list[at++] = use(rates, 0);
  memcpy(list + at, asked->statements, losses * sizeof *list);
  at += losses;
  for (size_t u = 0; u < updates; u++)
    for (size_t i = 0; i < losses; i++) {
      const struct bp_update *update = &trying->document->updates[u];
      if (!make_claim(trying, update, gradient_of(trying, trying->names.losses[i].name, update),
                      bp_build_whole(&trying->builder, 0), &list[at++]))
        return false;
      list[at - 1].kind = BP_STATEMENT_CLAIM;
    }
  for (size_t k = 0; k < trying->way_count; k++) {
    const struct way *way = &trying->ways[k];
    if (!make_claim(trying, &trying->document->updates[way->update],
                    trying->steps[way->update].right, way->meant, &list[at++]))
      return false;
    list[at - 1].kind = BP_STATEMENT_CLAIM;
  }
  struct bp_document whole = *trying->document;
  struct bp_derivation_report report;
  struct bp_diagnostics said;
  struct bp_judge_options options = *trying->request->options;
  whole.statements = list;
  whole.count = at;
  whole.expressions = trying->ids;
  whole.update_count = 0;
  options.trials = FEW;
  options.brief = true;
  bp_diagnostics_init(&said, arena);
  if (bp_judge(&whole, &options, arena, &said, &report, NULL) != 0 ||
      report.claim_count != asked_count + trying->way_count)
    return false;
  for (size_t u = 0; u < updates; u++)
    trying->faults[u] = fault_of(trying->document, &trying->document->updates[u], &said);
  for (size_t k = 0; k < updates * losses; k++)
    trying->hangs[k] = report.claims[k % losses].verdict == BP_HOLDS &&
                       report.claims[losses + k].verdict == BP_FAILS;
  for (size_t k = 0; k < trying->way_count; k++) {
    const struct bp_claim *claim = &report.claims[asked_count + k];
    const char **fault = &trying->faults[trying->ways[k].update];
    trying->ways[k].verdict = claim->verdict;
    if (!*fault && claim->verdict == BP_UNDECIDED && claim->reason == BP_REASON_BROKEN)
      *fault = first_error(&said);
  }
  return true;
}

/* ---- what is meant ------------------------------------------------------- */

static void take_note_back(struct bp_diagnostics *said, const struct bp_update *update) {
  for (size_t i = 0; i < said->count; i++)
    if (said->list[i].note && said->list[i].span.begin == update->sign.begin &&
        said->list[i].span.end == update->sign.end) {
      memmove(&said->list[i], &said->list[i + 1], (said->count - i - 1) * sizeof *said->list);
      said->count--;
      return;
    }
}

/* Why an update is left as it is; NULL: it is a definition, and there is nothing to say. */
static void leave(const struct trying *trying, size_t number, const char *why) {
  const struct bp_update *update = &trying->document->updates[number];
  struct bp_diagnostics *said = trying->request->diagnostics;
  for (size_t i = 0; i < said->count && (why || !update->statement.bare); i++)
    if (said->list[i].note && said->list[i].span.begin == update->sign.begin &&
        said->list[i].span.end == update->sign.end) {
      struct bp_diagnostic note = said->list[i];
      const char *longer =
          why ? bp_arena_printf(trying->builder.arena, "%s: %s", note.message, why) : NULL;
      if (update->statement.bare) { /* where it stands, among the others */
        said->list[i].message = longer ? longer : note.message;
        return;
      }
      take_note_back(said, update);
      bp_error(said, note.source, note.span, note.suggestion,
               why ? "an update says what is done, and this one nothing that could hold or fail: %s"
                   : "an update says what is done, and nothing that could hold or fail",
               why);
      return;
    }
}

/* Whether what defines the loss mentions the name. */
static bool is_in_loss(const struct bp_document *document, const char *loss, const char *name) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    bool defines = statement->kind == BP_STATEMENT_LET && !statement->broken &&
                   statement->target_count > 0 && !strcmp(statement->targets[0]->name, loss);
    if ((statement->used && is_in_loss(statement->used, loss, name)) ||
        (defines && bp_expression_mentions(statement->sides[0], name)))
      return true;
  }
  return false;
}

/* Whether what is kept of w has a name of the loss, the λ of its penalty; sizes aside. */
static bool keeps_penalty(const struct trying *trying, expr kept, const char *loss) {
  if (kept->kind == BP_EXPR_NAME) {
    bool size = false;
    for (size_t k = 0; k < trying->size_count; k++)
      size = size || !strcmp(trying->sizes[k], kept->name);
    return !size && is_in_loss(trying->document, loss, kept->name);
  }
  for (size_t i = 0; i < kept->count; i++)
    if (keeps_penalty(trying, kept->child[i], loss))
      return true;
  return false;
}

/* The factor of w in what is kept of it. */
static expr kept_of(const struct trying *trying, size_t number) {
  expr base = trying->steps[number].base, moved = trying->document->updates[number].moved;
  bool product = base && base->count == 2 && !bp_expression_same(base, moved);
  return product ? base->child[bp_expression_same(base->child[0], moved)] : NULL;
}

/* The way that is meant: the first that holds, else the plainest one down the only loss; NULL with
 * the reason in *why (or none) where the update is left as it is. */
static const struct way *meant_way(const struct trying *trying, size_t number,
                                   const struct bp_aim_words *words, const char **why) {
  const struct bp_update_step *step = &trying->steps[number];
  size_t losses = trying->names.loss_count, hanging = 0;
  const char *loss = NULL;
  const struct way *plainest = NULL;
  *why = NULL;
  for (size_t i = 0; i < losses; i++)
    if (trying->hangs[number * losses + i]) {
      hanging++;
      loss = trying->names.losses[i].name;
    }
  expr kept = loss ? kept_of(trying, number) : NULL;
  bool whole = kept && keeps_penalty(trying, kept, loss);
  for (size_t k = 0; k < trying->way_count; k++) {
    const struct way *way = &trying->ways[k];
    if (way->update != number)
      continue;
    if (way->verdict == BP_HOLDS && hanging > 0)
      return way;
    if (!plainest && loss && way->whole == whole && !strcmp(way->loss, loss))
      plainest = way;
  }
  if (trying->faults[number])
    *why = trying->faults[number];
  else if (hanging == 0)
    *why = "no number is defined before it that hangs on what moves, so that it could be a step "
           "down that";
  else if (hanging > 1)
    *why = "it is a step down none of several numbers that hang on what moves";
  else if (!plainest || !step->plain || words->own || plainest->verdict != BP_FAILS)
    *why = bp_arena_printf(trying->builder.arena,
                           "it is no multiple of the gradient of %s, and may be a step of another "
                           "kind",
                           loss);
  return *why ? NULL : plainest;
}

/* Where a claim goes: behind what stands before the update, and behind the loss. */
static size_t place_of(const struct bp_document *document, const struct bp_update *update,
                       const char *loss) {
  size_t place = 0;
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    bool before = statement->span.begin < update->sign.begin;
    bool defines = statement->kind == BP_STATEMENT_LET && statement->target_count > 0 &&
                   !strcmp(statement->targets[0]->name, loss);
    if (before || defines)
      place = i + 1;
  }
  return place;
}

/* The document with the updates that are judged as claims. */
static const struct bp_document *with_claims(struct trying *trying, const struct way *const *meant,
                                             const bool *which) {
  const struct bp_document *read = trying->document;
  struct bp_arena *arena = trying->builder.arena;
  struct bp_document *whole = bp_arena_alloc(arena, 1, sizeof *whole);
  struct bp_statement *list =
      bp_arena_alloc(arena, read->count + read->update_count + 1, sizeof *list);
  const struct bp_document *rates = unsaid(trying, which);
  size_t count = 0;
  if (!whole || !list || !rates)
    return NULL;
  list[count++] = use(rates, 0);
  for (size_t i = 0; i <= read->count; i++) {
    for (size_t u = 0; u < read->update_count; u++) {
      const struct bp_update *update = &read->updates[u];
      bool asked = which[u] || !update->statement.bare;
      if (!asked || place_of(read, update, which[u] ? meant[u]->loss : "") != i)
        continue;
      list[count] = update->statement;
      list[count].broken = true;
      count++;
      if (which[u] &&
          !make_claim(trying, update, trying->steps[u].right, meant[u]->meant, &list[count - 1]))
        return NULL;
    }
    if (i < read->count)
      list[count++] = read->statements[i];
  }
  *whole = *read;
  whole->statements = list;
  whole->count = count;
  whole->expressions = trying->ids;
  return whole;
}

/* Where the words of the file, a network, or another step lead down the loss. */
static bool leads_down(const struct trying *trying, const struct bp_aim_words *words,
                       const struct way *const *meant, const char *loss) {
  bool down = words->down || bp_is_loss_word(loss) ||
              (!strcmp(loss, "J") && bp_has_network(trying->document, trying->document->count));
  for (size_t u = 0; u < trying->document->update_count; u++)
    down = down || (!words->up && meant[u] && !meant[u]->up && meant[u]->verdict == BP_HOLDS &&
                    !strcmp(meant[u]->loss, loss));
  return down;
}

/* The way of a step up a loss that is claimed, for it to fail: the same one down, so that its sign
 * alone is to be mended; where something decays beside it, the plainest one. */
static const struct way *turned(const struct trying *trying, const struct way *up) {
  const char *factor = up->decay ? NULL : up->factor;
  for (size_t k = 0; k < trying->way_count; k++) {
    const struct way *way = &trying->ways[k];
    bool same = way->factor && factor ? !strcmp(way->factor, factor) : way->factor == factor;
    if (way->update == up->update && !way->up && same && !way->decay && way->whole == up->whole &&
        !strcmp(way->loss, up->loss))
      return way;
  }
  return up;
}

/* What w shrinks by beside the gradient, or is kept of it, in words; NULL: nothing. */
static const char *decay_of(const struct trying *trying, const struct way *way) {
  const struct bp_update *update = &trying->document->updates[way->update];
  const struct bp_update_step *step = &trying->steps[way->update];
  bool whole = way->whole || !step->base || bp_expression_same(step->base, update->moved);
  expr decay = way->decay ? way->decay : whole ? NULL : step->base;
  return decay ? bp_expression_text(decay, NULL, NULL, trying->builder.arena) : NULL;
}

static bool settle(struct trying *trying, struct bp_updates *updates) {
  size_t count = trying->document->update_count;
  struct bp_arena *arena = trying->builder.arena;
  const struct way **meant = bp_arena_alloc(arena, count, sizeof *meant);
  bool *which = bp_arena_alloc(arena, count, sizeof *which);
  struct bp_aim_words words = bp_aim_words_of(trying->document->source);
  updates->list = bp_arena_alloc(arena, count, sizeof *updates->list);
  if (!meant || !which || !updates->list)
    return false;
  for (size_t u = 0; u < count; u++) {
    const char *why = trying->steps[u].why;
    const struct bp_update *update = &trying->document->updates[u];
    meant[u] = trying->taken[u] ? meant_way(trying, u, &words, &why) : NULL;
    bool says = meant[u] && (!trying->steps[u].defined || meant[u]->up || !update->statement.bare ||
                             meant[u]->verdict != BP_HOLDS);
    which[u] = says;
    if (says)
      take_note_back(trying->request->diagnostics, update);
    else
      leave(trying, u, why);
  }
  for (size_t u = 0; u < count; u++) {
    const struct way *way = meant[u];
    if (!which[u])
      continue;
    bool holds = way->verdict == BP_HOLDS;
    struct bp_judged_update *judged = &updates->list[updates->count++];
    *judged = (struct bp_judged_update){.update = &trying->document->updates[u],
                                        .direction = !holds    ? BP_STEP_NOWHERE
                                                     : way->up ? BP_STEP_UP
                                                               : BP_STEP_DOWN,
                                        .meant_up = words.up,
                                        .meant_down = leads_down(trying, &words, meant, way->loss),
                                        .loss = way->loss,
                                        .factor = way->factor,
                                        .decay = decay_of(trying, way)};
    bool refuted = trying->document->updates[u].statement.kind == BP_STATEMENT_REFUTE;
    if (judged->direction == BP_STEP_UP && (refuted || (judged->meant_down && !judged->meant_up)))
      meant[u] = turned(trying, way);
  }
  bool changes = updates->count > 0;
  for (size_t u = 0; u < count; u++)
    changes = changes || !trying->document->updates[u].statement.bare;
  if (changes)
    updates->document = with_claims(trying, meant, which);
  return updates->document;
}

int bp_updates_read(const struct bp_gradients_request *request, struct bp_updates *updates) {
  const struct bp_document *document = request->document;
  *updates = (struct bp_updates){.document = document};
  if (document->update_count == 0)
    return 0;
  struct trying trying = {.request = request, .document = document, .ids = document->expressions};
  trying.builder = (struct bp_builder){.arena = request->arena, .next_id = &trying.ids};
  trying.steps = bp_arena_alloc(request->arena, document->update_count, sizeof *trying.steps);
  trying.taken = bp_arena_alloc(request->arena, document->update_count, sizeof *trying.taken);
  trying.faults = bp_arena_alloc(request->arena, document->update_count, sizeof *trying.faults);
  if (!trying.steps || !trying.taken || !trying.faults)
    return -1;
  bp_losses_find(document, document, document->count, &trying.names);
  find_sizes(&trying, document);
  bool full = false;
  for (size_t u = 0; u < document->update_count; u++) {
    const struct bp_update *update = &document->updates[u];
    if (trying.names.loss_count == 0)
      break;
    if (trying.way_count > MOST_WAYS && !full)
      bp_error(request->diagnostics, document->source, update->sign, "several files",
               "there are too many updates in this file: from here on they are not judged");
    full = trying.way_count > MOST_WAYS;
    trying.taken[u] = !full && bp_step_of(document, update,
                                          gradient_of(&trying, trying.names.losses[0].name, update),
                                          &trying.builder, &trying.steps[u]);
    if (trying.builder.failed || (trying.taken[u] && !add_ways(&trying, u)))
      return -1;
  }
  if (trying.way_count > 0 && !judge_ways(&trying))
    return -1;
  for (size_t u = 0; u < document->update_count; u++)
    trying.taken[u] = trying.taken[u] && trying.way_count > 0;
  return settle(&trying, updates) ? 0 : -1;
}
