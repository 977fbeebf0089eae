namespace AmViz.Cluster.Api;

/// <summary>Measures what sweeps would take: one at a time, and none for longer than <see cref="Longest"/>, since devices have pictures to draw.</summary>
/// <param name="planner">Measures.</param>
/// <param name="time">The clock.</param>
internal sealed class Estimates(ISweepPlanner planner, TimeProvider time) : IDisposable
{
    /// <summary>Longest time for one.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private const int BusySeconds = 10;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Measures.</summary>
    /// <exception cref="ProblemException">Somebody else is being answered, it takes too long, or there is no device.</exception>
    public async Task<EstimatedSweep> MeasureAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new ProblemException(Problem.Away("estimate-busy", "Another estimate is being measured", "This coordinator measures one estimate at a time. Try again in a moment.", BusySeconds));
        }

        try
        {
            using var limit = new CancellationTokenSource(Longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            return await MeasureAsync(plan, limit, either.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<EstimatedSweep> MeasureAsync(SweepPlan plan, CancellationTokenSource limit, CancellationToken cancellationToken)
    {
        try
        {
            return await planner.EstimateAsync(plan, cancellationToken) ?? throw new ProblemException(Problem.Unprocessable(
                "no-device-to-measure", "There is no device to measure on", "This coordinator draws nothing itself and could only guess. Ask one of the role all, or run 'amviz sweep submit SPEC --estimate' without --cluster on a machine like those that will draw."));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ProblemException(Problem.Unprocessable(
                "estimate-too-slow", "The estimate takes too long", $"After {Longest.TotalSeconds} s it was not measured, so one picture alone takes long here. Ask for fewer networks and layers, or run 'amviz sweep submit SPEC --estimate' without --cluster on a faster machine."));
        }
        catch (DeviceFaultException e)
        {
            throw new ProblemException(Problem.Unprocessable("estimate-failed", "The estimate could not be measured", e.Message));
        }
    }
}
