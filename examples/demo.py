"""See segmock at work: the real `segmind` package and plain httpx against a local emulator.

The demo starts `segmock serve`, runs the five Ideogram models over both API versions and six models
of other kinds, meets every kind of refusal on purpose, and holds each answer against the contracts
of this repository. It needs no account and no network.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from demo_audit import audited_suite
from demo_kit import SPEED, Contract, Demo, EmulatorSilentError, emulator
from demo_media import other_kinds
from demo_orders import KEY
from demo_refusals import empty_wallet, expiry, failures, rate_limit, the_bill
from demo_report import Report, find_command, list_next_steps
from demo_runs import by_hand, through_v1, through_v2
from demo_service import real_service
from demo_unchanged import unchanged_program
from segmind import SegmindError  # type: ignore[import-untyped]

from mockserver.base.proxy_bypasses import compute_bypasses
from mockserver.cli.streams import write_every_character

INTERRUPTED, TERMINATED = 130, 143
SURPRISES = (
    *(SegmindError, httpx.HTTPError, subprocess.SubprocessError),
    *(LookupError, OSError, TypeError, ValueError),
)

SECTIONS: tuple[tuple[str, str, Callable[[Demo], None]], ...] = (
    (
        "Five models through v2, with the SDK",
        "client.submit_async(slug, ...), a poll every 0.05 s, then the result and its picture.",
        through_v2,
    ),
    (
        "Five models through v1, with the SDK",
        "client.run_sync(slug, ...) blocks until it is done and puts the costs into headers.",
        through_v1,
    ),
    ("One job by hand, with httpx", "What travels over the wire: submit, poll, result.", by_hand),
    (
        "Six models of other kinds",
        "On an account of its own, whose clock goes on with each poll: minutes pass in no time.",
        other_kinds,
    ),
    (
        "Failures and wrong parameters",
        "v2 lets the job fail, v1 refuses at once. `mock:` in a prompt asks for an outcome.",
        failures,
    ),
    (
        "A job that expires",
        "An account of its own, whose clock the control plane moves: an hour passes in no time.",
        expiry,
    ),
    ("A rate limit", "An account on the plan `free`: five requests a minute.", rate_limit),
    ("An empty wallet", "An account with one cent.", empty_wallet),
    ("Keys, and the bill", "Who may not come in, and what the main account has spent.", the_bill),
    (
        "A program that cannot be pointed elsewhere",
        "`segmock exec` has curl reach an emulator at https://api.segmind.com, and nobody else.",
        unchanged_program,
    ),
    (
        "What tests are worth",
        "`segmock audit -- pytest` plays a suite against a server that loses an answer.",
        audited_suite,
    ),
    (
        "Against the real service",
        "Here another emulator stands in for it: recorded, replayed, and found to have changed.",
        real_service,
    ),
)


def play(demo: Demo) -> None:
    """Play every section; one that cannot go on is a difference, and the next one follows."""
    for number, (title, lead, section) in enumerate(SECTIONS, 1):
        demo.report.heading(f"{number}  {title}", lead)
        try:
            section(demo)
        except SURPRISES as surprise:
            came = repr(surprise)
            demo.report.holds("the section goes to its end", came, "no exception", ok=False)
        demo.report.close_section()


def linger(url: str) -> None:
    """Leave the emulator running until Ctrl-C."""
    print(f"\nThe emulator keeps running at {url}; Ctrl-C ends it. Try, in another terminal:")
    print(f"   curl {url}/v1/get-user-credits -H 'x-api-key: {KEY}'")
    print(f"   curl {url}/_mock/health", flush=True)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print()


def perform(out: Path, *, keep: bool) -> bool:
    """Run the demo and tell whether everything was as expected."""
    began = time.monotonic()
    report = Report()
    with (
        emulator(own_environment(), report) as url,
        httpx.Client(base_url=url, trust_env=False) as http,
    ):
        print(f"segmock serves on {url}, {SPEED} times faster than the real models.")
        print(
            "Each ✓ below is a comparison, made just now, with the files in contracts/.", flush=True
        )
        demo = Demo(url, out, report, Contract(), http)
        play(demo)
        requests = exchanges(http)
        seconds = time.monotonic() - began
        if keep:
            linger(url)
    report.close_section()
    found = report.differences
    outcome = f"{found} difference{'s' if found > 1 else ''}" if found else "all as expected"
    counts = f"{report.checks} checks, {outcome}; {requests} requests in {seconds:.1f} s"
    print(f"\n{counts}; {len(demo.files)} files in {out}/")
    print("\nWhat next:")
    report.lines(list_next_steps(find_command()))
    return not found


def exchanges(http: httpx.Client) -> int:
    """Count the requests of the demo in the emulator's journal; 0 if it no longer answers."""
    try:
        return len(http.get("/_mock/requests", params={"limit": 10_000}).json()["requests"])
    except SURPRISES:
        return 0


def own_environment() -> dict[str, str]:
    """Return the environment without settings meant for other emulators.

    The demo talks to its own server alone: proxies are bypassed, and certificates not looked for.
    """
    os.environ.update(compute_bypasses(os.environ))
    os.environ.pop("SSL_CERT_FILE", None)
    return {name: value for name, value in os.environ.items() if not name.startswith("SEGMOCK_")}


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=(
            "exit status: 0 if every answer was as the contracts say; 1 if one differed (look for\n"
            "DIFFERS in the output), or if the emulator did not start. Set NO_COLOR for plain text."
        ),
    )
    described.add_argument(
        "--out",
        type=Path,
        default=Path("demo-output"),
        metavar="DIR",
        help="folder for the files; made if need be (default: %(default)s)",
    )
    described.add_argument(
        "--keep", action="store_true", help="keep the emulator running afterwards, until Ctrl-C"
    )
    return described


def main() -> int:
    """Parse the command line, run, and return the exit status."""
    arguments = parser().parse_args()
    write_every_character(sys.stdout, sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        return 0 if perform(arguments.out, keep=arguments.keep) else 1
    except (EmulatorSilentError, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
