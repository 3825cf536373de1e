/* SARIF 2.1.0 (OASIS): what code scanning and editors show beside the source.
 *
 * A run has a rule for each reason why something does not hold, and a result for each block or
 * claim that does not; what holds is only counted, because the readers of SARIF show every result
 * as a problem.  A hint becomes a fix with the replacement that an editor would make.  Columns are
 * UTF-16 code units, which the run says, and paths are relative URIs, so that they mean the same in
 * the folder where somebody reads the report.  A block of a network is a logical location; where a
 * file is what was checked (an .npz file, a program), its results have that as their place, too.
 *
 * Results are written one by one, and memory holds the JSON of one of them.
 */
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "report/json/json.h"
#include "report/plain.h"
#include "report/suite/cases.h"

static const char schema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/* ---- rules --------------------------------------------------------------- */

/* Whether the run is about derivations, where some reasons have another sentence. */
static bool about_claims(const struct bp_suites *suites) {
  bool found = false;
  for (size_t i = 0; i < suites->count; i++)
    found = found || suites->list[i].file;
  return found;
}

static json_t *rules_array(const struct bp_suites *suites) {
  bool claims = about_claims(suites);
  json_t *rules = json_array();
  for (int i = 0; rules && i < BP_REASON_COUNT; i++) {
    enum bp_reason reason = (enum bp_reason)i;
    json_t *rule = json_pack(
        "{s:s, s:{s:s}, s:{s:s}, s:{s:s}}", "id", bp_reason_name(reason), "shortDescription",
        "text", claims ? bp_reason_sentence_of_claim(reason) : bp_reason_sentence(reason), "help",
        "text", bp_reason_advice(reason), "defaultConfiguration", "level", bp_reason_level(reason));
    if (json_array_append_new(rules, rule) != 0) {
      json_decref(rules);
      return NULL;
    }
  }
  return rules;
}

/* The place of a rule among them: the reason of that name. */
static size_t rule_index(const char *id) {
  size_t i = 0;
  while (i + 1 < BP_REASON_COUNT && strcmp(bp_reason_name((enum bp_reason)i), id) != 0)
    i++;
  return i;
}

/* ---- places -------------------------------------------------------------- */

/* A path as a URI reference (RFC 3986): what is not unreserved is percent-encoded, byte by byte,
 * and with it a colon, which would end a scheme.  An absolute path becomes a file URI. */
static json_t *uri_of(const char *path, struct bp_arena *arena) {
  static const char digits[] = "0123456789ABCDEF";
  size_t length = strlen(path), end = 0;
  char *uri = bp_arena_alloc(arena, 3 * length + sizeof "file://", 1);
  if (!uri)
    return NULL;
  if (path[0] == '/')
    end = (size_t)(stpcpy(uri, "file://") - uri);
  for (const char *at = path; *at; at++) {
    unsigned char byte = (unsigned char)*at;
    if (byte < 0x80 && (isalnum(byte) || strchr("/-._~", byte))) {
      uri[end++] = *at;
    } else {
      uri[end++] = '%';
      uri[end++] = digits[byte >> 4];
      uri[end++] = digits[byte & 15];
    }
  }
  uri[end] = '\0';
  return json_string(uri);
}

static json_t *region_object(struct bp_place *place, const struct bp_source *source,
                             struct bp_span span) {
  struct bp_region region = bp_place_region(place, source, span);
  return json_pack("{s:I, s:I, s:I, s:I}", "startLine", (json_int_t)region.line, "startColumn",
                   (json_int_t)region.column, "endLine", (json_int_t)region.end_line, "endColumn",
                   (json_int_t)region.end_column);
}

static json_t *location_object(const struct bp_case *one, const struct bp_suite *suite,
                               struct bp_place *place, struct bp_arena *arena) {
  const struct bp_source *source;
  struct bp_span span;
  if (bp_case_place(one, &source, &span))
    return json_pack("{s:{s:{s:o}, s:o}, s:[{s:s, s:s}]}", "physicalLocation", "artifactLocation",
                     "uri", uri_of(source->name, arena), "region",
                     region_object(place, source, span), "logicalLocations", "fullyQualifiedName",
                     one->id, "kind", "declaration");
  if (suite->file)
    return json_pack("{s:{s:{s:o}}}", "physicalLocation", "artifactLocation", "uri",
                     uri_of(suite->place, arena));
  if (suite->place)
    return json_pack("{s:{s:{s:o}}, s:[{s:s, s:s, s:s}]}", "physicalLocation", "artifactLocation",
                     "uri", uri_of(suite->place, arena), "logicalLocations", "fullyQualifiedName",
                     one->id, "name", one->id, "kind", "variable");
  return json_pack("{s:[{s:s, s:s, s:s}]}", "logicalLocations", "fullyQualifiedName", one->id,
                   "name", one->id, "kind", "variable");
}

