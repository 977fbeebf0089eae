{{/* Names and labels. */}}

{{- define "amviz.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 28 | trimSuffix "-" -}}
{{- end -}}

{{/* validations.yaml refuses more than 28 characters: pods of Jobs add a sweep, a hash and an index and may have 63. */}}
{{- define "amviz.fullname" -}}
{{- $name := include "amviz.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- end -}}

{{- define "amviz.serviceAccountName" -}}
{{- default (ternary (include "amviz.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "amviz.clusterId" -}}
{{- default (include "amviz.fullname" .) .Values.cluster.clusterId -}}
{{- end -}}

{{/* Never a version: selectors cannot be changed. */}}
{{- define "amviz.selectorLabels" -}}
app.kubernetes.io/name: {{ include "amviz.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "amviz.labels" -}}
{{ include "amviz.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: amviz
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of a pod, without what changes with every version of the chart. */}}
{{- define "amviz.podLabels" -}}
{{ include "amviz.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: amviz
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- if and (eq .Values.store.kind "azure") (eq .Values.store.azure.authentication "workloadIdentity") }}
azure.workload.identity/use: "true"
{{- end }}
{{- end -}}

{{/* Image of a pool: dict root, device, image. */}}
{{- define "amviz.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := default dict .image -}}
{{- $cuda := eq .device "cuda" -}}
{{- $repository := default $image.repository $own.repository -}}
{{- $digest := default (ternary $image.cudaDigest $image.digest $cuda) $own.digest -}}
{{- $tag := default (printf "%s%s" (default .root.Chart.AppVersion $image.tag) (ternary $image.cudaSuffix "" $cuda)) $own.tag -}}
{{- if and $digest (not (and $own.tag (not $own.digest))) -}}
{{- printf "%s@%s" $repository $digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{/* Labels by which metrics of this release are found, as YAML. The chart's monitors set the one that tells it from others in its namespace. */}}
{{- define "amviz.releaseLabels" -}}
{{- $own := dict "namespace" .Release.Namespace -}}
{{- if ne .Values.metrics.monitor.kind "none" -}}
{{- $_ := set $own "release" .Release.Name -}}
{{- end -}}
{{- default $own .Values.metrics.queryLabels | toYaml -}}
{{- end -}}

{{/* The same, inside the braces of a PromQL selector. */}}
{{- define "amviz.queryLabels" -}}
{{- include "amviz.selector" (include "amviz.releaseLabels" . | fromYaml) -}}
{{- end -}}

{{/* Labels of the release's namespace in the metrics of kubelet and kube-state-metrics. */}}
{{- define "amviz.kubernetesLabels" -}}
{{- include "amviz.selector" (default (dict "namespace" .Release.Namespace) .Values.metrics.kubernetesLabels) -}}
{{- end -}}

{{- define "amviz.selector" -}}
{{- $pairs := list -}}
{{- range $name, $value := . -}}
{{- $pairs = append $pairs (printf "%s=%q" $name $value) -}}
{{- end -}}
{{- join "," $pairs -}}
{{- end -}}
