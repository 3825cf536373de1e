/* The numerics of the judge: derivatives that are known, kinks, domains, scales, shapes, and what a
 * verdict may not depend on.
 *
 * Most tests are rows of a table: a document and a letter for each of its claims.  A domain {…} of
 * a single number makes a point, where the derivative is known to 40 digits.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosed.h"
#include "documents.h"
#include "num/ball.h"
#include "suite.h"
#include "value/builtin.h"
#include "value/vocabulary.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct bp_derivation_report judged(const char *text, uint64_t seed) {
  const struct bp_document *document = bp_test_reread("test", text, arena, &diagnostics);
  struct bp_judge_options options = {.seed = seed};
  struct bp_derivation_report report;
  ck_assert_ptr_nonnull(document);
  ck_assert_int_eq(bp_judge(document, &options, arena, &diagnostics, &report, NULL), 0);
  return report;
}

/* ---- verdicts ------------------------------------------------------------------------------- */

/* h holds, k holds on a kink, f fails by value, s by shape, n because one side has no value, r is
 * refuted and holds; undecided: z no sight, d no value anywhere, K because of a kink, b broken, e
 * nothing to compare, l too much work.  Of refuted lines, the letter of the line itself. */
static char letter(const struct bp_claim *claim) {
  static const char letters[BP_REASON_COUNT] = {
      [BP_REASON_KINK] = 'K',     [BP_REASON_FLOOR] = 'z', [BP_REASON_DOMAIN] = 'd',
      [BP_REASON_BROKEN] = 'b',   [BP_REASON_VALUE] = 'f', [BP_REASON_SHAPE] = 's',
      [BP_REASON_NO_VALUE] = 'n', [BP_REASON_LIMIT] = 'l', [BP_REASON_NOTHING] = 'e',
      [BP_REASON_REFUTED] = 'r'};
  bool as_it_should = claim->verdict != BP_FAILS || claim->reason == BP_REASON_REFUTED;
  if (claim->kind == BP_REFUTE && !as_it_should)
    return '?';
  if (claim->verdict == BP_HOLDS && claim->kind != BP_REFUTE)
    return claim->reason == BP_REASON_KINK ? 'k' : 'h';
  return letters[claim->reason] ? letters[claim->reason] : '?';
}

struct row {
  const char *name, *text, *letters;
};

static void check_row(const struct row *row) {
  struct bp_derivation_report report = judged(row->text, 1);
  char *found = bp_arena_alloc(arena, report.claim_count + 1, 1);
  for (size_t k = 0; k < report.claim_count; k++) {
    found[k] = letter(&report.claims[k]);
    ck_assert_msg(report.claims[k].verdict != BP_UNDECIDED ||
                      report.claims[k].reason != BP_REASON_NONE,
                  "%s: undecided without a reason", row->name);
  }
  ck_assert_msg(!strcmp(found, row->letters), "%s: %s instead of %s", row->name, found,
                row->letters);
}

#define ZERO "given zero : number in {0}\n"

