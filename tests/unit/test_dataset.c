/* Tests of src/data/dataset.h: what is accepted, what it becomes, and each refusal with its place.
 */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "data/dataset.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

enum { NUMBERS = BP_TARGET_NUMBERS, BINARY = BP_TARGET_BINARY, CLASSES = BP_TARGET_CLASSES };

/* A reading with everything it needs; the text is copied to exactly its length, so that the address
 * sanitizer sees any byte read beyond it. */
struct reading {
  struct bp_arena *arena;
  struct bp_diagnostics diagnostics;
  struct bp_source source;
  struct bp_dataset data;
  char *text;
  int status;
};

static void read_bytes(struct reading *reading, const char *text, size_t length,
                       struct bp_dataset_want want, size_t limit) {
  reading->arena = bp_arena_new(limit);
  reading->text = malloc(length ? length : 1);
  if (length)
    memcpy(reading->text, text, length);
  reading->source = (struct bp_source){"f.csv", reading->text, length};
  bp_diagnostics_init(&reading->diagnostics, reading->arena);
  reading->status = bp_dataset_read(&reading->source, &want, reading->arena, &reading->diagnostics,
                                    &reading->data);
}

static char *written(const struct reading *reading) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  bp_diagnostics_write(&reading->diagnostics, false, out);
  fclose(out);
  return text;
}

static void forget(struct reading *reading) {
  bp_arena_free(reading->arena);
  free(reading->text);
}

/* Reads a text that must be fine. */
static void read_fine(struct reading *reading, const char *text, struct bp_dataset_want want) {
  read_bytes(reading, text, strlen(text), want, 0);
  char *messages = written(reading);
  ck_assert_msg(reading->status == 0 && reading->diagnostics.errors == 0, "for\n%s\ngot %s", text,
                messages);
  free(messages);
}

/* ---- what is accepted ---- */

static const struct {
  const char *name;
  const char *text;
  size_t inputs, outputs, targets;
  int kind;
  size_t samples;
  bool has_header;
  size_t class_count;
  double x[6]; /* features of the samples, feature by feature; compared up to 6 */
  double y[6];
} accepted[] = {
    {"plain", "1,2,3\n4,5,6\n", 2, 1, 0, NUMBERS, 2, false, 0, {1, 4, 2, 5}, {3, 6}},
    {"no last newline", "1,2\n4,5", 1, 1, 0, NUMBERS, 2, false, 0, {1, 4}, {2, 5}},
    {"semicolons", "1;2\n4;5\n", 1, 1, 0, NUMBERS, 2, false, 0, {1, 4}, {2, 5}},
    {"tabs", "1\t 2\n4\t5 \n", 1, 1, 0, NUMBERS, 2, false, 0, {1, 4}, {2, 5}},
    {"header", "x,y\n4,5\n", 1, 1, 0, NUMBERS, 1, true, 0, {4}, {5}},
    {"header over classes",
     "x,kind\n4,b\n5,a\n",
     1,
     2,
     0,
     CLASSES,
     2,
     true,
     2,
     {4, 5},
     {1, 0, 0, 1}},
    {"no header over classes", "4,b\n5,a\n", 1, 2, 0, CLASSES, 2, false, 2, {4, 5}, {1, 0, 0, 1}},
    {"windows, mark, blanks, comments",
     "\xEF\xBB\xBF# made by hand\r\n\r\n 1 , 2 \r\n  \t\r\n#3,4\r\n5,6\r\n",
     1,
     1,
     0,
     NUMBERS,
     2,
     false,
     0,
     {1, 5},
     {2, 6}},
    {"quotes",
     "\"a \"\"x\"\", b\",\"c\"\n\"1\", \"2.5\" \n",
     1,
     1,
     0,
     NUMBERS,
     1,
     true,
     0,
     {1},
     {2.5}},
    {"spellings of numbers",
     "+1,-.5\n1.,1e-3\n1E+2,-0\n",
     1,
     1,
     0,
     NUMBERS,
     3,
     false,
     0,
     {1, 1, 100},
     {-0.5, 1e-3, 0}},
    {"one-hot", "1,0,1\n2,1,0\n", 1, 2, 0, CLASSES, 2, false, 2, {1, 2}, {0, 1, 1, 0}},
    {"shares", "1,0.25,0.75\n", 1, 2, 0, CLASSES, 1, false, 2, {1}, {0.25, 0.75}},
    {"class numbers are sorted",
     "1,30\n2,10\n3,20.0\n",
     1,
     3,
     0,
     CLASSES,
     3,
     false,
     3,
     {1, 2, 3},
     {0, 1, 0, 0, 0, 1}},
    {"two names for one sigmoid",
     "1,no\n2,yes\n3,no\n",
     1,
     1,
     0,
     BINARY,
     3,
     false,
     2,
     {1, 2, 3},
     {0, 1, 0}},
    {"two numbers for one sigmoid", "1,1\n2,-1\n", 1, 1, 0, BINARY, 2, false, 2, {1, 2}, {1, 0}},
    {"zeros and ones", "1,1\n2,0\n", 1, 1, 0, BINARY, 2, false, 2, {1, 2}, {1, 0}},
    {"all ones", "1,1\n2,1\n", 1, 1, 0, BINARY, 2, false, 2, {1, 2}, {1, 1}},
    {"probabilities", "1,0.5\n2,0.25\n", 1, 1, 0, BINARY, 2, false, 0, {1, 2}, {0.5, 0.25}},
    {"classes for several sigmoids",
     "1,a\n2,b\n",
     1,
     2,
     0,
     BINARY,
     2,
     false,
     2,
     {1, 2},
     {1, 0, 0, 1}},
    {"classes for half-squared", "1,a\n2,b\n", 1, 2, 0, NUMBERS, 2, false, 2, {1, 2}, {1, 0, 0, 1}},
    {"targets told", "1,2,3\n4,5,6\n", 1, 2, 2, NUMBERS, 2, false, 0, {1, 4}, {2, 5, 3, 6}},
    {"class NA in quotes", "1,\"NA\"\n2,DE\n", 1, 2, 1, CLASSES, 2, false, 2, {1, 2}, {1, 0, 0, 1}},
    {"tiny number", "1,1e-400\n", 1, 1, 0, NUMBERS, 1, false, 0, {1}, {0}},
};

