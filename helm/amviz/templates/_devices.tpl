{{/* Pods that draw: of pools, and of sweeps that bring their own silos. */}}

{{/* A pool with its defaults filled in, as YAML. Dict root, pool. */}}
{{- define "amviz.pool" -}}
{{- mergeOverwrite (deepCopy .root.Values.poolDefaults) (deepCopy .pool) | toYaml -}}
{{- end -}}

{{/* A sweep with its defaults filled in, as YAML; its cluster is a pool. Dict root, sweep. */}}
{{- define "amviz.sweep" -}}
{{- $sweep := mergeOverwrite (deepCopy .root.Values.sweepDefaults) (deepCopy .sweep) -}}
{{- $_ := set $sweep "cluster" (mergeOverwrite (deepCopy .root.Values.poolDefaults) $sweep.cluster) -}}
{{- toYaml $sweep -}}
{{- end -}}

{{/* How fast a HorizontalPodAutoscaler changes a pool. Kubernetes looks back for an hour at most. As YAML. */}}
{{- define "amviz.scaling" -}}
{{- mergeOverwrite (dict "scaleDown" (dict "stabilizationWindowSeconds" (min 3600 (int .cooldownSeconds)))) (deepCopy .behavior) | toYaml -}}
{{- end -}}

{{- define "amviz.deviceArgs" -}}
- --device={{ .device }}
{{- if eq .device "cpu" }}
- --workers={{ int .workers }}
{{- end }}
- --threads={{ int .threads }}
- --batch={{ .batch }}
- --checkpoint-interval={{ int .checkpointIntervalSeconds }}
- --stuck-after={{ int .stuckAfterSeconds }}
{{- end -}}

{{- define "amviz.deviceResources" -}}
{{- $resources := deepCopy .resources -}}
{{- if eq .device "cuda" -}}
{{- $resources = mergeOverwrite $resources (dict "limits" (dict .gpu.resource 1)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{- define "amviz.deviceMounts" -}}
{{- if and (eq .device "cuda") .gpu.sharedMemory -}}
- name: shm
  mountPath: /dev/shm
{{- end -}}
{{- end -}}

{{- define "amviz.deviceVolumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 1Gi
- name: cache
{{- if .cache.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ .cache.existingClaim }}
{{- else }}
  emptyDir:
    sizeLimit: {{ .cache.size }}
{{- end }}
{{- if and (eq .device "cuda") .gpu.sharedMemory }}
- name: shm
  emptyDir:
    medium: Memory
    sizeLimit: {{ .gpu.sharedMemory }}
{{- end }}
{{- end -}}

{{/* Where pods of a pool may go; GPU nodes carry a taint and a label of their own. As YAML. */}}
{{- define "amviz.devicePlace" -}}
{{- $place := pick . "affinity" "nodeSelector" "priorityClassName" "runtimeClassName" "tolerations" -}}
{{- if eq .device "cuda" -}}
{{- $_ := set $place "tolerations" (concat (list (dict "key" "nvidia.com/gpu" "operator" "Exists" "effect" "NoSchedule")) .tolerations) -}}
{{- with .gpu.product -}}
{{- $_ := set $place "nodeSelector" (merge (dict "nvidia.com/gpu.product" .) $place.nodeSelector) -}}
{{- end -}}
{{- with .gpu.runtimeClassName -}}
{{- $_ := set $place "runtimeClassName" . -}}
{{- end -}}
{{- end -}}
{{- toYaml $place -}}
{{- end -}}
