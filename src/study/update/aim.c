/* The name of a function does not say whether it is to be small or large: J is the cost in one
 * course and the return in another.  So the words around it are asked, wherever they stand.
 */
#include "study/update/aim.h"

#include <string.h>

static char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_letter(char byte) { return lower(byte) >= 'a' && lower(byte) <= 'z'; }

bool bp_aim_has_any(const struct bp_source *source, const char *const *words, size_t count) {
  for (size_t at = 0; at < source->length; at++) {
    bool plain = (unsigned char)source->text[at] < 0x80;
    if (plain && (!is_letter(source->text[at]) || (at > 0 && is_letter(source->text[at - 1]))))
      continue;
    for (size_t k = 0; k < count; k++) {
      size_t length = strlen(words[k]), same = 0;
      while (same < length && at + same < source->length &&
             lower(source->text[at + same]) == words[k][same])
        same++;
      if (same == length)
        return true;
    }
  }
  return false;
}

#define HAS_ANY(source, words) bp_aim_has_any(source, words, sizeof(words) / sizeof *(words))

/* Whether a γ and a lone r stand there: a discount and a reward, whose steps follow no gradient as
 * a whole. */
static bool has_discount(const struct bp_source *source) {
  static const char *const discounts[] = {"gamma"};
  static const char sign[] = "γ";
  bool discount = bp_aim_has_any(source, discounts, 1), reward = false;
  for (size_t at = 0; at < source->length; at++) {
    const char *text = source->text + at;
    size_t left = source->length - at;
    discount = discount || (left >= strlen(sign) && !memcmp(text, sign, strlen(sign)));
    reward = reward || (lower(*text) == 'r' && (at == 0 || !is_letter(text[-1])) &&
                        (left == 1 || !is_letter(text[1])));
  }
  return discount && reward;
}

struct bp_aim_words bp_aim_words_of(const struct bp_source *source) {
  static const char *const down[] = {"minimi", "descent", "descend",       "loss",
                                     "cost",   "error",   "cross-entropy", "cross entropy",
                                     "mse",    "最小化",  "梯度下降",      "损失",
                                     "代价",   "误差",    "verlust",       "gradientenabstieg"};
  static const char *const up[] = {"maximi", "ascent", "ascend",   "reward",
                                   "最大化", "奖励",   "梯度上升", "aufstieg"};
  static const char *const likelihood[] = {"likelihood", "log-likelihood", "loglikelihood", "似然",
                                           "vraisemblance"};
  static const char *const negated[] = {"negative log", "negative likelihood", "nll", "负对数"};
  static const char *const own[] = {"adam",          "rmsprop",         "adagrad",
                                    "newton",        "momentum",        "nesterov",
                                    "hebb",          "stochastic",      "sgd",
                                    "mini-batch",    "minibatch",       "natural grad",
                                    "perceptron",    "q-learn",         "temporal dif",
                                    "oja",           "contrastive",     "delta rule",
                                    "proximal",      "signsgd",         "mirror",
                                    "clip",          "normalized grad", "normalised grad",
                                    "coordinate",    "subgrad",         "td(",
                                    "td error",      "td-error",        "bellman",
                                    "bootstrap",     "semi-grad",       "semigrad",
                                    "semi grad",     "discount",        "state value",
                                    "value function"};
  /* one is made large, or its opposite small: a step either way may be meant */
  bool either = HAS_ANY(source, likelihood) && !HAS_ANY(source, negated);
  bool climbs = HAS_ANY(source, up);
  return (struct bp_aim_words){.down = (either && !climbs) || HAS_ANY(source, down),
                               .up = either || climbs,
                               .own = HAS_ANY(source, own) || has_discount(source)};
}

bool bp_is_loss_word(const char *name) {
  static const char *const names[] = {"loss",  "Loss", "cost", "Cost", "error",
                                      "Error", "mse",  "MSE",  "nll",  "NLL",
                                      "bce",   "BCE",  "err",  "ce",   "CE"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (!strcmp(names[k], name))
      return true;
  return false;
}
