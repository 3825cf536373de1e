"""The bench's lines: text files of blocks, each block a small derivation file.

A block ends at an empty line.  Lines that begin with a keyword of the language are declarations; every other
line is a formula to be judged, and becomes a claim.  Behind # stands why a false line is false, and
after @ a point at which that shows, where a random one seldom would:

    given p : number in positive
    log(max(p, 0.01)) = log(p)      # differs below 0.01 @ p = 0.005

A line that begins with #! instructs the oracle: `#! digits 1200` where that many are needed to see anything,
`#! near` where its far points would need thousands, `#! unchecked REASON` where it does not know what the
language knows (kinks).

A block is handed to the program with as many empty lines before it as stand before it in its file, so that
the program's line numbers are those of the file.
"""

import dataclasses
import pathlib
import re

KEYWORDS = {
    "title", "source", "note", "size", "given", "let", "network", "write", "vary", "layout", "claim",
    "refute", "shape", "use",
}  # fmt: skip


@dataclasses.dataclass
class Line:
    number: int
    text: str
    reason: str
    witness: str


@dataclasses.dataclass
class Block:
    path: pathlib.Path
    kind: str  # false, true, nothing, outside or beyond
    first: int
    declarations: list
    lines: list
    digits: int = 0
    near: bool = False
    unchecked: str = ""
    order: list = dataclasses.field(default_factory=list)  # both, as (number, Line or text)

    @property
    def name(self):
        return self.path.stem

    def document(self, prefix=""):
        """The derivation file, its lines where they stand in the bench's file."""
        text = [""] * (self.first - 1)
        for number, item in self.order:
            text += [""] * (number - 1 - len(text))
            text.append(item if isinstance(item, str) else "claim " + item.text)
        return prefix + "\n".join(text) + "\n"


def split_comment(text):
    body, _, comment = text.partition("#")
    reason, _, witness = comment.partition("@")
    return body.rstrip(), reason.strip(), witness.strip()


def instruct(block, text):
    word, _, rest = text[2:].strip().partition(" ")
    if word == "digits":
        block.digits = int(rest)
    elif word == "near":
        block.near = True
    elif word == "unchecked":
        block.unchecked = rest
    else:
        raise ValueError("no instruction: " + text)


def blocks_of(path, kind):
    block = None
    for number, text in enumerate(path.read_text("utf-8").splitlines() + [""], 1):
        if not text.strip():
            if block and block.lines:
                yield block
            block = None
            continue
        block = block or Block(path, kind, number, [], [])
        if text.startswith("#!"):
            instruct(block, text)
            continue
        body, reason, witness = split_comment(text)
        if not body:
            continue
        if re.match(r"\w+", body) and re.match(r"\w+", body).group() in KEYWORDS:
            block.declarations.append(body)
            block.order.append((number, body))
            continue
        line = Line(number, body, reason, witness)
        if kind != "true" and not (reason or witness):
            raise ValueError("%s:%d: no reason is given" % (path, number))
        block.lines.append(line)
        block.order.append((number, line))


def only(block, wanted):
    """The block with those of its lines alone that are wanted; the others stay empty."""
    lines = [line for line in block.lines if wanted(line)]
    order = [(number, item) for number, item in block.order if isinstance(item, str) or item in lines]
    return dataclasses.replace(block, lines=lines, order=order)


def read(folder):
    """Every block of FOLDER/{false,true,nothing,outside,beyond}/*.txt."""
    return [
        block
        for kind in ("false", "true", "nothing", "outside", "beyond")
        for path in sorted((folder / kind).glob("*.txt"))
        for block in blocks_of(path, kind)
    ]
