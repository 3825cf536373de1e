/* Precedence climbing over the bytes, as Python's grammar has it:
 *
 *   comparison  sum (("<" | ">" | "<=" | ">=" | "==") sum)?
 *   sum         product (("+" | "-") product)*
 *   product     sign (("*" | "/" | "@") sign)*
 *   sign        "-" sign | power
 *   power       postfix ("**" sign)?
 *   postfix     primary (".T" | ".dot(…)" | ".sum(…)" | "[…]" | …)*
 *
 * What stands for a name is whatever people keep arrays in: a variable, a field of an object, a
 * value of a dictionary under a literal key.
 */
#define _GNU_SOURCE /* memmem */
#include "note/code/expression.h"

#include <string.h>

enum { DEEPEST = 200, MOST_NODES = 3000 };

struct reading {
  const struct bp_source *source;
  struct bp_arena *arena;
  size_t at, end;
  int depth;
  size_t nodes;
};

static struct bp_code_node *comparison(struct reading *reading);
static struct bp_code_node *sign(struct reading *reading);

static bool is_word(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
         (sign >= '0' && sign <= '9') || sign == '_' || (sign & 0x80);
}

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static const char *text_of(const struct reading *reading) { return reading->source->text; }

/* Blanks, line breaks inside of brackets, comments. */
static void skip_blanks(struct reading *reading) {
  for (; reading->at < reading->end; reading->at++) {
    char here = text_of(reading)[reading->at];
    if (here == '#') {
      const char *line = memchr(text_of(reading) + reading->at, '\n', reading->end - reading->at);
      reading->at = line ? (size_t)(line - text_of(reading)) : reading->end - 1;
    } else if (!strchr(" \t\r\n\\", here))
      return;
  }
}

static bool looking_at(struct reading *reading, const char *what) {
  size_t length = strlen(what);
  skip_blanks(reading);
  return reading->end - reading->at >= length &&
         !memcmp(text_of(reading) + reading->at, what, length);
}

static bool take(struct reading *reading, const char *what) {
  if (!looking_at(reading, what))
    return false;
  reading->at += strlen(what);
  return true;
}

static struct bp_code_node *node(struct reading *reading, enum bp_code_node_kind kind,
                                 size_t begin) {
  struct bp_code_node *made = bp_arena_alloc(reading->arena, 1, sizeof *made);
  reading->nodes++;
  if (made)
    *made =
        (struct bp_code_node){.kind = kind, .span = {begin, reading->at}, .axis = BP_CODE_NO_AXIS};
  return made;
}

/* What cannot be read ends the walk: nothing is told of the rest. */
static struct bp_code_node *unread(struct reading *reading, size_t begin, const char *why) {
  struct bp_code_node *made = node(reading, BP_CODE_UNREAD, begin);
  reading->at = reading->end;
  if (made) {
    made->span.end = reading->end;
    made->why = why;
  }
  return made;
}

static struct bp_code_node *parent(struct reading *reading, enum bp_code_node_kind kind,
                                   size_t begin, struct bp_code_node *one,
                                   struct bp_code_node *other) {
  struct bp_code_node *made = one ? node(reading, kind, begin) : NULL;
  if (!made)
    return NULL;
  made->child[made->count++] = one;
  if (other)
    made->child[made->count++] = other;
  return made;
}

/* ---- names --------------------------------------------------------------- */

const char *bp_code_key(const char *word, size_t length, struct bp_arena *arena) {
  char *key = bp_arena_strndup(arena, word, length);
  size_t kept = 0;
  for (size_t k = 0; key && key[k]; k++)
    if (key[k] != '_')
      key[kept++] = key[k];
  if (key)
    key[kept] = '\0';
  return key && kept == 0 ? "blank" : key;
}

static const char *key_of(struct reading *reading, struct bp_span word) {
  return bp_code_key(text_of(reading) + word.begin, word.end - word.begin, reading->arena);
}

