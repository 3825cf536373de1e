/* Formulas cut into statements: where they begin, what is left of them, and of which kind they are.
 *
 * A row is a note and its statements, one a line: line:column, the kind, and the sides as they are
 * handed on, with "=" in between.
 */
#include <check.h>
#include <string.h>

#include "note/statement.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new((size_t)64 << 20); }

static void tear_down(void) { bp_arena_free(arena); }

/* The side with one blank where there are several, and none at its ends. */
static const char *tidy(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text + noted->sides[side].begin;
  size_t length = noted->sides[side].end - noted->sides[side].begin, kept = 0;
  char *tidied = bp_arena_alloc(arena, length + 1, 1);
  for (size_t i = 0; i < length; i++)
    if (text[i] != ' ' || (kept > 0 && tidied[kept - 1] != ' '))
      tidied[kept++] = text[i];
  tidied[kept - (kept > 0 && tidied[kept - 1] == ' ')] = '\0';
  return tidied;
}

static const char *statements_of(const char *text) {
  struct bp_source source = {"note.md", text, strlen(text)};
  struct bp_note note;
  const char *all = "";
  ck_assert_int_eq(bp_note_find(&source, BP_NOTE_MARKDOWN, arena, &note), 0);
  for (size_t i = 0; i < note.count; i++) {
    const struct bp_noted *noted = &note.list[i];
    size_t line, column;
    bp_locate(&source, noted->cut.span.begin, &line, &column);
    all = bp_arena_printf(arena, "%s%zu:%zu %s", all, line, column, bp_noted_word(noted->kind));
    for (size_t k = 0; k < noted->side_count; k++)
      all = bp_arena_printf(arena, "%s%s%s%s", all, k > 0 ? " = " : " ",
                            noted->sides[k].symbolic ? "~" : "", tidy(noted, k));
    all = bp_arena_printf(arena, "%s\n", all);
  }
  return all;
}

struct row {
  const char *note, *statements;
};

