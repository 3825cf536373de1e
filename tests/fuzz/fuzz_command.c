/* Arbitrary command lines, a word on each line of the input, beside a few small files.
 *
 * Numbers are cut to two digits and every verb gets a time limit, since what is tried are options
 * and words, not large checks.  Where no colours are asked for, nothing that is printed can steer a
 * terminal.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 40 };

static const struct {
  const char *name, *text;
} files[] = {
    {"a.deriv", "given A : 2 x 2\nclaim \"one\" A + A = 2*A\nclaim \"two\" A = A'\n"},
    {"n.md", "$Z^{[1]} = W^{[1]} X + b^{[1]}$, $dZ^{[1]} = A^{[1]} - Y$\n"},
    {"p.py", "y = x + x\n"},
    {"d.csv", "1,2,0\n2,1,1\n0.5,-1,0\n"},
    {"t.deriv", "given A : 2 x 2\nrequire \"one\" 2\n"},
};

/* These take no limit of time: they end at once, and what lsp reads is empty here. */
static bool has_limit(const char *verb) {
  static const char *const verbs[] = {"net", "grads", "verify", "class", "train", "run", "explain"};
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (!strcmp(verb, verbs[i]))
      return true;
  return false;
}

/* Without NUL, and with numbers of at most two digits. */
static char *copy_small(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  size_t to = 0, digits = 0;
  for (size_t i = 0; text && i < size; i++) {
    digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0;
    if (digits <= 2 && data[i] != 0)
      text[to++] = (char)data[i];
  }
  if (!text)
    exit(3);
  text[to] = '\0';
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *words[MOST + 4] = {"backproof"};
  char *text = copy_small(data, size), *rest = text;
  size_t count = 1;
  bool coloured = strstr(text, "--c") != NULL; /* --color, as short as it may be */
  for (char *word; (word = strsep(&rest, "\n")) && count < MOST;) {
    words[count++] = word;
    if (count == 2 && has_limit(word)) {
      words[count++] = "--time-limit";
      words[count++] = "1";
    }
  }
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    fuzz_file(files[i].name, files[i].text, strlen(files[i].text));
  struct fuzz_outcome outcome = fuzz_run(words, NULL, 0);
  if (!coloured)
    fuzz_require_plain(outcome.errors, outcome.errors_length);
  free(text);
  return 0;
}