static struct bp_span word_at(struct reading *reading) {
  size_t begin = reading->at;
  while (reading->at < reading->end && is_word(text_of(reading)[reading->at]))
    reading->at++;
  return (struct bp_span){begin, reading->at};
}

static struct bp_code_node *name(struct reading *reading, size_t begin, struct bp_span word) {
  struct bp_code_node *made = node(reading, BP_CODE_NAME, begin);
  if (!made)
    return NULL;
  made->name = word;
  made->text = key_of(reading, word);
  return made->text ? made : NULL;
}

/* ["W1"] behind the name of a dictionary: the word in quotes; empty where none stands here. */
static struct bp_span literal_key(struct reading *reading) {
  size_t at = reading->at, none = at;
  const char *text = text_of(reading);
  if (at + 3 >= reading->end || text[at] != '[' || !strchr("'\"", text[at + 1]))
    return (struct bp_span){none, none};
  size_t begin = at + 2, over = begin;
  while (over < reading->end && is_word(text[over]))
    over++;
  if (over == begin || over + 1 >= reading->end || text[over] != text[at + 1] ||
      text[over + 1] != ']')
    return (struct bp_span){none, none};
  reading->at = over + 2;
  return (struct bp_span){begin, over};
}

/* ---- calls --------------------------------------------------------------- */

struct arguments {
  struct bp_code_node *list[BP_CODE_MOST_ARGUMENTS];
  size_t count;
  int axis;
  const char *why; /* they were not understood */
};

static bool is_keyword(const struct reading *reading, struct bp_span word, const char *what) {
  return word.end - word.begin == strlen(what) &&
         !memcmp(text_of(reading) + word.begin, what, strlen(what));
}

/* axis=1, keepdims=True; false where no keyword stands here. */
static bool keyword_argument(struct reading *reading, struct arguments *arguments) {
  size_t before = reading->at;
  skip_blanks(reading);
  struct bp_span word = word_at(reading);
  if (word.begin == word.end || !looking_at(reading, "=") || looking_at(reading, "==")) {
    reading->at = before;
    return false;
  }
  take(reading, "=");
  struct bp_code_node *value = comparison(reading);
  bool negative = value && value->kind == BP_CODE_OPPOSITE;
  const struct bp_code_node *number = negative ? value->child[0] : value;
  char digit =
      number && number->span.begin < reading->end ? text_of(reading)[number->span.begin] : ' ';
  if (is_keyword(reading, word, "axis") || is_keyword(reading, word, "dim")) {
    arguments->axis = negative ? -1 : digit - '0';
    if (!number || number->kind != BP_CODE_NUMBER || digit > '1')
      arguments->why = "its axis is neither 0 nor 1";
  } else if (!is_keyword(reading, word, "keepdims") && !is_keyword(reading, word, "keepdim") &&
             !is_keyword(reading, word, "copy") && !is_keyword(reading, word, "dtype"))
    arguments->why = "an option of a function in it is not understood";
  return true;
}

/* Behind the opening parenthesis. */
static bool read_arguments(struct reading *reading, struct arguments *arguments) {
  *arguments = (struct arguments){.axis = BP_CODE_NO_AXIS};
  while (!take(reading, ")")) {
    if (reading->at >= reading->end)
      return true;
    if (!keyword_argument(reading, arguments)) {
      struct bp_code_node *one = comparison(reading);
      if (!one)
        return false;
      if (arguments->count == BP_CODE_MOST_ARGUMENTS)
        arguments->why = "a function in it has more arguments than formulas have";
      else
        arguments->list[arguments->count++] = one;
    }
    if (!take(reading, ",") && !looking_at(reading, ")") && reading->at < reading->end)
      arguments->why = "it is not understood";
    if (arguments->why)
      reading->at = reading->end;
  }
  return true;
}

