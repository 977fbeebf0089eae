using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class RunCommandTests : TinyNetworkTest
{
    private static readonly string[] Keys = ["sweepId", "planned", "rendered", "skipped", "failed", "manifest", "atlas", "seconds"];

    [Fact]
    public async Task ASweepIsPlannedDrawnAndLaidOutAndASecondRunSkipsEverything()
    {
        var first = await RunAsync(new FakeEngine(), "--layer", "conv_pw_5,logits", "--channels", "0-3");
        Assert.Equal(ExitCode.Done, first.ExitCode);
        Assert.Equal(Keys, first.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((8, 8, 0, 0), Counts(first.Json));
        Assert.True(File.Exists(first.Json.GetProperty("manifest").GetString()));
        Assert.True(File.Exists(first.Json.GetProperty("atlas").GetString()));
        Assert.Contains("plan     8 pictures: 2 layers, 8 channels, seed 0", first.Error, StringComparison.Ordinal);
        Assert.Contains("tinynet/conv_pw_5_bn  4/4", first.Error, StringComparison.Ordinal);

        var second = await RunAsync(new FakeEngine(), "--layer", "conv_pw_5,logits", "--channels", "0-3");
        Assert.Equal((8, 0, 8, 0), Counts(second.Json));

        var show = await CommandLineRun.OfAsync("manifest", "show", "--out", Folder.Path, "--rows", "--json");
        Assert.Equal(8, show.Json.GetProperty("manifest").GetProperty("total").GetProperty("rendered").GetInt32());
        Assert.Equal(8, show.Json.GetProperty("rows").GetArrayLength());

        var verify = await CommandLineRun.OfAsync("manifest", "verify", "--out", Folder.Path, "--json");
        Assert.Equal(ExitCode.Done, verify.ExitCode);
        Assert.Equal(8, verify.Json.GetProperty("sweeps")[0].GetProperty("pictures").GetInt32());
    }

    [Fact]
    public async Task AnEstimateSaysWhatIsLeftAndStoresNothing()
    {
        var whole = await RunAsync(new FakeEngine(), "--layer", "conv_pw_5,logits", "--channels", "0-3", "--steps", "100", "--estimate", "--workers", "2");
        Assert.Equal(ExitCode.Done, whole.ExitCode);
        Assert.Equal((8, 8, 0, 800), (Int(whole.Json, "channels"), Int(whole.Json, "pictures"), Int(whole.Json, "stored"), Int(whole.Json, "steps")));
        Assert.Equal((8, 2), (Int(whole.Json, "blobs"), Int(whole.Json, "renderers")));
        Assert.Equal(2, whole.Json.GetProperty("layers").GetArrayLength());
        Assert.True(Int(whole.Json, "bytes") > 8 * 900);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.Path));

        await RunAsync(new FakeEngine(), "--layer", "logits", "--channels", "0-2", "--steps", "100");
        var left = await CommandLineRun.OfAsync("run", "--weights", Network.Path, "--out", Folder.Path, "--layer", "conv_pw_5,logits", "--channels", "0-3", "--steps", "100", "--estimate");
        Assert.Contains("estimate 5 pictures of 8 channels, 3 more are in the store already: 500 steps", left.Output, StringComparison.Ordinal);
        Assert.Contains("store    5 pictures, 0.0 MB with their manifest and without an atlas", left.Output, StringComparison.Ordinal);
        Assert.Contains("measured 2 of 2 layers", left.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEstimateForAClusterNeedsNoCluster()
    {
        var estimate = await CommandLineRun.OfAsync(
            "sweep", "submit", "--weights", Network.Path, "--layer", "logits", "--steps", "9", "--estimate", "--json", "--cluster", "redis://127.0.0.1:1");

        Assert.Equal(ExitCode.Done, estimate.ExitCode);
        Assert.Equal((4, 36), (Int(estimate.Json, "pictures"), Int(estimate.Json, "steps")));
    }

    [Fact]
    public async Task ADamagedPictureIsFoundByVerify()
    {
        await RunAsync(new FakeEngine(), "--layer", "logits");
        var picture = Directory.EnumerateFiles(Folder.Path, "2-s0.png", SearchOption.AllDirectories).First(path => path.Contains("results", StringComparison.Ordinal));
        File.WriteAllBytes(picture, File.ReadAllBytes(picture)[..^20]);
        var verify = await CommandLineRun.OfAsync("manifest", "verify", "--out", Folder.Path);
        Assert.Equal(ExitCode.FinishedWithFailures, verify.ExitCode);
        Assert.Contains("2-s0.png", verify.Output, StringComparison.Ordinal);
        Assert.EndsWith("FAILED", verify.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeadChannelIsCountedNamedAndReportedByTheExitCode()
    {
        var engine = new FakeEngine { Ends = task => task.Channel == 1 ? ChannelOutcome.Dead : ChannelOutcome.Rendered };
        var run = await RunAsync(engine, "--layer", "logits");
        Assert.Equal(ExitCode.FinishedWithFailures, run.ExitCode);
        Assert.Equal((4, 3, 0, 1), Counts(run.Json));
        Assert.Contains("failed   logits/1-s0: nothing excites it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChannelsWithoutALayerAreThoseOfEveryLayerThatHasThem()
    {
        var run = await RunAsync(new FakeEngine(), "--channels", "0-7");
        Assert.Equal(PlannedFor(layer => Math.Min(8, layer)), run.Json.GetProperty("planned").GetInt32());
    }

    [Fact]
    public async Task PatternsAreTheSameSweepAsTheirLayersListedByHand()
    {
        var first = await RunAsync(new FakeEngine(), "--layer", "logits,conv_pw_1[0-2]_bn,conv_pw_1?_bn,!conv_pw_13_bn", "--channels", "0-1");
        Assert.Equal((8, 8, 0, 0), Counts(first.Json));
        Assert.Contains("plan     8 pictures: 4 layers, 8 channels, seed 0", first.Error, StringComparison.Ordinal);
        var second = await RunAsync(new FakeEngine(), "--layer", "conv_pw_10_bn,conv_pw_11_bn,conv_pw_12_bn,logits", "--channels", "0-1");
        Assert.Equal((8, 0, 8, 0), Counts(second.Json));
        Assert.Equal(first.Json.GetProperty("sweepId").GetString(), second.Json.GetProperty("sweepId").GetString());

        var spec = Folder.At("sweep.yaml");
        File.WriteAllText(spec, $"models: [{{ weights: {Network.Path}, layers: [{{ layer: 'conv_pw_1[0-2]_bn', channels: 0-1 }}, {{ layer: logits, channels: 0-1 }}] }}]");
        var third = await CommandLineRun.OfAsync("run", spec, "--out", Folder.Path, "--json");
        Assert.Equal(first.Json.GetProperty("sweepId").GetString(), third.Json.GetProperty("sweepId").GetString());
    }

    [Theory]
    [InlineData("--layer conv_pw_99", "--layer: Model 'tinynet' has no layer 'conv_pw_99'")]
    [InlineData("--layer logits --channels 0-4", "--channel: Channel 4 does not exist: 'logits' of 'tinynet' has 4 channels, 0 to 3.")]
    [InlineData("--layer conv_pv_*_bn", "--layer: Model 'tinynet' has no layer that matches 'conv_pv_*_bn' among its 55. Did you mean 'conv_pw_1_bn'")]
    [InlineData("--layer logits,Default", "--layer: Model 'tinynet' has no layer 'Default'")]
    [InlineData("--layer conv_pw_*_bn --channels 0-5000", "--channel: Channel 5000 does not exist: the widest layer of 'conv_pw_*_bn', 'conv_pw_12_bn' of 'tinynet', has 128 channels, 0 to 127.")]
    [InlineData("--channels 5000", "--channel: Channel 5000 does not exist: the widest layer of 'default',")]
    [InlineData("--layer all,!all", "--layer: No layer of 'tinynet' is left")]
    [InlineData("--layer all --objective logit", "--objective: A logit belongs to a class")]
    [InlineData("--objective logit", "--objective: A logit belongs to a class")]
    [InlineData("--layer logits --steps 0 --size 7", "--steps: 0 is out of range.|--size: 7 is out of range.")]
    [InlineData("--layer logits --seed -1", "--seed: -1 is negative.")]
    [InlineData("--layer conv_pw_1 --objective logit", "--objective: A logit belongs to a class")]
    [InlineData("--layer logits --row 3", "--objective: A position is given")]
    [InlineData("--layer logits --checkpoint-interval -1", "--checkpoint-interval: -1 is out of range. Expected 0 to 604800 seconds.")]
    [InlineData("gone.yaml", "named both in 'gone.yaml' and by options")]
    public async Task MistakesAreReportedOfTheOptionsBeforeAnythingIsDone(string options, string expected)
    {
        var run = await RunAsync(new FakeEngine(), options.Split(' '));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.All(expected.Split('|'), part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task PhotographsOfARecipeAreNamedByTheirDigestsAndPutIntoTheStore()
    {
        using var photographs = new TemporaryFolder();
        var bytes = File.ReadAllBytes(TestPictures.Write(photographs.Path));
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));

        var run = await RunAsync(new FakeEngine(), "--layer", "logits", "--channels", "0", "--recipe", "vital", "--prior-weight", "7", "--photos", photographs.Path);

        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Equal(bytes, File.ReadAllBytes(Folder.At(ResultLayout.Reference(digest).Value)));
        var plan = (await new SweepStore(new FolderBlobStore(Folder.Path)).ReadPlanAsync(
            new(run.Json.GetProperty("sweepId").GetString()!), TestContext.Current.CancellationToken))!;
        Assert.Equal((PriorKind.Sorted, 7), (plan.Recipe.Prior!.Kind, plan.Recipe.Prior.Weight));
        Assert.Equal([digest], plan.Recipe.Prior.Photographs);
    }

    [Fact]
    public void PhotographsWhoseSpectrumIsTakenAreNotCopied()
    {
        using var photographs = new TemporaryFolder();
        TestPictures.Write(photographs.Path);
        var (request, command) = (new AmViz.Cli.Running.SweepRequest(new()), new System.CommandLine.Command("draw"));
        request.AddTo(command);
        var result = command.Parse(["--photos", photographs.Path]);
        Assert.Empty(request.Photographs(result, Recipes.Maco).Files);
        Assert.Single(request.Photographs(result, Recipes.Vital).Files);
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenEndsItBeforeTheWork()
    {
        var file = Folder.At("file");
        File.WriteAllText(file, "in the way");
        var run = await CommandLineRun.OfAsync("run", "--weights", Network.Path, "--layer", "logits", "--out", Path.Combine(file, "out"));
        Assert.Equal(ExitCode.OutOfReach, run.ExitCode);
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("plan ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 60, 5)]
    [InlineData("--checkpoint-interval 7.5", 7.5, 5)]
    [InlineData("--checkpoint-interval 2", 2, 2)]
    public async Task LongBatchesAreSavedAsOftenAsAskedFor(string options, double interval, double minimumWork)
    {
        BatchCheckpoints? told = null;
        await RunAsync(new FakeEngine { Watch = checkpoints => told = checkpoints }, ["--layer", "logits", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((interval, minimumWork), (told!.Interval.TotalSeconds, told.MinimumWork.TotalSeconds));
    }

    [Fact]
    public async Task ASpecFileSaysWhatToDrawAndOptionsChangeItsRecipe()
    {
        var spec = Folder.At("sweep.yaml");
        File.WriteAllText(spec, $"models: [{{ weights: {Network.Path}, layers: [logits] }}]\nseeds: [0, 1]\nrecipe: {{ steps: 7 }}");
        var run = await CommandLineRun.OfAsync("run", spec, "--steps", "9", "--out", Folder.At("out"));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("plan     8 pictures: 1 layer, 4 channels, seeds 0,1", run.Output, StringComparison.Ordinal);
        Assert.Contains("(paper, 9 steps, 64 px, channel)", run.Output, StringComparison.Ordinal);
        Assert.Contains("done     8 rendered, 0 skipped, 0 failed", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gs:pictures")]
    [InlineData("s3://bucket")]
    public async Task AStoreOfAnotherKindIsRefused(string store)
    {
        var run = await CommandLineRun.OfAsync("manifest", "show", "--store", store);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"'{store}' is not a store", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandLineRun> RunAsync(FakeEngine engine, params string[] options)
        => CommandLineRun.OfAsync(engine, ["run", "--weights", Network.Path, "--out", Folder.Path, "--json", .. options]);

    private int PlannedFor(Func<int, int> take)
        => NetworkCatalogue.Open(null, Network.Path).Description.LayerShapes.Where(shape => shape.IsDefaultTap).Sum(shape => take(shape.ChannelCount));

    private static (int Planned, int Rendered, int Skipped, int Failed) Counts(JsonElement json)
        => (Int(json, "planned"), Int(json, "rendered"), Int(json, "skipped"), Int(json, "failed"));

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
