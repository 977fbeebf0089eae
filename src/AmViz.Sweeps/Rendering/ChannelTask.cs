using System.Globalization;

namespace AmViz.Sweeps;

/// <summary>One picture to draw: with the recipe, all that its pixels depend on.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights file, lower-case hexadecimal.</param>
/// <param name="Layer">Resolved layer name, as <c>amviz models show</c> lists it.</param>
/// <param name="Channel">Channel from 0, or class index on the logits layer.</param>
/// <param name="Seed">Seed of the image's own generator.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelTask")]
public sealed record ChannelTask(
    [property: Id(0)] string Model,
    [property: Id(1)] string WeightsDigest,
    [property: Id(2)] string Layer,
    [property: Id(3)] int Channel,
    [property: Id(4)] int Seed)
{
    /// <summary>For messages and logs, such as <c>texturenet/conv_pw_5_bn/12-s0</c>.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Model}/{Layer}/{Channel}-s{Seed}");
}
