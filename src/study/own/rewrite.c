/* One walk over the names of a side; what is no name is copied. */
#include "study/own/rewrite.h"

#include <string.h>

/* The name with its letter in the other case; NULL: it has none. */
static const char *capital_text(const struct bp_own_name *name, struct bp_arena *arena) {
  char *text = bp_arena_strdup(arena, name->text);
  size_t letter = 0;
  if (text && text[0] == '\\') {
    const char *brace = strchr(text, '{');
    letter = brace ? (size_t)(brace - text) + 1 : 0;
  }
  if (!text || (text[0] == '\\' && letter == 0) || text[letter] < 'a' || text[letter] > 'z')
    return NULL;
  text[letter] = (char)(text[letter] - 'a' + 'A');
  return text;
}

/* Whether a capital letter is that of a loss: e_h is no element of it. */
static bool is_loss(const struct bp_own_name *name) {
  return name->numerator && strchr("JLCE", name->text[0]) != NULL && name->text[1] == '\0';
}

const struct bp_own_name *bp_own_capital_of(const struct bp_own_scope *scope,
                                            const struct bp_own_name *name,
                                            struct bp_arena *arena) {
  const struct bp_own_name *own = bp_own_name_find(&scope->names, name->text);
  if (!own || own->bare || own->called || own->indices == 0)
    return NULL;
  const char *capital = capital_text(name, arena);
  const struct bp_own_name *found = capital ? bp_own_name_find(&scope->names, capital) : NULL;
  return found && found->bare && !found->size && !is_loss(found) ? found : NULL;
}

bool bp_own_has_prime(const struct bp_written *text, size_t begin, size_t end) {
  return bp_text_find(text->text, begin, end, "'") < end ||
         bp_text_find(text->text, begin, end, "\\prime") < end;
}

struct bp_span bp_own_slope_of(const struct bp_noted *noted, size_t side) {
  static const char *const primes[] = {"'", "^{'}", "^{\\prime}", "^{\\prime }"};
  const char *text = noted->cut.text.text;
  size_t begin = noted->sides[side].begin, end = noted->sides[side].end;
  const struct bp_span none = {begin, begin};
  while (begin < end && text[begin] == ' ')
    begin++;
  if (bp_text_is_at(text, begin, end, "\\left"))
    begin += strlen("\\left");
  while (begin < end && text[begin] == ' ')
    begin++;
  size_t depth = 0, close = begin;
  for (; close < end; close++) {
    depth += text[close] == '(';
    if (text[close] == ')' && --depth == 0)
      break;
    if (depth == 0)
      return none;
  }
  size_t over = close + 1, inner = close;
  while (over < end && text[over] == ' ')
    over++;
  if (inner > strlen("\\right") &&
      !memcmp(text + inner - strlen("\\right"), "\\right", strlen("\\right")))
    inner -= strlen("\\right");
  for (size_t k = 0; k < sizeof primes / sizeof *primes && close < end; k++) {
    size_t behind = over + strlen(primes[k]);
    if (!bp_text_is_at(text, over, end, primes[k]))
      continue;
    while (behind < end && text[behind] == ' ')
      behind++;
    return behind == end ? (struct bp_span){begin + 1, inner} : none;
  }
  return none;
}

/* Whether what stands in parentheses are names and commas, on which a value depends: not so in
 * L(y, 1), which is its value at one place. */
static size_t behind_arguments(const struct bp_written *text, size_t open, size_t end) {
  size_t at = open + 1;
  for (; at < end && text->text[at] != ')'; at++) {
    bool number =
        text->text[at] >= '0' && text->text[at] <= '9' && !strchr("_{^", text->text[at - 1]);
    if (number || strchr("(+-*/=", text->text[at]))
      return open;
  }
  return at < end ? at + 1 : open;
}

static bool is_value(const struct bp_own_scope *scope, const struct bp_own_name *name) {
  static const char *const losses[] = {"J", "L", "C", "E", "\\xi", "\\ell"};
  const struct bp_own_definition *definition = bp_own_definition_of(scope, name->text);
  const struct bp_own_name *known = bp_own_name_find(&scope->names, name->text);
  if (definition)
    return definition->form != BP_OWN_FUNCTION;
  for (size_t k = 0; k < sizeof losses / sizeof *losses; k++)
    if (strcmp(name->text, losses[k]) == 0)
      return known && known->numerator;
  return false;
}

