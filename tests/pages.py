#!/usr/bin/env python3
"""Pages of --format html: whole, self-contained, and harmless, whatever stands in files and names.

    pages.py PROGRAM SOURCE

Every page is read tag by tag.  Where a browser is installed (chromium), it is asked for what only it
knows, in light and dark, on a telephone and on paper: that every formula has a size, that nothing is wider than the
window, that names, headings and contrasts serve everybody, that nothing was asked for or said on its console.  axe-core has its say where `./dev deps editors` fetched it.
"""

import html
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import share
import tap

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE / "page"))

from browser import Browser, axe_of, violations

VOID = {"meta", "rect", "circle", "line", "path", "polyline"}  # may be <empty/>
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "img", "form", "base"}
HOSTILE = '<script>alert(1)</script> " onload="alert(2) \' & &lt; ]]> <!-- \u202e \x1b[31m'

FOUR_LINES = """title "Four lines"
network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples
write dZ[l] for m * ∂J/∂Z[l]
write dW[l] for ∂J/∂W[l]
claim "output" dZ[2] = A[2] - Y
claim dW[2] = 1/m * dZ[2] * A[1]'
claim dZ[1] = W[2]' * dZ[2] ⊙ tanh'(Z[1])
claim dW[1] = 1/m * dZ[1] * X'
"""

WRONG = FOUR_LINES.replace("* X'", "* X").replace("dZ[2] * A[1]'", "2 * dZ[2] * A[1]'")

LETTERS = """given x : n
given a, b : number in (1, 2)
given W : n x n
claim sum_{i=1..n} x_i^2 = x'*x
claim [a, b; b, a] * [1; 0] = [a; b]
claim ∂(x'*W*x)/∂x = (W + W')*x
claim (a/b)^2 = a^2/b^2
claim sqrt(a)*sqrt(a) = a <= a + b
refute abs(a) = -a
shape W*x : n x 1
claim prod_{k=1..2} (a + k) = (a + 1)*(a + 2)
claim a - (b - a) = 2*a - b
claim W_{1,1}' = W_{1,1}
"""

# What the formulas above are drawn with: a picture that says something else than the line would be a lie.
DRAWN = ("<munderover><mo>∑</mo>", "<munderover><mo>∏</mo>", "<mtable><mtr><mtd>", "<msqrt><mi>a</mi></msqrt>",
         "<mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow><mn>2</mn></msup>", "<mo>≤</mo>",
         "<mi>a</mi><mo>−</mo><mrow><mo>(</mo><mrow><mi>b</mi><mo>−</mo><mi>a</mi></mrow><mo>)</mo></mrow>",
         "<msup><mi>x</mi><mo lspace=\"0\">⊤</mo></msup>")


