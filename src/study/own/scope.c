/* The first definition of a name counts.  Arguments of what is called without them as well, such as
 * L(W, b), say only on what it depends.
 */
#include "study/own/scope.h"

#include <string.h>

#include "base/list.h"
#include "note/latex/written.h"
#include "study/own/rewrite.h"

const struct bp_own_definition *bp_own_definition_of(const struct bp_own_scope *scope,
                                                     const char *name) {
  for (size_t i = 0; i < scope->definition_count; i++)
    if (strcmp(scope->definitions[i].name, name) == 0)
      return &scope->definitions[i];
  return NULL;
}

/* The side for the parser; NULL where memory is short. */
static const char *side_text(const struct bp_own_scope *scope, const struct bp_noted *noted,
                             size_t side, const struct bp_vocabulary *vocabulary,
                             struct bp_arena *arena) {
  struct bp_written text = bp_written_new(arena);
  if (!bp_own_rewrite(scope, &noted->cut.text, noted->sides[side].begin, noted->sides[side].end,
                      vocabulary, arena, &text))
    return NULL;
  return bp_arena_strndup(arena, text.text ? text.text : "", text.length);
}

/* The one letter between the parentheses of a left side, f(x); NULL: there is more, or less. */
static const char *argument_of(const struct bp_written *text, const struct bp_own_use *use,
                               size_t end, const struct bp_own_scope *scope,
                               const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  size_t close = bp_closing_parenthesis(text->text, use->open, end);
  size_t at = bp_behind_blanks(text->text, use->open + 1, close);
  struct bp_own_use inner;
  if (at >= close || !bp_own_use_at(text, at, close, &scope->names, vocabulary, arena, &inner) ||
      !inner.name.bare)
    return NULL;
  return bp_behind_blanks(text->text, inner.end, close) == close ? inner.name.text : NULL;
}

/* Adds a stretch of a statement, in the names of the scope. */
static bool add_stretch(const struct bp_own_scope *scope, const struct bp_noted *noted,
                        struct bp_span stretch, const struct bp_vocabulary *vocabulary,
                        struct bp_arena *arena, struct bp_written *text) {
  return bp_own_rewrite(scope, &noted->cut.text, stretch.begin, stretch.end, vocabulary, arena,
                        text);
}

static bool add_piece(struct bp_written *text, const char *piece) {
  return bp_written_add(text, piece, strlen(piece), (struct bp_span){0, 0});
}

/* The derivative that the first right side comes to, where it is a chain of such: -∂E/∂y ∂y/∂z is
 * -∂E/∂z.  Empty: it is none, or it is that of an element which the left side does not name.  NULL
 * where memory is short. */
static const char *derivative_text(struct bp_own_scope *scope, const struct bp_noted *noted,
                                   const struct bp_own_use *left,
                                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  struct bp_written text = bp_written_new(arena);
  struct bp_chain_ends ends;
  if (!bp_noted_chain_ends(noted, 1, &ends))
    return "";
  const char *index = left->index ? bp_arena_printf(arena, "_{%s}", left->index) : "";
  if (!index)
    return NULL;
  bool named = bp_text_find(noted->cut.text.text, ends.by.begin, ends.by.end, index) < ends.by.end;
  if (left->index && (strlen(left->index) != 1 || !named))
    return "";
  scope->dropped = left->index;
  bool fine = add_piece(&text, ends.negative ? "-\\frac{\\partial " : "\\frac{\\partial ") &&
              add_stretch(scope, noted, ends.of, vocabulary, arena, &text) &&
              add_piece(&text, "}{\\partial ") &&
              add_stretch(scope, noted, ends.by, vocabulary, arena, &text) && add_piece(&text, "}");
  scope->dropped = NULL;
  return fine ? bp_arena_strndup(arena, text.text, text.length) : NULL;
}

/* Whether a right side has no other name than the argument, functions aside. */
static bool mentions_only(const char *side, const char *argument, const struct bp_own_scope *scope,
                          const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  char *text = bp_arena_strdup(arena, side);
  struct bp_written view = {.text = text, .length = text ? strlen(text) : 0};
  for (size_t at = 0; at < view.length;) {
    struct bp_own_use use;
    bool name = bp_own_use_at(&view, at, view.length, &scope->names, vocabulary, arena, &use);
    if (name && !use.name.called && strcmp(use.name.text, argument) != 0)
      return false;
    at = use.end;
  }
  return true;
}

