/* An edit is a replacement of bytes of the note, whose text is written in the language of
 * derivations.  It is translated sign by sign, and the mended formula is put together anew from the
 * bytes of the note.
 */
#define _GNU_SOURCE /* memmem */
#include "study/mend.h"

#include <string.h>

#include "study/own/by_samples.h"
#include "study/own/names.h"
#include "study/program/numpy.h"
#include "study/program/running.h"
#include "study/signs.h"

struct sign {
  const char *ours, *latex;
};

static const struct sign signs[] = {
    {"⊙", "\\odot "},  {"⊗", "\\otimes "}, {"∂", "\\partial "}, {"σ", "\\sigma "},
    {"δ", "\\delta "}, {"ŷ", "\\hat{y}"},  {"∇", "\\nabla "},   {"sum_", "\\sum_"},
    {"*", "\\cdot "},  {"Θ", "\\Theta "},  {"θ", "\\theta "},   {"α", "\\alpha "},
    {"β", "\\beta "},  {"γ", "\\gamma "},  {"ε", "\\epsilon "}, {"λ", "\\lambda "},
    {"μ", "\\mu "},    {"ξ", "\\xi "},     {"φ", "\\phi "},     {"ς", "\\varsigma "},
    {"ℓ", "\\ell "},   {"η", "\\eta "},    {"τ", "\\tau "},     {"ρ", "\\rho "},
    {"κ", "\\kappa "}, {"ω", "\\omega "},  {"ψ", "\\psi "},     {"π", "\\pi "},
    {"Σ", "\\Sigma "}, {"Λ", "\\Lambda "}, {"Δ", "\\Delta "},   {"Φ", "\\Phi "},
};

static bool is_word(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9') || (sign & 0x80) || sign == '}' || sign == ')' || sign == ']';
}

/* What stands at `at` in the signs of the note; adds to *length how many bytes that were. */
static const char *translate_one(const struct bp_note_context *context, const char *text,
                                 size_t *length, struct bp_arena *arena) {
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (strncmp(text, signs[k].ours, strlen(signs[k].ours)) == 0) {
      *length = strlen(signs[k].ours);
      return signs[k].latex;
    }
  const char *own = context->note->square;
  if (own && strncmp(text, own, strlen(own)) == 0) {
    *length = strlen(own);
    return "\\sigma^2";
  }
  const char *close = text[0] == '[' ? strchr(text, ']') : NULL;
  if (close) {
    bool transposed = close[1] == '\'' && close[2] != '(';
    bool brackets = context->family == BP_FAMILY_BRACKETS;
    char *inside = bp_arena_strndup(arena, text + 1, (size_t)(close - text) - 1);
    *length = (size_t)(close - text) + 1 + transposed;
    if (inside && inside[0] == 'L' && context->last != '\0')
      inside[0] = context->last;
    if (!inside)
      return NULL;
    if (brackets && context->note->parentheses)
      return bp_arena_printf(arena, transposed ? "^{(%s)T}" : "^{(%s)}", inside);
    if (brackets)
      return bp_arena_printf(arena, "^{[%s]%s}", inside, transposed ? "T" : "");
    *length -= transposed; /* see transposed_member */
    return bp_arena_printf(arena, "^{%s}", inside);
  }
  *length = 1;
  return bp_arena_strndup(arena, text, 1);
}

static const char *translate(const struct bp_note_context *context, const char *text,
                             struct bp_arena *arena);

/* The transposed member of a family that `text` begins with, w[l+1]': its index and its mark cannot
 * both be raised.  NULL where it is none. */
static const char *transposed_member(const struct bp_note_context *context, const char *text,
                                     size_t *length, struct bp_arena *arena) {
  size_t name = 0;
  while (is_word(text[name]) && !strchr("})]", text[name]))
    name++;
  const char *close = name > 0 && text[name] == '[' ? strchr(text + name, ']') : NULL;
  if (context->family != BP_FAMILY_RAISED || !close || close[1] != '\'' || close[2] == '(')
    return NULL;
  const char *written = bp_arena_strndup(arena, text, name);
  written = written ? translate(context, written, arena) : NULL;
  *length = (size_t)(close - text) + 2;
  return written ? bp_arena_printf(arena, "(%s^{%.*s})^T", written,
                                   (int)(close - text) - (int)name - 1, text + name + 1)
                 : NULL;
}