/* ---- fixes --------------------------------------------------------------- */

static json_t *replacement_object(const struct bp_replacement *edit, struct bp_place *place,
                                  struct bp_arena *arena) {
  return json_pack("{s:o, s:{s:s}}", "deletedRegion",
                   region_object(place, edit->source, edit->span), "insertedContent", "text",
                   bp_plain_text(edit->text, arena));
}

/* The changes of one file; a hint has one or two edits, usually in the same. */
static json_t *change_object(const struct bp_hint *hint, const struct bp_source *source,
                             struct bp_place *place, struct bp_arena *arena) {
  json_t *replacements = json_array();
  for (size_t i = 0; replacements && i < hint->edit_count; i++)
    if (hint->edits[i].source == source &&
        json_array_append_new(replacements, replacement_object(&hint->edits[i], place, arena)) !=
            0) {
      json_decref(replacements);
      return NULL;
    }
  return json_pack("{s:{s:o}, s:o}", "artifactLocation", "uri", uri_of(source->name, arena),
                   "replacements", replacements);
}

static json_t *fix_object(const struct bp_hint *hint, struct bp_place *place,
                          struct bp_arena *arena) {
  json_t *changes = json_array();
  int status = changes ? 0 : -1;
  for (size_t i = 0; status == 0 && i < hint->edit_count; i++)
    if (i == 0 || hint->edits[i].source != hint->edits[0].source)
      status =
          json_array_append_new(changes, change_object(hint, hint->edits[i].source, place, arena));
  const char *sentence = hint->sentence ? hint->sentence : "a change that makes the line hold";
  const char *text = bp_arena_printf(arena, "%s: %s", sentence, hint->mended ? hint->mended : "");
  text = bp_plain_line(text, arena);
  if (status != 0 || !text) {
    json_decref(changes);
    return NULL;
  }
  return json_pack("{s:{s:s}, s:o}", "description", "text", text, "artifactChanges", changes);
}

static json_t *fixes_array(const struct bp_claim *claim, struct bp_place *place,
                           struct bp_arena *arena) {
  json_t *fixes = json_array();
  for (size_t i = 0; fixes && i < claim->hint_count; i++) {
    struct bp_place inside = *place;
    json_t *fix =
        claim->hints[i].edit_count > 0 ? fix_object(&claim->hints[i], &inside, arena) : json_null();
    if (json_is_null(fix))
      continue;
    if (json_array_append_new(fixes, fix) != 0) {
      json_decref(fixes);
      return NULL;
    }
  }
  return fixes;
}

/* ---- results ------------------------------------------------------------- */

struct results {
  FILE *out;
  struct bp_place place;
  size_t written;
};

static const char *message_text(const struct bp_case *one, struct bp_arena *arena) {
  const char *text =
      bp_arena_printf(arena, "%s %s: %s", one->id, bp_case_verb(one->outcome), one->message);
  return one->replay && text ? bp_arena_printf(arena, "%s\nto see it again: %s", text,
                                               bp_plain_text(one->replay, arena))
                             : text;
}

static json_t *result_object(const struct bp_case *one, const struct bp_suite *suite,
                             struct bp_place *place, struct bp_arena *arena) {
  const char *text = message_text(one, arena);
  if (!text)
    return NULL;
  json_t *location = location_object(one, suite, place, arena);
  json_t *result =
      json_pack("{s:s, s:I, s:s, s:{s:s}, s:[o], s:{s:s}}", "ruleId", one->rule, "ruleIndex",
                (json_int_t)rule_index(one->rule), "level",
                one->outcome == BP_CASE_UNDECIDED ? "warning" : "error", "message", "text", text,
                "locations", location, "partialFingerprints", "backproof/id/v1", one->id);
  if (!result || !one->claim || one->claim->hint_count == 0)
    return result;
  if (json_object_set_new(result, "fixes", fixes_array(one->claim, place, arena)) == 0)
    return result;
  json_decref(result);
  return NULL;
}

