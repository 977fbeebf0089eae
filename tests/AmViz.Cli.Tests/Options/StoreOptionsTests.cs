using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cli.Settings;
using AmViz.Storage;

namespace AmViz.Cli.Tests.Options;

public sealed class StoreOptionsTests
{
    private static readonly AmVizSettings WithAccount = new() { Azure = new() { AccountUrl = "https://account.blob.core.windows.net/?sv=1&sig=secret" } };

    [Theory]
    [InlineData("folder:/data/out", "--out", "/data/out")]
    [InlineData("folder:/data/out", "--out", "folder:/data/out")]
    [InlineData("folder:/data/out", "--store", "folder:/data/out")]
    [InlineData("folder:/data/out", "--store", "/data/out")]
    [InlineData("azure:results", "--store", "azure:results")]
    public void AStoreIsNamedInSeveralWays(string expected, params string[] words)
        => Assert.Equal(expected, Choose(WithAccount, words).Blobs.Name);

    [Fact]
    public void PagesLieBesideTheResultsOfAFolderAndShowThemWhereTheyAre()
    {
        var chosen = Choose(WithAccount, "--out", "/data/out");
        Assert.Equal("/data/out/atlas", chosen.AtlasFolder);
        Assert.Equal("../", chosen.SeenFrom("/data/out/atlas"));
        Assert.Null(chosen.SeenFrom("/site"));
        Assert.Equal("/data/out/a/b", chosen.Locate(new("a/b")));
    }

    [Fact]
    public void BesideAnotherStoreOutIsWhereThePagesGo()
    {
        var chosen = Choose(WithAccount, "--store", "azure:results", "--out", "/pages");
        Assert.Equal("/pages/atlas", chosen.AtlasFolder);
        Assert.Null(chosen.SeenFrom("/pages/atlas"));
        Assert.Equal("azure:results/a/b", chosen.Locate(new("a/b")));
        Assert.Null(Choose(WithAccount, "--store", "azure:results").AtlasFolder);
    }

    [Fact]
    public void TheAddressOfAnAzureStoreShowsNoSecret()
    {
        var store = (AzureBlobStore)Choose(WithAccount, "--store", "azure:results").Blobs;
        Assert.Equal(new Uri("https://account.blob.core.windows.net/results"), store.Address);
    }

    [Theory]
    [InlineData("Expected --out DIR, or --store")]
    [InlineData("'gs:bucket' is not a store", "--store", "gs:bucket")]
    [InlineData("'azure:results' is not a folder", "--out", "azure:results")]
    [InlineData("'Results' is not the name of a container", "--store", "azure:Results")]
    public void WhatNamesNoStoreIsReported(string expected, params string[] words)
        => Assert.Contains(expected, Assert.Throws<UsageException>(() => Choose(WithAccount, words)).Message, StringComparison.Ordinal);

    [Fact]
    public void WithoutAnAccountTheSettingsAreNamed()
        => Assert.Contains("AMVIZ__Storage__Azure__ConnectionString", Assert.Throws<UsageException>(() => Choose(new(), "--store", "azure:results")).Message, StringComparison.Ordinal);

    private static ChosenStore Choose(AmVizSettings settings, params string[] words)
    {
        var (options, command) = (new StoreOptions(settings), new Command("test"));
        options.AddTo(command);
        return options.Choose(command.Parse(words));
    }
}
