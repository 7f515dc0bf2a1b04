#!/bin/sh
# Installs what the browser tests need: Debian's Chromium, when it is missing and we may install it. Never fails the run:
# a test that finds no browser skips and says so.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Debian's chromium for the browser tests"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 ||
    echo "chromium could not be installed: the browser tests will be skipped" >&2
else
  echo "no chromium here, and no right to install it: the browser tests will be skipped" >&2
fi
exit 0
