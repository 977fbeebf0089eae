using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The random numbers of one image. They come from its task alone, never from its place in a batch or its neighbours.</summary>
/// <remarks>Always on the CPU, so that every device draws the same numbers.</remarks>
internal sealed class ImageGenerator : IDisposable
{
    private readonly Generator _generator;

    /// <summary>A generator seeded from weights, layer, channel and seed.</summary>
    public ImageGenerator(ChannelTask task) => _generator = new Generator(SeedOf(task));

    /// <summary>Standard normal draws, float32 on the CPU.</summary>
    public Tensor Normal(long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: _generator);

    /// <summary>Fills <paramref name="draws"/> with uniform draws in [0, 1).</summary>
    public void Uniform(Span<float> draws)
    {
        using var tensor = rand([draws.Length], dtype: ScalarType.Float32, generator: _generator);
        tensor.data<float>().CopyTo(draws);
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();

    private static ulong SeedOf(ChannelTask task)
    {
        var identity = string.Create(CultureInfo.InvariantCulture, $"{task.WeightsDigest}/{task.Layer}/{task.Channel}/{task.Seed}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
    }
}
