/* The shapes of a rule follow from its own products and sums alone: (A x) says that A has as many
 * columns as x has rows, tr(A B) that the product is square.  What its sides come to is never made
 * equal, for that is what it claims.
 */
#include "study/own/rules.h"

#include <string.h>

#include "base/list.h"
#include "lang/build.h"
#include "lang/tree.h"
#include "study/own/declarer.h"
#include "study/own/rewrite.h"

/* Sides of a rule, names in it, and statements of a note, for each rule has lists of their number.
 */
enum { MOST_SIDES = 6, MOST_NAMES = 8, MOST_STATEMENTS = 4000 };

/* ---- which claims are rules ------------------------------------------------------- */

static bool mentions(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

/* Behind what a d stands for the change of, where that begins at `at` and is more than a letter:
 * |X|, X^{-1}, \text{tr}(X), \sigma(X), \log|X|; `at` where it is none of these. */
static size_t behind_changed(const char *text, size_t at, size_t end) {
  size_t over = at;
  if (at < end && text[at] == '\\') {
    over = bp_command_end(text, at, end);
    if (over < end && text[over] == '{')
      over = bp_group_end(text, over, end);
    over = bp_behind_blanks(text, over, end);
  }
  if (over < end && text[over] == '|') {
    size_t close = bp_text_find(text, over + 1, end, "|");
    return close < end ? close + 1 : at;
  }
  if (over > at && over < end && text[over] == '(') {
    size_t close = bp_closing_parenthesis(text, over, end);
    return close < end ? close + 1 : at;
  }
  size_t inverse = bp_behind_blanks(text, at + 1, end);
  bool letter = over == at && at < end && text[at] >= 'A' && text[at] <= 'Z';
  return letter && bp_text_is_at(text, inverse, end, "^{-1}") ? inverse + 5 : at;
}

/* Whether it says what the change of an expression is, d(XY) = (dX) Y + X dY: its left side is one
 * with a d in front, and no name. */
static bool is_of_changes(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[0].end, at = bp_behind_blanks(text, noted->sides[0].begin, end);
  size_t next = bp_behind_blanks(text, at + 1, end);
  bool change = at + 1 < end && text[at] == 'd' && next < end &&
                (text[next] == '(' || behind_changed(text, next, end) > next);
  return change && !mentions(noted, "\\partial") && !mentions(noted, "\\nabla") &&
         !mentions(noted, "\\frac");
}

/* Whether the letter is a part of the expression that is changed: nothing is known of another one.
 */
static bool is_changed(const struct bp_noted *noted, char letter) {
  const char *text = noted->cut.text.text;
  size_t begin = bp_behind_blanks(text, noted->sides[0].begin, noted->sides[0].end);
  for (size_t at = begin + 1; at < noted->sides[0].end; at++)
    if (text[at] == letter && (at == begin + 1 || text[at - 1] != 'd'))
      return true;
  return false;
}

/* Whether it differentiates something, or is about a function of a matrix or what a sum and a
 * product have in common, without anything that needs more than matrices: no layers or steps. A sum
 * over indices may be what a trace is. */
static bool may_be_rule(const struct bp_noted *noted) {
  static const char *const wanted[] = {"\\partial", "\\nabla", "tr",       "\\frac{d",
                                       "\\det",     "vec}(",   "\\otimes", ")^{T}"};
  static const char *const unwanted[] = {"\\prod", "dots", "^{[", "^{(", "\\vec", "begin"};
  static const char *const derived[] = {"\\sum", "\\odot", "'", "\\prime"}; /* with nothing else */
  bool changes = is_of_changes(noted), any = changes;
  bool derives =
      mentions(noted, "\\partial") || mentions(noted, "\\nabla") || mentions(noted, "\\frac{d");
  bool primed = mentions(noted, "'") || mentions(noted, "\\prime");
  for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
    any = any || mentions(noted, wanted[k]);
  for (size_t k = 0; k < sizeof unwanted / sizeof *unwanted; k++)
    any = any && !mentions(noted, unwanted[k]);
  for (size_t k = 0; k < sizeof derived / sizeof *derived && derives; k++)
    any = any && !mentions(noted, derived[k]);
  any = any && (changes || !primed) && (mentions(noted, "tr") || !mentions(noted, "\\sum"));
  return any && noted->kind == BP_NOTED_CLAIM && !noted->why && !noted->program && !noted->code &&
         !noted->cut.continues && noted->side_count <= MOST_SIDES;
}

/* ---- in the words of the language ------------------------------------------------------ */

/* Adds a side in which no sum has a bound and every d is that of a name or of what stands in
 * parentheses. */
static bool add_plainly(const struct bp_written *text, size_t begin, size_t end, bool changes,
                        struct bp_written *out) {
  const char *signs = text->text;
  for (size_t at = begin; at < end;) {
    bool apart = at == begin || (!bp_is_letter(signs[at - 1]) && signs[at - 1] != '\\');
    size_t what = bp_behind_blanks(signs, at + 1, end);
    if (changes && apart && signs[at] == 'd' && what < end) {
      size_t over = behind_changed(signs, what, end);
      struct bp_span from = bp_written_from(text, at, at + 1);
      if (!bp_written_copy(out, text, at, at + 1) ||
          (over > what &&
           (!bp_written_add(out, "(", 1, from) || !add_plainly(text, what, over, changes, out) ||
            !bp_written_add(out, ")", 1, from))))
        return false;
      at = over > what ? over : what;
      continue;
    }
    size_t bar = at + 2;
    if (changes && signs[at] == '|' && bar < end && signs[bar] == '|' && signs[at + 1] >= 'A' &&
        signs[at + 1] <= 'Z') { /* |X|, whose change has an inverse in it */
      struct bp_span from = bp_written_from(text, at, bar + 1);
      if (!bp_written_add(out, "\\det(", 5, from) || !bp_written_copy(out, text, at + 1, bar) ||
          !bp_written_add(out, ")", 1, from))
        return false;
      at = bar + 1;
      continue;
    }
    size_t index = at + strlen("\\sum_{");
    if (bp_text_is_at(signs, at, end, "\\sum_{") && index + 4 < end) {
      size_t over = bp_group_end(signs, index - 1, end);
      bool from_one = over == index + 4 && memcmp(signs + index + 1, "=1}", 3) == 0;
      size_t behind = over + 1 < end && signs[over] == '^' && signs[over + 1] == '{'
                          ? bp_group_end(signs, over + 1, end)
                          : over;
      if (from_one && behind == over + 4 && bp_is_letter(signs[over + 2])) {
        if (!bp_written_copy(out, text, at, index + 1) ||
            !bp_written_copy(out, text, over - 1, over))
          return false;
        at = behind;
        continue;
      }
    }
    if (!bp_written_copy(out, text, at, at + 1))
      return false;
    at++;
  }
  return true;
}

/* The statement in the words of the language: with its text put together anew. */
static bool say_plainly(const struct bp_noted *noted, struct bp_arena *arena,
                        struct bp_noted *plain) {
  struct bp_written text = bp_written_new(arena);
  *plain = *noted;
  plain->sides = bp_arena_alloc(arena, noted->side_count + 1, sizeof *plain->sides);
  if (!plain->sides)
    return false;
  for (size_t k = 0; k < noted->side_count; k++) {
    struct bp_noted_side *side = &plain->sides[k];
    side->begin = text.length;
    if (!add_plainly(&noted->cut.text, noted->sides[k].begin, noted->sides[k].end,
                     is_of_changes(noted), &text))
      return false;
    side->end = text.length;
    if (!bp_written_add(&text, "=", 1, noted->cut.span))
      return false;
  }
  plain->cut.text = text;
  return true;
}

static bool is_matrix_letter(const char *base) {
  return base[0] >= 'A' && base[0] <= 'Z' && strlen(base) == 1;
}

/* Whether it is plain what varies: whatever has a d. Without one a letter is constant only where it
 * is one of the first of the alphabet and none of those varies: d(XY) = dX Y forgets a term. */
static bool says_what_varies(const struct bp_noted *noted, const struct bp_own_names *names) {
  bool first = false, constant = false, any = false;
  for (size_t i = 0; i < names->count; i++) {
    const struct bp_own_name *name = &names->list[i];
    bool early = strlen(name->base) == 1 && (name->base[0] | 0x20) <= 'h';
    if (name->called)
      continue;
    if (name->differential && !is_changed(noted, name->base[0]))
      return false;
    any = any || name->differential;
    first = first || (name->differential && early);
    constant = constant || !name->differential;
    if (!name->differential && !early)
      return false;
  }
  return any && !(first && constant);
}

/* Whether the names of the claim are matrices and vectors of which the note says no more than their
 * shapes, and of one at least not even that. */
static bool are_any(const struct bp_own_scope *note, const struct bp_noted *noted,
                    const struct bp_own_names *names) {
  bool changes = is_of_changes(noted), sums = mentions(noted, "\\sum"), matrix = changes,
       turned = mentions(noted, "^{T}") || mentions(noted, "\\top") || mentions(noted, "norm(");
  for (size_t i = 0; i < names->count; i++) {
    const struct bp_own_name *name = &names->list[i];
    bool loss = bp_own_has_name_of_loss(name) && !name->elsewhere;
    bool element =
        name->indices > 0 && !(sums && name->indices == 2 && is_matrix_letter(name->base));
    bool function = changes && mentions(noted, "'") && mentions(noted, "\\odot");
    if ((name->called && !function) || element || name->timed || (name->differential && !changes) ||
        loss || bp_own_definition_of(note, name->text))
      return false;
    matrix =
        matrix || ((turned || is_matrix_letter(name->base)) && !bp_own_stated_of(note, name->text));
  }
  return matrix && names->count <= MOST_NAMES && (!changes || says_what_varies(noted, names));
}

/* ---- shapes ------------------------------------------------------------------------ */

/* Whether a product is one of matrices, or has a number in it: two columns side by side tell that
 * one of them is meant as a number. */
static bool is_proper_product(struct bp_own_shapes *shapes, const struct bp_expression *node) {
  struct bp_own_shape left, right;
  if (!bp_own_shape_infer(shapes, node->child[0], &left) ||
      !bp_own_shape_infer(shapes, node->child[1], &right))
    return false;
  return bp_own_is_number(shapes, left) || bp_own_is_number(shapes, right) ||
         bp_own_dimension_of(shapes, left.columns) == bp_own_dimension_of(shapes, right.rows);
}

/* Whether a shape is one with rows and columns. */
static bool is_matrix(const struct bp_own_shapes *shapes, struct bp_own_shape shape) {
  return bp_own_dimension_of(shapes, shape.rows) != BP_OWN_ONE &&
         bp_own_dimension_of(shapes, shape.columns) != BP_OWN_ONE;
}

/* Whether something is differentiated that is more than a letter, of which nobody knows what it
 * depends on, and the derivative is no tensor, which people write in many ways; a gradient is one
 * of a number. */
static bool is_proper_derivative(struct bp_own_shapes *shapes, const struct bp_expression *node) {
  struct bp_own_shape above, below;
  if (node->child[0]->count == 0)
    return false;
  if (bp_expression_has(node->child[0], BP_EXPR_PARTIAL))
    return node->order == 0;
  if (!bp_own_shape_infer(shapes, node->child[0], &above) ||
      !bp_own_shape_infer(shapes, node->child[1], &below))
    return false;
  bool number = bp_own_is_number(shapes, above);
  bool tensor = !number && !bp_own_is_number(shapes, below) &&
                (is_matrix(shapes, above) || is_matrix(shapes, below));
  return !tensor && (number || node->order == 0);
}

/* Whether it has a part whose shape is not looked for: its other parts tell enough. */
static bool is_beyond(const struct bp_expression *node) {
  if (bp_is(node, BP_EXPR_PARTIAL) || bp_is(node, BP_EXPR_DIFFERENTIAL) ||
      bp_is(node, BP_EXPR_KRONECKER) ||
      (bp_is(node, BP_EXPR_CALL) && node->child[0]->name &&
       strcmp(node->child[0]->name, "vec") == 0))
    return true;
  for (size_t i = 0; i < node->count; i++)
    if (is_beyond(node->child[i]))
      return true;
  return false;
}

/* Takes what the products and sums of an expression say of shapes, also of what is differentiated.
 * False where they do not fit. */
static bool fits(struct bp_own_shapes *shapes, const struct bp_expression *node) {
  struct bp_own_shape shape;
  static const char *const square[] = {"tr", "det", "inv"};
  bool derivative = bp_is(node, BP_EXPR_PARTIAL), all = true;
  if (bp_is(node, BP_EXPR_SUM) || bp_is(node, BP_EXPR_ELEMENT))
    return bp_own_shape_infer(shapes, node, &shape);
  for (size_t i = bp_is(node, BP_EXPR_CALL) ? 1 : 0; i < node->count && all; i++)
    all = fits(shapes, node->child[i]);
  if (!all || derivative)
    return all && is_proper_derivative(shapes, node);
  if (bp_is(node, BP_EXPR_CALL) && node->child[0]->name && node->count == 2)
    for (size_t k = 0; k < sizeof square / sizeof *square; k++)
      if (strcmp(node->child[0]->name, square[k]) == 0)
        return is_beyond(node->child[1]) ||
               (bp_own_shape_infer(shapes, node->child[1], &shape) &&
                bp_own_shape_same(shapes, shape, (struct bp_own_shape){shape.columns, shape.rows}));
  bool power = bp_is(node, BP_EXPR_POWER);
  if (power && bp_own_shape_infer(shapes, node->child[0], &shape) &&
      !bp_own_is_number(shapes, shape))
    return bp_own_shape_same(shapes, shape, (struct bp_own_shape){shape.columns, shape.rows});
  if (is_beyond(node))
    return true;
  return bp_own_shape_infer(shapes, node, &shape) &&
         (!bp_is(node, BP_EXPR_MULTIPLY) || is_proper_product(shapes, node));
}

/* ---- declarations ------------------------------------------------------------------ */

struct rule {
  struct bp_own_scope scope; /* the claim, and the shapes that the note states */
  struct bp_own_declarer declarer;
  const char *symmetric; /* the declarations with symmetric matrices */
  struct bp_written sides[MOST_SIDES];
};

/* The claim with all of its names declared, as text that the parser reads. */
static const char *dummy_text(struct rule *rule, const struct bp_noted *noted,
                              const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  struct bp_growing out = bp_growing_new(arena);
  for (size_t i = 0; i < rule->scope.names.count; i++)
    bp_growing_add(&out, "given %s : %s\n", rule->scope.names.list[i].text,
                   rule->scope.names.list[i].called ? "function" : "rows_of x columns_of");
  for (size_t k = 0; k < noted->side_count; k++) {
    rule->sides[k] = bp_written_new(arena);
    if (!bp_own_rewrite(&rule->scope, &noted->cut.text, noted->sides[k].begin, noted->sides[k].end,
                        vocabulary, arena, &rule->sides[k]))
      return NULL;
    bp_growing_add(&out, "let side_{%zu} = %.*s\n", k, (int)rule->sides[k].length,
                   rule->sides[k].text);
  }
  return out.text;
}

/* Finds the shapes; *fine is false where the claim is not read, or fits nowhere. */
static bool solve(struct rule *rule, const struct bp_noted *noted,
                  const struct bp_vocabulary *vocabulary, struct bp_arena *arena, bool *fine) {
  struct bp_own_declarer *declarer = &rule->declarer;
  const char *text = dummy_text(rule, noted, vocabulary, arena);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_diagnostics diagnostics; /* what is not read is no rule */
  size_t ids = 0, names = rule->scope.names.count;
  *fine = false;
  declarer->spelled = bp_arena_alloc(arena, names + 1, sizeof *declarer->spelled);
  if (!text || !source || !declarer->spelled || !bp_own_shapes_init(&declarer->shapes, arena))
    return false;
  *source = (struct bp_source){"a rule of the note", text, strlen(text)};
  bp_diagnostics_init(&diagnostics, arena);
  if (bp_parse(source, vocabulary, NULL, NULL, &ids, arena, &diagnostics, &declarer->parsed) != 0)
    return false;
  const struct bp_document *parsed = &declarer->parsed;
  if (parsed->count != names + noted->side_count)
    return true;
  for (size_t i = 0; i < parsed->count; i++) {
    const struct bp_statement *statement = &parsed->statements[i];
    if (statement->broken || statement->target_count != 1)
      return true;
    if (i >= names)
      continue;
    declarer->spelled[i] = statement->targets[0]->name;
    if (!bp_own_shape_give(&declarer->shapes, declarer->spelled[i],
                           bp_own_shape_of_leaf(declarer, &rule->scope.names.list[i])))
      return false;
  }
  for (size_t i = names; i < parsed->count; i++)
    if (parsed->statements[i].side_count != 1 ||
        !fits(&declarer->shapes, parsed->statements[i].sides[0]))
      return true;
  *fine = true;
  return true;
}

/* Declares the names; `symmetric`: with square matrices that are, but for what is differentiated
 * by.
 */
static void write_givens(struct rule *rule, bool symmetric) {
  const struct bp_own_names *all = &rule->scope.names;
  struct bp_own_declarer *declarer = &rule->declarer;
  declarer->out = bp_growing_new(declarer->arena);
  for (size_t i = 0; i < all->count; i++) {
    const char *name = all->list[i].text, *spelled = declarer->spelled[i];
    if (all->list[i].called) {
      bp_own_line(declarer, "given %s : function", name);
      continue;
    }
    struct bp_own_shape shape = bp_own_shape_find(&declarer->shapes, spelled)->shape;
    bool square = is_matrix(&declarer->shapes, shape) &&
                  bp_own_dimension_of(&declarer->shapes, shape.rows) ==
                      bp_own_dimension_of(&declarer->shapes, shape.columns);
    bool is_symmetric = symmetric && square && !all->list[i].denominator;
    bp_own_give(declarer, name, spelled, is_symmetric ? " in symmetric" : "", false);
  }
  const char *varied = NULL;
  for (size_t i = 0; i < all->count; i++)
    if (all->list[i].differential)
      varied = bp_arena_printf(declarer->arena, "%s%s%s", varied ? varied : "",
                               varied ? ", " : "vary ", all->list[i].text);
  if (varied)
    bp_own_line(declarer, "%s", varied);
}

/* ---- contexts ---------------------------------------------------------------------- */

/* The claim and all statements of shapes, as members of a scope. */
static size_t *members_of(const struct bp_note *note, size_t claim, size_t *count,
                          struct bp_arena *arena) {
  size_t *members = bp_arena_alloc(arena, note->count + 1, sizeof *members);
  *count = 0;
  if (members)
    members[(*count)++] = claim;
  for (size_t i = 0; members && i < note->count; i++)
    if (note->list[i].kind == BP_NOTED_SHAPE)
      members[(*count)++] = i;
  return members;
}

static bool make_context(const struct bp_note_context *like, size_t claim, const struct rule *rule,
                         struct bp_arena *arena, struct bp_note_context *context) {
  const struct bp_note *note = like->note;
  struct bp_note_own *own = bp_arena_alloc(arena, 1, sizeof *own);
  bool *defining = bp_arena_alloc(arena, note->count + 1, sizeof *defining);
  bool *again = bp_arena_alloc(arena, note->count + 1, sizeof *again);
  struct bp_written **sides = bp_arena_alloc(arena, note->count + 1, sizeof *sides);
  struct bp_written *list = bp_arena_alloc(arena, MOST_SIDES, sizeof *list);
  size_t *member = bp_arena_alloc(arena, 1, sizeof *member);
  if (!own || !defining || !again || !sides || !list || !member || !rule->declarer.out.text ||
      !rule->symmetric)
    return false;
  memcpy(list, rule->sides, sizeof rule->sides);
  sides[claim] = list;
  *member = claim;
  *own = (struct bp_note_own){.prelude = rule->declarer.out.text,
                              .words = "a rule for any matrices that fit",
                              .rule = true,
                              .symmetric = rule->symmetric,
                              .loose = " ",
                              .unsized = " ",
                              .single = " ",
                              .defining = defining,
                              .again = again,
                              .sides = sides};
  *context = *like;
  context->family = BP_FAMILY_OWN;
  context->members = member;
  context->count = context->capacity = 1;
  context->own = own;
  context->own_count = 1;
  return true;
}

/* The d of d(XY) is no name. */
static void leave_out_sign(struct bp_own_names *names) {
  size_t kept = 0;
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->list[i].text, "d") != 0)
      names->list[kept++] = names->list[i];
  names->count = kept;
}

