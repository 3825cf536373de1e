/* What is asked of an update is whether its right side is w - η*c*∂J/∂w for a number c > 0, with
 * the rate η that its author wrote.  So nothing has to be solved for: the rate is found by its
 * name, is drawn like any number, and a step that is not linear in it differs.  A weight that
 * shrinks beside that, by λ*w, may be part of the loss or not; both are tried.
 *
 * A step that holds in no way is wrong only if it looks like a gradient.  One with a square root,
 * an inverse or the number of a sample in it may be Adam's, Newton's, or that of one sample.
 */
#include "study/update/step.h"

#include <stdlib.h>
#include <string.h>

#include "lang/names.h"
#include "lang/tree.h"
#include "study/gradient_names.h"

typedef const struct bp_expression *expr;

struct taking {
  const struct bp_document *document;
  const struct bp_update *update;
  struct bp_builder *builder;
  struct bp_update_step *step;
};

static const char *const rate_words[] = {
    "η",    "eta", "α",       "alpha", "lr", "learning_rate", "rate", "step_size", "stepsize",
    "step", "ε",   "epsilon", "ϵ",     "γ",  "gamma",         "μ",    "mu",        "τ",
    "tau",  "κ",   "a",       "ρ",     "rho"};
static const char *const decay_words[] = {"λ", "lambda", "weight_decay", "wd", "reg", "decay"};

static bool is_among(const char *name, const char *const *words, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (!strcmp(words[k], name))
      return true;
  return false;
}

static bool is_rate(const char *name) {
  return is_among(name, rate_words, sizeof rate_words / sizeof *rate_words);
}

static bool is_assumed(const char *name) {
  return is_rate(name) || is_among(name, decay_words, sizeof decay_words / sizeof *decay_words);
}

/* ---- what names are ------------------------------------------------------ */

static const struct bp_statement *declared(const struct bp_document *document, const char *name) {
  return bp_declared_before(document, name, strlen(name), document->count).statement;
}

/* Whether something given has the name as a size in its shape. */
static bool is_size(const struct bp_document *document, const char *name) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_USE && statement->used && is_size(statement->used, name))
      return true;
    if (statement->kind == BP_STATEMENT_GIVEN && !statement->broken && statement->rows &&
        (bp_expression_mentions(statement->rows, name) ||
         (statement->columns && bp_expression_mentions(statement->columns, name))))
      return true;
  }
  return false;
}

static bool is_of_network(const struct bp_document *document, const char *name) {
  if (!bp_has_network(document, document->count))
    return false;
  for (size_t i = 0; i < BP_NETWORK_NAMES; i++)
    if (!strcmp(bp_network_names[i].text, name))
      return true;
  return false;
}

static bool is_known(const struct bp_document *document, const char *name) {
  static const char *const constants[] = {"e", "pi", "π", "I"};
  return declared(document, name) || is_of_network(document, name) || is_size(document, name) ||
         is_among(name, constants, sizeof constants / sizeof *constants);
}

/* Whether it is a number by what its names are. */
static bool is_number(const struct bp_document *document, expr node) {
  if (node->kind == BP_EXPR_NUMBER)
    return true;
  if (node->kind == BP_EXPR_NAME) {
    const struct bp_statement *statement = declared(document, node->name);
    bool given = statement && statement->kind == BP_STATEMENT_GIVEN;
    return node->count == 0 &&
           (!statement || statement->kind == BP_STATEMENT_SIZE ||
            (given && !statement->rows && !statement->is_function) ||
            (statement->kind == BP_STATEMENT_LET && !statement->broken &&
             statement->sides[0]->kind == BP_EXPR_NUMBER)) &&
           !is_of_network(document, node->name);
  }
  if (!bp_is_binary(node) && node->kind != BP_EXPR_NEGATE)
    return false;
  for (size_t i = 0; i < node->count; i++)
    if (!is_number(document, node->child[i]))
      return false;
  return true;
}

