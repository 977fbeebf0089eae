using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using TorchSharp;

namespace AmViz.Maximization.Tests;

/// <summary>A batch that was stopped and went on elsewhere gives the file of one that was never disturbed, byte for byte.</summary>
[Collection(TorchTests.Name)]
public sealed class CheckpointTests(ITestOutputHelper output)
{
    private const int Steps = 14;

    private static readonly RenderRecipe Paper = Recipes.Paper with { Size = 32, Steps = Steps, TrajectoryInterval = 3 };

    public static TheoryData<string, int> RecipesAndBatches
        => new MatrixTheoryData<string, int>(["paper", "pixel", "olah2017", "maco", "deepinversion", "plain", "facets", "tokens"], [1, 4]);

    [Theory]
    [MemberData(nameof(RecipesAndBatches))]
    public async Task StoppedAnywhereAndResumedInANewRendererAPictureIsTheSameFile(string name, int batchSize)
    {
        var (recipe, tasks) = Work(name, batchSize);
        var undisturbed = await RenderAsync(batchSize, recipe, tasks);
        Assert.All(undisturbed, drawn => Assert.Equal(ChannelOutcome.Rendered, drawn.Outcome));
        var random = new Random();
        var (first, second) = (random.Next(1, Steps / 2), random.Next(Steps / 2, Steps));
        output.WriteLine($"stopped at {first} and {second}");

        var saved = await StopAsync(batchSize, recipe, tasks, first);
        Assert.All(saved, checkpoint => Assert.Equal(first, checkpoint.Step));
        saved = await StopAsync(batchSize, recipe, tasks, second, saved);
        Assert.All(saved, checkpoint => Assert.Equal(second, checkpoint.Step));
        // In another place, and in a batch that is not full.
        var order = Enumerable.Range(0, tasks.Length).Reverse().Take(batchSize == 1 ? 1 : batchSize - 1).ToArray();
        var resumed = await RenderAsync(batchSize, recipe, [.. order.Select(n => tasks[n])], [.. order.Select(n => saved[n])]);

        foreach (var (place, n) in order.Index())
        {
            Assert.Equal(second, resumed[place].ResumedAt);
            Assert.Equal(undisturbed[n].Record.Objective.Initial, resumed[place].Record.Objective.Initial);
            Assert.Equal(undisturbed[n].Record.Objective.Final, resumed[place].Record.Objective.Final);
            Assert.Equal(undisturbed[n].Record.Objective.Points, resumed[place].Record.Objective.Points);
            Assert.Equal(undisturbed[n].Picture.ToArray(), resumed[place].Picture.ToArray());
        }
    }

    [Fact]
    public async Task AStateOfOtherLengthOrFromElsewhereIsNotUsedAndThePictureIsTheSameFile()
    {
        var (recipe, tasks) = Work("paper", 1);
        var undisturbed = Assert.Single(await RenderAsync(1, recipe, tasks));
        var saved = Assert.Single(await StopAsync(1, recipe, tasks, 5));
        AscentCheckpoint[] useless =
        [
            saved with { State = saved.State[..^1] },
            saved with { State = default },
            saved with { Step = 9 },
            saved with { Step = Steps },
            saved with { Software = "0.0.1" },
            saved with { RecipeHash = "0123456789ab" },
            saved with { Task = saved.Task with { Seed = 1 } },
            saved with { Environment = saved.Environment with { Threads = 2 } },
            saved with { Environment = saved.Environment with { BatchSize = 2 } },
            saved with { Environment = saved.Environment with { Processor = "another one" } },
            saved with { Environment = saved.Environment with { Backend = "cuda libtorch 1.0" } },
        ];

        foreach (var checkpoint in useless)
        {
            var drawn = Assert.Single(await RenderAsync(1, recipe, tasks, [checkpoint]));
            Assert.Equal(0, drawn.ResumedAt);
            Assert.Equal(undisturbed.Picture.ToArray(), drawn.Picture.ToArray());
        }
    }

