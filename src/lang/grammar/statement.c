/* Statements: a function for each rule of BP_STATEMENTS, with the rule above it.  The keyword is
 * the current token.
 *
 * A name counts as declared from its own statement on, also where the rest of that could not be
 * read, so that one mistake is not reported again at every use.
 */
#include <string.h>

#include "lang/parser.h"

/* ---- parts of statements ------------------------------------------------- */

/* Goes on behind the keyword, where the line has one. */
static void after_keyword(struct bp_parser *parser, const struct bp_statement *statement) {
  if (!statement->bare) {
    bp_advance(parser);
    bp_take(parser, BP_TOKEN_COLON);
  }
}

/* The line has to end here. */
static bool line_end(struct bp_parser *parser, const char *suggestion) {
  enum bp_relation relation;
  if (parser->token.kind == BP_TOKEN_SEMICOLON || /* as in MATLAB and C */
      (parser->formula &&
       (parser->token.kind == BP_TOKEN_COMMA || parser->token.kind == BP_TOKEN_HENCE))) {
    struct bp_token after = bp_peek(parser);
    if (after.kind == BP_TOKEN_NEWLINE || after.kind == BP_TOKEN_END)
      bp_end_line(parser);
  }
  if (parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END ||
      bp_more_follows(parser))
    return true;
  if (bp_relation_of(parser->token.kind, &relation) && parser->token.kind != BP_TOKEN_DOUBLE_EQUAL)
    return bp_complain(parser, parser->token.span,
                       "claim a < b to have it judged, where(a < b, x, y) for a choice",
                       "a comparison has no place here");
  if (parser->token.kind == BP_TOKEN_SEMICOLON)
    suggestion = "one statement a line, without a sign at its end";
  return bp_unexpected(parser, "the end of the line", suggestion);
}

static void declare(struct bp_name *name, bool function) {
  name->declared = true;
  name->function = function;
  name->parameter_count = 0;
  name->definition = name->body = NULL;
  name->given = BP_GIVEN_NOT;
  name->layers = false;
}

static bool declare_text(struct bp_parser *parser, const char *text, bool function) {
  struct bp_name *name = bp_names_find(&parser->names, text, strlen(text));
  if (!name)
    return bp_out_of_memory(parser);
  declare(name, function);
  return true;
}

/* target = name [ "[" indices "]" ] */
static struct bp_expression *target(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_token token = parser->token;
  if (token.kind != BP_TOKEN_NAME) {
    bp_unexpected(parser, "a name", NULL);
    return NULL;
  }
  if (token.name->word != BP_NO_WORD) {
    bp_complain(parser, token.span, "take another name", "%s is a word of this language",
                token.name->text);
    return NULL;
  }
  struct bp_expression *name = statement->kind == BP_STATEMENT_GIVEN && bp_at_all_members(parser)
                                   ? bp_parse_all_members(parser, statement)
                                   : bp_parse_indexed_name(parser);
  struct bp_list list = bp_list_of(statement->targets, statement->target_count);
  struct bp_expression **place =
      name ? bp_list_add(parser, &list, sizeof(struct bp_expression *)) : NULL;
  if (!place)
    return NULL;
  *place = name;
  statement->targets = list.items;
  statement->target_count = list.count;
  bool numbered = name->count == 1 && name->child[0]->kind == BP_EXPR_NUMBER;
  if (numbered && statement->kind == BP_STATEMENT_LET)
    token.name->members |= bp_member_bit(name->child[0]->text);
  token.name->begun = numbered && statement->kind == BP_STATEMENT_GIVEN &&
                      (token.name->begun || !token.name->declared);
  declare(token.name, false);
  token.name->family = token.name->family || name->count > 0;
  return name;
}

/* targets = target { "," target } */
static bool targets(struct bp_parser *parser, struct bp_statement *statement) {
  do {
    if (!target(parser, statement))
      return false;
  } while (bp_take_separator(parser));
  if (parser->token.kind == BP_TOKEN_UNDERSCORE)
    return bp_complain(parser, parser->token.span,
                       "declare the whole matrix; W1 or W[1] are names of their own",
                       "an element cannot be declared");
  return true;
}

