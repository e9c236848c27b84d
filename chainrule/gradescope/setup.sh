#!/usr/bin/env bash
# Runs once, as root, when the image is built: puts Chainrule and what grading needs into an environment of its own.
# With a folder wheelhouse/ next to this file nothing is fetched from anywhere.
set -euo pipefail
umask 022

source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${CHAINRULE_BASE_PYTHON:-python3}"

has_python() { "$python" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

if ! has_python; then
    if command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update
        apt-get install -y --no-install-recommends python3 python3-venv
    fi
    if ! has_python; then
        echo "Chainrule needs Python 3.10 or newer with its venv module; choose Gradescope's Ubuntu 22.04 image." >&2
        exit 1
    fi
fi

# Only root may read the exam: its papers can be solved.
chmod -R u=rwX,go= "$source/exam"
chmod 711 "$source"

"$python" -I -m venv --clear "$source/venv"
install=("$source/venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-cache-dir)
if [ -d "$source/wheelhouse" ]; then
    "${install[@]}" --no-index --find-links "$source/wheelhouse" -r "$source/requirements.txt"
else
    "${install[@]}" --only-binary :all: -r "$source/requirements.txt"
fi
# Grading needs no more than that; pages, terminal and PDF, which need other packages, stay behind.
"${install[@]}" --no-index --no-deps "$source"/chainrule-*.whl

"$source/venv/bin/python" -I -m chainrule.gradescope.container --check "$source"
