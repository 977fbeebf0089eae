{{/* The alerts of rules/alerts.yaml for this release: $LABELS stands there for its labels. */}}
{{- define "amviz.alerts" -}}
{{- $text := .Files.Get "rules/alerts.yaml" | replace "$LABELS" (include "amviz.queryLabels" .) -}}
{{- $rules := list -}}
{{- range ($text | fromYaml).rules -}}
{{- if not (has .alert $.Values.metrics.prometheusRule.disabled) -}}
{{- $_ := set .annotations "runbook_url" (printf "%s#%s" $.Values.metrics.prometheusRule.runbookUrl (lower .alert)) -}}
{{- $rules = append $rules . -}}
{{- end -}}
{{- end -}}
{{- toYaml $rules -}}
{{- end -}}
