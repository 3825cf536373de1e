/* What stands in a formula and belongs to the text around it: remarks in parentheses, and the
 * backslashes that keep Markdown from reading a sign.
 */
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

void bp_cut_drop_escapes(struct bp_written *text) {
  size_t kept = 0;
  for (size_t at = 0; at < text->length;) {
    size_t over = text->text[at] == '\\' ? bp_command_end(text->text, at, text->length) : at;
    if (bp_command_is(text->text, at, over, "newline") ||
        bp_command_is(text->text, at, over, "cr")) { /* both are as long as \\\\ at least */
      text->text[kept] = text->text[kept + 1] = '\\';
      text->from[kept] = text->from[kept + 1] = bp_written_from(text, at, over);
      kept += 2;
      at = over;
      continue;
    }
    bool pair = text->text[at] == '\\' && at + 1 < text->length;
    bool escape = pair && memchr("_'*\n", text->text[at + 1], 4);
    at += escape;
    for (size_t end = at + (pair && !escape ? 2 : 1); at < end; at++) { /* \\ stays together */
      text->text[kept] = text->text[at];
      text->from[kept++] = text->from[at];
    }
  }
  text->length = kept;
  if (text->text)
    text->text[kept] = '\0';
}
