using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace AmViz.Cluster.Http;

/// <summary>A client of a cluster's HTTP API: whoever it runs for needs its address and an access key, and nothing else.</summary>
/// <remarks>Refusals, of a key or of a request, are <see cref="RequestRefusedException"/>, thrown at once.</remarks>
/// <param name="connection">Which API, as whom.</param>
/// <param name="time">The clock.</param>
public sealed class HttpSweepClient(ApiConnection connection, TimeProvider time) : ISweepClient
{
    private const int LongestPage = 1000;
    private const string IdempotencyKey = "Idempotency-Key";
    private const string JsonType = "application/json";

    // A plan may need a network that the coordinator fetches first.
    private static readonly TimeSpan PlanningTime = TimeSpan.FromMinutes(10);

    // Events tell of the sweep alone; how far the devices are with its pictures is asked for.
    private static readonly TimeSpan DeviceInterval = TimeSpan.FromSeconds(1);

    private readonly ApiTransport _api = new(connection, time);

    /// <summary>Whose key the client presents.</summary>
    public Task<KeyOwner> OwnerAsync(CancellationToken cancellationToken) => GetAsync<KeyOwner>(ApiPaths.Me, cancellationToken);

    /// <summary>What a spec comes to; nothing is begun.</summary>
    /// <param name="spec">The spec as JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestRefusedException">With every mistake of the spec.</exception>
    public Task<PlannedSweep> PlanAsync(string spec, CancellationToken cancellationToken)
        => _api.SendAsync<PlannedSweep>(() => new(HttpMethod.Post, ApiPaths.Plans) { Content = Json(spec) }, cancellationToken, PlanningTime);

    /// <summary>What a spec would take, by a few steps on the device of a coordinator; nothing is begun.</summary>
    /// <param name="spec">The spec as JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestRefusedException">With every mistake of the spec; or the coordinator has no device.</exception>
    public Task<EstimatedSweep> EstimateAsync(string spec, CancellationToken cancellationToken)
        => _api.SendAsync<EstimatedSweep>(() => new(HttpMethod.Post, ApiPaths.Estimates) { Content = Json(spec) }, cancellationToken, PlanningTime);

