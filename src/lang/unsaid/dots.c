/* Dots: [x_1, …, x_n], and a matrix whose rows and columns go on like that.
 *
 * What the dots stand for is read off the part before and the part behind them: two formulas that
 * differ only in a number and an expression, in one way wherever they differ, are the first and the
 * last of the entries that an index letter makes.  Of more parts before the dots each must be the
 * one that the pattern has there, so [x_1, x_3, …, x_n] is refused and not guessed.
 */
#include <stdlib.h>
#include <string.h>

#include "lang/parser.h"
#include "lang/tree.h"

static const char dots_like[] = "[x_1, …, x_n], or [x_i for i = 1..n]";

/* Where two formulas differ. */
struct pattern {
  struct bp_parser *parser;
  const char *letter;
  const struct bp_expression *from, *to; /* NULL: nowhere yet */
  bool broken;
};

/* The letter in the place of a number that differs from what the last part has there. */
static const struct bp_expression *differing(struct pattern *pattern,
                                             const struct bp_expression *first,
                                             const struct bp_expression *last) {
  bool whole = first->kind == BP_EXPR_NUMBER && first->last_place >= 0;
  bool known = pattern->from && whole && bp_expression_same(pattern->from, first) &&
               bp_expression_same(pattern->to, last);
  if (!whole || (pattern->from && !known)) {
    pattern->broken = true;
    return first;
  }
  pattern->from = first;
  pattern->to = last;
  return bp_name_node(pattern->parser, first->span, pattern->letter);
}

/* A node with the letter in it, or the node itself where nothing differs; NULL without memory. */
static const struct bp_expression *match(struct pattern *pattern, const struct bp_expression *first,
                                         const struct bp_expression *last) {
  if (bp_expression_same(first, last) || pattern->broken)
    return first;
  if (!bp_expression_alike(first, last) || first->count == 0)
    return differing(pattern, first, last);
  struct bp_expression *whole =
      bp_node(pattern->parser, first->kind, first->span.begin, first->sign, first->count);
  if (!whole)
    return NULL;
  const struct bp_expression **child = whole->child;
  size_t id = whole->id;
  *whole = *first;
  whole->id = id;
  whole->child = child;
  for (size_t k = 0; k < first->count; k++)
    if (!(child[k] = match(pattern, first->child[k], last->child[k])))
      return NULL;
  return bp_node_done(pattern->parser, whole);
}

/* Whether a row and a column are picked somewhere in the formula. */
static bool has_pair(const struct bp_expression *node) {
  bool found = node->kind == BP_EXPR_ELEMENT && node->count == 3;
  for (size_t k = 0; k < node->count && !found; k++)
    found = has_pair(node->child[k]);
  return found;
}

/* w_{11} as w_{1,1}, beside a w_{1n}: an element whose only index has two digits. */
static const struct bp_expression *two_digits(struct bp_parser *parser,
                                              const struct bp_expression *element) {
  const struct bp_expression *index = element->child[1];
  struct bp_expression *pair =
      bp_node(parser, BP_EXPR_ELEMENT, element->span.begin, element->sign, 3);
  for (size_t k = 0; pair && k < 2; k++) {
    struct bp_expression *digit =
        bp_node(parser, BP_EXPR_NUMBER, index->span.begin, index->sign, 0);
    char *text = digit ? bp_lang_pool_take(&parser->pool, 2, 1) : NULL;
    if (!text)
      return NULL;
    text[0] = index->text[k];
    digit->text = text;
    digit->span = index->span;
    pair->child[k + 1] = digit;
  }
  if (!pair)
    return NULL;
  pair->child[0] = element->child[0];
  pair->span = element->span;
  return bp_node_done(parser, pair);
}

static const struct bp_expression *with_pairs(struct bp_parser *parser,
                                              const struct bp_expression *node) {
  if (node->kind == BP_EXPR_ELEMENT && node->count == 2 && node->child[1]->kind == BP_EXPR_NUMBER &&
      strlen(node->child[1]->text) == 2)
    return two_digits(parser, node);
  for (size_t k = 0; k < node->count; k++) {
    const struct bp_expression *part = with_pairs(parser, node->child[k]);
    if (!part)
      return NULL;
    node->child[k] = part; /* the tree is still being made */
  }
  return node;
}

/* A letter that neither formula mentions and the file does not declare. */
static const char *fresh_letter(struct bp_parser *parser, const struct bp_expression *first,
                                const struct bp_expression *last) {
  static const char *const letters[] = {"i", "j", "k", "p", "q", "r", "u", "v"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
    const struct bp_name *name = bp_names_find(&parser->names, letters[k], 1);
    if (name && !name->declared && !bp_expression_mentions(first, letters[k]) &&
        !bp_expression_mentions(last, letters[k]))
      return letters[k];
  }
  return NULL;
}

