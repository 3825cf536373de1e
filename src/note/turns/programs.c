/* Which bodies are followed: those in which derivatives are computed, and that no other such body
 * calls.  What is told of a line when it is taken as it stands stays where nothing more comes of
 * following it.
 */
#include "note/turns/programs.h"

#include <string.h>

#include "base/list.h"
#include "note/turns/parts.h"

/* Bodies that are followed; what has more of them, or more lines, is taken as it stands, since who
 * calls whom is asked of all pairs. */
enum { MOST_ROOTS = 12, DEEPEST = 12, MOST_BODIES = 500, MOST_STEPS = 20000 };

struct finder {
  const struct bp_code_steps *steps;
  struct bp_arena *arena;
  struct bp_program_lines *lines;
  bool *candidate; /* of each body: it computes derivatives */
};

static bool is_word(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9') || sign == '_';
}

/* dW, grads["W1"], self.db, nabla_w[-1], delta: the word of a target that says so. */
static bool is_called_gradient(const char *text, struct bp_span target) {
  static const char *const words[] = {"grad", "nabla", "delta"};
  size_t at = target.begin;
  if (target.end - at > 5 && !memcmp(text + at, "self.", 5))
    at += 5;
  if (target.end > at + 1 && text[at] == 'd' && is_word(text[at + 1]))
    return true;
  for (; at < target.end; at++)
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
      if (target.end - at >= strlen(words[k]) && !memcmp(text + at, words[k], strlen(words[k])))
        return true;
  return false;
}

static bool is_formula(const char *text, struct bp_span value) {
  bool any = false;
  for (size_t at = value.begin; at < value.end && !any; at++)
    any = strchr("*@+-/", text[at]) != NULL ||
          (value.end - at > 3 && !memcmp(text + at, "dot", 3)) ||
          (value.end - at > 3 && !memcmp(text + at, "sum", 3));
  return any && text[value.begin] != '[';
}

static void find_candidates(struct finder *finder) {
  const struct bp_code_steps *steps = finder->steps;
  const char *text = steps->code->source->text;
  for (size_t i = 0; i < steps->count; i++) {
    const struct bp_code_line *line = steps->list[i].line;
    if (line->kind == BP_CODE_ASSIGNMENT && is_called_gradient(text, line->target) &&
        (is_formula(text, line->value) || line->sign != '='))
      finder->candidate[line->unit] = true;
    bool returns = line->kind == BP_CODE_RETURN && is_formula(text, line->value);
    if (returns && bp_layer_forward(steps, line->unit) > 0)
      finder->candidate[line->unit] = true;
  }
}

bool bp_body_calls(const struct bp_code_steps *steps, size_t unit, size_t other) {
  const char *text = steps->code->source->text;
  struct bp_span name = steps->code->units[other].name;
  size_t length = name.end - name.begin;
  size_t owner = steps->code->units[other].owner;
  if (owner > 0 && owner != steps->code->units[unit].owner)
    return false; /* of which object a method is called nobody knows */
  for (size_t i = steps->first[unit]; i < steps->count && length > 0; i = steps->next[i]) {
    struct bp_span value = steps->list[i].line->value;
    for (size_t at = value.begin; at + length < value.end; at++) {
      bool self = at >= value.begin + 5 && !memcmp(text + at - 5, "self.", 5);
      bool apart = at == value.begin || !(is_word(text[at - 1]) || text[at - 1] == '.');
      if (!memcmp(text + at, text + name.begin, length) && text[at + length] == '(' &&
          (owner > 0 ? self : apart))
        return true;
    }
  }
  return false;
}

/* Marks the bodies that `unit` calls, and those that they call. */
static void mark_called(const struct finder *finder, size_t unit, bool *called, size_t depth) {
  for (size_t other = 1; other < finder->steps->code->unit_count && depth < DEEPEST; other++)
    if (other != unit && !called[other] && bp_body_calls(finder->steps, unit, other)) {
      called[other] = true;
      mark_called(finder, other, called, depth + 1);
    }
}

/* Leaves those that no other one calls. */
static bool keep_roots(struct finder *finder) {
  size_t count = finder->steps->code->unit_count;
  bool *inner = bp_arena_alloc(finder->arena, count, sizeof *inner);
  for (size_t unit = 0; inner && unit < count; unit++) {
    bool *called = bp_arena_alloc(finder->arena, count, sizeof *called);
    if (!called)
      return false;
    if (finder->candidate[unit])
      mark_called(finder, unit, called, 0);
    for (size_t other = 0; other < count; other++)
      inner[other] = inner[other] || (called[other] && other != unit && !inner[unit]);
  }
  for (size_t unit = 0; inner && unit < count; unit++)
    finder->candidate[unit] = finder->candidate[unit] && !inner[unit];
  return inner != NULL;
}

static bool is_judged(const struct bp_program_line *line) {
  return line->kind == BP_PROGRAM_CLAIM && !line->why;
}

