# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`sockcheck kcidb`: a saved run as KernelCI's database takes it.

KCIDB I/O schema 5.3 (kernelci/kcidb-io, schema/v05_03.py): a checkout is built,
a build is tested, and each test has a dotted path. Paths hold letters, digits, `_` and
`-` only, so a test here is a rule, and what its cases found is in its log. A difference
that is recorded and explained is a failed test with an incident of a known issue.
"""

from __future__ import annotations

import hashlib
import json
import re

from sockcheck.trouble import Trouble, why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    Fields = dict[str, Any]

VERSION = {"major": 5, "minor": 3}
# The schema's own limit, and room for one more line.
MOST_LOG = 16384

ORIGIN = re.compile(r"[a-z0-9_]+")
REVISION = re.compile(r"[0-9a-f]{40}")

# What a rule's cases got, worst first, and the status that the schema has for it: ERROR
# is a test that went wrong itself, MISS one that never ran.
STATUS = (
    ("crash", "FAIL"),
    ("timeout", "FAIL"),
    ("fail", "FAIL"),
    ("broken", "ERROR"),
    ("known", "FAIL"),
    ("fixed", "PASS"),
    ("pass", "PASS"),
    ("skip", "SKIP"),
)


class Build:
    """What was tested, in the words of the schema: from the command's options, which
    are empty where nothing was given."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.origin: str = options["origin"]
        if not ORIGIN.fullmatch(self.origin):
            what = "only a to z, 0 to 9 and _ may be in it"
            raise Trouble(f"--origin {self.origin}: {what}")
        self.revision: str = options.get("revision", "")
        if self.revision and not REVISION.fullmatch(self.revision):
            raise Trouble(f"--revision {self.revision}: not a commit's 40 digits")
        self.repository: str = options.get("repository", "")
        if self.repository and not self.repository.startswith("https://"):
            raise Trouble(f"--repository {self.repository}: the schema wants https://")
        self.branch: str = options.get("branch", "")
        self.tree: str = options.get("tree", "")
        self.architecture: str = options.get("architecture", "")
        self.config: str = options.get("config", "")

    def checkout(self) -> Fields:
        return _without_empty(
            id=f"{self.origin}:{self._name()}",
            origin=self.origin,
            git_commit_hash=self.revision,
            git_repository_url=self.repository,
            git_repository_branch=self.branch,
            tree_name=self.tree,
            # Of a commit that is named, the schema wants to know of patches on top.
            patchset_hash="" if self.revision else None,
            valid=True,
        )

    def _name(self) -> str:
        return self.revision or _digest(self.repository, self.branch, self.tree)

    def built(self, version: str) -> Fields:
        name = _digest(self._name(), self.architecture, self.config, version)
        return _without_empty(
            id=f"{self.origin}:{name}",
            checkout_id=f"{self.origin}:{self._name()}",
            origin=self.origin,
            architecture=self.architecture,
            config_name=self.config,
            comment=version,
            status="PASS",
        )


def report(results: Fields, build: Build) -> Fields:
    """The submission: one checkout, one build, a test for each rule that was chosen."""
    built = build.built(results["target"]["version"])
    tests, issues, incidents = [], {}, []
    for rule, cases in sorted(_by_rule(results).items()):
        test = _test(rule, cases, results, built)
        tests.append(test)
        for found in _known(cases):
            issue = _issue(found, build.origin)
            issues[issue["id"]] = issue
            incidents.append(_incident(issue, test))
    return _without_empty(
        version=VERSION,
        checkouts=[build.checkout()],
        builds=[built],
        tests=tests,
        issues=list(issues.values()),
        incidents=incidents,
    )


def _by_rule(results: Fields) -> dict[str, list[Fields]]:
    rules: dict[str, list[Fields]] = {}
    for case in results["cases"]:
        rules.setdefault(case["rule"], []).append(case)
    return rules


def _test(rule: str, cases: list[Fields], results: Fields, built: Fields) -> Fields:
    verdicts = {case["verdict"] for case in cases}
    count = f"{len(cases)} case{'s' if len(cases) > 1 else ''}"
    says = next((case["says"] for case in cases if "says" in case), "")
    return _without_empty(
        id=f"{built['origin']}:{_digest(built['id'], results['started'], rule)}",
        build_id=built["id"],
        origin=built["origin"],
        path=f"sockcheck.{rule}",
        status=next(status for verdict, status in STATUS if verdict in verdicts),
        comment=f"{count}: {says}" if says else count,
        environment={"comment": f"target {results['target']['name']}"},
        log_excerpt=_log(cases),
        start_time=results["started"],
        duration=round(sum(case.get("duration_ms", 0) for case in cases) / 1000, 3),
        misc={
            "sockcheck": results["sockcheck"],
            "cases": {case["name"]: case["verdict"] for case in cases},
        },
    )


def _log(cases: list[Fields]) -> str:
    """What did not pass, a paragraph each, as far as the schema has room."""
    text = ""
    for case in cases:
        if case["verdict"] == "pass":
            continue
        lines = [f"{case['verdict']} {case['name']}"]
        for key in ("reason", "called", "expected", "came", "message", "kernel"):
            if case.get(key):
                lines.append(f"  {key:<9} {case[key]}")
        lines += [f"  cited     {who}" for who in case.get("citations", [])]
        text += "\n".join(lines) + "\n"
    return text.replace("\0", "\\0")[:MOST_LOG]


def _known(cases: list[Fields]) -> list[Fields]:
    """One case for each recorded deviation that was seen."""
    seen = {case["deviation"]: case for case in cases if case["verdict"] == "known"}
    return list(seen.values())


def _issue(case: Fields, origin: str) -> Fields:
    return {
        "id": f"{origin}:{_digest(case['deviation'], case['reason'])}",
        "version": 1,
        "origin": origin,
        "comment": case["reason"],
        "culprit": {"code": True, "tool": False, "harness": False},
    }


def _incident(issue: Fields, test: Fields) -> Fields:
    return {
        "id": f"{issue['origin']}:{_digest(issue['id'], test['id'])}",
        "origin": issue["origin"],
        "issue_id": issue["id"],
        "issue_version": issue["version"],
        "test_id": test["id"],
        "present": True,
    }


def _without_empty(**fields: Any) -> Fields:
    """A hash of no patches is the empty string: None leaves that out, too."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None
        and (key == "patchset_hash" or value != "" and value != [] and value != {})
    }


def _digest(*texts: str) -> str:
    """A name that is the same each time, for what has none of its own."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def make(path: str, build: Build) -> int:
    """Print the submission for the saved run, and give the exit status."""
    try:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)
        text = json.dumps(report(results, build), indent=1)
    except OSError as error:
        raise Trouble(f"{path}: {why(error)}; run make check first") from None
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{path}: no results.json of sockcheck: {error}") from None
    print(text, flush=True)
    return 0
