/* Reading the folder derivations: the files themselves and those that they use, which stand beside
 * them.
 *
 * Statements that are no claims are kept as they are, so a document made by bp_test_with_claims has
 * the names, the settings and the draws of the file that it comes from.
 */
#define _GNU_SOURCE
#include "documents.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/document.h"
#include "value/vocabulary.h"

static const struct bp_source *read_file(const char *path, struct bp_arena *arena) {
  FILE *file = fopen(path, "rb");
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!file || !source || fseek(file, 0, SEEK_END) != 0) {
    if (file)
      fclose(file);
    return NULL;
  }
  size_t length = (size_t)ftell(file);
  char *text = bp_arena_alloc(arena, length + 1, 1);
  rewind(file);
  bool fine = text && fread(text, 1, length, file) == length;
  fclose(file);
  *source = (struct bp_source){bp_arena_strdup(arena, path), text, length};
  return fine ? source : NULL;
}

/* A file that is used stands in the same folder. */
static const struct bp_source *load(void *context, const struct bp_source *from, const char *path,
                                    const char **problem) {
  struct bp_arena *arena = context;
  const char *slash = strrchr(from->name, '/');
  int folder = slash ? (int)(slash - from->name + 1) : 0;
  const struct bp_source *source =
      read_file(bp_arena_printf(arena, "%.*s%s", folder, from->name, path), arena);
  *problem = source ? NULL : "there is no such file";
  return source;
}

static bool read_document(const char *folder, const char *name, struct bp_arena *arena,
                          struct bp_test_document *document) {
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  document->name = name;
  document->path = bp_arena_printf(arena, "%s/%s", folder, name);
  document->source = read_file(document->path, arena);
  document->document = document->source ? bp_document_read(document->source, &bp_vocabulary, load,
                                                           arena, arena, &diagnostics)
                                        : NULL;
  return document->document && diagnostics.count == 0;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t bp_test_documents(const char *folder, struct bp_arena *arena,
                         struct bp_test_document *documents) {
  static const char ending[] = ".deriv";
  const char *names[BP_MOST_DOCUMENTS];
  size_t count = 0;
  DIR *directory = opendir(folder);
  for (struct dirent *entry = directory ? readdir(directory) : NULL;
       entry && count < BP_MOST_DOCUMENTS; entry = readdir(directory)) {
    size_t length = strlen(entry->d_name);
    if (length >= sizeof ending && !strcmp(entry->d_name + length - (sizeof ending - 1), ending))
      names[count++] = bp_arena_strdup(arena, entry->d_name);
  }
  if (directory)
    closedir(directory);
  qsort(names, count, sizeof *names, by_name);
  for (size_t i = 0; i < count; i++)
    if (!read_document(folder, names[i], arena, &documents[i]))
      return 0;
  return count;
}

const struct bp_document *bp_test_reread(const char *path, const char *text, struct bp_arena *arena,
                                         struct bp_diagnostics *diagnostics) {
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!source)
    return NULL;
  *source = (struct bp_source){path, text, strlen(text)};
  return bp_document_read(source, &bp_vocabulary, load, arena, arena, diagnostics);
}

const struct bp_document *bp_test_with_claims(const struct bp_document *document, size_t index,
                                              const struct bp_statement *claims, size_t count,
                                              struct bp_arena *arena) {
  struct bp_document *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  struct bp_statement *statements =
      bp_arena_alloc(arena, document->count + count, sizeof *statements);
  if (!copy || !statements)
    return NULL;
  *copy = *document;
  copy->statements = statements;
  copy->count = 0;
  for (size_t i = 0; i < document->count; i++) {
    if (i == index) {
      memcpy(&statements[copy->count], claims, count * sizeof *claims);
      copy->count += count;
    } else if (!bp_statement_is_judged(&document->statements[i])) {
      statements[copy->count++] = document->statements[i];
    }
  }
  return copy;
}

bool bp_test_is_equation(const struct bp_statement *statement) {
  if (statement->kind != BP_STATEMENT_CLAIM || statement->broken)
    return false;
  for (size_t k = 0; k + 1 < statement->side_count; k++)
    if (statement->relations[k] != BP_EQUAL)
      return false;
  return true;
}

struct bp_statement bp_test_with_side(const struct bp_statement *claim, size_t side,
                                      const struct bp_expression *expression,
                                      struct bp_arena *arena) {
  struct bp_statement copy = *claim;
  copy.sides = bp_arena_alloc(arena, claim->side_count, sizeof(struct bp_expression *));
  if (!copy.sides)
    return *claim;
  memcpy(copy.sides, claim->sides, claim->side_count * sizeof(struct bp_expression *));
  copy.sides[side] = expression;
  return copy;
}

/* ---- the list of equal ones ---------------------------------------------------------------- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool bp_equal_mutations_read(const char *path, struct bp_arena *arena,
                             struct bp_equal_mutations *equal) {
  static const char separator[] = " | ";
  const struct bp_source *source = read_file(path, arena);
  if (!source)
    return false;
  size_t most = 0;
  for (size_t k = 0; k < source->length; k++)
    most += source->text[k] == '\n';
  *equal = (struct bp_equal_mutations){bp_arena_alloc(arena, most + 1, sizeof(char *)), 0};
  for (const char *line = source->text; equal->lines && *line;) {
    const char *end = strchrnul(line, '\n'), *reason = NULL;
    size_t parts = 0;
    for (const char *at = line; (at = strstr(at, separator)) && at < end; at++, parts++)
      reason = at;
    if (*line != '#' && end > line && parts != 3)
      return false;
    if (parts == 3)
      equal->lines[equal->count++] = bp_arena_strndup(arena, line, (size_t)(reason - line));
    line = *end ? end + 1 : end;
  }
  qsort(equal->lines, equal->count, sizeof(char *), by_text);
  return true;
}

bool bp_equal_mutation_listed(const struct bp_equal_mutations *equal, const char *file,
                              const char *mutation, const char *formula) {
  char *line = NULL;
  if (!strcmp(mutation,
              "* for ⊙")) /* of equal shapes a * that is written goes element by element */
    return true;
  if (asprintf(&line, "%s | %s | %s", file, mutation, formula) < 0)
    return false;
  bool found = bsearch(&line, equal->lines, equal->count, sizeof(char *), by_text) != NULL;
  free(line);
  return found;
}
