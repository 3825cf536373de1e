/* What a student's file says of the problem itself, held against the template.
 *
 * Whoever may define dW[2] can claim about it what they like, and with other layers, another loss,
 * another layout or one sample most mistakes are none.  So a line that holds has its points only
 * where the file says what the template says: of the names of required lines, and of sizes, layout
 * and network where the template says anything of that kind.  Statements are compared as they are
 * written, blanks apart: students have them from the template.  Notes declare nothing, so there is
 * nothing to compare.
 *
 * The file is a stranger's: it is parsed on a budget, and judged elsewhere.
 */
#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/list.h"
#include "cli/class/class.h"
#include "cli/cli.h"
#include "cli/derivation.h"
#include "read/readers.h"

enum { SECONDS = 2, MEMORY = 256 << 20, MOST_SHOWN = 60 };

/* ---- what is said -------------------------------------------------------- */

/* The bytes of a statement with one blank for several. */
static const char *written(const struct bp_document *document, const struct bp_statement *statement,
                           struct bp_arena *arena) {
  const char *from = document->source->text + statement->span.begin;
  size_t length = statement->span.end - statement->span.begin, end = 0;
  char *text = bp_arena_alloc(arena, length + 1, 1);
  if (!text)
    bp_die_no_memory();
  for (size_t i = 0; i < length; i++) {
    bool blank = isspace((unsigned char)from[i]);
    if (!blank || (end > 0 && text[end - 1] != ' '))
      text[end++] = blank ? ' ' : from[i];
  }
  text[end] = '\0';
  return text;
}

static void add(struct bp_class_setting *setting, struct bp_arena *arena,
                struct bp_class_saying one) {
  if (!bp_list_room(arena, setting->list, setting->count, setting->capacity))
    bp_die_no_memory();
  setting->list[setting->count++] = one;
}

/* With what used documents say; the reader lets none use itself. */
static void read_into(const struct bp_document *document, struct bp_arena *arena,
                      struct bp_class_setting *setting) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    enum bp_statement_kind kind = statement->kind;
    bool of_all =
        kind == BP_STATEMENT_NETWORK || kind == BP_STATEMENT_SIZE || kind == BP_STATEMENT_LAYOUT;
    bool of_names =
        kind == BP_STATEMENT_LET || kind == BP_STATEMENT_GIVEN || kind == BP_STATEMENT_WRITE;
    size_t column;
    if (kind == BP_STATEMENT_USE && statement->used)
      read_into(statement->used, arena, setting);
    if (!of_all && !of_names)
      continue;
    struct bp_class_saying one = {.kind = kind, .text = written(document, statement, arena)};
    bp_locate(document->source, statement->span.begin, &one.line, &column);
    for (size_t k = 0; of_names && k < statement->target_count; k++) {
      one.name = bp_arena_strdup(arena, statement->targets[k]->name);
      if (!one.name)
        bp_die_no_memory();
      add(setting, arena, one);
    }
    if (of_all)
      add(setting, arena, one);
  }
}

void bp_class_setting_read(const struct bp_document *document, struct bp_arena *arena,
                           struct bp_class_setting *setting) {
  *setting = (struct bp_class_setting){0};
  read_into(document, arena, setting);
}

/* ---- held against the template ------------------------------------------- */

static bool says(const struct bp_class_setting *setting, const struct bp_class_saying *one) {
  for (size_t i = 0; i < setting->count; i++)
    if (!strcmp(setting->list[i].text, one->text))
      return true;
  return false;
}

/* Whether the setting has a `write` of the name. */
static bool writes(const struct bp_class_setting *setting, const char *name) {
  for (size_t i = 0; i < setting->count; i++)
    if (setting->list[i].kind == BP_STATEMENT_WRITE && !strcmp(setting->list[i].name, name))
      return true;
  return false;
}

/* Whether the key of a column, "dW[2]", begins with the name. */
static bool is_of(const char *key, const char *name) {
  size_t length = strlen(name);
  return key && !strncmp(key, name, length) && (key[length] == '\0' || key[length] == '[');
}

