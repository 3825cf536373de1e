/* One walk over the expanded text.  A cutter holds the statement that is being written, how deep in
 * brackets the walk is, and in which matrices; relations and separators count only outside of both.
 *
 * A soft separator (a comma, \quad) may as well belong to the statement.  It is kept as a place at
 * which to cut, and the cut is made once a relation is met behind it: in "z = Wx, a = g(z)" the
 * comma separates, in "f(x, y) = 1" it stands in brackets, and "z_1, z_2" has nothing behind it.
 */
#include <string.h>

#include "base/list.h"
#include "note/latex/cutter.h"
#include "note/latex/words.h"

/* ---- statements ---------------------------------------------------------- */

static bool is_trailing(char sign) {
  return sign == ' ' || sign == '\n' || sign == '.' || sign == ',' || sign == ';' || sign == '~';
}

static void trim(struct bp_written *text) {
  while (text->length > 0 && is_trailing(text->text[text->length - 1]))
    text->length--;
}

/* Whether nothing but blanks stands in [begin, end). */
static bool is_empty(const struct bp_written *text, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    if (!is_trailing(text->text[i]))
      return false;
  return true;
}

static void add_sign(struct bp_cutter *cutter, struct bp_cut *cut, struct bp_written_sign sign) {
  if (!bp_list_room(cutter->arena, cut->signs, cut->sign_count, cut->sign_capacity)) {
    cutter->fine = false;
    return;
  }
  cut->signs[cut->sign_count++] = sign;
}

/* A line that begins with a relation, or has none and goes on with an operator, belongs to the
 * statement before it in the same formula. */
static bool join_previous(struct bp_cutter *cutter, size_t first_of_formula) {
  struct bp_cut *now = &cutter->now;
  if (cutter->cuts->count <= first_of_formula)
    return false;
  struct bp_cut *before = &cutter->cuts->list[cutter->cuts->count - 1];
  size_t at = 0;
  while (at < now->text.length && is_trailing(now->text.text[at]))
    at++;
  bool operator_first = at < now->text.length && strchr("+-", now->text.text[at]) != NULL;
  bool joins = before->sign_count > 0 && !before->wordy &&
               (now->continues || (now->sign_count == 0 && operator_first));
  if (!joins)
    return false;
  size_t offset = before->text.length;
  cutter->fine = cutter->fine && bp_written_copy(&before->text, &now->text, 0, now->text.length);
  for (size_t i = 0; i < now->sign_count; i++)
    add_sign(cutter, before,
             (struct bp_written_sign){now->signs[i].begin + offset, now->signs[i].end + offset,
                                      now->signs[i].kind});
  before->span.end = now->span.end;
  return true;
}

static void begin_statement(struct bp_cutter *cutter) {
  cutter->now = (struct bp_cut){.text = bp_written_new(cutter->arena)};
  cutter->soft = 0;
}

static void end_statement(struct bp_cutter *cutter, size_t first_of_formula) {
  struct bp_cut *now = &cutter->now;
  trim(&now->text);
  if (now->text.length > 0 && !is_empty(&now->text, 0, now->text.length)) {
    size_t begin = 0;
    while (is_trailing(now->text.text[begin]))
      begin++;
    now->span = bp_written_from(&now->text, begin, now->text.length);
    now->continues = now->sign_count > 0 && is_empty(&now->text, 0, now->signs[0].begin);
    now->state = cutter->depth > 0 || cutter->broken ? BP_CUT_UNBALANCED : BP_CUT_FINE;
    if (!join_previous(cutter, first_of_formula)) {
      struct bp_cuts *cuts = cutter->cuts;
      if (bp_list_room(cutter->arena, cuts->list, cuts->count, cuts->capacity))
        cuts->list[cuts->count++] = *now;
      else
        cutter->fine = false;
    }
  }
  begin_statement(cutter);
}

