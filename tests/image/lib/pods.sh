# Pods: made from the chart, started, looked at.

declare -A address=([redis]=10 [coordinator]=20 [device-1]=31 [device-2]=32 [device-3]=33 [sweep]=40 [verify]=41)

# Pods from the chart with the further values $*.
render_pods() {
  mkdir -p "$work/pods"
  "$helm" template demo helm/amviz --values tests/image/values.yaml "$@" >"$work/rendered.yaml"
  node tests/image/lib/pods.mjs "$work/rendered.yaml" "$work/pods" "$subnet"
  make_volumes
}

# A volume for each claim; podman hands it to the user of the first container, as fsGroup does on a cluster.
make_volumes() {
  local claim
  for claim in $(awk '$1 == "claimName:" { print $2 }' "$work"/pods/*.yaml | sort --unique); do
    in_podman volume create "$claim" >/dev/null
  done
}

start_pod() { in_podman play kube --network "$network" --ip "$subnet.${address[$1]}" "$work/pods/$1.yaml" >"$work/play.log" 2>&1 || { cat "$work/play.log" >&2; return 1; }; }

state() { in_podman inspect --format "{{.State.$2}}" "$1-amviz"; }

# The id on this machine of the pod's process.
pid_of() { state "$1" Pid; }

ended() { [ "$(state "$1" Status)" = exited ]; }

# What a kubelet asks: the status code of path $2 of the pod $1.
health() { curl --silent --output /dev/null --max-time 3 --write-out '%{http_code}' "http://$subnet.${address[$1]}:8080/health/$2" || true; }

answers() { [ "$(health "$1" "$2")" = "$3" ]; }

# The sum over all label sets of the metric $2.
metric() {
  curl --silent --max-time 3 "http://$subnet.${address[$1]}:8080/metrics" | awk -v name="$2" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'
}

has_stored() { [ "$(metric "$1" amviz_pictures_stored_total)" -ge "$2" ]; }

# A line of /proc/PID/status in MiB: VmRSS now, VmHWM at most.
memory() { awk -v line="$2:" '$1 == line { printf "%d", $2 / 1024 }' "/proc/$(pid_of "$1")/status"; }

# What its cgroup lets the pod $1 have, in bytes, whichever version of cgroups this is.
memory_limit() { in_podman exec "$1-amviz" sh -c 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -1'; }