/* Sets *context where the claim is a rule. */
static int read_rule(const struct bp_note_context *like, const struct bp_own_scope *note,
                     size_t claim, const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                     bool *is_rule, struct bp_note_context *context) {
  struct rule rule = {.scope = {.note = like->note}};
  const struct bp_noted *noted = &like->note->list[claim];
  *is_rule = false;
  if (!may_be_rule(noted))
    return 0;
  rule.scope.members = members_of(like->note, claim, &rule.scope.count, arena);
  rule.declarer = (struct bp_own_declarer){.scope = &rule.scope,
                                           .choice = {.way = BP_OWN_COLUMNS},
                                           .arena = arena,
                                           .out = bp_growing_new(arena),
                                           .ranged = " "};
  if (!rule.scope.members || !bp_own_scope_read(&rule.scope, vocabulary, arena))
    return -1;
  struct bp_noted plain;
  const size_t first = 0;
  if (!say_plainly(noted, arena, &plain))
    return -1;
  const struct bp_note alone = {.source = like->note->source, .list = &plain, .count = 1};
  rule.scope.names = (struct bp_own_names){0}; /* of the claim alone */
  if (!bp_own_names_collect(&alone, &first, 1, vocabulary, arena, &rule.scope.names))
    return -1;
  if (is_of_changes(noted))
    leave_out_sign(&rule.scope.names);
  if (!are_any(note, noted, &rule.scope.names))
    return 0;
  bool fine;
  if (!solve(&rule, &plain, vocabulary, arena, &fine))
    return -1;
  if (!fine)
    return 0;
  write_givens(&rule, !mentions(noted, "\\sum")); /* A_{ij} beside A_{ji} tells them apart */
  rule.symmetric = rule.declarer.out.text;
  write_givens(&rule, false);
  *is_rule = true;
  return make_context(like, claim, &rule, arena, context) ? 0 : -1;
}

