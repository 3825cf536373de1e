/* Functions that a line of the file defines, where they are differentiated or written with what
 * they are of.
 *
 * A function of numbers, let f(x) = x^2, is called; where ∂f/∂x or df/dx has its name alone, it is
 * called with the names of its parameters.  What people call a function of a vector or a matrix,
 * L(w) = norm(X*w - y)^2 beside a w that is given, is a definition like any other in which w moves:
 * L(w) is L, L(v) is (L at w = v), and ∇L(v) is (∂L/∂w at w = v).
 *
 * Of a u that is not given, let D(u) = σ(w'*u) has no shapes of its own: where D(x) is called, its
 * body is put in, with x for u.  That is done only where it cannot change what a name means: no
 * letter that the body binds stands in an argument, and none is left free in the body.
 */
#include <string.h>

#include "lang/parser.h"
#include "lang/tree.h"

static struct bp_name *name_of(struct bp_parser *parser, const struct bp_expression *node) {
  return node->kind == BP_EXPR_NAME && node->count == 0
             ? bp_names_find(&parser->names, node->name, strlen(node->name))
             : NULL;
}

/* ---- of numbers ---------------------------------------------------------- */

/* The name behind the d of df where f is a function of this file; NULL otherwise. */
static struct bp_name *function_behind_d(struct bp_parser *parser) {
  const struct bp_name *name = parser->token.name;
  if (name->declared || name->length < 2 || name->text[0] != 'd')
    return NULL;
  struct bp_name *rest = bp_names_find(&parser->names, name->text + 1, name->length - 1);
  return rest && rest->declared && rest->function ? rest : NULL;
}

bool bp_at_d_of_function(struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  if (!function_behind_d(parser) || bp_stream_next(&ahead).kind != BP_TOKEN_SLASH)
    return false;
  struct bp_token token = bp_stream_next(&ahead);
  return bp_half_of_pair(parser, &token) != NULL;
}

struct bp_expression *bp_parse_d_of_function(struct bp_parser *parser) {
  struct bp_span sign = {parser->token.span.begin, parser->token.span.begin + 1};
  const struct bp_name *function = function_behind_d(parser);
  struct bp_expression *name = bp_parse_indexed_name(parser);
  unsigned times;
  if (!name)
    return NULL;
  name->name = function->text;
  name->span.begin = sign.end;
  struct bp_expression *above = bp_called_by_name(parser, name);
  bp_advance(parser);
  struct bp_expression *below = above ? bp_parse_moved(parser, &times) : NULL;
  if (!below || !bp_check_derivative_end(parser, sign.begin))
    return NULL;
  return bp_node_of(parser, BP_EXPR_PARTIAL, sign, above, below);
}

struct bp_expression *bp_called_by_name(struct bp_parser *parser, struct bp_expression *name) {
  const struct bp_name *function = name_of(parser, name);
  if (!function || !function->declared || !function->function || function->parameter_count == 0)
    return name;
  for (size_t k = 0; k < function->parameter_count; k++) {
    const char *text = function->parameters[k];
    const struct bp_name *parameter = bp_names_find(&parser->names, text, strlen(text));
    if (parameter && !parameter->declared && !parameter->sized) {
      bp_complain(parser, name->span, bp_suggest(parser, "given %s : number", text),
                  "%s is a function of %s, and %s is not declared", function->text, text, text);
      return NULL;
    }
  }
  struct bp_expression *call =
      bp_node(parser, BP_EXPR_CALL, name->span.begin, name->span, 1 + function->parameter_count);
  if (!call)
    return NULL;
  call->span = name->span;
  call->child[0] = name;
  for (size_t k = 0; k < function->parameter_count; k++)
    if (!(call->child[k + 1] = bp_name_node(parser, name->span, function->parameters[k])))
      return NULL;
  return bp_put_in_body(parser, bp_node_done(parser, call));
}

/* ---- put in where they are called ---------------------------------------- */

