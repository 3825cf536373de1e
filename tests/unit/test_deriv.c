/* Derivation files that use one another.  The files of a test are a table of names and texts. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "diagnosed.h"
#include "read/document.h"
#include "read/readers.h"
#include "suite.h"
#include "value/vocabulary.h"

struct folder {
  const struct bp_source *files;
  size_t count;
  int loaded;
};

/* The path, with a leading "./" left out, is the name. */
static const struct bp_source *load(void *context, const struct bp_source *from, const char *path,
                                    const char **problem) {
  struct folder *folder = context;
  ck_assert_ptr_nonnull(from);
  if (!strncmp(path, "./", 2))
    path += 2;
  folder->loaded++;
  for (size_t k = 0; k < folder->count; k++)
    if (!strcmp(folder->files[k].name, path))
      return &folder->files[k];
  *problem = "there is no such file";
  return NULL;
}

#define FILE_OF(name, text)                                                                        \
  { name, text, sizeof text - 1 }

static const struct bp_document *read(struct folder *folder) {
  const struct bp_document *document =
      bp_document_read(&folder->files[0], &bp_vocabulary, load, folder, arena, &diagnostics);
  ck_assert_ptr_nonnull(document);
  return document;
}

START_TEST(names_of_a_used_file_are_known) {
  static const struct bp_source files[] = {
      FILE_OF("a.deriv", "use \"b.deriv\"\nclaim dW = 1\nclaim g(W) = dW\n"),
      FILE_OF("b.deriv", "use \"c.deriv\"\ngiven W : n x m\n"),
      FILE_OF("c.deriv", "given g : function\nclaim W = 1\n")};
  struct folder folder = {files, 3, 0};
  const struct bp_document *document = read(&folder);
  ck_assert_uint_eq(diagnostics.count, 0);
  ck_assert_uint_eq(document->count, 3);
  ck_assert_int_eq(document->statements[1].sides[0]->kind, BP_EXPR_DIFFERENTIAL);
  ck_assert_int_eq(document->statements[2].sides[0]->kind, BP_EXPR_CALL);
  const struct bp_document *used = document->statements[0].used;
  ck_assert_str_eq(used->source->name, "b.deriv");
  ck_assert_str_eq(used->statements[0].used->source->name, "c.deriv");
}
END_TEST

/* Ids are counted through all files, so no two expressions share one. */
static void collect(const struct bp_expression *expression, bool *seen, size_t most) {
  ck_assert_uint_lt(expression->id, most);
  ck_assert(!seen[expression->id]);
  seen[expression->id] = true;
  for (size_t k = 0; k < expression->count; k++)
    collect(expression->child[k], seen, most);
}

START_TEST(a_file_is_read_once) {
  static const struct bp_source files[] = {
      FILE_OF("a.deriv", "claim a + b = 1\nuse \"b.deriv\"\nclaim x*y = 2\nuse \"c.deriv\"\n"
                         "use \"./b.deriv\"\nclaim z = 3\n"),
      FILE_OF("b.deriv", "use \"c.deriv\"\nclaim W' = 1\n"), FILE_OF("c.deriv", "claim v = 1\n")};
  struct folder folder = {files, 3, 0};
  const struct bp_document *document = read(&folder);
  ck_assert_uint_eq(diagnostics.count, 0);
  /* Each is used in one place, where it is met first. */
  const struct bp_document *b = document->statements[1].used, *c = b->statements[0].used;
  ck_assert_str_eq(b->source->name, "b.deriv");
  ck_assert_str_eq(c->source->name, "c.deriv");
  ck_assert_ptr_null(document->statements[3].used);
  ck_assert_ptr_null(document->statements[4].used);
  bool *seen = bp_arena_alloc(arena, document->expressions, sizeof *seen);
  const struct bp_document *all[] = {document, b, c};
  for (size_t d = 0; d < 3; d++)
    for (size_t k = 0; k < all[d]->count; k++)
      for (size_t s = 0; s < all[d]->statements[k].side_count; s++)
        collect(all[d]->statements[k].sides[s], seen, document->expressions);
}
END_TEST

