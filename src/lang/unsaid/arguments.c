/* g'(z) = g(z)*(1 - g(z)) of a z that nobody declares: it is any number.
 *
 * A letter is meant so where it stands as the argument of a function of numbers, and nowhere in the
 * line as an index; and where no line below says what it is.  The claim then speaks of that number,
 * which is drawn, and a note says so.
 */
#include <string.h>

#include "lang/parser.h"

/* What stands of one letter in a claim. */
struct letter {
  struct bp_name *name;
  struct bp_span span;
  bool other; /* also where no argument of a function of numbers is, or as an index */
};

struct arguments {
  struct bp_parser *parser;
  struct letter letter[4];
  size_t count;
};

static void note_letter(struct arguments *found, const struct bp_expression *node, bool argument) {
  struct bp_name *name = node->kind == BP_EXPR_NAME && node->count == 0
                             ? bp_names_find(&found->parser->names, node->name, strlen(node->name))
                             : NULL;
  static const char *const constants[] = {"e", "pi", "π"};
  if (!name || name->declared || name->sized || name->callable || name->implied ||
      !bp_is_small(name->text))
    return;
  for (size_t k = 0; k < sizeof constants / sizeof *constants; k++)
    if (!strcmp(name->text, constants[k]))
      return;
  for (size_t k = 0; k < found->count; k++)
    if (found->letter[k].name == name) {
      found->letter[k].other = found->letter[k].other || !argument;
      return;
    }
  if (found->count < sizeof found->letter / sizeof *found->letter)
    found->letter[found->count++] = (struct letter){name, node->span, !argument};
}

/* Whether it is a function of one number, of the file or of the language. */
static bool is_of_number(struct arguments *found, const struct bp_expression *call) {
  static const char *const words[] = {"exp",      "log",  "ln",    "sin",      "cos",       "tan",
                                      "sinh",     "cosh", "atan",  "tanh",     "arctan",    "erf",
                                      "sigmoid",  "σ",    "relu",  "elu",      "silu",      "gelu",
                                      "softplus", "abs",  "swish", "logistic", "leaky_relu"};
  const struct bp_expression *function = call->child[0];
  const struct bp_name *name =
      function->kind == BP_EXPR_NAME
          ? bp_names_find(&found->parser->names, function->name, strlen(function->name))
          : NULL;
  if (!name || call->count != 2)
    return false;
  if (name->declared)
    return name->function && name->parameter_count == 1 && !name->body;
  bool known = false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    known = known || !strcmp(name->text, words[k]);
  return known;
}

static void look_for_arguments(struct arguments *found, const struct bp_expression *node,
                               bool index) {
  if (index)
    note_letter(found, node, false);
  bool number = node->kind == BP_EXPR_CALL && is_of_number(found, node);
  for (size_t k = 0; k < node->count; k++) {
    const struct bp_expression *child = node->child[k];
    bool inner = index || node->kind == BP_EXPR_NAME || node->kind == BP_EXPR_SUM ||
                 (node->kind == BP_EXPR_ELEMENT && k > 0);
    if (!child || (node->kind == BP_EXPR_CALL && k == 0))
      continue;
    if (number && k == 1)
      note_letter(found, child, true);
    look_for_arguments(found, child, inner);
  }
}

/* Whether a line below says what the name is. */
static bool is_said_below(const struct bp_parser *parser, const struct bp_name *name) {
  struct bp_lexer ahead = parser->stream.lexer;
  for (struct bp_token token = bp_lexer_next(&ahead); token.kind != BP_TOKEN_END;
       token = bp_lexer_next(&ahead)) {
    if (token.kind != BP_TOKEN_NAME || token.name != name)
      continue;
    struct bp_lexer behind = ahead;
    enum bp_token_kind after = bp_lexer_next(&behind).kind;
    if (after == BP_TOKEN_EQUAL || after == BP_TOKEN_COLON || after == BP_TOKEN_COMMA ||
        after == BP_TOKEN_DEFINE)
      return true;
  }
  return false;
}

/* Gives one letter as a number, before the claim that is the last statement. */
static bool give_letter(struct bp_parser *parser, struct bp_list *statements,
                        const struct letter *letter) {
  struct bp_expression *target = bp_name_node(parser, letter->span, letter->name->text);
  struct bp_expression **targets = bp_lang_pool_take(&parser->pool, 1, sizeof *targets);
  struct bp_statement *given = bp_list_add(parser, statements, sizeof *given);
  if (!target || !targets || !given)
    return bp_out_of_memory(parser);
  *targets = target;
  given[0] = given[-1];
  given[-1] = (struct bp_statement){.kind = BP_STATEMENT_GIVEN,
                                    .assumed = true,
                                    .span = letter->span,
                                    .targets = targets,
                                    .target_count = 1};
  letter->name->declared = true;
  bp_note(parser->diagnostics, parser->source, letter->span,
          bp_suggest(parser, "given %s : number", letter->name->text),
          "%s is declared nowhere, and is read as any number", letter->name->text);
  return bp_know_given(parser, &given[-1]);
}

bool bp_assume_arguments(struct bp_parser *parser, struct bp_list *statements) {
  struct bp_statement *claim = (struct bp_statement *)statements->items + statements->count - 1;
  struct arguments found = {.parser = parser};
  if (claim->broken || claim->range_count > 0)
    return true;
  for (size_t k = 0; k < claim->side_count; k++)
    look_for_arguments(&found, claim->sides[k], false);
  for (size_t k = 0; k < found.count; k++)
    if (!found.letter[k].other && !is_said_below(parser, found.letter[k].name) &&
        !give_letter(parser, statements, &found.letter[k]))
      return false;
  return true;
}
