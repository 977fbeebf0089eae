using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.CommandLine;

public sealed class NearestTests
{
    [Theory]
    [InlineData("verzion", "version")]
    [InlineData("rnu", "run")]
    [InlineData("--jsn", "--json")]
    [InlineData("Model", "model")]
    public void AMistypedWordIsAnsweredWithWhatWasMeant(string typed, string meant)
        => Assert.Equal($" Did you mean '{meant}'?", Nearest.Question(typed, ["classify", "version", "run", "--json", "model"]));

    [Fact]
    public void AWordThatSharesTooLittleIsAnsweredWithNothing()
        => Assert.Empty(Nearest.Question("xyzzy", ["classify", "version", "run"]));

    [Fact]
    public void TheBestIsOfferedFirst()
        => Assert.StartsWith(" Did you mean 'steps' or 'step'", Nearest.Question("stepss", ["seeds", "step", "steps"]), StringComparison.Ordinal);
}
