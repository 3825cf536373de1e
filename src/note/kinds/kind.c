/* The kind of a statement, from its text alone.
 *
 * A side is *symbolic* where it multiplies derivatives that are no gradients of a loss: a
 * derivative of a vector by a matrix needs a tensor, and one by a vector a layout, and notes write
 * both as a reminder of the chain rule.  Such a member of a chain is passed over and the rest is
 * judged.  A definition has one plain name on its left, other than that of a derivative.
 */
#include "note/kinds/measured.h"
#include "note/latex/written.h"

#include <string.h>

static bool is_blank(char sign) { return sign == ' '; }

static bool contains(const struct bp_noted *noted, struct bp_span span, const char *what) {
  return bp_text_find(noted->cut.text.text, span.begin, span.end, what) < span.end;
}

static bool begins(const struct bp_noted *noted, struct bp_span span, const char *what) {
  size_t length = strlen(what);
  return span.end - span.begin >= length &&
         memcmp(noted->cut.text.text + span.begin, what, length) == 0;
}

/* ---- derivatives --------------------------------------------------------- */

/* Whether a numerator, from its ∂ or d on, is that of a loss: ∂J, ∂\mathcal{L}, or a bare ∂. */
static bool of_a_loss(const char *text, size_t at, size_t end) {
  static const char *const faces[] = {"\\mathcal", "\\mathrm", "\\mathbf", "\\boldsymbol",
                                      "\\rm",      "\\cal",    "\\ell"};
  for (;;) {
    while (at < end && (text[at] == ' ' || text[at] == '{'))
      at++;
    size_t before = at;
    for (size_t k = 0; k < sizeof faces / sizeof *faces; k++)
      if (end - at >= strlen(faces[k]) && memcmp(text + at, faces[k], strlen(faces[k])) == 0) {
        if (strcmp(faces[k], "\\ell") == 0)
          return true;
        at += strlen(faces[k]);
        break;
      }
    if (at == before)
      break;
  }
  bool loss = at < end && strchr("JCEL", text[at]) != NULL && text[at] != '\0';
  if (end - at >= 3 && memcmp(text + at, "\\xi", 3) == 0)
    return true;
  size_t word = at;
  while (word < end && bp_is_letter(text[word]))
    word++;
  return at >= end || text[at] == '}' || loss || word > at + 3; /* Loss, FinalOutput */
}

/* Whether the ∂ at `at` has nothing behind it above the bar: ∂/∂x_j of what follows. */
static bool is_operator(const char *text, size_t at, size_t end) {
  at += bp_text_is_at(text, at, end, "\\partial") ? strlen("\\partial")
        : bp_text_is_at(text, at, end, "∂")       ? strlen("∂")
                                                  : 0;
  while (at < end && (is_blank(text[at]) || text[at] == '}'))
    at++;
  return at == end;
}

/* Whether the group at [begin, end) names an element, by letters that run: \partial x_{j}. */
static bool is_element(const char *text, size_t begin, size_t end) {
  size_t at = bp_text_find(text, begin, end, "_{");
  bool any = false;
  for (at += 2; at < end && text[at] != '}'; at++) {
    if (!strchr("ijklmnpqr, ", text[at]))
      return false;
    any = true;
  }
  return any;
}

/* Whether a derivative is that of an element by an element, which is a number: ∂a_i/∂z_k.  Its
 * numerator ends before `behind`, where its denominator begins. */
static bool is_of_elements(const char *text, size_t begin, size_t behind, size_t end) {
  while (behind < end && is_blank(text[behind]))
    behind++;
  if (behind >= end || text[behind] != '{')
    return false;
  size_t over = bp_group_end(text, behind, end);
  return (bp_text_find(text, begin, behind, "_") < behind &&
          bp_text_find(text, behind, over, "_") < over) ||
         (is_operator(text, begin, behind) && is_element(text, behind, over));
}

