/* The words for verdicts, reasons and methods: a table each, indexed by the enum, so that the enum
 * in results.h and its words cannot drift apart unseen.  The short names appear in JSON and CSV and
 * never change their meaning; the sentences may.
 */
#include "results/results.h"

#include <math.h>

enum { VERDICTS = BP_FAILS + 1 };

static const char *const verdict_names[VERDICTS] = {
    [BP_HOLDS] = "holds",
    [BP_UNDECIDED] = "undecided",
    [BP_FAILS] = "fails",
};

static const struct {
  const char *name;
  const char *sentence;
} reasons[BP_REASON_COUNT] = {
    [BP_REASON_NONE] = {"none", "nothing stands out"},
    [BP_REASON_KINK] =
        {"kink", "a unit sits on a kink, or too close to one to step beside it; on it, every "
                 "value between the two one-sided slopes is right"},
    [BP_REASON_OVERFLOW] = {"overflow", "a value on the way is infinite or not a number"},
    [BP_REASON_FLOOR] = {"floor",
                         "rounding in the comparison is larger than the gradient itself, so "
                         "even a wrong sign would pass"},
    [BP_REASON_LOST_DIGITS] = {"lost-digits", "the formula is right, but it subtracts nearly equal "
                                              "numbers here and its result has few digits left"},
    [BP_REASON_DIFFERENCE] = {"difference", "it disagrees with the central difference"},
    [BP_REASON_ALONE] = {"alone", "it disagrees with both other ways, which agree with each other"},
    [BP_REASON_KRONECKER] = {"kronecker",
                             "it disagrees with the product of the explicit Jacobians"},
    [BP_REASON_FORWARD] = {"forward", "the forward pass is not what W, b and X give"},
    [BP_REASON_SHAPE] = {"shape", "the shapes do not fit"},
    [BP_REASON_VALUE] = {"value",
                         "the two sides differ by more than truncation and rounding explain"},
    [BP_REASON_NO_VALUE] = {"no-value",
                            "one side has a value where the other has none; where it is "
                            "meant for some numbers only, give these a domain"},
    [BP_REASON_DOMAIN] = {"domain", "no point was found where both sides have a value"},
    [BP_REASON_BROKEN] = {"broken", "it, or something that it uses, is not understood; see the "
                                    "error messages"},
    [BP_REASON_NOTHING] = {"nothing", "its index letters leave nothing to check"},
    [BP_REASON_LIMIT] = {"limit", "it takes more time or memory than is allowed"},
    [BP_REASON_REFUTED] = {"not-refuted", "it was to be refuted, but it holds"},
    [BP_REASON_SKIPPED] = {"skipped", "it was not looked at: only a part of the entries was asked "
                                      "for"},
    [BP_REASON_RANDOM] = {"random", "the same input gave different values; seed or switch off "
                                    "whatever draws random numbers (dropout, sampling), and look "
                                    "for values that are remembered from call to call"},
    [BP_REASON_NO_SLOPE] = {"no-slope", "the function jumps here, or its slope grows without end: "
                                        "there is no derivative to compare with"},
    [BP_REASON_NEIGHBOURS] = {"neighbours", "the function has no finite value beside the point, "
                                            "however near; check at a point inside of its domain"},
    [BP_REASON_TRUNCATION] =
        {"truncation", "truncation of the difference may be larger than the gradient itself, "
                       "so even a wrong sign would pass"},
};

static const char *const method_names[BP_METHOD_COUNT] = {
    [BP_METHOD_NONE] = "none",
    [BP_METHOD_TWO_POINT] = "two-point",
    [BP_METHOD_FOUR_POINT] = "four-point",
    [BP_METHOD_QUAD] = "quad",
    [BP_METHOD_ONE_SIDED] = "one-sided",
    [BP_METHOD_LADDER] = "ladder",
    [BP_METHOD_SIDES] = "sides",
};

const char *bp_verdict_name(enum bp_verdict verdict) {
  return (unsigned)verdict < VERDICTS ? verdict_names[verdict] : "unknown";
}

const char *bp_reason_name(enum bp_reason reason) {
  return (unsigned)reason < BP_REASON_COUNT ? reasons[reason].name : "unknown";
}

const char *bp_reason_sentence(enum bp_reason reason) {
  return (unsigned)reason < BP_REASON_COUNT ? reasons[reason].sentence : "no reason is known";
}

const char *bp_method_name(enum bp_method method) {
  return (unsigned)method < BP_METHOD_COUNT ? method_names[method] : "unknown";
}

double bp_entry_badness(const struct bp_entry *entry) {
  double distance = fabs(entry->backprop - entry->difference);
  double ratio = distance == 0 ? 0 : distance / (entry->bound + 1e-300);
  if (!(ratio <= 1e100))
    ratio = 1e100;
  return ratio / (1 + ratio) + 2 * entry->verdict;
}

int bp_exit_status(enum bp_verdict verdict) {
  switch (verdict) {
  case BP_HOLDS:
    return 0;
  case BP_FAILS:
    return 1;
  case BP_UNDECIDED:
    break;
  }
  return 2; /* a value that is no verdict decides nothing either */
}

enum bp_verdict bp_report_verdict(const struct bp_report_head *head) {
  return head->entries == 0 ? bp_verdict_join(head->verdict, BP_UNDECIDED) : head->verdict;
}

double bp_report_value(const struct bp_report *report) {
  if (report->network)
    return report->network->loss;
  return report->code ? report->code->value : NAN;
}

size_t bp_report_lost_digits(const struct bp_report *report) {
  return report->network ? report->network->lost_digits : 0;
}
