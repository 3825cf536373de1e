/* The tables are sorted for the eye, by what they are about, and searched from end to end: a word
 * is looked for once where it stands in a file.
 */
#include "lang/foreign/words.h"

#include <string.h>

#include "base/diag.h"

static const struct bp_latex_command commands[] = {
    /* signs */
    {"cdot", BP_COMMAND_TEXT, "*"},
    {"ast", BP_COMMAND_TEXT, "*"},
    {"times", BP_COMMAND_TEXT, "×"},
    {"div", BP_COMMAND_TEXT, "/"},
    {"odot", BP_COMMAND_TEXT, "⊙"},
    {"bigodot", BP_COMMAND_TEXT, "⊙"},
    {"circ", BP_COMMAND_TEXT, "⊙"},
    {"otimes", BP_COMMAND_TEXT, "⊗"},
    {"partial", BP_COMMAND_TEXT, "∂"},
    {"part", BP_COMMAND_TEXT, "∂"},
    {"nabla", BP_COMMAND_TEXT, "∇"},
    {"sum", BP_COMMAND_TEXT, "∑"},
    {"prod", BP_COMMAND_TEXT, "∏"},
    {"top", BP_COMMAND_TEXT, "ᵀ"},
    {"intercal", BP_COMMAND_TEXT, "ᵀ"},
    {"prime", BP_COMMAND_TEXT, "'"},
    {"approx", BP_COMMAND_TEXT, "≈"},
    {"leftarrow", BP_COMMAND_TEXT, "←"},
    {"gets", BP_COMMAND_TEXT, "←"},
    {"coloneqq", BP_COMMAND_TEXT, ":="},
    {"equiv", BP_COMMAND_TEXT, "="},
    {"leq", BP_COMMAND_TEXT, "<="},
    {"le", BP_COMMAND_TEXT, "<="},
    {"leqslant", BP_COMMAND_TEXT, "<="},
    {"lt", BP_COMMAND_TEXT, "<"},
    {"geq", BP_COMMAND_TEXT, ">="},
    {"ge", BP_COMMAND_TEXT, ">="},
    {"geqslant", BP_COMMAND_TEXT, ">="},
    {"gt", BP_COMMAND_TEXT, ">"},
    {"neq", BP_COMMAND_TEXT, "≠"},
    {"ne", BP_COMMAND_TEXT, "≠"},
    {"in", BP_COMMAND_TEXT, "in"},
    {"mid", BP_COMMAND_TEXT, "|"},
    {"vert", BP_COMMAND_TEXT, "|"},
    {"lvert", BP_COMMAND_TEXT, "|"},
    {"rvert", BP_COMMAND_TEXT, "|"},
    {"Vert", BP_COMMAND_TEXT, "‖"},
    {"lVert", BP_COMMAND_TEXT, "‖"},
    {"rVert", BP_COMMAND_TEXT, "‖"},
    {"langle", BP_COMMAND_TEXT, "⟨"},
    {"rangle", BP_COMMAND_TEXT, "⟩"},
    {"infty", BP_COMMAND_TEXT, "inf"},
    {"ldots", BP_COMMAND_TEXT, ".."},
    {"dots", BP_COMMAND_TEXT, ".."},
    {"cdots", BP_COMMAND_TEXT, ".."},
    {"vdots", BP_COMMAND_TEXT, ".."},
    {"ddots", BP_COMMAND_TEXT, ".."},
    {"colon", BP_COMMAND_TEXT, ":"},
    /* functions */
    {"exp", BP_COMMAND_TEXT, "exp"},
    {"log", BP_COMMAND_TEXT, "log"},
    {"ln", BP_COMMAND_TEXT, "log"},
    {"tanh", BP_COMMAND_TEXT, "tanh"},
    {"sinh", BP_COMMAND_TEXT, "sinh"},
    {"cosh", BP_COMMAND_TEXT, "cosh"},
    {"tan", BP_COMMAND_TEXT, "tan"},
    {"arctan", BP_COMMAND_TEXT, "arctan"},
    {"erf", BP_COMMAND_TEXT, "erf"},
    {"sin", BP_COMMAND_TEXT, "sin"},
    {"cos", BP_COMMAND_TEXT, "cos"},
    {"max", BP_COMMAND_TEXT, "max"},
    {"min", BP_COMMAND_TEXT, "min"},
    {"arg", BP_COMMAND_TEXT, "arg"},
    {"argmax", BP_COMMAND_TEXT, "argmax"},
    {"argmin", BP_COMMAND_TEXT, "argmin"},
    {"det", BP_COMMAND_TEXT, "det"},
    {"tr", BP_COMMAND_TEXT, "tr"},
    /* letters */
    {"alpha", BP_COMMAND_TEXT, "α"},
    {"beta", BP_COMMAND_TEXT, "β"},
    {"gamma", BP_COMMAND_TEXT, "γ"},
    {"delta", BP_COMMAND_TEXT, "δ"},
    {"epsilon", BP_COMMAND_TEXT, "ε"},
    {"varepsilon", BP_COMMAND_TEXT, "ε"},
    {"zeta", BP_COMMAND_TEXT, "ζ"},
    {"eta", BP_COMMAND_TEXT, "η"},
    {"theta", BP_COMMAND_TEXT, "θ"},
    {"vartheta", BP_COMMAND_TEXT, "θ"},
    {"kappa", BP_COMMAND_TEXT, "κ"},
    {"lambda", BP_COMMAND_TEXT, "λ"},
    {"mu", BP_COMMAND_TEXT, "μ"},
    {"nu", BP_COMMAND_TEXT, "ν"},
    {"xi", BP_COMMAND_TEXT, "ξ"},
    {"pi", BP_COMMAND_TEXT, "π"},
    {"rho", BP_COMMAND_TEXT, "ρ"},
    {"sigma", BP_COMMAND_TEXT, "σ"},
    {"varsigma", BP_COMMAND_TEXT, "ς"},
    {"tau", BP_COMMAND_TEXT, "τ"},
    {"phi", BP_COMMAND_TEXT, "φ"},
    {"varphi", BP_COMMAND_TEXT, "φ"},
    {"chi", BP_COMMAND_TEXT, "χ"},
    {"psi", BP_COMMAND_TEXT, "ψ"},
    {"omega", BP_COMMAND_TEXT, "ω"},
    {"Gamma", BP_COMMAND_TEXT, "Γ"},
    {"Delta", BP_COMMAND_TEXT, "Δ"},
    {"Theta", BP_COMMAND_TEXT, "Θ"},
    {"Lambda", BP_COMMAND_TEXT, "Λ"},
    {"Phi", BP_COMMAND_TEXT, "Φ"},
    {"Psi", BP_COMMAND_TEXT, "Ψ"},
    {"Omega", BP_COMMAND_TEXT, "Ω"},
    {"ell", BP_COMMAND_TEXT, "ℓ"},
    /* what is built of braces */
    {"frac", BP_COMMAND_FRACTION, "a/b"},
    {"dfrac", BP_COMMAND_FRACTION, "a/b"},
    {"tfrac", BP_COMMAND_FRACTION, "a/b"},
    {"cfrac", BP_COMMAND_FRACTION, "a/b"},
    {"sqrt", BP_COMMAND_ROOT, "sqrt(a)"},
    {"tag", BP_COMMAND_LABEL, NULL},
    {"label", BP_COMMAND_LABEL, NULL},
    {"color", BP_COMMAND_LABEL, NULL},
    {"underbrace", BP_COMMAND_BRACE, NULL},
    {"overbrace", BP_COMMAND_BRACE, NULL},
    {"boxed", BP_COMMAND_BLANK, NULL}, /* its braces are a group */
    {"begin", BP_COMMAND_BEGIN, "[a, b; c, d]"},
    {"end", BP_COMMAND_END, NULL},
    {"hat", BP_COMMAND_ACCENT, "\xCC\x82"},
    {"widehat", BP_COMMAND_ACCENT, "\xCC\x82"},
    {"tilde", BP_COMMAND_ACCENT, "\xCC\x83"},
    {"widetilde", BP_COMMAND_ACCENT, "\xCC\x83"},
    {"bar", BP_COMMAND_ACCENT, "\xCC\x84"},
    {"overline", BP_COMMAND_ACCENT, "\xCC\x84"},
    {"dot", BP_COMMAND_ACCENT, "\xCC\x87"},
    {"vec", BP_COMMAND_FACE, NULL}, /* an arrow, which no name here has */
    {"mathbf", BP_COMMAND_FACE, NULL},
    {"mathbb", BP_COMMAND_FACE, NULL},
    {"mathds", BP_COMMAND_FACE, NULL},
    {"mathrm", BP_COMMAND_FACE, NULL},
    {"mathit", BP_COMMAND_FACE, NULL},
    {"mathsf", BP_COMMAND_FACE, NULL},
    {"mathcal", BP_COMMAND_FACE, NULL},
    {"boldsymbol", BP_COMMAND_FACE, NULL},
    {"bm", BP_COMMAND_FACE, NULL},
    {"bold", BP_COMMAND_FACE, NULL},
    {"textbf", BP_COMMAND_FACE, NULL},
    {"textrm", BP_COMMAND_FACE, NULL},
    {"text", BP_COMMAND_FACE, NULL},
    {"mbox", BP_COMMAND_FACE, NULL},
    {"operatorname", BP_COMMAND_FACE, NULL},
    {"rm", BP_COMMAND_FACE, NULL},
    {"bf", BP_COMMAND_FACE, NULL},
    {"cal", BP_COMMAND_FACE, NULL},
    /* layout */
    {"left", BP_COMMAND_BRACKET, NULL},
    {"right", BP_COMMAND_BRACKET, NULL},
    {"middle", BP_COMMAND_BRACKET, NULL},
    {"big", BP_COMMAND_BRACKET, NULL},
    {"Big", BP_COMMAND_BRACKET, NULL},
    {"bigg", BP_COMMAND_BRACKET, NULL},
    {"Bigg", BP_COMMAND_BRACKET, NULL},
    {"bigl", BP_COMMAND_BRACKET, NULL},
    {"bigr", BP_COMMAND_BRACKET, NULL},
    {"Bigl", BP_COMMAND_BRACKET, NULL},
    {"Bigr", BP_COMMAND_BRACKET, NULL},
    {"biggl", BP_COMMAND_BRACKET, NULL},
    {"biggr", BP_COMMAND_BRACKET, NULL},
    {"quad", BP_COMMAND_BLANK, NULL},
    {"qquad", BP_COMMAND_BLANK, NULL},
    {"space", BP_COMMAND_BLANK, NULL},
    {"displaystyle", BP_COMMAND_BLANK, NULL},
    {"textstyle", BP_COMMAND_BLANK, NULL},
    {"limits", BP_COMMAND_BLANK, NULL},
    {"nolimits", BP_COMMAND_BLANK, NULL},
    {"nonumber", BP_COMMAND_BLANK, NULL},
};

