using AmViz.TestKit;

namespace AmViz.Cli.Tests.Commands;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Store => $"folder:{_folder.Path}";

    [Fact]
    public async Task AKeyIsMadeListedRotatedAndRevoked()
    {
        var made = (await RunAsync("create", "alice", "--role", "submit", "--expires", "90d")).Json;
        var id = made.GetProperty("key").GetProperty("id").GetString()!;
        Assert.StartsWith($"amviz_{id}_", made.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("submit", made.GetProperty("key").GetProperty("role").GetString());

        var rotated = (await RunAsync("rotate", id)).Json;
        Assert.NotEqual(made.GetProperty("text").GetString(), rotated.GetProperty("text").GetString());
        await RunAsync("revoke", id);

        var listed = Assert.Single((await RunAsync("list")).Json.EnumerateArray());
        Assert.NotNull(listed.GetProperty("revokedAt").GetString());
        Assert.False(listed.TryGetProperty("text", out _));
    }

    [Fact]
    public async Task ForPeopleTheKeyIsShownOnceWithWhatToDo()
    {
        var made = await CommandLineRun.OfAsync("keys", "create", "alice", "--store", Store);
        Assert.Matches("^key      amviz_[0-9a-f]{12}_[0-9a-f]{64}\nid       [0-9a-f]{12}  alice, read, does not expire\nkeep     it now", made.Output);
        var listed = await CommandLineRun.OfAsync("keys", "list", "--store", Store);
        Assert.DoesNotContain(made.Output.Split('\n')[0].Split('_')[2], listed.Output, StringComparison.Ordinal);
        Assert.Contains("alice", listed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no spaces", "90d", "cannot name a key")]
    [InlineData("alice", "90", "'90' is not a time")]
    [InlineData("alice", "0d", "'0d' is not a time")]
    [InlineData("alice", "d", "'d' is not a time")]
    public async Task WhatCannotBeMadeIsRefusedWithWhatToDo(string name, string expires, string problem)
    {
        var run = await CommandLineRun.OfAsync("keys", "create", name, "--expires", expires, "--store", Store);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AQuotaIsKeptAndListed()
    {
        await RunAsync("create", "guests", "--role", "submit", "--max-channels", "5000", "--max-priority", "-1", "--pools", "small,old");
        var quota = Assert.Single((await RunAsync("list")).Json.EnumerateArray()).GetProperty("quota");
        Assert.Equal("""{"maxChannels":5000,"maxPriority":-1,"pools":["small","old"]}""", System.Text.Json.JsonSerializer.Serialize(quota));
        var listed = await CommandLineRun.OfAsync("keys", "list", "--store", Store);
        Assert.Contains("5000 channels, priority -1, pools small old", listed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-channels", "0", "Expected at least 1")]
    [InlineData("--pools", "any", "'any' is not the name of a pool")]
    [InlineData("--pools", "small,Big", "'Big' is not the name of a pool")]
    public async Task AQuotaThatIsNoneIsRefused(string option, string value, string problem)
    {
        var run = await CommandLineRun.OfAsync("keys", "create", "guests", option, value, "--store", Store);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("rotate")]
    public async Task AnUnknownKeyIsAUsageError(string command)
    {
        var run = await CommandLineRun.OfAsync("keys", command, "0123456789ab", "--store", Store);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("amviz keys list", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<CommandLineRun> RunAsync(params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(["keys", .. arguments, "--store", Store, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
