/* What a failing line is asked before it is told that it fails. */
#include "study/doubt.h"

#include <string.h>

#include "note/context/figures.h"
#include "note/context/sampled.h"
#include "note/kinds/unsure.h"
#include "study/own/condition.h"
#include "study/own/own.h"
#include "study/own/rewrite.h"
#include "study/own/rules.h"

bool bp_study_contradicted(const struct bp_study_trials *trials, size_t reading, size_t member) {
  const struct bp_note_context *context = trials->context;
  struct bp_note_reading here = bp_context_reading(context, trials->best),
                         there = bp_context_reading(context, reading);
  if (context->program || context->family == BP_FAMILY_OWN || here.changes != there.changes)
    return false;
  if (here.loss != there.loss) { /* which may be spoken of as well; does the line say which? */
    size_t twin = reading - (size_t)there.loss + (size_t)here.loss;
    return bp_study_outcome(trials, twin, member) == BP_TRIED_HOLDS &&
           bp_study_contradicted(trials, twin, member);
  }
  size_t section = context->note->list[context->members[member]].section, against = 0;
  for (size_t i = 0; i < context->count; i++)
    against += i != member && context->note->list[context->members[i]].section == section &&
               context->note->list[context->members[i]].kind == BP_NOTED_CLAIM &&
               bp_study_outcome(trials, trials->best, i) == BP_TRIED_HOLDS &&
               bp_study_outcome(trials, reading, i) == BP_TRIED_FAILS;
  return against >= BP_STUDY_ENOUGH;
}

/* Under which reading that agrees with the note's forward pass, and with the lines around it, the
 * member holds; the number of readings: under none. */
static size_t holds_elsewhere(const struct bp_study_trials *trials, size_t member) {
  size_t k = 0;
  while (k < trials->readings &&
         (bp_study_outcome(trials, k, member) != BP_TRIED_HOLDS || !bp_study_plausible(trials, k) ||
          bp_study_contradicted(trials, k, member)))
    k++;
  return k;
}

static bool mentions(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

/* Whether a line is about one activation among many: it asks for the sign of something, or has a
 * slope by its value, a (1 - a) or 1 - a².  The declarations leave the hidden activation open. */
static bool knows_activation(const struct bp_noted *noted) {
  static const char *const signs[] = {">",           "<",           "\\ge ",      "\\geq", "\\le ",
                                      "\\leq",       "\\gt",        "\\lt",       "1 -",   "1-",
                                      "\\mathbb{1}", "\\mathbf{1}", "\\mathbb 1", "\\max"};
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (mentions(noted, signs[k]))
      return true;
  return false;
}

/* Whether every layer that a line names is the last one, L: its activation belongs to the loss. */
static bool names_last_only(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length, count = 0;
  for (size_t at = bp_text_find(text, 0, end, "^{"); at < end;
       at = bp_text_find(text, at + 1, end, "^{")) {
    size_t letter = at + 2 + (at + 2 < end && text[at + 2] == '[');
    if (letter + 1 >= end || text[letter] != 'L' || !strchr("]}", text[letter + 1]))
      return false;
    count++;
  }
  return count > 0;
}

/* Whether the note states the activation of each hidden layer. */
static bool states_activations(const struct bp_note_context *context) {
  bool all = bp_context_layers(context) > 1;
  for (int l = 1; l < bp_context_layers(context); l++)
    all = all && bp_context_activation(context, l);
  return all;
}

/* Whether a failing line says that something is 0 which is not: the derivative of what does not
 * depend on that, as it was understood. */
static bool is_nothing(const struct bp_claim *claim) {
  return claim->rows > 0 && (claim->left_value == 0 || claim->right_value == 0);
}

/* Whether a sum runs up to a number that the note means by a picture, or by a shape in words. */
static bool has_numeric_bound(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  static const char sum[] = "\\sum_{";
  for (size_t at = bp_text_find(text->text, 0, text->length, sum); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, sum)) {
    size_t over = bp_group_end(text->text, at + sizeof sum - 2, text->length);
    if (over + 2 < text->length && text->text[over] == '^' && text->text[over + 1] == '{' &&
        text->text[over + 2] >= '0' && text->text[over + 2] <= '9')
      return true;
  }
  return false;
}

