/* Notes cut into passages: what is a formula and what is not, where it stands, and that nothing is
 * lost.  A row is a note and its passages, one a line: a letter for the kind (prose p, heading h,
 * formula f, display F, code c, code span s, directive d, image i), "!" where the end is missing,
 * and the text.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "note/passage.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static char letter(const struct bp_passage *passage) {
  return passage->display ? 'F' : "phfcsdi"[passage->kind];
}

static const char *passages_of(const char *note, enum bp_note_style style) {
  struct bp_source source = {"note", note, strlen(note)};
  struct bp_passages passages;
  const char *text = "";
  ck_assert_int_eq(bp_passages_find(&source, style, arena, &passages), 0);
  for (size_t k = 0; k < passages.count; k++) {
    const struct bp_passage *passage = &passages.list[k];
    text =
        bp_arena_printf(arena, "%s%c%s %.*s\n", text, letter(passage), passage->unclosed ? "!" : "",
                        (int)(passage->span.end - passage->span.begin), note + passage->span.begin);
  }
  return text;
}

struct row {
  const char *note, *passages;
};

static const struct row markdown[] = {
    {"Let $x = 1$ be.", "p Let\nf x = 1\np be.\n"},
    /* dollars that are none */
    {"It costs $5 and $6 more.", "p It costs $5 and $6 more.\n"},
    {"It costs \\$5, $x$ too.", "p It costs \\$5,\nf x\np too.\n"},
    {"$HOME and $PATH", "p $HOME and $PATH\n"},
    {"US$100 for a_b", "p US$100 for a_b\n"},
    {"$ z $ and $ a = b $", "f  z \np and\nf  a = b \n"},
    {"$12$ units, $0 < p < 1$", "f 12\np units,\nf 0 < p < 1\n"},
    {"$a +\nb$ goes on", "f a +\nb\np goes on\n"},
    /* displays, and formulas in two dollars within a line */
    {"$$\na = b\n$$\n", "F \na = b\n\n"},
    {"so $$a$$$$b$$ touch", "p so\nf a\nf b\np touch\n"},
    {"$$ a = b $$.", "F  a = b \np .\n"},
    {"$$\n- a\n+ b\n# c\n$$\n", "F \n- a\n+ b\n# c\n\n"},
    {"$$\\text{for $i$} x$$", "F \\text{for $i$} x\n"},
    {"- item\n\n    $$\n    a = b\n    $$\n", "p item\nF \n    a = b\n    \n"},
    {"> $$\n> a = b\n> $$\n", "F \n> a = b\n> \n"},
    {"$$\na = b\n\n+ c = d\n$$\nend", "F \na = b\n\n+ c = d\n\np end\n"},
    /* the end is missing: the next paragraph is safe */
    {"$$\na = b\n\nWords, $x$.\n\n$$\nc = d\n$$\n",
     "F! \na = b\n\np Words,\nf x\np .\nF \nc = d\n\n"},
    {"with $\\hat{y} = w^T x\n\nnext $z$", "p with\nf! \\hat{y} = w^T x\n\np next\nf z\n"},
    /* backslashes */
    {"\\(x\\) and batch\\(mini\\) and \\[a_1\\]", "f x\np and batch\\(mini\\) and\nF a_1\n"},
    {"\\\\(x_1\\\\) by Jekyll, \\\\[y^2\\\\]", "f x_1\np by Jekyll,\nF y^2\n"},
    {"\\begin{align}\na &= b\n\\end{align}\nrest",
     "F \\begin{align}\na &= b\n\\end{align}\np rest\n"},
    {"\\begin{equation}\\begin{equation}x\\end{equation}\\end{equation}y",
     "F \\begin{equation}\\begin{equation}x\\end{equation}\\end{equation}\np y\n"},
    {"\\begin{align}\na\n\nb", "F! \\begin{align}\na\n\np b\n"},
    /* code */
    {"`$x$` and ``a`b`` and $`c`$", "s $x$\np and\ns a`b\np and\nf c\n"},
    {"```python\ndZ = A - Y # $x$\n```\nend", "c dZ = A - Y # $x$\np end\n"},
    {"~~~\n```\na\n~~~~\nb", "c ```\na\np b\n"},
    {"```math\na = b\n```", "F a = b\n"},
    {"```\nno end $x$\n", "c! no end $x$\n"},
    {"<code>x<sub>i</sub></code>", "s x<sub>i</sub>\n"},
    /* HTML */
    {"<script type=\"math/tex; mode=display\">a = b</script>", "F a = b\n"},
    {"<script>\nvar a = '$x$';\n\n</script>\n$y$", "f y\n"},
    {"<a title=\"$x$\">$y$</a>", "p <a title=\"$x$\">\nf y\np </a>\n"},
    {"a <b and $c$", "p a <b and\nf c\n"},
    {"<!-- $x$\n\n$y$ --> $z$", "f z\n"},
    {"<!-- backproof: layout numerator -->", "d layout numerator\n"},
    {"![$x$](Images/06.png) <img src=\"$y$\">", "i ![$x$](Images/06.png)\ni <img src=\"$y$\">\n"},
    /* tables, headings, front matter */
    {"| $a$ | $|b|$ |\n|---|---|\n| x | $c$ |\n", "f a\nf |b|\np ---\np ---\np x\nf c\n"},
    {"## The $\\delta$ of it ##\ntext",
     "h The $\\delta$ of it\np The\nf \\delta\np of it\np text\n"},
    {"---\ntitle: $x$\n---\n$y$", "f y\n"},
    {"", ""},
    {"$", "p $\n"},
    {"$$", "p $$\n"},
    {"$$$$", "F \n"},
};

