using System.Text.Json;
using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

/// <summary>Commands about a network that lies in a store and nowhere else.</summary>
public sealed class StoredNetworkTests : TinyNetworkTest
{
    private static readonly string[] Sweep = ["--layer", "logits", "--steps", "9"];

    private string Store => $"folder:{Folder.At("store")}";

    [Fact]
    public async Task ASweepIsTheSameByFolderByNameByDigestAndBySpec()
    {
        var own = await CommandLineRun.OfAsync(["run", "--weights", Network.Path, .. Sweep, "--out", Folder.At("own"), "--json"]);
        var digest = await PushAsync();
        var byName = await CommandLineRun.OfAsync(["run", "--model", "tinynet", .. Sweep, "--store", Store, "--json"]);
        Assert.Contains($"network  tinynet of {Store}, digest {digest}", byName.Error, StringComparison.Ordinal);
        Assert.Equal((Id(own), 4, 0), (Id(byName), Count(byName, "rendered"), Count(byName, "skipped")));

        var byDigest = await CommandLineRun.OfAsync(["run", "--digest", digest[..8], .. Sweep, "--store", Store, "--json"]);
        Assert.Equal((Id(own), 0, 4), (Id(byDigest), Count(byDigest, "rendered"), Count(byDigest, "skipped")));

        await File.WriteAllTextAsync(Folder.At("sweep.yaml"), $"models: [{{ digest: {digest}, layers: [logits] }}]\nrecipe: {{ steps: 9 }}", TestContext.Current.CancellationToken);
        Assert.Equal(Id(own), Id(await CommandLineRun.OfAsync("run", Folder.At("sweep.yaml"), "--store", Store, "--json")));
    }

    [Fact]
    public async Task AnEstimateNeedsTheStoreAlone()
    {
        await PushAsync();
        var estimate = await CommandLineRun.OfAsync(["sweep", "submit", "--model", "tinynet", .. Sweep, "--estimate", "--json", "--store", Store, "--cluster", "redis://127.0.0.1:1"]);
        Assert.Equal((ExitCode.Done, 36), (estimate.ExitCode, Count(estimate, "steps")));
    }

    [Theory]
    [InlineData("models show NETWORK")]
    [InlineData("classify NETWORK --image PICTURE")]
    [InlineData("attack NETWORK --image PICTURE --target dots --out OUT")]
    [InlineData("render NETWORK --layer logits --channel 0 --steps 1 --out OUT")]
    [InlineData("compare NETWORK --class 0 --steps 1 --out OUT")]
    [InlineData("bench NETWORK")]
    public async Task EveryCommandAboutANetworkFindsItThere(string line)
    {
        var digest = await PushAsync();
        string[] Words(params string[] network) =>
        [
            .. line.Split(' ').SelectMany(word => word switch
            {
                "NETWORK" => network,
                "PICTURE" => [TestPictures.Write(Folder.Path)],
                "OUT" => [Folder.At("out")],
                _ => [word],
            }),
            "--store", Store, "--json",
        ];
        Assert.All(
            new[] { await CommandLineRun.OfAsync(Words("--model", "tinynet")), await CommandLineRun.OfAsync(Words("--digest", digest)) },
            run => Assert.True(run.ExitCode == ExitCode.Done && run.Error.Contains($"digest {digest}", StringComparison.Ordinal), run.Error));
    }

    [Fact]
    public async Task AMistakeIsSaidAtItsPlace()
    {
        var digest = await PushAsync();
        var spec = Folder.At("sweep.yaml");
        await File.WriteAllTextAsync(spec, $"models:\n  - model: texturenet\n    digest: {digest}\n    layers: [nowhere]", TestContext.Current.CancellationToken);
        var bySpec = await CommandLineRun.OfAsync("run", spec, "--store", Store);
        Assert.Equal(ExitCode.Usage, bySpec.ExitCode);
        Assert.StartsWith($"error: {spec}:3:13: models[0].digest: No network called 'texturenet' has a digest that begins with '{digest}'.", bySpec.Error, StringComparison.Ordinal);

        var byOptions = await CommandLineRun.OfAsync("run", "--weights", Network.Path, "--digest", digest, "--store", Store);
        Assert.Equal(ExitCode.Usage, byOptions.ExitCode);
        Assert.StartsWith("error: --digest: Both a folder of weights and a digest are given", byOptions.Error, StringComparison.Ordinal);

        var both = await CommandLineRun.OfAsync("run", spec, "--digest", digest, "--store", Store);
        Assert.Contains("Leave out --model, --weights, --digest,", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APushSaysHowTheNetworkIsCalledThere()
    {
        await PushAsync();
        var again = await CommandLineRun.OfAsync("models", "push", "--model", "othername", "--weights", Network.Path, "--store", Store, "--json");
        Assert.Equal("tinynet", again.Json.GetProperty("model").GetString());
    }

    private async Task<string> PushAsync()
    {
        var pushed = await CommandLineRun.OfAsync("models", "push", "--weights", Network.Path, "--store", Store, "--json");
        Assert.True(pushed.ExitCode == ExitCode.Done, pushed.Error);
        return pushed.Json.GetProperty("weightsDigest").GetString()!;
    }

    private static string? Id(CommandLineRun run) => Property(run, "sweepId").GetString();

    private static int Count(CommandLineRun run, string property) => Property(run, property).GetInt32();

    private static JsonElement Property(CommandLineRun run, string name)
    {
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run.Json.GetProperty(name);
    }
}
