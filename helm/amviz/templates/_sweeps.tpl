{{/* Jobs that run a sweep. */}}

{{- define "amviz.hasClusterSweeps" -}}
{{- range .Values.sweeps -}}
{{- if eq (default $.Values.sweepDefaults.kind .kind) "cluster" -}}yes{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a Job does when a pod fails. */}}
{{- define "amviz.podFailurePolicy" -}}
rules:
  # A pod that had to make room is nobody's failure; another one goes on.
  - action: Ignore
    onPodConditions:
      - type: DisruptionTarget
  # 130: told to leave before the end, as a spot machine is without being evicted; another one goes on.
  - action: Ignore
    onExitCodes:
      containerName: amviz
      operator: In
      values: [130]
  # 2: the spec has mistakes, 3: channels failed, 4: cancelled. Trying again would change nothing. 5 (store or cluster out of reach) is tried again.
  - action: FailJob
    onExitCodes:
      containerName: amviz
      operator: In
      values: [2, 3, 4]
{{- end -}}

{{/* Spec of a Job, without whether it is suspended. Dict root, sweep. */}}
{{- define "amviz.sweepJob" -}}
{{- $sweep := .sweep -}}
{{- $cluster := eq $sweep.kind "cluster" -}}
{{- if $cluster }}
# Each silo for itself: one whose node is slow must not use up the tries of the others.
backoffLimitPerIndex: {{ int $sweep.backoffLimit }}
maxFailedIndexes: {{ sub (int $sweep.cluster.pods) 1 }}
{{- else }}
backoffLimit: {{ int $sweep.backoffLimit }}
{{- end }}
{{- with $sweep.activeDeadlineSeconds }}
activeDeadlineSeconds: {{ int . }}
{{- end }}
{{- if not (kindIs "invalid" $sweep.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int $sweep.ttlSecondsAfterFinished }}
{{- end }}
{{- if $cluster }}
completionMode: Indexed
completions: {{ int $sweep.cluster.pods }}
parallelism: {{ int $sweep.cluster.pods }}
{{- if semverCompare ">=1.31.0-0" .root.Capabilities.KubeVersion.Version }}
# The first one ends when the sweep has; then the others are no longer needed.
successPolicy:
  rules:
    - succeededIndexes: "0"
{{- end }}
{{- end }}
podFailurePolicy:
  {{- include "amviz.podFailurePolicy" . | nindent 2 }}
template:
  {{- if $cluster }}
  {{- include "amviz.pod" (dict "root" .root "pod" $sweep.cluster "place" (include "amviz.devicePlace" $sweep.cluster | fromYaml) "text" (include "amviz.clusterSweepPod" .)) | nindent 2 }}
  {{- else }}
  {{- include "amviz.pod" (dict "root" .root "pod" $sweep "text" (include "amviz.submitPod" .)) | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Gives a sweep to the cluster and waits. The store is where it finds networks that the image does not have. */}}
{{- define "amviz.submitPod" -}}
metadata:
  labels:
    {{- include "amviz.podLabels" .root | nindent 4 }}
    app.kubernetes.io/component: sweep
    amviz/sweep: {{ .sweep.name }}
    {{- with include "amviz.storeLabel" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    amviz/client: "true"
spec:
  restartPolicy: Never
  {{- include "amviz.podSpec" .root | nindent 2 }}
  terminationGracePeriodSeconds: 30
  containers:
    - name: amviz
      image: {{ include "amviz.image" (dict "root" .root "device" "cpu") | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        {{- include "amviz.containerSecurityContext" . | nindent 8 }}
      args:
        - sweep
        - submit
        - /etc/amviz/sweep.yaml
        - --wait
        - --store=$(AMVIZ_STORE)
        - --patience={{ int .sweep.patienceSeconds }}
        {{- if .sweep.priority }}
        - --priority={{ int .sweep.priority }}
        {{- end }}
        {{- if ne (int .sweep.share) 1 }}
        - --share={{ int .sweep.share }}
        {{- end }}
        {{- with .sweep.pool }}
        - --pool={{ . }}
        {{- end }}
        {{- if .sweep.again }}
        - --again
        {{- end }}
      envFrom:
        - configMapRef:
            name: {{ include "amviz.fullname" .root }}
      env:
        - name: AMVIZ_CACHE
          value: /var/cache/amviz
        - name: HOME
          value: /tmp
        {{- with print (include "amviz.storeEnv" .root) (include "amviz.secretEnv" .root) | trim }}
        {{- . | nindent 8 }}
        {{- end }}
      resources:
        {{- toYaml .sweep.resources | nindent 8 }}
      volumeMounts:
        {{- include "amviz.mounts" .root | nindent 8 }}
        - name: spec
          mountPath: /etc/amviz
          readOnly: true
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    - name: cache
      emptyDir:
        sizeLimit: {{ .root.Values.poolDefaults.cache.size }}
    {{- include "amviz.specVolume" . | nindent 4 }}
    {{- with include "amviz.storeVolume" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "amviz.specVolume" -}}
- name: spec
  configMap:
    name: {{ include "amviz.specName" . }}
{{- end -}}

{{/* The spec's ConfigMap is named after its content, so that a Job which waits keeps the spec it was made for. */}}
{{- define "amviz.specName" -}}
{{- printf "%s-%s-spec-%s" (include "amviz.fullname" .root) .sweep.name (toYaml .sweep.spec | sha256sum | trunc 8) -}}
{{- end -}}

{{/* A silo that coordinates and draws, for this sweep only, and the Redis of the pod with index 0 beside it. */}}
{{- define "amviz.clusterSweepPod" -}}
{{- $machine := .sweep.cluster -}}
{{- $password := .root.Values.redis.own.password -}}
{{- $service := printf "%s-%s" (include "amviz.fullname" .root) .sweep.name }}
metadata:
  labels:
    {{- include "amviz.podLabels" .root | nindent 4 }}
    app.kubernetes.io/component: sweep-silo
    amviz/sweep: {{ .sweep.name }}
    amviz/metrics: "true"
    {{- with include "amviz.storeLabel" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
spec:
  restartPolicy: Never
  {{- include "amviz.podSpec" .root | nindent 2 }}
  subdomain: {{ $service }}
  {{- /* The drain budget, and ten seconds to say good-bye. */}}
  terminationGracePeriodSeconds: {{ add (int $machine.drainBudgetSeconds) 10 }}
  initContainers:
    # Runs beside the silo and ends after it. Losing it loses no result.
    - name: redis
      restartPolicy: Always
      image: {{ if .root.Values.redis.own.image.digest }}{{ printf "%s@%s" .root.Values.redis.own.image.repository .root.Values.redis.own.image.digest | quote }}{{ else }}{{ printf "%s:%s" .root.Values.redis.own.image.repository .root.Values.redis.own.image.tag | quote }}{{ end }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        {{- include "amviz.containerSecurityContext" . | nindent 8 }}
      {{- include "amviz.redisCommand" (dict "password" $password.existingSecret) | nindent 6 }}
      {{- if $password.existingSecret }}
      env:
        {{- include "amviz.passwordEnv" (dict "name" "REDISCLI_AUTH" "password" $password) | nindent 8 }}
      {{- end }}
      ports:
        - name: redis
          containerPort: 6379
      {{- include "amviz.redisProbes" . | nindent 6 }}
      resources:
        {{- toYaml .root.Values.redis.own.resources | nindent 8 }}
      volumeMounts:
        - name: redis
          mountPath: /data
  containers:
    - name: amviz
      image: {{ include "amviz.image" (dict "root" .root "device" $machine.device "image" $machine.image) | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        {{- include "amviz.containerSecurityContext" . | nindent 8 }}
      args:
        - silo
        - --role=all
        - --sweep=/etc/amviz/sweep.yaml
        # The first, where Redis is, may be late by all that starting may take, and then has to be found.
        - --join-patience={{ add (int $machine.startupSeconds) 60 }}
        {{- include "amviz.siloArgs" (dict "root" .root "drain" (int $machine.drainBudgetSeconds)) | nindent 8 }}
        - --gateway-port=30000
        {{- include "amviz.deviceArgs" $machine | nindent 8 }}
      envFrom:
        - configMapRef:
            name: {{ include "amviz.fullname" .root }}
      env:
        {{- include "amviz.siloEnv" (dict "root" .root "component" "sweep" "cache" $machine.cache.size) | nindent 8 }}
        - name: JOB_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.labels['batch.kubernetes.io/job-name']
        # In place of the release's cluster: one of this Job's own.
        - name: AMVIZ__Cluster__ClusterId
          value: $(JOB_NAME)
        - name: AMVIZ__Cluster__ServiceId
          value: $(JOB_NAME)
        {{- if $password.existingSecret }}
        {{- include "amviz.passwordEnv" (dict "name" "REDIS_PASSWORD" "password" $password) | nindent 8 }}
        {{- end }}
        - name: AMVIZ__Cluster__Address
          value: redis://{{ if $password.existingSecret }}default:$(REDIS_PASSWORD)@{{ end }}$(JOB_NAME)-0.{{ $service }}:6379
      ports:
        - name: silo
          containerPort: 11111
        - name: gateway
          containerPort: 30000
        - name: http
          containerPort: 8080
      {{- include "amviz.probes" (dict "startup" (add (int $machine.startupSeconds) 120)) | nindent 6 }}
      resources:
        {{- include "amviz.deviceResources" $machine | nindent 8 }}
      volumeMounts:
        {{- include "amviz.mounts" .root | nindent 8 }}
        - name: spec
          mountPath: /etc/amviz
          readOnly: true
        {{- with include "amviz.deviceMounts" $machine }}
        {{- . | nindent 8 }}
        {{- end }}
  volumes:
    {{- include "amviz.deviceVolumes" $machine | nindent 4 }}
    - name: redis
      emptyDir:
        sizeLimit: 256Mi
    {{- include "amviz.specVolume" . | nindent 4 }}
    {{- with include "amviz.storeVolume" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}
