/* Lines that give what lines above them use: people write down what c is when it has turned up.
 *
 * Such a line is read before the others.  Only what stands behind the word given is, and only where
 * the lines above can mean nothing else by the name: where it is a letter below something, or runs
 * over a range, it is theirs.  Only the first page of a text is looked through so.
 */
#include "lang/ast.h"
#include "lang/foreign/rewrite.h"

enum { FARTHEST = 6000 }; /* bytes: who writes more than a page declares first */

/* Whether the lines above the place use the name, and as no letter. */
static bool is_used_above(const struct bp_source *source, struct bp_names *names, size_t place,
                          const struct bp_name *name) {
  struct bp_lexer lexer = bp_lexer_new(source, names);
  struct bp_token last = {.kind = BP_TOKEN_NEWLINE}, before = last;
  bool used = false, text = false, begins = true, parameters = false, equal = false;
  if (place > FARTHEST)
    return false;
  for (struct bp_token token = bp_lexer_next(&lexer);
       token.kind != BP_TOKEN_END && token.span.begin < place;
       before = last, last = token, token = bp_lexer_next(&lexer)) {
    if (begins)
      text = token.kind == BP_TOKEN_NAME && token.name->keyword >= 0 &&
             token.name->keyword != BP_STATEMENT_LET && token.name->keyword != BP_STATEMENT_CLAIM;
    if (begins || last.kind == BP_TOKEN_NAME) /* let f(x) = … has an x of its own */
      parameters = token.kind == BP_TOKEN_LEFT && last.kind == BP_TOKEN_NAME && !equal;
    equal = !begins && (equal || token.kind == BP_TOKEN_EQUAL);
    begins = token.kind == BP_TOKEN_NEWLINE;
    equal = equal && !begins;
    parameters = parameters && token.kind != BP_TOKEN_RIGHT;
    if (parameters && token.kind == BP_TOKEN_NAME && token.name == name)
      return false;
    if (token.kind != BP_TOKEN_NAME || token.name != name || text)
      continue;
    struct bp_lexer behind = lexer;
    enum bp_token_kind next = bp_lexer_next(&behind).kind;
    bool letter = last.kind == BP_TOKEN_UNDERSCORE || last.kind == BP_TOKEN_LEFT_SQUARE ||
                  last.kind == BP_TOKEN_NEWLINE ||
                  (last.kind == BP_TOKEN_LEFT_BRACE && before.kind != BP_TOKEN_CARET) ||
                  next == BP_TOKEN_EQUAL || next == BP_TOKEN_DEFINE || next == BP_TOKEN_COLON;
    if (letter)
      return false;
    used = true;
  }
  return used;
}

size_t bp_late_given(const struct bp_source *source, struct bp_names *names, size_t from) {
  struct bp_lexer lexer = bp_lexer_new(source, names);
  lexer.at = from;
  bool begins = from == 0 || source->text[from - 1] == '\n';
  size_t line = from;
  bool given = false;
  for (struct bp_token token = bp_lexer_next(&lexer); token.kind != BP_TOKEN_END;
       token = bp_lexer_next(&lexer)) {
    if (begins) {
      line = token.span.begin;
      given = token.kind == BP_TOKEN_NAME && token.name->keyword == BP_STATEMENT_GIVEN;
    } else if (given && token.kind == BP_TOKEN_NAME &&
               is_used_above(source, names, line, token.name))
      return line;
    if (!begins && token.kind != BP_TOKEN_NAME && token.kind != BP_TOKEN_COMMA)
      given = false;
    begins = token.kind == BP_TOKEN_NEWLINE;
  }
  return source->length;
}
