{{/* What all pods of AmViz have alike: the restricted pod security standard, environment, volumes. */}}

{{/* Dict root; user: the number that the image is made for. OpenShift gives every namespace numbers of its own, and refuses others. */}}
{{- define "amviz.podSecurityContext" -}}
runAsNonRoot: true
{{- if not .root.Values.openshift }}
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
{{- end }}
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
  {{- include "amviz.podSecurityContext" (dict "root" . "user" 1654) | nindent 2 }}
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
{{ include "amviz.passwordEnv" (dict "name" "REDIS_PASSWORD" "password" .Values.redis.own.password) }}
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

{{/* Environment of a silo: dict root, component, cache (size of the volume). */}}
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
{{- end -}}

{{/* Arguments that silos of every role have; the values come from the environment. Dict root, drain. */}}
{{- define "amviz.siloArgs" -}}
- --store=$(AMVIZ_STORE)
- --advertise=$(POD_IP)
- --name=$(POD_NAME)
- --silo-port=11111
- --http-port=8080
- --drain-budget={{ .drain }}
{{- if eq .root.Values.logFormat "json" }}
- --log-format=json
{{- end }}
{{- if .root.Values.dashboard.enabled }}
- --dashboard
{{- end }}
{{- end -}}

{{/* Dict startup: seconds; secure: whether the port speaks HTTPS, whose certificate the kubelet does not look at. */}}
{{- define "amviz.probes" -}}
startupProbe:
  httpGet:
    path: /health/startup
    port: http
    {{- if .secure }}
    scheme: HTTPS
    {{- end }}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ div (add (int .startup) 4) 5 }}
readinessProbe:
  httpGet:
    path: /health/ready
    port: http
    {{- if .secure }}
    scheme: HTTPS
    {{- end }}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet:
    path: /health/live
    port: http
    {{- if .secure }}
    scheme: HTTPS
    {{- end }}
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

{{/* Two lists of things, of which those of the second one stand in place of those of the first with the same key, as a list in YAML. Dict base, own, key. */}}
{{- define "amviz.over" -}}
{{- $key := .key -}}
{{- $taken := dict -}}
{{- range .own -}}
{{- $_ := set $taken (get . $key) true -}}
{{- end -}}
{{- $kept := list -}}
{{- range .base -}}
{{- if not (hasKey $taken (get . $key)) -}}
{{- $kept = append $kept . -}}
{{- end -}}
{{- end -}}
{{- concat $kept .own | toYaml -}}
{{- end -}}

