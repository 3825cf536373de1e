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

void bp_note_find_slips(struct bp_note *note) {
  bool from_one = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    from_one = from_one || has(text, "=1}^{m}") || (has(text, "(1)}") && has(text, "(m)}"));
  }
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    const char *why = NULL;
    if (noted->program || noted->side_count < 2 || noted->kind == BP_NOTED_MALFORMED ||
        noted->cut.text.length > LONGEST)
      continue;
    if (lacks_sample(&noted->cut.text))
      why = "y has no index of a sample beside an output that has one: as it stands all samples "
            "have the same target, and y^{(i)} is missing";
    else if (from_one && begins_at_zero(&noted->cut.text))
      why = "its sum over the m samples begins at 0 and has m + 1 terms, while samples are counted "
            "from 1";
    if (why) {
      noted->kind = BP_NOTED_MALFORMED;
      noted->why = why;
    }
  }
}
