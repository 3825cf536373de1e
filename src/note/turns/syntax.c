/* Precedence climbing, a function a level of Python's grammar:
 *
 *   items     choice ("," choice)*
 *   choice    either ("if" either "else" choice)?
 *   either    compared (("and" | "or") compared)*, "not" before any of them
 *   compared  level 0 (("<" | "==" | "in" | …) level 0)*
 *   level k   the operators of one row of `levels`
 *   sign      ("-" | "+" | "~") sign | power
 *   power     postfix ("**" sign)?
 *   postfix   primary ("." name | "(" … ")" | "[" … "]")*
 *
 * What is not understood ends the walk as UNREAD, so nothing is told of what follows it.
 */
#include "note/turns/syntax.h"

#include <string.h>

#include "base/list.h"

enum { DEEPEST = 100, MOST_NODES = 4000 };

struct reader {
  const char *text;
  struct bp_arena *arena;
  size_t at, end;
  int depth;
  size_t nodes;
  bool failed; /* something was not understood */
};

static struct bp_syntax *choice(struct reader *reader);
static struct bp_syntax *sign(struct reader *reader);

static bool is_word(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9') || sign == '_' || (sign & 0x80);
}

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static void skip_blanks(struct reader *reader) {
  for (; reader->at < reader->end; reader->at++) {
    char here = reader->text[reader->at];
    if (here == '#') {
      while (reader->at + 1 < reader->end && reader->text[reader->at] != '\n')
        reader->at++;
    } else if (here == '\0' || !strchr(" \t\r\n\\", here))
      return;
  }
}

static bool looking_at(struct reader *reader, const char *what) {
  size_t length = strlen(what);
  skip_blanks(reader);
  return reader->end - reader->at >= length && !memcmp(reader->text + reader->at, what, length);
}

static bool take(struct reader *reader, const char *what) {
  if (reader->failed || !looking_at(reader, what))
    return false;
  reader->at += strlen(what);
  return true;
}

static bool take_word(struct reader *reader, const char *word) {
  size_t length = strlen(word);
  if (reader->failed || !looking_at(reader, word) ||
      (reader->at + length < reader->end && is_word(reader->text[reader->at + length])))
    return false;
  reader->at += length;
  return true;
}

/* Where what was read so far ends, without the blanks behind it. */
static size_t end_here(const struct reader *reader, size_t begin) {
  size_t end = reader->at;
  while (end > begin && strchr(" \t\r\n", reader->text[end - 1]))
    end--;
  return end;
}

static struct bp_syntax *node(struct reader *reader, enum bp_syntax_kind kind, size_t begin) {
  struct bp_syntax *made = bp_arena_alloc(reader->arena, 1, sizeof *made);
  if (made)
    *made = (struct bp_syntax){.kind = kind, .span = {begin, end_here(reader, begin)}, .text = ""};
  if (++reader->nodes > MOST_NODES)
    reader->failed = true;
  return made;
}

static struct bp_syntax *unread(struct reader *reader, size_t begin) {
  reader->failed = true;
  reader->at = reader->end;
  return node(reader, BP_SYNTAX_UNREAD, begin);
}

static struct bp_syntax *add(struct reader *reader, struct bp_syntax *to, struct bp_syntax *one) {
  if (!to || !bp_list_room(reader->arena, to->child, to->count, to->capacity))
    return NULL;
  to->child[to->count++] = one;
  to->span.end = end_here(reader, to->span.begin);
  return to;
}

static struct bp_syntax *over(struct reader *reader, enum bp_syntax_kind kind, char sign,
                              struct bp_span word, struct bp_syntax *one, struct bp_syntax *other) {
  struct bp_syntax *made = one ? node(reader, kind, one->span.begin) : NULL;
  if (!made)
    return NULL;
  made->sign = sign;
  made->word = word;
  made = add(reader, made, one);
  return other ? add(reader, made, other) : made;
}

/* ---- primaries ----------------------------------------------------------- */

/* f"W{l}" with the expression at `from`, up to `end`, as "W%d" % l; NULL: it is not read. */
static struct bp_syntax *filled(struct reader *reader, struct bp_syntax *pattern, size_t from,
                                size_t end) {
  size_t before = reader->at, last = reader->end;
  reader->at = from;
  reader->end = end;
  struct bp_syntax *value = choice(reader);
  skip_blanks(reader);
  bool whole = !reader->failed && (reader->at == end || strchr(":!", reader->text[reader->at]));
  reader->at = before;
  reader->end = last;
  reader->failed = false;
  return whole ? over(reader, BP_SYNTAX_OPERATOR, '%', pattern->span, pattern, value) : NULL;
}

