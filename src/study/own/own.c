/* Contexts without a family are cut into scopes, and each scope gets its readings.
 *
 * A name that is defined a second time, and otherwise, begins a scope: from there on it means that.
 * Unless both come to the same, as z_i = sum_k W_ik x_k behind z = W x: then nothing begins.
 * A scope sees its own definitions first, then those before it, nearest first, then those behind.
 */
#include "study/own/own.h"

#include <stdint.h>
#include <string.h>

#include "base/list.h"
#include "note/context/sampled.h"
#include "study/own/called.h"
#include "study/own/declare.h"
#include "study/own/graph.h"
#include "study/own/rewrite.h"
#include "study/own/rules.h"

/* Statements and names of a context; beyond them its time would grow with the square. */
enum { MOST_SCOPES = 16, MOST_STATEMENTS = 400, MOST_NAMES = 150 };

#define BP_ROW(way, words) words,
static const char *const way_words[] = {BP_OWN_WAYS(BP_ROW)};
#undef BP_ROW
#define BP_ROW(loss, words) words,
static const char *const loss_words[] = {BP_OWN_LOSSES(BP_ROW)};
#undef BP_ROW

/* ---- readings -------------------------------------------------------------- */

/* One side in the names of the scope.  (…)' behind g'(x) is the derivative by x. */
static bool rewrite_side(const struct bp_own_scope *scope, const struct bp_noted *noted,
                         size_t side, const struct bp_vocabulary *vocabulary,
                         struct bp_arena *arena, struct bp_written *out) {
  const struct bp_written *text = &noted->cut.text;
  size_t begin = noted->sides[side].begin, end = noted->sides[side].end;
  struct bp_span slope = bp_own_slope_of(noted, side);
  size_t left = noted->sides[0].begin, open = bp_text_find(text->text, left, end, "(");
  bool derived = side > 0 && slope.begin < slope.end && open + 2 < noted->sides[0].end &&
                 text->text[open + 2] == ')' && bp_own_has_prime(text, left, open);
  if (!derived)
    return bp_own_rewrite(scope, text, begin, end, vocabulary, arena, out);
  const char *behind = bp_arena_printf(arena, ")}{\\partial %c}", text->text[open + 1]);
  static const char before[] = "\\frac{\\partial (";
  return behind &&
         bp_written_add(out, before, sizeof before - 1,
                        bp_written_from(text, slope.begin - 1, slope.begin)) &&
         bp_own_rewrite(scope, text, slope.begin, slope.end, vocabulary, arena, out) &&
         bp_written_add(out, behind, strlen(behind),
                        bp_written_from(text, slope.end, slope.end + 1));
}

struct bp_written **bp_own_rewrite_members(const struct bp_note_context *context,
                                           const struct bp_own_scope *scope,
                                           const struct bp_vocabulary *vocabulary,
                                           struct bp_arena *arena) {
  const struct bp_note *note = context->note;
  struct bp_written **sides = bp_arena_alloc(arena, note->count + 1, sizeof *sides);
  for (size_t i = 0; sides && i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    if (noted->kind != BP_NOTED_CLAIM && noted->kind != BP_NOTED_DEFINITION &&
        noted->kind != BP_NOTED_SYMBOLIC && noted->kind != BP_NOTED_UPDATE)
      continue;
    sides[i] = bp_arena_alloc(arena, noted->side_count + 1, sizeof **sides);
    if (!sides[i])
      return NULL;
    for (size_t k = 0; k < noted->side_count; k++) {
      sides[i][k] = bp_written_new(arena);
      if (!rewrite_side(scope, noted, k, vocabulary, arena, &sides[i][k]))
        return NULL;
    }
  }
  return sides;
}

static bool is_new(const struct bp_note_context *context, const char *prelude) {
  for (size_t i = 0; i < context->own_count; i++)
    if (strcmp(context->own[i].prelude, prelude) == 0)
      return false;
  return prelude[0] != '\0';
}