/* The name of a step that `text` begins with, hstep[t-1]: h_{t-1}, and its transpose.  NULL where
 * it is none. */
static const char *step_member(const struct bp_note_context *context, const char *text,
                               size_t *length, struct bp_arena *arena) {
  size_t name = 0;
  while ((text[name] >= 'a' && text[name] <= 'z') || (text[name] >= 'A' && text[name] <= 'Z'))
    name++;
  size_t mark = strlen(BP_OWN_STEP);
  const char *close = text[name] == '[' ? strchr(text + name, ']') : NULL;
  if (context->family != BP_FAMILY_OWN || !close || name <= mark ||
      strncmp(text + name - mark, BP_OWN_STEP, mark) != 0)
    return NULL;
  bool transposed = close[1] == '\'' && close[2] != '(';
  *length = (size_t)(close - text) + 1 + transposed;
  return bp_arena_printf(arena, "%.*s_{%.*s}%s", (int)(name - mark), text,
                         (int)(close - text - (long)name) - 1, text + name + 1,
                         transposed ? "^T" : "");
}

/* What the note calls the loss of its derivatives: what stands in its first \frac{\partial …}. */
static const char *loss_of(const struct bp_source *source, struct bp_arena *arena) {
  static const char opening[] = "\\frac{\\partial";
  size_t at = bp_text_find(source->text, 0, source->length, opening), end = at + strlen(opening);
  while (end < source->length && source->text[end] == ' ')
    end++;
  size_t begin = end;
  while (end < source->length && !strchr("}\n", source->text[end]))
    end = source->text[end] == '{' ? bp_group_end(source->text, end, source->length) : end + 1;
  bool name = end < source->length && source->text[end] == '}' && end > begin;
  return name ? bp_arena_strndup(arena, source->text + begin, end - begin) : "L";
}

/* The derivative of a loss that `text` begins with, ∂Loss/∂z[1], as a fraction; NULL where it is
 * none. */
static const char *derivative(const struct bp_note_context *context, const char *text,
                              size_t *length, struct bp_arena *arena) {
  static const char *const losses[] = {"∂Loss/∂", "∂J/∂", "∂L/∂"};
  size_t above = 0;
  for (size_t k = 0; k < sizeof losses / sizeof *losses && above == 0; k++)
    if (strncmp(text, losses[k], strlen(losses[k])) == 0)
      above = strlen(losses[k]);
  size_t name = above;
  while (bp_is_letter(text[name]))
    name++;
  const char *close = text[name] == '[' ? strchr(text + name, ']') : NULL;
  size_t over = close ? (size_t)(close - text) + 1 : name;
  if (above == 0 || name == above)
    return NULL;
  const char *below = bp_arena_strndup(arena, text + above, over - above);
  const char *loss = loss_of(context->note->source, arena);
  below = below ? translate(context, below, arena) : NULL;
  *length = over;
  return below && loss ? bp_arena_printf(arena, "\\frac{\\partial %s}{\\partial %s}", loss, below)
                       : NULL;
}

/* `all` with the mark of a transpose behind it, which joins an index that is raised already. */
static const char *with_transpose(const char *all, struct bp_arena *arena) {
  size_t length = strlen(all), open = length;
  while (open > 0 && all[open - 1] != '{')
    open--;
  bool raised = length > 0 && all[length - 1] == '}' && open > 1 && all[open - 2] == '^';
  return raised ? bp_arena_printf(arena, "%.*sT}", (int)length - 1, all)
                : bp_arena_printf(arena, "%s^T", all);
}

