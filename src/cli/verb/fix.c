/* The changes that hints propose, made in a copy of the file.
 *
 * Each line that fails brings the edits of its first hint.  They are taken all or none, and none
 * where one of them overlaps with what was taken for an earlier line: a later hint was found
 * without that change, so its bytes need not mean the same any more.  The same edit of a `let` that
 * several lines propose is made once.
 *
 * Every hint was tried alone, in the language of derivations.  Whether it holds as it is spelled in
 * a note, and beside the others, is not known until the copy has been judged, so that is done: what
 * does not hold there is taken out again, and the copy written and judged anew.
 *
 * The copy is written under another name in the same folder, and gets its own by link(2), which
 * never replaces anything; a file that appears in the meantime is safe, too.
 */
#include "cli/verb/fix.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/output.h"

/* Edits that were taken: of one source, in its order, without overlaps. */
struct edits {
  const struct bp_source *source;
  struct bp_replacement *list;
  size_t count;
};

/* ---- which edits --------------------------------------------------------- */

/* Where two edits meet and one of them only inserts, their order would matter: that overlaps, too.
 */
static bool overlap(struct bp_span a, struct bp_span b) {
  if (a.begin == a.end || b.begin == b.end)
    return a.begin <= b.end && b.begin <= a.end;
  return a.begin < b.end && b.begin < a.end;
}