static const struct row kinks[] = {
    {"relu at 0: whatever lies between the slopes",
     ZERO "claim relu'(zero) = 0\nclaim relu'(zero) = 0.3\nclaim relu'(zero) = 1\n"
          "claim relu'(zero) = 1.5\nclaim relu'(zero) = -0.1\n",
     "kkkff"},
    {"the same by ∂, and of abs",
     ZERO "claim ∂relu(zero)/∂zero = 0.5\nclaim ∂relu(zero)/∂zero = 1.01\n"
          "claim ∂abs(zero)/∂zero = -1\nclaim abs'(zero) = 0.9\nclaim abs'(zero) = 1.01\n",
     "kfkkf"},
    {"max of two equal numbers",
     ZERO "claim ∂max(zero, 0)/∂zero = 0.25\nclaim ∂max(2*zero, zero)/∂zero = 1.5\n"
          "claim ∂max(2*zero, zero)/∂zero = 2.5\n",
     "kkf"},
    {"no kink: the piece is the same on both sides",
     ZERO "claim relu'(zero + 0.001) = 1\nclaim relu'(zero - 0.001) = 0\n"
          "claim relu'(zero + 0.000000001) = 1\nclaim relu'(zero + 0.000000001) = 0.9\n"
          "claim relu'(zero + 0.0000000000000001) = 1\nclaim relu'(zero - 0.0000000000001) = 0.5\n",
     "hhhfhf"},
    {"a kink in the second derivative alone",
     ZERO "claim elu'(zero) = 1\nclaim elu'(zero) = 0.99\n", "hf"},
    {"a kink elsewhere in the claim hides nothing",
     ZERO "given t : number in (1, 2)\nclaim [relu'(zero), t] = [0.5, t]\n"
          "claim [relu'(zero), t] = [0.5, 1.000001*t]\n",
     "kf"},
    {"however little beyond both slopes",
     ZERO "claim relu'(zero) = -1e-20\nclaim relu'(zero) = 1 + 1e-20\n"
          "claim abs'(zero) = 1 - 1e-20\nclaim abs'(zero) = -1 - 1e-22\n",
     "ffkf"},
    {"kinks that other numbers meet, and none",
     ZERO "given w : number\nclaim ∂max(w + zero, w)/∂zero = 0.3\n"
          "claim ∂(relu(zero)*sin(w))/∂zero = 1.001*sin(w)\n"
          "claim ∂max(min(zero, 1), -1)/∂zero = 1\nclaim ∂exp(relu(sin(zero)))/∂zero = 0.5\n"
          "claim ∂max(w, w)/∂w = 1\nclaim ∂max(w, w)/∂w = 1.0001\n",
     "kfhkhf"},
    {"decisions without a slope of their own",
     ZERO "claim ∂relu(zero^2)/∂zero = 0\nclaim ∂relu(zero^2)/∂zero = 1e-9\n"
          "claim ∂relu(relu(zero) - zero)/∂zero = -1\n"
          "claim ∂relu(relu(zero) - zero)/∂zero = 0.01\n",
     "hfkf"},
    {"cases that meet on their border, and cases that do not",
     "given o : number in {1}\nclaim ∂where(o > 1, o^2, 2*o - 1)/∂o = 2\n"
     "claim ∂where(o > 1, o^2, o)/∂o = 1.5\nclaim ∂where(o > 1, o^2, o)/∂o = 2.0000001\n"
     "claim ∂where(o > 1, 2, 1)/∂o = 0\nclaim ∂where(o > 1, o + 1e-60, o)/∂o = 1\n"
     "claim ∂max(min(o, 1), -1)/∂o = 0.5\nclaim ∂max(min(o, 1), -1)/∂o = 1.0001\n",
     "hkfKKkf"},
    {"a kink at one of several points",
     "given z : number in {0, 2}\nclaim relu'(z)^2 = relu'(z)\n"
     "claim relu'(z) = where(z > 0, 1, 0.25)\nclaim relu'(z) = where(z > 0, 1, 1.25)\n",
     "kkf"},
    {"each number of a vector at its own kink",
     "given v : 2 in {0}\nclaim ∂sum(relu(v))/∂v = [1; 0]\n"
     "claim ∂sum(relu(v))/∂v = [1; 1.5]\nclaim sum(∂sum(abs(v))/∂v) = 2\n",
     "kfk"},
    {"the slope of a squared kink",
     ZERO "claim ∂(relu(zero)^2)/∂zero = 0\nclaim ∂(relu(zero)^2)/∂zero = 0.01\n", "hf"},
};

/* A kink is a reason to accept a number between two slopes, never any number. */
static const struct row more_than_kinks[] = {
    {"the second derivative at a kink does not exist", ZERO "claim relu''(zero) = 7\n", "K"},
    {"nor does it by ∂ of a gradient", ZERO "claim ∂(∂relu(zero)/∂zero)/∂zero = -3\n", "K"},
    {"nor the slope of a jump", ZERO "let f(s) = where(s > 0, 1, s <= 0, 0)\nclaim f'(zero) = 3\n",
     "K"},
    {"two kinks a hair apart",
     ZERO "let f(t) = relu(t) + relu(t - 0.0000000000000025)\nclaim f'(zero) = 77\n", "f"},
    {"a tiny difference beside a number on a kink",
     ZERO "given t : number in (1, 2)\n"
          "claim [abs'(zero); (1 + 1e-30*t - 1)*1e30] = [0.2; 1.00001*t]\n",
     "f"},
    {"what is left open stays within its bounds",
     ZERO "claim relu'(zero) - relu'(zero) = 1.1\nclaim relu'(zero) <= 1.1\n", "fk"},
};

