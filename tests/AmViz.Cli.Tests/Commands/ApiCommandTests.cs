using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

/// <summary>Commands against the HTTP API of a cluster. In one class, since they share the file of access keys.</summary>
public sealed class ApiCommandTests(TinyNetwork network) : IClassFixture<TinyNetwork>, IDisposable
{
    private static readonly SweepId Sweep = new("78361f3abbda13b5");

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
            "/api/v1/sweeps/78361f3abbda13b5?priority=1&share=1" => FakeApi.Json(Status(SweepState.Running)),
            "/api/v1/sweeps/78361f3abbda13b5/events" => FakeApi.Events(Status(SweepState.Running, rendered: 1), Status(SweepState.Finished, rendered: 2)),
            _ => FakeApi.Problem(404, "unknown-address", request.Path),
        });
        var run = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--layer", "conv_1", "--channel", "0-1", "--priority", "1", "--wait", "--cluster", Address(server));
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.Contains("plan     2 pictures: 1 layer, 2 channels, seed 0\nmodel    mynet (0123456789ab)\n         conv_1 0-1 of 6\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("sweep    78361f3abbda13b5  finished  2 rendered, 0 skipped, 0 failed, 0 of 2 open\n", run.Output, StringComparison.Ordinal);
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
    public async Task AFolderOfThisMachineCannotTravel()
    {
        await using var server = FakeApi.Open(_ => FakeApi.Json(Plan()));
        var weights = await WithKeyAsync("sweep", "submit", "--weights", network.Path, "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, weights.ExitCode);
        Assert.StartsWith("error: --weights: The folder", weights.Error, StringComparison.Ordinal);
        Assert.Contains("'amviz models push", weights.Error, StringComparison.Ordinal);
        var store = await WithKeyAsync("sweep", "submit", "--model", "mynet", "--store", $"folder:{_folder.Path}", "--cluster", Address(server));
        Assert.Equal(ExitCode.Usage, store.ExitCode);
        Assert.Contains("--store: ", store.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
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

    private static string Address(LoopbackServer server) => $"{server.Address}".TrimEnd('/');

    private static SweepStatus Status(SweepState state, int rendered = 0) => new() { Id = Sweep, State = state, Counts = new() { Planned = 2, Rendered = rendered } };

    private static PlannedSweep Plan()
        => new(Sweep, 2, [0], Recipes.Paper, null, [new("mynet", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "conv_1", 6, IsLogits: false, 224, "0-1", 2)]);

    private static async Task<CommandLineRun> WithKeyAsync(params string[] arguments)
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
