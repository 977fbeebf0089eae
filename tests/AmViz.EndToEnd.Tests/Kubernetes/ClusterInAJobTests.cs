namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>A sweep of the chart with silos of its own, as a Job whose pods really run.</summary>
public sealed class ClusterInAJobTests(StandInCluster cluster) : IClassFixture<StandInCluster>
{
    [Fact]
    public async Task AClusterInAJobGoesOnAfterAllItsPodsWereKilled()
    {
        Assert.SkipUnless(StandInCluster.SkipReason is null, StandInCluster.SkipReason ?? "");
        var values = cluster.Write("own.yaml", """
            redis: {own: {persistence: {enabled: false}}}
            devicePools: []
            tests: {enabled: false}
            sweeps:
              - name: own
                kind: cluster
                cluster: {pods: 2, workers: 1, batch: 4, checkpointIntervalSeconds: 1}
                spec: {models: [{model: texturenet, layers: [logits]}], recipe: {name: paper, steps: 48, size: 32}}
            """);
        await cluster.HelmAsync("install", "job", "helm/amviz", "--namespace", "job", "--create-namespace", "--set", "trial=true", "--values", values);
        try
        {
            await StandInCluster.UntilAsync("drew a picture", () => Task.FromResult(Drawn() > 0));
            await cluster.KubectlAsync("delete", "pod", "--namespace", "job", "--selector", "amviz/sweep=own", "--grace-period=0", "--force");
            Assert.InRange(Drawn(), 1, 33);
            var job = (await cluster.KubectlAsync("get", "jobs", "--namespace", "job", "--output", "name")).Trim();
            await cluster.KubectlAsync("wait", "--namespace", "job", "--for=condition=complete", job, "--timeout=300s");
            Assert.Equal(34, Drawn());
            Assert.Contains("34/34", await cluster.KubectlAsync("logs", "--namespace", "job", "--selector", "amviz/sweep=own,batch.kubernetes.io/job-completion-index=0", "--tail", "-1"), StringComparison.Ordinal);
        }
        finally
        {
            await cluster.HelmAsync("uninstall", "job", "--namespace", "job");
        }
    }

    private int Drawn() => cluster.FilesOf("job", "job-amviz-store", "*.png").Length;
}
