#!/bin/sh
# Write requirements/*.txt anew: every package pinned and hashed, no download address. What is pinned stays
# as it is where it can; ARGS="--upgrade" moves everything, ARGS="--upgrade-package NAME" one.
set -eu
cd "$(dirname "$0")/.."
uv="$(command -v uv || printf '%s' "$PWD/.tools/bin/uv")"
export UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() {
    output="$1"
    shift
    "$uv" pip compile --quiet --universal --python-version 3.12 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --output-file "$output" "$@"
}

compile requirements/app.txt pyproject.toml "$@"
compile requirements/dev.txt --extra dev pyproject.toml "$@"
compile requirements/uv.txt requirements/uv.in "$@"
