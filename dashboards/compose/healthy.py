"""Whether the gateway in this container takes and stores readings: exit code 0 if it does."""

import sys
import urllib.request

try:
    with urllib.request.urlopen("http://127.0.0.1:8080/healthz", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError:
    sys.exit(1)
