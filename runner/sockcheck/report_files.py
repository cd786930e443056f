# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The reports' files: each is there whole and new, or as it was before."""

from __future__ import annotations

import os

from sockcheck import report_json, report_junit, report_tap
from sockcheck.run import Run
from sockcheck.trouble import Trouble, why

NAMES = ("results.tap", "results.json", "results.xml")
PROFILES = ("linux", "posix")
USUAL_PROFILE = "linux"


def write(run: Run, folder: str) -> None:
    texts = (report_tap.text(run), report_json.text(run), report_junit.text(run))
    write_texts(dict(zip(NAMES, texts)), folder)


def write_texts(texts: dict[str, str], folder: str) -> None:
    """Write files of these names into a folder, which is made if it is not there."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise Trouble(f"{folder}: {why(error)}") from None
    for name, text in texts.items():
        _replace(os.path.join(folder, name), text)


def _replace(path: str, text: str) -> None:
    beside = f"{path}.{os.getpid()}.new"
    try:
        with open(beside, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        os.replace(beside, path)
    except BaseException as error:
        try:
            os.unlink(beside)
        except OSError:
            pass
        if isinstance(error, OSError):
            raise Trouble(f"{path}: {why(error)}") from None
        raise


def name_of(target: str, profile: str, between: str) -> str:
    """What is kept of a target by a profile: 'host', and 'host-posix' or the like."""
    name = folder_of(target)
    return name if profile == USUAL_PROFILE else f"{name}{between}{profile}"


def folder_of(target: str) -> str:
    """A target's name as the name of a folder: a target may be a path and options."""
    name = "".join(
        letter if letter.isalnum() or letter in "._+-" else "_" for letter in target
    )
    return name.lstrip("._") or "target"
