/* XML and HTML on a stream, element by element.
 *
 * libxml2 does the quoting, and texts come to it without the characters that neither may hold.
 * Whatever goes wrong is remembered, so that a document can be written as one reads it and asked
 * once at its end.
 */
#ifndef BP_REPORT_MARKUP_H
#define BP_REPORT_MARKUP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

struct _xmlTextWriter; /* of libxml2 */

struct bp_markup {
  struct _xmlTextWriter *xml;
  struct bp_arena *arena; /* of texts that are made on the way */
  bool failed;
  struct { /* who heard of libxml2's errors before */
    void (*error)(void);
    void *error_context;
    void (*words)(void *, const char *, ...);
    void *words_context;
  } before;
};

/* Begins on a stream, which stays open.  0, or -1 when memory is short; bp_markup_end only then. */
int bp_markup_begin(struct bp_markup *markup, FILE *out);

/* The same for an XML document: with its declaration, and elements on lines of their own. */
int bp_markup_begin_xml(struct bp_markup *markup, FILE *out);

/* Writes what is left and frees everything.  0, or -1 where anything failed, the stream included.
 */
int bp_markup_end(struct bp_markup *markup, FILE *out);

void bp_element(struct bp_markup *markup, const char *name);

/* Closes the innermost element with an end tag, also where it is empty, as HTML wants it. */
void bp_element_end(struct bp_markup *markup);

/* Closes as many elements. */
void bp_elements_end(struct bp_markup *markup, size_t count);

/* Closes one that may be <empty/>: any of XML, and meta, circle or rect of a page. */
void bp_element_void_end(struct bp_markup *markup);

/* NULL is memory that was short. */
void bp_attribute(struct bp_markup *markup, const char *name, const char *value);
void bp_attribute_format(struct bp_markup *markup, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Text, quoted. */
void bp_markup_text(struct bp_markup *markup, const char *text);
void bp_markup_format(struct bp_markup *markup, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Our own text as it stands: a style sheet, <!DOCTYPE html>. */
void bp_markup_raw(struct bp_markup *markup, const char *text);

/* An element with a class and a text: <p class="note">…</p>; NULL for no class. */
void bp_markup_element(struct bp_markup *markup, const char *name, const char *class,
                       const char *text);

#endif