static bool add_context(struct bp_note_contexts *all, const struct bp_note_context *rule,
                        struct bp_arena *arena) {
  if (!bp_list_room(arena, all->list, all->count, all->capacity))
    return false;
  all->list[all->count++] = *rule;
  return true;
}

int bp_own_take_rules(struct bp_note_context *context, const struct bp_vocabulary *vocabulary,
                      struct bp_arena *arena, struct bp_note_contexts *all) {
  struct bp_own_scope note = {
      .note = context->note, .members = context->members, .count = context->count};
  size_t *rest = bp_arena_alloc(arena, context->count + 1, sizeof *rest), kept = 0;
  if (context->note->count > MOST_STATEMENTS)
    return 0;
  if (!rest || !bp_own_scope_read(&note, vocabulary, arena))
    return -1;
  for (size_t i = 0; i < context->count; i++) {
    struct bp_note_context rule;
    bool is_rule;
    if (read_rule(context, &note, context->members[i], vocabulary, arena, &is_rule, &rule) != 0)
      return -1;
    if (!is_rule)
      rest[kept++] = context->members[i];
    else if (!add_context(all, &rule, arena))
      return -1;
  }
  context->members = rest;
  context->count = kept;
  context->capacity = context->count;
  return 0;
}

/* Whether it says of traces of matrices alone what everybody knows, in letters without a layer. */
static bool is_identity(const struct bp_noted *noted) {
  static const char *const unwanted[] = {"\\partial", "\\nabla", "\\frac", "^{l", "^{L", "\\delta"};
  bool apart = may_be_rule(noted) && !is_of_changes(noted) && mentions(noted, "tr");
  for (size_t k = 0; k < sizeof unwanted / sizeof *unwanted; k++)
    apart = apart && !mentions(noted, unwanted[k]);
  for (size_t at = 0; at < noted->cut.text.length && apart; at++) {
    const char *text = noted->cut.text.text;
    bool begins = at == 0 || (!bp_is_letter(text[at - 1]) && text[at - 1] != '\\');
    apart = !(begins && text[at] == 'd' && at + 1 < noted->cut.text.length &&
              bp_is_letter(text[at + 1]));
  }
  return apart;
}