/* text = string */
static bool text(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_token token = parser->token;
  if (token.kind != BP_TOKEN_STRING)
    return false;
  statement->text_span = token.inner;
  statement->text = bp_arena_strndup(parser->pool.arena, parser->source->text + token.inner.begin,
                                     token.inner.end - token.inner.begin);
  if (!statement->text)
    return bp_out_of_memory(parser);
  bp_advance(parser);
  return true;
}

/* ---- statements ---------------------------------------------------------- */

/* "title" text, "source" text, "note" text */
static bool text_statement(struct bp_parser *parser, struct bp_statement *statement) {
  bp_advance(parser);
  bp_take_rest_as_text(parser);
  if (text(parser, statement))
    return line_end(parser, NULL);
  return !parser->memory_short &&
         bp_unexpected(parser, "a text in quotes", "title \"One hidden layer\"");
}

/* "require" text [ number ] */
static bool require_statement(struct bp_parser *parser, struct bp_statement *statement) {
  static const char example[] = "require \"output layer\", or require \"dW[1]\" 2 for two points";
  bp_advance(parser);
  if (!text(parser, statement))
    return !parser->memory_short &&
           bp_unexpected(parser, "the name of a line, or what stands left in it, in quotes",
                         example);
  if (parser->token.kind == BP_TOKEN_NUMBER && !(statement->low = bp_parse_expression(parser)))
    return false;
  if (statement->low && statement->low->kind != BP_EXPR_NUMBER)
    return bp_complain(parser, statement->low->span, example, "points are a number");
  return line_end(parser, example);
}

static const char layout_like[] =
    "layout numerator, layout denominator, layout mixed, layout gradient, layout samples as rows";

/* samples = "samples" "as" ( "rows" | "columns" ) */
static bool layout_samples(struct bp_parser *parser, struct bp_statement *statement) {
  bp_advance(parser);
  if (!bp_is_named(&parser->token, "as"))
    return bp_unexpected(parser, "samples as rows", layout_like);
  bp_advance(parser);
  statement->rows_are_samples = bp_is_named(&parser->token, "rows");
  if (!statement->rows_are_samples && !bp_is_named(&parser->token, "columns"))
    return bp_unexpected(parser, "rows or columns", layout_like);
  statement->has_rows = true;
  bp_advance(parser);
  return true;
}

/* choice = "gradient" | "numerator" | "denominator" | "mixed" | samples */
static bool layout_choice(struct bp_parser *parser, struct bp_statement *statement) {
#define WORD(word, kind) #word,
  static const char *const words[] = {BP_LAYOUTS(WORD)};
#undef WORD
  if (bp_is_named(&parser->token, "samples"))
    return layout_samples(parser, statement);
  for (size_t k = 0; k < BP_LAYOUT_COUNT; k++)
    if (bp_is_named(&parser->token, words[k])) {
      statement->layout = (enum bp_layout)k;
      statement->has_layout = true;
      bp_advance(parser);
      return true;
    }
  return bp_unexpected(parser, "numerator, denominator, mixed, gradient or samples as rows",
                       layout_like);
}

/* "layout" choice { "," choice } */
static bool layout_statement(struct bp_parser *parser, struct bp_statement *statement) {
  do {
    bp_advance(parser);
    if (!layout_choice(parser, statement))
      return false;
  } while (parser->token.kind == BP_TOKEN_COMMA);
  return line_end(parser, layout_like);
}

/* Names that are sizes are no letters below a sum. */
static bool know_targets(struct bp_parser *parser, const struct bp_statement *statement) {
  for (size_t k = 0; k < statement->target_count; k++) {
    const char *text = statement->targets[k]->name;
    struct bp_name *name = bp_names_find(&parser->names, text, strlen(text));
    if (!name)
      return bp_out_of_memory(parser);
    name->sized = true;
  }
  return true;
}

/* "size" targets [ "=" expression | "in" expression ".." expression ] */
static bool size_statement(struct bp_parser *parser, struct bp_statement *statement) {
  if (!bp_take(parser, BP_TOKEN_COMMA) && !bp_take(parser, BP_TOKEN_SEMICOLON))
    after_keyword(parser, statement);
  if (!targets(parser, statement) || !know_targets(parser, statement))
    return false;
  if (bp_take(parser, BP_TOKEN_EQUAL)) {
    statement->low = statement->high = bp_parse_expression(parser);
    if (!statement->low)
      return false;
  } else if (bp_is_word(parser, BP_WORD_IN)) {
    bp_advance(parser);
    if (!(statement->low = bp_parse_expression(parser)))
      return false;
    if (!bp_take(parser, BP_TOKEN_RANGE))
      return bp_unexpected(parser, "the .. of a range", "size m in 2..6");
    if (!(statement->high = bp_parse_expression(parser)))
      return false;
  }
  return bp_parse_ranges(parser, statement) &&
         (bp_at_next_size(parser) || line_end(parser, "size m = 5, size m in 2..6"));
}