/* A string with places for values in it; `raw` is all between its quotes, which end here. */
static struct bp_syntax *formatted(struct reader *reader, size_t begin, struct bp_span raw) {
  enum { MOST_PLACES = 4 };
  const char *text = reader->text;
  struct bp_span places[MOST_PLACES];
  size_t count = 0;
  struct bp_syntax *made = node(reader, BP_SYNTAX_TEXT, begin);
  const char *pattern = "";
  for (size_t at = raw.begin, from = at; made && pattern && at <= raw.end; at++) {
    bool over = at == raw.end;
    if (!over && strchr("%}\\", text[at]))
      return unread(reader, begin);
    if (!over && text[at] != '{')
      continue;
    const char *close = over ? NULL : memchr(text + at, '}', raw.end - at);
    if (!over && (!close || count == MOST_PLACES))
      return unread(reader, begin);
    pattern = bp_arena_printf(reader->arena, "%s%.*s%s", pattern, (int)(at - from), text + from,
                              over ? "" : "%d");
    if (over)
      break;
    places[count++] = (struct bp_span){at + 1, (size_t)(close - text)};
    at = places[count - 1].end;
    from = at + 1;
  }
  if (made)
    made->text = pattern;
  for (size_t k = 0; made && k < count; k++) {
    made = filled(reader, made, places[k].begin, places[k].end);
    if (!made)
      return unread(reader, begin);
    made->span.begin = begin;
  }
  return made;
}

static struct bp_syntax *string(struct reader *reader, size_t begin) {
  char quote = reader->text[reader->at];
  bool three = reader->end - reader->at >= 3 && reader->text[reader->at + 1] == quote &&
               reader->text[reader->at + 2] == quote;
  size_t width = three ? 3 : 1, from = reader->at + width, at = from;
  while (at < reader->end && (reader->text[at] != quote ||
                              (three && (reader->end - at < 3 || reader->text[at + 1] != quote ||
                                         reader->text[at + 2] != quote))))
    at += reader->text[at] == '\\' ? 2 : 1;
  if (at >= reader->end)
    return unread(reader, begin);
  reader->at = at + width;
  bool places = from > begin + width && memchr(reader->text + begin, 'f', from - width - begin);
  if (places && memchr(reader->text + from, '{', at - from))
    return formatted(reader, begin, (struct bp_span){from, at});
  struct bp_syntax *made = node(reader, BP_SYNTAX_TEXT, begin);
  if (made)
    made->text = bp_arena_strndup(reader->arena, reader->text + from, at - from);
  return made;
}

static struct bp_syntax *number(struct reader *reader, size_t begin) {
  const char *text = reader->text;
  while (reader->at < reader->end &&
         (is_word(text[reader->at]) || text[reader->at] == '.' ||
          (strchr("+-", text[reader->at]) && strchr("eE", text[reader->at - 1]))))
    reader->at++;
  return node(reader, BP_SYNTAX_NUMBER, begin);
}

/* Behind the first item of a bracket, "for names in what if …": the rest of a comprehension. */
static struct bp_syntax *each(struct reader *reader, size_t begin, struct bp_syntax *what) {
  struct bp_syntax *made = node(reader, BP_SYNTAX_EACH, begin);
  struct bp_syntax *names = node(reader, BP_SYNTAX_TUPLE, reader->at);
  do {
    skip_blanks(reader);
    size_t from = reader->at;
    bool group = take(reader, "(");
    while (reader->at < reader->end && is_word(reader->text[reader->at]))
      reader->at++;
    if (group || reader->at == from)
      return unread(reader, begin);
    struct bp_syntax *name = node(reader, BP_SYNTAX_NAME, from);
    if (name)
      name->text = bp_arena_strndup(reader->arena, reader->text + from, reader->at - from);
    names = add(reader, names, name);
  } while (take(reader, ","));
  if (!take_word(reader, "in"))
    return unread(reader, begin);
  made = add(reader, add(reader, made, what), names);
  made = add(reader, made, choice(reader));
  return looking_at(reader, "if") || looking_at(reader, "for") ? unread(reader, begin) : made;
}

