# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Programs of the fuzzers: bytes, text and the mutator, through build/fuzz/program."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TOP = Path(__file__).resolve().parent.parent.parent
TOOL = TOP / os.environ.get("BUILD", "build") / "fuzz" / "test" / "program"
RECORD = 20
CALLS = 64

pytestmark = pytest.mark.skipif(
    not TOOL.exists(),
    reason="build/fuzz/test/program is not built: make test builds it",
)
# Each example is a process or more.
few = settings(max_examples=25)


def run(*arguments: str, given_bytes: bytes = b"") -> bytes:
    done = subprocess.run(
        [TOOL, *arguments], input=given_bytes, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def error_of(text: str) -> str:
    done = subprocess.run(
        [TOOL, "--encode", "-"], input=text.encode(), capture_output=True, timeout=60
    )
    assert done.returncode == 2 and not done.stdout
    return done.stderr.decode()


def to_text(program: bytes) -> bytes:
    return run("--print", "-", given_bytes=program)


def to_bytes(text: bytes) -> bytes:
    return run("--encode", "-", given_bytes=text)


@few
@given(st.binary(max_size=RECORD * 6))
def test_any_bytes_are_a_program_that_is_the_same_in_each_form(data: bytes) -> None:
    text = to_text(data)
    canonical = to_bytes(text)
    assert to_text(canonical) == text
    assert to_bytes(to_text(canonical)) == canonical
    assert bool(text) == bool(data)


def test_a_program_ends_with_its_last_call() -> None:
    text = to_text(bytes(RECORD * 1000))
    assert text.count(b"\n") == CALLS
    assert len(to_bytes(text)) == CALLS * RECORD


@few
@given(st.integers(0, 2**64 - 1), st.integers(1, CALLS))
def test_a_seed_makes_one_program_of_so_many_calls(seed: int, calls: int) -> None:
    made = run("--random", str(seed), str(calls))
    assert made.count(b"\n") == calls
    assert run("--random", str(seed), str(calls)) == made
    assert to_text(run("--random", str(seed), str(calls), "--bytes")) == made


@few
@given(st.integers(0, 2**64 - 1), st.binary(max_size=RECORD * 8))
def test_what_the_mutator_makes_is_a_program(seed: int, data: bytes) -> None:
    changed = run("--mutate", str(seed), "-", given_bytes=data)
    assert run("--mutate", str(seed), "-", given_bytes=data) == changed
    assert run("--format", "-", given_bytes=changed) == changed
    assert changed.count(b"\n") <= CALLS


def test_the_mutator_changes_programs() -> None:
    base = run("--random", "1", "10", "--bytes")
    changed = {run("--mutate", str(seed), "-", given_bytes=base) for seed in range(50)}
    assert len(changed) > 40 and max(map(len, changed)) > min(map(len, changed))


def test_calls_keep_their_sockets_when_others_come_and_go() -> None:
    """Socket i has the protocol 1000 + i, and is bound to that port."""
    text = "".join(
        f"fd{i} = socket(AF_INET, SOCK_RAW, {1000 + i})\n"
        f"bind(fd{i}, {{AF_INET, 0.0.0.0:{1000 + i}}}, 16)\n"
        for i in range(8)
    )
    base = to_bytes(text.encode())
    kept = others = 0
    for seed in range(60):
        changed = run("--mutate", str(seed), "-", given_bytes=base).decode()
        sockets = dict(re.findall(r"(fd\d+) = socket\(.*, .*, (\d+)\)", changed))
        for name, port in re.findall(r"bind\((fd\d+), .*:(1\d{3})", changed):
            same = sockets.get(name) == port
            kept, others = kept + same, others + (not same)
    assert kept > 200 and kept > 10 * others


# A line a kind of argument, as a person writes it and as it is printed.
LINES = """\
fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)
fd1 = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)
fd2 = socket(AF_PACKET, SOCK_RAW|0x10, htons(0x0003))
fd3, fd4 = socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, pair)
fd5, fd6 = socketpair(77, 15, -1, pair cut_off 4)
bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)
bind(fd0, {AF_INET, 10.1.2.3:port(fd4)} read_only, INT_MAX)
bind(fd0, {AF_INET6, [fe80::1]:65535, scope 1}, 28)
bind(fd0, {AF_UNSPEC}, 2)
bind(fd0, NULL, -1)
bind(fd3, {AF_UNIX, "a"}, 4)
bind(fd3, {AF_UNIX, "x" * 107}, 110)
bind(fd3, {AF_UNIX, "@a\\x00\\"\\\\"}, 7)
bind(fd1, {AF_NETLINK, pid getpid(), groups 0x3}, 12)
bind(fd2, {AF_PACKET, protocol 0x0800, ifindex 1, halen 6}, 20)
connect(fd0, {AF_VSOCK, cid 4294967295, port 5000} NULL, 16)
listen(fd0, 5)
fd7 = accept4(fd0, name[128], SOCK_NONBLOCK)
fd8 = accept4(fd0, NULL, 0)
sendto(fd0, buffer[64], MSG_DONTWAIT|MSG_MORE, {AF_INET6, [::ffff:127.0.0.1]:1}, 28)
sendto(fd0, nlmsg[16] foreign, 0x80000, NULL, 0)
recvfrom(fd1, buffer[LONG_MIN] unmapped, MSG_PEEK, name[-1] protected length read_only)
sendmsg(fd3, header, NULL, 0, buffer[1], areas[1025], rights(file * 253), 0)
recvmsg(fd4, header cut_off 8, name[128], buffer[4], areas[2], control[64], MSG_TRUNC)
recvmsg(fd4, header, NULL, buffer[4], areas[1] NULL, NULL, 0)
setsockopt(fd0, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)
setsockopt(fd0, SOL_SOCKET, SO_LINGER, {1, 0, 7}, 8)
setsockopt(fd0, 41, 12345, &-1 cut_off 3, 4)
getsockopt(fd0, IPPROTO_IPV6, IPV6_V6ONLY, value[4] length unmapped)
fcntl(fd0, F_SETFL, O_NONBLOCK|O_ASYNC)
fcntl(fd0, F_SETOWN_EX, {2, getpid()})
fd9 = fcntl(fd0, F_DUPFD, 100)
ioctl(fd0, FIONREAD, &0)
ioctl(fd0, 0x89e0, NULL)
poll(fd0, POLLIN|POLLRDHUP)
shutdown(fd0, SHUT_RDWR)
read(RLIMIT_NOFILE, buffer[1])
write(path, zeros[1])
getpeername(INT_MIN, name[2])
close(-1)
close(unopened)
fd10 = dup(fd9)
"""


SENT = """\
fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)
setsockopt(fd0, IPPROTO_IP, IP_RECVERR, &1, 4)
bind(fd0, {AF_INET, 127.0.0.1:5001}, 16)
sendto(fd0, buffer[8], 0, {AF_INET, 127.0.0.1:5001}, 16)
recvfrom(fd0, buffer[8], MSG_DONTWAIT, NULL)
"""


def seeds(tmp_path: Path, text: str) -> dict[str, str]:
    """What a program's seeds are, by the names of their files."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (tmp_path / "sent.some.txt").write_text(text)
    run("--variations", str(folder), str(tmp_path / "sent.some.txt"))
    encoded = {path.name: path.read_bytes() for path in folder.iterdir()}
    texts = {name: to_text(data).decode() for name, data in encoded.items()}
    assert all(to_bytes(texts[name].encode()) == encoded[name] for name in texts)
    return texts


def test_seeds_are_a_program_and_its_variations(tmp_path: Path) -> None:
    made = seeds(tmp_path, SENT)
    assert made.pop("sent.some.program") == SENT
    assert all(name.startswith("sent.some-") for name in made)
    assert SENT not in made.values()


@pytest.mark.parametrize(
    "lines",
    [
        (
            "fd0 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 0)",
            "setsockopt(fd0, IPPROTO_IPV6, IPV6_RECVERR, &1, 4)",
            "bind(fd0, {AF_INET6, [::1]:5001}, 28)",
            "sendto(fd0, buffer[8], 0, {AF_INET6, [::1]:5001}, 28)",
            "recvfrom(fd0, buffer[8], MSG_DONTWAIT, NULL)",
        ),
        (
            "fd0 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 0)",
            "setsockopt(fd0, IPPROTO_IP, IP_RECVERR, &1, 4)",
            "bind(fd0, {AF_INET6, [::ffff:127.0.0.1]:5001}, 28)",
            "sendto(fd0, buffer[8], 0, {AF_INET6, [::ffff:127.0.0.1]:5001}, 28)",
            "recvfrom(fd0, buffer[8], MSG_DONTWAIT, NULL)",
        ),
        (
            "fd0 = socket(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK, 0)",
            "setsockopt(fd0, IPPROTO_IP, IP_RECVERR, &1, 4)",
            'bind(fd0, {AF_UNIX, "b"}, 4)',
            'sendto(fd0, buffer[8], 0, {AF_UNIX, "b"}, 4)',
            "recvfrom(fd0, buffer[8], MSG_DONTWAIT, NULL)",
        ),
        (
            "fd0 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_ICMPV6)",
            "setsockopt(fd0, IPPROTO_IPV6, IPV6_RECVERR, &1, 4)",
            "bind(fd0, {AF_INET6, [::1]:5001}, 28)",
            "sendto(fd0, echo6[8], 0, {AF_INET6, [::1]:5001}, 28)",
            "recvfrom(fd0, buffer[8], MSG_DONTWAIT, NULL)",
        ),
        (
            "fd0 = socket(AF_INET, SOCK_RAW|SOCK_NONBLOCK, IPPROTO_RAW)",
            *SENT.splitlines()[1:4],
            "read(fd0, buffer[8])",
        ),
        (
            *SENT.splitlines()[:4],
            "recvmsg(fd0, header, NULL, buffer[8], areas[1], control[128], "
            "MSG_DONTWAIT)",
        ),
        (
            SENT.splitlines()[0],
            "setsockopt(fd0, IPPROTO_IP, IP_RECVTOS, &1, 4)",
            "setsockopt(fd0, IPPROTO_IP, IP_RECVTTL, &1, 4)",
            "setsockopt(fd0, IPPROTO_IP, IP_PKTINFO, &1, 4)",
            *SENT.splitlines()[1:4],
            "recvmsg(fd0, header, NULL, buffer[8], areas[1], control[128], "
            "MSG_DONTWAIT)",
        ),
        (
            *SENT.splitlines()[:4],
            "recvfrom(fd0, buffer[4096], MSG_DONTWAIT, name[128])",
        ),
        tuple(SENT.replace("MSG_DONTWAIT", "MSG_TRUNC|MSG_DONTWAIT").splitlines()),
        (
            SENT.splitlines()[0],
            'setsockopt(fd0, SOL_SOCKET, SO_BINDTODEVICE, "lo", 4)',
            *SENT.splitlines()[1:],
        ),
        (
            *SENT.splitlines()[:3],
            *SENT.splitlines()[2:5],
            SENT.splitlines()[4],
        ),
        (
            *SENT.splitlines()[:3],
            "setsockopt(fd0, IPPROTO_IP, IP_RECVERR, &0, 4)",
            *SENT.splitlines()[3:],
        ),
        (SENT.splitlines()[0], *SENT.splitlines()[2:]),
        tuple(SENT.splitlines()),
    ],
    ids=[
        *("inet6", "mapped", "unix", "echo", "raw by read", "recvmsg", "told"),
        *("long", "truncated", "on lo", "again", "taken back", "unset", "as it is"),
    ],
)
def test_a_variation_says_what_corresponds(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    look = (
        "getsockname(fd0, name[128])",
        "getpeername(fd0, name[128])",
        "poll(fd0, POLLIN|POLLOUT)",
    )
    assert "\n".join([*lines, *look, ""]) in seeds(tmp_path, SENT).values()


def test_sockets_of_another_type_change_their_family_only(tmp_path: Path) -> None:
    text = (
        "fd0 = socket(AF_INET, SOCK_DGRAM, 0)\nfd1 = socket(AF_INET, SOCK_STREAM, 0)\n"
    )
    made = seeds(tmp_path, text).values()
    for other in (
        text.replace("AF_INET", "AF_INET6"),
        text.replace("SOCK_DGRAM, 0", "SOCK_RAW, 253"),
    ):
        assert any(one.startswith(other) for one in made)


def test_addresses_of_another_family_stay(tmp_path: Path) -> None:
    text = (
        "fd0 = socket(AF_INET, SOCK_DGRAM, 0)\n"
        "connect(fd0, {AF_UNSPEC, 0.0.0.0:0}, 16)\n"
        "bind(fd0, {AF_INET6, [::1]:5001}, 28)\n"
    )
    made = seeds(tmp_path, text).values()
    for family in ("AF_INET6", "AF_UNIX"):
        other = text.replace("socket(AF_INET,", f"socket({family},")
        assert any(one.startswith(other) for one in made)


def test_seeds_may_be_without_variations(tmp_path: Path) -> None:
    (tmp_path / "a.b.txt").write_text(SENT)
    run("--seeds", str(tmp_path), str(tmp_path / "a.b.txt"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.b.program",
        "a.b.txt",
    ]
    assert to_text((tmp_path / "a.b.program").read_bytes()).decode() == SENT


def test_what_has_no_socket_has_no_variations(tmp_path: Path) -> None:
    assert list(seeds(tmp_path, "close(-1)\n")) == ["sent.some.program"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("close(-1)\n")
    folder = tmp_path / "none"
    done = subprocess.run(
        [TOOL, "--seeds", folder, text], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert f"{folder}/a.program: No such file or directory" in done.stderr


def test_text_is_printed_as_a_person_writes_it() -> None:
    expected = LINES.replace("setsockopt(fd0, 41,", "setsockopt(fd0, IPPROTO_IPV6,")
    assert run("--format", "-", given_bytes=LINES.encode()).decode() == expected
    assert to_text(to_bytes(LINES.encode())).decode() == expected


def test_comments_spaces_and_names_are_the_writers() -> None:
    text = b"# hello\n\n  fd7=socket( 2 ,2,  IPPROTO_UDP )# udp\r\nclose(fd7)"
    came = run("--format", "-", given_bytes=text)
    assert came == b"fd0 = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)\nclose(fd0)\n"


SOCKET = "fd0 = socket(AF_INET, SOCK_DGRAM, 0)\n"


@pytest.mark.parametrize(
    "text, place, words",
    [
        ("soket(2, 2, 0)", "1:1", "a call is one of socket, bind,"),
        ("fd0 = socket(AF_INT, 2, 0)", "1:14", "AF_INET,"),
        ("fd0 = socket(AF_INET, SOCK_DGRAM|MSG_OOB, 0)", "1:34", "SOCK_STREAM,"),
        ("fd0 = socket(2, 2, 0, 0)", "1:21", "')' comes here, not ','"),
        ("fd0 = socket(2, 2)", "1:18", "one more argument"),
        ("fd0 = socket(2, 99999999999, 0)", "1:17", "from -2147483648"),
        ("fd0 = socket(2, 99999999999999999999, 0)", "1:17", "more than 64 bits"),
        ("fd0, fd1 = socket(2, 2, 0)", "1:1", "has 1 results, not 2"),
        ("close(fd0)", "1:7", "no call before has the result fd0"),
        (SOCKET + "close(fd1)", "2:7", "no call before has the result fd1"),
        (SOCKET + "close(fd0) now", "2:12", "the end of the line"),
        (SOCKET + "bind(fd0, {AF_INET, 1.2.3:1}, 16)", "2:21", "an IPv4 address"),
        (SOCKET + "bind(fd0, {AF_INET, 1.2.3.4:70000}, 16)", "2:29", "0 to 65535"),
        (SOCKET + "bind(fd0, {AF_INET, x}, 16)", "2:21", "127.0.0.1:PORT"),
        (SOCKET + 'bind(fd0, {AF_UNIX, "/tmp/a"}, 9)', "2:21", "a path is relative"),
        (SOCKET + 'bind(fd0, {AF_UNIX, "a/../../b"}, 9)', "2:21", "without '..'"),
        (SOCKET + 'bind(fd0, {AF_UNIX, "." * 2}, 9)', "2:21", "without '..'"),
        (SOCKET + 'bind(fd0, {AF_UNIX, "a}, 9)', "2:21", "does not end"),
        (SOCKET + "fcntl(fd0, F_SETOWN, 1)", "2:1", "an owner is 0, getpid()"),
        (SOCKET + "fcntl(fd0, F_SETSIG, 9)", "2:1", "a signal is"),
        (SOCKET + "read(fd0, buffer[1] cut_off 900)", "2:29", "from 0 to 63"),
        ("\n" * 9 + "#\n  close(", "11:9", "the end of the line"),
        (SOCKET * (CALLS + 1), f"{CALLS + 1}:1", f"at most {CALLS} calls"),
        ("#" * 2000, "1:1024", "at most 1023 characters"),
    ],
)
def test_an_error_names_what_is_wrong_and_where(
    text: str, place: str, words: str
) -> None:
    message = error_of(text)
    assert message.startswith(f"program: -:{place}: "), message
    assert words in message


@few
@given(st.text(alphabet='fd01= (),{}[]AF_INET.:|"\\*&x#\n-', max_size=80))
def test_any_text_is_a_program_or_an_error_at_a_place(text: str) -> None:
    done = subprocess.run(
        [TOOL, "--format", "-"], input=text.encode(), capture_output=True, timeout=60
    )
    assert done.returncode in (0, 2)
    if done.returncode:
        line, column = map(int, done.stderr.decode().split(":")[2:4])
        assert 1 <= line <= text.count("\n") + 1
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["--print"], ["--random", "x", "1"], ["--random", "1", "65"], ["--what", "1"]],
)
def test_a_wrong_command_line_is_said(arguments: list[str]) -> None:
    done = subprocess.run([TOOL, *arguments], capture_output=True, timeout=60)
    assert done.returncode == 2 and done.stderr and not done.stdout


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [TOOL, "--print", tmp_path / "none"], capture_output=True, timeout=60
    )
    assert done.returncode == 2 and b"No such file" in done.stderr


def test_the_dictionary_is_one() -> None:
    lines = run("--dictionary").decode().splitlines()
    assert len(lines) > 200
    for line in lines:
        assert line[0] == line[-1] == '"' and len(line) > 3
