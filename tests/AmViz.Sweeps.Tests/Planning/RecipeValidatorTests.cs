namespace AmViz.Sweeps.Tests;

public sealed class RecipeValidatorTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void BoundsAreInclusiveAndASizeOfZeroStandsForTheNetworksOwn(int size, bool isAllowed)
        => Assert.Equal(isAllowed ? [] : [$"recipe.size: {size} is out of range. Expected 8 to 4096, or 0 for the network's own input size."], Problems(Recipes.Paper with { Size = size }));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-double.Epsilon)]
    public void WhatIsNoNumberOrJustOutsideIsRefused(double deviation)
        => Assert.StartsWith("recipe.initialDeviation: ", Assert.Single(Problems(Recipes.Paper with { InitialDeviation = deviation })), StringComparison.Ordinal);

    [Fact]
    public void AListOfTheWrongLengthIsReportedWithItsLength()
        => Assert.Equal(
            ["recipe.magnitude.profile: Found 2 values. Expected 96."],
            Problems(Recipes.Maco with { Magnitude = new() { Profile = [1, 2] } }));

    [Fact]
    public void ANumberOutOfItsBoundsIsNotReportedAsAContradictionToo()
        => Assert.Equal(
            ["recipe.transforms.crops.smallest: 2 is out of range. Expected 0.02 to 1.", "recipe.transforms.scaleMax: 0 is out of range. Expected 0.05 to 20."],
            Problems(Recipes.Paper with { Transforms = Recipes.Paper.Transforms with { ScaleMax = 0, Crops = new() { Smallest = 2 } } }).Order(StringComparer.Ordinal));

    [Fact]
    public void NumbersThatContradictEachOtherNameBoth()
    {
        var problem = Assert.Single(RecipeValidator.Validate(Recipes.Paper with { Transforms = new() { ScaleMin = 2 } }));
        Assert.Equal(new("recipe.transforms.scaleMin", "2 is above scaleMax, 1. Swap the two.", "recipe.transforms.scaleMax"), problem);
    }

    [Fact]
    public void BoundsThatAreNotDeclaredCannotBeAskedFor()
        => Assert.Throws<ArgumentException>(() => BoundsAttribute.Of<RenderRecipe>(nameof(RenderRecipe.Name)));

    [Theory]
    [InlineData(PriorKind.Moments)]
    [InlineData(PriorKind.Sorted)]
    public void APriorOfPhotographsNeedsSome(PriorKind kind)
    {
        var recipe = Recipes.Paper with { Prior = new() { Kind = kind } };
        Assert.StartsWith("recipe.prior.photographs: Pictures are to be held to photographs, but none are named.", Assert.Single(Problems(recipe)), StringComparison.Ordinal);
        Assert.Empty(Problems(recipe with { Prior = recipe.Prior with { Photographs = [new('0', 64)] } }));
    }

    [Fact]
    public void PhotographsOfAPriorAreNamedByTheirDigestsAndOnlyWhereTheyAreLookedAt()
    {
        PriorSettings prior = new() { Kind = PriorKind.Moments, Photographs = [new('0', 64), "photo.png"] };
        Assert.StartsWith("recipe.prior.photographs[1]: Found 'photo.png'. Expected the SHA-256", Assert.Single(Problems(Recipes.Paper with { Prior = prior })), StringComparison.Ordinal);
        Assert.StartsWith(
            "recipe.prior.photographs: Photographs are named, but", Assert.Single(Problems(Recipes.DeepInversion with { Prior = new() { Photographs = [new('0', 64)] } })), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Problems(RenderRecipe recipe) => RecipeValidator.Validate(recipe).Select(problem => $"{problem.Path}: {problem.Message}");
}
