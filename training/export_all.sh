#!/bin/sh
# Exports a run and regenerates everything that depends on its weights: sh training/export_all.sh RUN [NAME]
set -e
cd "$(dirname "$0")/.."
PYTHON="${PYTHON:-python3}"
rm -f "public/models/${2:-$1}/evaluation.json" "public/models/${2:-$1}/experts.json"
"$PYTHON" -m training.export --run "$1" --name "${2:-$1}"
"$PYTHON" -m training.golden
"$PYTHON" -m training.card --name "${2:-$1}"