/* Whether the part is the entry number `place` of those that begin with `from`. */
static bool goes_on(struct pattern *pattern, const struct bp_expression *first,
                    const struct bp_expression *part, size_t place) {
  struct pattern next = {.parser = pattern->parser, .letter = pattern->letter};
  match(&next, first, part);
  if (next.broken || !next.from || !next.to || next.to->kind != BP_EXPR_NUMBER)
    return false;
  return bp_expression_same(next.from, pattern->from) &&
         strtol(next.to->text, NULL, 10) == strtol(pattern->from->text, NULL, 10) + (long)place;
}

/* The entries from the first to the last part, with `before` parts before the dots, joined one way.
 */
static const struct bp_expression *continued(struct bp_parser *parser, enum bp_join join,
                                             const struct bp_expression **part, size_t before,
                                             struct bp_span dots) {
  for (size_t k = 0; has_pair(part[before + 1]) && k < before; k++)
    if (!(part[k] = with_pairs(parser, part[k])))
      return NULL;
  const struct bp_expression *first = part[0], *last = part[before + 1];
  struct pattern pattern = {.parser = parser, .letter = fresh_letter(parser, first, last)};
  if (!pattern.letter) {
    bp_complain(parser, dots, dots_like, "no letter is left for these dots");
    return NULL;
  }
  const struct bp_expression *body = match(&pattern, first, last);
  bool fits = body && !pattern.broken && pattern.from;
  for (size_t k = 1; fits && k < before; k++)
    fits = goes_on(&pattern, first, part[k], k);
  if (!fits) {
    if (body)
      bp_complain(parser, dots, dots_like,
                  "what these dots stand for is not clear: the parts around them do not differ in "
                  "one number that goes up by 1");
    return NULL;
  }
  struct bp_expression *sum = bp_node(parser, BP_EXPR_SUM, first->span.begin, dots, 3);
  if (!sum)
    return NULL;
  sum->name = pattern.letter;
  sum->order = join;
  sum->child[0] = pattern.from;
  sum->child[1] = pattern.to;
  sum->child[2] = body;
  return bp_node_done(parser, sum);
}

/* A row or the rows: the part that is dots is taken out, with what stands around it. */
static bool close_gap(struct bp_parser *parser, enum bp_join join,
                      const struct bp_expression **part, size_t *count) {
  for (size_t k = 0; k < *count; k++) {
    if (part[k])
      continue;
    struct bp_span here = parser->previous.span;
    if (k == 0 || k + 2 != *count)
      return bp_complain(parser, here, dots_like,
                         "one part has to stand behind dots, and at least one before them");
    const struct bp_expression *whole = continued(parser, join, part, k, here);
    if (!whole)
      return false;
    part[0] = whole;
    *count = 1;
  }
  return true;
}

/* A row without dots, between rows that go on. */
static const struct bp_expression *plain_row(struct bp_parser *parser,
                                             const struct bp_expression **part, size_t columns) {
  struct bp_expression *row =
      bp_node(parser, BP_EXPR_MATRIX, part[0]->span.begin, part[0]->sign, columns);
  if (!row)
    return NULL;
  memcpy(row->child, part, columns * sizeof *part);
  row->rows = 1;
  row->columns = columns;
  return bp_node_done(parser, row);
}

/* The rows of a matrix with dots; parts that are dots are NULL, and a row of them is one NULL. */
struct bp_expression *bp_close_dots(struct bp_parser *parser, struct bp_span opening,
                                    const struct bp_expression **part, size_t rows,
                                    size_t columns) {
  size_t count = 0;
  for (size_t row = 0; row < rows; row++) {
    size_t width = columns, dots = 0;
    for (size_t k = 0; k < columns; k++)
      dots += !part[row * columns + k];
    if (dots == columns && rows > 1) {
      part[count++] = NULL;
      continue;
    }
    const struct bp_expression *whole = part[row * columns];
    if (dots == 0 && columns > 1)
      whole = plain_row(parser, part + row * columns, columns);
    else if (close_gap(parser, BP_JOIN_BESIDE, part + row * columns, &width))
      whole = part[row * columns];
    else
      whole = NULL;
    if (!whole)
      return NULL;
    part[count++] = whole;
  }
  if (!close_gap(parser, BP_JOIN_BELOW, part, &count))
    return NULL;
  struct bp_expression *node = bp_node(parser, BP_EXPR_MATRIX, opening.begin, opening, count);
  if (!node)
    return NULL;
  memcpy(node->child, part, count * sizeof *part);
  node->rows = count;
  node->columns = 1;
  return bp_node_done(parser, node);
}
