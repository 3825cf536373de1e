/* A network line as the statements that it stands for.
 *
 * The description is read by the reader of network specs, so it means the same as in `backproof
 * net`.  The statements are text in the language itself: what `backproof trace` prints is exactly
 * what was declared.
 *
 * What a derivation says of 784 inputs it says of 9: a formula that holds for all sizes that it
 * names needs no hundred thousand derivatives.  So where a network has many parameters, large sizes
 * are judged as small ones: equal ones equal, different ones different, and a note says so.  A size
 * whose number stands somewhere else in the file, as in 1/32, stays as it is.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/token.h"
#include "model/model.h"
#include "net/spec.h"

struct text {
  struct bp_arena *arena;
  const char *so_far; /* NULL: memory was short */
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...) {
  va_list arguments;
  char line[512];
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (text->so_far)
    text->so_far = bp_arena_printf(text->arena, "%s%s\n", text->so_far, line);
}

/* Domain of Y and the losses of the samples, as a row. */
static void add_loss(struct text *text, const struct bp_spec *spec) {
  size_t last = spec->depth;
  const struct bp_function *output = spec->activation[last];
  const char *domain = output->columnwise ? " in onehot" : " in {0, 1}";
  const char *a = bp_arena_printf(text->arena, "A[%zu]", last);
  const char *loss =
      a ? bp_loss_text(bp_loss_rules(spec->loss, output)->statement, a, "Y", text->arena) : NULL;
  add(text, "given Y : n[%zu] x m%s", last, spec->loss->classes ? domain : "");
  if (loss)
    add(text, "let loss = %s", loss);
  else
    text->so_far = NULL;
  add(text, "let J = 1/m * sum(loss)");
}

static const char *statements_of(const struct bp_spec *spec, bool layers, struct bp_arena *arena) {
  struct text text = {arena, ""};
  if (layers)
    add(&text, "size L = %zu", spec->depth);
  for (size_t l = 0; l <= spec->depth; l++)
    add(&text, "size n[%zu] = %zu", l, spec->size[l]);
  if (spec->samples)
    add(&text, "size m = %zu", spec->samples);
  add(&text, "given X : n[0] x m");
  add(&text, "given W[l] : n[l] x n[l-1] for l = 1..%zu", spec->depth);
  add(&text, "given b[l] : n[l] x 1 for l = 1..%zu", spec->depth);
  add(&text, "let A[0] = X");
  for (size_t l = 1; l <= spec->depth; l++) {
    add(&text, "let g[%zu] = %s", l, spec->activation[l]->name);
    add(&text, "let Z[%zu] = W[%zu]*A[%zu] + b[%zu]", l, l, l - 1, l);
    add(&text, "let A[%zu] = g[%zu](Z[%zu])", l, l, l);
  }
  add_loss(&text, spec);
  return text.so_far;
}

/* ---- large networks ---- */

enum { MOST_PARAMETERS_JUDGED = 120, LARGEST_JUDGED = 7, MOST_SHRUNK = 6 };

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* Whether the number stands in the text outside of the span and of comments, as digits of its own.
 */
static bool is_written(const struct bp_source *source, struct bp_span span, size_t number) {
  char digits[32];
  size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", number);
  bool comment = false;
  for (size_t at = 0; at < source->length;) {
    char byte = source->text[at];
    comment = (comment || byte == '#') && byte != '\n';
    size_t end = at;
    while (end < source->length && is_digit(source->text[end]))
      end++;
    bool outside = at < span.begin || at >= span.end;
    if (outside && !comment && end - at == length && !memcmp(source->text + at, digits, length))
      return true;
    at = end > at ? end : at + 1;
  }
  return false;
}

struct shrinking {
  size_t from[MOST_SHRUNK], to[MOST_SHRUNK];
  size_t count;
  size_t kept; /* a large size that stays, since it is written elsewhere; or 0 */
};

/* A size that is judged in the place of a large one: the largest that nothing else has; 0 where the
 * small ones are used up. */
static size_t unused(const struct bp_spec *spec, const struct shrinking *shrinking) {
  for (size_t size = LARGEST_JUDGED; size > 1; size--) {
    bool used = spec->samples == size;
    for (size_t l = 0; l <= spec->depth; l++)
      used = used || spec->size[l] == size;
    for (size_t k = 0; k < shrinking->count; k++)
      used = used || shrinking->to[k] == size;
    if (!used)
      return size;
  }
  return 0;
}

/* What is judged in the place of a size. */
static size_t shrunk(const struct bp_spec *spec, const struct bp_source *source,
                     struct bp_span span, size_t size, struct shrinking *shrinking) {
  for (size_t k = 0; k < shrinking->count; k++)
    if (shrinking->from[k] == size)
      return shrinking->to[k];
  bool large = size > LARGEST_JUDGED, kept = large && is_written(source, span, size);
  size_t small = large && !kept && shrinking->count < MOST_SHRUNK ? unused(spec, shrinking) : 0;
  shrinking->kept = kept ? size : shrinking->kept;
  if (small == 0)
    return size;
  shrinking->from[shrinking->count] = size;
  shrinking->to[shrinking->count++] = small;
  return small;
}

