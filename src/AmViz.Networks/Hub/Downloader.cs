using System.Net;
using System.Net.Http.Headers;
using AmViz.Weights;
using Polly;
using Polly.Retry;

namespace AmViz.Networks;

/// <summary>Fetches a file over HTTP: goes on where it was cut off, tries again with growing patience, honours the proxy of the environment.</summary>
/// <remarks>
/// An attempt asks for the rest with <c>Range</c> and <c>If-Range</c>, so that bytes of two versions of a file never meet. Redirects are followed here
/// rather than by the handler, because the first answer carries the checksum and a token must not go along to another host.
/// </remarks>
internal sealed class Downloader : IDisposable
{
    private const int MostRedirects = 8;
    private const int BlockBytes = 1 << 16;

    private readonly HttpClient _client;
    private readonly DownloadOptions _options;
    private readonly TimeProvider _time;

    public Downloader(DownloadOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("amviz", "1"));
    }

    /// <summary>Fetches a file into <c>PATH.part</c>.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="token">Sent to that host alone; null for none.</param>
    /// <param name="path">Path of the finished file; it is the caller's to put it there once it is checked.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops; what is there is kept.</param>
    /// <param name="longest">Most bytes it may have.</param>
    /// <exception cref="HubException">It cannot be had, or is longer.</exception>
    public async Task<Download> DownloadAsync(
        Uri address, string? token, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken, long longest = long.MaxValue)
    {
        var before = File.Exists(PartFile.PathOf(path)) ? new FileInfo(PartFile.PathOf(path)).Length : 0;
        var fruitless = 0;
        var retry = new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = _options.FirstDelay,
            MaxDelay = _options.LongestDelay,
            UseJitter = true,
            ShouldHandle = arguments =>
            {
                fruitless = arguments.Outcome.Exception is TransientDownloadException { Advanced: true } ? 0 : fruitless + 1;
                return ValueTask.FromResult(arguments.Outcome.Exception is TransientDownloadException && fruitless < _options.FruitlessAttempts);
            },
            DelayGenerator = arguments => ValueTask.FromResult(Shorter((arguments.Outcome.Exception as TransientDownloadException)?.RetryAfter)),
            OnRetry = arguments =>
            {
                progress?.Report(new(Path.GetFileName(path), 0, null, $"{arguments.Outcome.Exception?.Message} Trying again in {arguments.RetryDelay.TotalSeconds:0.#} s."));
                return ValueTask.CompletedTask;
            },
        };
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(retry).Build();
        try
        {
            var done = await pipeline.ExecuteAsync(
                async cancel => await AttemptAsync(address, token, path, longest, progress, cancel), cancellationToken);
            return done with { ResumedFrom = Math.Min(before, done.ResumedFrom) };
        }
        catch (TransientDownloadException e)
        {
            throw new HubException(
                $"{address}: could not be fetched. {e.Message} What is there is kept; the same command goes on. Behind a proxy, set HTTPS_PROXY; for a mirror, {HubSettings.KerasVariable} or {HubSettings.HubVariable}.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private TimeSpan? Shorter(TimeSpan? asked) => asked > _options.LongestDelay ? _options.LongestDelay : asked;

    private async Task<Download> AttemptAsync(Uri address, string? token, string path, long longest, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var part = PartFile.Open(path, address);
        var before = part.Length;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_options.Stall);
        try
        {
            (var response, var announced) = await SendAsync(address, token, part, stall.Token);
            using (response)
            {
                var total = Prepare(response, part, address);
                var resumed = part.Length;
                if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    await CopyAsync(response, part, total, longest, Path.GetFileName(path), progress, stall);
                }

                return part.Length == (total ?? part.Length)
                    ? new Download(part.Length, resumed, announced.Checksum, announced.Revision)
                    : throw new TransientDownloadException($"The connection ended after {part.Length} of {total} bytes.", part.Length > before);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientDownloadException($"The server sent nothing for {_options.Stall.TotalSeconds:0} s.", part.Length > before, retryAfter: null, e);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException })
        {
            throw new TransientDownloadException(e.Message.EndsWith('.') ? e.Message : $"{e.Message}.", part.Length > before, retryAfter: null, e);
        }
    }

    /// <summary>Asks, and follows where it is sent.</summary>
    private async Task<(HttpResponseMessage Response, Announcement Announced)> SendAsync(Uri address, string? token, PartFile part, CancellationToken cancellationToken)
    {
        var at = address;
        var announced = new Announcement(null, null);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            if (token is not null && at.Host == address.Host && at.Port == address.Port && at.Scheme == address.Scheme)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            if (part.Validator is { } validator)
            {
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
                request.Headers.IfRange = RangeConditionHeaderValue.Parse(validator);
            }

            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            announced = announced.And(response);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return (response, announced);
            }

            response.Dispose();
            at = Follow(at, location);
        }

        throw new HubException($"{address}: leads to other addresses more than {MostRedirects} times. Check the address of the mirror.");
    }

    private static Uri Follow(Uri from, Uri location)
    {
        var to = new Uri(from, location);
        return to.Scheme == "https" || (to.Scheme == "http" && from.Scheme == "http")
            ? to
            : throw new HubException($"{from}: leads to {ErrorText.Shorten(to.AbsoluteUri)}, which is not encrypted. Nothing was fetched from there.");
    }

    /// <summary>Makes the unfinished file ready for what comes; tells the length of the whole.</summary>
    private static long? Prepare(HttpResponseMessage response, PartFile part, Uri address)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from } range && from == part.Length:
                return range.Length;
            case HttpStatusCode.OK:
                part.Restart(address, ValidatorOf(response));
                return response.Content.Headers.ContentLength;
            case HttpStatusCode.RequestedRangeNotSatisfiable when response.Content.Headers.ContentRange?.Length == part.Length:
                return part.Length;
            case HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.PartialContent:
                part.Restart(address, validator: null);
                throw new TransientDownloadException("What was there does not fit the file any more.", advanced: false);
            default:
                throw Refusal(response, address);
        }
    }

    // Only a strong tag or a date is a promise that the bytes are the same.
    private static string? ValidatorOf(HttpResponseMessage response)
        => response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("r", System.Globalization.CultureInfo.InvariantCulture);

    private static Exception Refusal(HttpResponseMessage response, Uri address)
    {
        var status = (int)response.StatusCode;
        var said = $"The server answered {status} {response.ReasonPhrase}.";
        if (status is 408 or 429 or >= 500)
        {
            return new TransientDownloadException(said, advanced: false, response.Headers.RetryAfter?.Delta);
        }

        var advice = status switch
        {
            401 or 403 => $"Expected to be let in; if the hub asks for an account, put its token into {HubSettings.TokenVariable}.",
            404 or 410 => $"Expected the file there; check the mirror in {HubSettings.KerasVariable} or {HubSettings.HubVariable}, or see whether a newer version of this program knows another address.",
            407 => "Expected the proxy to let this pass; HTTPS_PROXY may carry a name and password.",
            _ => "Expected the file.",
        };
        return new HubException($"{address}: {said} {advice}") { IsMissing = status is 404 or 410 };
    }

    private async Task CopyAsync(
        HttpResponseMessage response, PartFile part, long? total, long longest, string name, IProgress<DownloadProgress>? progress, CancellationTokenSource stall)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var block = new byte[BlockBytes];
        int length;
        while ((length = await body.ReadAsync(block, stall.Token)) > 0)
        {
            await part.AppendAsync(block.AsMemory(0, length), stall.Token);
            stall.CancelAfter(_options.Stall);
            progress?.Report(new(name, part.Length, total));
            if (part.Length > longest)
            {
                throw new HubException($"{name}: has more than {longest} bytes; expected a short text. The source or the mirror gives something else.");
            }

            if (part.Length > total)
            {
                throw new HubException($"{name}: the server sent more than the {total} bytes it announced. Try again, or another mirror.");
            }
        }
    }
}