/* ( "given" | "," ) [ number ( "<" | "≤" ) ] targets kind ranges */
static bool given_statement(struct bp_parser *parser, struct bp_statement *statement) {
  if (!bp_take_separator(parser) && !bp_take(parser, BP_TOKEN_SEMICOLON))
    after_keyword(parser, statement);
  struct bp_expression *low = NULL;
  if (parser->token.kind == BP_TOKEN_NUMBER) {
    if (!(low = bp_parse_expression(parser)))
      return false;
    enum bp_relation relation = BP_EQUAL;
    (void)bp_relation_of(parser->token.kind, &relation);
    if (relation != BP_LESS && relation != BP_AT_MOST)
      return bp_unexpected(parser, "the < of a range", "given 0 < p < 1, given p < 5");
    statement->domain.closed[0] = relation == BP_AT_MOST;
    bp_advance(parser);
  }
  if (!targets(parser, statement) || !bp_parse_kind(parser, low, statement))
    return false;
  for (size_t k = 0; k < statement->target_count && statement->is_function; k++)
    if (!declare_text(parser, statement->targets[k]->name, true))
      return false;
  if (!bp_know_given(parser, statement))
    return false;
  return bp_parse_ranges(parser, statement) &&
         (bp_at_next_given(parser) ||
          line_end(parser, "given W : n1 x n0 in positive for l = 1..L"));
}

/* Declares a function whose parameters were just read. */
static bool declare_function(struct bp_parser *parser, const char *text,
                             const struct bp_statement *statement) {
  struct bp_name *name = bp_names_find(&parser->names, text, strlen(text));
  if (!name)
    return bp_out_of_memory(parser);
  declare(name, true);
  name->parameters = statement->parameters;
  name->parameter_count = statement->parameter_count;
  return true;
}

/* parameters = "(" name { "," name } ")" */
static bool parameters(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_span opening = parser->token.span;
  struct bp_list list = {NULL, 0, 0};
  struct bp_inside outer = bp_open(parser);
  do {
    if (parser->token.kind != BP_TOKEN_NAME || parser->token.name->word != BP_NO_WORD)
      return bp_unexpected(parser, "the name of a parameter", "let f(x) = x/(1 + exp(-x))");
    const char **place = bp_list_add(parser, &list, sizeof *place);
    if (!place)
      return false;
    *place = parser->token.name->text;
    bp_advance(parser);
  } while (bp_take(parser, BP_TOKEN_COMMA) || bp_take(parser, BP_TOKEN_SEMICOLON));
  statement->parameters = list.items;
  statement->parameter_count = list.count;
  statement->is_function = true;
  return bp_close(parser, BP_TOKEN_RIGHT, opening, outer);
}

/* The right side of a let: inside it the parameters are matrices, whatever else has their names. */
static bool let_body(struct bp_parser *parser, struct bp_statement *statement) {
  size_t count = statement->parameter_count;
  struct bp_name *saved = count ? bp_lang_pool_take(&parser->pool, count, sizeof *saved) : NULL;
  if (count && !saved)
    return bp_out_of_memory(parser);
  for (size_t k = 0; k < count; k++) {
    const char *name = statement->parameters[k];
    struct bp_name *found = bp_names_find(&parser->names, name, strlen(name));
    saved[k] = *found;
    declare(found, false);
  }
  bool read = bp_parse_side(parser, statement);
  for (size_t k = count; k-- > 0;) {
    struct bp_name *found = bp_names_find(&parser->names, saved[k].text, saved[k].length);
    found->declared = saved[k].declared;
    found->function = saved[k].function;
    found->given = saved[k].given;
    found->definition = saved[k].definition;
    found->parameters = saved[k].parameters;
    found->parameter_count = saved[k].parameter_count;
  }
  return read;
}

