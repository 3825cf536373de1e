/* Wrong lines of a derivation, what is said about them, and what is suggested (NULL: not looked
 * at). The line is before + wrong + after, and the error points at the middle part.
 */
#ifndef BP_TESTS_PARSE_ERRORS_H
#define BP_TESTS_PARSE_ERRORS_H

#include <stddef.h>

static const struct {
  const char *before, *wrong, *after, *message, *suggestion;
} refused[] = {
    {"", "clam", " W = X", "no statement begins with clam", "did you mean claim?"},
    {"", "lett", " A = X", "no statement begins with lett", "did you mean let?"},
    {"", "foo", " W", "no statement begins with foo", "claim for a formula"},
    {"claim 2", "x", " = 1", "x is not declared", "size x"},
    {"claim 2", "rate", " = 1", "a product is written with a sign", "2*rate"},
    {"claim ", "|", "W = 1", "this bar is not closed", "abs(x)"},
    {"claim W ", "==", " X", "== is for programs", "write ="},
    {"claim W ", "!=", " X", "there is no sign for", "refute"},
    {"claim W ", "\\foo", " X = Y", "the command \\foo of LaTeX", "formulas can also"},
    {"claim 1/2", "X", " = Y", "it is not clear whether X is divided", "(1/2)*X"},
    {"claim ", "np.reshape", "(W) = Y", "np.reshape is NumPy", "vec(A)"},
    {"claim Z[", ":", ", 1] = 1", "brackets after a name pick a member", "X_{:,i}"},
    {"claim W = X +", "", " ", "the line ends here, where a formula", NULL},
    {"claim W ", ":", " n x m", "a shape is asserted with shape", "shape dW"},
    {"claim x_k", "[", "l] = 1", "the layer stands before the element", "x[l]_k"},
    {"claim (W*X)", "[", "2] = 1", "only a name can have brackets", NULL},
    {"claim W_{i,j", ",", "k} = 1", "a matrix has no third index", NULL},
    {"claim X = a", "ᵏ", "", "raised and lowered letters", "a_k for an element"},
    {"claim ∂W", "*", "X/∂X = 1", "what is differentiated stands in", "∂(W*…)/∂…"},
    {"claim ∂J/∂W", "'", " = 1", "it is not clear what this '", "(∂J/∂W)'"},
    {"claim ∂J/∂W", "^", "2 = 1", "it is not clear what this ^", NULL},
    {"claim dJ/dW", "'", " = 1", "it is not clear what this '", NULL},
    {"claim ", "∂²J/∂W", " = 1", "the order above the slash is 2, and 1 below",
     "∂²f/∂x², ∂²f/∂x∂y"},
    {"claim ∂/∂W ", "=", " 1", "here is =, where what is differentiated",
     "d/dx x^2, ∂/∂x (x*y), ∂J/∂x"},
    {"claim ∂J/", "W", " = 1", "here is W, where the second ∂", NULL},
    {"claim ∂J/∂", "h", "(W) = 1", "a derivative is taken with respect to a name", NULL},
    {"claim J ", "at", " W = X < J", "put parentheses around", "(J at W = 2*W) < J"},
    {"claim (W + X ", "=", " Y", "a comparison is here, and a ( is still open", "put the )"},
    {"claim ", "(", "W + X", "this ( is never closed", "put the )"},
    {"claim ", "[", "1, 2", "this [ is never closed", "put the ]"},
    {"claim W", ")", " = 1", "this ) was never opened", NULL},
    {"claim W", "", "", "the line ends here, where a relation", NULL},
    {"claim W = X ", "where", " X is large", "the word where cannot stand", NULL},
    {"claim ", "\"", "no end = X", "this quote is never closed", "put a \""},
    {"claim [1 ", "2", "; 3, 4] = W", "a comma is missing before 2", "[1, 2; 3, 4]"},
    {"claim [1, 2; ", "3", "] = W", "this row has 1 part, and the first row has 2", NULL},
    {"claim exp(W ", "=", " X) = 1", "a comparison cannot stand inside exp", NULL},
    {"claim where(W ", "≈", " 1, 2) = 1", "a condition cannot be approximate", NULL},
    {"claim where(0 < W ", "<", " 1, 2) = 1", "a condition compares two things", NULL},
    {"claim ", "kron", "(W) = X", "kron takes two matrices", "kron(A, B)"},
    {"claim W = X for l ", "in", " 1..2", "here is in, where the = of a range", "l = 1..L"},
    {"given A : n x m in ", "postive", "", "postive is no domain", "did you mean positive?"},
    {"given x ", "!= 2", "", "of all numbers only 0 can be left out", NULL},
    {"given 1 < x ", "> 0", "", "a range has one end on each side", "given 0 < p < 1"},
    {"given A : n x m in ", "(0, 1, 2)", "", "an interval has two ends", NULL},
    {"given A : n x m in {0, ", "m", "}", "a domain is made of plain numbers", NULL},
    {"given A : n", ",", " m", "an x stands between two sizes", "n1 x n0"},
    {"given A : n x m ", "x", " k", "a matrix has two sizes", NULL},
    {"given A, B ", "=", " 2", "here is =, where a : and the shape", NULL},
    {"given ", "for", " : n", "for is a word of this language", NULL},
    {"let x", "_{1, 2}", " = 3", "a definition gives a whole matrix", NULL},
    {"write dW ", "∂", "J/∂W", "here is ∂, where the word for", "write dW[l] for"},
    {"title ", "5", "", "here is 5, where a text in quotes", "title \"One"},
    {"use ", "\"x.deriv\"", "", "other files cannot be used here", NULL},
    {"layout ", "columns", "", "here is columns, where numerator, denominator, mixed", NULL},
    {"layout samples as ", "lines", "", "here is lines, where rows or columns",
     "layout numerator, layout denom"},
};
enum { REFUSED = sizeof refused / sizeof *refused };

#endif
