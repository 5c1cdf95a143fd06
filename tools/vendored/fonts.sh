#!/bin/sh
# Takes the weights, features and hints out of the two fonts that no style asks for: half of their bytes.
# Run after `npm run build`, where fontTools and brotli are installed (pip install fonttools brotli).
set -eu
cd "$(dirname "$0")/../../static/vendor/fonts"

trim() { # font, weights, features
  for subset in latin latin-ext; do
    file="$1-$subset"
    pyftsubset "$file.woff2" --unicodes='*' --layout-features="$3" --no-hinting --name-IDs='*' \
      --output-file="$file.ttf"
    fonttools varLib.instancer --quiet "$file.ttf" "wght=$2" --output "$file.trimmed.ttf"
    fonttools ttLib.woff2 compress -o "$file.woff2" "$file.trimmed.ttf"
    rm "$file.ttf" "$file.trimmed.ttf"
  done
}

trim inter 400:650 ccmp,locl,tnum,kern,mark,mkmk
trim jetbrains-mono 400:600 ccmp,locl
