/* A line about samples, (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}, is judged by entries, (h_i - y_i)
 * X_{i,j}, and so are the edits that mend it.  They are written back name by name: what has the
 * letter of the sample for an index gets it raised, and is a copy of what the note writes for that
 * name and sample, where it does.
 */
#include "study/own/by_samples.h"

#include <string.h>

#include "note/latex/written.h"

struct writer {
  const char *text;
  size_t at, length;
  const struct bp_source *source;
  struct bp_span statement;
  struct bp_arena *arena;
  char letter;     /* of the sample */
  bool bare;       /* names without an index are of that sample */
  const char *all; /* NULL once memory was short */
};

/* The letter of the first sample in the bytes, ^{(i)}; '\0': there is none. */
static char letter_of(const char *text, struct bp_span span) {
  static const char opening[] = "^{(";
  size_t at = bp_text_find(text, span.begin, span.end, opening) + strlen(opening);
  return at + 1 < span.end && bp_is_letter(text[at]) && text[at + 1] == ')' ? text[at] : '\0';
}

static bool is_of_name(char sign) { return bp_is_letter(sign) || (sign & 0x80); }

/* Behind the name at `at`: letters, or a command with its group, \hat{y}. */
static size_t behind_name(const char *text, size_t at, size_t end) {
  if (at < end && text[at] == '\\') {
    at = bp_command_end(text, at, end);
    return at < end && text[at] == '{' ? bp_group_end(text, at, end) : at;
  }
  while (at < end && is_of_name(text[at]))
    at++;
  return at;
}

/* Behind the scripts at `at`, and the parentheses of a call behind these. */
static size_t behind_scripts(const char *text, size_t at, size_t end) {
  while (at + 1 < end && (text[at] == '_' || text[at] == '^'))
    at = text[at + 1] == '{'    ? bp_group_end(text, at + 1, end)
         : text[at + 1] == '\\' ? bp_command_end(text, at + 1, end)
                                : at + 2;
  size_t close = at < end && text[at] == '(' ? bp_closing_parenthesis(text, at, end) : end;
  return close < end ? close + 1 : at;
}

/* The bytes between that write the name for the sample; none. */
static struct bp_span written_in(const struct writer *writer, struct bp_span name, size_t begin,
                                 size_t end) {
  const char *text = writer->source->text;
  size_t length = name.end - name.begin;
  for (size_t at = begin; at + length < end; at++) {
    size_t over = at + length;
    if (memcmp(text + at, writer->text + name.begin, length) != 0 || is_of_name(text[over]) ||
        (at > 0 && (is_of_name(text[at - 1]) || text[at - 1] == '\\')))
      continue;
    struct bp_span written = {at, behind_scripts(text, over, end)};
    if (letter_of(text, written) == writer->letter)
      return written;
  }
  return (struct bp_span){end, end};
}

static void put(struct writer *writer, const char *text, size_t length) {
  if (writer->all)
    writer->all = bp_arena_printf(writer->arena, "%s%.*s", writer->all, (int)length, text);
}

/* The name for the sample, as the note writes it; false where it does not and has to. */
static bool put_name(struct writer *writer, struct bp_span name, bool has_to) {
  const struct bp_source *source = writer->source;
  struct bp_span written = written_in(writer, name, writer->statement.begin, writer->statement.end);
  if (written.begin == written.end)
    written = written_in(writer, name, 0, source->length);
  if (written.begin < written.end)
    put(writer, source->text + written.begin, written.end - written.begin);
  else if (!has_to) {
    const char raised[] = {'^', '{', '(', writer->letter, ')', '}'};
    put(writer, writer->text + name.begin, name.end - name.begin);
    put(writer, raised, sizeof raised);
  }
  return written.begin < written.end || !has_to;
}

/* X_{i,j} and X_{i,:}; the mark of a transpose behind the latter is taken, too. */
static void put_data(struct writer *writer, const char *index, size_t length, size_t over) {
  static const char mark[] = "^T";
  bool row = length == 1 && *index == ':';
  bool turned = row && bp_text_is_at(writer->text, over, writer->length, mark);
  const char *text =
      !row     ? bp_arena_printf(writer->arena, length > 1 ? "x_{%.*s}^{(%c)}" : "x_%.*s^{(%c)}",
                                 (int)length, index, writer->letter)
      : turned ? bp_arena_printf(writer->arena, "x^{(%c)}", writer->letter)
               : bp_arena_printf(writer->arena, "(x^{(%c)})^T", writer->letter);
  if (text)
    put(writer, text, strlen(text));
  else
    writer->all = NULL;
  writer->at = turned ? over + sizeof mark - 1 : over;
}

/* Takes the name at hand, with its index, if it is that of the sample. */
static bool take_sample(struct writer *writer) {
  const char *text = writer->text;
  size_t at = writer->at, end = writer->length;
  if (at > 0 && (is_of_name(text[at - 1]) || text[at - 1] == '\\' || text[at - 1] == '_'))
    return false;
  struct bp_span name = {at, behind_name(text, at, end)};
  if (name.end == at)
    return false;
  if (name.end >= end || text[name.end] != '_') {
    if (!writer->bare || !put_name(writer, name, true))
      return false;
    writer->at = name.end;
    return true;
  }
  bool group = name.end + 1 < end && text[name.end + 1] == '{';
  size_t first = name.end + 1 + group;
  size_t over = group ? bp_group_end(text, name.end + 1, end) : first + 1;
  size_t last = over - group;
  if (over > end || first >= last || text[first] != writer->letter)
    return false;
  bool data = name.end == at + 1 && text[at] == 'X' && first + 2 < last && text[first + 1] == ',';
  if (data)
    put_data(writer, text + first + 2, last - first - 2, over);
  else if (first + 1 == last && (over >= end || !is_of_name(text[over])))
    put_name(writer, name, false);
  else
    return false;
  writer->at = data ? writer->at : over;
  return true;
}

const char *bp_own_by_samples(const char *text, const struct bp_source *source,
                              struct bp_span statement, struct bp_span replaced,
                              struct bp_arena *arena) {
  struct writer writer = {.text = text,
                          .length = strlen(text),
                          .source = source,
                          .statement = statement,
                          .arena = arena,
                          .letter = letter_of(source->text, statement),
                          .all = ""};
  if (writer.letter == '\0')
    return text;
  const char index[] = {'_', writer.letter, '\0'}, group[] = {'_', '{', writer.letter, '\0'};
  writer.bare = letter_of(source->text, replaced) == writer.letter && !strstr(text, index) &&
                !strstr(text, group) && !strstr(text, "sum");
  while (writer.at < writer.length && writer.all)
    if (!take_sample(&writer))
      put(&writer, text + writer.at++, 1);
  return writer.all;
}