/* Whether a side is read at all: no matrix by its entries, no dots. */
static bool is_formula(const struct bp_noted *noted, size_t side) {
  static const char *const marks[] = {"dots", "...", "\\begin"};
  const char *text = noted->cut.text.text;
  size_t begin = noted->sides[side].begin, end = noted->sides[side].end;
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (bp_text_find(text, begin, end, marks[k]) < end)
      return false;
  return true;
}

bool bp_own_may_define(const struct bp_noted *noted) {
  bool states = noted->kind == BP_NOTED_DEFINITION || noted->kind == BP_NOTED_CLAIM;
  return states && noted->side_count > 1 && !noted->cut.continues && is_formula(noted, 1);
}

/* The first side behind the left one that does not have its name: L = sum_i L_i = sum_i (...). */
static size_t own_side(const struct bp_noted *noted, const struct bp_own_use *left,
                       const struct bp_own_scope *scope, const struct bp_vocabulary *vocabulary,
                       struct bp_arena *arena) {
  for (size_t k = 1; k < noted->side_count; k++) {
    bool mentions = !is_formula(noted, k);
    for (size_t at = noted->sides[k].begin; at < noted->sides[k].end && !mentions;) {
      struct bp_own_use use;
      mentions = bp_own_use_at(&noted->cut.text, at, noted->sides[k].end, &scope->names, vocabulary,
                               arena, &use) &&
                 strcmp(use.name.text, left->name.text) == 0 && !use.step;
      at = use.end;
    }
    if (!mentions)
      return k;
  }
  return 1;
}

/* Whether the index of an element on the left is that of all elements on the right, and no sum runs
 * there: x_i = f(z_i).  Names beside them are numbers. */
static bool is_elementwise(struct bp_own_scope *scope, const struct bp_noted *noted,
                           const char *index, const struct bp_vocabulary *vocabulary,
                           struct bp_arena *arena) {
  const struct bp_written *text = &noted->cut.text;
  size_t end = noted->sides[1].end;
  if (strlen(index) != 1 || scope->capitals == BP_OWN_ROWED ||
      bp_text_find(text->text, noted->sides[1].begin, end, "\\sum") < end)
    return false;
  for (int pass = 0; pass < 2; pass++)
    for (size_t at = noted->sides[1].begin; at < end;) {
      struct bp_own_use use;
      bool name = bp_own_use_at(text, at, end, &scope->names, vocabulary, arena, &use);
      at = use.end;
      if (name && use.index && strcmp(use.index, index) != 0)
        return false;
      struct bp_own_name *known = name && pass == 1 && !use.index && !use.name.called
                                      ? bp_own_name_find(&scope->names, use.name.text)
                                      : NULL;
      if (known)
        known->beside = true;
    }
  return true;
}

/* Adds the function that a chain says on its way, a = g(z) = 1/(1 + e^{-z}), or by its slope,
 * g'(z) = (1/(1 + e^{-z}))'. */
static bool add_function_within(struct bp_own_scope *scope, size_t member,
                                const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *noted = &scope->note->list[member];
  const struct bp_written *text = &noted->cut.text;
  bool states = noted->kind == BP_NOTED_DEFINITION || noted->kind == BP_NOTED_CLAIM;
  for (size_t k = 0; states && k + 1 < noted->side_count; k++) {
    size_t end = noted->sides[k].end, at = bp_behind_blanks(text->text, noted->sides[k].begin, end);
    struct bp_own_use use;
    if (at >= end || !is_formula(noted, k + 1) ||
        !bp_own_use_at(text, at, end, &scope->names, vocabulary, arena, &use) || use.open == 0 ||
        bp_behind_blanks(text->text, bp_closing_parenthesis(text->text, use.open, end) + 1, end) <
            end ||
        bp_own_definition_of(scope, use.name.text))
      continue;
    struct bp_span slope = bp_own_slope_of(noted, k + 1);
    bool primed = bp_own_has_prime(text, use.begin, use.open);
    if (primed != (slope.begin < slope.end) || (k == 0 && !primed))
      continue;
    struct bp_own_definition definition = {.form = BP_OWN_FUNCTION, .member = member};
    definition.name = use.name.text;
    definition.argument = argument_of(text, &use, end, scope, vocabulary, arena);
    definition.text =
        primed ? bp_arena_strndup(arena, text->text + slope.begin, slope.end - slope.begin)
               : side_text(scope, noted, k + 1, vocabulary, arena);
    if (!definition.text)
      return false;
    if (!definition.argument ||
        !mentions_only(definition.text, definition.argument, scope, vocabulary, arena))
      continue;
    if (!bp_list_room(arena, scope->definitions, scope->definition_count,
                      scope->definition_capacity))
      return false;
    scope->definitions[scope->definition_count++] = definition;
    scope->defines = true;
  }
  return true;
}

