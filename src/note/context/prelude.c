/* The declarations of a fully connected network in the letters of the note.
 *
 * Only what the statements of the context mention is declared, so that a letter with another
 * meaning stays free; what is declared is the same for all notes of a family.  The note's own
 * forward equations are claims like others: where they agree with the declarations, these are the
 * note's own.
 */
#include <stdarg.h>
#include <string.h>

#include "base/growing.h"
#include "note/context/context.h"
#include "note/context/unit.h"

#define BP_ROW(loss, words) words,
static const char *const loss_words[] = {BP_NOTE_LOSSES(BP_ROW)};
#undef BP_ROW

/* What a context writes, and under which letters. */
struct letters {
  const char *weight, *input, *target, *pre, *act, *loss;
  const char *function; /* of all layers; NULL: one each, or none is named */
  bool indexed;         /* g^{[l]} */
  bool bias;            /* there is one */
  int layers;
};

static bool look_for(const struct bp_note_context *context, const char *what) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    if (bp_text_find(text->text, 0, text->length, what) < text->length)
      return true;
  }
  return false;
}

static bool mentions(const struct bp_note_context *context, const char *what) {
  struct bp_mentions *known = context->mentions;
  if (known && (known->members != context->members || known->member_count != context->count))
    known = NULL;
  for (size_t k = 0; known && k < known->count; k++)
    if (!strcmp(known->list[k].what, what))
      return known->list[k].found;
  bool found = look_for(context, what), fits = known && strlen(what) < sizeof known->list->what;
  if (fits && known->count < sizeof known->list / sizeof *known->list) {
    strcpy(known->list[known->count].what, what);
    known->list[known->count++].found = found;
  }
  return found;
}

bool bp_context_has_layers(const struct bp_note_context *context, const char *name) {
  char pattern[40];
  snprintf(pattern, sizeof pattern, "%s^{", name);
  char spaced[40], lowered[40];
  snprintf(spaced, sizeof spaced, "%s ^{", name);
  snprintf(lowered, sizeof lowered, "%s_{", name);
  return mentions(context, pattern) || mentions(context, spaced) || mentions(context, lowered);
}

/* The largest layer that is called by its number, anywhere in the note: parts of it may speak of
 * other layers of the same network. */
int bp_context_layers(const struct bp_note_context *context) {
  bool brackets = context->family == BP_FAMILY_BRACKETS, letters = false;
  int most = 0;
  for (size_t i = 0; i < context->note->count; i++) {
    const struct bp_written *text = &context->note->list[i].cut.text;
    for (size_t at = 0; at + 4 < text->length; at++) {
      const char *sign = text->text + at;
      char digit = brackets ? sign[3] : sign[2];
      bool index = sign[0] == '^' && sign[1] == '{' && (!brackets || sign[2] == '[') &&
                   digit >= '1' && digit <= '9' && (brackets ? sign[4] == ']' : sign[3] == '}');
      letters = letters || (brackets && sign[0] == '^' && sign[2] == '[' && digit >= 'a');
      if (index && digit - '0' > most)
        most = digit - '0';
    }
  }
  if (!brackets)
    return most > 3 ? most : 3;
  return most < 2 && (letters || most == 0) ? 3 : most;
}

static const char *loss_letter(const struct bp_note_context *context) {
  if (mentions(context, "J"))
    return "J";
  if (mentions(context, "\\partial C") || mentions(context, "C =") ||
      mentions(context, "_{a}  C") || mentions(context, "C="))
    return "C";
  if (mentions(context, "\\partial E") || mentions(context, "E ="))
    return "E";
  return mentions(context, "L}") || mentions(context, "\\partial L") ? "Loss" : "J";
}

