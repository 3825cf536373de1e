/* How names are spelled: letters side by side, indices, and the d of a derivative. */
#include "note/latex/cutter.h"
#include "note/latex/words.h"

void bp_cutter_put(struct bp_cutter *cutter, const char *ours, size_t length) {
  struct bp_span from = bp_written_from(cutter->in, cutter->at, cutter->at + length);
  cutter->fine = cutter->fine && bp_written_add(&cutter->now.text, ours, strlen(ours), from);
  cutter->at += length;
}

void bp_cutter_copy(struct bp_cutter *cutter, size_t length) {
  cutter->fine = cutter->fine &&
                 bp_written_copy(&cutter->now.text, cutter->in, cutter->at, cutter->at + length);
  cutter->at += length;
}

/* Whether the d at `at` is that of a derivative. */
static bool is_leibniz(const struct bp_cutter *cutter, size_t at) {
  return cutter->leibniz[0] == at + 1 || cutter->leibniz[1] == at + 1;
}

/* Behind a name that follows a d, with what is raised and lowered at it: z^{[2]} or \hat{y}; `at`
 * where none does that is likely to be one, as in dist. */
static size_t behind_moved(const struct bp_cutter *cutter, size_t at) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, over = at;
  while (over < end && is_letter(text[over]))
    over++;
  bool word = over - at == 4 && (!memcmp(text + at, "loss", 4) || !memcmp(text + at, "cost", 4));
  if (over > at + 1 && !word && !(text[at] >= 'A' && text[at] <= 'Z'))
    return at;
  if (over == at && over < end && text[over] == '\\') {
    over = bp_command_end(text, over, end);
    over = over < end && text[over] == '{' ? bp_group_end(text, over, end) : over;
  }
  while (over > at && over + 1 < end && strchr("^_", text[over]))
    over = text[over + 1] == '{' ? bp_group_end(text, over + 1, end) : over + 2;
  return over;
}

/* da/dz beside a slash is a derivative as \frac{da}{dz} is, whatever da and dz are called. */
static void slashed_derivative(struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t end = cutter->in->length, above = cutter->at;
  bool inside = above > 0 && (is_letter(text[above - 1]) || text[above - 1] == '\\');
  if (text[above] != 'd' || inside)
    return;
  size_t over = behind_moved(cutter, above + 1), behind = over;
  while (behind < end && text[behind] == ' ')
    behind++;
  if (over == above + 1 || behind >= end || text[behind++] != '/')
    return;
  while (behind < end && text[behind] == ' ')
    behind++;
  if (behind >= end || text[behind] != 'd' || behind_moved(cutter, behind + 1) == behind + 1)
    return;
  cutter->leibniz[0] = above + 1;
  cutter->leibniz[1] = behind + 1;
}

/* Whether what is written next is an index, or has a face: \mathbf{ab} is one name, \frac{ab}{c} a
 * product. */
static bool is_in_one_name(const struct bp_written *now) {
  size_t at = now->length;
  if (at > 0 && now->text[at - 1] == '_')
    return true;
  if (at == 0 || now->text[at - 1] != '{')
    return false;
  at--;
  while (at > 0 && now->text[at - 1] == ' ')
    at--;
  bool part = at > 0 && now->text[at - 1] == '}';
  return !part && !(at >= 4 && memcmp(now->text + at - 4, "frac", 4) == 0);
}

/* Whether capital letters that stand together are a product, ABA^T: each of them stands in another
 * place of the formula as well, which those of MSE do not. */
static bool is_product(const struct bp_cutter *cutter, size_t end) {
  const char *text = text_of(cutter);
  bool called = end < cutter->in->length && text[end] == '(';
  if (end - cutter->at < 3 || end - cutter->at > 5 || called)
    return false;
  for (size_t i = cutter->at; i < end; i++) {
    bool elsewhere = false;
    for (size_t k = 0; k < cutter->in->length && !elsewhere; k++) {
      bool command = k > 0 && (text[k - 1] == '\\' || (text[k - 1] >= 'a' && text[k - 1] <= 'z'));
      elsewhere = text[k] == text[i] && (k < cutter->at || k >= end) && !command;
    }
    if (text[i] < 'A' || text[i] > 'Z' || !elsewhere)
      return false;
  }
  return true;
}

/* Letters that stand together are names side by side, but for words and dW. */
void bp_cut_letters(struct bp_cutter *cutter) {
  if (!is_leibniz(cutter, cutter->at))
    slashed_derivative(cutter);
  if (is_leibniz(cutter, cutter->at)) {
    bp_cutter_put(cutter, "∂", 1);
    return;
  }
  size_t end = cutter->at;
  while (end < cutter->in->length && is_letter(text_of(cutter)[end]))
    end++;
  size_t length = end - cutter->at;
  bool raised = is_in_one_name(&cutter->now.text);
  size_t function = bp_function_before(text_of(cutter) + cutter->at, length);
  if (function > 0 && !raised) {
    bp_cutter_copy(cutter, function);
    bp_cutter_put(cutter, " ", 0);
    bp_cutter_copy(cutter, length - function);
  } else if (length == 2 && text_of(cutter)[cutter->at] != 'd' && !raised &&
             !bp_is_short_word(text_of(cutter) + cutter->at)) {
    bp_cutter_copy(cutter, 1);
    bp_cutter_put(cutter, " ", 0);
    bp_cutter_copy(cutter, 1);
  } else if (!raised && is_product(cutter, end)) {
    for (size_t i = 0; i < length; i++) {
      if (i > 0)
        bp_cutter_put(cutter, " ", 0);
      bp_cutter_copy(cutter, 1);
    }
  } else {
    bp_cutter_copy(cutter, length);
  }
}

