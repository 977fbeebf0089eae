using BitFaster.Caching.Lru;

namespace AmViz.Cluster.Api;

/// <summary>The sweeps of the store by their ids as requests give them.</summary>
/// <param name="cluster">Tells how far they are.</param>
/// <param name="sweeps">Their plans.</param>
internal sealed class KnownSweeps(LivingCluster cluster, SweepStore sweeps)
{
    private const int PlansAtHand = 64;

    // A plan never changes.
    private readonly ConcurrentLru<SweepId, (SweepPlan Plan, Lazy<SweepPictures> Pictures)> _plans = new(PlansAtHand);

    /// <summary>Reads an id.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static SweepId Id(string text) => SweepId.TryParse(text, out var id) ? id : throw new ProblemException(Problem.UnknownSweep(text));

    /// <summary>How far a sweep is, without its devices.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<SweepStatus> StatusAsync(string text, CancellationToken cancellationToken)
        => await cluster.AskSweepAsync(Id(text), sweep => sweep.Status(), cancellationToken) ?? throw new ProblemException(Problem.UnknownSweep(text));

    /// <summary>How far a sweep is, with its place in the queue, the devices that work for it, and those that should and cannot.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<SweepStatus> StatusWithDevicesAsync(string text, CancellationToken cancellationToken)
    {
        var status = await StatusAsync(text, cancellationToken);
        return status.State.HasEnded()
            ? status
            : status with
            {
                Devices = [.. (await cluster.AskIndexAsync(index => index.Devices(), cancellationToken)).Where(status.Concerns)],
                Queue = await cluster.AskIndexAsync(index => index.Queue(status.Id), cancellationToken),
            };
    }

    /// <summary>The plan of a sweep.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<SweepPlan> PlanAsync(string text, CancellationToken cancellationToken) => (await FindAsync(text, cancellationToken)).Plan;

    /// <summary>Which blobs are pictures of a sweep.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<SweepPictures> PicturesAsync(string text, CancellationToken cancellationToken) => (await FindAsync(text, cancellationToken)).Pictures.Value;

    private async Task<(SweepPlan Plan, Lazy<SweepPictures> Pictures)> FindAsync(string text, CancellationToken cancellationToken)
    {
        var id = Id(text);
        if (!_plans.TryGet(id, out var found))
        {
            var plan = await sweeps.ReadPlanAsync(id, cancellationToken) ?? throw new ProblemException(Problem.UnknownSweep(text));
            found = (plan, new(() => new(plan)));
            _plans.AddOrUpdate(id, found);
        }

        return found;
    }
}
