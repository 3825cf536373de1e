/* Cases of a formula: \begin{cases}, and rows beside one brace, \left\{\begin{array}{ll} … \right.
 *
 * They are written as the language has them, (0 if z < 0; 1 otherwise): a row is a value, what
 * separates it from its condition (&, a comma, \quad, a word), and the condition, which people put
 * into \text{…} or not.  A row that says that there is no value, "undefined", is left out, for
 * where no case is met there is none.
 */
#include "note/latex/cutter.h"
#include "note/latex/words.h"

static size_t blanks(const struct bp_cutter *cutter, size_t at) {
  while (at < cutter->in->length && strchr(" \t\n\r", text_of(cutter)[at]))
    at++;
  return at;
}

static bool is_at(const struct bp_cutter *cutter, size_t at, const char *what) {
  return bp_text_is_at(text_of(cutter), at, cutter->in->length, what);
}

/* ---- where they begin ------------------------------------------------------ */

/* Whether the rows in [at, end) have conditions, and are not entries of a matrix. */
static bool has_conditions(const struct bp_cutter *cutter, size_t at, size_t end) {
  static const char *const marks[] = {"<",   ">",   "\\le", "\\ge",      "\\lt",  "\\gt",
                                      "if ", "if}", "\\ne", "otherwise", "{else", "else}"};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
    size_t found = bp_text_find(text_of(cutter), at, end, marks[k]);
    /* \left is no \le */
    while (found < end && (is_at(cutter, found, "\\left") || is_at(cutter, found, "\\leftarrow")))
      found = bp_text_find(text_of(cutter), found + 1, end, marks[k]);
    if (found < end)
      return true;
  }
  return false;
}

/* Behind \begin{cases}, or \begin{array}{ll} where `braced`; `at` where neither stands there. */
static size_t behind_begin(const struct bp_cutter *cutter, size_t at, bool braced) {
  static const char begin[] = "\\begin";
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, group = blanks(cutter, at + sizeof begin - 1);
  if (!is_at(cutter, at, begin) || group >= end || text[group] != '{')
    return at;
  size_t over = bp_group_end(text, group, end);
  bool cases = is_at(cutter, group, "{cases}") || is_at(cutter, group, "{dcases}") ||
               is_at(cutter, group, "{rcases}");
  if (cases)
    return over;
  if (!braced || !has_conditions(cutter, over, bp_text_find(text, over, end, "\\end")))
    return at;
  size_t columns = blanks(cutter, over);
  bool described = bp_environment_of(text + group, over - group) == BP_ENVIRONMENT_COLUMNS &&
                   columns < end && text[columns] == '{';
  return described ? bp_group_end(text, columns, end) : over;
}

/* Where the cases that begin here have their first row; the cutter's place where none do. */
static size_t first_row(const struct bp_cutter *cutter) {
  static const char *const braces[] = {"\\left\\{", "\\left \\{", "\\left\\lbrace", "\\{"};
  size_t at = cutter->at;
  for (size_t k = 0; k < sizeof braces / sizeof *braces; k++)
    if (is_at(cutter, at, braces[k])) {
      size_t begin = blanks(cutter, at + strlen(braces[k]));
      size_t row = begin < cutter->in->length ? behind_begin(cutter, begin, true) : begin;
      return row > begin ? row : at;
    }
  return behind_begin(cutter, at, false);
}

/* ---- rows ------------------------------------------------------------------ */

/* Whether the row that begins at `at` says that there is no value. */
static bool is_undefined(const struct bp_cutter *cutter, size_t at) {
  static const char *const words[] = {"undef", "Undef", "not def", "does not", "不存在", "未定义"};
  static const char *const faces[] = {"\\text", "\\mathrm", "\\textrm", "\\mbox", "{"};
  for (size_t k = 0; k < sizeof faces / sizeof *faces; k++) {
    at = blanks(cutter, at);
    if (is_at(cutter, at, faces[k]))
      at += strlen(faces[k]);
  }
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (is_at(cutter, blanks(cutter, at), words[k]))
      return true;
  return false;
}

/* Goes on behind rows without a value. */
static void begin_row(struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length;
  cutter->conditioned = false;
  while (cutter->at < end && is_undefined(cutter, cutter->at)) {
    size_t stop = bp_text_find(text, cutter->at, end, "\\end");
    size_t row = bp_text_find(text, cutter->at, stop, "\\\\");
    cutter->at = row < stop ? row + 2 : stop;
  }
  cutter->at = blanks(cutter, cutter->at);
}

