/* Feeds arbitrary bytes to the reader of data files.
 *
 * Each input is read for every kind of target and for one and three outputs.  What the reader
 * accepts must be whole: finite numbers, targets that suit the loss, and a split that loses no
 * sample.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "data/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t memory_limit = (size_t)64 << 20;

static void require(bool condition) {
  if (!condition)
    abort();
}

static void check_numbers(const struct bp_dataset *dataset, enum bp_target_kind kind) {
  require(dataset->samples > 0);
  for (size_t i = 0; i < dataset->inputs * dataset->samples; i++)
    require(isfinite(dataset->x[i]));
  for (size_t i = 0; i < dataset->outputs * dataset->samples; i++) {
    double y = dataset->y[i];
    require(isfinite(y));
    if (kind != BP_TARGET_NUMBERS)
      require(y >= 0 && y <= 1);
  }
  for (size_t sample = 0; sample < dataset->samples; sample++) {
    size_t class = bp_dataset_class(dataset, sample);
    require(class < (dataset->outputs > 1 ? dataset->outputs : 2));
  }
}

static void check_split(const struct bp_dataset *dataset, struct bp_arena *arena) {
  struct bp_dataset train, test;
  if (bp_dataset_split(dataset, 0.3, 1, arena, &train, &test) != 0)
    return;
  require(train.samples > 0);
  require(train.samples + test.samples == dataset->samples);
}

static void read_one(const struct bp_source *source, const struct bp_dataset_want *want) {
  struct bp_arena *arena = bp_arena_new(memory_limit);
  if (!arena)
    return;
  struct bp_diagnostics diagnostics;
  struct bp_dataset dataset;
  bp_diagnostics_init(&diagnostics, arena);
  int status = bp_dataset_read(source, want, arena, &diagnostics, &dataset);
  require((status == 0) == (diagnostics.errors == 0));
  if (status == 0) {
    require(dataset.inputs == want->inputs && dataset.outputs == want->outputs);
    check_numbers(&dataset, want->kind);
    check_split(&dataset, arena);
  }
  bp_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum bp_target_kind kinds[] = {BP_TARGET_NUMBERS, BP_TARGET_BINARY,
                                              BP_TARGET_CLASSES};
  struct bp_source source = {.name = "data.csv", .text = (const char *)data, .length = size};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    for (size_t outputs = 1; outputs <= 3; outputs += 2)
      for (size_t targets = 0; targets <= 1; targets++) {
        if (kinds[i] == BP_TARGET_CLASSES && outputs == 1)
          continue; /* softmax has at least two outputs */
        struct bp_dataset_want want = {
            .inputs = 2, .outputs = outputs, .targets = targets, .kind = kinds[i]};
        read_one(&source, &want);
      }
  return 0;
}