static const struct row points[] = {
    {"0 = 0", "claim 0 = 0\nclaim 1 - 1 = 0\nclaim 0 = 1\n", "hhf"},
    {"decimal fractions are what is written",
     "given x : number in {0.1}\nclaim x = 0.1\nclaim x = 0.10000000000000000001\n"
     "claim 0.1 + 0.2 = 0.3\nclaim leaky_relu(-1) = -0.01\nclaim leaky_relu'(-1) = 0.01\n",
     "hfhhh"},
    {"zero entries of a Jacobian are exactly 0",
     "given x : 3\nlet y = tanh(x)\nclaim (∂y/∂x)_{1,2} = 0\nclaim ∂y_1/∂x_2 = 0\n"
     "claim (∂y/∂x)_{1,2} = 1e-20\nclaim (∂y/∂x)_{1,1} = 0\n",
     "hhff"},
    {"huge and tiny numbers",
     "given x : number in {1e150}\ngiven y : number in {1e-150}\nclaim ∂(x^2)/∂x = 2*x\n"
     "claim ∂(x^2)/∂x = 2.00001*x\nclaim ∂(y^2)/∂y = 2*y\nclaim ∂(y^2)/∂y = 0\nclaim y^2 = 0\n"
     "claim y = 0\nclaim ∂(1/x)/∂x = -1/x^2\nclaim ∂(1/y)/∂y = -1/y^2\n"
     "claim ∂(1/y)/∂y = -1.0001/y^2\n",
     "hfhfffhhf"},
    {"cancellation",
     "given t : number in {20}\nclaim 1 - tanh(t)^2 = 4/(exp(t) + exp(-t))^2\n"
     "claim 1 - tanh(t)^2 = 4.00001/(exp(t) + exp(-t))^2\n"
     "claim tanh'(t) = 4/(exp(t) + exp(-t))^2\nclaim tanh'(t) = 0\n"
     "given big : number in {400}\nclaim exp(big)*exp(-big) = 1\n",
     "hfhfh"},
    {"far beyond the digits of float64",
     "given t : number in {40}\nclaim 1 - tanh(t)^2 = 4*exp(-2*t)\n"
     "claim 1 - tanh(t)^2 = 9*exp(-2*t)\nclaim 1 - tanh(t)^2 = 0\nclaim exp(-2*t) = 0\n",
     "ffff"},
    {"rounding that would hide the sixth digit",
     "given t : number in (1, 2)\nclaim (1 + 1e-30*t - 1)*1e30 = t\n"
     "claim (1 + 1e-20*t - 1)*1e20 = t\n",
     "hh"},
    {"near the end of a domain",
     "given x : number in (0.000001, 0.00001)\nclaim ∂log(x)/∂x = 1/x\nclaim log''(x) = -1/x^2\n"
     "claim ∂sqrt(x)/∂x = 1/(2*sqrt(x))\nclaim ∂log(x)/∂x = 1.000001/x\n",
     "hhhf"},
    {"no value anywhere",
     "given x : n in positive\nclaim log(-x) = x\nclaim sqrt(-x) = sqrt(-x)\n"
     "claim x/0 = x\nrefute log(-x) = x\n",
     "ndnn"},
    {"a value on one side alone is no equality",
     "given x : number\nclaim exp(log(x)) = x\nclaim exp(log(x)) = 2*x\nclaim sqrt(x)^2 = abs(x)\n",
     "nfn"},
    {"points without any value do not count",
     "given x : number\nclaim exp(log(x)) = exp(2*log(x)/2)\nclaim 2*log(x) = log(x)\n", "hf"},
    {"where without else",
     "given x : n in positive\ngiven u : n in {-1}\nclaim where(x > 0, x) = x\n"
     "claim where(x > 0, x, x < 0, -x) = abs(x)\nclaim where(u > 0, u) = u\n"
     "claim where(x > 0, 2*x) = x\n",
     "hhnf"},
};