START_TEST(accepts) {
  struct reading reading;
  const char *name = accepted[_i].name;
  struct bp_dataset_want want = {accepted[_i].inputs, accepted[_i].outputs, accepted[_i].targets,
                                 (enum bp_target_kind)accepted[_i].kind};
  read_fine(&reading, accepted[_i].text, want);
  const struct bp_dataset *data = &reading.data;
  ck_assert_msg(data->samples == accepted[_i].samples, "%s: %zu samples", name, data->samples);
  ck_assert_msg(data->has_header == accepted[_i].has_header, "%s: header", name);
  ck_assert_msg(data->class_count == accepted[_i].class_count, "%s: classes", name);
  ck_assert_uint_eq(data->inputs, want.inputs);
  ck_assert_uint_eq(data->outputs, want.outputs);
  for (size_t k = 0; k < data->samples * data->inputs && k < 6; k++)
    ck_assert_msg(data->x[k] == accepted[_i].x[k], "%s: x[%zu] = %g", name, k, data->x[k]);
  for (size_t k = 0; k < data->samples * data->outputs && k < 6; k++)
    ck_assert_msg(data->y[k] == accepted[_i].y[k], "%s: y[%zu] = %g", name, k, data->y[k]);
  forget(&reading);
}
END_TEST

START_TEST(keeps_names) {
  struct reading reading;
  read_fine(&reading, "\"a \"\"x\"\"\", 宽 ,kind\n1,2,b\n1,2,a\n",
            (struct bp_dataset_want){2, 2, 0, BP_TARGET_CLASSES});
  ck_assert_str_eq(reading.data.feature_names[0], "a \"x\"");
  ck_assert_str_eq(reading.data.feature_names[1], "宽");
  ck_assert_str_eq(reading.data.target_names[0], "kind");
  ck_assert_str_eq(reading.data.class_names[0], "b");
  ck_assert_str_eq(reading.data.class_names[1], "a");
  ck_assert_uint_eq(bp_dataset_class(&reading.data, 1), 1);
  forget(&reading);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
  const char *text;
  size_t length; /* 0: strlen(text) */
  size_t inputs, outputs, targets;
  int kind;
  const char *expected; /* the messages begin with this */
} refused[] = {
    {"1,2,3\n4,5\n", 0, 2, 1, 0, NUMBERS,
     "f.csv:2:4: error: found 2 fields, expected 3 as in line 1\n  4,5\n     ^\n"},
    {"1,2\n4,5,6\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:2:5: error: found 3 fields, expected 2 as in line 1\n  4,5,6\n      ^\n"},
    {"1,2\n4,5,\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:2:5: error: found 3 fields, expected 2 as in line 1\n  4,5,\n      ^\n"
     "  try: remove the separator at the end of the line\n"},
    {"x,z,y\n5.1,abc,1\n", 0, 2, 1, 0, NUMBERS,
     "f.csv:2:5: error: \"abc\" in column z is not a number\n  5.1,abc,1\n      ^~~\n"
     "  try: a plain decimal number such as 1.4 or 1e-3\n"},
    {"5.1,abc,1\n5.2,3,1\n", 0, 2, 1, 0, NUMBERS,
     "f.csv:1:5: error: \"abc\" is not a number\n  5.1,abc,1\n      ^~~\n"
     "  try: a plain decimal number such as 1.4 or 1e-3; if this line is a header, put # before "
     "it\n"},
    {"1,0x1A\n", 0, 1, 1, 0, NUMBERS, "f.csv:1:3: error: \"0x1A\" is not a number\n"},
    {"1,1e\n", 0, 1, 1, 0, NUMBERS, "f.csv:1:3: error: \"1e\" is not a number\n"},
    {"1;1,5\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:3: error: \"1,5\" has a comma for its decimal point\n  1;1,5\n    ^~~\n"
     "  try: 1.5, with a point\n"},
    {"1,,2\n", 0, 2, 1, 0, NUMBERS,
     "f.csv:1:3: error: nothing stands here, where a number belongs\n  1,,2\n    ^\n"},
    {"1,缺失\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:3: error: \"缺失\" stands for a missing value, where a number belongs\n"},
    {"1,NA\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:3: error: \"NA\" stands for a missing value, where a number belongs\n"},
    {"1,?\n", 0, 1, 2, 1, CLASSES,
     "f.csv:1:3: error: \"?\" stands for a missing value, where a number belongs\n"},
    {"1,nan\n", 0, 1, 1, 0, NUMBERS, "f.csv:1:3: error: \"nan\" is not a finite number\n"},
    {"-inf,1\n", 0, 1, 1, 0, NUMBERS, "f.csv:1:1: error: \"-inf\" is not a finite number\n"},
    {"1,1e999\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:3: error: \"1e999\" is not a finite number\n  1,1e999\n    ^~~~~\n"
     "  try: a number of at most 1.8e308; where a value is missing, leave the row out\n"},
    {"1,a\n2,b\n3,c\n", 0, 1, 2, 0, CLASSES,
     "f.csv:3:3: error: the file has 3 classes (a, b, c), the output layer has 2 units\n"
     "  3,c\n    ^\n  try: end the network with \"3 softmax\"\n"},
    {"1,a\n2,b\n", 0, 1, 3, 0, CLASSES,
     "f.csv:1:3: error: the file has 2 classes (a, b), the output layer has 3 units\n"},
    {"1,a\n2,b\n3,c\n", 0, 1, 1, 0, BINARY,
     "f.csv:3:3: error: the file has 3 classes (a, b, c), the output layer has 1 unit for two "
     "classes\n  3,c\n    ^\n  try: end the network with \"3 softmax\"\n"},
    {"1,0\n2,1\n3,2\n", 0, 1, 1, 0, BINARY,
     "f.csv:3:3: error: the target \"2\" is not between 0 and 1, as sigmoid with cross-entropy "
     "needs it\n  3,2\n    ^\n  try: end the network with \"3 softmax\" if these are classes"},
    {"1,0.5,1.5\n", 0, 1, 2, 0, BINARY,
     "f.csv:1:7: error: the target \"1.5\" is not between 0 and 1"},
    {"1,0.5,0.6\n", 0, 1, 2, 0, CLASSES,
     "f.csv:1:3: error: the targets of this row add up to 1.1, and those for softmax must add up "
     "to 1\n  1,0.5,0.6\n    ^~~~~~~\n"},
    {"1,-0.5,1.5\n", 0, 1, 2, 0, CLASSES, "f.csv:1:3: error: the target \"-0.5\" is negative"},
    {"1,1.5\n2,2\n", 0, 1, 2, 0, CLASSES,
     "f.csv:1:3: error: \"1.5\" is neither the name nor the number of a class\n"},
    {"0,species\n1,0\n2,1\n", 0, 1, 2, 0, CLASSES,
     "f.csv:1:3: error: \"species\" is a name where the other rows have numbers\n  0,species\n"
     "    ^~~~~~~\n  try: put # before this line if it is a header\n"},
    {"1,2,3,4,a\n1,2,3,4,b\n", 0, 3, 2, 0, CLASSES,
     "f.csv:1:1: error: the file has 4 feature columns before 1 target column, the input layer has "
     "3 units\n  1,2,3,4,a\n  ^~~~~~~~~\n  try: begin the network with \"4 - \""},
    {"x,kind\n1,a\n2,b\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:2:3: error: the target column holds names such as \"a\", and this output layer "
     "predicts "
     "a number\n  1,a\n    ^\n"},
    {"1,2,3\n", 0, 1, 3, 2, NUMBERS,
     "f.csv:1:1: error: the file has 2 target columns, the output layer has 3 units\n"},
    {"1,2\n", 0, 1, 1, 2, NUMBERS,
     "f.csv:1:1: error: the file has 2 columns, and with 2 of them targets none is left for a "
     "feature\n"},
    {"", 0, 1, 1, 0, NUMBERS, "f.csv:1:1: error: the file is empty"},
    {"\n# a\n", 0, 1, 1, 0, NUMBERS, "f.csv:1:1: error: the file is empty"},
    {"x,y\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:1: error: the file has a header and no rows\n  x,y\n  ^~~\n"},
    {"1 2 3\n", 0, 2, 1, 0, NUMBERS,
     "f.csv:1:1: error: found a single column, expected 2 of features and at least one of "
     "targets\n  1 2 3\n  ^~~~~\n  try: separate the columns by commas, semicolons or tabs\n"},
    {"1,2\n3,\0004\n", 9, 1, 1, 0, NUMBERS,
     "f.csv:2:3: error: this file is no plain text: it holds a byte of value 0\n"},
    {"\xFF\xFE"
     "1\0,\0002\0",
     8, 1, 1, 0, NUMBERS,
     "f.csv:1:4: error: this file is no plain text: it holds a byte of value 0\n"
     "  \xEF\xBF\xBD\xEF\xBF\xBD"
     "1\xEF\xBF\xBD,\xEF\xBF\xBD"
     "2\xEF\xBF\xBD\n     ^\n"
     "  try: save it as CSV in UTF-8: this is UTF-16\n"},
    {"1,2\r3,4\r", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:4: error: the lines of this file end in a carriage return alone"},
    {"1,\"2\n3,4\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:1:3: error: this quote is not closed on its line\n  1,\"2\n    ^~\n"},
    {"1,2\n3,\"4\"5\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:2:6: error: this text stands behind a closing quote\n  3,\"4\"5\n       ^\n"},
    {"1,2\n宽,3\n", 0, 1, 1, 0, NUMBERS,
     "f.csv:2:1: error: \"宽\" is not a number\n  宽,3\n  ^~\n"},
};

START_TEST(refuses) {
  struct reading reading;
  const char *text = refused[_i].text, *expected = refused[_i].expected;
  struct bp_dataset_want want = {refused[_i].inputs, refused[_i].outputs, refused[_i].targets,
                                 (enum bp_target_kind)refused[_i].kind};
  read_bytes(&reading, text, refused[_i].length ? refused[_i].length : strlen(text), want, 0);
  char *messages = written(&reading);
  ck_assert_msg(strncmp(messages, expected, strlen(expected)) == 0,
                "for\n%s\nwrote\n%s\nexpected\n%s", text, messages, expected);
  ck_assert_int_eq(reading.status, -1);
  ck_assert_uint_ge(reading.diagnostics.errors, 1);
  free(messages);
  forget(&reading);
}
END_TEST

START_TEST(stops_after_twenty_mistakes) {
  struct reading reading;
  char text[1000] = "x,y\n1,2\n";
  for (int k = 0; k < 100; k++)
    strcat(text, "1,a\n");
  read_bytes(&reading, text, strlen(text), (struct bp_dataset_want){1, 1, 0, BP_TARGET_NUMBERS}, 0);
  ck_assert_int_eq(reading.status, -1);
  ck_assert_uint_eq(reading.diagnostics.errors, 20);
  char *messages = written(&reading);
  ck_assert_ptr_null(strstr(messages, "f.csv:8:"));
  ck_assert_ptr_nonnull(strstr(messages, "warning: and 15 more like the one in line 7\n"
                                         "warning: the rest of f.csv was not read"));
  free(messages);
  forget(&reading);
}
END_TEST

/* A mistake of another sort is shown, however many of the first sort there are. */
START_TEST(sorts_of_mistakes_are_counted_apart) {
  struct reading reading;
  char text[1000] = "x,y\n1,2\n";
  for (int k = 0; k < 7; k++)
    sprintf(text + strlen(text), "%d,%c\n", k, 'a' + k);
  strcat(text, "1\nb,2\n");
  read_bytes(&reading, text, strlen(text), (struct bp_dataset_want){1, 1, 0, BP_TARGET_NUMBERS}, 0);
  char *messages = written(&reading);
  ck_assert_ptr_nonnull(strstr(messages, "f.csv:10:2: error: found 1 field, expected 2"));
  ck_assert_ptr_nonnull(strstr(messages, "f.csv:11:1: error: \"b\" in column x is not a number"));
  ck_assert_ptr_nonnull(strstr(messages, "and 2 more like the one in line 7\n"));
  ck_assert_uint_eq(reading.diagnostics.errors, 9);
  free(messages);
  forget(&reading);
}
END_TEST

START_TEST(other_encodings_are_read_with_a_remark) {
  static const char text[] = "\xB3\xA4,\xE9\x95\xBF\xFF\n1,2\n3,4\n"; /* a name in GBK */
  struct reading reading;
  read_bytes(&reading, text, strlen(text), (struct bp_dataset_want){1, 1, 0, BP_TARGET_NUMBERS}, 0);
  ck_assert_int_eq(reading.status, 0);
  ck_assert_uint_eq(reading.diagnostics.count, 1);
  ck_assert_ptr_nonnull(strstr(reading.diagnostics.list[0].message, "not in UTF-8"));
  ck_assert_str_eq(reading.data.feature_names[0], "\xEF\xBF\xBD\xEF\xBF\xBD");
  ck_assert_str_eq(reading.data.target_names[0], "\xE9\x95\xBF\xEF\xBF\xBD");
  ck_assert_double_eq(reading.data.x[1], 3);
  forget(&reading);
}
END_TEST

START_TEST(says_when_memory_is_short) {
  enum { ROWS = 2000 };
  char *text = malloc(ROWS * 10 + 1), *at = text;
  for (int k = 0; k < ROWS; k++)
    at += sprintf(at, "1.5,c%d\n", k % 7);
  for (size_t limit = 1; limit < 600000; limit = limit * 5 / 4 + 1) {
    struct reading reading;
    read_bytes(&reading, text, (size_t)(at - text),
               (struct bp_dataset_want){1, 7, 0, BP_TARGET_CLASSES}, limit);
    ck_assert_int_eq(reading.status, bp_arena_failed(reading.arena) ? -1 : 0);
    ck_assert_uint_eq(reading.diagnostics.errors, bp_arena_failed(reading.arena) ? 1 : 0);
    forget(&reading);
  }
  free(text);
}
END_TEST

START_TEST(too_many_classes_are_refused) {
  enum { ROWS = 20000 };
  struct reading reading;
  char *text = malloc(ROWS * 20 + 1), *at = text;
  for (int k = 0; k < ROWS; k++)
    at += sprintf(at, "1,name%d\n", k);
  read_bytes(&reading, text, (size_t)(at - text),
             (struct bp_dataset_want){1, 2, 0, BP_TARGET_CLASSES}, 0);
  ck_assert_int_eq(reading.status, -1);
  char *messages = written(&reading);
  ck_assert_ptr_nonnull(strstr(messages, "more than 10000 classes (name0, name1"));
  free(messages);
  forget(&reading);
  free(text);
}
END_TEST

START_TEST(reads_a_million_rows) {
  enum { ROWS = 1000000 };
  struct reading reading;
  char *text = malloc(ROWS * 24 + 1), *at = text;
  for (int k = 0; k < ROWS; k++)
    at += sprintf(at, "%d,0.%d,%c\n", k, k, "ab"[k % 2]);
  read_bytes(&reading, text, (size_t)(at - text),
             (struct bp_dataset_want){2, 2, 0, BP_TARGET_CLASSES}, 0);
  ck_assert_int_eq(reading.status, 0);
  ck_assert_uint_eq(reading.data.samples, ROWS);
  ck_assert(reading.data.x[ROWS - 1] == ROWS - 1);
  ck_assert(reading.data.y[2 * ROWS - 1] == 1);
  ck_assert_uint_lt(bp_arena_used(reading.arena), (size_t)48 * ROWS);
  forget(&reading);
  free(text);
}
END_TEST

/* ---- anything at all ---- */

static uint64_t random_state;

static unsigned random_below(unsigned count) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(random_state >> 33) % count;
}