/* Of each body, whether a step came from it. */
static void mark_covered(const struct finder *finder, const struct bp_code_steps *flat,
                         bool *covered) {
  const struct bp_code_steps *steps = finder->steps;
  for (size_t k = 0; k < flat->count; k++)
    for (size_t i = 0; i < steps->count; i++)
      if (steps->list[i].line->span.begin == flat->list[k].line->span.begin)
        covered[steps->list[i].line->unit] = true;
}

static bool is_in(const struct finder *finder, const struct bp_program_line *line,
                  const bool *covered) {
  const struct bp_code_steps *steps = finder->steps;
  for (size_t i = 0; i < steps->count; i++)
    if (steps->list[i].line->span.begin == line->span.begin)
      return covered[steps->list[i].line->unit];
  return false;
}

/* How many lines of the source get a verdict, each counted once. */
static size_t count_judged(const struct finder *finder, const struct bp_program_lines *lines,
                           const bool *covered) {
  size_t count = 0;
  for (size_t i = 0; i < lines->count; i++) {
    bool again = false;
    for (size_t k = 0; k < i && !again; k++)
      again = is_judged(&lines->list[k]) && lines->list[k].span.begin == lines->list[i].span.begin;
    count += !again && is_judged(&lines->list[i]) && is_in(finder, &lines->list[i], covered);
  }
  return count;
}

/* Whether a line says no more than it did at an earlier turn: only verdicts may differ. */
static bool is_told(const struct bp_program_lines *found, size_t which) {
  const struct bp_program_line *line = &found->list[which];
  bool told = false;
  for (size_t k = 0; k < which && !told && !is_judged(line); k++)
    told = found->list[k].span.begin == line->span.begin && found->list[k].kind == line->kind &&
           !is_judged(&found->list[k]);
  return told;
}

/* Puts the lines of a program that was followed in the place of those that were there. */
static bool replace(struct finder *finder, const struct bp_program_lines *found,
                    const bool *covered) {
  struct bp_program_lines *lines = finder->lines;
  size_t kept = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (!is_in(finder, &lines->list[i], covered))
      lines->list[kept++] = lines->list[i];
  lines->count = kept;
  for (size_t i = 0; i < found->count; i++) {
    if (is_told(found, i))
      continue;
    if (!bp_list_room(finder->arena, lines->list, lines->count, lines->capacity))
      return false;
    lines->list[lines->count++] = found->list[i];
  }
  return true;
}

/* What comes of following a body, and how many of its lines can be judged then. */
struct followed {
  struct bp_program_lines lines;
  bool *covered; /* of each body: what it says is told here */
  size_t judged;
};

static bool try_to_follow(const struct finder *finder, size_t unit, bool numbers,
                          struct followed *followed) {
  const struct bp_code *code = finder->steps->code;
  struct bp_turns *turns = bp_arena_alloc(finder->arena, 1, sizeof *turns);
  *followed = (struct followed){
      .covered = bp_arena_alloc(finder->arena, code->unit_count, sizeof *followed->covered)};
  if (!turns || !followed->covered ||
      bp_turns_find(finder->steps, unit, numbers, finder->arena, turns) != 0)
    return false;
  if (!turns->flat || turns->flat->count == 0)
    return true;
  if (bp_program_of_steps(turns->flat, &followed->lines) != 0)
    return false;
  mark_covered(finder, turns->flat, followed->covered);
  for (size_t other = 0; other < code->unit_count; other++)
    followed->covered[other] = followed->covered[other] || turns->entered[other];
  followed->judged = count_judged(finder, &followed->lines, followed->covered);
  return true;
}

/* Follows a body, with each x as a row, and where nothing comes of that as a number. */
static bool follow(struct finder *finder, size_t unit) {
  struct followed followed;
  bool fine = try_to_follow(finder, unit, false, &followed);
  if (fine && followed.judged == 0)
    fine = try_to_follow(finder, unit, true, &followed);
  if (!fine || followed.judged == 0)
    return fine;
  bool more = followed.judged >= count_judged(finder, finder->lines, followed.covered);
  return !more || replace(finder, &followed.lines, followed.covered);
}

int bp_programs_find(const struct bp_code *code, struct bp_arena *arena,
                     struct bp_program_lines *lines) {
  struct bp_code_steps *steps = bp_arena_alloc(arena, 1, sizeof *steps);
  *lines = (struct bp_program_lines){NULL, 0, 0};
  if (!steps || bp_steps_find(code, arena, steps) != 0 || bp_program_find(steps, lines) != 0)
    return -1;
  if (code->unit_count > MOST_BODIES || steps->count > MOST_STEPS) {
    bp_program_sort(lines);
    return bp_arena_failed(arena) ? -1 : 0;
  }
  struct finder finder = {steps, arena, lines,
                          bp_arena_alloc(arena, code->unit_count, sizeof(bool))};
  if (!finder.candidate)
    return -1;
  find_candidates(&finder);
  if (!keep_roots(&finder))
    return -1;
  size_t roots = 0;
  for (size_t unit = 0; unit < code->unit_count; unit++)
    if (finder.candidate[unit] && roots++ < MOST_ROOTS && !follow(&finder, unit))
      return -1;
  bp_program_sort(lines);
  return bp_arena_failed(arena) ? -1 : 0;
}
