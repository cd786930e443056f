# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""python3 -m sockcheck.mutation: what `make mutation` and its kin do."""

from __future__ import annotations

import signal
import sys

from sockcheck import processes
from sockcheck.mutation.making import (
    build,
    is_newer,
    make_baseline,
    show,
    write_quick,
)
from sockcheck.mutation.options import Options, kernel_of, parser
from sockcheck.mutation.running import print_report, run
from sockcheck.trouble import Trouble


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments, Options())
    try:
        processes.hold_standard_descriptors()
        actions = {
            "all": everything,
            "build": build,
            "baseline": make_baseline,
            "run": run,
            "show": show,
            "report": print_report,
            "quick": write_quick,
        }
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return actions[options.action](options)
    except KeyboardInterrupt:
        # What is known is kept; machines die with their threads.
        return 130
    except Trouble as trouble:
        print(f"sockcheck: {trouble}", file=sys.stderr)
        return 2


def everything(options: Options) -> int:
    """What is missing is made first; a fault that was asked for is shown."""
    if options.fault:
        show(options)
    if not is_newer(kernel_of(options), [options.list]):
        build(options)
    make_baseline(options)
    return run(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
