using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ISweepIndexGrain"/>. Memory only: running sweeps enter themselves again and again.</summary>
internal sealed class SweepIndexGrain : Grain, ISweepIndexGrain
{
    private readonly List<SweepId> _live = [];

    public Task Add(SweepId sweep)
    {
        if (!_live.Contains(sweep))
        {
            _live.Add(sweep);
        }

        return Task.CompletedTask;
    }

    public Task Remove(SweepId sweep)
    {
        _live.Remove(sweep);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SweepId>> Live() => Task.FromResult<IReadOnlyList<SweepId>>([.. _live]);
}
