/* The target columns.  Numbers go straight into Y and are checked row by row.  A class column is
 * first gathered as a set of classes and an index for each sample, because only the whole column
 * tells whether its numbers are probabilities, two classes of any name, or as many classes as the
 * output layer has units.
 */
#include "data/row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Shares may be off by the rounding of their decimals; they are then scaled to add up to 1, because
 * dZ = A - Y holds for nothing else. */
static const double share_tolerance = 1e-9;

/* Beyond this not every whole number is a float64, so classes could fall together. */
static const double largest_class = 9007199254740992.0;

enum { LONGEST_NAME = 512 };

int bp_targets_prepare(struct bp_row_reader *reader) {
  struct bp_dataset *out = reader->out;
  if (reader->class_column) {
    reader->class_of = bp_arena_alloc(reader->arena, out->samples, sizeof *reader->class_of);
    if (!reader->class_of || !bp_classes_init(&reader->classes, reader->arena))
      return bp_row_no_memory(reader);
  }
  size_t entries;
  if (__builtin_mul_overflow(out->samples, out->outputs, &entries))
    entries = SIZE_MAX;
  out->y = bp_arena_alloc(reader->arena, entries, sizeof *out->y);
  return out->y ? 0 : bp_row_no_memory(reader);
}

/* ---- a row --------------------------------------------------------------- */

static struct bp_span target_span(const struct bp_row_reader *reader) {
  const struct bp_field *fields = reader->csv.fields;
  return (struct bp_span){fields[reader->features].span.begin,
                          fields[reader->columns - 1].span.end};
}

/* Sigmoid with cross-entropy: log a and log(1-a) are weighed with y and 1-y. */
static void check_probability(struct bp_row_reader *reader, size_t column, double value) {
  if (value >= 0 && value <= 1)
    return;
  struct bp_span span = reader->csv.fields[column].span;
  bp_error(reader->diagnostics, reader->csv.source, span,
           "scale the targets to 0..1, or use another output unit and loss such as identity",
           "the target %s is not between 0 and 1, as sigmoid with cross-entropy needs it",
           bp_row_quote(reader, span));
}

/* Softmax with cross-entropy: the targets of a sample are shares of 1. */
static void check_shares(struct bp_row_reader *reader, double *y, size_t stride) {
  double sum = 0;
  for (size_t k = 0; k < reader->targets; k++) {
    sum += y[k * stride];
    if (y[k * stride] >= 0)
      continue;
    struct bp_span span = reader->csv.fields[reader->features + k].span;
    bp_error(reader->diagnostics, reader->csv.source, span,
             "one 1 and otherwise 0 in each row, or shares that add up to 1",
             "the target %s is negative, and softmax gives no negative values",
             bp_row_quote(reader, span));
    return;
  }
  if (fabs(sum - 1) <= share_tolerance) {
    for (size_t k = 0; k < reader->targets; k++)
      y[k * stride] /= sum;
    return;
  }
  bp_error(reader->diagnostics, reader->csv.source, target_span(reader),
           "one 1 and otherwise 0 in each row, or shares that add up to 1 to all their digits",
           "the targets of this row add up to %.10g, and those for softmax must add up to 1", sum);
}

/* Fills in the class that the field names; false with an error recorded. */
static bool read_class(struct bp_row_reader *reader, char name[LONGEST_NAME],
                       struct bp_class *class) {
  const struct bp_field *field = &reader->csv.fields[reader->features];
  *class = (struct bp_class){.name = name, .first = field->span};
  enum bp_number kind = bp_field_number(&reader->csv, field, reader->c_locale, &class->value);
  if (kind == BP_NUMBER_MISSING || kind == BP_NUMBER_NOT_FINITE)
    return bp_row_number(reader, reader->features, &class->value); /* says what is wrong */
  if (kind == BP_NUMBER_FINE) {
    class->number = true;
    if (class->value == 0)
      class->value = 0; /* no negative zero */
    snprintf(name, LONGEST_NAME, "%.17g", class->value);
    return true;
  }
  if (!bp_field_copy(&reader->csv, field, name, LONGEST_NAME)) {
    bp_error(reader->diagnostics, reader->csv.source, field->span, "a short name such as setosa",
             "this is too long for the name of a class");
    return false;
  }
  return true;
}

