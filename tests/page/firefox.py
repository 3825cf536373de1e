#!/usr/bin/env python3
"""The page and a report in Firefox, which has its own MathML, its own WebAssembly and its own rules for pages from a disk.

    firefox.py PROGRAM SOURCE PAGE

Skipped where there is no Firefox; the page is where there is none, or one that was made of other sources.  Firefox is
driven by its own Marionette: "LENGTH:JSON" over a local connection, whose port it writes into its profile.  PICTURES
names a folder for pictures of what is looked at; docs/page.png is one of them.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "web")]

import tap
import build

PATIENCE = 180  # seconds; what is right never waits so long
PREFERENCES = {"marionette.port": 0, "browser.shell.checkDefaultBrowser": False, "datareporting.policy.dataSubmissionEnabled": False,
               "toolkit.telemetry.enabled": False, "browser.aboutwelcome.enabled": False, "app.update.enabled": False,
               "browser.startup.homepage_override.mstone": "ignore", "network.captive-portal-service.enabled": False,
               "network.connectivity-service.enabled": False, "extensions.getAddons.cache.enabled": False}


class Firefox:
    """One Firefox without a window, with one page."""

    def __init__(self, program, folder):
        profile = pathlib.Path(folder, "profile")
        profile.mkdir()
        (profile / "user.js").write_text("".join("user_pref(%s, %s);\n" % (json.dumps(name), json.dumps(value))
                                                 for name, value in PREFERENCES.items()))
        environment = dict(os.environ, HOME=str(folder), MOZ_HEADLESS="1")
        self.process = subprocess.Popen([program, "--marionette", "--no-remote", "--profile", str(profile), "about:blank"], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.number, self.buffer = 0, b""
        try:
            self.connection = self.connect(profile / "MarionetteActivePort")
            self.take()  # its greeting
            self.ask("WebDriver:NewSession", capabilities={})
            self.ask("WebDriver:SetTimeouts", script=1000 * PATIENCE, pageLoad=1000 * PATIENCE)
        except Exception:
            self.close()
            raise

    def connect(self, place):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            port = place.read_text() if place.exists() else ""
            if port.strip():
                return socket.create_connection(("127.0.0.1", int(port)), PATIENCE)
            time.sleep(0.1)
        raise TimeoutError("Firefox does not start")

    def take(self):
        while True:
            length, separator, rest = self.buffer.partition(b":")
            if separator and len(rest) >= int(length):
                self.buffer = rest[int(length):]
                return json.loads(rest[:int(length)])
            more = self.connection.recv(1 << 20)
            if not more:
                raise EOFError("Firefox has ended")
            self.buffer += more

    def ask(self, command, **parameters):
        self.number += 1
        body = json.dumps([0, self.number, command, parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(body), body))
        _, number, error, result = self.take()
        if error or number != self.number:
            raise RuntimeError("%s: %s" % (command, error))
        return result

    def go(self, address):
        self.ask("WebDriver:Navigate", url="about:blank")
        self.ask("WebDriver:Navigate", url=address)

    def value(self, expression):
        """What an expression comes to in the page."""
        return self.ask("WebDriver:ExecuteScript", script="return (%s)" % expression, args=[], newSandbox=True)["value"]

    def wait(self, condition):
        """Whether it comes true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.value(condition):
                return True
            time.sleep(0.1)
        return False

    def picture(self, name, whole=True):
        if os.environ.get("PICTURES"):
            data = self.ask("WebDriver:TakeScreenshot", full=whole, hash=False)["value"]
            pathlib.Path(os.environ["PICTURES"], name + ".png").write_bytes(base64.b64decode(data))

    def close(self):
        self.process.terminate()
        self.process.wait()


FLAT = "[...document.querySelectorAll('.claim > .wide > math')].map((one) => one.getBoundingClientRect().height)"
JUDGED = "Number(document.documentElement.dataset.number || 0) > %d"
INSIDE = "document.getElementById('report').contentDocument"


def look_at_report(firefox, program, source, folder):
    path = folder / "report.html"
    subprocess.run([program, "verify", "--format", "html", "--output", str(path), "examples/notes.deriv"], cwd=source, check=False)
    firefox.go(path.as_uri())
    seen = firefox.value(FLAT)
    yield "report: every formula has a size", len(seen) >= 4 and min(seen) > 4, seen
    seen = firefox.value("document.querySelector('math').namespaceURI")
    yield "report: formulas are formulas", seen.endswith("MathML"), seen
    seen = firefox.value("[document.documentElement.scrollWidth, innerWidth]")
    yield "report: it is no wider than the window", seen[0] <= seen[1], seen
    firefox.picture("firefox-report")


def judged(firefox, number=0):
    """Whether there is a report after that number, which the page had the time for: it counts seconds by the clock, and others
    may have the processor."""
    for _ in range(20):
        if not firefox.wait(JUDGED % number):
            return False
        if "was up" not in firefox.value("document.getElementById('status').textContent"):
            return True
        number = firefox.value("Number(document.documentElement.dataset.number)")
        firefox.value("void document.getElementById('text').dispatchEvent(new Event('input'))")
    return False


def look_at_page(firefox, address):
    firefox.ask("WebDriver:SetWindowRect", width=1180, height=960)
    firefox.go(address)
    yield "page: the first example is judged", judged(firefox), firefox.value("document.body.innerText.slice(0, 500)")
    seen = firefox.value("document.documentElement.dataset.outcome")
    yield "page: it fails, as it should", seen == "1", seen
    print("# first verdict %s ms after the page began to load"
          % firefox.value("Math.round(performance.getEntriesByName('verdict')[0].startTime)"))
    firefox.picture("page", whole=False)  # that of docs/
    for _ in range(2):
        number = firefox.value("Number(document.documentElement.dataset.number)")
        firefox.value("%s.querySelector('.mend button').click()" % INSIDE)
        judged(firefox, number)
    seen = firefox.value("%s.body.textContent" % INSIDE)
    yield "page: two clicks mend two lines", "4 hold" in seen, seen[:500]
    address = firefox.value("location.href")
    text = firefox.value("document.getElementById('text').value")
    firefox.go(address)
    firefox.wait(JUDGED % 0)
    seen = firefox.value("document.getElementById('text').value")
    yield "page: the address brings the text back", seen == text, seen


def main():
    program, source, page = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    if not browser:
        print("1..0 # SKIP Firefox is not installed")
        return 0
    points = []
    with tempfile.TemporaryDirectory() as place:
        firefox = None
        try:
            firefox = Firefox(browser, place)
            looks = [look_at_report(firefox, program, source, pathlib.Path(place))]
            if page.exists() and build.digest() in page.read_text(encoding="utf-8"):
                looks.append(look_at_page(firefox, page.as_uri()))
            else:
                print("# the page is not tried: ./dev page has not been run on these sources")
            for look in looks:
                points += [(name, None if fine else str(seen)[:1000] or "nothing") for name, fine, seen in look]
        except (OSError, EOFError, RuntimeError) as error:
            points.append(("Firefox answers", str(error)))
        if firefox:
            firefox.close()
    return tap.report(points)


if __name__ == "__main__":
    sys.exit(main())
