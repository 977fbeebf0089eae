using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AmViz.TestKit;

/// <summary>A Redis of its own on the loopback address, without a file: restarted, it has forgotten everything.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string _hosts;
    private readonly string? _password;
    private Process _process;

    private RedisServer(Process process, string hosts, int port, string? password) => (_process, _hosts, Port, _password) = (process, hosts, port, password);

    /// <summary>Why it cannot be started here and what to do; null if it can.</summary>
    public static string? SkipReason { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")))
        ? null
        : "redis-server is not installed. Run: apt-get install redis-server (tests/run.sh does that).";

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>For <c>--cluster</c>.</summary>
    public string Address => $"redis://{(_password is null ? "" : $":{_password}@")}127.0.0.1:{Port}";

    /// <summary>Starts one on a free port and waits until it answers.</summary>
    /// <param name="hosts">Addresses to listen on, with blanks between them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="password">Without it nothing is answered; null: there is none.</param>
    public static async Task<RedisServer> StartAsync(string hosts, CancellationToken cancellationToken, string? password = null)
    {
        var port = FreePort.Take();
        return new(await LaunchAsync(port, hosts, password, cancellationToken), hosts, port, password);
    }

    /// <summary>Ends it at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts it again on its port, empty.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        _process.Dispose();
        _process = await LaunchAsync(Port, _hosts, _password, cancellationToken);
    }

    /// <summary>One command, such as <c>FLUSHALL</c>; the answer as it comes over the wire.</summary>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        await using var stream = client.GetStream();
        // QUIT makes Redis close the connection, so that the answer has an end.
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{(_password is null ? "" : $"AUTH {_password}\r\n")}{command}\r\nQUIT\r\n"), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<Process> LaunchAsync(int port, string hosts, string? password, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", .. hosts.Split(' '), "--save", "", "--appendonly", "no", "--protected-mode", "no", .. password is null ? Array.Empty<string>() : ["--requirepass", password]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"redis-server ended before it was ready on port {port}."));
            }
            else if (line.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartTimeout, cancellationToken);
        return process;
    }
}