static const char *translate(const struct bp_note_context *context, const char *text,
                             struct bp_arena *arena) {
  const char *all = "";
  for (size_t at = 0; text[at] && all;) {
    size_t length = 1;
    bool begins = at == 0 || !is_word(text[at - 1]);
    const char *piece = begins ? transposed_member(context, text + at, &length, arena) : NULL;
    if (begins && !piece)
      piece = step_member(context, text + at, &length, arena);
    if (begins && !piece)
      piece = derivative(context, text + at, &length, arena);
    bool mark = text[at] == '\'' && at > 0 && is_word(text[at - 1]) && text[at + 1] != '(';
    if (!piece && !mark)
      piece = translate_one(context, text + at, &length, arena);
    if (mark && !piece)
      all = with_transpose(all, arena);
    else
      all = piece ? bp_arena_printf(arena, "%s%s", all, piece) : NULL;
    at += length;
  }
  return all;
}

/* Adds bytes of the note on one line. */
static const char *add_bytes(const char *all, const struct bp_source *source, size_t begin,
                             size_t end, struct bp_arena *arena) {
  char *bytes = bp_arena_strndup(arena, source->text + begin, end - begin);
  for (char *byte = bytes; byte && *byte; byte++)
    if (*byte == '\n' || *byte == '\t' || *byte == '\r')
      *byte = ' ';
  return bytes && all ? bp_arena_printf(arena, "%s%s", all, bytes) : NULL;
}

/* Braces that are opened in these bytes and not closed: an edit of W^{[l] in W^{[l]^T} has one. */
static int open_braces(const char *text, size_t length) {
  int open = 0;
  for (size_t i = 0; i < length; i++)
    open += (text[i] == '{') - (text[i] == '}');
  return open;
}

/* The text with as many braces left open as the bytes have that it is put in for; NULL where memory
 * is short. */
static const char *left_open(const struct bp_source *source, struct bp_span span, const char *text,
                             struct bp_arena *arena) {
  int open = open_braces(source->text + span.begin, span.end - span.begin);
  size_t length = strlen(text);
  for (; open > 0 && length > 0 && text[length - 1] == '}'; open--)
    length--;
  return bp_arena_strndup(arena, text, length);
}

/* Whether a power or a mark is put behind a group of which people see no brackets: \frac{a}{b +
 * c}^2.
 */
static bool is_misread(const struct bp_source *source, const struct bp_replacement *edit) {
  const char *text = source->text;
  size_t end = edit->span.end, length = strlen(edit->text);
  if (length == 0)
    return false;
  bool raised = length > 1 && strchr("^'", edit->text[edit->span.begin == end ? 0 : length - 2]);
  if ((!raised && edit->text[length - 1] != '\'') ||
      (edit->text[0] == '(' && length > 3 && edit->text[length - 3] == ')'))
    return false;
  return end < source->length && text[end] == '}';
}

/* The statement at `span`; NULL: none of the context. */
static const struct bp_noted *statement_at(const struct bp_note_context *context,
                                           struct bp_span span) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    if (noted->cut.span.begin == span.begin && noted->cut.span.end == span.end)
      return noted;
  }
  return NULL;
}

/* Whether the statement at `span` is code. */
static bool is_code(const struct bp_note_context *context, struct bp_span span) {
  const struct bp_noted *noted = statement_at(context, span);
  return noted && noted->code;
}

/* The text of an edit of code, in the signs in which the statement is written. */
static const char *spelled(const struct bp_note_context *context, struct bp_span span,
                           const char *text, struct bp_arena *arena) {
  const struct bp_noted *noted = statement_at(context, span);
  const struct bp_source *source = context->note->source;
  if (noted && noted->bare && !bp_study_is_numpy(source, span))
    return bp_study_running(source, span, text, arena);
  return bp_study_numpy(context->program, text, span, arena);
}

/* Whether the bytes are several arguments of a call, or a part of its brackets: np.dot(|a, b|). */
static bool is_of_arguments(const struct bp_source *source, struct bp_span span) {
  size_t depth = 0;
  for (size_t at = span.begin; at < span.end; at++) {
    depth += strchr("([", source->text[at]) != NULL;
    if ((strchr(")]", source->text[at]) && depth-- == 0) || (depth == 0 && source->text[at] == ','))
      return true;
  }
  return depth > 0;
}

