using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AmViz.Benchmarks;

/// <summary>A coordinator in a process of its own, reached over TCP.</summary>
internal sealed class CoordinatorProcess : ICoordinator
{
    private const string Reset = "reset";
    private const string Measure = "measure";
    private const string Collect = "collect";

    private readonly Process _process;
    private readonly IHost _client;
    private readonly CallMeter _meter;

    private CoordinatorProcess(Process process, IHost client, CallMeter meter) => (_process, _client, _meter) = (process, client, meter);

    /// <inheritdoc/>
    public IGrainFactory Grains => _client.Services.GetRequiredService<IClusterClient>();

    /// <inheritdoc/>
    public CallMeter Meter => _meter;

    /// <summary>Starts it, and waits until it can be called.</summary>
    public static async Task<CoordinatorProcess> StartAsync(SimulationSettings settings, string folder, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["coordinate", "--folder", folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings));
        var gatewayPort = int.Parse(await ReadAsync(process, cancellationToken), CultureInfo.InvariantCulture);
        var meter = new CallMeter();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(log => log.SetMinimumLevel(LogLevel.Error));
        var tls = SimulatedTls.Of(settings);
        builder.UseOrleansClient(client => tls.Protect(client)
            .UseLocalhostClustering(gatewayPort, Coordinator.ClusterName, Coordinator.ClusterName)
            .Configure<GatewayOptions>(gateways => gateways.PreferredGatewayIndex = 0)
            .AddOutgoingGrainCallFilter(meter));
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new(process, host, meter);
    }

    /// <summary>The other side: coordinates until its input ends, and says what it has used whenever a line comes in.</summary>
    public static async Task ServeAsync(string folder)
    {
        var settings = JsonSerializer.Deserialize<SimulationSettings>(Console.ReadLine()!)!;
        await using var coordinator = await Coordinator.StartAsync(settings, new SimulatedStore(folder));
        Console.WriteLine(coordinator.GatewayPort);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == Reset)
            {
                await coordinator.ResetAsync(CancellationToken.None);
            }

            Console.WriteLine(JsonSerializer.Serialize(await coordinator.MeasureAsync(line == Collect, CancellationToken.None)));
        }
    }

    /// <inheritdoc/>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        _meter.Reset();
        await AskAsync(Reset, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CoordinatorFigures> MeasureAsync(bool collect, CancellationToken cancellationToken)
        => AskAsync(collect ? Collect : Measure, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<CoordinatorFigures> AskAsync(string question, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(question);
        return JsonSerializer.Deserialize<CoordinatorFigures>(await ReadAsync(_process, cancellationToken))!;
    }

    private static async Task<string> ReadAsync(Process process, CancellationToken cancellationToken)
        => await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The coordinator has ended; see what it wrote to the error stream.");
}
