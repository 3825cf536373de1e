/* A condition compares one letter with numbers: x > 2, 0 < x \le 1, x \in (0, 1), x \ne 0.
 *
 * It is meant for a statement where it stands behind it in the same sentence, "|x| = x for x > 0";
 * where it stands before it in the same sentence; and where it stands before it in the same section
 * and words such as "let" or "assume" lead to it.  Of several the one that stands nearest counts.
 * A condition in another place says that the letter may have been meant so: then a line that holds
 * under it cannot fail, and need not hold.
 */
#include "note/context/ranges.h"

#include <string.h>

#include "note/latex/written.h"

/* Bytes before a condition in which words lead to it, and behind a statement in which it follows.
 */
enum { LEADS = 48, FOLLOWS = 60 };

static bool is_letter_side(const struct bp_noted *noted, size_t side, const char *letter,
                           size_t length) {
  struct bp_span span = bp_noted_trimmed(noted, side);
  return span.end - span.begin == length &&
         memcmp(noted->cut.text.text + span.begin, letter, length) == 0;
}

static bool is_number(const char *text, struct bp_span span) {
  size_t at = span.begin + (span.begin < span.end && text[span.begin] == '-');
  bool digits = at < span.end && text[at] != '.';
  for (; at < span.end; at++)
    digits = digits && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.');
  return digits;
}

/* ---- what a condition says ------------------------------------------------------ */

/* Whether the sign at `at`, which is < or > or either with =, says less, and without equality. */
struct order {
  bool less, strict;
};

static struct order order_of(const struct bp_noted *noted, size_t sign) {
  const char *text = noted->cut.text.text;
  const struct bp_written_sign *one = &noted->cut.signs[sign];
  return (struct order){
      .less = memchr(text + one->begin, '<', one->end - one->begin) != NULL,
      .strict = memchr(text + one->begin, '=', one->end - one->begin) == NULL,
  };
}

/* "x > 2", "2 < x", "0 < x < 1" as an interval; NULL: it is none. */
static const char *interval_of_order(const struct bp_noted *noted, size_t letter,
                                     struct bp_arena *arena) {
  const char *text = noted->cut.text.text, *low = "-inf", *high = "inf";
  bool open_low = true, open_high = true;
  for (size_t k = 0; k < noted->side_count; k++) {
    struct bp_span number = bp_noted_trimmed(noted, k);
    size_t sign = k < letter ? k : k - 1;
    if (k == letter)
      continue;
    if (!is_number(text, number) || (k + 1 != letter && letter + 1 != k))
      return NULL;
    struct order order = order_of(noted, sign);
    bool above = (k > letter) == order.less; /* the number is the larger one */
    const char *end = bp_arena_strndup(arena, text + number.begin, number.end - number.begin);
    *(above ? &high : &low) = end;
    *(above ? &open_high : &open_low) = order.strict;
  }
  return low && high ? bp_arena_printf(arena, " in %c%s, %s%c", open_low ? '(' : '[', low, high,
                                       open_high ? ')' : ']')
                     : NULL;
}

/* "x \in (0, 1)", "x \in \mathbb{R}_{+}" as an interval; NULL: it is none. */
static const char *interval_of_set(const struct bp_noted *noted, struct bp_arena *arena) {
  const char *text = noted->cut.text.text;
  struct bp_span set = bp_noted_trimmed(noted, 1);
  size_t comma = bp_text_find(text, set.begin, set.end, ",");
  if (bp_text_is_at(text, set.begin, set.end, "\\mathbb{R}")) {
    size_t above = set.begin + strlen("\\mathbb{R}");
    bool positive = bp_text_find(text, above, set.end, "+") < set.end ||
                    bp_text_find(text, above, set.end, "> 0") < set.end ||
                    bp_text_find(text, above, set.end, ">0") < set.end;
    return positive ? " in (0, inf)" : NULL;
  }
  if (comma >= set.end || !strchr("([", text[set.begin]) || !strchr(")]", text[set.end - 1]))
    return NULL;
  struct bp_span low = {bp_behind_blanks(text, set.begin + 1, comma), comma},
                 high = {bp_behind_blanks(text, comma + 1, set.end), set.end - 1};
  if (!is_number(text, low) || !is_number(text, high))
    return NULL;
  return bp_arena_printf(arena, " in %.*s", (int)(set.end - set.begin), text + set.begin);
}

