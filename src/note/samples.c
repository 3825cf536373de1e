/* Slips with samples, which are seen in how a formula is written.
 *
 * In -1/m sum_i (y log a^{(i)} + …) the output is that of sample i, and y is that of none: as it
 * stands all samples have the same target.  And where samples are counted from 1 to m elsewhere, a
 * sum over them that begins at 0 has a term too many.  Neither can be judged as a number, since
 * what is missing has no value; both are told as what they are.
 */
#include <stdio.h>
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

/* Formulas that are looked at: each y asks for all outputs beside it. */
enum { LONGEST = 4000 };

static size_t blanks(const struct bp_written *text, size_t at) {
  while (at < text->length && text->text[at] == ' ')
    at++;
  return at;
}

/* The indices of a letter that ends right before `at`. */
struct indices {
  char below;  /* _{i}, or '\0' */
  char sample; /* ^{[L](i)}, ^{(i)}, or '\0' */
  bool any;    /* something else is raised, but for a transpose */
};

static struct indices indices_at(const struct bp_written *text, size_t at) {
  struct indices found = {'\0', '\0', false};
  const char *all = text->text;
  at = blanks(text, at);
  if (at + 3 < text->length && all[at] == '_' && all[at + 1] == '{') {
    found.below = all[at + 3] == '}' ? all[at + 2] : '?';
    at = blanks(text, bp_group_end(all, at + 1, text->length));
  }
  if (at + 3 >= text->length || all[at] != '^' || all[at + 1] != '{')
    return found;
  size_t end = bp_group_end(all, at + 1, text->length);
  bool raised = end > at + 5 && all[end - 2] == ')' && all[end - 4] == '(';
  found.sample = raised ? all[end - 3] : '\0';
  found.any = !raised && all[at + 2] != 'T' && all[at + 2] != '\\';
  return found;
}

/* Whether a single letter stands at `at`, as a name: no index of another one, no word. */
static bool is_name(const struct bp_written *text, size_t at) {
  const char *all = text->text;
  char before = at > 0 ? all[at - 1] : ' ';
  bool hat = before == '{' && at > 4 && memcmp(all + at - 4, "hat{", 4) == 0;
  bool index = before == '{' && at > 1 && strchr("_^", all[at - 2]) != NULL;
  return bp_is_letter(all[at]) && !bp_is_letter(before) && before != '\\' && !hat && !index &&
         (at + 1 >= text->length || !bp_is_letter(all[at + 1]));
}

/* Whether a sum of the statement runs over the letter, or a list does from 1 to it. */
static bool runs_over(const struct bp_written *text, char letter) {
  char sum[16], list[8];
  snprintf(sum, sizeof sum, "\\sum_{%c", letter);
  snprintf(list, sizeof list, "(%c)}", letter);
  bool listed = letter == 'm' && bp_text_find(text->text, 0, text->length, "(1)}") < text->length &&
                bp_text_find(text->text, 0, text->length, list) < text->length;
  return listed || bp_text_find(text->text, 0, text->length, sum) < text->length;
}

/* Whether an output has the index of a sample over which the statement runs, with `below` below it
 * where that is given. */
static bool has_samples(const struct bp_written *text, char below) {
  static const char hat[] = "\\hat{y}";
  for (size_t at = 0; at < text->length; at++) {
    bool predicted = text->text[at] == '\\' && text->length - at > sizeof hat &&
                     memcmp(text->text + at, hat, sizeof hat - 1) == 0;
    if (!predicted && (!is_name(text, at) || !strchr("az", text->text[at])))
      continue;
    struct indices indices = indices_at(text, at + (predicted ? sizeof hat - 1 : 1));
    if (indices.sample != '\0' && runs_over(text, indices.sample) &&
        (below == '\0' || indices.below == below))
      return true;
  }
  return false;
}

/* Whether the target stands without the sample that the outputs around it have. */
static bool lacks_sample(const struct bp_written *text) {
  for (size_t at = 0; at < text->length; at++) {
    if (!is_name(text, at) || text->text[at] != 'y')
      continue;
    struct indices indices = indices_at(text, at + 1);
    if (indices.sample == '\0' && !indices.any && has_samples(text, indices.below))
      return true;
  }
  return false;
}

static bool has(const struct bp_written *text, const char *what) {
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

/* Whether a sum over the samples begins at 0, and nothing has that index. */
static bool begins_at_zero(const struct bp_written *text) {
  static const char sum[] = "\\sum_{";
  for (size_t at = bp_text_find(text->text, 0, text->length, sum); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, sum)) {
    size_t letter = at + sizeof sum - 1;
    if (letter + 8 < text->length && memcmp(text->text + letter + 1, "=0}^{m}", 7) == 0)
      return !has(text, "_{0") && !has(text, "(0)");
  }
  return false;
}

