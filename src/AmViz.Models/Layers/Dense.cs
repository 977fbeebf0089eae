using AmViz.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>The classifier: a weighted sum of the features for each class, before softmax; or another linear map of the features.</summary>
/// <param name="name">As it is listed.</param>
/// <param name="input">Features, <c>[N, C]</c>.</param>
/// <param name="classes">How many.</param>
/// <param name="tensorName">Its tensors are called <c>tensorName.weight</c> and <c>.bias</c>.</param>
/// <param name="isConvolution">Whether the weight is that of a 1x1 convolution, <c>[classes, C, 1, 1]</c>.</param>
/// <param name="hasBias">Whether a bias is added.</param>
internal sealed class Dense(string name, Layer input, int classes, string tensorName, bool isConvolution = false, bool hasBias = true) : Layer(name, input)
{
    private Tensor? _weight;                                                             // [classes, C]
    private Tensor? _bias;                                                               // [classes]

    /// <summary>Whether it is a convolution of single positions in the original framework.</summary>
    public bool IsConvolution => isConvolution;

    public override int ChannelCount => classes;

    public override IReadOnlyList<TensorSpec> Tensors
        => [
        new($"{tensorName}.weight", isConvolution ? [classes, input.ChannelCount, 1, 1] : [classes, input.ChannelCount]),
        .. hasBias ? (TensorSpec[])[new($"{tensorName}.bias", [classes])] : [],
    ];

    public override ChannelMap? Map => ChannelMap.Of(input, input.ChannelCount, $"{tensorName}.weight");

    public override LayerExtent Extent(int size) => LayerExtent.One;

    public override void Load(WeightsReader reader)
    {
        _weight = reader.Keep(reader.Read($"{tensorName}.weight").flatten(1));
        _bias = hasBias ? reader.Keep(reader.Read($"{tensorName}.bias")) : null;
    }

    public override Tensor Compute(ForwardPass pass) => F.linear(pass.Value(input), _weight!, _bias);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        var sums = (pass.Value(input) * _weight!.index_select(0, channels)).sum(1);
        return (_bias is null ? sums : sums.add(_bias.index_select(0, channels), HeldScalars.One)).view(-1, 1, 1);
    }

    /// <summary>Logits stay <c>[N, classes]</c>; any other vector is <c>[N, C, 1, 1]</c>.</summary>
    public override Tensor Present(Tensor values) => Kind == LayerKind.Logits ? values : values.unsqueeze(2).unsqueeze(3);

    public override Tensor Pick(Tensor values, Tensor channels) => values.gather(1, channels.unsqueeze(1)).unsqueeze(2);

    public override long MultiplyAddsOfChannel(int size) => input.ChannelCount;
}
