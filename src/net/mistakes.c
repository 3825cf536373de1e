/* The words for planted mistakes, and where each can be planted.
 *
 *     mistake = word place [ amount ]
 *     place   = ("W" | "b" | "dW" | "db" | "dZ") "[" layer "]" [ "(" row [ "," column ] ")" ]
 *
 * dW[l] and W[l] mean the same here: the gradient of W[l].  A bias is a single column, as reports
 * name its entries; there the column may be left out.
 */
#include "net/mistakes.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *word;
  enum bp_mistake_place place;
  const char *sentence;
} kinds[BP_MISTAKE_COUNT] = {[BP_NO_MISTAKE] = {"none", BP_AT_PARAMETER, "no mistake"},
#define BP_ROW(kind, word, place, sentence) [BP_MISTAKE_##kind] = {word, place, sentence},
                             BP_MISTAKES(BP_ROW)
#undef BP_ROW
};

const char *bp_mistake_sentence(enum bp_mistake_kind kind) { return kinds[kind].sentence; }

enum bp_mistake_place bp_mistake_place_of(enum bp_mistake_kind kind) { return kinds[kind].place; }

/* ---- reading ------------------------------------------------------------- */

struct reader {
  const struct bp_source *source;
  struct bp_diagnostics *diagnostics;
  size_t at;
};

static int peek(const struct reader *r) {
  return r->at < r->source->length ? (unsigned char)r->source->text[r->at] : -1;
}

static void skip_blanks(struct reader *r) {
  while (peek(r) >= 0 && isspace(peek(r)))
    r->at++;
}

static struct bp_span here(const struct reader *r) {
  return (struct bp_span){r->at, r->at + (peek(r) >= 0)};
}

static int wrong(struct reader *r, struct bp_span span, const char *suggestion,
                 const char *message) {
  bp_error(r->diagnostics, r->source, span, suggestion, "%s", message);
  return -1;
}

static int expect(struct reader *r, int byte, const char *suggestion) {
  skip_blanks(r);
  if (peek(r) == byte) {
    r->at++;
    return 0;
  }
  bp_error(r->diagnostics, r->source, here(r), suggestion, "\"%c\" was expected here", byte);
  return -1;
}

/* A number from 1 to `largest`, counting what `owner` has. */
static int read_index(struct reader *r, const char *owner, const char *what, size_t largest,
                      size_t *index) {
  skip_blanks(r);
  struct bp_span span = {r->at, r->at};
  size_t value = 0;
  bool fits = true;
  while (isdigit(peek(r))) {
    fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, (size_t)(peek(r) - '0'), &value);
    r->at++;
  }
  span.end = r->at;
  if (span.begin == span.end)
    return wrong(r, here(r), "write it like this: sign W[1]", "a number was expected here");
  if (!fits || value < 1 || value > largest) {
    const char *suggestion =
        largest == 1 ? "1, the only one"
                     : bp_arena_printf(r->diagnostics->arena, "a number from 1 to %zu", largest);
    if (largest == 1)
      bp_error(r->diagnostics, r->source, span, suggestion, "%s has only %s 1", owner, what);
    else
      bp_error(r->diagnostics, r->source, span, suggestion, "%s has %ss 1 to %zu", owner, what,
               largest);
    return -1;
  }
  *index = value;
  return 0;
}

static int read_kind(struct reader *r, struct bp_mistake *mistake) {
  const char *words[BP_MISTAKE_COUNT];
  skip_blanks(r);
  struct bp_span span = {r->at, r->at};
  while (peek(r) >= 0 && !isspace(peek(r)))
    r->at++;
  span.end = r->at;
  const char *written = r->source->text + span.begin;
  size_t length = span.end - span.begin;
  for (int kind = 1; kind < BP_MISTAKE_COUNT; kind++) {
    words[kind - 1] = kinds[kind].word;
    if (strlen(kinds[kind].word) == length && !strncmp(written, kinds[kind].word, length)) {
      mistake->kind = (enum bp_mistake_kind)kind;
      return 0;
    }
  }
  const char *nearest = bp_nearest_name(written, length, words, BP_MISTAKE_COUNT - 1);
  bp_error(r->diagnostics, r->source, span,
           nearest ? bp_arena_printf(r->diagnostics->arena, "did you mean %s?", nearest)
                   : "--list-mistakes shows them all",
           length ? "unknown mistake \"%.*s\"" : "a mistake was expected here%.*s", (int)length,
           written);
  return -1;
}

