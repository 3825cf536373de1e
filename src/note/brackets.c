/* Square brackets and braces that only group, as parentheses.
 *
 * \frac{1}{m} [ y^T \log p + … ] multiplies; in the language of derivations [a b; c d] is a matrix
 * by its entries.  A bracket groups where neither a comma nor the end of a column or row stands
 * right in it, nor a relation, as in 1[i = k]; what is raised or stands below a name is an index.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

/* Where the bracket closes that opens at `at`, `end` where it does not, or does not only group. */
static size_t group_end(const char *text, size_t at, size_t end, size_t step) {
  size_t depth = 0;
  bool any = false;
  for (size_t over = at; over < end; over++) {
    char sign = text[over];
    bool escaped = sign == '\\' && over + 1 < end && strchr("{}", text[over + 1]);
    if (escaped) {
      depth += text[over + 1] == '{';
      depth -= text[over + 1] == '}';
      if (depth == 0)
        return any && step == 2 ? over : end;
      over++;
    } else if (strchr("_^", sign) && over + 1 < end && text[over + 1] == '{')
      over = bp_group_end(text, over + 1, end) - 1;
    else if (strchr("([{", sign))
      depth++;
    else if (strchr(")]}", sign)) {
      if (depth-- <= 1)
        return any && sign == ']' && step == 1 ? over : end;
    } else if (depth == 1 && strchr(",;&=|:<>", sign))
      return end;
    else if (depth == 1 && sign == '\\' && over + 1 < end) {
      size_t word = bp_command_end(text, over, end);
      if (bp_command_is(text, over, word, "\\") || bp_command_is(text, over, word, "dots") ||
          bp_command_is(text, over, word, "cdots") || bp_command_is(text, over, word, "ldots") ||
          bp_command_is(text, over, word, "mid") || bp_command_is(text, over, word, "neq"))
        return end;
      any = any || !bp_command_is(text, over, word, "right");
      over = word > over ? word - 1 : over;
    } else
      any = any || bp_is_letter(sign);
  }
  return end;
}

/* Whether a name stands right before the bracket, whose index or argument it would have. */
static bool belongs_to_name(const char *text, size_t at) {
  if (at == 0)
    return false;
  size_t before = at;
  while (before > 0 && bp_is_letter(text[before - 1]))
    before--;
  bool left = before > 0 && text[before - 1] == '\\' && at - before == 4 &&
              memcmp(text + before, "left", 4) == 0;
  return !left && bp_is_letter(text[at - 1]);
}

static void group(struct bp_written *text) {
  for (size_t at = 0; at + 1 < text->length; at++) {
    char *all = text->text;
    if (strchr("_^", all[at]) && all[at + 1] == '{') {
      at = bp_group_end(all, at + 1, text->length) - 1;
      continue;
    }
    size_t step = all[at] == '[' ? 1 : all[at] == '\\' && all[at + 1] == '{' ? 2 : 0;
    if (step == 0 || belongs_to_name(all, at))
      continue;
    size_t close = group_end(all, at, text->length, step);
    if (close >= text->length)
      continue;
    all[at] = step == 1 ? '(' : ' ';
    all[close] = step == 1 ? ')' : ' ';
    if (step == 2) {
      all[at + 1] = '(';
      all[close + 1] = ')';
    }
  }
}

void bp_note_group_brackets(struct bp_note *note) {
  for (size_t i = 0; i < note->count; i++)
    if (!note->list[i].code && !note->list[i].program)
      group(&note->list[i].cut.text);
}
