using AmViz.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>MobileNetV1 for training: batch-norm in training form, modules named as the tensors of the checkpoint.</summary>
/// <remarks>
/// As in Keras: 3x3 convolutions pad like TensorFlow SAME, each convolution is followed by batch-norm (epsilon 1e-3) and
/// ReLU6, a global average pool feeds the classifier.
/// </remarks>
internal sealed class TrainableMobileNet : TrainableNetwork
{
    /// <summary>Epsilon of the Keras applications MobileNet.</summary>
    public const double BatchNormEpsilon = 1e-3;

    // Statistics over some 50 batches: every batch shows other textures, and the rate falls to zero at the end.
    private const double BatchNormMomentum = 0.02;

    private readonly List<ConvolutionStage> _stages = [];
    private readonly Conv2d _classifier;

    /// <summary>Builds a network whose weights depend on nothing but shape and seed.</summary>
    public TrainableMobileNet(MobileNetShape shape, int seed) : base("mobilenet_v1")
    {
        AddStage("conv1", nn.Conv2d(3, shape.Stem, 3, stride: 2, bias: false));
        foreach (var block in shape.Blocks)
        {
            AddStage($"conv_dw_{block.Number}", nn.Conv2d(block.Input, block.Input, 3, stride: block.Stride, groups: block.Input, bias: false));
            AddStage($"conv_pw_{block.Number}", nn.Conv2d(block.Input, block.Output, 1, bias: false));
        }
        _classifier = nn.Conv2d(shape.Features, shape.ClassCount, 1);
        register_module("conv_preds", _classifier);
        SeededInitialization.Fill(this, seed);
    }

    /// <summary>All convolutions but the classifier, in order.</summary>
    public IReadOnlyList<ConvolutionStage> Stages => _stages;

    /// <summary>What reads the mean of the last stage over all positions.</summary>
    public Conv2d Classifier => _classifier;

    /// <summary>Convolutions and classifier; scale and shift of batch-norm and the bias of the classifier are constants.</summary>
    /// <remarks>Depthwise kernels do not decay, lest channels die.</remarks>
    public override IReadOnlyList<ParameterGroup> Trained =>
    [
        new(_stages.Select(stage => stage.Convolution).Where(convolution => convolution.groups == 1).Append(_classifier).Select(convolution => convolution.weight!), Decays: true),
        new(_stages.Select(stage => stage.Convolution).Where(convolution => convolution.groups > 1).Select(convolution => convolution.weight!), Decays: false),
    ];

    /// <inheritdoc/>
    public override Parameter? ConstantBias => _classifier.bias;

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures)
    {
        Tensor x = pictures * 2 - 1;
        foreach (var stage in _stages)
        {
            x = stage.Apply(x);
            ActivationSeen?.Invoke(stage.Name, x);
        }
        return _classifier.forward(x.mean([2, 3], keepdim: true)).flatten(1); // [N, classes]
    }

    private void AddStage(string name, Conv2d convolution)
    {
        var batchNorm = nn.BatchNorm2d(convolution.out_channels, BatchNormEpsilon, BatchNormMomentum);
        register_module(name, convolution);
        register_module(name + "_bn", batchNorm);
        _stages.Add(new ConvolutionStage(name, convolution, batchNorm));
    }
}