static const char *function_letter(const struct bp_note_context *context) {
  bool general =
      context->family == BP_FAMILY_BRACKETS && /* beside which σ is the last one */
      (mentions(context, "g(") || mentions(context, "g'(") || mentions(context, "g^{'}"));
  if (mentions(context, "\\sigma") && !general)
    return "\\sigma";
  if (mentions(context, "f(") || mentions(context, "f^{'}") || mentions(context, "f'"))
    return "f";
  if (mentions(context, "\\phi(") || mentions(context, "\\phi'(") || mentions(context, "\\phi ("))
    return "\\phi";
  return mentions(context, "g(") || mentions(context, "g'(") ? "g" : NULL;
}

static const char *weight_letter(const struct bp_note_context *context) {
  static const char *const letters[] = {"W", "\\Theta", "\\theta", "w"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    if (bp_context_has_layers(context, letters[k]))
      return letters[k];
  return "W";
}

bool bp_context_in_small_letters(const struct bp_note_context *context) {
  static const char *const capitals[] = {"Z", "A", "dZ", "dA", "\\mathbf{Z}", "\\mathbf{A}"};
  for (size_t k = 0; k < sizeof capitals / sizeof *capitals; k++)
    if (bp_context_has_layers(context, capitals[k]))
      return false;
  return context->family == BP_FAMILY_BRACKETS && bp_context_has_layers(context, "z");
}

static struct letters letters_of(const struct bp_note_context *context,
                                 const struct bp_note_reading *reading) {
  bool capital = context->many && !bp_context_in_small_letters(context);
  struct letters letters = {
      .weight = weight_letter(context),
      .bias = !context->note->parentheses || bp_context_has_layers(context, "b") ||
              bp_context_has_layers(context, "B"),
      .input = context->many ? "X" : "x",
      .target = context->many ? "Y" : "y",
      .pre = capital ? "Z" : "z",
      .act = capital ? "A" : "a",
      .loss = loss_letter(context),
      .layers = reading->layers > 0 ? reading->layers : bp_context_layers(context)};
  letters.indexed =
      context->family == BP_FAMILY_BRACKETS &&
      (mentions(context, "g^{[") || mentions(context, "g[") || mentions(context, "g'^{[") ||
       mentions(context, "g^{'[") || mentions(context, "g^{'}^{["));
  letters.function = letters.indexed ? NULL : function_letter(context);
  return letters;
}

/* ---- what the note declares ---------------------------------------------- */

/* Whether a line of what is declared begins with the keyword. */
static bool declares(const struct bp_note *note, const char *keyword) {
  size_t length = strlen(keyword);
  for (size_t i = 0; i < note->declared_count; i++) {
    const char *text = note->source->text;
    size_t at = note->declared[i].begin, end = note->declared[i].end;
    while (at < end) {
      while (at < end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n'))
        at++;
      if (end - at > length && !memcmp(text + at, keyword, length) && text[at + length] == ' ')
        return true;
      while (at < end && text[at] != '\n')
        at++;
    }
  }
  return false;
}

/* What people call derivatives of the loss of a network: of what, and whether there is one for each
 * sample. */
static const struct {
  const char *name, *of;
  bool of_sample;
} gradients[] = {{"dZ", "Z", true},
                 {"dA", "A", true},
                 {"\\delta", "Z", true},
                 {"dW", "W", false},
                 {"db", "b", false}};

enum { GRADIENTS = sizeof gradients / sizeof *gradients };

/* Whether a network is declared and nothing says what its dZ are. */
static bool leaves_gradients_open(const struct bp_note_context *context) {
  bool open = false;
  for (size_t k = 0; k < GRADIENTS; k++)
    open = open || bp_context_has_layers(context, gradients[k].name);
  return open && declares(context->note, "network") && !declares(context->note, "write") &&
         !declares(context->note, "vary");
}

/* ---- readings ------------------------------------------------------------ */

size_t bp_context_readings(const struct bp_note_context *context) {
  if (context->program)
    return bp_program_readings(context->program);
  if (context->family == BP_FAMILY_NONE)
    return 0;
  if (context->family == BP_FAMILY_STATED)
    return leaves_gradients_open(context) ? 3 : 1;
  if (context->family == BP_FAMILY_OWN)
    return context->own_count;
  if (context->family == BP_FAMILY_UNIT)
    return (size_t)BP_NOTE_LOSS_COUNT * (context->many ? 2 : 1);
  size_t ways = context->many ? 4 : 1, changes = context->many ? 2 : 1;
  return (size_t)BP_NOTE_LOSS_COUNT * (context->note->lags ? 3 : 1) *
         (ways + (bp_context_has_differentials(context) ? changes : 0));
}

struct bp_note_reading bp_context_reading(const struct bp_note_context *context, size_t k) {
  if (context->program)
    return (struct bp_note_reading){.way = k};
  if (context->family == BP_FAMILY_STATED) {
    bool open = leaves_gradients_open(context);
    return (struct bp_note_reading){.of_the_sum = open && k == 0, .changes = !open || k > 1};
  }
  if (context->family == BP_FAMILY_OWN)
    return (struct bp_note_reading){.own = k};
  size_t way = k / BP_NOTE_LOSS_COUNT, ways = context->many ? 4 : 1;
  size_t offsets = context->note->lags ? 3 : 1, gradients = ways * offsets;
  struct bp_note_reading reading = {.loss = (enum bp_note_loss)(k % BP_NOTE_LOSS_COUNT),
                                    .changes = way >= gradients};
  if (reading.changes) { /* of which there is no mean and no sum */
    way -= gradients;
    ways = context->many ? 2 : 1;
  }
  if (context->family == BP_FAMILY_BRACKETS)
    reading.offset = (enum bp_note_offset)(way / ways);
  way %= ways;
  if (context->many) {
    bool rows = reading.changes ? way > 0 : way / 2 > 0;
    reading.samples = rows ? BP_NOTE_SAMPLES_ROWS : BP_NOTE_SAMPLES_COLUMNS;
    reading.of_the_sum = !reading.changes && way % 2 == 0;
  }
  return reading;
}

const char *bp_context_words(const struct bp_note_context *context,
                             const struct bp_note_reading *reading, struct bp_arena *arena) {
  static const char *const samples[] = {"one sample", "m samples as columns", "m samples as rows"};
  if (context->program) {
    struct bp_program_reading way = bp_program_reading(context->program, reading->way);
    const char *words = bp_program_words(context->program, &way, arena);
    bool stated = context->family == BP_FAMILY_STATED;
    return words ? bp_arena_printf(arena, "%s%s", stated ? "as " : "", words) : NULL;
  }
  if (context->family == BP_FAMILY_STATED)
    return reading->of_the_sum ? "as the note declares it; dZ is m times the derivative of the mean"
           : reading->changes  ? "as the note declares it"
                               : "as the note declares it; dZ is the derivative of the mean";
  if (context->family == BP_FAMILY_OWN)
    return bp_arena_printf(arena, "its own definitions; %s", context->own[reading->own].words);
  static const char *const offsets[] = {"", ", weights counted from the layer before",
                                        ", weights and biases counted from the layer before"};
  const char *last =
      context->last ? bp_arena_printf(arena, "; %c is the last layer", context->last) : "";
  if (!last)
    return NULL;
  return bp_arena_printf(arena, "%s%s, %s; %s%s%s",
                         context->note->parentheses              ? "layers in parentheses"
                         : context->family == BP_FAMILY_BRACKETS ? "layers in brackets"
                         : context->family == BP_FAMILY_RAISED   ? "layers as superscripts"
                                                                 : "a single unit",
                         offsets[reading->offset], samples[reading->samples],
                         loss_words[reading->loss],
                         reading->changes      ? "; dZ is a differential"
                         : !context->many      ? ""
                         : reading->of_the_sum ? "; dZ is m times the derivative of the mean"
                                               : "; dZ is the derivative of the mean",
                         last);
}

/* ---- the text ------------------------------------------------------------ */

struct writer {
  struct bp_arena *arena;
  struct bp_growing out;
};

__attribute__((format(printf, 2, 3))) static void line(struct writer *writer, const char *format,
                                                       ...) {
  va_list arguments;
  va_start(arguments, format);
  bp_growing_add_list(&writer->out, format, arguments);
  va_end(arguments);
  bp_growing_add(&writer->out, "\n");
}

/* The shape of what has a number for each unit of the input, or of the output. */
static const char *input_shape(const struct bp_note_reading *reading) {
  static const char *const shapes[] = {"n[0]", "n[0] x m", "m x n[0]"};
  return shapes[reading->samples];
}

static const char *output_shape(const struct bp_note_reading *reading) {
  static const char *const shapes[] = {"n[L]", "n[L] x m", "m x n[L]"};
  return shapes[reading->samples];
}

/* Whether a line of the context has `what`, and calls a layer by its number where it must. */
static bool mentions_at_layer(const struct bp_note_context *context, const char *what,
                              bool numbered) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    if (bp_text_find(text->text, 0, text->length, what) < text->length &&
        (!numbered || bp_text_find(text->text, 0, text->length, "^{[1") < text->length))
      return true;
  }
  return false;
}

