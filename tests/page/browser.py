"""Chromium without a window, driven through a pair of pipes: its own protocol, one JSON object after the other, each
ended by a zero byte."""

import base64
import json
import os
import pathlib
import select
import signal
import subprocess

PATIENCE = 180  # seconds; what is right never waits so long


class Browser:
    """One browser with one page."""

    def __init__(self, program, folder):
        to_read, self.to = os.pipe()
        self.source, to_write = os.pipe()
        command = 'exec "$0" "$@" 3<&%d 4>&%d' % (to_read, to_write)
        self.process = subprocess.Popen(
            ["bash", "-c", command, program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--disable-component-update", "--disable-background-networking", "--remote-debugging-pipe", "--user-data-dir=%s" % folder,
             "about:blank"], pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(to_read)
        os.close(to_write)
        self.number, self.buffer, self.session = 0, b"", None
        self.requests, self.complaints = [], []
        targets = self.ask("Target.getTargets")["targetInfos"]
        target = next(one for one in targets if one["type"] == "page")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")

    def take(self):
        while b"\0" not in self.buffer:
            if not select.select([self.source], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser says nothing")
            more = os.read(self.source, 1 << 20)
            if not more:
                raise EOFError("the browser has ended")
            self.buffer += more
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def note(self, message):
        method, details = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
        elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.complaints.append(details["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(details["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(details["args"])[:500])

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.take()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]
            self.note(answer)

    def go(self, address):
        """Loads a page anew, also one that differs in its fragment alone."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, expression):
        """What an expression comes to in the page; a promise is waited for."""
        result = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"])[:800])
        return result["result"].get("value")

    def wait(self, condition, rounds=1200):
        """Whether it comes true; the rounds are tenths of a second."""
        check = "new Promise((answer) => { let left = %d; const look = () => (%s) ? answer(true) : left-- > 0 ? setTimeout(look, 100) : answer(false); look(); })"
        try:
            return self.value(check % (rounds, condition))
        except RuntimeError as error:
            if "navigat" in str(error) or "context" in str(error).lower():
                return self.wait(condition, rounds)
            raise

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, kind="", scheme="light"):
        self.ask("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path, whole=True):
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def click(self, expression):
        """Clicks where an element is, as a mouse does."""
        place = self.value("(() => { const one = %s; one.scrollIntoView({block: 'center'}); let box = one.getBoundingClientRect(), x = box.x + box.width / 2,"
                           " y = box.y + box.height / 2; for (let inside = one.ownerDocument.defaultView; inside !== inside.parent; inside = inside.parent)"
                           " { const frame = inside.frameElement.getBoundingClientRect(); x += frame.x; y += frame.y; } return [x, y]; })()" % expression)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def close(self):
        self.process.terminate()
        self.process.wait()
        try: # its helpers write into its folder for a while yet
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def axe_of(source):
    """The text of axe-core where `./dev deps editors` fetched it, or None."""
    path = pathlib.Path(source, "build-peers/node_modules/axe-core/axe.min.js")
    return path.read_text(encoding="utf-8") if path.exists() else None


def violations(browser, axe):
    """What axe-core has against the page that is shown, frames apart."""
    browser.value(axe + "; null")
    return browser.value("axe.run(document, {iframes: false}).then((found) => found.violations.map((one) =>"
                         " one.id + ': ' + one.nodes.map((node) => node.html).join(' | ').slice(0, 500)))")
