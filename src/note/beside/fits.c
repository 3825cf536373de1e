/* An index is a letter in a group below or above something. */
#include "note/beside/fits.h"

#include <string.h>

#include "note/latex/written.h"

static bool has_index(const struct bp_noted *noted, char letter) {
  const struct bp_written *text = &noted->cut.text;
  for (size_t at = 0; at + 1 < text->length; at++) {
    if (!strchr("_^", text->text[at]) || text->text[at + 1] != '{')
      continue;
    size_t over = bp_group_end(text->text, at + 1, text->length);
    if (memchr(text->text + at, letter, over - at))
      return true;
  }
  return false;
}

bool bp_condition_fits(const struct bp_noted *noted, struct bp_index_condition condition) {
  return has_index(noted, condition.left) && has_index(noted, condition.right);
}
