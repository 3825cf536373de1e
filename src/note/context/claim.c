/* The sides of a statement in the names of the declarations.
 *
 * What is put in for something is only what everybody reads: the letter of a loss, a sum over the
 * samples, the column of a sample, the row of a weight matrix.  A bound that is a letter without a
 * meaning is left to the shape of what it indexes.
 */
#include <stdio.h>
#include <string.h>

#include "note/context/context.h"
#include "note/context/symbols.h"
#include "note/context/unit.h"
#include "note/latex/written.h"

/* What stands in the text for what the note writes otherwise; in the order of trying. */
struct substitution {
  const char *written, *ours;
};

static const struct substitution any_loss[] = {
    {"\\mathcal{L}", " Loss "},
    {"\\mathcal L", " Loss "},
    {"{\\cal L}", " Loss "},
    {"\\partial L", "\\partial Loss "},
    {"\\partial {L}", "\\partial Loss "},
    {"\\partial{L}", "\\partial Loss "},
    {"\\nabla L", "\\nabla Loss "},
};

static const struct substitution gradients[] = {
    {"\\nabla _{a}", "\\nabla _{a[L]}"},
    {"\\nabla_{a}", "\\nabla _{a[L]}"},
    {"\\nabla_{a^{L} }", "\\nabla _{a[L]}"},
};

/* Whether [begin, end) is what a loss depends on by itself: W, \\theta. */
static bool is_parameter(const struct bp_written *text, size_t begin, size_t end) {
  static const char *const names[] = {"W", "w", "\\theta", "\\Theta", "\\mathbf{w}", "\\mathbf{W}"};
  while (begin < end && text->text[begin] == ' ')
    begin++;
  while (end > begin && text->text[end - 1] == ' ')
    end--;
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (end - begin == strlen(names[k]) && memcmp(text->text + begin, names[k], end - begin) == 0)
      return true;
  return false;
}

