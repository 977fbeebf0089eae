using AmViz.Models.Tests.Goldens;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class VisionTransformerTests
{
    private static readonly Golden Tiny = Golden.Read("vit_hugging_face");

    [Fact]
    public void TokensAreTheClassTokenAndThePatches()
    {
        LayerInfo hidden = Tiny.Open().Description.FindLayer("hidden_states_2", 64);

        Assert.Equal(new LayerInfo("hidden_states_2", LayerKind.Tokens, 24, 1 + 8 * 8, 1) { IsDefaultTap = true, PrefixTokens = 1 }, hidden);
    }

    [Fact]
    public void EveryLayerHasTheShapeItsDescriptionTells()
    {
        using var scope = NewDisposeScope();
        using var network = GraphNetwork.Load(Tiny.Open(), CPU);
        foreach (int size in new[] { 32, 48, 72 })
        {
            Tensor pictures = rand(2, 3, size, size);
            foreach (LayerInfo layer in network.Description.Layers(size))
            {
                long[] expected = layer.Kind == LayerKind.Logits ? [2, layer.ChannelCount] : [2, layer.ChannelCount, layer.Height, layer.Width];
                Assert.Equal(expected, network.Forward(pictures, layer.Name).shape);
                Assert.Equal([2, layer.Height, layer.Width], network.ForwardChannels(pictures, layer.Name, tensor(new long[] { 1, layer.ChannelCount - 1 })).shape);
            }
        }
    }

    [Fact]
    public void ChangingOnePatchChangesItsTokenOfTheEmbeddingAlone()
    {
        using var scope = NewDisposeScope();
        using var network = GraphNetwork.Load(Tiny.Open(), CPU);
        Tensor picture = FormulaTensors.Picture(48);
        Tensor changed = picture.clone();
        changed[0, 0, 8 + 3, 16 + 5] = 0.9f;                                             // second row, third column of six

        Tensor difference = (network.Forward(picture, "hidden_states_0") - network.Forward(changed, "hidden_states_0")).abs().sum([0, 1, 3]);

        Assert.Equal([1 + 6 + 2], difference.nonzero().flatten().data<long>().ToArray());
    }

    [Theory]
    [InlineData("hidden_states[3]", "hidden_states_3")]
    [InlineData("blocks.2", "hidden_states_3")]
    [InlineData("hidden_states[0]", "hidden_states_0")]
    public void LayersAreKnownByTheNamesOfOtherLibraries(string asked, string own) =>
        Assert.Equal(own, Tiny.Open().Description.FindShape(asked).Name);

    [Fact]
    public void SizesThatCutPatchesAreRefusedWithTheNearestOnes()
    {
        var error = Assert.Throws<ImageSizeException>(() => Tiny.Open().Description.Layers(60));

        Assert.Contains("Choose a multiple of that, such as 56 or 64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkWithoutClassesEndsAtItsLastNormAndSaysSo()
    {
        using var scope = NewDisposeScope();
        using var network = GraphNetwork.Load(Golden.Read("dinov2_timm").Open(), CPU);

        Assert.Empty(network.Description.Labels);
        Assert.Equal("norm", network.Description.LayerShapes[^1].Name);
        Assert.True(network.Description.LayerShapes[^1].IsDefaultTap);
        Assert.Contains("tells no classes apart", Assert.Throws<UnknownLayerException>(() => new Classifier(network).Top(rand(3, 42, 42))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RegistersStandBetweenTheClassTokenAndThePatches()
    {
        LayerInfo hidden = Golden.Read("dinov2_timm").Open().Description.FindLayer("hidden_states_2", 56);

        Assert.Equal((1 + 4 + 4 * 4, 5, 4), (hidden.Height, hidden.PrefixTokens, hidden.Registers));
    }

    [Fact]
    public void EmbeddingOfAPictureIsALayer()
    {
        LayerInfo embedding = Golden.Read("clip_vision").Open().Description.FindLayer("embedding", 32);

        Assert.Equal(new LayerInfo("embedding", LayerKind.Embedding, 12, 1, 1) { IsDefaultTap = true }, embedding);
    }

    [Fact]
    public void ClipOfItsAuthorsIsKnownByTheirNames()
    {
        var theirs = new List<(string, long[])>
        {
            ("visual.class_embedding", [24]), ("visual.positional_embedding", [17, 24]), ("visual.proj", [24, 12]), ("visual.conv1.weight", [24, 3, 8, 8]),
            ("visual.ln_pre.weight", [24]), ("visual.ln_pre.bias", [24]), ("visual.ln_post.weight", [24]), ("visual.ln_post.bias", [24]), ("logit_scale", []), ("positional_embedding", [77, 8]),
        };
        for (int block = 0; block < 3; block++)
        {
            string begin = $"visual.transformer.resblocks.{block}.";
            theirs.AddRange(
            [
                ($"{begin}attn.in_proj_weight", [72, 24]), ($"{begin}attn.in_proj_bias", [72]), ($"{begin}attn.out_proj.weight", [24, 24]), ($"{begin}attn.out_proj.bias", [24]),
                ($"{begin}ln_1.weight", [24]), ($"{begin}ln_1.bias", [24]), ($"{begin}ln_2.weight", [24]), ($"{begin}ln_2.bias", [24]),
                ($"{begin}mlp.c_fc.weight", [40, 24]), ($"{begin}mlp.c_fc.bias", [40]), ($"{begin}mlp.c_proj.weight", [24, 40]), ($"{begin}mlp.c_proj.bias", [24]),
            ]);
        }

        NetworkDescription description = Golden.Read("clip_vision").Open(theirs).Description;

        Assert.Null(description.MissingTensor);
        Assert.DoesNotContain(description.Warnings, warning => warning.Contains("not part of the network", StringComparison.Ordinal));
    }

    [Fact]
    public void SigLipOfTimmSplitsItsLastAttentionOtherwise()
    {
        var golden = Golden.Read("siglip_vision");
        var tensors = golden.Graph().Layers.SelectMany(layer => layer.Tensors).Select(spec => (spec.Name, spec.Shape)).Where(one => !one.Name.StartsWith("attn_pool.in_proj", StringComparison.Ordinal)).ToList();

        NetworkDescription description = golden.Open([.. tensors, ("attn_pool.q.weight", [24, 24]), ("attn_pool.q.bias", [24]), ("attn_pool.kv.weight", [48, 24]), ("attn_pool.kv.bias", [48])]).Description;

        Assert.Null(description.MissingTensor);
    }

    [Theory]
    [InlineData("\"classToken\":false", "'pooling' takes the class token")]
    [InlineData("\"embedding\":8", "expected one of the two, the other 0")]
    [InlineData("\"preNorm\":1", "'preNorm' is 1; expected true or false")]
    public void PartsThatDoNotFitTogetherAreRefused(string field, string told)
    {
        string config = $$"""{"architecture":"vit","classes":10,"inputSize":32,"patchSize":16,"width":8,"depth":1,"heads":2,"preprocessing":"x / 127.5 - 1",{{field}} }""";
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(config));

        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => WeightsConfig.Read(stream, "config.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ArithmeticIsWhatIsPublished()
    {
        // timm's results table: 17.58 billion multiply-adds for vit_base_patch16_224.
        var blueprint = (VisionTransformerBlueprint)new VisionTransformer().Published[0].Blueprint;
        LayerGraph graph = blueprint.Build(Preprocessing.MinusOneToOne);

        Assert.InRange(ForwardPlan.ForAll(graph.Layers[^1]).MultiplyAdds(224), 17.5e9, 17.6e9);
    }

    [Fact]
    public void EveryProblemOfAConfigurationIsToldAtOnce()
    {
        const string config = """
            {"architecture":"vit","classes":10,"inputSize":100,"patchSize":16,"width":50,"depth":0,"heads":3,"layerNormEpsilon":1,
             "preprocessing":"(x / 255 - mean) / std","mean":[0.5,0.5]}
            """;
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(config));

        var error = Assert.Throws<WeightsFormatException>(() => WeightsConfig.Read(stream, "config.json"));

        string[] places = ["'mean' is [0.5,0.5]", "the fields 'mean' and 'std'", "'depth' is 0", "'layerNormEpsilon' is 1", "multiple of the heads", "multiple of the patches"];
        Assert.Equal(places.Length, error.Problems.Count);
        Assert.All(places, place => Assert.Contains(place, error.Message, StringComparison.Ordinal));
    }
}