/* The name of a line: a text, or what stands in front of it and a colon. */
static bool name_of_line(struct bp_parser *parser, struct bp_statement *statement) {
  if (text(parser, statement))
    return true;
  if (parser->memory_short || parser->label.end == parser->label.begin)
    return !parser->memory_short;
  statement->text_span = parser->label;
  statement->text = bp_arena_strndup(parser->pool.arena, parser->source->text + parser->label.begin,
                                     parser->label.end - parser->label.begin);
  return statement->text || bp_out_of_memory(parser);
}

/* Whether a right side is the bare name of a function, or of nothing else that the file declares.
 */
static bool names_function(struct bp_parser *parser, const struct bp_expression *expression) {
  if (expression->kind != BP_EXPR_NAME)
    return false;
  const struct bp_name *name =
      bp_names_find(&parser->names, expression->name, strlen(expression->name));
  return name && (name->declared ? name->function : name->callable);
}

/* z_i and M_{i,j} on the left of a definition: all elements at once, by letters of its own. */
static const struct bp_expression *defined_element(struct bp_parser *parser,
                                                   const struct bp_expression *name) {
  struct bp_span sign = parser->token.span;
  struct bp_expression *whole = bp_node(parser, BP_EXPR_NAME, name->span.begin, sign, 0);
  if (!whole)
    return NULL;
  *whole = *name;
  const struct bp_expression *element = bp_parse_subscripts(parser, whole);
  bool fine = element && element->child[0] == whole;
  for (size_t k = 1; fine && k < element->count; k++) {
    const struct bp_expression *index = element->child[k];
    const struct bp_name *letter =
        index->kind == BP_EXPR_NAME && index->count == 0
            ? bp_names_find(&parser->names, index->name, strlen(index->name))
            : NULL;
    bool twice = letter && k == 2 && !strcmp(index->name, element->child[1]->name);
    fine = letter && !letter->declared && !twice;
  }
  if (fine)
    return element;
  if (element)
    bp_complain(parser, (struct bp_span){sign.begin, element->span.end},
                "a name without _, such as gradW; let z_i = …, let M_{i,j} = … for all elements, "
                "let A[l] = … for a family",
                "a definition gives a whole matrix, not an element");
  return NULL;
}

/* Keeps what a name stands for, where it is one matrix. */
static void define(struct bp_parser *parser, const struct bp_statement *statement) {
  const struct bp_expression *target = statement->targets[0];
  struct bp_name *name = target->count == 0 && !statement->is_function
                             ? bp_names_find(&parser->names, target->name, strlen(target->name))
                             : NULL;
  if (name)
    name->definition = statement->sides[0];
}

/* "let" target [ parameters | "_" letters ] ( "=" | ":=" ) expression ranges; what H = a = b says
 * beside the definition is read again */
static bool let_statement(struct bp_parser *parser, struct bp_statement *statement) {
  after_keyword(parser, statement);
  const struct bp_expression *name = target(parser, statement);
  if (!name)
    return false;
  if (parser->token.kind == BP_TOKEN_LEFT &&
      (!parameters(parser, statement) || !declare_function(parser, name->name, statement)))
    return false;
  const struct bp_expression *element = NULL;
  if (parser->token.kind == BP_TOKEN_UNDERSCORE && !(element = defined_element(parser, name)))
    return false;
  if (!bp_take(parser, BP_TOKEN_EQUAL) && !bp_take(parser, BP_TOKEN_DEFINE))
    return bp_unexpected(parser, "an =",
                         parser->token.kind == BP_TOKEN_COLON
                             ? bp_suggest(parser, "given %s : n x k to declare it; let Z = W*X + b",
                                          bp_quote(parser, name->span))
                             : "let Z = W*X + b");
  size_t right = parser->token.span.begin;
  if (!let_body(parser, statement))
    return false;
  if (!element && !bp_is_word(parser, BP_WORD_FOR) && !bp_widen_sum(parser, statement))
    return false;
  bp_settle_function(parser, statement);
  define(parser, statement);
  if (names_function(parser, statement->sides[0])) {
    statement->is_function = true;
    if (!declare_text(parser, name->name, true))
      return false;
  }
  if (!bp_parse_ranges(parser, statement) || !bp_settle_members(parser, statement) ||
      (element && !bp_wrap_entries(parser, element, statement)))
    return false;
  if ((parser->token.kind == BP_TOKEN_EQUAL || parser->token.kind == BP_TOKEN_APPROXIMATE) &&
      !element && statement->parameter_count == 0 && statement->range_count == 0) {
    parser->again = right + 1;
    return true;
  }
  return line_end(parser, "let Z = W*X + b, one definition a line");
}

