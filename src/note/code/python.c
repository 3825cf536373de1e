/* A walk over physical lines that joins those inside of brackets, strings of three quotes and
 * behind a backslash; indentation closes what a header has opened.
 */
#include "note/code/python.h"

#include <string.h>

#include "base/list.h"

/* Blocks in one another (deeper ones count as branches), and lines that are read. */
enum { DEEPEST = 64, MOST_LINES = 4000 };

struct block {
  enum bp_code_block_kind kind;
  size_t indent;
  size_t unit, owner;       /* of the lines around it */
  struct bp_span variables; /* LOOP: between for and in */
  size_t number;            /* in the list of all blocks, from 1 */
};

struct walk {
  struct bp_code *code;
  struct bp_arena *arena;
  const char *text;
  size_t end;
  struct block blocks[DEEPEST];
  size_t depth;
  size_t unit, owner;
  unsigned quotes;
};

static bool is_word(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9') || sign == '_' || (sign & 0x80);
}

static bool is_blank(char sign) { return sign == ' ' || sign == '\t' || sign == '\r'; }

bool bp_code_begin(const struct bp_source *source, struct bp_arena *arena, struct bp_code *code) {
  *code = (struct bp_code){.source = source};
  if (!bp_list_room(arena, code->units, code->unit_count, code->unit_capacity))
    return false;
  code->units[code->unit_count++] = (struct bp_code_unit){0};
  return true;
}

/* ---- the extent of a logical line ---------------------------------------- */

/* Behind the string that opens at `at`. */
static size_t behind_string(const struct walk *walk, size_t at) {
  char quote = walk->text[at];
  bool three = walk->end - at >= 3 && walk->text[at + 1] == quote && walk->text[at + 2] == quote;
  size_t width = three ? 3 : 1;
  for (at += width; at < walk->end; at++) {
    if (walk->text[at] == '\\')
      at++;
    else if (!three && walk->text[at] == '\n')
      return at;
    else if (walk->text[at] == quote &&
             (!three ||
              (walk->end - at >= 3 && walk->text[at + 1] == quote && walk->text[at + 2] == quote)))
      return at + width;
  }
  return walk->end;
}

struct extent {
  size_t stop;  /* where its comment or its line break begins */
  size_t next;  /* where the next one begins */
  size_t colon; /* the first colon outside of brackets; `stop`: none */
  size_t equal; /* likewise the first = of an assignment */
};

static bool is_assignment_at(const struct walk *walk, size_t at) {
  char before = at > 0 ? walk->text[at - 1] : ' ',
       behind = at + 1 < walk->end ? walk->text[at + 1] : ' ';
  return behind != '=' && !strchr("=!<>:", before);
}

/* The logical line from `at` on, which ends at a semicolon, too. */
static struct extent extent_of(const struct walk *walk, size_t at) {
  struct extent extent = {0, 0, 0, 0};
  size_t depth = 0;
  for (; at < walk->end; at++) {
    char sign = walk->text[at];
    if (sign == '\'' || sign == '"')
      at = behind_string(walk, at) - 1;
    else if (sign == '#') {
      const char *line = memchr(walk->text + at, '\n', walk->end - at);
      if (depth == 0)
        extent.stop = at;
      at = line ? (size_t)(line - walk->text) - 1 : walk->end - 1;
    } else if (sign == '\\' && at + 1 < walk->end)
      at += walk->text[at + 1] == '\r' ? 2 : 1;
    else if (strchr("([{", sign))
      depth++;
    else if (strchr(")]}", sign))
      depth -= depth > 0;
    else if (depth == 0 && (sign == '\n' || sign == ';'))
      break;
    else if (depth == 0 && sign == ':' && extent.colon == 0)
      extent.colon = at;
    else if (depth == 0 && sign == '=' && extent.equal == 0 && is_assignment_at(walk, at))
      extent.equal = at;
  }
  extent.next = at < walk->end ? at + 1 : walk->end;
  extent.stop = extent.stop > 0 ? extent.stop : at < walk->end ? at : walk->end;
  extent.colon = extent.colon > 0 && extent.colon < extent.stop ? extent.colon : extent.stop;
  extent.equal = extent.equal > 0 && extent.equal < extent.stop ? extent.equal : extent.stop;
  return extent;
}

