using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>Many clients submit one sweep over HTTP while a coordinator dies.</summary>
public sealed partial class SubmissionStormTests(ITestOutputHelper output) : ClusterTest
{
    private const int Clients = 100;

    private const int Channels = 32;

    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    // Three seconds in all, so that the sweep outlives the coordinator.
    private static readonly Dictionary<string, string> Slow = new(StringComparer.Ordinal) { ["TESTSILO_MILLISECONDS"] = "100", ["TESTSILO_BATCH"] = "1" };

    private static readonly string Spec = $"models: [{{ model: texturenet, layers: [{{ layer: conv_pw_4_bn, channels: 0-{Channels - 1} }}] }}]\nrecipe: {{ name: paper, steps: 8, size: 48 }}\n";

    [Fact]
    public async Task OneSpecPutAHundredTimesAtOnceWhileACoordinatorIsKilledIsOneSweepWithOneRun()
    {
        await using var store = ClusterStore.InFolder();
        await using var cluster = await TestCluster.StartAsync(store.Address);
        // One makes the first key of the store.
        var coordinators = new[] { StartCoordinator(cluster), StartCoordinator(cluster) };
        cluster.StartTestSilo("gpu", Slow);
        await Task.WhenAll(coordinators.Select(TestCluster.ReadyAsync));
        var key = coordinators.Select(coordinator => Key().Match(coordinator.Output).Value).Single(text => text.Length > 0);
        using var client = new HttpClient { Timeout = LongestTrouble };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var addresses = coordinators.Select(coordinator => Address().Match(coordinator.Output).Value).ToArray();
        using var planned = await client.PostAsync($"{addresses[1]}api/v1/plans", Body(), Token);
        var id = JsonDocument.Parse(await planned.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("id").GetString()!;

        var storm = new Storm(client, addresses, id);
        var answers = Task.WhenAll(Enumerable.Range(0, Clients).Select(storm.PutAsync));
        await coordinators[0].UntilAsync("a tenth is answered", () => storm.Answered >= Clients / 10);
        storm.Kill.Start();
        var killed = coordinators[0].KillAsync();
        storm.Release();
        await killed;
        var statuses = await answers;

        output.WriteLine($"{statuses.Count(status => status.IsCreated)} x 201, {statuses.Count(status => !status.IsCreated)} x 200, {storm.AnsweredAfterKill} of them after the kill; meanwhile {storm.Troubles}; all answered {storm.Kill.Elapsed.TotalSeconds:0.0} s after the kill, the last 5xx {storm.LastTrouble.TotalSeconds:0.0} s after it");
        // Those that were held went when the signal had been sent.
        Assert.InRange(storm.AnsweredAfterKill, Clients / 2, Clients);
        Assert.True(storm.LastTrouble < LongestTrouble, $"A 5xx {storm.LastTrouble} after the kill.");
        // The answer to the first may have died with its coordinator.
        Assert.InRange(statuses.Count(status => status.IsCreated), 0, 1);
        Assert.Single(statuses.Select(status => status.StartedAt).Distinct());
        AssertFinished(await cluster.EndAsync(id), cluster);

        var sweeps = JsonDocument.Parse(await client.GetStringAsync($"{addresses[1]}api/v1/sweeps", Token)).RootElement.GetProperty("sweeps");
        Assert.Equal(id, Assert.Single(sweeps.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(Channels, await store.PicturesAsync());
        var rows = await new AmViz.Storage.ManifestReader(store.Blobs).ReadRowsAsync(new(id), Token).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, Channels), rows.Select(row => row.Channel).Order());
        var runs = await store.Blobs.ListAsync(AmViz.Storage.ResultLayout.Journal(new(id)), Token).ToListAsync(Token);
        Assert.Equal(2, runs.Count);
        output.WriteLine($"{rows.Count} channels, {cluster.Drawn} batches of one begun, {runs.Count} entries of the journal");
        Assert.InRange(cluster.Drawn, Channels, Channels + 2);
    }

    private static AmVizProcess StartCoordinator(TestCluster cluster)
        => cluster.Start("silo", "--role", "coordinator", "--store", cluster.Store, "--http-port", "0", "--http-address", "127.0.0.1");

    private static StringContent Body() => new(Spec, Encoding.UTF8, "application/yaml");

    [GeneratedRegex("(?<=^key +)amviz_\\w+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex("(?<=^http +)http://[0-9.:]+/", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    /// <summary>Clients that put a spec until it is taken, half of them at once and the others when a coordinator is being killed: no connection and 503 are tried again at the other coordinator, anything else is a failure.</summary>
    private sealed class Storm(HttpClient client, string[] addresses, string id)
    {
        private readonly ConcurrentDictionary<string, int> _troubles = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _lastTrouble;
        private int _answered;
        private int _answeredAfterKill;

        public Stopwatch Kill { get; } = new();

        public int Answered => Volatile.Read(ref _answered);

        public int AnsweredAfterKill => Volatile.Read(ref _answeredAfterKill);

        /// <summary>When the last 5xx came, after the kill.</summary>
        public TimeSpan LastTrouble => new(Interlocked.Read(ref _lastTrouble));

        public string Troubles => _troubles.IsEmpty ? "no trouble" : string.Join(", ", _troubles.OrderBy(trouble => trouble.Key, StringComparer.Ordinal).Select(trouble => $"{trouble.Value} x {trouble.Key}"));

        /// <summary>The other half goes.</summary>
        public void Release() => _released.TrySetResult();

        public async Task<(bool IsCreated, string StartedAt)> PutAsync(int number)
        {
            if (number >= Clients / 2)
            {
                await _released.Task.WaitAsync(Token);
            }

            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    using var body = Body();
                    using var answer = await client.PutAsync($"{addresses[(number + attempt) % addresses.Length]}api/v1/sweeps/{id}", body, Token);
                    var text = await answer.Content.ReadAsStringAsync(Token);
                    if (answer.IsSuccessStatusCode)
                    {
                        Interlocked.Increment(ref _answered);
                        _ = Kill.IsRunning ? Interlocked.Increment(ref _answeredAfterKill) : 0;
                        return (answer.StatusCode == HttpStatusCode.Created, JsonDocument.Parse(text).RootElement.GetProperty("startedAt").GetString()!);
                    }

                    Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}: {text}");
                    Note("503", isAnswer: true);
                }
                catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !Token.IsCancellationRequested)
                {
                    Note("no answer", isAnswer: false);
                }

                Assert.True(Kill.Elapsed < 2 * LongestTrouble, $"Not taken {Kill.Elapsed} after the kill; {Troubles}.");
                await Task.Delay(Pause, Token);
            }
        }

        private void Note(string trouble, bool isAnswer)
        {
            _troubles.AddOrUpdate(trouble, 1, (_, count) => count + 1);
            if (isAnswer)
            {
                Interlocked.Exchange(ref _lastTrouble, Kill.Elapsed.Ticks);
            }
        }
    }
}
