/* What belongs to a sum, and how far steps of time are counted.
 *
 * \sum_t \hat{y}_t - y_t is the sum of the differences: what it counts stands in the second term,
 * too, and nothing else in the line gives that letter a meaning.  There is no other reading, so a
 * parenthesis is put around it.  The last of the steps t may be called τ; here it is T.  What a ∇
 * is of has one argument, and that is what it is by.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

static const char sum[] = "\\sum_{";

/* Whether the letter is an index in [begin, end), alone or beside others, and no sum there runs
 * over it. */
static bool has_index(const char *text, size_t begin, size_t end, char letter) {
  for (size_t at = begin; at + 1 < end; at++) {
    if (!strchr("_^", text[at]) || text[at + 1] != '{')
      continue;
    size_t over = bp_group_end(text, at + 1, end);
    bool binds = at >= sizeof sum - 3 && !memcmp(text + at - (sizeof sum - 3), sum, sizeof sum - 1);
    bool found = false;
    for (size_t i = at + 2; i + 1 < over; i++) {
      bool word = text[i] == '\\';
      if (word)
        i = bp_command_end(text, i, over) - 1;
      found = found || (!word && text[i] == letter);
    }
    if (found && binds)
      return false;
    if (found)
      return true;
    at = over - 1;
  }
  return false;
}

/* Puts signs into the text of the statement. */
static bool insert(struct bp_noted *noted, size_t at, const char *signs) {
  size_t length = strlen(signs);
  struct bp_written *text = &noted->cut.text, longer = bp_written_new(text->arena);
  struct bp_span from = bp_written_from(text, at, at);
  if (!bp_written_copy(&longer, text, 0, at) || !bp_written_add(&longer, signs, length, from) ||
      !bp_written_copy(&longer, text, at, text->length))
    return false;
  *text = longer;
  for (size_t k = 0; k < noted->cut.sign_count; k++) {
    noted->cut.signs[k].begin += noted->cut.signs[k].begin >= at ? length : 0;
    noted->cut.signs[k].end += noted->cut.signs[k].end > at ? length : 0;
  }
  for (size_t k = 0; k < noted->side_count; k++) {
    noted->sides[k].begin += noted->sides[k].begin > at ? length : 0;
    noted->sides[k].end += noted->sides[k].end >= at ? length : 0;
  }
  return true;
}

/* Where the second term of a sum begins whose first begins at `at`, and where its bracket, or the
 * side, ends. */
static size_t second_term(const char *text, size_t at, size_t *end) {
  size_t depth = 0, second = 0;
  bool any = false;
  for (size_t over = at; over < *end; over++) {
    if (strchr("([{", text[over]))
      depth++;
    else if (strchr(")]}", text[over])) {
      if (depth-- == 0) {
        *end = over;
        break;
      }
    } else if (depth == 0 && strchr("+-", text[over]) && any && second == 0)
      second = over;
    any = any || text[over] != ' ';
  }
  return second > 0 ? second : *end;
}

/* The sum at `at` in a side of the statement; false when memory is short. */
static bool enclose(struct bp_note *note, struct bp_noted *noted, size_t side, size_t at) {
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end, letter = at + sizeof sum - 1;
  size_t begin = bp_group_end(text, letter - 1, end);
  if (letter + 1 >= end || !bp_is_letter(text[letter]) || !strchr("=} ", text[letter + 1]))
    return true;
  begin = bp_behind_blanks(text, begin, end);
  if (begin + 1 < end && text[begin] == '^' && text[begin + 1] == '{')
    begin = bp_group_end(text, begin + 1, end);
  const struct bp_noted *left = noted->cut.continues ? &note->list[noted->left] : noted;
  size_t second = second_term(text, begin, &end);
  bool free_left =
      has_index(left->cut.text.text, left->sides[0].begin, left->sides[0].end, text[letter]);
  if (free_left || side == 0 || second >= end || !has_index(text, begin, second, text[letter]) ||
      !has_index(text, second, end, text[letter]))
    return true;
  return insert(noted, end, ")") && insert(noted, begin, "(");
}

static bool enclose_all(struct bp_note *note, struct bp_noted *noted) {
  for (size_t side = 0; side < noted->side_count; side++)
    for (size_t at = noted->sides[side].begin; at < noted->sides[side].end; at++) {
      at = bp_text_find(noted->cut.text.text, at, noted->sides[side].end, sum);
      if (at < noted->sides[side].end && !enclose(note, noted, side, at))
        return false;
    }
  return true;
}

/* ---- gradients -------------------------------------------------------------------- */

/* Whether what begins at `at` is no more than a factor of what is differentiated: a number, a
 * fraction, or what is transposed. */