static struct bp_span trimmed(const struct walk *walk, size_t begin, size_t end) {
  while (begin < end && (is_blank(walk->text[begin]) || walk->text[begin] == '\n'))
    begin++;
  while (end > begin && (is_blank(walk->text[end - 1]) || walk->text[end - 1] == '\n'))
    end--;
  return (struct bp_span){begin, end};
}

/* ---- headers ------------------------------------------------------------- */

static bool begins_with(const struct walk *walk, struct bp_span span, const char *word) {
  size_t length = strlen(word);
  return span.end - span.begin >= length && !memcmp(walk->text + span.begin, word, length) &&
         (span.end - span.begin == length || !is_word(walk->text[span.begin + length]));
}

static bool opens_block(const struct walk *walk, struct bp_span line,
                        enum bp_code_block_kind *kind) {
  static const struct {
    const char *word;
    enum bp_code_block_kind kind;
  } words[] = {{"def", BP_CODE_FUNCTION}, {"async", BP_CODE_FUNCTION}, {"class", BP_CODE_CLASS},
               {"for", BP_CODE_LOOP},     {"while", BP_CODE_LOOP},     {"if", BP_CODE_BRANCH},
               {"elif", BP_CODE_BRANCH},  {"else", BP_CODE_BRANCH},    {"with", BP_CODE_HARMLESS},
               {"try", BP_CODE_BRANCH},   {"except", BP_CODE_BRANCH},  {"finally", BP_CODE_BRANCH},
               {"match", BP_CODE_BRANCH}, {"case", BP_CODE_BRANCH}};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (begins_with(walk, line, words[k].word)) {
      *kind = words[k].kind;
      return true;
    }
  return false;
}

static bool add_unit(struct walk *walk, struct bp_span line, size_t colon) {
  struct bp_code *code = walk->code;
  struct bp_code_unit unit = {.owner = walk->owner};
  const char *word = memchr(walk->text + line.begin, '(', line.end - line.begin);
  size_t open = word ? (size_t)(word - walk->text) : line.end, name = open;
  while (name > line.begin && is_word(walk->text[name - 1]))
    name--;
  size_t close = colon < line.end ? colon : line.end;
  while (close > open && walk->text[close - 1] != ')')
    close--;
  unit.name = (struct bp_span){name, open};
  unit.parameters =
      (struct bp_span){open < close ? open + 1 : open, open < close ? close - 1 : open};
  if (!bp_list_room(walk->arena, code->units, code->unit_count, code->unit_capacity))
    return false;
  walk->unit = code->unit_count;
  code->units[code->unit_count++] = unit;
  return true;
}

/* The variables of "for a, b in …:". */
static struct bp_span loop_variables(const struct walk *walk, struct bp_span line) {
  if (!begins_with(walk, line, "for"))
    return (struct bp_span){line.begin, line.begin};
  size_t at = line.begin + 3;
  for (; at + 4 < line.end; at++)
    if (!memcmp(walk->text + at, " in ", 4))
      break;
  return (struct bp_span){line.begin + 3, at};
}

static size_t innermost(const struct walk *walk) {
  return walk->depth > 0 ? walk->blocks[walk->depth - 1].number : 0;
}

static bool add_statement(struct walk *walk, const struct bp_code_line *line, size_t opens) {
  struct bp_code *code = walk->code;
  if (code->statement_count >= MOST_LINES)
    return true;
  if (!bp_list_room(walk->arena, code->statements, code->statement_count, code->statement_capacity))
    return false;
  code->statements[code->statement_count++] = (struct bp_code_statement){
      line->kind, line->span, line->target, line->value, line->sign, innermost(walk), opens};
  return true;
}

