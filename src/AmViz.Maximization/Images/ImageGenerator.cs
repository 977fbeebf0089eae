using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The random numbers of one image. They come from its task alone, never from its place in a batch or its neighbours.</summary>
/// <remarks>Always on the CPU, so that every device draws the same numbers.</remarks>
internal sealed class ImageGenerator : IDisposable
{
    private readonly Generator _generator;

    /// <summary>Bytes of a <see cref="State"/>: the Mersenne Twister of torch.</summary>
    public static int StateLength { get; } = LengthOfState();

    /// <summary>A generator seeded from weights, layer, channel and seed.</summary>
    /// <param name="task">Whose image it is.</param>
    /// <param name="facet">Which of several images of the task, from 0.</param>
    public ImageGenerator(ChannelTask task, int facet = 0) => _generator = new Generator(SeedOf(task, facet));

    /// <summary>How far it is: a generator that is set to it draws what this one draws next.</summary>
    public ReadOnlySpan<byte> State
    {
        get
        {
            using var state = _generator.get_state();
            return state.bytes.ToArray();
        }

        set
        {
            using var state = tensor(value.ToArray(), dtype: ScalarType.Byte);
            _generator.set_state(state);
        }
    }

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

    private static int LengthOfState()
    {
        using var generator = new Generator(0);
        using var state = generator.get_state();
        return state.bytes.Length;
    }

    private static ulong SeedOf(ChannelTask task, int facet)
    {
        var identity = string.Create(CultureInfo.InvariantCulture, $"{task.WeightsDigest}/{task.Layer}/{task.Channel}/{task.Seed}");
        identity = facet == 0 ? identity : string.Create(CultureInfo.InvariantCulture, $"{identity}/{facet}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
    }
}