static void tell_shrinking(const struct shrinking *shrinking, const struct bp_source *source,
                           struct bp_span span, struct bp_arena *arena,
                           struct bp_diagnostics *diagnostics) {
  const char *from = "", *to = "", *kept = NULL;
  if (shrinking->kept > 0)
    kept =
        bp_arena_printf(arena, "a letter in the place of %zu, as in 1/m: it stays, and takes long",
                        shrinking->kept);
  for (size_t k = 0; k < shrinking->count && from && to; k++) {
    const char *between = k == 0 ? "" : k + 1 < shrinking->count ? ", " : " and ";
    from = bp_arena_printf(arena, "%s%s%zu", from, between, shrinking->from[k]);
    to = bp_arena_printf(arena, "%s%s%zu", to, between, shrinking->to[k]);
  }
  if (from && to)
    bp_note(
        diagnostics, source, span, kept,
        "judged with smaller sizes, %s in the place of %s: a line that names none of these says "
        "the same of all",
        to, from);
}

/* Makes large sizes small, where nothing else in the file tells them apart. */
static bool shrink(struct bp_spec *spec, const struct bp_source *source, struct bp_span span,
                   struct bp_arena *arena, struct bp_diagnostics *diagnostics) {
  struct shrinking shrinking = {.count = 0};
  if (bp_spec_parameters(spec) <= MOST_PARAMETERS_JUDGED)
    return true;
  size_t *size = bp_arena_alloc(arena, spec->depth + 1, sizeof *size);
  if (!size)
    return false;
  for (size_t l = 0; l <= spec->depth; l++)
    size[l] = shrunk(spec, source, span, spec->size[l], &shrinking);
  if (spec->samples)
    spec->samples = shrunk(spec, source, span, spec->samples, &shrinking);
  spec->size = size;
  if (shrinking.count > 0)
    tell_shrinking(&shrinking, source, span, arena, diagnostics);
  return true;
}

/* Repeats what was found in the description as found in the file, `offset` bytes further on. */
static void pass_on(const struct bp_diagnostics *found, const struct bp_source *source,
                    size_t offset, struct bp_diagnostics *diagnostics) {
  for (size_t i = 0; i < found->count; i++) {
    const struct bp_diagnostic *diagnostic = &found->list[i];
    struct bp_span span = {diagnostic->span.begin + offset, diagnostic->span.end + offset};
    bp_error(diagnostics, diagnostic->source ? source : NULL, span, diagnostic->suggestion, "%s",
             diagnostic->message);
  }
}

static bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte & 0x80);
}

/* Whether the lines below a network that says nothing of samples are about one of them: they have
 * z^l, a^{l-1} or z[l]_j, and nothing of all samples, as A, Z, X, Y, m, dW or a sum over i. */
static bool speaks_of_one(const struct bp_source *source, size_t at) {
  static const char *const all[] = {"A",  "Z",  "X",  "Y",  "m",      "i",
                                    "dZ", "dA", "dW", "db", "samples"};
  bool one = false, comment = false;
  for (size_t end; at < source->length; at = end) {
    char byte = source->text[at];
    end = at + 1;
    comment = byte != '\n' && (comment || bp_comment_at(source, at));
    if (comment || !is_letter(byte))
      continue;
    while (end < source->length && (is_letter(source->text[end]) && source->text[end] != '_'))
      end++;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
      if (end - at == strlen(all[k]) && !memcmp(source->text + at, all[k], end - at))
        return false;
    one = one || (end == at + 1 && (byte == 'a' || byte == 'z') && end < source->length &&
                  strchr("^[_", source->text[end]));
  }
  return one;
}

/* A network without a number of samples, beside lines about one. */
static void tell_one(const struct bp_source *source, struct bp_span span,
                     struct bp_diagnostics *diagnostics) {
  bp_note(diagnostics, source, span,
          bp_arena_printf(diagnostics->arena, "network %.*s, 1 sample; or , m samples",
                          (int)(span.end - span.begin), source->text + span.begin),
          "nothing is said of samples, and the lines below are about one: read as 1 sample");
}

const struct bp_source *bp_network_statements(const struct bp_source *source,
                                              const struct bp_statement *statement, bool layers,
                                              struct bp_arena *arena,
                                              struct bp_diagnostics *diagnostics) {
  struct bp_span span = statement->text_span;
  struct bp_source description = {source->name, source->text + span.begin, span.end - span.begin};
  struct bp_diagnostics found;
  struct bp_spec spec;
  bp_diagnostics_init(&found, arena);
  bool fine = bp_spec_parse(&description, arena, &found, &spec) == 0 &&
              bp_spec_check(&spec, &description, &found) == 0;
  pass_on(&found, source, span.begin, diagnostics);
  if (!fine)
    return NULL;
  static const char open[] = "m samples";
  bool left_open = false;
  for (size_t at = 0; at + strlen(open) <= description.length; at++)
    left_open = left_open || !memcmp(description.text + at, open, strlen(open));
  if (spec.samples == 0 && !left_open && speaks_of_one(source, span.end)) {
    spec.samples = 1;
    tell_one(source, span, diagnostics);
  }
  const char *text =
      shrink(&spec, source, span, arena, diagnostics) ? statements_of(&spec, layers, arena) : NULL;
  struct bp_source *statements = bp_arena_alloc(arena, 1, sizeof *statements);
  if (!text || !statements)
    return NULL;
  size_t line, column;
  bp_locate(source, span.begin, &line, &column);
  *statements = (struct bp_source){
      bp_arena_printf(arena, "%s (network of line %zu)", source->name, line), text, strlen(text)};
  return statements;
}

bool bp_model_has_network(const struct bp_model *model) {
  const struct bp_declaration *loss = bp_model_find(model, "loss"), *g = bp_model_find(model, "g");
  bool both = loss && g && loss->kind == BP_DECLARED_LET && loss->count && g->count;
  return both && loss->pieces[0].line.source == g->pieces[0].line.source &&
         g->pieces[0].target->count == 1;
}
