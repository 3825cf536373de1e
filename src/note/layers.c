/* Layers in parentheses, W^{(l)}, are written as layers in brackets.
 *
 * A number in parentheses may as well be a sample or a step of time: x^{(i)}, h^{(t)}.  Weights
 * have neither, so where three statements have a weight with l, L or a number in parentheses, these
 * are layers, and so are the same indices of everything else but the input and the target.  The
 * text keeps its length, and every byte its place.
 *
 * Where weights alone have them, and all are figures, nothing is said of any layer: W^{(1)} and
 * W^{(2)} are two names, beside z and h, and the note computes one from the other in its own way.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

enum { ENOUGH = 3 };

/* Where the parenthesis closes around a layer, "(l)", "(l+1)", "(L-1)", "(2)", that opens at `at`;
 * 0: it is none. */
static size_t layer_end(const struct bp_written *text, size_t at) {
  const char *sign = text->text + at;
  size_t left = text->length - at, over = 1;
  if (left < 3 || sign[0] != '(')
    return 0;
  bool number = sign[1] >= '0' && sign[1] <= '9';
  if (!number && sign[1] != 'l' && sign[1] != 'L')
    return 0;
  over = 2;
  while (over < left && sign[over] == ' ')
    over++;
  if (!number && over < left && (sign[over] == '+' || sign[over] == '-'))
    for (over++; over < left && (sign[over] == ' ' || (sign[over] >= '0' && sign[over] <= '9'));)
      over++;
  return over < left && sign[over] == ')' ? at + over : 0;
}

/* Where the brace opens whose group, of a name, ends right before `end`; `end`: none does. */
static size_t group_before(const char *all, size_t end) {
  enum { LONGEST = 64 };
  size_t depth = 0;
  for (size_t at = end; at-- > 0 && end - at < LONGEST;) {
    depth += all[at] == '}';
    depth -= all[at] == '{';
    if (depth == 0)
      return all[at] == '{' ? at : end;
  }
  return end;
}

static size_t before_blanks(const char *all, size_t at) {
  while (at > 0 && all[at - 1] == ' ')
    at--;
  return at;
}

/* The only letter of the group at [open, end), as in \mathbf{W}, {\bm W} and (W); '\0': it has
 * more, or none. */
static char letter_within(const char *all, size_t open, size_t end) {
  char letter = '\0';
  for (size_t at = open + 1; at + 1 < end; at++) {
    if (all[at] == '\\') {
      size_t over = bp_command_end(all, at, end);
      bool face = bp_command_is(all, at, over, "mathbf") || bp_command_is(all, at, over, "bm") ||
                  bp_command_is(all, at, over, "boldsymbol") ||
                  bp_command_is(all, at, over, "bf") || bp_command_is(all, at, over, "mathrm");
      if (!face && letter != '\0')
        return '\0';
      if (!face)
        letter = all[at + 1];
      at = over - 1;
    } else if (bp_is_letter(all[at])) {
      if (letter != '\0')
        return '\0';
      letter = all[at];
    } else if (!strchr(" {}", all[at]))
      return '\0';
  }
  return letter;
}

/* The letter that a raised index at `at`, which is "^{(", belongs to, in whatever face; '\0': none.
 * A command is its first letter. */
static char base_of(const struct bp_written *text, size_t at) {
  const char *all = text->text;
  at = before_blanks(all, at);
  size_t open = group_before(all, at), below = before_blanks(all, open);
  if (open < at && below > 0 && all[below - 1] == '_') { /* an index below it */
    at = before_blanks(all, below - 1);
    open = group_before(all, at);
  }
  if (open < at)
    return letter_within(all, open, at);
  size_t begin = at;
  while (begin > 0 && bp_is_letter(all[begin - 1]))
    begin--;
  if (begin == at)
    return '\0';
  return begin > 0 && all[begin - 1] == '\\' ? all[begin] : all[at - 1];
}

