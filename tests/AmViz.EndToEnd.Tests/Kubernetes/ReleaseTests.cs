using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>The chart, installed by the real Helm into a cluster whose pods really run: the stand-in, or a real one where <see cref="ReleaseCluster"/> is told of it.</summary>
public sealed class ReleaseTests(ReleaseCluster cluster) : IClassFixture<ReleaseCluster>
{
    private const string Chart = "helm/amviz";
    private const string Trial = "helm/amviz/ci/trial-values.yaml";

    private static MarkdownPage Operations { get; } = MarkdownPage.Open("docs/operations.md");

    [Fact]
    public async Task AReleaseDrawsThroughLostPodsAnUpgradeAndTheLossOfItsStoreAndLeavesNothing()
    {
        Assert.SkipUnless(ReleaseCluster.SkipReason is null, ReleaseCluster.SkipReason ?? "");

        // Silos that notice each other fast, and leases that end soon; certificates between them and for the API.
        var values = cluster.Write("values.yaml", """
            cluster: {probeSeconds: 1, aliveSeconds: 2, leaseSeconds: 6, tls: {existingSecret: certificates}}
            api: {service: {enabled: true}, tls: {existingSecret: certificates}}
            devicePools: [{name: cpu, workers: 1, checkpointIntervalSeconds: 1}]
            """);
        await CertifyAsync();
        await InstallAsync(values);
        Assert.Contains("1/1", await cluster.KubectlAsync("get", "deployment", "amviz-coordinators"), StringComparison.Ordinal);

        // A device pod is deleted in the middle.
        using (var sweep = Submit("--steps", "24", "--channel", "0-7"))
        {
            await cluster.UntilDrawnAsync(1);
            await cluster.KubectlAsync("delete", "pod", "--selector", "app.kubernetes.io/component=device", "--grace-period=0", "--force");
            await FinishedAsync(sweep, 8);
        }

        // All silos are exchanged in the middle.
        using (var sweep = Submit("--steps", "32", "--channel", "8-17", "--priority", "1"))
        {
            await cluster.UntilDrawnAsync(9);
            await cluster.HelmAsync("upgrade", "amviz", Chart, "--reset-then-reuse-values", "--set", "commonLabels.upgrade=second", "--wait", "--timeout", "5m");
            await cluster.KubectlAsync("rollout", "status", "deployment/amviz-pool-cpu", "--timeout=180s");

            // The pod that the command ran in was exchanged too.
            await sweep.ExitCodeAsync();
        }

        using (var sweep = Submit("--steps", "32", "--channel", "8-17", "--priority", "1"))
        {
            await FinishedAsync(sweep, 10);
        }

        Assert.Equal(2, (await cluster.HelmAsync("test", "amviz")).Split("Phase:          Succeeded").Length - 1);
        Assert.Equal(19, await cluster.DrawnAsync());
        foreach (var command in Operations.CommandsOf("When something is wrong"))
        {
            await cluster.TypeAsync(command);
        }

        await LoseTheStoreAsync(values);
        await UninstallAsync();
    }

    /// <summary>The release and its store are lost, and come back by what the page for operators says.</summary>
    private async Task LoseTheStoreAsync(string values)
    {
        cluster.Write("examples/texturenet.yaml", "{models: [{model: texturenet, layers: [{layer: logits, channels: 8-17}]}], recipe: {steps: 32, size: 32}}");
        DocumentedCommand[] commands = [.. Operations.CommandsOf("Backup and restore")];
        Assert.EndsWith("> amviz-backup.tar", commands[0].Line, StringComparison.Ordinal);
        // The backup is of a moment at which a picture is missing.
        await cluster.KubectlAsync("exec", "deploy/amviz-coordinators", "--", "bash", "-c", "rm $(find /data/amviz/results -name 17-s0.png)");
        await cluster.TypeAsync(commands[0]);
        await UninstallAsync();
        await cluster.KubectlAsync("delete", "persistentvolumeclaims", "--all");

        await InstallAsync(values);
        Assert.Equal(0, await cluster.DrawnAsync());
        foreach (var command in commands[1..])
        {
            // What is not there is drawn by the last one alone.
            await cluster.TypeAsync(command, command.AmVizArguments is ["manifest", "verify", ..] ? 3 : 0);
        }

        Assert.Equal(19, await cluster.DrawnAsync());
        await cluster.KubectlAsync("exec", "deploy/amviz-coordinators", "--", "amviz", "manifest", "verify", "--out", "/data/amviz");
    }

    private Task<string> InstallAsync(string values)
        => cluster.HelmAsync(["install", "amviz", Chart, "--create-namespace", "--values", Trial, "--values", values, .. ReleaseCluster.ImageValues, "--wait", "--timeout", "5m"]);

    private async Task UninstallAsync()
    {
        await cluster.HelmAsync("uninstall", "amviz");
        await cluster.UntilEmptyAsync();
    }

    private async Task CertifyAsync()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        authority.Issue(folder.Path);
        await cluster.KubectlAsync("create", "namespace", cluster.Namespace);
        string[] files = ["tls.crt", "tls.key", "ca.crt"];
        await cluster.KubectlAsync(["create", "secret", "generic", "certificates", .. files.Select(file => $"--from-file={folder.At(file)}")]);
    }

    private AmVizProcess Submit(params string[] sweep)
        => cluster.Kubectl(["exec", "deploy/amviz-coordinators", "--", "amviz", "sweep", "submit", "--model", "texturenet", "--layer", "logits", "--size", "32", .. sweep, "--wait"]);

    private static async Task FinishedAsync(AmVizProcess sweep, int pictures)
    {
        Assert.True(await sweep.ExitCodeAsync() == 0, sweep.Error);
        // A picture that was stored but not told of before the pod died counts as skipped.
        Assert.Contains($"0 failed, 0 of {pictures} open", sweep.Output, StringComparison.Ordinal);
    }
}