static const struct row meanings[] = {
    {"by intervention, not by definition",
     "given x : n\nlet y = x.^2\nlet s = sum(y .* x)\nclaim ∂s/∂y = x\nclaim ∂s/∂x = 3*x.^2\n"
     "claim ∂s/∂x = y\n",
     "hhf"},
    {"d varies what vary says",
     "given W : n x k\ngiven x : k\nclaim d(W*x) = d(W)*x + W*d(x)\nclaim d(W*x) = d(W)*x\n"
     "vary W\nclaim d(W*x) = d(W)*x\nclaim d(x) = 0\nvary x\nclaim d(W*x) = W*d(x)\n"
     "vary all\nclaim d(W*x) = W*d(x)\n",
     "hfhhhf"},
    {"at puts other values in place",
     "given x : n\nlet s = sum(x.^2)\nclaim (s at x = 2*x) = 4*s\n"
     "claim (s at x = x - 0.01*∂s/∂x) <= s\nclaim (s at x = 2*x) = 2*s\n"
     "claim (∂s/∂x at x = 3*x) = 6*x\n",
     "hhfh"},
    {"derivatives of derivatives",
     "given x : n\nlet s = sum(x.^3)\nclaim ∂(∂s/∂x)/∂x = diag(6*x)\n"
     "claim ∂(∂s/∂x)/∂x = diag(5.9999999*x)\nclaim d(d(s)) = 6*sum(x .* d(x).^2)\n"
     "claim tanh''(x) = -2*tanh(x) .* tanh'(x)\n"
     "claim tanh''(x) = -2.0000001*tanh(x) .* tanh'(x)\n",
     "hfhhf"},
    {"families and recursion",
     "size L in 2..3\ngiven W[l] : n x n for l = 1..L\ngiven x : n\nlet a[0] = x\n"
     "let a[l] = tanh(W[l]*a[l-1]) for l = 1..L\n"
     "claim ∂a[l]/∂a[l-1] = diag(1 - a[l].^2)*W[l]\n"
     "claim ∂a[l]/∂a[l-1] = diag(1 - a[l-1].^2)*W[l]\nclaim ∂a[1]/∂W[2] = zeros(n, n*n)\n",
     "hfh"},
    {"free letters mean for all",
     "given W : n x k\ngiven x : k\nlet z = W*x\nclaim ∂z_i/∂W_{i,j} = x_j\n"
     "claim ∂z_i/∂W_{p,j} = x_j\nclaim ∂z_i/∂W_{p,j} = I(n)_{i,p}*x_j\n",
     "hfh"},
    {"≈ holds to the printed digits",
     "given a : number in {0.9751}\ngiven b : number in {0.9849}\ngiven c : number in {0.9749}\n"
     "given u : number in {0.9851}\nclaim a ≈ 0.98\nclaim b ≈ 0.98\nclaim c ≈ 0.98\n"
     "claim u ≈ 0.98\nclaim [a; -b] ≈ [0.98; -0.98]\nclaim [a; -b] ≈ [0.98; -0.9]\n"
     "claim 0.975 ≈ 0.98\nclaim 0.985 ≈ 0.98\nclaim 0.97501 ≈ 0.9750\nclaim 12.4 ≈ 12\n"
     "claim 12.6 ≈ 12\n",
     "hhffhfhhhhf"},
    {"order",
     "given x : n in positive\nclaim x_i > 0\nclaim x_i < 0\nclaim 1 <= 1\nclaim 1 < 1\n"
     "claim -x_i <= x_i\nclaim sum(x) >= x_i\nclaim 0.1 + 0.2 <= 0.3\n",
     "hfhfhhh"},
    {"refuted lines",
     "given x : n\nrefute x = 2*x\nrefute x = x\nrefute x = x'\nrefute 2*x = x + x\n", "frsr"},
    {"chains break at their first wrong link",
     "given x : n\nclaim x = x = 2*x = x'\nclaim x + x = 2*x = x*2\n", "fh"},
    {"shapes",
     "given W : n x k\ngiven x : k\nclaim W*x = W'*x\nclaim W = W'\nclaim W + x = W\n"
     "shape W*x : n x 1\nshape W*x : k x 1\nclaim W ⊙ x = W\nclaim ∂(W*x)/∂x = W\n"
     "claim ∂(W*x)/∂x = W'\n",
     "ssshsshs"},
    {"a broken declaration breaks what uses it, and nothing else",
     "given W : n x k\ngiven x : n\nlet y = W*x\nclaim y = y\nclaim x = x\nclaim q = x\n", "bhb"},
    {"unknown functions are the same everywhere, and have no identity of their own",
     "given g, h : function\ngiven x : n\nclaim ∂(sum(g(h(x))))/∂x = g'(h(x)) ⊙ h'(x)\n"
     "claim g(x) = h(x)\nclaim g(x) = g(x)\nclaim ∂(sum(g(h(x))))/∂x = g'(x) ⊙ h'(x)\n",
     "hfhf"},
};

