/* Comparing the trees before and after gives the places that changed: one or two of them, else the
 * smallest place that has them all.  Each becomes a replacement of its bytes; parentheses go around
 * what would otherwise be read differently where it is put.
 */
#include "hint/replacement.h"

#include <string.h>
#include <strings.h>

#include "lang/print.h"
#include "lang/tree.h"

typedef const struct bp_expression *expr;

enum { MOST_PLACES = 2 };

struct place {
  expr before, after, around; /* around: the parent of before, or NULL */
  size_t child;
  bool inner; /* around has a parent, too */
};

struct places {
  struct place list[MOST_PLACES];
  size_t count;
  bool overflow;
};

/* Whether an element has other indices: k_u has no braces that would hold k_{4-u}. */
static bool is_indexed_anew(expr before, expr after) {
  for (size_t i = 1; bp_is(before, BP_EXPR_ELEMENT) && i < before->count; i++)
    if (!bp_expression_same(before->child[i], after->child[i]))
      return true;
  return false;
}

/* Whether a sum gets a bound that nobody wrote: sum_t has no bytes for it. */
static bool is_bounded_anew(expr before, expr after) {
  for (size_t i = 0; bp_is(before, BP_EXPR_SUM) && i < 2; i++)
    if (bp_is(before->child[i], BP_EXPR_ALL) != bp_is(after->child[i], BP_EXPR_ALL))
      return true;
  return false;
}

/* Whether another function is called whose name is not all that says so: np.sum(A, axis=0),
 * A.sum().
 */
static bool is_called_anew(expr before, expr after) {
  if (!bp_is(before, BP_EXPR_CALL) || bp_expression_same(before->child[0], after->child[0]))
    return false;
  expr last = before->child[before->count - 1];
  return before->span.end > last->span.end + 1 ||
         before->child[0]->span.end >= before->child[1]->span.begin; /* np.sum( has the bracket */
}

/* Whether the right parts of a chain were only put behind what there was. */
static bool is_behind(expr before, expr after) {
  if (after == before)
    return true;
  bool chain =
      bp_is_binary(after) && !(after->child[0] != before && after->child[0]->parenthesised);
  return chain && is_behind(before, after->child[0]);
}

/* Whether braces of LaTeX stand half in the bytes of a part: of W^{[2]T} the member is W^{[2], and
 * without it T} would be left. */
static bool halves_braces(const struct bp_source *source, expr part) {
  int depth = 0;
  for (size_t at = part->span.begin; at < part->span.end; at++)
    depth += (source->text[at] == '{') - (source->text[at] == '}');
  return depth != 0;
}

/* What stands in ∂…/∂… without parentheses is a name or a call and is replaced as a whole. */
static void find(const struct bp_source *source, expr before, expr after, struct place at,
                 struct places *places) {
  if (bp_expression_same(before, after))
    return;
  struct places inside = {.count = 0};
  expr around = at.around;
  bool whole = (around && around->kind == BP_EXPR_PARTIAL && !before->parenthesised) ||
               is_behind(before, after) || (bp_is_binary(after) && after->child[1] == before);
  if (bp_expression_alike(before, after) && before->kind != BP_EXPR_NAME && !whole &&
      !is_indexed_anew(before, after) && !is_bounded_anew(before, after) &&
      !is_called_anew(before, after))
    for (size_t i = 0; i < before->count; i++)
      find(source, before->child[i], after->child[i],
           (struct place){.around = before, .child = i, .inner = around != NULL}, &inside);
  for (size_t i = 0; i < inside.count; i++)
    inside.overflow = inside.overflow || halves_braces(source, inside.list[i].before);
  if (inside.count == 0 || inside.overflow)
    inside = (struct places){.list = {{before, after, around, at.child, at.inner}}, .count = 1};
  for (size_t i = 0; i < inside.count; i++) {
    if (places->count == MOST_PLACES) {
      places->overflow = true;
      return;
    }
    places->list[places->count++] = inside.list[i];
  }
}