/* Whether a d or a ∂ stands below the bar: \frac{dS K}{\sqrt{n}} is no derivative. */
static bool moves_below(const char *text, size_t behind, size_t end) {
  while (behind < end && (is_blank(text[behind]) || text[behind] == '{'))
    behind++;
  return behind < end &&
         ((text[behind] == 'd' && behind + 1 < end && !strchr("_}", text[behind + 1])) ||
          bp_text_is_at(text, behind, end, "\\partial") ||
          bp_text_is_at(text, behind, end, "\\mathrm") ||
          bp_text_is_at(text, behind, end, "\\text") || bp_text_is_at(text, behind, end, "∂"));
}

/* The derivatives in a side: how many there are, and how many of something that is no loss. */
static void count_derivatives(const struct bp_noted *noted, struct bp_span side, size_t *all,
                              size_t *others) {
  const char *text = noted->cut.text.text;
  *all = *others = 0;
  for (size_t at = side.begin; at + 5 < side.end; at++) {
    if (text[at] != '\\' || memcmp(text + at, "\\frac", 5) != 0)
      continue;
    size_t over = at + 5;
    while (over < side.end && is_blank(text[over]))
      over++;
    if (over >= side.end || text[over] != '{')
      continue;
    size_t end = bp_group_end(text, over, side.end) - 1;
    over++;
    while (over < end && (is_blank(text[over]) || text[over] == '{'))
      over++;
    bool partial = end > over + 8 && memcmp(text + over, "\\partial", 8) == 0;
    bool sign = end > over + 2 && memcmp(text + over, "∂", 3) == 0;
    bool upright = !partial && !sign && over < end && text[over] == 'd' &&
                   moves_below(text, end + 1, side.end);
    if (!partial && !upright && !sign)
      continue;
    (*all)++;
    *others += !of_a_loss(text,
                          over + (partial ? 8
                                  : sign  ? 3
                                          : 1),
                          end) &&
               !is_of_elements(text, over, end + 1, side.end);
  }
}

/* ---- what a side is ------------------------------------------------------ */

/* One name with its indices and accents, and no operator. */
static bool is_name(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  size_t depth = 0, letters = 0;
  for (size_t at = side.begin; at < side.end; at++) {
    char sign = text[at];
    if (sign == '{' || sign == '[' || sign == '(')
      depth++;
    else if (sign == '}' || sign == ']' || sign == ')')
      depth -= depth > 0;
    else if (depth == 0 && sign == '_' && at + 1 < side.end && text[at + 1] == '\\')
      at = bp_command_end(text, at + 1, side.end) - 1; /* h_\theta(x) */
    else if (depth == 0 && sign == '\\') {
      size_t over = bp_command_end(text, at, side.end);
      bool accent =
          bp_command_is(text, at, over, "hat") || bp_command_is(text, at, over, "tilde") ||
          bp_command_is(text, at, over, "bar") || bp_command_is(text, at, over, "mathbf") ||
          bp_command_is(text, at, over, "mathcal") || bp_command_is(text, at, over, "boldsymbol") ||
          bp_command_is(text, at, over, "vec");
      if (bp_command_is(text, at, over, "frac") || bp_command_is(text, at, over, "nabla") ||
          bp_command_is(text, at, over, "partial") || bp_command_is(text, at, over, "sum"))
        return false;
      letters += !accent;
      at = over - 1;
    } else if (depth == 0 && bp_is_letter(sign)) {
      while (at + 1 < side.end && bp_is_letter(text[at + 1]))
        at++;
      letters++;
    } else if (depth == 0 && strchr("+-*/'", sign))
      return false;
  }
  return letters <= 1 && side.end > side.begin;
}

/* Whether a d stands right before a letter, be it Greek or with an accent, d\hat{x}. */
static bool is_change(const char *text, struct bp_span side) {
  static const char *const commands[] = {
      "\\hat",   "\\tilde", "\\bar",   "\\widehat", "\\widetilde", "\\gamma", "\\beta",
      "\\theta", "\\mu",    "\\alpha", "\\phi",     "\\sigma",     "\\lambda"};
  size_t next = side.begin + 1;
  if (next >= side.end || text[side.begin] != 'd')
    return false;
  bool accented = false;
  for (size_t k = 0; k < sizeof commands / sizeof *commands; k++)
    accented = accented || bp_text_is_at(text, next, side.end, commands[k]);
  return accented || bp_is_letter(text[next]);
}

