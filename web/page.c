/* What the page calls: a text goes in, a report in HTML comes out, through the installed calls
 * alone.
 *
 * The page runs this in an instance of its own, which it throws away when anything ends it; so
 * where memory is gone for good there is nothing better to do than to trap.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/backproof.h"
#include "base/budget.h"
#include "base/quad.h"
#include "num/flint_memory.h"

static const size_t MEMORY = (size_t)384 << 20, RESERVE = (size_t)64 << 20;

static char *report, *messages;
static size_t report_length, messages_length;
static enum bp_budget_end end;

__attribute__((noreturn)) static void gone(void) { __builtin_trap(); }

/* To be called first.  False: this browser's numbers are not what the bounds take them for. */
__attribute__((export_name("begin"))) bool begin(void) {
  struct bp_flint_memory memory = {.limit = MEMORY, .reserve = RESERVE, .gone = gone};
  return bp_flint_memory_install(&memory) && bp_quad_is_exact();
}

/* A place for a text of so many bytes. */
__attribute__((export_name("place"))) char *place(size_t length) { return malloc(length + 1); }

static void clear(void) {
  free(report);
  free(messages);
  report = messages = NULL;
  report_length = messages_length = 0;
}

static enum bp_outcome check(const char *name, const char *text, size_t length, const char *format,
                             FILE *out, FILE *errors) {
  if (strcmp(name, "network") == 0)
    return bp_network_check(
        text, &(struct bp_network_request){.format = format, .memory_limit = MEMORY}, out, errors);
  return bp_derivation_check(
      text, length,
      &(struct bp_derivation_request){.name = name, .format = format, .memory_limit = MEMORY}, out,
      errors);
}

/* Judges a text, which is freed as its name is, on a budget of so many seconds.  The name's ending
 * says what it is, "network" is the description of one.  Returns an outcome of api/backproof.h. */
__attribute__((export_name("judge"))) int judge(char *name, char *text, size_t length, char *format,
                                                double seconds) {
  clear();
  FILE *out = open_memstream(&report, &report_length);
  FILE *errors = open_memstream(&messages, &messages_length);
  text[length] = '\0';
  struct bp_budget budget = {.seconds = seconds};
  struct bp_budget *before = bp_budget_enter(&budget);
  bp_flint_memory_resume();
  enum bp_outcome outcome =
      out && errors ? check(name, text, length, format, out, errors) : BP_OUTCOME_BAD_INPUT;
  bp_budget_leave(before);
  end = bp_budget_end(&budget);
  if (out)
    fclose(out);
  if (errors)
    fclose(errors);
  free(name);
  free(text);
  free(format);
  return (int)outcome;
}

/* Whether it ended before its time: an enum bp_budget_end. */
__attribute__((export_name("ended"))) int ended(void) { return (int)end; }

__attribute__((export_name("report_at"))) const char *report_at(void) { return report; }
__attribute__((export_name("report_length"))) size_t length_of_report(void) {
  return report_length;
}
__attribute__((export_name("messages_at"))) const char *messages_at(void) { return messages; }
__attribute__((export_name("messages_length"))) size_t length_of_messages(void) {
  return messages_length;
}
