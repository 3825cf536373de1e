/* What stands behind the ∈ of a given, and what is said besides of what is given; nothing outside
 * this folder includes it. */
#ifndef BP_LANG_GRAMMAR_SPACE_H
#define BP_LANG_GRAMMAR_SPACE_H

#include "lang/parser.h"

/* Whether R or S stands here, a space of columns and matrices, or of symmetric ones. */
bool bp_at_space(const struct bp_parser *parser);

/* space = ( "R" | "S" ) [ part ] [ "^" ( size | "{" shape "}" ) [ part ] ] */
bool bp_parse_space(struct bp_parser *parser, struct bp_statement *statement);

/* raised = [ "^" ( size | "{" shape "}" ) ] */
bool bp_parse_raised_shape(struct bp_parser *parser, struct bp_statement *statement);

/* Two ends, of which none is known yet; NULL when memory is short. */
struct bp_expression **bp_new_ends(struct bp_parser *parser);

/* Whether rows or per begins what follows onehot here; and that, in each row, taken. */
bool bp_says_rows(const struct bp_token *token);
void bp_parse_along_rows(struct bp_parser *parser, struct bp_domain *domain);

/* Where a remark ends that is here, d x V (columns are words); 0 where none is.  And past it. */
size_t bp_remark_end(const struct bp_parser *parser);
void bp_skip_remark(struct bp_parser *parser);

#endif