/* The activation that the lines of the context name by its slope, where it is only one: the hidden
 * one, since that of the output is in the loss; in lines of layer 1, if any do, since code for any
 * layer has functions for several.  NULL: none. */
static const char *named_slope(const struct bp_note_context *context) {
  static const char *const slopes[][2] = {
      {"tanh'(", "tanh"}, {"relu'(", "relu"}, {"sigmoid'(", "σ"}, {"softplus'(", "softplus"}};
  for (int numbered = 1; numbered >= 0; numbered--) {
    const char *found = NULL;
    size_t count = 0;
    for (size_t k = 0; k < sizeof slopes / sizeof *slopes; k++)
      if (mentions_at_layer(context, slopes[k][0], numbered != 0)) {
        found = slopes[k][1];
        count++;
      }
    if (count > 0)
      return count == 1 ? found : NULL;
  }
  return NULL;
}

/* The activation that the note states for all hidden layers, or NULL. */
static const char *stated_for_all(const struct bp_note_context *context,
                                  const struct letters *letters) {
  const char *first = bp_context_activation(context, 1);
  for (int l = 2; l < letters->layers && first; l++) {
    const char *next = bp_context_activation(context, l);
    first = next && strcmp(first, next) == 0 ? first : NULL;
  }
  return letters->layers > 1 ? first : NULL;
}

