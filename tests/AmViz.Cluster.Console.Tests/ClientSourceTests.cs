using AmViz.TestKit;

namespace AmViz.Cluster.Console.Tests;

/// <summary>The source of the console's files against the files that are in the program.</summary>
public sealed class ClientSourceTests
{
    private readonly WebClient _client = new("AmViz.Cluster.Console");

    [Fact]
    public async Task BuiltAnewTheFilesAreTheSameByteForByte()
    {
        Assert.SkipWhen(WebClient.SkipReason is not null, WebClient.SkipReason ?? "");
        Assert.Empty(await _client.DifferencesAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TypesAreRightAndTheLogicDoesWhatItsTestsSay()
    {
        Assert.SkipWhen(WebClient.SkipReason is not null, WebClient.SkipReason ?? "");
        await _client.TestAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void TheLockFileNamesNoHost()
        => Assert.DoesNotContain("resolved", File.ReadAllText(RepositoryTree.At("eng", "web", "package-lock.json")), StringComparison.Ordinal);
}
