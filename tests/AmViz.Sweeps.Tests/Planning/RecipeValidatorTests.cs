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

    private static IEnumerable<string> Problems(RenderRecipe recipe) => RecipeValidator.Validate(recipe).Select(problem => $"{problem.Path}: {problem.Message}");
}
