"""A report in SARIF as a short table in Markdown, for the summary of a job: how often each rule reports.

Of what comes from the code that was checked nothing is shown.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

LEVELS = {"error": "error", "warning": "warning", "note": "info"}


def main() -> None:
    """Prints the table of the file that is named."""
    with open(sys.argv[1], encoding="utf-8") as file:
        [run] = json.load(file)["runs"]
    names = {rule["id"]: rule.get("name", "") for rule in run["tool"]["driver"]["rules"]}
    told = [result for result in run["results"] if not result.get("suppressions") and result.get("baselineState") != "unchanged"]
    counts = Counter((result["ruleId"], LEVELS.get(result.get("level", "warning"), "")) for result in told)
    print("### keylint\n")
    if not counts:
        print("No findings.")
        return
    print("| rule | name | severity | findings |\n|---|---|---|---:|")
    for (code, level), count in sorted(counts.items()):
        print(f"| {code} | {names.get(code, '')} | {level} | {count} |")


main()