/* Whether it is a number times w. */
static bool is_multiple(const struct taking *taking, expr node) {
  const struct bp_document *document = taking->document;
  if (bp_expression_same(node, taking->update->moved))
    return true;
  if (node->kind == BP_EXPR_DIVIDE)
    return is_multiple(taking, node->child[0]) && is_number(document, node->child[1]);
  if (node->kind != BP_EXPR_MULTIPLY && node->kind != BP_EXPR_HADAMARD)
    return false;
  return (is_number(document, node->child[0]) && is_multiple(taking, node->child[1])) ||
         (is_number(document, node->child[1]) && is_multiple(taking, node->child[0]));
}

/* What a multiple of w is multiplied by. */
struct factor {
  double literal; /* the product of its numbers */
  bool named;     /* and of names, which are taken for positive, as rates are */
  bool kept;      /* and of 1 - …, what is kept of w where it shrinks */
  bool odd;       /* something else: a sum, or the opposite of something */
};

static void take_factor(expr node, bool below, struct factor *factor) {
  if (node->kind == BP_EXPR_NUMBER) {
    double number = strtod(node->text, NULL);
    factor->literal = below ? factor->literal / number : factor->literal * number;
  } else if (node->kind == BP_EXPR_NAME)
    factor->named = true;
  else if (node->kind == BP_EXPR_MULTIPLY || node->kind == BP_EXPR_HADAMARD ||
           node->kind == BP_EXPR_DIVIDE) {
    take_factor(node->child[0], below, factor);
    take_factor(node->child[1], below != (node->kind == BP_EXPR_DIVIDE), factor);
  } else if (node->kind == BP_EXPR_SUBTRACT && node->child[0]->kind == BP_EXPR_NUMBER && !below &&
             strtod(node->child[0]->text, NULL) == 1) {
    struct factor lost = {.literal = 1};
    take_factor(node->child[1], false, &lost);
    factor->kept = true;
    factor->odd = factor->odd || lost.odd || lost.kept;
  } else
    factor->odd = true;
}

/* Of a multiple of w. */
static struct factor factor_of(const struct taking *taking, expr node) {
  struct factor factor = {.literal = 1};
  while (!bp_expression_same(node, taking->update->moved)) {
    bool first = node->kind == BP_EXPR_DIVIDE || is_multiple(taking, node->child[0]);
    take_factor(node->child[first ? 1 : 0], node->kind == BP_EXPR_DIVIDE, &factor);
    node = node->child[first ? 0 : 1];
  }
  return factor;
}

/* Whether w shrinks where this multiple of it is taken away: λ*w and 0.01*w, not 5*w or -λ*w. */
static bool is_taken(const struct factor *factor) {
  return !factor->odd && !factor->kept && (factor->named || factor->literal < 1);
}

/* Whether w shrinks where this multiple of it is kept: (1 - η*λ)*w and 0.99*w. */
static bool is_kept(const struct factor *factor) {
  return !factor->odd && !factor->named && factor->literal <= 1 &&
         (factor->kept || factor->literal < 1);
}

/* ---- what stands in it --------------------------------------------------- */

/* Whether it is dw of the w that moves: the differential, or a name that nothing declares. */
static bool is_own_gradient(const struct taking *taking, expr node) {
  expr moved = taking->update->moved;
  if (node->kind == BP_EXPR_DIFFERENTIAL)
    return bp_expression_same(node->child[0], moved);
  if (node->kind != BP_EXPR_NAME || node->count > 0 || moved->kind != BP_EXPR_NAME ||
      node->name[0] != 'd' || declared(taking->document, node->name))
    return false;
  size_t length = strlen(moved->name);
  expr index = moved->count == 1 ? moved->child[0] : NULL;
  const char *rest = node->name + 1 + length;
  return !strncmp(node->name + 1, moved->name, length) &&
         (index && index->kind == BP_EXPR_NUMBER ? !strcmp(rest, index->text)
                                                 : !index && *rest == '\0');
}

/* The name of learning_rate, which was read as an element of something that nothing declares; NULL:
 * it is none like that. */
