using AmViz.Atlas.Tiles;
using AmViz.Sweeps;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class RecipeNumbersTests
{
    [Fact]
    public void EveryNumberIsThereUnderItsNameInASpec()
    {
        var numbers = RecipeNumbers.Of(Recipes.Paper).ToDictionary(number => number.Name, number => number.Value, StringComparer.Ordinal);

        Assert.Equal("1000", numbers["steps"]);
        Assert.Equal("0.05", numbers["optimizer.learningRate"]);
        Assert.Equal("0.9", numbers["transforms.scaleMin"]);
        Assert.Equal("channel", numbers["objective.kind"]);
        // Three of the recipe's own properties are groups, one is computed.
        var own = typeof(RenderRecipe).GetProperties().Count(property => property.GetMethod!.IsPublic && property.CanWrite) - 3;
        Assert.Equal(own, numbers.Keys.Count(name => !name.Contains('.', StringComparison.Ordinal)));
    }
}
