#!/bin/sh
# What the window costs: share of one core and pace of `rl watch` at 60 steps a second, every one shown, with the panel,
# under a virtual display that draws in software. Needs Xvfb. Usage: Benchmarks/viewer.sh [path of rl]
set -eu
rl=${1:-.build/release/rl}
display=${RL_BENCH_DISPLAY:-:97}
Xvfb "$display" -screen 0 1600x1000x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
sleep 1
hertz=$(getconf CLK_TCK)
for words in "dqn mountaincar" "dqn cartpole" "dqn minatar-breakout" "dqn minatar-seaquest" "dqn taxi"; do
    # shellcheck disable=SC2086
    DISPLAY=$display "$rl" watch $words --speed 60 &
    watched=$!
    sleep 2
    before=$(awk '{ print $14 + $15 }' /proc/$watched/stat)
    sleep 8
    after=$(awk '{ print $14 + $15 }' /proc/$watched/stat)
    kill $watched
    wait $watched 2>/dev/null || true
    echo "$words: $(( (after - before) * 100 / (8 * hertz) )) % of one core"
done
# An episode of 200 steps takes 3.3 s at 60 steps a second; whoever cannot keep up takes longer.
start=$(date +%s.%N)
DISPLAY=$display "$rl" watch random mountaincar --speed 60 --episodes 1
end=$(date +%s.%N)
awk -v s="$start" -v e="$end" 'BEGIN { printf "200 steps in %.2f s, with opening and closing the window\n", e - s }'
