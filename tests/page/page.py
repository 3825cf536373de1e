#!/usr/bin/env python3
"""page.html in Chromium, as somebody uses it.

    page.py PROGRAM SOURCE PAGE

Skipped where there is no Chromium, no page, or one that was made of other sources (`./dev page` makes it); PAGE_BROKEN says
that making it was tried and failed, which is a failure.  Where
`./dev deps editors` fetched axe-core its rules are tried, too.  PICTURES names a folder for pictures of what is looked at.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "web")]

import tap
from browser import Browser, axe_of, violations
import build

# Numbers that have no room in 32 bits, which is what a browser has for a size and for a limb.
NUMBERS = """given x : number in positive
claim 12345678901 = 3755744309
claim 1.23456789012345678901 = 1.2345678901
claim x*0.12345678901234567890123 = 0.12345678901234567890123*x
claim x*30000000000 = 30000000000*x
claim 1294967296*x = -x*3000000000
claim x = -x*1294967296
claim x^3000000000 = x
given A : 65536 x 65536
claim A = 2*A
claim ones(65536, 65537) = ones(65536, 65537)
"""
HOSTILE = '''title "<script>alert(1)</script><img src=x onerror=alert(2)>"
given x : number
claim "</textarea></script><script>parent.bad = 1</script>" x = 2*x
claim x = <img src=x onerror='parent.bad = 1'>
'''
DEEP = "given x : number\nclaim " + "(" * 20000 + "x" + ")" * 20000 + " = x\n"
ENDLESS = "given A : 300 x 300\nclaim inv(A)*A*inv(A)*A*inv(A) = 2*A\n"
VAST = "given A : 4000 x 4000\nclaim A*A = 2*A\n"
NOTE = (pathlib.Path(__file__).resolve().parents[2] / "examples" / "lecture.md").read_text(encoding="utf-8")
# How many aimed points there are, and so of how many sizes, hangs on roundings of float64, which another BLAS does otherwise.
AIMED = re.compile(r"up to \d+ aimed points|held at \d+ points, of numbers from \S+ to \S+ in size|\d+ of their \d+ combinations")

JUDGE = """(() => {
  const other = new Worker(URL.createObjectURL(new Blob([element("worker").textContent])));
  return new Promise((answer) => {
    other.onmessage = ({data}) => { if (data.ready) other.postMessage(Object.assign({number: 1, format: %s, seconds: 600}, %s)); else { other.terminate(); answer(data); } };
    other.postMessage({core});
  });
})()"""


class Trial:
    def __init__(self, browser, address, folder):
        self.browser, self.address, self.folder, self.points = browser, address, folder, []

    def check(self, name, fine, seen="it is not"):
        self.points.append((name, None if fine else str(seen)[:1500]))

    def judged(self, after=0):
        """Until a report is there that is newer; its number."""
        fine = self.browser.wait("Number(document.documentElement.dataset.number || 0) > %d" % after)
        return self.browser.value("Number(document.documentElement.dataset.number || 0)") if fine else -1

    def put(self, text, kind="text"):
        """Puts a text in, as if it were pasted, and waits for its report."""
        number = self.browser.value("Number(document.documentElement.dataset.number || 0)")
        self.browser.value("kind.value = %s; text.value = %s; text.dispatchEvent(new Event('input'))" % (json.dumps(kind), json.dumps(text)))
        return self.judged(number)

    def report(self, expression):
        return self.browser.value("(({document}) => %s)(frame.contentWindow)" % expression)

    def picture(self, name):
        if os.environ.get("PICTURES"):
            self.browser.picture(os.path.join(os.environ["PICTURES"], name + ".png"))


def look_at_start(trial):
    browser = trial.browser
    browser.go(trial.address)
    trial.judged()
    print("# first verdict %d ms after the page began to load" % browser.value("Math.round(performance.getEntriesByName('verdict')[0].startTime)"))
    trial.check("the first example is judged", browser.value("document.documentElement.dataset.outcome") == "1", browser.value("status.textContent"))
    seen = trial.report("[...document.querySelectorAll('.claim')].map((one) => Math.min(...[...one.querySelectorAll(':scope > .wide > math')]"
                        ".map((math) => math.getBoundingClientRect().height)))")
    trial.check("every line has a formula that can be seen", len(seen) == 4 and min(seen) > 4, seen)
    trial.check("it is as high as its report", trial.browser.wait(
        "frame.contentDocument.documentElement.scrollHeight <= frame.contentWindow.innerHeight + 1"), trial.browser.value("frame.style.height"))


def look_at_mends(trial):
    browser = trial.browser
    for round_ in range(2):
        trial.check("a mend is offered", trial.report("document.querySelectorAll('.mend button').length") >= 1)
        number = browser.value("Number(document.documentElement.dataset.number)")
        browser.click("frame.contentDocument.querySelector('.mend button')")
        trial.judged(number)
    text = browser.value("text.value")
    trial.check("two clicks mend two lines", "tanh'(Z[1])" in text and "dZ[1] * X'" in text, text)
    trial.check("then 4 hold", trial.report("document.body.textContent.includes('4 hold')"), browser.value("status.textContent"))
    trial.check("signs of many bytes before the place do not shift it", trial.put("given A : n x m\nclaim \"𝓩𝓩 é∂\" A*A = A*A'\n") > 0)
    trial.put("network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples\nwrite dW[l] for ∂J/∂W[l]\nwrite dZ[l] for m * ∂J/∂Z[l]\n"
              "claim \"𝓩𝓩𝓩\" dW[1] = 1/m * dZ[1] * X\n")
    number = browser.value("Number(document.documentElement.dataset.number)")
    browser.click("frame.contentDocument.querySelector('.mend button')")
    trial.judged(number)
    trial.check("which is a click, too", browser.value("text.value").endswith("dZ[1] * X'\n"), browser.value("text.value"))
    browser.value("text.focus(); document.execCommand('undo')")
    trial.check("and can be undone", browser.value("text.value").endswith("dZ[1] * X\n"), browser.value("text.value"))


def look_at_kinds(trial):
    browser = trial.browser
    trial.put(NOTE, "text.md")
    trial.check("a note is judged", "4 hold, 2 fail" in trial.report("document.body.textContent"), browser.value("status.textContent"))
    trial.put("3 - 4 tanh - 2 softmax\n")
    trial.check("a network is one without being called so", "three ways" in trial.report("document.body.textContent"), browser.value("status.textContent"))
    trial.put("3 - 4 tanhh - 1 sigmoid\n", "network")
    trial.check("what is wrong with one is told", "tanh" in browser.value("messages.textContent") and not browser.value("messages.hidden"),
                browser.value("messages.textContent"))
    trial.put("4294967297 - 2 tanh - 1 sigmoid\n")
    trial.check("no size is taken for another one", "absurdly large" in browser.value("messages.textContent"), browser.value("messages.textContent"))
    trial.put("65536 - 65536 tanh - 1 sigmoid\n")
    trial.check("a network that is too large is told", "memory" in browser.value("messages.textContent") and "before its time" not in
                browser.value("messages.textContent"), browser.value("messages.textContent"))
    trial.put("given x number\nclaim x = y\n", "text.deriv")
    trial.check("what cannot be read is told", trial.report("document.body.textContent.includes('error')"), browser.value("messages.textContent"))


def look_at_address(trial):
    browser, text = trial.browser, "given x : number in positive\nclaim \"𝓩 é\" sqrt(x)^2 = x\n"
    trial.put(text, "text.deriv")
    address = browser.value("location.href")
    trial.check("the address carries the text", "#text=" in address, address[:200])
    browser.go(address)
    trial.judged()
    trial.check("and brings it back", browser.value("text.value") == text and browser.value("kind.value") == "text.deriv", browser.value("text.value"))
    trial.check("with its verdict", browser.value("document.documentElement.dataset.outcome") == "0", browser.value("status.textContent"))
    browser.go(trial.address + "#text=%%%&as=<b>")
    browser.wait("!messages.hidden")
    trial.check("a damaged one is told", "damaged" in browser.value("messages.textContent"), browser.value("messages.textContent"))


def look_at_hostile(trial):
    browser = trial.browser
    browser.go(trial.address)
    trial.judged()
    trial.put(HOSTILE, "text.deriv")
    trial.check("nothing that is written is run", browser.value("window.bad === undefined") and trial.report("document.querySelectorAll('script,img').length") == 0)
    trial.check("it is text", trial.report("document.body.textContent.includes('<script>')"))
    # None of these may take the page with it, whatever becomes of the text itself.
    for name, text in (("a formula that is nested deeply", DEEP), ("one that takes too long", ENDLESS), ("one that takes too much", VAST)):
        browser.value("delete document.documentElement.dataset.number; messages.hidden = true; kind.value = 'text.deriv'; text.value = %s; text.dispatchEvent(new Event('input'))"
                      % json.dumps(text))
        fine = browser.wait("document.documentElement.dataset.number || !messages.hidden")
        print("# %s: %s" % (name, browser.value("messages.hidden ? frame.contentDocument.body.textContent.slice(0, 300) : messages.textContent")))
        trial.check(name + " ends", fine, browser.value("status.textContent"))
        holds = trial.put("given x : number\nclaim x = x + 0\n", "text.deriv")
        trial.check("and the next text is judged", holds > 0 and browser.value("document.documentElement.dataset.outcome") == "0", browser.value("status.textContent"))


def look_at_runaway(trial):
    """A worker that says nothing is given up."""
    browser = trial.browser
    browser.value("patience = 0; messages.hidden = true")
    browser.value("text.value = 'given x : number\\nclaim x = x*1\\n'; text.dispatchEvent(new Event('input'))")
    fine = browser.wait("!messages.hidden")
    trial.check("what never ends is stopped", fine and "too long" in browser.value("messages.textContent"), browser.value("messages.textContent"))
    browser.value("patience = 600")
    trial.check("and another worker judges on", trial.put("given x : number\nclaim x = 1*x\n") > 0
                and browser.value("document.documentElement.dataset.outcome") == "0", browser.value("status.textContent"))


def look_at_looks(trial, source):
    browser, accessible = trial.browser, (HERE / "accessible.js").read_text(encoding="utf-8")
    axe = axe_of(source)
    for name, width, media, scheme in (("wide", 1280, "", "light"), ("dark", 1280, "", "dark"), ("narrow", 320, "", "light"), ("print", 800, "print", "light")):
        browser.media(media, scheme)
        browser.size(width, 800)
        browser.go(trial.address)
        trial.judged()
        browser.value("fit()")
        trial.check(name + ": nothing is wider than the window", browser.value("document.documentElement.scrollWidth <= innerWidth"),
                    browser.value("document.documentElement.scrollWidth"))
        trial.check(name + ": nor in the report", trial.report("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
                    trial.report("document.documentElement.scrollWidth"))
        for place in ("document", "frame.contentDocument"):
            seen = browser.value("(%s)(%s)" % (accessible, place))
            trial.check("%s: it serves everybody, %s" % (name, place), seen == [], seen)
        trial.picture(name)
        if axe and media == "":
            seen = violations(browser, axe)
            trial.check(name + ": axe-core has nothing to say", seen == [], seen)
    browser.media()
    browser.size(1280, 800)


def look_at_verdicts(trial, program, source):
    """Verdicts of all derivations are those of the program; so is the text, but for the number of aimed points."""
    browser, texts = trial.browser, 0
    browser.go(trial.address)
    trial.judged()
    files = [path for path in sorted((source / "derivations").glob("*.deriv")) if not re.search(r"^\s*use\b", path.read_text(encoding="utf-8"), re.M)]
    numbers = pathlib.Path(trial.folder, "numbers.deriv")
    numbers.write_text(NUMBERS, encoding="utf-8")
    for path in [numbers] + files:
        wanted = json.dumps({"name": path.name, "text": path.read_text(encoding="utf-8")})
        there = subprocess.run([program, "verify", "--format", "json", path.name], cwd=path.parent, capture_output=True, check=False)
        here = browser.value(JUDGE % ('"json"', wanted))
        verdicts = [[(one["span"]["line"], one["verdict"], one["reason"]) for one in json.loads(text)["reports"][0]["claims"]]
                    for text in (there.stdout, here["report"])]
        trial.check("%s: every verdict is the program's" % path.name, verdicts[0] == verdicts[1] and verdicts[0],
                    [pair for pair in zip(*verdicts) if pair[0] != pair[1]] or here)
        there = subprocess.run([program, "verify", path.name], cwd=path.parent, capture_output=True, check=False).stdout.decode().strip()
        text = browser.value(JUDGE % ('"text"', wanted))["report"].strip()
        texts += text == there
        flat = [AIMED.sub("(aimed points)", re.sub(r"\s+", " ", one)) for one in (there, text)]
        trial.check("%s: so is every word" % path.name, flat[0] == flat[1], flat)
    print("# %d of %d reports are the program's byte by byte" % (texts, len(files)))


def main():
    program, source, page = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    chromium = shutil.which("chromium")
    lack = "chromium is not installed" if not chromium else "./dev page has not been run" if not page.exists() else \
        None if build.digest() in page.read_text(encoding="utf-8") else "the page was made of other sources"
    if os.environ.get("PAGE_BROKEN"):
        return tap.report([("./dev page makes a page", "it ended with status " + os.environ["PAGE_BROKEN"])])
    if lack:
        print("1..0 # SKIP " + lack)
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(chromium, folder)
        trial = Trial(browser, page.as_uri(), folder)
        browser.size(1280, 800)
        try:
            look_at_start(trial)
            look_at_mends(trial)
            look_at_kinds(trial)
            look_at_address(trial)
            look_at_hostile(trial)
            look_at_runaway(trial)
            look_at_looks(trial, source)
            look_at_verdicts(trial, program, source)
        except (EOFError, TimeoutError, RuntimeError) as error:
            trial.check("the browser answers", False, error)
        browser.close()
    asked = [one for one in browser.requests if not one.startswith((page.as_uri(), "blob:", "about:", "data:"))]
    trial.check("nothing is asked for", asked == [], asked)
    trial.check("nothing is said on the console", browser.complaints == [], browser.complaints)
    return tap.report(trial.points)


if __name__ == "__main__":
    sys.exit(main())
