using AmViz.Cli.Engine;
using AmViz.Cli.Running;
using AmViz.Cli.Specs;
using AmViz.Cluster.Api;
using AmViz.Cluster.Http;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;

namespace AmViz.Cli.Tests.Running;

public sealed class RequestPlannerTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly RequestPlanner _planner;

    public RequestPlannerTests() => _planner = Planner(_store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Example => File.ReadAllText(RepositoryTree.At("examples", "texturenet.yaml"));

    [Fact]
    public async Task ASpecIsTheSweepThatTheCommandLineMakesOfIt()
    {
        var plan = await _planner.PlanAsync(Example, Token);
        Assert.Equal("4acf2da13df249da", plan.Id.Value);
        var networks = new OpenedNetworks(store: null, TextWriter.Null, new());
        const string Json = """{"models": [{"model": "texturenet", "layers": [{"layer": "conv_pw_2_bn", "channels": "0-15"}, "logits"]}], "recipe": {"name": "paper", "steps": 128, "size": 96}}""";
        Assert.Equal((await SpecReader.Parse(Json, "spec.json").PlanAsync(spec => networks.PlanAsync(spec, Token))).Id, (await _planner.PlanAsync(Json, Token)).Id);
    }

    [Theory]
    [InlineData("models: [{weights: /etc}]", "models[0].weights: A spec that comes over HTTP names no folder")]
    [InlineData("models: [{model: x, weights: ../../secrets}]", "names no folder")]
    [InlineData("models: [texturenet]\nphotographs: {folder: /etc}", "photographs.folder: A spec that comes over HTTP names no folder")]
    [InlineData("models: [{model: texturenet, layers: [nowhere]}]\nphotographs: {textures: 5}", "models[0].layers[0].layer: Model 'texturenet' has no layer 'nowhere'")]
    [InlineData("models: [texturenett]\nphotographs: {textures: 5}", "There is no model 'texturenett'")]
    [InlineData("models: [texturenet, texturenet]\nphotographs: {textures: 5}", "Photographs are shown to one")]
    [InlineData("models: [texturenet]\nscores: {judge: {weights: /etc}}", "scores.judge.weights: A spec that comes over HTTP names no folder")]
    [InlineData("models: [texturenett]\nscores: {judge: texturevitt}", "There is no model 'texturenett'")]
    [InlineData("models: [texturenet]\nscores: {judge: texturevitt}", "scores.judge: There is no model 'texturevitt'")]
    [InlineData("models: [texturenet]\nscores: {}", "scores: Which sweep of")]
    [InlineData("models: [texturenet]\nscores: {sweep: 0123456789abcdef}", "has no sweep '0123456789abcdef'")]
    [InlineData("models: [texturenet]\nscores: {sweep: last}", "scores.sweep: 'last' is not the id of a sweep")]
    [InlineData("models: [texturenett]", "There is no model 'texturenett'")]
    [InlineData("a: &a [1]\nmodels: *a", "Found the alias '*a'")]
    [InlineData("models: [", "This is not YAML")]
    [InlineData("models: [texturenet]\nseeds: [a: 1\nfailureBudget: 20\n", "spec:2:9: This is not YAML: what follows cannot be read. Is a bracket left open here?")]
    [InlineData("models: [texturenet]\nrecipe: {stepz: 3}", "'stepz' is not a key here")]
    public async Task EveryMistakeIsToldWithItsPlace(string spec, string problem)
        => Assert.Contains(problem, (await Assert.ThrowsAsync<SpecException>(() => _planner.PlanAsync(spec, Token))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task APassOfPhotographsIsPlannedAndWrittenDownForTheDevices()
    {
        var plan = await _planner.PlanAsync("models: [{model: texturenet, layers: [logits]}]\nphotographs: {textures: 1000, crops: 3}", Token);
        var pass = (await new ResponseStore(_store).ReadPlanAsync(plan.Pass!.Id, Token))!;
        Assert.Equal((2, "logits", 1000L), (pass.ShardCount, pass.Layers[0].Name, pass.Photographs.Count));
        Assert.Equal((3, 3, 32), (plan.Pass.Crops, plan.TaskCount, plan.Recipe.Steps));
        Assert.Null(await _planner.EstimateAsync(plan, Token));
    }

    [Fact]
    public async Task AnEstimateIsThatOfTheCommandLineAndCountsWhatIsStored()
    {
        var plan = await _planner.PlanAsync(Example, Token);
        var layer = plan.Layers[0];
        var picture = ResultLayout.Picture(new(layer.Model, layer.WeightsDigest, layer.Layer, layer.Channels.Enumerate().First(), 0), plan.RecipeFor(layer).Hash);
        await _store.CreateAsync(picture, new byte[3], Token);
        Assert.Null(await _planner.EstimateAsync(plan, Token));

        var measuring = new RequestPlanner(_store, [], new(), TimeProvider.System, (_, _) => [new FakePngRenderer { Ends = _ => ChannelOutcome.Rendered, Watch = _ => { } }]);
        var estimate = (await measuring.EstimateAsync(plan, Token))!;
        Assert.Equal((plan.Id, plan.TaskCount - 1, 1), (estimate.SweepId, estimate.Pictures, estimate.Stored));
        Assert.Equal(plan.Layers.Select(one => one.Layer), estimate.Layers.Select(one => one.Layer));
        Assert.Equal((long)estimate.Pictures * plan.Recipe.Steps, estimate.Steps);
    }

    [Fact]
    public async Task PhotographsThatTheStoreLacksAreMissedBeforeTheSweepBegins()
    {
        var digest = new string('0', 64);
        var spec = $"{{models: [texturenet], recipe: {{name: vital, prior: {{kind: sorted, photographs: ['{digest}']}}}}}}";
        var problem = Assert.Single((await Assert.ThrowsAsync<SpecException>(() => _planner.PlanAsync(spec, Token))).Problems);
        Assert.Equal("recipe.prior.photographs", problem.Path);
        Assert.Contains($"no photograph {digest}", problem.Message, StringComparison.Ordinal);

        await _store.CreateAsync(ResultLayout.Reference(digest), new byte[3], Token);
        Assert.Equal([digest], (await _planner.PlanAsync(spec, Token)).Recipe.Prior!.Photographs);
    }

    [Fact]
    public async Task AMillionOfAnythingIsRefused()
    {
        foreach (var spec in new[]
        {
            $"models: [{string.Join(',', Enumerable.Repeat("texturenet", 80_000))}]",
            $"models: [{{model: texturenet, layers: [{string.Join(',', Enumerable.Repeat("logits", 80_000))}]}}]",
            $"models: [texturenet]\nseeds: [{string.Join(',', Enumerable.Range(0, 100_000))}]",
        })
        {
            Assert.Contains("at most 1000", (await Assert.ThrowsAsync<SpecException>(() => _planner.PlanAsync(spec, Token))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnUploadedFolderIsReadAndStoredLikeOneThatIsPushed()
    {
        using var folder = new TinyNetwork();
        var published = (await _planner.PublishAsync(folder.Path, "sent", checkpointKey: null, programs: false, Token)).Network!;
        var pushed = (await NetworkPublisher.PushAsync(NetworkCatalogue.Open("sent", folder.Path), _store, Token))!;
        Assert.Equal((0, pushed.Network.WeightsDigest, pushed.Network.Model), (pushed.Written, published.WeightsDigest, published.Name));

        File.Delete(Path.Combine(folder.Path, "config.json"));
        Assert.Contains("config.json", (await _planner.PublishAsync(folder.Path, "sent", checkpointKey: null, programs: false, Token)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUploadedFolderIsNotLeft()
    {
        using var folder = new TinyNetwork();
        using var secret = new TemporaryFolder();
        await File.WriteAllTextAsync(secret.At("tls.key"), "a\nb\nc\nd\n", Token);
        var config = Path.Combine(folder.Path, "config.json");
        var leaving = Path.GetRelativePath(folder.Path, secret.At("tls.key"));
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config, Token)).Replace("labels.json", leaving, StringComparison.Ordinal), Token);
        var published = await _planner.PublishAsync(folder.Path, "sent", checkpointKey: null, programs: true, Token);
        Assert.Null(published.Network);
        Assert.Contains("lies outside of the folder", published.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramIsStoredForWhoeverMayUploadOne()
    {
        using var folder = new TemporaryFolder();
        TorchScriptFolder.Write(folder.Path);
        Assert.Contains("TorchScript", (await _planner.PublishAsync(folder.Path, "sent", checkpointKey: null, programs: false, Token)).Problem, StringComparison.Ordinal);
        Assert.NotNull((await _planner.PublishAsync(folder.Path, "sent", checkpointKey: null, programs: true, Token)).Network);
    }

    [Fact]
    public async Task ANetworkOfTheStoreIsNamedByItsName()
    {
        using var folder = new TinyNetwork();
        await NetworkPublisher.PushAsync(NetworkCatalogue.Open("mine", folder.Path), _store, Token);
        var network = Assert.Single(await _planner.NetworksAsync(Token), network => network.Source == NetworkPlace.Store);
        Assert.Equal("mine", network.Name);
        using var cache = new TemporaryFolder();
        var planner = new RequestPlanner(_store, [], new() { Folder = cache.Path }, TimeProvider.System);
        var plan = await planner.PlanAsync("models: [mine]", Token);
        Assert.Equal(network.WeightsDigest, plan.Layers[0].WeightsDigest);
    }

    [Fact]
    public async Task WhateverIsSentOnlyMistakesComeOfIt()
    {
        var example = Example;
        await Gen.Select(Gen.Int[0, example.Length - 1], Gen.Int[0, 40], Gen.String[0, 20]).SampleAsync(
            async change =>
            {
                var (at, count, text) = change;
                try
                {
                    await _planner.PlanAsync(example[..at] + text + example[Math.Min(example.Length, at + count)..], CancellationToken.None);
                }
                catch (SpecException)
                {
                    // As it should be.
                }
            },
            iter: 300, threads: 1);
    }

    private static RequestPlanner Planner(IBlobStore store) => new(store, [], new(), TimeProvider.System);
}
