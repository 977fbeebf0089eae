using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

/// <summary>Commands against the HTTP API of a cluster. In one collection, since they share the file of access keys and the variable with one.</summary>
[Collection(nameof(ApiCommandTests))]
public sealed class ApiCommandTests(TinyNetwork network) : IClassFixture<TinyNetwork>, IDisposable
{
    private static readonly SweepId Sweep = new("4acf2da13df249da");

    private readonly TemporaryFolder _folder = new();

    private static string KeysFile => Path.Combine(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME")!, "amviz", "keys.json");

    [Fact]
    public async Task AKeyIsCheckedKeptForItsAddressAndForgotten()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(new SweepPage([Status(SweepState.Running)], null)));
        var address = Address(server);
        var before = await CommandLineRun.OfAsync("sweep", "list", "--cluster", address);
        Assert.Equal(ExitCode.Usage, before.ExitCode);
        Assert.Contains($"Run 'amviz login {address}', or set AMVIZ_KEY", before.Error, StringComparison.Ordinal);

        var login = await CommandLineRun.WithInputAsync($"{FakeApi.Key}\n", "login", address);
        Assert.True(login.ExitCode == ExitCode.Done, login.Error);
        Assert.Equal($"key      alice (0123456789ab), submit, expires 2027-01-02 03:04:05Z\nkept     for {address} in {KeysFile}\n", login.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysFile));

        var list = await CommandLineRun.OfAsync("sweep", "list", "--cluster", $"{address}/", "--json");
        Assert.True(list.ExitCode == ExitCode.Done, list.Error);
        Assert.Equal(Sweep.Value, list.Json[0].GetProperty("id").GetString());

        var logout = await CommandLineRun.OfAsync("logout", address);
        Assert.Equal($"removed  the key for {address} from {KeysFile}\n", logout.Output);
        Assert.DoesNotContain(address, await File.ReadAllTextAsync(KeysFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandLineRun.OfAsync("logout", address)).ExitCode);
    }

    [Fact]
    public async Task AKeyThatOpensNothingIsNotKept()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Status(SweepState.Running)));
        File.WriteAllText(_folder.At("key"), "amviz_0123456789ab_other\n");
        var login = await CommandLineRun.OfAsync("login", Address(server), "--key-file", _folder.At("key"));
        Assert.Equal((ExitCode.Usage, "error: Nobody has this access key.\n"), (login.ExitCode, login.Error));
        Assert.Equal(ExitCode.Usage, (await CommandLineRun.OfAsync("logout", Address(server))).ExitCode);
    }

    [Theory]
    [InlineData("", "Standard input holds no access key")]
    [InlineData("two words\n", "Standard input holds no access key")]
    public async Task WhatIsNoKeyIsSentNowhere(string input, string problem)
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Status(SweepState.Running)));
        var login = await CommandLineRun.WithInputAsync(input, "login", Address(server));
        Assert.Equal(ExitCode.Usage, login.ExitCode);
        Assert.Contains(problem, login.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AFileOfKeysThatOthersMayReadIsNotUsed()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Status(SweepState.Running)));
        await CommandLineRun.WithInputAsync(FakeApi.Key, "login", Address(server));
        File.SetUnixFileMode(KeysFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var run = await CommandLineRun.OfAsync("sweep", "status", "--cluster", Address(server));
        File.SetUnixFileMode(KeysFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"Run 'chmod 600 {KeysFile}'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://amviz.example.com", "--insecure-http")]
    [InlineData("https://amviz.example.com/api/v1", "Expected https://amviz.example.com.")]
    [InlineData("https://alice:secret@amviz.example.com", "Expected https://amviz.example.com alone")]
    [InlineData("ftp://amviz.example.com", "Expected redis://")]
    public async Task AnAddressThatMustNotGetAKeyIsRefused(string address, string problem)
    {
        var run = await WithKeyAsync("sweep", "list", "--cluster", address);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster-id", "blue", "--cluster-id is about a cluster that is named by its Redis")]
    [InlineData("--ca", "missing.crt", "--ca: 'missing.crt' cannot be used")]
    public async Task OptionsThatCannotBeMeantAreRefused(string option, string value, string problem)
    {
        var run = await WithKeyAsync("sweep", "list", "--cluster", "https://amviz.example.com", option, value);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASweepIsPlannedThereSubmittedAndFollowedToItsEnd()
    {
        await using var server = FakeApi.Open(request => request.Path switch
        {
            "/api/v1/plans" => FakeApi.Json(Plan()),
            "/api/v1/sweeps/4acf2da13df249da?priority=1&share=1" => FakeApi.Json(Status(SweepState.Running)),
            "/api/v1/sweeps/4acf2da13df249da/events" => FakeApi.Events(Status(SweepState.Running, rendered: 1), Status(SweepState.Finished, rendered: 2)),
            _ => FakeApi.Problem(404, "unknown-address", request.Path),
        });
        var run = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--layer", "conv_1", "--channel", "0-1", "--priority", "1", "--wait", "--cluster", Address(server));
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Contains("plan     2 pictures: 1 layer, 2 channels, seed 0\nmodel    mynet (0123456789ab)\n         conv_1 0-1 of 6\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("sweep    4acf2da13df249da  finished  2 rendered, 0 skipped, 0 failed, 0 of 2 open\n", run.Output, StringComparison.Ordinal);
        var sent = server.Requests.Where(request => request.Body.Length > 0).ToArray();
        Assert.Equal(["POST", "PUT"], sent.Select(request => request.Method));
        Assert.Single(sent.Select(request => request.Body).Distinct(StringComparer.Ordinal));
        Assert.Equal("mynet", JsonDocument.Parse(sent[0].Body).RootElement.GetProperty("models")[0].GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(SweepState.Finished, 1, ExitCode.FinishedWithFailures)]
    [InlineData(SweepState.Failed, 1, ExitCode.FinishedWithFailures)]
    [InlineData(SweepState.Cancelled, 0, ExitCode.Cancelled)]
    public async Task TheEndOfASweepIsTheExitCode(SweepState end, int failed, int code)
    {
        var status = Status(end, rendered: 1) with { Counts = new() { Planned = 2, Rendered = 1, Failed = failed } };
        await using var server = FakeApi.Open(request => request.Path.EndsWith("/events", StringComparison.Ordinal) ? FakeApi.Events(status) : FakeApi.Json(status));
        var run = await WithKeyAsync("sweep", "watch", Sweep.Value, "--cluster", Address(server), "--json");
        Assert.Equal(code, run.ExitCode);
        Assert.Equal(JsonNamingPolicy.CamelCase.ConvertName($"{end}"), run.Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task MistakesThatTheClusterFindsAreToldWhereTheyStand()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Problem(422, "spec-with-mistakes", "The spec has 2 mistakes.", "spec:1:12: models[0].model: There is no model 'mynt'.", "spec:1:99: recipe.steps: Found 0. Expected 1 to 100000."));
        File.WriteAllText(_folder.At("spec.yaml"), "models:\n- model: mynt\nrecipe:\n  steps: 0\n");
        var file = await WithKeyAsync("sweep", "submit", _folder.At("spec.yaml"), "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, file.ExitCode);
        Assert.Contains($"{_folder.At("spec.yaml")}:2:10: models[0].model: There is no model 'mynt'.", file.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder.At("spec.yaml")}:4:10: recipe.steps: Found 0.", file.Error, StringComparison.Ordinal);

        var options = await WithKeyAsync("sweep", "submit", "--model", "mynt", "--steps", "0", "--cluster", Address(server));
        Assert.Equal((ExitCode.Usage, "error: --model: There is no model 'mynt'.\nerror: --steps: Found 0. Expected 1 to 100000.\n"), (options.ExitCode, options.Error));
    }

    [Fact]
    public async Task PhotographsAreNotSentOverHttp()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Plan()));
        TestPictures.Write(_folder.Path);
        var run = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--recipe", "vital", "--photos", _folder.Path, "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("--photos: Photographs are not sent over HTTP.", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AStoreOfThisMachineIsNotThatOfTheCluster()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Plan()));
        var store = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--store", $"folder:{_folder.Path}", "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, store.ExitCode);
        Assert.Contains($"'amviz models push --cluster {Address(server)}'", store.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ANetworkOfAFolderIsSentOnceAndNamedByItsDigest()
    {
        var there = new FakeNetworks("othername");
        await using var server = FakeApi.Open(request => there.Answer(request) ?? (request.Path == "/api/v1/plans" ? FakeApi.Json(Plan()) : FakeApi.Json(Status(SweepState.Running))));
        string[] submit = ["sweep", "submit", "--weights", network.Path, "--layer", "logits", "--cluster", Address(server), "--json"];
        var first = await WithKeyAsync(submit);
        Assert.True(first.ExitCode == ExitCode.Done, first.Error);
        Assert.Equal(["config.json", "labels.json", "model.safetensors"], there.Parts.Order(StringComparer.Ordinal));
        var digest = there.Digest!;
        Assert.Contains($"network  othername sent to {Address(server)}, digest {digest}\n", first.Error, StringComparison.Ordinal);
        var planned = JsonDocument.Parse(server.Requests.Single(request => request.Path == "/api/v1/plans").Body).RootElement.GetProperty("models")[0];
        Assert.Equal(("othername", digest), (planned.GetProperty("model").GetString(), planned.GetProperty("digest").GetString()));
        Assert.False(planned.TryGetProperty("weights", out _));

        there.Parts.Clear();
        server.Requests.Clear();
        var second = await WithKeyAsync(submit);
        Assert.Equal(first.Output, second.Output);
        Assert.Contains($"network  othername of {Address(server)}, digest {digest}\n", second.Error, StringComparison.Ordinal);
        Assert.Empty(there.Parts);
        Assert.DoesNotContain(server.Requests, request => request.Path.StartsWith("/api/v1/uploads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MistakesAboutANetworkOfAFolderAreToldBeforeItIsSent()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Plan()));
        var options = await WithKeyAsync("sweep", "submit", "--weights", network.Path, "--layer", "conv_99", "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, options.ExitCode);
        Assert.StartsWith("error: --layer: ", options.Error, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("two.yaml"), $"models:\n- model: stored\n- weights: {network.Path}\n  layers: [conv_99]\n- weights: {_folder.At("nowhere")}\n");
        var file = await WithKeyAsync("sweep", "submit", _folder.At("two.yaml"), "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, file.ExitCode);
        Assert.Contains("two.yaml:4:12: models[1].layers[0]", file.Error, StringComparison.Ordinal);
        Assert.Contains("two.yaml:5:12: models[2].weights", file.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ANetworkIsPushedByTheApiToo()
    {
        var there = new FakeNetworks();
        await using var server = FakeApi.Open(request => there.Answer(request) ?? FakeApi.Problem(404, "unknown-address", request.Path));
        var pushed = await WithKeyAsync("models", "push", "mynet", "--weights", network.Path, "--cluster", Address(server));
        Assert.True(pushed.ExitCode == ExitCode.Done, pushed.Error);
        var bytes = Directory.GetFiles(network.Path).Sum(file => new FileInfo(file).Length);
        Assert.Equal(
            FormattableString.Invariant($"mynet: 3 files written, 0 already there, 0 mended\n  sha256   {there.Digest}\n  sent     {bytes:#,0} bytes\n  store    that of {Address(server)}\n"), pushed.Output);

        var again = await WithKeyAsync("models", "push", "mynet", "--weights", network.Path, "--cluster", Address(server), "--json");
        Assert.Equal((0, 3, 0), (again.Json.GetProperty("written").GetInt32(), again.Json.GetProperty("kept").GetInt32(), again.Json.GetProperty("sentBytes").GetInt64()));
        var mended = await WithKeyAsync("models", "push", "mynet", "--weights", network.Path, "--cluster", Address(server), "--json", "--again");
        Assert.Equal((0, bytes), (mended.Json.GetProperty("written").GetInt32(), mended.Json.GetProperty("sentBytes").GetInt64()));

        there.Changed = true;
        var other = await WithKeyAsync("models", "push", "mynet", "--weights", network.Path, "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, other.ExitCode);
        Assert.Contains("with another configuration; different are config.json", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramOfWhoMayNotSendOneIsNotSent()
    {
        var there = new FakeNetworks();
        await using var server = FakeApi.Open(request => there.Answer(request) ?? FakeApi.Problem(404, "unknown-address", request.Path));
        TorchScriptFolder.Write(_folder.At("program"));
        var pushed = await WithKeyAsync("models", "push", "--weights", _folder.At("program"), "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, pushed.ExitCode);
        Assert.Contains($"only a key of the role admin may send one to {Address(server)}; 'alice' has the role submit. Nothing was sent.", pushed.Error, StringComparison.Ordinal);
        Assert.Empty(there.Parts);
    }

    [Theory]
    [InlineData("Found both --cluster and a store", "--cluster", "https://amviz.example.com", "--store", "folder:out")]
    [InlineData("is not the address of an API", "--cluster", "redis://localhost:6379")]
    [InlineData("Expected --out DIR, or --store")]
    public async Task APushThatGoesNowhereIsRefused(string problem, params string[] where)
    {
        var pushed = await WithKeyAsync(["models", "push", "--weights", network.Path, .. where]);
        Assert.Equal(ExitCode.Usage, pushed.ExitCode);
        Assert.Contains(problem, pushed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEstimateIsMeasuredByACoordinator()
    {
        var estimate = new EstimatedSweep(Sweep, 2, 2, 0, 256, "cpu", 1, 10, 10, 2, 40_000, [new("mynet", "conv_1", 2, 5, 19_000, 32)]);
        await using var server = FakeApi.Open(request => request.Path == "/api/v1/estimates" ? FakeApi.Json(estimate) : FakeApi.Problem(404, "unknown-address", request.Path));
        var text = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--estimate", "--cluster", Address(server));
        Assert.True(text.ExitCode == ExitCode.Done, text.Error);
        Assert.StartsWith("estimate 2 pictures of 2 channels: 256 steps\n", text.Output, StringComparison.Ordinal);
        Assert.Contains(" on 1 x cpu of a coordinator\n", text.Output, StringComparison.Ordinal);
        var json = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--estimate", "--json", "--cluster", Address(server));
        Assert.Equal(Sweep.Value, json.Json.GetProperty("sweepId").GetString());
    }

    [Theory]
    [InlineData(401, "no-valid-key", ExitCode.Usage)]
    [InlineData(403, "role-too-low", ExitCode.Usage)]
    [InlineData(409, "other-sweep", ExitCode.Usage)]
    [InlineData(500, "damaged-store", ExitCode.OutOfReach)]
    [InlineData(500, "unforeseen", ExitCode.Unexpected)]
    [InlineData(503, "cluster-away", ExitCode.OutOfReach)]
    public async Task WhatTheClusterRefusesIsToldInItsWords(int status, string kind, int code)
    {
        await using var server = FakeApi.Open(_ => FakeApi.Problem(status, kind, "What was found and what to do."));
        var run = await WithKeyAsync("sweep", "status", Sweep.Value, "--cluster", Address(server), "--patience", "0");
        Assert.Equal(code, run.ExitCode);
        Assert.Contains("What was found and what to do.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("pause")]
    [InlineData("retry")]
    [InlineData("watch")]
    public async Task AnUnknownSweepIsAUsageErrorAsEverywhere(string command)
    {
        await using var server = FakeApi.Open(_ => FakeApi.Problem(404, "unknown-sweep", "There is none."));
        var run = await WithKeyAsync("sweep", command, Sweep.Value, "--cluster", Address(server));
        Assert.Equal((ExitCode.Usage, $"error: The cluster's store has no sweep '{Sweep}'. 'amviz sweep list --all' lists those it has.\n"), (run.ExitCode, run.Error));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>As <c>--cluster</c> takes it.</summary>
    internal static string Address(LoopbackServer server) => $"{server.Address}".TrimEnd('/');

    private static SweepStatus Status(SweepState state, int rendered = 0) => new() { Id = Sweep, State = state, Counts = new() { Planned = 2, Rendered = rendered } };

    private static PlannedSweep Plan()
        => new(Sweep, 2, [0], Recipes.Paper, null, [new("mynet", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "conv_1", 6, IsLogits: false, 224, "0-1", 2)]);

    /// <summary>Runs a command line with an access key in the environment.</summary>
    internal static async Task<CommandLineRun> WithKeyAsync(params string[] arguments)
    {
        Environment.SetEnvironmentVariable("AMVIZ_KEY", FakeApi.Key);
        try
        {
            return await CommandLineRun.OfAsync(arguments);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AMVIZ_KEY", null);
        }
    }
}
