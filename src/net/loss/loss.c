/* The table of losses, and finding a row in it.
 *
 * A row stands in the file of its loss, with the functions that it names; here is only the order in
 * which messages list them.  Formulas for people are kept once, with the letters A and Y in them,
 * and every place that prints or reads one puts its own names there: "A[2]" in a derivation, "a[2]"
 * for a single sample.
 */
#include "net/loss/loss.h"

#include <string.h>
#include <strings.h>

#include "base/diag.h"

const struct bp_loss *const bp_losses[] = {
    &bp_cross_entropy,
    &bp_squared,
    &bp_half_squared,
};
const size_t bp_loss_count = sizeof bp_losses / sizeof *bp_losses;

static bool is(const char *word, const char *name, size_t length) {
  return strlen(word) == length && !strncmp(word, name, length);
}

static bool has_spelling(const struct bp_loss *loss, const char *name, size_t length) {
  for (const char *const *spelling = loss->spellings; *spelling; spelling++)
    if (is(*spelling, name, length))
      return true;
  return is(loss->name, name, length);
}

const struct bp_loss *bp_loss_find(const char *name, size_t length) {
  for (size_t k = 0; k < bp_loss_count; k++)
    if (has_spelling(bp_losses[k], name, length))
      return bp_losses[k];
  return NULL;
}

static bool has_abbreviation(const struct bp_loss *loss, const char *name, size_t length) {
  for (const char *const *word = loss->abbreviations; *word; word++)
    if (strlen(*word) == length && !strncasecmp(*word, name, length))
      return true;
  return false;
}

const struct bp_loss *bp_loss_meant(const char *name, size_t length) {
  const char *names[sizeof bp_losses / sizeof *bp_losses];
  for (size_t k = 0; k < bp_loss_count; k++) {
    if (has_abbreviation(bp_losses[k], name, length))
      return bp_losses[k];
    names[k] = bp_losses[k]->name;
  }
  const char *nearest = bp_nearest_name(name, length, names, bp_loss_count);
  return nearest ? bp_loss_find(nearest, strlen(nearest)) : NULL;
}

static enum bp_output_kind kind_of(const struct bp_function *output) {
  return output->probabilities ? BP_OUTPUT_PROBABILITY : BP_OUTPUT_NUMBER;
}

bool bp_loss_fits(const struct bp_loss *loss, const struct bp_function *output) {
  return (loss->fits & kind_of(output)) != 0;
}

const struct bp_loss *bp_loss_usual(const struct bp_function *output) {
  size_t k = 0;
  while (k + 1 < bp_loss_count && !(bp_losses[k]->usual & (int)kind_of(output)))
    k++;
  return bp_losses[k];
}

const char *bp_loss_text(const char *formula, const char *a, const char *y,
                         struct bp_arena *arena) {
  const char *text = "";
  while (text && *formula) {
    size_t plain = strcspn(formula, "AY");
    char letter = formula[plain];
    text = bp_arena_printf(arena, "%s%.*s%s", text, (int)plain, formula,
                           letter == 'A'   ? a
                           : letter == 'Y' ? y
                                           : "");
    formula += plain + (letter != '\0');
  }
  return text;
}