enum { LARGEST_BODY = 2000 /* nodes: bodies of bodies would double with every line */ };

/* What stands for the parameters of one call. */
struct call_of_body {
  const struct bp_name *function;
  const struct bp_expression *call;
  size_t nodes;
};

/* How many nodes an expression has. */
static size_t nodes_of(const struct bp_expression *node) {
  size_t count = 1;
  for (size_t k = 0; k < node->count; k++)
    count += nodes_of(node->child[k]);
  return count;
}

/* Which parameter a node is; parameter_count where it is none. */
static size_t parameter_of(const struct bp_name *function, const struct bp_expression *node) {
  size_t k = 0;
  while (k < function->parameter_count &&
         (node->kind != BP_EXPR_NAME || strcmp(node->name, function->parameters[k]) != 0))
    k++;
  return k;
}

/* Whether the arguments may stand in this part of the body. */
static bool may_be_put_in(const struct call_of_body *put, const struct bp_expression *node) {
  const struct bp_name *function = put->function;
  bool parameter = parameter_of(function, node) < function->parameter_count;
  if (node->kind == BP_EXPR_AT || (parameter && node->count > 0) ||
      (node->kind == BP_EXPR_PARTIAL &&
       parameter_of(function, node->child[1]) < function->parameter_count))
    return false;
  for (size_t k = 0; node->kind == BP_EXPR_SUM && k < function->parameter_count; k++)
    if (!strcmp(node->name, function->parameters[k]) ||
        bp_expression_mentions(put->call->child[k + 1], node->name))
      return false;
  for (size_t k = 0; k < node->count; k++)
    if (!may_be_put_in(put, node->child[k]))
      return false;
  return true;
}

/* A copy of the body with the arguments in it; all of it stands where the call does. */
static struct bp_expression *put_in(struct bp_parser *parser, struct call_of_body *put,
                                    const struct bp_expression *node, bool inside) {
  size_t parameter = inside ? parameter_of(put->function, node) : put->function->parameter_count;
  if (parameter < put->function->parameter_count) {
    struct bp_expression *argument = put_in(parser, put, put->call->child[parameter + 1], false);
    if (argument)
      argument->parenthesised = true;
    return argument;
  }
  struct bp_expression *copy =
      bp_node(parser, node->kind, put->call->span.begin, put->call->span, node->count);
  if (!copy)
    return NULL;
  size_t id = copy->id;
  const struct bp_expression **child = copy->child;
  *copy = *node;
  copy->id = id;
  copy->child = child;
  copy->put_in = inside;
  if (inside)
    copy->span = copy->sign = put->call->span;
  for (size_t k = 0; k < node->count; k++)
    if (!(copy->child[k] = put_in(parser, put, node->child[k], inside)))
      return NULL;
  copy->height = 1;
  return bp_node_done(parser, copy);
}

struct bp_expression *bp_put_in_body(struct bp_parser *parser, struct bp_expression *call) {
  const struct bp_name *function =
      call && call->kind == BP_EXPR_CALL ? name_of(parser, call->child[0]) : NULL;
  if (!function || !function->body || call->order > 0 ||
      call->count != function->parameter_count + 1)
    return call;
  struct call_of_body put = {function, call, nodes_of(function->body)};
  for (size_t k = 1; k < call->count; k++)
    put.nodes += nodes_of(call->child[k]);
  if (put.nodes > LARGEST_BODY || !may_be_put_in(&put, function->body))
    return call;
  struct bp_expression *body = put_in(parser, &put, function->body, true);
  if (body) {
    body->span = call->span;
    body->put_in = false; /* the call, as it is written */
    body->parenthesised = true;
  }
  return body;
}

/* ---- of vectors and matrices --------------------------------------------- */

static bool is_parameter(const struct bp_statement *statement, const char *name) {
  for (size_t k = 0; k < statement->parameter_count; k++)
    if (!strcmp(statement->parameters[k], name))
      return true;
  return false;
}