/* How closely an operator binds; calls and names bind closest. */
static int strength(expr node) {
  if (node->kind < BP_EXPR_NUMBER)
    return bp_operator_strength(node->kind);
  if (node->kind == BP_EXPR_NEGATE || (node->kind == BP_EXPR_SUM && node->order < BP_JOIN_BELOW))
    return 2;
  return node->kind == BP_EXPR_AT ? 0 : 9;
}

/* W_{j,i} */
static bool is_entry(expr node) {
  while (bp_is(node, BP_EXPR_ELEMENT))
    node = node->child[0];
  return bp_is(node, BP_EXPR_NAME);
}

/* d(…), ∂(…)/∂… and vec(…): the parentheses belong to what stands in them. */
static bool is_enclosed(const struct place *place) {
  enum bp_expression_kind around = place->around ? place->around->kind : BP_EXPR_NUMBER;
  if (around == BP_EXPR_DIFFERENTIAL)
    return place->before->parenthesised || place->after->kind != BP_EXPR_NAME;
  return around == BP_EXPR_PARTIAL &&
         (place->before->parenthesised ||
          (place->after->kind != BP_EXPR_NAME && place->after->kind != BP_EXPR_CALL &&
           !is_entry(place->after)));
}

/* Whether the new part would be read differently in its place without parentheses. */
static bool needs_parentheses(const struct place *place) {
  expr around = place->around;
  if (is_enclosed(place))
    return true;
  if (!around || strength(place->after) == 9)
    return false;
  if (around->kind == BP_EXPR_CALL || around->kind == BP_EXPR_MATRIX)
    return false;
  if (around->kind == BP_EXPR_SUM && (place->child < 2 || around->order >= BP_JOIN_BELOW))
    return false;
  int inner = strength(place->after), outer = strength(around);
  if (around->kind == BP_EXPR_NEGATE && place->inner)
    return true; /* b * -x ./ y would be (b * -x) ./ y */
  if (place->after->kind == BP_EXPR_NEGATE && place->child > 0)
    return true;
  bool powers = inner == outer && outer == strength(&(struct bp_expression){.kind = BP_EXPR_POWER});
  return inner < outer || outer == 9 || powers || (inner == outer && place->child > 0);
}

static bool is_part(expr whole, expr part) {
  bool found = whole == part;
  for (size_t i = 0; i < whole->count && !found; i++)
    found = is_part(whole->child[i], part);
  return found;
}

/* dZ1 for dZ[1], where the author writes dZ2 for dZ[2]. */
static const char *numbered(const struct bp_source *source, struct bp_span span, const char *text,
                            struct bp_arena *arena) {
  const char *written = source->text + span.begin;
  size_t length = span.end - span.begin, letters = strcspn(written, "0123456789");
  if (letters == 0 || letters >= length ||
      letters + strspn(written + letters, "0123456789") != length)
    return text;
  size_t digits = strncasecmp(text, written, letters) == 0 && text[letters] == '['
                      ? strspn(text + letters + 1, "0123456789")
                      : 0;
  return digits > 0 && strcmp(text + letters + 1 + digits, "]") == 0
             ? bp_arena_printf(arena, "%.*s%.*s", (int)letters, written, (int)digits,
                               text + letters + 1)
             : text;
}

/* What was there already keeps the spelling of its author. */
static const char *replacement_text(const struct place *place, const struct bp_source *source,
                                    struct bp_arena *arena) {
  expr after = place->after;
  const char *text = is_part(place->before, after) && !after->parenthesised
                         ? bp_source_line(source, after->span, arena)
                         : bp_expression_text(after, NULL, NULL, arena);
  text = text ? numbered(source, place->before->span, text, arena) : NULL;
  return text && needs_parentheses(place) ? bp_arena_printf(arena, "(%s)", text) : text;
}

