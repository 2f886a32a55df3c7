#!/bin/sh
# Chromium and the fonts that Korean and emoji need, for the browser tests, on Debian and its relatives.
set -eu

have_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }
have_fonts() {
    command -v fc-list >/dev/null 2>&1 && fc-list :lang=ko family | grep -q . &&
        fc-list | grep -qi 'color *emoji'
}

if have_chromium && have_fonts; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "No apt-get here: install chromium, a Korean font and a colour emoji font yourself." >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    $as_root true 2>/dev/null || { echo "Installing chromium needs root: sudo $0" >&2; exit 1; }
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
    chromium fontconfig fonts-nanum fonts-noto-color-emoji >/dev/null
have_chromium
