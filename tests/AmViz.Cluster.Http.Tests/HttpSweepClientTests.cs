using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Http.Tests;

/// <summary>Against a server that does what servers should not do; AmViz.Cluster.Api.Tests has those against the API itself.</summary>
public sealed class HttpSweepClientTests
{
    private const string Key = "amviz_0123456789ab_secret";

    private static readonly SweepId Sweep = new("0123456789abcdef");

    // As the API writes it.
    private static readonly JsonSerializerOptions EveryKey = new(SweepJson.Compact) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AClusterThatAsksForPatienceIsAskedAgainWhenItSaid()
    {
        var asked = 0;
        await using var server = new LoopbackServer(_ => ++asked < 4 ? Problem(503, "cluster-away", "The cluster cannot be asked.", ("Retry-After", "2")) : Json(Status(SweepState.Running)));
        await using var client = Client(server);
        var status = await AsTimePassesAsync(client.StatusAsync(Sweep, Token));
        Assert.Equal(SweepState.Running, status?.State);
        Assert.InRange(_time.GetUtcNow() - _time.Start, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task AfterItsPatienceAClientSaysWhatTheClusterSaid(int status)
    {
        await using var server = new LoopbackServer(_ => Problem(status, "store-away", "The store is away.", ("Retry-After", "60")));
        await using var client = Client(server);
        var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => AsTimePassesAsync(client.StatusAsync(Sweep, Token)));
        Assert.Contains("answers, but cannot be used for 30 s: The store is away.", error.Message, StringComparison.Ordinal);
        // At the beginning, and when patience ended.
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task WhereNothingListensThatIsSaid()
    {
        LoopbackServer gone;
        await using (gone = new LoopbackServer(_ => Json(Status(SweepState.Running))))
        {
        }

        await using var client = Client(gone);
        var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => AsTimePassesAsync(client.StatusAsync(Sweep, Token)));
        Assert.Contains("is out of reach for 30 s: Nothing listens there.", error.Message, StringComparison.Ordinal);
        Assert.Contains("'amviz silo --http-port 8080'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatNeverAnswersIsGivenUp()
    {
        await using var server = new LoopbackServer(_ => new(200, []) { Hangs = true });
        await using var client = Client(server);
        var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => AsTimePassesAsync(client.StatusAsync(Sweep, Token)));
        Assert.Contains("It does not answer.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "malformed-request")]
    [InlineData(401, "no-valid-key")]
    [InlineData(403, "role-too-low")]
    [InlineData(404, "unknown-address")]
    [InlineData(409, "other-sweep")]
    [InlineData(422, "invalid-filter")]
    [InlineData(500, "damaged-store")]
    public async Task ARefusalIsToldAtOnceInTheWordsOfTheCluster(int status, string kind)
    {
        await using var server = new LoopbackServer(_ => Problem(status, kind, "What was found and what to do."));
        await using var client = Client(server);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.StatusAsync(Sweep, Token));
        Assert.Equal((status, kind, "What was found and what to do."), (refused.Status, refused.Kind, refused.Message));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task WhatTheClusterDoesNotHaveIsNull()
    {
        await using var server = new LoopbackServer(request => Problem(404, request.Path.Contains("/tasks/", StringComparison.Ordinal) ? "unknown-task" : "unknown-sweep", "There is none."));
        await using var client = Client(server);
        Assert.Null(await client.StatusAsync(Sweep, Token));
        Assert.Null(await client.RetryAsync(Sweep, new(), Token));
        Assert.Null(await client.InspectTaskAsync(Sweep, new("net", "layer", 3), Token));
        Assert.Empty(await client.FollowAsync(Sweep, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task ARedirectionIsNotFollowedWithTheKey()
    {
        await using var elsewhere = new LoopbackServer(_ => Json(Status(SweepState.Running)));
        await using var server = new LoopbackServer(_ => new(307, []) { Headers = new Dictionary<string, string> { ["Location"] = $"{elsewhere.Address}" } });
        await using var client = Client(server);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.StatusAsync(Sweep, Token));
        Assert.Contains($"redirection to '{elsewhere.Address}'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in</html>", "with 'text/html' instead of JSON")]
    [InlineData(200, "application/json", "{\"id\":", "JSON that this program cannot read")]
    [InlineData(200, "application/json", "{}", "JSON that this program cannot read")]
    [InlineData(404, "text/html", "<html>", "answers 404 and does not say why")]
    [InlineData(418, "application/problem+json", "{}", "answers 418 and does not say why")]
    public async Task WhatIsNoApiIsSaidToBeNone(int status, string type, string body, string problem)
    {
        await using var server = new LoopbackServer(_ => Answer(status, type, body));
        await using var client = Client(server);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.StatusAsync(Sweep, Token));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Is the API of a coordinator there", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARetryThatIsRepeatedIsOneRetry()
    {
        var asked = 0;
        await using var server = new LoopbackServer(_ => ++asked == 1
            ? Answer(200, "application/json", "{}") with { CutAfter = 1 }
            : Answer(200, "application/json", JsonSerializer.Serialize(new TaskRetry { Request = Guid.NewGuid(), At = _time.GetUtcNow(), Filter = new(), Before = 3, Retried = 2 }, SweepJson.Compact)));
        await using var client = Client(server);
        var retry = await AsTimePassesAsync(client.RetryAsync(Sweep, new() { Layer = "conv_*", Error = "memory" }, Token));
        Assert.Equal((3, 2), (retry?.Before, retry?.Retried));
        Assert.Equal(2, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal));
        Assert.All(server.Requests, request => Assert.Equal("{\"outcome\":\"failed\",\"layer\":\"conv_*\",\"error\":\"memory\"}", request.Body));
    }

    [Fact]
    public async Task EveryRequestCarriesTheKeyAndNoAddressDoes()
    {
        await using var server = new LoopbackServer(_ => Json(Status(SweepState.Running)));
        await using var client = Client(server);
        await client.PauseAsync(Sweep, Token);
        // It is told of a sweep.
        await Assert.ThrowsAsync<RequestRefusedException>(() => client.InspectTaskAsync(Sweep, new("net", "a/b c", 3, Seed: 7), Token));
        Assert.Equal(["POST /api/v1/sweeps/0123456789abcdef/pause", "GET /api/v1/sweeps/0123456789abcdef/tasks/net/a%2Fb%20c/3?seed=7"], server.Requests.Select(request => $"{request.Method} {request.Path}"));
        Assert.All(server.Requests, request => Assert.Equal($"Bearer {Key}", request.Headers["Authorization"]));
        Assert.DoesNotContain("secret", $"{new ApiConnection(Address(server), Key)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFinishedSweepThatIsSubmittedIsBegunAnew()
    {
        await using var server = new LoopbackServer(request => Json(Status(request.Path.Contains("again=true", StringComparison.Ordinal) ? SweepState.Running : SweepState.Finished)));
        await using var client = Client(server);
        var status = await client.SubmitAsync(Sweep, "{}", new() { Rank = new(2, 1), Pool = "spare" }, Token);
        Assert.Equal(SweepState.Running, status.State);
        Assert.Equal(
            ["PUT /api/v1/sweeps/0123456789abcdef?priority=2&share=1&pool=spare", "PUT /api/v1/sweeps/0123456789abcdef?priority=2&share=1&pool=spare&again=true"],
            server.Requests.Select(request => $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task LiveSweepsAreRankedAsTheClusterRanksThem()
    {
        var first = _time.GetUtcNow();
        SweepStatus Of(string id, int priority, int seconds) => Status(SweepState.Running) with { Id = new(id), Rank = new(priority, 1), StartedAt = first.AddSeconds(seconds) };
        SweepPage[] pages = [new([Of("000000000000000a", 0, 2), Of("000000000000000b", 1, 9)], new("000000000000000b")), new([Of("000000000000000c", 0, 1)], null)];
        await using var server = new LoopbackServer(request => Json(pages[request.Path.Contains("after=000000000000000b", StringComparison.Ordinal) ? 1 : 0]));
        await using var client = Client(server);
        Assert.Equal(["000000000000000b", "000000000000000c", "000000000000000a"], (await client.LiveAsync(Token)).Select(sweep => sweep.Id.Value));
        Assert.All(server.Requests, request => Assert.Contains("state=running", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStreamThatIsLostGoesOnAfterTheLastEventThatWasHeard()
    {
        // Cut in the middle of the third event; then a coordinator that leaves at once; then the rest.
        var whole = Events((7, Status(SweepState.Running, 1)), (8, Status(SweepState.Running, 2)), (9, Status(SweepState.Running, 3)));
        var heard = new ConcurrentQueue<string?>();
        await using var server = new LoopbackServer(request =>
        {
            if (!request.Path.EndsWith("/events", StringComparison.Ordinal))
            {
                return Json(Status(SweepState.Running));
            }

            heard.Enqueue(request.Headers.GetValueOrDefault("Last-Event-ID"));
            return heard.Count switch
            {
                1 => Answer(200, "text/event-stream", whole) with { CutAfter = whole.Length - 20 },
                2 => Problem(503, "cluster-away", "It leaves."),
                3 => Answer(200, "text/event-stream", ": still there\n\n"),
                _ => Answer(200, "text/event-stream", Events((9, Status(SweepState.Running, 3)), (10, Status(SweepState.Finished, 4)))),
            };
        });
        await using var client = Client(server);
        var statuses = await AsTimePassesAsync(client.FollowAsync(Sweep, Token).ToListAsync(Token).AsTask());
        Assert.Equal([1, 2, 3, 4], statuses.Select(status => status.Counts.Rendered).Distinct());
        Assert.Equal(SweepState.Finished, statuses[^1].State);
        Assert.Equal([null, "8", "8", "8"], heard);
    }

    [Fact]
    public async Task AStreamThatIsLostForLongerThanItsPatienceIsOutOfReach()
    {
        var asked = 0;
        await using var server = new LoopbackServer(request => request.Path.EndsWith("/events", StringComparison.Ordinal) && ++asked == 1
            ? Answer(200, "text/event-stream", Events((7, Status(SweepState.Running, 1))))
            : Problem(503, "cluster-away", "The silo is no member of its cluster at the moment."));
        await using var client = Client(server);
        var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => AsTimePassesAsync(client.FollowAsync(Sweep, Token).ToListAsync(Token).AsTask()));
        Assert.Contains("no member of its cluster", error.Message, StringComparison.Ordinal);
        Assert.True(asked > 1, "It was not asked again.");
    }

    [Fact]
    public async Task AKeyThatIsRevokedEndsTheWatchWithWhy()
    {
        var asked = 0;
        await using var server = new LoopbackServer(_ => ++asked == 1 ? Answer(200, "text/event-stream", Events((7, Status(SweepState.Running, 1)))) : Problem(401, "no-valid-key", "The access key was revoked."));
        await using var client = Client(server);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => AsTimePassesAsync(client.FollowAsync(Sweep, Token).ToListAsync(Token).AsTask()));
        Assert.Equal("The access key was revoked.", refused.Message);
    }

    [Fact]
    public async Task EventsComeWithTheDevicesOfAMomentAgo()
    {
        var device = new DeviceStatus { Device = "S127.0.0.1:1:1/cpu#0", Activity = DeviceActivity.Drawing };
        var ended = false;
        await using var server = new LoopbackServer(request => !request.Path.EndsWith("/events", StringComparison.Ordinal) ? Json(Status(SweepState.Running) with { Devices = [device] })
            : Answer(200, "text/event-stream", Events((ended ? 8 : 7, Status(ended ? SweepState.Finished : SweepState.Running, 1)))));
        await using var client = Client(server);
        var seen = new List<SweepStatus>();
        await AsTimePassesAsync(Task.Run(async () =>
        {
            await foreach (var status in client.FollowAsync(Sweep, Token))
            {
                seen.Add(status);
                ended |= status.Devices.Count > 0;
            }

            return seen;
        }, Token));
        Assert.Contains(seen, status => status.Devices.SequenceEqual([device]) && status.Counts.Rendered == 1);
        Assert.Empty(seen[^1].Devices);
    }

    [Fact]
    public void AClientCarriesNeitherTheRuntimeOfOrleansNorRedisNorAWebServer()
    {
        // Assemblies of the closure lie beside this test.
        var beside = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileNameWithoutExtension).ToArray();
        Assert.Contains("AmViz.Cluster.Http", beside);
        string[] none = ["AmViz.Cluster.Client", "AmViz.Cluster.Grains", "Orleans.Runtime", "Orleans.Clustering.Redis", "StackExchange.Redis", "TorchSharp"];
        Assert.Empty(none.Intersect(beside));
        Assert.DoesNotContain(typeof(HttpSweepClient).Assembly.GetReferencedAssemblies(), assembly => assembly.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static SweepStatus Status(SweepState state, int rendered = 0) => new() { Id = Sweep, State = state, Counts = new() { Planned = 4, Rendered = rendered } };

    private static string Events(params IEnumerable<(long Number, SweepStatus Status)> events)
        => string.Concat(events.Select(one => FormattableString.Invariant($"id: {one.Number}\nevent: status\ndata: {JsonSerializer.Serialize(one.Status, SweepJson.Compact)}\n\n")));

    private static LoopbackResponse Json<T>(T document) => Answer(200, "application/json", JsonSerializer.Serialize(document, EveryKey));

    private static LoopbackResponse Problem(int status, string kind, string detail, params IEnumerable<(string Name, string Value)> headers)
    {
        var answer = Answer(status, ProblemDocument.MediaType, JsonSerializer.Serialize(new ProblemDocument(ProblemDocument.TypePrefix + kind, "Title", status, detail), SweepJson.Compact));
        return answer with { Headers = answer.Headers.Concat(headers.Select(header => KeyValuePair.Create(header.Name, header.Value))).ToDictionary(StringComparer.OrdinalIgnoreCase) };
    }

    private static LoopbackResponse Answer(int status, string type, string body)
        => new(status, Encoding.UTF8.GetBytes(body)) { Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type } };

    private static ApiAddress Address(LoopbackServer server) => ApiAddress.TryParse($"{server.Address}", out var address, out var problem) ? address : throw new ArgumentException(problem, nameof(server));

    private HttpSweepClient Client(LoopbackServer server) => new(new(Address(server), Key), _time);

    /// <summary>Lets the client's time pass while it waits for the server, which needs real time.</summary>
    private async Task<T> AsTimePassesAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Task.Delay(10, Token)) != work)
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        return await work;
    }
}
