using AmViz.Weights;

namespace AmViz.Models.Tests;

/// <summary>What is made of children that do not behave.</summary>
[Collection(TorchTests.Name)]
public sealed class ScriptProbeTests : IDisposable
{
    public void Dispose() => ScriptProbe.Command = null;

    [Theory]
    [InlineData("echo broken >&2; echo 'terminate called'; exit 3", "died with exit code 3 (broken)")]
    [InlineData("echo \"terminate\" >&2; echo \"  what():  no such operator\" >&2; kill -ABRT $$", "(what():  no such operator)")]
    [InlineData("echo no json", "died with exit code 0")]
    [InlineData("sleep 60", "did not come to an end within")]
    public void ChildThatDiesOrHangsIsAnErrorOfTheReport(string script, string expected)
    {
        ScriptProbe.Command = ["/bin/sh", "-c", script];

        Assert.Contains(expected, ScriptProbe.Run("net.pt", 32, TimeSpan.FromSeconds(script.StartsWith("sleep", StringComparison.Ordinal) ? 0.2 : 30)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ChildThatCannotBeStartedIsAnErrorOfTheReport()
    {
        ScriptProbe.Command = ["/no/such/program"];

        Assert.Contains("could not be started", ScriptProbe.Run("net.pt", 32, TimeSpan.FromSeconds(30)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -KILL $$")]
    [InlineData(null)]
    public void WhatTellsOfTheMachineAndNotOfTheProgramIsAskedAgain(string? script)
    {
        using ScriptFolder folder = ScriptFolder.Modules();
        File.AppendAllText(Path.Combine(folder.Root, "net.pt"), script ?? " ");             // a program of its own: what is known of one is kept
        NetworkSource source = folder.Open();
        ScriptProbe.Command = script is null ? ["/no/such/program"] : ["/bin/sh", "-c", script];
        Assert.Throws<WeightsFormatException>(() => source.Load());

        ScriptProbe.Command = ["/bin/sh", "-c", """echo '{"error":null,"config":null,"notes":[]}'"""];
        source.Load().Dispose();
    }

    [Fact]
    public void ProgramThatTheChildRefusesIsNotLoadedHereAndAskedForOnce()
    {
        using ScriptFolder folder = ScriptFolder.Modules();
        string asked = Path.Combine(folder.Root, "asked");
        ScriptProbe.Command = ["/bin/sh", "-c", $"echo asked >> {asked}; kill -ABRT $$"];

        File.Copy(Fixture.Path("script_aborts.pt"), Path.Combine(folder.Root, "net.pt"), overwrite: true);
        NetworkSource source = folder.Open();

        Assert.Contains("was not loaded, because the process that tried it died", Assert.Throws<WeightsFormatException>(() => source.Load()).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() => source.Load());
        Assert.Single(File.ReadAllLines(asked));
    }
}
