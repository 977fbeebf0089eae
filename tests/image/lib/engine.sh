# buildah and podman with a storage, a network folder and settings of their own: nothing of the machine's own containers is seen
# or touched, and all of it goes when the folder goes.

work=$PWD/artifacts/image
network=amviz-image-test
subnet=172.29.83

export CONTAINERS_CONF=$PWD/tests/image/containers.conf

storage() { printf '%s\n' --storage-driver overlay --root "$work/storage/root" --runroot "$work/storage/run"; }

# shellcheck disable=SC2046 # The options hold no blanks: the folder of a clone with blanks is refused in run.sh.
in_buildah() { buildah $(storage) "$@"; }

# shellcheck disable=SC2046
in_podman() { podman $(storage) --network-config-dir "$work/storage/networks" --tmpdir "$work/storage/tmp" "$@"; }

has_image() { in_buildah inspect --type image "$1" >/dev/null 2>&1; }
