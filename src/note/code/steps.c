/* Kinds are told line by line, from names and from what is assigned; then `+=` is joined with the
 * line that it goes on from, and what is assigned in several ways is no longer trusted.
 */
#include "note/code/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

/* ---- functions ----------------------------------------------------------- */

static const char *const known[][2] = {
    {"exp", "exp"},           {"log", "log"},         {"sqrt", "sqrt"},   {"abs", "abs"},
    {"sin", "sin"},           {"cos", "cos"},         {"tanh", "tanh"},   {"sigmoid", "sigmoid"},
    {"logistic", "sigmoid"},  {"expit", "sigmoid"},   {"relu", "relu"},   {"ReLU", "relu"},
    {"softplus", "softplus"}, {"softmax", "softmax"}, {"maximum", "max"}, {"minimum", "min"},
    {"where", "where"},       {"vec", "vec"},         {"clip", "clip"},   {"norm", "norm"},
    {"log1p", "log1p"},
};

const char *bp_known_function(const char *key) {
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    if (strcmp(known[k][0], key) == 0)
      return known[k][1];
  return NULL;
}

/* What people call the slope of an activation: tanh_derivative, d_relu, sigmoidPrime, as keys. */
const char *bp_known_slope(const char *key) {
  static const char *const activations[] = {"tanh", "sigmoid", "logistic", "expit",
                                            "relu", "ReLU",    "softplus"};
  static const char *const ends[] = {"derivative", "derivate", "derivation", "deriv", "prime",
                                     "gradient",   "grad",     "slope",      "dash",  "der"};
  static const char *const begins[] = {"d", "grad", "gradient", "derivative", "deriv"};
  size_t whole = strlen(key);
  for (size_t k = 0; k < sizeof activations / sizeof *activations; k++) {
    size_t length = strlen(activations[k]), rest = whole > length ? whole - length : 0;
    for (size_t i = 0; rest > 0 && i < sizeof ends / sizeof *ends; i++)
      if (memcmp(key, activations[k], length) == 0 && strcmp(key + length, ends[i]) == 0)
        return bp_known_function(activations[k]);
    for (size_t i = 0; rest > 0 && i < sizeof begins / sizeof *begins; i++)
      if (strcmp(key + rest, activations[k]) == 0 && rest == strlen(begins[i]) &&
          memcmp(key, begins[i], rest) == 0)
        return bp_known_function(activations[k]);
  }
  return NULL;
}

const struct bp_code_helper *bp_helper_find(const struct bp_code_steps *steps, const char *key) {
  for (size_t k = 0; k < steps->helper_count; k++)
    if (strcmp(steps->helpers[k].key, key) == 0)
      return &steps->helpers[k];
  return NULL;
}

bool bp_is_tiny(const struct bp_source *source, const struct bp_code_node *node) {
  char digits[32];
  size_t length = node->span.end - node->span.begin;
  if (node->kind == BP_CODE_NAME)
    return strcmp(node->text, "eps") == 0 || strcmp(node->text, "epsilon") == 0;
  if (node->kind == BP_CODE_NUMBER && node->text)
    return strtod(node->text, NULL) > 0 && strtod(node->text, NULL) < 1e-4;
  if (node->kind != BP_CODE_NUMBER || length >= sizeof digits)
    return false;
  memcpy(digits, source->text + node->span.begin, length);
  digits[length] = '\0';
  double value = strtod(digits, NULL);
  return value > 0 && value < 1e-4;
}

/* clip(A, 1e-9, 1 - 1e-9) keeps a logarithm from its edge; other bounds are part of the formula. */
static bool is_clip_of_nothing(const struct bp_code_steps *steps, const struct bp_code_node *node) {
  return node->count == 3 && bp_is_tiny(steps->code->source, node->child[1]);
}

const struct bp_code_node *bp_unknown_part(const struct bp_code_steps *steps,
                                           const struct bp_code_node *node) {
  if (node->kind == BP_CODE_UNREAD)
    return node;
  if (node->kind == BP_CODE_CALL) {
    const char *ours = bp_known_function(node->text);
    bool several = ours && (!strcmp(ours, "max") || !strcmp(ours, "min") ||
                            !strcmp(ours, "where") || !strcmp(ours, "clip"));
    bool fits = several ? node->count == (ours[0] == 'm' ? 2 : 3) : node->count == 1;
    bool ones = steps->followed && strcmp(node->text, "ones") == 0 && node->count == 2;
    if (!ones &&
        ((!ours && !bp_helper_find(steps, node->text) && !bp_known_slope(node->text)) || !fits))
      return node;
    if (ours && !strcmp(ours, "clip") && !is_clip_of_nothing(steps, node))
      return node;
  }
  for (size_t k = 0; k < node->count; k++) {
    const struct bp_code_node *inside = bp_unknown_part(steps, node->child[k]);
    if (inside)
      return inside;
  }
  return NULL;
}