/* The name before the bracket, and whether it goes with the kind. */
static int read_name(struct reader *r, struct bp_mistake *mistake) {
  skip_blanks(r);
  struct bp_span span = {r->at, r->at};
  while (isalpha(peek(r)))
    r->at++;
  span.end = r->at;
  const char *name = r->source->text + span.begin;
  size_t length = span.end - span.begin;
  bool weight = (length == 1 && *name == 'W') || (length == 2 && !strncmp(name, "dW", 2));
  bool bias = (length == 1 && *name == 'b') || (length == 2 && !strncmp(name, "db", 2));
  bool delta = length == 2 && !strncmp(name, "dZ", 2);
  static const char *const fitting[] = {
      [BP_AT_PARAMETER] = "it goes with a parameter: W[1] or b[1]",
      [BP_AT_WEIGHT] = "it goes with a weight matrix: W[1]",
      [BP_AT_BIAS] = "it goes with a bias: b[1]",
      [BP_AT_DELTA] = "it goes with a delta: dZ[1]",
      [BP_AT_ENTRY] =
          "it goes with one entry and an amount: entry W[1](2,3) 1e-4 or entry b[1](3,1) 1e-4"};
  enum bp_mistake_place place = kinds[mistake->kind].place;
  bool fits = place == BP_AT_DELTA    ? delta
              : place == BP_AT_WEIGHT ? weight
              : place == BP_AT_BIAS   ? bias
                                      : weight || bias;
  mistake->bias = bias;
  if (fits)
    return 0;
  if (span.begin == span.end)
    span = here(r);
  bp_error(r->diagnostics, r->source, span, fitting[place], "\"%s\" cannot be planted here",
           kinds[mistake->kind].word);
  return -1;
}

/* A decimal number with a point, whatever the user's locale; false when the text is anything else.
 */
static bool read_decimal(const char *text, double *value) {
  char *end = NULL;
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain)
    return false;
  locale_t before = uselocale(plain);
  *value = strtod(text, &end);
  uselocale(before);
  freelocale(plain);
  return end != text && *end == 0 && isfinite(*value);
}

/* An example that fits this network: the reader's own entry as far as it was read. */
static const char *entry_example(const struct reader *r, const struct bp_mistake *mistake,
                                 size_t row, size_t column) {
  return bp_arena_printf(r->diagnostics->arena, "write it like this: entry %s[%zu](%zu,%zu) 1e-4",
                         mistake->bias ? "b" : "W", mistake->layer, row, column);
}

static int read_entry(struct reader *r, const struct bp_spec *spec, struct bp_mistake *mistake) {
  const char *example = entry_example(r, mistake, 1, 1);
  const char *owner = mistake->bias ? "this bias" : "this weight matrix";
  size_t row, column = 1, columns = mistake->bias ? 1 : spec->size[mistake->layer - 1];
  if (expect(r, '(', example) != 0 ||
      read_index(r, owner, "row", spec->size[mistake->layer], &row) != 0)
    return -1;
  skip_blanks(r);
  bool row_alone = mistake->bias && peek(r) == ')';
  if (!row_alone &&
      (expect(r, ',', example) != 0 || read_index(r, owner, "column", columns, &column) != 0))
    return -1;
  if (expect(r, ')', example) != 0)
    return -1;
  skip_blanks(r);
  char text[64] = "";
  struct bp_span span = {r->at, r->at};
  while (peek(r) >= 0 && !isspace(peek(r)))
    r->at++;
  span.end = r->at;
  size_t length = span.end - span.begin;
  bool fits = length < sizeof text;
  if (fits)
    memcpy(text, r->source->text + span.begin, length);
  if (!fits || strlen(text) != length || !read_decimal(text, &mistake->amount) ||
      mistake->amount == 0)
    return wrong(r, span.begin == span.end ? here(r) : span, entry_example(r, mistake, row, column),
                 "a relative amount other than 0 was expected here");
  mistake->row = row - 1;
  mistake->column = column - 1;
  return 0;
}

