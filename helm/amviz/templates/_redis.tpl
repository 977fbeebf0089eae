{{/* Dict password: whether one is asked for. */}}
{{- define "amviz.redisCommand" -}}
command:
  - redis-server
args:
  - --dir
  - /data
  - --appendonly
  - "yes"
  - --save
  - ""
  - --maxmemory-policy
  - noeviction
  {{- if .password }}
  - --requirepass
  - $(REDISCLI_AUTH)
  {{- else }}
  # Without a password Redis answers to its own machine only, unless told otherwise; a NetworkPolicy says who reaches it.
  - --protected-mode
  - "no"
  {{- end }}
{{- end -}}

{{/* A variable with the password. Dict name, password (existingSecret, key). */}}
{{- define "amviz.passwordEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .password.existingSecret }}
      key: {{ .password.key }}
{{- end -}}

{{- define "amviz.redisProbes" -}}
startupProbe:
  exec:
    command: [redis-cli, -e, ping]
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 60
readinessProbe:
  exec:
    command: [redis-cli, -e, ping]
  periodSeconds: 10
  timeoutSeconds: 3
livenessProbe:
  tcpSocket:
    port: redis
  periodSeconds: 20
  timeoutSeconds: 5
{{- end -}}
