/* w = w + η ∂E/∂w says by itself which way it leads, whatever E is, so it is judged where nothing
 * can be computed: no name in it need be declared.  Which way is meant the words of the note say;
 * where one of them speaks of something that is to be large, or E may be an objective of either
 * kind, nothing is told.
 */
#include "study/update/climbs.h"

#include <string.h>

#include "lang/print.h"
#include "study/update/aim.h"

/* Words of an objective that is made large without being called a reward. */
static const char *const large[] = {
    "policy", "elbo",      "lower bound", "utility", "profit", "fitness", "entropy bonus",
    "actor",  "generator", "策略",        "下界",    "dual",   "lagrang", "adversar"};

/* The words of what is to be small, beside the letter that it has. */
static const char *const losses[] = {"\\mathcal{L}",
                                     "\\mathcal L",
                                     "{\\cal L}",
                                     "\\mathcal{J}",
                                     "\\text{Loss}",
                                     "\\mathrm{Loss}",
                                     "Loss",
                                     "loss",
                                     "Cost",
                                     "cost",
                                     "MSE",
                                     "E",
                                     "C",
                                     "J",
                                     "L"};

struct writing {
  const char *text;
  size_t at, end;
};

static bool takes(struct writing *writing, const char *what) {
  writing->at = bp_behind_blanks(writing->text, writing->at, writing->end);
  bool stands = bp_text_is_at(writing->text, writing->at, writing->end, what);
  writing->at += stands ? strlen(what) : 0;
  return stands;
}

/* Takes the same bytes as in the span, blanks apart. */
static bool takes_same(struct writing *writing, struct bp_span name) {
  size_t at = writing->at;
  for (size_t k = name.begin; k < name.end; k++) {
    if (writing->text[k] == ' ')
      continue;
    at = bp_behind_blanks(writing->text, at, writing->end);
    if (at >= writing->end || writing->text[at++] != writing->text[k])
      return false;
  }
  writing->at = at;
  return name.end > name.begin;
}

/* Takes the rate: letters, commands and figures without a sign. */
static void take_rate(struct writing *writing) {
  while ((writing->at = bp_behind_blanks(writing->text, writing->at, writing->end)) <
         writing->end) {
    const char *text = writing->text;
    size_t at = writing->at;
    bool slope = bp_text_is_at(text, at, writing->end, "\\frac{\\partial") ||
                 bp_text_is_at(text, at, writing->end, "\\frac{∂") ||
                 bp_text_is_at(text, at, writing->end, "\\nabla");
    if (slope || !(bp_is_letter(text[at]) || text[at] == '\\' || text[at] == '.' ||
                   text[at] == '*' || (text[at] >= '0' && text[at] <= '9')))
      return;
    if (text[at] != '\\')
      writing->at++;
    else {
      size_t over = bp_command_end(text, at, writing->end);
      static const char *const rates[] = {"eta",  "alpha", "epsilon", "varepsilon", "mu",
                                          "cdot", "times", "gamma",   "lambda",     "rho"};
      bool rate = false;
      for (size_t k = 0; k < sizeof rates / sizeof *rates; k++)
        rate = rate || bp_command_is(text, at, over, rates[k]);
      if (!rate)
        return;
      writing->at = over;
    }
  }
}

/* Takes the letter of a loss with what it depends on, J(\theta); its name, or NULL. */
static const char *take_loss(struct writing *writing) {
  for (size_t k = 0; k < sizeof losses / sizeof *losses; k++) {
    struct writing behind = *writing;
    if (!takes(&behind, losses[k]) ||
        (behind.at < behind.end && bp_is_letter(behind.text[behind.at]) && losses[k][0] != '\\'))
      continue;
    if (takes(&behind, "(")) {
      size_t close = bp_closing_parenthesis(behind.text, behind.at - 1, behind.end);
      behind.at = close < behind.end ? close + 1 : behind.end;
    }
    *writing = behind;
    return losses[k];
  }
  return NULL;
}

