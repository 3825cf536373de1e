/* How much work reading a file may be.
 *
 * The parser looks ahead wherever people write one thing in many ways, so a token is looked at some
 * ten times, and in a line of n tokens that are all ambiguous up to n times.  For lines that people
 * write this is nothing; a line of a megabyte that was made to be like that would take hours.  So
 * all tokens that a file's readers look at are counted, and when there have been many more than a
 * file of its length needs, the file ends there: every look-ahead meets the end of the text, and
 * ends.  What stood on the line is an error, and nothing of it is judged.  Tokens are counted and
 * no time is taken, so a file is read or not, whatever else the machine does.
 */
#include "lang/dress.h"
#include "lang/parser.h"

/* A second or two for any file, and several times what long files of ordinary lines need. */
enum { FIRST_TOKENS = 20 << 20, TOKENS_FOR_A_BYTE = 50 };

void bp_effort_limit(struct bp_names *names, const struct bp_source *source) {
  names->most_tokens = FIRST_TOKENS + TOKENS_FOR_A_BYTE * source->length;
}

bool bp_effort_is_spent(const struct bp_names *names) { return names->spent_at > 0; }

void bp_effort_complain(struct bp_parser *parser, struct bp_list *statements,
                        const struct bp_effort_before *before) {
  struct bp_statement *list = statements->items;
  for (size_t i = before->statements; i < statements->count; i++)
    list[i].broken = true;
  bp_diagnostics_return(parser->diagnostics, before->told);
  struct bp_span line = bp_line_text(parser->source, parser->names.spent_at - 1);
  if (line.end > line.begin + 1)
    line.end = line.begin + 1;
  bp_error(parser->diagnostics, parser->source, line,
           "several shorter lines; sums over an index for terms that are alike",
           "this line is too long and tangled to be read, and reading ends here");
}
