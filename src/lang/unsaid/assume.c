/* Files that declare nothing: z = w*x + b, a = σ(z), ∂C/∂w = x(a - y).
 *
 * Whoever writes so means numbers.  What such a file uses and nowhere defines is taken for a
 * number, as though its first line said given w, x, b, y : number, and a note says so.  That is
 * done only where numbers are all that can be meant: a capital letter, a transpose, a sum, a line
 * of prose, or a name that always stands in front of parentheses could be a matrix or a function,
 * and then nothing is assumed and each name is asked for.
 *
 * The tokens are looked through once before the file is read; time is proportional to the text.
 */
#include <string.h>

#include "lang/dress.h"
#include "lang/parser.h"

enum { MOST_ASSUMED = 64, MOST_SHOWN = 8, MOST_PARAMETERS = 8 };

/* A name that stands in the text, w1 or w_1. */
struct used {
  const struct bp_name *name;
  struct bp_span span; /* where it stands first */
  bool defined;        /* a line begins with it and an = */
  bool alone;          /* somewhere it stands not in front of a parenthesis */
};

struct look {
  struct bp_parser *parser;
  struct bp_lexer lexer;
  struct bp_token before, token, after;
  struct used used[MOST_ASSUMED];
  size_t count;
  bool line_begins;
  size_t depth;                                     /* open parentheses */
  const struct bp_name *parameter[MOST_PARAMETERS]; /* of the function that this line defines */
  size_t parameter_count;
};

/* Of these a formula follows, or text; everything else that a keyword begins declares something, or
 * has to do with more than numbers. */
static bool is_formula(int keyword) {
  return keyword == BP_STATEMENT_LET || keyword == BP_STATEMENT_CLAIM ||
         keyword == BP_STATEMENT_REFUTE;
}

static bool is_text(int keyword) {
  return keyword == BP_STATEMENT_TITLE || keyword == BP_STATEMENT_SOURCE ||
         keyword == BP_STATEMENT_NOTE;
}

/* A formula begins a line, or stands behind the keyword and the label of its line. */
static void next_token(struct look *look) {
  bool first = look->token.kind == BP_TOKEN_NEWLINE;
  bool behind = look->token.kind == BP_TOKEN_STRING ||
                (look->token.kind == BP_TOKEN_NAME && is_formula(look->token.name->keyword));
  bool next_formula = look->token.kind == BP_TOKEN_HENCE ||
                      (look->token.kind == BP_TOKEN_COMMA && look->depth == 0);
  look->line_begins = first || next_formula || (look->line_begins && behind);
  look->before = look->token;
  look->token = look->after;
  look->depth = look->token.kind == BP_TOKEN_NEWLINE ? 0
                : look->token.kind == BP_TOKEN_LEFT
                    ? look->depth + 1
                    : look->depth - (look->depth > 0 && look->token.kind == BP_TOKEN_RIGHT);
  if (look->token.kind == BP_TOKEN_NEWLINE || look->token.kind == BP_TOKEN_COMMA ||
      look->token.kind == BP_TOKEN_HENCE) {
    struct bp_span text = bp_line_text(look->lexer.source, look->lexer.at);
    if (look->lexer.remark != text.begin + 1)
      bp_lexer_return(&look->lexer,
                      bp_dress_before(look->lexer.source, look->lexer.names, look->lexer.at).begin);
  }
  look->after = bp_lexer_next(&look->lexer);
}

/* NULL where there are too many. */
static struct used *find(struct look *look, const struct bp_name *name, struct bp_span span) {
  for (size_t k = 0; k < look->count; k++)
    if (look->used[k].name == name)
      return &look->used[k];
  if (look->count == MOST_ASSUMED)
    return NULL;
  look->used[look->count] = (struct used){.name = name, .span = span};
  return &look->used[look->count++];
}

static bool adjacent(const struct bp_token *first, const struct bp_token *second) {
  return first->span.end == second->span.begin;
}

/* w_1: the token is the w, and becomes the name with its number.  False where it is no such name.
 */
static bool take_number(struct look *look) {
  struct bp_span span = look->token.span;
  const struct bp_token first = look->token;
  next_token(look);
  if (look->after.kind != BP_TOKEN_NUMBER || !adjacent(&look->token, &look->after) ||
      !adjacent(&first, &look->token))
    return false;
  next_token(look);
  span.end = look->token.span.end;
  const char *text = look->parser->source->text + span.begin;
  look->token = first;
  look->token.span = span;
  look->token.name = bp_names_find_written(&look->parser->names, text, span.end - span.begin);
  return look->token.name != NULL;
}

bool bp_is_small(const char *text) {
  enum { LONGEST_NAME = 8 };
  static const char large_greek_first[] = "\xCE";
  bool large = (*text >= 'A' && *text <= 'Z') ||
               (*text == *large_greek_first && (unsigned char)text[1] < 0xB1);
  return !large && strlen(text) <= LONGEST_NAME;
}

