{{/* Rules that several network policies have alike. */}}

{{/* Pods of this release with a label. Dict root, label. */}}
{{- define "amviz.peer" -}}
- podSelector:
    matchLabels:
      {{- include "amviz.selectorLabels" .root | nindent 6 }}
      {{ .label }}
{{- end -}}

{{- define "amviz.metricsIngress" -}}
- from:
    - podSelector:
        matchLabels:
          {{- include "amviz.selectorLabels" . | nindent 10 }}
    {{- with .Values.networkPolicy.metricsFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    - port: 8080
{{- end -}}

{{- define "amviz.dnsEgress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{- define "amviz.redisEgress" -}}
{{- if .Values.redis.own.enabled -}}
- to:
    {{- include "amviz.peer" (dict "root" . "label" "app.kubernetes.io/component: redis") | nindent 4 }}
  ports:
    - port: 6379
{{- else -}}
- to:
    {{- include "amviz.outside" . | trim | nindent 4 }}
  ports:
    - port: {{ .Values.networkPolicy.redisPort }}
{{- end -}}
{{- end -}}

{{/* Port of an address: the one that it names, or else that of its scheme, which is what an exporter takes. */}}
{{- define "amviz.portOf" -}}
{{- $url := urlParse . -}}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{- define "amviz.outside" -}}
{{- range .Values.networkPolicy.outside }}
- ipBlock:
    cidr: {{ . }}
{{- end }}
{{- end -}}

{{/* Store, identity service, collector and proxies. */}}
{{- define "amviz.outsideEgress" -}}
{{- if eq .Values.store.kind "azure" }}
- to:
    {{- include "amviz.outside" . | trim | nindent 4 }}
  ports:
    - port: 443
{{- end }}
{{- if .Values.telemetry.endpoint }}
- ports:
    - port: {{ include "amviz.portOf" .Values.telemetry.endpoint }}
{{- end }}
{{- with compact (list .Values.proxy.http .Values.proxy.https) }}
- ports:
    {{- range . }}
    - port: {{ include "amviz.portOf" . }}
    {{- end }}
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Whether peers of a rule are all pods there are. List of peers. */}}
{{- define "amviz.isEverybody" -}}
{{- range . }}
{{- if and (hasKey . "namespaceSelector") (not .namespaceSelector) (not .podSelector) }}true{{ end }}
{{- end }}
{{- end -}}
