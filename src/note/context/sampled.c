/* Courses on regression write h_θ(x^{(i)}) for what the hypothesis says of sample i, beside its
 * target y^{(i)}, and x_j^{(i)} for feature j of it.  A derivation has a vector h with an entry for
 * each sample, a vector y, and a matrix X with a row for each sample; so that is what the lines are
 * written in, and all else, what h is and what J sums, follows as from any definition.
 *
 * Only a note that calls something with a sample, or multiplies it as in θ^T x^{(i)}, is written
 * so.  What it says of h_θ(x) it says of any sample, so a lonely x is that of one, and so is the y
 * beside it.  Whether a sample is a number or has features is told by the definition of h before
 * the line.  What would need an entry 0, such as θ_0 beside θ_j, keeps its number, and no line with
 * it is read.
 */
#include "note/context/sampled.h"

#include <string.h>

#include "note/latex/written.h"

enum { MOST_MODELS = 4, LONGEST_NAME = 24, LONGEST = 4000 };

/* Letters that the note must not have: the loss of one sample, the numbers θ_0 and θ_1 of a line,
 * a slope w, and a sample that is a number. */
static const char each[] = "\\varphi", part[] = "\\vartheta", slope[] = "\\omega",
                  number[] = "\\chi";

/* What stands for an entry 0 and for the loss of one sample, of which the declarations know
 * nothing: a line with it is not read. */
static const char nowhere[] = "\\nowhere ";

struct sampled {
  char models[MOST_MODELS][LONGEST_NAME]; /* h, f, h_w without what stands below */
  size_t model_count;
  char loss[LONGEST_NAME]; /* of one sample: loss(f(x^{(i)}), y^{(i)}); empty: none */
  bool features;           /* a sample has several numbers, where the line stands */
  bool both;               /* somewhere it has, and somewhere it is a number */
  char letter;             /* of the samples in the statement */
  bool lonely;             /* it has an x, and no sample */
};

/* Letters of what a model is tuned by. */
static const char *const parameters[] = {"\\theta", "w", "W", "\\beta", NULL};

/* ---- names ----------------------------------------------------------------- */

struct token {
  char name[LONGEST_NAME]; /* without its face; empty: there is none */
  size_t end;              /* behind the name */
  struct bp_span below;    /* inside of its subscript */
  char sample;             /* of ^{(i)}, or '\0' */
  size_t behind;           /* with what stands below and above it */
};

static bool is_face(const char *text, size_t at, size_t end) {
  static const char *const faces[] = {"mathbf", "boldsymbol",   "bm",     "vec",
                                      "mathrm", "text",         "mathit", "mathcal",
                                      "mathsf", "operatorname", NULL};
  for (size_t k = 0; faces[k]; k++)
    if (bp_command_is(text, at, end, faces[k]))
      return true;
  return false;
}

static void name_token(struct token *token, const char *text, size_t begin, size_t end) {
  if (end - begin >= LONGEST_NAME)
    return;
  memcpy(token->name, text + begin, end - begin);
  token->name[end - begin] = '\0';
}

/* Takes the name at `at` with its face; the end is behind what stands there in any case. */
static void take_name(const char *text, size_t at, size_t end, struct token *token) {
  token->end = at + 1;
  if (bp_is_letter(text[at])) {
    while (token->end < end && bp_is_letter(text[token->end]))
      token->end++;
    name_token(token, text, at, token->end);
  } else if (text[at] == '\\') {
    token->end = bp_command_end(text, at, end);
    size_t open = bp_behind_blanks(text, token->end, end);
    if (!is_face(text, at, token->end)) {
      name_token(token, text, at, token->end);
      return;
    }
    size_t close = open < end && text[open] == '{' ? bp_group_end(text, open, end) : open + 1;
    size_t begin = bp_behind_blanks(text, open + (open < end && text[open] == '{'), end);
    size_t over = begin;
    while (over < close && bp_is_letter(text[over]))
      over++;
    size_t rest = bp_behind_blanks(text, over, close);
    if (over == begin || close > end || (text[open] == '{' && rest + 1 != close))
      return;
    name_token(token, text, begin, over);
    token->end = close;
  }
}

