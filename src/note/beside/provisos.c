/* Conditions on indices that stand beside a formula: "for i ≠ j, ∂p_i/∂z_j = -p_i p_j".
 *
 * Such a formula is about those entries only, and says nothing of the others.  A condition belongs
 * to the formula in front of it where it stands in the same one, behind a comma or a space, or
 * follows it with "if" or the like between them; and to the one behind it where only words of the
 * same sentence stand between.  Both of its letters must be indices there.
 * Conditions that are words and no formulas are found by conditions.c.
 */
#include <string.h>

#include "note/beside/fits.h"
#include "note/latex/written.h"

/* Bytes of the note between a condition and its formula: the rest of a sentence. */
enum { FARTHEST = 160 };

/* "i = j", "i ≠ j": two letters and nothing else. */
static bool is_condition(const struct bp_noted *noted, struct bp_index_condition *condition) {
  if (noted->side_count != 2 || noted->cut.sign_count != 1 || noted->cut.continues)
    return false;
  struct bp_span left = bp_noted_trimmed(noted, 0), right = bp_noted_trimmed(noted, 1);
  if (left.end != left.begin + 1 || right.end != right.begin + 1)
    return false;
  const struct bp_written_sign *sign = &noted->cut.signs[0];
  const char *text = noted->cut.text.text;
  bool differ = bp_text_find(text, sign->begin, sign->end, "≠") < sign->end;
  *condition = (struct bp_index_condition){text[left.begin], text[right.begin], !differ};
  return bp_is_letter(condition->left) && bp_is_letter(condition->right) &&
         condition->left != condition->right && (differ || sign->kind == BP_WRITTEN_EQUAL);
}

/* Takes "(i ≠ j)" from the end of a formula, behind a blank. */
static void take_from_end(struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  if (noted->kind != BP_NOTED_CLAIM || noted->side_count < 2 || noted->condition.left != '\0')
    return;
  struct bp_noted_side *side = &noted->sides[noted->side_count - 1];
  size_t open = side->end, end = bp_noted_trimmed(noted, noted->side_count - 1).end;
  while (open > side->begin && text[open - 1] != '(')
    open--;
  if (open < side->begin + 3 || text[open - 2] != ' ' || text[end - 1] != ')')
    return;
  size_t one = open, other = end - 1;
  while (text[one] == ' ')
    one++;
  while (other > one && text[other - 1] == ' ')
    other--;
  if (other < one + 3)
    return;
  size_t sign = one + 1, behind = other - 1;
  while (sign < behind && text[sign] == ' ')
    sign++;
  while (behind > sign && text[behind - 1] == ' ')
    behind--;
  bool same = behind == sign + 1 && text[sign] == '=',
       differ = behind == sign + strlen("≠") && !memcmp(text + sign, "≠", strlen("≠"));
  if (!bp_is_letter(text[one]) || !bp_is_letter(text[other - 1]) || (!same && !differ))
    return;
  noted->condition = (struct bp_index_condition){text[one], text[other - 1], same};
  side->end = open - 1;
}

static bool is_about(const struct bp_noted *noted, const struct bp_index_condition *condition) {
  return noted->kind == BP_NOTED_CLAIM && noted->condition.left == '\0' &&
         bp_condition_fits(noted, *condition);
}

/* What stands between two formulas, without dollars, blanks and commas at its ends. */
static struct bp_span between(const struct bp_source *source, size_t begin, size_t end) {
  while (begin < end && strchr(" \n\r\t$,:\\)];.", source->text[begin]))
    begin++;
  while (begin < end && strchr(" \n\r\t$,:\\([{&", source->text[end - 1]))
    end--;
  return (struct bp_span){begin, end};
}

/* Whether only words of one sentence lie there, and no formula. */
static bool is_one_sentence(const struct bp_source *source, size_t begin, size_t end) {
  static const char *const ends[] = {". ", ".\n", "。", "\n#", "$$ ", "`", "!", "?", NULL};
  return end >= begin && end - begin <= FARTHEST &&
         !bp_text_has_any(source->text, begin, end, ends);
}

/* Whether a condition that ends at `begin` leads to the formula at `end`. */
static bool is_led(const struct bp_source *source, size_t begin, size_t end) {
  struct bp_span words = between(source, begin, end);
  return (words.begin >= words.end && end - begin <= FARTHEST) ||
         is_one_sentence(source, begin, end);
}

/* Whether a word lies there with which a condition follows. */
static bool is_if(const struct bp_source *source, struct bp_span words) {
  static const char *const all[] = {"if",       "for",  "when", "where", "whenever",
                                    "provided", "其中", "如果", "当",    "若"};
  size_t length = words.end - words.begin;
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (length == strlen(all[k]) && memcmp(source->text + words.begin, all[k], length) == 0)
      return true;
  return false;
}

/* Whether both stand in one formula: nothing between them ends it. */
static bool is_same_formula(const struct bp_source *source, size_t begin, size_t end) {
  static const char *const ends[] = {"$", "\\)", "\\]", "\\\\", "\n\n", "\\end", NULL};
  return end >= begin && end - begin <= FARTHEST &&
         !bp_text_has_any(source->text, begin, end, ends);
}

void bp_note_take_conditions(struct bp_note *note) {
  const struct bp_source *source = note->source;
  for (size_t i = 0; i < note->count; i++)
    take_from_end(&note->list[i]);
  for (size_t i = 0; i < note->count; i++) {
    struct bp_index_condition condition;
    struct bp_noted *noted = &note->list[i];
    if (!is_condition(noted, &condition))
      continue;
    struct bp_noted *before = i > 0 ? noted - 1 : NULL,
                    *behind = i + 1 < note->count ? noted + 1 : NULL;
    size_t begin = noted->cut.span.begin, end = noted->cut.span.end;
    bool follows = before && is_about(before, &condition) && before->section == noted->section &&
                   (is_same_formula(source, before->cut.span.end, begin) ||
                    is_if(source, between(source, before->cut.span.end, begin)));
    bool leads = !follows && behind && is_about(behind, &condition) &&
                 behind->section == noted->section && is_led(source, end, behind->cut.span.begin);
    if (follows)
      before->condition = condition;
    if (leads)
      behind->condition = condition;
    if (follows || leads)
      noted->kind = BP_NOTED_NOTHING;
  }
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    if (noted->cut.continues && noted->left < i && noted->condition.left == '\0' &&
        noted->kind == BP_NOTED_CLAIM)
      noted->condition = note->list[noted->left].condition;
  }
}
