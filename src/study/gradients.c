/* Every reading is tried as its author would have written it down: the text is parsed again with
 * those names declared, `write` lines are put in front of the first line that has one, and all
 * lines are judged at two points.
 */
#include "study/gradients.h"

#include <string.h>

#include "base/list.h"
#include "lang/parse.h"
#include "study/gradient_names.h"

/* Points that choose. */
enum { FEW = 2 };

/* Of what the names are gradients. */
enum convention {
  OF_LOSS,  /* of the loss as it is defined */
  OF_SPLIT, /* what is computed for each sample of the summed losses, the rest of their mean */
  OF_SUM,   /* of the summed losses */
  CONVENTIONS
};

struct way {
  const char *loss, *scale; /* scale: a size; NULL: the convention is OF_LOSS */
  enum convention convention;
};

struct reading {
  const struct bp_gradients_request *request;
  struct bp_gradient_names names;
  const struct bp_document *document; /* with the names declared, without what they mean */
  struct bp_diagnostics diagnostics;
  size_t lines;  /* that are judged */
  bool any_read; /* one of them was read; else there is no reading to be told */
};

/* ---- a way, written down ------------------------------------------------- */

static const char *write_line(const struct bp_gradient_name *name, const struct way *way,
                              struct bp_arena *arena) {
  bool scaled = way->convention == OF_SUM || (way->convention == OF_SPLIT && name->computed);
  const char *index = name->letter ? bp_arena_printf(arena, "[%s]", name->letter) : "";
  const char *scale = scaled ? bp_arena_printf(arena, "%s * ", way->scale) : "";
  return index && scale ? bp_arena_printf(arena, "write %s%s for %s∂%s/∂%s%s", name->written, index,
                                          scale, way->loss, name->name, index)
                        : NULL;
}

/* "layout numerator, samples as rows": what is in force where the names begin. */
static const char *layout_line(const struct bp_gradient_names *names, struct bp_arena *arena) {
#define WORD(word, kind) #word,
  static const char *const words[] = {BP_LAYOUTS(WORD)};
#undef WORD
  return bp_arena_printf(arena, "layout %s, samples as %s\n", words[names->layout],
                         names->rows_are_samples ? "rows" : "columns");
}

/* The vocabulary of the document, with the names that have something below them: W_i is no element
 * of W; and AL is no product.  NULL where memory is short. */
static const struct bp_vocabulary *with_joined_names(const struct reading *reading,
                                                     struct bp_arena *arena) {
  const struct bp_gradient_names *names = &reading->names;
  struct bp_implied *implied = bp_arena_alloc(arena, names->count + 1, sizeof *implied);
  struct bp_vocabulary *vocabulary = bp_arena_alloc(arena, 1, sizeof *vocabulary);
  if (!implied || !vocabulary)
    return NULL;
  *vocabulary = *reading->request->document->vocabulary;
  vocabulary->implied = implied;
  vocabulary->implied_count = 0;
  for (size_t i = 0; i < names->count; i++)
    if (strchr(names->list[i].name, '_') ||
        (!names->list[i].letter && strlen(names->list[i].name) > 1))
      implied[vocabulary->implied_count++] =
          (struct bp_implied){.name = names->list[i].name, .family = names->list[i].letter != NULL};
  return vocabulary;
}

/* The document with these meanings, in the arena; NULL where memory is short. */
static const struct bp_document *with_meanings(const struct reading *reading, const struct way *way,
                                               struct bp_arena *arena) {
  const struct bp_document *read = reading->document;
  const struct bp_gradient_names *names = &reading->names;
  struct bp_document *whole = bp_arena_alloc(arena, 1, sizeof *whole);
  struct bp_document *meanings = bp_arena_alloc(arena, 1, sizeof *meanings);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_statement *statements = bp_arena_alloc(arena, read->count + 1, sizeof *statements);
  const char *text = layout_line(names, arena);
  for (size_t i = 0; i < names->count && text; i++) {
    const char *line = write_line(&names->list[i], way, arena);
    text = line ? bp_arena_printf(arena, "%s%s\n", text, line) : NULL;
  }
  const struct bp_vocabulary *vocabulary = with_joined_names(reading, arena);
  if (!whole || !meanings || !source || !statements || !text || !vocabulary)
    return NULL;
  *source = (struct bp_source){"assumed write lines", text, strlen(text)};
  size_t ids = read->expressions, place = names->place;
  struct bp_diagnostics silent;
  bp_diagnostics_init(&silent, arena);
  if (bp_parse(source, vocabulary, NULL, NULL, &ids, arena, &silent, meanings) != 0)
    return NULL;
  size_t at = read->statements[place].span.begin;
  memcpy(statements, read->statements, place * sizeof *statements);
  statements[place] = (struct bp_statement){
      .kind = BP_STATEMENT_USE, .span = {at, at}, .text = source->name, .used = meanings};
  memcpy(statements + place + 1, read->statements + place,
         (read->count - place) * sizeof *statements);
  *whole = *read;
  whole->statements = statements;
  whole->count = read->count + 1;
  whole->expressions = ids;
  return whole;
}