/* Whether the prose says what a function is that no formula defines. */
static bool names_functions(const struct bp_own_scope *scope) {
  for (size_t i = 0; i < scope->names.count; i++)
    if (scope->names.list[i].called && !bp_own_definition_of(scope, scope->names.list[i].text) &&
        bp_own_called_function(scope->note->source, scope->names.list[i].text))
      return true;
  return false;
}

static int declare_way(struct bp_note_context *context, const size_t *order, size_t count,
                       enum bp_own_way way, const struct bp_vocabulary *vocabulary,
                       struct bp_arena *arena, struct bp_note_own *own) {
  struct bp_own_scope scope = {.note = context->note,
                               .members = order,
                               .count = count,
                               .own = context->count,
                               .capitals = way == BP_OWN_ROWS      ? BP_OWN_ROWED
                                           : way == BP_OWN_COLUMNS ? BP_OWN_COLUMNED
                                                                   : BP_OWN_ELEMENTS};
  if (!bp_own_scope_read(&scope, vocabulary, arena))
    return -1;
  if (scope.names.count > MOST_NAMES)
    return 0;
  struct bp_written **sides = bp_own_rewrite_members(context, &scope, vocabulary, arena);
  bool *defining = bp_arena_alloc(arena, context->note->count + 1, sizeof *defining);
  if (!sides || !defining)
    return -1;
  for (size_t i = 0; i < scope.definition_count; i++)
    if (scope.definitions[i].form != BP_OWN_COUNTED)
      defining[scope.definitions[i].member] =
          context->note->list[scope.definitions[i].member].side_count == 2;
  bool *again = bp_arena_alloc(arena, context->note->count + 1, sizeof *again);
  for (size_t i = 0; again && i < context->count; i++)
    again[context->members[i]] =
        bp_own_says_derivative_anew(&scope, context->members[i], vocabulary, arena);
  if (!again)
    return -1;
  bool named = names_functions(&scope);
  for (size_t k = 0; k < 2 * BP_OWN_LOSS_COUNT; k++) {
    struct bp_own_choice choice = {way, (enum bp_own_loss)(k / 2), k % 2 == 1};
    if (choice.named && !named)
      continue;
    struct bp_note_own one = {.steps = scope.names.steps,
                              .numbers = way == BP_OWN_NUMBERS,
                              .defining = defining,
                              .again = again,
                              .sides = sides};
    one.prelude = bp_own_prelude(&scope, choice, vocabulary, arena, &one);
    one.words = bp_arena_printf(arena, "%s%s%s", way_words[way], loss_words[choice.loss],
                                choice.named ? "; functions as the text calls them" : "");
    if (!one.prelude || !one.words)
      return -1;
    if (scope.defines && is_new(context, one.prelude))
      own[context->own_count++] = one;
  }
  return 0;
}

/* Keeps the readings that the most definitions fit, and of these such as declare the most. */
static void keep_fitting(struct bp_note_context *context, struct bp_note_own *own) {
  size_t least = SIZE_MAX, most = 0, kept = 0;
  for (size_t i = 0; i < context->own_count; i++)
    if (own[i].misfits < least)
      least = own[i].misfits;
  for (size_t i = 0; i < context->own_count; i++)
    if (own[i].misfits == least && own[i].taken > most)
      most = own[i].taken;
  for (size_t i = 0; i < context->own_count; i++)
    if (own[i].misfits == least && own[i].taken == most)
      own[kept++] = own[i];
  context->own_count = kept;
}

/* Whether a weight stands behind what it is multiplied with more often than in front: X W, and not
 * W X.  Then small letters are rows, unless the lines say otherwise. */
static bool multiplies_from_the_right(const struct bp_note_context *context) {
  long behind = 0;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    for (size_t at = 1; at + 1 < text->length; at++) {
      if (text->text[at] != 'W' ||
          context->note->list[context->members[i]].kind != BP_NOTED_DEFINITION)
        continue;
      size_t before = at;
      while (before > 0 && strchr(" {\\", text->text[before - 1]))
        before--;
      char sign = before > 0 ? text->text[before - 1] : '=';
      bool factor = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || sign == '}';
      behind += factor ? 1 : -1;
    }
  }
  return behind > 0;
}

