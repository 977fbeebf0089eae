{{/* The HTTP API for whoever is not a pod of the release. */}}

{{/* Whether there is a Service for it. */}}
{{- define "amviz.apiService" -}}
{{- if or .Values.api.service.enabled .Values.api.ingress.enabled .Values.api.route.enabled -}}yes{{- end -}}
{{- end -}}

{{- define "amviz.apiPort" -}}
{{- default (ternary 443 80 (not (empty (include "amviz.apiTls" .)))) .Values.api.service.port -}}
{{- end -}}