/* Takes what stands below and above a name, in any order, but no power. */
static void take_scripts(const char *text, size_t end, struct token *token) {
  token->behind = token->end;
  for (int k = 0; k < 2; k++) {
    size_t at = bp_behind_blanks(text, token->behind, end);
    if (at + 1 >= end)
      return;
    size_t open = bp_behind_blanks(text, at + 1, end);
    if (open >= end)
      return;
    size_t over = text[open] == '{'    ? bp_group_end(text, open, end)
                  : text[open] == '\\' ? bp_command_end(text, open, end)
                                       : open + 1;
    if (text[at] == '_' && token->below.begin == token->below.end) {
      token->below =
          text[open] == '{' ? (struct bp_span){open + 1, over - 1} : (struct bp_span){open, over};
      token->behind = over;
    } else if (text[at] == '^' && token->sample == '\0' && over - open == 5 &&
               text[open + 1] == '(' && bp_is_letter(text[open + 2]) && text[open + 3] == ')') {
      token->sample = text[open + 2];
      token->behind = over;
    } else
      return;
  }
}

static struct token token_at(const char *text, size_t at, size_t end) {
  struct token token = {.below = {0, 0}};
  take_name(text, at, end, &token);
  token.behind = token.end;
  if (token.name[0] != '\0')
    take_scripts(text, end, &token);
  return token;
}

/* Where the parenthesis opens behind a name; `end`: none does. */
static size_t call_behind(const char *text, size_t at, size_t end) {
  at = bp_behind_blanks(text, at, end);
  if (bp_text_is_at(text, at, end, "\\left"))
    at = bp_behind_blanks(text, at + strlen("\\left"), end);
  return at < end && text[at] == '(' ? at : end;
}

/* The name that is all that stands in the parenthesis at `open`; without a name: it is more. */
static struct token argument_of(const char *text, size_t open, size_t end, size_t *close) {
  struct token none = {.below = {0, 0}};
  *close = bp_closing_parenthesis(text, open, end);
  size_t at = bp_behind_blanks(text, open + 1, *close);
  if (*close >= end || at >= *close)
    return none;
  struct token token = token_at(text, at, *close);
  size_t rest = bp_behind_blanks(text, token.behind, *close);
  return rest == *close || bp_text_is_at(text, rest, *close, "\\right") ? token : none;
}

static bool is(const struct token *token, const char *name) {
  return strcmp(token->name, name) == 0;
}

static bool is_parameter(const struct token *token) {
  for (size_t k = 0; parameters[k]; k++)
    if (is(token, parameters[k]))
      return true;
  return false;
}

static bool is_model(const struct sampled *sampled, const char *name) {
  for (size_t k = 0; k < sampled->model_count; k++)
    if (strcmp(sampled->models[k], name) == 0)
      return true;
  return false;
}

/* ---- what the context speaks of --------------------------------------------- */

static bool states(const struct bp_noted *noted) {
  return (noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_DEFINITION ||
          noted->kind == BP_NOTED_SYMBOLIC || noted->kind == BP_NOTED_UPDATE) &&
         !noted->code && !noted->program && noted->cut.text.length <= LONGEST;
}

/* The name that the statement defines as a function of x, h_θ(x) = …; without one: it does not. */
static struct token defined_model(const struct bp_noted *noted) {
  struct token none = {.below = {0, 0}};
  const char *text = noted->cut.text.text;
  if (!states(noted) || noted->cut.continues || noted->side_count < 2)
    return none;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end), close;
  if (at >= end)
    return none;
  struct token name = token_at(text, at, end);
  size_t open = call_behind(text, name.behind, end);
  if (name.name[0] == '\0' || open >= end)
    return none;
  struct token argument = argument_of(text, open, end, &close);
  return is(&argument, "x") && argument.below.begin == argument.below.end &&
                 bp_behind_blanks(text, close + 1, end) == end
             ? name
             : none;
}

/* Whether what defines a model has features in it: θ^T x, w · x, a sum, letters in bold. */
static bool has_features(const struct bp_noted *noted) {
  static const char *const marks[] = {"^{T}",     "^T",    "\\top", "\\cdot",       "\\sum",
                                      "\\langle", "dots",  "...",   "\\mathbf",     "\\bm",
                                      "\\vec",    "\\dot", "'",     "\\boldsymbol", NULL};
  return bp_text_has_any(noted->cut.text.text, noted->sides[0].begin, noted->cut.text.length,
                         marks);
}