/* Whether a small letter is transposed, x^T A: no number is. */
static bool transposes_small_letters(const struct bp_note_context *context) {
  static const char *const marks[] = {"^{T}", "^T", "^\\top", "^{\\top}"};
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    for (size_t at = 0; at < text->length; at++) {
      bool apart = at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\');
      size_t over = bp_behind_blanks(text->text, at + 1, text->length);
      bool small = text->text[at] >= 'a' && text->text[at] <= 'z' && apart;
      for (size_t k = 0; small && k < sizeof marks / sizeof *marks; k++)
        if (bp_text_find(text->text, over, text->length, marks[k]) == over)
          return true;
    }
  }
  return false;
}

static enum bp_own_way way_of(size_t k, bool rows) {
  enum bp_own_way way = (enum bp_own_way)(k % BP_OWN_WAY_COUNT);
  if (!rows || (way != BP_OWN_COLUMNS && way != BP_OWN_ROWS))
    return way;
  return way == BP_OWN_COLUMNS ? BP_OWN_ROWS : BP_OWN_COLUMNS;
}

/* Whether a scope begins with a section: what stands before it may be about other things that are
 * called alike. */
static bool begins_section(const struct bp_note_context *context, const size_t *order,
                           size_t count) {
  const struct bp_noted *list = context->note->list;
  return count > context->count && order[context->count] < order[0] &&
         list[order[context->count]].section < list[order[0]].section;
}

/* The readings of a scope: with all definitions of the note, without the `behind` last ones, which
 * stand behind it, and with its own alone. */
static int declare(struct bp_note_context *context, const size_t *order, size_t count,
                   size_t behind, bool matrices, const struct bp_vocabulary *vocabulary,
                   struct bp_arena *arena) {
  struct bp_note_own *own =
      bp_arena_alloc(arena, 6 * (size_t)BP_OWN_WAY_COUNT * BP_OWN_LOSS_COUNT, sizeof *own);
  context->own = own;
  bool rows = multiplies_from_the_right(context), vectors = transposes_small_letters(context);
  const size_t counts[] = {count, count - behind, context->count};
  for (size_t k = 0; own && k < 3 * (size_t)BP_OWN_WAY_COUNT; k++) {
    size_t group = k / BP_OWN_WAY_COUNT;
    if ((group == 1 && behind == 0) || (group == 2 && !begins_section(context, order, count)))
      continue;
    if ((context->functions ? way_of(k, rows) == BP_OWN_NUMBERS
                            : (way_of(k, rows) != BP_OWN_NUMBERS || !matrices) &&
                                  (way_of(k, rows) != BP_OWN_DATA || !vectors)) &&
        declare_way(context, order, counts[group], way_of(k, rows), vocabulary, arena, own) != 0)
      return -1;
  }
  if (!own)
    return -1;
  keep_fitting(context, own);
  if (context->own_count > 0)
    context->family = BP_FAMILY_OWN;
  return 0;
}

/* ---- scopes ---------------------------------------------------------------- */

/* Whether two definitions say the same but for blanks. */
static bool same_text(const char *a, const char *b) {
  for (;; a++, b++) {
    while (*a == ' ')
      a++;
    while (*b == ' ')
      b++;
    if (*a != *b)
      return false;
    if (!*a)
      return true;
  }
}

/* Whether the member defines anew what one of the scope did: z = xW after z = Wx. */
static bool redefines(struct bp_own_scope *scope, size_t member,
                      const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  struct bp_own_scope alone = {
      .note = scope->note, .members = &member, .count = 1, .names = scope->names};
  if (!bp_own_definitions_read(&alone, vocabulary, arena) || alone.definition_count == 0)
    return false;
  const struct bp_own_definition *before = bp_own_definition_of(scope, alone.definitions[0].name);
  return before && before->member != member && before->form == alone.definitions[0].form &&
         !same_text(before->text, alone.definitions[0].text);
}

