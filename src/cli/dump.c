/* From a file or folder to arrays with roles.  Only arrays with a role are unpacked: what else the
 * file holds may be as large or strange as it likes, and is named in a note. */
#include "cli/dump.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/input.h"

enum { MOST_LISTED = 12 };

/* NULL where there was no memory for it. */
static void note(struct bp_dump *dump, const char *sentence) {
  if (!sentence)
    bp_die_no_memory();
  bp_array_layout_note(&dump->layout, sentence);
}

/* ---- opening ------------------------------------------------------------- */

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool ends_npy(const char *name) {
  size_t length = strlen(name);
  return length > 4 && name[0] != '.' && strcmp(name + length - 4, ".npy") == 0;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the .npy files of a folder, in the order of the alphabet. */
static void list_folder(struct bp_dump *dump) {
  const char *path = dump->options->file;
  struct bp_arena *arena = dump->problem->arena;
  DIR *folder = bp_stream_folder(path);
  size_t capacity = 0;
  for (struct dirent *entry; folder && (errno = 0, entry = readdir(folder));) {
    if (!ends_npy(entry->d_name))
      continue;
    if (!bp_list_room(arena, dump->names, dump->count, capacity))
      bp_die_no_memory();
    dump->names[dump->count] = bp_arena_strndup(arena, entry->d_name, strlen(entry->d_name) - 4);
    if (!dump->names[dump->count++])
      bp_die_no_memory();
  }
  if (!folder || errno != 0)
    bp_die("check the spelling, and the folder you are in", "cannot read %s: %s", path,
           strerror(errno));
  closedir(folder);
  if (dump->count == 0)
    bp_die("np.save(\"grads/W1.npy\", W1) and so on, or one file by np.savez",
           "the folder %s has no .npy files", path);
  qsort(dump->names, dump->count, sizeof *dump->names, by_text);
}

static void list_archive(struct bp_dump *dump) {
  struct bp_problem *problem = dump->problem;
  bp_input_map(dump->options->file, problem->arena, &dump->source);
  if (bp_npz_open(&dump->source, dump->common->memory_limit, problem->arena, &problem->diagnostics,
                  &dump->npz) != 0)
    bp_die_diagnostics(&problem->diagnostics);
  dump->npz.lasting = true;
  dump->count = dump->npz.count;
  dump->names = bp_arena_alloc(problem->arena, dump->count, sizeof *dump->names);
  if (!dump->names)
    bp_die_no_memory();
  for (size_t k = 0; k < dump->count; k++)
    dump->names[k] = dump->npz.members[k].name;
}

/* ---- who is there -------------------------------------------------------- */

static bool is_there(const struct bp_dump *dump, enum bp_role_kind kind, size_t layer) {
  return dump->cast.place[kind][layer] != SIZE_MAX;
}

/* Adds a name to a list for a sentence. */
static void add_name(const struct bp_dump *dump, const char *name, size_t *count,
                     const char **list) {
  if ((*count)++ < MOST_LISTED)
    *list = bp_arena_printf(dump->problem->arena, "%s%s%s", *list, *count > 1 ? ", " : "", name);
  if (!*list || !name)
    bp_die_no_memory();
}

static const char *more(const struct bp_dump *dump, size_t count) {
  const char *text = count > MOST_LISTED ? bp_arena_printf(dump->problem->arena, " and %zu more",
                                                           count - MOST_LISTED)
                                         : "";
  if (!text)
    bp_die_no_memory();
  return text;
}

/* The names of the file, either those without a role or all. */
static const char *list_names(const struct bp_dump *dump, bool unused_only, size_t *count) {
  const char *list = "";
  *count = 0;
  for (size_t k = 0; k < dump->count; k++)
    if (!unused_only || !dump->cast.used[k])
      add_name(dump, dump->names[k], count, &list);
  list = bp_arena_printf(dump->problem->arena, "%s%s", list, more(dump, *count));
  if (!list)
    bp_die_no_memory();
  return list;
}

/* What to try where `role` is missing: the unused name that is nearest to it; NULL: none is near.
 */
static const char *suggest(const struct bp_dump *dump, const char *role) {
  struct bp_arena *arena = dump->problem->arena;
  const char **unused = bp_arena_alloc(arena, dump->count, sizeof *unused);
  size_t count = 0;
  for (size_t k = 0; unused && k < dump->count; k++)
    if (!dump->cast.used[k])
      unused[count++] = dump->names[k];
  const char *nearest = role ? bp_nearest_name(role, strlen(role), unused, count) : NULL;
  return nearest ? bp_arena_printf(arena, "--name %s=%s, if that is it", role, nearest) : NULL;
}

/* The same where nothing is near. */
static const char *suggest_any(const struct bp_dump *dump, const char *role) {
  for (size_t k = 0; k < dump->count; k++)
    if (!dump->cast.used[k])
      return bp_arena_printf(dump->problem->arena,
                             "--name %s=its_name if it is there under another name", role);
  return "np.savez(\"g.npz\", X=X, Y=Y, W1=W1, b1=b1, dW1=dW1, db1=db1), with every layer";
}

/* What is missing, as it is found. */
struct missing {
  size_t count;
  const char *list, *first, *suggestion;
};

static void look_for(const struct bp_dump *dump, enum bp_role_kind kind, size_t layer,
                     struct missing *missing) {
  const char *name = bp_role_name(kind, layer, dump->problem->arena);
  if (is_there(dump, kind, layer))
    return;
  add_name(dump, name, &missing->count, &missing->list);
  missing->first = missing->first ? missing->first : name;
  missing->suggestion = missing->suggestion ? missing->suggestion : suggest(dump, name);
}

static void require_point(const struct bp_dump *dump) {
  struct missing missing = {.list = ""};
  size_t found;
  look_for(dump, BP_ROLE_X, 0, &missing);
  look_for(dump, BP_ROLE_Y, 0, &missing);
  for (size_t l = 1; l <= dump->cast.depth; l++) {
    look_for(dump, BP_ROLE_W, l, &missing);
    look_for(dump, BP_ROLE_B, l, &missing);
  }
  if (missing.count > 0)
    bp_die(missing.suggestion ? missing.suggestion : suggest_any(dump, missing.first),
           "%s lacks %s%s; it has %s", dump->options->file, missing.list, more(dump, missing.count),
           list_names(dump, false, &found));
}

static void require_gradient(struct bp_dump *dump) {
  struct missing missing = {.list = ""};
  size_t found, depth = dump->cast.depth;
  for (size_t l = 1; l <= depth; l++) {
    look_for(dump, BP_ROLE_DW, l, &missing);
    look_for(dump, BP_ROLE_DB, l, &missing);
  }
  if (missing.count == 2 * depth)
    bp_die(missing.suggestion ? missing.suggestion : suggest_any(dump, missing.first),
           "%s has no gradient: none of %s%s is there, so there is nothing to check; it has %s",
           dump->options->file, missing.list, more(dump, missing.count),
           list_names(dump, false, &found));
  if (missing.count > 0)
    note(dump, bp_arena_printf(
                   dump->problem->arena, "not looked at, since the file does not have %s: %s%s",
                   missing.count == 1 ? "it" : "them", missing.list, more(dump, missing.count)));
}

void bp_dump_open(struct bp_dump *dump, const struct bp_dump_options *options,
                  struct bp_problem *problem, const struct bp_common_options *common) {
  *dump = (struct bp_dump){.options = options,
                           .problem = problem,
                           .common = common,
                           .layout = {.options = &options->layout,
                                      .spec = &problem->spec,
                                      .arena = problem->arena,
                                      .diagnostics = &problem->diagnostics}};
  dump->folder = is_folder(options->file);
  if (dump->folder)
    list_folder(dump);
  else
    list_archive(dump);
  if (bp_cast_roles(options->file, dump->names, dump->count, problem->spec.depth, options->names,
                    options->name_count, problem->arena, &problem->diagnostics, &dump->cast) != 0)
    bp_die_diagnostics(&problem->diagnostics);
  require_point(dump);
  require_gradient(dump);
  size_t unused;
  const char *list = list_names(dump, true, &unused);
  if (unused > 0)
    note(dump, bp_arena_printf(problem->arena, "arrays without a role here: %s", list));
  if (dump->cast.shifted)
    note(dump, "the file counts its layers from 0: its W0 is W[1] here");
}

/* ---- reading ------------------------------------------------------------- */

static void read_file(struct bp_dump *dump, size_t index, struct bp_array *array) {
  struct bp_problem *problem = dump->problem;
  struct bp_source source;
  const char *path =
      bp_arena_printf(problem->arena, "%s/%s.npy", dump->options->file, dump->names[index]);
  if (!path)
    bp_die_no_memory();
  bp_input_map(path, problem->arena, &source);
  if (bp_npy_borrow(&source, problem->arena, &problem->diagnostics, array) != 0)
    bp_die_diagnostics(&problem->diagnostics);
  array->name = dump->names[index];
}

static void refuse_not_finite(const struct bp_dump *dump, const struct bp_array *array,
                              bool gradient) {
  struct bp_arena *arena = dump->problem->arena;
  size_t first = array->count, count = 0;
  for (size_t k = array->count; k-- > 0;)
    if (!isfinite(array->data[k])) {
      first = k;
      count++;
    }
  if (count == 0)
    return;
  const char *place = bp_array_place(array, first, arena);
  const char *rest = count > 1 ? bp_arena_printf(arena,
                                                 ", the first of %zu such numbers in it "
                                                 "(places count from 0)",
                                                 count)
                               : "";
  if (!place || !rest)
    bp_die_no_memory();
  const char *suggestion =
      gradient ? "looking for a division by 0 or log(0), such as -Y/A with a saturated output, "
                 "where Z is large"
               : "a point where everything is a number, such as the one before the training blew "
                 "up";
  bp_die(suggestion, "%s: %s is %s%s", dump->options->file, place,
         isnan(array->data[first]) ? "NaN" : "infinite", rest);
}

static void read_array(struct bp_dump *dump, size_t index, struct bp_array *array) {
  struct bp_problem *problem = dump->problem;
  if (dump->folder)
    read_file(dump, index, array);
  else if (bp_npz_read(&dump->npz, index, problem->arena, &problem->diagnostics, array) != 0)
    bp_die_diagnostics(&problem->diagnostics);
}

void bp_dump_read(struct bp_dump *dump) {
  for (int kind = BP_ROLE_X; kind < BP_ROLE_COUNT; kind++) {
    struct bp_array *arrays =
        bp_arena_alloc(dump->problem->arena, dump->cast.depth + 1, sizeof *arrays);
    if (!arrays)
      bp_die_no_memory();
    for (size_t l = 0; l <= dump->cast.depth; l++) {
      size_t index = dump->cast.place[kind][l];
      if (index == SIZE_MAX)
        continue;
      read_array(dump, index, &arrays[l]);
      refuse_not_finite(dump, &arrays[l], kind >= BP_ROLE_DW);
    }
    dump->layout.arrays[kind] = arrays;
  }
  if (!dump->folder)
    bp_npz_close(&dump->npz);
}

/* ---- arranging ----------------------------------------------------------- */

static void require(const struct bp_dump *dump, enum bp_arrange_status status) {
  if (status == BP_ARRANGE_NO_MEMORY)
    bp_die_no_memory();
  if (status == BP_ARRANGE_REFUSED)
    bp_die_diagnostics(&dump->problem->diagnostics);
}

void bp_dump_arrange(struct bp_dump *dump) {
  require(dump, bp_arrange(&dump->layout));
  dump->problem->samples = dump->layout.samples;
}

void bp_dump_fill(struct bp_dump *dump) {
  require(dump, bp_arrange_network(&dump->layout, dump->problem->network));
}

const struct bp_outside *bp_dump_gradient(struct bp_dump *dump) {
  const struct bp_outside *outside;
  require(dump, bp_arrange_gradient(&dump->layout, dump->problem->network, &outside));
  return outside;
}