/* Whether a side multiplies derivatives, whose order is that of a layout. */
static bool multiplies_derivatives(const struct bp_noted *noted) {
  static const char partial[] = "\\frac{\\partial";
  const char *text = noted->cut.text.text;
  for (size_t i = 0; i < noted->side_count; i++) {
    size_t end = noted->sides[i].end, at = bp_text_find(text, noted->sides[i].begin, end, partial);
    if (at < end && bp_text_find(text, at + 1, end, partial) < end)
      return true;
  }
  return false;
}

/* Whether every side has the argument of the function whose letter is there: a value at a point
 * that the words give, g'(z) = 1/4 at 0, is another kind of line. */
static bool all_have_argument(const struct bp_noted *noted, struct bp_span letter) {
  const char *text = noted->cut.text.text;
  size_t open = bp_text_find(text, letter.end, noted->cut.text.length, "(");
  const char argument[] = {open + 1 < noted->cut.text.length ? text[open + 1] : '(', '\0'};
  for (size_t k = 0; k < noted->side_count; k++)
    if (bp_text_find(text, noted->sides[k].begin, noted->sides[k].end, argument) ==
        noted->sides[k].end)
      return false;
  return true;
}

/* How the function of a line is known. */
enum knowledge { UNKNOWN, ELSEWHERE, HERE };

/* Whether the line, or one before it in its section, says by a formula what the function is that it
 * is about: HERE, and then nothing is left open.  ELSEWHERE: only one line of the note does, in
 * another section, where the letter might have stood for another function. */
static enum knowledge function_known(const struct bp_study_trials *trials,
                                     const struct bp_noted *noted) {
  const struct bp_note *note = trials->context->note;
  struct bp_span letter, its;
  size_t definitions = 0;
  if (!bp_noted_of_function(noted, &letter) || !all_have_argument(noted, letter))
    return UNKNOWN;
  struct bp_span slope = bp_own_slope_of(noted, 1);
  bool here =
      slope.begin < slope.end || (noted->kind == BP_NOTED_DEFINITION && noted->side_count > 2);
  size_t length = letter.end - letter.begin;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *one = &note->list[i];
    if (one->kind != BP_NOTED_DEFINITION || !bp_noted_of_function(one, &its) ||
        its.end - its.begin != length ||
        memcmp(one->cut.text.text + its.begin, noted->cut.text.text + letter.begin, length) != 0)
      continue;
    definitions++;
    here = here || (one < noted && one->section == noted->section);
  }
  return here ? HERE : definitions == 1 ? ELSEWHERE : UNKNOWN;
}

const char *bp_study_doubt_function(const struct bp_study_trials *trials,
                                    const struct bp_noted *noted) {
  return trials->context->functions && function_known(trials, noted) == UNKNOWN
             ? "needs to say which function it is about: no formula before it in its section does"
             : NULL;
}