/* Notes the block that the header `line` opens, and the header itself. */
static bool note_block(struct walk *walk, struct bp_span line, size_t colon,
                       enum bp_code_block_kind kind) {
  struct bp_code *code = walk->code;
  struct bp_code_line header = {.kind = BP_CODE_OTHER, .span = {line.begin, colon}, .sign = '='};
  if (!bp_list_room(walk->arena, code->blocks, code->block_count, code->block_capacity))
    return false;
  code->blocks[code->block_count++] = (struct bp_code_block){
      kind, header.span, innermost(walk), kind == BP_CODE_FUNCTION ? code->unit_count : walk->unit,
      kind == BP_CODE_CLASS ? code->classes + 1 : walk->owner};
  return add_statement(walk, &header, code->block_count);
}

static bool open_block(struct walk *walk, struct bp_span line, size_t indent, size_t colon,
                       enum bp_code_block_kind kind) {
  if (walk->depth == DEEPEST)
    return true;
  if (!note_block(walk, line, colon, kind))
    return false;
  struct block *block = &walk->blocks[walk->depth++];
  *block = (struct block){
      kind, indent, walk->unit, walk->owner, {line.begin, line.begin}, walk->code->block_count};
  struct bp_code_unit *unit = &walk->code->units[walk->unit];
  unit->loops += kind == BP_CODE_LOOP;
  unit->branches += kind == BP_CODE_BRANCH;
  if (kind == BP_CODE_LOOP)
    block->variables = loop_variables(walk, line);
  if (kind == BP_CODE_CLASS)
    walk->owner = ++walk->code->classes;
  return kind != BP_CODE_FUNCTION || add_unit(walk, line, colon);
}

static void close_blocks(struct walk *walk, size_t indent) {
  while (walk->depth > 0 && walk->blocks[walk->depth - 1].indent >= indent) {
    const struct block *block = &walk->blocks[--walk->depth];
    walk->unit = block->unit;
    walk->owner = block->owner;
  }
}

/* ---- lines --------------------------------------------------------------- */

/* Whether one of the words in `words` stands in the line. */
static bool mentions(const struct walk *walk, struct bp_span line, struct bp_span words) {
  for (size_t at = words.begin; at < words.end;) {
    size_t over = at;
    while (over < words.end && is_word(walk->text[over]))
      over++;
    for (size_t here = line.begin; over > at && here + (over - at) <= line.end; here++)
      if (!memcmp(walk->text + here, walk->text + at, over - at) &&
          (here == line.begin || !is_word(walk->text[here - 1])) &&
          (here + (over - at) >= line.end || !is_word(walk->text[here + (over - at)])))
        return true;
    at = over > at ? over : at + 1;
  }
  return false;
}

/* Whether it means something else at every turn, or only in some case. */
static bool is_branched(const struct walk *walk, struct bp_span line) {
  for (size_t k = walk->depth; k > 0; k--) {
    const struct block *block = &walk->blocks[k - 1];
    if (block->kind == BP_CODE_FUNCTION)
      return false;
    if (block->kind == BP_CODE_BRANCH ||
        (block->kind == BP_CODE_LOOP && mentions(walk, line, block->variables)))
      return true;
  }
  return walk->depth == DEEPEST;
}

/* The target of an assignment, x of "x: int = 3". */
static struct bp_span target_of(const struct walk *walk, size_t begin, size_t end) {
  size_t depth = 0;
  for (size_t at = begin; at < end; at++) {
    depth += strchr("([{", walk->text[at]) != NULL;
    depth -= depth > 0 && strchr(")]}", walk->text[at]);
    if (depth == 0 && walk->text[at] == ':')
      end = at;
  }
  return trimmed(walk, begin, end);
}

