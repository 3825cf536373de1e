/* The declarations of a fully connected network in the letters of the note.
 *
 * Only what the statements of the context mention is declared, so that a letter with another
 * meaning stays free; what is declared is the same for all notes of a family.  The note's own
 * forward equations are claims like others: where they agree with the declarations, these are the
 * note's own.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
  int layers;
};

static bool mentions(const struct bp_note_context *context, const char *what) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    if (bp_text_find(text->text, 0, text->length, what) < text->length)
      return true;
  }
  return false;
}

/* Whether a name with a layer is mentioned: W^{[l]}, w^{l}. */
static bool has_layers(const struct bp_note_context *context, const char *name) {
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
  if (mentions(context, "\\sigma"))
    return "\\sigma";
  if (mentions(context, "f(") || mentions(context, "f^{'}") || mentions(context, "f'"))
    return "f";
  return mentions(context, "g(") || mentions(context, "g'(") ? "g" : NULL;
}

static struct letters letters_of(const struct bp_note_context *context,
                                 const struct bp_note_reading *reading) {
  struct letters letters = {
      .weight = has_layers(context, "W") || !has_layers(context, "w") ? "W" : "w",
      .input = context->many ? "X" : "x",
      .target = context->many ? "Y" : "y",
      .pre = context->many ? "Z" : "z",
      .act = context->many ? "A" : "a",
      .loss = loss_letter(context),
      .layers = reading->layers > 0 ? reading->layers : bp_context_layers(context)};
  letters.indexed =
      context->family == BP_FAMILY_BRACKETS &&
      (mentions(context, "g^{[") || mentions(context, "g[") || mentions(context, "g'^{[") ||
       mentions(context, "g^{'[") || mentions(context, "g^{'}^{["));
  letters.function = letters.indexed ? NULL : function_letter(context);
  return letters;
}

/* ---- readings ------------------------------------------------------------ */

size_t bp_context_readings(const struct bp_note_context *context) {
  if (context->program)
    return bp_program_readings(context->program);
  if (context->family == BP_FAMILY_NONE)
    return 0;
  if (context->family == BP_FAMILY_STATED)
    return 1;
  if (context->family == BP_FAMILY_UNIT)
    return (size_t)BP_NOTE_LOSS_COUNT * (context->many ? 2 : 1);
  return (size_t)BP_NOTE_LOSS_COUNT * (context->many ? 4 : 1);
}

