#!/usr/bin/env bash
# Runs keylint once: annotations on standard output, the report in SARIF, a table in the job's summary, and the outputs of the step.
# Inputs come as KEYLINT_*; they are data, and never become part of a script. Bash 3.2, which macOS has, runs it.
set -euo pipefail

sarif="$RUNNER_TEMP/keylint.sarif"
rm -f "$sarif"
options=(check --output-format github --output-file "sarif=$sarif")

have() { git rev-parse --quiet --verify "$1^{commit}" > /dev/null; }

# The revision that a pull request is compared with. What is checked out is usually the merge of the pull request into its base: then it is the
# first parent, whatever the base was when the event was sent. Else it is the base, together with the history to where the branch left it.
base() {
  local pull=0
  case "${GITHUB_REF:-}" in refs/pull/*/merge) pull=1 ;; esac
  if [ "$pull" = 1 ] && [ "$(git rev-parse HEAD)" = "${GITHUB_SHA:-}" ]; then
    have 'HEAD^2' || git fetch --quiet --no-tags --depth=2 origin "$GITHUB_SHA" >&2 || true
    if have 'HEAD^2'; then
      git rev-parse 'HEAD^1'
      return
    fi
  fi
  have "$KEYLINT_BASE" || git fetch --quiet --no-tags origin "$KEYLINT_BASE" >&2 || return
  if ! git merge-base "$KEYLINT_BASE" HEAD > /dev/null; then
    git fetch --quiet --no-tags --unshallow origin >&2 || return
  fi
  echo "$KEYLINT_BASE"
}

since=$KEYLINT_CHANGED_SINCE
if [ -z "$since" ] && [ -n "$KEYLINT_BASE" ]; then
  if ! since=$(base); then
    echo "::error::What this branch is compared with cannot be fetched: give actions/checkout 'fetch-depth: 0'"
    exit 2
  fi
fi
if [ -n "$since" ] && [ "$since" != none ]; then options+=("--changed-since=$since"); fi
if [ -n "$KEYLINT_BASELINE" ]; then options+=("--baseline=$KEYLINT_BASELINE"); fi
if [ -n "$KEYLINT_FAIL_ON" ]; then options+=("--fail-on=$KEYLINT_FAIL_ON"); fi
while IFS= read -r line; do
  if [ -n "$line" ]; then options+=("$line"); fi
done <<< "$KEYLINT_ARGS"
options+=(--)
while IFS= read -r line; do
  if [ -n "$line" ]; then options+=("$line"); fi
done <<< "$KEYLINT_PATHS"

status=0
"$RUNNER_TEMP/keylint/bin/keylint" "${options[@]}" || status=$?
if [ "$status" = 2 ]; then echo "::error::keylint checked nothing: what is wrong stands in the log of this step"; fi

echo "status=$status" >> "$GITHUB_OUTPUT"
if [ -s "$sarif" ]; then
  echo "sarif-file=$sarif" >> "$GITHUB_OUTPUT"
  "$RUNNER_TEMP/keylint/bin/python" -I "$GITHUB_ACTION_PATH/action/summary.py" "$sarif" >> "$GITHUB_STEP_SUMMARY"
  alerts="$RUNNER_TEMP/keylint-alerts.sarif"
  "$RUNNER_TEMP/keylint/bin/python" -I "$GITHUB_ACTION_PATH/action/unsuppressed.py" "$sarif" "$alerts"
  echo "alerts-file=$alerts" >> "$GITHUB_OUTPUT"
fi
exit "$status"
