using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Grains;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace AmViz.Cluster.Silo;

/// <summary>Submits a sweep to the silo of this process and watches it.</summary>
internal sealed class LocalRun(IHost host, IBlobStore store, SweepPlan plan, LocalSweepOptions options, IProgress<SweepStatus>? progress)
{
    private readonly ISweepGrain _sweep = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ISweepGrain>(plan.Id.Value);
    private readonly LocalDevices _devices = host.Services.GetRequiredService<LocalDevices>();
    private readonly DeviceService _service = host.Services.GetRequiredService<DeviceService>();
    private readonly IHostApplicationLifetime _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
    private readonly Stopwatch _inTrouble = new();

    /// <summary>Waits until the sweep has ended, or stops it.</summary>
    public async Task<SweepStatus> ToEndAsync(CancellationToken cancellationToken)
    {
        var status = await _sweep.Submit(plan, new() { Anew = true });
        using var timer = new PeriodicTimer(options.ProgressInterval);
        try
        {
            while (!status.State.HasEnded())
            {
                progress?.Report(status);
                CheckTrouble();
                CheckSilo();
                await timer.WaitForNextTickAsync(cancellationToken);
                status = await Status();
            }

            return status;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await Stop();
        }
    }

    private async Task<SweepStatus> Status()
        => (await _sweep.Status() ?? throw new StorageException($"The plan of sweep '{plan.Id}' is gone from {store.Name}. Run the sweep again."))
            with { Devices = _devices.Statuses };

    /// <summary>First the devices hand in what they have, so that the counts are right.</summary>
    private async Task<SweepStatus> Stop()
    {
        using var patience = new CancellationTokenSource(options.ShutdownTimeout);
        await _service.StopAsync(patience.Token);
        return await _sweep.Pause();
    }

    private void CheckSilo()
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new InvalidOperationException("The silo stopped in the middle of the sweep; its log says why. Run the sweep again to go on.");
        }
    }

    private void CheckTrouble()
    {
        var devices = _devices.Statuses;
        if (devices.Count > 0 && devices.All(device => device.Activity == DeviceActivity.Broken))
        {
            throw new DeviceFaultException($"No device can draw what is left of the sweep. {devices[0].Device}: {devices[0].Trouble} What was drawn is kept; run the sweep again to go on.");
        }

        // A device that is at fault leaves the work to the others.
        var trouble = devices.Where(device => device.WaitsForOthers).Select(device => device.Trouble).FirstOrDefault(found => found is not null);
        if (trouble is null)
        {
            _inTrouble.Reset();
            return;
        }

        _inTrouble.Start();
        if (_inTrouble.Elapsed > options.StorePatience)
        {
            throw new StoreUnreachableException(store.Name, $"The sweep was stopped because its devices could not go on for {_inTrouble.Elapsed.TotalSeconds:F0} s: {trouble} Run it again to go on.");
        }
    }
}
