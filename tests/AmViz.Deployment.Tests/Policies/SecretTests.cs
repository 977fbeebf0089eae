using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Secrets come from secrets that are there already, and stand nowhere in a release.</summary>
public sealed partial class SecretTests
{
    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task TheReleaseHoldsNoSecret(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.DoesNotContain(release.Manifests, manifest => manifest.Kind == "Secret");
        Assert.DoesNotMatch(Key(), release.Text);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task VariablesNamedLikeSecretsComeFromSecrets(string values)
        => Assert.All(
            (await Release.OfAsync(values)).Containers.SelectMany(container => container.Environment).Where(variable => SecretName().IsMatch((string)variable["name"]!)),
            variable => Assert.NotNull(variable["valueFrom"]?["secretKeyRef"]));

    [Fact]
    public async Task ThePasswordOfTheOwnRedisIsNamedBeforeItIsUsed()
        => Assert.All((await Release.OfAsync("sweeps")).Containers.Where(container => container.Environment.Any(IsAddress) && container.Environment.Any(variable => (string?)variable["name"] == "REDIS_PASSWORD")), container =>
        {
            var names = container.Environment.Select(variable => (string)variable["name"]!).ToList();
            Assert.True(names.IndexOf("REDIS_PASSWORD") < names.IndexOf("AMVIZ__Cluster__Address"));
            Assert.Contains("$(REDIS_PASSWORD)", (string)container.Environment.Single(IsAddress)["value"]!, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("ha", "AMVIZ__Storage__Azure__ConnectionString", "amviz-store")]
    [InlineData("ha", "AMVIZ__Cluster__Address", "amviz-redis")]
    [InlineData("ha", "AMVIZ__Dashboard__Token", "amviz-dashboard")]
    [InlineData("ha", "OTEL_EXPORTER_OTLP_HEADERS", "otlp")]
    [InlineData("gpu", "AMVIZ__Storage__Azure__AccountUrl", "amviz-store")]
    public async Task EverySiloHasTheSecretsThatItsValuesName(string values, string variable, string secret)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos), silo =>
            Assert.Equal(secret, (string?)silo.Environment.Single(it => (string?)it["name"] == variable)["valueFrom"]?["secretKeyRef"]?["name"]));

    private static bool IsAddress(System.Text.Json.Nodes.JsonNode variable) => (string?)variable["name"] == "AMVIZ__Cluster__Address";

    [GeneratedRegex("AccountKey=|[?&]sig=|rediss?://[^$\\s\"/]*:[^$\\s\"/]+@", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex("(ConnectionString|Token|PASSWORD|AUTH|HEADERS)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretName();
}
