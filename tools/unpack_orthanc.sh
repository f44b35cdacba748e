#!/usr/bin/env bash
# Makes Debian's Orthanc runnable without installing it: build/orthanc/run. Needs no rights; starts no service.
# The comparison tests and bench/compare.py use it.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/build/orthanc

say() { echo "unpack_orthanc: $*" >&2; }

if [[ -x $folder/run ]]; then
  exit 0
fi
if [[ $(apt-cache policy orthanc 2>/dev/null) != *'Candidate: '[0-9]* ]]; then
  if [[ $EUID != 0 ]]; then
    say "no package 'orthanc' is known here; refresh the lists first: sudo apt-get update"
    exit 1
  fi
  say "refreshing the lists of packages"
  apt-get -qq update
fi

say "unpacking Debian's Orthanc into build/orthanc"
rm -rf "$folder.new"
mkdir -p "$folder.new/packages"
# Orthanc, and what it needs and this machine lacks. What it has in another version stays as it is.
packages=$( { echo orthanc
  apt-get install --simulate --yes --no-install-recommends orthanc | awk '$1 == "Inst" && $3 !~ /^\[/ {print $2}'
} | sort -u)
# shellcheck disable=SC2086  # a list of words
(cd "$folder.new/packages" && apt-get -qq -o APT::Sandbox::User=root download $packages)
for package in "$folder.new"/packages/*.deb; do
  dpkg -x "$package" "$folder.new/root"
done
rm -r "$folder.new/packages"

cat > "$folder.new/run" <<'RUN'
#!/usr/bin/env bash
# Starts the unpacked Orthanc; the arguments are Orthanc's.
root=$(dirname "$(readlink -f "$0")")/root
export LD_LIBRARY_PATH="$root/usr/lib/$(uname -m)-linux-gnu:$root/usr/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
for dictionary in "$root"/usr/share/libdcmtk*/dicom.dic; do
  if [[ -f $dictionary ]]; then export DCMDICTPATH="$dictionary:${dictionary%/*}/private.dic"; fi
done
exec "$root/usr/sbin/Orthanc" "$@"
RUN
chmod +x "$folder.new/run"
"$folder.new/run" --version > /dev/null
rm -rf "$folder"
mv "$folder.new" "$folder"
