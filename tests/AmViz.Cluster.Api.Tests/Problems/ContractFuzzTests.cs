using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>What no well-behaved client would send, made of the document of the API. Alone, since it measures the memory of its process.</summary>
[Collection(nameof(Alone))]
public sealed class ContractFuzzTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Requests = 2000;

    private const int Stalled = 8;

    private const int AtOnce = 16;

    private const int Seed = 20261129;

    // Of the collected heap, the log of this host included. Seen: 22 MB, most of it what any first requests take; after 20,000 requests 33 MB.
    private const long MostGrowth = 40 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private TimeSpan _slowest;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoThousandMalformedRequestsAreAnsweredInTimeAndAreNobodysFaultHere()
    {
        var fuzzer = await FuzzerAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        // Made while they are sent, one after the other.
        var requests = Enumerable.Range(0, Requests).Select(_ => fuzzer.Next());
        var stalled = Task.WhenAll(Enumerable.Range(0, Stalled).Select(_ => fuzzer.NextStalled()).ToArray().Select(request => SendAsync(request, Token)));
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (request, token) => await SendAsync(request, token));
        await stalled;
        Assert.True(_wrong.IsEmpty, $"{_wrong.Count} answers are wrong:\n{string.Join("\n\n", _wrong)}");
        Assert.DoesNotContain(host.Log, line => line.Contains("nobody foresaw", StringComparison.Ordinal));

        // It works as before.
        await host.DrawAsync(7);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{string.Join("  ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}; slowest {_slowest.TotalSeconds:0.00} s; heap grew by {growth / 1048576.0:0.0} MB; resident {Environment.WorkingSet >> 20} MB");
        Assert.True(growth < MostGrowth, $"The heap grew by {growth} bytes.");
    }

    private async Task<ContractFuzzer> FuzzerAsync()
    {
        using var client = host.Client(AccessRole.Submit);
        var sweep = await host.DrawAsync(6);
        var upload = (await ApiHost.ReadAsync(await client.PostAsync("/api/v1/uploads", content: null, Token))).GetProperty("id").GetString()!;
        var picture = (await host.PathsAsync()).First(path => path.StartsWith("results/", StringComparison.Ordinal));
        var expired = await host.Keys.CreateAsync("expired", AccessRole.Admin, TimeSpan.FromTicks(1), Token);
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["id"] = sweep, ["model"] = FakePlanner.Network.Name, ["layer"] = "logits", ["channel"] = "2", ["path"] = Uri.EscapeDataString(picture).Replace("%2F", "/", StringComparison.Ordinal), ["upload"] = upload, ["digest"] = FakePlanner.Network.WeightsDigest, ["name"] = "weights/model.bin",
        };
        var bodies = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [""] = JsonSerializer.Serialize(new SweepSpec { Models = [new() { Model = FakePlanner.Network.Name, Layers = [new("logits")] }], Recipe = Recipes.Paper with { Steps = 6 } }, SweepJson.Compact),
            ["/retry"] = """{"outcome": "failed", "model": "fakenet", "layer": "log*", "error": "memory"}""",
            [$"/{sweep}"] = """{"priority": 2, "share": 3, "models": [{"model": "fakenet"}]}""",
            ["/complete"] = """{"model": "sent", "files": [{"name": "config.json", "bytes": 2, "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}], "checkpointKey": "x"}""",
        };
        string?[] keys = [null, "Bearer garbage", $"Bearer {expired.Text}", $"Bearer {host.Issuer.Token("drawers")}", .. host.KeyOf.Values.Select(key => $"Bearer {key}"), .. Enumerable.Repeat($"Bearer {host.KeyOf[AccessRole.Admin]}", 8)];
        return new(await ApiContract.ReadAsync(client, Token), known, bodies, keys, Seed);
    }

    private async Task SendAsync(RawRequest request, CancellationToken token)
    {
        var watch = Stopwatch.StartNew();
        RawAnswer answer;
        do
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(Longest);
            try
            {
                answer = await RawHttp.SendAsync(host.Address, request, limit.Token);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                _wrong.Enqueue($"no answer within {Longest}: {request}");
                return;
            }
        }
        // Somebody else's turn, which is over soon.
        while (answer is { Status: 503 } && answer.Has("Retry-After:") && answer.Body.Contains("-busy\"", StringComparison.Ordinal) && watch.Elapsed < Longest);

        _slowest = watch.Elapsed > _slowest ? watch.Elapsed : _slowest;
        _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        if (WhatIsWrong(request, answer) is { } wrong)
        {
            _wrong.Enqueue($"{wrong}: {request}\n   -> {answer.Head}\n{answer.Body}");
        }
    }

    private static string? WhatIsWrong(RawRequest request, RawAnswer answer) => answer.Status switch
    {
        0 => request.Ending is RequestEnding.Abort or RequestEnding.HalfClose || !request.IsHttp ? null : "no answer",
        // What HTTP says of a version that a server does not speak.
        505 => request.IsHttp ? "a fault of the server" : null,
        >= 500 => "a fault of the server",
        >= 400 when !request.IsHttp || (answer.Body.Length == 0 && answer.Has("Content-Type: application/problem+json")) => null,
        >= 400 => IsProblem(answer) ? null : "no problem that says what to do",
        >= 200 and < 300 => null,
        var other => $"an odd status, {other}",
    };

    private static bool IsProblem(RawAnswer answer)
    {
        if (!answer.Has("Content-Type: application/problem+json"))
        {
            return false;
        }

        try
        {
            var problem = JsonDocument.Parse(answer.Body).RootElement;
            return problem.GetProperty("detail").GetString()!.Length > 20 && problem.GetProperty("status").GetInt32() == answer.Status;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Tests that nothing else of this process may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