/* Whether a derivative stands in one of the members [begin, end), and the name. */
static bool is_used_before(const struct bp_note_context *context, size_t begin, size_t end,
                           const char *name, const struct bp_vocabulary *vocabulary,
                           struct bp_arena *arena) {
  const char *mark = bp_arena_printf(arena, " %s ", name);
  for (size_t i = begin; mark && i < end; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    if (noted->kind == BP_NOTED_CLAIM && bp_own_mentions(noted, mark, vocabulary, arena))
      return true;
  }
  return false;
}

/* Whether the member defines anew what a scope before this one did, which lines of this one use:
 * they mean that, and not what follows. */
static bool redefines_older(const struct bp_note_context *context, const struct bp_own_names *names,
                            size_t begin, size_t i, const struct bp_vocabulary *vocabulary,
                            struct bp_arena *arena) {
  size_t *older = bp_arena_alloc(arena, begin + 1, sizeof *older);
  for (size_t k = 0; older && k < begin; k++)
    older[k] = context->members[begin - 1 - k];
  struct bp_own_scope scope = {.note = context->note,
                               .members = context->members + i,
                               .count = 1,
                               .names = *names},
                      before = scope;
  before.members = older;
  before.count = begin;
  return older && begin > 0 && bp_own_definitions_read(&scope, vocabulary, arena) &&
         scope.definition_count > 0 &&
         is_used_before(context, begin, i, scope.definitions[0].name, vocabulary, arena) &&
         bp_own_definitions_read(&before, vocabulary, arena) &&
         redefines(&before, context->members[i], vocabulary, arena);
}

/* Where the section of member i begins, if that defines what sections before it use for something
 * else, as given: y_i = γ x_i + β behind a section about a target y.  `begin` where it does not. */
static size_t section_that_defines(const struct bp_note_context *context,
                                   const struct bp_own_names *names, size_t begin, size_t i,
                                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_noted *list = context->note->list;
  size_t first = i;
  while (first > begin &&
         list[context->members[first - 1]].section == list[context->members[i]].section)
    first--;
  struct bp_own_scope scope = {
      .note = context->note, .members = context->members + i, .count = 1, .names = *names};
  if (first == begin || !bp_own_definitions_read(&scope, vocabulary, arena) ||
      scope.definition_count == 0 || scope.definitions[0].form != BP_OWN_VALUE ||
      strchr("JLCE\\", scope.definitions[0].name[0]) ||
      !is_used_before(context, begin, first, scope.definitions[0].name, vocabulary, arena))
    return begin;
  struct bp_own_scope before = {.note = context->note,
                                .members = context->members + begin,
                                .count = i - begin,
                                .names = *names};
  return bp_own_definitions_read(&before, vocabulary, arena) && before.defines &&
                 !bp_own_definition_of(&before, scope.definitions[0].name)
             ? first
             : begin;
}

/* Cuts the members of a context where a name changes its meaning; `ends` are behind each scope. */
static size_t cut(const struct bp_note_context *context, const struct bp_vocabulary *vocabulary,
                  struct bp_arena *arena, size_t ends[MOST_SCOPES]) {
  size_t scopes = 0, begin = 0;
  struct bp_own_scope all = {
      .note = context->note, .members = context->members, .count = context->count};
  if (!bp_own_scope_read(&all, vocabulary, arena))
    return 0;
  bool many = all.names.count > MOST_NAMES;
  for (size_t i = 1; i < context->count && scopes + 1 < MOST_SCOPES && !many; i++) {
    struct bp_own_scope scope = {.note = context->note,
                                 .members = context->members + begin,
                                 .count = i - begin,
                                 .names = all.names};
    if (!bp_own_may_define(&context->note->list[context->members[i]]))
      continue;
    size_t first = section_that_defines(context, &all.names, begin, i, vocabulary, arena);
    if (first > begin) {
      ends[scopes++] = begin = first;
      continue;
    }
    if (!bp_own_definitions_read(&scope, vocabulary, arena) ||
        !(redefines(&scope, context->members[i], vocabulary, arena) ||
          redefines_older(context, &all.names, begin, i, vocabulary, arena)))
      continue;
    ends[scopes++] = i;
    begin = i;
  }
  ends[scopes++] = context->count;
  return scopes;
}

