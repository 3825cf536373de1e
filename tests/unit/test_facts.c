/* What a note says of functions of numbers, by the definitions beside it: which lines hold, which
 * fail, and which are left open.
 *
 * A row is a note and the verdicts of its claims in their order: h, f, and u for undecided.
 */
#include <check.h>
#include <string.h>

#include "study/study.h"
#include "suite.h"
#include "value/vocabulary.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new((size_t)256 << 20); }

static void tear_down(void) { bp_arena_free(arena); }

struct row {
  const char *note, *verdicts;
};

static const struct row rows[] = {
    /* by known functions alone, and by a definition before it */
    {"$\\frac{d}{dx} e^{2x} = 2e^{2x}$ $\\frac{d \\ln x}{dx} = \\frac{1}{x}$", "hh"},
    {"$\\frac{d}{dx} e^{2x} = e^{2x}$\n", "f"},
    {"$s(t) = \\frac{1}{1 + e^{-t}}$ $s'(t) = s(t)(1 - s(t))$ $s' = s(1 - s)$", "hh"},
    {"$s(t) = \\frac{1}{1 + e^{-t}}$\n\n$s'(t) = s(t)(1 + s(t))$\n", "f"},
    /* a prime behind the argument, a quotient in a line of text, what is named by its value */
    {"$g(z) = \\tanh(z)$ $g(z)^{'} = 1 - g(z)^2$", "h"},
    {"`f(a) = a^3` and `d(f(a))/d(a) = 3a^2`", "h"},
    {"$a = \\tanh(u)$ $\\frac{da}{du} = 1 - a^2$", "h"},
    {"$g(z) = \\tanh(z)$\n\n$\\frac{\\text{d}}{\\text{d}z}g(z) = 1 - g^2(z)$\n", "h"},
    {"$g(z) = \\tanh(z)$\n\n$\\frac{\\mathrm{d}}{\\mathrm{d}z}g(z) = 1 + g^2(z)$\n", "f"},
    {"$g(z) = \\tanh(z)$\n\n$\\frac{d}{dz g} = g(z)^2$ and $dz = g(z)$\n", "uu"},
    /* chains whose left side is a name tell what stands behind it */
    {"$sechx = \\frac{1}{coshx} = \\frac{2}{e^x + e^{-x}}$", "h"},
    /* each section has its own g; what another section defines cannot refute */
    {"# A\n$g(z) = \\tanh(z)$ $g'(z) = 1 - g(z)^2$\n# B\n$g(z) = e^z$ $g'(z) = g(z)$", "hh"},
    {"# A\n$g(z) = \\tanh(z)$\n# B\n$g'(z) = g(z)(1 - g(z))$\n", "u"},
    /* nor what is defined behind it, or twice, or where it is meant at one place */
    {"$g'(z) = 1 + g(z)^2$\n\n$g(z) = \\tanh(z)$\n", "u"},
    {"$g(z) = \\tanh(z)$, $g(z) = e^{2z}$\n\n$g'(z) = 1 + g(z)^2$\n", "u"},
    {"$s(t) = \\frac{1}{1 + e^{-t}}$\n\n$s'(t) = \\frac{1}{4}$\n", "u"},
    /* what holds under the condition beside it holds; what does not is left open */
    {"$r(x) = \\max(0, x)$\n\n$r'(x) = x/x$ for $x > 0$\n", "h"},
    {"$r(x) = \\max(0, x)$\n\n$r'(x) = x$ for $x > 0$\n", "u"},
    /* cases are seen on both sides */
    {"$r(x) = \\max(0, x)$\n\n$r'(x) = \\begin{cases} 1 & x > 0 \\\\ 0 & x < 0 \\end{cases}$\n",
     "h"},
    {"$r(x) = \\max(0, x)$\n\n$r'(x) = \\begin{cases} 0 & x > 0 \\\\ 1 & x < 0 \\end{cases}$\n",
     "f"},
    /* a value at one place */
    {"$L(\\hat{y}, y) = -(y \\log \\hat{y} + (1 - y) \\log(1 - \\hat{y}))$ $L(\\hat{y}, 1) = "
     "-\\log \\hat{y}$",
     "h"},
    /* the chain rule of numbers, with all its paths; not beside matrices */
    {"$\\frac{dL}{dz} = \\frac{dL}{da} \\frac{da}{dz}$", "h"},
    {"$\\frac{\\partial l}{\\partial a} = \\frac{\\partial u}{\\partial a}\\frac{\\partial "
     "l}{\\partial u} + "
     "\\frac{\\partial v}{\\partial a}\\frac{\\partial l}{\\partial v}$",
     "h"},
    {"$\\frac{dL}{dz} = \\frac{dL}{da} \\frac{da}{dz}$ and $z = w^T x$", "h"},
    {"$\\frac{dL}{dZ} = \\frac{dL}{dA} \\frac{dA}{dZ}$ and $Z = W X$", ""},
};

START_TEST(judged) {
  const struct row *row = &rows[_i];
  struct bp_source source = {"note.md", row->note, strlen(row->note)};
  struct bp_judge_options options = {.trials = 3, .seed = 1};
  struct bp_study_request request = {&source, &bp_vocabulary, &options, NULL, false};
  struct bp_derivation_report report;
  char verdicts[16] = "";
  ck_assert_int_eq(bp_study(&request, arena, &report), 0);
  for (size_t i = 0; i < report.claim_count && i + 1 < sizeof verdicts; i++)
    verdicts[i] = report.claims[i].verdict == BP_HOLDS   ? 'h'
                  : report.claims[i].verdict == BP_FAILS ? 'f'
                                                         : 'u';
  ck_assert_msg(strcmp(verdicts, row->verdicts) == 0, "%s\nis judged %s instead of %s", row->note,
                verdicts, row->verdicts);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("facts");
  TCase *tests = tcase_create("facts");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, judged, 0, sizeof rows / sizeof *rows);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