/* Goes through all layers in parentheses of a statement; changes them where `change` is set.
 * Returns whether a weight has one. */
static bool walk(struct bp_written *text, bool change) {
  bool weight = false;
  for (size_t at = 0; at + 4 < text->length; at++) {
    if (memcmp(text->text + at, "^{(", 3) != 0)
      continue;
    size_t close = layer_end(text, at + 2);
    char base = base_of(text, at);
    if (close == 0 || base == '\0' || base == 'x' || base == 'y')
      continue;
    weight = weight || base == 'W' || base == 'w' || base == 'T' || base == 't';
    if (change) {
      text->text[at + 2] = '[';
      text->text[close] = ']';
    }
  }
  return weight;
}

/* Where the layer begins behind the sample of "^{i,l}" or "^{x,L}", which opens at `at`; 0: it is
 * no such index. */
static size_t behind_sample(const struct bp_written *text, size_t at) {
  const char *sign = text->text;
  if (at + 5 >= text->length || memcmp(sign + at, "^{", 2) != 0 || !strchr("ixn", sign[at + 2]))
    return 0;
  size_t comma = bp_behind_blanks(sign, at + 3, text->length);
  size_t layer = bp_behind_blanks(sign, comma + 1, text->length);
  return comma < text->length && sign[comma] == ',' && layer < text->length &&
                 strchr("lL123456789", sign[layer])
             ? layer
             : 0;
}

/* Whether layers are raised in it, w^l. */
static bool is_raised(const struct bp_written *text) {
  return bp_text_find(text->text, 0, text->length, "^{l") < text->length ||
         bp_text_find(text->text, 0, text->length, "^{L") < text->length;
}

/* Leaves out the sample of δ^{i,l}, which is one and the same in the whole statement: it is about
 * one sample.  Where something sums over samples they differ. */
static void leave_out_sample(struct bp_written *text) {
  char sample = '\0';
  for (size_t at = 0; at < text->length; at++) {
    if (behind_sample(text, at) == 0)
      continue;
    if (sample != '\0' && text->text[at + 2] != sample)
      return;
    sample = text->text[at + 2];
  }
  if (sample == '\0' || bp_text_find(text->text, 0, text->length, "\\sum") < text->length)
    return;
  for (size_t at = 0; at < text->length; at++) {
    size_t layer = behind_sample(text, at), index = at + 2;
    if (layer == 0)
      continue;
    size_t end = bp_group_end(text->text, at + 1, text->length);
    for (size_t k = layer; k < end; k++, index++) { /* the blanks go behind: ^{l} begins so */
      text->text[index] = text->text[k];
      text->from[index] = text->from[k];
    }
    for (; index < end; index++)
      text->text[index] = ' ';
  }
}

/* Whether a side has the letter with the layer, W^{[2]}, and ends with it where `alone`. */
static bool has_layer(const struct bp_written *text, size_t begin, size_t end, char letter,
                      int layer, bool alone) {
  char index[] = "^{[.]}";
  index[3] = (char)('0' + layer);
  for (size_t at = bp_text_find(text->text, begin, end, index); at < end;
       at = bp_text_find(text->text, at + 1, end, index))
    if (base_of(text, at) == letter &&
        (!alone || bp_behind_blanks(text->text, at + strlen(index), end) == end))
      return true;
  return false;
}

/* Whether the statement computes a layer by the weights of the one before it, z[2] = W[1] a[1]. */
static bool lags(const struct bp_noted *noted) {
  static const char weights[] = {'W', 'w', 'T', 't'}, values[] = {'z', 'Z'};
  const struct bp_written *text = &noted->cut.text;
  for (int layer = 2; layer <= 9 && noted->side_count > 1; layer++)
    for (size_t v = 0; v < sizeof values; v++)
      if (has_layer(text, noted->sides[0].begin, noted->sides[0].end, values[v], layer, true))
        for (size_t k = 0; k < sizeof weights; k++)
          if (has_layer(text, noted->sides[1].begin, noted->sides[1].end, weights[k], layer - 1,
                        false) &&
              !has_layer(text, noted->sides[1].begin, noted->sides[1].end, weights[k], layer,
                         false))
            return true;
  return false;
}