/* ---- trying -------------------------------------------------------------- */

/* How many lines of the document hold at a few points; SIZE_MAX where memory is short. */
static size_t lines_that_hold(const struct reading *reading, const struct bp_document *document,
                              struct bp_arena *arena, struct bp_derivation_report *report) {
  struct bp_judge_options options = *reading->request->options;
  struct bp_diagnostics silent;
  bp_diagnostics_init(&silent, arena);
  options.trials = FEW;
  options.brief = true;
  return bp_judge(document, &options, arena, &silent, report, NULL) == 0 ? report->head.holds
                                                                         : SIZE_MAX;
}

/* The same of a way; NULL: of the document as it was read, with differentials. */
static size_t try_way(struct reading *reading, const struct way *way) {
  struct bp_arena *arena = bp_arena_new(reading->request->options->memory);
  struct bp_derivation_report report;
  const struct bp_document *document = !arena ? NULL
                                       : way  ? with_meanings(reading, way, arena)
                                              : reading->request->document;
  size_t holds = document ? lines_that_hold(reading, document, arena, &report) : SIZE_MAX;
  if (holds != SIZE_MAX)
    reading->lines = report.claim_count;
  for (size_t i = 0; holds != SIZE_MAX && i < report.claim_count; i++)
    reading->any_read = reading->any_read || report.claims[i].reason != BP_REASON_BROKEN;
  bp_arena_free(arena);
  return holds;
}

/* Leaves those losses that are numbers: `shape` lines say so.  Where there is none, one that has a
 * mistake may be meant: what is said of its gradients waits for that to be mended. */
static bool keep_numbers(struct reading *reading) {
  struct bp_gradient_names *names = &reading->names;
  struct bp_arena *arena = bp_arena_new(reading->request->options->memory);
  struct bp_document *asked = arena ? bp_arena_alloc(arena, 1, sizeof *asked) : NULL;
  struct bp_statement *statements =
      arena ? bp_arena_alloc(arena, BP_MOST_LOSSES + 1, sizeof *statements) : NULL;
  const char *text = "";
  for (size_t i = 0; i < names->loss_count && text && asked; i++)
    text = bp_arena_printf(arena, "%sshape %s : 1 x 1\n", text, names->losses[i].name);
  const struct bp_document *read = reading->request->document;
  struct bp_source source = {"losses", text, text ? strlen(text) : 0};
  struct bp_derivation_report report = {0};
  struct bp_diagnostics silent;
  size_t ids = read->expressions, kept = 0;
  bp_diagnostics_init(&silent, arena);
  bool fine = asked && statements && text &&
              bp_parse(&source, read->vocabulary, NULL, NULL, &ids, arena, &silent, asked) == 0;
  if (fine && asked->count == names->loss_count) {
    statements[0] = (struct bp_statement){.kind = BP_STATEMENT_USE, .used = read};
    memcpy(statements + 1, asked->statements, asked->count * sizeof *statements);
    asked->statements = statements;
    asked->count++;
    asked->expressions = ids;
    fine = lines_that_hold(reading, asked, arena, &report) != SIZE_MAX;
    for (size_t i = 0; i < names->loss_count && fine; i++)
      if (report.claims[i].verdict == BP_HOLDS)
        names->losses[kept++] = names->losses[i];
    for (size_t i = 0; i < names->loss_count && fine && kept == 0; i++)
      if (report.claims[i].reason == BP_REASON_BROKEN)
        names->losses[kept++] = names->losses[i];
  }
  names->loss_count = kept;
  bp_arena_free(arena);
  return fine;
}

/* Whether the way is taken where no line speaks for any: J as it is, but as Ng writes beside a
 * network, whose dZ are what most people mean. */
