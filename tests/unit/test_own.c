/* What a note declares by its own definitions: names, shapes, scopes and losses.
 *
 * A row is a note, the words of one of its readings, and lines that the declarations of that
 * reading must have, or must not: those that begin with "!".
 */
#include <check.h>
#include <string.h>

#include "study/own/own.h"
#include "suite.h"
#include "value/vocabulary.h"

enum { MOST_LINES = 6 };

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new((size_t)64 << 20); }

static void tear_down(void) { bp_arena_free(arena); }

struct row {
  const char *note, *words;
  const char *lines[MOST_LINES];
};

static const struct row rows[] = {
    /* what is used and not defined is given, in the shapes that follow from products and sums */
    {"$z = Wx + b$, $h = f(z)$, $J = v^T h$",
     "small letters are columns",
     {"given x : size_", "let z = W * x + b", "let h = f(z)", "given f : function", "!given z"}},
    {"$h = xW + b$, $s = h v$",
     "small letters are rows",
     {"let h = x * W + b", "given x : 1 x size_"}},
    /* stated shapes are those */
    {"$A \\in \\mathbb{R}^{p \\times q}$, $y = A x$",
     "small letters are columns",
     {"given A : p x q", "given x : q x 1", "let y = A * x"}},
    /* numbers, where no matrix stands */
    {"$q = x + y$, $f = q z$", "all letters are numbers", {"given x : number", "let f = q * z"}},
    /* a subscript is a part of the name where it does not run */
    {"$a = W_h x + b_{out}$",
     "small letters are columns",
     {"given W_{h} : ", "given b_{out} : ", "!given W :"}},
    /* one for each step of time, with a value to begin with */
    {"$h_t = \\tanh(W h_{t-1} + U x_t)$",
     "small letters are columns",
     {"let hstep[t] = tanh(", "let hstep[0] = ", "given xstep[t]"}},
    /* a name for a derivative stands for it, and a prime is a part of a name */
    {"$z = Wx$, $z' = V z$, $\\delta = \\frac{\\partial J}{\\partial z}$, $J = u^T z'$",
     "small letters are columns",
     {"write \\delta for", "let z_{prime} = V * z"}},
    /* what stands in the logarithm of a definition is positive, but no argument of a function */
    {"$p = \\log(x)$, $q = x + 1$", "all letters are numbers", {"given x : number in (0, 1)"}},
    {"$p(x) = \\log(1 + e^{x})$, $q = p(x) + x$",
     "all letters are numbers",
     {"let p(x) =", "!given x : number in"}},
    /* a loss of which only the name is known */
    {"$z = Wx$, $\\hat{y} = f(z)$, $\\frac{\\partial L}{\\partial z} = (\\hat{y} - y) \\odot "
     "f'(z)$",
     "small letters are columns; the loss is half the squared error",
     {"let L = ", "norm("}},
};

/* The reading of any context of the note that is told in these words, or NULL. */
static const struct bp_note_own *reading_of(const struct bp_note_contexts *contexts,
                                            const char *words) {
  for (size_t i = 0; i < contexts->count; i++)
    for (size_t k = 0; k < contexts->list[i].own_count; k++)
      if (strcmp(contexts->list[i].own[k].words, words) == 0)
        return &contexts->list[i].own[k];
  return NULL;
}

/* Nothing was judged yet, so every definition anew begins a scope. */
static int holds(const struct bp_note_context *context, size_t k, const void *data) {
  (void)context, (void)k, (void)data;
  return 0;
}

static void find(const char *text, struct bp_source *source, struct bp_note *note,
                 struct bp_note_contexts *contexts) {
  *source = (struct bp_source){"note.md", text, strlen(text)};
  ck_assert_int_eq(bp_note_find(source, BP_NOTE_MARKDOWN, arena, note), 0);
  ck_assert_int_eq(bp_contexts_find(note, arena, contexts), 0);
  const struct bp_own_asked asked = {holds, NULL};
  ck_assert_int_eq(bp_own_declare(contexts, &asked, &bp_vocabulary, arena), 0);
}

