using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Who reaches whom, worked out from the network policies as a cluster's network would.</summary>
public sealed class NetworkTests
{
    private const string Stranger = "stranger";

    /// <summary>Components, a port, and whether the one may open a connection to the other.</summary>
    public static TheoryData<string, string, int, bool> Paths => new()
    {
        { "device", "coordinator", 11111, true },
        { "coordinator", "device", 11111, true },
        { "coordinator", "coordinator", 11111, true },
        { "device", "redis", 6379, true },
        { "coordinator", "redis", 6379, true },
        { "sweep", "coordinator", 30000, true },
        { "sweep", "redis", 6379, true },
        { "test", "coordinator", 30000, true },
        { "test", "coordinator", 8080, true },
        { "sweep-silo", "sweep-silo", 11111, true },
        { "sweep-silo", "sweep-silo", 6379, true },

        { "sweep", "coordinator", 11111, false },
        { "sweep", "device", 11111, false },
        { "sweep", "sweep-silo", 6379, false },
        { "sweep-silo", "redis", 6379, false },
        { "sweep-silo", "coordinator", 11111, false },
        { "redis", "coordinator", 11111, false },
        { "redis", "device", 8080, false },
        { "coordinator", "sweep", 8080, false },
        { Stranger, "redis", 6379, false },
        { Stranger, "coordinator", 30000, false },
        { Stranger, "device", 11111, false },
        { Stranger, "sweep-silo", 6379, false },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task OnlyWhoMustReachesAPod(string from, string to, int port, bool allowed)
    {
        var release = await Release.OfAsync("sweeps");
        var policies = release.Manifests.Where(manifest => manifest.Kind == "NetworkPolicy").ToArray();
        var (source, target) = (PodOf(release, from), PodOf(release, to)!);
        Assert.Equal(allowed, Lets(policies, "egress", source, target, port) && Lets(policies, "ingress", target, source, port));
    }

    [Fact]
    public async Task WhoSubmitsASweepReachesAStoreOutside()
    {
        var release = await Release.RenderAsync("""
            store: {kind: azure, azure: {container: results, existingSecret: amviz-store}}
            sweeps: [{name: own, spec: {models: [{model: mynet}]}}]
            """);
        var submit = PodOf(release, "sweep")!;
        Assert.Contains(
            release.Manifests.Where(manifest => manifest.Kind == "NetworkPolicy" && submit.IsSelectedBy(manifest.Selector!)).SelectMany(policy => policy.Spec["egress"]!.AsArray()),
            rule => rule!["to"] is JsonArray peers && peers.Any(peer => peer!["ipBlock"] is not null) && rule["ports"]!.AsArray().Any(port => (int)port!["port"]! == 443));
    }

    [Fact]
    public async Task NobodyOutsideIsReachedButTheStoreRedisTheCollectorAndTheProxy()
    {
        var policies = (await Release.OfAsync("ha")).Manifests.Where(manifest => manifest.Kind == "NetworkPolicy");
        var outside = policies.SelectMany(policy => policy.Spec["egress"]?.AsArray() ?? [])
            .Where(rule => rule!["to"] is null || rule["to"]!.AsArray().Any(peer => peer!["ipBlock"] is not null))
            .SelectMany(rule => rule!["ports"]!.AsArray().Select(port => (int)port!["port"]!)).Distinct().Order();
        Assert.Equal([53, 443, 3128, 4317, 6380], outside);
    }

    [Theory]
    [InlineData("http://collector.observability:4317", 4317)]
    [InlineData("http://collector:4318/v1/traces", 4318)]
    [InlineData("http://collector-2", 80)]
    [InlineData("http://collector2.observability", 80)]
    [InlineData("http://10.0.0.5", 80)]
    [InlineData("http://10.0.0.5:4317", 4317)]
    [InlineData("https://collector", 443)]
    [InlineData("https://collector/otlp/4", 443)]
    [InlineData("https://collector:4317", 4317)]
    [InlineData("http://[2001:db8::17]", 80)]
    [InlineData("https://[2001:db8::17]", 443)]
    [InlineData("http://[2001:db8::17]:4318", 4318)]
    public async Task SilosMayReachTheCollectorAtThePortThatTheirExporterTakes(string endpoint, int port)
    {
        // The exporter of .NET takes the port of the Uri.
        Assert.Equal(new Uri(endpoint).Port, port);
        var release = await Release.RenderAsync($"telemetry: {{endpoint: '{endpoint}'}}");
        var silos = release.Manifests.Single(manifest => manifest.Id == "NetworkPolicy/amviz-silos");
        var anywhere = silos.Spec["egress"]!.AsArray().Where(rule => rule!["to"] is null).SelectMany(rule => rule!["ports"]!.AsArray().Select(allowed => (int)allowed!["port"]!)).Distinct();
        Assert.Equal([53, port], anywhere);
    }

    /// <summary>A pod that nobody selects may do anything, and one that is selected what any of its policies allows.</summary>
    private static bool Lets(IEnumerable<Manifest> policies, string direction, PodTemplate? pod, PodTemplate? other, int port)
    {
        var own = policies.Where(policy => pod is not null && pod.IsSelectedBy(policy.Selector!)).ToArray();
        return own.Length == 0 || own.SelectMany(policy => policy.Spec[direction]?.AsArray() ?? []).Any(rule => Fits(rule!, direction == "egress" ? "to" : "from", other, port));
    }

    private static bool Fits(JsonNode rule, string side, PodTemplate? other, int port)
        => rule["ports"]!.AsArray().Any(allowed => (int)allowed!["port"]! == port)
            && (rule[side] is not JsonArray peers || peers.Any(peer => peer!["podSelector"] is { } selector && other is not null && other.IsSelectedBy(Manifest.Map(selector["matchLabels"]))));

    private static PodTemplate? PodOf(Release release, string component) => component == Stranger ? null : release.Pods.First(pod => pod.Component == component);
}