START_TEST(test_markdown) {
  ck_assert_str_eq(passages_of(markdown[_i].note, BP_NOTE_MARKDOWN), markdown[_i].passages);
}
END_TEST

static const struct row tex[] = {
    {"preamble $x$\n\\begin{document}\n$5$ and $ y$", "f 5\np and\nf  y\n"},
    {"\\begin{document}a % $x$\n% backproof: layout numerator\n$y$ \\% $z$",
     "p a\nd layout numerator\nf y\np \\%\nf z\n"},
    {"\\section{The $\\delta$}\n\\(mini\\)", "h The $\\delta$\np The\nf \\delta\np }\nf mini\n"},
    {"\\newcommand{\\alns}[1]{\n\\begin{align*}#1\\end{align*}}\n\\begin{document}\n"
     "\\alns{a_{1} = b}\nrest",
     "F a_{1} = b\np rest\n"},
    {"\\begin{verbatim}\n$x$\n\\end{verbatim}\n$y$", "c $x$\n\nf y\n"},
    {"\\begin{comment}\n$x$\n\\end{comment}\n$y$", "f y\n"},
    {"\\begin{lstlisting}\n$x$\n", "c! $x$\n\n"},
};

START_TEST(test_tex) { ck_assert_str_eq(passages_of(tex[_i].note, BP_NOTE_TEX), tex[_i].passages); }
END_TEST

/* The columns of a table are told apart, and the formulas in one by their column. */
START_TEST(test_cells) {
  static const char note[] = "| by row | by column |\n|---|---|\n| $a$ | $b$ |\n";
  struct bp_source source = {"note", note, sizeof note - 1};
  struct bp_passages passages;
  unsigned cells[2] = {0}, count = 0;
  ck_assert_int_eq(bp_passages_find(&source, BP_NOTE_MARKDOWN, arena, &passages), 0);
  for (size_t k = 0; k < passages.count; k++)
    if (passages.list[k].kind == BP_PASSAGE_FORMULA && count < 2)
      cells[count++] = passages.list[k].cell;
  ck_assert_uint_eq(count, 2);
  ck_assert_uint_eq(cells[0], 1);
  ck_assert_uint_eq(cells[1], 2);
}
END_TEST

/* Whatever is thrown at it, passages come in order, stay inside of the text, and of the bytes of
 * prose and formulas none is in two of them. */
START_TEST(test_order) {
  static const char *const pieces[] = {
      "$",  "$$", "\\(",  "\\)", "`",  "```",        "\n",  "\n\n",           "> ",           "- ",
      "# ", "|",  "<!--", "-->", "<a", ">",          "x_1", "\\begin{align}", "\\end{align}", "5 ",
      "![", "](", ")",    "\\",  "%",  "\\section{", "}"};
  enum { PIECES = sizeof pieces / sizeof *pieces, LENGTH = 30 };
  unsigned long long state = (unsigned long long)_i * 2654435761u + 1;
  char note[LENGTH * 16] = "";
  for (int k = 0; k < LENGTH; k++) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    strcat(note, pieces[(state >> 33) % PIECES]);
  }
  struct bp_source source = {"note", note, strlen(note)};
  struct bp_passages passages;
  ck_assert_int_eq(
      bp_passages_find(&source, _i % 2 ? BP_NOTE_TEX : BP_NOTE_MARKDOWN, arena, &passages), 0);
  size_t end = 0;
  for (size_t k = 0; k < passages.count; k++) {
    const struct bp_passage *passage = &passages.list[k];
    ck_assert_uint_le(passage->span.begin, passage->span.end);
    ck_assert_uint_le(passage->whole.begin, passage->span.begin);
    ck_assert_uint_le(passage->span.end, passage->whole.end);
    ck_assert_uint_le(passage->whole.end, source.length);
    if (passage->kind == BP_PASSAGE_HEADING)
      continue;
    ck_assert_uint_ge(passage->span.begin, end);
    end = passage->span.end;
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("passages");
  TCase *cases = tcase_create("passages");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, test_markdown, 0, sizeof markdown / sizeof *markdown);
  tcase_add_loop_test(cases, test_tex, 0, sizeof tex / sizeof *tex);
  tcase_add_test(cases, test_cells);
  tcase_add_loop_test(cases, test_order, 0, 500);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
