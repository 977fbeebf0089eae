using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Monitoring;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Running;

/// <summary>What the chart renders, really run: silos and sweeps with the arguments and the environment of their pods, scraped by a real Prometheus.</summary>
public sealed class RenderedPodsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task ATrialDrawsASweepWhileEveryQueryOfTheDashboardHasAnAnswer()
    {
        Tool.Prometheus.Needed();
        ProgramIsNeeded();
        using var patience = new CancellationTokenSource(Patience);
        using var folder = new TemporaryFolder();
        var release = await Release.OfAsync("trial");
        await using var redis = await RedisServer.StartAsync("127.0.0.1", patience.Token);
        var settings = Settings(release, redis, folder);

        await using var coordinator = ContainerProcess.Start(Of(release, "coordinator"), settings, folder.Path);
        await using var device = ContainerProcess.Start(Of(release, "device"), settings, folder.Path);
        await using var prometheus = PrometheusServer.Start(folder.Path, await RulesAsync(folder), [coordinator.Http, device.Http]);
        await coordinator.ReadyAsync();
        await device.ReadyAsync();
        await HealthTestPassesAsync(release, coordinator.Http);

        // The one of helm test, and one that takes long enough to look at.
        await using var tiny = ContainerProcess.Start(Of(release, "test"), settings, folder.Path);
        Assert.Equal(0, (await tiny.EndAsync()).Code);
        await using var sweep = ContainerProcess.Start(Longer(Of(release, "test")), settings, folder.Path);
        Assert.Empty(await UnansweredAsync(prometheus, patience.Token));
        Assert.Equal(0, (await sweep.EndAsync()).Code);

        var rules = await prometheus.RulesAsync(patience.Token);
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Equal("ok", rule.Health));
        Assert.Equal(0, (await device.LeaveAsync()).Code);
        Assert.Equal(0, (await coordinator.LeaveAsync()).Code);
    }

    [Fact]
    public async Task ASweepWithSilosOfItsOwnEndsAndWhenRunAgainHasNothingToDo()
    {
        ProgramIsNeeded();
        using var patience = new CancellationTokenSource(Patience);
        using var folder = new TemporaryFolder();
        var release = await Release.RenderAsync("""
            trial: true
            cluster: {tls: {enabled: false, existingSecret: ""}}
            sweeps:
              - name: tiny
                kind: cluster
                cluster: {pods: 2, workers: 1}
                spec: {models: [{model: texturenet, layers: [{layer: logits, channels: 0-3}]}], recipe: {name: paper, steps: 8, size: 32}}
            """);
        await File.WriteAllTextAsync(folder.At("sweep.yaml"), (string)release.Manifests.Single(manifest => manifest.Name.StartsWith("amviz-tiny-spec-", StringComparison.Ordinal)).Json["data"]!["sweep.yaml"]!, patience.Token);
        var pictures = new List<IReadOnlyList<string>>();
        while (pictures.Count < 2)
        {
            // Another Job has another Redis, of its first pod.
            await using var redis = await RedisServer.StartAsync("127.0.0.1", patience.Token);
            var settings = Settings(release, redis, folder);
            var silo = At(Of(release, "sweep-silo"), folder);
            await using var first = ContainerProcess.Start(silo, settings, folder.Path);
            await using var second = ContainerProcess.Start(silo, settings, folder.Path);
            var (code, said) = await first.EndAsync();
            Assert.True(code == 0, $"Ended with {code}: {said}");
            Assert.Equal(0, (await second.EndAsync()).Code);
            pictures.Add([.. Directory.EnumerateFiles(folder.At("store"), "*.png", SearchOption.AllDirectories).Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}").Order(StringComparer.Ordinal)]);
        }

        Assert.Equal(4, pictures[0].Count);
        Assert.Equal(pictures[0], pictures[1]);
    }

    private static void ProgramIsNeeded()
    {
        Assert.SkipUnless(File.Exists(ContainerProcess.Program), $"{ContainerProcess.Program} is not built. Run: bash tests/run.sh AmViz.Deployment.Tests");
        Assert.SkipWhen(RedisServer.SkipReason is not null, RedisServer.SkipReason ?? "");
    }

    private static Container At(Container silo, TemporaryFolder folder)
    {
        var json = silo.Json.DeepClone();
        json["args"] = new JsonArray([.. silo.Arguments.Select(argument => (JsonNode)argument.Replace("/etc/amviz/", $"{folder.Path}/", StringComparison.Ordinal))]);
        return silo with { Json = json };
    }

    private static Container Of(Release release, string component)
        => release.Pods.Where(pod => pod.Component == component).SelectMany(pod => pod.Containers).Single(container => container.Arguments is ["silo" or "sweep", ..]);

    private static Container Longer(Container test)
    {
        var json = test.Json.DeepClone();
        json["args"] = new JsonArray([.. test.Arguments.Select(argument => (JsonNode)argument.Replace("--channel=0", "--channel=1-8", StringComparison.Ordinal).Replace("--steps=8", "--steps=64", StringComparison.Ordinal))]);
        return test with { Json = json };
    }

    private static Dictionary<string, string> Settings(Release release, RedisServer redis, TemporaryFolder folder)
        => new(Manifest.Map(release.Manifests.Single(manifest => manifest.Id == "ConfigMap/amviz").Json["data"]), StringComparer.Ordinal)
        {
            ["AMVIZ_STORE"] = $"folder:{folder.At("store")}",
            ["AMVIZ_CACHE"] = folder.At("cache"),
            ["AMVIZ__Cluster__Address"] = redis.Address,
        };

    private static async Task<string> RulesAsync(TemporaryFolder folder)
    {
        var file = folder.At("rules.yml");
        await File.WriteAllTextAsync(file, (await Release.OfAsync("ha")).Manifests.Single(manifest => manifest.Kind == "PrometheusRule").Spec.ToJsonString());
        return file;
    }

    private static async Task HealthTestPassesAsync(Release release, Uri coordinator)
    {
        var test = release.Containers.Single(container => container.Name == "health");
        string[] command = [.. test.Json["command"]!.AsArray().Select(word => (string)word!)];
        var script = test.Arguments[0].Replace("amviz-coordinators/8080", $"{coordinator.Host}/{coordinator.Port}", StringComparison.Ordinal);
        (await ToolRun.RunAsync(command[0], [.. command[1..], script])).Succeeded();
    }

    private static async Task<IReadOnlyList<string>> UnansweredAsync(PrometheusServer prometheus, CancellationToken cancellationToken)
    {
        var open = DashboardTests.Queries.Select(query => DashboardTests.Filled(query, "15s")).ToHashSet(StringComparer.Ordinal);
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (open.Count > 0 && await clock.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var query in open.ToArray())
                {
                    if (await prometheus.AnswersAsync(query, cancellationToken))
                    {
                        open.Remove(query);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What is open then is told.
        }

        return [.. open];
    }
}
