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
    build-essential gcc-multilib cmake ninja-build pkgconf git ca-certificates tzdata procps file
    qt6-base-dev qt6-svg-plugins qt6-wayland libqtermwidget-dev libutf8proc-dev
    qt6-l10n-tools qt6-tools-dev qt6-translations-l10n
    libcli11-dev nlohmann-json3-dev libzstd-dev zlib1g-dev
    libzydis-dev gdb libelf-dev libslirp-dev pahole kmod zstd xz-utils qemu-system-x86
    xvfb xauth dbus fonts-dejavu-core adwaita-icon-theme breeze-icon-theme
    clang clang-tidy clang-format clazy libclang-rt-dev sparse shellcheck
    desktop-file-utils appstream babeltrace2 trace-cmd libxml2-utils polkitd dkms mount
)

say() { printf 'dev: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command with its output in a file; a failure shows the last lines.
logged() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null || { tail -n 8 "$log" >&2 && return 1; }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Runs a command that needs apt's package lists; a failure may only mean that they are old or not
# there, so it is tried again with new ones.
with_lists() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null ||
        { say "updating the package lists first" &&
            logged "$log.update" as_root apt-get update -q && logged "$log" "$@"; }
}

apt_install() {
    local log=$cache/apt.log
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "these packages are missing: run 'apt-get install $*' as root, then this again"
    say "installing $# Debian packages, some minutes (log: $log): $*"
    with_lists "$log" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@" ||
        die "could not install packages; see $log, mend what it names (network? mirror?), run this again"
}

# The kernel of the sandbox and the headers to build lg.ko for it, extracted and not installed: this
# machine's own kernels and boot menu stay as they are. $1 = where to, $2 = where it will be seen.
# Runs inside mmdebstrap too, so it uses nothing else of this file.
extract_kernel() {
    set -eu
    local dest=$1 seen=$2 headers version others
    needs() { apt-cache show "$1" | sed -n 's/^Depends: //p' | head -n 1 | grep -oE "linux-$2-[0-9][^ ,]*"; }
    headers=$(needs linux-headers-cloud-amd64 headers)
    version=${headers#linux-headers-}
    others=$(needs "$headers" '(headers|kbuild)')
    mkdir -p "$dest/debs"
    cd "$dest/debs"
    # shellcheck disable=SC2086
    apt-get download -q "linux-image-$version" "$headers" $others
    for deb in *.deb; do dpkg -x "$deb" "$dest"; done
    cd "$dest"
    rm -rf debs usr/share boot/System.map-*
    sed -i "s|/usr/src/|$seen/usr/src/|" usr/src/linux-headers-*/Makefile
    echo "$version" >version
}

os_release() { (. /etc/os-release && eval "echo \"\${$1:-}\""); }

# The mirror that this machine uses itself, in whatever form its sources are written.
mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v release="$(os_release VERSION_CODENAME)" '$2 == release && $3 == "main" { print $1; exit }'
}

