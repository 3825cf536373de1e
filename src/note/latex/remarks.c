/* Remarks that stand in a formula and belong to the text around it. */
#include <string.h>

#include "note/latex/cutter.h"
#include "note/latex/words.h"

/* The length of a remark in parentheses that has no formula in it, (线性函数); 0: here is none. */
static size_t remark_here(const struct bp_cutter *cutter) {
  const char *text = cutter->in->text;
  size_t at = cutter->at + 1, length;
  while (at < cutter->in->length && text[at] != ')') {
    const struct bp_cut_sign *sign = bp_cut_sign_find(text + at, cutter->in->length - at, &length);
    if (text[at] != ' ' && (!sign || sign->kind != BP_CUT_WORDS))
      return 0;
    at += text[at] == ' ' ? 1 : length;
  }
  return at < cutter->in->length && at > cutter->at + 1 ? at + 1 - cutter->at : 0;
}

/* Whether space that was asked for stands before `at`: \\quad, or "\\ ". */
static bool is_set_apart(const char *text, size_t at) {
  while (at > 0 && text[at - 1] == ' ') {
    if (at > 1 && text[at - 2] == '\\')
      return true;
    at--;
  }
  return at >= 4 && memcmp(text + at - 4, "quad", 4) == 0;
}

/* The length of a remark in parentheses behind a formula, set apart from it: that of a shape, as in
 * \\quad (n \\times m), or one of \\text alone; 0: here is none. */
static size_t remark_apart(const struct bp_cutter *cutter) {
  const char *text = cutter->in->text;
  size_t end = cutter->in->length, close = bp_closing_parenthesis(text, cutter->at, end);
  if (close >= end || cutter->now.sign_count == 0 || !is_set_apart(text, cutter->at))
    return 0;
  size_t inner = bp_behind_blanks(text, cutter->at + 1, close);
  bool words =
      bp_text_is_at(text, inner, close, "\\text{") &&
      bp_behind_blanks(text, bp_group_end(text, inner + strlen("\\text"), close), close) == close;
  bool shape = bp_text_find(text, inner, close, "\\times") < close;
  for (size_t at = inner; at < close && shape; at++)
    shape = bp_is_letter(text[at]) || strchr(" 0123456789_{}^()+-\\[],", text[at]);
  return words || shape ? close + 1 - cutter->at : 0;
}

size_t bp_cut_remark(const struct bp_cutter *cutter) {
  size_t length = remark_here(cutter);
  return length > 0 ? length : remark_apart(cutter);
}
