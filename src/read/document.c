/* Documents that use one another: the reader of its format for each file, and a table of the files
 * met so far.
 *
 * A file that is being read and is asked for again uses itself; the chain of those being read is
 * the message.  A file that was read is not read again, so two files that use the same third one
 * share its document, and its expressions keep one id each.
 *
 * A second `use` of a file adds nothing, so in the end every document is used in one place, where
 * it is met first: whoever goes through a document and those that it uses then meets each once.
 * Forty files that use the next one twice would otherwise be 2^40.
 */
#include "read/document.h"

#include <string.h>

#include "read/readers.h"

enum { DEEPEST_USE = 100 };

struct file {
  const struct bp_source *source;
  struct bp_document *document; /* NULL while it is being read */
  struct file *next;            /* met before this one */
  bool placed;                  /* it has been met where it is used */
};

struct reader {
  const struct bp_vocabulary *vocabulary;
  bp_document_loader *loader;
  void *context;
  struct bp_arena *arena;
  struct bp_diagnostics *diagnostics;
  struct file *files;
  size_t next_id;
  size_t depth;
  bool memory_short;
};

static struct bp_document *read_file(struct reader *reader, const struct bp_source *source);

/* "a.deriv -> b.deriv -> a.deriv": the files that are being read, from `file` on, and `file`. */
static const char *chain(struct reader *reader, const struct file *file) {
  const char *text = file->source->name;
  for (const struct file *next = reader->files; text; next = next->next) {
    if (!next->document)
      text = bp_arena_printf(reader->arena, "%s -> %s", next->source->name, text);
    if (next == file)
      break;
  }
  return text;
}

static const struct bp_document *complain_of_cycle(struct reader *reader,
                                                   const struct bp_source *source,
                                                   struct bp_span span, const struct file *file) {
  const char *files = chain(reader, file);
  bp_error(reader->diagnostics, source, span,
           "put what both need into a third file, and use that in both", "%s uses itself: %s",
           file->source->name, files ? files : file->source->name);
  return NULL;
}

/* The document of `use "path"`, for the parser. */
static const struct bp_document *use(void *context, const struct bp_source *source,
                                     struct bp_span span, const char *path) {
  struct reader *reader = context;
  const char *problem = "other files cannot be used here";
  const struct bp_source *found =
      reader->loader ? reader->loader(reader->context, source, path, &problem) : NULL;
  if (!found) {
    bp_error(reader->diagnostics, source, span, NULL, "%s cannot be used: %s",
             *path ? path : "\"\"", problem);
    return NULL;
  }
  for (const struct file *file = reader->files; file; file = file->next)
    if (!strcmp(file->source->name, found->name))
      return file->document ? file->document : complain_of_cycle(reader, source, span, file);
  if (reader->depth < DEEPEST_USE)
    return read_file(reader, found);
  bp_error(reader->diagnostics, source, span, NULL, "more than %d files use one another here",
           DEEPEST_USE);
  return NULL;
}

/* NULL only where memory is short. */
static struct bp_document *read_file(struct reader *reader, const struct bp_source *source) {
  struct bp_document *document = bp_arena_alloc(reader->arena, 1, sizeof *document);
  struct file *file = bp_arena_alloc(reader->arena, 1, sizeof *file);
  if (!document || !file) {
    bp_error(reader->diagnostics, source, (struct bp_span){0, 0}, NULL, "out of memory");
    reader->memory_short = true;
    return NULL;
  }
  *file = (struct file){source, NULL, reader->files, false};
  reader->files = file;
  reader->depth++;
  if (bp_reader_for(source)->read(source, reader->vocabulary, use, reader, &reader->next_id,
                                  reader->arena, reader->diagnostics, document) != 0)
    reader->memory_short = true;
  reader->depth--;
  file->document = document;
  return reader->memory_short ? NULL : document;
}

/* Leaves each document to the first statement that uses it, in the order of reading. */
static void place(struct reader *reader, struct bp_document *document) {
  for (size_t i = 0; i < document->count; i++) {
    struct bp_statement *statement = &document->statements[i];
    struct file *file = statement->used ? reader->files : NULL;
    while (file && file->document != statement->used)
      file = file->next;
    if (!file)
      continue;
    if (file->placed)
      statement->used = NULL;
    else {
      file->placed = true;
      place(reader, file->document);
    }
  }
}

/* What no other format claims is meant as a derivation: its messages then say what is wrong. */
bool bp_deriv_is_meant(const struct bp_source *source) {
  (void)source;
  return true;
}

const struct bp_document *bp_document_read(const struct bp_source *source,
                                           const struct bp_vocabulary *vocabulary,
                                           bp_document_loader *loader, void *context,
                                           struct bp_arena *arena,
                                           struct bp_diagnostics *diagnostics) {
  struct reader reader = {.vocabulary = vocabulary,
                          .loader = loader,
                          .context = context,
                          .arena = arena,
                          .diagnostics = diagnostics};
  struct bp_document *document = read_file(&reader, source);
  if (document)
    place(&reader, document);
  return document;
}