/* dW, db, dZ, \delta, ∂…, f'(z): what a derivative is called. */
static bool is_derivative(const struct bp_noted *noted, struct bp_span side) {
  static const char *const dresses[] = {
      "\\underbrace", "\\boldsymbol", "\\mathbf", "\\bm", "{", " "};
  const char *text = noted->cut.text.text;
  for (size_t k = 0; k < sizeof dresses / sizeof *dresses;)
    if (begins(noted, side, dresses[k])) {
      side.begin += strlen(dresses[k]);
      k = 0;
    } else
      k++;
  return is_change(text, side) || begins(noted, side, "\\delta") ||
         begins(noted, side, "\\Delta") || begins(noted, side, "\\nabla") ||
         begins(noted, side, "{d") || contains(noted, side, "'") ||
         contains(noted, side, "\\prime") || contains(noted, side, "\\frac");
}

/* w_1 x_1 + ... + w_n x_n: what stands between the dots is added, and no list. */
static bool is_sum_of(const struct bp_noted *noted, struct bp_span side) {
  return contains(noted, side, "+") && !contains(noted, side, ",");
}

static bool is_number_or_list(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  for (size_t at = side.begin; at < side.end; at++)
    if (!(text[at] >= '0' && text[at] <= '9') && !strchr(" .,;-", text[at]) &&
        !(text[at] == '\\' && contains(noted, side, "dots")))
      return !is_sum_of(noted, side) &&
             (contains(noted, side, "\\ldots") || contains(noted, side, "\\cdots") ||
              contains(noted, side, "\\dots") || contains(noted, side, "..."));
  return true;
}

static bool ends_early(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  struct bp_span last = bp_noted_trimmed(noted, noted->side_count - 1);
  if (last.begin == last.end)
    return true;
  char sign = text->text[last.end - 1];
  return strchr("+-*/^_=", sign) != NULL;
}

/* ---- kinds --------------------------------------------------------------- */

static void mark_symbolic(struct bp_noted *noted) {
  for (size_t i = 0; i < noted->side_count; i++) {
    size_t all, others;
    struct bp_span side = bp_noted_trimmed(noted, i);
    count_derivatives(noted, side, &all, &others);
    bool alone = all == 1 && begins(noted, side, "\\frac") && side.end - side.begin < 80 &&
                 bp_group_end(noted->cut.text.text,
                              bp_group_end(noted->cut.text.text, side.begin + 5, side.end),
                              side.end) >= side.end;
    noted->layout = noted->layout || others > 0;
    noted->sides[i].symbolic = others > 0 && !alone;
    noted->compares_layout = noted->compares_layout || (others > 0 && alone);
  }
}

static size_t compared_sides(const struct bp_noted *noted) {
  size_t count = 0;
  for (size_t i = 0; i < noted->side_count; i++)
    count += !noted->sides[i].symbolic && !noted->sides[i].measured;
  return count;
}

static bool has_relation(const struct bp_noted *noted, enum bp_written_relation kind) {
  for (size_t i = 0; i < noted->cut.sign_count; i++)
    if (noted->cut.signs[i].kind == kind)
      return true;
  return false;
}

/* The same name on both sides, as in w = w - α dw. */
static bool is_update(const struct bp_noted *noted, struct bp_span left, struct bp_span right) {
  const char *text = noted->cut.text.text;
  size_t length = left.end - left.begin;
  return has_relation(noted, BP_WRITTEN_UPDATE) ||
         (noted->side_count == 2 && length > 0 && right.end - right.begin > length &&
          is_name(noted, left) && memcmp(text + left.begin, text + right.begin, length) == 0 &&
          memchr(text + right.begin, '-', right.end - right.begin) != NULL &&
          !bp_is_letter(text[right.begin + length]));
}

/* Behind the name at `at` and what hangs on it, w_{5}^{+}; *letter is the end of the name itself.
 */
