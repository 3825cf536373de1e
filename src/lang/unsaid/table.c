/* The rows of a table of notation: | W | weights | n x k | says W : n x k.
 *
 * A row declares where its first cell is a name that nothing has, and a cell behind it a shape: two
 * sizes with an x or × between them, or the word number; or where the head of a column says that it
 * has shapes, a single size.  Whatever else stands in the row is words, and so is all of it where
 * the file says given.
 */
#include <string.h>

#include "lang/dress.h"
#include "lang/token.h"

/* The cell that begins at `at`, without the blanks and signs around it; its bar is at *bar. */
static struct bp_span cell_at(const struct bp_source *source, size_t at, size_t end, size_t *bar) {
  struct bp_span cell = {at, at};
  while (cell.end < end && source->text[cell.end] != '|')
    cell.end++;
  *bar = cell.end;
  while (cell.begin < cell.end && strchr(" \t$`", source->text[cell.begin]))
    cell.begin++;
  while (cell.end > cell.begin && strchr(" \t$`", source->text[cell.end - 1]))
    cell.end--;
  return cell;
}

static bool is_word(const struct bp_source *source, struct bp_span cell) {
  struct bp_span word = bp_next_word(source, cell.begin, cell.end);
  return word.end > word.begin && word.begin == cell.begin && word.end == cell.end;
}

/* Two sizes, or the word for none. */
static bool is_shape(const struct bp_source *source, struct bp_span cell) {
  static const char *const numbers[] = {"number", "scalar", "real"};
  if (is_word(source, cell))
    return bp_word_among(source, cell, numbers, sizeof numbers / sizeof *numbers);
  size_t signs = 0;
  for (size_t at = cell.begin; at < cell.end; at++) {
    const char *text = source->text + at;
    bool cross = cell.end - at > 2 && !memcmp(text, "×", 2);
    bool letter = *text == 'x' && at > cell.begin && text[-1] == ' ' && text[1] == ' ';
    signs += cross || letter;
    if (!cross && !letter && *text != ' ' && !(*text >= '0' && *text <= '9') &&
        !strchr("[]_+-", *text) && bp_word_letter(source, at, cell.end) == 0 &&
        ((unsigned char)*text & 0xC0) != 0x80)
      return false;
  }
  return signs == 1;
}

/* Whether the head of the table, whose row begins at `line`, says of that column that it has
 * shapes. */
static bool has_shapes(const struct bp_source *source, size_t line, size_t column) {
  const size_t begin = line;
  static const char *const words[] = {"shape",      "shapes", "size", "sizes", "dimension",
                                      "dimensions", "dim",    "形状", "Größe", "taille"};
  size_t head = line;
  enum { LONGEST = 64 };                 /* rows of a table of notation */
  for (int rows = 0; line > 0; rows++) { /* the line before it */
    size_t before = line - 1;
    while (before > 0 && source->text[before - 1] != '\n')
      before--;
    if (rows == LONGEST)
      return false;
    if (source->text[before] != '|')
      break;
    head = line = before;
  }
  if (head == begin) /* it is the head itself */
    return false;
  struct bp_span text = bp_line_text(source, head), cell = text;
  for (size_t k = 0, bar = text.begin; k <= column && bar < text.end; k++)
    cell = cell_at(source, bar + 1, text.end, &bar);
  return is_word(source, cell) && bp_word_among(source, cell, words, sizeof words / sizeof *words);
}

/* Whether the first page of the text says given itself: then a table repeats what it says. */
static bool gives_otherwise(const struct bp_source *source) {
  enum { FARTHEST = 6000 }; /* bytes */
  static const char word[] = "given ";
  for (size_t at = 0; at + strlen(word) < source->length && at < FARTHEST; at++)
    if (source->text[at] == 'g' && !memcmp(source->text + at, word, strlen(word)))
      return true;
  return false;
}

bool bp_row_declares(const struct bp_source *source, struct bp_names *names, size_t begin,
                     struct bp_span *name, struct bp_span *shape, size_t *end) {
  enum { MOST_CELLS = 8, LONGEST_SIZE = 8 };
  struct bp_span line = bp_line_text(source, begin);
  size_t bar = line.begin;
  *end = line.end;
  *shape = (struct bp_span){0, 0};
  if (line.end <= line.begin + 2 || source->text[bar] != '|' || source->text[line.end - 1] != '|')
    return false;
  *name = cell_at(source, bar + 1, line.end, &bar);
  const struct bp_name *known =
      is_word(source, *name)
          ? bp_names_find(names, source->text + name->begin, name->end - name->begin)
          : NULL;
  if (!known || known->declared || known->callable || known->keyword >= 0 ||
      known->word != BP_NO_WORD)
    return false;
  for (size_t k = 1; k < MOST_CELLS && bar + 1 < line.end; k++) {
    struct bp_span cell = cell_at(source, bar + 1, line.end, &bar);
    bool size = is_word(source, cell) && cell.end - cell.begin <= LONGEST_SIZE &&
                has_shapes(source, line.begin, k);
    if (is_shape(source, cell) || size)
      *shape = cell;
  }
  return shape->end > 0 && !gives_otherwise(source);
}
