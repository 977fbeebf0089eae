using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Values that depend on nothing that is given: initializers, and what is computed of them, once.</summary>
/// <param name="model">Whose initializers; it keeps them.</param>
/// <param name="values">Tells what is constant.</param>
/// <param name="device">Where the network lies.</param>
internal sealed class GraphConstants(OnnxModel model, GraphValues values, Device device) : IDisposable
{
    private readonly Dictionary<string, Tensor> _computed = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Tensor> _placed = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (Tensor Weight, Tensor Bias)> _folded = new(StringComparer.Ordinal);

    private readonly SizeBound _bound = new(model.Constants.Values.Sum(constant => constant.NumberOfElements));

    /// <summary>Where the network lies.</summary>
    public Device Device => device;

    /// <summary>Elements of the initializers.</summary>
    public long GivenElements { get; } = model.Constants.Values.Sum(constant => constant.NumberOfElements);

    /// <summary>A constant on the CPU.</summary>
    public Tensor OnHost(string value)
    {
        if (Find(value) is { } known)
        {
            return known;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var index in values.Needed([value], name => Find(name) is not null))
        {
            var node = model.Nodes[index];
            var call = new OperatorCall(node, [.. NodeCall.GivenInputs(node).Select(input => input.Length == 0 ? null : Find(input))]);
            _bound.Require(call);
            var outputs = NodeCall.Compute(call);
            for (var i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] is { } output)
                {
                    _computed.Add(node.Outputs[i], output.DetachFromDisposeScope());
                }
            }
        }

        return Find(value)!;
    }

    /// <summary>A constant on the network's device; weights of two-dimensional convolutions have their channels innermost in memory, unless they are computed as linear maps of patches.</summary>
    public Tensor OnDevice(string value)
    {
        if (_placed.TryGetValue(value, out var known))
        {
            return known;
        }

        var host = OnHost(value);
        var isKernel = values.Kernels.Contains(value) && host.dim() == 4 && !CutsPatches(value, host);
        if (!isKernel && device.type == DeviceType.CPU)
        {
            return host;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var placed = host.to(device);
        placed = isKernel ? ChannelsLast(placed) : placed;
        placed = ReferenceEquals(placed, host) ? placed.alias() : placed;
        _placed.Add(value, placed.DetachFromDisposeScope());
        return placed;
    }

    /// <summary>Weight and bias of a convolution into which what follows was multiplied, made once.</summary>
    /// <param name="chain">The convolution and what follows.</param>
    /// <param name="fold">Makes them of constants on the CPU, in double precision.</param>
    public (Tensor Weight, Tensor Bias) Folded(IReadOnlyList<OnnxNode> chain, Func<(Tensor Weight, Tensor Bias)> fold)
    {
        var key = string.Join('\0', chain.Select(node => node.Outputs[0]));
        if (!_folded.TryGetValue(key, out var kernel))
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            var type = OnHost(chain[0].Inputs[1]).dtype;
            var (weight, bias) = fold();
            var placed = weight.to(type).to(device);
            kernel = ((placed.dim() == 4 ? ChannelsLast(placed) : placed).alias().DetachFromDisposeScope(), bias.to(type).to(device).alias().DetachFromDisposeScope());
            _folded.Add(key, kernel);
        }

        return kernel;
    }

    /// <summary>Frees everything but the initializers.</summary>
    public void Dispose()
    {
        foreach (var tensor in _computed.Values.Concat(_placed.Values).Concat(_folded.Values.SelectMany(kernel => new[] { kernel.Weight, kernel.Bias })))
        {
            tensor.Dispose();
        }
    }

    private bool CutsPatches(string kernel, Tensor weight) => weight.shape[1] <= ConvolutionOperators.MostColours
        && model.Nodes.Where(node => node.Operator == "Conv" && node.Inputs.Count > 1 && node.Inputs[1] == kernel).All(node => node.Attributes.Integers("strides") is { } strides && strides.AsSpan().SequenceEqual(weight.shape.AsSpan(2)));

    // TorchSharp has no memory_format argument; permuting does it.
    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private Tensor? Find(string value) => model.Constants.TryGetValue(value, out var initializer) ? initializer : _computed.GetValueOrDefault(value);
}
