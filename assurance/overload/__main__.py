"""R10: ten times what it can answer, in an open loop from one core.

    python -m assurance.overload [--seconds 20] [--times 10] [--control]

Capacity is what eight callers in a closed loop get of the same server in the same run. `--control` serves
without admission, each request waiting for a thread: the campaign must find it wanting.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from assurance.frame import Askers, make, question
from tests.cli.serving import Server

GOODPUT = 0.8  # of capacity
LONGEST = 2.0  # seconds, 99th percentile of what was let in
PATIENCE = 10.0  # seconds after which a caller gives up

Seen = list[tuple[int, float]]


def request_bytes(token: str, number: int) -> bytes:
    """Return a whole request, on a connection of its own."""
    body = json.dumps(question(number)).encode()
    head = (
        f"POST /api/v1/lookups HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


async def one(port: int, request: bytes, seen: Seen) -> None:
    """Send one request; note its status (0: none came) and how long it took."""
    began, status = time.monotonic(), 0
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            reply = await reader.read()
            status = int(reply[9:12])
            writer.close()
    except (OSError, TimeoutError, ValueError):
        pass
    seen.append((status, time.monotonic() - began))


async def open_loop(port: int, token: str, rate: float, seconds: float) -> Seen:
    """Send `rate` requests a second whatever comes back."""
    seen: Seen = []
    requests = [request_bytes(token, number) for number in range(500)]
    began, tasks = time.monotonic(), set[asyncio.Task[None]]()
    while (passed := time.monotonic() - began) < seconds:
        while len(tasks) < passed * rate:
            tasks.add(asyncio.create_task(one(port, requests[len(tasks) % 500], seen)))
        await asyncio.sleep(0.005)
    await asyncio.gather(*tasks)
    return seen


def capacity(server: Server, token: str, seconds: float) -> float:
    """Return how many lookups a second eight callers get who wait for each answer."""
    askers = Askers(lambda: server, token, threads=8)
    time.sleep(seconds / 4)
    before = len(askers.receipts)
    time.sleep(seconds)
    answered = len(askers.receipts) - before
    askers.stop()
    return answered / seconds


def campaign(folder: Path, given: Namespace) -> int:
    """Measure capacity, then what is left of it; return the exit code."""
    place = make(folder)
    python = (sys.executable, "-m", "assurance.overload.unbounded") if given.control else (sys.executable,)
    with Server(place.settings.instance, folder / "output", python=python, threads=8) as server:
        able = capacity(server, place.token, given.seconds)
        seen = asyncio.run(open_loop(server.port, place.token, able * given.times, given.seconds))
        alone = capacity(server, place.token, given.seconds)
    answered = sorted(took for status, took in seen if status == 200)
    refused = sorted(took for status, took in seen if status == 503)
    good = len(answered) / given.seconds / statistics.mean((able, alone))
    longest = statistics.quantiles(answered, n=100)[98] if len(answered) > 1 else PATIENCE
    print(f"capacity {able:.0f}/s before, {alone:.0f}/s after; asked {len(seen) / given.seconds:.0f}/s")
    neither = len(seen) - len(answered) - len(refused)
    print(f"answered {len(answered)}, refused {len(refused)}, neither {neither}")
    print(f"goodput {good:.2f} of capacity; 99 % of what was let in within {longest:.2f} s")
    if refused:
        middle, last = statistics.median(refused), refused[len(refused) * 99 // 100]
        print(f"refused: median {middle:.2f} s, 99 % within {last:.2f} s")
    kept = good >= GOODPUT and longest <= LONGEST
    print("kept" if kept else "NOT KEPT")
    return int(kept is bool(given.control))


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), given)


if __name__ == "__main__":
    sys.exit(main())
