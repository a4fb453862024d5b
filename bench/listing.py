"""Lists of the access interface in a fresh process: milliseconds of the first and the median of those that follow.

python listing.py TOKEN NUMBER
"""

import io
import json
import os
import statistics
import sys
import time
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"

import django

django.setup()

from tenantry.access_api.application import application  # noqa: E402 - needs the applications loaded

RUNS = 9
QUESTIONS = {
    "accounts": (
        "resource",
        {"subject": {"type": "user", "id": "helper@partner.example"}, "resource": {"type": "account"}},
    ),
    "users": ("subject", {"subject": {"type": "user"}, "resource": {"type": "account", "id": "customer-0"}}),
}


def answered(status: str, headers: list[tuple[str, str]]) -> None:
    """What is answered shows whether it is a list."""
    del status, headers


def asked(token: str, door: str, body: dict[str, Any]) -> tuple[float, int]:
    """All of a list, in one call: how many milliseconds it takes, and how much there is."""
    sent = json.dumps({**body, "action": {"name": "VIEW_RESULT"}, "page": {"limit": 100_000}}).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/access/v1/search/{door}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.input": io.BytesIO(sent),
    }
    started = time.perf_counter()
    [told] = application(environ, answered)
    taken = 1_000 * (time.perf_counter() - started)
    answer = json.loads(told)
    if "results" not in answer:
        sys.exit(told.decode())
    return taken, len(answer["results"])


def main() -> None:
    """Print both lists' times as JSON."""
    token, number = sys.argv[1], int(sys.argv[2])
    found = {}
    for name, (door, body) in QUESTIONS.items():
        answers = [asked(token, door, body) for _ in range(RUNS)]
        if any(count < number for _, count in answers):
            sys.exit(f"{answers[0][1]} of {number} {name}")
        first, *others = (taken for taken, _ in answers)
        found[name] = (first, statistics.median(others))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
