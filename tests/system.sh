#!/usr/bin/env bash
# Install what the tests need that PyPI does not have, where it is missing.
set -euo pipefail

declare -A package=(
  [chromium]=chromium
  [java]=default-jre-headless
  [Rscript]=r-base-core
  [rapper]=raptor2-utils
)
missing=()
for command in "${!package[@]}"; do
  command -v "$command" > /dev/null || missing+=("${package[$command]}")
done
[ -e /usr/share/java/jena-cmds.jar ] || missing+=(libapache-jena-java)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get > /dev/null; then
  echo "The tests need what Debian calls ${missing[*]}; install it and run make test again." >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi
echo "Installing ${missing[*]} (a minute or two, once) ..."
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -qq --no-install-recommends \
  "${missing[@]}" > /dev/null