/* What a line of a note with definitions of its own may need; NULL: nothing. */
static const char *doubt_own(const struct bp_study_trials *trials, const struct bp_noted *written,
                             const struct bp_claim *claim) {
  const struct bp_noted entries = bp_context_in_entries(trials->context, written, trials->arena),
                        *noted = &entries;
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  const char *loose = trials->context->own[reading.own].loose;
  if (has_numeric_bound(noted))
    return "needs the size that its sum runs up to: the note gives a number that no shape has";
  const char *single = trials->context->own[reading.own].single;
  bool of_numbers =
      single && bp_own_differentiates_numbers(noted, single, trials->vocabulary, trials->arena);
  if (!trials->context->own[reading.own].numbers && !of_numbers && multiplies_derivatives(noted))
    return "needs a layout: it multiplies derivatives of vectors, which people do in two orders";
  if (bp_context_leaves_out_penalty(trials->context, reading.own, noted))
    return "it has no penalty, and the loss has one: it needs to say whether it is about an entry "
           "that the penalty leaves out, or about the loss without it";
  if (is_nothing(claim))
    return "needs to say how one depends on the other: as its definitions were read, it does not";
  if (bp_own_mentions(noted, loose, trials->vocabulary, trials->arena))
    return "needs to say what its names are: one of them is in no definition of the note";
  const char *ranged = trials->context->own[reading.own].ranged;
  if (ranged && bp_own_mentions(noted, ranged, trials->vocabulary, trials->arena))
    return "needs to say for which numbers it is meant: the note restricts one of its names, and "
           "not "
           "plainly for this line";
  const char *unsized = trials->context->own[reading.own].unsized;
  if (claim->rows == 0 && bp_own_mentions(noted, unsized, trials->vocabulary, trials->arena))
    return "needs the shape of one of its names: no formula of the note says how many entries it "
           "has";
  if (claim->rows == 0 && trials->holding <= trials->runner_up)
    return "needs the shapes of its names: as they follow from the definitions, they do not fit";
  return NULL;
}

/* Whether a w or an x stands in it without a lower index: a column, where one unit is meant. */
static bool has_column(const struct bp_noted *noted) {
  const struct bp_written *text = &noted->cut.text;
  for (size_t at = 0; at < text->length; at++) {
    char before = at > 0 ? text->text[at - 1] : ' ';
    bool apart = !((before | 0x20) >= 'a' && (before | 0x20) <= 'z') && before != '\\';
    size_t over = at + 1;
    while (over < text->length && text->text[over] == ' ')
      over++;
    if (strchr("wx", text->text[at]) && apart && (over >= text->length || text->text[over] != '_'))
      return true;
  }
  return false;
}

/* What else a failing line may mean, from how it is written; NULL: nothing. */
static const char *open_writing(const struct bp_study_trials *trials,
                                const struct bp_note_reading *reading, const struct bp_noted *noted,
                                const struct bp_claim *claim) {
  const struct bp_note_context *context = trials->context;
  if (context->program)
    return NULL;
  if (context->family != BP_FAMILY_STATED && mentions(noted, "dots"))
    return "needs the sizes that its dots go on to: its entries are not counted elsewhere";
  bool brackets = context->family == BP_FAMILY_BRACKETS;
  bool unit = context->family == BP_FAMILY_UNIT;
  bool numbers =
      (unit && !context->many && !has_column(noted)) || bp_context_numbers(context, reading);
  bool single = context->family == BP_FAMILY_OWN && context->own[reading->own].single &&
                bp_own_differentiates_numbers(noted, context->own[reading->own].single,
                                              trials->vocabulary, trials->arena);
  /* of one derivative all layouts were tried; of a product not all orders */
  bool any = trials->laid_out && claim->rows > 0 && !multiplies_derivatives(noted);
  /* of layers everything is known: what is passed over leaves nothing open in what is compared */
  bool layout = context->family == BP_FAMILY_RAISED ? noted->compares_layout : noted->layout;
  if (layout && !numbers && !single && noted->stated == BP_STATED_NOTHING && !any)
    return "needs a layout: it has a derivative of a vector by a vector, which people write in "
           "two ways";
  if ((context->family == BP_FAMILY_BRACKETS || context->family == BP_FAMILY_RAISED) &&
      knows_activation(noted) && !states_activations(context) &&
      !(names_last_only(noted) && reading->loss == BP_NOTE_LOSS_CROSS_ENTROPY))
    return "needs the activation that it speaks of: the hidden one was read as any smooth function";
  if ((brackets || unit) && mentions(noted, "^{("))
    return "needs to say what its index in parentheses counts";
  if (unit && context->many && (mentions(noted, "dz") || mentions(noted, "x ")))
    return "needs to say how its small letters lie, beside capital ones";
  bool bare = (context->family == BP_FAMILY_RAISED || (brackets && !names_last_only(noted))) &&
              bp_context_has_bare(noted);
  if ((brackets && !mentions(noted, "^{[")) || bare)
    return "needs the layer that it is about";
  if (context->many && mentions(noted, "_{"))
    return "needs to say whether its lower index counts samples or units";
  if (context->family == BP_FAMILY_OWN)
    return NULL;
  if (mentions(noted, "\\sum_") && mentions(noted, "} ^"))
    return "needs the bound of its sum: the declarations do not have it";
  if (mentions(noted, "\\sum") && (mentions(noted, "}^{") || mentions(noted, "}  ^{")))
    return "needs the bound of its sum: the declarations do not have it";
  return NULL;
}

