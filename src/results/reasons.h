/* Reasons and methods, a row each, with all that is said of them.
 *
 * A reason is why an entry or a line is undecided or failed, or what to know about one that holds.
 * Its row has
 *
 *     the name    for JSON, CSV and the rules of SARIF; it never changes its meaning
 *     the level   of the rule in SARIF: warning where the formula itself may be right
 *     a sentence  for a person who checks a gradient
 *     another     for one who reads a derivation, or SAME: there a bound is made of truncation and
 *                 rounding of many differences, which are not told apart
 *     advice      what to do about it
 *
 * A method is how a difference was obtained: its name, and the words behind a number in a report.
 * The enums and the tables of words are made of these rows, so one that lacks a member does not
 * compile.
 */
#ifndef BP_RESULTS_REASONS_H
#define BP_RESULTS_REASONS_H

/* clang-format off */
#define BP_REASONS(X)                                                                              \
  X(NONE, "none", ERROR, "nothing stands out", SAME,                                               \
    "Run the check again in a terminal; its text report has every number.")                        \
  X(KINK, "kink", WARNING,                                                                         \
    "a unit sits on a kink, or too close to one to step beside it; on it, every value between "    \
    "the two one-sided slopes is right",                                                           \
    "it sits on a kink, or too close to one to step beside it, in every point that was tried",     \
    "Check at another point (another seed), or move the point off the kink.")                      \
  X(OVERFLOW, "overflow", WARNING, "a value on the way is infinite or not a number", SAME,         \
    "Make inputs and weights smaller, or check at another point.")                                 \
  X(FLOOR, "floor", WARNING,                                                                       \
    "rounding in the comparison is larger than the gradient itself, so even a wrong sign would "   \
    "pass",                                                                                        \
    "truncation and rounding in the comparison are larger than the numbers themselves, so even a " \
    "wrong sign would pass",                                                                       \
    "Check at a point where the value is not so small beside what it is computed from.")           \
  /* its value in float64, that is; it has few digits left */                                      \
  X(LOST_DIGITS, "lost-digits", ERROR,                                                             \
    "the formula is right, but it subtracts nearly equal numbers here and its result has few "     \
    "digits left", SAME,                                                                           \
    "The formula is right. Write it without the subtraction where digits matter.")                 \
  X(DIFFERENCE, "difference", ERROR, "it disagrees with the central difference", SAME,             \
    "Look at the worst entry and at the explanation below it.")                                    \
  X(ALONE, "alone", ERROR, "it disagrees with both other ways, which agree with each other", SAME, \
    "The formula is wrong: the explanation names the mistake that gives these numbers, where one " \
    "is known.")                                                                                   \
  X(KRONECKER, "kronecker", ERROR, "it disagrees with the product of the explicit Jacobians",      \
    SAME, "Compare the Jacobians: backproof net SPEC --show-jacobians.")                           \
  X(FORWARD, "forward", ERROR, "the forward pass is not what W, b and X give", SAME,               \
    "Mend the forward pass first; its gradient means nothing before that.")                        \
  X(SHAPE, "shape", ERROR, "the shapes do not fit", SAME,                                          \
    "Look for a missing transpose, or for factors in the wrong order: backproof trace shows the "  \
    "shape of each factor.")                                                                       \
  X(VALUE, "value", ERROR, "the two sides differ by more than truncation and rounding explain",    \
    SAME,                                                                                          \
    "See the proposed change, or work the line out number by number with backproof explain "       \
    "FILE:LINE.")                                                                                  \
  X(NO_VALUE, "no-value", ERROR,                                                                   \
    "one side has a value where the other has none; where it is meant for some numbers only, "     \
    "give these a domain", SAME,                                                                   \
    "Give the matrices a domain in which both sides have a value, such as \"in positive\".")       \
  X(DOMAIN, "domain", WARNING, "no point was found where both sides have a value", SAME,           \
    "Give the matrices a domain in which both sides have a value, such as \"in positive\".")       \
  X(BROKEN, "broken", ERROR,                                                                       \
    "it, or something that it uses, is not understood; see the error messages", SAME,              \
    "Mend the mistake that the message names; the rest of the file is judged all the same.")       \
  X(UNFILLED, "unfilled", WARNING, "to be filled in: write the formula where the ? stands", SAME,   \
    "Write the formula in the place of the ?.")                                                    \
  X(NOTHING, "nothing", ERROR, "its index letters leave nothing to check", SAME,                   \
    "Let the index letters run over at least one value, or claim something: nothing checked is "   \
    "never a pass.")                                                                               \
  X(NEEDS, "needs", WARNING, "the note leaves open what would decide it", SAME,                    \
    "Say it in the note, for instance in a comment <!-- backproof: ... -->.")                      \
  X(LIMIT, "limit", WARNING, "it takes more time or memory than is allowed", SAME,                 \
    "Take smaller sizes, or a larger --memory-limit.")                                             \
  X(REFUTED, "not-refuted", ERROR, "it was to be refuted, but it holds", SAME,                     \
    "The line holds. Make it a claim, or write down the wrong formula that was meant.")            \
  X(SKIPPED, "skipped", ERROR,                                                                     \
    "it was not looked at: only a part of the entries was asked for", SAME,                        \
    "Run the check again in a terminal; its text report has every number.")                        \
  X(RANDOM, "random", ERROR,                                                                       \
    "the same input gave different values; seed or switch off whatever draws random numbers "      \
    "(dropout, sampling), and look for values that are remembered from call to call", SAME,        \
    "Make the function give the same value for the same input: seed what it draws, and switch "    \
    "off dropout and sampling.")                                                                   \
  X(NO_SLOPE, "no-slope", ERROR,                                                                   \
    "the function jumps here, or its slope grows without end: there is no derivative to compare "  \
    "with", SAME,                                                                                  \
    "Check at a point where the function is smooth.")                                              \
  X(NEIGHBOURS, "neighbours", ERROR,                                                               \
    "the function has no finite value beside the point, however near; check at a point inside of " \
    "its domain", SAME,                                                                            \
    "Check at a point inside of the domain of the function.")                                      \
  X(TRUNCATION, "truncation", WARNING,                                                             \
    "truncation of the difference may be larger than the gradient itself, so even a wrong sign "   \
    "would pass", SAME,                                                                            \
    "Check at a point where the function is less curved, or farther from a kink.")

