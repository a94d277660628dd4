#!/usr/bin/env bash
# Installs the keylint that this action is part of, into an environment of its own.
# -I: the current directory holds the code of whoever opened the pull request, and nothing of it may be imported.
set -euo pipefail

if ! python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "::error::keylint needs Python 3.10 or newer as python3: run actions/setup-python before it"
  exit 2
fi
python3 -I -m venv "$RUNNER_TEMP/keylint"
"$RUNNER_TEMP/keylint/bin/python" -I -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