/* Whether the argument list of a loss opens at `at`: (W, b), which says nothing. */
static size_t arguments_of_loss(const struct bp_written *text, size_t at, size_t end) {
  if (text->text[at] != '(' || at == 0)
    return at;
  size_t before = at;
  while (before > 0 && text->text[before - 1] == ' ')
    before--;
  if (before == 0 || !strchr("JCEL}", text->text[before - 1]))
    return at;
  bool single = before >= 3 && text->text[before - 3] == '{' && /* {L}, and no x_{L} */
                strchr("JCEL", text->text[before - 2]) &&
                (before == 3 || !strchr("_^", text->text[before - 4]));
  if (text->text[before - 1] == '}' && !single)
    return at;
  bool comma = false;
  for (size_t over = at + 1; over < end; over++) {
    char sign = text->text[over];
    if (sign == ')')
      return comma || is_parameter(text, at + 1, over) ? over + 1 : at;
    bool number = sign >= '0' && sign <= '9' && !strchr("_{^[", text->text[over - 1]);
    if (number || strchr("(+-*/=", sign))
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
      bool letter = bp_is_letter(rows[r][k].written[length - 1]);
      bool whole = !letter || at + length >= end || strchr("}( /)", text->text[at + length]);
      if (end - at >= length && memcmp(text->text + at, rows[r][k].written, length) == 0 && whole)
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

/* ---- pieces --------------------------------------------------------------- */

/* What is read in place of some bytes of a side: a text, bytes of the side, a text. */
struct piece {
  size_t length; /* of what it stands for; 0: it is none */
  char before[40];
  size_t begin, end;
  const char *after;
};

struct side {
  const struct bp_note_context *context;
  const struct bp_note_reading *reading;
  const struct bp_written *text;
  size_t end;
  char sample; /* whose the names are that have no index, within a sum over samples; or '\0' */
};

/* Whether the declarations are in the letters of the note, whatever they are. */
static bool takes_names_as_they_are(const struct bp_note_context *context) {
  return context->family == BP_FAMILY_STATED || context->family == BP_FAMILY_OWN;
}

static bool stands_at(const struct side *side, size_t at, const char *what) {
  return bp_text_is_at(side->text->text, at, side->end, what);
}

/* \sum_{i=1}^{n} with an n that nobody declares: the sum runs over all that i indexes. */
static struct piece unbounded_sum(const struct side *side, size_t at) {
  static const char sum[] = "\\sum_{";
  const char *text = side->text->text;
  struct piece piece = {0};
  size_t letter = at + sizeof sum - 1;
  if (!stands_at(side, at, sum) || letter + 2 >= side->end || !bp_is_letter(text[letter]))
    return piece;
  size_t over = bp_group_end(text, letter - 1, side->end);
  bool from_one = over == letter + 4 && stands_at(side, letter + 1, "=1}");
  if ((!from_one && over != letter + 2) || !stands_at(side, over, "^{") || over + 4 > side->end)
    return piece;
  char bound = text[over + 2];
  bool declared = bound == 'L' || takes_names_as_they_are(side->context) ||
                  (bound == 'm' && side->context->many) ||
                  (bound == 'n' && side->context->family == BP_FAMILY_UNIT);
  if (text[over + 3] != '}' || !bp_is_letter(bound) || declared)
    return piece;
  snprintf(piece.before, sizeof piece.before, "\\sum_{%c} ", text[letter]);
  piece.length = over + 4 - at;
  return piece;
}

/* Where the name begins that an index at `at` belongs to, behind the layer in brackets. */
static size_t name_before(const struct side *side, size_t at, size_t begin) {
  const char *text = side->text->text;
  while (at > begin && text[at - 1] == ' ')
    at--;
  if (at > begin && text[at - 1] == '}') {
    while (at > begin && text[at - 1] != '{')
      at--;
    if (at < begin + 2 || text[at - 2] != '^')
      return begin + (at - begin);
    at -= 2;
  }
  size_t name = at;
  while (name > begin && bp_is_letter(text[name - 1]))
    name--;
  return name < at ? name : at;
}

/* Z^{[l]}_{i} of m samples is the column (or row) of a sample. */
static struct piece sample(const struct side *side, size_t at, size_t begin) {
  const char *text = side->text->text;
  struct piece piece = {0};
  if (!side->context->many || takes_names_as_they_are(side->context) ||
      !stands_at(side, at, "_{") || at + 4 > side->end || text[at + 3] != '}' ||
      !bp_is_letter(text[at + 2]))
    return piece;
  size_t name = name_before(side, at, begin);
  size_t capital = name + (stands_at(side, name, "d") && bp_is_letter(text[name + 1]));
  bool rows = side->reading->samples == BP_NOTE_SAMPLES_ROWS;
  bool small = rows && bp_context_in_small_letters(side->context) &&
               (strchr("zax", text[capital]) || stands_at(side, name, "delta"));
  if (name >= at || (!strchr("ZAXY", text[capital]) && !small))
    return piece;
  snprintf(piece.before, sizeof piece.before, rows ? "_{%c,:}" : "_{:,%c}", text[at + 2]);
  piece.length = 4;
  return piece;
}

/* w^{[l]}_{j} beside matrices W: the weights of a unit, as a column. */
static struct piece weights_of_unit(const struct side *side, size_t at, size_t begin) {
  const char *text = side->text->text;
  struct piece piece = {0};
  bool begins = at == begin || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\');
  bool ends = at + 1 < side->end && !bp_is_letter(text[at + 1]);
  if (side->context->family != BP_FAMILY_BRACKETS || text[at] != 'w' || !begins || !ends ||
      !bp_context_has_layers(side->context, "W") || side->reading->samples == BP_NOTE_SAMPLES_ROWS)
    return piece;
  char index = '\0';
  size_t layer = 0, layer_end = 0, over = at + 1;
  for (int k = 0; k < 2 && over + 2 < side->end; k++) {
    while (over < side->end && text[over] == ' ')
      over++;
    size_t close = bp_group_end(text, over + 1, side->end);
    if (stands_at(side, over, "_{") && close == over + 4)
      index = text[over + 2];
    else if (stands_at(side, over, "^{[")) {
      layer = over + 2;
      layer_end = bp_text_find(text, layer, close, "]") + 1;
    } else
      break;
    over = close;
  }
  if (!index || layer_end <= layer || layer_end > over)
    return piece;
  const char *behind = text + layer_end;
  while (*behind == ' ')
    behind++;
  bool transposed = *behind == 'T';
  if (!transposed && *behind != '}')
    return piece;
  snprintf(piece.before, sizeof piece.before, "(W^{%.*s}_{%c,:})%s", (int)(layer_end - layer),
           text + layer, index, transposed ? "" : "^T");
  piece.length = strlen(piece.before) < sizeof piece.before - 1 ? over - at : 0;
  return piece;
}

/* z^{[1](i)} and x^{(i)} where one sample is spoken of: that one. */
static struct piece the_sample(const struct side *side, size_t at) {
  const char *text = side->text->text;
  struct piece piece = {0};
  bool fits = !side->context->many && (side->context->family == BP_FAMILY_BRACKETS ||
                                       side->context->family == BP_FAMILY_UNIT);
  size_t open = stands_at(side, at, "^{(") ? at + 2 : at;
  bool index = open + 3 < side->end && text[open + 2] == ')' &&
               (bp_is_letter(text[open + 1]) || (text[open + 1] >= '1' && text[open + 1] <= '9'));
  if (!fits || !stands_at(side, open, "(") || !index)
    return piece;
  if (open > at && stands_at(side, open + 3, "}"))
    piece.length = 6;
  else if (open == at && at > 0 && text[at - 1] == ']' && stands_at(side, open + 3, "}"))
    piece.length = 3;
  return piece;
}

/* dw^{(i)} and dw_{k}^{(i)} of a unit: the gradient of a sample, a column of BP_SAMPLE_GRADIENTS.
 */
static struct piece gradient_of_sample(const struct side *side, size_t at) {
  const char *text = side->text->text;
  struct piece piece = {0};
  if (side->context->family != BP_FAMILY_UNIT || !side->context->many ||
      !stands_at(side, at, "dw") || (at > 0 && bp_is_letter(text[at - 1])))
    return piece;
  size_t over = at + 2;
  char unit = ':';
  if (stands_at(side, over, "_{") && over + 4 < side->end && text[over + 3] == '}') {
    unit = text[over + 2];
    over += 4;
  }
  while (over < side->end && text[over] == ' ')
    over++;
  if (!stands_at(side, over, "^{(") || over + 6 > side->end || !stands_at(side, over + 4, ")}"))
    return piece;
  snprintf(piece.before, sizeof piece.before, BP_SAMPLE_GRADIENTS "_{%c,%c}", unit, text[over + 3]);
  piece.length = over + 6 - at;
  return piece;
}

/* The letter of the last layer in a raised index, W^{[k]}, W^{[k-1]}. */
static struct piece last_layer(const struct side *side, size_t at) {
  const char *text = side->text->text;
  struct piece piece = {0};
  bool index = at >= 3 && memcmp(text + at - 3, "^{[", 3) == 0;
  if (side->context->last == '\0' || !index || text[at] != side->context->last ||
      at + 1 >= side->end || bp_is_letter(text[at + 1]))
    return piece;
  snprintf(piece.before, sizeof piece.before, "L");
  piece.length = 1;
  return piece;
}

bool bp_context_has_bare(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  bool layer = bp_text_find(text->text, 0, text->length, "^{l") < text->length ||
               bp_text_find(text->text, 0, text->length, "^{[") < text->length;
  for (size_t at = 0; at < text->length && layer; at++)
    if (bp_written_is_bare(text, at))
      return true;
  return false;
}

/* ∂C/∂a = (w^{l+1})^T δ^{l+1}: that of the layer l; dA^{[L]} = -y/a + (1 - y)/(1 - a): of L. */
static struct piece bare_of_layer(const struct side *side, size_t at) {
  struct piece piece = {0};
  const struct bp_written *text = side->text;
  if (side->context->family == BP_FAMILY_BRACKETS && bp_written_is_bare(text, at)) {
    struct bp_span layer = bp_written_only_layer(text);
    bool capital = side->context->many && !bp_context_in_small_letters(side->context);
    char letter = capital ? (char)(text->text[at] - 'a' + 'A') : text->text[at];
    int length = snprintf(piece.before, sizeof piece.before, "%c%.*s", letter,
                          (int)(layer.end - layer.begin), text->text + layer.begin);
    piece.length = layer.end > layer.begin && (size_t)length < sizeof piece.before;
    return piece;
  }
  if (side->context->family != BP_FAMILY_RAISED || !bp_written_is_bare(text, at) ||
      bp_text_find(text->text, 0, text->length, "^{l") == text->length)
    return piece;
  snprintf(piece.before, sizeof piece.before, "%c^{l}", text->text[at]);
  piece.length = 1;
  return piece;
}

/* The end of the letter of a loss at `at`, C or \\mathcal{L}; `at`: there is none. */
static size_t loss_end(const struct side *side, size_t at, size_t begin) {
  static const char *const dressed[] = {"\\mathcal{L}", "\\mathcal L", "\\ell", "{\\cal L}"};
  const char *text = side->text->text;
  for (size_t k = 0; k < sizeof dressed / sizeof *dressed; k++)
    if (stands_at(side, at, dressed[k]))
      return at + strlen(dressed[k]);
  bool begins = at == begin || (!bp_is_letter(text[at - 1]) && !strchr("\\{", text[at - 1]));
  return begins && strchr("JCEL", text[at]) ? at + 1 : at;
}

/* C'(a^{L}), L'(\\hat{y}, y): the derivative of the loss by its first argument. */
static struct piece slope_of_loss(const struct side *side, size_t at, size_t begin) {
  const char *text = side->text->text;
  struct piece piece = {0};
  size_t over = takes_names_as_they_are(side->context) ? at : loss_end(side, at, begin);
  size_t open = over > at ? bp_symbols_behind_primes(text, over, side->end) : over;
  if (open == over || (open = bp_behind_blanks(text, open, side->end)) >= side->end ||
      text[open] != '(')
    return piece;
  size_t close = bp_closing_parenthesis(text, open, side->end);
  size_t comma = bp_text_find(text, open, close, ",");
  if (close >= side->end || bp_text_find(text, open + 1, comma, "(") < comma)
    return piece;
  snprintf(piece.before, sizeof piece.before, "\\frac{\\partial %s}{\\partial ",
           strchr("JCE", text[at]) ? (const char[]){text[at], '\0'} : "Loss");
  piece.begin = open + 1;
  piece.end = comma;
  piece.after = "}";
  piece.length = close + 1 - at;
  return piece;
}

/* ---- samples of a unit ------------------------------------------------------ */

static bool has_samples(const struct side *side) {
  return side->context->family == BP_FAMILY_UNIT && side->context->many &&
         side->reading->samples == BP_NOTE_SAMPLES_COLUMNS;
}

/* L(\hat{y}^{(i)}, y^{(i)}) and L^{(i)}: the loss of a sample. */
static struct piece loss_of_sample(const struct side *side, size_t at) {
  const char *text = side->text->text;
  struct piece piece = {0};
  bool begins = at == 0 || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\');
  size_t over = at + 1;
  char sample = '\0';
  if (!has_samples(side) || text[at] != 'L' || !begins)
    return piece;
  if (stands_at(side, over, "^{(") && over + 6 <= side->end && stands_at(side, over + 4, ")}")) {
    sample = text[over + 3];
    over += 6;
  }
  while (over < side->end && text[over] == ' ')
    over++;
  size_t close = over, depth = 0;
  bool comma = false;
  for (; close < side->end && stands_at(side, over, "("); close++) {
    depth += text[close] == '(';
    comma = comma || (depth == 1 && text[close] == ',');
    if (depth == 2 && close + 2 < side->end && text[close] == '(' && text[close + 2] == ')')
      sample = text[close + 1];
    if (text[close] == ')' && --depth == 0)
      break;
  }
  if (!bp_is_letter(sample) || (stands_at(side, over, "(") && (!comma || close == side->end)))
    return piece;
  snprintf(piece.before, sizeof piece.before, BP_SAMPLE_LOSSES "_{1,%c}", sample);
  piece.length = (comma ? close + 1 : over) - at;
  return piece;
}

/* A name without an index in a sum over samples none of whose names has one: that of the sample. */
static struct piece name_of_sample(const struct side *side, size_t at) {
  static const char *const names[] = {"\\hat{y}", "x", "y", "z", "a"};
  const char *text = side->text->text;
  struct piece piece = {0};
  if (side->sample == '\0')
    return piece;
  if (stands_at(side, at, "\\partial L")) {
    snprintf(piece.before, sizeof piece.before, "\\partial " BP_SAMPLE_LOSSES "_{1,%c}",
             side->sample);
    piece.length = strlen("\\partial L");
  } else if (stands_at(side, at, "\\{") || stands_at(side, at, "\\}")) {
    snprintf(piece.before, sizeof piece.before, "%c", text[at + 1] == '{' ? '(' : ')');
    piece.length = 2;
  }
  for (size_t k = 0; k < sizeof names / sizeof *names && piece.length == 0; k++) {
    size_t length = strlen(names[k]);
    bool begins = at == 0 || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\');
    bool ends = at + length >= side->end || !strchr("_^'", text[at + length]);
    if (!stands_at(side, at, names[k]) || !begins || !ends ||
        (k > 0 && at + 1 < side->end && bp_is_letter(text[at + 1])))
      continue;
    snprintf(piece.before, sizeof piece.before, "%s_{:,%c}", names[k], side->sample);
    piece.length = length;
  }
  return piece;
}

/* The letter of a sum over the samples at `at`, \sum_{i=1}^{m}, in whose term no name has a sample;
 * '\0': something else stands there.  Sets where the sum and its term end. */
static char sum_without_samples(const struct side *side, size_t at, size_t *over, size_t *end) {
  static const char sum[] = "\\sum_{", bounds[] = "=1}^{m}";
  const char *text = side->text->text;
  size_t letter = at + sizeof sum - 1;
  if (!has_samples(side) || !stands_at(side, at, sum) || letter + 1 >= side->end ||
      !stands_at(side, letter + 1, bounds))
    return '\0';
  *over = letter + 1 + sizeof bounds - 1;
  *end = term_end(side->text, *over, side->end);
  const char index[] = {'(', text[letter], ')', '\0'}, below[] = {'_', '{', text[letter], '\0'};
  bool indexed = bp_text_find(text, *over, *end, index) < *end ||
                 bp_text_find(text, *over, *end, below) < *end;
  return indexed ? '\0' : text[letter];
}

static struct piece piece_at(const struct side *side, size_t at, size_t begin) {
  static const char sum[] = BP_SUM_OF_SAMPLES_MARK;
  struct piece piece = {0};
  const struct substitution *row = takes_names_as_they_are(side->context)
                                       ? NULL
                                       : substitution_at(side->context, side->text, at, side->end);
  struct piece sampled = slope_of_loss(side, at, begin);
  if (sampled.length == 0)
    sampled = loss_of_sample(side, at);
  if (sampled.length == 0)
    sampled = name_of_sample(side, at);
  if (sampled.length > 0)
    return sampled;
  piece.length = arguments_of_loss(side->text, at, side->end) - at;
  if (piece.length > 0)
    return piece;
  if (stands_at(side, at, sum)) {
    bool rows = side->reading->samples == BP_NOTE_SAMPLES_ROWS;
    piece.begin = at + sizeof sum - 1;
    piece.end = term_end(side->text, piece.begin, side->end);
    piece.length = piece.end - at;
    piece.after = ")";
    snprintf(piece.before, sizeof piece.before, rows ? "colsum(" : "rowsum(");
    return piece;
  }
  if (row) {
    piece.length = strlen(row->written);
    snprintf(piece.before, sizeof piece.before, "%s", row->ours);
    return piece;
  }
  piece = unbounded_sum(side, at);
  if (piece.length == 0)
    piece = last_layer(side, at);
  if (piece.length == 0)
    piece = sample(side, at, begin);
  if (piece.length == 0)
    piece = weights_of_unit(side, at, begin);
  if (piece.length == 0)
    piece = gradient_of_sample(side, at);
  if (piece.length == 0)
    piece = bare_of_layer(side, at);
  return piece.length == 0 ? the_sample(side, at) : piece;
}

static bool add_side(const struct side *side, size_t begin, struct bp_written *text) {
  for (size_t at = begin; at < side->end;) {
    size_t over, end;
    struct side term = *side;
    term.sample = sum_without_samples(side, at, &over, &end);
    if (term.sample != '\0') {
      term.end = end;
      if (!bp_written_copy(text, side->text, at, over) || !add_side(&term, over, text))
        return false;
      at = end;
      continue;
    }
    struct piece piece = piece_at(side, at, begin);
    struct bp_span from = bp_written_from(side->text, at, at + piece.length);
    bool fine = true;
    if (piece.length == 0)
      fine = bp_written_copy(text, side->text, at, at + 1);
    else
      fine = bp_written_add(text, piece.before, strlen(piece.before), from);
    if (piece.end > piece.begin) {
      struct side inner = *side;
      inner.end = piece.end;
      fine = fine && add_side(&inner, piece.begin, text);
    }
    if (piece.after)
      fine = fine && bp_written_add(text, piece.after, strlen(piece.after),
                                    (struct bp_span){from.end, from.end});
    if (!fine)
      return false;
    at += piece.length > 0 ? piece.length : 1;
  }
  return true;
}

bool bp_context_numbers(const struct bp_note_context *context,
                        const struct bp_note_reading *reading) {
  return context->family == BP_FAMILY_OWN && context->own[reading->own].numbers;
}

size_t bp_context_misfits(const struct bp_note_context *context,
                          const struct bp_note_reading *reading) {
  return context->family == BP_FAMILY_OWN ? context->own[reading->own].misfits : 0;
}

const char *bp_context_layout(const struct bp_note_context *context, const struct bp_noted *noted) {
  return noted->stated == BP_STATED_ROWS        ? "numerator"
         : noted->stated == BP_STATED_JACOBIANS ? "gradient"
         : noted->stated == BP_STATED_DENOMINATOR || noted->stated == BP_STATED_COLUMNS
             ? "denominator"
         : context->layout ? context->layout
                           : "gradient";
}

bool bp_context_side(const struct bp_note_context *context, const struct bp_note_reading *reading,
                     const struct bp_noted *noted, size_t side, struct bp_written *text) {
  size_t number = (size_t)(noted - context->note->list);
  if (context->family == BP_FAMILY_OWN && context->own[reading->own].sides[number]) {
    const struct bp_written *own = &context->own[reading->own].sides[number][side];
    return bp_written_copy(text, own, 0, own->length);
  }
  struct side whole = {context, reading, &noted->cut.text, noted->sides[side].end, '\0'};
  return add_side(&whole, noted->sides[side].begin, text);
}

/* What limits the step that a claim is about: its left side has it, and it may look ahead. */
static const char *steps_of(const struct bp_note_context *context,
                            const struct bp_note_reading *reading, const struct bp_written *text,
                            size_t begin) {
  size_t left = bp_text_find(text->text, begin, text->length, " = ");
  if (context->family != BP_FAMILY_OWN || !context->own[reading->own].steps ||
      bp_text_find(text->text, begin, left, "[t") == left)
    return "";
  return bp_text_find(text->text, begin, text->length, "[t+1]") < text->length ? " for t = 1..T-1"
                                                                               : " for t = 1..T";
}

bool bp_context_claim(const struct bp_note_context *context, const struct bp_note_reading *reading,
                      const struct bp_noted *noted, const struct bp_noted *left,
                      struct bp_index_condition condition, bool chains, struct bp_written *text) {
  char only[24] = "";
  if (condition.left != '\0')
    snprintf(only, sizeof only, " if %c %s %c", condition.left, condition.same ? "=" : "≠",
             condition.right);
  if (context->program)
    return bp_written_copy(text, &noted->cut.text, 0, noted->cut.text.length);
  bool first = true;
  bool worked = context->family == BP_FAMILY_OWN && context->own[reading->own].worked;
  size_t begin = text->length;
  for (size_t i = 0; i < noted->side_count; i++) {
    const struct bp_noted *whose = i == 0 && noted->cut.continues ? left : noted;
    bool told = bp_context_numbers(context, reading) || (chains && bp_noted_is_chain(noted, i));
    if ((noted->sides[i].measured && !worked) || (noted->sides[i].symbolic && !told))
      continue;
    size_t at = noted->sides[i].begin;
    struct bp_span here = bp_written_from(&noted->cut.text, at, at);
    here.end = here.begin;
    if (!first && !bp_written_add(text, " = ", 3, here))
      return false;
    first = false;
    if (!bp_context_side(context, reading, whose, i, text))
      return false;
  }
  const char *steps = steps_of(context, reading, text, begin);
  struct bp_span end = {noted->cut.span.end, noted->cut.span.end};
  return bp_written_add(text, only, strlen(only), end) &&
         bp_written_add(text, steps, strlen(steps), end);
}
