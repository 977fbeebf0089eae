namespace AmViz.Drawing;

/// <summary>Foretells what a sweep takes, by short ascents on some of its layers with all renderers at once.</summary>
/// <remarks>
/// The time of a batch is a line over its steps: what is done once (start images, encoding) and what every step costs. Two short ascents give the line. Of a deep
/// network some layers are measured, and what lies between two of them is interpolated: the cost of a layer grows with its depth.
/// </remarks>
/// <param name="renderers">At least one; all of the same batch size. They stay the caller's to dispose of.</param>
/// <param name="time">The clock.</param>
public sealed class SweepEstimator(IReadOnlyList<IChannelRenderer> renderers, TimeProvider time)
{
    /// <summary>Layers of one network that are measured.</summary>
    public const int MostMeasured = 8;

    private const int FewSteps = 2;

    private const int MostRounds = 100;

    // A file hardly grows any more after that.
    private const int SettledSteps = 32;

    // So long that what else goes on in the machine evens out.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    // Until methods that are called often have been compiled anew, steps take up to half as long again.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    // Of a step so slow that a settled picture would take minutes.
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(20);

    private int BatchSize => renderers[0].BatchSize;

    /// <summary>Measures.</summary>
    /// <param name="plan">What is to be drawn.</param>
    /// <param name="report">Told how far the measuring is, 0 to 1; null: nobody is interested.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <exception cref="DeviceFaultException">The device or the network cannot be used.</exception>
    public async Task<SweepEstimate> EstimateAsync(SweepPlan plan, Action<double>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlannedLayer[][] networks = [.. plan.Layers.GroupBy(layer => (layer.Model, layer.WeightsDigest)).Select(network => network.ToArray())];
        var all = networks.Sum(layers => Measured(layers.Length).Count);
        var estimates = new List<LayerEstimate>();
        var done = 0;
        var first = await FirstAsync(plan, networks[0][0], cancellationToken);
        await WarmUpAsync(plan, networks[0][0], cancellationToken);
        foreach (var layers in networks)
        {
            first = layers == networks[0] ? first : await FirstAsync(plan, layers[0], cancellationToken);
            var measured = new SortedList<int, BatchCost>();
            foreach (var index in Measured(layers.Length))
            {
                measured[index] = await MeasureAsync(plan, layers[index], cancellationToken);
                report?.Invoke(++done / (double)all);
            }

            var start = Math.Max(0, first - measured[0].FirstStepSeconds);
            estimates.AddRange(layers.Select((layer, index) => Estimate(plan, layer, CostAt(index, measured)) with { StartSeconds = start }));
        }

        return new(renderers[0].Device.Split(':')[0], renderers.Count, estimates);
    }