/* Cuts at the soft separator, now that a relation was met behind it. */
static void cut_softly(struct bp_cutter *cutter, size_t first_of_formula) {
  struct bp_written whole = cutter->now.text;
  size_t begin = cutter->soft - 1, over = cutter->soft_over;
  if (cutter->soft == 0 || cutter->now.sign_count == 0 || is_empty(&whole, over, whole.length)) {
    if (cutter->soft > 0 && cutter->now.sign_count == 0 && !is_empty(&whole, over, whole.length)) {
      begin_statement(cutter); /* what stands before it states nothing */
      cutter->fine = cutter->fine && bp_written_copy(&cutter->now.text, &whole, over, whole.length);
    }
    cutter->soft = 0;
    return;
  }
  struct bp_written rest = bp_written_new(cutter->arena);
  cutter->fine = cutter->fine && bp_written_copy(&rest, &whole, over, whole.length);
  cutter->now.text.length = begin;
  size_t depth = cutter->depth;
  cutter->depth = 0;
  end_statement(cutter, first_of_formula);
  cutter->depth = depth;
  cutter->now.text = rest;
}

static void relation(struct bp_cutter *cutter, size_t length, enum bp_written_relation kind,
                     const char *ours, size_t first_of_formula) {
  if (cutter->depth > 0 || cutter->matrices > 0) {
    bp_cutter_put(cutter, ours, length);
    return;
  }
  bool list =
      kind == BP_WRITTEN_MEMBER && cutter->now.sign_count == 0 && bp_cut_is_list(&cutter->now.text);
  if (list)
    cutter->soft = 0;
  cut_softly(cutter, first_of_formula);
  size_t begin = cutter->now.text.length;
  bp_cutter_put(cutter, ours, length);
  add_sign(cutter, &cutter->now, (struct bp_written_sign){begin, cutter->now.text.length, kind});
}

static void soft_separator(struct bp_cutter *cutter, size_t length, const char *ours) {
  size_t begin = cutter->now.text.length;
  bool outside = cutter->depth == 0 && cutter->matrices == 0;
  bp_cutter_put(cutter, ours, length);
  if (!outside)
    return;
  if (cutter->soft == 0 || !is_empty(&cutter->now.text, cutter->soft_over, begin))
    cutter->soft = begin + 1;
  cutter->soft_over = cutter->now.text.length;
}

static void hard_separator(struct bp_cutter *cutter, size_t length, bool words,
                           size_t first_of_formula) {
  cutter->at += length;
  if (cutter->matrices > 0 || cutter->depth > 0) {
    bp_cutter_put(cutter, " ", 0);
    return;
  }
  cutter->now.wordy = words;
  end_statement(cutter, first_of_formula);
}

bool bp_cut_drop_braces(struct bp_cutter *cutter) {
  size_t over = bp_group_end(text_of(cutter), cutter->at, cutter->in->length);
  if (cutter->dropped_count == MOST_DROPPED || text_of(cutter)[over - 1] != '}' ||
      over < cutter->at + 2)
    return false;
  cutter->dropped[cutter->dropped_count++] = over;
  cutter->at++;
  return true;
}

/* {{a}}: the inner braces say nothing. */
static bool is_doubled(const struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, inner = cutter->at + 1;
  if (inner >= end || text[inner] != '{')
    return false;
  size_t over = bp_group_end(text, inner, end);
  return over < end && text[over] == '}';
}

/* {\frac{d}{dz}} g: braces around nothing but a fraction say nothing, where they are no argument.
 */
static bool is_around_fraction(const struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  const struct bp_written *now = &cutter->now.text;
  size_t end = cutter->in->length, at = bp_cut_behind_layout(cutter, cutter->at + 1);
  size_t over = bp_group_end(text, cutter->at, end), before = now->length;
  while (before > 0 && now->text[before - 1] == ' ')
    before--;
  if ((before > 0 && !strchr("=+-*(,", now->text[before - 1])) ||
      !bp_text_is_at(text, at, over, "\\frac"))
    return false;
  size_t above = bp_cut_behind_layout(cutter, at + 5);
  size_t below = bp_cut_behind_layout(cutter, bp_group_end(text, above, over));
  return bp_cut_behind_layout(cutter, bp_group_end(text, below, over)) == over - 1;
}

/* ---- commands ------------------------------------------------------------ */

