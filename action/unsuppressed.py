"""A report in SARIF without the results that are suppressed: GitHub does not heed suppressions, and would open an alert for each."""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Writes the file that is named first to the one that is named second."""
    with open(sys.argv[1], encoding="utf-8") as file:
        log = json.load(file)
    for run in log["runs"]:
        run["results"] = [result for result in run["results"] if not result.get("suppressions")]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(log, file)


main()