START_TEST(a_cycle_is_an_error_where_it_closes) {
  static const struct bp_source files[] = {FILE_OF("a.deriv", "use \"b.deriv\"\nclaim a = 1\n"),
                                           FILE_OF("b.deriv", "use \"c.deriv\"\n"),
                                           FILE_OF("c.deriv", "use \"a.deriv\"\n")};
  struct folder folder = {files, 3, 0};
  const struct bp_document *document = read(&folder);
  ck_assert_uint_eq(diagnostics.count, 1);
  ck_assert_str_eq(diagnostics.list[0].message,
                   "a.deriv uses itself: a.deriv -> b.deriv -> c.deriv -> a.deriv");
  ck_assert_str_eq(diagnostics.list[0].source->name, "c.deriv");
  ck_assert_uint_eq(diagnostics.list[0].span.begin, 5);
  ck_assert(!document->statements[1].broken);
}
END_TEST

START_TEST(a_file_that_uses_itself) {
  static const struct bp_source files[] = {FILE_OF("a.deriv", "use \"./a.deriv\"\n")};
  struct folder folder = {files, 1, 0};
  const struct bp_document *document = read(&folder);
  ck_assert_str_eq(diagnostics.list[0].message, "a.deriv uses itself: a.deriv -> a.deriv");
  ck_assert(document->statements[0].broken);
}
END_TEST

START_TEST(a_missing_file_is_an_error) {
  static const struct bp_source files[] = {FILE_OF("a.deriv", "use \"x.deriv\"\nclaim a = 1\n")};
  struct folder folder = {files, 1, 0};
  const struct bp_document *document = read(&folder);
  ck_assert_uint_eq(diagnostics.count, 1);
  ck_assert_str_eq(diagnostics.list[0].message, "x.deriv cannot be used: there is no such file");
  ck_assert_uint_eq(diagnostics.list[0].span.begin, 5);
  ck_assert_uint_eq(diagnostics.list[0].span.end, 12);
  ck_assert(document->statements[0].broken);
  ck_assert(!document->statements[1].broken);
}
END_TEST

START_TEST(without_a_loader_nothing_is_used) {
  static const struct bp_source file = FILE_OF("a.deriv", "use \"b.deriv\"\n");
  ck_assert_ptr_nonnull(bp_document_read(&file, &bp_vocabulary, NULL, NULL, arena, &diagnostics));
  ck_assert_uint_eq(diagnostics.errors, 1);
}
END_TEST

START_TEST(mistakes_of_a_used_file_name_that_file) {
  static const struct bp_source files[] = {FILE_OF("a.deriv", "use \"b.deriv\"\nclaim W'(2) = 1\n"),
                                           FILE_OF("b.deriv", "given W ; 2\n")};
  struct folder folder = {files, 2, 0};
  read(&folder);
  ck_assert_uint_eq(diagnostics.count, 2);
  ck_assert_str_eq(diagnostics.list[0].source->name, "b.deriv");
  /* W is known although its own line is broken, so this is a product without its sign */
  ck_assert_str_eq(diagnostics.list[1].source->name, "a.deriv");
}
END_TEST

START_TEST(a_long_chain_is_refused) {
  enum { FILES = 200 };
  static struct bp_source files[FILES];
  for (int k = 0; k < FILES; k++) {
    char *text = bp_arena_printf(arena, "use \"%d\"\n", k + 1);
    files[k] = (struct bp_source){bp_arena_printf(arena, "%d", k), text, strlen(text)};
  }
  struct folder folder = {files, FILES, 0};
  read(&folder);
  ck_assert_uint_eq(diagnostics.count, 1);
  ck_assert_ptr_nonnull(strstr(diagnostics.list[0].message, "more than 100 files"));
}
END_TEST

