/* What may be put into a formula: collected from the claim and from what is declared before it.
 *
 * Members of families are offered with the indices that the claim uses, and their neighbours. Names
 * of the claim come first, then the others, the most recent first; each list has an end, since a
 * file may declare thousands of names.
 */
#include "hint/edit/supply.h"

#include <stdlib.h>
#include <string.h>

#include "lang/build.h"
#include "lang/tree.h"
#include "num/function.h"
#include "value/builtin.h"

enum { MOST_NAMES = 40, MOST_SLOPES = 24, MOST_TERMS = 40, MOST_SIZES = 12, MOST_WORDS = 12 };
enum { MOST_FAMILY_INDICES = 8, MOST_PIECES = 90, MOST_EXPONENTS = 8, MOST_ATOMS = 12 };
enum { MOST_ABOVE = 4, TALLEST_PIECE = 6, MOST_CALLS = 16, MOST_SOFTMAXES = 6, MOST_FORMS = 12 };

typedef const struct bp_expression *expr;

struct collector {
  const struct bp_model *model;
  const struct bp_statement *statement;
  size_t order;
  struct bp_builder build; /* of what is no part of the file; its arena has the lists as well */
  struct bp_supply *supply;
  expr indices[MOST_FAMILY_INDICES];   /* of families, in the claim */
  size_t index_count, own_index_count; /* those that the claim has itself come first */
  expr above[MOST_ABOVE];              /* what the claim differentiates */
  size_t above_count;
  expr calls[MOST_ATOMS]; /* functions that the claim applies to something */
  size_t call_count;
  bool determines; /* a determinant is in the claim */
  bool negates;    /* one of them to -x */
};

static void add(struct collector *collector, expr **list, size_t *count, size_t most, expr item) {
  if (!item || *count == most)
    return;
  for (size_t i = 0; i < *count; i++)
    if (bp_expression_same((*list)[i], item))
      return;
  if (!*list)
    *list = bp_arena_alloc(collector->build.arena, most, sizeof **list);
  if (*list)
    (*list)[(*count)++] = item;
  else
    collector->build.failed = true;
}

static void add_word(struct collector *collector, const char ***list, size_t *count,
                     const char *word) {
  if (*count == MOST_WORDS)
    return;
  for (size_t i = 0; i < *count; i++)
    if (!strcmp((*list)[i], word))
      return;
  if (!*list)
    *list = bp_arena_alloc(collector->build.arena, MOST_WORDS, sizeof **list);
  if (*list)
    (*list)[(*count)++] = word;
  else
    collector->build.failed = true;
}

/* ---- what the claim says ------------------------------------------------ */

static bool is_matrix(const struct bp_declaration *declaration) {
  if (declaration->kind == BP_DECLARED_LET)
    return !declaration->pieces[0].line.statement->is_function;
  return declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_WRITE;
}

/* The losses of the samples, which a network has and nobody who writes a line. */
static bool is_behind_the_scenes(const struct collector *collector,
                                 const struct bp_declaration *declaration) {
  return !strcmp(declaration->name, "loss") && bp_model_has_network(collector->model);
}

static bool visible(const struct collector *collector, const struct bp_declaration *declaration) {
  return declaration->count && declaration->pieces[0].line.order < collector->order;
}

static void add_size(struct collector *collector, const struct bp_declaration *declaration,
                     expr size) {
  struct bp_supply *supply = collector->supply;
  add(collector, &supply->sizes, &supply->size_count, MOST_SIZES, size);
  /* a number of layers scales nothing: that of a network is 2, and 1 - L would be a sign */
  if (!declaration->counts && (declaration->automatic || strcmp(declaration->name, "L") != 0))
    add(collector, &supply->scales, &supply->scale_count, MOST_SIZES, size);
}

