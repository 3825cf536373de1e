/* The number is the last one that the letter was said to be before the statement, below the same
 * heading, and the function the last one of its name before that: a new function wants a new
 * number.
 */
#include "note/context/worked.h"

#include <string.h>

#include "note/latex/written.h"

/* Whether a side is a number in figures. */
static bool is_number(const struct bp_noted *noted, size_t side) {
  struct bp_span span = bp_noted_trimmed(noted, side);
  const char *text = noted->cut.text.text;
  size_t figures = 0, points = 0;
  for (size_t at = span.begin + (span.begin < span.end && text[span.begin] == '-'); at < span.end;
       at++) {
    bool figure = text[at] >= '0' && text[at] <= '9', point = text[at] == '.';
    if (!figure && !point)
      return false;
    figures += figure;
    points += point;
  }
  return figures > 0 && points <= 1;
}

static bool is_equation(const struct bp_noted *noted) {
  return noted->kind == BP_NOTED_NOTHING && noted->side_count == 2 && !noted->cut.continues &&
         noted->cut.sign_count == 1 && noted->cut.signs[0].kind == BP_WRITTEN_EQUAL &&
         !noted->program && is_number(noted, 1);
}

/* "f(a)": the letters of it. */
static bool take_call(const struct bp_noted *noted, struct bp_symbol *function,
                      struct bp_symbol *letter) {
  const char *text = noted->cut.text.text;
  struct bp_span side = bp_noted_trimmed(noted, 0);
  size_t over = bp_symbol_end(text, side.begin, side.end),
         open = bp_behind_blanks(text, over, side.end),
         begin = bp_behind_blanks(text, open + 1, side.end);
  if (over == side.begin || begin >= side.end || text[open] != '(')
    return false;
  size_t end = bp_symbol_end(text, begin, side.end), close = bp_behind_blanks(text, end, side.end);
  *function = (struct bp_symbol){.text = text + side.begin, .length = over - side.begin};
  *letter = (struct bp_symbol){.text = text + begin, .length = end - begin};
  return end > begin && bp_is_letter(text[begin]) && close + 1 == side.end && text[close] == ')' &&
         !bp_symbol_is_known(function->text, function->length);
}

/* Whether the statement gives the letter a number. */
static bool gives(const struct bp_noted *noted, const struct bp_symbol *letter) {
  struct bp_span side = bp_noted_trimmed(noted, 0);
  return is_equation(noted) &&
         bp_symbol_is(letter, noted->cut.text.text + side.begin, side.end - side.begin);
}

static bool on_one_line(const struct bp_note *note, const struct bp_noted *one,
                        const struct bp_noted *other) {
  size_t begin = one->cut.span.end, end = other->cut.span.begin;
  return begin <= end && bp_text_find(note->source->text, begin, end, "\n") == end;
}

bool bp_worked_value_find(const struct bp_definitions *finder, size_t member,
                          struct bp_worked_value *worked) {
  const struct bp_note *note = finder->note;
  const struct bp_noted *noted = &note->list[member];
  struct bp_symbol function;
  size_t given = member;
  *worked = (struct bp_worked_value){NULL, {0}, NULL, false};
  if (!is_equation(noted) || !take_call(noted, &function, &worked->letter))
    return false;
  for (size_t i = 0; i < member; i++)
    if (note->list[i].section == noted->section && gives(&note->list[i], &worked->letter))
      given = i;
  for (size_t i = 0; i < finder->count; i++) {
    const struct bp_definition *one = &finder->definitions[i];
    if (one->arguments && one->member < member &&
        note->list[one->member].section == noted->section &&
        bp_symbol_is(&function, one->name, one->length) &&
        bp_symbol_is(&worked->letter, one->arguments, strlen(one->arguments)))
      worked->function = one;
  }
  if (given == member || !worked->function || worked->function->member > given)
    return false;
  struct bp_span value = bp_noted_trimmed(&note->list[given], 1);
  worked->value = bp_arena_strndup(finder->arena, note->list[given].cut.text.text + value.begin,
                                   value.end - value.begin);
  worked->together = on_one_line(note, &note->list[given], noted);
  return worked->value != NULL;
}