static size_t behind_marks(const char *text, size_t at, size_t end, size_t *letter) {
  size_t over = at < end && text[at] == '\\' ? bp_command_end(text, at, end) : at;
  while (over == at && over < end && bp_is_letter(text[over]))
    over++;
  if (over < end && text[over] == '{')
    over = bp_group_end(text, over, end); /* \mathbf{w} */
  *letter = over;
  for (;;) {
    size_t next = bp_behind_blanks(text, over, end);
    if (next < end && text[next] == '\'')
      over = next + 1;
    else if (next + 1 < end && strchr("_^", text[next]))
      over = text[next + 1] == '{' ? bp_group_end(text, next + 1, end) : next + 2;
    else
      return over;
  }
}

/* The same letter on both sides with other marks, and a rate of learning: a step, however its
 * author tells the new value from the old, θ_{t+1} = θ_t - η ∇J, w^{+} = w - η ∂E/∂w. */
static bool is_step(const struct bp_noted *noted, struct bp_span left, struct bp_span right) {
  static const char *const rates[] = {"\\eta", "\\alpha",      "\\epsilon",     "\\varepsilon",
                                      "\\mu",  "\\frac{\\eta", "\\frac{\\alpha"};
  const char *text = noted->cut.text.text;
  size_t one, other, over = behind_marks(text, left.begin, left.end, &one),
                     sign = behind_marks(text, right.begin, right.end, &other);
  sign = bp_behind_blanks(text, sign, right.end);
  if (over < left.end || one == left.begin || one - left.begin != other - right.begin ||
      memcmp(text + left.begin, text + right.begin, one - left.begin) != 0 || sign >= right.end ||
      !strchr("+-", text[sign]))
    return false;
  size_t factor = bp_behind_blanks(text, sign + 1, right.end);
  for (size_t k = 0; k < sizeof rates / sizeof *rates; k++)
    if (bp_text_is_at(text, factor, right.end, rates[k]))
      return contains(noted, right, "\\partial") || contains(noted, right, "\\nabla") ||
             contains(noted, right, "\\Delta") || contains(noted, right, "d") ||
             contains(noted, right, "g");
  return false;
}

/* ---- indices that are bound twice ----------------------------------------- */

