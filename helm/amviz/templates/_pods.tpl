{{/* What all pods of AmViz have alike: the restricted pod security standard, environment, volumes. */}}

{{- define "amviz.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "amviz.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Beginning of every pod spec. */}}
{{- define "amviz.podSpec" -}}
serviceAccountName: {{ include "amviz.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "amviz.podSecurityContext" (dict "user" 1654) | nindent 2 }}
{{- end -}}

{{/* Secrets, which only ever come from a Secret; everything else is in the ConfigMap of the release. */}}
{{- define "amviz.secretEnv" -}}
{{- if not .Values.redis.own.enabled }}
- name: AMVIZ__Cluster__Address
  valueFrom:
    secretKeyRef:
      name: {{ .Values.redis.existingSecret }}
      key: {{ .Values.redis.existingSecretKey }}
{{- else if .Values.redis.own.password.existingSecret }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.redis.own.password.existingSecret }}
      key: {{ .Values.redis.own.password.key }}
- name: AMVIZ__Cluster__Address
  value: redis://default:$(REDIS_PASSWORD)@{{ include "amviz.fullname" . }}-redis:6379
{{- end }}
{{- end -}}

{{- define "amviz.storeEnv" -}}
{{- if and (eq .Values.store.kind "azure") (ne .Values.store.azure.authentication "workloadIdentity") }}
- name: {{ ternary "AMVIZ__Storage__Azure__ConnectionString" "AMVIZ__Storage__Azure__AccountUrl" (eq .Values.store.azure.authentication "connectionString") }}
  valueFrom:
    secretKeyRef:
      name: {{ .Values.store.azure.existingSecret }}
      key: {{ .Values.store.azure.existingSecretKey }}
{{- end }}
{{- end -}}

{{/* A quantity of Kubernetes in bytes. */}}
{{- define "amviz.bytes" -}}
{{- $units := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $unit := regexFind "[A-Za-z]*$" . -}}
{{- mulf (trimSuffix $unit . | float64) (get $units $unit) -}}
{{- end -}}

{{/* Environment of a silo: dict root, component, cache (size of the volume), extra. */}}
{{- define "amviz.siloEnv" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: AMVIZ_CACHE
  value: /var/cache/amviz
# Three quarters of the volume: a network that is fetched lies there too before others go for it, and a full emptyDir ends the pod.
- name: AMVIZ__Cache__MaxBytes
  value: {{ mulf 0.75 (include "amviz.bytes" .cache | float64) | floor | printf "%.0f" | quote }}
- name: HOME
  value: /tmp
# One heap, whatever the node has: most memory of a silo belongs to tensors.
- name: DOTNET_gcServer
  value: "0"
- name: OMP_WAIT_POLICY
  value: PASSIVE
{{- if .root.Values.telemetry.endpoint }}
- name: OTEL_SERVICE_NAME
  value: {{ printf "amviz-%s" .component | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ .root.Release.Namespace }},k8s.pod.name=$(POD_NAME),k8s.node.name=$(NODE_NAME)
{{- with .root.Values.telemetry.existingSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $.root.Values.telemetry.existingSecretKey }}
{{- end }}
{{- end }}
{{- if .root.Values.dashboard.enabled }}
- name: AMVIZ__Dashboard__Token
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.dashboard.existingSecret }}
      key: {{ .root.Values.dashboard.existingSecretKey }}
{{- end }}
{{- include "amviz.storeEnv" .root }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Arguments that silos of every role have; the values come from the environment. Dict root, drain. */}}
{{- define "amviz.siloArgs" -}}
- --store=$(AMVIZ_STORE)
- --advertise=$(POD_IP)
- --name=$(POD_NAME)
- --silo-port=11111
- --http-port=8080
- --drain-budget={{ .drain }}
{{- if .root.Values.dashboard.enabled }}
- --dashboard
{{- end }}
{{- end -}}

{{/* Dict startup: seconds; ready: whether others wait for it. */}}
{{- define "amviz.probes" -}}
startupProbe:
  httpGet:
    path: /health/startup
    port: http
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ div (add (int .startup) 4) 5 }}
readinessProbe:
  httpGet:
    path: /health/ready
    port: http
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet:
    path: /health/live
    port: http
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}

{{- define "amviz.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: cache
  mountPath: /var/cache/amviz
{{- if eq .Values.store.kind "folder" }}
- name: store
  mountPath: /data/amviz
{{- end }}
{{- end -}}

{{- define "amviz.storeVolume" -}}
{{- if eq .Values.store.kind "folder" }}
- name: store
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-store" (include "amviz.fullname" .)) .Values.store.folder.existingClaim }}
{{- end }}
{{- end -}}

{{/* A claim that one node mounts keeps all pods there. */}}
{{- define "amviz.onOneNode" -}}
{{- if and .Values.trial (eq .Values.store.kind "folder") (ne .Values.store.folder.accessMode "ReadWriteMany") -}}
podAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "amviz.selectorLabels" . | nindent 10 }}
          amviz/store: mounted
{{- end -}}
{{- end -}}

{{/* Where pods may go. Dict root, place (nodeSelector, tolerations, affinity, priorityClassName). */}}
{{- define "amviz.placement" -}}
{{- with .place.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .place.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .place.affinity }}
affinity:
  {{- toYaml .place.affinity | nindent 2 }}
{{- else if include "amviz.onOneNode" .root }}
affinity:
  {{- include "amviz.onOneNode" .root | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Dict root, labels (text), strict. */}}
{{- define "amviz.spread" -}}
topologySpreadConstraints:
  - topologyKey: kubernetes.io/hostname
    maxSkew: 1
    whenUnsatisfiable: {{ default "ScheduleAnyway" .strict }}
    labelSelector:
      matchLabels:
        {{- .labels | nindent 8 }}
  - topologyKey: topology.kubernetes.io/zone
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- .labels | nindent 8 }}
{{- end -}}

{{/* Pods that mount the store say so, for amviz.onOneNode. */}}
{{- define "amviz.storeLabel" -}}
{{- if eq .Values.store.kind "folder" }}
amviz/store: mounted
{{- end }}
{{- end -}}
