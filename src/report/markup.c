/* libxml2's writer, in HTML without its indentation: what stands between elements is text there.
 *
 * Elements are closed by an end tag of their own even where they are empty, because HTML takes
 * <td/> for a beginning; the few that have none are closed by bp_element_void_end.
 */
#define _GNU_SOURCE /* vasprintf */
#include "report/markup.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>

#include "report/plain.h"

/* What libxml2 calls characters. */
static const xmlChar *xml(const char *text) { return (const xmlChar *)text; }

static void remember(struct bp_markup *markup, int status) {
  markup->failed = markup->failed || status < 0;
}

/* What the stream refuses is remembered by the stream; libxml2 would complain on stderr. */
static int pass_on(void *stream, const char *bytes, int length) {
  if (length > 0) /* it has no bytes at all where its own memory was refused */
    fwrite(bytes, 1, (size_t)length, stream);
  return length;
}

/* libxml2 tells of memory that it did not get in its last flush to its error handlers only, of some
 * of it as an error and of some in words.  Those of whoever called are put back. */
#if LIBXML_VERSION >= 21200
static void remember_error(void *markup, const xmlError *error) {
#else
static void remember_error(void *markup, xmlError *error) {
#endif
  (void)error;
  remember(markup, -1);
}

static void remember_words(void *markup, const char *format, ...) {
  (void)format;
  remember(markup, -1);
}

static void watch(struct bp_markup *markup) {
  markup->before.error = (void (*)(void))xmlStructuredError;
  markup->before.error_context = xmlStructuredErrorContext;
  markup->before.words = xmlGenericError;
  markup->before.words_context = xmlGenericErrorContext;
  xmlSetStructuredErrorFunc(markup, remember_error);
  xmlSetGenericErrorFunc(markup, remember_words);
}

static void watch_no_more(const struct bp_markup *markup) {
  xmlSetStructuredErrorFunc(markup->before.error_context,
                            (xmlStructuredErrorFunc)markup->before.error);
  xmlSetGenericErrorFunc(markup->before.words_context, markup->before.words);
}

static int begin(struct bp_markup *markup, FILE *out) {
  xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(pass_on, NULL, out, NULL);
  markup->xml = buffer ? xmlNewTextWriter(buffer) : NULL;
  if (!markup->xml) {
    if (buffer)
      xmlOutputBufferClose(buffer);
    return -1;
  }
  markup->arena = bp_arena_new(0);
  if (markup->arena)
    return 0;
  xmlFreeTextWriter(markup->xml);
  return -1;
}

int bp_markup_begin(struct bp_markup *markup, FILE *out) {
  *markup = (struct bp_markup){0};
  watch(markup);
  if (begin(markup, out) == 0)
    return 0;
  watch_no_more(markup);
  return -1;
}

int bp_markup_begin_xml(struct bp_markup *markup, FILE *out) {
  if (bp_markup_begin(markup, out) != 0)
    return -1;
  remember(markup, xmlTextWriterSetIndent(markup->xml, 1));
  remember(markup, xmlTextWriterStartDocument(markup->xml, NULL, "UTF-8", NULL));
  return 0;
}

int bp_markup_end(struct bp_markup *markup, FILE *out) {
  remember(markup, xmlTextWriterEndDocument(markup->xml));
  remember(markup, xmlTextWriterFlush(markup->xml));
  xmlFreeTextWriter(markup->xml); /* closes the buffer, not the stream */
  watch_no_more(markup);
  bool failed = markup->failed || bp_arena_failed(markup->arena);
  bp_arena_free(markup->arena);
  return failed || ferror(out) ? -1 : 0;
}

void bp_element(struct bp_markup *markup, const char *name) {
  remember(markup, xmlTextWriterStartElement(markup->xml, xml(name)));
}

void bp_element_end(struct bp_markup *markup) {
  remember(markup, xmlTextWriterFullEndElement(markup->xml));
}

void bp_elements_end(struct bp_markup *markup, size_t count) {
  while (count-- > 0)
    bp_element_end(markup);
}

void bp_element_void_end(struct bp_markup *markup) {
  remember(markup, xmlTextWriterEndElement(markup->xml));
}

/* Gives back what is made in between: there may be a million texts. */
static void attribute(struct bp_markup *markup, const char *name, const char *value) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  const char *plain = value ? bp_plain_text(value, markup->arena) : NULL;
  remember(markup, plain ? xmlTextWriterWriteAttribute(markup->xml, xml(name), xml(plain)) : -1);
  bp_arena_release(markup->arena, mark);
}

static void text(struct bp_markup *markup, const char *content) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  const char *plain = content ? bp_plain_text(content, markup->arena) : NULL;
  remember(markup, plain ? xmlTextWriterWriteString(markup->xml, xml(plain)) : -1);
  bp_arena_release(markup->arena, mark);
}

void bp_attribute(struct bp_markup *markup, const char *name, const char *value) {
  attribute(markup, name, value);
}

void bp_attribute_format(struct bp_markup *markup, const char *name, const char *format, ...) {
  char *value = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&value, format, arguments) < 0)
    value = NULL;
  va_end(arguments);
  attribute(markup, name, value);
  free(value);
}

void bp_markup_text(struct bp_markup *markup, const char *content) { text(markup, content); }

void bp_markup_format(struct bp_markup *markup, const char *format, ...) {
  char *content = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&content, format, arguments) < 0)
    content = NULL;
  va_end(arguments);
  text(markup, content);
  free(content);
}

void bp_markup_raw(struct bp_markup *markup, const char *content) {
  remember(markup, xmlTextWriterWriteRaw(markup->xml, xml(content)));
}

void bp_markup_element(struct bp_markup *markup, const char *name, const char *class,
                       const char *content) {
  bp_element(markup, name);
  if (class)
    attribute(markup, "class", class);
  text(markup, content);
  bp_element_end(markup);
}