/* Whether a δ of the author's stands in it: one with two indices is Kronecker's, where the note has
 * names of its own. */
static bool mentions_delta(const struct bp_note_context *context, const struct bp_noted *noted) {
  static const char delta[] = "\\delta";
  const struct bp_written *text = &noted->cut.text;
  size_t at = bp_text_find(text->text, 0, text->length, delta);
  for (; at < text->length; at = bp_text_find(text->text, at + 1, text->length, delta)) {
    size_t over = at + strlen(delta), letters = 0;
    size_t end = over + 1 < text->length && text->text[over] == '_'
                     ? bp_group_end(text->text, over + 1, text->length)
                     : over;
    for (size_t k = over; k < end; k++)
      letters += bp_is_letter(text->text[k]);
    if (context->family != BP_FAMILY_OWN || letters != 2)
      return true;
  }
  return noted->deltas;
}

/* How many claims about deltas hold: δ is a name of the author's, which may stand for the
 * derivative by the activation, or have the opposite sign. */
static size_t deltas_that_hold(const struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  size_t count = 0;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    count += (noted->deltas || mentions(noted, "\\delta")) &&
             bp_study_outcome(trials, trials->best, i) == BP_TRIED_HOLDS;
  }
  return count;
}

bool bp_study_one_way(const struct bp_claim *claim) {
  static const char condition[] = "the condition ", was[] = " was never";
  for (size_t i = 0; i < claim->aimed.unmet_count; i++) {
    const char *sentence = claim->aimed.unmet[i], *end = strstr(sentence, was);
    size_t begin = sizeof condition - 1;
    if (!end || strncmp(sentence, condition, begin) != 0)
      continue;
    size_t length = (size_t)(end - sentence) - begin, size = strlen(claim->text);
    for (size_t at = 0; at + length <= size; at++)
      if (memcmp(claim->text + at, sentence + begin, length) == 0)
        return true;
  }
  return false;
}

/* Whether a side has an index that is `letter`, alone or with something added to it, and whether a
 * side has one that is a fixed layer, L. */
static bool has_raised(const struct bp_noted *noted, size_t side, char letter) {
  const char *text = noted->cut.text.text;
  for (size_t at = noted->sides[side].begin; at + 3 < noted->sides[side].end; at++)
    if (text[at] == '^' && text[at + 1] == '{') {
      size_t sign = at + 2 + (text[at + 2] == '[');
      if (text[sign] == letter)
        return true;
    }
  return false;
}

/* Whether the layer of the line is any, l, and that of something in it the last one: that it holds
 * for l = L is no excuse, for then L is what it would say. */
static bool mixes_layers(const struct bp_noted *noted) {
  bool any = false, last = false;
  for (size_t k = 0; k < noted->side_count; k++) {
    any = any || has_raised(noted, k, 'l');
    last = last || has_raised(noted, k, 'L');
  }
  return any && last && !noted->cut.continues;
}

/* Whether the shapes in a line of a program do not fit, whatever its loss is: they follow from the
 * forward pass alone, as far as another line bears it out. */
