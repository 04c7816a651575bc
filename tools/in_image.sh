#!/bin/sh
# Runs a command on the checkout in the current folder with what the image has installed.
set -eu
for folder in .venv node_modules; do
    # A checkout that has its own keeps it.
    [ -e "$folder" ] || ln -s "/opt/dataopsml/project/$folder" "$folder"
done
exec "$@"
