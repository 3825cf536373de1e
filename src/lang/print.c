/* Expressions as text.
 *
 * Parentheses are the inverse of the parser's rules: an expression at a place where the parser
 * reads `sub(limit)` needs them when its operator does not bind closer than the limit.  Signs that
 * take everything up to a weaker operator (a minus, a sum) also need them when what follows would
 * be taken, so the strength of the operator behind the expression is handed down as `follow`.
 */
#include "lang/print.h"

#include <stdlib.h>
#include <string.h>

#include "lang/token.h"
#include "lang/tree.h"

enum { NOTHING = 0, SUM = 1, PRODUCT = 2, MINUS = 3, POWER = 4, POSTFIX = 5 };

/* Names that a sum around the current place binds; they stay as they are. */
struct bound {
  const char *name;
  const struct bound *outer;
};

struct printer {
  struct bp_arena *arena;
  bp_print_index *index;
  void *context;
  const struct bound *bound;
  bool indexing; /* inside [] or _{}: without blanks, letters replaced */
  char *text;
  size_t length, capacity;
  bool failed;
};

static void print(struct printer *printer, const struct bp_expression *expression, int limit,
                  int follow);

static void put_bytes(struct printer *printer, const char *bytes, size_t length) {
  enum { FIRST = 64 };
  if (printer->failed)
    return;
  if (printer->capacity - printer->length <= length) {
    size_t capacity = printer->capacity ? 2 * printer->capacity : FIRST;
    while (capacity - printer->length <= length)
      capacity *= 2;
    char *text = bp_arena_alloc(printer->arena, capacity, 1);
    if (!text) {
      printer->failed = true;
      return;
    }
    if (printer->length > 0)
      memcpy(text, printer->text, printer->length);
    printer->text = text;
    printer->capacity = capacity;
  }
  memcpy(printer->text + printer->length, bytes, length);
  printer->length += length;
  printer->text[printer->length] = '\0';
}

static void put(struct printer *printer, const char *text) {
  put_bytes(printer, text, strlen(text));
}

/* ---- indices ------------------------------------------------------------- */

/* What the caller wants to see instead of a letter, or NULL. */
static const char *replacement(const struct printer *printer, const char *name) {
  for (const struct bound *bound = printer->bound; bound; bound = bound->outer)
    if (!strcmp(bound->name, name))
      return NULL;
  return printer->index && printer->indexing ? printer->index(printer->context, name) : NULL;
}

static bool whole_number(const char *text, long long *value) {
  char *end = NULL;
  size_t length = strlen(text);
  if (length == 0 || length > 18 || strspn(text, "-0123456789") != length)
    return false;
  *value = strtoll(text, &end, 10);
  return *end == '\0';
}

/* The value of an index, where all its letters have one. */
static bool index_value(const struct printer *printer, const struct bp_expression *expression,
                        long long *value) {
  long long left = 0, right = 0;
  const char *text = NULL;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return whole_number(expression->text, value);
  case BP_EXPR_NAME:
    text = expression->count ? NULL : replacement(printer, expression->name);
    return text && whole_number(text, value);
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
  case BP_EXPR_MULTIPLY:
    break;
  default:
    return false;
  }
  if (!index_value(printer, expression->child[0], &left) ||
      !index_value(printer, expression->child[1], &right))
    return false;
  if (expression->kind == BP_EXPR_ADD)
    return !__builtin_add_overflow(left, right, value);
  if (expression->kind == BP_EXPR_SUBTRACT)
    return !__builtin_sub_overflow(left, right, value);
  return !__builtin_mul_overflow(left, right, value);
}

static void put_index(struct printer *printer, const struct bp_expression *index) {
  bool outer = printer->indexing;
  long long value;
  printer->indexing = true;
  if (printer->index && index->kind != BP_EXPR_NUMBER && index_value(printer, index, &value)) {
    char *text = bp_arena_printf(printer->arena, "%lld", value);
    put(printer, text ? text : "");
    printer->failed |= !text;
  } else {
    print(printer, index, NOTHING, NOTHING);
  }
  printer->indexing = outer;
}

static void put_list(struct printer *printer, const struct bp_expression *expression, size_t first,
                     const char *between, bool indices) {
  for (size_t k = first; k < expression->count; k++) {
    if (k > first)
      put(printer, between);
    if (indices)
      put_index(printer, expression->child[k]);
    else
      print(printer, expression->child[k], NOTHING, NOTHING);
  }
}

static void put_name(struct printer *printer, const struct bp_expression *name) {
  const char *other = name->count ? NULL : replacement(printer, name->name);
  put(printer, other ? other : name->name);
  if (name->count == 0)
    return;
  put(printer, "[");
  put_list(printer, name, 0, ",", true);
  put(printer, "]");
}