START_TEST(verdicts_on_kinks) { check_row(&kinks[_i]); }
END_TEST

START_TEST(kinks_hide_nothing) { check_row(&more_than_kinks[_i]); }
END_TEST

START_TEST(verdicts_at_points) { check_row(&points[_i]); }
END_TEST

START_TEST(verdicts_by_meaning) { check_row(&meanings[_i]); }
END_TEST

/* A letter that runs over rows here and over columns there must not be cut down to what both have.
 */
START_TEST(letters_run_over_everything) {
  static const struct row row = {
      "rows for columns",
      "given y : 1 x m in {0, 1}\ngiven p : 1 x m in (0, 1)\nlet q = p ⊙ y\n"
      "claim q_{1,i} = p_{1,i}*y_{1,i}\nclaim q_{1,i} = p_{1,i}*y_{i,1}\n"
      "claim q_{1,i} = p_{1,i}*y'_{1,i}\ngiven v : n\ngiven u : k\nclaim v_i - v_i = 0*u_i\n",
      "hsss"};
  check_row(&row);
}
END_TEST

/* ---- known derivatives ---------------------------------------------------------------------- */

/* Digits by mpmath 1.3 with 60 digits. */
static const struct {
  const char *function, *at, *slope, *second;
} known[] = {
    {"exp(x)", "0.75", "2.11700001661267466854536981983709561013449158",
     "2.11700001661267466854536981983709561013449158"},
    {"exp(x)", "-2.25", "0.105399224561864336783217689240698097268491073",
     "0.105399224561864336783217689240698097268491073"},
    {"exp(x)", "20.0", "485165195.409790277969106830541540558684638989",
     "485165195.409790277969106830541540558684638989"},
    {"log(x)", "0.75", "1.33333333333333333333333333333333333333333333",
     "-1.77777777777777777777777777777777777777777778"},
    {"log(x)", "0.00000095367431640625", "1048576.00000000000000000000000000000000000000",
     "-1099511627776.00000000000000000000000000000000"},
    {"log(x)", "1024.0", "0.000976562500000000000000000000000000000000000000",
     "-0.000000953674316406250000000000000000000000000000000"},
    {"sqrt(x)", "0.75", "0.577350269189625764509148780501957455647601751",
     "-0.384900179459750509672765853667971637098401168"},
    {"sqrt(x)", "0.00000095367431640625", "512.000000000000000000000000000000000000000000",
     "-268435456.000000000000000000000000000000000000"},
    {"sin(x)", "0.75", "0.731688868873820886311838753000084543840541276",
     "-0.681638760023334166733241952779893935338382395"},
    {"sin(x)", "-8.5", "-0.602011902684823615348426522956998700296067764",
     "0.798487112623490286666913160339112585889626328"},
    {"cos(x)", "0.75", "-0.681638760023334166733241952779893935338382395",
     "-0.731688868873820886311838753000084543840541276"},
    {"cos(x)", "-8.5", "0.798487112623490286666913160339112585889626328",
     "0.602011902684823615348426522956998700296067764"},
    {"sigmoid(x)", "0.75", "0.217894993761814029480250500164174123113543189",
     "-0.0780842830781444089494268902963804272417761183"},
    {"sigmoid(x)", "-8.5", "0.000203385595519805843920653159007539140766405021",
     "0.000203302847285652738615868349781566429266636328"},
    {"sigmoid(x)", "12.0", "0.00000614413685133317532518779736317246275933996018",
     "-0.00000614406135003398633958504180675956126251524342"},
    {"tanh(x)", "0.75", "0.596585808281331426006133641736045453540602507",
     "-0.757841702278021389526229336459037319307375147"},
    {"tanh(x)", "-2.25", "0.0434649188889009370065101218411297791084996711",
     "0.0850196514966989121693819536998338130954773613"},
    {"tanh(x)", "8.0", "0.000000450140597563729167268121725430643350941432344",
     "-0.000000900280992500877956890006864150416711552599791"},
    {"softplus(x)", "0.75", "0.679178699175392973159680115776579021234221248",
     "0.217894993761814029480250500164174123113543189"},
    {"softplus(x)", "-8.5", "0.000203426978055206517394655205050532787578668384",
     "0.000203385595519805843920653159007539140766405021"},
    {"silu(x)", "0.75", "0.842599944496753495269867990899709613569378640",
     "0.377226775215019752248430832606062925795754289"},
    {"silu(x)", "-2.25", "-0.0987309100966572121702102193848634149414480055",
     "0.0154464336958889857760621763064905600300221909"},
    {"gelu(x)", "0.75", "0.999225721739235104371691235540034681026980106",
     "0.432885058722531332089277359436729594525752979"},
    {"gelu(x)", "-2.25", "-0.0591897439752069822845167620108329879699487513",
     "-0.0972026837467314607338859436727263762280989776"},
    {"elu(x)", "0.75", "1.00000000000000000000000000000000000000000000", "0.0"},
    {"elu(x)", "-2.25", "0.105399224561864336783217689240698097268491073",
     "0.105399224561864336783217689240698097268491073"},
    {"x^3", "0.75", "1.68750000000000000000000000000000000000000000",
     "4.50000000000000000000000000000000000000000000"},
    {"x^3", "-2.25", "15.1875000000000000000000000000000000000000000",
     "-13.5000000000000000000000000000000000000000000"},
    {"1/x", "0.75", "-1.77777777777777777777777777777777777777777778",
     "4.74074074074074074074074074074074074074074074"},
    {"1/x", "-8.5", "-0.0138408304498269896193771626297577854671280277",
     "-0.00325666598819458579279462650111947893344188887"},
    {"x*exp(-x^2)", "0.75", "-0.0712228530913653762208287112286403519855798093",
     "-1.60251419455572096496864600264440791967554571"},
    {"exp(sin(x))/x", "0.75", "-1.58602713752165023064101790526794864832257244",
     "3.84381511360974214223643953256411953891412528"},
    {"exp(sin(x))/x", "-2.25", "0.0375044428918961546661738766328491319169606513",
     "-0.206039685887463521135207514947045827834591600"},
    {"log(1 + exp(-x))", "20.0", "-0.00000000206115361819020358143086212947459269075249002",
     "0.00000000206115361394184934365229460539285709831188109"},
    {"x^2.5", "0.75", "1.62379763209582246268198094516175534400887993",
     "3.24759526419164492536396189032351068801775985"},
};