/* The items up to the bracket that closes; a comprehension instead of them. */
static struct bp_syntax *items(struct reader *reader, enum bp_syntax_kind kind, size_t begin,
                               const char *close) {
  struct bp_syntax *made = node(reader, kind, begin);
  bool comma = false;
  while (made && !take(reader, close)) {
    if (reader->failed || reader->at >= reader->end)
      return unread(reader, begin);
    struct bp_syntax *one = choice(reader);
    if (kind == BP_SYNTAX_DICTIONARY && take(reader, ":")) {
      made = add(reader, made, one);
      one = choice(reader);
      if (take_word(reader, "for")) {
        made = each(reader, begin, one);
        if (made)
          made->curly = true;
        return take(reader, close) ? made : unread(reader, begin);
      }
    } else if (take_word(reader, "for")) {
      made = each(reader, begin, one);
      return take(reader, close) ? made : unread(reader, begin);
    }
    made = add(reader, made, one);
    bool more = take(reader, ",");
    comma = comma || more;
    if (!more && !looking_at(reader, close))
      return unread(reader, begin);
  }
  if (made && kind == BP_SYNTAX_TUPLE && made->count == 1 && !comma) {
    made->child[0]->span = (struct bp_span){begin, reader->at};
    made->child[0]->grouped = true;
    return made->child[0];
  }
  if (made)
    made->span.end = reader->at;
  return made;
}

static struct bp_syntax *primary(struct reader *reader) {
  skip_blanks(reader);
  size_t begin = reader->at;
  if (reader->failed || begin >= reader->end || ++reader->depth > DEEPEST)
    return unread(reader, begin);
  char first = reader->text[begin];
  struct bp_syntax *made = NULL;
  if (take(reader, "("))
    made = items(reader, BP_SYNTAX_TUPLE, begin, ")");
  else if (take(reader, "["))
    made = items(reader, BP_SYNTAX_LIST, begin, "]");
  else if (take(reader, "{"))
    made = items(reader, BP_SYNTAX_DICTIONARY, begin, "}");
  else if (first == '\'' || first == '"')
    made = string(reader, begin);
  else if (is_digit(first) ||
           (first == '.' && begin + 1 < reader->end && is_digit(reader->text[begin + 1])))
    made = number(reader, begin);
  else {
    while (reader->at < reader->end && is_word(reader->text[reader->at]))
      reader->at++;
    size_t length = reader->at - begin;
    bool quoted = reader->at < reader->end && strchr("'\"", reader->text[reader->at]) && length < 3;
    if (quoted && length > 0)
      made = string(reader, begin);
    else if (length > 0) {
      made = node(reader, BP_SYNTAX_NAME, begin);
      if (made) {
        made->text = bp_arena_strndup(reader->arena, reader->text + begin, length);
        made->word = made->span;
      }
    } else
      made = unread(reader, begin);
  }
  reader->depth--;
  return made;
}

/* ---- what hangs behind something ----------------------------------------- */

static struct bp_syntax *arguments(struct reader *reader, struct bp_syntax *call) {
  while (call && !take(reader, ")")) {
    if (reader->failed || reader->at >= reader->end)
      return unread(reader, call->span.begin);
    skip_blanks(reader);
    size_t begin = reader->at, over = begin;
    while (over < reader->end && is_word(reader->text[over]))
      over++;
    size_t behind = over;
    while (behind < reader->end && reader->text[behind] == ' ')
      behind++;
    bool keyword = over > begin && !is_digit(reader->text[begin]) && behind + 1 < reader->end &&
                   reader->text[behind] == '=' && reader->text[behind + 1] != '=';
    struct bp_syntax *one;
    if (keyword) {
      reader->at = behind + 1;
      one = node(reader, BP_SYNTAX_KEYWORD, begin);
      if (one)
        one->text = bp_arena_strndup(reader->arena, reader->text + begin, over - begin);
      one = add(reader, one, choice(reader));
    } else {
      one = choice(reader);
      if (take_word(reader, "for"))
        one = each(reader, begin, one);
    }
    call = add(reader, call, one);
    if (!take(reader, ",") && !looking_at(reader, ")"))
      return call ? unread(reader, call->span.begin) : NULL;
  }
  if (call)
    call->span.end = reader->at;
  return call;
}