static const char *name_of_rate(const struct taking *taking, expr node) {
  if (node->kind != BP_EXPR_ELEMENT || node->count != 2 || node->child[0]->kind != BP_EXPR_NAME ||
      node->child[1]->kind != BP_EXPR_NAME || declared(taking->document, node->child[0]->name))
    return NULL;
  const char *name =
      bp_arena_printf(taking->builder->arena, "%s_%s", node->child[0]->name, node->child[1]->name);
  return name && is_assumed(name) ? name : NULL;
}

/* The formula with the derivative for each dw, and rates in one piece. */
static expr with_gradient(struct taking *taking, expr node, expr gradient) {
  if (is_own_gradient(taking, node)) {
    taking->step->defined = true;
    return gradient;
  }
  const char *rate = name_of_rate(taking, node);
  if (rate) {
    struct bp_expression *name = bp_build_name(taking->builder, rate);
    if (name)
      name->span = node->span;
    return name;
  }
  for (size_t i = 0; node && i < node->count; i++) {
    expr child = with_gradient(taking, node->child[i], gradient);
    if (child != node->child[i])
      node = child ? bp_build_with_child(taking->builder, node, i, child) : NULL;
  }
  return node;
}

static bool add_unsaid(struct bp_update_step *step, const char *name) {
  for (size_t k = 0; k < step->unsaid_count; k++)
    if (!strcmp(step->unsaid[k], name))
      return true;
  if (step->unsaid_count == BP_MOST_UNSAID || !is_assumed(name))
    return false;
  step->unsaid[step->unsaid_count++] = name;
  return true;
}

/* Whether an index picks one of several, which is none that the left side picks, too: a sample. */
static bool picks(const struct taking *taking, expr index) {
  return index->kind == BP_EXPR_NUMBER ||
         (index->kind == BP_EXPR_NAME && !is_known(taking->document, index->name) &&
          !bp_expression_mentions(taking->update->moved, index->name));
}

/* The same in a sum over this letter. */
struct bound {
  const char *letter;
  const struct bound *outer;
};

static bool is_bound(const struct bound *bound, const char *letter) {
  for (; bound; bound = bound->outer)
    if (!strcmp(bound->letter, letter))
      return true;
  return false;
}

/* Whether only this let uses the name, of all that is computed: the loss does not hang on it. */
static bool is_kept_apart(const struct bp_document *document, const struct bp_statement *let,
                          const char *name) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *other = &document->statements[i];
    if (other != let && other->kind == BP_STATEMENT_LET && !other->broken &&
        bp_expression_mentions(other->sides[0], name))
      return false;
  }
  return true;
}

/* Whether a part is what was kept of earlier steps, the β v0 of v = β v0 + (1 - β) ∂J/∂w: given,
 * and nothing of the loss. */
static bool is_memory(const struct taking *taking, const struct bp_statement *let, expr part) {
  if (part->kind == BP_EXPR_NAME) {
    const struct bp_statement *given = declared(taking->document, part->name);
    return given && given->kind == BP_STATEMENT_GIVEN && given->rows &&
           is_kept_apart(taking->document, let, part->name);
  }
  bool memory = false;
  for (size_t i = 0; i < part->count; i++)
    memory = memory || (part->child[i] && is_memory(taking, let, part->child[i]));
  return memory && !bp_expression_has(part, BP_EXPR_PARTIAL);
}

/* Whether the name is that of a running mean of gradients, as with momentum. */
static bool remembers(const struct taking *taking, const struct bp_statement *let) {
  return let && let->kind == BP_STATEMENT_LET && !let->broken && let->side_count > 0 &&
         bp_is_sum(let->sides[0]) &&
         (is_memory(taking, let, let->sides[0]->child[0]) ||
          is_memory(taking, let, let->sides[0]->child[1]));
}

