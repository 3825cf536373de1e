/* The words for reasons and methods: tables made of the rows in reasons.h, and a place in them by
 * the enum.  A value beyond the table, as in a damaged struct, has words as well. */
#include "results/reasons.h"

#include <stddef.h>

struct words {
  const char *name, *level, *sentence, *of_claim, *advice;
};

#define ERROR "error"
#define WARNING "warning"
#define SAME NULL
#define ROW(reason, name, level, sentence, of_claim, advice)                                       \
  {name, level, sentence, of_claim, advice},

static const struct words reasons[] = {BP_REASONS(ROW)};
static const struct words unknown = {"unknown", ERROR, "no reason is known", SAME, ""};

#undef ROW
#define ROW(method, name, words) {name, words},

static const struct { const char *name, *words; } methods[] = {BP_METHODS(ROW)};

static const struct words *words_of(enum bp_reason reason) {
  return (unsigned)reason < BP_REASON_COUNT ? &reasons[reason] : &unknown;
}

const char *bp_reason_name(enum bp_reason reason) { return words_of(reason)->name; }
const char *bp_reason_level(enum bp_reason reason) { return words_of(reason)->level; }
const char *bp_reason_sentence(enum bp_reason reason) { return words_of(reason)->sentence; }
const char *bp_reason_advice(enum bp_reason reason) { return words_of(reason)->advice; }

const char *bp_reason_sentence_of_claim(enum bp_reason reason) {
  const struct words *words = words_of(reason);
  return words->of_claim ? words->of_claim : words->sentence;
}

const char *bp_method_name(enum bp_method method) {
  return (unsigned)method < BP_METHOD_COUNT ? methods[method].name : "unknown";
}

const char *bp_method_words(enum bp_method method) {
  return (unsigned)method < BP_METHOD_COUNT ? methods[method].words : "";
}
