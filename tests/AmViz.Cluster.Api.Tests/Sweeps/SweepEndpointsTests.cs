using System.Net;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class SweepEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneSpecPutTwentyTimesAtOnceIsOneSweep()
    {
        using var client = host.Client(AccessRole.Submit);
        using var planned = await client.PostAsync("/api/v1/plans", ApiHost.Json(FakePlanner.Spec(11)), Token);
        var plan = await ApiHost.ReadAsync(planned);
        Assert.Equal(10, plan.GetProperty("pictures").GetInt32());
        Assert.Equal("0-5", plan.GetProperty("layers")[0].GetProperty("channels").GetString());
        var id = plan.GetProperty("id").GetString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PutAsync($"/api/v1/sweeps/{id}?priority=2&share=3", ApiHost.Json(FakePlanner.Spec(11)), Token)));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.All(answers, answer => Assert.Equal($"/api/v1/sweeps/{id}", $"{answer.Headers.Location}"));
        await host.EndedAsync(id!);
        Assert.Equal(10, host.Device.Batches.Where(batch => batch.Recipe.Steps == 11).Sum(batch => batch.Tasks.Count));
        var status = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}", Token));
        Assert.Equal(2, status.GetProperty("rank").GetProperty("priority").GetInt32());

        using var late = await client.PutAsync($"/api/v1/sweeps/{id}", ApiHost.Json(FakePlanner.Spec(11)), Token);
        Assert.Equal(status.ToString(), (await ApiHost.ReadAsync(late)).ToString());
        using var anew = await client.PutAsync($"/api/v1/sweeps/{id}?again=true", ApiHost.Json(FakePlanner.Spec(11)), Token);
        Assert.NotEqual(status.GetProperty("startedAt").GetString(), (await ApiHost.ReadAsync(anew)).GetProperty("startedAt").GetString());
        await host.EndedAsync(id!);
    }

    [Fact]
    public async Task ASpecPutUnderAnotherIdIsToldItsOwn()
    {
        using var client = host.Client(AccessRole.Submit);
        using var answer = await client.PutAsync("/api/v1/sweeps/0123456789abcdef", ApiHost.Json(FakePlanner.Spec(12)), Token);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = await ApiHost.ReadAsync(answer);
        var id = problem.GetProperty("sweepId").GetString();
        Assert.Contains($"this spec is sweep '{id}'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/sweeps/{id}", Token)).StatusCode);
    }

    [Fact]
    public async Task PicturesAndManifestAreThoseOfTheStore()
    {
        var id = await host.DrawAsync(13);
        using var client = host.Client(AccessRole.Read);
        var manifest = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/manifest", Token));
        Assert.Equal(10, manifest.GetProperty("manifest").GetProperty("total").GetProperty("rendered").GetInt32());
        var rows = manifest.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(10, rows.Length);
        foreach (var path in rows.Select(row => row.GetProperty("picture").GetString()!))
        {
            var stored = await host.Store.ReadAsync(new(path), Token);
            using var answer = await client.GetAsync($"/api/v1/sweeps/{id}/pictures/{path.Replace("%", "%25", StringComparison.Ordinal)}", Token);
            Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(stored!.Content.ToArray(), await answer.Content.ReadAsByteArrayAsync(Token));
        }

        Assert.True(SweepId.TryParse(id, out var sweep));
        var table = (await host.Store.ReadAsync(ResultLayout.Manifest(sweep), Token))!.Content.ToArray();
        Assert.Equal(table, await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/manifest?format=parquet", Token));
        client.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.apache.parquet");
        Assert.Equal(table, await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/manifest", Token));
    }

    [Fact]
    public async Task FilesOfASweepAreThoseOfTheStoreAndNoOthers()
    {
        var id = await host.DrawAsync(18);
        using var client = host.Client(AccessRole.Read);
        foreach (var name in new[] { "sweep.json", "manifest.json", "manifest.parquet" })
        {
            var stored = await host.Store.ReadAsync(new($"sweeps/{id}/{name}"), Token);
            Assert.Equal(stored!.Content.ToArray(), await client.GetByteArrayAsync($"/api/v1/sweeps/{id}/files/{name}", Token));
        }

        foreach (var name in new[] { "journal%2F000001.json", "parts", "MANIFEST.JSON", "..%2Fsweep.json", "nothing" })
        {
            using var answer = await client.GetAsync($"/api/v1/sweeps/{id}/files/{name}", Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("Expected one of sweep.json, manifest.json, manifest.parquet, runlog.parquet", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task FiftyWaysOutOfTheResultsLeadNowhere()
    {
        var id = await host.DrawAsync(14);
        var other = await host.DrawAsync(15);
        using var client = host.Client(AccessRole.Admin);
        var picture = (await host.PathsAsync()).First(path => path.StartsWith("results/", StringComparison.Ordinal));
        string[] secrets = ["access/000000000000.json", $"sweeps/{id}/sweep.json", $"sweeps/{id}/manifest.parquet", "etc/passwd", "live/0123456789abcdef"];
        string[] ways = ["", "/", "../", "..%2F", "%2E%2E/", "%2e%2e%2f", "..%5C", "results/../", "results/..%2F", "results/x/../../"];
        var attempts = secrets.SelectMany(secret => ways.Select(way => $"{way}{secret}")).ToList();
        Assert.Equal(50, attempts.Count);
        attempts.AddRange([$"results/{picture}", $"{picture}%00", $"{picture}/", picture.Replace("-s0", "-s00", StringComparison.Ordinal), picture.ToUpperInvariant(), new string('a', 5000)]);
        foreach (var attempt in attempts)
        {
            var (status, body) = await RawHttp.GetAsync(host.Address, $"/api/v1/sweeps/{id}/pictures/{attempt}", host.KeyOf[AccessRole.Admin], Token);
            // Nothing is disclosed, and nothing is the program's fault. Kestrel itself refuses a NUL.
            Assert.True(status is 404 or 400, $"{attempt}: {status}");
            Assert.True(status == 404 || attempt.Contains("%00", StringComparison.Ordinal), $"{attempt}: {status}");
            Assert.DoesNotContain("secretSha256", body, StringComparison.Ordinal);
        }

        // Of another sweep.
        var foreign = (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{other}/manifest", Token))).GetProperty("rows")[0].GetProperty("picture").GetString();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/sweeps/{id}/pictures/{foreign}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/v1/sweeps/{other}/pictures/{foreign}", Token)).StatusCode);
    }

    [Fact]
    public async Task APassOfPhotographsGivesItsOwnFilesAndCropsAndNothingElse()
    {
        var pictures = await host.DrawAsync(41);
        var plan = PassPlanner.Plan(new("0123456789abcdef", Crops: 9, EffectiveFields: 9), "fakenet", new('a', 64), size: 64, shards: 2, runs: 1, failureBudget: null);
        await new SweepStore(host.Store).CreateAsync(plan, Token);
        BlobPath[] own = [ResultLayout.ResponseShard(plan.Pass!.Id, 1), new("crops/ab/abcd/64-0-0-8x8.png")];
        BlobPath[] foreign = [ResultLayout.ResponseShard("fedcba9876543210", 1), ResultLayout.Plan(plan.Id), new("access/000000000000.json")];
        foreach (var path in own.Concat(foreign[..1]))
        {
            await host.Store.CreateAsync(path, "content"u8.ToArray(), Token);
        }

        using var client = host.Client(AccessRole.Read);
        Task<HttpResponseMessage> Get(string sweep, string path) => client.GetAsync($"/api/v1/sweeps/{sweep}/pass/{path}", Token);
        Assert.All(await Task.WhenAll(own.Select(path => Get(plan.Id.Value, path.Value))), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(await Task.WhenAll(foreign.Select(path => Get(plan.Id.Value, path.Value))), answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        string[] ways = ["../../access/000000000000.json", "..%2F..%2Faccess%2F000000000000.json", $"responses/{plan.Pass.Id}/..%2F..%2Fsweeps%2F{plan.Id}%2Fsweep.json", "crops/../access/000000000000.json"];
        foreach (var way in ways)
        {
            Assert.Equal(404, (await RawHttp.GetAsync(host.Address, $"/api/v1/sweeps/{plan.Id}/pass/{way}", host.KeyOf[AccessRole.Read], Token)).Status);
        }

        var done = plan.Shards().First();
        var entry = new ManifestEntry { Model = "fakenet", WeightsDigest = new('a', 64), Layer = done.Id.Layer, Channel = 0, Seed = 0, Recipe = done.Recipe.Hash, Steps = 1, Outcome = ChannelOutcome.Rendered, Sha256 = new('b', 64), Bytes = 7 };
        await new ManifestParts(host.Store).AppendAsync(done.Id, 1, 0, [new(entry, SampleSweeps.Run(done.TaskAt(0), ChannelOutcome.Rendered))], Token);
        var tasks = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{plan.Id}/tasks?state=rendered", Token));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, Assert.Single(tasks.GetProperty("tasks").EnumerateArray()).GetProperty("picture").ValueKind);

        var none = await Get(pictures, own[0].Value);
        Assert.Contains("shows no photographs", await none.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASweepOfScoresGivesItsOwnTablesAndNothingElse()
    {
        var pictures = await host.DrawAsync(42);
        var scores = new ScoreWork(new(pictures), [new("conv 1", "0123456789abcdef", 9, 9, "0011", 4), new("logits", "0123456789abcdef", 9, 9, "2233", 2)]);
        var plan = ScorePlanner.Plan(scores, "fakenet", new('a', 64), size: 64, failureBudget: null);
        await new SweepStore(host.Store).CreateAsync(plan, Token);
        BlobPath[] own = [.. scores.Tables.Select(ResultLayout.Scores)];
        var foreign = ResultLayout.Scores(scores.Tables[0] with { Name = "4455" });
        await host.Store.CreateAsync(own[0], "table"u8.ToArray(), Token);
        await host.Store.CreateAsync(foreign, "table"u8.ToArray(), Token);

        using var client = host.Client(AccessRole.Read);
        // A space of a layer's name is %20 in the path, and so %2520 in the address.
        Task<HttpResponseMessage> Get(string sweep, BlobPath path) => client.GetAsync($"/api/v1/sweeps/{sweep}/scores/{path.Value.Replace("%", "%25", StringComparison.Ordinal)}", Token);
        Assert.Equal("table", await (await Get(plan.Id.Value, own[0])).Content.ReadAsStringAsync(Token));
        Assert.All(await Task.WhenAll(new[] { own[1], foreign, ResultLayout.Plan(plan.Id) }.Select(path => Get(plan.Id.Value, path))), answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Contains("scores no pictures", await (await Get(pictures, own[0])).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("has no table", await (await Get(plan.Id.Value, own[1])).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailuresAreGroupedByErrorAndCanBeRetried()
    {
        host.Device.Outcome = task => task.Layer == "logits" ? throw new InvalidDataException("out of memory on purpose") : ChannelOutcome.Rendered;
        var id = await host.DrawAsync(16);
        host.Device.Outcome = _ => ChannelOutcome.Rendered;
        using var client = host.Client(AccessRole.Submit);
        var page = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/failures", Token));
        var group = Assert.Single(page.GetProperty("groups").EnumerateArray());
        Assert.Equal(4, group.GetProperty("count").GetInt32());
        Assert.Contains("out of memory on purpose", group.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("logits", group.GetProperty("examples")[0].GetProperty("layer").GetString());
        var task = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/tasks/fakenet/logits/2?seed=0", Token));
        Assert.Equal("quarantined", task.GetProperty("state").GetString());
        Assert.True(task.GetProperty("attempts").GetArrayLength() >= 3);
        using var retried = await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json("""{"layer": "log*", "error": "MEMORY"}"""), Token);
        Assert.Equal(4, (await ApiHost.ReadAsync(retried)).GetProperty("retried").GetInt32());
        await host.EndedAsync(id);
        page = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/failures", Token));
        Assert.Empty(page.GetProperty("groups").EnumerateArray());
    }

    [Fact]
    public async Task ASweepIsPausedResumedAndCancelled()
    {
        using var client = host.Client(AccessRole.Submit);
        var hold = new TaskCompletionSource();
        host.Device.BeforeBatch = (_, cancelled) => hold.Task.WaitAsync(cancelled);
        using var submitted = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(17)), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString();
        foreach (var (command, state) in new[] { ("pause", "paused"), ("resume", "running"), ("cancel", "cancelled") })
        {
            using var answer = await client.PostAsync($"/api/v1/sweeps/{id}/{command}", content: null, Token);
            Assert.Equal(state, (await ApiHost.ReadAsync(answer)).GetProperty("state").GetString());
        }

        hold.SetResult();
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
        var layers = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/layers", Token));
        Assert.Equal(["conv_1", "logits"], layers.EnumerateArray().Select(layer => layer.GetProperty("layer").GetString()));
    }

    [Fact]
    public async Task ListsComeInPagesThatMissNothing()
    {
        foreach (var steps in new[] { 21, 22, 23 })
        {
            await host.DrawAsync(steps);
        }

        using var client = host.Client(AccessRole.Read);
        var all = (await ApiHost.ReadAsync(await client.GetAsync("/api/v1/sweeps?state=finished", Token))).GetProperty("sweeps").EnumerateArray().Select(sweep => sweep.GetProperty("id").GetString()).ToArray();
        var paged = new List<string?>();
        for (var next = ""; next is not null;)
        {
            var page = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps?state=finished&limit=2{(next.Length == 0 ? "" : $"&after={next}")}", Token));
            paged.AddRange(page.GetProperty("sweeps").EnumerateArray().Select(sweep => sweep.GetProperty("id").GetString()));
            next = page.GetProperty("next").GetString();
        }

        Assert.True(all.Length >= 3);
        Assert.Equal(all.Order(StringComparer.Ordinal), paged);
    }

    [Fact]
    public async Task DevicesSilosNetworksAndKeysAreListed()
    {
        using var client = host.Client(AccessRole.Admin);
        Assert.Equal("active", (await ApiHost.ReadAsync(await client.GetAsync("/api/v1/silos", Token)))[0].GetProperty("status").GetString());
        Assert.Equal("fakenet", (await ApiHost.ReadAsync(await client.GetAsync("/api/v1/networks", Token)))[0].GetProperty("name").GetString());
        Assert.Contains((await ApiHost.ReadAsync(await client.GetAsync("/api/v1/keys", Token))).EnumerateArray(), key => key.GetProperty("role").GetString() == "submit");
        await host.DrawAsync(24);
        Assert.NotEmpty((await ApiHost.ReadAsync(await client.GetAsync("/api/v1/devices", Token))).EnumerateArray());
    }

    [Fact]
    public async Task TheReferenceIsOnePageThatLoadsNothing()
    {
        using var client = host.Client(AccessRole.Read);
        var page = await client.GetStringAsync("/api/v1/reference", Token);
        Assert.Contains("createApiReference", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script src", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page[..1000], StringComparison.Ordinal);
    }
}