/* Whether the index is one letter, or two different ones: then all entries are defined. */
static bool names_entry(const char *index) {
  size_t length = strlen(index);
  bool pair = length == 3 && index[1] == ',' && bp_is_letter(index[2]) && index[0] != index[2];
  return bp_is_letter(index[0]) && (length == 1 || pair);
}

/* The text with another index letter, below names and sums. */
static const char *with_letter(const char *text, char letter, char other, struct bp_arena *arena) {
  char *copy = bp_arena_strdup(arena, text);
  size_t length = copy ? strlen(copy) : 0;
  for (size_t at = 0; at + 1 < length; at++) {
    if (copy[at] != '_' || copy[at + 1] != '{')
      continue;
    size_t over = bp_group_end(copy, at + 1, length);
    for (size_t i = at + 2; i < over; i++)
      if (copy[i] == letter)
        copy[i] = other;
  }
  return copy;
}

/* Entries of a declaration are counted by i to t: h and d of a note become such letters. */
static bool spell_entries(struct bp_own_definition *definition, struct bp_arena *arena) {
  static const char others[] = "rsqpmn";
  for (size_t k = 0; definition->element && k < strlen(definition->element); k++) {
    char letter = definition->element[k];
    const char *other = others;
    if (!bp_is_letter(letter) || (letter >= 'i' && letter <= 't'))
      continue;
    while (*other && (strchr(definition->text, *other) || strchr(definition->element, *other)))
      other++;
    if (*other == '\0')
      return true;
    char *element = bp_arena_strdup(arena, definition->element);
    definition->text = with_letter(definition->text, letter, *other, arena);
    if (!element || !definition->text)
      return false;
    element[k] = *other;
    definition->element = element;
  }
  return true;
}

/* Adds the definition that a statement is, if it is one and the first of its name. */
static bool add_definition(struct bp_own_scope *scope, size_t member,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *noted = &scope->note->list[member];
  const struct bp_written *text = &noted->cut.text;
  if (!bp_own_may_define(noted))
    return true;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text->text, noted->sides[0].begin, end);
  struct bp_own_use use;
  struct bp_own_definition definition = {.member = member};
  if (at >= end || !bp_own_use_at(text, at, end, &scope->names, vocabulary, arena, &use) ||
      use.name.differential || (use.step && strcmp(use.step, "t") != 0))
    return true;
  definition.name = use.name.text;
  definition.timed = use.name.timed;
  size_t over = bp_behind_blanks(text->text, use.end, end);
  if (use.open == over && use.open > 0) {
    definition.argument = argument_of(text, &use, end, scope, vocabulary, arena);
    over = bp_behind_blanks(text->text, bp_closing_parenthesis(text->text, use.open, end) + 1, end);
  }
  if (over < end || bp_own_definition_of(scope, definition.name))
    return true;
  bool whole = !use.index || is_elementwise(scope, noted, use.index, vocabulary, arena);
  if (!whole && (!names_entry(use.index) || scope->capitals == BP_OWN_ROWED ||
                 bp_own_capital_of(scope, &use.name, arena)))
    return true;
  definition.element = whole ? NULL : use.index;
  scope->dropped = whole ? use.index : NULL;
  size_t side = own_side(noted, &use, scope, vocabulary, arena);
  definition.text = side_text(scope, noted, side, vocabulary, arena);
  scope->dropped = NULL;
  if (!definition.text)
    return false;
  if (definition.argument &&
      mentions_only(definition.text, definition.argument, scope, vocabulary, arena))
    definition.form = BP_OWN_FUNCTION;
  const char *derivative = derivative_text(scope, noted, &use, vocabulary, arena);
  struct bp_chain_ends ends;
  if (!derivative)
    return false;
  if (derivative[0] != '\0') {
    definition.form = BP_OWN_WRITTEN;
    definition.text = derivative;
    definition.element = NULL;
    definition.index = use.index;
  } else if (bp_noted_chain_ends(noted, 1, &ends))
    return true;
  else if ((noted->kind == BP_NOTED_CLAIM && use.primes == 0) || noted->sides[side].symbolic ||
           noted->sides[side].measured)
    return true; /* z' beside z is a name */
  if (!spell_entries(&definition, arena))
    return false;
  if (!bp_list_room(arena, scope->definitions, scope->definition_count, scope->definition_capacity))
    return false;
  scope->definitions[scope->definition_count++] = definition;
  scope->defines = scope->defines || definition.form != BP_OWN_WRITTEN;
  return true;
}

