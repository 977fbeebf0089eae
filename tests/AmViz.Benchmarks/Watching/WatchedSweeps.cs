using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AmViz.Benchmarks;

/// <summary>What a sweep took of its coordinator.</summary>
/// <param name="Watchers">Streams of events.</param>
/// <param name="Seconds">From submission to end.</param>
/// <param name="CpuSeconds">Processor time of the coordinator's process.</param>
/// <param name="HeapBytes">Its live objects, halfway.</param>
/// <param name="PeakBytes">Most memory that its process had.</param>
/// <param name="Events">Events that all watchers together heard.</param>
/// <param name="Wrong">Watchers that missed an event, heard one twice, or did not hear the end.</param>
internal sealed record WatchedRun(int Watchers, double Seconds, double CpuSeconds, long HeapBytes, long PeakBytes, long Events, int Wrong);

/// <summary>Draws the same sweep several times, each time with another number of watchers.</summary>
internal static class WatchedSweeps
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Measures, after a first round that is not told of: by then all code is compiled, and compiled again.</summary>
    public static async Task<IReadOnlyList<WatchedRun>> MeasureAsync(IReadOnlyList<int> watchers, int seconds, CancellationToken cancellationToken)
    {
        await using var coordinator = await WatchedCoordinator.StartAsync(cancellationToken);
        using var client = new HttpClient { BaseAddress = coordinator.Address, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", coordinator.Key);
        var runs = new List<WatchedRun>();
        foreach (var (number, count) in watchers.Concat(watchers).Index())
        {
            // Another number of steps is another sweep.
            runs.Add(await RunAsync(coordinator, client, steps: number + 1, count, seconds, cancellationToken));
        }

        return runs[watchers.Count..];
    }

    private static async Task<WatchedRun> RunAsync(WatchedCoordinator coordinator, HttpClient client, int steps, int watchers, int seconds, CancellationToken cancellationToken)
    {
        var (watch, cpu, peak, heap) = (Stopwatch.StartNew(), coordinator.CpuSeconds, 0L, 0L);
        using var spec = new StringContent(WatchedPlanner.Spec(seconds * WatchedCoordinator.PicturesPerSecond, steps), Encoding.UTF8, "application/json");
        using var submitted = await client.PostAsync("api/v1/sweeps", spec, cancellationToken);
        submitted.EnsureSuccessStatusCode();
        var id = JsonDocument.Parse(await submitted.Content.ReadAsStringAsync(cancellationToken)).RootElement.GetProperty("id").GetString()!;
        var streams = Enumerable.Range(0, watchers).Select(_ => ListenAsync(client, id, cancellationToken)).ToArray();
        while (!(await client.GetStringAsync($"api/v1/sweeps/{id}", cancellationToken)).Contains("\"finished\"", StringComparison.Ordinal))
        {
            peak = Math.Max(peak, coordinator.Bytes);
            heap = heap == 0 && watch.Elapsed.TotalSeconds > seconds / 2.0 ? await coordinator.HeapAsync(cancellationToken) : heap;
            await Task.Delay(Pause, cancellationToken);
        }

        var heard = await Task.WhenAll(streams);
        return new(watchers, watch.Elapsed.TotalSeconds, coordinator.CpuSeconds - cpu, heap, peak, heard.Sum(one => one.Events), heard.Count(one => !one.IsWhole));
    }

    /// <summary>Listens to the end. Numbers of events have no gaps.</summary>
    private static async Task<(long Events, bool IsWhole)> ListenAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await client.GetStreamAsync($"api/v1/sweeps/{id}/events", cancellationToken));
        var (events, last, isWhole, isOver) = (0L, 0L, true, false);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                var number = long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
                isWhole &= events == 0 || number == last + 1;
                (last, events) = (number, events + 1);
            }
            else
            {
                isOver |= line.Contains("\"state\":\"finished\"", StringComparison.Ordinal);
            }
        }

        return (events, isWhole && isOver);
    }
}