    [Fact]
    public void ARendererSaysWhichCheckpointsItCanGoOnFrom()
    {
        using var renderer = Renderer(2);
        var here = new AscentCheckpoint
        {
            Task = Task(0),
            RecipeHash = Paper.Hash,
            Environment = Devices.Describe(torch.CPU, threads: 1, batchSize: 2),
            Software = SoftwareVersion.Current,
            Step = 5,
            State = default,
        };
        Assert.True(renderer.CanResume(here));
        Assert.False(renderer.CanResume(here with { Software = "0.0.1" }));
        Assert.False(renderer.CanResume(here with { Environment = here.Environment with { BatchSize = 1 } }));
        Assert.False(renderer.CanResume(here with { Environment = here.Environment with { Threads = 2 } }));
    }

    [Fact]
    public async Task CheckpointsOfUnequalStepsAreNotMixed()
    {
        var (recipe, tasks) = Work("paper", 2);
        var early = await StopAsync(2, recipe, tasks, 4);
        var late = await StopAsync(2, recipe, tasks, 8);
        var drawn = await RenderAsync(2, recipe, tasks, [early[0], late[1]]);
        Assert.All(drawn, channel => Assert.Equal(0, channel.ResumedAt));
    }

    [Fact]
    public async Task AStopBeforeItIsWorthwhileSavesNothing()
    {
        var (recipe, tasks) = Work("paper", 1);
        Assert.Empty(await StopAsync(1, recipe, tasks, 5, resume: [], minimumWork: TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task ALongBatchIsSavedAgainAndAgainAndNeverWaitsForTheStore()
    {
        var (recipe, tasks) = Work("paper", 1);
        var steps = new List<int>();
        var firstIsWritten = new TaskCompletionSource();
        var checkpoints = new BatchCheckpoints
        {
            Interval = TimeSpan.Zero,
            MinimumWork = TimeSpan.Zero,
            Save = async saved =>
            {
                steps.Add(saved[0].Step);
                await firstIsWritten.Task;
            },
        };
        var last = new Callback(progress =>
        {
            if (progress.Step == 10)
            {
                firstIsWritten.SetResult();
            }
        });

        using var renderer = Renderer(1);
        var drawn = Assert.Single(await renderer.RenderAsync(new(recipe, tasks, 1), last, checkpoints, TestContext.Current.CancellationToken));

        // The first came at once; those of the next steps were left out, as it was still on its way.
        Assert.Equal(1, steps[0]);
        Assert.All(steps[1..], step => Assert.InRange(step, 10, Steps - 1));
        Assert.Equal(Assert.Single(await RenderAsync(1, recipe, tasks)).Picture.ToArray(), drawn.Picture.ToArray());
    }

    [Fact]
    public async Task ABatchOfASiloThatLeavesIsSavedLongBeforeItsIntervalAndGoesOn()
    {
        var (recipe, tasks) = Work("paper", 1);
        using var leaving = new CancellationTokenSource();
        var steps = new List<int>();
        var checkpoints = new BatchCheckpoints
        {
            Interval = TimeSpan.FromHours(1),
            MinimumWork = TimeSpan.Zero,
            Leaving = leaving.Token,
            Save = saved =>
            {
                steps.Add(saved[0].Step);
                return System.Threading.Tasks.Task.CompletedTask;
            },
        };
        var told = new Callback(progress =>
        {
            if (progress.Step == 7)
            {
                leaving.Cancel();
            }
        });

        using var renderer = Renderer(1);
        var drawn = Assert.Single(await renderer.RenderAsync(new(recipe, tasks, 1), told, checkpoints, TestContext.Current.CancellationToken));

        // The first at once, then whenever the last one is written.
        Assert.Equal(7, steps[0]);
        Assert.Equal(Assert.Single(await RenderAsync(1, recipe, tasks)).Picture.ToArray(), drawn.Picture.ToArray());
    }

    private static (RenderRecipe Recipe, ChannelTask[] Tasks) Work(string name, int count)
    {
        var recipe = name switch
        {
            "plain" => Paper with { Optimizer = new() { Kind = OptimizerKind.GradientAscent } },
            "facets" => Paper with { Facets = new() { Count = 2 }, Transparency = true },
            "tokens" => Paper with { Size = Vit.Description.InputSize, Objective = new() { Tokens = TokenSelection.Class } },
            _ => Recipes.Find(name)! with { Size = 32, Steps = Steps, TrajectoryInterval = 3 },
        };
        var tokens = name == "tokens" ? Vit.Description.Layers(Vit.Description.InputSize).Last(layer => layer.Kind == LayerKind.Tokens).Name : null;
        return (recipe, [.. Enumerable.Range(0, count).Select(n => tokens is null
            ? Task(n)
            : new ChannelTask("texturevit", Vit.Description.WeightsDigest, tokens, n, 0))]);
    }

    private static NetworkSource Vit { get; } = NetworkCatalogue.Open("texturevit", weightsPath: null);

    private static ChannelTask Task(int channel) => new("tiny", "d1ce", "conv_pw_5_bn", channel, 0);

    private static TorchChannelRenderer Renderer(int batchSize) => new(new Networks(), new() { Device = "cpu", BatchSize = batchSize });

    private static async Task<IReadOnlyList<RenderedChannel>> RenderAsync(
        int batchSize, RenderRecipe recipe, ChannelTask[] tasks, IReadOnlyList<AscentCheckpoint>? resume = null)
    {
        using var renderer = Renderer(batchSize);
        var checkpoints = new BatchCheckpoints
        {
            Resume = resume ?? [],
            Interval = TimeSpan.FromHours(1),
            MinimumWork = TimeSpan.Zero,
            Save = _ => throw new InvalidOperationException("Nothing was to be saved."),
        };
        return await renderer.RenderAsync(new(recipe, tasks, batchSize), progress: null, checkpoints, TestContext.Current.CancellationToken);
    }

    /// <summary>Stops a batch before step <paramref name="step"/>.</summary>
    private static async Task<IReadOnlyList<AscentCheckpoint>> StopAsync(
        int batchSize, RenderRecipe recipe, ChannelTask[] tasks, int step, IReadOnlyList<AscentCheckpoint>? resume = null, TimeSpan minimumWork = default)
    {
        using var renderer = Renderer(batchSize);
        using var stopped = new CancellationTokenSource();
        IReadOnlyList<AscentCheckpoint> saved = [];
        var steps = step - (resume is [var first, ..] ? first.Step : 0);
        var checkpoints = new BatchCheckpoints
        {
            Resume = resume ?? [],
            Interval = TimeSpan.FromHours(1),
            MinimumWork = minimumWork,
            Clock = new StepCounter(steps, stopped),
            Save = reached =>
            {
                saved = reached;
                return System.Threading.Tasks.Task.CompletedTask;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => renderer.RenderAsync(new(recipe, tasks, batchSize), progress: null, checkpoints, stopped.Token));
        return saved;
    }

    /// <summary>Looked at when the batch is made, when it begins, and between two steps: after so many steps it stops the batch. No time passes.</summary>
    private sealed class StepCounter(int steps, CancellationTokenSource stop) : TimeProvider
    {
        private int _looks = -3;

        public override long GetTimestamp()
        {
            if (++_looks == steps)
            {
                stop.Cancel();
            }

            return 0;
        }
    }

    private sealed class Callback(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }

    private sealed class Networks : INetworkSource
    {
        public INetwork Load(string model, string weightsDigest, torch.Device device)
            => model == "tiny" ? TinyWeights.Separate().Load() : Vit.Load(device);
    }
}