bool bp_own_says_derivative_anew(const struct bp_own_scope *scope, size_t member,
                                 const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *noted = &scope->note->list[member];
  struct bp_own_use use;
  if (noted->kind != BP_NOTED_DEFINITION || noted->side_count < 2 || noted->cut.continues)
    return false;
  size_t end = noted->sides[0].end;
  size_t at = bp_behind_blanks(noted->cut.text.text, noted->sides[0].begin, end);
  if (at >= end ||
      !bp_own_use_at(&noted->cut.text, at, end, &scope->names, vocabulary, arena, &use) ||
      bp_behind_blanks(noted->cut.text.text, use.end, end) < end)
    return false;
  const struct bp_own_definition *before = bp_own_definition_of(scope, use.name.text);
  bool same = before && (before->index && use.index ? !strcmp(before->index, use.index)
                                                    : before->index == use.index);
  return same && before->form == BP_OWN_WRITTEN && before->member < member &&
         before->timed == use.name.timed;
}

/* ---- stated shapes --------------------------------------------------------- */

const struct bp_own_stated *bp_own_stated_of(const struct bp_own_scope *scope, const char *name) {
  for (size_t i = 0; i < scope->stated_count; i++)
    if (strcmp(scope->stated[i].name, name) == 0)
      return &scope->stated[i];
  return NULL;
}

/* One size of a shape in [begin, end): a name, or 1; NULL: something else. */
static const char *size_in(const char *text, size_t begin, size_t end, struct bp_arena *arena) {
  begin = bp_behind_blanks(text, begin, end);
  while (end > begin && text[end - 1] == ' ')
    end--;
  bool one = end == begin + 1 && text[begin] == '1';
  for (size_t i = begin; i < end; i++) {
    bool letter = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z';
    bool part = strchr("_{}0123456789", text[i]) != NULL && i > begin;
    if (!letter && !part && !one)
      return NULL;
  }
  return end > begin ? bp_arena_strndup(arena, text + begin, end - begin) : NULL;
}

/* The sizes behind \\mathbb{R}; false where they are not understood. */
static bool take_sizes(const char *text, size_t at, size_t end, struct bp_arena *arena,
                       struct bp_own_stated *stated) {
  static const char times[] = "\\times";
  at = bp_behind_blanks(text, at, end);
  if (at >= end)
    return true;
  if (text[at] != '^' || at + 1 >= end || text[at + 1] != '{')
    return false;
  size_t over = bp_group_end(text, at + 1, end) - 1, begin = at + 2;
  while (stated->count < 2) {
    size_t next = bp_text_find(text, begin, over, times);
    const char *size = size_in(text, begin, next, arena);
    if (!size)
      return false;
    stated->sizes[stated->count++] = size;
    if (next == over)
      return true;
    begin = next + sizeof times - 1;
  }
  return false;
}

static bool add_stated(struct bp_own_scope *scope, const struct bp_noted *noted,
                       const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  static const char *const sets[] = {"\\mathbb{R}", "\\mathbb R", "\\R", "\\Re"};
  const struct bp_written *text = &noted->cut.text;
  if (noted->kind != BP_NOTED_SHAPE || noted->side_count != 2)
    return true;
  size_t end = noted->sides[1].end, at = bp_behind_blanks(text->text, noted->sides[1].begin, end),
         over = at;
  for (size_t k = 0; k < sizeof sets / sizeof *sets && over == at; k++)
    if (bp_text_is_at(text->text, at, end, sets[k]))
      over = at + strlen(sets[k]);
  struct bp_own_stated stated = {0};
  if (over == at || !take_sizes(text->text, over, end, arena, &stated))
    return true;
  for (size_t i = noted->sides[0].begin; i < noted->sides[0].end;) {
    struct bp_own_use use;
    bool name = bp_own_use_at(text, i, noted->sides[0].end, &scope->names, vocabulary, arena, &use);
    i = use.end;
    if (!name || use.name.indices > 0 || use.name.called || bp_own_stated_of(scope, use.name.text))
      continue;
    stated.name = use.name.text;
    if (!bp_list_room(arena, scope->stated, scope->stated_count, scope->stated_capacity))
      return false;
    scope->stated[scope->stated_count++] = stated;
  }
  return true;
}

