#!/usr/bin/env python3
"""The language server, as an editor speaks with it.

    lsp.py PROGRAM
"""

import json
import os
import random
import select
import subprocess
import sys

import tap

TEXT = """network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples
write dZ[l] for m * ∂J/∂Z[l]
write dW[l] for ∂J/∂W[l]
note "𝓩𝓩𝓩"
claim "output" dZ[2] = A[2] - Y
claim "W1" dW[1] = 1/m * dZ[1] * X
"""
PATIENCE = 60  # seconds; what is right never waits so long
URI = "file:///tmp/a%20b.deriv"


class Editor:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number, self.diagnostics, self.published = 0, {}, 0
        self.buffer = b""

    def write(self, message):
        body = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def take(self):
        """The next message, or None at the end of the output, and where nothing comes for longer than any load explains."""
        while True:
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if separator:
                length = int(head.split(b":")[1])
                if len(rest) >= length:
                    self.buffer = rest[length:]
                    return json.loads(rest[:length])
            if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
                return None
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                return None
            self.buffer += more

    def note(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            self.published += 1

    def ask(self, method, **params):
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})
        while True:
            message = self.take()
            if message is None or message.get("id") == self.number:
                return message
            self.note(message)

    def tell(self, method, **params):
        self.write({"method": method, "params": params})

    def wait_for(self, wanted):
        """Until the diagnostics of the text are as wanted; the server says something at every change."""
        while not wanted(self.diagnostics.get(URI, [])):
            message = self.take()
            if message is None:
                return False
            self.note(message)
        return True