/* The loss of one sample that the statement defines, loss(f(x^{(i)}), y^{(i)}) = …. */
static struct token defined_loss(const struct sampled *sampled, const struct bp_noted *noted) {
  struct token none = {.below = {0, 0}};
  const char *text = noted->cut.text.text;
  if (!states(noted) || noted->cut.continues || noted->side_count < 2)
    return none;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end);
  struct token name = at < end ? token_at(text, at, end) : none;
  size_t open = name.name[0] ? call_behind(text, name.behind, end) : end;
  if (open >= end)
    return none;
  size_t close = bp_closing_parenthesis(text, open, end);
  at = bp_behind_blanks(text, open + 1, close);
  struct token first = at < close ? token_at(text, at, close) : none;
  size_t comma = bp_text_find(text, first.behind, close, ",");
  size_t second = bp_behind_blanks(text, comma + 1, close);
  struct token target = comma < close && second < close ? token_at(text, second, close) : none;
  return is_model(sampled, first.name) && is(&target, "y") &&
                 bp_behind_blanks(text, target.behind, close) == close &&
                 bp_behind_blanks(text, close + 1, end) == end
             ? name
             : none;
}

/* Whether a model is called with a sample somewhere in the statement. */
static bool calls_sample(const struct sampled *sampled, const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length, close;
  for (size_t at = 0; states(noted) && at < end;) {
    struct token token = token_at(text, at, end);
    size_t open = is_model(sampled, token.name) ? call_behind(text, token.behind, end) : end;
    if (open < end) {
      struct token argument = argument_of(text, open, end, &close);
      if (is(&argument, "x") && argument.sample != '\0')
        return true;
    }
    at = token.end;
  }
  return false;
}

/* Whether the statement multiplies a parameter and a sample, θ^T x^{(i)}: so it does without a name
 * for what that comes to. */
static bool multiplies_sample(const struct bp_noted *noted) {
  static const char turned[] = "^{T}";
  const char *text = noted->cut.text.text;
  size_t end = noted->cut.text.length;
  for (size_t at = 0; states(noted) && at < end;) {
    struct token token = token_at(text, at, end);
    size_t next = bp_behind_blanks(text, token.behind, end);
    if (is_parameter(&token) && bp_text_is_at(text, next, end, turned)) {
      next = bp_behind_blanks(text, next + sizeof turned - 1, end);
      struct token factor = next < end ? token_at(text, next, end) : token;
      if (is(&factor, "x") && factor.sample != '\0' && factor.below.begin == factor.below.end)
        return true;
    }
    at = token.end;
  }
  return false;
}

static bool mentions(const struct bp_note_context *context, const char *command) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    if (bp_text_find(text->text, 0, text->length, command) < text->length)
      return true;
  }
  return false;
}

/* Finds the models of a context; false where it has none, or other letters stand in the way. */
static bool find_models(const struct bp_note_context *context, struct sampled *sampled) {
  bool calls = false, features = false, numbers = false, first = true;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    struct token name = defined_model(noted);
    if (name.name[0] == '\0')
      continue;
    if (!is_model(sampled, name.name) && sampled->model_count < MOST_MODELS)
      memcpy(sampled->models[sampled->model_count++], name.name, sizeof name.name);
    bool has = has_features(noted);
    sampled->features = first ? has : sampled->features;
    first = false;
    features = features || has;
    numbers = numbers || !has;
  }
  sampled->both = features && numbers;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    bool product = multiplies_sample(noted);
    sampled->features = sampled->features || (first && product);
    calls = calls || product || calls_sample(sampled, noted);
    struct token loss = defined_loss(sampled, noted);
    if (loss.name[0] && !sampled->loss[0] && !is_model(sampled, loss.name))
      memcpy(sampled->loss, loss.name, sizeof loss.name);
  }
  return calls && !mentions(context, each) && !mentions(context, part) &&
         !mentions(context, slope) && !mentions(context, number);
}

/* ---- writing ---------------------------------------------------------------- */

