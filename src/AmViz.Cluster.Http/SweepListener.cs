using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;

namespace AmViz.Cluster.Http;

/// <summary>Listens to the events of a sweep: a connection that is lost is made again and goes on after the last event that was heard.</summary>
/// <param name="api">The way to the API.</param>
/// <param name="sweep">Which sweep.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepListener(ApiTransport api, SweepId sweep, TimeProvider time)
{
    private const string LastEventId = "Last-Event-ID";
    private const string Events = "text/event-stream";

    private string? _last;
    private long _heardAt = time.GetTimestamp();

    /// <summary>Writes every status down until the sweep has ended, or there is no such sweep.</summary>
    /// <param name="statuses">Where to; it is completed at the end, with what has gone wrong.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ListenAsync(ChannelWriter<SweepStatus> statuses, CancellationToken cancellationToken)
    {
        try
        {
            // Patience counts from the last word that was heard.
            await PatientRequests.While(time, () => api.Connection.Patience - time.GetElapsedTime(_heardAt))
                .ExecuteAsync(async cancel => await ListenOnceAsync(statuses, cancel), cancellationToken);
            statuses.Complete();
        }
        catch (RequestRefusedException e) when (e.Status == (int)HttpStatusCode.NotFound)
        {
            statuses.Complete();
        }
        catch (Exception e)
        {
            statuses.Complete(api.Explain(e));
        }
    }

    private async Task ListenOnceAsync(ChannelWriter<SweepStatus> statuses, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiPaths.Events(sweep));
        request.Headers.Accept.Add(new(Events));
        if (_last is not null)
        {
            request.Headers.Add(LastEventId, _last);
        }

        using var answer = await api.OpenAsync(request, cancellationToken);
        _heardAt = time.GetTimestamp();
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            return;
        }

        await using var stream = new HeardStream(await answer.Content.ReadAsStreamAsync(cancellationToken), api.Connection.Silence, time, () => _heardAt = time.GetTimestamp());
        await foreach (var one in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            var status = Read(one.Data);
            statuses.TryWrite(status);
            _last = one.EventId ?? _last;
            if (status.State.HasEnded())
            {
                return;
            }
        }

        // A coordinator that leaves, or a key that was revoked: the next attempt will tell.
        throw new IOException("The stream of events ended before the sweep did.");
    }

    private static SweepStatus Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepStatus>(data, SweepJson.Compact) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RequestRefusedException(
                (int)HttpStatusCode.OK, null, string.Create(CultureInfo.InvariantCulture, $"The stream of events tells what this program cannot read: {e.Message} Is it the API of a coordinator of the same version?"));
        }
    }
}