static bool is_customary(const struct bp_gradient_names *names, const struct way *way,
                         bool computed, bool given) {
  enum convention custom = !names->network || !computed ? OF_LOSS : given ? OF_SPLIT : OF_SUM;
  return way->convention == custom;
}

/* Tries all ways; the number of lines that hold under the best, SIZE_MAX where memory is short. */
static size_t choose(struct reading *reading, struct way *best, size_t *next) {
  const struct bp_gradient_names *names = &reading->names;
  bool computed = false, given = false, customary = false;
  size_t most = 0;
  *next = 0;
  *best = (struct way){.loss = NULL};
  for (size_t i = 0; i < names->count; i++) {
    computed = computed || names->list[i].computed;
    given = given || !names->list[i].computed;
  }
  for (size_t i = 0; i < names->loss_count; i++)
    for (size_t k = 0; k <= names->losses[i].scale_count; k++)
      for (int convention = k ? OF_SPLIT : OF_LOSS; convention < (k ? CONVENTIONS : OF_SPLIT);
           convention++) {
        struct way way = {names->losses[i].name, k ? names->losses[i].scales[k - 1] : NULL,
                          (enum convention)convention};
        if (convention == OF_SPLIT && !(computed && given))
          continue; /* the same as another */
        size_t holds = try_way(reading, &way);
        if (holds == SIZE_MAX)
          return holds;
        if (holds > most)
          *next = most;
        if (!best->loss || holds > most ||
            (most == 0 && !customary && is_customary(names, &way, computed, given))) {
          customary = is_customary(names, &way, computed, given);
          *best = way;
          most = holds;
        } else if (holds > *next)
          *next = holds;
      }
  return most;
}

/* ---- in words ------------------------------------------------------------ */

/* "dZ, dW and db" of those that are (not) computed. */
static const char *name_list(const struct reading *reading, bool computed, bool all,
                             struct bp_arena *arena) {
  const char *list[BP_MOST_GRADIENTS];
  size_t count = 0;
  for (size_t i = 0; i < reading->names.count; i++)
    if (all || reading->names.list[i].computed == computed) {
      list[count] = reading->names.list[i].written;
      count += list[count] != NULL;
    }
  return bp_name_list(list, count, " and ", arena);
}

static const char *convention_words(const struct reading *reading, const struct way *way,
                                    struct bp_arena *arena) {
  bool one = reading->names.count == 1;
  if (way->convention == OF_LOSS)
    return bp_arena_printf(arena, "the gradient%s of %s", one ? "" : "s", way->loss);
  if (way->convention == OF_SUM)
    return bp_arena_printf(arena, "the gradient%s of %s * %s, the sum over the samples",
                           one ? "" : "s", way->scale, way->loss);
  const char *computed = name_list(reading, true, false, arena);
  const char *given = name_list(reading, false, false, arena);
  return computed && given
             ? bp_arena_printf(arena,
                               "gradients, %s of %s * %s, the sum over the samples, and %s of %s",
                               computed, way->scale, way->loss, given, way->loss)
             : NULL;
}

/* What speaks for the reading. */
static const char *weight_words(const struct reading *reading, size_t holds, size_t next,
                                struct bp_arena *arena) {
  if (holds == 0)
    return "which is assumed: no line holds so, nor in another way";
  return bp_arena_printf(arena, "%zu of %zu line%s hold%s so%s", holds, reading->lines,
                         reading->lines == 1 ? "" : "s", reading->lines == 1 ? "s" : "",
                         holds == next ? ", and as many in another way, so this is assumed" : "");
}

static bool add_sentence(struct bp_gradients *gradients, struct bp_arena *arena,
                         const char *sentence) {
  const char **longer = bp_list_longer(arena, gradients->reading, gradients->reading_count,
                                       sizeof *gradients->reading);
  if (!longer || !sentence)
    return false;
  longer[gradients->reading_count++] = sentence;
  gradients->reading = longer;
  return true;
}