/* Finds the letter of the samples in the statement, and whether it has an x without one. */
static void look_at_samples(struct sampled *sampled, const struct bp_written *text) {
  static const char letters[] = "ikpqrs";
  bool bare = false, data = false;
  sampled->letter = '\0';
  for (size_t at = 0; at < text->length;) {
    struct token token = token_at(text->text, at, text->length);
    if (token.sample != '\0' && sampled->letter == '\0')
      sampled->letter = token.sample;
    bare = bare || (is(&token, "x") && token.sample == '\0');
    data = data || is(&token, "X");
    at = token.behind;
  }
  sampled->lonely = bare && sampled->letter == '\0' && !data;
  for (size_t k = 0; sampled->letter == '\0' && letters[k]; k++) {
    char equal[] = {letters[k], '=', '\0'}, below[] = {'_', '{', letters[k], '\0'},
         plain[] = {'_', letters[k], '\0'};
    if (bp_text_find(text->text, 0, text->length, equal) == text->length &&
        bp_text_find(text->text, 0, text->length, below) == text->length &&
        bp_text_find(text->text, 0, text->length, plain) == text->length)
      sampled->letter = letters[k];
  }
}

static bool put(struct bp_written *out, const char *text, struct bp_span from) {
  return text && bp_written_add(out, text, strlen(text), from);
}

/* The sample, or feature of one, that an x is. */
static const char *sample_text(const struct sampled *sampled, const char *text,
                               const struct token *token, struct bp_arena *arena) {
  char letter = token->sample != '\0' ? token->sample : sampled->letter;
  int below = (int)(token->below.end - token->below.begin);
  if (below == 1 && text[token->below.begin] == '0')
    return nowhere;
  if (below > 0)
    return bp_arena_printf(arena, "X_{%c,%.*s}", letter, below, text + token->below.begin);
  if (sampled->features)
    return bp_arena_printf(arena, "(X_{%c:})^{T}", letter);
  return bp_arena_printf(arena, "%s_{%c}", sampled->both ? number : "x", letter);
}

/* Where the product of a weight and the x behind it goes on, w \cdot x, which is that of rows and
 * columns; `at`: it is none. */
static size_t behind_dot(const char *text, size_t at, size_t end) {
  static const char dot[] = "\\cdot";
  size_t sign = bp_behind_blanks(text, at, end);
  size_t next = bp_behind_blanks(text, sign + sizeof dot - 1, end);
  if (!bp_text_is_at(text, sign, end, dot) || next >= end ||
      bp_is_letter(text[sign + sizeof dot - 1]))
    return at;
  struct token token = token_at(text, next, end);
  return is(&token, "x") && token.below.begin == token.below.end ? next : at;
}

/* What stands for a name with its scripts; "": it is copied as it is. */
static const char *text_of(const struct sampled *sampled, const char *text,
                           const struct token *token, struct bp_arena *arena) {
  char letter = token->sample != '\0' ? token->sample : sampled->letter;
  struct bp_span below = token->below;
  if (is(token, "x") && (token->sample != '\0' || sampled->letter != '\0'))
    return sample_text(sampled, text, token, arena);
  if (is(token, "y") && below.begin == below.end && sampled->lonely)
    return bp_arena_printf(arena, "y_{%c}", letter);
  if (token->sample != '\0' && below.begin == below.end)
    return bp_arena_printf(arena, "%s_{%c}", token->name, letter);
  if (!sampled->features && is(token, "\\theta") && below.end == below.begin + 1 &&
      text[below.begin] >= '0' && text[below.begin] <= '9')
    return bp_arena_printf(arena, "%s_{%c}", part, text[below.begin]);
  if (!sampled->features && sampled->both && is(token, "w") && below.begin == below.end)
    return bp_arena_printf(arena, "%s ", slope);
  bool loss = is(token, "J") || is(token, "L") || is(token, "E") || is(token, "C");
  bool zero = below.end == below.begin + 1 && text[below.begin] == '0' && sampled->features;
  if ((sampled->lonely && below.begin == below.end && loss) || (zero && is_parameter(token)))
    return nowhere;
  return "";
}

/* What stands for a call: of a model with a sample, or of the loss of one; "": it is copied.  Sets
 * *behind. */
