using System.Diagnostics;
using System.Globalization;
using System.Net;
using AmViz.Cluster.Api;
using AmViz.Cluster.Silo;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;

namespace AmViz.Benchmarks;

/// <summary>A coordinator with its API and one device that only pauses, in a process of its own.</summary>
internal sealed class WatchedCoordinator : IAsyncDisposable
{
    /// <summary>Pictures that the device draws in a second.</summary>
    public const int PicturesPerSecond = 40;

    private const int Batch = 4;

    private static readonly TimeSpan BatchTime = TimeSpan.FromSeconds((double)Batch / PicturesPerSecond);

    private readonly Process _process;

    private WatchedCoordinator(Process process, Uri address, string key) => (_process, Address, Key) = (process, address, key);

    /// <summary>Where its API is.</summary>
    public Uri Address { get; }

    /// <summary>A key that submits.</summary>
    public string Key { get; }

    /// <summary>Processor time so far, in seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Memory of the process.</summary>
    public long Bytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it, and waits until it can be asked.</summary>
    public static async Task<WatchedCoordinator> StartAsync(CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["watched"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return new(process, new(await ReadAsync(process, cancellationToken)), await ReadAsync(process, cancellationToken));
    }

    /// <summary>The other side: until its input ends; says how large its heap is whenever a line comes in.</summary>
    public static async Task ServeAsync()
    {
        var store = new MemoryBlobStore();
        await using var observatory = await Observatory.StartAsync(
            new() { HttpPort = 0, HttpAddress = IPAddress.Loopback, Api = new() { Store = store, Planner = _ => new WatchedPlanner() } }, CancellationToken.None);
        var device = new FakeRenderer(Batch) { BeforeBatch = (_, cancelled) => Task.Delay(BatchTime, cancelled) };
        using var leaving = new CancellationTokenSource();
        var key = await new AccessKeys(store, TimeProvider.System).CreateAsync("watched", AccessRole.Submit, lifetime: null, CancellationToken.None);
        var joined = new TaskCompletionSource();
        var silo = new SiloProcess(
            new() { Store = store, ReadRecord = FakePictures.ReadRecord, Renderers = [device], Observatory = observatory },
            new() { Logging = logging => logging.SetMinimumLevel(LogLevel.None) }).RunAsync(_ => joined.SetResult(), leaving.Token);
        await await Task.WhenAny(joined.Task, silo);
        Console.WriteLine(observatory.Address);
        Console.WriteLine(key.Text);
        while (await Console.In.ReadLineAsync(CancellationToken.None) is not null)
        {
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
        }

        await leaving.CancelAsync();
        await silo;
    }

    /// <summary>Bytes of live objects.</summary>
    public async Task<long> HeapAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync();
        return long.Parse(await ReadAsync(_process, cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process, CancellationToken cancellationToken)
        => await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The coordinator has ended; see what it wrote to the error stream.");
}
