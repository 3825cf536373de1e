/* Which bodies make up a program.
 *
 * A body in which derivatives are assigned seldom has the forward pass, too.  It takes that from
 * another one under the same names; so names that it uses and does not say are looked for, and the
 * body that says most of them is the one that was meant.
 */
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"

static bool defines(const struct bp_code_step *step, const char *key) {
  return step->kind == BP_STEP_DEFINITION && !step->line->branched &&
         strcmp(step->target->text, key) == 0;
}

/* Whether the body `unit` says by a formula what the key is. */
static bool unit_defines(const struct bp_code_steps *steps, size_t unit, const char *key) {
  for (size_t i = steps->first[unit]; i < steps->count; i = steps->next[i])
    if (defines(&steps->list[i], key))
      return true;
  return false;
}

/* affine_forward and affine_backward: the same word before the last underscore. */
static bool are_twins(const struct bp_code *code, size_t one, size_t other) {
  struct bp_span a = code->units[one].name, b = code->units[other].name;
  const char *text = code->source->text;
  while (a.end > a.begin && text[a.end - 1] != '_')
    a.end--;
  while (b.end > b.begin && text[b.end - 1] != '_')
    b.end--;
  return a.end > a.begin && a.end - a.begin == b.end - b.begin &&
         memcmp(text + a.begin, text + b.begin, a.end - a.begin) == 0;
}

/* Whether the key stands there, or the derivative that is called after it. */
static bool uses(const struct bp_code_node *node, const char *key) {
  if (node->kind == BP_CODE_NAME &&
      (!strcmp(node->text, key) || (node->text[0] == 'd' && !strcmp(node->text + 1, key))))
    return true;
  for (size_t k = 0; k < node->count; k++)
    if (uses(node->child[k], key))
      return true;
  return false;
}

/* How many names that `unit` uses and does not define `other` does. */
static size_t lends(const struct bp_code_steps *steps, size_t unit, size_t other) {
  size_t count = 0;
  for (size_t i = steps->first[other]; i < steps->count; i = steps->next[i]) {
    const struct bp_code_step *step = &steps->list[i];
    if (step->kind != BP_STEP_DEFINITION || step->line->branched ||
        unit_defines(steps, unit, step->target->text))
      continue;
    const char *key = step->target->text;
    bool used = false;
    for (size_t k = steps->first[unit]; k < steps->count && !used; k = steps->next[k])
      used = uses(steps->list[k].value, key) ||
             (steps->list[k].base && strcmp(steps->list[k].base, key) == 0);
    count += used;
  }
  return count;
}

static bool add_step(struct bp_program *program, const struct bp_code_step *step) {
  if (!bp_list_room(program->arena, program->list, program->count, program->capacity))
    return false;
  program->list[program->count++] = step;
  return true;
}

static bool add_unit(struct bp_program *program, size_t unit, bool all) {
  const struct bp_code_steps *steps = program->steps;
  for (size_t i = steps->first[unit]; i < steps->count; i = steps->next[i]) {
    const struct bp_code_step *step = &steps->list[i];
    bool wanted = all ? step->kind != BP_STEP_NOTHING
                      : step->kind == BP_STEP_DEFINITION || step->kind == BP_STEP_SIZE ||
                            step->kind == BP_STEP_UPDATE;
    if (wanted && step->target && !add_step(program, step))
      return false;
  }
  return true;
}

/* data_loss, train_cost; and no part of one, nor what is kept of one. */
static bool ends_as_loss(const char *key) {
  static const char *const ends[] = {"loss", "Loss", "cost", "Cost"};
  static const char *const others[] = {"reg", "penalty", "val", "test", "prev",   "last", "best",
                                       "min", "l1",      "l2",  "old",  "weight", "decay"};
  size_t length = strlen(key);
  bool ends_so = false;
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
    ends_so = ends_so || (length > 6 && strcmp(key + length - 4, ends[k]) == 0);
  for (size_t k = 0; k < sizeof others / sizeof *others; k++)
    ends_so = ends_so && !strstr(key, others[k]);
  return ends_so && strncmp(key, "grad", 4) != 0 && strncmp(key, "delta", 5) != 0;
}

int bp_loss_rank(const char *key) {
  static const char *const names[] = {
      "J",    "L",         "E",         "C",   "loss",      "Loss",         "cost",
      "Cost", "totalloss", "totalcost", "mse", "objective", "crossentropy", "logloss"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (strcmp(names[k], key) == 0)
      return 2;
  return ends_as_loss(key);
}

bool bp_is_called_loss(const char *key) { return bp_loss_rank(key) > 0; }

/* Whether the body computes a loss from what the bodies that are taken compute, and only in one
 * way.
 */
static bool computes_loss(const struct bp_code_steps *steps, size_t unit, const bool *taken) {
  bool loss = false, used = false;
  for (size_t k = steps->first[unit]; k < steps->count; k = steps->next[k])
    loss |= steps->list[k].kind == BP_STEP_DEFINITION && !steps->list[k].line->branched &&
            bp_is_called_loss(steps->list[k].target->text);
  for (size_t i = 0; i < steps->count && loss && !used; i++) {
    const struct bp_code_step *step = &steps->list[i];
    if (step->kind != BP_STEP_DEFINITION || step->line->branched || !taken[step->line->unit])
      continue;
    for (size_t k = steps->first[unit]; k < steps->count && !used; k = steps->next[k])
      used = steps->list[k].kind == BP_STEP_DEFINITION &&
             bp_code_mentions(steps->list[k].value, step->target->text);
  }
  return loss && used;
}

/* Adds the one body that computes a loss; where several do, it is not known which is meant. */
static bool add_loss(struct bp_program *program, size_t unit, bool *taken) {
  const struct bp_code *code = program->steps->code;
  size_t found = code->unit_count;
  for (size_t other = 0; other < code->unit_count; other++) {
    bool strange = code->units[unit].owner != code->units[other].owner &&
                   code->units[unit].owner > 0 && code->units[other].owner > 0;
    if (taken[other] && computes_loss(program->steps, other, taken))
      return true;
    if (taken[other] || strange || !computes_loss(program->steps, other, taken))
      continue;
    if (found < code->unit_count)
      return true;
    found = other;
  }
  if (found == code->unit_count)
    return true;
  taken[found] = true;
  return add_unit(program, found, false);
}

/* Its own body, and those that compute at least two of the names that it takes for granted (one,
 * where both are methods of a class, bear one name but for its end, or one of the two stands
 * outside of all functions); and the body that computes the loss from them. */
bool bp_program_choose_steps(struct bp_program *program, size_t unit) {
  const struct bp_code *code = program->steps->code;
  bool *taken = bp_arena_alloc(program->arena, code->unit_count, sizeof *taken);
  if (!taken)
    return false;
  taken[unit] = true;
  for (size_t other = 0; other < code->unit_count; other++) {
    size_t owner = code->units[unit].owner;
    bool kin = unit == 0 || other == 0 || are_twins(code, unit, other) ||
               (owner > 0 && owner == code->units[other].owner);
    bool strange = owner != code->units[other].owner && owner > 0 && code->units[other].owner > 0;
    if (other == unit || strange || lends(program->steps, unit, other) < (kin ? 1 : 2))
      continue;
    taken[other] = true;
    if (!add_unit(program, other, false))
      return false;
  }
  return add_loss(program, unit, taken) && add_unit(program, unit, true);
}
