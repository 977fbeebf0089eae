using AmViz.Atlas.Tiles;
using AmViz.Sweeps;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class RedrawCommandTests
{
    private static readonly RenderRecipe Recipe = Recipes.Paper with { Steps = 256, Size = 224 };

    [Fact]
    public void ItNamesAllThatThePixelsDependOn() => Assert.Equal(
        "amviz render --model texturenet --layer conv_pw_5 --channel 12 --seed 3 --recipe paper --steps 256 --size 224 --threads 2 --batch 4 --out redrawn",
        RedrawCommand.For(Task("conv_pw_5"), Recipe, new RenderEnvironment("cpu", "any", Threads: 2, BatchSize: 4)));

    [Fact]
    public void WhatAShellWouldReadOtherwiseIsQuoted() => Assert.Contains(
        @"--layer 'it'\''s a $(trap)'", RedrawCommand.For(Task("it's a $(trap)"), Recipe, environment: null), StringComparison.Ordinal);

    [Fact]
    public void ARecipeWithOtherNumbersThanItsNameSaysIsNotSaidByTheCommand()
    {
        Assert.True(RedrawCommand.SaysAllOf(Recipe));
        Assert.False(RedrawCommand.SaysAllOf(Recipe with { SpectrumGain = 1 }));
        Assert.False(RedrawCommand.SaysAllOf(Recipe with { Name = "mine" }));
    }

    private static ChannelTask Task(string layer) => new("texturenet", "digest", layer, Channel: 12, Seed: 3);
}
