"""Opens the page of a report in headless Chromium, by ChromeDriver, as a person would.

usage: page_test.py CHROMEDRIVER PAGE [SCREENSHOT]

The page is that of seeds/lock_order_inconsistent: two threads wait for each other after 3 steps.
"""
import base64
import json
import pathlib
import re
import subprocess
import sys
import urllib.request


class Browser:
    """A session of the WebDriver protocol (W3C)."""

    def __init__(self, driver):
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                break
        else:
            sys.exit("page_test: chromedriver names no port")
        self.address = f"http://127.0.0.1:{found.group(1)}"
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu",
                            "--window-size=1200,900"]}
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options}}})
        self.address += "/session/" + made["sessionId"]

    def ask(self, method, path, data=None):
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.address + path, body, method=method,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": "return " + script, "args": []})

    def press(self, key):
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.process.terminate()


failures = []


def expect(what, is_so):
    if not is_so:
        failures.append(what)
        print("page_test: not so:", what)


def selected(browser):
    return browser.run('document.querySelector("tr.selected td.number").textContent.trim()')


def visit(browser, page, screenshot):
    browser.ask("POST", "/url", {"url": page.as_uri()})
    expect("the headline is the finding", browser.run('document.querySelector("h1").textContent')
           == "deadlock after 3 steps")
    expect("the title names the check", browser.run("document.title").startswith(
        "seeds/lock_order_inconsistent: "))
    expect("both threads wait", browser.run('document.querySelectorAll("#details pre").length')
           == 2)
    expect("a row for each step", browser.run(
        'document.querySelectorAll("#failing tr.step").length') == 3)
    expect("a row for each that waits", browser.run(
        'document.querySelectorAll("#failing tr.pending").length') == 2)
    expect("the last step is selected", selected(browser) == "3")
    expect("both locks have bars at the end", browser.run(
        '[...document.querySelectorAll("#failing tr.pending")].pop()'
        '.querySelectorAll(".bar").length') == 2)
    expect("the passing schedule is shown", browser.run(
        '!document.getElementById("passing-part").hidden && '
        'document.querySelectorAll("#passing tbody tr").length') > 3)
    expect("the source is shown", "lock_guard first(from.lock)" in browser.run(
        'document.getElementById("source").textContent'))
    if screenshot:
        picture = browser.ask("GET", "/screenshot")
        pathlib.Path(screenshot).write_bytes(base64.b64decode(picture))


def step_by_keys(browser):
    browser.press("k")
    expect("k selects the step before", selected(browser) == "2")
    expect("what happens before is marked", browser.run(
        'document.querySelectorAll("#failing tr.before").length') == 1)
    browser.press("\ue011")  # Home
    expect("Home selects the first", selected(browser) == "1")
    expect("all others come after it", browser.run(
        'document.querySelectorAll("#failing tr.after").length') == 2)
    browser.press("\ue015")  # ArrowDown
    expect("down selects the next", selected(browser) == "2")
    expect("a screen reader is told", "lock" in browser.run(
        'document.querySelector("#about[aria-live]").textContent'))
    browser.press("/")
    for key in "bank":
        browser.press(key)
    expect("a search selects what it finds", selected(browser) == "3")
    expect("and says how many", browser.run('document.getElementById("found").textContent')
           == "1 found")


def on_a_phone(browser):
    browser.ask("POST", "/window/rect", {"width": 500, "height": 800})
    expect("nothing but the table is wider than a phone", browser.run(
        "document.documentElement.scrollWidth <= window.innerWidth"))
    small = browser.run('[...document.querySelectorAll("button, input")].filter('
                        "(each) => each.getBoundingClientRect().height < 24).map("
                        "(each) => each.id)")
    expect(f"what is touched is large enough: {small}", small == [])
    unnamed = browser.run('[...document.querySelectorAll("button, input, section, aside, nav")]'
                          '.filter((each) => !each.textContent.trim() && !each.ariaLabel).length')
    expect("everything has a name", unnamed == 0)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    page = pathlib.Path(sys.argv[2]).resolve()
    browser = Browser(sys.argv[1])
    try:
        visit(browser, page, sys.argv[3] if len(sys.argv) == 4 else None)
        step_by_keys(browser)
        on_a_phone(browser)
    finally:
        browser.close()
    print("page_test:", "failed" if failures else "ok")
    sys.exit(1 if failures else 0)


main()
