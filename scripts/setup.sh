#!/bin/sh
# Install RunCoach into .venv from the locked, hashed requirements: scripts/setup.sh app|dev
# Needs any Python from 3.9 on with pip; needs no root, and works as root. A second run changes nothing.
set -eu
cd "$(dirname "$0")/.."
which_set="${1:-app}"
tools=.tools

say() { printf '%s\n' "$*" >&2; }

# Any Python that starts: it only looks for a better one and fetches uv.
any_python() {
    for name in python3 python python3.14 python3.13 python3.12 python3.11 python3.10 python3.9; do
        for folder in $(printf '%s' "$PATH" | tr ':' ' '); do
            program="$folder/$name"
            [ -x "$program" ] || continue
            if "$program" -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1 &&
                { [ "$1" = no-pip ] || "$program" -m pip --version >/dev/null 2>&1; }; then
                printf '%s\n' "$program"
                return
            fi
        done
    done
    say "RunCoach needs a Python 3.9 or newer with pip to start from; none was found on PATH."
    exit 1
}

# uv from PATH if it really runs, else a private copy in .tools.
find_uv() {
    if uv --version >/dev/null 2>&1; then
        command -v uv
        return
    fi
    if ! "$tools/bin/uv" --version >/dev/null 2>&1; then
        say "Fetching uv into $tools …"
        "$(any_python with-pip)" -m pip install --quiet --disable-pip-version-check --no-deps \
            --require-hashes --upgrade --target "$tools" -r requirements/uv.txt >&2
    fi
    printf '%s\n' "$PWD/$tools/bin/uv"
}

uv="$(find_uv)"
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
    python="$("$(any_python no-pip)" scripts/find_python.py)" || python=3.12 # uv fetches one, where it can
    say "Making .venv with $python …"
    rm -rf .venv
    "$uv" venv --quiet --python "$python" .venv || {
        say "RunCoach needs Python 3.12 or newer: install one (any way), or let uv reach its downloads."
        exit 1
    }
fi
say "Installing requirements/$which_set.txt …"
# Compiling now keeps the first start short.
"$uv" pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "requirements/$which_set.txt"
.venv/bin/python scripts/link_project.py
