using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace AmViz.Storage.Tests;

/// <summary>Stands between a client and its service and does to every request what a test says.</summary>
internal sealed class FaultyNetwork : DelegatingHandler
{
    private readonly Func<HttpRequestMessage, int, Fault?> _plan;
    private int _count;

    /// <summary>Faults by request, counted from 1; null: the request is passed on.</summary>
    public FaultyNetwork(Func<HttpRequestMessage, int, Fault?> plan)
        : base(new SocketsHttpHandler()) => _plan = plan;

    /// <summary>Faults for the first requests, one each.</summary>
    public FaultyNetwork(params Fault[] faults)
        : this((_, count) => count <= faults.Length ? faults[count - 1] : null)
    {
    }

    /// <summary>Methods of all requests, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public void Put(BlobClientOptions options) => options.Transport = new HttpClientTransport(new HttpClient(this));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request.Method.Method);
        var fault = _plan(request, Interlocked.Increment(ref _count));
        if (fault?.Before is { } before)
        {
            await before(cancellationToken);
        }

        return fault?.Answer is null ? await base.SendAsync(request, cancellationToken) : await fault.Answer(cancellationToken);
    }
}

/// <summary>What happens to a request.</summary>
internal sealed record Fault
{
    /// <summary>No answer ever comes.</summary>
    public static Fault Silence { get; } = new()
    {
        Answer = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("Not reached.");
        },
    };

    /// <summary>The connection is gone before the service has seen the request.</summary>
    public static Fault Cut { get; } = new() { Answer = _ => Task.FromException<HttpResponseMessage>(new HttpRequestException("The connection was reset.", new IOException("reset"))) };

    /// <summary>Done before the answer.</summary>
    public Func<CancellationToken, Task>? Before { get; init; }

    /// <summary>In place of the service's own answer; null: that.</summary>
    public Func<CancellationToken, Task<HttpResponseMessage>>? Answer { get; init; }

    /// <summary>The service refuses.</summary>
    public static Fault Refusal(HttpStatusCode status, string code, string message = "", int? retryAfter = null) => new()
    {
        Answer = _ =>
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>", Encoding.UTF8, "application/xml") };
            answer.Headers.Add("x-ms-error-code", code);
            if (retryAfter is { } seconds)
            {
                answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
            }

            return Task.FromResult(answer);
        },
    };
}