void bp_note_find_layers(struct bp_note *note) {
  size_t raised = 0, lagging = 0;
  for (size_t i = 0; i < note->count; i++)
    raised += is_raised(&note->list[i].cut.text);
  for (size_t i = 0; i < note->count && raised >= ENOUGH; i++)
    if (!note->list[i].program && !note->list[i].code)
      leave_out_sample(&note->list[i].cut.text);
  size_t weights = 0, brackets = 0;
  for (size_t i = 0; i < note->count; i++) {
    struct bp_written *text = &note->list[i].cut.text;
    weights += walk(text, false);
    brackets += bp_text_find(text->text, 0, text->length, "^{[") < text->length;
  }
  note->parentheses = weights >= ENOUGH && brackets == 0;
  for (size_t i = 0; i < note->count && note->parentheses; i++)
    walk(&note->list[i].cut.text, true);
  for (size_t i = 0; i < note->count; i++)
    lagging += !note->list[i].program && lags(&note->list[i]);
  note->lags = note->parentheses || lagging > 1;
}

/* ---- weights that are only numbered ------------------------------------------ */

static const char *const numerals[] = {"one", "two", "three", "four"};

/* Where the base begins and ends whose raised index opens at `at`: a letter, or \mathbf{W}; false:
 * something else stands there. */
static bool base_before(const struct bp_written *text, size_t at, struct bp_span *base,
                        char *letter) {
  static const char *const faces[] = {"\\mathbf", "\\boldsymbol", "\\bm", "\\mathrm"};
  const char *all = text->text;
  while (at > 0 && all[at - 1] == ' ')
    at--;
  size_t open = at;
  while (open > 0 && all[at - 1] == '}' && all[open] != '{')
    open--;
  if (open > 1 && open < at && all[open - 1] == '_') { /* an index below it */
    at = open - 1;
    while (at > 0 && all[at - 1] == ' ')
      at--;
    open = at;
    while (open > 0 && all[at - 1] == '}' && all[open] != '{')
      open--;
  }
  if (at == 0)
    return false;
  *base = (struct bp_span){at - 1, at};
  *letter = all[at - 1];
  for (size_t k = 0; k < sizeof faces / sizeof *faces && open < at; k++) {
    size_t length = strlen(faces[k]), inner = bp_behind_blanks(all, open + 1, at);
    if (open < length || memcmp(all + open - length, faces[k], length) != 0 ||
        bp_behind_blanks(all, inner + 1, at) != at - 1)
      continue;
    *base = (struct bp_span){open - length, at};
    *letter = all[inner];
  }
  bool word = base->end == base->begin + 1 && base->begin > 0 &&
              (bp_is_letter(all[base->begin - 1]) || all[base->begin - 1] == '\\') &&
              all[base->begin - 1] != 'd';
  return bp_is_letter(*letter) && !word;
}

/* The figure of a raised "^{(1)}" or "^{[1]}" at `at`, 1 to 4; 0: it is none, and -1: it has a
 * letter. */
static int figure_at(const struct bp_written *text, size_t at) {
  const char *sign = text->text + at;
  if (at + 6 > text->length || sign[0] != '^' || sign[1] != '{' || !strchr("([", sign[2]))
    return 0;
  bool alone = strchr(")]", sign[4]) && sign[5] == '}';
  return alone && sign[3] >= '1' && sign[3] <= '4' ? sign[3] - '0' : -1;
}