static bool fits_nowhere(const struct bp_study_trials *trials, const struct bp_claim *claim,
                         size_t member) {
  bool fails = trials->context->program && claim->rows == 0 && trials->holding > 0;
  for (size_t k = 0; fails && k < trials->readings; k++)
    fails = bp_study_outcome(trials, k, member) == BP_TRIED_FAILS;
  return fails;
}

/* Whether a ∇ may be of more than the factor behind it, ∇_w 1/2 (…), ∇_w tr(…)^2: a gradient of a
 * number is nothing, and nobody squares one. */
static bool has_wide_gradient(const struct bp_noted *noted) {
  static const char nabla[] = "\\nabla";
  const struct bp_written *text = &noted->cut.text;
  for (size_t at = bp_text_find(text->text, 0, text->length, nabla); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, nabla)) {
    size_t over = bp_behind_blanks(text->text, at + sizeof nabla - 1, text->length);
    if (over + 1 < text->length && text->text[over] == '_' && text->text[over + 1] == '{')
      over = bp_behind_blanks(text->text, bp_group_end(text->text, over + 1, text->length),
                              text->length);
    bool number =
        over < text->length && ((text->text[over] >= '0' && text->text[over] <= '9') ||
                                bp_text_is_at(text->text, over, text->length, "\\frac{1") ||
                                bp_text_is_at(text->text, over, text->length, "\\tfrac"));
    size_t open = bp_text_find(text->text, over, text->length, "(");
    bool norm = bp_text_find(text->text, over, open, "norm") < open;
    size_t close = bp_closing_parenthesis(text->text, open < text->length ? open : 0, text->length);
    size_t behind =
        close < text->length ? bp_behind_blanks(text->text, close + 1, text->length) : text->length;
    bool raised = open < text->length && open < over + 16 && behind < text->length &&
                  text->text[behind] == '^' && !norm;
    if (number || raised)
      return true;
  }
  return false;
}

/* Whether a rule holds where its square matrices are symmetric, as authors take for granted. */
static bool holds_symmetrically(const struct bp_study_trials *trials) {
  struct bp_note_own own = trials->context->own[0];
  struct bp_note_context context = *trials->context;
  struct bp_study_trials symmetric = *trials;
  struct bp_note_choice choice = {0};
  unsigned char outcome = BP_NOT_TRIED;
  own.prelude = own.symmetric;
  context.own = &own;
  symmetric.context = &context;
  return own.symmetric && bp_study_judge_briefly(&symmetric, 0, &choice, &outcome) == 0 &&
         outcome == BP_TRIED_HOLDS;
}

/* Whether a line about a recurrent cell alone holds where there is one step: authors leave out what
 * comes back from the next one, or add it later. */
static bool holds_in_one_step(const struct bp_study_trials *trials, size_t member) {
  static const char steps[] = "size T = ";
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  struct bp_note_context context = *trials->context;
  struct bp_note_own own = context.own[reading.own];
  struct bp_study_trials single = *trials;
  bool *others = bp_arena_alloc(trials->arena, context.count + 1, sizeof *others);
  unsigned char *found = bp_arena_alloc(trials->arena, context.count + 1, sizeof *found);
  const char *size = own.cell ? strstr(own.prelude, steps) : NULL;
  if (!size || !others || !found)
    return false;
  size_t before = (size_t)(size - own.prelude) + sizeof steps - 1;
  own.prelude =
      bp_arena_printf(trials->arena, "%.*s1%s", (int)before, own.prelude, own.prelude + before + 1);
  memset(others, true, context.count);
  others[member] = false;
  context.own = &own;
  context.own_count = 1;
  single.context = &context;
  struct bp_note_choice choice = {.leave_out = others};
  return own.prelude && bp_study_judge_briefly(&single, 0, &choice, found) == 0 &&
         found[member] == BP_TRIED_HOLDS;
}