/* Takes the derivative of a loss by the name, in one of the ways that people write. */
static const char *take_slope(struct writing *writing, struct bp_span name) {
  static const char *const partials[] = {"\\partial", "∂"};
  if (takes(writing, "\\nabla")) {
    struct writing behind = *writing;
    bool by = takes(&behind, "_{") && takes_same(&behind, name) && takes(&behind, "}");
    if (by)
      *writing = behind;
    return takes(writing, "_") ? NULL : take_loss(writing);
  }
  if (!takes(writing, "\\frac{") || (!takes(writing, partials[0]) && !takes(writing, partials[1])))
    return NULL;
  const char *loss = take_loss(writing);
  if (!takes(writing, "}") || !takes(writing, "{") ||
      (!takes(writing, partials[0]) && !takes(writing, partials[1])) ||
      !takes_same(writing, name) || !takes(writing, "}"))
    return NULL;
  return loss ? loss : take_loss(writing); /* ∂/∂w J(w) */
}

/* The loss that the step leads up, and the place of its sign in the text; NULL: it is none. */
static const char *climbed(const struct bp_noted *noted, size_t *sign) {
  if (noted->kind != BP_NOTED_UPDATE || noted->side_count != 2 || noted->cut.continues ||
      noted->program)
    return NULL;
  struct bp_span left = bp_noted_trimmed(noted, 0);
  struct writing right = {noted->cut.text.text, noted->sides[1].begin, noted->sides[1].end};
  if (!takes_same(&right, left) || !takes(&right, "+"))
    return NULL;
  *sign = right.at - 1;
  take_rate(&right);
  const char *loss = take_slope(&right, left);
  right.at = bp_behind_blanks(right.text, right.at, right.end);
  while (right.at < right.end && strchr(".,; ", right.text[right.at]))
    right.at++;
  return right.at == right.end ? loss : NULL;
}

bool bp_note_is_down(const struct bp_note *note) {
  struct bp_aim_words words = bp_aim_words_of(note->source);
  return words.down && !words.up &&
         !bp_aim_has_any(note->source, large, sizeof large / sizeof *large);
}

bool bp_step_climbs(const struct bp_note *note, const struct bp_noted *noted, bool hinted,
                    struct bp_arena *arena, struct bp_claim *claim) {
  size_t sign;
  const char *loss = climbed(noted, &sign);
  if (!loss)
    return false;
  struct bp_span span = bp_written_from(&noted->cut.text, sign, sign + 1);
  const char *message = bp_arena_printf(arena, "this step goes up %s, which is to be small", loss);
  *claim = (struct bp_claim){
      .kind = BP_CLAIM,
      .keyword = "claim",
      .text = bp_source_line(note->source, noted->cut.span, arena),
      .source = note->source,
      .span = noted->cut.span,
      .verdict = BP_FAILS,
      .where = {.source = note->source,
                .span = span,
                .message = message,
                .suggestion = "the other sign; or the word maximise in the text, if it is to be "
                              "large"},
      .links = 1};
  if (!hinted)
    return claim->text && message;
  struct bp_hint *hint = bp_arena_alloc(arena, 1, sizeof *hint);
  struct bp_replacement *edit = bp_arena_alloc(arena, 1, sizeof *edit);
  char *mended = bp_arena_strndup(arena, claim->text, strlen(claim->text));
  if (!hint || !edit || !mended || !message)
    return false;
  *edit = (struct bp_replacement){note->source, span, "-", "sign"};
  hint->sentence = "the sign is wrong: a step that makes a loss smaller goes against its gradient";
  hint->edits = edit;
  hint->edit_count = 1;
  size_t offset = span.begin - noted->cut.span.begin, column;
  if (offset < strlen(mended) && mended[offset] == '+') {
    mended[offset] = '-';
    hint->mended = mended;
    hint->marked[0] = (struct bp_span){offset, offset + 1};
    bp_locate(note->source, span.begin, &hint->line, &column);
    claim->hints = hint;
    claim->hint_count = 1;
  }
  return true;
}
