using AmViz.TestKit;

namespace AmViz.Sweeps.Tests;

public sealed class SweepIdTests
{
    private static readonly FakeModel Model = new("fakenet", new LayerFacts("conv_1", 6, IsLogits: false), new LayerFacts("logits", 4, IsLogits: true));

    private static readonly SweepSpec Spec = new()
    {
        Models = [new() { Model = "fakenet", Layers = [new("conv_1", ChannelSet.Of(0, 1, 2)), new("logits")] }],
        Seeds = [0, 3],
    };

    [Fact]
    public void AChangeOfTheIdentityIsNoticed()
        => Assert.Equal("dfdc731c1d2385cb", Id(Spec).Value);

    [Fact]
    public void TheSameWishInOtherWordsIsTheSameSweep()
    {
        Assert.Equal(Id(Spec), Id(Spec with { Seeds = [3, 0, 3] }));
        Assert.Equal(Id(Spec), Id(Spec with { FailureBudget = 5 }));
        Assert.Equal(Id(Spec), Id(With(new("conv_1", ChannelSet.TryParse("2,0-1", out _)), new("logits", ChannelSet.All(4)))));
        Assert.Equal(Id(Spec), Id(Spec with { Models = [Spec.Models[0] with { Weights = "elsewhere" }] }));
        Assert.Equal(Id(Spec), Id(Spec with { Models = [Spec.Models[0] with { Model = null, Digest = "0123abcd" }] }));
    }

    [Fact]
    public void WhateverChangesAPictureOrTheirNumberIsAnotherSweep()
    {
        var ids = new[]
        {
            Id(Spec),
            Id(Spec with { Seeds = [0] }),
            Id(Spec with { Seeds = [0, 4] }),
            Id(With(new("conv_1", ChannelSet.Of(0, 1)), new LayerSelection("logits"))),
            Id(With(new LayerSelection("conv_1", ChannelSet.Of(0, 1, 2)))),
            Id(Spec with { Recipe = Recipes.Paper with { Steps = 999 } }),
            Id(Spec with { Recipe = Recipes.Paper with { Transforms = TransformSettings.None } }),
            Id(Spec with { Recipe = Recipes.Pixel }),
            Id(Spec, new FakeModel("othernet", Model.DefaultLayers)),
        };
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private static SweepSpec With(params LayerSelection[] layers) => Spec with { Models = [Spec.Models[0] with { Layers = layers }] };

    private static SweepId Id(SweepSpec spec, IModelDescription? model = null) => SweepPlanner.Plan(spec, _ => model ?? Model).Id;
}