class Page(html.parser.HTMLParser):
    """What a page is made of, and what is wrong with it."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag in FORBIDDEN:
            self.problems.append("<%s> in the page" % tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcset", "action"):
                self.problems.append("%s of <%s>" % (name, tag))
            if name == "href" and not value.startswith("#"):
                self.problems.append("a link that leaves the page: %s" % value)
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.problems.append("<%s/>, which HTML does not close" % tag)
        self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append("</%s> closes something else" % tag)


def look_at(text):
    """What is wrong with a page, or None, and its tags."""
    page = Page()
    page.feed(text)
    page.close()
    problems = page.problems + ["<%s> is not closed" % tag for tag in page.open]
    if not text.startswith("<!DOCTYPE html>\n"):
        problems.append("no document type")
    if re.search(r"url\(|@import|https?:", text):
        problems.append("it asks for something from outside")
    if re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text):
        problems.append("control characters")
    return "; ".join(problems) or None, page.tags


class Runner:
    def __init__(self, program, folder):
        self.program, self.folder, self.pages = program, pathlib.Path(folder), {}
        self.points = []

    def check(self, name, problem):
        self.points.append((name, problem))

    def page(self, name, arguments, statuses=(0, 1, 2), text=None):
        """Runs the program for a page, and looks at it."""
        run = subprocess.run([self.program] + arguments + ["--format", "html"], cwd=self.folder, text=True,
                             input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if run.returncode not in statuses:
            self.check(name, "exit status %d: %s" % (run.returncode, run.stderr.strip()))
            return "", []
        problem, tags = look_at(run.stdout)
        self.check(name, problem)
        self.pages[name] = run.stdout
        return run.stdout, tags


def look_at_derivations(runner, source):
    (runner.folder / "four.deriv").write_text(FOUR_LINES)
    (runner.folder / "wrong.deriv").write_text(WRONG)
    (runner.folder / "letters.deriv").write_text(LETTERS)
    text, tags = runner.page("four lines", ["verify", "four.deriv"])
    runner.check("every line has a formula, and its shapes", None if tags.count("math") == 8 else "%d" % tags.count("math"))
    runner.check("a small file is a small page", None if len(text.encode()) < 25000 else "%d bytes" % len(text.encode()))
    text, tags = runner.page("lines that fail", ["verify", "wrong.deriv"])
    runner.check("what changes in a mended formula is marked", None if 'class="mark"' in text else "no mark")
    places = re.findall(r'data-from-1="(\d+)" data-to-1="(\d+)" data-text-1="([^"]*)"', text)
    mended = [WRONG.encode()[:int(begin)].decode() + html.unescape(put) + WRONG.encode()[int(end):].decode() for begin, end, put in places]
    runner.check("a mend says where its text goes", None if any("* X'\n" in one for one in mended) else str(places))
    runner.check("numbers have few digits", "; ".join(re.findall(r'<td class="number">-?[\d.]{14,}', text)[:3]) or None)
    runner.check("what does not fit is marked in its line", None if "dZ[1] <mark>*</mark> X" in text else "no mark")
    runner.check("numbers are worked out", None if "worked numbers" in text else "none")
    text, _ = runner.page("fractions, sums, matrices", ["verify", "letters.deriv"])
    runner.check("are drawn as what they are", "; ".join(one for one in DRAWN if one not in text) or None)
    text, tags = runner.page("several files", ["verify", "four.deriv", "wrong.deriv", "missing.deriv"], statuses=(3,))
    runner.check("they have an index", None if 'href="#file2"' in text and 'id="file2"' in text else "no index")
    runner.page("all derivations", ["verify"] + sorted(str(path) for path in (source / "derivations").glob("*.deriv")))
    text, _ = runner.page("a note", ["verify", str(source / "examples" / "lecture.md")])
    mends = re.findall(r'<div class="mend".*?</div></?(?:div|p)', text)
    runner.check("its mends are drawn, with what changes marked", None if len(mends) == 2 and all(
        "<math" in one and 'class="mark"' in one for one in mends) else str(mends)[:300])
    runner.page("worked numbers", ["explain", "wrong.deriv:6"])
    runner.page("shapes of a derivation", ["trace", "wrong.deriv"])


def look_at_networks(runner):
    text, _ = runner.page("a network", ["net", "3 - 4 tanh - 2 softmax", "--show-jacobians"])
    runner.check("it is drawn", None if "The network, with the verdict" in text else "no drawing")
    runner.check("its blocks have their names", None if text.count("<var>W</var><sup>[1]</sup>") else "not found")
    runner.check("a zero has no sign", None if ">-0<" not in text else "-0")
    runner.check("its blocks are maps with values", None if "row 1, column 1" in text else "no map")
    runner.page("a network that is wrong", ["net", "3 - 4 relu - 2 sigmoid", "--inject", "sign W[1]"], statuses=(1,))
    runner.page("planted mistakes", ["net", "3 - 4 tanh - 1 sigmoid", "--power"])
    runner.page("shapes of a network", ["trace", "3 - 4 tanh - 1 sigmoid"])
    text, _ = runner.page("a training run", ["train", "2 - 3 tanh - 1 sigmoid", "--steps", "20"], statuses=(0, 1, 2))
    runner.check("with its curve", None if "<polyline" in text else "no curve")
    (runner.folder / "broken.npz").write_bytes(b"PK")
    runner.page("what cannot be checked", ["grads", "3 - 4 tanh - 1 sigmoid", "broken.npz"], statuses=(3,))


def look_at_hostile(runner):
    name = "a<b>&\"'.deriv"
    claim = HOSTILE.replace('"', "'").replace("\x1b", "")
    (runner.folder / name).write_text('title "%s"\ngiven x : number\nclaim "%s" x = 2*x\nclaim x = <script>\n' % (claim, claim))
    text, _ = runner.page("hostile names and titles", ["verify", name], statuses=(1, 3))
    runner.check("they are text", None if "&lt;script&gt;" in text else "not found as text")
    (runner.folder / "hostile.md").write_text("# " + HOSTILE + "\n\n$dZ^{[2]} = A^{[2]} - Y$ and $a = <img src=x onerror=alert(1)>$\n")
    runner.page("a hostile note", ["verify", "hostile.md"], statuses=(0, 1, 2, 3))


LARGE = 200_000
FLAT = "[...document.querySelectorAll('math')].filter((one) => one.getBoundingClientRect().height < 4).length"
LOOKS = (("narrow", 320, "", "light"), ("wide", 1000, "", "light"), ("dark", 1000, "", "dark"), ("printed", 800, "print", "light"))


def look_at_one(browser, address, accessible, axe):
    """What is wrong with a page in one of its looks."""
    found = []
    for name, width, media, scheme in LOOKS:
        browser.media(media, scheme)
        browser.size(width, 800)
        browser.go(address)
        if not media:
            browser.value("document.querySelectorAll('details').forEach((one) => one.open = true)")
        flat, wide = browser.value(FLAT) if not media else 0, browser.value("document.documentElement.scrollWidth > innerWidth + 1")
        found += ["%s: %d flat formulas" % (name, flat)] * (flat > 0)
        found += ["%s: wider than the window" % name] * (wide and not media)  # paper is shrunk to
        found += ["%s: %s" % (name, one) for one in browser.value("(%s)(document)" % accessible)[:3] if not media]
        found += ["%s: axe-core: %s" % (name, one) for one in (violations(browser, axe) if axe and not media else [])]
    return found


def look_with_browser(runner, program, axe):
    accessible = (HERE / "page" / "accessible.js").read_text(encoding="utf-8")
    path = runner.folder / "page.html"
    browser = Browser(program, str(runner.folder / "profile"))
    try:
        for name, text in share.of(runner.pages.items(), 14, "pages", lambda page: page[0]):
            path.write_text(text, encoding="utf-8")
            small = len(text) < LARGE  # axe-core takes a time that grows faster than the page
            runner.check("in a browser: " + name, "; ".join(look_at_one(browser, path.as_uri(), accessible, axe if small else None)) or None)
    except (EOFError, TimeoutError, RuntimeError) as error:
        runner.check("the browser answers", str(error))
    browser.close()
    asked = [one for one in browser.requests if one not in (path.as_uri(), "about:blank")]
    runner.check("nothing is asked for or complained of", "; ".join(asked + browser.complaints) or None)


def main():
    program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        runner = Runner(program, folder)
        look_at_derivations(runner, source)
        look_at_networks(runner)
        look_at_hostile(runner)
        browser = shutil.which("chromium")
        if browser:
            look_with_browser(runner, browser, axe_of(source))
        return tap.report(runner.points)


if __name__ == "__main__":
    sys.exit(main())
