/* The reader of network specs: sizes and names separated by dashes, then words after commas.
 *
 *     spec  = layer { "-" layer } { "," part }
 *     layer = size [ activation ]
 *     part  = loss | number ("samples" | "sample") | "m" ("samples" | "sample")
 *
 * The first layer has no activation, every other one needs one.  A dash inside a name
 * (half-squared, leaky-relu) is no separator: a separator is followed by a blank or a digit.
 */
#include "net/spec.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_DEPTH = 1000, MOST_NAMES = 64 };
#define LARGEST_SIZE 1000000000UL

struct reader {
  const struct bp_source *source;
  struct bp_diagnostics *diagnostics;
  size_t at;
};

static bool at_end(const struct reader *reader) { return reader->at >= reader->source->length; }

static int peek(const struct reader *reader) {
  return at_end(reader) ? -1 : (unsigned char)reader->source->text[reader->at];
}

static void skip_blanks(struct reader *reader) {
  while (!at_end(reader) && isspace(peek(reader)))
    reader->at++;
}

/* How many bytes of a dash or comma stand here, 0 for none. */
static size_t sign_here(const struct reader *reader, const char *const *signs, size_t count) {
  size_t rest = reader->source->length - reader->at;
  for (size_t k = 0; k < count; k++) {
    size_t length = strlen(signs[k]);
    if (length <= rest && !memcmp(reader->source->text + reader->at, signs[k], length))
      return length;
  }
  return 0;
}

static size_t dash_here(const struct reader *reader) {
  static const char *const dashes[] = {"-", "–", "—", "−", "‐", "－", "→"};
  return sign_here(reader, dashes, sizeof dashes / sizeof *dashes);
}

static size_t comma_here(const struct reader *reader) {
  static const char *const commas[] = {",", "，"};
  return sign_here(reader, commas, sizeof commas / sizeof *commas);
}

static bool is_name_byte(int byte) { return isalnum(byte) || byte == '_' || byte >= 0x80; }

/* Letters, digits, _ and bytes beyond ASCII; a dash belongs to it when a letter follows. */
static struct bp_span read_name(struct reader *reader) {
  struct bp_span span = {reader->at, reader->at};
  while (!at_end(reader)) {
    bool inner_dash = peek(reader) == '-' && reader->at + 1 < reader->source->length &&
                      isalpha((unsigned char)reader->source->text[reader->at + 1]);
    if (!is_name_byte(peek(reader)) && !(inner_dash && reader->at > span.begin))
      break;
    if (peek(reader) >= 0x80 && (dash_here(reader) || comma_here(reader)))
      break;
    reader->at++;
  }
  span.end = reader->at;
  return span;
}

/* A place to point at: this byte, or the end of the text. */
static struct bp_span here(const struct reader *reader) {
  return (struct bp_span){reader->at, reader->at + !at_end(reader)};
}

/* A whole number from 1; false with an error recorded otherwise. */
static bool read_count(struct reader *reader, const char *what, size_t largest, size_t *count) {
  struct bp_span span = {reader->at, reader->at};
  size_t value = 0;
  bool too_large = false;
  while (!at_end(reader) && isdigit(peek(reader))) {
    too_large = too_large || __builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, (size_t)(peek(reader) - '0'), &value) ||
                value > largest;
    reader->at++;
  }
  span.end = reader->at;
  if (span.end == span.begin) {
    bp_error(reader->diagnostics, reader->source, here(reader),
             "write the network like this: 3 - 4 tanh - 1 sigmoid",
             "a %s (a whole number from 1) was expected here", what);
    return false;
  }
  if (value == 0 || too_large) {
    bp_error(reader->diagnostics, reader->source, span,
             !too_large ? "write a whole number from 1" : "write a smaller number",
             !too_large ? "this %s is 0, and then there is nothing to check"
                        : "this %s is absurdly large",
             what);
    return false;
  }
  *count = value;
  return true;
}

