/* The reading of a context, with the layout of its derivatives. */
#ifndef BP_STUDY_LAYOUT_H
#define BP_STUDY_LAYOUT_H

#include "study/trial.h"

/* Tries all readings of the context, which letter stands for the last layer, and how derivatives
 * are laid out; leaves in the context and in `trials` what the most lines speak for.  0, or -1
 * where memory is short. */
int bp_study_read_context(struct bp_note_context *context, struct bp_study_trials *trials);

/* The rules of a note that hold, each read by itself: where it stands, and a bit for each layout
 * under which it does. */
struct bp_laid_rules {
  struct bp_laid_rule {
    size_t begin, section; /* its first byte, and headings before it */
    unsigned under;
    bool doubtful, against; /* it holds against what the text says of layouts */
  } * list;
  size_t count, capacity;
};

/* Adds the rule that is all of a context, where it is one, and holds by the report's last claim.
 * False where memory is short. */
bool bp_study_note_rule(struct bp_laid_rules *rules, const struct bp_study_trials *trials,
                        const struct bp_derivation_report *report);

/* Marks the rules that hold in a layout which is not that of most rules of the note, and all where
 * none has more: a note keeps to one layout, unless it is another section.  O(n²) for n rules. */
void bp_study_weigh_rules(struct bp_laid_rules *rules);

/* "; derivatives in the numerator layout", or nothing; NULL where memory is short. */
const char *bp_study_layout_words(const struct bp_study_trials *trials, struct bp_arena *arena);

/* Whether a side that was passed over has factors beside its derivatives, whose order is a claim.
 */
bool bp_study_passes_over_factors(const struct bp_noted *noted);

#endif
