/* How the derivatives of a context are laid out, by what holds.
 *
 * Where a derivative of a vector by a vector stands, or the prose names the numerator layout,
 * people write in several ways, and a note keeps to one of them.  So a layout is a reading like
 * others: the one under which the most lines hold.  Prose that names the denominator layout leaves
 * nothing open.
 */
#include "study/layout.h"

#include <stdint.h>
#include <string.h>

#include "base/list.h"
#include "study/last.h"

static const char *const layouts[] = {"numerator", "denominator", "mixed"};

/* The one in which nothing is said, and the same, as bits. */
enum { LAYOUTS = 1 + sizeof layouts / sizeof *layouts, ANY_LAYOUT = (1 << LAYOUTS) - 1 };
enum { GRADIENT = 1 << 0, ANY_OF_NUMERATOR = ANY_LAYOUT & ~(1 << 2) };
static const size_t EVERY_SECTION = SIZE_MAX;

/* Whether the lines can be laid out in several ways. */
static bool is_open(const struct bp_note_context *context) {
  bool open = false;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    if (noted->stated == BP_STATED_DENOMINATOR)
      return false;
    open = open || noted->layout || noted->stated == BP_STATED_NUMERATOR;
  }
  return open && context->family == BP_FAMILY_OWN;
}

/* Whether a layout is what the prose leaves open. */
static bool is_meant(const struct bp_note_context *context, const char *layout) {
  for (size_t i = 0; i < context->count; i++)
    if (context->note->list[context->members[i]].stated == BP_STATED_NUMERATOR)
      return strcmp(layout, "denominator") != 0;
  return true;
}

/* Members with a derivative that lies in one layout otherwise than in another, which hold under the
 * one and not under the other. */
static size_t only_under(const struct bp_study_trials *one, const struct bp_study_trials *other,
                         bool *members) {
  const struct bp_note_context *context = one->context;
  size_t count = 0;
  for (size_t i = 0; i < context->count; i++) {
    bool only = context->note->list[context->members[i]].layout &&
                bp_study_outcome(one, one->best, i) == BP_TRIED_HOLDS &&
                bp_study_outcome(other, other->best, i) == BP_TRIED_FAILS;
    count += only;
    if (members)
      members[i] = members[i] || only;
  }
  return count;
}

/* Marks the members that hold in this layout alone, where as many hold in another one alone. */
static int weigh(struct bp_study_trials *trials, const struct bp_study_trials *tried,
                 size_t count) {
  bool *members = bp_arena_alloc(trials->arena, trials->context->count + 1, sizeof *members);
  bool doubtful = false;
  if (!members)
    return -1;
  for (size_t k = 0; k < count; k++) {
    size_t against = only_under(&tried[k], trials, NULL);
    if (against > 0 && against >= only_under(trials, &tried[k], members))
      doubtful = true;
  }
  trials->one_layout = doubtful ? members : NULL;
  return 0;
}

/* Whether the one line of a context holds. */
static bool holds_alone(const struct bp_study_trials *tried) {
  return tried->context->count == 1 && bp_study_outcome(tried, tried->best, 0) == BP_TRIED_HOLDS;
}

int bp_study_read_context(struct bp_note_context *context, struct bp_study_trials *trials) {
  struct bp_study_trials tried[1 + sizeof layouts / sizeof *layouts];
  size_t count = 0;
  unsigned under = 0;
  context->layout = NULL;
  if (bp_study_try(trials) != 0 || bp_study_last_layer(context, trials) != 0)
    return -1;
  if (!is_open(context) || trials->readings == 0)
    return 0;
  tried[count++] = *trials;
  under |= holds_alone(trials) ? GRADIENT : 0;
  const char *best = NULL;
  for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
    struct bp_study_trials other = {.opened = trials->opened,
                                    .context = context,
                                    .vocabulary = trials->vocabulary,
                                    .options = trials->options,
                                    .arena = trials->arena};
    if (!is_meant(context, layouts[k]))
      continue;
    context->layout = layouts[k];
    if (bp_study_try(&other) != 0)
      return -1;
    tried[count++] = other;
    under |= (unsigned)holds_alone(&other) << (k + 1);
    if (other.holding > trials->holding) {
      *trials = other;
      best = layouts[k];
    }
  }
  context->layout = best;
  trials->under = under;
  return weigh(trials, tried, count);
}

bool bp_study_note_rule(struct bp_laid_rules *rules, const struct bp_study_trials *trials,
                        const struct bp_derivation_report *report) {
  const struct bp_note_context *context = trials->context;
  const struct bp_noted *noted = &context->note->list[context->members[0]];
  const struct bp_claim *claim =
      report->claim_count > 0 ? &report->claims[report->claim_count - 1] : NULL;
  if (context->own_count == 0 || !context->own->rule || trials->under == 0 ||
      trials->under == ANY_LAYOUT || !claim || claim->verdict != BP_HOLDS ||
      claim->span.begin != noted->cut.span.begin)
    return true;
  bool numerator = noted->stated == BP_STATED_NUMERATOR;
  if (numerator ? trials->under == ANY_OF_NUMERATOR : noted->stated != BP_STATED_NOTHING)
    return true;
  bool against = numerator && trials->under == GRADIENT;
  if (!bp_list_room(trials->arena, rules->list, rules->count, rules->capacity))
    return false;
  rules->list[rules->count++] =
      (struct bp_laid_rule){noted->cut.span.begin, noted->section, trials->under, against, against};
  return true;
}