int bp_own_take_identities(struct bp_note_context *context, const struct bp_vocabulary *vocabulary,
                           struct bp_arena *arena, struct bp_note_contexts *all) {
  const struct bp_own_scope none = {.note = context->note};
  size_t *rest = bp_arena_alloc(arena, context->count + 1, sizeof *rest), kept = 0;
  if (context->note->count > MOST_STATEMENTS)
    return 0;
  if (!rest)
    return -1;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    struct bp_note_context rule;
    bool is_rule = is_identity(noted);
    if (is_rule &&
        read_rule(context, &none, context->members[i], vocabulary, arena, &is_rule, &rule) != 0)
      return -1;
    if (!is_rule)
      rest[kept++] = context->members[i];
    else if (!add_context(all, &rule, arena))
      return -1;
  }
  context->members = rest;
  context->count = context->capacity = kept;
  return 0;
}

bool bp_own_rule_may_fail(const struct bp_note *note, const struct bp_noted *noted,
                          const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  static const char *const unsure[] = {"|",     "tr ",      "tr} ", "tr}A",
                                       "tr}\\", "\\nabla^", "log",  "\\mathbb"};
  struct bp_own_names names = {0};
  size_t member = (size_t)(noted - note->list);
  bool sure = !bp_own_has_special_matrices(note) &&
              (noted->stated >= BP_STATED_DENOMINATOR || !noted->layout);
  bool matrices = false; /* d(PV) = P dV + V dP is right of numbers */
  for (size_t i = 0; i < note->count && !matrices; i++)
    matrices = mentions(&note->list[i], "^{T}") || mentions(&note->list[i], "tr}(");
  sure = sure && (matrices || !is_of_changes(noted));
  for (size_t k = 0; k < sizeof unsure / sizeof *unsure; k++)
    sure = sure && !mentions(noted, unsure[k]);
  if (!sure || !bp_own_names_collect(note, &member, 1, vocabulary, arena, &names))
    return false;
  for (size_t i = 0; i < names.count; i++)
    sure = sure && !bp_own_is_special_letter(names.list[i].base);
  return sure;
}