static bool mentions_parameter(const struct bp_statement *statement,
                               const struct bp_expression *node) {
  for (size_t k = 0; k < statement->parameter_count; k++)
    if (bp_expression_mentions(node, statement->parameters[k]))
      return true;
  return false;
}

/* Whether a body does what only whole matrices can have done to them. */
static bool is_of_whole(struct bp_parser *parser, const struct bp_statement *statement,
                        const struct bp_expression *node) {
  const struct bp_name *name = name_of(parser, node);
  bool element = node->kind == BP_EXPR_ELEMENT && mentions_parameter(statement, node->child[0]);
  if (node->kind == BP_EXPR_TRANSPOSE || element ||
      (name && bp_name_is_matrix(name) && !is_parameter(statement, name->text)))
    return true;
  const struct bp_name *called =
      node->kind == BP_EXPR_CALL ? name_of(parser, node->child[0]) : NULL;
  if (called && !called->declared && called->callable == BP_CALLABLE_WHOLE)
    return true;
  for (size_t k = 0; k < node->count; k++)
    if (is_of_whole(parser, statement, node->child[k]))
      return true;
  return false;
}

enum { DEEPEST_DEFINITION = 16 };

/* Whether a part without parameters is a column or a matrix, as far as it can be told here: w'*w is
 * none. */
static bool is_matrix(struct bp_parser *parser, const struct bp_expression *node, int depth) {
  const struct bp_name *name = name_of(parser, node);
  if (name && name->definition && depth < DEEPEST_DEFINITION)
    return is_matrix(parser, name->definition, depth + 1);
  if (name)
    return name->declared && bp_name_is_matrix(name);
  if (node->kind == BP_EXPR_TRANSPOSE)
    return is_matrix(parser, node->child[0], depth);
  if (!bp_is_binary(node) || !is_matrix(parser, node->child[0], depth) ||
      !is_matrix(parser, node->child[1], depth))
    return false;
  const struct bp_name *row =
      node->child[0]->kind == BP_EXPR_TRANSPOSE ? name_of(parser, node->child[0]->child[0]) : NULL;
  return node->kind != BP_EXPR_MULTIPLY || !row || row->given != BP_GIVEN_COLUMN;
}

/* Whether the body does to a parameter what only a whole vector or matrix can have done to it: a
 * transpose, a sum of its elements, a product with a matrix.  Where all that is whole in it is a
 * number of its own, as in s^2*det(W), it is a function of numbers. */
static bool moves_whole(struct bp_parser *parser, const struct bp_statement *statement,
                        const struct bp_expression *node) {
  if (!mentions_parameter(statement, node))
    return false;
  const struct bp_name *called =
      node->kind == BP_EXPR_CALL ? name_of(parser, node->child[0]) : NULL;
  bool whole = called && !called->declared && called->callable == BP_CALLABLE_WHOLE;
  if (node->kind == BP_EXPR_TRANSPOSE || node->kind == BP_EXPR_ELEMENT || whole)
    return true;
  for (size_t k = 0; k < node->count; k++)
    if (moves_whole(parser, statement, node->child[k]) ||
        (bp_is_binary(node) && !mentions_parameter(statement, node->child[k]) &&
         is_matrix(parser, node->child[k], 0)))
      return true;
  return false;
}

/* The letters that run where a node stands, the innermost first. */
struct bound_letter {
  const char *name;
  const struct bound_letter *outer;
};

/* Whether a letter stands in the body that neither the file nor the body says anything of. */
static bool has_free_letter(struct bp_parser *parser, const struct bp_statement *statement,
                            const struct bp_expression *node, const struct bound_letter *bound) {
  const struct bp_name *name = name_of(parser, node);
  bool known = !name || name->declared || name->sized || name->callable || name->implied ||
               is_parameter(statement, name->text);
  for (const struct bound_letter *letter = bound; letter && !known; letter = letter->outer)
    known = !strcmp(letter->name, name->text);
  struct bound_letter here = {node->name, bound};
  for (size_t k = 0; k < node->count && known; k++)
    known = !has_free_letter(parser, statement, node->child[k],
                             node->kind == BP_EXPR_SUM ? &here : bound);
  return !known;
}