/* Whether the statement is a condition on the letter; *domain is what it says, or NULL. */
static bool is_condition(const struct bp_noted *noted, const char *letter, size_t length,
                         struct bp_arena *arena, const char **domain) {
  size_t side = 0;
  *domain = NULL;
  if (noted->side_count < 2 || noted->side_count > 3 || noted->cut.continues ||
      noted->cut.sign_count + 1 != noted->side_count)
    return false;
  while (side < noted->side_count && !is_letter_side(noted, side, letter, length))
    side++;
  if (side == noted->side_count)
    return false;
  const char *text = noted->cut.text.text;
  bool order = true, differ = false;
  for (size_t k = 0; k < noted->cut.sign_count; k++) {
    const struct bp_written_sign *sign = &noted->cut.signs[k];
    order = order && sign->kind == BP_WRITTEN_ORDER;
    differ = differ || bp_text_find(text, sign->begin, sign->end, "≠") < sign->end;
  }
  if (order && !differ)
    *domain = interval_of_order(noted, side, arena);
  else if (!differ && noted->cut.signs[0].kind == BP_WRITTEN_MEMBER && noted->side_count == 2 &&
           side == 0) {
    *domain = interval_of_set(noted, arena);
    return *domain != NULL; /* of real numbers says nothing */
  } else
    return differ;
  return true;
}

/* ---- where it stands ------------------------------------------------------------- */

/* Whether a sentence ends in [begin, end). */
static bool ends_sentence(const struct bp_source *source, size_t begin, size_t end) {
  static const char *const ends[] = {". ", ".\n", "。", "；", "? ", "! ", "\n#", NULL};
  static const char *const leading[] = {":\n\n", ",\n\n", "：\n\n", "，\n\n", "$\n\n", NULL};
  size_t gap = bp_text_find(source->text, begin, end, "\n\n");
  bool paragraph =
      gap < end && !bp_text_has_any(source->text, gap > begin + 3 ? gap - 3 : begin, end, leading);
  return paragraph || bp_text_has_any(source->text, begin, end, ends);
}

/* Whether words right before the condition say that it lasts: "let $x > 2$". */
static bool is_assumed(const struct bp_source *source, const struct bp_noted *noted) {
  static const char *const words[] = {"Let",  "let ",  "ssume",  "uppose",   "onsider", "hroughout",
                                      "Fix ", "Given", "given ", "设",       "假设",    "假定",
                                      "考虑", "给定",  "Take ",  "estrict ", "equire ", NULL};
  size_t end = noted->cut.span.begin, begin = end > LEADS ? end - LEADS : 0;
  for (size_t at = begin; at + 1 < end; at++)
    if ((source->text[at] == '.' && strchr(" \n", source->text[at + 1])) ||
        (source->text[at] == '\n' && source->text[at + 1] == '\n'))
      begin = at + 1;
  return bp_text_has_any(source->text, begin, end, words);
}

/* Whether the condition stands behind the statement, in its sentence. */
static bool follows(const struct bp_note *note, size_t member, size_t condition) {
  static const char *const begins[] = {"If ", "For ", "When ", "if ", "Let ", "当", "若", NULL};
  size_t begin = note->list[member].cut.span.end, end = note->list[condition].cut.span.begin;
  return condition > member && begin <= end && end - begin <= FOLLOWS &&
         !ends_sentence(note->source, begin, end) && (condition == member + 1 || end - begin < 8) &&
         (!bp_text_has_any(note->source->text, begin, end, begins) ||
          bp_text_find(note->source->text, begin, end, "if ") < end);
}

bool bp_note_range_at(const struct bp_note *note, size_t member, const char *letter, size_t length,
                      struct bp_arena *arena, struct bp_note_range *range) {
  const char *domain;
  bool found = false;
  for (size_t i = 0; i <= member + 1 && i < note->count; i++) {
    const struct bp_noted *one = &note->list[i];
    if (i == member || one->section != note->list[member].section ||
        !is_condition(one, letter, length, arena, &domain))
      continue;
    bool behind = i > member;
    if (behind && !follows(note, member, i))
      continue;
    bool sentence =
        !behind && one->cut.span.end <= note->list[member].cut.span.begin &&
        !ends_sentence(note->source, one->cut.span.end, note->list[member].cut.span.begin);
    *range = (struct bp_note_range){domain, behind || sentence || is_assumed(note->source, one)};
    found = true;
  }
  return found && !bp_arena_failed(arena);
}

bool bp_note_range_of(const struct bp_note *note, const char *letter, size_t length,
                      struct bp_arena *arena, struct bp_note_range *range) {
  const char *domain;
  bool found = false, claimed = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *one = &note->list[i];
    claimed = claimed || one->kind == BP_NOTED_CLAIM;
    if (!is_condition(one, letter, length, arena, &domain))
      continue;
    bool same = !found || (domain && range->domain && strcmp(domain, range->domain) == 0);
    bool binding = same && !claimed && is_assumed(note->source, one);
    *range = (struct bp_note_range){same ? domain : NULL, found ? range->binding && same : binding};
    found = true;
  }
  return found && !bp_arena_failed(arena);
}