static bool add(struct bp_written *out, const char *text, struct bp_span from) {
  bool runs = text && out->length > 0 && bp_is_letter(out->text[out->length - 1]) &&
              bp_is_letter(text[0]); /* \Delta\vec{O} without its arrow */
  return text && (!runs || bp_written_add(out, " ", 1, from)) &&
         bp_written_add(out, text, strlen(text), from);
}

/* CE(y, p), the cross-entropy of two vectors, where its parenthesis opens at `open`: -sum(y ⊙ log
 * p). Leaves *behind where it is not understood. */
static bool add_cross_entropy(const struct bp_own_scope *scope, const struct bp_written *text,
                              size_t open, size_t end, const struct bp_vocabulary *vocabulary,
                              struct bp_arena *arena, struct bp_written *out, size_t *behind) {
  size_t depth = 0, comma = 0, close = 0;
  for (size_t at = open; at < end && close == 0; at++) {
    char sign = text->text[at];
    depth += strchr("({[", sign) != NULL;
    depth -= strchr(")}]", sign) != NULL && depth > 0;
    if (sign == ',' && depth == 1)
      comma = comma == 0 ? at : end;
    if (sign == ')' && depth == 0)
      close = at;
  }
  if (close == 0 || comma == 0 || comma > close)
    return true;
  struct bp_span from = bp_written_from(text, open, close);
  *behind = close + 1;
  return add(out, "(-sum((", from) &&
         bp_own_rewrite(scope, text, open + 1, comma, vocabulary, arena, out) &&
         add(out, ") ⊙ log(", from) &&
         bp_own_rewrite(scope, text, comma + 1, close, vocabulary, arena, out) &&
         add(out, ")))", from);
}

/* Whether a name has a row for each sample: a capital one, or a derivative by one. */
static bool is_stacked(const struct bp_own_scope *scope, const struct bp_own_use *use) {
  const struct bp_own_definition *one = bp_own_definition_of(scope, use->name.text);
  if (!one || one->form != BP_OWN_WRITTEN)
    return false;
  const char *by = NULL;
  for (const char *at = strstr(one->text, "\\partial"); at; at = strstr(at + 1, "\\partial"))
    by = at + strlen("\\partial");
  while (by && *by == ' ')
    by++;
  return by && *by >= 'A' && *by <= 'Z';
}

/* Writes the use of a name in our way; false when memory is short.  Sets *behind, or leaves it
 * where the use is to be copied. */
static bool add_use(const struct bp_own_scope *scope, const struct bp_written *text,
                    const struct bp_own_use *use, size_t end,
                    const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                    struct bp_written *out, size_t *behind) {
  if (use->open > 0 && (!strcmp(use->name.text, "CE") || !strcmp(use->name.text, "CrossEntropy")))
    return add_cross_entropy(scope, text, use->open, end, vocabulary, arena, out, behind);
  struct bp_span from = bp_written_from(text, use->begin, use->end);
  const struct bp_own_name *capital =
      use->index ? bp_own_capital_of(scope, &use->name, arena) : NULL;
  const char *name = capital ? capital->text : use->name.text;
  bool accented = use->name.differential && name[0] == '\\';
  if (use->name.differential)
    name = bp_own_change_of(name, arena);
  if (!name)
    return false;
  if (use->step) {
    *behind = use->end;
    return add(out, bp_arena_printf(arena, "%s[%s]", name, use->step), from);
  }
  if (scope->dropped && use->index && strcmp(use->index, scope->dropped) == 0) {
    *behind = use->end;
    return add(out, use->name.text, from);
  }
  if (use->index && strchr(use->index, ':')) { /* S_{i:} */
    *behind = use->end;
    return add(out, bp_arena_printf(arena, "%s_{%s}", name, use->index), from);
  }
  if (use->primes > 0 || (use->name.has_part && !use->index && use->open == 0)) {
    *behind = use->end;
    return add(out, name, from);
  }
  if (use->index && (capital || use->name.has_part || is_stacked(scope, use))) {
    bool whole = (capital || is_stacked(scope, use)) && use->name.indices == 1 &&
                 scope->capitals != BP_OWN_ELEMENTS;
    bool row = whole && scope->capitals == BP_OWN_ROWED;
    const char *written = bp_arena_printf(arena, "%s_{%s%s%s}", name, whole && !row ? ":," : "",
                                          use->index, row ? ",:" : "");
    *behind = use->end;
    return add(out, written, from);
  }
  if (use->open > 0 && is_value(scope, &use->name)) {
    size_t over = behind_arguments(text, use->open, end);
    if (over > use->open) {
      *behind = over;
      return add(out, name, from);
    }
  }
  if (accented) {
    *behind = use->end;
    return add(out, use->index ? bp_arena_printf(arena, "%s_{%s}", name, use->index) : name, from);
  }
  return true;
}

