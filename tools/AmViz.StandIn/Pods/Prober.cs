using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AmViz.StandIn.Network;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Processes;

namespace AmViz.StandIn.Pods;

/// <summary>Asks a container how it is.</summary>
/// <param name="address">Address of its pod.</param>
/// <param name="pod">The pod.</param>
/// <param name="run">Runs a command in the container.</param>
internal sealed class Prober(IPAddress address, JsonObject pod, Func<IReadOnlyList<string>, ProcessGroup> run)
{
#pragma warning disable CA5359 // As the kubelet, which looks at no certificate: it asks pods by their addresses.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromSeconds(1),
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA5359

    /// <summary>Asks until it is well as often as the probe wants, or not well as often as it allows.</summary>
    /// <returns>null if it is well; otherwise what the last answer was.</returns>
    public async Task<string?> SettleAsync(JsonObject probe, CancellationToken cancellationToken)
    {
        var (well, ill) = (0, 0);
        while (true)
        {
            var problem = await AskAsync(probe, cancellationToken);
            (well, ill) = problem is null ? (well + 1, 0) : (0, ill + 1);
            if (well >= (probe.Number("successThreshold") ?? 1))
            {
                return null;
            }

            if (ill >= (probe.Number("failureThreshold") ?? 3))
            {
                return problem;
            }

            await PauseAsync(probe, cancellationToken);
        }
    }

    public static Task DelayAsync(JsonObject probe, CancellationToken cancellationToken)
        => Task.Delay(TimeSpan.FromSeconds(probe.Number("initialDelaySeconds") ?? 0), cancellationToken);

    public static Task PauseAsync(JsonObject probe, CancellationToken cancellationToken)
        => Task.Delay(TimeSpan.FromSeconds(probe.Number("periodSeconds") ?? 10), cancellationToken);

    private async Task<string?> AskAsync(JsonObject probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(probe.Number("timeoutSeconds") ?? 1));
        try
        {
            return probe switch
            {
                _ when probe.At("httpGet") is { } get => await GetAsync(get, limit.Token),
                _ when probe.At("tcpSocket") is { } socket => await ConnectAsync(Port(socket), limit.Token),
                _ when probe.At("exec") is { } exec => await RunAsync([.. exec.Words("command")], limit.Token),
                _ => $"a probe of the kind {probe.ToJsonString()} is not known to the stand-in cluster",
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {probe.Number("timeoutSeconds") ?? 1} s");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return e.Message;
        }
    }

    private async Task<string?> GetAsync(JsonNode get, CancellationToken cancellationToken)
    {
        var uri = new UriBuilder((get.Text("scheme") ?? "HTTP").ToLowerInvariant(), get.Text("host") ?? address.ToString(), Port(get)).Uri;
        using var answer = await Http.GetAsync(new Uri(uri, get.Text("path") ?? "/"), cancellationToken);
        return (int)answer.StatusCode is >= 200 and < 400 ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {(int)answer.StatusCode}");
    }

    private async Task<string?> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, port, cancellationToken);
        return null;
    }

    private async Task<string?> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = run(command);
        try
        {
            var code = await process.Ended.WaitAsync(cancellationToken);
            return code == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"'{string.Join(' ', command)}' ended with {code}");
        }
        finally
        {
            await process.StopAsync(TimeSpan.Zero);
        }
    }

    private int Port(JsonNode at) => at.Number("port") ?? ServiceNetwork.PortOf(pod, at.Text("port") ?? "") ?? throw new HttpRequestException($"the pod has no port '{at.Text("port")}'");
}
