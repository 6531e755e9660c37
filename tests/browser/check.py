#!/usr/bin/env python3
"""Opens the page of `--report html` in Chromium and does what people do with it.

    tests/browser/check.py --sslfix target/debug/sslfix
    tests/browser/check.py --sslfix target/debug/sslfix --picture docs/report.png

Needs Python 3.8 or newer, a Chromium (from PATH, or named in SSLFIX_TEST_BROWSER) and no package. Prints a line for each
check, and exits with 1 if one has failed.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

from devtools import Browser, Page, find_browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEGACY_APP = ROOT / "tests/inputs/legacy_app"

ATTACK = "</script><img src=x onerror=alert(1)>"

CLIENT = """\
import ssl


def connect(sock):
    return ssl.wrap_socket(sock)
"""

# A finding with each outcome, and the attack in code that changes, in code around it, and in code that a note quotes.
HOSTILE = f"""\
import ssl

TITLE = "{ATTACK}"


def connect(sock):
    sock = ssl.wrap_socket(sock)  # {ATTACK}
    return sock, "\N{RIGHT-TO-LEFT OVERRIDE}", "{ATTACK}"


def old(sock):
    return ssl.wrap_socket(sock, ciphers="ALL:@SECLEVEL=0{ATTACK}")


table["{ATTACK}"](ssl.PROTOCOL_TLSv1)
"""

MANY = """\
import ssl


