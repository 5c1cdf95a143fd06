#!/bin/sh
# Bundles the code editor into static/vendor/editor/ and records its SHA-256.
# Run in this folder: npm ci && sh build.sh
set -eu
cd "$(dirname "$0")"
target=../../static/vendor/editor
mkdir -p "$target"

node_modules/.bin/esbuild editor.js --bundle --format=esm --minify --target=es2022 \
  --charset=utf8 --legal-comments=none --log-level=warning --outfile="$target/editor.js"

# --legal-comments=none keeps the bundle small; the licences stand here instead.
{
  echo "The file editor.js beside this notice contains the packages below, each under its licence."
  for licence in node_modules/@codemirror/*/LICENSE node_modules/@lezer/*/LICENSE \
    node_modules/@marijn/*/LICENSE node_modules/crelt/LICENSE node_modules/style-mod/LICENSE \
    node_modules/w3c-keyname/LICENSE; do
    package=${licence#node_modules/}
    printf '\n---- %s\n\n' "${package%/LICENSE}"
    cat "$licence"
  done
} > "$target/NOTICE"

(cd "$target" && sha256sum editor.js) > editor.sha256