enum shape_of_call {
  PRODUCT,
  ELEMENTS,
  SUM,
  MEAN,
  SAME,
  TURN,
  RAISE,
  SQUARE,
  OUTER,
  LENGTH,
  PLAIN
};

static const struct {
  const char *name;
  enum shape_of_call is;
  char sign;
  size_t arguments;
} functions[] = {
    {"dot", PRODUCT, '@', 2},     {"matmul", PRODUCT, '@', 2}, {"multiply", ELEMENTS, '*', 2},
    {"divide", ELEMENTS, '/', 2}, {"add", ELEMENTS, '+', 2},   {"subtract", ELEMENTS, '-', 2},
    {"power", RAISE, '^', 2},     {"square", SQUARE, '^', 1},  {"sum", SUM, '+', 1},
    {"mean", MEAN, '+', 1},       {"average", MEAN, '+', 1},   {"squeeze", SAME, ' ', 1},
    {"float", SAME, ' ', 1},      {"array", SAME, ' ', 1},     {"copy", SAME, ' ', 1},
    {"asarray", SAME, ' ', 1},    {"transpose", TURN, ' ', 1}, {"outer", OUTER, '@', 2},
    {"len", LENGTH, ' ', 1},
};

static struct bp_code_node *operation(struct reading *reading, size_t begin, char sign,
                                      struct bp_code_node *one, struct bp_code_node *other) {
  struct bp_code_node *made = parent(reading, BP_CODE_BINARY, begin, one, other);
  if (made) {
    made->sign = sign;
    made->sign_span = (struct bp_span){one->span.end, other->span.begin};
    if (made->sign_span.end < made->sign_span.begin)
      made->sign_span = made->span;
  }
  return made;
}

static struct bp_code_node *column_of(struct reading *reading, struct bp_code_node *of) {
  struct bp_code_node *made = parent(reading, BP_CODE_CALL, of->span.begin, of, NULL);
  if (made)
    made->text = "vec";
  return made;
}

static struct bp_code_node *outer(struct reading *reading, size_t begin, struct bp_code_node *one,
                                  struct bp_code_node *other) {
  one = column_of(reading, one);
  other = column_of(reading, other);
  other = other ? parent(reading, BP_CODE_TRANSPOSE, other->span.begin, other, NULL) : NULL;
  return one && other ? operation(reading, begin, '@', one, other) : NULL;
}

static struct bp_code_node *two(struct reading *reading) {
  struct bp_code_node *made = node(reading, BP_CODE_NUMBER, reading->at);
  if (made)
    made->text = "2";
  return made;
}

static struct bp_code_node *called(struct bp_code_node *made) {
  if (made)
    made->called = true;
  return made;
}

static struct bp_code_node *as_known(struct reading *reading, size_t begin, size_t row,
                                     struct arguments *arguments) {
  struct bp_code_node *one = arguments->list[0], *other = arguments->list[1], *made = NULL;
  switch (functions[row].is) {
  case PRODUCT:
  case ELEMENTS:
  case RAISE:
    return called(operation(reading, begin, functions[row].sign, one, other));
  case SQUARE:
    other = two(reading);
    return other ? called(operation(reading, begin, '^', one, other)) : NULL;
  case OUTER:
    return called(outer(reading, begin, one, other));
  case SUM:
  case MEAN:
    made = parent(reading, BP_CODE_SUM, begin, one, NULL);
    if (made) {
      made->axis = arguments->axis;
      made->mean = functions[row].is == MEAN;
    }
    return made;
  case TURN:
    return parent(reading, BP_CODE_TRANSPOSE, begin, one, NULL);
  case LENGTH:
    made = parent(reading, BP_CODE_SIZE, begin, one, NULL);
    if (made)
      made->axis = 0;
    return made;
  default:
    return parent(reading, BP_CODE_SUM, begin, one, NULL); /* not reached */
  }
}