static struct bp_syntax *slice(struct reader *reader) {
  skip_blanks(reader);
  size_t begin = reader->at;
  struct bp_syntax *one = looking_at(reader, ":") ? NULL : choice(reader);
  if (!take(reader, ":"))
    return one;
  struct bp_syntax *made = node(reader, BP_SYNTAX_SLICE, begin);
  bool ends = looking_at(reader, "]") || looking_at(reader, ",") || looking_at(reader, ":");
  made = add(reader, made, one);
  made = add(reader, made, ends ? NULL : choice(reader));
  if (take(reader, ":")) {
    ends = looking_at(reader, "]") || looking_at(reader, ",");
    made = add(reader, made, ends ? NULL : choice(reader));
  }
  return made;
}

static struct bp_syntax *part(struct reader *reader, struct bp_syntax *of) {
  struct bp_syntax *made = over(reader, BP_SYNTAX_PART, '[', (struct bp_span){0, 0}, of, NULL);
  while (made && !take(reader, "]")) {
    if (reader->failed || reader->at >= reader->end)
      return unread(reader, of->span.begin);
    made = add(reader, made, slice(reader));
    if (!take(reader, ",") && !looking_at(reader, "]"))
      return unread(reader, of->span.begin);
  }
  if (made)
    made->span.end = reader->at;
  return made;
}

static struct bp_syntax *postfix(struct reader *reader) {
  struct bp_syntax *of = primary(reader);
  while (of && !reader->failed) {
    if (take(reader, ".")) {
      skip_blanks(reader);
      size_t begin = reader->at;
      while (reader->at < reader->end && is_word(reader->text[reader->at]))
        reader->at++;
      struct bp_span word = {begin, reader->at};
      of = over(reader, BP_SYNTAX_FIELD, '.', word, of, NULL);
      if (of)
        of->text = bp_arena_strndup(reader->arena, reader->text + begin, word.end - begin);
    } else if (take(reader, "("))
      of = arguments(reader, over(reader, BP_SYNTAX_CALL, '(', (struct bp_span){0, 0}, of, NULL));
    else if (take(reader, "["))
      of = part(reader, of);
    else
      break;
  }
  return of;
}

/* ---- operators ----------------------------------------------------------- */

static struct bp_syntax *power(struct reader *reader) {
  struct bp_syntax *base = postfix(reader);
  if (!base || !take(reader, "**"))
    return base;
  struct bp_span word = {reader->at - 2, reader->at};
  struct bp_syntax *exponent = sign(reader);
  return exponent ? over(reader, BP_SYNTAX_OPERATOR, '^', word, base, exponent) : NULL;
}

static struct bp_syntax *sign(struct reader *reader) {
  skip_blanks(reader);
  size_t begin = reader->at;
  if (reader->depth >= DEEPEST)
    return unread(reader, begin);
  reader->depth++;
  struct bp_syntax *made;
  if (take(reader, "+"))
    made = sign(reader);
  else if (take(reader, "-")) {
    struct bp_syntax *of = sign(reader);
    made =
        of ? over(reader, BP_SYNTAX_SIGN, '-', (struct bp_span){begin, begin + 1}, of, NULL) : NULL;
    if (made)
      made->span.begin = begin;
  } else if (take(reader, "~")) {
    struct bp_syntax *of = sign(reader);
    made =
        of ? over(reader, BP_SYNTAX_SIGN, '~', (struct bp_span){begin, begin + 1}, of, NULL) : NULL;
    if (made)
      made->span.begin = begin;
  } else
    made = power(reader);
  reader->depth--;
  return made;
}

/* Signs of one level, weaker ones first; what two bytes have is asked before what one has. */
static const struct {
  const char *text;
  char sign;
  int level;
} operators[] = {{"|", '?', 0}, {"&", '?', 1}, {"<<", '?', 2}, {">>", '?', 2},
                 {"+", '+', 3}, {"-", '-', 3}, {"//", 'i', 4}, {"*", '*', 4},
                 {"/", '/', 4}, {"%", '%', 4}, {"@", '@', 4}};
enum { LAST_LEVEL = 4 };