/* Whether the name is written for the derivative by what moves. */
static bool stands_for_gradient(const struct taking *taking, const struct bp_statement *write) {
  expr moved = taking->update->moved;
  if (!write || write->kind != BP_STATEMENT_WRITE || write->side_count == 0)
    return false;
  expr meaning = write->sides[0];
  while (meaning->kind == BP_EXPR_MULTIPLY || meaning->kind == BP_EXPR_TRANSPOSE)
    meaning = meaning->child[meaning->count - 1];
  if (meaning->kind != BP_EXPR_PARTIAL)
    return true; /* of which nothing is known here */
  expr below = meaning->child[1];
  return below->kind != BP_EXPR_NAME || moved->kind != BP_EXPR_NAME ||
         !strcmp(below->name, moved->name);
}

/* Looks at what the step is made of; false at a name that nothing declares. */
static bool look_at(struct taking *taking, expr node, const struct bound *outer) {
  static const char *const unlike[] = {"inv", "sqrt", "norm", "det", "max", "min", "rownorm"};
  struct bp_update_step *step = taking->step;
  struct bound bound = {node->name, outer};
  size_t first = 0, count = node->count;
  switch (node->kind) {
  case BP_EXPR_NAME: {
    const struct bp_statement *statement = declared(taking->document, node->name);
    step->defined = step->defined || stands_for_gradient(taking, statement);
    step->plain = step->plain && !remembers(taking, statement);
    if (is_known(taking->document, node->name) || is_bound(outer, node->name) ||
        add_unsaid(step, node->name))
      return true;
    step->why = bp_arena_printf(taking->builder->arena,
                                bp_name_is_no_number(node->name) ? "%s is no number to compute with"
                                                                 : "%s is not declared",
                                node->name);
    return false;
  }
  case BP_EXPR_PARTIAL:
    step->defined = step->defined || bp_expression_same(node->child[1], taking->update->moved);
    return true;
  case BP_EXPR_CALL:
    step->plain =
        step->plain && !is_among(node->child[0]->name, unlike, sizeof unlike / sizeof *unlike);
    first = 1;
    break;
  case BP_EXPR_ELEMENT:
    for (size_t i = 1; i < count; i++)
      if (picks(taking, node->child[i]) &&
          !(node->child[i]->kind == BP_EXPR_NAME && is_bound(outer, node->child[i]->name)))
        step->plain = false;
    count = 1;
    break;
  case BP_EXPR_SUM:
    outer = &bound;
    break;
  case BP_EXPR_POWER:
  case BP_EXPR_POINT_POWER:
    step->plain = step->plain && node->child[1]->kind == BP_EXPR_NUMBER;
    break;
  default:
    break;
  }
  for (size_t i = first; i < count; i++)
    if (node->child[i]->kind != BP_EXPR_ALL && !look_at(taking, node->child[i], outer))
      return false;
  return true;
}

/* Whether the value hangs on what moves. */
static bool hangs_on(const struct taking *taking, expr node, int depth) {
  enum { DEEPEST = 12 };
  expr moves = taking->update->moved;
  const char *moved = moves->kind == BP_EXPR_ELEMENT ? moves->child[0]->name : moves->name;
  if (node->kind == BP_EXPR_NAME) {
    const struct bp_statement *statement = declared(taking->document, node->name);
    if ((moved && !strcmp(node->name, moved)) ||
        /* w^2 has no name */ (statement && statement->kind == BP_STATEMENT_WRITE))
      return true;
    if (!statement)
      return is_of_network(taking->document, node->name) && strchr("ZAJl", node->name[0]);
    return statement->kind == BP_STATEMENT_LET && !statement->broken && statement->side_count > 0 &&
           depth < DEEPEST && hangs_on(taking, statement->sides[0], depth + 1);
  }
  for (size_t i = 0; i < node->count; i++)
    if (hangs_on(taking, node->child[i], depth))
      return true;
  return false;
}

/* ---- its parts ----------------------------------------------------------- */

/* Multiples of w, w itself aside, wherever they stand. */
static void add_decays(struct taking *taking, expr node) {
  struct bp_update_step *step = taking->step;
  if (bp_expression_same(node, taking->update->moved))
    return;
  if (is_multiple(taking, node)) {
    struct factor factor = factor_of(taking, node);
    if (is_taken(&factor) && step->decay_count < BP_MOST_DECAYS)
      step->decays[step->decay_count++] = node;
    return;
  }
  for (size_t i = 0; i < node->count; i++)
    add_decays(taking, node->child[i]);
}

