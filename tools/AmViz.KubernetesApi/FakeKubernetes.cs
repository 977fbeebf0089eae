using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AmViz.KubernetesApi;

/// <summary>A Kubernetes API in memory, on the loopback address: enough of it for Helm, kubectl and client libraries to install, change and remove things.</summary>
/// <remarks>
/// Discovery, create, read, list with selectors, watch, replace, merge patch, server-side apply, delete. It refuses changes of immutable fields; it
/// validates nothing else, though it tells clients that it does, runs nothing, and calls everything ready at once, a pod of a hook ended. In a
/// server-side apply lists are replaced, not merged.
/// </remarks>
public sealed class FakeKubernetes : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly ObjectStore _objects;
    private readonly IApiExtension? _extension;
    private readonly Task _serving;

    private FakeKubernetes(HttpListener listener, Uri address, ObjectStore objects, IApiExtension? extension)
    {
        (_listener, Address, _objects, _extension) = (listener, address, objects, extension);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Method and address of every request so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Starts one on a free port.</summary>
    public static FakeKubernetes Start() => Start(FreePort(), new(), null);

    /// <summary>Starts one over objects that others work on too.</summary>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    internal static FakeKubernetes Start(int port, ObjectStore objects, IApiExtension? extension)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        var listener = new HttpListener();
        listener.Prefixes.Add(address.AbsoluteUri);
        listener.Start();
        return new(listener, address, objects, extension);
    }

    /// <summary>A port of the loopback address that nobody uses.</summary>
    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Objects of a kind, such as <c>apps/v1 deployments</c>, in a namespace.</summary>
    public IReadOnlyList<JsonObject> List(string groupVersion, string plural, string space)
        => _objects.List(ApiResource.ByGroupVersion[groupVersion].Single(resource => resource.Plural == plural), space);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.RawUrl}");
        try
        {
            var call = ApiCall.Parse(context.Request);
            if (call.Resource is { } resource && call.Query("watch") is "true" or "1")
            {
                await WatchAsync(context.Response, call, call.Resource!);
                return;
            }

            if (call.Subresource.Length > 0)
            {
                if (_extension is null || !await _extension.AnswerAsync(context, call))
                {
                    await SendAsync(context.Response, 404, ObjectCall.Failure(404, $"there is nothing at /{call.Path}"));
                }

                return;
            }

            var (code, answer) = call.Resource is null ? Discovery.Answer(call.Path) : await new ObjectCall(_objects, call).AnswerAsync();
            await SendAsync(context.Response, code, code == 200 ? Shown(call, answer) : answer);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
        catch (Exception e) when (e is NotSupportedException or FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            await SendAsync(context.Response, 400, ObjectCall.Failure(400, e.Message));
        }
    }

    // kubectl asks for a table; without one it shows names only.
    private JsonObject Shown(ApiCall call, JsonObject answer)
    {
        if (_extension is null || call.Resource is not { } resource || call.Method != "GET" || !call.WantsTable)
        {
            return answer;
        }

        var objects = answer["items"] is JsonArray items ? [.. items.Cast<JsonObject>()] : new[] { answer };
        var table = _extension.Table(resource, objects);
        table["metadata"] = answer["items"] is null ? new JsonObject { ["resourceVersion"] = _objects.Version } : answer["metadata"]!.DeepClone();
        return table;
    }

    internal static async Task SendAsync(HttpListenerResponse response, int code, JsonObject answer)
    {
        response.StatusCode = code;
        response.ContentType = "application/json";

        // In one piece: a client waits 40 ms for the second one.
        var body = Encoding.UTF8.GetBytes(answer.ToJsonString());
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body);
        response.Close();
    }

    private async Task WatchAsync(HttpListenerResponse response, ApiCall call, ApiResource resource)
    {
        var events = Channel.CreateUnbounded<string>();
        void Tell(string type, JsonObject it)
        {
            if (call.Selects(it))
            {
                events.Writer.TryWrite(new JsonObject { ["type"] = type, ["object"] = Shown(call, it) }.ToJsonString());
            }
        }

        var initial = call.Query("sendInitialEvents") is "true";
        int? after = int.TryParse(call.Query("resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
        using var watch = _objects.Watch(resource, call.Namespace, initial || after is 0, after, Tell);
        if (initial)
        {
            var metadata = new JsonObject { ["resourceVersion"] = _objects.Version, ["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" } };
            events.Writer.TryWrite(new JsonObject
            {
                ["type"] = "BOOKMARK",
                ["object"] = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.GroupVersion, ["metadata"] = metadata },
            }.ToJsonString());
        }

        response.ContentType = "application/json";
        response.SendChunked = true;
        await using var body = new StreamWriter(response.OutputStream);
        await body.FlushAsync();
        try
        {
            await foreach (var line in events.Reader.ReadAllAsync(_ending.Token))
            {
                await body.WriteAsync($"{line}\n");
                await body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }
}