/* A call whose opening parenthesis is taken; `self` is what it is a method of, or NULL. */
static struct bp_code_node *call(struct reading *reading, size_t begin, struct bp_span word,
                                 bool module, struct bp_code_node *self) {
  struct arguments arguments;
  if (!read_arguments(reading, &arguments))
    return NULL;
  if (self) {
    if (arguments.count + 1 > BP_CODE_MOST_ARGUMENTS)
      return unread(reading, begin, "a function in it has more arguments than formulas have");
    memmove(arguments.list + 1, arguments.list, arguments.count * sizeof *arguments.list);
    arguments.list[0] = self;
    arguments.count++;
  }
  if (arguments.why)
    return unread(reading, begin, arguments.why);
  for (size_t row = 0; row < sizeof functions / sizeof *functions; row++) {
    if (!is_keyword(reading, word, functions[row].name))
      continue;
    if ((functions[row].is == SUM || functions[row].is == MEAN) && arguments.count == 2 &&
        arguments.list[1]->kind == BP_CODE_NUMBER) { /* np.sum(A, 0) */
      arguments.axis = text_of(reading)[arguments.list[1]->span.begin] - '0';
      arguments.count = 1;
    }
    if (arguments.count != functions[row].arguments)
      return unread(reading, begin, "a function in it has other arguments than expected");
    return functions[row].is == SAME ? arguments.list[0]
                                     : as_known(reading, begin, row, &arguments);
  }
  struct bp_code_node *made = node(reading, BP_CODE_CALL, begin);
  if (!made)
    return NULL;
  made->name = word;
  made->text = key_of(reading, word);
  made->module = module;
  made->axis = arguments.axis;
  made->count = arguments.count;
  memcpy(made->child, arguments.list, arguments.count * sizeof *arguments.list);
  return made->text ? made : NULL;
}

/* ---- what hangs behind something ----------------------------------------- */

/* .shape[0] and .size */
static struct bp_code_node *size(struct reading *reading, size_t begin, struct bp_code_node *of) {
  if (!take(reading, "["))
    return unread(reading, begin, "a shape as a whole is no part of a formula");
  skip_blanks(reading);
  bool negative = take(reading, "-");
  int axis = reading->at < reading->end ? text_of(reading)[reading->at] - '0' : 9;
  reading->at += reading->at < reading->end;
  if (axis < 0 || axis > 1 || !take(reading, "]"))
    return unread(reading, begin, "an axis in it is neither 0 nor 1");
  struct bp_code_node *made = parent(reading, BP_CODE_SIZE, begin, of, NULL);
  if (made)
    made->axis = negative ? -1 : axis;
  return made;
}

static struct bp_code_node *attribute(struct reading *reading, size_t begin,
                                      struct bp_code_node *of) {
  struct bp_span word = word_at(reading);
  bool calls = looking_at(reading, "(");
  if (is_keyword(reading, word, "T") && !calls)
    return parent(reading, BP_CODE_TRANSPOSE, begin, of, NULL);
  if (is_keyword(reading, word, "shape") && !calls)
    return size(reading, begin, of);
  if (calls) {
    static const char *const methods[] = {"dot", "matmul", "sum", "mean", "transpose", "squeeze"};
    static const char *const same[] = {"copy", "astype", "item", "numpy", "detach"};
    for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
      if (is_keyword(reading, word, methods[k])) {
        take(reading, "(");
        return call(reading, begin, word, false, of);
      }
    for (size_t k = 0; k < sizeof same / sizeof *same; k++)
      if (is_keyword(reading, word, same[k])) {
        struct arguments ignored;
        take(reading, "(");
        return read_arguments(reading, &ignored) ? of : NULL;
      }
    if (of->kind == BP_CODE_NAME) { /* self.sigmoid(Z) */
      take(reading, "(");
      return call(reading, begin, word, false, NULL);
    }
  }
  if (of->kind != BP_CODE_NAME || word.begin == word.end || calls)
    return unread(reading, begin, "a method in it is not understood");
  return name(reading, begin, word);
}

