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

#include "base/growing.h"
#include "base/list.h"
#include "note/context/definitions.h"
#include "note/context/figures.h"
#include "note/context/graph.h"
#include "note/context/ranges.h"
#include "note/context/titles.h"
#include "note/context/worked.h"
#include "note/latex/written.h"

enum { MOST_FACTS = 200, MOST_NUMBERS = 3, MOST_DEPTH = 4 };

/* ---- declarations ------------------------------------------------------------ */

struct declarer {
  const struct bp_definitions *finder;
  size_t member;
  struct bp_symbols all; /* of the statement and of all that it uses */
  const struct bp_definition *used[BP_MOST_SYMBOLS];
  size_t used_count;
  struct bp_symbol numbers[BP_MOST_SYMBOLS];
  size_t number_count;
  struct bp_symbol titled;                   /* a function that the title above names, or nothing */
  const char *title;                         /* what that is */
  struct bp_symbol unknown[BP_MOST_SYMBOLS]; /* functions */
  const struct bp_definition *activation;    /* the function whose value is called a, or NULL */
  size_t unknown_count;
  bool derivative;         /* there is one in the statement */
  bool primes;             /* are parts of names */
  const char *argument;    /* the number, where there is one, or NULL */
  const char *text;        /* NULL once memory was short */
  const char *free;        /* the same, without what the note says of its numbers; NULL: it is so */
  struct bp_symbol valued; /* a letter that has a number, a = 2, or nothing */
  const char *value;
  bool certain, fine;
  bool binding; /* what it says is surely meant for the statement */
  bool figures; /* it has no letters, and what its signs mean is plain */
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
static void use_definition(struct declarer *declarer, const struct bp_definition *definition,
                           size_t depth) {
  for (size_t i = 0; i < declarer->used_count; i++)
    if (declarer->used[i] == definition)
      return;
  if (depth == MOST_DEPTH || declarer->used_count == BP_MOST_SYMBOLS) {
    declarer->fine = false;
    return;
  }
  const struct bp_noted *list = declarer->finder->note->list;
  size_t title; /* below which the letter may be another function */
  bp_titled_function(declarer->finder->note, &list[declarer->member], &title);
  declarer->certain = declarer->certain && definition->member < declarer->member &&
                      list[definition->member].section == list[declarer->member].section &&
                      list[definition->member].cut.span.begin >= title;
  use_letters(declarer, &definition->letters, definition->arguments, depth + 1);
  if (declarer->used_count < BP_MOST_SYMBOLS)
    declarer->used[declarer->used_count++] = definition;
}

/* Whether the title above says what the function is: no formula between the two defines it, and σ
 * is itself. */
static bool is_titled(struct declarer *declarer, const struct bp_symbol *letter,
                      const struct bp_definition *function) {
  const struct bp_noted *list = declarer->finder->note->list;
  const struct bp_noted *noted = &list[declarer->member];
  size_t title;
  const char *name = bp_titled_function(declarer->finder->note, noted, &title);
  size_t place = function ? list[function->member].cut.span.begin : 0;
  bool defined = function && place > title && place <= noted->cut.span.begin;
  bool other = declarer->title && !bp_symbol_is(&declarer->titled, letter->text, letter->length);
  if (!name || defined || other || bp_symbol_is(letter, "\\sigma", 6))
    return false;
  declarer->titled = *letter;
  declarer->title = name;
  declarer->all.known = true;
  return true;
}

static void use_letters(struct declarer *declarer, const struct bp_symbols *letters,
                        const char *arguments, size_t depth) {
  declarer->all.logarithm = declarer->all.logarithm || letters->logarithm;
  declarer->all.one_minus = declarer->all.one_minus || letters->one_minus;
  declarer->all.known = declarer->all.known || letters->known;
  for (size_t i = 0; i < letters->count && declarer->fine; i++) {
    const struct bp_symbol *letter = &letters->list[i];
    bool several = false, others = false;
    if (bp_is_argument(arguments, letter))
      continue;
    const struct bp_definition *function =
        bp_definition_nearest(declarer->finder, declarer->member, letter, true, &several);
    const struct bp_definition *value =
        letter->called
            ? NULL
            : bp_definition_nearest(declarer->finder, declarer->member, letter, false, &others);
    bool sigma = bp_symbol_is(letter, "\\sigma", 6);
    if (letter->called && depth == 0 && is_titled(declarer, letter, function))
      continue;
    if (letter->called && !function && !sigma)
      add_unknown(declarer, letter);
    else if (function || (letter->called && sigma)) {
      declarer->certain =
          declarer->certain && !several &&
          (function || bp_words_say_logistic(declarer->finder->note,
                                             &declarer->finder->note->list[declarer->member]));
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
  struct bp_growing growing = bp_growing_new(declarer->finder->arena);
  va_list arguments;
  va_start(arguments, format);
  declarer->fine = bp_growing_add_list(&growing, format, arguments) && declarer->fine;
  va_end(arguments);
  const char *piece = growing.text;
  if (declarer->text && piece)
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

/* Notes what is said of the numbers near the statement. */
static bool find_ranges(struct declarer *declarer, const char *domains[BP_MOST_SYMBOLS]) {
  bool any = false;
  declarer->binding = true;
  for (size_t i = 0; i < declarer->number_count; i++) {
    const struct bp_symbol *letter = &declarer->numbers[i];
    struct bp_note_range range;
    domains[i] = NULL;
    if (!bp_note_range_at(declarer->finder->note, declarer->member, letter->text, letter->length,
                          declarer->finder->arena, &range))
      continue;
    any = true;
    domains[i] = range.domain;
    declarer->binding = declarer->binding && range.binding && range.domain;
  }
  return any;
}

static void write_declarations(struct declarer *declarer, const char *const *domains) {
  const char *range = !declarer->all.logarithm  ? ""
                      : declarer->all.one_minus ? " in (0, 1)"
                                                : " in positive";
  declarer->text = "let sinh(x) = (exp(x) - exp(-x))/2\nlet cosh(x) = (exp(x) + exp(-x))/2\n";
  for (size_t i = 0; i < declarer->number_count; i++) {
    const struct bp_symbol *letter = &declarer->numbers[i];
    bool valued =
        declarer->value && bp_symbol_is(letter, declarer->valued.text, declarer->valued.length);
    if (valued)
      line(declarer, "let %.*s = %s", (int)letter->length, letter->text, declarer->value);
    else
      line(declarer, "given %.*s : number%s", (int)letter->length, letter->text,
           domains && domains[i]     ? domains[i]
           : bp_is_parameter(letter) ? " in (0, 1)"
                                     : range);
  }
  if (declarer->title)
    line(declarer, "let %.*s(x) = %s(x)", (int)declarer->titled.length, declarer->titled.text,
         declarer->title);
  for (size_t i = 0; i < declarer->unknown_count; i++)
    line(declarer, "given %.*s : function", (int)declarer->unknown[i].length,
         declarer->unknown[i].text);
  for (size_t i = 0; i < declarer->used_count; i++) {
    const struct bp_definition *used = declarer->used[i];
    const struct bp_noted *noted = &declarer->finder->note->list[used->member];
    const struct bp_noted_side *side = &noted->sides[used->side];
    struct bp_written text = bp_written_new(declarer->finder->arena);
    declarer->fine =
        write_side(declarer, &noted->cut.text, side->begin, side->end, &text) && declarer->fine;
    line(declarer, "let %.*s%s%s%s = %.*s", (int)used->length, used->name,
         used->arguments ? "(" : "", used->arguments ? used->arguments : "",
         used->arguments ? ")" : "", (int)text.length, text.text);
  }
  if (declarer->activation)
    line(declarer, "let a = %.*s(%s)", (int)declarer->activation->length,
         declarer->activation->name, declarer->activation->arguments);
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
  struct bp_note_own *own = bp_arena_alloc(arena, 2, sizeof *own);
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
                              .worked = declarer->value != NULL,
                              .loose = "",
                              .unsized = "",
                              .defining = defining,
                              .sides = sides};
  own[1] = own[0];
  if (declarer->free)
    own[1].prelude = declarer->free;
  facts->list[facts->count++] =
      (struct bp_fact){.context = {.note = note,
                                   .family = BP_FAMILY_OWN,
                                   .members = member,
                                   .count = 1,
                                   .capacity = 1,
                                   .own = own,
                                   .own_count = 1 + (declarer->free != NULL)},
                       .certain = declarer->certain,
                       .ranged = declarer->free != NULL,
                       .binding = declarer->binding,
                       .figures = declarer->figures};
  return true;
}

/* Adds the statement where it is the chain rule of numbers. */
static bool add_if_chain(struct bp_definitions *finder, size_t member, struct bp_facts *facts,
                         bool *added) {
  const struct bp_noted *noted = &finder->note->list[member];
  struct declarer declarer = {.finder = finder, .member = member, .primes = true};
  *added = false;
  if (noted->kind != BP_NOTED_SYMBOLIC || noted->program || bp_among_matrices(finder->note, member))
    return true;
  if (!bp_graph_declare(noted, finder->arena, &declarer.text))
    return false;
  *added = declarer.text != NULL;
  return !*added || add_fact(facts, &declarer);
}

/* Adds the statement where it is the value of a function at a number. */
static bool add_if_worked(struct bp_definitions *finder, size_t member, struct bp_facts *facts,
                          bool *added) {
  struct bp_worked_value worked;
  *added = false;
  if (!bp_worked_value_find(finder, member, &worked))
    return !bp_arena_failed(finder->arena);
  struct declarer declarer = {.finder = finder,
                              .member = member,
                              .text = "",
                              .valued = worked.letter,
                              .value = worked.value,
                              .certain = true,
                              .fine = true};
  use_definition(&declarer, worked.function, 0);
  add_number(&declarer, &worked.letter);
  if (!declarer.fine || declarer.number_count != 1 || declarer.unknown_count > 0)
    return true;
  declarer.certain = declarer.certain && worked.together;
  write_declarations(&declarer, NULL);
  *added = declarer.fine;
  return !*added || add_fact(facts, &declarer);
}

/* Adds the statement where it is one of figures alone. */
static bool add_if_figures(struct bp_definitions *finder, size_t member, struct bp_facts *facts,
                           bool *added) {
  struct bp_figures figures;
  struct declarer declarer = {.finder = finder, .member = member, .fine = true};
  if (!bp_figures_find(finder->note, member, finder->arena, &figures))
    return false;
  *added = figures.text != NULL;
  declarer.text = figures.text;
  declarer.certain = declarer.figures = figures.plain;
  return !*added || add_fact(facts, &declarer);
}

/* Whether the letter stands in the side. */
static bool stands_in(const struct bp_noted *noted, size_t side, const struct bp_symbol *letter) {
  struct bp_symbols letters = {0};
  bp_symbols_scan(&letters, noted->cut.text.text, noted->sides[side].begin, noted->sides[side].end);
  for (size_t i = 0; i < letters.count; i++)
    if (bp_symbol_is(letter, letters.list[i].text, letters.list[i].length))
      return true;
  return false;
}

/* The place among the numbers of a letter that some side of the statement has and its first one has
 * not, and that no definition needs, a in g'(z) = 1 - a^2; number_count: there is none. */
static size_t find_loose(const struct declarer *declarer) {
  const struct bp_noted *noted = &declarer->finder->note->list[declarer->member];
  if (noted->cut.continues)
    return declarer->number_count;
  for (size_t i = 0; i < declarer->number_count; i++) {
    const struct bp_symbol *letter = &declarer->numbers[i];
    bool needed = stands_in(noted, 0, letter), stands = false;
    for (size_t k = 1; k < noted->side_count; k++)
      stands = stands || stands_in(noted, k, letter);
    for (size_t k = 0; k < declarer->used_count && !needed; k++) {
      const struct bp_definition *used = declarer->used[k];
      needed = bp_is_argument(used->arguments, letter);
      for (size_t m = 0; m < used->letters.count; m++)
        needed = needed ||
                 bp_symbol_is(letter, used->letters.list[m].text, used->letters.list[m].length);
    }
    if (stands && !needed)
      return i;
  }
  return declarer->number_count;
}

/* Beside the slope of an activation g'(z) an a that nothing defines is its value, g(z), as all
 * notes on networks write; any other loose letter may be something that only words tell. */
static void bind_loose(struct declarer *declarer) {
  size_t at = find_loose(declarer);
  if (at == declarer->number_count)
    return;
  const struct bp_definition *function = NULL;
  size_t functions = 0;
  for (size_t i = 0; i < declarer->used_count; i++)
    if (declarer->used[i]->arguments) {
      function = declarer->used[i];
      functions++;
    }
  bool single = functions == 1 && !strchr(function->arguments, ',');
  bool activation = declarer->derivative && bp_symbol_is(&declarer->numbers[at], "a", 1) && single;
  declarer->certain =
      declarer->certain && activation && bp_definitions_of_activations(declarer->finder->note);
  if (!activation)
    return;
  declarer->activation = function;
  memmove(declarer->numbers + at, declarer->numbers + at + 1,
          (declarer->number_count - at - 1) * sizeof *declarer->numbers);
  declarer->number_count--;
}

/* Adds the statement where it is a fact. */
static bool add_if_fact(struct bp_definitions *finder, size_t member, struct bp_facts *facts) {
  struct bp_symbols letters = {0};
  bool chain, worked, figures;
  if (!add_if_worked(finder, member, facts, &worked) ||
      !add_if_figures(finder, member, facts, &figures))
    return false;
  if (worked || figures)
    return true;
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
  if (declarer.derivative || declarer.used_count > 0)
    bind_loose(&declarer);
  if (!declarer.fine || !declarer.all.known || declarer.number_count > MOST_NUMBERS)
    return true;
  const struct bp_noted *noted = &finder->note->list[member];
  const struct bp_noted_side *last = &noted->sides[noted->side_count - 1];
  if (declarer.title && (declarer.number_count != 1 ||
                         !bp_symbols_apply(noted->cut.text.text, last->begin, last->end)))
    declarer.certain = false; /* a rule for any, or an example, may stand below the title, too */
  if (declarer.number_count == 1)
    declarer.argument =
        bp_arena_strndup(finder->arena, declarer.numbers[0].text, declarer.numbers[0].length);
  const char *domains[BP_MOST_SYMBOLS];
  bool ranged = find_ranges(&declarer, domains);
  write_declarations(&declarer, NULL);
  if (ranged) {
    declarer.free = declarer.text;
    write_declarations(&declarer, domains);
  }
  return !declarer.fine || add_fact(facts, &declarer);
}

int bp_facts_find(const struct bp_note *note, struct bp_arena *arena, struct bp_facts *facts) {
  struct bp_definitions finder = {.note = note, .arena = arena};
  *facts = (struct bp_facts){NULL, 0, 0};
  for (size_t i = 0; i < note->count; i++)
    if (!bp_definition_note(&finder, i))
      return -1;
  for (size_t i = 0; i < note->count && facts->count < MOST_FACTS; i++)
    if (!add_if_fact(&finder, i, facts))
      return -1;
  return bp_arena_failed(arena) ? -1 : 0;
}
