# A sweep on a coordinator and two devices, one of which is killed and one told to leave.

pictures=40   # that values.yaml asks for

# Scenario over the store $1; $2... are the chart's values for it.
run_scenario() {
  local store=$1 sweep_start
  shift
  heading "a sweep over $store"
  render_pods "$@"
  start_silo redis
  [ "$store" = azurite ] && start_azurite
  for silo in coordinator device-1 device-2; do start_silo "$silo"; done
  for silo in coordinator device-1 device-2; do check_confinement "$silo"; done

  sweep_start=$(now)
  start_pod sweep
  wait_until 120 "both devices store pictures" both_devices_store
  kill_device
  start_silo device-3
  leave device-1
  wait_until 600 "the sweep ends" ended sweep
  expect "the client's exit code" "$(state sweep ExitCode)" 0
  say "sweep took $(since "$sweep_start") s from submit to end"
  in_podman logs --tail 6 sweep-amviz 2>&1
  verify_store
  say "memory of device-3 that drew to the end: $(memory device-3 VmHWM) MiB at most; coordinator $(memory coordinator VmHWM) MiB"
  for silo in device-3 coordinator; do leave "$silo"; done
  stop_everything
}

start_silo() {
  local start
  start=$(now)
  start_pod "$1"
  [ "$1" = redis ] && return
  wait_until 60 "$1 answers" answers "$1" live 200
  say "$1: answers after $(since "$start") s"
  wait_until 120 "$1 has joined" answers "$1" startup 200
  wait_until 60 "$1 is ready" answers "$1" ready 200
  say "$1: ready after $(since "$start") s, $(memory "$1" VmRSS) MiB"
}

# Restricted, as the pod template asks for, seen from outside and from inside.
check_confinement() {
  local status
  status=/proc/$(pid_of "$1")/status
  expect "$1: user" "$(awk '$1 == "Uid:" { print $2, $3, $4, $5 }' "$status")" "1654 1654 1654 1654"
  expect "$1: capabilities" "$(awk '/^Cap(Eff|Prm|Bnd|Amb)/ { printf "%s ", $2 }' "$status")" "$(printf '0000000000000000 %.0s' 1 2 3 4)"
  expect "$1: no new privileges" "$(awk '$1 == "NoNewPrivs:" { print $2 }' "$status")" 1
  expect "$1: touch in the program's folder" "$(in_podman exec "$1-amviz" touch /app/x 2>&1 | grep -o 'Read-only file system')" "Read-only file system"
  expect "$1: memory limit in its cgroup" "$(memory_limit "$1")" "$(memory_of_template "$1")"
}

memory_of_template() { in_podman inspect --format '{{.HostConfig.Memory}}' "$1-amviz"; }

both_devices_store() { has_stored device-1 2 && has_stored device-2 2; }

kill_device() {
  say "kill -9 device-2 after $(metric device-2 amviz_pictures_stored_total) pictures, device-1 has $(metric device-1 amviz_pictures_stored_total); drawing, they have $(memory device-1 VmRSS) and $(memory device-2 VmRSS) MiB"
  kill -KILL "$(pid_of device-2)"
  wait_until 20 "device-2 is gone" ended device-2
  expect "exit code of the killed one" "$(state device-2 ExitCode)" 137
}

# Told to leave, by the pod's own grace period: not ready at once, alive to the end, exit code 0.
leave() {
  local silo=$1 start grace
  grace=$(grace_of "$silo")
  start=$(now)
  in_podman stop --time "$grace" "$silo-amviz" >/dev/null &
  wait_until 10 "$silo is not ready" not_ready "$silo"
  say "$silo: told to leave, not ready ($seen_ready) after $(since "$start") s"
  wait "$!"
  say "$silo: left after $(since "$start") s of $grace s"
  expect "$silo: exit code" "$(state "$silo" ExitCode)" 0
}

# podman does not take the grace period over from the template, a kubelet does.
grace_of() { awk '$1 == "terminationGracePeriodSeconds:" { print $2 }' "$work/pods/$1.yaml"; }

# 503 while it drains; 000 when it was gone between two questions.
not_ready() { seen_ready=$(health "$1" ready); [ "$seen_ready" != 200 ]; }

# Every row of the manifest against its picture, in a container of its own with a silo's environment.
verify_store() {
  start_pod verify
  wait_until 60 "the store is verified" ended verify
  in_podman logs verify-amviz 2>&1
  expect "manifest verify: exit code" "$(state verify ExitCode)" 0
  expect "manifest verify: rows and pictures" "$(in_podman logs verify-amviz 2>&1 | grep -o '[0-9]* planned, [0-9]* rows, [0-9]* pictures')" \
    "$pictures planned, $pictures rows, $pictures pictures"
}

start_azurite() {
  rm -rf "$work/azurite"
  mkdir -p "$work/azurite"
  AZURITE_ACCOUNTS=amviz:$azurite_key node "$azurite" --blobHost "$subnet.1" --blobPort 10000 --location "$work/azurite" \
    --silent --disableTelemetry --skipApiVersionCheck >"$work/azurite.log" 2>&1 &
  azurite_pid=$!
  wait_until 60 "Azurite answers" grep -q 'successfully listens' "$work/azurite.log"
}

stop_everything() {
  in_podman pod rm --all --force >/dev/null 2>&1 || true
  in_podman volume rm --all --force >/dev/null 2>&1 || true
  [ -z "${azurite_pid:-}" ] || { kill "$azurite_pid" 2>/dev/null && wait "$azurite_pid" 2>/dev/null; azurite_pid=; } || true
}
