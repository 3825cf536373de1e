/* Derivations by differentials: dJ = tr((∂J/∂Z)^T dZ), dZ = d(W A + B) = dW A.
 *
 * dW is the gradient of the loss to one author and a small change of W to another.  Where a note
 * has the trace of a d, or a d of an expression in parentheses, both are readings, of all lines
 * around it.  What varies is in the words between the lines, and can be read off each: a chain ends
 * in the changes that it is about, dZ = ... = dW A in those of W.
 */
#include <string.h>

#include "note/context/context.h"
#include "note/latex/written.h"

/* Whether a d by itself stands at `at`, in front of a name or a parenthesis. */
static bool is_change(const struct bp_written *text, size_t at) {
  bool begins = at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\');
  return text->text[at] == 'd' && begins && at + 1 < text->length;
}

/* Whether the left side is dJ, and nothing else. */
static bool is_of_loss(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  size_t at = noted->sides[0].begin, end = noted->sides[0].end;
  while (at < end && text->text[at] == ' ')
    at++;
  while (end > at && text->text[end - 1] == ' ')
    end--;
  return end == at + 2 && text->text[at] == 'd' && strchr("JLCE", text->text[at + 1]);
}

static bool speaks_of_changes(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  if (noted->code || noted->side_count < 2)
    return false;
  for (size_t at = noted->sides[0].end; at + 1 < text->length; at++)
    if (is_change(text, at) && text->text[at + 1] == '(' && text->text[at - 1] != '{')
      return true;
  return is_of_loss(noted) && bp_text_find(text->text, 0, text->length, "tr") < text->length;
}

bool bp_context_has_differentials(const struct bp_note_context *context) {
  if (context->family != BP_FAMILY_BRACKETS && context->family != BP_FAMILY_RAISED)
    return false;
  for (size_t i = 0; i < context->count; i++)
    if (speaks_of_changes(&context->note->list[context->members[i]]))
      return true;
  return false;
}

/* The last name with a layer that has a d in front, in the last side: its bytes without the d. */
static struct bp_span last_change(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  struct bp_span found = {0, 0};
  const struct bp_noted_side *side = &noted->sides[noted->side_count - 1];
  for (size_t at = side->begin; at + 4 < side->end; at++) {
    size_t over = at + 2;
    if (!is_change(text, at) || !bp_is_letter(text->text[at + 1]))
      continue;
    while (over < side->end && text->text[over] == ' ')
      over++;
    if (over + 1 < side->end && text->text[over] == '^' && text->text[over + 1] == '{')
      found = (struct bp_span){at + 1, bp_group_end(text->text, over + 1, side->end)};
  }
  return found;
}

/* Adds the last line of the declarations that begins with "vary"; *said: there is one. */
static bool add_stated(const char *declarations, struct bp_span here, struct bp_written *text,
                       bool *said) {
  static const char vary[] = "vary ";
  const char *found = NULL;
  for (const char *line = declarations; line; line = strchr(line, '\n')) {
    line += strspn(line, " \n");
    found = strncmp(line, vary, sizeof vary - 1) == 0 ? line : found;
  }
  *said = found != NULL;
  return !found || (bp_written_add(text, found, strcspn(found, "\n"), here) &&
                    bp_written_add(text, "\n", 1, here));
}

bool bp_context_vary(const struct bp_note_context *context, const struct bp_note_reading *reading,
                     const struct bp_noted *noted, struct bp_written *text) {
  static const char all[] = "vary all\n", vary[] = "vary ";
  struct bp_span here = {noted->cut.span.begin, noted->cut.span.begin};
  bool own = context->family == BP_FAMILY_OWN, said = false;
  if (own || (context->family == BP_FAMILY_STATED && !context->program)) {
    const char *declarations = bp_context_prelude(context, reading, text->arena);
    if (!declarations || !add_stated(declarations, here, text, &said))
      return false;
  }
  if (said || !reading->changes)
    return true;
  struct bp_span name = noted->side_count > 1 ? last_change(noted) : (struct bp_span){0, 0};
  if (name.begin == name.end)
    return bp_written_add(text, all, sizeof all - 1, here);
  return bp_written_add(text, vary, sizeof vary - 1, here) &&
         bp_written_copy(text, &noted->cut.text, name.begin, name.end) &&
         bp_written_add(text, "\n", 1, here);
}