static void look_at_letters(struct collector *collector, expr index) {
  if (index->kind == BP_EXPR_NAME && index->count == 0 &&
      !bp_model_find(collector->model, index->name))
    add_word(collector, &collector->supply->letters, &collector->supply->letter_count, index->name);
  for (size_t i = 0; i < index->count; i++)
    look_at_letters(collector, index->child[i]);
}

/* What may be missing elsewhere because it is here: parts of a formula that are no mere names. */
static void look_at_piece(struct collector *collector, expr node) {
  struct bp_supply *supply = collector->supply;
  bool power = bp_is_power(node);
  for (size_t i = 0; i < collector->statement->side_count; i++)
    if (node == collector->statement->sides[i])
      return; /* it would only repeat what it is compared with */
  if (power)
    add(collector, &supply->exponents, &supply->exponent_count, MOST_EXPONENTS, node->child[1]);
  if (power && node->child[1]->kind == BP_EXPR_NUMBER)
    add(collector, &supply->exponents, &supply->exponent_count, MOST_EXPONENTS,
        bp_build_shifted(&collector->build, node->child[1], -1));
  if (power && node->child[1]->kind == BP_EXPR_NUMBER)
    add(collector, &supply->exponents, &supply->exponent_count, MOST_EXPONENTS,
        bp_build_shifted(&collector->build, node->child[1], 1));
  if (bp_is_quotient(node)) /* 1/s may be 1/s^3, of which one factor is the inner derivative */
    add(collector, &supply->exponents, &supply->exponent_count, MOST_EXPONENTS,
        bp_build_whole(&collector->build, 3));
  if (node->kind != BP_EXPR_NAME && node->kind != BP_EXPR_NUMBER && node->kind != BP_EXPR_COMPARE &&
      node->kind != BP_EXPR_NEGATE && node->height <= TALLEST_PIECE)
    add(collector, &supply->pieces, &supply->piece_count, MOST_PIECES, node);
}

/* The I and vec of the language stand beside a ⊗. */
static void look_at_name(struct collector *collector, expr node) {
  struct bp_supply *supply = collector->supply;
  const struct bp_declaration *declaration = bp_model_find(collector->model, node->name);
  if (!declaration)
    supply->kronecker = supply->kronecker || bp_builtin_is(node->name, BP_IS_IDENTITY) ||
                        bp_builtin_is(node->name, BP_STACKS);
  else if (declaration->kind == BP_DECLARED_SIZE)
    add_size(collector, declaration, node);
  else if (is_matrix(declaration))
    add(collector, &supply->names, &supply->name_count, MOST_NAMES, node);
}

static bool is_softmax(expr node) {
  return bp_is(node, BP_EXPR_CALL) && node->order == 0 && !strcmp(node->child[0]->name, "softmax");
}

static void look_at_call(struct collector *collector, expr node) {
  struct bp_supply *supply = collector->supply;
  add_word(collector, &supply->functions, &supply->function_count, node->child[0]->name);
  if (node->count != 2)
    return;
  add(collector, &supply->calls, &supply->call_count, MOST_CALLS, node);
  collector->determines = collector->determines || (bp_is_builtin_call(node, BP_OF_REGULAR) &&
                                                    !bp_is_builtin_call(node, BP_INVERTS));
  if (is_softmax(node))
    add(collector, &supply->softmaxes, &supply->softmax_count, MOST_SOFTMAXES, node);
  if (collector->call_count < MOST_ATOMS)
    collector->calls[collector->call_count++] = node;
  collector->negates = collector->negates || bp_is(node->child[1], BP_EXPR_NEGATE);
}

static bool is_known_index(const struct collector *collector, expr index) {
  for (size_t k = 0; k < collector->index_count; k++)
    if (bp_expression_same(collector->indices[k], index))
      return true;
  return false;
}

static void add_index(struct collector *collector, expr index) {
  if (index && collector->index_count < MOST_FAMILY_INDICES && !is_known_index(collector, index))
    collector->indices[collector->index_count++] = index;
}