/* First and second derivative: the bound that is demanded, and an error that must be seen. The
 * second is a difference quotient of difference quotients. */
static const struct {
  const char *written;
  double sight;
  const char *nudge;
} orders[] = {{"∂f/∂x", 1e-12, "1.00000000001"}, {"∂(∂f/∂x)/∂x", 1e-9, "1.00000001"}};

static void check_known(size_t row, size_t order) {
  const char *truth = order ? known[row].second : known[row].slope;
  const char *written = orders[order].written;
  const char *function = known[row].function, *at = known[row].at;
  struct bp_derivation_report report =
      judged(bp_arena_printf(arena,
                             "given x : number in {%s}\nlet f = %s\nclaim %s = %s\n"
                             "claim %s = %s*(%s)\n",
                             at, function, written, truth, written, orders[order].nudge, truth),
             1);
  ck_assert_uint_eq(report.claim_count, 2);
  const struct bp_claim *claim = report.claims;
  ck_assert_msg(claim[0].verdict == BP_HOLDS, "%s at %s: %.17g, bound %.3g, visible %.3g", function,
                at, claim[0].left_value, claim[0].bound, claim[0].visible);
  ck_assert_msg(claim[0].reason == BP_REASON_NONE, "%s at %s: kink", function, at);
  ck_assert_msg(claim[0].largest_relative <= claim[0].visible, "%s at %s: error beyond its bound",
                function, at);
  ck_assert_msg(claim[0].visible <= orders[order].sight, "%s at %s: bound %.3g", function, at,
                claim[0].visible);
  ck_assert_msg(!strcmp(truth, "0.0") || claim[1].verdict == BP_FAILS, "%s at %s: sees no error",
                function, at);
}

START_TEST(known_slopes) { check_known((size_t)_i, 0); }
END_TEST

START_TEST(known_second_derivatives) { check_known((size_t)_i, 1); }
END_TEST

