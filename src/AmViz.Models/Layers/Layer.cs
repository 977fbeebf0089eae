using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A tensor that a layer reads from a weights file.</summary>
/// <param name="Name">Our name for it.</param>
/// <param name="Shape">PyTorch's order of axes.</param>
/// <param name="Trainable">Whether training moves it by a gradient; moving means and variances are not.</param>
internal sealed record TensorSpec(string Name, long[] Shape, bool Trainable = true)
{
    public long Count => Shape.Aggregate(1L, (product, length) => product * length);
}

/// <summary>One step of a network, from the values of earlier layers to its own. Made without weights, loaded once.</summary>
/// <param name="name">As the original framework reports it.</param>
/// <param name="inputs">Layers it reads, in its own order.</param>
internal abstract class Layer(string name, params IReadOnlyList<Layer> inputs)
{
    public string Name => name;

    public IReadOnlyList<Layer> Inputs => inputs;

    /// <summary>What a person sees in the list of layers; null for a step that is not listed.</summary>
    public LayerKind? Kind { get; init; }

    public bool IsDefaultTap { get; init; }

    /// <summary>Layers that read this one; set by the graph.</summary>
    public int ReaderCount { get; set; }

    public abstract int ChannelCount { get; }

    /// <summary>The tensors it reads, in the order in which they are told missing.</summary>
    public virtual IReadOnlyList<TensorSpec> Tensors => [];

    /// <summary>The weights by which its channels are made of another layer's; null where it has none.</summary>
    public virtual ChannelMap? Map => null;

    /// <summary>Whether one of its channels needs nothing but the same channel of its inputs.</summary>
    public virtual bool IsChannelwise => false;

    /// <summary>See <see cref="LayerInfo.PrefixTokens"/>.</summary>
    public virtual int PrefixTokens => 0;

    /// <summary>See <see cref="LayerInfo.Registers"/>.</summary>
    public virtual int Registers => 0;

    /// <summary>Rows and columns for square pictures of <paramref name="size"/> pixels; numbers below 1 where they are too small.</summary>
    public abstract LayerExtent Extent(int size);

    /// <summary>Reads its tensors.</summary>
    public virtual void Load(WeightsReader reader)
    {
    }

    /// <summary>All its values: <c>[N, C, h, w]</c>, <c>[N, T, D]</c> for tokens, <c>[N, C]</c> past pooling.</summary>
    public abstract Tensor Compute(ForwardPass pass);

    /// <summary>One channel for each picture, <c>[N, h, w]</c>; layers that can save arithmetic override it.</summary>
    /// <param name="pass">Gives what the inputs made.</param>
    /// <param name="channels"><c>[N]</c>, int64.</param>
    public virtual Tensor ComputeChannels(ForwardPass pass, Tensor channels) => Pick(Compute(pass), channels);

    /// <summary>The channel of each picture out of all.</summary>
    public virtual Tensor Pick(Tensor values, Tensor channels) => ChannelPick.Of(values, channels); // [N, h, w]

    /// <summary>The values as <see cref="INetwork.Forward"/> returns them.</summary>
    public virtual Tensor Present(Tensor values) => values;

    /// <summary>Multiplications with addition of one channel of one picture.</summary>
    public virtual long MultiplyAddsOfChannel(int size) => 0;

    /// <summary>Multiplications with addition of one picture.</summary>
    public virtual long MultiplyAdds(int size) => MultiplyAddsOfChannel(size) * ChannelCount;
}