/* How many of the edits begin before the place. */
static size_t edits_before(const struct edits *edits, size_t place) {
  size_t low = 0, high = edits->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (edits->list[middle].span.begin < place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool is_taken(const struct edits *edits, const struct bp_replacement *edit) {
  size_t at = edits_before(edits, edit->span.begin);
  return at < edits->count && edits->list[at].span.begin == edit->span.begin &&
         edits->list[at].span.end == edit->span.end &&
         strcmp(edits->list[at].text, edit->text) == 0;
}

/* Since those taken do not overlap, only the neighbours can. */
static bool fits(const struct edits *edits, const struct bp_replacement *edit) {
  size_t at = edits_before(edits, edit->span.begin);
  if (edit->source != edits->source || edit->span.begin > edit->span.end ||
      edit->span.end > edits->source->length)
    return false;
  return (at == 0 || !overlap(edits->list[at - 1].span, edit->span)) &&
         (at == edits->count || !overlap(edits->list[at].span, edit->span));
}

static void insert(struct edits *edits, const struct bp_replacement *edit) {
  size_t at = edits_before(edits, edit->span.begin);
  while (at < edits->count && edits->list[at].span.begin == edit->span.begin &&
         edits->list[at].span.end <= edit->span.end)
    at++;
  memmove(edits->list + at + 1, edits->list + at, (edits->count - at) * sizeof *edits->list);
  edits->list[at] = *edit;
  edits->count++;
}

static void take(struct edits *edits, const struct bp_hint *hint) {
  const struct bp_replacement *a = hint->edits;
  for (size_t i = 0; i < hint->edit_count; i++) {
    if (!is_taken(edits, &a[i]) && !fits(edits, &a[i]))
      return;
    for (size_t k = 0; k < i; k++)
      if (a[k].span.begin < a[i].span.end && a[i].span.begin < a[k].span.end)
        return;
  }
  for (size_t i = 0; i < hint->edit_count; i++)
    if (!is_taken(edits, &a[i]))
      insert(edits, &a[i]);
}

static bool is_malformed(const struct bp_claim *claim) {
  return strcmp(claim->keyword, "malformed") == 0;
}

/* What fails, or is malformed in a way of which it is plain what was meant. */
static bool is_to_be_mended(const struct bp_claim *claim) {
  return (claim->verdict == BP_FAILS || is_malformed(claim)) && claim->hint_count > 0;
}

/* The edits for all lines of the file. */
static struct edits choose(const struct bp_derivation *derivation, struct bp_arena *arena) {
  const struct bp_derivation_report *report = &derivation->report;
  struct edits edits = {.source = derivation->document->source};
  size_t most = 0;
  for (size_t i = 0; i < report->claim_count; i++)
    most += is_to_be_mended(&report->claims[i]) ? report->claims[i].hints[0].edit_count : 0;
  edits.list = bp_arena_alloc(arena, most, sizeof *edits.list);
  for (size_t i = 0; edits.list && i < report->claim_count; i++)
    if (is_to_be_mended(&report->claims[i]))
      take(&edits, &report->claims[i].hints[0]);
  return edits;
}

/* ---- writing ------------------------------------------------------------- */

/* "a/notes.mended.deriv" for "a/notes.deriv" */
static const char *mended_path(const char *path, struct bp_arena *arena) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const char *dot = strrchr(name, '.');
  if (!dot || dot == name)
    dot = name + strlen(name);
  return bp_arena_printf(arena, "%.*s.mended%s", (int)(dot - path), path, dot);
}

/* Whoever may read the original may read the copy. */
static mode_t mode_of(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (status.st_mode & 0666) | 0600 : 0600;
}

static int write_mended(const struct edits *edits, FILE *out) {
  const struct bp_source *source = edits->source;
  size_t at = 0;
  for (size_t i = 0; i < edits->count; i++) {
    const struct bp_replacement *edit = &edits->list[i];
    fwrite(source->text + at, 1, edit->span.begin - at, out);
    fputs(edit->text, out);
    at = edit->span.end;
  }
  fwrite(source->text + at, 1, source->length - at, out);
  if (bp_stream_save(out))
    return 0;
  errno = bp_stream_error(out);
  return -1;
}

/* Gives the file its name unless that is taken.  A file system without links (FAT) wants the name
 * reserved first; then nothing is replaced but our own empty file. */
static int give_name(const char *temporary, const char *target) {
  if (link(temporary, target) == 0) {
    unlink(temporary);
    return 0;
  }
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
    return -1;
  int reserved = open(target, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (reserved < 0)
    return -1;
  close(reserved);
  if (rename(temporary, target) == 0)
    return 0;
  int error = errno;
  unlink(target);
  errno = error;
  return -1;
}

/* 0, or -1 with errno set and nothing left behind. */
static int write_file(const struct edits *edits, char *temporary, const char *target, mode_t mode) {
  int descriptor = bp_stream_temporary(temporary);
  if (descriptor < 0)
    return -1;
  fchmod(descriptor, mode);
  FILE *out = bp_stream_writing(descriptor);
  int status = out ? write_mended(edits, out) : -1, error = errno;
  if (out ? fclose(out) != 0 : close(descriptor) != 0) {
    error = status == 0 ? errno : error;
    status = -1;
  }
  if (status == 0) {
    status = give_name(temporary, target);
    error = errno;
  }
  if (status != 0)
    unlink(temporary);
  errno = error;
  return status;
}

/* The same without interruption, which would leave the temporary file behind. */
static int write_undisturbed(const struct edits *edits, char *temporary, const char *target,
                             mode_t mode) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  int status = write_file(edits, temporary, target, mode), error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return status;
}

/* ---- what is said about it ----------------------------------------------- */

struct outcome {
  size_t mended, left, spoiled;     /* lines */
  size_t first_left, first_spoiled; /* where */
};

static void count(size_t line, size_t *counter, size_t *first) {
  if (++*counter == 1)
    *first = line;
}

static size_t claims_on(const struct bp_derivation_report *report, size_t line) {
  size_t count = 0;
  for (size_t i = 0; i < report->claim_count; i++)
    count += report->claims[i].line == line;
  return count;
}

enum fate { FATE_OTHER, FATE_MENDED, FATE_LEFT, FATE_SPOILED };

/* What became of a line that failed or held, as it is in the copy; `there` is NULL where that has
 * none. */
static enum fate fate_of(const struct bp_claim *claim, const struct bp_claim *there) {
  bool holds = there && there->verdict == BP_HOLDS;
  if (is_malformed(claim) && claim->hint_count > 0 && there && !is_malformed(there))
    return FATE_MENDED;
  if (claim->verdict == BP_FAILS || (is_malformed(claim) && claim->hint_count > 0))
    return holds ? FATE_MENDED : FATE_LEFT;
  return claim->verdict == BP_HOLDS && !holds ? FATE_SPOILED : FATE_OTHER;
}

/* Compares with the lines of the copy, into `fates`.  They come in the same order, but what was
 * malformed and is a definition now is no claim there. */
static void compare(const struct bp_derivation_report *before,
                    const struct bp_derivation_report *after, enum fate *fates) {
  size_t gone = 0; /* of the line */
  for (size_t i = 0, k = 0; i < before->claim_count; i++, k++) {
    const struct bp_claim *claim = &before->claims[i];
    if (i > 0 && before->claims[i - 1].line != claim->line)
      gone = 0;
    if (is_malformed(claim) &&
        claims_on(before, claim->line) > claims_on(after, claim->line) + gone) {
      fates[i] = FATE_MENDED;
      gone++;
      k--;
      continue;
    }
    fates[i] = fate_of(claim, k < after->claim_count ? &after->claims[k] : NULL);
  }
}

static struct outcome outcome_of(const struct bp_derivation_report *before,
                                 const enum fate *fates) {
  struct outcome outcome = {0};
  for (size_t i = 0; i < before->claim_count; i++) {
    outcome.mended += fates[i] == FATE_MENDED;
    if (fates[i] == FATE_LEFT)
      count(before->claims[i].line, &outcome.left, &outcome.first_left);
    if (fates[i] == FATE_SPOILED)
      count(before->claims[i].line, &outcome.spoiled, &outcome.first_spoiled);
  }
  return outcome;
}

/* Takes the edits of lines out that they do not mend, but for those that mend another line, too.
 * Returns how many lines that were. */
static size_t take_out(const struct bp_derivation_report *before, const enum fate *fates,
                       struct edits *edits, struct bp_arena *arena) {
  struct edits kept = {.source = edits->source};
  size_t lines = 0;
  kept.list = bp_arena_alloc(arena, edits->count + 1, sizeof *kept.list);
  for (size_t i = 0; kept.list && i < before->claim_count; i++) {
    const struct bp_claim *claim = &before->claims[i];
    if (!is_to_be_mended(claim))
      continue;
    bool taken = true;
    for (size_t k = 0; k < claim->hints[0].edit_count; k++)
      taken = taken && is_taken(edits, &claim->hints[0].edits[k]);
    if (taken && fates[i] == FATE_MENDED)
      take(&kept, &claim->hints[0]);
    else
      lines += taken;
  }
  if (!kept.list)
    bp_die_no_memory();
  *edits = kept;
  return lines;
}

/* ", 1 not (line 9)": a count with where its first line is. */
static const char *counted(const char *before, size_t count, const char *words, size_t first,
                           struct bp_arena *arena) {
  return bp_arena_printf(arena, "%s%zu %s (%sline %zu)", before, count, words,
                         count == 1 ? "" : "the first is ", first);
}

static void say(const char *sentence) {
  if (!sentence)
    bp_die_no_memory();
  fprintf(stderr, "backproof: %s\n", sentence);
}

static void say_nothing_written(const struct bp_derivation_report *report, const char *name,
                                struct bp_arena *arena) {
  size_t failing = 0;
  for (size_t i = 0; i < report->claim_count; i++)
    failing += report->claims[i].verdict == BP_FAILS;
  const char *text;
  if (failing == 0)
    text = bp_arena_printf(arena, "%s: no line fails, so there is nothing to mend", name);
  else if (report->convention)
    text = bp_arena_printf(arena, "%s: nothing was written: what fails follows another convention",
                           name);
  else
    text = bp_arena_printf(arena, "%s: nothing was written: no hint mends %s", name,
                           failing == 1 ? "the line that fails" : "a line that fails");
  say(text);
}

/* That the copy is there, and cannot be judged again. */
static void complain_of_copy(const struct bp_derivation *copy, const char *name) {
  char message[1024];
  snprintf(message, sizeof message, "wrote %s, which could not be judged again: %s", name,
           copy->diagnostics.count > 0 ? copy->diagnostics.list[0].message
                                       : "there is not enough memory");
  bp_message_write(&(struct bp_diagnostic){
      .message = message, .suggestion = "backproof verify with the name of the copy"});
}

static void say_written(const struct bp_derivation_report *before, const enum fate *fates,
                        size_t taken_out, const char *name, struct bp_arena *arena) {
  struct outcome outcome = outcome_of(before, fates);
  const char *text = bp_arena_printf(arena, "wrote %s: %zu line%s mended", name, outcome.mended,
                                     outcome.mended == 1 ? "" : "s");
  const char *left = "", *spoiled = "", *out = "";
  if (outcome.left > 0)
    left = counted(", ", outcome.left, "not", outcome.first_left, arena);
  if (outcome.spoiled > 0)
    spoiled =
        counted("; ", outcome.spoiled, outcome.spoiled == 1 ? "no longer holds" : "no longer hold",
                outcome.first_spoiled, arena);
  if (taken_out > 0)
    out = bp_arena_printf(arena, "; the hint%s for %zu of them %s not hold there, and %s left out",
                          taken_out == 1 ? "" : "s", taken_out, taken_out == 1 ? "does" : "do",
                          taken_out == 1 ? "was" : "were");
  say(text && left && spoiled && out ? bp_arena_printf(arena, "%s%s%s%s", text, left, out, spoiled)
                                     : NULL);
}

/* Like bp_die, but the other files are still to be mended. */
static void complain(const char *name, int error) {
  char message[1024];
  bool there = error == EEXIST;
  snprintf(message, sizeof message, "cannot write %s: %s", name,
           there ? "there is such a file already" : strerror(error));
  struct bp_diagnostic diagnostic = {
      .message = message,
      .suggestion = there ? "move it away or remove it; --fix never overwrites a file"
                          : "a copy of the derivation in a folder where you may write"};
  bp_message_write(&diagnostic);
}

/* ---- a file -------------------------------------------------------------- */

/* Writes the edits into the copy; false after a message where that cannot be. */
static bool write_edits(const struct bp_derivation *derivation, const struct edits *edits,
                        const char *target, const char *name) {
  char *temporary = bp_temporary_name(derivation->path);
  int status = write_undisturbed(edits, temporary, target, mode_of(derivation->path)),
      error = errno;
  free(temporary);
  if (status != 0)
    complain(name, error);
  return status == 0;
}

/* Judges the copy, and says what became of the lines; false where it cannot be judged. */
static bool judge_copy(const struct bp_derivation *derivation, const char *target, const char *name,
                       const struct bp_derivations_options *options, enum fate *fates) {
  struct bp_derivations_options again = *options;
  struct bp_derivation copy = {0};
  again.no_hints = true;
  again.progress = NULL;
  bp_derivations_judge(&target, 1, &again, &copy);
  bool judged = copy.judged;
  if (judged)
    compare(&derivation->report, &copy.report, fates);
  else
    complain_of_copy(&copy, name);
  bp_derivation_free(&copy);
  return judged;
}

/* Writes the copy until all edits in it hold; without those that do not others may not either. */
static bool write_copy(const struct bp_derivation *derivation, struct edits *edits,
                       const struct bp_derivations_options *options, struct bp_arena *arena) {
  const char *target = mended_path(derivation->path, arena);
  const char *name = target ? bp_text_shown(target, SIZE_MAX, arena) : NULL;
  const struct bp_derivation_report *report = &derivation->report;
  enum fate *fates = bp_arena_alloc(arena, report->claim_count + 1, sizeof *fates);
  size_t all_out = 0;
  if (!name || !fates)
    bp_die_no_memory();
  while (edits->count > 0) {
    if (!write_edits(derivation, edits, target, name))
      return false;
    if (!judge_copy(derivation, target, name, options, fates))
      return false;
    size_t out = take_out(report, fates, edits, arena);
    if (out == 0) {
      say_written(report, fates, all_out, name, arena);
      return true;
    }
    all_out += out;
    unlink(target); /* which was not there before it was written here */
  }
  say(bp_arena_printf(arena, "%s: nothing was written: no hint holds in the file as a whole",
                      bp_text_shown(bp_derivation_name(derivation), SIZE_MAX, arena)));
  return true;
}

bool bp_fix_write(const struct bp_derivation *derivation,
                  const struct bp_derivations_options *options) {
  if (!derivation->judged)
    return true; /* it has been said why */
  struct bp_arena *arena = bp_arena_new(0);
  if (!arena)
    bp_die_no_memory();
  struct edits edits = choose(derivation, arena);
  const char *name = bp_text_shown(bp_derivation_name(derivation), SIZE_MAX, arena);
  if (!edits.list || !name)
    bp_die_no_memory();
  bool done = true;
  if (edits.count == 0)
    say_nothing_written(&derivation->report, name, arena);
  else
    done = write_copy(derivation, &edits, options, arena);
  bp_arena_free(arena);
  return done;
}
