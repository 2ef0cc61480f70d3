"""Readers of a page: threads with connections of their own, run as a process beside the server.

`python readers.py URL READERS SECONDS` prints one JSON object: requests per second, p50 and p95 in
milliseconds, bytes over the wire of the first answer. Any answer but 200 ends it with an error.
"""

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit


def read(url: str, *, readers: int, seconds: float) -> dict[str, float]:
    """Read the page again and again with keep-alive connections, as a browser's reload button would."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    assert parts.hostname
    assert parts.port
    times: list[list[float]] = [[] for _ in range(readers)]
    sizes: list[int] = []
    faults: list[str] = []
    start = time.perf_counter()
    until = start + seconds

    def work(number: int) -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=30)
        while time.perf_counter() < until and not faults:
            begun = time.perf_counter()
            connection.request("GET", path, headers={"Accept-Encoding": "gzip, br", "Host": parts.netloc})
            answer = connection.getresponse()
            body = answer.read()
            times[number].append(time.perf_counter() - begun)
            if answer.status != 200:
                faults.append(f"{answer.status} {body[:200]!r}")
            if not sizes:
                sizes.append(len(body))
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    if faults:
        raise SystemExit(faults[0])
    every = sorted(time_ for own in times for time_ in own)
    return {
        "per_second": round(len(every) / elapsed, 1),
        "p50_ms": round(every[len(every) // 2] * 1000, 1),
        "p95_ms": round(every[int(len(every) * 0.95)] * 1000, 1),
        "bytes": sizes[0],
        "requests": len(every),
    }


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1], readers=int(sys.argv[2]), seconds=float(sys.argv[3]))))