/* What this name is; false where it may be something else than a number. */
static bool look_at_name(struct look *look) {
  bool begins = look->line_begins;
  const struct bp_name *name = look->token.name;
  if (begins && name->keyword >= 0)
    return is_formula(name->keyword) || is_text(name->keyword);
  if (begins && !name->callable && /* prose, or a misspelt keyword */
      (look->after.kind == BP_TOKEN_NAME || look->after.kind == BP_TOKEN_NUMBER))
    return false;
  bool constant = !strcmp(name->text, "e") || !strcmp(name->text, "pi") || !strcmp(name->text, "π");
  if (name->callable == BP_CALLABLE_WHOLE || name->word != BP_NO_WORD ||
      (name->form != BP_FORM_CALL && name->form != BP_FORM_DIFFERENTIAL))
    return false;
  if (name->callable || constant || name->form == BP_FORM_DIFFERENTIAL)
    return true;
  if (look->after.kind == BP_TOKEN_UNDERSCORE && !take_number(look))
    return false;
  struct used *used = find(look, look->token.name, look->token.span);
  if (!used)
    return false;
  used->alone = used->alone || look->after.kind != BP_TOKEN_LEFT;
  used->defined =
      used->defined ||
      (begins && (look->after.kind == BP_TOKEN_EQUAL || look->after.kind == BP_TOKEN_DEFINE));
  return true;
}

/* Whether f(x, y) = … begins here, with its parameters kept: in that line they are its own. */
static bool defines_function(struct look *look) {
  struct bp_lexer ahead = look->lexer;
  look->parameter_count = 0;
  if (look->after.kind != BP_TOKEN_LEFT)
    return false;
  struct bp_token token = bp_lexer_next(&ahead);
  for (; token.kind == BP_TOKEN_NAME || token.kind == BP_TOKEN_COMMA; token = bp_lexer_next(&ahead))
    if (token.kind == BP_TOKEN_NAME && look->parameter_count < MOST_PARAMETERS)
      look->parameter[look->parameter_count++] = token.name;
  if (token.kind == BP_TOKEN_RIGHT && bp_lexer_next(&ahead).kind == BP_TOKEN_EQUAL)
    return true;
  look->parameter_count = 0;
  return false;
}

static bool is_parameter(const struct look *look) {
  for (size_t k = 0; k < look->parameter_count; k++)
    if (look->parameter[k] == look->token.name)
      return true;
  return false;
}

/* Whether numbers can have this sign between or behind them. */
static bool look_at_sign(const struct look *look) {
  switch (look->token.kind) {
  case BP_TOKEN_PRIME: /* only of a function that is called */
    return look->after.kind == BP_TOKEN_LEFT || look->after.kind == BP_TOKEN_PRIME;
  case BP_TOKEN_LEFT_BRACE: /* e^{-x} */
    return look->before.kind == BP_TOKEN_CARET;
  case BP_TOKEN_FAULT:
  case BP_TOKEN_HADAMARD:
  case BP_TOKEN_KRONECKER:
  case BP_TOKEN_TRANSPOSE:
  case BP_TOKEN_UNDERSCORE:
  case BP_TOKEN_SIGMA:
  case BP_TOKEN_PRODUCT:
  case BP_TOKEN_NABLA:
  case BP_TOKEN_METHOD:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_SEMICOLON:
  case BP_TOKEN_COLON:
  case BP_TOKEN_AT_SIGN:
  case BP_TOKEN_BAR:
  case BP_TOKEN_LEFT_ANGLE:
  case BP_TOKEN_RIGHT_ANGLE:
  case BP_TOKEN_DOT:
  case BP_TOKEN_BACKSLASH:
  case BP_TOKEN_DOLLAR:
    return false;
  default:
    return true;
  }
}

/* Whether the names of a list, up to a sign that compares or the end of the line, are said to be
 * numbers here: x, y > 0; 0 < p < 1; 0 < q, r; and given x, w, b, where nothing need be said of
 * them. */