/* Sums up to a size, in a claim: they tell what has that size. */
static bool add_counted(struct bp_own_scope *scope, size_t member,
                        const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *noted = &scope->note->list[member];
  const struct bp_written *text = &noted->cut.text;
  for (size_t k = 0; noted->kind == BP_NOTED_CLAIM && k < noted->side_count; k++) {
    size_t begin = noted->sides[k].begin, end = noted->sides[k].end;
    if (noted->sides[k].symbolic || !is_formula(noted, k) ||
        bp_text_find(text->text, begin, end, "\\sum_{") == end || (k == 0 && noted->cut.continues))
      continue;
    struct bp_own_definition counted = {.form = BP_OWN_COUNTED, .member = member};
    counted.name = bp_arena_printf(arena, "counted_{%zu}", scope->definition_count);
    counted.text = side_text(scope, noted, k, vocabulary, arena);
    if (!counted.name || !counted.text ||
        !bp_list_room(arena, scope->definitions, scope->definition_count,
                      scope->definition_capacity))
      return false;
    scope->definitions[scope->definition_count++] = counted;
  }
  return true;
}

/* The name that is the whole argument of a call that a side is, f(z); false: it is none. */
static bool call_of_name(const struct bp_own_scope *scope, const struct bp_noted *noted,
                         size_t side, const struct bp_vocabulary *vocabulary,
                         struct bp_arena *arena, struct bp_span *function, struct bp_span *inner,
                         struct bp_own_use *name) {
  const struct bp_written *text = &noted->cut.text;
  size_t end = noted->sides[side].end;
  size_t at = bp_behind_blanks(text->text, noted->sides[side].begin, end);
  size_t open = bp_text_find(text->text, at, end, "(");
  if (open >= end || open == at)
    return false;
  size_t close = bp_closing_parenthesis(text->text, open, end);
  if (close >= end || bp_behind_blanks(text->text, close + 1, end) < end)
    return false;
  *function = (struct bp_span){at, open};
  *inner = (struct bp_span){open + 1, close};
  size_t first = bp_behind_blanks(text->text, open + 1, close);
  return !name || (first < close &&
                   bp_own_use_at(text, first, close, &scope->names, vocabulary, arena, name) &&
                   name->open == 0 && !name->name.differential &&
                   bp_behind_blanks(text->text, name->end, close) == close);
}

/* Adds what a chain says of the argument of a function: h = f(z) = f(Wx + b) defines z as well. */
static bool add_implied(struct bp_own_scope *scope, size_t member,
                        const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *noted = &scope->note->list[member];
  const char *text = noted->cut.text.text;
  for (size_t k = 1; bp_own_may_define(noted) && k + 1 < noted->side_count; k++) {
    struct bp_span function, inner, same, what;
    struct bp_own_use use;
    if (!call_of_name(scope, noted, k, vocabulary, arena, &function, &inner, &use) ||
        !call_of_name(scope, noted, k + 1, vocabulary, arena, &same, &what, NULL) ||
        function.end - function.begin != same.end - same.begin ||
        memcmp(text + function.begin, text + same.begin, same.end - same.begin) != 0 ||
        bp_own_definition_of(scope, use.name.text) || use.index ||
        (use.step && strcmp(use.step, "t") != 0))
      continue;
    struct bp_written side = bp_written_new(arena);
    struct bp_own_definition definition = {
        .form = BP_OWN_VALUE, .member = member, .name = use.name.text, .timed = use.name.timed};
    if (!add_stretch(scope, noted, what, vocabulary, arena, &side) || !side.text ||
        !bp_list_room(arena, scope->definitions, scope->definition_count,
                      scope->definition_capacity))
      return false;
    definition.text = bp_arena_strndup(arena, side.text, side.length);
    scope->definitions[scope->definition_count++] = definition;
    if (!definition.text)
      return false;
  }
  return true;
}

bool bp_own_definitions_read(struct bp_own_scope *scope, const struct bp_vocabulary *vocabulary,
                             struct bp_arena *arena) {
  for (size_t i = 0; i < scope->count; i++)
    if (!add_definition(scope, scope->members[i], vocabulary, arena) ||
        !add_function_within(scope, scope->members[i], vocabulary, arena) ||
        !add_stated(scope, &scope->note->list[scope->members[i]], vocabulary, arena))
      return false;
  for (size_t i = 0; i < scope->count; i++)
    if (!add_implied(scope, scope->members[i], vocabulary, arena))
      return false;
  return true;
}

bool bp_own_scope_read(struct bp_own_scope *scope, const struct bp_vocabulary *vocabulary,
                       struct bp_arena *arena) {
  if (!bp_own_names_collect(scope->note, scope->members, scope->count, vocabulary, arena,
                            &scope->names) ||
      !bp_own_definitions_read(scope, vocabulary, arena))
    return false;
  for (size_t i = 0; i < scope->own; i++)
    if (!add_counted(scope, scope->members[i], vocabulary, arena))
      return false;
  return true;
}
