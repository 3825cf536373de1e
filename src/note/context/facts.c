/* Every statement is scanned for the letters in it; whoever has an index, a layer or a sign that a
 * formula of numbers has not is none of these.  A letter that is applied to another one is a
 * function, and wants a definition, g(z) = … with no other letters than its arguments; a letter
 * with a definition in known functions, a = tanh(z), is that; all others are numbers.
 */
#include "note/context/facts.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "note/context/graph.h"
#include "note/context/symbols.h"
#include "note/latex/written.h"

enum { MOST_FACTS = 200, MOST_NUMBERS = 3, MOST_DEPTH = 4 };

/* ---- definitions ------------------------------------------------------------- */

struct definition {
  size_t member; /* statement of the note */
  const char *name;
  size_t length;
  const char *arguments; /* "z" of g(z), or NULL: it is a value */
  size_t side;           /* of the statement, that says what it is */
  struct bp_symbols letters;
};

struct finder {
  const struct bp_note *note;
  struct bp_arena *arena;
  struct definition *definitions;
  size_t count, capacity;
};

/* Whether the list "x, y" of arguments has the letter. */
static bool is_argument(const char *arguments, const struct bp_symbol *letter) {
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

static bool is_parameter(const struct bp_symbol *letter) {
  return !letter->called &&
         (bp_symbol_is(letter, "\\alpha", 6) || bp_symbol_is(letter, "\\beta", 5) ||
          bp_symbol_is(letter, "\\lambda", 7));
}

/* The text of a side of the statement that may define it: known functions of the arguments, without
 * derivatives and without itself. */
static bool is_definable(const struct definition *definition) {
  const struct bp_symbols *letters = &definition->letters;
  size_t numbers = 0;
  if (letters->derivative)
    return false;
  for (size_t i = 0; i < letters->count; i++) {
    const struct bp_symbol *letter = &letters->list[i];
    if (bp_symbol_is(letter, definition->name, definition->length))
      return false;
    numbers += !letter->called && !is_parameter(letter);
    if (definition->arguments && !letter->called && !is_parameter(letter) &&
        !is_argument(definition->arguments, letter))
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

/* Notes what the statement defines, if it defines something. */
static bool note_definition(struct finder *finder, size_t member) {
  const struct bp_noted *noted = &finder->note->list[member];
  const char *text = noted->cut.text.text;
  if ((noted->kind != BP_NOTED_DEFINITION && noted->kind != BP_NOTED_CLAIM) ||
      noted->side_count < 2 || noted->cut.continues || noted->program)
    return true;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end);
  size_t over = bp_symbol_end(text, at, end), open = bp_behind_blanks(text, over, end);
  if (over == at || bp_symbol_is_known(text + at, over - at))
    return true;
  struct definition definition = {.member = member, .name = text + at, .length = over - at};
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

/* The definition of the letter that stands nearest to the statement, before it or, where there is
 * none, in it or behind it; `several`: its section has another one. */
static const struct definition *nearest(const struct finder *finder, size_t member,
                                        const struct bp_symbol *letter, bool function,
                                        bool *several) {
  const struct definition *found = NULL;
  size_t section = finder->note->list[member].section, here = 0;
  for (size_t i = 0; i < finder->count; i++) {
    const struct definition *one = &finder->definitions[i];
    if (!bp_symbol_is(letter, one->name, one->length) || (one->arguments != NULL) != function)
      continue;
    here += finder->note->list[one->member].section == section;
    if (!found || one->member <= member)
      found = one;
  }
  *several = here > 1;
  return found;
}

/* ---- declarations ------------------------------------------------------------ */

struct declarer {
  const struct finder *finder;
  size_t member;
  struct bp_symbols all; /* of the statement and of all that it uses */
  const struct definition *used[BP_MOST_SYMBOLS];
  size_t used_count;
  struct bp_symbol numbers[BP_MOST_SYMBOLS];
  size_t number_count;
  struct bp_symbol unknown[BP_MOST_SYMBOLS]; /* functions */
  size_t unknown_count;
  bool derivative;      /* there is one in the statement */
  bool primes;          /* are parts of names */
  const char *argument; /* the number, where there is one, or NULL */
  const char *text;     /* NULL once memory was short */
  bool certain, fine;
};

static void add_number(struct declarer *declarer, const struct bp_symbol *letter) {
  for (size_t i = 0; i < declarer->number_count; i++)
    if (bp_symbol_is(&declarer->numbers[i], letter->text, letter->length))
      return;
  if (declarer->number_count == BP_MOST_SYMBOLS)
    declarer->fine = false;
  else
    declarer->numbers[declarer->number_count++] = *letter;
}

/* What a function that is not applied is applied to: the letters of its definition. */
static void add_arguments(struct declarer *declarer, const char *arguments) {
  struct bp_symbols letters = {0};
  declarer->fine = declarer->fine && bp_symbols_scan(&letters, arguments, 0, strlen(arguments));
  for (size_t i = 0; i < letters.count && declarer->fine; i++)
    add_number(declarer, &letters.list[i]);
}

/* A function that the note does not define is any one. */
static void add_unknown(struct declarer *declarer, const struct bp_symbol *letter) {
  for (size_t i = 0; i < declarer->unknown_count; i++)
    if (bp_symbol_is(&declarer->unknown[i], letter->text, letter->length))
      return;
  declarer->certain = false;
  declarer->all.known = declarer->all.known || declarer->derivative;
  if (declarer->unknown_count == BP_MOST_SYMBOLS)
    declarer->fine = false;
  else
    declarer->unknown[declarer->unknown_count++] = *letter;
}

static void use_letters(struct declarer *declarer, const struct bp_symbols *letters,
                        const char *arguments, size_t depth);

/* Declares what the letter stands for behind all that this uses. */
static void use_definition(struct declarer *declarer, const struct definition *definition,
                           size_t depth) {
  for (size_t i = 0; i < declarer->used_count; i++)
    if (declarer->used[i] == definition)
      return;
  if (depth == MOST_DEPTH || declarer->used_count == BP_MOST_SYMBOLS) {
    declarer->fine = false;
    return;
  }
  const struct bp_noted *list = declarer->finder->note->list;
  declarer->certain = declarer->certain && definition->member < declarer->member &&
                      list[definition->member].section == list[declarer->member].section;
  use_letters(declarer, &definition->letters, definition->arguments, depth + 1);
  if (declarer->used_count < BP_MOST_SYMBOLS)
    declarer->used[declarer->used_count++] = definition;
}

/* Whether words right before the statement say that σ is the logistic function, as everybody knows
 * it by, and no heading stands between. */
static bool is_logistic(const struct bp_note *note, const struct bp_noted *noted) {
  enum { BEFORE = 160 };
  static const char *const words[] = {"sigmoid", "Sigmoid", "logistic", "Logistic"};
  static const char *const others[] = {"tanh",  "elu",  "softmax", "ELU",
                                       "hyper", " or ", "softplus"};
  const char *text = note->source->text;
  size_t end = noted->cut.span.begin, begin = end > BEFORE ? end - BEFORE : 0, heading = begin;
  while ((heading = bp_text_find(text, begin, end, "\n#")) < end)
    begin = heading + 1;
  for (size_t k = 0; k < sizeof others / sizeof *others; k++)
    if (bp_text_find(text, begin, end, others[k]) < end)
      return false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (bp_text_find(text, begin, end, words[k]) < end)
      return true;
  return false;
}

static void use_letters(struct declarer *declarer, const struct bp_symbols *letters,
                        const char *arguments, size_t depth) {
  declarer->all.logarithm = declarer->all.logarithm || letters->logarithm;
  declarer->all.one_minus = declarer->all.one_minus || letters->one_minus;
  declarer->all.known = declarer->all.known || letters->known;
  for (size_t i = 0; i < letters->count && declarer->fine; i++) {
    const struct bp_symbol *letter = &letters->list[i];
    bool several = false, others = false;
    if (is_argument(arguments, letter))
      continue;
    const struct definition *function =
        nearest(declarer->finder, declarer->member, letter, true, &several);
    const struct definition *value =
        letter->called ? NULL : nearest(declarer->finder, declarer->member, letter, false, &others);
    bool sigma = bp_symbol_is(letter, "\\sigma", 6);
    if (letter->called && !function && !sigma)
      add_unknown(declarer, letter);
    else if (function || (letter->called && sigma)) {
      declarer->certain =
          declarer->certain && !several &&
          (function ||
           is_logistic(declarer->finder->note, &declarer->finder->note->list[declarer->member]));
      declarer->all.known = true;
      if (function)
        use_definition(declarer, function, depth);
      if (function && !letter->called)
        add_arguments(declarer, function->arguments);
    } else if (value) {
      declarer->certain = declarer->certain && !others;
      declarer->all.known = true;
      use_definition(declarer, value, depth);
    } else
      add_number(declarer, letter);
  }
}

__attribute__((format(printf, 2, 3))) static void line(struct declarer *declarer,
                                                       const char *format, ...) {
  char piece[600];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  declarer->fine = declarer->fine && length >= 0 && (size_t)length < sizeof piece;
  if (declarer->text)
    declarer->text = bp_arena_printf(declarer->finder->arena, "%s%s\n", declarer->text, piece);
}

/* ---- the sides ---------------------------------------------------------------- */

/* The arguments of the function that is called so, or NULL. */
static const char *arguments_of(const struct declarer *declarer, const char *text, size_t length) {
  for (size_t i = 0; i < declarer->used_count; i++)
    if (declarer->used[i]->arguments && declarer->used[i]->length == length &&
        memcmp(declarer->used[i]->name, text, length) == 0)
      return declarer->used[i]->arguments;
  return NULL;
}

static bool put(struct bp_written *out, const struct bp_written *text, const char *ours,
                size_t at) {
  struct bp_span from = bp_written_from(text, at, at + 1);
  return bp_written_add(out, ours, strlen(ours), (struct bp_span){from.end, from.end});
}

/* A function that is not applied is applied to what it was defined with, f' = f(1 - f); a prime
 * behind the argument, g(z)^{'}, moves in front of it. Returns the place behind, or SIZE_MAX
 * without memory. */
static size_t write_function(const struct bp_written *text, size_t at, size_t over, size_t end,
                             const char *arguments, struct bp_written *out) {
  size_t open = bp_symbols_opens(text->text, at, over, end),
         primes = bp_symbols_behind_primes(text->text, over, end);
  if (!bp_written_copy(out, text, at, over))
    return SIZE_MAX;
  if (open == 0) {
    bool fine = (primes == over || put(out, text, "'", over)) && put(out, text, "(", primes - 1) &&
                put(out, text, arguments, primes - 1) && put(out, text, ")", primes - 1);
    return fine ? primes : SIZE_MAX;
  }
  size_t close = bp_closing_parenthesis(text->text, open, end) + 1;
  size_t power = bp_symbols_behind_power(text->text, over, end);
  if (power > primes) /* g^2(z) is g(z)^2 */
    return bp_written_copy(out, text, over, primes) && bp_written_copy(out, text, open, close) &&
                   bp_written_copy(out, text, primes, power)
               ? close
               : SIZE_MAX;
  size_t behind = close <= end ? bp_symbols_behind_primes(text->text, close, end) : close;
  if (primes > over || behind == close)
    return over;
  return put(out, text, "'", over) && bp_written_copy(out, text, open, close) ? behind : SIZE_MAX;
}

/* The end of what a function without parentheses is applied to, sinh x: one letter, or one group.
 */
static size_t operand_end(const char *text, size_t at, size_t end) {
  if (at < end && text[at] == '{')
    return bp_group_end(text, at, end);
  return at < end && (text[at] == '\\' || bp_is_letter(text[at])) ? bp_symbol_end(text, at, end)
                                                                  : at;
}

static bool write_side(const struct declarer *declarer, const struct bp_written *text, size_t begin,
                       size_t end, struct bp_written *out);

/* sinh and cosh are functions of these declarations only, which want parentheses. Returns the place
 * behind, `at` where neither stands there, or SIZE_MAX without memory. */
static size_t write_hyperbolic(const struct bp_written *text, size_t at, size_t over,
                               struct bp_written *out, size_t end) {
  size_t word = at + (text->text[at] == '\\');
  if (over - word != 4 ||
      (memcmp(text->text + word, "sinh", 4) != 0 && memcmp(text->text + word, "cosh", 4) != 0))
    return at;
  size_t operand = bp_behind_blanks(text->text, over, end),
         behind = operand_end(text->text, operand, end);
  if (behind == operand)
    return bp_written_copy(out, text, word, over) ? over : SIZE_MAX;
  bool fine = bp_written_copy(out, text, word, over) && put(out, text, "(", over - 1) &&
              bp_written_copy(out, text, operand, behind) && put(out, text, ")", behind - 1);
  return fine ? behind : SIZE_MAX;
}

/* d(f(a))/da as a derivative of what follows. */
static bool write_quotient(const struct declarer *declarer, const struct bp_written *text,
                           size_t at, size_t close, size_t over, struct bp_written *out) {
  return put(out, text, "\\frac{∂}{∂", at) && bp_written_copy(out, text, over - 1, over) &&
         put(out, text, "}(", at) && write_side(declarer, text, at + 2, close, out) &&
         put(out, text, ")", close);
}

static bool write_side(const struct declarer *declarer, const struct bp_written *text, size_t begin,
                       size_t end, struct bp_written *out) {
  for (size_t at = begin; at < end;) {
    size_t close, behind;
    if (bp_symbols_quotient(text->text, at, end, &close, &behind)) {
      if (!write_quotient(declarer, text, at, close, behind, out))
        return false;
      at = behind;
      continue;
    }
    size_t over = text->text[at] == '\\' || bp_is_letter(text->text[at])
                      ? bp_symbol_end(text->text, at, end)
                      : at + 1;
    const char *arguments = arguments_of(declarer, text->text + at, over - at);
    bool sigma = over - at == 6 && !memcmp(text->text + at, "\\sigma", 6);
    size_t primed = declarer->primes && (text->text[at] == '\\' || bp_is_letter(text->text[at]))
                        ? bp_symbols_behind_primes(text->text, over, end)
                        : over;
    if (primed > over) {
      if (!bp_written_copy(out, text, at, over) ||
          !put(out, text, bp_graph_prime(primed - over), over))
        return false;
      at = primed;
      continue;
    }
    size_t hyperbolic = write_hyperbolic(text, at, over, out, end);
    if (arguments || (sigma && declarer->argument)) {
      at = write_function(text, at, over, end, arguments ? arguments : declarer->argument, out);
      if (at == SIZE_MAX)
        return false;
      continue;
    }
    if (hyperbolic == SIZE_MAX || (hyperbolic == at && !bp_written_copy(out, text, at, over)))
      return false;
    at = hyperbolic > at ? hyperbolic : over;
  }
  return true;
}

static void write_declarations(struct declarer *declarer) {
  const char *range = !declarer->all.logarithm  ? ""
                      : declarer->all.one_minus ? " in (0, 1)"
                                                : " in positive";
  declarer->text = "let sinh(x) = (exp(x) - exp(-x))/2\nlet cosh(x) = (exp(x) + exp(-x))/2\n";
  for (size_t i = 0; i < declarer->number_count; i++) {
    const struct bp_symbol *letter = &declarer->numbers[i];
    line(declarer, "given %.*s : number%s", (int)letter->length, letter->text,
         is_parameter(letter) ? " in (0, 1)" : range);
  }
  for (size_t i = 0; i < declarer->unknown_count; i++)
    line(declarer, "given %.*s : function", (int)declarer->unknown[i].length,
         declarer->unknown[i].text);
  for (size_t i = 0; i < declarer->used_count; i++) {
    const struct definition *used = declarer->used[i];
    const struct bp_noted *noted = &declarer->finder->note->list[used->member];
    const struct bp_noted_side *side = &noted->sides[used->side];
    struct bp_written text = bp_written_new(declarer->finder->arena);
    declarer->fine =
        write_side(declarer, &noted->cut.text, side->begin, side->end, &text) && declarer->fine;
    line(declarer, "let %.*s%s%s%s = %.*s", (int)used->length, used->name,
         used->arguments ? "(" : "", used->arguments ? used->arguments : "",
         used->arguments ? ")" : "", (int)text.length, text.text);
  }
}

/* ---- facts ---------------------------------------------------------------------- */

static const struct bp_noted *whose_side(const struct bp_note *note, const struct bp_noted *noted,
                                         size_t side) {
  return side == 0 && noted->cut.continues ? &note->list[noted->left] : noted;
}

/* Whether the statement may be a fact; takes its letters. */
static bool may_be_fact(const struct bp_note *note, size_t member, struct bp_symbols *letters) {
  const struct bp_noted *noted = &note->list[member];
  bool states = noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_SYMBOLIC ||
                noted->kind == BP_NOTED_DEFINITION;
  if (!states || noted->why || noted->program || noted->side_count < 2)
    return false;
  for (size_t k = 0; k < noted->side_count; k++) {
    const struct bp_noted *whose = whose_side(note, noted, k);
    if (!bp_symbols_scan(letters, whose->cut.text.text, whose->sides[k].begin, whose->sides[k].end))
      return false;
  }
  return true;
}

static bool add_fact(struct bp_facts *facts, struct declarer *declarer) {
  struct bp_arena *arena = declarer->finder->arena;
  const struct bp_note *note = declarer->finder->note;
  const struct bp_noted *noted = &note->list[declarer->member];
  struct bp_written **sides = bp_arena_alloc(arena, note->count + 1, sizeof *sides);
  struct bp_note_own *own = bp_arena_alloc(arena, 1, sizeof *own);
  bool *defining = bp_arena_alloc(arena, note->count + 1, sizeof *defining);
  size_t *member = bp_arena_alloc(arena, 1, sizeof *member);
  struct bp_written *list = bp_arena_alloc(arena, noted->side_count, sizeof *list);
  if (!sides || !own || !defining || !member || !list || !declarer->text ||
      !bp_list_room(arena, facts->list, facts->count, facts->capacity))
    return false;
  for (size_t k = 0; k < noted->side_count; k++) {
    const struct bp_noted *whose = whose_side(note, noted, k);
    list[k] = bp_written_new(arena);
    if (!write_side(declarer, &whose->cut.text, whose->sides[k].begin, whose->sides[k].end,
                    &list[k]))
      return false;
  }
  sides[declarer->member] = list;
  if (noted->cut.continues)
    sides[noted->left] = list;
  *member = declarer->member;
  *own = (struct bp_note_own){.prelude = declarer->text,
                              .words = "numbers, and functions of numbers",
                              .numbers = true,
                              .loose = "",
                              .defining = defining,
                              .sides = sides};
  facts->list[facts->count++] = (struct bp_fact){.context = {.note = note,
                                                             .family = BP_FAMILY_OWN,
                                                             .members = member,
                                                             .count = 1,
                                                             .capacity = 1,
                                                             .own = own,
                                                             .own_count = 1},
                                                 .certain = declarer->certain};
  return true;
}

/* Whether matrices stand in the section of the statement: then small letters may be vectors, and
 * the order of a product says something. */
static bool among_matrices(const struct bp_note *note, size_t member) {
  static const char *const marks[] = {"^{T}",     "^{\\top}", "^\\top",      "T}",
                                      "\\mathbf", "\\odot",   "\\boldsymbol"};
  for (size_t i = 0; i < note->count; i++)
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
      const struct bp_written *text = &note->list[i].cut.text;
      if (note->list[i].section == note->list[member].section &&
          bp_text_find(text->text, 0, text->length, marks[k]) < text->length)
        return true;
    }
  return false;
}

/* Adds the statement where it is the chain rule of numbers. */
static bool add_if_chain(struct finder *finder, size_t member, struct bp_facts *facts,
                         bool *added) {
  const struct bp_noted *noted = &finder->note->list[member];
  struct declarer declarer = {.finder = finder, .member = member, .primes = true};
  *added = false;
  if (noted->kind != BP_NOTED_SYMBOLIC || noted->program || among_matrices(finder->note, member))
    return true;
  if (!bp_graph_declare(noted, finder->arena, &declarer.text))
    return false;
  *added = declarer.text != NULL;
  return !*added || add_fact(facts, &declarer);
}

/* Adds the statement where it is a fact. */
static bool add_if_fact(struct finder *finder, size_t member, struct bp_facts *facts) {
  struct bp_symbols letters = {0};
  bool chain;
  if (!add_if_chain(finder, member, facts, &chain))
    return false;
  if (chain || !may_be_fact(finder->note, member, &letters))
    return true;
  struct declarer declarer = {.finder = finder,
                              .member = member,
                              .certain = true,
                              .fine = true,
                              .text = "",
                              .derivative = letters.derivative};
  use_letters(&declarer, &letters, NULL, 0);
  if (!declarer.fine || !declarer.all.known || declarer.number_count > MOST_NUMBERS)
    return true;
  if (declarer.number_count == 1)
    declarer.argument =
        bp_arena_strndup(finder->arena, declarer.numbers[0].text, declarer.numbers[0].length);
  write_declarations(&declarer);
  return !declarer.fine || add_fact(facts, &declarer);
}

int bp_facts_find(const struct bp_note *note, struct bp_arena *arena, struct bp_facts *facts) {
  struct finder finder = {.note = note, .arena = arena};
  *facts = (struct bp_facts){NULL, 0, 0};
  for (size_t i = 0; i < note->count; i++)
    if (!note_definition(&finder, i))
      return -1;
  for (size_t i = 0; i < note->count && facts->count < MOST_FACTS; i++)
    if (!add_if_fact(&finder, i, facts))
      return -1;
  return bp_arena_failed(arena) ? -1 : 0;
}
