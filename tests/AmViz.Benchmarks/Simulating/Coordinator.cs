using System.Diagnostics;
using System.Net;
using AmViz.Cluster.Grains;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace AmViz.Benchmarks;

/// <summary>A silo that coordinates, in this process.</summary>
internal sealed class Coordinator : ICoordinator
{
    /// <summary>Name of its cluster and of its service.</summary>
    public const string ClusterName = "simulation";

    private readonly IHost _host;
    private readonly SimulatedStore _store;
    private readonly CallMeter _meter;

    private Coordinator(IHost host, SimulatedStore store, CallMeter meter, int gatewayPort)
        => (_host, _store, _meter, GatewayPort) = (host, store, meter, gatewayPort);

    /// <summary>Where clients find it.</summary>
    public int GatewayPort { get; }

    /// <inheritdoc/>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <inheritdoc/>
    public CallMeter Meter => _meter;

    /// <summary>Starts it.</summary>
    /// <param name="settings">Give its times.</param>
    /// <param name="store">Where it keeps plans, journals and rows.</param>
    public static async Task<Coordinator> StartAsync(SimulationSettings settings, SimulatedStore store)
    {
        var meter = new CallMeter();
        var (siloPort, gatewayPort) = (FreePort.Take(), FreePort.Take());
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddFilter("Orleans.Runtime", LogLevel.Error));
        builder.Services
            .Configure<LeaseOptions>(options => CompressedOptions.Apply(settings, options))
            .Configure<SweepOptions>(options => CompressedOptions.Apply(settings, options));
        var tls = SimulatedTls.Of(settings);
        builder.UseOrleans(silo => tls.Protect(silo)
            .UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, siloPort), ClusterName, ClusterName)
            .UseInMemoryReminderService()
            .AddOutgoingGrainCallFilter(meter)
            .AddIncomingGrainCallFilter(meter)
            .AddAmViz(store, FakePictures.ReadRecord, [], SiloRole.All));
        var host = builder.Build();
        await host.StartAsync();
        return new(host, store, meter, gatewayPort);
    }

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken)
    {
        _meter.Reset();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<CoordinatorFigures> MeasureAsync(bool collect, CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        return Task.FromResult(new CoordinatorFigures(
            GC.GetTotalMemory(forceFullCollection: collect), process.WorkingSet64, process.PeakWorkingSet64, process.TotalProcessorTime.TotalSeconds, _store.Operations, _meter.Calls, _meter.Served));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
