using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

/// <summary>The garbage collector frees numbers that torch may still be reading, unless somebody holds them.</summary>
[Collection(TorchTests.Name)]
public sealed class CollectionTests
{
    // Some tens of microseconds: a collection falls into nearly every operation, and steps still get on.
    private const int IterationsBetweenCollections = 2000;

    public static TheoryData<string, OptimizerKind> Ascents => new()
    {
        { "paper", OptimizerKind.Adam },
        { "paper", OptimizerKind.GradientAscent },
        { "pixel", OptimizerKind.Adam },
    };

    [Theory]
    [MemberData(nameof(Ascents))]
    public async Task CollectionsAtAnyMomentChangeNoPicture(string recipe, OptimizerKind optimizer)
    {
        using var network = TinyWeights.Separate().Load();
        var drawing = Recipes.Find(recipe)! with { Size = 32, Steps = 60, Optimizer = new() { Kind = optimizer } };
        var undisturbed = Draw(network, drawing);

        using var done = new CancellationTokenSource();
        var collections = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    GC.Collect(generation: 0);
                    Thread.SpinWait(IterationsBetweenCollections);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            for (var again = 0; again < 3; again++)
            {
                Assert.Equal(undisturbed.Planes, Draw(network, drawing).Planes);
            }
        }
        finally
        {
            await done.CancelAsync();
            await collections;
        }
    }

    private static MaximizedImage Draw(GraphNetwork network, RenderRecipe recipe)
    {
        using var scope = NewDisposeScope();
        var task = new ChannelTask(network.Description.Name, network.Description.WeightsDigest, "conv_pw_5_bn", 1, 0);
        return new ActivationMaximizer(network).Maximize(recipe, [task], progress: null, TestContext.Current.CancellationToken)[0];
    }
}