struct bp_note_reading bp_context_reading(const struct bp_note_context *context, size_t k) {
  if (context->program)
    return (struct bp_note_reading){.way = k};
  size_t way = k / BP_NOTE_LOSS_COUNT;
  struct bp_note_reading reading = {.loss = (enum bp_note_loss)(k % BP_NOTE_LOSS_COUNT)};
  if (context->many) {
    reading.samples = way / 2 == 0 ? BP_NOTE_SAMPLES_COLUMNS : BP_NOTE_SAMPLES_ROWS;
    reading.of_the_sum = way % 2 == 0;
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
    return "as the note declares it";
  return bp_arena_printf(arena, "%s, %s; %s%s",
                         context->family == BP_FAMILY_BRACKETS ? "layers in brackets"
                         : context->family == BP_FAMILY_RAISED ? "layers as superscripts"
                                                               : "a single unit",
                         samples[reading->samples], loss_words[reading->loss],
                         !context->many        ? ""
                         : reading->of_the_sum ? "; dZ is m times the derivative of the mean"
                                               : "; dZ is the derivative of the mean");
}

/* ---- the text ------------------------------------------------------------ */

struct writer {
  struct bp_arena *arena;
  const char *text; /* NULL once memory was short */
};

__attribute__((format(printf, 2, 3))) static void line(struct writer *writer, const char *format,
                                                       ...) {
  char piece[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (writer->text)
    writer->text = bp_arena_printf(writer->arena, "%s%s\n", writer->text, piece);
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

static void write_functions(struct writer *writer, const struct letters *letters,
                            const struct bp_note_reading *reading) {
  bool sigmoid = reading->loss == BP_NOTE_LOSS_CROSS_ENTROPY;
  bool softmax = reading->loss == BP_NOTE_LOSS_SOFTMAX;
  const char *name = letters->function;
  if (letters->indexed) {
    line(writer, "given hidden, output : function");
    for (int l = 1; l <= letters->layers - softmax; l++)
      line(writer, "let g[%d] = %s", l, l < letters->layers ? "hidden" : sigmoid ? "σ" : "output");
  } else if (name && name[0] != '\\' && sigmoid)
    line(writer, "let %s = σ", name);
  else if (name && name[0] != '\\')
    line(writer, "given %s : function", name);
  else if (!name)
    line(writer, "given hidden : function");
}

static void write_forward(struct writer *writer, const struct letters *letters,
                          const struct bp_note_reading *reading) {
  const char *w = letters->weight, *z = letters->pre, *a = letters->act;
  bool rows = reading->samples == BP_NOTE_SAMPLES_ROWS;
  line(writer, "size L = %d", letters->layers);
  line(writer, "given %s : %s", letters->input, input_shape(reading));
  line(writer, "given %s[l] : %s for l = 1..L", w, rows ? "n[l-1] x n[l]" : "n[l] x n[l-1]");
  line(writer, "given b[l] : %s for l = 1..L", rows ? "1 x n[l]" : "n[l]");
  write_functions(writer, letters, reading);
  line(writer, "let %s[0] = %s", a, letters->input);
  if (rows)
    line(writer, "let %s[l] = %s[l-1]*%s[l] + b[l] for l = 1..L", z, a, w);
  else
    line(writer, "let %s[l] = %s[l]*%s[l-1] + b[l] for l = 1..L", z, w, a);
  const char *hidden = letters->indexed ? "g[l]" : letters->function ? letters->function : "hidden";
  bool special = reading->loss == BP_NOTE_LOSS_SOFTMAX ||
                 (reading->loss == BP_NOTE_LOSS_CROSS_ENTROPY && !letters->indexed);
  line(writer, "let %s[l] = %s(%s[l]) for l = 1..%s", a, hidden, z, special ? "L-1" : "L");
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

/* Small letters beside capital ones, and names for derivatives. */
static void write_names(struct writer *writer, const struct bp_note_context *context,
                        const struct letters *letters, const struct bp_note_reading *reading) {
  const char *z = letters->pre, *a = letters->act, *loss = letters->loss;
  const char *factor = context->many && reading->of_the_sum ? "m*" : "";
  static const char *const layered[] = {"dZ", "dz", "\\delta", "dA", "da"};
  for (size_t k = 0; k < sizeof layered / sizeof *layered; k++)
    if (has_layers(context, layered[k]))
      line(writer, "write %s[l] for %s∂%s/∂%s[l]", k == 2 ? "δ" : layered[k], factor, loss,
           k < 3 ? z : a);
  char name[8];
  snprintf(name, sizeof name, "d%s", letters->weight);
  if (has_layers(context, name))
    line(writer, "write %s[l] for ∂%s/∂%s[l]", name, loss, letters->weight);
  if (letters->weight[0] == 'W' && has_layers(context, "dw"))
    line(writer, "write dw[l] for ∂%s/∂W[l]", loss);
  if (has_layers(context, "db"))
    line(writer, "write db[l] for ∂%s/∂b[l]", loss);
  if (!context->many)
    return;
  if (mentions(context, "x"))
    line(writer, "let x = X");
  if (mentions(context, "y"))
    line(writer, "let y = Y");
  if (has_layers(context, "z"))
    line(writer, "let z[l] = Z[l] for l = 1..L");
  if (has_layers(context, "a"))
    line(writer, "let a[l] = A[l] for l = 0..L");
}

static const char *stated(const struct bp_note *note, struct bp_arena *arena) {
  const char *text = "";
  for (size_t i = 0; i < note->declared_count && text; i++) {
    struct bp_span span = note->declared[i];
    text = bp_arena_printf(arena, "%s%.*s\n", text, (int)(span.end - span.begin),
                           note->source->text + span.begin);
  }
  return text;
}

const char *bp_context_prelude(const struct bp_note_context *context,
                               const struct bp_note_reading *reading, struct bp_arena *arena) {
  if (context->program) {
    struct bp_program_reading way = bp_program_reading(context->program, reading->way);
    return bp_program_prelude(context->program, &way, arena);
  }
  if (context->family == BP_FAMILY_STATED)
    return stated(context->note, arena);
  if (context->family == BP_FAMILY_UNIT)
    return bp_context_unit(context, reading, arena);
  struct letters letters = letters_of(context, reading);
  struct writer writer = {arena, ""};
  write_forward(&writer, &letters, reading);
  write_loss(&writer, &letters, reading);
  write_names(&writer, context, &letters, reading);
  if (mentions(context, "\\hat{y}") || mentions(context, "\\hat y"))
    line(&writer, "let \\hat{y} = %s[L]", letters.act);
  return writer.text;
}

/* ---- claims -------------------------------------------------------------- */

/* What stands in the text for what the note writes otherwise; in the order of trying. */
struct substitution {
  const char *written, *ours;
};

static const struct substitution any_loss[] = {
    {"\\mathcal{L}", " Loss "},
    {"\\mathcal L", " Loss "},
    {"{\\cal L}", " Loss "},
    {"\\partial L}", "\\partial Loss}"},
    {"\\partial {L}", "\\partial Loss "},
    {"\\partial{L}", "\\partial Loss "},
    {"\\nabla L", "\\nabla Loss "},
};

static const struct substitution gradients[] = {
    {"\\nabla _{a}", "\\nabla _{a[L]}"},
    {"\\nabla_{a}", "\\nabla _{a[L]}"},
    {"\\nabla_{a^{L} }", "\\nabla _{a[L]}"},
};

/* Whether the argument list of a loss opens at `at`: (W, b), which says nothing. */
static size_t arguments_of_loss(const struct bp_written *text, size_t at, size_t end) {
  if (text->text[at] != '(' || at == 0)
    return at;
  size_t before = at;
  while (before > 0 && text->text[before - 1] == ' ')
    before--;
  if (before == 0 || !strchr("JCEL}", text->text[before - 1]))
    return at;
  if (text->text[before - 1] == '}' &&
      !(before >= 11 && memcmp(text->text + before - 11, "\\mathcal{L}", 11) == 0))
    return at;
  bool comma = false;
  for (size_t over = at + 1; over < end; over++) {
    char sign = text->text[over];
    if (sign == ')')
      return comma ? over + 1 : at;
    if (strchr("(+-*/=", sign))
      return at;
    comma = comma || sign == ',';
  }
  return at;
}

static const struct substitution *substitution_at(const struct bp_note_context *context,
                                                  const struct bp_written *text, size_t at,
                                                  size_t end) {
  const struct substitution *rows[] = {any_loss, gradients};
  size_t counts[] = {sizeof any_loss / sizeof *any_loss, context->family == BP_FAMILY_RAISED
                                                             ? sizeof gradients / sizeof *gradients
                                                             : 0};
  for (size_t r = 0; r < 2; r++)
    for (size_t k = 0; k < counts[r]; k++) {
      size_t length = strlen(rows[r][k].written);
      if (end - at >= length && memcmp(text->text + at, rows[r][k].written, length) == 0)
        return &rows[r][k];
    }
  return NULL;
}

/* Where the term ends that a sum over the samples is of: at the next + or - outside of brackets. */
static size_t term_end(const struct bp_written *text, size_t at, size_t end) {
  size_t depth = 0;
  for (; at < end; at++) {
    char sign = text->text[at];
    if (strchr("([{", sign))
      depth++;
    else if (strchr(")]}", sign) && depth-- == 0)
      return at;
    else if (depth == 0 && (sign == '+' || sign == '-'))
      return at;
  }
  return end;
}

static bool add_side(const struct bp_note_context *context, const struct bp_note_reading *reading,
                     const struct bp_written *side, size_t begin, size_t end,
                     struct bp_written *text) {
  static const char sum[] = BP_SUM_OF_SAMPLES_MARK;
  const char *name = reading->samples == BP_NOTE_SAMPLES_ROWS ? "colsum(" : "rowsum(";
  for (size_t at = begin; at < end;) {
    size_t behind = arguments_of_loss(side, at, end);
    const struct substitution *row =
        context->family == BP_FAMILY_STATED ? NULL : substitution_at(context, side, at, end);
    bool sums = end - at >= sizeof sum - 1 && memcmp(side->text + at, sum, sizeof sum - 1) == 0;
    size_t length = row ? strlen(row->written) : sums ? sizeof sum - 1 : 1;
    struct bp_span from = bp_written_from(side, at, at + length);
    bool fine = true;
    if (behind > at) {
      at = behind;
      continue;
    }
    if (sums) {
      size_t over = term_end(side, at + length, end);
      fine = bp_written_add(text, name, strlen(name), from) &&
             add_side(context, reading, side, at + length, over, text) &&
             bp_written_add(text, ")", 1, (struct bp_span){from.end, from.end});
      length = over - at;
    } else if (row)
      fine = bp_written_add(text, row->ours, strlen(row->ours), from);
    else
      fine = bp_written_copy(text, side, at, at + 1);
    if (!fine)
      return false;
    at += length;
  }
  return true;
}

bool bp_context_claim(const struct bp_note_context *context, const struct bp_note_reading *reading,
                      const struct bp_noted *noted, const struct bp_noted *left,
                      struct bp_written *text) {
  if (context->program)
    return bp_written_copy(text, &noted->cut.text, 0, noted->cut.text.length);
  bool first = true;
  for (size_t i = 0; i < noted->side_count; i++) {
    const struct bp_noted *whose = i == 0 && noted->cut.continues ? left : noted;
    const struct bp_noted_side *side = &whose->sides[i];
    if (noted->sides[i].symbolic)
      continue;
    size_t at = noted->sides[i].begin;
    struct bp_span here = bp_written_from(&noted->cut.text, at, at);
    here.end = here.begin;
    if (!first && !bp_written_add(text, " = ", 3, here))
      return false;
    first = false;
    if (!add_side(context, reading, &whose->cut.text, side->begin, side->end, text))
      return false;
  }
  return true;
}
