/* JUnit XML: a test suite for a network or a file, a test case for each block or claim.
 *
 * There is no one standard, so this keeps to what the schema of Jenkins' xunit plugin and GitLab's
 * page about it have in common.  What is wrong is a failure; what could not be decided or read is
 * an error, because a build must not pass on it; what nobody looked at is skipped.  libxml2 does
 * the quoting, and texts come to it without the characters that XML cannot hold at all.
 */
#include <libxml/xmlwriter.h>
#include <string.h>

#include "report/plain.h"
#include "report/suite/cases.h"

/* The calls of libxml2 give -1 when something went wrong; it is remembered, so that a document can
 * be written as one reads it. */
struct document {
  xmlTextWriterPtr xml;
  bool failed;
};

static void note(struct document *document, int status) {
  document->failed = document->failed || status < 0;
}

static void begin(struct document *document, const char *element) {
  note(document, xmlTextWriterStartElement(document->xml, BAD_CAST element));
}

static void end(struct document *document) {
  note(document, xmlTextWriterEndElement(document->xml));
}

static void attribute(struct document *document, const char *name, const char *value) {
  note(document,
       value ? xmlTextWriterWriteAttribute(document->xml, BAD_CAST name, BAD_CAST value) : -1);
}

static void count(struct document *document, const char *name, size_t number) {
  note(document, xmlTextWriterWriteFormatAttribute(document->xml, BAD_CAST name, "%zu", number));
}

static void text(struct document *document, const char *content) {
  note(document, content ? xmlTextWriterWriteString(document->xml, BAD_CAST content) : -1);
}

static void counts(struct document *document, const struct bp_suite *suite) {
  count(document, "tests", suite->total);
  count(document, "failures", suite->count[BP_CASE_FAILED]);
  count(document, "errors", suite->count[BP_CASE_UNDECIDED] + suite->count[BP_CASE_UNREAD]);
}

static void seconds(struct document *document, double time) {
  if (time > 0)
    note(document, xmlTextWriterWriteFormatAttribute(document->xml, BAD_CAST "time", "%.3f", time));
}

/* ---- cases --------------------------------------------------------------- */

/* <failure> and its relatives, with everything that is known as text. */
static void write_trouble(struct document *document, const struct bp_case *one,
                          const struct bp_suite *suite, struct bp_arena *arena) {
  begin(document, one->outcome == BP_CASE_FAILED ? "failure" : "error");
  attribute(document, "type",
            one->outcome == BP_CASE_FAILED ? one->rule : bp_case_outcome_name(one->outcome));
  attribute(document, "message", one->message);
  text(document, bp_case_details(one, suite, arena));
  if (one->replay) {
    text(document, "\n\nto see it again:\n");
    text(document, bp_plain_text(one->replay, arena));
  }
  end(document);
}

static int write_case(const struct bp_case *one, const struct bp_suite *suite,
                      struct bp_arena *arena, void *user) {
  struct document *document = user;
  begin(document, "testcase");
  attribute(document, "classname", suite->name);
  attribute(document, "name", one->id);
  if (one->outcome == BP_CASE_SKIPPED) {
    begin(document, "skipped");
    attribute(document, "message", one->message);
    end(document);
  } else if (one->outcome != BP_CASE_PASSED) {
    write_trouble(document, one, suite, arena);
  }
  end(document);
  return document->failed ? -1 : 0;
}

/* ---- suites -------------------------------------------------------------- */

static void property(struct document *document, const char *name, const char *value,
                     struct bp_arena *arena) {
  begin(document, "property");
  attribute(document, "name", bp_plain_line(name, arena));
  attribute(document, "value", bp_plain_line(value, arena));
  end(document);
}

/* Title, settings, and what of the cases is listed. */
static void write_properties(struct document *document, const struct bp_suite *suite,
                             const struct bp_report_style *style, struct bp_arena *arena) {
  const struct bp_report_head *head = suite->head;
  begin(document, "properties");
  if (suite->file && head && head->title)
    property(document, "title", head->title, arena);
  for (size_t i = 0; head && i < head->setting_count; i++)
    property(document, head->settings[i].name, head->settings[i].value, arena);
  if (style->only_failed)
    property(document, "listed", "only what does not hold; the counts are of all", arena);
  end(document);
}

static void write_notes(struct document *document, const struct bp_suite *suite,
                        struct bp_arena *arena) {
  if (!bp_suite_note(suite, 0))
    return;
  begin(document, "system-out");
  for (size_t i = 0; bp_suite_note(suite, i); i++) {
    text(document, bp_plain_text(bp_suite_note(suite, i), arena));
    text(document, "\n");
  }
  end(document);
}

static int write_suite(struct document *document, const struct bp_suite *suite,
                       struct bp_walk *walk) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return -1;
  begin(document, "testsuite");
  attribute(document, "name", suite->name);
  counts(document, suite);
  count(document, "skipped", suite->count[BP_CASE_SKIPPED]);
  seconds(document, suite->seconds);
  write_properties(document, suite, walk->style, arena);
  int status = bp_walk_suite(walk, suite, write_case, document);
  write_notes(document, suite, arena);
  end(document);
  bp_arena_free(arena);
  return status;
}

/* What is counted but not listed has to be said inside of a suite: there is no other place. */
static int write_remark(struct document *document, const struct bp_suites *suites,
                        const struct bp_report_style *style) {
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    return -1;
  const char *remark = bp_suites_remark(suites, style, arena);
  if (remark) {
    begin(document, "testsuite");
    attribute(document, "name", "not listed");
    for (const char *const *name = (const char *const[]){"tests", "failures", "errors", NULL};
         *name; name++)
      count(document, *name, 0);
    begin(document, "system-out");
    text(document, remark);
    end(document);
    end(document);
  }
  bp_arena_free(arena);
  return 0;
}

static int write_document(struct document *document, const struct bp_suites *suites,
                          const struct bp_report_style *style) {
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  note(document, xmlTextWriterSetIndent(document->xml, 1));
  note(document, xmlTextWriterStartDocument(document->xml, NULL, "UTF-8", NULL));
  begin(document, "testsuites");
  attribute(document, "name", "backproof");
  counts(document, &suites->all);
  seconds(document, suites->all.seconds);
  for (size_t i = 0; i < suites->count && status == 0; i++)
    status = write_suite(document, &suites->list[i], &walk);
  bp_walk_end(&walk);
  if (status == 0)
    status = write_remark(document, suites, style);
  end(document);
  note(document, xmlTextWriterEndDocument(document->xml));
  return status;
}

/* What the stream refuses is remembered by the stream; libxml2 would complain on stderr. */
static int pass_on(void *stream, const char *bytes, int length) {
  fwrite(bytes, 1, (size_t)length, stream);
  return length;
}

static int write_junit(const struct bp_suites *suites, const struct bp_report_style *style,
                       FILE *out) {
  xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(pass_on, NULL, out, NULL);
  struct document document = {.xml = buffer ? xmlNewTextWriter(buffer) : NULL};
  if (!document.xml) {
    if (buffer)
      xmlOutputBufferClose(buffer);
    return -1;
  }
  int status = write_document(&document, suites, style);
  xmlFreeTextWriter(document.xml); /* writes what is left, and closes the buffer, not the file */
  return status == 0 && !document.failed ? 0 : -1;
}

BP_SUITES_FORMAT(junit, write_junit)
BP_SUITES_POWER(junit, write_junit)