/* A function that takes an axis; whatever else a row says comes last. */
#define ALONG_AND(word_, ours_, name, ...)                                                         \
  {                                                                                                \
    .word = word_, .ours = ours_, .open = name "(", .form = {.one = true, .close = ")"},           \
    .rows = "row" name "(", .columns = "col" name "(", __VA_ARGS__                                 \
  }
#define ALONG(word_, ours_, name) ALONG_AND(word_, ours_, name, .of_sample = false)
/* The same where NumPy counts elements from 0, and we from 1. */
#define FROM_0(name)                                                                               \
  {                                                                                                \
    .word = name, .ours = name "(…) - 1", .open = "(" name "(",                                    \
    .form = {.one = true, .close = ")-1)"}, .rows = "(row" name "(", .columns = "(col" name "("    \
  }

static const struct bp_function_form functions[] = {
    {"dot", "A*B", "((", {.between = ")*(", .close = "))"}, NULL, NULL, false, false, false},
    {"matmul", "A*B", "((", {.between = ")*(", .close = "))"}, NULL, NULL, false, false, false},
    {"mm", "A*B", "((", {.between = ")*(", .close = "))"}, NULL, NULL, false, false, false},
    {"multiply", "A ⊙ B", "((", {.between = ")⊙(", .close = "))"}, NULL, NULL, false, false, false},
    {"mul", "A ⊙ B", "((", {.between = ")⊙(", .close = "))"}, NULL, NULL, false, false, false},
    {"divide", "A./B", "((", {.between = ")./(", .close = "))"}, NULL, NULL, false, false, false},
    {"add", "A + B", "((", {.between = ")+(", .close = "))"}, NULL, NULL, false, false, false},
    {"subtract", "A - B", "((", {.between = ")-(", .close = "))"}, NULL, NULL, false, false, false},
    {"power", "A.^2", "((", {.between = ").^(", .close = "))"}, NULL, NULL, false, false, false},
    {"outer",
     "u*v'",
     "(vec(",
     {.between = ")*vec(", .close = ")')"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"inner",
     "u'*v",
     "(vec(",
     {.between = ")'*vec(", .close = "))"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"sign", "abs'(x)", "abs'(", {.close = ")"}, NULL, NULL, false, false, false},
    {"int64", "(x)", "((", {.close = "))"}, NULL, NULL, false, false, false},
    {"float64", "(x)", "((", {.close = "))"}, NULL, NULL, false, false, false},
    {"float32", "(x)", "((", {.close = "))"}, NULL, NULL, false, false, false},
    {"asarray", "(x)", "((", {.one = true, .close = "))"}, NULL, NULL, false, false, false},
    {"array", "(x)", "((", {.one = true, .close = "))"}, NULL, NULL, false, false, false},
    {"square", "A.^2", "((", {.close = ").^2)"}, NULL, NULL, false, false, false},
    {"reciprocal", "1./A", "(1./(", {.close = "))"}, NULL, NULL, false, false, false},
    {"negative", "-A", "(-(", {.close = "))"}, NULL, NULL, false, false, false},
    {"transpose", "A'", "((", {.close = ")')"}, NULL, NULL, false, false, false},
    {"t", "A'", "((", {.close = ")')"}, NULL, NULL, false, false, false},
    ALONG("sum", "sum", "sum"),
    ALONG("mean", "mean", "mean"),
    ALONG("average", "mean", "mean"),
    ALONG("reduce_sum", "sum", "sum"),
    ALONG("reduce_mean", "mean", "mean"),
    ALONG("reduce_max", "max", "max"),
    ALONG("nn.softmax", "softmax", "softmax"),
    ALONG("max", "max", "max"),
    ALONG("amax", "max", "max"),
    ALONG("min", "min", "min"),
    ALONG("amin", "min", "min"),
    ALONG("softmax", "softmax", "softmax"),
    ALONG("special.softmax", "softmax", "softmax"),
    ALONG("nn.functional.softmax", "softmax", "softmax"),
    ALONG_AND("var", "var", "var", .of_sample = true),
    ALONG_AND("std", "std", "std", .of_sample = true),
    ALONG_AND("norm", "norm", "norm", .ordered = true),
    ALONG_AND("linalg.norm", "norm", "norm", .ordered = true),
    FROM_0("argmax"),
    FROM_0("argmin"),
    {.word = "pad",
     .ours = "pad",
     .open = "pad(",
     .form = {.comma = bp_read_widths, .between = ",", .close = ")"}},
    {.word = "clip",
     .ours = "min(max(x, a), b)",
     .open = "min(max(",
     .form = {.comma = bp_read_limit, .close = ")"}},
    {.word = "clamp",
     .ours = "min(max(x, a), b)",
     .open = "min(max(",
     .form = {.comma = bp_read_limit, .close = ")"}},
    {"size", "numel", "numel(", {.close = ")"}, NULL, NULL, false, false, false},
    {"maximum", "max", "max(", {.between = ",", .close = ")"}, NULL, NULL, false, false, false},
    {"minimum", "min", "min(", {.between = ",", .close = ")"}, NULL, NULL, false, false, false},
    {.word = "eye", .ours = "I", .open = "I(", .form = {.comma = bp_read_same_size, .close = ")"}},
    {"identity", "I", "I(", {.close = ")"}, NULL, NULL, false, false, false},
    {"trace", "tr", "tr(", {.close = ")"}, NULL, NULL, false, false, false},
    {"ones", "ones", "ones(", {.between = ",", .close = ")"}, NULL, NULL, true, false, false},
    {"zeros", "zeros", "zeros(", {.between = ",", .close = ")"}, NULL, NULL, true, false, false},
    {"kron", "kron", "kron(", {.between = ",", .close = ")"}, NULL, NULL, false, false, false},
    {"where", "where", "where(", {.between = ",", .close = ")"}, NULL, NULL, false, false, false},
    {"inv", "inv", "inv(", {.close = ")"}, NULL, NULL, false, false, false},
    {"linalg.inv", "inv", "inv(", {.close = ")"}, NULL, NULL, false, false, false},
    {"linalg.det", "det", "det(", {.close = ")"}, NULL, NULL, false, false, false},
    {"log1p", "log(1 + x)", "log(1+(", {.close = "))"}, NULL, NULL, false, false, false},
    {"expm1", "exp(x) - 1", "(exp(", {.close = ")-1)"}, NULL, NULL, false, false, false},
    {"absolute", "abs", "abs(", {.close = ")"}, NULL, NULL, false, false, false},
    {"nn.functional.softplus",
     "softplus",
     "softplus(",
     {.close = ")"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"nn.functional.relu", "relu", "relu(", {.close = ")"}, NULL, NULL, false, false, false},
};

#undef ALONG
#undef FROM_0

static bool is_word(const char *row, const char *word, size_t length) {
  return strlen(row) == length && !memcmp(row, word, length);
}

const struct bp_latex_command *bp_command_find(const char *word, size_t length) {
  for (size_t k = 0; k < sizeof commands / sizeof *commands; k++)
    if (is_word(commands[k].word, word, length))
      return &commands[k];
  return NULL;
}

const char *bp_command_nearest(const char *word, size_t length) {
  const char *words[sizeof commands / sizeof *commands];
  for (size_t k = 0; k < sizeof commands / sizeof *commands; k++)
    words[k] = commands[k].word;
  return bp_nearest_name(word, length, words, sizeof words / sizeof *words);
}

const struct bp_function_form *bp_function_form_find(const char *word, size_t length) {
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
    if (is_word(functions[k].word, word, length))
      return &functions[k];
  return NULL;
}

bool bp_is_module(const char *word, size_t length) {
  static const char *const modules[] = {"np", "numpy", "torch", "jnp", "tf", "F", "math"};
  for (size_t k = 0; k < sizeof modules / sizeof *modules; k++)
    if (is_word(modules[k], word, length))
      return true;
  return false;
}