/* A function of whole vectors or matrices that are not given: its body is kept. */
static void keep_body(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_name *name = name_of(parser, statement->targets[0]);
  const struct bp_expression *body = statement->sides[0];
  statement->put_in =
      name && moves_whole(parser, statement, body) &&
      !bp_expression_has(body, BP_EXPR_PARTIAL) && /* its layout is that of its line */

      !has_free_letter(parser, statement, body, NULL);
  if (statement->put_in)
    name->body = body;
}

void bp_settle_function(struct bp_parser *parser, struct bp_statement *statement) {
  if (statement->parameter_count == 0)
    return;
  for (size_t k = 0; k < statement->parameter_count; k++) {
    const char *parameter = statement->parameters[k];
    const struct bp_name *name = bp_names_find(&parser->names, parameter, strlen(parameter));
    if (!name || !name->declared || name->family || !bp_name_is_matrix(name)) {
      keep_body(parser, statement);
      return;
    }
  }
  if (!is_of_whole(parser, statement, statement->sides[0]))
    return;
  struct bp_name *name = name_of(parser, statement->targets[0]);
  if (!name)
    return;
  name->function = false;
  name->parameters = statement->parameters;
  name->parameter_count = statement->parameter_count;
  statement->is_function = false;
  statement->parameters = NULL;
  statement->parameter_count = 0;
}

/* What stands in the parentheses behind a name for each of its parameters, into `list` where it is
 * another than the parameter itself, with that in front. */
