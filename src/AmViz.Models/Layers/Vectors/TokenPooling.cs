using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The class token by itself.</summary>
internal sealed class ClassToken(string name, Layer tokens) : VectorLayer(name, tokens)
{
    public override Tensor Compute(ForwardPass pass) => pass.Value(tokens).select(1, 0);
}

/// <summary>The mean of the tokens of the patches.</summary>
internal sealed class TokenMean(string name, Layer tokens) : VectorLayer(name, tokens)
{
    public override Tensor Compute(ForwardPass pass)
    {
        var values = pass.Value(tokens);                                              // [N, T, D]
        return values.narrow(1, tokens.PrefixTokens, values.shape[1] - tokens.PrefixTokens).mean([1]);
    }
}

/// <summary>Several vectors, one after the other.</summary>
internal sealed class VectorConcatenation(string name, params IReadOnlyList<Layer> parts) : VectorLayer(name, parts)
{
    public override int ChannelCount => Inputs.Sum(part => part.ChannelCount);

    public override Tensor Compute(ForwardPass pass) => cat([.. Inputs.Select(pass.Value)], 1);
}
