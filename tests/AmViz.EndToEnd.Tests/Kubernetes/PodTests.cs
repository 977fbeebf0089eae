namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>Pods, Jobs and commands of the stand-in cluster, as a real one would run them.</summary>
public sealed class PodTests(StandInCluster cluster) : IClassFixture<StandInCluster>
{
    [Fact]
    public async Task APodHasItsEnvironmentItsFilesAndItsOrder()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config}
            data: {COLOUR: red, note.txt: from the map}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: hidden}
            stringData: {key: quiet}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: whole, labels: {who: "me"}}
            spec:
              restartPolicy: Never
              initContainers:
                - name: first
                  image: registry.example/amviz:1
                  command: [bash, -c, "echo made > /shared/first"]
                  volumeMounts: [{name: shared, mountPath: /shared}]
                - name: beside
                  image: redis
                  restartPolicy: Always
                  ports: [{name: redis, containerPort: 6379}]
                  startupProbe: {exec: {command: [redis-cli, -e, ping]}, periodSeconds: 1}
              containers:
                - name: main
                  image: amviz
                  command: [bash, -c]
                  args: ['echo "$COLOUR $WHO $KEY $BOTH \$$(BOTH) $(cat /shared/first) $(cat /etc/config/note.txt)"; [ "$IP" != 127.0.0.1 ] && redis-cli -h "$IP" ping']
                  envFrom: [{configMapRef: {name: config}}]
                  env:
                    - {name: WHO, valueFrom: {fieldRef: {fieldPath: "metadata.labels['who']"}}}
                    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: KEY, valueFrom: {secretKeyRef: {name: hidden, key: key}}}
                    - {name: BOTH, value: $(WHO)-$(KEY)}
                  volumeMounts: [{name: shared, mountPath: /shared}, {name: config, mountPath: /etc/config}]
              volumes:
                - {name: shared, emptyDir: {}}
                - {name: config, configMap: {name: config}}
            """);
        await cluster.KubectlAsync("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/whole", "--timeout=180s");
        Assert.Equal("red me quiet me-quiet $(BOTH) made from the map\nPONG\n", (await cluster.KubectlAsync("logs", "whole")).ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }

    [Fact]
    public async Task AJobEndsByItsPolicyByItsLimitOrWhenEveryIndexHasEnded()
    {
        await ApplyAsync(Job("refused", "backoffLimit: 3", "exit 3"), Job("tired", "backoffLimit: 0", "exit 7"), Job("indexed", "completionMode: Indexed\n  completions: 3\n  parallelism: 2", "[ $HOSTNAME = indexed-$JOB_COMPLETION_INDEX ]"), Job("waiting", "suspend: true", "true"));
        await cluster.KubectlAsync("wait", "--for=condition=failed", "job/refused", "job/tired", "--timeout=180s");
        Assert.Equal("PodFailurePolicy", await FailureAsync("refused"));
        Assert.Equal("BackoffLimitExceeded", await FailureAsync("tired"));
        await cluster.KubectlAsync("wait", "--for=condition=complete", "job/indexed", "--timeout=180s");
        Assert.Equal("0,1,2", (await cluster.KubectlAsync("get", "job", "indexed", "--output", "jsonpath={.status.completedIndexes}")).Trim());
        Assert.DoesNotContain("waiting-", await cluster.KubectlAsync("get", "pods"), StringComparison.Ordinal);
        await cluster.KubectlAsync("patch", "job", "waiting", "--type", "merge", "--patch", "{\"spec\":{\"suspend\":false}}");
        await cluster.KubectlAsync("wait", "--for=condition=complete", "job/waiting", "--timeout=180s");
    }

    [Fact]
    public async Task ACommandHasStreamsAndAnExitCodeAndAnUnhealthyContainerIsStartedAnew()
    {
        await ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: {name: alive}
            spec:
              containers:
                - name: main
                  image: amviz
                  command: [bash, -c, "echo began; touch /state/well; sleep 600"]
                  livenessProbe: {exec: {command: [test, -e, /state/well]}, periodSeconds: 1, failureThreshold: 2}
                  volumeMounts: [{name: state, mountPath: /state}]
              terminationGracePeriodSeconds: 1
              volumes: [{name: state, emptyDir: {}}]
            """);
        await cluster.KubectlAsync("wait", "--for=condition=ready", "pod/alive", "--timeout=180s");
        using var failing = cluster.Kubectl("exec", "alive", "--", "bash", "-c", "echo out; echo err >&2; exit 5");
        Assert.Equal(5, await failing.ExitCodeAsync());
        Assert.Equal("out", failing.Output.Trim());
        Assert.StartsWith("err", failing.Error.Trim(), StringComparison.Ordinal);

        await cluster.KubectlAsync("exec", "alive", "--", "rm", "/state/well");
        await StandInCluster.UntilAsync("started anew", async () => (await cluster.KubectlAsync("get", "pod", "alive", "--output", "jsonpath={.status.containerStatuses[0].restartCount}")).Trim() == "1");
        Assert.Equal("began", (await cluster.KubectlAsync("logs", "alive", "--previous")).Trim());
        await cluster.KubectlAsync("delete", "pod", "alive");
    }

    [Theory]
    [InlineData("image: nginx", "There is no program for image")]
    [InlineData("image: amviz:1-cuda", "needs a GPU")]
    [InlineData("image: amviz\n      resources: {limits: {nvidia.com/gpu: 1}}", "has no nvidia.com/gpu")]
    [InlineData("image: amviz\n      envFrom: [{secretRef: {name: nowhere}}]", "secret \"nowhere\" not found")]
    public async Task APodThatCannotRunSaysWhy(string container, string why)
    {
        var name = $"refused-{Math.Abs(container.GetHashCode(StringComparison.Ordinal))}";
        await ApplyAsync($"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    - name: main\n      {container}");
        await StandInCluster.UntilAsync("told", async () => (await cluster.KubectlAsync("get", "events", "--field-selector", $"involvedObject.name={name}")).Contains(why, StringComparison.Ordinal));
        Assert.DoesNotContain("Running", await cluster.KubectlAsync("get", "pod", name), StringComparison.Ordinal);
        await cluster.KubectlAsync("delete", "pod", name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NoProcessOutlivesACluster(bool killed)
    {
        Assert.SkipUnless(StandInCluster.SkipReason is null, StandInCluster.SkipReason ?? "");
        await using var doomed = new StandInCluster();
        await doomed.InitializeAsync();
        await doomed.KubectlAsync("apply", "--filename", doomed.Write("pod.yaml", """
            apiVersion: v1
            kind: Pod
            metadata: {name: slow}
            spec:
              containers:
                - {name: redis, image: redis}
                - {name: slow, image: amviz, command: [bash, -c, "trap 'sleep 3; exit' TERM; echo $IP; while true; do sleep 0.1; done"], args: [$(IP)], env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}
            """));
        await doomed.KubectlAsync("wait", "--for=condition=ready", "pod/slow", "--timeout=180s");
        Assert.NotEmpty(doomed.Processes());
        if (killed)
        {
            await doomed.Program.KillAsync();
            await StandInCluster.UntilAsync("ended every process", () => Task.FromResult(doomed.Processes().Length == 0));
        }
        else
        {
            // Within the time that its pods are given, and none of them is left.
            doomed.Program.Terminate();
            Assert.Equal(0, await doomed.Program.ExitCodeAsync());
            Assert.Empty(doomed.Processes());
        }
    }

    private static string Job(string name, string settings, string script) => $$$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{{name}}}}
        spec:
          {{{settings}}}
          podFailurePolicy:
            rules: [{action: FailJob, onExitCodes: {containerName: main, operator: In, values: [3]}}]
          template:
            spec:
              restartPolicy: Never
              containers:
                - {name: main, image: amviz, command: [bash, -c, '{{{script}}}'] }
        """;

    private async Task<string> FailureAsync(string job)
        => (await cluster.KubectlAsync("get", "job", job, "--output", "jsonpath={.status.conditions[?(@.type=='Failed')].reason}")).Trim();

    private async Task ApplyAsync(params string[] manifests)
    {
        Assert.SkipUnless(StandInCluster.SkipReason is null, StandInCluster.SkipReason ?? "");
        await cluster.KubectlAsync("apply", "--filename", cluster.Write($"{Guid.NewGuid():N}.yaml", string.Join("\n---\n", manifests)));
    }
}
