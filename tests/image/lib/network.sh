# The network and the secret that the pods share, and their removal.

make_network() { in_podman network create --subnet "$subnet.0/24" "$network" >/dev/null; }

# podman wants the data of a Secret as JSON under the Secret's name.
make_secret() {
  azurite_key=$(head -c 32 /dev/urandom | base64 --wrap=0)
  local connection="DefaultEndpointsProtocol=http;AccountName=amviz;AccountKey=$azurite_key;BlobEndpoint=http://$subnet.1:10000/amviz;"
  printf '{"store":"%s"}' "$(printf '%s' "$connection" | base64 --wrap=0)" | in_podman secret create amviz-store - >/dev/null
}

# Pods, volumes, secret, network; then what CNI leaves in the packet filter. The images stay, for the next run.
clean_up() {
  stop_everything
  in_podman secret rm amviz-store >/dev/null 2>&1 || true
  in_podman network rm --force "$network" >/dev/null 2>&1 || true
  rm -rf "/var/lib/cni/networks/$network"
  # The storage driver leaves its folder mounted on itself.
  umount "$work/storage/root/overlay" 2>/dev/null || true
  [ "${cni_was_here:-yes}" = yes ] || { remove_cni_chains filter && remove_cni_chains nat; }
}

has_cni_chains() { iptables-save 2>/dev/null | grep -q '^:CNI-'; }

# CNI never removes the chains that all its networks share. Called only where there were none before.
remove_cni_chains() {
  {
    printf '*%s\n' "$1"
    iptables-save -t "$1" | sed -n -e '/CNI-/s/^-A/-D/p'
    iptables-save -t "$1" | sed -n -e 's/^:\(CNI-[^ ]*\) .*/-X \1/p'
    printf 'COMMIT\n'
  } | iptables-restore --noflush
}
