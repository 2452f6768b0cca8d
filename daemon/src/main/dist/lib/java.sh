# shellcheck shell=sh disable=SC2034,SC2154 # what it sets is used, and what it uses is set, where it is sourced
# Sourced by the launchers and by ./corral. Finds a Java by reading the release file of each installation: starting one only to
# ask its version would cost more than everything else that the launchers do.

# Sets release_version ("25.0.3") from $1/release; fails if $1 is not a Java of at least 17 that has the tool $2.
read_release() {
    release_version=
    [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r release_key release_value; do
        if [ "$release_key" = JAVA_VERSION ]; then
            release_version=${release_value#\"}
            release_version=${release_version%%[!0-9.]*}
            break
        fi
    done < "$1/release"
    [ "${release_version%%.*}" -ge 17 ] 2> /dev/null
}

# Sets version_number, so that versions compare as integers.
number_version() {
    version_ifs=$IFS
    IFS=.
    # shellcheck disable=SC2086 # split at the dots
    set -- $1
    IFS=$version_ifs
    version_number=$(($1 * 1000000 + ${2:-0} * 1000 + ${3:-0}))
}

# Makes $1 the choice if it has the tool $2, is newer than the choice so far and its major version is at most $3.
consider_java() {
    read_release "$1" "$2" && [ "${release_version%%.*}" -le "$3" ] || return 0
    number_version "$release_version"
    if [ "$version_number" -gt "$java_number" ]; then
        java_home=$1 java_version=$release_version java_number=$version_number
    fi
}

# Sets java_home and java_version: JAVA_HOME if it will do, else the newest that is found.
# $1: tool that must be there (java, javac); $2: highest major version, none if missing.
choose_java() {
    java_home='' java_version='' java_number=0
    if [ -n "${JAVA_HOME:-}" ]; then
        consider_java "${JAVA_HOME%/}" "$1" "${2:-999}"
        [ -z "$java_home" ] || return 0
    fi
    for java_candidate in /usr/lib/jvm/*; do
        [ -L "$java_candidate" ] || consider_java "$java_candidate" "$1" "${2:-999}"
    done
    java_ifs=$IFS
    IFS=:
    for java_candidate in $PATH; do
        case $java_candidate in */bin) consider_java "${java_candidate%/bin}" "$1" "${2:-999}" ;; esac
    done
    IFS=$java_ifs
    if [ -z "$java_home" ] && java_candidate=$(command -v "$1"); then
        java_candidate=$(readlink -f "$java_candidate")
        consider_java "${java_candidate%/bin/*}" "$1" "${2:-999}"
    fi
    [ -n "$java_home" ]
}

# Sets archive to the file with the prepared classes of program $1 for the chosen Java. It lies beside the jars in $home/lib.
name_archive() {
    archive=$home/lib/archives/$1-$java_version.jsa
    [ "${java_version%%.*}" -lt 25 ] || archive=${archive%jsa}aot
}

# Sets archive_flag: use that file, and log_flag: say nothing about it. Java ignores one that does not fit, though not without
# three lines on stderr; a missing one must not be named at all.
use_archive() {
    name_archive "$1"
    archive_flag=-Xshare:auto
    log_flag=-Xlog:cds=off:stderr
    [ "${java_version%%.*}" -lt 24 ] || log_flag=-Xlog:cds=off,aot=off:stderr
    if [ -r "$archive" ]; then
        case $archive in
            *.aot) archive_flag=-XX:AOTCache=$archive ;;
            *) archive_flag=-XX:SharedArchiveFile=$archive ;;
        esac
    fi
}

# In a C locale Java would read file names and arguments as ASCII; Python, and so Supervisor, reads UTF-8 all the same.
prefer_utf8() {
    added_environment=
    [ -z "${LC_ALL:-}${LC_CTYPE:-}" ] || return 0
    case ${LANG:-} in
        '' | C | POSIX)
            export LC_CTYPE=C.UTF-8
            added_environment=LC_CTYPE
            ;;
    esac
}
