/* The text is gone through once, and every place is asked for what begins there; what nobody knows
 * is kept.
 */
#define _GNU_SOURCE /* memmem */
#include "study/signs.h"

#include <string.h>

#include "note/latex/written.h"

struct writer {
  const char *text;
  size_t length, at;
  const struct bp_source *source;
  struct bp_span statement;
  struct bp_arena *arena;
  const char *all; /* NULL once memory was short */
};

static bool is_at(const struct writer *writer, size_t at, const char *what) {
  size_t length = strlen(what);
  return at + length <= writer->length && memcmp(writer->text + at, what, length) == 0;
}

static void put(struct writer *writer, const char *text, size_t length) {
  if (writer->all)
    writer->all = bp_arena_printf(writer->arena, "%s%.*s", writer->all, (int)length, text);
}

static void write_until(struct writer *writer, size_t end);

/* Where the name ends that begins at `at`, with its indices; `at`: none does. */
static size_t name_end(const struct writer *writer, size_t at) {
  const char *text = writer->text;
  size_t begin = at;
  while (at < writer->length) {
    if (text[at] == '{')
      at = bp_group_end(text, at, writer->length);
    else if (text[at] == '\\' && !is_at(writer, at, "\\partial") && !is_at(writer, at, "\\cdot") &&
             !is_at(writer, at, "\\odot")) {
      at = bp_command_end(text, at, writer->length);
      while (at < writer->length && text[at] == ' ' && at + 1 < writer->length &&
             strchr("_^", text[at + 1])) /* the blank that ends \theta */
        at++;
    } else if (bp_is_letter(text[at]) || (text[at] >= '0' && text[at] <= '9') ||
               (text[at] & 0x80) || (strchr("_^", text[at]) && at > begin))
      at++;
    else
      break;
  }
  return at;
}

/* What the statement differentiates first, \frac{\partial L}{…}: its bytes; none. */
static struct bp_span loss_of(const struct writer *writer) {
  static const char partial[] = "\\frac{\\partial";
  const char *text = writer->source->text;
  size_t end = writer->statement.end,
         at = bp_text_find(text, writer->statement.begin, end, partial);
  size_t begin = bp_behind_blanks(text, at + sizeof partial - 1, end);
  if (at >= end || begin >= end)
    return (struct bp_span){end, end};
  size_t over = bp_group_end(text, at + strlen("\\frac"), end) - 1;
  return begin < over ? (struct bp_span){begin, over} : (struct bp_span){end, end};
}

/* "\partial L/\partial x" as a fraction. */
static bool take_derivative(struct writer *writer) {
  static const char partial[] = "\\partial ";
  size_t size = sizeof partial - 1;
  if (!is_at(writer, writer->at, partial))
    return false;
  size_t above = writer->at + size, over = name_end(writer, above);
  size_t slash = bp_behind_blanks(writer->text, over, writer->length); /* behind \ell */
  if (over == above || !is_at(writer, slash, "/\\partial "))
    return false;
  size_t below = slash + 1 + size, end = name_end(writer, below);
  if (end == below)
    return false;
  put(writer, "\\frac{\\partial ", strlen("\\frac{\\partial "));
  writer->at = above;
  write_until(writer, over);
  put(writer, "}{\\partial ", strlen("}{\\partial "));
  writer->at = below;
  write_until(writer, end);
  put(writer, "}", 1);
  return true;
}

/* "\sum_{i=1..m}" with its bounds. */
static bool take_sum(struct writer *writer) {
  static const char sum[] = "\\sum_{";
  if (!is_at(writer, writer->at, sum))
    return false;
  size_t open = writer->at + sizeof sum - 2,
         over = bp_group_end(writer->text, open, writer->length),
         dots = bp_text_find(writer->text, open, over, "..");
  if (dots >= over)
    return false;
  put(writer, writer->text + writer->at, dots - writer->at);
  put(writer, "}^{", 3);
  put(writer, writer->text + dots + 2, over - dots - 2);
  writer->at = over;
  return true;
}

/* "sqrt(x)", "exp(x)". */
static bool take_call(struct writer *writer) {
  static const char *const names[] = {"sqrt", "exp", "log", "tanh", "max", "min", "det"};
  const char *text = writer->text;
  size_t at = writer->at;
  if (at > 0 && (bp_is_letter(text[at - 1]) || strchr("\\{_", text[at - 1])))
    return false;
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    size_t open = at + strlen(names[k]);
    if (!is_at(writer, at, names[k]) || open >= writer->length || text[open] != '(')
      continue;
    size_t close = bp_closing_parenthesis(text, open, writer->length);
    if (close >= writer->length)
      return false;
    put(writer, "\\", 1);
    put(writer, names[k], strlen(names[k]));
    put(writer, k == 0 ? "{" : "(", 1);
    writer->at = open + 1;
    write_until(writer, close);
    put(writer, k == 0 ? "}" : ")", 1);
    writer->at = close + 1;
    return true;
  }
  return false;
}