/* [:, None] makes a column of what is one already here. */
static struct bp_code_node *subscript(struct reading *reading, size_t begin,
                                      struct bp_code_node *of) {
  static const char *const axes[] = {"[:, None]", "[:,None]", "[:, np.newaxis]", "[:,np.newaxis]"};
  for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
    if (take(reading, axes[k])) {
      struct bp_code_node *made = parent(reading, BP_CODE_CALL, begin, of, NULL);
      if (made)
        made->text = "vec";
      return made;
    }
  struct bp_span key = literal_key(reading);
  if (key.begin < key.end && of->kind == BP_CODE_NAME)
    return name(reading, begin, key);
  return unread(reading, begin, "an element or a part of an array is not read");
}

static struct bp_code_node *postfix(struct reading *reading, struct bp_code_node *of) {
  size_t begin = of ? of->span.begin : 0;
  while (of && of->kind != BP_CODE_UNREAD) {
    if (reading->at < reading->end && text_of(reading)[reading->at] == '[')
      of = subscript(reading, begin, of);
    else if (take(reading, "."))
      of = attribute(reading, begin, of);
    else if (of->kind == BP_CODE_NAME && reading->at < reading->end &&
             text_of(reading)[reading->at] == '(') {
      reading->at++;
      of = call(reading, begin, of->name, false, NULL);
    } else
      break;
  }
  return of;
}

/* ---- primaries and operators --------------------------------------------- */

static struct bp_code_node *number(struct reading *reading) {
  size_t begin = reading->at;
  const char *text = text_of(reading);
  while (reading->at < reading->end &&
         (is_digit(text[reading->at]) || text[reading->at] == '.' || text[reading->at] == 'e' ||
          (strchr("+-", text[reading->at]) && text[reading->at - 1] == 'e')))
    reading->at++;
  return node(reading, BP_CODE_NUMBER, begin);
}

/* np.tanh, numpy.linalg.norm: the word behind the module. */
static bool take_module(struct reading *reading) {
  static const char *const modules[] = {"np.", "numpy.", "torch.", "jnp.", "math.", "cp.", "F."};
  for (size_t k = 0; k < sizeof modules / sizeof *modules; k++)
    if (take(reading, modules[k])) {
      while (take(reading, "linalg.") || take(reading, "nn.functional."))
        ;
      return true;
    }
  return false;
}

static struct bp_code_node *parenthesis(struct reading *reading, size_t begin) {
  struct bp_code_node *inside = comparison(reading);
  if (!inside || inside->kind == BP_CODE_UNREAD)
    return inside;
  if (!take(reading, ")"))
    return unread(reading, begin,
                  looking_at(reading, ",") ? "several values at once are not read"
                                           : "a bracket in it is open");
  inside->span = (struct bp_span){begin, reading->at};
  inside->grouped = true;
  return inside;
}

static struct bp_code_node *primary(struct reading *reading) {
  skip_blanks(reading);
  size_t begin = reading->at;
  if (begin >= reading->end)
    return unread(reading, begin, "it ends where something should follow");
  char first = text_of(reading)[begin];
  if (take(reading, "("))
    return parenthesis(reading, begin);
  if (is_digit(first) ||
      (first == '.' && begin + 1 < reading->end && is_digit(text_of(reading)[begin + 1])))
    return number(reading);
  bool module = take_module(reading);
  struct bp_span word = word_at(reading);
  if (word.begin == word.end)
    return unread(reading, begin, "a sign in it is not understood");
  if (module && take(reading, "("))
    return call(reading, begin, word, true, NULL);
  if (module && looking_at(reading, "."))
    return unread(reading, begin, "a function in it gives what no formula says");
  return name(reading, begin, word);
}