/* The end of what stands in braces behind `at`; `at` itself where nothing does. */
static size_t behind_group(const struct bp_cutter *cutter, size_t at) {
  size_t begin = at;
  while (begin < cutter->in->length && text_of(cutter)[begin] == ' ')
    begin++;
  if (begin >= cutter->in->length || text_of(cutter)[begin] != '{')
    return at;
  return bp_group_end(text_of(cutter), begin, cutter->in->length);
}

/* Leaves out \\begin{array}{l} and its end: its rows are statements. */
static void open_rows(struct bp_cutter *cutter, size_t group, enum bp_environment kind) {
  cutter->at = kind == BP_ENVIRONMENT_COLUMNS ? behind_group(cutter, group) : group;
  cutter->row_environments++;
}

static void environment(struct bp_cutter *cutter, size_t over, bool begins) {
  size_t group = behind_group(cutter, over);
  enum bp_environment kind =
      bp_environment_of(text_of(cutter) + over, group > over ? group - over : 0);
  if (kind == BP_ENVIRONMENT_LAYOUT) {
    cutter->rows_end = begins ? 0 : group;
    cutter->at = group;
    return;
  }
  if (begins && bp_cut_rows_are_statements(cutter, group)) {
    open_rows(cutter, group, kind);
    return;
  }
  if (!begins && cutter->matrices == 0 && cutter->row_environments > 0) {
    cutter->row_environments--;
    cutter->rows_end = group;
    cutter->at = group;
    return;
  }
  if (begins)
    cutter->matrices++;
  else
    cutter->matrices -= cutter->matrices > 0;
  if (kind != BP_ENVIRONMENT_COLUMNS)
    bp_cutter_copy(cutter, group - cutter->at);
  else
    bp_cutter_put(cutter, begins ? "\\begin{matrix}" : "\\end{matrix}", group - cutter->at);
  if (begins && kind == BP_ENVIRONMENT_COLUMNS)
    cutter->at = behind_group(cutter, cutter->at);
}

/* \text{…}: a name where it is one word that something hangs on, otherwise words between formulas.
 */
static void words(struct bp_cutter *cutter, size_t over, size_t first_of_formula) {
  size_t group = behind_group(cutter, over);
  size_t next = bp_cut_behind_layout(cutter, group);
  bool hangs = next < cutter->in->length && strchr("(_^'", text_of(cutter)[next]) != NULL;
  size_t before = cutter->now.text.length;
  bool raised = before > 0 && strchr("^_{", cutter->now.text.text[before - 1]) != NULL;
  bool one_word = group > over + 2;
  for (size_t i = over; i < group; i++)
    one_word = one_word && text_of(cutter)[i] != ' ' && (text_of(cutter)[i] & 0x80) == 0;
  bool numpy = bp_text_is_at(text_of(cutter), over, group, "{np.");
  if (group == over)
    cutter->at = over;
  else if (numpy || (cutter->depth == 0 && bp_cut_has_equation(cutter, over))) {
    cutter->at = over; /* mathematics in a face for text */
    bp_cut_drop_braces(cutter);
  } else if (one_word && (hangs || raised || cutter->depth > 0))
    bp_cutter_copy(cutter, group - cutter->at);
  else
    hard_separator(cutter, group - cutter->at, true, first_of_formula);
}

/* \sum without an index: over the samples, whatever they are; for whoever knows that. */
static void sum_sign(struct bp_cutter *cutter, size_t over) {
  size_t at = over;
  for (;;) {
    while (at < cutter->in->length && text_of(cutter)[at] == ' ')
      at++;
    size_t end = at < cutter->in->length && text_of(cutter)[at] == '\\'
                     ? bp_command_end(text_of(cutter), at, cutter->in->length)
                     : at;
    if (end == at || (!bp_command_is(text_of(cutter), at, end, "limits") &&
                      !bp_command_is(text_of(cutter), at, end, "nolimits")))
      break;
    at = end;
  }
  bool indexed = at < cutter->in->length && strchr("_^", text_of(cutter)[at]) != NULL;
  if (indexed)
    bp_cutter_copy(cutter, over - cutter->at);
  else
    bp_cutter_put(cutter, BP_SUM_OF_SAMPLES, over - cutter->at);
  cutter->at = at;
}

/* The end of the number of an equation, if one stands behind `at` and nothing behind it in its
 * line: (3), (\mathrm{BP} 1). Otherwise `at`. */