/* Whether the letter stands in the text by itself, as an index does. */
static bool has_letter(const char *text, size_t begin, size_t end, char letter) {
  for (size_t at = begin; at < end; at++) {
    bool apart = (at == begin || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\')) &&
                 (at + 1 >= end || !bp_is_letter(text[at + 1]));
    if (text[at] == letter && apart)
      return true;
  }
  return false;
}

/* Whether the letter is an index somewhere in the side: in braces behind _ or ^. */
static bool indexes(const char *text, struct bp_span side, char letter) {
  for (size_t at = side.begin; at + 1 < side.end; at++) {
    if (!strchr("_^", text[at]) || text[at + 1] != '{')
      continue;
    size_t over = bp_group_end(text, at + 1, side.end);
    if (has_letter(text, at + 2, over - 1, letter))
      return true;
  }
  return false;
}

/* The letter over which a sum in the side runs that also is an index of the left side, which has no
 * sum; '\0': there is none. */
static char bound_twice(const struct bp_noted *noted) {
  static const char sum[] = "\\sum_{";
  const char *text = noted->cut.text.text;
  struct bp_span left = bp_noted_trimmed(noted, 0);
  if (noted->cut.continues || contains(noted, left, "\\sum"))
    return '\0';
  for (size_t k = 1; k < noted->side_count; k++)
    for (size_t at = noted->sides[k].begin; at < noted->sides[k].end; at++) {
      at = bp_text_find(text, at, noted->sides[k].end, sum);
      size_t letter = at + sizeof sum - 1, next = letter + 1;
      while (next < noted->sides[k].end && is_blank(text[next]))
        next++;
      if (next < noted->sides[k].end && bp_is_letter(text[letter]) && strchr("=}", text[next]) &&
          indexes(text, left, text[letter]))
        return text[letter];
    }
  return '\0';
}

/* Whether two sums one behind the other run over the same letter. */
static bool sums_twice(const struct bp_noted *noted) {
  static const char sum[] = "\\sum_{";
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length, before = end;
  char letter = '\0';
  for (size_t at = bp_text_find(text, 0, end, sum); at < end;
       at = bp_text_find(text, before, end, sum)) {
    size_t first = at + sizeof sum - 1, behind = bp_group_end(text, first - 1, end);
    bool single = first + 1 < end && bp_is_letter(text[first]) && !bp_is_letter(text[first + 1]);
    if (at == before && single && text[first] == letter)
      return true;
    letter = single ? text[first] : '\0';
    if (behind + 1 < end && text[behind] == '^')
      behind = bp_group_end(text, behind + 1, end);
    while (behind < end && is_blank(text[behind]))
      behind++;
    before = behind;
  }
  return false;
}

/* Whether a weight has the index of a sample, W^{[1](i)} x^{(i)}: all samples share it. */
static bool has_weight_of_sample(const struct bp_noted *noted) {
  static const char weight[] = "W^{[";
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length;
  for (size_t at = bp_text_find(text, 0, end, weight); at < end;
       at = bp_text_find(text, at + 1, end, weight)) {
    size_t close = bp_text_find(text, at, end, "]");
    bool apart = at == 0 || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\');
    if (apart && close + 4 < end && text[close + 1] == '(' && strchr("ij", text[close + 2]) &&
        text[close + 3] == ')' && text[close + 4] == '}')
      return true;
  }
  return false;
}

/* What is wrong with how it is written, whatever its names are; NULL: nothing. */
static const char *miswritten(const struct bp_noted *noted) {
  if (bound_twice(noted))
    return "the letter over which its sum runs is an index on its left as well";
  if (sums_twice(noted))
    return "two sums run over the same letter, one inside of the other";
  if (bp_noted_breaks_chain(noted))
    return "the derivatives of its product do not link: what one is taken by is not what the next "
           "one is of";
  if (has_weight_of_sample(noted))
    return "a weight in it has the index of a sample, and all samples share their weights";
  return NULL;
}

/* Finds what makes it malformed or unreadable before anybody tries to read it. */
static const char *unreadable(struct bp_noted *noted) {
  struct bp_span all = {0, noted->cut.text.length};
  noted->kind = BP_NOTED_MALFORMED;
  if (noted->cut.state == BP_CUT_UNBALANCED)
    return "a bracket in it is open, or closed without having been opened";
  if (ends_early(noted))
    return "it ends where something should follow";
  const char *why = miswritten(noted);
  if (why)
    return why;
  noted->kind = BP_NOTED_UNREAD;
  if (noted->cut.state == BP_CUT_ENDLESS)
    return "a macro in it never comes to an end";
  if (memchr(noted->cut.text.text, '#', all.end) || memchr(noted->cut.text.text, '"', all.end))
    return "a sign in it is not understood";
  return NULL;
}

/* dz = dZ^T: the same letters, so the one is introduced by the other. */
static bool renames(const struct bp_noted *noted, struct bp_span left, struct bp_span right) {
  const char *text = noted->cut.text.text;
  return noted->side_count == 2 && left.end - left.begin > 1 && right.end - right.begin > 1 &&
         text[left.begin] == 'd' && text[right.begin] == 'd' &&
         (text[left.begin + 1] | 0x20) == (text[right.begin + 1] | 0x20) && is_name(noted, left) &&
         is_name(noted, right);
}

/* Whether a side is a value of a function that has a meaning of its own, tr(A B), log(a b): nobody
 * defines it by an equation. */
static bool calls_known(const struct bp_noted *noted, struct bp_span side) {
  static const char *const known[] = {"\\text{tr}(",
                                      "\\mathrm{tr}(",
                                      "\\operatorname{tr}(",
                                      "\\tr(",
                                      "\\mathrm{Tr}(",
                                      "\\text{Tr}(",
                                      "\\operatorname{Tr}(",
                                      "tr(",
                                      "Tr(",
                                      "\\det(",
                                      "\\det ",
                                      "\\log(",
                                      "\\ln(",
                                      "\\exp(",
                                      "\\text{vec}(",
                                      "\\mathrm{vec}(",
                                      "\\operatorname{vec}("};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    if (begins(noted, side, known[k]))
      return true;
  return false;
}

/* Whether a side is a call with more than names for its arguments, f(-x), L(y, 1): its name is
 * known already, and something is said of it. */
static bool is_value_of_call(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  size_t depth = 0;
  for (size_t at = side.begin; at < side.end; at++) {
    if (strchr("^_", text[at]) && at + 1 < side.end && text[at + 1] == '{')
      at = bp_group_end(text, at + 1, side.end) - 1;
    else if (text[at] == '(')
      depth++;
    else if (text[at] == ')')
      depth -= depth > 0;
    else if (depth > 0 && (strchr("+-*/", text[at]) || (text[at] >= '0' && text[at] <= '9')))
      return true;
  }
  return false;
}

/* Whether a side is the transpose, the inverse or the change of more than a name, (AB)^T, d(XY):
 * what its parts are is known already. */
static bool is_of_expression(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  size_t open = side.begin + (side.begin < side.end && text[side.begin] == 'd');
  open = bp_behind_blanks(text, open, side.end);
  if (open < side.end && text[open] == '|' && open > side.begin)
    return true;
  if (open >= side.end || text[open] != '(')
    return false;
  size_t close = bp_closing_parenthesis(text, open, side.end);
  struct bp_span inside = {open + 1, close};
  return close < side.end && !contains(noted, inside, ",") &&
         (!is_name(noted, inside) || contains(noted, inside, "^{T}"));
}

static enum bp_noted_kind kind_of(const struct bp_noted *noted) {
  struct bp_span left = bp_noted_trimmed(noted, 0), right = bp_noted_trimmed(noted, 1);
  struct bp_span last = bp_noted_trimmed(noted, noted->side_count - 1);
  bool continues = noted->cut.continues;
  if (has_relation(noted, BP_WRITTEN_MEMBER) || bp_noted_compares_shapes(noted))
    return BP_NOTED_SHAPE;
  if (has_relation(noted, BP_WRITTEN_NAMED) && noted->side_count == 2)
    return BP_NOTED_DEFINITION;
  if (is_update(noted, left, right) || (!continues && is_step(noted, left, right)))
    return BP_NOTED_UPDATE;
  if (has_relation(noted, BP_WRITTEN_ABOUT))
    return BP_NOTED_APPROXIMATION;
  if (!continues && is_name(noted, left) && is_number_or_list(noted, last))
    return BP_NOTED_NOTHING;
  if (has_relation(noted, BP_WRITTEN_ORDER))
    return BP_NOTED_NOTHING;
  if (renames(noted, left, right))
    return BP_NOTED_DEFINITION;
  if (compared_sides(noted) < 2)
    return bp_noted_is_measured(noted, last) ? BP_NOTED_NOTHING : BP_NOTED_SYMBOLIC;
  if (!continues && is_name(noted, left) && !is_derivative(noted, left) &&
      !is_value_of_call(noted, left) && !calls_known(noted, left) && !is_of_expression(noted, left))
    return BP_NOTED_DEFINITION;
  return BP_NOTED_CLAIM;
}

void bp_noted_classify(struct bp_noted *noted) {
  if (noted->cut.state != BP_CUT_ENDLESS)
    mark_symbolic(noted);
  if (noted->cut.state != BP_CUT_ENDLESS && !noted->program)
    bp_noted_pass_over_measured(noted);
  if (noted->cut.state != BP_CUT_ENDLESS && noted->side_count > 1) {
    noted->kind = kind_of(noted);
    bool breaks = noted->kind == BP_NOTED_SYMBOLIC && bp_noted_breaks_chain(noted);
    if (noted->kind != BP_NOTED_CLAIM && noted->kind != BP_NOTED_DEFINITION && !breaks)
      return;
  }
  if (noted->cut.state != BP_CUT_ENDLESS && noted->side_count < 2) {
    noted->kind = BP_NOTED_NOTHING;
    return;
  }
  enum bp_noted_kind kind = noted->kind;
  noted->why = noted->cut.state == BP_CUT_ENDLESS ? "a macro in it never comes to an end"
                                                  : unreadable(noted);
  if (noted->cut.state == BP_CUT_ENDLESS)
    noted->kind = BP_NOTED_UNREAD;
  else if (!noted->why || (kind == BP_NOTED_DEFINITION && !miswritten(noted)))
    noted->kind = kind;
}
