using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class SweepAssignmentsTests : IDisposable
{
    private static readonly SweepId First = new("1111111111111111");
    private static readonly SweepId Second = new("2222222222222222");

    private readonly TestDevice _device = new();
    private readonly SweepAssignments _assignments;

    public SweepAssignmentsTests() => _assignments = new(_device.Grains.Factory, _device.Status);

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task AReportThatPutsAnotherSweepFirstMovesTheDeviceOnce()
    {
        Assigned([Second, First]);
        _assignments.Current = First;
        Assert.False(_assignments.ConsumeMove());
        await _assignments.ReportAsync();
        Assert.True(_assignments.ConsumeMove());
        Assert.False(_assignments.ConsumeMove());
    }

    [Fact]
    public async Task ADeviceWhoseSweepComesFirstOrThatHasNoneIsNotMoved()
    {
        Assigned([First, Second]);
        _assignments.Current = First;
        await _assignments.ReportAsync();
        Assert.False(_assignments.ConsumeMove());
        _assignments.Current = null;
        await _assignments.ReportAsync();
        Assert.False(_assignments.ConsumeMove());
    }

    [Fact]
    public async Task TheIndexIsToldStatusAndSweepOfTheDevice()
    {
        (DeviceStatus, SweepId?) told = default;
        _device.Grains.Assign = (status, current) =>
        {
            told = (status, current);
            return Task.FromResult(new DeviceAssignment([Second], TimeSpan.Zero));
        };
        _assignments.Current = First;
        Assert.Equal([Second], await _assignments.AskAsync());
        Assert.Equal((_device.Status.Current, First), told);
    }

    [Fact]
    public async Task ALargeFleetAsksLessOften()
    {
        var interval = TimeSpan.FromSeconds(2);
        Assert.Equal(interval, _assignments.InFleet(interval));
        Assigned([], askAgainAfter: TimeSpan.FromSeconds(5));
        await _assignments.AskAsync();
        Assert.Equal(TimeSpan.FromSeconds(5), _assignments.InFleet(interval));
        Assert.Equal(TimeSpan.FromSeconds(9), _assignments.InFleet(TimeSpan.FromSeconds(9)));
    }

    private void Assigned(SweepId[] sweeps, TimeSpan askAgainAfter = default)
        => _device.Grains.Assign = (_, _) => Task.FromResult(new DeviceAssignment(sweeps, askAgainAfter));
}
