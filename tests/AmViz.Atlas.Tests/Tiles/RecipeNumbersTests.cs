using AmViz.Atlas.Tiles;
using AmViz.Sweeps;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class RecipeNumbersTests
{
    [Fact]
    public void EveryNumberIsThereUnderItsNameInASpec()
    {
        var recipe = Recipes.Paper with { Regularizers = new(), Facets = new(), Magnitude = new(), Prior = new(), Transparency = true, Greyscale = true };
        var numbers = RecipeNumbers.Of(recipe).ToDictionary(number => number.Name, number => number.Value, StringComparer.Ordinal);

        Assert.Equal("1000", numbers["steps"]);
        Assert.Equal("0.05", numbers["optimizer.learningRate"]);
        Assert.Equal("0.9", numbers["transforms.scaleMin"]);
        Assert.Equal("channel", numbers["objective.kind"]);
        Assert.Equal("4", numbers["facets.count"]);
        // Seven of the recipe's own properties are groups, one is computed.
        var own = typeof(RenderRecipe).GetProperties().Count(property => property.GetMethod!.IsPublic && property.CanWrite) - 7;
        Assert.Equal(own, numbers.Keys.Count(name => !name.Contains('.', StringComparison.Ordinal)));
    }
}
