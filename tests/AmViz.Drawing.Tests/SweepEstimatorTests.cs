using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Drawing.Tests;

public sealed class SweepEstimatorTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task TheTimeOfAPictureIsWhatIsDoneOnceAndWhatEveryStepCosts(int steps)
    {
        var renderer = Renderer(once: 0.1, step: 0.01);

        var estimate = await EstimateAsync([renderer], Plan(layers: 1, steps));

        Assert.Equal(0.1 + (steps * 0.01), estimate.Layers[0].SecondsAPicture, 1e-9);
        Assert.Equal(6 * estimate.Layers[0].SecondsAPicture, estimate.Seconds, 1e-9);
        Assert.Equal(6, estimate.Pictures);
        Assert.InRange(renderer.StepsDone, 1, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task LoadingTheNetworkCountsOnceAndNotForEveryPicture(int steps)
    {
        var renderer = Renderer(once: 0.5, step: 0.01);
        renderer.BeforeBatch = (batch, _) => Advance(batch == 1 ? 30.5 : 0.5);

        var estimate = await EstimateAsync([renderer], Plan(layers: 3, steps));

        Assert.Equal(0.5 + (steps * 0.01), estimate.Layers[0].SecondsAPicture, 1e-9);
        Assert.Equal(30, estimate.StartSeconds, 1e-9);
        Assert.Equal(estimate.DeviceSeconds + 30, estimate.Seconds, 1e-9);
    }

    [Fact]
    public async Task EveryNetworkIsLoadedButNoneOfWhichNothingIsDrawn()
    {
        var plan = SweepPlanner.Plan(
            new() { Models = [new() { Model = "one" }, new() { Model = "two" }], Recipe = Recipes.Paper with { Steps = 8 } },
            selection => new FakeModel(selection.Model!, new LayerFacts("conv", 6, IsLogits: false)));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var renderer = new FakeRenderer();
        renderer.BeforeBatch = (_, _) => Advance(seen.Add(renderer.Batches[^1].Tasks[0].Model) ? 5 : 1);

        var estimate = await EstimateAsync([renderer], plan);

        Assert.Equal(8, estimate.StartSeconds, 1e-9);
        Assert.Equal(4, (estimate with { Layers = [estimate.Layers[0], estimate.Layers[1] with { Pictures = 0 }] }).StartSeconds, 1e-9);
        Assert.Equal(0, (estimate with { Layers = [.. estimate.Layers.Select(layer => layer with { Pictures = 0 })] }).Seconds);
    }

    [Fact]
    public async Task TheLastBatchCostsAsMuchAsAFullOne()
    {
        var estimate = await EstimateAsync([Renderer(once: 1, step: 0, batchSize: 4)], Plan(layers: 1, steps: 8));

        // Six pictures in two batches of four.
        Assert.Equal(2, estimate.DeviceSeconds, 1e-9);
    }

    [Fact]
    public async Task RenderersShareTheWork()
    {
        var estimate = await EstimateAsync([new FakeRenderer(device: "cuda:0"), new FakeRenderer(device: "cuda:1")], Plan(layers: 1, steps: 8));

        Assert.Equal((2, "cuda"), (estimate.Renderers, estimate.Device));
        Assert.Equal(estimate.DeviceSeconds / 2, estimate.Seconds, 1e-9);
    }

    [Fact]
    public async Task OfADeepNetworkSomeLayersAreMeasuredAndTheOthersLieBetweenThem()
    {
        var plan = Plan(layers: 22, steps: 4);
        var shares = new List<double>();
        var renderer = new FakeRenderer();
        renderer.BeforeBatch = (_, _) => Advance(DepthOf(renderer.Batches[^1].Tasks[0]));

        var estimate = await new SweepEstimator([renderer], _time).EstimateAsync(plan, shares.Add, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 22).Select(depth => (double)depth), estimate.Layers.Select(layer => Math.Round(layer.SecondsAPicture, 9)));
        Assert.Equal([0, 3, 6, 9, 12, 15, 18, 21], estimate.Layers.Select((layer, depth) => (layer, depth)).Where(entry => entry.layer.StepsMeasured > 0).Select(entry => entry.depth));
        Assert.Equal(SweepEstimator.MostMeasured, shares.Count);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public async Task BytesAreThoseOfThePicturesThatCameOut()
    {
        var plan = Plan(layers: 1, steps: 8);
        var drawn = SampleSweeps.Rendered(plan.Shards().First().TaskAt(0), plan.RecipeFor(plan.Layers[0]));

        var whole = await EstimateAsync([new FakeRenderer()], plan);
        var dead = await EstimateAsync([new FakeRenderer { Outcome = _ => ChannelOutcome.Dead }], plan);

        Assert.Equal(6.0 * drawn.Picture.Length, whole.Bytes);
        Assert.Equal(0, dead.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(500)]
    public void TheFirstAndTheLastLayerAreMeasuredAndNoneTwice(int count)
    {
        var measured = SweepEstimator.Measured(count);

        Assert.Equal((0, count - 1), (measured[0], measured[^1]));
        Assert.Equal(Math.Min(count, SweepEstimator.MostMeasured), measured.Distinct().Count());
    }

    private static int DepthOf(ChannelTask task) => int.Parse(task.Layer["conv_".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static SweepPlan Plan(int layers, int steps)
        => SampleSweeps.Plan([.. Enumerable.Range(0, layers).Select(layer => new LayerFacts($"conv_{layer}", 6, IsLogits: false))], recipe: Recipes.Paper with { Steps = steps });

    private Task<SweepEstimate> EstimateAsync(IReadOnlyList<IChannelRenderer> renderers, SweepPlan plan)
        => new SweepEstimator(renderers, _time).EstimateAsync(plan, report: null, TestContext.Current.CancellationToken);

    private FakeRenderer Renderer(double once, double step, int batchSize = 1)
        => new(batchSize) { BeforeBatch = (_, _) => Advance(once), BeforeStep = (_, _) => Advance(step) };

    private Task Advance(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.CompletedTask;
    }
}
