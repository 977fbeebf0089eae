using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>MobileNetV1 (Howard et al. 2017) with the layer names of the Keras applications, for pictures of any size from 32 px.</summary>
/// <remarks>
/// Of convolution <c>conv_pw_5</c> three taps exist: <c>conv_pw_5</c> is the bare convolution (only where the weights keep
/// batch-norm separate), <c>conv_pw_5_bn</c> the value after batch-norm, <c>conv_pw_5_relu</c> the value after ReLU6.
/// The default is <c>..._bn</c>: it exists in every weights file, it is not clipped by ReLU6 so that the gradient never
/// dies, and batch-norm puts the channels on one scale. Weights are frozen and lie channels-last; batch-norm is folded
/// into them when they are loaded, in float64.
/// </remarks>
public sealed class MobileNetV1 : INetwork
{
    private readonly IReadOnlyList<FoldedConvolution> convolutions;
    private readonly Tensor? headWeight; // [classes, C]
    private readonly Tensor? headBias;   // [classes]

    private MobileNetV1(NetworkDescription description, Device device, ScalarType type, IReadOnlyList<FoldedConvolution> convolutions, Tensor? headWeight, Tensor? headBias)
    {
        Description = description;
        Device = device;
        ElementType = type;
        this.convolutions = convolutions;
        this.headWeight = headWeight;
        this.headBias = headBias;
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>Number format of weights, pictures and values.</summary>
    public ScalarType ElementType { get; }

    /// <summary>Loads the tensors of a folder.</summary>
    /// <param name="folder">Opened weights.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="type">float32, or float64 to check gradients.</param>
    /// <exception cref="WeightsFormatException">A tensor cannot be read, holds numbers that are not finite, or the file changed.</exception>
    public static MobileNetV1 Load(WeightsFolder folder, Device device, ScalarType type = ScalarType.Float32)
    {
        MobileNetV1Plan plan = folder.Plan;
        using SafetensorsFile file = folder.OpenTensors();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var loaded = plan.Units.Select(unit => FoldedConvolution.Load(unit, plan, file, device, type)).ToList();
        Tensor? weight = null;
        Tensor? bias = null;
        if (plan.HasLogits)
        {
            weight = Finite.Read(file, $"{MobileNetV1Layout.Predictions}.weight").flatten(1).to(type).to(device);
            bias = Finite.Read(file, $"{MobileNetV1Layout.Predictions}.bias").to(type).to(device);
        }

        // Only now, with every tensor found sound: what fails before is freed by the scope.
        loaded.ForEach(convolution => convolution.Detach());
        weight?.DetachFromDisposeScope();
        bias?.DetachFromDisposeScope();
        return new MobileNetV1(folder.Description, device, type, loaded, weight, bias);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images, string layer)
    {
        LayerShape target = Description.FindShape(layer);
        RequireImages(images);
        using var scope = NewDisposeScope();
        (Tensor x, FoldedConvolution? last) = RunUpTo(target, images);
        Tensor values = last is null
            ? F.linear(x, headWeight!, headBias)                                        // [N, classes]
            : Tap(last, target, kernel => last.Convolve(x, kernel));                    // [N, C, h, w]
        return values.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels)
    {
        LayerShape target = Description.FindShape(layer);
        RequireImages(images);
        using var scope = NewDisposeScope();
        (Tensor x, FoldedConvolution? last) = RunUpTo(target, images);
        Tensor values = last is null
            ? (x * headWeight!.index_select(0, channels)).sum(1).add(headBias!.index_select(0, channels), HeldScalars.One).view(-1, 1, 1)
            : Tap(last, target, kernel => last.ConvolveChannels(x, kernel, channels));
        return values.MoveToOuterDisposeScope();                                        // [N, h, w]
    }

    /// <inheritdoc/>
    public long MultiplyAdds(string layer, int size)
    {
        LayerShape target = Description.FindShape(layer);
        long sum = 0;
        foreach (ConvolutionUnit unit in convolutions.Select(convolution => convolution.Unit))
        {
            long side = (size + unit.Reduction - 1) / unit.Reduction;
            long ofOneChannel = side * side * unit.WeightShape.Skip(1).Aggregate(1L, (product, length) => product * length);
            if (unit.Makes(target.Name))
            {
                return sum + ofOneChannel;
            }

            sum += ofOneChannel * unit.OutputChannels;
        }

        return sum + headWeight!.shape[1];
    }

    /// <summary>What the convolution behind <paramref name="target"/> reads; for logits, the pooled features and no convolution.</summary>
    private (Tensor Input, FoldedConvolution? Last) RunUpTo(LayerShape target, Tensor images)
    {
        Tensor x = images.mul(HeldScalars.Two).sub(HeldScalars.One);                    // [N, 3, H, W] in [-1, 1]
        foreach (FoldedConvolution convolution in convolutions)
        {
            if (convolution.Unit.Makes(target.Name))
            {
                return (x, convolution);
            }

            x = F.relu6(convolution.Convolve(x, convolution.Folded), inplace: true);    // [N, C, h, w]
        }

        return (x.mean([2, 3]), null);                                                  // [N, C]
    }

    /// <summary>The three taps of a convolution: bare, after batch-norm, after ReLU6.</summary>
    private static Tensor Tap(FoldedConvolution last, LayerShape target, Func<Kernel, Tensor> convolve)
    {
        if (target.Name == last.Unit.Name)
        {
            return convolve(last.Bare!);
        }

        Tensor normalized = convolve(last.Folded);
        return target.Name == last.Unit.NormalizedName ? normalized : F.relu6(normalized);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (FoldedConvolution convolution in convolutions)
        {
            convolution.Dispose();
        }

        headWeight?.Dispose();
        headBias?.Dispose();
    }

    /// <summary>The same values, channels innermost in memory: TorchSharp has no memory_format argument, permuting does it.</summary>
    internal static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private void RequireImages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3 || images.dtype != ElementType)
        {
            throw new ArgumentException($"Pictures are {images.dtype} [{string.Join(", ", images.shape)}]; expected {ElementType} [N, 3, H, W].", nameof(images));
        }

        Description.RequireSize((int)Math.Min(images.shape[2], images.shape[3]));
        Description.RequireSize((int)Math.Max(images.shape[2], images.shape[3]));
    }
}
