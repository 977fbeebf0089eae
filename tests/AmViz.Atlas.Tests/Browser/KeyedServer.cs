using System.Collections.Concurrent;
using System.Net;
using AmViz.TestKit;

namespace AmViz.Atlas.Tests.Browser;

/// <summary>Serves a folder to whoever has the key in the address of every single file, as blob storage does with a shared access signature.</summary>
internal sealed class KeyedServer : IAsyncDisposable
{
    /// <summary>What every address must end in.</summary>
    public const string Key = "sv=2026-01-01&sig=abc%2Fdef%3D";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal) { [".html"] = "text/html", [".js"] = "text/javascript", [".css"] = "text/css", [".webp"] = "image/webp", [".png"] = "image/png" };

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly string _folder;
    private readonly string _meta;
    private readonly Task _serving;

    /// <summary>Begins to serve.</summary>
    /// <param name="folder">What to serve.</param>
    /// <param name="meta">Put into the head of pages.</param>
    public KeyedServer(string folder, string meta = "")
    {
        (_folder, _meta) = (folder, meta);
        Root = FormattableString.Invariant($"http://127.0.0.1:{FreePort.Take()}/");
        _listener.Prefixes.Add(Root);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Its address, ending in '/'.</summary>
    public string Root { get; }

    /// <summary>Addresses that were asked for without the key, or are not there.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var address = context.Request.Url!;
        var file = Path.GetFullPath(Path.Combine(_folder, Uri.UnescapeDataString(address.AbsolutePath).TrimStart('/')));
        using var response = context.Response;
        if (!address.Query.EndsWith(Key, StringComparison.Ordinal) || !file.StartsWith(_folder, StringComparison.Ordinal) || !File.Exists(file))
        {
            _refused.Enqueue(address.PathAndQuery);
            response.StatusCode = (int)HttpStatusCode.Forbidden;
            return;
        }

        var content = await File.ReadAllBytesAsync(file);
        if (file.EndsWith(".html", StringComparison.Ordinal))
        {
            content = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(content).Replace("<title>", _meta + "<title>", StringComparison.Ordinal));
        }

        response.ContentType = Types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream");
        try
        {
            await response.OutputStream.WriteAsync(content);
        }
        catch (HttpListenerException)
        {
            // The browser has gone elsewhere.
        }
    }
}
