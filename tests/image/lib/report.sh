# What is told: facts, expectations, times.

failed=0

say() { printf '%s\n' "$*"; }
heading() { printf '\n== %s\n' "$*"; }
give_up() { say "error: $*" >&2; exit 1; }

# Milliseconds of a clock, and seconds since then with one decimal place.
now() { date +%s%3N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", (to - from) / 1000 }'; }

# What $1 is: $2 was found, $3 expected.
expect() {
  if [ "$2" = "$3" ]; then say "ok      $1: $2"; return; fi
  say "FAILED  $1: found '$2', expected '$3'"
  failed=$((failed + 1))
}

# Up to $1 seconds, until the command $3... succeeds. $2 says what is waited for.
wait_until() {
  local seconds=$1 what=$2 start=$SECONDS
  shift 2
  until "$@"; do
    [ $((SECONDS - start)) -lt "$seconds" ] || { tell_logs; give_up "waited $seconds s until $what"; }
    sleep 0.1
  done
}

tell_logs() {
  local container
  for container in $(in_podman ps --all --format '{{.Names}}' | grep -v infra); do
    say "--- $container"
    in_podman logs --tail 20 "$container" 2>&1
  done >&2
}