static bool add_line(struct walk *walk, struct bp_span span, size_t equal) {
  struct bp_code *code = walk->code;
  struct bp_code_line line = {.kind = BP_CODE_OTHER, .span = span, .unit = walk->unit, .sign = '='};
  line.branched = is_branched(walk, span);
  if (begins_with(walk, span, "return")) {
    line.kind = BP_CODE_RETURN;
    line.value = trimmed(walk, span.begin + strlen("return"), span.end);
  } else if (equal < span.end && equal > span.begin) {
    size_t behind = equal;
    while (behind > span.begin && strchr("+-*/@%&|^", walk->text[behind - 1]))
      behind--;
    line.kind = BP_CODE_ASSIGNMENT;
    line.sign = behind < equal ? walk->text[behind] : '=';
    line.target = target_of(walk, span.begin, behind);
    line.value = trimmed(walk, equal + 1, span.end);
  }
  if (!add_statement(walk, &line, 0))
    return false;
  code->long_one |= code->line_count >= MOST_LINES;
  if (line.kind == BP_CODE_OTHER || code->long_one)
    return true;
  if (!bp_list_room(walk->arena, code->lines, code->line_count, code->line_capacity))
    return false;
  code->lines[code->line_count++] = line;
  return true;
}

/* Behind the marks of a quotation, the prompt of a console, and the number of the line, "2 dW = dZ
 * @ A.T", which is no Python. */
static size_t skip_marks(const struct walk *walk, size_t at) {
  for (unsigned k = 0; k < walk->quotes; k++) {
    size_t mark = at;
    while (mark < walk->end && is_blank(walk->text[mark]))
      mark++;
    if (mark >= walk->end || walk->text[mark] != '>')
      break;
    at = mark + 1;
  }
  size_t sign = at;
  while (sign < walk->end && is_blank(walk->text[sign]))
    sign++;
  bool prompt = walk->end - sign >= 4 &&
                (!memcmp(walk->text + sign, ">>> ", 4) || !memcmp(walk->text + sign, "... ", 4));
  size_t digits = sign;
  while (digits < walk->end && walk->text[digits] >= '0' && walk->text[digits] <= '9')
    digits++;
  bool number = digits > sign && digits + 1 < walk->end && walk->text[digits] == ' ' &&
                (is_word(walk->text[digits + 1]) || is_blank(walk->text[digits + 1]));
  return prompt ? sign + 4 : number ? digits + 1 : at;
}

/* What stands behind the header on its own line is in its block, too. */
static bool take_line(struct walk *walk, size_t at, size_t indent, size_t *next) {
  struct extent extent = extent_of(walk, at);
  struct bp_span line = trimmed(walk, at, extent.stop);
  enum bp_code_block_kind kind;
  *next = extent.next;
  if (line.begin == line.end || strchr("@%!", walk->text[line.begin]))
    return true;
  if (!opens_block(walk, line, &kind) || extent.colon >= extent.stop)
    return add_line(walk, line, extent.equal);
  if (!open_block(walk, line, indent, extent.colon, kind))
    return false;
  struct bp_span rest = trimmed(walk, extent.colon + 1, extent.stop);
  return rest.begin == rest.end || add_line(walk, rest, extent_of(walk, rest.begin).equal);
}

bool bp_code_add(struct bp_code *code, size_t begin, size_t end, unsigned quotes,
                 struct bp_arena *arena) {
  struct walk walk = {
      .code = code, .arena = arena, .text = code->source->text, .end = end, .quotes = quotes};
  size_t indent = 0;
  for (size_t at = begin; at < end;) {
    bool goes_on = at > begin && walk.text[at - 1] == ';';
    if (!goes_on)
      at = skip_marks(&walk, at);
    size_t from = at;
    while (at < end && is_blank(walk.text[at]))
      at++;
    bool empty = at >= end || walk.text[at] == '\n' || walk.text[at] == '#';
    if (!empty && !goes_on) {
      indent = at - from;
      close_blocks(&walk, indent);
    }
    if (!take_line(&walk, at, indent, &at))
      return false;
  }
  return true;
}
