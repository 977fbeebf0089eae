using System.Diagnostics;
using System.Globalization;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A cluster of real processes on the loopback address: Redis, coordinators, devices.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Shortest lease, in seconds.</summary>
    public const int Lease = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly string _name = $"test-{Guid.NewGuid():N}";
    private readonly List<AmVizProcess> _all = [];
    private readonly List<string> _devices = [];
    private ClusterClient? _client;
    private int _silos;

    private TestCluster(RedisServer redis, string store, IReadOnlyDictionary<string, string> storeSettings)
    {
        (Redis, Store) = (redis, store);
        Environment = new Dictionary<string, string>(storeSettings, StringComparer.Ordinal)
        {
            ["OMP_NUM_THREADS"] = "1",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["AMVIZ_CACHE"] = _folder.At("cache"),
            ["AMVIZ__Cluster__Address"] = redis.Address,
            ["AMVIZ__Cluster__ClusterId"] = _name,
            ["AMVIZ__Cluster__ServiceId"] = _name,
            ["AMVIZ__Cluster__ProbeSeconds"] = "1",
            ["AMVIZ__Cluster__AliveSeconds"] = "2",
            ["AMVIZ__Cluster__LeaseSeconds"] = Lease.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Why no cluster can be started here; null if one can.</summary>
    public static string? SkipReason => RedisServer.SkipReason;

    public RedisServer Redis { get; }

    /// <summary>For <c>--store</c>.</summary>
    public string Store { get; }

    /// <summary>Variables of every process.</summary>
    public Dictionary<string, string> Environment { get; }

    public List<AmVizProcess> Coordinators { get; } = [];

    public List<AmVizProcess> Devices { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a Redis; silos are started by themselves.</summary>
    /// <param name="store">For <c>--store</c>.</param>
    /// <param name="storeSettings">Variables that the store needs.</param>
    /// <param name="password">Of the Redis; null: it asks for none.</param>
    public static async Task<TestCluster> StartAsync(string store, IReadOnlyDictionary<string, string>? storeSettings = null, string? password = null)
        => new(await RedisServer.StartAsync("127.0.0.1", Token, password), store, storeSettings ?? new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Starts a Redis that listens on an address of another network too.</summary>
    /// <param name="store">For <c>--store</c>.</param>
    /// <param name="address">The address; silos and clients use it.</param>
    public static async Task<TestCluster> StartOnAsync(string store, string address)
    {
        var cluster = new TestCluster(await RedisServer.StartAsync($"127.0.0.1 {address}", Token), store, new Dictionary<string, string>(StringComparer.Ordinal));
        cluster.Environment["AMVIZ__Cluster__Address"] = $"redis://{address}:{cluster.Redis.Port}";
        return cluster;
    }

    /// <summary>Starts coordinators and devices, and waits until all have joined.</summary>
    /// <param name="coordinators">How many coordinators.</param>
    /// <param name="devices">How many silos with one device each.</param>
    /// <param name="deviceArguments">Words for the devices.</param>
    public async Task StartSilosAsync(int coordinators, int devices, params string[] deviceArguments)
    {
        _devices.Clear();
        _devices.AddRange(deviceArguments);
        Coordinators.AddRange(Enumerable.Range(0, coordinators).Select(_ => StartCoordinator()));
        Devices.AddRange(Enumerable.Range(0, devices).Select(_ => StartDevice()));
        await Task.WhenAll(Coordinators.Concat(Devices).Select(ReadyAsync));
    }

    /// <summary>Starts a silo whose devices do no mathematics and fail as they are told.</summary>
    /// <param name="role">coordinator, gpu or all.</param>
    /// <param name="faults">Variables of the faults; see the program AmViz.TestSilo.</param>
    /// <param name="wrapper">A program and words before the silo's own, such as one that enters a network namespace.</param>
    /// <param name="advertised">Address under which others find it; null: the loopback address.</param>
    public AmVizProcess StartTestSilo(
        string role, IReadOnlyDictionary<string, string>? faults = null, IReadOnlyList<string>? wrapper = null, string? advertised = null)
    {
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (name, value) in faults ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            environment[name] = value;
        }

        string[] line = [.. wrapper ?? [], AmVizProcess.Built("AmViz.TestSilo", "AmViz.TestSilo"), role, Store["folder:".Length..], .. advertised is null ? Array.Empty<string>() : [advertised]];
        var process = AmVizProcess.StartProgram(line[0], _folder.Path, environment, line[1..]);
        _all.Add(process);
        return process;
    }

    public AmVizProcess StartCoordinator() => StartSilo("coordinator");

    public AmVizProcess StartDevice() => StartSilo("gpu", ["--device", "cpu", "--workers", "1", .. _devices]);

    /// <summary>Waits until a silo has joined.</summary>
    public static Task ReadyAsync(AmVizProcess silo)
        => silo.UntilAsync("it has joined", () => silo.Output.Contains("ready ", StringComparison.Ordinal));

    /// <summary>Writes a file where the processes of the cluster work.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = _folder.At(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A command of the command line, to its end.</summary>
    public async Task<CommandAnswer> RunAsync(params string[] arguments) => await (await CommandProcesses.OfThisRunAsync()).RunAsync(_folder.Path, Environment, arguments);

    /// <summary>A command that serves others or starts its own program again, to its end and in a process of its own.</summary>
    public Task<AmVizProcess> RunAloneAsync(params string[] arguments) => AmVizProcess.RunAsync(_folder.Path, Environment, arguments);

    /// <summary>A command that goes on.</summary>
    public AmVizProcess Start(params string[] arguments)
    {
        var process = AmVizProcess.Start(_folder.Path, Environment, arguments);
        _all.Add(process);
        return process;
    }

    /// <summary>Submits a sweep.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(params string[] sweep)
    {
        var submitted = await RunAsync(["sweep", "submit", .. sweep, "--json"]);
        Assert.True(submitted.Code == 0, submitted.Error);
        return submitted.Json.GetProperty("id").GetString()!;
    }

    /// <summary>A client of this process, with the certificates that are in <see cref="Environment"/> now.</summary>
    public Task<ClusterClient> ConnectAsync(TimeSpan patience) => ClusterClient.ConnectAsync(Connection(), patience, _ => { }, TimeProvider.System, Token);

    /// <summary>Its status now, by a client of this process: a new one for each question would take as much of the machine as the cluster.</summary>
    public async Task<SweepStatus> StatusAsync(string sweep)
    {
        _client ??= await ConnectAsync(TimeSpan.FromMinutes(2));
        var status = await _client.StatusAsync(new(sweep), Token);
        Assert.NotNull(status);
        return status;
    }

    /// <summary>Devices that draw it now.</summary>
    public async Task<int> DrawingAsync(string sweep)
        => (await StatusAsync(sweep)).Devices.Count(device => device.Activity == DeviceActivity.Drawing);

    /// <summary>Waits until a sweep has ended.</summary>
    /// <returns>Its last status.</returns>
    public async Task<SweepStatus> EndAsync(string sweep)
    {
        SweepStatus status;
        for (var watch = Stopwatch.StartNew(); !(status = await StatusAsync(sweep)).State.HasEnded(); await Task.Delay(100, Token))
        {
            if (watch.Elapsed > ClusterTest.LongestWait)
            {
                Assert.Fail($"{status.State}: {status.Counts}, {status.LastError}\n{Logs}");
            }
        }

        return status;
    }

    /// <summary>Batches that devices began, those of dead devices included; needs <c>--verbose</c>.</summary>
    public int Drawn => _all.Sum(silo => silo.Error.Split(" draws ").Length - 1);

    /// <summary>Silos that have joined.</summary>
    public int Joined => _all.Count(silo => silo.Output.Contains("ready ", StringComparison.Ordinal));

    /// <summary>What the silos said, for the report of a test that failed.</summary>
    public string Logs => string.Join("\n", _all.Select(silo => $"--- {silo.Id}\n{silo.Error}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _all)
        {
            process.Dispose();
        }

        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private ClusterConnection Connection()
    {
        Assert.True(RedisAddress.TryParse(Environment["AMVIZ__Cluster__Address"], out var redis, out var problem), problem);
        return new(redis)
        {
            ClusterId = _name,
            ServiceId = _name,
            Certificates = Environment.TryGetValue("AMVIZ__Cluster__Tls", out var folder) ? ClusterCertificates.Open(folder, TimeProvider.System, _ => { }) : null,
            Timings = new() { Probe = TimeSpan.FromSeconds(1), Alive = TimeSpan.FromSeconds(2) },
        };
    }

    private AmVizProcess StartSilo(string role, params string[] more)
        => Start(["silo", "--role", role, "--store", Store, "--name", $"{role}{++_silos}", .. more]);
}