static void look_at(struct collector *collector, expr node) {
  look_at_piece(collector, node);
  if (bp_is(node, BP_EXPR_NAME))
    look_at_name(collector, node);
  else if (bp_is(node, BP_EXPR_CALL))
    look_at_call(collector, node);
  else if (bp_is(node, BP_EXPR_KRONECKER))
    collector->supply->kronecker = true;
  else if (bp_is(node, BP_EXPR_PARTIAL) && collector->above_count < MOST_ABOVE)
    collector->above[collector->above_count++] = node->child[0];
  if (bp_is(node, BP_EXPR_NAME) && node->count == 1)
    add_index(collector, node->child[0]);
  for (size_t i = 0; i < node->count; i++)
    if (bp_is(node, BP_EXPR_NAME) || (bp_is(node, BP_EXPR_ELEMENT) && i > 0))
      look_at_letters(collector, node->child[i]);
    else
      look_at(collector, node->child[i]);
}

/* Of every index that the claim has: one less and one more. */
static void add_neighbouring_indices(struct collector *collector) {
  size_t count = collector->own_index_count = collector->index_count;
  for (size_t k = 0; k < count; k++)
    for (long by = -1; by <= 1; by += 2)
      add_index(collector, bp_build_shifted(&collector->build, collector->indices[k], by));
}

/* ---- what the file says ------------------------------------------------- */

/* Whether it says the same of every member: the first line of a family with numbers does so as far
 * as can be seen. */
static expr with_index(struct collector *collector, expr slope, expr from, expr index) {
  if (from->kind == BP_EXPR_NAME)
    return bp_build_with_letter(&collector->build, slope, from->name, index);
  expr argument = slope->child[1];
  bool own = argument->count == 1 && bp_expression_same(argument->child[0], from);
  if (bp_expression_same(from, index))
    return slope;
  return own ? bp_build_call(&collector->build, slope->child[0], 1,
                             bp_build_member(&collector->build, argument->name, index, NULL))
             : NULL;
}

/* g[1], where the file says let g[1] = tanh: tanh. */
static expr function_behind(const struct collector *collector, expr function) {
  const struct bp_declaration *declaration =
      function->count == 1 ? bp_model_find(collector->model, function->name) : NULL;
  for (size_t i = 0; declaration && i < declaration->count; i++) {
    const struct bp_piece *piece = &declaration->pieces[i];
    const struct bp_statement *statement = piece->line.statement;
    if (piece->target->count == 1 && statement->side_count == 1 &&
        bp_expression_same(piece->target->child[0], function->child[0]) &&
        statement->sides[0]->kind == BP_EXPR_NAME && statement->sides[0]->count == 0)
      return statement->sides[0];
  }
  return function;
}

/* let a = sigmoid(V*x): a ⊙ (1 - a), and for tanh 1 - a.^2. */
static void add_form(struct collector *collector, expr function, expr a) {
  struct bp_supply *supply = collector->supply;
  struct bp_builder *build = &collector->build;
  expr one = bp_build_whole(build, 1), form = NULL;
  if (!strcmp(function->name, "sigmoid"))
    form = bp_build_binary(build, BP_EXPR_HADAMARD, a,
                           bp_build_binary(build, BP_EXPR_SUBTRACT, one, a));
  else if (!strcmp(function->name, "tanh"))
    form =
        bp_build_binary(build, BP_EXPR_SUBTRACT, one,
                        bp_build_binary(build, BP_EXPR_POINT_POWER, a, bp_build_whole(build, 2)));
  add(collector, &supply->forms, &supply->form_count, MOST_FORMS, form);
}

static void add_forms(struct collector *collector, expr function, expr target) {
  if (target->count == 0)
    add_form(collector, function, target);
  for (size_t k = 0; target->count == 1 && k < collector->index_count; k++)
    add_form(collector, function,
             bp_build_member(&collector->build, target->name, collector->indices[k], NULL));
}