static struct bp_syntax *level(struct reader *reader, int which) {
  if (which > LAST_LEVEL)
    return sign(reader);
  struct bp_syntax *left = level(reader, which + 1);
  for (bool more = true; more && left && !reader->failed;) {
    more = false;
    for (size_t k = 0; k < sizeof operators / sizeof *operators && !more; k++) {
      if (operators[k].level != which || !looking_at(reader, operators[k].text))
        continue;
      size_t begin = reader->at;
      reader->at += strlen(operators[k].text);
      struct bp_syntax *right = level(reader, which + 1);
      left = right ? over(reader, BP_SYNTAX_OPERATOR, operators[k].sign,
                          (struct bp_span){begin, begin + strlen(operators[k].text)}, left, right)
                   : NULL;
      more = true;
    }
  }
  return left;
}

static struct bp_syntax *compared(struct reader *reader) {
  static const char *const spelled[] = {"<=", ">=", "==", "!=", "<", ">"};
  struct bp_syntax *left = level(reader, 0);
  for (bool more = true; more && left && !reader->failed;) {
    more = false;
    char sign = '\0';
    size_t begin = (skip_blanks(reader), reader->at);
    for (size_t k = 0; k < sizeof spelled / sizeof *spelled && !sign; k++)
      sign = take(reader, spelled[k]) ? "lg=n<>"[k] : '\0';
    if (!sign && (take_word(reader, "in") || take_word(reader, "is") ||
                  (take_word(reader, "not") && take_word(reader, "in")))) {
      sign = '?';
      take_word(reader, "not");
    }
    if (sign == '\0')
      break;
    struct bp_span word = {begin, reader->at};
    struct bp_syntax *right = level(reader, 0);
    bool chain = left->kind == BP_SYNTAX_COMPARED && !left->grouped;
    left = right ? over(reader, BP_SYNTAX_COMPARED, (char)(chain ? '?' : sign), word, left, right)
                 : NULL;
    more = true;
  }
  return left;
}

static struct bp_syntax *either(struct reader *reader) {
  struct bp_syntax *left;
  skip_blanks(reader);
  if (reader->depth >= DEEPEST)
    return unread(reader, reader->at);
  reader->depth++;
  if (take_word(reader, "not")) {
    left = either(reader);
    left = left ? over(reader, BP_SYNTAX_BOTH, '!', left->span, left, NULL) : NULL;
  } else
    left = compared(reader);
  while (left && (take_word(reader, "and") || take_word(reader, "or"))) {
    struct bp_syntax *right = take_word(reader, "not") ? either(reader) : compared(reader);
    left = right ? over(reader, BP_SYNTAX_BOTH, '?', right->span, left, right) : NULL;
  }
  reader->depth--;
  return left;
}

static struct bp_syntax *choice(struct reader *reader) {
  if (looking_at(reader, "lambda") || looking_at(reader, "*") || looking_at(reader, "await "))
    return unread(reader, reader->at);
  struct bp_syntax *value = either(reader);
  if (!value || !take_word(reader, "if"))
    return value;
  struct bp_syntax *condition = either(reader);
  if (!condition || !take_word(reader, "else"))
    return condition ? unread(reader, value->span.begin) : NULL;
  struct bp_syntax *other = choice(reader);
  struct bp_syntax *made = over(reader, BP_SYNTAX_CHOICE, '?', condition->span, value, condition);
  return made && other ? add(reader, made, other) : NULL;
}

struct bp_syntax *bp_syntax_read(const struct bp_source *source, struct bp_span span,
                                 struct bp_arena *arena) {
  struct reader reader = {source->text, arena, span.begin, span.end, 0, 0, false};
  struct bp_syntax *first = choice(&reader);
  if (first && take(&reader, ",")) {
    struct bp_syntax *all = over(&reader, BP_SYNTAX_TUPLE, ',', span, first, NULL);
    while (all && !reader.failed && (skip_blanks(&reader), reader.at < span.end)) {
      all = add(&reader, all, choice(&reader));
      if (!take(&reader, ","))
        break;
    }
    first = all;
  }
  skip_blanks(&reader);
  if (first && (reader.failed || reader.at < span.end))
    return unread(&reader, span.begin);
  return first;
}

bool bp_syntax_is(const struct bp_syntax *node, const char *name) {
  return node && node->kind == BP_SYNTAX_NAME && strcmp(node->text, name) == 0;
}

bool bp_syntax_mentions(const struct bp_syntax *node, const char *name) {
  if (!node || bp_syntax_is(node, name))
    return node != NULL;
  for (size_t k = 0; k < node->count; k++)
    if (bp_syntax_mentions(node->child[k], name))
      return true;
  return false;
}
