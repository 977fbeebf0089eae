{{/* The alerts of rules/alerts.yaml for this release, with its labels and names filled in. */}}
{{- define "amviz.alerts" -}}
{{- $filled := dict "$LABELS" (include "amviz.queryLabels" .) "$KUBERNETES" (include "amviz.kubernetesLabels" .) "$CLAIMS" (include "amviz.claims" .) "$JOBS" (include "amviz.jobs" .) "$PODS" (include "amviz.pods" .) -}}
{{- $rules := list -}}
{{- range (.Files.Get "rules/alerts.yaml" | fromYaml).rules -}}
{{- $expr := .expr -}}
{{- $empty := false -}}
{{- range $name, $value := $filled -}}
{{- $empty = or $empty (and (contains $name $expr) (empty $value)) -}}
{{- $expr = replace $name $value $expr -}}
{{- end -}}
{{- if not (or $empty (has .alert $.Values.metrics.prometheusRule.disabled)) -}}
{{- $_ := set . "expr" $expr -}}
{{- $_ := set .annotations "runbook_url" (printf "%s#%s" $.Values.metrics.prometheusRule.runbookUrl (lower .alert)) -}}
{{- $rules = append $rules . -}}
{{- end -}}
{{- end -}}
{{- toYaml $rules -}}
{{- end -}}

{{/* A list of names as a pattern of PromQL; a full stop means itself. */}}
{{- define "amviz.pattern" -}}
{{- uniq . | join "|" | replace "." "[.]" -}}
{{- end -}}

{{/* Claims that the release mounts. */}}
{{- define "amviz.claims" -}}
{{- $claims := list -}}
{{- if eq .Values.store.kind "folder" -}}
{{- $claims = append $claims (default (printf "%s-store" (include "amviz.fullname" .)) .Values.store.folder.existingClaim) -}}
{{- end -}}
{{- if and .Values.redis.own.enabled .Values.redis.own.persistence.enabled -}}
{{- $claims = append $claims (printf "data-%s-redis-0" (include "amviz.fullname" .)) -}}
{{- end -}}
{{- range .Values.devicePools -}}
{{- $claims = append $claims (include "amviz.pool" (dict "root" $ "pool" .) | fromYaml).cache.existingClaim -}}
{{- end -}}
{{- range .Values.sweeps -}}
{{- $sweep := include "amviz.sweep" (dict "root" $ "sweep" .) | fromYaml -}}
{{- if eq $sweep.kind "cluster" -}}
{{- $claims = append $claims $sweep.cluster.cache.existingClaim -}}
{{- end -}}
{{- end -}}
{{- include "amviz.pattern" (compact $claims) -}}
{{- end -}}

{{/* Jobs of the release, those of time tables too. */}}
{{- define "amviz.jobs" -}}
{{- $names := list -}}
{{- range .Values.sweeps -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- with $names -}}
{{- printf "%s-(%s)-[0-9a-f]+" (include "amviz.fullname" $) (include "amviz.pattern" .) -}}
{{- end -}}
{{- end -}}

{{/* Pods of the release that stay. */}}
{{- define "amviz.pods" -}}
{{- $names := list "coordinators" -}}
{{- if .Values.redis.own.enabled -}}
{{- $names = append $names "redis" -}}
{{- end -}}
{{- range .Values.devicePools -}}
{{- $names = append $names (printf "pool-%s" .name) -}}
{{- end -}}
{{- printf "%s-(%s)-.+" (include "amviz.fullname" .) (include "amviz.pattern" $names) -}}
{{- end -}}
