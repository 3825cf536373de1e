"""Where the formulas of a note stand: a dense scan for delimiters, in raw bytes.

It is meant to find too much rather than too little, and knows nothing of mathematics: `$`, `$$`, `\\(`,
`\\[` with one or two backslashes, bare environments and those macros of the author's that open one.
Fences, inline code, comments of LaTeX and front matter are passed over.  A `$` that is not closed ends at
the blank line.  The text is taken as Latin-1, so that a place in it is a place in the bytes.
"""

import re

ENVIRONMENTS = "align|aligned|alignat|displaymath|eqnarray|equation|flalign|gather|math|multline"
RELATION = re.compile(r"=|\\approx|\\equiv|\\leftarrow|\\gets|\\rightarrow|\\to(?![a-zA-Z])|\\sim(?![a-zA-Z])"
                      r"|\\propto|\\leq?(?![a-zA-Z])|\\geq?(?![a-zA-Z])|\\ne(q)?(?![a-zA-Z])|\\in(?![a-zA-Z])")
PROSE = re.compile(r"[A-Za-z][A-Za-z \-]+\Z")
MATHEMATICS = re.compile(r"[\\_^=]|\A\s*[A-Za-z]\s*\Z")


class Span:
    """A formula: [begin, end) without its delimiters and what white space and signs of quoting stand beside them."""

    def __init__(self, text, begin, end, outside, closed=True):
        while begin < end and (text[begin].isspace() or quotes(text, begin)):
            begin += 1
        while end > begin and (text[end - 1].isspace() or quotes(text, end - 1)):
            end -= 1
        self.begin, self.end = begin, end
        self.outside = outside
        self.closed = closed
        self.text = text[begin:end]

    @property
    def has_equals(self):
        return "=" in self.text

    @property
    def has_relation(self):
        return bool(RELATION.search(self.text))


def quotes(text, offset):
    """Whether the sign at the offset is one that begins a quoted line."""
    return text[offset] == ">" and not text[text.rfind("\n", 0, offset) + 1:offset].strip(" \t>")


def place(text, offset):
    """Line and column of an offset, counted from 1, in bytes."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def blanked(text, patterns):
    """The text with what the patterns match put out, at its length: places stay what they are."""
    for pattern in patterns:
        text = re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)
    return text


def openers(text):
    """Macros of the author's with one argument that open an environment: their bodies are formulas."""
    return re.findall(r"\\newcommand\s*\{?\\(\w+)\}?\s*\[1\]\s*\{\s*\\begin\{(?:%s)\*?\}" % ENVIRONMENTS, text)


def braced(text, begin):
    """The place of the brace that closes the one at begin."""
    depth = 0
    for place_of in range(begin, len(text)):
        if text[place_of] == "\\":
            continue
        if text[place_of] == "{" and text[place_of - 1] != "\\":
            depth += 1
        elif text[place_of] == "}" and text[place_of - 1] != "\\":
            depth -= 1
            if depth == 0:
                return place_of
    return len(text)


def visible(text, latex):
    """The text without what holds no formulas."""
    if latex:
        body = text.find("\\begin{document}")
        text = re.sub(r"[^\n]", " ", text[:body]) + text[body:]
        return blanked(text, [r"(?<!\\)%[^\n]*", r"\\begin\{verbatim\}.*?\\end\{verbatim\}"])
    return blanked(text, [r"\A---\n(?:.*\n)*?---\n", r"\A\+\+\+\n(?:.*\n)*?\+\+\+\n",
                          r"(?ms)^[ >\t]*(```+|~~~+)(?!\s*math\b).*?^[ >\t]*\1[ \t]*$", r"(?<!`)`[^`\n]+`(?!`)"])


def scan(raw, latex=False):
    """All formulas of a note, in the order of their places."""
    whole = raw.decode("latin-1")
    macros = openers(whole) if latex else []
    text = visible(whole, latex)
    spans = []
    opening = re.compile(
        r"\\\\?\\?\$|\$\$|\$|\\\\?\[|\\\\?\(|\\begin\{((?:%s)\*?)\}%s" %
        (ENVIRONMENTS, "".join(r"|\\%s(?=\s*\{)" % name for name in macros)))
    at = 0
    while True:
        match = opening.search(text, at)
        if not match:
            return spans
        at = closed_at(text, match, spans)


def closed_at(text, match, spans):
    """Adds the formula that begins at the match, if it is one, and gives the place to go on from."""
    sign, inside = match.group(0), match.end()
    if sign.endswith("$") and sign.startswith("\\"):
        return inside
    if sign == "$$":
        end = text.find("$$", inside)
        stop = len(text) if end < 0 else end
        if end < 0:
            stop = blank_line(text, inside)
        spans.append(Span(text, inside, stop, match.start(), end >= 0))
        return stop + 2
    if sign == "$":
        closing = re.compile(r"(?<!\\)\$").search(text, inside)
        blank = blank_line(text, inside)
        if not closing or closing.start() > blank:
            spans.append(Span(text, inside, blank, match.start(), False))
            return blank
        spans.append(Span(text, inside, closing.start(), match.start()))
        return closing.end()
    if match.group(1):
        closing = "\\end{%s}" % match.group(1)
        end = text.find(closing, inside)
        stop = len(text) if end < 0 else end
        spans.append(Span(text, inside, stop, match.start(), end >= 0))
        return stop + len(closing)
    if sign[-1] in "[(":
        closing = sign[:-1] + ("]" if sign[-1] == "[" else ")")
        end = text.find(closing, inside)
        body = text[inside:end]
        if end < 0 or "\n\n" in body or PROSE.match(body) or not MATHEMATICS.search(body):
            return inside
        spans.append(Span(text, inside, end, match.start()))
        return end + len(closing)
    opened = text.index("{", inside)
    stop = braced(text, opened)
    spans.append(Span(text, opened + 1, stop, match.start(), stop < len(text)))
    return stop + 1


def blank_line(text, begin):
    """The place of the next blank line, or of the end."""
    match = re.compile(r"\n[ \t>]*\n").search(text, begin)
    return match.start() if match else len(text)