static const char *call_text(const struct sampled *sampled, const char *text, size_t end,
                             const struct token *token, struct bp_arena *arena, size_t *behind) {
  size_t open = call_behind(text, token->behind, end), close;
  if (open >= end)
    return "";
  if (sampled->loss[0] && is(token, sampled->loss)) {
    *behind = bp_closing_parenthesis(text, open, end) + 1;
    return *behind <= end ? bp_arena_printf(arena, "%s_{%c}", each, sampled->letter) : "";
  }
  if (!is_model(sampled, token->name))
    return "";
  struct token argument = argument_of(text, open, end, &close);
  *behind = close + 1;
  if (is(&argument, "X"))
    return token->name;
  if (!is(&argument, "x") || argument.below.begin < argument.below.end)
    return "";
  return bp_arena_printf(arena, "%s_{%c}", token->name,
                         argument.sample != '\0' ? argument.sample : sampled->letter);
}

/* Samples that are counted from 0 to m - 1, and features from 0 to n, are counted from 1.  Sets
 * *behind to what stands behind the bounds of the sum at `at`. */
static bool put_bounds(const struct bp_written *text, size_t at, struct bp_arena *arena,
                       struct bp_written *out, size_t *behind) {
  static const char sum[] = "\\sum_{";
  const char *all = text->text;
  size_t open = at + sizeof sum - 2, over = bp_group_end(all, open, text->length);
  size_t up = bp_behind_blanks(all, over, text->length);
  size_t zero = bp_text_find(all, open, over, "=");
  zero = bp_behind_blanks(all, zero + 1, over);
  *behind = at;
  if (zero + 1 >= over || all[zero] != '0' || bp_behind_blanks(all, zero + 1, over) + 1 != over ||
      !bp_text_is_at(all, up, text->length, "^{"))
    return true;
  size_t last = bp_group_end(all, up + 1, text->length), name = up + 2;
  if (last <= name + 1 || (all[name] != 'm' && all[name] != 'n'))
    return true;
  size_t minus = bp_behind_blanks(all, name + 1, last - 1);
  size_t one = minus < last - 1 ? bp_behind_blanks(all, minus + 1, last - 1) : last - 1;
  bool less = one < last - 1 && all[minus] == '-' && all[one] == '1' && one + 2 == last;
  if (!less && (minus < last - 1 || all[name] != 'n'))
    return true;
  const char *bounds = bp_arena_printf(arena, "\\sum_{%c=1}^{%c}",
                                       all[bp_behind_blanks(all, open + 1, over)], all[name]);
  *behind = last;
  return put(out, bounds, bp_written_from(text, at, last));
}

static bool write_side(const struct sampled *sampled, const struct bp_written *text, size_t begin,
                       size_t end, struct bp_arena *arena, struct bp_written *out) {
  for (size_t at = begin; at < end;) {
    size_t behind = at;
    if (bp_text_is_at(text->text, at, end, "\\sum_{")) {
      if (!put_bounds(text, at, arena, out, &behind))
        return false;
      if (behind == at) {
        behind = bp_group_end(text->text, at + strlen("\\sum_"), end);
        if (!bp_written_copy(out, text, at, behind))
          return false;
      }
      at = behind;
      continue;
    }
    struct token token = token_at(text->text, at, end);
    behind = token.behind;
    const char *other = "";
    if (token.name[0] != '\0') {
      other = call_text(sampled, text->text, end, &token, arena, &behind);
      if (other && !other[0]) {
        behind = token.behind;
        other = text_of(sampled, text->text, &token, arena);
      }
    }
    if (!other)
      return false;
    size_t dot = sampled->features && is_parameter(&token) && token.below.begin == token.below.end
                     ? behind_dot(text->text, token.behind, end)
                     : token.behind;
    if (!other[0] && dot > token.behind) {
      other = bp_arena_printf(arena, "%s^{T} ", token.name);
      if (!other)
        return false;
      behind = dot;
    } else if (!other[0])
      behind = token.name[0] != '\0' ? token.behind : token.end;
    if (behind > end || !(other[0] ? put(out, other, bp_written_from(text, at, behind))
                                   : bp_written_copy(out, text, at, behind)))
      return false;
    at = behind;
  }
  return true;
}