static bool tell(const struct reading *reading, const struct way *way, size_t holds, size_t next,
                 struct bp_gradients *gradients) {
  struct bp_arena *arena = reading->request->arena;
  const struct bp_gradient_names *names = &reading->names;
  const char *all = name_list(reading, false, true, arena);
  const char *meaning = convention_words(reading, way, arena);
  const char *others = names->some ? bp_arena_printf(arena, ", as %s has", names->some) : "";
  const char *weight = weight_words(reading, holds, next, arena);
  size_t line, column;
  bool one = names->count == 1;
  bp_locate(reading->document->source, reading->document->statements[names->place].span.begin,
            &line, &column);
  if (!all || !meaning || !others || !weight ||
      !add_sentence(gradients, arena,
                    bp_arena_printf(arena, "%s %s no write line%s: read as %s; %s", all,
                                    one ? "has" : "have", others, meaning, weight)) ||
      !add_sentence(
          gradients, arena,
          bp_arena_printf(arena, "to say so in the file, put in front of line %zu:", line)))
    return false;
  for (size_t i = 0; i < names->count; i++)
    if (!add_sentence(gradients, arena, write_line(&names->list[i], way, arena)))
      return false;
  return true;
}

/* ---- the whole ----------------------------------------------------------- */

/* Repeats what was said when the text was read first. */
static void say_again(struct bp_diagnostics *diagnostics, const struct bp_diagnostic *one) {
  void (*say)(struct bp_diagnostics *, const struct bp_source *, struct bp_span, const char *,
              const char *, ...) = one->note      ? bp_note
                                   : one->warning ? bp_warning
                                                  : bp_error;
  say(diagnostics, one->source, one->span, one->suggestion, "%s", one->message);
}

/* What `use "path"` gave when the text was read first, and why where that was nothing. */
static const struct bp_document *used_before(void *context, const struct bp_source *source,
                                             struct bp_span span, const char *path) {
  struct reading *reading = context;
  const struct bp_document *document = reading->request->document;
  const struct bp_diagnostics *said = reading->request->diagnostics;
  (void)path;
  for (size_t i = 0; i < document->count; i++)
    if (document->statements[i].used && document->statements[i].text_span.begin <= span.end &&
        document->statements[i].text_span.end >= span.begin)
      return document->statements[i].used;
  for (size_t i = 0; i < said->count; i++)
    if (said->list[i].source == source && said->list[i].span.begin == span.begin)
      say_again(&reading->diagnostics, &said->list[i]);
  return NULL;
}

/* Reads the text once more, with the names declared.  Other files were read before. */
static bool read_again(struct reading *reading) {
  const struct bp_gradients_request *request = reading->request;
  struct bp_arena *arena = request->arena;
  struct bp_vocabulary *vocabulary = bp_arena_alloc(arena, 1, sizeof *vocabulary);
  struct bp_implied *implied = bp_arena_alloc(arena, reading->names.count, sizeof *implied);
  if (!vocabulary || !implied)
    return false;
  for (size_t i = 0; i < reading->names.count; i++) {
    implied[i].name = reading->names.list[i].written;
    implied[i].family = reading->names.list[i].letter != NULL;
    if (!implied[i].name)
      return false;
  }
  *vocabulary = *request->document->vocabulary;
  vocabulary->implied = implied;
  vocabulary->implied_count = reading->names.count;
  struct bp_document *document = bp_arena_alloc(arena, 1, sizeof *document);
  size_t ids = request->document->expressions;
  const struct bp_diagnostics *said = request->diagnostics;
  bp_diagnostics_init(&reading->diagnostics, arena);
  for (size_t i = 0; i < said->count; i++)
    if (said->list[i].source != request->document->source)
      say_again(&reading->diagnostics, &said->list[i]);
  reading->document = document;
  return document && bp_parse(request->document->source, vocabulary, used_before, reading, &ids,
                              arena, &reading->diagnostics, document) == 0;
}

int bp_gradients_read(const struct bp_gradients_request *request, struct bp_gradients *gradients) {
  struct reading reading = {.request = request};
  *gradients = (struct bp_gradients){.document = request->document};
  if (!bp_gradient_names_find(request->document, request->arena, &reading.names))
    return 0;
  struct way way;
  size_t next;
  if (!keep_numbers(&reading) || (reading.names.loss_count > 0 && !read_again(&reading)))
    return -1;
  if (reading.names.loss_count == 0)
    return 0;
  size_t holds = choose(&reading, &way, &next), unread = try_way(&reading, NULL);
  if (holds == SIZE_MAX || unread == SIZE_MAX)
    return -1;
  bool sure = reading.names.network || reading.names.written || unread == 0;
  if (holds < unread || (holds == unread && !sure))
    return 0;
  gradients->document = with_meanings(&reading, &way, request->arena);
  if (!gradients->document || (reading.any_read && !tell(&reading, &way, holds, next, gradients)))
    return -1;
  *request->diagnostics = reading.diagnostics;
  return 0;
}