#define BP_METHODS(X)                                                                              \
  X(NONE, "none", "")                                                                              \
  /* screening: central, two evaluations, float64 */                                               \
  X(TWO_POINT, "two-point", "from two points")                                                     \
  /* careful: central, four evaluations, float64 */                                                \
  X(FOUR_POINT, "four-point", "from four points")                                                  \
  /* central, eight evaluations that a row of parameters shares, float64 */                        \
  X(RESPONSE, "shared", "from eight points that its row shares")                                   \
  /* central, in 113 bits */                                                                       \
  X(QUAD, "quad", "in 113-bit arithmetic")                                                         \
  /* at a kink both one-sided slopes */                                                            \
  X(ONE_SIDED, "one-sided", "the nearer one-sided slope, in 113-bit arithmetic")                   \
  /* central, two evaluations in ball arithmetic, and a disc that bounds the remainder */           \
  X(PROOF, "proof", "with a proof, in ball arithmetic")                                            \
  /* black box: central differences over many steps, extrapolated */                               \
  X(LADDER, "ladder", "from a ladder of steps")                                                    \
  /* black box: one-sided slopes, extrapolated */                                                  \
  X(SIDES, "sides", "from the slopes to its sides")
/* clang-format on */

#define BP_REASON_ROW(reason, name, level, sentence, of_claims, advice) BP_REASON_##reason,
#define BP_METHOD_ROW(method, name, words) BP_METHOD_##method,
enum bp_reason { BP_REASONS(BP_REASON_ROW) BP_REASON_COUNT };
enum bp_method { BP_METHODS(BP_METHOD_ROW) BP_METHOD_COUNT };
#undef BP_REASON_ROW
#undef BP_METHOD_ROW

const char *bp_reason_name(enum bp_reason reason);     /* "lost-digits", stable, for JSON and CSV */
const char *bp_reason_sentence(enum bp_reason reason); /* for a person */
const char *bp_reason_sentence_of_claim(enum bp_reason reason); /* of a line of a derivation */
const char *bp_reason_advice(enum bp_reason reason);            /* "Check at another point ..." */
const char *bp_reason_level(enum bp_reason reason);             /* "error" or "warning" */
const char *bp_method_name(enum bp_method method);              /* "four-point" */
const char *bp_method_words(enum bp_method method);             /* "from four points" */

#endif
