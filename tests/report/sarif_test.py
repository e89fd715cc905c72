"""Judges the SARIF of findings by sarif.schema.json, and by what a schema cannot say.

usage: sarif_test.py HEDDLE LIVELOCK FOLDER

HEDDLE is the command with the models of the repository, LIVELOCK one with a model that livelocks;
the files are written to FOLDER.  Ends with 77 where Python has no jsonschema.
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("sarif_test: skipped: no Python module jsonschema (package python3-jsonschema)")
    sys.exit(77)

MODELS = {
    "deadlock": "seeds/lock_order_inconsistent",
    "data_race": "bugs/moby_27037_captured",
    "assertion": "bugs/account_wrong_sum",
    "misuse": "seeds/task_manager_add_during_wait",
    "livelock": "report/livelock",
}

# RFC 3986: %XX or what needs no such form; a scheme, or a relative path that does not look as if
# it had one.
CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
FIRST = CHARACTER.replace("=:@", "=@")
URI = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*://(?:{CHARACTER}|/)*"
                 rf"|{FIRST}+(?:/{CHARACTER}*)*)")

SCHEMA = json.loads((pathlib.Path(__file__).parent / "sarif.schema.json").read_text())


def schema_complaints(log):
    validator = jsonschema.Draft7Validator(SCHEMA)
    return ["/".join(map(str, each.absolute_path)) + ": " + each.message.splitlines()[0]
            for each in validator.iter_errors(log)]


def all_of(value, key):
    """Every value of a member of that name, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from all_of(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from all_of(inner, key)


def rule_complaints(run):
    rules = [each["id"] for each in run["tool"]["driver"].get("rules", [])]
    for each in run["results"]:
        index = each.get("ruleIndex", -1)
        if index >= len(rules):
            yield f"ruleIndex {index} of {len(rules)} rules"
        elif index >= 0 and rules[index] != each.get("ruleId"):
            yield f"ruleIndex {index} is {rules[index]}, ruleId {each.get('ruleId')}"


def flow_complaints(flow):
    names = [each.get("id") for each in flow["threadFlows"]]
    if len(set(names)) != len(names):
        yield f"two thread flows have one id: {names}"
    orders = [[place["executionOrder"] for place in each["locations"]]
              for each in flow["threadFlows"]]
    if any(each != sorted(each) for each in orders):
        yield f"a thread flow is not in the order of execution: {orders}"
    together = sorted(sum(orders, []))
    if together != list(range(1, len(together) + 1)):
        yield f"the steps are not numbered from 1 on: {together}"


def complaints(text):
    try:
        log = json.loads(text)
    except ValueError as error:
        return [f"no JSON: {error}"]
    found = schema_complaints(log)
    if found:
        return found  # What follows takes the structure for granted.
    found = [f"no URI: {each}" for each in all_of(log, "uri") if not URI.fullmatch(each)]
    for run in log["runs"]:
        found += rule_complaints(run)
        for flows in all_of(run, "codeFlows"):
            for flow in flows:
                found += flow_complaints(flow)
    return found


def result_of(log):
    return log["runs"][0]["results"][0]


def first_place(log):
    return result_of(log)["locations"][0]["physicalLocation"]


def flows_of(log):
    return result_of(log)["codeFlows"][0]["threadFlows"]


def place_of(log, flow, place):
    return flows_of(log)[flow]["locations"][place]


# What is done to a good file, and what has to be said of it.
DAMAGES = [
    (lambda log: log.update(version="2.0.0"), "version: '2.0.0' is not one of"),
    (lambda log: log.pop("runs"), "'runs' is a required property"),
    (lambda log: log["runs"][0].pop("tool"), "'tool' is a required property"),
    (lambda log: log["runs"][0]["tool"]["driver"].pop("name"), "'name' is a required property"),
    (lambda log: log["runs"][0].update(columnKind="bytes"), "'bytes' is not one of"),
    (lambda log: log.update(finding="deadlock"), "'finding' was unexpected"),
    (lambda log: result_of(log).pop("message"), "'message' is a required property"),
    (lambda log: result_of(log).update(level="fatal"), "'fatal' is not one of"),
    (lambda log: result_of(log).update(ruleIndex=1), "ruleIndex 1 of 1 rules"),
    (lambda log: result_of(log).update(ruleId="other"), "ruleIndex 0 is deadlock, ruleId other"),
    (lambda log: first_place(log)["region"].update(startLine=0), "0 is less than the minimum"),
    (lambda log: first_place(log)["artifactLocation"].update(uri="a b.cpp"), "no URI: a b.cpp"),
    (lambda log: first_place(log)["artifactLocation"].update(uri="a:b.cpp"), "no URI: a:b.cpp"),
    (lambda log: first_place(log)["artifactLocation"].update(uri="a%2.cpp"), "no URI: a%2.cpp"),
    (lambda log: first_place(log).pop("artifactLocation"), "'artifactLocation' is a required"),
    (lambda log: result_of(log)["relatedLocations"].append(
        result_of(log)["relatedLocations"][0]), "non-unique elements"),
    (lambda log: result_of(log)["codeFlows"][0].update(threadFlows=[]), "threadFlows: []"),
    (lambda log: flows_of(log)[0].update(locations=[]), "locations: []"),
    (lambda log: flows_of(log)[0].update(id=flows_of(log)[1]["id"]), "have one id"),
    (lambda log: flows_of(log)[0]["locations"].reverse(), "not in the order of execution"),
    (lambda log: place_of(log, 1, 0).update(executionOrder=1), "not numbered from 1 on"),
]

failures = []


def expect(what, is_so):
    if not is_so:
        failures.append(what)
        print("sarif_test: not so:", what)


def expect_each_damage_to_be_seen(good):
    expect("half a file is no JSON", complaints(good[:len(good) // 2])[0].startswith("no JSON"))
    for number, (damage, said) in enumerate(DAMAGES):
        log = copy.deepcopy(json.loads(good))
        damage(log)
        found = complaints(json.dumps(log))
        expect(f"damage {number} gives {said!r}: {found}", any(said in each for each in found))


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    heddle, livelock, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if key != "HEDDLE_PARAMS"}
    for kind, model in MODELS.items():
        file = folder / f"{kind}.sarif"
        file.unlink(missing_ok=True)
        command = livelock if kind == "livelock" else heddle
        ended = subprocess.run([command, "run", "--models", model, "--report", str(file)],
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, check=False)
        expect(f"{model} ends with 0, not {ended.returncode}\n{ended.stdout}",
               ended.returncode == 0)
        text = file.read_text() if file.exists() else ""
        found = complaints(text)
        expect(f"{kind} has no fault: {found}", found == [])
        if not found:
            expect(f"{kind} is its rule", result_of(json.loads(text))["ruleId"] == kind)
        if kind == "deadlock" and not found:
            expect_each_damage_to_be_seen(text)
    print("sarif_test:", "failed" if failures else "ok")
    sys.exit(1 if failures else 0)


main()