/* Changes, removes, repeats or inserts bytes; returns the new length, at most `capacity`. */
static size_t mutate(char *text, size_t length, size_t capacity) {
  static const char likely[] = ",;\t\"\"\n\r#.e-+019aN? \xE5\xFF";
  for (unsigned k = 1 + random_below(4); k > 0; k--) {
    size_t at = length ? random_below((unsigned)length) : 0;
    char byte = random_below(4) ? likely[random_below(sizeof likely)] : (char)random_below(256);
    switch (random_below(4)) {
    case 0:
      if (length)
        text[at] = byte;
      break;
    case 1:
      if (length)
        memmove(text + at, text + at + 1, --length - at);
      break;
    case 2:
      if (length < capacity) {
        memmove(text + at + 1, text + at, length - at);
        text[at] = byte;
        length++;
      }
      break;
    default:
      length = random_below(8) ? length : at;
      break;
    }
  }
  return length;
}

START_TEST(survives_mutations) {
  static const char *const seeds[] = {
      "a,b,c\n1,2,x\n3,4,y\n5,6,x\n",
      "\xEF\xBB\xBF\"a \"\"b\"\"\";c\r\n1.5;2\r\n-1e-3;0\r\n",
      "1\t0\t1\n2\t1\t0\n# end\n",
      "1,0.25,0.75\n\n\"2\",0.5,0.5\n",
  };
  char text[200];
  for (int round = 0; round < 4000; round++) {
    struct reading reading;
    random_state = (uint64_t)round * 4 + (uint64_t)_i;
    size_t length = strlen(seeds[_i]);
    memcpy(text, seeds[_i], length);
    length = mutate(text, length, sizeof text);
    struct bp_dataset_want want = {1 + random_below(3), 1 + random_below(3), random_below(4),
                                   (enum bp_target_kind)random_below(3)};
    read_bytes(&reading, text, length, want, random_below(10) ? 0 : random_below(200000));
    ck_assert_int_eq(reading.status, reading.diagnostics.errors ? -1 : 0);
    for (size_t k = 0; reading.status == 0 && k < want.outputs * reading.data.samples; k++)
      ck_assert(isfinite(reading.data.y[k]));
    free(written(&reading));
    forget(&reading);
  }
}
END_TEST

