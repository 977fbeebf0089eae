using System.Globalization;
using AmViz.Cluster.Grains;

namespace AmViz.Benchmarks;

/// <summary>A device with the agent that real devices have. After a crash another one takes its place, under a new name.</summary>
/// <param name="fleet">What all devices share.</param>
/// <param name="number">From 0.</param>
internal sealed class SimulatedDevice(Fleet fleet, int number)
{
    private static readonly AsyncLocal<SimulatedDevice?> Calling = new();

    private readonly Random _random = new((fleet.Settings.Seed * 1_000_003) + number);
    private TaskCompletionSource _crashed = new();
    private volatile bool _isCutOff;

    /// <summary>The device that makes a call; null: nobody of the fleet does.</summary>
    public static SimulatedDevice? Current => Calling.Value;

    /// <summary>What all devices share.</summary>
    public Fleet Fleet => fleet;

    /// <summary>Whether nothing it says is heard.</summary>
    public bool IsCutOff => _isCutOff;

    /// <summary>Works until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var life = 0; !stop.IsCancellationRequested; life++)
        {
            _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _isCutOff = false;
            await LiveAsync(string.Create(CultureInfo.InvariantCulture, $"device{number:D4}.{life}"), stop);
            await Quietly(Task.Delay(fleet.Settings.Time(fleet.Settings.RestartSeconds), stop));
        }
    }

    /// <summary>The device is gone, with all it holds.</summary>
    public void Crash()
    {
        fleet.OnCrash();
        _isCutOff = true;
        _crashed.TrySetResult();
    }

    /// <summary>The device works on and is not heard until its leases have ended.</summary>
    public void CutOff()
    {
        fleet.OnZombie();
        _isCutOff = true;
        _ = Reconnect(_crashed);
    }

    private async Task Reconnect(TaskCompletionSource life)
    {
        await Task.Delay(1.2 * fleet.LeaseTime);
        if (life == _crashed && !life.Task.IsCompleted)
        {
            _isCutOff = false;
        }
    }

    private async Task LiveAsync(string name, CancellationToken stop)
    {
        using var renderer = new SimulatedRenderer(fleet.Settings, this, _random);
        using var agent = fleet.AgentOf(name, renderer);
        // Every part of the agent inherits it.
        Calling.Value = this;
        var running = agent.RunAsync();
        Calling.Value = null;
        await Quietly(_crashed.Task.WaitAsync(stop));
        agent.Drain();
        agent.Cancel();
        if (_crashed.Task.IsCompleted)
        {
            agent.Abort();
        }

        await running;
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }
}