/* The members in the order in which a scope looks for definitions. */
static size_t *order_of(const struct bp_note_context *context, size_t begin, size_t end,
                        struct bp_arena *arena) {
  size_t *order = bp_arena_alloc(arena, context->count + 1, sizeof *order), count = 0;
  for (size_t i = begin; order && i < end; i++)
    order[count++] = context->members[i];
  for (size_t i = begin; order && i-- > 0;)
    order[count++] = context->members[i];
  for (size_t i = end; order && i < context->count; i++)
    order[count++] = context->members[i];
  return order;
}

bool bp_own_has_matrices(const struct bp_note_context *context) {
  static const char *const marks[] = {
      "^{T}",         "\\top",        "\\odot",   "diag", "\\mathbf",   "\\bm",    "\\circ",
      "\\boldsymbol", "\\mathbb{R}^", "\\otimes", "^T",   "\\text{tr}", "\\nabla", "\\mathbb{R} ^"};
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    const struct bp_written *text = &noted->cut.text;
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
      if (bp_text_find(text->text, 0, text->length, marks[k]) < text->length)
        return true;
    for (size_t at = 0; at < text->length; at++) {
      char before = at > 0 ? text->text[at - 1] : ' ', sign = text->text[at];
      bool word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                  strchr("\\^_{", before) != NULL;
      if (!word && sign >= 'A' && sign <= 'Z' && !strchr("JLCENMTK", sign))
        return true;
    }
  }
  return false;
}

/* Whether something in it has layers, of which nothing else is known. */
static bool has_layers(const struct bp_note_context *context) {
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_written *text = &context->note->list[context->members[i]].cut.text;
    if (bp_text_find(text->text, 0, text->length, "^{[") < text->length)
      return true;
  }
  return false;
}

/* Leaves out the ends of scopes behind which a definition holds under what the scope before it
 * says: it is the same in other words.  Returns how many scopes are left, 0 where memory is short.
 */
static size_t join(const struct bp_note_context *context, const struct bp_own_asked *asked,
                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena, size_t *ends,
                   size_t scopes) {
  bool matrices = bp_own_has_matrices(context);
  size_t begin = 0, kept = 0;
  for (size_t k = 0; k < scopes; k++) {
    struct bp_note_context scope = *context;
    size_t count = ends[k] - begin + (k + 1 < scopes); /* with the definition */
    size_t *order = order_of(context, begin, ends[k], arena);
    scope.members = context->members + begin;
    scope.count = scope.capacity = count;
    if (!order)
      return 0;
    if (k + 1 < scopes) {
      if (declare(&scope, order, context->count, context->count - begin - count, matrices,
                  vocabulary, arena) != 0)
        return 0;
      int held = scope.own_count > 0 ? asked->holds(&scope, count - 1, asked->data) : 0;
      if (held < 0)
        return 0;
      if (held > 0)
        continue;
    }
    ends[kept++] = ends[k];
    begin = ends[k];
  }
  return kept;
}

static int add_scopes(struct bp_note_contexts *all, const struct bp_note_context *written,
                      const struct bp_own_asked *asked, const struct bp_vocabulary *vocabulary,
                      struct bp_arena *arena) {
  struct bp_note_context entries = *written;
  const struct bp_note_context *context = &entries;
  entries.note = bp_context_sampled(written, arena);
  if (!entries.note)
    return -1;
  size_t ends[MOST_SCOPES], scopes = cut(context, vocabulary, arena, ends), begin = 0;
  bool matrices = bp_own_has_matrices(context);
  scopes = join(context, asked, vocabulary, arena, ends, scopes);
  for (size_t k = 0; k < scopes; k++) {
    struct bp_note_context scope = *context;
    size_t *order = order_of(context, begin, ends[k], arena);
    scope.members = context->members + begin;
    scope.count = scope.capacity = ends[k] - begin;
    if (!order ||
        declare(&scope, order, context->count, context->count - ends[k], matrices, vocabulary,
                arena) != 0 ||
        !bp_list_room(arena, all->list, all->count, all->capacity))
      return -1;
    scope.note = written->note;
    scope.sampled = entries.note != written->note;
    all->list[all->count++] = scope;
    begin = ends[k];
  }
  return scopes > 0 ? 0 : -1;
}