START_TEST(empty_files_are_read) {
  static const struct bp_source files[] = {FILE_OF("1", ""), FILE_OF("2", "\n\n"),
                                           FILE_OF("3", "\xEF\xBB\xBF"), FILE_OF("4", "# a")};
  for (size_t k = 0; k < 4; k++) {
    const struct bp_document *document =
        bp_document_read(&files[k], &bp_vocabulary, NULL, NULL, arena, &diagnostics);
    ck_assert_uint_eq(document->count, 0);
  }
  ck_assert_uint_eq(diagnostics.count, 0);
}
END_TEST

START_TEST(short_memory_gives_null) {
  static const struct bp_source files[] = {FILE_OF("a.deriv", "use \"b.deriv\"\nclaim a = 1\n"),
                                           FILE_OF("b.deriv", "claim b*c = 1\n")};
  int refused = 0;
  for (size_t limit = 64; limit < 65536; limit += 448) {
    struct bp_arena *small = bp_arena_new(limit);
    struct folder folder = {files, 2, 0};
    bp_diagnostics_init(&diagnostics, small);
    const struct bp_document *document =
        bp_document_read(&files[0], &bp_vocabulary, load, &folder, small, &diagnostics);
    ck_assert((document != NULL) == (diagnostics.errors == 0));
    refused += document == NULL;
    bp_arena_free(small);
  }
  ck_assert_int_gt(refused, 0);
}
END_TEST

/* Names, and the reader that they ask for; NULL: they leave it to others. */
static const struct {
  const char *name, *reader;
} names[] = {
    {"a.deriv", "deriv"}, {"folder/a.deriv", "deriv"},
    {".deriv", "deriv"},  {"a.deriv.txt", NULL},
    {"deriv", NULL},      {"a.Deriv", NULL},
    {"", NULL},           {"a.b/notes", NULL},
    {"x.csv", NULL},      {"3 - 4 tanh - 1 relu", NULL},
    {"-", NULL},
};

START_TEST(names_say_which_reader) {
  const struct bp_document_reader *reader = bp_reader_named(names[_i].name);
  ck_assert_int_eq(reader != NULL, names[_i].reader != NULL);
  if (reader)
    ck_assert_str_eq(reader->name, names[_i].reader);
}
END_TEST

/* Where the name does not say, the text does, and what nobody else claims is a derivation. */
static const struct {
  struct bp_source source;
  const char *reader;
} texts[] = {
    {FILE_OF("standard input", "claim 1 = 1\n"), "deriv"},
    {FILE_OF("notes", ""), "deriv"},
    {FILE_OF("a.txt", "# Title\n"), "deriv"},
    {FILE_OF("a.txt", "The slope is $a = b$.\n"), "note"},
    {FILE_OF("standard input", "# Title\n\n$$\na = b\n$$\n"), "note"},
    {FILE_OF("a.deriv", "# costs $1\n# or $2\n"), "deriv"},
    {FILE_OF(".hidden", "\\documentclass{article}\n\\begin{document}\n"), "tex"},
    {FILE_OF("a.md", "\\begin{document}\n"), "note"},
};

START_TEST(texts_say_which_reader) {
  ck_assert_str_eq(bp_reader_for(&texts[_i].source)->name, texts[_i].reader);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("deriv");
  TCase *cases = tcase_create("deriv");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, names_of_a_used_file_are_known);
  tcase_add_test(cases, a_file_is_read_once);
  tcase_add_test(cases, a_cycle_is_an_error_where_it_closes);
  tcase_add_test(cases, a_file_that_uses_itself);
  tcase_add_test(cases, a_missing_file_is_an_error);
  tcase_add_test(cases, without_a_loader_nothing_is_used);
  tcase_add_test(cases, mistakes_of_a_used_file_name_that_file);
  tcase_add_test(cases, a_long_chain_is_refused);
  tcase_add_test(cases, empty_files_are_read);
  tcase_add_test(cases, short_memory_gives_null);
  tcase_add_loop_test(cases, names_say_which_reader, 0, (int)(sizeof names / sizeof *names));
  tcase_add_loop_test(cases, texts_say_which_reader, 0, (int)(sizeof texts / sizeof *texts));
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
