#!/usr/bin/env python3
"""Validates what --format json prints against docs/report.schema.json.

The validator below knows the parts of JSON Schema that the schema uses, and refuses a schema that
uses more, so that it cannot pass by not looking.  Every member that a report has must be in the
schema, too, or the documentation would fall behind.  Prints TAP.
"""

import argparse
import json
import pathlib
import subprocess
import sys

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"

RUNS = [
    ["net", "3 - 4 tanh - 1 sigmoid"],
    ["net", "4 - 4 relu - 3 softmax", "--inject", "transposed W[1]"],
    ["net", "4 - 4 relu - 3 softmax", "--inject", "sign W[1]", "--replay", "--only-failed"],
    ["net", "2 - 3 sigmoid - 2 softmax, squared", "--weight-scale", "40", "--input-scale", "30"],
    ["net", "2 - 2 relu - 1 identity", "--weight-scale", "0"],
    ["net", "3 - 4 gelu - 1 identity, squared", "--input-scale", "1e100"],
    ["net", "3 - 2 sigmoid", "--route", "dA", "--weight-scale", "900"],
    ["grads", "3 - 4 tanh - 1 sigmoid", str(EXAMPLES / "two_layer_slip.npz")],
    ["grads", "3 - 4 tanh - 1 sigmoid", "missing.npz"],
    ["exec", "--indices", "W1", "--", sys.executable, str(EXAMPLES / "exec_python.py"), "slip"],
    ["exec", "--directions", "3", "--", sys.executable, str(EXAMPLES / "exec_python.py")],
    ["net", "3 - 4 tanh - 1 sigmoid", "--directions", "3"],
    ["exec", "--", "sh", "-c", "echo why >&2; exit 1"],
]

# Derivations, given on standard input: every verdict, every kind of line, errors, nothing at all.
DERIVATIONS = {
    "every verdict": """
title "Every verdict"
given W : n x k
given x : k
given t : number
let y = W*x
claim "holds" ∂y/∂x = W
claim "fails by value" ∂y/∂x = 2*W = W
claim "fails by shape" ∂sum(y)/∂W = x * ones(n, 1)'
refute "refuted" ∂y/∂x = -W
refute "not refuted" ∂y/∂x = W
shape y : n x 1
shape y : k x 1
claim "no value" log(-t^2) = log(-t^2)
claim "error" y = nobody
""",
    "nothing": "",
    "not readable": "claim (1 = \x00\n",
}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
KNOWN = {"$schema", "$id", "$ref", "$defs", "title", "description", "type", "enum", "const", "oneOf",
         "properties", "required", "additionalProperties", "items", "minimum", "maximum"}


def is_type(value, name):
    if name in ("integer", "number"):
        kinds = int if name == "integer" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def complaints(value, schema, root, path="report"):
    unknown = set(schema) - KNOWN
    if unknown:
        yield "%s: the validator does not know %s" % (path, ", ".join(sorted(unknown)))
    if "$ref" in schema:
        target = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target[step]
        yield from complaints(value, target, root, path)
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    if types and not any(is_type(value, name) for name in types):
        yield "%s: %r is not of type %s" % (path, value, " or ".join(types))
    if "enum" in schema and value not in schema["enum"]:
        yield "%s: %r is none of %s" % (path, value, schema["enum"])
    if "const" in schema and value != schema["const"]:
        yield "%s: %r is not %r" % (path, value, schema["const"])
    if "oneOf" in schema:
        fitting = [s for s in schema["oneOf"] if not list(complaints(value, s, root, path))]
        if len(fitting) != 1:
            yield "%s: fits %d of the alternatives" % (path, len(fitting))
        if not fitting:  # what keeps it from being the most similar one
            yield from min((list(complaints(value, s, root, path)) for s in schema["oneOf"]), key=len)
    if is_type(value, "number"):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            yield "%s: %r is out of range" % (path, value)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from complaints(item, schema["items"], root, "%s[%d]" % (path, index))
    if isinstance(value, dict) and ("properties" in schema or "required" in schema):
        for name in schema.get("required", []):
            if name not in value:
                yield "%s: %s is missing" % (path, name)
        for name, member in value.items():
            rule = schema.get("properties", {}).get(name)
            if rule is None:
                yield "%s: %s is not in the schema" % (path, name)
            else:
                yield from complaints(member, rule, root, "%s.%s" % (path, name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("schema", type=pathlib.Path)
    options = parser.parse_args()
    schema = json.loads(options.schema.read_text("utf-8"))
    runs = [(arguments, "") for arguments in RUNS]
    runs += [(["verify", "-"], text) for text in DERIVATIONS.values()]
    runs.append((["verify", "-", "missing.deriv"], DERIVATIONS["every verdict"]))
    print("1..%d" % (len(runs) + 1))
    failed = False
    for number, (arguments, text) in enumerate(runs, 1):
        done = subprocess.run([options.program, arguments[0], "--format", "json", *arguments[1:]],
                              input=text, capture_output=True, text=True)
        found = ["exit status %d: %s" % (done.returncode, done.stderr)]
        if done.returncode < 3 or (arguments[0] != "net" and done.stdout):
            report = json.loads(done.stdout)
            found = list(complaints(report, schema, schema))
        failed |= bool(found)
        print("%s %d - %s" % ("not ok" if found else "ok", number, " ".join(arguments)))
        for line in found[:10]:
            print("# " + line)
    # The validator must be able to fail.
    report["verdict"] = "maybe"
    report["surplus"] = 1
    found = "\n".join(complaints(report, schema, schema))
    caught = "'maybe'" in found and "surplus" in found
    print("%s %d - a wrong report is refused" % ("ok" if caught else "not ok", len(runs) + 1))
    return 1 if failed or not caught else 0


raise SystemExit(main())