    /// <summary>Submits a sweep; again does no harm.</summary>
    /// <param name="sweep">The id that its plan has.</param>
    /// <param name="spec">The spec as JSON.</param>
    /// <param name="submission">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<SweepStatus> SubmitAsync(SweepId sweep, string spec, SweepSubmission submission, CancellationToken cancellationToken)
        => _api.RepeatAsync(cancel => SubmitOnceAsync(sweep, spec, submission, cancel), PlanningTime, cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> PauseAsync(SweepId sweep, CancellationToken cancellationToken) => ControlAsync(sweep, "pause", cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> ResumeAsync(SweepId sweep, CancellationToken cancellationToken) => ControlAsync(sweep, "resume", cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus> CancelAsync(SweepId sweep, CancellationToken cancellationToken) => ControlAsync(sweep, "cancel", cancellationToken);

    /// <inheritdoc/>
    public Task<SweepStatus?> RerankAsync(SweepId sweep, int? priority, int? share, CancellationToken cancellationToken)
        => FindAsync(
            _api.SendAsync<SweepStatus>(
                () => new(HttpMethod.Patch, ApiPaths.Sweep(sweep)) { Content = Json(JsonSerializer.Serialize(new RankChange(priority, share), SweepJson.Compact)) }, cancellationToken));

    /// <inheritdoc/>
    public Task<TaskRetry?> RetryAsync(SweepId sweep, TaskFilter filter, CancellationToken cancellationToken)
    {
        // Repeated under one id, so that an answer that was lost changes nothing.
        var id = $"{Guid.NewGuid()}";
        return FindAsync(
            _api.SendAsync<TaskRetry>(
                () => new(HttpMethod.Post, ApiPaths.Control(sweep, "retry")) { Headers = { { IdempotencyKey, id } }, Content = Json(JsonSerializer.Serialize(filter, SweepJson.Compact)) }, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<TaskInspection?> InspectTaskAsync(SweepId sweep, TaskQuery query, CancellationToken cancellationToken)
        => FindAsync(GetAsync<TaskInspection>(ApiPaths.Task(sweep, query), cancellationToken));

    /// <inheritdoc/>
    public Task<SweepStatus?> StatusAsync(SweepId sweep, CancellationToken cancellationToken)
        => FindAsync(GetAsync<SweepStatus>(ApiPaths.Sweep(sweep), cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<SweepStatus> FollowAsync(SweepId sweep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateUnbounded<SweepStatus>();
        var listening = new SweepListener(_api, sweep, time).ListenAsync(events.Writer, leaving.Token);
        try
        {
            await foreach (var status in WithDevicesAsync(sweep, events.Reader, cancellationToken))
            {
                yield return status;
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await listening;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SweepStatus>> LiveAsync(CancellationToken cancellationToken)
    {
        var running = await PagesAsync("running", cancellationToken);
        return [.. running.OrderByDescending(sweep => sweep.Rank.Priority).ThenBy(sweep => sweep.StartedAt)];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SweepStatus>> AllAsync(CancellationToken cancellationToken) => PagesAsync(state: null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, JsonType);

    /// <summary>What there is not is no error here.</summary>
    private static async Task<T?> FindAsync<T>(Task<T> asking)
        where T : class
    {
        try
        {
            return await asking;
        }
        catch (RequestRefusedException e) when (e is { Status: (int)HttpStatusCode.NotFound, Kind: "unknown-sweep" or "unknown-task" })
        {
            return null;
        }
    }

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => _api.SendAsync<T>(() => new(HttpMethod.Get, path), cancellationToken);

    private Task<SweepStatus> ControlAsync(SweepId sweep, string verb, CancellationToken cancellationToken)
        => _api.SendAsync<SweepStatus>(() => new(HttpMethod.Post, ApiPaths.Control(sweep, verb)), cancellationToken);

    /// <summary>The API leaves a finished sweep as it is, unless a new run is asked for; to submit one means to look whether all of it is there still.</summary>
    private async Task<SweepStatus> SubmitOnceAsync(SweepId sweep, string spec, SweepSubmission submission, CancellationToken cancellationToken)
    {
        var status = await PutAsync(submission);
        return status.State == SweepState.Finished && !submission.Anew ? await PutAsync(submission with { Anew = true }) : status;

        Task<SweepStatus> PutAsync(SweepSubmission how)
            => _api.SendOnceAsync<SweepStatus>(new(HttpMethod.Put, ApiPaths.Submission(sweep, how)) { Content = Json(spec) }, cancellationToken);
    }

    private async Task<IReadOnlyList<SweepStatus>> PagesAsync(string? state, CancellationToken cancellationToken)
    {
        List<SweepStatus> all = [];
        SweepId? after = null;
        do
        {
            var page = await GetAsync<SweepPage>(ApiPaths.Page(state, LongestPage, after), cancellationToken);
            all.AddRange(page.Sweeps);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>Adds to what events tell which devices work for the sweep, as of a moment ago.</summary>
    private async IAsyncEnumerable<SweepStatus> WithDevicesAsync(SweepId sweep, ChannelReader<SweepStatus> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(DeviceInterval, time);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        SweepStatus? latest = null;
        var isGone = false;
        while (!isGone)
        {
            var heard = events.WaitToReadAsync(cancellationToken).AsTask();
            while (!isGone && await Task.WhenAny(heard, tick) == tick)
            {
                await tick;
                if (latest is not null)
                {
                    if (await StatusAsync(sweep, cancellationToken) is { Devices: var devices })
                    {
                        yield return latest = latest with { Devices = devices };
                    }
                    else
                    {
                        // Removed; perhaps nobody was told how it ended.
                        isGone = true;
                    }
                }

                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            if (!isGone && !await heard)
            {
                yield break;
            }

            while (events.TryRead(out var status))
            {
                latest = status.State.HasEnded() ? status : status with { Devices = latest?.Devices ?? [] };
                yield return latest;
            }
        }
    }
}