make_root() {
    local root=$1 log=$1.log uri setting list
    uri=${LGSCOPE_MIRROR:-$(mirror)}
    [ -n "$uri" ] || die "apt's configuration names no Debian mirror: set LGSCOPE_MIRROR=http://... and run this again"
    local options=(--variant=apt --format=tar
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"'
        --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*'
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*')
    # Proxies and the like.
    while IFS= read -r setting; do options+=(--aptopt="$setting"); done < <(
        apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(http|https|Check|Retries|ForceIP)')
    [ "$(id -u)" = 0 ] || options+=(--mode=unshare)
    # mmdebstrap runs hooks with sh; this is how a function of this file gets there.
    # shellcheck disable=SC2089,SC2090
    EXTRACT_KERNEL="$(declare -f extract_kernel)
        APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG; export APT_CONFIG
        extract_kernel \"\$1$root_kernel\" $root_kernel"
    # shellcheck disable=SC2090
    export EXTRACT_KERNEL
    # shellcheck disable=SC2016
    options+=(--customize-hook='bash -c "$EXTRACT_KERNEL" -- "$1"'
        --customize-hook='cd "$1/etc" && touch hosts resolv.conf machine-id')
    list=$(IFS=, && echo "${packages[*]}")

    say "making a Debian 13 root in $root: 1.6 GB, about 2 minutes, once (log: $log)"
    rm -rf "$root.new"
    mkdir "$root.new"
    # The files of a tar stream become this user's own, so that rm -rf removes them later.
    (
        cd / && set -o pipefail &&
            mmdebstrap "${options[@]}" --include="$list" \
                "$suite" - "deb [signed-by=$keyring] $uri $suite main" |
            tar --no-same-owner --no-same-permissions --exclude='./dev/*' -C "$root.new" -xf -
    ) >"$log" 2>&1 </dev/null || {
        tail -n 8 "$log" >&2
        rm -rf "$root.new"
        die "could not make the Debian 13 root; see $log, mend what it names (network? disk space?), run this again"
    }
    mv "$root.new" "$root"
}

make_kernel() {
    say "fetching the sandbox's kernel into $1: 150 MB, about 10 s, once (log: $1.log)"
    # shellcheck disable=SC2016
    with_lists "$1.log" bash -c "$(declare -f extract_kernel)"'
        rm -rf "$1.new" && mkdir "$1.new" && extract_kernel "$1.new" "$1"' -- "$1" ||
        die "could not fetch the sandbox's kernel; see $1.log, mend what it names (network? mirror?), run this again"
    mv "$1.new" "$1"
}

# The other kernels that the module is for, by the release that they come from: the tests run them too. An
# apt configuration of their own, beside the machine's (whose proxies it keeps), finds their packages.
more_kernels=(bookworm trixie-backports)

# Late kernels come in parts, and their image's package is empty. $1 = as for extract_kernel.
extract_parts() {
    set -eu
    cd "$1"
    [ ! -d boot ] || return 0
    mkdir debs
    (cd debs && apt-get download -q "linux-binary-$(cat ../version)" "linux-modules-$(cat ../version)")
    for deb in debs/*.deb; do dpkg -x "$deb" .; done
    mkdir boot
    mv usr/lib/modules/*/vmlinuz "boot/vmlinuz-$(cat version)"
    rm -r debs usr/share usr/lib/modules
}

make_more_kernel() {
    local dest=$1 release=${1##*/} uri
    uri=${LGSCOPE_MIRROR:-$(mirror)}
    say "fetching $release's kernel for the tests into $dest: 250 MB, about 20 s, once (log: $dest.log)"
    rm -rf "$dest.new"
    mkdir -p "$dest.new/apt/lists/partial" "$dest.new/apt/archives/partial"
    touch "$dest.new/apt/status"
    echo "deb [signed-by=$keyring] $uri $release main" >"$dest.new/apt/sources"
    cat >"$dest.new/apt/conf" <<END
Dir::State::lists "$dest.new/apt/lists";
Dir::State::status "$dest.new/apt/status";
Dir::Cache "$dest.new/apt";
Dir::Etc::sourcelist "$dest.new/apt/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
Acquire::Languages "none";
END
    # shellcheck disable=SC2016
    [ -n "$uri" ] && [ -r "$keyring" ] && APT_CONFIG="$dest.new/apt/conf" \
        logged "$dest.log" bash -c "set -eu; $(declare -f extract_kernel extract_parts)"'
            apt-get update -q
            extract_kernel "$1.new" "$1"
            extract_parts "$1.new"
            rm -r "$1.new/apt"' -- "$dest" &&
        mv "$dest.new" "$dest" && return
    rm -rf "$dest.new"
    [ "${LGSCOPE_ALL_KERNELS:-0}" = 0 ] ||
        die "could not fetch $release's kernel; see $dest.log, mend what it names (network? mirror?), run this again"
    say "could not fetch $release's kernel (see $dest.log): its tests will be listed as not run"
}

set_up_more_kernels() {
    local release
    mkdir -p "$cache/kernels"
    for release in "${more_kernels[@]}"; do once "$cache/kernels/$release" make_more_kernel; done
}

# $2 makes directory $1, whole or not at all; a second ./dev at the same time waits for the first.
once() {
    [ ! -d "$1" ] || return 0
    exec 9>"$cache/lock"
    flock -n 9 || { say "another ./dev is setting up: waiting for it" && flock 9; }
    [ -d "$1" ] || "$2" "$1"
    exec 9>&-
}

# Sets $root (empty on Debian 13) and $kernel.
set_up() {
    local missing=() version recipe
    [ "$(uname -m)" = x86_64 ] || die "lgscope is for x86-64 machines; this is $(uname -m)"
    mkdir -p "$cache"
    version=$(os_release VERSION_ID)
    if [ "$(os_release ID)" = debian ] && [ "${version:-99}" -ge 13 ]; then
        mapfile -t missing < <(comm -23 <(printf '%s\n' "${packages[@]}" | sort) \
            <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null |
                sed -n 's/^installed //p' | sort))
        [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
        root=''
        kernel=$cache/kernel-${version:-sid}
        once "$kernel" make_kernel
        return
    fi
    command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
    command -v bwrap >/dev/null || missing+=(bubblewrap)
    command -v newuidmap >/dev/null || missing+=(uidmap)
    [ -r "$keyring" ] || missing+=(debian-archive-keyring)
    if [ ${#missing[@]} != 0 ]; then
        command -v apt-get >/dev/null || die "these programs are missing: install ${missing[*]}, then run this again"
        apt_install "${missing[@]}"
    fi
    recipe=$(printf '%s\n' "$suite" "${packages[@]}" "$(declare -f extract_kernel)" | sha256sum)
    root=$cache/root-${recipe:0:12}
    kernel=$root_kernel
    once "$root" make_root
}

# Runs a command in the build root, or on Debian 13 as it is, and exits as it does. The user's files,
# displays and devices are as outside; the root itself is read-only. All its processes are gone when
# the command ends, whatever way it ends.
inside() {
    # What the machine's own compilers, libraries and themes need is nothing for Debian 13's.
    unset LIBRARY_PATH LD_LIBRARY_PATH LD_PRELOAD CPATH CFLAGS CXXFLAGS LDFLAGS PYTHONPATH \
        QT_PLUGIN_PATH QT_QPA_PLATFORMTHEME XDG_DATA_DIRS LANGUAGE
    export LC_ALL=C.UTF-8
    [ -n "$root" ] || exec "$@"

    local args=(--tmpfs / --dev-bind /dev /dev --proc /proc --bind /sys /sys) d zone
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
    zone=$(readlink -f /etc/localtime)
    case $zone in */zoneinfo/*) args+=(--setenv TZ "${zone##*/zoneinfo/}") ;; esac
    case $PWD/ in
    /usr/* | /etc/* | /var/* | /boot/*) [[ $PWD/ = /var/tmp/* ]] || die "lgscope cannot see $PWD from its Debian 13 root: run it from another directory" ;;
    esac
    # bwrap itself must outlive a Ctrl-C, or it would take the command away before its own end. It
    # dies with this shell, which for its part outlives the user's.
    trap '' INT QUIT
    bwrap "${args[@]}" --die-with-parent --unshare-pid --chdir "$PWD" \
        --setenv PATH /usr/local/bin:/usr/bin:/usr/sbin -- env --default-signal=INT,QUIT "$@" <&0 &
    # shellcheck disable=SC2064
    trap "kill $!" TERM HUP
    wait $! && exit 0 || exit $?
}
