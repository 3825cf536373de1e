/* Notebooks: the text of their cells, where each byte of it stands, and what is wrong with those
 * that are none.
 */
#include <check.h>
#include <string.h>

#include "note/notebook/notebook.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new((size_t)64 << 20); }

static void tear_down(void) { bp_arena_free(arena); }

/* What follows the cells. */
#define END "],\"metadata\":{},\"nbformat\":4,\"nbformat_minor\":5}"
#define MARKDOWN(source) "{\"cells\":[{\"cell_type\":\"markdown\",\"source\":" source "}" END
#define CODE "~~~~~~~~"

struct row {
  const char *raw, *note, *message;
};

static const struct row rows[] = {
    {MARKDOWN("\"$x$\""), "$x$\n\n", NULL},
    {MARKDOWN("[\"a\\n\", \"b\"]"), "a\nb\n\n", NULL},
    {MARKDOWN("[]"), "\n\n", NULL},
    {MARKDOWN("\"\\\\frac \\\"q\\\" \\/ \\t\\u00e9\\u4E2d\\ud83d\\ude00\""),
     "\\frac \"q\" / \t\u00e9\u4e2d\U0001f600\n\n", NULL},
    {MARKDOWN("\"\\ud83d x \\udE00 \\u12\""), "\uFFFD x \uFFFD \uFFFD12\n\n", NULL},
    /* the keys of a cell come in any order, and what is not its text is passed over */
    {"{\"nbformat\":4,\"cells\":[{\"outputs\":[{\"data\":{\"source\":\"no\"}}],\"source\":\"x = "
     "1\",\"cell_type\":\"code\"},{\"cell_type\":\"raw\",\"source\":\"$y$\"}]}",
     CODE "python\nx = 1\n" CODE "\n\n", NULL},
    {"{\"cells\":[{\"cell_type\":\"code\",\"source\":\"%%bash\\nA=B\"}" END,
     CODE "other  %%bash\nA=B\n" CODE "\n\n", NULL},
    {"{\"cells\":[{\"cell_type\":\"markdown\"}" END, "", NULL},
    /* none */
    {"", "", "this is no notebook: a notebook is an object of JSON, and begins with {"},
    {"[1]", "", "this is no notebook: a notebook is an object of JSON, and begins with {"},
    {"{\"cells\":[", "", "this is no notebook: a cell should stand here"},
    {"{\"cells\":[{\"source\":\"abc", "", "this is no notebook: a string in it never ends"},
    {"{\"cells\" 1}", "", "this is no notebook: a colon should stand here"},
    {"{\"a\":1 \"b\":2}", "", "this is no notebook: a comma or a closing brace should stand here"},
    {"{\"a\":]}", "", "this is no notebook: a value should stand here"},
    {"{\"nbformat\":4}", "", "this notebook has no cells"},
    {"{\"nbformat\":3,\"worksheets\":[{\"cells\":[]}]}", "",
     "a notebook of nbformat 3: only nbformat 4 is read"},
};

START_TEST(decoded) {
  const struct row *row = &rows[_i];
  struct bp_source raw = {"a.ipynb", row->raw, strlen(row->raw)};
  struct bp_diagnostics diagnostics;
  struct bp_notebook notebook;
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_int_eq(bp_notebook_decode(&raw, arena, &diagnostics, &notebook), 0);
  const char *message = diagnostics.count > 0 ? diagnostics.list[0].message : NULL;
  ck_assert_pstr_eq(message, row->message);
  if (row->message)
    return;
  char *note = bp_arena_strndup(arena, notebook.note.text, notebook.note.length);
  ck_assert_str_eq(note, row->note);
}
END_TEST

/* Each byte knows where it stands, an escape as a whole; what is of two strings is not of one. */
START_TEST(places) {
  static const char text[] = MARKDOWN("[\"$\\\\\\\\frac$\\n\", \"x \\u00e9y\"]");
  struct bp_source raw = {"a.ipynb", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_notebook notebook;
  bool whole;
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_int_eq(bp_notebook_decode(&raw, arena, &diagnostics, &notebook), 0);
  size_t dollar = (size_t)(strchr(text, '$') - text), y = (size_t)(strstr(text, "y\"]") - text);
  struct bp_span from = bp_notebook_from(&notebook, (struct bp_span){0, 3}, &whole);
  ck_assert(whole);
  ck_assert_uint_eq(from.begin, dollar);
  ck_assert_uint_eq(from.end, dollar + 5);
  from = bp_notebook_from(&notebook, (struct bp_span){8, 14}, &whole);
  ck_assert(!whole);
  from = bp_notebook_from(&notebook, (struct bp_span){11, 14}, &whole);
  ck_assert(whole);
  ck_assert_uint_eq(from.begin, y - 6);
  ck_assert_uint_eq(from.end, y + 1);
  ck_assert_str_eq(bp_notebook_place(&notebook, 12, arena), "cell 1, line 2");
  ck_assert_str_eq(bp_notebook_escaped("\\frac \"x\"", arena), "\\\\frac \\\"x\\\"");
}
END_TEST

/* Deep and long ones end; outputs are not copied. */
START_TEST(bounds) {
  enum { MANY = 1000000 };
  char *text = bp_arena_alloc(arena, 3 * MANY, 1);
  strcpy(text, "{\"cells\":[{\"outputs\":");
  size_t length = strlen(text);
  memset(text + length, _i == 0 ? '[' : '"', MANY);
  if (_i == 1)
    memset(text + length + 1, 'A', MANY - 2);
  length += MANY;
  if (_i == 0) {
    memset(text + length, ']', MANY);
    length += MANY;
  }
  strcpy(text + length, ",\"cell_type\":\"markdown\",\"source\":\"$x$\"}" END);
  struct bp_source raw = {"a.ipynb", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_notebook notebook;
  bp_diagnostics_init(&diagnostics, arena);
  size_t used = bp_arena_used(arena);
  ck_assert_int_eq(bp_notebook_decode(&raw, arena, &diagnostics, &notebook), 0);
  ck_assert_uint_eq(diagnostics.errors, 0);
  ck_assert_uint_eq(notebook.note.length, 5);
  ck_assert_uint_le(bp_arena_used(arena) - used, 100000);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("notebook");
  TCase *tests = tcase_create("notebooks");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, decoded, 0, sizeof rows / sizeof *rows);
  tcase_add_test(tests, places);
  tcase_add_loop_test(tests, bounds, 0, 2);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