/* Where only the operator is another one, it alone is replaced. */
static bool other_operator(const struct place *place) {
  expr before = place->before, after = place->after;
  return before->kind < BP_EXPR_NUMBER && after->kind < BP_EXPR_NUMBER &&
         before->kind != after->kind && strength(before) == strength(after) &&
         before->child[0] == after->child[0] && before->child[1] == after->child[1] &&
         before->sign.end > before->sign.begin &&
         before->child[1]->span.begin >= before->sign.end; /* not so in x² */
}

/* What was put behind `before`, one part after the other: " ⊙ a ⊙ (1 - a)"; NULL where it is not
 * so, or could be read differently. */
static const char *behind(expr before, expr after, struct bp_arena *arena) {
  if (after == before)
    return "";
  if (!is_behind(before, after))
    return NULL;
  expr added = after->child[1];
  const char *earlier = behind(before, after->child[0], arena);
  const char *text = bp_expression_text(added, NULL, NULL, arena);
  bool closed = before->parenthesised || strength(before) >= strength(after);
  if (!earlier || !text || !closed)
    return NULL;
  if (strength(added) <= strength(after) || added->kind == BP_EXPR_NEGATE)
    text = bp_arena_printf(arena, "(%s)", text);
  bool close = strength(after) == 4 || after->kind == BP_EXPR_DIVIDE;
  const char *blank = close ? "" : " ";
  return text ? bp_arena_printf(arena, "%s%s%s%s%s", earlier, blank, bp_operator_sign(after->kind),
                                blank, text)
              : NULL;
}

/* What was put in front of `before`. */
static const char *in_front(expr before, expr after, struct bp_arena *arena) {
  if (!bp_is_binary(after) || after->child[1] != before ||
      !(before->parenthesised || strength(before) > strength(after)))
    return NULL;
  expr added = after->child[0];
  const char *text = bp_expression_text(added, NULL, NULL, arena);
  if (text && strength(added) < strength(after))
    text = bp_arena_printf(arena, "(%s)", text);
  bool close = strength(after) == 4 || after->kind == BP_EXPR_DIVIDE;
  const char *blank = close ? "" : " ";
  return text
             ? bp_arena_printf(arena, "%s%s%s%s", text, blank, bp_operator_sign(after->kind), blank)
             : NULL;
}

/* Where something was only added on one side, it is put in there and all else is left alone: no
 * text where that is not so, or where it could be read differently. */
static struct bp_replacement insertion_of(const struct place *place, const struct bp_source *source,
                                          const char *kind, struct bp_arena *arena) {
  struct bp_replacement none = {source, place->before->span, NULL, kind};
  expr before = place->before, after = place->after;
  if (after->kind >= BP_EXPR_NUMBER || needs_parentheses(place))
    return none;
  bool front = after->child[1] == before;
  bool inside = before->parenthesised && before->span.end > 0 &&
                source->text[before->span.end - 1] == ')' && strength(before) >= strength(after) &&
                place->around; /* (d ⊙ a)*x' to (d ⊙ a ⊙ b)*x' */
  size_t at = front ? before->span.begin : before->span.end - inside;
  none.text = front ? in_front(before, after, arena) : behind(before, after, arena);
  if (none.text)
    none.span = (struct bp_span){at, at};
  return none;
}

/* A power behind a sum whose parentheses are braces of LaTeX, \frac{1}{a + b}: people see none, so
 * it gets some. */
static struct bp_replacement power_of_group(const struct place *place,
                                            const struct bp_source *source, const char *kind,
                                            struct bp_arena *arena) {
  struct bp_replacement none = {source, place->before->span, NULL, kind};
  expr before = place->before, after = place->after;
  bool power = after->kind == BP_EXPR_POWER || after->kind == BP_EXPR_POINT_POWER;
  size_t begin = before->span.begin, end = before->span.end;
  bool own =
      begin < end && strchr("({[", source->text[begin]) && strchr(")}]", source->text[end - 1]);
  if (!power || after->child[0] != before || !before->parenthesised ||
      strength(before) >= strength(after) || own)
    return none;
  const char *sum = bp_source_line(source, before->span, arena);
  const char *raised = behind(before, after, arena);
  none.text = sum && raised ? bp_arena_printf(arena, "(%s)%s", sum, raised) : NULL;
  return none;
}

