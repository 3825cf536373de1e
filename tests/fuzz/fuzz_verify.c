/* Whole runs of `backproof verify` on arbitrary text, with small limits.  The first byte says what
 * kind of file it is, the second in which format the report comes.
 *
 * Besides what holds for every run: nothing in a report for people can steer a terminal, a report
 * in JSON can be read, and its verdict is that of the exit status.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
  char letter;
  const char *name;
} files[] = {{'d', "a.deriv"}, {'m', "a.md"}, {'t', "a.tex"}, {'p', "a.py"}, {'n', "a.ipynb"}};

static const struct {
  char letter;
  const char *name;
} formats[] = {{'t', "text"},  {'j', "json"},   {'c', "csv"},      {'u', "junit"}, {'a', "tap"},
               {'s', "sarif"}, {'g', "github"}, {'m', "markdown"}, {'h', "html"}};

enum { FILES = sizeof files / sizeof *files, FORMATS = sizeof formats / sizeof *formats };

static size_t file_of(uint8_t letter) {
  for (size_t i = 0; i < FILES; i++)
    if (files[i].letter == letter)
      return i;
  return letter % FILES;
}

static size_t format_of(uint8_t letter) {
  for (size_t i = 0; i < FORMATS; i++)
    if (formats[i].letter == letter)
      return i;
  return letter % FORMATS;
}

static void look_at_json(const struct fuzz_outcome *outcome) {
  json_t *report = json_loadb(outcome->out, outcome->out_length, 0, NULL);
  const char *verdict = json_string_value(json_object_get(report, "verdict"));
  fuzz_require(verdict, "its report in JSON cannot be read");
  int status = !strcmp(verdict, "holds") ? 0 : !strcmp(verdict, "fails") ? 1 : 2;
  fuzz_require(outcome->status == 3 || outcome->status == status,
               "its exit status is not that of its verdict");
  json_decref(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2)
    return 0;
  const char *name = files[file_of(data[0])].name, *format = formats[format_of(data[1])].name;
  fuzz_file(name, data + 2, size - 2);
  const char *words[] = {"backproof",    "verify", "--threads",      "1",    "--trials", "2",
                         "--time-limit", "0.3",    "--memory-limit", "200M", "--format", format,
                         name,           NULL};
  struct fuzz_outcome outcome = fuzz_run(words, NULL, 0);
  fuzz_require_plain(outcome.errors, outcome.errors_length);
  if (!strcmp(format, "text"))
    fuzz_require_plain(outcome.out, outcome.out_length);
  if (!strcmp(format, "json"))
    look_at_json(&outcome);
  return 0;
}
