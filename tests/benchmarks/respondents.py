"""People who answer a survey as browsers do: threads that follow the forms of each page, as a process of their own.

`python respondents.py URL PEOPLE SECONDS` prints one JSON object: completed surveys per second, how many were
completed, and the times of single pages in milliseconds. Every person answers again and again from the start, each
time from another address (as behind a proxy); a page that is not the next one ends it with an error.
"""

import html
import http.client
import json
import random
import re
import sys
import threading
import time
from urllib.parse import urlencode, urlsplit

_FORM = re.compile(r'<form class="form" method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_CHOICE = re.compile(r'<input type="(radio|checkbox)" name="([^"]+)" id="[^"]+" value="([^"]+)"')
_SELECT = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]+)"')
_TYPED = re.compile(r'<(?:input|textarea) class="[^"]+" id="[^"]+" name="([^"]+)"( type="text")?')
_BUTTON = re.compile(r'<button class="button" type="submit" name="([^"]+)" value="([^"]+)"')
_STATE = re.compile(r'<main [^>]*data-survey-state="([^"]+)"')


def filled(page: str, chance: random.Random) -> tuple[str, list[tuple[str, str]]]:
    """Where the page's form leads, and its fields as somebody fills them in."""
    form = _FORM.search(page)
    assert form is not None, page[:500]
    body = form[2]
    fields = [(name, html.unescape(value)) for name, value in _HIDDEN.findall(body)]
    choices: dict[str, list[str]] = {}
    for kind, name, value in _CHOICE.findall(body):
        choices.setdefault(f"{kind} {name}", []).append(value)
    fields += [(key.partition(" ")[2], chance.choice(values)) for key, values in choices.items()]
    fields += [(name, chance.choice(_OPTION.findall(options))) for name, options in _SELECT.findall(body)]
    fields += [(name, "12" if is_line else "Mehr Bänke.") for name, is_line in _TYPED.findall(body)]
    button = _BUTTON.search(body)
    if button is not None:
        fields.append((button[1], button[2]))
    return html.unescape(form[1]), fields


def answer(url: str, *, people: int, seconds: float) -> dict[str, float]:
    parts = urlsplit(url)
    assert parts.hostname
    times: list[list[float]] = [[] for _ in range(people)]
    completed = [0] * people
    faults: list[str] = []
    start = time.perf_counter()
    until = start + seconds

    def work(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

        def ask(path: str, fields: list[tuple[str, str]] | None, address: str) -> str:
            begun = time.perf_counter()
            headers = {"Host": parts.netloc, "Accept-Encoding": "gzip", "X-Forwarded-For": address}
            if fields is None:
                connection.request("GET", path, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", path, body=urlencode(fields), headers=headers)
            response = connection.getresponse()
            body = response.read()
            times[number].append(time.perf_counter() - begun)
            if response.status != 200:
                raise AssertionError(f"{response.status} {body[:300]!r}")
            return body.decode()

        round_ = 0
        try:
            while time.perf_counter() < until and not faults:
                round_ += 1
                address = f"10.{number}.{round_ >> 8 & 255}.{round_ & 255}"
                page = ask(parts.path, None, address)
                for expected in ("page-1", "page-2", "page-3", "page-4", "completed"):
                    path, fields = filled(page, chance)
                    page = ask(path, fields, address)
                    state = _STATE.search(page)
                    assert state is not None, page[:500]
                    assert state[1] == expected, page[:500]
                completed[number] += 1
        except (AssertionError, OSError, http.client.HTTPException) as error:
            faults.append(repr(error))
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    if faults:
        raise SystemExit(faults[0])
    every = sorted(time_ for own in times for time_ in own)
    return {
        "completed": sum(completed),
        "completed_per_second": round(sum(completed) / elapsed, 1),
        "pages_per_second": round(len(every) / elapsed, 1),
        "p50_ms": round(every[len(every) // 2] * 1000, 1),
        "p95_ms": round(every[int(len(every) * 0.95)] * 1000, 1),
        "slowest_ms": round(every[-1] * 1000, 1),
    }


if __name__ == "__main__":
    print(json.dumps(answer(sys.argv[1], people=int(sys.argv[2]), seconds=float(sys.argv[3]))))