static void write_functions(struct writer *writer, const struct bp_note_context *context,
                            const struct letters *letters, const struct bp_note_reading *reading) {
  bool sigmoid = reading->loss == BP_NOTE_LOSS_CROSS_ENTROPY;
  bool softmax = reading->loss == BP_NOTE_LOSS_SOFTMAX;
  const char *name = letters->function;
  if (letters->indexed) {
    line(writer, "given hidden, output : function");
    for (int l = 1; l <= letters->layers - softmax; l++) {
      const char *stated = l < letters->layers ? bp_context_activation(context, l) : NULL;
      line(writer, "let g[%d] = %s", l,
           stated                ? stated
           : l < letters->layers ? "hidden"
           : sigmoid             ? "σ"
                                 : "output");
    }
  } else if (name && strcmp(name, "\\sigma") != 0 && stated_for_all(context, letters))
    line(writer, "let %s = %s", name, stated_for_all(context, letters));
  else if (name && strcmp(name, "\\sigma") != 0 && sigmoid)
    line(writer, "let %s = σ", name);
  else if (name && strcmp(name, "\\sigma") != 0)
    line(writer, "given %s : function", name);
  else if (!name && named_slope(context))
    line(writer, "let hidden = %s", named_slope(context));
  else if (!name)
    line(writer, "given hidden : function");
}

