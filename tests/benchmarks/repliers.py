"""Invited people: threads that open their link and send the form, run as a process beside the server.

`python repliers.py PEOPLE FILE` reads addresses from the file, one a line, answers each once and prints one JSON
object: replies per second, p50 and p95 of a request in milliseconds. They behave as browsers: the form's address and
hidden fields come out of the page, connections are kept for a while, everybody comes from an address of their own.
Any answer but 200 ends it with an error.
"""

import html
import http.client
import json
import queue
import re
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r'<form class="form" method="post" action="([^"]+)"')
SEEN = re.compile(r'<input name="seen" type="hidden" value="([^"]*)">')


def answer_all(addresses: list[str], *, people: int) -> dict[str, float]:
    """Answer every invitation once, with as many people at a time."""
    waiting: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
    for pair in enumerate(addresses):
        waiting.put(pair)
    times: list[float] = []
    faults: list[str] = []

    def work() -> None:
        while not faults:
            try:
                number, address = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                times.extend(_answer(number, address))
            except (OSError, AssertionError, http.client.HTTPException) as fault:
                faults.append(f"{address}: {fault!r}")

    start = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    if faults:
        raise SystemExit(faults[0])
    times.sort()
    return {
        "replies": len(addresses),
        "replies_per_second": round(len(addresses) / elapsed, 1),
        "requests_per_second": round(len(times) / elapsed, 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def _answer(number: int, address: str) -> list[float]:
    parts = urlsplit(address)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=60)
    headers = {
        "Host": parts.netloc,
        "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "Accept-Encoding": "gzip, br",
    }
    times = []

    def send(method: str, path: str, body: str | None = None, more: dict[str, str] | None = None) -> str:
        begun = time.perf_counter()
        connection.request(method, path, body=body, headers={**headers, **(more or {})})
        response = connection.getresponse()
        page = response.read().decode("utf-8")
        times.append(time.perf_counter() - begun)
        assert response.status == 200, f"{response.status} {page[:300]}"
        return page

    try:
        page = send("GET", parts.path)
        form, seen = FORM.search(page), SEEN.search(page)
        assert form, "no form"
        assert seen, "no hidden field"
        fields = {"reply": "accepted", "seen": html.unescape(seen[1]), "note": f"Antwort {number}"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        page = send("POST", html.unescape(form[1]), urlencode(fields), kind)
        assert "Danke, Ihre Antwort ist gespeichert" in page, "not stored"
    finally:
        connection.close()
    return times


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    print(json.dumps(answer_all(lines, people=int(sys.argv[1]))))