/* Whether the text is one name in parentheses, (a[L]_i), which are of no use where it stands. */
static bool is_name_in_parentheses(const char *text) {
  size_t length = strlen(text);
  return length > 2 && text[0] == '(' && text[length - 1] == ')' &&
         strpbrk(text + 1, "(+-*/ ,⊙") == NULL;
}

/* How many brackets of the text open with \left and do not close with \right. */
static int left_over(const char *text, size_t length) {
  int open = 0;
  for (size_t at = 0; at < length; at++)
    open +=
        (length - at >= 5 && memcmp(text + at, "\\left", 5) == 0 && !bp_is_letter(text[at + 5])) -
        (length - at >= 6 && memcmp(text + at, "\\right", 6) == 0 && !bp_is_letter(text[at + 6]));
  return open;
}

/* The edit as it fits into the bytes of the note: what the language spells differently (the
 * parenthesis of a call belongs to its name, a blank to the name behind it) stays as it is.  False
 * where memory is short. */
static bool fit_edit(const struct bp_source *source, struct bp_span statement, bool code,
                     struct bp_arena *arena, struct bp_replacement *edit) {
  const char *text = source->text;
  struct bp_span *span = &edit->span;
  if (edit->source != source || span->end > source->length || span->begin < statement.begin ||
      span->end > statement.end || !edit->text[0])
    return true;
  if (!code)
    *span = bp_study_whole_brackets(source, *span);
  while (!code && span->begin + 1 < span->end && text[span->begin] == ' ' && edit->text[0] != ' ')
    span->begin++;
  bool right = left_over(text + span->begin, span->end - span->begin) < 0;
  if (!code && right && span->begin >= statement.begin + 5 &&
      memcmp(text + span->begin - 5, "\\left", 5) == 0)
    span->begin -= 5; /* its \right goes, too */
  if (code && span->end > span->begin && text[span->end - 1] == '(' && !strchr(edit->text, '('))
    span->end--;
  if (code && strcmp(edit->text, "mean") == 0 && !memcmp(text + span->begin, "np.", 3))
    edit->text = "np.mean";
  if (!code && is_name_in_parentheses(edit->text))
    edit->text = bp_arena_strndup(arena, edit->text + 1, strlen(edit->text) - 2);
  return edit->text != NULL;
}

/* A copy of the hint's edits that fit; false where memory is short. */
static bool fit_edits(const struct bp_source *source, struct bp_span statement, bool code,
                      struct bp_arena *arena, struct bp_hint *hint) {
  struct bp_replacement *edits = bp_arena_alloc(arena, hint->edit_count + 1, sizeof *edits);
  for (size_t i = 0; edits && i < hint->edit_count; i++) {
    edits[i] = hint->edits[i];
    if (!fit_edit(source, statement, code, arena, &edits[i]))
      return false;
  }
  hint->edits = edits;
  return edits != NULL;
}

/* Where the value of an assignment begins; what is put in the place of more, as of all of p[y] -=
 * 2, would take the assignment away. */
static size_t value_begin(const struct bp_source *source, struct bp_span span) {
  int depth = 0;
  for (size_t at = span.begin; at + 1 < span.end; at++) {
    char here = source->text[at];
    depth += (strchr("([{", here) != NULL) - (strchr(")]}", here) != NULL);
    if (here == '=' && depth == 0)
      return source->text[at + 1] == '=' ? span.begin : at + 1;
  }
  return span.begin;
}

/* Whether the edits are of the statement, one behind the other. */
static bool is_of_note(const struct bp_hint *hint, const struct bp_source *source,
                       struct bp_span span, bool code) {
  size_t at = code ? value_begin(source, span) : span.begin;
  for (size_t i = 0; i < hint->edit_count; i++) {
    const struct bp_replacement *edit = &hint->edits[i];
    int open = edit->source == source && edit->span.end <= source->length
                   ? open_braces(source->text + edit->span.begin, edit->span.end - edit->span.begin)
                   : -1;
    if (edit->source != source || edit->span.begin < at || edit->span.end > span.end || open < 0 ||
        open > 1 || is_misread(source, edit) || (code && is_of_arguments(source, edit->span)))
      return false;
    at = edit->span.end;
  }
  return hint->edit_count > 0 && hint->edit_count <= 2;
}