/* g^2(z) of a function g: the power is that of the value, g(z)^2.  Leaves *behind where it is
 * none. */
static bool add_raised_call(const struct bp_own_scope *scope, const struct bp_written *text,
                            const struct bp_own_use *use, size_t end,
                            const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                            struct bp_written *out, size_t *behind) {
  const struct bp_own_definition *function = bp_own_definition_of(scope, use->name.text);
  size_t power = use->end, depth = 0;
  if (!function || function->form != BP_OWN_FUNCTION || use->open > 0 ||
      !bp_text_is_at(text->text, power, end, "^{") || power + 3 >= end ||
      text->text[power + 3] != '}' || text->text[power + 2] < '2' || text->text[power + 2] > '9')
    return true;
  size_t open = power + 4;
  while (open < end && text->text[open] == ' ')
    open++;
  size_t close = open;
  for (; close < end; close++) {
    depth += text->text[close] == '(';
    if (text->text[close] == ')' && --depth == 0)
      break;
    if (depth == 0)
      return true;
  }
  if (close >= end)
    return true;
  *behind = close + 1;
  return bp_written_copy(out, text, use->begin, power) &&
         add(out, "(", bp_written_from(text, open, open + 1)) &&
         bp_own_rewrite(scope, text, open + 1, close, vocabulary, arena, out) &&
         add(out, ")", bp_written_from(text, close, close + 1)) &&
         bp_written_copy(out, text, power, power + 4);
}

/* Whether the ^ at `at` is the upper bound of a sum. */
static bool is_bound(const struct bp_written *text, size_t at) {
  while (at > 0 && text->text[at - 1] == ' ')
    at--;
  if (at == 0 || text->text[at - 1] != '}')
    return false;
  while (at > 0 && text->text[at - 1] != '{')
    at--;
  return at > 5 && memcmp(text->text + at - 5, "sum_{", 5) == 0;
}

/* Where the power opens of an e that is that of exp, beside an e_k that is not; `at`: none is. */
static size_t power_of_e(const struct bp_own_scope *scope, const struct bp_written *text, size_t at,
                         size_t end) {
  const char *all = text->text;
  bool alone = all[at] == 'e' && !(at > 0 && (bp_is_letter(all[at - 1]) || all[at - 1] == '\\'));
  const struct bp_own_name *named = alone ? bp_own_name_find(&scope->names, "e") : NULL;
  size_t power = named ? bp_behind_blanks(all, at + 1, end) : at;
  return power > at && bp_text_is_at(all, power, end, "^{") ? power : at;
}

bool bp_own_rewrite(const struct bp_own_scope *scope, const struct bp_written *text, size_t begin,
                    size_t end, const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                    struct bp_written *out) {
  for (size_t at = begin; at < end;) {
    struct bp_own_use use;
    bool index = (text->text[at] == '_' || text->text[at] == '^') && at + 1 < end &&
                 text->text[at + 1] == '{';
    size_t behind = at, power = power_of_e(scope, text, at, end);
    if (power > at) {
      behind = bp_group_end(text->text, power + 1, end);
      if (!add(out, "\\exp(", bp_written_from(text, at, power + 2)) ||
          !bp_own_rewrite(scope, text, power + 2, behind - 1, vocabulary, arena, out) ||
          !add(out, ")", bp_written_from(text, behind - 1, behind)))
        return false;
      at = behind;
      continue;
    }
    if (bp_text_is_at(text->text, at, end, "^{T}") && !is_bound(text, at)) {
      /* T may be a name as well */
      size_t next = at + 4;
      while (next < end && text->text[next] == ' ')
        next++;
      bool factor = next < end && text->text[next] == '(';
      if (!add(out, factor ? "'*" : "'", bp_written_from(text, at, at + 4)))
        return false;
      at += 4;
      continue;
    }
    if (index)
      behind = text->text[at] == '_' ? bp_group_end(text->text, at + 1, end) : at;
    else if (bp_own_use_at(text, at, end, &scope->names, vocabulary, arena, &use) &&
             (!add_use(scope, text, &use, end, vocabulary, arena, out, &behind) ||
              (behind == at &&
               !add_raised_call(scope, text, &use, end, vocabulary, arena, out, &behind))))
      return false;
    if (behind > at && !index) {
      at = behind;
      continue;
    }
    behind = index ? (behind > at ? behind : at + 1) : use.end;
    if (!bp_written_copy(out, text, at, behind))
      return false;
    at = behind;
  }
  return true;
}