/* Whether only weights have layers, all of them figures: W^{(1)} and W^{(2)} beside h and z. */
static bool numbers_weights(const struct bp_note *note) {
  size_t numbered = 0;
  bool defines = false; /* something without a layer, by such weights */
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    const struct bp_written *text = &noted->cut.text;
    for (size_t at = 0; at < text->length; at++) {
      int figure = figure_at(text, at);
      struct bp_span base;
      char letter;
      if (figure == 0)
        continue;
      bool known = base_before(text, at, &base, &letter);
      bool weight = known && strchr("WwbBUuVv", letter);
      if (noted->code || noted->program || (weight && figure < 0) || (!weight && figure > 0))
        return false;
      numbered += weight;
      defines = defines || (noted->kind == BP_NOTED_DEFINITION && at >= noted->sides[0].end);
    }
  }
  return numbered >= ENOUGH && defines;
}

/* The text with W^{(1)} as Wone. */
static bool name_weights(struct bp_noted *noted) {
  struct bp_written *text = &noted->cut.text;
  for (size_t at = 0; at < text->length; at++) {
    int figure = figure_at(text, at);
    struct bp_span base, from;
    char letter;
    if (figure <= 0 || !base_before(text, at, &base, &letter))
      continue;
    const char *numeral = numerals[figure - 1];
    struct bp_written longer = bp_written_new(text->arena);
    from = bp_written_from(text, base.begin, at + 6);
    if (!bp_written_copy(&longer, text, 0, base.begin) ||
        !bp_written_add(&longer, &letter, 1, from) ||
        !bp_written_add(&longer, numeral, strlen(numeral), from) ||
        !bp_written_copy(&longer, text, base.end, at) || !bp_written_add(&longer, " ", 1, from))
      return false;
    size_t behind = longer.length;
    if (!bp_written_copy(&longer, text, at + 6, text->length))
      return false;
    for (size_t k = 0; k < noted->cut.sign_count; k++)
      if (noted->cut.signs[k].begin >= at + 6) {
        noted->cut.signs[k].begin = noted->cut.signs[k].begin - (at + 6) + behind;
        noted->cut.signs[k].end = noted->cut.signs[k].end - (at + 6) + behind;
      }
    for (size_t k = 0; k < noted->side_count; k++) {
      if (noted->sides[k].begin >= at + 6)
        noted->sides[k].begin = noted->sides[k].begin - (at + 6) + behind;
      if (noted->sides[k].end >= at + 6)
        noted->sides[k].end = noted->sides[k].end - (at + 6) + behind;
    }
    *text = longer;
    at = behind - 1;
  }
  return true;
}

bool bp_note_name_weights(struct bp_note *note) {
  bool numbered = numbers_weights(note);
  for (size_t i = 0; i < note->count && numbered; i++)
    if (!name_weights(&note->list[i]))
      return false;
  return true;
}

/* ---- letters without a layer --------------------------------------------------- */

bool bp_written_is_bare(const struct bp_written *text, size_t at) {
  bool begins = at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\');
  size_t over = at + 1;
  if (!strchr("az", text->text[at]) || !begins ||
      (over < text->length && bp_is_letter(text->text[over])))
    return false;
  while (over < text->length && strchr(" }", text->text[over])) /* of a face: \mathbf{z}^{[1]} */
    over++;
  bool below = at > 1 && text->text[at - 1] == '{' && text->text[at - 2] == '_';
  return !below && (over >= text->length || !strchr("_^", text->text[over]));
}

struct bp_span bp_written_only_layer(const struct bp_written *text) {
  static const char open[] = "^{[";
  struct bp_span layer = {0, 0};
  for (size_t at = bp_text_find(text->text, 0, text->length, open); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, open)) {
    size_t end = bp_group_end(text->text, at + 1, text->length), length = end - at;
    if (layer.end > layer.begin && (length != layer.end - layer.begin ||
                                    memcmp(text->text + at, text->text + layer.begin, length) != 0))
      return (struct bp_span){0, 0};
    layer = (struct bp_span){at, end};
  }
  return layer;
}
