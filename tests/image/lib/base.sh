# Stand-ins for the images that the Dockerfile and the chart name, for machines that reach no registry: Debian 12 by debootstrap,
# .NET as this machine has it, and what Microsoft's images promise (user app with APP_UID 1654, ASPNETCORE_HTTP_PORTS, dotnet in
# the path; ICU is left out). They check every instruction, path, user and entry point; they say nothing about Microsoft's own bases.

aspnet=mcr.microsoft.com/dotnet/aspnet:10.0
sdk=mcr.microsoft.com/dotnet/sdk:10.0
redis=docker.io/library/redis:7.0.15-bookworm
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

make_bases() {
  if has_image "$aspnet" && has_image "$sdk" && has_image "$redis"; then return; fi
  make_debian
  make_dotnet
  make_redis
}

make_debian() {
  local rootfs=$work/debian
  [ -f "$rootfs/etc/debian_version" ] && return
  rm -rf "$rootfs"
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$rootfs"
}

from_debian() {
  local container
  container=$(in_buildah from scratch)
  in_buildah add --quiet "$container" "$work/debian" / >/dev/null
  printf '%s' "$container"
}

make_dotnet() {
  local container dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  container=$(from_debian)
  in_buildah run --isolation chroot "$container" -- sh -c 'groupadd --gid 1654 app && useradd --uid 1654 --gid 1654 --create-home app'
  in_buildah config --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true \
    --env DOTNET_ROOT=/usr/share/dotnet --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    --env "PATH=/usr/share/dotnet:$path" "$container"
  copy_dotnet "$container" "$dotnet" dotnet host shared
  in_buildah commit --quiet "$container" "$aspnet" >/dev/null
  copy_dotnet "$container" "$dotnet" .
  in_buildah commit --quiet "$container" "$sdk" >/dev/null
  in_buildah rm "$container" >/dev/null
}

# Parts $3... of the .NET in folder $2 into the container $1.
copy_dotnet() {
  local container=$1 from=$2 mounted part
  shift 2
  mounted=$(in_buildah mount "$container")
  mkdir -p "$mounted/usr/share/dotnet"
  for part in "$@"; do cp -a "$from/$part" "$mounted/usr/share/dotnet/"; done
  in_buildah umount "$container" >/dev/null
}

# The user 999 and the folder /data as the official image has them.
make_redis() {
  local container
  container=$(from_debian)
  in_buildah run --isolation chroot --volume /etc/ssl/certs:/etc/ssl/certs:ro "$container" -- sh -c '
    groupadd --gid 999 redis && useradd --uid 999 --gid 999 redis && install --directory --owner=999 --group=999 /data &&
    apt-get update -q && apt-get install -q -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*'
  in_buildah config --user 999 --workingdir /data --env "PATH=$path" "$container"
  in_buildah commit --quiet "$container" "$redis" >/dev/null
  in_buildah rm "$container" >/dev/null
}
