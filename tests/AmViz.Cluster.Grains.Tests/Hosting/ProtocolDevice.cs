using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A device that does what a test says, on one shard.</summary>
internal sealed class ProtocolDevice(TestSilos silos, Shard shard, MemoryBlobStore store, TimeProvider clock, string name = "a")
{
    private long _number;

    public ILayerShardGrain Grain => silos.Shard(shard);

    public Task<ExchangeReply> Exchange(int want = 0, params LeaseReport[] reports)
        => Grain.Exchange(new() { Device = name, Number = ++_number, Want = want, BatchSize = 4, Reports = reports });

    public async Task<Lease> Claim(int want)
    {
        var reply = await Exchange(want);
        Assert.Equal(ExchangeVerdict.Leased, reply.Verdict);
        return Assert.Single(reply.Leases!);
    }

    /// <summary>Stores the pictures of some tasks of a lease.</summary>
    /// <returns>What is to be reported.</returns>
    public LeaseReport Draw(Lease lease, params IEnumerable<int> tasks) => new() { Token = lease.Token, Rows = [.. tasks.Select(Draw)] };

    /// <summary>A report that a task is dead.</summary>
    public LeaseReport Dead(Lease lease, int task) => new()
    {
        Token = lease.Token,
        Rows =
        [
            new(
                ManifestRows.WithoutPicture(ChannelOutcome.Dead, SampleSweeps.Record(shard.TaskAt(task), shard.Recipe), "dead"),
                SampleSweeps.Run(shard.TaskAt(task), ChannelOutcome.Dead) with { CommittedAt = clock.GetUtcNow() }),
        ],
    };

    public static LeaseReport Fail(Lease lease, string error, params IEnumerable<int> tasks)
        => new() { Token = lease.Token, Failures = [.. tasks.Select(task => new TaskFailure(task, error))] };

    private PartRow Draw(int task)
    {
        var channel = shard.TaskAt(task);
        var rendered = SampleSweeps.Rendered(channel, shard.Recipe);
        var path = ResultLayout.Picture(channel, shard.Recipe.Hash);
        store.Plant(path, rendered.Picture);
        return new(ManifestRows.Rendered(rendered.Record, path, rendered.Picture.Span), SampleSweeps.Run(channel, ChannelOutcome.Rendered) with { CommittedAt = clock.GetUtcNow() });
    }
}