/* Whether more than a name is put in, and stands in the statement already. */
static bool is_as_written(const struct bp_source *source, struct bp_span span, const char *text) {
  return strpbrk(text, "(.") &&
         memmem(source->text + span.begin, span.end - span.begin, text, strlen(text)) != NULL;
}

/* The lower index of a name that has its layer above and behind it, \delta_{j}^{l}: its bytes; none
 * where the name has no such index. */
static struct bp_span lower_index(const struct bp_source *source, struct bp_span span) {
  const char *text = source->text;
  size_t at = span.begin;
  while (at < span.end && !strchr("_^({", text[at]))
    at++;
  if (at + 1 >= span.end || text[at] != '_')
    return (struct bp_span){at, at};
  size_t end = text[at + 1] == '{' ? bp_group_end(text, at + 1, span.end) : at + 2;
  bool above = end < span.end && text[end] == '^';
  return (struct bp_span){at, above ? end : at};
}

/* The text that takes the place of such a name, another layer of it, keeps its lower index. */
static const char *with_lower_index(const struct bp_source *source, struct bp_span span,
                                    const char *text, struct bp_arena *arena) {
  struct bp_span index = lower_index(source, span);
  const char *raised = strchr(text, '^');
  if (index.begin == index.end || !raised || strchr(text, '_'))
    return text;
  size_t name = (size_t)(raised - text);
  while (name > 0 && text[name - 1] == ' ')
    name--;
  return bp_arena_printf(arena, "%.*s%.*s%s", (int)name, text, (int)(index.end - index.begin),
                         source->text + index.begin, raised);
}

/* A^{[k-1]} in the place of (dZ^{[k]}) before ^T: nothing is raised twice without parentheses. */
static bool is_raised_twice(const struct bp_source *source, const struct bp_replacement *edit) {
  size_t end = edit->span.end, length = strlen(edit->text);
  bool behind = end > edit->span.begin && end < source->length && source->text[end] == '^' &&
                open_braces(source->text + edit->span.begin, end - edit->span.begin) == 0;
  return behind && length > 0 && strchr(edit->text, '^') && edit->text[length - 1] != ')';
}

/* Whether the code has all names of the text, but for those of NumPy: it may spell them otherwise.
 */
static bool knows_names(const struct bp_source *source, const char *text) {
  for (size_t at = 0; text[at];) {
    size_t over = at;
    while (bp_is_letter(text[over]) || text[over] == '_')
      over++;
    bool numpy = (at > 2 && strncmp(text + at - 3, "np.", 3) == 0) ||
                 strncmp(text + at, "np.", 3) == 0 || strncmp(text + at, "axis", 4) == 0 ||
                 strncmp(text + at, "keepdims", 8) == 0 || strncmp(text + at, "True", 4) == 0;
    if (over > at && !numpy && !memmem(source->text, source->length, text + at, over - at))
      return false;
    at = over > at ? over : at + 1;
  }
  return true;
}

/* The sentence with a formula behind its colon in the signs of the note; prose stays as it is. */
static const char *translate_sentence(const struct bp_note_context *context, const char *sentence,
                                      struct bp_arena *arena) {
  const char *colon = strstr(sentence, ": ");
  size_t letters = 0;
  for (const char *at = colon; at && *at && letters < 4; at++)
    letters = bp_is_letter(*at) ? letters + 1 : 0;
  if (!colon || letters == 4 || strchr(colon, '('))
    return sentence;
  const char *formula = translate(context, colon + 2, arena);
  return formula ? bp_arena_printf(arena, "%.*s: %s", (int)(colon - sentence), sentence, formula)
                 : NULL;
}

