/* Nothing is told to fail for such a sign; what else a line needs is asked elsewhere. */
#include "note/kinds/unsure.h"

#include <string.h>

#include "note/latex/written.h"

bool bp_noted_may_convolve(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length;
  for (size_t at = bp_text_find(text, 0, end, "\\end{"); at < end;
       at = bp_text_find(text, at + 1, end, "\\end{")) {
    size_t over = bp_group_end(text, at + strlen("\\end"), end);
    while (over < end && (strchr(" )]", text[over]) || bp_text_is_at(text, over, end, "\\right")))
      over += text[over] == '\\' ? strlen("\\right") : 1;
    if (over < end && (text[over] == '*' || bp_text_is_at(text, over, end, "\\ast")))
      return true;
  }
  bool turned = bp_text_find(text, 0, end, "rot") < end;
  return turned && (memchr(text, '*', end) || bp_text_find(text, 0, end, "\\ast") < end);
}

bool bp_noted_has_bold_one(const struct bp_noted *noted) {
  static const char *const ones[] = {"\\mathbf{1}", "\\mathbf 1",      "\\mathbb{1}",
                                     "\\mathbb 1",  "\\boldsymbol{1}", "\\vec{1}",
                                     "\\bm{1}",     "\\vec 1",         NULL};
  return bp_text_has_any(noted->cut.text.text, 0, noted->cut.text.length, ones);
}

bool bp_note_says_single(const struct bp_note *note, const struct bp_noted *noted) {
  enum { FARTHEST = 5000 }; /* bytes */
  static const char *const words[] = {
      "one training", "single training", "one example", "single example",
      "one sample",   "single sample",   NULL};
  static const char *const parameters[] = {"db",        "dW",        "dw", "partial b",
                                           "partial W", "partial w", NULL};
  static const char *const sums[] = {"sum", NULL};
  const struct bp_written *its = &noted->cut.text;
  if (noted->side_count < 2 ||
      !bp_text_has_any(its->text, noted->sides[0].begin, noted->sides[0].end, parameters) ||
      bp_text_has_any(its->text, 0, its->length, sums))
    return false;
  size_t end = noted->cut.span.begin, near = end < FARTHEST ? 0 : end - FARTHEST;
  if (bp_text_has_any(note->source->text, near, end, words))
    return true;
  for (const struct bp_noted *one = noted; one-- > note->list && one->section == noted->section;) {
    if (one->kind != BP_NOTED_NOTHING || one->side_count != 2)
      continue;
    const char *text = one->cut.text.text;
    struct bp_span left = bp_noted_trimmed(one, 0), right = bp_noted_trimmed(one, 1);
    if (left.end == left.begin + 1 && strchr("mMnN", text[left.begin]) &&
        right.end == right.begin + 1 && text[right.begin] == '1')
      return true;
  }
  return false;
}
