using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AmViz.Sweeps;

namespace AmViz.Cluster.Api.Tests.Sweeps;

/// <summary>Two hundred people watch one sweep, and none of their connections holds.</summary>
public sealed class ManyWatchersTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Watchers = 200;

    private const int Seeds = 10;

    private const int Seed = 20261129;

    // An event is about a dozen pieces: every other one is cut.
    private const int PiecesOfAConnection = 20;

    private const int PieceBytes = 64;

    private static readonly TimeSpan LongestConnection = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(120);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoHundredWatchersWhoseConnectionsAreCutHearEveryEventOnceInOrderToTheEnd()
    {
        var hold = new TaskCompletionSource();
        host.Device.BeforeBatch = async (_, cancelled) =>
        {
            await hold.Task.WaitAsync(cancelled);
            await Task.Delay(BatchTime, cancelled);
        };
        using var submitter = host.Client(AccessRole.Submit);
        var spec = JsonSerializer.Serialize(new SweepSpec { Models = [new() { Model = FakePlanner.Network.Name }], Recipe = Recipes.Paper with { Steps = 41 }, Seeds = [.. Enumerable.Range(0, Seeds)] }, SweepJson.Compact);
        using var submitted = await submitter.PostAsync("/api/v1/sweeps", ApiHost.Json(spec), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString()!;

        var watchers = Enumerable.Range(0, Watchers).Select(number => new Watcher(host, id, new Random(Seed + number))).ToArray();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        leaving.CancelAfter(2 * Longest);
        var watching = AllAsync(watchers.Select(watcher => watcher.ListenAsync(leaving.Token)), leaving);
        // Whoever fails before that is told at once.
        await WithinAsync(Task.WhenAny(watching, Task.WhenAll(watchers.Select(watcher => watcher.First))), "every watcher hears its first event", watchers);
        hold.SetResult();
        await WithinAsync(watching, "every watcher hears the last event", watchers);
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;

        var cuts = watchers.Sum(watcher => watcher.Cuts);
        TestContext.Current.TestOutputHelper?.WriteLine($"{watchers.Max(watcher => watcher.Heard.Count)} events, {Watchers} watchers, {cuts} cuts, {watchers.Sum(watcher => watcher.CutInAnEvent)} of them in the middle of an event");
        Assert.All(watchers, watcher => Assert.True(watcher.Cuts > 0, "A connection was never cut."));
        var all = watchers.SelectMany(watcher => watcher.Heard).DistinctBy(one => one.Number).ToDictionary(one => one.Number, one => one.Data);
        Assert.True(all.Count >= 5, $"Only {all.Count} events.");
        Assert.All(watchers, watcher =>
        {
            // Numbers have no gaps, so nothing between the first and the last is missing.
            Assert.Equal(Enumerable.Range(0, watcher.Heard.Count).Select(place => watcher.Heard[0].Number + place), watcher.Heard.Select(one => one.Number));
            Assert.All(watcher.Heard, one => Assert.Equal(all[one.Number], one.Data));
            Assert.Equal(all.Keys.Max(), watcher.Heard[^1].Number);
        });
        Assert.Contains("\"state\":\"finished\"", all[all.Keys.Max()], StringComparison.Ordinal);
    }

    /// <summary>Waits for all; when one has failed, the others leave.</summary>
    private static async Task AllAsync(IEnumerable<Task> tasks, CancellationTokenSource leaving)
    {
        await foreach (var ended in Task.WhenEach(tasks))
        {
            if (!ended.IsCompletedSuccessfully)
            {
                await leaving.CancelAsync();
                await ended;
            }
        }
    }

    private static async Task WithinAsync(Task phase, string what, IReadOnlyCollection<Watcher> watchers)
    {
        try
        {
            await phase.WaitAsync(Longest, Token);
        }
        catch (TimeoutException)
        {
            var heard = watchers.Select(watcher => watcher.Heard.Count).ToArray();
            Assert.Fail($"After {Longest} it is not so that {what}: {heard.Count(count => count > 0)} of {Watchers} have heard one, the last of them {heard.Max()}, after {watchers.Sum(watcher => watcher.Cuts)} cuts.");
        }
    }

    /// <summary>Listens until the end, over connections that are cut at random.</summary>
    private sealed class Watcher(ApiHost host, string id, Random random)
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(long Number, string Data)> Heard { get; } = [];

        /// <summary>Ends with the first event.</summary>
        public Task First => _first.Task;

        public int Cuts { get; private set; }

        public int CutInAnEvent { get; private set; }

        public async Task ListenAsync(CancellationToken cancellationToken)
        {
            using var client = host.Client(AccessRole.Read);
            var isOver = false;
            while (!isOver)
            {
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (First.IsCompleted)
                {
                    CutSoon(cut);
                }

                var left = new StringBuilder();
                try
                {
                    isOver = await ListenAsync(client, left, cut);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    Cuts++;
                    CutInAnEvent += left.Length > 0 ? 1 : 0;
                }
            }
        }

        // Not before the first event: a machine that is busy may take longer to say it than a connection holds.
        private void CutSoon(CancellationTokenSource cut) => cut.CancelAfter(LongestConnection * random.NextDouble());

        /// <summary>Listens over one connection.</summary>
        /// <returns>Whether there is nothing more to come.</returns>
        private async Task<bool> ListenAsync(HttpClient client, StringBuilder left, CancellationTokenSource cut)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sweeps/{id}/events");
            if (Heard.Count > 0)
            {
                request.Headers.Add("Last-Event-ID", Heard[^1].Number.ToString(CultureInfo.InvariantCulture));
            }

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cut.Token);
            if (answer.StatusCode == HttpStatusCode.NoContent)
            {
                return true;
            }

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await using var stream = await answer.Content.ReadAsStreamAsync(cut.Token);
            var buffer = new byte[PieceBytes];
            while (await stream.ReadAsync(buffer, cut.Token) is var count and > 0)
            {
                left.Append(Encoding.UTF8.GetString(buffer, 0, count));
                Take(left);
                if (!First.IsCompleted && Heard.Count > 0)
                {
                    _first.SetResult();
                    CutSoon(cut);
                }

                cut.Token.ThrowIfCancellationRequested();
                if (First.IsCompleted && left.Length > 0 && random.Next(PiecesOfAConnection) == 0)
                {
                    throw new OperationCanceledException(cut.Token);
                }
            }

            return true;
        }

        /// <summary>Takes the whole events of what has come.</summary>
        private void Take(StringBuilder left)
        {
            var text = left.ToString();
            if (text.LastIndexOf("\n\n", StringComparison.Ordinal) is var end and >= 0)
            {
                foreach (var block in text[..end].Split("\n\n").Where(block => block.StartsWith("id: ", StringComparison.Ordinal)))
                {
                    var lines = block.Split('\n');
                    Heard.Add((long.Parse(lines[0].AsSpan(4), CultureInfo.InvariantCulture), lines[2]["data: ".Length..]));
                }

                left.Remove(0, end + 2);
            }
        }
    }
}
