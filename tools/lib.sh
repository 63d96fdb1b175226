# shellcheck shell=bash
# What the scripts in this folder share: where the repository is, how to speak, how to get what is missing.
# Source it from a script that has set -euo pipefail.

# The scripts read what dotnet prints, so it prints English; and it leaves no build server behind, because a process
# that outlives its script holds on to the output a CI job waits for.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # read by the scripts that source this file
program=$root/artifacts/memstores/memstores
logs=$root/artifacts/logs

# dotnet and npm keep their package caches under HOME; an account without one gets it here.
if [[ ! -d ${HOME:-} || ! -w $HOME ]]; then
    export HOME=$root/artifacts/home
    mkdir -p "$HOME"
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }

# Ends the script. 1: something failed; bad usage is 2.
fail() {
    warn "$0: $*"
    exit 1
}
bad_usage() {
    warn "$0: $*"
    warn "$0 --help says what it takes."
    exit 2
}

# The value after an option: option_value "$@" inside a loop over the arguments.
option_value() {
    if (($# < 2)); then bad_usage "$1 needs a value"; fi
    printf '%s' "$2"
}

# quietly NAME COMMAND...: runs it with its output in artifacts/logs/NAME.log, and shows that only when it fails.
quietly() {
    local log=$logs/$1.log
    shift
    mkdir -p "$logs"
    if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
    # dotnet names each error twice, with the project it stands in; once is enough, and without.
    if ! grep -E ': (error|warning) [A-Z]+[0-9]+:' "$log" | sed -e "s|$root/||g" -e 's| \[[^]]*proj\]$||' | sort -u | head -n 40 >&2
    then
        tail -n 25 "$log" >&2
    fi
    warn "The whole output is in $log"
    return 1
}

# The SDK that global.json asks for. Looks where the official install script puts it, too.
need_dotnet() {
    local place complaint
    for place in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
        if command -v dotnet >/dev/null; then break; fi
        if [[ -n $place && -x $place/dotnet ]]; then PATH=$PATH:$place; fi
    done
    if ! command -v dotnet >/dev/null; then
        complaint='There is no dotnet on the PATH.'
    elif complaint=$(cd "$root" && dotnet --version 2>&1 </dev/null); then
        return 0
    fi
    warn "The .NET SDK 10.0 is needed (10.0.100 or a later 10.0) and was not found:"
    printf '%s\n' "$complaint" | head -n 6 | sed 's/^/    /' >&2
    warn "Install the SDK, not only the runtime: from Microsoft's .NET 10 download page, by its dotnet-install script"
    warn "(--channel 10.0), or as package dotnet-sdk-10.0 from Microsoft's Debian feed. Then run this again."
    return 1
}

# Why a Debian package is wanted, for the message that asks for it.
package_reason() {
    case $1 in
        libsqlite3-0) say 'the database library of the server' ;;
        curl) say 'to speak to the server once it runs' ;;
        fuse3) say 'fusermount3, by which a user other than root mounts a store as a directory' ;;
        jq) say 'to run the curl sample' ;;
        git) say 'to see that tests leave the tree as it was, and to keep a repository in a mount' ;;
        fuse3) say 'to mount stores without being root' ;;
        vim | ed | rsync | python3) say 'to test what it does to the files of a mount' ;;
        nodejs | npm) say 'to run the tests of the TypeScript SDK' ;;
        procps) say 'kill, with which tests stop and crash servers' ;;
        strace) say 'to test what the server asks of the disk' ;;
        *) say 'needed here' ;;
    esac
}

# Installed as a package, or here by another road (npm comes with some builds of node, curl may be built by hand).
have_package() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]] && return 0
    case $1 in
        procps) type -P kill >/dev/null ;;
        lib*-0) PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q "${1%-0}\.so\.0" ;;
        fuse3) command -v fusermount3 >/dev/null ;;
        nodejs) command -v node >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# need_packages NAME...: Debian packages, installed when they are missing and this account may. Says nothing when all are
# there; returns 1, having named them and the command, when it cannot: the caller decides what goes on without them.
need_packages() {
    local name missing=() as_root=()
    for name in "$@"; do
        if ! have_package "$name"; then missing+=("$name"); fi
    done
    if ((${#missing[@]} == 0)); then return 0; fi

    warn 'Missing on this machine:'
    for name in "${missing[@]}"; do warn "    $name: $(package_reason "$name")"; done
    if ! command -v apt-get >/dev/null; then
        warn 'This is not a Debian system: install what carries these there, then run this again.'
        return 1
    fi
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then as_root=(none)
        elif sudo -n true 2>/dev/null; then as_root=(sudo -n)
        elif [[ -t 0 && -t 2 ]]; then as_root=(sudo)
        else as_root=(none)
        fi
    fi
    if [[ ${as_root[*]} != none ]]; then
        say "Installing ${missing[*]} ..."
        if install_packages "${missing[@]}"; then return 0; fi
    fi
    warn "To install by hand, as root:  apt-get install --no-install-recommends ${missing[*]}"
    return 1
}

# Reads as_root of its caller.
install_packages() {
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
    # One update a run, and its failure alone stops nothing: an unrelated source may be away.
    if [[ -z ${lists_are_fresh:-} ]]; then
        if [[ ${as_root[*]} == sudo ]]; then sudo -v || return 1; fi
        quietly apt-update "${apt[@]}" update || warn 'Trying with the package lists that are here.'
        lists_are_fresh=yes
    fi
    quietly apt-install "${apt[@]}" install -y --no-install-recommends "$@"
}

# Seconds as people read them: 7 s, 2 min 5 s.
seconds() {
    if (($1 < 60)); then say "$1 s"; else say "$(($1 / 60)) min $(($1 % 60)) s"; fi
}