/* Which functions of the table a message is about. */
typedef bool activation_filter(const struct bp_function *function);

static bool any_layer(const struct bp_function *function) { return function->name != NULL; }
static bool hidden_layer(const struct bp_function *function) { return !function->columnwise; }
static bool probabilities(const struct bp_function *function) { return function->probabilities; }

/* `names` has room for MOST_NAMES. */
static size_t activation_names(activation_filter *filter, const char **names) {
  size_t count = 0;
  for (size_t k = 0; k < bp_function_count && count < MOST_NAMES; k++)
    if (filter(&bp_functions[k]))
      names[count++] = bp_functions[k].name;
  return count;
}

/* "the activations are sigmoid, tanh, ..." */
static const char *list_activations(const char *before, activation_filter *filter, const char *last,
                                    struct bp_arena *arena) {
  const char *names[MOST_NAMES] = {NULL};
  size_t count = activation_names(filter, names);
  const char *list = bp_name_list(names, count, last, arena);
  return list ? bp_arena_printf(arena, "%s %s", before, list) : NULL;
}

static void unknown_activation(struct reader *reader, struct bp_span span) {
  struct bp_arena *arena = reader->diagnostics->arena;
  const char *names[MOST_NAMES] = {NULL};
  size_t count = activation_names(any_layer, names);
  const char *written = reader->source->text + span.begin;
  const char *nearest = bp_nearest_name(written, span.end - span.begin, names, count);
  bp_error(reader->diagnostics, reader->source, span,
           nearest ? bp_arena_printf(arena, "did you mean %s?", nearest)
                   : list_activations("the activations are", any_layer, ", ", arena),
           "unknown activation \"%.*s\"", (int)(span.end - span.begin), written);
}

/* layer = size [ activation ] */
static bool read_layer(struct reader *reader, size_t index, size_t *size, struct bp_spec *spec) {
  skip_blanks(reader);
  if (!read_count(reader, "layer size", LARGEST_SIZE, &size[index]))
    return false;
  skip_blanks(reader);
  if (!is_name_byte(peek(reader)) || at_end(reader) || dash_here(reader) || comma_here(reader)) {
    if (index == 0)
      return true;
    bp_error(reader->diagnostics, reader->source, here(reader),
             "name one after the size: 4 tanh, 1 sigmoid, 3 softmax, 2 identity",
             "layer %zu has no activation", index);
    return false;
  }
  struct bp_span span = read_name(reader);
  if (index == 0) {
    bp_error(reader->diagnostics, reader->source, span,
             "activations belong to the layers after it: 3 - 4 tanh - 1 sigmoid",
             "the input layer has no activation");
    return false;
  }
  spec->activation[index] =
      bp_function_find(reader->source->text + span.begin, span.end - span.begin);
  if (!spec->activation[index])
    unknown_activation(reader, span);
  return spec->activation[index] != NULL;
}

/* At least as many as there are layers: a separator is a dash or begins with a byte beyond ASCII.
 */
static size_t count_layers(const struct bp_source *source) {
  size_t layers = 1;
  for (size_t k = 0; k < source->length; k++)
    layers += source->text[k] == '-' || (source->text[k] & 0x80) != 0;
  return layers;
}

