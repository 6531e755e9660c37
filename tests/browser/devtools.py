"""How a page is driven in Chromium: through a pair of pipes, so that it takes no port and no package.

The protocol is the browser's own (`--remote-debugging-pipe`): JSON messages that end with a zero byte.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

# What takes longer hangs, whatever the machine is busy with.
LIMIT = 120

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


class Failed(Exception):
    """The browser said no, or the page raised."""


def find_browser():
    """The command of a browser; none if there is none."""
    named = os.environ.get("SSLFIX_TEST_BROWSER")
    if named:
        return named
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None)


class Browser:
    """A browser without a window, with a profile of its own, that is gone at the end of the block."""

    def __init__(self, command):
        self.profile = tempfile.TemporaryDirectory(prefix="sslfix-browser-", ignore_cleanup_errors=True)
        arguments = [
            command,
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={self.profile.name}",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
        ]
        # The sandbox needs what a container mostly does not give; the page is our own.
        arguments += ["--no-sandbox", "about:blank"]
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()
        # The browser wants them as 3 and 4, which may be taken here.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_browser, from_browser)]

        def hand_over():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            arguments,
            preexec_fn=hand_over,
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile.name},
        )
        for end in [to_browser, from_browser, *ends]:
            os.close(end)
        self.buffer = b""
        self.count = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
            self.process.wait(LIMIT)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        for end in [self.commands, self.answers]:
            os.close(end)
        self.profile.cleanup()

    def send(self, method, session=None, **parameters):
        """Sends a command and gives its result. Events that come meanwhile are kept."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data) :]
        while True:
            answer = self.receive()
            if answer.get("id") != self.count:
                self.events.append(answer)
            elif "error" in answer:
                raise Failed(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def receive(self):
        """The next message."""
        until = time.monotonic() + LIMIT
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], max(0, until - time.monotonic()))[0]:
                raise Failed(f"the browser said nothing for {LIMIT} seconds")
            read = os.read(self.answers, 1 << 20)
            if not read:
                raise Failed("the browser has ended")
            self.buffer += read
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)


class Page:
    """A page of its own, which keeps what it asked the network for and what went wrong in it."""

    def __init__(self, browser, width=1280, height=900, dark=False, still=True):
        self.browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"]:
            self.send(f"{domain}.enable")
        self.resize(width, height)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        self.send("Emulation.setEmulatedMedia", features=features)

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def resize(self, width, height):
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def open(self, address):
        """Goes to an address and waits until the page is there."""
        self.forget()
        result = self.send("Page.navigate", url=address)
        if "errorText" in result:
            raise Failed(f"{address}: {result['errorText']}")
        # A change of the fragment alone loads nothing.
        if "loaderId" in result:
            self.wait_for_event("Page.loadEventFired")

    def wait_for_event(self, method):
        until = time.monotonic() + LIMIT
        while not any(event.get("method") == method for event in self.own_events()):
            if time.monotonic() > until:
                raise Failed(f"{method} did not come")
            self.browser.events.append(self.browser.receive())

    def own_events(self):
        return [event for event in self.browser.events if event.get("sessionId") == self.session]

    def forget(self):
        others = [event for event in self.browser.events if event.get("sessionId") != self.session]
        self.browser.events = others

    def run(self, script):
        """The value of an expression, which may be a promise."""
        result = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise Failed(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def wait_for(self, script):
        """Waits until an expression is true."""
        until = time.monotonic() + LIMIT
        while not self.run(script):
            if time.monotonic() > until:
                raise Failed(f"never true: {script}")
            time.sleep(0.02)

    def wait_until(self, is_true):
        """Waits until something is true of the events."""
        until = time.monotonic() + LIMIT
        while not is_true():
            if time.monotonic() > until:
                raise Failed("never true")
            # What has happened comes before the answer.
            self.run("0")
            time.sleep(0.02)

    def press(self, key, code=None, text=None):
        """Presses a key as a person does."""
        named = {"key": key, "code": code or key}
        if key == "Enter":
            named.update(windowsVirtualKeyCode=13, text="\r")
        elif key == "Tab":
            named.update(windowsVirtualKeyCode=9)
        else:
            named.update(text=text or key)
        self.send("Input.dispatchKeyEvent", type="keyDown", **named)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key)

    def click(self, selector):
        """Clicks with the mouse in the middle of an element, which must be on top there."""
        script = f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            if (element === null) return null;
            element.scrollIntoView({{ block: "center", behavior: "instant" }});
            const box = element.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return element.contains(document.elementFromPoint(x, y)) ? {{ x, y }} : null;
        }})()"""
        # What has just come into view is painted with the next frame.
        self.wait_for(f"{script} !== null")
        place = self.run(script)
        for kind in ["mousePressed", "mouseReleased"]:
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def requests(self):
        """Addresses that the page got something from since it was opened, or tried to: all that its policy let through."""
        events = [(event["method"], event["params"]) for event in self.own_events()]
        blocked = {
            event["requestId"]
            for method, event in events
            if method == "Network.loadingFailed" and event.get("blockedReason") == "csp"
        }
        asked = [event for method, event in events if method == "Network.requestWillBeSent"]
        return [event["request"]["url"] for event in asked if event["requestId"] not in blocked]

    def complaints(self):
        """What went wrong in the page since it was opened: exceptions, errors, violations of its policy, dialogs."""
        kinds = [
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
            "Log.entryAdded",
            "Audits.issueAdded",
            "Page.javascriptDialogOpening",
        ]
        complaints = [json.dumps(event["params"]) for event in self.own_events() if event["method"] in kinds]
        # Scripts of a test change the address without a person's click, which the browser remarks on.
        return [complaint for complaint in complaints if "NavigationEntryMarkedSkippable" not in complaint]

    def picture(self, path, whole=False):
        """Writes what is seen as PNG; `whole` takes all of the page, however long."""
        options = {"captureBeyondViewport": True} if whole else {}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.send("Page.captureScreenshot", format="png", **options)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
