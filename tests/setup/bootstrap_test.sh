#!/bin/sh
# bootstrap_test.sh BOOTSTRAP: what ./bootstrap does on systems that lack something, each played by
# a folder with few programs in it as the whole PATH.
set -u
bootstrap=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0

# A system with these programs only.
system() {
  rm -rf "$folder/bin"
  mkdir "$folder/bin"
  for name in sh cat sed mktemp rm "$@"; do
    ln -s "$(command -v "$name")" "$folder/bin/$name" || exit 1
  done
}

# fake NAME TEXT: a program of that system, as a script.
fake() {
  rm -f "$folder/bin/$1"
  printf '#!/bin/sh\n%s\n' "$2" >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

# expect CLAIM CODE PATTERN OPTION...: how bootstrap ends, and what it says in all.
expect() {
  claim=$1 code=$2 pattern=$3
  shift 3
  said=$(PATH=$folder/bin sh "$bootstrap" "$@" 2>&1 </dev/null)
  got=$?
  # shellcheck disable=SC2254 # a pattern on purpose
  case $said in
    $pattern) fits=yes ;;
    *) fits=no ;;
  esac
  if [ $got -ne "$code" ] || [ $fits = no ]; then
    echo "FAILED: $claim: ended with $got, should with $code; said:"
    echo "$said"
    failures=$((failures + 1))
  fi
}

all="g++ cmake ninja-build libboost-test-dev libboost-context-dev librapidcheck-dev"

# A complete system: a compiler that accepts everything, and a new CMake.
complete() {
  system
  fake g++ 'exit 0'
  fake ninja 'exit 0'
  fake cmake 'echo "cmake version 3.25.1"'
}

complete
expect "quiet when nothing is missing" 0 ""
expect "quiet with --check when nothing is missing" 0 "" --check
expect "unknown option" 2 "bootstrap: unknown option '--chek'; there are *" --chek
expect "help" 0 "usage: *" --help
more="clang libclang-rt-14-dev clang-format clang-tidy util-linux python3-jsonschema"
expect "--ci asks for more" 1 "missing: $more" --ci --check
fake clang++ 'case "$*" in *fuzzer*) exit 1 ;; esac'
expect "a clang without its runtime" 1 \
  "missing: libclang-rt-14-dev clang-format clang-tidy util-linux python3-jsonschema" --ci --check
fake clang++ 'exit 0'
fake python3 '[ "$*" = "-c import jsonschema" ]'
expect "a clang with it" 1 "missing: clang-format clang-tidy util-linux" --ci --check
rm "$folder/bin/python3"
fake dpkg '[ "$*" = "-s python3-jsonschema" ]'
expect "a module of another python3" 1 "missing: clang-format clang-tidy util-linux" --ci --check

system
expect "--check names everything" 1 "missing: $all" --check
expect "no apt-get: told what is needed" 3 "*CMake 3.25 or newer*Missing here*: $all"

complete
fake cmake 'echo "cmake version 3.22.1"'
expect "an old CMake is missing" 1 "missing: cmake" --check
fake cmake 'echo "cmake version 4.0.2"'
expect "a newer CMake is not" 0 "" --check

system
fake apt-get 'exit 99'
fake id 'echo 1000'
expect "neither root nor sudo: told what to run" 3 "*As root, run*apt-get*update*install*$all"

system
fake id 'echo 0'
fake apt-get 'echo "apt-get $*"; case "$*" in *install*) exit 100 ;; esac'
expect "a failing installation" 1 "*Timeout=300*install -y*$all*the installation failed*"

# An installation that helps: apt-get makes what it is asked for.
system chmod
fake id 'echo 0'
fake apt-get "case \"\$*\" in *install*)
  for name in g++ ninja; do printf '#!/bin/sh\n' >$folder/bin/\$name; done
  printf '#!/bin/sh\necho cmake version 3.25.1\n' >$folder/bin/cmake
  chmod +x $folder/bin/g++ $folder/bin/ninja $folder/bin/cmake ;;
esac"
expect "an installation" 0 "bootstrap: installing $all"
expect "and then nothing is left to do" 0 ""

# One that does not help: the system's CMake stays too old.
complete
fake cmake 'echo "cmake version 3.22.1"'
fake id 'echo 0'
fake apt-get 'exit 0'
expect "what the system has is too old" 3 "*does not suffice: cmake*"

[ $failures -eq 0 ]