/* ---- splitting ---- */

/* 60 samples of three classes in unequal numbers, recognisable by x. */
static void read_three_classes(struct reading *reading) {
  char text[2000] = "", *at = text;
  for (int k = 0; k < 60; k++)
    at += sprintf(at, "%d,%s\n", k, k < 30 ? "a" : k < 50 ? "b" : "c");
  read_fine(reading, text, (struct bp_dataset_want){1, 3, 0, BP_TARGET_CLASSES});
}

START_TEST(split_is_stratified_and_in_order) {
  struct reading reading;
  struct bp_dataset train, test;
  size_t counts[3] = {0};
  bool seen[60] = {false};
  read_three_classes(&reading);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.2, 7, reading.arena, &train, &test), 0);
  ck_assert_uint_eq(test.samples, 12);
  ck_assert_uint_eq(train.samples, 48);
  for (size_t s = 0; s < test.samples; s++) {
    counts[bp_dataset_class(&test, s)]++;
    seen[(int)test.x[s]] = true;
    ck_assert(s == 0 || test.x[s] > test.x[s - 1]);
    ck_assert_uint_eq(bp_dataset_class(&test, s),
                      bp_dataset_class(&reading.data, (size_t)test.x[s]));
  }
  for (size_t s = 0; s < train.samples; s++) {
    ck_assert(!seen[(int)train.x[s]]);
    ck_assert(s == 0 || train.x[s] > train.x[s - 1]);
  }
  ck_assert_uint_eq(counts[0], 6);
  ck_assert_uint_eq(counts[1], 4);
  ck_assert_uint_eq(counts[2], 2);
  forget(&reading);
}
END_TEST

