using AmViz.Cli.CommandLine;
using AmViz.Networks;
using AmViz.TestKit;
using AmViz.Models;

namespace AmViz.Cli.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TinyNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public async Task ANetworkIsPushedToAStoreOnce()
    {
        using var network = new TinyNetwork();
        using var store = new TemporaryFolder();
        string[] push = ["models", "push", "--weights", network.Path, "--store", $"folder:{store.Path}"];
        var first = await CommandLineRun.OfAsync([.. push, "--json"]);
        Assert.Equal(ExitCode.Done, first.ExitCode);
        var digest = first.Json.GetProperty("weightsDigest").GetString()!;
        Assert.Equal((3, 0), (first.Json.GetProperty("written").GetInt32(), first.Json.GetProperty("kept").GetInt32()));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(network.Path, "model.safetensors"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(store.At("networks", digest, "files", "model.safetensors"), TestContext.Current.CancellationToken));
        var second = await CommandLineRun.OfAsync([.. push, "--weights-digest", digest[..12]]);
        Assert.Contains("0 files written, 3 already there, 0 mended", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WeightsOfAnotherDigestThanExpectedAreNotPushed()
    {
        using var network = new TinyNetwork();
        using var store = new TemporaryFolder();
        var run = await CommandLineRun.OfAsync("models", "push", "--weights", network.Path, "--weights-digest", "0123", "--store", store.Path);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("--weights-digest expects 0123", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(store.Path));
    }

    [Fact]
    public async Task ANetworkInsideTheProgramNeedsNoPush()
    {
        using var store = new TemporaryFolder();
        var run = await CommandLineRun.OfAsync("models", "push", "--model", "texturenet", "--store", store.Path);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("nothing to push", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheListNamesEveryNetworkOfThePackage()
    {
        var run = await CommandLineRun.OfAsync("models", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(NetworkCatalogue.Names.Concat(NetworkCatalogue.Fetched), run.Json.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task ArchitecturesAreListedWithTheirParameters()
    {
        var run = await CommandLineRun.OfAsync("models", "--architectures", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var mobileNet = run.Json.EnumerateArray().Single(row => row.GetProperty("name").GetString() == "mobilenet_1_0_224");
        Assert.Equal(4_253_864, mobileNet.GetProperty("parameters").GetProperty("total").GetInt64());
        Assert.Equal(4_231_976, mobileNet.GetProperty("parameters").GetProperty("trainable").GetInt64());
        var text = await CommandLineRun.OfAsync("models");
        Assert.Matches(@"(?m)^mobilenet_v1 +mobilenet_1_0_224 +224 px +4,253,864 +4,231,976", text.Output);
    }

    [Fact]
    public async Task ShowTellsTheLayersOfAWeightsFolder()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "--weights", _network.Path, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("tinynet", run.Json.GetProperty("name").GetString());
        var layer = run.Json.GetProperty("layers").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "conv_pw_5_bn");
        Assert.Equal("batchNormalization", layer.GetProperty("kind").GetString());
        Assert.Equal(TinyNetwork.ChannelsOfPointwise5, layer.GetProperty("channels").GetInt32());
        Assert.Equal(8, layer.GetProperty("height").GetInt32());
        Assert.Equal(8, layer.GetProperty("width").GetInt32());
        Assert.True(layer.GetProperty("defaultTap").GetBoolean());
    }

    [Fact]
    public async Task ShowTellsRowsAndColumnsForAnotherSize()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "--weights", _network.Path, "--size", "128", "--json");
        var layer = run.Json.GetProperty("layers").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "conv_pw_5_bn");
        Assert.Equal(16, layer.GetProperty("height").GetInt32());
    }

    [Fact]
    public async Task ShowTellsWhatAPatternStandsFor()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "--weights", _network.Path, "--layer", "conv_pw_1[12]*,logits,!*_relu", "--json");
        Assert.Equal(
            ["conv_pw_11_bn", "conv_pw_12_bn", "logits"],
            run.Json.GetProperty("layers").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        var wrong = await CommandLineRun.OfAsync("models", "show", "--weights", _network.Path, "--layer", "conv_pv_1*");
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains("--layer: Model 'tinynet' has no layer that matches 'conv_pv_1*'", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowForPeopleHasALineForEachLayer()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "mine", "--weights", _network.Path);
        Assert.StartsWith("mine: mobilenet_v1, 4 classes, 64 px", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^[\d,]+ parameters: [\d,]+ trained, [\d,]+ moving means and variances", run.Output);
        Assert.Matches(@"(?m)^logits +logits +4 +1 +1 +default", run.Output);
    }

    [Fact]
    public async Task TwoNamesForOneNetworkAreRefused()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "a", "--model", "b");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("two networks", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyPrintsItsReport()
    {
        WriteReference();
        var run = await CommandLineRun.OfAsync("models", "verify", "--weights", _network.Path, "--photos", _network.Path, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.True(run.Json.GetProperty("passed").GetBoolean());
        Assert.Equal(1.5e-5, run.Json.GetProperty("maxLogitError").GetDouble());
        var layer = run.Json.GetProperty("activations")[0];
        Assert.Equal("conv1_relu", layer.GetProperty("layer").GetString());
        Assert.Equal(2e-6, layer.GetProperty("maxError").GetDouble());
    }

    [Fact]
    public async Task AFailedVerificationIsReportedByTheExitCode()
    {
        WriteReference();
        var engine = new FakeEngine { Report = new(Passed: false, null, [], null, 1) };
        var run = await CommandLineRun.OfAsync(engine, "models", "verify", "--weights", _network.Path, "--photos", _network.Path, "--json");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.Json.GetProperty("maxLogitError").ValueKind);
    }

    private void WriteReference()
        => File.WriteAllText(Path.Combine(_network.Path, "reference.json"), """{ "photos": [ { "file": "a.png", "logits": [1, 2, 3, 4] } ] }""");
}