/* let A[l] = g(Z[l]): g'(Z[l]), for every index at hand. */
static void add_slopes(struct collector *collector, const struct bp_piece *piece) {
  struct bp_supply *supply = collector->supply;
  expr side = piece->line.statement->sides[0], target = piece->target;
  if (side->kind != BP_EXPR_CALL || side->count != 2 || side->order > 0)
    return;
  if (side->child[1]->kind != BP_EXPR_NAME) {
    add_forms(collector, side->child[0], target);
    return;
  }
  expr slope = bp_build_call(&collector->build, function_behind(collector, side->child[0]), 1,
                             side->child[1]);
  if (slope && target->count == 0)
    add(collector, &supply->slopes, &supply->slope_count, MOST_SLOPES, slope);
  for (size_t k = 0; slope && target->count == 1 && k < collector->index_count; k++)
    add(collector, &supply->slopes, &supply->slope_count, MOST_SLOPES,
        with_index(collector, slope, target->child[0], collector->indices[k]));
}

/* tanh(c[t]) and tanh'(c[t]), for every index at hand. */
static void add_calls_of_family(struct collector *collector, expr call, expr target) {
  struct bp_supply *supply = collector->supply;
  bool family = target->count == 1 && target->child[0]->kind == BP_EXPR_NAME &&
                call->child[1]->kind == BP_EXPR_NAME && call->child[1]->count == 1;
  for (size_t k = 0; family && k < collector->index_count; k++) {
    expr here = bp_build_with_letter(&collector->build, call, target->child[0]->name,
                                     collector->indices[k]);
    add(collector, &supply->calls, &supply->call_count, MOST_CALLS, here);
    if (here && bp_function_find(here->child[0]->name, strlen(here->child[0]->name)))
      add(collector, &supply->slopes, &supply->slope_count, MOST_SLOPES,
          bp_build_call(&collector->build, here->child[0], 1, here->child[1]));
  }
}

/* sqrt(v + ε), whose root is often forgotten */
static bool is_root(expr call) {
  return !strcmp(call->child[0]->name, "sqrt") && bp_is_sum(call->child[1]);
}

/* Functions that definitions use, and what they are applied to. */
static void add_functions(struct collector *collector, expr side, expr target) {
  struct bp_supply *supply = collector->supply;
  if (side->kind == BP_EXPR_CALL)
    add_word(collector, &supply->functions, &supply->function_count,
             function_behind(collector, side->child[0])->name);
  if (side->kind == BP_EXPR_CALL && side->count == 2 && side->order == 0 &&
      side->child[0]->count == 0)
    add_calls_of_family(collector, side, target);
  if (side->kind == BP_EXPR_CALL && side->count == 2 && side->order == 0 &&
      side->child[0]->count == 0 && side->child[1]->height <= TALLEST_PIECE &&
      (side->child[1]->kind == BP_EXPR_NAME ? side->child[1]->count == 0 : is_root(side)))
    add(collector, &supply->calls, &supply->call_count, MOST_CALLS, side);
  if (side->kind == BP_EXPR_CALL && side->count == 2 && side->child[1]->count > 0 &&
      side->child[1]->kind != BP_EXPR_NAME && side->child[1]->height <= TALLEST_PIECE)
    add(collector, &supply->arguments, &supply->argument_count, MOST_CALLS, side->child[1]);
  for (size_t i = side->kind == BP_EXPR_CALL; i < side->count; i++)
    if (side->kind != BP_EXPR_NAME)
      add_functions(collector, side->child[i], target);
}

/* let A[2] = g[2](Z[2]), where g[2] is softmax */
static void add_softmax_layer(struct collector *collector, const struct bp_piece *piece) {
  struct bp_supply *supply = collector->supply;
  expr side = piece->line.statement->sides[0];
  bool layer = side->kind == BP_EXPR_CALL && side->order == 0 && side->child[0]->count == 1 &&
               piece->target->count == 1;
  if (layer && !strcmp(function_behind(collector, side->child[0])->name, "softmax"))
    add(collector, &supply->softmaxes, &supply->softmax_count, MOST_SOFTMAXES, piece->target);
}

