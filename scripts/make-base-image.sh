#!/usr/bin/env bash
# Makes what stands in for python:3.11-slim in tests, where no registry of images can be reached: Debian bookworm, whose python3
# is 3.11, by debootstrap from the mirror that this machine's apt has. Like the real one it has `python` and `pip` on the PATH, and
# `pip install` as root works in it as it is.
#
#   scripts/make-base-image.sh ARCHIVE     writes an OCI archive with the image python:3.11-slim, where there is none yet
#
# Needs root, debootstrap and buildah. What cannot be done is said on the last line, and the exit code is not 0.
set -euo pipefail

archive=$(realpath -m "$1")
suite=bookworm
die() { echo "$1" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "debootstrap needs root"
for program in debootstrap buildah apt-get; do
  command -v "$program" >/dev/null || die "$program is not installed"
done
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
  awk -v suite="$suite" '$1 == suite { print $2; exit }')
[ -n "$mirror" ] || die "the sources of this machine's apt have no $suite"

# One makes it, the others wait for it.
mkdir -p "$(dirname "$archive")"
exec 9>"$archive.lock"
flock 9
[ ! -e "$archive" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# In two steps, so that dpkg neither waits for the disk after every file nor unpacks what no test looks at.
debootstrap --foreign --variant=minbase \
  --include=ca-certificates,python3,python3-distutils,python3-pip-whl,python3-setuptools-whl \
  "$suite" "$root" "$mirror" >"$work/log" 2>&1 || { tail -3 "$work/log" >&2; die "debootstrap failed"; }
mkdir -p "$root/etc/dpkg/dpkg.cfg.d"
cat >"$root/etc/dpkg/dpkg.cfg.d/small" <<'DPKG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
DPKG
chroot "$root" /debootstrap/debootstrap --second-stage >"$work/log" 2>&1 ||
  { tail -3 "$work/log" >&2; die "debootstrap failed in its second stage"; }
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/log/*

# As in images of Debian apt keeps no caches of its own.
cat >"$root/etc/apt/apt.conf.d/docker-clean" <<'APT'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT

# As in the real image pip installs as root into the system: nothing marks it as managed by apt, and pip is its own distribution.
rm -f "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
ln -s python3 "$root/usr/bin/python"
wheels=$root/usr/share/python-wheels
for name in pip setuptools; do
  wheel=$(cd "$wheels" && ls "$name"-*.whl)
  chroot "$root" env PYTHONPATH="/usr/share/python-wheels/$(cd "$wheels" && ls pip-*.whl)" \
    python3 -m pip install --quiet --no-index --no-cache-dir --root-user-action=ignore \
    "/usr/share/python-wheels/$wheel"
done

store=(buildah --root "$work/store" --runroot "$work/run" --storage-driver vfs)
container=$(BUILDAH_ISOLATION=chroot "${store[@]}" from scratch)
"${store[@]}" config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 \
  --cmd '["python3"]' "$container"
tar -C "$root" --numeric-owner -cf "$work/root.tar" .
rm -rf "$root"
"${store[@]}" add --quiet "$container" "$work/root.tar" / >/dev/null
"${store[@]}" commit --quiet --disable-compression=false "$container" "oci-archive:$archive.tmp:localhost/python:3.11-slim" >/dev/null
"${store[@]}" rm "$container" >/dev/null
mv "$archive.tmp" "$archive"
