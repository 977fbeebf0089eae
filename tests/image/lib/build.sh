# The Dockerfile, built without a daemon and without more rights than a chroot.

image=amviz:test

build_image() {
  # The package cache of this machine, where there is one, spares the download of libtorch.
  local packages=${NUGET_PACKAGES:-$HOME/.nuget/packages} inside=~root/.nuget/packages
  mkdir -p "$packages"
  in_buildah bud --isolation chroot --pull-never --format docker --layers --network host \
    --volume /etc/ssl/certs:/etc/ssl/certs:ro --volume "$packages:$inside" \
    --build-arg VERSION=0.1.0 --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || printf unknown)" \
    --tag "$image" .
}