/* The name, or its members with the indices from `from` to before `to`. */
static void add_members(struct collector *collector, const struct bp_declaration *declaration,
                        size_t from, size_t to) {
  struct bp_supply *supply = collector->supply;
  bool size = declaration->kind == BP_DECLARED_SIZE, let = declaration->kind == BP_DECLARED_LET;
  size_t wanted = declaration->count ? declaration->pieces[0].target->count : 0;
  if ((!size && !is_matrix(declaration)) || wanted > 1 || (!wanted && from > 0))
    return;
  for (size_t k = from; k < (wanted ? to : 1); k++) {
    expr item =
        wanted ? bp_build_member(&collector->build, declaration->name, collector->indices[k], NULL)
               : bp_build_name(&collector->build, declaration->name);
    if (size && item)
      add_size(collector, declaration, item);
    else if (!is_behind_the_scenes(collector, declaration))
      add(collector, &supply->names, &supply->name_count, MOST_NAMES, item);
    if (declaration->kind == BP_DECLARED_WRITE)
      add(collector, &supply->written, &supply->written_count, MOST_NAMES, item);
    if (let && is_softmax(declaration->pieces[0].line.statement->sides[0]))
      add(collector, &supply->softmaxes, &supply->softmax_count, MOST_SOFTMAXES, item);
  }
}

/* Functions, and what else definitions show. */
static void add_definition(struct collector *collector, const struct bp_declaration *declaration) {
  struct bp_supply *supply = collector->supply;
  if (declaration->kind == BP_DECLARED_UNKNOWN || declaration->kind == BP_DECLARED_FUNCTION)
    add_word(collector, &supply->functions, &supply->function_count, declaration->name);
  bool shown = declaration->kind == BP_DECLARED_LET && is_matrix(declaration);
  for (size_t i = 0; shown && i < declaration->count; i++) {
    const struct bp_piece *piece = &declaration->pieces[i];
    add_softmax_layer(collector, piece);
    add_slopes(collector, piece);
    add_functions(collector, piece->line.statement->sides[0], piece->target);
  }
}

/* What has an index of the claim itself is nearer than its neighbours: of both, only so many are
 * looked at. */
static void add_declarations(struct collector *collector) {
  const struct bp_model *model = collector->model;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = model->declaration_count; i-- > 0;) {
      const struct bp_declaration *declaration = model->declarations[i];
      if (!declaration->automatic && !visible(collector, declaration))
        continue;
      if (pass == 0)
        add_definition(collector, declaration);
      add_members(collector, declaration, pass == 0 ? 0 : collector->own_index_count,
                  pass == 0 ? collector->own_index_count : collector->index_count);
    }
}

/* Factors of a missing term: names, and derivatives of what the claim differentiates. */
static void add_terms(struct collector *collector) {
  struct bp_supply *supply = collector->supply;
  size_t names = supply->name_count < MOST_TERMS / 2 ? supply->name_count : MOST_TERMS / 2;
  for (size_t k = 0; k < names; k++)
    add(collector, &supply->terms, &supply->term_count, MOST_TERMS, supply->names[k]);
  for (size_t k = 0; k < names; k++)
    for (size_t u = 0; u < collector->above_count; u++)
      if (!bp_expression_same(collector->above[u], supply->names[k]))
        add(collector, &supply->terms, &supply->term_count, MOST_TERMS,
            bp_build_binary(&collector->build, BP_EXPR_PARTIAL, collector->above[u],
                            supply->names[k]));
}

/* 1 - y, 1 + y, and what the functions of the claim make of y and these, and of -y where one of
 * them is applied to something like it. */