/* ---- what a verdict may not depend on ------------------------------------------------------- */

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static bool same_numbers(const struct bp_claim *a, const struct bp_claim *b) {
  return a->verdict == b->verdict && a->reason == b->reason && a->points == b->points &&
         same_bits(a->largest_relative, b->largest_relative) && same_bits(a->visible, b->visible) &&
         same_bits(a->left_value, b->left_value) && same_bits(a->right_value, b->right_value) &&
         same_bits(a->bound, b->bound);
}

#define LAYER                                                                                      \
  "given W : n x k\ngiven x : k x m\ngiven b : n\nlet z = W*x + b\nlet s = sum(tanh(z))\n"
#define CLAIMS                                                                                     \
  "claim ∂s/∂W = tanh'(z)*x'\nclaim ∂s/∂b = rowsum(tanh'(z))\nclaim ∂s/∂x = W'*tanh(z)\n"

START_TEST(the_same_seed_gives_the_same_numbers) {
  struct bp_derivation_report one = judged(LAYER CLAIMS, 5), two = judged(LAYER CLAIMS, 5);
  struct bp_derivation_report other = judged(LAYER CLAIMS, 6);
  for (size_t k = 0; k < 3; k++)
    ck_assert(same_numbers(&one.claims[k], &two.claims[k]));
  ck_assert_double_ne(one.claims[2].left_value, other.claims[2].left_value);
}
END_TEST

/* Other lines, given things and claims, neither move the point nor the verdict. */
START_TEST(what_is_unrelated_changes_nothing) {
  struct bp_derivation_report one = judged(LAYER CLAIMS, 5);
  struct bp_derivation_report two = judged("given a : 7 x 9\n" LAYER "given u : 2\nlet v = 2*u\n"
                                           "claim ∂(sum(u.^2))/∂u = v\n" CLAIMS,
                                           5);
  for (size_t k = 0; k < 3; k++)
    ck_assert_msg(same_numbers(&one.claims[k], &two.claims[k + 1]), "claim %zu", k + 1);
}
END_TEST

/* Sizes that are free differ in every trial, so a wrong transpose never fits. */
START_TEST(no_wrong_transpose_fits) {
  for (uint64_t seed = 1; seed <= 200; seed++) {
    struct bp_derivation_report report =
        judged("given A : n x k\ngiven B : k x m\nclaim A*B = A'*B\n"
               "claim (A*B)' = A'*B'\nclaim tr(A*A') = tr(A*A)\n"
               "claim A = A'\n",
               seed);
    for (size_t k = 0; k < report.claim_count; k++)
      ck_assert_msg(report.claims[k].verdict == BP_FAILS &&
                        report.claims[k].reason == BP_REASON_SHAPE,
                    "claim %zu with seed %llu", k + 1, (unsigned long long)seed);
  }
}
END_TEST

START_TEST(fixed_sizes_that_fit_are_noted) {
  struct bp_derivation_report report =
      judged("size p = 3\nsize q = 3\ngiven C : p x q\nclaim C*C = C^2\n"
             "claim C = C\nclaim C = C'\n",
             1);
  ck_assert_int_eq(report.claims[0].verdict, BP_HOLDS);
  ck_assert_uint_eq(report.claims[0].note_count, 1);
  ck_assert_str_eq(report.claims[0].notes[0], "fits only because p = 3, q = 3");
  ck_assert_uint_eq(report.claims[1].note_count, 0);
  ck_assert_int_eq(report.claims[2].reason, BP_REASON_VALUE);
}
END_TEST

/* A chain tells which link is broken, and the worst number with both values. */
START_TEST(failures_say_where) {
  struct bp_derivation_report report =
      judged("size n = 3\ngiven x : n in {2}\nclaim x = x = [2; 2; 3]\nclaim x_i = 2 = 2\n", 1);
  const struct bp_claim *claim = report.claims;
  ck_assert_uint_eq(claim[0].broken_link, 2);
  ck_assert_uint_eq(claim[0].row, 2);
  ck_assert_double_eq(claim[0].left_value, 2);
  ck_assert_double_eq(claim[0].right_value, 3);
  ck_assert_double_eq_tol(claim[0].largest_relative, 1.0 / 3, 1e-15);
  ck_assert_uint_eq(claim[1].broken_link, 0);
  ck_assert_uint_eq(claim[1].members, 3);
  ck_assert_uint_eq(claim[1].points, 5);
  ck_assert_uint_eq(claim[1].numbers, 30);
}
END_TEST