int bp_own_declare_instead(const struct bp_note_context *context, const struct bp_own_asked *asked,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                           struct bp_note_contexts *scopes) {
  struct bp_note_context plain = {.note = context->note,
                                  .family = BP_FAMILY_NONE,
                                  .members = context->members,
                                  .count = context->count,
                                  .capacity = context->count};
  *scopes = (struct bp_note_contexts){NULL, 0, 0};
  return plain.count == 0 || plain.count > MOST_STATEMENTS || has_layers(&plain)
             ? 0
             : add_scopes(scopes, &plain, asked, vocabulary, arena);
}

int bp_own_declare(struct bp_note_contexts *contexts, const struct bp_own_asked *asked,
                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  struct bp_note_contexts all = {NULL, 0, 0};
  if (bp_own_graphs(contexts, vocabulary, arena) != 0)
    return -1;
  for (size_t i = 0; i < contexts->count; i++) {
    struct bp_note_context *context = &contexts->list[i];
    if (context->family == BP_FAMILY_NONE && context->count <= MOST_STATEMENTS &&
        !has_layers(context)) {
      if ((!context->functions && bp_own_take_rules(context, vocabulary, arena, &all) != 0) ||
          (context->count > 0 && add_scopes(&all, context, asked, vocabulary, arena) != 0))
        return -1;
    } else if ((!context->program &&
                bp_own_take_identities(context, vocabulary, arena, &all) != 0) ||
               !bp_list_room(arena, all.list, all.count, all.capacity))
      return -1;
    else
      all.list[all.count++] = *context;
  }
  *contexts = all;
  return 0;
}

/* Whether the letters behind the ∂ of a part of a fraction, whose brace opens at `open`, are one of
 * the names. */
static bool is_of(const struct bp_written *text, size_t open, const char *names,
                  const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  static const char partial[] = "\\partial";
  size_t end = bp_group_end(text->text, open, text->length) - 1;
  size_t at = bp_text_find(text->text, open, end, partial) + sizeof partial - 1;
  struct bp_own_use use;
  at = bp_behind_blanks(text->text, at, end);
  if (at >= end || !bp_own_use_at(text, at, end, NULL, vocabulary, arena, &use))
    return false;
  const char *mark = bp_arena_printf(arena, " %s ", use.name.text);
  return mark && strstr(names, mark) && bp_behind_blanks(text->text, use.end, end) == end;
}

bool bp_own_differentiates_numbers(const struct bp_noted *noted, const char *names,
                                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  static const char frac[] = "\\frac{";
  const struct bp_written *text = &noted->cut.text;
  bool any = false;
  for (size_t at = bp_text_find(text->text, 0, text->length, frac); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, frac)) {
    size_t open = at + sizeof frac - 2, below = bp_group_end(text->text, open, text->length);
    if (bp_text_find(text->text, open, below, "\\partial") == below)
      continue;
    any = true;
    if (!is_of(text, open, names, vocabulary, arena))
      return false;
  }
  return any;
}

bool bp_own_mentions(const struct bp_noted *noted, const char *names,
                     const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_written *text = &noted->cut.text;
  for (size_t at = 0; at < text->length;) {
    struct bp_own_use use;
    bool name = bp_own_use_at(text, at, text->length, NULL, vocabulary, arena, &use);
    const char *mark = name ? bp_arena_printf(arena, " %s ", use.name.text) : NULL;
    const char *step = name ? bp_own_step_name(use.name.base, arena) : NULL;
    const char *timed = step ? bp_arena_printf(arena, " %s ", step) : NULL;
    if ((mark && strstr(names, mark)) || (timed && strstr(names, timed)))
      return true;
    at = use.end;
  }
  return false;
}
