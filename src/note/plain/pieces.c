/* A block in which formulas are written as text, cut into what may be formulas.
 *
 * People put several steps on one line, "z = XW + b ==> a = sigmoid(z)", a word before one,
 * "Update: W = W - rate * dW", and cases in braces over several lines.  A number before a line is
 * that of the line where it is copied from an editor, "2 dZ = A - Y"; no formula begins so.
 */
#include <string.h>

#include "note/plain/plain.h"

/* Lines that cases may have. */
enum { MOST_ROWS = 8 };

/* How long the arrow is that stands at `at`; 0: none does. */
static size_t arrow_at(const char *text, size_t at, size_t end) {
  static const char *const arrows[] = {"==>", "=>", "-->", "->", "⇒", "→", "⟹"};
  for (size_t k = 0; k < sizeof arrows / sizeof *arrows; k++) {
    size_t length = strlen(arrows[k]);
    if (end - at >= length && memcmp(text + at, arrows[k], length) == 0)
      return length;
  }
  return 0;
}

/* Where the formula begins behind the number of its line, or a word with a colon. */
static size_t behind_label(const char *text, size_t at, size_t end) {
  size_t over = at;
  while (over < end && text[over] >= '0' && text[over] <= '9')
    over++;
  size_t name = bp_behind_blanks(text, over, end);
  if (over > at && name > over && name < end && bp_is_letter(text[name]))
    return name;
  while (over < end && (bp_is_letter(text[over]) || text[over] == ' '))
    over++;
  bool colon = over > at && over + 1 < end && text[over] == ':' && strchr(" \t", text[over + 1]);
  return colon ? over + 2 : at;
}

/* Where the brace that opens at `open` closes within so many lines; `open`: nowhere. */
static size_t brace_end(const char *text, size_t open, size_t end) {
  size_t rows = 0, at = open;
  while (at < end && text[at] != '}' && rows <= MOST_ROWS)
    rows += text[at++] == '\n';
  return at < end && text[at] == '}' ? at : open;
}

struct bp_span bp_plain_next(const struct bp_source *source, size_t end, size_t *at) {
  const char *text = source->text;
  while (*at < end && strchr(" \t>", text[*at]))
    ++*at;
  size_t begin = *at = behind_label(text, *at, end), arrow = 0;
  for (; *at < end && text[*at] != '\n'; ++*at) {
    if (text[*at] == '{')
      *at = brace_end(text, *at, end);
    arrow = arrow_at(text, *at, end);
    if (arrow > 0)
      break;
  }
  struct bp_span piece = {begin, *at};
  *at += *at < end ? (arrow > 0 ? arrow : 1) : 0;
  return piece;
}

/* ---- rows of cases ----------------------------------------------------------- */

struct bp_span bp_plain_trim(const char *text, size_t begin, size_t end) {
  while (begin < end && strchr(" \t\r\n,;", text[begin]))
    begin++;
  while (end > begin && strchr(" \t\r\n,;", text[end - 1]))
    end--;
  return (struct bp_span){begin, end};
}

size_t bp_plain_take_row(const char *text, size_t at, size_t end, struct bp_plain_row *row) {
  static const char *const words[] = {"if ", "when ", "for ", "otherwise", "else"};
  size_t word = end, length = 0, stop;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    size_t found = bp_text_find(text, at, end, words[k]);
    if (found < word) {
      word = found;
      length = strlen(words[k]);
    }
  }
  for (stop = word; stop < end && !strchr("\n;,", text[stop]);)
    stop++;
  if (word == end)
    return 0;
  row->value = bp_plain_trim(text, at, word);
  row->condition = bp_plain_trim(text, word + length, stop);
  bool rest = text[word] == 'o' || text[word] == 'e';
  return rest == (row->condition.begin == row->condition.end) ? stop : 0;
}

bool bp_plain_is_pair(const char *text, size_t begin, size_t end) {
  size_t depth = 0, commas = 0;
  while (begin < end && text[begin] == ' ')
    begin++;
  if (begin >= end || text[begin] != '(' || text[end - 1] != ')')
    return false;
  for (size_t at = begin; at < end; at++) {
    depth += text[at] == '(';
    depth -= text[at] == ')';
    commas += depth == 1 && text[at] == ',';
    if (depth == 0 && at + 1 < end)
      return false;
  }
  return commas == 1;
}