/* layer { "-" layer }; `size` has room for all of them and becomes that of the spec. */
static bool read_layers(struct reader *reader, size_t *size, struct bp_spec *spec) {
  spec->size = size;
  if (!read_layer(reader, 0, size, spec))
    return false;
  for (skip_blanks(reader); dash_here(reader); skip_blanks(reader)) {
    reader->at += dash_here(reader);
    if (spec->depth == LARGEST_DEPTH) {
      bp_error(reader->diagnostics, reader->source, here(reader), NULL,
               "more than %d layers are not supported", LARGEST_DEPTH);
      return false;
    }
    skip_blanks(reader);
    struct bp_span layer = {reader->at, reader->at};
    if (!read_layer(reader, ++spec->depth, size, spec))
      return false;
    layer.end = reader->at;
    if (spec->activation[spec->depth]->columnwise) {
      skip_blanks(reader);
      if (dash_here(reader)) {
        bp_error(reader->diagnostics, reader->source, layer,
                 list_activations("for a hidden layer take", hidden_layer, " or ",
                                  reader->diagnostics->arena),
                 "%s is for the output layer only", spec->activation[spec->depth]->name);
        return false;
      }
    }
  }
  if (spec->depth == 0) {
    bool fraction = peek(reader) == '.';
    bp_error(reader->diagnostics, reader->source, here(reader),
             fraction ? "write whole numbers: 3 - 4 tanh - 1 sigmoid"
                      : "separate the layers by \" - \": 3 - 4 tanh - 1 sigmoid",
             fraction ? "a layer has a whole number of units" : "one size alone makes no network");
    return false;
  }
  return true;
}

/* Every loss, or those that stand behind any output. */
static const char *list_losses(bool any_output, const char *last, struct bp_arena *arena) {
  const char *names[MOST_NAMES] = {NULL};
  size_t count = 0;
  for (size_t k = 0; k < bp_loss_count && count < MOST_NAMES; k++)
    if (!any_output || bp_losses[k]->fits == BP_OUTPUT_ANY)
      names[count++] = bp_losses[k]->name;
  return bp_name_list(names, count, last, arena);
}

int bp_spec_set_loss(struct bp_spec *spec, const struct bp_source *source, struct bp_span span,
                     struct bp_diagnostics *diagnostics) {
  const char *written = source->text + span.begin;
  size_t length = span.end - span.begin;
  const struct bp_loss *loss = bp_loss_find(written, length);
  if (loss) {
    spec->loss = loss;
    return 0;
  }
  const struct bp_loss *meant = bp_loss_meant(written, length);
  const char *all = list_losses(false, ", ", diagnostics->arena);
  bp_error(diagnostics, source, span,
           meant ? bp_arena_printf(diagnostics->arena, "did you mean %s?", meant->name)
                 : bp_arena_printf(diagnostics->arena, "the losses are %s", all ? all : ""),
           "unknown loss \"%.*s\"", (int)length, written);
  return -1;
}

/* "cross entropy", which is cross-entropy: the loss of two words, or NULL and nothing read. */
static const struct bp_loss *read_two_words(struct reader *reader, struct bp_span first) {
  enum { LONGEST = 40 };
  size_t before = reader->at, length = first.end - first.begin;
  char joined[LONGEST + 1];
  skip_blanks(reader);
  struct bp_span second = read_name(reader);
  size_t more = second.end - second.begin;
  if (more > 0 && length + 1 + more <= LONGEST) {
    memcpy(joined, reader->source->text + first.begin, length);
    joined[length] = '-';
    memcpy(joined + length + 1, reader->source->text + second.begin, more);
    const struct bp_loss *loss = bp_loss_find(joined, length + 1 + more);
    if (loss)
      return loss;
  }
  reader->at = before;
  return NULL;
}

/* Takes the words that people put behind the name of a loss: quadratic cost, hinge loss function.
 */
static void after_loss(struct reader *reader) {
  static const char *const words[] = {"cost", "loss", "error", "function", "objective", "损失"};
  for (bool found = true; found;) {
    size_t before = reader->at;
    skip_blanks(reader);
    struct bp_span span = read_name(reader);
    found = false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
      found = found || (span.end - span.begin == strlen(words[k]) &&
                        !memcmp(reader->source->text + span.begin, words[k], strlen(words[k])));
    if (!found)
      reader->at = before;
  }
}