/* Whether the body of a function takes each element by itself. */
static bool is_elementwise(const struct bp_code_steps *steps, const struct bp_code_node *node,
                           const char *argument) {
  bool fine = node->kind == BP_CODE_NUMBER || node->kind == BP_CODE_OPPOSITE ||
              (node->kind == BP_CODE_NAME && strcmp(node->text, argument) == 0) ||
              (node->kind == BP_CODE_BINARY && node->sign != '@' && node->sign != '=') ||
              (node->kind == BP_CODE_CALL && strcmp(node->text, "softmax") != 0 &&
               strcmp(node->text, "vec") != 0 && strcmp(node->text, "norm") != 0 &&
               !bp_unknown_part(steps, node));
  for (size_t k = 0; fine && k < node->count; k++)
    fine = is_elementwise(steps, node->child[k], argument);
  return fine;
}

/* ---- names --------------------------------------------------------------- */

bool bp_counts_samples(const char *key) {
  static const char *const names[] = {"m",        "M",          "N",           "n",
                                      "nsamples", "numsamples", "numexamples", "batchsize",
                                      "batch",    "nexamples",  "samples"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (strcmp(names[k], key) == 0)
      return true;
  return false;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool collect_keys(struct bp_code_steps *steps, const struct bp_code_node *node) {
  if (node->kind == BP_CODE_NAME) {
    if (!bp_list_room(steps->arena, steps->keys, steps->key_count, steps->key_capacity))
      return false;
    steps->keys[steps->key_count++] = node->text;
  }
  for (size_t k = 0; k < node->count; k++)
    if (!collect_keys(steps, node->child[k]))
      return false;
  return true;
}

bool bp_steps_have(const struct bp_code_steps *steps, const char *key) {
  return steps->key_count > 0 &&
         bsearch(&key, steps->keys, steps->key_count, sizeof *steps->keys, by_text) != NULL;
}

/* The key, or the same with its first letter large or small, where a name of the program has it. */
static const char *known_key(const struct bp_code_steps *steps, const char *key) {
  const char **found = steps->key_count > 0 ? bsearch(&key, steps->keys, steps->key_count,
                                                      sizeof *steps->keys, by_text)
                                            : NULL;
  if (found)
    return *found;
  char *other = bp_arena_strdup(steps->arena, key);
  bool letter = other && ((*other >= 'a' && *other <= 'z') || (*other >= 'A' && *other <= 'Z'));
  if (!letter || steps->key_count == 0)
    return NULL;
  *other ^= 0x20;
  const char *key_of_other = other;
  found = bsearch(&key_of_other, steps->keys, steps->key_count, sizeof *steps->keys, by_text);
  return found ? *found : NULL;
}

/* dW, db1, dZ2: derivatives to everybody, also where the program does not have W. */
static bool is_customary(const char *key) {
  if (key[0] != 'd' || key[1] == '\0' || !strchr("WwbZzAa", key[1]))
    return false;
  size_t at = 2;
  while (key[at] >= '0' && key[at] <= '9')
    at++;
  return key[at] == '\0' || strcmp(key + 1, "AL") == 0;
}

const char *bp_gradient_base(const struct bp_code_steps *steps, const char *key) {
  static const char *const prefixes[] = {"dLossd", "dlossd",   "dcostd", "dLd",  "dJd", "dCd",
                                         "dEd",    "gradient", "grads",  "grad", "d"};
  for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
    size_t length = strlen(prefixes[k]);
    if (strncmp(key, prefixes[k], length) != 0 || key[length] == '\0')
      continue;
    const char *base = known_key(steps, key + length);
    if (base)
      return base;
  }
  return is_customary(key) ? key + 1 : NULL;
}

/* ---- kinds --------------------------------------------------------------- */

static bool mentions_any(const struct bp_code_node *node) {
  bool any = node->kind == BP_CODE_NAME;
  for (size_t k = 0; k < node->count && !any; k++)
    any = mentions_any(node->child[k]);
  return any;
}

/* np.zeros_like(W), []: where something begins, or a value that no formula is. */
static bool is_beginning(const struct bp_code_steps *steps, const struct bp_code_node *value,
                         struct bp_span span) {
  static const char *const makers[] = {"zeros",     "zeroslike", "ones", "oneslike", "empty",
                                       "emptylike", "full",      "dict", "list"};
  const char *text = steps->code->source->text;
  bool formula = false;
  for (size_t at = span.begin; at < span.end; at++)
    formula = formula || strchr("*@+/", text[at]) ||
              (span.end - at > 4 && !memcmp(text + at, "dot(", 4)) ||
              (span.end - at > 7 && !memcmp(text + at, "einsum(", 7));
  for (size_t k = 0; k < sizeof makers / sizeof *makers; k++)
    if (value->kind == BP_CODE_CALL && strcmp(value->text, makers[k]) == 0)
      return true;
  return value->kind == BP_CODE_UNREAD && (!formula || strchr("[{'\"", text[span.begin]));
}

/* np.array(x, copy=True), np.zeros(…), load(): no formula, whatever it is given. */
static bool is_opaque_call(const struct bp_code_steps *steps, const struct bp_code_node *value) {
  return value->kind == BP_CODE_UNREAD ||
         (value->kind == BP_CODE_CALL && !bp_known_function(value->text) &&
          !bp_helper_find(steps, value->text));
}

static void tell_kind(const struct bp_code_steps *steps, struct bp_code_step *step) {
  if (!step->target || !step->value)
    return;
  const char *key = step->target->text;
  step->base = bp_gradient_base(steps, key);
  bool itself = bp_code_mentions(step->value, key);
  if (step->value->kind == BP_CODE_NAME && itself)
    return;
  if (step->line->sign != '=' || itself)
    step->kind = BP_STEP_UPDATE;
  else if (step->value->kind == BP_CODE_SIZE)
    step->kind = BP_STEP_SIZE;
  else if (step->base && (mentions_any(step->value) || bp_code_unread(step->value)) &&
           !is_beginning(steps, step->value, step->line->value))
    step->kind = BP_STEP_GRADIENT;
  else if (!is_opaque_call(steps, step->value))
    step->kind = BP_STEP_DEFINITION;
  const struct bp_code_node *part =
      step->kind == BP_STEP_GRADIENT ? bp_unknown_part(steps, step->value) : NULL;
  if (part)
    step->why =
        part->why ? part->why : "needs to say what a function in it does: it is not defined";
  if (step->kind == BP_STEP_DEFINITION && bp_unknown_part(steps, step->value))
    step->kind = BP_STEP_NOTHING;
}

/* dW += reg*W behind dW = …: a further summand.  Anything else that changes a derivative later
 * leaves open what it is in the end. */
static void join(struct bp_code_steps *steps, struct bp_code_step *first) {
  for (size_t i = steps->next[first - steps->list]; i < steps->count; i = steps->next[i]) {
    struct bp_code_step *next = &steps->list[i];
    bool again = next->target && strcmp(next->target->text, first->target->text) == 0;
    bool part = !next->target && next->line->kind == BP_CODE_ASSIGNMENT && next->value &&
                next->base && strcmp(next->base, first->target->text) == 0;
    if (part || (again && (next->line->branched || next->kind != BP_STEP_UPDATE)))
      first->why = "it is changed again further down, and only the whole can be judged";
    else if (again && next->line->sign == '+' && !first->more &&
             !bp_unknown_part(steps, next->value))
      first->more = next->value;
    else if (again && next->value->kind != BP_CODE_NAME)
      first->why = "it is changed again further down, and only the whole can be judged";
  }
}

/* ---- helpers ------------------------------------------------------------- */

/* The one word between the parentheses, "self" left out, as a key; NULL: there are several. */
static const char *only_parameter(const struct bp_code_steps *steps,
                                  const struct bp_code_unit *unit) {
  struct bp_span span = unit->parameters;
  const char *text = steps->code->source->text;
  if (span.end - span.begin > 5 && !memcmp(text + span.begin, "self,", 5))
    span.begin += 5;
  const struct bp_code_node *node = bp_code_read(steps->code->source, span, steps->arena);
  return node && node->kind == BP_CODE_NAME ? node->text : NULL;
}

/* The value of the unit: what its return says, with the name that it assigns replaced. */
static const struct bp_code_node *body_of(const struct bp_code_steps *steps, size_t unit) {
  const struct bp_code_node *assigned[2] = {NULL, NULL}, *body = NULL;
  size_t lines = 0;
  for (size_t i = steps->first[unit]; i < steps->count; i = steps->next[i]) {
    const struct bp_code_step *step = &steps->list[i];
    lines++;
    if (step->line->kind == BP_CODE_RETURN)
      body = step->value;
    else {
      assigned[0] = step->target;
      assigned[1] = step->value;
    }
  }
  bool by_name = lines == 2 && body && body->kind == BP_CODE_NAME && assigned[0] &&
                 strcmp(body->text, assigned[0]->text) == 0;
  return lines == 1 ? body : by_name ? assigned[1] : NULL;
}

static bool find_helpers(struct bp_code_steps *steps) {
  const struct bp_code *code = steps->code;
  for (size_t unit = 1; unit < code->unit_count; unit++) {
    const struct bp_code_unit *of = &code->units[unit];
    if (of->loops + of->branches > 0 || of->name.begin == of->name.end)
      continue;
    const struct bp_code_node *body = body_of(steps, unit);
    const char *argument = body ? only_parameter(steps, of) : NULL;
    if (!argument || !is_elementwise(steps, body, argument))
      continue;
    const struct bp_code_node *name = bp_code_read(code->source, of->name, steps->arena);
    if (!name || name->kind != BP_CODE_NAME)
      continue;
    if (!bp_list_room(steps->arena, steps->helpers, steps->helper_count, steps->helper_capacity))
      return false;
    steps->helpers[steps->helper_count++] =
        (struct bp_code_helper){of->name, name->text, argument, body};
  }
  return true;
}

static bool is_in_helper(const struct bp_code_steps *steps, const struct bp_code_step *step) {
  struct bp_span name = steps->code->units[step->line->unit].name;
  for (size_t k = 0; k < steps->helper_count; k++)
    if (name.begin < name.end && steps->helpers[k].name.begin == name.begin)
      return true;
  return false;
}

/* dZ[Z <= 0] = 0 changes dZ: the key of what an assignment to a part of it changes. */
static const char *changed_part(const struct bp_code_steps *steps,
                                const struct bp_code_line *line) {
  const char *text = steps->code->source->text;
  size_t at = line->target.begin;
  while (at < line->target.end && text[at] != '[' && text[at] != ',')
    at++;
  if (at == line->target.end || text[at] != '[')
    return NULL;
  const struct bp_code_node *of =
      bp_code_read(steps->code->source, (struct bp_span){line->target.begin, at}, steps->arena);
  return of && of->kind == BP_CODE_NAME ? of->text : NULL;
}

/* dZ[Z <= 0] = 0: the first line of dZ gets a factor (Z > 0).  False where it is something else, or
 * memory is short. */
static bool take_mask(struct bp_code_steps *steps, struct bp_code_step *mask) {
  const char *text = steps->code->source->text;
  struct bp_span target = mask->line->target, value = mask->line->value;
  const char *open = memchr(text + target.begin, '[', target.end - target.begin);
  const char *key = changed_part(steps, mask->line);
  if (!key || value.end - value.begin != 1 || text[value.begin] != '0' || mask->line->sign != '=' ||
      mask->line->branched)
    return false;
  struct bp_span inside = {(size_t)(open - text) + 1, target.end - 1};
  struct bp_code_node *where = bp_code_read(steps->code->source, inside, steps->arena);
  if (!where || where->kind != BP_CODE_BINARY || !strchr("<l>g", where->sign))
    return false;
  for (struct bp_code_step *step = mask; step > steps->list;) {
    step--;
    if (step->line->unit != mask->line->unit || !step->target ||
        strcmp(step->target->text, key) != 0)
      continue;
    struct bp_code_node *product = bp_arena_alloc(steps->arena, 1, sizeof *product);
    if (!product || step->value->kind == BP_CODE_UNREAD || step->line->branched)
      return false;
    where->sign = where->sign == '<'   ? 'g'
                  : where->sign == 'l' ? '>'
                  : where->sign == '>' ? 'l'
                                       : '<';
    where->grouped = true;
    where->span = (struct bp_span){inside.begin - 1, target.end};
    *product = (struct bp_code_node){.kind = BP_CODE_BINARY,
                                     .span = step->value->span,
                                     .sign = '*',
                                     .sign_span = {inside.begin - 1, inside.begin},
                                     .axis = BP_CODE_NO_AXIS,
                                     .child = {step->value, where},
                                     .count = 2};
    step->value = product;
    return true;
  }
  return false;
}

/* The axes of one entry in np.zeros((n, 1)), np.random.randn(n, 1) * 0.01, y.reshape(-1, 1). */
unsigned bp_ones_of(const struct bp_code_steps *steps, struct bp_span value) {
  static const char *const makers[] = {"zeros(", "ones(",    "randn(", "rand(",
                                       "empty(", "reshape(", "size="};
  const char *text = steps->code->source->text;
  for (size_t k = 0; k < sizeof makers / sizeof *makers; k++) {
    size_t length = strlen(makers[k]);
    for (size_t at = value.begin; at + length < value.end; at++) {
      if (memcmp(text + at, makers[k], length) != 0)
        continue;
      at += length;
      while (at < value.end && strchr("( ", text[at]))
        at++;
      size_t comma = at;
      while (comma < value.end && !strchr(",)(", text[comma]))
        comma++;
      if (comma >= value.end || text[comma] != ',')
        return 0;
      size_t second = comma + 1;
      while (second < value.end && text[second] == ' ')
        second++;
      bool ends = second + 1 < value.end && strchr("), ", text[second + 1]);
      return (comma == at + 1 && text[at] == '1' ? 1 : 0) + (ends && text[second] == '1' ? 2 : 0);
    }
  }
  return 0;
}

/* ---- the whole ----------------------------------------------------------- */

/* Chains the steps of each unit. */
static bool chain(struct bp_code_steps *steps) {
  steps->first = bp_arena_alloc(steps->arena, steps->code->unit_count, sizeof *steps->first);
  steps->next = bp_arena_alloc(steps->arena, steps->count + 1, sizeof *steps->next);
  if (!steps->first || !steps->next)
    return false;
  for (size_t unit = 0; unit < steps->code->unit_count; unit++)
    steps->first[unit] = steps->count;
  for (size_t i = steps->count; i > 0; i--) {
    size_t unit = steps->list[i - 1].line->unit;
    steps->next[i - 1] = steps->first[unit];
    steps->first[unit] = i - 1;
  }
  return true;
}

int bp_steps_find(const struct bp_code *code, struct bp_arena *arena, struct bp_code_steps *steps) {
  *steps = (struct bp_code_steps){.code = code, .arena = arena};
  steps->list = bp_arena_alloc(arena, code->line_count + 1, sizeof *steps->list);
  if (!steps->list)
    return -1;
  for (size_t i = 0; i < code->line_count; i++) {
    const struct bp_code_line *line = &code->lines[i];
    struct bp_code_step *step = &steps->list[steps->count++];
    const struct bp_code_node *target =
        line->kind == BP_CODE_ASSIGNMENT ? bp_code_read(code->source, line->target, arena) : NULL;
    *step = (struct bp_code_step){.line = line};
    step->target = target && target->kind == BP_CODE_NAME ? target : NULL;
    step->value = bp_code_read(code->source, line->value, arena);
    if (!step->value || !collect_keys(steps, step->value) ||
        (step->target && !collect_keys(steps, step->target)))
      return -1;
  }
  if (!chain(steps))
    return -1;
  if (steps->key_count > 0)
    qsort(steps->keys, steps->key_count, sizeof *steps->keys, by_text);
  bool *masked = bp_arena_alloc(arena, steps->count + 1, sizeof *masked);
  if (!masked || !find_helpers(steps))
    return -1;
  for (size_t i = 0; i < steps->count; i++)
    masked[i] = steps->list[i].line->kind == BP_CODE_ASSIGNMENT && !steps->list[i].target &&
                take_mask(steps, &steps->list[i]);
  for (size_t i = 0; i < steps->count; i++) {
    struct bp_code_step *step = &steps->list[i];
    bool part = step->line->kind == BP_CODE_ASSIGNMENT && !step->target;
    if (part && !masked[i])
      step->base = changed_part(steps, step->line);
    else if (step->line->kind == BP_CODE_ASSIGNMENT && !part && !is_in_helper(steps, step))
      tell_kind(steps, step);
    if (step->kind == BP_STEP_NOTHING && step->line->kind == BP_CODE_ASSIGNMENT)
      step->ones = bp_ones_of(steps, step->line->value);
  }
  for (size_t i = 0; i < steps->count; i++)
    if (steps->list[i].kind == BP_STEP_GRADIENT)
      join(steps, &steps->list[i]);
  return bp_arena_failed(arena) ? -1 : 0;
}