/* w_{j k} has two indices: puts a comma between letters that stand apart. */
static bool spaced_indices(struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t over = bp_group_end(text, cutter->at, cutter->in->length), letters = 0;
  for (size_t i = cutter->at + 1; i + 1 < over; i++) {
    bool apart = !is_letter(text[i + 1]) || text[i] == ' ';
    if (text[i] != ' ' && !(is_letter(text[i]) && apart))
      return false;
    letters += text[i] != ' ';
  }
  if (letters < 2 || text[over - 1] != '}')
    return false;
  bp_cutter_put(cutter, "{", 1);
  for (size_t put_so_far = 0; cutter->at + 1 < over;)
    if (text[cutter->at] == ' ')
      cutter->at++;
    else {
      if (put_so_far++ > 0)
        bp_cutter_put(cutter, ",", 0);
      bp_cutter_copy(cutter, 1);
    }
  bp_cutter_put(cutter, "}", 1);
  return true;
}

/* z_{(j,l)} is z_{j,l}: leaves out the parentheses. */
static bool parenthesised_indices(struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t over = bp_group_end(text, cutter->at, cutter->in->length), letters = 0;
  if (over < cutter->at + 5 || text[cutter->at + 1] != '(' || text[over - 2] != ')')
    return false;
  for (size_t i = cutter->at + 2; i + 2 < over; i++) {
    if (!is_letter(text[i]) && !strchr(":, 0123456789+-", text[i]))
      return false;
    letters += text[i] == ',';
  }
  if (letters == 0)
    return false; /* h_{(t)} */
  bp_cutter_copy(cutter, 1);
  cutter->at++;
  bp_cutter_copy(cutter, over - 2 - cutter->at);
  cutter->at++;
  bp_cutter_copy(cutter, 1);
  return true;
}

/* Z_{n \\times m}: a shape that stands below a name for the reader. */
static bool is_shape_label(const struct bp_cutter *cutter) {
  const char *text = text_of(cutter);
  size_t at = cutter->at + 1;
  if (at >= cutter->in->length || text[at] != '{')
    return false;
  size_t over = bp_group_end(text, at, cutter->in->length);
  return bp_text_find(text, at, over, "\\times") < over;
}

/* ^x and _x take one sign: braces say so. */
void bp_cut_script(struct bp_cutter *cutter) {
  bool lowers = text_of(cutter)[cutter->at] == '_';
  if (lowers && is_shape_label(cutter)) {
    cutter->at = bp_group_end(text_of(cutter), cutter->at + 1, cutter->in->length);
    return;
  }
  bp_cutter_copy(cutter, 1);
  if (lowers && cutter->at < cutter->in->length && text_of(cutter)[cutter->at] == '{' &&
      (spaced_indices(cutter) || parenthesised_indices(cutter)))
    return;
  while (cutter->at < cutter->in->length && text_of(cutter)[cutter->at] == ' ')
    cutter->at++;
  bool one = cutter->at < cutter->in->length &&
             (is_letter(text_of(cutter)[cutter->at]) ||
              (text_of(cutter)[cutter->at] >= '0' && text_of(cutter)[cutter->at] <= '9'));
  if (!one)
    return;
  bp_cutter_put(cutter, "{", 0);
  bp_cutter_copy(cutter, 1);
  bp_cutter_put(cutter, "} ", 0);
}

/* Whether the braces here are those of an argument: \sqrt{d}, \frac{1}{d}. */
static bool is_argument(const struct bp_cutter *cutter) {
  const char *text = cutter->now.text.text;
  size_t before = cutter->now.text.length;
  if (before > 0 && text[before - 1] == '}')
    return true;
  while (before > 0 && is_letter(text[before - 1]))
    before--;
  return before > 0 && before < cutter->now.text.length && text[before - 1] == '\\';
}

/* An upright d before a name is part of it: {\rm d}b. */
bool bp_cut_upright_d(struct bp_cutter *cutter) {
  static const char *const spellings[] = {"{\\rm d}",     "{\\rm{d}}",    "{d}",
                                          "\\mathrm{d}",  "\\text{d}",    "\\mathrm d",
                                          "{\\mathrm d}", "{\\mathrm{d}}"};
  size_t before = cutter->now.text.length;
  if (before > 0 && strchr("^_", cutter->now.text.text[before - 1]))
    return false;
  for (size_t k = 0; k < sizeof spellings / sizeof *spellings; k++)
    if (looking_at(cutter, spellings[k])) {
      bool partial = false;
      for (size_t i = 0; i < strlen(spellings[k]); i++)
        partial = partial || is_leibniz(cutter, cutter->at + i);
      size_t over = cutter->at + strlen(spellings[k]);
      bool alone = over >= cutter->in->length || !is_letter(text_of(cutter)[over]);
      if (spellings[k][0] == '{' && alone && (partial || is_argument(cutter)))
        return false; /* \frac{d}{…}: the braces are those of the fraction */
      bp_cutter_put(cutter, partial ? "∂" : "d", strlen(spellings[k]));
      while (cutter->at < cutter->in->length && text_of(cutter)[cutter->at] == ' ')
        cutter->at++;
      return true;
    }
  return false;
}
