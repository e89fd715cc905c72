#!/usr/bin/env bash
# A budget keeps `heddle run` from bounds on preemptions, whose executions it would count too.
# heddle run --shard i/n for i = 1 .. n, by option, by variables and by files, adds up to the whole.
set -eu
heddle=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset HEDDLE_PARAMS
search="--strategy exhaustive --budget 60s"

fail() {
  echo "$*" >&2
  exit 1
}

# The sum of a number over the models in a file.
sum_of() {
  sed -n "s/.*\"$2\": *\([0-9][0-9]*\).*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

for model in seeds/single_flight_cached seeds/pipeline_cancelled bugs/grpc_660 \
  structures/chase_lev_deque_calls_in_time; do
  "$heddle" run --models "$model" $search --json "$folder/whole" > /dev/null
  whole=$(sum_of "$folder/whole" executions)
  blocked=$(sum_of "$folder/whole" blocked)
  for n in 1 2 3 4 5 6 7 8; do
    executions=0
    waiting=0
    for i in $(seq "$n"); do
      "$heddle" run --models "$model" $search \
        --shard "$i/$n" --json "$folder/part" > /dev/null
      executions=$((executions + $(sum_of "$folder/part" executions)))
      waiting=$((waiting + $(sum_of "$folder/part" blocked)))
    done
    [ "$executions/$waiting" = "$whole/$blocked" ] ||
      fail "$model: $n shards made $executions/$waiting executions, not $whole/$blocked"
  done
  echo "$model: $whole executions in 1 to 8 shards"
done

models=bugs/grpc_660
"$heddle" run --models "$models" $search --json "$folder/whole" > /dev/null
whole=$(sum_of "$folder/whole" executions)

# As a job array of Slurm, and a sharded test of Bazel, would have it.
executions=0
for i in 4 6 8; do
  SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=4 SLURM_ARRAY_TASK_STEP=2 \
    "$heddle" run --models "$models" $search --json "$folder/part" > "$folder/out"
  grep -q "shard $((i / 2 - 1))/3" "$folder/out" || fail "no shard in the table"
  executions=$((executions + $(sum_of "$folder/part" executions)))
done
[ "$executions" = "$whole" ] || fail "a job array made $executions executions, not $whole"
TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2 TEST_SHARD_STATUS_FILE=$folder/status \
  "$heddle" run --models "$models" > /dev/null
[ -e "$folder/status" ] || fail "the status file was not touched"
code=0
JOB_COMPLETION_INDEX=1 "$heddle" run --models "$models" > /dev/null 2> "$folder/err" || code=$?
[ "$code" = 2 ] || fail "a shard of an unknown number of shards: $code"

# A chain of explorations, each with what the one before it has left.
model=$models
best=$whole
step=$((best / 5 + 1))
code=0
"$heddle" explore --models "$model" $search --executions "$step" \
  --rest "$folder/rest" --json "$folder/part" > /dev/null || code=$?
executions=$(sum_of "$folder/part" executions)
steps=1
while [ "$code" = 4 ]; do
  code=0
  "$heddle" explore --from "$folder/rest" $search --executions "$step" \
    --rest "$folder/rest" --json "$folder/part" > /dev/null || code=$?
  executions=$((executions + $(sum_of "$folder/part" executions)))
  steps=$((steps + 1))
  [ "$steps" -lt 20 ] || fail "no end"
done
[ "$code" = 0 ] || fail "explore --from ended with $code"
[ "$steps" -gt 2 ] || fail "only $steps steps"
[ "$executions" = "$best" ] || fail "a chain made $executions executions of $model, not $best"
[ "$(sum_of "$folder/part" left)" = 0 ] || fail "something is left"
echo "$model: $executions executions in $steps steps"