static const char *sentence(const struct bp_class_saying *one, const char *behind,
                            struct bp_arena *arena) {
  const char *shown = bp_text_shown(one->text, MOST_SHOWN, arena);
  const char *text =
      shown ? bp_arena_printf(arena, "line %zu, %s, %s", one->line, shown, behind) : NULL;
  if (!text)
    bp_die_no_memory();
  return text;
}

/* Whether the name stands in a formula, or in a statement, as a word. */
static bool mentions(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
    bool begins = at == text || !(isalnum((unsigned char)at[-1]) || (at[-1] & 0x80));
    if (begins && !isalnum((unsigned char)at[length]))
      return true;
  }
  return false;
}

static bool is_derivative(const struct bp_class_saying *one) {
  return one->kind == BP_STATEMENT_WRITE || strstr(one->text, "∂") || strstr(one->text, "∇");
}

/* Whether a name that only the student has may be the derivative itself under another name: some
 * such name is one, and the formula has this one. */
static bool is_alias(const struct bp_class_setting *student,
                     const struct bp_class_setting *template, const struct bp_class_saying *one,
                     const char *formula) {
  if (!one->name || one->kind == BP_STATEMENT_GIVEN || !mentions(formula, one->name))
    return false;
  for (size_t i = 0; i < student->count; i++)
    if (!says(template, &student->list[i]) && is_derivative(&student->list[i]))
      return true;
  return false;
}

/* "dZ[2] = m*∂J/∂Z[2]" says what dZ[2] is called. */
static bool is_definition(const char *key, const char *formula, struct bp_arena *arena) {
  const char *below = key && *key == 'd' ? bp_arena_printf(arena, "∂%s", key + 1) : NULL;
  return below && strstr(formula, below);
}

enum bp_mark bp_class_setting_mark(const struct bp_class_setting *student,
                                   const struct bp_class_setting *template, const char *key,
                                   const char *formula, struct bp_arena *arena, const char **why) {
  for (size_t i = 0; i < student->count; i++) {
    const struct bp_class_saying *one = &student->list[i];
    bool own = one->name && is_of(key, one->name);
    if (says(template, one))
      continue;
    if (own && one->kind != BP_STATEMENT_WRITE) {
      *why = sentence(one, "says what the left side is, so this line claims nothing", arena);
      return BP_MARK_EMPTY;
    }
    if (one->name ? own && writes(template, one->name) : template->count > 0) {
      *why = sentence(one, "is not the template's, so this line is about something else", arena);
      return BP_MARK_UNDECIDED;
    }
    if (!own && template->count > 0 && is_alias(student, template, one, formula)) {
      *why = sentence(one, "may be the left side by another name: look at it", arena);
      return BP_MARK_UNDECIDED;
    }
  }
  if (is_definition(key, formula, arena)) {
    *why = "it says what its left side stands for, and claims nothing";
    return BP_MARK_EMPTY;
  }
  return BP_MARK_HOLDS;
}

/* ---- a student's file ---------------------------------------------------- */

static bool is_derivation(const char *path) {
  struct stat status;
  const struct bp_document_reader *reader = bp_reader_named(path);
  return reader && reader->read == bp_parse && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

void bp_class_setting_of(const char *path, struct bp_arena *arena,
                         struct bp_class_setting *setting) {
  struct bp_derivation derivation;
  *setting = (struct bp_class_setting){0};
  if (!is_derivation(path))
    return;
  bp_derivation_open(&derivation, path, &(struct bp_derivation_limits){MEMORY, SECONDS});
  bp_derivation_leave();
  bool met = bp_budget_met_limit(&derivation.budget);
  setting->unread = bp_derivation_lacks_memory(&derivation);
  if (setting->unread && !met)
    bp_die_no_memory();
  if (derivation.document)
    bp_class_setting_read(derivation.document, arena, setting);
  bp_derivation_free(&derivation);
}
