{{/* Certificates: of the cluster, for every pod, and of the HTTP port of coordinators. */}}

{{/* Whether silos and clients prove that they belong together: always, unless that is said to be unwanted, or nothing is said of a trial. */}}
{{- define "amviz.clusterTlsOn" -}}
{{- $tls := .Values.cluster.tls -}}
{{- $given := or $tls.existingSecret $tls.certManager.enabled -}}
{{- if kindIs "invalid" $tls.enabled | ternary (or $given (not .Values.trial)) $tls.enabled -}}yes{{- end -}}
{{- end -}}

{{/* Name of the secret by which they do; nothing if they don't. */}}
{{- define "amviz.clusterTls" -}}
{{- $tls := .Values.cluster.tls -}}
{{- if include "amviz.clusterTlsOn" . -}}
{{- if $tls.certManager.enabled -}}
{{- printf "%s-cluster-tls" (include "amviz.fullname" .) -}}
{{- else -}}
{{- $tls.existingSecret -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Name of the secret by which the HTTP port of coordinators proves itself; nothing if it speaks plain HTTP. */}}
{{- define "amviz.apiTls" -}}
{{- $tls := .Values.api.tls -}}
{{- if $tls.certManager.enabled -}}
{{- printf "%s-api-tls" (include "amviz.fullname" .) -}}
{{- else -}}
{{- $tls.existingSecret -}}
{{- end -}}
{{- end -}}

{{/* What certificates of every kind have alike; cert-manager renews them when a third of their time is left. Dict name: of the secret; duration; rotate: whether a new
one has a new key. */}}
{{- define "amviz.certificate" -}}
secretName: {{ .name }}
duration: {{ .duration }}
privateKey:
  algorithm: ECDSA
  size: 256
  encoding: PKCS8
  rotationPolicy: {{ ternary "Always" "Never" .rotate }}
{{- end -}}

{{- define "amviz.issuerRef" -}}
issuerRef:
  name: {{ .name }}
  kind: {{ .kind }}
  group: {{ .group }}
{{- end -}}