/* What a rule about any matrices may need; NULL: nothing. */
static const char *doubt_rule(const struct bp_study_trials *trials, const struct bp_noted *noted,
                              size_t member) {
  if (trials->laid_out && trials->laid_out[member] && noted->stated == BP_STATED_NOTHING)
    return "needs a layout: it holds where derivatives are laid out in another way, which people "
           "do";
  if (holds_symmetrically(trials))
    return "it holds for symmetric matrices only, and needs to say that they are";
  return bp_own_rule_may_fail(trials->context->note, noted, trials->vocabulary, trials->arena)
             ? NULL
             : "needs to say what its matrices are: it does not hold for any, or is meant in "
               "another layout";
}

static bool is_of_function(const struct bp_noted *noted) {
  struct bp_span letter;
  return bp_noted_of_function(noted, &letter);
}

/* How many lines that hold bear out the shapes that a line has: f'(x) = 2x in another section tells
 * nothing of any. */
static size_t bearing(const struct bp_study_trials *trials, const struct bp_noted *noted) {
  const struct bp_note_context *context = trials->context;
  size_t count = bp_study_speaking(trials);
  for (size_t i = 0; i < context->count && !is_of_function(noted); i++) {
    const struct bp_noted *other = &context->note->list[context->members[i]];
    bool holds = other->kind == BP_NOTED_CLAIM &&
                 bp_study_outcome(trials, trials->best, i) == BP_TRIED_HOLDS;
    count -= holds && count > 0 && other->section != noted->section && is_of_function(other);
  }
  return count;
}

/* Whether it is of figures, and its signs have several meanings. */
static bool has_unsure_figures(const struct bp_study_trials *trials, size_t member) {
  struct bp_figures figures;
  const struct bp_note_context *context = trials->context;
  return bp_figures_find(context->note, context->members[member], trials->arena, &figures) &&
         figures.text && !figures.plain;
}

/* Whether an L in it was read as the number of layers. */
static bool counts_layers(const struct bp_claim *claim) {
  for (size_t k = 0; k < claim->note_count; k++)
    if (strncmp(claim->notes[k], "L is the number of layers", 25) == 0)
      return true;
  return false;
}

/* Another reading under which the line holds, as a sentence; NULL where memory is short. */
static const char *tell_elsewhere(const struct bp_study_trials *trials, size_t other) {
  const struct bp_note_context *context = trials->context;
  struct bp_note_reading reading = bp_context_reading(context, other),
                         best = bp_context_reading(context, trials->best);
  const char *words = bp_context_words(context, &reading, trials->arena),
             *here = bp_context_words(context, &best, trials->arena);
  size_t length = words ? strlen(words) : 0;
  if (!words || !here)
    return NULL;
  if (strncmp(here, words, length) == 0 && strlen(here) > length + 2) /* what it does not say */
    return bp_arena_printf(trials->arena,
                           "it holds where, unlike in the lines around it, this is not so: %s; it "
                           "needs words that say which is meant",
                           here + length + 2);
  return bp_arena_printf(trials->arena,
                         "it holds under another reading than the lines around it (%s); it needs "
                         "words that say which is meant",
                         words);
}

/* What its signs and the words before it leave open, whatever holds around it; NULL: nothing. */
static const char *doubt_signs(const struct bp_study_trials *trials, const struct bp_noted *noted,
                               const struct bp_claim *claim, size_t member) {
  const struct bp_note_context *context = trials->context;
  if (noted->code && !noted->bare && mentions(noted, "'("))
    return "needs to say what a function in it does: it is called a derivative, and some programs "
           "give such a one the value of the activation instead of its argument";
  if (context->program && bp_program_loses_part(context->program))
    return "needs the whole loss: a part of what is returned for it was not read";
  if (context->program && claim->rows == 0 && !bp_program_knows_samples(context->program))
    return "needs the axis along which its samples lie: no line tells it, and shapes hang on it";
  if (bp_noted_may_convolve(noted) || has_unsure_figures(trials, member))
    return "needs to say what its signs mean: between matrices that are written out a star may be "
           "a convolution, a bar a determinant, a power one of each entry";
  if (context->many && bp_note_says_single(context->note, noted))
    return "needs to say for how many samples it is meant: the lines before it say for one";
  if (bp_noted_has_bold_one(noted))
    return "needs to say what its bold 1 is: a vector of ones, whose product is a sum, or a number";
  if (counts_layers(claim))
    return "needs to say what L is: the number of layers, as in a^{[L]}, or the loss";
  if (bp_study_misreads_output(trials, noted))
    return "needs the output: the note computes it in another way than it was read";
  return has_wide_gradient(noted)
             ? "needs parentheses: it may be the gradient of one factor, or of all that follows"
             : NULL;
}