static size_t behind_number(const struct bp_cutter *cutter, size_t at) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, begin = at, signs = 0, digits = 0;
  while (begin < end && text[begin] == ' ')
    begin++;
  if (begin >= end || text[begin] != '(')
    return at;
  size_t over = begin + 1;
  for (; over < end && text[over] != ')'; over++) {
    if (!is_letter(text[over]) && !strchr("0123456789.-{}\\ ", text[over]))
      return at;
    digits += text[over] >= '0' && text[over] <= '9';
    signs++;
  }
  size_t behind = over < end ? over + 1 : end;
  while (behind < end && strchr(" \n\r.,", text[behind]))
    behind++;
  bool last = behind >= end || (text[behind] == '\\' && behind + 1 < end &&
                                (text[behind + 1] == '\\' || text[behind + 1] == 'e'));
  return over < end && last && digits > 0 && digits < 4 && signs < 16 ? over + 1 : at;
}

/* The d that a part of a fraction begins with, in the braces at `at`; the end of the text: none. */
static size_t d_of_part(const struct bp_cutter *cutter, size_t at) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length;
  while (at < end && (text[at] == ' ' || text[at] == '{'))
    at++;
  static const char *const faces[] = {"\\rm", "\\mathrm", "\\text", "\\operatorname", "\\textrm"};
  for (size_t k = 0; k < sizeof faces / sizeof *faces; k++) {
    size_t over = at + strlen(faces[k]);
    if (over < end && memcmp(text + at, faces[k], strlen(faces[k])) == 0 &&
        !is_letter(text[over])) {
      at = over;
      break;
    }
  }
  while (at < end && strchr(" {", text[at]))
    at++;
  return at < end && text[at] == 'd' ? at : end;
}

/* \frac{dJ}{dW} is a derivative, whatever dJ and dW are called elsewhere. */
static void fraction(struct bp_cutter *cutter, size_t over) {
  size_t behind = behind_group(cutter, over);
  size_t above = d_of_part(cutter, over), below = d_of_part(cutter, behind);
  if (behind == over || above >= behind || below >= cutter->in->length)
    return;
  cutter->leibniz[0] = above + 1;
  cutter->leibniz[1] = below + 1;
}

static void command(struct bp_cutter *cutter, size_t first_of_formula) {
  size_t over = bp_command_end(text_of(cutter), cutter->at, cutter->in->length);
  size_t length = over - cutter->at;
  const struct bp_cut_word *word = bp_cut_word_find(text_of(cutter) + cutter->at + 1, length - 1);
  size_t frame = bp_cut_behind_frame(cutter, over);
  if (frame > cutter->at) {
    cutter->at = frame;
    return;
  }
  size_t before = cutter->now.text.length;
  if (length == strlen("\\prime") && before > 0 && cutter->now.text.text[before - 1] == ']' &&
      looking_at(cutter, "\\prime")) { /* g^{[1]\prime} */
    bp_cutter_put(cutter, "'", length);
    return;
  }
  switch (word ? word->kind : BP_CUT_KEEP) {
  case BP_CUT_KEEP:
    if (bp_text_find(text_of(cutter), cutter->at, over, "frac") < over)
      fraction(cutter, over);
    if (bp_text_find(text_of(cutter), cutter->at, over, "brace") < over && cutter->depth == 0 &&
        bp_cut_has_equation(cutter, bp_cut_behind_layout(cutter, over)))
      bp_cutter_put(cutter, "", length);
    else
      bp_cutter_copy(cutter, length);
    break;
  case BP_CUT_BLANK:
    bp_cutter_put(cutter, " ", length);
    break;
  case BP_CUT_LABEL:
    cutter->at = behind_group(cutter, over);
    break;
  case BP_CUT_SOFT:
    soft_separator(cutter, length, " ");
    cutter->at = behind_number(cutter, cutter->at);
    break;
  case BP_CUT_HARD:
    if (bp_cut_arrow_updates(cutter, over))
      relation(cutter, length, BP_WRITTEN_UPDATE, "=", first_of_formula);
    else
      hard_separator(cutter, length, false, first_of_formula);
    if (cutter->depth == 0 && cutter->at < cutter->in->length && text_of(cutter)[cutter->at] == '{')
      bp_cut_drop_braces(cutter);
    break;
  case BP_CUT_WORDS:
    words(cutter, over, first_of_formula);
    break;
  case BP_CUT_RELATION:
    relation(cutter, length, word->relation, word->ours, first_of_formula);
    break;
  case BP_CUT_BEGIN:
  case BP_CUT_END:
    environment(cutter, over, word->kind == BP_CUT_BEGIN);
    break;
  case BP_CUT_SUM:
    sum_sign(cutter, over);
    break;
  }
}