def apply(text, edits):
    """The text with the edits, whose places are UTF-16 code units."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one["range"]["start"]["line"], one["range"]["start"]["character"]), reverse=True):
        begin, end = edit["range"]["start"], edit["range"]["end"]
        assert begin["line"] == end["line"]
        units = lines[begin["line"]].encode("utf-16-le")
        units = units[:2 * begin["character"]] + edit["newText"].encode("utf-16-le") + units[2 * end["character"]:]
        lines[begin["line"]] = units.decode("utf-16-le")
    return "\n".join(lines)


def codes(diagnostics):
    return [one["code"] for one in diagnostics if one["severity"] == 1]


NONSENSE = [None, True, -1, 2**63 - 1, 1.5, "", "x", [], {}, [[]], {"uri": 3}, {"uri": URI}, {"line": -5, "character": -9},
            {"line": 2**62, "character": 2**62}, {"start": {"line": 3}, "end": "x"}, "\ud835\udce9 \\frac{", "a" * 5000]
METHODS = ["textDocument/" + name for name in (
    "hover", "definition", "codeAction", "documentSymbol", "completion", "inlayHint", "codeLens", "didOpen", "didChange",
    "didClose", "")] + ["workspace/executeCommand", "initialize", "$/cancelRequest", "x", ""]
KEYS = ["textDocument", "position", "range", "contentChanges", "command", "arguments", "context"]
SIGNS = ["claim ", "given ", "X", "W[1]", "[", "]", "(", ")", "'", "*", "=", "\n", "𝓩", "é", "∂", "/", "\\frac", "{", "}", "$", "n x m", ":",
         '"', "sum_{", "network 3 - 4 tanh", "1e999", "\t", "\r", "\u202e", "use \"/etc/passwd\"\n", "let "]
BROKEN = [b"hello", b"{", b"[]", b"[1,2]", b"3", b'"x"', b"null", b"\xff\xfe", b'{"method": "\\ud835"}', b'{"id":1,"method":"x\\u0000"}',
          b"[" * 100000, b'{"method":3}', b'{"jsonrpc":"2.0"}', b'{"id":{},"method":"shutdownx"}', b'{"id":[[]],"method":"x","params":4}']


def look_at_hostile(program, check):
    """Whatever comes in a frame, the server goes on."""
    draw = random.Random(1)
    editor = Editor(program)
    editor.ask("initialize", capabilities={})
    for body in BROKEN:
        editor.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    for round_ in range(400):
        parameters = draw.choice(NONSENSE) if draw.random() < 0.1 else {key: draw.choice(NONSENSE) for key in KEYS}
        message = {"method": draw.choice(METHODS), "params": parameters}
        if draw.random() < 0.7:
            message["id"] = "nonsense %d" % round_
        editor.write(message)
    check("nonsense does not end it", editor.ask("textDocument/hover", textDocument={"uri": URI}, position={}) is not None,
          editor.process.poll())
    for round_ in range(60):
        text = "".join(draw.choice(SIGNS) for _ in range(draw.randrange(60)))
        uri = URI if round_ % 3 else "file:///x.md"
        editor.tell("textDocument/didOpen", textDocument={"uri": uri, "text": text})
        for method in METHODS[:7]:
            place = {"line": draw.randrange(4), "character": draw.randrange(20)}
            answer = editor.ask(method, textDocument={"uri": uri}, position=place, range={"start": place, "end": place})
            if answer is None:
                check("it survives any text", False, repr(text))
                return
    check("it survives any text", True)
    editor.ask("shutdown")
    editor.tell("exit")
    check("and ends as it should", editor.process.wait() == 0, editor.process.returncode)


HEAVY = (("given A : 400 x 400\nclaim inv(A)*A = 2*A\n", "longer"), ("given A : 4000 x 4000\nclaim A = 2*A\n", "memory"))


def look_at_heavy(program, check):
    """What takes too long or too much is refused, and something else is answered."""
    editor = Editor(program)
    editor.ask("initialize", capabilities={})
    for text, lack in HEAVY:
        editor.tell("textDocument/didOpen", textDocument={"uri": URI, "text": text})
        answer = editor.ask("workspace/executeCommand", command="backproof.explain", arguments=[URI, 2])
        check("an answer has its limit: " + lack, answer and lack in answer.get("error", {}).get("message", ""), str(answer)[:300])
    check("what lacks memory is told", editor.wait_for(lambda seen: "memory" in [one["code"] for one in seen]), editor.diagnostics)
    editor.ask("shutdown")
    editor.tell("exit")
    check("it still ends", editor.process.wait() == 0, editor.process.returncode)


def main():
    points = []

    def check(name, fine, problem="it is not"):
        points.append((name, None if fine else str(problem)))

    editor = Editor(os.path.abspath(sys.argv[1]))
    early = editor.ask("textDocument/hover", textDocument={"uri": URI}, position={"line": 0, "character": 0})
    check("nothing is answered before initialize", early["error"]["code"] == -32002, early)
    abilities = editor.ask("initialize", capabilities={})["result"]["capabilities"]
    check("it says what it can do", abilities["hoverProvider"] and abilities["codeActionProvider"], abilities)
    editor.tell("initialized")
    document = {"uri": URI}
    editor.tell("textDocument/didOpen", textDocument=dict(document, languageId="deriv", version=1, text=TEXT))
    check("a wrong line is found", editor.wait_for(lambda seen: codes(seen) == ["shape"]))
    place = editor.diagnostics[URI][0]["range"]["start"]
    check("at its place", place["line"] == 5 and TEXT.split("\n")[5][place["character"]] == "*", place)
    whole = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 1}}
    fixes = editor.ask("textDocument/codeAction", textDocument=document, range=whole, context={"diagnostics": []})["result"]
    check("with a quick fix", fixes and fixes[0]["isPreferred"], fixes)
    mended = apply(TEXT, fixes[0]["edit"]["changes"][URI])
    check("that mends it", mended == TEXT.replace("* X\n", "* X'\n"), mended)
    hover = editor.ask("textDocument/hover", textDocument=document, position={"line": 5, "character": 12})["result"]
    check("a hover tells the verdict and the shapes",
          hover and "fails" in hover["contents"]["value"] and "(n[1],n[0])" in hover["contents"]["value"], hover)
    shapes = editor.ask("textDocument/inlayHint", textDocument=document,
                        range={"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}})["result"]
    check("shapes stand beside the lines", [one["label"] for one in shapes] == ["(n[2],m)", "(n[1],n[0])"], shapes)
    symbols = editor.ask("textDocument/documentSymbol", textDocument=document)["result"]
    check("lines have names", "output" in [one["name"] for one in symbols], symbols)
    found = editor.ask("textDocument/definition", textDocument=document, position={"line": 4, "character": 16})["result"]
    check("a name leads to its declaration", found and found["range"]["start"]["line"] == 1, found)
    items = [one["label"] for one in editor.ask("textDocument/completion", textDocument=document,
                                                position={"line": 5, "character": 0})["result"]]
    check("names, functions and keywords are offered", {"dW", "tanh", "claim", "A"} <= set(items), items)
    lenses = editor.ask("textDocument/codeLens", textDocument=document)["result"]
    told = editor.ask("workspace/executeCommand", **{key: lenses[0]["command"][key] for key in ("command", "arguments")})["result"]
    check("a line is explained", told and "left - right" in told, told)

    # Four signs that take two code units each stand before the place, in the same line.
    bad = TEXT.replace('claim "W1"', 'claim "𝓩𝓩𝓩𝓩"')
    editor.tell("textDocument/didChange", textDocument=dict(document, version=2), contentChanges=[{"text": bad}])
    check("columns are UTF-16", editor.wait_for(lambda seen: codes(seen) == ["shape"] and seen[0]["range"]["start"]["character"]
                                                == len(bad.split("\n")[5].split(" X")[0].encode("utf-16-le")) // 2 - 1),
          editor.diagnostics)
    # A line that does not parse: its error comes first, and what was known of the others stays.
    editor.tell("textDocument/didChange", textDocument=dict(document, version=3), contentChanges=[
        {"range": {"start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 0}}, "text": "claim x = (\n"}])
    check("a line that does not parse is told, and the verdicts stay",
          editor.wait_for(lambda seen: codes(seen)[:1] == ["syntax"] and "shape" in codes(seen)), editor.diagnostics)
    editor.tell("textDocument/didChange", textDocument=dict(document, version=4), contentChanges=[{"text": mended}])
    check("nothing is said of what is right", editor.wait_for(lambda seen: not seen))
    note = "$Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = \\sigma(Z^{[1]})$,\n\n$dZ^{[1]} = A^{[1]} - Y$, $dW^{[1]} = \\frac{1}{m} dZ^{[1]} X$\n"
    editor.tell("textDocument/didOpen", textDocument={"uri": "file:///n.md", "languageId": "markdown", "version": 1, "text": note})
    while not editor.diagnostics.get("file:///n.md"):
        message = editor.take()
        if message is None:
            break
        editor.note(message)
    seen = editor.diagnostics.get("file:///n.md", [])
    check("a note is judged, too", seen and seen[0]["range"]["start"]["line"] == 2, seen)
    editor.tell("textDocument/didOpen", textDocument={"uri": "file:///z.deriv", "languageId": "deriv", "version": 1,
                                                      "text": "given A : 2 x 2\nclaim A\0 = A\nclaim A = 2*A\n"})
    while len(editor.diagnostics.get("file:///z.deriv", [])) < 3:
        message = editor.take()
        if message is None:
            break
        editor.note(message)
    seen = editor.diagnostics.get("file:///z.deriv", [])
    check("NUL is told at its place, and what follows is judged",
          [(one["code"], *one["range"]["start"].values()) for one in seen] == [("syntax", 1, 7), ("broken", 1, 0), ("value", 2, 0)],
          seen)
    editor.tell("textDocument/didClose", textDocument=document)
    check("an unknown method is refused", editor.ask("nosuch/method")["error"]["code"] == -32601)
    editor.ask("shutdown")
    editor.tell("exit")
    check("it ends as it should", editor.process.wait() == 0, editor.process.returncode)
    broken = subprocess.run([sys.argv[1], "lsp"], input=b"Content-Length: -5\r\n\r\nhello", capture_output=True, check=False)
    check("what has no frame is an error", broken.returncode == 3 and b"no message" in broken.stderr, broken)
    look_at_hostile(os.path.abspath(sys.argv[1]), check)
    look_at_heavy(os.path.abspath(sys.argv[1]), check)
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
