using System.Diagnostics;
using System.Globalization;
using System.Text;
using AmViz.Storage;

namespace AmViz.TestKit;

/// <summary>Azurite, the stand-in for Azure Blob Storage that speaks its protocol: a process of its own on the loopback address.</summary>
/// <remarks>Killed with SIGKILL it forgets the last seconds of what it acknowledged; stop it with <see cref="StopAsync"/>.</remarks>
public sealed class AzuriteServer : IAsyncDisposable
{
    private const string Ready = "successfully listens on ";

    // The account that every Azurite has, with a key that everybody knows.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly string? _folder;
    private Process _process;
    private int _containers;

    private AzuriteServer(Process process, Uri address, string? folder) => (_process, Address, _folder) = (process, address, folder);

    /// <summary>Why it cannot be started here and what to do; null if it can.</summary>
    public static string? SkipReason { get; } = File.Exists(Program)
        ? null
        : $"Azurite is not installed. Run: npm install --prefix .tools/azurite --ignore-scripts azurite@3.37.0 (in {RepositoryTree.Root}; tests/run.sh does that).";

    /// <summary>Address of the account.</summary>
    public Uri Address { get; }

    /// <summary>What a client needs to know.</summary>
    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Address};";

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    private static string Program => RepositoryTree.At(".tools", "azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>Starts one on a free port and waits until it listens.</summary>
    /// <param name="folder">Where it keeps its data, so that it can be started again; null: in memory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AzuriteServer> StartAsync(string? folder, CancellationToken cancellationToken)
    {
        var (process, origin) = await LaunchAsync(folder, port: 0, cancellationToken);
        return new(process, new Uri(origin, Account), folder);
    }

    /// <summary>Starts it again, on the same port and with the same data, after <see cref="StopAsync"/>.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        _process.Dispose();
        (_process, _) = await LaunchAsync(_folder, Address.Port, cancellationToken);
    }

    /// <summary>Ends it as an administrator would; what it acknowledged is on its disk then.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            await SignalAsync("TERM", cancellationToken);
            await _process.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>Freezes it: it takes connections and answers nothing.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    /// <summary>Wakes it up.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    /// <summary>Options of a store in it.</summary>
    /// <param name="container">Which container; null: one that does not exist yet.</param>
    public AzureStoreOptions Options(string? container = null) => new()
    {
        Container = container ?? string.Create(CultureInfo.InvariantCulture, $"store-{Interlocked.Increment(ref _containers)}"),
        ConnectionString = ConnectionString,
    };

    /// <summary>Ends it, so that nobody writes to its folder any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static async Task<(Process Process, Uri Origin)> LaunchAsync(string? folder, int port, CancellationToken cancellationToken)
    {
        string[] place = folder is null ? ["--inMemoryPersistence"] : ["--location", folder];
        var process = Process.Start(new ProcessStartInfo("node", [Program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--silent", "--disableTelemetry", "--skipApiVersionCheck", .. place])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = new StringBuilder();
        var origin = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string? line)
        {
            lock (said)
            {
                said.AppendLine(line);
            }

            if (line is null)
            {
                origin.TrySetException(new InvalidOperationException($"Azurite ended before it listened. It said: {said}"));
            }
            else if (line.IndexOf(Ready, StringComparison.Ordinal) is >= 0 and var found)
            {
                origin.TrySetResult(new(line[(found + Ready.Length)..].Trim()));
            }
        }

        process.OutputDataReceived += (_, heard) => Hear(heard.Data);
        process.ErrorDataReceived += (_, heard) => Hear(heard.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return (process, await origin.Task.WaitAsync(StartTimeout, cancellationToken));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }
}
