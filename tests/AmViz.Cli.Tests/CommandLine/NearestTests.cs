using AmViz.Cli.CommandLine;
using CsCheck;

namespace AmViz.Cli.Tests.CommandLine;

public sealed class NearestTests
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char["abcd"], 0, 8];

    [Theory]
    [InlineData("verzion", "version")]
    [InlineData("rnu", "run")]
    [InlineData("--jsn", "--json")]
    [InlineData("Model", "model")]
    [InlineData("conv_pw_", "conv_pw_1")]
    public void AMistypedWordFindsWhatWasMeant(string typed, string meant)
        => Assert.Equal(meant, Nearest.To(typed, ["classify", "version", "run", "--json", "model", "conv_pw_1"])[0]);

    [Fact]
    public void AWordThatSharesTooLittleFindsNothing()
        => Assert.Empty(Nearest.To("xyzzy", ["classify", "version", "run"]));

    [Fact]
    public void TheQuestionOffersTheBestFirst()
        => Assert.Equal(" Did you mean 'steps' or 'step'?", Nearest.Question("stepss", ["seeds", "step", "steps"]));

    [Fact]
    public void NeighboursThatChangedPlacesAreOneEdit()
        => Assert.Equal(1, Nearest.Edits("models", "modles"));

    [Fact]
    public void EditsAreSymmetricAndZeroOnlyForEqualWords()
        => Gen.Select(Word, Word).Sample((a, b) =>
            Nearest.Edits(a, b) == Nearest.Edits(b, a)
            && (Nearest.Edits(a, b) == 0) == (a == b)
            && Nearest.Edits(a, b) <= Math.Max(a.Length, b.Length));
}