int bp_mistake_parse(const struct bp_source *source, const struct bp_spec *spec,
                     enum bp_route route, struct bp_diagnostics *diagnostics,
                     struct bp_mistake *mistake) {
  struct reader reader = {source, diagnostics, 0};
  *mistake = (struct bp_mistake){BP_NO_MISTAKE, 0, false, 0, 0, 0};
  if (read_kind(&reader, mistake) != 0 || read_name(&reader, mistake) != 0 ||
      expect(&reader, '[', "write the layer in brackets: W[1]") != 0 ||
      read_index(&reader, "this network", "layer", spec->depth, &mistake->layer) != 0 ||
      expect(&reader, ']', "write the layer in brackets: W[1]") != 0)
    return -1;
  if (mistake->kind == BP_MISTAKE_ENTRY && read_entry(&reader, spec, mistake) != 0)
    return -1;
  skip_blanks(&reader);
  if (peek(&reader) >= 0)
    return wrong(&reader, here(&reader), NULL, "the mistake should have ended here");
  const char *obstacle = bp_mistake_obstacle(mistake, spec, route, diagnostics->arena);
  if (!obstacle)
    return 0;
  bp_error(diagnostics, source, (struct bp_span){0, source->length}, NULL,
           "this mistake cannot be planted here: %s", obstacle);
  return -1;
}

const char *bp_mistake_text(const struct bp_mistake *mistake, struct bp_arena *arena) {
  enum bp_mistake_place place = kinds[mistake->kind].place;
  const char *name = place == BP_AT_DELTA ? "dZ" : mistake->bias ? "b" : "W";
  const char *word = kinds[mistake->kind].word;
  if (place != BP_AT_ENTRY)
    return bp_arena_printf(arena, "%s %s[%zu]", word, name, mistake->layer);
  return bp_arena_printf(arena, "%s %s[%zu](%zu,%zu) %g", word, name, mistake->layer,
                         mistake->row + 1, mistake->column + 1, mistake->amount);
}

/* ---- where they fit ------------------------------------------------------ */

static bool has_twin_layer(const struct bp_spec *spec, size_t layer) {
  for (size_t l = 1; l <= spec->depth; l++)
    if (l != layer && spec->size[l] == spec->size[layer])
      return true;
  return false;
}

/* An obstacle stays one when there is no memory to describe it. */
static const char *in_short(const char *sentence) {
  return sentence ? sentence : "it would not fit";
}

const char *bp_mistake_obstacle(const struct bp_mistake *mistake, const struct bp_spec *spec,
                                enum bp_route route, struct bp_arena *arena) {
  size_t l = mistake->layer, rows = spec->size[l], columns = spec->size[l - 1];
  switch (mistake->kind) {
  case BP_MISTAKE_TRANSPOSED:
    if (rows == columns)
      return NULL;
    return in_short(
        bp_arena_printf(arena, "W[%zu] is %zu x %zu, so a transposed gradient would not even fit",
                        l, rows, columns));
  case BP_MISTAKE_WRONG_DELTA:
    if (has_twin_layer(spec, l))
      return NULL;
    return in_short(
        bp_arena_printf(arena, "no other layer has %zu unit%s, so another delta would not even fit",
                        rows, rows == 1 ? "" : "s"));
  case BP_MISTAKE_SLOPE_AT_A:
  case BP_MISTAKE_NO_SLOPE:
    if (l < spec->depth)
      return NULL;
    if (route == BP_ROUTE_DIRECT && bp_loss_rules(spec->loss, spec->activation[l])->direct)
      return in_short(
          bp_arena_printf(arena, "dZ[%zu] = A[%zu] - Y has no factor g'(Z[%zu])", l, l, l));
    if (spec->activation[l]->columnwise)
      return "softmax's derivative is a matrix, not a factor g'(Z)";
    return NULL;
  default:
    return NULL;
  }
}

size_t bp_mistake_all(const struct bp_spec *spec, struct bp_arena *arena,
                      struct bp_mistake **list) {
  size_t count = 0;
  *list = bp_arena_alloc(arena, (size_t)2 * BP_MISTAKE_COUNT * spec->depth, sizeof **list);
  if (!*list)
    return 0;
  for (int kind = 1; kind < BP_MISTAKE_COUNT; kind++) {
    enum bp_mistake_place place = kinds[kind].place;
    for (size_t l = 1; l <= spec->depth; l++) {
      struct bp_mistake mistake = {(enum bp_mistake_kind)kind, l, false, 0, 0, 0};
      if (kind == BP_MISTAKE_ENTRY)
        mistake.amount = 1e-4;
      if (place != BP_AT_BIAS)
        (*list)[count++] = mistake;
      mistake.bias = true;
      if (place == BP_AT_PARAMETER || place == BP_AT_BIAS || place == BP_AT_ENTRY)
        (*list)[count++] = mistake;
    }
  }
  return count;
}
