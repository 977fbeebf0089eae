using AmViz.Cli.Specs;
using AmViz.Sweeps;
using CsCheck;

namespace AmViz.Cli.Tests.Specs;

public sealed class SpecWriterTests
{
    [Fact]
    public void WhatIsWrittenIsReadAsTheSameSpec()
        => RecipeGen.Any.Sample(
            recipe =>
            {
                var spec = new SweepSpec
                {
                    Models =
                    [
                        new() { Model = "texturenet", Layers = [new("conv_*"), new("!conv_1"), new("logits", ChannelSet.Of(0, 1, 2, 40))] },
                        new() { Digest = "0123456789abcdef" },
                        new() { Model = "dino", Digest = "01234567", CheckpointKey = "teacher" },
                    ],
                    Recipe = recipe,
                    Seeds = [0, 7],
                    FailureBudget = 3,
                };
                var read = SpecReader.Parse(SpecWriter.Write(spec), "spec");
                Assert.Empty(read.Problems);
                Assert.Equal(SpecWriter.Write(spec), SpecWriter.Write(read.Spec));
                Assert.Equal(SweepJson.Hash(spec with { Recipe = recipe with { AlgorithmVersion = read.Spec.Recipe.AlgorithmVersion } }, 64), SweepJson.Hash(read.Spec, 64));
            },
            iter: 300, threads: 1);

    [Fact]
    public void WhatIsShownInsteadOfDrawnIsReadAsTheSame()
    {
        foreach (var shown in (PhotographSelection[])[new() { Textures = 500 }, new() { Folder = Path.GetFullPath("photos"), LabelColumn = "kind", Copy = true, ShardSize = 64, Batch = 8, Crops = 0, EffectiveFields = 2 }])
        {
            var spec = new SweepSpec { Models = [new() { Model = "texturenet", Layers = [new("logits")] }], Photographs = shown, FailureBudget = 3 };
            var read = SpecReader.Parse(SpecWriter.Write(spec), "spec");
            Assert.Empty(read.Problems);
            Assert.Equal(SweepJson.Hash(spec, 64), SweepJson.Hash(read.Spec, 64));
        }
    }

    [Fact]
    public void WhatIsScoredInsteadOfDrawnIsReadAsTheSame()
    {
        foreach (var scores in (ScoreSelection[])[new(), new() { Sweep = "0123456789abcdef", Judge = new() { Model = "texturevit" } }, new() { Judge = new() { Digest = new('a', 64) } }])
        {
            var spec = new SweepSpec { Models = [new() { Model = "texturenet" }], Scores = scores, FailureBudget = 3 };
            var read = SpecReader.Parse(SpecWriter.Write(spec), "spec");
            Assert.Empty(read.Problems);
            Assert.Equal(SweepJson.Hash(spec, 64), SweepJson.Hash(read.Spec, 64));
        }
    }

    [Fact]
    public void ASpecThatSaysNothingStaysOne()
    {
        var read = SpecReader.Parse(SpecWriter.Write(new() { Models = [new() { Model = "texturenet" }] }), "spec");
        Assert.Empty(read.Problems);
        Assert.Equal(SweepJson.Hash(new SweepSpec { Models = [new() { Model = "texturenet" }] }, 64), SweepJson.Hash(read.Spec, 64));
    }
}