static bool arguments(struct bp_parser *parser, const struct bp_name *name, struct bp_list *list) {
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  size_t count = 0;
  do {
    struct bp_expression *item = bp_parse_expression(parser);
    if (!item)
      return false;
    const struct bp_name *same = name_of(parser, item);
    if (count < name->parameter_count && !(same && !strcmp(same->text, name->parameters[count]))) {
      struct bp_span before = {item->span.begin, item->span.begin};
      struct bp_expression *moved = bp_name_node(parser, before, name->parameters[count]);
      struct bp_expression **place =
          moved ? bp_list_add(parser, list, sizeof(struct bp_expression *)) : NULL;
      if (place)
        *place = moved;
      place = place ? bp_list_add(parser, list, sizeof(struct bp_expression *)) : NULL;
      if (!place)
        return false;
      *place = item;
    }
    count++;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  if (!bp_close(parser, BP_TOKEN_RIGHT, opening, outer))
    return false;
  return count == name->parameter_count ||
         bp_complain(parser, (struct bp_span){opening.begin, parser->previous.span.end}, NULL,
                     "%s takes %zu argument%s here, and %zu %s given", name->text,
                     name->parameter_count, name->parameter_count == 1 ? "" : "s", count,
                     count == 1 ? "is" : "are");
}

/* (whole at …), with the list of names and what replaces them behind it. */
static struct bp_expression *replaced(struct bp_parser *parser, struct bp_expression *whole,
                                      const struct bp_list *list) {
  struct bp_expression **item = list->items;
  struct bp_expression *node =
      bp_node(parser, BP_EXPR_AT, whole->span.begin, whole->span, 1 + list->count);
  if (!node)
    return NULL;
  node->child[0] = whole;
  for (size_t k = 0; k < list->count; k++)
    node->child[k + 1] = item[k];
  node->parenthesised = true;
  return bp_node_done(parser, node);
}

bool bp_parse_value_at(struct bp_parser *parser, struct bp_expression *whole,
                       struct bp_expression **value) {
  const struct bp_name *name = name_of(parser, whole);
  struct bp_list list = {NULL, 0, 0};
  *value = NULL;
  if (!name || !name->declared || name->function || name->parameter_count == 0 ||
      parser->token.kind != BP_TOKEN_LEFT)
    return true;
  if (!arguments(parser, name, &list))
    return false;
  whole->span.end = parser->previous.span.end;
  *value = list.count > 0 ? replaced(parser, whole, &list) : whole;
  return *value != NULL;
}

/* ---- what moves in ∇f ---------------------------------------------------- */

enum { MOST_CANDIDATES = 16, DEEPEST = 64 };

struct candidates {
  const struct bp_name *name[MOST_CANDIDATES];
  size_t count;
};

/* The names of given things that an expression depends on, through definitions. */
static void collect(struct bp_parser *parser, const struct bp_expression *node, int depth,
                    struct candidates *candidates) {
  const struct bp_name *name = name_of(parser, node);
  if (depth > DEEPEST || candidates->count == MOST_CANDIDATES)
    return;
  if (name && name->definition) {
    collect(parser, name->definition, depth + 1, candidates);
  } else if (name && name->given != BP_GIVEN_NOT) {
    for (size_t k = 0; k < candidates->count; k++)
      if (candidates->name[k] == name)
        return;
    candidates->name[candidates->count++] = name;
  }
  for (size_t k = 0; k < node->count; k++)
    collect(parser, node->child[k], depth + 1, candidates);
}

/* The only one of that kind, or NULL. */
static const struct bp_name *only(const struct candidates *candidates, enum bp_given given) {
  const struct bp_name *found = NULL;
  for (size_t k = 0; k < candidates->count; k++)
    if (candidates->name[k]->given == given) {
      if (found)
        return NULL;
      found = candidates->name[k];
    }
  return found;
}

/* Of several columns the one that people move: w and its like are what is looked for, and the
 * others are data. */
static const struct bp_name *usual(const struct candidates *candidates) {
  static const char *const names[] = {"w", "θ", "theta", "β", "beta", "x"};
  const struct bp_name *found = only(candidates, BP_GIVEN_COLUMN);
  for (size_t k = 0; k < sizeof names / sizeof *names && !found; k++)
    for (size_t c = 0; c < candidates->count; c++)
      if (candidates->name[c]->given == BP_GIVEN_COLUMN &&
          !strcmp(candidates->name[c]->text, names[k]))
        found = candidates->name[c];
  return found;
}

const struct bp_name *bp_moved_in(struct bp_parser *parser, const struct bp_expression *above,
                                  const char **offer) {
  const struct bp_expression *whole = above->kind == BP_EXPR_AT ? above->child[0] : above;
  const struct bp_name *name = name_of(parser, whole);
  if (name && name->declared && !name->function && name->parameter_count == 1)
    return bp_names_find(&parser->names, name->parameters[0], strlen(name->parameters[0]));
  struct candidates candidates = {.count = 0};
  collect(parser, above, 0, &candidates);
  if (candidates.count == 1)
    return candidates.name[0];
  const char *f = bp_quote(parser, above->span);
  *offer = candidates.count > 1 ? bp_suggest(parser, "∇_%s %s, ∇_%s %s", candidates.name[0]->text,
                                             f, candidates.name[1]->text, f)
                                : "∇_W J, or vary W on a line above";
  return candidates.count < MOST_CANDIDATES ? usual(&candidates) : NULL;
}

bool bp_multiplies_itself(const struct bp_parser *parser, const struct bp_name *name) {
  struct bp_stream ahead = parser->stream;
  if (!name->declared || !name->function || parser->token.kind != BP_TOKEN_LEFT ||
      parser->token.span.begin == parser->previous.span.end)
    return false;
  struct bp_token token = bp_stream_next(&ahead);
  for (int depth = 1; token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END;) {
    struct bp_token next = bp_stream_next(&ahead);
    depth += (token.kind == BP_TOKEN_LEFT) - (token.kind == BP_TOKEN_RIGHT);
    if (depth == 0)
      return false;
    if (token.kind == BP_TOKEN_NAME && token.name == name && next.kind != BP_TOKEN_LEFT &&
        next.kind != BP_TOKEN_PRIME)
      return true;
    token = next;
  }
  return false;
}