/* a_k and a_12 without braces */
static void put_element(struct printer *printer, const struct bp_expression *element) {
  const struct bp_expression *index = element->child[1];
  bool plain = element->count == 2 && index->count == 0 &&
               (index->kind == BP_EXPR_NAME || index->kind == BP_EXPR_NUMBER);
  print(printer, element->child[0], POSTFIX, POSTFIX);
  put(printer, plain ? "_" : "_{");
  put_list(printer, element, 1, ",", true);
  put(printer, plain ? "" : "}");
}

/* ---- operators ----------------------------------------------------------- */

static bool is_power(enum bp_expression_kind kind) {
  return kind == BP_EXPR_POWER || kind == BP_EXPR_POINT_POWER;
}

/* 1/m is written closely, and a * b / m is not, because there all of a * b is divided. */
static bool is_close(const struct printer *printer, const struct bp_expression *expression) {
  return printer->indexing || is_power(expression->kind) ||
         (expression->kind == BP_EXPR_DIVIDE &&
          bp_operator_strength(expression->child[0]->kind) != PRODUCT);
}

/* What the printed expression begins with. */
static const struct bp_expression *leading(const struct bp_expression *expression) {
  while (expression->kind == BP_EXPR_TRANSPOSE || expression->kind == BP_EXPR_ELEMENT ||
         expression->kind == BP_EXPR_CALL || is_power(expression->kind))
    expression = expression->child[0];
  return expression;
}

/* [E for i]: a sum by its kind, and closed as a matrix is. */
static bool is_entries(const struct bp_expression *node) {
  return node->kind == BP_EXPR_SUM &&
         (node->order == BP_JOIN_BELOW || node->order == BP_JOIN_BESIDE);
}

/* A^T' and A^[1] would not be read as powers. */
static bool misread_after_caret(const struct bp_expression *right) {
  const struct bp_expression *first = leading(right);
  bool letter = first->kind == BP_EXPR_NAME && first->count == 0 && !strcmp(first->name, "T");
  return first->kind == BP_EXPR_MATRIX || is_entries(first) || (letter && first != right);
}

static void put_in_parentheses(struct printer *printer, const struct bp_expression *expression) {
  put(printer, "(");
  print(printer, expression, NOTHING, NOTHING);
  put(printer, ")");
}

static void put_binary(struct printer *printer, const struct bp_expression *expression,
                       int follow) {
  enum bp_expression_kind kind = expression->kind;
  int strength = bp_operator_strength(kind);
  const char *blank = is_close(printer, expression) ? "" : " ";
  bool power = is_power(kind);
  print(printer, expression->child[0], power ? POSTFIX : strength - 1, strength);
  put(printer, blank);
  put(printer, bp_operator_sign(kind));
  put(printer, blank);
  const struct bp_expression *right = expression->child[1];
  bool steps = right->kind == BP_EXPR_NAME && right->parenthesised && !strcmp(right->name, "T");
  if (kind == BP_EXPR_POWER && (steps || misread_after_caret(right)))
    put_in_parentheses(printer, expression->child[1]);
  else
    print(printer, expression->child[1], power ? strength - 1 : strength, follow);
}

/* i=1..m, without the bounds that nobody wrote. */
static void put_letter(struct printer *printer, const struct bp_expression *sum) {
  bool from = sum->child[0]->kind != BP_EXPR_ALL, to = sum->child[1]->kind != BP_EXPR_ALL;
  if (from || to || sum->count == 3)
    put(printer, sum->name);
  if (from || to) {
    put(printer, "=");
    if (from)
      put_index(printer, sum->child[0]);
    put(printer, to ? ".." : "");
    if (to)
      put_index(printer, sum->child[1]);
  }
  if (sum->count > 3) {
    put(printer, from || to ? ", " : "");
    put(printer, sum->name);
    put(printer, "≠");
    put_index(printer, sum->child[3]);
  }
}

/* [E for i=1..n, j=1..m]; a single row is one of many. */
static void put_entries(struct printer *printer, const struct bp_expression *rows) {
  bool lone = rows->order == BP_JOIN_BESIDE;
  const struct bp_expression *body = rows->child[2];
  bool both = !lone && body->kind == BP_EXPR_SUM && body->order == BP_JOIN_BESIDE;
  struct bound bound = {rows->name, printer->bound};
  struct bound inner = {both ? body->name : rows->name, &bound};
  bool outer = printer->indexing;
  printer->bound = &inner;
  put(printer, "[");
  print(printer, both ? body->child[2] : body, NOTHING, NOTHING);
  put(printer, lone ? !strcmp(rows->name, "i") ? " for j=1..1, " : " for i=1..1, " : " for ");
  printer->indexing = true;
  printer->bound = bound.outer;
  put_letter(printer, rows);
  printer->bound = &bound;
  put(printer, both ? ", " : "");
  if (both)
    put_letter(printer, body);
  put(printer, "]");
  printer->bound = bound.outer;
  printer->indexing = outer;
}

