using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace AmViz.Cluster.Http;

/// <summary>Sends requests to one API with one key, patiently.</summary>
internal sealed class ApiTransport : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    // So that a name that means another machine by now is asked for again.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    // A coordinator that reads a large sweep takes its time, and is none that does not answer.
    private static readonly TimeSpan LeastAnswerTime = TimeSpan.FromSeconds(30);

    // The table of a million pictures has 80 MB.
    private static readonly TimeSpan FileTime = TimeSpan.FromMinutes(5);

    private readonly HttpClient _client;
    private readonly ApiConnection _connection;
    private readonly TimeProvider _time;

    public ApiTransport(ApiConnection connection, TimeProvider time)
    {
        (_connection, _time) = (connection, time);
        _client = new(Handler(connection)) { BaseAddress = connection.Address.Root, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", connection.Key);
    }

    /// <summary>Which API.</summary>
    public ApiConnection Connection => _connection;

    /// <summary>Sends a request and reads the document that is answered; while the cluster is out of reach, again.</summary>
    /// <param name="request">Makes the request, anew for every attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="answerTime">How long an answer may take; null: as long as the patience, at least 30 s.</param>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    /// <exception cref="RequestRefusedException">What is asked for is not done.</exception>
    public Task<T> SendAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken, TimeSpan? answerTime = null)
        => RepeatAsync(cancel => SendOnceAsync<T>(request(), cancel), answerTime ?? LeastAnswerTime, cancellationToken);

    /// <summary>Sends a request that is answered by no document; while the cluster is out of reach, again.</summary>
    /// <param name="request">Makes the request, anew for every attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="answerTime">As above.</param>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    /// <exception cref="RequestRefusedException">What is asked for is not done.</exception>
    public Task SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken, TimeSpan? answerTime = null)
        => RepeatAsync(cancel => SendOnceAsync(request(), cancel), answerTime ?? LeastAnswerTime, cancellationToken);

    /// <summary>Fetches a file; while the cluster is out of reach, again.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public async Task<byte[]?> FindBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await RepeatAsync(
                async cancel =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, path);
                    using var answer = await OpenAsync(request, cancel);
                    return await answer.Content.ReadAsByteArrayAsync(cancel);
                },
                FileTime,
                cancellationToken);
        }
        catch (RequestRefusedException e) when (e is { Status: (int)HttpStatusCode.NotFound, Kind: not null })
        {
            return null;
        }
    }

    /// <summary>Repeats what may pass, each attempt within the time that an answer may take.</summary>
    /// <exception cref="ClusterUnreachableException">Patience is over.</exception>
    public async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> attempt, TimeSpan answerTime, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        TimeSpan Left() => _connection.Patience - _time.GetElapsedTime(started);
        try
        {
            return await PatientRequests.While(_time, Left).ExecuteAsync(
                async cancel => await WithinAsync(attempt, Left() > answerTime ? Left() : answerTime, cancel), cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The request was given up.", e, cancellationToken);
        }
        catch (Exception e) when (ApiFailures.IsDistrust(e) || ApiFailures.MayPass(e))
        {
            throw Explain(e);
        }
    }

    /// <summary>What a failure means to who called; what is no failure of the way there stays as it is.</summary>
    public Exception Explain(Exception e)
        => ApiFailures.IsDistrust(e) ? new ClusterUnreachableException(
                $"{_connection.Address} and this program cannot agree on TLS: {ApiFailures.Describe(e)} If the authority of its certificate is a private one, name that: --ca FILE, or AMVIZ_CA. If it speaks plain HTTP, give http://.", e)
            : e is ApiAwayException ? new ClusterUnreachableException($"The cluster at {_connection.Address} answers, but cannot be used for {_connection.Patience.TotalSeconds:0} s: {ApiFailures.Describe(e)}", e)
            : ApiFailures.MayPass(e) ? new ClusterUnreachableException(
                $"The cluster at {_connection.Address} is out of reach for {_connection.Patience.TotalSeconds:0} s: {ApiFailures.Describe(e)} Is a coordinator alive there ('amviz silo --http-port 8080'), and is the address right?", e)
            : e;

    /// <summary>Sends a request once and hands on the answer, of which only the head was read.</summary>
    /// <exception cref="ApiAwayException">The cluster asks to be asked again later.</exception>
    /// <exception cref="RequestRefusedException">What is asked for is not done.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await WithinAsync(cancel => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel), LeastAnswerTime, cancellationToken);
        try
        {
            await ApiAnswers.EnsureSuccessAsync(answer, cancellationToken);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request once and reads the document that is answered.</summary>
    public async Task<T> SendOnceAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        using (var answer = await _client.SendAsync(request, cancellationToken))
        {
            await ApiAnswers.EnsureSuccessAsync(answer, cancellationToken);
            return await ApiAnswers.ReadAsync<T>(answer, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        using (var answer = await _client.SendAsync(request, cancellationToken))
        {
            await ApiAnswers.EnsureSuccessAsync(answer, cancellationToken);
            return true;
        }
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> attempt, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await attempt(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // Also a connection that is not made in time: HttpClient calls that cancelled.
            throw new TimeoutException($"{_connection.Address} did not answer in time.", e);
        }
    }

    private static SocketsHttpHandler Handler(ApiConnection connection)
    {
        var handler = new SocketsHttpHandler
        {
            // The key is for this address and for no other.
            AllowAutoRedirect = false,
            UseCookies = false,
            // What is on this machine is no business of a proxy on another.
            UseProxy = !connection.Address.Root.IsLoopback,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = ConnectTime,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        if (connection.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
