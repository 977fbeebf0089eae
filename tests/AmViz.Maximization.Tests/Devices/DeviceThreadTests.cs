namespace AmViz.Maximization.Tests;

public sealed class DeviceThreadTests
{
    [Fact]
    public async Task WorkRunsOnOneThreadInTheOrderOfTheCalls()
    {
        using var thread = new DeviceThread("test");
        var order = new List<int>();

        var threads = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => thread.RunAsync(() =>
        {
            order.Add(i);
            return Environment.CurrentManagedThreadId;
        }, TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Single(threads.Distinct());
        Assert.NotEqual(Environment.CurrentManagedThreadId, threads[0]);
    }

    [Fact]
    public async Task FailureReachesTheCallerAndTheThreadGoesOn()
    {
        using var thread = new DeviceThread("test");

        await Assert.ThrowsAsync<InvalidOperationException>(() => thread.RunAsync<int>(() => throw new InvalidOperationException("x"), TestContext.Current.CancellationToken));

        Assert.Equal(3, await thread.RunAsync(() => 3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WorkThatIsCancelledBeforeItsTurnNeverRuns()
    {
        using var thread = new DeviceThread("test");
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var first = thread.RunAsync(() => gate.Wait(TimeSpan.FromMinutes(1)), CancellationToken.None);
        var ran = false;
        var second = thread.RunAsync(() => ran = true, cancellation.Token);

        await cancellation.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(await first);
        Assert.False(ran);
    }
}