static void put_sum(struct printer *printer, const struct bp_expression *sum, int follow) {
  struct bound bound = {sum->name, printer->bound};
  bool outer = printer->indexing;
  printer->indexing = true;
  put(printer, sum->order == BP_JOIN_PRODUCT ? "prod_{" : "sum_{");
  put_letter(printer, sum);
  put(printer, "} ");
  printer->indexing = outer;
  printer->bound = &bound;
  print(printer, sum->child[2], SUM, follow);
  printer->bound = bound.outer;
}

/* 1{i = j}, which is read as where(i = j, 1, 0). */
static bool is_indicator(const struct bp_expression *call) {
  return call->count == 4 && call->order == 0 && !strcmp(call->child[0]->name, "where") &&
         bp_is(call->child[1], BP_EXPR_COMPARE) && bp_is_number(call->child[2], "1") &&
         bp_is_number(call->child[3], "0");
}

static void put_call(struct printer *printer, const struct bp_expression *call) {
  if (is_indicator(call)) {
    put(printer, "1{");
    print(printer, call->child[1], NOTHING, NOTHING);
    put(printer, "}");
    return;
  }
  print(printer, call->child[0], POSTFIX, POSTFIX);
  for (int k = 0; k < call->order; k++)
    put(printer, "'");
  put(printer, "(");
  put_list(printer, call, 1, ", ", false);
  put(printer, ")");
}

static void put_matrix(struct printer *printer, const struct bp_expression *matrix) {
  put(printer, "[");
  for (size_t k = 0; k < matrix->count; k++) {
    if (k > 0)
      put(printer, k % matrix->columns == 0 ? "; " : ", ");
    print(printer, matrix->child[k], NOTHING, NOTHING);
  }
  put(printer, "]");
}

/* A name with indices and subscripts, or a call: what needs no parentheses after ∂. */
static bool bare_after_partial(const struct bp_expression *expression) {
  if (expression->kind == BP_EXPR_CALL)
    return true;
  while (expression->kind == BP_EXPR_ELEMENT)
    expression = expression->child[0];
  return expression->kind == BP_EXPR_NAME;
}

/* ∇_{W[1]} J */
static void put_gradient(struct printer *printer, const struct bp_expression *gradient) {
  put(printer, "∇_{");
  print(printer, gradient->child[1], POSTFIX, POSTFIX);
  put(printer, "} ");
  if (bare_after_partial(gradient->child[0]))
    print(printer, gradient->child[0], POSTFIX, POSTFIX);
  else
    put_in_parentheses(printer, gradient->child[0]);
}

static void put_partial(struct printer *printer, const struct bp_expression *partial) {
  if (partial->order > 0) {
    put_gradient(printer, partial);
    return;
  }
  for (int side = 0; side < 2; side++) {
    put(printer, side == 0 ? partial->immediate ? "∂⁺" : "∂" : "/∂");
    if (bare_after_partial(partial->child[side]))
      print(printer, partial->child[side], POSTFIX, POSTFIX);
    else
      put_in_parentheses(printer, partial->child[side]);
  }
}

static void put_at(struct printer *printer, const struct bp_expression *at) {
  put(printer, "(");
  print(printer, at->child[0], NOTHING, NOTHING);
  for (size_t k = 1; k + 1 < at->count; k += 2) {
    put(printer, k == 1 ? " at " : ", ");
    print(printer, at->child[k], NOTHING, NOTHING);
    put(printer, " = ");
    print(printer, at->child[k + 1], NOTHING, NOTHING);
  }
  put(printer, ")");
}

/* ---- all of them --------------------------------------------------------- */

static bool needs_parentheses(const struct bp_expression *expression, int limit, int follow) {
  switch (expression->kind) {
  case BP_EXPR_NEGATE: /* takes a product where one may begin, otherwise a power */
    return limit >= POWER || follow >= (limit < PRODUCT ? PRODUCT : POWER);
  case BP_EXPR_SUM:
    return !is_entries(expression) && (limit >= MINUS || follow >= PRODUCT);
  case BP_EXPR_PARTIAL:
    return limit >= MINUS || follow >= POWER;
  default:
    return bp_operator_strength(expression->kind) > 0 &&
           bp_operator_strength(expression->kind) <= limit;
  }
}