static struct bp_replacement replacement_of(const struct place *place,
                                            const struct bp_source *source, const char *kind,
                                            struct bp_arena *arena) {
  if (other_operator(place))
    return (struct bp_replacement){source, place->before->sign,
                                   bp_operator_sign(place->after->kind), kind};
  struct bp_replacement group = power_of_group(place, source, kind, arena);
  if (group.text)
    return group;
  struct bp_replacement insertion = insertion_of(place, source, kind, arena);
  if (insertion.text)
    return insertion;
  return (struct bp_replacement){source, place->before->span,
                                 replacement_text(place, source, arena), kind};
}

static const char *joined(struct bp_arena *arena, const char *a, const char *b) {
  return a && b ? bp_arena_printf(arena, "%s%s", a, b) : NULL;
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* What is left alone, on one line and without comments; a blank at either end stays. */
static const char *kept_text(const struct bp_source *source, struct bp_span span,
                             struct bp_arena *arena) {
  const char *line = bp_source_line(source, span, arena);
  if (!line || span.begin >= span.end)
    return line;
  bool before = is_blank(source->text[span.begin]), behind = is_blank(source->text[span.end - 1]);
  return *line ? bp_arena_printf(arena, "%s%s%s", before ? " " : "", line, behind ? " " : "") : " ";
}

/* What follows from there on, blanks around it aside. */
static struct bp_span without_blanks(const char *text, size_t begin) {
  size_t end = strlen(text);
  begin = begin < end ? begin : end;
  while (end > begin && text[end - 1] == ' ')
    end--;
  while (begin < end && text[begin] == ' ')
    begin++;
  return (struct bp_span){begin, end};
}

/* The formula of the claim, or the whole line of a definition, with the replacements, and where
 * these are in it. */
static const char *mended_text(const struct bp_model_claim *claim,
                               const struct bp_replacement *edits, size_t count,
                               struct bp_span *marked, struct bp_arena *arena) {
  const struct bp_statement *statement = claim->line.statement;
  bool definition = statement->kind == BP_STATEMENT_LET;
  size_t at = definition ? statement->span.begin : statement->sides[0]->span.begin;
  const char *text = "";
  for (size_t i = 0; i < count && text; i++) {
    struct bp_span kept = {at, edits[i].span.begin};
    const char *piece = kept_text(claim->line.source, kept, arena);
    text = joined(arena, text, piece);
    size_t before = text ? strlen(text) : 0;
    text = joined(arena, text, edits[i].text);
    marked[i] = without_blanks(text ? text : "", before);
    at = edits[i].span.end;
  }
  size_t end = statement->span.end > at ? statement->span.end : at;
  return joined(arena, text, kept_text(claim->line.source, (struct bp_span){at, end}, arena));
}

bool bp_replacements_find(const struct bp_model_claim *claim, expr before, expr after,
                          const char *const *kinds, size_t count, struct bp_arena *arena,
                          struct bp_hint *hint) {
  struct places places = {.count = 0};
  find(claim->line.source, before, after, (struct place){.around = NULL}, &places);
  if (places.overflow || places.count == 0)
    places = (struct places){.list = {{before, after, NULL, 0, false}}, .count = 1};
  if (places.count == 2 && places.list[0].before->span.begin > places.list[1].before->span.begin) {
    struct place first = places.list[0];
    places.list[0] = places.list[1];
    places.list[1] = first;
  }
  struct bp_replacement *edits = bp_arena_alloc(arena, MOST_PLACES, sizeof *edits);
  if (!edits)
    return false;
  for (size_t i = 0; i < places.count; i++)
    edits[i] = replacement_of(&places.list[i], claim->line.source, kinds[i < count ? i : count - 1],
                              arena);
  hint->edits = edits;
  hint->edit_count = places.count;
  hint->mended = mended_text(claim, edits, places.count, hint->marked, arena);
  return hint->mended != NULL;
}