/* Weights and biases; W[l-1] may lead to layer l. */
static void write_parameters(struct writer *writer, const struct letters *letters,
                             const struct bp_note_reading *reading) {
  bool rows = reading->samples == BP_NOTE_SAMPLES_ROWS;
  const char *w = letters->weight;
  if (reading->offset == BP_NOTE_OFFSET_NONE)
    line(writer, "given %s[l] : %s for l = 1..L", w, rows ? "n[l-1] x n[l]" : "n[l] x n[l-1]");
  else
    line(writer, "given %s[l] : %s for l = 0..L-1", w, rows ? "n[l] x n[l+1]" : "n[l+1] x n[l]");
  if (letters->bias && reading->offset == BP_NOTE_OFFSET_BOTH)
    line(writer, "given b[l] : %s for l = 0..L-1", rows ? "1 x n[l+1]" : "n[l+1]");
  else if (letters->bias)
    line(writer, "given b[l] : %s for l = 1..L", rows ? "1 x n[l]" : "n[l]");
}

/* What the layers compute from their weighted sums: up to the last, or the one before it where the
 * loss says what that computes. */
static void write_activations(struct writer *writer, const struct bp_note_context *context,
                              const struct letters *letters, bool special) {
  const char *z = letters->pre, *a = letters->act;
  const char *hidden = letters->indexed ? "g[l]" : letters->function ? letters->function : "hidden";
  bool letter = letters->function && strcmp(letters->function, "\\sigma") != 0, stated = false;
  for (int l = 1; l < letters->layers && !letter; l++)
    stated = stated || bp_context_activation(context, l);
  const char *last = special ? NULL : bp_context_activation(context, letters->layers);
  if (letters->indexed || (!stated && !last)) {
    line(writer, "let %s[l] = %s(%s[l]) for l = 1..%s", a, hidden, z, special ? "L-1" : "L");
    return;
  }
  for (int l = 1; l <= letters->layers - special; l++) {
    const char *own = letter && l < letters->layers ? NULL : bp_context_activation(context, l);
    line(writer, "let %s[%d] = %s(%s[%d])", a, l, own ? own : hidden, z, l);
  }
}

static void write_forward(struct writer *writer, const struct bp_note_context *context,
                          const struct letters *letters, const struct bp_note_reading *reading) {
  const char *w = letters->weight, *z = letters->pre, *a = letters->act;
  bool rows = reading->samples == BP_NOTE_SAMPLES_ROWS;
  line(writer, "size L = %d", letters->layers);
  line(writer, "given %s : %s", letters->input, input_shape(reading));
  write_parameters(writer, letters, reading);
  write_functions(writer, context, letters, reading);
  line(writer, "let %s[0] = %s", a, letters->input);
  const char *index = reading->offset != BP_NOTE_OFFSET_NONE ? "l-1" : "l";
  bool columns = letters->bias && context->many && bp_context_has_layers(context, "B") &&
                 reading->samples == BP_NOTE_SAMPLES_COLUMNS;
  if (columns)
    line(writer, reading->offset == BP_NOTE_OFFSET_BOTH
                     ? "let B[l] = b[l]*ones(1, m) for l = 0..L-1"
                     : "let B[l] = b[l]*ones(1, m) for l = 1..L");
  const char *bias = !letters->bias ? ""
                     : reading->offset == BP_NOTE_OFFSET_BOTH
                         ? (columns ? " + B[l-1]" : " + b[l-1]")
                     : columns ? " + B[l]"
                               : " + b[l]";
  if (rows)
    line(writer, "let %s[l] = %s[l-1]*%s[%s]%s for l = 1..L", z, a, w, index, bias);
  else
    line(writer, "let %s[l] = %s[%s]*%s[l-1]%s for l = 1..L", z, w, index, a, bias);
  bool special = reading->loss == BP_NOTE_LOSS_SOFTMAX ||
                 (reading->loss == BP_NOTE_LOSS_CROSS_ENTROPY && !letters->indexed);
  write_activations(writer, context, letters, special);
  if (reading->loss == BP_NOTE_LOSS_SOFTMAX)
    line(writer, rows ? "let %s[L] = softmax(%s[L]')'" : "let %s[L] = softmax(%s[L])", a, z);
  else if (special)
    line(writer, "let %s[L] = σ(%s[L])", a, z);
}