static int write_result(const struct bp_case *one, const struct bp_suite *suite,
                        struct bp_arena *arena, void *user) {
  struct results *results = user;
  bool silent = one->outcome == BP_CASE_PASSED || one->outcome == BP_CASE_SKIPPED;
  bool said = one->claim && one->outcome == BP_CASE_UNREAD; /* by the mistake itself */
  if (silent || said)
    return 0;
  fputs(results->written++ > 0 ? ",\n" : "\n", results->out);
  return bp_json_dump(result_object(one, suite, &results->place, arena), 0, results->out);
}

/* ---- the run ------------------------------------------------------------- */

/* Whether everything could be read. */
static bool all_opened(const struct bp_suites *suites) {
  for (size_t i = 0; i < suites->count; i++)
    if (!bp_suite_opened(&suites->list[i]))
      return false;
  return true;
}

/* The files, each once. */
static json_t *artifacts_array(const struct bp_suites *suites, struct bp_arena *arena) {
  struct bp_ids seen = {.arena = arena};
  json_t *artifacts = json_array();
  int status = artifacts ? 0 : -1;
  for (size_t i = 0; status == 0 && i < suites->count; i++) {
    const char *place = suites->list[i].place;
    if (!place || bp_ids_has(&seen, place))
      continue;
    status = bp_ids_give(&seen, place) ? 0 : -1;
    if (status == 0)
      status = json_array_append_new(artifacts,
                                     json_pack("{s:{s:o}, s:[s]}", "location", "uri",
                                               uri_of(place, arena), "roles", "analysisTarget"));
  }
  bp_ids_free(&seen);
  if (status == 0)
    return artifacts;
  json_decref(artifacts);
  return NULL;
}

static json_t *counts_object(const struct bp_suites *suites, const struct bp_report_style *style,
                             struct bp_arena *arena) {
  const size_t *count = suites->all.count;
  const char *remark = bp_suites_remark(suites, style, arena);
  return json_pack(
      "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:s*}", "verdict", bp_verdict_name(suites->verdict),
      "cases", (json_int_t)suites->all.total, "holds", (json_int_t)count[BP_CASE_PASSED], "fails",
      (json_int_t)count[BP_CASE_FAILED], "undecided", (json_int_t)count[BP_CASE_UNDECIDED],
      "not_read", (json_int_t)count[BP_CASE_UNREAD], "skipped", (json_int_t)count[BP_CASE_SKIPPED],
      "remark", remark);
}

/* Everything about the run but its results. */
static json_t *run_object(const struct bp_suites *suites, const struct bp_report_style *style,
                          struct bp_arena *arena) {
  return json_pack("{s:{s:{s:s, s:s, s:o}}, s:s, s:[{s:b}], s:o, s:o}", "tool", "driver", "name",
                   "backproof", "semanticVersion", BP_VERSION, "rules", rules_array(suites),
                   "columnKind", "utf16CodeUnits", "invocations", "executionSuccessful",
                   (int)all_opened(suites), "artifacts", artifacts_array(suites, arena),
                   "properties", counts_object(suites, style, arena));
}

static int write_run(const struct bp_suites *suites, const struct bp_report_style *style,
                     struct bp_walk *walk, FILE *out) {
  struct results results = {.out = out};
  fprintf(out, "{\"$schema\":\"%s\",\"version\":\"2.1.0\",\"runs\":[\n{", schema);
  if (bp_json_dump(run_object(suites, style, walk->arena), JSON_EMBED, out) != 0)
    return -1;
  fputs(",\"results\":[", out);
  for (size_t i = 0; i < suites->count; i++)
    if (bp_walk_suite(walk, &suites->list[i], write_result, &results) != 0)
      return -1;
  fputs("\n]}\n]}\n", out);
  return 0;
}

static int write_sarif(const struct bp_suites *suites, const struct bp_report_style *style,
                       FILE *out) {
  struct bp_walk walk;
  int status = bp_walk_begin(&walk, style);
  if (status == 0)
    status = write_run(suites, style, &walk, out);
  bp_walk_end(&walk);
  return status;
}

BP_SUITES_FORMAT(sarif, write_sarif)
