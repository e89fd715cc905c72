#!/usr/bin/env bash
# heddle_mpi: counts, the first finding, and a search that goes on after a rank was killed.
set -eu
heddle=$1
heddle_mpi=$2
mpirun=$3
folder=$(mktemp -d)
job=
trap 'rm -rf "$folder"; [ -z "$job" ] || kill "$job" 2> /dev/null || true' EXIT
unset HEDDLE_PARAMS
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1

fail() {
  echo "$*" >&2
  exit 1
}

# What must not depend on who searches.
facts_of() {
  grep -E '"(name|verdict|finding|executions|blocked|token|as_expected)":' "$1"
}

ranks() {
  n=$1
  shift
  timeout 100 "$mpirun" -n "$n" "$heddle_mpi" "$@"
}

search="--strategy exhaustive --budget 60s"
for model in seeds/thread_monitor bugs/grpc_660 structures/chase_lev_deque_calls_in_time; do
  "$heddle" run --models "$model" $search --json "$folder/alone" > /dev/null
  for n in 1 2 4; do
    ranks "$n" run --models "$model" $search --json "$folder/ranks" > /dev/null
    diff <(facts_of "$folder/alone") <(facts_of "$folder/ranks") || fail "$model with $n ranks"
  done
done
echo "passes: the same counts with 1, 2 and 4 ranks"

# Of a broken one what was found, and its token; how many executions others made is by chance.
broken=$("$heddle" list | awk '$2 != "pass" { print $1 }' | sed -n '1~9p' | head -6)
for model in $broken; do
  "$heddle" run --models "$model" $search --json "$folder/alone" > /dev/null || true
  ranks 3 run --models "$model" $search --json "$folder/ranks" > /dev/null || true
  diff <(facts_of "$folder/alone" | grep -E 'name|finding|token') \
    <(facts_of "$folder/ranks" | grep -E 'name|finding|token') || fail "$model with 3 ranks"
done
echo "findings: the first one with 3 ranks:" $broken

for strategy in pct surw; do
  set -- --models seeds/thread_monitor --strategy "$strategy" --executions 2000
  "$heddle" run "$@" --json "$folder/alone" > /dev/null
  ranks 3 run "$@" --json "$folder/ranks" > /dev/null
  diff <(facts_of "$folder/alone") <(facts_of "$folder/ranks") || fail "$strategy with 3 ranks"
done
echo "samples: the same with 3 ranks"

# A rank is killed, again and again, and the job goes on with what the file has.
model=bugs/cockroach_4407
"$heddle" run --models "$model" $search --json "$folder/alone" > /dev/null
kills=0
resume=
for attempt in 1 2 3 4 5 6 7 8; do
  timeout 100 "$mpirun" -n 3 "$heddle_mpi" run --models "$model" $search \
    --checkpoint "$folder/file" --checkpoint-every 20ms $resume --json "$folder/ranks" \
    > "$folder/out" 2>&1 &
  job=$!
  if [ "$kills" -lt 3 ]; then
    # Until something new is in the file, and a moment of work beyond.
    rm -f "$folder/seen"
    touch "$folder/seen"
    for wait in $(seq 500); do
      if [ "$folder/file" -nt "$folder/seen" ] || ! kill -0 "$job" 2> /dev/null; then break; fi
      sleep 0.01
    done
    parent=$(pgrep -P "$job") || parent=0
    victim=$(pgrep -P "$parent" | sed -n "$((1 + attempt % 3))p") || true
    if [ -n "$victim" ] && kill -9 "$victim" 2> /dev/null; then kills=$((kills + 1)); fi
  fi
  code=0
  wait "$job" || code=$?
  job=
  [ "$code" != 0 ] || break
  if [ -e "$folder/file" ]; then resume="--resume $folder/file"; fi
done
[ "$code" = 0 ] || fail "no end after $kills kills: $(cat "$folder/out")"
[ "$kills" -gt 0 ] || fail "nothing was killed"
diff <(facts_of "$folder/alone") <(facts_of "$folder/ranks") || fail "after $kills kills"
echo "$kills kills: the same counts"