static bool declare_network(struct bp_parser *parser) {
  for (size_t k = 0; k < BP_NETWORK_NAMES; k++) {
    const struct bp_network_name *row = &bp_network_names[k];
    struct bp_name *name = bp_names_find(&parser->names, row->text, strlen(row->text));
    if (!name)
      return bp_out_of_memory(parser);
    bool named = name->declared; /* L may be the loss of a line above */
    declare(name, row->function);
    name->family = row->family;
    name->network = row->matrix;
    name->sized = name->sized || row->size;
    name->layers = !named && !strcmp(row->text, "L");
    name->mean_loss = !strcmp(row->text, "J");
  }
  return true;
}

/* "network" and the rest of the line, which is read by whoever knows networks */
static bool network_statement(struct bp_parser *parser, struct bp_statement *statement) {
  parser->token = bp_stream_rest_of_line(&parser->stream);
  while (parser->token.inner.begin < parser->token.inner.end &&
         strchr(": ", parser->source->text[parser->token.inner.begin]))
    parser->token.inner.begin++;
  if (parser->token.kind == BP_TOKEN_STRING && parser->token.inner.begin == parser->token.inner.end)
    bp_advance(parser);
  if (!declare_network(parser))
    return false;
  if (!text(parser, statement))
    return !parser->memory_short &&
           bp_unexpected(parser, "a list of layers", "network 3 - 4 tanh - 1 sigmoid");
  return line_end(parser, NULL);
}

/* "write" target "for" expression ranges */
static bool write_statement(struct bp_parser *parser, struct bp_statement *statement) {
  static const char like[] = "write dW[l] for ∂J/∂W[l]";
  bp_advance(parser);
  struct bp_expression *name = target(parser, statement);
  bool element = name && parser->token.kind == BP_TOKEN_UNDERSCORE;
  const struct bp_expression *written = element ? bp_parse_subscripts(parser, name) : name;
  if (!written)
    return false;
  if (!bp_is_word(parser, BP_WORD_FOR))
    return bp_unexpected(parser, "the word for",
                         parser->token.kind == BP_TOKEN_EQUAL
                             ? "for in its place: write dW for ∂J/∂W; let q = … for a definition"
                             : like);
  bp_advance(parser);
  return bp_parse_side(parser, statement) &&
         (!element || bp_whole_meaning(parser, statement, written)) &&
         bp_parse_ranges(parser, statement) && line_end(parser, like);
}

/* "vary" ( "all" | name { "," name } ) */
static bool vary_statement(struct bp_parser *parser, struct bp_statement *statement) {
  bp_advance(parser);
  if (bp_is_named(&parser->token, "all") && !parser->token.name->declared) {
    bp_advance(parser);
    parser->varied = NULL;
    return line_end(parser, "vary all, alone");
  }
  struct bp_list list = {NULL, 0, 0};
  do {
    if (parser->token.kind != BP_TOKEN_NAME)
      return bp_unexpected(parser, "a name", "vary W, b");
    struct bp_expression *name = bp_parse_indexed_name(parser);
    struct bp_expression **place =
        name ? bp_list_add(parser, &list, sizeof(struct bp_expression *)) : NULL;
    if (!place)
      return false;
    *place = name;
  } while (bp_take(parser, BP_TOKEN_COMMA));
  statement->targets = list.items;
  statement->target_count = list.count;
  parser->varied = list.count == 1 ? statement->targets[0] : NULL;
  return line_end(parser, "vary W, b");
}

/* ( "claim" | "refute" ) [ text ] ( update | expression { relation expression } )
 * [ proviso ] ranges */
