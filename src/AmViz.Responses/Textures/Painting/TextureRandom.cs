namespace AmViz.Responses.Textures;

/// <summary>The random numbers of one texture: a SplitMix64 stream of its own.</summary>
/// <remarks>
/// A stream is named by (seed, split, index), so that sample 1,000,000 can be drawn without its predecessors, on any
/// thread, and is the same every time. SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, section 3.
/// </remarks>
internal sealed class TextureRandom
{
    private ulong _state;

    /// <summary>Opens the stream of one sample. <paramref name="split"/> keeps training and evaluation apart.</summary>
    public TextureRandom(int seed, int split, long index)
        => _state = Mix(Mix(Mix((uint)seed) + (uint)split) + (ulong)index);

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(_state++);

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    public float Between(float min, float max) => min + (max - min) * Unit(NextBits());

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int Whole(int min, int max) => min + (int)(NextBits() % (ulong)(max - min + 1));

    /// <summary>A salt for <see cref="Lattice"/>.</summary>
    public uint Salt() => (uint)NextBits();

    /// <summary>An angle in [0, 2 pi).</summary>
    public float Angle() => Between(0, MathF.Tau);

    /// <summary>Nearly normal, mean 0, deviation 1: the sum of four uniform numbers cut from one draw.</summary>
    public float Normal()
    {
        var bits = NextBits();
        float sum = (ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        return (sum / 65536f - 2f) * 1.7320508f; // each quarter has variance 1/12, four of them 1/3
    }

    /// <summary>The finalizer of SplitMix64: turns neighbouring numbers into unrelated ones.</summary>
    public static ulong Mix(ulong value)
    {
        var z = value + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>The upper 24 bits as a number in [0, 1).</summary>
    public static float Unit(ulong bits) => (bits >> 40) * (1f / (1 << 24));
}
