using System.Text.Json;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Api.Tests.Clients;

/// <summary>What every client of a cluster does, whatever way it reaches it.</summary>
/// <param name="cluster">Reached both ways.</param>
/// <param name="steps">Another number of steps is another sweep: the number of the first one of this class.</param>
public abstract class SweepClientContract(ClusterWithApi cluster, int steps) : IAsyncDisposable
{
    private const int Pictures = 10;

    private static readonly SweepId Unknown = new("00000000000000ff");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ClusterWithApi Cluster { get; } = cluster;

    /// <summary>The device of all tests of a class draws again.</summary>
    public ValueTask DisposeAsync()
    {
        if (Cluster.Host is { Device: var device })
        {
            (device.BeforeBatch, device.Outcome) = ((_, _) => Task.CompletedTask, _ => ChannelOutcome.Rendered);
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client, and how it submits a spec.</summary>
    protected abstract Task<(ISweepClient Client, Func<string, SweepSubmission, Task<SweepStatus>> Submit)> ConnectAsync();

    [Fact]
    public async Task OfWhatTheStoreDoesNotHaveNothingIsKnown()
    {
        var (client, _) = await ConnectedAsync();
        await using (client)
        {
            Assert.Null(await client.StatusAsync(Unknown, Token));
            Assert.Null(await client.RetryAsync(Unknown, new(), Token));
            Assert.Null(await client.InspectTaskAsync(Unknown, new("fakenet", "conv_1", 0), Token));
            Assert.Empty(await client.FollowAsync(Unknown, Token).ToListAsync(Token));
        }
    }

    [Fact]
    public async Task ASweepIsFollowedToItsEndAndEveryPictureIsTold()
    {
        var (client, submit) = await ConnectedAsync();
        await using (client)
        {
            var submitted = await submit(FakePlanner.Spec(steps), new() { Rank = new(3, 2) });
            var statuses = await client.FollowAsync(submitted.Id, Token).ToListAsync(Token);
            Assert.Equal((SweepState.Finished, Pictures, new SweepRank(3, 2)), (statuses[^1].State, statuses[^1].Counts.Rendered, statuses[^1].Rank));
            Assert.Equal(statuses.Select(status => status.Counts.Ended).Order(), statuses.Select(status => status.Counts.Ended));
            Assert.Equal(SweepState.Finished, Assert.Single(await client.FollowAsync(submitted.Id, Token).ToListAsync(Token)).State);
            Assert.Contains(await client.AllAsync(Token), sweep => sweep.Id == submitted.Id);
            Assert.DoesNotContain(await client.LiveAsync(Token), sweep => sweep.Id == submitted.Id);

            var task = await client.InspectTaskAsync(submitted.Id, new("fakenet", "conv_1", 3), Token);
            Assert.Equal((TaskState.Done, 3), (task?.State, task?.Task.Channel));
            Assert.NotNull(task?.Picture);
            Assert.Null(await client.InspectTaskAsync(submitted.Id, new("fakenet", "conv_1", 99), Token));
            Assert.Null(await client.InspectTaskAsync(submitted.Id, new("fakenet", "conv_1", 3, Seed: 5), Token));
            Assert.Equal((0, 0), await client.RetryAsync(submitted.Id, new(), Token) is { } retry ? (retry.Before, retry.Retried) : default);

            // Again it is a new run, which finds all of it drawn.
            await submit(FakePlanner.Spec(steps), new());
            var again = await client.FollowAsync(submitted.Id, Token).LastAsync(Token);
            Assert.Equal((SweepState.Finished, Pictures), (again.State, again.Counts.Skipped));
        }
    }

    [Fact]
    public async Task ASweepIsPausedResumedAndCancelled()
    {
        using var hold = new SemaphoreSlim(0);
        Cluster.Host.Device.BeforeBatch = (_, cancelled) => hold.WaitAsync(cancelled);
        var (client, submit) = await ConnectedAsync();
        await using (client)
        {
            var id = (await submit(FakePlanner.Spec(steps + 1), new())).Id;
            Assert.Contains(await client.LiveAsync(Token), sweep => sweep.Id == id);
            Assert.Equal(SweepState.Paused, (await client.PauseAsync(id, Token)).State);
            Assert.DoesNotContain(await client.LiveAsync(Token), sweep => sweep.Id == id);
            Assert.Equal(SweepState.Running, (await client.ResumeAsync(id, Token)).State);
            Assert.Equal(SweepState.Cancelled, (await client.CancelAsync(id, Token)).State);
            Assert.Equal(SweepState.Cancelled, (await client.StatusAsync(id, Token))?.State);
        }

        // Who still waits must not wait for what is gone.
        hold.Release(100);
    }

    [Fact]
    public async Task LeavingASweepThatIsFollowedEndsWithACancellation()
    {
        using var hold = new SemaphoreSlim(0);
        Cluster.Host.Device.BeforeBatch = (_, cancelled) => hold.WaitAsync(cancelled);
        var (client, submit) = await ConnectedAsync();
        await using (client)
        {
            var id = (await submit(FakePlanner.Spec(steps + 2), new())).Id;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var status in client.FollowAsync(id, leaving.Token))
                {
                    Assert.Equal(SweepState.Running, status.State);
                    await leaving.CancelAsync();
                }
            });
            await client.CancelAsync(id, Token);
        }

        // Who still waits must not wait for what is gone.
        hold.Release(100);
    }

    [Fact]
    public async Task BothWaysTellTheSame()
    {
        var (client, submit) = await ConnectedAsync();
        await using (client)
        {
            Cluster.Host.Device.Outcome = task => task.Channel == 2 ? ChannelOutcome.Dead : ChannelOutcome.Rendered;
            var id = (await submit(FakePlanner.Spec(steps + 3), new())).Id;
            await client.FollowAsync(id, Token).LastAsync(Token);
            await using var grains = await Cluster.GrainsAsync();
            await using var http = Cluster.Http(Cluster.Host.KeyOf[AccessRole.Read]);
            Assert.Equal(Text(await grains.StatusAsync(id, Token)), Text(await http.StatusAsync(id, Token)));
            Assert.Equal(Text(await grains.AllAsync(Token)), Text(await http.AllAsync(Token)));
            foreach (var channel in new[] { 1, 2 })
            {
                var query = new TaskQuery("fakenet", "conv_1", channel);
                Assert.Equal(Text(await grains.InspectTaskAsync(id, query, Token)), Text(await http.InspectTaskAsync(id, query, Token)));
            }
        }
    }

    private static string Text<T>(T document) => JsonSerializer.Serialize(document, SweepJson.Indented);

    private Task<(ISweepClient Client, Func<string, SweepSubmission, Task<SweepStatus>> Submit)> ConnectedAsync()
    {
        Assert.SkipWhen(TestKit.RedisServer.SkipReason is not null, TestKit.RedisServer.SkipReason ?? "");
        return ConnectAsync();
    }
}