/* a^{[l]} = g^{[l]}(a^{[l]}): the output of a layer, computed from itself. */
static bool is_own_argument(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  const char *all = text->text;
  size_t sign = noted->cut.sign_count > 0 ? noted->cut.signs[0].begin : 0, left = sign;
  while (left > 0 && all[left - 1] == ' ')
    left--;
  bool raised = left > 5 && memcmp(all + 1, "^{[", 3) == 0 && bp_group_end(all, 2, left) == left;
  bool plain = left > 3 && all[1] == '[' && memchr(all, ']', left) == all + left - 1;
  if (left == 0 || !strchr("aA", all[0]) || (!raised && !plain) || noted->cut.sign_count != 1)
    return false;
  size_t end = text->length, open;
  while (end > 0 && strchr(" )", all[end - 1]))
    end--;
  for (open = end; open > sign && all[open - 1] != '(';)
    open--;
  bool argument = open > sign + 1 && end - open == left && memcmp(all + open, all, left) == 0 &&
                  open - 1 > blanks(text, sign + 1);
  for (size_t at = sign + 1; argument && at + 1 < open; at++) /* a function, and no more */
    argument = !strchr("+-*/(=", all[at]);
  return argument;
}

/* z^{[z]}: a layer that is called like what it is the layer of. */
static bool is_layer_of_letter(const struct bp_written *text) {
  bool found = false;
  for (size_t at = 0; at + 6 < text->length && !found; at++)
    found = strchr("azwbAZWB", text->text[at]) && memcmp(text->text + at + 1, "^{[", 3) == 0 &&
            text->text[at + 4] == text->text[at] && text->text[at + 5] == ']' &&
            (at == 0 || !bp_is_letter(text->text[at - 1]));
  return found;
}

/* Behind a 1 or 1.0 at `at`, and blanks; `at` where none stands there. */
static size_t behind_one(const char *text, size_t at, size_t end) {
  size_t over = at;
  if (over >= end || text[over] != '1')
    return at;
  over++;
  if (over < end && text[over] == '.' && over + 1 < end && text[over + 1] == '0')
    over += 2;
  bool longer = over < end && text[over] >= '0' && text[over] <= '9';
  return longer ? at : bp_behind_blanks(text, over, end);
}

/* Behind an exponential at `at`, exp(-z) or e^{-z}; `at` where none stands there. */
static size_t behind_exponential(const char *text, size_t at, size_t end) {
  static const char *const words[] = {"np.exp", "numpy.exp", "math.exp", "\\exp", "exp", "e"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    size_t over = at + strlen(words[k]);
    if (!bp_text_is_at(text, at, end, words[k]))
      continue;
    over = bp_behind_blanks(text, over, end);
    bool raised = over < end && text[over] == '^';
    over = raised ? bp_behind_blanks(text, over + 1, end) : over;
    if (over < end && text[over] == '{')
      return bp_group_end(text, over, end);
    if (over < end && text[over] == '(' && (raised || words[k][1] != '\0')) {
      size_t close = bp_closing_parenthesis(text, over, end);
      return close < end ? close + 1 : at;
    }
    return at;
  }
  return at;
}

bool bp_noted_flat_sigmoid(const struct bp_noted *noted, struct bp_span *below) {
  const char *text = noted->cut.text.text;
  for (size_t k = 1; k < noted->side_count; k++) {
    size_t end = noted->sides[k].end, at = bp_behind_blanks(text, noted->sides[k].begin, end);
    size_t line = behind_one(text, at, end);
    if (line == at || line >= end)
      continue;
    line += text[line] == '.';
    if (line >= end || text[line] != '/')
      continue;
    below->begin = bp_behind_blanks(text, line + 1, end);
    size_t plus = behind_one(text, below->begin, end);
    if (plus == below->begin || plus >= end || text[plus] != '+')
      continue;
    size_t power = bp_behind_blanks(text, plus + 1, end);
    below->end = behind_exponential(text, power, end);
    if (below->end > power && bp_behind_blanks(text, below->end, end) >= end)
      return true;
  }
  return false;
}

void bp_note_find_slips(struct bp_note *note) {
  bool from_one = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    from_one = from_one || has(text, "=1}^{m}") || (has(text, "(1)}") && has(text, "(m)}"));
  }
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    const char *why = NULL;
    struct bp_span below;
    if (noted->kind == BP_NOTED_DEFINITION && bp_noted_flat_sigmoid(noted, &below)) {
      noted->kind = BP_NOTED_MALFORMED;
      noted->why = "it divides by 1, and adds the exponential to that: parentheses are missing";
      continue;
    }
    if (noted->program || noted->side_count < 2 || noted->kind == BP_NOTED_MALFORMED ||
        noted->cut.text.length > LONGEST)
      continue;
    if (lacks_sample(&noted->cut.text))
      why = "y has no index of a sample beside an output that has one: as it stands all samples "
            "have the same target, and y^{(i)} is missing";
    else if (from_one && begins_at_zero(&noted->cut.text))
      why = "its sum over the m samples begins at 0 and has m + 1 terms, while samples are counted "
            "from 1";
    else if (is_own_argument(noted))
      why = "a layer is its own argument: the activation is that of its pre-activation, z or Z";
    else if (is_layer_of_letter(&noted->cut.text))
      why = "a layer in it is called by the letter whose layer it is";
    if (why) {
      noted->kind = BP_NOTED_MALFORMED;
      noted->why = why;
    }
  }
}
