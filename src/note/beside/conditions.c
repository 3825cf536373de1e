/* Conditions on two indices that the words beside a formula state: "if i ≠ j", "当 $i = j$ 时".
 *
 * A formula for the entries of a Jacobian often comes twice, once for equal indices and once for
 * different ones, and says so in the text before it, or right behind it.  The condition belongs to
 * the formula that follows, unless words lead to the one behind which it stands: "A for i ≠ j".
 * Below a sum it is none.
 */
#include <string.h>

#include "note/beside/fits.h"
#include "note/latex/written.h"

/* Bytes before and behind a formula in which a condition is its own. */
enum { BEFORE = 160, BEHIND = 60 };

struct place {
  struct bp_index_condition condition;
  size_t begin, end; /* in the note */
};

static bool is_script(char sign) { return ((unsigned char)sign & 0x80) != 0; }

/* The relation at `at`; its length, or 0. */
static size_t relation_at(const char *text, size_t at, size_t end, bool *same) {
  static const char *const differ[] = {"\\neq", "\\not=", "\\ne", "≠", "!="};
  for (size_t k = 0; k < sizeof differ / sizeof *differ; k++) {
    size_t over = at + strlen(differ[k]);
    if (!bp_text_is_at(text, at, end, differ[k]) ||
        (text[at] == '\\' && over < end && bp_is_letter(differ[k][1]) && bp_is_letter(text[over])))
      continue;
    *same = false;
    return over - at;
  }
  *same = true;
  return bp_text_is_at(text, at, end, "==") ? 2 : text[at] == '=' ? 1 : 0;
}

/* Whether what stands around two letters sets them apart: a delimiter, a blank or words. */
static bool is_apart(const char *text, size_t first, size_t behind, size_t end, bool same) {
  size_t before = first;
  while (before > 0 && text[before - 1] == ' ')
    before--;
  char left = before > 0 ? text[before - 1] : '\n', right = behind < end ? text[behind] : '\n';
  if (bp_is_letter(right) || strchr("_^(", right) || left == '{' || left == '_' || left == '\\')
    return false;
  if (!same)
    return before < first || !bp_is_letter(left);
  bool opened = strchr("$(", left) != NULL || is_script(left);
  return opened && (strchr("$)\\,", right) != NULL || is_script(right) || right == ' ');
}

/* The condition whose relation stands at `at`. */
static bool condition_at(const char *text, size_t at, size_t end, struct place *place) {
  bool same;
  size_t length = relation_at(text, at, end, &same), first = at;
  if (length == 0 || at == 0)
    return false;
  while (first > 0 && text[first - 1] == ' ')
    first--;
  size_t second = bp_behind_blanks(text, at + length, end);
  if (first == 0 || second >= end || !bp_is_letter(text[first - 1]) || !bp_is_letter(text[second]))
    return false;
  first--;
  if (text[first] == text[second] || !is_apart(text, first, second + 1, end, same))
    return false;
  *place = (struct place){{text[first], text[second], same}, first, second + 1};
  return true;
}

static bool fits(const struct bp_noted *noted, const struct place *place) {
  return bp_condition_fits(noted, place->condition);
}

/* Whether a sentence ends in [begin, end): what was said before it may be about something else. */
static bool ends_sentence(const struct bp_note *note, size_t begin, size_t end) {
  static const char *const ends[] = {". ", ".\n", "。", "！", "？", "? ", "! "};
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
    if (bp_text_find(note->source->text, begin, end, ends[k]) < end)
      return true;
  return false;
}

/* The last condition in [begin, end) of the note that fits the statement, in its sentence. */
static bool last_in(const struct bp_note *note, const struct bp_noted *noted, size_t begin,
                    size_t end, struct place *place) {
  struct place one;
  bool found = false;
  for (size_t at = begin; at < end; at++)
    if (condition_at(note->source->text, at, end, &one) && one.begin >= begin &&
        fits(noted, &one)) {
      *place = one;
      found = true;
    }
  return found && !ends_sentence(note, place->end, end);
}

/* Whether words in [begin, end) end a sentence, or lead to the formula that comes next. */
static bool leads_on(const struct bp_note *note, size_t begin, size_t end) {
  static const char *const words[] = {". ",    ".\n",  "。", "；",   ";",  "if ", "If ", "when ",
                                      "When ", "case", "若", "如果", "当", "而",  "else"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(note->source->text, begin, end, words[k]) < end)
      return true;
  return false;
}

static bool behind(const struct bp_note *note, const struct bp_noted *noted, size_t next,
                   struct place *place) {
  size_t begin = noted->cut.span.end, end = begin + BEHIND < next ? begin + BEHIND : next;
  for (size_t at = begin; at < end; at++)
    if (condition_at(note->source->text, at, end, place) && place->begin >= begin)
      return fits(noted, place) &&
             !(next < note->source->length && leads_on(note, begin, place->begin)) &&
             bp_text_find(note->source->text, begin, place->begin, "\n\n") == place->begin;
  return false;
}

/* Whether the words around the statements of a section, in [begin, end), compare indices at all. */
static bool compares(const struct bp_note *note, size_t begin, size_t end) {
  static const char *const words[] = {"otherwise", "different", "other ",  "not equal", "unequal",
                                      "不同",      "其他",      "其它",    "不等",      "diagonal",
                                      "对角",      "否则",      "distinct"};
  struct place place;
  for (size_t at = begin; at < end; at++)
    if (condition_at(note->source->text, at, end, &place))
      return true;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(note->source->text, begin, end, words[k]) < end)
      return true;
  return false;
}

/* Marks the statements of sections that compare indices. */
static void mark_sections(struct bp_note *note) {
  for (size_t first = 0, next; first < note->count; first = next) {
    for (next = first + 1;
         next < note->count && note->list[next].section == note->list[first].section; next++)
      ;
    size_t begin = first > 0 ? note->list[first - 1].cut.span.end : 0;
    size_t end = next < note->count ? note->list[next].cut.span.begin : note->source->length;
    bool any = begin < end && compares(note, begin, end);
    for (size_t i = first; i < next; i++)
      note->list[i].compares_indices = any;
  }
}

void bp_note_find_conditions(struct bp_note *note) {
  size_t taken = 0; /* what stands before this byte belongs to somebody */
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    size_t begin = noted->cut.span.begin, from = begin > BEFORE ? begin - BEFORE : 0;
    size_t next = i + 1 < note->count ? note->list[i + 1].cut.span.begin : note->source->length;
    struct place place;
    if (noted->kind == BP_NOTED_NOTHING || noted->kind == BP_NOTED_SHAPE || noted->program)
      continue; /* it may be the condition itself */
    bool claims = noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_SYMBOLIC;
    if (noted->condition.left != '\0')
      ; /* it has its own */
    else if (claims && last_in(note, noted, from > taken ? from : taken, begin, &place))
      noted->condition = place.condition;
    else if (claims && next >= noted->cut.span.end && behind(note, noted, next, &place)) {
      noted->condition = place.condition;
      taken = place.end;
    }
    if (noted->cut.span.end > taken)
      taken = noted->cut.span.end;
  }
  mark_sections(note);
}