/* \\, with what may follow it. */
static void line_end(struct bp_cutter *cutter, size_t first_of_formula) {
  if (cutter->matrices > 0) { /* one row ends there, however often its backslashes were escaped */
    bp_cutter_copy(cutter, 2);
    while (looking_at(cutter, "\\\\"))
      cutter->at += 2;
    return;
  }
  size_t at = cutter->at + 2;
  if (at < cutter->in->length && text_of(cutter)[at] == '[') {
    const char *close = memchr(text_of(cutter) + at, ']', cutter->in->length - at);
    if (close && close - (text_of(cutter) + at) < 8)
      at = (size_t)(close - text_of(cutter)) + 1;
  }
  bool inside = cutter->depth > 0;
  cutter->at = at;
  if (!inside)
    end_statement(cutter, first_of_formula);
}

/* ---- signs --------------------------------------------------------------- */

static void bracket(struct bp_cutter *cutter, char sign) {
  size_t open = cutter->dropped_count;
  if (sign == '}' && open > 0 && cutter->dropped[open - 1] == cutter->at + 1) {
    cutter->dropped_count--;
    cutter->at++;
    return;
  }
  bool statement = sign == '{' && cutter->depth == 0 && cutter->matrices == 0 &&
                   bp_cut_has_equation(cutter, cutter->at);
  if (sign == '{' && (statement || is_doubled(cutter) || is_around_fraction(cutter)) &&
      bp_cut_drop_braces(cutter))
    return;
  if (strchr("([{", sign))
    cutter->depth++;
  else if (cutter->depth > 0)
    cutter->depth--;
  else
    cutter->broken = true;
  bp_cutter_copy(cutter, 1);
}

static void other_than_ascii(struct bp_cutter *cutter, size_t first_of_formula) {
  size_t length;
  const struct bp_cut_sign *sign =
      bp_cut_sign_find(text_of(cutter) + cutter->at, cutter->in->length - cutter->at, &length);
  if (!sign)
    bp_cutter_copy(cutter, length);
  else if (sign->kind == BP_CUT_WORDS)
    hard_separator(cutter, length, true, first_of_formula);
  else if (sign->kind == BP_CUT_SOFT)
    soft_separator(cutter, length, sign->ours);
  else if (sign->kind == BP_CUT_RELATION)
    relation(cutter, length, sign->relation, sign->ours, first_of_formula);
  else if (sign->ours[0] && strchr("()", sign->ours[0])) {
    cutter->depth += sign->ours[0] == '(';
    cutter->depth -= sign->ours[0] == ')' && cutter->depth > 0;
    bp_cutter_put(cutter, sign->ours, length);
  } else
    bp_cutter_put(cutter, sign->ours, length);
}

/* & of columns: behind a relation another equation may begin there, a &= b & c &= d, unless a
 * relation follows at once. */
static void column(struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, at = bp_behind_blanks(text, cutter->at + 1, end);
  size_t over = at < end && text[at] == '\\' ? bp_command_end(text, at, end) : at;
  const struct bp_cut_word *word =
      over > at + 1 ? bp_cut_word_find(text + at + 1, over - at - 1) : NULL;
  bool relates = (at < end && strchr("=<>:", text[at])) || (word && word->kind == BP_CUT_RELATION);
  if (cutter->now.sign_count > 0 && !relates)
    soft_separator(cutter, 1, " ");
  else
    bp_cutter_put(cutter, " ", 1);
}

