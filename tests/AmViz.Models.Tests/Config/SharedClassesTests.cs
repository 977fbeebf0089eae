namespace AmViz.Models.Tests.Config;

public sealed class SharedClassesTests
{
    private static readonly NetworkDescription Fish = Labelled("tench, Tinca tinca", "goldfish");

    [Fact]
    public void TheFirstNameOfEveryClassMustBeTheSame()
    {
        Assert.True(SharedClasses.Are(Fish, Labelled("Tench", "goldfish, Carassius auratus")));
        Assert.False(SharedClasses.Are(Fish, Labelled("goldfish", "tench")));
        Assert.False(SharedClasses.Are(Fish, Labelled("tench", "goldfish", "cock")));
    }

    [Fact]
    public void ANetworkThatDoesNotNameItsClassesIsBelievedIfItHasAsMany()
    {
        Assert.True(SharedClasses.Are(Fish, Labelled("class 0", "class 1")));
        Assert.True(SharedClasses.Are(Labelled("class 0", "class 1"), Fish));
        Assert.False(SharedClasses.Are(Fish, Labelled("class 0")));
        Assert.False(SharedClasses.Are(Labelled(), Labelled()));
    }

    private static NetworkDescription Labelled(params string[] labels)
        => new("net", "formulas", "c0ffee", 32, labels, new(Source: null, License: null, "none", new Dictionary<string, string>(StringComparer.Ordinal)), []);
}
