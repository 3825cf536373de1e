/* A letter that is applied to others is defined by known functions of these, and a value by known
 * functions of one number; whatever else stands in an equation defines nothing here.
 */
#include "note/context/definitions.h"

#include <string.h>

#include "base/list.h"
#include "note/latex/written.h"

bool bp_is_argument(const char *arguments, const struct bp_symbol *letter) {
  size_t end = arguments ? strlen(arguments) : 0;
  for (size_t at = 0; at < end;) {
    size_t over = at;
    while (over < end && arguments[over] != ',')
      over++;
    size_t begin = bp_behind_blanks(arguments, at, over), last = over;
    while (last > begin && arguments[last - 1] == ' ')
      last--;
    if (bp_symbol_is(letter, arguments + begin, last - begin))
      return true;
    at = over + 1;
  }
  return false;
}

bool bp_is_parameter(const struct bp_symbol *letter) {
  return !letter->called &&
         (bp_symbol_is(letter, "\\alpha", 6) || bp_symbol_is(letter, "\\beta", 5) ||
          bp_symbol_is(letter, "\\lambda", 7));
}

/* The text of a side of the statement that may define it: known functions of the arguments, without
 * derivatives and without itself. */
static bool is_definable(const struct bp_definition *definition) {
  const struct bp_symbols *letters = &definition->letters;
  size_t numbers = 0;
  if (letters->derivative)
    return false;
  for (size_t i = 0; i < letters->count; i++) {
    const struct bp_symbol *letter = &letters->list[i];
    if (bp_symbol_is(letter, definition->name, definition->length))
      return false;
    numbers += !letter->called && !bp_is_parameter(letter);
    if (definition->arguments && !letter->called && !bp_is_parameter(letter) &&
        !bp_is_argument(definition->arguments, letter))
      return false;
  }
  if (definition->arguments)
    return true;
  for (size_t i = 0; i < letters->count; i++)
    if (letters->list[i].called)
      return numbers == 1;
  return letters->known && numbers == 1;
}

/* Whether a list of arguments is one of letters, and not of what they are at one place. */
static bool is_list_of_letters(const char *arguments) {
  for (const char *sign = arguments; *sign; sign++)
    if (!bp_is_letter(*sign) && !strchr(" ,\\{}", *sign))
      return false;
  return true;
}

bool bp_definition_note(struct bp_definitions *finder, size_t member) {
  const struct bp_noted *noted = &finder->note->list[member];
  const char *text = noted->cut.text.text;
  if ((noted->kind != BP_NOTED_DEFINITION && noted->kind != BP_NOTED_CLAIM) ||
      noted->side_count < 2 || noted->cut.continues || noted->program)
    return true;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end);
  size_t over = bp_symbol_end(text, at, end), open = bp_behind_blanks(text, over, end);
  if (over == at || bp_symbol_is_known(text + at, over - at))
    return true;
  struct bp_definition definition = {.member = member, .name = text + at, .length = over - at};
  if (open < end && text[open] == '(') {
    size_t close = bp_closing_parenthesis(text, open, end);
    definition.arguments = bp_arena_strndup(finder->arena, text + open + 1, close - open - 1);
    if (!definition.arguments || close >= end || !is_list_of_letters(definition.arguments) ||
        bp_behind_blanks(text, close + 1, end) < end)
      return !bp_arena_failed(finder->arena);
  } else if (open < end)
    return true;
  for (size_t k = 1; k < noted->side_count; k++) {
    definition.letters = (struct bp_symbols){0};
    if (!bp_symbols_scan(&definition.letters, text, noted->sides[k].begin, noted->sides[k].end) ||
        !is_definable(&definition))
      continue;
    definition.side = k;
    if (!bp_list_room(finder->arena, finder->definitions, finder->count, finder->capacity))
      return false;
    finder->definitions[finder->count++] = definition;
    return true;
  }
  return true;
}

const struct bp_definition *bp_definition_nearest(const struct bp_definitions *finder,
                                                  size_t member, const struct bp_symbol *letter,
                                                  bool function, bool *several) {
  const struct bp_definition *found = NULL;
  size_t section = finder->note->list[member].section, here = 0;
  for (size_t i = 0; i < finder->count; i++) {
    const struct bp_definition *one = &finder->definitions[i];
    if (!bp_symbol_is(letter, one->name, one->length) || (one->arguments != NULL) != function)
      continue;
    here += finder->note->list[one->member].section == section;
    if (!found || one->member <= member)
      found = one;
  }
  *several = here > 1;
  return found;
}

bool bp_definitions_of_activations(const struct bp_note *note) {
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    if (noted->side_count < 2 || noted->program)
      continue;
    struct bp_span left = bp_noted_trimmed(noted, 0), right = bp_noted_trimmed(noted, 1);
    const char *text = noted->cut.text.text;
    bool alone = left.end == left.begin + 1 || strchr("^_", text[left.begin + 1]);
    if (left.begin < left.end && text[left.begin] == 'a' && alone &&
        bp_symbols_apply(text, right.begin, right.end))
      return true;
  }
  return false;
}