/* part = loss { word } | count "samples" */
static bool read_part(struct reader *reader, struct bp_spec *spec) {
  skip_blanks(reader);
  bool counted = isdigit(peek(reader));
  if (counted && !read_count(reader, "number of samples", LARGEST_SIZE, &spec->samples))
    return false;
  skip_blanks(reader);
  struct bp_span span = read_name(reader);
  const char *word = reader->source->text + span.begin;
  if (!counted && span.end - span.begin == 1 && *word == 'm') { /* "m samples": left open */
    counted = true;
    skip_blanks(reader);
    span = read_name(reader);
    word = reader->source->text + span.begin;
  }
  if (counted) {
    static const char *const samples[] = {"samples", "sample", "examples",
                                          "example", "个样本", "样本"};
    size_t length = span.end - span.begin;
    for (size_t k = 0; k < sizeof samples / sizeof *samples; k++)
      if (length == strlen(samples[k]) && !memcmp(word, samples[k], length))
        return true;
    bp_error(reader->diagnostics, reader->source, span.end > span.begin ? span : here(reader),
             "write it like this: , 5 samples", "the word \"samples\" was expected here");
    return false;
  }
  if (span.end == span.begin) {
    bp_error(reader->diagnostics, reader->source, here(reader),
             "after a comma comes a loss or a number of samples: , cross-entropy, 5 samples",
             "a loss was expected here");
    return false;
  }
  const struct bp_loss *loss = read_two_words(reader, span);
  if (loss)
    spec->loss = loss;
  else if (bp_spec_set_loss(spec, reader->source, span, reader->diagnostics) != 0)
    return false;
  after_loss(reader);
  return true;
}

int bp_spec_check(const struct bp_spec *spec, const struct bp_source *source,
                  struct bp_diagnostics *diagnostics) {
  const struct bp_function *output = spec->activation[spec->depth];
  if (bp_loss_fits(spec->loss, output))
    return 0;
  struct bp_arena *arena = diagnostics->arena;
  const char *outputs = list_activations("take a", probabilities, " or ", arena);
  const char *others = list_losses(true, " or ", arena);
  bp_error(diagnostics, source, (struct bp_span){0, source->length},
           outputs && others ? bp_arena_printf(arena, "%s output, or the %s loss", outputs, others)
                             : NULL,
           "%s needs outputs between 0 and 1, and %s can leave them", spec->loss->name,
           output->name);
  return -1;
}

int bp_spec_parse(const struct bp_source *source, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_spec *spec) {
  struct reader reader = {source, diagnostics, 0};
  size_t layers = count_layers(source);
  if (layers > LARGEST_DEPTH + 1)
    layers = LARGEST_DEPTH + 1;
  *spec = (struct bp_spec){0};
  size_t *size = bp_arena_alloc(arena, layers + 1, sizeof *size);
  spec->activation = bp_arena_alloc(arena, layers + 1, sizeof *spec->activation);
  if (!size || !spec->activation) {
    bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "out of memory");
    return -1;
  }
  if (!read_layers(&reader, size, spec))
    return -1;
  spec->loss = bp_loss_usual(spec->activation[spec->depth]);
  for (skip_blanks(&reader); comma_here(&reader); skip_blanks(&reader)) {
    reader.at += comma_here(&reader);
    if (!read_part(&reader, spec))
      return -1;
  }
  if (at_end(&reader))
    return 0;
  bp_error(diagnostics, source, here(&reader),
           "layers are separated by \" - \", the loss and the samples by commas",
           "the network should have ended here");
  return -1;
}

const char *bp_spec_text(const struct bp_spec *spec, struct bp_arena *arena) {
  char *text = bp_arena_printf(arena, "%zu", spec->size[0]);
  for (size_t l = 1; text && l <= spec->depth; l++)
    text = bp_arena_printf(arena, "%s - %zu %s", text, spec->size[l], spec->activation[l]->name);
  return text;
}

size_t bp_spec_parameters(const struct bp_spec *spec) {
  size_t total = 0;
  for (size_t l = 1; l <= spec->depth; l++) {
    size_t block;
    if (__builtin_mul_overflow(spec->size[l], spec->size[l - 1] + 1, &block) ||
        __builtin_add_overflow(total, block, &total))
      return SIZE_MAX;
  }
  return total;
}