def connect(sock):
    sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
    other = ssl.wrap_socket(sock)
    return sock, other, {"old": ssl.PROTOCOL_TLSv1}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sslfix", type=pathlib.Path, help="the program")
    parser.add_argument("--is-possible", action="store_true", help="only say whether there is a browser")
    parser.add_argument("--picture", type=pathlib.Path, help="write a picture of the example's report, and check nothing")
    options = parser.parse_args()
    browser = find_browser()
    if browser is None:
        sys.exit("there is no chromium; install it, or name one in SSLFIX_TEST_BROWSER")
    if options.is_possible:
        return
    if options.sslfix is None:
        parser.error("--sslfix is needed")
    with tempfile.TemporaryDirectory(prefix="sslfix-report-") as folder, Browser(browser) as driven:
        bench = Bench(options.sslfix.resolve(), pathlib.Path(folder).resolve(), driven)
        if options.picture:
            bench.take_picture(options.picture)
            return
        failed = [name for name, check in CHECKS.items() if not passes(name, check, bench)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


class Bench:
    """The program, a folder for projects, and the browser."""

    def __init__(self, sslfix, folder, browser):
        self.sslfix = sslfix
        self.folder = folder
        self.browser = browser

    def project(self, name, files):
        """A folder with these files."""
        root = self.folder / name
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        root.mkdir(exist_ok=True)
        return root

    def report(self, project, *arguments):
        """The page about a project. It is not in the project, which it would be about."""
        page = self.folder / f"{project.name}.html"
        command = [self.sslfix, "--quiet", "--exit-zero", "--report", f"html={page}", *arguments]
        subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return page

    def open(self, page, fragment="", **look):
        opened = Page(self.browser, **look)
        opened.open(page.as_uri() + fragment)
        return opened

    def legacy_app(self):
        return self.report(LEGACY_APP)

    def take_picture(self, path):
        page = self.open(self.legacy_app(), width=1180, height=1640)
        page.run(
            """[...document.querySelectorAll(".finding")]
                .find((finding) => finding.closest(".file").getAttribute("aria-label") === "chat/client.py"
                    && finding.querySelector(".tone-rewritten") !== null)
                .querySelector("summary").click()"""
        )
        page.wait_for("document.querySelectorAll('.finding .detail').length === 1")
        path.parent.mkdir(parents=True, exist_ok=True)
        page.picture(path)


CHECKS = {}


def check(function):
    CHECKS[function.__name__.replace("_", " ")] = function
    return function


def passes(name, function, bench):
    try:
        function(bench)
    except Exception:
        traceback.print_exc()
        print(f"FAILED  {name}", flush=True)
        return False
    print(f"ok      {name}", flush=True)
    return True


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def quiet(page):
    """The page has asked for itself and nothing else, and nothing went wrong in it."""
    equal(len(page.requests()), 1)
    equal(page.complaints(), [])


def places(page):
    """What the list shows: path, place and outcome of each finding."""
    return page.run(
        """[...document.querySelectorAll(".finding")].map((finding) => [
            finding.closest(".file").querySelector("h3").textContent,
            finding.querySelector(".place").textContent,
            finding.querySelector(".fate").textContent,
        ].join(" "))"""
    )


def choose(page, filter_name, value):
    page.run(
        f"""(() => {{
            const select = document.getElementById({json.dumps(filter_name)});
            select.value = {json.dumps(value)};
            if (select.value !== {json.dumps(value)}) throw new Error("no such choice");
            select.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()"""
    )


@check
def the_page_counts_what_the_program_counts(bench):
    command = [bench.sslfix, "--exit-zero", "--output-format", "concise"]
    told = subprocess.run(command, cwd=LEGACY_APP, check=True, capture_output=True, text=True)
    page = bench.open(bench.legacy_app())
    tiles = page.run("[...document.querySelectorAll('.fate-tile')].map((tile) => [tile.dataset.fate, tile.querySelector('.number').textContent])")
    tiles = {fate: int(count) for fate, count in tiles}
    assert f"would rewrite {tiles['rewritten']} places" in told.stderr, told.stderr
    assert f"held back {tiles['held-back']} unsafe" in told.stderr, told.stderr
    assert f"left {tiles['for-a-person']} findings" in told.stderr, told.stderr
    assert f"{tiles['note']} notes" in told.stderr, told.stderr
    in_list = page.run("countFates(items)")
    equal({fate: in_list[fate] for fate in tiles}, tiles)
    bars = page.run(
        """[...document.querySelectorAll("#by-codemod tbody tr")].map((row) =>
            [...row.querySelectorAll(".count")].map((count) => Number(count.textContent)))"""
    )
    equal([sum(column) for column in zip(*bars)], [tiles[fate] for fate in ["rewritten", "held-back", "for-a-person", "note"]])
    quiet(page)


@check
def filters_choose_and_the_address_keeps_them(bench):
    report = bench.legacy_app()
    page = bench.open(report)
    everything = places(page)
    assert len(everything) > 20, everything
    choose(page, "owner", "@example/mail")
    of_one = places(page)
    assert 0 < len(of_one) < len(everything) and all(place.startswith("mailwatch/") for place in of_one), of_one
    choose(page, "owner", "")
    choose(page, "fate", "for-a-person")
    some = places(page)
    assert 0 < len(some) < len(everything) and all(place.endswith("for a person") for place in some), some
    choose(page, "codemod", "op-no-flags")
    fewer = places(page)
    assert 0 < len(fewer) < len(some), fewer
    choose(page, "owner", "@example/web")
    assert all(place.startswith("web/") for place in places(page)), places(page)
    # Typed, as a person does.
    page.run("document.activeElement.blur()")
    page.press("/", code="Slash")
    equal(page.run("document.activeElement.id"), "q")
    for letter in "probe":
        page.press(letter)
    page.wait_for("location.hash.includes('q=probe')")
    found = places(page)
    assert found and all("probe.py" in place for place in found), found
    address = page.run("location.hash")
    # Another reader with that address sees the same.
    other = bench.open(report, address)
    equal(places(other), found)
    equal(other.run("document.getElementById('q').value"), "probe")
    quiet(other)
    page.click("#clear")
    equal(places(page), everything)
    choose(page, "fix", "unsafe")
    assert all(place.endswith("held back") for place in places(page)), places(page)
    choose(page, "fix", "")
    choose(page, "level", "error")
    assert 0 < len(places(page)) < len(everything)
    page.run("history.back()")
    page.wait_for("state.level === undefined")
    equal(places(page), everything)
    page.run("document.getElementById('q').value = 'nothing has this'; document.getElementById('q').dispatchEvent(new Event('input'))")
    equal(places(page), [])
    assert "No finding fits" in page.run("document.getElementById('list').textContent")
    quiet(page)


@check
def findings_open_by_mouse_and_keyboard(bench):
    page = bench.open(bench.legacy_app(), "#fate=rewritten")
    page.click(".finding summary")
    page.wait_for("document.querySelector('.finding .detail') !== null")
    text = page.run("document.querySelector('.finding .detail').textContent")
    assert "safe" in text and "sslfix explain" in text, text
    assert page.run("document.querySelectorAll('.finding .row.added').length") > 0
    assert page.run("document.querySelectorAll('.finding .row.removed.marked').length") > 0
    page.press("j")
    page.press("j")
    page.press("Enter")
    page.wait_for("document.querySelectorAll('.finding[open] .detail').length === 2")
    page.press("k")
    page.click("#expand")
    count = len(places(page))
    page.wait_for(f"document.querySelectorAll('.finding[open] .detail').length === {count}")
    page.click("#collapse")
    equal(page.run("document.querySelectorAll('.finding[open]').length"), 0)
    page.click(".finding summary")
    page.wait_for("document.querySelector('.finding[open] .link') !== null")
    page.click(".finding[open] .link")
    assert page.run("document.activeElement.closest('#about') !== null && document.querySelector('#about details[open]') !== null")
    # Without a mouse everything is reached: the first stops of the tab key.
    page.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    stops = []
    for _ in range(200):
        page.press("Tab")
        stops.append(page.run("document.activeElement.className.split(' ')[0] || document.activeElement.id || document.activeElement.tagName"))
    for stop in ["fate-tile", "tile", "q", "owner", "expand", "SUMMARY"]:
        assert stop in stops, (stop, stops)
    quiet(page)


@check
def the_treemap_zooms_and_its_table_says_the_same(bench):
    page = bench.open(bench.legacy_app())
    tiles = "[...document.querySelectorAll('.tile')].map((tile) => tile.dataset.path)"
    equal(set(page.run(tiles)), {"web", "chat", "mailwatch", "tests"})
    # The areas are in the proportion of the findings, and together they are the whole.
    areas = page.run(
        """[...document.querySelectorAll(".tile")].map((tile) => {
            const box = tile.getBoundingClientRect();
            return [box.width * box.height, findings.filter((item) => isBelow(item.file.path, tile.dataset.path)).length];
        })"""
    )
    whole = page.run("document.getElementById('treemap').clientWidth * document.getElementById('treemap').clientHeight")
    total = sum(count for _, count in areas)
    for area, count in areas:
        assert abs(area / whole - count / total) < 0.01, (area, whole, count, total)
    page.click(".tile[data-path='web']")
    page.wait_for("state.folder === 'web'")
    equal(set(page.run(tiles)), {"web/files.py", "web/metrics.py", "web/probe.py", "web/status.py"})
    assert all(place.startswith("web/") for place in places(page)), places(page)
    page.click(".tile[data-path='web/probe.py']")
    page.wait_for("state.folder === 'web/probe.py'")
    assert all(place.startswith("web/probe.py") for place in places(page)), places(page)
    page.click("#folder-table summary")
    page.wait_for("document.querySelectorAll('#folder-table tbody tr').length === 4")
    sums = page.run(
        """[...document.querySelectorAll("#folder-table tbody tr")].map((row) =>
            [...row.querySelectorAll(".count")].reduce((sum, count) => sum + Number(count.textContent), 0))"""
    )
    equal(sum(sums), page.run("findings.filter((item) => isBelow(item.file.path, 'web')).length"))
    page.click("#crumbs button")
    page.wait_for("state.folder === undefined")
    equal(set(page.run(tiles)), {"web", "chat", "mailwatch", "tests"})
    quiet(page)


@check
def what_strangers_wrote_stays_text(bench):
    path = f"pkg/{ATTACK.replace('/', '∕')}.py"
    project = bench.project(
        "hostile",
        {
            path: HOSTILE,
            "client.py": CLIENT,
            "pkg/broken.py": f"import ssl\nssl.wrap_socket(\n{ATTACK}\n",
            "CODEOWNERS": "* @<img/src=x/onerror=alert(1)>\n*.py owner<img/src=x>\n",
        },
    )
    report = bench.report(project)
    page = bench.open(report)
    equal(page.run("document.querySelectorAll('img').length"), 0)
    equal(page.run("document.scripts.length"), 3)
    text = page.run("document.body.innerText")
    assert ATTACK.replace("/", "∕") in text, text
    fates = {place.rsplit(" ", 1)[-1] for place in places(page)}
    equal(fates, {"rewritten", "back", "person", "note", "parsed"})
    page.click("#expand")
    page.wait_for("document.querySelectorAll('.finding .code').length > 2")
    code = page.run("[...document.querySelectorAll('.finding .code')].map((code) => code.textContent).join('\\n')")
    assert ATTACK in code, code
    assert "U+202E" in code and "\N{RIGHT-TO-LEFT OVERRIDE}" not in code, code
    notes = page.run("[...document.querySelectorAll('.finding dl')].map((list) => list.textContent).join('\\n')")
    assert ATTACK in notes, notes
    assert "<img/src=x/onerror=alert(1)>" in page.run("document.getElementById('by-owner').textContent")
    assert "line 2 of CODEOWNERS" in page.run("document.getElementById('problems').textContent")
    # In the address, too.
    evil = bench.open(report, "#q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&folder=%3Cscript%3Ealert(1)%3C/script%3E&codemod=__proto__")
    equal(evil.run("document.querySelectorAll('img').length"), 0)
    equal(evil.run("document.scripts.length"), 3)
    for opened in [page, evil]:
        equal(opened.run("document.querySelectorAll('img').length"), 0)
        quiet(opened)


@check
def the_policy_forbids_what_is_not_the_page(bench):
    page = bench.open(bench.legacy_app())
    for attack in [
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.attacked = true' }))",
        "document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.invalid/x.png' }))",
        "document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))",
        "fetch('https://example.invalid/').catch(() => {})",
    ]:
        page.forget()
        page.run(f"(() => {{ {attack}; }})()")
        page.wait_until(lambda: any("Content Security Policy" in complaint for complaint in page.complaints()))
        equal(page.requests(), [])
    equal(page.run("window.attacked"), None)


@check
def the_same_tree_gives_the_same_bytes(bench):
    pages = []
    for name in ["one/app", "another/place/app"]:
        project = bench.project(name, {"x/client.py": CLIENT, "x/hostile.py": HOSTILE, "CODEOWNERS": "/x/ @a\n"})
        pages.append(bench.report(project).read_bytes())
        # The absolute path of a file outside is not in it, either.
        outside = bench.project(f"{name}-outside", {"client.py": CLIENT})
        inside = bench.report(project, str(outside)).read_text(encoding="utf-8")
        assert str(bench.folder) not in inside and '"path":"../app-outside/client.py"' in inside
    equal(pages[0] == pages[1], True)
    assert os.fsencode(bench.folder) not in pages[0]


@check
def zero_and_one_findings_have_pages_of_their_own(bench):
    none = bench.open(bench.report(bench.project("none", {"x.py": "import ssl\n"})))
    equal(none.run("document.getElementById('headline').textContent"), "No old ssl API is used here")
    equal(none.run("[document.getElementById('overview').hidden, document.getElementById('findings').hidden]"), [True, True])
    quiet(none)
    empty = bench.open(bench.report(bench.project("empty", {})))
    equal(empty.run("document.getElementById('headline').textContent"), "No Python file was found")
    quiet(empty)
    one = bench.open(bench.report(bench.project("one-finding", {"x.py": "import ssl\nssl.match_hostname(a, b)\n"})))
    equal(one.run("document.getElementById('headline').textContent"), "1 finding is left for a person")
    equal(one.run("document.getElementById('count').textContent"), "1 finding in 1 file")
    equal(one.run("[document.getElementById('overview').hidden, document.getElementById('findings').hidden]"), [True, False])
    quiet(one)


@check
def what_was_written_is_said_to_be(bench):
    project = bench.project("written", {"a.py": CLIENT, "b.py": "import ssl\nssl.match_hostname(a, b)\n"})
    page = bench.open(bench.report(project, "--write"))
    assert "SSLContext" in (project / "a.py").read_text()
    equal(page.run("document.getElementById('mode').textContent"), "files were written")
    equal([place for place in places(page) if place.endswith(" rewritten")], ["a.py 9:12 rewritten"])
    choose(page, "fate", "rewritten")
    page.click(".finding summary")
    page.wait_for("document.querySelector('.caption') !== null")
    equal(page.run("document.querySelector('.caption').textContent"), "What was written")
    quiet(page)


@check
def twenty_thousand_findings_are_no_burden(bench):
    files = {f"team{team}/service{service}/module{module}.py": MANY for team in range(20) for service in range(8) for module in range(25)}
    page = bench.open(bench.report(bench.project("many", files)))
    count = page.run("items.length")
    assert count >= 20000, count
    # As much is in the page as is looked at.
    first = len(places(page))
    assert 0 < first <= 500, first
    choose(page, "fate", "for-a-person")
    equal(page.run("document.getElementById('count').textContent"), f"4,000 of {count:,} findings in 4,000 files")
    page.click("#more")
    page.wait_for(f"document.querySelectorAll('.finding').length > {first}")
    quiet(page)


@check
def it_fits_screens_and_paper_in_light_and_dark(bench):
    report = bench.legacy_app()
    for width in [320, 400, 700, 1280]:
        for dark in [False, True]:
            page = bench.open(report, width=width, height=900, dark=dark)
            page.click("#expand")
            page.wait_for("document.querySelectorAll('.finding .code').length > 20")
            equal(page.run("document.documentElement.scrollWidth"), width)
            poor = page.run(CONTRAST)
            equal(poor, [])
            quiet(page)
    phone = bench.open(report, width=400, height=900)
    equal(phone.run("getComputedStyle(document.getElementById('treemap')).display"), "none")
    equal(phone.run("document.querySelectorAll('#folder-table tbody tr').length"), 4)
    page = bench.open(report)
    pdf = page.send("Page.printToPDF", printBackground=True)["data"]
    assert len(pdf) > 20000
    quiet(page)


# Texts whose contrast to what is behind them is less than WCAG's AA asks for.
CONTRAST = """(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const numbers = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const over = (top, below) => top.slice(0, 3).map((value, index) => (value * top[3] + below[index] * (255 - top[3])) / 255);
    const behind = (element) => {
        const layers = [];
        for (let at = element; at !== null; at = at.parentElement) layers.push(numbers(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
    };
    const light = (color) => {
        const [red, green, blue] = color.map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const poor = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (text === "" || !element.checkVisibility() || element.closest("script, style, .skip, .none, option")) continue;
        const style = getComputedStyle(element);
        const below = behind(element);
        const [one, other] = [light(over(numbers(style.color), below)), light(below)];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 600);
        if (contrast < (isLarge ? 3 : 4.5)) poor.add(`${element.className || element.tagName}: ${contrast.toFixed(2)} ${text.slice(0, 20)}`);
    }
    return [...poor];
})()"""


if __name__ == "__main__":
    main()
