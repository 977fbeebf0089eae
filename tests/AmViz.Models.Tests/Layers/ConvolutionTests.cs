using AmViz.Models.Tests.Goldens;
using TorchSharp;

namespace AmViz.Models.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class ConvolutionTests
{
    /// <summary>Groups of which each has several channels in and out: the channel that is asked for must meet the inputs of its own group, whatever the picture.</summary>
    [Fact]
    public void EachChannelOfAConvolutionInGroupsIsThatChannelOfAll()
    {
        using var scope = torch.NewDisposeScope();
        var graph = new LayerGraph();
        Layer pixels = graph.Add(new Pixels(Preprocessing.MinusOneToOneOf(12)));
        Layer convolution = graph.Add(new Convolution("grouped", pixels, outputs: 18, Window.Square(3, 2, Padding.Of(1)), hasBias: true, groups: 6));
        var reader = new WeightsReader(new FormulaTensors(convolution.Tensors.Select(spec => (spec.Name, spec.Shape))), torch.CPU, torch.ScalarType.Float64);
        pixels.Load(reader);
        convolution.Load(reader);
        torch.Tensor pictures = torch.rand(18, 12, 9, 9, torch.ScalarType.Float64);
        torch.Tensor channels = torch.arange(18, torch.ScalarType.Int64).flip(0);

        torch.Tensor all = convolution.Compute(new ForwardPass(ForwardPlan.ForAll(convolution), pictures));
        torch.Tensor found = convolution.ComputeChannels(new ForwardPass(ForwardPlan.ForChannels(convolution), pictures), channels);

        Assert.Equal([18L, 2, 3, 3], convolution.Tensors[0].Shape);
        Assert.True((found - convolution.Pick(all, channels)).abs().max().item<double>() < 1e-12);
        Assert.Equal(5 * 5 * 18 * 2 * 9, convolution.MultiplyAdds(9));
    }

    [Fact]
    public void TheWeightOfADenseLayerIsThatOfAConvolutionOverTheWholeMap()
    {
        using var scope = torch.NewDisposeScope();
        var graph = new LayerGraph();
        Layer pixels = graph.Add(new Pixels(Preprocessing.MinusOneToOne));
        Layer dense = graph.Add(new Convolution("dense", pixels, outputs: 5, Window.Square(4, 1, Padding.None), hasBias: true) { IsStoredFlat = true });
        var tensors = new FormulaTensors(dense.Tensors.Select(spec => (spec.Name, spec.Shape)));
        var reader = new WeightsReader(tensors, torch.CPU, torch.ScalarType.Float64);
        pixels.Load(reader);
        dense.Load(reader);
        torch.Tensor picture = FormulaTensors.Picture(4).to(torch.ScalarType.Float64);

        torch.Tensor found = dense.Compute(new ForwardPass(ForwardPlan.ForAll(dense), picture)).view(5);

        Assert.Equal([5L, 48], dense.Tensors[0].Shape);
        torch.Tensor expected = tensors.Read("dense.weight").to(torch.ScalarType.Float64).matmul((picture * 2 - 1).flatten()) + tensors.Read("dense.bias");
        Assert.True((found - expected).abs().max().item<double>() < 1e-6);
    }
}