static void add_likenesses(struct collector *collector, expr atom) {
  struct bp_supply *supply = collector->supply;
  struct bp_builder *build = &collector->build;
  expr one = bp_build_whole(build, 1);
  expr forms[4] = {atom, bp_build_binary(build, BP_EXPR_SUBTRACT, one, atom),
                   bp_build_binary(build, BP_EXPR_ADD, one, atom),
                   bp_build_unary(build, BP_EXPR_NEGATE, atom)};
  for (size_t i = 1; i < 3; i++)
    add(collector, &supply->pieces, &supply->piece_count, MOST_PIECES, forms[i]);
  for (size_t k = 0; k < collector->call_count; k++)
    for (size_t i = 0; i < (collector->negates ? 4 : 3); i++) {
      expr like = collector->calls[k];
      add(collector, &supply->pieces, &supply->piece_count, MOST_PIECES,
          bp_build_call(build, like->child[0], like->order, forms[i]));
    }
}

/* W[1] as seen from Z[2], where the claim says Z[l]: W[l-1]. */
static expr seen_from(struct collector *collector, expr name, expr from, expr index) {
  bool numbers = name->count == 1 && name->child[0]->kind == BP_EXPR_NUMBER && from &&
                 from->kind == BP_EXPR_NUMBER;
  if (!numbers || bp_expression_same(from, index))
    return name;
  long by = strtol(name->child[0]->text, NULL, 10) - strtol(from->text, NULL, 10);
  if (index->kind == BP_EXPR_NUMBER || by < -1 || by > 1)
    return NULL;
  return bp_build_member(&collector->build, name->name,
                         bp_build_shifted(&collector->build, index, by), NULL);
}

static void add_names_of(struct collector *collector, expr node, expr from, expr index) {
  const struct bp_declaration *declaration =
      node->kind == BP_EXPR_NAME ? bp_model_find(collector->model, node->name) : NULL;
  if (declaration && is_matrix(declaration) && !is_behind_the_scenes(collector, declaration))
    add(collector, &collector->supply->names, &collector->supply->name_count, MOST_NAMES,
        seen_from(collector, node, from, index));
  for (size_t i = node->kind == BP_EXPR_CALL; i < node->count; i++)
    if (node->kind != BP_EXPR_NAME)
      add_names_of(collector, node->child[i], from, index);
}

/* Names in what the claim's names are defined as: of Z[2], which is W[l]*A[l-1] + b[l], W[2], A[1]
 * and b[2]. */
static void add_names_behind(struct collector *collector) {
  size_t count = collector->supply->name_count;
  for (size_t k = 0; k < count; k++) {
    expr name = collector->supply->names[k];
    const struct bp_declaration *declaration = bp_model_find(collector->model, name->name);
    bool defined = declaration && declaration->kind == BP_DECLARED_LET &&
                   (declaration->automatic || visible(collector, declaration));
    for (size_t p = 0; defined && p < declaration->count; p++) {
      expr target = declaration->pieces[p].target;
      expr side = declaration->pieces[p].line.statement->sides[0];
      bool family = target->count == 1 && name->count == 1;
      if (family && target->child[0]->kind == BP_EXPR_NAME)
        side =
            bp_build_with_letter(&collector->build, side, target->child[0]->name, name->child[0]);
      if (side && (family || target->count == 0))
        add_names_of(collector, side, family ? target->child[0] : NULL,
                     family ? name->child[0] : NULL);
    }
  }
}

/* The sums in a formula, wherever they stand. */
static void add_sums_of(struct collector *collector, expr node) {
  if (bp_is_builtin_call(node, BP_SUMS_ALL))
    look_at_piece(collector, node);
  for (size_t i = 0; i < node->count; i++)
    add_sums_of(collector, node->child[i]);
}

/* Parts of what the claim's names are defined as. */
static void add_bodies(struct collector *collector) {
  size_t count = collector->supply->name_count;
  for (size_t k = 0; k < count; k++) {
    const struct bp_declaration *declaration =
        bp_model_find(collector->model, collector->supply->names[k]->name);
    if (!declaration || declaration->kind != BP_DECLARED_LET || !visible(collector, declaration) ||
        declaration->pieces[0].target->count > 0)
      continue;
    expr side = declaration->pieces[0].line.statement->sides[0];
    for (size_t i = 0; i < side->count; i++)
      look_at_piece(collector, side->child[i]);
    add_sums_of(collector, side);
  }
}

