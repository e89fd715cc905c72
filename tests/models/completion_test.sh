#!/usr/bin/env bash
# completion_test.sh HEDDLE COMPLETION: what the shell offers.
source "$2" || exit 1
failures=0

# offers "WORDS SO FAR" WORD...: all of these, and for the last word nothing that begins otherwise.
offers() {
  read -r -a COMP_WORDS <<<"$1"
  [ "${1: -1}" = " " ] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _heddle "${COMP_WORDS[0]}"
  local text="$1"
  shift
  for word in "$@"; do
    case " ${COMPREPLY[*]} " in
      *" $word "*) ;;
      *)
        echo "after '$text': '$word' is not offered, but ${COMPREPLY[*]}"
        failures=$((failures + 1))
        ;;
    esac
  done
  for word in "${COMPREPLY[@]}"; do
    [[ $word == "${COMP_WORDS[COMP_CWORD]}"* ]] || failures=$((failures + 1))
  done
}

offers "$1 " list run explore replay --help --version
offers "$1 re" replay
offers "$1 run --" --models --json --verbose --strategy --seed --report
offers "$1 run --models seeds/lock_order" seeds/lock_order seeds/lock_order_inconsistent
offers "$1 run --strategy " automatic exhaustive portfolio
offers "$1 run --delay " on off
offers "$1 replay h1-x --" --report
exit $((failures > 0))