static void write_loss(struct writer *writer, const struct letters *letters,
                       const struct bp_note_reading *reading) {
  const char *y = letters->target, *a = letters->act, *loss = letters->loss;
  const char *mean = reading->samples == BP_NOTE_SAMPLES_ONE ? "" : "1/m*";
  bool rows = reading->samples == BP_NOTE_SAMPLES_ROWS;
  switch (reading->loss) {
  case BP_NOTE_LOSS_ANY:
    line(writer, "given %s, anything : %s", y, output_shape(reading));
    line(writer, "given smooth : function");
    line(writer, "let %s = %ssum(anything ⊙ smooth(%s[L] - %s))", loss, mean, a, y);
    break;
  case BP_NOTE_LOSS_CROSS_ENTROPY:
    line(writer, "given %s : %s in (0, 1)", y, output_shape(reading));
    line(writer, "let %s = -%ssum(%s ⊙ log(%s[L]) + (1 - %s) ⊙ log(1 - %s[L]))", loss, mean, y, a,
         y, a);
    break;
  case BP_NOTE_LOSS_SOFTMAX:
    line(writer, "given onehots : n[L] x %s in onehot",
         reading->samples == BP_NOTE_SAMPLES_ONE ? "1" : "m");
    line(writer, "let %s = onehots%s", y, rows ? "'" : "");
    line(writer, "let %s = -%ssum(%s ⊙ log(%s[L]))", loss, mean, y, a);
    break;
  default:
    line(writer, "given %s : %s", y, output_shape(reading));
    line(writer, "let %s = %s%snorm(%s[L] - %s)^2", loss, mean,
         reading->loss == BP_NOTE_LOSS_HALF_SQUARED ? "1/2*" : "", a, y);
  }
}

/* Whether a line of code has it: there W and w are seldom two things. */
static bool code_mentions(const struct bp_note_context *context, const char *what) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    const struct bp_written *text = &noted->cut.text;
    if (noted->code && bp_text_find(text->text, 0, text->length, what) < text->length)
      return true;
  }
  return false;
}

/* Small letters beside capital ones, and names for derivatives. */
static void write_names(struct writer *writer, const struct bp_note_context *context,
                        const struct letters *letters, const struct bp_note_reading *reading) {
  const char *z = letters->pre, *a = letters->act, *loss = letters->loss;
  const char *factor = context->many && reading->of_the_sum ? "m*" : "";
  static const char *const layered[] = {"dZ", "dz", "\\delta", "dA", "da"};
  bool changes = reading->changes;
  for (size_t k = 0; k < sizeof layered / sizeof *layered; k++)
    if (bp_context_has_layers(context, layered[k]) && (!changes || k == 2))
      line(writer, "write %s[l] for %s∂%s/∂%s[l]", k == 2 ? "δ" : layered[k], factor, loss,
           k < 3 ? z : a);
  if (bp_context_has_layers(context, "\\Delta") && !changes) /* sums up δ a^T, or stands for δ */
    line(writer, "write Δ[l] for %s∂%s/∂%s[l]", factor, loss,
         bp_context_has_layers(context, "\\delta") ? letters->weight : z);
  char name[8];
  snprintf(name, sizeof name, "d%s", letters->weight);
  if (bp_context_has_layers(context, name) && !changes)
    line(writer, "write %s[l] for ∂%s/∂%s[l]", name, loss, letters->weight);
  if (letters->weight[0] == 'W' && bp_context_has_layers(context, "dw") && !changes)
    line(writer, "write dw[l] for ∂%s/∂W[l]", loss);
  if (bp_context_has_layers(context, "db") && !changes)
    line(writer, "write db[l] for ∂%s/∂b[l]", loss);
  if (!context->many)
    return;
  if (letters->weight[0] == 'W' && code_mentions(context, "w^{["))
    line(writer, "let w[l] = W[l] for l = %s",
         reading->offset == BP_NOTE_OFFSET_NONE ? "1..L" : "0..L-1");
  if (mentions(context, "x"))
    line(writer, "let x = X");
  if (mentions(context, "y"))
    line(writer, "let y = Y");
  if (bp_context_has_layers(context, "z") && z[0] == 'Z')
    line(writer, "let z[l] = Z[l] for l = 1..L");
  if (bp_context_has_layers(context, "a") && a[0] == 'A')
    line(writer, "let a[l] = A[l] for l = 0..L");
}

