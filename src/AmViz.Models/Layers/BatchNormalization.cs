using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>Batch-norm with its moving statistics: folded into the convolution before it where there is one, else a factor and a shift.</summary>
/// <param name="name">Its tensors are called <c>name.weight</c>, <c>.bias</c>, <c>.running_mean</c>, <c>.running_var</c>.</param>
/// <param name="input">What it reads.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="isScaled">Whether there is a learned factor (Keras: <c>scale=True</c>).</param>
internal sealed class BatchNormalization(string name, Layer input, double epsilon, bool isScaled = true) : Layer(name, input)
{
    private readonly Convolution? _folds = input as Convolution;
    private Kernel? _folded;
    private Tensor? _factor;                                                             // [1, C, 1, 1]
    private Tensor? _shift;                                                              // [1, C, 1, 1]
    private ChannelMoments? _moments;

    /// <summary>The convolution before it, into which it can be folded; null where it follows something else.</summary>
    public Convolution? Folds => _folds;

    /// <summary>Mean and variance of its values over the pictures that the network was trained on, as the moving statistics tell; null until it is loaded.</summary>
    public ChannelMoments? Moments => _moments;

    public override int ChannelCount => input.ChannelCount;

    public override bool IsChannelwise => true;

    public override IReadOnlyList<TensorSpec> Tensors
    {
        get
        {
            long[] shape = [ChannelCount];
            TensorSpec[] unscaled =
            [
                new($"{Name}.bias", shape), new($"{Name}.running_mean", shape, Trainable: false), new($"{Name}.running_var", shape, Trainable: false),
            ];
            return isScaled ? [new($"{Name}.weight", shape), .. unscaled] : unscaled;
        }
    }

    /// <summary>That of the convolution before it, each channel multiplied by its factor: what is computed with.</summary>
    public override ChannelMap? Map => _folds?.Map?.Scaled(ReadScale);

    public override LayerExtent Extent(int size) => input.Extent(size);

    public override void Load(WeightsReader reader)
    {
        Tensor Read(string suffix) => Exact(reader, suffix);
        var scale = ReadScale(reader);                                               // [C]
        var offset = Read("bias") - Read("running_mean") * scale;                    // [C]
        // What enters has the moving mean and variance; what leaves, scaled and shifted, these.
        _moments = new(reader.Keep(Read("bias")), reader.Keep(Read("running_var") * scale * scale));
        if (_folds is not null)
        {
            var weight = reader.Read(_folds.WeightName).to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
            _folded = _folds.Keep(reader, weight, _folds.HasBias ? reader.Read(_folds.BiasName) * scale + offset : offset);
        }
        else
        {
            (_factor, _shift) = (reader.Keep(scale.view(1, -1, 1, 1)), reader.Keep(offset.view(1, -1, 1, 1)));
        }
    }

    public override Tensor Compute(ForwardPass pass)
        => _folds is null ? addcmul(_shift!, pass.Value(input), _factor!, HeldScalars.One) : _folds.Convolve(pass, _folded!);

    public override Tensor ComputeChannels(ForwardPass pass, Tensor channels)
    {
        if (_folds is not null)
        {
            return _folds.ConvolveChannels(pass, _folded!, channels);
        }

        Tensor Of(Tensor values) => values.view(-1).index_select(0, channels).view(-1, 1, 1);
        return addcmul(Of(_shift!), pass.Channels(input, channels), Of(_factor!), HeldScalars.One);
    }

    private Tensor Exact(WeightsReader reader, string suffix) => reader.Read($"{Name}.{suffix}").to(ScalarType.Float64);

    // By which a value is multiplied, [C].
    private Tensor ReadScale(WeightsReader reader)
    {
        using Scalar small = epsilon;
        var variance = Exact(reader, "running_var").add(small, HeldScalars.One);
        if (variance.min().item<double>() <= 0)
        {
            throw new WeightsFormatException($"Tensor '{Name}.running_var' holds negative variances. The file is damaged; get it again from its source.");
        }

        var deviation = variance.sqrt();
        return isScaled ? Exact(reader, "weight") / deviation : deviation.reciprocal();
    }
}
