using AmViz.Cli.CommandLine;
using AmViz.Cli.Serving;
using AmViz.Storage;

namespace AmViz.Cli.Tests.Serving;

public sealed class AtlasRefresherTests : Commands.TinyNetworkTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnAtlasIsBuiltAgainWhenTheStoreHasMoreAndOnlyThen()
    {
        await DrawAsync("0-1");
        var (store, atlas) = (new FolderBlobStore(Folder.Path), Folder.At("served"));
        var refresher = new AtlasRefresher(store, only: null, atlas);

        Assert.True(await refresher.RefreshAsync(Token));
        Assert.Single(NetworksOf(atlas));
        Assert.False(await refresher.RefreshAsync(Token));
        await DrawAsync("0-2");
        Assert.True(await refresher.RefreshAsync(Token));

        Assert.Equal(2, NetworksOf(atlas).Length);
        Assert.Contains("\"picture\":\"store/results/", File.ReadAllText(Directory.EnumerateFiles(atlas, "records-0.js", SearchOption.AllDirectories).First()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortThatIsNoneAndOneThatIsTakenAreSaid()
    {
        await DrawAsync("0");
        var none = await CommandLineRun.OfAsync("atlas", "serve", "--out", Folder.Path, "--port", "70000");
        Assert.Equal(ExitCode.Usage, none.ExitCode);
        Assert.Contains("--port: 70000 is no port. Expected 0 to 65535.", none.Error, StringComparison.Ordinal);

        await using var site = await AtlasSite.StartAsync(Folder.At("any"), new FolderBlobStore(Folder.Path), "http://127.0.0.1:0", TimeSpan.FromSeconds(1), Token);
        var taken = await CommandLineRun.OfAsync("atlas", "serve", "--out", Folder.Path, "--atlas", Folder.At("served"), "--port", site.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(ExitCode.Usage, taken.ExitCode);
        Assert.Contains("cannot be listened at", taken.Error, StringComparison.Ordinal);
        Assert.Contains("--port 0 for any that is free", taken.Error, StringComparison.Ordinal);
    }

    private static string[] NetworksOf(string atlas) => Directory.GetFiles(Path.Combine(atlas, "data"), "network.js", SearchOption.AllDirectories);

    private async Task DrawAsync(string channels)
        => Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync(new FakeEngine(), "run", "--weights", Network.Path, "--out", Folder.Path, "--layer", "logits", "--channels", channels)).ExitCode);
}