/* How many rules, of a section or of all, hold in the layout that the most of them hold in; *all
 * becomes how many there are. */
static size_t most_in_one(const struct bp_laid_rules *rules, size_t section, unsigned *layout,
                          size_t *all) {
  size_t most = 0;
  for (unsigned bit = 1; bit < ANY_LAYOUT; bit <<= 1) {
    size_t here = 0;
    *all = 0;
    for (size_t i = 0; i < rules->count; i++)
      if (!rules->list[i].against &&
          (section == EVERY_SECTION || rules->list[i].section == section)) {
        here += (rules->list[i].under & bit) != 0;
        ++*all;
      }
    if (here > most) {
      most = here;
      *layout = bit;
    }
  }
  return most;
}

void bp_study_weigh_rules(struct bp_laid_rules *rules) {
  unsigned layout = 1, own = 1;
  size_t all, around, most = most_in_one(rules, EVERY_SECTION, &layout, &all);
  for (size_t i = 0; i < rules->count && most < all; i++) {
    struct bp_laid_rule *rule = &rules->list[i];
    if (rule->against)
      continue;
    bool minor = !(rule->under & layout) || 2 * most <= all;
    bool alone = most_in_one(rules, rule->section, &own, &around) < around || around == 1;
    rule->doubtful = minor && alone;
  }
}

const char *bp_study_layout_words(const struct bp_study_trials *trials, struct bp_arena *arena) {
  const struct bp_note_context *context = trials->context;
  size_t denominators = 0;
  for (size_t i = 0; i < context->count; i++)
    denominators += context->note->list[context->members[i]].stated == BP_STATED_DENOMINATOR;
  if (denominators > 0)
    return "; derivatives in the denominator layout, as its text says";
  return context->layout ? bp_arena_printf(arena, "; derivatives in the %s layout", context->layout)
                         : "";
}

/* ---- sides that are passed over ------------------------------------------------ */

/* Whether all derivatives of a side are by matrices, ∂θ/∂U: of a vector that is a tensor, and no
 * layout gives its product with anything an order. */
static bool has_tensors(const struct bp_noted *noted, size_t side) {
  static const char frac[] = "\\frac";
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end, at = bp_text_find(text, noted->sides[side].begin, end, frac);
  for (; at < end; at = bp_text_find(text, at + 1, end, frac)) {
    size_t below = bp_group_end(text, bp_text_find(text, at, end, "{"), end);
    size_t over = bp_group_end(text, below, end),
           letter = bp_text_find(text, below, over, "partial");
    for (letter += strlen("partial"); letter < over && !bp_is_letter(text[letter]); letter++)
      if (text[letter] == '\\')
        letter = bp_command_end(text, letter, over) - 1;
    if (letter >= over || text[letter] < 'A' || text[letter] > 'Z')
      return false;
  }
  return true;
}

/* Whether a side is an entry of one derivative, (∂z/∂x)_{ij}: it says how derivatives are laid out,
 * and multiplies nothing. */
static bool is_entry(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text;
  static const char left[] = "\\left", right[] = "\\right";
  size_t end = noted->sides[side].end, at = bp_behind_blanks(text, noted->sides[side].begin, end);
  if (bp_text_is_at(text, at, end, left))
    at += sizeof left - 1;
  if (at >= end || text[at] != '(')
    return false;
  size_t over = bp_closing_parenthesis(text, at, end);
  at = bp_behind_blanks(text, at + 1, over);
  if (!bp_text_is_at(text, at, over, "\\frac"))
    return false;
  for (int part = 0; part < 2; part++)
    at = bp_group_end(text, bp_text_find(text, at, over, "{"), over);
  size_t index = bp_behind_blanks(text, over + 1, end);
  at = bp_behind_blanks(text, at, over);
  if (bp_text_is_at(text, at, over, right))
    at += sizeof right - 1;
  if (at < over || index + 1 >= end || text[index] != '_' || text[index + 1] != '{')
    return false;
  return bp_behind_blanks(text, bp_group_end(text, index + 1, end), end) >= end;
}

bool bp_study_passes_over_factors(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  for (size_t i = 0; i < noted->side_count; i++) {
    if (!noted->sides[i].symbolic || has_tensors(noted, i) || is_entry(noted, i))
      continue;
    for (size_t at = noted->sides[i].begin; at < noted->sides[i].end;)
      if (text[at] == '\\' && bp_text_is_at(text, at, noted->sides[i].end, "\\frac")) {
        size_t over = bp_text_find(text, at, noted->sides[i].end, "{");
        over = bp_group_end(text, over, noted->sides[i].end);
        over = bp_text_find(text, over, noted->sides[i].end, "{");
        at = bp_group_end(text, over, noted->sides[i].end);
      } else if (text[at] == ' ' || text[at] == '*')
        at++;
      else
        return true;
  }
  return false;
}
