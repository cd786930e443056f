# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a gate has found, as a mail to a list: in the manner of a CI bot's reply.

The result is one message in mbox format (RFC 4155), an answer to the patch's mail where
the patch came as one.  Nothing is sent, and no address is made up.
"""

from __future__ import annotations

import email
import email.policy
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from sockcheck import gate_text
from sockcheck.gate_result import Result

SENDER = "sockcheck <sockcheck@localhost>"


def heads_of(patch: bytes) -> tuple[str, str]:
    """The subject and the message id of a patch that is a mail's; "" without."""
    first = patch.split(b"\n", 1)[0]
    if first.startswith(b"From "):
        # The first line of git format-patch and of an mbox.
        patch = patch.split(b"\n", 1)[-1]
    message = email.message_from_bytes(patch, policy=email.policy.default)
    try:
        subject, name = str(message["Subject"] or ""), str(message["Message-ID"] or "")
    except (ValueError, IndexError, AttributeError):
        # Python's parser of addresses takes some wrong ones badly.
        return "", ""
    return _one_line(subject), _one_line(name)


def mbox(result: Result) -> str:
    """The message, behind the line that begins one in an mbox."""
    message = EmailMessage(policy=email.policy.default.clone(max_line_length=998))
    word = "FAIL" if result.status else "PASS"
    subject = result.subject
    if not subject:
        subject = f"[sockcheck {word}] {result.title()}"
    elif not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    message["Subject"] = _one_line(subject)
    message["From"] = SENDER
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid("sockcheck", "localhost")
    if result.message_id:
        message["In-Reply-To"] = result.message_id
        message["References"] = result.message_id
    message["X-Sockcheck-Result"] = word
    message["X-Sockcheck-Summary"] = _ascii(result.summary())
    message.set_content(_body(result, word), cte="8bit")
    began = f"From sockcheck@localhost {time.asctime(time.gmtime())}\n"
    lines = message.as_bytes().decode("utf-8", "replace").split("\n")
    quoted = [
        f">{line}" if line.lstrip(">").startswith("From ") else line for line in lines
    ]
    return began + "\n".join(quoted).rstrip("\n") + "\n\n"


def _body(result: Result, word: str) -> str:
    lines = [f"sockcheck: {word}", "", result.summary(), ""]
    if result.old:
        lines.append(f"base:   {result.old.target}")
    if result.new:
        lines.append(f"tested: {result.new.target}")
    lines += ["", gate_text.text(result)]
    if result.steps:
        lines.append("Times:")
        lines += [f"  {what}: {seconds:.1f} s" for what, seconds in result.steps]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """What a header may hold."""
    plain = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(plain).split())


def _ascii(text: str) -> str:
    return _one_line(text).encode("ascii", "backslashreplace").decode()
