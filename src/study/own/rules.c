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

/* Whether it differentiates something, or is about a function of a matrix, without anything that
 * needs more than matrices: no sums over an index, layers or steps. */
static bool may_be_rule(const struct bp_noted *noted) {
  static const char *const wanted[] = {"\\partial", "\\nabla", "tr", "\\frac{d", "\\det"};
  static const char *const unwanted[] = {"\\sum",  "\\prod", "dots",  "^{[", "^{(",
                                         "\\odot", "\\vec",  "begin", "'",   "\\prime"};
  bool any = false;
  for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
    any = any || mentions(noted, wanted[k]);
  for (size_t k = 0; k < sizeof unwanted / sizeof *unwanted; k++)
    any = any && !mentions(noted, unwanted[k]);
  return any && noted->kind == BP_NOTED_CLAIM && !noted->why && !noted->program && !noted->code &&
         !noted->cut.continues && noted->side_count <= MOST_SIDES;
}

static bool is_matrix_letter(const char *base) {
  return base[0] >= 'A' && base[0] <= 'Z' && strlen(base) == 1;
}

/* Whether the names of the claim are matrices and vectors of which the note says no more than their
 * shapes, and of one at least not even that. */
static bool are_any(const struct bp_own_scope *note, const struct bp_noted *noted,
                    const struct bp_own_names *names) {
  bool matrix = false,
       turned = mentions(noted, "^{T}") || mentions(noted, "\\top") || mentions(noted, "norm(");
  for (size_t i = 0; i < names->count; i++) {
    const struct bp_own_name *name = &names->list[i];
    bool loss = bp_own_has_name_of_loss(name) && !name->elsewhere;
    if (name->called || name->indices > 0 || name->timed || name->differential || loss ||
        bp_own_definition_of(note, name->text))
      return false;
    matrix =
        matrix || ((turned || is_matrix_letter(name->base)) && !bp_own_stated_of(note, name->text));
  }
  return matrix && names->count <= MOST_NAMES;
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

/* Takes what the products and sums of an expression say of shapes, also of what is differentiated.
 * False where they do not fit. */
static bool fits(struct bp_own_shapes *shapes, const struct bp_expression *node) {
  struct bp_own_shape shape;
  static const char *const square[] = {"tr", "det", "inv"};
  bool derivative = bp_is(node, BP_EXPR_PARTIAL), all = true;
  for (size_t i = bp_is(node, BP_EXPR_CALL) ? 1 : 0; i < node->count && all; i++)
    all = fits(shapes, node->child[i]);
  if (!all || derivative)
    return all && is_proper_derivative(shapes, node);
  if (bp_is(node, BP_EXPR_CALL) && node->child[0]->name && node->count == 2)
    for (size_t k = 0; k < sizeof square / sizeof *square; k++)
      if (strcmp(node->child[0]->name, square[k]) == 0)
        return bp_own_shape_infer(shapes, node->child[1], &shape) &&
               bp_own_shape_same(shapes, shape, (struct bp_own_shape){shape.columns, shape.rows});
  bool power = bp_is(node, BP_EXPR_POWER);
  if (power && bp_own_shape_infer(shapes, node->child[0], &shape) &&
      !bp_own_is_number(shapes, shape))
    return bp_own_shape_same(shapes, shape, (struct bp_own_shape){shape.columns, shape.rows});
  for (size_t i = 0; i < node->count; i++) /* what holds a derivative has no shape here */
    if (bp_expression_has(node->child[i], BP_EXPR_PARTIAL))
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
  const char *text = "";
  for (size_t i = 0; i < rule->scope.names.count && text; i++)
    text = bp_arena_printf(arena, "%sgiven %s : rows_of x columns_of\n", text,
                           rule->scope.names.list[i].text);
  for (size_t k = 0; k < noted->side_count && text; k++) {
    rule->sides[k] = bp_written_new(arena);
    if (!bp_own_rewrite(&rule->scope, &noted->cut.text, noted->sides[k].begin, noted->sides[k].end,
                        vocabulary, arena, &rule->sides[k]))
      return NULL;
    text = bp_arena_printf(arena, "%slet side_{%zu} = %.*s\n", text, k, (int)rule->sides[k].length,
                           rule->sides[k].text);
  }
  return text;
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
  declarer->text = "";
  for (size_t i = 0; i < all->count; i++) {
    const char *name = all->list[i].text, *spelled = declarer->spelled[i];
    struct bp_own_shape shape = bp_own_shape_find(&declarer->shapes, spelled)->shape;
    bool square = is_matrix(&declarer->shapes, shape) &&
                  bp_own_dimension_of(&declarer->shapes, shape.rows) ==
                      bp_own_dimension_of(&declarer->shapes, shape.columns);
    bool is_symmetric = symmetric && square && !all->list[i].denominator;
    bp_own_give(declarer, name, spelled, is_symmetric ? " in symmetric" : "", false);
  }
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
  if (!own || !defining || !again || !sides || !list || !member || !rule->declarer.text ||
      !rule->symmetric)
    return false;
  memcpy(list, rule->sides, sizeof rule->sides);
  sides[claim] = list;
  *member = claim;
  *own = (struct bp_note_own){.prelude = rule->declarer.text,
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
                                           .text = "",
                                           .ranged = " "};
  if (!rule.scope.members || !bp_own_scope_read(&rule.scope, vocabulary, arena))
    return -1;
  rule.scope.names = (struct bp_own_names){0}; /* of the claim alone */
  if (!bp_own_names_collect(like->note, &claim, 1, vocabulary, arena, &rule.scope.names))
    return -1;
  if (!are_any(note, noted, &rule.scope.names))
    return 0;
  bool fine;
  if (!solve(&rule, noted, vocabulary, arena, &fine))
    return -1;
  if (!fine)
    return 0;
  write_givens(&rule, true);
  rule.symmetric = rule.declarer.text;
  write_givens(&rule, false);
  *is_rule = true;
  return make_context(like, claim, &rule, arena, context) ? 0 : -1;
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
    else if (!bp_list_room(arena, all->list, all->count, all->capacity))
      return -1;
    else
      all->list[all->count++] = rule;
  }
  context->members = rest;
  context->count = kept;
  context->capacity = context->count;
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
  for (size_t k = 0; k < sizeof unsure / sizeof *unsure; k++)
    sure = sure && !mentions(noted, unsure[k]);
  if (!sure || !bp_own_names_collect(note, &member, 1, vocabulary, arena, &names))
    return false;
  for (size_t i = 0; i < names.count; i++)
    sure = sure && !bp_own_is_special_letter(names.list[i].base);
  return sure;
}
