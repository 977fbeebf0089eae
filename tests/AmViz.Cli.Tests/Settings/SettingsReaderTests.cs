using AmViz.Cli.CommandLine;
using AmViz.Cli.Settings;
using AmViz.TestKit;
using Microsoft.Extensions.Configuration;

namespace AmViz.Cli.Tests.Settings;

public sealed class SettingsReaderTests
{
    [Fact]
    public void WithoutAnySettingTheDefaultsApply()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(new AmVizSettings(), SettingsReader.Read(folder.Path));
    }

    [Fact]
    public void TheFileOfTheWorkingFolderIsRead()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At(SettingsReader.FileName), """{ "Network": { "Weights": "nets/a" }, "Device": { "Name": "cpu", "Threads": 2, "Batch": "auto" } }""");
        Assert.Equal(new AmVizSettings { Weights = "nets/a", Device = "cpu", Threads = 2 }, SettingsReader.Read(folder.Path));
    }

    [Fact]
    public void EverySettingThatCannotBeUsedIsReportedAtOnce()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Device:Threads"] = "many",
            ["Device:Batch"] = "0",
            ["Device:Thread"] = "2",
            ["Cluster:ServiceId"] = "somebody else's",
        }).Build();
        var problems = Assert.Throws<UsageException>(() => SettingsReader.Read(configuration)).Problems;
        Assert.Collection(
            problems,
            problem => Assert.Contains("no setting Device:Thread. Did you mean 'Threads'?", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Device:Threads is 'many'", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Device:Batch is '0'", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void MistakesOfSeveralSectionsAreReportedTogetherAndThoseOfASiloAreNoMistakes()
    {
        var problems = Assert.Throws<UsageException>(() => SettingsReader.Read(Of(
            ("Network:Modle", "x"), ("Cluster:ProbeSeconds", "-3"), ("Storage:Azur", "x"), ("Orleans:Anything", "x")))).Problems;
        Assert.Equal(
            [
                "There is no setting Network:Modle. Did you mean 'Model'? It stands in amviz.json or in AMVIZ__Network__Modle.",
                "There is no setting Storage:Azur. Did you mean 'Azure'? It stands in amviz.json or in AMVIZ__Storage__Azur.",
                "The setting Cluster:ProbeSeconds is '-3'. Expected a whole number of at least 1. It stands in amviz.json or in AMVIZ__Cluster__ProbeSeconds.",
            ],
            problems);
    }

    [Fact]
    public void ANullOfTheFileLeavesTheDefault()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At(SettingsReader.FileName), """{ "Device": { "Name": null, "Threads": null }, "Cluster": null }""");
        Assert.Equal(new AmVizSettings(), SettingsReader.Read(folder.Path));
    }

    [Fact]
    public void TheAccountOfTheStoreIsReadAndMistypedKeysBelowItAreSeen()
    {
        var found = SettingsReader.Read(Of(("Storage:Azure:AccountUrl", "https://a.blob.core.windows.net?sig=s"), ("Storage:Azure:ServiceVersion", "2025-11-05")));
        Assert.Equal(new() { AccountUrl = "https://a.blob.core.windows.net?sig=s", ServiceVersion = "2025-11-05" }, found.Azure);
        var problem = Assert.Single(Assert.Throws<UsageException>(() => SettingsReader.Read(Of(("Storage:Azure:ConectionString", "x")))).Problems);
        Assert.StartsWith("There is no setting Storage:Azure:ConectionString. Did you mean 'ConnectionString'?", problem, StringComparison.Ordinal);
        Assert.EndsWith("AMVIZ__Storage__Azure__ConectionString.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ABoundOfTheCacheMayBeLargerThanACount()
    {
        Assert.Equal(30_000_000_000, SettingsReader.Read(Of(("Cache:MaxBytes", "30000000000"))).Cache.MaxBytes);
        Assert.Equal(
            [
                "The setting Device:Threads is '30000000000'. Expected a whole number of at least 1. It stands in amviz.json or in AMVIZ__Device__Threads.",
                "The setting Cache:MaxBytes is '20Gi'. Expected a whole number of at least 1. It stands in amviz.json or in AMVIZ__Cache__MaxBytes.",
            ],
            Assert.Throws<UsageException>(() => SettingsReader.Read(Of(("Device:Threads", "30000000000"), ("Cache:MaxBytes", "20Gi")))).Problems);
    }

    [Fact]
    public void SettingsThatAreSecretsArePrintedNowhere()
        => Assert.DoesNotContain("secret", $"{new AmVizSettings { Azure = new() { ConnectionString = "secret", AccountUrl = "secret" } }}", StringComparison.Ordinal);

    private static IConfiguration Of(params (string Key, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    [Fact]
    public void AFileThatIsNoJsonIsReportedByItsName()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At(SettingsReader.FileName), "{ not json");
        var problem = Assert.Single(Assert.Throws<UsageException>(() => SettingsReader.Read(folder.Path)).Problems);
        Assert.StartsWith(SettingsReader.FileName, problem, StringComparison.Ordinal);
    }
}