static bool claim_statement(struct bp_parser *parser, struct bp_statement *statement) {
  static const char like[] = "claim dW = dZ * A'";
  after_keyword(parser, statement);
  if (!name_of_line(parser, statement))
    return false;
  if (parser->token.kind == BP_TOKEN_PRIME)
    return bp_complain(
        parser, parser->token.span, "claim \"output layer\" dZ = A - Y",
        "a ' is a transpose, and nothing stands before it; names have double quotes");
  parser->hole = &statement->hole;
  bool read = bp_parse_side(parser, statement) &&
              (bp_at_update(parser, statement) ? bp_parse_update(parser, statement)
                                               : bp_parse_links(parser, statement));
  parser->hole = NULL;
  if (!read ||
      (statement->side_count > 1 && bp_at_proviso(parser) && !bp_parse_proviso(parser, statement)))
    return false;
  if (!bp_parse_ranges(parser, statement))
    return false;
  if (parser->solved)
    bp_settle_equation(parser, statement);
  if (statement->side_count > 1 || parser->passed)
    return line_end(parser, NULL);
  if (parser->token.kind == BP_TOKEN_COLON && statement->kind == BP_STATEMENT_CLAIM)
    return bp_complain(parser, parser->token.span, "shape dW : n1 x n0",
                       "a shape is asserted with shape");
  return bp_unexpected(parser, "a relation such as = or ≈", like);
}

/* "shape" [ text ] expression ":" shape ranges */
static bool shape_statement(struct bp_parser *parser, struct bp_statement *statement) {
  static const char like[] = "shape dW[l] : n[l] x n[l-1]";
  after_keyword(parser, statement);
  if (!name_of_line(parser, statement))
    return false;
  if (!bp_parse_side(parser, statement))
    return false;
  if (!bp_take(parser, BP_TOKEN_COLON))
    return bp_unexpected(parser, "a : and the shape", like);
  return bp_parse_shape(parser, statement) && bp_parse_ranges(parser, statement) &&
         line_end(parser, like);
}

static bool was_used(const struct bp_parser *parser, const struct bp_document *document) {
  for (size_t k = 0; k < parser->used_count; k++)
    if (parser->used[k] == document)
      return true;
  return false;
}

/* Takes over the names that a used document declares. */
static bool declare_used(struct bp_parser *parser, const struct bp_document *document) {
  if (was_used(parser, document))
    return true;
  struct bp_list list = {parser->used, parser->used_count, parser->used_capacity};
  const struct bp_document **place = bp_list_add(parser, &list, sizeof *place);
  if (!place)
    return false;
  *place = document;
  parser->used = list.items;
  parser->used_count = list.count;
  parser->used_capacity = list.capacity;
  for (size_t k = 0; k < document->count; k++) {
    const struct bp_statement *statement = &document->statements[k];
    enum bp_declares declares = bp_statement_declares(statement);
    for (size_t t = 0; declares == BP_DECLARES_TARGETS && t < statement->target_count; t++) {
      const struct bp_expression *target = statement->targets[t];
      struct bp_name *name = bp_names_find(&parser->names, target->name, strlen(target->name));
      if (!name)
        return bp_out_of_memory(parser);
      declare(name, statement->is_function);
      name->family = name->family || target->count > 0;
    }
    if (declares == BP_DECLARES_NETWORK && !declare_network(parser))
      return false;
    if (statement->used && !declare_used(parser, statement->used))
      return false;
  }
  return true;
}

/* "use" text */
static bool use_statement(struct bp_parser *parser, struct bp_statement *statement) {
  bp_advance(parser);
  struct bp_span span = parser->token.span;
  if (!text(parser, statement))
    return !parser->memory_short &&
           bp_unexpected(parser, "a file in quotes", "use \"network.deriv\"");
  if (!line_end(parser, "use \"network.deriv\", one file a line"))
    return false;
  if (!parser->use)
    return bp_complain(parser, span, NULL, "other files cannot be used here");
  statement->used =
      parser->use(parser->context, parser->source, statement->text_span, statement->text);
  return statement->used && declare_used(parser, statement->used);
}

bool bp_parse_statement(struct bp_parser *parser, struct bp_statement *statement) {
#define ROW(keyword, kind, rule, declares) rule##_statement,
  static bool (*const rules[])(struct bp_parser *, struct bp_statement *) = {BP_STATEMENTS(ROW)};
#undef ROW
  parser->pair_count = 0;
  parser->left = NULL;
  return rules[statement->kind](parser, statement) && bp_settle_sums(parser, statement) &&
         bp_settle_identities(parser, statement) && bp_settle_dots(parser, statement);
}
