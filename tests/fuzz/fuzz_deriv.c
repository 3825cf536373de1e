/* Feeds arbitrary bytes to the reader of derivations.
 *
 * A file that uses itself is among the inputs, because the loader gives the same text for every
 * short path.  Where a statement is broken there is an error; every other one is printable, and a
 * formula of a file with one claim only (so that nothing is declared) must be printed as one that
 * is read again and prints the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/print.h"
#include "read/document.h"
#include "value/vocabulary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static const struct bp_source *load(void *context, const struct bp_source *from, const char *path,
                                    const char **problem) {
  *problem = "there is no such file";
  return strlen(path) > 3 ? NULL : (from ? context : NULL);
}

static void print_nowhere(const struct bp_diagnostics *diagnostics) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out)
    return;
  bp_diagnostics_write(diagnostics, true, out);
  fclose(out);
  free(text);
}

/* Prints a side; with nothing declared its print must be readable, and print the same again. */
static void check_side(const struct bp_expression *side, bool alone, struct bp_arena *arena) {
  const char *text = bp_expression_text(side, NULL, NULL, arena);
  const char *file = text && alone ? bp_arena_printf(arena, "claim %s = 1", text) : NULL;
  if (!file)
    return;
  struct bp_source source = {.name = "print", .text = file, .length = strlen(file)};
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  const struct bp_document *again =
      bp_document_read(&source, &bp_vocabulary, NULL, NULL, arena, &diagnostics);
  if (!again)
    return;
  require(diagnostics.errors == 0 && again->count > 0);
  /* in front may stand what is assumed where nothing is declared */
  const struct bp_statement *claim = &again->statements[again->count - 1];
  require(claim->side_count == 2);
  const char *twice = bp_expression_text(claim->sides[0], NULL, NULL, arena);
  require(!twice || strcmp(text, twice) == 0);
}

static void check_document(const struct bp_document *document, struct bp_arena *arena) {
  for (size_t k = 0; k < document->count; k++) {
    const struct bp_statement *statement = &document->statements[k];
    require(statement->span.begin <= statement->span.end);
    require(statement->span.end <= document->source->length);
    bp_source_line(document->source, statement->span, arena);
    if (statement->broken)
      continue;
    bool alone = document->count == 1 && statement->kind == BP_STATEMENT_CLAIM;
    for (size_t s = 0; s < statement->side_count; s++)
      check_side(statement->sides[s], alone, arena);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bp_source source = {.name = "a.deriv", .text = (const char *)data, .length = size};
  struct bp_arena *arena = bp_arena_new(memory_limit);
  if (!arena)
    return 0;
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  const struct bp_document *document =
      bp_document_read(&source, &bp_vocabulary, load, &source, arena, &diagnostics);
  require(document || diagnostics.errors > 0);
  if (document) {
    bool broken = false;
    for (size_t k = 0; k < document->count; k++)
      broken |= document->statements[k].broken;
    require(!broken || diagnostics.errors > 0);
    check_document(document, arena);
  }
  print_nowhere(&diagnostics);
  bp_arena_free(arena);
  return 0;
}