    /// <summary>Which of <paramref name="count"/> layers are measured: the first, the last, and others at equal distances.</summary>
    internal static IReadOnlyList<int> Measured(int count)
        => count <= MostMeasured
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, MostMeasured).Select(sample => sample * (count - 1) / (MostMeasured - 1))];

    private static BatchCost CostAt(int index, SortedList<int, BatchCost> measured)
    {
        if (measured.TryGetValue(index, out var cost))
        {
            return cost;
        }

        var (before, after) = (measured.Keys.Last(key => key < index), measured.Keys.First(key => key > index));
        var (low, high, share) = (measured[before], measured[after], (index - before) / (double)(after - before));
        return new(Steps: 0, double.Lerp(low.Seconds, high.Seconds, share), double.Lerp(low.Bytes, high.Bytes, share));
    }

    private LayerEstimate Estimate(SweepPlan plan, PlannedLayer layer, BatchCost cost)
    {
        var pictures = layer.Channels.Count * plan.Seeds.Count;
        // The last batch is filled up and costs as much as a full one.
        var batches = (pictures + BatchSize - 1) / BatchSize;
        return new(layer.Model, layer.Layer, pictures, cost.Seconds * batches / pictures, cost.Bytes, cost.Steps);
    }

    /// <summary>Seconds of the first batch of a network, of one step: renderers load it.</summary>
    private async Task<double> FirstAsync(SweepPlan plan, PlannedLayer layer, CancellationToken cancellationToken)
        => (await AscendAsync(plan.RecipeFor(layer), FirstTasks(plan, layer), 1, cancellationToken)).Seconds;

    /// <summary>The cost of a batch of the whole recipe.</summary>
    private async Task<BatchCost> MeasureAsync(SweepPlan plan, PlannedLayer layer, CancellationToken cancellationToken)
    {
        var recipe = plan.RecipeFor(layer);
        var tasks = FirstTasks(plan, layer);

        // The first ascent takes memory: it counts for nothing.
        await AscendAsync(recipe, tasks, 1, cancellationToken);
        var few = await AscendAsync(recipe, tasks, FewSteps, cancellationToken);
        var many = few;
        while (many.Steps < recipe.Steps && !IsEnough(few, many))
        {
            many = await AscendAsync(recipe, tasks, many.Steps * 4, cancellationToken);
        }

        many = many with { Seconds = await MeanSecondsAsync(many, recipe, tasks, cancellationToken) };
        var step = many.Steps > few.Steps ? Math.Max(0, (many.Seconds - few.Seconds) / (many.Steps - few.Steps)) : 0;
        return many with { Seconds = many.Seconds + (step * (recipe.Steps - many.Steps)), FirstStepSeconds = many.Seconds - (step * (many.Steps - 1)) };
    }

    private static bool IsEnough(BatchCost few, BatchCost many)
        => many.Seconds > TooLong.TotalSeconds || (many.Steps >= SettledSteps && many.Seconds - few.Seconds >= LongEnough.TotalSeconds);

    /// <summary>Repeats a whole picture that takes no second.</summary>
    private async Task<double> MeanSecondsAsync(BatchCost first, RenderRecipe recipe, ChannelTask[] tasks, CancellationToken cancellationToken)
    {
        var (seconds, rounds) = (first.Seconds, 1);
        for (; rounds < MostRounds && seconds < LongEnough.TotalSeconds; rounds++)
        {
            seconds += (await AscendAsync(recipe, tasks, first.Steps, cancellationToken)).Seconds;
        }

        return seconds / rounds;
    }

    private async Task WarmUpAsync(SweepPlan plan, PlannedLayer layer, CancellationToken cancellationToken)
    {
        var seconds = 0.0;
        for (var round = 0; round < MostRounds && seconds < WarmUp.TotalSeconds; round++)
        {
            seconds += (await AscendAsync(plan.RecipeFor(layer), FirstTasks(plan, layer), SettledSteps, cancellationToken)).Seconds;
        }
    }

    private ChannelTask[] FirstTasks(SweepPlan plan, PlannedLayer layer)
        => [.. plan.Shards().First(shard => (shard.Id.Model, shard.WeightsDigest, shard.Id.Layer) == (layer.Model, layer.WeightsDigest, layer.Layer)).Tasks().Take(renderers.Count * BatchSize)];

    /// <summary>The cost of batches of fewer steps, one on every renderer at once, as in a sweep.</summary>
    private async Task<BatchCost> AscendAsync(RenderRecipe recipe, ChannelTask[] tasks, int steps, CancellationToken cancellationToken)
    {
        var shortened = recipe with { Steps = Math.Min(steps, recipe.Steps) };
        var start = time.GetTimestamp();
        var drawn = await Task.WhenAll(renderers.Select((renderer, number) => renderer.RenderAsync(BatchOf(shortened, tasks, number), progress: null, checkpoints: null, cancellationToken)));
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var files = drawn.SelectMany(batch => batch).Where(channel => channel.Outcome == ChannelOutcome.Rendered).Select(channel => (double)channel.Picture.Length);
        return new(shortened.Steps, seconds, files.DefaultIfEmpty(0).Average());
    }

    // Where there are too few tasks for all renderers, some are drawn twice.
    private ChannelBatch BatchOf(RenderRecipe recipe, ChannelTask[] tasks, int number)
        => new(recipe, [.. Enumerable.Range(number * BatchSize, Math.Min(BatchSize, tasks.Length)).Select(task => tasks[task % tasks.Length])], BatchSize);

    /// <summary>What a batch costs.</summary>
    /// <param name="Steps">Steps that were measured.</param>
    /// <param name="Seconds">Time of the batch.</param>
    /// <param name="Bytes">Mean size of its pictures.</param>
    private sealed record BatchCost(int Steps, double Seconds, double Bytes)
    {
        /// <summary>Time of a batch of one step.</summary>
        public double FirstStepSeconds { get; init; }
    }
}
