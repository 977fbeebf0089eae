using System.IO.Compression;
using AmViz.TestKit;

namespace AmViz.Atlas.Tests.Output;

/// <summary>What a browser runs of an atlas, against its source.</summary>
public sealed class AtlasProgramTests
{
    // Of own script, as a server sends it.
    private const int MostBytes = 150_000;

    private readonly WebClient _client = new("AmViz.Atlas");

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
    public void TheScriptIsSmall()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(RepositoryTree.At("src", "AmViz.Atlas", "Built", "atlas.js")));
        }

        Assert.InRange(compressed.Length, 1, MostBytes);
    }
}
