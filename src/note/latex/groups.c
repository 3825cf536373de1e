/* What a pair of braces or an environment is for, by what stands in it.
 *
 * Braces are indices, arguments, or only a frame around a statement; an array is a matrix, or only
 * lines beside a brace.  A relation outside of all inner brackets tells: entries and arguments have
 * none.
 */
#include "note/latex/cutter.h"
#include "note/latex/words.h"

/* Where a relation stands in [at, end) outside of indices, parentheses and matrices; `end`:
 * nowhere. Stops at the end of a row where `row` is set. */
static size_t relation_in(const struct bp_cutter *cutter, size_t at, size_t end, bool row) {
  const char *text = text_of(cutter);
  size_t depth = 0;
  for (; at < end; at++) {
    if (text[at] == '\\') {
      size_t over = bp_command_end(text, at, end);
      bool environment =
          bp_command_is(text, at, over, "begin") || bp_command_is(text, at, over, "end");
      if (environment || (row && bp_command_is(text, at, over, "\\")))
        return end;
      at = over - 1;
    } else if (strchr("^_", text[at]) && at + 1 < end && text[at + 1] == '{')
      at = bp_group_end(text, at + 1, end) - 1;
    else if (strchr("([", text[at]))
      depth++;
    else if (strchr(")]", text[at]))
      depth -= depth > 0;
    else if (depth == 0 && text[at] == '=' && (at + 1 >= end || text[at + 1] != '='))
      return at;
  }
  return end;
}

bool bp_cut_has_equation(const struct bp_cutter *cutter, size_t at) {
  const struct bp_written *now = &cutter->now.text;
  size_t before = now->length;
  while (before > 0 && now->text[before - 1] == ' ')
    before--;
  if (before > 0 && strchr("^_", now->text[before - 1]))
    return false;
  size_t over = bp_group_end(text_of(cutter), at, cutter->in->length);
  return over > at + 2 && relation_in(cutter, at + 1, over - 1, false) < over - 1;
}

bool bp_cut_is_label(const struct bp_cutter *cutter) {
  const struct bp_written *now = &cutter->now.text;
  size_t at = cutter->at + 1, before = now->length;
  while (before > 0 && now->text[before - 1] == ' ')
    before--;
  size_t word = before;
  while (word > 0 && is_letter(now->text[word - 1]))
    word--;
  if (before == 0 || (word > 0 && word < before && now->text[word - 1] == '\\') ||
      at >= cutter->in->length || text_of(cutter)[at] != '{')
    return false; /* \sum_{i=1} */
  size_t over = bp_group_end(text_of(cutter), at, cutter->in->length);
  size_t relation = relation_in(cutter, at + 1, over, false);
  return relation < over && relation > at + 2; /* i=1 is a bound */
}

/* Whether the next command begins an environment whose rows are statements. */
static bool begins_rows(const struct bp_cutter *cutter, size_t at) {
  size_t end = cutter->in->length;
  while (at < end && strchr(" \n", text_of(cutter)[at]))
    at++;
  if (!bp_text_is_at(text_of(cutter), at, end, "\\begin"))
    return false;
  size_t group = at + strlen("\\begin"), over = bp_group_end(text_of(cutter), group, end);
  return bp_environment_of(text_of(cutter) + group, over - group) == BP_ENVIRONMENT_LAYOUT ||
         bp_cut_rows_are_statements(cutter, over);
}

size_t bp_cut_behind_frame(const struct bp_cutter *cutter, size_t over) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, at = over;
  bool left = bp_command_is(text, cutter->at, over, "left");
  if (!left && !bp_command_is(text, cutter->at, over, "right"))
    return cutter->at;
  while (at < end && text[at] == ' ')
    at++;
  if (at < end && text[at] == '.')
    return at + 1;
  bool brace = at + 1 < end && text[at] == '\\' && strchr("{}", text[at + 1]);
  if (!brace || cutter->matrices > 0)
    return cutter->at;
  size_t last = cutter->at;
  while (last > 0 && strchr(" \n", text[last - 1]))
    last--;
  bool behind_rows = cutter->rows_end > 0 && last == cutter->rows_end;
  return (left ? begins_rows(cutter, at + 2) : behind_rows) ? at + 2 : cutter->at;
}

bool bp_cut_rows_are_statements(const struct bp_cutter *cutter, size_t at) {
  size_t end = cutter->in->length;
  if (cutter->matrices > 0)
    return false;
  const struct bp_written *now = &cutter->now.text;
  for (size_t i = 0; i < now->length; i++)
    if (!strchr(" .\\{", now->text[i]) && now->length - i > 7)
      return false; /* entries of what stands before it */
  if (now->length > 0 && cutter->now.sign_count > 0)
    return false;
  size_t first = relation_in(cutter, at, end, true);
  return first < end && bp_text_find(text_of(cutter), at, first, "\\\\") == first;
}

size_t bp_cut_behind_layout(const struct bp_cutter *cutter, size_t at) {
  static const char *const layout[] = {"left", "big", "Big", "bigl", "Bigl", "bigg", "!"};
  size_t end = cutter->in->length;
  for (;;) {
    size_t before = at;
    while (at < end && text_of(cutter)[at] == ' ')
      at++;
    size_t over =
        at < end && text_of(cutter)[at] == '\\' ? bp_command_end(text_of(cutter), at, end) : at;
    for (size_t k = 0; over > at && k < sizeof layout / sizeof *layout; k++)
      if (bp_command_is(text_of(cutter), at, over, layout[k]))
        at = over;
    if (at == before)
      return at;
  }
}