static bool mend_hint(const struct bp_note_context *context, struct bp_span span,
                      struct bp_arena *arena, struct bp_hint *hint) {
  const struct bp_source *source = context->note->source;
  struct bp_replacement *edits = bp_arena_alloc(arena, hint->edit_count, sizeof *edits);
  const char *mended = "";
  size_t at = span.begin;
  size_t column;
  bool code = is_code(context, span);
  if (!edits)
    return false;
  bp_locate(source, span.begin, &hint->line, &column);
  for (size_t i = 0; i < hint->edit_count; i++) {
    edits[i] = hint->edits[i];
    bool latex = strchr(edits[i].text, '\\') || strstr(edits[i].text, "^{"); /* of the author's */
    if (!code && !latex)
      edits[i].text = translate(context, edits[i].text, arena);
    if (!code && !latex && edits[i].text && context->family == BP_FAMILY_OWN)
      edits[i].text = bp_own_by_samples(edits[i].text, source, span, edits[i].span, arena);
    if (!code && !latex && edits[i].text)
      edits[i].text = bp_study_latex(edits[i].text, source, span, arena);
    else if (code && !is_as_written(source, span, edits[i].text))
      edits[i].text = spelled(context, span, edits[i].text, arena);
    if (edits[i].text && !code)
      edits[i].text = with_lower_index(source, edits[i].span, edits[i].text, arena);
    if (edits[i].text)
      edits[i].text = left_open(source, edits[i].span, edits[i].text, arena);
    if (!code && edits[i].text && is_raised_twice(source, &edits[i]))
      edits[i].text = bp_arena_printf(arena, "(%s)", edits[i].text);
    mended = add_bytes(mended, source, at, edits[i].span.begin, arena);
    if (!mended || !edits[i].text)
      return false;
    hint->marked[i].begin = strlen(mended);
    mended = bp_arena_printf(arena, "%s%s", mended, edits[i].text);
    if (!mended)
      return false;
    hint->marked[i].end = strlen(mended);
    at = edits[i].span.end;
  }
  hint->mended = add_bytes(mended, source, at, span.end, arena);
  hint->edits = edits;
  hint->sentence = code ? bp_study_numpy_sentence(context->program, hint->sentence, span, arena)
                        : translate_sentence(context, hint->sentence, arena);
  if (!code && hint->sentence && context->family == BP_FAMILY_OWN)
    hint->sentence =
        bp_own_by_samples(hint->sentence, source, span, (struct bp_span){at, at}, arena);
  return hint->mended && hint->sentence;
}

bool bp_study_mend(const struct bp_note_context *context, struct bp_span span,
                   struct bp_arena *arena, struct bp_claim *claim) {
  struct bp_hint *hints = bp_arena_alloc(arena, claim->hint_count + 1, sizeof *hints);
  size_t kept = 0;
  if (!hints)
    return false;
  bool code = is_code(context, span);
  for (size_t i = 0; i < claim->hint_count; i++) {
    hints[kept] = claim->hints[i];
    if (!fit_edits(context->note->source, span, code, arena, &hints[kept]))
      return false;
    if (!is_of_note(&hints[kept], context->note->source, span, code))
      continue;
    bool spelled = true;
    for (size_t k = 0; context->program && k < hints[kept].edit_count; k++)
      spelled = spelled && bp_program_can_spell(context->program, hints[kept].edits[k].text, span);
    if (!spelled)
      continue;
    if (!mend_hint(context, span, arena, &hints[kept]))
      return false;
    bool known = true;
    for (size_t k = 0; code && !context->program && k < hints[kept].edit_count; k++)
      known = known && knows_names(context->note->source, hints[kept].edits[k].text);
    size_t width = strlen(hints[kept].mended);
    bool whole =
        code || left_over(hints[kept].mended, width) ==
                    left_over(context->note->source->text + span.begin, span.end - span.begin);
    kept += known && whole;
  }
  claim->hints = hints;
  claim->hint_count = kept;
  claim->consequence = 0;
  return true;
}
