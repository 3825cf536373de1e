/* What the prose of a note settles for the formulas behind it: how derivatives are laid out.
 *
 * "We use the denominator layout", "本文采用分母布局".  A layout that is named beside a word of
 * choice counts from there to the next such place; one that is named without, only where the note
 * never names the other one, since it may be explaining that there are two.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

/* Bytes before a name in which a word of choice, or one that turns it down, belongs to it. */
enum { NEAR_WORD = 48 };

static const char *const denominators[] = {"denominator layout",
                                           "denominator-layout",
                                           "Denominator layout",
                                           "Denominator Layout",
                                           "denominator convention",
                                           "分母布局",
                                           NULL};
static const char *const numerators[] = {"numerator layout",
                                         "numerator-layout",
                                         "Numerator layout",
                                         "Numerator Layout",
                                         "numerator convention",
                                         "分子布局",
                                         NULL};

/* The layout that is named at `at`. */
static enum bp_noted_layout named_at(const struct bp_source *source, size_t at) {
  const char *text = source->text;
  for (int numerator = 0; numerator < 2; numerator++)
    for (const char *const *name = numerator ? numerators : denominators; *name; name++)
      if (at + strlen(*name) <= source->length && !memcmp(text + at, *name, strlen(*name)))
        return numerator ? BP_STATED_NUMERATOR : BP_STATED_DENOMINATOR;
  return BP_STATED_NOTHING;
}

/* Whether one of the words stands in the sentence before `at`. */
static bool has_before(const struct bp_source *source, size_t at, const char *const *words) {
  size_t begin = at > NEAR_WORD ? at - NEAR_WORD : 0;
  for (size_t k = begin; k < at; k++)
    if (source->text[k] == '.' ||
        (source->text[k] == '\n' && k + 1 < at && source->text[k + 1] == '\n'))
      begin = k;
  for (; *words; words++)
    if (bp_text_find(source->text, begin, at, *words) < at)
      return true;
  return false;
}

static bool is_chosen(const struct bp_source *source, size_t at) {
  static const char *const words[] = {"use",    "using", "Using",   "adopt", "follow", "stick",
                                      "choose", "assum", "work in", "采用",  "使用",   "选择",
                                      "选用",   "按照",  "遵循",    "约定",  "默认",   NULL};
  return has_before(source, at, words);
}

static bool is_turned_down(const struct bp_source *source, size_t at) {
  static const char *const words[] = {"not ",   "instead of", "opposed to", "unlike", "rather than",
                                      "versus", "vs",         "than ",      "不是",   "不采用",
                                      "不使用", "区别于",     "对比",       "不用",   NULL};
  return has_before(source, at, words);
}

void bp_note_find_layout(struct bp_note *note) {
  const struct bp_source *source = note->source;
  bool named[BP_STATED_DENOMINATOR + 1] = {false};
  for (size_t at = 0; at < source->length; at++)
    if (strchr("dDnN", source->text[at]) || source->text[at] == "分"[0])
      named[named_at(source, at)] = true;
  if (!named[BP_STATED_DENOMINATOR] && !named[BP_STATED_NUMERATOR])
    return;
  bool both = named[BP_STATED_DENOMINATOR] && named[BP_STATED_NUMERATOR];
  enum bp_noted_layout layout = BP_STATED_NOTHING;
  size_t at = 0;
  for (size_t i = 0; i < note->count; i++) {
    for (; at < note->list[i].cut.span.begin; at++) {
      enum bp_noted_layout here = named_at(source, at);
      if (here != BP_STATED_NOTHING && !is_turned_down(source, at) &&
          (!both || is_chosen(source, at)))
        layout = here;
    }
    note->list[i].stated = layout;
  }
}