bool bp_cut_arrow_updates(const struct bp_cutter *cutter, size_t over) {
  const struct bp_written *in = cutter->in, *now = &cutter->now.text;
  size_t first = cutter->soft > 0 ? cutter->soft_over : 0, begin = cutter->at, end = cutter->at;
  bool related = cutter->now.sign_count > 0 && cutter->soft == 0;
  if (cutter->depth > 0 || cutter->matrices > 0 || related)
    return false;
  while (first < now->length && strchr(" .,\n", now->text[first]))
    first++;
  if (first == now->length)
    return false;
  while (begin > 0 && in->from[begin - 1].begin >= now->from[first].begin)
    begin--;
  while (end > begin && strchr(" \n", in->text[end - 1]))
    end--;
  while (over < in->length && strchr(" {\n", in->text[over]))
    over++;
  size_t behind = over + (end - begin);
  if (end == begin || behind >= in->length ||
      memcmp(in->text + begin, in->text + over, end - begin) != 0)
    return false;
  while (behind < in->length && strchr(" \n", in->text[behind]))
    behind++;
  return behind < in->length && strchr("+-", in->text[behind]) != NULL;
}

bool bp_cut_is_list(const struct bp_written *text) {
  for (size_t at = 0; at < text->length; at++) {
    if (strchr("_^", text->text[at]) && at + 1 < text->length && text->text[at + 1] == '{')
      at = bp_group_end(text->text, at + 1, text->length) - 1;
    else if (!bp_is_letter(text->text[at]) && !strchr(" ,\\{}", text->text[at]))
      return false;
  }
  return text->length > 0;
}

void bp_cut_norm(struct bp_cutter *cutter, size_t length) {
  if (cutter->norm != cutter->depth || cutter->norm == 0) {
    bp_cutter_put(cutter, "norm(", length);
    cutter->norm = ++cutter->depth;
    return;
  }
  bp_cutter_put(cutter, ")", length);
  cutter->depth--;
  cutter->norm = 0;
  static const char *const kinds[] = {
      "_2",           "_F",         "_{2}",           "_{F}",           "_\\textrm{F}",
      "_\\mathrm{F}", "_\\text{F}", "_{\\mathrm{F}}", "_{\\textrm{F}}", "_{\\text{F}}"};
  size_t power = looking_at(cutter, "^2") ? 2 : looking_at(cutter, "^{2}") ? 4 : 0;
  cutter->at += power; /* \|x\|^2_2 */
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (looking_at(cutter, kinds[k])) {
      power += strlen(kinds[k]);
      cutter->at += strlen(kinds[k]);
      break;
    }
  cutter->at -= power;
  if (looking_at(cutter, "^"))
    bp_cutter_put(cutter, "^{2}", power);
  else
    cutter->at += power;
}

/* The groups of a fraction of ∂ at `at`: above and below; false: there is none. */
static bool derivative_at(const char *text, size_t at, size_t end, struct bp_span *above,
                          struct bp_span *below) {
  static const char frac[] = "\\frac{\\partial";
  if (end - at < sizeof frac || memcmp(text + at, frac, sizeof frac - 1) != 0)
    return false;
  size_t open = at + strlen("\\frac"), over = bp_group_end(text, open, end),
         under = bp_behind_blanks(text, over, end);
  *above = (struct bp_span){open, over};
  *below = (struct bp_span){
      under, under < end && text[under] == '{' ? bp_group_end(text, under, end) : under};
  return below->end > below->begin;
}

bool bp_cut_runs_together(const struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  const struct bp_cut *now = &cutter->now;
  size_t end = cutter->in->length;
  struct bp_span above, below, next, by;
  if (cutter->depth > 0 || cutter->matrices > 0 || now->sign_count == 0 ||
      !derivative_at(text, cutter->at, end, &above, &below))
    return false;
  size_t side = now->signs[now->sign_count - 1].end, sign = bp_behind_blanks(text, below.end, end);
  bool factors =
      bp_behind_blanks(now->text.text, side, now->text.length) < now->text.length &&
      bp_text_find(now->text.text, side, now->text.length, "partial") == now->text.length;
  if (!factors || sign >= end || text[sign] != '=' ||
      !derivative_at(text, bp_behind_blanks(text, sign + 1, end), end, &next, &by))
    return false;
  size_t length = above.end - above.begin, under = below.end - below.begin;
  char of[64], what[64];
  if (next.end - next.begin != length || memcmp(text + above.begin, text + next.begin, length) ||
      length >= sizeof of || under >= sizeof what)
    return false;
  memcpy(of, text + above.begin, length);
  memcpy(what, text + below.begin, under);
  of[length] = what[under] = '\0';
  const char *before = now->text.text;
  size_t left = now->signs[0].begin;
  return bp_text_find(before, 0, left, of) < left &&
         bp_text_find(before, 0, now->text.length, what) == now->text.length;
}
