# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Where lgscope is built and runs: Debian 13. There the packages are installed; elsewhere a Debian 13
# root is made once in the user's cache, and everything happens inside it. Sourced by ./dev.

suite=trixie
cache=${XDG_CACHE_HOME:-$HOME/.cache}/lgscope
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Where the sandbox's kernel and its headers are, inside the root.
root_kernel=/usr/lib/lgscope-kernel

packages=(
    build-essential gcc-multilib cmake ninja-build pkgconf git ca-certificates tzdata procps
    qt6-base-dev qt6-svg-plugins qt6-wayland libqtermwidget-dev libutf8proc-dev
    libcli11-dev nlohmann-json3-dev libzstd-dev zlib1g-dev libzydis-dev
    libelf-dev pahole kmod cpio qemu-system-x86
    xvfb xauth dbus fonts-dejavu-core adwaita-icon-theme breeze-icon-theme
    clang clang-tidy clang-format clazy libclang-rt-dev sparse shellcheck
    desktop-file-utils appstream
)

say() { printf 'dev: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command with its output in a file; a failure shows the last lines and where the rest is.
logged() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 8 "$log" >&2
        return 1
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root for: $* (no sudo here: run that line as root, then ./dev again)"
    fi
}

apt_install() {
    local log=$cache/apt.log
    say "installing $# Debian packages, a few minutes at most (log: $log): $*"
    export DEBIAN_FRONTEND=noninteractive
    logged "$log" as_root apt-get install -y -q --no-install-recommends "$@" ||
        { say "package lists may be old: updating them" &&
            logged "$log" as_root apt-get update -q &&
            logged "$log" as_root apt-get install -y -q --no-install-recommends "$@"; } ||
        die "could not install packages; see $log, mend what it names (network? mirror?), run ./dev again"
}

