/* Macros are carried out from the left to the right, each result at once and by recursion; depth
 * and the bytes put in are bounded, for a formula and for the note as a whole, so \def\a{\a\a} ends
 * as soon as it has cost as much as a long formula.
 */
#include "note/latex/macros.h"

#include <string.h>

enum { DEEPEST = 32, MOST_ARGUMENTS = 9, BUDGET = 8 << 20, BUDGET_OF_FORMULA = 1 << 17 };

static size_t skip_blanks(const char *text, size_t at, size_t end) {
  while (at < end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
    at++;
  return at;
}

/* One argument from `at`: a group without its braces, a command, or a sign.  Returns where it is
 * over. */
static size_t take_argument(const char *text, size_t at, size_t end, struct bp_span *argument) {
  at = skip_blanks(text, at, end);
  if (at < end && text[at] == '{') {
    size_t over = bp_group_end(text, at, end);
    bool closed = over > at + 1 && text[over - 1] == '}';
    *argument = (struct bp_span){at + 1, closed ? over - 1 : over};
    return over;
  }
  size_t over = at < end && text[at] == '\\' ? bp_command_end(text, at, end)
                : at < end                   ? at + 1
                                             : end;
  *argument = (struct bp_span){at, over};
  return over;
}

/* Something in square brackets, if it stands there. */
static size_t take_option(const char *text, size_t at, size_t end, struct bp_span *option) {
  size_t begin = skip_blanks(text, at, end);
  *option = (struct bp_span){0, 0};
  if (begin >= end || text[begin] != '[')
    return at;
  for (size_t over = begin + 1; over < end && text[over] != '\n'; over++)
    if (text[over] == ']') {
      *option = (struct bp_span){begin + 1, over};
      return over + 1;
    }
  return at;
}

/* ---- definitions --------------------------------------------------------- */

enum definer { NO_DEFINER, NEW_COMMAND, DEF, OPERATOR };

static enum definer definer_at(const char *text, size_t at, size_t end) {
  static const char *const words[] = {"newcommand", "renewcommand", "providecommand"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_command_is(text, at, end, words[k]))
      return NEW_COMMAND;
  if (bp_command_is(text, at, end, "def") || bp_command_is(text, at, end, "gdef"))
    return DEF;
  return bp_command_is(text, at, end, "DeclareMathOperator") ? OPERATOR : NO_DEFINER;
}

/* Reads the definition whose command ends at `at`, and returns where it is over; the name is empty
 * where it is none. */
static size_t read_definition(const char *text, size_t at, size_t end, enum definer definer,
                              struct bp_macro *macro) {
  struct bp_span name, option;
  *macro = (struct bp_macro){0};
  if (at < end && text[at] == '*')
    at++;
  at = take_argument(text, at, end, &name);
  name.begin = skip_blanks(text, name.begin, name.end);
  if (name.begin >= name.end || text[name.begin] != '\\')
    return at;
  if (definer == DEF) {
    for (; at + 1 < end && text[at] == '#' && macro->arguments < MOST_ARGUMENTS; at += 2)
      macro->arguments++;
  } else if (definer == NEW_COMMAND) {
    at = take_option(text, at, end, &option);
    if (option.end > option.begin && text[option.begin] >= '0' && text[option.begin] <= '9')
      macro->arguments = (unsigned)(text[option.begin] - '0');
    at = take_option(text, at, end, &macro->preset);
  }
  at = take_argument(text, at, end, &macro->body);
  macro->name = (struct bp_span){name.begin + 1, bp_command_end(text, name.begin, name.end)};
  return at;
}

static struct bp_macro *find(struct bp_macros *macros, const char *name, size_t length) {
  const char *text = macros->source->text;
  for (size_t k = 0; k < macros->count; k++) {
    struct bp_span known = macros->list[k].name;
    if (known.end - known.begin == length && memcmp(text + known.begin, name, length) == 0)
      return &macros->list[k];
  }
  return NULL;
}

void bp_macros_collect(const struct bp_source *source, struct bp_macros *macros) {
  const char *text = source->text;
  *macros = (struct bp_macros){.source = source, .budget = BUDGET};
  for (size_t at = 0; at < source->length;) {
    const char *next = memchr(text + at, '\\', source->length - at);
    if (!next)
      return;
    at = (size_t)(next - text);
    size_t over = bp_command_end(text, at, source->length);
    enum definer definer = definer_at(text, at, over);
    at = over;
    if (definer == NO_DEFINER)
      continue;
    struct bp_macro macro;
    size_t length = source->length - at > 4096 ? at + 4096 : source->length;
    at = read_definition(text, at, length, definer, &macro);
    size_t letters = macro.name.end - macro.name.begin;
    struct bp_macro *known = find(macros, text + macro.name.begin, letters);
    if (letters > 0 && known)
      *known = macro;
    else if (letters > 0 && macros->count < BP_MOST_MACROS)
      macros->list[macros->count++] = macro;
  }
}

/* ---- carrying them out --------------------------------------------------- */

struct expansion {
  struct bp_macros *macros;
  struct bp_written *out;
  size_t budget; /* of this formula */
  struct bp_span culprit;
};

static bool expand(struct expansion *expansion, const struct bp_written *in, int depth);

/* The body with its arguments in place; `use` is where the macro stands. */
static bool fill_body(const struct expansion *expansion, const struct bp_macro *macro,
                      const struct bp_written *in, const struct bp_span *arguments,
                      struct bp_span use, struct bp_written *filled) {
  const char *text = expansion->macros->source->text;
  bool fine = true;
  for (size_t at = macro->body.begin; at < macro->body.end && fine; at++) {
    unsigned which = text[at] == '#' && at + 1 < macro->body.end ? (unsigned)(text[at + 1] - '1')
                                                                 : MOST_ARGUMENTS;
    if (which >= macro->arguments) {
      fine = bp_written_add(filled, text + at, 1, use);
      continue;
    }
    at++;
    if (arguments[which].end > in->length) /* the preset, of the source */
      fine = bp_written_add(filled, text + macro->preset.begin,
                            macro->preset.end - macro->preset.begin, use);
    else
      fine = bp_written_copy(filled, in, arguments[which].begin, arguments[which].end);
  }
  return fine;
}

/* A use of a macro whose name ends at `at`. */
static bool carry_out(struct expansion *expansion, const struct bp_macro *macro,
                      const struct bp_written *in, size_t begin, size_t *at, int depth) {
  struct bp_span arguments[MOST_ARGUMENTS] = {{0, 0}}, option;
  unsigned first = 0;
  if (macro->arguments > 0 && macro->preset.end > macro->preset.begin) {
    *at = take_option(in->text, *at, in->length, &option);
    arguments[first++] = option.end > 0 ? option : (struct bp_span){0, in->length + 1};
  }
  for (unsigned k = first; k < macro->arguments; k++)
    *at = take_argument(in->text, *at, in->length, &arguments[k]);
  struct bp_written filled = bp_written_new(expansion->out->arena);
  struct bp_span use = bp_written_from(in, begin, *at);
  if (!fill_body(expansion, macro, in, arguments, use, &filled))
    return false;
  if (depth == 0)
    expansion->culprit = use;
  if (depth >= DEEPEST || filled.length > expansion->budget ||
      filled.length > expansion->macros->budget)
    return false;
  expansion->budget -= filled.length;
  expansion->macros->budget -= filled.length;
  return expand(expansion, &filled, depth + 1);
}

static bool expand(struct expansion *expansion, const struct bp_written *in, int depth) {
  for (size_t at = 0; at < in->length;) {
    size_t begin = at;
    if (in->text[at] != '\\') {
      if (!bp_written_copy(expansion->out, in, at, at + 1))
        return false;
      at++;
      continue;
    }
    at = bp_command_end(in->text, at, in->length);
    enum definer definer = definer_at(in->text, begin, at);
    const struct bp_macro *macro = find(expansion->macros, in->text + begin + 1, at - begin - 1);
    struct bp_macro ignored;
    if (definer != NO_DEFINER)
      at = read_definition(in->text, at, in->length, definer, &ignored);
    else if (macro ? !carry_out(expansion, macro, in, begin, &at, depth)
                   : !bp_written_copy(expansion->out, in, begin, at))
      return false;
  }
  return true;
}

bool bp_macros_expand(struct bp_macros *macros, const struct bp_written *text,
                      struct bp_written *expanded, struct bp_span *culprit) {
  struct expansion expansion = {macros, expanded, BUDGET_OF_FORMULA, {0, 0}};
  bool fine = expand(&expansion, text, 0);
  *culprit = expansion.culprit;
  return fine;
}