static bool says_numbers(struct look *look, bool given) {
  enum { MOST = 16 };
  struct bp_lexer ahead = look->lexer;
  struct bp_token name[MOST], token = look->token, next = look->after;
  size_t count = 0;
  bool low = token.kind == BP_TOKEN_NUMBER &&
             (next.kind == BP_TOKEN_LESS || next.kind == BP_TOKEN_AT_MOST);
  if (low || given) {
    token = low ? bp_lexer_next(&ahead) : next;
    next = bp_lexer_next(&ahead);
  }
  for (;; token = bp_lexer_next(&ahead), next = bp_lexer_next(&ahead)) {
    if (token.kind != BP_TOKEN_NAME || count == MOST || token.name->callable ||
        token.name->keyword >= 0 || token.name->word != BP_NO_WORD ||
        !bp_is_small(token.name->text))
      return false;
    for (size_t k = 0; k < look->count; k++)
      if (look->used[k].name == token.name)
        return false;
    name[count++] = token;
    if (next.kind != BP_TOKEN_COMMA)
      break;
  }
  bool ends = next.kind == BP_TOKEN_NEWLINE || next.kind == BP_TOKEN_END;
  bool compares = next.kind >= BP_TOKEN_LESS && next.kind <= BP_TOKEN_AT_LEAST;
  if (given ? !ends : !compares && !(low && ends))
    return false;
  for (token = compares ? bp_lexer_next(&ahead) : next;
       token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END; token = bp_lexer_next(&ahead))
    if (token.kind != BP_TOKEN_NUMBER && token.kind != BP_TOKEN_MINUS)
      return false;
  for (size_t k = 0; k < count; k++) {
    struct used *used = find(look, name[k].name, name[k].span);
    if (!used)
      return false;
    used->defined = used->alone = true;
  }
  while (look->token.kind != BP_TOKEN_NEWLINE && look->token.kind != BP_TOKEN_END)
    next_token(look);
  return true;
}

static bool look_through(struct look *look) {
  for (; look->token.kind != BP_TOKEN_END; next_token(look)) {
    bool given = look->line_begins && look->token.kind == BP_TOKEN_NAME &&
                 look->token.name->keyword == BP_STATEMENT_GIVEN;
    if (look->line_begins && says_numbers(look, given)) {
      if (look->token.kind == BP_TOKEN_END)
        return true;
      continue;
    }
    if (look->token.kind == BP_TOKEN_NEWLINE)
      look->parameter_count = 0;
    if (look->token.kind != BP_TOKEN_NAME) {
      if (!look_at_sign(look))
        return false;
      continue;
    }
    if (is_parameter(look))
      continue;
    bool function = look->line_begins && look->token.name->keyword < 0 && defines_function(look);
    if (!look_at_name(look))
      return false;
    if (function)
      find(look, look->token.name, look->token.span)->defined = true;
  }
  return true;
}

/* Whether it is a d and something that is used, or the d of the name before it. */
static bool is_differential(const struct look *look, const struct used *used) {
  for (size_t k = 0; k < look->count; k++)
    if (used->name->text[0] == 'd' && !strcmp(used->name->text + 1, look->used[k].name->text))
      return true;
  return false;
}

static void tell(struct bp_parser *parser, const struct bp_statement *given) {
  const char *names = "";
  size_t shown = given->target_count < MOST_SHOWN ? given->target_count : MOST_SHOWN;
  for (size_t k = 0; k < shown && names; k++)
    names = bp_arena_printf(parser->pool.arena, "%s%s%s", names, k > 0 ? ", " : "",
                            given->targets[k]->name);
  const char *more = given->target_count > shown ? ", …" : "";
  if (names)
    bp_note(parser->diagnostics, parser->source, given->targets[0]->span,
            bp_suggest(parser, "given %s%s : number; given W : n x k for a matrix", names, more),
            "nothing in this file is declared, so what has no definition is a number: %s%s", names,
            more);
}

/* The names that nothing defines, as targets; false where one of them may be no number. */
static bool collect(struct look *look, struct bp_statement *given, bool *plain) {
  struct bp_list targets = {NULL, 0, 0};
  for (size_t k = 0; k < look->count; k++) {
    const struct used *used = &look->used[k];
    if (used->defined || is_differential(look, used))
      continue;
    if (!used->alone || !bp_is_small(used->name->text))
      return false;
    struct bp_expression *name = bp_name_node(look->parser, used->span, used->name->text);
    struct bp_expression **place =
        name ? bp_list_add(look->parser, &targets, sizeof(struct bp_expression *)) : NULL;
    if (!place)
      return false;
    *place = name;
  }
  given->targets = targets.items;
  given->target_count = targets.count;
  *plain = true;
  return targets.count > 0;
}

void bp_assume_numbers(struct bp_parser *parser, struct bp_list *statements) {
  struct bp_statement given = {.kind = BP_STATEMENT_GIVEN, .assumed = true};
  struct look *look = bp_lang_pool_take(&parser->pool, 1, sizeof *look);
  if (!look) {
    bp_out_of_memory(parser);
    return;
  }
  look->parser = parser;
  look->lexer = bp_lexer_new(parser->source, &parser->names);
  look->after.kind = BP_TOKEN_NEWLINE;
  next_token(look);
  if (!look_through(look))
    return;
  if (!collect(look, &given, &parser->plain))
    return;
  given.span = given.targets[0]->span;
  for (size_t k = 0; k < given.target_count; k++) {
    const char *text = given.targets[k]->name;
    bp_names_find(&parser->names, text, strlen(text))->declared = true; /* it is there already */
  }
  struct bp_statement *statement = bp_list_add(parser, statements, sizeof *statement);
  if (!statement || !bp_know_given(parser, &given))
    return;
  *statement = given;
  tell(parser, statement);
}