/* "^-(3/2)", "^(n+1)", "^-x": what is raised, in braces. */
static bool take_power(struct writer *writer) {
  const char *text = writer->text;
  size_t sign = writer->at + 1, open = sign + is_at(writer, sign, "-");
  bool group = open < writer->length && text[open] == '(';
  if (text[writer->at] != '^' || open >= writer->length || (!group && open == sign))
    return false;
  size_t close =
      group ? bp_closing_parenthesis(text, open, writer->length) : name_end(writer, open);
  if (close >= writer->length + !group || close == open)
    return false;
  put(writer, "^{", 2);
  put(writer, "-", open - sign);
  writer->at = open + group;
  write_until(writer, close);
  put(writer, "}", 1);
  writer->at = close + group;
  return true;
}

/* A letter with a hat, a bar or a tilde above. */
static bool take_accent(struct writer *writer) {
  static const char *const accents[][2] = {
      {"\xcc\x82", "\\hat{"}, {"\xcc\x84", "\\bar{"}, {"\xcc\x83", "\\tilde{"}};
  for (size_t k = 0; k < sizeof accents / sizeof *accents; k++)
    if (bp_is_letter(writer->text[writer->at]) && is_at(writer, writer->at + 1, accents[k][0])) {
      put(writer, accents[k][1], strlen(accents[k][1]));
      put(writer, writer->text + writer->at, 1);
      put(writer, "}", 1);
      writer->at += 1 + strlen(accents[k][0]);
      return true;
    }
  return false;
}

/* Whether the statement has two indices side by side, W_{id}. */
static bool joins_indices(const struct writer *writer) {
  const char *text = writer->source->text;
  for (size_t at = writer->statement.begin; at + 4 < writer->statement.end; at++)
    if (!memcmp(text + at, "_{", 2) && bp_is_letter(text[at + 2]) && bp_is_letter(text[at + 3]) &&
        text[at + 4] == '}')
      return true;
  return false;
}

/* "W_hy" is W_{hy}, and "W_{i,d}" as the statement has it. */
static bool take_index(struct writer *writer) {
  const char *text = writer->text;
  size_t at = writer->at, over = at + 1;
  if (text[at] != '_')
    return false;
  while (over < writer->length &&
         (bp_is_letter(text[over]) || (text[over] >= '0' && text[over] <= '9')))
    over++;
  if (over > at + 2) {
    put(writer, "_{", 2);
    put(writer, text + at + 1, over - at - 1);
    put(writer, "}", 1);
    writer->at = over;
    return true;
  }
  bool pair = at + 5 < writer->length && text[at + 1] == '{' && bp_is_letter(text[at + 2]) &&
              text[at + 3] == ',' && bp_is_letter(text[at + 4]) && text[at + 5] == '}';
  if (!pair || !joins_indices(writer))
    return false;
  const char joined[] = {'_', '{', text[at + 2], text[at + 4], '}'};
  put(writer, joined, sizeof joined);
  writer->at = at + 6;
  return true;
}

/* "Loss" is what the statement differentiates. */
static bool take_loss(struct writer *writer) {
  static const char loss[] = "Loss";
  size_t over = writer->at + sizeof loss - 1;
  bool whole = is_at(writer, writer->at, loss) &&
               (over >= writer->length || !bp_is_letter(writer->text[over]));
  struct bp_span own = whole ? loss_of(writer) : (struct bp_span){0, 0};
  if (own.begin >= own.end)
    return false;
  put(writer, writer->source->text + own.begin, own.end - own.begin);
  writer->at = over;
  return true;
}

static void write_until(struct writer *writer, size_t end) {
  size_t whole = writer->length;
  writer->length = end;
  while (writer->at < end && writer->all)
    if (is_at(writer, writer->at, "\\cdot  ")) {
      put(writer, "\\cdot ", strlen("\\cdot "));
      writer->at += strlen("\\cdot  ");
    } else if (!take_derivative(writer) && !take_sum(writer) && !take_call(writer) &&
               !take_power(writer) && !take_accent(writer) && !take_index(writer) &&
               !take_loss(writer))
      put(writer, writer->text + writer->at++, 1);
  writer->length = whole;
}

const char *bp_study_latex(const char *text, const struct bp_source *source,
                           struct bp_span statement, struct bp_arena *arena) {
  struct writer writer = {.text = text,
                          .length = strlen(text),
                          .source = source,
                          .statement = statement,
                          .arena = arena,
                          .all = ""};
  write_until(&writer, writer.length);
  return writer.all;
}

struct bp_span bp_study_whole_brackets(const struct bp_source *source, struct bp_span span) {
  static const char left[] = "\\left", right[] = "\\right";
  const char *text = source->text;
  size_t end = span.end, begin = span.begin;
  while (end > begin && text[end - 1] == ' ')
    end--;
  if (end - begin > strlen(right) && !memcmp(text + end - strlen(right), right, strlen(right)))
    span.end = end - strlen(right);
  size_t before = begin;
  while (before > 0 && text[before - 1] == ' ')
    before--;
  bool closes = bp_text_find(text, begin, span.end, right) < span.end;
  if (begin < span.end && strchr("([", text[begin]) && closes && before > strlen(left) &&
      !memcmp(text + before - strlen(left), left, strlen(left)))
    span.begin = before - strlen(left);
  return span;
}
