#!/bin/sh
# Installs the Debian packages that the lists named in the arguments ask for and that are not there yet.
#   deploy/install.sh deploy/packages.txt [LIST…]
set -eu

missing=""
for package in $(cat "$@"); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue
  case $package in
    nodejs|npm) command -v "${package%js}" >/dev/null 2>&1 && continue ;;  # a Node.js from elsewhere serves as well
  esac
  missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "These packages are missing, and installing them needs root:$missing" >&2; exit 1; }
  as_root=sudo
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
