namespace AmViz.Sweeps.Tests;

public sealed class RecipesTests
{
    /// <summary>The hash is part of every picture's address. If this fails on purpose, old pictures are no longer found: raise <see cref="RenderRecipe.CurrentAlgorithmVersion"/> or undo the change.</summary>
    [Theory]
    [InlineData("paper", "c82bdd45b53e")]
    [InlineData("pixel", "45ebe119957e")]
    [InlineData("olah2017", "480c9b147461")]
    [InlineData("maco", "da99c00b9552")]
    [InlineData("deepinversion", "8ccec2fe6043")]
    [InlineData("vital", "9e6f0444d1e1")]
    public void AChangeOfARecipesHashIsNoticed(string name, string hash)
        => Assert.Equal(hash, Recipes.Find(name)!.Hash);

    [Fact]
    public void PaperIsWhatThePaperSays()
    {
        var paper = Recipes.Paper;
        Assert.Equal((1000, ParameterizationKind.Fourier, ObjectiveKind.Channel), (paper.Steps, paper.Parameterization, paper.Objective.Kind));
        Assert.True(paper.Transforms is { JitterPixels: > 0, ScaleMin: < 1, ScaleMax: > 1, RotationDegrees: > 0 });
    }

    [Fact]
    public void PixelIsTheBaselineWithoutSpectrumAndTransforms()
        => Assert.Equal((ParameterizationKind.Pixel, TransformSettings.None, false), (Recipes.Pixel.Parameterization, Recipes.Pixel.Transforms, Recipes.Pixel.DecorrelatedColour));

    [Fact]
    public void KnownRecipesHaveNoMistakesAndAreFoundByTheirNames()
        => Assert.All(Recipes.All, recipe =>
        {
            Assert.Empty(RecipeValidator.Validate(recipe == Recipes.Vital ? recipe with { Prior = recipe.Prior! with { Photographs = [new('0', 64)] } } : recipe));
            Assert.Same(recipe, Recipes.Find(recipe.Name.ToUpperInvariant()));
        });

    [Fact]
    public void AnUnknownNameIsNoRecipe() => Assert.Null(Recipes.Find("dream"));

    [Fact]
    public void EqualRecipesHaveOneHash()
        => Assert.Equal(Recipes.Paper.Hash, (Recipes.Paper with { Optimizer = new(), Transforms = Recipes.Paper.Transforms with { } }).Hash);
}