static const struct row rows[] = {
    /* indices take one sign, and letters side by side are names */
    {"$z^l=w^la^{l-1}+b^l$", "1:2 definition z^{l} = w^{l} a^{l-1}+b^{l}\n"},
    {"$dW = Wx$", "1:2 claim dW = W x\n"},
    {"$a = tanhx$", "1:2 definition a = tanh x\n"},
    {"$w_{j k}^{l} = a \\quad(\\mathrm{BP} 4)$", "1:2 definition w_{j,k}^{l} = a\n"},
    {"$a = b \\quad (c + 1)$", "1:2 definition a = b (c + 1)\n"},
    {"$Z_{(:,l)} = A_{(j,l)}$", "1:2 definition Z_{:,l} = A_{j,l}\n"},
    {"$L = \\|X - Y\\|_F^2$", "1:2 definition L = norm(X - Y)^{2}\n"},
    {"$Z_{n \\times m}^{(l)} = A$", "1:2 definition Z^{(l)} = A\n"},
    /* layers in parentheses, which weights tell from samples */
    {"$z^{(l)} = W^{(l)} x^{(i)}$, $W^{(1)} = y$, $W^{(2)} = y$",
     "1:2 definition z^{[l]} = W^{[l]} x^{(i)}\n1:31 definition W^{[1]} = y\n"
     "1:46 definition W^{[2]} = y\n"},
    {"$a^{(1)} = W x^{(1)}$", "1:2 definition a^{(1)} = W x^{(1)}\n"},
    /* bold letters with layers are the letters, unless both stand in the note */
    {"$\\boldsymbol{W}^{[1]} = \\boldsymbol{X}$", "1:2 definition W^{[1]} = \\boldsymbol{X}\n"},
    {"$\\mathbf{W}^{[1]} = W^{[1]}$", "1:2 definition \\mathbf{W}^{[1]} = W^{[1]}\n"},
    /* a column beside itself, and f for the loss */
    {"$B^{[l]} = \\underbrace{[b^{[l]} b^{[l]} \\dots b^{[l]}]}_{m \\uparrow}$",
     "1:2 definition B^{[l]} = {(b^{[l]}*ones(1,m)) }\n"},
    {"$dW = \\frac{\\partial f}{\\partial W^{[1]}}$, $db = \\frac{\\partial J}{\\partial b^{[1]}}$",
     "1:2 claim dW = \\frac{\\partial J}{\\partial W^{[1]}}\n"
     "1:46 claim db = \\frac{\\partial J}{\\partial b^{[1]}}\n"},
    /* samples that are missing, or one too many */
    {"$J = \\sum_{i=1}^m y \\log a^{(i)}$", "1:2 malformed J = \\sum_{i=1}^{m} y \\log a^{(i)}\n"},
    {"$J = \\sum_{i=1}^m y^{(i)} \\log a^{(i)}$",
     "1:2 definition J = \\sum_{i=1}^{m} y^{(i)} \\log a^{(i)}\n"},
    {"$J = \\sum_{i=1}^m y_i \\log a_i^{(i)}$",
     "1:2 malformed J = \\sum_{i=1}^{m} y_{i} \\log a_{i} ^{(i)}\n"},
    {"$J = \\sum_{i=1}^m y \\log a$", "1:2 definition J = \\sum_{i=1}^{m} y \\log a\n"},
    {"$db = \\sum_{j=0}^m z_j$, $dw = \\sum_{j=1}^m z_j$",
     "1:2 malformed db = \\sum_{j=0}^{m} z_{j}\n1:27 claim dw = \\sum_{j=1}^{m} z_{j}\n"},
    /* words between a derivative and its name, and remarks in parentheses */
    {"$\\frac{\\partial u}{\\partial a}即为权重w_3(线性)$",
     "1:2 definition \\frac{\\partial u}{\\partial a} = w_{3}\n"},
    /* formulas of layers within a sentence */
    {"于是 dW^[2] = dz^[2]乘上 a^[1] 的转置，而 b = c。\n",
     "1:4 claim dW^{[2]} = dz^{[2]} * a^{[1]T}\n"},
    {"> W^[1] = (4, 3), Z^[1] = (4, m)\n",
     "1:3 shape W^{[1]} = (4, 3)\n1:19 shape Z^{[1]} = (4, m)\n"},
    /* frames around statements, and lines beside a brace */
    {"$\\boxed{dz = x}$", "1:9 claim dz = x\n"},
    {"$\\left\\{\\begin{array}{l} {z = x} \\\\ {a = y} \\end{array}\\right\\}$",
     "1:27 definition z = x\n1:38 definition a = y\n"},
    {"$\\left\\{\\begin{aligned} z &= x \\\\ a &= y \\end{aligned}\\right.$",
     "1:25 definition z = x\n1:35 definition a = y\n"},
    {"$x \\impliedby\\underbrace{{z = x}}_{dz = da, dw = dz}$",
     "1:27 definition z = x\n1:36 claim dz = da\n1:45 claim dw = dz\n"},
    {"$dz \\stackrel{(7)}{=} x$", "1:2 claim dz = x\n"},
    {"$dz = \\text{tr}\\left(A\\right)$", "1:2 claim dz = \\text{tr}\\left(A\\right)\n"},
    {"$\\begin{bmatrix} a & b \\end{bmatrix} = x$",
     "1:2 claim \\begin{bmatrix} a & b \\end{bmatrix} = x\n"},
    {"$dz \\text{= x}$", "1:2 claim dz = x\n"},
    /* what separates statements */
    {"$z = x, a = y$", "1:2 definition z = x\n1:9 definition a = y\n"},
    {"$f(x, y) = 1$", "1:2 nothing f(x, y) = 1\n"},
    {"$z_1, z_2 = x$", "1:7 definition z_{2} = x\n"},
    {"$dz = a - y，\\;dw = x dz$", "1:2 claim dz = a - y\n1:15 claim dw = x dz\n"},
    {"$z = x \\Rightarrow{a = y}$", "1:2 definition z = x\n1:20 definition a = y\n"},
    {"$z = x \\text{ and so } a = y$", "1:2 definition z = x\n1:24 definition a = y\n"},
    /* lines of an align, chains, and lines that go on */
    {"$$\n\\begin{align}\nz &= x \\\\\na &= y\n\\end{align}\n$$",
     "3:1 definition z = x\n4:1 definition a = y\n"},
    {"$$dz = a \\\\ = b \\\\ + c$$", "1:3 claim dz = a = b + c\n"},
    {"> $$dz = a\n>  + b$$", "1:5 claim dz = a + b\n"},
    /* macros of the author's, with arguments */
    {"$\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}$\n$\\pd{J}{W} = x$",
     "2:2 claim \\frac{\\partial J}{\\partial W} = x\n"},
    {"$\\newcommand{\\two}{a\nb}$\n$dz = x % = \\two\n$", "3:2 claim dz = x\n"},
    {"\\def\\a{\\a\\a}\n\n$\\a = 1$", "3:2 unread \n"},
    /* a derivative in Leibniz' way is one, whatever dJ is */
    {"$\\frac{dJ}{dW} = x$", "1:2 claim \\frac{∂J}{∂W} = x\n"},
    {"${\\rm d}b = x$", "1:2 claim db = x\n"},
    /* a product of derivatives that needs a layout is passed over */
    {"$\\frac{\\partial J}{\\partial W} = \\frac{\\partial J}{\\partial z}\\frac{\\partial "
     "z}{\\partial W} "
     "= d x$",
     "1:2 claim \\frac{\\partial J}{\\partial W} = ~\\frac{\\partial J}{\\partial "
     "z}\\frac{\\partial "
     "z}{\\partial W} = d x\n"},
    /* cases, in whatever way their conditions are written; a row without a value is none */
    {"$$f(z) = \\begin{cases} 0 & \\text{if z < 0} \\\\ 1, & \\text{if } z \\ge 0 \\end{cases}$$",
     "1:3 definition f(z) = (0, z < 0 ; 1, z >= 0 )\n"},
    {"$$f(z) = \\left\\{\\begin{array}{ll} 0, & z < 0 \\\\ 1 & \\text{otherwise} "
     "\\end{array}\\right.$$",
     "1:3 definition f(z) = (0, z < 0 ; 1, otherwise )\n"},
    {"$$f'(z) = \\begin{cases} 0 \\quad z < 0 \\\\ 1, \\mbox{ when $z > 0$} \\\\ "
     "\\text{undefined} & z = 0 \\end{cases}$$",
     "1:3 claim f'(z) = (0, z < 0 ; 1, z > 0 ; )\n"},
    {"$$f(z) = \\begin{cases} g(a, b) & \\text{如果 }a \\ne b \\\\ 0 & 其他 \\end{cases} + 1$$",
     "1:3 definition f(z) = (g(a, b), a ≠ b ; 0, otherwise ) + 1\n"},
    {"$$\\left\\{\\begin{array}{l} z = x \\\\ a = y \\end{array}\\right.$$",
     "1:27 definition z = x\n1:36 definition a = y\n"},
    /* the other kinds */
    {"$W := W - a dW$", "1:2 update W = W - a dW\n"},
    {"$W = W - a dW$", "1:2 update W = W - a dW\n"},
    {"$w_k\\rightarrow w_k-a g$", "1:2 update w_{k} = w_{k} -a g\n"},
    {"$W^{[1]}\\implies{W^{[1]} - a dW^{[1]}}, b \\to b + c$",
     "1:2 update W^{[1]} = W^{[1]} - a dW^{[1]}\n1:41 update b = b + c\n"},
    {"$w \\to w_1$, $w \\to 2w - a = b$", "1:21 claim 2w - a = b\n"},
    {"$x \\in \\mathbb{R}^n$", "1:2 shape x = \\mathbb{R}^{n}\n"},
    {"$l = 1, 2$", "1:2 nothing l = 1, 2\n"},
    {"$dz = (a - y$", "1:2 malformed dz = (a - y\n"},
    {"$dz = a - $", "1:2 malformed dz = a -\n"},
    {"$db^{[i]} = \\sum_{i=1}^{m} z_i$", "1:2 malformed db^{[i]} = \\sum_{i=1}^{m} z_{i}\n"},
    {"$db_j = \\sum_{i=1}^{m} z_i$", "1:2 claim db_{j} = \\sum_{i=1}^{m} z_{i}\n"},
    {"$J = \\sum_{i=1}^{n} \\sum_{i=c}^{C} y_i$",
     "1:2 malformed J = \\sum_{i=1}^{n} \\sum_{i=c}^{C} y_{i}\n"},
    {"$\\frac{\\partial J}{\\partial W} = \\frac{\\partial J}{\\partial q}\\frac{\\partial "
     "z}{\\partial W}$",
     "1:2 malformed \\frac{\\partial J}{\\partial W} = ~\\frac{\\partial J}{\\partial "
     "q}\\frac{\\partial z}{\\partial W}\n"},
    {"$\\frac{\\partial J}{\\partial W} = \\frac{\\partial z}{\\partial W}\\frac{\\partial "
     "J}{\\partial z_1}$",
     "1:2 symbolic \\frac{\\partial J}{\\partial W} = ~\\frac{\\partial z}{\\partial "
     "W}\\frac{\\partial J}{\\partial z_{1} }\n"},
    {"$z^{[1](i)} = W^{[1](i)} x^{(i)}$", "1:2 malformed z^{[1](i)} = W^{[1](i)} x^{(i)}\n"},
    {"$\\sum_{i=1} x_i$", "1:2 nothing \\sum_{i=1} x_{i}\n"},
    {"$x$ and $y$", ""},
    /* formulas without delimiters: in backticks, on lines of their own, in blocks */
    {"- so `dW2 = (dZ2 * A1.T) / m`", "1:7 claim dW^{[2]} = (dZ^{[2]} * A^{[1]T} ) / m\n"},
    {"dZ1 = (W2.T * dZ2) * g'1(Z1)  # elementwise",
     "1:1 claim dZ^{[1]} = (W^{[2]T} * dZ^{[2]} ) * g^{[1]'} (Z^{[1]} )\n"},
    {"```\nZ1 = W1A0 + b1\ndb[l] = Sum(dZ[l])/m\n```",
     "2:1 definition Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]}\n"
     "3:1 claim db^{[l]} = sumofsamples (dZ^{[l]} )/m\n"},
    {"> z^[l] = W^[l]a^[l-1] + b^[l] ----- ①",
     "1:3 definition z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}\n"},
    {"`y = sigmoid(w(transpose)x + b)`", "1:2 definition y = \\sigma (w^{T} x + b)\n"},
    {"    d(z) = d(l)/d(z) = a - y", "1:5 claim dz = \\frac{\\partial L}{\\partial z} = a - y\n"},
    {"`d(f(a))/d(a) = 3`, if `a = 2` then `f(a) = 6`",
     "1:2 claim d(f(a))/da = 3\n1:25 nothing a = 2\n1:38 nothing f(a) = 6\n"},
    {"```\nX ==> z = XW + b => a = Sigmoid(z) ==> l(a,Y)\nUpdate: W1 = W1 - LearningRate * "
     "dW1\n```",
     "2:7 definition z = XW + b\n2:21 definition a = \\sigma (z)\n"
     "3:9 update W^{[1]} = W^{[1]} - \\text{LearningRate} * dW^{[1]}\n"},
    {"```\ng'(z) = { 0  if z < 0\n          1  otherwise }\nx = { 1, 2 }\n```",
     "2:1 claim g'(z) = (0, z < 0; 1, otherwise)\n"},
    {"```python\n1 dZ = np.dot(A, B)\n```", "2:3 unread \n"},
    {"    d(z) = a - y'", "1:5 claim dz = a - \\hat{y}\n"},
    {"`d(l)/d(a1) = y/a1`", "1:2 claim \\frac{\\partial L}{\\partial a^{[1]} } = y/a^{[1]}\n"},
    {"`dz.sum()` and `db = dz.sum() / m`", "1:17 claim db = sumofsamples dz / m\n"},
    /* and prose, programs and settings that are none */
    {"The loss J = the mean of all.", ""},
    {"set `a == b`, `n += m`, `f(x=y)`, `path = /usr/bin`", ""},
    {"See https://a.b/c?d=e for more", ""},
    {"```bash\nA=B\n```", ""},
};

START_TEST(cut) {
  const struct row *row = &rows[_i];
  ck_assert_msg(!strcmp(statements_of(row->note), row->statements), "%s\ngives\n%sinstead of\n%s",
                row->note, statements_of(row->note), row->statements);
}
END_TEST

/* 10,000 nested braces, and a macro that grows: bounded, and no statement is lost. */
START_TEST(deep) {
  enum { DEEP = 10000 };
  char *note = bp_arena_alloc(arena, 2 * DEEP + 64, 1);
  size_t length = 0;
  note[length++] = '$';
  memset(note + length, '{', DEEP);
  length += DEEP;
  note[length++] = 'x';
  memset(note + length, '}', DEEP);
  length += DEEP;
  strcpy(note + length, " = 1$\n\n$y = 2$");
  ck_assert_ptr_nonnull(strstr(statements_of(note), "y = 2"));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("note");
  TCase *tests = tcase_create("statements");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, cut, 0, sizeof rows / sizeof *rows);
  tcase_add_test(tests, deep);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