/* What the note calls what is differentiated in the end, where that is a word: \\partial
 * FinalOutput. */
static const char *word_of_output(const struct bp_note_context *context, struct bp_arena *arena) {
  static const char partial[] = "\\partial ", part[] = "\\part ";
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    for (size_t at = 0; at < text->length; at++) {
      if (text->text[at] != '\\' || at + sizeof partial >= text->length)
        continue;
      bool whole = !memcmp(text->text + at, partial, sizeof partial - 1);
      if (!whole && memcmp(text->text + at, part, sizeof part - 1) != 0)
        continue;
      size_t begin = at + (whole ? sizeof partial : sizeof part) - 1, end = begin;
      while (end < text->length && (text->text[end] | 0x20) >= 'a' &&
             (text->text[end] | 0x20) <= 'z')
        end++;
      if (end - begin > 3)
        return bp_arena_strndup(arena, text->text + begin, end - begin);
    }
  }
  return NULL;
}

static const char *stated(const struct bp_note_context *context,
                          const struct bp_note_reading *reading, struct bp_arena *arena) {
  const struct bp_note *note = context->note;
  struct bp_growing out = bp_growing_new(arena);
  for (size_t i = 0; i < note->declared_count; i++) {
    struct bp_span span = note->declared[i];
    bp_growing_add(&out, "%.*s\n", (int)(span.end - span.begin), note->source->text + span.begin);
  }
  for (size_t k = 0; k < GRADIENTS && !reading->changes; k++)
    if (bp_context_has_layers(context, gradients[k].name))
      bp_growing_add(&out, "write %s[l] for %s∂J/∂%s[l]\n",
                     gradients[k].name[0] == '\\' ? "δ" : gradients[k].name,
                     gradients[k].of_sample && reading->of_the_sum ? "m*" : "", gradients[k].of);
  return out.text;
}

const char *bp_context_prelude(const struct bp_note_context *context,
                               const struct bp_note_reading *reading, struct bp_arena *arena) {
  if (context->program) {
    struct bp_program_reading way = bp_program_reading(context->program, reading->way);
    return bp_program_prelude(context->program, &way, arena);
  }
  if (context->family == BP_FAMILY_STATED)
    return stated(context, reading, arena);
  if (context->family == BP_FAMILY_OWN)
    return context->own[reading->own].prelude;
  if (context->family == BP_FAMILY_UNIT)
    return bp_context_unit(context, reading, arena);
  struct letters letters = letters_of(context, reading);
  struct writer writer = {arena, bp_growing_new(arena)};
  write_forward(&writer, context, &letters, reading);
  write_loss(&writer, &letters, reading);
  if (strcmp(letters.loss, "Loss") != 0 && mentions(context, "\\partial L"))
    line(&writer, "let Loss = %s", letters.loss);
  write_names(&writer, context, &letters, reading);
  if (mentions(context, "\\hat{y}") || mentions(context, "\\hat y"))
    line(&writer, "let \\hat{y} = %s[L]", letters.act);
  const char *word = word_of_output(context, arena);
  if (word && strcmp(word, letters.loss) != 0)
    line(&writer, "let %s = %s%s", word, context->many && reading->of_the_sum ? "m*" : "",
         letters.loss);
  return writer.out.text;
}
