/* One unit: z = w^T x + b, a = σ(z), of one sample or of m as columns.
 *
 * Everybody writes this one alike, and in the same letters, so the declarations are a text with few
 * gaps.  The prediction is a and ŷ; the loss is written with ŷ, behind a, so that it can be
 * differentiated by both.  Softmax of one number is 1, and takes the place of no loss here: as a
 * reading it is the same as cross-entropy.
 */
#include "note/context/unit.h"

static const char *loss_of(enum bp_note_loss loss) {
  switch (loss) {
  case BP_NOTE_LOSS_ANY:
    return "anything ⊙ smooth(\\hat{y} - y)";
  case BP_NOTE_LOSS_HALF_SQUARED:
    return "1/2*(\\hat{y} - y).^2";
  case BP_NOTE_LOSS_SQUARED:
    return "(\\hat{y} - y).^2";
  default:
    return "-(y ⊙ log(\\hat{y}) + (1 - y) ⊙ log(1 - \\hat{y}))";
  }
}

static const char one_sample[] = "given x, w : n\n"
                                 "given b : number\n"
                                 "given y : number in (0, 1)\n"
                                 "given anything : number\n"
                                 "given smooth : function\n"
                                 "let z = w'*x + b\n"
                                 "let a = σ(z)\n"
                                 "let \\hat{y} = a\n"
                                 "let J = sum(%s)\n"
                                 "let L = J\n"
                                 "let Loss = J\n"
                                 "write dz for ∂J/∂z\n"
                                 "write da for ∂J/∂a\n"
                                 "write dw for ∂J/∂w\n"
                                 "write db for ∂J/∂b\n";

static const char many_samples[] = "given X : n x m\n"
                                   "given w : n\n"
                                   "given b : number\n"
                                   "given Y : 1 x m in (0, 1)\n"
                                   "given anything : 1 x m\n"
                                   "given smooth : function\n"
                                   "let y = Y\n"
                                   "let x = X\n"
                                   "let Z = w'*X + b\n"
                                   "let z = Z\n" /* so that what is behind follows either */
                                   "let A = σ(z)\n"
                                   "let a = A\n"
                                   "let \\hat{y} = a\n"
                                   "let " BP_SAMPLE_LOSSES " = %s\n"
                                   "let J = 1/m*sum(" BP_SAMPLE_LOSSES ")\n"
                                   "let L = m*J\n"
                                   "let Loss = L\n"
                                   "let " BP_SAMPLE_GRADIENTS " = m*X ⊙ (∂J/∂Z)\n"
                                   "write dZ for %s∂J/∂Z\n"
                                   "write dz for %s∂J/∂Z\n"
                                   "write dA for %s∂J/∂A\n"
                                   "write da for %s∂J/∂A\n"
                                   "write dw for ∂J/∂w\n"
                                   "write db for ∂J/∂b\n";

/* How many inputs the note writes out, z = w_1 x_1 + w_2 x_2 + b; 0: it does not. */
static unsigned inputs_written(const struct bp_note_context *context) {
  unsigned most = 0;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    const struct bp_written *text = &noted->cut.text;
    bool dots = bp_text_find(text->text, 0, text->length, "dots") < text->length;
    for (size_t at = bp_text_find(text->text, 0, text->length, "x_{");
         at < text->length && noted->kind == BP_NOTED_DEFINITION && !dots;
         at = bp_text_find(text->text, at + 1, text->length, "x_{")) {
      char digit = at + 4 < text->length && text->text[at + 4] == '}' ? text->text[at + 3] : '0';
      if (digit > '0' && digit <= '9' && (unsigned)(digit - '0') > most)
        most = (unsigned)(digit - '0');
    }
  }
  return most > 1 ? most : 0;
}

const char *bp_context_unit(const struct bp_note_context *context,
                            const struct bp_note_reading *reading, struct bp_arena *arena) {
  const char *loss = loss_of(reading->loss), *factor = reading->of_the_sum ? "m*" : "";
  unsigned inputs = context->many ? 0 : inputs_written(context);
  const char *size = inputs > 0 ? bp_arena_printf(arena, "size n = %u\n", inputs) : "";
  const char *one = size && !context->many ? bp_arena_printf(arena, one_sample, loss) : NULL;
  if (!context->many)
    return one ? bp_arena_printf(arena, "%s%s", size, one) : NULL;
  return bp_arena_printf(arena, many_samples, loss, factor, factor, factor, factor);
}
