"""Submits a user's project to a server that answers as CDash does, and reads what has come.

usage: dashboard_test.py CMAKE CTEST SOURCE PROJECT BUILD CMAKE-ARGUMENT...

Configures PROJECT, with the CTestConfig.cmake of SOURCE, in the folder BUILD, and runs
`ctest -D Experimental` there.
"""
import base64
import hashlib
import http.server
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.parse
import xml.etree.ElementTree
import zlib

submitted = {}  # name of the file without the time in it -> (query, content)


class Dashboard(http.server.BaseHTTPRequestHandler):
    """Takes files by PUT, and confirms each with its checksum."""

    def do_PUT(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        submitted[query["FileName"].rsplit("___", 1)[-1]] = (query, content)
        checksum = hashlib.md5(content).hexdigest()
        status = "OK" if checksum == query["MD5"] else "ERROR"
        answer = (f'<cdash version="3.0"><status>{status}</status><message></message>'
                  f"<md5>{checksum}</md5></cdash>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


failures = []


def expect(what, is_so):
    if not is_so:
        failures.append(what)
        print("dashboard_test: not so:", what)


def run(*command, folder=None):
    environment = {key: value for key, value in os.environ.items()
                   if not key.lower().endswith("_proxy") and not key.startswith("HEDDLE_")}
    ended = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False)
    return ended.returncode, ended.stdout


def submit(cmake, ctest, arguments, source, project, build):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/submit.php?project=told"
    shutil.rmtree(build, ignore_errors=True)
    code, text = run(cmake, "-S", project, "-B", build, f"-DHEDDLE_SOURCE={source}",
                     f"-DHEDDLE_SUBMIT_URL={address}", *arguments)
    if code != 0:
        sys.exit(f"dashboard_test: cmake ended with {code}\n{text}")
    code, text = run(ctest, "-D", "Experimental", folder=build)
    server.shutdown()
    # A test that fails, and nothing else: 8.
    expect(f"ctest ends with 8, not {code}\n{text}", code == 8)
    return text


def measurements_of(test):
    values = {}
    for each in test.iter("NamedMeasurement"):
        values.setdefault(each.get("name"), []).append(each)
    return values


def number(values, name):
    found = values.get(name, [])
    if len(found) != 1 or found[0].get("type") != "numeric/double":
        expect(f"one number {name!r} among {sorted(values)}", False)
        return -1.0
    return float(found[0].findtext("Value"))


def attached(values, name):
    """The content of a file that CTest has packed into a measurement."""
    found = values.get(name, [])
    if len(found) != 1:
        expect(f"one file {name!r} among {sorted(values)}", False)
        return None
    each = found[0]
    expect("the file is packed", (each.get("encoding"), each.get("compression"))
           == ("base64", "tar/gzip"))
    packed = base64.b64decode(each.findtext("Value"))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return archive.extractfile(archive.getmembers()[0]).read()


def output_of(test):
    value = test.find("Results/Measurement/Value")
    if value.get("encoding") is None:
        return value.text
    # It says gzip, and is what zlib writes.
    return zlib.decompress(base64.b64decode(value.text)).decode()


def look_at_results(content):
    tests = {each.findtext("Name"): each
             for each in xml.etree.ElementTree.fromstring(content).iter("Test")
             if each.get("Status")}
    states = {name: each.get("Status") for name, each in tests.items()}
    expect(f"one passes and one fails: {states}",
           states == {"told.increments": "passed", "told.joins_who_waits": "failed"})
    if failures:
        return
    passed = measurements_of(tests["told.increments"])
    expect("a check has executions", number(passed, "increments: executions") == 2)
    expect("and a rate", number(passed, "increments: executions per second") > 0)
    expect("no file without a finding", not any(name.endswith(".json") for name in passed))
    failed = measurements_of(tests["told.joins_who_waits"])
    expect("a finding has executions", number(failed, "joins: executions") >= 1)
    report = attached(failed, "found & joins.json")
    expect("the file is the report",
           report is not None and json.loads(report)["finding"] == "deadlock")
    expect("no rate, since its time is that of explaining it",
           "joins: executions per second" not in failed)
    output = output_of(tests["told.joins_who_waits"])
    expect("the output has the replay line", "replay: HEDDLE_PARAMS=" in output)
    expect("and no tags any more", "CTestMeasurement" not in output)


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    cmake, ctest, source, project, build = sys.argv[1:6]
    text = submit(cmake, ctest, sys.argv[6:], source, project, build)
    expect("all is confirmed", "Errors while submitting" not in text)
    for name in ("Configure.xml", "Build.xml", "Test.xml"):
        expect(f"{name} is submitted, among {sorted(submitted)}", name in submitted)
    if "Test.xml" in submitted:
        query, content = submitted["Test.xml"]
        expect("to the project of the address", query.get("project") == "told")
        look_at_results(content)
    print("dashboard_test:", "failed" if failures else "ok")
    sys.exit(1 if failures else 0)


main()