/* Between a value and its condition. */
static void put_comma(struct bp_cutter *cutter, size_t length) {
  struct bp_written *text = &cutter->now.text;
  while (!cutter->conditioned && text->length > 0 && strchr(" ,;", text->text[text->length - 1]))
    text->length--;
  bp_cutter_put(cutter, cutter->conditioned ? " " : ", ", length);
  cutter->conditioned = true;
}

/* A word of a condition: the rows say "if z > 0", "z > 0", "otherwise". */
static bool condition_word(struct bp_cutter *cutter) {
  static const char *const rest[] = {"otherwise", "elsewhere", "else", "其他",
                                     "其它",      "否则",      NULL};
  static const char *const lead[] = {"if",   "when", "where", "for", "If", "when",
                                     "如果", "当",   "若",    "如",  NULL};
  for (const char *const *word = rest; *word; word++)
    if (looking_at(cutter, *word)) {
      put_comma(cutter, 0);
      bp_cutter_put(cutter, "otherwise ", strlen(*word));
      return true;
    }
  for (const char *const *word = lead; *word; word++) {
    size_t over = cutter->at + strlen(*word);
    bool apart = over >= cutter->in->length || !is_letter(text_of(cutter)[over]);
    if (looking_at(cutter, *word) && apart) {
      put_comma(cutter, strlen(*word));
      return true;
    }
  }
  return false;
}

/* \text{if } and its like: what is in its braces is a part of the row. */
static bool open_text(struct bp_cutter *cutter) {
  static const char *const faces[] = {"\\text", "\\mathrm", "\\textrm",
                                      "\\mbox", "\\textit", "\\rm"};
  for (size_t k = 0; k < sizeof faces / sizeof *faces; k++) {
    size_t brace = blanks(cutter, cutter->at + strlen(faces[k]));
    if (!looking_at(cutter, faces[k]) || brace >= cutter->in->length ||
        text_of(cutter)[brace] != '{')
      continue;
    cutter->at = brace;
    return bp_cut_drop_braces(cutter);
  }
  return false;
}

static void close_cases(struct bp_cutter *cutter) {
  size_t over = bp_text_find(text_of(cutter), cutter->at, cutter->in->length, "}");
  size_t length = over < cutter->in->length ? over + 1 - cutter->at : strlen("\\end");
  bp_cutter_put(cutter, ")", length);
  cutter->matrices -= cutter->matrices > 0;
  cutter->cases = 0;
}

/* What stands in the rows of open cases, outside of all brackets. */
static bool row_step(struct bp_cutter *cutter) {
  static const char *const gaps[] = {"&", "\\quad", "\\qquad", ",", ";", "，"};
  char sign = text_of(cutter)[cutter->at];
  if (looking_at(cutter, "\\end")) {
    close_cases(cutter);
    return true;
  }
  if (looking_at(cutter, "\\\\")) {
    bp_cutter_put(cutter, "; ", 2);
    begin_row(cutter);
    return true;
  }
  if (sign == '$') {
    bp_cutter_put(cutter, " ", 1);
    return true;
  }
  for (size_t k = 0; k < sizeof gaps / sizeof *gaps; k++)
    if (looking_at(cutter, gaps[k])) {
      put_comma(cutter, strlen(gaps[k]));
      return true;
    }
  size_t before = cutter->now.text.length;
  bool raised = before > 0 && strchr("^_{\\", cutter->now.text.text[before - 1]) != NULL;
  return (!raised && condition_word(cutter)) || open_text(cutter);
}

bool bp_cut_cases(struct bp_cutter *cutter) {
  bool rows = cutter->cases > 0 && cutter->cases == cutter->matrices &&
              cutter->depth == cutter->depth_of_cases;
  if (rows)
    return row_step(cutter);
  bool side = cutter->now.sign_count > 0 || cutter->depth > 0; /* or the rows are statements */
  if (!side || cutter->cases > 0 || cutter->matrices > 0 || text_of(cutter)[cutter->at] != '\\')
    return false;
  size_t row = first_row(cutter);
  if (row == cutter->at)
    return false;
  bp_cutter_put(cutter, "(", row - cutter->at);
  cutter->cases = ++cutter->matrices;
  cutter->depth_of_cases = cutter->depth;
  begin_row(cutter);
  return true;
}
