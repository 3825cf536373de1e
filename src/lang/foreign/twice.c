/* Sizes that are called as something with steps: given W : h x h, and h_t = tanh(W h_{t-1}).
 *
 * On paper nobody is in doubt, since a size stands behind a colon or in R^n, and never before an
 * index.  Here a name means one thing, so in shapes such a size gets a name of its own, n_h.  A
 * name is one only where the text has both: it stands in a shape, and a line gives or computes
 * members of it.  The text is gone through once before it is read.
 */
#include "lang/ast.h"
#include "lang/foreign/rewrite.h"

#include <string.h>

/* Whether an index opens behind a name that is given or computed: h_0, h_t, h^{(1)}, h[t]. */
static bool has_index(struct bp_lexer lexer, const struct bp_token *name) {
  struct bp_token sign = bp_lexer_next(&lexer), next = bp_lexer_next(&lexer);
  if (sign.span.begin != name->span.end)
    return false;
  if (sign.kind == BP_TOKEN_UNDERSCORE)
    return next.kind == BP_TOKEN_LEFT_BRACE || next.kind == BP_TOKEN_NUMBER ||
           (next.kind == BP_TOKEN_NAME && next.name->length == 1 &&
            strchr("tlk", next.name->text[0]));
  if (sign.kind == BP_TOKEN_CARET && next.kind == BP_TOKEN_LEFT_BRACE)
    next = bp_lexer_next(&lexer);
  return sign.kind == BP_TOKEN_LEFT_SQUARE ||
         (sign.kind == BP_TOKEN_CARET && next.kind == BP_TOKEN_LEFT);
}

static bool is_short(const struct bp_name *name) {
  enum { LONGEST = 8 };
  return name->length <= LONGEST && name->callable == BP_NOT_CALLABLE && name->keyword < 0 &&
         name->word == BP_NO_WORD && strcmp(name->text, "x") != 0;
}

/* A name that stands in a shape, the second time that the text is gone through. */
static bool rename_size(struct bp_names *names, struct bp_name *name) {
  char text[16] = "n_";
  if (!name->stepped || name->size_name || !is_short(name))
    return true;
  memcpy(text + 2, name->text, name->length + 1);
  struct bp_name *other = bp_names_find(names, text, name->length + 2);
  if (other)
    name->size_name = other->text;
  return other != NULL;
}

/* Goes through the text: which names have members, or which of these are sizes. */
static bool go_through(const struct bp_source *source, struct bp_names *names, bool sizes) {
  struct bp_lexer lexer = bp_lexer_new(source, names);
  bool begins = true, shape = false, target = true, sized = false;
  struct bp_token last = {.kind = BP_TOKEN_NEWLINE};
  for (struct bp_token token = bp_lexer_next(&lexer); token.kind != BP_TOKEN_END;
       last = token, token = bp_lexer_next(&lexer)) {
    bool name = token.kind == BP_TOKEN_NAME, word = name && begins && token.name->keyword >= 0;
    bool space = name && last.kind != BP_TOKEN_UNDERSCORE &&
                 (!strcmp(token.name->text, "R") || !strcmp(token.name->text, "ℝ"));
    shape = (shape || token.kind == BP_TOKEN_COLON || space) && token.kind != BP_TOKEN_NEWLINE &&
            token.kind != BP_TOKEN_EQUAL && token.kind != BP_TOKEN_COMMA &&
            token.kind != BP_TOKEN_SEMICOLON && !(name && token.name->word != BP_NO_WORD);
    target = begins || (target && (token.kind == BP_TOKEN_COMMA || last.kind == BP_TOKEN_COMMA)) ||
             (last.kind == BP_TOKEN_NAME && last.name->keyword >= 0 && target);
    sized = begins ? word && token.name->keyword == BP_STATEMENT_SIZE : sized;
    if (!sizes && name && target && !word && !sized && !shape && has_index(lexer, &token))
      token.name->stepped = true;
    if (sizes && name && shape && !space && !has_index(lexer, &token) &&
        !rename_size(names, token.name))
      return false;
    begins = token.kind == BP_TOKEN_NEWLINE;
  }
  return true;
}

bool bp_tell_sizes_apart(const struct bp_source *source, struct bp_names *names) {
  return go_through(source, names, false) && go_through(source, names, true);
}