/* What := keeps of w among the terms of its right side, and whether another term hangs on it.  Of
 * (1 + λ)*w or 2*w, which grow, w is what should have been kept; of β*w nobody knows. */
static bool find_base(struct taking *taking, expr node, bool minus) {
  struct bp_update_step *step = taking->step;
  if (bp_is_sum(node)) {
    bool left = find_base(taking, node->child[0], minus);
    return find_base(taking, node->child[1], minus != (node->kind == BP_EXPR_SUBTRACT)) || left;
  }
  if (node->kind == BP_EXPR_NEGATE)
    return find_base(taking, node->child[0], !minus);
  if (!minus && is_multiple(taking, node) &&
      (!step->base || bp_expression_same(node, taking->update->moved))) {
    struct factor factor = factor_of(taking, node);
    bool whole = bp_expression_same(node, taking->update->moved);
    step->base = whole || is_kept(&factor) ? node
                 : factor.named            ? step->base
                                           : taking->update->moved;
    return false;
  }
  return !is_multiple(taking, node) && hangs_on(taking, node, 0);
}

/* Names that look like rates, in the order in which people think of them. */
static void add_rate(struct bp_update_step *step, expr node, const char *word) {
  bool fits = word ? node->kind == BP_EXPR_NAME && node->count == 0 && !strcmp(node->name, word)
                   : node->kind == BP_EXPR_NUMBER && strpbrk(node->text, ".e");
  for (size_t k = 0; k < step->rate_count && fits; k++)
    fits = !bp_expression_same(step->rates[k], node);
  if (fits && step->rate_count + 1 < BP_MOST_RATES) {
    step->rates[step->rate_count++] = node;
    return;
  }
  for (size_t i = 0; i < node->count; i++)
    add_rate(step, node->child[i], word);
}

bool bp_step_of(const struct bp_document *document, const struct bp_update *update, expr gradient,
                struct bp_builder *builder, struct bp_update_step *step) {
  struct taking taking = {document, update, builder, step};
  *step = (struct bp_update_step){.plain = true};
  step->right = with_gradient(&taking, update->statement.sides[0], gradient);
  if (!step->right || !look_at(&taking, step->right, NULL))
    return false;
  for (size_t k = 0; k < sizeof rate_words / sizeof *rate_words; k++)
    add_rate(step, step->right, rate_words[k]);
  add_rate(step, step->right, NULL);
  step->rates[step->rate_count++] = NULL;
  bool hangs = find_base(&taking, step->right, false);
  if (update->kind != BP_UPDATE_SETS)
    step->base = NULL;
  step->plain = step->plain && hangs;
  add_decays(&taking, step->right);
  return true;
}

static expr times(struct bp_builder *builder, expr factor, expr what) {
  return factor ? bp_build_binary(builder, BP_EXPR_MULTIPLY, factor, what) : what;
}

expr bp_step_meant(const struct bp_update *update, const struct bp_update_step *step, expr rate,
                   expr along, expr decay, bool up, struct bp_builder *builder) {
  builder->span = update->moved->span;
  builder->sign = update->sign;
  expr by = times(builder, rate, along);
  if (update->kind == BP_UPDATE_SUBTRACTS) {
    by = up ? bp_build_unary(builder, BP_EXPR_NEGATE, by) : by;
    return decay ? bp_build_binary(builder, BP_EXPR_ADD, by, decay) : by;
  }
  if (update->kind == BP_UPDATE_SETS)
    by = bp_build_binary(builder, up ? BP_EXPR_ADD : BP_EXPR_SUBTRACT, step->base, by);
  else if (!up)
    by = bp_build_unary(builder, BP_EXPR_NEGATE, by);
  return decay ? bp_build_binary(builder, BP_EXPR_SUBTRACT, by, decay) : by;
}
