using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.CommandLine;

public sealed class UsageTests
{
    [Fact]
    public async Task WithoutACommandTheCommandsAreNamed()
    {
        var run = await CommandLineRun.OfAsync();
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith("error: 'amviz' needs a command: run, render, models, ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clasify", "Did you mean 'classify'?")]
    [InlineData("models shwo", "Did you mean 'show'?")]
    [InlineData("models --jason", "Did you mean '--json'?")]
    public async Task AMistypedWordIsAnsweredWithWhatWasMeant(string line, string expected)
    {
        var run = await CommandLineRun.OfAsync(line.Split(' '));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("classify --image x --top many", "'many' is not a whole number. Write --top 5.")]
    [InlineData("classify --image x --threads 0", "--threads: 0 is out of range.")]
    [InlineData("classify --image x --batch some", "--batch: 'some' cannot be used.")]
    [InlineData("classify", "--image")]
    [InlineData("version now", "does not take 'now'")]
    public async Task AWrongValueIsNamedWithWhatWasExpected(string line, string expected)
    {
        using var network = new TinyNetwork();
        string[] words = line.StartsWith("classify", StringComparison.Ordinal) ? [.. line.Split(' '), "--weights", network.Path] : line.Split(' ');
        if (Array.IndexOf(words, "x") is var x and >= 0)
        {
            words[x] = TestPictures.Write(network.Path);
        }

        var run = await CommandLineRun.OfAsync(words);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStackTraceIsShownOnlyWhenAskedFor()
    {
        var quiet = await CommandLineRun.OfAsync("models", "show", "nonet");
        var verbose = await CommandLineRun.OfAsync("models", "show", "nonet", "--verbose");
        Assert.DoesNotContain("   at ", quiet.Error, StringComparison.Ordinal);
        Assert.Contains("   at ", verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWordWithALeadingAtSignIsNoResponseFile()
    {
        var run = await CommandLineRun.OfAsync("models", "show", "@nonet");
        Assert.Contains("'@nonet'", run.Error, StringComparison.Ordinal);
    }
}
