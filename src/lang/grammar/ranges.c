/* Ranges behind a statement: for l = 1..L, and the words that people take for `for`; and in what is
 * given, x[1..T].
 */
#include <string.h>

#include "lang/parser.h"

/* Whether 1..K stands there, behind the sign of a range. */
static bool ends_range(struct bp_stream *ahead) {
  for (struct bp_token token = bp_stream_next(ahead);
       token.kind == BP_TOKEN_NUMBER || token.kind == BP_TOKEN_NAME ||
       token.kind == BP_TOKEN_PLUS || token.kind == BP_TOKEN_MINUS || token.kind == BP_TOKEN_RANGE;
       token = bp_stream_next(ahead))
    if (token.kind == BP_TOKEN_RANGE)
      return true;
  return false;
}

/* Whether a range begins here with a word other than for, or with none: , where k = 1..K; , i
 * = 1..m.
 */
static bool at_other_for(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  struct bp_token word = parser->token;
  bool comma = word.kind == BP_TOKEN_COMMA;
  if (comma)
    word = bp_stream_next(&ahead);
  if (comma && word.kind == BP_TOKEN_NAME && !word.name->declared && word.name->length == 1)
    return bp_stream_next(&ahead).kind == BP_TOKEN_EQUAL && ends_range(&ahead); /* , i = 1..m */
  if (!parser->formula)
    return false;
  bool fits = bp_is_named(&word, "where") || bp_is_named(&word, "with") ||
              (word.kind == BP_TOKEN_NAME && word.name->word == BP_WORD_FOR);
  if (!fits || word.name->declared || bp_stream_next(&ahead).kind != BP_TOKEN_NAME ||
      bp_stream_next(&ahead).kind != BP_TOKEN_EQUAL)
    return false;
  return ends_range(&ahead);
}

/* The name of the current token with a small letter at its beginning; NULL without memory. */
static struct bp_name *small_word(struct bp_parser *parser) {
  enum { LONGEST = 8 };
  char text[LONGEST];
  struct bp_name *name = parser->token.name;
  if (name->length > LONGEST || name->text[0] < 'A' || name->text[0] > 'Z')
    return name;
  memcpy(text, name->text, name->length);
  text[0] = (char)(text[0] - 'A' + 'a');
  return bp_names_find(&parser->names, text, name->length);
}

/* Reads the case or the range that stands in front of the formula, and comes back. */
static bool read_front(struct bp_parser *parser, struct bp_statement *statement) {
  struct bp_parser_place place = bp_place_of(parser);
  size_t front = parser->front - 1;
  parser->front = 0;
  bp_stream_restart(&parser->stream);
  bp_stream_return(&parser->stream, front);
  bp_end_line(parser);
  struct bp_name *word = small_word(parser); /* For, If */
  if (!word)
    return bp_out_of_memory(parser);
  parser->token.name = word;
  struct bp_stream ahead = parser->stream;
  bool range = false;
  for (struct bp_token token = bp_stream_next(&ahead);
       token.kind != BP_TOKEN_COLON && token.kind != BP_TOKEN_NEWLINE && token.kind != BP_TOKEN_END;
       token = bp_stream_next(&ahead))
    range = range || token.kind == BP_TOKEN_RANGE;
  bool judged = statement->kind == BP_STATEMENT_CLAIM || statement->kind == BP_STATEMENT_REFUTE;
  bool read = range ? bp_parse_ranges(parser, statement)
              : judged
                  ? statement->side_count > 1 && bp_parse_proviso(parser, statement)
                  : bp_complain(parser, parser->token.span, "let f_i = {a if i = 1; b otherwise}",
                                "a definition holds in all cases, and here is one of them");
  bp_go_to(parser, &place);
  return read;
}

/* ranges = [ "for" range { "," range } ] */
bool bp_parse_ranges(struct bp_parser *parser, struct bp_statement *statement) {
  if (parser->front > 0)
    return read_front(parser, statement);
  struct bp_list list = {NULL, 0, 0};
  bool other = !bp_is_word(parser, BP_WORD_FOR) && at_other_for(parser);
  if (!other && !bp_is_word(parser, BP_WORD_FOR))
    return true;
  bool bare = other && bp_take(parser, BP_TOKEN_COMMA) && bp_peek(parser).kind == BP_TOKEN_EQUAL;
  do {
    if (!bare)
      bp_advance(parser);
    bare = false;
    struct bp_range *range = bp_list_add(parser, &list, sizeof *range);
    if (!range || !bp_parse_range(parser, "l = 1..L", range))
      return false;
    bp_know_sizes(parser, range->to);
  } while (parser->token.kind == BP_TOKEN_COMMA && !bp_at_next_given(parser));
  statement->ranges = list.items;
  statement->range_count = list.count;
  if (list.count == 1 && statement->target_count == 1 && statement->targets[0]->count == 1) {
    const char *name = statement->targets[0]->name;
    struct bp_name *family = bp_names_find(&parser->names, name, strlen(name));
    if (family)
      family->range = list.items;
  }
  return true;
}

/* ---- given x[1..T] : n ------------------------------------------------------ */

/* A letter for an index that the line does not write. */
static const char *free_letter(struct bp_parser *parser, const struct bp_name *taken) {
  static const char *const letters[] = {"t", "l", "k", "i", "j", "s", "r", "q"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
    const struct bp_name *name = bp_names_find(&parser->names, letters[k], 1);
    if (name && name != taken && !name->declared && !name->sized)
      return name->text;
  }
  return NULL;
}

bool bp_at_all_members(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  return bp_stream_next(&ahead).kind == BP_TOKEN_LEFT_SQUARE &&
         bp_stream_next(&ahead).kind == BP_TOKEN_NUMBER &&
         bp_stream_next(&ahead).kind == BP_TOKEN_RANGE;
}

struct bp_expression *bp_parse_all_members(struct bp_parser *parser,
                                           struct bp_statement *statement) {
  struct bp_token token = parser->token;
  struct bp_list list = bp_list_of(statement->ranges, statement->range_count);
  const char *letter = free_letter(parser, token.name);
  bp_advance(parser);
  struct bp_span opening = parser->token.span;
  struct bp_inside outer = bp_open(parser);
  if (!letter || statement->target_count > 0) {
    bp_complain(parser, opening, "given x[t] : n for t = 1..T",
                "a line with members from one to another declares nothing else");
    return NULL;
  }
  struct bp_range *range = bp_list_add(parser, &list, sizeof *range);
  struct bp_expression *name = bp_node(parser, BP_EXPR_NAME, token.span.begin, opening, 1);
  if (!range || !name || !(range->from = bp_parse_expression(parser)))
    return NULL;
  bp_take(parser, BP_TOKEN_RANGE);
  if (!(range->to = bp_parse_expression(parser)) ||
      !bp_close(parser, BP_TOKEN_RIGHT_SQUARE, opening, outer))
    return NULL;
  bp_know_sizes(parser, range->to);
  range->name = letter;
  range->span = (struct bp_span){opening.begin, parser->previous.span.end};
  name->name = token.name->text;
  name->child[0] = bp_name_node(parser, range->span, letter);
  name->span.end = range->span.end;
  statement->ranges = list.items;
  statement->range_count = list.count;
  token.name->range = range;
  return name->child[0] ? bp_node_done(parser, name) : NULL;
}