static void print_bare(struct printer *printer, const struct bp_expression *expression, int limit,
                       int follow) {
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    put(printer, expression->text);
    break;
  case BP_EXPR_NAME:
    put_name(printer, expression);
    break;
  case BP_EXPR_NEGATE:
    put(printer, "-");
    print(printer, expression->child[0], limit < PRODUCT ? SUM : MINUS, follow);
    break;
  case BP_EXPR_TRANSPOSE:
    print(printer, expression->child[0], POSTFIX, POSTFIX);
    put(printer, expression->child[0]->primed ? "^T" : "'"); /* where x' is another name */
    break;
  case BP_EXPR_CALL:
    put_call(printer, expression);
    break;
  case BP_EXPR_ELEMENT:
    put_element(printer, expression);
    break;
  case BP_EXPR_ALL:
    put(printer, ":");
    break;
  case BP_EXPR_HOLE:
    put(printer, "?");
    break;
  case BP_EXPR_SUM:
    if (is_entries(expression))
      put_entries(printer, expression);
    else
      put_sum(printer, expression, follow);
    break;
  case BP_EXPR_MATRIX:
    put_matrix(printer, expression);
    break;
  case BP_EXPR_PARTIAL:
    put_partial(printer, expression);
    break;
  case BP_EXPR_DIFFERENTIAL:
    put(printer, "d");
    put_in_parentheses(printer, expression->child[0]);
    break;
  case BP_EXPR_AT:
    put_at(printer, expression);
    break;
  case BP_EXPR_COMPARE:
    print(printer, expression->child[0], NOTHING, NOTHING);
    put(printer, " ");
    put(printer, bp_relation_sign(expression->relation));
    put(printer, " ");
    print(printer, expression->child[1], NOTHING, NOTHING);
    break;
  default:
    put_binary(printer, expression, follow);
  }
}

static void print(struct printer *printer, const struct bp_expression *expression, int limit,
                  int follow) {
  while (expression->meant > 0)
    expression = expression->child[expression->meant];
  if (needs_parentheses(expression, limit, follow))
    put_in_parentheses(printer, expression);
  else
    print_bare(printer, expression, limit, follow);
}

const char *bp_expression_text(const struct bp_expression *expression, bp_print_index *index,
                               void *context, struct bp_arena *arena) {
  struct printer printer = {.arena = arena, .index = index, .context = context};
  print(&printer, expression, NOTHING, NOTHING);
  return printer.failed ? NULL : printer.text;
}

const char *bp_relation_sign(enum bp_relation relation) {
  static const char *const relations[] = {
      [BP_EQUAL] = "=",    [BP_APPROXIMATE] = "≈", [BP_LESS] = "<",
      [BP_AT_MOST] = "<=", [BP_GREATER] = ">",     [BP_AT_LEAST] = ">="};
  return relations[relation];
}

/* ---- lines of the source ------------------------------------------------- */

/* Bytes of a quote at `at`, or 0. */
static size_t quote_length(const char *text, size_t at, size_t end) {
  static const char *const quotes[] = {"\"", "“", "”", "„", "＂"};
  for (size_t k = 0; k < sizeof quotes / sizeof *quotes; k++)
    if (end - at >= strlen(quotes[k]) && !memcmp(text + at, quotes[k], strlen(quotes[k])))
      return strlen(quotes[k]);
  return 0;
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* Whether a line of a program fills a text, p['W%d' % l]: no % in it begins a remark. */
static bool has_format(const struct bp_source *source, struct bp_span span) {
  const char *text = source->text;
  bool found = false;
  for (size_t at = span.begin; at + 2 < span.end && !found; at++)
    found = text[at] == '%' && strchr("dis", text[at + 1]) != NULL &&
            strchr("'\"", text[at + 2]) != NULL;
  return found;
}

const char *bp_source_line(const struct bp_source *source, struct bp_span span,
                           struct bp_arena *arena) {
  size_t end = span.end < source->length ? span.end : source->length, used = 0;
  if (span.begin > end)
    span.begin = end;
  char *line = bp_arena_alloc(arena, end - span.begin + 1, 1);
  bool quoted = false, blank = false;
  bool formats = has_format(source, (struct bp_span){span.begin, end});
  for (size_t at = span.begin; line && at < end;) {
    size_t quote = quote_length(source->text, at, end), bytes = quote ? quote : 1;
    if (quote)
      quoted = !quoted;
    if (!quoted && !(formats && source->text[at] == '%') && bp_comment_at(source, at)) {
      while (at < end && source->text[at] != '\n')
        at++;
      continue;
    }
    if (!quoted && is_blank(source->text[at])) {
      blank = true;
      at++;
      continue;
    }
    if (blank && used > 0)
      line[used++] = ' ';
    blank = false;
    memcpy(line + used, source->text + at, bytes);
    used += bytes;
    at += bytes;
  }
  return line;
}