static void read_class_row(struct bp_row_reader *reader, size_t sample) {
  char name[LONGEST_NAME];
  struct bp_class class;
  if (!read_class(reader, name, &class))
    return;
  if (class.number) {
    reader->soft |= class.value != 0 && class.value != 1;
    if (!(class.value >= 0 && class.value <= 1) && !reader->outside) {
      reader->outside = true;
      reader->outside_span = class.first;
    }
    if (reader->out->outputs == 1)
      reader->out->y[sample] = class.value;
  }
  size_t index = bp_classes_find(&reader->classes, &class);
  if (index == BP_MOST_CLASSES && !reader->classes.too_many)
    reader->out_of_memory = true;
  reader->class_of[sample] = (uint32_t)index;
}

void bp_targets_row(struct bp_row_reader *reader, size_t sample) {
  if (reader->class_column) {
    read_class_row(reader, sample);
    return;
  }
  size_t stride = reader->out->samples;
  double *y = reader->out->y + sample;
  for (size_t k = 0; k < reader->targets; k++) {
    if (!bp_row_number(reader, reader->features + k, &y[k * stride]))
      return;
    if (reader->want->kind == BP_TARGET_BINARY)
      check_probability(reader, reader->features + k, y[k * stride]);
  }
  if (reader->want->kind == BP_TARGET_CLASSES)
    check_shares(reader, y, stride);
}

/* ---- the whole column ---------------------------------------------------- */

static size_t count_names(const struct bp_classes *classes) {
  size_t names = 0;
  for (size_t k = 0; k < classes->count; k++)
    names += !classes->list[k].number;
  return names;
}

/* The first class that is a number but not a whole one, or NULL. */
static const struct bp_class *first_fraction(const struct bp_classes *classes) {
  for (size_t k = 0; k < classes->count; k++) {
    const struct bp_class *class = &classes->list[k];
    if (class->number &&
        !(floor(class->value) == class->value && fabs(class->value) < largest_class))
      return class;
  }
  return NULL;
}

static int fail_outside(struct bp_row_reader *reader, bool fractions) {
  const struct bp_classes *classes = &reader->classes;
  const char *suggestion =
      fractions || classes->too_many
          ? "scale the column to 0..1, or end the network with \"1 identity\" to predict numbers"
          : bp_arena_printf(reader->arena,
                            "end the network with \"%zu softmax\" if these are classes, or with "
                            "\"1 identity\" to predict numbers",
                            classes->count);
  bp_error(reader->diagnostics, reader->csv.source, reader->outside_span, suggestion,
           "the target %s is not between 0 and 1, as sigmoid with cross-entropy needs it",
           bp_row_quote(reader, reader->outside_span));
  return -1;
}

/* What to end the network with, for the number of classes that there are. */
static const char *fitting_layer(const struct bp_row_reader *reader, size_t count) {
  if (count < 2)
    return "give the file rows of every class";
  if (count == 2)
    return "end the network with \"2 softmax\" or \"1 sigmoid\"";
  return bp_arena_printf(reader->arena, "end the network with \"%zu softmax\"", count);
}

static int fail_misfit(struct bp_row_reader *reader, size_t expected) {
  const struct bp_classes *classes = &reader->classes;
  size_t outputs = reader->out->outputs, count = classes->count;
  struct bp_span span = classes->list[count > expected ? expected : 0].first;
  bool pair = outputs == 1 && expected == 2;
  bp_error(reader->diagnostics, reader->csv.source, span, fitting_layer(reader, count),
           "the file has %s%zu class%s (%s), the output layer has %zu unit%s%s",
           classes->too_many ? "more than " : "", count, count == 1 ? "" : "es",
           bp_classes_names(classes), outputs, outputs == 1 ? "" : "s",
           pair ? " for two classes" : "");
  return -1;
}

/* A single name at the top of a column of numbers is most likely a header over columns that are
 * named by numbers or over class names. */