/* What the lines around it leave open; NULL: nothing. */
static const char *doubt_support(const struct bp_study_trials *trials, const struct bp_noted *noted,
                                 const struct bp_claim *claim, size_t member) {
  bool turned = trials->turned && trials->turned[member],
       own = trials->context->family == BP_FAMILY_OWN;
  bool stated =
      turned || trials->context->family == BP_FAMILY_STATED || bp_study_knows_loss(trials);
  if (!stated && own && bearing(trials, noted) < BP_STUDY_ENOUGH)
    return "needs declarations: fewer than three lines hold as its own definitions were read; <!-- "
           "backproof: given W : n x k --> can say what its names are";
  if (bp_study_speaking(trials) < BP_STUDY_ENOUGH && !stated &&
      !fits_nowhere(trials, claim, member))
    return "needs more lines that hold: fewer than three speak for how the note was read";
  if (!stated && mentions_delta(trials->context, noted) && deltas_that_hold(trials) < 2)
    return "needs to say what its delta stands for: fewer than two other lines with it hold";
  if (noted->layout && noted->stated == BP_STATED_NOTHING && trials->laid_out &&
      trials->laid_out[member])
    return "needs a layout: it holds where derivatives are laid out in another way, which people "
           "do";
  if (trials->some_indices && trials->some_indices[member])
    return "it holds for some of its indices only (i ≠ j, or i = j), and needs to say for which";
  if (trials->immediate && trials->immediate[member])
    return "it holds where the other names in the definition are held fixed, and needs to say so: "
           "they depend on what it is differentiated by";
  if (own && holds_in_one_step(trials, member))
    return "it holds where there is one step, and needs to say what comes back from the next";
  return bp_study_loops(trials)
             ? "needs declarations: its definitions hang on each other, and one of them had to be "
               "left out"
             : NULL;
}

const char *bp_study_doubt(const struct bp_study_trials *trials, const struct bp_noted *noted,
                           const struct bp_claim *claim, size_t member,
                           enum bp_trial_outcome some_layers) {
  const struct bp_note_context *context = trials->context;
  size_t other = holds_elsewhere(trials, member);
  if (other < trials->readings)
    return tell_elsewhere(trials, other);
  bool own = context->family == BP_FAMILY_OWN;
  const char *open = doubt_signs(trials, noted, claim, member);
  if (!open)
    open = bp_own_condition(context->note, noted, own, own && context->own[0].rule);
  if (open)
    return open;
  if (own && context->own[0].rule)
    return doubt_rule(trials, noted, member);
  if (!trials->own_forward)
    return "needs the forward pass: no equation of the note says how its layers are computed";
  if (context->functions)
    return function_known(trials, noted) == HERE
               ? NULL
               : "needs to say which function it is about: no formula before it in its section "
                 "does, or its sides are numbers at a point that words give";
  struct bp_note_reading reading = bp_context_reading(context, trials->best);
  open = doubt_support(trials, noted, claim, member);
  if (!open)
    open = open_writing(trials, &reading, noted, claim);
  if (!open && own)
    open = doubt_own(trials, noted, claim);
  if (!open &&
      (some_layers == BP_TRIED_HOLDS || (some_layers == BP_TRIED_OPEN && !mixes_layers(noted))))
    open = "it holds for some layers only, and needs to say for which";
  return open;
}
