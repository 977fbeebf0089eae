using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using AmViz.TestSilo;
using Microsoft.Extensions.Logging;

// test-silo coordinator|gpu|all STORE-FOLDER [ADVERTISED-ADDRESS]; the cluster comes from the environment, as for amviz.
var (role, store) = (args[0], args[1]);
if (!RedisAddress.TryParse(Setting("Address"), out var redis, out var problem))
{
    throw new InvalidOperationException(problem);
}

using var device = new FaultyRenderer(Faults.FromEnvironment());
var options = new SiloDefinition
{
    Store = new FolderBlobStore(store),
    Renderers = role == "coordinator" ? [] : [device],
    Role = new(Coordinates: role != "gpu"),
    AdvertisedAddress = args.Length > 2 ? IPAddress.Parse(args[2]) : null,
    GatewayPort = role == "gpu" ? null : 0,
    Cluster = new(redis)
    {
        ClusterId = Setting("ClusterId"),
        ServiceId = Setting("ServiceId"),
        Timings = new() { Probe = Seconds("ProbeSeconds"), Alive = Seconds("AliveSeconds") },
    },
    Leases = leases => leases.Minimum = Seconds("LeaseSeconds"),
};
var settings = new SiloProcessSettings
{
    Logging = logging => logging.SetMinimumLevel(LogLevel.Debug).AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.f "))
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace),
};
using var stop = new CancellationTokenSource();
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});
await new SiloProcess(options, settings).RunAsync(address => Console.WriteLine($"ready    {address}"), stop.Token);

static string Setting(string name) => Environment.GetEnvironmentVariable($"AMVIZ__Cluster__{name}")!;

static TimeSpan Seconds(string name) => TimeSpan.FromSeconds(int.Parse(Setting(name), CultureInfo.InvariantCulture));
