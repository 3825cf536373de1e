/* JUnit XML: a test suite for a network or a file, a test case for each block or claim.
 *
 * There is no one standard, so this keeps to what the schema of Jenkins' xunit plugin and GitLab's
 * page about it have in common.  What is wrong is a failure; what could not be decided or read is
 * an error, because a build must not pass on it; what nobody looked at is skipped.  libxml2 does
 * the quoting, and texts come to it without the characters that XML cannot hold at all.
 */
#include "report/markup.h"
#include "report/plain.h"
#include "report/suite/cases.h"

static void count(struct bp_markup *document, const char *name, size_t number) {
  bp_attribute_format(document, name, "%zu", number);
}

static void counts(struct bp_markup *document, const struct bp_suite *suite) {
  count(document, "tests", suite->total);
  count(document, "failures", suite->count[BP_CASE_FAILED]);
  count(document, "errors", suite->count[BP_CASE_UNDECIDED] + suite->count[BP_CASE_UNREAD]);
}

static void seconds(struct bp_markup *document, double time) {
  if (time > 0)
    bp_attribute_format(document, "time", "%.3f", time);
}

/* ---- cases --------------------------------------------------------------- */

/* <failure> and its relatives, with everything that is known as text. */
static void write_trouble(struct bp_markup *document, const struct bp_case *one,
                          const struct bp_suite *suite, struct bp_arena *arena) {
  bp_element(document, one->outcome == BP_CASE_FAILED ? "failure" : "error");
  bp_attribute(document, "type",
               one->outcome == BP_CASE_FAILED ? one->rule : bp_case_outcome_name(one->outcome));
  bp_attribute(document, "message", one->message);
  bp_markup_text(document, bp_case_details(one, suite, arena));
  if (one->replay) {
    bp_markup_text(document, "\n\nto see it again:\n");
    bp_markup_text(document, one->replay);
  }
  bp_element_void_end(document);
}

static int write_case(const struct bp_case *one, const struct bp_suite *suite,
                      struct bp_arena *arena, void *user) {
  struct bp_markup *document = user;
  bp_element(document, "testcase");
  bp_attribute(document, "classname", suite->name);
  bp_attribute(document, "name", one->id);
  if (one->outcome == BP_CASE_SKIPPED) {
    bp_element(document, "skipped");
    bp_attribute(document, "message", one->message);
    bp_element_void_end(document);
  } else if (one->outcome != BP_CASE_PASSED) {
    write_trouble(document, one, suite, arena);
  }
  bp_element_void_end(document);
  return document->failed ? -1 : 0;
}

/* ---- suites -------------------------------------------------------------- */

static void property(struct bp_markup *document, const char *name, const char *value,
                     struct bp_arena *arena) {
  bp_element(document, "property");
  bp_attribute(document, "name", bp_plain_line(name, arena));
  bp_attribute(document, "value", bp_plain_line(value, arena));
  bp_element_void_end(document);
}

/* Title, settings, and what of the cases is listed. */
static void write_properties(struct bp_markup *document, const struct bp_suite *suite,
                             const struct bp_report_style *style, struct bp_arena *arena) {
  const struct bp_report_head *head = suite->head;
  bp_element(document, "properties");
  if (suite->file && head && head->title)
    property(document, "title", head->title, arena);
  for (size_t i = 0; head && i < head->setting_count; i++)
    property(document, head->settings[i].name, head->settings[i].value, arena);
  if (style->only_failed)
    property(document, "listed", "only what does not hold; the counts are of all", arena);
  bp_element_void_end(document);
}

static void write_notes(struct bp_markup *document, const struct bp_suite *suite) {
  if (!bp_suite_note(suite, 0))
    return;
  bp_element(document, "system-out");
  for (size_t i = 0; bp_suite_note(suite, i); i++) {
    bp_markup_text(document, bp_suite_note(suite, i));
    bp_markup_text(document, "\n");
  }
  bp_element_void_end(document);
}

static int write_suite(struct bp_markup *document, const struct bp_suite *suite,
                       struct bp_walk *walk) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return -1;
  bp_element(document, "testsuite");
  bp_attribute(document, "name", suite->name);
  counts(document, suite);
  count(document, "skipped", suite->count[BP_CASE_SKIPPED]);
  seconds(document, suite->seconds);
  write_properties(document, suite, walk->style, arena);
  int status = bp_walk_suite(walk, suite, write_case, document);
  write_notes(document, suite);
  bp_element_void_end(document);
  bp_arena_free(arena);
  return status;
}

/* What is counted but not listed has to be said inside of a suite: there is no other place. */
static int write_remark(struct bp_markup *document, const struct bp_suites *suites,
                        const struct bp_report_style *style) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return -1;
  const char *remark = bp_suites_remark(suites, style, arena);
  if (remark) {
    bp_element(document, "testsuite");
    bp_attribute(document, "name", "not listed");
    for (const char *const *name = (const char *const[]){"tests", "failures", "errors", NULL};
         *name; name++)
      count(document, *name, 0);
    bp_element(document, "system-out");
    bp_markup_text(document, remark);
    bp_element_void_end(document);
    bp_element_void_end(document);
  }
  bp_arena_free(arena);
  return 0;
}

static int write_document(struct bp_markup *document, const struct bp_suites *suites,
                          const struct bp_report_style *style) {
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  bp_element(document, "testsuites");
  bp_attribute(document, "name", "backproof");
  counts(document, &suites->all);
  seconds(document, suites->all.seconds);
  for (size_t i = 0; i < suites->count && status == 0; i++)
    status = write_suite(document, &suites->list[i], &walk);
  bp_walk_end(&walk);
  if (status == 0)
    status = write_remark(document, suites, style);
  bp_element_void_end(document);
  return status;
}

static int write_junit(const struct bp_suites *suites, const struct bp_report_style *style,
                       FILE *out) {
  struct bp_markup document;
  if (bp_markup_begin_xml(&document, out) != 0)
    return -1;
  int status = write_document(&document, suites, style);
  return bp_markup_end(&document, out) == 0 ? status : -1;
}

BP_SUITES_FORMAT(junit, write_junit)
BP_SUITES_POWER(junit, write_junit)
