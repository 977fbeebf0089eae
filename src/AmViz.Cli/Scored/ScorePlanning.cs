using AmViz.Cli.Options;
using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Scored;

/// <summary>Plans the scores of a sweep's pictures as the work of another sweep: which layers, which passes and which pictures, as the store has them now.</summary>
/// <param name="store">The store of its devices.</param>
internal sealed class ScorePlanning(IBlobStore store)
{
    /// <summary>Plans it.</summary>
    /// <param name="spec">A spec with scores.</param>
    /// <param name="open">Opens its network, and the judge.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    public async Task<SweepPlan> PlanAsync(SweepSpec spec, Func<ModelSelection, CancellationToken, Task<NetworkSource>> open, CancellationToken cancellationToken)
    {
        var problems = ScorePlanner.Check(spec).ToList();
        ThrowIfAny(problems);
        var network = await OpenAsync(spec.Models[0], "models[0]");
        var judge = spec.Scores!.Judge is { } named ? await OpenAsync(named, "scores.judge") : null;
        ThrowIfAny(problems);

        var (sweep, layers) = await FindAsync(spec.Scores.Sweep, network!, cancellationToken);
        var tables = layers.Select(layer => ScoreTables.Of(layer, judge?.WeightsDigest)).DistinctBy(table => table.Layer, StringComparer.Ordinal);
        var work = new ScoreWork(sweep, [.. tables], judge is null ? null : new(judge.Name, judge.WeightsDigest));
        return ScorePlanner.Plan(work, network!.Name, network.WeightsDigest, network.InputSize, spec.FailureBudget);

        async Task<NetworkDescription?> OpenAsync(ModelSelection selection, string place)
        {
            try
            {
                return (await open(selection, cancellationToken)).Description;
            }
            catch (Exception e) when (e is not (StorageException or OperationCanceledException))
            {
                problems.Add(new(place, e.Message));
                return null;
            }
        }
    }

    private async Task<(SweepId Sweep, IReadOnlyList<ScoredLayer> Layers)> FindAsync(string? named, NetworkDescription network, CancellationToken cancellationToken)
    {
        try
        {
            SweepId? wanted = SweepId.TryParse(named, out var id) ? id : null;
            var sweep = await StoredSweep.FindAsync(wanted, store, cancellationToken);
            return (sweep, await ScoredLayer.FindAsync(store, arguments: "", sweep, network, cancellationToken));
        }
        catch (UsageException e)
        {
            throw new SpecException([.. e.Problems.Select(problem => new SpecProblem("scores", problem))]);
        }
    }

    private static void ThrowIfAny(List<SpecProblem> problems)
    {
        if (problems.Count > 0)
        {
            throw new SpecException(problems);
        }
    }
}