/* Writes a statement anew. */
static bool write_statement(struct sampled *sampled, struct bp_noted *noted,
                            struct bp_arena *arena) {
  struct bp_written text = bp_written_new(arena), before = noted->cut.text;
  struct bp_noted_side *sides = bp_arena_alloc(arena, noted->side_count + 1, sizeof *sides);
  size_t at = 0;
  if (!sides)
    return false;
  look_at_samples(sampled, &before);
  for (size_t k = 0; k < noted->side_count; k++) {
    if (!bp_written_copy(&text, &before, at, noted->sides[k].begin))
      return false;
    sides[k] = noted->sides[k];
    sides[k].begin = text.length;
    if (!write_side(sampled, &before, noted->sides[k].begin, noted->sides[k].end, arena, &text))
      return false;
    sides[k].end = text.length;
    at = noted->sides[k].end;
  }
  if (!bp_written_copy(&text, &before, at, before.length))
    return false;
  noted->cut.text = text;
  noted->sides = sides;
  return true;
}

/* Whether a statement says what a parameter comes to, θ = (X^T X)^{-1} X^T y, which is where the
 * loss is least, or how its author thinks that the targets came about, y^{(i)} = θ^T x^{(i)} +
 * ε^{(i)}: that is no definition. */
static bool solves_or_assumes(const struct bp_noted *noted) {
  static const char *const noise[] = {"\\epsilon", "\\varepsilon", "ε", NULL};
  const char *text = noted->cut.text.text;
  if (noted->kind != BP_NOTED_DEFINITION || noted->side_count < 2 || noted->cut.continues)
    return false;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end);
  struct token token = {.below = {0, 0}};
  if (at < end)
    token = token_at(text, at, end);
  bool target = is(&token, "y") &&
                bp_text_has_any(text, noted->sides[1].begin, noted->cut.text.length, noise);
  return (target || is_parameter(&token)) && bp_behind_blanks(text, token.behind, end) == end;
}

const struct bp_note *bp_context_sampled(const struct bp_note_context *context,
                                         struct bp_arena *arena) {
  struct sampled sampled = {.model_count = 0};
  if (!find_models(context, &sampled))
    return context->note;
  struct bp_note *note = bp_arena_alloc(arena, 1, sizeof *note);
  struct bp_noted *list = bp_arena_alloc(arena, context->note->count + 1, sizeof *list);
  if (!note || !list)
    return NULL;
  *note = *context->note;
  memcpy(list, context->note->list, context->note->count * sizeof *list);
  note->list = list;
  for (size_t i = 0; i < context->count; i++) {
    struct bp_noted *noted = &list[context->members[i]];
    if (defined_model(noted).name[0])
      sampled.features = has_features(noted);
    if (solves_or_assumes(noted))
      noted->kind = BP_NOTED_NOTHING;
    if (states(noted) && !write_statement(&sampled, noted, arena))
      return NULL;
  }
  return note;
}

struct bp_diagnostic bp_context_told(struct bp_diagnostic said) {
  if (said.message && strstr(said.message, "\\nowhere")) {
    said.message =
        "it speaks of an entry 0, or of the loss of one sample, and the definitions that "
        "were read have none";
    said.suggestion = NULL;
  }
  return said;
}

struct bp_noted bp_context_in_entries(const struct bp_note_context *context,
                                      const struct bp_noted *noted, struct bp_arena *arena) {
  const struct bp_written *sides =
      context->sampled ? context->own[0].sides[noted - context->note->list] : NULL;
  struct bp_noted entries = *noted;
  entries.cut.text = bp_written_new(arena);
  for (size_t k = 0; sides && k < noted->side_count; k++)
    if (!bp_written_copy(&entries.cut.text, &sides[k], 0, sides[k].length) ||
        !bp_written_add(&entries.cut.text, " = ", 3, noted->cut.span))
      return *noted;
  return sides ? entries : *noted;
}

bool bp_context_leaves_out_penalty(const struct bp_note_context *context, size_t own,
                                   const struct bp_noted *noted) {
  static const char penalty[] = "\\lambda", sign[] = "λ";
  const struct bp_written *text = &noted->cut.text;
  const char *loss = context->sampled ? strstr(context->own[own].prelude, "let J") : NULL;
  const char *end = loss ? strchr(loss, '\n') : NULL;
  if (!end || bp_text_find(text->text, 0, text->length, penalty) < text->length)
    return false;
  size_t length = (size_t)(end - loss);
  return bp_text_find(loss, 0, length, penalty) < length ||
         bp_text_find(loss, 0, length, sign) < length;
}