static bool looks_like_header(const struct bp_row_reader *reader) {
  const struct bp_classes *classes = &reader->classes;
  return !reader->out->has_header && classes->count > 1 && count_names(classes) == 1 &&
         !classes->list[0].number && classes->list[0].rows == 1 &&
         classes->list[0].first.begin < reader->first_row.end;
}

static int number_classes(struct bp_row_reader *reader, bool by_value) {
  struct bp_dataset *out = reader->out;
  const struct bp_classes *classes = &reader->classes;
  size_t *order = bp_classes_order(classes, by_value);
  out->class_names = bp_arena_alloc(reader->arena, classes->count, sizeof *out->class_names);
  if (!order || !out->class_names)
    return bp_row_no_memory(reader);
  out->class_count = classes->count;
  for (size_t k = 0; k < classes->count; k++)
    out->class_names[order[k]] = classes->list[k].name;
  for (size_t s = 0; s < out->samples; s++) {
    size_t class = order[reader->class_of[s]];
    if (out->outputs == 1)
      out->y[s] = classes->count == 1 ? 1 : (double)class;
    else
      out->y[class * out->samples + s] = 1;
  }
  return 0;
}

/* The column of a single sigmoid unit that holds numbers within [0, 1] is used as it is. */
static int use_probabilities(struct bp_row_reader *reader) {
  static const char *const digits[] = {"0", "1"};
  struct bp_dataset *out = reader->out;
  if (reader->soft)
    return 0;
  out->class_count = 2;
  out->class_names = bp_arena_alloc(reader->arena, 2, sizeof *out->class_names);
  if (!out->class_names)
    return bp_row_no_memory(reader);
  memcpy(out->class_names, digits, sizeof digits);
  return 0;
}

static int finish_class_column(struct bp_row_reader *reader) {
  const struct bp_classes *classes = &reader->classes;
  bool pair = reader->out->outputs == 1 && reader->want->kind == BP_TARGET_BINARY;
  bool numbers = count_names(classes) == 0;
  const struct bp_class *fraction = first_fraction(classes);
  size_t expected = pair ? 2 : reader->out->outputs;
  if (reader->out_of_memory)
    return bp_row_no_memory(reader);
  if (looks_like_header(reader)) {
    bp_error(reader->diagnostics, reader->csv.source, classes->list[0].first,
             "put # before this line if it is a header",
             "%s is a name where the other rows have numbers",
             bp_row_quote(reader, classes->list[0].first));
    return -1;
  }
  if (pair && numbers && !reader->outside)
    return use_probabilities(reader);
  if (pair && numbers && (fraction || classes->count != 2 || classes->too_many))
    return fail_outside(reader, fraction != NULL);
  if (numbers && fraction) {
    bp_error(reader->diagnostics, reader->csv.source, fraction->first,
             "end the network with \"1 identity\" if this column is a number to predict",
             "%s is neither the name nor the number of a class",
             bp_row_quote(reader, fraction->first));
    return -1;
  }
  if (classes->too_many || classes->count != expected)
    return fail_misfit(reader, expected);
  return number_classes(reader, numbers);
}

/* One-hot columns are classes too; they are called as the header calls them, or by their number. */
static int name_target_columns(struct bp_row_reader *reader) {
  struct bp_dataset *out = reader->out;
  out->class_count = out->outputs;
  out->class_names = bp_arena_alloc(reader->arena, out->outputs, sizeof *out->class_names);
  if (!out->class_names)
    return bp_row_no_memory(reader);
  for (size_t k = 0; k < out->outputs; k++) {
    out->class_names[k] =
        out->target_names ? out->target_names[k] : bp_arena_printf(reader->arena, "%zu", k + 1);
    if (!out->class_names[k])
      return bp_row_no_memory(reader);
  }
  return 0;
}

int bp_targets_finish(struct bp_row_reader *reader) {
  if (reader->class_column)
    return finish_class_column(reader);
  return reader->want->kind == BP_TARGET_CLASSES ? name_target_columns(reader) : 0;
}
