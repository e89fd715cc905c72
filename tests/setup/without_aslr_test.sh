#!/bin/sh
# without_aslr_test.sh SCRIPT: the launcher of the thread sanitizer's tests skips with a line where
# setarch is refused, and else hands on the result of the program.
set -u
script=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fake_setarch() {
  printf '#!/bin/sh\n%s\n' "$1" >"$folder/setarch"
  chmod +x "$folder/setarch"
}

fake_setarch 'echo "setarch: failed to set personality" >&2; exit 1'
said=$(PATH=$folder:$PATH "$script" echo reached 2>&1)
code=$?
if [ $code -ne 77 ] || [ "${said#skipped: this system refuses}" = "$said" ]; then
  echo "FAILED: refused, and ended with $code: $said"
  exit 1
fi

fake_setarch '[ "$1" = -R ] || exit 99; shift; exec "$@"'
said=$(PATH=$folder:$PATH "$script" sh -c 'echo "reached $1"; exit 5' sh 'a b' 2>&1)
code=$?
if [ $code -ne 5 ] || [ "$said" != "reached a b" ]; then
  echo "FAILED: allowed, and ended with $code: $said"
  exit 1
fi
