using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Single tasks of a sweep: inspection and retry.</summary>
internal sealed partial class SweepGrain
{
    public async Task<TaskInspection?> InspectTask(TaskQuery query)
    {
        await Awake();
        var found = from shard in _plan?.Shards() ?? []
                    where (shard.Id.Model, shard.Id.Layer) == (query.Model, query.Layer)
                    let task = shard.IndexOf(query.Channel, query.Seed ?? _plan!.Seeds[0])
                    where task is not null
                    select AskInformed(shard.Id, grain => grain.InspectTask(task.Value, query.History));
        return found.FirstOrDefault() is { } inspecting ? await inspecting : null;
    }

    public async Task<TaskRetry?> Retry(TaskFilter filter, Guid request, string? owner = null)
    {
        if (filter.Outcome == ChannelOutcome.Rendered)
        {
            throw new ArgumentException("Only tasks that ended without a picture can be retried. Expected a filter for failed, dead or diverged ones.", nameof(filter));
        }

        await Awake();
        await LookForMark();
        if (IsGone || State == SweepState.Planned)
        {
            return null;
        }

        if (_entry.Retries?.FirstOrDefault(retry => retry.Request == request) is { } repeated)
        {
            return repeated;
        }

        var ended = await CountEnded(filter);
        // Clocks of two silos differ: all rows that were counted are revoked.
        var asked = new TaskRetry { Request = request, At = Now > ended.Latest ? Now : ended.Latest, Filter = filter, Before = ended.All, Retried = ended.Matching };
        if (ended.Matching > 0)
        {
            await Change(() => !IsGone, () => Commit(Retried(asked, owner)));
            LogRetried(Id, ended.Matching, ended.All);
        }

        return asked;
    }

    /// <summary>Revokes the ends of the tasks and lets the sweep run; one that is paused reads its rows anew when it is resumed. A retry supersedes an earlier one of the same tasks.</summary>
    private JournalEntry Retried(TaskRetry retry, string? owner)
    {
        var entry = _entry with { Retries = [.. (_entry.Retries ?? []).Where(earlier => earlier.Filter != retry.Filter), retry] };
        return State == SweepState.Paused ? entry : Started(State.HasEnded() ? entry with { Owner = owner ?? entry.Owner } : entry);
    }

    private async Task<EndedTasks> CountEnded(TaskFilter filter)
    {
        var ended = default(EndedTasks);
        foreach (var some in _plan!.Shards().Chunk(options.Value.ShardsOpenedAtOnce))
        {
            ended = (await Task.WhenAll(some.Select(shard => AskInformed(shard.Id, grain => grain.CountEnded(filter))))).Aggregate(ended, EndedTasks.Add);
        }

        return ended;
    }

    /// <summary>Asks a shard once it knows of the present run: before that it would answer with ends that count no more.</summary>
    private async Task<T> AskInformed<T>(ShardId shard, Func<ILayerShardGrain, Task<T>> ask)
    {
        await Notify(shard);
        return await ask(GrainFactory.GetGrain<ILayerShardGrain>(shard.ToString()));
    }
}