/* The first names and elements of the claim, and what may be made of them. */
static void add_pieces(struct collector *collector) {
  struct bp_supply *supply = collector->supply;
  for (size_t k = 0; k < supply->piece_count && supply->atom_count < MOST_ATOMS / 2; k++)
    if (supply->pieces[k]->kind == BP_EXPR_ELEMENT)
      add(collector, &supply->atoms, &supply->atom_count, MOST_ATOMS, supply->pieces[k]);
  for (size_t k = 0; k < supply->name_count && supply->atom_count < 2 * MOST_ATOMS / 3; k++)
    add(collector, &supply->atoms, &supply->atom_count, MOST_ATOMS, supply->names[k]);
  for (size_t k = 0; k < collector->call_count && k < MOST_ATOMS / 4; k++)
    add_likenesses(collector, collector->calls[k]);
  for (size_t k = 0; k < supply->atom_count; k++)
    add_likenesses(collector, supply->atoms[k]);
}

/* What hints know of themselves: activations first, as the table of networks has them, then the
 * other functions of numbers, then those of whole matrices. */
static void add_known_functions(struct collector *collector) {
  struct bp_supply *supply = collector->supply;
  for (size_t k = 0; k < bp_function_count; k++)
    if (bp_functions[k].traits & BP_FUNCTION_OFFERED)
      add_word(collector, &supply->functions, &supply->function_count, bp_functions[k].name);
  const struct bp_function *row;
  for (size_t k = 0; (row = bp_ball_function_at(k)); k++) {
    if (row->traits & BP_FUNCTION_OFFERED)
      add_word(collector, &supply->functions, &supply->function_count, row->name);
    if (row->traits & BP_FUNCTION_FORGOTTEN)
      add_word(collector, &supply->forgotten, &supply->forgotten_count, row->name);
  }
  for (size_t k = 0; k < bp_builtin_count; k++) {
    const struct bp_builtin *builtin = &bp_builtins[k];
    if (builtin->traits & BP_OFFERED)
      add_word(collector, &supply->functions, &supply->function_count, builtin->name);
    if ((builtin->traits & BP_FORGOTTEN) && !(builtin->traits & BP_SUMS))
      add_word(collector, &supply->forgotten, &supply->forgotten_count, builtin->name);
  }
}

bool bp_supply_collect(const struct bp_model *model, const struct bp_statement *statement,
                       size_t order, struct bp_arena *arena, struct bp_supply *supply) {
  struct collector collector = {.model = model,
                                .statement = statement,
                                .order = order,
                                .build = {.arena = arena},
                                .supply = supply};
  *supply = (struct bp_supply){0};
  for (size_t i = 0; i < statement->side_count; i++)
    look_at(&collector, statement->sides[i]);
  for (size_t i = 0; i < statement->range_count; i++)
    add_word(&collector, &supply->letters, &supply->letter_count, statement->ranges[i].name);
  supply->own_function_count = supply->function_count;
  add_names_behind(&collector);
  add_neighbouring_indices(&collector);
  add_bodies(&collector);
  add_pieces(&collector);
  add_declarations(&collector);
  supply->file_function_count = supply->function_count;
  add_known_functions(&collector);
  add_terms(&collector);
  if (collector.determines) /* det(2*A) = 2^n * det(A) */
    for (size_t k = 0; k < supply->scale_count; k++)
      add(&collector, &supply->exponents, &supply->exponent_count, MOST_EXPONENTS,
          supply->scales[k]);
  for (size_t k = 0; k < supply->name_count; k++)
    add(&collector, &supply->atoms, &supply->atom_count, MOST_ATOMS, supply->names[k]);
  return !collector.build.failed;
}