START_TEST(declared) {
  const struct row *row = &rows[_i];
  struct bp_source source;
  struct bp_note note;
  struct bp_note_contexts contexts;
  find(row->note, &source, &note, &contexts);
  const struct bp_note_own *own = reading_of(&contexts, row->words);
  ck_assert_msg(own, "%s\nhas no reading in which %s", row->note, row->words);
  for (size_t k = 0; k < MOST_LINES && row->lines[k]; k++) {
    bool without = row->lines[k][0] == '!';
    bool found = strstr(own->prelude, row->lines[k] + without) != NULL;
    ck_assert_msg(found != without, "%s\nis declared as\n%s\n%s \"%s\"", row->note, own->prelude,
                  without ? "with" : "without", row->lines[k] + without);
  }
}
END_TEST

/* A name that is defined anew begins a scope: from there on it means that. */
START_TEST(scopes) {
  struct bp_source source;
  struct bp_note note;
  struct bp_note_contexts contexts;
  find("$z = Wx$, $y = f(z)$\n\n$z = xW$, $u = f(z)$", &source, &note, &contexts);
  ck_assert_uint_eq(contexts.count, 2);
  ck_assert_ptr_nonnull(strstr(contexts.list[0].own[0].prelude, "let z = W * x"));
  ck_assert_ptr_nonnull(strstr(contexts.list[1].own[0].prelude, "let z = x * W"));
}
END_TEST

/* A definition that fits no shapes is left out, and counted. */
START_TEST(misfits) {
  struct bp_source source;
  struct bp_note note;
  struct bp_note_contexts contexts;
  find("$A \\in \\mathbb{R}^{p \\times q}$, $x \\in \\mathbb{R}^{p}$, $y = A x$, $s = A^T x$",
       &source, &note, &contexts);
  ck_assert_uint_ge(contexts.count, 1);
  ck_assert_uint_eq(contexts.list[0].own[0].misfits, 1);
}
END_TEST

/* A call at a place is no name with its arguments: L(y, 1) is not L. */
START_TEST(values_at_a_place) {
  struct bp_source source;
  struct bp_note note;
  struct bp_note_contexts contexts;
  find("$L(p, y) = -y \\log p$, $\\frac{\\partial L}{\\partial p} = x$, $L(p, 1) = u$, $L(p, y) = "
       "v$",
       &source, &note, &contexts);
  size_t last = note.count - 1;
  const struct bp_note_own *own = &contexts.list[0].own[0];
  const struct bp_written *at_one = &own->sides[last - 1][0], *whole = &own->sides[last][0];
  ck_assert_msg(memchr(at_one->text, (int)'1', at_one->length), "%.*s", (int)at_one->length,
                at_one->text);
  ck_assert_msg(!memchr(whole->text, (int)'y', whole->length), "%.*s", (int)whole->length,
                whole->text);
}
END_TEST

/* What a context was asked for is no answer for a part of it. */
START_TEST(a_part_mentions_less) {
  struct bp_source source;
  struct bp_note note;
  struct bp_note_contexts contexts;
  find("$z^{l} = V^{l} x + b^{l}$\n\n$a^{l} = f(z^{l})$", &source, &note, &contexts);
  ck_assert_uint_eq(contexts.count, 1);
  struct bp_note_context part = contexts.list[0];
  ck_assert_uint_eq(part.count, 2);
  ck_assert(bp_context_has_layers(&part, "V"));
  ck_assert(!bp_context_has_layers(&part, "U"));
  ck_assert(bp_context_has_layers(&part, "V")); /* known by now */
  part.members++;
  part.count--;
  ck_assert(!bp_context_has_layers(&part, "V"));
  ck_assert(bp_context_has_layers(&part, "a"));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("own");
  TCase *tests = tcase_create("declarations");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, declared, 0, sizeof rows / sizeof *rows);
  tcase_add_test(tests, scopes);
  tcase_add_test(tests, misfits);
  tcase_add_test(tests, values_at_a_place);
  tcase_add_test(tests, a_part_mentions_less);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
