using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceReporterTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly DeviceReporter _reporter;
    private readonly CancellationTokenSource _stop = new();

    public DeviceReporterTests() => _reporter = new(_device.Context, new(_device.Grains.Factory, _device.Status));

    public void Dispose()
    {
        _stop.Dispose();
        _device.Dispose();
    }

    [Fact]
    public async Task TheStatusIsReportedAgainAndAgainAlsoAfterAnIndexThatDidNotAnswer()
    {
        var reported = new List<DeviceStatus>();
        _device.Grains.Assign = (status, _) =>
        {
            reported.Add(status);
            return reported.Count == 1 ? throw new TimeoutException("no answer") : Task.FromResult(new DeviceAssignment([], TimeSpan.Zero));
        };
        var running = _reporter.RunAsync(_stop.Token);
        await _device.PassUntilAsync(() => reported.Count == 1, "the first report");
        _device.Status.Update(status => status with { Stored = 7 });
        await _device.PassUntilAsync(() => reported.Count == 3, "the third report");
        Assert.Equal([0, 7, 7], reported.Select(status => status.Stored));
        Assert.Equal(1, _device.Log.Count("LogNoCoordinator"));
        await StopAsync(running);
    }

    [Fact]
    public async Task ALargeFleetReportsLessOften()
    {
        var times = new List<DateTimeOffset>();
        _device.Grains.Assign = (_, _) =>
        {
            times.Add(_device.Clock.GetUtcNow());
            return Task.FromResult(new DeviceAssignment([], TimeSpan.FromSeconds(30)));
        };
        var running = _reporter.RunAsync(_stop.Token);
        await _device.PassUntilAsync(() => times.Count == 2, "two reports", TimeSpan.FromMilliseconds(500));
        Assert.True(times[1] - times[0] >= TimeSpan.FromSeconds(29), $"{times[1] - times[0]} between two reports");
        await StopAsync(running);
    }

    [Fact]
    public async Task ADeviceThatEndsSaysThatItLeaves()
    {
        string? left = null;
        _device.Grains.Leave = name =>
        {
            left = name;
            return Task.CompletedTask;
        };
        await StopAsync(_reporter.RunAsync(_stop.Token));
        Assert.Equal(TestDevice.Name, left);
    }

    [Fact]
    public async Task AnIndexThatDoesNotAnswerIsNotWaitedForAtTheEnd()
    {
        _device.Grains.Leave = _ => new TaskCompletionSource().Task;
        var running = _reporter.RunAsync(_stop.Token);
        await _stop.CancelAsync();
        await _device.PassUntilAsync(() => running.IsCompleted, "the reporter");
        await running;
        Assert.Equal(1, _device.Log.Count("LogNoCoordinator"));
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Eventually.EndAsync(running, "the reporter");
    }
}
