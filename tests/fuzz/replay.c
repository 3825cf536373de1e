/* Runs a fuzz target over the files of a folder, for builds without a fuzzer.
 *
 * Besides each file as it is, every shorter beginning of it is tried, or so many of them, evenly
 * spread: input that stops in the middle is what readers forget most often.  The program ends with
 * 1 when there was nothing to try.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST_SEED = 4096 };

/* The data goes into a block of exactly its size, so that sanitizers see a read past its end. */
static int run_beginning(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy)
    return -1;
  memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
  return 0;
}

static int run_file(const char *path, size_t beginnings) {
  static uint8_t data[LARGEST_SEED];
  FILE *file = fopen(path, "rb");
  if (!file)
    return -1;
  size_t size = fread(data, 1, sizeof data, file);
  fclose(file);
  size_t stride = beginnings > 0 ? size / beginnings + 1 : 1;
  for (size_t length = size % stride; length <= size; length += stride)
    if (run_beginning(data, length) != 0)
      return -1;
  return 0;
}

int main(int argc, char **argv) {
  DIR *folder = argc == 2 || argc == 3 ? opendir(argv[1]) : NULL;
  size_t beginnings = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
  if (!folder) {
    fprintf(stderr, "usage: replay FOLDER [BEGINNINGS]\n");
    return 3;
  }
  int tried = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    if (entry->d_name[0] == '.' || length < 0 || (size_t)length >= sizeof path)
      continue;
    if (run_file(path, beginnings) != 0) {
      fprintf(stderr, "cannot run %s\n", path);
      closedir(folder);
      return 1;
    }
    tried++;
  }
  closedir(folder);
  printf("%d seeds tried\n", tried);
  return tried ? 0 : 1;
}