START_TEST(split_depends_on_the_seed_alone) {
  struct reading reading;
  struct bp_dataset train, first, again, other;
  read_three_classes(&reading);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.3, 1, reading.arena, &train, &first), 0);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.3, 1, reading.arena, &train, &again), 0);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.3, 2, reading.arena, &train, &other), 0);
  ck_assert_mem_eq(first.x, again.x, first.samples * sizeof *first.x);
  ck_assert_mem_ne(first.x, other.x, first.samples * sizeof *first.x);
  forget(&reading);
}
END_TEST

START_TEST(split_at_its_limits) {
  struct reading reading;
  struct bp_dataset train, test;
  read_three_classes(&reading);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0, 1, reading.arena, &train, &test), 0);
  ck_assert_uint_eq(test.samples, 0);
  ck_assert_uint_eq(train.samples, 60);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.9, 1, reading.arena, &train, &test), 0);
  ck_assert_uint_eq(test.samples, 54);
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.91, 1, reading.arena, &train, &test), -1);
  ck_assert_int_eq(bp_dataset_split(&reading.data, -0.1, 1, reading.arena, &train, &test), -1);
  ck_assert_int_eq(bp_dataset_split(&reading.data, NAN, 1, reading.arena, &train, &test), -1);
  forget(&reading);
  read_fine(&reading, "1,2\n", (struct bp_dataset_want){1, 1, 0, BP_TARGET_NUMBERS});
  ck_assert_int_eq(bp_dataset_split(&reading.data, 0.9, 1, reading.arena, &train, &test), 0);
  ck_assert_uint_eq(train.samples, 1);
  forget(&reading);
}
END_TEST

static Suite *dataset_suite(void) {
  Suite *suite = suite_create("dataset");
  TCase *reading = tcase_create("reading");
  tcase_add_loop_test(reading, accepts, 0, COUNT(accepted));
  tcase_add_test(reading, keeps_names);
  tcase_add_loop_test(reading, refuses, 0, COUNT(refused));
  tcase_add_test(reading, stops_after_twenty_mistakes);
  tcase_add_test(reading, sorts_of_mistakes_are_counted_apart);
  tcase_add_test(reading, other_encodings_are_read_with_a_remark);
  tcase_add_test(reading, says_when_memory_is_short);
  tcase_add_test(reading, too_many_classes_are_refused);
  tcase_add_test(reading, reads_a_million_rows);
  tcase_add_loop_test(reading, survives_mutations, 0, 4);
  suite_add_tcase(suite, reading);
  TCase *splitting = tcase_create("splitting");
  tcase_add_test(splitting, split_is_stratified_and_in_order);
  tcase_add_test(splitting, split_depends_on_the_seed_alone);
  tcase_add_test(splitting, split_at_its_limits);
  suite_add_tcase(suite, splitting);
  return suite;
}

int main(void) { return run_suite(dataset_suite()); }
