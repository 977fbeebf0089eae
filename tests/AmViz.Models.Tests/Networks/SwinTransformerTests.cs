using AmViz.Models.Tests.Goldens;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class SwinTransformerTests
{
    [Theory]
    [InlineData("features.0", "patch_embed")]
    [InlineData("features.3.1", "layers.1.blocks.1")]
    [InlineData("features.4", "layers.2.downsample")]
    public void LayersAreKnownByTheNamesOfTorchvision(string asked, string own)
        => Assert.Equal(own, Golden.Read("swin").Open().Description.FindShape(asked).Name);

    [Fact]
    public void TensorsAreKnownByTheNamesOfHuggingFace()
    {
        var theirs = Golden.Read("swin").Graph().Layers.SelectMany(layer => layer.Tensors).SelectMany(spec => Renamed(spec.Name, spec.Shape)).ToList();

        NetworkDescription description = Golden.Read("swin").Open(theirs).Description;

        Assert.Null(description.MissingTensor);
        Assert.DoesNotContain(description.Warnings, warning => warning.Contains("not part of the network", StringComparison.Ordinal));
    }

    [Fact]
    public void WindowsArePutTogetherAsTheyWereCut()
    {
        using var scope = NewDisposeScope();
        Tensor map = arange(2 * 9 * 7 * 3).to(ScalarType.Float32).view(2, 9, 7, 3);
        var grid = new WindowGrid(Side: 4, Shift: 2);

        Tensor windows = grid.Cut(map);

        Assert.Equal([2, 3 * 2, 16, 3], windows.shape);
        Assert.True(grid.Join(windows, 9, 7).equal(map).all().item<bool>());
    }

    [Fact]
    public void MapOfOneWindowIsNotMoved()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(1, 3, 4, 2);
        var grid = new WindowGrid(Side: 4, Shift: 2);

        Assert.Null(grid.Mask(map));
        Assert.True(grid.Cut(map)[0, 0].narrow(0, 0, 4).equal(map[0, 0]).all().item<bool>());
    }

    [Fact]
    public void ArithmeticIsWhatIsPublished()
    {
        // Table 1 of the paper: Swin-T takes 4.5 billion multiply-adds at 224 pixels.
        IBlueprint tiny = new SwinTransformer().Published[0].Blueprint;
        LayerGraph graph = tiny.Build(Preprocessing.ImageNet);

        Assert.InRange(ForwardPlan.ForAll(graph.Layers[^1]).MultiplyAdds(224), 4.3e9, 4.6e9);
    }

    private static IEnumerable<(string Name, long[] Shape)> Renamed(string name, long[] shape)
    {
        string[] words = name.Split('.');
        string rest = words[^1];
        if (words[0] != "layers")
        {
            string begin = string.Join('.', words[..^1]) switch
            {
                "patch_embed.proj" => "swin.embeddings.patch_embeddings.projection",
                "patch_embed.norm" => "swin.embeddings.norm",
                "norm" => "swin.layernorm",
                _ => "classifier",
            };
            return [($"{begin}.{rest}", shape)];
        }

        int stage = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        if (words[2] == "downsample")
        {
            return [($"swin.encoder.layers.{stage - 1}.downsample.{words[3]}.{rest}", shape)];
        }

        string block = $"swin.encoder.layers.{stage}.blocks.{words[3]}.";
        string part = string.Join('.', words[4..]);
        return part switch
        {
            _ when part.StartsWith("attn.qkv", StringComparison.Ordinal)
                => new[] { "query", "key", "value" }.Select(one => ($"{block}attention.self.{one}.{rest}", (long[])[shape[0] / 3, .. shape[1..]])),
            "attn.relative_position_bias_table" => [($"{block}attention.self.{part["attn.".Length..]}", shape), ($"{block}attention.self.relative_position_index", [16, 16])],
            _ => [($"{block}{part.Replace("norm1", "layernorm_before", StringComparison.Ordinal).Replace("norm2", "layernorm_after", StringComparison.Ordinal)
                .Replace("attn.proj", "attention.output.dense", StringComparison.Ordinal).Replace("mlp.fc1", "intermediate.dense", StringComparison.Ordinal).Replace("mlp.fc2", "output.dense", StringComparison.Ordinal)}", shape)],
        };
    }
}