# The kernel of the sandbox and the headers to build lg.ko for it, extracted and not installed: this
# machine's own kernels and boot menu stay as they are. $1 = where to, $2 = where it will be seen.
# Runs inside mmdebstrap too, so it uses nothing else of this file.
extract_kernel() {
    set -eu
    dest=$1 seen=$2
    depends() { apt-cache show "$1" | sed -n 's/^Depends: //p' | head -n 1 | tr ',|' '\n\n'; }
    headers=$(depends linux-headers-cloud-amd64 | grep -o 'linux-headers-[0-9][^ ]*')
    version=${headers#linux-headers-}
    common=$(depends "$headers" | grep -oE 'linux-(headers|kbuild)-[0-9][^ ]*')
    mkdir -p "$dest/debs"
    cd "$dest/debs"
    # shellcheck disable=SC2086
    apt-get download -q "linux-image-$version" "$headers" $common
    for deb in *.deb; do dpkg -x "$deb" "$dest"; done
    cd "$dest"
    rm -rf debs usr/share boot/System.map-*
    sed -i "s|/usr/src/|$seen/usr/src/|" usr/src/linux-headers-*/Makefile
    echo "$version" >version
}

is_debian13() {
    local ID='' VERSION_ID=0
    # shellcheck disable=SC1091
    . /etc/os-release
    [ "$ID" = debian ] && [ "${VERSION_ID:-99}" -ge 13 ]
}

# The mirror this machine uses itself, whatever the format of its sources.
mirror() {
    local codename
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
        awk -v c="$codename" '$2 == c && $3 == "main" { print $1; exit }'
}

make_root() {
    local root=$1 log=$1.log uri hook setting
    uri=${LGSCOPE_MIRROR:-$(mirror)}
    [ -n "$uri" ] || die "apt's configuration names no Debian mirror: set LGSCOPE_MIRROR=http://... and try again"
    [ -r "$keyring" ] || die "no $keyring: install debian-archive-keyring and try again"
    local options=(--variant=apt --format=tar
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"'
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*'
        --dpkgopt='path-exclude=/usr/share/locale/*')
    while IFS= read -r setting; do options+=(--aptopt="$setting"); done < <(
        apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(http|https|Check|Retries|ForceIP)')
    [ "$(id -u)" = 0 ] || options+=(--mode=unshare)
    # mmdebstrap's hooks are sh; this is how a function of this file gets there.
    EXTRACT_KERNEL="$(declare -f extract_kernel)
        APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG; export APT_CONFIG
        extract_kernel \"\$1$root_kernel\" $root_kernel"
    export EXTRACT_KERNEL
    # shellcheck disable=SC2016
    hook='bash -c "$EXTRACT_KERNEL" -- "$1"'
    local list
    list=$(IFS=, && echo "${packages[*]}")

    say "making a Debian 13 root in $root: 1.6 GB, about 2 minutes, once (log: $log)"
    rm -rf "$root.new"
    mkdir -p "$root.new"
    # The files of a tar stream become this user's own, so that rm -rf removes them later.
    # shellcheck disable=SC2016
    (
        cd / && set -o pipefail &&
            mmdebstrap "${options[@]}" --include="$list" --customize-hook="$hook" \
                --customize-hook='cd "$1/etc" && touch hosts resolv.conf machine-id' \
                "$suite" - "deb [signed-by=$keyring] $uri $suite main" |
            tar --no-same-owner --no-same-permissions --exclude='./dev/*' -C "$root.new" -xf -
    ) >"$log" 2>&1 </dev/null || {
        tail -n 8 "$log" >&2
        rm -rf "$root.new"
        die "could not make the Debian 13 root; see $log, mend what it names (network? disk space?), run ./dev again"
    }
    mv "$root.new" "$root"
}

# Sets $root (empty on Debian 13) and $kernel.
set_up() {
    mkdir -p "$cache"
    if is_debian13; then
        root=''
        local missing=() p
        for p in "${packages[@]}"; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
        done
        [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
        kernel=$cache/kernel-$suite
        once "$kernel" make_kernel
    else
        command -v mmdebstrap >/dev/null && command -v bwrap >/dev/null && [ -r "$keyring" ] ||
            { command -v apt-get >/dev/null ||
                die "needs mmdebstrap, bubblewrap and Debian's keyring: install them and try again"; } &&
            command -v mmdebstrap >/dev/null && command -v bwrap >/dev/null && command -v newuidmap >/dev/null ||
            apt_install mmdebstrap bubblewrap uidmap debian-archive-keyring
        root=$cache/root-$(printf '%s\n' "$suite" "${packages[@]}" "$(declare -f extract_kernel)" | sha256sum | cut -c1-12)
        kernel=$root_kernel
        once "$root" make_root
    fi
}

make_kernel() {
    say "fetching the sandbox's kernel into $1 (90 MB, about 10 s, once; log: $1.log)"
    rm -rf "$1.new"
    mkdir -p "$1.new"
    logged "$1.log" bash -c "$(declare -f extract_kernel); extract_kernel '$1.new' '$1'" ||
        die "could not fetch the sandbox's kernel; see $1.log, mend what it names (apt-get update?), run ./dev again"
    mv "$1.new" "$1"
}

# $2 makes directory $1, whole or not at all; a second ./dev at the same time waits for the first.
once() {
    [ -d "$1" ] && return
    exec 9>"$cache/lock"
    flock -n 9 || { say "another ./dev is setting up: waiting for it" && flock 9; }
    [ -d "$1" ] || "$2" "$1"
    exec 9>&-
}

# Replaces this process by a command in the build root, or on Debian 13 by the command itself. The
# user's files, displays and devices are as outside; the root itself is read-only. All processes are
# gone when the command ends, whatever way it ends.
inside() {
    local name
    for name in LIBRARY_PATH LD_LIBRARY_PATH LD_PRELOAD CPATH CFLAGS CXXFLAGS LDFLAGS PYTHONPATH QT_PLUGIN_PATH QT_QPA_PLATFORMTHEME; do
        unset "$name"
    done
    export LC_ALL=C.UTF-8
    [ -n "$root" ] || exec "$@"

    local args=(--tmpfs / --dev-bind /dev /dev --proc /proc --bind /sys /sys)
    local d
    for d in usr etc var; do args+=(--ro-bind "$root/$d" "/$d"); done
    for d in bin sbin lib lib64; do args+=(--symlink "usr/$d" "/$d"); done
    for d in /*/; do
        d=${d%/}
        case $d in
        /bin | /sbin | /lib* | /usr | /etc | /var | /dev | /proc | /sys | /boot | /lost+found) ;;
        *) args+=(--bind "$d" "$d") ;;
        esac
    done
    args+=(--bind /var/tmp /var/tmp)
    for d in passwd group hosts resolv.conf machine-id; do
        [ ! -e "/etc/$d" ] || args+=(--ro-bind "/etc/$d" "/etc/$d")
    done
    case $(readlink -f /etc/localtime) in
    */zoneinfo/*) args+=(--setenv TZ "$(readlink -f /etc/localtime | sed 's|.*/zoneinfo/||')") ;;
    esac
    # bwrap itself must outlive a Ctrl-C, or it would take the command away before its own end.
    trap '' INT QUIT
    exec bwrap "${args[@]}" --die-with-parent --unshare-pid --chdir "$PWD" \
        --setenv PATH /usr/local/bin:/usr/bin:/usr/sbin -- env --default-signal=INT,QUIT "$@"
}