static bool is_factor(const char *text, size_t at, size_t end) {
  static const char *const numbers[] = {"\\frac", "\\tfrac", "\\dfrac", "\\lambda", "\\alpha"};
  static const char *const raised[] = {"^{T}", "^T", "^{\\top}", "^\\top", "^{\\mathsf"};
  size_t over = at;
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    if (bp_text_is_at(text, at, end, numbers[k]))
      return true;
  if (at < end && text[at] >= '0' && text[at] <= '9')
    return true;
  if (at < end && text[at] == '(')
    over = bp_closing_parenthesis(text, at, end) + 1;
  else if (at < end && bp_is_letter(text[at]))
    over = at + 1;
  for (size_t k = 0; k < sizeof raised / sizeof *raised && over > at && over < end; k++)
    if (bp_text_is_at(text, bp_behind_blanks(text, over, end), end, raised[k]))
      return true;
  return false;
}

/* ∇_x b^T x is the gradient of the product: puts parentheses around it where the side ends with it.
 */
static bool enclose_gradient(struct bp_noted *noted, size_t side) {
  static const char nabla[] = "\\nabla";
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end,
         at = bp_text_find(text, noted->sides[side].begin, end, nabla) + sizeof nabla - 1;
  at = bp_behind_blanks(text, at, end);
  if (at + 1 >= end || text[at] != '_' || text[at + 1] != '{')
    return true;
  at = bp_behind_blanks(text, bp_group_end(text, at + 1, end), end);
  size_t over = end, second = second_term(text, at, &over);
  if (!is_factor(text, at, end) || second < end || over < end ||
      bp_text_find(text, at, end, nabla) < end)
    return true;
  return insert(noted, end, ")") && insert(noted, at, "(");
}

/* The letter, or the command of one, that is the argument of a function whose parenthesis is at
 * `at`; empty: it has several, or none. */
static struct bp_span argument_at(const char *text, size_t at, size_t end) {
  struct bp_span none = {at, at};
  if (at >= end || text[at] != '(')
    return none;
  size_t begin = bp_behind_blanks(text, at + 1, end), over = begin;
  if (begin < end && text[begin] == '\\')
    over = bp_command_end(text, begin, end);
  else if (begin < end && bp_is_letter(text[begin]))
    over = begin + 1;
  size_t close = bp_behind_blanks(text, over, end);
  return over > begin && close < end && text[close] == ')' ? (struct bp_span){begin, over} : none;
}

/* The argument of f in the definition f(x) = … of the note; empty: it has none, or several. */
static struct bp_span argument_of(const struct bp_note *note, char function, const char **text) {
  struct bp_span found = {0, 0};
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *one = &note->list[i];
    if (one->kind != BP_NOTED_DEFINITION || one->code || one->program || one->side_count < 2)
      continue;
    size_t end = one->sides[0].end,
           at = bp_behind_blanks(one->cut.text.text, one->sides[0].begin, end);
    if (at >= end || one->cut.text.text[at] != function)
      continue;
    struct bp_span its =
        argument_at(one->cut.text.text, bp_behind_blanks(one->cut.text.text, at + 1, end), end);
    if (its.begin == its.end || found.begin < found.end)
      return (struct bp_span){0, 0};
    found = its;
    *text = one->cut.text.text;
  }
  return found;
}

/* ∇f(x), and ∇f where the note says f(x) = …, is the gradient by x. */
static bool name_gradient(const struct bp_note *note, struct bp_noted *noted, size_t side) {
  static const char nabla[] = "\\nabla";
  const char *text = noted->cut.text.text, *of = text;
  size_t end = noted->sides[side].end,
         at = bp_text_find(text, noted->sides[side].begin, end, nabla) + sizeof nabla - 1,
         letter = at < end ? bp_behind_blanks(text, at, end) : end;
  if (letter >= end || !bp_is_letter(text[letter]) ||
      (letter + 1 < end && bp_is_letter(text[letter + 1])))
    return true;
  struct bp_span argument = argument_at(text, bp_behind_blanks(text, letter + 1, end), end);
  if (argument.begin == argument.end)
    argument = argument_of(note, text[letter], &of);
  if (argument.begin == argument.end)
    return true;
  const char *index = bp_arena_printf(noted->cut.text.arena, "_{%.*s} ",
                                      (int)(argument.end - argument.begin), of + argument.begin);
  return index && insert(noted, at, index);
}

/* Whether steps t are counted up to τ, and τ is nothing else. */
static bool counts_to_tau(const struct bp_note *note) {
  static const char bound[] = "\\sum_{t=1}^{\\tau}", other[] = "_{\\tau";
  bool any = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    if (bp_text_find(text->text, 0, text->length, other) < text->length)
      return false;
    any = any || bp_text_find(text->text, 0, text->length, bound) < text->length;
  }
  return any;
}

bool bp_note_tidy_sums(struct bp_note *note) {
  static const char tau[] = "\\tau";
  bool counted = counts_to_tau(note);
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    struct bp_written *text = &noted->cut.text;
    if (noted->code || noted->program)
      continue;
    for (size_t at = 0; counted && at < text->length; at++) {
      at = bp_text_find(text->text, at, text->length, tau);
      if (at < text->length)
        memcpy(text->text + at, "T   ", sizeof tau - 1);
    }
    if (!enclose_all(note, noted))
      return false;
    for (size_t side = 0; side < noted->side_count; side++)
      if (!name_gradient(note, noted, side) || !enclose_gradient(noted, side))
        return false;
  }
  return true;
}