static struct bp_code_node *power(struct reading *reading) {
  struct bp_code_node *base = postfix(reading, primary(reading));
  if (!base || base->kind == BP_CODE_UNREAD || !take(reading, "**"))
    return base;
  size_t behind = reading->at;
  struct bp_code_node *exponent = sign(reading);
  struct bp_code_node *made =
      exponent ? operation(reading, base->span.begin, '^', base, exponent) : NULL;
  if (made)
    made->sign_span = (struct bp_span){behind - 2, behind};
  return made;
}

static struct bp_code_node *sign(struct reading *reading) {
  skip_blanks(reading);
  size_t begin = reading->at;
  struct bp_code_node *made;
  if (reading->depth >= DEEPEST)
    return unread(reading, begin, "its brackets are nested too deeply");
  reading->depth++;
  if (take(reading, "+"))
    made = sign(reading);
  else if (take(reading, "-")) {
    struct bp_code_node *of = sign(reading);
    made = of ? parent(reading, BP_CODE_OPPOSITE, begin, of, NULL) : NULL;
  } else
    made = power(reading);
  reading->depth--;
  return made;
}

/* Operands of one level, from left to right. */
static struct bp_code_node *level(struct reading *reading, const char *signs,
                                  struct bp_code_node *operand(struct reading *)) {
  struct bp_code_node *left = operand(reading);
  while (left && left->kind != BP_CODE_UNREAD) {
    skip_blanks(reading);
    if (reading->nodes > MOST_NODES)
      return unread(reading, reading->at, "it is longer than formulas are");
    if (reading->at >= reading->end || !strchr(signs, text_of(reading)[reading->at]))
      break;
    char which = text_of(reading)[reading->at];
    if (which == '/' && looking_at(reading, "//"))
      return unread(reading, reading->at, "// is a division of whole numbers");
    size_t at = reading->at++;
    struct bp_code_node *right = operand(reading);
    left = right ? operation(reading, left->span.begin, which, left, right) : NULL;
    if (left)
      left->sign_span = (struct bp_span){at, at + 1};
  }
  return left;
}

static struct bp_code_node *product(struct reading *reading) { return level(reading, "*/@", sign); }

static struct bp_code_node *comparison(struct reading *reading) {
  static const char *const spelled[] = {"<=", ">=", "==", "<", ">"};
  struct bp_code_node *left = level(reading, "+-", product);
  for (size_t k = 0; left && k < sizeof spelled / sizeof *spelled; k++)
    if (left->kind != BP_CODE_UNREAD && take(reading, spelled[k])) {
      struct bp_code_node *right = level(reading, "+-", product);
      return right ? operation(reading, left->span.begin, "lg=<>"[k], left, right) : NULL;
    }
  return left;
}

struct bp_code_node *bp_code_read(const struct bp_source *source, struct bp_span span,
                                  struct bp_arena *arena) {
  struct reading reading = {source, arena, span.begin, span.end, 0, 0};
  struct bp_code_node *made = comparison(&reading);
  skip_blanks(&reading);
  if (made && made->kind != BP_CODE_UNREAD && reading.at < span.end)
    return unread(&reading, reading.at, "something follows that is not understood");
  return made;
}

const struct bp_code_node *bp_code_unread(const struct bp_code_node *of) {
  if (of->kind == BP_CODE_UNREAD)
    return of;
  for (size_t k = 0; k < of->count; k++) {
    const struct bp_code_node *inside = bp_code_unread(of->child[k]);
    if (inside)
      return inside;
  }
  return NULL;
}

bool bp_code_mentions(const struct bp_code_node *of, const char *key) {
  if (of->kind == BP_CODE_NAME && !strcmp(of->text, key))
    return true;
  for (size_t k = 0; k < of->count; k++)
    if (bp_code_mentions(of->child[k], key))
      return true;
  return false;
}

bool bp_code_is_called(const struct bp_source *source, const struct bp_code_node *of,
                       const char *name) {
  return of->name.end - of->name.begin == strlen(name) &&
         !memcmp(source->text + of->name.begin, name, strlen(name));
}