/* ---- the vocabulary -------------------------------------------------------------------------- */

static void check_name(const char *called, const char *name, bool slope) {
  const char *text = bp_arena_printf(arena,
                                     "given Z : 3 x 3 in positive\nlet f = %s\n"
                                     "claim f(Z) = %s(Z)\nclaim f(Z) = %s(Z)\n%s%s%s",
                                     called, called, name, slope ? "claim f'(Z) = " : "",
                                     slope ? name : "", slope ? "'(Z)\n" : "");
  struct bp_derivation_report report = judged(text, 1);
  ck_assert_msg(report.claim_count == (slope ? 3 : 2) && report.head.holds == report.claim_count,
                "%s", text);
}

/* Whatever the tables have can be called by every name, and be given another one. */
START_TEST(functions_of_numbers_are_known_by_every_name) {
  const struct bp_function *function;
  for (size_t place = 0; (function = bp_ball_function_at(place)); place++) {
    check_name(function->name, function->name, true);
    for (size_t k = 0; k < BP_MOST_SPELLINGS && function->spelling[k]; k++)
      if (!strchr(function->spelling[k], '-')) /* a word for networks only */
        check_name(function->spelling[k], function->name, true);
  }
  check_name("ReLU", "relu", true);
}
END_TEST

START_TEST(functions_of_matrices_are_known) {
  for (size_t k = 0; k < bp_builtin_count; k++)
    if (bp_builtins[k].most == 1 && !(bp_builtins[k].traits & BP_OF_SIZES) &&
        strncmp(bp_builtins[k].name, "arg", 3) != 0) /* which element: of a column */
      check_name(bp_builtins[k].name, bp_builtins[k].name, false);
  struct bp_derivation_report report = judged("given z : 3\nlet f = argmax\nlet g = argmin\n"
                                              "claim f(z) = argmax(z)\nclaim g(z) = argmin(z)\n",
                                              1);
  ck_assert_uint_eq(report.head.holds, 2);
}
END_TEST

START_TEST(slips_are_mended_to_names_of_the_tables) {
  for (size_t k = 0; k < bp_function_count; k++) {
    const char *name = bp_functions[k].name;
    const char *slip = bp_arena_printf(arena, "%sx", name);
    ck_assert_str_eq(bp_vocabulary_nearest(slip), name);
  }
  ck_assert_str_eq(bp_vocabulary_nearest("wher"), "where");
  ck_assert_ptr_null(bp_vocabulary_nearest("somethingelse"));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge");
  TCase *tables = tcase_create("verdicts");
  tcase_add_checked_fixture(tables, set_up, tear_down);
  tcase_add_loop_test(tables, verdicts_on_kinks, 0, COUNT(kinks));
  tcase_add_loop_test(tables, kinks_hide_nothing, 0, COUNT(more_than_kinks));
  tcase_add_loop_test(tables, verdicts_at_points, 0, COUNT(points));
  tcase_add_loop_test(tables, verdicts_by_meaning, 0, COUNT(meanings));
  tcase_add_test(tables, letters_run_over_everything);
  suite_add_tcase(suite, tables);
  TCase *numbers = tcase_create("known derivatives");
  tcase_add_checked_fixture(numbers, set_up, tear_down);
  tcase_add_loop_test(numbers, known_slopes, 0, COUNT(known));
  tcase_add_loop_test(numbers, known_second_derivatives, 0, COUNT(known));
  suite_add_tcase(suite, numbers);
  TCase *independent = tcase_create("independence of everything else");
  tcase_add_checked_fixture(independent, set_up, tear_down);
  tcase_add_test(independent, the_same_seed_gives_the_same_numbers);
  tcase_add_test(independent, what_is_unrelated_changes_nothing);
  tcase_add_test(independent, no_wrong_transpose_fits);
  tcase_add_test(independent, fixed_sizes_that_fit_are_noted);
  tcase_add_test(independent, failures_say_where);
  suite_add_tcase(suite, independent);
  TCase *names = tcase_create("vocabulary");
  tcase_add_checked_fixture(names, set_up, tear_down);
  tcase_add_test(names, functions_of_numbers_are_known_by_every_name);
  tcase_add_test(names, functions_of_matrices_are_known);
  tcase_add_test(names, slips_are_mended_to_names_of_the_tables);
  suite_add_tcase(suite, names);
  return run_suite(suite);
}