{{/* What AmViz has to know of the network that it is in: certificates and proxies. As a list in YAML. */}}
{{- define "amviz.surroundings" -}}
{{- $env := list -}}
{{- if include "amviz.clusterTls" . -}}
{{- $env = append $env (dict "name" "AMVIZ__Cluster__Tls" "value" "/etc/amviz-cluster") -}}
{{- end -}}
{{- if include "amviz.certificates" . -}}
{{- $env = append $env (dict "name" "SSL_CERT_FILE" "value" (printf "/etc/amviz-ca/%s" .Values.caBundle.key)) -}}
{{- end -}}
{{- $proxy := .Values.proxy -}}
{{- if or $proxy.http $proxy.https -}}
{{- range $name, $value := dict "HTTP_PROXY" $proxy.http "HTTPS_PROXY" $proxy.https "NO_PROXY" $proxy.noProxy -}}
{{- with $value -}}
{{- $env = append $env (dict "name" $name "value" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{/* Volume with the certificates, in YAML; nothing if there is none. */}}
{{- define "amviz.certificates" -}}
{{- with .Values.caBundle.existingConfigMap -}}
name: ca
configMap:
  name: {{ . }}
{{- end -}}
{{- with .Values.caBundle.existingSecret -}}
name: ca
secret:
  secretName: {{ . }}
{{- end -}}
{{- end -}}

{{/* The one place that gives pods of every kind what their values add to them. Dict root; pod: the values of that kind; place: where it may go, if not as they
say; text: metadata and spec, whose first container is the one that is meant. As YAML. */}}
{{- define "amviz.pod" -}}
{{- $pod := .pod -}}
{{- $template := fromYaml .text -}}
{{- if $template.Error -}}
{{- fail (printf "%s: %s" $template.Error .text) -}}
{{- end -}}
{{- $metadata := $template.metadata -}}
{{- $spec := $template.spec -}}
{{- $container := first $spec.containers -}}
{{- $_ := set $metadata "labels" (merge $metadata.labels $pod.podLabels) -}}
{{- with merge (default dict $metadata.annotations) $pod.podAnnotations -}}
{{- $_ := set $metadata "annotations" . -}}
{{- end -}}

{{- $place := deepCopy (default $pod .place) -}}
{{- if and (not $place.affinity) (hasKey $metadata.labels "amviz/store") -}}
{{- $_ := set $place "affinity" (include "amviz.onOneNode" .root | fromYaml) -}}
{{- end -}}
{{- range list "affinity" "nodeSelector" "priorityClassName" "runtimeClassName" "tolerations" -}}
{{- if get $place . -}}
{{- $_ := set $spec . (get $place .) -}}
{{- end -}}
{{- end -}}

{{- $env := default list $container.env -}}
{{- $mounts := $container.volumeMounts -}}
{{- $volumes := default list $spec.volumes -}}
{{- if eq $container.name "amviz" -}}
{{- $env = concat $env (include "amviz.surroundings" .root | fromYamlArray) -}}
{{- with include "amviz.certificates" .root -}}
{{- $volumes = append $volumes (fromYaml .) -}}
{{- $mounts = append $mounts (dict "name" "ca" "mountPath" "/etc/amviz-ca" "readOnly" true) -}}
{{- end -}}
{{- with include "amviz.clusterTls" .root -}}
{{- $volumes = append $volumes (dict "name" "cluster-tls" "secret" (dict "secretName" .)) -}}
{{- $mounts = append $mounts (dict "name" "cluster-tls" "mountPath" "/etc/amviz-cluster" "readOnly" true) -}}
{{- end -}}
{{- end -}}
{{- range $field, $list := dict "env" (include "amviz.over" (dict "base" $env "own" $pod.extraEnv "key" "name") | fromYamlArray) "volumeMounts" (include "amviz.over" (dict "base" $mounts "own" $pod.extraVolumeMounts "key" "mountPath") | fromYamlArray) "envFrom" (concat (default list $container.envFrom) $pod.envFrom) -}}
{{- with $list -}}
{{- $_ := set $container $field . -}}
{{- end -}}
{{- end -}}
{{- if ne $container.name "health" -}}
{{- $_ := set $container "args" (concat $container.args $pod.extraArgs) -}}
{{- end -}}
{{- with include "amviz.over" (dict "base" $volumes "own" $pod.extraVolumes "key" "name") | fromYamlArray -}}
{{- $_ := set $spec "volumes" . -}}
{{- end -}}
{{- $before := list -}}
{{- range $pod.initContainers -}}
{{- $before = append $before (merge (deepCopy .) (dict "securityContext" (include "amviz.containerSecurityContext" $ | fromYaml))) -}}
{{- end -}}
{{- with concat $before (default list $spec.initContainers) -}}
{{- $_ := set $spec "initContainers" . -}}
{{- end -}}
{{- toYaml $template -}}
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

{{/* Arguments of coordinators about the API. What the chart says nothing of is as the program has it. */}}
{{- define "amviz.apiArgs" -}}
{{- $api := .Values.api }}
{{- if $api.oidc.issuer }}
- {{ printf "--oidc-issuer=%s" $api.oidc.issuer | quote }}
- {{ printf "--oidc-audience=%s" $api.oidc.audience | quote }}
{{- with $api.oidc.roleClaim }}
- {{ printf "--oidc-role-claim=%s" . | quote }}
{{- end }}
{{- range $role := list "read" "submit" "admin" }}
{{- with get $api.oidc $role }}
- {{ printf "--oidc-%s=%s" $role (join "," .) | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- with $api.limits.rate }}
- --http-rate={{ int . }}
{{- end }}
{{- with $api.limits.maxPictures }}
- --http-max-pictures={{ int . }}
{{- end }}
{{- with $api.limits.maxNetwork }}
- --http-max-network={{ int . }}
{{- end }}
{{- with $api.keepSweeps }}
- --keep-sweeps={{ . }}
{{- end }}
{{- end -}}
