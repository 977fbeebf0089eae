# Where the image's bytes are.

tell_sizes() {
  heading "size of $image"
  in_podman history --no-trunc --format '{{.Size}}\t{{.CreatedBy}}' "$image" | awk -F'\t' '$1 !~ /^0 ?B/ { print $1 "\t" substr($2, 1, 90) }'
  tell_files
}

# The ten biggest files of the program's folder, in MB, and the rest.
tell_files() {
  local container mounted
  container=$(in_buildah from --pull-never "$image")
  mounted=$(in_buildah mount "$container")
  find "$mounted/app" -type f -printf '%s %f\n' | sort -rn |
    awk '{ all += $1; if (NR <= 10) printf "%8.1f MB  %s\n", $1 / 1e6, $2; else rest += $1 } END { printf "%8.1f MB  %d other files\n%8.1f MB  /app\n", rest / 1e6, NR - 10, all / 1e6 }'
  in_buildah rm "$container" >/dev/null
}