static void ascii(struct bp_cutter *cutter, char sign, size_t first) {
  if (looking_at(cutter, "||"))
    bp_cut_norm(cutter, 2);
  else if (sign == '%')
    while (cutter->at < cutter->in->length && text_of(cutter)[cutter->at] != '\n')
      cutter->at++;
  else if (sign == '&')
    cutter->matrices > 0 ? bp_cutter_copy(cutter, 1) : column(cutter);
  else if (looking_at(cutter, ":="))
    relation(cutter, 2, BP_WRITTEN_UPDATE, "=", first);
  else if (looking_at(cutter, "+=") || looking_at(cutter, "-="))
    relation(cutter, 2, BP_WRITTEN_UPDATE, "=", first);
  else if (looking_at(cutter, "=="))
    bp_cutter_copy(cutter, 2);
  else if (sign == '=')
    relation(cutter, 1, BP_WRITTEN_EQUAL, "=", first);
  else if (sign == '<' || sign == '>')
    relation(cutter, 1, BP_WRITTEN_ORDER, sign == '<' ? "<" : ">", first);
  else if (sign == ',' || sign == ';')
    soft_separator(cutter, 1, sign == ',' ? "," : " ");
  else if (sign == '(' && cutter->depth == 0 && bp_cut_remark(cutter) > 0)
    hard_separator(cutter, bp_cut_remark(cutter), true, first);
  else if (strchr("()[]{}", sign))
    bracket(cutter, sign);
  else if (sign == '_' && cutter->depth == 0 && bp_cut_is_label(cutter)) {
    hard_separator(cutter, 1, false, first);
    bp_cut_drop_braces(cutter);
  } else if (sign == '^' || sign == '_')
    bp_cut_script(cutter);
  else if (is_letter(sign))
    bp_cut_letters(cutter);
  else if (sign == '\n' || sign == '\r' || sign == '\t' || sign == '~')
    bp_cutter_put(cutter, " ", 1);
  else
    bp_cutter_copy(cutter, 1);
}

static void step(struct bp_cutter *cutter, size_t first) {
  char sign = text_of(cutter)[cutter->at];
  if (bp_cut_cases(cutter) || bp_cut_upright_d(cutter))
    return;
  if (looking_at(cutter, "\\\\"))
    line_end(cutter, first);
  else if (looking_at(cutter, "\\|"))
    bp_cut_norm(cutter, 2);
  else if (looking_at(cutter, "\\lVert") || looking_at(cutter, "\\rVert"))
    bp_cut_norm(cutter, 6);
  else if (sign == '\\') {
    if (bp_cut_runs_together(cutter))
      end_statement(cutter, first);
    command(cutter, first);
  } else if (sign & 0x80)
    other_than_ascii(cutter, first);
  else
    ascii(cutter, sign, first);
}

/* ---- a formula ----------------------------------------------------------- */

static bool add_endless(struct bp_cutter *cutter, struct bp_span culprit) {
  struct bp_cuts *cuts = cutter->cuts;
  if (bp_arena_failed(cutter->arena) ||
      !bp_list_room(cutter->arena, cuts->list, cuts->count, cuts->capacity))
    return false;
  cuts->list[cuts->count++] = (struct bp_cut){
      .text = bp_written_new(cutter->arena), .state = BP_CUT_ENDLESS, .span = culprit};
  return true;
}

bool bp_text_cut(const struct bp_written *bytes, struct bp_macros *macros, struct bp_arena *arena,
                 struct bp_cuts *cuts) {
  struct bp_arena *scratch = bp_arena_within(arena, 0);
  if (!scratch)
    return false;
  struct bp_written expanded = bp_written_new(scratch);
  struct bp_cutter cutter = {.in = &expanded, .arena = arena, .cuts = cuts, .fine = true};
  struct bp_span culprit;
  size_t first = cuts->count;
  if (!bp_macros_expand(macros, bytes, &expanded, &culprit))
    cutter.fine = !bp_arena_failed(scratch) && add_endless(&cutter, culprit);
  else {
    cutter.fine = bp_cut_prepare(&expanded);
    begin_statement(&cutter);
    while (cutter.at < expanded.length && cutter.fine)
      step(&cutter, first);
    end_statement(&cutter, first);
  }
  bp_arena_free(scratch);
  return cutter.fine;
}
